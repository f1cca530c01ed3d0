//! The attributes of users.

use super::look::{Found, Look};
use super::{Rule, Severity};
use crate::kinds::app_client::check::attribute_name;
use crate::stack::path_key;

/// The provider that stands for the pool's own users.
const OWN: &str = "COGNITO";

pub(super) const IMMUTABLE: Rule = Rule {
    id: "immutable-idp-attribute",
    severity: Severity::Warning,
    in_production: false,
    title: "An attribute that an identity provider may fill in cannot be changed",
    why: "Cognito writes what a provider maps at every sign-in; where the attribute is immutable, the second one fails.",
    source: "Cognito Developer Guide, \"Mapping IdP attributes to profiles and tokens\"",
    remedy: "`mutable: true`, which only a new pool can have; or take the attribute out of the client's `write_attributes`, \
             so that no provider can map it",
    fixes: false,
    covers: &[],
    find: immutable,
};

pub(super) const CASE: Rule = Rule {
    id: "username-case-sensitive",
    severity: Severity::Note,
    in_production: false,
    title: "`Ann` and `ann` are two users",
    why: "Two accounts differ by a capital letter, which invites mistakes and impostors. It is what AWS's API does unless \
          it is told, and is settled when the pool is made.",
    source: "Cognito Developer Guide, \"User pool case sensitivity\"",
    remedy: "`username_configuration: { case_sensitive: false }`, before the pool is made",
    fixes: false,
    covers: &[],
    find: case,
};

fn immutable(look: &Look<'_>, found: &mut Found) {
    let pool = &look.file.user_pool;
    let standard = serde_json::to_value(&pool.standard_attributes).unwrap_or_default();
    let standard = standard.as_object().into_iter().flatten().filter(|(_, one)| one["mutable"] == false);
    let standard = standard.map(|(name, _)| (format!("user_pool.standard_attributes.{name}"), name.clone()));
    let custom = pool.attributes.iter().flatten().filter(|(_, one)| one.mutable == Some(false));
    let custom = custom.map(|(name, _)| (path_key("user_pool.attributes", name), attribute_name(name)));
    let fixed: Vec<(String, String)> = standard.chain(custom.map(custom_too)).collect();
    // What a provider of this file maps is known: that it can be changed is checked where it is mapped.
    let declared = |name: &str| look.file.identity_providers.iter().any(|(key, one)| one.name(key) == name);
    for (name, client) in &look.file.app_clients {
        let mut others = client.supported_identity_providers.iter().flatten().filter(|one| *one != OWN);
        let Some(provider) = others.find(|one| !declared(one)) else {
            continue;
        };
        for (at, attribute) in &fixed {
            // A provider maps only what its client may write. Left out, that is every standard attribute.
            let may_write = match &client.write_attributes {
                Some(written) => written.iter().any(|one| attribute_name(one) == *attribute),
                None => !attribute.starts_with(CUSTOM),
            };
            if may_write {
                let message = format!("cannot be changed, and `{provider}` may fill it in through the client {name}");
                found.say(format!("{at}.mutable"), message);
            }
        }
    }
}

/// What tokens put before an attribute of the pool's own.
const CUSTOM: &str = "custom:";

/// An attribute of the pool's own is named with or without its prefix in a pool, and with it in a client.
fn custom_too((at, name): (String, String)) -> (String, String) {
    if name.starts_with(CUSTOM) { (at, name) } else { (at, format!("{CUSTOM}{name}")) }
}

fn case(look: &Look<'_>, found: &mut Found) {
    let said = look.file.user_pool.username_configuration.as_ref().and_then(|config| config.case_sensitive);
    if said != Some(false) {
        found.say("user_pool.username_configuration.case_sensitive", "usernames that differ in case are two users");
    }
}
