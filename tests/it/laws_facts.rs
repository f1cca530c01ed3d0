//! One page to review: every field of every kind with what its declaration says, so that a changed meaning is one
//! line of a diff.

use std::fmt::Write as _;

use serde_json::Value;
use stack::engine::Kinds;
use stack::engine::facts::Facts;
use stack::kind::OnChange;
use stack::kinds::KINDS;

fn variants(schema: &Value) -> Vec<&Value> {
    let mut found = vec![schema];
    for word in ["anyOf", "oneOf", "allOf"] {
        for variant in schema[word].as_array().into_iter().flatten() {
            found.extend(variants(variant));
        }
    }
    found
}

fn walk(path: &str, schema: &Value, facts: Facts<'_>, page: &mut String) {
    for variant in variants(schema) {
        for (name, field) in variant["properties"].as_object().into_iter().flatten() {
            line(&format!("{path}.{name}"), field, facts.key(name), page);
        }
        if variant["additionalProperties"].is_object() {
            line(&format!("{path}.*"), &variant["additionalProperties"], facts.key("*"), page);
        }
        if variant["items"].is_object() && variants(&variant["items"]).iter().any(|item| item["properties"].is_object())
        {
            line(&format!("{path}[]"), &variant["items"], facts.item(), page);
        }
    }
}

fn line(path: &str, schema: &Value, facts: Facts<'_>, page: &mut String) {
    let mut said = vec![match facts.on_change {
        OnChange::InPlace => "in place".to_owned(),
        OnChange::Replace => "replace".to_owned(),
        OnChange::Exchange => "exchange".to_owned(),
        OnChange::AddOnly => "add only".to_owned(),
        OnChange::Refuse => "refuse".to_owned(),
    }];
    let all = variants(schema);
    let has = |word: &str| all.iter().any(|schema| schema.get(word).is_some());
    let is_list = all.iter().any(|schema| schema["type"] == "array" || schema["type"][0] == "array");
    let words = [
        (facts.is_order_only(), "order only"),
        (facts.is_taken_away_last(), "taken away last"),
        (facts.is_ref() || facts.item().is_ref(), "names another"),
        (facts.is_whole(), "taken whole"),
        (is_list && has("uniqueItems"), "set"),
        (is_list && !has("uniqueItems"), "list"),
        (has("x-text"), "text"),
    ];
    said.extend(words.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word.to_owned()));
    if let Some(default) = schema.get("x-aws-default") {
        said.push(format!("default {default}"));
    }
    writeln!(page, "{path:<86} {}", said.join(", ")).unwrap();
    walk(path, schema, facts, page);
}

#[test]
fn every_field_and_what_is_said_of_it() {
    let kinds = Kinds::new(KINDS);
    let mut page = String::new();
    for kind in KINDS {
        writeln!(
            page,
            "{}  {:?}, {:?}, found by {:?}",
            kind.name(),
            kind.replace_order(),
            kind.loses(),
            kind.found_by()
        )
        .unwrap();
        let schema = kind.schema();
        let address = stack::address::Address::one(kind.name());
        walk(kind.name(), &schema, kinds.facts(&address), &mut page);
    }
    insta::assert_snapshot!(page);
}
