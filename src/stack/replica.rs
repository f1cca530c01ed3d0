//! What a person writes about the pool's copy in another Region.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::replica::ReplicaStatus;

/// The pool's copy in another Region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplicaSettings {
    /// The Region of the copy: another than the stack's, that Cognito replicates to.
    #[schemars(example = &"eu-central-1")]
    pub region: String,
    /// Whether people can sign in there. Left out from the beginning, AWS's own stays, which is INACTIVE at first; taken out
    /// later, it is INACTIVE again. AWS deletes an inactive one alone; this program makes one inactive before it deletes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ReplicaStatus>,
    /// Tags of the copy alone; those of the stack are added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}
