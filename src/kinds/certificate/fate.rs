//! Certificates that AWS will not issue any more, and what a person can do about it.

use std::time::Duration;

use aws_sdk_acm::types::{CertificateDetail, FailureReason};

use super::account::is_dead_status;
use crate::kind::Waiting;

/// Whether the certificate never comes back: failed, timed out, expired or revoked.
pub(crate) fn is_dead(detail: &CertificateDetail) -> bool {
    detail.status().is_some_and(is_dead_status)
}

/// A wait that ends at once, and says why: the certificate will not be issued.
///
/// It is no error of reading: the next plan must be able to read the certificate in order to replace it.
pub(crate) fn given_up(detail: &CertificateDetail) -> Option<Waiting> {
    let status = detail.status().filter(|status| is_dead_status(status))?;
    let name = detail.domain_name().unwrap_or("a name unknown");
    let why = detail.failure_reason().map(|reason| format!(", {}", reason.as_str())).unwrap_or_default();
    let remedy = remedy(detail);
    Some(Waiting {
        what: format!(
            "for a certificate that AWS will not issue (the one for {name} is {status}{why}. {remedy}; then apply \
             again, which requests a new certificate)",
            status = status.as_str(),
        ),
        every: Duration::from_secs(1),
        by_hand: Vec::new(),
        at_most: Duration::ZERO,
    })
}

/// domain_certificate_dns.md 5.3 and 6.
fn remedy(detail: &CertificateDetail) -> &'static str {
    use FailureReason::{
        AdditionalVerificationRequired, CaaError, DomainNotAllowed, DomainValidationDenied, InvalidPublicDomain,
    };
    match detail.failure_reason() {
        Some(CaaError) => {
            "A CAA record of the domain, or of one above it, keeps Amazon from issuing: add `0 issue \"amazon.com\"` \
             to it, and for a wildcard `0 issuewild \"amazon.com\"` where it has any issuewild"
        }
        Some(InvalidPublicDomain) => "The name is not a public domain name: correct it",
        Some(DomainNotAllowed | DomainValidationDenied) => {
            "AWS does not issue certificates for this domain: ask AWS Support"
        }
        Some(AdditionalVerificationRequired) => "AWS wants to verify the domain first: ask AWS Support",
        Some(_) => "Look at the certificate in the ACM console of us-east-1",
        None => match detail.status().map(aws_sdk_acm::types::CertificateStatus::as_str) {
            Some("VALIDATION_TIMED_OUT") => {
                "Its validation record was not seen in public DNS within 72 hours: see that the hosted zone is the one \
                 that the domain is delegated to"
            }
            Some("EXPIRED") => "It was not renewed, for which its validation record must stay in public DNS",
            _ => "Look at the certificate in the ACM console of us-east-1",
        },
    }
}
