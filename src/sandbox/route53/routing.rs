//! Routing policies, as the sandbox plays them. What is refused is what the SDK's documentation of `ResourceRecordSet`, and of
//! its parts, rules out; the texts of most refusals are not known.

use serde::{Deserialize, Serialize};

use super::records::{invalid, only};
use super::{RecordSet, Refusal};
use crate::sandbox::xml::Element;

/// The members of a record set that say how it is chosen.
pub(super) const MEMBERS: [&str; 9] = [
    "SetIdentifier",
    "Weight",
    "Region",
    "GeoLocation",
    "Failover",
    "MultiValueAnswer",
    "CidrRoutingConfig",
    "GeoProximityLocation",
    "HealthCheckId",
];

/// What tells a record set from others of its name and type, and when it is the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Routing {
    pub(super) set: String,
    pub(super) policy: Policy,
}

/// A routing policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Policy {
    Weight(u8),
    Region(String),
    Failover(String),
    /// Continent, country, subdivision.
    GeoLocation(Option<String>, Option<String>, Option<String>),
    MultiValueAnswer,
    /// Collection and location.
    Cidr(String, String),
    /// What says where, in what words; and the bias.
    Proximity(Vec<(String, String)>, i32),
}

impl Policy {
    /// What tells the policies apart.
    fn word(&self) -> &'static str {
        match self {
            Self::Weight(_) => "weight",
            Self::Region(_) => "region",
            Self::Failover(_) => "failover",
            Self::GeoLocation(..) => "geolocation",
            Self::MultiValueAnswer => "multivalue answer",
            Self::Cidr(..) => "CIDR location",
            Self::Proximity(..) => "geoproximity location",
        }
    }

    /// Whether two records of one name and type cannot both have this.
    fn is_only_once(&self) -> bool {
        matches!(self, Self::Region(_) | Self::Failover(_) | Self::GeoLocation(..) | Self::Cidr(..))
    }
}

/// How one record set is chosen; None for the one record of its name and type.
pub(super) fn read(set: &Element) -> Result<Option<Routing>, Refusal> {
    let policies: Vec<Policy> =
        set.children.iter().filter_map(|child| policy(child).transpose()).collect::<Result<_, _>>()?;
    let identifier = set.text_of("SetIdentifier");
    match (identifier, &policies[..]) {
        (None, []) => Ok(None),
        (Some(identifier), [policy]) => {
            if !(1..=128).contains(&identifier.chars().count()) {
                return Err(invalid("Invalid request: SetIdentifier must have 1 to 128 characters"));
            }
            let is_alias = set.child("AliasTarget").is_some();
            let kind = set.text_of("Type").unwrap_or_default();
            match policy {
                Policy::MultiValueAnswer if is_alias => {
                    Err(invalid("Invalid request: a multivalue answer record set cannot be an alias"))
                }
                // The documentation of `Type` lists these for no policy, and CNAME not for this one.
                _ if matches!(kind, "NS" | "SOA" | "DS") || kind == "CNAME" && *policy == Policy::MultiValueAnswer => {
                    Err(invalid(format!("Invalid request: no {kind} record set has a policy of {}", policy.word())))
                }
                _ => Ok(Some(Routing { set: identifier.to_owned(), policy: policy.clone() })),
            }
        }
        (None, [..]) => Err(invalid("Invalid request: Missing field 'SetIdentifier' in Change")),
        (Some(identifier), _) => Err(invalid(format!(
            "Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, \
             CidrRoutingConfig, or GeoProximityLocation], but found {} in Change with [SetIdentifier={identifier}]",
            if policies.is_empty() { "none" } else { "more than one" }
        ))),
    }
}

fn policy(member: &Element) -> Result<Option<Policy>, Refusal> {
    let text = member.text.trim();
    Ok(Some(match member.name.as_str() {
        "Weight" => Policy::Weight(
            text.parse().map_err(|_| invalid("Invalid request: Weight must be a whole number from 0 to 255"))?,
        ),
        "Region" if text.is_empty() || text.len() > 64 => {
            return Err(invalid("Invalid request: Region must have 1 to 64 characters"));
        }
        "Region" => Policy::Region(text.to_owned()),
        "Failover" if !matches!(text, "PRIMARY" | "SECONDARY") => {
            return Err(invalid(format!(
                "Invalid XML ; cvc-enumeration-valid: Value '{text}' is not facet-valid with respect to enumeration \
                 '[PRIMARY, SECONDARY]'."
            )));
        }
        "Failover" => Policy::Failover(text.to_owned()),
        "MultiValueAnswer" if text == "true" => Policy::MultiValueAnswer,
        "MultiValueAnswer" => return Err(invalid("Invalid request: MultiValueAnswer must be true where it is given")),
        "GeoLocation" => location(member)?,
        "CidrRoutingConfig" => {
            only(member, &["CollectionId", "LocationName"])?;
            let (collection, name) = (member.text_of("CollectionId"), member.text_of("LocationName"));
            match (collection, name) {
                (Some(collection), Some(name)) if !name.is_empty() && name.len() <= 16 => {
                    Policy::Cidr(collection.to_owned(), name.to_owned())
                }
                _ => return Err(invalid("Invalid request: a CidrRoutingConfig names a collection and a location")),
            }
        }
        "GeoProximityLocation" => proximity(member)?,
        _ => return Ok(None),
    }))
}

fn location(member: &Element) -> Result<Policy, Refusal> {
    only(member, &["ContinentCode", "CountryCode", "SubdivisionCode"])?;
    let code = |name: &str| member.text_of(name).map(ToOwned::to_owned);
    let (continent, country, subdivision) = (code("ContinentCode"), code("CountryCode"), code("SubdivisionCode"));
    let is_valid = match (continent.as_deref(), country.as_deref(), &subdivision) {
        (Some(continent), None, None) => ["AF", "AN", "AS", "EU", "NA", "OC", "SA"].contains(&continent),
        (None, Some("US" | "UA"), Some(_)) => true,
        (None, Some(country), None) => country == "*" || country.len() == 2,
        _ => false,
    };
    if is_valid {
        return Ok(Policy::GeoLocation(continent, country, subdivision));
    }
    Err(invalid("Invalid request: a GeoLocation is a continent, or a country, or a country and its subdivision"))
}

fn proximity(member: &Element) -> Result<Policy, Refusal> {
    only(member, &["AWSRegion", "LocalZoneGroup", "Coordinates", "Bias"])?;
    let mut places: Vec<(String, String)> = ["AWSRegion", "LocalZoneGroup"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), member.text_of(name)?.to_owned())))
        .collect();
    let has_place = !places.is_empty();
    if let Some(at) = member.child("Coordinates") {
        only(at, &["Latitude", "Longitude"])?;
        for (name, most) in [("Latitude", 90.0), ("Longitude", 180.0)] {
            let text = at.text_of(name).unwrap_or_default();
            let is_there = text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most);
            // Two decimal places at most.
            if !is_there || text.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 2) {
                return Err(invalid(format!("Invalid request: '{text}' is no {name}")));
            }
            places.push((name.to_owned(), text.to_owned()));
        }
    }
    let bias = member.text_of("Bias").unwrap_or("0").parse().ok().filter(|bias| (-99..=99).contains(bias));
    let bias = bias.ok_or_else(|| invalid("Invalid request: Bias must be from -99 to 99"))?;
    // "Only one of LocalZoneGroup, Coordinates, or AWSRegion is allowed per request at a time."
    let is_one = matches!((has_place, places.len()), (true, 1) | (false, 2));
    is_one.then_some(Policy::Proximity(places, bias)).ok_or_else(|| {
        invalid(
            "Invalid request: Expected exactly one of [AWSRegion, LocalZoneGroup, Coordinates] in GeoProximityLocation",
        )
    })
}

/// The members as Route 53 shows them, after `Type`.
pub(super) fn shown(element: Element, routing: Option<&Routing>) -> Element {
    let Some(Routing { set, policy }) = routing else { return element };
    let element = element.leaf("SetIdentifier", set);
    match policy {
        Policy::Weight(weight) => element.leaf("Weight", weight),
        Policy::Region(region) => element.leaf("Region", region),
        Policy::Failover(role) => element.leaf("Failover", role),
        Policy::GeoLocation(continent, country, subdivision) => element.with(
            Element::new("GeoLocation")
                .leaf_if("ContinentCode", continent.as_ref())
                .leaf_if("CountryCode", country.as_ref())
                .leaf_if("SubdivisionCode", subdivision.as_ref()),
        ),
        Policy::MultiValueAnswer => element.leaf("MultiValueAnswer", true),
        Policy::Cidr(collection, name) => {
            element.with(Element::new("CidrRoutingConfig").leaf("CollectionId", collection).leaf("LocationName", name))
        }
        Policy::Proximity(places, bias) => {
            let location = Element::new("GeoProximityLocation");
            let location = match &places[..] {
                [(_, latitude), (_, longitude)] => {
                    location.with(Element::new("Coordinates").leaf("Latitude", latitude).leaf("Longitude", longitude))
                }
                _ => places.iter().fold(location, |location, (name, value)| location.leaf(name, value)),
            };
            element.with(location.leaf("Bias", bias))
        }
    }
}

/// What is wrong with `set` among the others of its name and type.
pub(super) fn beside(set: &RecordSet, others: &[&RecordSet]) -> Vec<String> {
    let label = |set: &RecordSet| {
        let name = super::names::shown(&set.name);
        let identifier = set.routing.as_ref().map_or("null", |routing| &routing.set);
        format!("RRSet with DNS name {name}, type {}, SetIdentifier {identifier}", set.kind)
    };
    others
        .iter()
        .filter_map(|other| {
            let why = match (&set.routing, &other.routing) {
                (Some(own), Some(theirs)) if own.policy.word() != theirs.policy.word() => {
                    format!("a non {} rrset exists with the same name and type.", own.policy.word())
                }
                (Some(own), None) => format!("a non {} rrset exists with the same name and type.", own.policy.word()),
                (None, Some(theirs)) => format!("a {} rrset exists with the same name and type.", theirs.policy.word()),
                (Some(own), Some(theirs)) if own.policy == theirs.policy && own.policy.is_only_once() => {
                    format!("{} has the same {}.", theirs.set, own.policy.word())
                }
                _ => return None,
            };
            Some(format!("{} cannot be created because {why}", label(set)))
        })
        .collect()
}

/// The record sets that answer, of those of one name and type.
pub(in crate::sandbox) fn chosen(sets: Vec<&RecordSet>) -> Vec<&RecordSet> {
    let of = |set: &&RecordSet| set.routing.as_ref().map(|routing| routing.policy.clone());
    if sets.iter().all(|set| of(set) == Some(Policy::MultiValueAnswer)) {
        return sets;
    }
    // Nobody knows where whoever asks is, and all are healthy: a weight that is not 0, the primary, the default.
    let is_first = |set: &&RecordSet| match of(set) {
        None => true,
        Some(Policy::Weight(weight)) => weight > 0,
        Some(Policy::Failover(role)) => role == "PRIMARY",
        Some(Policy::GeoLocation(_, country, _)) => country.as_deref() == Some("*"),
        Some(Policy::Cidr(_, name)) => name == "*",
        Some(_) => false,
    };
    let first = sets.iter().copied().find(is_first).or_else(|| sets.first().copied());
    first.into_iter().collect()
}
