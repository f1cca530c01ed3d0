//! The places where a value can be kept that does not stand in the stack file.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a value is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Place {
    /// The environment variable that holds it.
    Env(
        #[schemars(
            regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"),
            extend("patternErrorMessage" = "a variable's name has letters, digits and `_`: write `NAME`, without `$`"),
            example = &"GOOGLE_CLIENT_SECRET"
        )]
        String,
    ),
    /// The file that holds it, relative to the directory that `stack` works in. One final line end is not part of it.
    File(#[schemars(length(min = 1), example = &"secrets/google.txt")] String),
    /// The parameter of AWS Systems Manager that holds it, by its name or ARN, in the stack's Region and account. A
    /// `SecureString` is decrypted.
    // The API's own limit counts an ARN before the name.
    Ssm(
        #[schemars(
            length(max = 2048),
            regex(pattern = "^[A-Za-z0-9_.:/-]+$"),
            extend("patternErrorMessage" = "a parameter is named `/shop/dev/google-secret`, or by its ARN"),
            example = &"/shop/dev/google-secret"
        )]
        String,
    ),
    /// The secret of AWS Secrets Manager that holds it, by its name or ARN; after a `#`, the key within, where the secret
    /// is JSON.
    Secretsmanager(
        #[schemars(
            length(max = 2304),
            regex(pattern = "^[A-Za-z0-9/_+=.@:!-]+(#[^#]+)?$"),
            extend("patternErrorMessage" = "a secret is named `shop/google`, or `shop/google#client_secret` for a key within"),
            example = &"shop/google#client_secret"
        )]
        String,
    ),
}

impl Place {
    /// Its word in a stack file, and what stands after it.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Env(text) => ("env", text),
            Self::File(text) => ("file", text),
            Self::Ssm(text) => ("ssm", text),
            Self::Secretsmanager(text) => ("secretsmanager", text),
        }
    }

    /// The place of this word.
    #[must_use]
    pub fn of(word: &str, text: String) -> Option<Self> {
        match word {
            "env" => Some(Self::Env(text)),
            "file" => Some(Self::File(text)),
            "ssm" => Some(Self::Ssm(text)),
            "secretsmanager" => Some(Self::Secretsmanager(text)),
            _ => None,
        }
    }

    /// What can be written, as a hint says it.
    #[must_use]
    pub fn ways() -> &'static str {
        "where it is kept: `{ env: NAME }`, `{ file: PATH }`, `{ ssm: /path }` or `{ secretsmanager: name#key }`"
    }

    /// Whether AWS keeps it.
    #[must_use]
    pub fn is_aws(&self) -> bool {
        matches!(self, Self::Ssm(_) | Self::Secretsmanager(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, text) = self.parts();
        write!(f, "{{ {word}: {text} }}")
    }
}

/// The name of a secret in Secrets Manager, and the key within that is meant.
#[must_use]
pub fn split_key(text: &str) -> (&str, Option<&str>) {
    match text.split_once('#') {
        Some((name, key)) => (name, Some(key)),
        None => (text, None),
    }
}
