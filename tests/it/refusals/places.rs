//! What is found after parsing points into the file that says it, through `extends`; also for programs.

use serde_json::Value;

use crate::world::World;

/// A world whose stack `shop` says little, and whose base says the rest.
fn world() -> World {
    let world = World::new();
    world
        .write("stacks/shop.yaml", "extends: common.yaml\nuser_pool:\n  name: shop\n  deletion_protection: INACTIVE\n");
    world.write(
        "stacks/common.yaml",
        "region: ap-southeast-2\n\nuser_pool:\n  username_attributes: [email]\n  auto_verified_attributes: [email]\n\n\
         app_clients:\n  web:\n    callback_urls: [https://app.shop.org/callback]\n    allowed_oauth_flows: [code]\n    \
         allowed_oauth_scopes: [openid, email]\n    supported_identity_providers: [COGNITO]\n",
    );
    world
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_rule_between_two_fields_points_into_the_file_that_breaks_it() {
    let world = world();
    world.edit("stacks/shop.yaml", "  name: shop", "  name: shop\n  mfa: { mode: \"ON\" }");
    world.edit("stacks/common.yaml", "[openid, email]", "[email]");
    world.run("validate shop").failed().check("place_rules");
    let said = json(&world.run("validate shop --json").failed().out);
    let files: Vec<&str> =
        said["problems"].as_array().unwrap().iter().map(|one| one["place"]["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["stacks/shop.yaml", "stacks/common.yaml"], "{said:#}");
}

#[test]
fn what_cannot_be_changed_points_into_the_file_that_says_it() {
    let world = world();
    world.up("shop");
    world.edit("stacks/common.yaml", "username_attributes: [email]", "username_attributes: [phone_number]");
    world.run("plan shop --sandbox").failed().check("place_immutable");
    let said = json(&world.run("plan shop --sandbox --json").failed().out);
    let problem = &said["error"]["problems"][0];
    assert_eq!(problem["place"]["file"], "stacks/common.yaml", "{said:#}");
    assert_eq!(problem["at"], "user_pool.username_attributes");
}

#[test]
fn what_preflight_refuses_points_into_the_file_that_says_it() {
    let world = world();
    world.edit("stacks/common.yaml", "app_clients:", "domain:\n  name: auth.shop.org\n\napp_clients:");
    world.run("plan shop --sandbox").failed().check("place_preflight");
}

#[test]
fn what_aws_refuses_points_into_the_file_that_asked_for_it() {
    let world = world();
    let refused = |line: &str, fault: &str| world.run_with(line, &[("STACK_SANDBOX_FAULTS", fault)]).failed();
    // Named by its value, in the base.
    let fault = "CreateUserPoolClient=refuse:*:ScopeDoesNotExistException:Invalid scope requested: email";
    refused("up shop --sandbox --auto-approve", fault).check("place_refused_value");
    // Named by nothing, and the only change, in the stack's own file.
    world.up("shop");
    world.edit("stacks/shop.yaml", "  name: shop", "  name: shop\n  password_policy: { minimum_length: 20 }");
    refused("up shop --sandbox --auto-approve", "UpdateUserPool=refuse:*:InvalidParameterException:No")
        .check("place_refused_change");
}

#[test]
fn what_aws_does_not_let_be_read_points_into_the_file_also_for_programs() {
    let world = world();
    world.up("shop");
    let fault = [("STACK_SANDBOX_FAULTS", "DescribeUserPoolClient=refuse:*:InvalidParameterException:No")];
    world.run_with("plan shop --sandbox", &fault).failed().check("place_unread");
    let said = json(&world.run_with("plan shop --sandbox --json", &fault).failed().out);
    let error = &said["error"];
    assert_eq!(error["address"], "app_client.web", "{said:#}");
    assert_eq!(error["aws"]["operation"], "DescribeUserPoolClient");
    assert_eq!(error["aws"]["code"], "InvalidParameterException");
    assert!(error["aws"]["request_id"].is_string());
    assert_eq!(error["problems"][0]["at"], "app_clients.web");
    assert_eq!(error["problems"][0]["place"]["file"], "stacks/common.yaml");
    assert_eq!(error["problems"][0]["place"]["line"], 8);
    let hints: Vec<&str> = error["hints"].as_array().unwrap().iter().map(|hint| hint.as_str().unwrap()).collect();
    assert!(hints[0].contains("what it is asked by"), "{hints:?}");
}
