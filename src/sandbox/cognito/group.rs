//! Groups, and who is in them (`other_resources.md` 2, 9).
use super::doc::{self, Doc};
use super::state::{Group, Pool, within};
use super::{Refusal, invalid, page, users};
use crate::sandbox::{ACCOUNT, World};
use serde_json::{Value, json};

/// How many groups one user can be in (`other_resources.md` 2, "Quota").
const OF_ONE_USER: usize = 100;

/// `CreateGroup`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, name) = (doc::required(input, "UserPoolId"), doc::required(input, "GroupName"));
    let now = world.now;
    let pool = world.cognito.pool_mut(region, pool_id)?;
    if pool.groups.contains_key(name) {
        // The text is not known.
        return Err(Refusal::new("GroupExistsException", "A group with the name already exists."));
    }
    within(pool.groups.len(), 10_000, "groups per user pool")?;
    let group = settled(input, now, now)?;
    let shown = shown(pool_id, name, &group);
    pool.groups.insert(name.to_owned(), group);
    Ok(json!({ "Group": shown }))
}

/// `GetGroup`.
pub(super) fn get(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, name) = (doc::required(input, "UserPoolId"), doc::required(input, "GroupName"));
    let pool = world.cognito.pool(region, pool_id)?;
    Ok(json!({ "Group": shown(pool_id, name, found(pool, name)?) }))
}

/// `UpdateGroup`. What becomes of members that are not sent is not documented (`other_resources.md` 2, "send all"); here
/// they are gone, so that whoever leaves one out by mistake is found out.
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, name) = (doc::required(input, "UserPoolId"), doc::required(input, "GroupName"));
    let now = world.now;
    let pool = world.cognito.pool_mut(region, pool_id)?;
    let group = settled(input, found(pool, name)?.created, now)?;
    let shown = shown(pool_id, name, &group);
    pool.groups.insert(name.to_owned(), group);
    Ok(json!({ "Group": shown }))
}

/// `DeleteGroup`: nobody is in it any more.
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let name = doc::required(input, "GroupName");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    found(pool, name)?;
    pool.groups.remove(name);
    for user in pool.users.values_mut() {
        user.groups.remove(name);
    }
    Ok(json!({}))
}

/// `ListGroups`.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    Ok(listed(pool_id, page::page(&pool.groups, doc::number(input, "Limit"), doc::text(input, "NextToken"))?))
}

/// `AdminListGroupsForUser`.
pub(super) fn of_user(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    let (_, user) = users::found(pool, doc::required(input, "Username"))?;
    let own = pool.groups.iter().filter(|(name, _)| user.groups.contains(*name));
    Ok(listed(pool_id, page::page_of(own, doc::number(input, "Limit"), doc::text(input, "NextToken"))?))
}

/// `ListUsersInGroup`.
pub(super) fn members(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let name = doc::required(input, "GroupName");
    let pool = world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    found(pool, name)?;
    let within = pool.users.iter().filter(|(_, user)| user.groups.contains(name));
    let page = page::page_of(within, doc::number(input, "Limit"), doc::text(input, "NextToken"))?;
    let items: Vec<Value> = page.items.into_iter().map(|(name, user)| users::shown(name, user, "Attributes")).collect();
    let mut answer = json!({ "Users": items });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

/// `AdminAddUserToGroup`: done twice, it is done once.
pub(super) fn add(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let name = doc::required(input, "GroupName");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let user = users::found(pool, doc::required(input, "Username"))?.0.clone();
    found(pool, name)?;
    let user = users::held(pool, &user)?;
    // The operation declares no LimitExceededException (quotas_errors.md 6), and the text is not known.
    if user.groups.len() >= OF_ONE_USER && !user.groups.contains(name) {
        return Err(invalid(format!("A user can be in {OF_ONE_USER} groups at most.")));
    }
    user.groups.insert(name.to_owned());
    Ok(json!({}))
}

/// `AdminRemoveUserFromGroup`: whoever is not in it is out of it.
pub(super) fn remove(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let name = doc::required(input, "GroupName");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let user = users::found(pool, doc::required(input, "Username"))?.0.clone();
    found(pool, name)?;
    users::held(pool, &user)?.groups.remove(name);
    Ok(json!({}))
}

fn listed(pool: &str, page: page::Page<'_, Group>) -> Value {
    let items: Vec<Value> = page.items.into_iter().map(|(name, group)| shown(pool, name, group)).collect();
    let mut answer = json!({ "Groups": items });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    answer
}

/// The group, if the pool has it. The text is not known.
fn found<'a>(pool: &'a Pool, name: &str) -> Result<&'a Group, Refusal> {
    pool.groups.get(name).ok_or_else(|| Refusal::new("ResourceNotFoundException", "Group not found."))
}

fn settled(input: &Doc, created: i64, modified: i64) -> Result<Group, Refusal> {
    let role = doc::text(input, "RoleArn");
    // other_resources.md 2, RoleArn: "same account".
    if role.is_some_and(|role| role.split(':').nth(4) != Some(ACCOUNT)) {
        return Err(invalid("Cross-account pass role is not allowed."));
    }
    Ok(Group {
        created,
        modified,
        description: doc::filled(input, "Description").map(ToOwned::to_owned),
        precedence: doc::number(input, "Precedence"),
        role: role.map(ToOwned::to_owned),
    })
}

fn shown(pool: &str, name: &str, group: &Group) -> Value {
    let mut shown = json!({
        "GroupName": name,
        "UserPoolId": pool,
        "LastModifiedDate": doc::time(group.modified),
        "CreationDate": doc::time(group.created),
    });
    if let Some(description) = &group.description {
        shown["Description"] = description.as_str().into();
    }
    if let Some(precedence) = group.precedence {
        shown["Precedence"] = precedence.into();
    }
    if let Some(role) = &group.role {
        shown["RoleArn"] = role.as_str().into();
    }
    shown
}
