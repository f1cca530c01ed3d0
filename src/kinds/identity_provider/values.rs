//! The values that AWS takes, by AWS's own names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aws::cognito::types::IdentityProviderTypeType;
use crate::error::{Error, Result};

/// What sort of provider one is (`other_resources.md` 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum ProviderType {
    /// Google.
    Google,
    /// Facebook.
    Facebook,
    /// Login with Amazon.
    LoginWithAmazon,
    /// Sign in with Apple.
    SignInWithApple,
    /// Any that speaks `OpenID` Connect.
    #[serde(rename = "OIDC")]
    Oidc,
    /// Any that speaks SAML 2.0.
    #[serde(rename = "SAML")]
    Saml,
}

impl ProviderType {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Google, Self::Facebook, Self::LoginWithAmazon, Self::SignInWithApple, Self::Oidc, Self::Saml];

    /// AWS's name for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Facebook => "Facebook",
            Self::LoginWithAmazon => "LoginWithAmazon",
            Self::SignInWithApple => "SignInWithApple",
            Self::Oidc => "OIDC",
            Self::Saml => "SAML",
        }
    }

    /// The key of its details in a stack file.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Facebook => "facebook",
            Self::LoginWithAmazon => "login_with_amazon",
            Self::SignInWithApple => "sign_in_with_apple",
            Self::Oidc => "oidc",
            Self::Saml => "saml",
        }
    }

    /// Whether a pool has one of it at most, whose name is that of the type (`other_resources.md` 1.1, `ProviderName`).
    #[must_use]
    pub const fn is_social(self) -> bool {
        !matches!(self, Self::Oidc | Self::Saml)
    }

    /// What AWS maps the user's name to where nobody does (`other_resources.md` 1.3).
    #[must_use]
    pub const fn subject(self) -> Option<&'static str> {
        match self {
            Self::Facebook => Some("id"),
            Self::LoginWithAmazon => Some("user_id"),
            Self::Google | Self::SignInWithApple | Self::Oidc => Some("sub"),
            Self::Saml => None,
        }
    }

    /// The type of a provider that AWS shows.
    ///
    /// # Errors
    /// When it is one that this program does not know.
    pub(super) fn of(shown: Option<&IdentityProviderTypeType>) -> Result<Self> {
        let shown = shown.map_or("", IdentityProviderTypeType::as_str);
        Self::ALL.into_iter().find(|one| one.as_str() == shown).ok_or_else(|| {
            Error::aws_state(format!("the provider is of the type `{shown}`, which this program does not know"))
                .hinted("a newer version of stack may know it")
        })
    }
}

/// How Cognito asks a provider for a user's attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AttributesRequestMethod {
    /// As an address is read.
    #[default]
    Get,
    /// As a form is sent.
    Post,
}

impl AttributesRequestMethod {
    /// AWS's name for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// How Cognito signs what it asks of a SAML provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SigningAlgorithm {
    /// RSA with SHA-256.
    #[serde(rename = "rsa-sha256")]
    RsaSha256,
}

impl SigningAlgorithm {
    /// AWS's name for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaSha256 => "rsa-sha256",
        }
    }
}
