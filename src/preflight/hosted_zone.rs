//! Every record that is about to be made has exactly one public zone to go into.

use super::{Input, at};
use crate::error::{Problem, Result};
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::hosted_zone::{choose, public};

/// Records without a zone, or with several to choose from.
pub(super) async fn check(input: Input<'_>) -> Result<Vec<Problem>> {
    let records: Vec<_> = input.made::<DnsRecord>().collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let zones = public(input.aws).await;
    let zones = zones.map_err(|error| error.during("cannot find out which hosted zone the records go into"))?;
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
    Ok(problems)
}
