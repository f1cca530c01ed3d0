//! Certificate Manager, as the sandbox plays it.
use super::{Refusal, World};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What ACM holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Acm {}

/// What others need to know of a certificate.
#[derive(Debug, Clone)]
pub struct CertificateView {
    /// `us-east-1`
    pub region: String,
    /// `ISSUED`, `PENDING_VALIDATION` …
    pub status: String,
    /// Lower-case names, wildcards as `*.example.com`.
    pub names: Vec<String>,
}

/// Answers one call made to `region`.
pub fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let _ = (world, region, input);
    Err(Refusal::new("UnknownOperationException", operation))
}

/// The certificate with this ARN, as it stands at `world.now`.
#[must_use]
pub fn certificate(world: &World, arn: &str) -> Option<CertificateView> {
    let _ = (world, arn);
    None
}
