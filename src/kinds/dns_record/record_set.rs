//! What stands under one name and type, and what of the stack it amounts to.

use std::collections::BTreeSet;
use std::fmt;

use super::{CLOUDFRONT_ZONE, Place, RecordRouting, RecordType, Target};
use crate::kind::{Ctx, Kind, Ref};
use crate::kinds::certificate::Certificate;
use crate::kinds::domain::Domain;

/// A record set, in canonical form.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordSet {
    pub(super) name: String,
    pub(super) kind: RecordType,
    pub(super) standing: Standing,
}

/// What a record set says, and when.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standing {
    pub(super) routing: Option<RecordRouting>,
    pub(super) health_check_id: Option<String>,
    pub(super) content: Content,
}

/// What a record set says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// Values, each as `canonical_value` writes it.
    Values { ttl: u32, values: BTreeSet<String> },
    /// An alias; its name is lower case without the final dot.
    Alias { dns_name: String, zone_id: String, evaluate_target_health: bool },
}

impl Content {
    /// The values; for an alias, its target and the target's zone.
    pub(super) fn values(&self) -> BTreeSet<String> {
        match self {
            Self::Values { values, .. } => values.clone(),
            Self::Alias { dns_name, zone_id, .. } => BTreeSet::from([format!("alias {dns_name} in {zone_id}")]),
        }
    }

    /// Whether resolvers learn the same from both, if not for as long.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.values() == other.values()
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self.values().into_iter().collect();
        f.write_str(&values.join(", "))
    }
}

/// What a record set is in the stack's words: a validation record or a domain's alias when it says just what those
/// would say now, else the values themselves, so that drift shows.
///
/// `told` is what the record was asked to be: values that a person wrote stay values, whatever they happen to equal.
pub(super) fn target(ctx: &Ctx, place: &Place, content: Content, told: Option<&Target>) -> Target {
    let is_by_hand = matches!(told, Some(Target::Values { .. } | Target::AliasTo { .. }));
    let meant = || validates(ctx, place, &content).or_else(|| domain_alias(ctx, place, &content));
    if let Some(target) = (!is_by_hand).then(meant).flatten() {
        return target;
    }
    match content {
        Content::Values { ttl, values } => Target::Values { ttl, values },
        Content::Alias { dns_name, zone_id, evaluate_target_health } => {
            Target::AliasTo { dns_name, zone_id, evaluate_target_health }
        }
    }
}

/// The objects of a kind that the stack knows, with what AWS decided of each.
fn known<K: Kind>(ctx: &Ctx) -> Vec<(Ref<K>, String, K::Outputs)> {
    let known = ctx.known.borrow();
    let objects = known.objects.iter().filter(|(address, _)| address.kind == K::NAME);
    objects
        .filter_map(|(address, (id, outputs))| {
            Some((Ref::at(address), id.clone(), serde_json::from_value(outputs.clone()).ok()?))
        })
        .collect()
}

fn validates(ctx: &Ctx, place: &Place, content: &Content) -> Option<Target> {
    let Content::Values { values, .. } = content else { return None };
    known::<Certificate>(ctx).into_iter().find_map(|(certificate, _, outputs)| {
        let (domain_name, _) = outputs.validation.into_iter().find(|(_, (name, value))| {
            place.kind == RecordType::Cname && *name == place.name && values.iter().eq([value])
        })?;
        Some(Target::Validates { certificate, domain_name })
    })
}

fn domain_alias(ctx: &Ctx, place: &Place, content: &Content) -> Option<Target> {
    let Content::Alias { dns_name, zone_id, evaluate_target_health: false } = content else { return None };
    known::<Domain>(ctx).into_iter().find_map(|(domain, id, outputs)| {
        let is_its = id == place.name
            && zone_id == CLOUDFRONT_ZONE
            && outputs.cloudfront.is_some_and(|host| host.eq_ignore_ascii_case(dns_name));
        is_its.then_some(Target::DomainAlias { domain })
    })
}
