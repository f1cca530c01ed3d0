//! Values that are kept outside the stack file: in variables and files of this machine, in Parameter Store, and in
//! Secrets Manager.
//!
//! All are read in one wave, side by side, each once. Nothing that was read is in any error, and no answer goes into the
//! log.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::Aws;
use super::raw::{SECRETS_MANAGER, SSM};
use crate::error::Error;
use crate::near;
use crate::secret::{Place, Secret, split_key};

/// Why a value could not be had, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// `there is no parameter /shop/dev/google in eu-west-1`
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Unread {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// What each place holds, or why nothing could be had there.
pub type Found = BTreeMap<Place, Result<Secret, Unread>>;

/// Reads what these places hold; files are relative to `root`. AWS is asked for nothing but the places that it keeps.
pub async fn read(aws: &Aws, root: &Path, places: BTreeSet<Place>) -> Found {
    let read = places.into_iter().map(|place| async {
        let found = match &place {
            Place::Ssm(name) => parameter(aws, name).await,
            Place::Secretsmanager(text) => secret(aws, text).await,
            Place::Env(_) | Place::File(_) => local(root, &place).unwrap_or_else(|| Err(Unread::new("", ""))),
        };
        (place, found.map(Secret::new))
    });
    join_all(read).await.into_iter().collect()
}

/// What a place of this machine holds; None where it is AWS's.
pub fn local(root: &Path, place: &Place) -> Option<Result<String, Unread>> {
    Some(match place {
        Place::Env(name) => variable(name),
        Place::File(path) => file(root, path),
        Place::Ssm(_) | Place::Secretsmanager(_) => return None,
    })
}

fn variable(name: &str) -> Result<String, Unread> {
    let what = format!("the environment variable {name}");
    let hint = format!("set {name} where stack runs");
    match std::env::var(name) {
        Ok(text) if text.is_empty() => Err(Unread::new(format!("{what} is empty"), hint)),
        Ok(text) => Ok(text),
        Err(std::env::VarError::NotPresent) => Err(Unread::new(format!("{what} is not set"), hint)),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Unread::new(format!("{what} holds bytes that are no text"), hint))
        }
    }
}

fn file(root: &Path, path: &str) -> Result<String, Unread> {
    const WHERE: &str = "its path is relative to the directory that stack works in";
    let bytes = std::fs::read(root.join(path)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Unread::new(format!("there is no file {path}"), WHERE),
        ErrorKind::IsADirectory => Unread::new(format!("{path} is a directory"), "name a file in it"),
        ErrorKind::PermissionDenied => Unread::new(format!("the file {path} may not be read"), "check who may read it"),
        _ => Unread::new(format!("the file {path} cannot be read: {error}"), WHERE),
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Unread::new(format!("the file {path} holds bytes that are no text"), "save it as UTF-8"))?;
    // Editors end each file with one; it was never meant.
    let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() {
        return Err(Unread::new(format!("the file {path} is empty"), "write the value into it"));
    }
    Ok(text.to_owned())
}

/// Systems Manager API reference: `GetParameter`.
async fn parameter(aws: &Aws, name: &str) -> Result<String, Unread> {
    let region = region_of(name).unwrap_or(&aws.region);
    let asked = json!({ "Name": name, "WithDecryption": true });
    let said = aws.raw.patient().json(SSM, region, ("AmazonSSM", "GetParameter"), &asked).await;
    let said = said.map_err(|error| match error.code() {
        Some("ParameterNotFound" | "ParameterVersionNotFound") => Unread::new(
            format!("there is no parameter {name} in {region}"),
            format!("aws ssm put-parameter --region {region} --type SecureString --name {name} --value …; or correct the name"),
        ),
        _ => untold(&error, &format!("the parameter {name}"), ("ssm:GetParameter", &parameter_arn(name, region))),
    })?;
    match said["Parameter"]["Value"].as_str() {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(Unread::new(format!("the parameter {name} is empty"), "put a value into it")),
    }
}

/// Secrets Manager API reference: `GetSecretValue`.
async fn secret(aws: &Aws, text: &str) -> Result<String, Unread> {
    let (name, key) = split_key(text);
    let region = region_of(name).unwrap_or(&aws.region);
    let asked = json!({ "SecretId": name });
    let said = aws.raw.patient().json(SECRETS_MANAGER, region, ("secretsmanager", "GetSecretValue"), &asked).await;
    let said = said.map_err(|error| match error.code() {
        Some("ResourceNotFoundException") if error.aws_says("staging label") => Unread::new(
            format!("the secret {name} has no value yet"),
            format!("aws secretsmanager put-secret-value --region {region} --secret-id {name} --secret-string …"),
        ),
        Some("ResourceNotFoundException") => Unread::new(
            format!("there is no secret {name} in {region}"),
            format!("aws secretsmanager create-secret --region {region} --name {name} --secret-string …; or correct the name"),
        ),
        Some("InvalidRequestException") if error.aws_says("marked for deletion") => Unread::new(
            format!("the secret {name} is about to be deleted"),
            format!("aws secretsmanager restore-secret --region {region} --secret-id {name}; or name another"),
        ),
        _ => untold(&error, &format!("the secret {name}"), ("secretsmanager:GetSecretValue", &secret_arn(name, region))),
    })?;
    let Some(whole) = said["SecretString"].as_str() else {
        return Err(Unread::new(format!("the secret {name} holds bytes, and no text"), "store it as a string"));
    };
    let found = match key {
        Some(key) => within(name, whole, key)?,
        None => whole.to_owned(),
    };
    if found.is_empty() {
        return Err(Unread::new(format!("the secret {text} is empty"), "put a value into it"));
    }
    Ok(found)
}

/// The value of one key of a secret that is a JSON object.
fn within(name: &str, whole: &str, key: &str) -> Result<String, Unread> {
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(whole) else {
        let message = format!("the secret {name} is no JSON object, and so has no key `{key}`");
        return Err(Unread::new(message, format!("leave `#{key}` out to have the whole of it")));
    };
    match fields.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
        Some(_) => {
            let message = format!("the key `{key}` of the secret {name} holds no text");
            Err(Unread::new(message, "store a string under it"))
        }
        None => {
            let known: Vec<&str> = fields.keys().map(String::as_str).collect();
            let hint = match near::did_you_mean(key, known.iter().copied()) {
                Some(word) => format!("did you mean `{word}`?"),
                None if known.is_empty() => "it has none at all".to_owned(),
                None => format!("it has {}", near::listed(known)),
            };
            Err(Unread::new(format!("the secret {name} has no key `{key}`"), hint))
        }
    }
}

/// A refusal that is not about the name: what IAM must allow, or what the refusal itself says to do.
fn untold(error: &Error, what: &str, (action, on): (&str, &str)) -> Unread {
    let is_denied = error.code().is_some_and(|code| code.starts_with("AccessDenied"));
    // Who may read the value may still not decrypt it: KMS is asked with the caller's own rights.
    let is_key = error.code() == Some("DecryptionFailure")
        || ["kms:", "KMS", "ciphertext"].iter().any(|word| error.aws_says(word)) && !error.aws_says(action);
    let hint = match error.hints().first() {
        _ if is_denied && is_key => "IAM must allow kms:Decrypt on the key that it is encrypted with".to_owned(),
        _ if is_denied => format!("IAM must allow {action} on {on}; `stack iam-policy` prints the whole policy"),
        _ if is_key => "see whether its KMS key is there, enabled, and may be used: kms:Decrypt".to_owned(),
        Some(hint) => hint.clone(),
        None => "run this again".to_owned(),
    };
    Unread::new(format!("{what} could not be read: {}", error.message()), hint)
}

/// The Region that an ARN names.
fn region_of(name: &str) -> Option<&str> {
    name.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2)).filter(|region| !region.is_empty())
}

/// The ARN of a parameter, as IAM names it: a path has its slash once; version and label are no part of it.
#[must_use]
pub fn parameter_arn(name: &str, region: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    let path = name.trim_start_matches('/').split(':').next().unwrap_or(name);
    format!("arn:{}:ssm:{region}:*:parameter/{path}", partition(region))
}

/// The ARN of a secret, as IAM names it: six characters that nobody knows stand behind the name.
#[must_use]
pub fn secret_arn(name: &str, region: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    format!("arn:{}:secretsmanager:{region}:*:secret:{name}-??????", partition(region))
}

fn partition(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests;
