//! No record that is about to be made stands where somebody else's does: `apply` would leave that one alone, and fail.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::{Input, at, is_made};
use crate::engine::plan::{Action, Planned};
use crate::error::Problem;
use crate::kind::Kind as _;
use crate::kinds::dns_record::{DnsRecord, in_the_way};
use crate::kinds::hosted_zone::{Zone, choose, public};

/// Records whose place is taken. What has no zone to be looked for in is another check's to tell.
pub(super) async fn check(input: Input<'_>) -> Vec<Problem> {
    let records: Vec<_> = input.made::<DnsRecord>().collect();
    if records.is_empty() {
        return Vec::new();
    }
    let Ok(zones) = public(input.aws).await else { return Vec::new() };
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
) -> Option<Problem> {
    let zone = choose(zones, record.wanted_zone(), record.name.as_deref()?).ok()?;
    // Whoever may not list records may still make them.
    let there = in_the_way(input.aws, zone, record).await.ok()?;
    let (_, found) = there.into_iter().find(|(id, _)| !going.contains(id.as_str()))?;
    let kind = record.r#type.map_or_else(String::new, |kind| format!(" of type {}", kind.as_str()));
    Some(
        Problem::new(
            at(planned, "name"),
            format!("a record{kind} cannot be made there: {found} already exists and is not this stack's"),
        )
        .hint("delete it in Route 53, or give this one another name; a record that is not the stack's is left alone"),
    )
}
