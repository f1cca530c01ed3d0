//! Plain values that stand elsewhere: in a variable, a file, a parameter, or among the outputs of another stack.
//!
//! A mapping such as `{ env: NAME }` may stand wherever a text of a resource may. What can be had on this machine is put
//! in its place as the file is read; what cannot is taken out, so that the rest can be checked, and is put in by whoever
//! has asked AWS and the other stacks, in a second reading.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::at;
use super::node::{Content, Mark, Node, Source};
use crate::aws::outside;
use crate::error::Place as FilePlace;
use crate::secret::Place;

/// The word by which a text's schema says that it may stand elsewhere.
pub(super) const MARK: &str = "x-elsewhere";
/// What can be written, as a hint says it.
pub(super) const WAYS: &str =
    "where it is kept: `{ env: NAME }`, `{ file: PATH }`, `{ ssm: /path }` or `{ stack: NAME, output: NAME }`";
/// Where a text is what is written, and nothing else: it is needed before anything can be asked, or names something of
/// this very file.
const NOT_HERE: &[&str] = &[
    "extends",
    "region",
    "account",
    "assume_role",
    "hosted_zone_role",
    "state",
    "ui_customization",
    "managed_login_branding",
    "moved",
    "forget",
    "lifecycle",
    "lint",
];

/// Where a plain value is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// In a variable, a file or a parameter.
    Kept(Place),
    /// Among the outputs of another stack of this project.
    Output {
        /// The stack: `network`.
        stack: String,
        /// The output, as `stack output` names it: `client_id.web`.
        output: String,
    },
}

/// What references stand for.
pub type Values = BTreeMap<Reference, String>;

/// A reference, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referenced {
    /// The path: `domain.name`.
    pub at: String,
    /// The place in the file.
    pub place: Option<FilePlace>,
    /// What stands there.
    pub reference: Reference,
    /// Whether it was found out what it stands for.
    pub is_known: bool,
}

impl Reference {
    fn of(fields: &Map<String, Value>) -> Option<Self> {
        let text = |word: &str| fields.get(word).and_then(Value::as_str).map(str::to_owned);
        if let (Some(stack), Some(output)) = (text("stack"), text("output")) {
            return Some(Self::Output { stack, output });
        }
        let (word, _) = fields.iter().next()?;
        Some(Self::Kept(Place::of(word, text(word)?)?))
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Kept(place) => {
                let (word, text) = place.parts();
                json!({ word: text })
            }
            Self::Output { stack, output } => json!({ "stack": stack, "output": output }),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept(place) => place.fmt(f),
            Self::Output { stack, output } => write!(f, "{{ stack: {stack}, output: {output} }}"),
        }
    }
}

/// The schema of a reference: a choice between mappings.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let mut schema: Value = schemars::schema_for!(Place).into();
    let choices = schema["oneOf"].as_array().cloned().unwrap_or_default();
    let mut choices: Vec<Value> =
        choices.into_iter().filter(|choice| choice["required"][0] != "secretsmanager").collect();
    choices.push(json!({
        "description": "Another stack of this project, whose output it is, as `stack output` names it.",
        "type": "object",
        "properties": {
            "stack": {
                "description": "Another stack of this project, by its name. It must have been applied.",
                "type": "string",
                "pattern": super::NAME,
                "patternErrorMessage": super::NAME_MESSAGE,
                "examples": ["network"],
            },
            "output": {
                "description": "The output of that stack, as `stack output` names it: `user_pool_arn`, `client_id.web`.",
                "type": "string",
                "minLength": 1,
                "examples": ["user_pool_arn"],
            },
        },
        "required": ["stack", "output"],
        "additionalProperties": false,
    }));
    schema["oneOf"] = choices.into();
    schema
});

/// Whether a text at this path of a stack file may stand elsewhere, where its type may: types are shared.
pub(super) fn may_stand_at(at: &str) -> bool {
    !NOT_HERE.contains(&at.split(['.', '[']).next().unwrap_or_default())
}

/// Marks each text of the model that may stand elsewhere: those of the resources, and not those that name one of a few.
pub(super) fn mark(model: &mut Value) {
    let mut open: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for (key, schema) in model["properties"].as_object_mut().into_iter().flatten() {
        if !NOT_HERE.contains(&key.as_str()) {
            mark_below(schema, &mut open);
        }
    }
    while let Some(name) = open.pop() {
        if seen.insert(name.clone())
            && let Some(schema) = model["$defs"].get_mut(&name)
        {
            mark_below(schema, &mut open);
        }
    }
}

fn mark_below(schema: &mut Value, open: &mut Vec<String>) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key(crate::secret::MARK) {
        return;
    }
    if let Some(name) = object.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/$defs/")) {
        open.push(name.to_owned());
    }
    let is_open = object.get("type") == Some(&json!("string"))
        && !["enum", "const", "x-ref"].iter().any(|word| object.contains_key(*word));
    if is_open {
        object.insert(MARK.to_owned(), true.into());
    }
    super::schema::each_below(object, &mut |keyword, below| {
        if matches!(keyword, "properties" | "items" | "additionalProperties" | "anyOf" | "oneOf" | "allOf") {
            mark_below(below, open);
        }
    });
}

impl Node {
    /// The node as what it says, a reference; itself where it says none.
    pub(super) fn refer(&mut self) {
        if let Value::Object(fields) = self.to_json()
            && let Some(reference) = Reference::of(&fields)
        {
            self.content = Content::Elsewhere(reference);
        }
    }

    fn references(&self, path: &str, found: &mut Vec<(String, Mark, Reference)>) {
        match &self.content {
            Content::Elsewhere(reference) => found.push((path.to_owned(), self.mark, reference.clone())),
            Content::Map(map) => {
                for (key, entry) in map {
                    entry.node.references(&at::key(path, key), found);
                }
            }
            Content::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.references(&at::item(path, index), found);
                }
            }
            _ => {}
        }
    }

    fn fill(&mut self, values: &Values) {
        match &mut self.content {
            Content::Elsewhere(reference) => {
                if let Some(value) = values.get(reference) {
                    self.content = Content::Text(value.clone());
                }
            }
            Content::Map(map) => map.values_mut().for_each(|entry| entry.node.fill(values)),
            Content::List(items) => items.iter_mut().for_each(|item| item.fill(values)),
            _ => {}
        }
    }
}

/// Puts what is known in the place of each reference, takes the others out, and adds their paths to `broken`. `given` is
/// what has been found out elsewhere; what is kept on this machine is read here.
pub(super) fn settle(
    tree: &mut Node,
    root: &Path,
    given: &Values,
    sources: &[Source],
    broken: &mut BTreeSet<String>,
) -> Vec<Referenced> {
    let mut found = Vec::new();
    tree.references("", &mut found);
    let mut values = given.clone();
    for (_, _, reference) in &found {
        if let Reference::Kept(place) = reference
            && !values.contains_key(reference)
            && let Some(Ok(value)) = outside::local(root, place)
        {
            values.insert(reference.clone(), value);
        }
    }
    tree.fill(&values);
    let referenced: Vec<Referenced> = found
        .into_iter()
        .map(|(at, mark, reference)| {
            let is_known = values.contains_key(&reference);
            Referenced { at, place: mark.place(sources), reference, is_known }
        })
        .collect();
    for unknown in referenced.iter().filter(|one| !one.is_known) {
        // A list of which one item is not known is not known.
        let list = unknown.at.strip_suffix(']').and_then(|at| at.rsplit_once('['));
        let list = list.filter(|(_, index)| index.bytes().all(|byte| byte.is_ascii_digit())).map(|(list, _)| list);
        broken.insert(unknown.at.clone());
        tree.take_away(list.unwrap_or(&unknown.at));
    }
    referenced
}
