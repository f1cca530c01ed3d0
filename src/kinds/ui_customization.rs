//! The look of the classic hosted pages: CSS and a logo, for all clients or for one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app_client::AppClient;
use super::domain::Domain;
use super::user_pool::UserPool;
use crate::kind::{OnChange, Ref};

/// The look of the classic pages for one scope. Its id is `<pool id>/ALL` or `<pool id>/<client id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UiCustomization {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The domain that must exist first.
    pub domain: Ref<Domain>,
    /// The client whose pages these are; left out, all clients without a look of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub app_client: Option<Ref<AppClient>>,
    /// The style sheet itself, with line ends as `\n`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-text" = "css"))]
    pub css: Option<String>,
    /// The logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<FileDigest>,
}

/// A file that AWS does not show again, known by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// How many bytes the file has.
    pub size: u64,
}
