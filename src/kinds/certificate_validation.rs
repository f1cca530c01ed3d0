//! Waiting for a certificate to be issued, as a resource of its own: the records that prove it come between.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::{Certificate, CertificateOutputs, describe, given_up};
use super::dns_record::DnsRecord;
use crate::error::Result;
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, ReplaceOrder, Use, Waiting, grants};

/// A certificate that has been issued. Makes nothing in AWS; its id is the certificate's ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateValidation {
    /// The certificate that is to be issued.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub certificate: Ref<Certificate>,
    /// The records that prove it, in the order of their addresses; empty when they are made by hand elsewhere.
    /// AWS knows nothing of this: it is here for the order of steps.
    #[serde(default)]
    #[schemars(extend("x-order-only" = true))]
    pub records: Vec<Ref<DnsRecord>>,
}

/// What others need of an issued certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateValidationOutputs {
    /// The certificate's ARN.
    pub arn: String,
}

impl Kind for CertificateValidation {
    const NAME: &'static str = "certificate_validation";
    const FOUND_BY: FoundBy = FoundBy::Key;
    /// As its certificate: what uses the old one moves over to the new one first.
    const REPLACE: ReplaceOrder = ReplaceOrder::CreateFirst;
    type Outputs = CertificateValidationOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let Some(detail) = ctx.read_once("DescribeCertificate", id, describe(&ctx.aws, id)).await? else {
            return Ok(None);
        };
        let records = records(ctx, id);
        let status = detail.status().map_or("unknown", |status| status.as_str());
        let waiting = match status {
            "ISSUED" => None,
            _ => given_up(&detail).or_else(|| Some(issuing(ctx, id, records.is_empty()))),
        };
        let spec = Self { certificate: ctx.named(id, |arn, _| arn == id), records };
        let outputs = CertificateValidationOutputs { arn: id.to_owned() };
        Ok(Some(Observed { waiting, ..Observed::ready(spec, outputs) }))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        Ok(ctx.id(&self.certificate).ok())
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        ctx.id(&self.certificate)
    }

    async fn update(&self, _: &Ctx, _: &str, _: &Self) -> Result<()> {
        Ok(())
    }

    fn grants(&self) -> Vec<Grant> {
        grants(Use::Reading, &On::EveryCertificate, &["acm:DescribeCertificate"])
    }

    async fn delete(_: &Ctx, _: &str, _: Option<&Last<Self>>) -> Result<()> {
        Ok(())
    }
}

/// What the certificate of this ARN has come to, as the stack knows it.
fn outputs(ctx: &Ctx, arn: &str) -> Option<CertificateOutputs> {
    let known = ctx.known.borrow();
    let mut certificates =
        known.objects.iter().filter(|(address, (id, _))| address.kind == Certificate::NAME && id == arn);
    certificates.find_map(|(_, (_, outputs))| serde_json::from_value(outputs.clone()).ok())
}

/// The stack's own records among those that prove the certificate.
fn records(ctx: &Ctx, arn: &str) -> Vec<Ref<DnsRecord>> {
    let Some(certificate) = outputs(ctx, arn) else { return Vec::new() };
    let proves = |id: &str| certificate.validation.values().any(|(name, _)| id.ends_with(&format!("/{name}/CNAME")));
    let known = ctx.known.borrow();
    let records = known.objects.iter().filter(|(address, _)| address.kind == DnsRecord::NAME);
    records.filter(|(_, (id, _))| proves(id)).map(|(address, _)| Ref::at(address)).collect()
}

/// domain_certificate_dns.md 5.3: minutes, up to 30 normally, and 72 hours at most.
fn issuing(ctx: &Ctx, arn: &str, by_hand: bool) -> Waiting {
    let validation = outputs(ctx, arn).filter(|_| by_hand).map(|certificate| certificate.validation);
    let records = validation.iter().flat_map(|records| records.values());
    Waiting {
        what: "for ACM to issue the certificate".to_owned(),
        by_hand: records.map(|(name, value)| format!("{name} CNAME {value}")).collect(),
        every: Duration::from_secs(10),
        at_most: Duration::from_mins(75),
    }
}

/// A wait for a certificate that the stack proves itself.
#[must_use]
pub fn example() -> CertificateValidation {
    CertificateValidation { certificate: Ref::named("domain"), records: vec![Ref::named("certificate_example_com")] }
}

/// [`example`], with what needs no new object changed: the records are made elsewhere.
#[must_use]
pub fn example_changed() -> CertificateValidation {
    CertificateValidation { records: Vec::new(), ..example() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::script::Stage;

    const ARN: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1";

    fn stage(status: &'static str) -> Stage {
        let outputs =
            json!({ "arn": ARN, "validation": { "example.com": ["_1.example.com", "_2.acm-validations.aws"] } });
        Stage::new(move |_| {
            let detail = json!({ "CertificateArn": ARN, "DomainName": "*.example.com", "Status": status });
            (200, json!({ "Certificate": detail }).to_string())
        })
        .knowing("certificate.domain", ARN, outputs)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn it_waits_until_the_certificate_is_issued() {
        let outputs = json!({ "values": ["_2.acm-validations.aws"] });
        let pending = stage("PENDING_VALIDATION").knowing(
            "dns_record.certificate_example_com",
            "Z1/_1.example.com/CNAME",
            outputs,
        );
        let read = CertificateValidation::read(&pending.ctx, ARN, None).await.unwrap().unwrap();
        assert_eq!(read.spec, example());
        let waiting = read.waiting.unwrap();
        assert_eq!((waiting.what.as_str(), waiting.by_hand.len()), ("for ACM to issue the certificate", 0));
        assert!(waiting.at_most >= Duration::from_mins(75));
        let read = CertificateValidation::read(&stage("ISSUED").ctx, ARN, None).await.unwrap().unwrap();
        assert_eq!((read.waiting, read.spec), (None, example_changed()));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn records_to_be_made_by_hand_are_named() {
        let read = CertificateValidation::read(&stage("PENDING_VALIDATION").ctx, ARN, None).await.unwrap().unwrap();
        assert_eq!(read.waiting.unwrap().by_hand, ["_1.example.com CNAME _2.acm-validations.aws"]);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_failed_certificate_is_not_waited_for() {
        let read = CertificateValidation::read(&stage("FAILED").ctx, ARN, None).await.unwrap().unwrap();
        let waiting = read.waiting.unwrap();
        assert_eq!(waiting.at_most, Duration::ZERO);
        assert!(waiting.what.contains("FAILED"), "{}", waiting.what);
    }
}
