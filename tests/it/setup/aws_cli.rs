//! AWS's own command line tool, installed once into a virtual environment among the build's files.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::venv::venv;
use super::{KEY_ID, SECRET_KEY, Served};

/// What is installed: every package with its version.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Calls the tool against a served sandbox, and gives its answer.
#[track_caller]
pub fn call(served: &Served, region: &str, words: &[&str]) -> Value {
    call_at(&served.url, served.house.root.path(), region, words)
}

/// Calls the tool against whatever answers at `url`, and gives its answer; null where it gives none.
#[track_caller]
pub fn call_at(url: &str, home: &Path, region: &str, words: &[&str]) -> Value {
    try_at(url, home, region, words).unwrap_or_else(|said| panic!("aws {}: {said}", words.join(" ")))
}

/// The same, where it may be refused: then what the tool says of it.
#[track_caller]
pub fn try_at(url: &str, home: &Path, region: &str, words: &[&str]) -> Result<Value, String> {
    let venv = venv("aws-cli", REQUIREMENTS, &[], "the tests with AWS's own command line tool");
    let mut command = Command::new(&venv.python);
    command.arg(venv.bin.join("aws")).args(["--output", "json", "--region", region]).args(words);
    // No configuration of the caller's may reach it.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("HOME", home).env("AWS_PAGER", "").env("AWS_ENDPOINT_URL", url);
    command.env("AWS_ACCESS_KEY_ID", KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    let ran = command.output().unwrap_or_else(|error| panic!("{}: {error}", venv.python.display()));
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    if !ran.status.success() {
        return Err(err.into_owned());
    }
    if out.trim().is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_str(&out).unwrap_or_else(|error| panic!("aws {}: {error}: {out}", words.join(" "))))
}
