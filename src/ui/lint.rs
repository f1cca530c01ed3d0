//! What `stack lint` has found and mended, for a person.

use annotate_snippets::Level;
use similar::TextDiff;

use super::Ui;
use super::error::{Label, problem_text};
use super::line::{CYAN, GREEN, Line, PLAIN, RED, YELLOW, clean, counted, joined};
use crate::lint::{Finding, Report, Severity};
use crate::stack::edit::Edited;

impl Ui {
    /// A finding, with an excerpt of its file.
    pub fn finding(&self, finding: &Finding) {
        let rule = finding.rule;
        let (level, style) = match rule.severity {
            Severity::Error => (Level::ERROR, RED),
            Severity::Warning => (Level::WARNING, YELLOW),
            Severity::Note => (Level::NOTE, CYAN),
        };
        let label = Label { level, name: rule.severity.as_str(), style, rule: Some((rule.id, rule.why)) };
        self.say(&format!("{}\n", problem_text(&finding.problem, &label, self.page(), &|file| self.file(file))));
    }

    /// A file's change as a unified diff, which `git apply` takes, to stdout.
    pub fn change(&self, file: &Edited) {
        let diff = TextDiff::from_lines(&file.old, &file.new);
        let (old, new) = (format!("a/{}", file.name), format!("b/{}", file.name));
        let text = diff.unified_diff().context_radius(3).header(&old, &new).to_string();
        let dressed = text.lines().map(|line| {
            let style = match line.as_bytes().first() {
                Some(b'-') => RED,
                Some(b'+') => GREEN,
                Some(b'@') => CYAN,
                _ => PLAIN,
            };
            Line::styled(style, clean(line))
        });
        self.out(&joined(&dressed.collect::<Vec<_>>()));
    }
}

/// What was found in a stack: `1 error, 2 warnings; 3 silenced`, and how many of it was `said` already.
#[must_use]
pub fn summary(report: &Report, said: usize) -> String {
    let found = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ];
    let counts = found.map(|(severity, one, many)| (report.count(severity), one, many));
    let counts: Vec<String> =
        counts.iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| counted(*count, one, many)).collect();
    let mut text = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
    if said > 0 {
        let which = if said == report.findings.len() { String::new() } else { format!("{said} of it ") };
        text = format!("{text}, {which}as said above");
    }
    let silenced: usize = report.silenced.iter().map(|one| one.count).sum();
    if silenced > 0 {
        text = format!("{text}; {silenced} silenced");
    }
    text
}
