//! Credentials that expire: from one call on, every call is refused, wherever in the run that is.

use std::collections::BTreeSet;

use super::scenes::Set;
use super::tries::{Ended, Ends, Fault, Table, finished};

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

/// A refusal to delete a domain is told, and not that nobody could look at the domain after it.
#[test]
fn the_call_that_was_refused_is_the_one_that_is_named() {
    // One of a name that two services have, too.
    for operation in ["DeleteUserPoolDomain", "cognito-identity.TagResource"] {
        let set = super::SETS.iter().find(|set| set.calls.iter().any(|call| call.name == operation)).unwrap();
        let mut table = Table::default();
        meet(&mut table, operation, &[set]);
        assert!(table.count(Some(FAULT.name), None) > 0);
        assert!(table.0.contains_key(&(operation.to_owned(), FAULT.name)), "{:?}", table.0.keys());
    }
}

/// Tries the places round those until the operation was the first to be refused, where it has not been at its own: calls
/// that are made side by side do not always come in the same order.
pub fn meet(table: &mut Table, operation: &str, sets: &[&Set]) {
    let met = (operation.to_owned(), FAULT.name);
    for set in sets {
        let own = places(set, operation);
        for far in 0..=4 {
            let round = own.iter().flat_map(|own| [own.checked_sub(far), own.checked_add(far)]).flatten();
            // The last calls may be fewer in another run.
            for after in round.filter(|place| place + 2 < set.calls.len()) {
                if table.0.contains_key(&met) {
                    return;
                }
                let (first, ended) = tried(set, after);
                table.note(&first, FAULT.name, ended);
            }
        }
    }
}

/// Lets the credentials expire after so many calls, and tells which operation was the first to be refused.
pub fn tried(set: &Set, after: usize) -> (String, Ended) {
    let house = set.house();
    let (ran, calls) = set.tried(&house, &format!("*+{after}=expired"));
    assert!(calls.len() > after, "{} calls, and {after} were to go well:\n{}", calls.len(), ran.err);
    let named = ran.err.lines().find_map(|line| line.strip_prefix("Caused by: ")?.split_once(": Expired"));
    let (operation, _) = named.unwrap_or_else(|| panic!("no operation is named:\n{}", ran.err));
    let operation = set.scene.told_apart(operation.to_owned());
    let ended = finished(set, &house, &ran, &operation, FAULT);
    (operation, ended)
}
