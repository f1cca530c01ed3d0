//! The secrets that specs stand for: found by the kinds' facts, read once, and known again by their fingerprints.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZeroUsize;
use std::path::Path;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;

use super::facts::Facts;
use super::kinds::Kinds;
use super::plan::{After, Change, Desired, Plan};
use super::run::Run;
use crate::aws::outside;
use crate::error::{Problem, Result};
use crate::secret::{FINGERPRINT, Place, Salt, SecretRef, known, veiled};

/// What stands in the place of a fingerprint where one secret becomes another.
const CHANGED: &str = "changed";
/// The field that says so, beside the place.
const SAYS: &str = "secret";

/// Every place that holds a secret of these specs.
#[must_use]
pub fn places(kinds: &Kinds, desired: &Desired) -> BTreeSet<Place> {
    let specs = desired.resources.iter();
    specs.flat_map(|(address, one)| found(&one.spec, kinds.facts(address))).map(|(_, one)| one.place).collect()
}

/// Reads every secret that is desired, keeps it in `run`, and gives each reference its fingerprint. AWS is asked for
/// nothing where it keeps none of them.
///
/// # Errors
/// Every secret that could not be read, each at its place in the stack file; and faults of the machine.
pub async fn resolve(run: &Run<'_>, desired: &mut Desired, root: &Path) -> Result<Vec<Problem>> {
    let places = places(run.kinds, desired);
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let read = outside::read(&run.aws, root, places).await;
    let (mut problems, mut asked) = (Vec::new(), Vec::new());
    for (address, resource) in &desired.resources {
        let facts = run.kinds.facts(address);
        let (lineage, old) = {
            let state = run.state.borrow();
            let last = state.resources.get(address).and_then(|record| record.last());
            let old: BTreeMap<String, SecretRef> =
                last.map(|(spec, _)| found(spec, facts).into_iter().collect()).unwrap_or_default();
            (state.lineage.clone(), old)
        };
        for (path, one) in found(&resource.spec, facts) {
            let secret = match read.get(&one.place) {
                Some(Ok(secret)) => Some(secret),
                Some(Err(unread)) => {
                    problems.push(Problem::new(format!("{}.{path}", resource.at), &unread.message).hint(&unread.hint));
                    None
                }
                None => None,
            };
            let salt = old.get(&path).and_then(|old| old.fingerprint.as_ref()?.salt());
            let salt = salt.unwrap_or_else(|| Salt::of_field(&lineage, &address.to_string(), &path));
            asked.push((one, secret, salt));
        }
    }
    // Each fingerprint takes a core for a tenth of a second: as many side by side as there are cores.
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let kept = stream::iter(asked).map(|(asked, secret, salt)| async move {
        let Some(secret) = secret else { return Ok(asked) };
        run.secrets.keep(SecretRef::at(asked.place), secret.reveal(), salt).await
    });
    let mut kept: VecDeque<SecretRef> = kept.buffered(cores).try_collect().await?;
    for (address, resource) in &mut desired.resources {
        each("", &mut resource.spec, run.kinds.facts(address), &mut |_, value| {
            if reference(value).is_some()
                && let Some(read) = kept.pop_front()
            {
                *value = serde_json::to_value(read).unwrap_or_default();
            }
        });
    }
    Ok(problems)
}

/// The record of an object with the secrets that were sent to it just now: AWS does not show them, and what was taken is
/// there.
pub fn noted(observed: &mut Value, sent: &Value, facts: Facts<'_>) {
    match (observed, sent) {
        (Value::Object(observed), Value::Object(sent)) => {
            for (key, value) in sent {
                let below = facts.key(key);
                if below.is_secret() && known(value).is_some() {
                    observed.insert(key.clone(), value.clone());
                } else if let Some(observed) = observed.get_mut(key) {
                    noted(observed, value, below);
                }
            }
        }
        (Value::Array(observed), Value::Array(sent)) => {
            observed.iter_mut().zip(sent).for_each(|(one, sent)| noted(one, sent, facts.item()));
        }
        _ => {}
    }
}

/// Every secret of a spec, by the path of its field.
fn found(spec: &Value, facts: Facts<'_>) -> Vec<(String, SecretRef)> {
    let mut found = Vec::new();
    each("", &mut spec.clone(), facts, &mut |path, value| {
        found.extend(reference(value).map(|one| (path.to_owned(), one)));
    });
    found
}

/// What stands where a secret belongs, when it is one.
fn reference(value: &Value) -> Option<SecretRef> {
    serde_json::from_value(value.clone()).ok()
}

/// Calls `act` for each value that stands where a secret belongs.
fn each(path: &str, value: &mut Value, facts: Facts<'_>, act: &mut dyn FnMut(&str, &mut Value)) {
    if value.is_object() && facts.is_secret() {
        return act(path, value);
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                each(&format!("{path}[{index}]"), item, facts.item(), act);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                each(&path, value, facts.key(key), act);
            }
        }
        _ => {}
    }
}

/// A plan as it is shown: without fingerprints, but for the word where a secret becomes another.
#[must_use]
pub fn shown(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    for one in plan.resources.values_mut() {
        let changed: Vec<SecretRef> = one.changes.iter().filter_map(|change| Some(becomes(change)?.1)).collect();
        for change in one.changes.iter_mut().chain(&mut one.drift).chain(&mut one.undeclared) {
            *change = shown_change(change);
        }
        for spec in [&mut one.target, &mut one.desired].into_iter().flatten() {
            marked(spec, &changed);
            *spec = veiled(spec);
        }
        one.actual = one.actual.as_ref().map(veiled);
        if let Some(ignored) = &mut one.ignored {
            ignored.whole = veiled(&ignored.whole);
        }
    }
    plan
}

/// A change as it is shown.
#[must_use]
pub fn shown_change(change: &Change) -> Change {
    let mut after = change.after.clone();
    if let After::Known(after) = &mut after {
        *after = veiled(after);
        if let (Some(_), Some(fields)) = (becomes(change), after.as_object_mut()) {
            fields.insert(SAYS.to_owned(), CHANGED.into());
        }
    }
    Change { before: change.before.as_ref().map(veiled), after, ..change.clone() }
}

/// The place of a secret that becomes another, where a value that is shown says so.
#[must_use]
pub fn says_changed(shown: &Value) -> Option<Value> {
    let mut fields = shown.as_object().filter(|fields| fields.get(SAYS) == Some(&CHANGED.into()))?.clone();
    fields.remove(SAYS);
    serde_json::from_value::<SecretRef>(Value::Object(fields.clone())).ok().map(|_| Value::Object(fields))
}

/// The two secrets of a change from one to another.
fn becomes(change: &Change) -> Option<(SecretRef, SecretRef)> {
    let After::Known(after) = &change.after else { return None };
    known(change.before.as_ref()?).zip(known(after))
}

/// Says of each of these secrets, wherever it stands in a spec, that it has changed.
fn marked(value: &mut Value, changed: &[SecretRef]) {
    let is_changed = known(value).is_some_and(|one| changed.contains(&one));
    match value {
        Value::Object(fields) if is_changed => {
            fields.insert(SAYS.to_owned(), CHANGED.into());
            // A secret is known by having a place and a fingerprint, and nothing else.
            fields.retain(|key, _| key != FINGERPRINT);
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| marked(value, changed)),
        Value::Array(items) => items.iter_mut().for_each(|value| marked(value, changed)),
        _ => {}
    }
}
