//! What of the schema a stack file is held against.
//!
//! It is made from the types once and stands beside this file, for to make it anew at each start took longer than all
//! else that `stack validate` does; and of its parts only those are read that a file has something for. When the types
//! have changed, `STACK_BLESS=1 cargo test --lib stack::` writes it anew, and a test fails until then.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use serde_json::Value;
use serde_json::value::RawValue;

/// The definitions by their names, and the schema itself without a name.
const TEXT: &str = include_str!("model.json");
/// What stands before a definition's name.
const DEFINITION: &str = "#/$defs/";

type Parts = HashMap<&'static str, (&'static RawValue, OnceLock<Value>)>;

static PARTS: LazyLock<Parts> = LazyLock::new(|| {
    let parts: HashMap<&str, &RawValue> = serde_json::from_str(TEXT).unwrap_or_default();
    parts.into_iter().map(|(name, text)| (name, (text, OnceLock::new()))).collect()
});

fn part(name: &str) -> &'static Value {
    const NONE: &Value = &Value::Null;
    PARTS
        .get(name)
        .map_or(NONE, |(text, read)| read.get_or_init(|| serde_json::from_str(text.get()).unwrap_or_default()))
}

/// The schema of a whole file.
pub(super) fn root() -> &'static Value {
    part("")
}

/// The schema itself, where this one only names it.
pub(super) fn resolve(schema: &Value) -> &Value {
    let named = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(DEFINITION));
    named.map_or(schema, |name| resolve(part(name)))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::{Map, json};

    use super::*;
    use crate::secret;
    use crate::stack::{reference, schema};

    /// What a file is held against, besides what a schema consists of.
    const KEPT: &[&str] = &[
        "$ref",
        "type",
        "required",
        "minItems",
        "maxItems",
        "uniqueItems",
        "maxProperties",
        "pattern",
        "patternErrorMessage",
        "enum",
        "const",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        secret::MARK,
        reference::MARK,
    ];

    /// A schema without what only people and editors read. Each key that must be there keeps the first line of its
    /// meaning: whoever has left it out is told.
    fn compact(whole: &Value, schema: &Value) -> Value {
        let Some(object) = schema.as_object() else { return schema.clone() };
        let all = |below: &Value| below.as_array().into_iter().flatten().map(|one| compact(whole, one)).collect();
        let mut kept = Map::new();
        for (keyword, below) in object {
            let below = match keyword.as_str() {
                "properties" => {
                    let is_required =
                        |name: &str| schema["required"].as_array().is_some_and(|all| all.contains(&json!(name)));
                    let each = below.as_object().into_iter().flatten().map(|(name, property)| {
                        let mut one = compact(whole, property);
                        if is_required(name)
                            && let Some(meaning) = meaning(whole, property)
                        {
                            one["description"] = meaning.lines().next().into();
                        }
                        (name.clone(), one)
                    });
                    Value::Object(each.collect())
                }
                "items" | "additionalProperties" | "propertyNames" => compact(whole, below),
                // Of choices, only those between the places of a secret are looked at.
                "oneOf" if schema[secret::MARK] == true => Value::Array(all(below)),
                word if KEPT.contains(&word) => below.clone(),
                _ => continue,
            };
            kept.insert(keyword.clone(), below);
        }
        kept.into()
    }

    fn meaning<'a>(whole: &'a Value, property: &'a Value) -> Option<&'a str> {
        let named = property["$ref"].as_str().and_then(|reference| whole.pointer(reference.strip_prefix('#')?));
        named.and_then(|named| meaning(whole, named)).or(property["description"].as_str())
    }

    fn text() -> String {
        let mut whole = schema::model();
        let definitions = whole.as_object_mut().unwrap().remove("$defs").unwrap();
        let parts = definitions.as_object().unwrap().iter().map(|(name, part)| (name.as_str(), part));
        let with_all = json!({ "$defs": definitions });
        let mut text = "{".to_owned();
        for (at, (name, part)) in std::iter::once(("", &whole)).chain(parts).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(text, "{comma}\n{}: {}", json!(name), compact(&with_all, part)).unwrap();
        }
        text + "\n}\n"
    }

    #[test]
    fn it_is_made_of_the_types_as_they_are() {
        let (path, text) = (format!("{}/src/stack/shape/model.json", env!("CARGO_MANIFEST_DIR")), text());
        if std::env::var_os("STACK_BLESS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(kept == text, "{path} is not up to date: STACK_BLESS=1 cargo test --lib stack::");
        let whole: Map<String, Value> = serde_json::from_str(TEXT).unwrap();
        for (name, part) in whole {
            assert_eq!(*super::part(&name), part);
        }
    }

    /// A name that stands for nothing would let anything pass.
    #[test]
    fn every_name_stands_for_a_part() {
        let named = TEXT.matches("\"$ref\":\"").count();
        let found = TEXT.split("\"$ref\":\"").skip(1).filter(|rest| {
            let name = rest.split('"').next().and_then(|reference| reference.strip_prefix(DEFINITION));
            name.is_some_and(|name| part(name).is_object())
        });
        assert!(named > 50, "{named}");
        assert_eq!(found.count(), named);
        assert!(root().is_object());
    }

    #[test]
    fn every_pattern_is_one_that_can_be_told() {
        fn each(schema: &Value, count: &mut usize) {
            if let Some(pattern) = schema["pattern"].as_str() {
                *count += 1;
                assert!(regress::Regex::with_flags(pattern, "u").is_ok(), "{pattern}");
            }
            match schema {
                Value::Object(below) => below.values().for_each(|below| each(below, count)),
                Value::Array(below) => below.iter().for_each(|below| each(below, count)),
                _ => {}
            }
        }
        let mut count = 0;
        each(&serde_json::from_str(TEXT).unwrap(), &mut count);
        assert!(count > 50, "{count}");
        each(&reference::SCHEMA, &mut count);
    }
}
