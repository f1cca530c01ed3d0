//! The style of the managed login pages for one client; without one, AWS shows an error page (`ui.md` 1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app_client::AppClient;
use super::user_pool::UserPool;
use crate::kind::{OnChange, Ref};

/// AWS's default style for one client. Its id is `<pool id>/<branding id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagedLoginBranding {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The client whose pages these are.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub app_client: Ref<AppClient>,
    /// Whether AWS's own values are used throughout. The only way, so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_cognito_provided_values: Option<bool>,
}
