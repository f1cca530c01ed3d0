//! What belongs to a pool that somebody else has made: its domains, its clients, and whose it says that it is.

use super::{described, read::OURS};
use crate::aws::error::refused;
use crate::error::Result;
use crate::kind::Ctx;

/// What belongs to a pool, as far as a stack can hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The pool's name, which need not be unique.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The stack whose tag the pool carries.
    pub claimed_by: Option<String>,
    /// The domain of AWS's.
    pub prefix: Option<String>,
    /// The domain of one's own.
    pub custom: Option<String>,
    /// The clients' names and ids, sorted; names need not be unique.
    pub clients: Vec<(String, String)>,
}

/// What belongs to the pool; None when there is no such pool.
///
/// # Errors
/// When AWS cannot be asked.
pub async fn contents(ctx: &Ctx, id: &str) -> Result<Option<Contents>> {
    let Some(pool) = described(ctx, id).await? else { return Ok(None) };
    let listed = ctx.aws.cognito.list_user_pool_clients().user_pool_id(id).max_results(60);
    let listed = listed.into_paginator().items().send().collect::<std::result::Result<Vec<_>, _>>().await;
    let mut clients: Vec<(String, String)> = listed
        .map_err(refused("ListUserPoolClients"))?
        .into_iter()
        .map(|client| (client.client_name.unwrap_or_default(), client.client_id.unwrap_or_default()))
        .collect();
    clients.sort();
    let tags = pool.user_pool_tags();
    Ok(Some(Contents {
        name: pool.name().unwrap_or_default().to_owned(),
        arn: pool.arn().unwrap_or_default().to_owned(),
        claimed_by: tags.and_then(|tags| tags.get(&format!("{OURS}name"))).cloned(),
        prefix: pool.domain().filter(|domain| !domain.is_empty()).map(str::to_owned),
        custom: pool.custom_domain().filter(|domain| !domain.is_empty()).map(str::to_owned),
        clients,
    }))
}
