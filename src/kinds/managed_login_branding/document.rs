//! The settings document, which the SDK has as a type of its own.

use std::collections::HashMap;

use aws_smithy_types::{Document, Number};
use serde_json::{Map, Value};

/// The settings of an answer; None where nothing is set.
pub(super) fn read(document: &Document) -> Option<Map<String, Value>> {
    match plain(value(document)) {
        Value::Object(fields) if !fields.is_empty() => Some(fields),
        _ => None,
    }
}

fn value(document: &Document) -> Value {
    match document {
        Document::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(key, field)| (key.clone(), value(field))).collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(fields.into_iter().collect())
        }
        Document::Array(items) => items.iter().map(value).collect(),
        Document::Number(Number::PosInt(number)) => Value::from(*number),
        Document::Number(Number::NegInt(number)) => Value::from(*number),
        Document::Number(Number::Float(number)) => Value::from(*number),
        Document::String(text) => Value::from(text.as_str()),
        Document::Bool(value) => Value::from(*value),
        Document::Null => Value::Null,
    }
}

/// The settings as a request has them.
pub(super) fn write(settings: &Map<String, Value>) -> Document {
    Document::Object(settings.iter().map(|(key, value)| (key.clone(), document(value))).collect::<HashMap<_, _>>())
}

fn document(value: &Value) -> Document {
    match value {
        Value::Object(fields) => write(fields),
        Value::Array(items) => Document::Array(items.iter().map(document).collect()),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Number::PosInt(number),
            (None, Some(number)) => Number::NegInt(number),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::String(text) => Document::String(text.clone()),
        Value::Bool(value) => Document::Bool(*value),
        Value::Null => Document::Null,
    }
}

/// How many bytes of a request a document takes.
pub(super) fn size(document: &Document) -> usize {
    value(document).to_string().len()
}

/// A value whose whole numbers are integers, and whose objects hold something: AWS may show `8` as `8.0`, and neither is a
/// change of the other (ui.md 3.1: compare as JSON values); an object without fields sets nothing.
#[must_use]
pub fn plain(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(key, value)| (key, plain(value)));
            Value::Object(fields.filter(|(_, value)| !value.as_object().is_some_and(Map::is_empty)).collect())
        }
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Number(number) => match number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0) {
            // Beyond this, a float stands for several whole numbers.
            Some(float) if float.abs() < 9_007_199_254_740_992.0 => {
                format!("{float:.0}").parse::<i64>().map_or(Value::Number(number), Value::from)
            }
            _ => Value::Number(number),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_comes_back_as_it_went() {
        let settings = json!({ "a": { "b": [1, -2, 2.5, "c", true, null], "d": {} } });
        let whole = json!({ "a": { "b": [1, -2, 2.5, "c", true, null] } });
        let settings = settings.as_object().unwrap();
        assert_eq!(read(&write(settings)).as_ref(), whole.as_object());
        assert_eq!(read(&write(&Map::new())), None);
    }

    #[test]
    fn eight_is_eight_however_it_is_written() {
        assert_eq!(plain(json!({ "a": [8.0, -0.0, 1e300, 8.5] })), json!({ "a": [8, 0, 1e300, 8.5] }));
    }
}
