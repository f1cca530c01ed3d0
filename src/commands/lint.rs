//! `lint`: what AWS takes and a login should not have.

use serde_json::{Value, json};

use super::files::problems_of;
use super::session::House;
use crate::cli;
use crate::error::{Error, Problem, Result};
use crate::lint::fix::{Fixes, Mender};
use crate::lint::{self, Finding, INVALID, RULES, Report, Rule, Severity, UNUSED};
use crate::stack::{
    self,
    load::{self, Texts},
};
use crate::ui::lint::summary;
use crate::ui::{Exit, Ui, sarif};

/// What was found in all the stacks.
struct Linted {
    /// The stacks that were asked for.
    names: Vec<String>,
    /// Those that are only there to be extended, and are seen with the stacks that do.
    parts: Vec<String>,
    /// Of those that could be looked at.
    reports: Vec<Report>,
    /// Why the others could not, each by its name.
    failures: Vec<(String, Error)>,
    /// What was mended.
    fixed: Vec<(String, Fixes)>,
}

/// Holds stack files against the rules; without names, all of them.
///
/// # Errors
/// When there are none, or a file that was mended cannot be written.
pub fn lint(house: &House, ui: &Ui, ask: &cli::Lint) -> Result<Exit> {
    let cli::Lint { stacks, json, sarif, fix, deny } = ask;
    let names = if stacks.is_empty() { stack::names(&house.root) } else { stacks.clone() };
    if names.is_empty() {
        return Err(Error::stack("there is no stack file in stacks/").hinted("`stack init` writes a first one"));
    }
    let linted = look(house, names, *fix)?;
    let denied = match deny {
        None => Severity::Error,
        Some(cli::Deny::Warnings) => Severity::Warning,
        Some(cli::Deny::Notes) => Severity::Note,
    };
    let is_bad = |report: &Report| report.findings.iter().any(|finding| finding.rule.severity >= denied);
    if *json {
        ui.json(&as_json(&linted));
    } else if *sarif {
        ui.json(&as_sarif(ui, &linted));
    } else {
        show(ui, &linted, is_bad);
    }
    let is_clean = linted.failures.is_empty() && !linted.reports.iter().any(is_bad);
    Ok(if is_clean { Exit::Done } else { Exit::Failed })
}

/// Mends what is to be mended, and then looks at every stack as it is.
fn look(house: &House, names: Vec<String>, fix: bool) -> Result<Linted> {
    let (root, now) = (&*house.root, house.clock.now_ms());
    let extended = load::extended(root);
    let is_part = |name: &String| {
        extended.contains_key(name) && load::load(root, name).is_err() && load::part(root, name).is_ok()
    };
    let (parts, whole): (Vec<String>, Vec<String>) = names.iter().cloned().partition(is_part);
    let mut linted = Linted { names, parts, reports: Vec::new(), failures: Vec::new(), fixed: Vec::new() };
    let mender = Mender::new(root, now);
    for name in whole.iter().filter(|_| fix) {
        // A stack that cannot be looked at is told of below.
        let Ok(fixes) = mender.fixes(name) else { continue };
        fixes.files.iter().try_for_each(stack::edit::Edited::write)?;
        linted.fixed.push((name.clone(), fixes));
    }
    for name in whole {
        match lint::lint(root, &name, &Texts::default(), now) {
            Ok(report) => linted.reports.push(report),
            Err(error) => linted.failures.push((name, error)),
        }
    }
    let is_all = linted.names.len() == stack::names(root).len();
    forget_needed(&mut linted.reports, is_all);
    Ok(linted)
}

/// What is silenced in a file that several stacks extend is needed as long as one of them does, and only who sees all of
/// them can say that none does.
fn forget_needed(reports: &mut [Report], is_all: bool) {
    let needed: Vec<Problem> = reports
        .iter()
        .flat_map(|report| report.findings.iter().map(move |finding| (report, finding)))
        .filter(|(report, finding)| {
            let place = finding.problem.place.as_ref();
            let is_inherited = place.is_some_and(|place| place.file != report.file);
            let is_needed = !is_all || reports.iter().any(|other| other.uses(place));
            finding.rule.id == UNUSED.id && is_inherited && is_needed
        })
        .map(|(_, finding)| finding.problem.clone())
        .collect();
    for report in reports {
        report.findings.retain(|finding| finding.rule.id != UNUSED.id || !needed.contains(&finding.problem));
    }
}

fn show(ui: &Ui, linted: &Linted, is_bad: impl Fn(&Report) -> bool) {
    for (_, Fixes { files, done, left }) in &linted.fixed {
        for file in files {
            ui.change(file);
        }
        for finding in done {
            ui.success(&format!("mended {} at {}", finding.rule.id, finding.problem.at));
        }
        for (finding, why) in left {
            ui.warn(&format!("{} at {} is not mended: {why}", finding.rule.id, finding.problem.at));
        }
    }
    for part in &linted.parts {
        ui.success(&format!("{part}: is a part of other stacks, and is looked at with them"));
    }
    for (_, failure) in &linted.failures {
        ui.error(failure);
    }
    let mut told: Vec<&Problem> = Vec::new();
    let mut fixable: Vec<&str> = Vec::new();
    for report in &linted.reports {
        let (old, new): (Vec<&Finding>, Vec<&Finding>) =
            report.findings.iter().partition(|finding| told.contains(&&finding.problem));
        for finding in &new {
            ui.finding(finding);
            told.push(&finding.problem);
        }
        let text = format!("{}: {}", report.stack, summary(report, old.len()));
        if is_bad(report) {
            ui.error(&Error::stack(text));
        } else {
            ui.success(&text);
        }
        if report.findings.iter().any(|finding| finding.fix.is_some()) {
            fixable.push(&report.stack);
        }
    }
    if !fixable.is_empty() && linted.fixed.is_empty() {
        ui.hint(&format!("`stack lint {} --fix` mends some of this", fixable.join(" ")));
    }
}

/// Every finding once, with the stacks that it was found in.
fn each_once(reports: &[Report]) -> Vec<(&Finding, Vec<&str>)> {
    let mut each: Vec<(&Finding, Vec<&str>)> = Vec::new();
    for (report, finding) in reports.iter().flat_map(|report| report.findings.iter().map(move |one| (report, one))) {
        let is_same = |one: &Finding| one.rule.id == finding.rule.id && one.problem == finding.problem;
        match each.iter_mut().find(|(one, _)| is_same(one)) {
            Some((_, stacks)) => stacks.push(&report.stack),
            None => each.push((finding, vec![&report.stack])),
        }
    }
    each
}

fn as_json(linted: &Linted) -> Value {
    let finding = |rule: &Rule, problem: &Problem, is_fixable: bool, stacks: Vec<&str>| {
        json!({
            "rule": rule.id,
            "severity": rule.severity,
            "stacks": stacks,
            "at": problem.at,
            "message": problem.message,
            "why": rule.why,
            "hint": problem.hint,
            "place": problem.place,
            "fixable": is_fixable,
        })
    };
    let mut findings: Vec<Value> = each_once(&linted.reports)
        .into_iter()
        .map(|(one, stacks)| finding(one.rule, &one.problem, one.fix.is_some(), stacks))
        .collect();
    for (name, failure) in &linted.failures {
        findings.extend(problems_of(failure).iter().map(|problem| finding(&INVALID, problem, false, vec![name])));
    }
    let stacks: Vec<Value> = linted
        .reports
        .iter()
        .map(|report| {
            json!({
                "stack": report.stack,
                "production": report.is_production,
                "errors": report.count(Severity::Error),
                "warnings": report.count(Severity::Warning),
                "notes": report.count(Severity::Note),
                "silenced": report.silenced,
            })
        })
        .collect();
    let at = |finding: &Finding| finding.fix.as_ref().map(|fix| fix.at.clone());
    let (mut fixed, mut left) = (Vec::new(), Vec::new());
    for (stack, fixes) in &linted.fixed {
        fixed.extend(fixes.done.iter().map(|one| json!({ "stack": stack, "rule": one.rule.id, "at": at(one) })));
        let not_fixed =
            |(one, why): &(Finding, String)| json!({ "stack": stack, "rule": one.rule.id, "at": at(one), "why": why });
        left.extend(fixes.left.iter().map(not_fixed));
    }
    json!({ "stacks": stacks, "parts": linted.parts, "findings": findings, "fixed": fixed, "not_fixed": left })
}

fn as_sarif(ui: &Ui, linted: &Linted) -> Value {
    let rules: Vec<&'static Rule> = RULES.iter().copied().chain([&INVALID, &UNUSED]).collect();
    let failures: Vec<(String, Vec<Problem>)> =
        linted.failures.iter().map(|(name, failure)| (format!("stacks/{name}.yaml"), problems_of(failure))).collect();
    let of_failures = failures.iter().flat_map(|(file, problems)| {
        let entry = move |problem| sarif::Entry { rule: &INVALID, severity: INVALID.severity, problem, file };
        problems.iter().map(entry)
    });
    let found = each_once(&linted.reports).into_iter().map(|(one, _)| {
        let file = linted.reports.first().map_or("", |report| report.file.as_str());
        sarif::Entry { rule: one.rule, severity: one.rule.severity, problem: &one.problem, file }
    });
    let entries: Vec<sarif::Entry<'_>> = found.chain(of_failures).collect();
    ui.sarif(&rules, &entries)
}
