//! The settings of a managed login style: a JSON file that a stack file names.
//!
//! AWS's document is not described as a whole and grows, so that what is not known here is let through (`ui.md` 3.3). What
//! is refused is what cannot be meant: values of another type, colours that are none.

use serde_json::{Map, Value};

use super::node::{Content, Node};
use super::yaml;
use crate::error::{Place, Problem};
use crate::kinds::managed_login_branding::plain;
use crate::near::did_you_mean;

/// A request has at most 2 MB (`ui.md` 3.1), and the largest image takes 1.34 MB of that.
pub(super) const MAX_BYTES: u64 = 500_000;

/// The settings file of a style.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// As the person would name it: `stacks/ui/web.json`.
    pub name: String,
    /// Its text, as it is in the file.
    pub raw: String,
    /// What it says.
    pub settings: Map<String, Value>,
}

/// What stands out in a settings file, at its place there.
pub(super) struct Finding {
    pub problem: Problem,
    /// Whether AWS takes it all the same.
    pub is_harmless: bool,
}

/// Reads a settings file.
pub(super) fn read(name: String, bytes: &[u8]) -> Result<File, Box<Problem>> {
    // The place of a byte; what is before it is text.
    let at = |offset: usize, message: String, hint: &str| {
        let (line, column) = Place::after(&String::from_utf8_lossy(bytes.get(..offset).unwrap_or(bytes)));
        let place = Place { file: name.clone(), line, column, span: (offset, offset) };
        Box::new(Problem { place: Some(place), ..Problem::new("", message) }.hint(hint))
    };
    let raw = match std::str::from_utf8(bytes) {
        Ok(raw) => raw.trim_start_matches('\u{feff}'),
        Err(error) => {
            let message = "the settings are not UTF-8 from here on".to_owned();
            return Err(at(error.valid_up_to(), message, "save them as UTF-8"));
        }
    };
    match serde_json::from_str(raw) {
        Ok(whole @ Value::Object(_)) => match plain(whole) {
            Value::Object(settings) if !settings.is_empty() => Ok(File { raw: raw.to_owned(), settings, name }),
            _ => {
                let hint = "take the line out of the stack file: AWS's own style holds then";
                Err(at(0, "the settings say nothing".to_owned(), hint))
            }
        },
        Ok(_) => Err(at(0, "the settings are no JSON object".to_owned(), WHOLE)),
        Err(error) => {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or(&said);
            let mark = bytes.len() - raw.len();
            Err(at(mark + offset(raw, error.line(), error.column()), format!("this is no JSON: {said}"), WHOLE))
        }
    }
}

/// The byte that a line and a column of the JSON parser's mean: its lines end with `\n` alone, and its columns are bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut offset = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

const WHOLE: &str = "an object as AWS's document is: `{ \"categories\": { … }, \"components\": { … } }`";
const TOP: [&str; 3] = ["categories", "componentClasses", "components"];
/// What stands round the settings in an answer of AWS's.
const ROUND: [&str; 4] = ["ManagedLoginBranding", "Settings", "settings", "managedLoginBranding"];

/// Everything that stands out.
pub(super) fn findings(file: &File) -> Vec<Finding> {
    let mut obstacles = Vec::new();
    // JSON is YAML, and that parser knows places.
    let tree = yaml::parse(&file.raw, 0, &mut obstacles);
    let mut look = Look { file, tree, found: Vec::new() };
    if look.tree.is_some() {
        // A key that stands twice is one too many, and all that the parser goes on after.
        for obstacle in obstacles {
            let mark = obstacle.mark;
            let place = Place { file: file.name.clone(), line: mark.line, column: mark.column, span: mark.span };
            let problem = Problem { hint: obstacle.hint, place: Some(place), ..Problem::new("", obstacle.message) };
            look.found.push(Finding { problem, is_harmless: false });
        }
    }
    look.top();
    look.fields(&mut Vec::new(), &file.settings);
    look.found
}

struct Look<'a> {
    file: &'a File,
    tree: Option<Node>,
    found: Vec<Finding>,
}

impl Look<'_> {
    fn say(&mut self, path: &[&str], message: String, hint: String, is_harmless: bool) {
        let place = self.place(path);
        let problem = Problem { place: Some(place), ..Problem::new("", message) }.hint(hint);
        self.found.push(Finding { problem, is_harmless });
    }

    /// Where a value stands; a mapping, where its key does.
    fn place(&self, path: &[&str]) -> Place {
        let top = Place { file: self.file.name.clone(), line: 1, column: 1, span: (0, 0) };
        let Some(mut node) = self.tree.as_ref() else { return top };
        let mut mark = node.mark;
        for step in path {
            node = match (&node.content, step.parse::<usize>()) {
                (Content::Map(map), _) => {
                    let Some(entry) = map.get(*step) else { break };
                    let is_open = matches!(entry.node.content, Content::Map(_) | Content::List(_));
                    mark = if is_open { entry.key } else { entry.node.mark };
                    &entry.node
                }
                (Content::List(items), Ok(index)) if index < items.len() => {
                    mark = items[index].mark;
                    &items[index]
                }
                _ => break,
            };
        }
        Place { line: mark.line, column: mark.column, span: mark.span, ..top }
    }

    fn top(&mut self) {
        for key in self.file.settings.keys().filter(|key| !TOP.contains(&key.as_str())) {
            let names = "AWS's document has `categories`, `componentClasses` and `components`";
            if ROUND.contains(&key.as_str()) {
                let hint = "take what stands below `Settings`".to_owned();
                self.say(&[key], format!("`{key}` is what AWS puts round the settings"), hint, false);
            } else if let Some(word) = did_you_mean(key, TOP) {
                self.say(&[key], format!("unknown key `{key}`: {names}"), format!("did you mean `{word}`?"), false);
            } else {
                let hint = "AWS may take it, or refuse the whole".to_owned();
                self.say(&[key], format!("`{key}` is not known here: {names}"), hint, true);
            }
        }
    }

    fn fields<'v>(&mut self, path: &mut Vec<&'v str>, fields: &'v Map<String, Value>) {
        for (key, value) in fields {
            path.push(key);
            self.value(path, value);
            match value {
                Value::Object(fields) => self.fields(path, fields),
                Value::Array(items) => self.items(path, items),
                _ => {}
            }
            path.pop();
        }
    }

    /// Lists hold what has no fields of its own to look at but nulls: their items are looked at one below another.
    fn items<'v>(&mut self, path: &mut Vec<&'v str>, items: &'v [Value]) {
        if items.iter().any(Value::is_null) {
            self.say(path, "null says nothing in a list".to_owned(), "take it out".to_owned(), false);
        }
        for item in items {
            match item {
                Value::Object(fields) => self.fields(path, fields),
                Value::Array(items) => self.items(path, items),
                _ => {}
            }
        }
    }

    fn value(&mut self, path: &[&str], value: &Value) {
        let key = path.last().copied().unwrap_or_default();
        let is_color = key == "color" || key.ends_with("Color");
        match value {
            Value::Null => {
                let hint = "take it out: what is left out is AWS's own".to_owned();
                self.say(path, "null says nothing".to_owned(), hint, false);
            }
            Value::String(text) if is_color => {
                if let Some(hint) = no_color(text) {
                    self.say(path, format!("`{text}` is no colour of AWS's"), hint, false);
                }
            }
            _ if is_color && !value.is_object() => {
                self.say(path, format!("`{key}` is a colour, and {value} is none"), COLOR.to_owned(), false);
            }
            Value::String(text) if key == "colorSchemeMode" && !MODES.contains(&text.as_str()) => {
                let hint = did_you_mean(text, MODES).map(|word| format!("did you mean `{word}`?"));
                let hint = hint.unwrap_or_else(|| "take `LIGHT`, `DARK` or `DYNAMIC`".to_owned());
                self.say(path, format!("`{text}` is not one of `LIGHT`, `DARK`, `DYNAMIC`"), hint, false);
            }
            _ if key == "borderRadius" && !value.is_number() => {
                self.say(path, format!("`{key}` is a number, and {value} is none"), "write `8.0`".to_owned(), false);
            }
            _ if (key == "enabled" || key == "displayGraphics") && !value.is_boolean() => {
                let hint = "write `true` or `false`, without quotes".to_owned();
                self.say(path, format!("`{key}` is true or false, and {value} is neither"), hint, false);
            }
            _ if is_reserved(path, value) => {
                let hint = "AWS reserves this, and shows nothing of it yet".to_owned();
                self.say(path, "this has no effect".to_owned(), hint, true);
            }
            _ => {}
        }
    }
}

const MODES: [&str; 3] = ["LIGHT", "DARK", "DYNAMIC"];
const COLOR: &str =
    "write red, green, blue and opacity, two hex digits each, without `#`: `1f6feb` in full is `1f6febff`";

/// Why a text is no colour, as what to write instead: colours have eight hex digits (`ui.md` 3.3).
fn no_color(text: &str) -> Option<String> {
    let digits = text.trim_start_matches('#');
    let is_hex = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit());
    if is_hex && text.len() == 8 && text == digits {
        return None;
    }
    let doubled = || digits.chars().flat_map(|c| [c, c]).collect::<String>();
    let meant = match (is_hex, digits.len()) {
        (true, 3) => Some(format!("{}ff", doubled())),
        (true, 4) => Some(doubled()),
        (true, 6) => Some(format!("{digits}ff")),
        (true, 8) => Some(digits.to_owned()),
        _ => None,
    };
    Some(match meant {
        Some(meant) => format!("write `{meant}`: red, green, blue and opacity, two hex digits each, without `#`"),
        None => COLOR.to_owned(),
    })
}

/// What AWS keeps for later (`ui.md` 3.3), and is set to do something.
fn is_reserved(path: &[&str], value: &Value) -> bool {
    match path {
        ["categories", "form", "instructions" | "languageSelector", "enabled"] => *value == Value::Bool(true),
        ["categories", "form", "sessionTimerDisplay"] => value.as_str().is_some_and(|text| text != "NONE"),
        _ => false,
    }
}
