//! The values that AWS takes, by AWS's own names.
//!
//! Each enum stands in the order of those names, so that a set of them is written in one order everywhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way to sign in through the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthFlow {
    /// The old name of `ALLOW_ADMIN_USER_PASSWORD_AUTH`; goes with old names only.
    AdminNoSrpAuth,
    /// A server signs users in with name and password.
    AllowAdminUserPasswordAuth,
    /// Lambda functions ask and judge.
    AllowCustomAuth,
    /// Refresh tokens are taken.
    AllowRefreshTokenAuth,
    /// Users choose among the pool's first factors. Needs the Essentials tier.
    AllowUserAuth,
    /// The application sends name and password.
    AllowUserPasswordAuth,
    /// The password itself never leaves the application.
    AllowUserSrpAuth,
    /// The old name of `ALLOW_CUSTOM_AUTH`; goes with old names only.
    CustomAuthFlowOnly,
    /// The old name of `ALLOW_USER_PASSWORD_AUTH`; goes with old names only.
    UserPasswordAuth,
}

impl AuthFlow {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::AdminNoSrpAuth,
        Self::AllowAdminUserPasswordAuth,
        Self::AllowCustomAuth,
        Self::AllowRefreshTokenAuth,
        Self::AllowUserAuth,
        Self::AllowUserPasswordAuth,
        Self::AllowUserSrpAuth,
        Self::CustomAuthFlowOnly,
        Self::UserPasswordAuth,
    ];

    /// What a client allows that says nothing (`app_client.md` 1).
    pub const DEFAULT: [Self; 3] = [Self::AllowCustomAuth, Self::AllowRefreshTokenAuth, Self::AllowUserSrpAuth];

    /// AWS's name for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdminNoSrpAuth => "ADMIN_NO_SRP_AUTH",
            Self::AllowAdminUserPasswordAuth => "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            Self::AllowCustomAuth => "ALLOW_CUSTOM_AUTH",
            Self::AllowRefreshTokenAuth => "ALLOW_REFRESH_TOKEN_AUTH",
            Self::AllowUserAuth => "ALLOW_USER_AUTH",
            Self::AllowUserPasswordAuth => "ALLOW_USER_PASSWORD_AUTH",
            Self::AllowUserSrpAuth => "ALLOW_USER_SRP_AUTH",
            Self::CustomAuthFlowOnly => "CUSTOM_AUTH_FLOW_ONLY",
            Self::UserPasswordAuth => "USER_PASSWORD_AUTH",
        }
    }

    /// Whether it is one of the old names, which do not go with the new.
    #[must_use]
    pub const fn is_legacy(self) -> bool {
        matches!(self, Self::AdminNoSrpAuth | Self::CustomAuthFlowOnly | Self::UserPasswordAuth)
    }
}

/// An OAuth grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OAuthFlow {
    /// The application signs in as itself. Goes with no other grant, and needs a client secret.
    ClientCredentials,
    /// The sign-in pages answer with a code, which the application exchanges for tokens.
    Code,
    /// The sign-in pages answer with the tokens. Not recommended.
    Implicit,
}

impl OAuthFlow {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::ClientCredentials, Self::Code, Self::Implicit];

    /// AWS's name for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Code => "code",
            Self::Implicit => "implicit",
        }
    }
}

/// What an application learns when a user does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PreventUserExistenceErrors {
    /// The same as for a wrong password.
    Enabled,
    /// That there is no such user.
    Legacy,
}

/// Whether something is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Feature {
    /// It is off.
    Disabled,
    /// It is on.
    Enabled,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_written_as_aws_writes_it_and_in_the_order_of_the_names() {
        let flows = AuthFlow::ALL.map(AuthFlow::as_str);
        assert!(flows.is_sorted() && AuthFlow::ALL.is_sorted() && AuthFlow::DEFAULT.is_sorted());
        assert_eq!(serde_json::json!(AuthFlow::ALL), serde_json::json!(flows));
        let grants = OAuthFlow::ALL.map(OAuthFlow::as_str);
        assert!(grants.is_sorted() && OAuthFlow::ALL.is_sorted());
        assert_eq!(serde_json::json!(OAuthFlow::ALL), serde_json::json!(grants));
    }

    #[test]
    fn the_sdk_knows_every_value_and_no_other() {
        use crate::aws::cognito::types::{ExplicitAuthFlowsType, OAuthFlowType};
        let sorted = |mut names: Vec<&'static str>| {
            names.sort_unstable();
            names
        };
        assert_eq!(sorted(ExplicitAuthFlowsType::values().to_vec()), AuthFlow::ALL.map(AuthFlow::as_str));
        assert_eq!(sorted(OAuthFlowType::values().to_vec()), OAuthFlow::ALL.map(OAuthFlow::as_str));
    }
}
