//! The stack file's JSON Schema, as editors like it.
//!
//! What the types say is kept; how it is said is changed where editors read it badly: an absent value is not
//! `null`, the values of an enumeration are listed with what each means, and what changing a field asks for is
//! part of its description. A file that extends another requires nothing and may take values away with `null`,
//! so the schema knows every mapping twice: whole, and as an overlay.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::StackFile;

const ID: &str = "urn:stack:stack-file";
const DEFS: &str = "#/$defs/";
const OVERLAY: &str = "Overlay";

/// What the kinds' patterns ask for, in words: editors and messages show these instead of the patterns.
const IN_WORDS: &[(&str, &str)] = &[
    (r"^[\w\s+=,.@-]+$", "letters, digits, spaces and `_ + = , . @ -` are taken"),
    (r"^(custom:)?[^\s:]{1,20}$", "a name has 1 to 20 characters, without spaces and colons"),
    (r"\{####\}", "the text needs `{####}`, where the code goes"),
    (r"\{##[\s\S]*##\}", "the text needs `{##…##}` round the words of the link"),
    (r"^[+-]?[0-9]+(\.[0-9]+)?$", "a number: `18`, `-1`, `0.5`"),
    (r"^[^@\s]+@[^@\s]+$", "an e-mail address: `help@example.com`"),
    (r"^[a-zA-Z0-9_-]+$", "letters, digits, `_` and `-` are taken"),
    ("^0*[1-9][0-9]*[smhd]$", "a whole number and its unit: `90s`, `60m`, `12h`, `30d`"),
];

/// The schema that is published: what a whole file is, and what one that extends another is.
pub fn schema() -> Value {
    let mut whole = model();
    let mut defs = whole.as_object_mut().and_then(|root| root.remove("$defs")).unwrap_or_else(|| json!({}));
    let (title, description) = (whole["title"].clone(), whole["description"].clone());
    if let (Some(root), Some(defs)) = (whole.as_object_mut(), defs.as_object_mut()) {
        root.remove("$schema");
        defs.insert("StackFile".to_owned(), whole);
        let overlays: Vec<_> = defs.iter().map(|(name, def)| (format!("{OVERLAY}{name}"), overlay(def))).collect();
        defs.extend(overlays);
        if let Some(root) = defs.get_mut("OverlayStackFile") {
            root["type"] = json!("object");
            root["required"] = json!(["extends"]);
            root["properties"]["extends"]["type"] = json!("string");
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": title,
        "description": description,
        "type": "object",
        "if": { "required": ["extends"] },
        "then": { "$ref": "#/$defs/OverlayStackFile" },
        "else": { "$ref": "#/$defs/StackFile" },
        "$defs": defs,
    })
}

/// The published schema as the text of `schemas/stack.schema.json`.
pub fn text() -> String {
    format!("{:#}\n", schema())
}

/// The schema of a whole file, which [`super::shape`] walks beside what was read.
pub(super) fn model() -> Value {
    let mut root: Value =
        schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<StackFile>().into();
    tune(&mut root);
    root["title"] = json!("Stack");
    root
}

fn tune(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    strip_null(object);
    list_values(object);
    forget_widths(object);
    say_patterns(object);
    forget_short_arns(object);
    describe(object);
    each_below(object, &mut |_, below| tune(below));
}

/// Calls `act` for every schema directly below this one, with the keyword it stands under.
fn each_below(object: &mut Map<String, Value>, act: &mut dyn FnMut(&str, &mut Value)) {
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
            "items" | "additionalProperties" | "not" | "if" | "then" | "else" if value.is_object() => {
                act(keyword, value);
            }
            _ => {}
        }
    }
}

/// An optional value is one that may be left out; it is not one that may be null.
fn strip_null(object: &mut Map<String, Value>) {
    if let Some(types) = object.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|one| one != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            object.insert("type".to_owned(), one);
        }
    }
    if let Some(values) = object.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|one| !one.is_null());
    }
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(choices) = object.get_mut(keyword).and_then(Value::as_array_mut) else { continue };
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            object.remove(keyword);
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
}

/// `oneOf` constants into `enum`, with what each means beside it.
fn list_values(object: &mut Map<String, Value>) {
    let Some(choices) = object.get("oneOf").and_then(Value::as_array) else { return };
    let (mut values, mut meanings) = (Vec::new(), Vec::new());
    for choice in choices {
        let meaning = choice.get("description").cloned().unwrap_or_else(|| json!(""));
        match (choice.get("const"), choice.get("enum").and_then(Value::as_array)) {
            (Some(value), None) => values.push(value.clone()),
            (None, Some(several)) => values.extend(several.iter().cloned()),
            _ => return,
        }
        meanings.resize(values.len(), meaning);
    }
    if !values.iter().all(Value::is_string) {
        return;
    }
    object.remove("oneOf");
    object.insert("type".to_owned(), json!("string"));
    object.insert("enum".to_owned(), Value::Array(values));
    object.insert("enumDescriptions".to_owned(), Value::Array(meanings.clone()));
    object.insert("markdownEnumDescriptions".to_owned(), Value::Array(meanings));
}

/// How wide a number is in memory says nothing to anybody who writes one.
fn forget_widths(object: &mut Map<String, Value>) {
    let is_width = |format: &str| format.starts_with("int") || format.starts_with("uint") || format == "double";
    if object.get("format").and_then(Value::as_str).is_some_and(is_width) {
        object.remove("format");
    }
}

/// What a pattern asks for, where the type does not say it.
fn say_patterns(object: &mut Map<String, Value>) {
    let known = |pattern: &Value| IN_WORDS.iter().find(|(one, _)| pattern == one).map(|(_, words)| json!(words));
    if let Some(words) = object.get("pattern").and_then(known) {
        object.entry("patternErrorMessage").or_insert(words);
    }
    if let Some(names) = object.get_mut("propertyNames").and_then(Value::as_object_mut) {
        say_patterns(names);
    }
}

/// That something is no ARN is better said, by the rules of the kinds, than that it is too short for one.
fn forget_short_arns(object: &mut Map<String, Value>) {
    const SHORTEST: u64 = 20;
    const LONGEST: u64 = 2048;
    if (object.get("minLength"), object.get("maxLength")) == (Some(&json!(SHORTEST)), Some(&json!(LONGEST))) {
        object.remove("minLength");
    }
}

/// The description, with AWS's default and what a change asks for, in the form that editors show best.
fn describe(object: &mut Map<String, Value>) {
    let mut said = object.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(default) = object.get("x-aws-default").filter(|_| !said.contains("efault")) {
        let _ = write!(said, "\n\nAWS's default: `{default}`.");
    }
    said.push_str(match object.get("x-on-change").and_then(Value::as_str) {
        Some("replace") => "\n\nChanging it makes the object anew.",
        Some("refuse") => "\n\nIt cannot be changed once the object is made.",
        Some("add_only") => "\n\nEntries can be added, and never changed or taken away.",
        _ => "",
    });
    if !said.is_empty() {
        object.insert("markdownDescription".to_owned(), json!(said.trim_start()));
    }
}

/// What a mapping is in a file that extends another: nothing is required, and null takes away. Lists are taken
/// whole, so what is in them stays as it is.
fn overlay(def: &Value) -> Value {
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
        if matches!(keyword, "properties" | "additionalProperties" | "anyOf" | "oneOf" | "allOf") {
            make_overlay(below);
            if !matches!(keyword, "anyOf" | "oneOf" | "allOf") {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(instance: &Value) -> bool {
        jsonschema::draft202012::is_valid(&schema(), instance)
    }

    #[test]
    fn the_schema_is_one_by_its_own_draft() {
        assert!(jsonschema::draft202012::meta::is_valid(&schema()));
        assert!(jsonschema::draft202012::new(&schema()).is_ok());
    }

    #[test]
    fn the_checked_in_file_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/stack.schema.json");
        if std::env::var_os("STACK_BLESS").is_some() {
            std::fs::write(path, text()).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
        assert!(kept == text(), "schemas/stack.schema.json is not up to date: run `stack schema`");
    }

    #[test]
    fn a_whole_file_requires_and_one_that_extends_does_not() {
        assert!(is_valid(&json!({ "user_pool": { "name": "a" } })));
        assert!(!is_valid(&json!({ "region": "eu-west-1" })));
        assert!(is_valid(&json!({ "extends": "base.yaml", "region": "eu-west-1" })));
        assert!(is_valid(&json!({ "extends": "base.yaml", "user_pool": {} })));
        assert!(!is_valid(&json!({ "extends": "base.yaml", "user_pool": { "nmae": "a" } })));
    }

    #[test]
    fn null_takes_away_only_in_a_file_that_extends() {
        assert!(!is_valid(&json!({ "user_pool": { "name": "a" }, "region": null })));
        assert!(!is_valid(&json!({ "user_pool": { "name": "a" }, "domain": { "dns": null } })));
        assert!(is_valid(&json!({ "extends": "a.yaml", "region": null, "app_clients": { "web": null } })));
        assert!(is_valid(&json!({ "extends": "a.yaml", "domain": { "dns": null, "certificate": null } })));
        assert!(!is_valid(&json!({ "extends": null, "user_pool": { "name": "a" } })));
        assert!(!is_valid(&json!({ "extends": "a.yaml", "records": { "a": { "values": [null] } } })));
    }

    #[test]
    fn values_of_an_enumeration_are_listed_with_their_meanings() {
        let dns = &schema()["$defs"]["Dns"];
        assert_eq!(dns["enum"], json!(["route53", "manual"]));
        assert_eq!(dns["enumDescriptions"][0], json!("This stack, in Route 53."));
    }

    #[test]
    fn every_key_says_what_it_means_and_every_pattern_says_what_it_wants() {
        fn walk(schema: &mut Value, at: &str) {
            let Some(object) = schema.as_object_mut() else { return };
            for one in [Some(&*object), object.get("propertyNames").and_then(Value::as_object)].into_iter().flatten() {
                let is_said = !one.contains_key("pattern") || one.contains_key("patternErrorMessage");
                assert!(is_said, "{at}: nothing says what {} asks for", one["pattern"]);
            }
            // The key of a choice is described by the choice.
            let is_choice = at.ends_with("oneOf");
            for (name, below) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
                assert!(is_choice || below["description"].is_string(), "{at}.{name} has no description");
            }
            each_below(object, &mut |keyword, below| walk(below, &format!("{at}/{keyword}")));
        }
        walk(&mut schema(), "");
    }
}
