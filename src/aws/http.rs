//! How requests are carried: the rate limiter and the call log, round whatever connector is used.
//!
//! Standing at the connector, they see every attempt of every call, and no call can forget them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use crate::clock::Clock;

/// `inner`, held back to what AWS allows, and logged.
pub fn limited(inner: SharedHttpClient, clock: Clock) -> SharedHttpClient {
    let limits = Arc::new(Limits { clock, buckets: Mutex::default(), turns: Mutex::default() });
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
            let answer = inner.call(request).await;
            let ms = limits.clock.now_ms() - start;
            match &answer {
                Ok(response) => {
                    let request_id = response.headers().get("x-amzn-requestid").unwrap_or("-");
                    tracing::info!(target: "stack::aws", "{operation} {} in {ms} ms (request {request_id})", response.status().as_u16());
                }
                Err(error) => tracing::info!(target: "stack::aws", "{operation} failed in {ms} ms: {error:?}"),
            }
            answer
        })
    }
}

/// The operation that a request calls: `CreateUserPool`; for the services that say it by path, method and path.
fn operation(request: &HttpRequest) -> String {
    if let Some((_, operation)) = request.headers().get("x-amz-target").and_then(|target| target.rsplit_once('.')) {
        return operation.to_owned();
    }
    let path = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
    let path = path.find('/').map_or("/", |slash| &path[slash..]);
    let path = path.split('?').next().unwrap_or(path);
    let path = if path.starts_with(ROUTE53) { path } else { "(other)" };
    format!("{} {path}", request.method())
}

/// What every path of Route 53 begins with.
const ROUTE53: &str = "/2013-04-01/";

/// A bucket fills at this many calls a second, and holds this many.
///
/// One operation on one pool may be called 5 times a second, Route 53 5 times a second by the whole account,
/// ListCertificates once (`quotas_errors.md` 1). A little less leaves room for the console.
fn rate(operation: &str) -> (&str, f64, f64) {
    match operation {
        "ListCertificates" => ("ListCertificates", 1.0, 2.0),
        operation if operation.contains(ROUTE53) => ("Route 53", 4.0, 4.0),
        operation => (operation, 4.5, 5.0),
    }
}

/// What only one call at a time may do, by name: Cognito answers a second client update of a pool with
/// ConcurrentModificationException (`app_client.md` 5), and so for branding (`ui.md` 3.1) and domains
/// (`quotas_errors.md` 6); Route 53 a second change of a zone with PriorRequestNotComplete.
fn serialised(operation: &str) -> Option<&'static str> {
    match operation {
        "UpdateUserPoolClient" | "DeleteUserPoolClient" => Some("clients"),
        "CreateManagedLoginBranding" | "UpdateManagedLoginBranding" | "DeleteManagedLoginBranding" => Some("branding"),
        "CreateUserPoolDomain" | "UpdateUserPoolDomain" | "DeleteUserPoolDomain" => Some("domains"),
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
}

impl Limits {
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
        let limits = Limits { clock: clock.clone(), buckets: Mutex::default(), turns: Mutex::default() };
        for _ in 0..5 {
            limits.hold_back("DescribeUserPool").await;
        }
        assert_eq!(clock.now_ms(), 0, "the first five go at once");
        for _ in 0..9 {
            limits.hold_back("DescribeUserPool").await;
        }
        assert!((1900..=2100).contains(&clock.now_ms()), "nine more take two seconds, not {} ms", clock.now_ms());
    }

    #[tokio::test]
    async fn operations_do_not_hold_one_another_back() {
        let clock = Clock::held(0);
        let limits = Limits { clock: clock.clone(), buckets: Mutex::default(), turns: Mutex::default() };
        for index in 0..40 {
            limits.hold_back(&format!("Operation{index}")).await;
        }
        assert_eq!(clock.now_ms(), 0);
    }
}
