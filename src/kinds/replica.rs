//! A pool's replica: a copy in another Region that people can sign in to while the first Region fails.
//!
//! It has the pool's own id. Users, clients and most settings follow the pool by themselves; what follows here is whether
//! the copy serves people, and its tags, which are its own. Sources: Cognito's API reference (CreateUserPoolReplica,
//! UpdateUserPoolReplica, DeleteUserPoolReplica) and Developer Guide, "Multi-Region replication for user pools".

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::{
    ReplicaRoleType, ReplicaStatusType, UpdateReplicaStatusType, UserPoolReplicaType,
};
use futures_util::future::join;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::busy::when_free;
use super::user_pool::UserPool;
use crate::aws;
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, Grant, Kind, Last, Loss, Observed, On, OnChange, Ref, Turn, Twin, Use, Wait, Waiting, grants};

/// The Regions that pools can be replicated from and to, when the feature came (June 2026).
pub const REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// A copy of the user pool in another Region. Its id is `<user pool id>/<Region>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replica {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The Region of the copy.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub region: String,
    /// Whether people can sign in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "INACTIVE"))]
    pub status: Option<ReplicaStatus>,
    /// Its own tags, which are not those of the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = {}))]
    pub tags: Option<BTreeMap<String, String>>,
}

/// Whether people can sign in at a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReplicaStatus {
    /// They can.
    Active,
    /// They cannot: it is kept up to date, and waits.
    Inactive,
}

impl ReplicaStatus {
    fn wire(self) -> UpdateReplicaStatusType {
        match self {
            Self::Active => UpdateReplicaStatusType::Active,
            Self::Inactive => UpdateReplicaStatusType::Inactive,
        }
    }

    /// What AWS shows once it is so.
    fn shown(self) -> ReplicaStatusType {
        match self {
            Self::Active => ReplicaStatusType::Active,
            Self::Inactive => ReplicaStatusType::Inactive,
        }
    }
}

/// What AWS decided of a replica.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplicaOutputs {
    /// The copy's own ARN, which names its Region.
    pub arn: String,
}

/// What stands before the tags that the stack itself puts on what it makes.
const OURS: &str = "stack:";

impl Kind for Replica {
    const NAME: &'static str = "replica";
    /// It stands on the pool's plan and on its key.
    const TURN: Turn = Turn::Within;
    const LOSES: Loss = Loss::WhenReplaced(
        "failover, until the new one is made; and what was set by hand in the old one's Region: triggers, e-mail, SMS",
    );
    type Outputs = ReplicaOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, region) = parts(id)?;
        // With the ARN known, both questions are asked side by side.
        let known = last.and_then(|last| last.outputs.as_ref()).map(|outputs| outputs.arn.clone());
        let (shown, seen) = join(there(ctx, pool, region), async {
            match &known {
                Some(arn) => Some(own_tags(ctx, region, arn).await),
                None => None,
            }
        })
        .await;
        // One that is being deleted is of no use any more.
        let Some(shown) = shown?.filter(|shown| !is_going(shown)) else { return Ok(None) };
        let arn = arn_of(&shown)?;
        let tags = match seen {
            // Until it is made, it has none that could be asked for.
            _ if is_coming(&shown) => last.and_then(|last| last.spec.tags.clone()).unwrap_or_default(),
            Some(seen) if known.as_deref() == Some(&arn) => seen?,
            _ => own_tags(ctx, region, &arn).await?,
        };
        let waiting = is_coming(&shown).then(|| Waiting {
            what: format!("for the replica in {region} to be made"),
            by_hand: Vec::new(),
            every: LOOKS,
            at_most: LONGEST,
        });
        let status = if shown.status == Some(ReplicaStatusType::Active) {
            ReplicaStatus::Active
        } else {
            ReplicaStatus::Inactive
        };
        let spec = Self {
            user_pool: ctx.named(pool, |known, _| known == pool),
            region: region.to_owned(),
            status: Some(status),
            tags: Some(tags),
        };
        Ok(Some(Observed { waiting, ..Observed::ready(spec, ReplicaOutputs { arn }) }))
    }

    async fn find(&self, ctx: &Ctx, token: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let Some(found) = there(ctx, &pool, &self.region).await?.filter(|found| !is_going(found)) else {
            return Ok(None);
        };
        // Until it is made, it has no tags that could be asked for; a pool has one replica.
        let theirs = if is_coming(&found) {
            HashMap::new()
        } else {
            match all_tags(ctx, &self.region, &arn_of(&found)?).await {
                // That Region has not heard of it yet.
                Err(error) if error.is_not_found() => HashMap::new(),
                tags => tags?,
            }
        };
        let is_anothers = theirs.get(&format!("{OURS}token")).is_some_and(|other| other != token);
        Ok((!is_anothers).then(|| id(&pool, &self.region)))
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let mut there = listed(ctx, &pool).await?.into_iter().filter(|shown| !is_going(shown));
        let otherwise = "a pool has one replica: delete that one before another Region is named";
        Ok(there.find_map(|shown| Some(Twin { id: id(&pool, shown.region_name()?), otherwise })))
    }

    async fn create(&self, ctx: &Ctx, token: &str) -> Result<String> {
        let pool = ctx.id(&self.user_pool)?;
        let Self { user_pool: _, region, status: _, tags } = self;
        // A pool has one, and one that goes is still one.
        gone(ctx, &pool).await?;
        let mut all: HashMap<String, String> = tags.clone().unwrap_or_default().into_iter().collect();
        all.insert(format!("{OURS}name"), ctx.stack.to_string());
        all.insert(format!("{OURS}token"), token.to_owned());
        when_free(ctx, async || {
            let call = ctx.aws.cognito.create_user_pool_replica().user_pool_id(&pool).region_name(region);
            let call = call.set_user_pool_tags(Some(all.clone()));
            let answer = call.customize().config_override(aws::once()).send().await;
            answer.map(drop).map_err(refused("CreateUserPoolReplica"))
        })
        .await
        .map_err(|error| explained(error, region))?;
        Ok(id(&pool, region))
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let (pool, region) = parts(id)?;
        if let Some(status) = self.status.filter(|status| Some(*status) != before.status) {
            set(ctx, pool, region, status).await?;
        }
        let none = BTreeMap::new();
        let (wanted, is) = (self.tags.as_ref().unwrap_or(&none), before.tags.as_ref().unwrap_or(&none));
        if wanted == is {
            return Ok(());
        }
        let Some(shown) = there(ctx, pool, region).await? else { return Ok(()) };
        let arn = arn_of(&shown)?;
        retag(ctx, region, &arn, wanted, is).await
    }

    fn grants(&self) -> Vec<Grant> {
        let own = On::Replica(self.region.clone());
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:ListUserPoolReplicas"]),
            grants(Use::Looking, &On::Pool, &["cognito-idp:ListUserPoolReplicas"]),
            grants(Use::Reading, &own, &["cognito-idp:ListTagsForResource"]),
            grants(Use::Making, &On::Pool, &["cognito-idp:CreateUserPoolReplica"]),
            // "You must have permissions to create user pools in the target Region"; and it is made with tags.
            grants(Use::Making, &On::Any, &["cognito-idp:CreateUserPool"]),
            grants(Use::Making, &On::NewReplica(self.region.clone()), &["cognito-idp:TagResource"]),
            grants(Use::Changing, &On::Pool, &["cognito-idp:UpdateUserPoolReplica"]),
            grants(Use::Changing, &own, &["cognito-idp:TagResource", "cognito-idp:UntagResource"]),
            grants(
                Use::Deleting,
                &On::Pool,
                &["cognito-idp:UpdateUserPoolReplica", "cognito-idp:DeleteUserPoolReplica"],
            ),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (pool, region) = parts(id)?;
        let Some(shown) = made(ctx, pool, region).await? else { return Ok(()) };
        if !is_going(&shown) {
            // "You can only delete replicas that are in the INACTIVE status."
            let stopped = match shown.status {
                Some(ReplicaStatusType::Inactive) => Ok(()),
                _ => set(ctx, pool, region, ReplicaStatus::Inactive).await,
            };
            let deleted = match stopped {
                Ok(()) => {
                    when_free(ctx, async || {
                        let call = ctx.aws.cognito.delete_user_pool_replica().user_pool_id(pool).region_name(region);
                        call.send().await.map(drop).map_err(refused("DeleteUserPoolReplica"))
                    })
                    .await
                }
                failed => failed,
            };
            if let Err(error) = deleted {
                // Somebody else may have been faster, or the answer to a call that was repeated speaks of the first one. Where
                // nobody can look, what was refused is what is told.
                let is_going = there(ctx, pool, region).await.map(|shown| shown.is_none_or(|shown| is_going(&shown)));
                if error.is_stopped() || !is_going.unwrap_or(false) {
                    return Err(error);
                }
            }
        }
        let what = format!("for the replica in {region} to be gone");
        let wait = Wait { what: &what, every: LOOKS, at_most: LONGEST };
        ctx.until(&wait, async || Ok(there(ctx, pool, region).await?.is_none().then_some(()))).await
    }
}

/// How long between looks.
const LOOKS: Duration = Duration::from_secs(10);
/// AWS gives no time; HashiCorp's provider waits this long for each change of one.
const LONGEST: Duration = Duration::from_mins(30);

fn id(pool: &str, region: &str) -> String {
    format!("{pool}/{region}")
}

/// Pool and Region of an id.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of a replica")).hinted("one looks like eu-west-1_abc/eu-central-1")
    })
}

fn is_going(shown: &UserPoolReplicaType) -> bool {
    shown.status == Some(ReplicaStatusType::Deleting)
}

/// Whether it is not ready: what is neither of the two that it can be set to is on its way to one.
fn is_coming(shown: &UserPoolReplicaType) -> bool {
    !is_going(shown) && !matches!(shown.status, Some(ReplicaStatusType::Active | ReplicaStatusType::Inactive))
}

fn arn_of(shown: &UserPoolReplicaType) -> Result<String> {
    shown.user_pool_arn.clone().ok_or_else(|| {
        Error::aws_state("ListUserPoolReplicas does not say what the replica is called")
            .hinted("a newer version of this program may do without")
    })
}

/// A pool's replicas; the pool itself is listed among them, as the primary. None when there is no such pool.
///
/// # Errors
/// What AWS answers.
pub async fn listed(ctx: &Ctx, pool: &str) -> Result<Vec<UserPoolReplicaType>> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let call = ctx.aws.cognito.list_user_pool_replicas().user_pool_id(pool).set_next_token(next);
        let page = match call.send().await.map_err(refused("ListUserPoolReplicas")) {
            Err(error) if error.is_not_found() => return Ok(Vec::new()),
            page => page?,
        };
        all.extend(page.user_pool_replicas.unwrap_or_default());
        next = page.next_token;
        if next.is_none() {
            all.retain(|replica| replica.role() != Some(&ReplicaRoleType::Primary));
            return Ok(all);
        }
    }
}

/// The replica in a Region, in whatever status.
async fn there(ctx: &Ctx, pool: &str, region: &str) -> Result<Option<UserPoolReplicaType>> {
    Ok(listed(ctx, pool).await?.into_iter().find(|replica| replica.region_name() == Some(region)))
}

/// The replica in a Region, once it is no longer being made.
async fn made(ctx: &Ctx, pool: &str, region: &str) -> Result<Option<UserPoolReplicaType>> {
    let what = format!("for the replica in {region} to be made");
    let wait = Wait { what: &what, every: LOOKS, at_most: LONGEST };
    ctx.until(&wait, async || {
        let shown = there(ctx, pool, region).await?;
        Ok(if shown.as_ref().is_some_and(is_coming) { None } else { Some(shown) })
    })
    .await
}

/// Sets whether people can sign in there, and waits until it is so.
async fn set(ctx: &Ctx, pool: &str, region: &str, status: ReplicaStatus) -> Result<()> {
    when_free(ctx, async || {
        let call = ctx.aws.cognito.update_user_pool_replica().user_pool_id(pool).region_name(region);
        call.status(status.wire()).send().await.map(drop).map_err(refused("UpdateUserPoolReplica"))
    })
    .await?;
    let what = format!("for the replica in {region} to be {}", status.wire().as_str());
    let wait = Wait { what: &what, every: LOOKS, at_most: LONGEST };
    ctx.until(&wait, async || {
        let shown = there(ctx, pool, region).await?;
        Ok(shown.is_none_or(|shown| shown.status == Some(status.shown())).then_some(()))
    })
    .await
}

/// Waits until no replica is being deleted any more.
async fn gone(ctx: &Ctx, pool: &str) -> Result<()> {
    let wait = Wait { what: "for the replica that is being deleted to be gone", every: LOOKS, at_most: LONGEST };
    ctx.until(&wait, async || Ok((!listed(ctx, pool).await?.iter().any(is_going)).then_some(()))).await
}

/// The Regions of the replicas that keep a pool from being deleted, once those that go are gone; None where there were none.
pub(super) async fn staying(ctx: &Ctx, pool: &str) -> Result<Option<Vec<String>>> {
    if listed(ctx, pool).await?.is_empty() {
        return Ok(None);
    }
    gone(ctx, pool).await?;
    let left = listed(ctx, pool).await?;
    Ok(Some(left.into_iter().filter_map(|replica| replica.region_name).collect()))
}

/// The copy's tags. They are asked for in its own Region, which may be out of reach while the pool's is not.
async fn all_tags(ctx: &Ctx, region: &str, arn: &str) -> Result<HashMap<String, String>> {
    let cognito = ctx.aws.cognito_in(region);
    let answer = cognito.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.map_err(refused("ListTagsForResource")).map_err(|error| {
        let error = error.during(format!("cannot read the tags of the replica in {region}"));
        // A refusal has a remedy of its own; an outage has none but to go by what is remembered until it is over.
        let is_away = match error.code() {
            Some(code) => matches!(
                code,
                "InternalErrorException" | "InternalFailure" | "ServiceUnavailable" | "ServiceUnavailableException"
            ),
            None => !error.is_stopped(),
        };
        if is_away {
            error.hinted(format!("while {region} is away, `--refresh=false` goes by what is remembered"))
        } else {
            error
        }
    })?;
    Ok(answer.tags.unwrap_or_default())
}

/// Those that are a person's: neither the stack's own nor AWS's.
async fn own_tags(ctx: &Ctx, region: &str, arn: &str) -> Result<BTreeMap<String, String>> {
    let all = all_tags(ctx, region, arn).await?.into_iter();
    Ok(all.filter(|(key, _)| !key.starts_with(OURS) && !key.starts_with("aws:")).collect())
}

async fn retag(
    ctx: &Ctx,
    region: &str,
    arn: &str,
    wanted: &BTreeMap<String, String>,
    is: &BTreeMap<String, String>,
) -> Result<()> {
    let cognito = ctx.aws.cognito_in(region);
    let set: HashMap<String, String> =
        wanted.iter().filter(|(key, value)| is.get(*key) != Some(value)).map(|(k, v)| (k.clone(), v.clone())).collect();
    if !set.is_empty() {
        when_free(ctx, async || {
            let call = cognito.tag_resource().resource_arn(arn).set_tags(Some(set.clone()));
            call.send().await.map(drop).map_err(refused("TagResource"))
        })
        .await?;
    }
    let gone: Vec<String> = is.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    if !gone.is_empty() {
        when_free(ctx, async || {
            let call = cognito.untag_resource().resource_arn(arn).set_tag_keys(Some(gone.clone()));
            call.send().await.map(drop).map_err(refused("UntagResource"))
        })
        .await?;
    }
    Ok(())
}

/// What to do about a replica that AWS will not make.
fn explained(error: Error, region: &str) -> Error {
    match error.code() {
        Some("LimitExceededException") => error.explained(format!(
            "a pool has one replica: adopt the one that is there (`stack import`), or delete it, before one is made in {region}"
        )),
        Some("OperationNotEnabledException") => error.explained(
            "AWS replicates pools of its newer infrastructure alone, which it moves pools to by itself: the Cognito console \
             says whether this one is there yet",
        ),
        Some("FeatureUnavailableInTierException") => {
            error.explained("pools on the plan LITE have no replicas: set `user_pool_tier: ESSENTIALS`")
        }
        _ => error,
    }
}

/// A replica that waits, with tags of its own.
#[must_use]
pub fn example() -> Replica {
    Replica {
        user_pool: Ref::one(),
        region: "eu-central-1".to_owned(),
        status: Some(ReplicaStatus::Inactive),
        tags: Some(BTreeMap::from([("app".to_owned(), "shop".to_owned()), ("team".to_owned(), "web".to_owned())])),
    }
}

/// [`example`], with what AWS changes in place changed.
#[must_use]
pub fn example_changed() -> Replica {
    let tags = [("app", "market"), ("stage", "dev")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    Replica { status: Some(ReplicaStatus::Active), tags: Some(BTreeMap::from(tags)), ..example() }
}

#[cfg(test)]
mod tests;
