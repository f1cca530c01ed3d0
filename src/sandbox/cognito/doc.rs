//! Reading JSON documents by member name.
use serde_json::{Map, Value};

/// A document: what goes over the wire, by AWS's member names.
pub(super) type Doc = Map<String, Value>;

/// A member that is a string.
pub(super) fn text<'a>(doc: &'a Doc, name: &str) -> Option<&'a str> {
    doc.get(name).and_then(Value::as_str)
}

/// A member that is a string and that the model requires: already checked, so never missing.
pub(super) fn required<'a>(doc: &'a Doc, name: &str) -> &'a str {
    text(doc, name).unwrap_or_default()
}

/// A member that is a string, an empty one counting as none.
pub(super) fn filled<'a>(doc: &'a Doc, name: &str) -> Option<&'a str> {
    text(doc, name).filter(|text| !text.is_empty())
}

/// A member that is a whole number.
pub(super) fn number(doc: &Doc, name: &str) -> Option<i64> {
    doc.get(name).and_then(Value::as_i64)
}

/// A member that is true or false.
pub(super) fn flag(doc: &Doc, name: &str) -> Option<bool> {
    doc.get(name).and_then(Value::as_bool)
}

/// A member that is a document.
pub(super) fn child<'a>(doc: &'a Doc, name: &str) -> Option<&'a Doc> {
    doc.get(name).and_then(Value::as_object)
}

/// A member that is a list; none is an empty one.
pub(super) fn items<'a>(doc: &'a Doc, name: &str) -> &'a [Value] {
    doc.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A member that is a list of strings; none is an empty one.
pub(super) fn texts<'a>(doc: &'a Doc, name: &str) -> Vec<&'a str> {
    items(doc, name).iter().filter_map(Value::as_str).collect()
}

/// A list that AWS holds as a set: no item twice, and given back in an order of its own.
///
/// AWS's order is arbitrary (`app_client.md` 1, "Lists come back in arbitrary order"); here it is backwards,
/// so that whoever relies on the order that was sent is found out.
pub(super) fn as_set(list: &Value) -> Value {
    let mut items: Vec<&str> =
        list.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str).collect();
    items.sort_unstable_by(|a, b| b.cmp(a));
    items.dedup();
    items.into()
}

/// A time in milliseconds as the wire has it: seconds since 1970.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a double for 285,000 years")]
pub(super) fn time(milliseconds: i64) -> Value {
    (milliseconds as f64 / 1000.0).into()
}
