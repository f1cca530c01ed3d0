//! For tests: every field of every request that sets something, each of which somebody has decided on.
//!
//! What can be said is taken from the SDK's own source ([`sdk`]), and, for the services that are called without a crate of
//! the SDK, from AWS's models of them, as `services.json` has them; `emulators::members` holds that file against the models
//! themselves. So a field that a newer SDK brings fails here until somebody decides on it.

mod decided;
mod operations;
mod sdk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::kinds::KINDS;

/// Types, and the names of the fields of each.
type Surface = BTreeMap<String, BTreeSet<String>>;

/// A decision: the kind, the type that is sent, its field, and the path of the kind's spec that goes into it. What begins
/// with `(` is a reason why there is none.
type Decision = (&'static str, &'static str, &'static str, &'static str);

/// The operations of services without a crate of the SDK, and what goes into them.
const SERVICES: &str = include_str!("services.json");

/// Verbs that names of operations begin with, where they set something.
const SETS: [&str; 10] = ["Add", "Associate", "Attach", "Change", "Create", "Enable", "Import", "Put", "Set", "Update"];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// This program's own sources that call AWS for a kind or a command, tests left out.
fn own_sources() -> Vec<PathBuf> {
    let mut open = vec![repository().join("src/kinds"), repository().join("src/commands")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && name != "surface" {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !name.contains("tests") && name != "surface.rs"
            {
                found.push(path);
            }
        }
    }
    found
}

fn services() -> Surface {
    let services: BTreeMap<String, Surface> = serde_json::from_str(SERVICES).unwrap();
    services.into_values().flatten().collect()
}

#[test]
fn every_field_that_can_be_set_has_been_decided_on() {
    let mut all = sdk::surface();
    all.extend(services());
    for reached in ["FailoverType", "AssetType", "AddUserPoolClientSecretInput", "UpdateRoute", "GeoLocation"] {
        assert!(all.contains_key(reached), "the sources are not read as they should be: {:?}", all.keys());
    }
    let mut decided = Surface::new();
    for (_, of, field, _) in decided::all() {
        assert!(decided.entry(of.to_owned()).or_default().insert(field.to_owned()), "{of}.{field} is decided on twice");
    }
    // What is only read is decided on whole, or not at all.
    for of in decided.keys().filter(|of| !all.contains_key(*of)).cloned().collect::<Vec<_>>() {
        let shown = sdk::shown(&of);
        all.insert(of, shown);
    }
    let flat = |of: &Surface| -> BTreeSet<String> {
        of.iter().flat_map(|(of, fields)| fields.iter().map(move |field| format!("{of}.{field}"))).collect()
    };
    let (all, decided) = (flat(&all), flat(&decided));
    assert_eq!(all.difference(&decided).collect::<Vec<_>>(), Vec::<&String>::new(), "decide on these");
    assert_eq!(decided.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "AWS knows none of these");
}

/// The schema below a path: through options, enums, maps and lists.
fn below<'a>(schema: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(vec![schema], |at, key| at.into_iter().flat_map(|schema| step(schema, key)).collect())
}

fn step<'a>(schema: &'a Value, key: &str) -> Vec<&'a Value> {
    let (mut found, mut open) = (Vec::new(), vec![schema]);
    while let Some(schema) = open.pop() {
        for word in ["anyOf", "oneOf", "allOf"] {
            open.extend(schema.get(word).and_then(Value::as_array).into_iter().flatten());
        }
        let inner = match key {
            "*" => [schema.get("additionalProperties"), schema.get("items")],
            key => [schema.get("properties").and_then(|known| known.get(key)), None],
        };
        found.extend(inner.into_iter().flatten());
    }
    found
}

#[test]
fn every_decision_names_what_a_kind_has_and_everything_a_kind_has_is_named() {
    let mut wrong = Vec::new();
    for kind in KINDS {
        let schema = kind.schema();
        let own: Vec<Decision> = decided::all().filter(|(of, ..)| *of == kind.name()).collect();
        let paths = || own.iter().filter(|row| !row.3.starts_with('(')).flat_map(|row| row.3.split(", "));
        wrong.extend(
            paths().filter(|path| below(&schema, path).is_empty()).map(|path| format!("{}.{path}", kind.name())),
        );
        if own.is_empty() {
            assert!(decided::MAKES_NOTHING.contains(&kind.name()), "{}: decided on nothing", kind.name());
            continue;
        }
        for (field, facts) in schema["properties"].as_object().unwrap() {
            let inside = format!("{field}.");
            let is_named = paths().any(|path| path == field || path.starts_with(&inside));
            let is_ours = facts["x-order-only"] == true || decided::OURS.contains(&(kind.name(), field));
            if !is_named && !is_ours {
                wrong.push(format!("{}.{field} goes nowhere", kind.name()));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
    for (of, ..) in decided::all() {
        assert!(KINDS.iter().any(|kind| kind.name() == of), "{of} is no kind");
    }
}

/// What services without a crate are asked for is in their list.
#[test]
fn every_operation_that_is_called_without_a_crate_is_in_the_list() {
    let known: BTreeSet<String> = services().into_keys().collect();
    let sdk: BTreeSet<String> = sdk::surface().into_keys().collect();
    let mut called = BTreeSet::new();
    for file in own_sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        // Every other part of a text that is split at quotation marks stands between two.
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let words = line.split('"').skip(1).step_by(2);
            called.extend(words.filter(|word| is_operation(word)).map(ToOwned::to_owned));
        }
    }
    // Kinds that are called by the SDK's operations name them in errors.
    let of_sdk = |name: &String| sdk.iter().any(|input| input.eq_ignore_ascii_case(&format!("{name}Input")));
    let unknown: Vec<&String> = called.iter().filter(|name| !known.contains(*name) && !of_sdk(name)).collect();
    assert_eq!(unknown, [] as [&String; 0], "services.json has none of these");
    for operation in ["CreateAuthorizer", "UpdateRoute", "SetIdentityPoolRoles", "AddPermission", "AssociateWebACL"] {
        assert!(called.contains(operation), "the sources are not read as they should be: {called:?}");
    }
}

fn is_operation(word: &str) -> bool {
    let is_verb = SETS
        .iter()
        .any(|verb| word.strip_prefix(verb).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())));
    (is_verb || word == "TagResource") && word.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The sandbox takes what AWS's model has, less what stands in an address.
#[test]
fn the_sandbox_knows_the_same_members() {
    use crate::sandbox::{gateway, identity, lambda, waf};
    let all = services();
    let mut wrong = Vec::new();
    let mut hold = |of: &str, address: &[&str], members: &[&str]| {
        let known: BTreeSet<&str> = all[of].iter().map(String::as_str).filter(|name| !address.contains(name)).collect();
        let played: BTreeSet<&str> = members.iter().copied().collect();
        if known != played {
            wrong.push(format!("{of}: {:?}", known.symmetric_difference(&played).collect::<Vec<_>>()));
        }
    };
    hold("AddPermission", &["FunctionName", "Qualifier"], lambda::ADD_PERMISSION);
    hold("AssociateWebACL", &[], waf::ASSOCIATE_WEB_ACL);
    hold("CreateAuthorizer", &["apiId"], gateway::CREATE_AUTHORIZER);
    hold("UpdateAuthorizer", &["apiId", "authorizerId"], gateway::CREATE_AUTHORIZER);
    for operation in [
        "CreateIdentityPool",
        "UpdateIdentityPool",
        "SetIdentityPoolRoles",
        "SetPrincipalTagAttributeMap",
        "TagResource",
    ] {
        hold(operation, &[], &identity::members(operation));
    }
    assert_eq!(wrong, [] as [String; 0]);
}
