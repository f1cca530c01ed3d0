//! Every valid sample: applied, its state taken away, imported again, as a whole and object by object.

use std::collections::BTreeMap;

use serde_json::Value;

use super::made::{add_cname, forgotten, holds, imported, orphaned, rebuilds};
use crate::setup::figures;
use crate::world::{World, repository};

/// What makes nothing in AWS comes along with what it waits for.
const WAITS: &[&str] = &["certificate_validation", "domain_activation", "domain_resolution"];
/// What a pool cannot tell: records of its own choosing.
const BESIDE_THE_POOL: &str = "records";

fn samples() -> Vec<(String, World)> {
    let directory = repository().join("tests/it/samples/valid");
    let names = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned())).collect();
    // Those that use everything have secrets of their own, which AWS shows as it shows its own.
    names.retain(|name| !name.starts_with("everything"));
    names.sort();
    let samples = names.into_iter().map(|name| (name, World::with(&directory)));
    samples.chain(["dev", "prod"].map(|name| (name.to_owned(), World::new()))).collect()
}

/// Applies a sample; a record that a person is to make is made when the run has given up waiting for it.
fn up(world: &World, name: &str) {
    if name != "manual_dns" {
        return world.up(name);
    }
    for _ in 0..3 {
        let ran = world.run(&format!("up {name} --sandbox --auto-approve"));
        let asked =
            ran.err.lines().find_map(|line| line.strip_prefix("      ").filter(|record| record.contains(" CNAME ")));
        let Some(record) = asked else { return ran.ok() };
        let words: Vec<&str> = record.split_whitespace().collect();
        add_cname(world, words[0], words[2]);
    }
    panic!("{name} is not applied");
}

/// How many objects were imported, as a whole and one by one.
fn comes_back(name: &str, world: &World) -> (u64, u64) {
    up(world, name);
    let state = |world: &World| -> BTreeMap<String, Value> {
        let state: Value = serde_json::from_str(&world.read(&format!("state/sandbox/{name}.json"))).unwrap();
        serde_json::from_value(state["resources"].clone()).unwrap()
    };
    let ids = |state: &BTreeMap<String, Value>| -> BTreeMap<String, String> {
        state.iter().map(|(address, record)| (address.clone(), record["id"].as_str().unwrap().to_owned())).collect()
    };
    let made = state(world);
    let file = world.read(&format!("stacks/{name}.yaml"));

    // One by one, into the file that is there.
    forgotten(world, name);
    let single: Vec<String> = ids(&made)
        .into_iter()
        .filter(|(address, _)| !WAITS.contains(&address.split('.').next().unwrap()))
        .map(|(address, id)| format!("--address {address}={id}"))
        .collect();
    world.run(&format!("import {name} --sandbox {}", single.join(" "))).ok();
    empty(world, name);
    assert_eq!(ids(&state(world)), ids(&made), "{name}");

    // As a whole, into a file of its own.
    orphaned(world, name);
    imported(world, name, "").ok();
    let whole = state(world);
    let mut ours = ids(&whole).into_values().collect::<Vec<_>>();
    // Users are people's, and are adopted by their addresses alone.
    let is_users = |address: &str| address.starts_with("user.");
    let theirs = ids(&made).into_iter().filter(|(address, _)| !is_users(address));
    let mut theirs: Vec<String> = theirs.map(|(_, id)| id).collect();
    ours.sort();
    theirs.sort();
    if name != BESIDE_THE_POOL {
        assert_eq!(ours, theirs, "{name}: all that the stack had made is adopted, and no more");
        if name != "manual_dns" && !made.keys().any(|address| is_users(address)) {
            rebuilds(world, name);
        }
    }
    assert_ne!(world.read(&format!("stacks/{name}.yaml")), file);

    // An apply has nothing to do but to note what the file asks for.
    let before = holds(world);
    world.up(name);
    super::equal::untouched(&before, &holds(world));
    empty(world, name);
    (whole.len() as u64, single.len() as u64)
}

#[track_caller]
fn empty(world: &World, name: &str) {
    let plan = world.run(&format!("plan {name} --sandbox --detailed-exitcode"));
    assert_eq!(plan.out, format!("No changes: AWS holds what stacks/{name}.yaml asks for.\n"), "{plan}");
    assert_eq!(plan.code, Some(0), "{plan}");
}

fn all(which: impl Fn(&str) -> bool) -> [(&'static str, u64); 3] {
    let samples: Vec<_> = samples().into_iter().filter(|(name, _)| which(name)).collect();
    let count = samples.len() as u64;
    let (whole, single) = samples.iter().fold((0, 0), |(whole, single), (name, world)| {
        let (more, ones) = comes_back(name, world);
        (whole + more, single + ones)
    });
    [
        ("samples applied, forgotten and imported", count),
        ("objects adopted with their pools", whole),
        ("objects imported by their addresses", single),
    ]
}

#[test]
fn samples_come_back() {
    let some = [
        "dev",
        "both_domains",
        "client_looks",
        "attributes",
        "manual_dns",
        "managed_login",
        "records",
        "people",
        "secret_elsewhere",
    ];
    let [(_, count), ..] = all(|name| some.contains(&name));
    assert_eq!(count, some.len() as u64);
}

#[test]
#[ignore = "long: .proof/run"]
fn whole_adopt() {
    figures::tell("adopt", &all(|_| true));
}
