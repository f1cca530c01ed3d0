//! How requests are carried: the rate limiter and the call log, round whatever connector is used.
//!
//! Standing at the connector, they see every attempt of every call, and no call can forget them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::error::{is_read, is_unreached};
use super::in_flight::InFlight;
use super::raw::OPERATION;
use crate::clock::Clock;

/// `inner`, held back to what AWS allows, and logged.
pub fn limited(inner: SharedHttpClient, clock: Clock, in_flight: Arc<InFlight>) -> SharedHttpClient {
    let limits = Arc::new(Limits { in_flight, ..Limits::new(clock) });
    SharedHttpClient::new(LimitedClient { inner, limits })
}

#[derive(Debug)]
struct LimitedClient {
    inner: SharedHttpClient,
    limits: Arc<Limits>,
}

impl HttpClient for LimitedClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(LimitedConnector { inner, limits: Arc::clone(&self.limits) })
    }
}

#[derive(Debug)]
struct LimitedConnector {
    inner: SharedHttpConnector,
    limits: Arc<Limits>,
}

impl HttpConnector for LimitedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, limits) = (self.inner.clone(), Arc::clone(&self.limits));
        HttpConnectorFuture::new(async move {
            let operation = operation(&request);
            let _turn = limits.turn(&operation).await;
            limits.hold_back(&operation).await;
            let start = limits.clock.now_ms();
            let this = limits.in_flight.begin(&operation, start);
            let answer = limits.in_time(&operation, inner.call(request)).await;
            this.end(answer.is_ok(), limits.clock.now_ms());
            let ms = limits.clock.now_ms() - start;
            match &answer {
                Ok(response) => {
                    let request_id = response.headers().get("x-amzn-requestid").unwrap_or("-");
                    tracing::info!(target: "stack::aws", "{operation} {} in {ms} ms (request {request_id})", response.status().as_u16());
                }
                Err(error) => tracing::info!(target: "stack::aws", "{operation} failed in {ms} ms: {error:?}"),
            }
            limits.hope(answer)
        })
    }
}

/// The operation that a request calls: `CreateUserPool`; for Route 53, which says it by path, method and path; for what
/// is no call to AWS, method and host. Other services that say it by path are called by [`super::raw`], which knows it.
fn operation(request: &HttpRequest) -> String {
    if let Some((_, operation)) = request.headers().get("x-amz-target").and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    let url = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
    if request.headers().get("authorization").is_some_and(|signed| signed.contains("/s3/aws4_request")) {
        return format!("{S3}{} {}", request.method(), url.split('?').next().unwrap_or(url));
    }
    let form = request.body().bytes().and_then(|body| std::str::from_utf8(body).ok());
    if let Some(form) = form.and_then(|form| form.strip_prefix("Action=")) {
        return form.split('&').next().unwrap_or(form).to_owned();
    }
    if let Ok(operation) = OPERATION.try_with(|operation| *operation) {
        return operation.to_owned();
    }
    let (host, path) = url.find('/').map_or((url, "/"), |slash| url.split_at(slash));
    let path = path.split('?').next().unwrap_or(path);
    let what = if path.starts_with(ROUTE53) { path } else { host };
    format!("{} {what}", request.method())
}

/// What the name of every call to S3 begins with, whose own names stand in no header.
const S3: &str = "S3 ";
/// What every path of Route 53 begins with.
const ROUTE53: &str = "/2013-04-01/";

/// A bucket fills at this many calls a second, and holds this many.
///
/// One operation on one pool may be called 5 times a second, Route 53 5 times a second by the whole account,
/// ListCertificates once (`quotas_errors.md` 1). A little less leaves room for the console; and a bucket that holds one call
/// less than AWS's leaves room for calls that are held up on their way and come with those after them.
fn rate(operation: &str) -> (&str, f64, f64) {
    match operation {
        "ListCertificates" => ("ListCertificates", 1.0, 2.0),
        // One call for each trigger of a pool: GetFunction may be called 100 times a second, GetPolicy 15 times.
        "GetFunction" | "GetPolicy" => (operation, 12.0, 12.0),
        // Parameter Store takes 40 calls a second, Secrets Manager thousands.
        "GetParameter" | "GetSecretValue" => (operation, 20.0, 20.0),
        // S3 takes thousands of writes a second, and a state is saved round every call.
        operation if operation.starts_with(S3) => ("S3", 500.0, 500.0),
        operation if operation.contains(ROUTE53) => ("Route 53", 4.0, 4.0),
        operation => (operation, 4.5, 4.0),
    }
}

/// What only one call at a time may do, by name: Cognito answers a second client update of a pool with
/// ConcurrentModificationException (`app_client.md` 5), and so for branding (`ui.md` 3.1), domains, terms and identity
/// providers (`quotas_errors.md` 6); Route 53 a second change of a zone with PriorRequestNotComplete.
fn serialised(operation: &str) -> Option<&'static str> {
    match operation {
        "UpdateUserPoolClient" | "DeleteUserPoolClient" => Some("clients"),
        "CreateManagedLoginBranding" | "UpdateManagedLoginBranding" | "DeleteManagedLoginBranding" => Some("branding"),
        "CreateUserPoolReplica" | "UpdateUserPoolReplica" | "DeleteUserPoolReplica" => Some("replicas"),
        "CreateTerms" | "UpdateTerms" | "DeleteTerms" => Some("terms"),
        "UpdateIdentityProvider" | "DeleteIdentityProvider" => Some("providers"),
        "CreateUserPoolDomain" | "UpdateUserPoolDomain" | "DeleteUserPoolDomain" => Some("domains"),
        // (quotas_errors.md 3)
        "CreateAuthorizer" | "UpdateAuthorizer" | "DeleteAuthorizer" | "UpdateRoute" => Some("authorizers"),
        "UpdateIdentityPool" | "SetIdentityPoolRoles" | "SetPrincipalTagAttributeMap" => Some("identity pools"),
        operation if operation.starts_with("POST ") && operation.contains(ROUTE53) => Some("records"),
        _ => None,
    }
}

#[derive(Debug)]
struct Limits {
    clock: Clock,
    /// When each bucket was last looked at, and how many calls it held then.
    buckets: Mutex<HashMap<String, (i64, f64)>>,
    turns: Mutex<HashMap<&'static str, Arc<Turn<()>>>>,
    /// How often no connection could be made before the first answer came; from then on, [`HEARD`].
    unreached: AtomicU32,
    in_flight: Arc<InFlight>,
}

/// How long an answer may take to begin.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// The same of a call that only reads. It may be asked again and nothing is lost by that: eight tries take a minute and a
/// half, and not four.
const LONGEST_READ: Duration = Duration::from_secs(10);

/// How often a connection is tried before anything has ever answered.
const FIRST_TRIES: u32 = 3;
/// Something has answered.
const HEARD: u32 = u32::MAX;

impl Limits {
    fn new(clock: Clock) -> Self {
        Self {
            clock,
            buckets: Mutex::default(),
            turns: Mutex::default(),
            unreached: AtomicU32::new(0),
            in_flight: Arc::default(),
        }
    }

    /// The answer; or, where nothing has answered yet and no connection can be made, an error that is not tried again.
    ///
    /// A network that fails in the middle of a run comes back, and the SDK's retries wait for it. One that was never
    /// there is a wrong setting, and a person should hear of it at once.
    fn hope<T>(&self, answer: Result<T, ConnectorError>) -> Result<T, ConnectorError> {
        let error = match answer {
            Err(error) if is_unreached(&error) => error,
            answer => {
                self.unreached.store(HEARD, Ordering::Relaxed);
                return answer;
            }
        };
        let count = |before: u32| (before != HEARD).then(|| before.saturating_add(1).min(HEARD - 1));
        match self.unreached.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count) {
            Ok(before) if before + 1 >= FIRST_TRIES => Err(ConnectorError::user(error.into())),
            _ => Err(error),
        }
    }

    /// The answer; or, where none has begun by the limit, an error. What a call waits for its turn does not count.
    async fn in_time<T>(
        &self,
        operation: &str,
        call: impl Future<Output = Result<T, ConnectorError>>,
    ) -> Result<T, ConnectorError> {
        // A held clock jumps to the end of every limit at once.
        if self.clock.is_held() {
            return call.await;
        }
        let limit = if is_read(operation) || operation.starts_with("GET ") { LONGEST_READ } else { LONGEST_ANSWER };
        tokio::time::timeout(limit, call).await.unwrap_or_else(|_| {
            let seconds = limit.as_secs();
            Err(ConnectorError::timeout(format!("no answer in {seconds} s").into()))
        })
    }

    async fn turn(&self, operation: &str) -> Option<OwnedMutexGuard<()>> {
        let name = serialised(operation)?;
        let turn = Arc::clone(self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
        Some(turn.lock_owned().await)
    }

    async fn hold_back(&self, operation: &str) {
        let pause = {
            let (name, per_second, most) = rate(operation);
            let now = self.clock.now_ms();
            let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
            let (since, held) = buckets.get(name).copied().unwrap_or((now, most));
            #[expect(clippy::cast_precision_loss, reason = "a time between two calls is far below 2^52 ms")]
            let filled = ((now - since) as f64).mul_add(per_second / 1000.0, held).min(most);
            // Going below nothing is how later calls queue behind earlier ones.
            buckets.insert(name.to_owned(), (now, filled - 1.0));
            if filled >= 1.0 { Duration::ZERO } else { Duration::from_secs_f64((1.0 - filled) / per_second) }
        };
        if pause > Duration::ZERO {
            self.clock.sleep(pause).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_is_let_through_and_what_follows_is_spaced() {
        let clock = Clock::held(0);
        let limits = Limits::new(clock.clone());
        for _ in 0..4 {
            limits.hold_back("DescribeUserPool").await;
        }
        assert_eq!(clock.now_ms(), 0, "the first four go at once");
        for _ in 0..9 {
            limits.hold_back("DescribeUserPool").await;
        }
        assert!((1900..=2100).contains(&clock.now_ms()), "nine more take two seconds, not {} ms", clock.now_ms());
    }

    #[tokio::test]
    async fn operations_do_not_hold_one_another_back() {
        let clock = Clock::held(0);
        let limits = Limits::new(clock.clone());
        for index in 0..40 {
            limits.hold_back(&format!("Operation{index}")).await;
        }
        assert_eq!(clock.now_ms(), 0);
    }

    #[test]
    fn a_network_that_was_never_there_is_given_up_soon_and_one_that_was_is_not() {
        let refused = || -> Result<(), _> {
            let error = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            Err(ConnectorError::io(error.into()))
        };
        let limits = Limits::new(Clock::held(0));
        let tries: Vec<bool> = (0..4).map(|_| limits.hope(refused()).unwrap_err().is_user()).collect();
        assert_eq!(tries, [false, false, true, true]);

        let limits = Limits::new(Clock::held(0));
        limits.hope(Ok(())).unwrap();
        assert!((0..9).all(|_| limits.hope(refused()).unwrap_err().is_io()));
    }

    #[test]
    fn calls_are_known_by_their_names() {
        let post = |url: &str, body: &'static str| {
            let mut request = HttpRequest::new(body.into());
            request.set_uri(url).unwrap();
            request.set_method("POST").unwrap();
            operation(&request)
        };
        assert_eq!(
            post("https://sts.eu-west-1.amazonaws.com/", "Action=GetCallerIdentity&Version=1"),
            "GetCallerIdentity"
        );
        let zone = "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset/?x=1";
        assert_eq!(post(zone, "<x/>"), "POST /2013-04-01/hostedzone/Z1/rrset/");
        assert_eq!(post("https://d1.cloudfront.net/logo.png", ""), "POST d1.cloudfront.net");
        let mut put = HttpRequest::new("".into());
        put.set_uri("https://shop.s3.eu-west-1.amazonaws.com/dev.json?x-id=PutObject").unwrap();
        put.set_method("PUT").unwrap();
        put.headers_mut().insert("authorization", "AWS4-HMAC-SHA256 Credential=A/20261121/eu-west-1/s3/aws4_request");
        assert_eq!(operation(&put), "S3 PUT shop.s3.eu-west-1.amazonaws.com/dev.json");
        assert_eq!(rate(&operation(&put)).0, "S3");
    }
}
