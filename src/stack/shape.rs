//! What was read against the schema: every key, type, value and limit that is wrong, at once and in plain words.
//!
//! What is wrong is taken out of the tree, so that the rest can be checked further.

mod elsewhere;
mod model;

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::{Value, json};

use super::node::{Content, Entry, Mark, Node};
use super::{at, reference};
use crate::error::Problem;
use crate::near;
use crate::secret::{MARK, Place};

/// The schema's patterns, each made when it is first held against a text.
static PATTERNS: LazyLock<Mutex<HashMap<String, Option<regress::Regex>>>> = LazyLock::new(Mutex::default);

/// What has been learned while files were held against the schema.
#[derive(Default)]
pub(super) struct Shape {
    /// The paths of keys that a person made up and gave no value.
    made_up: BTreeSet<String>,
    /// The paths of mappings that are one value: they are not merged key by key.
    wholes: BTreeSet<String>,
}

/// More keys than this are no help.
const MOST_LISTED: usize = 16;
/// When so much is wrong, nobody reads a hint for each.
const MOST_HINTED: usize = 1_000;

/// What was found, and where.
type Found = Vec<(Mark, Problem)>;

impl Shape {
    /// Checks one file's tree, whose text is `text`; `nulls` says whether null takes an inherited value away.
    pub(super) fn check(&mut self, node: &mut Node, text: &str, nulls: bool) -> Found {
        let Self { made_up, wholes } = self;
        let mut walk = Walk { made_up, wholes, text, nulls, found: Vec::new() };
        walk.value(model::root(), node, "", node.mark);
        walk.found
    }

    /// Whether the key at this path, which has no value, is one that a person made up.
    pub(super) fn is_made_up(&self, path: &str) -> bool {
        self.made_up.contains(path)
    }

    /// Whether the mapping at this path is one value, which is taken whole.
    pub(super) fn is_whole(&self, path: &str) -> bool {
        self.wholes.contains(path)
    }

    /// What the whole tree lacks. A stand-in is put where something lacks, so that the rest can be checked;
    /// its path, or where it could mislead the one above it, is added to `broken`.
    pub(super) fn require(tree: &mut Node, broken: &mut BTreeSet<String>) -> Found {
        let mut found = Vec::new();
        let mark = Mark::top(tree.mark.file);
        require(model::root(), tree, ("", mark), broken, &mut found);
        found
    }
}

struct Walk<'a> {
    made_up: &'a mut BTreeSet<String>,
    wholes: &'a mut BTreeSet<String>,
    text: &'a str,
    nulls: bool,
    found: Found,
}

impl Walk<'_> {
    fn say(&mut self, mark: Mark, at: &str, message: impl Into<String>, hint: Option<String>) {
        self.found.push((mark, Problem { hint, ..Problem::new(at, message) }));
    }

    /// Whether the value can stay; `key` is where its key is.
    fn value(&mut self, schema: &Value, node: &mut Node, at: &str, key: Mark) -> bool {
        let schema = model::resolve(schema);
        if node.is_null() {
            return self.null(schema, at, key);
        }
        if schema[MARK] == true {
            return self.secret(schema, node, at);
        }
        if schema[reference::MARK] == true && node.map().is_some() && reference::may_stand_at(at) {
            let is_good = self.elsewhere(&reference::SCHEMA, node, at, reference::WAYS);
            if is_good {
                node.refer();
            }
            return is_good;
        }
        let Some(wanted) = schema["type"].as_str() else { return true };
        let fits = matches!(
            (wanted, &node.content),
            ("object", Content::Map(_))
                | ("array", Content::List(_))
                | ("string", Content::Text(_))
                | ("integer", Content::Int(_))
                | ("number", Content::Int(_) | Content::Float(_))
                | ("boolean", Content::Bool(_))
        );
        if !fits {
            self.misfit(schema, wanted, node, at);
            return false;
        }
        let mark = node.mark;
        match &mut node.content {
            Content::Map(_) => self.map(schema, node, at),
            Content::List(items) => self.list(schema, items, at, key),
            Content::Text(text) => {
                let text = std::mem::take(text);
                let is_good = self.string(schema, &text, mark, at);
                node.content = Content::Text(text);
                is_good
            }
            #[expect(clippy::cast_precision_loss, reason = "a number that large is out of every range")]
            Content::Int(value) => {
                let value = *value as f64;
                self.range(schema, value, mark, at)
            }
            Content::Float(value) => {
                let value = *value;
                self.range(schema, value, mark, at)
            }
            Content::Null | Content::Bool(_) | Content::Elsewhere(_) => true,
        }
    }

    fn null(&mut self, schema: &Value, at: &str, key: Mark) -> bool {
        if self.nulls && at != "extends" {
            return true;
        }
        let name = at.rsplit('.').next().unwrap_or(at);
        let hint = match schema["type"].as_str() {
            Some("object") => "give it keys, indented below it, or delete the line",
            Some("array") => "give it a list, or delete the line",
            _ => "give it one, or delete the line",
        };
        self.say(key, at, format!("`{name}` has no value"), Some(hint.to_owned()));
        false
    }

    fn misfit(&mut self, schema: &Value, wanted: &str, node: &Node, at: &str) {
        let expected = match wanted {
            "object" => "a mapping of keys to values",
            "array" => "a list",
            "string" => "text",
            "integer" => "a whole number",
            "number" => "a number",
            _ => "`true` or `false`",
        };
        let raw = self.text.get(node.origin.span.0..node.origin.span.1).unwrap_or_default();
        let short = raw.chars().count() <= 60 && !raw.contains('\n');
        let hint = match (wanted, &node.content) {
            ("string", Content::Map(map)) if map.keys().any(|key| Place::of(key, String::new()).is_some()) => {
                Some("write it out: what is kept elsewhere cannot be named here".to_owned())
            }
            // Quotes would make text of it, and none that is meant.
            ("string", _) if schema["enum"].is_array() => {
                let known = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
                Some(format!("one of {}", near::listed(known)))
            }
            ("string", Content::Int(_) | Content::Float(_) | Content::Bool(_)) => {
                // Quotes help where the text would be right; where it needs more, say what.
                let needs_more = schema["pattern"].as_str().is_some_and(|pattern| !matches(pattern, raw));
                match schema["patternErrorMessage"].as_str().filter(|_| needs_more) {
                    Some(words) => Some(words.to_owned()),
                    None => Some(format!("put it in quotes: \"{raw}\"")),
                }
            }
            ("string", Content::List(_)) => Some("write one, without brackets and without `-`".to_owned()),
            ("array", Content::Text(_) | Content::Int(_)) if short => {
                Some(format!("write a list, of one if need be: [{raw}]"))
            }
            ("boolean", Content::Text(text)) => match text.to_ascii_lowercase().as_str() {
                "yes" | "on" | "true" => Some("write `true`".to_owned()),
                "no" | "off" | "false" => Some("write `false`".to_owned()),
                _ => None,
            },
            ("integer" | "number", Content::Text(text)) if text.parse::<f64>().is_ok() => {
                Some(format!("without quotes: {text}"))
            }
            ("object", Content::List(_)) => {
                Some("things that have names are written `name: …`, without `-`".to_owned())
            }
            ("object", _) => Some("write keys and their values, indented below this one".to_owned()),
            ("array", _) => Some("write the items below, each after `- `".to_owned()),
            _ => None,
        };
        let found = match &node.content {
            Content::Null => "nothing".to_owned(),
            Content::Bool(value) => format!("`{value}`"),
            Content::Int(_) | Content::Float(_) => format!("the number {raw}"),
            Content::Text(_) => "text".to_owned(),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a mapping".to_owned(),
            Content::Elsewhere(_) => "a text that stands elsewhere".to_owned(),
        };
        self.say(node.mark, at, format!("expected {expected}, found {found}"), hint);
    }

    fn map(&mut self, schema: &Value, node: &mut Node, at: &str) -> bool {
        let mark = node.mark;
        let Some(map) = node.map_mut() else { return true };
        let inner = std::mem::take(map);
        let count = inner.len() as u64;
        if let Some(most) = schema["maxProperties"].as_u64().filter(|most| count > *most) {
            self.say(mark, at, format!("takes at most {most} entries, has {count}"), None);
        }
        let known = schema["properties"].as_object();
        let other = &schema["additionalProperties"];
        let mut kept = std::collections::BTreeMap::new();
        for (name, mut entry) in inner {
            let path = at::key(at, &name);
            let below = known.and_then(|known| known.get(&name));
            let stays = match (below, other) {
                (Some(below), _) => self.value(below, &mut entry.node, &path, entry.key),
                (None, Value::Object(_)) => {
                    let is_name_good = self.made_up_name(schema, &name, &entry, &path);
                    self.value(other, &mut entry.node, &path, entry.key) && is_name_good
                }
                (None, Value::Bool(false)) => {
                    self.unknown(schema, &name, entry.key, &path);
                    false
                }
                (None, _) => true,
            };
            if stays {
                kept.insert(name, entry);
            }
        }
        *map = kept;
        true
    }

    fn made_up_name(&mut self, schema: &Value, name: &str, entry: &Entry, path: &str) -> bool {
        if entry.node.is_null() {
            self.made_up.insert(path.to_owned());
        }
        let names = &schema["propertyNames"];
        let (Some(pattern), message) = (names["pattern"].as_str(), names["patternErrorMessage"].as_str()) else {
            return true;
        };
        let is_good = matches(pattern, name);
        if !is_good {
            let message = message.unwrap_or("this is no name");
            self.say(entry.key, path, format!("`{name}` cannot be a name here: {message}"), None);
        }
        is_good
    }

    fn unknown(&mut self, schema: &Value, name: &str, mark: Mark, path: &str) {
        if self.found.len() >= MOST_HINTED {
            return self.say(mark, path, format!("unknown key `{name}`"), None);
        }
        let known: Vec<&str> =
            schema["properties"].as_object().into_iter().flatten().map(|(name, _)| &**name).collect();
        let hint = if let Some(word) = near::did_you_mean(name, known.iter().copied()) {
            format!("did you mean `{word}`?")
        } else if let Some(home) = HOMES.get(name) {
            format!("`{name}` belongs {home}")
        } else if known.is_empty() {
            "nothing can be set here".to_owned()
        } else if known.len() <= MOST_LISTED || path == at::key("", name) {
            // What a file begins with is the map of all that there is.
            format!("known here: {}", near::listed(known))
        } else {
            "nothing that is known here is like it".to_owned()
        };
        self.say(mark, path, format!("unknown key `{name}`"), Some(hint));
    }

    fn list(&mut self, schema: &Value, items: &mut [Node], at: &str, key: Mark) -> bool {
        let count = items.len() as u64;
        let mut stays = true;
        if let Some(least) = schema["minItems"].as_u64().filter(|least| count < *least) {
            self.say(key, at, format!("needs {least} or more items, has {count}"), None);
            stays = false;
        }
        if let Some(most) = schema["maxItems"].as_u64().filter(|most| count > *most) {
            self.say(key, at, format!("takes at most {most} items, has {count}"), None);
            stays = false;
        }
        // A list is taken whole, so null takes nothing away in it.
        let nulls = std::mem::replace(&mut self.nulls, false);
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter_mut().enumerate() {
            let (path, mark) = (at::item(at, index), item.mark);
            stays &= self.value(&schema["items"], item, &path, mark);
            if schema["uniqueItems"] == json!(true) && !seen.insert(item.to_json().to_string()) {
                self.say(mark, &path, format!("{} stands here twice", item.to_json()), None);
                stays = false;
            }
        }
        self.nulls = nulls;
        stays
    }

    fn string(&mut self, schema: &Value, text: &str, mark: Mark, at: &str) -> bool {
        if let Some(values) = schema["enum"].as_array() {
            let known: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            if known.contains(&text) {
                return true;
            }
            let hint = near::did_you_mean(text, known.iter().copied()).map(|word| format!("did you mean `{word}`?"));
            self.say(mark, at, format!("`{text}` is not one of {}", near::listed(known)), hint);
            return false;
        }
        if let Some(value) = schema["const"].as_str().filter(|value| *value != text) {
            self.say(mark, at, format!("`{text}` is not `{value}`"), None);
            return false;
        }
        let count = text.chars().count() as u64;
        if let Some(least) = schema["minLength"].as_u64().filter(|least| count < *least) {
            let message =
                if count == 0 { "is empty".to_owned() } else { format!("has {count} characters, needs {least}") };
            self.say(mark, at, message, None);
            return false;
        }
        if let Some(most) = schema["maxLength"].as_u64().filter(|most| count > *most) {
            self.say(mark, at, format!("has {count} characters, at most {most} are taken"), None);
            return false;
        }
        if let Some(pattern) = schema["pattern"].as_str().filter(|pattern| !matches(pattern, text)) {
            let why = schema["patternErrorMessage"]
                .as_str()
                .map_or_else(|| format!("it must match {pattern}"), str::to_owned);
            self.say(mark, at, format!("`{text}`: {why}"), None);
            return false;
        }
        true
    }

    fn range(&mut self, schema: &Value, value: f64, mark: Mark, at: &str) -> bool {
        let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        if least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most) {
            return true;
        }
        let limits = match (least, most) {
            (Some(least), Some(most)) => format!("from {least} to {most}"),
            (Some(least), None) => format!("{least} or more"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => String::new(),
        };
        self.say(mark, at, format!("{value} is out of range: {limits}"), None);
        false
    }
}

/// Whether a text is of a pattern of the schema's. One that cannot be told is let pass: AWS has the last word.
fn matches(pattern: &str, text: &str) -> bool {
    let mut patterns = PATTERNS.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = patterns.entry(pattern.to_owned()).or_insert_with(|| {
        // As editors read them: `u` makes a character what people call one.
        regress::Regex::with_flags(pattern, "u").ok()
    });
    regex.as_ref().is_none_or(|regex| regex.find(text).is_some())
}

/// Where each key of the schema is known, nearest to the top: ``under `app_clients.<name>` ``.
static HOMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    const DEEPEST: usize = 7;
    let mut homes = HashMap::new();
    let mut level = vec![(model::root(), String::new())];
    for _ in 0..DEEPEST {
        let mut below = Vec::new();
        for (schema, at) in level {
            let schema = model::resolve(schema);
            for (name, next) in schema["properties"].as_object().into_iter().flatten() {
                let home = if at.is_empty() { "at the top of the file".to_owned() } else { format!("under `{at}`") };
                homes.entry(name.clone()).or_insert(home);
                below.push((next, at::key(&at, name)));
            }
            let other = &schema["additionalProperties"];
            if schema["properties"].is_null() && other.is_object() {
                below.push((other, format!("{at}.<name>")));
            }
        }
        level = below;
    }
    homes
});

fn require(
    schema: &Value,
    node: &mut Node,
    (at, mark): (&str, Mark),
    broken: &mut BTreeSet<String>,
    found: &mut Found,
) {
    let schema = model::resolve(schema);
    match &mut node.content {
        Content::Map(map) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if map.contains_key(name) {
                    continue;
                }
                let path = at::key(at, name);
                let property = &schema["properties"][name];
                let wanted = model::resolve(property);
                if !is_told(broken, at, &path, name) {
                    let hint = property["description"].as_str().map(|text| format!("`{name}`: {text}"));
                    found.push((mark, Problem { hint, ..Problem::new(at, format!("`{name}` is missing")) }));
                }
                // A value made up here would be judged together with its neighbours.
                broken.insert(if wanted["enum"].is_array() { at.to_owned() } else { path.clone() });
                let mut node = stand_in(wanted, mark);
                // What a missing mapping lacks in turn is not worth a word of its own.
                require(wanted, &mut node, (&path, mark), broken, &mut Vec::new());
                map.insert(name.to_owned(), Entry { key: mark, node });
            }
            for (name, entry) in map.iter_mut() {
                let below = match &schema["properties"][name.as_str()] {
                    Value::Null => &schema["additionalProperties"],
                    below => below,
                };
                if below.is_object() {
                    require(below, &mut entry.node, (&at::key(at, name), entry.key), broken, found);
                }
            }
        }
        Content::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                let mark = item.mark;
                require(&schema["items"], item, (&at::item(at, index), mark), broken, found);
            }
        }
        _ => {}
    }
}

/// Whether it has been said why `name` is missing at `at`: what was there was wrong, or is spelt otherwise.
fn is_told(broken: &BTreeSet<String>, at: &str, path: &str, name: &str) -> bool {
    broken.iter().any(|one| {
        let beside = one.strip_prefix(at).map(|rest| rest.trim_start_matches('.'));
        at::is_within(one, path) || beside.is_some_and(|word| near::did_you_mean(word, [name]).is_some())
    })
}

fn stand_in(schema: &Value, mark: Mark) -> Node {
    let content = match schema["type"].as_str() {
        Some("object") => Content::Map(std::collections::BTreeMap::new()),
        Some("array") => Content::List(Vec::new()),
        Some("integer" | "number") => Content::Int(schema["minimum"].as_i64().unwrap_or_default().into()),
        Some("boolean") => Content::Bool(false),
        _ => Content::Text(schema["enum"][0].as_str().unwrap_or("missing").to_owned()),
    };
    Node { content, mark, origin: mark }
}
