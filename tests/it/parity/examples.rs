//! Examples: a value as it is written there, and a whole stack file that says the same.

use serde_json::{Map, Value, json};

use super::data::{Answer, List};

/// The least stack file that says what the answer's example says; None where it has none.
pub fn stack_file(list: &List, answer: &Answer) -> Option<Value> {
    let (path, (_, ours)) = (answer.to.first()?, answer.example()?);
    let mut file = json!({ "region": "eu-west-1", "user_pool": { "name": "shop" }, "app_clients": { "web": {} } });
    lay(&mut file, &list.with);
    lay(&mut file, &answer.with);
    lay(&mut file, &placed(path, answer.star.as_deref().unwrap_or("web"), ours));
    Some(file)
}

/// The same said where the list says it again; none where the answer has no second place.
pub fn said_again(list: &List, answer: &Answer) -> Vec<Value> {
    let (Some(file), Some(path)) = (stack_file(list, answer), answer.to.first()) else { return Vec::new() };
    let is_below = |from: &str| list.places(answer).len() > answer.to.len() && path.starts_with(from);
    let again = list.again().filter(|(from, _)| is_below(from)).map(|(from, to)| {
        let mut file = file.clone();
        let below = file[from].take();
        lay(&mut file, &placed(to, "web", &below));
        file
    });
    again.collect()
}

/// The value below its path.
fn placed(path: &str, star: &str, value: &Value) -> Value {
    path.split('.').rev().fold(value.clone(), |below, segment| {
        let (name, is_item) = segment.strip_suffix("[]").map_or((segment, false), |name| (name, true));
        let name = if name == "*" { star } else { name };
        json!({ name: if is_item { json!([below]) } else { below } })
    })
}

/// Lays a value over another, mappings key by key, and lists of as many mappings item by item.
fn lay(under: &mut Value, over: &Value) {
    match (under, over) {
        (_, Value::Null) => {}
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                lay(under.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (Value::Array(under), Value::Array(over))
            if under.len() == over.len() && under.iter().chain(over).all(Value::is_object) =>
        {
            for (under, over) in under.iter_mut().zip(over) {
                lay(under, over);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

/// `name = value`, or a block, as Terraform writes it.
pub fn in_hcl(name: &str, value: &Value, is_block: bool) -> String {
    match value {
        Value::Object(members) if is_block => {
            let members: Vec<String> = members.iter().map(|(name, value)| format!("{name} = {}", hcl(value))).collect();
            if members.is_empty() { format!("{name} {{}}") } else { format!("{name} {{ {} }}", members.join(", ")) }
        }
        value => format!("{name} = {}", hcl(value)),
    }
}

fn hcl(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members.iter().map(|(name, value)| format!("{name} = {}", hcl(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(hcl).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// `name: value`, as in a stack file.
pub fn in_yaml(name: &str, value: &Value, _is_block: bool) -> String {
    format!("{name}: {}", yaml(value))
}

/// `"name": value`, as in JSON.
pub fn in_json(name: &str, value: &Value, _is_block: bool) -> String {
    format!("\"{name}\": {value}")
}

/// A value on one line of YAML: texts without quotes where they can be.
fn yaml(value: &Value) -> String {
    let members = |members: &Map<String, Value>| {
        members.iter().map(|(name, value)| format!("{name}: {}", yaml(value))).collect::<Vec<_>>().join(", ")
    };
    match value {
        Value::String(text) => {
            let mut plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./ ".contains(c));
            plain &= text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.ends_with(' ');
            plain &= !["true", "false", "null"].contains(&&**text);
            if plain { text.clone() } else { value.to_string() }
        }
        Value::Array(items) => format!("[{}]", items.iter().map(yaml).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => format!("{{ {} }}", members(map)),
        other => other.to_string(),
    }
}
