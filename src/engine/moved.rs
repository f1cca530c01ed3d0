//! What the stack file says of the state itself: resources that have another name, and objects to forget. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kinds::Kinds;
use super::plan::Desired;
use crate::address::Address;
use crate::kind::OnChange;
use crate::state::{Record, State};

/// What was changed in what is remembered; AWS knows nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relabelled {
    /// The address so far, and the one from now on.
    pub moved: Vec<(Address, Address)>,
    /// What is forgotten, and what AWS calls it.
    pub forgotten: Vec<(Address, String)>,
}

impl Relabelled {
    /// Whether nothing was changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.forgotten.is_empty()
    }
}

/// Gives what is remembered the names that the file has for it, and drops what it is to forget.
///
/// A name that is taken already is left: then both stand in the state, and the plan says what becomes of the old one.
///
/// What AWS knows by nothing but what the file still asks for is the same object under another address, whether the file says
/// so or not: a group of that name, the look of a client that has moved. To make it again and delete it would be to delete
/// what was just made.
pub fn relabel(state: &mut State, desired: &Desired, kinds: &Kinds) -> Relabelled {
    let mut done = Relabelled::default();
    for (from, to) in &desired.moved {
        let is_there = state.resources.contains_key(from) || state.pending.contains_key(from);
        let is_taken = state.resources.contains_key(to) || state.pending.contains_key(to);
        if is_there && !is_taken {
            rename(state, from, to);
            done.moved.push((from.clone(), to.clone()));
        }
    }
    for address in &desired.forget {
        if let Some(record) = state.resources.remove(address) {
            done.forgotten.push((address.clone(), record.id.clone()));
        }
    }
    for (from, to) in same_objects(state, desired, kinds) {
        rename(state, &from, &to);
        done.moved.push((from, to));
    }
    done
}

/// What is remembered at an address that nothing is asked for at any more, with the new address that asks for that very object.
fn same_objects(state: &State, desired: &Desired, kinds: &Kinds) -> Vec<(Address, Address)> {
    let is_known = |address: &Address| state.resources.contains_key(address) || state.pending.contains_key(address);
    let is_left = |address: &Address, record: &Record| {
        !desired.resources.contains_key(address) && !state.pending.contains_key(address) && !record.deleting
    };
    let mut left: BTreeMap<(&str, String), Vec<(&Address, &Value)>> = BTreeMap::new();
    for (from, record) in state.resources.iter().filter(|(address, record)| is_left(address, record)) {
        let seen = if record.observed.is_null() { &record.last_applied } else { &record.observed };
        if let Some(key) = kinds.facts(from).unique(seen) {
            left.entry((&from.kind, key)).or_default().push((from, seen));
        }
    }
    let mut found = Vec::new();
    if left.is_empty() {
        return found;
    }
    for (to, resource) in desired.resources.iter().filter(|(address, _)| !is_known(address)) {
        let facts = kinds.facts(to);
        let Some(key) = facts.unique(&resource.spec).map(|key| (to.kind.as_str(), key)) else { continue };
        let Some(alike) = left.get_mut(&key) else { continue };
        // What would be made anew all the same is another object: a record of another type under the same name.
        let fields = resource.spec.as_object().into_iter().flatten();
        let fixed: Vec<_> = fields.filter(|(field, _)| facts.key(field).on_change == OnChange::Replace).collect();
        let is_it = |seen: &Value| fixed.iter().all(|(field, value)| seen.get(*field) == Some(*value));
        if let Some(at) = alike.iter().position(|(_, seen)| is_it(seen)) {
            found.push((alike.swap_remove(at).0.clone(), to.clone()));
        }
    }
    found
}

/// Gives a resource another address, also where others refer to it.
pub fn rename(state: &mut State, from: &Address, to: &Address) {
    if let Some(record) = state.resources.remove(from) {
        state.resources.insert(to.clone(), record);
    }
    if let Some(intent) = state.pending.remove(from) {
        state.pending.insert(to.clone(), intent);
    }
    let needed =
        |needs: &mut Vec<Address>| needs.iter_mut().filter(|need| *need == from).for_each(|need| need.clone_from(to));
    let (old, new) = (from.to_string(), to.to_string());
    for record in state.resources.values_mut().map(|record| &mut **record) {
        needed(&mut record.needs);
        // What was asked for and what was seen name it too.
        for spec in [&mut record.last_applied, &mut record.observed] {
            replace(spec, &old, &new);
        }
    }
    for intent in state.pending.values_mut() {
        needed(&mut intent.needs);
        replace(&mut intent.desired, &old, &new);
    }
}

/// Replaces every text that is `from`.
fn replace(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, from, to)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, from, to)),
        _ => {}
    }
}
