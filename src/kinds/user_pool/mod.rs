//! The user pool: everything that CreateUserPool, UpdateUserPool, SetUserPoolMfaConfig and AddCustomAttributes take.
//!
//! One object, written by four calls and read by two: DescribeUserPool shows all but the second factors and
//! passkeys, which GetUserPoolMfaConfig shows (`user_pool.md` 1).

pub mod attributes;
pub mod bound;
pub mod check;
pub mod contents;
pub mod enums;
pub mod examples;
pub mod messages;
pub mod others;
pub mod spec;
#[cfg(test)]
pub(super) mod surface;
pub mod triggers;

mod mfa;
mod read;
mod wire;
mod write;

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::enums::{DeletionProtection, IssuerType};
use self::mfa::Call;
use self::read::OURS;
pub use self::spec::UserPool;
use super::{domain, replica};
use crate::aws::cognito::operation::get_user_pool_mfa_config::GetUserPoolMfaConfigOutput;
use crate::aws::cognito::types as aws;
use crate::aws::error::refused;
use crate::aws::once;
use crate::error::{Error, Outcome, Result};
use crate::kind::{Ctx, Grant, Kind, Last, Loss, Observed, On, Twin, Use, Wait, grants};

/// The most attributes that one AddCustomAttributes takes (`user_pool.md` 1).
const MOST_AT_ONCE: usize = 25;

/// The most pools that one page of ListUserPools holds (`quotas_errors.md` 5).
const PAGE: i32 = 60;

/// What AWS decided of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPoolOutputs {
    /// The pool's id: `ap-southeast-2_AbCdEfGhI`.
    pub id: String,
    /// The pool's ARN.
    pub arn: String,
    /// The Region that the pool is in.
    pub region: String,
    /// Where the pool's API is: `cognito-idp.<region>.amazonaws.com/<id>`.
    pub endpoint: String,
    /// What the pool's tokens name as their issuer.
    pub issuer: String,
    /// Where the keys are that the pool's tokens are checked with.
    pub jwks_uri: String,
}

impl UserPoolOutputs {
    fn of(pool: &aws::UserPoolType, spec: &UserPool, region: &str) -> Self {
        let id = pool.id().unwrap_or_default();
        // The id begins with the Region; the ARN names it too (user_pool.md, top).
        let region = id.rsplit_once('_').map_or(region, |(region, _)| region);
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let endpoint = format!("cognito-idp.{region}.{domain}/{id}");
        let form = spec.issuer_configuration.as_ref().and_then(|issuer| issuer.issuer_type.as_ref());
        let issuer = match form {
            Some(IssuerType::Updated) => format!("https://issuer-{endpoint}"),
            _ => format!("https://{endpoint}"),
        };
        Self {
            id: id.to_owned(),
            arn: pool.arn().unwrap_or_default().to_owned(),
            region: region.to_owned(),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            endpoint,
            issuer,
        }
    }
}

impl Kind for UserPool {
    const NAME: &'static str = "user_pool";
    const LOSES: Loss = Loss::WhenGone("every user account in the pool");
    type Outputs = UserPoolOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, UserPoolOutputs>>> {
        let Some((pool, mfa)) = shown(ctx, id).await? else { return Ok(None) };
        tell_failures(ctx, &pool);
        let spec = read::spec(&pool, &mfa, last.map(|last| &last.spec));
        let outputs = UserPoolOutputs::of(&pool, &spec, &ctx.aws.region);
        Ok(Some(Observed {
            holds: match pool.estimated_number_of_users {
                ..=0 => None,
                1 => Some("1 user account".to_owned()),
                many => Some(format!("{many} user accounts")),
            },
            protected: (spec.deletion_protection == Some(DeletionProtection::Active))
                .then(|| "deletion protection is ACTIVE".to_owned()),
            ..Observed::ready(spec, outputs)
        }))
    }

    async fn find(&self, ctx: &Ctx, token: &str) -> Result<Option<String>> {
        tagged(ctx, &self.name, |_, theirs| theirs == Some(token)).await
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let found = tagged(ctx, &self.name, |id, _| !ctx.is_ours::<Self>(id)).await?;
        let otherwise =
            "if the pool is another project's, take its tag `stack:name` away, or give this one another name";
        Ok(found.map(|id| Twin { id, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, token: &str) -> Result<String> {
        let mut tags: HashMap<_, _> =
            self.tags.iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
        tags.insert("stack:name".to_owned(), ctx.stack.to_string());
        tags.insert("stack:token".to_owned(), token.to_owned());
        let call = write::create(self, tags, ctx.aws.cognito.create_user_pool())?;
        let made = patiently(ctx, async || {
            let call = call.clone().customize().mutate_request(wire::tidy).config_override(once());
            call.send().await.map_err(refused("CreateUserPool"))
        });
        let made = made.await.map_err(explained)?;
        let id = made.user_pool().and_then(|pool| pool.id());
        Ok(id
            .ok_or_else(|| Error::aws_state("CreateUserPool answered without an id").with_outcome(Outcome::Unknown))?
            .to_owned())
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        // What was read a moment ago may have changed; what is not declared is sent back as it is now.
        let Some((pool, mfa)) = shown(ctx, id).await? else {
            return Err(Error::aws_state(format!("the user pool {id} is gone")));
        };
        let is = read::spec(&pool, &mfa, Some(before));
        let pool_differs = write::update_part(self) != write::update_part(&is);
        for call in mfa::calls(self, &is, pool_differs) {
            match call {
                Call::Pool => update_pool(self, ctx, id, &pool).await?,
                Call::Mfa => set_mfa(self, ctx, id).await?,
                Call::LiftedMfa(lifted) => set_mfa(&lifted, ctx, id).await?,
            }
        }
        add_attributes(self, ctx, id, &is).await?;
        retag(self, ctx, &pool, &is).await
    }

    fn pruned(self) -> Self {
        read::pruned(self)
    }

    fn grants(&self) -> Vec<Grant> {
        let sms = self.sms_configuration.as_ref();
        let roles = sms.into_iter().flat_map(|sms| {
            let eums = sms.eums_sms.as_ref().map(|eums| &eums.caller_arn);
            sms.sns_caller_arn.iter().chain(eums)
        });
        let roles = roles.flat_map(|role| grants(Use::Changing, &On::Role(role.clone()), &["iam:PassRole"]));
        // Custom senders open what Cognito has locked with the key (`quotas_errors.md` 8).
        let keys = self.lambda_config.iter().filter_map(|triggers| triggers.kms_key_id.clone());
        let keys = keys.flat_map(|key| grants(Use::Changing, &On::Key(key), &["kms:CreateGrant"]));
        let mails = self.email_configuration.as_ref().and_then(|mail| mail.email_sending_account.as_ref());
        let sends_by_ses = mails == Some(&enums::EmailSendingAccount::Developer);
        let mail = if sends_by_ses { &["iam:CreateServiceLinkedRole"] as &[_] } else { &[] };
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig"]),
            grants(Use::Looking, &On::Any, &["cognito-idp:ListUserPools"]),
            grants(Use::Looking, &On::EveryPool, &["cognito-idp:DescribeUserPool"]),
            grants(Use::Making, &On::Any, &["cognito-idp:CreateUserPool"]),
            // Tags that are set at once are counted as tagging too (`quotas_errors.md` 8).
            grants(Use::Making, &On::NewPool, &["cognito-idp:TagResource"]),
            grants(Use::Changing, &On::Pool, &CHANGES),
            grants(Use::Changing, &On::MailRole, mail),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DeleteUserPool"]),
        ]
        .into_iter()
        .flatten()
        .chain(roles)
        .chain(keys)
        .collect()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let call = async || {
            let call = ctx.aws.cognito.delete_user_pool().user_pool_id(id);
            call.send().await.map(drop).map_err(refused("DeleteUserPool"))
        };
        let gone = patiently(ctx, async || match call().await {
            Err(error) if error.aws_says("has a domain configured") => {
                let Some(pool) = described(ctx, id).await? else { return Ok(()) };
                let mut staying = Vec::new();
                for name in [pool.custom_domain(), pool.domain()].into_iter().flatten() {
                    // An earlier run may have asked for its deletion, which takes a while.
                    if !domain::goes(ctx, name).await? {
                        staying.push(name);
                    }
                }
                if staying.is_empty() {
                    return call().await;
                }
                let staying = staying.join(" and ");
                Err(error.hinted(format!("delete the domain {staying} first: it is not in this stack")))
            }
            // What AWS says of a pool that has a replica is not known.
            Err(error)
                if matches!(error.code(), Some("InvalidParameterException" | "OperationNotEnabledException")) =>
            {
                match replica::staying(ctx, id).await {
                    // An earlier run may have asked for its deletion, which takes a while …
                    Ok(Some(staying)) if staying.is_empty() => call().await,
                    Ok(Some(staying)) => {
                        let staying = staying.join(" and ");
                        Err(error.hinted(format!("delete the replica in {staying} first: it is not in this stack")))
                    }
                    // … and may be over since the refusal.
                    Ok(None) if error.aws_says("replica") => call().await,
                    Err(stopped) if stopped.is_stopped() => Err(stopped),
                    // Nobody can look, or there is none: what was refused is what is told.
                    Ok(None) | Err(_) => Err(error),
                }
            }
            done => done,
        });
        match gone.await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other.map_err(explained),
        }
    }
}

/// Tells what AWS says of messages that it cannot send: no plan mends it, and nobody hears of it who does not sign in
/// (`user_pool.md` 6).
fn tell_failures(ctx: &Ctx, pool: &aws::UserPoolType) {
    let told = [
        ("SMS messages", pool.sms_configuration_failure(), "the role of `sms_configuration`, and SNS's sandbox"),
        ("e-mail", pool.email_configuration_failure(), "the SES identity of `email_configuration`, and its policy"),
    ];
    for (what, why, see_to) in told {
        if let Some(why) = why.filter(|why| !why.is_empty()) {
            (ctx.say)(&format!("the user pool cannot send {what} now ({why}): see to {see_to}"));
        }
    }
}

/// What a pool may be changed with.
const CHANGES: [&str; 5] = [
    "cognito-idp:AddCustomAttributes",
    "cognito-idp:SetUserPoolMfaConfig",
    "cognito-idp:TagResource",
    "cognito-idp:UntagResource",
    "cognito-idp:UpdateUserPool",
];

/// The pool of this name that carries the stack's tag, and that `is_it` holds for, given its id and its token.
async fn tagged(ctx: &Ctx, name: &str, is_it: impl Fn(&str, Option<&str>) -> bool) -> Result<Option<String>> {
    let listed = ctx.aws.cognito.list_user_pools().max_results(PAGE).into_paginator().items().send();
    let listed = listed.collect::<std::result::Result<Vec<_>, _>>().await.map_err(refused("ListUserPools"))?;
    // The list shows no tags, and names are not unique; so each of that name is looked at (quotas_errors.md 5).
    for id in listed.iter().filter(|pool| pool.name() == Some(name)).filter_map(|pool| pool.id()) {
        let Some(pool) = described(ctx, id).await? else { continue };
        let tag = |key: &str| pool.user_pool_tags().and_then(|tags| tags.get(key)).map(String::as_str);
        if tag("stack:name") == Some(&*ctx.stack) && is_it(id, tag("stack:token")) {
            return Ok(Some(id.to_owned()));
        }
    }
    Ok(None)
}

/// The pool as DescribeUserPool shows it; None when it is gone.
async fn described(ctx: &Ctx, id: &str) -> Result<Option<aws::UserPoolType>> {
    match ctx.aws.cognito.describe_user_pool().user_pool_id(id).send().await.map_err(refused("DescribeUserPool")) {
        Ok(shown) => Ok(shown.user_pool),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The pool as its two reading calls show it; None when it is gone.
async fn shown(ctx: &Ctx, id: &str) -> Result<Option<(aws::UserPoolType, GetUserPoolMfaConfigOutput)>> {
    let mfa = async {
        let call = ctx.aws.cognito.get_user_pool_mfa_config().user_pool_id(id).send();
        match call.await.map_err(refused("GetUserPoolMfaConfig")) {
            Ok(mfa) => Ok(Some(mfa)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    };
    let (pool, mfa) = futures_util::future::try_join(described(ctx, id), mfa).await?;
    Ok(pool.zip(mfa))
}

async fn update_pool(wanted: &UserPool, ctx: &Ctx, id: &str, is: &aws::UserPoolType) -> Result<()> {
    let call = write::update(wanted, is, ctx.aws.cognito.update_user_pool().user_pool_id(id))?;
    let done = patiently(ctx, async || {
        let call = call.clone().customize().mutate_request(wire::tidy);
        call.send().await.map_err(refused("UpdateUserPool"))
    });
    done.await.map(drop).map_err(explained)
}

async fn set_mfa(wanted: &UserPool, ctx: &Ctx, id: &str) -> Result<()> {
    let call = mfa::set(wanted, ctx.aws.cognito.set_user_pool_mfa_config().user_pool_id(id))?;
    let done = patiently(ctx, async || {
        let call = call.clone().customize().mutate_request(wire::tidy);
        call.send().await.map_err(refused("SetUserPoolMfaConfig"))
    });
    done.await.map(drop).map_err(explained)
}

async fn add_attributes(wanted: &UserPool, ctx: &Ctx, id: &str, is: &UserPool) -> Result<()> {
    let there = |is: &UserPool, name: &String| is.attributes.as_ref().is_some_and(|all| all.contains_key(name));
    let all = wanted.attributes.iter().flatten();
    let new: Vec<_> = all.filter(|(name, _)| !there(is, name)).collect();
    for batch in new.chunks(MOST_AT_ONCE) {
        let sent = batch.iter().map(|(name, attribute)| attribute.to_aws(name)).collect();
        let call = ctx.aws.cognito.add_custom_attributes().user_pool_id(id).set_custom_attributes(Some(sent));
        let done = patiently(ctx, async || {
            match call.clone().send().await.map_err(refused("AddCustomAttributes")) {
                // The call was made again because its answer was lost, and had taken effect.
                Err(error) if error.aws_says("Existing attribute already has name") => {
                    let Some((pool, mfa)) = shown(ctx, id).await? else { return Err(error) };
                    let now = read::spec(&pool, &mfa, Some(is));
                    if batch.iter().all(|(name, _)| there(&now, name)) { Ok(()) } else { Err(error) }
                }
                done => done.map(drop),
            }
        });
        done.await.map_err(explained)?;
    }
    Ok(())
}

/// Sets and removes tags one by one, whatever UpdateUserPool does with them (`user_pool.md` 3).
async fn retag(wanted: &UserPool, ctx: &Ctx, pool: &aws::UserPoolType, is: &UserPool) -> Result<()> {
    let none = std::collections::BTreeMap::new();
    let (wanted, is) = (wanted.tags.as_ref().unwrap_or(&none), is.tags.as_ref().unwrap_or(&none));
    let arn = pool.arn().unwrap_or_default();
    let set: HashMap<_, _> =
        wanted.iter().filter(|(key, value)| is.get(*key) != Some(value)).map(|(k, v)| (k.clone(), v.clone())).collect();
    if !set.is_empty() {
        let call = ctx.aws.cognito.tag_resource().resource_arn(arn).set_tags(Some(set));
        patiently(ctx, async || call.clone().send().await.map_err(refused("TagResource"))).await?;
    }
    let gone: Vec<_> = is.keys().filter(|key| !wanted.contains_key(*key) && !key.starts_with(OURS)).cloned().collect();
    if !gone.is_empty() {
        let call = ctx.aws.cognito.untag_resource().resource_arn(arn).set_tag_keys(Some(gone));
        patiently(ctx, async || call.clone().send().await.map_err(refused("UntagResource"))).await?;
    }
    Ok(())
}

/// Makes a call again while AWS refuses it for a reason that passes: somebody else's call is under way, a role is
/// not known everywhere yet, calls come too fast (`quotas_errors.md` 3).
async fn patiently<T>(ctx: &Ctx, mut call: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let wait = Wait {
        what: "for Cognito to take the change to the user pool",
        every: Duration::from_secs(5),
        at_most: Duration::from_mins(2),
    };
    let mut refusal = None;
    let done = ctx.until(&wait, async || match call().await {
        Ok(done) => Ok(Some(done)),
        Err(error) if passes(&error) => {
            refusal = Some(error);
            Ok(None)
        }
        Err(error) => Err(error),
    });
    match (done.await, refusal) {
        // The wait ran out: what AWS said all that time is the reason.
        (Err(error), Some(refusal)) if !error.is_stopped() && error.aws_failure().is_none() => Err(refusal),
        (done, _) => done,
    }
}

fn passes(error: &Error) -> bool {
    let code = error.code().unwrap_or_default();
    error.outcome() == Outcome::Refused
        && (matches!(
            code,
            "ConcurrentModificationException"
                | "InvalidSmsRoleTrustRelationshipException"
                | "InvalidSmsRoleAccessPolicyException"
        ) || error.is_throttled()
            || error.aws_says("has a domain configured") && error.hints().is_empty())
}

/// A refusal with what to do about it, where that is known.
fn explained(error: Error) -> Error {
    let hint = match error.code() {
        Some("InvalidSmsRoleTrustRelationshipException") => {
            "let cognito-idp.amazonaws.com assume the role of `sms_configuration`, with its external id"
        }
        Some("InvalidSmsRoleAccessPolicyException") => {
            "let the role of `sms_configuration` send: sns:Publish on *, or sms-voice:SendTextMessage"
        }
        Some("TierChangeNotAllowedException") => "take out what only the higher plan has, and apply that first",
        Some("UserPoolTaggingException") => "see that the tags are allowed in this account",
        _ if error.aws_says("deletion protection is activated") => {
            "set `deletion_protection: INACTIVE` under `user_pool`, apply that, and then delete"
        }
        _ if error.aws_says("not allowed to use your email identity") => {
            "let cognito-idp.amazonaws.com send from that SES identity, with a sending authorization policy"
        }
        _ if error.aws_says("not allowed to create grants for the key") => {
            "let cognito-idp.amazonaws.com do kms:CreateGrant in the policy of that key, for this account"
        }
        _ if error.aws_says("Cross-account pass role") => "the role of `sms_configuration` must be in this account",
        _ => return error,
    };
    error.explained(hint)
}

#[cfg(test)]
mod calls_tests;
#[cfg(test)]
mod tests;
