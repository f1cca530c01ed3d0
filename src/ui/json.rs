//! A plan in the shape that Terraform gives its own (`terraform show -json`), so that tools which read those read ours.

use serde_json::{Map, Value, json};

use super::checks;
use super::plan::{has_changes, is_delete_first, leftovers};
use crate::address::Address;
use crate::engine::diff::parts;
use crate::engine::plan::{Action, After, Change, Plan, Planned};
use crate::engine::secrets::shown;
use crate::kind::OnChange;
use crate::preflight::Found;

/// The version of Terraform's plan format that this is.
const FORMAT_VERSION: &str = "1.2";
/// The version of Terraform that writes this format; tools ask for it before they read on.
pub(super) const TERRAFORM_VERSION: &str = "1.11.0";
/// What stands for the provider.
const PROVIDER: &str = "stack";

/// The plan, for a program, with what the checks found of it.
#[must_use]
pub fn plan(plan: &Plan, found: &[Found]) -> Value {
    let plan = &shown(plan);
    let mut changes: Vec<Value> =
        plan.resources.iter().map(|(address, planned)| resource_change(plan, address, planned)).collect();
    changes.extend(leftovers(plan).into_iter().map(|(address, id)| leftover(address, id)));
    changes.extend(plan.relabelled.forgotten.iter().map(|(address, id)| forgotten(address, id)));
    let drift: Vec<Value> = plan.resources.iter().filter_map(|(address, planned)| drift(address, planned)).collect();
    let planned: Vec<Value> = plan
        .resources
        .iter()
        .filter(|(_, planned)| planned.action != Action::Delete)
        .filter_map(|(address, planned)| planned_value(address, planned))
        .collect();
    json!({
        "format_version": FORMAT_VERSION,
        "terraform_version": TERRAFORM_VERSION,
        "stack_version": env!("CARGO_PKG_VERSION"),
        "stack": plan.stack,
        "lineage": plan.lineage,
        "serial": plan.serial,
        "planned_values": { "root_module": { "resources": planned } },
        "resource_changes": changes,
        "resource_drift": drift,
        "output_changes": {},
        "checks": checks::in_plan(found),
        // Tools look in here for what the values were written as; ours are written as they are.
        "configuration": { "root_module": {} },
        "applyable": has_changes(plan),
        "complete": true,
        "errored": false,
    })
}

/// The members that name a resource in Terraform's shape.
fn named(address: &Address) -> Map<String, Value> {
    let mut map = Map::new();
    let mut put = |key: &str, value: String| map.insert(key.to_owned(), Value::String(value));
    put("address", address.to_string());
    put("mode", "managed".to_owned());
    put("type", address.kind.clone());
    put("name", address.name.clone().unwrap_or_else(|| address.kind.clone()));
    put("provider_name", PROVIDER.to_owned());
    map
}

fn resource_change(plan: &Plan, address: &Address, planned: &Planned) -> Value {
    let is_gone = planned.action == Action::Delete && planned.is_gone;
    let actions = match planned.action {
        Action::Keep => json!(["no-op"]),
        Action::Create => json!(["create"]),
        Action::Update => json!(["update"]),
        Action::Replace if is_delete_first(plan, address) => json!(["delete", "create"]),
        Action::Replace => json!(["create", "delete"]),
        Action::Delete if is_gone => json!(["forget"]),
        Action::Delete => json!(["delete"]),
    };
    let unknown = unknown_paths(planned);
    let after = after(planned, &unknown);
    let mut change = json!({
        "actions": actions,
        "before": planned.actual,
        "after": after,
        "after_unknown": after_unknown(&after, &unknown),
        // No plan holds a secret: a spec names where one is kept.
        "before_sensitive": sensitive(planned.actual.as_ref()),
        "after_sensitive": sensitive(Some(&after)),
    });
    let mut resource = named(address);
    if planned.action == Action::Replace {
        let paths = planned.changes.iter().filter(|change| change.on_change == OnChange::Replace);
        change["replace_paths"] = paths.map(|change| json!(path(planned, change))).collect();
        resource.insert(
            "action_reason".to_owned(),
            json!(if planned.is_asked_anew { "replace_by_request" } else { "replace_because_cannot_update" }),
        );
    }
    if planned.action == Action::Delete && !plan.destroy {
        resource.insert("action_reason".to_owned(), json!("delete_because_no_resource_config"));
    }
    resource.insert("change".to_owned(), change);
    if let Some((from, _)) = plan.relabelled.moved.iter().find(|(_, to)| to == address) {
        resource.insert("previous_address".to_owned(), json!(from));
    }
    for (key, value) in [("id", &planned.id), ("loses", &planned.loses)] {
        if let Some(value) = value {
            resource.insert(key.to_owned(), json!(value));
        }
    }
    if !planned.warns.is_empty() {
        resource.insert("warnings".to_owned(), json!(planned.warns));
    }
    Value::Object(resource)
}

/// What an earlier replacement has left behind.
fn leftover(address: &Address, id: &str) -> Value {
    let mut resource = named(address);
    resource.insert("deposed".to_owned(), json!(id));
    let change = json!({
        "actions": ["delete"],
        "before": null,
        "after": null,
        "after_unknown": {},
        "before_sensitive": false,
        "after_sensitive": false,
    });
    resource.insert("change".to_owned(), change);
    Value::Object(resource)
}

/// What is left to itself.
fn forgotten(address: &Address, id: &str) -> Value {
    let mut resource = named(address);
    resource.insert("id".to_owned(), json!(id));
    let change = json!({
        "actions": ["forget"],
        "before": null,
        "after": null,
        "after_unknown": {},
        "before_sensitive": false,
        "after_sensitive": false,
    });
    resource.insert("change".to_owned(), change);
    Value::Object(resource)
}

fn planned_value(address: &Address, planned: &Planned) -> Option<Value> {
    let values = after(planned, &unknown_paths(planned));
    if values.is_null() {
        return None;
    }
    let mut resource = named(address);
    resource.insert("schema_version".to_owned(), json!(0));
    resource.insert("sensitive_values".to_owned(), sensitive(Some(&values)));
    resource.insert("values".to_owned(), values);
    Some(Value::Object(resource))
}

/// What somebody else has done: before is what was there when it was last settled, after is what is there now.
fn drift(address: &Address, planned: &Planned) -> Option<Value> {
    if planned.is_gone && !planned.deleted_by_us {
        let mut resource = named(address);
        let change = json!({
            "actions": ["delete"],
            "before": planned.desired,
            "after": null,
            "after_unknown": {},
            "before_sensitive": sensitive(planned.desired.as_ref()),
            "after_sensitive": false,
        });
        resource.insert("change".to_owned(), change);
        return Some(Value::Object(resource));
    }
    if planned.drift.is_empty() && planned.undeclared.is_empty() {
        return None;
    }
    let now = planned.actual.clone().unwrap_or_default();
    let mut before = now.clone();
    for change in &planned.drift {
        // The plan undoes it, so what will be is what was.
        let was = match &change.after {
            After::Known(value) => Some(value.clone()),
            After::Unset | After::Unknown => None,
        };
        put(&mut before, &path(planned, change), was);
    }
    for change in &planned.undeclared {
        put(&mut before, &path(planned, change), change.before.clone());
    }
    let mut resource = named(address);
    let change = json!({
        "actions": ["update"],
        "before": before,
        "after": now,
        "after_unknown": {},
        "before_sensitive": sensitive(Some(&before)),
        "after_sensitive": sensitive(Some(&now)),
    });
    resource.insert("change".to_owned(), change);
    Some(Value::Object(resource))
}

fn path(planned: &Planned, change: &Change) -> Vec<String> {
    parts(&change.path, &[planned.target.as_ref(), planned.actual.as_ref(), planned.desired.as_ref()])
}

fn unknown_paths(planned: &Planned) -> Vec<Vec<String>> {
    let unknown = planned.changes.iter().filter(|change| change.after == After::Unknown);
    unknown.map(|change| path(planned, change)).collect()
}

/// What will be, without what is not yet known.
fn after(planned: &Planned, unknown: &[Vec<String>]) -> Value {
    let mut after = match planned.action {
        Action::Delete => Value::Null,
        Action::Keep => planned.target.clone().or_else(|| planned.actual.clone()).unwrap_or_default(),
        Action::Create | Action::Update | Action::Replace => {
            planned.target.clone().or_else(|| planned.desired.clone()).unwrap_or_default()
        }
    };
    for path in unknown {
        put(&mut after, path, None);
    }
    after
}

/// `true` at each place that is not yet known.
fn after_unknown(after: &Value, unknown: &[Vec<String>]) -> Value {
    if after.is_null() && unknown.is_empty() {
        return json!({});
    }
    let mut tree = json!({});
    for path in unknown {
        put(&mut tree, path, Some(json!(true)));
    }
    tree
}

/// Terraform's mark for "nothing in here is secret": `{}` for an object that is there, `false` for one that is not.
fn sensitive(value: Option<&Value>) -> Value {
    if value.is_some_and(Value::is_object) { json!({}) } else { json!(false) }
}

/// Sets or takes away the value at a path.
fn put(value: &mut Value, path: &[String], new: Option<Value>) {
    let Some((first, rest)) = path.split_first() else { return };
    if !value.is_object() {
        if new.is_none() {
            return;
        }
        *value = json!({});
    }
    let Some(map) = value.as_object_mut() else { return };
    match (rest.is_empty(), new) {
        (true, Some(new)) => {
            map.insert(first.clone(), new);
        }
        (true, None) => {
            map.shift_remove(first);
        }
        (false, new) => {
            if new.is_some() || map.contains_key(first) {
                put(map.entry(first.clone()).or_insert_with(|| json!({})), rest, new);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::plan::samples::{create_plan, update_plan};

    fn change_of<'a>(json: &'a Value, address: &str) -> &'a Value {
        json["resource_changes"].as_array().unwrap().iter().find(|change| change["address"] == address).unwrap()
    }

    #[test]
    fn a_plan_has_terraforms_shape() {
        let json = plan(&update_plan(), &[]);
        assert_eq!(json["format_version"], "1.2");
        assert_eq!(
            (&json["applyable"], &json["complete"], &json["errored"]),
            (&json!(true), &json!(true), &json!(false))
        );
        for change in json["resource_changes"].as_array().unwrap() {
            for key in ["address", "mode", "type", "name", "provider_name"] {
                assert!(change[key].is_string(), "{key} of {change}");
            }
            for key in ["actions", "before", "after", "after_unknown", "before_sensitive", "after_sensitive"] {
                assert!(change["change"].get(key).is_some(), "{key} of {change}");
            }
        }
    }

    #[test]
    fn actions_are_terraforms() {
        let json = plan(&update_plan(), &[]);
        for (address, actions) in [
            ("user_pool", json!(["update"])),
            ("app_client.api", json!(["delete", "create"])),
            ("certificate.domain", json!(["create", "delete"])),
            ("app_client.old", json!(["delete"])),
            ("app_client.lost", json!(["forget"])),
            ("dns_record.domain_a", json!(["no-op"])),
        ] {
            assert_eq!(change_of(&json, address)["change"]["actions"], actions, "{address}");
        }
        let replaced = change_of(&json, "certificate.domain");
        assert_eq!(replaced["change"]["replace_paths"], json!([["domain_name"]]));
        assert_eq!(replaced["action_reason"], "replace_because_cannot_update");
        let deposed =
            json["resource_changes"].as_array().unwrap().iter().find(|change| change.get("deposed").is_some());
        assert_eq!(deposed.unwrap()["address"], "certificate.domain");
    }

    #[test]
    fn what_is_not_yet_known_stands_apart() {
        let json = plan(&create_plan(), &[]);
        let client = change_of(&json, "app_client.web");
        assert_eq!(client["change"]["after_unknown"], json!({"user_pool": true}));
        assert!(client["change"]["after"].get("user_pool").is_none());
        assert_eq!(client["change"]["after"]["client_name"], "web");
        assert_eq!(
            (&client["change"]["before"], &client["name"], &client["type"]),
            (&Value::Null, &json!("web"), &json!("app_client"))
        );
    }

    #[test]
    fn drift_goes_from_what_was_to_what_is() {
        let json = plan(&update_plan(), &[]);
        let pool = &json["resource_drift"]
            .as_array()
            .unwrap()
            .iter()
            .find(|drift| drift["address"] == "user_pool")
            .unwrap()["change"];
        assert_eq!(
            (&pool["before"]["deletion_protection"], &pool["after"]["deletion_protection"]),
            (&json!("ACTIVE"), &json!("INACTIVE"))
        );
        assert_eq!(
            (&pool["before"]["mfa"]["mode"], &pool["after"]["mfa"]["mode"]),
            (&json!("OPTIONAL"), &json!("OFF"))
        );
    }
}
