//! The certificate of a custom domain.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::OnChange;

/// A public certificate, validated through DNS, in us-east-1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The name that the certificate is for: `*.example.com`. Lower case.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub domain_name: String,
    /// Further names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = []))]
    pub subject_alternative_names: Option<BTreeSet<String>>,
    /// `RSA_2048` or `EC_prime256v1`: what CloudFront takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = "RSA_2048"))]
    pub key_algorithm: Option<KeyAlgorithm>,
    /// Whether the certificate is entered into public logs; browsers ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub transparency_logging: Option<bool>,
    /// Tags of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub tags: Option<BTreeMap<String, String>>,
}

/// The key's algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum KeyAlgorithm {
    /// RSA, 2048 bits.
    #[serde(rename = "RSA_2048")]
    Rsa2048,
    /// Elliptic curve P-256.
    #[serde(rename = "EC_prime256v1")]
    EcPrime256v1,
}

/// What AWS decided of a certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateOutputs {
    /// The ARN, which is the id too.
    pub arn: String,
    /// For each name of the certificate, the CNAME that proves it: its name and its value, both without the final dot.
    pub validation: BTreeMap<String, (String, String)>,
}
