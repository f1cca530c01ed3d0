//! A certificate that a person names by its ARN is in us-east-1, issued, and covers the domain.

use futures_util::FutureExt as _;

use super::{Check, Finding, Input, When, listed, part};
use crate::address::Address;
use crate::aws::CERTIFICATES;
use crate::aws::acm::types::CertificateStatus;
use crate::engine::plan::{Action, Planned};
use crate::kind::Kind as _;
use crate::kinds::certificate::{Certificate, describe};
use crate::kinds::domain::{Domain, DomainCertificate};
use crate::kinds::names::{canonical, covers};

pub(super) const CHECK: Check = Check {
    name: "certificate",
    title: "a certificate that is named by its ARN",
    why: "a custom domain takes only an issued certificate from us-east-1 that covers its name",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// Named certificates that Cognito would refuse.
async fn look(input: Input<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, planned, domain) in input.touched::<Domain>() {
        if let Some(DomainCertificate::Arn(arn)) = domain.custom.map(|custom| custom.certificate) {
            findings.push(of_arn(input, planned, &canonical(&domain.domain), &arn).await);
        }
    }
    findings
}

async fn of_arn(input: Input<'_>, planned: &Planned, name: &str, arn: &str) -> Finding {
    // The domain comes from its name, and the certificate is written beside that.
    let at = format!("{}.certificate.arn", planned.at.strip_suffix(".name").unwrap_or(&planned.at));
    let is_it = |(address, one): &(&Address, &Planned)| {
        address.kind == Certificate::NAME && one.action == Action::Delete && one.id.as_deref() == Some(arn)
    };
    if let Some((own, _)) = input.plan.resources.iter().find(is_it) {
        return Finding::fail(
            at,
            "this certificate is the stack's own, and naming it would have it deleted",
            format!(
                "leave `certificate` out, and the stack goes on with it; to keep it without the stack, say first: stack \
                 state rm {} {own}",
                input.plan.stack
            ),
        );
    }
    let region = part(arn, 3);
    if region != CERTIFICATES {
        return Finding::fail(
            at,
            format!("the certificate is in `{region}`, and a domain takes only one from us-east-1"),
            "request one there, or leave `certificate` out to have it made",
        );
    }
    let detail = match input.ask("DescribeCertificate", describe(input.aws, arn)).await {
        Ok(Some(detail)) => detail,
        Ok(None) => {
            let hint = "list those that there are: aws acm list-certificates --region us-east-1";
            return Finding::fail(at, "there is no such certificate in this account", hint);
        }
        // Whoever may not look at certificates may still name one.
        Err(error) => return Finding::untold(at, "nobody knows what the certificate is like", &error),
    };
    let Some(status) = detail.status().map(CertificateStatus::as_str) else {
        return Finding::unknown(at, "nobody knows what the certificate is like: AWS does not say");
    };
    if status != "ISSUED" {
        let hint = "make the record that proves it, or leave `certificate` out to have one made";
        return Finding::fail(at, format!("the certificate is {status}, and must be ISSUED"), hint);
    }
    let names: Vec<String> = detail
        .subject_alternative_names()
        .iter()
        .map(String::as_str)
        .chain(detail.domain_name())
        .map(canonical)
        .collect();
    if names.iter().any(|covered| covers(covered, name)) {
        return Finding::pass(at, format!("issued, and covers {name}"));
    }
    Finding::fail(
        at,
        format!("the certificate is for {}, which does not cover {name}", listed(names)),
        "an asterisk stands for exactly one label",
    )
}
