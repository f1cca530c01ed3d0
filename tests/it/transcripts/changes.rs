//! A stack from nothing to AWS, a changed line, and nothing left to do.

use crate::world::{World, check};

#[test]
fn a_new_stack_is_planned_applied_changed_and_applied_again() {
    let world = World::new();
    world.run("plan dev --sandbox").check("plan_new");
    world.run("plan prod --sandbox").check("plan_new_prod");
    world.run("up dev --sandbox --auto-approve").check("up_new");
    world.run("plan dev --sandbox").check("plan_nothing");
    world.run("up dev --sandbox").check("up_nothing");

    world.edit("stacks/dev.yaml", "minimum_length: 8", "minimum_length: 10");
    world.edit("stacks/dev.yaml", "http://localhost:3000/callback]", "http://localhost:5173/callback]");
    world.edit("stacks/base.yaml", "{####}.", "{####}. It holds for a day.");
    world.edit("stacks/ui/login.css", "#f4f6f8", "#ffffff");
    world.run("plan dev --sandbox").check("plan_changed");
    world.run("apply dev --sandbox --auto-approve").check("apply_changed");
    world.run("plan dev --sandbox").check("plan_nothing_again");
}

#[test]
fn a_yes_is_asked_for() {
    let world = World::new();
    world.edit("stacks/dev.yaml", "domain:\n  name: auth.example.com\n  hosted_zone: example.com\n", "");
    world.write("stacks/dev.yaml", format!("{}\nui_customization: null\n", world.read("stacks/dev.yaml")));
    world.run("apply dev --sandbox").failed().check("apply_without_a_yes");
    assert!(!world.path("state/sandbox/dev.json").exists(), "nothing was asked for, so nothing is remembered");
}

#[test]
fn a_plan_exits_as_scripts_expect() {
    let world = World::new();
    let code = |line: &str| world.run(line).code;
    assert_eq!(code("plan dev --sandbox --detailed-exitcode"), Some(2));
    assert_eq!(code("plan dev --sandbox"), Some(0));
    world.up("dev");
    assert_eq!(code("plan dev --sandbox --detailed-exitcode"), Some(0));
    world.edit("stacks/dev.yaml", "minimum_length: 8", "minimum_length: 3");
    assert_eq!(code("plan dev --sandbox --detailed-exitcode"), Some(1));
}

#[test]
fn one_resource_and_what_it_needs() {
    let world = World::new();
    world.run("plan dev --sandbox --target app_client.web").check("plan_target");
    world.run("plan dev --sandbox --target app_client.spa").check("plan_target_unknown");
}

#[test]
fn what_makes_anew_says_why() {
    let world = World::new();
    world.up("dev");
    world.edit("stacks/base.yaml", "case_sensitive: false", "case_sensitive: true");
    world.run("plan dev --sandbox").failed().check("plan_refused_replacement");
    world.run("plan dev --sandbox --allow-loss user_pool").check("plan_replacement");
}

#[test]
fn a_secret_that_a_client_gets_later_makes_it_anew() {
    let world = World::new();
    world.up("dev");
    world.edit(
        "stacks/dev.yaml",
        "    name: example-dev-client\n",
        "    name: example-dev-client\n    generate_secret: true\n",
    );
    world.run("plan dev --sandbox").check("plan_client_with_a_secret");
    world.run("apply dev --sandbox --auto-approve --allow-loss app_client").check("apply_client_with_a_secret");
}

#[test]
fn attributes_are_only_ever_added() {
    let world = World::new();
    world.up("dev");
    world.edit("stacks/dev.yaml", "max_length: 36", "max_length: 40");
    world.run("plan dev --sandbox").failed().check("plan_refused_attribute");
    world.edit("stacks/dev.yaml", "min_length: 36, max_length: 40", "min_length: 36, max_length: 36");
    world.edit("stacks/dev.yaml", "    app_user_id:", "    role: { type: String, max_length: 32 }\n    app_user_id:");
    world.run("plan dev --sandbox").check("plan_new_attribute");
    world.run("apply dev --sandbox --auto-approve").ok();
    assert_eq!(world.run("plan dev --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn a_parent_without_an_address_is_refused_before_anything_is_made() {
    let world = World::new();
    world.edit("stacks/dev.yaml", "name: auth.example.com", "name: auth.lab.example.com");
    world.run("plan dev --sandbox").failed().check("plan_without_parent_record");
    world.edit("stacks/dev.yaml", "hosted_zone: example.com", "hosted_zone: example.com\n  parent_record: placeholder");
    world.run("plan dev --sandbox --target domain.custom").check("plan_placeholder");
}

#[test]
fn the_plan_for_programs_has_the_known_shape() {
    let world = World::new();
    let plan: serde_json::Value = serde_json::from_str(&world.run("plan dev --sandbox --json").out).unwrap();
    let changes = plan["resource_changes"].as_array().unwrap();
    let lines: Vec<String> = changes
        .iter()
        .map(|one| format!("{} {}", one["address"].as_str().unwrap(), one["change"]["actions"]))
        .collect();
    check("plan_json_actions", &lines.join("\n"));
    let keys: Vec<&String> = plan.as_object().unwrap().keys().collect();
    check("plan_json_keys", &format!("{keys:#?}"));
    let client = changes.iter().find(|one| one["address"] == "app_client.web").unwrap();
    check("plan_json_client", &serde_json::to_string_pretty(client).unwrap());
    world.up("dev");
    world.edit("stacks/dev.yaml", "minimum_length: 8", "minimum_length: 10");
    let plan: serde_json::Value = serde_json::from_str(&world.run("plan dev --sandbox --json").out).unwrap();
    let pool = plan["resource_changes"].as_array().unwrap().iter().find(|one| one["address"] == "user_pool").unwrap();
    assert_eq!(pool["change"]["actions"], serde_json::json!(["update"]));
    assert_eq!(pool["change"]["before"]["password_policy"]["minimum_length"], 8);
    assert_eq!(pool["change"]["after"]["password_policy"]["minimum_length"], 10);
}

#[test]
fn a_route_that_is_opened_is_named_before() {
    let world = World::empty();
    let file = |authorizers: &str| {
        let pool = "region: ap-southeast-2\nuser_pool: { name: shop, deletion_protection: INACTIVE }\n";
        world.write("stacks/shop.yaml", format!("{pool}app_clients: {{ web: {{}} }}\n{authorizers}"));
    };
    let routes = |routes: &str| format!("api_authorizers: {{ orders: {{ api_id: a1b2c3d4e5, routes: {routes} }} }}\n");
    file(&routes("{ GET /orders: { scopes: [email] }, POST /orders: {} }"));
    world.up("shop");
    file(&routes("{ GET /orders: {} }"));
    world.run("plan shop --sandbox").check("route_opened");
    world.run("plan shop --sandbox --markdown").check("route_opened_markdown");
    let json: serde_json::Value = serde_json::from_str(&world.run("plan shop --sandbox --json").out).unwrap();
    let changes = json["resource_changes"].as_array().unwrap();
    let warned = changes.iter().find(|one| one["address"] == "api_authorizer.orders").unwrap();
    assert_eq!(warned["warnings"].as_array().unwrap().len(), 2, "{warned}");
    world.run("apply shop --sandbox --auto-approve --json").check("route_opened_events");
    file("");
    world.run("plan shop --sandbox").check("authorizer_gone");
    world.run("destroy shop --sandbox").failed().check("authorizer_destroyed_without_a_yes");
}
