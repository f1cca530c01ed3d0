//! Every record that is about to be made has exactly one public zone to go into.

use futures_util::FutureExt as _;

use super::{Check, Finding, Input, Outcome, When, at};
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::hosted_zone::{choose, public};

pub(super) const CHECK: Check = Check {
    name: "hosted_zone",
    title: "the hosted zone of each record",
    why: "a record goes into one public hosted zone of this account, and there must be one and no other to choose from",
    source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/AboutHZWorkingWith.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// Records without a zone, or with several to choose from.
async fn look(input: Input<'_>) -> Vec<Finding> {
    let records: Vec<_> = input.made::<DnsRecord>().collect();
    let Some((_, first, _)) = records.first() else { return Vec::new() };
    // Apply needs the zones, so a plan waits for them as long as apply would.
    let zones = public(input.aws);
    let zones = if input.is_whole { input.ask("ListHostedZones", zones).await } else { zones.await };
    let zones = match zones {
        Ok(zones) => zones,
        Err(error) => {
            let what = "cannot find out which hosted zone the records go into";
            let finding = Finding::untold(at(first, "hosted_zone"), what, &error);
            return vec![finding.or_failed(error.during(what))];
        }
    };
    let mut findings: Vec<Finding> = Vec::new();
    for (_, planned, record) in records {
        let Some(name) = record.name_in_zone() else { continue };
        let at = at(planned, "hosted_zone");
        let finding = match choose(&zones, record.wanted_zone(), name) {
            Ok(zone) => Finding::pass(at, format!("zone {} ({})", zone.name, zone.id)),
            Err(none) => Finding::fail(at, none.message, none.hint),
        };
        // A domain has several records, and one thing to say about all of them.
        let says_no_more = |known: &Finding| match finding.outcome {
            Outcome::Pass => known.problem.message == finding.problem.message,
            _ => known.problem.at == finding.problem.at && known.outcome == finding.outcome,
        };
        if !findings.iter().any(says_no_more) {
            findings.push(finding);
        }
    }
    findings
}
