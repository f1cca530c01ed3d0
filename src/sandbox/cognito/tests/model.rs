//! The tables against the SDK's own schemas, and the words for what does not fit.
use super::super::model::{client, guards, people, pool, provider, rest, sign_in};
use super::super::validate::Shape;
use super::{Aws, INVALID};
use aws_sdk_cognitoidentityprovider::{operation as op, types};
use serde_json::json;

/// A table's members, as the SDK would list them.
fn listed(shape: &Shape) -> Vec<String> {
    let Shape::Structure(members) = shape else { panic!("not a structure") };
    let mut listed: Vec<String> = members
        .iter()
        .map(|member| {
            let kind = match member.shape {
                Shape::Text(_) => "String",
                Shape::Number { .. } => "Integer",
                Shape::Flag => "Boolean",
                Shape::List { .. } => "List",
                Shape::Map { .. } => "Map",
                Shape::Structure(_) => "Structure",
                Shape::Blob { .. } => "Blob",
                Shape::Document => "Document",
            };
            format!("{}: {kind}", member.name)
        })
        .collect();
    listed.sort();
    listed
}

macro_rules! same_members {
    ($($table:expr => $sdk:ty,)*) => {
        $({
            let mut sdk: Vec<String> = <$sdk>::SCHEMA
                .members()
                .iter()
                .map(|member| format!("{}: {:?}", member.member_name().unwrap(), member.shape_type()))
                .collect();
            sdk.sort();
            assert_eq!(listed(&$table), sdk, stringify!($sdk));
        })*
    };
}

#[test]
fn inputs_have_the_members_that_the_sdk_has() {
    same_members! {
        pool::CREATE_USER_POOL => op::create_user_pool::CreateUserPoolInput,
        pool::POOL_ONLY => op::describe_user_pool::DescribeUserPoolInput,
        pool::UPDATE_USER_POOL => op::update_user_pool::UpdateUserPoolInput,
        pool::POOL_ONLY => op::delete_user_pool::DeleteUserPoolInput,
        pool::LIST_USER_POOLS => op::list_user_pools::ListUserPoolsInput,
        pool::ADD_CUSTOM_ATTRIBUTES => op::add_custom_attributes::AddCustomAttributesInput,
        pool::SET_USER_POOL_MFA_CONFIG => op::set_user_pool_mfa_config::SetUserPoolMfaConfigInput,
        pool::POOL_ONLY => op::get_user_pool_mfa_config::GetUserPoolMfaConfigInput,
        pool::TAG_RESOURCE => op::tag_resource::TagResourceInput,
        pool::UNTAG_RESOURCE => op::untag_resource::UntagResourceInput,
        pool::LIST_TAGS_FOR_RESOURCE => op::list_tags_for_resource::ListTagsForResourceInput,
        client::CREATE_USER_POOL_CLIENT => op::create_user_pool_client::CreateUserPoolClientInput,
        client::POOL_AND_CLIENT => op::describe_user_pool_client::DescribeUserPoolClientInput,
        client::UPDATE_USER_POOL_CLIENT => op::update_user_pool_client::UpdateUserPoolClientInput,
        client::POOL_AND_CLIENT => op::delete_user_pool_client::DeleteUserPoolClientInput,
        client::LIST_USER_POOL_CLIENTS => op::list_user_pool_clients::ListUserPoolClientsInput,
        rest::CREATE_USER_POOL_DOMAIN => op::create_user_pool_domain::CreateUserPoolDomainInput,
        rest::DESCRIBE_USER_POOL_DOMAIN => op::describe_user_pool_domain::DescribeUserPoolDomainInput,
        rest::UPDATE_USER_POOL_DOMAIN => op::update_user_pool_domain::UpdateUserPoolDomainInput,
        rest::DELETE_USER_POOL_DOMAIN => op::delete_user_pool_domain::DeleteUserPoolDomainInput,
        rest::SET_UI_CUSTOMIZATION => op::set_ui_customization::SetUiCustomizationInput,
        rest::GET_UI_CUSTOMIZATION => op::get_ui_customization::GetUiCustomizationInput,
        rest::CREATE_BRANDING => op::create_managed_login_branding::CreateManagedLoginBrandingInput,
        rest::DESCRIBE_BRANDING => op::describe_managed_login_branding::DescribeManagedLoginBrandingInput,
        rest::DESCRIBE_BRANDING_BY_CLIENT =>
            op::describe_managed_login_branding_by_client::DescribeManagedLoginBrandingByClientInput,
        rest::UPDATE_BRANDING => op::update_managed_login_branding::UpdateManagedLoginBrandingInput,
        rest::DELETE_BRANDING => op::delete_managed_login_branding::DeleteManagedLoginBrandingInput,
        rest::ADMIN_CREATE_USER => op::admin_create_user::AdminCreateUserInput,
        rest::POOL_AND_USER => op::admin_get_user::AdminGetUserInput,
        rest::POOL_AND_USER => op::admin_delete_user::AdminDeleteUserInput,
        rest::LIST_USERS => op::list_users::ListUsersInput,
        provider::CREATE_PROVIDER => op::create_identity_provider::CreateIdentityProviderInput,
        provider::UPDATE_PROVIDER => op::update_identity_provider::UpdateIdentityProviderInput,
        provider::POOL_AND_PROVIDER => op::describe_identity_provider::DescribeIdentityProviderInput,
        provider::POOL_AND_PROVIDER => op::delete_identity_provider::DeleteIdentityProviderInput,
        provider::BY_IDENTIFIER => op::get_identity_provider_by_identifier::GetIdentityProviderByIdentifierInput,
        rest::LIST_OF_POOL => op::list_identity_providers::ListIdentityProvidersInput,
        people::CREATE_RESOURCE_SERVER => op::create_resource_server::CreateResourceServerInput,
        people::POOL_AND_SERVER => op::describe_resource_server::DescribeResourceServerInput,
        people::UPDATE_RESOURCE_SERVER => op::update_resource_server::UpdateResourceServerInput,
        people::POOL_AND_SERVER => op::delete_resource_server::DeleteResourceServerInput,
        people::LIST_RESOURCE_SERVERS => op::list_resource_servers::ListResourceServersInput,
        people::CREATE_GROUP => op::create_group::CreateGroupInput,
        people::POOL_AND_GROUP => op::get_group::GetGroupInput,
        people::UPDATE_GROUP => op::update_group::UpdateGroupInput,
        people::POOL_AND_GROUP => op::delete_group::DeleteGroupInput,
        people::USER_AND_GROUP => op::admin_add_user_to_group::AdminAddUserToGroupInput,
        people::USER_AND_GROUP => op::admin_remove_user_from_group::AdminRemoveUserFromGroupInput,
        people::GROUPS_OF_USER => op::admin_list_groups_for_user::AdminListGroupsForUserInput,
        people::USERS_IN_GROUP => op::list_users_in_group::ListUsersInGroupInput,
        people::UPDATE_USER_ATTRIBUTES => op::admin_update_user_attributes::AdminUpdateUserAttributesInput,
        people::DELETE_USER_ATTRIBUTES => op::admin_delete_user_attributes::AdminDeleteUserAttributesInput,
        people::SET_USER_PASSWORD => op::admin_set_user_password::AdminSetUserPasswordInput,
        rest::POOL_AND_USER => op::admin_enable_user::AdminEnableUserInput,
        rest::POOL_AND_USER => op::admin_disable_user::AdminDisableUserInput,
        pool::POOL_ONLY => op::get_csv_header::GetCsvHeaderInput,
        people::CREATE_IMPORT => op::create_user_import_job::CreateUserImportJobInput,
        people::POOL_AND_IMPORT => op::start_user_import_job::StartUserImportJobInput,
        people::POOL_AND_IMPORT => op::stop_user_import_job::StopUserImportJobInput,
        people::POOL_AND_IMPORT => op::describe_user_import_job::DescribeUserImportJobInput,
        people::LIST_IMPORTS => op::list_user_import_jobs::ListUserImportJobsInput,
        guards::LIST_TERMS => op::list_terms::ListTermsInput,
        guards::CREATE_TERMS => op::create_terms::CreateTermsInput,
        guards::UPDATE_TERMS => op::update_terms::UpdateTermsInput,
        guards::POOL_AND_TERMS => op::describe_terms::DescribeTermsInput,
        guards::POOL_AND_TERMS => op::delete_terms::DeleteTermsInput,
        rest::LIST_GROUPS => op::list_groups::ListGroupsInput,
        rest::CREATE_REPLICA => op::create_user_pool_replica::CreateUserPoolReplicaInput,
        rest::UPDATE_REPLICA => op::update_user_pool_replica::UpdateUserPoolReplicaInput,
        rest::DELETE_REPLICA => op::delete_user_pool_replica::DeleteUserPoolReplicaInput,
        rest::LIST_REPLICAS => op::list_user_pool_replicas::ListUserPoolReplicasInput,
        pool::POOL_ONLY => op::get_log_delivery_configuration::GetLogDeliveryConfigurationInput,
        sign_in::FORGOT_PASSWORD => op::forgot_password::ForgotPasswordInput,
        sign_in::ADMIN_SET_USER_MFA_PREFERENCE => op::admin_set_user_mfa_preference::AdminSetUserMfaPreferenceInput,
        sign_in::START_WEB_AUTHN => op::start_web_authn_registration::StartWebAuthnRegistrationInput,
        sign_in::COMPLETE_WEB_AUTHN => op::complete_web_authn_registration::CompleteWebAuthnRegistrationInput,
        guards::SET_RISK => op::set_risk_configuration::SetRiskConfigurationInput,
        guards::DESCRIBE_RISK => op::describe_risk_configuration::DescribeRiskConfigurationInput,
        guards::SET_LOGS => op::set_log_delivery_configuration::SetLogDeliveryConfigurationInput,
        guards::ADD_SECRET => op::add_user_pool_client_secret::AddUserPoolClientSecretInput,
        guards::LIST_SECRETS => op::list_user_pool_client_secrets::ListUserPoolClientSecretsInput,
        guards::DELETE_SECRET => op::delete_user_pool_client_secret::DeleteUserPoolClientSecretInput,
    }
}

#[test]
fn structures_within_have_the_members_that_the_sdk_has() {
    same_members! {
        pool::POLICIES => types::UserPoolPolicyType,
        pool::PASSWORD_POLICY => types::PasswordPolicyType,
        pool::SIGN_IN_POLICY => types::SignInPolicyType,
        pool::LAMBDA_CONFIG => types::LambdaConfigType,
        pool::PRE_TOKEN => types::PreTokenGenerationVersionConfigType,
        pool::VERSIONED => types::CustomSmsLambdaVersionConfigType,
        pool::VERSIONED => types::CustomEmailLambdaVersionConfigType,
        pool::VERSIONED => types::InboundFederationLambdaType,
        pool::VERIFICATION_TEMPLATE => types::VerificationMessageTemplateType,
        pool::UPDATE_SETTINGS => types::UserAttributeUpdateSettingsType,
        pool::DEVICES => types::DeviceConfigurationType,
        pool::EMAIL => types::EmailConfigurationType,
        pool::SMS => types::SmsConfigurationType,
        pool::EUMS => types::EumsSmsConfigurationType,
        pool::ADMIN_CREATE_USER => types::AdminCreateUserConfigType,
        pool::INVITATION => types::MessageTemplateType,
        pool::ATTRIBUTE => types::SchemaAttributeType,
        pool::NUMBER_CONSTRAINTS => types::NumberAttributeConstraintsType,
        pool::STRING_CONSTRAINTS => types::StringAttributeConstraintsType,
        pool::ADD_ONS => types::UserPoolAddOnsType,
        pool::FLOWS => types::AdvancedSecurityAdditionalFlowsType,
        pool::USERNAMES => types::UsernameConfigurationType,
        pool::RECOVERY => types::AccountRecoverySettingType,
        pool::MECHANISM => types::RecoveryOptionType,
        pool::KEY => types::KeyConfigurationType,
        pool::ISSUER => types::IssuerConfigurationType,
        pool::ACR_LEVEL => types::AcrLevelConfigType,
        pool::SMS_MFA => types::SmsMfaConfigType,
        pool::SOFTWARE_TOKEN_MFA => types::SoftwareTokenMfaConfigType,
        pool::EMAIL_MFA => types::EmailMfaConfigType,
        pool::WEB_AUTHN => types::WebAuthnConfigurationType,
        sign_in::CONTEXT => types::UserContextDataType,
        sign_in::ANALYTICS => types::AnalyticsMetadataType,
        sign_in::FACTOR => types::SmsMfaSettingsType,
        sign_in::FACTOR => types::SoftwareTokenMfaSettingsType,
        sign_in::FACTOR => types::EmailMfaSettingsType,
        sign_in::PASSKEY_FACTOR => types::WebAuthnMfaSettingsType,
        client::UNITS => types::TokenValidityUnitsType,
        client::ANALYTICS => types::AnalyticsConfigurationType,
        client::ROTATION => types::RefreshTokenRotationType,
        rest::CUSTOM_DOMAIN => types::CustomDomainConfigType,
        rest::ROUTING => types::RoutingType,
        rest::FAILOVER => types::FailoverType,
        rest::ASSET => types::AssetType,
        rest::USER_ATTRIBUTE => types::AttributeType,
        people::SCOPE => types::ResourceServerScopeType,
        guards::COMPROMISED => types::CompromisedCredentialsRiskConfigurationType,
        guards::COMPROMISED_ACTIONS => types::CompromisedCredentialsActionsType,
        guards::TAKEOVER => types::AccountTakeoverRiskConfigurationType,
        guards::TAKEOVER_ACTIONS => types::AccountTakeoverActionsType,
        guards::TAKEOVER_ACTION => types::AccountTakeoverActionType,
        guards::NOTIFY => types::NotifyConfigurationType,
        guards::NOTICE => types::NotifyEmailType,
        guards::EXCEPTIONS => types::RiskExceptionConfigurationType,
        guards::LOG => types::LogConfigurationType,
        guards::CLOUD_WATCH => types::CloudWatchLogsConfigurationType,
        guards::S3 => types::S3ConfigurationType,
        guards::FIREHOSE => types::FirehoseConfigurationType,
    }
}

#[test]
fn what_does_not_fit_is_refused_in_awss_words() {
    let one = "1 validation error detected: ";
    let long = "x".repeat(129);
    let cases = [
        (json!({}), format!("{one}Value null at 'poolName' failed to satisfy constraint: Member must not be null")),
        (
            json!({ "PoolName": null }),
            format!("{one}Value null at 'poolName' failed to satisfy constraint: Member must not be null"),
        ),
        (
            json!({ "PoolName": long }),
            format!(
                "{one}Value '{long}' at 'poolName' failed to satisfy constraint: Member must have length less than or \
                 equal to 128"
            ),
        ),
        (
            json!({ "PoolName": "" }),
            r"2 validation errors detected: Value '' at 'poolName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'poolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+".to_owned(),
        ),
        (
            json!({ "PoolName": "p", "Policies": { "PasswordPolicy": { "MinimumLength": 5 } } }),
            format!(
                "{one}Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have \
                 value greater than or equal to 6"
            ),
        ),
        (
            json!({ "PoolName": "p", "MfaConfiguration": "MAYBE" }),
            format!(
                "{one}Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value \
                 set: [OFF, ON, OPTIONAL]"
            ),
        ),
        (
            json!({ "PoolName": "p", "AutoVerifiedAttributes": ["email", "fax"] }),
            format!(
                "{one}Value '[email, fax]' at 'autoVerifiedAttributes' failed to satisfy constraint: Member must satisfy \
                 constraint: [Member must satisfy enum value set: [phone_number, email]]"
            ),
        ),
        (
            json!({ "PoolName": "p", "UserPoolTags": { "k": "v".repeat(257) } }),
            format!(
                "{one}Value '{{k={}}}' at 'userPoolTags' failed to satisfy constraint: Map value must satisfy constraint: \
                 [Member must have length less than or equal to 256]",
                "v".repeat(257)
            ),
        ),
        (
            json!({ "PoolName": "p", "Schema": [{ "Name": "n", "Colour": "red" }] }),
            format!("{one}Value 'red' at 'schema.1.member.colour' failed to satisfy constraint: Member must not be present"),
        ),
        (
            json!({ "PoolName": "p", "Schema": [] }),
            format!(
                "{one}Value '[]' at 'schema' failed to satisfy constraint: Member must have length greater than or equal \
                 to 1"
            ),
        ),
    ];
    for (input, message) in cases {
        Aws::new().refused("CreateUserPool", input, INVALID, &message);
    }
}

#[test]
fn values_of_another_type_are_not_read() {
    let message = "The value at 'poolName' can not be converted to a String";
    Aws::new().refused("CreateUserPool", json!({ "PoolName": 1 }), "SerializationException", message);
    let message = "The value at 'imageFile' can not be converted to a Blob";
    let input = json!({ "UserPoolId": "eu-west-1_1", "ImageFile": "not base64!" });
    Aws::new().refused("SetUICustomization", input, "SerializationException", message);
}

#[test]
fn unknown_members_are_refused_at_every_depth() {
    let cases = [
        (json!({ "PoolName": "p", "Colour": 1 }), "colour"),
        (json!({ "PoolName": "p", "Policies": { "Colour": 1 } }), "policies.colour"),
        (
            json!({ "PoolName": "p", "SmsConfiguration": { "EumsSms": { "CallerArn": super::FUNCTION, "Colour": 1 } } }),
            "smsConfiguration.eumsSms.colour",
        ),
        (
            json!({ "PoolName": "p", "AcrConfiguration": { "Level1": { "AcrValue": "a", "Colour": 1 } } }),
            "acrConfiguration.Level1.member.colour",
        ),
    ];
    for (input, path) in cases {
        let message = format!(
            "1 validation error detected: Value '1' at '{path}' failed to satisfy constraint: Member must not be present"
        );
        Aws::new().refused("CreateUserPool", input, INVALID, &message);
    }
}

#[test]
fn secrets_are_not_said_again() {
    let input = json!({ "UserPoolId": "eu-west-1_1", "ClientName": "c", "ClientSecret": "too-short" });
    let message = r"2 validation errors detected: Value at 'clientSecret' failed to satisfy constraint: Member must have length greater than or equal to 24; Value at 'clientSecret' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+";
    Aws::new().refused("CreateUserPoolClient", input, INVALID, message);
}

#[test]
fn patterns_hold_what_they_say() {
    let fits = |shape: &Shape, text: &str| match shape {
        Shape::Text(shape) => shape.pattern.is_none_or(|pattern| (pattern.fits)(text)),
        _ => panic!("not a string"),
    };
    let member = |shape: &'static Shape, name: &str| match shape {
        Shape::Structure(members) => members.iter().find(|member| member.name == name).unwrap().shape,
        _ => panic!("not a structure"),
    };
    let arn = member(&pool::LAMBDA_CONFIG, "PreSignUp");
    assert!(fits(arn, super::FUNCTION) && fits(arn, "arn:aws:iam::000000000000:role/a"));
    assert!(!fits(arn, "arn:aws:lambda:eu-west-1::function:one") && !fits(arn, "arn:aws:s3:::bucket"));
    let id = member(&pool::POOL_ONLY, "UserPoolId");
    assert!(fits(id, "eu-west-1_Ab1") && !fits(id, "eu-west-1") && !fits(id, "eu-west-1_a-b"));
    let link = member(&pool::VERIFICATION_TEMPLATE, "EmailMessageByLink");
    assert!(fits(link, "Click {##here##}\n") && !fits(link, "Click {####") && !fits(link, "{##here"));
    let sms = member(&pool::VERIFICATION_TEMPLATE, "SmsMessage");
    assert!(fits(sms, "Code {####}") && !fits(sms, "Code {####}\n") && !fits(sms, "Code"));
    let reply = member(&pool::EMAIL, "ReplyToEmailAddress");
    assert!(fits(reply, "a@b") && !fits(reply, "@b") && !fits(reply, "a b@c") && !fits(reply, "a@"));
    let style = member(&rest::DELETE_BRANDING, "ManagedLoginBrandingId");
    assert!(
        fits(style, "12345678-1234-4123-8123-123456789012") && !fits(style, "12345678-1234-1123-8123-123456789012")
    );
}
