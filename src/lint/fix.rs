//! What the rules can mend by themselves, mended in the text of the stack files.
//!
//! One finding after the other: its value is set, the stack is read again as it would then be, and the change stays only
//! where the finding is gone and no stack that was right has become wrong. Nothing is written before all of that holds.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

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

/// What mends the stacks of one project.
pub struct Mender<'a> {
    root: &'a Path,
    /// The time, in milliseconds since 1970.
    now: i64,
    /// The stacks that nothing is wrong with, each with the files that it is read from.
    right: OnceCell<Vec<(String, Vec<PathBuf>)>>,
}

impl<'a> Mender<'a> {
    /// For the project in `root`, at `now`, in milliseconds since 1970.
    #[must_use]
    pub fn new(root: &'a Path, now: i64) -> Self {
        Self { root, now, right: OnceCell::new() }
    }

    /// Mends in the text what can be mended of the stack `name`; nothing is written.
    ///
    /// # Errors
    /// When there is no such stack, or its file cannot be read far enough to be looked at.
    pub fn fixes(&self, name: &str) -> Result<Fixes> {
        let mut fixes = Fixes::default();
        let mut texts = Texts::default();
        let mut report = lint(self.root, name, &texts, self.now)?;
        while let Some(finding) = next(&report, &fixes.left) {
            match self.fixed(&report, &texts, &finding) {
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

    /// The texts with one finding mended, and what is found in them; or why it cannot be.
    fn fixed(&self, before: &Report, texts: &Texts, finding: &Finding) -> Result<(Texts, Report, Edited), String> {
        let (root, name) = (self.root, &before.stack);
        let by_hand = || "the value stands where only a person can change it".to_owned();
        let fix = finding.fix.as_ref().ok_or_else(by_hand)?;
        let read = load::read(root, name, texts).map_err(|error| error.to_string())?;
        let edited = read.loaded.and_then(|loaded| edit::set(&loaded, &fix.at, &fix.value)).ok_or_else(by_hand)?;
        let mut changed = texts.clone();
        changed.put(&edited.path, edited.new.clone());
        let report = lint(root, name, &changed, self.now).map_err(|error| error.to_string())?;
        if report.findings.iter().any(|one| is_same(one, finding)) {
            return Err("it would be found again, for the value that counts is another".to_owned());
        }
        let invalid = |report: &Report| report.findings.iter().filter(|one| one.rule.id == INVALID.id).count();
        if invalid(&report) > invalid(before) {
            return Err("the stack would be wrong with it".to_owned());
        }
        let is_broken = |name: &str| !load::read(root, name, &changed).is_ok_and(|read| read.whole().is_ok());
        let mut sharing = self.right().iter().filter(|(_, files)| files.contains(&real(&edited.path)));
        match sharing.find(|(name, _)| is_broken(name)) {
            Some((broken, _)) => Err(format!("the stack {broken} would be wrong with it")),
            None => Ok((changed, report, edited)),
        }
    }

    fn right(&self) -> &[(String, Vec<PathBuf>)] {
        self.right.get_or_init(|| {
            let loaded = |name: String| {
                let loaded = load::load(self.root, &name).ok()?;
                Some((name, loaded.sources.iter().map(|source| real(&source.path)).collect()))
            };
            load::names(self.root).into_iter().filter_map(loaded).collect()
        })
    }
}

/// The next finding that can be mended and has not been tried.
fn next(report: &Report, left: &[(Finding, String)]) -> Option<Finding> {
    let is_left = |finding: &Finding| left.iter().any(|(one, _)| is_same(one, finding));
    report.findings.iter().find(|finding| finding.fix.is_some() && !is_left(finding)).cloned()
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    one.rule.id == other.rule.id && one.fix == other.fix
}

/// The one path of a file, however it was come to.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Remembers what a file has become, whatever it was in between.
fn keep(files: &mut Vec<Edited>, edited: Edited) {
    match files.iter_mut().find(|file| file.path == edited.path) {
        Some(file) => file.new = edited.new,
        None => files.push(edited),
    }
}
