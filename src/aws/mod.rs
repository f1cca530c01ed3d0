//! The SDK, held at one place: the clients, each in its Region, and who we are.

pub mod dns;
pub mod download;
pub mod error;
mod hints;
pub mod http;
pub mod in_flight;
pub mod outside;
pub mod profile;
pub mod raw;
pub mod role;
pub mod s3;

use std::sync::Arc;
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
    /// Who writes the records.
    zone_sts: aws_sdk_sts::Client,
    /// What all clients but Route 53's are signed in with.
    credentials: Option<aws_credential_types::provider::SharedCredentialsProvider>,
    /// Every other service.
    pub raw: raw::Raw,
    /// The calls that have not been answered yet.
    pub in_flight: Arc<in_flight::InFlight>,
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

/// The roles that are taken on.
#[derive(Debug, Clone)]
pub struct Roles {
    /// For everything.
    pub main: Option<role::Role>,
    /// For Route 53 alone, where the hosted zone is another account's.
    pub hosted_zone: Option<role::Role>,
    /// How an MFA code is asked for.
    pub ask_code: role::AskCode,
}

/// The Region whose certificates CloudFront takes (`domain_certificate_dns.md` 1).
pub const CERTIFICATES: &str = "us-east-1";

/// What carries requests, and the calls that it carries.
#[derive(Debug, Clone)]
pub struct Carrier {
    pub(crate) http: SharedHttpClient,
    pub(crate) in_flight: Arc<in_flight::InFlight>,
}

impl Reach {
    async fn config(&self, shared: Option<Carrier>) -> (Carrier, SdkConfig) {
        let Self { region, profile, played, clock, dns: _ } = self;
        let carrier = shared.unwrap_or_else(|| {
            let in_flight = Arc::default();
            let inner = played.clone().unwrap_or_else(|| network(None));
            Carrier { http: http::limited(inner, clock.clone(), Arc::clone(&in_flight)), in_flight }
        });
        let config = if played.is_some() {
            played_config(region, &carrier.http, clock)
        } else {
            real_config(region, profile.clone(), &carrier.http).await
        };
        (carrier, config)
    }
}

impl Aws {
    /// Makes the clients. No call is made, so wrong credentials show at the first one.
    pub async fn reach(how: Reach) -> Self {
        Self::reach_through(how, None).await
    }

    /// The same, with requests that are carried as another stack's are, and take turns with them.
    pub async fn reach_through(how: Reach, shared: Option<Carrier>) -> Self {
        let (carrier, config) = how.config(shared).await;
        Self::of(how, carrier, &config, &config)
    }

    /// The same in the roles that are named, which are taken on at once.
    ///
    /// # Errors
    /// When STS refuses a role, or it asks for an MFA code that nobody is there to give.
    pub async fn reach_as(how: Reach, roles: Roles, shared: Option<Carrier>) -> Result<Self> {
        let Roles { main, hosted_zone, ask_code } = roles;
        let (carrier, own) = how.config(shared).await;
        let config = match main {
            Some(role) => role::taken_on(&own, role, ask_code).await?,
            None => own.clone(),
        };
        let of_zone = match hosted_zone {
            Some(role) => role::taken_on(&own, role, ask_code).await?,
            None => config.clone(),
        };
        Ok(Self::of(how, carrier, &config, &of_zone))
    }

    /// The clients, with these settings.
    pub(crate) fn of(how: Reach, carrier: Carrier, config: &SdkConfig, of_zone: &SdkConfig) -> Self {
        let Carrier { http, in_flight } = carrier;
        let Reach { region, profile: _, played: _, clock, dns } = how;
        let there = |config: &SdkConfig| config.to_builder().region(Region::from_static(CERTIFICATES)).build();
        Self {
            cognito: cognito::Client::new(config),
            acm: acm::Client::new(&there(config)),
            route53: route53::Client::new(&there(of_zone)),
            sts: aws_sdk_sts::Client::new(config),
            zone_sts: aws_sdk_sts::Client::new(of_zone),
            credentials: config.credentials_provider(),
            raw: raw::Raw::new(config.clone()),
            region,
            in_flight,
            http,
            clock,
            dns,
            zones: tokio::sync::OnceCell::new(),
            caller: tokio::sync::OnceCell::new(),
        }
    }

    /// Cognito in another Region than the stack's.
    #[must_use]
    pub fn cognito_in(&self, region: &str) -> cognito::Client {
        let config = cognito::Client::config(&self.cognito).to_builder().region(Region::new(region.to_owned())).build();
        cognito::Client::from_conf(config)
    }

    /// What carries the requests, for another stack to share.
    #[must_use]
    pub fn carrier(&self) -> Carrier {
        Carrier { http: self.http.clone(), in_flight: Arc::clone(&self.in_flight) }
    }

    /// Where the credentials come from, in words, and when they end, in milliseconds since 1970.
    ///
    /// # Errors
    /// When there are none.
    pub async fn credentials(&self) -> Result<(&'static str, Option<i64>)> {
        use aws_credential_types::provider::ProvideCredentials as _;
        let provider = self.credentials.as_ref().ok_or_else(|| Error::usage("no AWS credentials were found"))?;
        let found = provider.provide_credentials().await;
        let found = found.map_err(|error| Error::usage("no AWS credentials were found").caused_by(error))?;
        let ends = found.expiry().and_then(|ends| ends.duration_since(std::time::UNIX_EPOCH).ok());
        Ok((source(&found), ends.and_then(|ends| i64::try_from(ends.as_millis()).ok())))
    }

    /// Who writes the records: another, where the hosted zone has a role of its own.
    ///
    /// # Errors
    /// When AWS does not know the credentials.
    pub async fn zone_caller(&self) -> Result<Caller> {
        asked(&self.zone_sts).await
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
        self.caller.get_or_try_init(|| asked(&self.sts)).await
    }
}

async fn asked(sts: &aws_sdk_sts::Client) -> Result<Caller> {
    let said = sts.get_caller_identity().send().await.map_err(error::refused("GetCallerIdentity"))?;
    let account = said.account.ok_or_else(|| Error::aws_state("GetCallerIdentity did not name an account"))?;
    Ok(Caller { account, arn: said.arn.unwrap_or_default() })
}

/// Where credentials come from; the SDK marks them with the way that it took, the last one last.
fn source(credentials: &aws_credential_types::Credentials) -> &'static str {
    use aws_credential_types::credential_feature::AwsCredentialFeature as Way;
    let ways = credentials.get_property::<Vec<Way>>().map(Vec::as_slice).unwrap_or_default();
    // A profile's name is noted last, whatever way the profile then leads to.
    let is_profile = |way: &&Way| matches!(way, Way::CredentialsProfile | Way::CredentialsProfileSourceProfile);
    match ways.iter().rfind(|way| !is_profile(way)).or(ways.last()) {
        Some(Way::CredentialsEnvVars) => "the environment",
        Some(Way::CredentialsProfile | Way::CredentialsProfileSourceProfile) => "a profile",
        Some(Way::CredentialsSso | Way::CredentialsProfileSso) => "IAM Identity Center (SSO)",
        Some(Way::CredentialsProcess | Way::CredentialsProfileProcess) => "a credential process",
        Some(Way::CredentialsHttp) => "the container",
        Some(Way::CredentialsImds) => "the machine's instance profile",
        Some(
            Way::CredentialsStsAssumeRoleWebId
            | Way::CredentialsEnvVarsStsWebIdToken
            | Way::CredentialsProfileStsWebIdToken,
        ) => "a web identity token (OIDC)",
        Some(Way::CredentialsStsAssumeRole) => "a role that the profile names",
        _ => "a role that the stack file names",
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
