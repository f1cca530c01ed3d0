//! What others have put on what is ours, behind the state's back: it stays when ours goes.

use serde_json::{Value, json};

use crate::setup::House;

const WORLD: &str = "state/sandbox/.world.json";
const POOL: &str =
    "region: eu-west-1\nuser_pool: { name: shop, deletion_protection: INACTIVE }\napp_clients: { web: {} }\n";
const OURS: &str = "arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/login/12345678-1234-1234-1234-123456789012";
const THEIRS: &str = "arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/theirs/12345678-1234-1234-1234-123456789012";

fn write(house: &House, rest: &str) {
    std::fs::write(house.path("stacks/shop.yaml"), format!("{POOL}{rest}\n")).unwrap();
}

fn meddle(house: &House, act: impl FnOnce(&mut Value)) {
    let mut world = house.json(WORLD);
    act(&mut world);
    std::fs::write(house.path(WORLD), world.to_string()).unwrap();
}

fn route(house: &House, key: &str) -> Value {
    let world = house.json(WORLD);
    let apis = world["gateway"]["apis"].as_object().unwrap().values();
    let mut routes = apis.flat_map(|api| api["routes"].as_object().unwrap().values());
    routes.find(|route| route["routeKey"] == key).unwrap().clone()
}

/// Another route that somebody has put behind our authorizer is theirs, however often ours has been settled since: without an
/// authorizer it would be open to everybody.
#[test]
fn a_route_of_others_is_not_opened_when_the_authorizer_goes() {
    let house = House::new(&[]);
    let routes = |scopes: &str| {
        format!("api_authorizers: {{ orders: {{ api_id: a1b2c3d4e5, routes: {{ GET /orders: {scopes} }} }} }}")
    };
    write(&house, &routes("{}"));
    house.run_sandboxed("up shop --auto-approve", "").ok();
    let ours = route(&house, "GET /orders")["authorizerId"].clone();
    meddle(&house, |world| {
        let api = world["gateway"]["apis"].as_object_mut().unwrap().values_mut().next().unwrap();
        let routes = api["routes"].as_object_mut().unwrap().values_mut();
        let theirs = routes.into_iter().find(|route| route["routeKey"] == "POST /orders").unwrap();
        theirs["authorizationType"] = "JWT".into();
        theirs["authorizerId"] = ours.clone();
        theirs["authorizationScopes"] = json!([]);
    });
    write(&house, &routes("{ scopes: [openid] }"));
    house.run_sandboxed("up shop --auto-approve", "").ok();
    write(&house, "");
    let ran = house.run_sandboxed("up shop --auto-approve", "").failed();
    ran.says("the authorizer stands before routes of others: POST /orders").says("give each another authorizer");
    assert_eq!(route(&house, "POST /orders")["authorizerId"], ours);
    // They have given it another.
    meddle(&house, |world| {
        let api = world["gateway"]["apis"].as_object_mut().unwrap().values_mut().next().unwrap();
        let routes = api["routes"].as_object_mut().unwrap().values_mut();
        let theirs = routes.into_iter().find(|route| route["routeKey"] == "POST /orders").unwrap();
        theirs["authorizerId"] = "another".into();
    });
    house.run_sandboxed("up shop --auto-approve", "").ok();
    assert_eq!(route(&house, "POST /orders")["authorizationType"], "JWT");
    assert_eq!(route(&house, "GET /orders")["authorizationType"], "NONE");
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok();
}

/// A pool has one web ACL: when ours is taken out of the file, the one that somebody has put in its place stays.
#[test]
fn a_web_acl_of_others_is_not_taken_away() {
    let house = House::new(&[]);
    let held = |house: &House| house.json(WORLD)["waf"]["associations"].as_object().unwrap().values().next().cloned();
    write(&house, &format!("web_acl_arn: {OURS}"));
    house.run_sandboxed("up shop --auto-approve", "").ok();
    let put = |acl: &'static str| {
        move |world: &mut Value| {
            *world["waf"]["associations"].as_object_mut().unwrap().values_mut().next().unwrap() = acl.into();
        }
    };
    meddle(&house, put(THEIRS));
    write(&house, "");
    house.run_sandboxed("up shop --auto-approve", "").ok().says("stays: it is not this stack's");
    assert_eq!(held(&house), Some(THEIRS.into()));
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok();
    // Our own goes.
    meddle(&house, |world| world["waf"]["associations"] = json!({}));
    write(&house, &format!("web_acl_arn: {OURS}"));
    house.run_sandboxed("up shop --auto-approve", "").ok();
    write(&house, "");
    house.run_sandboxed("up shop --auto-approve", "").ok();
    assert_eq!(held(&house), None);
}
