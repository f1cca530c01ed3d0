//! An error as text: what could not be done, why, where in which file, and what to do; and how the program ends.

use std::error::Error as _;
use std::ops::Range;
use std::process::ExitCode;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use super::line::{BOLD, CYAN, Line, PLAIN, RED, YELLOW, clean, counted, folded};
use crate::error::{Error, ErrorKind, Outcome, Place, Problem};
use crate::secret::{WIDEST, is_told};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All that was asked for is done.
    Done,
    /// Something went wrong.
    Failed,
    /// `plan --detailed-exitcode` found changes.
    Changes,
    /// The person stopped the run.
    Stopped,
}

impl Exit {
    /// How an error ends the program.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        if error.is_stopped() { Self::Stopped } else { Self::Failed }
    }

    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Changes => 2,
            Self::Stopped => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The text of a file, where it can be had.
pub type Files<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How wide the page is.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// What an excerpt may take.
    pub columns: usize,
    /// Where sentences are broken; None where nobody knows how wide the page is, since whoever searches a log wants them
    /// whole.
    pub folds: Option<usize>,
}

impl From<usize> for Page {
    fn from(columns: usize) -> Self {
        Self { columns, folds: Some(columns) }
    }
}

impl Page {
    /// A sentence in lines that fit behind something of `before` columns.
    pub(super) fn folded(self, text: &str, before: usize) -> String {
        self.folds.map_or_else(|| text.to_owned(), |columns| folded(text, columns.saturating_sub(before)))
    }
}

/// The error, for a person.
#[must_use]
pub fn text(error: &Error, page: impl Into<Page>, files: Files<'_>) -> String {
    let page = page.into();
    let problems = error.all_problems();
    let mut text = String::new();
    for problem in problems {
        text.push_str(&problem_text(problem, &PROBLEM, page, files));
        text.push('\n');
    }
    let mut lines = Vec::new();
    let mut push_labelled = |label, style, message: &str| lines.extend(labelled(label, style, message, page));
    push_labelled("Error:", RED, error.message());
    for cause in causes(error) {
        push_labelled("Caused by:", PLAIN, &cause);
    }
    if problems.len() > 1 && !error.message().ends_with("problems") {
        push_labelled("Found:", PLAIN, &counted(problems.len(), "problem", "problems"));
    }
    if error.outcome() == Outcome::Unknown {
        let why = match error.code() {
            Some(_) => "AWS failed, and does not say at which point",
            None => "no whole answer came",
        };
        let unknown = format!("{why}: this call may have taken effect; the next run looks before it calls again");
        push_labelled("Note:", CYAN, &unknown);
    }
    for hint in hints(error) {
        push_labelled("Hint:", CYAN, hint);
    }
    text + &super::line::joined(&lines)
}

/// `Error: …`; the second line and those after it stand under the first's text.
pub(super) fn labelled(label: &str, style: anstyle::Style, message: &str, page: Page) -> Vec<Line> {
    let style = if style == PLAIN { BOLD } else { style.bold() };
    let text = page.folded(&clean(message), label.len() + 1);
    let mut parts = text.lines();
    let first = Line::styled(style, label).with(PLAIN, format!(" {}", parts.next().unwrap_or_default()));
    let rest = parts.map(|part| Line::plain(part).indented(label.len() + 1));
    std::iter::once(first).chain(rest).collect()
}

/// The causes, each said once: many errors repeat what caused them.
fn causes(error: &Error) -> Vec<String> {
    let mut said = vec![error.message().to_owned()];
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !text.is_empty() && !said.iter().any(|before| before.contains(&text)) {
            said.push(text.clone());
            causes.push(text);
        }
        next = cause.source();
    }
    causes
}

/// The hints, each once: what concerns AWS's answer, then what concerns the run.
fn hints(error: &Error) -> Vec<&str> {
    let mut hints: Vec<&str> = error.general_hint().into_iter().collect();
    for hint in error.hints().iter().map(String::as_str) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

/// A problem that is none: something allowed, and worth a word.
#[must_use]
pub fn warning(problem: &Problem, page: impl Into<Page>, files: Files<'_>) -> String {
    problem_text(problem, &WARNING, page.into(), files)
}

/// What a problem is called, and its colour; of a rule's finding also the rule's id, and why it is one.
pub(super) struct Label {
    pub level: Level<'static>,
    pub name: &'static str,
    pub style: anstyle::Style,
    pub rule: Option<(&'static str, &'static str)>,
}

const PROBLEM: Label = Label { level: Level::ERROR, name: "problem", style: RED, rule: None };
const WARNING: Label = Label { level: Level::WARNING, name: "warning", style: YELLOW, rule: None };

/// One problem: an excerpt of the file with the place marked, or where no file is known, its path.
pub(super) fn problem_text(problem: &Problem, label: &Label, page: Page, files: Files<'_>) -> String {
    let Label { level, name, style, rule } = label;
    let message = clean(&problem.message);
    let source = problem.place.as_ref().and_then(|place| files(&place.file).map(|text| (place, text)));
    if let Some((place, text)) = source
        && let Some(excerpt) = Excerpt::of(&text, place)
    {
        let snippet = Snippet::source(excerpt.text.as_str())
            .line_start(excerpt.line)
            .path(place.file.as_str())
            .annotation(AnnotationKind::Primary.span(excerpt.span.clone()));
        let id = rule.map_or(0, |(id, _)| id.len() + 2);
        let title = page.folded(&at(problem, &message), name.len() + id + 2);
        let title = level.clone().with_name(*name).primary_title(title);
        let title = match rule {
            Some((id, _)) => title.id(*id),
            None => title,
        };
        let mut group: Group<'_> = title.element(snippet);
        if let Some((_, why)) = rule {
            group = group
                .element(Level::NOTE.with_name("why").message(page.folded(why, excerpt.margin() + "= why: ".len())));
        }
        if let Some(hint) = &problem.hint {
            let hint = page.folded(&clean(hint), excerpt.margin() + "= hint: ".len());
            group = group.element(Level::HELP.with_name("hint").message(hint));
        }
        return format!("{}\n", Renderer::styled().term_width(page.columns.min(WIDEST)).render(&[group]));
    }
    let name = rule.map_or_else(|| (*name).to_owned(), |(id, _)| format!("{name}[{id}]"));
    let before = name.len() + 2;
    let title = page.folded(&at(problem, &message), before);
    let mut lines = Vec::new();
    for part in title.lines() {
        lines.push(if lines.is_empty() {
            Line::styled(style.bold(), name.as_str()).with(BOLD, format!(": {part}"))
        } else {
            Line::styled(BOLD, part).indented(before)
        });
    }
    if let Some(place) = &problem.place {
        lines.push(Line::styled(CYAN, format!("  --> {}:{}:{}", clean(&place.file), place.line, place.column)));
    }
    let why = rule.map(|(_, why)| ("why", why.to_owned()));
    for (word, text) in why.into_iter().chain(problem.hint.as_ref().map(|hint| ("hint", clean(hint)))) {
        let before = "  = : ".len() + word.len();
        for (index, part) in page.folded(&text, before).lines().enumerate() {
            lines.push(if index == 0 {
                Line::styled(CYAN, "  = ").with(BOLD, word).with(PLAIN, format!(": {part}"))
            } else {
                Line::plain(part).indented(before)
            });
        }
    }
    super::line::joined(&lines)
}

fn at(problem: &Problem, message: &str) -> String {
    if problem.at.is_empty() { message.to_owned() } else { format!("{}: {message}", clean(&problem.at)) }
}

/// The line of a place, and the place within it.
struct Excerpt {
    text: String,
    line: usize,
    span: Range<usize>,
}

impl Excerpt {
    /// None when the place is not in the text: the file has changed since it was read; or where a secret may stand beside
    /// it.
    fn of(text: &str, place: &Place) -> Option<Self> {
        let (start, end) = place.span;
        if start > text.len() || !text.is_char_boundary(start) || is_told(text, start) {
            return None;
        }
        let breaks = ['\n', '\r'];
        let line_start = text[..start].rfind(breaks).map_or(0, |at| at + 1);
        let line_end = text[start..].find(breaks).map_or(text.len(), |at| start + at);
        // A place of many lines (a whole mapping) is shown by its first.
        let mut end = end.clamp(start, line_end);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let end = start + text[start..end].trim_end().len();
        let (line, _) = Place::after(&text[..line_start]);
        Some(Self { text: text[line_start..line_end].to_owned(), line, span: start - line_start..end - line_start })
    }

    /// What stands before the words below the excerpt: the line's number, and two spaces.
    fn margin(&self) -> usize {
        self.line.to_string().len() + 1
    }
}

/// The error, for a program.
#[must_use]
pub fn json(error: &Error) -> Value {
    let kind = match error.kind() {
        ErrorKind::Usage => "usage",
        ErrorKind::Stack => "stack",
        ErrorKind::Aws => "aws",
        ErrorKind::State => "state",
        ErrorKind::Locked => "locked",
        ErrorKind::Stopped => "stopped",
        ErrorKind::Bug => "bug",
    };
    let mut value = json!({
        "kind": kind,
        "message": error.message(),
        "causes": causes(error),
        "hints": hints(error),
        "may_have_taken_effect": error.outcome() == Outcome::Unknown,
        "problems": error.all_problems(),
    });
    if let Some(address) = error.address() {
        value["address"] = json!(address);
    }
    if let Some(failure) = error.aws_failure() {
        value["aws"] = json!({
            "operation": failure.operation,
            "code": failure.code,
            "message": failure.message,
            "request_id": failure.request_id,
        });
    }
    json!({ "error": value })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::error::AwsFailure;
    use crate::ui::line::tests::{marked, stripped};

    const FILE: &str = "region: ap-southeast-2\napp_clients:\n  wéb:\n    calback_urls: [https://例え.jp/cb]\n    access_token_validity: 60\n";

    fn problem(at: &str, message: &str, what: &str) -> Problem {
        let start = FILE.find(what).unwrap();
        let line = FILE[..start].matches('\n').count() + 1;
        let place = Place { file: "stacks/dev.yaml".to_owned(), line, column: 5, span: (start, start + what.len()) };
        Problem { place: Some(place), ..Problem::new(at, message) }
    }

    fn plain(error: &Error, file: Option<&str>) -> String {
        stripped(&text(error, 80, &|_| file.map(str::to_owned)))
    }

    #[test]
    fn problems_are_shown_in_the_file() {
        let problems = vec![
            problem("app_clients.wéb", "unknown field `calback_urls`", "calback_urls")
                .hint("did you mean `callback_urls`?"),
            problem("app_clients.wéb.access_token_validity", "a duration has a unit", "60"),
            Problem::new("user_pool", "a pool needs a name"),
        ];
        let error = Error::problems("stacks/dev.yaml is not valid", problems);
        assert_snapshot!(plain(&error, Some(FILE)), @r"
        problem: app_clients.wéb: unknown field `calback_urls`
         --> stacks/dev.yaml:4:5
          |
        4 |     calback_urls: [https://例え.jp/cb]
          |     ^^^^^^^^^^^^
          |
          = hint: did you mean `callback_urls`?

        problem: app_clients.wéb.access_token_validity: a duration has a unit
         --> stacks/dev.yaml:5:28
          |
        5 |     access_token_validity: 60
          |                            ^^

        problem: user_pool: a pool needs a name

        Error: stacks/dev.yaml is not valid
        Found: 3 problems
        ");
        assert_snapshot!(plain(&error, None), @r"
        problem: app_clients.wéb: unknown field `calback_urls`
          --> stacks/dev.yaml:4:5
          = hint: did you mean `callback_urls`?

        problem: app_clients.wéb.access_token_validity: a duration has a unit
          --> stacks/dev.yaml:5:5

        problem: user_pool: a pool needs a name

        Error: stacks/dev.yaml is not valid
        Found: 3 problems
        ");
        assert_snapshot!(marked(&text(&Error::problems("not valid", error.all_problems()[..1].to_vec()), 80, &|_| Some(FILE.to_owned()))), @r"
        [bold][91mproblem[/][bold]: app_clients.wéb: unknown field `calback_urls`[/]
         [bold][94m--> [/]stacks/dev.yaml:4:5
          [bold][94m|[/]
        [bold][94m4[/] [bold][94m|[/]     calback_urls: [https://例え.jp/cb]
          [bold][94m|[/]     [bold][91m^^^^^^^^^^^^[/]
          [bold][94m|[/]
          [bold][94m= [/][bold]hint[/]: did you mean `callback_urls`?

        [bold][red]Error:[/] not valid
        ");
    }

    #[test]
    fn a_place_that_is_no_longer_there_does_no_harm() {
        let mut problems = vec![problem("a", "wrong", "60"); 4];
        for (problem, span) in problems.iter_mut().zip([(5000, 5001), (43, 44), (0, 9999), (8, 2)]) {
            if let Some(place) = &mut problem.place {
                place.span = span;
            }
        }
        for file in ["", "é", FILE, "\n\n", "日本\r\n語"] {
            plain(&Error::problems("wrong", problems.clone()), Some(file));
        }
    }

    #[test]
    fn causes_are_said_once() {
        let failure = AwsFailure {
            operation: "RequestCertificate".to_owned(),
            code: Some("LimitExceededException".to_owned()),
            message: "too many certificates".to_owned(),
            request_id: Some("5f0c".to_owned()),
        };
        let error = Error::aws(failure, Outcome::Unknown)
            .caused_by(std::io::Error::other("too many certificates"))
            .hinted("ask AWS for more")
            .hinted("ask AWS for more")
            .during("cannot create certificate.domain");
        assert_snapshot!(plain(&error, None), @r"
        Error: cannot create certificate.domain
        Caused by: RequestCertificate: LimitExceededException: too many certificates
                   (request 5f0c)
        Note: AWS failed, and does not say at which point: this call may have taken
              effect; the next run looks before it calls again
        Hint: ask AWS for more
        ");
        assert_snapshot!(serde_json::to_string_pretty(&json(&error)).unwrap(), @r#"
        {
          "error": {
            "kind": "aws",
            "message": "cannot create certificate.domain",
            "causes": [
              "RequestCertificate: LimitExceededException: too many certificates (request 5f0c)"
            ],
            "hints": [
              "ask AWS for more"
            ],
            "may_have_taken_effect": true,
            "problems": [],
            "aws": {
              "operation": "RequestCertificate",
              "code": "LimitExceededException",
              "message": "too many certificates",
              "request_id": "5f0c"
            }
          }
        }
        "#);
    }

    #[test]
    fn an_answer_that_was_lost_is_told_from_one_that_says_nothing() {
        let said = |code: Option<&str>, message: &str| {
            let failure = AwsFailure {
                operation: "CreateUserPool".to_owned(),
                code: code.map(str::to_owned),
                message: message.to_owned(),
                request_id: None,
            };
            plain(&Error::aws(failure, Outcome::Unknown), None)
        };
        assert_snapshot!(said(Some("InternalErrorException"), "Something went wrong"), @r"
        Error: CreateUserPool: InternalErrorException: Something went wrong
        Note: AWS failed, and does not say at which point: this call may have taken
              effect; the next run looks before it calls again
        ");
        assert_snapshot!(said(None, "AWS did not answer in time"), @r"
        Error: CreateUserPool: AWS did not answer in time
        Note: no whole answer came: this call may have taken effect; the next run looks
              before it calls again
        ");
    }

    #[test]
    fn each_end_has_its_number() {
        assert_eq!(Exit::of(&Error::stopped()).code(), 130);
        assert_eq!(Exit::of(&Error::usage("no")).code(), 1);
        assert_eq!((Exit::Done.code(), Exit::Changes.code()), (0, 2));
    }
}
