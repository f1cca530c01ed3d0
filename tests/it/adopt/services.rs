//! What other services have of a pool is adopted with it, where it is the pool's alone.

use super::leftovers::said;
use super::made::{from_stack, imported, orphaned, pool, rebuilds, written};
use crate::world::{World, repository};

const STACK: &str = "
region: ap-southeast-2
tags: { app: shop, team: login }
user_pool: { name: shop }
app_clients: { web: {}, mobile: {} }
identity_pool:
  name: people of the shop
  app_clients:
    web: { server_side_token_check: true, role_mapping: { type: Token, ambiguous_role_resolution: Deny } }
    mobile: {}
  supported_login_providers: { accounts.google.com: one }
  roles: { authenticated: 'arn:aws:iam::000000000000:role/in' }
  principal_tags: { user_pool: { tags: { department: email } }, accounts.google.com: { use_defaults: true } }
  tags: { team: people, tier: identities }
api_authorizers:
  orders: { api_id: a1b2c3d4e5, app_clients: [web], routes: { GET /orders: { scopes: [openid] }, POST /orders: {} } }
  other: { api_id: a1b2c3d4e5, name: The other, identity_source: $request.querystring.token }
web_acl_arn: arn:aws:wafv2:ap-southeast-2:000000000000:regional/webacl/shop/1
";

fn adopted() -> World {
    from_stack("shop", STACK, &repository().join("tests/it/samples/valid"))
}

#[test]
fn services_come_with_their_pool() {
    let world = adopted();
    imported(&world, "shop", "").ok();
    crate::world::check("import_with_services_file", &written(&world, "shop"));
    let state = world.read("state/sandbox/shop.json");
    for address in ["identity_pool", "api_authorizer.orders", "api_authorizer.The_other", "web_acl_association"] {
        assert!(state.contains(&format!("\"{address}\"")), "{address}: {state}");
    }
}

#[test]
fn what_was_adopted_is_rebuilt_as_it_was() {
    let world = adopted();
    imported(&world, "shop", "").ok();
    rebuilds(&world, "shop");
}

#[test]
fn what_may_not_be_looked_for_is_not_known() {
    let world = adopted();
    let ran = imported(&world, "shop", "ListIdentityPools=denied;GetApis=denied;GetWebACLForResource=denied");
    for what in ["identity pools", "authorizers of HTTP APIs", "web ACLs before the pool"] {
        assert!(said(&ran).contains(&format!("not adopted: {what}, if there are any: not known: ")), "{ran}");
    }
    assert!(!written(&world, "shop").contains("identity_pool"));
}

#[test]
fn what_is_others_too_stays_theirs() {
    let world = World::empty();
    let file =
        |name: &str| format!("region: ap-southeast-2\nuser_pool: {{ name: {name} }}\napp_clients: {{ web: {{}} }}\n");
    world.write("stacks/shop.yaml", format!("{}identity_pool: {{}}\n", file("shop")));
    world.up("shop");
    let ours = pool(&world);
    // A second identity pool takes tokens of the same pool, and an authorizer those of a client that is not there.
    let client = world.recorded("shop", "app_client.web", "/id").split_once('/').unwrap().1.to_owned();
    world.behind(async |aws| {
        let call = async |service, target, operation, input: serde_json::Value| {
            aws.raw.once().json(service, "ap-southeast-2", (target, operation), &input).await.unwrap()
        };
        let provider = format!("cognito-idp.ap-southeast-2.amazonaws.com/{ours}");
        let identity = (stack::aws::raw::IDENTITY, "AWSCognitoIdentityService");
        let second = serde_json::json!({
            "IdentityPoolName": "second", "AllowUnauthenticatedIdentities": false,
            "CognitoIdentityProviders": [{ "ProviderName": provider, "ClientId": client }],
        });
        call(identity.0, identity.1, "CreateIdentityPool", second).await;
        let issuer = format!("https://{provider}");
        for (name, audience) in [("absent", "1absent"), ("twice", client.as_str()), ("twice", client.as_str())] {
            let input = serde_json::json!({
                "name": name, "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": { "issuer": issuer, "audience": [audience] },
            });
            let place = ("POST", "/v2/apis/a1b2c3d4e5/authorizers", Some(&input));
            let gateway = stack::aws::raw::GATEWAY;
            aws.raw.once().rest(gateway, "ap-southeast-2", "CreateAuthorizer", place).await.unwrap();
        }
    });
    orphaned(&world, "shop");
    let ran = imported(&world, "shop", "");
    let told = said(&ran);
    assert_eq!(told.matches("the user pool is in several, and a stack has one").count(), 2, "{ran}");
    assert_eq!(told.matches("it takes tokens of clients that the stack does not have").count(), 1, "{ran}");
    assert_eq!(told.matches("the API has several called `twice`, which nothing tells apart").count(), 2, "{ran}");
    let file = written(&world, "shop");
    assert!(!file.contains("identity_pool") && !file.contains("api_authorizers"), "{file}");
}
