//! AWS in this process: strict, and kept in one file between runs.
//!
//! The sandbox refuses what AWS refuses and resets what AWS resets, each rule with its source beside it.
//! It learns AWS from AWS's documentation alone and imports nothing of how this program sees Cognito, so
//! that the two can disagree and a test can notice.
//!
//! What a stack only names and never makes, functions, keys and mail identities, exists as far as the sandbox goes
//! (`outside`, `lambda`); a role, a sending policy or a key's policy that somebody makes there is held to what it says
//! (`account`).
//!
//! A call goes through these files: `connector` (from an SDK client) or `serve` (from a socket), `core`
//! (faults, counting, what is `busy`), `wire` (which service), `store` (the world, locked), one service, and back.

pub mod account;
pub mod acm;
mod busy;
pub mod cognito;
mod connector;
mod control;
mod core;
pub mod dns;
mod fault;
pub mod gateway;
pub mod identity;
mod ids;
pub mod lambda;
mod members;
mod outside;
mod policy;
mod rates;
pub mod route53;
pub mod s3;
pub mod secrets_manager;
mod serve;
mod serve_dns;
pub mod ssm;
mod store;
pub mod sts;
#[cfg(test)]
mod tests;
pub mod timing;
pub mod waf;
mod wire;
mod xml;

pub use self::core::{Answer, Sandbox};
pub use fault::{Fault, FaultKind};
pub use policy::Policy;
pub use serve::Server;
pub use wire::{Reply, Request};

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
    /// What Cognito holds.
    #[serde(default)]
    pub cognito: cognito::Cognito,
    /// What Certificate Manager holds.
    #[serde(default)]
    pub acm: acm::Acm,
    /// What Route 53 holds.
    #[serde(default)]
    pub route53: route53::Route53,
    /// What DNS that is not Route 53's holds.
    #[serde(default)]
    pub elsewhere: dns::Elsewhere,
    /// What S3 holds.
    #[serde(default)]
    pub s3: s3::S3,
    /// What Parameter Store holds.
    #[serde(default)]
    pub ssm: ssm::Ssm,
    /// What Secrets Manager holds.
    #[serde(default)]
    pub secrets_manager: secrets_manager::SecretsManager,
    /// What others have set up in the account.
    #[serde(default)]
    pub account: account::Account,
    /// What STS holds.
    #[serde(default)]
    pub sts: sts::Sts,
    /// What Cognito Identity holds.
    #[serde(default)]
    pub identity: identity::Identity,
    /// What WAF holds.
    #[serde(default)]
    pub waf: waf::Waf,
    /// What API Gateway holds.
    #[serde(default)]
    pub gateway: gateway::Gateway,
    /// What Lambda holds.
    #[serde(default)]
    pub lambda: lambda::Lambda,
}

impl World {
    /// What a fresh sandbox holds: the zone `example.com` with an address, and nothing else.
    #[must_use]
    pub fn starting() -> Self {
        Self { route53: route53::Route53::starting(), ..Self::default() }
    }
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
