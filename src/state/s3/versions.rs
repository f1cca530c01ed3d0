//! The versions of a state that a bucket keeps.

use super::lock::Kept;
use super::{S3Store, state_error};
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::state::State;
use crate::state::store::Store as _;

/// A version of a state.
#[derive(Debug, Clone)]
pub struct Version {
    /// What S3 calls it.
    pub id: String,
    /// When it was written: RFC 3339, UTC.
    pub written: String,
    /// Whether it is the newest.
    pub is_latest: bool,
    /// The state; None for the mark that it was deleted.
    pub state: Option<State>,
    /// What wrote it: `stack up dev` by ann on host.
    pub by: Option<String>,
}

/// What is noted beside a state that is written.
pub(super) fn notes(state: &State, held: Option<&Kept>) -> Vec<(&'static str, String)> {
    let mut notes = vec![("serial", state.serial.to_string()), ("lineage", state.lineage.clone())];
    notes.extend(held.map(|held| ("by", held.by())));
    notes
}

impl S3Store {
    /// The newest versions of the state, at most so many; the newest first.
    ///
    /// # Errors
    /// When they cannot be listed or read.
    pub async fn history(&self, at_most: usize) -> Result<Vec<Version>> {
        let trouble = |error| state_error(format!("cannot list the versions of {}", self.place()), error);
        let mut found = Vec::new();
        let (mut key, mut version) = (None, None);
        loop {
            let page = self.object.client.list_object_versions().bucket(&self.object.bucket).prefix(&self.object.key);
            let page = page.set_key_marker(key).set_version_id_marker(version);
            let page = page.send().await.map_err(refused("ListObjectVersions")).map_err(trouble)?;
            let text = |time: Option<&aws_smithy_types::DateTime>| {
                time.map(|time| crate::clock::text(time.secs() * 1000)).unwrap_or_default()
            };
            // The prefix is that of other keys too, the lock's for one.
            for one in page.versions().iter().filter(|one| one.key() == Some(&self.object.key)) {
                let id = one.version_id().unwrap_or(NULL).to_owned();
                found.push((one.last_modified().copied(), id, text(one.last_modified()), one.is_latest(), true));
            }
            for one in page.delete_markers().iter().filter(|one| one.key() == Some(&self.object.key)) {
                let id = one.version_id().unwrap_or(NULL).to_owned();
                found.push((one.last_modified().copied(), id, text(one.last_modified()), one.is_latest(), false));
            }
            if page.is_truncated() != Some(true) {
                break;
            }
            (key, version) =
                (page.next_key_marker().map(str::to_owned), page.next_version_id_marker().map(str::to_owned));
        }
        // Each list has the newest first; a stable order keeps that for the many of one second.
        found.sort_by_key(|(time, ..)| std::cmp::Reverse(time.map(|time| time.secs())));
        let mut versions = Vec::new();
        for (_, id, written, is_latest, is_state) in found.into_iter().take(at_most) {
            let (state, by) = if is_state { self.version(&id).await? } else { (None, None) };
            versions.push(Version { id, written, is_latest: is_latest == Some(true), state, by });
        }
        Ok(versions)
    }

    /// The state as it was in a version.
    ///
    /// # Errors
    /// When there is no such version, or it is no state of this stack.
    pub async fn at_version(&self, id: &str) -> Result<State> {
        let missing = || {
            Error::usage(format!("{} has no version {id}", self.place()))
                .hinted(format!("`stack state history {}` lists them", self.stack))
        };
        match self.version(id).await {
            Ok((state, _)) => state.ok_or_else(missing),
            Err(error) if is_no_version(&error) => Err(missing()),
            Err(error) => Err(error),
        }
    }

    async fn version(&self, id: &str) -> Result<(Option<State>, Option<String>)> {
        let got = self.object.get(Some(id)).await.map_err(|error| self.unreadable(error))?;
        let Some(got) = got else { return Ok((None, None)) };
        let by = got.notes.get("by").cloned();
        Ok((Some(self.parsed(&got.text)?), by))
    }
}

/// The version of an object that was written before its bucket kept versions.
const NULL: &str = "null";

fn is_no_version(error: &Error) -> bool {
    use std::error::Error as _;
    let cause = error.source().and_then(|cause| cause.downcast_ref::<Error>());
    // A version id that is none of this store's is not looked for; one that is a deletion cannot be read.
    let codes = ["NoSuchVersion", "InvalidArgument", "MethodNotAllowed"];
    cause.and_then(Error::code).is_some_and(|code| codes.contains(&code))
}
