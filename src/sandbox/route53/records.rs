//! Changing record sets: a batch is taken as a whole or not at all.

use super::names::{lies_in, normal, shown};
use super::routing::{self, MEMBERS, Routing};
use super::values::{self, TYPES};
use super::{Data, RecordSet, Refusal, Zone};
use crate::sandbox::xml::Element;

/// The hosted zone that every alias to a distribution names (`domain_certificate_dns.md` 2).
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";
/// `ResourceRecord` elements in one batch (`domain_certificate_dns.md` 7.2).
const BATCH_VALUES: usize = 1_000;
/// Characters of values in one batch (`domain_certificate_dns.md` 7.2).
const BATCH_CHARACTERS: usize = 32_000;
/// Values in one record set (`domain_certificate_dns.md` 7.2).
const SET_VALUES: usize = 400;
/// Record sets in one zone (`domain_certificate_dns.md` 7.3).
const ZONE_RECORDS: usize = 10_000;

/// One change of a batch.
#[derive(Debug, Clone)]
pub(super) struct Change {
    action: Action,
    name: String,
    kind: String,
    routing: Option<Routing>,
    health_check: Option<String>,
    data: Data,
}

impl Change {
    /// Whether it is about this record set: a name and type have several where a policy chooses among them.
    fn is_of(&self, name: &str, kind: &str, routing: Option<&Routing>) -> bool {
        let set = |routing: Option<&Routing>| routing.map(|routing| routing.set.clone());
        self.name == name && self.kind == kind && set(self.routing.as_ref()) == set(routing)
    }

    /// As Route 53's texts call it.
    fn label(&self) -> String {
        let set = self.routing.as_ref().map(|routing| format!(", set-identifier='{}'", routing.set));
        format!("resource record set [name='{}', type='{}'{}]", shown(&self.name), self.kind, set.unwrap_or_default())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Create,
    Delete,
    Upsert,
}

impl Action {
    fn word(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Delete => "DELETE",
            Self::Upsert => "UPSERT",
        }
    }
}

pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidInput", message)
}

/// A refusal of the whole batch; AWS puts all its messages in one pair of brackets.
fn invalid_batch(messages: &[String]) -> Refusal {
    Refusal::new("InvalidChangeBatch", format!("[{}]", messages.join(", ")))
}

/// Reads the body of `ChangeResourceRecordSets`: its comment and its changes.
pub(super) fn read(request: &Element) -> Result<(Option<String>, Vec<Change>), Refusal> {
    if request.name != "ChangeResourceRecordSetsRequest" {
        return Err(Refusal::new(
            "MalformedInput",
            "ChangeBatch is not valid, expected ChangeResourceRecordSetsRequest",
        ));
    }
    only(request, &["ChangeBatch"])?;
    let batch = request.child("ChangeBatch").ok_or_else(|| invalid("Invalid request: Expected a ChangeBatch"))?;
    only(batch, &["Comment", "Changes"])?;
    let changes = batch.child("Changes").map(|changes| changes.children.as_slice()).unwrap_or_default();
    if changes.is_empty() {
        return Err(invalid("Invalid request: Expected at least one Change"));
    }
    let comment = batch.text_of("Comment").map(ToOwned::to_owned);
    let changes: Vec<Change> = changes.iter().map(read_change).collect::<Result<_, _>>()?;
    limits(&changes)?;
    Ok((comment, changes))
}

pub(super) fn only(element: &Element, names: &[&str]) -> Result<(), Refusal> {
    match element.stranger(names) {
        Some(stranger) => Err(invalid(format!(
            "Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with element '{}'. \
             One of '{{{}}}' is expected.",
            stranger.name,
            names.join(", ")
        ))),
        None => Ok(()),
    }
}

fn read_change(change: &Element) -> Result<Change, Refusal> {
    only(change, &["Action", "ResourceRecordSet"])?;
    let action = match change.text_of("Action") {
        Some("CREATE") => Action::Create,
        Some("DELETE") => Action::Delete,
        Some("UPSERT") => Action::Upsert,
        other => {
            return Err(invalid(format!(
                "Invalid XML ; cvc-enumeration-valid: Value '{}' is not facet-valid with respect to enumeration \
                 '[CREATE, DELETE, UPSERT]'.",
                other.unwrap_or_default()
            )));
        }
    };
    let set =
        change.child("ResourceRecordSet").ok_or_else(|| invalid("Invalid request: Expected a ResourceRecordSet"))?;
    only(set, &[&["Name", "Type", "TTL", "ResourceRecords", "AliasTarget"], &MEMBERS[..]].concat())?;
    let kind = set.text_of("Type").unwrap_or_default();
    if !TYPES.contains(&kind) {
        return Err(invalid(format!(
            "Invalid XML ; cvc-enumeration-valid: Value '{kind}' is not facet-valid with respect to enumeration \
             '[{}]'.",
            TYPES.join(", ")
        )));
    }
    let given = set.text_of("Name").unwrap_or_default();
    let name = normal(given).map_err(|problem| invalid_batch(&[problem]))?;
    let data = read_data(set, action, given, kind)?;
    let health_check = set.text_of("HealthCheckId").map(ToOwned::to_owned);
    if health_check.as_ref().is_some_and(|id| id.is_empty() || id.len() > 64) {
        return Err(invalid("Invalid request: HealthCheckId must have 1 to 64 characters"));
    }
    Ok(Change { action, name, kind: kind.to_owned(), routing: routing::read(set)?, health_check, data })
}

fn read_data(set: &Element, action: Action, name: &str, kind: &str) -> Result<Data, Refusal> {
    let expected = |found: &str| {
        invalid(format!(
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or \
             TrafficPolicyInstanceId], but found {found} in Change with [Action={}, Name={name}, Type={kind}, \
             SetIdentifier=null]",
            action.word()
        ))
    };
    match (set.child("AliasTarget"), set.text_of("TTL"), set.child("ResourceRecords")) {
        (Some(alias), None, None) => {
            only(alias, &["HostedZoneId", "DNSName", "EvaluateTargetHealth"])?;
            let target = alias.text_of("DNSName").unwrap_or_default();
            Ok(Data::Alias {
                zone: alias.text_of("HostedZoneId").unwrap_or_default().trim_start_matches("/hostedzone/").to_owned(),
                name: normal(target).map_err(|problem| invalid_batch(&[problem]))?,
                evaluate_health: match alias.text_of("EvaluateTargetHealth") {
                    Some("true") => true,
                    Some("false") => false,
                    _ => return Err(invalid("Invalid request: EvaluateTargetHealth must be true or false")),
                },
            })
        }
        (None, Some(ttl), Some(records)) => {
            let ttl = ttl.trim().parse().ok().filter(|ttl| *ttl <= 2_147_483_647);
            let ttl = ttl.ok_or_else(|| invalid("Invalid request: TTL must be from 0 to 2147483647"))?;
            let values: Vec<String> =
                records.children.iter().map(|record| record.text_of("Value").unwrap_or_default().to_owned()).collect();
            if values.is_empty() {
                return Err(expected("none"));
            }
            Ok(Data::Values { ttl, values })
        }
        (None, ..) => Err(expected("none")),
        (Some(_), ..) => Err(expected("more than one")),
    }
}

fn limits(changes: &[Change]) -> Result<(), Refusal> {
    let (mut count, mut characters) = (0, 0);
    for change in changes {
        let Data::Values { values, .. } = &change.data else { continue };
        // An UPSERT counts twice (domain_certificate_dns.md 7.2).
        let times = if change.action == Action::Upsert { 2 } else { 1 };
        count += times * values.len();
        characters += times * values.iter().map(|value| value.chars().count()).sum::<usize>();
    }
    if count > BATCH_VALUES {
        return Err(invalid_batch(&[format!("Number of records limit of {BATCH_VALUES} exceeded.")]));
    }
    if characters > BATCH_CHARACTERS {
        return Err(invalid_batch(&[format!("Number of characters limit of {BATCH_CHARACTERS} exceeded.")]));
    }
    Ok(())
}

/// Refuses an alias of another name than the one that its distribution serves: a distribution must list the record's
/// name (`domain_certificate_dns.md` 7.2). `served` knows the distributions of this world. The text is not known.
pub(super) fn serves(changes: &[Change], served: impl Fn(&str) -> Option<String>) -> Result<(), Refusal> {
    for change in changes.iter().filter(|change| change.action != Action::Delete) {
        let Data::Alias { name: target, .. } = &change.data else { continue };
        if served(target).is_some_and(|only| only != change.name) {
            let (name, target) = (shown(&change.name), shown(target));
            return Err(invalid_batch(&[format!(
                "The distribution {target} does not list {name} as an alternate name"
            )]));
        }
    }
    Ok(())
}

/// The records of `zone` after `changes`, or why not. `in_sync_at` is when DNS will have them.
pub(super) fn apply(zone: &Zone, changes: &[Change], in_sync_at: i64, now: i64) -> Result<Vec<RecordSet>, Refusal> {
    if let Some(message) = repeated(changes) {
        return Err(invalid_batch(&[message]));
    }
    let mut messages = Vec::new();
    let mut records = zone.records.clone();
    let mut removed: Vec<RecordSet> = Vec::new();
    for change in changes {
        messages.extend(form(zone, change));
        let is_it = |set: &RecordSet| change.is_of(&set.name, &set.kind, set.routing.as_ref());
        let is_as_it_is = |set: &RecordSet| {
            set.data.equals(&change.data) && set.routing == change.routing && set.health_check == change.health_check
        };
        let place = records.iter().position(is_it);
        let label = || change.label();
        match (change.action, place) {
            (Action::Delete, None) => messages.push(format!("Tried to delete {} but it was not found", label())),
            (Action::Delete, Some(at)) if !is_as_it_is(&records[at]) => messages
                .push(format!("Tried to delete {} but the values provided do not match the current values", label())),
            (Action::Delete, Some(at)) => removed.push(records.remove(at)),
            (Action::Create, Some(_)) => messages.push(format!("Tried to create {} but it already exists", label())),
            (Action::Create | Action::Upsert, at) => {
                let old = at.map(|at| records.remove(at)).or_else(|| {
                    let at = removed.iter().position(is_it)?;
                    Some(removed.remove(at))
                });
                records.push(RecordSet {
                    name: change.name.clone(),
                    kind: change.kind.clone(),
                    routing: change.routing.clone(),
                    health_check: change.health_check.clone(),
                    data: change.data.clone(),
                    in_sync_at,
                    before: old.and_then(|old| old.live(now).map(|(data, since)| (data.clone(), since))),
                });
            }
        }
    }
    messages.extend(conflicts(zone, &records, changes));
    if records.len() > ZONE_RECORDS {
        messages.push(format!("Number of records limit of {ZONE_RECORDS} exceeded."));
    }
    if !messages.is_empty() {
        return Err(invalid_batch(&messages));
    }
    let set = |set: &RecordSet| set.routing.as_ref().map(|routing| routing.set.clone());
    records.sort_by(|one, other| {
        let names = super::names::order(&one.name, &other.name);
        names.then_with(|| one.kind.cmp(&other.kind)).then_with(|| set(one).cmp(&set(other)))
    });
    Ok(records)
}

/// One set may be changed once in a batch, or deleted and then created.
fn repeated(changes: &[Change]) -> Option<String> {
    changes.iter().enumerate().find_map(|(at, change)| {
        let same = |other: &&Change| change.is_of(&other.name, &other.kind, other.routing.as_ref());
        let later = changes[at + 1..].iter().find(same)?;
        let again = changes[at + 1..].iter().filter(same).count() > 1;
        (again || (change.action, later.action) != (Action::Delete, Action::Create)).then(|| {
            format!(
                "The request contains an invalid set of changes for a resource record set '{} {}'",
                change.kind,
                shown(&change.name)
            )
        })
    })
}

/// What is wrong with one change whatever else the zone holds.
fn form(zone: &Zone, change: &Change) -> Vec<String> {
    let name = shown(&change.name);
    if !lies_in(&change.name, &zone.name) {
        return vec![format!("RRSet with DNS name {name} is not permitted in zone {}", shown(&zone.name))];
    }
    if change.action == Action::Delete {
        return match change.kind.as_str() {
            "SOA" => vec!["A HostedZone must contain exactly one SOA record.".into()],
            "NS" if change.name == zone.name => {
                vec!["A HostedZone must contain at least one NS record for the zone itself.".into()]
            }
            _ => Vec::new(),
        };
    }
    match &change.data {
        Data::Values { values, .. } => {
            let mut messages: Vec<String> =
                values.iter().filter_map(|value| values::check(&change.kind, value).err()).collect();
            if values.len() > SET_VALUES {
                messages.push(format!("Number of values limit of {SET_VALUES} exceeded for {name}"));
            }
            if values.iter().enumerate().any(|(at, value)| values[..at].contains(value)) {
                messages.push(format!("Duplicate Resource Record: '{}'", values.join("', '")));
            }
            if values.len() > 1 && matches!(change.kind.as_str(), "CNAME" | "SOA") {
                messages.push(format!("RRSet of type {} with DNS name {name} may hold one value only", change.kind));
            }
            messages
        }
        // What an alias may point to depends on the rest of the batch: see `conflicts`.
        Data::Alias { .. } => Vec::new(),
    }
}

/// What is wrong with where an alias points to, in a zone that holds `records`.
fn alias(zone: &Zone, records: &[RecordSet], change: &Change) -> Option<String> {
    let Data::Alias { zone: target_zone, name: target, evaluate_health } = &change.data else { return None };
    let kind = &change.kind;
    let tried = format!("Tried to create an alias that targets {}, type {kind} in zone {target_zone}", shown(target));
    if target_zone == CLOUDFRONT_ZONE {
        // Types A, AAAA and HTTPS, health never evaluated (domain_certificate_dns.md 7.2).
        if !lies_in(target, "cloudfront.net.") || target == "cloudfront.net." {
            return Some(format!("{tried}, but the alias target name does not lie within the target zone"));
        }
        if !matches!(kind.as_str(), "A" | "AAAA" | "HTTPS") {
            return Some(format!("{tried}, but that target was not found"));
        }
        return evaluate_health.then(|| {
            format!(
                "EvaluateTargetHealth cannot be true for an alias that targets a CloudFront distribution: {}",
                shown(&change.name)
            )
        });
    }
    if *target_zone != zone.id {
        return Some(format!("{tried}, but the target zone is not one that this account may use"));
    }
    if !lies_in(target, &zone.name) {
        return Some(format!("{tried}, but the alias target name does not lie within the target zone"));
    }
    let found = records.iter().any(|set| set.name == *target && set.kind == *kind);
    (!found).then(|| format!("{tried}, but that target was not found"))
}

/// What is wrong with how a record set is chosen, among the others of its name and type.
fn routed(records: &[RecordSet], change: &Change) -> Vec<String> {
    let is_it = |set: &&RecordSet| change.is_of(&set.name, &set.kind, set.routing.as_ref());
    let Some(own) = records.iter().find(is_it) else { return Vec::new() };
    let is_beside = |set: &&RecordSet| set.name == own.name && set.kind == own.kind && !is_it(set);
    routing::beside(own, &records.iter().filter(is_beside).collect::<Vec<_>>())
}

/// A CNAME stands alone, and never at the apex (`domain_certificate_dns.md` 7.2).
fn conflicts(zone: &Zone, records: &[RecordSet], changes: &[Change]) -> Vec<String> {
    let mut messages = Vec::new();
    for change in changes.iter().filter(|change| change.action != Action::Delete) {
        messages.extend(alias(zone, records, change));
        messages.extend(routed(records, change));
        let (kind, name) = (&change.kind, shown(&change.name));
        let zone_name = shown(&zone.name);
        if kind == "CNAME" && change.name == zone.name {
            messages
                .push(format!("RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone_name}"));
            continue;
        }
        let other = records
            .iter()
            .find(|set| set.name == change.name && set.kind != *kind && (kind == "CNAME" || set.kind == "CNAME"));
        if let Some(other) = other {
            messages.push(format!(
                "RRSet of type {kind} with DNS name {name} is not permitted because a conflicting RRSet of type {} \
                 with the same DNS name already exists in zone {zone_name}",
                other.kind
            ));
        }
    }
    messages
}
