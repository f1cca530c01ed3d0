//! The kinds that the engine is given, with their facts at hand.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::Facts;
use crate::address::Address;
use crate::error::{Error, Result};
use crate::kind::AnyKind;

/// The kinds, by their names.
pub struct Kinds {
    by_name: BTreeMap<&'static str, (&'static dyn AnyKind, OnceCell<Value>)>,
    /// What is written down of a kind's schema; of one of which nothing is, it is made of its types.
    written: fn(&str) -> Option<Value>,
}

impl Kinds {
    /// These kinds, as their types are.
    pub fn new(kinds: &[&'static dyn AnyKind]) -> Self {
        Self::written(kinds, |_| None)
    }

    /// These kinds, whose schemas are written down, so that none is made when the program runs.
    pub fn written(kinds: &[&'static dyn AnyKind], written: fn(&str) -> Option<Value>) -> Self {
        Self { by_name: kinds.iter().map(|kind| (kind.name(), (*kind, OnceCell::new()))).collect(), written }
    }

    /// The kind of an address that [`Kinds::check`] has let in.
    ///
    /// # Panics
    /// On an address of a kind that does not exist.
    pub fn of(&self, address: &Address) -> &'static dyn AnyKind {
        self.entry(address).0
    }

    /// The facts of a resource's whole spec.
    ///
    /// # Panics
    /// On an address of a kind that does not exist.
    pub fn facts(&self, address: &Address) -> Facts<'_> {
        let (kind, schema) = self.entry(address);
        Facts::of(schema.get_or_init(|| (self.written)(kind.name()).unwrap_or_else(|| kind.schema())))
    }

    #[expect(clippy::panic, reason = "every address from outside goes through `check` first")]
    fn entry(&self, address: &Address) -> &(&'static dyn AnyKind, OnceCell<Value>) {
        self.by_name.get(address.kind.as_str()).unwrap_or_else(|| panic!("{address} is of no kind that exists"))
    }

    /// Refuses an address of a kind that does not exist: a state that a newer program wrote.
    ///
    /// # Errors
    /// When the kind is unknown.
    pub fn check(&self, address: &Address) -> Result<()> {
        if self.by_name.contains_key(address.kind.as_str()) {
            return Ok(());
        }
        Err(Error::state(format!("the state holds {address}, and this stack knows no such kind"))
            .hinted("a newer version of stack has written this state: use that version"))
    }
}
