//! What asks for a new object, what may only be added, what AWS keeps, and what an old choice leaves over.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stack::engine::facts::Facts;
use stack::engine::plan::{Action, After};
use stack::kind::OnChange;
use stack::kinds::KINDS;

use crate::laws_cases::{Case, cases, desired};
use crate::laws_fields::put;
use crate::laws_world::{Laws, REGION, World};

/// Kind, what tells the case, field, another value, and what else the spec says.
type Replaced = (&'static str, &'static str, &'static str, Value, Vec<(&'static str, Value)>);

fn network() -> Value {
    json!({ "cidr_routing_config": { "collection_id": "c-1", "location_name": "office" } })
}

/// A record that is chosen by `policy`, of which one field changes.
fn routed(path: &'static str, value: Value, policy: &Value) -> Replaced {
    ("dns_record", "", path, value, vec![("routing", put(policy, "set_identifier", Some(json!("blue"))))])
}

/// Fields that ask for a new object.
fn replaced() -> Vec<Replaced> {
    let unprotected = || vec![("deletion_protection", json!("INACTIVE"))];
    vec![
        ("user_pool", "", "username_attributes", json!(["email", "phone_number"]), unprotected()),
        ("user_pool", "", "username_configuration.case_sensitive", json!(true), unprotected()),
        ("user_pool", "", "standard_attributes.given_name.required", json!(false), unprotected()),
        ("user_pool", "", "standard_attributes.given_name.mutable", json!(false), unprotected()),
        ("user_pool", "", "standard_attributes.given_name.min_length", json!(3), unprotected()),
        ("user_pool", "", "standard_attributes.given_name.max_length", json!(99), unprotected()),
        ("user_pool", "", "standard_attributes.updated_at.min_value", json!(3), unprotected()),
        ("user_pool", "", "standard_attributes.updated_at.max_value", json!(5_000_000_000_i64), unprotected()),
        ("user_pool", " (other)", "alias_attributes", json!(["email"]), unprotected()),
        (
            "app_client",
            "",
            "generate_secret",
            json!(false),
            vec![("enable_propagate_additional_user_context_data", json!(false))],
        ),
        ("certificate", "", "domain_name", json!("*.dev.example.com"), vec![]),
        ("certificate", "", "subject_alternative_names", json!([]), vec![]),
        ("certificate", "", "key_algorithm", json!("EC_prime256v1"), vec![]),
        ("certificate", "", "export", json!("DISABLED"), vec![]),
        ("dns_record", "", "name", json!("mail2.example.com"), vec![]),
        ("dns_record", "", "routing.set_identifier", json!("green"), vec![]),
        routed("routing.region", json!("eu-west-1"), &json!({ "region": "eu-central-1" })),
        routed("routing.failover", json!("SECONDARY"), &json!({ "failover": "PRIMARY" })),
        routed(
            "routing.geo_location.continent_code",
            json!("AF"),
            &json!({ "geo_location": { "continent_code": "EU" } }),
        ),
        routed("routing.geo_location.country_code", json!("*"), &json!({ "geo_location": { "country_code": "DE" } })),
        routed(
            "routing.geo_location.subdivision_code",
            json!("NY"),
            &json!({ "geo_location": { "country_code": "US", "subdivision_code": "CA" } }),
        ),
        routed("routing.cidr_routing_config.collection_id", json!("c-2"), &network()),
        routed("routing.cidr_routing_config.location_name", json!("home"), &network()),
        (
            "dns_record",
            "",
            "type",
            json!("CNAME"),
            vec![("target", json!({ "values": { "ttl": 60, "values": ["a.example.com"] } }))],
        ),
        ("domain", "", "domain", json!("login.example.com"), vec![]),
        ("domain_activation", "", "domain", json!("domain.prefix"), vec![]),
        ("domain_resolution", "", "domain", json!("domain.prefix"), vec![]),
        ("ui_customization", "", "app_client", json!("app_client.web"), vec![]),
        ("managed_login_branding", "", "app_client", json!("app_client.admin"), vec![]),
        ("resource_server", "", "identifier", json!("orders"), vec![]),
        ("group", "", "name", json!("others"), vec![]),
        ("user", "", "username", json!("bob"), vec![]),
        ("risk_configuration", "", "app_client", json!("app_client.web"), vec![]),
        ("terms", "", "app_client", json!("app_client.admin"), vec![]),
        ("terms", "", "document", json!("privacy-policy"), vec![]),
        ("identity_pool", "", "developer_provider_name", json!("login.market"), vec![]),
        (
            "lambda_permission",
            "",
            "function",
            json!("arn:aws:lambda:ap-southeast-2:000000000000:function:greet"),
            vec![],
        ),
        ("identity_provider", " (oidc)", "name", json!("Other"), vec![]),
        ("replica", "", "region", json!("eu-west-1"), vec![]),
    ]
}

/// Fields whose replacing cannot be asked for in one stack, and why.
const NOT_ASKED_FOR: [(&str, &str); 20] = [
    ("app_client.user_pool", "a stack has one pool; a pool that is replaced takes its clients along"),
    ("certificate.alive", "always true; AWS makes it false"),
    ("certificate_validation.certificate", "a stack makes one certificate"),
    ("dns_record.hosted_zone", "the sandbox begins with one zone"),
    ("dns_record.hosted_zone_id", "the sandbox begins with one zone"),
    ("domain.user_pool", "a stack has one pool"),
    ("api_authorizer.api_id", "the sandbox begins with one HTTP API"),
    ("lambda_permission.user_pool", "a stack has one pool"),
    ("web_acl_association.user_pool", "a stack has one pool"),
    ("identity_provider.type", "another type has other details: held in providers.rs"),
    ("identity_provider.user_pool", "a stack has one pool"),
    ("log_delivery.user_pool", "a stack has one pool"),
    ("replica.user_pool", "a stack has one pool"),
    ("managed_login_branding.user_pool", "a stack has one pool"),
    ("risk_configuration.user_pool", "a stack has one pool"),
    ("terms.user_pool", "a stack has one pool"),
    ("ui_customization.user_pool", "a stack has one pool"),
    ("resource_server.user_pool", "a stack has one pool"),
    ("group.user_pool", "a stack has one pool"),
    ("user.user_pool", "a stack has one pool"),
];

#[test]
fn every_field_that_asks_for_a_new_object_is_tried_or_excused() {
    let tried = replaced().into_iter().map(|(kind, _, path, ..)| one_of_all(&format!("{kind}.{path}")));
    let tried: BTreeSet<String> = tried.collect();
    let excused = |field: &String| NOT_ASKED_FOR.iter().any(|(name, _)| name == field);
    let mut asked_for = Vec::new();
    for kind in KINDS {
        ask_for_a_new_object(Facts::of(&kind.schema()), kind.name(), &mut asked_for);
    }
    let is_tried = |field: &String| tried.contains(&one_of_all(field));
    let wrong: Vec<&String> = asked_for.iter().filter(|field| is_tried(field) == excused(field)).collect();
    assert!(wrong.is_empty(), "neither tried nor excused, or both: {wrong:#?}");
    assert!(asked_for.len() > 60, "{}", asked_for.len());
}

/// The standard attributes are of one type: what is tried with one is tried with all.
fn one_of_all(field: &str) -> String {
    let attribute = field.strip_prefix("user_pool.standard_attributes.").and_then(|field| field.split_once('.'));
    attribute.map_or_else(|| field.to_owned(), |(_, field)| format!("user_pool.standard_attributes.*.{field}"))
}

/// The fields below `above` that ask for a new object and have no fields of their own.
fn ask_for_a_new_object(facts: Facts<'_>, above: &str, found: &mut Vec<String>) {
    for name in facts.fields() {
        let (path, field) = (format!("{above}.{name}"), facts.key(name));
        if !field.is_whole() && !field.fields().is_empty() {
            ask_for_a_new_object(field, &path, found);
        } else if field.on_change == OnChange::Replace {
            found.push(path);
        }
    }
}

/// How many objects of each sort the sandbox holds.
fn counted(held: &Value) -> [usize; 7] {
    let none = serde_json::Map::new();
    let pools: Vec<&Value> = held["cognito"]["pools"][REGION].as_object().unwrap_or(&none).values().collect();
    let in_pools = |what: &str| pools.iter().map(|pool| pool[what].as_object().map_or(0, serde_json::Map::len)).sum();
    let zones = held["route53"]["zones"].as_object().unwrap_or(&none).values();
    [
        pools.len(),
        in_pools("clients"),
        in_pools("ui") + in_pools("brandings") + in_pools("risks") + in_pools("terms"),
        in_pools("servers") + in_pools("groups") + in_pools("users"),
        held["cognito"]["domains"].as_object().map_or(0, serde_json::Map::len),
        held["acm"]["certificates"].as_array().map_or(0, Vec::len),
        zones.map(|zone| zone["records"].as_array().map_or(0, Vec::len)).sum(),
    ]
}

async fn replace(case: &Case, path: &str, value: &Value, more: &[(&str, Value)]) {
    let what = format!("{}{}.{path}", case.address, case.word);
    let mut world = World::new().await;
    let loses = world.kinds.of(&case.address).loses() != stack::kind::Loss::Nothing;
    let from = more
        .iter()
        .filter(|(name, _)| *name != "target")
        .fold(case.example.clone(), |spec, (name, value)| put(&spec, name, Some(value.clone())));
    let to = more.iter().fold(from.clone(), |spec, (name, value)| put(&spec, name, Some(value.clone())));
    let to = put(&to, path, Some(value.clone()));
    world.settle(&case.with(&from), &what).await;
    let (old, before) = (world.id(&case.address), counted(&world.holds()));
    if loses {
        let problems = world.plan(&case.with(&to)).await.unwrap_err();
        let flag = format!("--allow-loss {}", case.address.kind);
        let said = |problem: &stack::error::Problem| {
            problem.at == what.replace(case.word, "") && problem.hint.as_ref().is_some_and(|hint| hint.contains(&flag))
        };
        assert!(problems.iter().any(said), "{what}: {problems:#?}");
        world.options.allow_loss.insert(case.address.kind.clone());
    }
    let plan = world.settle(&case.with(&to), &what).await;
    let planned = &plan.resources[&case.address];
    assert_eq!(planned.action, Action::Replace, "{what}");
    let change = planned.changes.iter().find(|change| change.path == path).unwrap();
    assert_eq!((change.on_change, &change.after), (OnChange::Replace, &After::Known(value.clone())), "{what}");
    // A record's id is its place: one that goes and comes again there has the same.
    let same_place = path.starts_with("routing.") && path != "routing.set_identifier";
    assert_eq!(world.id(&case.address) == old, same_place, "{what}");
    assert_eq!(counted(&world.holds()), before, "{what}: something is left or lost");
    assert!(world.state().resources.values().all(|record| record.deposed.is_empty()), "{what}");
}

#[tokio::test(flavor = "current_thread")]
async fn each_field_that_asks_for_a_new_object_gets_one_and_leaves_nothing() {
    let (cases, mut laws) = (cases(), Laws::default());
    for (kind, word, path, value, more) in replaced() {
        let case = cases.iter().find(|case| case.address.kind == kind && case.word == word).unwrap();
        laws.hold(replace(case, path, &value, &more)).await;
    }
    laws.end(15);
}

#[tokio::test(flavor = "current_thread")]
async fn attributes_are_added_and_never_changed_or_removed() {
    let case = &cases()[0];
    let mut world = World::new().await;
    world.settle(&case.with(&case.example), "pool").await;
    let added = put(&case.example, "attributes.region", Some(json!({ "type": "String", "max_length": 16 })));
    let plan = world.settle(&case.with(&added), "added").await;
    assert_eq!(plan.resources[&case.address].action, Action::Update);
    let schema = world.pool()["schema"].clone();
    assert!(schema.as_array().unwrap().iter().any(|attribute| attribute["Name"] == "custom:region"));
    world.options.allow_loss.insert("user_pool".to_owned());
    for (path, value) in [
        ("attributes.region.max_length", Some(json!(17))),
        ("attributes.region.type", Some(json!("Number"))),
        ("attributes.region", None),
        ("attributes", None),
    ] {
        let problems = world.plan(&case.with(&put(&added, path, value))).await.unwrap_err();
        assert!(problems.iter().all(|one| one.at.starts_with("user_pool.attributes.")), "{path}: {problems:#?}");
        assert!(problems.iter().all(|one| one.message.contains("AWS has no way to do it")), "{path}: {problems:#?}");
    }
}

/// Fields that AWS keeps when an update leaves them out (`user_pool.md` 3, `app_client.md` 1): what declares one, the
/// field, where the sandbox has it, and what stands there once it is taken out of the file.
#[tokio::test(flavor = "current_thread")]
async fn what_aws_keeps_unasked_goes_when_it_is_taken_out() {
    let email = json!({
        "email_sending_account": "DEVELOPER", "source_arn": format!("arn:aws:ses:{REGION}:000000000000:identity/example.com"),
    });
    let pool = |more: Value| {
        let mut spec = json!({ "name": "shop" });
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        spec
    };
    let passkeys = json!({ "relying_party_id": "auth.example.com", "user_verification": "required", "factor_configuration": "SINGLE_FACTOR" });
    let kept = [
        (
            pool(json!({ "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP"] } })),
            "sign_in_policy",
            "/settings/Policies/SignInPolicy/AllowedFirstAuthFactors",
            json!(["PASSWORD"]),
        ),
        (
            pool(json!({ "auto_verified_attributes": ["email"],
                "user_attribute_update_settings": { "attributes_require_verification_before_update": ["email"] } })),
            "user_attribute_update_settings",
            "/settings/UserAttributeUpdateSettings/AttributesRequireVerificationBeforeUpdate",
            Value::Null,
        ),
        (
            pool(json!({ "password_policy": { "minimum_length": 20 } })),
            "password_policy",
            "/settings/Policies/PasswordPolicy/MinimumLength",
            json!(8),
        ),
        (
            pool(json!({ "password_policy": { "require_symbols": false } })),
            "password_policy.require_symbols",
            "/settings/Policies/PasswordPolicy/RequireSymbols",
            json!(true),
        ),
        (pool(json!({ "user_pool_tier": "PLUS" })), "user_pool_tier", "/settings/UserPoolTier", json!("ESSENTIALS")),
        (pool(json!({ "mfa": { "mode": "ON", "software_token": true } })), "mfa", "/mfa/mode", json!("OFF")),
        (
            pool(
                json!({ "mfa": { "mode": "ON", "software_token": true, "email": { "subject": "x" } }, "email_configuration": email }),
            ),
            "mfa.email",
            "/mfa/email",
            Value::Null,
        ),
        (
            pool(json!({ "web_authn_configuration": passkeys })),
            "web_authn_configuration",
            "/mfa/web_authn",
            Value::Null,
        ),
        (pool(json!({ "tags": { "app": "shop" } })), "tags", "/tags/app", Value::Null),
        (pool(json!({ "tags": { "app": "shop", "b": "c" } })), "tags.app", "/tags/app", Value::Null),
    ];
    let mut laws = Laws::default();
    for (spec, path, place, expected) in kept {
        laws.hold(async {
            let world = World::new().await;
            world.settle(&desired(&[("user_pool", spec.clone())]), path).await;
            let there = |world: &World| world.pool().pointer(place).cloned().unwrap_or_default();
            assert_ne!(there(&world), expected, "{path}");
            world.settle(&desired(&[("user_pool", put(&spec, path, None))]), path).await;
            assert_eq!(there(&world), expected, "{path}");
        })
        .await;
    }
    laws.hold(async {
        let world = World::new().await;
        let rotating = json!({
            "user_pool": "user_pool", "name": "web", "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH"],
            "refresh_token_rotation": { "feature": "ENABLED", "retry_grace_period_seconds": 10 },
        });
        let mut plain = put(&rotating, "refresh_token_rotation", None);
        plain["explicit_auth_flows"] = json!(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]);
        let stack = |client: &Value| desired(&[("user_pool", pool(json!({}))), ("app_client.web", client.clone())]);
        world.settle(&stack(&rotating), "rotation").await;
        assert_eq!(world.client()["settings"]["RefreshTokenRotation"]["Feature"], "ENABLED");
        world.settle(&stack(&plain), "no rotation").await;
        assert_eq!(world.client()["settings"]["RefreshTokenRotation"]["Feature"], "DISABLED");
    })
    .await;
    laws.end(11);
}

#[tokio::test(flavor = "current_thread")]
async fn a_new_choice_leaves_nothing_over_of_what_nobody_declares() {
    let email = json!({
        "email_sending_account": "DEVELOPER", "source_arn": format!("arn:aws:ses:{REGION}:000000000000:identity/example.com"),
    });
    let key = format!("arn:aws:kms:{REGION}:000000000000:key/mrk-1");
    let template = json!({ "email_message": "Your code is {####}", "email_subject": "Code" });
    let by_link = json!({
        "default_email_option": "CONFIRM_WITH_LINK", "email_message_by_link": "{##Here##}", "email_subject_by_link": "Link",
    });
    // What there is, nobody declaring more than the name; and what is declared then.
    let choices = [
        (
            json!({ "mfa": { "mode": "OPTIONAL", "software_token": true, "email": {} }, "email_configuration": email }),
            json!({ "mfa": { "mode": "OFF" } }),
        ),
        (
            json!({ "verification_message_template": template }),
            json!({ "verification_message_template": { "default_email_option": "CONFIRM_WITH_LINK" } }),
        ),
        (
            json!({ "verification_message_template": by_link }),
            json!({ "verification_message_template": { "default_email_option": "CONFIRM_WITH_CODE" } }),
        ),
        (
            json!({ "key_configuration": { "key_type": "CUSTOMER_MANAGED_KEY", "kms_key_arn": key } }),
            json!({ "key_configuration": { "key_type": "AWS_OWNED_KEY" } }),
        ),
    ];
    let mut laws = Laws::default();
    for (there, declared) in choices {
        laws.hold(async {
            let world = World::new().await;
            let what = declared.to_string();
            let pool = |more: &Value| {
                let mut spec = json!({ "name": "shop" });
                spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                desired(&[("user_pool", spec)])
            };
            world.settle(&pool(&there), &what).await;
            world.forget_what_was_asked("user_pool", &json!({ "name": "shop" }));
            world.settle(&pool(&declared), &what).await;
        })
        .await;
    }
    laws.hold(async {
        let world = World::new().await;
        let client = |more: Value| {
            let mut spec = json!({ "user_pool": "user_pool", "name": "web" });
            spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            desired(&[("user_pool", json!({ "name": "shop" })), ("app_client.web", spec)])
        };
        let flows = json!(["ALLOW_USER_SRP_AUTH"]);
        let on = json!({ "feature": "ENABLED", "retry_grace_period_seconds": 10 });
        world.settle(&client(json!({ "explicit_auth_flows": flows, "refresh_token_rotation": on })), "on").await;
        world.forget_what_was_asked("app_client.web", &json!({ "user_pool": "user_pool", "name": "web" }));
        let flows = json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
        let off = json!({ "feature": "DISABLED" });
        world.settle(&client(json!({ "explicit_auth_flows": flows, "refresh_token_rotation": off })), "off").await;
    })
    .await;
    laws.end(5);
}
