//! Users, as an administrator makes, changes and removes them (`other_resources.md` 9, `quotas_errors.md` 6).
use super::doc::{self, Doc};
use super::state::{Pool, User};
use super::{Refusal, ids, invalid, page, user_rules as rules};
use crate::sandbox::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many e-mails Cognito sends in a day where a pool has no SES of its own, and when the day begins: 09:00 UTC
/// (`quotas_errors.md` 2).
const MAILS: u64 = 50;
const DAY: i64 = 24 * 3_600_000;
const RESETS: i64 = 9 * 3_600_000;

/// `AdminCreateUser`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    if doc::text(input, "MessageAction") == Some("RESEND") {
        return resend(world, region, input);
    }
    let (pool_id, name) = (doc::required(input, "UserPoolId"), doc::required(input, "Username"));
    let pool = world.cognito.pool(region, pool_id)?;
    let aliases = doc::texts(&pool.settings, "UsernameAttributes");
    let mut attributes = Vec::new();
    for attribute in doc::items(input, "UserAttributes") {
        rules::fits(pool, attribute)?;
        attributes.push(attribute.clone());
    }
    let own_name = aliases.is_empty();
    if own_name {
        if rules::by_name(pool, name).is_some() {
            return Err(exists());
        }
    } else {
        let alias = if name.contains('@') { "email" } else { "phone_number" };
        if !aliases.contains(&alias) {
            return Err(invalid(format!("Username should be {}.", aliases.join(" or "))));
        }
        if !attributes.iter().any(|attribute| attribute["Name"] == alias) {
            attributes.push(json!({ "Name": alias, "Value": name }));
        }
    }
    let moved = match rules::alias_taken(pool, &attributes, None) {
        // "ForceAliasCreation": the alias moves over from whoever has it.
        Some((alias, holder)) if doc::flag(input, "ForceAliasCreation") == Some(true) && own_name => {
            Some((alias, holder.clone()))
        }
        Some(_) => return Err(exists()),
        None => None,
    };
    rules::complete(pool, &attributes)?;
    let password = doc::filled(input, "TemporaryPassword");
    if let Some(password) = password {
        rules::password(pool, password)?;
    }
    // user_pool.md 5.2: with UsernameAttributes the username is the sub, and e-mail or phone an alias of it.
    let sub = ids::uuid(world);
    let username = if own_name { name.to_owned() } else { sub.clone() };
    attributes.insert(0, json!({ "Name": "sub", "Value": sub }));
    in_order(&mut attributes);
    let mut user = User {
        created: world.now,
        modified: world.now,
        attributes,
        passwords: password.map(rules::digest).into_iter().collect(),
        ..User::default()
    };
    if doc::text(input, "MessageAction") != Some("SUPPRESS") {
        send(&mut user, input);
        mailed(world, region, pool_id, &user)?;
    }
    let shown = shown(&username, &user, "Attributes");
    let pool = world.cognito.pool_mut(region, pool_id)?;
    if let Some((alias, holder)) = moved
        && let Some(holder) = pool.users.get_mut(&holder)
    {
        set(&mut holder.attributes, &format!("{alias}_verified"), "false");
        in_order(&mut holder.attributes);
    }
    pool.users.insert(username, user);
    Ok(json!({ "User": shown }))
}

/// `AdminCreateUser` with `RESEND`: the message goes out again, to somebody who has not signed in yet. The texts are not
/// known.
fn resend(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let name = found(pool, doc::required(input, "Username"))?.0.clone();
    let user = held(pool, &name)?;
    if user.confirmed {
        return Err(Refusal::new(
            "UnsupportedUserStateException",
            format!("Resend not possible. {name} status is not FORCE_CHANGE_PASSWORD"),
        ));
    }
    send(user, input);
    Ok(json!({ "User": shown(&name, user, "Attributes") }))
}

/// Notes the messages that go out: by SMS unless said otherwise (`other_resources.md` 9, "default SMS (!)"), and only where
/// there is somewhere to send them.
fn send(user: &mut User, input: &Doc) {
    let said = doc::texts(input, "DesiredDeliveryMediums");
    for medium in if said.is_empty() { vec!["SMS"] } else { said } {
        let place = if medium == "SMS" { "phone_number" } else { "email" };
        if value(&user.attributes, place).is_some() {
            user.messages.push(medium.to_owned());
        }
    }
}

/// The account's e-mails of a day, by whoever sends through Cognito itself. What is refused then, and how, is not documented
/// of this call; `CodeDeliveryFailureException` is what it declares.
fn mailed(world: &mut World, region: &str, pool: &str, user: &User) -> Result<(), Refusal> {
    let email = doc::child(&world.cognito.pool(region, pool)?.settings, "EmailConfiguration");
    let is_ses = email.and_then(|email| doc::text(email, "EmailSendingAccount")) == Some("DEVELOPER");
    if is_ses || !user.messages.iter().any(|medium| medium == "EMAIL") {
        return Ok(());
    }
    let today = (world.now - RESETS).div_euclid(DAY);
    let (day, count) = &mut world.cognito.mailed;
    if *day != today {
        (*day, *count) = (today, 0);
    }
    if *count >= MAILS {
        let message = "Exceeded daily email limit for the operation or the account. If a higher limit is required, please \
                       configure your user pool to use your own Amazon SES configuration for sending email.";
        return Err(Refusal::new("CodeDeliveryFailureException", message));
    }
    *count += 1;
    Ok(())
}

/// `AdminGetUser`.
pub(super) fn get(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    let (name, user) = found(pool, doc::required(input, "Username"))?;
    Ok(shown(name, user, "UserAttributes"))
}

/// `AdminUpdateUserAttributes`: what is sent is set, an empty value takes away (`other_resources.md` 9).
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    let (name, user) = found(pool, doc::required(input, "Username"))?;
    let name = name.clone();
    let mut attributes = user.attributes.clone();
    let sent = doc::items(input, "UserAttributes");
    for attribute in sent {
        rules::may_change(pool, attribute)?;
        let (key, new) = (text_of(attribute, "Name"), text_of(attribute, "Value"));
        if new.is_empty() {
            rules::may_go(pool, key)?;
            attributes.retain(|held| held["Name"] != key);
        } else {
            rules::fits(pool, attribute)?;
            let is_new = value(&attributes, key) != Some(new);
            set(&mut attributes, key, new);
            // other_resources.md 9: "set explicitly by admin as "true", else unverified".
            let verified = format!("{key}_verified");
            let is_said = sent.iter().any(|other| other["Name"] == verified.as_str());
            if ["email", "phone_number"].contains(&key) && is_new && !is_said {
                set(&mut attributes, &verified, "false");
            }
        }
    }
    in_order(&mut attributes);
    if let Some((alias, _)) = rules::alias_taken(pool, &attributes, Some(&name)) {
        return Err(Refusal::new("AliasExistsException", format!("An account with the {alias} already exists.")));
    }
    let now = world.now;
    let user = held(world.cognito.pool_mut(region, pool_id)?, &name)?;
    user.attributes = attributes;
    user.modified = now;
    Ok(json!({}))
}

/// `AdminDeleteUserAttributes`.
pub(super) fn delete_attributes(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let now = world.now;
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let name = found(pool, doc::required(input, "Username"))?.0.clone();
    let going = doc::texts(input, "UserAttributeNames");
    for key in &going {
        rules::may_change(pool, &json!({ "Name": key }))?;
        rules::may_go(pool, key)?;
    }
    let user = held(pool, &name)?;
    user.attributes.retain(|held| !going.contains(&text_of(held, "Name")));
    user.modified = now;
    Ok(json!({}))
}

/// `AdminSetUserPassword`: a permanent one confirms the account (`other_resources.md` 9).
pub(super) fn set_password(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let now = world.now;
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let name = found(pool, doc::required(input, "Username"))?.0.clone();
    let password = doc::required(input, "Password");
    rules::password(pool, password)?;
    let digest = rules::digest(password);
    let history = rules::history(pool);
    let user = held(pool, &name)?;
    if user.passwords.iter().rev().take(history).any(|before| *before == digest) {
        // The text is not known.
        return Err(Refusal::new(
            "PasswordHistoryPolicyViolationException",
            "Password has previously been used and cannot be reused.",
        ));
    }
    user.passwords.push(digest);
    user.confirmed = doc::flag(input, "Permanent") == Some(true);
    user.modified = now;
    Ok(json!({}))
}

/// `AdminEnableUser`.
pub(super) fn enable(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    able(world, region, input, false)
}

/// `AdminDisableUser`.
pub(super) fn disable(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    able(world, region, input, true)
}

fn able(world: &mut World, region: &str, input: &Doc, disabled: bool) -> Result<Value, Refusal> {
    let now = world.now;
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let name = found(pool, doc::required(input, "Username"))?.0.clone();
    let user = held(pool, &name)?;
    user.disabled = disabled;
    user.modified = now;
    Ok(json!({}))
}

/// `AdminDeleteUser`.
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let name = found(pool, doc::required(input, "Username"))?.0.clone();
    pool.users.remove(&name);
    Ok(json!({}))
}

/// `ListUsers`.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    let filter = doc::filled(input, "Filter").map(rules::filter).transpose()?;
    let wanted: BTreeMap<&String, &User> =
        pool.users.iter().filter(|(name, user)| filter.as_ref().is_none_or(|filter| filter.fits(name, user))).collect();
    let page = page::page_of(wanted.into_iter(), doc::number(input, "Limit"), doc::text(input, "PaginationToken"))?;
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

fn exists() -> Refusal {
    Refusal::new("UsernameExistsException", "User account already exists")
}

/// The user of this name, `sub` or alias, for those who have words of their own for nobody.
pub(super) fn named<'a>(pool: &'a Pool, name: &str) -> Option<(&'a str, &'a User)> {
    rules::named(pool, name).map(|(name, user)| (name.as_str(), user))
}

pub(super) fn missing() -> Refusal {
    Refusal::new("UserNotFoundException", "User does not exist.")
}

/// The user of this name, `sub` or alias.
pub(super) fn found<'a>(pool: &'a Pool, name: &str) -> Result<(&'a String, &'a User), Refusal> {
    rules::named(pool, name).ok_or_else(missing)
}

/// The user of exactly this name, to be changed.
pub(super) fn held<'a>(pool: &'a mut Pool, name: &str) -> Result<&'a mut User, Refusal> {
    pool.users.get_mut(name).ok_or_else(missing)
}

/// The value of an attribute.
pub(super) fn value<'a>(attributes: &'a [Value], name: &str) -> Option<&'a str> {
    attributes.iter().find(|held| held["Name"] == name).and_then(|held| held["Value"].as_str())
}

fn set(attributes: &mut Vec<Value>, name: &str, value: &str) {
    match attributes.iter_mut().find(|held| held["Name"] == name) {
        Some(held) => held["Value"] = value.into(),
        None => attributes.push(json!({ "Name": name, "Value": value })),
    }
}

/// Attributes come in an order of their own, whatever came first: `sub`, then by name.
fn in_order(attributes: &mut [Value]) {
    attributes.sort_by_key(|held| (held["Name"] != "sub", text_of(held, "Name").to_owned()));
}

fn text_of<'a>(of: &'a Value, member: &str) -> &'a str {
    of[member].as_str().unwrap_or_default()
}

/// A user as it reads back.
pub(super) fn shown(name: &str, user: &User, attributes: &str) -> Value {
    json!({
        "Username": name,
        attributes: user.attributes,
        "UserCreateDate": doc::time(user.created),
        "UserLastModifiedDate": doc::time(user.modified),
        "Enabled": !user.disabled,
        "UserStatus": if user.confirmed { "CONFIRMED" } else { "FORCE_CHANGE_PASSWORD" },
    })
}
