//! Route 53, as the sandbox plays it: hosted zones, their records, and the changes that are under way.

mod api;
pub(super) mod names;
mod records;
pub(super) mod routing;
#[cfg(test)]
mod routing_tests;
mod tags;
#[cfg(test)]
mod tests;
pub(super) mod values;

use super::{Refusal, ids, timing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) use api::{handle, operation};

/// The zone that every sandbox starts with.
pub const FIRST_ZONE: &str = "Z0EXAMPLE00000000001";

/// What Route 53 holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Route53 {
    /// By id; ids do not sort by age, `Zone::number` does.
    #[serde(default)]
    zones: BTreeMap<String, Zone>,
    /// When each change was submitted, by id, and its comment.
    #[serde(default)]
    changes: BTreeMap<String, Submitted>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Submitted {
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

/// A hosted zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Zone {
    pub(super) id: String,
    /// `example.com.`
    pub(super) name: String,
    /// Which was made before which: of two public zones of one name, the elder is the one that the domain's
    /// registrar points to.
    pub(super) number: u64,
    caller_reference: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    /// The VPCs of a private zone; a public zone has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    vpcs: Vec<Vpc>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    pub(super) name_servers: Vec<String>,
    pub(super) in_sync_at: i64,
    /// In Route 53's order.
    pub(super) records: Vec<RecordSet>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Vpc {
    region: String,
    id: String,
}

/// All records of one name and type; where a policy chooses among several such, one of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RecordSet {
    pub(super) name: String,
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    routing: Option<routing::Routing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    health_check: Option<String>,
    pub(super) data: Data,
    in_sync_at: i64,
    /// What DNS answers until then, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<(Data, i64)>,
}

/// What a record set holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Data {
    Values { ttl: u32, values: Vec<String> },
    Alias { zone: String, name: String, evaluate_health: bool },
}

impl Data {
    /// Whether both hold the same; the order of values does not matter.
    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Values { ttl, values }, Self::Values { ttl: other_ttl, values: others }) => {
                ttl == other_ttl && values.len() == others.len() && values.iter().all(|value| others.contains(value))
            }
            _ => self == other,
        }
    }
}

impl RecordSet {
    /// What tells it from others of its name and type.
    fn identifier(&self) -> Option<&str> {
        self.routing.as_ref().map(|routing| routing.set.as_str())
    }

    /// What DNS answers at `now`, and since when it does.
    pub(super) fn live(&self, now: i64) -> Option<(&Data, i64)> {
        if now >= self.in_sync_at {
            return Some((&self.data, self.in_sync_at));
        }
        self.before.as_ref().map(|(data, since)| (data, *since))
    }
}

impl Zone {
    pub(super) fn is_private(&self) -> bool {
        !self.vpcs.is_empty()
    }

    fn new(id: &str, name: &str, number: u64, caller_reference: &str, vpcs: Vec<Vpc>, in_sync_at: i64) -> Self {
        let name_servers = if vpcs.is_empty() { public_servers(id) } else { private_servers() };
        let mut zone = Self {
            id: id.into(),
            name: name.into(),
            number,
            caller_reference: caller_reference.into(),
            comment: None,
            vpcs,
            tags: BTreeMap::new(),
            name_servers,
            in_sync_at,
            records: Vec::new(),
        };
        let servers = zone.name_servers.iter().map(|server| format!("{server}.")).collect();
        zone.hold("NS", 172_800, servers);
        let first = &zone.name_servers[0];
        let soa = format!("{first}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400");
        zone.hold("SOA", 900, vec![soa]);
        zone
    }

    /// Adds a record at the apex, of a type that sorts after those that are there.
    fn hold(&mut self, kind: &str, ttl: u32, values: Vec<String>) {
        let data = Data::Values { ttl, values };
        let (name, in_sync_at) = (self.name.clone(), self.in_sync_at);
        let (routing, health_check) = (None, None);
        self.records.push(RecordSet { name, kind: kind.into(), routing, health_check, data, in_sync_at, before: None });
    }
}

/// Four servers in four top-level domains, as every public zone has; no trailing dot, as the API shows them.
fn public_servers(zone: &str) -> Vec<String> {
    let digest = ids::hex(zone);
    ["com", "net", "org", "co.uk"]
        .iter()
        .enumerate()
        .map(|(at, end)| {
            let number = u32::from_str_radix(&digest[at * 4..at * 4 + 4], 16).unwrap_or_default();
            format!("ns-{}.awsdns-{:02}.{end}", at * 512 + number as usize % 512, number % 64)
        })
        .collect()
}

fn private_servers() -> Vec<String> {
    ["ns-0.awsdns-00.com", "ns-512.awsdns-00.net", "ns-1024.awsdns-00.org", "ns-1536.awsdns-00.co.uk"]
        .map(ToOwned::to_owned)
        .to_vec()
}

impl Route53 {
    /// What a fresh sandbox holds: `example.com`, delegated, with an address. So a custom domain below it
    /// can be made at once.
    pub(super) fn starting() -> Self {
        let mut zone = Zone::new(FIRST_ZONE, "example.com.", 0, "sandbox", Vec::new(), 0);
        zone.hold("A", 300, vec!["192.0.2.10".into()]);
        zone.records.sort_by(|one, other| one.kind.cmp(&other.kind));
        Self { zones: BTreeMap::from([(zone.id.clone(), zone)]), changes: BTreeMap::new() }
    }

    /// All zones, private ones too.
    pub(super) fn zones(&self) -> impl Iterator<Item = &Zone> {
        self.zones.values()
    }

    /// The zone with this id.
    pub(super) fn zone(&self, id: &str) -> Result<&Zone, Refusal> {
        self.zones.get(id).ok_or_else(|| no_such_zone(id))
    }

    fn in_sync_at(submitted: i64) -> i64 {
        submitted + timing::ROUTE53_SYNC
    }
}

fn no_such_zone(id: &str) -> Refusal {
    Refusal { status: 404, ..Refusal::new("NoSuchHostedZone", format!("No hosted zone found with ID: {id}")) }
}
