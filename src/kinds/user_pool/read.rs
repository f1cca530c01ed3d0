//! What AWS shows of a pool, into a total spec: AWS's defaults stand where AWS shows nothing (`user_pool.md` 6).

use std::collections::{BTreeMap, BTreeSet};

use super::UserPool;
use super::attributes::{StandardAttributes, custom_from_aws};
use super::enums::{
    AdvancedSecurityMode, AuthFactor, DefaultEmailOption, DeletionProtection, EmailSendingAccount, IssuerType, KeyType,
    MfaMode, PreTokenGenerationVersion, RecoveryMechanism, UserPoolTier,
};
use super::messages::{
    AdminCreateUserConfig, EmailConfiguration, EmailMfa, EumsSms, InviteMessageTemplate, Mfa, SmsConfiguration,
    VerificationMessageTemplate, WebAuthnConfiguration,
};
use super::spec::{
    AcrConfiguration, AdvancedSecurityAdditionalFlows, DeviceConfiguration, IssuerConfiguration, KeyConfiguration,
    PasswordPolicy, SignInPolicy, UserAttributeUpdateSettings, UserPoolAddOns, UsernameConfiguration,
};
use super::triggers::{CustomEmailSender, CustomSmsSender, InboundFederation, LambdaConfig, PreTokenGeneration};
use crate::aws::cognito::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use crate::aws::cognito::types as aws;

/// What stands before the tags that the stack itself puts on what it makes.
pub(super) const OURS: &str = "stack:";

/// The pool as a spec. `last` stands in for what AWS does not show.
pub(super) fn spec(pool: &aws::UserPoolType, mfa: &GetUserPoolMfaConfigOutput, last: Option<&UserPool>) -> UserPool {
    let attributes = pool.schema_attributes();
    pruned(UserPool {
        name: pool.name().unwrap_or_default().to_owned(),
        user_pool_tier: Some(pool.user_pool_tier().map_or(UserPoolTier::Essentials, UserPoolTier::from)),
        deletion_protection: Some(
            pool.deletion_protection().map_or(DeletionProtection::Inactive, DeletionProtection::from),
        ),
        username_attributes: Some(pool.username_attributes().iter().map(Into::into).collect()),
        alias_attributes: Some(pool.alias_attributes().iter().map(Into::into).collect()),
        username_configuration: Some(username_configuration(pool, last)),
        auto_verified_attributes: Some(pool.auto_verified_attributes().iter().map(Into::into).collect()),
        password_policy: Some(password_policy(pool.policies().and_then(|policies| policies.password_policy()))),
        sign_in_policy: Some(sign_in_policy(pool.policies().and_then(|policies| policies.sign_in_policy()))),
        mfa: Some(mfa_of(mfa)),
        web_authn_configuration: mfa.web_authn_configuration().and_then(web_authn_configuration),
        account_recovery_setting: Some(recovery(pool.account_recovery_setting())),
        attributes: Some(custom_from_aws(attributes)),
        standard_attributes: Some(StandardAttributes::from_aws(attributes)),
        lambda_config: Some(pool.lambda_config().map(lambda_config).unwrap_or_default()),
        email_configuration: Some(email_configuration(pool.email_configuration())),
        sms_configuration: pool.sms_configuration().and_then(sms_configuration),
        verification_message_template: Some(verification_message_template(pool)),
        sms_authentication_message: text(pool.sms_authentication_message())
            .or_else(|| text(mfa.sms_mfa_configuration().and_then(|sms| sms.sms_authentication_message()))),
        admin_create_user_config: Some(admin_create_user_config(pool.admin_create_user_config())),
        device_configuration: pool.device_configuration().map(|device| DeviceConfiguration {
            challenge_required_on_new_device: device.challenge_required_on_new_device,
            device_only_remembered_on_user_prompt: device.device_only_remembered_on_user_prompt,
        }),
        user_attribute_update_settings: Some(UserAttributeUpdateSettings {
            attributes_require_verification_before_update: Some(
                pool.user_attribute_update_settings()
                    .map(aws_sdk_cognitoidentityprovider::types::UserAttributeUpdateSettingsType::attributes_require_verification_before_update)
                    .unwrap_or_default()
                    .iter()
                    .map(Into::into)
                    .collect(),
            ),
        }),
        user_pool_add_ons: Some(add_ons(pool.user_pool_add_ons())),
        key_configuration: Some(KeyConfiguration {
            key_type: Some(
                pool.key_configuration().and_then(|key| key.key_type()).map_or(KeyType::AwsOwnedKey, KeyType::from),
            ),
            kms_key_arn: text(pool.key_configuration().and_then(|key| key.kms_key_arn())),
        }),
        issuer_configuration: Some(IssuerConfiguration {
            issuer_type: Some(
                pool.issuer_configuration()
                    .and_then(|issuer| issuer.r#type())
                    .map_or(IssuerType::Original, IssuerType::from),
            ),
        }),
        acr_configuration: Some(acr_configuration(pool)),
        tags: Some(tags(pool)),
    })
}

/// The spec without what AWS does not keep beside the rest: factors while MFA is off (`user_pool.md` 4), the texts of
/// the option that is not chosen (6), the key of somebody else's while AWS's own is used.
pub(super) fn pruned(mut pool: UserPool) -> UserPool {
    if let Some(mfa) = pool.mfa.as_mut().filter(|mfa| mfa.mode == Some(MfaMode::Off)) {
        mfa.software_token = mfa.software_token.map(|_| false);
        mfa.sms = mfa.sms.map(|_| false);
        mfa.email = None;
    }
    if let Some(texts) = &mut pool.verification_message_template {
        match texts.default_email_option {
            Some(DefaultEmailOption::ConfirmWithLink) => (texts.email_message, texts.email_subject) = (None, None),
            Some(DefaultEmailOption::ConfirmWithCode) => {
                (texts.email_message_by_link, texts.email_subject_by_link) = (None, None);
            }
            _ => {}
        }
    }
    if let Some(key) = pool.key_configuration.as_mut().filter(|key| key.key_type == Some(KeyType::AwsOwnedKey)) {
        key.kms_key_arn = None;
    }
    pool
}

/// A text that is there and not empty: to AWS, the two are often the same.
fn text(shown: Option<&str>) -> Option<String> {
    shown.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Some Regions have not always shown this, and a pool must not seem to have changed when one begins to; so where
/// AWS is silent, what is remembered counts (`complaints.md` 1).
fn username_configuration(pool: &aws::UserPoolType, last: Option<&UserPool>) -> UsernameConfiguration {
    let remembered = last.and_then(|last| last.username_configuration.as_ref()).and_then(|last| last.case_sensitive);
    let shown = pool.username_configuration().map(|configuration| configuration.case_sensitive);
    UsernameConfiguration { case_sensitive: Some(shown.or(remembered).unwrap_or(true)) }
}

pub(super) fn password_policy(shown: Option<&aws::PasswordPolicyType>) -> PasswordPolicy {
    let flag = |read: fn(&aws::PasswordPolicyType) -> bool| Some(shown.is_none_or(read));
    PasswordPolicy {
        minimum_length: Some(shown.and_then(|policy| policy.minimum_length).unwrap_or(8)),
        require_uppercase: flag(|policy| policy.require_uppercase),
        require_lowercase: flag(|policy| policy.require_lowercase),
        require_numbers: flag(|policy| policy.require_numbers),
        require_symbols: flag(|policy| policy.require_symbols),
        password_history_size: Some(shown.and_then(|policy| policy.password_history_size).unwrap_or(0)),
        // To AWS, 0 is the default too (user_pool.md 2).
        temporary_password_validity_days: Some(
            shown.map(|policy| policy.temporary_password_validity_days).filter(|days| *days != 0).unwrap_or(7),
        ),
    }
}

fn sign_in_policy(shown: Option<&aws::SignInPolicyType>) -> SignInPolicy {
    let mut factors: BTreeSet<AuthFactor> = shown
        .map(aws_sdk_cognitoidentityprovider::types::SignInPolicyType::allowed_first_auth_factors)
        .unwrap_or_default()
        .iter()
        .map(Into::into)
        .collect();
    if factors.is_empty() {
        factors.insert(AuthFactor::Password);
    }
    SignInPolicy { allowed_first_auth_factors: Some(factors) }
}

fn mfa_of(shown: &GetUserPoolMfaConfigOutput) -> Mfa {
    let mode = shown.mfa_configuration().map_or(MfaMode::Off, MfaMode::from);
    // AWS keeps no factor while MFA is off (user_pool.md 4); what it may still show then is no setting.
    let on = mode != MfaMode::Off;
    Mfa {
        software_token: Some(on && shown.software_token_mfa_configuration().is_some_and(|token| token.enabled)),
        sms: Some(
            on && shown.sms_mfa_configuration().and_then(|sms| sms.sms_configuration()).is_some_and(sends_anything),
        ),
        email: shown
            .email_mfa_configuration()
            .filter(|_| on)
            .map(|email| EmailMfa { message: text(email.message()), subject: text(email.subject()) }),
        mode: Some(mode),
    }
}

fn web_authn_configuration(shown: &aws::WebAuthnConfigurationType) -> Option<WebAuthnConfiguration> {
    let (relying_party_id, verification, factor) =
        (text(shown.relying_party_id()), shown.user_verification(), shown.factor_configuration());
    if relying_party_id.is_none() && verification.is_none() && factor.is_none() {
        return None;
    }
    Some(WebAuthnConfiguration {
        relying_party_id,
        user_verification: verification.map(Into::into).unwrap_or_default(),
        factor_configuration: factor.map(Into::into).unwrap_or_default(),
    })
}

/// The mechanisms, the preferred first.
pub(super) fn recovery(shown: Option<&aws::AccountRecoverySettingType>) -> Vec<RecoveryMechanism> {
    let mut found: Vec<_> = shown
        .map(aws_sdk_cognitoidentityprovider::types::AccountRecoverySettingType::recovery_mechanisms)
        .unwrap_or_default()
        .iter()
        .collect();
    found.sort_by_key(|option| option.priority);
    found.into_iter().map(|option| RecoveryMechanism::from(&option.name)).collect()
}

fn lambda_config(shown: &aws::LambdaConfigType) -> LambdaConfig {
    // The plain form mirrors the one with a version; the latter is the one owner (user_pool.md 6).
    let pre_token_generation = shown
        .pre_token_generation_config()
        .map(|config| PreTokenGeneration {
            lambda_arn: config.lambda_arn.clone(),
            lambda_version: PreTokenGenerationVersion::from(&config.lambda_version),
        })
        .or_else(|| {
            let lambda_arn = text(shown.pre_token_generation())?;
            Some(PreTokenGeneration { lambda_arn, lambda_version: PreTokenGenerationVersion::V1 })
        });
    LambdaConfig {
        pre_sign_up: text(shown.pre_sign_up()),
        post_confirmation: text(shown.post_confirmation()),
        pre_authentication: text(shown.pre_authentication()),
        post_authentication: text(shown.post_authentication()),
        custom_message: text(shown.custom_message()),
        define_auth_challenge: text(shown.define_auth_challenge()),
        create_auth_challenge: text(shown.create_auth_challenge()),
        verify_auth_challenge_response: text(shown.verify_auth_challenge_response()),
        user_migration: text(shown.user_migration()),
        pre_token_generation,
        custom_sms_sender: shown.custom_sms_sender().map(|sender| CustomSmsSender {
            lambda_arn: sender.lambda_arn.clone(),
            lambda_version: (&sender.lambda_version).into(),
        }),
        custom_email_sender: shown.custom_email_sender().map(|sender| CustomEmailSender {
            lambda_arn: sender.lambda_arn.clone(),
            lambda_version: (&sender.lambda_version).into(),
        }),
        inbound_federation: shown.inbound_federation().map(|trigger| InboundFederation {
            lambda_arn: trigger.lambda_arn.clone(),
            lambda_version: (&trigger.lambda_version).into(),
        }),
        kms_key_id: text(shown.kms_key_id()),
    }
}

fn email_configuration(shown: Option<&aws::EmailConfigurationType>) -> EmailConfiguration {
    let field = |read: fn(&aws::EmailConfigurationType) -> Option<&str>| text(shown.and_then(read));
    EmailConfiguration {
        // Older pools show nothing here (user_pool.md 6).
        email_sending_account: Some(
            shown
                .and_then(|email| email.email_sending_account())
                .map_or(EmailSendingAccount::CognitoDefault, EmailSendingAccount::from),
        ),
        source_arn: field(aws_sdk_cognitoidentityprovider::types::EmailConfigurationType::source_arn),
        from_email_address: field(aws_sdk_cognitoidentityprovider::types::EmailConfigurationType::from),
        reply_to_email_address: field(
            aws_sdk_cognitoidentityprovider::types::EmailConfigurationType::reply_to_email_address,
        ),
        configuration_set: field(aws_sdk_cognitoidentityprovider::types::EmailConfigurationType::configuration_set),
    }
}

/// Whether there is anything in it to send with. The SDK makes an empty ARN of an absent one.
fn sends_anything(shown: &aws::SmsConfigurationType) -> bool {
    !shown.sns_caller_arn.is_empty() || shown.eums_sms.is_some()
}

fn sms_configuration(shown: &aws::SmsConfigurationType) -> Option<SmsConfiguration> {
    sends_anything(shown).then(|| SmsConfiguration {
        sns_caller_arn: text(Some(shown.sns_caller_arn())),
        external_id: text(shown.external_id()),
        sns_region: text(shown.sns_region()),
        eums_sms: shown.eums_sms().map(|eums| EumsSms {
            caller_arn: eums.caller_arn.clone(),
            external_id: text(eums.external_id()),
            origination_identity: text(eums.origination_identity()),
            configuration_set_name: text(eums.configuration_set_name()),
            in_entity_id: text(eums.in_entity_id()),
            in_template_id: text(eums.in_template_id()),
            region: text(eums.region()),
        }),
    })
}

/// The template, with the three old members that mirror it standing in where it is silent (`user_pool.md` 6).
///
/// AWS can show the texts for both a code and a link, and takes only those that go with the option; the others
/// have no effect, and are not counted as settings.
fn verification_message_template(pool: &aws::UserPoolType) -> VerificationMessageTemplate {
    let template = pool.verification_message_template();
    let field = |read: fn(&aws::VerificationMessageTemplateType) -> Option<&str>| text(template.and_then(read));
    let option = template
        .and_then(|template| template.default_email_option())
        .map_or(DefaultEmailOption::ConfirmWithCode, DefaultEmailOption::from);
    let by_link = option == DefaultEmailOption::ConfirmWithLink;
    let (email_message, email_subject) = if by_link {
        (None, None)
    } else {
        (
            field(aws_sdk_cognitoidentityprovider::types::VerificationMessageTemplateType::email_message)
                .or_else(|| text(pool.email_verification_message())),
            field(aws_sdk_cognitoidentityprovider::types::VerificationMessageTemplateType::email_subject)
                .or_else(|| text(pool.email_verification_subject())),
        )
    };
    let link = |read| if by_link { field(read) } else { None };
    VerificationMessageTemplate {
        default_email_option: Some(option),
        email_message,
        email_subject,
        email_message_by_link: link(
            aws_sdk_cognitoidentityprovider::types::VerificationMessageTemplateType::email_message_by_link,
        ),
        email_subject_by_link: link(
            aws_sdk_cognitoidentityprovider::types::VerificationMessageTemplateType::email_subject_by_link,
        ),
        sms_message: field(aws_sdk_cognitoidentityprovider::types::VerificationMessageTemplateType::sms_message)
            .or_else(|| text(pool.sms_verification_message())),
    }
}

fn admin_create_user_config(shown: Option<&aws::AdminCreateUserConfigType>) -> AdminCreateUserConfig {
    let invite = shown
        .and_then(|config| config.invite_message_template())
        .map(|template| InviteMessageTemplate {
            email_message: text(template.email_message()),
            email_subject: text(template.email_subject()),
            sms_message: text(template.sms_message()),
        })
        .filter(|template| *template != InviteMessageTemplate::default());
    AdminCreateUserConfig {
        allow_admin_create_user_only: Some(shown.is_some_and(|config| config.allow_admin_create_user_only)),
        invite_message_template: invite,
    }
}

fn add_ons(shown: Option<&aws::UserPoolAddOnsType>) -> UserPoolAddOns {
    UserPoolAddOns {
        advanced_security_mode: Some(
            shown.map_or(AdvancedSecurityMode::Off, |add_ons| {
                AdvancedSecurityMode::from(&add_ons.advanced_security_mode)
            }),
        ),
        // An empty object says no more than none (user_pool.md 6).
        advanced_security_additional_flows: shown
            .and_then(|add_ons| add_ons.advanced_security_additional_flows())
            .and_then(|flows| flows.custom_auth_mode())
            .map(|mode| AdvancedSecurityAdditionalFlows { custom_auth_mode: mode.into() }),
    }
}

fn acr_configuration(pool: &aws::UserPoolType) -> AcrConfiguration {
    let shown = pool.acr_configuration();
    let [level1, level2, level3, level4] = AcrConfiguration::default().levels().map(|(level, default, _)| {
        let named = shown.and_then(|levels| levels.get(level)).and_then(|level| text(Some(level.acr_value())));
        Some(named.unwrap_or_else(|| default.to_owned()))
    });
    AcrConfiguration { level1, level2, level3, level4 }
}

/// The tags that are a person's: not the stack's own, and not those that AWS's services put there themselves.
fn tags(pool: &aws::UserPoolType) -> BTreeMap<String, String> {
    pool.user_pool_tags()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !key.starts_with(OURS) && !key.starts_with("aws:"))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
