//! Users: only as many of their ways as it takes to have some (`quotas_errors.md` 6).
use super::doc::{self, Doc};
use super::state::{Pool, User};
use super::{Refusal, ids, invalid, page, schema};
use crate::sandbox::World;
use serde_json::{Value, json};

/// `AdminCreateUser`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, name) = (doc::required(input, "UserPoolId"), doc::required(input, "Username"));
    let pool = world.cognito.pool(region, pool_id)?;
    let aliases = doc::texts(&pool.settings, "UsernameAttributes");
    let mut attributes = Vec::new();
    let known = schema::names(&pool.schema);
    for attribute in doc::items(input, "UserAttributes") {
        let attribute_name = attribute["Name"].as_str().unwrap_or_default();
        if attribute_name == "sub" || !known.contains(&attribute_name) {
            return Err(invalid(format!(
                "Attributes did not conform to the schema: {attribute_name}: unknown attribute"
            )));
        }
        attributes.push(attribute.clone());
    }
    if !aliases.is_empty() {
        let alias = if name.contains('@') { "email" } else { "phone_number" };
        if !aliases.contains(&alias) {
            return Err(invalid(format!("Username should be {}.", aliases.join(" or "))));
        }
        if !attributes.iter().any(|attribute| attribute["Name"] == alias) {
            attributes.push(json!({ "Name": alias, "Value": name }));
        }
        let taken = |user: &User| user.attributes.iter().any(|held| held["Name"] == alias && held["Value"] == name);
        if pool.users.values().any(taken) {
            return Err(exists());
        }
    }
    if aliases.is_empty() && named(pool, name).is_some() {
        return Err(exists());
    }
    for missing in schema::required(&pool.schema) {
        if !attributes.iter().any(|attribute| attribute["Name"] == missing) {
            return Err(invalid(format!(
                "Attributes did not conform to the schema: {missing}: The attribute is required"
            )));
        }
    }
    // user_pool.md 5.2: with UsernameAttributes the username is the sub, and e-mail or phone an alias of it.
    let own_name = aliases.is_empty();
    let sub = ids::uuid(world);
    let username = if own_name { name.to_owned() } else { sub.clone() };
    attributes.insert(0, json!({ "Name": "sub", "Value": sub }));
    let user = User { created: world.now, modified: world.now, attributes, ..User::default() };
    let shown = shown(&username, &user, "Attributes");
    world.cognito.pool_mut(region, pool_id)?.users.insert(username, user);
    Ok(json!({ "User": shown }))
}

/// `AdminGetUser`.
pub(super) fn get(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let name = doc::required(input, "Username");
    let pool = world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    named(pool, name).map(|(name, user)| shown(name, user, "UserAttributes")).ok_or_else(missing)
}

/// `AdminDeleteUser`.
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let name = named(pool, doc::required(input, "Username")).map(|(name, _)| name.to_owned());
    name.and_then(|name| pool.users.remove(&name)).map(|_| json!({})).ok_or_else(missing)
}

/// `ListUsers`. Filters are not understood here, and say so rather than match everyone.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    if doc::filled(input, "Filter").is_some() {
        return Err(invalid("Filters are not supported by this sandbox."));
    }
    let page = page::page(&pool.users, doc::number(input, "Limit"), doc::text(input, "PaginationToken"))?;
    let wanted = doc::texts(input, "AttributesToGet");
    let items: Vec<Value> = page
        .items
        .into_iter()
        .map(|(name, user)| {
            let mut shown = shown(name, user, "Attributes");
            if let Some(attributes) = shown["Attributes"].as_array_mut().filter(|_| !wanted.is_empty()) {
                attributes.retain(|attribute| attribute["Name"].as_str().is_some_and(|name| wanted.contains(&name)));
            }
            shown
        })
        .collect();
    let mut answer = json!({ "Users": items });
    if let Some(next) = page.next {
        answer["PaginationToken"] = next.into();
    }
    Ok(answer)
}

/// The user of this name, or of an attribute that people sign in with. Case matters unless the pool says otherwise
/// (`user_pool.md` 2, `UsernameConfiguration`).
pub(super) fn named<'a>(pool: &'a Pool, name: &str) -> Option<(&'a str, &'a User)> {
    let case =
        doc::child(&pool.settings, "UsernameConfiguration").and_then(|config| doc::flag(config, "CaseSensitive"));
    let is_same = |other: &str| match case {
        Some(false) => other.to_lowercase() == name.to_lowercase(),
        _ => other == name,
    };
    let mut aliases = doc::texts(&pool.settings, "UsernameAttributes");
    aliases.extend(doc::texts(&pool.settings, "AliasAttributes"));
    let is_alias = |held: &Value| {
        aliases.iter().any(|alias| held["Name"] == *alias) && held["Value"].as_str().is_some_and(is_same)
    };
    let is_named = |(own, user): &(&String, &User)| is_same(own) || user.attributes.iter().any(is_alias);
    pool.users.iter().find(is_named).map(|(name, user)| (name.as_str(), user))
}

fn exists() -> Refusal {
    Refusal::new("UsernameExistsException", "User account already exists")
}

pub(super) fn missing() -> Refusal {
    Refusal::new("UserNotFoundException", "User does not exist.")
}

fn shown(name: &str, user: &User, attributes: &str) -> Value {
    json!({
        "Username": name,
        attributes: user.attributes,
        "UserCreateDate": doc::time(user.created),
        "UserLastModifiedDate": doc::time(user.modified),
        "Enabled": true,
        "UserStatus": "FORCE_CHANGE_PASSWORD",
    })
}
