//! Two specs into changes; what is desired, laid over what is there. Pure.

use serde_json::{Map, Value};

use super::facts::Facts;
use super::plan::{After, Change};
use crate::address::Address;
use crate::kind::OnChange;
use crate::secret::is_same;

/// What the object will be: what is desired, laid over what is there, with the last request as witness.
///
/// A field that is desired is taken as desired. One that was asked for last time and no longer is has been
/// taken away, and goes back to AWS's default. One that nobody declares stays as AWS has it.
pub fn target(desired: &Value, last: &Value, actual: Option<&Value>, facts: Facts<'_>) -> Value {
    laid_over(present(Some(desired)), present(Some(last)), present(actual), facts).unwrap_or(Value::Null)
}

fn laid_over(desired: Option<&Value>, last: Option<&Value>, actual: Option<&Value>, facts: Facts<'_>) -> Option<Value> {
    match (desired, last) {
        (Some(Value::Object(fields)), _) if !facts.is_whole() => {
            Some(Value::Object(merged(Some(fields), object(last), object(actual), facts)))
        }
        (Some(value), _) => Some(value.clone()),
        (None, Some(last)) => match (facts.aws_default(), last) {
            (Some(Value::Object(_)), Value::Object(last)) if !facts.is_whole() => {
                Some(Value::Object(merged(None, Some(last), object(actual), facts)))
            }
            (default, _) => default,
        },
        (None, None) => actual.cloned(),
    }
}

fn merged(
    desired: Option<&Map<String, Value>>,
    last: Option<&Map<String, Value>>,
    actual: Option<&Map<String, Value>>,
    facts: Facts<'_>,
) -> Map<String, Value> {
    let mut fields = Map::new();
    for key in [actual, desired, last].into_iter().flatten().flat_map(Map::keys) {
        if fields.contains_key(key) {
            continue;
        }
        let side = |side: Option<&'_ Map<String, Value>>| side.and_then(|fields| fields.get(key)).cloned();
        let (desired, last, actual) = (side(desired), side(last), side(actual));
        let value =
            laid_over(present(desired.as_ref()), present(last.as_ref()), present(actual.as_ref()), facts.key(key));
        if let Some(value) = value {
            fields.insert(key.clone(), value);
        }
    }
    fields
}

/// Every field in which `after` differs from `before`, down to what is taken whole.
///
/// `AddOnly` is resolved here: a key that is new changes in place, anything else under such a map is refused. So is
/// `Exchange`: one value for another changes in place, a value that comes or goes asks for a new object.
pub fn changes(before: Option<&Value>, after: Option<&Value>, facts: Facts<'_>) -> Vec<Change> {
    let mut found = Vec::new();
    walk("", present(before), present(after), facts, facts.on_change, &mut found);
    found
}

fn walk(
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    facts: Facts<'_>,
    on_change: OnChange,
    found: &mut Vec<Change>,
) {
    let is_same_secret = || facts.is_secret() && before.zip(after).is_some_and(|(one, other)| is_same(one, other));
    if before == after || facts.is_order_only() || is_same_secret() {
        return;
    }
    let open = !facts.is_whole()
        && [before, after].into_iter().flatten().all(Value::is_object)
        && [before, after].into_iter().flatten().any(|side| side.as_object().is_some_and(|fields| !fields.is_empty()));
    if !open {
        found.push(Change {
            path: path.to_owned(),
            before: before.cloned(),
            after: after.map_or(After::Unset, |value| After::Known(value.clone())),
            on_change: match on_change {
                OnChange::Exchange if before.is_some() && after.is_some() => OnChange::InPlace,
                OnChange::Exchange => OnChange::Replace,
                other => other,
            },
        });
        return;
    }
    let (old, new) = (object(before), object(after));
    let mut seen = std::collections::BTreeSet::new();
    for key in [old, new].into_iter().flatten().flat_map(Map::keys).filter(|key| seen.insert(key.as_str())) {
        let below = facts.key(key);
        let (old, new) = (old.and_then(|fields| fields.get(key)), new.and_then(|fields| fields.get(key)));
        let on_change = match (facts.is_add_only(), on_change) {
            (true, _) if present(old).is_none() => OnChange::InPlace,
            (true, _) => OnChange::Refuse,
            // Below a key of an add-only map, what was decided for the key holds.
            (false, inherited) if facts.on_change == OnChange::AddOnly => inherited,
            _ => below.on_change,
        };
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if facts.is_add_only() && present(new).is_none() {
            // That the key goes is the change; its fields are no news.
            let before = present(old).cloned();
            found.push(Change { path, before, after: After::Unset, on_change });
            continue;
        }
        walk(&path, present(old), present(new), below, on_change, found);
    }
}

/// Every field that `wanted` holds and `actual` does not hold like it; what `wanted` leaves out does not count.
pub fn missing(wanted: &Value, actual: Option<&Value>, facts: Facts<'_>) -> Vec<Change> {
    changes(actual, Some(wanted), facts).into_iter().filter(|change| change.after != After::Unset).collect()
}

/// A total spec without what AWS makes of it unasked: what a person would have to declare to have the rest.
///
/// None where nothing is left. What is taken whole is kept whole; an empty value that is no default says something.
pub fn without_defaults(spec: &Value, facts: Facts<'_>) -> Option<Value> {
    if spec.is_null() || facts.aws_default().as_ref() == Some(spec) {
        return None;
    }
    let Value::Object(fields) = spec else { return Some(spec.clone()) };
    if facts.is_whole() || fields.is_empty() {
        return Some(spec.clone());
    }
    let left: Map<String, Value> = fields
        .iter()
        .filter_map(|(key, value)| Some((key.clone(), without_defaults(value, facts.key(key))?)))
        .collect();
    (!left.is_empty()).then_some(Value::Object(left))
}

/// Every reference to another resource: the field, and the address as it is written.
pub fn references(spec: &Value, facts: Facts<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    refer("", spec, facts, &mut found);
    found
}

fn refer(path: &str, value: &Value, facts: Facts<'_>, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(address) if facts.is_ref() => found.push((path.to_owned(), address.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                refer(&format!("{path}[{index}]"), item, facts.item(), found);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                refer(&path, value, facts.key(key), found);
            }
        }
        _ => {}
    }
}

/// The addresses that a spec refers to, each once; texts that are no address name something outside the stack.
pub fn needs(spec: &Value, facts: Facts<'_>) -> Vec<Address> {
    let mut found: Vec<Address> =
        references(spec, facts).into_iter().filter_map(|(_, text)| text.parse().ok()).collect();
    found.sort();
    found.dedup();
    found
}

/// The value at a path that [`changes`] gave.
pub fn at<'a>(spec: &'a Value, path: &str) -> Option<&'a Value> {
    let mut place = spec;
    let mut rest = path;
    // A key of a map may itself hold dots (a tag), so the longest key that fits is tried first.
    'down: while !rest.is_empty() {
        let fields = place.as_object()?;
        let ends = rest.char_indices().rev().filter(|(_, c)| *c == '.').map(|(index, _)| index);
        for end in std::iter::once(rest.len()).chain(ends) {
            if let Some(found) = fields.get(&rest[..end]) {
                place = found;
                rest = rest.get(end + 1..).unwrap_or("");
                continue 'down;
            }
        }
        return None;
    }
    present(Some(place))
}

/// A path of a stack file or spec in its parts; a key that holds a dot is known by its being there in `within`.
pub fn parts(path: &str, within: &[Option<&Value>]) -> Vec<String> {
    let mut parts = Vec::new();
    let mut here: Vec<&Value> = within.iter().copied().flatten().collect();
    let mut rest = path;
    while !rest.is_empty() {
        let known = here
            .iter()
            .filter_map(|value| value.as_object())
            .flat_map(|map| map.keys())
            .filter(|key| rest.strip_prefix(key.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
            .map(String::len)
            .max();
        let end = known.or_else(|| rest.find('.')).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        here = here.iter().filter_map(|value| value.get(part)).collect();
        parts.push(part.to_owned());
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    parts
}

/// Everything that either spec declares; `newer` wins.
pub fn union(older: &Value, newer: &Value) -> Value {
    match (older, newer) {
        (Value::Object(older), Value::Object(newer)) => {
            let mut fields: Map<String, Value> = older.clone();
            for (key, value) in newer {
                let value = fields.get(key).map_or_else(|| value.clone(), |older| union(older, value));
                fields.insert(key.clone(), value);
            }
            Value::Object(fields)
        }
        (older, Value::Null) => older.clone(),
        (_, newer) => newer.clone(),
    }
}

/// Null and absent are one state, not two.
fn present(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

fn object(value: Option<&Value>) -> Option<&Map<String, Value>> {
    value.and_then(Value::as_object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({
            "properties": {
                "name": { "type": "string", "x-on-change": "replace" },
                "size": { "type": ["integer", "null"], "x-aws-default": 8 },
                "policy": { "anyOf": [
                    { "properties": { "length": { "x-aws-default": 8 }, "upper": { "x-aws-default": true }, "note": {} } },
                    { "type": "null" }
                ] },
                "sms": { "anyOf": [{ "properties": { "arn": {}, "region": {} } }, { "type": "null" }] },
                "tags": { "additionalProperties": { "type": "string" }, "x-aws-default": {} },
                "rotation": { "anyOf": [
                    { "properties": { "feature": {}, "grace": { "x-aws-default": 0 } } }, { "type": "null" }
                ], "x-aws-default": { "feature": "OFF", "grace": 0 } },
                "attributes": { "additionalProperties": { "properties": { "min": {}, "max": {} } }, "x-on-change": "add_only" },
                "target": { "oneOf": [{ "properties": { "values": { "properties": { "to": { "x-ref": true } } } } }] },
                "pool": { "type": "string", "x-ref": true, "x-on-change": "replace" }
            }
        })
    }

    #[expect(clippy::needless_pass_by_value, reason = "the tests below read as tables")]
    fn planned(desired: Value, last: Value, actual: Value) -> Value {
        target(&desired, &last, Some(&actual), Facts::of(&schema()))
    }

    #[test]
    fn what_is_desired_wins_and_what_nobody_declares_stays() {
        let actual =
            json!({ "size": 9, "policy": { "length": 8, "upper": false, "note": "x" }, "tags": { "theirs": "1" } });
        let desired = json!({ "policy": { "length": 12 }, "tags": { "ours": "2" } });
        assert_eq!(
            planned(desired, Value::Null, actual),
            json!({ "size": 9, "policy": { "length": 12, "upper": false, "note": "x" }, "tags": { "theirs": "1", "ours": "2" } })
        );
    }

    #[test]
    fn what_was_asked_for_and_no_longer_is_goes_back_to_the_default() {
        let actual = json!({ "size": 9, "policy": { "length": 12, "upper": false, "note": "x" }, "sms": { "arn": "a", "region": "r" }, "tags": { "theirs": "1", "ours": "2" } });
        let last = json!({ "size": 9, "policy": { "length": 12, "note": "x" }, "sms": { "arn": "a" }, "tags": { "ours": "2" } });
        assert_eq!(
            planned(json!({}), last, actual),
            json!({ "size": 8, "policy": { "length": 8, "upper": false }, "tags": { "theirs": "1" } })
        );
    }

    #[test]
    fn a_default_of_the_whole_tells_that_of_its_parts() {
        let actual = json!({ "rotation": { "feature": "ON", "grace": 10 } });
        let off = json!({ "rotation": { "feature": "OFF", "grace": 0 } });
        assert_eq!(planned(json!({}), actual.clone(), actual.clone()), off);
        let only_feature = json!({ "rotation": { "feature": "ON" } });
        assert_eq!(
            planned(json!({}), only_feature, actual),
            json!({ "rotation": { "feature": "OFF", "grace": 10 } }),
            "what nobody declares stays"
        );
    }

    #[test]
    fn changes_go_down_to_fields_and_carry_what_they_ask_for() {
        let found = changes(
            Some(&json!({ "name": "a", "size": 1, "tags": { "x": "1" } })),
            Some(&json!({ "name": "b", "size": 1, "tags": { "x": "1", "y.z": "2" } })),
            Facts::of(&schema()),
        );
        let said: Vec<_> = found.iter().map(|change| (change.path.as_str(), change.on_change)).collect();
        assert_eq!(said, [("name", OnChange::Replace), ("tags.y.z", OnChange::InPlace)]);
    }

    #[test]
    fn keys_of_an_add_only_map_may_come_but_not_change_or_go() {
        let facts = schema();
        let changed = |after: Value| {
            changes(Some(&json!({ "attributes": { "a": { "max": 1 } } })), Some(&after), Facts::of(&facts))
                .iter()
                .map(|change| (change.path.clone(), change.on_change))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            changed(json!({ "attributes": { "a": { "max": 1 }, "b": { "min": 1 } } })),
            [("attributes.b.min".to_owned(), OnChange::InPlace)]
        );
        assert_eq!(
            changed(json!({ "attributes": { "a": { "max": 1, "min": 1 } } })),
            [("attributes.a.min".to_owned(), OnChange::Refuse)]
        );
        assert_eq!(changed(json!({ "attributes": {} })), [("attributes.a".to_owned(), OnChange::Refuse)]);
    }

    #[test]
    fn what_aws_does_unasked_need_not_be_declared() {
        let declared = |spec: Value| without_defaults(&spec, Facts::of(&schema()));
        let all = json!({ "name": "a", "size": 8, "policy": { "length": 8, "upper": true }, "tags": {} });
        assert_eq!(declared(all), Some(json!({ "name": "a" })));
        let some = json!({ "policy": { "length": 12, "upper": true }, "tags": { "x": "1" }, "sms": {}, "pool": null });
        assert_eq!(declared(some), Some(json!({ "policy": { "length": 12 }, "tags": { "x": "1" }, "sms": {} })));
        let rotation = |feature: &str| json!({ "rotation": { "feature": feature, "grace": 0 } });
        assert_eq!(declared(rotation("OFF")), None);
        assert_eq!(declared(rotation("ON")), Some(json!({ "rotation": { "feature": "ON" } })));
    }

    #[test]
    fn references_are_found_inside_variants_and_lists() {
        let spec = json!({ "pool": "user_pool", "target": { "values": { "to": "domain.custom" } } });
        assert_eq!(
            needs(&spec, Facts::of(&schema())),
            ["domain.custom".parse().unwrap(), "user_pool".parse().unwrap()]
        );
    }

    #[test]
    fn a_variant_is_taken_whole() {
        let facts = schema();
        let found = changes(
            Some(&json!({ "target": { "values": { "to": "a" } } })),
            Some(&json!({ "target": { "values": { "to": "b" } } })),
            Facts::of(&facts),
        );
        assert_eq!(found[0].path, "target");
    }

    #[test]
    fn a_path_leads_back_to_its_value() {
        let spec = json!({ "tags": { "y.z": "2" }, "policy": { "length": 3 } });
        assert_eq!(at(&spec, "tags.y.z"), Some(&json!("2")));
        assert_eq!(at(&spec, "policy.length"), Some(&json!(3)));
        assert_eq!(at(&spec, "policy.other"), None);
    }
}
