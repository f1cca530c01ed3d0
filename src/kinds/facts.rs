//! What the engine reads of each kind's schema.
//!
//! It is made from the types once and stands beside this file, for a plan spent a tenth of its instructions on making it
//! anew. When the types have changed, `STACK_BLESS=1 cargo test --lib kinds::facts` writes it anew, and a test fails until
//! then.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;
use serde_json::value::RawValue;

/// The schemas by the names of their kinds.
const TEXT: &str = include_str!("facts.json");

/// The schema of a kind's spec, without what only people, editors and checks read; None of a kind that has none here.
#[must_use]
pub fn written(kind: &str) -> Option<Value> {
    static KINDS: LazyLock<HashMap<&str, &RawValue>> = LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());
    serde_json::from_str(KINDS.get(kind)?.get()).ok()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::Map;

    use super::*;
    use crate::kinds::KINDS;

    /// The structure, and whatever this program says of itself.
    fn compact(schema: &Value) -> Value {
        let Some(object) = schema.as_object() else { return schema.clone() };
        let mut kept = Map::new();
        for (keyword, below) in object {
            let below = match keyword.as_str() {
                "properties" => {
                    let each = below.as_object().into_iter().flatten();
                    Value::Object(each.map(|(name, property)| (name.clone(), compact(property))).collect())
                }
                "items" | "additionalProperties" => compact(below),
                // That there are choices is said, also where they hold nothing more.
                "oneOf" | "anyOf" | "allOf" => {
                    let each = below.as_array().into_iter().flatten().map(compact);
                    Value::Array(each.filter(|one| one.as_object().is_some_and(|one| !one.is_empty())).collect())
                }
                "required" => below.clone(),
                word if word.starts_with("x-") => below.clone(),
                _ => continue,
            };
            kept.insert(keyword.clone(), below);
        }
        kept.into()
    }

    #[test]
    fn they_are_made_of_the_types_as_they_are() {
        let mut text = "{".to_owned();
        for (at, kind) in KINDS.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(text, "{comma}\n\"{}\": {}", kind.name(), compact(&kind.schema())).unwrap();
        }
        text += "\n}\n";
        let path = format!("{}/src/kinds/facts.json", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("STACK_BLESS").is_some() {
            return std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(kept == text, "{path} is not up to date: STACK_BLESS=1 cargo test --lib kinds::facts");
        for kind in KINDS {
            assert_eq!(written(kind.name()), Some(compact(&kind.schema())), "{}", kind.name());
        }
        assert_eq!(written("unheard_of"), None);
    }
}
