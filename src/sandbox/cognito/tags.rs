//! Tags of pools and of their replicas (`user_pool.md` 2, `UserPoolTags`; 7, "Tags").
use super::doc::{self, Doc};
use super::state::touched;
use super::{Refusal, invalid, replica};
use crate::sandbox::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a pool's own calls answer about tags (`quotas_errors.md` 6).
pub(super) const POOL: &str = "UserPoolTaggingException";
/// What the tagging calls answer, which do not know the other.
const RESOURCE: &str = "InvalidParameterException";

/// The tags that were sent, if their keys may be.
pub(super) fn sent(input: &Doc, member: &str, code: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let tags: BTreeMap<String, String> = doc::child(input, member)
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect();
    // user_pool.md 2: "Keys beginning `aws:` are refused". The text is not known.
    if let Some(key) = tags.keys().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(Refusal::new(code, format!("Tag keys beginning with aws: are reserved: {key}")));
    }
    within_quota(&tags, code)?;
    Ok(tags)
}

/// At most 50 tags (`quotas_errors.md` 2).
pub(super) fn within_quota(tags: &BTreeMap<String, String>, code: &str) -> Result<(), Refusal> {
    if tags.len() <= 50 {
        return Ok(());
    }
    Err(Refusal::new(code, "A resource can have at most 50 tags."))
}

/// `TagResource`: adds to what is there.
pub(super) fn tag(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = pool_of(region, input)?;
    let mut tags = replica::tags_of(world, region, &id)?.clone();
    tags.extend(sent(input, "Tags", RESOURCE)?);
    within_quota(&tags, RESOURCE)?;
    *replica::tags_of(world, region, &id)? = tags;
    touched(world, region, &id);
    Ok(json!({}))
}

/// `UntagResource`: the only way that takes a tag away.
pub(super) fn untag(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = pool_of(region, input)?;
    let tags = replica::tags_of(world, region, &id)?;
    for key in doc::texts(input, "TagKeys") {
        tags.remove(key);
    }
    touched(world, region, &id);
    Ok(json!({}))
}

/// `ListTagsForResource`.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = pool_of(region, input)?;
    Ok(json!({ "Tags": replica::tags_of(world, region, &id)? }))
}

/// The pool that an ARN names; only pools have tags (`app_client.md`, head).
fn pool_of(region: &str, input: &Doc) -> Result<String, Refusal> {
    let arn = doc::required(input, "ResourceArn");
    let parts: Vec<&str> = arn.split(':').collect();
    match parts[..] {
        ["arn", _, "cognito-idp", of, account, resource] if of == region && account == crate::sandbox::ACCOUNT => {
            resource.strip_prefix("userpool/").map(ToOwned::to_owned)
        }
        _ => None,
    }
    .ok_or_else(|| invalid(format!("Invalid ARN: {arn}")))
}
