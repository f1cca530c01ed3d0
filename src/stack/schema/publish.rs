//! From the model of a stack file to the schema that editors read, one pass after another.

use serde_json::{Map, Value, json};

use super::overlay::{OVERLAY, overlay};
use super::{default, limits, links, rules, snippets, words};

const ID: &str = "urn:stack:stack-file";
/// The published file, as the schema of parts names it.
const BESIDE: &str = "stack.schema.json";

const MAPPING: &str = "a stack file is a mapping of keys to values, such as `region: eu-west-1`";

/// Definitions by their names.
pub(super) type Defs = Map<String, Value>;

/// The schema of a stack file: what a whole one is, and what one that extends another is.
pub(super) fn whole(mut model: Value) -> Value {
    let taken = model.as_object_mut().and_then(|root| {
        root.remove("$schema");
        root.remove("$defs")
    });
    let description = model["description"].clone();
    let Some(Value::Object(mut defs)) = taken else { return model };
    defs.insert("StackFile".to_owned(), model);
    defs.insert(words::ELSEWHERE.to_owned(), words::elsewhere());
    words::one_key_of_several(&mut defs);
    limits::add(&mut defs);
    rules::add(&mut defs, rules::ALWAYS);
    default::add(&mut defs);
    default::deprecate(&mut defs);
    snippets::add(&mut defs);
    words::describe(&mut defs, links::of);
    words::let_fields_speak(&mut defs);
    let overlays: Vec<_> = defs.iter().map(|(name, def)| (format!("{OVERLAY}{name}"), overlay(def))).collect();
    rules::add(&mut defs, rules::WHOLE);
    for def in defs.values_mut() {
        words::miss_once_all_is_known(def);
    }
    defs.extend(overlays);
    // Nothing is left when nothing is extended.
    defs["OverlayStackFile"]["properties"]["extends"]["type"] = json!("string");
    // That the whole is a mapping is said above them.
    for root in ["StackFile", "OverlayStackFile"] {
        if let Some(root) = defs[root].as_object_mut() {
            root.remove("type");
        }
    }
    words::let_texts_stand_elsewhere(&mut defs);
    for def in defs.values_mut() {
        words::say_types(def);
        words::forget_ours(def);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "description": description,
        "type": "object",
        "errorMessage": MAPPING,
        "defaultSnippets": snippets::whole(),
        "if": { "required": ["extends"] },
        "then": { "$ref": "#/$defs/OverlayStackFile" },
        "else": { "$ref": "#/$defs/StackFile" },
        "$defs": defs,
    })
}

/// The schema of a file that others extend, and which is no whole stack: it requires nothing.
pub(super) fn part() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "description": "What several stacks share: a file that they extend.",
        "type": "object",
        "errorMessage": MAPPING,
        "allOf": [{ "$ref": format!("{BESIDE}#/$defs/OverlayStackFile") }],
    })
}
