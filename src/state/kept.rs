//! A value that is shared until it is changed, and that remembers how it is written.
//!
//! A state is saved before and after each call that changes AWS, and each time one object of perhaps a thousand is another.
//! To copy and to write them all would take time that grows with the square of their number.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A value; copies share it until one of them is changed.
#[derive(Debug, Clone)]
pub struct Kept<T>(Arc<Written<T>>);

#[derive(Debug)]
struct Written<T> {
    value: T,
    /// How it is written, once it was.
    text: OnceLock<Box<RawValue>>,
}

/// How far in the mappings of a state's objects stand.
const INDENT: &str = "\n    ";

impl<T: Serialize> Kept<T> {
    /// The value as it stands in a state that is written for people to read.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(super) fn text(&self) -> serde_json::Result<&RawValue> {
        if let Some(text) = self.0.text.get() {
            return Ok(text);
        }
        // No text of JSON has a line break of its own.
        let text = serde_json::to_string_pretty(&self.0.value)?.replace('\n', INDENT);
        let text = RawValue::from_string(text)?;
        Ok(self.0.text.get_or_init(|| text))
    }
}

impl<T> From<T> for Kept<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(value.into()))
    }
}

impl<T> From<T> for Written<T> {
    fn from(value: T) -> Self {
        Self { value, text: OnceLock::new() }
    }
}

impl<T: Clone> Kept<T> {
    /// The value itself, taken out.
    pub fn into_inner(self) -> T {
        Arc::try_unwrap(self.0).map_or_else(|shared| shared.value.clone(), |own| own.value)
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Clone> Clone for Written<T> {
    // What is copied is about to be changed.
    fn clone(&self) -> Self {
        self.value.clone().into()
    }
}

impl<T: Clone> DerefMut for Kept<T> {
    fn deref_mut(&mut self) -> &mut T {
        let written = Arc::make_mut(&mut self.0);
        written.text.take();
        &mut written.value
    }
}

impl<T: PartialEq> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.value == other.0.value
    }
}

impl<T: Serialize> Serialize for Kept<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_changed_is_written_anew_and_its_copies_are_not() {
        let mut one = Kept::from(json!({ "id": "a", "list": [1, 2] }));
        assert_eq!(
            one.text().unwrap().get(),
            "{\n      \"id\": \"a\",\n      \"list\": [\n        1,\n        2\n      ]\n    }"
        );
        let copy = one.clone();
        one["id"] = json!("b");
        assert!(one.text().unwrap().get().contains("\"b\""));
        assert!(copy.text().unwrap().get().contains("\"a\""));
        assert_ne!(one, copy);
        one["id"] = json!("c");
        assert!(one.text().unwrap().get().contains("\"c\""), "the text of before is forgotten");
    }
}
