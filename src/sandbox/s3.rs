//! S3, as the sandbox plays it.
use serde::{Deserialize, Serialize};

/// What S3 holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct S3 {}
