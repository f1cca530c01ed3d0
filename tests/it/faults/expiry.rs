//! Credentials that expire: from one call on, every call is refused, wherever in the run that is.

use std::collections::BTreeSet;

use super::scenes::Set;
use super::tries::{Ended, Ends, Fault, finished};

pub const FAULT: Fault = Fault {
    name: "expired from then on",
    kind: "expired",
    ends: Ends::Said("Hint: the credentials have expired: log in"),
};

/// How many calls go well before the first of an operation, and before the last.
pub fn places(set: &Set, operation: &str) -> BTreeSet<usize> {
    let first = set.calls.iter().position(|call| call.name == operation);
    let last = set.calls.iter().rposition(|call| call.name == operation);
    first.into_iter().chain(last).collect()
}

/// Lets the credentials expire after so many calls, and tells which operation was the first to be refused.
pub fn tried(set: &Set, after: usize) -> (String, Ended) {
    let house = set.house();
    let (ran, calls) = set.tried(&house, &format!("*+{after}=expired"));
    assert!(calls.len() > after, "{} calls, and {after} were to go well:\n{}", calls.len(), ran.err);
    let named = ran.err.lines().find_map(|line| line.strip_prefix("Caused by: ")?.split_once(": Expired"));
    let (operation, _) = named.unwrap_or_else(|| panic!("no operation is named:\n{}", ran.err));
    let operation = operation.to_owned();
    let ended = finished(set, &house, &ran, &operation, FAULT);
    (operation, ended)
}
