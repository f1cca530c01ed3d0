//! What holds for any bytes in the place of a state, and of one that was rescued.

use std::fs;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use stack::clock::Clock;
use stack::engine::Kinds;
use stack::engine::decide::{self, Actual, Options};
use stack::engine::plan::Desired;
use stack::error::{Error, ErrorKind, Result};
use stack::kinds::KINDS;
use stack::state::local::LocalStore;
use stack::state::store::Store;
use stack::state::{State, parse};
use stack::ui;

/// The files that an input is cut into, at a line of `%%%`.
const FILES: [&str; 2] = ["dev.json", "dev.rescue.json"];
const CUT: &[u8] = b"\n%%%\n";
/// How wide a page is.
const WIDTH: usize = 100;

/// A directory of states, and what the program knows of kinds: made once for all inputs.
struct Bench {
    root: tempfile::TempDir,
    kinds: Kinds,
}

thread_local! {
    static BENCH: Bench = Bench {
        root: tempfile::tempdir().expect("a directory for temporary files"),
        kinds: Kinds::new(KINDS),
    };
}

/// Loads the state that these bytes are.
///
/// # Panics
/// When something does not hold.
pub fn check(bytes: &[u8]) {
    BENCH.with(|Bench { root, kinds }| {
        let cut = bytes.windows(CUT.len()).position(|window| window == CUT);
        let parts = [Some(cut.map_or(bytes, |at| &bytes[..at])), cut.map(|at| &bytes[at + CUT.len()..])];
        for (file, part) in FILES.iter().zip(parts) {
            let path = root.path().join(file);
            match part {
                Some(part) => fs::write(path, part).expect("a file can be written"),
                None => drop(fs::remove_file(path)),
            }
        }
        let store = LocalStore::new(root.path(), "dev", Clock::held(0));
        match now(store.load()) {
            Ok(state) => accepted(&store, kinds, &state.expect("a state that is there")),
            Err(error) => refused(&error),
        }
    });
}

/// A state that loads is this stack's, survives being written, and can be planned with.
fn accepted(store: &LocalStore, kinds: &Kinds, state: &State) {
    assert_eq!(state.stack, "dev");
    let text = serde_json::to_string_pretty(state).expect("a state can be written");
    assert_eq!(&parse(&text).expect("what was written can be read"), state);
    if let Some(serial) = state.serial.checked_add(1) {
        let next = State { serial, ..state.clone() };
        match now(store.save(&next)) {
            Ok(()) => assert_eq!(now(store.load()).expect("what was saved can be loaded"), Some(next)),
            // A state that was rescued may stand beside one that is another's.
            Err(error) => assert!(error.message().contains("another state"), "{error:?}"),
        }
    }
    if state.resources.keys().chain(state.pending.keys()).any(|address| kinds.check(address).is_err()) {
        return;
    }
    for destroy in [false, true] {
        let allow_loss = KINDS.iter().map(|kind| kind.name().to_owned()).collect();
        let options = Options { destroy, allow_loss, ..Options::default() };
        if let Ok(plan) = decide::plan(kinds, &Desired::default(), state, &Actual::default(), &options) {
            assert!(!ui::plan::text(&plan, WIDTH).is_empty());
        }
    }
}

/// A refusal is one of the state, names the file, says what to do, and can be shown.
fn refused(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::State, "{error:?}");
    assert!(FILES.iter().any(|file| error.message().contains(file)), "{error:?}");
    assert!(!error.hints().is_empty(), "{error:?}");
    assert!(!ui::error::text(error, WIDTH, &|_| None).is_empty());
    assert!(ui::error::json(error).is_object());
}

/// What a future gives that waits for nothing.
fn now<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("a local file was waited for"),
    }
}
