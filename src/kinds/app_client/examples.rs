//! An app client with every field set, and the same with every field that can be changed set to something else.

use std::collections::BTreeSet;

use super::{
    AnalyticsConfiguration, AppClient, AuthFlow, ClientSettings, Feature, OAuthFlow, PreventUserExistenceErrors,
    RefreshTokenRotation,
};
use crate::kind::Ref;
use crate::kinds::duration::{Unit, Validity};

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.into_iter().map(str::to_owned).collect()
}

impl AppClient {
    /// A client of the one pool, with every field that can be set beside the others. Of its pool it asks the custom
    /// attribute `tenant`, and nothing further.
    #[must_use]
    pub fn example() -> Self {
        let settings = ClientSettings {
            name: Some("shop web".to_owned()),
            generate_secret: Some(true),
            client_secret: None,
            callback_urls: Some(set(["https://dev.example.com/callback", "http://localhost:3000/callback"])),
            logout_urls: Some(set(["https://dev.example.com/"])),
            default_redirect_uri: Some("https://dev.example.com/callback".to_owned()),
            allowed_oauth_flows: Some(BTreeSet::from([OAuthFlow::Code])),
            allowed_oauth_scopes: Some(set(["openid", "email", "profile"])),
            allowed_oauth_flows_user_pool_client: Some(true),
            access_token_validity: Validity::new(60, Unit::Minutes),
            id_token_validity: Validity::new(45, Unit::Minutes),
            refresh_token_validity: Validity::new(12, Unit::Hours),
            read_attributes: Some(set(["email", "email_verified", "name", "custom:tenant"])),
            write_attributes: Some(set(["email", "name"])),
            explicit_auth_flows: Some(BTreeSet::from([AuthFlow::AllowUserSrpAuth])),
            supported_identity_providers: Some(set(["COGNITO"])),
            analytics_configuration: Some(AnalyticsConfiguration {
                application_arn: None,
                application_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
                external_id: Some("shop-analytics".to_owned()),
                role_arn: Some("arn:aws:iam::111122223333:role/shop-analytics".to_owned()),
                user_data_shared: true,
            }),
            prevent_user_existence_errors: Some(PreventUserExistenceErrors::Enabled),
            enable_token_revocation: Some(true),
            enable_propagate_additional_user_context_data: Some(true),
            auth_session_validity: Validity::new(5, Unit::Minutes),
            refresh_token_rotation: Some(RefreshTokenRotation {
                feature: Feature::Enabled,
                retry_grace_period_seconds: Some(10),
            }),
        };
        Self { user_pool: Ref::one(), settings }
    }

    /// [`AppClient::example`] with something else in each field that is changed in place; each may also be changed by
    /// itself.
    #[must_use]
    pub fn example_changed() -> Self {
        let settings = ClientSettings {
            name: Some("shop".to_owned()),
            generate_secret: Some(true),
            client_secret: None,
            callback_urls: Some(set([
                "https://dev.example.com/callback",
                "http://localhost:3000/callback",
                "shop://signed-in",
            ])),
            logout_urls: Some(set(["https://www.example.com/", "https://www.example.com/bye"])),
            default_redirect_uri: Some("http://localhost:3000/callback".to_owned()),
            allowed_oauth_flows: Some(BTreeSet::from([OAuthFlow::Code, OAuthFlow::Implicit])),
            allowed_oauth_scopes: Some(set(["openid", "phone", "aws.cognito.signin.user.admin"])),
            allowed_oauth_flows_user_pool_client: Some(false),
            access_token_validity: Validity::new(5, Unit::Minutes),
            id_token_validity: Validity::new(2, Unit::Hours),
            refresh_token_validity: Validity::new(3650, Unit::Days),
            read_attributes: Some(set(["email", "nickname"])),
            write_attributes: Some(set(["email", "nickname", "custom:tenant"])),
            explicit_auth_flows: Some(BTreeSet::from([AuthFlow::AllowCustomAuth, AuthFlow::AllowUserAuth])),
            supported_identity_providers: Some(set([])),
            analytics_configuration: Some(AnalyticsConfiguration {
                application_arn: Some(
                    "arn:aws:mobiletargeting:us-east-1:111122223333:apps/fedcba9876543210fedcba9876543210".to_owned(),
                ),
                ..AnalyticsConfiguration::default()
            }),
            prevent_user_existence_errors: Some(PreventUserExistenceErrors::Legacy),
            enable_token_revocation: Some(false),
            enable_propagate_additional_user_context_data: Some(false),
            auth_session_validity: Validity::new(15, Unit::Minutes),
            refresh_token_rotation: Some(RefreshTokenRotation {
                feature: Feature::Enabled,
                retry_grace_period_seconds: Some(60),
            }),
        };
        Self { user_pool: Ref::one(), settings }
    }
}
