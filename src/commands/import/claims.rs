//! Whose an object is already: another stack's by its state, or by the tag that it carries.

use std::collections::BTreeMap;
use std::path::Path;

use crate::address::{Address, is_name};
use crate::error::{Error, Result};
use crate::state;

/// What other stacks of the project have recorded: by kind and id, the stack and what it calls the object.
#[derive(Debug, Default)]
pub(super) struct Claims(BTreeMap<(String, String), (String, Address)>);

impl Claims {
    /// The objects in every state in `directory` but that of `own`. A state that cannot be read is another command's
    /// matter: its stack's own.
    pub(super) fn read(directory: &Path, own: &str) -> Self {
        let mut claims = BTreeMap::new();
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let name = entry.file_name();
            // `dev.latest.json` and the like are no states, and have a dot in what would be their stack's name.
            let Some(stack) = name.to_str().and_then(|name| name.strip_suffix(".json")) else { continue };
            if !is_name(stack) || stack == own {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            let Ok(state) = state::parse(&text) else { continue };
            for (address, record) in state.resources {
                claims.insert((address.kind.clone(), record.id.clone()), (stack.to_owned(), address));
            }
        }
        Self(claims)
    }

    /// The stack whose state holds an object, and what it is called there.
    pub(super) fn of(&self, kind: &str, id: &str) -> Option<&(String, Address)> {
        self.0.get(&(kind.to_owned(), id.to_owned()))
    }

    /// Refuses what another stack's state holds. Waits are no objects, and what they wait for is looked at itself.
    ///
    /// # Errors
    /// When one does.
    pub(super) fn check(&self, address: &Address, id: &str) -> Result<()> {
        match self.of(&address.kind, id) {
            Some((stack, theirs)) => {
                Err(Error::usage(format!("{id} is in the state of the stack {stack}, as {theirs}")).hinted(format!(
                    "two stacks would undo one another's changes; `stack state rm {stack} {theirs}` gives it up there"
                )))
            }
            None => Ok(()),
        }
    }
}

/// Refuses what carries the tag of another stack.
///
/// # Errors
/// When it does.
pub(super) fn check_tag(what: &str, tagged: Option<&str>, stack: &str, remedy: &str) -> Result<()> {
    match tagged.filter(|tagged| *tagged != stack) {
        Some(tagged) => Err(Error::usage(format!("{what} belongs to the stack {tagged}: its tag stack:name says so"))
            .hinted(format!("if that stack is given up for good, take the tag away first: {remedy}"))),
        None => Ok(()),
    }
}
