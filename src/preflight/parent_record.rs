//! The immediate parent of a domain of one's own has an A record before Cognito is asked for the domain.
//!
//! Cognito looks only then, and only at public DNS (domain_certificate_dns.md 3).

use std::net::Ipv4Addr;

use super::{Input, at, is_made};
use crate::aws::dns::Lookup;
use crate::engine::plan::Planned;
use crate::error::Problem;
use crate::kinds::dns_record::{DnsRecord, RecordType, Target};
use crate::kinds::domain::Domain;
use crate::kinds::names::{canonical, parent};

/// Domains whose parent has no A record and gets none by the plan; placeholders that would stand in somebody's way.
pub(super) async fn check(input: Input<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, planned, domain) in input.made::<Domain>().filter(|(_, _, domain)| domain.custom.is_some()) {
        let name = canonical(&domain.domain);
        problems.extend(match parent(&name) {
            Some(parent) => of_parent(input, planned, &name, parent).await,
            None => Some(
                Problem::new(
                    at(planned, "name"),
                    format!("{name} is a domain itself, and Cognito takes only names below one"),
                )
                .hint(format!("auth.{name}, for one")),
            ),
        });
    }
    problems
}

async fn of_parent(input: Input<'_>, planned: &Planned, name: &str, parent: &str) -> Option<Problem> {
    let place = at(planned, "parent_record");
    let own = input.wanted::<DnsRecord>().find(|(_, _, record)| is_a_record_of(record, parent));
    let found = input.aws.dns.a_records(parent).await;
    if let Some((address, record, spec)) = own {
        let is_placeholder = address.name.as_deref() == Some(PLACEHOLDER);
        return match found {
            Ok(Lookup::Found(addresses)) if is_placeholder && is_made(record) && !says(&spec, &addresses) => Some(
                Problem::new(place, format!("{parent} has an A record already ({})", listed(&addresses)))
                    .hint("no placeholder is needed: say `parent_record: check`, or leave it out"),
            ),
            _ => None,
        };
    }
    match found {
        Ok(Lookup::Found(_)) => None,
        Ok(Lookup::Nothing { for_seconds }) => {
            let kept = for_seconds.filter(|&seconds| seconds > 60);
            let kept = kept.map(|seconds| {
                format!("; resolvers may go on saying that there is none for {} minutes", seconds.div_ceil(60))
            });
            Some(
                Problem::new(
                    place,
                    format!("Cognito takes {name} only when {parent} has an A record in public DNS, and it has none"),
                )
                .hint(format!(
                    "make one (any address will do: `{parent}. 300 IN A 192.0.2.1`), or say `parent_record: \
                         placeholder` to have it made{}",
                    kept.unwrap_or_default()
                )),
            )
        }
        Err(error) => {
            let hint = error.hints().first().cloned().unwrap_or_default();
            Some(Problem::new(place, error.to_string()).hint(hint))
        }
    }
}

/// What the placeholder is called among the stack's records.
const PLACEHOLDER: &str = "domain_parent";

fn is_a_record_of(record: &DnsRecord, name: &str) -> bool {
    record.r#type == Some(RecordType::A) && record.name.as_deref().is_some_and(|own| canonical(own) == name)
}

/// Whether these addresses are what the record says: it was there before, and resolvers remember.
fn says(record: &DnsRecord, addresses: &[Ipv4Addr]) -> bool {
    match &record.target {
        Target::Values { values, .. } => addresses.iter().all(|address| values.contains(&address.to_string())),
        _ => false,
    }
}

fn listed(addresses: &[Ipv4Addr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
