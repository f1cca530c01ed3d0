//! What is desired, remembered and actual, into what to do. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ignore::Ignored;
use super::moved::Relabelled;
use crate::address::Address;
use crate::kind::OnChange;
use crate::state::Revert;

/// What the stack file asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// Each resource, by its address.
    pub resources: BTreeMap<Address, DesiredResource>,
    /// Resources that have another name now: the one so far, and the one from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<(Address, Address)>,
    /// What this stack is to forget, and leave in AWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forget: Vec<Address>,
    /// What no plan may delete or replace, each with where the file says so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<Address, String>,
    /// The fields that others look after once the object is there; `all` is each of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ignored: BTreeMap<Address, Vec<String>>,
}

/// One resource that the stack file asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesiredResource {
    /// The kind's spec, with only what the person declares (and what composing it adds).
    pub spec: Value,
    /// Where in the stack file it comes from: `app_clients.web`.
    pub at: String,
    /// What must come first although no field names it: the parent's A record comes before the domain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Address>,
}

/// What to do, for a person to read and for apply to carry out. Belongs to one serial of the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The stack's name.
    pub stack: String,
    /// The state it was made from.
    pub lineage: String,
    /// The state's serial; apply refuses it at any other.
    pub serial: u64,
    /// Whether this plan takes the whole stack away.
    pub destroy: bool,
    /// What is changed in the state alone.
    #[serde(default, skip_serializing_if = "Relabelled::is_empty")]
    pub relabelled: Relabelled,
    /// Every resource that is desired or recorded.
    pub resources: BTreeMap<Address, Planned>,
    /// The steps, in an order that can be carried out one after the other.
    pub steps: Vec<Step>,
}

/// What happens to one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// What happens.
    pub action: Action,
    /// The object's id, where there is an object.
    pub id: Option<String>,
    /// What differs between the object and what it will be; for a new object, all that it will be.
    pub changes: Vec<Change>,
    /// What somebody else has changed in what this stack declares since it was last applied; it is undone by this plan,
    /// so that each stands among `changes` too.
    pub drift: Vec<Change>,
    /// What somebody else has changed in what nobody declares: shown, and left alone.
    pub undeclared: Vec<Change>,
    /// What the file asks for; None for what is taken away.
    pub desired: Option<Value>,
    /// What the object is now; None when there is none.
    pub actual: Option<Value>,
    /// What the object will be; None for what is taken away.
    pub target: Option<Value>,
    /// What it will refer to.
    pub needs: Vec<Address>,
    /// What the object that is there refers to.
    #[serde(default)]
    pub needed: Vec<Address>,
    /// What is lost for good, where something is: `every user account in the pool (3 user accounts now)`.
    pub loses: Option<String>,
    /// What a person should hear before this is done: `GET /orders will be open to everyone`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warns: Vec<String>,
    /// Whether the object was recorded and is gone: deleted behind our back, unless `deleted_by_us`.
    pub is_gone: bool,
    /// Whether an earlier run had begun to delete it.
    #[serde(default)]
    pub deleted_by_us: bool,
    /// What is put back although nobody declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revert: Option<Revert>,
    /// What of it others look after, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignored: Option<Ignored>,
    /// Whether it is made anew because somebody asked for that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_asked_anew: bool,
    /// Where in the stack file it comes from.
    pub at: String,
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed where it stands.
    Update,
    /// It is made anew and the old one deleted.
    Replace,
    /// It is deleted.
    Delete,
    /// Nothing.
    Keep,
}

/// One step of carrying a plan out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Make the object.
    Create(Address),
    /// Change it where it stands.
    Update(Address),
    /// Delete it.
    Delete(Address),
    /// Delete what it has replaced.
    DeleteDeposed(Address, String),
}

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The field: `password_policy.minimum_length`, `callback_urls`.
    pub path: String,
    /// What it is; None when it is not set.
    pub before: Option<Value>,
    /// What it will be.
    pub after: After,
    /// What this change asks for.
    pub on_change: OnChange,
}

/// What a field will be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// This.
    Known(Value),
    /// Not set.
    Unset,
    /// AWS decides it when the step runs.
    Unknown,
}

impl Step {
    /// The resource that the step is for.
    #[must_use]
    pub fn address(&self) -> &Address {
        match self {
            Self::Create(address) | Self::Update(address) | Self::Delete(address) | Self::DeleteDeposed(address, _) => {
                address
            }
        }
    }
}

impl Planned {
    /// Leaves the object as it is, whatever it should be.
    pub fn leave_alone(&mut self) {
        self.action = Action::Keep;
        self.changes.clear();
        self.drift.clear();
    }
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.relabelled.is_empty()
    }
}
