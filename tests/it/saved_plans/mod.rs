//! Plans that are kept in files: what was planned is carried out, or nothing is.

mod bad_files;
mod changed;
mod others;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::world::World;

/// A pool and a client with a secret: what can be made at once.
const SHOP: &str = "
region: ap-southeast-2
user_pool:
  name: shop
  deletion_protection: INACTIVE
  password_policy: { minimum_length: 12, require_lowercase: true, require_uppercase: true, require_numbers: true, require_symbols: true }
app_clients:
  web:
    generate_secret: true
    callback_urls: [https://shop.example.com/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
    supported_identity_providers: [COGNITO]
    access_token_validity: 60m
";

fn shop() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    world
}

/// A plan, read as a program reads it.
fn kept(world: &World, file: &str) -> Value {
    serde_json::from_str(&world.read(file)).unwrap()
}

/// Changes a plan, and gives it the checksum that it would have had.
fn forged(world: &World, file: &str, change: impl FnOnce(&mut Value)) {
    let mut whole = kept(world, file);
    change(&mut whole["kept"]);
    let digest = Sha256::digest(whole["kept"].to_string());
    whole["sha256"] = digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")).into();
    world.write(file, whole.to_string());
}

#[test]
fn a_plan_is_kept_shown_and_carried_out() {
    let world = shop();
    world.run("plan shop --sandbox --out shop.plan").check("saved_plan_out");
    world.run("show shop.plan").check("saved_plan_show");
    let shown = world.run("show shop.plan --json");
    let planned = world.run("plan shop --sandbox --json");
    let less = |text: &str| {
        let mut plan: Value = serde_json::from_str(text).unwrap();
        // A stack that was never applied is called something else at each look.
        plan.as_object_mut().unwrap().remove("lineage").unwrap();
        plan
    };
    assert_eq!(less(&shown.out), less(&planned.out), "a kept plan is shown to programs as one that is made now");
    world.run("apply --sandbox --plan shop.plan").check("saved_plan_apply");
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
    world.run("apply --sandbox --plan shop.plan").failed().check("saved_plan_again");
}

#[test]
fn a_plan_without_changes_is_one_too() {
    let world = shop();
    world.up("shop");
    let plan = world.run("plan shop --sandbox --out shop.plan --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
    let before = world.read("state/sandbox/shop.json");
    world.run("apply shop --sandbox --plan shop.plan").ok();
    assert_eq!(world.read("state/sandbox/shop.json"), before);
}

#[test]
fn a_narrowed_plan_stays_narrow() {
    let world = shop();
    world.run("plan shop --sandbox --target user_pool --out pool.plan").ok();
    world.run("apply --sandbox --plan pool.plan").ok();
    let state: Value = serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap();
    let made: Vec<&String> = state["resources"].as_object().unwrap().keys().collect();
    assert_eq!(made, ["user_pool"]);
}

#[test]
fn what_would_be_lost_is_allowed_when_planned_and_again_when_applied() {
    let world = shop();
    world.up("shop");
    world.run("plan shop --sandbox --destroy --out gone.plan").failed().check("saved_plan_loss_unplanned");
    assert!(!world.path("gone.plan").exists(), "a plan that cannot be is kept nowhere");
    world.run("plan shop --sandbox --destroy --allow-loss user_pool --out gone.plan").ok();
    let before = world.read("state/sandbox/shop.json");
    world.run("apply --sandbox --plan gone.plan").failed().check("saved_plan_loss");
    let approved = world.run("apply --sandbox --plan gone.plan --auto-approve").failed();
    assert!(approved.err.contains("--allow-loss user_pool"), "{approved}");
    assert_eq!(world.read("state/sandbox/shop.json"), before);
    let gone = world.run("apply --sandbox --plan gone.plan --allow-loss user_pool");
    assert_eq!(gone.code, Some(0), "{gone}");
    assert!(!world.read("state/sandbox/shop.json").contains("ap-southeast-2_"), "the pool is gone");
}

#[test]
fn no_secret_is_in_a_plan() {
    let world = shop();
    let keys = [
        ("AWS_ACCESS_KEY_ID", crate::setup::KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", crate::setup::SECRET_KEY),
        ("AWS_SESSION_TOKEN", crate::setup::SESSION_TOKEN),
    ];
    world.up("shop");
    let secrets: Value = serde_json::from_str(&world.run("output shop --sandbox --secrets --json").out).unwrap();
    let secret = secrets["client_secret"]["value"]["web"].as_str().or(secrets["client_secret"]["web"].as_str());
    let secret = secret.unwrap_or_else(|| panic!("{secrets:#}")).to_owned();
    world.edit("stacks/shop.yaml", "access_token_validity: 60m", "access_token_validity: 15m");
    world.run_with("plan shop --sandbox --out shop.plan", &keys).ok();
    let text = world.read("shop.plan");
    assert!(text.contains("app_client.web") && text.contains("access_token_validity"), "{text}");
    for secret in keys.iter().map(|(_, key)| *key).chain([secret.as_str()]) {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_plan_is_for_its_own_user() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = shop();
    for _ in 0..2 {
        world.run("plan shop --sandbox --out shop.plan").ok();
        let mode = std::fs::metadata(world.path("shop.plan")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // The next one does not take over what somebody has made of this one.
        std::fs::set_permissions(world.path("shop.plan"), std::fs::Permissions::from_mode(0o644)).unwrap();
    }
}
