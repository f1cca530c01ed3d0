//! Public DNS, as the sandbox plays it: what its Route 53 zones hold, once in sync.
//!
//! Only delegated public zones answer: the eldest of its name where no zone lies above it, and below
//! another zone only what that zone's NS records name.

use super::World;
use super::route53::names::{lies_in, normal, parent};
use super::route53::routing::chosen;
use super::route53::{Data, RecordSet, Zone};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// DNS that somebody else keeps: values by name, in normal form, and by type. Nothing of it takes time to be known.
pub type Elsewhere = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Puts a record into DNS that somebody else keeps; without values, takes it away.
///
/// # Errors
///
/// When it is no name.
pub fn put_elsewhere(world: &mut World, name: &str, kind: &str, values: Vec<String>) -> Result<(), String> {
    let name = normal(name)?;
    let sets = world.elsewhere.entry(name).or_default();
    if values.is_empty() {
        sets.remove(kind);
    } else {
        sets.insert(kind.to_owned(), values);
    }
    Ok(())
}

/// How many CNAMEs and aliases are followed before giving up.
const LINKS: usize = 8;
/// What every distribution answers: documentation addresses, at which nothing listens.
const CLOUDFRONT_V4: [&str; 2] = ["203.0.113.10", "203.0.113.11"];
const CLOUDFRONT_V6: [&str; 1] = ["2001:db8:c10d::10"];

/// The IPv4 addresses that `name` resolves to; CNAMEs, aliases and wildcards followed.
#[must_use]
pub fn a_records(world: &World, name: &str) -> Vec<Ipv4Addr> {
    let Ok(name) = normal(name) else { return Vec::new() };
    lookup(world, &name, "A")
        .records
        .iter()
        .filter(|record| record.kind == "A")
        .filter_map(|record| record.value.parse().ok())
        .collect()
}

/// The values of the records of one type that `name` has; CNAMEs, aliases and wildcards followed.
#[must_use]
pub fn values(world: &World, name: &str, kind: &str) -> Vec<String> {
    let Ok(name) = normal(name) else { return Vec::new() };
    let found = lookup(world, &name, kind).records.into_iter();
    found.filter(|record| record.kind == kind).map(|record| record.value).collect()
}

/// One answer of DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) code: Code,
    pub(super) records: Vec<Record>,
    /// What says how long a no may be remembered.
    pub(super) authority: Option<Record>,
}

/// How a question went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    NoError,
    NxDomain,
    ServFail,
}

impl Code {
    /// As DNS tools print it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::NoError => "NOERROR",
            Self::NxDomain => "NXDOMAIN",
            Self::ServFail => "SERVFAIL",
        }
    }
}

/// One record of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) ttl: u32,
    pub(super) value: String,
    /// Since when DNS says so.
    pub(super) since: i64,
}

/// What the world at large is told about `name` (in normal form).
pub(super) fn lookup(world: &World, name: &str, kind: &str) -> Answer {
    let zones = live_zones(world);
    chase(world, &zones, name, kind, LINKS)
}

/// What the servers of `zone` say, delegated or not.
pub(super) fn answer_from(world: &World, zone: &Zone, name: &str, kind: &str) -> Answer {
    chase(world, &[zone], name, kind, LINKS)
}

/// The public zones that a resolver can find from the root.
fn live_zones(world: &World) -> Vec<&Zone> {
    let mut zones: Vec<&Zone> =
        world.route53.zones().filter(|zone| !zone.is_private() && world.now >= zone.in_sync_at).collect();
    zones.sort_by_key(|zone| (zone.name.split('.').count(), zone.number));
    let mut live: Vec<&Zone> = Vec::new();
    for zone in &zones {
        let has_ancestor = zones.iter().any(|other| other.name != zone.name && lies_in(&zone.name, &other.name));
        let is_taken = live.iter().any(|other| other.name == zone.name);
        if has_ancestor {
            let above = live.iter().rev().find(|other| other.name != zone.name && lies_in(&zone.name, &other.name));
            if above.is_some_and(|above| delegates(above, zone, world.now)) && !is_taken {
                live.push(zone);
            }
        } else if !is_taken {
            live.push(zone);
        }
        // Deepest last, so that `rev().find` meets the nearest zone first.
    }
    live
}

fn delegates(above: &Zone, zone: &Zone, now: i64) -> bool {
    above.records.iter().filter(|set| set.kind == "NS" && set.name == zone.name).any(|set| match set.live(now) {
        Some((Data::Values { values, .. }, _)) => values.iter().any(|value| {
            zone.name_servers.iter().any(|server| value.trim_end_matches('.').eq_ignore_ascii_case(server))
        }),
        _ => false,
    })
}

fn chase(world: &World, zones: &[&Zone], name: &str, kind: &str, links: usize) -> Answer {
    let mut records = Vec::new();
    let mut at = name.to_owned();
    for _ in 0..links {
        if lies_in(&at, "cloudfront.net.") {
            records.extend(cloudfront(&at, kind));
            return Answer { code: Code::NoError, records, authority: None };
        }
        let Some(zone) = zones.iter().rev().find(|zone| lies_in(&at, &zone.name)) else {
            if let Some(sets) = world.elsewhere.get(&at) {
                records.extend(kept_elsewhere(&at, kind, sets));
                let onward = if kind == "CNAME" { None } else { sets.get("CNAME").and_then(|values| values.first()) };
                let onward = onward.and_then(|target| normal(target).ok());
                if let (false, Some(target)) = (sets.contains_key(kind), onward) {
                    records.extend(kept_elsewhere(&at, "CNAME", sets));
                    at = target;
                    continue;
                }
                return Answer { code: Code::NoError, records, authority: None };
            }
            return Answer { code: Code::NxDomain, records, authority: Some(root()) };
        };
        match node(zone, &at, world.now) {
            Node::Elsewhere if kind != "NS" => return Answer { code: Code::ServFail, records, authority: None },
            Node::Missing => return Answer { code: Code::NxDomain, records, authority: soa(zone, world.now) },
            Node::Empty => return Answer { code: Code::NoError, records, authority: soa(zone, world.now) },
            Node::Elsewhere | Node::At(_) => {}
        }
        let owner = if let Node::At(owner) = node(zone, &at, world.now) { owner } else { at.clone() };
        let found = held(world, zones, zone, (&owner, &at), kind, links - 1);
        if !found.is_empty() {
            records.extend(found);
            return Answer { code: Code::NoError, records, authority: None };
        }
        let alias = held(world, zones, zone, (&owner, &at), "CNAME", 0);
        let Some(target) = alias.first().and_then(|record| normal(&record.value).ok()) else {
            return Answer { code: Code::NoError, records, authority: soa(zone, world.now) };
        };
        records.extend(alias);
        at = target;
    }
    Answer { code: Code::ServFail, records, authority: None }
}

fn kept_elsewhere(name: &str, kind: &str, sets: &BTreeMap<String, Vec<String>>) -> Vec<Record> {
    let values = sets.get(kind).into_iter().flatten();
    let record = |value: &String| Record {
        name: name.to_owned(),
        kind: kind.to_owned(),
        ttl: 60,
        value: value.clone(),
        since: 0,
    };
    values.map(record).collect()
}

/// What a zone has at a name.
enum Node {
    /// Records, at this name: the name itself, or the wildcard that stands for it.
    At(String),
    /// Nothing here, but something below.
    Empty,
    /// Nothing.
    Missing,
    /// Another zone, which cannot be found.
    Elsewhere,
}

fn node(zone: &Zone, name: &str, now: i64) -> Node {
    let live = |wanted: &str| zone.records.iter().any(|set| set.name == wanted && set.live(now).is_some());
    let mut cut = Some(name);
    while let Some(at) = cut.filter(|at| *at != zone.name && lies_in(at, &zone.name)) {
        if zone.records.iter().any(|set| set.name == at && set.kind == "NS" && set.live(now).is_some()) {
            return Node::Elsewhere;
        }
        cut = parent(at);
    }
    if live(name) {
        return Node::At(name.to_owned());
    }
    let has_below = |wanted: &str| {
        zone.records.iter().any(|set| set.name != *wanted && lies_in(&set.name, wanted) && set.live(now).is_some())
    };
    if has_below(name) {
        return Node::Empty;
    }
    // The nearest name that exists decides which wildcard counts (RFC 4592).
    let mut encloser = parent(name);
    while let Some(at) = encloser.filter(|at| lies_in(at, &zone.name)) {
        let wildcard = format!("*.{at}");
        if live(&wildcard) {
            return Node::At(wildcard);
        }
        if live(at) || has_below(at) {
            return Node::Missing;
        }
        encloser = parent(at);
    }
    Node::Missing
}

/// The records of one type at `owner`, said to be at `at`; aliases are replaced by what they stand for.
fn held(
    world: &World,
    zones: &[&Zone],
    zone: &Zone,
    (owner, at): (&str, &str),
    kind: &str,
    links: usize,
) -> Vec<Record> {
    let sets = zone.records.iter().filter(|set| set.name == owner && set.kind == kind);
    let sets = chosen(sets.filter(|set| set.live(world.now).is_some()).collect());
    let of = |set: &RecordSet| match set.live(world.now) {
        None => Vec::new(),
        Some((Data::Values { ttl, values }, since)) => values
            .iter()
            .map(|value| Record { name: at.into(), kind: kind.into(), ttl: *ttl, value: value.clone(), since })
            .collect(),
        Some((Data::Alias { name, .. }, since)) => chase(world, zones, name, kind, links)
            .records
            .into_iter()
            .filter(|record| record.kind == kind)
            .map(|record| Record { name: at.into(), ttl: 60, since: since.max(record.since), ..record })
            .collect(),
    };
    sets.into_iter().flat_map(of).collect()
}

fn cloudfront(name: &str, kind: &str) -> Vec<Record> {
    let values: &[&str] = match kind {
        "A" => &CLOUDFRONT_V4,
        "AAAA" => &CLOUDFRONT_V6,
        _ => &[],
    };
    values
        .iter()
        .map(|value| Record { name: name.into(), kind: kind.into(), ttl: 60, value: (*value).into(), since: 0 })
        .collect()
}

fn soa(zone: &Zone, now: i64) -> Option<Record> {
    let set = zone.records.iter().find(|set| set.kind == "SOA" && set.name == zone.name)?;
    match set.live(now)? {
        (Data::Values { ttl, values }, since) => Some(Record {
            name: zone.name.clone(),
            kind: "SOA".into(),
            ttl: *ttl,
            value: values.first()?.clone(),
            since,
        }),
        (Data::Alias { .. }, _) => None,
    }
}

/// The root's SOA record, for names that no zone of the sandbox has.
fn root() -> Record {
    Record {
        name: ".".into(),
        kind: "SOA".into(),
        ttl: 60,
        value: "a.root-servers.invalid. nobody.invalid. 1 1800 900 604800 60".into(),
        since: 0,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{pass, sandbox};
    use super::super::xml::{self, Element};
    use super::super::{Sandbox, World, route53, timing};
    use super::*;

    /// Changes records of `example.com`; each is action, name, type, value.
    pub(in crate::sandbox) fn records(sandbox: &Sandbox, changes: &[(&str, &str, &str, &str)]) {
        change(sandbox, route53::FIRST_ZONE, changes);
    }

    fn change(sandbox: &Sandbox, zone: &str, changes: &[(&str, &str, &str, &str)]) {
        let changes = changes.iter().map(|(action, name, kind, value)| {
            let set = Element::new("ResourceRecordSet").leaf("Name", name).leaf("Type", kind);
            let set = match value.strip_prefix("ALIAS ").and_then(|target| target.split_once(' ')) {
                Some((zone, target)) => set.with(
                    Element::new("AliasTarget")
                        .leaf("HostedZoneId", zone)
                        .leaf("DNSName", target)
                        .leaf("EvaluateTargetHealth", false),
                ),
                None => set
                    .leaf("TTL", 60)
                    .with(Element::new("ResourceRecords").with(Element::new("ResourceRecord").leaf("Value", value))),
            };
            Element::new("Change").leaf("Action", action).with(set)
        });
        let batch = Element::new("ChangeBatch").with(Element::new("Changes").with_all(changes));
        let body = Element::new("ChangeResourceRecordSetsRequest").with(batch);
        call(sandbox, "ChangeResourceRecordSets", &format!("hostedzone/{zone}/rrset/"), &body);
    }

    fn call(sandbox: &Sandbox, operation: &str, path: &str, body: &Element) -> Element {
        let request = http::Request::builder().method("POST").uri(format!("/2013-04-01/{path}"));
        let request = request.body(bytes::Bytes::from(body.document())).unwrap();
        let reply = sandbox.world(|world| route53::handle(world, operation, &request)).unwrap().unwrap();
        xml::parse(reply.body()).unwrap()
    }

    /// Makes a zone, private if it has a VPC; gives its id and its first name server.
    fn zone(sandbox: &Sandbox, name: &str, vpc: Option<&str>) -> (String, String) {
        let vpc = vpc.map(|id| Element::new("VPC").leaf("VPCRegion", "us-east-1").leaf("VPCId", id));
        let body = Element::new("CreateHostedZoneRequest").leaf("Name", name).leaf("CallerReference", name);
        let answer = call(sandbox, "CreateHostedZone", "hostedzone", &body.with_all(vpc));
        let id = answer.child("HostedZone").unwrap().text_of("Id").unwrap().replace("/hostedzone/", "");
        let servers = sandbox.world(|world| world.route53.zone(&id).unwrap().name_servers.clone()).unwrap();
        (id, servers[0].clone())
    }

    fn say(sandbox: &Sandbox, name: &str, kind: &str) -> String {
        let answer = sandbox.world(|world: &mut World| lookup(world, name, kind)).unwrap();
        let values: Vec<&str> = answer.records.iter().map(|record| record.value.as_str()).collect();
        format!("{} {}", answer.code.word(), values.join(" ")).trim().to_owned()
    }

    #[tokio::test]
    async fn names_resolve_once_in_sync() {
        let sandbox = sandbox();
        records(&sandbox, &[("CREATE", "a.example.com", "A", "192.0.2.20")]);
        assert!(sandbox.a_records("a.example.com").unwrap().is_empty());
        pass(&sandbox, timing::ROUTE53_SYNC).await;
        assert_eq!(say(&sandbox, "a.example.com.", "A"), "NOERROR 192.0.2.20");
        // A replaced record answers as before until the new one is in sync.
        records(&sandbox, &[("UPSERT", "a.example.com", "A", "192.0.2.21")]);
        assert_eq!(say(&sandbox, "a.example.com.", "A"), "NOERROR 192.0.2.20");
        pass(&sandbox, timing::ROUTE53_SYNC).await;
        assert_eq!(say(&sandbox, "a.example.com.", "A"), "NOERROR 192.0.2.21");
    }

    #[tokio::test]
    async fn wildcards_cnames_and_aliases_are_followed() {
        let sandbox = sandbox();
        records(
            &sandbox,
            &[
                ("CREATE", "*.example.com", "A", "192.0.2.30"),
                ("CREATE", "text.example.com", "TXT", "\"x\""),
                ("CREATE", "deep.below.example.com", "A", "192.0.2.31"),
                ("CREATE", "www.example.com", "CNAME", "text2.example.com"),
                ("CREATE", "same.example.com", "A", &format!("ALIAS {} example.com", route53::FIRST_ZONE)),
                ("CREATE", "auth.example.com", "A", "ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net"),
                ("CREATE", "loop.example.com", "CNAME", "loop.example.com"),
                ("CREATE", "out.example.com", "CNAME", "nowhere.test"),
                ("CREATE", "cdn.example.com", "CNAME", "d2.cloudfront.net"),
            ],
        );
        pass(&sandbox, timing::ROUTE53_SYNC).await;
        for (name, kind, said) in [
            ("b.example.com.", "A", "NOERROR 192.0.2.30"),
            ("c.b.example.com.", "A", "NOERROR 192.0.2.30"),
            // A wildcard stands aside where the name exists, with whatever type, or something below it does.
            ("text.example.com.", "A", "NOERROR"),
            ("below.example.com.", "A", "NOERROR"),
            ("x.below.example.com.", "A", "NXDOMAIN"),
            ("www.example.com.", "A", "NOERROR text2.example.com 192.0.2.30"),
            ("same.example.com.", "A", "NOERROR 192.0.2.10"),
            ("auth.example.com.", "A", "NOERROR 203.0.113.10 203.0.113.11"),
            ("auth.example.com.", "AAAA", "NOERROR"),
            ("cdn.example.com.", "AAAA", "NOERROR d2.cloudfront.net 2001:db8:c10d::10"),
            ("out.example.com.", "A", "NXDOMAIN nowhere.test"),
            ("example.com.", "A", "NOERROR 192.0.2.10"),
            ("com.", "A", "NXDOMAIN"),
        ] {
            assert_eq!(say(&sandbox, name, kind), said, "{name} {kind}");
        }
        assert!(say(&sandbox, "loop.example.com.", "A").starts_with("SERVFAIL"));
        // A wildcard never stands for its own parent (domain_certificate_dns.md 3).
        records(
            &sandbox,
            &[("DELETE", "same.example.com", "A", &format!("ALIAS {} example.com", route53::FIRST_ZONE))],
        );
        assert_eq!(sandbox.a_records("www.EXAMPLE.com.").unwrap(), [Ipv4Addr::new(192, 0, 2, 30)]);
    }

    #[tokio::test]
    async fn only_delegated_public_zones_answer() {
        let sandbox = sandbox();
        let (child, server) = zone(&sandbox, "dev.example.com", None);
        change(&sandbox, &child, &[("CREATE", "dev.example.com", "A", "192.0.2.40")]);
        let (second, _) = zone(&sandbox, "example.com", None);
        change(&sandbox, &second, &[("CREATE", "b.example.com", "A", "192.0.2.41")]);
        let (private, _) = zone(&sandbox, "corp.test", Some("vpc-1"));
        change(&sandbox, &private, &[("CREATE", "corp.test", "A", "192.0.2.42")]);
        let (own, _) = zone(&sandbox, "shop.test", None);
        change(&sandbox, &own, &[("CREATE", "shop.test", "A", "192.0.2.43")]);
        pass(&sandbox, timing::ROUTE53_SYNC).await;
        for (name, said) in [
            ("dev.example.com.", "NXDOMAIN"),
            ("b.example.com.", "NXDOMAIN"),
            ("corp.test.", "NXDOMAIN"),
            ("shop.test.", "NOERROR 192.0.2.43"),
        ] {
            assert_eq!(say(&sandbox, name, "A"), said, "{name}");
        }
        records(&sandbox, &[("CREATE", "dev.example.com", "NS", &server)]);
        pass(&sandbox, timing::ROUTE53_SYNC).await;
        assert_eq!(say(&sandbox, "dev.example.com.", "A"), "NOERROR 192.0.2.40");
        // Pointing elsewhere, nobody answers.
        records(&sandbox, &[("UPSERT", "dev.example.com", "NS", "ns.elsewhere.test")]);
        pass(&sandbox, timing::ROUTE53_SYNC).await;
        assert_eq!(say(&sandbox, "dev.example.com.", "A"), "SERVFAIL");
        assert_eq!(say(&sandbox, "a.dev.example.com.", "A"), "SERVFAIL");
    }
}
