//! The domain of the sign-in pages: a prefix of AWS's, or a name of one's own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate_validation::CertificateValidation;
use super::user_pool::UserPool;
use crate::kind::{OnChange, Ref};

/// A user pool's domain. Its id is the domain's name, or the prefix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// The pool whose sign-in pages these are.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// `auth.example.com`, or the prefix: `shop-dev`.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub domain: String,
    /// 1: the classic hosted pages; 2: managed login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = 1))]
    pub managed_login_version: Option<u8>,
    /// What a domain of one's own needs; left out for a prefix. A prefix never becomes a domain of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<CustomDomain>,
    /// Where requests go when the Region fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
}

/// What a domain of one's own needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomDomain {
    /// The certificate that this stack makes, once issued. Either this or `certificate_arn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Ref<CertificateValidation>>,
    /// An issued certificate made elsewhere, in us-east-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_arn: Option<String>,
    /// The oldest TLS that is spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<SecurityPolicy>,
}

/// The oldest TLS that is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::enum_variant_names, reason = "AWS's own names")]
pub enum SecurityPolicy {
    /// TLS 1.0 and later.
    #[serde(rename = "TLS_V1")]
    TlsV1,
    /// TLS 1.2 and later.
    #[serde(rename = "TLS_V1_2_2021")]
    TlsV1_2_2021,
    /// TLS 1.3.
    #[serde(rename = "TLS_V1_3_2025")]
    TlsV1_3_2025,
}

/// Where requests go when the Region fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routing {}

/// What AWS decided of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainOutputs {
    /// The pool's id: deletion asks for it.
    pub user_pool_id: String,
    /// The host that an alias points to: `d111111abcdef8.cloudfront.net`.
    pub cloudfront: Option<String>,
    /// The host of the sign-in pages: `auth.example.com`, `shop-dev.auth.eu-west-1.amazoncognito.com`.
    pub host: String,
}
