//! The SDK, held at one place: the clients, each in its Region, and who we are.

pub mod dns;
pub mod download;
pub mod error;
mod hints;
pub mod http;
pub mod raw;
pub mod s3;

use std::time::Duration;

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use crate::clock::Clock;
use crate::error::{Error, Result};

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
    /// Every other service.
    pub raw: raw::Raw,
    /// How HTTP requests are carried.
    pub http: SharedHttpClient,
    /// The time.
    pub clock: Clock,
    /// Public DNS.
    pub dns: dns::Dns,
    /// The account's hosted zones, once they have been listed in this run.
    pub zones: tokio::sync::OnceCell<Vec<route53::types::HostedZone>>,
    /// Whose credentials these are, once that has been asked in this run.
    pub caller: tokio::sync::OnceCell<Caller>,
}

/// Whose credentials these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account: `111122223333`.
    pub account: String,
    /// `arn:aws:iam::111122223333:user/ann`
    pub arn: String,
}

/// How AWS is reached.
pub struct Reach {
    /// The stack's Region.
    pub region: String,
    /// The profile of the shared configuration files; None for what the environment says.
    pub profile: Option<String>,
    /// AWS played in this process, instead of the network.
    pub played: Option<SharedHttpClient>,
    /// The time.
    pub clock: Clock,
    /// Public DNS.
    pub dns: dns::Dns,
}

/// The Region whose certificates CloudFront takes (`domain_certificate_dns.md` 1).
pub const CERTIFICATES: &str = "us-east-1";

impl Aws {
    /// Makes the clients. No call is made, so wrong credentials show at the first one.
    pub async fn reach(how: Reach) -> Self {
        let Reach { region, profile, played, clock, dns } = how;
        let carried = played.clone().unwrap_or_else(|| network(None));
        let http = http::limited(carried, clock.clone());
        let config = if played.is_some() {
            played_config(&region, &http, &clock)
        } else {
            real_config(&region, profile, &http).await
        };
        let there = |region: &'static str| config.to_builder().region(Region::from_static(region)).build();
        Self {
            cognito: cognito::Client::new(&config),
            acm: acm::Client::new(&there(CERTIFICATES)),
            route53: route53::Client::new(&there(CERTIFICATES)),
            sts: aws_sdk_sts::Client::new(&config),
            raw: raw::Raw::new(config.clone()),
            region,
            http,
            clock,
            dns,
            zones: tokio::sync::OnceCell::new(),
            caller: tokio::sync::OnceCell::new(),
        }
    }

    /// The account that the credentials belong to.
    ///
    /// # Errors
    /// When there are no credentials, or AWS does not know them.
    pub async fn account(&self) -> Result<String> {
        Ok(self.caller().await?.account.clone())
    }

    /// Whose credentials these are; asked once in a run.
    ///
    /// # Errors
    /// When there are no credentials, or AWS does not know them.
    pub async fn caller(&self) -> Result<&Caller> {
        let ask = || async {
            let said = self.sts.get_caller_identity().send().await.map_err(error::refused("GetCallerIdentity"))?;
            let account = said.account.ok_or_else(|| Error::aws_state("GetCallerIdentity did not name an account"))?;
            Ok(Caller { account, arn: said.arn.unwrap_or_default() })
        };
        self.caller.get_or_try_init(ask).await
    }
}

/// Requests over the network: plain when every endpoint is, so that no TLS roots are loaded for nothing.
fn network(endpoint: Option<&str>) -> SharedHttpClient {
    let endpoints = || std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_ENDPOINT_URL"));
    let is_plain = std::env::var_os("AWS_ENDPOINT_URL").is_some()
        && endpoints().all(|(_, url)| url.to_string_lossy().starts_with("http://"))
        && endpoint.is_none_or(|url| url.starts_with("http://"));
    if is_plain {
        return aws_smithy_http_client::Builder::new().build_http();
    }
    aws_smithy_http_client::Builder::new()
        .tls_provider(aws_smithy_http_client::tls::Provider::Rustls(
            aws_smithy_http_client::tls::rustls_provider::CryptoMode::AwsLc,
        ))
        .build_https()
}

/// Retries for reads and for calls that may be repeated. Never the adaptive mode: four throttles cost it over a
/// minute, and the rate limiter does its work better.
fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(8).with_initial_backoff(Duration::from_millis(300))
}

/// The SDK sets no time limit by itself. That on an answer stands at the connector: a limit of the SDK's would run while
/// a call waits for its turn.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).build()
}

/// A request that waits for its turn does not move; an answer that has begun must.
fn stalls() -> StalledStreamProtectionConfig {
    StalledStreamProtectionConfig::enabled().upload_enabled(false).build()
}

/// A held clock jumps to the end of every limit at once.
fn limits(clock: &Clock) -> TimeoutConfig {
    if clock.is_held() { TimeoutConfig::disabled() } else { timeouts() }
}

async fn real_config(region: &str, profile: Option<String>, http: &SharedHttpClient) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .http_client(http.clone())
        .retry_config(retries())
        .stalled_stream_protection(stalls())
        .timeout_config(timeouts());
    if let Some(profile) = profile {
        // Named alone, the profile would still come after keys in the environment, and so might be another account.
        let named = aws_config::profile::ProfileFileCredentialsProvider::builder().profile_name(&profile);
        loader = loader.profile_name(profile).credentials_provider(named.build());
    }
    loader.load().await
}

/// The Region that a profile of the shared configuration files names, or the default profile.
pub async fn region_of(profile: Option<&str>) -> Option<String> {
    use aws_config::meta::region::ProvideRegion as _;
    let mut named = aws_config::profile::ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        named = named.profile_name(profile);
    }
    named.build().region().await.map(|region| region.to_string())
}

fn played_config(region: &str, http: &SharedHttpClient, clock: &Clock) -> SdkConfig {
    let credentials = aws_credential_types::Credentials::new("SANDBOX", "sandbox", None, None, "sandbox");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(credentials))
        .http_client(http.clone())
        .retry_config(retries())
        .timeout_config(limits(clock))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(Sleeps(clock.clone())))
        .build()
}

/// The program's clock as the SDK's: its retries then take no time under a held clock.
#[derive(Debug)]
struct Sleeps(Clock);

impl aws_smithy_async::rt::sleep::AsyncSleep for Sleeps {
    fn sleep(&self, time: Duration) -> aws_smithy_async::rt::sleep::Sleep {
        let clock = self.0.clone();
        aws_smithy_async::rt::sleep::Sleep::new(async move { clock.sleep(time).await })
    }
}

/// Settings for a call that creates and has no idempotency token: it is tried once.
///
/// A retried creation whose first answer was lost makes the object twice (`quotas_errors.md` 3).
#[must_use]
pub fn once() -> cognito::config::Builder {
    cognito::Config::builder().retry_config(RetryConfig::disabled())
}
