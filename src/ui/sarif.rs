//! What is wrong with stack files as SARIF 2.1.0, which code hosts show beside the lines of a change.

use std::path::Path;

use serde_json::{Value, json};

use super::error::Files;
use crate::error::{Place, Problem};
use crate::lint::{Rule, Severity};

/// Where the format is written down.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One thing that was found.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// By which rule.
    pub rule: &'static Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// What and where.
    pub problem: &'a Problem,
    /// The stack's own file, for what has no place: a result without one is not shown.
    pub file: &'a str,
}

/// The document of one run: the rules that were asked, and what they found. Files are named from where the command was
/// run, so a project in another directory, `root`, stands before them.
#[must_use]
pub fn document(rules: &[&'static Rule], entries: &[Entry<'_>], root: &Path, files: Files<'_>) -> Value {
    let index = |id: &str| rules.iter().position(|rule| rule.id == id);
    let results: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut result = result(entry, root, files);
            if let Some(index) = index(entry.rule.id) {
                result["ruleIndex"] = json!(index);
            }
            result
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "stack",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| about(rule)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn about(rule: &Rule) -> Value {
    let help = format!("{}\n\nWhat to do: {}.\n\nSource: {}.", rule.why, rule.remedy, rule.source);
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.why },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": rule.severity.as_str() },
        "properties": { "tags": ["security", "cognito"], "problem.severity": problem_severity(rule.severity) },
    })
}

/// What GitHub calls a severity.
fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "recommendation",
    }
}

fn result(entry: &Entry<'_>, root: &Path, files: Files<'_>) -> Value {
    let Entry { rule, severity, problem, file } = entry;
    let mut message = if problem.at.is_empty() { String::new() } else { format!("{}: ", problem.at) };
    message.push_str(&problem.message);
    if let Some(hint) = &problem.hint {
        message = format!("{message}. Hint: {hint}");
    }
    let (file, region) = match &problem.place {
        Some(place) => (place.file.as_str(), region(place, files(&place.file).as_deref())),
        None => (*file, json!({ "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1 })),
    };
    json!({
        "ruleId": rule.id,
        "level": severity.as_str(),
        "message": { "text": message },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(root, file) }, "region": region } }],
    })
}

/// A place from its first character to the one behind its last, lines and columns counted from 1.
fn region(place: &Place, text: Option<&str>) -> Value {
    let meant = text.and_then(|text| text.get(place.span.0..place.span.1)).unwrap_or_default().trim_end();
    let lines = meant.matches('\n').count();
    let last = meant.rsplit('\n').next().unwrap_or_default().chars().count();
    let end = if lines == 0 { place.column + last } else { last + 1 };
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.line + lines,
        "endColumn": end,
    })
}

/// A file as a relative reference, seen from where the command was run.
fn uri(root: &Path, file: &str) -> String {
    let whole = if root.is_absolute() { file.to_owned() } else { root.join(file).to_string_lossy().replace('\\', "/") };
    let whole = whole.trim_start_matches("./");
    let mut uri = String::with_capacity(whole.len());
    for byte in whole.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.extend(format!("%{byte:02X}").chars());
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_relative_reference() {
        assert_eq!(uri(Path::new(""), "stacks/dev.yaml"), "stacks/dev.yaml");
        assert_eq!(uri(Path::new("shop"), "stacks/dev.yaml"), "shop/stacks/dev.yaml");
        assert_eq!(uri(Path::new("/srv/shop"), "stacks/dev.yaml"), "stacks/dev.yaml");
        assert_eq!(uri(Path::new("."), "stacks/größe 1.yaml"), "stacks/gr%C3%B6%C3%9Fe%201.yaml");
    }

    #[test]
    fn a_place_ends_behind_its_last_character() {
        let text = "a: é\nb:\n  c: dü\n";
        let place = |line, column, span| Place { file: String::new(), line, column, span };
        let ends = |place: &Place| {
            let region = region(place, Some(text));
            (region["endLine"].as_u64().unwrap(), region["endColumn"].as_u64().unwrap())
        };
        assert_eq!(ends(&place(1, 4, (3, 5))), (1, 5));
        assert_eq!(ends(&place(2, 1, (6, text.len()))), (3, 8));
        assert_eq!(ends(&place(9, 9, (900, 901))), (9, 9), "the file has changed since");
    }
}
