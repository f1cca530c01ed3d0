//! Desired, state and actual into a plan. Reads no clock, no network and no file.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::diff;
use super::drift::{self, Now, overlaps};
use super::facts::Facts;
use super::handed::{handed, passed_on};
use super::ignore::{self, Ignored};
use super::kinds::Kinds;
use super::moved::Relabelled;
use super::narrow;
use super::order::{self, Ordered};
use super::plan::{Action, After, Change, Desired, DesiredResource, Plan, Planned};
use crate::address::Address;
use crate::error::{Problem, Result};
use crate::kind::{Becomes, FoundBy, Loss, Observed, OnChange};
use crate::state::{Record, Revert, State};

/// What AWS holds of each record; a record that is not here is gone.
pub type Actual = BTreeMap<Address, Observed<Value, Value>>;

/// What the person allows and asks for in this run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Take the whole stack away.
    pub destroy: bool,
    /// The kinds whose loss the person accepts. It is said anew in each run, and so not kept with a plan.
    #[serde(skip)]
    pub allow_loss: BTreeSet<String>,
    /// Only these, and what they need; empty for everything.
    pub targets: Vec<Address>,
    /// All but these, what needs them, and what would take them along.
    #[serde(default)]
    pub excludes: Vec<Address>,
    /// These are made anew, whether anything asks for it or not.
    #[serde(default)]
    pub replaces: Vec<Address>,
    /// Take the state's word for what AWS holds, where nothing is lost by that.
    #[serde(default)]
    pub trust_state: bool,
    /// Put back what somebody else has changed and nobody declares.
    #[serde(default)]
    pub revert_undeclared: bool,
}

/// Makes the plan.
///
/// # Errors
/// Every reason why there can be none: what AWS cannot change, what would be lost, names that lead nowhere, circles.
pub fn plan(
    kinds: &Kinds,
    desired: &Desired,
    state: &State,
    actual: &Actual,
    options: &Options,
) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let empty = Desired::default();
    let Desired { kept, ignored, .. } = desired;
    let desired = if options.destroy { &empty } else { desired };
    for (address, resource) in &desired.resources {
        dangling(kinds, desired, address, resource, &mut problems);
    }
    if !problems.is_empty() {
        return Err(problems);
    }

    let mut planned: BTreeMap<Address, Planned> = BTreeMap::new();
    for address in desired.resources.keys().chain(state.resources.keys()) {
        if !planned.contains_key(address) {
            let one = first_look(
                kinds,
                desired.resources.get(address),
                state,
                actual.get(address),
                address,
                (options, ignored.get(address).map_or(&[], Vec::as_slice)),
            );
            planned.insert(address.clone(), one);
        }
    }
    narrow::replace(&mut planned, &options.replaces, &mut problems);
    spread(kinds, &mut planned);
    narrow::only(&mut planned, &options.targets, &mut problems);
    narrow::without(&mut planned, &options.excludes, &mut problems);
    let passed = passed_on(kinds, &planned);
    for (address, one) in &mut planned {
        one.warns = warned(kinds, address, one, passed.get(address));
        refusals(kinds, address, one, actual.get(address), options, &mut problems);
        if let Some(at) = kept.get(address) {
            ignore::kept(address, one, at, &mut problems);
        }
    }

    namesakes(kinds, &planned, &mut problems);

    let ordered = ordered(kinds, &planned, state);
    let (waits, exchanges) = order::waits_and_exchanges(&ordered);
    problems.extend(exchanges.into_iter().map(|order::Exchange { takes, gives, what }| {
        let at = planned.get(takes).map_or("", |one| one.at.as_str());
        let says = format!("takes `{what}` from {gives}, which in turn waits for this: AWS lets one have it at a time");
        Problem::new(at, says).hint(format!(
            "do it in two steps: take `{what}` away from {gives} first, or give it something else for now, and apply that; \
             then say it here"
        ))
    }));
    match order::sorted(&waits) {
        Ok(steps) if problems.is_empty() => Ok(Plan {
            stack: state.stack.clone(),
            lineage: state.lineage.clone(),
            serial: state.serial,
            destroy: options.destroy,
            relabelled: Relabelled::default(),
            steps,
            resources: planned,
        }),
        Ok(_) => Err(problems),
        Err(circle) => {
            let names: Vec<String> = circle.iter().map(|step| step.address().to_string()).collect();
            problems.push(Problem::new("", format!("these wait for one another: {}", names.join(", "))));
            Err(problems)
        }
    }
}

/// Refuses to make what would be known by nothing but a name that another object of the stack has. Those that are there
/// already, because they were adopted, stay as they are.
fn namesakes(kinds: &Kinds, planned: &BTreeMap<Address, Planned>, problems: &mut Vec<Problem>) {
    let mut named: BTreeMap<(&str, &str), Vec<(&Address, &Planned)>> = BTreeMap::new();
    for (address, one) in planned {
        if let FoundBy::Name(field) = kinds.of(address).found_by()
            && let Some(name) = one.desired.as_ref().and_then(|desired| desired[field].as_str())
        {
            named.entry((&address.kind, name)).or_default().push((address, one));
        }
    }
    for ((_, name), alike) in named {
        // Of several that are new, the first may keep the name.
        let keeps = alike.iter().position(|(_, one)| one.action != Action::Create).unwrap_or_default();
        let first = alike[keeps].0;
        for (_, one) in alike.iter().filter(|(address, one)| *address != first && one.action == Action::Create) {
            let says = format!(
                "`{name}` is the name of {first} too, and what a run that is cut short has made is known by it alone"
            );
            problems.push(Problem::new(&one.at, says).hint("give each a `name` of its own"));
        }
    }
}

/// What orders each resource of a plan.
pub fn ordered<'a>(
    kinds: &Kinds,
    planned: &'a BTreeMap<Address, Planned>,
    state: &State,
) -> BTreeMap<Address, Ordered<'a>> {
    planned
        .iter()
        .map(|(address, one)| {
            let kind = kinds.of(address);
            let old = state.resources.get(address).map(|record| &record.deposed).into_iter().flatten();
            let old = old.map(|old| (old.id.clone(), kinds.facts(address).unique(&old.observed)));
            let (replace_order, takes_over, turn) = (kind.replace_order(), kind.takes_over(), kind.turn());
            let spec = one.desired.as_ref().or(one.actual.as_ref());
            let key_of = |spec| kinds.facts(address).unique(spec);
            let (key, held) = (spec.and_then(key_of), one.actual.as_ref().and_then(key_of));
            let only_gives_up = only_gives_up(one, kinds.facts(address));
            let lets_go = one.actual.as_ref().is_some_and(|actual| kind.lets_go(actual, one.target.as_ref()));
            let will_be = one.target.as_ref().or(one.desired.as_ref()).filter(|_| one.action != Action::Delete);
            let [has, will_have] =
                [one.actual.as_ref(), will_be].map(|spec| handed(spec.unwrap_or(&Value::Null), kinds.facts(address)));
            let ordered = Ordered {
                planned: one,
                replace_order,
                deposed: old.collect(),
                key,
                held,
                has,
                will_have,
                takes_over,
                only_gives_up,
                turn,
                lets_go,
            };
            (address.clone(), ordered)
        })
        .collect()
}

/// Whether all that a plan does to an object is to take away what others may still use.
fn only_gives_up(one: &Planned, facts: Facts<'_>) -> bool {
    let goes = |change: &Change| {
        let above = change.path.split_once('.').map_or(change.path.as_str(), |(above, _)| above);
        change.after == After::Unset && facts.key(above).is_taken_away_last()
    };
    one.action == Action::Update && !one.changes.is_empty() && one.changes.iter().all(goes)
}

fn dangling(
    kinds: &Kinds,
    desired: &Desired,
    address: &Address,
    resource: &DesiredResource,
    problems: &mut Vec<Problem>,
) {
    for (path, text) in diff::references(&resource.spec, kinds.facts(address)) {
        let known = text.parse().is_ok_and(|named: Address| desired.resources.contains_key(&named));
        if !known {
            problems.push(Problem::new(
                format!("{}.{path}", resource.at),
                format!("names {text}, which this stack does not hold"),
            ));
        }
    }
}

/// What happens to one resource, seen alone.
fn first_look(
    kinds: &Kinds,
    desired: Option<&DesiredResource>,
    state: &State,
    actual: Option<&Observed<Value, Value>>,
    address: &Address,
    (options, ignored): (&Options, &[String]),
) -> Planned {
    let facts = kinds.facts(address);
    let record = state.resources.get(address).map(|record| &**record);
    let is_gone = record.is_some() && actual.is_none();
    // What others look after is as if nobody had ever declared it, once there is an object; one that a run has left before it
    // was ever settled does not have all yet that the first apply sets.
    let is_new = actual.is_none() || record.is_some_and(|record| record.observed.is_null());
    let own = |spec: &Value| if is_new { spec.clone() } else { ignore::without(spec, ignored) };
    let last = &own(record.map_or(&Value::Null, |record| &record.last_applied));
    let whole = desired;
    let desired = desired.map(|desired| DesiredResource { spec: own(&desired.spec), ..desired.clone() });
    let desired = desired.as_ref();
    let spec = actual.map(|observed| &observed.spec);
    let kind = kinds.of(address);
    let mut target = desired.map(|desired| kind.pruned(diff::target(&desired.spec, last, spec, facts)));
    let mut changes = diff::changes(spec, target.as_ref(), facts);
    let (mut drift, mut undeclared) = match (record, spec) {
        (Some(record), Some(spec)) if !drift::is_unsettled(record) => {
            let desired = desired.map(|desired| &desired.spec);
            drift::since_settled(record, state, &Now { spec, desired, changes: &changes }, facts)
        }
        _ => (Vec::new(), Vec::new()),
    };
    undeclared.retain(|change| !ignore::is_ignored(&change.path, ignored));
    let revert = match (desired, record, spec) {
        // What an earlier run has begun, and nobody knows to be done.
        (Some(_), Some(Record { changing: true, reverting: begun @ Some(_), .. }), Some(_)) => begun.clone(),
        (Some(_), Some(record), Some(spec)) if options.revert_undeclared => {
            Revert::of(&undeclared, &record.observed, spec, facts)
        }
        _ => None,
    };
    if let (Some(desired), Some(_)) = (desired, &revert) {
        let (wanted, before) = Revert::with(revert.as_ref(), &desired.spec, last);
        target = Some(kind.pruned(diff::target(&wanted, &before, spec, facts)));
        changes = diff::changes(spec, target.as_ref(), facts);
        let is_undone = |one: &Change| changes.iter().any(|change| overlaps(&change.path, &one.path));
        let (undone, left): (Vec<Change>, Vec<Change>) = undeclared.into_iter().partition(is_undone);
        let is_drift = |change: &&Change| drift.iter().chain(&undone).any(|one| overlaps(&one.path, &change.path));
        drift = changes.iter().filter(is_drift).cloned().collect();
        undeclared = left;
    }
    let action = match (desired, spec) {
        (Some(_), None) => Action::Create,
        (None, Some(_)) => Action::Delete,
        (None, None) => Action::Keep,
        (Some(_), Some(_)) if changes.iter().any(|change| change.on_change == OnChange::Replace) => Action::Replace,
        (Some(_), Some(_)) if changes.is_empty() && !is_unfinished(record, actual) => Action::Keep,
        (Some(_), Some(_)) => Action::Update,
    };
    let mut needs = whole.map(|desired| diff::needs(&desired.spec, facts)).unwrap_or_default();
    needs.extend(desired.into_iter().flat_map(|desired| desired.after.iter().cloned()));
    Planned {
        action,
        id: if is_gone { None } else { record.map(|record| record.id.clone()) },
        changes: if action == Action::Delete { Vec::new() } else { changes },
        drift,
        undeclared: if action == Action::Delete { Vec::new() } else { undeclared },
        desired: desired.map(|desired| desired.spec.clone()),
        actual: spec.cloned(),
        target,
        needs,
        needed: record.map(|record| record.needs.clone()).unwrap_or_default(),
        loses: None,
        warns: Vec::new(),
        is_gone,
        deleted_by_us: is_gone && record.is_some_and(|record| record.deleting),
        revert,
        ignored: whole
            .filter(|_| !ignored.is_empty())
            .map(|desired| Ignored { paths: ignored.to_vec(), whole: desired.spec.clone() }),
        is_asked_anew: false,
        at: desired.map_or_else(|| address.to_string(), |desired| desired.at.clone()),
    }
}

/// Whether an earlier run has left the object before it was settled, or AWS is still busy with it. What needs it must
/// wait until it is ready.
fn is_unfinished(record: Option<&Record>, actual: Option<&Observed<Value, Value>>) -> bool {
    record.is_some_and(drift::is_unsettled) || actual.is_some_and(|seen| seen.waiting.is_some())
}

/// The one rule of propagation: a reference to what will be made anew has changed, to what is not yet known.
fn spread(kinds: &Kinds, planned: &mut BTreeMap<Address, Planned>) {
    loop {
        let anew: BTreeSet<String> = planned
            .iter()
            .filter(|(_, one)| matches!(one.action, Action::Create | Action::Replace))
            .map(|(address, _)| address.to_string())
            .collect();
        let mut moved = false;
        for (address, one) in planned.iter_mut() {
            let (Some(target), Some(_)) = (&one.target, &one.actual) else { continue };
            let facts = kinds.facts(address);
            let mut found = Vec::new();
            for (path, named) in diff::references(target, facts) {
                // Below a variant the change is that of the whole field.
                let path = whole_path(&path, target, facts);
                if facts_at(&path, facts).is_order_only() {
                    continue;
                }
                if anew.contains(&named) && !one.changes.iter().any(|change| overlaps(&change.path, &path)) {
                    let before = diff::at(target, &path).cloned();
                    found.push(Change {
                        on_change: facts_at(&path, facts).on_change,
                        path,
                        before,
                        after: After::Unknown,
                    });
                }
            }
            if found.is_empty() {
                continue;
            }
            moved = true;
            one.changes.extend(found);
            one.action = if one.changes.iter().any(|change| change.on_change == OnChange::Replace) {
                Action::Replace
            } else {
                Action::Update
            };
        }
        if !moved {
            return;
        }
    }
}

/// The part of a path that the diff would name: up to a list, or to a variant that is taken whole.
fn whole_path(path: &str, spec: &Value, facts: Facts<'_>) -> String {
    let mut taken = String::new();
    let mut place = (spec, facts);
    for key in path.split('.') {
        let name = key.split('[').next().unwrap_or(key);
        taken = if taken.is_empty() { name.to_owned() } else { format!("{taken}.{name}") };
        let below = place.1.key(name);
        let Some(value) = place.0.get(name) else { break };
        if below.is_whole() || value.is_array() {
            break;
        }
        place = (value, below);
    }
    taken
}

fn facts_at<'a>(path: &str, facts: Facts<'a>) -> Facts<'a> {
    path.split('.').fold(facts, Facts::key)
}

/// What a person should hear before what is planned for an object is done.
fn warned(kinds: &Kinds, address: &Address, one: &Planned, passed_on: Option<&Vec<(String, String)>>) -> Vec<String> {
    let becomes = match (one.action, &one.target) {
        (Action::Update, Some(target)) if !one.changes.is_empty() => Becomes::Changed(target),
        (Action::Replace, Some(target)) => Becomes::Anew(target),
        (Action::Delete, _) => Becomes::Gone,
        _ => return Vec::new(),
    };
    let Some(mut actual) = one.actual.clone() else { return Vec::new() };
    for (field, key) in passed_on.into_iter().flatten() {
        if let Some(entries) = actual[field.as_str()].as_object_mut() {
            entries.shift_remove(key);
        }
    }
    kinds.of(address).warns(&actual, becomes)
}

/// Why what is planned cannot, or must not, be done.
fn refusals(
    kinds: &Kinds,
    address: &Address,
    one: &mut Planned,
    actual: Option<&Observed<Value, Value>>,
    options: &Options,
    problems: &mut Vec<Problem>,
) {
    for change in one.changes.iter().filter(|change| matches!(change.on_change, OnChange::Refuse | OnChange::AddOnly)) {
        let what = if change.after == After::Unset { "removed" } else { "changed" };
        problems.push(
            Problem::new(
                format!("{}.{}", one.at, change.path),
                "cannot be changed or removed: AWS has no way to do it",
            )
            .hint(format!("it would be {what}; put it back as it was, and add something new beside it instead")),
        );
    }
    let goes = matches!(one.action, Action::Delete | Action::Replace);
    let (lost, own_cause) = match (kinds.of(address).loses(), one.action) {
        (Loss::WhenGone(what), Action::Delete | Action::Replace) => (what, true),
        // A replacement that only follows from another's needs no word of its own: the other one asks for it.
        (Loss::WhenReplaced(what), Action::Replace) => {
            (what, one.is_asked_anew || one.changes.iter().any(replaces_by_itself))
        }
        _ => return protected(address, one, actual, goes, problems),
    };
    let now =
        actual.and_then(|observed| observed.holds.as_ref()).map(|now| format!(" ({now} now)")).unwrap_or_default();
    let lost = format!("{lost}{now}");
    if own_cause && !options.allow_loss.contains(&address.kind) {
        let verb = if one.action == Action::Delete { "deleting" } else { "replacing" };
        let mut reasons: Vec<&Change> =
            one.changes.iter().filter(|change| change.on_change == OnChange::Replace).collect();
        reasons.dedup_by(|a, b| a.path == b.path);
        if reasons.is_empty() {
            problems.push(
                Problem::new(&one.at, format!("{verb} {address} would lose {lost}"))
                    .hint(format!("if that is what you want, say so in this very run: --allow-loss {}", address.kind)),
            );
        }
        for change in reasons {
            problems.push(
                Problem::new(
                    format!("{}.{}", one.at, change.path),
                    format!("cannot be changed once {address} exists; replacing it would lose {lost}"),
                )
                .hint(format!(
                    "put {} back as it was; or, to lose it, say so in this very run: --allow-loss {}",
                    change.path, address.kind
                )),
            );
        }
    }
    one.loses = Some(lost);
    protected(address, one, actual, goes, problems);
}

fn replaces_by_itself(change: &Change) -> bool {
    change.on_change == OnChange::Replace && change.after != After::Unknown
}

fn protected(
    address: &Address,
    one: &Planned,
    actual: Option<&Observed<Value, Value>>,
    goes: bool,
    problems: &mut Vec<Problem>,
) {
    if let Some(why) = actual.filter(|_| goes).and_then(|observed| observed.protected.as_ref()) {
        problems.push(
            Problem::new(&one.at, format!("{address} cannot be deleted: {why}"))
                .hint("set deletion_protection: INACTIVE in the stack file, apply that, then run this again"),
        );
    }
}
