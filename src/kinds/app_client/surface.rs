//! Every field of AWS's inputs that an app client goes through, and what was decided about it.
//!
//! A newer SDK that knows a further field fails the test below until someone decides on that too.

/// The SDK's type, its field, and the field of [`AppClient`](super::AppClient) that it becomes; in brackets, why it
/// becomes none.
pub const DECIDED: &[(&str, &str, &str)] = &[
    ("CreateUserPoolClientInput", "user_pool_id", "user_pool"),
    ("CreateUserPoolClientInput", "client_name", "name"),
    ("CreateUserPoolClientInput", "generate_secret", "generate_secret"),
    ("CreateUserPoolClientInput", "client_secret", "client_secret"),
    ("CreateUserPoolClientInput", "refresh_token_validity", "refresh_token_validity"),
    ("CreateUserPoolClientInput", "access_token_validity", "access_token_validity"),
    ("CreateUserPoolClientInput", "id_token_validity", "id_token_validity"),
    ("CreateUserPoolClientInput", "token_validity_units", "(the units of the three validities)"),
    ("CreateUserPoolClientInput", "read_attributes", "read_attributes"),
    ("CreateUserPoolClientInput", "write_attributes", "write_attributes"),
    ("CreateUserPoolClientInput", "explicit_auth_flows", "explicit_auth_flows"),
    ("CreateUserPoolClientInput", "supported_identity_providers", "supported_identity_providers"),
    ("CreateUserPoolClientInput", "callback_urls", "callback_urls"),
    ("CreateUserPoolClientInput", "logout_urls", "logout_urls"),
    ("CreateUserPoolClientInput", "default_redirect_uri", "default_redirect_uri"),
    ("CreateUserPoolClientInput", "allowed_o_auth_flows", "allowed_oauth_flows"),
    ("CreateUserPoolClientInput", "allowed_o_auth_scopes", "allowed_oauth_scopes"),
    ("CreateUserPoolClientInput", "allowed_o_auth_flows_user_pool_client", "allowed_oauth_flows_user_pool_client"),
    ("CreateUserPoolClientInput", "analytics_configuration", "analytics_configuration"),
    ("CreateUserPoolClientInput", "prevent_user_existence_errors", "prevent_user_existence_errors"),
    ("CreateUserPoolClientInput", "enable_token_revocation", "enable_token_revocation"),
    (
        "CreateUserPoolClientInput",
        "enable_propagate_additional_user_context_data",
        "enable_propagate_additional_user_context_data",
    ),
    ("CreateUserPoolClientInput", "auth_session_validity", "auth_session_validity"),
    ("CreateUserPoolClientInput", "refresh_token_rotation", "refresh_token_rotation"),
    ("UpdateUserPoolClientInput", "user_pool_id", "user_pool"),
    ("UpdateUserPoolClientInput", "client_id", "(the id)"),
    ("UpdateUserPoolClientInput", "client_name", "name"),
    ("UpdateUserPoolClientInput", "refresh_token_validity", "refresh_token_validity"),
    ("UpdateUserPoolClientInput", "access_token_validity", "access_token_validity"),
    ("UpdateUserPoolClientInput", "id_token_validity", "id_token_validity"),
    ("UpdateUserPoolClientInput", "token_validity_units", "(the units of the three validities)"),
    ("UpdateUserPoolClientInput", "read_attributes", "read_attributes"),
    ("UpdateUserPoolClientInput", "write_attributes", "write_attributes"),
    ("UpdateUserPoolClientInput", "explicit_auth_flows", "explicit_auth_flows"),
    ("UpdateUserPoolClientInput", "supported_identity_providers", "supported_identity_providers"),
    ("UpdateUserPoolClientInput", "callback_urls", "callback_urls"),
    ("UpdateUserPoolClientInput", "logout_urls", "logout_urls"),
    ("UpdateUserPoolClientInput", "default_redirect_uri", "default_redirect_uri"),
    ("UpdateUserPoolClientInput", "allowed_o_auth_flows", "allowed_oauth_flows"),
    ("UpdateUserPoolClientInput", "allowed_o_auth_scopes", "allowed_oauth_scopes"),
    ("UpdateUserPoolClientInput", "allowed_o_auth_flows_user_pool_client", "allowed_oauth_flows_user_pool_client"),
    ("UpdateUserPoolClientInput", "analytics_configuration", "analytics_configuration"),
    ("UpdateUserPoolClientInput", "prevent_user_existence_errors", "prevent_user_existence_errors"),
    ("UpdateUserPoolClientInput", "enable_token_revocation", "enable_token_revocation"),
    (
        "UpdateUserPoolClientInput",
        "enable_propagate_additional_user_context_data",
        "enable_propagate_additional_user_context_data",
    ),
    ("UpdateUserPoolClientInput", "auth_session_validity", "auth_session_validity"),
    ("UpdateUserPoolClientInput", "refresh_token_rotation", "refresh_token_rotation"),
    ("TokenValidityUnitsType", "access_token", "access_token_validity"),
    ("TokenValidityUnitsType", "id_token", "id_token_validity"),
    ("TokenValidityUnitsType", "refresh_token", "refresh_token_validity"),
    ("AnalyticsConfigurationType", "application_id", "analytics_configuration.application_id"),
    ("AnalyticsConfigurationType", "application_arn", "analytics_configuration.application_arn"),
    ("AnalyticsConfigurationType", "role_arn", "analytics_configuration.role_arn"),
    ("AnalyticsConfigurationType", "external_id", "analytics_configuration.external_id"),
    ("AnalyticsConfigurationType", "user_data_shared", "analytics_configuration.user_data_shared"),
    ("RefreshTokenRotationType", "feature", "refresh_token_rotation.feature"),
    ("RefreshTokenRotationType", "retry_grace_period_seconds", "refresh_token_rotation.retry_grace_period_seconds"),
    ("UserPoolClientType", "user_pool_id", "user_pool"),
    ("UserPoolClientType", "client_name", "name"),
    ("UserPoolClientType", "client_id", "(the id)"),
    ("UserPoolClientType", "client_secret", "(never kept: only whether there is one)"),
    ("UserPoolClientType", "last_modified_date", "(AWS's own)"),
    ("UserPoolClientType", "creation_date", "(AWS's own)"),
    ("UserPoolClientType", "refresh_token_validity", "refresh_token_validity"),
    ("UserPoolClientType", "access_token_validity", "access_token_validity"),
    ("UserPoolClientType", "id_token_validity", "id_token_validity"),
    ("UserPoolClientType", "token_validity_units", "(the units of the three validities)"),
    ("UserPoolClientType", "read_attributes", "read_attributes"),
    ("UserPoolClientType", "write_attributes", "write_attributes"),
    ("UserPoolClientType", "explicit_auth_flows", "explicit_auth_flows"),
    ("UserPoolClientType", "supported_identity_providers", "supported_identity_providers"),
    ("UserPoolClientType", "callback_urls", "callback_urls"),
    ("UserPoolClientType", "logout_urls", "logout_urls"),
    ("UserPoolClientType", "default_redirect_uri", "default_redirect_uri"),
    ("UserPoolClientType", "allowed_o_auth_flows", "allowed_oauth_flows"),
    ("UserPoolClientType", "allowed_o_auth_scopes", "allowed_oauth_scopes"),
    ("UserPoolClientType", "allowed_o_auth_flows_user_pool_client", "allowed_oauth_flows_user_pool_client"),
    ("UserPoolClientType", "analytics_configuration", "analytics_configuration"),
    ("UserPoolClientType", "prevent_user_existence_errors", "prevent_user_existence_errors"),
    ("UserPoolClientType", "enable_token_revocation", "enable_token_revocation"),
    (
        "UserPoolClientType",
        "enable_propagate_additional_user_context_data",
        "enable_propagate_additional_user_context_data",
    ),
    ("UserPoolClientType", "auth_session_validity", "auth_session_validity"),
    ("UserPoolClientType", "refresh_token_rotation", "refresh_token_rotation"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Debug;

    use serde_json::Value;

    use super::super::AppClient;
    use super::DECIDED;
    use crate::aws::cognito::operation::create_user_pool_client::CreateUserPoolClientInput;
    use crate::aws::cognito::operation::update_user_pool_client::UpdateUserPoolClientInput;
    use crate::aws::cognito::types::{
        AnalyticsConfigurationType, RefreshTokenRotationType, TokenValidityUnitsType, UserPoolClientType,
    };
    use crate::kind::kind;

    /// The names of an empty builder's fields, as its own Debug gives them.
    fn fields(builder: &impl Debug) -> BTreeSet<String> {
        format!("{builder:#?}")
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(':'))
            .map(|(name, _)| name.to_owned())
            .filter(|name| !name.starts_with(' '))
            .collect()
    }

    #[test]
    fn every_field_of_the_sdk_has_been_decided_on() {
        let sdk = [
            ("CreateUserPoolClientInput", fields(&CreateUserPoolClientInput::builder())),
            ("UpdateUserPoolClientInput", fields(&UpdateUserPoolClientInput::builder())),
            ("TokenValidityUnitsType", fields(&TokenValidityUnitsType::builder())),
            ("AnalyticsConfigurationType", fields(&AnalyticsConfigurationType::builder())),
            ("RefreshTokenRotationType", fields(&RefreshTokenRotationType::builder())),
            ("UserPoolClientType", fields(&UserPoolClientType::builder())),
        ];
        for (name, fields) in &sdk {
            let decided: BTreeSet<String> =
                DECIDED.iter().filter(|(of, ..)| of == name).map(|(_, field, _)| (*field).to_owned()).collect();
            assert_eq!(&decided, fields, "{name}");
        }
        assert_eq!(DECIDED.len(), sdk.iter().map(|(_, fields)| fields.len()).sum::<usize>());
    }

    /// The properties of a schema, looked for behind `anyOf` too.
    fn property<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
        schema
            .pointer(&format!("/properties/{name}"))
            .or_else(|| schema.get("anyOf")?.as_array()?.iter().find_map(|one| property(one, name)))
    }

    #[test]
    fn every_decision_names_a_field_and_every_field_is_decided_on() {
        let schema = kind::<AppClient>().schema();
        let mut named = BTreeSet::new();
        for (_, _, decision) in DECIDED.iter().filter(|(_, _, decision)| !decision.starts_with('(')) {
            let mut at = &schema;
            for part in decision.split('.') {
                at = property(at, part).unwrap_or_else(|| panic!("no field {decision}"));
            }
            named.insert(decision.split('.').next().unwrap().to_owned());
        }
        let all: BTreeSet<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, all);
    }
}
