//! Whole blocks to begin with, as editors offer them.

use serde_json::{Value, json};

use super::publish::Defs;
use crate::kinds::replica;
use crate::stack::check::names::REGIONS;

/// A file to begin with.
pub(super) fn whole() -> Value {
    json!([{
        "label": "new stack",
        "description": "A pool that people sign in to with their e-mail address, a web client, and sign-in pages",
        "body": {
            "region": "${1:eu-west-1}",
            "user_pool": {
                "name": "${2:shop}",
                "username_attributes": ["email"],
                "auto_verified_attributes": ["email"],
            },
            "app_clients": { "${3:web}": web("4") },
            "domain": { "prefix": "${5:shop-login}" },
        },
    }])
}

fn web(place: &str) -> Value {
    json!({
        "callback_urls": [format!("https://${{{place}:app.example.com}}/callback")],
        "allowed_oauth_flows": ["code"],
        "allowed_oauth_scopes": ["openid", "email"],
        "supported_identity_providers": ["COGNITO"],
    })
}

fn client(settings: &Value, name: &str) -> Value {
    json!({ format!("${{1:{name}}}"): settings })
}

/// Where a snippet is offered: the definition and the field; its name, what it is, and what it writes.
type Snippet = (&'static str, &'static str, &'static str, &'static str, Value);

/// Whole blocks of a file.
fn blocks() -> Vec<Snippet> {
    let mut server = web("2");
    server["generate_secret"] = json!(true);
    let machine = json!({
        "generate_secret": true,
        "allowed_oauth_flows": ["client_credentials"],
        "allowed_oauth_scopes": ["${2:orders/read}"],
    });
    let record =
        json!({ "${1:www}": { "name": "${2:www.example.com}", "type": "${3:A}", "values": ["${4:192.0.2.1}"] } });
    vec![
        (
            "StackFile",
            "app_clients",
            "web client",
            "A browser application: the code flow with PKCE, no secret",
            client(&web("2"), "web"),
        ),
        (
            "StackFile",
            "app_clients",
            "server client",
            "A web application with a server that keeps a secret",
            client(&server, "server"),
        ),
        (
            "StackFile",
            "app_clients",
            "machine client",
            "An application that signs in as itself",
            client(&machine, "machine"),
        ),
        (
            "StackFile",
            "resource_servers",
            "resource server",
            "An API of your own, with scopes that clients may be given as `orders/read`",
            json!({ "${1:orders}": { "scopes": { "${2:read}": "${3:Read orders}" } } }),
        ),
        (
            "StackFile",
            "groups",
            "group",
            "People who share what they may do; the lowest precedence wins",
            json!({ "${1:admins}": { "description": "${2:May do everything}", "precedence": 0 } }),
        ),
        (
            "StackFile",
            "users",
            "first administrator",
            "An account that is there from the beginning, told of by e-mail",
            json!({ "${1:admin}": {
                "username": "${2:admin@example.com}",
                "attributes": { "email": "${2:admin@example.com}" },
                "groups": ["${3:admins}"],
                "invite": ["EMAIL"],
            } }),
        ),
        (
            "StackFile",
            "domain",
            "custom domain",
            "A domain of your own; its certificate and records are made with it",
            json!({ "name": "${1:auth.example.com}", "hosted_zone": "${2:example.com}" }),
        ),
        (
            "StackFile",
            "domain",
            "custom domain, DNS elsewhere",
            "A domain of your own; its records are shown, and waited for",
            json!({ "name": "${1:auth.example.com}", "dns": "manual" }),
        ),
        (
            "StackFile",
            "domain",
            "prefix domain",
            "A domain below amazoncognito.com",
            json!({ "prefix": "${1:shop-dev}" }),
        ),
        (
            "StackFile",
            "user_pool",
            "pool with e-mail addresses",
            "People sign in with their e-mail address",
            json!({ "name": "${1:shop}", "username_attributes": ["email"], "auto_verified_attributes": ["email"] }),
        ),
        (
            "StackFile",
            "state",
            "state in S3",
            "For stacks that several people or machines work on",
            json!({ "s3": { "bucket": "${1:shop-stacks}", "key": "${2:auth/dev.json}", "region": "${3:eu-west-1}" } }),
        ),
        ("StackFile", "records", "record", "A record in Route 53", record),
    ]
}

/// What other services take the pool's tokens for.
fn services() -> Vec<Snippet> {
    vec![
        (
            "StackFile",
            "api_authorizers",
            "authorizer",
            "Routes of an HTTP API that ask for this pool's tokens",
            json!({ "${1:orders}": {
                "api_id": "${2:a1b2c3d4e5}",
                "routes": { "${3:GET /orders}": { "scopes": ["${4:orders/read}"] } },
            } }),
        ),
        (
            "StackFile",
            "identity_pool",
            "identity pool",
            "AWS credentials for those who have signed in",
            json!({ "roles": { "authenticated": "arn:aws:iam::${1:111122223333}:role/${2:shop-user}" } }),
        ),
    ]
}

/// Threat protection, the replica, logs and terms.
fn guards() -> Vec<Snippet> {
    vec![
        (
            "StackFile",
            "risk_configuration",
            "leaked passwords and taken accounts",
            "What threat protection does; on the plan PLUS",
            json!({
                "compromised_credentials_risk_configuration": { "actions": { "event_action": "${1:BLOCK}" } },
                "account_takeover_risk_configuration": {
                    "actions": {
                        "low_action": { "event_action": "NO_ACTION", "notify": false },
                        "medium_action": { "event_action": "MFA_IF_CONFIGURED", "notify": false },
                        "high_action": { "event_action": "${2:MFA_REQUIRED}", "notify": false },
                    },
                },
            }),
        ),
        (
            "StackFile",
            "replica",
            "a copy in another Region",
            "Where people sign in while the first Region fails; asks for a multi-Region key",
            json!({ "region": "${1:eu-central-1}", "status": "${2:ACTIVE}" }),
        ),
        (
            "StackFile",
            "log_delivery",
            "messages that could not be sent",
            "To a log group of CloudWatch Logs",
            json!({
                "user_notification":
                    "arn:aws:logs:${1:eu-west-1}:${2:111122223333}:log-group:/aws/vendedlogs/${3:shop}",
            }),
        ),
        (
            "StackFile",
            "terms",
            "terms and privacy policy",
            "Links that managed login shows",
            json!({
                "${1:web}": {
                    "terms_of_use": { "default": "${2:https://example.com/terms}" },
                    "privacy_policy": { "default": "${3:https://example.com/privacy}" },
                },
            }),
        ),
    ]
}

/// Ways to sign in through others.
fn providers() -> Vec<Snippet> {
    let google = json!({
        "Google": {
            "google": {
                "client_id": "${1:1234567890-abc.apps.googleusercontent.com}",
                "client_secret": { "env": "${2:GOOGLE_CLIENT_SECRET}" },
                "authorize_scopes": ["openid", "email", "profile"],
            },
            "attribute_mapping": { "email": "email", "email_verified": "email_verified", "name": "name" },
        },
    });
    let saml = json!({
        "${1:Corp}": {
            "saml": { "metadata_url": "${2:https://idp.example.com/metadata}" },
            "attribute_mapping": {
                "email": "${3:http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress}",
            },
        },
    });
    let oidc = json!({
        "${1:Corp}": {
            "oidc": {
                "client_id": "${2:shop}",
                "client_secret": { "env": "${3:CORP_CLIENT_SECRET}" },
                "authorize_scopes": ["openid", "email"],
                "oidc_issuer": "${4:https://idp.example.com}",
            },
            "attribute_mapping": { "email": "email" },
        },
    });
    vec![
        (
            "StackFile",
            "identity_providers",
            "Google login",
            "People sign in with Google; clients name it under `supported_identity_providers`",
            google,
        ),
        (
            "StackFile",
            "identity_providers",
            "SAML login",
            "People of an organisation sign in with its own provider, by SAML",
            saml,
        ),
        (
            "StackFile",
            "identity_providers",
            "OpenID Connect login",
            "People sign in with any provider that speaks OpenID Connect",
            oidc,
        ),
    ]
}

/// The same, within the pool and its clients.
fn inner() -> Vec<Snippet> {
    let password = json!({
        "minimum_length": "${1:12}",
        "require_lowercase": true,
        "require_uppercase": true,
        "require_numbers": true,
        "require_symbols": true,
        "temporary_password_validity_days": 7,
    });
    let ses = json!({
        "email_sending_account": "DEVELOPER",
        "source_arn": "arn:aws:ses:${1:eu-west-1}:${2:111122223333}:identity/${3:example.com}",
        "from_email_address": "${4:Shop <no-reply@example.com>}",
    });
    vec![
        (
            "ClientSettings",
            "refresh_token_rotation",
            "rotation",
            "Each refresh token is good for one use; `explicit_auth_flows` then goes without ALLOW_REFRESH_TOKEN_AUTH",
            json!({ "feature": "${1:ENABLED}", "retry_grace_period_seconds": "${2:10}" }),
        ),
        (
            "UserPool",
            "mfa",
            "optional authenticator app",
            "Users may add an authenticator app",
            json!({ "mode": "OPTIONAL", "software_token": true }),
        ),
        (
            "UserPool",
            "mfa",
            "required authenticator app",
            "Every user needs an authenticator app",
            json!({ "mode": "ON", "software_token": true }),
        ),
        (
            "UserPool",
            "password_policy",
            "strong passwords",
            "All of it, for AWS does not say what the rest would be",
            password,
        ),
        (
            "UserPool",
            "email_configuration",
            "e-mail through SES",
            "From an address of your own, without Cognito's daily limit",
            ses,
        ),
        (
            "UserPool",
            "attributes",
            "attribute",
            "An attribute of your own; it can never be taken away",
            json!({ "${1:tenant}": { "type": "${2:String}", "mutable": true, "max_length": 64 } }),
        ),
    ]
}

/// Adds the blocks, and values to choose from where there are many.
pub(super) fn add(defs: &mut Defs) {
    for (def, field, label, description, body) in
        blocks().into_iter().chain(providers()).chain(services()).chain(guards()).chain(inner())
    {
        offer(&mut defs[def]["properties"][field], json!({ "label": label, "description": description, "body": body }));
    }
    for (def, field, regions) in [
        ("StackFile", "region", REGIONS),
        ("S3Settings", "region", REGIONS),
        ("Failover", "secondary_region", replica::REGIONS),
        ("ReplicaSettings", "region", replica::REGIONS),
    ] {
        for region in regions {
            offer(&mut defs[def]["properties"][field], json!({ "label": region, "body": region }));
        }
    }
    for def in defs.values_mut() {
        offer_examples(def);
    }
}

/// Editors explain a field with each of its examples, one below the other. Several are better offered.
fn offer_examples(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(examples)) = object.get("examples").filter(|examples| examples.get(1).is_some()).cloned() {
        object.remove("examples");
        for example in examples {
            offer(schema, json!({ "label": example, "body": example }));
        }
    }
}

fn offer(schema: &mut Value, snippet: Value) {
    if !schema["defaultSnippets"].is_array() {
        schema["defaultSnippets"] = json!([]);
    }
    if let Some(snippets) = schema["defaultSnippets"].as_array_mut() {
        snippets.push(snippet);
    }
}
