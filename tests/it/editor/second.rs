//! A second validator, which knows nothing of the first: the schema is right by its draft, not by one program's habits.

use std::collections::BTreeSet;
use std::process::Stdio;

use serde_json::Value;

use super::node;
use crate::world::{World, repository};

const SCRIPT: &str = include_str!("second.mjs");

/// The names of samples that ajv takes, and those that are no YAML.
fn judged(kind: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let world = World::new();
    world.run("schema --write").ok();
    let node = node::installed();
    std::fs::write(node.home.join("second.mjs"), SCRIPT).unwrap();
    let mut command = node.script("second.mjs");
    command.arg(world.path("schemas")).arg(repository().join(kind)).stderr(Stdio::piped());
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let answer: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let names = |key: &str| {
        answer[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    (names("valid"), names("unreadable"))
}

#[test]
fn ajv_takes_what_is_right() {
    let (valid, _) = judged("tests/it/samples/valid");
    assert_eq!(valid, super::samples::names("valid").into_iter().collect());
}

#[test]
fn ajv_refuses_what_the_editor_refuses() {
    let (valid, unreadable) = judged("tests/it/samples/invalid");
    // An empty file is no mapping to ajv, and the parser of YAML has found these before any schema.
    let beyond = super::samples::beyond().filter(|name| *name != "empty").map(str::to_owned);
    assert_eq!(valid, beyond.collect());
    let expected = ["bad_indentation", "duplicate_key", "tab", "two_documents", "unknown_anchor"].map(str::to_owned);
    assert_eq!(unreadable, BTreeSet::from(expected));
}

#[test]
fn ajv_takes_the_repositorys_own_stacks() {
    let (valid, _) = judged("stacks");
    // base.yaml is a part, and ajv is asked with the schema of parts.
    assert_eq!(valid, BTreeSet::from(["base", "dev", "prod"].map(str::to_owned)));
}
