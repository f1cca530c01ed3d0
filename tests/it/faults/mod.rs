//! Faults from AWS: whatever one call meets, the run ends done, or with an error that says what was done, what was not and
//! what to do; and the next run ends where an undisturbed one would have.
//!
//! Every operation that the program uses meets every fault, in scenes in which the program calls it.

mod operations;
mod scenes;
mod tries;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use operations::IMAGE;
use scenes::{Set, scenes};
use tries::{Ended, Ends, Fault, Table};

use crate::setup::figures;

/// The faults that an operation meets in a sandbox of the program's own process, where waits take no time.
const FAULTS: &[Fault] = &[
    Fault { name: "throttled 5 times", kind: "throttle:5", ends: Ends::Done },
    Fault { name: "throttled for ever", kind: "throttle:*", ends: Ends::Said("Hint: ") },
    Fault { name: "500 once", kind: "error", ends: Ends::Either },
    Fault { name: "500 for ever", kind: "error:*", ends: Ends::Said("Hint: ") },
    Fault { name: "dropped before", kind: "drop-before", ends: Ends::Either },
    Fault { name: "dropped before for ever", kind: "drop-before:*", ends: Ends::Said("Hint: ") },
    Fault { name: "dropped after", kind: "drop-after", ends: Ends::Either },
    Fault { name: "cut in the middle", kind: "truncate", ends: Ends::Either },
    Fault { name: "denied", kind: "denied", ends: Ends::Said("Hint: ") },
    Fault { name: "expired", kind: "expired", ends: Ends::Said("Hint: ") },
    Fault { name: "seen 4 s late", kind: "lag:4000", ends: Ends::Either },
];

static SETS: LazyLock<Vec<Set>> = LazyLock::new(|| {
    let sets: Vec<Mutex<Option<Set>>> = scenes().iter().map(|_| Mutex::new(None)).collect();
    let todo: Vec<_> = scenes().into_iter().map(|scene| Mutex::new(Some(scene))).collect();
    let numbers: Vec<usize> = (0..todo.len()).collect();
    tries::all(&numbers, 4, |at| format!("scene {at}"), |at| {
        let scene = todo[*at].lock().unwrap().take().unwrap();
        *sets[*at].lock().unwrap() = Some(scene.set());
    });
    sets.into_iter().map(|set| set.into_inner().unwrap().unwrap()).collect()
});

/// Every operation, with the scenes in which it is called, those with the fewest calls first.
fn reached() -> BTreeMap<&'static str, Vec<&'static Set>> {
    let mut reached: BTreeMap<&str, Vec<&Set>> = BTreeMap::new();
    for set in SETS.iter() {
        let calls: BTreeSet<&str> = set.calls.iter().map(String::as_str).collect();
        calls.into_iter().for_each(|call| reached.entry(call).or_default().push(set));
    }
    reached.values_mut().for_each(|sets| sets.sort_by_key(|set| set.calls.len()));
    reached
}

#[test]
fn the_scenes_reach_every_operation_that_the_program_uses() {
    let letters = |name: &str| name.to_ascii_lowercase();
    let named = operations::named();
    assert_eq!(operations::called(), named.iter().map(|name| letters(name)).collect());
    let reached: BTreeSet<String> = reached().into_keys().filter(|name| *name != IMAGE).map(str::to_owned).collect();
    assert_eq!(reached, named);
}

/// One fault, in one scene.
struct Job {
    operation: &'static str,
    fault: Fault,
    set: &'static Set,
}

/// Every fault of every operation, each in as many as `most` of the scenes in which it is called.
fn jobs(most: usize) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (operation, sets) in reached() {
        for fault in FAULTS.iter().filter(|fault| can_meet(operation, fault)) {
            jobs.extend(sets.iter().take(most).map(|set| Job { operation, fault: *fault, set }));
        }
    }
    jobs
}

/// The logo is fetched without credentials, which can be neither expired nor too weak.
fn can_meet(operation: &str, fault: &Fault) -> bool {
    operation != IMAGE || !["denied", "expired"].contains(&fault.kind)
}

fn tried(jobs: &[Job]) -> Table {
    let table = Mutex::new(Table::default());
    let name = |job: &Job| format!("{}={} in {}", job.operation, job.fault.kind, job.set.scene.name);
    tries::all(jobs, 4, name, |Job { operation, fault, set }| {
        let ended = tries::tried(set, operation, *fault);
        table.lock().unwrap().note(operation, fault.name, ended);
    });
    table.into_inner().unwrap()
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_faults() {
    tried(&jobs(3));
}
