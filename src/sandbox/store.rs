//! Where the world is kept between calls: in memory, or in a file that several processes share.

use super::{Refusal, World, acm, cognito};
use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// A world, and where it is kept.
pub(super) struct Store {
    /// The directory of `.world.json`, unless the world is in memory only.
    dir: Option<PathBuf>,
    /// The world as it was last seen. It is taken out while a call is answered, so a call that panics
    /// leaves nothing half done behind.
    last: Mutex<Option<Seen>>,
    /// What the world was, for answers that lag.
    history: Mutex<History>,
}

/// The worlds of the last while, as text, each with the time from which it was so.
#[derive(Default)]
struct History {
    /// How far back it reaches, in milliseconds. Nothing is remembered before somebody asks.
    reach: i64,
    worlds: VecDeque<(i64, String)>,
}

impl History {
    fn note(&mut self, now: i64, text: &str) {
        if self.reach == 0 || self.worlds.back().is_some_and(|(_, last)| last == text) {
            return;
        }
        // What is there at first has been there for long.
        let since = if self.worlds.is_empty() { i64::MIN } else { now };
        self.worlds.push_back((since, text.to_owned()));
        while self.worlds.get(1).is_some_and(|(since, _)| *since <= now - self.reach) {
            self.worlds.pop_front();
        }
    }

    fn at(&self, time: i64) -> Option<&str> {
        self.worlds.iter().rev().find(|(since, _)| *since <= time).map(|(_, text)| text.as_str())
    }
}

struct Seen {
    world: World,
    /// The world as text: what a refused call goes back to, and what tells whether anything changed.
    text: String,
    stamp: Stamp,
}

/// What tells whether another process has saved since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Stamp {
    /// Counted in the lock file: a file's time may be too coarse to tell two quick saves apart.
    generation: u64,
    file: Option<(SystemTime, u64)>,
}

impl Store {
    /// A world that nobody else sees.
    pub(super) fn in_memory() -> Self {
        Self { dir: None, last: Mutex::default(), history: Mutex::default() }
    }

    /// The world in `dir`, not looked at yet.
    pub(super) fn at(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|error| trouble("make", dir, error))?;
        Ok(Self { dir: Some(dir.to_owned()), last: Mutex::default(), history: Mutex::default() })
    }

    /// The world in `dir`, made if there is none.
    pub(super) fn open(dir: &Path) -> Result<Self> {
        let store = Self::at(dir)?;
        store.with(0, |_| Ok(()))?.map_err(|refusal| Error::bug(refusal.message))?;
        Ok(store)
    }

    /// Does something with the world as it stands at `now`. What it changes is kept, unless it is refused.
    pub(super) fn with<T>(
        &self,
        now: i64,
        act: impl FnOnce(&mut World) -> Result<T, Refusal>,
    ) -> Result<Result<T, Refusal>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lock = self.dir.as_deref().map(Lock::take).transpose()?;
        let mut seen = load(last.take(), lock.as_ref())?;
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.note(now, &seen.text);
        seen.world.now = now;
        settle(&mut seen.world);
        let done = act(&mut seen.world);
        if done.is_err() {
            // AWS does a call as a whole or not at all; what time alone brings about happens again.
            seen.world = from_text(&seen.text)?;
            seen.world.now = now;
            settle(&mut seen.world);
        }
        let text = to_text(&seen.world)?;
        if text != seen.text {
            if let Some(lock) = lock.as_mut() {
                lock.save(&text)?;
                seen.stamp = lock.stamp();
            }
            seen.text = text;
            history.note(now, &seen.text);
        }
        *last = Some(seen);
        Ok(done)
    }

    /// Reads the world as it stands at `now`. Nothing of it is written down, so to read costs no more in a large world
    /// than in a small one. What time alone has brought about is saved by the next call that changes something.
    pub(super) fn look<T>(
        &self,
        now: i64,
        read: impl FnOnce(&mut World) -> Result<T, Refusal>,
    ) -> Result<Result<T, Refusal>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = self.dir.as_deref().map(Lock::take).transpose()?;
        let mut seen = load(last.take(), lock.as_ref())?;
        self.history.lock().unwrap_or_else(PoisonError::into_inner).note(now, &seen.text);
        seen.world.now = now;
        settle(&mut seen.world);
        let before = if cfg!(debug_assertions) { Some(to_text(&seen.world)?) } else { None };
        let done = read(&mut seen.world);
        if let Some(before) = before {
            assert!(before == to_text(&seen.world)?, "a call that reads has changed the world");
        }
        *last = Some(seen);
        Ok(done)
    }

    /// Remembers from now on what the world was, for at least so many milliseconds.
    pub(super) fn remember(&self, reach: i64) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.reach = history.reach.max(reach);
    }

    /// Does something with the world as it was `behind` milliseconds before `now`. Nothing of what it changes is kept.
    pub(super) fn earlier<T>(
        &self,
        now: i64,
        behind: i64,
        act: impl FnOnce(&mut World) -> Result<T, Refusal>,
    ) -> Result<Result<T, Refusal>> {
        // Another process may have changed the world since.
        self.with(now, |_| Ok(()))?.map_err(|refusal| Error::bug(refusal.message))?;
        let mut world = {
            let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
            from_text(history.at(now - behind).unwrap_or_default())?
        };
        world.now = now - behind;
        settle(&mut world);
        Ok(act(&mut world))
    }

    /// Puts a fresh world in place of whatever is there, readable or not.
    pub(super) fn reset(&self) -> Result<()> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lock = self.dir.as_deref().map(Lock::take).transpose()?;
        let world = World::starting();
        let text = to_text(&world)?;
        let mut stamp = Stamp::default();
        if let Some(lock) = lock.as_mut() {
            lock.save(&text)?;
            stamp = lock.stamp();
        }
        *last = Some(Seen { world, text, stamp });
        Ok(())
    }
}

/// The world as it is now: the one last seen, unless another process has saved since.
fn load(last: Option<Seen>, lock: Option<&Lock>) -> Result<Seen> {
    let Some(lock) = lock else {
        return Ok(last.unwrap_or_else(fresh));
    };
    let stamp = lock.stamp();
    if let Some(seen) = last.filter(|seen| seen.stamp == stamp) {
        return Ok(seen);
    }
    if stamp.file.is_none() {
        return Ok(fresh());
    }
    // Reading a pipe would wait for ever.
    if std::fs::metadata(&lock.world).is_ok_and(|meta| !meta.is_file()) {
        return Err(trouble("read", &lock.world, std::io::Error::other("it is not a file")));
    }
    let text = std::fs::read_to_string(&lock.world).map_err(|error| trouble("read", &lock.world, error))?;
    let world = from_text(&text).map_err(|error| {
        Error::state(format!("{} does not hold a sandbox world", lock.world.display()))
            .caused_by(error)
            .hinted("`stack sandbox reset` starts over")
    })?;
    Ok(Seen { world, text, stamp })
}

/// A world that has not been saved yet: the empty text differs from any world's.
fn fresh() -> Seen {
    Seen { world: World::starting(), text: String::new(), stamp: Stamp::default() }
}

/// What time alone brings about.
fn settle(world: &mut World) {
    acm::settle(world);
    cognito::settle(world);
}

fn to_text(world: &World) -> Result<String> {
    serde_json::to_string_pretty(world)
        .map_err(|error| Error::bug("a sandbox world cannot be written").caused_by(error))
}

fn from_text(text: &str) -> Result<World> {
    if text.is_empty() {
        return Ok(World::starting());
    }
    serde_json::from_str(text).map_err(|error| Error::state("the sandbox world cannot be read").caused_by(error))
}

fn trouble(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::state(format!("cannot {what} {}", path.display()))
        .caused_by(error)
        .hinted("the sandbox keeps its world there: check what is in its place, and who may write it")
}

/// The lock on a world's file; dropping it lets go.
struct Lock {
    file: File,
    generation: u64,
    world: PathBuf,
    path: PathBuf,
}

impl Lock {
    fn take(dir: &Path) -> Result<Self> {
        let path = dir.join(".world.lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(|error| trouble("open", &path, error))?;
        file.lock().map_err(|error| trouble("lock", &path, error))?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| trouble("read", &path, error))?;
        Ok(Self { file, generation: text.trim().parse().unwrap_or_default(), world: dir.join(".world.json"), path })
    }

    fn stamp(&self) -> Stamp {
        let file = std::fs::metadata(&self.world).ok();
        let file = file.and_then(|file| Some((file.modified().ok()?, file.len())));
        Stamp { generation: self.generation, file }
    }

    fn save(&mut self, text: &str) -> Result<()> {
        // First the count, then the world: cut short between the two, others read the same world again.
        self.generation += 1;
        let count = self.generation.to_string();
        let counted =
            self.file.set_len(0).and_then(|()| self.file.rewind()).and_then(|()| self.file.write_all(count.as_bytes()));
        counted.map_err(|error| trouble("write", &self.path, error))?;
        let dir = self.world.parent().unwrap_or(Path::new("."));
        // A temporary file is its owner's alone (0600) and stays so; the world may hold client secrets. It is
        // not synced to disk: a sandbox is not worth a disk's time at every call.
        let mut file = tempfile::NamedTempFile::new_in(dir).map_err(|error| trouble("write to", dir, error))?;
        file.write_all(text.as_bytes()).map_err(|error| trouble("write", &self.world, error))?;
        file.persist(&self.world).map_err(|error| trouble("write", &self.world, error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(store: &Store) -> u64 {
        store.with(1, |world| Ok(world.next_id())).unwrap().unwrap()
    }

    #[test]
    fn two_stores_share_one_world() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (Store::open(dir.path()).unwrap(), Store::open(dir.path()).unwrap());
        assert_eq!((count(&one), count(&other), count(&other), count(&one)), (1, 2, 3, 4));
        other.reset().unwrap();
        assert_eq!(count(&one), 1);
    }

    #[test]
    fn threads_take_turns() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_owned();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || {
                    let store = Store::open(&path).unwrap();
                    for _ in 0..25 {
                        count(&store);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(count(&Store::open(&path).unwrap()), 101);
    }

    #[test]
    fn a_refused_call_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        for store in [Store::in_memory(), Store::open(dir.path()).unwrap()] {
            count(&store);
            let refused = store.with(2, |world| {
                world.next_id();
                Err::<(), _>(Refusal::new("No", ""))
            });
            assert_eq!(refused.unwrap().unwrap_err().code, "No");
            assert_eq!(count(&store), 2);
        }
    }

    #[test]
    #[should_panic(expected = "a call that reads has changed the world")]
    fn to_read_changes_nothing() {
        let store = Store::in_memory();
        count(&store);
        assert_eq!(store.look(2, |world| Ok(world.ids)).unwrap().unwrap(), 1);
        let _ = store.look(2, |world| Ok(world.next_id()));
    }

    #[test]
    fn what_the_world_was_is_remembered_for_as_long_as_was_asked() {
        let dir = tempfile::tempdir().unwrap();
        for store in [Store::in_memory(), Store::open(dir.path()).unwrap()] {
            let count_at = |now: i64| store.with(now, |world| Ok(world.next_id())).unwrap().unwrap();
            let was = |now: i64, behind: i64| store.earlier(now, behind, |world| Ok(world.ids)).unwrap().unwrap();
            count_at(100);
            store.remember(1_000);
            for now in [1_000, 2_000, 3_000] {
                count_at(now);
            }
            assert_eq!([was(3_000, 0), was(3_000, 1), was(3_500, 500), was(3_500, 1_000)], [4, 3, 4, 3]);
            assert_eq!(was(3_500, 1_000_000), 0, "what is further back than was asked for may be forgotten");
            assert_eq!(count_at(4_000), 5, "looking back changes nothing");
        }
    }

    #[test]
    fn a_broken_file_is_reported_and_can_be_reset() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".world.json"), "{").unwrap();
        let error = Store::open(dir.path()).err().unwrap();
        assert!(error.hints()[0].contains("sandbox reset"), "{error:?}");
        Store::at(dir.path()).unwrap().reset().unwrap();
        assert!(Store::open(dir.path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        Store::open(dir.path()).unwrap();
        let mode = std::fs::metadata(dir.path().join(".world.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
