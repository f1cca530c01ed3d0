//! The commands that need neither AWS nor a state: `validate`, `schema`, `completions`, `man`.

use std::cell::LazyCell;
use std::path::Path;

use serde_json::json;

use super::session::House;
use crate::cli::{self, Shell};
use crate::error::{Error, Problem, Result};
use crate::lint::{INVALID, Severity};
use crate::stack::{self, compose, load};
use crate::ui::{Exit, Ui, sarif};

/// How findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// To a person.
    Text,
    /// As JSON.
    Json,
    /// As SARIF.
    Sarif,
}

impl Form {
    /// What two flags ask for, of which one at most is set.
    #[must_use]
    pub fn of(json: bool, sarif: bool) -> Self {
        match (json, sarif) {
            (true, _) => Self::Json,
            (false, true) => Self::Sarif,
            (false, false) => Self::Text,
        }
    }
}

/// Checks stack files; without names, all of them. A file that is only there to be extended is no whole stack, and is
/// checked as far as it goes.
///
/// # Errors
/// When there are none to check.
pub fn validate(house: &House, ui: &Ui, names: &[String], form: Form) -> Result<Exit> {
    let names = if names.is_empty() { stack::names(&house.root) } else { names.to_vec() };
    if names.is_empty() {
        return Err(Error::stack("there is no stack file in stacks/").hinted("`stack init` writes a first one"));
    }
    // Every file is read for it, and where nothing is wrong it is not asked for.
    let extended = LazyCell::new(|| load::extended(&house.root));
    let mut parts: Vec<&str> = Vec::new();
    let mut failures: Vec<Error> = Vec::new();
    let mut warnings: Vec<Problem> = Vec::new();
    for name in &names {
        match load::load(&house.root, name).and_then(|loaded| Ok((compose(&loaded)?, loaded))) {
            Ok((composed, mut loaded)) => {
                loaded.warnings.extend(loaded.endings(house.clock.now_ms()));
                let count = composed.desired.resources.len();
                if form == Form::Text {
                    ui.warnings(&loaded.warnings);
                    let resources = if count == 1 { "resource" } else { "resources" };
                    ui.success(&format!("{name}: valid, {count} {resources}"));
                    for one in loaded.references.iter().filter(|one| !one.is_known) {
                        ui.say(&format!("  {} is {}: read, and checked, by plan", one.at, one.reference));
                    }
                }
                // What is so in a file is so for every stack that extends it.
                warnings.extend(loaded.warnings.into_iter().filter(|one| !warnings.contains(one)).collect::<Vec<_>>());
            }
            Err(failure) => match extended.get(name).map(|by| (by, load::part(&house.root, name))) {
                None => failures.push(failure),
                Some((_, Err(failure))) => failures.push(failure),
                Some((by, Ok(()))) => {
                    parts.push(name);
                    if form == Form::Text {
                        ui.success(&format!(
                            "{name}: valid as a part of {}; not a whole stack by itself",
                            by.join(" and ")
                        ));
                    }
                }
            },
        }
    }
    match form {
        Form::Text => say_once(ui, &failures),
        Form::Json => {
            let problems = each_once(&failures);
            let valid = failures.is_empty();
            ui.json(&json!({ "valid": valid, "stacks": names, "parts": parts, "problems": problems }));
        }
        Form::Sarif => ui.json(&as_sarif(ui, &names, &each_once(&failures), &warnings)),
    }
    Ok(if failures.is_empty() { Exit::Done } else { Exit::Failed })
}

/// What is wrong, and what is worth a word, as one rule of each weight.
fn as_sarif(ui: &Ui, names: &[String], problems: &[Problem], warnings: &[Problem]) -> serde_json::Value {
    let file = names.first().map(|name| format!("stacks/{name}.yaml")).unwrap_or_default();
    let entry = |problem, severity| sarif::Entry { rule: &INVALID, severity, problem, file: &file };
    let wrong = problems.iter().map(|problem| entry(problem, Severity::Error));
    let entries: Vec<_> = wrong.chain(warnings.iter().map(|problem| entry(problem, Severity::Warning))).collect();
    ui.sarif(&[&INVALID], &entries)
}

/// What is wrong in all of them. What is wrong with a file is so too for every stack that extends it.
fn each_once(failures: &[Error]) -> Vec<Problem> {
    let mut told: Vec<Problem> = Vec::new();
    for problem in failures.iter().flat_map(problems_of) {
        if !told.contains(&problem) {
            told.push(problem);
        }
    }
    told
}

fn say_once(ui: &Ui, failures: &[Error]) {
    let mut told: Vec<&Problem> = Vec::new();
    for failure in failures {
        let (old, new): (Vec<&Problem>, Vec<&Problem>) =
            failure.all_problems().iter().partition(|problem| told.contains(problem));
        let message = match (old.len(), new.len()) {
            (0, _) => {
                ui.error(failure);
                told.extend(new);
                continue;
            }
            (_, 0) => format!("{}, as said above", failure.message()),
            (old, _) => format!("{}, {old} of them as said above", failure.message()),
        };
        ui.error(&Error::problems(message, new.iter().copied().cloned().collect()));
        told.extend(new);
    }
}

/// What is wrong, as problems: a failure without any is one itself.
pub(super) fn problems_of(failure: &Error) -> Vec<Problem> {
    match failure.all_problems() {
        [] => vec![Problem::new("", failure.to_string())],
        problems => problems.to_vec(),
    }
}

/// Prints the schema of stack files; or writes or checks it, with the one of their parts.
///
/// # Errors
/// When a file cannot be read or written, or is not what it should be.
pub fn schema(house: &House, ui: &Ui, check: bool, write: bool) -> Result<Exit> {
    let directory = house.root.join("schemas");
    for (name, text) in stack::schema::files() {
        let path = directory.join(name);
        if write {
            let put = std::fs::create_dir_all(&directory).and_then(|()| std::fs::write(&path, &text));
            put.map_err(|error| Error::stack(format!("cannot write {}", path.display())).caused_by(error))?;
            ui.success(&format!("wrote {}", path.display()));
        } else if check {
            let there = std::fs::read_to_string(&path).unwrap_or_default();
            // A checkout may have other line ends.
            if there.replace("\r\n", "\n") != text {
                return Err(Error::stack(format!("{} is not the schema of this program", path.display()))
                    .hinted("run `stack schema --write`"));
            }
            ui.success(&format!("{} is up to date", path.display()));
        }
    }
    if !write && !check {
        let [(_, whole), _] = stack::schema::files();
        ui.out_raw(&whole);
    }
    Ok(Exit::Done)
}

/// Prints the script that completes in a shell.
///
/// # Errors
/// When it cannot be made.
pub fn completions(ui: &Ui, shell: Shell) -> Result<Exit> {
    let script = cli::completions(shell).map_err(|error| Error::bug("the script cannot be made").caused_by(error))?;
    ui.out_raw(&script);
    Ok(Exit::Done)
}

/// Prints the manual page, or writes one for each command.
///
/// # Errors
/// When the pages cannot be written.
pub fn man(ui: &Ui, dir: Option<&Path>) -> Result<Exit> {
    match dir {
        Some(dir) => {
            cli::write_man(dir).map_err(|error| {
                Error::usage(format!("cannot write the pages into {}", dir.display())).caused_by(error)
            })?;
            ui.success(&format!("wrote the manual pages into {}", dir.display()));
        }
        None => ui.out_raw(&cli::man().map_err(|error| Error::bug("the page cannot be made").caused_by(error))?),
    }
    Ok(Exit::Done)
}
