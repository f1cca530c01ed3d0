//! What the stack file says of the lives of its objects: `moved`, `forget`, and `lifecycle` with `prevent_destroy` and
//! `ignore_changes`.

use serde_json::{Value, json};

use crate::world::{Transcript, World};

const SHOP: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE, username_configuration: { case_sensitive: false } }
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

/// The stack file with this at its end.
fn with(world: &World, more: &str) {
    world.write("stacks/shop.yaml", format!("{}{more}\n", world.read("stacks/shop.yaml")));
}

fn state(world: &World) -> Value {
    serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap()
}

fn client(world: &World, name: &str) -> String {
    world.recorded("shop", &format!("app_client.{name}"), "/outputs/client_id")
}

/// Somebody changes the client: its callbacks, its tokens and how long a sign-in may take.
fn change_client(world: &World) {
    let (pool, client) = (world.recorded("shop", "user_pool", "/id"), client(world, "web"));
    world.behind(async |aws| {
        let update = aws.cognito.update_user_pool_client().user_pool_id(&pool).client_id(&client).client_name("web");
        let update = update.callback_urls("https://theirs.example.com/").supported_identity_providers("COGNITO");
        let update = update.allowed_o_auth_flows("code".into()).allowed_o_auth_scopes("openid");
        let update = update.allowed_o_auth_flows_user_pool_client(true).refresh_token_validity(14);
        let update = update.access_token_validity(5).id_token_validity(1).auth_session_validity(9);
        update.send().await.unwrap();
    });
}

#[test]
fn what_has_another_name_stays_what_it_is() {
    let world = shop();
    let id = client(&world, "web");
    world.edit("stacks/shop.yaml", "  web:\n", "  spa:\n    name: web\n");
    with(&world, "moved:\n  - { from: app_client.web, to: app_client.spa }");
    world.run("plan shop --sandbox").check("moved_plan");
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(2));
    let plan: Value = serde_json::from_str(&world.run("plan shop --sandbox --json").out).unwrap();
    let one =
        plan["resource_changes"].as_array().unwrap().iter().find(|one| one["address"] == "app_client.spa").unwrap();
    assert_eq!((&one["previous_address"], &one["change"]["actions"]), (&json!("app_client.web"), &json!(["no-op"])));
    assert!(state(&world)["resources"]["app_client.web"].is_object(), "looking changes nothing");
    world.run("apply shop --sandbox").failed().check("moved_without_a_yes");
    world.run("apply shop --sandbox --auto-approve").check("moved_apply");
    assert_eq!(client(&world, "spa"), id);
    assert!(state(&world)["resources"].get("app_client.web").is_none());
    // The line may stay, and does nothing any more.
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn what_needs_it_moves_along() {
    let world = shop();
    world.edit(
        "stacks/shop.yaml",
        "app_clients:",
        "domain: { prefix: shop-login, managed_login_version: 2 }\napp_clients:",
    );
    world.up("shop");
    let (id, style) = (client(&world, "web"), world.recorded("shop", "managed_login_branding.web", "/id"));
    world.edit("stacks/shop.yaml", "  web:\n", "  spa:\n    name: web\n");
    with(
        &world,
        "moved:\n  - { from: app_client.web, to: app_client.spa }\n  \
         - { from: managed_login_branding.web, to: managed_login_branding.spa }",
    );
    let up = world.run("up shop --sandbox --auto-approve");
    assert!(up.out.contains("Plan: 0 to create, 0 to update, 0 to delete, 2 to rename."), "{up}");
    assert_eq!((client(&world, "spa"), world.recorded("shop", "managed_login_branding.spa", "/id")), (id, style));
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn what_is_forgotten_stays_in_aws() {
    let world = shop();
    let (pool, id) = (world.recorded("shop", "user_pool", "/id"), client(&world, "web"));
    let text = world.read("stacks/shop.yaml");
    world
        .write("stacks/shop.yaml", format!("{}forget: [app_client.web]\n", text.split("app_clients:").next().unwrap()));
    world.run("plan shop --sandbox").check("forget_plan");
    world.run("apply shop --sandbox --auto-approve --json").ok();
    assert!(state(&world)["resources"].get("app_client.web").is_none());
    world.behind(async |aws| {
        aws.cognito.describe_user_pool_client().user_pool_id(&pool).client_id(&id).send().await.unwrap();
    });
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn a_kept_plan_keeps_both() {
    let world = shop();
    world.edit("stacks/shop.yaml", "  web:\n", "  spa:\n    name: web\n");
    with(&world, "moved:\n  - { from: app_client.web, to: app_client.spa }");
    world.run("plan shop --sandbox --out shop.plan").ok();
    world.run("apply --sandbox --plan shop.plan").ok();
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn what_must_not_go_does_not() {
    let world = shop();
    with(&world, "lifecycle:\n  user_pool: { prevent_destroy: true }\n  app_client.web: { prevent_destroy: true }");
    let before = world.read("state/sandbox/shop.json");
    let lost = "--auto-approve --allow-loss user_pool --allow-loss app_client";
    world.run(&format!("destroy shop --sandbox {lost}")).failed().check("prevent_destroy");
    let ran = world.run(&format!("apply shop --sandbox --replace app_client.web {lost}")).failed();
    let said = |ran: &Transcript| ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said(&ran).contains("app_client.web would be replaced, and the stack file says that it must not"), "{ran}");
    // Not even when it is taken out of the file.
    let text = world.read("stacks/shop.yaml");
    let (start, end) = (text.find("app_clients:").unwrap(), text.find("lifecycle:").unwrap());
    world.write("stacks/shop.yaml", format!("{}{}", &text[..start], &text[end..]));
    let ran = world.run(&format!("apply shop --sandbox {lost}")).failed();
    assert!(said(&ran).contains("app_client.web would be deleted, and the stack file says that it must not"), "{ran}");
    assert_eq!(world.read("state/sandbox/shop.json"), before);
    // Once that line is gone, it goes.
    world.edit("stacks/shop.yaml", "  app_client.web: { prevent_destroy: true }\n", "");
    world.run(&format!("apply shop --sandbox {lost}")).ok();
}

#[test]
fn what_others_look_after_is_no_change_and_no_drift() {
    let world = shop();
    with(&world, "lifecycle:\n  app_client.web: { ignore_changes: [callback_urls, auth_session_validity] }");
    change_client(&world);
    let plan = world.run("plan shop --sandbox");
    plan.check("ignore_changes_plan");
    assert!(plan.out.contains("access_token_validity") && !plan.out.contains("callback_urls"), "{plan}");
    let drift: Value = serde_json::from_str(&world.run("drift shop --sandbox --json").out).unwrap();
    let text = drift.to_string();
    assert!(text.contains("access_token_validity") && !text.contains("callback_urls"), "{drift:#}");
    assert!(!text.contains("auth_session_validity"), "undeclared drift of it is none either: {drift:#}");
    world.run("apply shop --sandbox --auto-approve --revert-undeclared").ok();
    let (pool, id) = (world.recorded("shop", "user_pool", "/id"), client(&world, "web"));
    let now = world.behind(async |aws| {
        let one = aws.cognito.describe_user_pool_client().user_pool_id(&pool).client_id(&id).send().await.unwrap();
        let one = one.user_pool_client.unwrap();
        (one.callback_urls.unwrap(), one.access_token_validity, one.auth_session_validity)
    });
    assert_eq!(now, (vec!["https://theirs.example.com/".to_owned()], Some(1), Some(9)));
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
    // An object that is made anew is made as the file says.
    world.run("apply shop --sandbox --auto-approve --replace app_client.web --allow-loss app_client").ok();
    assert_eq!(
        state(&world)["resources"]["app_client.web"]["observed"]["callback_urls"][0],
        "https://shop.example.com/callback"
    );
    change_client(&world);
    // What the file says of it counts again when nobody else looks after it.
    let text = world.read("stacks/shop.yaml");
    world.write("stacks/shop.yaml", text.split("lifecycle:").next().unwrap());
    let plan = world.run("plan shop --sandbox");
    assert!(plan.out.contains("callback_urls"), "{plan}");
}

#[test]
fn a_first_apply_that_is_cut_is_finished_with_what_others_will_look_after() {
    let world = World::empty();
    let mfa = "case_sensitive: false }, mfa: { mode: OPTIONAL, software_token: true } }";
    let lives = "lifecycle:\n  user_pool: { ignore_changes: [mfa] }\n";
    world.write("stacks/shop.yaml", SHOP.replace("case_sensitive: false } }", mfa) + lives);
    let faults = [("STACK_SANDBOX_FAULTS", "SetUserPoolMfaConfig=denied:*")];
    assert_eq!(world.run_with("up shop --sandbox --auto-approve", &faults).code, Some(1));
    world.up("shop");
    assert_eq!(world.recorded("shop", "user_pool", "/observed/mfa/mode"), "OPTIONAL");
    let plan = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
}

#[test]
fn others_may_look_after_all_of_it_once_it_is_made() {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    with(&world, "lifecycle:\n  app_client.web: { ignore_changes: [all] }");
    world.up("shop");
    assert_eq!(
        state(&world)["resources"]["app_client.web"]["observed"]["callback_urls"][0],
        "https://shop.example.com/callback"
    );
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
    change_client(&world);
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    world.edit("stacks/shop.yaml", "access_token_validity: 60m", "access_token_validity: 20m");
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}
