//! What a pool holds and no stack file can say yet: looked for, so that whoever adopts the pool knows what stays outside.
//!
//! Nothing here is needed: what cannot be looked for is told as not known.

use std::future::Future;

use crate::aws::Aws;
use crate::aws::cognito::types as aws;
use crate::aws::error::refused;
use crate::error::{Error, Result};

/// One sort of thing that was looked for.
#[derive(Debug)]
pub struct Other {
    /// What it is, for one and for several: `group`, `groups`.
    pub what: (&'static str, &'static str),
    /// What there is, by name; or why that is not known.
    pub found: Result<Vec<String>>,
}

/// Everything that there is, and all that is not known. `with_secret` are the clients that have one.
pub async fn others(aws: &Aws, pool: &str, with_secret: &[&str]) -> Vec<Other> {
    let look = |what, found| Other { what, found };
    let mut all = vec![look(("log export", "log exports"), logs(aws, pool).await)];
    let mut second = Ok(Vec::new());
    for client in with_secret {
        match (Box::pin(secrets(aws, pool, client)).await, &mut second) {
            (Ok(count), Ok(found)) if count > 1 => found.push(format!("of {client}")),
            (Err(error), Ok(_)) => second = Err(error),
            _ => {}
        }
    }
    all.push(look(("second client secret", "second client secrets"), second));
    all.retain(|other| other.found.as_ref().map_or(true, |found| !found.is_empty()));
    all
}

/// Pages of a list, one after the other.
async fn paged<F: Future<Output = Result<(Vec<String>, Option<String>)>>>(
    page: impl Fn(Option<String>) -> F,
) -> Result<Vec<String>> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let (found, token) = page(next).await?;
        all.extend(found);
        next = token;
        if next.is_none() {
            all.sort();
            return Ok(all);
        }
    }
}

/// Names that AWS gives, or may give.
fn names<T>(items: &[T], name: impl Fn(&T) -> Option<&str>) -> Vec<String> {
    items.iter().map(|item| name(item).unwrap_or("(unnamed)").to_owned()).collect()
}

/// The names of a pool's identity providers.
///
/// # Errors
/// When AWS cannot be asked.
pub async fn providers(aws: &Aws, pool: &str) -> Result<Vec<String>> {
    paged(async |next| {
        let call = aws.cognito.list_identity_providers().user_pool_id(pool).max_results(60).set_next_token(next);
        let page = call.send().await.map_err(refused("ListIdentityProviders"))?;
        Ok((names(page.providers(), aws::ProviderDescription::provider_name), page.next_token))
    })
    .await
}

/// The pool's resource servers: each's id in this program, and its name in AWS. A page holds 50 at most
/// (`other_resources.md` 3).
///
/// # Errors
/// When AWS cannot be asked.
pub async fn servers(aws: &Aws, pool: &str) -> Result<Vec<(String, String)>> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let call = aws.cognito.list_resource_servers().user_pool_id(pool).max_results(50).set_next_token(next);
        let page = call.send().await.map_err(refused("ListResourceServers"))?;
        for server in page.resource_servers() {
            let identifier = server.identifier().unwrap_or_default();
            all.push((format!("{pool}/{identifier}"), server.name().unwrap_or(identifier).to_owned()));
        }
        next = page.next_token;
        if next.is_none() {
            all.sort();
            return Ok(all);
        }
    }
}

/// The pool's groups: each's id in this program, and its name.
///
/// # Errors
/// When AWS cannot be asked.
pub async fn groups(aws: &Aws, pool: &str) -> Result<Vec<(String, String)>> {
    let found = paged(async |next| {
        let call = aws.cognito.list_groups().user_pool_id(pool).limit(60).set_next_token(next);
        let page = call.send().await.map_err(refused("ListGroups"))?;
        Ok((names(page.groups(), aws::GroupType::group_name), page.next_token))
    });
    Ok(found.await?.into_iter().map(|name| (format!("{pool}/{name}"), name)).collect())
}

/// Sources of events that this program does not know; those that it knows are adopted.
async fn logs(aws: &Aws, pool: &str) -> Result<Vec<String>> {
    let call = aws.cognito.get_log_delivery_configuration().user_pool_id(pool).send().await;
    let shown = match call.map_err(refused("GetLogDeliveryConfiguration")) {
        Err(error) if is_of_another_plan(&error) => return Ok(Vec::new()),
        shown => shown?.log_delivery_configuration,
    };
    let mut shown = shown.map(|logs| logs.log_configurations).unwrap_or_default();
    shown.retain(|log| aws::EventSourceName::values().iter().all(|known| log.event_source().as_str() != *known));
    Ok(names(&shown, |log| Some(log.event_source().as_str())))
}

/// How many secrets a client has; none is looked at.
async fn secrets(aws: &Aws, pool: &str, client: &str) -> Result<usize> {
    let call = aws.cognito.list_user_pool_client_secrets().user_pool_id(pool).client_id(client).send().await;
    Ok(call.map_err(refused("ListUserPoolClientSecrets"))?.client_secrets().len())
}

/// What the pool's plan does not have, it holds none of.
fn is_of_another_plan(error: &Error) -> bool {
    matches!(error.code(), Some("UserPoolAddOnNotEnabledException" | "FeatureUnavailableInTierException"))
        || error.is_not_found()
}
