//! The stack file's JSON Schema, as editors like it.
//!
//! What the types say is kept; how it is said is changed where editors read it badly: an absent value is not
//! `null`, the values of an enumeration are listed with what each means, and what changing a field asks for is
//! part of its description. A file that extends another requires nothing and may take values away with `null`,
//! so the schema knows every mapping twice: whole, and as an overlay.

mod default;
mod limits;
mod links;
mod overlay;
mod publish;
mod rules;
mod snippets;
mod times;
mod walk;
mod words;

use serde_json::{Map, Value, json};

use super::{StackFile, reference};
pub(super) use walk::each_below;

/// What the kinds' patterns ask for, in words: editors and messages show these instead of the patterns.
const IN_WORDS: &[(&str, &str)] = &[
    (r"^[\w\s+=,.@-]+$", "letters, digits, spaces and `_ + = , . @ -` are taken"),
    (r"^(custom:)?[^\s:]{1,20}$", "a name has 1 to 20 characters, without spaces and colons"),
    (r"^[\x21\x23-\x5B\x5D-\x7E]+$", "ASCII characters are taken, but for spaces, `\"` and `\\`"),
    (r"^\S+$", "AWS takes no spaces here: take them out"),
    (r"\{####\}", "the text needs `{####}`, where the code goes"),
    (r"\{##[\s\S]*##\}", "the text needs `{##…##}` round the words of the link"),
    (r"^[+-]?[0-9]+(\.[0-9]+)?$", "a number: `18`, `-1`, `0.5`"),
    (r"^[^@\s]+@[^@\s]+$", "an e-mail address: `help@example.com`"),
    (r"^[a-zA-Z0-9_-]+$", "letters, digits, `_` and `-` are taken"),
    ("^0*[1-9][0-9]*[smhd]$", "a whole number and its unit: `90s`, `60m`, `12h`, `30d`"),
];

/// The schema that is published: what a whole file is, and what one that extends another is.
pub fn schema() -> Value {
    publish::whole(model())
}

/// The schema of a file that is there to be extended.
pub fn part() -> Value {
    publish::part()
}

/// What is published, by the names of the files in `schemas/`.
pub fn files() -> [(&'static str, String); 2] {
    [("stack.schema.json", schema()), ("part.schema.json", part())]
        .map(|(name, schema)| (name, format!("{schema:#}\n")))
}

/// The schema of a whole file, which [`super::shape`] walks beside what was read.
pub(super) fn model() -> Value {
    let mut root: Value =
        schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<StackFile>().into();
    tune(&mut root);
    reference::mark(&mut root);
    // Editors head the words about every key with it.
    if let Some(root) = root.as_object_mut() {
        root.remove("title");
    }
    root
}

fn tune(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    strip_null(object);
    list_values(object);
    forget_widths(object);
    say_patterns(object);
    forget_short_arns(object);
    each_below(object, &mut |_, below| tune(below));
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
    fn the_checked_in_files_are_up_to_date() {
        for (name, text) in files() {
            let path = format!("{}/schemas/{name}", env!("CARGO_MANIFEST_DIR"));
            if std::env::var_os("STACK_BLESS").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
            assert!(kept == text, "schemas/{name} is not up to date: run `stack schema --write`");
        }
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
    fn every_field_of_aws_is_linked_to_its_page() {
        // What this program alone knows.
        let ours = [
            "StackFile",
            "StateSettings",
            "S3Settings",
            "SecretRef",
            "Elsewhere",
            "LintSettings",
            "Silence",
            "Moved",
            "Lifecycle",
            "AssumeRole",
        ];
        let schema = schema();
        for (name, def) in schema["$defs"].as_object().unwrap() {
            if ours.contains(&name.trim_start_matches("Overlay")) {
                continue;
            }
            for (field, below) in def["properties"].as_object().into_iter().flatten() {
                let said = below["markdownDescription"].as_str().unwrap();
                assert!(said.contains("](https://docs.aws.amazon.com/"), "{name}.{field}: {said}");
            }
        }
    }

    #[test]
    fn what_the_engine_alone_needs_is_not_published() {
        assert!(!files().iter().any(|(_, text)| text.contains("\"x-")));
    }

    #[test]
    fn every_key_says_what_it_means_and_every_pattern_says_what_it_wants() {
        fn walk(schema: &mut Value, at: &str) {
            let Some(object) = schema.as_object_mut() else { return };
            for one in [Some(&*object), object.get("propertyNames").and_then(Value::as_object)].into_iter().flatten() {
                let is_asked = ["if", "not", "contains"].iter().any(|word| at.contains(&format!("/{word}")));
                let is_said = is_asked || !one.contains_key("pattern") || one.contains_key("patternErrorMessage");
                assert!(is_said, "{at}: nothing says what {} asks for", one["pattern"]);
            }
            // A condition asks, and says nothing.
            let is_rule =
                ["if", "then", "else", "not", "allOf", "anyOf"].iter().any(|word| at.contains(&format!("/{word}")));
            for (name, below) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
                assert!(is_rule || below["description"].is_string(), "{at}.{name} has no description");
            }
            each_below(object, &mut |keyword, below| walk(below, &format!("{at}/{keyword}")));
        }
        walk(&mut schema(), "");
    }
}
