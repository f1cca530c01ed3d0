//! Each field by itself: changed there and back, taken out of the file and put back.
//!
//! The fields are found by walking the examples, so that a new field is under these laws at once. AWS does not take
//! every field changed alone; [`GROUND`] and [`FIRST`] say what must have been changed, or taken away, before.

use serde_json::{Map, Value};
use stack::engine::facts::Facts;
use stack::engine::plan::{Action, Plan};
use stack::engine::{Kinds, diff};
use stack::kind::OnChange;
use stack::kinds::KINDS;

use crate::laws_world::{Case, Laws, World, cases};

/// What must be as in the changed example before a field can be changed alone: kind, field, the others.
const GROUND: &[(&str, &str, &[&str])] = &[];

/// What must be taken away before a field can be: kind, field, the others.
const FIRST: &[(&str, &str, &[&str])] = &[];

fn told_of<'a>(table: &'a [(&str, &str, &[&'a str])], case: &Case, path: &str) -> &'a [&'a str] {
    let fits = |(kind, field, _): &&(&str, &str, &[&str])| *kind == case.address.kind && *field == path;
    table.iter().find(fits).map_or(&[], |(.., others)| others)
}

/// `spec` with `value` at `path`; None takes the field away, and an object that it leaves empty stays.
fn put(spec: &Value, path: &str, value: Option<Value>) -> Value {
    let mut spec = spec.clone();
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = &mut spec;
    for key in above.split('.').filter(|key| !key.is_empty()) {
        place = place.as_object_mut().unwrap().entry(key).or_insert_with(|| Value::Object(Map::new()));
    }
    let fields = place.as_object_mut().unwrap();
    match value {
        Some(value) => drop(fields.insert(name.to_owned(), value)),
        None => drop(fields.shift_remove(name)),
    }
    spec
}

fn facts_at<'a>(facts: Facts<'a>, path: &str) -> Facts<'a> {
    path.split('.').fold(facts, Facts::key)
}

/// Every field of a spec that is there, objects before what is in them.
fn fields(spec: &Value, facts: Facts<'_>, above: &str, found: &mut Vec<String>) {
    for (name, value) in spec.as_object().into_iter().flatten() {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        let below = facts.key(name);
        found.push(path.clone());
        if !below.is_whole() {
            fields(value, below, &path, found);
        }
    }
}

fn changed_paths(plan: &Plan, case: &Case) -> Vec<String> {
    plan.resources[&case.address].changes.iter().map(|change| change.path.clone()).collect()
}

fn is_below(path: &str, above: &str) -> bool {
    path == above || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// Goes from one spec to another, in place, touching nothing but `path`; and holds that nothing is left to do.
async fn step(world: &World, case: &Case, to: &Value, path: &str) {
    let before = world.observed(&case.address);
    let what = format!("{}.{path}", case.address);
    let plan = world.settle(&case.with(to), &what).await;
    assert_eq!(plan.resources[&case.address].action, Action::Update, "{what}");
    let changes = &plan.resources[&case.address].changes;
    assert_eq!(plan.steps.len(), 1, "{what}: {:?}", plan.steps);
    assert!(changes.iter().all(|change| change.on_change == OnChange::InPlace), "{what}: {changes:#?}");
    let paths = changed_paths(&plan, case);
    assert!(paths.iter().all(|one| is_below(one, path)), "{what}: the plan changes {paths:?}");
    let facts = world.kinds.facts(&case.address);
    let came = diff::changes(Some(&before), Some(&world.observed(&case.address)), facts);
    assert!(came.iter().all(|change| is_below(&change.path, path)), "{what}: {came:#?}");
}

#[tokio::test(flavor = "current_thread")]
async fn each_field_that_changes_in_place_does_so_there_and_back() {
    let mut laws = Laws::default();
    for case in cases() {
        let mut world = World::new().await;
        let kinds = Kinds::new(KINDS);
        for change in diff::changes(Some(&case.example), Some(&case.changed), kinds.facts(&case.address)) {
            let is_added = facts_at(kinds.facts(&case.address), &change.path).on_change == OnChange::AddOnly;
            if change.on_change == OnChange::InPlace
                && !is_added
                && !laws.hold(there_and_back(&world, &case, &change.path)).await
            {
                world = World::new().await;
            }
        }
    }
    laws.end(90);
}

async fn there_and_back(world: &World, case: &Case, path: &str) {
    let take = |spec: &Value, path: &str| put(spec, path, diff::at(&case.changed, path).cloned());
    let from = told_of(GROUND, case, path).iter().fold(case.example.clone(), |spec, other| take(&spec, other));
    let what = format!("{}.{path}", case.address);
    world.settle(&case.with(&from), &format!("{what}, ground")).await;
    let there = world.holds();
    step(world, case, &take(&from, path), path).await;
    step(world, case, &from, path).await;
    assert_eq!(world.holds(), there, "{what} leaves something behind");
}

#[tokio::test(flavor = "current_thread")]
async fn each_field_that_is_taken_out_of_the_file_goes_back_to_awss_default() {
    let mut laws = Laws::default();
    for case in cases() {
        let mut world = World::new().await;
        let kinds = Kinds::new(KINDS);
        let mut paths = Vec::new();
        fields(&case.example, kinds.facts(&case.address), "", &mut paths);
        for path in &paths {
            let here = facts_at(kinds.facts(&case.address), path);
            let is_required = without(&case, &case.example, path).is_none();
            if here.on_change == OnChange::InPlace
                && !here.is_order_only()
                && !is_required
                && !laws.hold(out_and_back(&world, &case, path, here)).await
            {
                world = World::new().await;
            }
        }
    }
    laws.end(120);
}

/// The spec without a field; None where there must be one, or where it makes no difference.
fn without(case: &Case, spec: &Value, path: &str) -> Option<Value> {
    (case.typed)(&put(spec, path, None)).ok().filter(|to| to != spec)
}

async fn out_and_back(world: &World, case: &Case, path: &str, here: Facts<'_>) {
    let what = format!("{}.{path}", case.address);
    let from = told_of(FIRST, case, path).iter().fold(case.example.clone(), |spec, other| put(&spec, other, None));
    let from = (case.typed)(&from).unwrap();
    let to = without(case, &from, path).unwrap();
    world.settle(&case.with(&from), &format!("{what}, first")).await;
    let there = world.holds();
    let plan = world.settle(&case.with(&to), &what).await;
    let changed = changed_paths(&plan, case);
    assert!(changed.iter().all(|one| is_below(one, path)), "{what}: the plan changes {changed:?}");
    let default = diff::at(&to, path).cloned().or_else(|| here.aws_default());
    is_at(&what, diff::at(&world.observed(&case.address), path), default.as_ref());
    world.settle(&case.with(&from), &format!("{what}, back")).await;
    assert_eq!(world.holds(), there, "{what} leaves something behind");
}

/// Holds that a value is AWS's default; fields of an object that have no default must be absent.
fn is_at(what: &str, value: Option<&Value>, default: Option<&Value>) {
    match (value, default) {
        (Some(Value::Object(fields)), Some(Value::Object(defaults))) => {
            for name in fields.keys().chain(defaults.keys()) {
                is_at(&format!("{what}.{name}"), fields.get(name), defaults.get(name));
            }
        }
        (value, default) => assert_eq!(value, default, "{what}"),
    }
}
