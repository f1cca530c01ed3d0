//! What preflight's checks found, as a table and for a program.

use serde_json::{Value, json};

use super::line::{BOLD, DIM, GREEN, Line, PLAIN, RED, YELLOW, clean, counted, joined, width};
use crate::error::Problem;
use crate::preflight::{Finding, Found, Outcome};

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

/// What a plan says of its checks: each warning with its place and what to do, and in one line what is not known; of
/// what is well, nothing.
#[must_use]
pub fn noted(all: &[Found], command: &str, columns: usize) -> String {
    const INDENT: usize = "Warning: ".len();
    let mut lines = Vec::new();
    for (check, problem) in all.iter().flat_map(warned) {
        let label = Line::styled(YELLOW.bold(), "Warning:").padded(INDENT);
        let said = Line::plain(format!("{} ({check})", clean(&problem.message)));
        let more = [place(problem), problem.hint.as_ref().map(|hint| format!("hint: {hint}"))];
        let more = more.into_iter().flatten().map(|text| Line::styled(DIM, clean(&text)));
        let mut said = std::iter::once(said).chain(more);
        let room = columns.saturating_sub(INDENT).max(NARROWEST);
        let mut first = said.next().unwrap_or_default().wrapped(room).into_iter();
        lines.push(label.and(first.next().unwrap_or_default()));
        lines.extend(first.chain(said.flat_map(|line| line.wrapped(room))).map(|line| line.indented(INDENT)));
    }
    lines.extend(unknown(all, command).map(|line| Line::styled(DIM, line)));
    joined(&lines)
}

/// In one line, the checks that could not find out what they look for; None where all could.
pub(super) fn unknown(all: &[Found], command: &str) -> Option<String> {
    let is_unknown = |found: &&Found| found.findings.iter().any(|finding| finding.outcome == Outcome::Unknown);
    let unknown: Vec<&str> = all.iter().filter(is_unknown).map(|found| found.check.name).collect();
    let names = unknown.join(", ");
    (!unknown.is_empty()).then(|| format!("Not known: {names} (`{}` says why)", clean(command)))
}

/// What a check found that is worth a word, each with the check's name.
pub(super) fn warned(found: &Found) -> impl Iterator<Item = (&'static str, &Problem)> {
    let warned = found.findings.iter().filter(|finding| finding.outcome == Outcome::Warn);
    warned.map(|finding| (found.check.name, &finding.problem))
}

/// The checks that had something to look at, in the shape that Terraform gives its own in a plan: what is worth a
/// warning is `fail` there, for a check of Terraform's stops no plan either. What stops one has no plan to stand in.
#[must_use]
pub fn in_plan(all: &[Found]) -> Value {
    let status = |outcome| match outcome {
        Outcome::Pass => "pass",
        Outcome::Warn | Outcome::Fail => "fail",
        Outcome::Unknown => "unknown",
    };
    let one = |found: &Found| {
        let worst = found.findings.iter().map(|finding| finding.outcome).max_by_key(|outcome| match outcome {
            Outcome::Pass => 0,
            Outcome::Unknown => 1,
            Outcome::Warn | Outcome::Fail => 2,
        });
        let instance = |finding: &Finding| {
            let problem = &finding.problem;
            let told = json!({ "message": problem.message, "hint": problem.hint, "place": problem.place });
            let problems = if finding.outcome == Outcome::Pass { json!([]) } else { json!([told]) };
            json!({
                "address": { "to_display": problem.at }, "status": status(finding.outcome), "problems": problems,
            })
        };
        let name = found.check.name;
        json!({
            "address": { "kind": "check", "name": name, "to_display": format!("check.{name}") },
            "status": worst.map_or("unknown", status),
            "instances": found.findings.iter().map(instance).collect::<Vec<_>>(),
        })
    };
    all.iter().filter(|found| !found.findings.is_empty()).map(one).collect()
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
