//! AWS in this process: strict, and kept in one file between runs.
//!
//! The sandbox refuses what AWS refuses and resets what AWS resets, each rule with its source beside it.
//! It learns AWS from AWS's documentation alone and imports nothing of how this program sees Cognito, so
//! that the two can disagree and a test can notice.

pub mod acm;
pub mod cognito;
pub mod dns;
pub mod route53;
pub mod s3;
pub mod sts;

use serde::{Deserialize, Serialize};

/// All that the sandbox's AWS holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct World {
    /// The time of the call being answered: milliseconds since 1970 in UTC.
    #[serde(skip)]
    pub now: i64,
    /// How many ids have been given out; ids come from it, so that a run can be repeated.
    #[serde(default)]
    pub ids: u64,
    #[serde(default)]
    pub cognito: cognito::Cognito,
    #[serde(default)]
    pub acm: acm::Acm,
    #[serde(default)]
    pub route53: route53::Route53,
    #[serde(default)]
    pub s3: s3::S3,
}

/// The account that the sandbox plays.
pub const ACCOUNT: &str = "000000000000";

/// AWS's no.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// AWS's name for the error: `InvalidParameterException`.
    pub code: String,
    /// AWS's text.
    pub message: String,
}

impl Refusal {
    /// A refusal with HTTP status 400.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.into(), message: message.into() }
    }
}
