//! References that lead nowhere: where they stand, why, and what to do.

use crate::world::World;

use super::{NETWORK, REGION};

fn stack(tags: &str) -> String {
    format!("region: {REGION}\nuser_pool: {{ name: shop }}\ntags:\n{tags}")
}

#[test]
fn what_cannot_be_read_is_told_all_at_once_with_places_and_remedies() {
    let world = World::empty();
    world.write("stacks/network.yaml", NETWORK).write("stacks/later.yaml", NETWORK);
    world.up("network");
    world.write("empty.txt", "\n");
    let tags = "  variable: { env: NOBODY_SETS_THIS }
  file: { file: none.txt }
  empty: { file: empty.txt }
  parameter: { ssm: /shop/none }
  misspelt: { stack: netwrok, output: user_pool_id }
  unknown: { stack: zzz, output: user_pool_id }
  later: { stack: later, output: user_pool_id }
  output: { stack: network, output: user_pool_di }
  none: { stack: network, output: zzz }
  many: { stack: network, output: client_id }
";
    world.write("stacks/shop.yaml", stack(tags));
    world.run("plan shop --sandbox").failed().check("references_unread");
    let said = world.run("up shop --sandbox --auto-approve --json");
    assert!(said.code == Some(1) && said.err.is_empty(), "{said}");
    assert!(!world.path("state/sandbox/shop.json").exists(), "nothing was begun");
}

#[test]
fn stacks_that_wait_for_one_another_are_a_circle() {
    let world = World::empty();
    let tag = |other: &str| stack(&format!("  a: {{ stack: {other}, output: user_pool_id }}\n"));
    for (name, other) in [("a", "b"), ("b", "c"), ("c", "a"), ("me", "me")] {
        world.write(&format!("stacks/{name}.yaml"), tag(other));
    }
    let said = world.run("plan a --sandbox").failed();
    assert!(said.err.contains("a → b → c → a"), "{said}");
    let said = world.run("plan me --sandbox").failed();
    assert!(said.err.contains("me → me"), "{said}");
    // Who only looks at a circle is not in it.
    world.write("stacks/d.yaml", tag("a"));
    let said = world.run("plan d --sandbox").failed();
    assert!(said.err.contains("nothing of it has been made"), "{said}");
}

#[test]
fn what_is_written_wrongly_is_told_by_validate() {
    let world = World::empty();
    let tags = "  two: { env: A, ssm: /a }
  half: { stack: network }
  other_half: { output: user_pool_id }
  both: { env: A, output: user_pool_id }
  secret: { secretsmanager: a }
  misspelt: { smm: /a }
  none: {}
  number: { env: 1 }
  dollar: { env: $A }
  list: [{ env: A }]
";
    world.write("stacks/shop.yaml", stack(tags));
    world.run("validate shop").failed().check("references_misspelt");
    // What must be known first, and what names something of this file, says itself.
    let early = "region: { env: REGION }\nassume_role: { role_arn: 'arn:aws:iam::111122223333:role/a', duration: { ssm: /a } }\nstate: { s3: { bucket: { env: BUCKET } } }\nuser_pool: { name: shop, mfa: { mode: { env: MODE } } }\n";
    world.write("stacks/shop.yaml", early);
    world.run("validate shop").failed().check("references_not_there");
}

#[test]
fn a_value_that_is_read_and_wrong_is_told_at_its_place() {
    let world = World::empty();
    world.write("stacks/shop.yaml", "region: eu-west-1\nuser_pool:\n  name: { env: POOL }\n");
    let said = world.run_with("plan shop --sandbox", &[("POOL", "what?")]).failed();
    assert!(said.err.contains("stacks/shop.yaml:3:9") && said.err.contains("`what?`"), "{said}");
}
