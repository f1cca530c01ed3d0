//! What the rules can mend by themselves, mended in the text of the stack files.
//!
//! One finding after the other: its value is set, the stack is read again as it would then be, and the change stays only
//! where the finding is gone and no stack that was right has become wrong. Nothing is written before all of that holds.

use std::path::Path;

use super::{Finding, INVALID, Report, lint};
use crate::error::Result;
use crate::stack::edit::{self, Edited};
use crate::stack::load::{self, Texts};

/// What was mended, not yet written.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files as they are and as they are to be.
    pub files: Vec<Edited>,
    /// What is gone with that.
    pub done: Vec<Finding>,
    /// What could not be mended so, and why.
    pub left: Vec<(Finding, String)>,
}

/// Mends in the text what can be mended of the stack `name`; nothing is written.
///
/// # Errors
/// When there is no such stack, or its file cannot be read far enough to be looked at.
pub fn fixes(root: &Path, name: &str) -> Result<Fixes> {
    let right: Vec<String> = load::names(root).into_iter().filter(|name| load::load(root, name).is_ok()).collect();
    let mut fixes = Fixes::default();
    let mut texts = Texts::default();
    let mut report = lint(root, name, &texts)?;
    while let Some(finding) = next(&report, &fixes.left) {
        match fixed(root, name, &right, &texts, &finding) {
            Ok((changed, after, edited)) => {
                (texts, report) = (changed, after);
                keep(&mut fixes.files, edited);
                fixes.done.push(finding);
            }
            Err(why) => fixes.left.push((finding, why)),
        }
    }
    Ok(fixes)
}

/// The next finding that can be mended and has not been tried.
fn next(report: &Report, left: &[(Finding, String)]) -> Option<Finding> {
    let is_left = |finding: &Finding| left.iter().any(|(one, _)| is_same(one, finding));
    report.findings.iter().find(|finding| finding.fix.is_some() && !is_left(finding)).cloned()
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    one.rule.id == other.rule.id && one.fix == other.fix
}

/// The texts with one finding mended, and what is found in them; or why it cannot be.
fn fixed(
    root: &Path,
    name: &str,
    right: &[String],
    texts: &Texts,
    finding: &Finding,
) -> std::result::Result<(Texts, Report, Edited), String> {
    let by_hand = || "the value stands where only a person can change it".to_owned();
    let fix = finding.fix.as_ref().ok_or_else(by_hand)?;
    let read = load::read(root, name, texts).map_err(|error| error.to_string())?;
    let edited = read.loaded.and_then(|loaded| edit::set(&loaded, &fix.at, &fix.value)).ok_or_else(by_hand)?;
    let mut changed = texts.clone();
    changed.put(&edited.path, edited.new.clone());
    let report = lint(root, name, &changed).map_err(|error| error.to_string())?;
    if report.findings.iter().any(|one| is_same(one, finding)) {
        return Err("it would be found again, for the value that counts is another".to_owned());
    }
    let invalid = |report: &Report| report.findings.iter().filter(|one| one.rule.id == INVALID.id).count();
    let before = lint(root, name, texts).map_err(|error| error.to_string())?;
    if invalid(&report) > invalid(&before) {
        return Err("the stack would be wrong with it".to_owned());
    }
    let is_broken = |one: &&String| !load::read(root, one, &changed).is_ok_and(|read| read.whole().is_ok());
    match right.iter().find(is_broken) {
        Some(broken) => Err(format!("the stack {broken} would be wrong with it")),
        None => Ok((changed, report, edited)),
    }
}

/// Remembers what a file has become, whatever it was in between.
fn keep(files: &mut Vec<Edited>, edited: Edited) {
    match files.iter_mut().find(|file| file.path == edited.path) {
        Some(file) => file.new = edited.new,
        None => files.push(edited),
    }
}
