//! How one resource of a stack names another.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::address::Address;

/// Names another resource of the stack, by its address.
pub struct Ref<K> {
    /// `certificate.domain`; or `(not in this stack) arn:…` when read from AWS and unknown here.
    pub address: String,
    kind: PhantomData<fn() -> K>,
}

/// What stands before the id of something that this stack does not hold.
const OUTSIDE: &str = "(not in this stack) ";

impl<K: Kind> Ref<K> {
    /// The one resource of its kind.
    #[must_use]
    pub fn one() -> Self {
        Self::at(&Address::one(K::NAME))
    }

    /// One among several.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::at(&Address::named(K::NAME, name))
    }

    /// The resource at this address.
    #[must_use]
    pub fn at(address: &Address) -> Self {
        Self { address: address.to_string(), kind: PhantomData }
    }

    /// Something that AWS names and this stack does not hold.
    #[must_use]
    pub fn outside(id: &str) -> Self {
        Self { address: format!("{OUTSIDE}{id}"), kind: PhantomData }
    }

    /// The id of something that this stack does not hold; None where it does.
    #[must_use]
    pub fn outside_id(&self) -> Option<&str> {
        self.address.strip_prefix(OUTSIDE)
    }
}

impl<K> Clone for Ref<K> {
    fn clone(&self) -> Self {
        Self { address: self.address.clone(), kind: PhantomData }
    }
}

impl<K> PartialEq for Ref<K> {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl<K> Eq for Ref<K> {}

impl<K> fmt::Debug for Ref<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref({})", self.address)
    }
}

impl<K> Serialize for Ref<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.address)
    }
}

impl<'de, K> Deserialize<'de> for Ref<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { address: String::deserialize(deserializer)?, kind: PhantomData })
    }
}

impl<K> JsonSchema for Ref<K> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Ref".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "x-ref": true })
    }
}
