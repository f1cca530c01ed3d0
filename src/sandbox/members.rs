//! The members of an input as a table, and holding an input against it: for the services that are played small.
//!
//! As everywhere in the sandbox, a member that the operation does not have is refused, though AWS passes over it: it is
//! misspelt, or sent to a call that does not take it.

use super::Refusal;
use serde_json::Value;

/// What a value may be.
#[derive(Debug)]
pub(super) enum Rule {
    /// A text of a length, all of whose characters are taken.
    Text(usize, usize, fn(char) -> bool),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    Flag,
    /// A whole number of a range.
    Number(i64, i64),
    /// A list of so many at least and at most.
    List(usize, usize, &'static Rule),
    /// A map of at most so many, by keys of this shape.
    Map(usize, &'static Rule, &'static Rule),
    Structure(&'static [Member]),
}

/// A member: its name, whether it must be there, and what it may be.
pub(super) type Member = (&'static str, bool, Rule);

/// Any character.
pub(super) fn any(_: char) -> bool {
    true
}

/// `[a-zA-Z0-9-_]`
pub(super) fn word_or_dash(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// `[\w\s+=,.@-]`
pub(super) fn of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_+=,.@-".contains(c)
}

/// Refuses what does not fit, in the words of AWS's input validation and with the service's own code.
pub(super) fn check(members: &[Member], input: &Value, code: &str) -> Result<(), Refusal> {
    let refuse = |(at, value, must): (String, String, String)| {
        let message =
            format!("1 validation error detected: Value {value} at '{at}' failed to satisfy constraint: Member {must}");
        Refusal::new(code, message)
    };
    structure(members, input, "").map_err(refuse)
}

/// Where, what, and what it must be.
type Breach = (String, String, String);

fn breach(at: &str, value: &Value, must: impl Into<String>) -> Breach {
    let shown = match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => format!("'{other}'"),
    };
    (at.to_owned(), shown, must.into())
}

fn structure(members: &[Member], value: &Value, at: &str) -> Result<(), Breach> {
    let given = value.as_object().ok_or_else(|| breach(at, value, "must be a structure"))?;
    let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let Some((.., rule)) = members.iter().find(|(known, ..)| known == name) else {
            return Err(breach(&path(name), value, "must not be present"));
        };
        walk(rule, value, &path(name))?;
    }
    let missing = members.iter().find(|(name, required, _)| *required && given.get(*name).is_none_or(Value::is_null));
    missing.map_or(Ok(()), |(name, ..)| Err(breach(&path(name), &Value::Null, "must not be null")))
}

fn walk(rule: &Rule, value: &Value, at: &str) -> Result<(), Breach> {
    match rule {
        Rule::Text(least, most, is_good) => {
            let text = value.as_str().ok_or_else(|| breach(at, value, "must be a string"))?;
            let count = text.chars().count();
            if count < *least {
                return Err(breach(at, value, format!("must have length greater than or equal to {least}")));
            }
            if count > *most {
                return Err(breach(at, value, format!("must have length less than or equal to {most}")));
            }
            if !text.chars().all(is_good) {
                return Err(breach(at, value, "must satisfy regular expression pattern"));
            }
        }
        Rule::OneOf(known) => {
            if !value.as_str().is_some_and(|text| known.contains(&text)) {
                return Err(breach(at, value, format!("must satisfy enum value set: [{}]", known.join(", "))));
            }
        }
        Rule::Flag => {
            value.as_bool().ok_or_else(|| breach(at, value, "must be a boolean"))?;
        }
        Rule::Number(least, most) => {
            let number = value.as_i64().ok_or_else(|| breach(at, value, "must be an integer"))?;
            if !(*least..=*most).contains(&number) {
                return Err(breach(at, value, format!("must have value between {least} and {most}")));
            }
        }
        Rule::List(least, most, of) => {
            let items = value.as_array().ok_or_else(|| breach(at, value, "must be a list"))?;
            if items.len() < *least || items.len() > *most {
                return Err(breach(at, value, format!("must have length between {least} and {most}")));
            }
            for (index, item) in items.iter().enumerate() {
                walk(of, item, &format!("{at}.{}.member", index + 1))?;
            }
        }
        Rule::Map(most, key, of) => {
            let items = value.as_object().ok_or_else(|| breach(at, value, "must be a map"))?;
            if items.len() > *most {
                return Err(breach(at, value, format!("must have length less than or equal to {most}")));
            }
            for (name, item) in items {
                walk(key, &Value::String(name.clone()), &format!("{at}.key"))?;
                walk(of, item, &format!("{at}.{name}.member"))?;
            }
        }
        Rule::Structure(members) => structure(members, value, at)?,
    }
    Ok(())
}

/// A member's text; nothing where there is none.
pub(super) fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input.get(name).and_then(Value::as_str).unwrap_or_default()
}
