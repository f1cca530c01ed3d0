//! The services that name their operations by method and path: SES and CloudFront.

use super::{Outside, Refusal, unknown};
use crate::sandbox::wire::{self, Reply, Request};
use crate::sandbox::xml::Element;
use serde_json::{Value, json};

/// The operation that a request means.
pub(in crate::sandbox) fn operation(service: Outside, method: &str, path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (service, method, parts.as_slice()) {
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
