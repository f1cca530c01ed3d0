//! Pools: made, read, changed, deleted, listed (`user_pool.md` 1 to 3, 6, 9).
use super::doc::{self, Doc};
use super::pool_rules::Arn;
use super::state::{Cognito, Mfa, Pool, arn, within};
use super::{Refusal, ids, import, invalid, page, pool_rules, pool_settings, schema, tags};
use crate::sandbox::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `CreateUserPool`. Names are not unique, and there is no token: called twice, it makes two pools.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let settings = pool_settings::settled(None, input);
    let mfa = mfa_after(&Mfa::default(), input, &settings)?;
    pool_rules::check(world, &Arn { region, id: "new" }, input, &settings, &mfa)?;
    let schema = schema::at_creation(input)?;
    let tags = tags::sent(input, "UserPoolTags", tags::POOL)?;
    let pools = world.cognito.pools.get(region).map_or(0, BTreeMap::len);
    within(pools, 1_000, "user pools per Region")?;
    let id = ids::pool(world, region);
    let pool = Pool {
        name: doc::required(input, "PoolName").to_owned(),
        created: world.now,
        modified: world.now,
        settings,
        schema,
        tags,
        mfa,
        ..Pool::default()
    };
    let shown = shown(&world.cognito, region, &id, &pool);
    world.cognito.pools.entry(region.to_owned()).or_default().insert(id, pool);
    Ok(json!({ "UserPool": shown }))
}

/// `DescribeUserPool`.
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, id)?;
    let mut shown = shown(&world.cognito, region, id, pool);
    for (member, why) in failures(world, &Arn { region, id }, &pool.settings) {
        shown[member] = why.into();
    }
    Ok(json!({ "UserPool": shown }))
}

/// Why the pool's messages cannot be sent, where what they rest on has changed since (`user_pool.md` 6; the codes are
/// those that the SDK's documentation of `UserPoolType` has).
fn failures(world: &World, pool: &Arn<'_>, settings: &Doc) -> Vec<(&'static str, &'static str)> {
    let mut failures = Vec::new();
    if doc::child(settings, "SmsConfiguration")
        .is_some_and(|sms| pool_rules::sms_configuration(world, pool, sms).is_err())
    {
        failures.push(("SmsConfigurationFailure", "InvalidSmsRoleAccessPolicyException"));
    }
    if doc::child(settings, "EmailConfiguration")
        .is_some_and(|email| pool_rules::email_sending(world, pool, email).is_err())
    {
        failures.push(("EmailConfigurationFailure", "InvalidEmailRoleAccessPolicyException"));
    }
    failures
}

/// `UpdateUserPool`: resets much of what it is not sent (`user_pool.md` 3).
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, id)?;
    import::none_running(pool, world.now)?;
    let settings = pool_settings::settled(Some(&pool.settings), input);
    let mfa = mfa_after(&pool.mfa, input, &settings)?;
    pool_rules::check(world, &Arn { region, id }, input, &settings, &mfa)?;
    let managed_login = world.cognito.domains_of(id).any(|domain| domain.managed_login_version == 2);
    pool_rules::tier(&settings, &mfa, managed_login)?;
    super::replica::still_stands(world, region, id, &settings)?;
    let pool = world.cognito.pool(region, id)?;
    let sent = tags::sent(input, "UserPoolTags", tags::POOL)?;
    // user_pool.md 3, UserPoolTags: whether leaving them out drops them, and whether sending fewer takes
    // any away, is unclear. The unkinder reading of both, so that only the safe way works here: the full map on
    // every update, and UntagResource for what goes.
    let mut tags = if input.contains_key("UserPoolTags") { pool.tags.clone() } else { BTreeMap::new() };
    tags.extend(sent);
    tags::within_quota(&tags, tags::POOL)?;
    let now = world.now;
    let pool = world.cognito.pool_mut(region, id)?;
    // user_pool.md 2, PoolName: renamed in place.
    if let Some(name) = doc::text(input, "PoolName") {
        name.clone_into(&mut pool.name);
    }
    pool.settings = settings;
    pool.mfa = mfa;
    pool.tags = tags;
    pool.modified = now;
    Ok(json!({}))
}

/// The factors that follow from `MfaConfiguration` in a call that is not made for them.
fn mfa_after(before: &Mfa, input: &Doc, settings: &Doc) -> Result<Mfa, Refusal> {
    match doc::text(input, "MfaConfiguration") {
        // user_pool.md 3: kept.
        None => Ok(before.clone()),
        Some("OFF") => Ok(Mfa { web_authn: before.web_authn.clone(), ..Mfa::default() }),
        Some(mode) => {
            // user_pool.md 4: these two calls check SMS only, even where another factor is set up.
            let phone = doc::texts(settings, "AutoVerifiedAttributes").contains(&"phone_number");
            if !phone || !settings.contains_key("SmsConfiguration") {
                return Err(invalid(
                    "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
                ));
            }
            Ok(Mfa { mode: mode.to_owned(), sms: true, ..before.clone() })
        }
    }
}

/// `DeleteUserPool` (`user_pool.md` 9).
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, id)?;
    import::none_running(pool, world.now)?;
    if doc::text(&pool.settings, "DeletionProtection") == Some("ACTIVE") {
        return Err(invalid(
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be \
             inactivated first.",
        ));
    }
    // A domain is there until its name is free again (domain_certificate_dns.md 2).
    if world.cognito.domains.values().any(|domain| domain.pool == id) {
        return Err(invalid("User pool cannot be deleted. It has a domain configured that should be deleted first."));
    }
    // Not documented: a primary that took its replica along would leave the second Region without its users.
    if super::replica::are_left(world, region, id) {
        return Err(invalid("User pool cannot be deleted. It has a replica that should be deleted first."));
    }
    // Clients, users, groups, resource servers, styles and pages go with it.
    if let Some(pools) = world.cognito.pools.get_mut(region) {
        pools.remove(id);
    }
    crate::sandbox::waf::forget(world, &super::state::arn(region, id));
    Ok(json!({}))
}

/// `ListUserPools`: ids and names, no tags (`quotas_errors.md` 5).
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let none = BTreeMap::new();
    let pools = world.cognito.pools.get(region).unwrap_or(&none);
    let page = page::page(pools, doc::number(input, "MaxResults"), doc::text(input, "NextToken"))?;
    let items: Vec<Value> = page
        .items
        .into_iter()
        .map(|(id, pool)| {
            json!({
                "Id": id,
                "Name": pool.name,
                "LambdaConfig": pool.settings.get("LambdaConfig"),
                "LastModifiedDate": doc::time(pool.modified),
                "CreationDate": doc::time(pool.created),
            })
        })
        .collect();
    let mut answer = json!({ "UserPools": items });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

/// A pool as `DescribeUserPool` shows it (`user_pool.md` 6).
fn shown(cognito: &Cognito, region: &str, id: &str, pool: &Pool) -> Value {
    let mut shown = Doc::new();
    shown.insert("Id".to_owned(), id.into());
    shown.insert("Name".to_owned(), pool.name.as_str().into());
    shown.extend(pool_settings::mirrored(&pool.settings));
    shown.insert("SchemaAttributes".to_owned(), pool.schema.clone().into());
    shown.insert("MfaConfiguration".to_owned(), pool.mfa.mode.as_str().into());
    shown.insert("UserPoolTags".to_owned(), json!(pool.tags));
    shown.insert("EstimatedNumberOfUsers".to_owned(), pool.users.len().into());
    shown.insert("Arn".to_owned(), arn(region, id).into());
    shown.insert("CreationDate".to_owned(), doc::time(pool.created));
    shown.insert("LastModifiedDate".to_owned(), doc::time(pool.modified));
    for domain in cognito.domains.values().filter(|domain| domain.pool == id) {
        let member = if domain.custom.is_some() { "CustomDomain" } else { "Domain" };
        shown.insert(member.to_owned(), domain.name.as_str().into());
    }
    Value::Object(shown)
}
