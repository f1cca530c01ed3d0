//! Resource servers and their scopes (`other_resources.md` 3).
use super::doc::{self, Doc};
use super::state::{Server, within};
use super::{Refusal, invalid, page};
use crate::sandbox::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `CreateResourceServer`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, identifier) = (doc::required(input, "UserPoolId"), doc::required(input, "Identifier"));
    let pool = world.cognito.pool_mut(region, pool_id)?;
    // other_resources.md 3, "Duplicate": no exception of its own. The text is not known.
    if pool.servers.contains_key(identifier) {
        return Err(invalid(format!("{identifier} already exists in user pool {pool_id}.")));
    }
    // other_resources.md 3, "Quota".
    within(pool.servers.len(), 25, "resource servers per user pool")?;
    let server = Server { name: doc::required(input, "Name").to_owned(), scopes: scopes(input)? };
    let shown = shown(pool_id, identifier, &server);
    pool.servers.insert(identifier.to_owned(), server);
    Ok(json!({ "ResourceServer": shown }))
}

/// `DescribeResourceServer`.
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, identifier) = (doc::required(input, "UserPoolId"), doc::required(input, "Identifier"));
    let pool = world.cognito.pool(region, pool_id)?;
    let server = pool.servers.get(identifier).ok_or_else(|| no_server(identifier))?;
    Ok(json!({ "ResourceServer": shown(pool_id, identifier, server) }))
}

/// `UpdateResourceServer`: scopes that are not sent are gone (`other_resources.md` 3, "Update"), and the clients that
/// name them are not asked (`app_client.md` 3, "the client keeps a dangling scope").
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, identifier) = (doc::required(input, "UserPoolId"), doc::required(input, "Identifier"));
    let sent = scopes(input)?;
    let pool = world.cognito.pool_mut(region, pool_id)?;
    let server = pool.servers.get_mut(identifier).ok_or_else(|| no_server(identifier))?;
    doc::required(input, "Name").clone_into(&mut server.name);
    server.scopes = sent;
    Ok(json!({ "ResourceServer": shown(pool_id, identifier, server) }))
}

/// `DeleteResourceServer`: accepted whoever names its scopes (`app_client.md` 3).
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let identifier = doc::required(input, "Identifier");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    pool.servers.remove(identifier).map(|_| json!({})).ok_or_else(|| no_server(identifier))
}

/// `ListResourceServers`.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    let page = page::page(&pool.servers, doc::number(input, "MaxResults"), doc::text(input, "NextToken"))?;
    let items: Vec<Value> = page.items.into_iter().map(|(id, server)| shown(pool_id, id, server)).collect();
    let mut answer = json!({ "ResourceServers": items });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

/// The scopes that were sent, by name. What AWS says to a name given twice is not documented; the safe answer is no.
fn scopes(input: &Doc) -> Result<BTreeMap<String, String>, Refusal> {
    let mut scopes = BTreeMap::new();
    for scope in doc::items(input, "Scopes").iter().filter_map(Value::as_object) {
        let name = doc::required(scope, "ScopeName");
        if scopes.insert(name.to_owned(), doc::required(scope, "ScopeDescription").to_owned()).is_some() {
            return Err(invalid(format!("Duplicate scope name: {name}.")));
        }
    }
    Ok(scopes)
}

/// The text is not known.
fn no_server(identifier: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("Resource server {identifier} does not exist."))
}

/// A server as it reads back: its scopes are a set, and come in an order of their own.
fn shown(pool: &str, identifier: &str, server: &Server) -> Value {
    let scopes: Vec<Value> = server
        .scopes
        .iter()
        .rev()
        .map(|(name, description)| json!({ "ScopeName": name, "ScopeDescription": description }))
        .collect();
    json!({ "UserPoolId": pool, "Identifier": identifier, "Name": server.name, "Scopes": scopes })
}
