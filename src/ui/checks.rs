//! What preflight's checks found, as a table and for a program.

use serde_json::{Value, json};

use super::line::{BOLD, DIM, GREEN, Line, PLAIN, RED, YELLOW, clean, counted, joined, width};
use crate::error::Problem;
use crate::preflight::{Found, Outcome};

/// The narrowest that the last column may become.
const NARROWEST: usize = 30;

/// The findings, one row each; below what is not well its place in the stack file, and what to do.
#[must_use]
pub fn text(stack: &str, all: &[Found], columns: usize) -> String {
    let names = all.iter().filter(|found| !found.findings.is_empty()).map(|found| width(found.check.name));
    let names = names.max().unwrap_or(0);
    let words = [Outcome::Pass, Outcome::Warn, Outcome::Fail, Outcome::Unknown].map(|one| width(one.word()));
    let (first, second) = (2, 2 + words.into_iter().max().unwrap_or(0) + 2);
    let third = second + names + 2;
    let room = columns.saturating_sub(third).max(NARROWEST);
    let mut lines = vec![Line::styled(BOLD, format!("Preflight of {}", clean(stack))), Line::plain("")];
    for found in all {
        for finding in &found.findings {
            let (mark, style) = mark(finding.outcome);
            let row = Line::styled(style.bold(), mark).padded(first).with(style, finding.outcome.word());
            let row = row.padded(second).with(DIM, found.check.name).padded(third);
            let is_well = finding.outcome == Outcome::Pass;
            let said = Line::styled(if is_well { PLAIN } else { BOLD }, clean(&finding.problem.message));
            let mut said = said.wrapped(room).into_iter();
            lines.push(row.and(said.next().unwrap_or_default()));
            lines.extend(said.map(|line| line.indented(third)));
            if is_well {
                continue;
            }
            let place = place(&finding.problem).map(|place| Line::styled(DIM, clean(&place)));
            let hint = finding.problem.hint.as_ref().map(|hint| Line::plain(format!("hint: {}", clean(hint))));
            for line in place.into_iter().chain(hint) {
                lines.extend(line.wrapped(room).into_iter().map(|line| line.indented(third)));
            }
        }
    }
    lines.push(Line::plain(""));
    let silent: Vec<&str> =
        all.iter().filter(|found| found.findings.is_empty()).map(|found| found.check.name).collect();
    if !silent.is_empty() {
        let silent = Line::styled(DIM, format!("Nothing in this stack for: {}", silent.join(", ")));
        lines.extend(silent.wrapped(columns));
    }
    lines.push(Line::plain(summary(all)));
    joined(&lines)
}

/// `stacks/prod.yaml:66:21, app_clients.web.callback_urls`
fn place(problem: &Problem) -> Option<String> {
    let place = problem.place.as_ref();
    let place = place.map(|place| format!("{}:{}:{}", place.file, place.line, place.column));
    let at = (!problem.at.is_empty()).then(|| problem.at.clone());
    let both: Vec<String> = place.into_iter().chain(at).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

fn mark(outcome: Outcome) -> (&'static str, anstyle::Style) {
    match outcome {
        Outcome::Pass => ("✓", GREEN),
        Outcome::Warn => ("!", YELLOW),
        Outcome::Fail => ("✗", RED),
        Outcome::Unknown => ("?", DIM),
    }
}

fn count(all: &[Found], outcome: Outcome) -> usize {
    all.iter().flat_map(|found| &found.findings).filter(|finding| finding.outcome == outcome).count()
}

fn summary(all: &[Found]) -> String {
    let of = |outcome| count(all, outcome);
    let (warned, failed) = (of(Outcome::Warn), of(Outcome::Fail));
    format!(
        "{}, {}, {failed} failed, {} not known.",
        counted(of(Outcome::Pass), "passed", "passed"),
        counted(warned, "warning", "warnings"),
        of(Outcome::Unknown)
    )
}

/// The findings, for a program.
#[must_use]
pub fn json(stack: &str, all: &[Found]) -> Value {
    let findings = |found: &Found| -> Vec<Value> {
        let one = |problem: &Problem, outcome: Outcome| {
            json!({ "outcome": outcome, "at": problem.at, "message": problem.message, "hint": problem.hint,
                "place": problem.place })
        };
        found.findings.iter().map(|finding| one(&finding.problem, finding.outcome)).collect()
    };
    let checks = all.iter().map(|found| {
        let check = found.check;
        json!({ "name": check.name, "title": check.title, "why": check.why, "source": check.source,
            "findings": findings(found) })
    });
    json!({
        "stack": stack,
        "passed": count(all, Outcome::Fail) == 0,
        "counts": {
            "pass": count(all, Outcome::Pass), "warn": count(all, Outcome::Warn),
            "fail": count(all, Outcome::Fail), "unknown": count(all, Outcome::Unknown),
        },
        "checks": checks.collect::<Vec<_>>(),
    })
}
