//! The certificate of a custom domain.
//!
//! It lives in us-east-1 whatever the stack's Region is, since CloudFront takes no other
//! (domain_certificate_dns.md 5). Nothing but its tags can be changed once it is requested.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_acm::types::{
    CertificateDetail, CertificateExport, CertificateOptions, CertificateStatus, Tag, ValidationMethod,
};
use futures_util::future::try_join;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::busy::outlast;
use super::digest::sha256;
use super::names::{base, canonical};
use crate::aws::error::refused;
use crate::error::{Error, Outcome, Result};
use crate::kind::{Ctx, Grant, Kind, Last, Observed, On, OnChange, ReplaceOrder, Twin, Use, Wait, Waiting, grants};

mod account;
mod fate;
mod foreign;
pub(crate) use account::{describe, list, lives_with_base};
pub(crate) use fate::{given_up, is_dead};
pub(crate) use foreign::{claimed_by, why_not_ours};

/// A public certificate, validated through DNS, in us-east-1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The name that the certificate is for: `*.example.com`. Lower case.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub domain_name: String,
    /// Further names; never `domain_name` once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = []))]
    pub subject_alternative_names: Option<BTreeSet<String>>,
    /// `RSA_2048` or `EC_prime256v1`: what CloudFront takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = "RSA_2048"))]
    pub key_algorithm: Option<KeyAlgorithm>,
    /// Whether the certificate and its key may be taken out of AWS: said when it is requested, and never changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-aws-default" = "DISABLED"))]
    pub export: Option<Export>,
    /// Whether AWS has issued the certificate or still may. Always desired: one that has failed, timed out, expired or
    /// been revoked never comes back, and so is made anew.
    #[serde(default = "yes")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub alive: bool,
    /// Tags of the certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub tags: Option<BTreeMap<String, String>>,
}

fn yes() -> bool {
    true
}

/// The key's algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum KeyAlgorithm {
    /// RSA, 2048 bits.
    #[serde(rename = "RSA_2048")]
    Rsa2048,
    /// Elliptic curve P-256.
    #[serde(rename = "EC_prime256v1")]
    EcPrime256v1,
}

/// Whether a certificate may be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Export {
    /// With its key, to anywhere, for money.
    Enabled,
    /// It serves within AWS alone.
    Disabled,
}

/// What AWS decided of a certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateOutputs {
    /// The ARN, which is the id too.
    pub arn: String,
    /// For each name of the certificate, less its `*.`, the CNAME that proves it: its name and its value, both lower
    /// case and without the final dot. `*.example.com` and `example.com` have one between them.
    pub validation: BTreeMap<String, (String, String)>,
}

impl Certificate {
    /// A certificate for a name and further names, in the form that AWS reads back.
    #[must_use]
    pub fn of(domain_name: &str, further: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let domain_name = canonical(domain_name);
        let further: BTreeSet<String> =
            further.into_iter().map(|name| canonical(name.as_ref())).filter(|name| *name != domain_name).collect();
        Self {
            domain_name,
            subject_alternative_names: Some(further),
            key_algorithm: None,
            export: None,
            alive: true,
            tags: None,
        }
    }

    /// Every name of the certificate.
    fn names(&self) -> BTreeSet<String> {
        let further = self.subject_alternative_names.iter().flatten();
        further.chain([&self.domain_name]).map(|name| canonical(name)).collect()
    }

    /// The certificate for these names that `is_it` holds for, given its ARN and its tags.
    async fn tagged(
        &self,
        ctx: &Ctx,
        is_it: impl Fn(&str, &BTreeMap<String, String>) -> bool,
    ) -> Result<Option<String>> {
        let names = self.names();
        for summary in list(&ctx.aws, None).await? {
            let theirs: BTreeSet<String> = summary
                .subject_alternative_name_summaries()
                .iter()
                .map(String::as_str)
                .chain(summary.domain_name())
                .map(canonical)
                .collect();
            let (Some(arn), true) = (summary.certificate_arn(), theirs == names) else { continue };
            let tags = account::tags(&ctx.aws, arn).await?.unwrap_or_default();
            if is_it(arn, &tags) {
                return Ok(Some(arn.to_owned()));
            }
        }
        Ok(None)
    }
}

impl Kind for Certificate {
    const NAME: &'static str = "certificate";
    const REPLACE: ReplaceOrder = ReplaceOrder::CreateFirst;
    type Outputs = CertificateOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let described = ctx.read_once("DescribeCertificate", id, describe(&ctx.aws, id));
        let (Some(detail), Some(tags)) = try_join(described, account::tags(&ctx.aws, id)).await? else {
            return Ok(None);
        };
        let spec = spec(&detail, tags)?;
        let outputs = CertificateOutputs { arn: id.to_owned(), validation: validation(&detail) };
        let is_issued = detail.status() == Some(&CertificateStatus::Issued);
        let lacks_its_record = |name: &String| !outputs.validation.contains_key(base(name));
        let waiting = (!is_issued && spec.names().iter().any(lacks_its_record))
            .then(|| given_up(&detail).unwrap_or_else(records_are_coming));
        Ok(Some(Observed { waiting, ..Observed::ready(spec, outputs) }))
    }

    async fn find(&self, ctx: &Ctx, token: &str) -> Result<Option<String>> {
        self.tagged(ctx, |_, tags| tags.get(TOKEN_TAG).is_some_and(|theirs| theirs == token)).await
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let is_it = |arn: &str, tags: &BTreeMap<String, String>| {
            !ctx.is_ours::<Self>(arn) && tags.get(NAME_TAG).is_some_and(|theirs| **theirs == *ctx.stack)
        };
        let otherwise = "if the certificate is another project's, take its tag `stack:name` away";
        let Some(id) = self.tagged(ctx, is_it).await? else { return Ok(None) };
        let is_lost = describe(&ctx.aws, &id).await?.is_none_or(|detail| is_dead(&detail));
        Ok((!is_lost).then_some(Twin { id, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, token: &str) -> Result<String> {
        let Self { domain_name, subject_alternative_names, key_algorithm, export, alive: _, tags } = self;
        let options = export.map(|export| CertificateOptions::builder().export(export.as_str().into()).build());
        let ours = [(NAME_TAG, &*ctx.stack), (TOKEN_TAG, token)];
        let theirs = tags.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
        let tags = ours.into_iter().chain(theirs).map(tag).collect::<Result<Vec<_>>>()?;
        let further: Vec<String> = subject_alternative_names.iter().flatten().cloned().collect();
        let answer = ctx
            .aws
            .acm
            .request_certificate()
            .domain_name(domain_name)
            .set_subject_alternative_names((!further.is_empty()).then_some(further))
            .validation_method(ValidationMethod::Dns)
            .idempotency_token(idempotency_token(token))
            .set_key_algorithm(key_algorithm.map(|algorithm| algorithm.as_str().into()))
            .set_options(options)
            .set_tags(Some(tags))
            .send()
            .await
            .map_err(refused("RequestCertificate"))?;
        let arn = answer.certificate_arn.ok_or_else(|| Error::bug("RequestCertificate answered without an ARN"))?;
        // domain_certificate_dns.md 5.3: DescribeCertificate may fail for several seconds after the request.
        ctx.until(&SHOWN, async || Ok(describe(&ctx.aws, &arn).await?.map(drop)))
            .await
            .map_err(|error| error.with_outcome(Outcome::Unknown))?;
        Ok(arn)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let (none, acm) = (BTreeMap::new(), &ctx.aws.acm);
        let (new, old) = (self.tags.as_ref().unwrap_or(&none), before.tags.as_ref().unwrap_or(&none));
        let gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
        let gone = gone.map(|(key, value)| tag((key, value))).collect::<Result<Vec<_>>>()?;
        if !gone.is_empty() {
            let call = acm.remove_tags_from_certificate().certificate_arn(id).set_tags(Some(gone));
            call.send().await.map_err(refused("RemoveTagsFromCertificate"))?;
        }
        let set = new.iter().filter(|(key, value)| old.get(*key) != Some(value));
        let set = set.map(|(key, value)| tag((key, value))).collect::<Result<Vec<_>>>()?;
        if !set.is_empty() {
            let call = acm.add_tags_to_certificate().certificate_arn(id).set_tags(Some(set));
            call.send().await.map_err(refused("AddTagsToCertificate"))?;
        }
        Ok(())
    }

    fn grants(&self) -> Vec<Grant> {
        [
            grants(Use::Reading, &On::EveryCertificate, &["acm:DescribeCertificate", "acm:ListTagsForCertificate"]),
            grants(Use::Looking, &On::Any, &["acm:ListCertificates"]),
            grants(Use::Making, &On::Any, &["acm:RequestCertificate"]),
            grants(Use::Changing, &On::OwnCertificate, &["acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate"]),
            grants(Use::Deleting, &On::OwnCertificate, &["acm:DeleteCertificate"]),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let is_used = |error: &Error| matches!(error.code(), Some("ResourceInUseException" | "ConflictException"));
        let delete = async || match ctx.aws.acm.delete_certificate().certificate_arn(id).send().await {
            Ok(_) => Ok(Some(())),
            Err(error) => match refused("DeleteCertificate")(error) {
                error if error.is_not_found() => Ok(Some(())),
                error => {
                    if is_used(&error) {
                        used_by_others(ctx, id).await?;
                    }
                    Err(error)
                }
            },
        };
        let released = outlast(ctx, &RELEASED, is_used, delete).await;
        released.map_err(|error| error.during(format!("the certificate {id} could not be deleted")))
    }
}

/// The tag that names the stack.
const NAME_TAG: &str = "stack:name";
/// The tag that names the creating call.
const TOKEN_TAG: &str = "stack:token";

const SHOWN: Wait<'static> =
    Wait { what: "for ACM to show the certificate", every: Duration::from_secs(3), at_most: Duration::from_mins(2) };

/// domain_certificate_dns.md 2: a deleted domain's certificate stays in use for 10 to 20 minutes and more.
const RELEASED: Wait<'static> = Wait {
    what: "for CloudFront to release the certificate",
    every: Duration::from_secs(15),
    at_most: Duration::from_mins(30),
};

fn records_are_coming() -> Waiting {
    Waiting {
        what: "for ACM to say which records prove the certificate's names".to_owned(),
        every: Duration::from_secs(5),
        by_hand: Vec::new(),
        at_most: Duration::from_mins(5),
    }
}

/// Fails when something other than CloudFront uses the certificate: no waiting ends that.
async fn used_by_others(ctx: &Ctx, arn: &str) -> Result<()> {
    let users = describe(&ctx.aws, arn).await?.and_then(|detail| detail.in_use_by).unwrap_or_default();
    let others: Vec<String> = users.into_iter().filter(|user| !user.contains(":cloudfront:")).collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(Error::aws_state(format!("the certificate is used by {}", others.join(", ")))
        .hinted("give that another certificate, or keep this one with `stack state rm certificate.domain`"))
}

/// ACM's idempotency token has 1 to 32 word characters (domain_certificate_dns.md 5.2).
fn idempotency_token(token: &str) -> String {
    let fits = (1..=32).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if fits {
        return token.to_owned();
    }
    sha256(token.as_bytes()).chars().take(32).collect()
}

fn tag((key, value): (impl Into<String>, impl Into<String>)) -> Result<Tag> {
    let tag = Tag::builder().key(key).value(value).build();
    tag.map_err(|error| Error::bug("a tag is incomplete").caused_by(error))
}

impl Export {
    fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

impl KeyAlgorithm {
    fn as_str(self) -> &'static str {
        match self {
            Self::Rsa2048 => "RSA_2048",
            Self::EcPrime256v1 => "EC_prime256v1",
        }
    }

    /// AWS writes `RSA-2048` in some answers and `RSA_2048` in others.
    fn read(text: &str) -> Option<Self> {
        [Self::Rsa2048, Self::EcPrime256v1].into_iter().find(|algorithm| algorithm.as_str() == text.replace('-', "_"))
    }
}

fn spec(detail: &CertificateDetail, tags: BTreeMap<String, String>) -> Result<Certificate> {
    let domain_name = canonical(detail.domain_name().unwrap_or_default());
    let further = detail.subject_alternative_names().iter().map(|name| canonical(name));
    let algorithm = detail.key_algorithm().map_or("RSA_2048", |algorithm| algorithm.as_str());
    let key_algorithm = KeyAlgorithm::read(algorithm).ok_or_else(|| {
        Error::aws_state(format!("the certificate for {domain_name} has the key algorithm {algorithm}"))
            .hinted("stack makes RSA_2048 and EC_prime256v1; name any other certificate by its ARN")
    })?;
    Ok(Certificate {
        subject_alternative_names: Some(further.filter(|name| *name != domain_name).collect()),
        domain_name,
        key_algorithm: Some(key_algorithm),
        export: Some(match detail.options().and_then(CertificateOptions::export) {
            Some(CertificateExport::Enabled) => Export::Enabled,
            _ => Export::Disabled,
        }),
        alive: !is_dead(detail),
        tags: Some(tags.into_iter().filter(|(key, _)| !key.starts_with("stack:")).collect()),
    })
}

fn validation(detail: &CertificateDetail) -> BTreeMap<String, (String, String)> {
    let options = detail.domain_validation_options().iter();
    options
        .filter_map(|option| {
            let record = option.resource_record()?;
            let name = canonical(option.domain_name());
            Some((base(&name).to_owned(), (canonical(record.name()), canonical(record.value()))))
        })
        .collect()
}

/// A certificate with everything declared.
#[must_use]
pub fn example() -> Certificate {
    Certificate {
        key_algorithm: Some(KeyAlgorithm::Rsa2048),
        export: Some(Export::Enabled),
        tags: Some(BTreeMap::from([("app".to_owned(), "shop".to_owned()), ("team".to_owned(), "web".to_owned())])),
        ..Certificate::of("*.example.com", ["example.com"])
    }
}

/// [`example`], with what AWS changes in place changed.
#[must_use]
pub fn example_changed() -> Certificate {
    let tags = [("app", "market"), ("stage", "dev")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    Certificate { tags: Some(BTreeMap::from(tags)), ..example() }
}

#[cfg(test)]
mod tests;
