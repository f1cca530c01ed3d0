//! App clients: everything that CreateUserPoolClient and UpdateUserPoolClient take.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::user_pool::UserPool;
use crate::kind::{OnChange, Ref};

/// An application that signs users in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppClient {
    /// The pool whose users sign in.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The client's name in AWS.
    pub client_name: String,
    /// What a person writes.
    #[serde(flatten)]
    pub settings: ClientSettings,
}

/// What a person writes of an app client.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {}
