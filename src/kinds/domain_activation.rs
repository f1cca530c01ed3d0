//! Waiting for a domain to be active, as a resource of its own: its alias records need not wait for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::domain::Domain;
use crate::kind::{OnChange, Ref};

/// A domain that answers. Makes nothing in AWS; its id is the domain's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainActivation {
    /// The domain that is to be active.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub domain: Ref<Domain>,
}
