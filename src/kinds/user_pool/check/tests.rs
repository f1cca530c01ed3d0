//! One case for each rule, and none for what AWS takes.

use serde_json::{Value, json};

use super::*;

/// The places that are wrong in a pool of this content, in `eu-west-1`.
fn wrong(more: &Value) -> Vec<String> {
    problems(more).into_iter().map(|problem| problem.at).collect()
}

fn problems(more: &Value) -> Vec<Problem> {
    let mut pool = json!({ "name": "shop" });
    pool.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let pool: UserPool = serde_json::from_value(pool).unwrap();
    let mut problems = Vec::new();
    check(&pool, Some("eu-west-1"), "user_pool", &mut problems);
    problems
}

/// Each case has exactly these places wrong.
fn table(cases: Vec<(Value, &[&str])>) {
    for (pool, places) in cases {
        let places: Vec<_> = places.iter().map(|place| format!("user_pool.{place}")).collect();
        assert_eq!(wrong(&pool), places, "{pool}");
    }
}

fn sms() -> Value {
    json!({ "sns_caller_arn": "arn:aws:iam::111122223333:role/sms" })
}

fn ses() -> Value {
    json!({
        "email_sending_account": "DEVELOPER", "source_arn": "arn:aws:ses:eu-west-1:111122223333:identity/example.com",
    })
}

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";
const FIRST: &str = "sign_in_policy.allowed_first_auth_factors";
const INVITE: &str = "admin_create_user_config.invite_message_template";
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1";

#[test]
fn the_examples_are_good() {
    for pool in
        [UserPool::example(), UserPool::example_changed(), UserPool::example_other(), UserPool::example_minimal()]
    {
        let pool: UserPool = serde_json::from_value(pool).unwrap();
        let mut problems = Vec::new();
        check(&pool, Some("ap-southeast-2"), "", &mut problems);
        assert_eq!(problems, []);
    }
}

#[test]
fn names_and_tags() {
    table(vec![
        (json!({ "name": "" }), &["name"]),
        (json!({ "name": "x".repeat(129) }), &["name"]),
        (json!({ "name": "shop/dev" }), &["name"]),
        (json!({ "name": "Shop dev_1+=,.@-" }), &[]),
        (json!({ "tags": { "aws:x": "1" } }), &["tags.aws:x"]),
        (json!({ "tags": { "stack:name": "1" } }), &["tags.stack:name"]),
        (json!({ "tags": { "": "1" } }), &["tags."]),
        (json!({ "tags": { "long": "x".repeat(257) } }), &["tags.long"]),
        (
            json!({ "tags": (0..49).map(|n| (format!("t{n}"), json!("x"))).collect::<serde_json::Map<_, _>>() }),
            &["tags"],
        ),
    ]);
}

#[test]
fn signing_in_with_attributes() {
    table(vec![
        (json!({ "username_attributes": ["email"], "alias_attributes": ["email"] }), &["alias_attributes"]),
        (json!({ "username_attributes": ["email"], "alias_attributes": [] }), &[]),
        (
            json!({
                "alias_attributes": ["preferred_username"],
                "standard_attributes": { "preferred_username": { "required": true } },
            }),
            &["standard_attributes.preferred_username.required"],
        ),
        (json!({ "auto_verified_attributes": ["phone_number"] }), &["auto_verified_attributes"]),
        (json!({ "auto_verified_attributes": ["phone_number"], "sms_configuration": sms() }), &[]),
        (
            json!({
                "auto_verified_attributes": [],
                "user_attribute_update_settings": { "attributes_require_verification_before_update": ["email"] },
            }),
            &["user_attribute_update_settings.attributes_require_verification_before_update"],
        ),
    ]);
}

#[test]
fn custom_attributes() {
    let one = |name: &str, attribute: Value| json!({ "attributes": { name: attribute } });
    let text = |min: u32, max: u32| json!({ "type": "String", "min_length": min, "max_length": max });
    table(vec![
        (one("a_name_that_is_too_long", json!({ "type": "String" })), &["attributes.a_name_that_is_too_long"]),
        (one("a b", json!({ "type": "String" })), &["attributes.a b"]),
        (one("dev:x", json!({ "type": "String" })), &["attributes.dev:x"]),
        (one("x", text(5, 4)), &["attributes.x"]),
        (one("x", text(0, 2049)), &["attributes.x.max_length"]),
        (one("x", json!({ "type": "Number", "min_length": 1 })), &["attributes.x"]),
        (one("x", json!({ "type": "String", "max_value": 1 })), &["attributes.x"]),
        (one("x", json!({ "type": "Number", "min_value": 2, "max_value": 1 })), &["attributes.x"]),
        (one("x", json!({ "type": "Number", "max_value": "many" })), &["attributes.x.max_value"]),
        (one("x", json!({ "type": "Number", "max_value": "9".repeat(400) })), &["attributes.x.max_value"]),
        (one("x", json!({ "type": "Number", "min_value": -5, "max_value": "99999999999999999999999" })), &[]),
        (
            json!({
                "attributes": (0..51).map(|n| (format!("a{n}"), json!({ "type": "String" })))
                    .collect::<serde_json::Map<_, _>>(),
            }),
            &["attributes"],
        ),
    ]);
}

#[test]
fn standard_attributes() {
    table(vec![
        (
            json!({ "standard_attributes": { "email": { "max_length": 3000 } } }),
            &["standard_attributes.email.max_length"],
        ),
        (
            json!({ "standard_attributes": { "name": { "min_length": 9, "max_length": 8 } } }),
            &["standard_attributes.name"],
        ),
        (json!({ "standard_attributes": { "birthdate": { "min_length": 11 } } }), &["standard_attributes.birthdate"]),
        (
            json!({ "standard_attributes": { "updated_at": { "min_value": 2, "max_value": 1 } } }),
            &["standard_attributes.updated_at"],
        ),
    ]);
}

#[test]
fn passwords_and_first_factors() {
    let first = |factors: Value| json!({ "sign_in_policy": { "allowed_first_auth_factors": factors } });
    table(vec![
        (json!({ "password_policy": { "minimum_length": 5 } }), &["password_policy.minimum_length"]),
        (json!({ "password_policy": { "minimum_length": 100 } }), &["password_policy.minimum_length"]),
        (json!({ "password_policy": { "password_history_size": 25 } }), &["password_policy.password_history_size"]),
        (
            json!({ "password_policy": { "temporary_password_validity_days": 0 } }),
            &["password_policy.temporary_password_validity_days"],
        ),
        (first(json!(["EMAIL_OTP"])), &[FIRST]),
        (first(json!([])), &[FIRST]),
        (first(json!(["PASSWORD", "SMS_OTP"])), &[FIRST]),
        (first(json!(["PASSWORD", "WEB_AUTHN", "EMAIL_OTP"])), &[]),
        (
            json!({ "web_authn_configuration": { "relying_party_id": "https://example.com" } }),
            &["web_authn_configuration.relying_party_id"],
        ),
    ]);
}

#[test]
fn second_factors() {
    let with = |mfa: Value, more: Value| {
        let mut pool = json!({ "mfa": mfa });
        pool.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        pool
    };
    let token = json!({ "mode": "ON", "software_token": true });
    let first = |factor: &str| json!({ "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD", factor] } });
    table(vec![
        (with(json!({ "mode": "OFF", "software_token": true }), json!({})), &["mfa.software_token"]),
        (with(json!({ "email": {} }), json!({ "email_configuration": ses() })), &["mfa.email"]),
        (with(json!({ "mode": "OFF", "software_token": false, "sms": false }), json!({})), &[]),
        (with(json!({ "mode": "OPTIONAL" }), json!({})), &["mfa.mode"]),
        (with(json!({ "mode": "ON", "sms": true }), json!({})), &["mfa.sms"]),
        (with(json!({ "mode": "ON", "email": {} }), json!({})), &["mfa.email"]),
        (with(json!({ "mode": "ON", "email": {} }), json!({ "email_configuration": ses() })), &[]),
        (
            with(
                json!({ "mode": "ON", "email": { "message": "no code here", "subject": "" } }),
                json!({ "email_configuration": ses() }),
            ),
            &["mfa.email.message", "mfa.email.subject"],
        ),
        (with(token.clone(), first("EMAIL_OTP")), &["sign_in_policy.allowed_first_auth_factors"]),
        (with(json!({ "mode": "OPTIONAL", "software_token": true }), first("EMAIL_OTP")), &[]),
        (with(token, first("WEB_AUTHN")), &["web_authn_configuration.factor_configuration"]),
    ]);
}

#[test]
fn recovery() {
    let ways = |ways: Value| json!({ "account_recovery_setting": ways });
    table(vec![
        (ways(json!(["verified_email", "admin_only"])), &["account_recovery_setting"]),
        (ways(json!(["verified_email", "verified_email"])), &["account_recovery_setting"]),
        (ways(json!(["admin_only"])), &[]),
        (
            json!({
                "account_recovery_setting": ["verified_email"], "mfa": { "mode": "ON", "email": {} },
                "email_configuration": ses(),
            }),
            &["account_recovery_setting"],
        ),
    ]);
}

#[test]
fn plans() {
    let lite = |more: Value| {
        let mut pool = json!({ "user_pool_tier": "LITE" });
        pool.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        pool
    };
    let multi = json!({ "factor_configuration": "MULTI_FACTOR_WITH_USER_VERIFICATION" });
    table(vec![
        (
            lite(json!({ "password_policy": { "password_history_size": 1 } })),
            &["password_policy.password_history_size"],
        ),
        (
            lite(json!({ "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP"] } })),
            &["sign_in_policy.allowed_first_auth_factors"],
        ),
        (
            lite(json!({
                "lambda_config": { "pre_token_generation": { "lambda_arn": FUNCTION, "lambda_version": "V2_0" } },
            })),
            &["lambda_config.pre_token_generation.lambda_version"],
        ),
        (lite(json!({ "lambda_config": { "pre_token_generation": { "lambda_arn": FUNCTION } } })), &[]),
        (lite(json!({ "mfa": { "mode": "ON", "email": {} }, "email_configuration": ses() })), &["mfa.email"]),
        (lite(json!({ "web_authn_configuration": multi })), &["web_authn_configuration.factor_configuration"]),
        (lite(json!({ "acr_configuration": { "level2": "urn:mine" } })), &["acr_configuration"]),
        (lite(json!({ "acr_configuration": { "level2": "urn:cognito:loa:2" } })), &[]),
        (
            json!({ "user_pool_add_ons": { "advanced_security_mode": "ENFORCED" } }),
            &["user_pool_add_ons.advanced_security_mode"],
        ),
        (
            json!({ "user_pool_add_ons": { "advanced_security_additional_flows": { "custom_auth_mode": "AUDIT" } } }),
            &["user_pool_add_ons.advanced_security_additional_flows"],
        ),
        (json!({ "user_pool_tier": "PLUS", "user_pool_add_ons": { "advanced_security_mode": "ENFORCED" } }), &[]),
        (json!({ "user_pool_add_ons": { "advanced_security_mode": "OFF" } }), &[]),
    ]);
}

#[test]
fn messages() {
    let template = |template: Value| json!({ "verification_message_template": template });
    let invite = |invite: Value| json!({ "admin_create_user_config": { "invite_message_template": invite } });
    table(vec![
        (json!({ "sms_authentication_message": "hello there" }), &["sms_authentication_message"]),
        (
            json!({ "sms_authentication_message": format!("{{####}}{}", "x".repeat(140)) }),
            &["sms_authentication_message"],
        ),
        (template(json!({ "email_message": "hello there" })), &["verification_message_template.email_message"]),
        (template(json!({ "email_subject": "x".repeat(141) })), &["verification_message_template.email_subject"]),
        (template(json!({ "sms_message": "hello there" })), &["verification_message_template.sms_message"]),
        (
            template(
                json!({ "default_email_option": "CONFIRM_WITH_LINK", "email_message_by_link": "follow the link" }),
            ),
            &["verification_message_template.email_message_by_link"],
        ),
        (
            template(json!({ "email_message_by_link": "{##go##}" })),
            &["verification_message_template.email_message_by_link"],
        ),
        (
            template(json!({ "default_email_option": "CONFIRM_WITH_LINK", "email_subject": "Hello" })),
            &["verification_message_template.email_subject"],
        ),
        (invite(json!({})), &[INVITE]),
        (
            invite(json!({ "email_message": "use {####}", "sms_message": "{username}" })),
            &[&format!("{INVITE}.email_message"), &format!("{INVITE}.sms_message")],
        ),
    ]);
}

#[test]
fn sending_email() {
    let email = |email: Value| json!({ "email_configuration": email });
    let from = |from: &str| {
        let mut configuration = ses();
        configuration["from_email_address"] = json!(from);
        email(configuration)
    };
    let of = |arn: &str| email(json!({ "source_arn": arn }));
    table(vec![
        (email(json!({ "email_sending_account": "DEVELOPER" })), &["email_configuration"]),
        (of("example.com"), &["email_configuration.source_arn"]),
        (of("arn:aws:ses:ap-south-1:111122223333:identity/example.com"), &["email_configuration.source_arn"]),
        (of("arn:aws:ses:us-west-2:111122223333:identity/example.com"), &[]),
        (from("nobody"), &["email_configuration.from_email_address"]),
        (from("ann@example.org"), &["email_configuration.from_email_address"]),
        (from("Ann <ann@Mail.example.com>"), &[]),
        (from("ann@badexample.com"), &["email_configuration.from_email_address"]),
        (
            email(json!({
                "email_sending_account": "DEVELOPER", "from_email_address": "bob@example.com",
                "source_arn": "arn:aws:ses:eu-west-1:111122223333:identity/ann@example.com",
            })),
            &["email_configuration.from_email_address"],
        ),
        (email(json!({ "reply_to_email_address": "help" })), &["email_configuration.reply_to_email_address"]),
        (email(json!({ "configuration_set": "a b" })), &["email_configuration.configuration_set"]),
    ]);
}

#[test]
fn sending_sms() {
    let sms = |sms: Value| json!({ "sms_configuration": sms });
    let role = "arn:aws:iam::111122223333:role/sms";
    let eums = |region: &str| sms(json!({ "eums_sms": { "caller_arn": role, "region": region } }));
    table(vec![
        (sms(json!({ "external_id": "x" })), &["sms_configuration"]),
        (sms(json!({ "sns_caller_arn": role, "eums_sms": { "caller_arn": role } })), &["sms_configuration"]),
        (sms(json!({ "sns_caller_arn": "arn:aws:iam::111122223333:user/x" })), &["sms_configuration.sns_caller_arn"]),
        (sms(json!({ "sns_caller_arn": role, "sns_region": "sa-east-1" })), &["sms_configuration.sns_region"]),
        (sms(json!({ "sns_caller_arn": role, "sns_region": "eu-west-1" })), &[]),
        (sms(json!({ "eums_sms": { "caller_arn": "role" } })), &["sms_configuration.eums_sms.caller_arn"]),
        (eums("us-east-1"), &["sms_configuration.eums_sms.region"]),
        (eums("eu-west-1"), &[]),
    ]);
}

#[test]
fn triggers() {
    let config = |config: Value| json!({ "lambda_config": config });
    let far = "arn:aws:lambda:us-east-1:111122223333:function:f";
    table(vec![
        (config(json!({ "pre_sign_up": "pre-sign-up", "custom_message": "mail:live" })), &[]),
        (config(json!({ "pre_sign_up": "pre sign up" })), &["lambda_config.pre_sign_up"]),
        (config(json!({ "pre_sign_up": "gate:$LATEST" })), &["lambda_config.pre_sign_up"]),
        (config(json!({ "user_migration": far })), &["lambda_config.user_migration"]),
        (
            config(json!({ "inbound_federation": { "lambda_arn": far } })),
            &["lambda_config.inbound_federation.lambda_arn"],
        ),
        (config(json!({ "custom_sms_sender": { "lambda_arn": FUNCTION } })), &["lambda_config"]),
        (config(json!({ "custom_email_sender": { "lambda_arn": FUNCTION }, "kms_key_id": KEY })), &[]),
        (config(json!({ "kms_key_id": "my key" })), &["lambda_config.kms_key_id"]),
    ]);
}

#[test]
fn keys_and_levels() {
    let key = |key: Value| json!({ "key_configuration": key });
    let acr = |acr: Value| json!({ "acr_configuration": acr });
    table(vec![
        (key(json!({ "key_type": "CUSTOMER_MANAGED_KEY" })), &["key_configuration"]),
        (key(json!({ "kms_key_arn": KEY })), &["key_configuration.kms_key_arn"]),
        (key(json!({ "key_type": "CUSTOMER_MANAGED_KEY", "kms_key_arn": KEY })), &[]),
        (key(json!({ "key_type": "CUSTOMER_MANAGED_KEY", "kms_key_arn": "k" })), &["key_configuration.kms_key_arn"]),
        (acr(json!({ "level1": "two words" })), &["acr_configuration.level1"]),
        (acr(json!({ "level1": "x".repeat(65) })), &["acr_configuration.level1"]),
        (acr(json!({ "level1": "urn:cognito:loa:3" })), &["acr_configuration.level3"]),
    ]);
}

#[test]
fn every_problem_says_what_to_do_and_all_come_at_once() {
    let found = problems(&json!({
        "name": "a/b", "password_policy": { "minimum_length": 1 }, "mfa": { "mode": "ON" },
        "user_pool_add_ons": { "advanced_security_mode": "AUDIT" },
    }));
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|problem| problem.hint.as_deref().is_some_and(|hint| !hint.is_empty())));
}
