//! A spec into what AWS is sent: CreateUserPool with what is declared, UpdateUserPool with everything.
//!
//! UpdateUserPool resets most of what it is not sent, and unevenly (`user_pool.md` 3); so all of it is sent, laid
//! over the pool as it was described a moment before. MfaConfiguration alone is left out: it is kept when it is
//! omitted, and refused here for pools without SMS (`user_pool.md` 4); SetUserPoolMfaConfig owns it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::UserPool;
use super::enums::{
    AdvancedSecurityMode, AuthFactor, CustomAuthMode, DefaultEmailOption, IssuerType, KeyType, RecoveryMechanism,
    UserPoolTier, VerifiedAttribute,
};
use super::messages::{
    AdminCreateUserConfig, EmailConfiguration, InviteMessageTemplate, SmsConfiguration, VerificationMessageTemplate,
};
use super::read::{OURS, recovery};
use super::spec::{
    AcrConfiguration, AdvancedSecurityAdditionalFlows, DeviceConfiguration, IssuerConfiguration, KeyConfiguration,
    PasswordPolicy, SignInPolicy, UserAttributeUpdateSettings, UserPoolAddOns, UsernameConfiguration,
};
use super::triggers::LambdaConfig;
use crate::aws::cognito::error::BuildError;
use crate::aws::cognito::operation::create_user_pool::builders::CreateUserPoolFluentBuilder;
use crate::aws::cognito::operation::update_user_pool::builders::UpdateUserPoolFluentBuilder;
use crate::aws::cognito::types as aws;
use crate::error::{Error, Result};

/// The most attributes that one CreateUserPool takes (`user_pool.md` 5.2).
const MOST_AT_CREATE: usize = 50;

/// An SDK type that lacks what it must have; no spec makes one.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err is given")]
fn incomplete(error: BuildError) -> Error {
    Error::bug(format!("a user pool cannot be sent: {error}"))
}

/// CreateUserPool with what is declared, and `tags` for the stack's own.
pub(super) fn create(
    pool: &UserPool,
    tags: HashMap<String, String>,
    call: CreateUserPoolFluentBuilder,
) -> Result<CreateUserPoolFluentBuilder> {
    let UserPool {
        name,
        user_pool_tier,
        deletion_protection,
        username_attributes,
        alias_attributes,
        username_configuration,
        auto_verified_attributes,
        password_policy,
        sign_in_policy,
        // SetUserPoolMfaConfig sets these two once the pool is there: CreateUserPool would ask for SMS.
        mfa: _,
        web_authn_configuration: _,
        account_recovery_setting,
        attributes,
        standard_attributes,
        lambda_config,
        email_configuration,
        sms_configuration,
        verification_message_template,
        sms_authentication_message,
        admin_create_user_config,
        device_configuration,
        user_attribute_update_settings,
        user_pool_add_ons,
        key_configuration,
        issuer_configuration,
        acr_configuration,
        tags: _,
    } = pool;
    let mut schema =
        standard_attributes.as_ref().map(super::attributes::StandardAttributes::to_aws).unwrap_or_default();
    let own = attributes.iter().flatten().map(|(name, attribute)| attribute.to_aws(name));
    // What does not fit is added by the update that follows.
    schema.extend(own.take(MOST_AT_CREATE.saturating_sub(schema.len())));
    Ok(call
        .pool_name(name)
        .set_user_pool_tier(user_pool_tier.as_ref().map(Into::into))
        .set_deletion_protection(deletion_protection.as_ref().map(Into::into))
        .set_username_attributes(some_list(username_attributes.as_ref()))
        .set_alias_attributes(some_list(alias_attributes.as_ref()))
        .set_username_configuration(username_configuration.as_ref().map(username).transpose()?)
        .set_auto_verified_attributes(some_list(auto_verified_attributes.as_ref()))
        .set_policies(policies(password_policy.as_ref(), sign_in_policy.as_ref()))
        .set_account_recovery_setting(
            account_recovery_setting.as_ref().map(|ways| account_recovery(ways)).transpose()?.flatten(),
        )
        .set_schema(Some(schema).filter(|schema| !schema.is_empty()))
        .set_lambda_config(lambda_config.as_ref().map(lambda).transpose()?)
        .set_email_configuration(email_configuration.as_ref().map(email))
        .set_sms_configuration(sms_configuration.as_ref().map(sms).transpose()?)
        .set_verification_message_template(verification_message_template.as_ref().map(template))
        .set_sms_authentication_message(sms_authentication_message.clone())
        .set_admin_create_user_config(admin_create_user_config.as_ref().map(admin_create))
        .set_device_configuration(device_configuration.as_ref().map(device))
        .set_user_attribute_update_settings(user_attribute_update_settings.as_ref().map(attribute_updates))
        .set_user_pool_add_ons(user_pool_add_ons.as_ref().map(|wanted| add_ons(wanted, None)).transpose()?.flatten())
        .set_key_configuration(key_configuration.as_ref().and_then(|wanted| key(wanted, None)))
        .set_issuer_configuration(issuer_configuration.as_ref().and_then(|wanted| issuer(wanted, None)))
        .set_acr_configuration(acr_configuration.as_ref().map(|wanted| acr(wanted, None, false)).transpose()?.flatten())
        .set_user_pool_tags(Some(tags)))
}

/// UpdateUserPool with all of the total `pool`, laid over the pool as it `is`.
pub(super) fn update(
    pool: &UserPool,
    is: &aws::UserPoolType,
    call: UpdateUserPoolFluentBuilder,
) -> Result<UpdateUserPoolFluentBuilder> {
    let UserPool {
        name,
        user_pool_tier,
        deletion_protection,
        // Settled when the pool was made.
        username_attributes: _,
        alias_attributes: _,
        username_configuration: _,
        standard_attributes: _,
        // Other calls' matter.
        attributes: _,
        mfa: _,
        web_authn_configuration: _,
        auto_verified_attributes,
        password_policy,
        sign_in_policy,
        account_recovery_setting,
        lambda_config,
        email_configuration,
        sms_configuration,
        verification_message_template,
        sms_authentication_message,
        admin_create_user_config,
        device_configuration,
        user_attribute_update_settings,
        user_pool_add_ons,
        key_configuration,
        issuer_configuration,
        acr_configuration,
        tags,
    } = pool;
    let lite = *user_pool_tier == Some(UserPoolTier::Lite);
    let ways = account_recovery_setting.as_deref().unwrap_or_default();
    let as_it_is = recovery(is.account_recovery_setting()) == ways;
    let ways = if as_it_is { is.account_recovery_setting().cloned() } else { account_recovery(ways)? };
    Ok(call
        .pool_name(name)
        .set_user_pool_tier(user_pool_tier.as_ref().map(Into::into))
        .set_deletion_protection(deletion_protection.as_ref().map(Into::into))
        .set_auto_verified_attributes(Some(list(auto_verified_attributes.as_ref())))
        .set_policies(policies(password_policy.as_ref(), sign_in_policy.as_ref()))
        .set_account_recovery_setting(ways)
        .set_lambda_config(lambda_config.as_ref().map(lambda).transpose()?)
        .set_email_configuration(email_configuration.as_ref().map(email))
        .set_sms_configuration(sms_configuration.as_ref().map(sms).transpose()?)
        .set_verification_message_template(verification_message_template.as_ref().map(template))
        .set_sms_authentication_message(sms_authentication_message.clone())
        .set_admin_create_user_config(admin_create_user_config.as_ref().map(admin_create))
        .set_device_configuration(device_configuration.as_ref().map(device))
        .set_user_attribute_update_settings(user_attribute_update_settings.as_ref().map(attribute_updates))
        .set_user_pool_add_ons(
            user_pool_add_ons.as_ref().map(|wanted| add_ons(wanted, is.user_pool_add_ons())).transpose()?.flatten(),
        )
        .set_key_configuration(key_configuration.as_ref().and_then(|wanted| key(wanted, is.key_configuration())))
        .set_issuer_configuration(
            issuer_configuration.as_ref().and_then(|wanted| issuer(wanted, is.issuer_configuration())),
        )
        .set_acr_configuration(
            acr_configuration.as_ref().map(|wanted| acr(wanted, is.acr_configuration(), lite)).transpose()?.flatten(),
        )
        .set_user_pool_tags(Some(all_tags(tags.as_ref(), is))))
}

/// The part of a spec that UpdateUserPool sets; where two specs agree in it, the call need not be made.
pub(super) fn update_part(pool: &UserPool) -> UserPool {
    UserPool {
        username_attributes: None,
        alias_attributes: None,
        username_configuration: None,
        standard_attributes: None,
        attributes: None,
        mfa: None,
        web_authn_configuration: None,
        tags: None,
        ..pool.clone()
    }
}

/// A person's tags, and the stack's own as they are.
fn all_tags(tags: Option<&BTreeMap<String, String>>, is: &aws::UserPoolType) -> HashMap<String, String> {
    let ours = is.user_pool_tags().into_iter().flatten().filter(|(key, _)| key.starts_with(OURS));
    let ours = ours.map(|(key, value)| (key.clone(), value.clone()));
    tags.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).chain(ours).collect()
}

fn list<'a, T: 'a, U: From<&'a T>>(set: Option<&'a BTreeSet<T>>) -> Vec<U> {
    set.into_iter().flatten().map(U::from).collect()
}

fn some_list<'a, T: 'a, U: From<&'a T>>(set: Option<&'a BTreeSet<T>>) -> Option<Vec<U>> {
    Some(list(set)).filter(|list: &Vec<U>| !list.is_empty())
}

fn username(wanted: &UsernameConfiguration) -> Result<aws::UsernameConfigurationType> {
    let UsernameConfiguration { case_sensitive } = wanted;
    let built = aws::UsernameConfigurationType::builder().case_sensitive(case_sensitive.unwrap_or(true));
    built.build().map_err(incomplete)
}

/// Both policies; each is kept by itself when it is left out (`user_pool.md` 3).
fn policies(password: Option<&PasswordPolicy>, sign_in: Option<&SignInPolicy>) -> Option<aws::UserPoolPolicyType> {
    if password.is_none() && sign_in.is_none() {
        return None;
    }
    let sign_in = sign_in.map(|SignInPolicy { allowed_first_auth_factors }| {
        let factors = some_list(allowed_first_auth_factors.as_ref());
        let factors = factors.unwrap_or_else(|| vec![(&AuthFactor::Password).into()]);
        aws::SignInPolicyType::builder().set_allowed_first_auth_factors(Some(factors)).build()
    });
    let built = aws::UserPoolPolicyType::builder().set_password_policy(password.map(password_policy));
    Some(built.set_sign_in_policy(sign_in).build())
}

/// All of it, always: what AWS makes of a policy that is partly filled is not documented (`user_pool.md` 2).
fn password_policy(wanted: &PasswordPolicy) -> aws::PasswordPolicyType {
    let PasswordPolicy {
        minimum_length,
        require_uppercase,
        require_lowercase,
        require_numbers,
        require_symbols,
        password_history_size,
        temporary_password_validity_days,
    } = wanted;
    aws::PasswordPolicyType::builder()
        .minimum_length(minimum_length.unwrap_or(8))
        .require_uppercase(require_uppercase.unwrap_or(true))
        .require_lowercase(require_lowercase.unwrap_or(true))
        .require_numbers(require_numbers.unwrap_or(true))
        .require_symbols(require_symbols.unwrap_or(true))
        .set_password_history_size(*password_history_size)
        .temporary_password_validity_days(temporary_password_validity_days.unwrap_or(7))
        .build()
}

fn account_recovery(ways: &[RecoveryMechanism]) -> Result<Option<aws::AccountRecoverySettingType>> {
    if ways.is_empty() {
        return Ok(None);
    }
    let mut built = aws::AccountRecoverySettingType::builder();
    for (way, priority) in ways.iter().zip(1..) {
        let option = aws::RecoveryOptionType::builder().name(way.into()).priority(priority).build();
        built = built.recovery_mechanisms(option.map_err(incomplete)?);
    }
    Ok(Some(built.build()))
}

fn lambda(wanted: &LambdaConfig) -> Result<aws::LambdaConfigType> {
    let LambdaConfig {
        pre_sign_up,
        post_confirmation,
        pre_authentication,
        post_authentication,
        custom_message,
        define_auth_challenge,
        create_auth_challenge,
        verify_auth_challenge_response,
        user_migration,
        pre_token_generation,
        custom_sms_sender,
        custom_email_sender,
        inbound_federation,
        kms_key_id,
    } = wanted.clone();
    let pre_token_generation = pre_token_generation.map(|trigger| {
        let built = aws::PreTokenGenerationVersionConfigType::builder().lambda_arn(trigger.lambda_arn);
        built.lambda_version((&trigger.lambda_version).into()).build()
    });
    let sms_sender = custom_sms_sender.map(|sender| {
        let built = aws::CustomSmsLambdaVersionConfigType::builder().lambda_arn(sender.lambda_arn);
        built.lambda_version((&sender.lambda_version).into()).build()
    });
    let email_sender = custom_email_sender.map(|sender| {
        let built = aws::CustomEmailLambdaVersionConfigType::builder().lambda_arn(sender.lambda_arn);
        built.lambda_version((&sender.lambda_version).into()).build()
    });
    let inbound_federation = inbound_federation.map(|trigger| {
        let built = aws::InboundFederationLambdaType::builder().lambda_arn(trigger.lambda_arn);
        built.lambda_version((&trigger.lambda_version).into()).build()
    });
    Ok(aws::LambdaConfigType::builder()
        .set_pre_sign_up(pre_sign_up)
        .set_post_confirmation(post_confirmation)
        .set_pre_authentication(pre_authentication)
        .set_post_authentication(post_authentication)
        .set_custom_message(custom_message)
        .set_define_auth_challenge(define_auth_challenge)
        .set_create_auth_challenge(create_auth_challenge)
        .set_verify_auth_challenge_response(verify_auth_challenge_response)
        .set_user_migration(user_migration)
        .set_pre_token_generation_config(pre_token_generation.transpose().map_err(incomplete)?)
        .set_custom_sms_sender(sms_sender.transpose().map_err(incomplete)?)
        .set_custom_email_sender(email_sender.transpose().map_err(incomplete)?)
        .set_inbound_federation(inbound_federation.transpose().map_err(incomplete)?)
        .set_kms_key_id(kms_key_id)
        .build())
}

fn email(wanted: &EmailConfiguration) -> aws::EmailConfigurationType {
    let EmailConfiguration {
        email_sending_account,
        source_arn,
        from_email_address,
        reply_to_email_address,
        configuration_set,
    } = wanted.clone();
    aws::EmailConfigurationType::builder()
        .set_email_sending_account(email_sending_account.as_ref().map(Into::into))
        .set_source_arn(source_arn)
        .set_from(from_email_address)
        .set_reply_to_email_address(reply_to_email_address)
        .set_configuration_set(configuration_set)
        .build()
}

/// How SMS messages are sent; SetUserPoolMfaConfig takes the same.
pub(super) fn sms(wanted: &SmsConfiguration) -> Result<aws::SmsConfigurationType> {
    let SmsConfiguration { sns_caller_arn, external_id, sns_region, eums_sms } = wanted.clone();
    let eums_sms = eums_sms.map(|eums| {
        aws::EumsSmsConfigurationType::builder()
            .caller_arn(eums.caller_arn)
            .set_external_id(eums.external_id)
            .set_origination_identity(eums.origination_identity)
            .set_configuration_set_name(eums.configuration_set_name)
            .set_in_entity_id(eums.in_entity_id)
            .set_in_template_id(eums.in_template_id)
            .set_region(eums.region)
            .build()
    });
    Ok(aws::SmsConfigurationType::builder()
        .set_sns_caller_arn(sns_caller_arn)
        .set_external_id(external_id)
        .set_sns_region(sns_region)
        .set_eums_sms(eums_sms.transpose().map_err(incomplete)?)
        .build())
}

/// The option and the texts that go with it; AWS refuses texts for both (`user_pool.md` 6).
fn template(wanted: &VerificationMessageTemplate) -> aws::VerificationMessageTemplateType {
    let VerificationMessageTemplate {
        default_email_option,
        email_message,
        email_subject,
        email_message_by_link,
        email_subject_by_link,
        sms_message,
    } = wanted.clone();
    let by_link = default_email_option == Some(DefaultEmailOption::ConfirmWithLink);
    aws::VerificationMessageTemplateType::builder()
        .set_default_email_option(default_email_option.as_ref().map(Into::into))
        .set_email_message(email_message.filter(|_| !by_link))
        .set_email_subject(email_subject.filter(|_| !by_link))
        .set_email_message_by_link(email_message_by_link.filter(|_| by_link))
        .set_email_subject_by_link(email_subject_by_link.filter(|_| by_link))
        .set_sms_message(sms_message)
        .build()
}

/// Without UnusedAccountValidityDays, which AWS refuses beside TemporaryPasswordValidityDays (`user_pool.md` 7).
fn admin_create(wanted: &AdminCreateUserConfig) -> aws::AdminCreateUserConfigType {
    let AdminCreateUserConfig { allow_admin_create_user_only, invite_message_template } = wanted.clone();
    let invite = invite_message_template.map(|InviteMessageTemplate { email_message, email_subject, sms_message }| {
        aws::MessageTemplateType::builder()
            .set_email_message(email_message)
            .set_email_subject(email_subject)
            .set_sms_message(sms_message)
            .build()
    });
    aws::AdminCreateUserConfigType::builder()
        .allow_admin_create_user_only(allow_admin_create_user_only.unwrap_or(false))
        .set_invite_message_template(invite)
        .build()
}

fn device(wanted: &DeviceConfiguration) -> aws::DeviceConfigurationType {
    let DeviceConfiguration { challenge_required_on_new_device, device_only_remembered_on_user_prompt } = wanted;
    aws::DeviceConfigurationType::builder()
        .challenge_required_on_new_device(*challenge_required_on_new_device)
        .device_only_remembered_on_user_prompt(*device_only_remembered_on_user_prompt)
        .build()
}

/// An empty list where nothing is wanted: what is left out is kept (`user_pool.md` 3).
fn attribute_updates(wanted: &UserAttributeUpdateSettings) -> aws::UserAttributeUpdateSettingsType {
    let UserAttributeUpdateSettings { attributes_require_verification_before_update } = wanted;
    let attributes = list::<VerifiedAttribute, _>(attributes_require_verification_before_update.as_ref());
    aws::UserAttributeUpdateSettingsType::builder()
        .set_attributes_require_verification_before_update(Some(attributes))
        .build()
}

/// None where nothing is wanted and nothing is there: a plan without threat protection need not hear of it.
fn add_ons(wanted: &UserPoolAddOns, is: Option<&aws::UserPoolAddOnsType>) -> Result<Option<aws::UserPoolAddOnsType>> {
    let UserPoolAddOns { advanced_security_mode, advanced_security_additional_flows: flows } = wanted;
    let mode = advanced_security_mode.clone().unwrap_or(AdvancedSecurityMode::Off);
    if mode == AdvancedSecurityMode::Off && flows.is_none() && is.is_none() {
        return Ok(None);
    }
    let flows = flows.as_ref().map(|AdvancedSecurityAdditionalFlows { custom_auth_mode }: &_| {
        let mode: &CustomAuthMode = custom_auth_mode;
        aws::AdvancedSecurityAdditionalFlowsType::builder().custom_auth_mode(mode.into()).build()
    });
    let built = aws::UserPoolAddOnsType::builder().advanced_security_mode((&mode).into());
    Ok(Some(built.set_advanced_security_additional_flows(flows).build().map_err(incomplete)?))
}

/// None where AWS's own key is wanted and nothing else is set.
fn key(wanted: &KeyConfiguration, is: Option<&aws::KeyConfigurationType>) -> Option<aws::KeyConfigurationType> {
    let KeyConfiguration { key_type, kms_key_arn } = wanted;
    let key_type = key_type.clone().unwrap_or(KeyType::AwsOwnedKey);
    if key_type == KeyType::AwsOwnedKey && kms_key_arn.is_none() && is.is_none() {
        return None;
    }
    Some(aws::KeyConfigurationType::builder().key_type((&key_type).into()).set_kms_key_arn(kms_key_arn.clone()).build())
}

/// None where the original issuer is wanted and nothing else is set.
fn issuer(
    wanted: &IssuerConfiguration,
    is: Option<&aws::IssuerConfigurationType>,
) -> Option<aws::IssuerConfigurationType> {
    let IssuerConfiguration { issuer_type } = wanted;
    let issuer_type = issuer_type.clone().unwrap_or(IssuerType::Original);
    if issuer_type == IssuerType::Original && is.is_none() {
        return None;
    }
    Some(aws::IssuerConfigurationType::builder().r#type((&issuer_type).into()).build())
}

/// Every level by name, with those that AWS has and this program does not know; None where every name is, and was,
/// the default, or may be nothing else because the plan is LITE.
fn acr(
    wanted: &AcrConfiguration,
    is: Option<&HashMap<String, aws::AcrLevelConfigType>>,
    lite: bool,
) -> Result<Option<HashMap<String, aws::AcrLevelConfigType>>> {
    let levels = wanted.levels();
    let by_default = levels.iter().all(|(_, default, name)| name.is_none_or(|name| name == *default));
    if by_default && (lite || is.is_none_or(HashMap::is_empty)) {
        return Ok(None);
    }
    let mut all = is.cloned().unwrap_or_default();
    for (level, default, name) in levels {
        let named = aws::AcrLevelConfigType::builder().acr_value(name.unwrap_or(default)).build();
        all.insert(level.to_owned(), named.map_err(incomplete)?);
    }
    Ok(Some(all))
}
