//! What is remembered between runs: each object's id, what was asked for, and what may be under way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::Address;

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// All that is remembered of one stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The format's version.
    pub version: u32,
    /// The stack's name.
    pub stack: String,
    /// Told apart from every other state ever begun, also of the same name.
    pub lineage: String,
    /// How often it has been written.
    pub serial: u64,
    /// What wrote it: `stack 0.1.0`.
    pub written_by: String,
    /// The account whose objects these are, once something was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The Region of the pool, once something was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The objects.
    #[serde(default)]
    pub resources: BTreeMap<Address, Record>,
    /// The creating calls that have been begun and not been heard of.
    #[serde(default)]
    pub pending: BTreeMap<Address, Intent>,
}

/// What is remembered of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What AWS calls it.
    pub id: String,
    /// What the person asked for when it was last applied; null when nothing ever was (imported).
    pub last_applied: Value,
    /// The whole object as it was when it was last settled; null until then.
    pub observed: Value,
    /// What AWS decided; null until the first read.
    pub outputs: Value,
    /// What it refers to, for the order of removal when the file no longer says.
    #[serde(default)]
    pub needs: Vec<Address>,
    /// Objects it has replaced that still await deletion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deposed: Vec<Deposed>,
}

/// An object that has been replaced and awaits deletion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deposed {
    /// What AWS calls it.
    pub id: String,
    /// The object as it was when it was last settled.
    pub observed: Value,
    /// What AWS had decided.
    pub outputs: Value,
}

/// A creating call that is about to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// What marks the object as made by this very call.
    pub token: String,
    /// When it was begun: RFC 3339, UTC.
    pub since: String,
    /// What is to be made.
    pub desired: Value,
    /// What it refers to.
    #[serde(default)]
    pub needs: Vec<Address>,
    /// Objects that it replaces and that still await deletion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deposed: Vec<Deposed>,
}
