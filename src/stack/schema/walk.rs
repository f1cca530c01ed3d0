//! How a schema is walked.

use serde_json::{Map, Value};

/// Calls `act` for every schema directly below this one, with the keyword it stands under.
pub(in crate::stack) fn each_below(object: &mut Map<String, Value>, act: &mut dyn FnMut(&str, &mut Value)) {
    for (keyword, value) in object.iter_mut() {
        match keyword.as_str() {
            "properties" | "$defs" | "patternProperties" => {
                for (_, below) in value.as_object_mut().into_iter().flatten() {
                    act(keyword, below);
                }
            }
            "anyOf" | "oneOf" | "allOf" | "prefixItems" => {
                for below in value.as_array_mut().into_iter().flatten() {
                    act(keyword, below);
                }
            }
            "items" | "additionalProperties" | "propertyNames" | "contains" | "not" | "if" | "then" | "else"
                if value.is_object() =>
            {
                act(keyword, value);
            }
            _ => {}
        }
    }
}

/// Adds schemas that must hold as well.
pub(super) fn also(schema: &mut Value, more: impl IntoIterator<Item = Value>) {
    let Some(object) = schema.as_object_mut() else { return };
    let all = object.entry("allOf").or_insert_with(|| Value::Array(Vec::new()));
    if let Some(all) = all.as_array_mut() {
        all.extend(more);
    }
}
