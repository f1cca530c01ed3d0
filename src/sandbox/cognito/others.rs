//! What a pool can hold besides, of which nothing can be made here: it is asked for, and there is none.
//!
//! A fault plants some: `ListGroups=answer:{"Groups":[{"GroupName":"admins"}]}`.
use super::Refusal;
use super::doc::{self, Doc};
use crate::sandbox::World;
use serde_json::{Value, json};

/// `ListIdentityProviders`.
pub(super) fn providers(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    none_of("Providers", world, region, input)
}

/// `ListResourceServers`.
pub(super) fn resource_servers(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    none_of("ResourceServers", world, region, input)
}

/// `ListGroups`.
pub(super) fn groups(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    none_of("Groups", world, region, input)
}

/// `ListTerms`.
pub(super) fn terms(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    none_of("Terms", world, region, input)
}

/// `ListUserPoolReplicas`: what it shows of a pool that has none is not documented.
pub(super) fn replicas(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    none_of("UserPoolReplicas", world, region, input)
}

/// `GetLogDeliveryConfiguration`: an empty list is a pool without (`other_resources.md`, Set/GetLogDeliveryConfiguration).
pub(super) fn logs(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = doc::required(input, "UserPoolId");
    world.cognito.pool(region, pool)?;
    Ok(json!({ "LogDeliveryConfiguration": { "UserPoolId": pool, "LogConfigurations": [] } }))
}

/// `DescribeRiskConfiguration`: a pool's, or a client's own.
pub(super) fn risks(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, id)?;
    if let Some(client) = doc::text(input, "ClientId") {
        pool.client(client)?;
    }
    Ok(json!({ "RiskConfiguration": { "UserPoolId": id } }))
}

/// `ListUserPoolClientSecrets`: ids, and never a value (`app_client.md` 4).
pub(super) fn client_secrets(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "ClientId");
    let client = world.cognito.pool(region, doc::required(input, "UserPoolId"))?.client(id)?;
    let secrets: Vec<Value> =
        client.secret.iter().map(|_| json!({ "ClientSecretId": format!("{id}--{}", client.created) })).collect();
    Ok(json!({ "ClientSecrets": secrets }))
}

fn none_of(member: &str, world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    Ok(json!({ member: [] }))
}
