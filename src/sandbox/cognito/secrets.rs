//! The secrets of a client: two at most, and never fewer than one (`app_client.md` 4).
use super::doc::{self, Doc};
use super::state::{Client, Secret, no_client, within};
use super::{Refusal, ids, invalid};
use crate::sandbox::World;
use serde_json::{Value, json};

/// `AddUserPoolClientSecret`: shows the value this once, and only when it made it up itself.
pub(super) fn add(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool, id) = (doc::required(input, "UserPoolId"), doc::required(input, "ClientId"));
    let client = world.cognito.pool(region, pool)?.client(id)?;
    // "only for a client that already has a secret". The text is not known.
    let Some(first) = &client.secret else {
        return Err(invalid("Secrets can only be added to a client that has a client secret."));
    };
    let given = doc::text(input, "ClientSecret").map(ToOwned::to_owned);
    if given.as_ref() == Some(first) {
        return Err(invalid("The client secret is already in use."));
    }
    within(1 + usize::from(client.second.is_some()), 2, "secrets per app client")?;
    // The time is a part of the id, so no two secrets of a client have one.
    let created = world.now.max(client.first_secret_made() + 1);
    let value = given.clone().unwrap_or_else(|| ids::secret(world));
    let mut shown = shown(id, created);
    if given.is_none() {
        shown["ClientSecretValue"] = value.as_str().into();
    }
    changed(world, region, pool, id)?.second = Some(Secret { value, created });
    Ok(json!({ "ClientSecretDescriptor": shown }))
}

/// `ListUserPoolClientSecrets`: ids and times, all at once, and never a value.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "ClientId");
    let client = world.cognito.pool(region, doc::required(input, "UserPoolId"))?.client(id)?;
    // In which order is not said: here the newest is first.
    let secrets: Vec<Value> = made(client).into_iter().rev().map(|created| shown(id, created)).collect();
    Ok(json!({ "ClientSecrets": secrets }))
}

/// `DeleteUserPoolClientSecret`: "cannot delete the last one". The texts are not known.
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool, id) = (doc::required(input, "UserPoolId"), doc::required(input, "ClientId"));
    let wanted = doc::required(input, "ClientSecretId");
    let made = made(world.cognito.pool(region, pool)?.client(id)?);
    let Some(place) = made.iter().position(|created| secret_id(id, *created) == wanted) else {
        return Err(Refusal::new("ResourceNotFoundException", format!("Client secret {wanted} does not exist.")));
    };
    if made.len() == 1 {
        return Err(invalid("The last client secret of a client cannot be deleted."));
    }
    let client = changed(world, region, pool, id)?;
    let second = client.second.take();
    if place == 0
        && let Some(Secret { value, created }) = second
    {
        client.secret = Some(value);
        client.secret_made = Some(created);
    }
    Ok(json!({}))
}

/// When each secret was made, the oldest first.
fn made(client: &Client) -> Vec<i64> {
    let first = client.secret.as_ref().map(|_| client.first_secret_made());
    first.into_iter().chain(client.second.as_ref().map(|second| second.created)).collect()
}

fn changed<'a>(world: &'a mut World, region: &str, pool: &str, id: &str) -> Result<&'a mut Client, Refusal> {
    world.cognito.pool_mut(region, pool)?.clients.get_mut(id).ok_or_else(|| no_client(id))
}

/// "`<client-id>--<epoch-create-time>`" (the SDK's documentation of `ClientSecretDescriptorType`).
fn secret_id(client: &str, created: i64) -> String {
    format!("{client}--{created}")
}

fn shown(client: &str, created: i64) -> Value {
    json!({ "ClientSecretId": secret_id(client, created), "ClientSecretCreateDate": doc::time(created) })
}
