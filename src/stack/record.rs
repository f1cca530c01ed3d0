//! `records`: further records in Route 53.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::dns_record::{RecordRouting, RecordType};

/// A record in Route 53: values, or an alias.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordSettings {
    /// The record's whole name: `www.example.com`.
    #[schemars(example = &"www.example.com")]
    pub name: String,
    /// The record's type.
    pub r#type: RecordType,
    /// How long resolvers may keep it, in seconds. Left out, 300. An alias has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub ttl: Option<u32>,
    /// The values; text is written without quotes of its own, however long it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 400))]
    pub values: Option<Vec<String>>,
    /// Another AWS resource whose addresses this record answers with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<AliasSettings>,
    /// Which of several records of this name and type answers. Left out, there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<RecordRouting>,
    /// The id of the Route 53 health check without which this record does not answer. Left out, it always may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^[0-9A-Za-z-]{1,64}$"),
        extend("patternErrorMessage" = "one looks like `12345678-1234-1234-1234-123456789012`"),
        example = &"12345678-1234-1234-1234-123456789012"
    )]
    pub health_check_id: Option<String>,
    /// The public hosted zone: its name, or its id. Left out, the longest that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"example.com")]
    pub hosted_zone: Option<String>,
}

/// Another AWS resource whose addresses a record answers with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AliasSettings {
    /// The resource's name: `d111111abcdef8.cloudfront.net`.
    #[schemars(example = &"d111111abcdef8.cloudfront.net")]
    pub dns_name: String,
    /// The resource's hosted zone: `Z2FDTNDATAQYW2` for all of CloudFront.
    #[schemars(
        regex(pattern = "^Z[A-Z0-9]{1,31}$"),
        extend("patternErrorMessage" = "a hosted zone's id is a `Z` and capital letters and digits"),
        example = &"Z2FDTNDATAQYW2"
    )]
    pub zone_id: String,
    /// Whether the alias follows the resource's health. Left out, it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluate_target_health: Option<bool>,
}
