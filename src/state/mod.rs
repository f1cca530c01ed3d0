//! What is remembered between runs: each object's id, what was asked for, and what may be under way.

mod holder;
mod kept;
pub mod local;
pub mod s3;
pub mod store;
mod unique;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::address::Address;
use crate::error::{Error, Result};
pub use kept::Kept;

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// All that is remembered of one stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    pub resources: BTreeMap<Address, Kept<Record>>,
    /// The creating calls that have been begun and not been heard of.
    #[serde(default)]
    pub pending: BTreeMap<Address, Intent>,
}

/// What is remembered of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What AWS calls it.
    pub id: String,
    /// What the person asked for when it was last applied; null when nothing ever was (imported).
    pub last_applied: Value,
    /// The whole object as it was when it was last settled; null until then.
    pub observed: Value,
    /// Whether a change of it was begun and is not known to be done: what it then holds may be this stack's own doing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changing: bool,
    /// What that change puts back although nobody declares it: the next run goes on with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverting: Option<Revert>,
    /// Whether its deletion was begun: one that is gone then was deleted by this stack itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleting: bool,
    /// What AWS decided; null until the first read.
    pub outputs: Value,
    /// What it refers to, for the order of removal when the file no longer says.
    #[serde(default)]
    pub needs: Vec<Address>,
    /// Objects it has replaced that still await deletion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deposed: Vec<Deposed>,
}

/// What an update puts back although nobody declares it. It is sent like what is declared, and not remembered so once it is
/// done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revert {
    /// What had been there.
    pub put: Value,
    /// What had not.
    pub drop: Value,
}

/// An object that has been replaced and awaits deletion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[serde(deny_unknown_fields)]
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

impl Record {
    /// The spec and outputs that a kind is told of; an object that was never read is as it was asked for.
    #[must_use]
    pub fn last(&self) -> Option<(&Value, &Value)> {
        let spec = if self.observed.is_null() { &self.last_applied } else { &self.observed };
        (!spec.is_null()).then_some((spec, &self.outputs))
    }

    /// The same of what was asked for, without what others have added since; of an object that was adopted and never
    /// applied, all that there was.
    #[must_use]
    pub fn asked(&self) -> Option<(&Value, &Value)> {
        let spec = if self.last_applied.is_null() { &self.observed } else { &self.last_applied };
        (!spec.is_null()).then_some((spec, &self.outputs))
    }
}

impl State {
    /// The state of a stack that has never been applied.
    pub fn new(stack: &str, lineage: String) -> Self {
        Self {
            version: VERSION,
            stack: stack.to_owned(),
            lineage,
            serial: 0,
            written_by: WRITER.to_owned(),
            account: None,
            region: None,
            resources: BTreeMap::new(),
            pending: BTreeMap::new(),
        }
    }

    /// Whether nothing is there, or may be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.pending.is_empty()
    }
}

/// A state as it is written: [`State`], with its objects in the texts that they keep.
#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    stack: &'a str,
    lineage: &'a str,
    serial: u64,
    written_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    resources: BTreeMap<&'a Address, &'a RawValue>,
    pending: &'a BTreeMap<Address, Intent>,
}

impl State {
    /// The state as it is written, for people to read, with a line break at its end.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn text(&self) -> Result<String> {
        let Self { version, stack, lineage, serial, written_by, account, region, resources, pending } = self;
        let texts = resources.iter().map(|(address, record)| record.text().map(|text| (address, text)));
        let text = texts.collect::<serde_json::Result<_>>().and_then(|resources| {
            serde_json::to_string_pretty(&Whole {
                version: *version,
                stack,
                lineage,
                serial: *serial,
                written_by,
                account: account.as_deref(),
                region: region.as_deref(),
                resources,
                pending,
            })
        });
        let text = text.map_err(|error| Error::bug("the state cannot be written").caused_by(error))?;
        Ok(text + "\n")
    }
}

/// What is looked at first, whatever else there is: the format's version.
#[derive(Deserialize)]
struct Versioned {
    #[serde(default)]
    version: Value,
}

const BACKUP: &str = "put back the last good version of the file (from a backup); do not apply without it";

fn unversioned() -> Error {
    Error::state("the file is not a state of this program: it has no `version` that it knows").hinted(BACKUP)
}

/// What writes states.
pub const WRITER: &str = concat!("stack ", env!("CARGO_PKG_VERSION"));

/// Reads a state from its text.
///
/// # Errors
/// When the text is no state, or one of a newer format.
pub fn parse(text: &str) -> Result<State> {
    let Versioned { version } = serde_json::from_str(text).map_err(|error| match error.classify() {
        Category::Data => unversioned().caused_by(error),
        _ => {
            Error::state("the state is not JSON: it was cut short, or changed by hand").caused_by(error).hinted(BACKUP)
        }
    })?;
    match version.as_u64() {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) if version > u64::from(VERSION) => {
            return Err(Error::state(format!(
                "the state has format {version}; this is {WRITER}, which reads up to {VERSION}"
            ))
            .hinted("a newer version of stack has written it: use that version"));
        }
        _ => return Err(unversioned()),
    }
    let _: unique::Unique = serde_json::from_str(text)
        .map_err(|error| Error::state("the state says something twice").caused_by(error).hinted(BACKUP))?;
    // What a newer program has added must not be lost by writing the state without it.
    let mut state: State = serde_json::from_str(text).map_err(|error| {
        Error::state("the state cannot be read").caused_by(error).hinted(
            "a newer version of stack has written it: use that version; or it was changed by hand: put back the last \
             good version of the file (from a backup)",
        )
    })?;
    WRITER.clone_into(&mut state.written_by);
    Ok(state)
}

#[cfg(test)]
mod tests;
