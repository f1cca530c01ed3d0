//! What editors show: descriptions, and words of our own where theirs would be poor.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::super::reference;
use super::publish::Defs;
use super::walk::{also, each_below};

/// Writes under each field what holds where it is left out, what it takes, what a change asks for, and where AWS
/// says more.
pub(super) fn describe(defs: &mut Defs, link: fn(&str, &str) -> Option<String>) {
    for (name, def) in defs.iter_mut() {
        let said = def["description"].as_str().unwrap_or_default().to_owned();
        def["markdownDescription"] = json!(said);
        for (field, schema) in def.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            let description = described(name, schema);
            let markdown = match link(name, field) {
                Some(link) => format!("{description}\n\n[AWS: {}]({link})", title(&link)),
                None => description.clone(),
            };
            schema["description"] = json!(description);
            schema["markdownDescription"] = json!(markdown);
        }
    }
}

fn described(def: &str, schema: &Value) -> String {
    let said = schema["description"].as_str().unwrap_or_default().to_owned();
    let asks = change(def, schema["x-on-change"].as_str());
    // Said below, in other words.
    let mut said = match asks {
        Some(_) => said
            .replace(" Cannot be changed on a pool that exists.", "")
            .replace(" Can be added, and never changed or removed.", ""),
        None => said,
    };
    let speaks = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let default = schema.get("default").filter(|_| !speaks(&["efault", "Left out"]));
    let limits = limits(schema).filter(|_| !speaks(&[" to ", "at most", "at least"]));
    if let Some(default) = default {
        let _ = write!(said, "\n\nDefault: `{}`.", plain(default));
    }
    if let Some(limits) = limits {
        let _ = write!(said, "\n\nTakes {limits}.");
    }
    if let Some(asks) = asks {
        let _ = write!(said, "\n\n{asks}");
    }
    said.trim_start().to_owned()
}

/// A field's own words stand before those of its type: editors show the type's first, so those are left out where
/// every use has words of its own.
pub(super) fn let_fields_speak(defs: &mut Defs) {
    fn named<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
        for keyword in ["items", "additionalProperties"] {
            found.extend(schema[keyword]["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()));
        }
        for below in schema["properties"].as_object().into_iter().flat_map(Map::values) {
            named(below, found);
        }
    }
    let mut nameless = Vec::new();
    for def in defs.values() {
        named(def, &mut nameless);
    }
    let nameless: Vec<String> = nameless.into_iter().map(str::to_owned).collect();
    for (name, def) in defs.iter_mut() {
        if let Some(object) = def.as_object_mut().filter(|_| !nameless.contains(name) && name != "StackFile") {
            object.remove("description");
            object.remove("markdownDescription");
        }
    }
}

/// What changing a field of this definition asks for.
fn change(def: &str, on_change: Option<&str>) -> Option<&'static str> {
    Some(match (on_change?, def) {
        ("replace", "UserPool") => {
            "Cannot be changed after creation: another value makes a new pool, and the users of the old one are lost."
        }
        ("replace", "ProviderSettings") => {
            "Changing it replaces the provider: whoever signs in through it is then a new user."
        }
        ("replace", "ClientSettings") => "Changing it replaces the client: it gets a new id.",
        ("replace", _) => "Changing it replaces the object.",
        ("exchange", "ClientSettings") => {
            "Another one is changed in place; where there was none, or will be none, the client is replaced and gets a new \
             id."
        }
        ("exchange", _) => {
            "Another one is changed in place; where there was none, or will be none, the object is replaced."
        }
        ("refuse", _) => "Cannot be changed after creation.",
        ("add_only", _) => "Entries can be added, and never changed or taken away.",
        ("in_place", _) => "Changed in place.",
        _ => return None,
    })
}

fn limits(schema: &Value) -> Option<String> {
    let said = |least: &str, most: &str, of: &str| match (schema[least].as_u64(), schema[most].as_u64()) {
        (Some(least), Some(most)) if least > 0 || of.is_empty() => Some(format!("{least} to {most}{of}")),
        (_, Some(most)) => Some(format!("at most {most}{of}")),
        (Some(least), None) if least > 1 => Some(format!("at least {least}{of}")),
        _ => None,
    };
    said("minimum", "maximum", "")
        .or_else(|| said("minLength", "maxLength", " characters"))
        .or_else(|| said("minItems", "maxItems", " entries"))
}

/// A value as it is written in a stack file.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| format!("{key}: {}", plain(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// What a page is about: `CreateUserPool`.
fn title(link: &str) -> &str {
    let page = link.rsplit('/').next().unwrap_or(link);
    page.split(".html").next().unwrap_or(page).trim_start_matches("API_")
}

/// A choice between mappings of one key each is one mapping of which one key is set: editors weigh the branches of a
/// `oneOf` against each other, and name the wrong one.
pub(super) fn one_key_of_several(defs: &mut Defs) {
    'defs: for def in defs.values_mut() {
        let Some(choices) = def.get("oneOf").and_then(Value::as_array) else { continue };
        let mut properties = Map::new();
        for choice in choices {
            let Some((key, below)) = choice["properties"].as_object().and_then(|fields| fields.iter().next()) else {
                continue 'defs;
            };
            let mut below = below.clone();
            below["description"] = choice["description"].clone();
            properties.insert(key.clone(), below);
        }
        let message = one_way(properties.keys());
        let Some(object) = def.as_object_mut() else { continue };
        object.remove("oneOf");
        let first: Vec<_> = properties.keys().cloned().collect();
        object.insert("type".to_owned(), json!("object"));
        object.insert("additionalProperties".to_owned(), json!(false));
        object.insert("properties".to_owned(), Value::Object(properties));
        object.insert("errorMessage".to_owned(), json!(message));
        if first.len() > 2 {
            also(def, only_one(&first, &message));
        }
        if let [one, other] = first.as_slice() {
            also(
                def,
                [json!({
                    "if": { "required": [one] },
                    "then": { "errorMessage": message, "properties": { other: false } },
                    "else": { "if": { "minProperties": 1 }, "else": { "errorMessage": message, "required": [other] } },
                })],
            );
        }
    }
}

/// What a text may be instead: a mapping that says where it stands.
pub(super) const ELSEWHERE: &str = "Elsewhere";

/// The definition of such a mapping.
pub(super) fn elsewhere() -> Value {
    let schema = &*reference::SCHEMA;
    let choices = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut properties = Map::new();
    for choice in choices {
        let fields = choice["properties"].as_object().into_iter().flatten();
        let is_alone = choice["properties"].as_object().is_some_and(|fields| fields.len() == 1);
        for (key, below) in fields {
            let mut below = below.clone();
            if is_alone {
                below["description"] = choice["description"].clone();
            }
            properties.insert(key.clone(), below);
        }
    }
    let firsts: Vec<String> =
        choices.iter().filter_map(|choice| choice["required"][0].as_str().map(str::to_owned)).collect();
    let message = format!("say {}", reference::WAYS);
    let mut def = json!({
        "description": "Says where a text is kept, that does not stand here itself. It is read when a plan is made.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "errorMessage": message,
    });
    also(&mut def, only_one(&firsts, &message));
    also(
        &mut def,
        [json!({
            "if": { "required": ["stack"] },
            "then": { "errorMessage": message, "required": ["output"] },
            "else": { "errorMessage": message, "properties": { "output": false } },
        })],
    );
    def
}

/// Lets each text that may stand elsewhere be such a mapping.
pub(super) fn let_texts_stand_elsewhere(defs: &mut Defs) {
    fn walk(schema: &mut Value) {
        let Some(object) = schema.as_object_mut() else { return };
        if object.contains_key(reference::MARK) {
            let types = match object.get("type") {
                Some(Value::Array(types)) => types.iter().cloned().chain([json!("object")]).collect(),
                Some(one) => json!([one, "object"]),
                None => json!(["string", "object"]),
            };
            object.insert("type".to_owned(), types);
            let then = json!({ "$ref": format!("#/$defs/{ELSEWHERE}") });
            also(schema, [json!({ "if": { "type": "object" }, "then": then })]);
            return;
        }
        each_below(object, &mut |keyword, below| {
            if matches!(keyword, "properties" | "items" | "additionalProperties" | "anyOf" | "oneOf") {
                walk(below);
            }
        });
    }
    for (name, def) in defs.iter_mut() {
        if !name.ends_with(ELSEWHERE) {
            walk(def);
        }
    }
}

/// What is asked for where a value is elsewhere.
fn one_way<'a>(keys: impl Iterator<Item = &'a String>) -> String {
    let ways: Vec<_> = keys.map(|key| format!("`{{ {key}: … }}`")).collect();
    let ways = match ways.as_slice() {
        [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
        _ => ways.join(""),
    };
    format!("say where it is, in one way: {ways}")
}

/// One of these keys, and only one: those after the first that is there are refused, each by itself.
fn only_one(keys: &[String], message: &str) -> Vec<Value> {
    let later = |at: usize| keys[at + 1..].iter().map(|key| (key.clone(), json!(false))).collect::<Map<_, _>>();
    let rules = keys.iter().enumerate().take(keys.len().saturating_sub(1));
    let mut rules: Vec<Value> = rules
        .map(|(at, key)| {
            json!({ "if": { "required": [key] }, "then": { "errorMessage": message, "properties": later(at) } })
        })
        .collect();
    rules
        .push(json!({ "if": { "minProperties": 1 }, "else": { "errorMessage": message, "required": [keys.first()] } }));
    rules
}

/// What is missing is said once every key that is there is a known one: a key that is spelt wrongly is one mistake,
/// not two.
pub(super) fn miss_once_all_is_known(def: &mut Value) {
    let Some(object) = def.as_object_mut() else { return };
    let known: Vec<_> =
        object.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key.clone()).collect();
    let rules = object.get("allOf").and_then(Value::as_array).cloned().unwrap_or_default();
    let (needing, others): (Vec<_>, Vec<_>) = rules.into_iter().partition(|rule| rule["then"]["required"].is_array());
    let required = object.remove("required");
    if required.is_none() && needing.is_empty() {
        return;
    }
    let mut then = Map::new();
    then.extend(required.map(|required| ("required".to_owned(), required)));
    if !needing.is_empty() {
        then.insert("allOf".to_owned(), Value::Array(needing));
    }
    object.insert("allOf".to_owned(), Value::Array(others));
    also(def, [json!({ "if": { "propertyNames": { "enum": known } }, "then": then })]);
}

/// Says in words what a value of another type should have been. That a text is one of a list is said by the list.
pub(super) fn say_types(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("enum") || object.contains_key("const") {
        object.remove("type");
    }
    say_mapping(object);
    let first = |types: &Value| types.as_str().or_else(|| types[0].as_str()).map(str::to_owned);
    let words = match object.get("type").and_then(first).as_deref() {
        Some("boolean") => Some("expected `true` or `false`".to_owned()),
        Some("integer") if !object.contains_key("pattern") => Some("expected a whole number".to_owned()),
        Some("array") => Some("expected a list: `[…]`, or lines that begin with `- `".to_owned()),
        Some("string" | "integer") => {
            let wanted = object.get("patternErrorMessage").and_then(Value::as_str);
            Some(wanted.map_or("expected text; a number stands in quotes".to_owned(), |wanted| {
                format!("expected text: {wanted}")
            }))
        }
        _ => None,
    };
    if let Some(words) = words {
        object.entry("errorMessage").or_insert(json!(words));
    }
    each_below(object, &mut |keyword, below| {
        if matches!(keyword, "properties" | "additionalProperties" | "items") {
            say_types(below);
        }
    });
}

/// Says in words that a mapping is expected. The words of a mapping with known keys would be said of its unknown keys
/// too, so its type stands apart.
fn say_mapping(object: &mut Map<String, Value>) {
    const WORDS: &str = "expected a mapping of keys to values";
    let types = object.get("type").cloned().unwrap_or_default();
    if types != "object" && types[0] != "object" {
        return;
    }
    if object.get("additionalProperties").is_some_and(Value::is_object) {
        object.entry("errorMessage").or_insert(json!(WORDS));
        return;
    }
    object.remove("type");
    let words = object.get("errorMessage").cloned().unwrap_or(json!(WORDS));
    let all = object.entry("allOf").or_insert_with(|| json!([]));
    if let Some(all) = all.as_array_mut() {
        all.push(json!({ "type": types, "errorMessage": words }));
    }
}

/// Facts that only the engine needs.
pub(super) fn forget_ours(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    object.retain(|key, _| !key.starts_with("x-"));
    each_below(object, &mut |_, below| forget_ours(below));
}
