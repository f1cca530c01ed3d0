//! The immediate parent of a domain of one's own has an A record before Cognito is asked for the domain.
//!
//! Cognito looks only then, and only at public DNS (domain_certificate_dns.md 3).

use std::net::Ipv4Addr;

use futures_util::FutureExt as _;

use super::{Check, Finding, Input, When, at, is_made, listed};
use crate::aws::dns::Lookup;
use crate::engine::plan::Planned;
use crate::kinds::dns_record::{DnsRecord, RecordRouting, RecordType, Target};
use crate::kinds::domain::Domain;
use crate::kinds::names::{canonical, parent};

pub(super) const CHECK: Check = Check {
    name: "parent_record",
    title: "the A record of the parent domain",
    why: "Cognito takes auth.example.com only when example.com has an A record in public DNS",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// Domains whose parent has no A record and gets none by the plan; placeholders that would stand in somebody's way.
async fn look(input: Input<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, planned, domain) in input.made::<Domain>().filter(|(_, _, domain)| domain.custom.is_some()) {
        let name = canonical(&domain.domain);
        findings.push(match parent(&name) {
            Some(parent) => of_parent(input, planned, &name, parent).await,
            None => Finding::fail(
                at(planned, "name"),
                format!("{name} is a domain itself, and Cognito takes only names below one"),
                format!("auth.{name}, for one"),
            ),
        });
    }
    findings
}

async fn of_parent(input: Input<'_>, planned: &Planned, name: &str, parent: &str) -> Finding {
    let place = at(planned, "parent_record");
    let own = input.wanted::<DnsRecord>().find(|(_, _, record)| is_a_record_of(record, parent) && answers(record));
    let found = input.ask("public DNS", input.aws.dns.a_records(parent)).await;
    if let Some((address, record, spec)) = own {
        let is_placeholder = address.name.as_deref() == Some(PLACEHOLDER);
        return match found {
            Ok(Lookup::Found(addresses)) if is_placeholder && is_made(record) && !says(&spec, &addresses) => {
                Finding::fail(
                    place,
                    format!("{parent} has an A record already ({})", listed(&addresses)),
                    "no placeholder is needed: say `parent_record: check`, or leave it out",
                )
            }
            _ => Finding::pass(place, format!("{parent} has its A record from this stack")),
        };
    }
    match found {
        Ok(Lookup::Found(addresses)) => {
            Finding::pass(place, format!("{parent} has an A record ({})", listed(&addresses)))
        }
        // Cognito looks when the domain is made, and never again (domain_certificate_dns.md 3).
        Ok(Lookup::Nothing { .. }) if !is_made(planned) => Finding::warn(
            place,
            format!("{parent} has no A record in public DNS any more"),
            format!("{name} stays as it is; to make it anew, Cognito would ask for one"),
        ),
        Ok(Lookup::Nothing { for_seconds }) => {
            let kept = for_seconds.filter(|&seconds| seconds > 60);
            let kept = kept.map(|seconds| {
                format!("; resolvers may go on saying that there is none for {} minutes", seconds.div_ceil(60))
            });
            Finding::fail(
                place,
                format!("Cognito takes {name} only when {parent} has an A record in public DNS, and it has none"),
                format!(
                    "make one (any address will do: `{parent}. 300 IN A 192.0.2.1`), or say `parent_record: placeholder` \
                     to have it made{}",
                    kept.unwrap_or_default()
                ),
            )
        }
        Err(error) => {
            Finding::untold(place, &format!("nobody knows whether {parent} has an A record in public DNS"), &error)
        }
    }
}

/// What the placeholder is called among the stack's records.
const PLACEHOLDER: &str = "domain_parent";

fn is_a_record_of(record: &DnsRecord, name: &str) -> bool {
    record.r#type == Some(RecordType::A) && record.name.as_deref().is_some_and(|own| canonical(own) == name)
}

/// Whether Cognito, wherever it asks from, may be answered with the record.
fn answers(record: &DnsRecord) -> bool {
    record.routing.as_ref().is_none_or(RecordRouting::answers_everybody)
}

/// Whether these addresses are what the record says: it was there before, and resolvers remember.
fn says(record: &DnsRecord, addresses: &[Ipv4Addr]) -> bool {
    match &record.target {
        Target::Values { values, .. } => addresses.iter().all(|address| values.contains(&address.to_string())),
        _ => false,
    }
}
