//! Identity providers in the lives of stacks: made before the clients that name them, and gone after them.

use crate::world::World;

const POOL: &str = "region: ap-southeast-2\nuser_pool: { name: shop, deletion_protection: INACTIVE }\n";
const SAML: &str = "identity_providers:\n  Corp: { saml: { metadata_url: https://idp.example.com/m } }\n";
const OIDC: &str = "identity_providers:
  Corp: { oidc: { client_id: a, authorize_scopes: [openid], oidc_issuer: https://idp.example.com } }
";
const GOOGLE: &str = "identity_providers:
  Google:
    google: { client_id: a, client_secret: { env: GOOGLE_CLIENT_SECRET }, authorize_scopes: [openid] }
";

fn client(names: &str) -> String {
    format!("app_clients:\n  web: {{ supported_identity_providers: [{names}] }}\n")
}

fn shop(world: &World, parts: &[&str]) {
    world.write("stacks/shop.yaml", parts.concat());
}

#[test]
fn a_client_lets_go_of_a_provider_before_it_goes() {
    let world = World::empty();
    shop(&world, &[POOL, SAML, &client("COGNITO, Corp")]);
    world.up("shop");
    // Both ways at once: one comes and one goes.
    shop(&world, &[POOL, GOOGLE, &client("COGNITO, Google")]);
    world.up("shop");
    shop(&world, &[POOL, &client("COGNITO")]);
    world.up("shop");
    let held = world.read("state/sandbox/.world.json");
    assert!(!held.contains("\"Google\"") && !held.contains("\"Corp\""), "{held}");
}

#[test]
fn another_type_is_another_provider_and_asks_for_a_word() {
    let world = World::empty();
    shop(&world, &[POOL, SAML]);
    world.up("shop");
    shop(&world, &[POOL, OIDC]);
    let ran = world.run("up shop --sandbox --auto-approve").failed();
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("--allow-loss identity_provider"), "{ran}");
    world.run("up shop --sandbox --auto-approve --allow-loss identity_provider").ok();
    let again = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(again.code, Some(0), "{again}");
}

#[test]
fn a_secret_that_has_changed_is_sent_and_written_nowhere() {
    let world = World::empty();
    shop(&world, &[POOL, GOOGLE]);
    let with = |secret: &'static str| [("GOOGLE_CLIENT_SECRET", secret)];
    world.run_with("up shop --sandbox --auto-approve", &with("the-first-one")).ok();
    let plan = world.run_with("plan shop --sandbox --detailed-exitcode", &with("the-first-one"));
    assert_eq!(plan.code, Some(0), "{plan}");
    let plan = world.run_with("plan shop --sandbox --detailed-exitcode", &with("the-second-one"));
    assert_eq!(plan.code, Some(2), "{plan}");
    assert!(plan.out.contains("google.client_secret") || plan.out.contains("client_secret"), "{plan}");
    let ran = world.run_with("up shop --sandbox --auto-approve -v", &with("the-second-one"));
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(world.read("state/sandbox/.world.json").contains("the-second-one"), "AWS has it");
    let state = world.read("state/sandbox/shop.json");
    for text in [&plan.out, &plan.err, &ran.out, &ran.err, &state] {
        assert!(!text.contains("the-first-one") && !text.contains("the-second-one"), "{text}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_said_again_by_programs() {
    let world = World::empty();
    shop(&world, &[POOL, &GOOGLE.replace("{ env: GOOGLE_CLIENT_SECRET }", "of-my-own-hand")]);
    let ran = world.run("validate shop --json");
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.out.contains("{ env: NAME }") && !ran.out.contains("of-my-own-hand"), "{ran}");
    // There is a line and a column, and no bytes to be cut out of the file.
    let said: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let place = said.pointer("/problems/0/place").or_else(|| said.pointer("/error/problems/0/place")).unwrap_or(&said);
    assert!(place["line"] == 5 && place["column"] == 44 && place.get("span").is_none(), "{ran}");
}
