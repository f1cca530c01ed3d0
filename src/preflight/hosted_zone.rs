//! Every record that is about to be made has exactly one public zone to go into.

use super::{Input, at};
use crate::error::Problem;
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::hosted_zone::{choose, public};

/// Records without a zone, or with several to choose from.
pub(super) async fn check(input: Input<'_>) -> Vec<Problem> {
    let records: Vec<_> = input.made::<DnsRecord>().collect();
    let Some((_, first, _)) = records.first() else { return Vec::new() };
    let zones = match public(input.aws).await {
        Ok(zones) => zones,
        Err(error) => {
            let hint = "the permission route53:ListHostedZones is needed to find where a record goes";
            return vec![Problem::new(&first.at, error.to_string()).hint(hint)];
        }
    };
    let mut problems: Vec<Problem> = Vec::new();
    for (_, planned, record) in records {
        let Some(name) = record.name_in_zone() else { continue };
        if let Err(none) = choose(&zones, record.wanted_zone(), name) {
            let problem = none.at(at(planned, "hosted_zone"));
            // A domain has several records, and one thing to say about all of them.
            if !problems.iter().any(|known| known.at == problem.at) {
                problems.push(problem);
            }
        }
    }
    problems
}
