//! A spec to what AWS is sent, and what AWS shows to a spec.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::*;
use crate::aws::cognito;
use crate::aws::cognito::operation::create_user_pool::CreateUserPoolInput;
use crate::aws::cognito::operation::set_user_pool_mfa_config::SetUserPoolMfaConfigInput;
use crate::aws::cognito::operation::update_user_pool::UpdateUserPoolInput;

fn client() -> cognito::Client {
    let config = cognito::Config::builder()
        .behavior_version(cognito::config::BehaviorVersion::latest())
        .region(cognito::config::Region::new("ap-southeast-2"));
    cognito::Client::from_conf(config.build())
}

fn pool(spec: Value) -> UserPool {
    serde_json::from_value(spec).unwrap()
}

fn created(pool: &UserPool) -> CreateUserPoolInput {
    let tags = pool.tags.clone().unwrap_or_default().into_iter().chain([("stack:token".to_owned(), "t".to_owned())]);
    write::create(pool, tags.collect(), client().create_user_pool()).unwrap().as_input().clone().build().unwrap()
}

fn updated(pool: &UserPool, is: &aws::UserPoolType) -> UpdateUserPoolInput {
    write::update(pool, is, client().update_user_pool().user_pool_id("x_1"))
        .unwrap()
        .as_input()
        .clone()
        .build()
        .unwrap()
}

fn mfa_set(pool: &UserPool) -> SetUserPoolMfaConfigInput {
    mfa::set(pool, client().set_user_pool_mfa_config()).unwrap().as_input().clone().build().unwrap()
}

/// The pool as DescribeUserPool would show it right after CreateUserPool, with AWS's prefix before custom names.
fn describe(sent: CreateUserPoolInput) -> aws::UserPoolType {
    let schema = sent.schema.unwrap_or_default().into_iter().map(|mut attribute| {
        let name = attribute.name.clone().unwrap();
        let standard = serde_json::from_value::<attributes::StandardAttributes>(json!({ name.clone(): {} })).is_ok();
        if !standard {
            let developer = attribute.developer_only_attribute == Some(true);
            attribute.name = Some(format!("{}custom:{name}", if developer { "dev:" } else { "" }));
        }
        attribute
    });
    aws::UserPoolType::builder()
        .set_id(Some("ap-southeast-2_Abc".to_owned()))
        .set_name(sent.pool_name)
        .set_policies(sent.policies)
        .set_deletion_protection(sent.deletion_protection)
        .set_lambda_config(sent.lambda_config)
        .set_schema_attributes(Some(schema.collect()))
        .set_auto_verified_attributes(sent.auto_verified_attributes)
        .set_alias_attributes(sent.alias_attributes)
        .set_username_attributes(sent.username_attributes)
        .set_username_configuration(sent.username_configuration)
        .set_verification_message_template(sent.verification_message_template)
        .set_sms_authentication_message(sent.sms_authentication_message)
        .set_user_attribute_update_settings(sent.user_attribute_update_settings)
        .set_device_configuration(sent.device_configuration)
        .set_email_configuration(sent.email_configuration)
        .set_sms_configuration(sent.sms_configuration)
        .set_user_pool_tags(sent.user_pool_tags)
        .set_admin_create_user_config(sent.admin_create_user_config)
        .set_user_pool_add_ons(sent.user_pool_add_ons)
        .set_account_recovery_setting(sent.account_recovery_setting)
        .set_user_pool_tier(sent.user_pool_tier)
        .set_key_configuration(sent.key_configuration)
        .set_issuer_configuration(sent.issuer_configuration)
        .set_acr_configuration(sent.acr_configuration)
        .build()
}

fn get_mfa(sent: SetUserPoolMfaConfigInput) -> GetUserPoolMfaConfigOutput {
    GetUserPoolMfaConfigOutput::builder()
        .set_mfa_configuration(sent.mfa_configuration)
        .set_sms_mfa_configuration(sent.sms_mfa_configuration)
        .set_software_token_mfa_configuration(sent.software_token_mfa_configuration)
        .set_email_mfa_configuration(sent.email_mfa_configuration)
        .set_web_authn_configuration(sent.web_authn_configuration)
        .build()
}

/// Fails where `whole` does not hold what `part` says.
fn holds(whole: &Value, part: &Value, path: &str) {
    match part {
        Value::Object(fields) => {
            for (key, value) in fields {
                let found = whole.get(key).unwrap_or_else(|| panic!("{path}.{key} is missing"));
                holds(found, value, &format!("{path}.{key}"));
            }
        }
        _ => assert_eq!(whole, part, "{path}"),
    }
}

fn minimal_described() -> aws::UserPoolType {
    aws::UserPoolType::builder().id("ap-southeast-2_Abc").name("shop-dev").build()
}

#[test]
fn what_is_created_reads_back_as_it_was_declared() {
    for example in
        [UserPool::example(), UserPool::example_changed(), UserPool::example_other(), UserPool::example_minimal()]
    {
        let wanted = pool(example);
        let shown = describe(created(&wanted));
        let read = read::spec(&shown, &get_mfa(mfa_set(&wanted)), None);
        holds(&serde_json::to_value(&read).unwrap(), &serde_json::to_value(&wanted).unwrap(), "");
    }
}

#[test]
fn what_is_updated_reads_back_as_it_was_declared() {
    let before = describe(created(&pool(UserPool::example())));
    let wanted = pool(UserPool::example_changed());
    let sent = updated(&wanted, &before);
    let (policies, key) = (sent.policies.clone(), sent.key_configuration.clone());
    let after = describe(
        CreateUserPoolInput::builder()
            .set_pool_name(sent.pool_name)
            .set_policies(policies)
            .set_deletion_protection(sent.deletion_protection)
            .set_lambda_config(sent.lambda_config)
            .set_auto_verified_attributes(sent.auto_verified_attributes)
            .set_verification_message_template(sent.verification_message_template)
            .set_sms_authentication_message(sent.sms_authentication_message)
            .set_user_attribute_update_settings(sent.user_attribute_update_settings)
            .set_device_configuration(sent.device_configuration)
            .set_email_configuration(sent.email_configuration)
            .set_sms_configuration(sent.sms_configuration)
            .set_user_pool_tags(sent.user_pool_tags)
            .set_admin_create_user_config(sent.admin_create_user_config)
            .set_user_pool_add_ons(sent.user_pool_add_ons)
            .set_account_recovery_setting(sent.account_recovery_setting)
            .set_user_pool_tier(sent.user_pool_tier)
            .set_key_configuration(key)
            .set_issuer_configuration(sent.issuer_configuration)
            .set_acr_configuration(sent.acr_configuration)
            .build()
            .unwrap(),
    );
    let read = read::spec(&after, &get_mfa(mfa_set(&wanted)), None);
    let declared = serde_json::to_value(write::update_part(&wanted)).unwrap();
    holds(&serde_json::to_value(&read).unwrap(), &declared, "");
    assert_eq!(after.user_pool_tags().unwrap()["stack:token"], "t", "the stack's own tags stay");
}

#[test]
fn a_minimal_pool_reads_as_awss_defaults() {
    let read = read::spec(&minimal_described(), &GetUserPoolMfaConfigOutput::builder().build(), None);
    let mut read = serde_json::to_value(read).unwrap();
    let standard = read.as_object_mut().unwrap().shift_remove("standard_attributes").unwrap();
    assert_eq!(standard.as_object().unwrap().len(), 17);
    assert_eq!(
        read,
        json!({
            "name": "shop-dev",
            "user_pool_tier": "ESSENTIALS",
            "deletion_protection": "INACTIVE",
            "username_attributes": [],
            "alias_attributes": [],
            "username_configuration": { "case_sensitive": true },
            "auto_verified_attributes": [],
            "password_policy": {
                "minimum_length": 8, "require_uppercase": true, "require_lowercase": true, "require_numbers": true,
                "require_symbols": true, "password_history_size": 0, "temporary_password_validity_days": 7,
            },
            "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD"] },
            "mfa": { "mode": "OFF", "software_token": false, "sms": false },
            "account_recovery_setting": [],
            "attributes": {},
            "lambda_config": {},
            "email_configuration": { "email_sending_account": "COGNITO_DEFAULT" },
            "verification_message_template": { "default_email_option": "CONFIRM_WITH_CODE" },
            "admin_create_user_config": { "allow_admin_create_user_only": false },
            "user_attribute_update_settings": { "attributes_require_verification_before_update": [] },
            "user_pool_add_ons": { "advanced_security_mode": "OFF" },
            "key_configuration": { "key_type": "AWS_OWNED_KEY" },
            "issuer_configuration": { "type": "ORIGINAL" },
            "acr_configuration": {
                "level1": "urn:cognito:loa:1", "level2": "urn:cognito:loa:2",
                "level3": "urn:cognito:loa:3", "level4": "urn:cognito:loa:4",
            },
            "tags": {},
        })
    );
}

/// The defaults that the schema tells are those that a minimal pool reads as.
#[test]
fn awss_defaults_are_told_once() {
    fn told(schema: &Value) -> Option<Value> {
        if let Some(default) = schema.get("x-aws-default") {
            return Some(default.clone());
        }
        let shapes = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten().chain([schema]);
        let mut fields = serde_json::Map::new();
        for (key, below) in shapes.filter_map(|shape| shape.get("properties")?.as_object()).flatten() {
            if let Some(default) = told(below) {
                fields.insert(key.clone(), default);
            }
        }
        (!fields.is_empty()).then_some(Value::Object(fields))
    }
    let schema = crate::kind::kind::<UserPool>().schema();
    let read = read::spec(&minimal_described(), &GetUserPoolMfaConfigOutput::builder().build(), None);
    let mut read = serde_json::to_value(read).unwrap();
    read.as_object_mut().unwrap().shift_remove("name");
    assert_eq!(told(&schema).unwrap(), read);
}

#[test]
fn the_default_of_a_minimal_pool_asks_for_nothing_to_be_updated() {
    let shown = minimal_described();
    let off = GetUserPoolMfaConfigOutput::builder().build();
    let read = read::spec(&shown, &off, None);
    assert_eq!(mfa::calls(&read, &read, write::update_part(&read) != write::update_part(&read)), vec![]);
    let sent = updated(&read, &shown);
    assert_eq!(sent.key_configuration, None);
    assert_eq!(sent.issuer_configuration, None);
    assert_eq!(sent.acr_configuration, None);
    assert_eq!(sent.user_pool_add_ons, None);
    assert_eq!(sent.mfa_configuration, None);
    assert_eq!(sent.auto_verified_attributes, Some(vec![]), "left out, it would be the same; said, it is sure");
}

#[test]
fn what_aws_keeps_when_it_is_left_out_is_taken_away_by_its_default() {
    let is = aws::UserPoolType::builder()
        .name("shop")
        .user_attribute_update_settings(
            aws::UserAttributeUpdateSettingsType::builder()
                .attributes_require_verification_before_update(aws::VerifiedAttributeType::Email)
                .build(),
        )
        .user_pool_add_ons(
            aws::UserPoolAddOnsType::builder()
                .advanced_security_mode(aws::AdvancedSecurityModeType::Audit)
                .build()
                .unwrap(),
        )
        .issuer_configuration(aws::IssuerConfigurationType::builder().r#type(aws::IssuerType::Updated).build())
        .acr_configuration("Level1", aws::AcrLevelConfigType::builder().acr_value("urn:low").build().unwrap())
        .build();
    let off = GetUserPoolMfaConfigOutput::builder().build();
    let sent = updated(&read::spec(&minimal_described(), &off, None), &is);
    let settings = sent.user_attribute_update_settings.unwrap();
    assert_eq!(settings.attributes_require_verification_before_update, Some(vec![]));
    let policies = sent.policies.unwrap();
    assert_eq!(policies.sign_in_policy().unwrap().allowed_first_auth_factors(), [aws::AuthFactorType::Password]);
    assert!(policies.password_policy().unwrap().require_symbols);
    assert_eq!(sent.user_pool_add_ons.unwrap().advanced_security_mode, aws::AdvancedSecurityModeType::Off);
    assert_eq!(sent.issuer_configuration.unwrap().r#type, Some(aws::IssuerType::Original));
    assert_eq!(sent.acr_configuration.unwrap()["Level1"].acr_value, "urn:cognito:loa:1");
    assert_eq!(sent.user_pool_tier, Some(aws::UserPoolTierType::Essentials));
}

#[test]
fn mirrors_are_read_from_either_side_and_written_on_one() {
    let is = aws::UserPoolType::builder()
        .name("shop")
        .sms_verification_message("sms {####}")
        .email_verification_message("mail {####}")
        .email_verification_subject("subject")
        .verification_message_template(
            aws::VerificationMessageTemplateType::builder().email_message_by_link("{##no effect##}").build(),
        )
        .lambda_config(aws::LambdaConfigType::builder().pre_token_generation("arn:f").build())
        .build();
    let read = read::spec(&is, &GetUserPoolMfaConfigOutput::builder().build(), None);
    assert_eq!(
        serde_json::to_value(&read.verification_message_template).unwrap(),
        json!({
            "default_email_option": "CONFIRM_WITH_CODE", "email_message": "mail {####}", "email_subject": "subject",
            "sms_message": "sms {####}",
        })
    );
    assert_eq!(
        serde_json::to_value(&read.lambda_config).unwrap(),
        json!({ "pre_token_generation": { "lambda_arn": "arn:f", "lambda_version": "V1_0" } })
    );
    let sent = updated(&read, &is);
    assert_eq!(sent.email_verification_message, None);
    assert_eq!(sent.sms_verification_message, None);
    let config = sent.lambda_config.unwrap();
    assert_eq!(config.pre_token_generation, None);
    assert_eq!(config.pre_token_generation_config.unwrap().lambda_arn, "arn:f");
}

#[test]
fn what_is_newer_than_this_program_survives_an_update() {
    let priority =
        |name: &str, priority| aws::RecoveryOptionType::builder().name(name.into()).priority(priority).build().unwrap();
    let is = aws::UserPoolType::builder()
        .name("shop")
        .user_pool_tier("PLATINUM".into())
        .policies(
            aws::UserPoolPolicyType::builder()
                .sign_in_policy(
                    aws::SignInPolicyType::builder()
                        .allowed_first_auth_factors(aws::AuthFactorType::Password)
                        .allowed_first_auth_factors("TELEPATHY".into())
                        .build(),
                )
                .build(),
        )
        .account_recovery_setting(
            aws::AccountRecoverySettingType::builder()
                .recovery_mechanisms(priority("verified_email", 2))
                .recovery_mechanisms(priority("verified_pigeon", 1))
                .build(),
        )
        .acr_configuration("Level5", aws::AcrLevelConfigType::builder().acr_value("urn:5").build().unwrap())
        .build();
    let read = read::spec(&is, &GetUserPoolMfaConfigOutput::builder().build(), None);
    // As the engine does it: through JSON.
    let sent = updated(&pool(serde_json::to_value(&read).unwrap()), &is);
    assert_eq!(sent.user_pool_tier.unwrap().as_str(), "PLATINUM");
    let factors = sent.policies.unwrap().sign_in_policy.unwrap().allowed_first_auth_factors.unwrap();
    assert_eq!(factors.iter().map(aws::AuthFactorType::as_str).collect::<Vec<_>>(), ["PASSWORD", "TELEPATHY"]);
    assert_eq!(sent.account_recovery_setting, is.account_recovery_setting);
    assert_eq!(sent.acr_configuration.unwrap()["Level5"].acr_value, "urn:5");
}

#[test]
fn mfa_that_is_off_is_sent_without_a_factor_and_with_passkeys() {
    let sent = mfa_set(&pool(json!({
        "name": "x", "mfa": { "mode": "OFF", "software_token": false, "sms": false },
        "web_authn_configuration": { "relying_party_id": "example.com" },
    })));
    assert_eq!(sent.mfa_configuration, Some(aws::UserPoolMfaType::Off));
    assert_eq!(sent.software_token_mfa_configuration, None);
    assert_eq!(sent.sms_mfa_configuration, None);
    assert_eq!(sent.email_mfa_configuration, None);
    assert_eq!(sent.web_authn_configuration.unwrap().relying_party_id.as_deref(), Some("example.com"));
}

#[test]
fn a_silent_region_does_not_make_a_pool_seem_changed() {
    let last = pool(json!({ "name": "x", "username_configuration": { "case_sensitive": false } }));
    let read = read::spec(&minimal_described(), &GetUserPoolMfaConfigOutput::builder().build(), Some(&last));
    assert_eq!(read.username_configuration.unwrap().case_sensitive, Some(false));
}

#[test]
fn tags_of_the_stack_and_of_aws_are_not_a_persons() {
    let tags = HashMap::from([("stack:name", "dev"), ("aws:cloudformation:stack-name", "x"), ("app", "shop")]);
    let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let is = aws::UserPoolType::builder().name("x").set_user_pool_tags(Some(tags)).build();
    let read = read::spec(&is, &GetUserPoolMfaConfigOutput::builder().build(), None);
    assert_eq!(serde_json::to_value(&read.tags).unwrap(), json!({ "app": "shop" }));
    let sent = updated(&read, &is).user_pool_tags.unwrap();
    assert_eq!(sent.len(), 2, "{sent:?}");
}

#[test]
fn at_most_fifty_attributes_are_sent_with_a_new_pool() {
    let own = (0..50).map(|n| (format!("a{n}"), json!({ "type": "String" }))).collect::<serde_json::Map<_, _>>();
    let sent = created(&pool(json!({
        "name": "x", "standard_attributes": { "email": { "required": true } }, "attributes": own,
    })));
    let schema = sent.schema.unwrap();
    assert_eq!((schema.len(), schema[0].name()), (50, Some("email")));
}

#[test]
fn the_issuer_follows_its_configuration_and_partition() {
    let is = minimal_described();
    let mut spec = pool(json!({ "name": "x", "issuer_configuration": { "type": "UPDATED" } }));
    let outputs = UserPoolOutputs::of(&is, &spec, "elsewhere");
    assert_eq!(outputs.region, "ap-southeast-2");
    assert_eq!(outputs.issuer, "https://issuer-cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_Abc");
    spec.issuer_configuration = None;
    let china = aws::UserPoolType::builder().id("cn-north-1_Abc").name("x").build();
    let outputs = UserPoolOutputs::of(&china, &spec, "cn-north-1");
    assert_eq!(
        outputs.jwks_uri,
        "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Abc/.well-known/jwks.json"
    );
}
