//! What the stack file leaves to others, and what it lets nobody take away. Pure.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::diff;
use super::drift::overlaps;
use super::plan::{Action, Planned};
use crate::address::Address;
use crate::error::Problem;

/// What of an object others look after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ignored {
    /// The fields.
    pub paths: Vec<String>,
    /// What the stack file asks for with them, for an object that is made anew.
    pub whole: Value,
}

impl Ignored {
    /// A spec without what others look after.
    pub fn left_out_of(this: Option<&Self>, spec: &Value) -> Value {
        this.map_or_else(|| spec.clone(), |this| without(spec, &this.paths))
    }
}

/// What stands for every field.
const ALL: &str = "all";

/// Whether others look after the field at `path`.
pub(super) fn is_ignored(path: &str, ignored: &[String]) -> bool {
    ignored.iter().any(|one| one == ALL || overlaps(one, path))
}

/// A spec without what others look after.
pub(super) fn without(spec: &Value, ignored: &[String]) -> Value {
    if ignored.iter().any(|path| path == ALL) {
        return if spec.is_object() { Value::Object(serde_json::Map::new()) } else { spec.clone() };
    }
    let mut spec = spec.clone();
    for path in ignored {
        let parts = diff::parts(path, &[Some(&spec)]);
        take(&mut spec, &parts);
    }
    spec
}

fn take(from: &mut Value, parts: &[String]) {
    let (Value::Object(fields), Some((first, rest))) = (from, parts.split_first()) else { return };
    if rest.is_empty() {
        fields.remove(first);
    } else if let Some(below) = fields.get_mut(first) {
        take(below, rest);
    }
}

/// Refuses to delete or replace what the file says must stay.
pub(super) fn kept(address: &Address, one: &Planned, at: &str, problems: &mut Vec<Problem>) {
    let verb = match one.action {
        Action::Delete if !one.is_gone => "deleted",
        Action::Replace => "replaced",
        _ => return,
    };
    problems.push(
        Problem::new(at, format!("{address} would be {verb}, and the stack file says that it must not"))
            .hint("keep it as it was; or, to let it go, take prevent_destroy away first"),
    );
}
