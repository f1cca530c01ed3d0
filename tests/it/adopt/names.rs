//! Names that need care, and texts that YAML would take for something else.

use serde_json::Value;

use super::made::{from_stack, holds, imported, rebuilds, with_clients, written};
use crate::world::{World, repository};

#[test]
fn clients_of_odd_names_have_keys_of_their_own() {
    let names = [
        "web",
        "Web",
        "yes",
        "null",
        "1.0",
        "my app",
        "my_app",
        "a@b.c",
        "+++",
        "x,y=z",
        "-",
        "0",
        "true",
        "app-1",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    ];
    let world = with_clients("yes", &names);
    imported(&world, "shop", "").ok();
    let state: Value = serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap();
    let clients: Vec<&String> =
        state["resources"].as_object().unwrap().keys().filter(|address| address.starts_with("app_client.")).collect();
    assert_eq!(clients.len(), names.len(), "{clients:?}");
    rebuilds(&world, "shop");
    // Each client is recorded under the key that its name stands at.
    let held = holds(&world);
    let pool = &held["cognito"]["pools"]["ap-southeast-2"][super::made::pool(&world)];
    for (address, record) in
        state["resources"].as_object().unwrap().iter().filter(|(one, _)| one.starts_with("app_client."))
    {
        let id = record["id"].as_str().unwrap().split_once('/').unwrap().1;
        assert_eq!(pool["clients"][id]["settings"]["ClientName"], record["observed"]["name"], "{address}");
    }
}

#[test]
fn clients_of_one_name_stay_as_they_are_and_no_other_is_made() {
    let world = with_clients("shop", &["web", "web"]);
    imported(&world, "shop", "").ok();
    world.run("plan shop --sandbox --detailed-exitcode").ok();
    let text = written(&world, "shop");
    assert_eq!(text.matches("web").count(), 3, "web, and web_2 with its name: {text}");
    let other = World::with(&world.path("stacks"));
    let ran = other.run("up shop --sandbox --auto-approve").failed();
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("`web` is the name of app_client.web too"), "{said}");
    assert!(said.contains("give each a `name` of its own"), "{said}");
}

#[test]
fn texts_that_yaml_would_take_for_something_else_stay_texts() {
    let stack = r##"
region: ap-southeast-2
tags: { "yes": "no", "1.0": "2.0", "null": "true", "ключ": "значение ёж", "a:b": "c/d", "empty": "" }
user_pool:
  name: "1.0"
  attributes: { "yes": { type: String }, "null": { type: Number, min_value: 0 }, "über": { type: String } }
  admin_create_user_config:
    invite_message_template:
      email_subject: "# no comment: 'really' \"so\""
      email_message: "---\n- {username}\n- {####}\n\n  indented\n\ttab\n"
      sms_message: "yes: {username} {####}"
  verification_message_template:
    email_subject: "👍 grüße ~"
    email_message: "{####} and a trailing blank \nhere"
    sms_message: "{####} & *more* | > ! % @ `x`"
  sms_authentication_message: "- {####}"
app_clients:
  "yes":
    callback_urls: ["https://a.example.com/?x=#{y}", "myapp://a,b"]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
  "123": { name: "[a]" }
"##;
    let stack = stack.replace("?x=#{y}", "?x={y}").replace("name: \"[a]\"", "name: \"@a, b=c\"");
    let world = from_stack("odd", &stack, &repository().join("tests/it/samples/valid"));
    imported(&world, "odd", "").ok();
    assert!(written(&world, "odd").contains("name: \"1.0\""), "{}", written(&world, "odd"));
    rebuilds(&world, "odd");
}

#[test]
fn what_was_written_is_for_people_to_read() {
    let world = with_clients("shop", &["web", "my app"]);
    imported(&world, "shop", "").check("import_of_a_pool");
    crate::world::check("import_of_a_pool_file", &written(&world, "shop"));
    let prod = crate::world::World::new();
    prod.up("prod");
    super::made::orphaned(&prod, "prod");
    imported(&prod, "prod", "").check("import_of_prod");
    crate::world::check("import_of_prod_file", &written(&prod, "prod"));
}
