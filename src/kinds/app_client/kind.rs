//! What can be done with an app client.

use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::user_pool::UserPool;
use super::{AppClient, ClientSettings, Feature, convert, secrets};
use crate::aws::cognito::types::{UserPoolClientDescription, UserPoolClientType};
use crate::aws::error::refused;
use crate::aws::{Aws, once};
use crate::error::{Error, Outcome, Result};
use crate::kind::{Becomes, Ctx, FoundBy, Grant, Kind, Last, Loss, Observed, On, Twin, Use, Wait, grants};

/// What AWS decided of an app client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppClientOutputs {
    /// The client id, which applications are given.
    pub client_id: String,
    /// The pool it belongs to.
    pub user_pool_id: String,
    /// Whether it has a secret. The secret itself is kept nowhere; [`secret`] asks AWS for it.
    pub has_secret: bool,
}

impl Kind for AppClient {
    const NAME: &'static str = "app_client";
    const LOSES: Loss = Loss::WhenReplaced("the client id: every app that uses it must be given the new one");
    const FOUND_BY: FoundBy = FoundBy::Name("name");
    type Outputs = AppClientOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, client) = parts(id)?;
        let Some(described) = describe(&ctx.aws, pool, client).await? else { return Ok(None) };
        // Of one that is adopted, the file says that its secret was chosen; which it is, AWS shows.
        let declared = if last.is_none() { ctx.sent::<Self>(id) } else { None };
        let asked = last.map(|last| &last.spec).or(declared.as_ref());
        let chosen = asked.and_then(|asked| asked.settings.client_secret.as_ref());
        let mut spec = Self {
            user_pool: ctx.named::<UserPool>(pool, |id, _| id == pool),
            settings: convert::settings(&described, chosen)
                .map_err(|error| error.during(format!("cannot read the app client {client}")))?,
        };
        if declared.is_some()
            && let (Some(place), Some(text)) = (&mut spec.settings.client_secret, &described.client_secret)
        {
            *place = ctx.seen_secret(place.clone(), text).await?;
        }
        let outputs = AppClientOutputs {
            client_id: client.to_owned(),
            user_pool_id: pool.to_owned(),
            has_secret: convert::has_secret(&described),
        };
        Ok(Some(Observed::ready(spec, outputs)))
    }

    /// A client has no tags (`quotas_errors.md` 5): it is known by its name, which must be the only one in its pool.
    async fn find(&self, ctx: &Ctx, _token: &str) -> Result<Option<String>> {
        let pool = ctx.id(&self.user_pool)?;
        let name = self.name()?;
        let mut found = unknown(ctx, &pool, name).await?;
        if found.len() > 1 {
            return Err(Error::aws_state(format!(
                "the user pool {pool} has {} app clients called {name} that this stack does not know, and AWS does not \
                 say which of them an interrupted run made: {}",
                found.len(),
                found.join(", ")
            ))
            .hinted("delete those that nobody uses, or import the one that is meant, and run the command again"));
        }
        Ok(found.pop())
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        // Where there is no pool yet, there is nothing in it.
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let otherwise = "if the client is somebody else's, give this one another `name`";
        Ok(unknown(ctx, &pool, self.name()?).await?.pop().map(|id| Twin { id, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, _token: &str) -> Result<String> {
        let pool = ctx.id(&self.user_pool)?;
        self.name()?;
        let chosen = self.settings.client_secret.as_ref();
        let revealed = chosen.map(|place| ctx.secret(place).and_then(fit)).transpose()?;
        let call = convert::create_call(ctx.aws.cognito.create_user_pool_client(), &pool, &self.settings, revealed)?;
        let made = patiently(ctx, async || {
            let sent = call.clone().customize().config_override(once()).send().await;
            sent.map_err(refused("CreateUserPoolClient"))
        })
        .await?;
        let made = made.user_pool_client().and_then(UserPoolClientType::client_id);
        let made = made.ok_or_else(|| {
            Error::aws_state("CreateUserPoolClient answered without a client id").with_outcome(Outcome::Unknown)
        })?;
        Ok(format!("{pool}/{made}"))
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self.settings == before.settings {
            return Ok(());
        }
        let (pool, client) = parts(id)?;
        // A client that has none is given none: that asks for another client (app_client.md 4).
        if let (Some(place), Some(_)) = (&self.settings.client_secret, &before.settings.client_secret)
            && self.settings.client_secret != before.settings.client_secret
        {
            exchange(ctx, id, &fit(ctx.secret(place)?)?).await?;
        }
        let bare = |settings: &ClientSettings| ClientSettings { client_secret: None, ..settings.clone() };
        if bare(&self.settings) == bare(&before.settings) {
            return Ok(());
        }
        patiently(ctx, async || {
            let now = describe(&ctx.aws, pool, client).await?.ok_or_else(|| gone(id))?;
            let call = ctx.aws.cognito.update_user_pool_client().user_pool_id(pool).client_id(client);
            let call = convert::update_call(call, &self.settings, &now)?;
            call.send().await.map_err(refused("UpdateUserPoolClient"))?;
            Ok(())
        })
        .await
    }

    /// Rotation that is off has no grace period (`app_client.md` 2).
    fn pruned(mut self) -> Self {
        let rotation = self.settings.refresh_token_rotation.as_mut();
        if let Some(rotation) = rotation.filter(|rotation| rotation.feature == Feature::Disabled) {
            rotation.retry_grace_period_seconds = rotation.retry_grace_period_seconds.map(|_| 0);
        }
        self
    }

    fn warns(&self, becomes: Becomes<&Self>) -> Vec<String> {
        let (old, Becomes::Changed(target)) = (&self.settings.client_secret, becomes) else { return Vec::new() };
        let new = &target.settings.client_secret;
        let is_exchanged = old.is_some() && new.is_some() && old != new;
        let said = "whatever signs in with the old client secret is refused once this is applied: the new one takes its \
                    place at once";
        is_exchanged.then(|| said.to_owned()).into_iter().collect()
    }

    fn grants(&self) -> Vec<Grant> {
        let own: &[&str] = match self.settings.client_secret {
            Some(_) => &SECRET_CALLS,
            None => &[],
        };
        // Analytics use a role of the service's own, or one that is handed over (`quotas_errors.md` 8).
        let analytics = self.settings.analytics_configuration.as_ref().and_then(|analytics| {
            let role = analytics.role_arn.clone().map(|role| (On::Role(role), "iam:PassRole"));
            let own = analytics.application_arn.as_ref().map(|_| (On::AnalyticsRole, "iam:CreateServiceLinkedRole"));
            role.or(own)
        });
        let analytics = analytics.into_iter().flat_map(|(on, action)| {
            [Use::Making, Use::Changing].into_iter().flat_map(move |used| grants(used, &on, &[action]))
        });
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:DescribeUserPoolClient"]),
            grants(Use::Looking, &On::Pool, &["cognito-idp:ListUserPoolClients"]),
            grants(Use::Making, &On::Pool, &["cognito-idp:CreateUserPoolClient"]),
            grants(Use::Changing, &On::Pool, &["cognito-idp:UpdateUserPoolClient"]),
            grants(Use::Changing, &On::Pool, own),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DeleteUserPoolClient"]),
        ]
        .into_iter()
        .flatten()
        .chain(analytics)
        .collect()
    }

    async fn delete(ctx: &Ctx, id: &str, _last: Option<&Last<Self>>) -> Result<()> {
        let (pool, client) = parts(id)?;
        patiently(ctx, async || {
            let call = ctx.aws.cognito.delete_user_pool_client().user_pool_id(pool).client_id(client);
            match call.send().await.map_err(refused("DeleteUserPoolClient")) {
                Err(error) if error.is_not_found() => Ok(()),
                deleted => deleted.map(|_| ()),
            }
        })
        .await
    }
}

impl AppClient {
    fn name(&self) -> Result<&str> {
        self.settings.name.as_deref().ok_or_else(|| Error::bug("an app client was composed without a name"))
    }
}

/// The ids of the clients of this name that the stack does not know.
async fn unknown(ctx: &Ctx, pool: &str, name: &str) -> Result<Vec<String>> {
    let listed = ctx.read_once("ListUserPoolClients", pool, listed(ctx, pool)).await?;
    let alike = listed.iter().filter(|(_, theirs)| theirs == name).map(|(id, _)| format!("{pool}/{id}"));
    // What the state already holds, or what this one replaces, was not made by a call that nobody has heard of.
    Ok(alike.filter(|id| !ctx.is_ours::<AppClient>(id)).collect())
}

/// The id and the name of each client of a pool; none where there is no such pool.
async fn listed(ctx: &Ctx, pool: &str) -> Result<Rc<[(String, String)]>> {
    let mut found = Vec::new();
    let mut page = None;
    loop {
        let listed = ctx.aws.cognito.list_user_pool_clients().user_pool_id(pool).max_results(60).set_next_token(page);
        let listed = match listed.send().await.map_err(refused("ListUserPoolClients")) {
            Err(error) if error.is_not_found() => return Ok(Rc::default()),
            listed => listed?,
        };
        let named = |client: &UserPoolClientDescription| {
            Some((client.client_id()?.to_owned(), client.client_name()?.to_owned()))
        };
        found.extend(listed.user_pool_clients().iter().filter_map(named));
        page = listed.next_token;
        if page.is_none() {
            return Ok(found.into());
        }
    }
}

/// What IAM must allow for another secret of one's own.
pub const SECRET_CALLS: [&str; 3] = [
    "cognito-idp:AddUserPoolClientSecret",
    "cognito-idp:ListUserPoolClientSecrets",
    "cognito-idp:DeleteUserPoolClientSecret",
];

/// Makes `value` the one secret of a client that has a secret of one's own.
///
/// # Guarantees
/// The client has a good secret at every moment. Made again after it was cut anywhere, it ends the same.
///
/// # Assumptions
/// AWS says the value of one of two secrets, and not of which (`app_client.md` 4). So where there are two, as after a run
/// that was cut, the older one goes, and then it is seen what is left.
async fn exchange(ctx: &Ctx, id: &str, value: &str) -> Result<()> {
    let mut held = secrets::list(&ctx.aws, id).await?;
    while held.len() > 1 {
        let older = held.remove(0);
        patiently(ctx, async || secrets::delete(&ctx.aws, id, &older).await).await?;
    }
    if secret(&ctx.aws, id).await?.as_deref() == Some(value) {
        return Ok(());
    }
    patiently(ctx, async || secrets::add_own(&ctx.aws, id, value, &held).await).await?;
    for old in &held {
        patiently(ctx, async || secrets::delete(&ctx.aws, id, old).await).await?;
    }
    Ok(())
}

/// The client's secret, asked for now; None when it has none. It is for showing, and for nothing else.
///
/// # Errors
/// When there is no such client, or AWS refuses.
pub async fn secret(aws: &Aws, id: &str) -> Result<Option<String>> {
    let (pool, client) = parts(id)?;
    let described = describe(aws, pool, client).await?.ok_or_else(|| gone(id))?;
    Ok(described.client_secret.filter(|secret| !secret.is_empty()))
}

/// The pool's id and the client's own.
pub(super) fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/')
        .filter(|(pool, client)| !pool.is_empty() && !client.is_empty() && !client.contains('/'))
        .ok_or_else(|| {
            Error::usage(format!("`{id}` is not the id of an app client")).hinted(
                "it is the user pool's id, a slash and the client id: `ap-southeast-2_Ab12Cd34E/1example23456789`",
            )
        })
}

fn gone(id: &str) -> Error {
    Error::aws_state(format!("the app client {id} is gone")).hinted("plan again: it will be made anew")
}

async fn describe(aws: &Aws, pool: &str, client: &str) -> Result<Option<UserPoolClientType>> {
    let call = aws.cognito.describe_user_pool_client().user_pool_id(pool).client_id(client);
    match call.send().await.map_err(refused("DescribeUserPoolClient")) {
        Ok(described) => Ok(described.user_pool_client),
        // The client, or its whole pool.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A secret that AWS will take; what it is does not stand in the refusal.
///
/// # Errors
/// When it is none.
pub fn fit(secret: String) -> Result<String> {
    let fits = (24..=64).contains(&secret.len())
        && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'+');
    if fits {
        return Ok(secret);
    }
    Err(Error::stack("the client_secret that was found is not one that AWS takes")
        .hinted("it must be 24–64 letters, digits, `_` and `+`"))
}

/// Makes a call until AWS has time for it: it takes one change to a pool's clients at a time (`app_client.md` 5), and
/// so many in a second. Both are refusals: nothing has been done, so that even a creating call may be made again.
async fn patiently<T>(ctx: &Ctx, mut call: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    const TURN: Wait<'_> = Wait {
        what: "for AWS to have time for a change to this user pool's app clients",
        every: Duration::from_secs(5),
        at_most: Duration::from_mins(2),
    };
    let mut busy = None;
    let done = ctx.until(&TURN, async || match call().await {
        Err(error) if is_busy(&error) => {
            busy = Some(error);
            Ok(None)
        }
        done => done.map(Some),
    });
    let done = done.await;
    match (done, busy) {
        // The wait ran out: what AWS said all that time is the reason.
        (Err(error), Some(busy)) if error.aws_failure().is_none() && !error.is_stopped() => {
            Err(busy.during(error.message()))
        }
        (done, _) => done,
    }
}

fn is_busy(error: &Error) -> bool {
    error.outcome() == Outcome::Refused
        && (error.code() == Some("ConcurrentModificationException") || error.is_throttled())
}

#[cfg(test)]
mod tests;
