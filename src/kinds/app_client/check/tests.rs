//! Each rule broken once, and what must not be called broken.

use serde_json::{Value, json};

use super::super::AppClient;
use super::*;

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn in_pool<T>(then: impl FnOnce(&PoolFacts<'_>) -> T) -> T {
    let facts = PoolFacts {
        custom_attributes: &names(&["tenant", "role"]),
        required_attributes: &names(&["email"]),
        is_lite: false,
        identity_providers: None,
        servers: &BTreeMap::new(),
    };
    then(&facts)
}

fn found(client: &Value, pool: &PoolFacts<'_>) -> Vec<Problem> {
    let client = serde_json::from_value::<ClientSettings>(client.clone()).unwrap();
    let mut problems = Vec::new();
    check(&client, pool, "app_clients.web", &mut problems);
    problems
}

/// That a client has exactly this one problem: there, saying this.
#[track_caller]
fn refused(client: &Value, pool: &PoolFacts<'_>, at: &str, says: &str) {
    let problems = found(client, pool);
    let [problem] = problems.as_slice() else { panic!("{client} gives {problems:#?}") };
    assert_eq!(problem.at, format!("app_clients.web.{at}"), "{client}");
    assert!(problem.message.contains(says), "{client}: {}", problem.message);
    assert!(problem.hint.as_ref().is_some_and(|hint| !hint.is_empty()), "{client}");
    assert!(!problem.message.ends_with(['.', ' ']) && !problem.message.contains("  "), "{}", problem.message);
}

const PROJECT: &str = "arn:aws:mobiletargeting:us-east-1:111122223333:apps/0a";

fn with(mut client: Value, more: &Value) -> Value {
    client.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client
}

/// A client that signs users in, with these fields besides.
fn web(more: &Value) -> Value {
    let web = json!({
        "callback_urls": ["https://example.com/cb"],
        "allowed_oauth_flows": ["code"],
        "allowed_oauth_scopes": ["openid"],
    });
    with(web, more)
}

/// A client that signs in as itself, with these fields besides.
fn machine(more: &Value) -> Value {
    let machine = json!({ "allowed_oauth_flows": ["client_credentials"], "allowed_oauth_scopes": ["orders/read"] });
    with(machine, more)
}

/// A client whose refresh tokens rotate, with these flows.
fn rotating(flows: &[&str]) -> Value {
    json!({ "refresh_token_rotation": { "feature": "ENABLED" }, "explicit_auth_flows": flows })
}

/// One field broken at a time, in an ordinary pool.
fn table(cases: &[(Value, &str, &str)]) {
    in_pool(|pool| {
        for (client, at, says) in cases {
            refused(client, pool, at, says);
        }
    });
}

#[test]
fn what_aws_takes_is_not_refused() {
    in_pool(|pool| {
        for example in [AppClient::example(), AppClient::example_changed()] {
            let client = serde_json::to_value(&example.settings).unwrap();
            assert_eq!(found(&client, pool), []);
        }
        for client in [
            json!({}),
            web(&json!({})),
            web(
                &json!({ "callback_urls": ["http://localhost", "http://127.0.0.1:3000/cb?x=1", "http://[::1]:8080/"] }),
            ),
            web(&json!({ "callback_urls": ["myapp://cb", "com.example.app:/cb"] })),
            web(&json!({ "allowed_oauth_scopes": ["openid", "https://api.example.com/read", "orders/write"] })),
            machine(&json!({ "generate_secret": true })),
            machine(&json!({ "client_secret": { "env": "S" } })),
            json!({ "access_token_validity": "5m", "id_token_validity": "24h", "refresh_token_validity": "1d" }),
            json!({ "access_token_validity": "1d", "id_token_validity": "300s", "refresh_token_validity": "3650d" }),
            json!({ "refresh_token_validity": "60m", "auth_session_validity": "180s" }),
            json!({ "explicit_auth_flows": ["ADMIN_NO_SRP_AUTH"] }),
            rotating(&["ALLOW_USER_SRP_AUTH"]),
            json!({ "refresh_token_rotation": { "feature": "DISABLED", "retry_grace_period_seconds": 0 } }),
            json!({ "read_attributes": ["sub", "tenant", "custom:role"], "write_attributes": ["email", "tenant"] }),
            json!({ "supported_identity_providers": ["COGNITO", "Okta"] }),
            json!({ "analytics_configuration": { "application_arn": PROJECT } }),
        ] {
            assert_eq!(found(&client, pool), [], "{client}");
        }
    });
}

#[test]
fn names_and_secrets() {
    table(&[
        (json!({ "name": "a/b" }), "name", "cannot name an app client"),
        (json!({ "name": "" }), "name", "cannot name an app client"),
        (json!({ "name": "x".repeat(129) }), "name", "cannot name an app client"),
        (json!({ "generate_secret": true, "client_secret": { "env": "S" } }), "client_secret", "not both"),
        (
            json!({ "enable_propagate_additional_user_context_data": true }),
            "enable_propagate_additional_user_context_data",
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
    ]);
}

#[test]
fn urls() {
    let url = |url: &str| web(&json!({ "callback_urls": [url] }));
    let long = format!("https://example.com/{}", "x".repeat(1005));
    table(&[
        (url("http://example.com/"), "callback_urls", "http://example.com/ cannot use the HTTP protocol."),
        (url("HTTP://example.com/"), "callback_urls", "cannot use the HTTP protocol."),
        (url("http://localhost.example.com/"), "callback_urls", "cannot use the HTTP protocol."),
        (url("http://localhost@example.com/"), "callback_urls", "cannot use the HTTP protocol."),
        (url("https://example.com/#top"), "callback_urls", "https://example.com/#top cannot use fragment"),
        (url("/callback"), "callback_urls", "is not a whole URL"),
        (url("example.com/callback"), "callback_urls", "is not a whole URL"),
        (url("https:/callback"), "callback_urls", "names no host"),
        (url("https://"), "callback_urls", "names no host"),
        (url("https://*.example.com/cb"), "callback_urls", "would match nothing"),
        (url("https://example.com/a b"), "callback_urls", "holds a space"),
        (url(&long), "callback_urls", "has 1025 characters"),
        (url(""), "callback_urls", "has 0 characters"),
        (json!({ "logout_urls": ["http://example.com"] }), "logout_urls", "cannot use the HTTP protocol."),
        (
            json!({ "logout_urls": (0..101).map(|n| format!("https://example.com/{n}")).collect::<Vec<_>>() }),
            "logout_urls",
            "101 URLs are more than AWS allows: 100",
        ),
        (
            web(&json!({ "default_redirect_uri": "https://example.com/cb/" })),
            "default_redirect_uri",
            "The default redirect URI https://example.com/cb/ is not in the callback URIs list.",
        ),
    ]);
}

#[test]
fn grants_and_scopes() {
    const BOTH: &str = "AllowedOAuthFlows and AllowedOAuthScopes are required";
    let scopes = |scopes: &[&str]| web(&json!({ "allowed_oauth_scopes": scopes }));
    let many: Vec<String> = (0..51).map(|n| format!("orders/{n}")).collect();
    table(&[
        (json!({ "allowed_oauth_flows_user_pool_client": true }), "allowed_oauth_flows_user_pool_client", BOTH),
        (json!({ "allowed_oauth_scopes": ["openid"] }), "allowed_oauth_scopes", BOTH),
        (
            json!({ "allowed_oauth_flows": ["code"], "callback_urls": ["https://example.com"] }),
            "allowed_oauth_flows",
            BOTH,
        ),
        (web(&json!({ "callback_urls": [] })), "allowed_oauth_flows", "CallbackUrls can not be empty"),
        (
            web(&json!({ "allowed_oauth_flows": ["implicit"], "callback_urls": null })),
            "allowed_oauth_flows",
            "CallbackUrls can not be empty",
        ),
        (
            web(&json!({ "allowed_oauth_flows": ["code", "client_credentials"], "generate_secret": true })),
            "allowed_oauth_flows",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            json!({ "allowed_oauth_flows": ["client_credentials"], "allowed_oauth_scopes": ["orders/read"] }),
            "allowed_oauth_flows",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            machine(&json!({ "allowed_oauth_scopes": ["openid"], "generate_secret": true })),
            "allowed_oauth_scopes",
            "is about a user",
        ),
        (scopes(&["openid", "openID"]), "allowed_oauth_scopes", "Invalid scope requested: openID"),
        (scopes(&["openid", "orders/"]), "allowed_oauth_scopes", "Invalid scope requested: orders/"),
        (scopes(&["openid", "orders/re ad"]), "allowed_oauth_scopes", "cannot be a scope"),
        (scopes(&["email", "phone"]), "allowed_oauth_scopes", "AWS grants email only together with openid"),
        (
            web(&json!({ "allowed_oauth_scopes": many })),
            "allowed_oauth_scopes",
            "51 scopes are more than AWS allows: 50",
        ),
    ]);
}

#[test]
fn lengths_of_time() {
    const RANGE: &str = "Invalid range for token validity.";
    const LONGER: &str = "must be less than or equal to refresh token expiration times.";
    table(&[
        (json!({ "access_token_validity": "299s" }), "access_token_validity", RANGE),
        (json!({ "access_token_validity": "2d" }), "access_token_validity", RANGE),
        (json!({ "id_token_validity": "1441m" }), "id_token_validity", RANGE),
        (json!({ "refresh_token_validity": "59m" }), "refresh_token_validity", RANGE),
        (json!({ "refresh_token_validity": "3651d" }), "refresh_token_validity", RANGE),
        (json!({ "access_token_validity": "2h", "refresh_token_validity": "90m" }), "access_token_validity", LONGER),
        (json!({ "id_token_validity": "61m", "refresh_token_validity": "60m" }), "id_token_validity", LONGER),
        (json!({ "auth_session_validity": "2m" }), "auth_session_validity", "2m is out of range"),
        (json!({ "auth_session_validity": "16m" }), "auth_session_validity", "16m is out of range"),
        (json!({ "auth_session_validity": "200s" }), "auth_session_validity", "200s is out of range"),
    ]);
}

#[test]
fn flows_and_rotation() {
    table(&[
        (json!({ "explicit_auth_flows": [] }), "explicit_auth_flows", "an empty list"),
        (
            json!({ "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"] }),
            "explicit_auth_flows",
            "cannot be used with legacy auth flow names.\": USER_PASSWORD_AUTH",
        ),
        (
            json!({ "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH"] }),
            "explicit_auth_flows",
            "REFRESH_TOKEN_AUTH should always be allowed.",
        ),
        (
            json!({ "refresh_token_rotation": { "feature": "ENABLED" } }),
            "refresh_token_rotation",
            "which is among AWS's defaults",
        ),
        (rotating(&["ALLOW_REFRESH_TOKEN_AUTH"]), "refresh_token_rotation", "which explicit_auth_flows lists"),
        (
            json!({ "refresh_token_rotation": { "feature": "DISABLED", "retry_grace_period_seconds": 10 } }),
            "refresh_token_rotation.retry_grace_period_seconds",
            "no grace period",
        ),
        (
            json!({
                "refresh_token_rotation": { "feature": "ENABLED", "retry_grace_period_seconds": 61 },
                "explicit_auth_flows": ["ALLOW_USER_AUTH"],
            }),
            "refresh_token_rotation.retry_grace_period_seconds",
            "61 seconds are too long",
        ),
    ]);
}

#[test]
fn attributes() {
    const READ: &str = "Invalid read attributes specified while creating a client";
    const WRITE: &str = "Invalid write attributes specified while creating a client";
    table(&[
        (json!({ "read_attributes": [] }), "read_attributes", "an empty list"),
        (json!({ "write_attributes": [] }), "write_attributes", "an empty list"),
        (json!({ "read_attributes": ["emial"] }), "read_attributes", READ),
        (json!({ "read_attributes": ["custom:email"] }), "read_attributes", READ),
        (json!({ "read_attributes": ["dev:role"] }), "read_attributes", READ),
        (json!({ "read_attributes": ["other:role"] }), "read_attributes", READ),
        (json!({ "write_attributes": ["email", "sub"] }), "write_attributes", WRITE),
        (json!({ "write_attributes": ["email", "email_verified"] }), "write_attributes", WRITE),
        (json!({ "write_attributes": ["name"] }), "write_attributes", "the pool requires email of every user"),
    ]);
    in_pool(|pool| {
        let hint = found(&json!({ "read_attributes": ["emial"] }), pool).pop().unwrap().hint.unwrap();
        assert!(hint.starts_with("did you mean email?"), "{hint}");
    });
}

#[test]
fn analytics() {
    let analytics = |analytics: Value| json!({ "analytics_configuration": analytics });
    let role = "arn:aws:iam::111122223333:role/x";
    table(&[
        (analytics(json!({})), "analytics_configuration", "in one way"),
        (analytics(json!({ "application_id": "0a", "role_arn": role })), "analytics_configuration", "in one way"),
        (analytics(json!({ "application_arn": PROJECT, "role_arn": role })), "analytics_configuration", "in one way"),
        (analytics(json!({ "application_arn": role })), "analytics_configuration.application_arn", "is not the ARN"),
        (
            analytics(json!({ "application_id": "xyz", "role_arn": role, "external_id": "e" })),
            "analytics_configuration.application_id",
            "is not a Pinpoint project's id",
        ),
    ]);
}

#[test]
fn what_the_rest_of_the_file_says() {
    in_pool(|pool| {
        let (providers, servers) =
            (names(&["Okta"]), BTreeMap::from([("https://a.example/b".to_owned(), names(&["read"]))]));
        let pool = PoolFacts { is_lite: true, identity_providers: Some(&providers), servers: &servers, ..*pool };
        let flows = json!({ "explicit_auth_flows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
        refused(&flows, &pool, "explicit_auth_flows", "needs the Essentials tier");
        let known = json!({ "supported_identity_providers": ["COGNITO", "Okta"] });
        assert_eq!(found(&known, &pool), []);
        let unknown = json!({ "supported_identity_providers": ["Google"] });
        refused(&unknown, &pool, "supported_identity_providers", "The provider Google does not exist");
        let known = web(&json!({ "allowed_oauth_scopes": ["https://a.example/b/read", "anothers/write"] }));
        assert_eq!(found(&known, &pool), []);
        let unknown = web(&json!({ "allowed_oauth_scopes": ["https://a.example/b/write"] }));
        refused(&unknown, &pool, "allowed_oauth_scopes", "Invalid scope requested: https://a.example/b/write");
    });
}

#[test]
fn two_clients_of_one_name_are_worth_a_word_and_all_problems_come_at_once() {
    let client = |client: Value| serde_json::from_value::<ClientSettings>(client).unwrap();
    let clients = BTreeMap::from([
        ("app".to_owned(), client(json!({ "name": "web" }))),
        ("bad".to_owned(), client(json!({ "access_token_validity": "1s", "logout_urls": ["x"] }))),
        ("web".to_owned(), client(json!({}))),
        ("zoo".to_owned(), client(json!({ "name": "bad" }))),
    ]);
    let mut problems = Vec::new();
    in_pool(|pool| check_all(&clients, pool, &mut problems));
    let at: Vec<_> = problems.iter().map(|problem| problem.at.as_str()).collect();
    assert_eq!(at, ["app_clients.bad.logout_urls", "app_clients.bad.access_token_validity"], "{problems:#?}");
    let words = super::namesakes(&clients);
    let at: Vec<_> = words.iter().map(|word| word.at.as_str()).collect();
    assert_eq!(at, ["app_clients.web", "app_clients.zoo.name"], "{words:#?}");
    assert!(words[0].message.starts_with("the client is named `web`, as app is"), "{words:#?}");
}
