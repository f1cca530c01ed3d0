//! A state in S3, or in a store that speaks as S3 does: one object, and one beside it while somebody holds the lock.
//!
//! The state is written over the one that was read, that very one only (`If-Match`), and for the first time where none is
//! (`If-None-Match: *`). So a run that has lost its lock cannot overwrite what another has written. What cannot be written
//! there is written into a local file, as with a local state, and the next run on the same machine takes it up.

mod bucket;
mod lock;
mod object;
mod versions;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::State;
use super::local::{Latest, LocalStore};
use super::store::{Guard, Store};
use crate::clock::Clock;
use crate::error::{Error, Result};

pub use bucket::{Bucket, Finding};
pub use lock::Pace;
pub use object::Object;
pub use versions::Version;

use lock::{Kept, Lock};
use object::If;

/// An object that keeps the state of one stack.
pub struct S3Store {
    object: Object,
    lock: Lock,
    stack: String,
    /// Where a state is written that cannot be written to S3, and where is noted which was seen last.
    local: LocalStore,
    /// What is there as far as this process knows; None until it has looked.
    seen: RefCell<Option<Seen>>,
    held: RefCell<Option<Arc<Kept>>>,
    /// Whether a state is to be moved, or brought back.
    is_arriving: bool,
}

/// What is there.
#[derive(Debug, Clone)]
enum Seen {
    Nothing,
    State { etag: String, lineage: String, serial: u64 },
}

/// What the key of the lock ends in, after that of the state.
pub const LOCK: &str = ".lock";

/// An error in reaching S3 as one of the state: what cannot be remembered must not be made.
fn state_error(what: impl Into<String>, error: Error) -> Error {
    let mut whole = Error::state(what);
    for hint in error.hints() {
        whole = whole.hinted(hint);
    }
    if error.code() == Some("NoSuchBucket") {
        whole = whole.hinted("there is no such bucket in that Region: `stack state init` makes it");
    }
    whole.caused_by(error)
}

impl S3Store {
    /// The state of `stack` in `object`; `local` is where it would be kept without S3.
    pub fn new(object: Object, stack: &str, local: LocalStore, clock: Clock, pace: Pace) -> Self {
        let lock = Lock { object: object.beside(LOCK), stack: stack.to_owned(), clock, pace };
        let (seen, held) = (RefCell::default(), RefCell::default());
        Self { object, lock, stack: stack.to_owned(), local, seen, held, is_arriving: false }
    }

    /// The same, of which a state is moved to or from another place, or brought back: that there is none is no error.
    #[must_use]
    pub fn arriving(self) -> Self {
        Self { is_arriving: true, ..self }
    }

    /// What is there now.
    async fn look(&self) -> Result<Option<State>> {
        let got = self.object.get(None).await.map_err(|error| self.unreadable(error))?;
        let Some(got) = got else {
            *self.seen.borrow_mut() = Some(Seen::Nothing);
            return Ok(None);
        };
        let state = self.parsed(&got.text);
        // What cannot be read can still be replaced.
        let (lineage, serial) =
            state.as_ref().map_or((String::new(), 0), |state| (state.lineage.clone(), state.serial));
        *self.seen.borrow_mut() = Some(Seen::State { etag: got.etag, lineage, serial });
        state.map(Some)
    }

    fn parsed(&self, text: &[u8]) -> Result<State> {
        let state = std::str::from_utf8(text)
            .map_err(|error| Error::state("it is not UTF-8, as every state is").caused_by(error))
            .and_then(super::parse)
            .map_err(|error| error.during(format!("cannot read the state in {}", self.place())))?;
        if state.stack != self.stack {
            return Err(Error::state(format!(
                "{} holds the state of the stack {}, not of {}",
                self.place(),
                state.stack,
                self.stack
            ))
            .hinted("give each stack a `key` of its own under `state.s3`"));
        }
        Ok(state)
    }

    fn unreadable(&self, error: Error) -> Error {
        state_error(format!("cannot read the state in {}", self.place()), error)
    }

    async fn load_now(&self) -> Result<Option<State>> {
        let latest = self.local.latest();
        let state = self.look().await?;
        let Some((rescued, place)) = self.local.rescued()? else {
            match (&state, &latest) {
                (Some(state), Some(latest)) => self.local.check_newest(&self.place(), state, latest)?,
                (None, latest) if !self.is_arriving => {
                    self.check_not_gone(latest.as_ref())?;
                    self.check_no_local().await?;
                }
                _ => {}
            }
            if let Some(state) = &state {
                self.local.note(state, Some(self.place()));
            }
            return Ok(state);
        };
        let Some(state) = state else { return Ok(Some(rescued)) };
        let is_next = latest.is_some_and(|latest| latest.lineage == state.lineage && latest.serial == state.serial);
        if rescued.lineage == state.lineage && rescued.serial > state.serial && is_next {
            return Ok(Some(rescued));
        }
        // Another run has written in between: what only the rescued state knows of must not be forgotten.
        let unknown = unknown(&rescued, &state);
        if unknown.is_empty() {
            return Ok(Some(state));
        }
        Err(Error::state(format!(
            "{place} knows of what {} does not: {}",
            self.place(),
            unknown.into_iter().collect::<Vec<_>>().join(", ")
        ))
        .hinted("a run could not save it, and another has saved since: see in AWS which of these there are")
        .hinted(format!("delete what should not be there, then remove {place}, and plan again")))
    }

    /// Refuses to begin anew where a state has been seen.
    fn check_not_gone(&self, latest: Option<&Latest>) -> Result<()> {
        let Some(Latest { serial, .. }) = latest.filter(|latest| latest.place == Some(self.place())) else {
            return Ok(());
        };
        Err(Error::state(format!("{} is not there any more, and was at serial {serial}", self.place()))
            .hinted(
                "if it was moved, say in the stack file where it is now: all would be made a second time without it",
            )
            .hinted(format!("if it was deleted, `stack state history {}` and `rollback` bring it back", self.stack))
            .hinted(format!("to begin anew all the same, remove {}", self.local.note_path())))
    }

    /// Refuses to begin anew where the state is still in a local file.
    async fn check_no_local(&self) -> Result<()> {
        let local = self.local.load().await.ok().flatten();
        if local.is_none_or(|local| local.is_empty()) {
            return Ok(());
        }
        Err(Error::state(format!(
            "the state of {} is in {}, and not in {}",
            self.stack,
            self.local.place(),
            self.place()
        ))
        .hinted(format!("`stack state migrate {}` moves it there", self.stack)))
    }

    async fn save_now(&self, state: &State) -> Result<()> {
        self.holds().await?;
        if self.seen.borrow().is_none() {
            self.look().await?;
        }
        if let Some(Seen::State { lineage, serial, .. }) = &*self.seen.borrow() {
            if *lineage != state.lineage {
                return Err(Error::state(format!("{} has been replaced by another state meanwhile", self.place()))
                    .hinted("another stack's state was put there; put the right one back and plan again"));
            }
            if *serial > state.serial {
                return Err(self.overtaken(*serial, state.serial));
            }
        }
        self.write(state).await
    }

    fn overtaken(&self, there: u64, ours: u64) -> Error {
        Error::state(format!("{} is at serial {there} already; this run would write serial {ours}", self.place()))
            .hinted("another run has written it meanwhile: plan again")
    }

    /// Writes over what was seen, and over nothing else.
    async fn write(&self, state: &State) -> Result<()> {
        let text = state.text()?;
        let seen = self.seen.borrow().clone();
        let condition = match &seen {
            Some(Seen::State { etag, .. }) => If::Is(etag),
            Some(Seen::Nothing) | None => If::Absent,
        };
        let notes = versions::notes(state, self.held.borrow().as_deref());
        let written = self.object.put(text.as_bytes(), condition, &notes).await;
        let written =
            written.map_err(|error| state_error(format!("cannot write the state to {}", self.place()), error))?;
        let Some(etag) = written else { return Err(self.fenced(state).await) };
        let (lineage, serial) = (state.lineage.clone(), state.serial);
        *self.seen.borrow_mut() = Some(Seen::State { etag, lineage, serial });
        self.local.note(state, Some(self.place()));
        self.local.forget_rescue()
    }

    /// Why a write was refused by its condition. What was seen stays what was seen: this run may not write any more.
    async fn fenced(&self, state: &State) -> Error {
        // Who has the lock now says best who has written.
        if let Err(error) = self.holds().await {
            return error;
        }
        match self.object.get(None).await.map(|got| got.map(|got| self.parsed(&got.text))) {
            Ok(Some(Ok(there))) if there.lineage == state.lineage => self.overtaken(there.serial, state.serial),
            Ok(None) => Error::state(format!("{} has been deleted meanwhile", self.place()))
                .hinted("where the bucket keeps versions, `stack state rollback` brings it back"),
            _ => Error::state(format!("{} has been replaced by another state meanwhile", self.place()))
                .hinted("put the right one back and plan again"),
        }
    }

    /// Puts a state that was rescued in its place. What cannot be done now is done by the next save.
    async fn take_up(&self) {
        let rescued = matches!(self.local.rescued(), Ok(Some(_)));
        if !rescued {
            return;
        }
        if let Ok(Some(state)) = self.load_now().await {
            let is_there = matches!(&*self.seen.borrow(), Some(Seen::State { serial, .. }) if *serial == state.serial);
            if is_there {
                let _ = self.local.forget_rescue();
            } else {
                let _ = self.save_now(&state).await;
            }
        }
    }
}

/// What `rescued` holds and `state` does not: the objects by address and id, and the calls that may have made one.
fn unknown(rescued: &State, state: &State) -> BTreeSet<String> {
    let ids = |state: &State| -> BTreeSet<String> {
        let now = state.resources.iter().map(|(address, record)| format!("{address} ({})", record.id));
        let records = state.resources.iter().map(|(address, record)| (address, &record.deposed));
        let deposed = records.chain(state.pending.iter().map(|(address, intent)| (address, &intent.deposed)));
        now.chain(deposed.flat_map(|(address, old)| old.iter().map(move |old| format!("{address} ({})", old.id))))
            .collect()
    };
    let known = ids(state);
    let begun = rescued.pending.iter().filter(|(address, intent)| {
        state.pending.get(*address).is_none_or(|other| other.token != intent.token)
            && !state.resources.contains_key(*address)
    });
    let begun = begun.map(|(address, intent)| format!("{address} (begun {}, perhaps made)", intent.since));
    ids(rescued).into_iter().filter(|id| !known.contains(id)).chain(begun).collect()
}

impl Store for S3Store {
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<State>>> {
        self.load_now().boxed_local()
    }

    fn save<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>> {
        self.save_now(state).boxed_local()
    }

    fn replace<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>> {
        async {
            self.holds().await?;
            if self.seen.borrow().is_none()
                && let Err(error) = self.look().await
                && self.seen.borrow().is_none()
            {
                return Err(error);
            }
            self.write(state).await
        }
        .boxed_local()
    }

    fn rescue(&self, state: &State) -> Result<String> {
        self.local.rescue_beside(state)
    }

    fn lock(&self, command: &str) -> LocalBoxFuture<'_, Result<Box<dyn Guard>>> {
        let command = command.to_owned();
        async move {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes)
                .map_err(|error| Error::bug("no random numbers can be had").caused_by(error.to_string()))?;
            let id = bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            let held = self.lock.take(&command, id).await?;
            *self.held.borrow_mut() = Some(Arc::clone(&held.kept));
            self.take_up().await;
            Ok(Box::new(held) as Box<dyn Guard>)
        }
        .boxed_local()
    }

    fn holds(&self) -> LocalBoxFuture<'_, Result<()>> {
        let held = self.held.borrow().clone();
        async move {
            match held {
                Some(held) => held.holds().await,
                None => Ok(()),
            }
        }
        .boxed_local()
    }

    fn unlock(&self, force: bool) -> LocalBoxFuture<'_, Result<Option<String>>> {
        self.lock.break_up(force).boxed_local()
    }

    fn retire(&self) -> LocalBoxFuture<'_, Result<String>> {
        async {
            let Some(Seen::State { etag, .. }) = self.seen.borrow().clone() else {
                return Err(Error::bug(format!("{} is to be taken away, and was not read", self.place())));
            };
            let deleted = self.object.delete(&etag).await;
            let deleted =
                deleted.map_err(|error| state_error(format!("cannot delete the state in {}", self.place()), error))?;
            if !deleted {
                return Err(Error::state(format!("{} has changed meanwhile, and stays", self.place())));
            }
            *self.seen.borrow_mut() = Some(Seen::Nothing);
            Ok(format!("the versions of {}, where the bucket keeps them", self.place()))
        }
        .boxed_local()
    }

    fn place(&self) -> String {
        self.object.place()
    }
}

#[cfg(test)]
mod tests;
