//! The attributes of the users of a pool: AWS's standard ones, and the pool's own.
//!
//! Standard attributes can be set up only when the pool is made; custom ones can be added later and then
//! neither changed nor removed (`user_pool.md` 5.2).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::bound::Bound;
use super::enums::AttributeType;
use crate::aws::cognito::types as aws;

/// The longest text that AWS keeps in an attribute.
pub(super) const LONGEST: u32 = 2048;

/// An attribute of the pool's own. Tokens carry it as `custom:<name>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomAttribute {
    /// The type of its values.
    #[serde(rename = "type")]
    pub attribute_type: AttributeType,
    /// Whether a value can be changed once set. What an identity provider fills in must be mutable. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub mutable: Option<bool>,
    /// Whether only an administrator can write it. An app client's write attributes do the same better. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub developer_only: Option<bool>,
    /// For a String: its shortest value, in characters. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2048), extend("x-aws-default" = 0))]
    pub min_length: Option<u32>,
    /// For a String: its longest value, in characters, at most 2048. Default: 2048.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2048), extend("x-aws-default" = 2048))]
    pub max_length: Option<u32>,
    /// For a Number: its least value. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_value: Option<Bound>,
    /// For a Number: its greatest value. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_value: Option<Bound>,
}

/// A standard attribute that holds text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextAttribute {
    /// Whether nobody can sign up without it. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub required: Option<bool>,
    /// Whether it can be changed once set. What an identity provider fills in must be mutable. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub mutable: Option<bool>,
    /// Its shortest value, in characters. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2048), extend("x-aws-default" = 0))]
    pub min_length: Option<u32>,
    /// Its longest value, in characters, at most 2048. Default: 2048.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2048), extend("x-aws-default" = 2048))]
    pub max_length: Option<u32>,
}

/// A standard attribute that holds a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateAttribute {
    /// Whether nobody can sign up without it. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub required: Option<bool>,
    /// Whether it can be changed once set. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub mutable: Option<bool>,
    /// Its shortest value, in characters. Default: 10, as in `1969-07-20`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2048), extend("x-aws-default" = 10))]
    pub min_length: Option<u32>,
    /// Its longest value, in characters. Default: 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2048), extend("x-aws-default" = 10))]
    pub max_length: Option<u32>,
}

/// A standard attribute that holds a time, as seconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeAttribute {
    /// Whether nobody can sign up without it. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = false))]
    pub required: Option<bool>,
    /// Whether it can be changed once set. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub mutable: Option<bool>,
    /// Its least value. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = 0))]
    pub min_value: Option<Bound>,
    /// Its greatest value. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_value: Option<Bound>,
}

/// One standard attribute, to and from AWS's schema.
trait Standard: Sized {
    fn from_aws(shown: Option<&aws::SchemaAttributeType>) -> Self;
    fn to_aws(&self, name: &str) -> aws::SchemaAttributeType;
    fn as_text(&self) -> Option<&TextAttribute> {
        None
    }
}

/// Declares the standard attributes, and both ways between them and AWS's schema.
macro_rules! standard_attributes {
    ($($(#[doc = $doc:literal])+ $field:ident: $kind:ty,)+) => {
        /// AWS's standard attributes, which every pool has. Of `sub`, `email_verified` and `phone_number_verified`
        /// nothing can be set.
        // AWS takes the latter two for custom attributes, and the last for one whose name is too long: "Member must
        // have length less than or equal to 20".
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct StandardAttributes {$(
            $(#[doc = $doc])+
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $field: Option<$kind>,
        )+}

        impl StandardAttributes {
            /// Every one, as AWS shows it or, where it shows nothing, as AWS makes it.
            pub(super) fn from_aws(shown: &[aws::SchemaAttributeType]) -> Self {
                let find = |name: &str| shown.iter().find(|attribute| attribute.name() == Some(name));
                Self {$(
                    $field: Some(<$kind>::from_aws(find(stringify!($field)))),
                )+}
            }

            /// Those that are declared and hold text, by name.
            pub(super) fn texts(&self) -> Vec<(&'static str, &TextAttribute)> {
                let Self { $($field),+ } = self;
                [$($field.as_ref().and_then(|attribute| Some((stringify!($field), attribute.as_text()?)))),+]
                    .into_iter()
                    .flatten()
                    .collect()
            }

            /// Those that are declared, as AWS takes them when it makes a pool.
            pub(super) fn to_aws(&self) -> Vec<aws::SchemaAttributeType> {
                let Self { $($field),+ } = self;
                [$($field.as_ref().map(|attribute| attribute.to_aws(stringify!($field)))),+]
                    .into_iter()
                    .flatten()
                    .collect()
            }
        }
    };
}

// `phone_number_verified` is one letter longer than the names that a request may hold (user_pool.md 5.2).
standard_attributes! {
    /// The full name.
    name: TextAttribute,
    /// The given name.
    given_name: TextAttribute,
    /// The family name.
    family_name: TextAttribute,
    /// The middle name.
    middle_name: TextAttribute,
    /// The nickname.
    nickname: TextAttribute,
    /// A second username, which the user may change. Cannot be both required and an alias.
    preferred_username: TextAttribute,
    /// The address of the user's page.
    profile: TextAttribute,
    /// The address of the user's picture.
    picture: TextAttribute,
    /// The address of the user's web site.
    website: TextAttribute,
    /// The e-mail address.
    email: TextAttribute,
    /// The gender.
    gender: TextAttribute,
    /// The date of birth, `YYYY-MM-DD`.
    birthdate: DateAttribute,
    /// The time zone.
    zoneinfo: TextAttribute,
    /// The language and region.
    locale: TextAttribute,
    /// The phone number, `+` and digits.
    phone_number: TextAttribute,
    /// The postal address.
    address: TextAttribute,
    /// When the user was last changed.
    updated_at: TimeAttribute,
}

/// What every entry of AWS's schema says, apart from its constraints. All of it is sent: what AWS makes of an
/// entry that leaves something out is not documented (`user_pool.md` 5.2).
fn entry(
    name: &str,
    attribute_type: aws::AttributeDataType,
    required: bool,
    mutable: bool,
) -> aws::builders::SchemaAttributeTypeBuilder {
    aws::SchemaAttributeType::builder()
        .name(name)
        .attribute_data_type(attribute_type)
        .developer_only_attribute(false)
        .required(required)
        .mutable(mutable)
}

fn lengths(min: u32, max: u32) -> aws::StringAttributeConstraintsType {
    aws::StringAttributeConstraintsType::builder().min_length(min.to_string()).max_length(max.to_string()).build()
}

fn values(min: Option<&Bound>, max: Option<&Bound>) -> aws::NumberAttributeConstraintsType {
    aws::NumberAttributeConstraintsType::builder()
        .set_min_value(min.map(|bound| bound.as_str().to_owned()))
        .set_max_value(max.map(|bound| bound.as_str().to_owned()))
        .build()
}

/// The shortest and longest value that AWS shows; where it shows none, the given ones.
///
/// AWS shows only the constraints that it was sent, and so none may stand for the default (`user_pool.md` 5.2).
fn shown_lengths(shown: Option<&aws::SchemaAttributeType>, default: (u32, u32)) -> (u32, u32) {
    let constraints = shown.and_then(|shown| shown.string_attribute_constraints());
    let read = |text: Option<&str>| text.and_then(|text| text.trim().parse().ok());
    (
        read(constraints.and_then(|found| found.min_length())).unwrap_or(default.0),
        read(constraints.and_then(|found| found.max_length())).unwrap_or(default.1),
    )
}

fn shown_values(shown: Option<&aws::SchemaAttributeType>) -> (Option<Bound>, Option<Bound>) {
    let constraints = shown.and_then(|shown| shown.number_attribute_constraints());
    let read = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(Bound::from);
    (read(constraints.and_then(|found| found.min_value())), read(constraints.and_then(|found| found.max_value())))
}

fn shown_required(shown: Option<&aws::SchemaAttributeType>) -> bool {
    shown.and_then(|shown| shown.required).unwrap_or(false)
}

fn shown_mutable(shown: Option<&aws::SchemaAttributeType>) -> bool {
    shown.and_then(|shown| shown.mutable).unwrap_or(true)
}

impl Standard for TextAttribute {
    fn from_aws(shown: Option<&aws::SchemaAttributeType>) -> Self {
        let (min, max) = shown_lengths(shown, (0, LONGEST));
        let (required, mutable) = (Some(shown_required(shown)), Some(shown_mutable(shown)));
        Self { required, mutable, min_length: Some(min), max_length: Some(max) }
    }

    fn to_aws(&self, name: &str) -> aws::SchemaAttributeType {
        let Self { required, mutable, min_length, max_length } = self;
        // Constraints of a standard attribute take effect only with its type beside them (`user_pool.md` 5.2).
        entry(name, aws::AttributeDataType::String, required.unwrap_or(false), mutable.unwrap_or(true))
            .string_attribute_constraints(lengths(min_length.unwrap_or(0), max_length.unwrap_or(LONGEST)))
            .build()
    }

    fn as_text(&self) -> Option<&TextAttribute> {
        Some(self)
    }
}

impl Standard for DateAttribute {
    fn from_aws(shown: Option<&aws::SchemaAttributeType>) -> Self {
        let (min, max) = shown_lengths(shown, (10, 10));
        let (required, mutable) = (Some(shown_required(shown)), Some(shown_mutable(shown)));
        Self { required, mutable, min_length: Some(min), max_length: Some(max) }
    }

    fn to_aws(&self, name: &str) -> aws::SchemaAttributeType {
        let Self { required, mutable, min_length, max_length } = self;
        entry(name, aws::AttributeDataType::String, required.unwrap_or(false), mutable.unwrap_or(true))
            .string_attribute_constraints(lengths(min_length.unwrap_or(10), max_length.unwrap_or(10)))
            .build()
    }
}

impl Standard for TimeAttribute {
    fn from_aws(shown: Option<&aws::SchemaAttributeType>) -> Self {
        let (min, max) = shown_values(shown);
        let (required, mutable) = (Some(shown_required(shown)), Some(shown_mutable(shown)));
        Self { required, mutable, min_value: Some(min.unwrap_or_else(|| Bound::from(0))), max_value: max }
    }

    fn to_aws(&self, name: &str) -> aws::SchemaAttributeType {
        let Self { required, mutable, min_value, max_value } = self;
        let zero = Bound::from(0);
        entry(name, aws::AttributeDataType::Number, required.unwrap_or(false), mutable.unwrap_or(true))
            .number_attribute_constraints(values(Some(min_value.as_ref().unwrap_or(&zero)), max_value.as_ref()))
            .build()
    }
}

impl CustomAttribute {
    fn from_aws(shown: &aws::SchemaAttributeType, developer_only: bool) -> Self {
        let attribute_type = shown.attribute_data_type().map_or(AttributeType::String, AttributeType::from);
        let (mut min_length, mut max_length, mut min_value, mut max_value) = (None, None, None, None);
        match attribute_type {
            AttributeType::String => {
                let (min, max) = shown_lengths(Some(shown), (0, LONGEST));
                (min_length, max_length) = (Some(min), Some(max));
            }
            AttributeType::Number => (min_value, max_value) = shown_values(Some(shown)),
            AttributeType::DateTime | AttributeType::Boolean | AttributeType::Other(_) => {}
        }
        let developer_only = Some(developer_only || shown.developer_only_attribute == Some(true));
        let mutable = Some(shown_mutable(Some(shown)));
        Self { attribute_type, mutable, developer_only, min_length, max_length, min_value, max_value }
    }

    /// As AWS takes it, under its name without `custom:`.
    pub(super) fn to_aws(&self, name: &str) -> aws::SchemaAttributeType {
        let Self { attribute_type, mutable, developer_only, min_length, max_length, min_value, max_value } = self;
        // Custom attributes cannot be required (`user_pool.md` 5.2).
        let built = entry(name, attribute_type.into(), false, mutable.unwrap_or(true))
            .developer_only_attribute(developer_only.unwrap_or(false));
        match attribute_type {
            AttributeType::String => {
                built.string_attribute_constraints(lengths(min_length.unwrap_or(0), max_length.unwrap_or(LONGEST)))
            }
            AttributeType::Number if min_value.is_some() || max_value.is_some() => {
                built.number_attribute_constraints(values(min_value.as_ref(), max_value.as_ref()))
            }
            _ => built,
        }
        .build()
    }
}

/// The pool's own attributes, by their names without `custom:`.
pub(super) fn custom_from_aws(shown: &[aws::SchemaAttributeType]) -> BTreeMap<String, CustomAttribute> {
    let mut found = BTreeMap::new();
    for attribute in shown {
        let Some(name) = attribute.name() else { continue };
        // A developer-only attribute reads back as `dev:custom:x`, or as `dev:x` (`user_pool.md` 5.2).
        let (rest, developer_only) = name.strip_prefix("dev:").map_or((name, false), |rest| (rest, true));
        let short = rest.strip_prefix("custom:").unwrap_or(rest);
        // What has neither prefix is a standard attribute, or `identities`, which AWS adds by itself.
        if short == name {
            continue;
        }
        // One name may stand for an attribute of each sort; the one for developers then keeps its prefix.
        let key = if found.contains_key(short) { format!("dev:{short}") } else { short.to_owned() };
        found.insert(key, CustomAttribute::from_aws(attribute, developer_only));
    }
    found
}

/// Reads the pool's own attributes, under names with or without `custom:`.
pub(super) fn custom_as_written<'de, D>(deserializer: D) -> Result<Option<BTreeMap<String, CustomAttribute>>, D::Error>
where
    D: Deserializer<'de>,
{
    let Some(written) = Option::<BTreeMap<String, CustomAttribute>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let mut found = BTreeMap::new();
    for (name, attribute) in written {
        let short = name.strip_prefix("custom:").unwrap_or(&name).to_owned();
        if found.insert(short.clone(), attribute).is_some() {
            return Err(D::Error::custom(format!("`{short}` and `custom:{short}` are the same attribute")));
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_is_kept_in_one_spelling() {
        let pool: super::super::UserPool = serde_json::from_value(
            json!({ "name": "x", "attributes": { "custom:tenant": { "type": "String" }, "role": { "type": "String" } } }),
        )
        .unwrap();
        assert_eq!(pool.attributes.unwrap().keys().collect::<Vec<_>>(), ["role", "tenant"]);
        let twice = serde_json::from_value::<super::super::UserPool>(
            json!({ "name": "x", "attributes": { "custom:a": { "type": "String" }, "a": { "type": "String" } } }),
        );
        assert!(twice.unwrap_err().to_string().contains("the same attribute"));
    }

    #[test]
    fn what_aws_does_not_show_of_a_constraint_is_its_default() {
        let shown = aws::SchemaAttributeType::builder()
            .name("custom:tenant")
            .attribute_data_type(aws::AttributeDataType::String)
            .string_attribute_constraints(aws::StringAttributeConstraintsType::builder().build())
            .build();
        let found = custom_from_aws(&[shown]);
        let tenant = &found["tenant"];
        assert_eq!((tenant.min_length, tenant.max_length, tenant.mutable), (Some(0), Some(2048), Some(true)));
    }

    #[test]
    fn developer_only_attributes_are_told_apart_and_standard_ones_passed_over() {
        let named = |name: &str| aws::SchemaAttributeType::builder().name(name).build();
        let shown = ["sub", "identities", "custom:a", "dev:custom:a", "dev:b"].map(named);
        let found = custom_from_aws(&shown);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a", "b", "dev:a"]);
        assert_eq!(found["b"].developer_only, Some(true));
        assert_eq!(found["a"].developer_only, Some(false));
    }

    #[test]
    fn a_standard_attribute_goes_both_ways() {
        let written: StandardAttributes = serde_json::from_value(json!({
            "email": { "required": true, "mutable": false, "min_length": 3 },
            "birthdate": { "required": true },
            "updated_at": { "max_value": 9 },
        }))
        .unwrap();
        let sent = written.to_aws();
        assert_eq!(sent.len(), 3);
        let read = StandardAttributes::from_aws(&sent);
        let text = |required, mutable, min| TextAttribute {
            required: Some(required),
            mutable: Some(mutable),
            min_length: Some(min),
            max_length: Some(2048),
        };
        assert_eq!(read.email, Some(text(true, false, 3)));
        assert_eq!(read.name, Some(text(false, true, 0)));
        let birthdate = read.birthdate.unwrap();
        assert_eq!((birthdate.required, birthdate.min_length, birthdate.max_length), (Some(true), Some(10), Some(10)));
        let updated = read.updated_at.unwrap();
        assert_eq!((updated.min_value, updated.max_value), (Some(Bound::from(0)), Some(Bound::from(9))));
    }
}
