//! `--target`, `--exclude` and `--replace`: single resources, and what goes with them.

use serde_json::Value;

use crate::world::World;

const SHOP: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE, username_configuration: { case_sensitive: false } }
domain: { prefix: shop-login }
app_clients:
  web: { explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }
  app: { explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }
";

fn shop() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", SHOP);
    world
}

fn recorded(world: &World) -> Vec<String> {
    let state: Value = serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap();
    state["resources"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn all_but_one_and_what_needs_it() {
    let world = shop();
    world.run("apply shop --sandbox --auto-approve --exclude app_client.app").check("exclude_apply");
    assert_eq!(
        recorded(&world).iter().filter(|one| one.starts_with("app_client")).collect::<Vec<_>>(),
        ["app_client.web"]
    );
    let plan = world.run("plan shop --sandbox --exclude app_client.app --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
    world.up("shop");
    assert!(recorded(&world).contains(&"app_client.app".to_owned()));
    // A kind stands for all of its objects.
    world.edit("stacks/shop.yaml", "web: { ", "web: { access_token_validity: 5m, ");
    world.edit("stacks/shop.yaml", "app: { ", "app: { access_token_validity: 5m, ");
    let plan = world.run("plan shop --sandbox --exclude app_client --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
    // Without the pool there is nothing.
    let world = shop();
    let plan = world.run("plan shop --sandbox --exclude user_pool --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
}

#[test]
fn what_would_take_the_excluded_along_stays_too() {
    let world = shop();
    world.up("shop");
    let before = recorded(&world);
    let ran = world.run("destroy shop --sandbox --auto-approve --exclude app_client.web");
    assert_eq!(ran.code, Some(0), "{ran}");
    let after = recorded(&world);
    assert!(after.contains(&"app_client.web".to_owned()) && after.contains(&"user_pool".to_owned()), "{after:?}");
    assert!(after.len() < before.len() && !after.contains(&"app_client.app".to_owned()), "{after:?}");
    world.edit("stacks/shop.yaml", "case_sensitive: false", "case_sensitive: true");
    let plan = world.run("plan shop --sandbox --exclude app_client.web --allow-loss user_pool");
    assert!(!plan.out.contains("user_pool  "), "{plan}");
    assert!(!plan.out.contains("To replace"), "{plan}");
}

#[test]
fn one_is_made_anew() {
    let world = shop();
    world.up("shop");
    let client = world.recorded("shop", "app_client.web", "/outputs/client_id");
    let plan: Value = serde_json::from_str(
        &world.run("plan shop --sandbox --replace app_client.web --allow-loss app_client --json").out,
    )
    .unwrap();
    let one =
        plan["resource_changes"].as_array().unwrap().iter().find(|one| one["address"] == "app_client.web").unwrap();
    assert_eq!(one["action_reason"], "replace_by_request");
    world
        .run("apply shop --sandbox --replace app_client.web --auto-approve --allow-loss app_client")
        .check("replace_client");
    assert_ne!(world.recorded("shop", "app_client.web", "/outputs/client_id"), client);
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn the_pool_only_where_its_users_may_go() {
    let world = shop();
    world.up("shop");
    let (pool, state) = (world.recorded("shop", "user_pool", "/id"), world.read("state/sandbox/shop.json"));
    world.run("apply shop --sandbox --replace user_pool --auto-approve").failed().check("replace_pool_refused");
    // What is lost with the clients does not allow for what is lost with the pool.
    let refused = world.run("apply shop --sandbox --replace user_pool --auto-approve --allow-loss app_client").failed();
    assert!(refused.err.contains("--allow-loss user_pool"), "{refused}");
    assert_eq!(world.read("state/sandbox/shop.json"), state);
    world.run("apply shop --sandbox --replace user_pool --auto-approve --allow-loss user_pool").ok();
    assert_ne!(world.recorded("shop", "user_pool", "/id"), pool);
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn an_identity_pool_goes_over_to_the_pool_that_is_made_anew() {
    let world = World::empty();
    let text = |tags: &str| {
        format!(
            "region: eu-west-1\nuser_pool: {{ name: shop, deletion_protection: INACTIVE }}\napp_clients: {{ web: {{}} }}\n\
             identity_pool: {{ name: shop, app_clients: {{ web: {{}} }}{tags} }}\n"
        )
    };
    for tags in [", principal_tags: { user_pool: { tags: { team: email } } }", ", principal_tags: {}"] {
        world.write("stacks/shop.yaml", text(tags));
        world.up("shop");
        let pool = world.recorded("shop", "identity_pool", "/id");
        world.run("apply shop --sandbox --replace user_pool --auto-approve --allow-loss user_pool").ok();
        assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
        assert_eq!(world.recorded("shop", "identity_pool", "/id"), pool, "its identities stay");
    }
}

#[test]
fn what_there_is_not_is_said() {
    let world = shop();
    world.run("plan shop --sandbox --exclude app_client.spa").failed().check("exclude_unknown");
    let ran = world.run("plan shop --sandbox --replace app_client.spa").failed();
    assert!(ran.err.contains("--replace app_client.spa: this stack holds nothing of that address"), "{ran}");
    assert_eq!(world.run("plan shop --sandbox --exclude user_pool --target user_pool").code, Some(1));
    for option in ["--target", "--exclude", "--replace"] {
        let ran = world.run(&format!("plan shop --sandbox {option} app_client.wep")).failed();
        assert!(ran.err.contains("did you mean `app_client.web`?"), "{ran}");
    }
    // What is to be made is new anyway.
    assert_eq!(world.run("plan shop --sandbox --replace app_client.web").code, Some(0));
}

#[test]
fn a_kept_plan_keeps_what_was_asked_for() {
    let world = shop();
    world.up("shop");
    world.run("plan shop --sandbox --replace app_client.web --allow-loss app_client --out anew.plan").ok();
    let refused = world.run("apply --sandbox --plan anew.plan").failed();
    assert!(refused.err.contains("--allow-loss app_client"), "{refused}");
    let client = world.recorded("shop", "app_client.web", "/outputs/client_id");
    world.run("apply --sandbox --plan anew.plan --allow-loss app_client").ok();
    assert_ne!(world.recorded("shop", "app_client.web", "/outputs/client_id"), client);
}
