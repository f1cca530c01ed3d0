//! Which of several records of one name and type answers: Route 53's routing policies.
//!
//! What only one of them can have (a Region, a role, a place) is never changed on a living record: two that change places
//! would meet each other.

use aws_sdk_route53::types::builders::ResourceRecordSetBuilder;
use aws_sdk_route53::types::{
    CidrRoutingConfig, Coordinates as SentCoordinates, GeoLocation as SentLocation, GeoProximityLocation,
    ResourceRecordSet, ResourceRecordSetFailover, ResourceRecordSetRegion,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kind::OnChange;

/// Which of several records of one name and type Route 53 answers with. Beside `set_identifier`, one of the others is
/// declared, and the same one for all records of that name and type.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRouting {
    /// What tells this record from the others of its name and type.
    #[schemars(length(min = 1, max = 128), example = &"blue", extend("x-on-change" = OnChange::Replace))]
    pub set_identifier: String,
    /// By weight: this record's share of the answers is its weight, of the sum of all weights. Nobody is answered with a
    /// record of weight 0, unless all have it. Left out, the record is chosen otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255), extend("x-on-change" = OnChange::Exchange))]
    pub weight: Option<u8>,
    /// By latency: the AWS Region that this record's server is in. Whoever asks is answered with the fastest Region. Left out,
    /// the record is chosen otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = "^[a-z]{2,4}(-[a-z]+)+-[0-9]+$"),
        extend("patternErrorMessage" = "one looks like `eu-central-1`"),
        example = &"eu-central-1",
        extend("x-on-change" = OnChange::Replace)
    )]
    pub region: Option<String>,
    /// By health: the primary record answers while its health check is well, else the secondary one.
    /// Left out, the record is chosen otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub failover: Option<FailoverRole>,
    /// By where whoever asks is. Left out, the record is chosen otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub geo_location: Option<GeoLocation>,
    /// By how near whoever asks is. Left out, the record is chosen otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Exchange))]
    pub geo_proximity_location: Option<GeoProximity>,
    /// `true`: up to eight of the healthy records answer together. Left out, the record is chosen otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Exchange))]
    pub multi_value_answer: Option<bool>,
    /// By the network of whoever asks. Left out, the record is chosen otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub cidr_routing_config: Option<CidrLocation>,
}

/// The part of a record in a failover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum FailoverRole {
    /// It answers while it is healthy.
    Primary,
    /// It answers while the primary record is not.
    Secondary,
}

/// Where whoever asks is: a continent, or a country.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeoLocation {
    /// The continent: AF, AN, AS, EU, NA, OC or SA. Left out, a country is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = "^(AF|AN|AS|EU|NA|OC|SA)$"),
        extend("patternErrorMessage" = "the continents are AF, AN, AS, EU, NA, OC and SA"),
        example = &"EU"
    )]
    pub continent_code: Option<String>,
    /// The country's two letters; `*` for wherever no other record is for. Left out, a continent is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^([A-Z]{2}|\*)$"),
        extend("patternErrorMessage" = "a country has two capital letters, and `*` stands for all the others"),
        example = &"DE"
    )]
    pub country_code: Option<String>,
    /// A state of the country US, or a region of UA. Left out, the whole country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = "^[A-Z0-9]{1,3}$"),
        extend("patternErrorMessage" = "a subdivision has up to three capital letters or digits"),
        example = &"CA"
    )]
    pub subdivision_code: Option<String>,
}

/// Where this record's server is: a Region, a group of Local Zones, or a point on the map.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeoProximity {
    /// The AWS Region. Left out, one of the others says where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = "^[a-z]{2,4}(-[a-z]+)+-[0-9]+$"),
        extend("patternErrorMessage" = "one looks like `eu-central-1`"),
        example = &"eu-central-1"
    )]
    pub aws_region: Option<String>,
    /// The group of AWS Local Zones. Left out, one of the others says where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^\S{1,64}$"),
        extend("patternErrorMessage" = "one looks like `us-east-1-bue-1`"),
        example = &"us-east-1-bue-1"
    )]
    pub local_zone_group: Option<String>,
    /// A point on the map. Left out, one of the others says where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// How much larger, or with a minus smaller, the area is for which this record answers, from -99 to 99. Left out, 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -99, max = 99), extend("x-on-change" = OnChange::InPlace, "x-aws-default" = 0))]
    pub bias: Option<i32>,
}

/// A point on the map, in degrees with at most two decimal places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coordinates {
    /// Degrees north of the equator; south of it with a minus.
    #[schemars(range(min = -90, max = 90), example = 52.52)]
    pub latitude: f64,
    /// Degrees east of Greenwich; west of it with a minus.
    #[schemars(range(min = -180, max = 180), example = 13.4)]
    pub longitude: f64,
}

/// A location of a CIDR collection.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CidrLocation {
    /// The collection's id.
    #[schemars(
        regex(pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
        extend("patternErrorMessage" = "one looks like `12345678-1234-1234-1234-123456789012`"),
        example = &"12345678-1234-1234-1234-123456789012"
    )]
    pub collection_id: String,
    /// The location's name; `*` for all networks that the collection does not name.
    #[schemars(
        regex(pattern = r"^([0-9A-Za-z_-]{1,16}|\*)$"),
        extend("patternErrorMessage" = "use up to sixteen letters, digits and `_-`, or `*`"),
        example = &"office"
    )]
    pub location_name: String,
}

impl FailoverRole {
    /// As Route 53 writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Secondary => "SECONDARY",
        }
    }
}

impl RecordRouting {
    /// The fields that each are a policy.
    pub const POLICIES: [&'static str; 7] = [
        "weight",
        "region",
        "failover",
        "geo_location",
        "geo_proximity_location",
        "multi_value_answer",
        "cidr_routing_config",
    ];

    /// The policies that are declared, by the names of their fields: one, where all is well.
    #[must_use]
    pub fn policies(&self) -> Vec<&'static str> {
        let Self {
            set_identifier: _,
            weight,
            region,
            failover,
            geo_location,
            geo_proximity_location,
            multi_value_answer,
            cidr_routing_config,
        } = self;
        let declared = [
            weight.is_some(),
            region.is_some(),
            failover.is_some(),
            geo_location.is_some(),
            geo_proximity_location.is_some(),
            multi_value_answer.is_some(),
            cidr_routing_config.is_some(),
        ];
        let policies = Self::POLICIES.into_iter().zip(declared);
        policies.filter_map(|(name, is_declared)| is_declared.then_some(name)).collect()
    }

    /// The policy with what Route 53 makes of what is left out.
    pub(super) fn total(mut self) -> Self {
        if let Some(location) = &mut self.geo_proximity_location {
            location.bias.get_or_insert(0);
        }
        self
    }

    /// The policy without what is left over of another: a bias of no place.
    pub(super) fn pruned(mut self) -> Self {
        self.geo_proximity_location = self.geo_proximity_location.filter(|location| {
            let GeoProximity { aws_region, local_zone_group, coordinates, bias: _ } = location;
            aws_region.is_some() || local_zone_group.is_some() || coordinates.is_some()
        });
        self
    }

    /// Whether Route 53 takes a record with this policy beside one with the other: all have one policy, and a Region, a
    /// role or a place is one record's alone (`ResourceRecordSet` in Route 53's API reference).
    pub(super) fn goes_beside(&self, other: &Self) -> bool {
        let Self { region, failover, geo_location, cidr_routing_config, .. } = self;
        let is_alone =
            region.is_some() || failover.is_some() || geo_location.is_some() || cidr_routing_config.is_some();
        let is_the_same = region == &other.region
            && failover == &other.failover
            && geo_location == &other.geo_location
            && cidr_routing_config == &other.cidr_routing_config;
        self.policies() == other.policies() && !(is_alone && is_the_same)
    }

    /// Whether this record is one that whoever asks may be answered with, wherever they are, while all are healthy.
    #[must_use]
    pub fn answers_everybody(&self) -> bool {
        let Self { weight, failover, geo_location, cidr_routing_config, .. } = self;
        let is_rest = |location: &GeoLocation| location.country_code.as_deref() == Some("*");
        *weight != Some(0)
            && *failover != Some(FailoverRole::Secondary)
            && geo_location.as_ref().is_none_or(is_rest)
            && cidr_routing_config.as_ref().is_none_or(|network| network.location_name == "*")
    }

    /// The policy of a record set of Route 53's; None where it has none.
    ///
    /// # Errors
    /// When Route 53 gives a part that this program does not know.
    pub(super) fn read(set: &ResourceRecordSet) -> Result<Option<Self>> {
        let Some(identifier) = set.set_identifier() else { return Ok(None) };
        let unknown = |what: &str, value: &str| {
            Error::aws_state(format!("the record {} {identifier} has the {what} {value}", set.name()))
                .hinted("this program is too old to know it; a newer one may")
        };
        let weight =
            set.weight().map(|weight| u8::try_from(weight).map_err(|_| unknown("weight", &weight.to_string())));
        let failover = set.failover().map(|role| match role {
            ResourceRecordSetFailover::Primary => Ok(FailoverRole::Primary),
            ResourceRecordSetFailover::Secondary => Ok(FailoverRole::Secondary),
            other => Err(unknown("failover", other.as_str())),
        });
        let proximity = set.geo_proximity_location().map(|location| {
            let degrees = |text: &str| text.parse().map_err(|_| unknown("coordinate", text));
            let coordinates = location.coordinates().map(|at| {
                Ok::<_, Error>(Coordinates { latitude: degrees(at.latitude())?, longitude: degrees(at.longitude())? })
            });
            Ok::<_, Error>(GeoProximity {
                aws_region: location.aws_region().map(ToOwned::to_owned),
                local_zone_group: location.local_zone_group().map(ToOwned::to_owned),
                coordinates: coordinates.transpose()?,
                bias: Some(location.bias().unwrap_or_default()),
            })
        });
        Ok(Some(Self {
            set_identifier: identifier.to_owned(),
            weight: weight.transpose()?,
            region: set.region().map(|region| region.as_str().to_owned()),
            failover: failover.transpose()?,
            geo_location: set.geo_location().map(|location| GeoLocation {
                continent_code: location.continent_code().map(ToOwned::to_owned),
                country_code: location.country_code().map(ToOwned::to_owned),
                subdivision_code: location.subdivision_code().map(ToOwned::to_owned),
            }),
            geo_proximity_location: proximity.transpose()?,
            multi_value_answer: set.multi_value_answer(),
            cidr_routing_config: set.cidr_routing_config().map(|cidr| CidrLocation {
                collection_id: cidr.collection_id().to_owned(),
                location_name: cidr.location_name().to_owned(),
            }),
        }))
    }

    /// A record set with this policy.
    ///
    /// # Errors
    /// When a part is missing that the SDK asks for, which is a bug.
    pub(super) fn sent(&self, set: ResourceRecordSetBuilder) -> Result<ResourceRecordSetBuilder> {
        let incomplete = |error| Error::bug("a routing policy is incomplete").caused_by(error);
        let location = self.geo_location.as_ref().map(|location| {
            SentLocation::builder()
                .set_continent_code(location.continent_code.clone())
                .set_country_code(location.country_code.clone())
                .set_subdivision_code(location.subdivision_code.clone())
                .build()
        });
        let proximity = self.geo_proximity_location.as_ref().map(|location| {
            let at = |at: &Coordinates| {
                let at = SentCoordinates::builder().latitude(degrees(at.latitude)).longitude(degrees(at.longitude));
                at.build().map_err(incomplete)
            };
            Ok::<_, Error>(
                GeoProximityLocation::builder()
                    .set_aws_region(location.aws_region.clone())
                    .set_local_zone_group(location.local_zone_group.clone())
                    .set_coordinates(location.coordinates.as_ref().map(at).transpose()?)
                    .set_bias(location.bias)
                    .build(),
            )
        });
        let cidr = self.cidr_routing_config.as_ref().map(|cidr| {
            let config = CidrRoutingConfig::builder().collection_id(&cidr.collection_id);
            config.location_name(&cidr.location_name).build().map_err(incomplete)
        });
        Ok(set
            .set_identifier(&self.set_identifier)
            .set_weight(self.weight.map(i64::from))
            .set_region(self.region.as_deref().map(ResourceRecordSetRegion::from))
            .set_failover(self.failover.map(|role| ResourceRecordSetFailover::from(role.as_str())))
            .set_geo_location(location)
            .set_geo_proximity_location(proximity.transpose()?)
            .set_multi_value_answer(self.multi_value_answer)
            .set_cidr_routing_config(cidr.transpose()?))
    }
}

/// Degrees as Route 53 takes them: at most two decimal places.
fn degrees(degrees: f64) -> String {
    let text = format!("{degrees:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if matches!(short, "" | "-0") { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_as_short_as_they_can_be() {
        for (given, sent) in [(52.52, "52.52"), (13.4, "13.4"), (-0.0, "0"), (0.0, "0"), (-90.0, "-90"), (10.0, "10")] {
            assert_eq!(degrees(given), sent);
        }
    }

    #[test]
    fn every_policy_survives_being_sent() {
        let base = || RecordRouting { set_identifier: "a/b c".to_owned(), ..RecordRouting::default() };
        let policies = [
            RecordRouting { weight: Some(0), ..base() },
            RecordRouting { region: Some("eu-central-1".to_owned()), ..base() },
            RecordRouting { failover: Some(FailoverRole::Secondary), ..base() },
            RecordRouting {
                geo_location: Some(GeoLocation {
                    country_code: Some("US".to_owned()),
                    subdivision_code: Some("CA".to_owned()),
                    ..GeoLocation::default()
                }),
                ..base()
            },
            RecordRouting {
                geo_proximity_location: Some(GeoProximity {
                    coordinates: Some(Coordinates { latitude: -33.87, longitude: 151.2 }),
                    bias: Some(-10),
                    ..GeoProximity::default()
                }),
                ..base()
            },
            RecordRouting { multi_value_answer: Some(true), ..base() },
            RecordRouting {
                cidr_routing_config: Some(CidrLocation {
                    collection_id: "12345678-1234-1234-1234-123456789012".to_owned(),
                    location_name: "*".to_owned(),
                }),
                ..base()
            },
        ];
        let mut seen = Vec::new();
        for policy in policies {
            seen.extend(policy.policies());
            let set = ResourceRecordSet::builder().name("a.example.com").r#type("A".into());
            let set = policy.sent(set).unwrap().build().unwrap();
            assert_eq!(RecordRouting::read(&set).unwrap(), Some(policy));
        }
        assert_eq!(seen.len(), 7, "{seen:?}");
        let simple = ResourceRecordSet::builder().name("a.example.com").r#type("A".into()).build().unwrap();
        assert_eq!(RecordRouting::read(&simple).unwrap(), None);
    }
}
