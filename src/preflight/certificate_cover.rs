//! A certificate that a person names by its ARN is in us-east-1, issued, and covers the domain.

use super::{Input, at};
use crate::address::Address;
use crate::engine::plan::{Action, Planned};
use crate::error::Problem;
use crate::kind::Kind as _;
use crate::kinds::certificate::{Certificate, describe};
use crate::kinds::domain::{Domain, DomainCertificate};
use crate::kinds::names::{canonical, covers};

/// Named certificates that Cognito would refuse.
pub(super) async fn check(input: Input<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, planned, domain) in input.wanted::<Domain>().filter(|(_, planned, _)| planned.action != Action::Keep) {
        if let Some(DomainCertificate::Arn(arn)) = domain.custom.map(|custom| custom.certificate) {
            problems.extend(of_arn(input, planned, &canonical(&domain.domain), &arn).await);
        }
    }
    problems
}

async fn of_arn(input: Input<'_>, planned: &Planned, name: &str, arn: &str) -> Option<Problem> {
    let problem = |message: String| Problem::new(at(planned, "certificate.arn"), message);
    let is_it = |(address, one): &(&Address, &Planned)| {
        address.kind == Certificate::NAME && one.action == Action::Delete && one.id.as_deref() == Some(arn)
    };
    if let Some((own, _)) = input.plan.resources.iter().find(is_it) {
        return Some(
            problem("this certificate is the stack's own, and naming it would have it deleted".to_owned()).hint(
                format!(
                    "leave `certificate` out, and the stack goes on with it; to keep it without the stack, say first: \
                     stack state rm {} {own}",
                    input.plan.stack
                ),
            ),
        );
    }
    let region = arn.split(':').nth(3).unwrap_or_default();
    if region != "us-east-1" {
        return Some(
            problem(format!("the certificate is in `{region}`, and a domain takes only one from us-east-1"))
                .hint("request one there, or leave `certificate` out to have it made"),
        );
    }
    let detail = match describe(input.aws, arn).await {
        Ok(Some(detail)) => detail,
        Ok(None) => return Some(problem("there is no such certificate in this account".to_owned())),
        // Whoever may not look at certificates may still name one.
        Err(_) => return None,
    };
    let status = detail.status().map_or("unknown", |status| status.as_str());
    if status != "ISSUED" {
        return Some(problem(format!("the certificate is {status}, and must be ISSUED")));
    }
    let names: Vec<String> = detail
        .subject_alternative_names()
        .iter()
        .map(String::as_str)
        .chain(detail.domain_name())
        .map(canonical)
        .collect();
    if names.iter().any(|covered| covers(covered, name)) {
        return None;
    }
    Some(
        problem(format!("the certificate is for {}, which does not cover {name}", names.join(", ")))
            .hint("an asterisk stands for exactly one label"),
    )
}
