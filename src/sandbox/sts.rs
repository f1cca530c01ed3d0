//! STS, as the sandbox plays it: it says who is calling, and lets everybody take on every role.
//!
//! The sandbox knows no roles and no trust policies, so any that is named well can be taken on, also in another account.

use std::collections::BTreeMap;

use super::wire::{self, Query, Reply, Request};
use super::xml::Element;
use super::{ACCOUNT, Refusal, World, ids};
use crate::clock;
use serde::{Deserialize, Serialize};

/// The namespace of every answer.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// What STS holds: the sessions of roles, by their access keys.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Sts {
    #[serde(default)]
    sessions: BTreeMap<String, Session>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Session {
    /// `arn:aws:sts::111122223333:assumed-role/deploy/stack`
    arn: String,
    /// When it ends: milliseconds since 1970 in UTC.
    ends: i64,
}

/// Answers one call.
pub(super) fn handle(world: &mut World, operation: &str, request: &Request, id: &str) -> Result<Reply, Refusal> {
    let result = match operation {
        "GetCallerIdentity" => caller(world, request)?,
        "AssumeRole" => Element::new("AssumeRoleResult").with_all(assume(world, &wire::form(request.body()))?),
        "AssumeRoleWithWebIdentity" => with_token(world, &wire::form(request.body()))?,
        _ => {
            let message = format!("Could not find operation {operation} for version 2011-06-15");
            return Err(Refusal::new("InvalidAction", message));
        }
    };
    let response = Element::new(format!("{operation}Response"))
        .within(NAMESPACE)
        .with(result)
        .with(Element::new("ResponseMetadata").leaf("RequestId", id));
    Ok(wire::xml_reply(200, &response))
}

fn caller(world: &World, request: &Request) -> Result<Element, Refusal> {
    let session = wire::access_key(request).and_then(|key| world.sts.sessions.get(&key));
    let arn = match session {
        Some(session) if session.ends <= world.now => {
            let message = "The security token included in the request is expired";
            return Err(Refusal { status: 403, ..Refusal::new("ExpiredToken", message) });
        }
        Some(session) => session.arn.clone(),
        None => format!("arn:aws:iam::{ACCOUNT}:user/sandbox"),
    };
    let account = arn.split(':').nth(4).unwrap_or(ACCOUNT).to_owned();
    Ok(Element::new("GetCallerIdentityResult")
        .leaf("Arn", &arn)
        .leaf("UserId", "AIDASANDBOXSANDBOXSAN")
        .leaf("Account", account))
}

/// STS API reference: `AssumeRoleWithWebIdentity`. No provider is known here, so that every token is one of its.
fn with_token(world: &mut World, form: &Query) -> Result<Element, Refusal> {
    let token = form.get("WebIdentityToken").filter(|token| (4..=20_000).contains(&token.len()));
    if token.is_none() {
        return Err(wrong("webIdentityToken", "Member must have length between 4 and 20000"));
    }
    Ok(Element::new("AssumeRoleWithWebIdentityResult").with_all(assume(world, form)?))
}

fn wrong(member: &str, says: &str) -> Refusal {
    let message = format!("1 validation error detected: Value at '{member}' failed to satisfy constraint: {says}");
    Refusal::new("ValidationError", message)
}

/// STS API reference: `AssumeRole`.
fn assume(world: &mut World, form: &Query) -> Result<[Element; 2], Refusal> {
    let arn = form.get("RoleArn").filter(|arn| (20..=2048).contains(&arn.len()));
    let arn = arn.ok_or_else(|| wrong("roleArn", "Member must have length between 20 and 2048"))?;
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let &["arn", partition, "iam", "", account, role] = &fields[..] else {
        return Err(wrong("roleArn", "Member must be the ARN of a role"));
    };
    let Some(name) = role.strip_prefix("role/").and_then(|path| path.rsplit('/').next()) else {
        return Err(wrong("roleArn", "Member must be the ARN of a role"));
    };
    let is_word = |text: &str, also: &str| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) || also.contains(c))
    };
    let session = form.get("RoleSessionName").filter(|name| (2..=64).contains(&name.len()) && is_word(name, ""));
    let session = session.ok_or_else(|| wrong("roleSessionName", "Member must satisfy [\\w+=,.@-]{2,64}"))?;
    let seconds = form.get("DurationSeconds").map_or(Ok(3600), str::parse::<i64>);
    let seconds = seconds.ok().filter(|seconds| (900..=43_200).contains(seconds));
    let seconds = seconds.ok_or_else(|| wrong("durationSeconds", "Member must be between 900 and 43200"))?;
    if form.get("ExternalId").is_some_and(|id| !(2..=1224).contains(&id.len()) || !is_word(id, ":/")) {
        return Err(wrong("externalId", "Member must satisfy [\\w+=,.@:/-]{2,1224}"));
    }
    match (form.get("SerialNumber"), form.get("TokenCode")) {
        (None, None) => {}
        (Some(_), Some(code)) if code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()) => {}
        (Some(serial), _) => {
            let message = format!("MultiFactorAuthentication failed with invalid MFA one time pass code. ({serial})");
            return Err(Refusal { status: 403, ..Refusal::new("AccessDenied", message) });
        }
        (None, Some(_)) => return Err(wrong("serialNumber", "Member must not be null")),
    }
    let number = world.next_id();
    let key = format!("ASIA{}", ids::capitals(&format!("session {number}"), 16));
    let ends = world.now + seconds * 1000;
    let arn = format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}");
    world.sts.sessions.retain(|_, session| session.ends > world.now);
    world.sts.sessions.insert(key.clone(), Session { arn: arn.clone(), ends });
    let credentials = Element::new("Credentials")
        .leaf("AccessKeyId", &key)
        .leaf("SecretAccessKey", ids::hex(&format!("secret of session {number}")))
        .leaf("SessionToken", ids::hex(&format!("token of session {number}")))
        .leaf("Expiration", clock::text(ends));
    let user =
        Element::new("AssumedRoleUser").leaf("Arn", &arn).leaf("AssumedRoleId", format!("AROASANDBOX:{session}"));
    Ok([credentials, user])
}
