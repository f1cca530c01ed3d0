//! Faults from AWS: whatever one call meets, the run ends done, or with an error that says what was done, what was not and
//! what to do; and the next run ends where an undisturbed one would have.
//!
//! Every operation that the program uses meets every fault, in scenes in which the program calls it. The whole of it is
//! `.proof/run faults`, which prints a table: operation by fault, and how each try ended.

mod abroad;
mod checks;
mod expiry;
mod lags;
pub mod operations;
mod scenes;
mod served;
mod tries;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex};

use operations::IMAGE;
use scenes::{Set, scenes};
use tries::{Ended, Ends, Fault, Table};

use crate::setup::figures;

/// The faults that an operation meets in a sandbox of the program's own process, where waits take no time.
const FAULTS: &[Fault] = &[
    Fault { name: "throttled 5 times", kind: "throttle:5", ends: Ends::Done },
    Fault { name: "throttled for ever", kind: "throttle:*", ends: Ends::Said(SLOWER) },
    Fault { name: "500 once", kind: "error", ends: Ends::Repeated },
    Fault { name: "500 for ever", kind: "error:*", ends: Ends::Said(FAILS) },
    Fault { name: "dropped before", kind: "drop-before", ends: Ends::Repeated },
    Fault { name: "dropped before for ever", kind: "drop-before:*", ends: Ends::Said(FAILS) },
    Fault { name: "dropped after", kind: "drop-after", ends: Ends::Repeated },
    Fault { name: "cut in the middle", kind: "truncate", ends: Ends::Repeated },
    DENIED,
    Fault { name: "expired", kind: "expired", ends: Ends::Said("Hint: the credentials have expired: log in") },
    LATE,
];

/// What to do about a rate that others use up.
const SLOWER: &str = "Hint: other calls of this account use up its rate: run this again in a minute";
/// What to do about a failure of AWS's, or of what is between.
const FAILS: &str = "Hint: the network or AWS failed, as a rule for a moment: run this again";
/// A call for which a right is missing.
const DENIED: Fault = Fault { name: "denied", kind: "denied", ends: Ends::Said("Hint: allow `") };

/// A call that does not know what was done in the last seconds.
const LATE: Fault = Fault { name: "seen 4 s late", kind: "lag:4000", ends: Ends::Either };

/// How many scenes each operation meets each fault in, where it occurs in so many.
const SCENES: usize = 2;

static SETS: LazyLock<Vec<Set>> = LazyLock::new(|| {
    let sets: Mutex<Vec<(usize, Set)>> = Mutex::default();
    let todo: Vec<_> = scenes().into_iter().map(|scene| Mutex::new(Some(scene))).collect();
    let numbers: Vec<usize> = (0..todo.len()).collect();
    let set = |at: &usize| {
        let scene = todo[*at].lock().unwrap().take().unwrap();
        let set = scene.set();
        sets.lock().unwrap().push((*at, set));
    };
    tries::all(&numbers, 4, |at| format!("scene {at}"), set);
    let mut sets = sets.into_inner().unwrap();
    sets.sort_by_key(|(at, _)| *at);
    sets.into_iter().map(|(_, set)| set).collect()
});

/// Every operation that the work itself calls, with the scenes in which it does, those with the fewest calls first.
fn reached() -> BTreeMap<&'static str, Vec<&'static Set>> {
    let mut reached: BTreeMap<&str, Vec<&Set>> = BTreeMap::new();
    for set in SETS.iter() {
        let calls: BTreeSet<&str> = set.calls.iter().map(|call| call.name.as_str()).collect();
        for call in calls.into_iter().filter(|call| set.needs(call) && !set.alters(call)) {
            reached.entry(call).or_default().push(set);
        }
    }
    for sets in reached.values_mut() {
        sets.sort_by_key(|set| set.calls.len());
    }
    reached
}

/// The names of those.
static REACHED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| reached().into_keys().collect());

/// One fault, in one scene.
#[derive(Clone)]
enum Job {
    /// An operation meets it, in a sandbox of the program's own process.
    Within(&'static str, Fault, &'static Set),
    /// An operation meets it, over HTTP.
    Served(&'static str, Fault, &'static Set),
    /// The credentials expire after so many calls.
    Expiry(usize, &'static Set),
    /// Every operation meets it.
    All(Fault, &'static Set),
    /// An operation that only checks call meets it.
    Check(&'static str, Fault, &'static Set),
    /// The same over HTTP.
    CheckServed(&'static str, Fault, &'static Set),
    /// An operation that no apply in a sandbox calls meets it.
    Abroad(&'static str, Fault, &'static abroad::Set),
    /// An operation for a bucket's policy meets it.
    Policy(&'static str, Fault),
    /// The credentials expire there after so many calls, at such an operation.
    AbroadExpiry(&'static str, usize, &'static abroad::Set),
}

impl Job {
    fn name(&self) -> String {
        match self {
            Self::Within(operation, fault, set) => format!("{operation}={} in {}", fault.kind, set.scene.name),
            Self::Served(operation, fault, set) => {
                format!("{operation}={} over HTTP in {}", fault.kind, set.scene.name)
            }
            Self::Expiry(after, set) => format!("*+{after}=expired in {}", set.scene.name),
            Self::All(fault, set) => format!("*={} in {}", fault.kind, set.scene.name),
            Self::Check(operation, fault, set) => {
                format!("{operation}={}, of a check, in {}", fault.kind, set.scene.name)
            }
            Self::CheckServed(operation, fault, set) => {
                format!("{operation}={}, of a check, over HTTP in {}", fault.kind, set.scene.name)
            }
            Self::Abroad(operation, fault, set) => format!("{operation}={} at {}", fault.kind, set.scene.name),
            Self::Policy(operation, fault) => format!("{operation}={}", fault.kind),
            Self::AbroadExpiry(operation, after, set) => {
                format!("*+{after}=expired, at {operation}, at {}", set.scene.name)
            }
        }
    }

    /// The line of the table that it belongs to, and the fault; which operation meets an expiry, only the run tells.
    fn row(&self) -> Option<(String, &'static str)> {
        Some(match self {
            Self::Within(operation, fault, _) | Self::Served(operation, fault, _) | Self::Policy(operation, fault) => {
                ((*operation).to_owned(), fault.name)
            }
            Self::Expiry(..) => return None,
            Self::All(fault, _) => (EVERY.to_owned(), fault.name),
            Self::Check(operation, fault, _) | Self::CheckServed(operation, fault, _) => {
                (checks::row(operation), fault.name)
            }
            Self::Abroad(operation, fault, _) => (operation.split('+').next().unwrap().to_owned(), fault.name),
            Self::AbroadExpiry(operation, ..) => ((*operation).to_owned(), expiry::FAULT.name),
        })
    }

    fn try_it(&self, table: &Mutex<Table>) {
        let mut row = self.row();
        let ended = match self {
            Self::Within(operation, fault, set) => tries::tried(set, operation, *fault),
            Self::Served(operation, fault, set) => served::tried(set, operation, *fault),
            Self::Expiry(after, set) => {
                let (operation, ended) = expiry::tried(set, *after);
                row = Some((operation, expiry::FAULT.name));
                ended
            }
            Self::All(fault, set) => tries::tried(set, tries::ALL, *fault),
            Self::Check(operation, fault, set) => checks::tried(set, operation, *fault),
            Self::CheckServed(operation, fault, set) => served::tried(set, operation, checks::of(*fault)),
            Self::Abroad(operation, fault, set) => abroad::tried(set, operation, *fault),
            Self::Policy(operation, fault) => abroad::policy(operation, *fault),
            Self::AbroadExpiry(operation, after, set) => abroad::expired(set, operation, *after),
        };
        let (operation, fault) = row.unwrap();
        table.lock().unwrap().note(&operation, fault, ended);
    }
}

/// The line of the table in which all operations meet a fault at once.
const EVERY: &str = "(all at once)";

/// Why an operation does not meet a fault, if it does not.
fn spared(operation: &str, fault: &Fault) -> Option<&'static str> {
    if operation == IMAGE && ["denied", "expired"].contains(&fault.kind) {
        return Some("the logo is fetched without credentials, which can be neither expired nor too weak");
    }
    // What an apply calls as well meets there all that it meets.
    let is_abroad = !REACHED.contains(operation)
        && (abroad::operations().contains(operation) || abroad::POLICY.contains(&operation));
    if is_abroad { abroad::spared(operation, fault.name) } else { None }
}

fn can_meet(operation: &str, fault: &Fault) -> bool {
    spared(operation, fault).is_none()
}

/// Faults of operations that are met over HTTP alone.
fn abroad() -> Vec<Job> {
    let faults = abroad::faults().into_iter().map(|(operation, fault, set)| Job::Abroad(operation, fault, set));
    let expiries = abroad::expiries().into_iter();
    let of_policy = FAULTS.iter().chain([&expiry::FAULT]).flat_map(|fault| {
        let met = abroad::POLICY.into_iter().filter(|operation| can_meet(operation, fault));
        met.map(|operation| Job::Policy(operation, *fault))
    });
    let expiries = expiries.map(|(operation, after, set)| Job::AbroadExpiry(operation, after, set));
    faults.chain(of_policy).chain(expiries).collect()
}

/// Every fault of every operation, each in as many as `most` of the scenes in which it is called.
fn within(most: usize) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (operation, sets) in reached() {
        for fault in FAULTS.iter().filter(|fault| can_meet(operation, fault)) {
            jobs.extend(sets.iter().take(most).map(|set| Job::Within(operation, *fault, set)));
        }
    }
    jobs
}

fn over_http() -> Vec<Job> {
    let of = |(operation, sets): (&'static str, Vec<&'static Set>)| {
        served::FAULTS.iter().map(move |fault| Job::Served(operation, *fault, sets[0]))
    };
    let reached = reached();
    // The longest begins first. Where it reads what it has just made, the run says all the while what it waits for.
    let first = SETS.iter().find(|set| set.scene.name == "first").unwrap();
    let longest = Job::Served("DescribeUserPool", served::NEVER, first);
    std::iter::once(longest).chain(reached.into_iter().flat_map(of)).collect()
}

fn expiries() -> Vec<Job> {
    let mut jobs = Vec::new();
    for (operation, sets) in reached().into_iter().filter(|(operation, _)| *operation != IMAGE) {
        for set in sets.into_iter().take(SCENES) {
            jobs.extend(expiry::places(set, operation).into_iter().map(|after| Job::Expiry(after, set)));
        }
    }
    jobs
}

/// Everything that an operation is tried with, but for checks: what an expiry meets is seen when it is tried.
fn every_fault() -> impl Iterator<Item = &'static Fault> {
    FAULTS.iter().chain([&expiry::FAULT]).chain(served::FAULTS)
}

/// Every operation with lines of its own in the table, but for checks'.
fn own() -> BTreeSet<&'static str> {
    reached().into_keys().chain(abroad::operations()).chain(abroad::POLICY).collect()
}

/// Which operation is spared which fault, and why; each other must be there.
#[track_caller]
fn spared_with_reasons(is_there: impl Fn(&(String, &'static str)) -> bool) -> Vec<String> {
    let mut all = Vec::new();
    for operation in own() {
        for fault in every_fault() {
            let reason = spared(operation, fault);
            assert_eq!(is_there(&(operation.to_owned(), fault.name)), reason.is_none(), "{operation}, {}", fault.name);
            all.extend(reason.map(|reason| format!("- {operation}, {}: {reason}\n", fault.name)));
        }
    }
    for operation in checks::reached().into_keys() {
        for fault in FAULTS.iter().chain(checks::NONSENSE).chain(served::FAULTS) {
            assert!(is_there(&(checks::row(operation), fault.name)), "{operation} of a check, {}", fault.name);
        }
    }
    all
}

/// Every operation of which [`every_operation_that_is_denied_names_the_action`] denies a call.
pub fn denied() -> BTreeSet<&'static str> {
    own().into_iter().filter(|operation| is_denied(operation)).collect()
}

/// Those of an apply, and what `stack import` only looks for; others that no apply calls take long.
fn is_denied(operation: &str) -> bool {
    (REACHED.contains(operation) || abroad::LOOKED_FOR.contains(&operation)) && can_meet(operation, &DENIED)
}

fn tried(jobs: &[Job], at_once: usize) -> Table {
    let table = Mutex::new(Table::default());
    tries::all(jobs, at_once, Job::name, |job| job.try_it(&table));
    table.into_inner().unwrap()
}

#[test]
fn the_scenes_reach_every_operation_that_the_program_uses() {
    let named = operations::named();
    assert_eq!(operations::called(), named.iter().map(|name| name.to_ascii_lowercase()).collect());
    let all = reached().into_keys().chain(checks::reached().into_keys());
    // Both of those that two services have.
    let all: BTreeSet<&str> = all.filter(|name| *name != IMAGE).collect();
    assert_eq!(all.iter().filter(|name| name.contains('.')).count(), 2, "{all:?}");
    assert!(all.iter().all(|name| all.contains(operations::plain(name))), "{all:?}");
    let reached: BTreeSet<String> = all.into_iter().map(operations::plain).map(str::to_owned).collect();
    let of_work: BTreeSet<String> = named.union(&operations::raw()).cloned().collect();
    assert_eq!(reached, of_work);
    // What is called elsewhere alone has scenes of its own.
    let elsewhere: BTreeSet<String> = operations::apart().difference(&of_work).cloned().collect();
    let abroad = abroad::operations().into_iter().chain(abroad::POLICY);
    let abroad: BTreeSet<String> = abroad.map(str::to_owned).collect();
    assert_eq!(elsewhere.difference(&abroad).collect::<Vec<_>>(), Vec::<&String>::new());
    // Some of them are called by an apply too.
    assert!(abroad.iter().all(|one| elsewhere.contains(one) || of_work.contains(one)), "{abroad:?}");
}

/// What `whole_faults` holds its table against when all has been tried.
#[test]
fn every_operation_is_to_meet_every_fault_or_is_spared_it_with_a_reason() {
    let jobs = within(1).into_iter().chain(checks::within(1)).chain(over_http()).chain(abroad());
    let rows: BTreeSet<_> = jobs.chain(checks::over_http()).filter_map(|job| job.row()).collect();
    let expires = |operation: &str| REACHED.contains(operation) && operation != IMAGE;
    let is_there = |row: &(String, &'static str)| rows.contains(row) || row.1 == expiry::FAULT.name && expires(&row.0);
    assert!(!spared_with_reasons(is_there).is_empty());
}

/// Nobody is left to guess which right is missing. The rules about denials cite this.
#[test]
fn every_operation_that_is_denied_names_the_action() {
    let abroad = abroad::faults().into_iter().filter(|(_, fault, _)| fault.name == DENIED.name);
    let abroad: BTreeMap<&str, _> = abroad.map(|(operation, _, set)| (operation, set)).collect();
    let (jobs, reached): (Vec<&str>, _) = (denied().into_iter().collect(), reached());
    tries::all(
        &jobs,
        2,
        |operation| (*operation).to_owned(),
        |operation| {
            if let Some(sets) = reached.get(operation) {
                let (ran, _) = sets[0].tried(&sets[0].house(), &tries::met(sets[0], operation, DENIED));
                tries::ended_well(&ran, operation, DENIED);
                tries::names_the_action(&ran, operation);
            } else {
                // What cannot be looked for is told to be not known, for this operation.
                abroad::tried(abroad[operation], operation, DENIED);
            }
        },
    );
}

#[test]
fn every_operation_gets_over_a_fault_or_says_what_to_do() {
    let all = within(1);
    let mut jobs = Vec::new();
    // Each operation meets one fault, each another than the one before it.
    for (at, operation) in reached().into_keys().enumerate() {
        let own: Vec<&Job> =
            all.iter().filter(|job| matches!(job, Job::Within(own, ..) if *own == operation)).collect();
        jobs.push(own[at % own.len()].clone());
    }
    let fault = |job: &Job| if let Job::Within(_, fault, _) = job { Some(fault.name) } else { None };
    let faults: BTreeSet<&str> = jobs.iter().filter_map(fault).collect();
    assert_eq!(faults.len(), FAULTS.len(), "no fault is left out");
    let table = tried(&jobs, 2);
    assert_eq!(table.count(None, None), u64::try_from(jobs.len()).unwrap());
    assert!(table.count(None, Some(Ended::Done)) > 0 && table.count(None, Some(Ended::Finished)) > 0);
}

#[test]
fn a_check_that_cannot_look_stops_nothing_and_is_taken_for_no_pass() {
    let all = checks::within(1);
    let operations: BTreeSet<&str> = checks::reached().into_keys().collect();
    let mut jobs = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let own: Vec<&Job> = all.iter().filter(|job| matches!(job, Job::Check(own, ..) if own == operation)).collect();
        // Two faults of each, others than those of the operation before.
        jobs.extend([0, 1].map(|more| own[(2 * at + more) % own.len()].clone()));
    }
    let table = tried(&jobs, 2);
    assert_eq!(table.count(None, Some(Ended::Done)), u64::try_from(2 * operations.len()).unwrap());
}

#[test]
fn an_operation_that_no_apply_calls_gets_over_a_fault_or_says_what_to_do() {
    // Those that wait for the time itself are left to the whole.
    let is_quick = |fault: &Fault| !fault.kind.starts_with("slow") && !fault.kind.ends_with('*');
    let mut jobs = Vec::new();
    for (at, operation) in abroad::operations().into_iter().enumerate() {
        let own = abroad::faults().into_iter().filter(|(own, fault, _)| *own == operation && is_quick(fault));
        let own: Vec<_> = own.collect();
        let (operation, fault, set) = own[at % own.len()];
        jobs.push(Job::Abroad(operation, fault, set));
    }
    let expiries = abroad::expiries().into_iter().step_by(5);
    jobs.extend(expiries.map(|(operation, after, set)| Job::AbroadExpiry(operation, after, set)));
    jobs.extend(abroad::POLICY.into_iter().flat_map(|one| FAULTS.iter().map(move |fault| Job::Policy(one, *fault))));
    assert_eq!(tried(&jobs, 4).count(None, None), u64::try_from(jobs.len()).unwrap());
}

#[test]
fn credentials_that_expire_in_the_middle_lose_nothing() {
    let jobs: Vec<Job> = expiries().into_iter().step_by(29).collect();
    assert_eq!(tried(&jobs, 2).count(None, Some(Ended::Finished)), u64::try_from(jobs.len()).unwrap());
}

#[test]
fn a_connection_that_breaks_between_two_processes_loses_nothing() {
    // Some of those that do not wait for the time limit.
    let is_quick = |job: &Job| matches!(job, Job::Served(_, fault, _) if !fault.kind.starts_with("slow"));
    let jobs: Vec<Job> = over_http().into_iter().filter(is_quick).step_by(31).collect();
    let of_checks = checks::over_http()
        .into_iter()
        .filter(|job| matches!(job, Job::CheckServed(_, fault, _) if !fault.kind.starts_with("slow")));
    let jobs: Vec<Job> = jobs.into_iter().chain(of_checks.step_by(17)).collect();
    assert!(jobs.len() >= 5);
    tried(&jobs, 4);
}

/// Only one change of a style is under way at a time. What waits behind a slow one has not stalled.
#[test]
fn a_call_that_waits_for_its_turn_is_given_its_time() {
    let slow = Fault { name: "slow", kind: "slow:8000:1", ends: Ends::Done };
    let swap = SETS.iter().find(|set| set.scene.name == "swap").unwrap();
    served::tried(swap, "DeleteManagedLoginBranding", slow);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_faults() {
    let late = SETS.iter().map(|set| Job::All(LATE, set));
    let jobs = within(SCENES).into_iter().chain(checks::within(SCENES));
    let jobs: Vec<Job> = jobs.chain(expiries()).chain(late).collect();
    let served: Vec<Job> = over_http().into_iter().chain(abroad()).chain(checks::over_http()).collect();
    let mut table = std::thread::scope(|scope| {
        // Those wait for the time itself, so that many can wait at once.
        let served = scope.spawn(|| tried(&served, 12));
        let mut table = tried(&jobs, 3);
        table.add(served.join().unwrap());
        table
    });
    let faults = FAULTS.iter().chain(checks::NONSENSE).chain([&expiry::FAULT]).chain(served::FAULTS);
    let faults: Vec<&str> = faults.map(|fault| fault.name).collect();

    let operations = reached();
    for (operation, sets) in operations.iter().filter(|(operation, _)| **operation != IMAGE) {
        expiry::meet(&mut table, operation, sets);
    }
    // No operation has been spared a fault without a reason.
    let spared = spared_with_reasons(|row| table.0.contains_key(row));

    let text = format!("{}\nNot tried, and why:\n\n{}", table.text(&faults), spared.concat());
    figures::tell_table("faults", &text);
    let count = |fault, ended| table.count(fault, ended);
    let mut told: Vec<(String, u64)> = vec![
        ("operations".to_owned(), u64::try_from(own().len()).unwrap()),
        ("operations spared a fault, with a reason each".to_owned(), u64::try_from(spared.len()).unwrap()),
        ("operations of checks".to_owned(), u64::try_from(checks::reached().len()).unwrap()),
        ("kinds of fault".to_owned(), u64::try_from(faults.len()).unwrap()),
        ("operations times faults".to_owned(), u64::try_from(table.0.len()).unwrap()),
        ("faults tried".to_owned(), count(None, None)),
        ("ended done".to_owned(), count(None, Some(Ended::Done))),
        ("ended with an error, and the next run finished".to_owned(), count(None, Some(Ended::Finished))),
    ];
    for fault in faults {
        told.push((format!("{fault}: done"), count(Some(fault), Some(Ended::Done))));
        told.push((format!("{fault}: error, then done"), count(Some(fault), Some(Ended::Finished))));
    }
    let told: Vec<(&str, u64)> = told.iter().map(|(what, count)| (what.as_str(), *count)).collect();
    figures::tell("faults", &told);
}
