//! A pool's replica (API reference, CreateUserPoolReplica and what it leads to; Developer Guide, "Multi-Region replication for
//! user pools"). None of AWS's texts is known.
//!
//! It is a record beside its pool: in its own Region it answers the calls about its status and its tags, and no other.
use super::doc::{self, Doc};
use super::state::{Replica, arn, no_pool, within};
use super::{Refusal, invalid, tags};
use crate::sandbox::World;
use serde_json::{Value, json};

/// How long a new replica is `CREATING`, in milliseconds. On AWS: not documented.
const CREATES: i64 = 3_000;
/// How long a change of its status takes to be seen, in milliseconds. On AWS: not documented.
const SWITCHES: i64 = 1_000;
/// How long one that goes is `DELETING`, in milliseconds. On AWS: not documented.
const GOES: i64 = 2_000;

/// `CreateUserPoolReplica`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (id, there) = (doc::required(input, "UserPoolId"), doc::required(input, "RegionName"));
    let now = world.now;
    let pool = world.cognito.pool(region, id)?;
    if pool.tier() == "LITE" {
        return Err(Refusal::new(
            "FeatureUnavailableInTierException",
            "The following feature is not available for the LITE pricing tier configured: Multi-Region replication",
        ));
    }
    if there == region {
        return Err(invalid("The replica Region must be another than the Region of the user pool."));
    }
    if !is_replicable(&pool.settings) {
        return Err(invalid("The user pool must be encrypted with a multi-Region customer managed key."));
    }
    // One primary, and at most one secondary.
    within(pool.replicas.len(), 1, "secondary replicas per user pool")?;
    let tags = tags::sent(input, "UserPoolTags", tags::POOL)?;
    let replica = Replica { ready: now + CREATES, active: false, written: now, gone: None, tags };
    let answer = shown(&replica, there, id, now);
    world.cognito.pool_mut(region, id)?.replicas.insert(there.to_owned(), replica);
    Ok(json!({ "UserPoolReplica": answer }))
}

/// `ListUserPoolReplicas`: the pool itself stands among them.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let (home, now) = (home(world, region, id)?, world.now);
    let pool = world.cognito.pool(&home, id)?;
    let first = json!({ "RegionName": home, "Status": "ACTIVE", "Role": "PRIMARY", "UserPoolArn": arn(&home, id) });
    let rest = pool.replicas.iter().map(|(there, replica)| shown(replica, there, id, now));
    Ok(json!({ "UserPoolReplicas": std::iter::once(first).chain(rest).collect::<Vec<_>>() }))
}

/// `UpdateUserPoolReplica`, which may be called in both Regions.
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (id, there) = (doc::required(input, "UserPoolId"), doc::required(input, "RegionName"));
    let (home, now) = (home(world, region, id)?, world.now);
    let active = doc::required(input, "Status") == "ACTIVE";
    let replica = of(world, &home, id, there)?;
    if !["ACTIVE", "INACTIVE"].contains(&status(replica, now)) {
        return Err(invalid(format!("The replica in {there} is {}.", status(replica, now))));
    }
    if replica.active != active {
        replica.active = active;
        replica.written = now;
    }
    let answer = shown(replica, there, id, now);
    Ok(json!({ "UserPoolReplica": answer }))
}

/// `DeleteUserPoolReplica`: "You can only delete replicas that are in the INACTIVE status. This operation must be called from
/// the primary Region."
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (id, there) = (doc::required(input, "UserPoolId"), doc::required(input, "RegionName"));
    let now = world.now;
    world.cognito.pool(region, id)?;
    let replica = of(world, region, id, there)?;
    if status(replica, now) != "INACTIVE" {
        return Err(invalid(format!("The replica in {there} is {}, and must be INACTIVE.", status(replica, now))));
    }
    replica.gone = Some(now + GOES);
    let answer = shown(replica, there, id, now);
    Ok(json!({ "UserPoolReplica": answer }))
}

/// The tags of a pool, or of its replica, by the Region that asks.
pub(super) fn tags_of<'a>(
    world: &'a mut World,
    region: &str,
    id: &str,
) -> Result<&'a mut std::collections::BTreeMap<String, String>, Refusal> {
    let home = home(world, region, id)?;
    let pool = world.cognito.pool_mut(&home, id)?;
    if home == region {
        return Ok(&mut pool.tags);
    }
    pool.replicas.get_mut(region).map(|replica| &mut replica.tags).ok_or_else(|| no_pool(id))
}

/// The Region of the pool that has this id in `region`: there itself, or where its primary is.
fn home(world: &World, region: &str, id: &str) -> Result<String, Refusal> {
    let is_here = |pools: &std::collections::BTreeMap<_, super::state::Pool>| {
        pools.get(id).is_some_and(|pool| pool.replicas.contains_key(region))
    };
    if world.cognito.pool(region, id).is_ok() {
        return Ok(region.to_owned());
    }
    let mut homes = world.cognito.pools.iter().filter(|(_, pools)| is_here(pools));
    homes.next().map(|(home, _)| home.clone()).ok_or_else(|| no_pool(id))
}

fn of<'a>(world: &'a mut World, home: &str, id: &str, there: &str) -> Result<&'a mut Replica, Refusal> {
    let none = || Refusal::new("ResourceNotFoundException", format!("User pool {id} has no replica in {there}."));
    world.cognito.pool_mut(home, id)?.replicas.get_mut(there).ok_or_else(none)
}

/// Forgets replicas that are gone.
pub(super) fn sweep(world: &mut World) {
    let now = world.now;
    for pool in world.cognito.pools.values_mut().flat_map(std::collections::BTreeMap::values_mut) {
        pool.replicas.retain(|_, replica| replica.gone.is_none_or(|gone| gone > now));
    }
}

/// Whether a pool still has replicas.
pub(super) fn are_left(world: &World, region: &str, id: &str) -> bool {
    world.cognito.pool(region, id).is_ok_and(|pool| !pool.replicas.is_empty())
}

/// Whether a pool may be set so while it has a replica. What one asks for at its making is documented, and not whether it
/// may be taken away later: the unkinder reading.
pub(super) fn still_stands(world: &World, region: &str, id: &str, settings: &Doc) -> Result<(), Refusal> {
    if !are_left(world, region, id) {
        return Ok(());
    }
    if doc::text(settings, "UserPoolTier") == Some("LITE") {
        return Err(Refusal::new(
            "FeatureUnavailableInTierException",
            "The following features need to be disabled for the LITE pricing tier configured: Multi-Region replication",
        ));
    }
    if !is_replicable(settings) {
        return Err(invalid("A user pool with a replica must be encrypted with a multi-Region customer managed key."));
    }
    Ok(())
}

/// "You must configure your user pool with a multi-Region" key of one's own.
fn is_replicable(settings: &Doc) -> bool {
    let key = settings.get("KeyConfiguration").and_then(|key| key["KmsKeyArn"].as_str());
    key.is_some_and(|key| key.contains(":key/mrk-"))
}

fn status(replica: &Replica, now: i64) -> &'static str {
    let is_active = if replica.written + SWITCHES <= now { replica.active } else { !replica.active };
    match replica {
        _ if replica.gone.is_some() => "DELETING",
        _ if replica.ready > now => "CREATING",
        _ if is_active => "ACTIVE",
        _ => "INACTIVE",
    }
}

fn shown(replica: &Replica, there: &str, id: &str, now: i64) -> Value {
    json!({ "RegionName": there, "Status": status(replica, now), "Role": "SECONDARY", "UserPoolArn": arn(there, id) })
}
