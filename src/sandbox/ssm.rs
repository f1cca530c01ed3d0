//! Parameter Store, a part of Systems Manager, as the sandbox plays it: parameters are put, read and deleted.
//!
//! Sources: the API reference of Systems Manager, `PutParameter`, `GetParameter`, `GetParameters`, `DeleteParameter`.

use std::collections::BTreeMap;

use super::{ACCOUNT, Refusal, World, ids};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What Parameter Store holds, by Region and name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Ssm {
    #[serde(default)]
    parameters: BTreeMap<String, BTreeMap<String, Parameter>>,
}

/// A parameter; its versions are kept, eldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Parameter {
    kind: String,
    /// The key of a SecureString that is not AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    versions: Vec<Version>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version {
    value: String,
    modified: i64,
}

/// What a standard parameter holds at most, in bytes.
const MOST: usize = 4096;
/// How many levels a name has at most.
const LEVELS: usize = 15;

/// Answers one call made to `region`.
///
/// # Errors
///
/// What Parameter Store refuses.
pub(super) fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let empty = Map::new();
    let input = input.as_object().unwrap_or(&empty);
    match operation {
        "PutParameter" => put(world, region, input),
        "GetParameter" => {
            only(input, &["Name", "WithDecryption"])?;
            let name = text(input, "Name")?.ok_or_else(|| invalid("Name must not be null"))?;
            let found = find(world, region, name)?;
            Ok(json!({ "Parameter": shown(region, &found, is_true(input, "WithDecryption")) }))
        }
        "GetParameters" => several(world, region, input),
        "DeleteParameter" => {
            only(input, &["Name"])?;
            let name = text(input, "Name")?.ok_or_else(|| invalid("Name must not be null"))?;
            let gone = world.ssm.parameters.get_mut(region).and_then(|all| all.remove(name));
            gone.map(|_| json!({})).ok_or_else(not_found)
        }
        other => Err(Refusal::new("UnknownOperationException", format!("the sandbox does not play {other}"))),
    }
}

/// The key that decrypts what a call asks for, where it is not AWS's own: IAM must allow kms:Decrypt on it.
pub(super) fn key_of(world: &World, region: &str, input: &Value) -> Option<String> {
    if input["WithDecryption"] != true {
        return None;
    }
    let key = find(world, region, input["Name"].as_str()?).ok()?.parameter.key;
    key.filter(|key| !is_awss_own(key))
}

/// Whether everybody in the account may use the key through the service.
pub(super) fn is_awss_own(key: &str) -> bool {
    key.contains("alias/aws/")
}

/// The ARN of a parameter. The slash that a path begins with stands there once.
pub(super) fn arn(region: &str, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    let name = name.split(':').next().unwrap_or(name);
    format!("arn:aws:ssm:{region}:{ACCOUNT}:parameter/{}", name.trim_start_matches('/'))
}

struct Found {
    name: String,
    /// What stood behind the name: `:3`.
    selector: Option<String>,
    at: usize,
    parameter: Parameter,
}

fn find(world: &World, region: &str, asked: &str) -> Result<Found, Refusal> {
    let own = format!("arn:aws:ssm:{region}:{ACCOUNT}:parameter");
    let all = world.ssm.parameters.get(region);
    let (name, selector) = match asked.strip_prefix(&own) {
        // `parameter/a` stands for `a` as well as for `/a`.
        Some(path) => {
            let bare = path.trim_start_matches('/').to_owned();
            let is_bare = all.is_some_and(|all| all.contains_key(&bare));
            (if is_bare { bare } else { format!("/{bare}") }, None)
        }
        None if asked.starts_with("arn:") => return Err(not_found()),
        None => match asked.split_once(':') {
            Some((name, selector)) => (name.to_owned(), Some(selector.to_owned())),
            None => (asked.to_owned(), None),
        },
    };
    check_name(&name)?;
    let parameter = all.and_then(|all| all.get(&name)).ok_or_else(not_found)?.clone();
    let at = match &selector {
        None => parameter.versions.len(),
        Some(number) => {
            number.parse().ok().filter(|at| (1..=parameter.versions.len()).contains(at)).ok_or_else(|| {
                let message = format!(
                    "Systems Manager could not find version {number} of {name}. Verify the version and try again."
                );
                Refusal::new("ParameterVersionNotFound", message)
            })?
        }
    };
    Ok(Found { name, selector: selector.map(|number| format!(":{number}")), at, parameter })
}

fn shown(region: &str, found: &Found, is_decrypted: bool) -> Value {
    let Found { name, selector, at, parameter } = found;
    let Version { value, modified } = &parameter.versions[at - 1];
    // What it really looks like nobody can read anyway.
    let value = if parameter.kind == "SecureString" && !is_decrypted {
        format!("AQICAHj{}", ids::hex(&format!("{name}{at}{modified}")))
    } else {
        value.clone()
    };
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 have room in a float")]
    let modified = *modified as f64 / 1000.0;
    let mut shown = json!({
        "Name": name, "Type": parameter.kind, "Value": value, "Version": at, "LastModifiedDate": modified,
        "ARN": arn(region, name), "DataType": "text",
    });
    if let Some(selector) = selector {
        shown["Selector"] = json!(selector);
    }
    shown
}

fn several(world: &World, region: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    only(input, &["Names", "WithDecryption"])?;
    let names: Option<Vec<&str>> =
        input.get("Names").and_then(Value::as_array).and_then(|all| all.iter().map(Value::as_str).collect());
    let names = names.filter(|names| (1..=10).contains(&names.len()));
    let names = names.ok_or_else(|| invalid("Names must have 1 to 10 members"))?;
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match find(world, region, name) {
            Ok(one) => found.push(shown(region, &one, is_true(input, "WithDecryption"))),
            Err(_) => unknown.push(name),
        }
    }
    Ok(json!({ "Parameters": found, "InvalidParameters": unknown }))
}

fn put(world: &mut World, region: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    only(
        input,
        &[
            "Name",
            "Value",
            "Type",
            "Overwrite",
            "Description",
            "KeyId",
            "AllowedPattern",
            "Tags",
            "Tier",
            "Policies",
            "DataType",
        ],
    )?;
    let name = text(input, "Name")?.ok_or_else(|| invalid("Name must not be null"))?.to_owned();
    check_name(&name)?;
    let value = text(input, "Value")?.filter(|value| !value.is_empty());
    let value = value.ok_or_else(|| invalid("Value must have length greater than or equal to 1"))?.to_owned();
    if value.len() > MOST {
        let message = "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger \
                       parameter value, upgrade the parameter to use the advanced-parameter tier.";
        return Err(invalid(message));
    }
    let kind = text(input, "Type")?;
    if kind.is_some_and(|kind| !["String", "StringList", "SecureString"].contains(&kind)) {
        return Err(invalid("Type must be one of [SecureString, StringList, String]"));
    }
    let key = text(input, "KeyId")?.map(str::to_owned);
    let now = world.now;
    let all = world.ssm.parameters.entry(region.to_owned()).or_default();
    let version = Version { value, modified: now };
    let count = match all.get_mut(&name) {
        Some(_) if !is_true(input, "Overwrite") => {
            let message = "The parameter already exists. To overwrite this value, set the overwrite option in the request \
                           to true.";
            return Err(Refusal::new("ParameterAlreadyExists", message));
        }
        Some(held) if kind.is_some_and(|kind| kind != held.kind) => {
            let message = format!("The parameter {name} is a {}, and its type cannot be changed.", held.kind);
            return Err(Refusal::new("HierarchyTypeMismatchException", message));
        }
        Some(held) => {
            held.versions.push(version);
            held.key = key.or_else(|| held.key.take());
            held.versions.len()
        }
        None => {
            let kind = kind.ok_or_else(|| invalid("A parameter type is required when you create a parameter."))?;
            if key.is_some() && kind != "SecureString" {
                return Err(invalid("KeyId is required for SecureString type parameter only."));
            }
            all.insert(name, Parameter { kind: kind.to_owned(), key, versions: vec![version] });
            1
        }
    };
    Ok(json!({ "Version": count, "Tier": "Standard" }))
}

/// `PutParameter`: what a name is made of.
fn check_name(name: &str) -> Result<(), Refusal> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    let bare = name.trim_start_matches('/').to_ascii_lowercase();
    if name.is_empty() || !name.chars().all(is_word) {
        return Err(invalid(
            "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of \
             sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the \
             following 3 symbols .-_",
        ));
    }
    if bare.starts_with("aws") || bare.starts_with("ssm") {
        return Err(invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive)."));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(invalid("Parameter name must be a fully qualified name."));
    }
    if name.trim_start_matches('/').split('/').count() > LEVELS {
        return Err(Refusal::new(
            "HierarchyLevelLimitExceededException",
            "A hierarchy can have a maximum of 15 levels.",
        ));
    }
    Ok(())
}

fn not_found() -> Refusal {
    // AWS says no more.
    Refusal::new("ParameterNotFound", "")
}

pub(super) fn invalid(message: &str) -> Refusal {
    Refusal::new("ValidationException", message)
}

pub(super) fn only(input: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    match input.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(invalid(&format!("there is no member {key}"))),
        None => Ok(()),
    }
}

pub(super) fn text<'a>(input: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    match input.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::new("SerializationException", format!("{name} is not a string"))),
    }
}

pub(super) fn is_true(input: &Map<String, Value>, name: &str) -> bool {
    input.get(name) == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests;
