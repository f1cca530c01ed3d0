//! What was decided on every field that AWS takes of a user pool.
//!
//! A test holds this table against the SDK's own builders, so that an SDK with a new field fails until somebody
//! decides on it.

/// For each SDK type that is sent: its fields, and where each stands in our spec, or why it does not.
///
/// A path is one of ours below `user_pool`. What begins with `(` is a reason.
pub const DECIDED: &[(&str, &str, &str)] = &[
    ("CreateUserPoolInput", "pool_name", "name"),
    ("CreateUserPoolInput", "policies", "password_policy, sign_in_policy"),
    ("CreateUserPoolInput", "deletion_protection", "deletion_protection"),
    ("CreateUserPoolInput", "lambda_config", "lambda_config"),
    ("CreateUserPoolInput", "auto_verified_attributes", "auto_verified_attributes"),
    ("CreateUserPoolInput", "alias_attributes", "alias_attributes"),
    ("CreateUserPoolInput", "username_attributes", "username_attributes"),
    ("CreateUserPoolInput", "sms_verification_message", MIRROR),
    ("CreateUserPoolInput", "email_verification_message", MIRROR),
    ("CreateUserPoolInput", "email_verification_subject", MIRROR),
    ("CreateUserPoolInput", "verification_message_template", "verification_message_template"),
    ("CreateUserPoolInput", "sms_authentication_message", "sms_authentication_message"),
    ("CreateUserPoolInput", "mfa_configuration", MFA),
    ("CreateUserPoolInput", "user_attribute_update_settings", "user_attribute_update_settings"),
    ("CreateUserPoolInput", "device_configuration", "device_configuration"),
    ("CreateUserPoolInput", "email_configuration", "email_configuration"),
    ("CreateUserPoolInput", "sms_configuration", "sms_configuration"),
    ("CreateUserPoolInput", "user_pool_tags", "tags"),
    ("CreateUserPoolInput", "admin_create_user_config", "admin_create_user_config"),
    ("CreateUserPoolInput", "schema", "attributes, standard_attributes"),
    ("CreateUserPoolInput", "user_pool_add_ons", "user_pool_add_ons"),
    ("CreateUserPoolInput", "username_configuration", "username_configuration"),
    ("CreateUserPoolInput", "account_recovery_setting", "account_recovery_setting"),
    ("CreateUserPoolInput", "user_pool_tier", "user_pool_tier"),
    ("CreateUserPoolInput", "key_configuration", "key_configuration"),
    ("CreateUserPoolInput", "issuer_configuration", "issuer_configuration"),
    ("CreateUserPoolInput", "acr_configuration", "acr_configuration"),
    ("UpdateUserPoolInput", "user_pool_id", ID),
    ("UpdateUserPoolInput", "policies", "password_policy, sign_in_policy"),
    ("UpdateUserPoolInput", "deletion_protection", "deletion_protection"),
    ("UpdateUserPoolInput", "lambda_config", "lambda_config"),
    ("UpdateUserPoolInput", "auto_verified_attributes", "auto_verified_attributes"),
    ("UpdateUserPoolInput", "sms_verification_message", MIRROR),
    ("UpdateUserPoolInput", "email_verification_message", MIRROR),
    ("UpdateUserPoolInput", "email_verification_subject", MIRROR),
    ("UpdateUserPoolInput", "verification_message_template", "verification_message_template"),
    ("UpdateUserPoolInput", "sms_authentication_message", "sms_authentication_message"),
    ("UpdateUserPoolInput", "user_attribute_update_settings", "user_attribute_update_settings"),
    ("UpdateUserPoolInput", "mfa_configuration", MFA),
    ("UpdateUserPoolInput", "device_configuration", "device_configuration"),
    ("UpdateUserPoolInput", "email_configuration", "email_configuration"),
    ("UpdateUserPoolInput", "sms_configuration", "sms_configuration"),
    ("UpdateUserPoolInput", "user_pool_tags", "tags"),
    ("UpdateUserPoolInput", "admin_create_user_config", "admin_create_user_config"),
    ("UpdateUserPoolInput", "user_pool_add_ons", "user_pool_add_ons"),
    ("UpdateUserPoolInput", "account_recovery_setting", "account_recovery_setting"),
    ("UpdateUserPoolInput", "pool_name", "name"),
    ("UpdateUserPoolInput", "user_pool_tier", "user_pool_tier"),
    ("UpdateUserPoolInput", "key_configuration", "key_configuration"),
    ("UpdateUserPoolInput", "issuer_configuration", "issuer_configuration"),
    ("UpdateUserPoolInput", "acr_configuration", "acr_configuration"),
    ("SetUserPoolMfaConfigInput", "user_pool_id", ID),
    ("SetUserPoolMfaConfigInput", "sms_mfa_configuration", "mfa.sms"),
    ("SetUserPoolMfaConfigInput", "software_token_mfa_configuration", "mfa.software_token"),
    ("SetUserPoolMfaConfigInput", "email_mfa_configuration", "mfa.email"),
    ("SetUserPoolMfaConfigInput", "mfa_configuration", "mfa.mode"),
    ("SetUserPoolMfaConfigInput", "web_authn_configuration", "web_authn_configuration"),
    ("AddCustomAttributesInput", "user_pool_id", ID),
    ("AddCustomAttributesInput", "custom_attributes", "attributes"),
    ("UserPoolPolicyType", "password_policy", "password_policy"),
    ("UserPoolPolicyType", "sign_in_policy", "sign_in_policy"),
    ("PasswordPolicyType", "minimum_length", "password_policy.minimum_length"),
    ("PasswordPolicyType", "require_uppercase", "password_policy.require_uppercase"),
    ("PasswordPolicyType", "require_lowercase", "password_policy.require_lowercase"),
    ("PasswordPolicyType", "require_numbers", "password_policy.require_numbers"),
    ("PasswordPolicyType", "require_symbols", "password_policy.require_symbols"),
    ("PasswordPolicyType", "password_history_size", "password_policy.password_history_size"),
    ("PasswordPolicyType", "temporary_password_validity_days", "password_policy.temporary_password_validity_days"),
    ("SignInPolicyType", "allowed_first_auth_factors", "sign_in_policy.allowed_first_auth_factors"),
    ("LambdaConfigType", "pre_sign_up", "lambda_config.pre_sign_up"),
    ("LambdaConfigType", "custom_message", "lambda_config.custom_message"),
    ("LambdaConfigType", "post_confirmation", "lambda_config.post_confirmation"),
    ("LambdaConfigType", "pre_authentication", "lambda_config.pre_authentication"),
    ("LambdaConfigType", "post_authentication", "lambda_config.post_authentication"),
    ("LambdaConfigType", "define_auth_challenge", "lambda_config.define_auth_challenge"),
    ("LambdaConfigType", "create_auth_challenge", "lambda_config.create_auth_challenge"),
    ("LambdaConfigType", "verify_auth_challenge_response", "lambda_config.verify_auth_challenge_response"),
    ("LambdaConfigType", "pre_token_generation", "(AWS sets it from lambda_config.pre_token_generation.lambda_arn)"),
    ("LambdaConfigType", "user_migration", "lambda_config.user_migration"),
    ("LambdaConfigType", "pre_token_generation_config", "lambda_config.pre_token_generation"),
    ("LambdaConfigType", "custom_sms_sender", "lambda_config.custom_sms_sender"),
    ("LambdaConfigType", "custom_email_sender", "lambda_config.custom_email_sender"),
    ("LambdaConfigType", "kms_key_id", "lambda_config.kms_key_id"),
    ("LambdaConfigType", "inbound_federation", "lambda_config.inbound_federation"),
    ("PreTokenGenerationVersionConfigType", "lambda_version", "lambda_config.pre_token_generation.lambda_version"),
    ("PreTokenGenerationVersionConfigType", "lambda_arn", "lambda_config.pre_token_generation.lambda_arn"),
    ("CustomSmsLambdaVersionConfigType", "lambda_version", "lambda_config.custom_sms_sender.lambda_version"),
    ("CustomSmsLambdaVersionConfigType", "lambda_arn", "lambda_config.custom_sms_sender.lambda_arn"),
    ("CustomEmailLambdaVersionConfigType", "lambda_version", "lambda_config.custom_email_sender.lambda_version"),
    ("CustomEmailLambdaVersionConfigType", "lambda_arn", "lambda_config.custom_email_sender.lambda_arn"),
    ("InboundFederationLambdaType", "lambda_version", "lambda_config.inbound_federation.lambda_version"),
    ("InboundFederationLambdaType", "lambda_arn", "lambda_config.inbound_federation.lambda_arn"),
    ("VerificationMessageTemplateType", "sms_message", "verification_message_template.sms_message"),
    ("VerificationMessageTemplateType", "email_message", "verification_message_template.email_message"),
    ("VerificationMessageTemplateType", "email_subject", "verification_message_template.email_subject"),
    ("VerificationMessageTemplateType", "email_message_by_link", "verification_message_template.email_message_by_link"),
    ("VerificationMessageTemplateType", "email_subject_by_link", "verification_message_template.email_subject_by_link"),
    ("VerificationMessageTemplateType", "default_email_option", "verification_message_template.default_email_option"),
    (
        "UserAttributeUpdateSettingsType",
        "attributes_require_verification_before_update",
        "user_attribute_update_settings.attributes_require_verification_before_update",
    ),
    (
        "DeviceConfigurationType",
        "challenge_required_on_new_device",
        "device_configuration.challenge_required_on_new_device",
    ),
    (
        "DeviceConfigurationType",
        "device_only_remembered_on_user_prompt",
        "device_configuration.device_only_remembered_on_user_prompt",
    ),
    ("EmailConfigurationType", "source_arn", "email_configuration.source_arn"),
    ("EmailConfigurationType", "reply_to_email_address", "email_configuration.reply_to_email_address"),
    ("EmailConfigurationType", "email_sending_account", "email_configuration.email_sending_account"),
    ("EmailConfigurationType", "from", "email_configuration.from_email_address"),
    ("EmailConfigurationType", "configuration_set", "email_configuration.configuration_set"),
    ("SmsConfigurationType", "sns_caller_arn", "sms_configuration.sns_caller_arn"),
    ("SmsConfigurationType", "external_id", "sms_configuration.external_id"),
    ("SmsConfigurationType", "sns_region", "sms_configuration.sns_region"),
    ("SmsConfigurationType", "eums_sms", "sms_configuration.eums_sms"),
    ("EumsSmsConfigurationType", "caller_arn", "sms_configuration.eums_sms.caller_arn"),
    ("EumsSmsConfigurationType", "external_id", "sms_configuration.eums_sms.external_id"),
    ("EumsSmsConfigurationType", "origination_identity", "sms_configuration.eums_sms.origination_identity"),
    ("EumsSmsConfigurationType", "configuration_set_name", "sms_configuration.eums_sms.configuration_set_name"),
    ("EumsSmsConfigurationType", "in_entity_id", "sms_configuration.eums_sms.in_entity_id"),
    ("EumsSmsConfigurationType", "in_template_id", "sms_configuration.eums_sms.in_template_id"),
    ("EumsSmsConfigurationType", "region", "sms_configuration.eums_sms.region"),
    (
        "AdminCreateUserConfigType",
        "allow_admin_create_user_only",
        "admin_create_user_config.allow_admin_create_user_only",
    ),
    (
        "AdminCreateUserConfigType",
        "unused_account_validity_days",
        "(no longer used; password_policy.temporary_password_validity_days is its successor, and AWS refuses both)",
    ),
    ("AdminCreateUserConfigType", "invite_message_template", "admin_create_user_config.invite_message_template"),
    ("MessageTemplateType", "sms_message", "admin_create_user_config.invite_message_template.sms_message"),
    ("MessageTemplateType", "email_message", "admin_create_user_config.invite_message_template.email_message"),
    ("MessageTemplateType", "email_subject", "admin_create_user_config.invite_message_template.email_subject"),
    ("SchemaAttributeType", "name", "(the keys of attributes and standard_attributes)"),
    ("SchemaAttributeType", "attribute_data_type", "attributes.*.type"),
    ("SchemaAttributeType", "developer_only_attribute", "attributes.*.developer_only"),
    ("SchemaAttributeType", "mutable", "attributes.*.mutable, standard_attributes.name.mutable"),
    ("SchemaAttributeType", "required", "standard_attributes.name.required"),
    ("SchemaAttributeType", "number_attribute_constraints", "attributes.*.min_value, attributes.*.max_value"),
    ("SchemaAttributeType", "string_attribute_constraints", "attributes.*.min_length, attributes.*.max_length"),
    ("NumberAttributeConstraintsType", "min_value", "attributes.*.min_value, standard_attributes.updated_at.min_value"),
    ("NumberAttributeConstraintsType", "max_value", "attributes.*.max_value, standard_attributes.updated_at.max_value"),
    ("StringAttributeConstraintsType", "min_length", "attributes.*.min_length, standard_attributes.name.min_length"),
    ("StringAttributeConstraintsType", "max_length", "attributes.*.max_length, standard_attributes.name.max_length"),
    ("UserPoolAddOnsType", "advanced_security_mode", "user_pool_add_ons.advanced_security_mode"),
    (
        "UserPoolAddOnsType",
        "advanced_security_additional_flows",
        "user_pool_add_ons.advanced_security_additional_flows",
    ),
    (
        "AdvancedSecurityAdditionalFlowsType",
        "custom_auth_mode",
        "user_pool_add_ons.advanced_security_additional_flows.custom_auth_mode",
    ),
    ("UsernameConfigurationType", "case_sensitive", "username_configuration.case_sensitive"),
    ("AccountRecoverySettingType", "recovery_mechanisms", "account_recovery_setting"),
    ("RecoveryOptionType", "priority", "(the place in account_recovery_setting)"),
    ("RecoveryOptionType", "name", "account_recovery_setting"),
    ("KeyConfigurationType", "key_type", "key_configuration.key_type"),
    ("KeyConfigurationType", "kms_key_arn", "key_configuration.kms_key_arn"),
    ("IssuerConfigurationType", "type", "issuer_configuration.type"),
    ("AcrLevelConfigType", "acr_value", "acr_configuration.level1, acr_configuration.level4"),
    ("WebAuthnConfigurationType", "relying_party_id", "web_authn_configuration.relying_party_id"),
    ("WebAuthnConfigurationType", "user_verification", "web_authn_configuration.user_verification"),
    ("WebAuthnConfigurationType", "factor_configuration", "web_authn_configuration.factor_configuration"),
    ("EmailMfaConfigType", "message", "mfa.email.message"),
    ("EmailMfaConfigType", "subject", "mfa.email.subject"),
    ("SmsMfaConfigType", "sms_authentication_message", "sms_authentication_message"),
    ("SmsMfaConfigType", "sms_configuration", "sms_configuration"),
    ("SoftwareTokenMfaConfigType", "enabled", "mfa.software_token"),
];

const ID: &str = "(the pool's id)";
const MFA: &str = "(SetUserPoolMfaConfig owns it as mfa.mode; here AWS would ask for SMS)";
const MIRROR: &str = "(no longer used; AWS mirrors verification_message_template, which owns it)";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Debug;

    use serde_json::Value;

    use super::*;
    use crate::aws::cognito::operation::{
        add_custom_attributes::AddCustomAttributesInput, create_user_pool::CreateUserPoolInput,
        set_user_pool_mfa_config::SetUserPoolMfaConfigInput, update_user_pool::UpdateUserPoolInput,
    };
    use crate::aws::cognito::types as aws;
    use crate::kinds::user_pool::UserPool;

    /// A builder's fields, as its own Debug names them.
    fn fields(builder: &impl Debug) -> (String, BTreeSet<String>) {
        let text = format!("{builder:#?}");
        let name = text.split_whitespace().next().unwrap().trim_end_matches("Builder").to_owned();
        let fields = text.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
        let fields = fields.filter_map(|line| line.trim().split_once(": ")).map(|(field, _)| field.to_owned());
        (name, fields.collect())
    }

    fn sent() -> Vec<(String, BTreeSet<String>)> {
        macro_rules! all {
            ($($kind:path),+ $(,)?) => { vec![$(fields(&<$kind>::builder())),+] };
        }
        all![
            CreateUserPoolInput,
            UpdateUserPoolInput,
            SetUserPoolMfaConfigInput,
            AddCustomAttributesInput,
            aws::UserPoolPolicyType,
            aws::PasswordPolicyType,
            aws::SignInPolicyType,
            aws::LambdaConfigType,
            aws::PreTokenGenerationVersionConfigType,
            aws::CustomSmsLambdaVersionConfigType,
            aws::CustomEmailLambdaVersionConfigType,
            aws::InboundFederationLambdaType,
            aws::VerificationMessageTemplateType,
            aws::UserAttributeUpdateSettingsType,
            aws::DeviceConfigurationType,
            aws::EmailConfigurationType,
            aws::SmsConfigurationType,
            aws::EumsSmsConfigurationType,
            aws::AdminCreateUserConfigType,
            aws::MessageTemplateType,
            aws::SchemaAttributeType,
            aws::NumberAttributeConstraintsType,
            aws::StringAttributeConstraintsType,
            aws::UserPoolAddOnsType,
            aws::AdvancedSecurityAdditionalFlowsType,
            aws::UsernameConfigurationType,
            aws::AccountRecoverySettingType,
            aws::RecoveryOptionType,
            aws::KeyConfigurationType,
            aws::IssuerConfigurationType,
            aws::AcrLevelConfigType,
            aws::WebAuthnConfigurationType,
            aws::EmailMfaConfigType,
            aws::SmsMfaConfigType,
            aws::SoftwareTokenMfaConfigType,
        ]
    }

    #[test]
    fn every_field_of_the_sdk_has_been_decided_on() {
        let sent: BTreeSet<(String, String)> =
            sent().into_iter().flat_map(|(of, fields)| fields.into_iter().map(move |f| (of.clone(), f))).collect();
        let decided: BTreeSet<(String, String)> =
            DECIDED.iter().map(|(of, field, _)| ((*of).to_owned(), (*field).to_owned())).collect();
        assert!(sent.len() > 100, "the builders' Debug is not read as it should be: {sent:?}");
        assert_eq!(sent.difference(&decided).collect::<Vec<_>>(), Vec::<&_>::new(), "decide on these");
        assert_eq!(decided.difference(&sent).collect::<Vec<_>>(), Vec::<&_>::new(), "the SDK has none of these");
        assert_eq!(decided.len(), DECIDED.len(), "something is decided on twice");
    }

    /// The schema below a path, through `Option`s and maps.
    fn at<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
        path.split('.').try_fold(schema, |schema, key| {
            let shapes = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten().chain([schema]);
            let mut inside = shapes.filter_map(|shape| match key {
                "*" => shape.get("additionalProperties"),
                key => shape.get("properties")?.get(key),
            });
            inside.next()
        })
    }

    #[test]
    fn every_path_is_one_of_ours_and_every_one_of_ours_is_named() {
        let schema = crate::kind::kind::<UserPool>().schema();
        let paths = || DECIDED.iter().filter(|row| !row.2.starts_with('(')).flat_map(|row| row.2.split(", "));
        for path in paths() {
            assert!(at(&schema, path).is_some(), "{path}");
        }
        for field in schema["properties"].as_object().unwrap().keys() {
            let below = format!("{field}.");
            assert!(paths().any(|path| path == field || path.starts_with(&below)), "{field} comes from nowhere");
        }
    }
}
