//! Calls to Cognito Identity, and what its lists and tags tell.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::OURS;
use crate::aws::raw::{IDENTITY, Raw};
use crate::error::{Error, Result};
use crate::kind::{Ctx, Wait};
use crate::kinds::busy::outlast;

/// What stands before the name of each operation.
const TARGET: &str = "AWSCognitoIdentityService";
/// The most that one page of a list may hold (`quotas_errors.md` 5).
const PAGE: u32 = 60;

/// One change of an identity pool is made at a time (`quotas_errors.md` 3).
pub(super) const PATIENCE: Wait<'static> = Wait {
    what: "for other changes to the identity pool to end",
    every: Duration::from_secs(5),
    at_most: Duration::from_mins(2),
};

/// Makes a call, as often as it takes to be heard.
pub(super) async fn call(ctx: &Ctx, operation: &'static str, input: &Value) -> Result<Value> {
    made(ctx, &ctx.aws.raw.patient(), operation, input).await
}

/// Makes a call that creates: a second one would make a second pool.
pub(super) async fn once(ctx: &Ctx, operation: &'static str, input: &Value) -> Result<Value> {
    made(ctx, &ctx.aws.raw.once(), operation, input).await
}

async fn made(ctx: &Ctx, raw: &Raw, operation: &'static str, input: &Value) -> Result<Value> {
    raw.json(IDENTITY, &ctx.aws.region, (TARGET, operation), input).await
}

/// Makes a call again for as long as something else is being changed, or too many calls were made.
pub(super) async fn patiently<T>(ctx: &Ctx, mut call: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let passes = |error: &Error| {
        matches!(error.code(), Some("ConcurrentModificationException" | "ResourceConflictException"))
            || error.is_throttled()
    };
    outlast(ctx, &PATIENCE, passes, async || call().await.map(Some)).await
}

/// What was found; none where there is nothing.
pub(super) fn found<T>(said: Result<T>) -> Result<Option<T>> {
    match said {
        Err(error) if error.is_not_found() => Ok(None),
        said => said.map(Some),
    }
}

/// The pool as `DescribeIdentityPool` shows it; none when it is gone.
pub(super) async fn described(ctx: &Ctx, id: &str) -> Result<Option<Value>> {
    found(call(ctx, "DescribeIdentityPool", &json!({ "IdentityPoolId": id })).await)
}

/// The pool of this name that carries the stack's tag, and that `is_it` holds for, given its id and its token. The list
/// shows no tags, and names are not unique; so each of that name is looked at.
pub(super) async fn tagged(
    ctx: &Ctx,
    name: &str,
    is_it: impl Fn(&str, Option<&str>) -> bool,
) -> Result<Option<String>> {
    for (id, _) in listed(ctx).await?.into_iter().filter(|(_, known)| known == name) {
        let Some(pool) = described(ctx, &id).await? else { continue };
        let tag = |key: &str| pool["IdentityPoolTags"][format!("{OURS}{key}")].as_str();
        if tag("name") == Some(&*ctx.stack) && is_it(&id, tag("token")) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The Region's identity pools: the id and the name of each.
async fn listed(ctx: &Ctx) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut input = json!({ "MaxResults": PAGE });
    loop {
        let page = call(ctx, "ListIdentityPools", &input).await?;
        for pool in page["IdentityPools"].as_array().into_iter().flatten() {
            if let (Some(id), Some(name)) = (pool["IdentityPoolId"].as_str(), pool["IdentityPoolName"].as_str()) {
                found.push((id.to_owned(), name.to_owned()));
            }
        }
        match page["NextToken"].as_str() {
            Some(next) => input["NextToken"] = next.into(),
            None => return Ok(found),
        }
    }
}

/// The identity pools that give credentials to people of `provider`, a user pool: the id of each, and the stack whose tag it
/// carries. The list does not say whose tokens one takes; so each is looked at.
pub(super) async fn of_provider(ctx: &Ctx, provider: &str) -> Result<Vec<(String, Option<String>)>> {
    let mut found = Vec::new();
    for (id, _) in listed(ctx).await? {
        let Some(pool) = described(ctx, &id).await? else { continue };
        let mut providers = pool["CognitoIdentityProviders"].as_array().into_iter().flatten();
        if providers.any(|one| one["ProviderName"] == provider) {
            let stack = pool["IdentityPoolTags"][format!("{OURS}name")].as_str().map(str::to_owned);
            found.push((id, stack));
        }
    }
    Ok(found)
}

/// The tags that are a person's: neither the stack's own nor AWS's.
pub(super) fn tags(shown: &Value) -> BTreeMap<String, String> {
    let all = shown["IdentityPoolTags"].as_object().into_iter().flatten();
    let theirs = all.filter(|(key, _)| !key.starts_with(OURS) && !key.starts_with("aws:"));
    theirs.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

/// Sets and takes away tags one by one, whatever an update does with them.
pub(super) async fn retag(
    ctx: &Ctx,
    id: &str,
    wanted: Option<&BTreeMap<String, String>>,
    is: Option<&BTreeMap<String, String>>,
) -> Result<()> {
    let none = BTreeMap::new();
    let (wanted, is) = (wanted.unwrap_or(&none), is.unwrap_or(&none));
    let set: BTreeMap<_, _> = wanted.iter().filter(|(key, value)| is.get(*key) != Some(value)).collect();
    let gone: Vec<_> = is.keys().filter(|key| !wanted.contains_key(*key)).collect();
    if set.is_empty() && gone.is_empty() {
        return Ok(());
    }
    let region = &ctx.aws.region;
    let partition = match region.as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let account = ctx.aws.account().await?;
    let arn = format!("arn:{partition}:cognito-identity:{region}:{account}:identitypool/{id}");
    if !set.is_empty() {
        let input = json!({ "ResourceArn": arn, "Tags": set });
        patiently(ctx, async || call(ctx, "TagResource", &input).await).await?;
    }
    if !gone.is_empty() {
        let input = json!({ "ResourceArn": arn, "TagKeys": gone });
        patiently(ctx, async || call(ctx, "UntagResource", &input).await).await?;
    }
    Ok(())
}
