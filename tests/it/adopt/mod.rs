//! `stack import`: a pool that something else has made becomes a stack, completely.
//!
//! Complete means that the stack file, applied alone to an empty sandbox, rebuilds an equal pool with all that belongs to
//! it. What the sandboxes hold is compared, not what this program says of it.

mod awss_own;
mod awss_rest;
mod equal;
mod guards;
mod leftovers;
mod made;
mod names;
mod people;
mod pools;
mod providers;
mod refusals;
mod round_trips;
mod services;
mod singles;

use serde_json::Value;

use crate::setup::{House, Ran, Served};

const WORLD: &str = "state/sandbox/.world.json";
const REGION: &str = "ap-southeast-2";

/// Imports the pool as `stack`, and holds what always holds: AWS is as it was, the next plan is empty, the file is valid,
/// and no secret is written down.
#[track_caller]
fn adopted(served: &Served, house: &House, stack: &str, pool: &str) -> Ran {
    let before = served.house.json(WORLD);
    let ran = served.run(house, &format!("import {stack} --user-pool {pool}")).ok();
    equal::untouched(&before, &served.house.json(WORLD));
    served.run(house, &format!("plan {stack} --detailed-exitcode")).ok().says("No changes");
    served.run(house, &format!("validate {stack}")).ok();
    no_secret(&before, house);
    ran
}

/// Applies the stack file alone, with the files that it names, to an empty sandbox; gives what that holds then.
#[track_caller]
fn rebuilt(house: &House, stack: &str) -> Value {
    let other = House::new(&[]);
    std::fs::remove_dir_all(other.path("stacks")).unwrap();
    crate::setup::copy(&house.path("stacks"), &other.path("stacks"));
    other.run_sandboxed(&format!("up {stack} --auto-approve"), "").ok();
    other.run_sandboxed(&format!("plan {stack} --detailed-exitcode"), "").ok().says("No changes");
    other.json(WORLD)
}

/// No secret of a client is in any file of the house.
#[track_caller]
fn no_secret(world: &Value, house: &House) {
    let mut secrets = Vec::new();
    collect(&world["cognito"]["pools"], &mut secrets);
    for path in files(house.root.path()) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for secret in &secrets {
            assert!(!text.contains(secret), "{secret} is in {}", path.display());
        }
    }
}

fn collect(value: &Value, found: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) if name == "secret" => found.push(text.to_owned()),
            _ => collect(value, found),
        }
    }
}

fn files(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(directory) = open.pop() {
        for path in std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found
}
