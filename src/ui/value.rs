//! Values as a person would write them in the stack file, on one line or on several.

use serde_json::Value;

use super::line::{self, DIM, Line, PLAIN, clean, counted, cut, elided, is_hidden};

/// What stands for a value that AWS decides when the step runs.
pub(crate) const UNKNOWN: &str = "(known after apply)";
/// How many elements of a long list are shown.
const MOST_ELEMENTS: usize = 12;
/// Wider than this, a list is harder to read and not shorter by much.
const WIDEST_LIST: usize = 88;
/// How many lines of a long text are shown.
const MOST_LINES: usize = 8;

/// A value, or a tree of values of which some are not yet known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// A known value that is no map.
    Value(Value),
    /// Known after apply.
    Unknown,
    /// What has names.
    Map(Vec<(String, Node)>),
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        match value {
            Value::Object(map) => Self::Map(map.iter().map(|(key, value)| (key.clone(), value.into())).collect()),
            other => Self::Value(other.clone()),
        }
    }
}

impl Node {
    /// The tree on one line.
    pub(crate) fn inline(&self) -> Line {
        match self {
            Self::Value(value) => inline(value),
            Self::Unknown => Line::styled(DIM, UNKNOWN),
            Self::Map(entries) if entries.is_empty() => Line::plain("{}"),
            Self::Map(entries) => {
                let mut line = Line::plain("{");
                for (index, (key, node)) in entries.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    line = line.with(PLAIN, format!("{comma}{}: ", text(key))).and(node.inline());
                }
                line.with(PLAIN, "}")
            }
        }
    }

    /// Puts `node` at the place that `parts` name, making the maps on the way.
    pub(crate) fn put(&mut self, parts: &[String], node: Self) {
        let Some((first, rest)) = parts.split_first() else {
            *self = node;
            return;
        };
        if !matches!(self, Self::Map(_)) {
            *self = Self::Map(Vec::new());
        }
        let Self::Map(entries) = self else { return };
        let index = entries.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
            entries.push((first.clone(), Self::Map(Vec::new())));
            entries.len() - 1
        });
        entries[index].1.put(rest, node);
    }
}

/// A value on one line, in YAML's words.
pub(crate) fn inline(value: &Value) -> Line {
    Line::plain(inline_text(value))
}

fn inline_text(value: &Value) -> String {
    match value {
        Value::String(string) => text(string),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(inline_text).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let entries: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", text(key), inline_text(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A string as it stands, or in quotes where it would be taken for something else.
pub(crate) fn text(string: &str) -> String {
    let is_plain = !string.is_empty()
        && string.chars().all(|c| c.is_alphanumeric() || "_-./:@*+=?&%~$#…".contains(c))
        // Wildcard names are everywhere in certificates, and nobody takes them for YAML's aliases.
        && (string.starts_with("*.") || !string.starts_with(['#', '&', '*', '%', '@', '?']))
        && !matches!(string, "true" | "false" | "null" | "~")
        && string.parse::<f64>().is_err();
    if is_plain {
        return string.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in string.chars() {
        match c {
            '"' | '\\' | '\n' | '\r' | '\t' => quoted.extend(c.escape_default()),
            c if is_hidden(c) => quoted.extend(c.escape_unicode()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A value that is on one line, whatever of it must be left out.
pub(crate) fn on_one_line(value: &Value, columns: usize) -> Line {
    Line::plain(elided(&inline_text(value), columns))
}

/// A value in the room of `columns`, on as many lines as it takes but not on very many.
pub(crate) fn block(value: &Value, columns: usize) -> Vec<Line> {
    let whole = inline(value);
    let has_lines = matches!(value, Value::String(string) if string.trim_end().contains('\n'));
    if whole.width() <= columns && !has_lines {
        return vec![whole];
    }
    match value {
        Value::String(string) => long_text(string, columns),
        Value::Array(elements) => long_list(elements, columns.min(WIDEST_LIST)),
        other => vec![on_one_line(other, columns)],
    }
}

/// Whether some single part of a value is wider than `columns`, so that [`block`] would cut it.
pub(crate) fn is_cut(value: &Value, columns: usize) -> bool {
    match value {
        Value::String(string) => !string.contains([' ', '\n']) && inline(value).width() > columns,
        Value::Array(elements) => {
            inline(value).width() > columns && elements.iter().any(|element| inline(element).width() + 2 > columns)
        }
        other => inline(other).width() > columns,
    }
}

fn long_text(string: &str, columns: usize) -> Vec<Line> {
    let lines: Vec<&str> = string.trim_end_matches('\n').split('\n').collect();
    if lines.len() == 1 {
        if !string.contains(' ') {
            return vec![Line::plain(elided(&text(string), columns))];
        }
        let mut wrapped = Line::plain(text(string)).wrapped(columns);
        if wrapped.len() > MOST_LINES {
            wrapped.truncate(MOST_LINES);
            wrapped.push(Line::styled(
                DIM,
                format!("… {} in all", counted(string.chars().count(), "character", "characters")),
            ));
        }
        return wrapped;
    }
    let mut shown: Vec<Line> = lines
        .iter()
        .take(MOST_LINES)
        .map(|line| Line::styled(DIM, "| ").with(PLAIN, cut(&clean(line), columns.saturating_sub(2))))
        .collect();
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        shown.push(Line::styled(DIM, format!("… {}", counted(more, "more line", "more lines"))));
    }
    shown
}

/// Short elements flow; long ones have a line each.
fn long_list(elements: &[Value], columns: usize) -> Vec<Line> {
    let texts: Vec<String> = elements.iter().map(inline_text).collect();
    let flows = texts.iter().all(|text| line::width(text) < (columns / 2).min(36));
    let mut lines: Vec<String> = Vec::new();
    let mut shown = 0;
    let most = if flows { MOST_ELEMENTS / 2 } else { MOST_ELEMENTS };
    for text in &texts {
        let count = lines.len();
        match lines.last_mut() {
            Some(last) if flows && line::width(last) + line::width(text) + 3 <= columns => {
                last.push_str(", ");
                last.push_str(text);
            }
            _ if count == most => break,
            _ if flows => lines.push(text.clone()),
            _ => lines.push(elided(&format!("- {text}"), columns)),
        }
        shown += 1;
    }
    let last = lines.len().saturating_sub(1);
    let mut lines: Vec<Line> = lines
        .into_iter()
        .enumerate()
        .map(|(index, text)| Line::plain(if flows && index < last { format!("{text},") } else { text }))
        .collect();
    if shown < texts.len() {
        lines.push(Line::styled(DIM, format!("… {} more, {} in all", texts.len() - shown, texts.len())));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_are_quoted_only_where_they_could_mislead() {
        for plain in ["OFF", "https://a.example.com/cb?x=1", "*.example.com", "10h", "user@example.com", "ä", "日本"]
        {
            assert_eq!(text(plain), plain);
        }
        for (string, quoted) in [
            ("", "\"\""),
            ("12", "\"12\""),
            ("true", "\"true\""),
            ("a b", "\"a b\""),
            ("say \"hi\"\n", "\"say \\\"hi\\\"\\n\""),
            ("\u{1b}[31m", "\"\\u{1b}[31m\""),
            ("#fff", "\"#fff\""),
        ] {
            assert_eq!(text(string), quoted);
        }
    }

    #[test]
    fn a_value_is_one_line_of_yaml() {
        let value = json!({"a": [1, true, null, "x y"], "b c": {}, "d": {"e": []}});
        assert_eq!(inline(&value).text(), r#"{a: [1, true, null, "x y"], "b c": {}, d: {e: []}}"#);
    }

    #[test]
    fn a_path_finds_keys_that_hold_dots() {
        let value = json!({"tags": {"app.kubernetes.io/name": "x", "app": {"b": 1}}});
        let found = |path: &str| crate::engine::diff::parts(path, &[None, Some(&value)]);
        assert_eq!(found("tags.app.kubernetes.io/name"), ["tags", "app.kubernetes.io/name"]);
        assert_eq!(found("tags.app.b"), ["tags", "app", "b"]);
        assert_eq!(found("other.deep"), ["other", "deep"]);
        assert!(found("").is_empty());
    }

    #[test]
    fn long_values_say_how_much_is_left_out() {
        let text = |lines: Vec<Line>| lines.iter().map(Line::text).collect::<Vec<_>>().join("\n");
        let many: Vec<String> = (0..40).map(|n| format!("https://{n}.example.com/callback/of/this/one")).collect();
        let shown = text(block(&json!(many), 60));
        assert!(shown.ends_with("https://11.example.com/callback/of/this/one\n… 28 more, 40 in all"), "{shown}");
        let short: Vec<String> = (0..200).map(|n| format!("s{n}")).collect();
        assert_eq!(text(block(&json!(short), 40)).lines().count(), 7);
        let css = "a {\n  b: c;\n}\n".repeat(20);
        assert!(text(block(&json!(css), 40)).ends_with("… 52 more lines"));
        for width in [20, 40] {
            assert!(block(&json!(many), width).iter().all(|line| line.width() <= width));
        }
    }
}
