//! `app_client.web`: how plans, state, errors and `--target` name a resource.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::near::did_you_mean;

/// A resource's kind and, where a stack can hold several of that kind, its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The kind: `app_client`.
    pub kind: String,
    /// What this stack calls it: `web`. None for what a stack has one of: `user_pool`.
    pub name: Option<String>,
}

impl Address {
    /// The address of what a stack has one of.
    pub fn one(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: None }
    }

    /// The address of one among several.
    pub fn named(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: Some(name.into()) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.pad(&format!("{}.{name}", self.kind)),
            None => f.pad(&self.kind),
        }
    }
}

/// Why a text is no address.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAnAddress(String);

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an address; one looks like `user_pool` or `app_client.web`", self.0)
    }
}

impl std::error::Error for NotAnAddress {}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (kind, name) = match text.split_once('.') {
            Some((kind, name)) => (kind, Some(name)),
            None => (text, None),
        };
        let is_kind = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !is_kind(kind) || !name.is_none_or(is_name) {
            return Err(NotAnAddress(text.to_owned()));
        }
        Ok(Self { kind: kind.to_owned(), name: name.map(str::to_owned) })
    }
}

/// The one of `known` that was most likely meant by `written`, if one is near enough: its kind is held against the kinds,
/// and its name against the names of that kind alone, for short names are all near one another.
pub fn meant<'a>(written: &Address, known: impl IntoIterator<Item = &'a Address>) -> Option<&'a Address> {
    let known: Vec<&Address> = known.into_iter().collect();
    let kinds = || known.iter().map(|one| one.kind.as_str());
    let kind = kinds().find(|kind| *kind == written.kind).or_else(|| did_you_mean(&written.kind, kinds()));
    let Some(kind) = kind else {
        // `web` for `app_client.web`.
        let mut called = known.iter().filter(|one| written.name.is_none() && one.name.as_ref() == Some(&written.kind));
        return called.next().copied().filter(|_| called.next().is_none());
    };
    let of_kind: Vec<&Address> = known.into_iter().filter(|one| one.kind == kind).collect();
    if let [only] = of_kind.as_slice()
        && (only.name.is_none() || written.name.is_none())
    {
        return Some(only);
    }
    let name = written.name.as_deref()?;
    let names = || of_kind.iter().filter_map(|one| one.name.as_deref());
    let name = names().find(|one| *one == name).or_else(|| did_you_mean(name, names()))?;
    of_kind.into_iter().find(|one| one.name.as_deref() == Some(name))
}

/// The most letters of what a stack calls something.
pub const MOST_LETTERS: usize = 64;

/// Whether a text can be what a stack calls something: letters, digits, `_` and `-`, at most 64 of them.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=MOST_LETTERS).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Address {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Address".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[a-z_]+([.][A-Za-z0-9_-]{1,64})?$",
            "patternErrorMessage": "an address looks like `user_pool` or `app_client.web`",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_being_written() {
        for text in ["user_pool", "app_client.web", "dns_record.domain-a", "app_client.Web_2"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_address_that_was_meant_is_found() {
        let known = ["user_pool", "app_client.web", "app_client.api", "domain.custom", "ui_customization.web"];
        let known: Vec<Address> = known.iter().map(|text| text.parse().unwrap()).collect();
        let near = |text: &str| meant(&text.parse().unwrap(), &known).map(ToString::to_string).unwrap_or_default();
        for (written, found) in [
            ("app_client.wbe", "app_client.web"),
            ("app_clients.web", "app_client.web"),
            ("app_clinet.wbe", "app_client.web"),
            ("domain.prefix", ""),
            ("domain", "domain.custom"),
            ("user_pol", "user_pool"),
            ("user_pool.main", "user_pool"),
            ("custom", "domain.custom"),
            ("web", ""),
            ("app_client.xyz", ""),
            ("flavour.web", ""),
        ] {
            assert_eq!(near(written), found, "{written}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", ".", "web.", ".web", "app client.web", "app_client.a.b", "app_client.ü", "App.web"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
