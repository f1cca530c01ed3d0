//! The hosted zone is the one that the world asks: its name servers are those that public DNS answers with.
//!
//! Of several public zones with one name only one is live (domain_certificate_dns.md 7.1), and a record in any other is
//! seen by nobody: a certificate would wait for its proof until it is given up after 72 hours.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};

use super::{Check, Finding, Input, When, at, listed, unsaid};
use crate::aws::error::refused;
use crate::engine::plan::Planned;
use crate::error::Result;
use crate::kinds::dns_record::{DnsRecord, Target};
use crate::kinds::hosted_zone::{Zone, choose, public};
use crate::kinds::names::canonical;

pub(super) const CHECK: Check = Check {
    name: "delegation",
    title: "the delegation of the hosted zone",
    why: "records in a zone whose name servers nobody is sent to are seen by nobody, and prove nothing",
    source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/migrate-dns-domain-in-use.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// A zone with records of this stack's.
struct Used<'a> {
    zone: &'a Zone,
    /// The first of them that is waited for; else the first of all.
    planned: &'a Planned,
    /// Whether the domain or its certificate waits for one of them.
    is_waited_for: bool,
}

async fn look(input: Input<'_>) -> Vec<Finding> {
    let records: Vec<_> = input.made::<DnsRecord>().collect();
    if records.is_empty() {
        return Vec::new();
    }
    // Why zones cannot be listed is another check's to tell.
    let Ok(zones) = input.ask("ListHostedZones", public(input.aws)).await else { return Vec::new() };
    let mut used: BTreeMap<&str, Used<'_>> = BTreeMap::new();
    for (_, planned, record) in &records {
        let Some(name) = record.name_in_zone() else { continue };
        let Ok(zone) = choose(&zones, record.wanted_zone(), name) else { continue };
        let one = used.entry(&zone.id).or_insert(Used { zone, planned, is_waited_for: false });
        let is_waited_for = !matches!(record.target, Target::Values { .. } | Target::AliasTo { .. });
        if is_waited_for && !one.is_waited_for {
            (one.planned, one.is_waited_for) = (planned, true);
        }
    }
    join_all(used.into_values().map(|one| of_zone(input, one))).await
}

async fn of_zone(input: Input<'_>, used: Used<'_>) -> Finding {
    let Used { zone, planned, is_waited_for } = used;
    let (at, name) = (at(planned, "hosted_zone"), &zone.name);
    let asked = input.ask("public DNS", input.aws.dns.name_servers(name));
    let (own, public) = join(input.ask("GetHostedZone", name_servers(input, zone)), asked).await;
    let own = match own {
        Ok(own) => own,
        Err(error) => return Finding::untold(at, &format!("nobody knows the name servers of {name}"), &error),
    };
    let public = match public {
        Ok(public) => public,
        Err(error) => return Finding::untold(at, &format!("nobody knows whom public DNS asks about {name}"), &error),
    };
    let hint = format!("where {name} is registered, or in the zone above it, name these servers: {}", listed(&own));
    let bad = |message: String| {
        if is_waited_for { Finding::fail(&at, message, &hint) } else { Finding::warn(&at, message, &hint) }
    };
    if public.is_empty() {
        return bad(format!("public DNS knows of no zone {name}: nobody asks zone {}", zone.id));
    }
    if public.is_disjoint(&own) {
        return bad(format!("public DNS asks {} about {name}, and not zone {}", listed(&public), zone.id));
    }
    let strange: BTreeSet<_> = public.difference(&own).collect();
    if strange.is_empty() {
        return Finding::pass(at, format!("public DNS asks {} about {name}", listed(&public)));
    }
    let message =
        format!("public DNS asks others too about {name}, who need not know its records: {}", listed(strange));
    Finding::warn(at, message, hint)
}

async fn name_servers(input: Input<'_>, zone: &Zone) -> Result<BTreeSet<String>> {
    let found = input.aws.route53.get_hosted_zone().id(&zone.id).send().await.map_err(refused("GetHostedZone"))?;
    let servers = found.delegation_set.map(|set| set.name_servers).filter(|servers| !servers.is_empty());
    let servers = servers.ok_or_else(|| unsaid("GetHostedZone", "the answer names no name servers"))?;
    Ok(servers.iter().map(|server| canonical(server)).collect())
}
