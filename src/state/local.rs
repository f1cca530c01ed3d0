//! A state in a file under `state/`: whole or not at all, locked by the operating system.

use std::cell::RefCell;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use super::State;
use super::holder::Holder;
use super::store::{Guard, Store};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// What a stack file of the largest size makes is a fraction of this.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A file that keeps the state of one stack.
pub struct LocalStore {
    dir: PathBuf,
    stack: String,
    clock: Clock,
    /// Whether a state is to be moved.
    is_arriving: bool,
    /// What was saved last, and how the file looked then: as long as it looks so, it need not be read again.
    saved: RefCell<Option<(Looks, Latest)>>,
}

/// By what a file is known to be the one that was written: another has another place on the disk, or another time.
#[derive(Debug, PartialEq)]
struct Looks {
    place: (u64, u64),
    size: u64,
    modified: SystemTime,
}

impl Looks {
    fn of(meta: &Metadata) -> std::io::Result<Self> {
        #[cfg(unix)]
        let place = (std::os::unix::fs::MetadataExt::dev(meta), std::os::unix::fs::MetadataExt::ino(meta));
        #[cfg(not(unix))]
        let place = (0, 0);
        Ok(Self { place, size: meta.len(), modified: meta.modified()? })
    }
}

/// Which state was saved last, so that an older one in its place is known for what it is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Latest {
    pub(super) lineage: String,
    pub(super) serial: u64,
    /// Where that was, when it was not in this directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<String>,
}

struct Held {
    file: File,
    holder: PathBuf,
}

impl Guard for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // The lock itself ends with the file's handle; the note about its holder must not outlive it.
        let _ = fs::remove_file(&self.holder);
        let _ = self.file.unlock();
    }
}

impl LocalStore {
    /// The state of `stack` in `dir`.
    pub fn new(dir: &Path, stack: &str, clock: Clock) -> Self {
        Self { dir: dir.to_owned(), stack: stack.to_owned(), clock, is_arriving: false, saved: RefCell::default() }
    }

    /// The same, of which a state is moved to or from another place: that it is elsewhere is no error.
    #[must_use]
    pub fn arriving(self) -> Self {
        Self { is_arriving: true, ..self }
    }

    fn path(&self, suffix: &str) -> PathBuf {
        self.dir.join(format!("{}{suffix}", self.stack))
    }

    fn read(&self, path: &Path) -> Result<Option<State>> {
        let Some(text) = read_bounded(path)? else { return Ok(None) };
        let state = super::parse(&text)
            .map_err(|error| error.during(format!("cannot read the state in {}", path.display())))?;
        if state.stack != self.stack {
            return Err(Error::state(format!(
                "{} holds the state of the stack {}, not of {}",
                path.display(),
                state.stack,
                self.stack
            ))
            .hinted("put the right file back, or remove this one if the stack has never been applied"));
        }
        Ok(Some(state))
    }

    fn load_now(&self) -> Result<Option<State>> {
        // Before the state itself, which another run may be saving: so this is never newer by accident.
        let latest = self.latest();
        let state = self.read(&self.path(".json"))?;
        let rescued = self.read(&self.path(".rescue.json"))?;
        let state = match (state, rescued) {
            (Some(state), Some(rescued)) if rescued.lineage != state.lineage || rescued.serial <= state.serial => {
                Some(state)
            }
            (state, None) => state,
            // A save had failed: what was written beside is the truth.
            (_, Some(rescued)) => Some(rescued),
        };
        if let (None, Some(Latest { place: Some(place), .. }), false) = (&state, &latest, self.is_arriving) {
            return Err(Error::state(format!("the state of {} was last saved in {place}, and not here", self.stack))
                .hinted(
                    "write `state: { s3: … }` into the stack file again: all would be made a second time without it",
                )
                .hinted(format!("to begin anew all the same, remove {}", self.path(LATEST).display())));
        }
        if let (Some(state), Some(latest)) = (&state, latest) {
            self.check_newest(&self.place(), state, &latest)?;
        }
        Ok(state)
    }

    /// Refuses a state that is older than the one that was last saved.
    pub(super) fn check_newest(&self, place: &str, state: &State, latest: &Latest) -> Result<()> {
        if state.lineage != latest.lineage || state.serial >= latest.serial {
            return Ok(());
        }
        Err(Error::state(format!(
            "{place} is older than what was last saved: it is at serial {}, and serial {} was saved here",
            state.serial, latest.serial
        ))
        .hinted("put the newer one back: whatever this one does not know of would be made a second time")
        .hinted(format!("if this one is right all the same, remove {}", self.path(LATEST).display())))
    }

    /// Which state was saved last, as far as that is known.
    pub(super) fn latest(&self) -> Option<Latest> {
        let text = fs::read_to_string(self.path(LATEST)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Where is noted which state was saved last.
    pub(super) fn note_path(&self) -> String {
        self.path(LATEST).display().to_string()
    }

    /// Notes that this state was saved. Without the note an older state would go unnoticed, and nothing else is lost.
    pub(super) fn note(&self, state: &State, place: Option<String>) {
        let latest = Latest { lineage: state.lineage.clone(), serial: state.serial, place };
        let _ = make_dir(&self.dir);
        let _ = serde_json::to_vec(&latest).map(|text| put(&self.path(LATEST), &text, Durable::No));
    }

    fn save_now(&self, state: &State) -> Result<()> {
        if self.is_after_last_save(state) {
            return self.put_in_place(state);
        }
        if let Some(there) = self.read(&self.path(".json"))? {
            if there.lineage != state.lineage {
                return Err(Error::state(format!("{} has been replaced by another state meanwhile", self.place()))
                    .hinted("another stack's state was put there; put the right one back and plan again"));
            }
            // The very same is what an earlier try of this save has left, which could not be made durable.
            if there.serial >= state.serial && there != *state {
                return Err(Error::state(format!(
                    "{} is at serial {} already; this run would write serial {}",
                    self.place(),
                    there.serial,
                    state.serial
                ))
                .hinted("another run has written it meanwhile: plan again"));
            }
        }
        self.put_in_place(state)
    }

    /// Whether this state follows the one that was saved last, and nobody has touched the file since.
    fn is_after_last_save(&self, state: &State) -> bool {
        self.saved.borrow().as_ref().is_some_and(|(looks, last)| {
            last.lineage == state.lineage
                && last.serial < state.serial
                && fs::metadata(self.path(".json")).and_then(|meta| Looks::of(&meta)).is_ok_and(|now| now == *looks)
        })
    }

    fn put_in_place(&self, state: &State) -> Result<()> {
        let path = self.path(".json");
        self.saved.take();
        let looks = write(&path, state)?;
        let last = Latest { lineage: state.lineage.clone(), serial: state.serial, place: None };
        *self.saved.borrow_mut() = Some((looks, last));
        self.note(state, None);
        self.forget_rescue()
    }

    /// Writes the state beside, and notes nothing.
    pub(super) fn rescue_beside(&self, state: &State) -> Result<String> {
        let path = self.path(".rescue.json");
        let _ = write(&path, state)?;
        Ok(path.display().to_string())
    }

    /// What was written beside, and where that is.
    pub(super) fn rescued(&self) -> Result<Option<(State, String)>> {
        let path = self.path(".rescue.json");
        Ok(self.read(&path)?.map(|state| (state, path.display().to_string())))
    }

    /// Clears away what was written beside, now that it is in its place.
    pub(super) fn forget_rescue(&self) -> Result<()> {
        let rescue = self.path(".rescue.json");
        if rescue.exists() {
            fs::remove_file(&rescue).map_err(|error| unwritable(&rescue).caused_by(error))?;
        }
        Ok(())
    }

    /// Removes what runs that were killed have left half written. Only whoever holds the lock writes such files.
    fn sweep(&self) {
        let ours = [".json", ".rescue.json", LATEST].map(|suffix| beside(&self.path(suffix)));
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if ours.iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
                // One that stays is in nobody's way.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Puts a state that was rescued in its place, and clears away one that is no newer than what is there. Only for
    /// whoever holds the lock; what cannot be done now is done by the next save.
    fn take_up(&self) {
        let rescue = self.path(".rescue.json");
        let (Ok(there), Ok(Some(rescued))) = (self.read(&self.path(".json")), self.read(&rescue)) else { return };
        match there {
            Some(there) if there.lineage != rescued.lineage => {}
            Some(there) if rescued.serial <= there.serial => {
                let _ = fs::remove_file(&rescue);
            }
            _ => {
                let _ = fs::rename(&rescue, self.path(".json")).and_then(|()| sync_dir(&self.dir));
            }
        }
    }

    /// Who holds the lock that is held.
    fn holder(&self) -> String {
        let text = fs::read_to_string(self.path(".lock.json")).ok();
        let holder = text.and_then(|text| serde_json::from_str::<Holder>(&text).ok());
        holder.map_or_else(|| "another run".to_owned(), |holder| holder.to_string())
    }

    fn lock_now(&self, command: &str) -> Result<Box<dyn Guard>> {
        make_dir(&self.dir)?;
        // The locked file is never renamed or removed: two runs must lock the same one.
        let path = self.path(".lock");
        if fs::metadata(&path).is_ok_and(|meta| !meta.is_file()) {
            return Err(Error::state(format!("{} is not a file", path.display())).hinted("take away what is there"));
        }
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| unwritable(&path).caused_by(error))?;
        let holder_path = self.path(".lock.json");
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(super::store::held(&self.holder(), &self.stack).hinted(
                    "wait until it has ended; a run that has died holds no lock, so nothing needs to be unlocked",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(unwritable(&path).caused_by(error)),
        }
        // A run that could not save what it has done must not begin to do it.
        tempfile::Builder::new()
            .prefix(".state")
            .tempfile_in(&self.dir)
            .map_err(|error| unwritable(&self.dir).caused_by(error))?;
        let holder = Holder::this(command, self.clock.now_text());
        self.sweep();
        self.take_up();
        // Only for the message of whoever is refused: the lock is the lock.
        let _ = serde_json::to_vec(&holder).map(|text| fs::write(&holder_path, text));
        Ok(Box::new(Held { file, holder: holder_path }))
    }
}

/// What the files that a state is written into begin with, before one is put in its place.
fn beside(path: &Path) -> String {
    format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy())
}

impl Store for LocalStore {
    fn load(&self) -> LocalBoxFuture<'_, Result<Option<State>>> {
        async { self.load_now() }.boxed_local()
    }

    fn save<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>> {
        async { self.save_now(state) }.boxed_local()
    }

    fn replace<'a>(&'a self, state: &'a State) -> LocalBoxFuture<'a, Result<()>> {
        async { self.put_in_place(state) }.boxed_local()
    }

    fn rescue(&self, state: &State) -> Result<String> {
        let place = self.rescue_beside(state)?;
        self.note(state, None);
        Ok(place)
    }

    fn lock(&self, command: &str) -> LocalBoxFuture<'_, Result<Box<dyn Guard>>> {
        let command = command.to_owned();
        async move { self.lock_now(&command) }.boxed_local()
    }

    fn unlock(&self, _: bool) -> LocalBoxFuture<'_, Result<Option<String>>> {
        async {
            // Only the operating system takes such a lock away: when the run ends.
            let file = match File::open(self.path(".lock")) {
                Ok(file) => file,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(unreadable(&self.path(".lock")).caused_by(error)),
            };
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => Err(super::store::held(&self.holder(), &self.stack)
                    .hinted("this lock is the operating system's, and ends with that process: stop it with Ctrl-C")),
                _ => Ok(None),
            }
        }
        .boxed_local()
    }

    fn retire(&self) -> LocalBoxFuture<'_, Result<String>> {
        async {
            let (from, to) = (self.path(".json"), self.path(".migrated.json"));
            fs::rename(&from, &to).map_err(|error| unwritable(&from).caused_by(error))?;
            self.forget_rescue()?;
            sync_dir(&self.dir).map_err(|error| unwritable(&self.dir).caused_by(error))?;
            Ok(to.display().to_string())
        }
        .boxed_local()
    }

    fn place(&self) -> String {
        self.path(".json").display().to_string()
    }
}

/// What the note of the last save is kept in, beside the state.
const LATEST: &str = ".latest.json";

/// Whether a file must outlive the machine's power.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Durable {
    Yes,
    No,
}

fn write(path: &Path, state: &State) -> Result<Looks> {
    let text = state.text()?;
    make_dir(parent(path))?;
    put(path, text.as_bytes(), Durable::Yes).map_err(|error| unwritable(path).caused_by(error))
}

/// Writes a text into a file beside, makes sure that it is on the disk, and puts it in its place; how that file looks.
fn put(path: &Path, text: &[u8], durable: Durable) -> std::io::Result<Looks> {
    // A temporary file of this crate has mode 0600, and keeps it when it is put in place.
    let mut file = tempfile::Builder::new().prefix(&beside(path)).tempfile_in(parent(path))?;
    file.write_all(text)?;
    if durable == Durable::Yes {
        file.as_file().sync_all()?;
    }
    // Before anybody else can see it, so that it is this one and no other.
    let looks = Looks::of(&file.as_file().metadata()?)?;
    file.persist(path).map_err(|error| error.error)?;
    if durable == Durable::Yes {
        sync_dir(parent(path))?;
    }
    Ok(looks)
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

/// Makes the name of a file that was put in place durable too.
#[cfg(unix)]
fn sync_dir(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Elsewhere a directory cannot be synced, and renaming is durable by itself.
#[cfg(not(unix))]
fn sync_dir(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn make_dir(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).map_err(|error| unwritable(dir).caused_by(error))
}

/// A file's text, if it is there, is a file, and not larger than a state can be: opening a pipe would wait for ever.
fn read_bounded(path: &Path) -> Result<Option<String>> {
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path).caused_by(error)),
    };
    if !meta.is_file() {
        return Err(Error::state(format!("{} is not a file", path.display())).hinted("put the state's file back there"));
    }
    if meta.len() > MAX_BYTES {
        return Err(Error::state(format!(
            "{} has {} bytes, and a state has at most {MAX_BYTES}",
            path.display(),
            meta.len()
        ))
        .hinted("it is no state of this program: put back the last good version of the file (from a backup)"));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(path).caused_by(error))?;
    String::from_utf8(bytes).map(Some).map_err(|error| {
        Error::state(format!("{} is not UTF-8, as every state is", path.display()))
            .caused_by(error)
            .hinted("put back the last good version of the file (from a backup); do not apply without it")
    })
}

fn unreadable(path: &Path) -> Error {
    Error::state(format!("cannot read {}", path.display())).hinted("check who may read the file")
}

fn unwritable(path: &Path) -> Error {
    Error::state(format!("cannot write {}", path.display())).hinted("check the free space and who may write there")
}

#[cfg(test)]
mod tests;
