//! Resource servers and the scopes that clients name, groups, users (`other_resources.md` 2, 3, 9).

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use crate::kinds::app_client::check::{STANDARD, USER_SCOPES, attribute_name};
use crate::kinds::resource_server::ServerSettings;
use crate::kinds::user_pool::UserPool;
use crate::kinds::user_pool::enums::UsernameAttribute;
use crate::kinds::user_pool::spec::UsernameConfiguration;
use crate::near::did_you_mean;
use crate::stack::{UserSettings, at};

/// How many resource servers a pool can have: until the quota is raised, and at most (`quotas_errors.md` 2).
const SERVERS: (usize, usize) = (25, 300);
/// How many groups a pool can have (`quotas_errors.md` 2).
const GROUPS: usize = 10_000;

impl Check<'_> {
    /// The scopes of the file's resource servers, by identifier. Of one whose shape is wrong, nobody knows.
    pub(super) fn servers(&self) -> BTreeMap<String, BTreeSet<String>> {
        let servers = self.file.resource_servers.iter();
        let servers = servers.filter(|(key, _)| !self.is_broken(&at::key("resource_servers", key)));
        let one = |(key, server): (&String, &ServerSettings)| {
            (
                server.identifier_of(key).to_owned(),
                server.scopes.iter().flatten().map(|(name, _)| name.clone()).collect(),
            )
        };
        servers.map(one).collect()
    }

    pub(super) fn resource_servers(&mut self) {
        let file = self.file;
        let (usual, most) = SERVERS;
        let count = file.resource_servers.len();
        if count > most {
            let message = format!("{count} resource servers are more than AWS allows in a user pool: {most}");
            self.advise("resource_servers", message, "put scopes that belong together into one server");
        } else if count > usual {
            let message =
                format!("{count} resource servers are more than a user pool has until its quota is raised: {usual}");
            self.warn(
                "resource_servers",
                message,
                "ask for a higher quota first: Service Quotas, Amazon Cognito user pools",
            );
        }
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, server) in &file.resource_servers {
            let identifier = server.identifier_of(key);
            if let Some(other) = taken.insert(identifier, key) {
                let message =
                    format!("`{other}` has the identifier `{identifier}` already, and a pool has one of each");
                self.advise(at::key("resource_servers", key), message, "give each server an `identifier` of its own");
            }
            for name in server.scopes.iter().flatten().map(|(name, _)| name) {
                let whole = format!("{identifier}/{name}").chars().count();
                if whole > 256 {
                    let place = at::key(&at::key(&at::key("resource_servers", key), "scopes"), name);
                    let message =
                        format!("`{identifier}/{name}` has {whole} characters, and a client's scope at most 256");
                    self.advise(place, message, "shorten the identifier or the scope's name");
                }
            }
        }
        self.scopes_of_others();
    }

    /// Scopes that no server of this file has, and none of them could have.
    fn scopes_of_others(&mut self) {
        let file = self.file;
        if self.is_broken("resource_servers") {
            return;
        }
        let servers = self.servers();
        for (key, client) in &file.app_clients {
            for scope in client.allowed_oauth_scopes.iter().flatten() {
                let Some((server, _)) = scope.rsplit_once('/').filter(|_| !USER_SCOPES.contains(&scope.as_str()))
                else {
                    continue;
                };
                if servers.contains_key(server) {
                    continue;
                }
                let place = at::key(&at::key("app_clients", key), "allowed_oauth_scopes");
                let message =
                    format!("no resource server of this file has the identifier `{server}`, which `{scope}` asks for");
                let hint = match did_you_mean(server, servers.keys().map(String::as_str)) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => {
                        "declare it under resource_servers, or see to it that somebody else makes it first".to_owned()
                    }
                };
                self.warn(place, message, hint);
            }
        }
    }

    pub(super) fn groups(&mut self) {
        let file = self.file;
        if file.groups.len() > GROUPS {
            let message = format!("{} groups are more than AWS allows in a user pool: 10,000", file.groups.len());
            self.say("groups", message);
        }
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, group) in &file.groups {
            let place = at::key("groups", key);
            let name = group.name.as_deref().unwrap_or(key);
            if let Some(other) = taken.insert(name, key) {
                let message = format!("`{other}` has the name `{name}` already, and a pool has one group of each");
                self.advise(&place, message, "give each group a `name` of its own");
            }
            let is_role = |arn: &str| {
                let parts: Vec<&str> = arn.splitn(6, ':').collect();
                let is_account = |of: &str| of.len() == 12 && of.bytes().all(|one| one.is_ascii_digit());
                let is_named = |role: &str| role.strip_prefix("role/").is_some_and(|name| !name.is_empty());
                matches!(parts[..], ["arn", _, "iam", "", of, role] if is_account(of) && is_named(role))
            };
            if let Some(arn) = group.role_arn.as_deref().filter(|arn| !is_role(arn)) {
                let hint = "one looks like arn:aws:iam::<account>:role/<name>";
                self.advise(at::key(&place, "role_arn"), format!("`{arn}` is not the ARN of a role"), hint);
                continue;
            }
            // AWS answers "Cross-account pass role is not allowed." (other_resources.md 2)
            let of = group.role_arn.as_deref().and_then(|arn| arn.split(':').nth(4));
            if let (Some(of), Some(ours)) = (of, file.account.as_deref())
                && of != ours
            {
                let message = format!("the role is in account {of}, and this stack in {ours}");
                self.advise(at::key(&place, "role_arn"), message, format!("name a role of account {ours}"));
            }
        }
    }

    pub(super) fn users(&mut self) {
        let file = self.file;
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        let is_plain = |names: &UsernameConfiguration| names.case_sensitive == Some(false);
        let is_blind = file.user_pool.username_configuration.as_ref().is_some_and(is_plain);
        for (key, user) in &file.users {
            let place = at::key("users", key);
            let name = user.username.as_deref().unwrap_or(key);
            let same = if is_blind { name.to_lowercase() } else { name.to_owned() };
            if let Some(other) = taken.insert(same, key) {
                let message = format!("`{other}` has the username `{name}` already, and a pool has one of each");
                self.advise(&place, message, "give each user a `username` of their own");
            }
            self.user(&place, name, user);
        }
    }

    fn user(&mut self, place: &str, name: &str, user: &UserSettings) {
        let pool = &self.file.user_pool;
        // user_pool.md 5.2: with UsernameAttributes, the address stands for the username.
        let by: Vec<&str> = pool.username_attributes.iter().flatten().map(UsernameAttribute::as_str).collect();
        let is = if name.contains('@') { "email" } else { "phone_number" };
        let is_number = name.strip_prefix('+').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        if !by.is_empty() && (!by.contains(&is) || (is == "phone_number" && !is_number)) {
            let what = by.iter().map(|by| if *by == "email" { "an e-mail address" } else { "a telephone number" });
            let what = what.collect::<Vec<_>>().join(" or ");
            let at = if user.username.is_some() { at::key(place, "username") } else { place.to_owned() };
            self.advise(
                at,
                format!("people sign in to this pool by {what}, and `{name}` is none"),
                format!("write `username:` with {what}"),
            );
        }
        self.attributes(place, user, (!by.is_empty()).then_some(is));
        for group in &user.groups {
            if self.file.groups.contains_key(group) || self.is_broken(&at::key("groups", group)) {
                continue;
            }
            let hint = match did_you_mean(group, self.file.groups.keys().map(String::as_str)) {
                Some(word) => format!("did you mean `{word}`?"),
                None => "declare it under `groups`".to_owned(),
            };
            self.advise(at::key(place, "groups"), format!("there is no group `{group}`"), hint);
        }
        for medium in &user.invite {
            let address = medium.attribute();
            if !user.attributes.contains_key(address) && (by.is_empty() || is != address) {
                let message = format!("{} needs somewhere to go to, and no `{address}` is declared", medium.as_str());
                self.advise(at::key(place, "invite"), message, format!("add {address} to the user's attributes"));
            }
        }
    }

    /// What is known of a user, against what the pool has. `known` is what the username stands for.
    fn attributes(&mut self, place: &str, user: &UserSettings, known: Option<&str>) {
        if self.is_broken("user_pool.attributes") || self.is_broken("user_pool.standard_attributes") {
            return;
        }
        let UserPool { attributes: own, standard_attributes, .. } = &self.file.user_pool;
        let all = at::key(place, "attributes");
        let own: BTreeSet<String> = own.iter().flatten().map(|(name, _)| format!("custom:{name}")).collect();
        let mut said: BTreeMap<String, &str> = BTreeMap::new();
        for (written, value) in &user.attributes {
            let (name, at) = (attribute_name(written), at::key(&all, written));
            if let Some(other) = said.insert(name.clone(), written) {
                self.advise(&at, format!("`{other}` and `{written}` are one attribute"), "write it once");
            }
            if name == "sub" {
                self.advise(&at, "sub is AWS's to give", "leave it out");
            } else if !STANDARD.contains(&name.as_str()) && !own.contains(&name) {
                let near = STANDARD.into_iter().chain(own.iter().map(String::as_str));
                let hint = match did_you_mean(&name, near) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => "declare it under user_pool.attributes".to_owned(),
                };
                self.advise(&at, format!("the pool has no attribute `{name}`"), hint);
            } else if name.ends_with("_verified") && !["true", "false"].contains(&value.as_str()) {
                self.advise(&at, format!("`{value}` is neither true nor false"), "write \"true\" or \"false\"");
            } else if name == "birthdate" && value.chars().count() != 10 {
                self.advise(&at, format!("`{value}` is no date of 10 characters"), "write it as 1990-12-31");
            }
        }
        let required = serde_json::to_value(standard_attributes).unwrap_or_default();
        let required = required.as_object().into_iter().flatten().filter(|(_, one)| one["required"] == true);
        for (missing, _) in required.filter(|(name, _)| !said.contains_key(*name) && known != Some(name.as_str())) {
            let message = format!("every user of this pool must have {missing}");
            self.advise(&all, message, format!("add {missing} to the user's attributes"));
        }
    }
}
