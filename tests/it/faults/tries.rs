//! One fault, in one scene: how the run ends, what it says, and that the next run finishes what it began.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::operations::{IMAGE, plain, service};
use super::scenes::{Set, addresses};
use crate::real_cuts::{nameless, same};
use crate::setup::known;
use crate::setup::{House, Ran};

/// What goes wrong: its name, how the sandbox is told, and how a run must end.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub name: &'static str,
    /// What follows `CreateUserPool=`.
    pub kind: &'static str,
    pub ends: Ends,
}

/// How a run must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Done, as though nothing had been.
    Done,
    /// With an error, which says this.
    Said(&'static str),
    /// Done, since the call is made again; where it is one of [`ONCE`], see [`ends`].
    Repeated,
    /// Done, or with an error.
    Either,
}

/// The calls that are not made again by themselves: each makes an object, and AWS takes no token by which it would know a
/// second such call for the first one. Made again after an answer that was lost, it would make a second object, or be
/// refused for the first. The program looks what is there instead.
const ONCE: [&str; 13] = [
    "AddUserPoolClientSecret",
    "AdminCreateUser",
    "CreateAuthorizer",
    "CreateGroup",
    "CreateIdentityPool",
    "CreateIdentityProvider",
    "CreateManagedLoginBranding",
    "CreateResourceServer",
    "CreateTerms",
    "CreateUserPool",
    "CreateUserPoolClient",
    "CreateUserPoolDomain",
    "CreateUserPoolReplica",
];

/// What to do where the logo cannot be downloaded.
const NO_LOGO: &str = "Hint: ";

/// The one of these that the program itself makes again, within the same run: a secret has no name, so that it sees by the
/// list alone whether one was added, and takes back what it cannot know.
const ANEW: &str = "AddUserPoolClientSecret";

/// How a run must end in which this operation meets that. One that only reads ends done, for it is made again.
pub fn ends(operation: &str, fault: Fault) -> Ends {
    if fault.ends != Ends::Repeated {
        // What serves the logo is no API, and has words of its own.
        let has_words = operation == IMAGE && matches!(fault.ends, Ends::Said(_));
        return if has_words { Ends::Said(NO_LOGO) } else { fault.ends };
    }
    let takes_effect = ["drop-after", "truncate"].contains(&fault.kind);
    match operation {
        // AWS does in the end what nobody waits for any more, beside what was done meanwhile.
        once if ONCE.contains(&once) && fault.kind.starts_with("slow") => Ends::Either,
        // While API Gateway does not know the issuer of a new pool it refuses: what is lost then is a refusal, and nothing is
        // there to be found.
        "CreateAuthorizer" if takes_effect => Ends::Either,
        // What is there is found.
        once if ONCE.contains(&once) && (takes_effect || once == ANEW) => Ends::Done,
        once if ONCE.contains(&once) => Ends::Said("Hint: "),
        _ => Ends::Done,
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Done.
    Done,
    /// With an error, and a rerun finished it.
    Finished,
}

/// Every operation, as the sandbox is told.
pub const ALL: &str = "*";

/// What was tried: for each operation and fault, how it ended in each scene.
#[derive(Default)]
pub struct Table(pub BTreeMap<(String, &'static str), Vec<Ended>>);

impl Table {
    pub fn note(&mut self, operation: &str, fault: &'static str, ended: Ended) {
        self.0.entry((operation.to_owned(), fault)).or_default().push(ended);
    }

    /// Takes in what was tried elsewhere.
    pub fn add(&mut self, other: Self) {
        for (row, ended) in other.0 {
            self.0.entry(row).or_default().extend(ended);
        }
    }

    /// How many ended so.
    pub fn count(&self, fault: Option<&str>, ended: Option<Ended>) -> u64 {
        let tries = self.0.iter().filter(|((_, name), _)| fault.is_none_or(|fault| fault == *name));
        let matching = |all: &Vec<Ended>| all.iter().filter(|one| ended.is_none_or(|ended| ended == **one)).count();
        tries.map(|(_, all)| u64::try_from(matching(all)).unwrap()).sum()
    }

    /// For each operation a line, for each fault how the tries of it ended.
    pub fn text(&self, faults: &[&'static str]) -> String {
        let mut lines = vec![format!("| operation | {} |", faults.join(" | "))];
        lines.push(format!("|---|{}", "---|".repeat(faults.len())));
        let mut operations: Vec<&String> = self.0.keys().map(|(operation, _)| operation).collect();
        operations.dedup();
        for operation in operations {
            let cells: Vec<String> = faults.iter().map(|fault| self.cell(operation, fault)).collect();
            lines.push(format!("| {operation} | {} |", cells.join(" | ")));
        }
        lines.join("\n") + "\n"
    }

    fn cell(&self, operation: &str, fault: &'static str) -> String {
        let Some(tries) = self.0.get(&(operation.to_owned(), fault)) else { return "–".to_owned() };
        let of = |ended: Ended, what: &str| {
            let count = tries.iter().filter(|one| **one == ended).count();
            (count > 0).then(|| format!("{what} {count}"))
        };
        let said = [of(Ended::Done, "done"), of(Ended::Finished, "error+rerun")];
        said.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Does all `jobs`, `at_once` of them at any time, and fails with all that failed.
pub fn all<T: Sync>(jobs: &[T], at_once: usize, name: impl Fn(&T) -> String + Sync, job: impl Fn(&T) + Sync) {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(one) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(why) = catch_unwind(AssertUnwindSafe(|| job(one))) {
                        let why = why.downcast_ref::<String>().cloned();
                        let why = why.unwrap_or_else(|| "a check has failed; see above".to_owned());
                        wrong.lock().unwrap().push(format!("=== {}\n{why}", name(one)));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} went wrong:\n{}", wrong.len(), jobs.len(), wrong.join("\n"));
}

/// Tries one fault of one operation in one scene, in a sandbox of the program's own process.
pub fn tried(set: &Set, operation: &str, fault: Fault) -> Ended {
    let house = set.house();
    let (ran, calls) = set.tried(&house, &met(set, operation, fault));
    assert!(
        operation == ALL || calls.iter().any(|call| call.name == plain(operation)),
        "{operation} was never called:\n{}",
        ran.err
    );
    if fault.name == "denied" {
        names_the_action(&ran, operation);
    }
    finished(set, &house, &ran, operation, fault)
}

/// A fault of the work itself: what its checks call before goes well.
pub fn met(set: &Set, operation: &str, fault: Fault) -> String {
    match set.before(operation) {
        0 => format!("{operation}={}", fault.kind),
        before => format!("{operation}+{before}={}", fault.kind),
    }
}

/// Sees that a run has ended as it may, and that the next one ends where an undisturbed one would have.
#[track_caller]
pub fn finished(set: &Set, house: &House, ran: &Ran, operation: &str, fault: Fault) -> Ended {
    ended_well(ran, operation, fault);
    let (world, state) = ("state/sandbox/.world.json", set.state());
    let ended = if ran.code == Some(0) { Ended::Done } else { Ended::Finished };
    if ended == Ended::Finished {
        nothing_is_forgotten(&house.json(world), &read(house, &state));
        let again = set.again(house);
        assert_eq!(again.code, Some(0), "first:\n{}\nrerun:\n{}\n{}", ran.err, again.out, again.err);
    }
    converged(set, &house.json(world), &house.json(&state));
    if !set.is_destroy() {
        let plan = set.plan(house);
        assert_eq!(plan.code, Some(0), "first:\n{}\nplan:\n{}\n{}", ran.err, plan.out, plan.err);
    }
    ended
}

/// The state, or none where the run ended before it wrote any.
pub fn read(house: &House, path: &str) -> Value {
    if house.path(path).exists() { house.json(path) } else { Value::Null }
}

/// That a run ended as it may: done, or with an error that says what was done, what was not, and what to do.
#[track_caller]
pub fn ended_well(ran: &Ran, operation: &str, fault: Fault) {
    let said = format!("{}\n{}", ran.out, ran.err);
    match (ends(operation, fault), ran.code) {
        (Ends::Done, Some(0)) | (Ends::Either, Some(0 | 1)) => {}
        (Ends::Said(text), Some(1)) => assert!(ran.err.contains(text), "`{text}` is not in:\n{said}"),
        (ends, code) => panic!("{ends:?} was to be, and the end is {code:?}:\n{said}"),
    }
    if ran.code == Some(1) {
        says_enough(ran, operation);
    }
}

#[track_caller]
fn says_enough(ran: &Ran, operation: &str) {
    let err = &ran.err;
    assert!(err.contains("Error: "), "{err}");
    let operation = if operation == ALL { "" } else { plain(operation) };
    let name = if operation == IMAGE { "could not be downloaded" } else { operation };
    let names = err.contains(&format!("{name}: ")) || operation == IMAGE && err.contains("for AWS to serve the logo");
    assert!(names, "{operation} is not named:\n{err}");
    assert!(err.contains("Hint: "), "nothing is said of what to do:\n{err}");
    // A run that had begun says how far it came; one that had not, that nothing was changed.
    let how_far = err.contains("Not all done: ") && err.contains("Hint: what was done is recorded; `stack ");
    assert!(how_far || err.contains("nothing was changed"), "what was done is not said:\n{err}");
    let lost = err.contains("not begun: ");
    assert_eq!(lost, err.contains(" not begun, in "), "{err}");
}

/// That a denial names the missing action, and on what.
#[track_caller]
pub fn names_the_action(ran: &Ran, operation: &str) {
    let action = format!("Hint: allow `{}:{}` on `", service(operation), plain(operation));
    assert!(ran.err.contains(&action), "`{action}` is not in:\n{}", ran.err);
}

/// Whatever AWS holds, the state remembers, or the intent of the one call that may have made it.
#[track_caller]
pub fn nothing_is_forgotten(world: &Value, state: &Value) {
    let none = serde_json::Map::new();
    let pending = state["pending"].as_object().unwrap_or(&none);
    let mut kinds: Vec<&str> = pending.keys().map(|address| address.split('.').next().unwrap()).collect();
    for id in known::unknown(world, state) {
        let may_be: &[&str] = match id.as_bytes() {
            id if id.starts_with(b"arn:") => &["certificate", "lambda_permission"],
            id if id.starts_with(b"Z") => &["dns_record"],
            id if id.contains(&b'/') => &[
                "app_client",
                "ui_customization",
                "managed_login_branding",
                "identity_provider",
                "resource_server",
                "group",
                "user",
                "risk_configuration",
                "replica",
                "terms",
            ],
            _ => &["user_pool", "domain"],
        };
        let intent = kinds.iter().position(|kind| may_be.contains(kind));
        let intent = intent.unwrap_or_else(|| panic!("{id} is in AWS, and nobody remembers it: {state:#}"));
        kinds.remove(intent);
    }
}

/// That AWS and the state are where an undisturbed run leaves them.
#[track_caller]
pub fn converged(set: &Set, world: &Value, state: &Value) {
    known::check(world, state);
    assert_eq!(addresses(state), set.addresses);
    same(&set.end, &nameless(world.clone()), set.scene.name);
}
