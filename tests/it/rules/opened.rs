//! What the real program has made, seen as people see it: the pages of a domain, opened in the sandbox.

use serde_json::{Value, json};

use super::calls::{Answered, call};
use crate::world::World;

const STACK: &str = "region: eu-west-1
user_pool:
  name: shop
  sign_in_policy: { allowed_first_auth_factors: [PASSWORD, WEB_AUTHN] }
app_clients:
  web:
    callback_urls: ['https://shop.example.com/cb']
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid, aws.cognito.signin.user.admin]
    supported_identity_providers: [COGNITO]
users: { ann: {} }
domain: { prefix: shop-keys }
";
const PREFIX: &str = "shop-keys.auth.eu-west-1.amazoncognito.com";

fn shop() -> World {
    let world = World::empty();
    world.write("stacks/shop.yaml", STACK);
    world.up("shop");
    world
}

/// Opens a page of this host as the stack's client has people open it, with what they fill in.
fn open(world: &World, host: &str, page: &str, with: &Value) -> Answered {
    let state: Value = serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap();
    let id = state["resources"]["app_client.web"]["id"].as_str().unwrap();
    let mut input = json!({
        "Host": host, "client_id": id.split('/').nth(1), "redirect_uri": "https://shop.example.com/cb",
    });
    if page != "Token" {
        input["response_type"] = "code".into();
    }
    for (name, value) in with.as_object().unwrap() {
        input[name] = value.clone();
    }
    call(&world.sandbox(), "eu-west-1", page, &input)
}

/// Whose passkeys somebody can register who signs in at this host.
fn party(world: &World, host: &str) -> Value {
    let signed_in = open(world, host, "SignIn", &json!({ "username": "ann" }));
    let code = signed_in.at("/code");
    let token = open(world, host, "Token", &json!({ "grant_type": "authorization_code", "code": code }));
    let token = token.at("/access_token");
    let began = call(&world.sandbox(), "eu-west-1", "StartWebAuthnRegistration", &json!({ "AccessToken": token }));
    began.at("/CredentialCreationOptions/rp/id")
}

/// app_client.md 1: with none, the pages have nothing to offer.
#[test]
fn the_pages_offer_the_providers_that_a_client_names_and_no_others() {
    let world = shop();
    let shown = open(&world, PREFIX, "Login", &json!({}));
    assert!(shown.status == 200 && shown.body.contains("COGNITO"), "{shown:?}");
    world.edit("stacks/shop.yaml", "supported_identity_providers: [COGNITO]", "supported_identity_providers: []");
    world.up("shop");
    let shown = open(&world, PREFIX, "Login", &json!({}));
    assert!(shown.status == 400 && shown.body.contains("no way to sign in"), "{shown:?}");
}

/// user_pool.md 4, domain_certificate_dns.md 2: a domain of one's own takes passkeys over, unless the file says whose they
/// are.
#[test]
fn passkeys_are_for_whom_the_file_says_and_else_for_the_domain() {
    let world = shop();
    assert_eq!(party(&world, PREFIX), PREFIX);
    world.edit("stacks/shop.yaml", "{ prefix: shop-keys }", "{ name: auth.example.com, hosted_zone: example.com }");
    world.up("shop");
    assert_eq!(party(&world, "auth.example.com"), "auth.example.com");
    let declared = "  web_authn_configuration: { relying_party_id: example.com }\n";
    world.edit("stacks/shop.yaml", "app_clients:\n", &format!("{declared}app_clients:\n"));
    world.up("shop");
    assert_eq!(party(&world, "auth.example.com"), "example.com");
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}
