//! What a pool can hold besides, of which nothing can be made here: it is asked for, and there is none.
//!
//! A fault plants some: `ListUserPoolReplicas=answer:{"UserPoolReplicas":[{"RegionName":"eu-west-1"}]}`.
use super::Refusal;
use super::doc::{self, Doc};
use crate::sandbox::World;
use serde_json::{Value, json};

/// `ListUserPoolReplicas`: what it shows of a pool that has none is not documented.
pub(super) fn replicas(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    none_of("UserPoolReplicas", world, region, input)
}

fn none_of(member: &str, world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    Ok(json!({ member: [] }))
}
