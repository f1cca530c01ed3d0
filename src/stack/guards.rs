//! What a person writes about threat protection, logs and terms.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NAME, NAME_MESSAGE};
use crate::kinds::risk_configuration::{AccountTakeover, CompromisedCredentials, RiskExceptions};

/// What threat protection does about risks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskSettings {
    /// What is done about passwords that have leaked somewhere. Acts in the mode ENFORCED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised_credentials_risk_configuration: Option<CompromisedCredentials>,
    /// What is done about sign-ins that look like somebody else's. Acts in the mode ENFORCED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_takeover_risk_configuration: Option<AccountTakeover>,
    /// Addresses that are always blocked, or never looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_exception_configuration: Option<RiskExceptions>,
    /// What is done for single clients, by their names in `app_clients`. A client's stands alone: what it leaves out is
    /// AWS's default, not what stands above.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub app_clients: BTreeMap<String, ClientRisk>,
}

/// What threat protection does about risks for one client.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientRisk {
    /// What is done about passwords that have leaked somewhere. Acts in the mode ENFORCED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised_credentials_risk_configuration: Option<CompromisedCredentials>,
    /// What is done about sign-ins that look like somebody else's. Acts in the mode ENFORCED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_takeover_risk_configuration: Option<AccountTakeover>,
    /// Addresses that are always blocked, or never looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_exception_configuration: Option<RiskExceptions>,
}

/// Where the pool's logs go, each by the ARN of what takes them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogDeliverySettings {
    /// The ARN of the log group, in CloudWatch Logs, for messages that could not be sent. It is in the account and the
    /// Region of the pool, and not encrypted with a KMS key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/shop")]
    pub user_notification: Option<String>,
    /// The ARN of the log group, the bucket or the Firehose stream for what people do: who signed in, and how risky that
    /// was. On the plan PLUS alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"arn:aws:s3:::shop-logs")]
    pub user_auth_events: Option<String>,
}

/// The documents that one client's people agree to, as links that managed login shows once there are both.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsSettings {
    /// The terms of use, by language: `default` is for every language that has no link of its own; the others are
    /// `dutch`, `english`, `french`, `spanish`, `german`, `bahasa-indonesia`, `italian`, `japanese`, `korean`,
    /// `portuguese-brazil`, `chinese-simplified` and `chinese-traditional`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("additionalProperties" = { "type": "string", "minLength": 1, "maxLength": 1024 }))]
    pub terms_of_use: Option<BTreeMap<String, String>>,
    /// The privacy policy, by language, as above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("additionalProperties" = { "type": "string", "minLength": 1, "maxLength": 1024 }))]
    pub privacy_policy: Option<BTreeMap<String, String>>,
}
