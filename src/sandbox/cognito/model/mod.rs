//! The service's model as tables: members, limits, patterns and enumerations of every input.
//!
//! Written from the API's own model (the one that the SDK is made from). A test holds the members against
//! the SDK's schemas, so that a new SDK that knows a new member is noticed.

pub(super) mod client;
pub(super) mod guards;
pub(super) mod patterns;
pub(super) mod people;
pub(super) mod pool;
pub(super) mod provider;
pub(super) mod rest;
pub(super) mod sign_in;

use super::validate::{Member, Shape, Text};
use patterns::Pattern;

/// A member that may be missing.
const fn optional(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, shape, required: false }
}

/// A member that must be there.
const fn required(name: &'static str, shape: &'static Shape) -> Member {
    Member { name, shape, required: true }
}

/// A string of a length.
const fn sized(least: usize, most: usize) -> Text {
    Text { least, most, pattern: None, values: &[], secret: false }
}

/// A string of a length and a pattern.
const fn matching(least: usize, most: usize, pattern: &'static Pattern) -> Shape {
    Shape::Text(Text { least, most, pattern: Some(pattern), values: &[], secret: false })
}

/// The same, and never shown in an error.
const fn secret(least: usize, most: usize, pattern: &'static Pattern) -> Shape {
    Shape::Text(Text { least, most, pattern: Some(pattern), values: &[], secret: true })
}

/// One of some strings.
const fn one_of(values: &'static [&'static str]) -> Shape {
    Shape::Text(Text { least: 0, most: usize::MAX, pattern: None, values, secret: false })
}

/// A whole number of a range.
const fn number(least: i64, most: i64) -> Shape {
    Shape::Number { least, most }
}

/// A list of a length.
const fn list(of: &'static Shape, least: usize, most: usize) -> Shape {
    Shape::List { of, least, most }
}

/// No limit on a length.
const ANY: usize = usize::MAX;

static FLAG: Shape = Shape::Flag;
/// Any whole number of 32 bits.
static INTEGER: Shape = number(i32::MIN as i64, i32::MAX as i64);
static STRING: Shape = Shape::Text(sized(0, 131_072));
static ARN: Shape = matching(20, 2048, &patterns::ARN);
static REGION: Shape = Shape::Text(sized(5, 32));
/// `UserPoolIdType` (`user_pool.md`, head).
static POOL_ID: Shape = matching(1, 55, &patterns::POOL_ID);
/// `ClientIdType` (`app_client.md`, head).
static CLIENT_ID: Shape = matching(1, 128, &patterns::CLIENT_ID);
static TOKEN: Shape = matching(1, 131_072, &patterns::NO_SPACE);
