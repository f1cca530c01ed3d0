//! Secrets Manager, as the sandbox plays it: secrets are made, given values, read, deleted and brought back.
//!
//! Sources: the API reference of Secrets Manager, `CreateSecret`, `PutSecretValue`, `GetSecretValue`, `DeleteSecret`,
//! `RestoreSecret`.

use std::collections::BTreeMap;

use super::ssm::{is_awss_own, is_true, only, text};
use super::{ACCOUNT, Refusal, World, ids};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What Secrets Manager holds, by Region and name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SecretsManager {
    #[serde(default)]
    secrets: BTreeMap<String, BTreeMap<String, Held>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Held {
    arn: String,
    /// The key that is not AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The last one is AWSCURRENT, the one before it AWSPREVIOUS.
    versions: Vec<Version>,
    /// Whether it is to be deleted.
    #[serde(default)]
    is_leaving: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version {
    id: String,
    /// A string, or binary data in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    string: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    binary: Option<String>,
    created: i64,
}

/// What a secret holds at most, in bytes.
const MOST: usize = 65_536;

/// Answers one call made to `region`.
///
/// # Errors
///
/// What Secrets Manager refuses.
pub(super) fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let empty = Map::new();
    let input = input.as_object().unwrap_or(&empty);
    match operation {
        "CreateSecret" => create(world, region, input),
        "PutSecretValue" => put(world, region, input),
        "GetSecretValue" => get(world, region, input),
        "DeleteSecret" => delete(world, region, input),
        "RestoreSecret" => {
            only(input, &["SecretId"])?;
            let (name, held) = find(world, region, input)?;
            held.is_leaving = false;
            Ok(json!({ "ARN": held.arn, "Name": name }))
        }
        other => Err(Refusal::new("UnknownOperationException", format!("the sandbox does not play {other}"))),
    }
}

/// The ARN of the secret that a call asks for, and the key that decrypts it where that is not AWS's own. What is not there
/// is named as it was asked for.
pub(super) fn asked_for(world: &mut World, region: &str, input: &Value) -> (String, Option<String>) {
    let asked = input["SecretId"].as_str().or(input["Name"].as_str()).unwrap_or_default().to_owned();
    let found = input.as_object().and_then(|input| find(world, region, input).ok());
    match found {
        Some((_, held)) => (held.arn.clone(), held.key.clone().filter(|key| !is_awss_own(key))),
        None if asked.starts_with("arn:") => (asked, None),
        None => (format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{asked}"), None),
    }
}

fn find<'w>(world: &'w mut World, region: &str, input: &Map<String, Value>) -> Result<(String, &'w mut Held), Refusal> {
    let asked = text(input, "SecretId")?.filter(|asked| !asked.is_empty());
    let asked = asked.ok_or_else(|| wrong("You must provide a value for the SecretId parameter."))?;
    let all = world.secrets_manager.secrets.get_mut(region);
    // An ARN without its last six characters is taken too.
    let is_it = |name: &str, held: &Held| {
        name == asked || held.arn == asked || held.arn.rsplit_once('-').is_some_and(|(stem, _)| stem == asked)
    };
    let found = all.into_iter().flatten().find(|(name, held)| is_it(name, held));
    found
        .map(|(name, held)| (name.clone(), held))
        .ok_or_else(|| Refusal::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret."))
}

fn create(world: &mut World, region: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    only(
        input,
        &[
            "Name",
            "SecretString",
            "SecretBinary",
            "ClientRequestToken",
            "Description",
            "KmsKeyId",
            "Tags",
            "AddReplicaRegions",
            "ForceOverwriteReplicaSecret",
            "Type",
        ],
    )?;
    let name = text(input, "Name")?.unwrap_or_default().to_owned();
    let is_word = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    if name.is_empty() || name.len() > 512 || !name.chars().all(is_word) {
        let message =
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!";
        return Err(Refusal::new("ValidationException", message));
    }
    if let Some(held) = world.secrets_manager.secrets.get(region).and_then(|all| all.get(&name)) {
        return Err(if held.is_leaving {
            let message =
                "You can't create this secret because a secret with this name is already scheduled for deletion.";
            Refusal::new("InvalidRequestException", message)
        } else {
            let message = format!("The operation failed because the secret {name} already exists.");
            Refusal::new("ResourceExistsException", message)
        });
    }
    let number = world.next_id();
    let suffix = &ids::hex(&format!("secret {number}"))[..6];
    let arn = format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}-{suffix}");
    let version = version(world, input)?;
    let mut made = json!({ "ARN": arn, "Name": name });
    if let Some(version) = &version {
        made["VersionId"] = json!(version.id);
    }
    let key = text(input, "KmsKeyId")?.map(str::to_owned);
    let held = Held { arn, key, versions: version.into_iter().collect(), is_leaving: false };
    world.secrets_manager.secrets.entry(region.to_owned()).or_default().insert(name, held);
    Ok(made)
}

fn put(world: &mut World, region: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    only(input, &["SecretId", "SecretString", "SecretBinary", "ClientRequestToken", "VersionStages", "RotationToken"])?;
    let version = version(world, input)?;
    let version = version.ok_or_else(|| wrong("You must provide either SecretString or SecretBinary."))?;
    let (name, held) = find(world, region, input)?;
    if held.is_leaving {
        return Err(leaving());
    }
    let put = json!({ "ARN": held.arn, "Name": name, "VersionId": version.id, "VersionStages": ["AWSCURRENT"] });
    held.versions.push(version);
    Ok(put)
}

fn version(world: &mut World, input: &Map<String, Value>) -> Result<Option<Version>, Refusal> {
    let (string, binary) = (text(input, "SecretString")?, text(input, "SecretBinary")?);
    if string.is_some() && binary.is_some() {
        return Err(wrong(
            "You can't specify both a binary secret value and a string secret value in the same secret.",
        ));
    }
    if [string, binary].into_iter().flatten().any(|value| value.is_empty() || value.len() > MOST) {
        return Err(wrong("The secret value must have 1 to 65536 bytes."));
    }
    let number = world.next_id();
    let made = |_| Version {
        id: ids::uuid(&format!("version {number}")),
        string: string.map(str::to_owned),
        binary: binary.map(str::to_owned),
        created: world.now,
    };
    Ok(string.or(binary).map(made))
}

fn get(world: &mut World, region: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    only(input, &["SecretId", "VersionId", "VersionStage"])?;
    let (wanted, stage) = (text(input, "VersionId")?, text(input, "VersionStage")?.unwrap_or("AWSCURRENT"));
    let (name, held) = find(world, region, input)?;
    if held.is_leaving {
        return Err(leaving());
    }
    let count = held.versions.len();
    let at = match (wanted, stage) {
        (Some(id), _) => held.versions.iter().position(|version| version.id == id),
        (None, "AWSCURRENT") => count.checked_sub(1),
        (None, "AWSPREVIOUS") => count.checked_sub(2),
        _ => None,
    };
    let Some(at) = at else {
        let message = match wanted {
            Some(id) => format!("Secrets Manager can't find the specified secret value for VersionId: {id}"),
            None => format!("Secrets Manager can't find the specified secret value for staging label: {stage}"),
        };
        return Err(Refusal::new("ResourceNotFoundException", message));
    };
    let version = &held.versions[at];
    let stages: &[&str] = match count - at {
        1 => &["AWSCURRENT"],
        2 => &["AWSPREVIOUS"],
        _ => &[],
    };
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 have room in a float")]
    let created = version.created as f64 / 1000.0;
    let mut shown = json!({
        "ARN": held.arn, "Name": name, "VersionId": version.id, "VersionStages": stages, "CreatedDate": created,
    });
    for (member, value) in [("SecretString", &version.string), ("SecretBinary", &version.binary)] {
        if let Some(value) = value {
            shown[member] = json!(value);
        }
    }
    Ok(shown)
}

fn delete(world: &mut World, region: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    only(input, &["SecretId", "RecoveryWindowInDays", "ForceDeleteWithoutRecovery"])?;
    let now = world.now;
    let (name, held) = find(world, region, input)?;
    let arn = held.arn.clone();
    held.is_leaving = true;
    if is_true(input, "ForceDeleteWithoutRecovery")
        && let Some(all) = world.secrets_manager.secrets.get_mut(region)
    {
        all.remove(&name);
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 have room in a float")]
    let when = now as f64 / 1000.0;
    Ok(json!({ "ARN": arn, "Name": name, "DeletionDate": when }))
}

fn wrong(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

fn leaving() -> Refusal {
    let message = "You can't perform this operation on the secret because it was marked for deletion.";
    Refusal::new("InvalidRequestException", message)
}

#[cfg(test)]
mod tests;
