//! A stack file written by the program: keys in the order of the schema, a comment where one helps, layout as people
//! write it.
//!
//! Whatever could be read as anything but the text that it is stands in quotes: `yes`, `1.0`, `#x`, `a: b`.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{at, schema};

/// How wide a line may be before a list or a mapping takes a line for each item.
const WIDTH: usize = 120;
/// Mappings from this depth on stand on one line, where they fit.
const FLOW_FROM: usize = 2;

/// A stack file, whose values are `file`, below `header`, a comment whose lines have no `#`.
///
/// `comment` says what stands above the key at a path; where it has nothing to say, blocks and the fields of the pool and
/// the domain are told by what they mean.
#[must_use]
pub fn text(file: &Map<String, Value>, header: &str, comment: &dyn Fn(&str) -> Option<String>) -> String {
    let mut writer = Writer { text: String::new(), comment, model: schema::model() };
    writer.text.push_str("# yaml-language-server: $schema=../schemas/stack.schema.json\n\n");
    writer.remark(header, 0);
    let mut is_after_a_line = false;
    for (key, value) in file {
        let is_line = !matches!(value, Value::Object(_));
        if !(is_line && is_after_a_line) {
            writer.text.push('\n');
        }
        is_after_a_line = is_line;
        writer.entry(key, value, "", 0);
    }
    writer.text
}

struct Writer<'a> {
    text: String,
    comment: &'a dyn Fn(&str) -> Option<String>,
    model: Value,
}

impl Writer<'_> {
    fn entry(&mut self, key: &str, value: &Value, base: &str, depth: usize) {
        let path = at::key(base, key);
        if let Some(comment) = (self.comment)(&path).or_else(|| self.meaning(&path)) {
            self.remark(&comment, depth);
        }
        self.indent(depth);
        let key = scalar(key);
        let room = WIDTH.saturating_sub(2 * depth + key.chars().count() + 2);
        let fits = |flow: &String| flow.chars().count() <= room;
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                // Things that have names stand one below the other.
                let is_short = depth + 1 >= FLOW_FROM
                    && !fields.values().any(|value| value.as_object().is_some_and(|below| !below.is_empty()))
                    && !self.has_comments(fields, &path);
                if let Some(flow) = flow(value).filter(|flow| is_short && fits(flow)) {
                    let _ = writeln!(self.text, "{key}: {flow}");
                    return;
                }
                let _ = writeln!(self.text, "{key}:");
                for (name, below) in fields {
                    self.entry(name, below, &path, depth + 1);
                }
            }
            Value::Array(items) => {
                if let Some(flow) = flow(value).filter(fits) {
                    let _ = writeln!(self.text, "{key}: {flow}");
                    return;
                }
                let _ = writeln!(self.text, "{key}:");
                for item in items {
                    self.indent(depth + 1);
                    let _ = writeln!(self.text, "- {}", inline(item));
                }
            }
            Value::String(text) if is_block(text) => {
                let chomp = if text.ends_with('\n') { "" } else { "-" };
                let _ = writeln!(self.text, "{key}: |{chomp}");
                for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                    if !line.is_empty() {
                        self.indent(depth + 1);
                    }
                    let _ = writeln!(self.text, "{line}");
                }
            }
            other => {
                let _ = writeln!(self.text, "{key}: {}", inline(other));
            }
        }
    }

    fn indent(&mut self, depth: usize) {
        self.text.extend(std::iter::repeat_n("  ", depth));
    }

    /// A comment, its paragraphs and lists as they are, wrapped.
    fn remark(&mut self, text: &str, depth: usize) {
        // What comes from AWS may hold anything; a comment ends at a line's end.
        for line in text.lines() {
            let is_item = line.trim_start().starts_with("- ");
            let mut width = usize::MAX;
            let mut begun = false;
            for word in line.split_whitespace() {
                let word: String = word.chars().filter(|c| !c.is_control() && *c != '\u{feff}').collect();
                if width.saturating_add(word.chars().count() + 1) > WIDTH - 2 {
                    if begun {
                        self.text.push('\n');
                    }
                    self.indent(depth);
                    let lead = if is_item && begun { "#   " } else { "# " };
                    self.text.push_str(lead);
                    width = 2 * depth + lead.len();
                } else {
                    self.text.push(' ');
                    width += 1;
                }
                begun = true;
                width += word.chars().count();
                self.text.push_str(&word);
            }
            if !begun {
                self.indent(depth);
                self.text.push('#');
            }
            self.text.push('\n');
        }
    }

    fn has_comments(&self, fields: &Map<String, Value>, path: &str) -> bool {
        fields.keys().any(|key| {
            let path = at::key(path, key);
            (self.comment)(&path).or_else(|| self.meaning(&path)).is_some()
        })
    }

    /// What the schema says of a block, or of a field of the pool or the domain: its first sentence.
    fn meaning(&self, path: &str) -> Option<String> {
        let keys: Vec<&str> = path.split('.').collect();
        let is_told = match keys.as_slice() {
            [top] => !matches!(*top, "region" | "account"),
            ["user_pool" | "domain", _] => true,
            _ => false,
        };
        let mut place = is_told.then_some(&self.model)?;
        for key in keys {
            place = resolved(&self.model, place)["properties"].get(key)?;
        }
        let text = place["description"].as_str().or_else(|| resolved(&self.model, place)["description"].as_str())?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = text.find(". ").map_or(text.len(), |end| end + 1);
        Some(text[..end].to_owned())
    }
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let named = schema["$ref"].as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?));
    named.map_or(schema, |found| resolved(root, found))
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Object(_) | Value::Array(_) => flow(value).unwrap_or_else(|| value.to_string()),
        other => other.to_string(),
    }
}

/// A list or mapping on one line; None where a text in it has lines of its own.
fn flow(value: &Value) -> Option<String> {
    Some(match value {
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let entries: Option<Vec<String>> =
                fields.iter().map(|(key, value)| Some(format!("{}: {}", scalar(key), flow(value)?))).collect();
            format!("{{ {} }}", entries?.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Option<Vec<_>>>()?.join(", ")),
        Value::String(text) if is_block(text) => return None,
        other => inline(other),
    })
}

/// Whether a text reads best as lines, and can be written so.
fn is_block(text: &str) -> bool {
    let mut lines = text.trim_end_matches('\n').split('\n');
    // An indicator would have to say how deep the first line is, and blanks at its end are there for nobody to see.
    let is_plain = |line: &str| !line.ends_with([' ', '\t']) && !line.starts_with('\t');
    // Lines that follow at a distance would be counted in where empty ones are kept.
    text.contains('\n')
        && !text.ends_with("\n\n")
        && text.chars().all(|c| c == '\n' || !needs_escape(c))
        && lines.next().is_some_and(|first| !first.is_empty() && !first.starts_with(' ') && is_plain(first))
        && lines.all(is_plain)
}

/// Whether a character cannot stand in YAML as it is, or is not seen.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{a0}' | '\u{ad}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as a scalar: without quotes where it can be nothing else, in single ones where it has double ones.
fn scalar(text: &str) -> String {
    if is_bare(text) {
        return text.to_owned();
    }
    let is_readable = text.chars().all(|c| !needs_escape(c));
    if is_readable && text.contains(['"', '\\']) && !text.contains('\'') {
        return format!("'{text}'");
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if needs_escape(c) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text needs no quotes, by every YAML there is: a letter first, nothing that YAML looks at, no word of its own.
fn is_bare(text: &str) -> bool {
    const WORDS: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let is_length = text.len() > 1
        && text.ends_with(['s', 'm', 'h', 'd'])
        && text[..text.len() - 1].bytes().all(|b| b.is_ascii_digit());
    let is_good = |c: char| c.is_ascii_alphanumeric() || "_-./@+=:%()<>?&$; ".contains(c);
    is_length
        || text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(is_good)
            && !text.contains(": ")
            && !text.contains("  ")
            && !text.ends_with([':', ' '])
            && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests;
