//! A client's secrets: two at most, and never fewer than one (`app_client.md` 4).
//!
//! AWS itself is all that is remembered of a rotation: a client with two secrets is half-way through one. A value is shown
//! by the call that makes the secret, and by no other.

use std::time::Duration;

use super::kind::parts;
use crate::aws::cognito::types::ClientSecretDescriptorType;
use crate::aws::error::refused;
use crate::aws::{self, Aws};
use crate::error::{Error, Outcome, Result};

/// One secret of a client, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// What AWS calls it: `<client id>--<time>`.
    pub id: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
}

/// A secret that was made a moment ago, and its value, which nobody is shown again.
pub struct NewSecret {
    /// The secret.
    pub secret: ClientSecret,
    /// The value.
    pub value: String,
}

/// The secrets of the client of this id, the oldest first.
///
/// # Errors
/// When AWS cannot be asked, or there is no such client.
pub async fn list(aws: &Aws, id: &str) -> Result<Vec<ClientSecret>> {
    let (pool, client) = parts(id)?;
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let call = aws.cognito.list_user_pool_client_secrets().user_pool_id(pool).client_id(client);
        let page = call.set_next_token(next).send().await.map_err(refused("ListUserPoolClientSecrets"))?;
        for secret in page.client_secrets() {
            all.push(read(secret)?);
        }
        next = page.next_token;
        if next.is_none() {
            break;
        }
    }
    all.sort_by(|one, other| (one.created_ms, &one.id).cmp(&(other.created_ms, &other.id)));
    Ok(all)
}

/// Adds a secret that AWS makes up; `before` is what the client has.
///
/// # Guarantees
/// Of a call whose answer was lost, the secret that it may have made is deleted again: nobody has its value.
///
/// # Errors
/// When AWS refuses, or answers nothing twice.
pub async fn add(aws: &Aws, id: &str, before: &[ClientSecret]) -> Result<NewSecret> {
    let lost = match try_to_add(aws, id).await {
        Err(error) if error.outcome() == Outcome::Unknown => error,
        other => return other,
    };
    take_back(aws, id, before)
        .await
        .map_err(|error| error.during("a secret whose value was lost could not be deleted"))?;
    match try_to_add(aws, id).await {
        Err(error) if error.outcome() == Outcome::Unknown => {
            // What cannot be taken back now is told by what the next run finds.
            let _ = take_back(aws, id, before).await;
            Err(lost)
        }
        other => other,
    }
}

/// Adds a secret that somebody has chosen, which AWS does not repeat; `before` is what the client has.
///
/// # Guarantees
/// A call whose answer was lost is looked up, and made again only where it has added nothing.
///
/// # Errors
/// When AWS refuses, or answers nothing twice.
pub async fn add_own(aws: &Aws, id: &str, value: &str, before: &[ClientSecret]) -> Result<()> {
    match call_to_add(aws, id, Some(value)).await {
        Err(error) if error.outcome() == Outcome::Unknown => {
            if list(aws, id).await?.iter().any(|secret| !before.contains(secret)) {
                return Ok(());
            }
            call_to_add(aws, id, Some(value)).await.map(drop)
        }
        other => other.map(drop),
    }
}

async fn call_to_add(aws: &Aws, id: &str, value: Option<&str>) -> Result<ClientSecretDescriptorType> {
    let (pool, client) = parts(id)?;
    let call = aws.cognito.add_user_pool_client_secret().user_pool_id(pool).client_id(client);
    let call = call.set_client_secret(value.map(ToOwned::to_owned));
    let answer = call.customize().config_override(aws::once()).send().await;
    let made = answer.map_err(refused("AddUserPoolClientSecret"))?.client_secret_descriptor;
    made.ok_or_else(|| Error::bug("AddUserPoolClientSecret answered without a secret"))
}

/// How many seconds are waited until a call is made again that AWS had no time for.
const PAUSES: [u64; 6] = [1, 2, 4, 8, 8, 8];

/// A call that was throttled has done nothing, so that even this one may be made again.
async fn try_to_add(aws: &Aws, id: &str) -> Result<NewSecret> {
    for pause in PAUSES {
        match add_once(aws, id).await {
            Err(error) if error.is_throttled() => aws.clock.sleep(Duration::from_secs(pause)).await,
            other => return other,
        }
    }
    add_once(aws, id).await
}

async fn add_once(aws: &Aws, id: &str) -> Result<NewSecret> {
    let made = call_to_add(aws, id, None).await?;
    let value = made.client_secret_value().filter(|value| !value.is_empty()).map(ToOwned::to_owned);
    let value = value.ok_or_else(|| Error::bug("AddUserPoolClientSecret answered without a value"))?;
    Ok(NewSecret { secret: read(&made)?, value })
}

/// Deletes what a client has that it had not before.
async fn take_back(aws: &Aws, id: &str, before: &[ClientSecret]) -> Result<()> {
    for secret in list(aws, id).await? {
        if !before.contains(&secret) {
            delete(aws, id, &secret).await?;
        }
    }
    Ok(())
}

/// Deletes a secret; one that is gone already is deleted. AWS itself refuses to delete the last one.
///
/// # Errors
/// When AWS refuses.
pub async fn delete(aws: &Aws, id: &str, secret: &ClientSecret) -> Result<()> {
    let (pool, client) = parts(id)?;
    let call = aws.cognito.delete_user_pool_client_secret().user_pool_id(pool).client_id(client);
    match call.client_secret_id(&secret.id).send().await.map_err(refused("DeleteUserPoolClientSecret")) {
        Ok(_) => Ok(()),
        // It is gone: somebody else did it, or a call of ours whose answer was lost.
        Err(error) => match list(aws, id).await {
            Ok(left) if !left.contains(secret) => Ok(()),
            _ => Err(error),
        },
    }
}

fn read(secret: &ClientSecretDescriptorType) -> Result<ClientSecret> {
    let id = secret.client_secret_id().ok_or_else(|| Error::bug("AWS showed a client secret without an id"))?;
    let created = secret.client_secret_create_date().and_then(|date| date.to_millis().ok());
    Ok(ClientSecret { id: id.to_owned(), created_ms: created.unwrap_or_default() })
}
