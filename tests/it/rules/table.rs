//! The table of all rules, as a page.

use std::fmt::Write as _;

use super::catalogue::{Page, REASONS, Rule};
use crate::world::repository;

/// What is counted: what, and how many.
pub fn figures(pages: &[Page]) -> Vec<(&'static str, u64)> {
    let all: Vec<&Rule> = pages.iter().flat_map(|page| &page.rules).collect();
    let count = |is: &dyn Fn(&Rule) -> bool| all.iter().filter(|rule| is(rule)).count() as u64;
    let cases = || all.iter().flat_map(|rule| &rule.cases);
    let files = all.iter().filter_map(|rule| rule.program().ok()?.refused).map(|refused| refused.files()).sum();
    let shown = |rule: &Rule| rule.program().is_ok_and(|program| program.never.is_none() && program.left.is_none());
    vec![
        ("lines of the reference marked as documented or measured, each with a rule", super::marked::count()),
        ("rules known", all.len() as u64),
        ("rules enforced by the sandbox, each by a case", count(&Rule::is_enforced)),
        ("rules played when a fault asks for the refusal, each with its reason", count(&Rule::is_asked_for)),
        ("inputs that the sandbox must refuse", cases().map(|case| case.inputs().0).sum()),
        ("inputs that it must take, or must show", cases().map(|case| case.inputs().1).sum()),
        ("rules not enforced, each with its reason", count(&|rule| rule.unplayed.is_some())),
        (
            "rules that AWS documents, or that were measured, of calls that create or update",
            count(&|rule| rule.is_sure() && rule.writes()),
        ),
        ("of these enforced", count(&|rule| rule.is_sure() && rule.writes() && rule.is_enforced())),
        (
            "of these played when a fault asks for it, since no input brings it about",
            count(&|rule| rule.is_sure() && rule.writes() && rule.is_asked_for()),
        ),
        (
            "rules whose breach the program refuses in the stack file, each by a case",
            count(&|rule| rule.program().is_ok_and(|program| program.refused.is_some())),
        ),
        ("stack files that it must refuse", files),
        ("rules refused beforehand or handled, each with its test", count(&shown)),
        (
            "rules that no stack file can break",
            count(&|rule| rule.program().is_ok_and(|program| program.never.is_some())),
        ),
        ("rules left to AWS", count(&|rule| rule.program().is_ok_and(|program| program.left.is_some()))),
    ]
}

/// The whole page.
pub fn text(pages: &[Page]) -> String {
    let mut page = String::from(
        "# Rules of AWS\n\n\
         Written by `tests/it/rules` (`UPDATE_RULES=1 cargo test --test it -- rules::`); do not edit.\n\n\
         *Source* is file, section and line of the reference. *Sure*: D documented, Sm measured against AWS, S seen, \
         I inferred.\n*Sandbox*: where in `src/sandbox` it is enforced, or played when a fault \
         asks for it, or why it is not. *Program*: what this program \
         does, and what shows it; **the file** is the rule's own stack file in `tests/it/rules/catalogue`.\n\n",
    );
    for (what, count) in figures(pages) {
        writeln!(page, "- {count} {what}").unwrap();
    }
    page.push_str("\n| reference | rules | enforced | played when asked for | not enforced |\n|---|---|---|---|---|\n");
    let mut references: Vec<&str> = pages.iter().map(|page| page.reference.as_str()).collect();
    references.dedup();
    references.sort_unstable();
    references.dedup();
    for reference in &references {
        let rules: Vec<&Rule> = of(pages, reference);
        let enforced = rules.iter().filter(|rule| rule.is_enforced()).count();
        let asked = rules.iter().filter(|rule| rule.is_asked_for()).count();
        let not = rules.len() - enforced - asked;
        writeln!(page, "| {reference} | {} | {enforced} | {asked} | {not} |", rules.len()).unwrap();
    }
    page.push_str("\n| why not enforced | rules | of these documented or measured, of calls that create or update |\n|---|---|---|\n");
    for (reason, _) in REASONS {
        let rules: Vec<&Rule> = pages.iter().flat_map(|page| &page.rules).filter(|rule| is_for(rule, reason)).collect();
        let sure = rules.iter().filter(|rule| rule.is_sure() && rule.writes()).count();
        writeln!(page, "| {reason} | {} | {sure} |", rules.len()).unwrap();
    }
    for reference in &references {
        writeln!(page, "\n## {reference}\n").unwrap();
        page.push_str("| rule | it says | source | sure | sandbox | program |\n|---|---|---|---|---|---|\n");
        for rule in of(pages, reference) {
            let (says, sandbox) = (cell(&rule.says), cell(&sandbox(rule)));
            let program = cell(&program(rule));
            let Rule { id, at, mark, .. } = rule;
            writeln!(page, "| {id} | {says} | {at} | {mark} | {sandbox} | {program} |").unwrap();
        }
    }
    page
}

fn of<'a>(pages: &'a [Page], reference: &str) -> Vec<&'a Rule> {
    let mut rules: Vec<&Rule> =
        pages.iter().filter(|page| page.reference == reference).flat_map(|page| &page.rules).collect();
    let line = |rule: &&Rule| rule.lines().first().copied().unwrap_or_default();
    rules.sort_by_key(line);
    rules
}

fn is_for(rule: &Rule, reason: &str) -> bool {
    rule.unplayed.as_ref().is_some_and(|why| why.split(':').next() == Some(reason))
}

fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', " ")
}

fn sandbox(rule: &Rule) -> String {
    match (&rule.by, &rule.unplayed) {
        (Some(by), _) => {
            let by = by.split(", ").map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
            match &rule.asked {
                Some(why) => format!("when asked for, since {why}: {by}"),
                None => by,
            }
        }
        (_, Some(why)) => format!("not: {why}"),
        _ => String::new(),
    }
}

fn program(rule: &Rule) -> String {
    let Ok(program) = rule.program() else { return String::new() };
    let mut said = Vec::new();
    if program.refused.is_some() {
        said.push("refuses **the file**".to_owned());
    }
    said.extend(program.samples.iter().map(|sample| format!("sample `{sample}`")));
    said.extend(program.tests.iter().map(|test| format!("`{test}`")));
    said.extend(program.never.iter().map(|why| format!("cannot be said: {why}")));
    said.extend(program.left.iter().map(|why| format!("left to AWS: {why}")));
    said.join("; ")
}

/// Holds the page against the one that is kept.
pub fn check(text: &str) {
    let path = repository().join("tests/it/rules/rules.md");
    if std::env::var_os("UPDATE_RULES").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).find(|(kept, made)| kept != made);
    assert!(
        kept == text,
        "tests/it/rules/rules.md is out of date; UPDATE_RULES=1 writes it anew. First difference: {differs:#?}"
    );
}
