//! Secrets that are kept elsewhere: read for each plan, known again, and written down nowhere.

mod policy;
mod refused;
mod served;

use serde_json::{Value, json};
use stack::aws::Aws;
use stack::aws::raw::{SECRETS_MANAGER, SSM};

use crate::world::World;

/// What nothing that is written or printed may hold.
const SECRET: &str = "hunter2_hunter2_hunter2_hunter2";
/// Another one.
const OTHER: &str = "correct_horse_battery_staple";
const REGION: &str = "ap-southeast-2";

/// A pool, and a client whose secret is kept at `place`.
fn shop(place: &str) -> String {
    format!(
        "region: {REGION}\nuser_pool: {{ name: shop, deletion_protection: INACTIVE }}\napp_clients:\n  web:\n    \
         client_secret: {place}\n"
    )
}

fn world(place: &str) -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", shop(place));
    world
}

/// Puts a parameter into the sandbox's Parameter Store.
async fn parameter(aws: &Aws, name: &str, value: &str) {
    let put = json!({ "Name": name, "Value": value, "Type": "SecureString", "Overwrite": true });
    aws.raw.json(SSM, REGION, ("AmazonSSM", "PutParameter"), &put).await.unwrap();
}

/// Makes a secret in the sandbox's Secrets Manager.
async fn secret(aws: &Aws, name: &str, value: &str) {
    let made = json!({ "Name": name, "SecretString": value });
    aws.raw.json(SECRETS_MANAGER, REGION, ("secretsmanager", "CreateSecret"), &made).await.unwrap();
}

/// Everything below `state/` and beside it that the program has written, less the sandbox's own world, which is AWS.
fn written(world: &World) -> String {
    let mut open = vec![world.path("")];
    let mut text = String::new();
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if !name.contains("world") && path.extension().is_none_or(|end| end != "txt") {
                text.push_str(&String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
            }
        }
    }
    text
}

/// The secret that the client has in AWS.
fn in_aws(world: &World) -> String {
    world.run("output shop client_secret.web --secrets --raw --sandbox").out
}

#[test]
fn each_place_serves_and_nothing_that_is_written_or_said_holds_the_secret() {
    for place in ["{ env: SHOP }", "{ file: shop.txt }", "{ ssm: /shop/web }", "{ secretsmanager: shop#web }"] {
        let world = world(place);
        world.write("shop.txt", format!("{SECRET}\n"));
        world.behind(async |aws| {
            parameter(&aws, "/shop/web", SECRET).await;
            secret(&aws, "shop", &json!({ "web": SECRET, "other": OTHER }).to_string()).await;
        });
        let env = [("SHOP", SECRET)];
        let mut said = String::new();
        for (line, code) in [
            ("validate shop", 0),
            ("plan shop --sandbox", 0),
            ("plan shop --sandbox --json", 0),
            ("plan shop --sandbox --markdown", 0),
            ("-vvv plan shop --sandbox --out shop.plan", 0),
            ("show shop.plan --json", 0),
            ("-vvv apply --plan shop.plan --sandbox --json", 0),
            ("plan shop --sandbox --detailed-exitcode", 0),
            ("drift shop --sandbox", 0),
            ("show shop --sandbox --json", 0),
            ("state show shop app_client.web --sandbox", 0),
            ("output shop --sandbox", 0),
        ] {
            let ran = world.run_with(line, &env);
            assert_eq!(ran.code, Some(code), "{place}: {ran}");
            said += &ran.out;
            said += &ran.err;
        }
        assert_eq!(in_aws(&world), SECRET, "{place}");
        for secret in [SECRET, OTHER] {
            assert!(!said.contains(secret), "{place}: {secret} was said:\n{said}");
            assert!(!written(&world).contains(secret), "{place}: {secret} was written down");
        }
        let state = world.read("state/sandbox/shop.json");
        let state: Value = serde_json::from_str(&state).unwrap();
        let kept = &state["resources"]["app_client.web"]["observed"]["client_secret"];
        let fingerprint = kept["fingerprint"].as_str().unwrap_or_else(|| panic!("{kept}"));
        assert!(!said.contains(fingerprint), "{place}: what guesses could be tried on was said:\n{said}");
    }
}

#[test]
fn a_secret_that_has_changed_is_said_to_have_and_an_equal_one_is_no_change() {
    let world = world("{ env: SHOP }");
    let (env, other) = ([("SHOP", SECRET)], [("SHOP", OTHER)]);
    world.run_with("up shop --sandbox --auto-approve", &env).ok();
    // The same secret, kept elsewhere.
    world.write("shop.txt", SECRET).write("stacks/shop.yaml", shop("{ file: shop.txt }"));
    let moved = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(moved.code, Some(0), "{moved}");
    world.run("apply shop --sandbox --auto-approve").ok();
    let state = world.read("state/sandbox/shop.json");
    assert!(state.contains("shop.txt"), "{state}");
    world.write("stacks/shop.yaml", shop("{ env: SHOP }"));
    let (plan, id) = ("plan shop --sandbox", world.recorded("shop", "app_client.web", "/id"));
    let told = world.run_with(plan, &other);
    assert_eq!(told.code, Some(0), "{told}");
    crate::world::check("secret_changed", &told.to_string().replace(OTHER, "(another one)"));
    let shown = world.run_with(&format!("{plan} --json"), &other).out;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let changes = shown["resource_changes"].as_array().unwrap();
    let client = changes.iter().find(|one| one["address"] == "app_client.web").unwrap();
    assert_eq!(client["change"]["actions"], json!(["update"]));
    let warned = client["warnings"][0].as_str().unwrap();
    assert!(warned.contains("signs in with the old client secret is refused"), "{warned}");
    assert_eq!(client["change"]["before"]["client_secret"], json!({ "env": "SHOP" }));
    assert_eq!(client["change"]["after"]["client_secret"], json!({ "env": "SHOP", "secret": "changed" }));
    world.run_with("up shop --sandbox --auto-approve", &other).ok();
    assert_eq!(in_aws(&world), OTHER);
    assert_eq!(world.recorded("shop", "app_client.web", "/id"), id, "it is the same client");
    assert_eq!(world.run_with("plan shop --sandbox --detailed-exitcode", &other).code, Some(0));
}

#[test]
fn a_kept_plan_reads_its_secrets_anew_and_holds_for_the_same_ones_alone() {
    let world = world("{ env: SHOP }");
    let (env, other) = ([("SHOP", SECRET)], [("SHOP", OTHER)]);
    world.run_with("plan shop --sandbox --out shop.plan", &env).ok();
    assert!(!world.read("shop.plan").contains(SECRET));
    let refused = world.run_with("apply --plan shop.plan --sandbox", &other).failed();
    assert!(refused.err.contains("client_secret: the secret has changed since"), "{refused}");
    assert!(!format!("{refused}").replace(&format!("SHOP={OTHER}"), "").contains(OTHER), "{refused}");
    let refused = world.run("apply --plan shop.plan --sandbox").failed();
    assert!(refused.err.contains("the environment variable SHOP is not set"), "{refused}");
    assert!(!world.path("state/sandbox/shop.json").exists(), "nothing was made");
    world.run_with("apply --plan shop.plan --sandbox", &env).ok();
    assert_eq!(in_aws(&world), SECRET);
}

#[test]
fn each_parameter_is_read_once_and_nothing_is_asked_for_where_none_is_named() {
    let asked = |world: &World| {
        let ran = world.run("-v plan shop --sandbox");
        assert_eq!(ran.code, Some(0), "{ran}");
        let calls = |name: &str| ran.err.matches(name).count();
        (calls("GetParameter"), calls("GetSecretValue"), ran.err)
    };
    let plain = world("{ file: shop.txt }");
    plain.write("shop.txt", SECRET);
    let (parameters, secrets, said) = asked(&plain);
    assert_eq!((parameters, secrets), (0, 0), "{said}");
    let stack = |number: usize| {
        let client = |name: &str, place: &str| format!("  {name}: {{ client_secret: {{ {place} }} }}\n");
        let clients: String = (0..number)
            .flat_map(|at| [client(&format!("a{at}"), "ssm: /shop"), client(&format!("b{at}"), "secretsmanager: shop")])
            .collect();
        format!("region: {REGION}\nuser_pool: {{ name: shop }}\napp_clients:\n{clients}")
    };
    let counted = |number: usize| {
        let world = World::empty();
        world.write("stacks/shop.yaml", stack(number));
        world.behind(async |aws| {
            parameter(&aws, "/shop", SECRET).await;
            secret(&aws, "shop", SECRET).await;
        });
        asked(&world)
    };
    let one = counted(1);
    assert!(one.0 > 0 && one.1 > 0, "{}", one.2);
    let three = counted(3);
    assert_eq!((one.0, one.1), (three.0, three.1), "{}", three.2);
}

#[test]
fn what_is_taken_away_needs_no_secret() {
    let world = world("{ env: SHOP }");
    world.run_with("up shop --sandbox --auto-approve", &[("SHOP", SECRET)]).ok();
    world.run("destroy shop --sandbox --auto-approve --allow-loss user_pool").ok();
}

#[test]
fn a_stack_that_extends_another_takes_a_secret_from_elsewhere() {
    let world = world("{ env: SHOP }");
    world.write("stacks/dev.yaml", "extends: shop.yaml\napp_clients: { web: { client_secret: { file: shop.txt } } }\n");
    world.write("shop.txt", SECRET);
    world.run("up dev --sandbox --auto-approve").ok();
}
