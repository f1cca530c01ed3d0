//! What editors and the README say of a stack file: every property is described, with its limits and with what holds where it
//! is left out, and every block has its line.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::repository;

fn published() -> Value {
    serde_json::from_str(&std::fs::read_to_string(repository().join("schemas/stack.schema.json")).unwrap()).unwrap()
}

/// A schema and all that it is put together of, conditions left out.
fn parts<'a>(whole: &'a Value, node: &'a Value) -> Vec<&'a Value> {
    let (mut found, mut open) = (Vec::new(), vec![node]);
    while let Some(node) = open.pop() {
        let reference = node["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        open.extend(reference.map(|pointer| whole.pointer(pointer).unwrap()));
        for word in ["allOf", "anyOf", "oneOf"] {
            let all = node[word].as_array().into_iter().flatten();
            open.extend(all.filter(|part| part.get("if").is_none()));
        }
        found.push(node);
    }
    found
}

/// Every property that a stack file can have: the definition that it is of, its name, its schema; and whether it must be there.
fn properties(whole: &Value) -> Vec<(String, String, &Value, bool)> {
    fn gather<'a>(at: &str, node: &'a Value, found: &mut Vec<(String, String, &'a Value, bool)>) {
        let mut needed: BTreeSet<&str> = BTreeSet::new();
        // What must be there is said where nothing is misspelt.
        let conditions = node["allOf"].as_array().into_iter().flatten().map(|part| &part["then"]);
        for place in conditions.chain([node]) {
            needed.extend(place["required"].as_array().into_iter().flatten().filter_map(Value::as_str));
        }
        for (name, below) in node["properties"].as_object().into_iter().flatten() {
            found.push((at.to_owned(), name.clone(), below, needed.contains(name.as_str())));
            gather(&format!("{at}.{name}"), below, found);
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            for part in node[word].as_array().into_iter().flatten().filter(|part| part.get("if").is_none()) {
                gather(at, part, found);
            }
        }
        for below in ["items", "additionalProperties"].into_iter().filter_map(|word| node.get(word)) {
            gather(at, below, found);
        }
    }
    let mut found = Vec::new();
    for (name, definition) in whole["$defs"].as_object().unwrap() {
        gather(name, definition, &mut found);
    }
    assert!(found.len() > 700, "the schema was not understood");
    found
}

#[test]
fn every_property_is_described() {
    let schema = published();
    let mut bare = Vec::new();
    for (of, name, property, _) in properties(&schema) {
        let said = property["description"].as_str().unwrap_or_default();
        // More than the name once again.
        let words: Vec<&str> = said.split_whitespace().collect();
        if words.len() < 2 || !said.contains(['.', ':']) {
            bare.push(format!("{of}.{name}: {said:?}"));
        }
        if property["markdownDescription"]
            .as_str()
            .is_some_and(|shown| !shown.starts_with(said.split('\n').next().unwrap()))
        {
            bare.push(format!("{of}.{name}: editors are shown something else"));
        }
    }
    assert!(bare.is_empty(), "{} without a description:\n{}", bare.len(), bare.join("\n"));
}

#[test]
fn limits_stand_in_the_description() {
    let schema = published();
    let (mut silent, mut counted) = (Vec::new(), 0);
    for (of, name, property, _) in properties(&schema) {
        let said = property["description"].as_str().unwrap_or_default().replace(',', "");
        for part in parts(&schema, property) {
            for word in ["minimum", "maximum", "maxItems"] {
                let Some(limit) = part[word].as_u64().filter(|limit| *limit > 1) else { continue };
                counted += 1;
                let is_said = said.contains(&limit.to_string()) || (limit == 2 && said.contains("two"));
                if !is_said {
                    silent.push(format!("{of}.{name}: {word} {limit}, and {said:?}"));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    assert!(counted > 30, "{counted}");
}

/// A switch, a number or a choice that may be left out says what then holds.
#[test]
fn what_holds_where_nothing_is_said_stands_in_the_description() {
    let schema = published();
    let (mut silent, mut counted) = (Vec::new(), 0);
    for (of, name, property, is_needed) in properties(&schema) {
        // A file that others extend need not be whole; and the reasons for a rule's silence are texts.
        if is_needed || of.starts_with("Overlay") || of.starts_with("Silence") {
            continue;
        }
        let all = parts(&schema, property);
        let is_block = all.iter().any(|part| part.get("properties").is_some());
        let is_one = |part: &&Value| {
            part.get("enum").is_some()
                || part.get("const").is_some()
                || ["boolean", "integer", "number"].iter().any(|kind| part["type"] == *kind)
        };
        if is_block || !all.iter().any(is_one) {
            continue;
        }
        counted += 1;
        let said = property["description"].as_str().unwrap_or_default();
        if !["Default", "default", "Left out", "left out"].iter().any(|word| said.contains(word)) {
            silent.push(format!("{of}.{name}: {said:?}"));
        }
    }
    assert!(silent.is_empty(), "{} do not say what holds without them:\n{}", silent.len(), silent.join("\n"));
    assert!(counted > 40, "{counted}");
}

#[test]
fn every_block_has_its_line_in_the_readme() {
    let (schema, readme) = (published(), std::fs::read_to_string(repository().join("README.md")).unwrap());
    let blocks = schema["$defs"]["StackFile"]["properties"].as_object().unwrap();
    assert!(blocks.len() > 20, "{:?}", blocks.keys());
    let rows: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()).collect();
    let silent: Vec<&String> =
        blocks.keys().filter(|block| !rows.iter().any(|row| row.contains(&format!("`{block}`")))).collect();
    assert_eq!(silent, [] as [&String; 0]);
}
