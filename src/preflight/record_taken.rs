//! No record that is about to be made stands where somebody else's does: `apply` would leave that one alone, and fail.

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::{Check, Finding, Input, When, at, is_made};
use crate::engine::plan::{Action, Planned};
use crate::kind::Kind as _;
use crate::kinds::dns_record::{DnsRecord, in_the_way};
use crate::kinds::hosted_zone::{Zone, choose, public};

pub(super) const CHECK: Check = Check {
    name: "record_taken",
    title: "records that somebody else has made",
    why: "a record that is there and is not this stack's is never overwritten",
    source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// Records whose place is taken. What has no zone to be looked for in is another check's to tell.
async fn look(input: Input<'_>) -> Vec<Finding> {
    let records: Vec<_> = input.made::<DnsRecord>().filter(|(_, planned, _)| is_made(planned)).collect();
    if records.is_empty() {
        return Vec::new();
    }
    let Ok(zones) = input.ask("ListHostedZones", public(input.aws)).await else { return Vec::new() };
    let going = going(input);
    let checks = records.iter().map(|(_, planned, record)| of_record(input, planned, record, &zones, &going));
    join_all(checks).await.into_iter().flatten().collect()
}

/// The records that this very plan takes away, as the state names them.
fn going(input: Input<'_>) -> BTreeSet<&str> {
    let records = input.plan.resources.iter().filter(|(address, _)| address.kind == DnsRecord::NAME);
    let going = records.filter(|(_, planned)| planned.action == Action::Delete || is_made(planned));
    going.filter_map(|(_, planned)| planned.id.as_deref()).collect()
}

async fn of_record(
    input: Input<'_>,
    planned: &Planned,
    record: &DnsRecord,
    zones: &[Zone],
    going: &BTreeSet<&str>,
) -> Option<Finding> {
    let zone = choose(zones, record.wanted_zone(), record.name.as_deref()?).ok()?;
    let (name, kind) = (record.name.as_deref()?, record.r#type?.as_str());
    let at = at(planned, "name");
    // Whoever may not list records may still make them.
    let there = match input.ask("ListResourceRecordSets", in_the_way(input.aws, zone, record)).await {
        Ok(there) => there,
        Err(error) => return Some(Finding::untold(at, "nobody knows what stands there", &error)),
    };
    Some(match there.into_iter().find(|(id, _)| !going.contains(id.as_str())) {
        None => Finding::pass(at, format!("{name} {kind} is free")),
        Some((_, found)) => Finding::fail(
            at,
            format!("a record of type {kind} cannot be made there: {found} already exists and is not this stack's"),
            "delete it in Route 53, or give this one another name; a record that is not the stack's is left alone",
        ),
    })
}
