//! The user pool: everything that CreateUserPool, UpdateUserPool, SetUserPoolMfaConfig and AddCustomAttributes take.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A directory of users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPool {
    /// The pool's name. AWS does not ask that it be unique.
    pub name: String,
    /// Tags of the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}
