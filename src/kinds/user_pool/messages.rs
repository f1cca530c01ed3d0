//! The parts of a user pool that have to do with codes and messages: MFA, passkeys, e-mail, SMS, templates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::enums::{DefaultEmailOption, EmailSendingAccount, MfaMode, UserVerification, WebAuthnFactor};

/// The second factor. With ON or OPTIONAL at least one of `software_token`, `sms` and `email` is needed; with OFF, none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mfa {
    /// Whether it is asked for. Default: OFF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "OFF"))]
    pub mode: Option<MfaMode>,
    /// Whether an authenticator app is a second factor. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub software_token: Option<bool>,
    /// Whether a code by SMS is a second factor; needs `sms_configuration`. Its text is `sms_authentication_message`.
    /// Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub sms: Option<bool>,
    /// A code by e-mail as a second factor; `{}` will do. Needs the ESSENTIALS plan and an `email_configuration` whose
    /// `email_sending_account` is DEVELOPER. Default: e-mail is no second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailMfa>,
}

/// The e-mail that carries a sign-in code.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailMfa {
    /// Its text: 6 to 20000 characters, with `{####}` where the code goes. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 20000), regex(pattern = r"\{####\}"))]
    pub message: Option<String>,
    /// Its subject: 1 to 140 characters. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 140))]
    pub subject: Option<String>,
}

/// Passkeys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebAuthnConfiguration {
    /// The domain that passkeys are bound to, without scheme, port or path. With a custom domain and managed login it
    /// must be that domain. Default: the pool's domain, and it moves when a custom domain is made; passkeys that were
    /// registered for another one no longer work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 127))]
    pub relying_party_id: Option<String>,
    /// Whether a passkey must verify who holds it. Default: preferred.
    #[serde(default)]
    pub user_verification: UserVerification,
    /// Whether a passkey counts as a second factor as well; needs the ESSENTIALS plan. Default: SINGLE_FACTOR.
    #[serde(default)]
    pub factor_configuration: WebAuthnFactor,
}

/// How e-mail is sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailConfiguration {
    /// Who sends it. Default: COGNITO_DEFAULT, at most 50 a day for the whole account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "COGNITO_DEFAULT"))]
    pub email_sending_account: Option<EmailSendingAccount>,
    /// The ARN of the SES identity that sends, in the pool's Region or one of eu-west-1, us-east-1, us-west-2.
    /// DEVELOPER needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048))]
    pub source_arn: Option<String>,
    /// The sender, `ann@example.com` or `Ann <ann@example.com>`: the SES identity, or an address in its domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_email_address: Option<String>,
    /// Where answers go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+$"))]
    pub reply_to_email_address: Option<String>,
    /// The SES configuration set: 1 to 64 letters, digits, `_` and `-`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64), regex(pattern = r"^[a-zA-Z0-9_-]+$"))]
    pub configuration_set: Option<String>,
}

/// How SMS messages are sent: through SNS (`sns_caller_arn`) or through End User Messaging (`eums_sms`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsConfiguration {
    /// The ARN of the role that Cognito takes on to send through SNS, in the same account. Not together with `eums_sms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048))]
    pub sns_caller_arn: Option<String>,
    /// The external id that the role's trust policy asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 131_072))]
    pub external_id: Option<String>,
    /// The Region of SNS. Default: the pool's, or the one that AWS has set for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 5, max = 32))]
    pub sns_region: Option<String>,
    /// AWS End User Messaging SMS, instead of SNS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eums_sms: Option<EumsSms>,
}

/// How SMS messages are sent through AWS End User Messaging SMS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EumsSms {
    /// The ARN of the role that Cognito takes on; it must allow `sms-voice:SendTextMessage`.
    #[schemars(length(min = 20, max = 2048))]
    pub caller_arn: String,
    /// The external id that the role's trust policy asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 131_072))]
    pub external_id: Option<String>,
    /// A phone number (`+` and digits), or the ARN of a phone number, sender id or phone pool. Some countries ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 131_072))]
    pub origination_identity: Option<String>,
    /// The configuration set that is applied to each message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 131_072))]
    pub configuration_set_name: Option<String>,
    /// The principal entity id that India's rules ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 131_072))]
    pub in_entity_id: Option<String>,
    /// The registered template id that India's rules ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 131_072))]
    pub in_template_id: Option<String>,
    /// The Region of what sends; AWS takes only the pool's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 5, max = 32))]
    pub region: Option<String>,
}

/// The messages that verify an e-mail address or phone number.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerificationMessageTemplate {
    /// Whether the e-mail carries a code or a link. Default: CONFIRM_WITH_CODE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "CONFIRM_WITH_CODE"))]
    pub default_email_option: Option<DefaultEmailOption>,
    /// With CONFIRM_WITH_CODE, the e-mail: 6 to 20000 characters, with `{####}` where the code goes. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 20000), regex(pattern = r"\{####\}"))]
    pub email_message: Option<String>,
    /// With CONFIRM_WITH_CODE, the e-mail's subject: 1 to 140 characters. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 140))]
    pub email_subject: Option<String>,
    /// With CONFIRM_WITH_LINK, the e-mail: 6 to 20000 characters, with `{##text##}` where the link goes. Default: AWS's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 20000), regex(pattern = r"\{##[\s\S]*##\}"))]
    pub email_message_by_link: Option<String>,
    /// With CONFIRM_WITH_LINK, the e-mail's subject: 1 to 140 characters. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 140))]
    pub email_subject_by_link: Option<String>,
    /// The SMS: 6 to 140 characters, with `{####}` where the code goes. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 140), regex(pattern = r"\{####\}"))]
    pub sms_message: Option<String>,
}

/// Who can make users, and how those that an administrator makes are invited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminCreateUserConfig {
    /// Whether nobody can sign up by themselves. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub allow_admin_create_user_only: Option<bool>,
    /// The invitation. Default: AWS's texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite_message_template: Option<InviteMessageTemplate>,
}

/// The invitation of a user that an administrator has made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteMessageTemplate {
    /// The e-mail: 6 to 20000 characters, with `{username}` and `{####}`. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 20000), regex(pattern = r"\{####\}"))]
    pub email_message: Option<String>,
    /// The e-mail's subject: 1 to 140 characters. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 140))]
    pub email_subject: Option<String>,
    /// The SMS: 6 to 140 characters, with `{username}` and `{####}`. Default: AWS's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 140), regex(pattern = r"\{####\}"))]
    pub sms_message: Option<String>,
}
