//! What AWS takes and a login should not have: rules over the stack file, without AWS.
//!
//! `validate` says what AWS would refuse; a rule here says what it would take, and somebody regret. Each has an id, by
//! which a stack file can silence it with a reason, a severity, why, and what to do; some do it themselves.
//!
//! A rule finds; whether it is asked at all, is silenced, and where in which file its findings lie is settled here once.

mod attributes;
mod callbacks;
mod clients;
pub mod fix;
mod flows;
mod look;
mod messages;
mod mfa;
mod pages;
mod passwords;
mod production;
mod protection;
mod providers;
mod sign_up;
mod tokens;

use std::path::Path;

use serde::Serialize;

use crate::error::{Place, Problem, Result};
use crate::stack::load::{self, Read, Texts};
use crate::stack::{Loaded, compose, path_key};

use look::{Found, Look};
pub use production::{is_called_so as is_called_production, is_production};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a decision.
    Note,
    /// Weaker than it need be.
    Warning,
    /// To be mended before anybody signs in: an attacker gets something, or the users can be lost.
    Error,
}

impl Severity {
    /// As a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that a login should not have.
#[derive(Debug)]
pub struct Rule {
    /// What it is called, in stack files and reports; never changed once it is published.
    pub id: &'static str,
    /// How much a finding weighs.
    pub severity: Severity,
    /// Whether it is asked of production stacks only.
    pub in_production: bool,
    /// What is wrong where it finds something.
    pub title: &'static str,
    /// Why that is wrong.
    pub why: &'static str,
    /// Where that is said: AWS's documentation, or a standard.
    pub source: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Whether `--fix` does it.
    pub fixes: bool,
    /// The checks of Prowler that find the same.
    pub covers: &'static [&'static str],
    find: fn(&Look<'_>, &mut Found),
}

/// Every rule, in the order of the README.
pub const RULES: &[&Rule] = &[
    &mfa::OFF,
    &mfa::OPTIONAL,
    &mfa::SMS_ONLY,
    &passwords::LENGTH,
    &passwords::KINDS,
    &passwords::TEMPORARY,
    &flows::IMPLICIT,
    &flows::PASSWORD,
    &flows::EXISTENCE,
    &tokens::ACCESS,
    &tokens::REFRESH,
    &tokens::ROTATION,
    &tokens::REVOCATION,
    &callbacks::HTTP,
    &callbacks::LOCALHOST,
    &callbacks::WILDCARD,
    &callbacks::UNOWNED,
    &callbacks::PLACEHOLDER,
    &sign_up::UNVERIFIED,
    &sign_up::OPEN,
    &sign_up::RECOVERY,
    &protection::DELETION,
    &protection::THREATS,
    &protection::AUDIT,
    &protection::LOGS,
    &messages::SENDER,
    &pages::CLASSIC_CSS,
    &clients::SECRET,
    &clients::ADMIN_SCOPE,
    &providers::CERTIFICATE,
    &attributes::IMMUTABLE,
    &attributes::CASE,
];

/// What `validate` says, as a rule: it cannot be silenced.
pub const INVALID: Rule = Rule {
    id: "stack/invalid",
    severity: Severity::Error,
    in_production: false,
    title: "The stack file is wrong",
    why: "AWS would refuse it, or it cannot mean what it seems to.",
    source: "`stack validate`",
    remedy: "mend it as the message says",
    fixes: false,
    covers: &[],
    find: |_, _| {},
};

/// A rule that is silenced and finds nothing: it cannot be silenced itself.
pub const UNUSED: Rule = Rule {
    id: "unused-silence",
    severity: Severity::Note,
    in_production: false,
    title: "A rule is silenced that finds nothing",
    why: "The reason is out of date, and would hide the next mistake.",
    source: "this program",
    remedy: "delete the line",
    fixes: false,
    covers: &[],
    find: |_, _| {},
};

/// Something that a rule has found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which rule.
    pub rule: &'static Rule,
    /// What and where; its hint is what to do.
    pub problem: Problem,
    /// What mends it, where that needs no thought: a path and what is to stand there.
    pub fix: Option<Fix>,
}

/// What mends something: a path of the stack file, and what is to stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The path, of names alone.
    pub at: String,
    /// The value, as YAML.
    pub value: String,
}

/// A rule that would have spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silenced {
    /// Which rule.
    pub rule: &'static str,
    /// Why it does not.
    pub reason: String,
    /// How often it would have.
    pub count: usize,
    /// Where it is silenced.
    pub place: Option<Place>,
}

/// What was found in one stack.
#[derive(Debug)]
pub struct Report {
    /// The stack.
    pub stack: String,
    /// Whether it is a production stack.
    pub is_production: bool,
    /// What was found, in the order of the file.
    pub findings: Vec<Finding>,
    /// What would have been, and is silenced.
    pub silenced: Vec<Silenced>,
    /// The stack's own file, as a person would name it.
    pub file: String,
}

impl Report {
    /// How many findings there are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.rule.severity == severity).count()
    }

    /// Whether a rule that is silenced at this place has something to say in this stack.
    #[must_use]
    pub fn uses(&self, silence: Option<&Place>) -> bool {
        self.silenced.iter().any(|one| one.place.as_ref() == silence)
    }
}

/// Holds the stack `name` of the project in `root` against every rule; a file among `texts` is read from there. `now` is
/// in milliseconds since 1970.
///
/// # Errors
/// When there is no such stack, or its file cannot be read far enough to be looked at.
pub fn lint(root: &Path, name: &str, texts: &Texts, now: i64) -> Result<Report> {
    let mut read = load::read(root, name, texts)?;
    let Some(loaded) = read.loaded.take() else { return Err(refused(read)) };
    let (mut findings, silenced) = found(&loaded, now);
    findings.retain(|finding| !read.is_doubtful(&finding.problem));
    let mut problems = std::mem::take(&mut read.problems);
    if problems.is_empty()
        && let Err(error) = compose(&loaded)
    {
        problems = error.all_problems().to_vec();
        if problems.is_empty() {
            return Err(error);
        }
        loaded.locate(&mut problems);
    }
    // What a rule finds and AWS would refuse as well is said once, by the rule.
    problems.retain(|problem| !findings.iter().any(|finding| is_same(&finding.problem, problem)));
    findings.extend(problems.into_iter().map(|problem| Finding { rule: &INVALID, problem, fix: None }));
    let order = |finding: &Finding| {
        let place = finding.problem.place.as_ref();
        let file = place.and_then(|place| loaded.sources.iter().position(|source| source.name == place.file));
        (file.unwrap_or(usize::MAX), place.map(|place| (place.line, place.column)), finding.rule.id)
    };
    findings.sort_by_cached_key(order);
    let file = loaded.sources.first().map(|source| source.name.clone()).unwrap_or_default();
    Ok(Report { stack: name.to_owned(), is_production: is_production(&loaded), findings, silenced, file })
}

fn refused(read: Read) -> crate::error::Error {
    match read.whole() {
        Err(error) => error,
        Ok(_) => crate::error::Error::bug("a stack file without problems could not be read"),
    }
}

fn is_same(one: &Problem, other: &Problem) -> bool {
    one.at == other.at && one.place == other.place
}

/// What the rules say of a stack, and what they would say if they were not silenced.
fn found(loaded: &Loaded, now: i64) -> (Vec<Finding>, Vec<Silenced>) {
    let look = Look { file: &loaded.file, loaded, now, is_production: is_production(loaded) };
    let silence = loaded.file.lint.as_ref().and_then(|lint| lint.silence.as_ref());
    let (mut findings, mut silenced) = (Vec::new(), Vec::new());
    for rule in RULES {
        let is_asked = look.is_production || !rule.in_production;
        let mut said = Found::default();
        if is_asked {
            (rule.find)(&look, &mut said);
        }
        let mut said = said.findings(rule);
        for finding in &mut said {
            loaded.locate(std::slice::from_mut(&mut finding.problem));
        }
        let Some((_, reason)) = silence.and_then(|silence| silence.reasons().find(|(id, _)| *id == rule.id)) else {
            findings.append(&mut said);
            continue;
        };
        let at = path_key("lint.silence", rule.id);
        if !said.is_empty() {
            let (rule, count, place) = (rule.id, said.len(), loaded.place(&at));
            silenced.push(Silenced { rule, reason: reason.to_owned(), count, place });
        } else if is_asked {
            let message = format!("`{}` is silenced and finds nothing", rule.id);
            let mut problem = Problem::new(at, message).hint(UNUSED.remedy);
            loaded.locate(std::slice::from_mut(&mut problem));
            findings.push(Finding { rule: &UNUSED, problem, fix: None });
        }
    }
    (findings, silenced)
}

#[cfg(test)]
mod tests;
