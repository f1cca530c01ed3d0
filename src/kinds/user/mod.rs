//! Seed users: accounts that a stack is to have from the beginning, such as its first administrator
//! (`other_resources.md` 9).
//!
//! A user is a person's: their password stands nowhere here, what they change of what nobody declares stays, and an
//! account goes only with the word for it. Nobody is written to unless the file asks for it.

mod kind;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::group::Group;
use super::user_pool::UserPool;
use crate::kind::{OnChange, Ref};

pub use kind::UserOutputs;

/// An account. Its id is `<pool id>/<username>`, the username being AWS's: where people sign in by an address, their
/// `sub`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The pool that the account is in.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// What the person signs in by: a name, or their address where the pool asks for one. Always declared.
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub username: String,
    /// What is known of the person, by AWS's names: `email`, `custom:tenant`. What AWS sets by itself is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    // Where addresses are aliases, one person has each.
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = {}, "x-handed-over" = "given_first"))]
    pub attributes: Option<BTreeMap<String, String>>,
    /// The groups that the person is in, by what the stack calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = {}))]
    pub groups: Option<BTreeMap<String, Ref<Group>>>,
    /// Whether the person may sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace, "x-aws-default" = true))]
    pub enabled: Option<bool>,
    /// How the person is told of the new account, with a password for the first time; left out, not at all.
    /// AWS does not say afterwards: it counts at that moment alone, and no difference of it is a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-order-only" = true))]
    pub invite: Option<BTreeSet<Medium>>,
    /// Whether an address that is somebody's alias already moves over to the new account; left out, it is refused.
    /// AWS does not say afterwards: it counts at that moment alone, and no difference of it is a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-order-only" = true))]
    pub force_alias_creation: Option<bool>,
    /// What the function before sign-up is told of the new account. AWS keeps nothing of it, and no difference of it is a
    /// change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-order-only" = true))]
    pub validation_data: Option<BTreeMap<String, String>>,
    /// What the pool's functions are told when the account is made, or its attributes are changed from here. AWS keeps
    /// nothing of it, and no difference of it is a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-order-only" = true))]
    pub client_metadata: Option<BTreeMap<String, String>>,
}

/// How somebody is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Medium {
    /// By e-mail, to the attribute `email`.
    #[serde(rename = "EMAIL")]
    Email,
    /// By text message, to the attribute `phone_number`; it costs.
    #[serde(rename = "SMS")]
    Sms,
}

impl Medium {
    /// AWS's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }

    /// The attribute that holds where to.
    #[must_use]
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "phone_number",
        }
    }
}

/// A user with every field set.
#[must_use]
pub fn example() -> User {
    let attributes =
        [("email", "ann@example.com"), ("email_verified", "true"), ("name", "Ann"), ("custom:tenant", "one")];
    User {
        user_pool: Ref::one(),
        username: "ann".to_owned(),
        attributes: Some(attributes.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()),
        groups: Some(BTreeMap::from([("admins".to_owned(), Ref::named("admins"))])),
        enabled: Some(true),
        invite: Some(BTreeSet::from([Medium::Email])),
        force_alias_creation: Some(false),
        validation_data: Some(BTreeMap::from([("invited_by".to_owned(), "operations".to_owned())])),
        client_metadata: Some(BTreeMap::from([("language".to_owned(), "en".to_owned())])),
    }
}

/// [`example`] with something else in each field that is changed in place.
#[must_use]
pub fn example_changed() -> User {
    let attributes =
        [("email", "ann@example.org"), ("email_verified", "false"), ("name", "Anna"), ("custom:tenant", "two")];
    User {
        attributes: Some(attributes.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()),
        groups: Some(BTreeMap::from([("staff".to_owned(), Ref::named("staff"))])),
        enabled: Some(false),
        invite: Some(BTreeSet::from([Medium::Sms])),
        force_alias_creation: Some(true),
        validation_data: Some(BTreeMap::from([("invited_by".to_owned(), "sales".to_owned())])),
        client_metadata: Some(BTreeMap::from([("language".to_owned(), "fr".to_owned())])),
        ..example()
    }
}
