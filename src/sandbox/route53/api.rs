//! Route 53's operations, from HTTP to HTTP.

use super::names::{self, normal, order, shown};
use super::{Data, RecordSet, Refusal, Route53, Submitted, Vpc, Zone, no_such_zone};
use super::{records, routing, tags};
use crate::sandbox::wire::{self, Reply, Request};
use crate::sandbox::xml::{self, Element};
use crate::sandbox::{World, cognito, dns, ids};
use std::cmp::Ordering;

const NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";
/// The longest page. AWS gives up to 300 records and 100 zones; a short one makes every client page.
const PAGE: usize = 3;
/// Hosted zones in one account (`domain_certificate_dns.md` 7.3).
const ZONES: usize = 500;

/// The operation that a method and a path mean, and the id in the path.
pub(in crate::sandbox) fn operation(method: &str, path: &str) -> Option<(&'static str, String)> {
    let path = wire::decode(path.strip_prefix("/2013-04-01/")?);
    // Ids may come with their kind: the path then names it twice (domain_certificate_dns.md 7.1).
    let path = path.replace("hostedzone//hostedzone/", "hostedzone/").replace("change//change/", "change/");
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let (name, id) = match (method, &parts[..]) {
        ("POST", ["hostedzone"]) => ("CreateHostedZone", ""),
        ("GET", ["hostedzone"]) => ("ListHostedZones", ""),
        ("GET", ["hostedzonesbyname"]) => ("ListHostedZonesByName", ""),
        ("GET", ["hostedzonecount"]) => ("GetHostedZoneCount", ""),
        ("GET", ["hostedzone", id]) => ("GetHostedZone", *id),
        ("DELETE", ["hostedzone", id]) => ("DeleteHostedZone", *id),
        ("POST", ["hostedzone", id, "rrset"]) => ("ChangeResourceRecordSets", *id),
        ("GET", ["hostedzone", id, "rrset"]) => ("ListResourceRecordSets", *id),
        ("POST", ["tags", "hostedzone", id]) => ("ChangeTagsForResource", *id),
        ("GET", ["tags", "hostedzone", id]) => ("ListTagsForResource", *id),
        ("GET", ["change", id]) => ("GetChange", *id),
        ("GET", ["testdnsanswer"]) => ("TestDNSAnswer", ""),
        _ => return None,
    };
    Some((name, id.to_owned()))
}

/// Answers one call.
pub(in crate::sandbox) fn handle(world: &mut World, name: &str, request: &Request) -> Result<Reply, Refusal> {
    let id = operation(request.method().as_str(), request.uri().path()).map(|(_, id)| id).unwrap_or_default();
    let query = wire::Query::of(request);
    match name {
        "CreateHostedZone" => return create(world, &body(request)?),
        "GetHostedZone" => get(world, &id),
        "DeleteHostedZone" => delete(world, &id),
        "ListHostedZones" => list(world, &query),
        "ListHostedZonesByName" => list_by_name(world, &query),
        "GetHostedZoneCount" => {
            Ok(Element::new("GetHostedZoneCountResponse").leaf("HostedZoneCount", world.route53.zones.len()))
        }
        "ChangeResourceRecordSets" => change(world, &id, &body(request)?),
        "ListResourceRecordSets" => list_records(world, &id, &query),
        "ChangeTagsForResource" => tags::change(world, &id, &body(request)?),
        "ListTagsForResource" => tags::list(world, &id),
        "GetChange" => get_change(world, &id),
        "TestDNSAnswer" => test_answer(world, &query),
        other => Err(Refusal { status: 404, ..Refusal::new("UnknownOperationException", other) }),
    }
    .map(|element| wire::xml_reply(200, &element.within(NAMESPACE)))
}

fn body(request: &Request) -> Result<Element, Refusal> {
    xml::parse(request.body()).map_err(|error| Refusal::new("MalformedInput", error))
}

pub(super) fn input(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidInput", message)
}

fn create(world: &mut World, request: &Element) -> Result<Reply, Refusal> {
    let known = ["Name", "CallerReference", "HostedZoneConfig", "VPC", "DelegationSetId"];
    if request.name != "CreateHostedZoneRequest" || request.stranger(&known).is_some() {
        return Err(Refusal::new("MalformedInput", "Expected a CreateHostedZoneRequest"));
    }
    if request.child("DelegationSetId").is_some() {
        return Err(input("DelegationSetId: the sandbox has no reusable delegation sets"));
    }
    let name = request.text_of("Name").unwrap_or_default();
    let name = normal(name).map_err(|problem| Refusal::new("InvalidDomainName", problem))?;
    if name.starts_with("*.") {
        return Err(Refusal::new("InvalidDomainName", format!("{} is not a valid zone name", shown(&name))));
    }
    let reference = request.text_of("CallerReference").unwrap_or_default();
    if reference.is_empty() || reference.len() > 128 {
        return Err(input("Invalid request: CallerReference must have 1 to 128 characters"));
    }
    if world.route53.zones().any(|zone| zone.caller_reference == reference) {
        let message = "A hosted zone has already been created with the specified caller reference.";
        return Err(Refusal { status: 409, ..Refusal::new("HostedZoneAlreadyExists", message) });
    }
    if world.route53.zones.len() >= ZONES {
        return Err(Refusal::new(
            "TooManyHostedZones",
            format!("Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more than {ZONES}"),
        ));
    }
    let config = request.child("HostedZoneConfig");
    let vpcs: Vec<Vpc> = request
        .child("VPC")
        .map(|vpc| Vpc {
            region: vpc.text_of("VPCRegion").unwrap_or_default().into(),
            id: vpc.text_of("VPCId").unwrap_or_default().into(),
        })
        .into_iter()
        .collect();
    let private = config.and_then(|config| config.text_of("PrivateZone")) == Some("true");
    if private && vpcs.is_empty() {
        return Err(input("When you're creating a private hosted zone, you must specify VPCId and VPCRegion"));
    }
    let number = world.next_id();
    let id = format!("Z{}", ids::capitals(&format!("zone {number}"), 20));
    let mut zone = Zone::new(&id, &name, number, reference, vpcs, Route53::in_sync_at(world.now));
    zone.comment = config.and_then(|config| config.text_of("Comment")).map(ToOwned::to_owned);
    let mut response =
        Element::new("CreateHostedZoneResponse").within(NAMESPACE).with(shown_zone(&zone)).with(submit(world, None));
    response = if zone.is_private() { response.with_all(shown_vpcs(&zone)) } else { response.with(delegation(&zone)) };
    world.route53.zones.insert(id.clone(), zone);
    let location = format!("https://route53.amazonaws.com/2013-04-01/hostedzone/{id}");
    Ok(wire::with_header(wire::xml_reply(201, &response), "Location", &location))
}

fn shown_zone(zone: &Zone) -> Element {
    let config =
        Element::new("Config").leaf_if("Comment", zone.comment.as_ref()).leaf("PrivateZone", zone.is_private());
    Element::new("HostedZone")
        .leaf("Id", format!("/hostedzone/{}", zone.id))
        .leaf("Name", shown(&zone.name))
        .leaf("CallerReference", &zone.caller_reference)
        .with(config)
        .leaf("ResourceRecordSetCount", zone.records.len())
}

fn delegation(zone: &Zone) -> Element {
    let servers = zone.name_servers.iter().fold(Element::new("NameServers"), |all, name| all.leaf("NameServer", name));
    Element::new("DelegationSet").with(servers)
}

fn shown_vpcs(zone: &Zone) -> Vec<Element> {
    zone.vpcs.iter().map(|vpc| Element::new("VPC").leaf("VPCRegion", &vpc.region).leaf("VPCId", &vpc.id)).collect()
}

/// Notes a change, and shows it.
fn submit(world: &mut World, comment: Option<String>) -> Element {
    let number = world.next_id();
    let id = format!("C{}", ids::capitals(&format!("change {number}"), 20));
    let submitted = Submitted { at: world.now, comment };
    let shown = shown_change(world.now, &id, &submitted);
    world.route53.changes.insert(id, submitted);
    shown
}

fn shown_change(now: i64, id: &str, change: &Submitted) -> Element {
    let status = if now >= Route53::in_sync_at(change.at) { "INSYNC" } else { "PENDING" };
    Element::new("ChangeInfo")
        .leaf("Id", format!("/change/{id}"))
        .leaf("Status", status)
        .leaf("SubmittedAt", crate::clock::text(change.at))
        .leaf_if("Comment", change.comment.as_ref())
}

fn get(world: &World, id: &str) -> Result<Element, Refusal> {
    let zone = world.route53.zone(id)?;
    let response = Element::new("GetHostedZoneResponse").with(shown_zone(zone));
    Ok(if zone.is_private() {
        response.with(Element::new("VPCs").with_all(shown_vpcs(zone)))
    } else {
        response.with(delegation(zone))
    })
}

fn delete(world: &mut World, id: &str) -> Result<Element, Refusal> {
    let zone = world.route53.zone(id)?;
    let is_required = |set: &RecordSet| set.name == zone.name && matches!(set.kind.as_str(), "NS" | "SOA");
    if !zone.records.iter().all(is_required) {
        return Err(Refusal::new(
            "HostedZoneNotEmpty",
            "The specified hosted zone contains non-required resource record sets  and so cannot be deleted.",
        ));
    }
    world.route53.zones.remove(id);
    Ok(Element::new("DeleteHostedZoneResponse").with(submit(world, None)))
}

/// How many items to give: what was asked for, but never more than a page.
fn page(query: &wire::Query, most: usize) -> Result<(usize, usize), Refusal> {
    let asked = match query.get("maxitems") {
        None => most,
        Some(text) => text.parse().ok().filter(|asked| *asked > 0).ok_or_else(|| {
            input(format!("Invalid request: MaxItems must be a whole number greater than 0: '{text}'"))
        })?,
    };
    Ok((asked.min(PAGE), asked.min(most)))
}

fn list(world: &World, query: &wire::Query) -> Result<Element, Refusal> {
    let (take, asked) = page(query, 100)?;
    let mut zones: Vec<&Zone> = world.route53.zones().collect();
    zones.sort_by_key(|zone| zone.number);
    let start = match query.get("marker") {
        None => 0,
        Some(marker) => zones
            .iter()
            .position(|zone| zone.id == marker)
            .ok_or_else(|| Refusal::new("NoSuchHostedZone", format!("No hosted zone found with ID: {marker}")))?,
    };
    let next = zones.get(start + take);
    let shown = zones.iter().skip(start).take(take).map(|zone| shown_zone(zone));
    Ok(Element::new("ListHostedZonesResponse")
        .with(Element::new("HostedZones").with_all(shown))
        .leaf_if("Marker", query.get("marker"))
        .leaf("IsTruncated", next.is_some())
        .leaf_if("NextMarker", next.map(|zone| &zone.id))
        .leaf("MaxItems", asked))
}

fn list_by_name(world: &World, query: &wire::Query) -> Result<Element, Refusal> {
    let (take, asked) = page(query, 100)?;
    let from =
        query.get("dnsname").map(normal).transpose().map_err(|problem| Refusal::new("InvalidDomainName", problem))?;
    let from_id = query.get("hostedzoneid").map(|id| id.trim_start_matches("/hostedzone/").to_owned());
    if from_id.is_some() && from.is_none() {
        return Err(input("Invalid request: HostedZoneId needs a DNSName"));
    }
    let mut zones: Vec<&Zone> = world.route53.zones().collect();
    zones.sort_by(|one, other| order(&one.name, &other.name).then_with(|| one.id.cmp(&other.id)));
    // A position, not a filter (domain_certificate_dns.md 7.1).
    let is_before = |zone: &&Zone| match &from {
        None => false,
        Some(from) => match order(&zone.name, from) {
            Ordering::Less => true,
            Ordering::Equal => from_id.as_ref().is_some_and(|id| zone.id < *id),
            Ordering::Greater => false,
        },
    };
    let rest: Vec<&Zone> = zones.into_iter().skip_while(is_before).collect();
    let next = rest.get(take);
    Ok(Element::new("ListHostedZonesByNameResponse")
        .with(Element::new("HostedZones").with_all(rest.iter().take(take).map(|zone| shown_zone(zone))))
        .leaf_if("DNSName", query.get("dnsname"))
        .leaf_if("HostedZoneId", query.get("hostedzoneid"))
        .leaf("IsTruncated", next.is_some())
        .leaf_if("NextDNSName", next.map(|zone| shown(&zone.name)))
        .leaf_if("NextHostedZoneId", next.map(|zone| &zone.id))
        .leaf("MaxItems", asked))
}

fn change(world: &mut World, id: &str, request: &Element) -> Result<Element, Refusal> {
    let zone = world.route53.zone(id)?;
    let (comment, changes) = records::read(request)?;
    records::serves(&changes, |distribution| cognito::served_name(world, distribution))?;
    let records = records::apply(zone, &changes, Route53::in_sync_at(world.now), world.now)?;
    let zone = world.route53.zones.get_mut(id).ok_or_else(|| no_such_zone(id))?;
    zone.records = records;
    Ok(Element::new("ChangeResourceRecordSetsResponse").with(submit(world, comment)))
}

fn shown_record(set: &RecordSet) -> Element {
    let element = Element::new("ResourceRecordSet").leaf("Name", shown(&set.name)).leaf("Type", &set.kind);
    let element = routing::shown(element, set.routing.as_ref());
    let element = match &set.data {
        Data::Values { ttl, values } => {
            let values = values.iter().map(|value| Element::new("ResourceRecord").leaf("Value", value));
            element.leaf("TTL", ttl).with(Element::new("ResourceRecords").with_all(values))
        }
        Data::Alias { zone, name, evaluate_health } => element.with(
            Element::new("AliasTarget")
                .leaf("HostedZoneId", zone)
                .leaf("DNSName", shown(name))
                .leaf("EvaluateTargetHealth", evaluate_health),
        ),
    };
    element.leaf_if("HealthCheckId", set.health_check.as_ref())
}

fn list_records(world: &World, id: &str, query: &wire::Query) -> Result<Element, Refusal> {
    let zone = world.route53.zone(id)?;
    let (take, asked) = page(query, 300)?;
    let name = query.get("name").map(normal).transpose().map_err(input)?;
    let (kind, identifier) = (query.get("type"), query.get("identifier"));
    if identifier.is_some() && kind.is_none() {
        return Err(input("Invalid request: StartRecordIdentifier needs a StartRecordType"));
    }
    if kind.is_some() && name.is_none() {
        // (domain_certificate_dns.md 7.2)
        return Err(input("Invalid request: StartRecordType needs a StartRecordName"));
    }
    if let Some(kind) = kind.filter(|kind| !super::values::TYPES.contains(kind)) {
        return Err(input(format!("Invalid request: '{kind}' is not a record type")));
    }
    let is_before = |set: &&RecordSet| match &name {
        None => false,
        Some(name) => match order(&set.name, name) {
            Ordering::Less => true,
            Ordering::Equal => kind.is_some_and(|kind| match set.kind.as_str().cmp(kind) {
                Ordering::Equal => identifier.is_some_and(|from| set.identifier().is_none_or(|set| set < from)),
                other => other == Ordering::Less,
            }),
            Ordering::Greater => false,
        },
    };
    // Changes show at once, in sync or not (domain_certificate_dns.md 7.2).
    let rest: Vec<&RecordSet> = zone.records.iter().skip_while(is_before).collect();
    let next = rest.get(take);
    Ok(Element::new("ListResourceRecordSetsResponse")
        .with(Element::new("ResourceRecordSets").with_all(rest.iter().take(take).map(|set| shown_record(set))))
        .leaf("IsTruncated", next.is_some())
        .leaf_if("NextRecordName", next.map(|set| shown(&set.name)))
        .leaf_if("NextRecordType", next.map(|set| &set.kind))
        .leaf_if("NextRecordIdentifier", next.and_then(|set| set.identifier()))
        .leaf("MaxItems", asked))
}

fn get_change(world: &World, id: &str) -> Result<Element, Refusal> {
    let change = world.route53.changes.get(id).ok_or_else(|| Refusal {
        status: 404,
        ..Refusal::new("NoSuchChange", format!("A change with the specified change ID does not exist: {id}"))
    })?;
    Ok(Element::new("GetChangeResponse").with(shown_change(world.now, id, change)))
}

fn test_answer(world: &World, query: &wire::Query) -> Result<Element, Refusal> {
    let id = query.get("hostedzoneid").unwrap_or_default().trim_start_matches("/hostedzone/");
    let zone = world.route53.zone(id)?;
    if zone.is_private() {
        // Public zones only (domain_certificate_dns.md 7.2).
        return Err(input(format!("{id} is a private hosted zone")));
    }
    let name = normal(query.get("recordname").unwrap_or_default()).map_err(input)?;
    let kind = query.get("recordtype").unwrap_or_default();
    if !names::lies_in(&name, &zone.name) {
        return Err(input(format!("{} does not lie in zone {}", shown(&name), shown(&zone.name))));
    }
    let answer = dns::answer_from(world, zone, &name, kind);
    let data = answer
        .records
        .iter()
        .fold(Element::new("RecordData"), |all, record| all.leaf("RecordDataEntry", &record.value));
    Ok(Element::new("TestDNSAnswerResponse")
        .leaf("Nameserver", &zone.name_servers[0])
        .leaf("RecordName", shown(&name))
        .leaf("RecordType", kind)
        .with(data)
        .leaf("ResponseCode", answer.code.word())
        .leaf("Protocol", "UDP"))
}
