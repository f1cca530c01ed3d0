//! The identity pool, as a person writes it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::identity_pool::roles::{PrincipalTags, RoleMapping, Roles};

/// An identity pool: AWS credentials for the people of the user pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityPoolSettings {
    /// The pool's name, which need not be unique. Left out, the user pool's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[\w\s+=,.@-]+$"), example = &"shop-dev")]
    pub name: Option<String>,
    /// Whether those who have not signed in get credentials too, with the unauthenticated role. Left out, they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_unauthenticated_identities: Option<bool>,
    /// Whether the classic flow is allowed beside the enhanced one: an application then takes on any role that trusts the
    /// pool. Left out, it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_classic_flow: Option<bool>,
    /// The clients whose people get credentials, by their names in `app_clients`. Left out, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_clients: Option<BTreeMap<String, IdentityClientSettings>>,
    /// The ids of applications elsewhere whose people get credentials without the user pool, by provider:
    /// `accounts.google.com`, `graph.facebook.com`, `www.amazon.com`, `appleid.apple.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10))]
    pub supported_login_providers: Option<BTreeMap<String, String>>,
    /// The name of a sign-in of your own (developer authenticated identities). It can never be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[\w.-]+$"), extend("patternErrorMessage" = "letters, digits, `_`, `.` and `-` are taken"), example = &"login.shop")]
    pub developer_provider_name: Option<String>,
    /// The ARNs of OpenID Connect providers in IAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("uniqueItems" = true))]
    pub open_id_connect_provider_arns: Option<BTreeSet<String>>,
    /// The ARNs of SAML providers in IAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("uniqueItems" = true))]
    pub saml_provider_arns: Option<BTreeSet<String>>,
    /// The roles that people take on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Roles>,
    /// How roles are chosen for people of other providers than the user pool, by the providers' names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10))]
    pub role_mappings: Option<BTreeMap<String, RoleMapping>>,
    /// The tags of people's sessions, by provider: `user_pool` for this stack's, or another provider's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_tags: Option<BTreeMap<String, PrincipalTags>>,
    /// Tags of the identity pool alone, beside the stack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

/// A client whose people get credentials.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityClientSettings {
    /// Whether the user pool is asked, each time, whether the person is still there and enabled. Left out, it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_side_token_check: Option<bool>,
    /// How the role is chosen for people of this client. Left out, all have the authenticated role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_mapping: Option<RoleMapping>,
}
