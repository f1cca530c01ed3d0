//! The Lambda functions that a user pool calls, each by its ARN or its name.
//!
//! Cognito does not look whether it may call a function when it is told of it; a missing permission shows when
//! somebody signs in (`user_pool.md` 7).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::enums::{EmailSenderVersion, InboundFederationVersion, PreTokenGenerationVersion, SmsSenderVersion};

/// The Lambda functions that Cognito calls, in the pool's Region, each by its ARN or, in the stack's own account, by its
/// name: `pre-sign-up`, or `pre-sign-up:live` for an alias or a version. Cognito's permission to invoke each is made
/// with it, unless `lambda_permissions` says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LambdaConfig {
    /// Before a user signs up: accepts, refuses or confirms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub pre_sign_up: Option<String>,
    /// After a user is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub post_confirmation: Option<String>,
    /// Before a user signs in: accepts or refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub pre_authentication: Option<String>,
    /// After a user has signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub post_authentication: Option<String>,
    /// Writes the text of each message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub custom_message: Option<String>,
    /// Decides what challenge comes next in custom authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub define_auth_challenge: Option<String>,
    /// Makes a challenge in custom authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub create_auth_challenge: Option<String>,
    /// Judges the answer to a challenge in custom authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub verify_auth_challenge_response: Option<String>,
    /// Brings over a user whom this pool does not know yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    pub user_migration: Option<String>,
    /// Adds to tokens, or takes from them. Terraform's `pre_token_generation_config`; its plain `pre_token_generation`
    /// is this with `lambda_version: V1_0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_token_generation: Option<PreTokenGeneration>,
    /// Sends SMS messages in Cognito's stead; needs `kms_key_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_sms_sender: Option<CustomSmsSender>,
    /// Sends e-mail in Cognito's stead; needs `kms_key_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_email_sender: Option<CustomEmailSender>,
    /// Changes the attributes that an identity provider delivers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbound_federation: Option<InboundFederation>,
    /// The ARN of the KMS key that encrypts what the custom senders receive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 2048))]
    pub kms_key_id: Option<String>,
}

impl LambdaConfig {
    /// Each function that is set: its path, and its ARN or name.
    #[must_use]
    pub fn functions(&self) -> Vec<(&'static str, &str)> {
        let Self {
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
            kms_key_id: _,
        } = self;
        [
            ("pre_sign_up", pre_sign_up.as_ref()),
            ("post_confirmation", post_confirmation.as_ref()),
            ("pre_authentication", pre_authentication.as_ref()),
            ("post_authentication", post_authentication.as_ref()),
            ("custom_message", custom_message.as_ref()),
            ("define_auth_challenge", define_auth_challenge.as_ref()),
            ("create_auth_challenge", create_auth_challenge.as_ref()),
            ("verify_auth_challenge_response", verify_auth_challenge_response.as_ref()),
            ("user_migration", user_migration.as_ref()),
            ("pre_token_generation.lambda_arn", pre_token_generation.as_ref().map(|trigger| &trigger.lambda_arn)),
            ("custom_sms_sender.lambda_arn", custom_sms_sender.as_ref().map(|sender| &sender.lambda_arn)),
            ("custom_email_sender.lambda_arn", custom_email_sender.as_ref().map(|sender| &sender.lambda_arn)),
            ("inbound_federation.lambda_arn", inbound_federation.as_ref().map(|trigger| &trigger.lambda_arn)),
        ]
        .into_iter()
        .filter_map(|(path, arn)| Some((path, arn?.as_str())))
        .collect()
    }
}

/// Adds to tokens, or takes from them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreTokenGeneration {
    /// The function's ARN, or its name.
    #[schemars(length(min = 1, max = 2048))]
    pub lambda_arn: String,
    /// The version of the event that it receives. Default: V1_0.
    #[serde(default)]
    pub lambda_version: PreTokenGenerationVersion,
}

/// Sends SMS messages in Cognito's stead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomSmsSender {
    /// The function's ARN, or its name.
    #[schemars(length(min = 1, max = 2048))]
    pub lambda_arn: String,
    /// The version of the event that it receives. Default: V1_0.
    #[serde(default)]
    pub lambda_version: SmsSenderVersion,
}

/// Sends e-mail in Cognito's stead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomEmailSender {
    /// The function's ARN, or its name.
    #[schemars(length(min = 1, max = 2048))]
    pub lambda_arn: String,
    /// The version of the event that it receives. Default: V1_0.
    #[serde(default)]
    pub lambda_version: EmailSenderVersion,
}

/// Changes the attributes that an identity provider delivers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundFederation {
    /// The function's ARN, or its name.
    #[schemars(length(min = 1, max = 2048))]
    pub lambda_arn: String,
    /// The version of the event that it receives. Default: V1_0.
    #[serde(default)]
    pub lambda_version: InboundFederationVersion,
}
