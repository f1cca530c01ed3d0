//! The least and the greatest value of an attribute that is a number.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The least or greatest value of a number: a whole number, or a text where it is too big for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound(String);

impl Bound {
    /// The number as AWS takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, as near as it can be had; None when it is none.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.0.parse().ok().filter(|value: &f64| value.is_finite())
    }
}

impl From<i64> for Bound {
    fn from(value: i64) -> Self {
        Self(value.to_string())
    }
}

impl From<&str> for Bound {
    fn from(text: &str) -> Self {
        Self(text.trim().to_owned())
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse::<i64>() {
            Ok(value) if value.to_string() == self.0 => serializer.serialize_i64(value),
            _ => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsWritten;
        impl Visitor<'_> for AsWritten {
            type Value = Bound;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_i64<E>(self, value: i64) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Bound, E> {
                Ok(Bound::from(text))
            }
        }
        deserializer.deserialize_any(AsWritten)
    }
}

impl JsonSchema for Bound {
    fn schema_name() -> Cow<'static, str> {
        "Bound".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string"], "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bound_is_a_number_where_one_can_hold_it() {
        let huge = "179769313486231570000000000000000000000000";
        for (written, shown) in [(json!(5), json!(5)), (json!("-7"), json!(-7)), (json!(huge), json!(huge))] {
            let bound: Bound = serde_json::from_value(written).unwrap();
            assert_eq!(serde_json::to_value(bound).unwrap(), shown);
        }
        assert!(serde_json::from_value::<Bound>(json!(true)).is_err());
    }
}
