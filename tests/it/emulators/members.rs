//! What goes into requests of the services that are called without a crate of the SDK, held against AWS's own models.
//!
//! `src/kinds/surface/services.json` has it for the tests of the library, where each field of it is decided on. A newer
//! botocore whose models know a further field fails here.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::setup::{beside, packages};
use crate::world::repository;

/// What the models have of the same services.
fn modelled(known: &str) -> Value {
    let mut command = Command::new(packages().python);
    command.arg(beside("members.py")).env_clear();
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    let mut asking = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    asking.stdin.take().unwrap().write_all(known.as_bytes()).unwrap();
    let ran = asking.wait_with_output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap()
}

#[test]
fn what_goes_into_requests_is_what_awss_models_say() {
    let known = std::fs::read_to_string(repository().join("src/kinds/surface/services.json")).unwrap();
    let kept: Value = serde_json::from_str(&known).unwrap();
    let modelled = modelled(&known);
    let services = kept.as_object().unwrap();
    assert_eq!(services.len(), 4);
    for (service, types) in services {
        let names = |of: &Value| -> Vec<String> { of.as_object().unwrap().keys().cloned().collect() };
        assert_eq!(names(types), names(&modelled[service]), "{service}");
        for (of, members) in types.as_object().unwrap() {
            assert_eq!(members, &modelled[service][of], "{service} {of}");
        }
    }
}
