//! What AWS would refuse of an identity pool (`other_resources.md` 8).

use std::collections::BTreeSet;

use super::{Check, top};
use crate::kinds::identity_pool::roles::{MappingType, PrincipalTags, RoleMapping, Roles};
use crate::near::did_you_mean;
use crate::stack::{IdentityPoolSettings, at};

/// Services that people may come from by name.
const LOGINS: &[&str] = &[
    "graph.facebook.com",
    "accounts.google.com",
    "www.amazon.com",
    "appleid.apple.com",
    "api.twitter.com",
    "www.digits.com",
];
/// How many providers may have role mappings.
const MAPPINGS: usize = 10;
/// How many tags the sessions of a provider's people may carry.
const PRINCIPAL_TAGS: usize = 50;
/// How many of the user pool's clients there may be, until the quota is raised (`quotas_errors.md` 2).
const CLIENTS: usize = 50;

impl Check<'_> {
    pub(super) fn identity_pool(&mut self) {
        let Some(pool) = &self.file.identity_pool else { return };
        self.identity_clients(pool);
        self.identity_pool_others(pool);
        self.identity_roles(pool);
        self.principal_tags(pool);
        if let Some(why) = top::too_many_tags(&self.file.tags, pool.tags.as_ref()) {
            self.say("identity_pool.tags", why);
        }
        for (key, value) in pool.tags.iter().flatten() {
            if let Some(why) = top::bad_tag(key, value) {
                self.say(at::key("identity_pool.tags", key), why);
            }
        }
    }

    fn identity_clients(&mut self, pool: &IdentityPoolSettings) {
        let file = self.file;
        let place = "identity_pool.app_clients";
        let count = pool.app_clients.as_ref().map_or(file.app_clients.len(), std::collections::BTreeMap::len);
        if count > CLIENTS {
            let hint = "name fewer under `identity_pool.app_clients`, or ask AWS for a higher quota";
            self.warnings.push(
                crate::error::Problem::new(
                    "identity_pool",
                    format!("AWS grants an identity pool {CLIENTS} clients at first, not {count}"),
                )
                .hint(hint),
            );
        }
        for name in pool.app_clients.iter().flatten().map(|(name, _)| name) {
            if file.app_clients.contains_key(name) || self.is_broken(&at::key("app_clients", name)) {
                continue;
            }
            let message = format!("there is no app client `{name}`");
            match did_you_mean(name, file.app_clients.keys().map(String::as_str)) {
                Some(word) => self.advise(at::key(place, name), message, format!("did you mean `{word}`?")),
                None => self.advise(at::key(place, name), message, "the names are those under `app_clients`"),
            }
        }
    }

    fn identity_pool_others(&mut self, pool: &IdentityPoolSettings) {
        for name in pool.supported_login_providers.iter().flatten().map(|(name, _)| name) {
            if !LOGINS.contains(&name.as_str()) {
                let path = at::key("identity_pool.supported_login_providers", name);
                let message = format!("identity pools know no provider `{name}`");
                match did_you_mean(name, LOGINS.iter().copied()) {
                    Some(word) => self.advise(path, message, format!("did you mean `{word}`?")),
                    None => self.advise(path, message, format!("there are {}", LOGINS.join(", "))),
                }
            }
        }
        let lists = [
            ("open_id_connect_provider_arns", &pool.open_id_connect_provider_arns, "oidc-provider/"),
            ("saml_provider_arns", &pool.saml_provider_arns, "saml-provider/"),
        ];
        for (field, arns, resource) in lists {
            for (index, arn) in arns.iter().flatten().enumerate() {
                if !is_of_iam(arn, resource) {
                    let path = at::item(&format!("identity_pool.{field}"), index);
                    let hint = format!("one looks like arn:aws:iam::111122223333:{resource}name");
                    self.advise(path, format!("`{arn}` is not the ARN of such a provider in IAM"), hint);
                }
            }
        }
    }

    fn identity_roles(&mut self, pool: &IdentityPoolSettings) {
        let Roles { authenticated, unauthenticated } = pool.roles.clone().unwrap_or_default();
        for (name, role) in [("authenticated", &authenticated), ("unauthenticated", &unauthenticated)] {
            if let Some(role) = role {
                self.identity_role(&format!("identity_pool.roles.{name}"), role);
            }
        }
        if unauthenticated.is_some() && pool.allow_unauthenticated_identities != Some(true) {
            let hint = "take the role out, or write `allow_unauthenticated_identities: true`";
            self.advise("identity_pool.roles.unauthenticated", "nobody gets credentials without signing in here", hint);
        }
        let known: BTreeSet<&String> = pool
            .supported_login_providers
            .iter()
            .flatten()
            .map(|(name, _)| name)
            .chain(pool.open_id_connect_provider_arns.iter().flatten())
            .chain(pool.saml_provider_arns.iter().flatten())
            .collect();
        for (name, mapping) in pool.role_mappings.iter().flatten() {
            let path = at::key("identity_pool.role_mappings", name);
            if !known.contains(name) {
                let hint = "name one of `supported_login_providers` or of the ARNs; a client's stands with the client, as \
                            `app_clients.<name>.role_mapping`";
                self.advise(&path, format!("the identity pool has no provider `{name}`"), hint);
            }
            self.role_mapping(&path, mapping);
        }
        let of_clients = pool.app_clients.iter().flatten();
        let of_clients: Vec<_> =
            of_clients.filter_map(|(name, client)| Some((name, client.role_mapping.as_ref()?))).collect();
        let count = of_clients.len() + pool.role_mappings.as_ref().map_or(0, std::collections::BTreeMap::len);
        if count > MAPPINGS {
            let message = format!("{count} role mappings are too many: AWS takes {MAPPINGS}");
            self.advise("identity_pool", message, "choose roles by `roles` where one is enough");
        }
        for (name, mapping) in of_clients {
            self.role_mapping(&format!("{}.role_mapping", at::key("identity_pool.app_clients", name)), mapping);
        }
    }

    fn role_mapping(&mut self, path: &str, mapping: &RoleMapping) {
        match (mapping.r#type, &mapping.rules) {
            (MappingType::Rules, None) => {
                self.advise(path, "the type Rules needs `rules`", "write the rules, or `type: Token`");
            }
            (MappingType::Token, Some(_)) => {
                let hint = "take `rules` out, or write `type: Rules`";
                self.advise(format!("{path}.rules"), "the type Token has no rules", hint);
            }
            _ => {}
        }
        for (index, rule) in mapping.rules.iter().flatten().enumerate() {
            self.identity_role(&format!("{}.role_arn", at::item(&format!("{path}.rules"), index)), &rule.role_arn);
        }
    }

    /// A role is handed to the service, and so of this account.
    fn identity_role(&mut self, path: &str, role: &str) {
        if !is_of_iam(role, "role/") {
            let hint = "one looks like arn:aws:iam::111122223333:role/name";
            return self.advise(path, format!("`{role}` is not the ARN of a role"), hint);
        }
        let theirs = role.split(':').nth(4).unwrap_or_default();
        if let Some(ours) = self.file.account.as_deref().filter(|ours| *ours != theirs) {
            let message = format!("the role is in account {theirs}, and this stack in {ours}");
            self.advise(path, message, format!("name a role of account {ours}: none of another can be handed on"));
        }
    }

    /// Whether nobody of the user pool gets credentials.
    fn has_no_client(&self, pool: &IdentityPoolSettings) -> bool {
        pool.app_clients.as_ref().map_or(self.file.app_clients.is_empty(), std::collections::BTreeMap::is_empty)
    }

    fn principal_tags(&mut self, pool: &IdentityPoolSettings) {
        for (name, PrincipalTags { use_defaults, tags }) in pool.principal_tags.iter().flatten() {
            let path = at::key("identity_pool.principal_tags", name);
            let has_tags = tags.as_ref().is_some_and(|tags| !tags.is_empty());
            if *use_defaults == Some(true) && has_tags {
                let hint = "take one of the two out";
                self.advise(format!("{path}.tags"), "tags of one's own do not stand beside `use_defaults`", hint);
            }
            let count = tags.as_ref().map_or(0, std::collections::BTreeMap::len);
            if count > PRINCIPAL_TAGS {
                self.advise(
                    format!("{path}.tags"),
                    format!("{count} tags are too many: AWS takes {PRINCIPAL_TAGS}"),
                    "leave out those that no policy asks for",
                );
            }
            if *use_defaults != Some(true) && !has_tags {
                self.advise(&path, "no tags are set", "write `use_defaults: true`, or `tags`, or take it out");
            }
            if name == "user_pool" && self.has_no_client(pool) {
                let hint = "name a client under `identity_pool.app_clients`, or take the tags out";
                self.advise(&path, "no client of the user pool gets credentials here", hint);
            }
            let is_known = name == "user_pool"
                || pool.supported_login_providers.iter().flatten().any(|(known, _)| known == name)
                || pool.open_id_connect_provider_arns.iter().flatten().any(|known| known == name)
                || pool.saml_provider_arns.iter().flatten().any(|known| known == name);
            if !is_known {
                let hint =
                    "`user_pool` is this stack's; others are named as in `supported_login_providers` and the ARNs";
                self.advise(&path, format!("the identity pool has no provider `{name}`"), hint);
            }
        }
    }
}

fn is_of_iam(arn: &str, resource: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let &["arn", _, "iam", "", account, name] = parts.as_slice() else { return false };
    account.len() == 12
        && account.bytes().all(|digit| digit.is_ascii_digit())
        && name.strip_prefix(resource).is_some_and(|name| !name.is_empty())
        && !arn.contains(char::is_whitespace)
}
