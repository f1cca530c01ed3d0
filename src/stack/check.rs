//! What can be known to be wrong with a stack file without asking AWS, all at once.
//!
//! Each rule cites the line of the reference that it comes from. The rules of a pool's and a client's own fields
//! are theirs; here are those of the file as a whole, and of what composing makes of it.

pub(super) mod css;
mod domain;
pub(super) mod names;
mod records;
mod top;
mod ui;

use std::collections::BTreeSet;

use super::files::Files;
use super::{StackFile, at};
use crate::error::Problem;
use crate::kinds::user_pool;

/// A check under way.
pub struct Check<'a> {
    /// What the person has written.
    pub file: &'a StackFile,
    /// The files that it names.
    pub files: &'a Files,
    /// What was wrong with the file's shape, and is not there any more.
    broken: &'a BTreeSet<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What is allowed, and worth a word.
    pub warnings: Vec<Problem>,
}

impl<'a> Check<'a> {
    /// A check of this file that has found nothing yet.
    pub fn new(file: &'a StackFile, files: &'a Files, broken: &'a BTreeSet<String>) -> Self {
        Self { file, files, broken, problems: Vec::new(), warnings: Vec::new() }
    }

    /// Every check, in the order of the file.
    pub fn all(&mut self) {
        self.top();
        self.user_pool();
        self.app_clients();
        self.domain();
        self.ui();
        self.records();
    }

    fn say(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::new(at, message));
    }

    fn advise(&mut self, at: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::new(at, message).hint(hint));
    }

    /// Whether something at or below this path was taken out because its shape is wrong.
    fn is_broken(&self, path: &str) -> bool {
        self.broken.iter().any(|one| at::is_within(one, path))
    }

    /// The rules of the pool's own fields.
    fn user_pool(&mut self) {
        let StackFile { user_pool, region, .. } = self.file;
        user_pool::check::check(user_pool, region.as_deref(), "user_pool", &mut self.problems);
    }

    /// The rules of each client's own fields, and those between clients.
    fn app_clients(&mut self) {
        let mut seen = std::collections::BTreeMap::new();
        for (key, settings) in &self.file.app_clients {
            let at = at::key("app_clients", key);
            self.app_client(&at);
            // A client that an earlier run may have made is found again by its name.
            let value = serde_json::to_value(settings).unwrap_or_default();
            let name = value["name"].as_str().unwrap_or(key).to_owned();
            if let Some(other) = seen.insert(name.clone(), at.clone()) {
                let at = if value["name"].is_string() { at::key(&at, "name") } else { at };
                self.problems.push(
                    Problem::new(at, format!("the client name `{name}` is that of {other} too"))
                        .hint("a client is found again by its name: give each its own"),
                );
            }
        }
    }

    /// The rules of one client's own fields.
    //
    // CONNECT: `kinds::app_client::check(settings, …, at, &mut self.problems)`
    #[expect(clippy::unused_self, reason = "the client's own rules are connected here")]
    fn app_client(&mut self, _at: &str) {}
}

#[cfg(test)]
mod tests;
