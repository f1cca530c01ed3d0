//! The pool's copy in another Region: what AWS refuses (Developer Guide, "Multi-Region replication for user pools").

use super::{Check, top};
use crate::error::Problem;
use crate::kinds::replica::{REGIONS, ReplicaStatus};
use crate::kinds::user_pool::enums::{IssuerType, KeyType, UserPoolTier};
use crate::stack::{ReplicaSettings, at};

impl Check<'_> {
    pub(super) fn replica(&mut self) {
        let file = self.file;
        let Some(ReplicaSettings { region, status, tags }) = &file.replica else {
            return self.routed_without_replica();
        };
        let place = "replica.region";
        self.region(place, region);
        if file.region.as_ref() == Some(region) {
            self.advise(place, format!("the user pool itself is in {region}"), "name another Region");
        }
        for (at, region) in [(place, Some(region)), ("region", file.region.as_ref())] {
            let Some(region) = region.filter(|region| super::names::is_region(region)) else { continue };
            if !REGIONS.contains(&region.as_str()) {
                let message = format!("{region} is not among the Regions of which pools had replicas in June 2026");
                let hint = format!("these were: {}; AWS may have added it since", REGIONS.join(", "));
                self.warnings.push(Problem::new(at, message).hint(hint));
            }
        }
        for (key, value) in tags.iter().flatten() {
            if let Some(why) = top::bad_tag(key, value) {
                self.say(at::key("replica.tags", key), why);
            }
        }
        if let Some(why) = top::too_many_tags(&file.tags, tags.as_ref()) {
            self.say("replica.tags", why);
        }
        self.replica_needs();
        let routing = file.domain.as_ref().and_then(|domain| domain.routing.as_ref());
        if let Some(second) =
            routing.map(|routing| &routing.failover.secondary_region).filter(|second| *second != region)
        {
            let message = format!("the replica is in {region}, and not in {second}");
            let hint = "a domain fails over to where the pool's replica is, and a pool has one: name one Region in both places";
            self.advise("domain.routing.failover.secondary_region", message, hint);
        }
        if routing.is_some() && *status != Some(ReplicaStatus::Active) && !self.is_broken("replica.status") {
            let message = "the domain fails over to a replica that nobody can sign in to";
            let hint = "set `status: ACTIVE`";
            self.warnings.push(Problem::new("replica", message).hint(hint));
        }
        let issuer = file.user_pool.issuer_configuration.as_ref().and_then(|issuer| issuer.issuer_type.clone());
        if issuer != Some(IssuerType::Updated) && !self.is_broken("user_pool.issuer_configuration") {
            let message = "AWS asks of a pool with a replica that its tokens name the issuer of both Regions";
            let hint = "set `user_pool: { issuer_configuration: { type: UPDATED } }`, which changes `iss` for all that \
                        check tokens";
            self.warnings.push(Problem::new("replica", message).hint(hint));
        }
    }

    fn routed_without_replica(&mut self) {
        let domain = self.file.domain.as_ref().filter(|domain| domain.name.is_some());
        if domain.is_some_and(|domain| domain.routing.is_some()) && !self.is_broken("replica") {
            let message = "the domain fails over to a Region in which this file makes no replica";
            let hint = "declare it under `replica`, unless something else looks after it";
            self.warnings.push(Problem::new("domain.routing", message).hint(hint));
        }
    }

    /// What a pool must have before it can be replicated.
    fn replica_needs(&mut self) {
        let pool = &self.file.user_pool;
        if pool.user_pool_tier == Some(UserPoolTier::Lite) {
            self.advise(
                "replica",
                "pools on the plan LITE have no replicas",
                "set `user_pool_tier: ESSENTIALS`, or PLUS",
            );
        }
        if self.is_broken("user_pool.key_configuration") {
            return;
        }
        let key = pool.key_configuration.as_ref();
        let arn = key
            .filter(|key| key.key_type == Some(KeyType::CustomerManagedKey))
            .and_then(|key| key.kms_key_arn.as_ref());
        let hint = "AWS replicates a pool that a multi-Region KMS key of yours encrypts, and that key must be there in both \
                    Regions: `key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: arn:aws:kms:…:key/mrk-… }`";
        match arn {
            None => self.advise("replica", "a pool with a replica needs a KMS key of your own", hint),
            Some(arn) if !arn.contains(":key/mrk-") => {
                let message = format!("{arn} is not a multi-Region key: the id of one begins with `mrk-`");
                self.advise("user_pool.key_configuration.kms_key_arn", message, hint);
            }
            Some(_) => {}
        }
    }
}
