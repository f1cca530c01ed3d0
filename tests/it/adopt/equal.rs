//! What a sandbox holds, with its identifiers told by what they stand for: two worlds are compared by it.

use serde_json::{Map, Value};

/// Times, counters and what only grows.
const PASSING: &[&str] = &[
    "ids",
    "created",
    "modified",
    "written",
    "ready",
    "in_sync_at",
    "changes",
    "tokens",
    "number",
    "caller_reference",
    "held",
    "version",
    "requested",
    "updating",
    "revision",
    // Of a statement in a function's policy.
    "Sid",
];

/// The world, without times, without the program's own tags, and without what is empty; an identifier is told by its
/// object, a secret by being there.
pub fn plain(world: &Value) -> Value {
    let mut names = Vec::new();
    for pool in
        world["cognito"]["pools"].as_object().into_iter().flatten().filter_map(|(_, pools)| pools.as_object()).flatten()
    {
        let (id, pool) = pool;
        names.push((id.clone(), format!("<pool {}>", pool["name"].as_str().unwrap())));
        let mut clients: Vec<(String, &String)> =
            pool["clients"].as_object().unwrap().iter().map(|(id, client)| (client_name(client), id)).collect();
        clients.sort();
        for (number, (name, id)) in clients.iter().enumerate() {
            let name = name.split(' ').next().unwrap();
            names.push(((*id).clone(), format!("<client {number} {name}>")));
        }
        for (style, branding) in pool["brandings"].as_object().into_iter().flatten() {
            let client = branding["client"].as_str().unwrap();
            names.push((style.clone(), format!("<style of {client}>")));
        }
        for (id, terms) in pool["terms"].as_object().into_iter().flatten() {
            let (name, client) = (terms["name"].as_str().unwrap(), terms["client"].as_str().unwrap());
            names.push((id.clone(), format!("<{name} of {client}>")));
        }
    }
    for certificate in world["acm"]["certificates"].as_array().into_iter().flatten() {
        names
            .push((certificate["arn"].as_str().unwrap().to_owned(), format!("<certificate {}>", certificate["names"])));
    }
    for (host, domain) in world["cognito"]["domains"].as_object().into_iter().flatten() {
        names.push((domain["distribution"].as_str().unwrap().to_owned(), format!("<distribution of {host}>")));
    }
    for pools in world["identity"]["pools"].as_object().into_iter().flatten().filter_map(|(_, pools)| pools.as_object())
    {
        for (id, pool) in pools {
            names.push((id.clone(), format!("<identity pool {}>", pool["settings"]["IdentityPoolName"])));
        }
    }
    let mut text = world.to_string();
    // Their ids are short, and so told only where they stand alone.
    for (_, api) in world["gateway"]["apis"].as_object().into_iter().flatten() {
        for (id, authorizer) in api["authorizers"].as_object().into_iter().flatten() {
            let name = format!("<authorizer {}>", authorizer["name"].as_str().unwrap());
            text = text.replace(&format!("\"{id}\""), &Value::from(name).to_string());
        }
    }
    // A style is named after its client, whose id is told first.
    for (id, name) in names.iter().rev() {
        let quoted = Value::from(name.as_str()).to_string();
        text = text.replace(id, &quoted[1..quoted.len() - 1]);
    }
    let told: Value = serde_json::from_str(&text).unwrap();
    bare(&told).unwrap_or_default()
}

fn client_name(client: &Value) -> String {
    let settings = &client["settings"];
    // Of several that have one name, what they hold tells which is which.
    format!("{} {}", settings["ClientName"].as_str().unwrap(), bare(settings).unwrap_or_default())
}

fn bare(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        // A name's final dot says nothing.
        Value::String(text) if text.ends_with(".acm-validations.aws.") => text.trim_end_matches('.').into(),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().filter_map(bare).collect();
            items.sort_by_key(ToString::to_string);
            if items.is_empty() {
                return None;
            }
            Value::Array(items)
        }
        Value::Object(fields) => {
            let mut kept: Map<String, Value> = fields
                .iter()
                .filter(|(key, _)| !PASSING.contains(&key.as_str()) && !key.starts_with("stack:"))
                .filter_map(|(key, value)| {
                    let value = if key == "secret" && value.is_string() { "<secret>".into() } else { bare(value)? };
                    Some((key.clone(), if key == "at" { "<then>".into() } else { value }))
                })
                .collect();
            if kept.is_empty() {
                return None;
            }
            if kept.contains_key("ClientName") {
                // Never set, they are good for AWS's hour, which AWS then does not show (app_client.md 1).
                for token in ["AccessTokenValidity", "IdTokenValidity"] {
                    kept.entry(token).or_insert(1.into());
                }
            }
            // A list is sorted by its items' texts, in which the order of keys must say nothing.
            kept.sort_keys();
            Value::Object(kept)
        }
        other => other.clone(),
    })
}

/// Holds that nothing has changed in a world but what passes by itself: identifiers and times included.
#[track_caller]
pub fn untouched(before: &Value, after: &Value) {
    let settled = |world: &Value| {
        let mut world = world.clone();
        world["acm"]["tokens"].take();
        world["route53"]["changes"].take();
        world["cognito"]["held"].take();
        world
    };
    let mut differences = Vec::new();
    differ("", &settled(before), &settled(after), &mut differences);
    assert!(differences.is_empty(), "AWS is not as it was:\n{}", differences.join("\n"));
}

/// Holds that two worlds are equal, and shows where they are not.
#[track_caller]
pub fn check(before: &Value, after: &Value, what: &str) {
    let mut differences = Vec::new();
    differ("", &plain(before), &plain(after), &mut differences);
    assert!(differences.is_empty(), "{what} is not rebuilt as it was:\n{}", differences.join("\n"));
}

fn differ(at: &str, before: &Value, after: &Value, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                differ(&format!("{at}/{key}"), &before[key.as_str()], &after[key.as_str()], found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differ(&format!("{at}/{index}"), one, other, found);
            }
        }
        _ if before == after => {}
        _ => found.push(format!("{at}: {before} -> {after}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_passes_is_passed_over() {
        let world = |id: &str, client: &str, urls: &[&str], secret: Option<&str>| {
            json!({ "ids": id.len(), "cognito": { "domains": {}, "pools": { "r": { id: {
                "name": "p", "created": client.len(), "tags": { "stack:name": client }, "settings": { "x": null },
                "clients": { client: { "secret": secret, "settings": { "ClientName": "c", "CallbackURLs": urls } } },
            } } } } })
        };
        let one = world("r_1", "abc", &["a", "b"], Some("s1"));
        check(&one, &world("r_22", "defg", &["b", "a"], Some("s2")), "the same");
        assert_ne!(plain(&one), plain(&world("r_1", "abc", &["a"], Some("s1"))));
        assert_ne!(plain(&one), plain(&world("r_1", "abc", &["a", "b"], None)));
    }
}
