//! What a check has to say: how it went, where in the stack file, and what to do.

use crate::error::{Error, Problem};

/// How something that was looked at stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is as it must be.
    Pass,
    /// AWS would take it, and it is worth a word.
    Warn,
    /// AWS would refuse it, or nobody could sign in.
    Fail,
    /// There is no telling: no answer came, or whoever asks may not look.
    Unknown,
}

/// One thing that a check found.
#[derive(Debug)]
pub struct Finding {
    /// How it stands.
    pub outcome: Outcome,
    /// Where, what, and what to do about it.
    pub problem: Problem,
    /// Why there is no plan without an answer, where there is none: apply could not do its work.
    pub(super) failure: Option<Error>,
}

impl Finding {
    fn new(outcome: Outcome, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { outcome, problem: Problem::new(at, message), failure: None }
    }

    /// All is well there.
    pub(super) fn pass(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Outcome::Pass, at, message)
    }

    /// AWS would take it.
    pub(super) fn warn(at: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Outcome::Warn, at, message).hint(hint)
    }

    /// AWS would refuse it.
    pub(super) fn fail(at: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Outcome::Fail, at, message).hint(hint)
    }

    /// There is no telling.
    pub(super) fn unknown(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Outcome::Unknown, at, message)
    }

    /// `what` could not be found out, because of this.
    pub(super) fn untold(at: impl Into<String>, what: &str, error: &Error) -> Self {
        let is_denied = error.hints().iter().any(|hint| hint.starts_with("allow `"));
        let why = if is_denied { format!("may not look: {error}") } else { error.to_string() };
        let finding = Self::unknown(at, format!("{what}: {why}"));
        match error.hints().first() {
            Some(hint) => finding.hint(hint),
            None => finding,
        }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self { problem: self.problem.hint(hint), ..self }
    }

    /// The same; without the answer the plan fails with this error.
    pub(super) fn or_failed(self, error: Error) -> Self {
        Self { failure: Some(error), ..self }
    }
}

impl Outcome {
    /// The word that people read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "not known",
        }
    }
}
