//! What can go wrong, as one type.
//!
//! An error says what was being done, what caused it, and what to do next. It is made through a named
//! function, so that the hints for one kind of failure are written once; what callers branch on is a
//! predicate, never the text.

use std::fmt;

/// The program's one result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    hints: Vec<String>,
    /// What to do about all errors of AWS's of this name, unless somebody knows better.
    general: Option<String>,
    outcome: Outcome,
    problems: Vec<Problem>,
    aws: Option<AwsFailure>,
    /// The address of the resource that the failed work was for.
    about: Option<String>,
}

/// Whose matter an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line asks for something that cannot be.
    Usage,
    /// The stack file is wrong.
    Stack,
    /// AWS refused, or could not be reached.
    Aws,
    /// The state cannot be read, written or trusted.
    State,
    /// Somebody else is at work on this stack.
    Locked,
    /// The person stopped the run.
    Stopped,
    /// Ours.
    Bug,
}

/// What a failed call has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// AWS said no: nothing has changed.
    #[default]
    Refused,
    /// No answer came, or none that says: the call may have taken effect.
    Unknown,
    /// The call has taken effect, and what had to follow it failed.
    Done,
}

/// What AWS answered when it refused.
#[derive(Debug, Clone)]
pub struct AwsFailure {
    /// The operation that was called: `CreateUserPool`.
    pub operation: String,
    /// AWS's name for the error, where an answer came: `LimitExceededException`.
    pub code: Option<String>,
    /// AWS's text.
    pub message: String,
    /// What AWS's support asks for first.
    pub request_id: Option<String>,
}

/// One thing that is wrong with a stack file or a plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// Where: a path in the stack file, `app_clients.web.callback_urls[0]`, or an address. Empty for the file as a whole.
    pub at: String,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What to do, where there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The place in a file, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The file, as the person would name it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The bytes that are meant, in the file's text; [`Place::UNSEEN`] is not told.
    #[serde(default = "unseen", skip_serializing_if = "is_unseen")]
    pub span: (usize, usize),
}

fn unseen() -> (usize, usize) {
    Place::UNSEEN
}

fn is_unseen(span: &(usize, usize)) -> bool {
    *span == Place::UNSEEN
}

impl Place {
    /// The span of a place of which no line is to be shown: no text is as long.
    pub const UNSEEN: (usize, usize) = (usize::MAX, usize::MAX);

    /// The line and column that follow `before`, a file's text up to there. Lines end as YAML's do, with `\n`, `\r\n` or
    /// `\r`; a byte order mark has no column.
    #[must_use]
    pub fn after(before: &str) -> (usize, usize) {
        let before = before.trim_start_matches('\u{feff}');
        let breaks = before.matches('\n').count() + before.matches('\r').count() - before.matches("\r\n").count();
        let column = before.rsplit(['\n', '\r']).next().unwrap_or_default().chars().count();
        (breaks + 1, column + 1)
    }
}

impl Problem {
    /// A problem at a path of the stack file, or at an address.
    pub fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at: at.into(), message: message.into(), hint: None, place: None }
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
            hints: Vec::new(),
            general: None,
            outcome: Outcome::Refused,
            problems: Vec::new(),
            aws: None,
            about: None,
        }))
    }

    /// The command line asks for something that cannot be.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// The stack file is wrong.
    pub fn stack(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Stack, message)
    }

    /// The stack file or the plan is wrong in these places.
    #[must_use]
    pub fn problems(what: impl Into<String>, problems: Vec<Problem>) -> Self {
        let mut error = Self::new(ErrorKind::Stack, what);
        error.0.problems = problems;
        error
    }

    /// AWS refused, or could not be reached.
    #[must_use]
    pub fn aws(failure: AwsFailure, outcome: Outcome) -> Self {
        let mut message = failure.operation.clone();
        if let Some(code) = &failure.code {
            message = format!("{message}: {code}");
        }
        if !failure.message.is_empty() {
            message = format!("{message}: {}", failure.message);
        }
        if let Some(id) = &failure.request_id {
            message = format!("{message} (request {id})");
        }
        let mut error = Self::new(ErrorKind::Aws, message);
        error.0.outcome = outcome;
        error.0.aws = Some(failure);
        error
    }

    /// Something about AWS that is not one call's failure: a wait that ran out, a missing zone.
    pub fn aws_state(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Aws, message)
    }

    /// The state cannot be read, written or trusted.
    pub fn state(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::State, message)
    }

    /// Somebody else is at work on this stack.
    pub fn locked(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Locked, message)
    }

    /// The person stopped the run.
    #[must_use]
    pub fn stopped() -> Self {
        Self::new(ErrorKind::Stopped, "stopped")
    }

    /// The same, with what is said of how things stand: `nothing was changed`.
    #[must_use]
    pub fn stopped_where(how: &str) -> Self {
        Self::new(ErrorKind::Stopped, format!("stopped; {how}"))
    }

    /// Something that this program's author believed impossible.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Bug, message)
            .hinted("this is a fault of stack itself; please report it with the command that you ran")
    }

    /// The same error, with one more thing to do about it.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// The same error, with what to do about every error of its name; it gives way to what is said by [`Self::explained`].
    #[must_use]
    pub fn generally(mut self, hint: impl Into<String>) -> Self {
        self.0.general = Some(hint.into());
        self
    }

    /// The same error, with what to do about this very one.
    #[must_use]
    pub fn explained(mut self, hint: impl Into<String>) -> Self {
        self.0.general = None;
        self.hinted(hint)
    }

    /// The same error, of work for the resource at this address.
    #[must_use]
    pub fn about(mut self, address: &impl ToString) -> Self {
        self.0.about = Some(address.to_string());
        self
    }

    /// The same error, caused by `source`.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// This error as the cause of a failure to do `what`; kind, outcome, hints and AWS's answer stay.
    #[must_use]
    pub fn during(self, what: impl Into<String>) -> Self {
        let Inner { kind, outcome, .. } = *self.0;
        let (hints, aws, problems) = (self.0.hints.clone(), self.0.aws.clone(), self.0.problems.clone());
        let mut error = Self::new(kind, what);
        error.0.outcome = outcome;
        error.0.hints = hints;
        error.0.aws = aws;
        error.0.problems = problems;
        error.0.general.clone_from(&self.0.general);
        error.0.about.clone_from(&self.0.about);
        error.0.source = Some(Box::new(self));
        error
    }

    /// The same error, of a call that may have taken effect.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    /// Whose matter this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was being done, or what is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// What to do about all errors of AWS's of this name, where nobody knows better.
    #[must_use]
    pub fn general_hint(&self) -> Option<&str> {
        self.0.general.as_deref()
    }

    /// The address of the resource that the failed work was for.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.0.about.as_deref()
    }

    /// Whether the failed call may have taken effect.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The places of a stack file that are wrong.
    #[must_use]
    pub fn all_problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// The problems, to be given a place in a file.
    pub fn problems_mut(&mut self) -> &mut Vec<Problem> {
        &mut self.0.problems
    }

    /// What AWS answered, where this is AWS's refusal.
    #[must_use]
    pub fn aws_failure(&self) -> Option<&AwsFailure> {
        self.0.aws.as_ref()
    }

    /// AWS's name for the error: `ResourceNotFoundException`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.aws_failure().and_then(|failure| failure.code.as_deref())
    }

    /// Whether AWS's text contains `text`; for the refusals that AWS tells apart by words alone.
    #[must_use]
    pub fn aws_says(&self, text: &str) -> bool {
        self.aws_failure().is_some_and(|failure| failure.message.contains(text))
    }

    /// Whether the object is not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(
            self.code(),
            Some("ResourceNotFoundException" | "NoSuchHostedZone" | "NoSuchKey" | "NoSuchChange" | "NotFound")
        )
    }

    /// Whether AWS asks to be called less often.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(
            self.code(),
            Some(
                "TooManyRequestsException" | "ThrottlingException" | "Throttling" | "RequestLimitExceeded" | "SlowDown"
            )
        )
    }

    /// Whether AWS refuses whatever is asked for: whoever asks may not, must log in, has asked too often, or has too much.
    #[must_use]
    pub fn is_of_the_caller(&self) -> bool {
        const CODES: [&str; 16] = [
            "AccessDenied",
            "AccessDeniedException",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignatureException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "LimitExceededException",
            "OptInRequired",
            "RequestExpired",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "SubscriptionRequiredException",
            "UnauthorizedOperation",
            "UnrecognizedClientException",
        ];
        self.is_throttled()
            || self.aws_says("not authorized to perform")
            || self.code().is_some_and(|code| CODES.contains(&code))
    }

    /// Whether the person stopped the run.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.kind == ErrorKind::Stopped
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("hints", &self.0.hints)
            .field("outcome", &self.0.outcome)
            .field("problems", &self.0.problems)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
