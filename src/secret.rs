//! Where a secret is kept: never its value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Says where to find a secret. The value is read when it is sent, and stands in no plan, state, log or error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SecretRef {
    /// The environment variable that holds it.
    Env(String),
    /// The file that holds it, relative to the directory that `stack` works in. One final line end is not part of the secret.
    File(String),
}

impl SecretRef {
    /// Reads the secret.
    ///
    /// # Errors
    /// When the variable or file is missing, or empty.
    pub fn reveal(&self) -> Result<String> {
        let (place, found) = match self {
            Self::Env(name) => (format!("the environment variable {name}"), std::env::var(name).ok()),
            Self::File(path) => (format!("the file {path}"), std::fs::read_to_string(path).ok()),
        };
        let value = found.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()).unwrap_or_default();
        if value.is_empty() {
            return Err(Error::stack(format!("{place} should hold a secret, but is missing or empty"))
                .hinted("set it where stack runs; its value is never written down"));
        }
        Ok(value)
    }
}
