//! The real program against an AWS in another process, cut short by what cuts programs short in life: SIGKILL, Ctrl-C, a
//! full disk, a state that somebody has put back. Whatever it was, the next run ends where an undisturbed one would have.
//!
//! All that the program asks of AWS and all that it saves goes through the test's hands (`setup::watched`), so a cut is
//! made at an exact place: before the 12th request, in the middle of the 7th save. How many places there are is counted
//! in an undisturbed run.

#![expect(clippy::print_stdout, reason = "what a long proof has come to is to be seen")]

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

mod cuts;
mod full_disk;
mod in_s3;
mod older_states;
mod rig;
mod scenarios;
mod signals;
mod two_runs;

/// How many runs go side by side.
const WORKERS: usize = 2;

/// Does something with each of `all`, side by side, and fails at the end with all that failed.
fn side_by_side<T: Debug + Sync>(all: &[T], act: impl Fn(&T) + Sync) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(why) = catch_unwind(AssertUnwindSafe(|| act(one))) {
                        let why = why.downcast_ref::<String>().map_or("", String::as_str);
                        failed.lock().unwrap().push(format!("{one:?}: {why}"));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), all.len(), failed.join("\n"));
}
