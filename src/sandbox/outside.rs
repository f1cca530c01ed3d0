//! The services of AWS that a stack names things of and makes nothing in: KMS, SES, IAM, Service Quotas, CloudFront.
//!
//! The sandbox holds no keys or identities, and nobody can make any there. So it answers as though whatever is
//! named exists, is in order and is permitted; only what is asked wrongly is refused. The fault `answer` makes it say
//! otherwise. That is a choice of ours and nothing of AWS's: an account without its keys would fail every stack that
//! names one.

mod iam;
mod rest;
#[cfg(test)]
mod tests;

use super::wire::{self, Reply, Request};
use super::{ACCOUNT, Refusal};
use serde_json::{Map, Value, json};

pub(super) use rest::operation;

/// One of these services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outside {
    Kms,
    Ses,
    Iam,
    Quotas,
    CloudFront,
    Logs,
}

/// Each, with the name that IAM and request signatures have for it.
const NAMES: [(Outside, &str); 6] = [
    (Outside::Kms, "kms"),
    (Outside::Ses, "ses"),
    (Outside::Iam, "iam"),
    (Outside::Quotas, "servicequotas"),
    (Outside::CloudFront, "cloudfront"),
    (Outside::Logs, "logs"),
];

impl Outside {
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(service, _)| *service == self).map_or("", |(_, name)| name)
    }

    /// The service that a request is signed for.
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(service, _)| *service)
    }

    /// The service whose operations have this before their name.
    pub(super) fn of_target(prefix: &str) -> Option<Self> {
        match prefix {
            "TrentService" => Some(Self::Kms),
            "ServiceQuotasV20190624" => Some(Self::Quotas),
            "Logs_20140328" => Some(Self::Logs),
            _ => None,
        }
    }

    /// Whether it answers JSON; the others answer XML.
    pub(super) fn speaks_json(self) -> bool {
        !matches!(self, Self::Iam | Self::CloudFront)
    }

    /// The namespace of its XML.
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::Iam => iam::NAMESPACE,
            _ => "http://cloudfront.amazonaws.com/doc/2020-05-31/",
        }
    }
}

/// Answers one call made to `region`.
pub(super) fn handle(
    service: Outside,
    region: &str,
    operation: &str,
    request: &Request,
    id: &str,
) -> Result<Reply, Refusal> {
    let answer = match service {
        Outside::Ses => rest::ses(operation, request)?,
        Outside::Kms => kms(region, operation, &input(request)?)?,
        Outside::Quotas => quotas(operation, &input(request)?)?,
        Outside::CloudFront => return rest::cloudfront(operation),
        Outside::Iam => return iam::handle(operation, request, id),
        // What is played of it is answered before (`account`).
        Outside::Logs => return Err(unknown(operation)),
    };
    Ok(wire::json_reply(&answer))
}

/// The answer with what the fault `answer:TEXT` says: a JSON object is laid over one of JSON; `FROM=>TO` replaces text.
pub(super) fn overlaid(reply: Reply, text: &str) -> Reply {
    let given = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    if let (Some(given), true) = (&given, reply.status().is_client_error()) {
        // What it says in the place of a refusal is all that it says.
        return wire::json_reply(given);
    }
    let body = String::from_utf8_lossy(reply.body()).into_owned();
    let said = match (given, serde_json::from_str::<Value>(&body), text.split_once("=>")) {
        (Some(given), Ok(mut answer), _) => {
            overlay(&mut answer, given);
            answer.to_string()
        }
        (None, _, Some((from, to))) => body.replace(from, to),
        _ => body,
    };
    reply.map(|_| said.into())
}

/// RFC 7396: objects are merged, null takes away, all else replaces.
fn overlay(answer: &mut Value, given: Value) {
    match (answer, given) {
        (Value::Object(answer), Value::Object(given)) => {
            for (key, value) in given {
                match value {
                    Value::Null => {
                        answer.remove(&key);
                    }
                    value => overlay(answer.entry(key).or_insert(Value::Null), value),
                }
            }
        }
        (answer, given) => *answer = given,
    }
}

fn unknown(operation: &str) -> Refusal {
    let message = format!("the sandbox plays no such operation: {operation}");
    Refusal { status: 404, ..Refusal::new("UnknownOperationException", message) }
}

fn input(request: &Request) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(input)) => Ok(input),
        _ => Err(Refusal::new("SerializationException", "the body is not a JSON object")),
    }
}

/// Refuses a member that the operation does not have.
fn only(input: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    match input.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Refusal::new("ValidationException", format!("there is no member {key}"))),
        None => Ok(()),
    }
}

/// KMS: every key exists in its Region, is enabled and encrypts (API reference: `DescribeKey`, `KeyMetadata`).
fn kms(region: &str, operation: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    if operation != "DescribeKey" {
        return Err(unknown(operation));
    }
    only(input, &["KeyId", "GrantTokens"])?;
    let key = input.get("KeyId").and_then(Value::as_str).filter(|key| (1..=2048).contains(&key.len()));
    let key = key.ok_or_else(|| Refusal::new("ValidationException", "KeyId must have 1 to 2048 characters"))?;
    let fields: Vec<&str> = key.splitn(6, ':').collect();
    let (account, id) = match fields[..] {
        ["arn", _, "kms", there, account, name] if there == region => {
            (account, name.strip_prefix("key/").unwrap_or(name))
        }
        ["arn", _, "kms", ..] => return Err(Refusal::new("NotFoundException", format!("Invalid arn {key}"))),
        ["arn", ..] => return Err(Refusal::new("InvalidArnException", format!("Invalid arn {key}"))),
        _ => (ACCOUNT, key),
    };
    let metadata = json!({
        "AWSAccountId": account, "KeyId": id, "Arn": format!("arn:aws:kms:{region}:{account}:key/{id}"),
        "Enabled": true, "KeyState": "Enabled", "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyManager": "CUSTOMER", "Origin": "AWS_KMS", "MultiRegion": false,
    });
    Ok(json!({ "KeyMetadata": metadata }))
}

/// Service Quotas: what AWS gives everybody (quotas_errors.md 2), two on a page.
fn quotas(operation: &str, input: &Map<String, Value>) -> Result<Value, Refusal> {
    const QUOTAS: [(&str, u32); 5] = [
        ("User pools per Region", 1000),
        ("Apps per user pool", 1000),
        ("Identity providers per user pool", 300),
        ("Resource servers per user pool", 25),
        ("Custom domains per Region", 4),
    ];
    const PAGE: usize = 2;
    if operation != "ListServiceQuotas" {
        return Err(unknown(operation));
    }
    only(input, &["ServiceCode", "MaxResults", "NextToken"])?;
    match input.get("ServiceCode").and_then(Value::as_str) {
        Some("cognito-idp") => {}
        Some(_) => {
            return Err(Refusal::new(
                "NoSuchResourceException",
                "The request failed because the specified service does not exist.",
            ));
        }
        None => return Err(Refusal::new("IllegalArgumentException", "ServiceCode must not be null")),
    }
    let from = match input.get("NextToken").map(|token| token.as_str().and_then(|token| token.parse::<usize>().ok())) {
        None => 0,
        Some(Some(from)) if from < QUOTAS.len() => from,
        Some(_) => return Err(Refusal::new("InvalidPaginationTokenException", "Invalid token was provided.")),
    };
    let page = QUOTAS[from..]
        .iter()
        .take(PAGE)
        .map(|(name, value)| json!({ "ServiceCode": "cognito-idp", "QuotaName": name, "Value": f64::from(*value) }));
    let mut answer = json!({ "Quotas": page.collect::<Vec<_>>() });
    if from + PAGE < QUOTAS.len() {
        answer["NextToken"] = (from + PAGE).to_string().into();
    }
    Ok(answer)
}
