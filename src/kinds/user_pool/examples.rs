//! Two full user pools, for tests and for whoever wants to see what can be said of one.

use serde_json::{Value, json};

use super::UserPool;

/// The Region that the examples are made for: their functions, keys and identities are there.
pub const REGION: &str = "ap-southeast-2";

/// An example, for another Region.
#[must_use]
pub fn in_region(example: Value, region: &str) -> Value {
    match example {
        Value::String(text) => Value::String(text.replace(REGION, region)),
        Value::Array(items) => items.into_iter().map(|item| in_region(item, region)).collect(),
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, in_region(value, region))).collect(),
        other => other,
    }
}

impl UserPool {
    /// A pool in which every field is declared that can stand beside the others, in [`REGION`] and account
    /// 000000000000.
    #[must_use]
    pub fn example() -> Value {
        let mut pool = common();
        merge(&mut pool, settings());
        pool
    }

    /// [`UserPool::example`] with every field changed that AWS changes on a living pool, and attributes added.
    #[must_use]
    pub fn example_changed() -> Value {
        let mut pool = common();
        merge(&mut pool, settings());
        merge(&mut pool, changed());
        pool
    }

    /// A pool with what cannot stand beside the rest of [`UserPool::example`].
    #[must_use]
    pub fn example_other() -> Value {
        json!({
            "name": "shop-other",
            "alias_attributes": ["email", "preferred_username"],
            "auto_verified_attributes": ["email", "phone_number"],
            "mfa": { "mode": "ON", "sms": true },
            "account_recovery_setting": ["admin_only"],
            "sms_configuration": {
                "eums_sms": {
                    "caller_arn": "arn:aws:iam::000000000000:role/cognito-eums", "external_id": "shop-other",
                    "origination_identity": "+61400000000", "configuration_set_name": "codes",
                    "in_entity_id": "1101000000000000000", "in_template_id": "1107000000000000000",
                    "region": "ap-southeast-2",
                },
            },
            "verification_message_template": {
                "default_email_option": "CONFIRM_WITH_LINK", "email_message_by_link": "Hello. {##Confirm##}",
                "email_subject_by_link": "Please confirm",
            },
        })
    }

    /// The least that makes a pool.
    #[must_use]
    pub fn example_minimal() -> Value {
        json!({ "name": "shop-dev" })
    }
}

/// The function of this name in the example's account and Region.
fn function(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:000000000000:function:{name}")
}

/// What is settled when a pool is made, and so is the same in both examples.
fn common() -> Value {
    json!({
        "username_attributes": ["email"],
        "username_configuration": { "case_sensitive": false },
        "standard_attributes": {
            "email": { "required": true, "mutable": true, "min_length": 3, "max_length": 320 },
            "given_name": { "required": true },
            "birthdate": { "mutable": false },
            "updated_at": { "min_value": 0, "max_value": 4_102_444_800_i64 },
        },
        "attributes": {
            "tenant_id": { "type": "String", "mutable": false, "min_length": 1, "max_length": 64 },
            "role": { "type": "String" },
            "seats": { "type": "Number", "min_value": 1, "max_value": 500 },
            "joined": { "type": "DateTime" },
            "is_partner": { "type": "Boolean", "mutable": true, "developer_only": true },
        },
    })
}

/// The fields of a full pool that AWS changes on a living pool.
fn settings() -> Value {
    let mut settings = sign_in();
    merge(&mut settings, sending());
    settings
}

fn sign_in() -> Value {
    json!({
        "name": "shop-dev",
        "user_pool_tier": "PLUS",
        "deletion_protection": "ACTIVE",
        "auto_verified_attributes": ["email"],
        "password_policy": {
            "minimum_length": 12, "require_uppercase": true, "require_lowercase": true, "require_numbers": true,
            "require_symbols": false, "password_history_size": 4, "temporary_password_validity_days": 3,
        },
        "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] },
        "mfa": {
            "mode": "OPTIONAL", "software_token": true, "sms": true,
            "email": { "message": "Your code is {####}", "subject": "Your code" },
        },
        "web_authn_configuration": {
            "relying_party_id": "auth.dev.example.com", "user_verification": "required",
            "factor_configuration": "SINGLE_FACTOR",
        },
        "account_recovery_setting": ["verified_email", "verified_phone_number"],
        "lambda_config": {
            "pre_sign_up": function("pre-sign-up"),
            "post_confirmation": function("post-confirmation"),
            "pre_authentication": function("pre-authentication"),
            "post_authentication": function("post-authentication"),
            "custom_message": function("custom-message"),
            "define_auth_challenge": function("define-auth"),
            "create_auth_challenge": function("create-auth"),
            "verify_auth_challenge_response": function("verify-auth"),
            "user_migration": function("user-migration"),
            "pre_token_generation": { "lambda_arn": function("pre-token"), "lambda_version": "V2_0" },
            "custom_sms_sender": { "lambda_arn": function("sms-sender"), "lambda_version": "V1_0" },
            "custom_email_sender": { "lambda_arn": function("email-sender"), "lambda_version": "V1_0" },
            "inbound_federation": { "lambda_arn": function("inbound"), "lambda_version": "V1_0" },
            "kms_key_id": "arn:aws:kms:ap-southeast-2:000000000000:key/11112222-3333-4444-5555-666677778888",
        },
    })
}

fn sending() -> Value {
    json!({
        "email_configuration": {
            "email_sending_account": "DEVELOPER",
            "source_arn": "arn:aws:ses:ap-southeast-2:000000000000:identity/example.com",
            "from_email_address": "Shop <no-reply@example.com>",
            "reply_to_email_address": "help@example.com",
            "configuration_set": "transactional",
        },
        "sms_configuration": {
            "sns_caller_arn": "arn:aws:iam::000000000000:role/service-role/cognito-sms",
            "external_id": "shop-dev", "sns_region": "ap-southeast-2",
        },
        "verification_message_template": {
            "default_email_option": "CONFIRM_WITH_CODE",
            "email_message": "Welcome. Your code is {####}", "email_subject": "Welcome",
            "sms_message": "Your code is {####}",
        },
        "sms_authentication_message": "Your sign-in code is {####}",
        "admin_create_user_config": {
            "allow_admin_create_user_only": false,
            "invite_message_template": {
                "email_message": "You are {username}, for now with {####}", "email_subject": "Your account",
                "sms_message": "You are {username}, for now with {####}",
            },
        },
        "device_configuration": {
            "challenge_required_on_new_device": true, "device_only_remembered_on_user_prompt": true,
        },
        "user_attribute_update_settings": { "attributes_require_verification_before_update": ["email"] },
        "user_pool_add_ons": {
            "advanced_security_mode": "AUDIT",
            "advanced_security_additional_flows": { "custom_auth_mode": "AUDIT" },
        },
        "key_configuration": { "key_type": "AWS_OWNED_KEY" },
        "issuer_configuration": { "type": "ORIGINAL" },
        "acr_configuration": {
            "level1": "urn:example:low", "level2": "urn:example:medium",
            "level3": "urn:example:high", "level4": "urn:example:highest",
        },
        "tags": { "app": "shop", "environment": "dev" },
    })
}

fn changed() -> Value {
    json!({
        "name": "shop-dev-2",
        "deletion_protection": "INACTIVE",
        "auto_verified_attributes": ["email", "phone_number"],
        "password_policy": {
            "minimum_length": 16, "require_uppercase": false, "require_lowercase": false, "require_numbers": false,
            "require_symbols": true, "password_history_size": 0, "temporary_password_validity_days": 30,
        },
        "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD", "WEB_AUTHN"] },
        "mfa": {
            "mode": "ON", "software_token": true, "sms": false,
            "email": { "message": "The code: {####}", "subject": "The code" },
        },
        "web_authn_configuration": {
            "relying_party_id": "auth.example.com", "user_verification": "preferred",
            "factor_configuration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
        },
        "account_recovery_setting": ["verified_phone_number", "verified_email"],
        "attributes": { "region": { "type": "String", "max_length": 16 } },
        "lambda_config": {
            "pre_sign_up": function("pre-sign-up-2"),
            "post_confirmation": null, "pre_authentication": null, "post_authentication": null,
            "custom_message": null, "define_auth_challenge": null, "create_auth_challenge": null,
            "verify_auth_challenge_response": null, "user_migration": null,
            "pre_token_generation": { "lambda_arn": function("pre-token-3"), "lambda_version": "V3_0" },
            "custom_sms_sender": null, "custom_email_sender": null, "inbound_federation": null, "kms_key_id": null,
        },
        "email_configuration": {
            "source_arn": "arn:aws:ses:us-east-1:000000000000:identity/mail.example.com",
            "from_email_address": "no-reply@mail.example.com",
            "reply_to_email_address": "support@example.com", "configuration_set": "transactional-2",
        },
        "sms_configuration": {
            "sns_caller_arn": "arn:aws:iam::000000000000:role/service-role/cognito-sms-2", "external_id": "shop-dev-2",
        },
        "verification_message_template": {
            "default_email_option": "CONFIRM_WITH_LINK", "email_message": null, "email_subject": null,
            "email_message_by_link": "Welcome. {##Confirm##}", "email_subject_by_link": "Please confirm",
            "sms_message": "Your code: {####}",
        },
        "sms_authentication_message": "Your code for signing in: {####}",
        "admin_create_user_config": {
            "allow_admin_create_user_only": true,
            "invite_message_template": {
                "email_message": "Hello {username}, begin with {####}", "email_subject": "Begin here",
                "sms_message": "Hello {username}, begin with {####}",
            },
        },
        "device_configuration": {
            "challenge_required_on_new_device": false, "device_only_remembered_on_user_prompt": false,
        },
        "user_attribute_update_settings": { "attributes_require_verification_before_update": ["phone_number"] },
        "user_pool_add_ons": {
            "advanced_security_mode": "ENFORCED",
            "advanced_security_additional_flows": { "custom_auth_mode": "ENFORCED" },
        },
        "key_configuration": {
            "key_type": "CUSTOMER_MANAGED_KEY",
            "kms_key_arn": "arn:aws:kms:ap-southeast-2:000000000000:key/mrk-0000000000004444555566667777888f",
        },
        "issuer_configuration": { "type": "UPDATED" },
        "acr_configuration": { "level1": "urn:example:1", "level2": null, "level3": "urn:example:3", "level4": null },
        "tags": { "app": "shop", "environment": "staging", "team": "identity" },
    })
}

/// Lays `over` on `under`, field by field; null takes a field away.
fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(fields), Value::Object(over)) => {
            for (key, value) in over {
                if value.is_null() {
                    fields.shift_remove(&key);
                } else {
                    merge(fields.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (under, over) => *under = over,
    }
}
