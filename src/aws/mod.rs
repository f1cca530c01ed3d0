//! The SDK, held at one place: the clients, each in its Region, and who we are.

pub mod dns;
pub mod download;
pub mod error;
pub mod http;

use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::clock::Clock;

pub use aws_sdk_acm as acm;
pub use aws_sdk_cognitoidentityprovider as cognito;
pub use aws_sdk_route53 as route53;

/// AWS, as one stack sees it.
pub struct Aws {
    /// The stack's Region: `ap-southeast-2`.
    pub region: String,
    /// Cognito in the stack's Region.
    pub cognito: cognito::Client,
    /// Certificate Manager in us-east-1, the only Region whose certificates CloudFront takes.
    pub acm: acm::Client,
    /// Route 53, which has no Region.
    pub route53: route53::Client,
    /// Who we are.
    pub sts: aws_sdk_sts::Client,
    /// How HTTP requests are carried.
    pub http: SharedHttpClient,
    /// The time.
    pub clock: Clock,
    /// Public DNS.
    pub dns: crate::aws::dns::Dns,
    /// The account's hosted zones, once they have been listed in this run.
    pub zones: tokio::sync::OnceCell<Vec<route53::types::HostedZone>>,
}

/// Settings for a call that creates and has no idempotency token: it is tried once.
///
/// A retried creation whose first answer was lost makes the object twice (`quotas_errors.md` 3).
#[must_use]
pub fn once() -> cognito::config::Builder {
    cognito::Config::builder().retry_config(aws_smithy_types::retry::RetryConfig::disabled())
}
