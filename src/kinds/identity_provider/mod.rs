//! Identity providers: others that users may sign in through (`other_resources.md` 1).
//!
//! AWS knows a provider's details as a map of texts; here each type has fields of its own. What AWS adds to the map is
//! nobody's to declare, and never a difference. A secret stands nowhere: only where it is found.

pub mod check;
mod convert;
pub mod examples;
mod kind;
pub mod metadata;
#[cfg(test)]
mod tests;
pub mod values;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::user_pool::UserPool;
use crate::kind::{OnChange, Ref};
use crate::secret::SecretRef;

pub use kind::IdentityProviderOutputs;
pub use values::{AttributesRequestMethod, ProviderType, SigningAlgorithm};

/// One identity provider of a pool. Its id is `<pool id>/<the provider's name>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityProvider {
    /// The pool whose users sign in through it.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// What sort of provider it is; it follows from which details are given.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub r#type: ProviderType,
    /// The details that AWS shows and this program has no name for, each with a digest of what it holds: somebody else has
    /// set them. Nobody can declare them, and an update leaves them as they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-on-change" = OnChange::Refuse, "x-aws-default" = {}))]
    pub other_details: BTreeMap<String, String>,
    /// What a person writes.
    #[serde(flatten)]
    pub settings: ProviderSettings,
}

/// What a person writes of an identity provider: the details of one type, and what all have in common.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// The provider's name in AWS, as clients name it: 3–32 characters without spaces, and no `_` but as the second.
    /// Default: what it is called here. Google, Facebook, LoginWithAmazon and SignInWithApple are called so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 3, max = 32), extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub name: Option<String>,
    /// Google, as an OAuth client of the Google Cloud console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub google: Option<Google>,
    /// Facebook, as an app of Meta's developer site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub facebook: Option<Facebook>,
    /// Login with Amazon, as a security profile of Amazon's developer console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub login_with_amazon: Option<LoginWithAmazon>,
    /// Sign in with Apple, as a services id and a key of Apple's developer site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub sign_in_with_apple: Option<SignInWithApple>,
    /// A provider that speaks `OpenID` Connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub oidc: Option<Oidc>,
    /// A provider that speaks SAML 2.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub saml: Option<Saml>,
    /// What the provider fills in: the pool's attribute, custom ones with or without `custom:`, and the provider's name
    /// for it. Each must be mutable, and writable in the clients that name the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = {}))]
    pub attribute_mapping: Option<BTreeMap<String, String>>,
    /// Further names by which an application may ask for the provider, such as the domains of its users' addresses: at
    /// most 50, each of 1–40 letters, digits, spaces and `_+=.@-`, and of one provider of the pool alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 50), inner(length(min = 1, max = 40)))]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = [], "x-unique" = true))]
    pub idp_identifiers: Option<BTreeSet<String>>,
}

/// What Cognito must know of Google.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Google {
    /// The OAuth client's id: it ends in `.apps.googleusercontent.com`.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub client_id: String,
    /// Where the OAuth client's secret is found. AWS shows it to whoever may read the provider; here it is kept nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub client_secret: Option<SecretRef>,
    /// What Google is asked for: `openid`, `email`, `profile`.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("x-on-change" = OnChange::InPlace))]
    pub authorize_scopes: BTreeSet<String>,
}

/// What Cognito must know of Facebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facebook {
    /// The app's id.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub client_id: String,
    /// Where the app's secret is found. AWS shows it to whoever may read the provider; here it is kept nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub client_secret: Option<SecretRef>,
    /// What Facebook is asked for: `public_profile`, `email`.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("x-on-change" = OnChange::InPlace))]
    pub authorize_scopes: BTreeSet<String>,
    /// The version of Facebook's API, as `v17.0`. Left out, AWS chooses one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub api_version: Option<String>,
}

/// What Cognito must know of Login with Amazon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginWithAmazon {
    /// The security profile's client id.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub client_id: String,
    /// Where its client secret is found. AWS shows it to whoever may read the provider; here it is kept nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub client_secret: Option<SecretRef>,
    /// What Amazon is asked for: `profile`, `postal_code`.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("x-on-change" = OnChange::InPlace))]
    pub authorize_scopes: BTreeSet<String>,
}

/// What Cognito must know of Sign in with Apple.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInWithApple {
    /// The services id: `com.example.shop`.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub client_id: String,
    /// The developer team's id.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub team_id: String,
    /// The key's id.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub key_id: String,
    /// Where the key itself is found. AWS never shows it again: another one is noticed by what was sent last. Change
    /// `key_id` with it, as Apple does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub private_key: Option<SecretRef>,
    /// What Apple is asked for: `email`, `name`.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("x-on-change" = OnChange::InPlace))]
    pub authorize_scopes: BTreeSet<String>,
}

/// What Cognito must know of a provider that speaks `OpenID` Connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The client id that the provider has given.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub client_id: String,
    /// Where the client's secret is found, if it has one. AWS shows it to whoever may read the provider; here it is kept
    /// nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub client_secret: Option<SecretRef>,
    /// What the provider is asked for: `openid`, and what it offers besides.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("x-on-change" = OnChange::InPlace))]
    pub authorize_scopes: BTreeSet<String>,
    /// The issuer, as its tokens name it: an `https:` address, below which its discovery document is found.
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub oidc_issuer: String,
    /// How Cognito asks for the user's attributes. Default: GET.
    #[serde(default)]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub attributes_request_method: AttributesRequestMethod,
    /// Where users are sent to sign in. Needed only where discovery fails; left out, AWS finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub authorize_url: Option<String>,
    /// Where codes become tokens. Needed only where discovery fails; left out, AWS finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub token_url: Option<String>,
    /// Where a user's attributes are asked for. Needed only where discovery fails; left out, AWS finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub attributes_url: Option<String>,
    /// Where the provider's public keys are. Needed only where discovery fails; left out, AWS finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub jwks_uri: Option<String>,
    /// What the provider calls the pool's four levels of authentication, in its `acr` claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub acr_mapping: Option<AcrMapping>,
}

/// What a provider calls the pool's four levels of authentication, in its `acr` claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcrMapping {
    /// The first level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub level1: Option<String>,
    /// The second level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub level2: Option<String>,
    /// The third level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub level3: Option<String>,
    /// The fourth level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub level4: Option<String>,
}

/// What Cognito must know of a provider that speaks SAML: its metadata, by address or as a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Saml {
    /// Where the provider's metadata is, which AWS fetches now and again: new certificates are found by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub metadata_url: Option<String>,
    /// A file with the provider's metadata, relative to this file, for providers that AWS cannot reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend("x-on-change" = OnChange::InPlace))]
    pub metadata_file: Option<String>,
    /// Whether signing out of Cognito signs out of the provider too. AWS's default is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = false))]
    pub idp_signout: Option<bool>,
    /// Whether users may begin at the provider, which then sends them on unasked. AWS's default is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = false))]
    pub idp_init: Option<bool>,
    /// Whether the provider must encrypt what it says, for the certificate that AWS shows. AWS's default is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = false))]
    pub encrypted_responses: Option<bool>,
    /// How Cognito signs its requests. Left out, it does not sign them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub request_signing_algorithm: Option<SigningAlgorithm>,
}

impl ProviderSettings {
    /// The types whose details are given; one, in a file that is right.
    pub fn types(&self) -> Vec<ProviderType> {
        let Self { name: _, google, facebook, login_with_amazon, sign_in_with_apple, oidc, saml, .. } = self;
        [
            (google.is_some(), ProviderType::Google),
            (facebook.is_some(), ProviderType::Facebook),
            (login_with_amazon.is_some(), ProviderType::LoginWithAmazon),
            (sign_in_with_apple.is_some(), ProviderType::SignInWithApple),
            (oidc.is_some(), ProviderType::Oidc),
            (saml.is_some(), ProviderType::Saml),
        ]
        .into_iter()
        .filter_map(|(is_given, one)| is_given.then_some(one))
        .collect()
    }

    /// The provider's name in AWS, where a stack calls it `key`.
    #[must_use]
    pub fn name<'a>(&'a self, key: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or(key)
    }

    /// The same, with AWS's names for custom attributes, and without what AWS says itself.
    #[must_use]
    pub fn completed(mut self, of: ProviderType) -> Self {
        let mapping = self.attribute_mapping.take();
        self.attribute_mapping = mapping.map(|mapping| {
            let named = mapping.into_iter().map(|(name, claim)| (check::target_name(&name), claim));
            // AWS maps the user's name itself, and shows it as if it had been asked to (other_resources.md 1.3).
            named.filter(|(name, claim)| !(name == "username" && Some(claim.as_str()) == of.subject())).collect()
        });
        self
    }
}
