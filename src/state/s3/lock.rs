//! The lock of a state in S3: an object that says who holds it, and that its holder writes anew as long as it lives.
//!
//! *Taking*: the object is written where none is. *Living*: every [`Pace::beat`] it is written anew, over the one of the
//! last time only. *Taking over*: one that has not been written anew for [`Pace::lives`] is written over, that very one
//! only; how long that is, the clock of the store says, which is the same for all. *Releasing*: the object is deleted,
//! one's own only. Each is one conditional request, so of two that try, one is refused.
//!
//! A holder that cannot write its lock anew stops writing before anybody may take it over; and whatever it wrote all the
//! same, the state is fenced by an ETag of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::object::{Got, If, Object};
use crate::clock::{self, Clock};
use crate::error::{Error, Result};
use crate::state::holder::Holder;
use crate::state::store::Guard;

/// How fast a lock's heart beats.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a lock lives that is not written anew.
    pub lives: Duration,
}

impl Pace {
    /// A minute, or what `STACK_TEST_LOCK` asks for, in seconds.
    #[must_use]
    pub fn from_env() -> Self {
        let asked = std::env::var("STACK_TEST_LOCK").ok().and_then(|text| text.parse().ok());
        Self { lives: Duration::from_secs(asked.unwrap_or(60)) }
    }

    /// How often it is written anew.
    fn beat(self) -> Duration {
        self.lives / 4
    }

    /// From when on a holder makes sure of its lock before it writes anything.
    fn doubt(self) -> Duration {
        self.lives / 2
    }
}

/// What stands in the object.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Note {
    version: u32,
    /// Of this very taking of the lock.
    id: String,
    #[serde(flatten)]
    holder: Holder,
    /// How often it has been written; so no two writes are alike.
    beat: u64,
    renewed: String,
    /// When it may be taken over, by the holder's own clock; for people.
    expires: String,
    /// The same, as it counts: that long after it was written.
    lives_seconds: u64,
}

impl Note {
    fn text(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(|error| Error::bug("the lock cannot be written").caused_by(error))
    }

    fn read(got: &Got) -> Option<Self> {
        serde_json::from_slice(&got.text).ok()
    }

    /// Times are told in whole seconds, each rounded as the store likes: two make up for that.
    fn is_dead(&self, got: &Got) -> bool {
        got.age.is_some_and(|age| age > Duration::from_secs(self.lives_seconds.saturating_add(2)))
    }
}

/// The lock of one state.
#[derive(Debug, Clone)]
pub(super) struct Lock {
    pub(super) object: Object,
    pub(super) stack: String,
    pub(super) clock: Clock,
    pub(super) pace: Pace,
}

/// How often a lock is tried that changes under one's hands.
const TRIES: usize = 5;

impl Lock {
    /// Takes the lock, or takes it over from the dead.
    pub(super) async fn take(&self, command: &str, id: String) -> Result<Held> {
        let now = self.clock.now_ms();
        let holder = Holder::this(command, clock::text(now));
        let mut note = Note {
            version: 1,
            id,
            holder,
            beat: 0,
            renewed: String::new(),
            expires: String::new(),
            lives_seconds: self.pace.lives.as_secs(),
        };
        self.renew(&mut note);
        for _ in 0..TRIES {
            let begun = Instant::now();
            if let Some(etag) = self.put(&note, If::Absent).await? {
                return Ok(self.held(note, etag, begun));
            }
            let Some(there) = self.object.get(None).await.map_err(|error| self.unreadable(error))? else { continue };
            let other = Note::read(&there);
            if !other.as_ref().is_some_and(|other| other.is_dead(&there)) {
                return Err(self.refusal(other.as_ref(), &there));
            }
            let begun = Instant::now();
            if let Some(etag) = self.put(&note, If::Is(&there.etag)).await? {
                return Ok(self.held(note, etag, begun));
            }
        }
        Err(crate::state::store::held("another run", &self.stack))
    }

    fn refusal(&self, other: Option<&Note>, there: &Got) -> Error {
        let Some(other) = other else {
            return Error::locked(format!("{} is no lock that this version can read", self.object.place()))
                .hinted("a newer version may hold it; once nobody is at work, `stack unlock --force` takes it away");
        };
        let lives = Duration::from_secs(other.lives_seconds);
        let refusal = crate::state::store::held(&other.holder.to_string(), &self.stack);
        match there.age {
            Some(age) if age * 2 < lives => refusal.hinted("wait until it has ended"),
            Some(age) => refusal.hinted(format!(
                "it has given no sign of life for {}s; if it has died, whoever comes after {}s takes the lock over",
                age.as_secs(),
                lives.as_secs() + 2
            )),
            None => {
                refusal.hinted("wait until it has ended; if it has died, `stack unlock --force` takes its lock away")
            }
        }
    }

    /// Takes a lock away: a dead one, or by force any; who held it.
    pub(super) async fn break_up(&self, force: bool) -> Result<Option<String>> {
        for _ in 0..TRIES {
            let Some(there) = self.object.get(None).await.map_err(|error| self.unreadable(error))? else {
                return Ok(None);
            };
            let note = Note::read(&there);
            if !force && !note.as_ref().is_some_and(|note| note.is_dead(&there)) {
                return Err(self
                    .refusal(note.as_ref(), &there)
                    .hinted("if that run is surely dead, `--force` takes its lock away; if it is not, it stops"));
            }
            if self.object.delete(&there.etag).await.map_err(|error| self.unwritable(error))? {
                let who = note.map_or_else(|| "somebody".to_owned(), |note| note.holder.to_string());
                return Ok(Some(who));
            }
        }
        Err(Error::locked(format!("the lock {} changes hands all the time", self.object.place())))
    }

    fn renew(&self, note: &mut Note) {
        let now = self.clock.now_ms();
        note.beat += 1;
        note.renewed = clock::text(now);
        note.expires = clock::text(now + i64::try_from(self.pace.lives.as_millis()).unwrap_or_default());
    }

    async fn put(&self, note: &Note, condition: If<'_>) -> Result<Option<String>> {
        self.object.put(&note.text()?, condition, &[]).await.map_err(|error| self.unwritable(error))
    }

    fn unreadable(&self, error: Error) -> Error {
        super::state_error(format!("cannot read the lock {}", self.object.place()), error)
    }

    fn unwritable(&self, error: Error) -> Error {
        super::state_error(format!("cannot write the lock {}", self.object.place()), error)
    }

    fn held(&self, note: Note, etag: String, begun: Instant) -> Held {
        let now = Now { note, etag, begun, at_ms: jiff::Timestamp::now().as_millisecond(), lost: None };
        let kept = Arc::new(Kept { lock: self.clone(), now: Mutex::new(now), turn: tokio::sync::Mutex::new(()) });
        let beating = tokio::spawn(beat(Arc::clone(&kept)));
        Held { kept, beating }
    }
}

/// A lock that this process holds, or has held.
#[derive(Debug)]
pub(super) struct Kept {
    lock: Lock,
    now: Mutex<Now>,
    /// One write of the lock at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Now {
    note: Note,
    etag: String,
    /// When the last write that was done was begun; by this machine's two clocks, of which one stands while it sleeps.
    begun: Instant,
    at_ms: i64,
    /// Why the lock is not this process's any more.
    lost: Option<String>,
}

impl Kept {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the holder is called where it has written.
    pub(super) fn by(&self) -> String {
        let Holder { command, user, host, pid, since: _ } = self.now().note.holder.clone();
        format!("`{command}` by {user} on {host} (process {pid})")
    }

    /// Whether this process may still write; a lock that has not been written anew for long is, first.
    pub(super) async fn holds(&self) -> Result<()> {
        let is_fresh = {
            let now = self.now();
            let passed = jiff::Timestamp::now().as_millisecond() - now.at_ms;
            let passed = Duration::from_millis(u64::try_from(passed).unwrap_or(u64::MAX)).max(now.begun.elapsed());
            now.lost.is_none() && passed < self.lock.pace.doubt()
        };
        if !is_fresh {
            self.renew().await?;
        }
        let lost = self.now().lost.clone();
        lost.map_or(Ok(()), |why| {
            Err(Error::state(format!("this run has lost its lock on {}: {why}", self.lock.stack))
                .hinted("it wrote nothing more after that; see what the other has done, then run this again"))
        })
    }

    /// Writes the lock anew, or finds that it is lost.
    async fn renew(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        let (mut note, mut etag) = {
            let now = self.now();
            if now.lost.is_some() {
                return Ok(());
            }
            (now.note.clone(), now.etag.clone())
        };
        for _ in 0..TRIES {
            self.lock.renew(&mut note);
            let (begun, at_ms) = (Instant::now(), jiff::Timestamp::now().as_millisecond());
            if let Some(etag) = self.lock.put(&note, If::Is(&etag)).await? {
                *self.now() = Now { note, etag, begun, at_ms, lost: None };
                return Ok(());
            }
            let there = self.lock.object.get(None).await.map_err(|error| self.lock.unreadable(error))?;
            let why = match there.as_ref().map(|there| (there, Note::read(there))) {
                // An earlier write of this very lock, whose answer was lost.
                Some((there, Some(other))) if other.id == note.id => {
                    etag.clone_from(&there.etag);
                    note.beat = note.beat.max(other.beat);
                    continue;
                }
                Some((_, Some(other))) => format!("{} has it now", other.holder),
                Some((_, None)) => "something else stands in its place".to_owned(),
                None => "somebody has taken it away".to_owned(),
            };
            self.now().lost = Some(why);
            return Ok(());
        }
        Err(Error::state("the lock cannot be written anew").hinted("run this again"))
    }
}

/// Writes the lock anew for as long as it is held.
async fn beat(kept: Arc<Kept>) {
    let every = kept.lock.pace.beat();
    loop {
        tokio::time::sleep(every).await;
        // One that fails is tried again soon; whoever wants to write in doubt tries it too, and tells why it fails.
        let renewed = tokio::time::timeout(every * 2, kept.renew()).await;
        if let Ok(Err(error)) = &renewed {
            tracing::info!(target: "stack::aws", "the lock could not be written anew: {error}");
        }
        if kept.now().lost.is_some() {
            return;
        }
    }
}

/// The lock, until it is released.
pub(super) struct Held {
    pub(super) kept: Arc<Kept>,
    beating: JoinHandle<()>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.beating.abort();
    }
}

impl Guard for Held {
    fn outlives(&self) -> bool {
        true
    }

    fn release(self: Box<Self>) -> LocalBoxFuture<'static, Result<()>> {
        async move {
            self.beating.abort();
            let kept = &self.kept;
            let _turn = kept.turn.lock().await;
            let (id, mut etag) = {
                let now = kept.now();
                if now.lost.is_some() {
                    return Ok(());
                }
                (now.note.id.clone(), now.etag.clone())
            };
            for _ in 0..TRIES {
                if kept.lock.object.delete(&etag).await.map_err(|error| kept.lock.unwritable(error))? {
                    kept.now().lost = Some("it was given back".to_owned());
                    return Ok(());
                }
                // A beat that was cut off may have been done.
                match kept.lock.object.get(None).await.map_err(|error| kept.lock.unreadable(error))? {
                    Some(there) if Note::read(&there).is_some_and(|note| note.id == id) => etag = there.etag,
                    _ => return Ok(()),
                }
            }
            Ok(())
        }
        .boxed_local()
    }
}
