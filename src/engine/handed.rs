//! What goes from one object of a kind to another without being its key: an identifier of a provider, a person's address,
//! a route.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::facts::{Facts, Handing};
use super::kinds::Kinds;
use super::plan::{Action, Planned};
use crate::address::Address;
use crate::kind::OnChange;

/// What of a spec may go from one object of a kind to another, beside its key.
pub fn handed(spec: &Value, facts: Facts<'_>) -> BTreeMap<String, Handing> {
    let mut found = BTreeMap::new();
    for (field, value) in spec.as_object().into_iter().flatten() {
        let Some(handing) = facts.key(field).handing() else { continue };
        let items = value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let entries = value.as_object().into_iter().flatten().map(|(key, value)| match value.as_str() {
            Some(text) => format!("{key}: {text}"),
            None => key.clone(),
        });
        found.extend(items.chain(entries).map(|one| (one, handing)));
    }
    found
}

/// What of each object another takes over before it is given up, by path. Of two that exchange such things, one is without
/// them for a moment, so that neither counts.
pub fn passed_on(kinds: &Kinds, planned: &BTreeMap<Address, Planned>) -> BTreeMap<Address, Vec<(String, String)>> {
    let sides: Vec<(&Address, Side<'_>, Side<'_>)> = planned
        .iter()
        .map(|(address, one)| {
            let target = one.target.as_ref().filter(|_| one.action != Action::Delete);
            let facts = kinds.facts(address);
            (address, Side::of(one.actual.as_ref(), facts), Side::of(target, facts))
        })
        .filter(|(_, now, then)| now.entries != then.entries)
        .collect();
    let passes = |(from, now, keeps): &(&Address, Side<'_>, Side<'_>),
                  (to, has, takes): &(&Address, Side<'_>, Side<'_>)| {
        let is_alike = from.kind == to.kind && from != to && now.belongs_to == takes.belongs_to;
        let gives = now.entries.difference(&keeps.entries).filter(|_| is_alike);
        let passes = gives.filter(|entry| takes.entries.contains(*entry) && !has.entries.contains(*entry));
        passes.cloned().collect::<Vec<_>>()
    };
    let mut found: BTreeMap<Address, Vec<(String, String)>> = BTreeMap::new();
    for from in &sides {
        for to in sides.iter().filter(|to| passes(to, from).is_empty()) {
            found.entry(from.0.clone()).or_default().extend(passes(from, to));
        }
    }
    found
}

/// What one object has, or will have, that another may take over.
struct Side<'a> {
    /// Field and key.
    entries: BTreeSet<(String, String)>,
    /// What the object cannot be moved from, its API for one: elsewhere, the same key is something else.
    belongs_to: Vec<&'a Value>,
}

impl<'a> Side<'a> {
    fn of(spec: Option<&'a Value>, facts: Facts<'_>) -> Self {
        let fields = || spec.and_then(Value::as_object).into_iter().flatten();
        let handed = fields().filter(|(field, _)| facts.key(field).handing() == Some(Handing::TakenFirst));
        let entries = handed.flat_map(|(field, value)| {
            value.as_object().into_iter().flatten().map(|(key, _)| (field.clone(), key.clone()))
        });
        let fixed = fields().filter(|(field, _)| facts.key(field).on_change == OnChange::Replace);
        Self { entries: entries.collect(), belongs_to: fixed.map(|(_, value)| value).collect() }
    }
}
