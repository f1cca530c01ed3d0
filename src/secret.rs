//! Where a secret is kept, and by what it is known again: never its value.
//!
//! A field of any kind that holds a secret has the type [`SecretRef`]. A person writes a place; before a plan is made,
//! `engine::secrets` reads every place of the stack once, side by side, and gives each [`SecretRef`] the [`Fingerprint`]
//! of what it found, made with the salt that the record in the state has. From then on everything works by itself: an
//! equal secret is no change wherever it is kept now, another one is a change of the field with that field's
//! `x-on-change`, the state remembers the fingerprint, and the value itself waits in memory, where a kind
//! asks its `Ctx` for it.
//!
//! What a kind does about it:
//!
//! - its field: `pub client_secret: SecretRef` (or an `Option` of one), with `x-on-change` as for any other field;
//! - to send it: `ctx.secret(&self.client_secret)?` is the text;
//! - reading, where AWS does not show the secret: the field as it is in `last`. When an update was taken, the engine
//!   itself notes that AWS holds the new one;
//! - reading, where AWS shows it: `ctx.seen_secret(place, &text).await?`, where `place` is the field in `last`, or a
//!   place that the kind makes up when there is none. So a secret that somebody else has changed is drift;
//! - it never puts the text into a spec, an output, an error or a log.
//!
//! Nothing else is asked of a kind: the schema, the check that no secret stands in the file, the words of a plan and
//! `stack iam-policy` follow from the type.

mod fingerprint;
mod place;
mod written;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use fingerprint::{Fingerprint, Salt};
pub use place::{Place, split_key};
pub use written::{WIDEST, is_told};

/// The field in which a fingerprint stands beside a place, in states and plans.
pub const FINGERPRINT: &str = "fingerprint";
/// The word by which a field's schema says that a secret belongs there.
pub const MARK: &str = "x-secret";

/// Says where to find a secret. The value is read when it is needed, and stands in no plan, state, log or error.
#[derive(Clone)]
pub struct SecretRef {
    /// Where it is kept.
    pub place: Place,
    /// By what it is known again; None until it has been read.
    pub fingerprint: Option<Fingerprint>,
}

impl SecretRef {
    /// What is kept there, not read yet.
    #[must_use]
    pub fn at(place: Place) -> Self {
        Self { place, fingerprint: None }
    }

    /// What an environment variable holds.
    #[must_use]
    pub fn env(name: &str) -> Self {
        Self::at(Place::Env(name.to_owned()))
    }

    /// What a file holds.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self::at(Place::File(path.to_owned()))
    }
}

/// The same secret is the same wherever it is kept; what was not read is the same where it is kept at the same place.
impl PartialEq for SecretRef {
    fn eq(&self, other: &Self) -> bool {
        match (&self.fingerprint, &other.fingerprint) {
            (Some(one), Some(other)) => one == other,
            _ => self.place == other.place,
        }
    }
}

impl Eq for SecretRef {}

impl std::fmt::Debug for SecretRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretRef({})", self.place)
    }
}

impl Serialize for SecretRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = Map::new();
        let (word, text) = self.place.parts();
        fields.insert(word.to_owned(), text.into());
        if let Some(Fingerprint(text)) = &self.fingerprint {
            fields.insert(FINGERPRINT.to_owned(), text.as_str().into());
        }
        fields.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Serde's own words would quote what stands there, which may be the secret itself.
        match Value::deserialize(deserializer)? {
            Value::Object(fields) => read(fields).ok_or_else(|| D::Error::custom(format!("say {}", Place::ways()))),
            _ => Err(D::Error::custom(format!("a secret does not stand here: say {}", Place::ways()))),
        }
    }
}

fn read(mut fields: Map<String, Value>) -> Option<SecretRef> {
    let fingerprint = match fields.remove(FINGERPRINT) {
        Some(Value::String(text)) => Some(Fingerprint(text)),
        Some(_) => return None,
        None => None,
    };
    let mut fields = fields.into_iter();
    let (Some((word, Value::String(text))), None) = (fields.next(), fields.next()) else { return None };
    Some(SecretRef { place: Place::of(&word, text)?, fingerprint })
}

impl schemars::JsonSchema for SecretRef {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretRef".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = Place::json_schema(generator);
        schema.insert(
            "description".to_owned(),
            "Says where to find a secret. The value is read when it is needed, and stands in no plan, state, log or \
             error."
                .into(),
        );
        schema.insert(MARK.to_owned(), true.into());
        schema
    }
}

/// The secret that a value of a spec stands for, once it has been read.
#[must_use]
pub fn known(value: &Value) -> Option<SecretRef> {
    let fields = value.as_object().filter(|fields| fields.contains_key(FINGERPRINT))?;
    read(fields.clone())
}

/// Whether two values of a spec stand for the same secret.
#[must_use]
pub fn is_same(one: &Value, other: &Value) -> bool {
    let read = |value: &Value| serde_json::from_value::<SecretRef>(value.clone()).ok();
    matches!((read(one), read(other)), (Some(one), Some(other)) if one == other)
}

/// A value as it is shown: without fingerprints, which are for the state alone. Who has one can try guesses on it, though
/// slowly.
#[must_use]
pub fn veiled(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let is_secret = known(value).is_some();
            let shown = fields.iter().filter(|(key, _)| !is_secret || *key != FINGERPRINT);
            Value::Object(shown.map(|(key, value)| (key.clone(), veiled(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(veiled).collect()),
        other => other.clone(),
    }
}

/// A secret's text, for as long as it is needed; it is shown nowhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(String);

impl Secret {
    /// This text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself: to be sent, and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests;
