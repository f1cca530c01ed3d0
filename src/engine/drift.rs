//! What somebody else has changed since an object was last settled, told apart from what this stack itself did. Pure.

use serde_json::Value;

use super::diff;
use super::facts::Facts;
use super::plan::{After, Change};
use crate::state::{Record, State};

/// An object as it is now, and what the plan makes of it.
pub struct Now<'a> {
    /// What AWS shows.
    pub spec: &'a Value,
    /// What the file asks for.
    pub desired: Option<&'a Value>,
    /// What differs between the two.
    pub changes: &'a [Change],
}

/// Whether nobody has read what AWS made of the last change: what differs since then is nobody else's doing.
pub fn is_unsettled(record: &Record) -> bool {
    record.observed.is_null() || record.changing
}

/// What somebody else has changed since the object was last settled: in what is declared, and in what is not.
pub fn since_settled(record: &Record, state: &State, now: &Now<'_>, facts: Facts<'_>) -> (Vec<Change>, Vec<Change>) {
    let since = diff::changes(Some(&record.observed), Some(now.spec), facts);
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
        // What the file asks for too, and somebody else was quicker to do.
        .filter(|change| now.desired.is_none_or(|desired| diff::at(desired, &change.path).is_none()))
        .cloned()
        .collect();
    (drift, undeclared)
}

/// Whether a field differs only because what it names has been made anew, by a run that was cut before this object had
/// moved over: it still names the one that awaits deletion.
fn still_names_replaced(change: &Change, observed: &Value, state: &State, facts: Facts<'_>) -> bool {
    let named = diff::references(observed, facts).into_iter().filter(|(path, _)| overlaps(path, &change.path));
    let records = named.filter_map(|(_, text)| state.resources.get(&text.parse().ok()?));
    let mut replaced = records.flat_map(|record| &record.deposed);
    replaced.any(|old| change.before.as_ref().is_some_and(|now| says(now, &old.id)))
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

/// Whether one of two paths is the other, or lies below it.
pub fn overlaps(one: &str, other: &str) -> bool {
    let below = |a: &str, b: &str| a == b || (a.starts_with(b) && a.as_bytes().get(b.len()) == Some(&b'.'));
    below(one, other) || below(other, one)
}
