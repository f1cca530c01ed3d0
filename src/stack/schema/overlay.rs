//! What a mapping is in a file that extends another: nothing is required, and null takes away. Lists are taken
//! whole, so what is in them stays as it is.

use serde_json::{Value, json};

use super::walk::each_below;

const DEFS: &str = "#/$defs/";
pub(super) const OVERLAY: &str = "Overlay";

/// The overlay of a definition.
pub(super) fn overlay(def: &Value) -> Value {
    let mut def = def.clone();
    make_overlay(&mut def);
    allow_null(&mut def);
    def
}

fn make_overlay(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("required");
    if let Some(Value::String(reference)) = object.get_mut("$ref")
        && let Some(name) = reference.strip_prefix(DEFS)
    {
        *reference = format!("{DEFS}{OVERLAY}{name}");
    }
    each_below(object, &mut |keyword, below| {
        // Rules say themselves what they make of a null.
        if matches!(keyword, "properties" | "additionalProperties" | "anyOf" | "oneOf") {
            make_overlay(below);
            if !matches!(keyword, "anyOf" | "oneOf") {
                allow_null(below);
            }
        }
    });
}

fn allow_null(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::String(one)) = object.get("type") {
        let both = json!([one, "null"]);
        object.insert("type".to_owned(), both);
    }
    if let Some(only) = object.remove("const") {
        object.insert("enum".to_owned(), json!([only]));
    }
    for (keyword, more) in [
        ("enum", Value::Null),
        ("enumDescriptions", json!("Takes the inherited value away.")),
        ("markdownEnumDescriptions", json!("Takes the inherited value away.")),
    ] {
        if let Some(values) = object.get_mut(keyword).and_then(Value::as_array_mut) {
            values.push(more);
        }
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(choices) = object.get_mut(keyword).and_then(Value::as_array_mut) {
            choices.push(json!({ "type": "null" }));
        }
    }
}
