//! Whatever a person may get wrong: each is refused with its place and the remedy, and nothing is changed by it.
//!
//! A table: each row says what is wrong, and its message stands in one snapshot with those of all others. What the
//! samples of `samples/invalid` show is not repeated here, but for what has to be shown to change nothing.
#![cfg(unix)]

mod clouds;
mod corpus;
mod limits;
mod named_files;
mod names;
mod row;
mod sizes;
mod somebody;
mod stack_files;
mod states;
mod taken;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::setup::figures::tell;
use limits::Taken;
use row::{Ended, Row};

/// What the rows came to, in their order; of one that does not hold, its name.
fn checked(rows: &[Row]) -> Vec<Result<Ended, &'static str>> {
    const AT_ONCE: usize = 4;
    let next = AtomicUsize::new(0);
    let ended = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(row) = rows.get(index) else { break };
                    let one = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| row.check()));
                    ended.lock().unwrap().push((index, one.map_err(|_| row.name)));
                }
            });
        }
    });
    let mut ended = ended.into_inner().unwrap();
    ended.sort_by_key(|(index, _)| *index);
    ended.into_iter().map(|(_, ended)| ended).collect()
}

/// All rows of these groups: their page, and what they came to.
fn table(groups: Vec<(&'static str, Vec<Row>)>) -> (String, Vec<(&'static str, u64)>) {
    let (mut page, mut figures, mut failed) = (String::new(), Vec::new(), Vec::new());
    let mut most = Taken { memory: 0, time: Duration::ZERO };
    for (what, rows) in groups {
        for ended in checked(&rows) {
            match ended {
                Ok(Ended { text, taken }) => {
                    let _ = writeln!(page, "{text}");
                    if let Some(taken) = taken {
                        most = Taken { memory: most.memory.max(taken.memory), time: most.time.max(taken.time) };
                    }
                }
                Err(name) => failed.push(name),
            }
        }
        figures.push((what, rows.len() as u64));
    }
    assert!(failed.is_empty(), "{} rows do not hold:\n{}", failed.len(), failed.join("\n"));
    figures.push(("rows in all", figures.iter().map(|(_, count)| count).sum()));
    figures.push(("MB of memory at most, for something large", most.memory.div_ceil(1_000_000)));
    figures.push(("ms at most, for something large", u64::try_from(most.time.as_millis()).unwrap()));
    (page, figures)
}

fn groups() -> Vec<(&'static str, Vec<Row>)> {
    vec![
        ("rows of names and places", names::rows()),
        ("rows of stack files", stack_files::rows()),
        ("rows of style sheets and logos", named_files::rows()),
        ("rows of sizes", sizes::rows()),
        ("rows of states", states::rows()),
        ("rows of clouds", clouds::rows()),
    ]
}

#[test]
fn whatever_is_wrong_is_refused_with_its_place_and_remedy_and_changes_nothing() {
    crate::world::check("bad_input", &table(groups()).0);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_bad_input() {
    let mut groups = groups();
    groups.push(("rows of samples", stack_files::samples()));
    tell("bad_input", &table(groups).1);
}
