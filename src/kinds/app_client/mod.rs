//! App clients: everything that CreateUserPoolClient and UpdateUserPoolClient take.
//!
//! One length of time with its unit stands for AWS's number and its `TokenValidityUnits`, and what a secret is
//! stands nowhere: only whether there is one, and where a chosen one is found.

pub mod check;
mod convert;
pub mod examples;
mod kind;
pub mod secrets;
#[cfg(test)]
pub(super) mod surface;
mod values;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duration::Validity;
use super::user_pool::UserPool;
use crate::kind::{OnChange, Ref};
use crate::secret::SecretRef;

pub use kind::{AppClientOutputs, SECRET_CALLS, fit, secret};
pub use values::{AuthFlow, Feature, OAuthFlow, PreventUserExistenceErrors};

/// An application that signs users in. Its id is `<pool id>/<client id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppClient {
    /// The pool whose users sign in.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// What a person writes.
    #[serde(flatten)]
    pub settings: ClientSettings,
}

/// What a person writes of an app client.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// The client's name in AWS: 1–128 letters, digits, spaces and `_+=,.@-`. Default: what the client is called here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), extend("x-on-change" = OnChange::InPlace))]
    pub name: Option<String>,
    /// Whether AWS makes a client secret, which only an application on a server can keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = false))]
    pub generate_secret: Option<bool>,
    /// Where a client secret of your own is found: 24–64 letters, digits, `_` and `+`. Not with `generate_secret`.
    /// Another one takes the old one's place, and whatever signs in with that is refused from then on. The same one may
    /// be kept elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Exchange))]
    pub client_secret: Option<SecretRef>,
    /// Where users may be sent after signing in: at most 100 URLs, each compared to the letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 1024)))]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = []))]
    pub callback_urls: Option<BTreeSet<String>>,
    /// Where users may be sent after signing out: at most 100 URLs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), inner(length(min = 1, max = 1024)))]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = []))]
    pub logout_urls: Option<BTreeSet<String>>,
    /// Which of `callback_urls` is meant when a request names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024), extend("x-on-change" = OnChange::InPlace))]
    pub default_redirect_uri: Option<String>,
    /// The OAuth grants: `code`, `implicit`, or `client_credentials` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 3), extend("x-on-change" = OnChange::InPlace, "x-aws-default" = []))]
    pub allowed_oauth_flows: Option<BTreeSet<OAuthFlow>>,
    /// What tokens may be good for, at most 50: `openid`, `email`, `phone`, `profile`, `aws.cognito.signin.user.admin`,
    /// or a scope of a resource server, `<its identifier>/<scope>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 50), inner(length(min = 1, max = 256)))]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = []))]
    pub allowed_oauth_scopes: Option<BTreeSet<String>>,
    /// Whether URLs, grants and scopes take effect. Default: true where grants or scopes are declared; AWS's is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = false))]
    pub allowed_oauth_flows_user_pool_client: Option<bool>,
    /// How long an access token is good: `5m` to `24h`, and no longer than a refresh token. AWS's default is `1h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = "1h"))]
    pub access_token_validity: Option<Validity>,
    /// How long an ID token is good: `5m` to `24h`, and no longer than a refresh token. AWS's default is `1h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = "1h"))]
    pub id_token_validity: Option<Validity>,
    /// How long a refresh token is good: `60m` to `3650d`. AWS's default is `30d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = "30d"))]
    pub refresh_token_validity: Option<Validity>,
    /// The attributes that the application may read: standard ones, and custom ones with or without `custom:`.
    /// Left out, AWS allows every standard one, and no custom one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(length(min = 1, max = 2048)), extend("x-on-change" = OnChange::InPlace))]
    pub read_attributes: Option<BTreeSet<String>>,
    /// The attributes that the application may write. It must hold every required one, and what identity providers map.
    /// Left out, AWS allows every standard one, and no custom one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(length(min = 1, max = 2048)), extend("x-on-change" = OnChange::InPlace))]
    pub write_attributes: Option<BTreeSet<String>>,
    /// How users may sign in through the API. AWS's default allows secure remote passwords, custom flows, refreshing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), extend(
        "x-on-change" = OnChange::InPlace,
        "x-aws-default" = ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    ))]
    pub explicit_auth_flows: Option<BTreeSet<AuthFlow>>,
    /// The identity providers on the sign-in pages: `COGNITO` for the pool's own users, `Google`, `Facebook`,
    /// `LoginWithAmazon`, `SignInWithApple`, or a SAML or OIDC provider's name. With none, the pages offer no way in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(length(min = 1, max = 32)), extend("x-on-change" = OnChange::InPlace, "x-aws-default" = []))]
    pub supported_identity_providers: Option<BTreeSet<String>>,
    /// The Amazon Pinpoint project that is told of sign-ins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub analytics_configuration: Option<AnalyticsConfiguration>,
    /// `ENABLED` answers an unknown user as it answers a wrong password; AWS's default, `LEGACY`, tells them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = "LEGACY"))]
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrors>,
    /// Whether refresh tokens can be revoked. AWS's default is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = true))]
    pub enable_token_revocation: Option<bool>,
    /// Whether the application may pass on its users' addresses for threat protection. It asks for a client secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = false))]
    pub enable_propagate_additional_user_context_data: Option<bool>,
    /// How long a user has for the next step of signing in: `3m` to `15m`, in whole minutes. AWS's default is `3m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = "3m"))]
    pub auth_session_validity: Option<Validity>,
    /// Whether a refresh token is replaced each time that it is used. AWS's default is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "x-on-change" = OnChange::InPlace,
        "x-aws-default" = { "feature": "DISABLED", "retry_grace_period_seconds": 0 },
    ))]
    pub refresh_token_rotation: Option<RefreshTokenRotation>,
}

/// The Amazon Pinpoint project that is told of sign-ins: by ARN alone, or by id with a role and its external id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalyticsConfiguration {
    /// The project's ARN. AWS then uses a role of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_arn: Option<String>,
    /// The project's id: hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// The external id that the role's trust policy asks for. With `application_id` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The role that lets Cognito write to the project. With `application_id` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// Whether the events hold users' data. Default: false.
    // No Option: taking the whole away must leave nothing, and a default of AWS's said here would be left.
    #[serde(default)]
    pub user_data_shared: bool,
}

/// Whether a refresh token is replaced each time that it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshTokenRotation {
    /// `ENABLED` or `DISABLED`. Enabled, `explicit_auth_flows` must not hold `ALLOW_REFRESH_TOKEN_AUTH`.
    pub feature: Feature,
    /// How long the old token still works, for a client that missed the answer: 0–60 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 60), extend("x-aws-default" = 0))]
    pub retry_grace_period_seconds: Option<u32>,
}

impl ClientSettings {
    /// The same, with what follows from what is declared: OAuth is on where grants or scopes are declared, custom
    /// attributes have AWS's prefix, and rotation that is off has no grace period.
    #[must_use]
    pub fn completed(mut self) -> Self {
        let says_any = self.allowed_oauth_flows.as_ref().is_some_and(|flows| !flows.is_empty())
            || self.allowed_oauth_scopes.as_ref().is_some_and(|scopes| !scopes.is_empty());
        if says_any {
            self.allowed_oauth_flows_user_pool_client.get_or_insert(true);
        }
        for list in [&mut self.read_attributes, &mut self.write_attributes] {
            *list = list.take().map(|names| names.iter().map(|name| check::attribute_name(name)).collect());
        }
        if let Some(rotation) = &mut self.refresh_token_rotation
            && rotation.feature == Feature::Disabled
        {
            rotation.retry_grace_period_seconds.get_or_insert(0);
        }
        self
    }

    /// Whether a client with these settings has a secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        self.client_secret.is_some() || self.generate_secret == Some(true)
    }
}
