//! Route53, as the sandbox plays it.
use serde::{Deserialize, Serialize};

/// What Route53 holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Route53 {}
