//! What can be done with a user.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::super::busy::when_free;
use super::super::group::{self, Group};
use super::super::user_pool::UserPool;
use super::User;
use crate::aws;
use crate::aws::cognito::types::{AttributeType, DeliveryMediumType, MessageActionType, UserStatusType, UserType};
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, Grant, Kind, Last, Loss, Observed, On, Ref, Use, grants};

/// What AWS decided of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserOutputs {
    /// What tokens call the person, for as long as the account lives.
    pub sub: String,
    /// What AWS calls the account: where people sign in by an address, the `sub`.
    pub username: String,
}

/// What AWS alone sets (`other_resources.md` 9, "Read-only attributes").
const OWN: [&str; 2] = ["sub", "identities"];

impl Kind for User {
    const NAME: &'static str = "user";
    const LOSES: Loss =
        Loss::WhenGone("the account: its password, its factors, its `sub`, by which applications know it");
    type Outputs = UserOutputs;

    /// Reads the user from the list: AdminGetUser counts for the bill, ListUsers does not (`quotas_errors.md` 1).
    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, username) = parts(id)?;
        let Some(user) = listed(ctx, pool, "username", username).await? else { return Ok(None) };
        let Some(groups) = groups(ctx, pool, username).await? else { return Ok(None) };
        let mut attributes = attributes(&user);
        let outputs =
            UserOutputs { sub: attributes.get("sub").cloned().unwrap_or_default(), username: username.to_owned() };
        attributes.retain(|name, _| !OWN.contains(&name.as_str()));
        let spec = Self {
            user_pool: ctx.named::<UserPool>(pool, |known, _| known == pool),
            username: signs_in_by(&outputs, &attributes, last.map(|last| last.spec.username.as_str())),
            attributes: Some(attributes),
            groups: Some(groups),
            enabled: Some(user.enabled),
            invite: None,
            force_alias_creation: None,
            validation_data: None,
            client_metadata: None,
        };
        Ok(Some(Observed::ready(spec, outputs)))
    }

    /// An account that an administrator made and nobody has signed in to yet. Any other is a person's, whatever it is
    /// called: nobody is to get another's groups.
    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let found = of_name(ctx, &pool, &self.username).await?;
        let is_new = |user: &UserType| user.user_status == Some(UserStatusType::ForceChangePassword);
        Ok(found.filter(is_new).and_then(|user| user.username).map(|name| format!("{pool}/{name}")))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let pool = ctx.id(&self.user_pool)?;
        let attributes = pairs(self.attributes.iter().flatten())?;
        let validation = self.validation_data.as_ref().map(|data| pairs(data.iter())).transpose()?;
        let invite = self.invite.clone().filter(|invite| !invite.is_empty());
        let made = when_free(ctx, async || {
            let call = ctx.aws.cognito.admin_create_user().user_pool_id(&pool).username(&self.username);
            let call = call.set_user_attributes(Some(attributes.clone())).set_validation_data(validation.clone());
            let call = call.set_force_alias_creation(self.force_alias_creation);
            let call = call.set_client_metadata(self.metadata());
            let call = match &invite {
                Some(invite) => call.set_desired_delivery_mediums(Some(
                    invite.iter().map(|medium| DeliveryMediumType::from(medium.as_str())).collect(),
                )),
                // Left to itself, AWS writes to people, and by SMS (other_resources.md 9).
                None => call.message_action(MessageActionType::Suppress),
            };
            call.customize().config_override(aws::once()).send().await.map_err(refused("AdminCreateUser"))
        });
        let made = match made.await {
            Err(error) if error.code() == Some("UsernameExistsException") => {
                return Err(self.is_somebodys(ctx, &pool, error).await);
            }
            made => made?,
        };
        let made = made.user.and_then(|user| user.username);
        let made = made.ok_or_else(|| Error::bug("AdminCreateUser answered without a username"))?;
        Ok(format!("{pool}/{made}"))
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let (pool, username) = parts(id)?;
        self.set_attributes(ctx, pool, username, before).await?;
        self.move_groups(ctx, pool, username, before).await?;
        match self.enabled.filter(|enabled| Some(*enabled) != before.enabled) {
            Some(true) => {
                let call = ctx.aws.cognito.admin_enable_user().user_pool_id(pool).username(username);
                call.send().await.map(drop).map_err(refused("AdminEnableUser"))
            }
            Some(false) => {
                let call = ctx.aws.cognito.admin_disable_user().user_pool_id(pool).username(username);
                call.send().await.map(drop).map_err(refused("AdminDisableUser"))
            }
            None => Ok(()),
        }
    }

    fn grants(&self) -> Vec<Grant> {
        let able: &[&str] =
            if self.enabled.is_some() { &["cognito-idp:AdminEnableUser", "cognito-idp:AdminDisableUser"] } else { &[] };
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:ListUsers", "cognito-idp:AdminListGroupsForUser"]),
            grants(Use::Making, &On::Pool, &["cognito-idp:AdminCreateUser"]),
            grants(
                Use::Changing,
                &On::Pool,
                &[
                    "cognito-idp:AdminUpdateUserAttributes",
                    "cognito-idp:AdminDeleteUserAttributes",
                    "cognito-idp:AdminAddUserToGroup",
                    "cognito-idp:AdminRemoveUserFromGroup",
                ],
            ),
            grants(Use::Changing, &On::Pool, able),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:AdminDeleteUser"]),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (pool, username) = parts(id)?;
        let call = ctx.aws.cognito.admin_delete_user().user_pool_id(pool).username(username);
        match call.send().await.map_err(refused("AdminDeleteUser")) {
            Err(error) if is_gone(&error) => Ok(()),
            deleted => deleted.map(drop),
        }
    }
}

impl User {
    /// What the pool's functions are told with a call.
    fn metadata(&self) -> Option<HashMap<String, String>> {
        self.client_metadata.clone().map(|metadata| metadata.into_iter().collect())
    }

    /// Sets what differs, and takes away what goes.
    async fn set_attributes(&self, ctx: &Ctx, pool: &str, username: &str, before: &Self) -> Result<()> {
        let none = BTreeMap::new();
        let (now, before) = (self.attributes.as_ref().unwrap_or(&none), before.attributes.as_ref().unwrap_or(&none));
        let differs: BTreeSet<&str> = now
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value))
            .map(|(name, _)| name.as_str())
            .collect();
        // An address that is set without a word on it is unverified (other_resources.md 9).
        let is_sent = |name: &str| {
            differs.contains(name) || name.strip_suffix("_verified").is_some_and(|address| differs.contains(address))
        };
        if !differs.is_empty() {
            let call = ctx.aws.cognito.admin_update_user_attributes().user_pool_id(pool).username(username);
            let sent = pairs(now.iter().filter(|(name, _)| is_sent(name)))?;
            let call = call.set_user_attributes(Some(sent)).set_client_metadata(self.metadata());
            call.send().await.map_err(refused("AdminUpdateUserAttributes"))?;
        }
        let goes: Vec<String> = before.keys().filter(|name| !now.contains_key(*name)).cloned().collect();
        if !goes.is_empty() {
            let call = ctx.aws.cognito.admin_delete_user_attributes().user_pool_id(pool).username(username);
            let call = call.set_user_attribute_names(Some(goes));
            call.send().await.map_err(refused("AdminDeleteUserAttributes"))?;
        }
        Ok(())
    }

    /// Puts the person into the groups that they are to be in, and out of the others.
    async fn move_groups(&self, ctx: &Ctx, pool: &str, username: &str, before: &Self) -> Result<()> {
        let names = |groups: &Option<BTreeMap<String, Ref<Group>>>| -> Result<BTreeSet<String>> {
            groups.iter().flatten().map(|(_, group)| group_name(ctx, group)).collect()
        };
        let (now, before) = (names(&self.groups)?, names(&before.groups)?);
        for group in now.difference(&before) {
            let call = ctx.aws.cognito.admin_add_user_to_group().user_pool_id(pool).username(username);
            call.group_name(group).send().await.map_err(refused("AdminAddUserToGroup"))?;
        }
        for group in before.difference(&now) {
            let call = ctx.aws.cognito.admin_remove_user_from_group().user_pool_id(pool).username(username);
            match call.group_name(group).send().await.map_err(refused("AdminRemoveUserFromGroup")) {
                // With its group, the membership is gone.
                Err(error) if error.is_not_found() => {}
                removed => drop(removed?),
            }
        }
        Ok(())
    }

    /// Why an account that is there is not simply taken.
    async fn is_somebodys(&self, ctx: &Ctx, pool: &str, error: Error) -> Error {
        let id = match of_name(ctx, pool, &self.username).await {
            Ok(Some(user)) => format!("{pool}/{}", user.username.unwrap_or_default()),
            _ => format!("{pool}/<username>"),
        };
        error
            .during(format!("there is an account {} already, and it may be somebody's", self.username))
            .hinted(format!("if it is the one that is meant: stack import {} --address user.NAME={id}", ctx.stack))
            .hinted("if it is not, give this one another `username`")
    }
}

/// What a person signs in by: as it was declared, since an address may have changed; else as AWS shows it.
fn signs_in_by(outputs: &UserOutputs, attributes: &BTreeMap<String, String>, last: Option<&str>) -> String {
    if let Some(last) = last {
        return last.to_owned();
    }
    // user_pool.md 5.2: with UsernameAttributes, the username is the sub.
    let address = || attributes.get("email").or_else(|| attributes.get("phone_number")).cloned();
    let by_address = (outputs.username == outputs.sub).then(address).flatten();
    by_address.unwrap_or_else(|| outputs.username.clone())
}

fn attributes(user: &UserType) -> BTreeMap<String, String> {
    let pair = |one: &AttributeType| Some((one.name.clone(), one.value.clone().filter(|value| !value.is_empty())?));
    user.attributes().iter().filter_map(pair).collect()
}

fn pairs<'a>(attributes: impl Iterator<Item = (&'a String, &'a String)>) -> Result<Vec<AttributeType>> {
    let pair = |(name, value): (&String, &String)| {
        let pair = AttributeType::builder().name(name).value(value).build();
        pair.map_err(|error| Error::bug("an attribute is incomplete").caused_by(error))
    };
    attributes.map(pair).collect()
}

/// What AWS calls a group: the end of its id, also where the stack does not hold it.
fn group_name(ctx: &Ctx, group: &Ref<Group>) -> Result<String> {
    let id = match group.outside_id() {
        Some(id) => id.to_owned(),
        None => ctx.id(group)?,
    };
    group::parts(&id).map(|(_, name)| name.to_owned())
}

/// The groups of a user, by what the stack calls them; None when the user is gone.
async fn groups(ctx: &Ctx, pool: &str, username: &str) -> Result<Option<BTreeMap<String, Ref<Group>>>> {
    let mut found = BTreeMap::new();
    let mut next = None;
    loop {
        let call = ctx.aws.cognito.admin_list_groups_for_user().user_pool_id(pool).username(username).limit(60);
        let page = match call.set_next_token(next).send().await.map_err(refused("AdminListGroupsForUser")) {
            Err(error) if is_gone(&error) => return Ok(None),
            page => page?,
        };
        for name in page.groups().iter().filter_map(|group| group.group_name()) {
            let id = format!("{pool}/{name}");
            let group = ctx.named::<Group>(&id, |known, _| known == id);
            let key = match group.address.split_once('.') {
                Some((kind, key)) if kind == Group::NAME => key.to_owned(),
                _ => format!("(not in this stack) {name}"),
            };
            found.insert(key, group);
        }
        next = page.next_token;
        if next.is_none() {
            return Ok(Some(found));
        }
    }
}

/// The user of this name: by AWS's own, or by the address that stands for it.
async fn of_name(ctx: &Ctx, pool: &str, name: &str) -> Result<Option<UserType>> {
    if let Some(user) = listed(ctx, pool, "username", name).await? {
        return Ok(Some(user));
    }
    let address = if name.contains('@') { "email" } else { "phone_number" };
    let found = listed(ctx, pool, address, name).await?;
    // In a pool whose people have names of their own, the address alone says nothing.
    Ok(found.filter(|user| attributes(user).get("sub") == user.username.as_ref()))
}

/// The first user whose attribute is this; None as well when there is no such pool.
async fn listed(ctx: &Ctx, pool: &str, attribute: &str, value: &str) -> Result<Option<UserType>> {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    let filter = format!("{attribute} = \"{escaped}\"");
    let mut next = None;
    loop {
        let call = ctx.aws.cognito.list_users().user_pool_id(pool).filter(&filter).set_pagination_token(next);
        let page = match call.send().await.map_err(refused("ListUsers")) {
            Err(error) if is_gone(&error) => return Ok(None),
            page => page?,
        };
        // A page may be empty although another follows.
        if let Some(user) = page.users().first() {
            return Ok(Some(user.clone()));
        }
        next = page.pagination_token;
        if next.is_none() {
            return Ok(None);
        }
    }
}

fn is_gone(error: &Error) -> bool {
    error.is_not_found() || error.code() == Some("UserNotFoundException")
}

fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').filter(|(_, name)| !name.is_empty()).ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of a user")).hinted(
            "one looks like eu-west-1_abc/<username>; where people sign in by an address, the username is their `sub`",
        )
    })
}
