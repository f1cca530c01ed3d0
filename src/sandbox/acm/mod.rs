//! Certificate Manager, as the sandbox plays it: public certificates, validated by DNS.

mod describe;
mod input;
mod request;
#[cfg(test)]
mod tests;
mod validate;

use super::{ACCOUNT, Refusal, World, cognito, ids, timing};
use input::Input;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What ACM holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Acm {
    /// Eldest first.
    #[serde(default)]
    certificates: Vec<Certificate>,
    #[serde(default)]
    tokens: Vec<Token>,
}

/// A certificate.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Certificate {
    arn: String,
    region: String,
    /// `DomainName` first; lower-case, each once.
    names: Vec<String>,
    method: String,
    key_algorithm: String,
    transparency: String,
    export: String,
    tags: BTreeMap<String, String>,
    requested: i64,
    /// What has come of it, once something has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
}

/// How validation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Issued { at: i64 },
    Failed { reason: String },
    TimedOut,
}

impl Outcome {
    fn status(outcome: Option<&Self>) -> &'static str {
        match outcome {
            None => "PENDING_VALIDATION",
            Some(Self::Issued { .. }) => "ISSUED",
            Some(Self::Failed { .. }) => "FAILED",
            Some(Self::TimedOut) => "VALIDATION_TIMED_OUT",
        }
    }
}

/// A request that is remembered by its idempotency token.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    region: String,
    text: String,
    /// What was asked for, as a digest.
    request: String,
    arn: String,
    at: i64,
}

/// What others need to know of a certificate.
#[derive(Debug, Clone)]
pub struct CertificateView {
    /// `us-east-1`
    pub region: String,
    /// `ISSUED`, `PENDING_VALIDATION` …
    pub status: String,
    /// Lower-case names, wildcards as `*.example.com`.
    pub names: Vec<String>,
}

/// The certificate with this ARN, as it stands at `world.now`.
#[must_use]
pub fn certificate(world: &World, arn: &str) -> Option<CertificateView> {
    let certificate = world.acm.certificates.iter().find(|certificate| certificate.arn == arn)?;
    let outcome = validate::outcome(world, certificate);
    Some(CertificateView {
        region: certificate.region.clone(),
        status: Outcome::status(outcome.as_ref()).to_owned(),
        names: certificate.names.clone(),
    })
}

/// Notes what time has brought about: a certificate that was issued stays so when its records go.
pub(super) fn settle(world: &mut World) {
    let outcomes: Vec<Option<Outcome>> =
        world.acm.certificates.iter().map(|certificate| validate::outcome(world, certificate)).collect();
    for (certificate, outcome) in world.acm.certificates.iter_mut().zip(outcomes) {
        certificate.outcome = outcome;
    }
    let now = world.now;
    world.acm.tokens.retain(|token| now < token.at + timing::ACM_TOKEN);
}

/// Answers one call made to `region`.
///
/// # Errors
///
/// What ACM refuses.
pub fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let input = Input(input);
    match operation {
        "RequestCertificate" => request::request(world, region, input),
        "DescribeCertificate" => {
            input.only(&["CertificateArn"])?;
            let at = find(world, region, input)?;
            Ok(json!({ "Certificate": describe::detail(world, &world.acm.certificates[at]) }))
        }
        "ListCertificates" => describe::list(world, region, input),
        "DeleteCertificate" => delete(world, region, input),
        "AddTagsToCertificate" => add_tags(world, region, input),
        "RemoveTagsFromCertificate" => remove_tags(world, region, input),
        "ListTagsForCertificate" => {
            input.only(&["CertificateArn"])?;
            let at = find(world, region, input)?;
            let tags = world.acm.certificates[at].tags.iter();
            let tags: Vec<Value> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
            Ok(json!({ "Tags": tags }))
        }
        "UpdateCertificateOptions" => update_options(world, region, input),
        other => Err(Refusal::new("UnknownOperationException", format!("the sandbox does not play {other}"))),
    }
}

/// What AWS says the ARN of a certificate looks like.
const ARN_RULE: &str = concat!(
    "Member must satisfy regular expression pattern: ",
    r"arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(/[\w+=,.@-]+)*"
);

/// The place of the certificate that a call is about.
fn find(world: &World, region: &str, input: Input<'_>) -> Result<usize, Refusal> {
    let arn = input.text("CertificateArn")?.ok_or_else(|| input::missing("certificateArn"))?;
    if !(arn.starts_with("arn:") && arn.split(':').nth(2) == Some("acm") && arn.split(':').count() == 6) {
        return Err(input::constraint("certificateArn", arn, ARN_RULE));
    }
    // A certificate is to be found in its own Region only.
    let found = world.acm.certificates.iter().position(|held| held.arn == arn && held.region == region);
    found.ok_or_else(|| {
        Refusal::new("ResourceNotFoundException", format!("Could not find certificate {arn} in account {ACCOUNT}."))
    })
}

fn delete(world: &mut World, region: &str, input: Input<'_>) -> Result<Value, Refusal> {
    input.only(&["CertificateArn"])?;
    let at = find(world, region, input)?;
    let arn = world.acm.certificates[at].arn.clone();
    // (domain_certificate_dns.md 5.3)
    if !cognito::certificate_users(world, &arn).is_empty() {
        return Err(Refusal::new("ResourceInUseException", format!("Certificate {arn} is in use.")));
    }
    world.acm.certificates.remove(at);
    Ok(json!({}))
}

fn add_tags(world: &mut World, region: &str, input: Input<'_>) -> Result<Value, Refusal> {
    input.only(&["CertificateArn", "Tags"])?;
    let at = find(world, region, input)?;
    let added = input.tags()?.ok_or_else(|| input::missing("tags"))?;
    let mut tags = world.acm.certificates[at].tags.clone();
    tags.extend(added.into_iter().map(|(key, value)| (key, value.unwrap_or_default())));
    input::check_tag_count(&tags)?;
    world.acm.certificates[at].tags = tags;
    Ok(json!({}))
}

fn remove_tags(world: &mut World, region: &str, input: Input<'_>) -> Result<Value, Refusal> {
    input.only(&["CertificateArn", "Tags"])?;
    let at = find(world, region, input)?;
    let removed = input.tags()?.ok_or_else(|| input::missing("tags"))?;
    let tags = &mut world.acm.certificates[at].tags;
    for (key, value) in removed {
        // With a value, only that very pair goes.
        if value.is_none() || tags.get(&key) == value.as_ref() {
            tags.remove(&key);
        }
    }
    Ok(json!({}))
}

fn update_options(world: &mut World, region: &str, input: Input<'_>) -> Result<Value, Refusal> {
    input.only(&["CertificateArn", "Options"])?;
    let at = find(world, region, input)?;
    let (transparency, export) = input.options()?.ok_or_else(|| input::missing("options"))?;
    let certificate = &mut world.acm.certificates[at];
    if let Some(transparency) = transparency {
        certificate.transparency = transparency;
    }
    if let Some(export) = export.filter(|export| *export != certificate.export) {
        // A certificate is made to be exported or is not.
        let message = format!("The certificate's Export option cannot be changed to {export}");
        return Err(Refusal::new("InvalidStateException", message));
    }
    Ok(json!({}))
}

/// The ARN of a new certificate.
fn new_arn(world: &mut World, region: &str) -> String {
    let number = world.next_id();
    format!("arn:aws:acm:{region}:{ACCOUNT}:certificate/{}", ids::uuid(&format!("certificate {number}")))
}
