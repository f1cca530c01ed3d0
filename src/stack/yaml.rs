//! YAML text into a tree with places; the only file that knows the YAML library.
//!
//! Booleans are `true` and `false` alone, a key stands once, and what a small text can grow into is bounded by
//! its bytes, its depth and what its aliases expand to.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{DuplicateKeyPolicy, Error as YamlError, Location, Options, Spanned};

use super::node::{Content, Entry, Mark, Node};

/// A stack of 1,000 clients with every field set has about 2 MB.
pub(super) const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The stack file's own types go nine deep.
const MAX_DEPTH: usize = 40;
/// 1,000 clients that each take 250 values from an anchor.
const MAX_ALIAS_EVENTS: usize = 250_000;

/// Something that stands in the way of reading a text, and where.
pub(super) struct Obstacle {
    pub mark: Mark,
    pub message: String,
    pub hint: Option<String>,
    is_duplicate: bool,
}

/// Reads one file's text; also when a key stands twice, since the rest may have problems of its own.
pub(super) fn parse(text: &str, file: usize, obstacles: &mut Vec<Obstacle>) -> Option<Node> {
    let read = |duplicates| serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options(duplicates));
    let raw = match read(DuplicateKeyPolicy::Error) {
        Ok(raw) => raw,
        Err(error) => {
            let obstacle = explain(&error, text, file);
            let is_duplicate = obstacle.is_duplicate;
            obstacles.push(obstacle);
            if !is_duplicate {
                return None;
            }
            read(DuplicateKeyPolicy::LastWins).ok()?
        }
    };
    Some(place(raw, file, text))
}

fn options(duplicates: DuplicateKeyPolicy) -> Options {
    serde_yaml::options! {
        strict_booleans: true,
        // `!Ref Name` would silently be the text `Name`.
        reject_unsupported_tags: true,
        duplicate_keys: duplicates,
        with_snippet: false,
        emit_comments: false,
        budget: serde_yaml::budget! {
            max_documents: 8,
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_nodes: 1_000_000,
            max_events: 2_500_000,
            max_anchors: 2_000,
            max_aliases: 50_000,
            max_merge_keys: 50_000,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: MAX_ALIAS_EVENTS,
            max_replay_stack_depth: 16,
        },
    }
}

/// A value as the library gives it.
enum Raw {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(Self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Int(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(i128::try_from(value).map_or_else(|_| Raw::Text(value.to_string()), Raw::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

fn place(raw: Spanned<Raw>, file: usize, text: &str) -> Node {
    let Spanned { value, referenced, defined } = raw;
    let content = match value {
        Raw::Null => Content::Null,
        Raw::Bool(value) => Content::Bool(value),
        Raw::Int(value) => Content::Int(value),
        Raw::Float(value) => Content::Float(value),
        Raw::Text(value) => Content::Text(value),
        Raw::List(items) => Content::List(items.into_iter().map(|item| place(item, file, text)).collect()),
        Raw::Map(entries) => Content::Map(
            entries
                .into_iter()
                .map(|(key, value)| {
                    let entry = Entry { key: mark(key.referenced, file, text), node: place(value, file, text) };
                    (key.value, entry)
                })
                .collect::<BTreeMap<_, _>>(),
        ),
    };
    Node { content, mark: mark(referenced, file, text), origin: mark(defined, file, text) }
}

fn mark(location: Location, file: usize, text: &str) -> Mark {
    let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let (line, column) = (number(location.line()).max(1), number(location.column()).max(1));
    let span = location.span();
    let (start, length) = match (span.byte_offset(), span.byte_len()) {
        (Some(start), Some(length)) => (number(start), number(length)),
        _ => (offset(text, line, column), usize::from(offset(text, line, column) < text.len())),
    };
    let (start, end) = (start.min(text.len()), start.saturating_add(length).min(text.len()));
    Mark { file, line, column, span: (start, text.floor_char_boundary(end).max(start)) }
}

/// The byte at which a place begins; see [`crate::error::Place::after`].
fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut rest = text.trim_start_matches('\u{feff}');
    for _ in 1..line {
        let end =
            rest.find(['\n', '\r']).map_or(rest.len(), |at| at + if rest[at..].starts_with("\r\n") { 2 } else { 1 });
        rest = &rest[end..];
    }
    let here = rest.split(['\n', '\r']).next().unwrap_or_default();
    text.len() - rest.len() + here.char_indices().nth(column - 1).map_or(here.len(), |(index, _)| index)
}

/// What Git puts before one side of a conflict.
const SIDE: &str = "<<<<<<< ";

fn explain(error: &YamlError, text: &str, file: usize) -> Obstacle {
    let error = error.without_snippet();
    // Git's marks are what is wrong, whatever they make of the rest.
    if let Some(line) = text.lines().position(|line| line.starts_with(SIDE)) {
        let start = offset(text, line + 1, 1);
        let mark = Mark { file, line: line + 1, column: 1, span: (start, start + SIDE.len()) };
        let hint = Some("keep one of the two sides, and take the marks away".to_owned());
        return Obstacle { mark, message: "a merge was not finished here".to_owned(), hint, is_duplicate: false };
    }
    let mark = mark(error.location().unwrap_or(Location::UNKNOWN), file, text);
    // The scanner has gone past the tab when it says so.
    let mark = tab(mark, text).unwrap_or(mark);
    let (message, hint) = reword(error, mark, text);
    Obstacle { mark, message, hint, is_duplicate: matches!(error, YamlError::DuplicateMappingKey { .. }) }
}

/// The library's messages are for programmers; these are for the person whose file it is.
fn reword(error: &YamlError, mark: Mark, text: &str) -> (String, Option<String>) {
    let say = |message: &str, hint: &str| (message.to_owned(), Some(hint.to_owned()));
    match error {
        YamlError::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or(&text[mark.span.0..mark.span.1]);
            say(&format!("the key `{key}` stands here for the second time"), "keep one of the two")
        }
        YamlError::MultipleDocuments { .. } => {
            say("a second document begins here; a stack file holds one", "take the `---` away")
        }
        YamlError::Budget { .. }
        | YamlError::AliasReplayCounterOverflow { .. }
        | YamlError::AliasReplayLimitExceeded { .. }
        | YamlError::AliasExpansionLimitExceeded { .. }
        | YamlError::AliasReplayStackDepthExceeded { .. } => say(TOO_LARGE, &limits()),
        YamlError::RecursiveReferencesRequireWeakTypes { .. } => {
            say("an alias stands inside what it names", "an anchor cannot contain itself")
        }
        YamlError::UnknownAnchor { .. } => {
            say("no anchor before this line has this name", "`&name` marks a value, `*name` uses it again, below")
        }
        YamlError::NonFiniteFloat { .. } => say("this is no number", "put it in quotes if it is meant as text"),
        YamlError::NullIntoString { .. } | YamlError::Unexpected { .. } => {
            say("a key is a single word", "put it in quotes if it is meant so")
        }
        other => {
            let raw = other.to_string();
            syntax(raw.split(" at line ").next().unwrap_or(&raw).trim(), mark, text)
        }
    }
}

const TOO_LARGE: &str = "this grows too large: how deep it nests and what its aliases expand to are bounded";

fn limits() -> String {
    format!("a stack file nests at most {MAX_DEPTH} deep, and its aliases stand for at most {MAX_ALIAS_EVENTS} values")
}

/// The tab that the line of this mark is indented with, if it is.
fn tab(mark: Mark, text: &str) -> Option<Mark> {
    let line = text.split('\n').nth(mark.line - 1)?;
    let before = line.chars().take_while(|c| c.is_whitespace()).position(|c| c == '\t')?;
    let start = offset(text, mark.line, before + 1);
    Some(Mark { column: before + 1, span: (start, start + 1), ..mark })
}

/// What the scanner says, which it says in words alone.
fn syntax(plain: &str, mark: Mark, text: &str) -> (String, Option<String>) {
    let say = |message: &str, hint: &str| (message.to_owned(), Some(hint.to_owned()));
    if tab(mark, text).is_some() || plain.contains("tabs disallowed") {
        return say("a tab stands where YAML takes spaces only", "indent with two spaces");
    }
    if plain.contains("unknown anchor") {
        return say("no anchor before this line has this name", "`&name` marks a value, `*name` uses it again, below");
    }
    if plain.starts_with("mapping values are not allowed") {
        return say(
            "a `:` stands where no key can be",
            "indent this line as its neighbours are, or put the value in quotes",
        );
    }
    if ["limit", "nesting", "depth", "budget"].iter().any(|word| plain.contains(word)) {
        return say(TOO_LARGE, &limits());
    }
    say(
        &format!("this is not YAML: {plain}"),
        "see to the quotes, brackets and indentation here and in the lines before",
    )
}
