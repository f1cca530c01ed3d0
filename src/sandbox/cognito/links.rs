//! Identities at providers that an administrator links to a user of the pool (API reference, AdminLinkProviderForUser). None
//! of AWS's texts is known, and nobody signs in through them here.
use super::doc::{self, Doc};
use super::state::within;
use super::{Refusal, users};
use crate::sandbox::World;
use serde_json::{Value, json};

/// The identities of one user (`quotas_errors.md` 2).
const OF_ONE_USER: usize = 5;

/// `AdminLinkProviderForUser`.
pub(super) fn link(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let said =
        |whose: &str, name: &str| doc::child(input, whose).and_then(|one| doc::text(one, name)).unwrap_or_default();
    let (provider, identity) = (said("SourceUser", "ProviderName"), said("SourceUser", "ProviderAttributeValue"));
    if !pool.providers.contains_key(provider) {
        let message = format!("Identity provider {provider} does not exist.");
        return Err(Refusal::new("ResourceNotFoundException", message));
    }
    let name = users::found(pool, said("DestinationUser", "ProviderAttributeValue"))?.0.clone();
    let link = format!("{provider} {identity}");
    if pool.users.iter().any(|(other, user)| *other != name && user.links.contains(&link)) {
        return Err(Refusal::new("AliasExistsException", "The identity is linked to another user."));
    }
    let user = users::held(pool, &name)?;
    if !user.links.contains(&link) {
        within(user.links.len(), OF_ONE_USER, "linked identities per user")?;
    }
    user.links.insert(link);
    Ok(json!({}))
}
