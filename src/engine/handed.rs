//! What goes from one object of a kind to another without being its key: an identifier of a provider, a person's address,
//! a route.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::facts::{Facts, Handing};
use super::kinds::Kinds;
use super::plan::{Action, Planned};
use crate::address::Address;

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
    let entries = |address: &Address, spec: Option<&Value>| {
        let facts = kinds.facts(address);
        let fields = spec.and_then(Value::as_object).into_iter().flatten();
        let fields = fields.filter(|(field, _)| facts.key(field).handing() == Some(Handing::TakenFirst));
        let entries = fields.flat_map(|(field, value)| {
            value.as_object().into_iter().flatten().map(|(key, _)| (field.clone(), key.clone()))
        });
        entries.collect::<BTreeSet<_>>()
    };
    let sides: BTreeMap<&Address, (BTreeSet<_>, BTreeSet<_>)> = planned
        .iter()
        .map(|(address, one)| {
            let target = one.target.as_ref().filter(|_| one.action != Action::Delete);
            (address, (entries(address, one.actual.as_ref()), entries(address, target)))
        })
        .filter(|(_, (has, will_have))| has != will_have)
        .collect();
    let passes = |from: &Address, to: &Address| -> Vec<(String, String)> {
        let ((has, keeps), (had, takes)) = (&sides[from], &sides[to]);
        has.difference(keeps).filter(|entry| takes.contains(*entry) && !had.contains(*entry)).cloned().collect()
    };
    let mut found: BTreeMap<Address, Vec<(String, String)>> = BTreeMap::new();
    for from in sides.keys() {
        for to in sides.keys().filter(|to| to.kind == from.kind && *to != from && passes(to, from).is_empty()) {
            found.entry((*from).clone()).or_default().extend(passes(from, to));
        }
    }
    found
}
