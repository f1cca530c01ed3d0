//! What somebody else has changed since this program last settled an object: in what the stack declares, and in what
//! nobody declares. Pure, but for [`take`].

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::decide::Actual;
use super::diff;
use super::facts::Facts;
use super::ignore;
use super::kinds::Kinds;
use super::moved::Relabelled;
use super::plan::{Action, After, Change, Plan, Planned};
use super::run::Run;
use crate::address::Address;
use crate::error::Result;
use crate::kind::OnChange;
use crate::state::{Record, Revert, State};

/// What has become of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Drifted {
    /// What AWS calls it.
    pub id: String,
    /// Whether it was deleted.
    pub is_gone: bool,
    /// What differs from what was asked for; the next apply puts it back. Each from what was to what is.
    pub declared: Vec<Change>,
    /// What differs and was never asked for; it is left alone.
    pub undeclared: Vec<Change>,
}

/// Everything that has drifted, each by its address.
pub type Drift = BTreeMap<Address, Drifted>;

/// Holds what AWS shows against what it showed when each object was last settled.
///
/// An object that an earlier run has left before it was settled is left out: what differs in it may be our own doing. So
/// is one that an earlier run has deleted.
#[must_use]
pub fn drift(kinds: &Kinds, state: &State, actual: &Actual, ignored: &BTreeMap<Address, Vec<String>>) -> Drift {
    let mut found = Drift::new();
    for (address, record) in &state.resources {
        let id = record.id.clone();
        let Some(seen) = actual.get(address) else {
            if record.deleting {
                continue;
            }
            found.insert(address.clone(), Drifted { id, is_gone: true, declared: Vec::new(), undeclared: Vec::new() });
            continue;
        };
        if is_unsettled(record) {
            continue;
        }
        let facts = kinds.facts(address);
        let mut since = news(&record.observed, &seen.spec, facts);
        let ignored = ignored.get(address).map_or(&[][..], Vec::as_slice);
        since.retain(|change| {
            // What a cut run has made anew is called otherwise now, where an object still has to do with the old one.
            let is_cut_short = !replaced(&change.path, &record.observed, state, facts).is_empty();
            !is_cut_short && !ignore::is_ignored(&change.path, ignored)
        });
        let is_declared = |change: &Change| is_declared(&record.last_applied, &record.observed, &change.path);
        let (declared, undeclared): (Vec<Change>, Vec<Change>) = since.into_iter().partition(is_declared);
        if !declared.is_empty() || !undeclared.is_empty() {
            found.insert(address.clone(), Drifted { id, is_gone: false, declared, undeclared });
        }
    }
    found
}

/// The drift as a plan that does nothing in AWS, for those who read plans.
#[must_use]
pub fn as_plan(state: &State, actual: &Actual, drift: &Drift) -> Plan {
    let planned = |address: &Address, record: &Record| {
        let seen = actual.get(address).map(|seen| seen.spec.clone());
        let drifted = drift.get(address);
        let is_gone = seen.is_none();
        let changes = drifted.map(|drifted| [&drifted.declared[..], &drifted.undeclared[..]].concat());
        Planned {
            action: if is_gone { Action::Delete } else { Action::Keep },
            id: (!is_gone).then(|| record.id.clone()),
            changes: Vec::new(),
            drift: Vec::new(),
            undeclared: changes.unwrap_or_default(),
            desired: is_gone.then(|| record.observed.clone()),
            target: seen.clone(),
            actual: seen,
            needs: record.needs.clone(),
            needed: record.needs.clone(),
            loses: None,
            warns: Vec::new(),
            is_gone,
            deleted_by_us: is_gone && record.deleting,
            revert: None,
            ignored: None,
            is_asked_anew: false,
            at: address.to_string(),
        }
    };
    Plan {
        stack: state.stack.clone(),
        lineage: state.lineage.clone(),
        serial: state.serial,
        destroy: false,
        relabelled: Relabelled::default(),
        resources: state.resources.iter().map(|(address, one)| (address.clone(), planned(address, one))).collect(),
        steps: Vec::new(),
    }
}

/// Takes what AWS shows into the state: from now on that is how the objects were last seen. What is gone is forgotten,
/// unless something that it has replaced still awaits deletion. AWS is not touched.
///
/// # Errors
/// When the state cannot be saved.
pub async fn take(run: &Run<'_>, actual: &Actual) -> Result<()> {
    let mut has_changed = false;
    let records: Vec<Address> = run.state.borrow().resources.keys().cloned().collect();
    for address in records {
        let mut state = run.state.borrow_mut();
        let Some(record) = state.resources.get_mut(&address) else { continue };
        match actual.get(&address) {
            None if record.deposed.is_empty() => {
                drop(state);
                run.forget(&address);
                has_changed = true;
            }
            Some(seen) if !is_unsettled(record) && (record.observed != seen.spec || record.outputs != seen.outputs) => {
                record.observed.clone_from(&seen.spec);
                record.outputs.clone_from(&seen.outputs);
                has_changed = true;
            }
            _ => {}
        }
    }
    if has_changed { run.save().await } else { Ok(()) }
}

/// The objects that an earlier run has left before they were settled.
pub fn unsettled(state: &State) -> impl Iterator<Item = &Address> {
    state.resources.iter().filter(|(_, record)| is_unsettled(record)).map(|(address, _)| address)
}

/// Whether nobody has read what AWS made of the last change: what differs since then is nobody else's doing.
pub(super) fn is_unsettled(record: &Record) -> bool {
    record.observed.is_null() || record.changing
}

/// An object as it is now, and what the plan makes of it.
pub(super) struct Now<'a> {
    /// What AWS shows.
    pub(super) spec: &'a Value,
    /// What the file asks for.
    pub(super) desired: Option<&'a Value>,
    /// What differs between the two.
    pub(super) changes: &'a [Change],
}

/// What somebody else has changed since the object was last settled: of the changes, which a plan undoes; and what it
/// leaves alone.
pub(super) fn since_settled(
    record: &Record,
    state: &State,
    now: &Now<'_>,
    facts: Facts<'_>,
) -> (Vec<Change>, Vec<Change>) {
    let since = news(&record.observed, now.spec, facts);
    let touched = |path: &str| since.iter().any(|change| overlaps(&change.path, path));
    let drift = now
        .changes
        .iter()
        .filter(|change| {
            let asked = diff::at(&record.last_applied, &change.path);
            let wanted = match &change.after {
                After::Known(value) => Some(value),
                After::Unset | After::Unknown => None,
            };
            asked == wanted && touched(&change.path) && !still_names_replaced(change, &record.observed, state, facts)
        })
        .cloned()
        .collect();
    let undeclared = since
        .iter()
        .filter(|change| !now.changes.iter().any(|wanted| overlaps(&wanted.path, &change.path)))
        // As the file asks for, by a run of ours that failed before it had read it back, or by whoever was quicker.
        .filter(|change| !now.desired.is_some_and(|desired| is_declared(desired, &record.observed, &change.path)))
        .cloned()
        .collect();
    (drift, undeclared)
}

/// What has changed since an object was last seen. A field that was not there, in something that was, and holds AWS's default
/// has not: it was read by a program that did not know the field.
fn news(observed: &Value, spec: &Value, facts: Facts<'_>) -> Vec<Change> {
    let mut since = diff::changes(Some(observed), Some(spec), facts);
    since.retain(|change| match (&change.before, &change.after) {
        (None, After::Known(value)) => {
            let is_new = change.path.rsplit_once('.').is_some_and(|(above, _)| diff::at(observed, above).is_none());
            is_new || change.path.split('.').fold(facts, Facts::key).aws_default().as_ref() != Some(value)
        }
        _ => true,
    });
    since
}

/// Whether a field differs only because what it names has been made anew, by a run that was cut before this object had
/// moved over: it still names the one that awaits deletion.
fn still_names_replaced(change: &Change, observed: &Value, state: &State, facts: Facts<'_>) -> bool {
    let mut replaced = replaced(&change.path, observed, state, facts).into_iter();
    replaced.any(|old| change.before.as_ref().is_some_and(|now| says(now, old)))
}

/// The ids of what a field named when it was last settled, has been made anew since, and awaits deletion.
fn replaced<'a>(path: &str, observed: &Value, state: &'a State, facts: Facts<'_>) -> Vec<&'a str> {
    let named = diff::references(observed, facts).into_iter().filter(|(named, _)| overlaps(named, path));
    let records = named.filter_map(|(_, text)| state.resources.get(&text.parse().ok()?));
    records.flat_map(|record| &record.deposed).map(|old| old.id.as_str()).collect()
}

/// Whether a text anywhere in a value ends with this id: `(not in this stack) arn:…` does.
fn says(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text.ends_with(id),
        Value::Array(items) => items.iter().any(|item| says(item, id)),
        Value::Object(fields) => fields.values().any(|field| says(field, id)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a spec says something at `path`, or of something new that it lies in: AWS fills in the rest of that.
fn is_declared(desired: &Value, before: &Value, path: &str) -> bool {
    let ends = path.match_indices('.').map(|(at, _)| at);
    let is_new = |above: &str| diff::at(before, above).is_none() && diff::at(desired, above).is_some();
    diff::at(desired, path).is_some() || ends.into_iter().any(|end| is_new(&path[..end]))
}

/// Whether one path is the other, or lies below it.
pub(super) fn overlaps(one: &str, other: &str) -> bool {
    let below = |a: &str, b: &str| a == b || (a.starts_with(b) && a.as_bytes().get(b.len()) == Some(&b'.'));
    below(one, other) || below(other, one)
}

impl Revert {
    /// Puts back these changes, as far as AWS can change them on the living object.
    pub(super) fn of(undeclared: &[Change], observed: &Value, spec: &Value, facts: Facts<'_>) -> Option<Self> {
        let back = diff::changes(Some(spec), Some(observed), facts);
        let (mut put, mut drop) = (Map::new(), Map::new());
        for change in undeclared {
            let mut ways = back.iter().filter(|way| overlaps(&way.path, &change.path));
            if !ways.all(|way| way.on_change == OnChange::InPlace) {
                continue;
            }
            let parts = diff::parts(&change.path, &[Some(observed), Some(spec)]);
            match (&change.before, &change.after) {
                (Some(before), _) => lay(&mut put, &parts, before),
                (None, After::Known(now)) => lay(&mut drop, &parts, now),
                (None, _) => {}
            }
        }
        let is_empty = put.is_empty() && drop.is_empty();
        (!is_empty).then_some(Self { put: Value::Object(put), drop: Value::Object(drop) })
    }

    /// What is to be there, and what was: with what is put back.
    #[must_use]
    pub fn with(this: Option<&Self>, desired: &Value, last: &Value) -> (Value, Value) {
        match this {
            Some(Self { put, drop }) => (diff::union(put, desired), diff::union(last, drop)),
            None => (desired.clone(), last.clone()),
        }
    }
}

/// Puts a value at a place, making the maps on the way.
fn lay(into: &mut Map<String, Value>, parts: &[String], value: &Value) {
    let Some((first, rest)) = parts.split_first() else { return };
    if rest.is_empty() {
        into.insert(first.clone(), value.clone());
    } else if let Value::Object(below) = into.entry(first.clone()).or_insert_with(|| Value::Object(Map::new())) {
        lay(below, rest, value);
    }
}
