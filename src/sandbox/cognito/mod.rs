//! Cognito user pools, as the sandbox plays them.
use super::{Refusal, World};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What Cognito holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Cognito {}

/// Answers one call. `region` is the Region that the call was made to.
pub fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let _ = (world, region, input);
    Err(Refusal::new("UnknownOperationException", operation))
}

/// What uses a certificate, or did until lately: AWS frees it some time after the domain is gone.
#[must_use]
pub fn certificate_users(world: &World, arn: &str) -> Vec<String> {
    let _ = (world, arn);
    Vec::new()
}
