//! The account's certificates: one in full, or all in short.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_acm::config::{Builder, Region};
use aws_sdk_acm::types::{CertificateDetail, CertificateStatus, CertificateSummary, Filters, KeyAlgorithm};

use crate::aws::error::refused;
use crate::aws::{Aws, acm};
use crate::error::Result;
use crate::kinds::names::{base, canonical};

/// A certificate in us-east-1; None when there is none of that ARN.
pub(crate) async fn describe(aws: &Aws, arn: &str) -> Result<Option<CertificateDetail>> {
    match aws.acm.describe_certificate().certificate_arn(arn).send().await.map_err(refused("DescribeCertificate")) {
        Ok(answer) => Ok(answer.certificate),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A certificate's tags, ours included; None when it is gone.
pub(super) async fn tags(aws: &Aws, arn: &str) -> Result<Option<BTreeMap<String, String>>> {
    let call = aws.acm.list_tags_for_certificate().certificate_arn(arn);
    match call.send().await.map_err(refused("ListTagsForCertificate")) {
        Ok(answer) => {
            Ok(Some(answer.tags.into_iter().flatten().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect()))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Every certificate of a Region, or of us-east-1.
pub(crate) async fn list(aws: &Aws, region: Option<&str>) -> Result<Vec<CertificateSummary>> {
    // domain_certificate_dns.md 5.3: unless asked for, only RSA_1024 and RSA_2048 are listed.
    let every_key = KeyAlgorithm::values().iter().map(|&key| KeyAlgorithm::from(key)).collect();
    let includes = Filters::builder().set_key_types(Some(every_key)).build();
    let mut found = Vec::new();
    let mut next = None;
    loop {
        let there = Builder::new().region(region.map(|region| Region::new(region.to_owned())));
        let call = aws.acm.list_certificates().includes(includes.clone()).set_next_token(next);
        let answer = match region {
            None => call.send().await,
            Some(_) => call.customize().config_override(there).send().await,
        };
        let page = answer.map_err(refused("ListCertificates"))?;
        found.extend(page.certificate_summary_list.unwrap_or_default());
        next = page.next_token;
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// Certificates that live and have a name with this base, which need its validation record to be renewed; those that
/// `is_ours` holds for are left out.
///
/// The record is one for the account, whatever the Region (domain_certificate_dns.md 5.3). us-east-1 and the stack's
/// own Region are looked at.
pub(crate) async fn lives_with_base(aws: &Aws, name: &str, is_ours: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut summaries = list(aws, None).await?;
    if aws.region != "us-east-1" {
        summaries.extend(list(aws, Some(&aws.region)).await?);
    }
    let lives = |summary: &CertificateSummary| summary.status().is_none_or(|status| !is_dead_status(status));
    let named = |summary: &CertificateSummary| {
        let names = summary.subject_alternative_name_summaries().iter().map(String::as_str);
        let bases: BTreeSet<String> =
            names.chain(summary.domain_name()).map(|name| base(&canonical(name)).to_owned()).collect();
        // A summary holds only the first hundred names; one with more may hold any.
        bases.contains(name) || summary.has_additional_subject_alternative_names() == Some(true)
    };
    let found = summaries.into_iter().filter(|summary| lives(summary) && named(summary));
    Ok(found.filter_map(|summary| summary.certificate_arn).filter(|arn| !is_ours(arn)).collect())
}

/// Whether a certificate of this status never comes back.
pub(super) fn is_dead_status(status: &acm::types::CertificateStatus) -> bool {
    use CertificateStatus::{Expired, Failed, Revoked, ValidationTimedOut};
    matches!(status, Expired | Failed | Revoked | ValidationTimedOut)
}
