//! Records in Route 53.
//!
//! Records carry no tags, so a record counts as this stack's only when the state says so, and one that is already there
//! is never overwritten (domain_certificate_dns.md 7.3). The one exception is a certificate's validation record: it is
//! the same for every certificate of that name in the account, so an equal one will do.

use std::collections::BTreeSet;

use futures_util::future::try_join;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::{Certificate, lives_with_base};
use super::domain::Domain;
use super::hosted_zone::{self, Wanted, Zone};
use super::names::{base, canonical};
use crate::aws::Aws;
use crate::error::{Error, Outcome, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, grants};

mod record_set;
mod record_type;
mod route53;
mod routing;
mod text;
use record_set::{Content, RecordSet, Standing};
pub use record_type::RecordType;
pub use routing::{CidrLocation, Coordinates, FailoverRole, GeoLocation, GeoProximity, RecordRouting};
pub use text::canonical_value;

/// One record set in a public hosted zone. Its id is `<zone id>/<name>/<type>`, and `/<set identifier>` after that where a
/// routing policy chooses among several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DnsRecord {
    /// The hosted zone's name; with no id either, the public zone with the longest name that the record's name ends in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub hosted_zone: Option<String>,
    /// The hosted zone's id, where several zones share a name. At most one of the two is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub hosted_zone_id: Option<String>,
    /// The record's name, lower case, without the final dot. Always declared, except that a validation record's is
    /// AWS's choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub name: Option<String>,
    /// The record's type. Always declared, except for a validation record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub r#type: Option<RecordType>,
    /// Which of several records of this name and type answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub routing: Option<RecordRouting>,
    /// The id of the health check without which the record does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_id: Option<String>,
    /// What the record says.
    pub target: Target,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// The CNAME that proves to ACM that a name is ours.
    Validates {
        /// The certificate.
        certificate: Ref<Certificate>,
        /// One of the certificate's names, less its `*.`: `example.com`.
        domain_name: String,
    },
    /// An alias of the pool's custom domain, under the domain's own name.
    DomainAlias {
        /// The domain.
        domain: Ref<Domain>,
    },
    /// Values that a person wrote.
    Values {
        /// How long resolvers may keep it, in seconds.
        ttl: u32,
        /// Its values, as [`canonical_value`] writes them.
        values: BTreeSet<String>,
    },
    /// An alias of some other AWS resource.
    AliasTo {
        /// The target's name, lower case, without the final dot.
        dns_name: String,
        /// The target's hosted zone: `Z2FDTNDATAQYW2` for CloudFront.
        zone_id: String,
        /// Whether the alias follows the target's health.
        evaluate_target_health: bool,
    },
}

/// What stood in Route 53 when the record was last settled: what may be deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DnsRecordOutputs {
    /// The record's values; for an alias, its target and the target's zone.
    pub values: BTreeSet<String>,
}

/// The hosted zone of every CloudFront distribution (domain_certificate_dns.md 2).
pub const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// How long resolvers may keep a validation record (domain_certificate_dns.md 8: 60 to 300 seconds).
const VALIDATION_TTL: u32 = 300;

impl DnsRecord {
    /// A record of which nothing is declared but what it says.
    #[must_use]
    pub fn saying(target: Target) -> Self {
        Self {
            hosted_zone: None,
            hosted_zone_id: None,
            name: None,
            r#type: None,
            routing: None,
            health_check_id: None,
            target,
        }
    }

    /// The record with the zone that a person named, by name or by id.
    #[must_use]
    pub fn in_zone(mut self, zone: Option<&str>) -> Self {
        let (id, name) = match zone {
            Some(zone) if hosted_zone::is_id(zone) => (Some(zone.to_owned()), None),
            Some(zone) => (None, Some(canonical(zone))),
            None => (None, None),
        };
        self.hosted_zone_id = id;
        self.hosted_zone = name;
        self
    }

    /// Which zone the record is to go into.
    #[must_use]
    pub fn wanted_zone(&self) -> Wanted<'_> {
        match (&self.hosted_zone_id, &self.hosted_zone) {
            (Some(id), _) => Wanted::WithId(id),
            (None, Some(name)) => Wanted::Named(name),
            (None, None) => Wanted::Closest,
        }
    }

    /// A name in the record's zone that is known before anything is made: the record's own, or for a validation record
    /// the name that it proves.
    #[must_use]
    pub fn name_in_zone(&self) -> Option<&str> {
        match (&self.name, &self.target) {
            (Some(name), _) => Some(name),
            (None, Target::Validates { domain_name, .. }) => Some(base(domain_name)),
            (None, _) => None,
        }
    }

    /// The record set that `self` asks for, now that what it refers to is known.
    fn record_set(&self, ctx: &Ctx) -> Result<RecordSet> {
        let own = || match (&self.name, self.r#type) {
            (Some(name), Some(kind)) => Ok((canonical(name), kind)),
            _ => Err(Error::bug("a record has no name or no type")),
        };
        let ((name, kind), content) = match &self.target {
            Target::Validates { certificate, domain_name } => {
                let outputs = ctx.outputs(certificate)?;
                let (name, value) = outputs.validation.get(base(domain_name)).ok_or_else(|| {
                    Error::aws_state(format!("ACM has not said which record proves {domain_name}"))
                        .hinted("apply again in a minute")
                })?;
                let values = BTreeSet::from([value.clone()]);
                ((name.clone(), RecordType::Cname), Content::Values { ttl: VALIDATION_TTL, values })
            }
            Target::DomainAlias { domain } => {
                let dns_name = ctx.outputs(domain)?.cloudfront.ok_or_else(|| {
                    Error::aws_state(format!("{} has no CloudFront address yet", domain.address))
                        .hinted("apply again in a minute")
                })?;
                (
                    own()?,
                    Content::Alias { dns_name, zone_id: CLOUDFRONT_ZONE.to_owned(), evaluate_target_health: false },
                )
            }
            Target::Values { ttl, values } => {
                let (name, kind) = own()?;
                let values = values.iter().map(|value| canonical_value(kind, value)).collect();
                ((name, kind), Content::Values { ttl: *ttl, values })
            }
            Target::AliasTo { dns_name, zone_id, evaluate_target_health } => {
                let (dns_name, zone_id) = (canonical(dns_name), zone_id.clone());
                (own()?, Content::Alias { dns_name, zone_id, evaluate_target_health: *evaluate_target_health })
            }
        };
        let routing = self.routing.clone().map(RecordRouting::total);
        let standing = Standing { routing, health_check_id: self.health_check_id.clone(), content };
        Ok(RecordSet { name, kind, standing })
    }

    /// Whether a record that is there already is as good as one that this would make.
    fn is_met_by(&self, wanted: &RecordSet, found: &Standing) -> bool {
        matches!(self.target, Target::Validates { .. }) && found.content.says_the_same(&wanted.standing.content)
    }
}

impl Kind for DnsRecord {
    const NAME: &'static str = "dns_record";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = DnsRecordOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let place = Place::read(id)?;
        // What an id stands for never changes, so that a zone whose name is remembered need not be looked up.
        let remembered = last.filter(|last| last.outputs.is_some()).and_then(|last| last.spec.hosted_zone.clone());
        let named = async {
            match remembered {
                Some(name) => Ok(Some(name)),
                None => hosted_zone::name_of(&ctx.aws, &place.zone).await,
            }
        };
        let (Some(standing), hosted_zone) = try_join(route53::lookup(&ctx.aws, &place), named).await? else {
            return Ok(None);
        };
        let Standing { routing, health_check_id, content } = standing;
        let outputs = DnsRecordOutputs { values: content.values() };
        let spec = Self {
            hosted_zone,
            hosted_zone_id: Some(place.zone.clone()),
            target: record_set::target(ctx, &place, content, last.map(|last| &last.spec.target)),
            name: Some(place.name),
            r#type: Some(place.kind),
            routing,
            health_check_id,
        };
        Ok(Some(Observed::ready(spec, outputs)))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        // What the record is made from may be gone by now; then there is no telling, and nothing to tell.
        let Ok(wanted) = self.record_set(ctx) else { return Ok(None) };
        let zones = hosted_zone::public(&ctx.aws).await?;
        let Ok(zone) = hosted_zone::choose(&zones, self.wanted_zone(), &wanted.name) else { return Ok(None) };
        let place = Place::of(&zone.id, &wanted);
        let found = route53::lookup(&ctx.aws, &place).await?;
        let is_it = |found: &Standing| found.content.says_the_same(&wanted.standing.content);
        Ok(found.filter(is_it).map(|_| place.id()))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let wanted = self.record_set(ctx)?;
        let zone = hosted_zone::find(&ctx.aws, self.wanted_zone(), &wanted.name).await?;
        let place = Place::of(&zone.id, &wanted);
        match route53::lookup(&ctx.aws, &place).await? {
            Some(found) if self.is_met_by(&wanted, &found) => return Ok(place.id()),
            Some(found) => return Err(taken(&place, &found)),
            None => {}
        }
        let change = match route53::change(ctx, &place, route53::Action::Create, &wanted.standing).await {
            Ok(change) => change,
            // Absent a moment ago: either our own call, whose first answer was lost, or somebody was faster.
            Err(error) if error.aws_says("already exists") => {
                let found = route53::lookup(&ctx.aws, &place).await.map_err(|it| it.with_outcome(Outcome::Unknown))?;
                return match found {
                    Some(found) if found == wanted.standing => Ok(place.id()),
                    Some(found) => Err(taken(&place, &found)),
                    None => Err(error),
                };
            }
            Err(error) => return Err(error),
        };
        route53::in_sync(ctx, &change).await.map_err(|error| error.with_outcome(Outcome::Done))?;
        Ok(place.id())
    }

    async fn update(&self, ctx: &Ctx, id: &str, _: &Self) -> Result<()> {
        let (place, wanted) = (Place::read(id)?, self.record_set(ctx)?);
        let becomes = Place::of(&place.zone, &wanted);
        if place != becomes {
            let moved = format!("{place} would have to become {becomes}");
            return Err(Error::aws_state(moved).hinted("take the record out of the stack, apply, and put it back"));
        }
        // What a reference stands for may have changed since the record was read, though the reference has not.
        let is_so = |found: &Standing| *found == wanted.standing || self.is_met_by(&wanted, found);
        if route53::lookup(&ctx.aws, &place).await?.is_some_and(|found| is_so(&found)) {
            return Ok(());
        }
        let change = route53::change(ctx, &place, route53::Action::Upsert, &wanted.standing).await?;
        route53::in_sync(ctx, &change).await
    }

    fn pruned(mut self) -> Self {
        self.routing = self.routing.map(RecordRouting::pruned);
        self
    }

    fn grants(&self) -> Vec<Grant> {
        let mut found = grants(Use::Reading, &On::Any, &["route53:ListHostedZones"]);
        found.extend(grants(Use::Reading, &On::Zone, &["route53:ListResourceRecordSets"]));
        for used in [Use::Making, Use::Changing, Use::Deleting] {
            found.extend(grants(used, &On::Zone, &["route53:ChangeResourceRecordSets"]));
            found.extend(grants(used, &On::Change, &["route53:GetChange"]));
        }
        // A record that also proves another certificate stays: they are looked through.
        if matches!(self.target, Target::Validates { .. }) {
            found.extend(grants(Use::Deleting, &On::Any, &["acm:ListCertificates"]));
            found.extend(grants(Use::Deleting, &On::EveryCertificate, &["acm:DescribeCertificate"]));
        }
        found
    }

    async fn delete(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<()> {
        let place = Place::read(id)?;
        let Some(set) = route53::lookup_set(&ctx.aws, &place).await? else { return Ok(()) };
        let content = &route53::standing(&place, &set)?.content;
        let last = last.and_then(|last| last.outputs.as_ref());
        if let Some(last) = last.filter(|last| last.values != content.values()) {
            let recorded: Vec<&str> = last.values.iter().map(String::as_str).collect();
            return Err(Error::aws_state(format!(
                "the record {place} now says {content}, which is not this stack's ({})",
                recorded.join(", ")
            ))
            .hinted(
                "to keep it, take it out of the state with `stack state rm`; to be rid of it, delete it in Route 53",
            ));
        }
        if let Some(proved) = proves(&place, content) {
            let ours = |arn: &str| ctx.is_ours::<Certificate>(arn);
            if !lives_with_base(&ctx.aws, proved, ours).await?.is_empty() {
                (ctx.say)("the record stays: another certificate of this account needs it to be renewed");
                return Ok(());
            }
        }
        match route53::delete(ctx, &place, set).await {
            Err(error) if error.aws_says("it was not found") || error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

/// The records in `zone` that keep Route 53 from making this one: each with its id, and as a person knows it.
///
/// Empty while the record's name is not known yet.
///
/// # Errors
/// When Route 53 cannot be asked.
pub async fn in_the_way(aws: &Aws, zone: &Zone, record: &DnsRecord) -> Result<Vec<(String, String)>> {
    let (Some(name), Some(kind)) = (&record.name, record.r#type) else { return Ok(Vec::new()) };
    let set = record.routing.as_ref().map(|routing| routing.set_identifier.clone());
    let place = Place { zone: zone.id.clone(), name: canonical(name), kind, set };
    route53::in_the_way(aws, &place, record.routing.as_ref()).await
}

fn taken(place: &Place, found: &Standing) -> Error {
    Error::aws_state(format!("a record {place} already exists ({}) and is not this stack's", found.content))
        .hinted("delete it in Route 53, or give this one another name; a record that is not the stack's is left alone")
}

/// The name that a validation record proves: `_hash.example.com` proves `example.com`.
fn proves<'p>(place: &'p Place, content: &Content) -> Option<&'p str> {
    let is_acms = |value: &String| value.ends_with(".acm-validations.aws");
    let proof = place.kind == RecordType::Cname && content.values().iter().any(is_acms);
    proof.then(|| place.name.split_once('.').map(|(_, name)| name)).flatten()
}

/// Where a record stands, which is its id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    zone: String,
    name: String,
    kind: RecordType,
    /// What tells it from others of its name and type.
    set: Option<String>,
}

impl Place {
    fn of(zone: &str, record: &RecordSet) -> Self {
        let set = record.standing.routing.as_ref().map(|routing| routing.set_identifier.clone());
        Self { zone: zone.to_owned(), name: record.name.clone(), kind: record.kind, set }
    }

    fn id(&self) -> String {
        let place = format!("{}/{}/{}", self.zone, self.name, self.kind.as_str());
        self.set.iter().fold(place, |place, set| format!("{place}/{set}"))
    }

    fn read(id: &str) -> Result<Self> {
        // Names are in lower case, so that the first part that is a type is the type, whatever the set identifier holds.
        let place = id.split_once('/').and_then(|(zone, rest)| {
            let (name, after) = rest.match_indices('/').find_map(|(at, _)| {
                let (name, after) = (&rest[..at], &rest[at + 1..]);
                RecordType::read(after.split('/').next()?).map(|_| (name, after))
            })?;
            let (kind, set) = after.split_once('/').map_or((after, None), |(kind, set)| (kind, Some(set)));
            let set = set.map(ToOwned::to_owned);
            Some(Self { zone: zone.to_owned(), name: canonical(name), kind: RecordType::read(kind)?, set })
        });
        place.ok_or_else(|| {
            Error::usage(format!("`{id}` is not the id of a record"))
                .hinted("one looks like Z0123456789ABC/www.example.com/CNAME")
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.kind.as_str())?;
        self.set.iter().try_for_each(|set| write!(f, " `{set}`"))
    }
}

/// A record with values.
#[must_use]
pub fn example() -> DnsRecord {
    DnsRecord {
        hosted_zone: Some("example.com".to_owned()),
        hosted_zone_id: None,
        name: Some("mail.example.com".to_owned()),
        r#type: Some(RecordType::Txt),
        routing: Some(RecordRouting {
            set_identifier: "blue".to_owned(),
            weight: Some(10),
            ..RecordRouting::default()
        }),
        health_check_id: Some("12345678-1234-1234-1234-123456789012".to_owned()),
        target: Target::Values { ttl: 300, values: BTreeSet::from(["v=spf1 -all \"quoted\"".to_owned()]) },
    }
}

/// [`example`], with what Route 53 changes in place changed.
#[must_use]
pub fn example_changed() -> DnsRecord {
    let target = Target::Values { ttl: 60, values: BTreeSet::from(["v=spf1 ~all".to_owned()]) };
    let routing = example().routing.map(|routing| RecordRouting { weight: Some(0), ..routing });
    let health_check_id = Some("22345678-1234-1234-1234-123456789012".to_owned());
    DnsRecord { routing, health_check_id, target, ..example() }
}

#[cfg(test)]
mod tests;
