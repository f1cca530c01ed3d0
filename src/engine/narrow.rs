//! What the command line asks of single resources: only these, all but these, these anew. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Action, Planned};
use crate::address::{self, Address};
use crate::error::Problem;

type All = BTreeMap<Address, Planned>;

/// The resources that an option names: one, or all of a kind.
fn named(planned: &All, option: &str, wanted: &[Address], problems: &mut Vec<Problem>) -> Vec<Address> {
    let mut all = Vec::new();
    for one in wanted {
        let fits = |address: &&Address| *address == one || (one.name.is_none() && address.kind == one.kind);
        let found: Vec<Address> = planned.keys().filter(fits).cloned().collect();
        if found.is_empty() {
            let meant = address::meant(one, planned.keys()).map(|one| format!("did you mean `{one}`? "));
            problems.push(
                Problem::new("", format!("--{option} {one}: this stack holds nothing of that address")).hint(format!(
                    "{}it holds: {}",
                    meant.unwrap_or_default(),
                    planned.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                )),
            );
        }
        all.extend(found);
    }
    all
}

/// Those that refer to a resource, or will.
fn dependents<'a>(planned: &'a All, address: &'a Address) -> impl Iterator<Item = Address> + 'a {
    let needs = move |one: &Planned| one.needed.contains(address) || one.needs.contains(address);
    planned.iter().filter(move |(_, one)| needs(one)).map(|(other, _)| other.clone())
}

fn goes(one: &Planned) -> bool {
    matches!(one.action, Action::Delete | Action::Replace)
}

/// Leaves alone what is neither a target, nor needed by one, nor would dangle without it.
pub(super) fn only(planned: &mut All, targets: &[Address], problems: &mut Vec<Problem>) {
    if targets.is_empty() {
        return;
    }
    let mut wanted: BTreeSet<Address> = BTreeSet::new();
    let mut open = named(planned, "target", targets, problems);
    while let Some(address) = open.pop() {
        if !wanted.insert(address.clone()) {
            continue;
        }
        let Some(one) = planned.get(&address) else { continue };
        open.extend(one.needs.iter().cloned());
        if goes(one) {
            open.extend(dependents(planned, &address));
        }
    }
    for (_, one) in planned.iter_mut().filter(|(address, _)| !wanted.contains(address)) {
        one.leave_alone();
    }
}

/// Leaves alone what is excluded, with what needs it, and with what would take it along when it goes.
pub(super) fn without(planned: &mut All, excludes: &[Address], problems: &mut Vec<Problem>) {
    // Each with whether those that need it stay too.
    let mut left: BTreeMap<Address, bool> = BTreeMap::new();
    let wanted = named(planned, "exclude", excludes, problems);
    let mut open: Vec<(Address, bool)> = wanted.into_iter().map(|address| (address, true)).collect();
    while let Some((address, spreads)) = open.pop() {
        if left.get(&address).is_some_and(|spread| *spread || !spreads) {
            continue;
        }
        left.insert(address.clone(), spreads);
        if spreads {
            open.extend(dependents(planned, &address).map(|other| (other, true)));
        }
        let needed = planned.get(&address).map(|one| one.needed.clone()).unwrap_or_default();
        for need in needed {
            match planned.get(&need).map(|one| one.action) {
                // What would be made anew only because this is, is not.
                Some(Action::Replace) => open.push((need, true)),
                // What else is in it may go without it.
                Some(Action::Delete) => open.push((need, false)),
                _ => {}
            }
        }
    }
    for address in left.keys() {
        if let Some(one) = planned.get_mut(address) {
            one.leave_alone();
        }
    }
}

/// Makes anew what somebody wants anew. What is to be made or to go anyway is left to that.
pub(super) fn replace(planned: &mut All, replaces: &[Address], problems: &mut Vec<Problem>) {
    for address in named(planned, "replace", replaces, problems) {
        if let Some(one) = planned.get_mut(&address)
            && matches!(one.action, Action::Keep | Action::Update | Action::Replace)
            && one.actual.is_some()
            && one.desired.is_some()
        {
            one.action = Action::Replace;
            one.is_asked_anew = true;
        }
    }
}
