//! What ACM shows of its certificates.

use super::input::{Input, constraint};
use super::request::KEY_ALGORITHMS;
use super::validate::{proven_since, record};
use super::{Certificate, Outcome, Refusal, World, cognito, timing};
use serde_json::{Value, json};

/// The longest page of a list; a short one makes every client page.
const PAGE: usize = 2;
/// How long an issued certificate is good for: 13 months.
const VALIDITY: i64 = 395 * 24 * 60 * 60 * 1_000;
const STATUSES: &[&str] =
    &["PENDING_VALIDATION", "ISSUED", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"];

/// A time as JSON 1.1 has it: seconds since 1970.
fn seconds(ms: i64) -> Value {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 fit a double for longer than AWS will last"
    )]
    let seconds = ms as f64 / 1000.0;
    json!(seconds)
}

/// AWS shows with a hyphen what it takes with an underscore: `RSA-2048`, as its guide's samples have it.
fn shown_algorithm(certificate: &Certificate) -> String {
    certificate.key_algorithm.replacen('_', "-", 1)
}

/// `Certificate` of `DescribeCertificate`.
pub(super) fn detail(world: &World, certificate: &Certificate) -> Value {
    let users = cognito::certificate_users(world, &certificate.arn);
    let mut detail = json!({
        "CertificateArn": certificate.arn,
        "DomainName": certificate.names[0],
        "SubjectAlternativeNames": certificate.names,
        "DomainValidationOptions": validations(world, certificate),
        "Subject": format!("CN={}", certificate.names[0]),
        "Issuer": "Amazon",
        "CreatedAt": seconds(certificate.requested),
        "Status": Outcome::status(certificate.outcome.as_ref()),
        "KeyAlgorithm": shown_algorithm(certificate),
        "SignatureAlgorithm": "SHA256WITHRSA",
        "InUseBy": users,
        "Type": "AMAZON_ISSUED",
        "KeyUsages": [],
        "ExtendedKeyUsages": [],
        "RenewalEligibility": if users.is_empty() { "INELIGIBLE" } else { "ELIGIBLE" },
        "Options": {
            "CertificateTransparencyLoggingPreference": certificate.transparency,
            "Export": certificate.export,
        },
    });
    match &certificate.outcome {
        Some(Outcome::Issued { at }) => {
            let serial: Vec<&str> = certificate.arn.rsplit('/').take(1).collect();
            detail["Serial"] = json!(
                super::ids::hex(serial[0]).as_bytes()[..32]
                    .chunks(2)
                    .map(String::from_utf8_lossy)
                    .collect::<Vec<_>>()
                    .join(":")
            );
            detail["IssuedAt"] = seconds(*at);
            detail["NotBefore"] = seconds(*at);
            detail["NotAfter"] = seconds(*at + VALIDITY);
            detail["KeyUsages"] = json!([{ "Name": "DIGITAL_SIGNATURE" }, { "Name": "KEY_ENCIPHERMENT" }]);
            detail["ExtendedKeyUsages"] =
                json!([{ "Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1" }]);
        }
        Some(Outcome::Failed { reason }) => detail["FailureReason"] = json!(reason),
        Some(Outcome::TimedOut) | None => {}
    }
    detail
}

fn validations(world: &World, certificate: &Certificate) -> Vec<Value> {
    // The records come some seconds after the request (domain_certificate_dns.md 5.3).
    let has_records = world.now >= certificate.requested + timing::ACM_RECORD;
    certificate
        .names
        .iter()
        .map(|name| {
            let status = match &certificate.outcome {
                Some(Outcome::Issued { .. }) => "SUCCESS",
                Some(Outcome::Failed { .. } | Outcome::TimedOut) => "FAILED",
                None if certificate.method == "DNS" && has_records && is_seen(world, name) => "SUCCESS",
                None => "PENDING_VALIDATION",
            };
            let mut validation = json!({
                "DomainName": name,
                "ValidationDomain": name.strip_prefix("*.").unwrap_or(name),
                "ValidationStatus": status,
                "ValidationMethod": certificate.method,
            });
            if certificate.method == "DNS" && has_records {
                let (name, value) = record(name);
                validation["ResourceRecord"] = json!({ "Name": name, "Type": "CNAME", "Value": value });
            }
            validation
        })
        .collect()
}

/// Whether ACM has come round to look at the record since it is there.
fn is_seen(world: &World, name: &str) -> bool {
    proven_since(world, name).is_some_and(|since| world.now >= since + timing::ACM_ISSUE)
}

/// Answers `ListCertificates`.
pub(super) fn list(world: &World, region: &str, input: Input<'_>) -> Result<Value, Refusal> {
    input.only(&["CertificateStatuses", "Includes", "NextToken", "MaxItems", "SortBy", "SortOrder"])?;
    let statuses = input.texts("CertificateStatuses")?;
    if let Some(stranger) = statuses.iter().flatten().find(|status| !STATUSES.contains(status)) {
        let rule = format!("Member must satisfy enum value set: [{}]", STATUSES.join(", "));
        return Err(constraint("certificateStatuses", stranger, &rule));
    }
    let by = input.word("SortBy", &["CREATED_AT"])?;
    let order = input.word("SortOrder", &["ASCENDING", "DESCENDING"])?;
    if by.is_some() != order.is_some() {
        return Err(Refusal::new("ValidationException", "SortBy and SortOrder must be specified together."));
    }
    let (key_types, export) = includes(input)?;
    let take = input.count("MaxItems", 1_000)?.map_or(PAGE, |asked| asked.min(PAGE));
    let start = match input.text("NextToken")? {
        None => 0,
        Some(token) => token
            .strip_prefix("from-")
            .and_then(|number| number.parse::<usize>().ok())
            .ok_or_else(|| Refusal::new("InvalidArgsException", "The NextToken is not valid"))?,
    };
    let mut found: Vec<&Certificate> = world
        .acm
        .certificates
        .iter()
        .filter(|held| held.region == region)
        .filter(|held| key_types.iter().any(|kind| *kind == held.key_algorithm))
        .filter(|held| export.as_ref().is_none_or(|export| *export == held.export))
        .filter(|held| {
            let status = Outcome::status(held.outcome.as_ref());
            statuses.as_ref().is_none_or(|statuses| statuses.contains(&status))
        })
        .collect();
    if order == Some("DESCENDING") {
        found.reverse();
    }
    let shown: Vec<Value> = found.iter().skip(start).take(take).map(|held| summary(world, held)).collect();
    let mut answer = json!({ "CertificateSummaryList": shown });
    if start + take < found.len() {
        answer["NextToken"] = json!(format!("from-{}", start + take));
    }
    Ok(answer)
}

/// The key types that are listed, and the export option if one is asked for.
fn includes(input: Input<'_>) -> Result<(Vec<&str>, Option<&str>), Refusal> {
    // Without a filter, only these two (domain_certificate_dns.md 5.3).
    let default = vec!["RSA_1024", "RSA_2048"];
    let Some(filters) = input.structure("Includes") else { return Ok((default, None)) };
    filters.only(&["keyTypes", "keyUsage", "extendedKeyUsage", "exportOption", "managedBy"])?;
    for unplayed in ["keyUsage", "extendedKeyUsage", "managedBy"] {
        if filters.structure(unplayed).is_some() {
            return Err(Refusal::new("ValidationException", format!("the sandbox does not filter by {unplayed}")));
        }
    }
    let types = filters.texts("keyTypes")?;
    if let Some(stranger) = types.iter().flatten().find(|kind| !KEY_ALGORITHMS.contains(kind)) {
        let rule = format!("Member must satisfy enum value set: [{}]", KEY_ALGORITHMS.join(", "));
        return Err(constraint("includes.keyTypes", stranger, &rule));
    }
    let export = filters.word("exportOption", &["ENABLED", "DISABLED"])?;
    Ok((types.filter(|types| !types.is_empty()).unwrap_or(default), export))
}

fn summary(world: &World, certificate: &Certificate) -> Value {
    let users = cognito::certificate_users(world, &certificate.arn);
    let mut summary = json!({
        "CertificateArn": certificate.arn,
        "DomainName": certificate.names[0],
        "SubjectAlternativeNameSummaries": certificate.names,
        "HasAdditionalSubjectAlternativeNames": false,
        "Status": Outcome::status(certificate.outcome.as_ref()),
        "Type": "AMAZON_ISSUED",
        "KeyAlgorithm": shown_algorithm(certificate),
        "KeyUsages": [],
        "ExtendedKeyUsages": [],
        "ExportOption": certificate.export,
        "InUse": !users.is_empty(),
        "RenewalEligibility": if users.is_empty() { "INELIGIBLE" } else { "ELIGIBLE" },
        "CreatedAt": seconds(certificate.requested),
    });
    if let Some(Outcome::Issued { at }) = certificate.outcome {
        summary["IssuedAt"] = seconds(at);
        summary["NotBefore"] = seconds(at);
        summary["NotAfter"] = seconds(at + VALIDITY);
        summary["KeyUsages"] = json!(["DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"]);
        summary["ExtendedKeyUsages"] = json!(["TLS_WEB_SERVER_AUTHENTICATION"]);
    }
    summary
}
