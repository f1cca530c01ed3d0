//! The inputs of cases: laid over one another, with names filled in, and long texts written short.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What was kept of earlier answers, by name.
pub type Names = BTreeMap<String, String>;

/// Lays `over` over `under`: objects member by member, `null` takes a member away, all else is taken whole.
pub fn laid(under: &Value, over: &Value) -> Value {
    match (under, over) {
        (_, Value::Null) => under.clone(),
        (Value::Object(under), Value::Object(over)) if !is_short(over) => {
            let mut all = under.clone();
            for (name, value) in over {
                if value.is_null() {
                    all.shift_remove(name);
                } else {
                    let value = laid(under.get(name).unwrap_or(&Value::Null), value);
                    all.insert(name.clone(), value);
                }
            }
            Value::Object(all)
        }
        (_, Value::Object(over)) if !is_short(over) => laid(&Value::Object(Map::new()), &Value::Object(over.clone())),
        (_, over) => over.clone(),
    }
}

fn is_short(object: &Map<String, Value>) -> bool {
    object.len() == 1 && object.keys().all(|name| ["$times", "$list", "$map", "$bytes"].contains(&name.as_str()))
}

/// The value with `$name` filled in, and `$times`, `$list`, `$map` and `$bytes` written out.
pub fn written_out(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(text) => Value::String(filled(text, names)),
        Value::Array(items) => items.iter().map(|item| written_out(item, names)).collect(),
        Value::Object(object) if is_short(object) => {
            let (kind, of) = object.iter().next().unwrap();
            long(kind, of, names)
        }
        Value::Object(object) => {
            let members = object.iter().map(|(name, value)| (filled(name, names), written_out(value, names)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// A long value: `$times: [x, 3]` is xxx, `$list: [a{n}, 2]` is [a1, a2], `$map: [k{n}, v, 2]` is {k1: v, k2: v},
/// `$bytes: [head in hexadecimal, 100]` is so many bytes in Base64.
fn long(kind: &str, of: &Value, names: &Names) -> Value {
    use base64::Engine as _;
    let parts = of.as_array().unwrap();
    let count = usize::try_from(parts.last().unwrap().as_u64().unwrap()).unwrap();
    let numbered = |part: &Value, number: usize| {
        let text = serde_json::to_string(&written_out(part, names)).unwrap().replace("{n}", &number.to_string());
        serde_json::from_str::<Value>(&text).unwrap()
    };
    match kind {
        "$times" => Value::String(parts[0].as_str().unwrap().repeat(count)),
        "$list" => (1..=count).map(|number| numbered(&parts[0], number)).collect(),
        "$map" => {
            let key = |number| numbered(&parts[0], number).as_str().unwrap().to_owned();
            Value::Object((1..=count).map(|number| (key(number), numbered(&parts[1], number))).collect())
        }
        _ => {
            let head = parts[0].as_str().unwrap().as_bytes();
            let head = head.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap());
            let mut bytes: Vec<u8> = head.collect();
            bytes.resize(count, 0);
            Value::String(base64::engine::general_purpose::STANDARD.encode(bytes))
        }
    }
}

/// The text with each `$name` filled in.
pub fn filled(text: &str, names: &Names) -> String {
    let mut text = text.to_owned();
    // Longer names first: `$pool` also begins `$pool_arn`.
    for (name, value) in names.iter().rev() {
        text = text.replace(&format!("${name}"), value);
    }
    text
}
