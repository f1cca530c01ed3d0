//! Holding an input against the service's model, with AWS's words for what does not fit.
//!
//! The words are those of every AWS service of Cognito's age: `N validation errors detected: Value '…' at
//! '…' failed to satisfy constraint: Member must …` (`user_pool.md` 7, last row).
use super::doc::Doc;
use super::model::patterns::Pattern;
use super::{Refusal, invalid};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What a value may be.
pub(super) enum Shape {
    Text(Text),
    Number {
        least: i64,
        most: i64,
    },
    Flag,
    List {
        of: &'static Shape,
        least: usize,
        most: usize,
    },
    Map {
        key: Text,
        value: &'static Shape,
    },
    Structure(&'static [Member]),
    /// Bytes in Base64.
    Blob {
        most: usize,
    },
    /// Any JSON.
    Document,
}

/// What a string may be.
pub(super) struct Text {
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) pattern: Option<&'static Pattern>,
    pub(super) values: &'static [&'static str],
    /// The value must not be said again in an error.
    pub(super) secret: bool,
}

/// One member of a structure.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) shape: &'static Shape,
    pub(super) required: bool,
}

/// The input without its nulls, if it fits.
pub(super) fn checked(shape: &Shape, input: &Value) -> Result<Doc, Refusal> {
    let mut faults = Vec::new();
    let clean = walk(shape, input, "", &mut faults)?;
    if !faults.is_empty() {
        let errors = if faults.len() == 1 { "error" } else { "errors" };
        return Err(invalid(format!("{} validation {errors} detected: {}", faults.len(), faults.join("; "))));
    }
    match clean {
        Value::Object(doc) => Ok(doc),
        _ => Err(not_a("structure", "")),
    }
}

/// The same words for a rule that the model does not write down but AWS reports as if it did.
pub(super) fn fault(value: &str, path: &str, must: &str) -> Refusal {
    invalid(format!("1 validation error detected: {}", one(value, path, must)))
}

fn one(value: &str, path: &str, must: &str) -> String {
    format!("Value '{value}' at '{path}' failed to satisfy constraint: Member must {must}")
}

fn not_a(kind: &str, path: &str) -> Refusal {
    Refusal::new("SerializationException", format!("The value at '{path}' can not be converted to a {kind}"))
}

fn walk(shape: &Shape, value: &Value, path: &str, faults: &mut Vec<String>) -> Result<Value, Refusal> {
    match shape {
        Shape::Text(text) => {
            let given = value.as_str().ok_or_else(|| not_a("String", path))?;
            for must in text.breaches(given) {
                faults.push(if text.secret {
                    format!("Value at '{path}' failed to satisfy constraint: Member must {must}")
                } else {
                    one(given, path, &must)
                });
            }
        }
        Shape::Number { least, most } => {
            let given = value.as_i64().ok_or_else(|| not_a("Integer", path))?;
            if given < *least {
                faults.push(one(&given.to_string(), path, &format!("have value greater than or equal to {least}")));
            }
            if given > *most {
                faults.push(one(&given.to_string(), path, &format!("have value less than or equal to {most}")));
            }
        }
        Shape::Flag => {
            value.as_bool().ok_or_else(|| not_a("Boolean", path))?;
        }
        Shape::Blob { most } => {
            let bytes =
                value.as_str().and_then(|text| STANDARD.decode(text).ok()).ok_or_else(|| not_a("Blob", path))?;
            if bytes.len() > *most {
                faults.push(one("(bytes)", path, &length_at_most(*most)));
            }
        }
        Shape::Document => {}
        Shape::List { of, least, most } => return list(of, *least..=*most, value, path, faults),
        Shape::Map { key, value: shape } => return map(key, shape, value, path, faults),
        Shape::Structure(members) => return structure(members, value, path, faults),
    }
    Ok(value.clone())
}

fn structure(members: &[Member], value: &Value, path: &str, faults: &mut Vec<String>) -> Result<Value, Refusal> {
    let given = value.as_object().ok_or_else(|| not_a("structure", path))?;
    let mut clean = Doc::new();
    for (name, value) in given {
        let path = join(path, name);
        match members.iter().find(|member| member.name == name) {
            _ if value.is_null() => {}
            Some(member) => {
                clean.insert(name.clone(), walk(member.shape, value, &path, faults)?);
            }
            // AWS itself passes over a member that it does not know. Here that would hide a slip of the pen,
            // or a member sent to a call that does not take it.
            None => faults.push(one(&shown(value), &path, "not be present")),
        }
    }
    for member in members.iter().filter(|member| member.required && !clean.contains_key(member.name)) {
        faults.push(format!(
            "Value null at '{}' failed to satisfy constraint: Member must not be null",
            join(path, member.name)
        ));
    }
    Ok(Value::Object(clean))
}

fn list(
    of: &Shape,
    length: std::ops::RangeInclusive<usize>,
    value: &Value,
    path: &str,
    faults: &mut Vec<String>,
) -> Result<Value, Refusal> {
    let given = value.as_array().ok_or_else(|| not_a("list", path))?;
    if given.len() < *length.start() {
        faults.push(one(&shown(value), path, &length_at_least(*length.start())));
    }
    if given.len() > *length.end() {
        faults.push(one(&shown(value), path, &length_at_most(*length.end())));
    }
    let mut clean = Vec::new();
    let mut all_fit = true;
    for (index, item) in given.iter().enumerate() {
        if let Shape::Text(text) = of {
            let item = item.as_str().ok_or_else(|| not_a("String", path))?;
            all_fit &= text.breaches(item).is_empty();
            clean.push(item.into());
        } else {
            clean.push(walk(of, item, &format!("{path}.{}.member", index + 1), faults)?);
        }
    }
    if let Shape::Text(text) = of
        && !all_fit
    {
        faults.push(one(&shown(value), path, &format!("satisfy constraint: [{}]", text.constraints())));
    }
    Ok(Value::Array(clean))
}

fn map(key: &Text, shape: &Shape, value: &Value, path: &str, faults: &mut Vec<String>) -> Result<Value, Refusal> {
    let given = value.as_object().ok_or_else(|| not_a("map", path))?;
    let mut clean = Doc::new();
    if given.keys().any(|name| !key.breaches(name).is_empty()) {
        let must = format!("Map keys must satisfy constraint: [{}]", key.constraints());
        faults.push(format!("Value '{}' at '{path}' failed to satisfy constraint: {must}", shown(value)));
    }
    let mut all_fit = true;
    for (name, value) in given {
        if let Shape::Text(text) = shape {
            let value = value.as_str().ok_or_else(|| not_a("String", path))?;
            all_fit &= text.breaches(value).is_empty();
            clean.insert(name.clone(), value.into());
        } else {
            clean.insert(name.clone(), walk(shape, value, &format!("{path}.{name}.member"), faults)?);
        }
    }
    if let Shape::Text(text) = shape
        && !all_fit
    {
        let must = format!("Map value must satisfy constraint: [{}]", text.constraints());
        faults.push(format!("Value '{}' at '{path}' failed to satisfy constraint: {must}", shown(value)));
    }
    Ok(Value::Object(clean))
}

impl Text {
    /// What the string breaks, each as the end of `Member must …`.
    fn breaches(&self, given: &str) -> Vec<String> {
        if !self.values.is_empty() {
            let known = self.values.contains(&given);
            return if known { Vec::new() } else { vec![self.enumerated()] };
        }
        let length = given.chars().count();
        let mut breaches = Vec::new();
        if length > self.most {
            breaches.push(length_at_most(self.most));
        }
        if length < self.least {
            breaches.push(length_at_least(self.least));
        }
        if let Some(pattern) = self.pattern
            && !(pattern.fits)(given)
        {
            breaches.push(matching(pattern));
        }
        breaches
    }

    /// All that is asked of the string, as AWS lists it for the items of lists and maps.
    fn constraints(&self) -> String {
        let mut all = Vec::new();
        if !self.values.is_empty() {
            all.push(self.enumerated());
        }
        if self.most < usize::MAX {
            all.push(length_at_most(self.most));
        }
        if self.least > 0 {
            all.push(length_at_least(self.least));
        }
        all.extend(self.pattern.map(matching));
        all.iter().map(|must| format!("Member must {must}")).collect::<Vec<_>>().join(", ")
    }

    fn enumerated(&self) -> String {
        format!("satisfy enum value set: [{}]", self.values.join(", "))
    }
}

fn matching(pattern: &Pattern) -> String {
    format!("satisfy regular expression pattern: {}", pattern.text)
}

fn length_at_most(most: usize) -> String {
    format!("have length less than or equal to {most}")
}

fn length_at_least(least: usize) -> String {
    format!("have length greater than or equal to {least}")
}

/// Where a member is, as AWS says it: `policies.passwordPolicy.minimumLength`.
fn join(path: &str, name: &str) -> String {
    let mut letters = name.chars();
    let name: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

/// A value, as AWS says it back: strings bare, lists in brackets.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            format!(
                "{{{}}}",
                members.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}
