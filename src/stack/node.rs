//! A YAML text as a tree in which every key and value knows its place.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::at;
use super::reference::Reference;
use crate::error::{Place, Problem};

/// One file that was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// As the person would name it: `stacks/dev.yaml`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A place in one of the files that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Which file, counted in the order of reading: 0 is the stack's own.
    pub file: usize,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The bytes, in the file's text.
    pub span: (usize, usize),
}

impl Mark {
    /// The very beginning of a file.
    pub(super) fn top(file: usize) -> Self {
        Self { file, line: 1, column: 1, span: (0, 0) }
    }

    /// The same place, of which no line is shown: what stands there is nobody's business.
    pub(super) fn unseen(self) -> Self {
        Self { span: Place::UNSEEN, ..self }
    }

    /// For people.
    pub(super) fn place(&self, sources: &[Source]) -> Option<Place> {
        let source = sources.get(self.file)?;
        Some(Place { file: source.name.clone(), line: self.line, column: self.column, span: self.span })
    }
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub content: Content,
    /// Where it stands; for an alias, where the alias stands.
    pub mark: Mark,
    /// Where it is written; for an alias, where the anchor is.
    pub origin: Mark,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(BTreeMap<String, Entry>),
    /// A text that stands elsewhere.
    Elsewhere(Reference),
}

/// One key of a mapping, with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: Mark,
    pub node: Node,
}

impl Node {
    pub(super) fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    pub(super) fn map(&self) -> Option<&BTreeMap<String, Entry>> {
        match &self.content {
            Content::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(super) fn map_mut(&mut self) -> Option<&mut BTreeMap<String, Entry>> {
        match &mut self.content {
            Content::Map(map) => Some(map),
            _ => None,
        }
    }

    /// As JSON. A number that JSON cannot hold becomes text, so that no type takes it.
    pub(super) fn to_json(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::from(*value),
            Content::Int(value) => i64::try_from(*value)
                .map(Value::from)
                .or_else(|_| u64::try_from(*value).map(Value::from))
                .unwrap_or_else(|_| Value::from(value.to_string())),
            Content::Float(value) => Value::from(*value),
            Content::Text(text) => Value::from(text.as_str()),
            Content::List(items) => items.iter().map(Self::to_json).collect(),
            Content::Elsewhere(reference) => reference.to_json(),
            Content::Map(map) => {
                Value::Object(map.iter().map(|(key, entry)| (key.clone(), entry.node.to_json())).collect())
            }
        }
    }

    /// The place that a person looks for under this path, or under the nearest one above it that exists: of a
    /// mapping or a list its key, of anything else the value.
    pub(super) fn find(&self, path: &str) -> Mark {
        self.look(path).0
    }

    /// The place of what a problem is about. A rule that sees a set of texts says which one it means by its text alone.
    pub(super) fn place_of(&self, problem: &Problem, sources: &[Source]) -> Option<Place> {
        let (mark, node) = self.look(&problem.at);
        let meant = match node.map(|node| &node.content) {
            Some(Content::List(items)) => items
                .iter()
                .filter_map(|item| match &item.content {
                    Content::Text(text) if names(&problem.message, text) => Some((text.len(), item.mark)),
                    _ => None,
                })
                .max_by_key(|(length, _)| *length),
            _ => None,
        };
        meant.map_or(mark, |(_, mark)| mark).place(sources)
    }

    /// The place that a person looks for, and what stands there; none where the path goes on.
    pub(super) fn look(&self, path: &str) -> (Mark, Option<&Self>) {
        let (mut node, mut rest) = (self, path);
        let mut mark = Mark::top(self.mark.file);
        while !rest.is_empty() {
            let step = match &node.content {
                Content::Map(map) => step_into(map, rest),
                Content::List(items) => item_of(items, rest).map(|(item, rest)| (item.mark, item, rest)),
                _ => None,
            };
            let Some((key, next, left)) = step else { return (mark, None) };
            mark = match next.content {
                Content::Map(_) | Content::List(_) => key,
                _ => next.mark,
            };
            (node, rest) = (next, left);
        }
        (mark, Some(node))
    }

    /// The path as far as the file has it: what a resource has below a single word is not the person's.
    pub(super) fn written<'p>(&self, path: &'p str) -> &'p str {
        let (mut node, mut rest) = (self, path);
        while !rest.is_empty() {
            let step = match &node.content {
                Content::Map(map) => step_into(map, rest).map(|(_, next, left)| (next, left)),
                Content::List(items) => item_of(items, rest),
                _ => return &path[..path.len() - rest.len()],
            };
            let Some(next) = step else { return path };
            (node, rest) = next;
        }
        path
    }

    /// The file that the node at this path stands in.
    pub(super) fn file_of(&self, path: &str) -> usize {
        self.find(path).file
    }

    /// Takes the node at this path away, and says whether there was one.
    pub(super) fn take_away(&mut self, path: &str) -> bool {
        match &mut self.content {
            Content::Map(map) => {
                let Some((name, left)) = key_of(map, path).map(|(name, left)| (name.to_owned(), left.to_owned()))
                else {
                    return false;
                };
                if left.is_empty() {
                    return map.remove(&name).is_some();
                }
                map.get_mut(&name).is_some_and(|entry| entry.node.take_away(&left))
            }
            Content::List(items) => {
                let Some((index, left)) = index_of(path) else { return false };
                if index >= items.len() {
                    return false;
                }
                if left.is_empty() {
                    items.remove(index);
                    return true;
                }
                items[index].take_away(left)
            }
            _ => false,
        }
    }
}

/// Whether a message names this text, and not as a part of another word.
pub(super) fn names(message: &str, text: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '-');
    !text.is_empty()
        && message.match_indices(text).any(|(at, _)| {
            is_edge(message[..at].chars().next_back()) && is_edge(message[at + text.len()..].chars().next())
        })
}

fn step_into<'a, 'p>(map: &'a BTreeMap<String, Entry>, path: &'p str) -> Option<(Mark, &'a Node, &'p str)> {
    let (name, rest) = key_of(map, path)?;
    let entry = map.get(name)?;
    Some((entry.key, &entry.node, rest))
}

/// The key of `map` that the path begins with, and the rest of the path. A key may hold dots and need not be quoted.
fn key_of<'a, 'p>(map: &'a BTreeMap<String, Entry>, path: &'p str) -> Option<(&'a str, &'p str)> {
    let bare = path.strip_prefix('.').unwrap_or(path);
    let first = bare.split(['.', '[']).next().unwrap_or_default();
    if let Some((key, _)) = map.get_key_value(first) {
        return Some((key, &bare[first.len()..]));
    }
    map.keys()
        .filter_map(|key| {
            let quoted = format!("[{}]", Value::from(key.as_str()));
            let rest = path
                .strip_prefix(&quoted)
                .or_else(|| at::is_within(bare, key).then(|| &bare[key.len()..]).filter(|_| !key.is_empty()))?;
            Some((key.as_str(), rest))
        })
        .max_by_key(|(key, _)| key.len())
}

fn item_of<'a, 'p>(items: &'a [Node], path: &'p str) -> Option<(&'a Node, &'p str)> {
    let (index, rest) = index_of(path)?;
    Some((items.get(index)?, rest))
}

fn index_of(path: &str) -> Option<(usize, &str)> {
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}
