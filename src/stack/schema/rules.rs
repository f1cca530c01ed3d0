//! What goes together and what does not, as if and then.
//!
//! Each rule speaks at the value that has to change, in the words of the terminal. Some hold in every file: what stands
//! there stands against something else there. Others ask for what is not there, and in a file that extends another it
//! may be in that one, so they hold in whole files alone.

#![expect(clippy::needless_pass_by_value, reason = "a rule is made up of parts that nobody else has")]

mod client;
mod domain;
mod file;
mod pool;
mod provider;
mod records;

use serde_json::{Value, json};

use super::publish::Defs;
use super::walk::also;

/// Rules of a definition.
pub(super) type Rules = fn() -> Vec<(&'static str, Value)>;

/// What holds in every file.
pub(super) const ALWAYS: &[Rules] =
    &[pool::always, client::always, domain::always, records::always, provider::always, file::always];
/// What holds in whole files.
pub(super) const WHOLE: &[Rules] =
    &[pool::whole, client::whole, domain::whole, records::whole, provider::whole, file::whole];

pub(super) fn add(defs: &mut Defs, rules: &[Rules]) {
    for (def, rule) in rules.iter().flat_map(|rules| rules()) {
        also(&mut defs[def], [rule]);
    }
}

fn when(condition: Value, then: Value) -> Value {
    json!({ "if": condition, "then": then })
}

/// Conditions.
fn has(key: &str) -> Value {
    json!({ "required": [key], "properties": { key: { "not": { "type": "null" } } } })
}

fn is(key: &str, value: impl Into<Value>) -> Value {
    json!({ "required": [key], "properties": { key: { "const": value.into() } } })
}

/// A list that holds something like this.
fn lists(key: &str, pattern: &str) -> Value {
    json!({ "required": [key], "properties": { key: { "type": "array", "contains": { "pattern": pattern } } } })
}

/// A mapping below, of which this holds.
fn within(key: &str, condition: Value) -> Value {
    json!({ "required": [key], "properties": { key: and([json!({ "type": "object" }), condition]) } })
}

fn and<const N: usize>(all: [Value; N]) -> Value {
    json!({ "allOf": all.to_vec() })
}

fn or<const N: usize>(any: [Value; N]) -> Value {
    json!({ "anyOf": any.to_vec() })
}

fn no(condition: Value) -> Value {
    json!({ "not": condition })
}

/// What is said: at a value, which may only be one of these.
fn only<const N: usize>(values: [Value; N], message: &str) -> Value {
    json!({ "enum": values.to_vec(), "errorMessage": message })
}

/// At a value, which may not be there. An overlay's null takes it away, and so may stand.
fn nothing(message: &str) -> Value {
    json!({ "type": "null", "errorMessage": message })
}

/// At the key of what may not be there.
fn without(key: &str, message: &str) -> Value {
    json!({ "properties": { key: false }, "errorMessage": message })
}

/// At the key above, which lacks something.
fn needs(key: &str, message: &str) -> Value {
    json!({ "required": [key], "errorMessage": message })
}

/// At the items that do not match.
fn each(pattern: &str, message: &str) -> Value {
    json!({ "items": { "pattern": pattern, "patternErrorMessage": message } })
}

/// Below these keys, which are offered by their own schemas and not by this one.
fn at<const N: usize>(keys: [&str; N], said: Value) -> Value {
    keys.into_iter().rev().fold(said, |mut below, key| {
        below["doNotSuggest"] = json!(true);
        json!({ "properties": { key: below } })
    })
}
