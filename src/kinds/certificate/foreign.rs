//! Certificates that a stack can use, and cannot look after.

use aws_sdk_acm::types::{CertificateType, ValidationMethod};

use super::{KeyAlgorithm, NAME_TAG, account};
use crate::aws::Aws;
use crate::error::Result;

/// The most names of a certificate that a stack makes (domain_certificate_dns.md 5.2).
const MOST_NAMES: usize = 10;

/// Why the stack cannot take a certificate for its own, as `it …`; None where it can.
///
/// # Errors
/// When AWS cannot be asked about it.
pub(crate) async fn why_not_ours(aws: &Aws, arn: &str, stack: &str) -> Result<Option<String>> {
    let Some(detail) = account::describe(aws, arn).await? else {
        return Ok(Some("ACM does not know it".to_owned()));
    };
    if detail.r#type().is_some_and(|kind| *kind != CertificateType::AmazonIssued) {
        return Ok(Some("it was not issued by Amazon, and so cannot be asked for again".to_owned()));
    }
    let is_by_dns = |method: Option<&ValidationMethod>| method.is_none_or(|method| *method == ValidationMethod::Dns);
    if !detail.domain_validation_options().iter().all(|option| is_by_dns(option.validation_method())) {
        return Ok(Some("it is proved by e-mail, not by DNS records".to_owned()));
    }
    let algorithm = detail.key_algorithm().map_or("RSA_2048", |algorithm| algorithm.as_str());
    if KeyAlgorithm::read(algorithm).is_none() {
        return Ok(Some(format!("it has the key algorithm {algorithm}, and a stack makes RSA_2048 and EC_prime256v1")));
    }
    let names = detail.subject_alternative_names().len().max(1);
    if names > MOST_NAMES {
        return Ok(Some(format!("it has {names} names, and a stack makes certificates of at most {MOST_NAMES}")));
    }
    // Of a custom domain, the distribution is AWS's own: which of several it is cannot be told.
    if detail.in_use_by().len() > 1 {
        return Ok(Some(format!("something else uses it too: {}", detail.in_use_by().join(", "))));
    }
    let other = claimed_by(aws, arn).await?.filter(|name| name != stack);
    Ok(other.map(|name| format!("its tag says that it is the stack {name}'s")))
}

/// The stack whose tag the certificate carries.
///
/// # Errors
/// When AWS cannot be asked about it.
pub(crate) async fn claimed_by(aws: &Aws, arn: &str) -> Result<Option<String>> {
    Ok(account::tags(aws, arn).await?.and_then(|mut tags| tags.remove(NAME_TAG)))
}
