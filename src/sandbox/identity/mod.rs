//! Cognito Identity, as the sandbox plays it: identity pools, their roles, and the tags that sessions carry
//! (`other_resources.md` 8).

mod model;
#[cfg(test)]
mod tests;

use super::members::{self, Member, text};
use super::{ACCOUNT, Refusal, World, ids};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What Cognito Identity holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Identity {
    /// Identity pools by Region, then by id.
    #[serde(default)]
    pools: BTreeMap<String, BTreeMap<String, Pool>>,
}

/// An identity pool.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Pool {
    /// What `DescribeIdentityPool` shows, less id and tags.
    settings: Map<String, Value>,
    tags: BTreeMap<String, String>,
    roles: Value,
    mappings: Map<String, Value>,
    /// By the names of providers: `UseDefaults`, `PrincipalTags`.
    principal_tags: BTreeMap<String, Value>,
}

/// Identity pools in an account (`quotas_errors.md` 2).
const POOLS: usize = 1_000;
/// User pools' clients in an identity pool.
const PROVIDERS: usize = 50;
/// Tags of one (`quotas_errors.md` 2).
const TAGS: usize = 50;
/// A page of a list; short, so that clients have to turn it.
const PAGE: usize = 2;

type Answer = fn(&mut World, &str, &Value) -> Result<Value, Refusal>;

/// Every operation, with what it takes.
static OPERATIONS: [(&str, &[Member], Answer); 12] = [
    ("CreateIdentityPool", &model::CREATE, create),
    ("DescribeIdentityPool", &model::BY_ID, describe),
    ("UpdateIdentityPool", &model::UPDATE, update),
    ("DeleteIdentityPool", &model::BY_ID, delete),
    ("ListIdentityPools", &model::LIST, list),
    ("GetIdentityPoolRoles", &model::BY_ID, roles),
    ("SetIdentityPoolRoles", &model::SET_ROLES, set_roles),
    ("GetPrincipalTagAttributeMap", &model::PRINCIPAL_TAGS, principal_tags),
    ("SetPrincipalTagAttributeMap", &model::SET_PRINCIPAL_TAGS, set_principal_tags),
    ("TagResource", &model::TAG, tag),
    ("UntagResource", &model::UNTAG, untag),
    ("ListTagsForResource", &model::TAGS_OF, tags_of),
];

/// What an operation takes.
#[must_use]
pub fn members(operation: &str) -> Vec<&'static str> {
    let known = OPERATIONS.iter().filter(|(name, ..)| *name == operation);
    known.flat_map(|(_, members, _)| members.iter().map(|(name, ..)| *name)).collect()
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

/// Answers one call made to `region`.
///
/// # Errors
/// What Cognito Identity refuses.
pub fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let Some((_, members, answer)) = OPERATIONS.iter().find(|(name, ..)| *name == operation) else {
        return Err(Refusal::new("UnknownOperationException", format!("the sandbox does not play {operation}")));
    };
    members::check(members, input, "InvalidParameterException")?;
    answer(world, region, input)
}

/// An identity pool's ARN.
fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:cognito-identity:{region}:{ACCOUNT}:identitypool/{id}")
}

/// What IAM calls the pool that a call is about.
pub(super) fn resource(region: &str, operation: &str, input: &Value) -> String {
    // (quotas_errors.md 7)
    let anywhere = ["SetIdentityPoolRoles", "SetPrincipalTagAttributeMap", "CreateIdentityPool", "ListIdentityPools"];
    match (input["IdentityPoolId"].as_str(), input["ResourceArn"].as_str()) {
        _ if anywhere.contains(&operation) => "*".to_owned(),
        (Some(id), _) => arn(region, id),
        (_, Some(arn)) => arn.to_owned(),
        _ => "*".to_owned(),
    }
}

/// The tags of the pool that a call is about.
pub(super) fn tags(world: &World, region: &str, input: &Value) -> BTreeMap<String, String> {
    let id = input["IdentityPoolId"].as_str().or_else(|| input["ResourceArn"].as_str()?.split("identitypool/").nth(1));
    let pool = id.and_then(|id| world.identity.pools.get(region)?.get(id));
    pool.map(|pool| pool.tags.clone()).unwrap_or_default()
}

fn missing(id: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("IdentityPool '{id}' not found."))
}

impl Identity {
    fn pool(&mut self, region: &str, id: &str) -> Result<&mut Pool, Refusal> {
        self.pools.get_mut(region).and_then(|pools| pools.get_mut(id)).ok_or_else(|| missing(id))
    }
}

/// What was sent of a pool's settings; what is left out has its default (`other_resources.md` 8).
fn settings(input: &Value) -> Result<Map<String, Value>, Refusal> {
    let mut settings = Map::new();
    for (name, value) in input.as_object().into_iter().flatten() {
        let is_empty = value.is_null() || *value == json!([]) || *value == json!({});
        if !is_empty && !["IdentityPoolId", "IdentityPoolTags"].contains(&name.as_str()) {
            settings.insert(name.clone(), value.clone());
        }
    }
    let providers = settings.get_mut("CognitoIdentityProviders").and_then(Value::as_array_mut);
    if let Some(providers) = providers {
        if providers.len() > PROVIDERS {
            return Err(Refusal::new("LimitExceededException", "Too many Cognito identity providers."));
        }
        for provider in providers.iter_mut() {
            if provider["ProviderName"].as_str().is_none_or(|name| !name.starts_with("cognito-idp."))
                || provider["ClientId"].is_null()
            {
                return Err(invalid("Invalid Cognito Identity Provider"));
            }
            let checks = provider["ServerSideTokenCheck"].as_bool().unwrap_or(false);
            provider["ServerSideTokenCheck"] = checks.into();
        }
    }
    Ok(settings)
}

fn sent_tags(input: &Value, member: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let sent = input[member].as_object().into_iter().flatten();
    let tags: BTreeMap<_, _> =
        sent.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect();
    if let Some(key) = tags.keys().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(invalid(format!("Tag keys beginning with aws: are reserved: {key}")));
    }
    within_quota(&tags)?;
    Ok(tags)
}

fn within_quota(tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if tags.len() > TAGS { Err(invalid("A resource can have at most 50 tags.")) } else { Ok(()) }
}

fn shown(id: &str, pool: &Pool) -> Value {
    let mut shown = pool.settings.clone();
    shown.insert("IdentityPoolId".to_owned(), id.into());
    if !pool.tags.is_empty() {
        shown.insert("IdentityPoolTags".to_owned(), json!(pool.tags));
    }
    Value::Object(shown)
}

/// `CreateIdentityPool`: names are not unique, so that nothing keeps a pool from being made twice.
fn create(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    if world.identity.pools.values().map(BTreeMap::len).sum::<usize>() >= POOLS {
        return Err(Refusal::new("LimitExceededException", "The number of identity pools has reached its limit."));
    }
    let (settings, tags) = (settings(input)?, sent_tags(input, "IdentityPoolTags")?);
    let number = world.next_id();
    let id = format!("{region}:{}", ids::uuid(&format!("identity pool {number}")));
    let pool = Pool { settings, tags, roles: json!({}), ..Pool::default() };
    let answer = shown(&id, &pool);
    world.identity.pools.entry(region.to_owned()).or_default().insert(id, pool);
    Ok(answer)
}

fn describe(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "IdentityPoolId");
    Ok(shown(id, world.identity.pool(region, id)?))
}

/// `UpdateIdentityPool`: takes the whole; what is left out is taken away. Whether that goes for tags nobody says: those
/// that are sent change nothing here, and those that are not are lost, which is the worse of both.
fn update(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "IdentityPoolId");
    let settings = settings(input)?;
    let tags = sent_tags(input, "IdentityPoolTags")?;
    let pool = world.identity.pool(region, id)?;
    let name = "DeveloperProviderName";
    if pool.settings.get(name).is_some_and(|before| settings.get(name) != Some(before)) {
        return Err(invalid("The developer provider name cannot be changed once it is set."));
    }
    pool.settings = settings;
    if tags.is_empty() {
        pool.tags.clear();
    }
    Ok(shown(id, pool))
}

fn delete(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "IdentityPoolId");
    world.identity.pool(region, id)?;
    if let Some(pools) = world.identity.pools.get_mut(region) {
        pools.remove(id);
    }
    Ok(json!({}))
}

fn list(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let most = input["MaxResults"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE).min(PAGE);
    let after = text(input, "NextToken");
    let pools = world.identity.pools.get(region);
    if !after.is_empty() && !pools.is_some_and(|pools| pools.contains_key(after)) {
        return Err(invalid("Invalid next token."));
    }
    let rest: Vec<_> = pools.into_iter().flatten().filter(|(id, _)| id.as_str() > after).collect();
    let page: Vec<Value> = rest
        .iter()
        .take(most)
        .map(|(id, pool)| json!({ "IdentityPoolId": id, "IdentityPoolName": pool.settings["IdentityPoolName"] }))
        .collect();
    let mut answer = json!({ "IdentityPools": page });
    if rest.len() > most {
        answer["NextToken"] = json!(rest[most - 1].0);
    }
    Ok(answer)
}

fn roles(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "IdentityPoolId");
    let pool = world.identity.pool(region, id)?;
    let mut answer = json!({ "IdentityPoolId": id });
    if pool.roles != json!({}) {
        answer["Roles"] = pool.roles.clone();
    }
    if !pool.mappings.is_empty() {
        answer["RoleMappings"] = Value::Object(pool.mappings.clone());
    }
    Ok(answer)
}

/// The names that role mappings may have: those of the providers that are configured.
fn providers(pool: &Pool) -> Vec<String> {
    let list = |name: &str| pool.settings.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let of = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let own = list("CognitoIdentityProviders");
    let own = own.iter().map(|one| format!("{}:{}", of(one, "ProviderName"), of(one, "ClientId")));
    let logins = pool.settings.get("SupportedLoginProviders").and_then(Value::as_object);
    let arns = ["OpenIdConnectProviderARNs", "SamlProviderARNs"].map(list);
    let arns = arns.iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    own.chain(logins.into_iter().flatten().map(|(name, _)| name.clone())).chain(arns).collect()
}

/// `SetIdentityPoolRoles`: replaces roles and mappings alike.
fn set_roles(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let pool = world.identity.pool(region, text(input, "IdentityPoolId"))?;
    let known = providers(pool);
    let mappings = input["RoleMappings"].as_object().cloned().unwrap_or_default();
    for (provider, mapping) in &mappings {
        if !known.contains(provider) {
            return Err(invalid(format!(
                "({provider}) is not a valid RoleMapping ProviderName or is not a configured provider."
            )));
        }
        // Documented as required for both types, though the model leaves it open (other_resources.md 8).
        if mapping["AmbiguousRoleResolution"].is_null() {
            return Err(invalid(format!("AmbiguousRoleResolution is required for the role mapping of {provider}")));
        }
        if (mapping["Type"] == "Rules") != mapping["RulesConfiguration"].is_object() {
            return Err(invalid(format!("RulesConfiguration goes with the type Rules alone: {provider}")));
        }
    }
    pool.roles = input["Roles"].clone();
    pool.mappings = mappings;
    Ok(json!({}))
}

fn principal_tags(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let (id, name) = (text(input, "IdentityPoolId"), text(input, "IdentityProviderName"));
    let set = world.identity.pool(region, id)?.principal_tags.get(name);
    let set =
        set.ok_or_else(|| Refusal::new("ResourceNotFoundException", format!("No principal tags are set for {name}.")))?;
    let mut answer = json!({ "IdentityPoolId": id, "IdentityProviderName": name });
    for member in ["UseDefaults", "PrincipalTags"] {
        answer[member] = set[member].clone();
    }
    Ok(answer)
}

/// `SetPrincipalTagAttributeMap`: the defaults, or tags of one's own.
fn set_principal_tags(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let (id, name) = (text(input, "IdentityPoolId"), text(input, "IdentityProviderName"));
    let pool = world.identity.pool(region, id)?;
    if !providers(pool).iter().any(|known| known == name || known.starts_with(&format!("{name}:"))) {
        return Err(invalid(format!("{name} is not a configured provider.")));
    }
    let uses_defaults = input["UseDefaults"].as_bool().unwrap_or(false);
    let own = input["PrincipalTags"].as_object().cloned().unwrap_or_default();
    if uses_defaults && !own.is_empty() {
        return Err(invalid("PrincipalTags cannot be set together with UseDefaults."));
    }
    let tags = if uses_defaults { json!({ "client": "aud", "username": "sub" }) } else { Value::Object(own) };
    let set = json!({ "UseDefaults": uses_defaults, "PrincipalTags": tags });
    pool.principal_tags.insert(name.to_owned(), set);
    principal_tags(world, region, input)
}

fn tagged<'w>(world: &'w mut World, region: &str, input: &Value) -> Result<&'w mut Pool, Refusal> {
    let given = text(input, "ResourceArn");
    let id = given.strip_prefix(&arn(region, "")).ok_or_else(|| invalid(format!("Invalid ARN: {given}")))?;
    world.identity.pool(region, id)
}

fn tag(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let added = sent_tags(input, "Tags")?;
    let pool = tagged(world, region, input)?;
    let mut tags = pool.tags.clone();
    tags.extend(added);
    within_quota(&tags)?;
    pool.tags = tags;
    Ok(json!({}))
}

fn untag(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    let pool = tagged(world, region, input)?;
    for key in input["TagKeys"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        pool.tags.remove(key);
    }
    Ok(json!({}))
}

fn tags_of(world: &mut World, region: &str, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({ "Tags": tagged(world, region, input)?.tags }))
}
