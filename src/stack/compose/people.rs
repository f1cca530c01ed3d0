//! Resource servers, groups and users into resources.

use std::collections::BTreeMap;

use super::Composing;
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Kind as _, Ref};
use crate::kinds::app_client::AppClient;
use crate::kinds::app_client::check::attribute_name;
use crate::kinds::group::Group;
use crate::kinds::resource_server::ResourceServer;
use crate::kinds::user::User;
use crate::stack::{UserSettings, at};

impl Composing<'_> {
    pub(super) fn people(&mut self) -> Result<()> {
        for (key, settings) in &self.file.resource_servers {
            let mut settings = settings.clone();
            settings.identifier.get_or_insert_with(|| key.clone());
            settings.name.get_or_insert_with(|| key.clone());
            let server = ResourceServer { user_pool: Ref::one(), settings };
            self.add(Address::named(ResourceServer::NAME, key), at::key("resource_servers", key), &server)?;
        }
        self.scopes();
        for (key, settings) in &self.file.groups {
            let mut settings = settings.clone();
            settings.name.get_or_insert_with(|| key.clone());
            let group = Group { user_pool: Ref::one(), settings };
            self.add(Address::named(Group::NAME, key), at::key("groups", key), &group)?;
        }
        for (key, settings) in &self.file.users {
            self.add(Address::named(User::NAME, key), at::key("users", key), &user(key, settings))?;
        }
        Ok(())
    }

    /// A client comes after the servers whose scopes it names: AWS refuses a scope that it does not know
    /// (`app_client.md` 3).
    fn scopes(&mut self) {
        for (key, client) in &self.file.app_clients {
            let scopes = client.allowed_oauth_scopes.iter().flatten();
            let named: Vec<&str> = scopes.filter_map(|scope| Some(scope.rsplit_once('/')?.0)).collect();
            let servers = self.file.resource_servers.iter();
            let first = servers.filter(|(key, server)| named.contains(&server.identifier_of(key)));
            let first: Vec<Address> = first.map(|(key, _)| Address::named(ResourceServer::NAME, key)).collect();
            if let Some(made) = self.resources.get_mut(&Address::named(AppClient::NAME, key)) {
                made.after.extend(first);
            }
        }
    }
}

fn user(key: &str, settings: &UserSettings) -> User {
    let UserSettings {
        username,
        attributes,
        groups,
        enabled,
        invite,
        force_alias_creation,
        validation_data,
        client_metadata,
    } = settings;
    let mut attributes: BTreeMap<String, String> =
        attributes.iter().map(|(name, value)| (attribute_name(name), value.clone())).collect();
    for address in ["email", "phone_number"] {
        // AWS takes an address that nothing is said of for unverified (`other_resources.md` 9); whoever writes it here
        // vouches for it.
        if attributes.contains_key(address) {
            attributes.entry(format!("{address}_verified")).or_insert_with(|| "true".to_owned());
        }
    }
    let groups: BTreeMap<String, Ref<Group>> = groups.iter().map(|group| (group.clone(), Ref::named(group))).collect();
    User {
        user_pool: Ref::one(),
        username: username.clone().unwrap_or_else(|| key.to_owned()),
        attributes: (!attributes.is_empty()).then_some(attributes),
        groups: (!groups.is_empty()).then_some(groups),
        enabled: *enabled,
        invite: (!invite.is_empty()).then(|| invite.clone()),
        force_alias_creation: *force_alias_creation,
        validation_data: (!validation_data.is_empty()).then(|| validation_data.clone()),
        client_metadata: (!client_metadata.is_empty()).then(|| client_metadata.clone()),
    }
}
