//! What others have changed: told apart into what the stack declares and what nobody does; taken, put back, or left.

mod refresh;
mod revert;

use serde_json::Value;
use stack::aws::cognito::types::{SoftwareTokenMfaConfigType, UserPoolMfaType};

use crate::world::{Transcript, World};

/// A pool and a client: what can be made at once.
const SHOP: &str = "
region: ap-southeast-2
tags: { app: shop }
user_pool:
  name: shop
  deletion_protection: INACTIVE
app_clients:
  web:
    callback_urls: [https://shop.example.com/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
    supported_identity_providers: [COGNITO]
    access_token_validity: 60m
    id_token_validity: 60m
    refresh_token_validity: 14d
";

/// A stack that was applied.
fn shop() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    world.up("shop");
    world
}

fn ids(world: &World) -> (String, String) {
    (world.recorded("shop", "user_pool", "/id"), world.recorded("shop", "app_client.web", "/outputs/client_id"))
}

/// Somebody turns MFA on in the pool, which nobody declares.
fn turn_mfa_on(world: &World) {
    let (pool, _) = ids(world);
    world.behind(async |aws| {
        let token = SoftwareTokenMfaConfigType::builder().enabled(true).build();
        let mfa = aws.cognito.set_user_pool_mfa_config().user_pool_id(&pool);
        mfa.mfa_configuration(UserPoolMfaType::Optional).software_token_mfa_configuration(token).send().await.unwrap();
    });
}

/// Somebody changes the client: its tokens, which are declared, and its scopes for reading, which are not.
fn change_client(world: &World) {
    let (pool, client) = ids(world);
    world.behind(async |aws| {
        let update = aws.cognito.update_user_pool_client().user_pool_id(&pool).client_id(&client).client_name("web");
        let update = update.callback_urls("https://shop.example.com/callback").supported_identity_providers("COGNITO");
        let update = update.allowed_o_auth_flows("code".into()).allowed_o_auth_scopes("openid");
        let update = update.allowed_o_auth_flows_user_pool_client(true).refresh_token_validity(14);
        let update = update.access_token_validity(5).id_token_validity(1).auth_session_validity(9);
        update.read_attributes("email").send().await.unwrap();
    });
}

fn delete_client(world: &World) {
    let (pool, client) = ids(world);
    world.behind(async |aws| {
        aws.cognito.delete_user_pool_client().user_pool_id(&pool).client_id(&client).send().await.unwrap();
    });
}

fn json(ran: &Transcript) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"))
}

/// The paths of one kind of drift of a resource.
fn paths<'a>(drift: &'a Value, address: &str, kind: &str) -> Vec<&'a str> {
    let all = drift["resources"].as_array().unwrap();
    let one = all.iter().find(|one| one["address"] == address).unwrap_or_else(|| panic!("{address} in {drift:#}"));
    one[kind].as_array().unwrap().iter().map(|change| change["path"].as_str().unwrap()).collect()
}

#[test]
fn declared_and_undeclared_are_told_apart() {
    let world = shop();
    let before = world.read("state/sandbox/shop.json");
    let none = world.run("drift shop --sandbox");
    none.check("drift_none");
    assert_eq!(none.code, Some(0));
    let none = world.run("drift shop --sandbox --json");
    assert_eq!((none.code, json(&none)["has_drift"].as_bool()), (Some(0), Some(false)));

    turn_mfa_on(&world);
    change_client(&world);
    let drift = world.run("drift shop --sandbox");
    drift.check("drift_both");
    assert_eq!(drift.code, Some(2));
    let ran = world.run("drift shop --sandbox --json");
    assert_eq!(ran.code, Some(2));
    let drift = json(&ran);
    assert!(paths(&drift, "user_pool", "declared").is_empty());
    assert!(paths(&drift, "user_pool", "undeclared").contains(&"mfa.mode"), "{drift:#}");
    assert_eq!(paths(&drift, "app_client.web", "declared"), ["access_token_validity"]);
    let undeclared = paths(&drift, "app_client.web", "undeclared");
    assert!(undeclared.contains(&"auth_session_validity") && undeclared.contains(&"read_attributes"), "{drift:#}");
    assert_eq!(world.read("state/sandbox/shop.json"), before, "looking changes nothing");
}

#[test]
fn what_was_deleted_is_drift() {
    let world = shop();
    delete_client(&world);
    let drift = world.run("drift shop --sandbox");
    drift.check("drift_deleted");
    assert_eq!(drift.code, Some(2));
    assert_eq!(json(&world.run("drift shop --sandbox --json"))["resources"][0]["status"], "deleted");
}

#[test]
fn what_the_file_asks_for_since_is_no_drift() {
    let world = shop();
    world.edit("stacks/shop.yaml", "access_token_validity: 60m", "access_token_validity: 15m");
    world.edit("stacks/shop.yaml", "app: shop", "app: bazaar");
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    turn_mfa_on(&world);
    let drift = json(&world.run("drift shop --sandbox --json"));
    assert_eq!(drift["resources"].as_array().unwrap().len(), 1, "{drift:#}");
}

/// A state of a program that did not know a field yet, which AWS has always held at its default.
#[test]
fn what_an_older_program_did_not_know_is_no_drift() {
    let world = shop();
    let state = world.read("state/sandbox/shop.json");
    let without = |address: &str, field: &str| {
        let mut older: Value = serde_json::from_str(&state).unwrap();
        let observed = older["resources"][address]["observed"].as_object_mut().unwrap();
        assert!(observed.remove(field).is_some(), "{observed:#?}");
        world.write("state/sandbox/shop.json", older.to_string());
    };
    // What is no default of AWS's was set by somebody.
    without("app_client.web", "callback_urls");
    assert_eq!(world.run("drift shop --sandbox").code, Some(2));
    without("user_pool", "user_pool_tier");
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    let plan = world.run("plan shop --sandbox");
    assert!(plan.out.starts_with("No changes") && plan.err.is_empty(), "{plan}");
}

#[test]
fn failures_are_no_drift() {
    let world = shop();
    let denied = [("STACK_SANDBOX_FAULTS", "DescribeUserPool=denied:*")];
    assert_eq!(world.run_with("drift shop --sandbox", &denied).code, Some(1));
    assert_eq!(world.run("drift other --sandbox").code, Some(1));
    let empty = World::empty();
    empty.write("stacks/shop.yaml", SHOP);
    assert_eq!(empty.run("drift shop --sandbox").code, Some(0), "what was never made cannot drift");
}
