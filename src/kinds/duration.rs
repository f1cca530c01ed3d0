//! How long something is valid: `60m`, `12h`, `30d`.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A length of time, in whole seconds, and never none at all.
///
/// It has one way to be written: in the largest unit that divides it, so that `60m` and `1h` are the same, and
/// what AWS answers in one unit compares with what a person wrote in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Validity {
    seconds: u32,
}

/// What a validity is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `s`
    Seconds,
    /// `m`
    Minutes,
    /// `h`
    Hours,
    /// `d`
    Days,
}

impl Unit {
    /// Every unit, the largest first.
    pub const ALL: [Self; 4] = [Self::Days, Self::Hours, Self::Minutes, Self::Seconds];

    /// How many seconds one of it has.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 60 * 60,
            Self::Days => 24 * 60 * 60,
        }
    }

    /// The letter that a person writes.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Seconds => 's',
            Self::Minutes => 'm',
            Self::Hours => 'h',
            Self::Days => 'd',
        }
    }
}

impl Validity {
    /// The longest there is: AWS counts in 32 bits with a sign.
    const MOST: u32 = i32::MAX.cast_unsigned();

    /// So many of `unit`; None for none at all, fewer, or more than fit.
    #[must_use]
    pub fn new(count: i64, unit: Unit) -> Option<Self> {
        let seconds = u32::try_from(count).ok()?.checked_mul(unit.seconds())?;
        (1..=Self::MOST).contains(&seconds).then_some(Self { seconds })
    }

    /// How long it is.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// How many, in the largest unit that divides it.
    #[must_use]
    pub fn parts(self) -> (i32, Unit) {
        let unit =
            Unit::ALL.into_iter().find(|unit| self.seconds.is_multiple_of(unit.seconds())).unwrap_or(Unit::Seconds);
        ((self.seconds / unit.seconds()).cast_signed(), unit)
    }

    /// How many whole `unit`s it is; None when it is no whole number of them.
    #[must_use]
    pub fn whole(self, unit: Unit) -> Option<i32> {
        self.seconds.is_multiple_of(unit.seconds()).then(|| (self.seconds / unit.seconds()).cast_signed())
    }
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = self.parts();
        f.pad(&format!("{count}{}", unit.letter()))
    }
}

/// Why a text is no validity.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAValidity(String);

impl fmt::Display for NotAValidity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAValidity {}

impl FromStr for Validity {
    type Err = NotAValidity;

    fn from_str(text: &str) -> Result<Self, NotAValidity> {
        let units = "write a whole number and its unit, as in `90s`, `60m`, `12h` or `30d`";
        let (digits, unit) = Unit::ALL
            .into_iter()
            .find_map(|unit| Some((text.strip_suffix(unit.letter())?, unit)))
            .ok_or_else(|| NotAValidity(format!("`{text}` has no unit; {units}")))?;
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAValidity(format!("`{text}` is not a length of time; {units}")));
        }
        if digits.bytes().all(|b| b == b'0') {
            return Err(NotAValidity(format!("`{text}` is no time at all; {units}")));
        }
        digits
            .parse()
            .ok()
            .and_then(|count| Self::new(count, unit))
            .ok_or_else(|| NotAValidity(format!("`{text}` is longer than AWS can count")))
    }
}

impl Serialize for Validity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Validity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl Visitor {
    /// A bare number is refused: AWS reads it as hours in one field and as days in another.
    fn bare<E: de::Error>(number: impl fmt::Display) -> E {
        E::custom(format!("`{number}` has no unit; write one with it, as in `{number}m`, `{number}h` or `{number}d`"))
    }
}

impl de::Visitor<'_> for Visitor {
    type Value = Validity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time, as in `90s`, `60m`, `12h` or `30d`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Validity, E> {
        match text.parse::<u64>() {
            Ok(number) => Err(Self::bare(number)),
            Err(_) => text.parse().map_err(E::custom),
        }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Validity, E> {
        Err(Self::bare(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Validity, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
        }
    }
}

impl JsonSchema for Validity {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Validity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^0*[1-9][0-9]*[smhd]$",
            "description": "A length of time: a whole number and `s`, `m`, `h` or `d`.",
            "examples": ["90s", "60m", "12h", "30d"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validity(text: &str) -> Validity {
        text.parse().unwrap()
    }

    #[test]
    fn the_largest_unit_that_divides_is_how_it_is_written() {
        for (written, canonical) in [
            ("60m", "1h"),
            ("3600s", "1h"),
            ("24h", "1d"),
            ("90m", "90m"),
            ("5400s", "90m"),
            ("90s", "90s"),
            ("30d", "30d"),
            ("025h", "25h"),
            ("3650d", "3650d"),
        ] {
            assert_eq!(validity(written).to_string(), canonical, "{written}");
            assert_eq!(validity(canonical), validity(written));
        }
        assert_eq!(validity("60m").parts(), (1, Unit::Hours));
        assert_eq!(validity("3m").whole(Unit::Minutes), Some(3));
        assert_eq!(validity("90s").whole(Unit::Minutes), None);
    }

    #[test]
    fn json_and_back() {
        for text in ["1s", "59s", "61m", "1d", "315360000s"] {
            let value = validity(text);
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(json, format!("\"{value}\""));
            assert_eq!(serde_json::from_str::<Validity>(&json).unwrap(), value);
        }
    }

    #[test]
    fn what_is_no_validity_says_why() {
        for (json, says) in [
            ("60", "`60` has no unit; write one with it, as in `60m`"),
            ("\"60\"", "`60` has no unit"),
            ("-1", "integer `-1`, expected a length of time"),
            ("\"60 m\"", "`60 m` is not a length of time"),
            ("\"1w\"", "`1w` has no unit"),
            ("\"m\"", "`m` is not a length of time"),
            ("\"1.5h\"", "`1.5h` is not a length of time"),
            ("\"-5m\"", "`-5m` is not a length of time"),
            ("\"0d\"", "`0d` is no time at all"),
            ("\"99999d\"", "longer than AWS can count"),
            ("\"99999999999999999999d\"", "longer than AWS can count"),
            ("true", "a length of time, as in `90s`"),
        ] {
            let error = serde_json::from_str::<Validity>(json).unwrap_err().to_string();
            assert!(error.contains(says), "{json}: {error}");
        }
    }

    #[test]
    fn counts_that_are_none_or_too_many_are_no_validity() {
        assert_eq!(Validity::new(0, Unit::Days), None);
        assert_eq!(Validity::new(-1, Unit::Days), None);
        assert_eq!(Validity::new(i64::from(i32::MAX) + 1, Unit::Seconds), None);
        assert_eq!(Validity::new(i64::MAX, Unit::Days), None);
        assert_eq!(Validity::new(10, Unit::Minutes).map(Validity::seconds), Some(600));
    }
}
