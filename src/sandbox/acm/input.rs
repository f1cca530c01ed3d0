//! Reading ACM's input strictly: what AWS does not know is refused, and so is what has the wrong type.

use super::Refusal;
use serde_json::Value;
use std::collections::BTreeMap;

/// Tags on one certificate (`domain_certificate_dns.md` 5.2).
const TAGS: usize = 50;

/// The input of one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a>(pub(super) &'a Value);

/// The transparency preference, and whether the certificate may be exported; as far as given.
pub(super) type Options = (Option<String>, Option<String>);
/// A key, and a value where one is given.
pub(super) type Tag = (String, Option<String>);

/// A refusal in the words of AWS's input validation.
pub(super) fn constraint(member: &str, value: &str, rule: &str) -> Refusal {
    let message =
        format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}");
    Refusal::new("ValidationException", message)
}

/// A refusal of a call that leaves something out.
pub(super) fn missing(member: &str) -> Refusal {
    let message = format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    );
    Refusal::new("ValidationException", message)
}

/// Refuses more tags than a certificate may have.
pub(super) fn check_tag_count(tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if tags.len() > TAGS {
        let message = format!("The certificate has {} tags. The maximum is {TAGS}.", tags.len());
        return Err(Refusal::new("TooManyTagsException", message));
    }
    Ok(())
}

fn wrong_type(member: &str, wanted: &str) -> Refusal {
    Refusal::new("SerializationException", format!("{member} must be {wanted}"))
}

impl<'a> Input<'a> {
    /// Refuses members other than `known`. AWS itself overlooks them; the sandbox does not, since they are
    /// misspelt.
    pub(super) fn only(self, known: &[&str]) -> Result<(), Refusal> {
        let members = self.0.as_object().ok_or_else(|| wrong_type("the input", "an object"))?;
        match members.keys().find(|member| !known.contains(&member.as_str())) {
            Some(stranger) => Err(Refusal::new("SerializationException", format!("unknown member: {stranger}"))),
            None => Ok(()),
        }
    }

    fn member(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A member that holds text.
    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.member(name).map(|value| value.as_str().ok_or_else(|| wrong_type(name, "text"))).transpose()
    }

    /// A member that holds one of these words.
    pub(super) fn word(self, name: &str, words: &[&str]) -> Result<Option<&'a str>, Refusal> {
        let Some(word) = self.text(name)? else { return Ok(None) };
        if words.contains(&word) {
            return Ok(Some(word));
        }
        let mut member = name.to_owned();
        member[..1].make_ascii_lowercase();
        Err(constraint(&member, word, &format!("Member must satisfy enum value set: [{}]", words.join(", "))))
    }

    /// A member that holds a whole number from 1 to `most`.
    pub(super) fn count(self, name: &str, most: u64) -> Result<Option<usize>, Refusal> {
        let Some(value) = self.member(name) else { return Ok(None) };
        let number = value.as_u64().ok_or_else(|| wrong_type(name, "a whole number"))?;
        if (1..=most).contains(&number) {
            return Ok(usize::try_from(number).ok());
        }
        Err(constraint(name, &number.to_string(), &format!("Member must have value from 1 to {most}")))
    }

    /// A member that holds a list of texts.
    pub(super) fn texts(self, name: &str) -> Result<Option<Vec<&'a str>>, Refusal> {
        let Some(value) = self.member(name) else { return Ok(None) };
        let list = value.as_array().ok_or_else(|| wrong_type(name, "a list"))?;
        list.iter()
            .map(|item| item.as_str().ok_or_else(|| wrong_type(name, "a list of texts")))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A member that holds a structure.
    pub(super) fn structure(self, name: &str) -> Option<Self> {
        self.member(name).map(Self)
    }

    /// `Options`: the transparency preference and whether the certificate may be exported.
    pub(super) fn options(self) -> Result<Option<Options>, Refusal> {
        let Some(options) = self.structure("Options") else { return Ok(None) };
        options.only(&["CertificateTransparencyLoggingPreference", "Export"])?;
        let on_off = ["ENABLED", "DISABLED"];
        let transparency = options.word("CertificateTransparencyLoggingPreference", &on_off)?;
        let export = options.word("Export", &on_off)?;
        Ok(Some((transparency.map(ToOwned::to_owned), export.map(ToOwned::to_owned))))
    }

    /// `Tags`, each key once; a tag may lack a value.
    pub(super) fn tags(self) -> Result<Option<Vec<Tag>>, Refusal> {
        let Some(value) = self.member("Tags") else { return Ok(None) };
        let list = value.as_array().ok_or_else(|| wrong_type("Tags", "a list"))?;
        if list.is_empty() || list.len() > TAGS {
            return Err(constraint("tags", &value.to_string(), "Member must have length from 1 to 50"));
        }
        let mut tags: Vec<Tag> = Vec::new();
        for tag in list {
            let tag = Input(tag);
            tag.only(&["Key", "Value"])?;
            let key = tag.text("Key")?.ok_or_else(|| missing("tags.1.member.key"))?;
            let value = tag.text("Value")?;
            check_tag(key, value.unwrap_or_default())?;
            if tags.iter().any(|(other, _)| other == key) {
                return Err(Refusal::new("InvalidTagException", format!("Duplicate tag key: {key}")));
            }
            tags.push((key.to_owned(), value.map(ToOwned::to_owned)));
        }
        Ok(Some(tags))
    }
}

/// The characters are those of the API's patterns for tag keys and values.
fn check_tag(key: &str, value: &str) -> Result<(), Refusal> {
    let is_allowed =
        |text: &str| text.chars().all(|character| character.is_alphanumeric() || " _.:/=+-@".contains(character));
    if key.is_empty() || key.chars().count() > 128 || !is_allowed(key) {
        return Err(constraint(
            "tags.1.member.key",
            key,
            "Member must be 1 to 128 letters, digits, spaces or _.:/=+-@",
        ));
    }
    if value.chars().count() > 256 || !is_allowed(value) {
        return Err(constraint(
            "tags.1.member.value",
            value,
            "Member must be at most 256 letters, digits, spaces or _.:/=+-@",
        ));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        let message = format!("Tag key cannot start with 'aws:', which is reserved: {key}");
        return Err(Refusal::new("InvalidTagException", message));
    }
    Ok(())
}
