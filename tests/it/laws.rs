//! What holds of every kind, against the sandbox.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stack::address::Address;
use stack::engine::diff;
use stack::engine::plan::Action;
use stack::kinds::KINDS;

use crate::laws_cases::{Case, cases, desired, plain_client, plain_pool};
use crate::laws_fields::put;
use crate::laws_world::{Laws, World};

/// What makes nothing in AWS: a wait that is a resource of its own, with its object's id.
const WAITS: [&str; 3] = ["certificate_validation", "domain_activation", "domain_resolution"];

fn makes_an_object(case: &Case) -> bool {
    !WAITS.contains(&case.address.kind.as_str())
}

#[test]
fn every_kind_has_a_name_of_its_own_and_a_case() {
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name()).collect();
    for name in &names {
        assert_eq!(name.parse::<Address>().unwrap(), Address::one(*name));
    }
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(unique.len(), names.len(), "{names:?}");
    let cases = cases();
    let covered: BTreeSet<&str> = cases.iter().map(|case| case.address.kind.as_str()).collect();
    assert_eq!(covered, unique, "a kind without a case, or a case without a kind");
}

#[test]
fn every_field_of_every_kind_is_documented() {
    fn look(path: &str, schema: &Value, bare: &mut Vec<String>) {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            let said = |schema: &Value| schema["description"].as_str().is_some_and(|text| text.len() > 5);
            // An enum's variant that holds a struct is described beside the struct.
            if !said(field) && !said(schema) {
                bare.push(path.clone());
            }
            look(&path, field, bare);
        }
        for part in ["anyOf", "oneOf", "allOf"] {
            for variant in schema[part].as_array().into_iter().flatten() {
                look(path, variant, bare);
            }
        }
        for part in ["items", "additionalProperties"] {
            if schema[part].is_object() {
                look(path, &schema[part], bare);
            }
        }
    }
    let mut bare = Vec::new();
    for kind in KINDS {
        look(kind.name(), &kind.schema(), &mut bare);
    }
    assert!(bare.is_empty(), "{bare:#?}");
}

#[test]
fn an_example_survives_yaml_and_json() {
    for case in cases() {
        for spec in [&case.example, &case.changed] {
            assert_eq!((case.typed)(spec).unwrap(), *spec, "{}", case.address);
            assert_eq!((case.through_yaml)(spec), *spec, "{}", case.address);
        }
        assert!(case.example != case.changed, "{}: nothing is changed", case.address);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_made_reads_back_as_it_was_asked_for_and_a_second_plan_is_empty() {
    let mut laws = Laws::default();
    for case in cases() {
        let what = &case.address.to_string();
        laws.hold(async {
            for spec in [&case.example, &case.changed] {
                let world = World::new().await;
                let plan = world.settle(&case.with(spec), what).await;
                assert_eq!(plan.resources[&case.address].action, Action::Create);
                let left = diff::missing(spec, Some(&world.observed(&case.address)), world.kinds.facts(&case.address));
                assert!(left.is_empty(), "{}: {left:#?}", case.address);
                assert!(world.state().pending.is_empty());
            }
        })
        .await;
    }
    laws.end(10);
}

#[tokio::test(flavor = "current_thread")]
async fn an_id_alone_is_enough_to_read_an_object() {
    let mut laws = Laws::default();
    for case in cases() {
        let what = &case.address.to_string();
        laws.hold(async {
            let world = World::new().await;
            world.settle(&case.with(&case.example), what).await;
            let run = world.run(false);
            let (kind, id) = (world.kinds.of(&case.address), world.id(&case.address));
            let seen = kind.read(&run.ctx(None), &id, None).await.unwrap().unwrap();
            // Where a secret is found is the file's to say: AWS cannot.
            let known = ["client_secret", "private_key"].iter().fold(world.observed(&case.address), |spec, name| {
                let blocks: Vec<String> = spec.as_object().unwrap().keys().cloned().collect();
                blocks.iter().fold(spec, |spec, block| put(&spec, &format!("{block}.{name}"), None))
            });
            assert_eq!(seen.spec, known, "{}", case.address);
            assert_eq!(seen.outputs, world.state().resources[&case.address].outputs, "{}", case.address);
            assert!(seen.waiting.is_none(), "{}", case.address);
        })
        .await;
    }
    laws.end(10);
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_deleted_twice_is_gone_and_reads_as_gone() {
    let mut laws = Laws::default();
    for case in cases() {
        let what = &case.address.to_string();
        laws.hold(async {
            let mut world = World::new().await;
            let empty = world.holds();
            let mut spec = case.example.clone();
            if case.address.kind == "user_pool" {
                spec["deletion_protection"] = json!("INACTIVE");
            }
            world.settle(&case.without(), what).await;
            let before = world.holds();
            world.settle(&case.with(&spec), what).await;
            let (kind, state) = (world.kinds.of(&case.address), world.state());
            let record = &state.resources[&case.address];
            let run = world.run(false);
            for last in [Some((&record.observed, &record.outputs)), None] {
                kind.delete(&run.ctx(None), &record.id, last).await.unwrap();
                let seen = kind.read(&run.ctx(None), &record.id, last).await.unwrap();
                assert_eq!(seen.is_none(), makes_an_object(&case), "{}", case.address);
            }
            drop(run);
            world.is_back_at(&before, what);
            // What was deleted behind the state's back is made again, and goes with everything else.
            world.settle(&case.with(&spec), what).await;
            world.options.destroy = true;
            world.options.allow_loss.extend(["user_pool", "user", "identity_pool"].map(str::to_owned));
            world.settle(&desired(&[]), what).await;
            world.is_back_at(&empty, &format!("the whole stack of {what}"));
            assert!(world.state().is_empty());
        })
        .await;
    }
    laws.end(10);
}

/// What a pool has one of, so that there is no other to tell it from.
const ONE_IN_A_POOL: [&str; 2] = ["log_delivery", "replica"];

/// A second object beside the example's: its address, its spec, and whether nothing but the token tells them apart.
fn another(case: &Case) -> (Address, Value, bool) {
    let mut spec = case.example.clone();
    let (address, by_token) = match case.address.kind.as_str() {
        "user_pool" => return ("user_pool".parse().unwrap(), spec, true),
        "certificate" => return ("certificate.other".parse().unwrap(), spec, true),
        "app_client" => {
            spec["name"] = json!("shop app");
            ("app_client.app", false)
        }
        "dns_record" => {
            spec["name"] = json!("mail2.example.com");
            ("dns_record.mail2", false)
        }
        "domain" => {
            spec = json!({ "user_pool": "user_pool", "domain": "shop-dev" });
            ("domain.prefix", false)
        }
        "ui_customization" => {
            spec["app_client"] = json!("app_client.web");
            ("ui_customization.web", false)
        }
        "identity_pool" => return ("identity_pool".parse().unwrap(), spec, true),
        "api_authorizer" => {
            spec["name"] = json!("other");
            spec["routes"] = json!({});
            ("api_authorizer.other", false)
        }
        "lambda_permission" => {
            spec["function"] = json!("arn:aws:lambda:ap-southeast-2:000000000000:function:greet");
            ("lambda_permission.greet", false)
        }
        "identity_provider" => {
            let oidc =
                json!({ "client_id": "a", "authorize_scopes": ["openid"], "oidc_issuer": "https://a.example.com" });
            spec = json!({ "user_pool": "user_pool", "type": "OIDC", "name": "Another", "oidc": oidc });
            ("identity_provider.Another", false)
        }
        "managed_login_branding" => {
            spec["app_client"] = json!("app_client.admin");
            ("managed_login_branding.admin", false)
        }
        "resource_server" => {
            spec["identifier"] = json!("orders");
            ("resource_server.other", false)
        }
        "group" => {
            spec["name"] = json!("others");
            ("group.others", false)
        }
        "user" => {
            spec["username"] = json!("bob");
            ("user.bob", false)
        }
        "risk_configuration" => {
            spec["app_client"] = json!("app_client.web");
            ("risk_configuration.web", false)
        }
        "terms" => {
            spec["app_client"] = json!("app_client.admin");
            ("terms.admin-terms-of-use", false)
        }
        other => panic!("{other} has no other object"),
    };
    (address.parse().unwrap(), spec, by_token)
}

#[tokio::test(flavor = "current_thread")]
async fn find_finds_what_create_made_under_its_token_and_nothing_else() {
    let mut laws = Laws::default();
    // A pool has one web ACL, or none.
    let several = |case: &Case| makes_an_object(case) && case.address.kind != "web_acl_association";
    for case in cases().into_iter().filter(several) {
        let what = &case.address.to_string();
        laws.hold(async {
            let world = World::new().await;
            world.settle(&case.without(), what).await;
            let run = world.run(false);
            let (kind, ctx) = (world.kinds.of(&case.address), run.ctx(None));
            let example = &world.with_secrets(&run, &case.with(&case.example)).await.resources[&case.address].spec;
            let (one, two) = ("1".repeat(32), "2".repeat(32));
            assert_eq!(kind.find(&ctx, example, &one).await.unwrap(), None, "{what}");
            let made = kind.create(&ctx, example, &one).await.unwrap();
            assert_eq!(kind.find(&ctx, example, &one).await.unwrap().as_ref(), Some(&made), "{what}");
            if ONE_IN_A_POOL.contains(&case.address.kind.as_str()) {
                return;
            }
            let (_, other, by_token) = another(&case);
            assert_eq!(kind.find(&ctx, &other, &two).await.unwrap(), None, "{what}: that is the other one");
            let made_too = kind.create(&ctx, &other, &two).await.unwrap();
            assert_ne!(made, made_too, "{what}");
            assert_eq!(kind.find(&ctx, example, &one).await.unwrap().as_ref(), Some(&made), "{what}");
            assert_eq!(kind.find(&ctx, &other, &two).await.unwrap().as_ref(), Some(&made_too), "{what}");
            if by_token {
                assert_eq!(kind.find(&ctx, example, &"3".repeat(32)).await.unwrap(), None, "{what}");
            }
        })
        .await;
    }
    laws.end(8);
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_there_and_not_declared_survives_an_update_of_something_else() {
    // A full object behind the state's back, of which the file declares the least, and changes one field of that.
    let cases = cases();
    let of = |kind: &str| cases.iter().position(|case| case.address.kind == kind).unwrap();
    let least = [
        (0, json!({ "name": "shop-dev" }), "name", json!("shop-new")),
        (0, json!({ "name": "shop-dev", "mfa": { "mode": "OPTIONAL" } }), "mfa", json!({ "mode": "ON" })),
        (0, json!({ "name": "shop-dev", "tags": { "app": "shop" } }), "tags", json!({ "app": "new", "more": "yes" })),
        (2, json!({ "user_pool": "user_pool", "name": "shop web" }), "name", json!("shop new")),
        (
            3,
            json!({ "domain_name": "*.example.com", "subject_alternative_names": ["example.com"], "alive": true,
                    "tags": { "app": "shop" } }),
            "tags",
            json!({ "app": "new" }),
        ),
        (
            6,
            json!({ "user_pool": "user_pool", "domain": "auth.example.com", "managed_login_version": 1,
                    "custom": { "certificate": { "issued": "certificate_validation.domain" } } }),
            "managed_login_version",
            json!(2),
        ),
        (
            8,
            json!({ "user_pool": "user_pool", "domain": "domain.custom", "css": cases[8].example["css"] }),
            "css",
            json!(".label-customizable {\n  font-weight: 400;\n}\n"),
        ),
        (
            of("risk_configuration"),
            json!({ "user_pool": "user_pool",
                    "compromised_credentials_risk_configuration": { "actions": { "event_action": "BLOCK" } } }),
            "compromised_credentials_risk_configuration",
            json!({ "actions": { "event_action": "NO_ACTION" } }),
        ),
        (
            of("log_delivery"),
            json!({ "user_pool": "user_pool", "user_notification": cases[of("log_delivery")].example["user_notification"] }),
            "user_notification",
            json!("arn:aws:logs:ap-southeast-2:000000000000:log-group:new"),
        ),
        (
            of("replica"),
            json!({ "user_pool": "user_pool", "region": "eu-central-1", "status": "INACTIVE" }),
            "status",
            json!("ACTIVE"),
        ),
        (
            of("terms"),
            json!({ "user_pool": "user_pool", "app_client": "app_client.web", "document": "terms-of-use",
                    "links": { "default": "https://example.com/terms" } }),
            "links",
            json!({ "default": "https://example.com/new" }),
        ),
    ];
    let mut laws = Laws::default();
    for (index, small, field, value) in least {
        laws.hold(async {
            let (case, world) = (&cases[index], World::new().await);
            let what = &format!("{}.{field}", case.address);
            let mut full = case.example.clone();
            if field == "mfa" {
                // Required MFA leaves only these as first factors.
                full["sign_in_policy"] = json!({ "allowed_first_auth_factors": ["PASSWORD"] });
            }
            world.settle(&case.with(&full), what).await;
            // What is not in the last request either is nobody's: as though somebody else had set it.
            world.forget_what_was_asked(&case.address.to_string(), &small);
            let plan = world.plan(&case.with(&small)).await.unwrap();
            assert!(plan.is_empty(), "{}: {:#?}", case.address, plan.resources[&case.address].changes);
            let before = world.observed(&case.address);
            let mut changed = small.clone();
            changed[field] = value;
            let plan = world.settle(&case.with(&changed), what).await;
            assert_eq!(plan.resources[&case.address].action, Action::Update, "{}", case.address);
            let after =
                diff::changes(Some(&before), Some(&world.observed(&case.address)), world.kinds.facts(&case.address));
            let strange: Vec<_> = after.iter().filter(|change| !change.path.starts_with(field)).collect();
            assert!(strange.is_empty(), "{}.{field}: {strange:#?}", case.address);
        })
        .await;
    }
    laws.end(10);
}

#[tokio::test(flavor = "current_thread")]
async fn what_this_program_does_not_know_survives_an_update() {
    let world = World::new().await;
    let stack = |url: &str, name: &str| {
        desired(&[
            ("user_pool", json!({ "name": name })),
            ("app_client.web", json!({ "user_pool": "user_pool", "name": "web", "logout_urls": [url] })),
        ])
    };
    world.settle(&stack("https://a.example.com", "a"), "stack").await;
    world.meddle(|held| {
        let pool = held["cognito"]["pools"][crate::laws_world::REGION].as_object_mut().unwrap();
        let pool = pool.values_mut().next().unwrap();
        pool["tags"]["theirs"] = json!("1");
        pool["settings"]["LambdaConfig"] =
            json!({ "PostAuthentication": format!("arn:aws:lambda:{}:1:function:x", crate::laws_world::REGION) });
        pool["users"] =
            json!({ "ann": { "created": 0, "modified": 0, "attributes": [{ "Name": "sub", "Value": "1" }] } });
        let client = pool["clients"].as_object_mut().unwrap().values_mut().next().unwrap();
        client["settings"]["ExplicitAuthFlows"] = json!(["ADMIN_NO_SRP_AUTH"]);
    });
    assert!(world.plan(&stack("https://a.example.com", "a")).await.unwrap().is_empty());
    world.settle(&stack("https://b.example.com", "b"), "stack").await;
    let (pool, client) = (world.pool(), world.client());
    assert_eq!(pool["name"], "b");
    assert_eq!(pool["tags"]["theirs"], "1");
    assert_eq!(pool["tags"]["stack:name"], "test");
    assert!(pool["settings"]["LambdaConfig"]["PostAuthentication"].is_string());
    assert!(pool["users"]["ann"].is_object());
    assert_eq!(client["settings"]["ExplicitAuthFlows"], json!(["ADMIN_NO_SRP_AUTH"]));
    assert_eq!(client["settings"]["LogoutURLs"], json!(["https://b.example.com"]));
}

#[tokio::test(flavor = "current_thread")]
async fn no_secret_stands_in_a_state_or_a_plan() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let chosen = "chosen_secret_0123456789+abc";
    std::fs::write(file.path(), format!("{chosen}\n")).unwrap();
    let place = file.path().to_str().unwrap();
    let world = World::new().await;
    let stack = |name: &str| {
        let mut generated = plain_client("app_client.generated");
        generated.1["generate_secret"] = json!(true);
        let mut given = plain_client("app_client.given");
        given.1["client_secret"] = json!({ "file": place });
        given.1["name"] = json!(name);
        desired(&[plain_pool(), generated, given])
    };
    world.settle(&stack("a"), "stack").await;
    let plan = world.settle(&stack("b"), "stack").await;
    let mut secrets = Vec::new();
    for client in ["app_client.generated", "app_client.given"] {
        let id = world.id(&client.parse().unwrap());
        secrets.push(stack::kinds::app_client::secret(&world.aws, &id).await.unwrap().unwrap());
    }
    assert_eq!(secrets[1], chosen);
    let written =
        format!("{}{}", serde_json::to_string(&world.state()).unwrap(), serde_json::to_string(&plan).unwrap());
    for secret in secrets {
        assert!(!written.contains(&secret), "{secret} is written down");
    }
    assert!(written.contains(place), "where it is found is");
}
