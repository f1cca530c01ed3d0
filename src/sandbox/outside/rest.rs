//! The services that name their operations by method and path: Lambda, SES and CloudFront.

use super::{ACCOUNT, Outside, Refusal, unknown};
use crate::sandbox::wire::{self, Query, Reply, Request};
use crate::sandbox::xml::Element;
use serde_json::{Value, json};

/// The operation that a request means.
pub(in crate::sandbox) fn operation(service: Outside, method: &str, path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (service, method, parts.as_slice()) {
        (Outside::Lambda, "GET", ["2015-03-31", "functions", _]) => Some("GetFunction"),
        (Outside::Lambda, "GET", ["2015-03-31", "functions", _, "policy"]) => Some("GetPolicy"),
        (Outside::Ses, "GET", ["v2", "email", "account"]) => Some("GetAccount"),
        (Outside::Ses, "GET", ["v2", "email", "identities", _]) => Some("GetEmailIdentity"),
        (Outside::Ses, "POST", ["v2", "email", "identities", _, "policies", _]) => Some("CreateEmailIdentityPolicy"),
        (Outside::CloudFront, "GET", ["2020-05-31", "distribution"]) => Some("ListDistributions"),
        _ => None,
    }
}

/// A part of a request's path, from 0.
fn part(request: &Request, number: usize) -> String {
    wire::decode(request.uri().path().trim_matches('/').split('/').nth(number).unwrap_or_default())
}

/// Lambda: every function exists, and lets the user pools of this account invoke it (other_resources.md 6).
pub(super) fn lambda(region: &str, operation: &str, request: &Request) -> Result<Value, Refusal> {
    if !matches!(operation, "GetFunction" | "GetPolicy") {
        return Err(unknown(operation));
    }
    let name = part(request, 2);
    let query = Query::of(request);
    let missing = |message: String| Refusal { status: 404, ..Refusal::new("ResourceNotFoundException", message) };
    let fields: Vec<&str> = name.split(':').collect();
    let (account, function) = match fields[..] {
        ["arn", _, "lambda", there, account, "function", function] if there == region => (account, function),
        ["arn", _, "lambda", there, ..] if there != region => {
            return Err(missing(format!("Functions from '{there}' are not reachable in this region ('{region}')")));
        }
        [function] => (ACCOUNT, function),
        _ => (ACCOUNT, ""),
    };
    let is_good = |text: &str| {
        (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    if !is_good(function) || query.get("Qualifier").is_some_and(|qualifier| !is_good(qualifier)) {
        let message =
            format!("1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint");
        return Err(Refusal::new("ValidationException", message));
    }
    let arn = format!("arn:aws:lambda:{region}:{account}:function:{function}");
    let arn = query.get("Qualifier").map_or_else(|| arn.clone(), |qualifier| format!("{arn}:{qualifier}"));
    if operation == "GetFunction" {
        let configuration = json!({ "FunctionName": function, "FunctionArn": arn, "State": "Active" });
        return Ok(json!({ "Configuration": configuration, "Code": {}, "Tags": {} }));
    }
    let policy = json!({ "Version": "2012-10-17", "Id": "default", "Statement": [{
        "Sid": "cognito", "Effect": "Allow", "Principal": { "Service": "cognito-idp.amazonaws.com" },
        "Action": "lambda:InvokeFunction", "Resource": arn,
        "Condition": { "StringEquals": { "AWS:SourceAccount": ACCOUNT } },
    }] });
    Ok(json!({ "Policy": policy.to_string(), "RevisionId": "1" }))
}

/// SES: every identity is verified, and the account is out of SES's own sandbox.
pub(super) fn ses(operation: &str, request: &Request) -> Result<Value, Refusal> {
    match operation {
        "GetAccount" => Ok(json!({
            "ProductionAccessEnabled": true, "SendingEnabled": true, "EnforcementStatus": "HEALTHY",
            "SendQuota": { "Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0 },
        })),
        "GetEmailIdentity" => {
            let name = part(request, 3);
            if name.is_empty() || name.len() > 320 || !name.contains('.') {
                return Err(Refusal::new("BadRequestException", format!("Email identity <{name}> is not valid.")));
            }
            let kind = if name.contains('@') { "EMAIL_ADDRESS" } else { "DOMAIN" };
            Ok(json!({
                "IdentityType": kind, "VerifiedForSendingStatus": true, "VerificationStatus": "SUCCESS", "Tags": [],
            }))
        }
        other => Err(unknown(other)),
    }
}

/// CloudFront: an account without distributions; those of user pool domains are in an account of AWS's
/// (`domain_certificate_dns.md` 5.3, "`InUseBy`").
pub(super) fn cloudfront(operation: &str) -> Result<Reply, Refusal> {
    if operation != "ListDistributions" {
        return Err(unknown(operation));
    }
    let list = Element::new("DistributionList").within(Outside::CloudFront.namespace());
    let list = list.leaf("Marker", "").leaf("MaxItems", 100).leaf("IsTruncated", false).leaf("Quantity", 0);
    Ok(wire::xml_reply(200, &list))
}
