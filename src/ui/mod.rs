//! All that a person sees. Nothing else in the program prints.
//!
//! What a command was asked for goes to stdout; everything said about the work goes to stderr. Text is made
//! with its colours, and the sink takes them away where they are not wanted.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anstream::{AutoStream, ColorChoice};
use anstyle::Style;
use indicatif::MultiProgress;
use serde_json::Value;

use crate::clock::Clock;
use crate::engine::drift::Drift;
use crate::engine::plan::{Plan, Step};
use crate::error::{Error, Problem, Result};
use crate::lint::Rule;
use crate::preflight::Found;

pub mod all;
mod ask;
pub mod checks;
mod diff;
pub mod drift;
pub mod error;
mod events;
pub mod history;
pub mod imported;
pub mod json;
mod line;
pub mod lint;
pub mod log;
pub mod markdown;
pub mod plan;
pub mod progress;
pub mod sarif;
pub mod table;
mod value;

pub use ask::ask_mfa_code;
pub use error::Exit;
pub use progress::{Finish, Progress, Telling};

use ask::Answers;
use line::{CYAN, DIM, GREEN, Line, YELLOW};

/// Where nobody says how wide the page is.
const WIDTH: usize = 100;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal that has colour; NO_COLOR and CLICOLOR_FORCE are heard.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The person's side of the program.
pub struct Ui {
    out: RefCell<Sink>,
    err: RefCell<Sink>,
    answers: RefCell<Answers>,
    width: usize,
    /// Whether somebody knows how wide the page is.
    folds: bool,
    is_live: bool,
    /// Where the names of files in messages begin.
    root: PathBuf,
    bars: RefCell<Option<MultiProgress>>,
    /// Why what was asked for could not be written whole, if it could not.
    lost: RefCell<Option<io::Error>>,
    /// The time of events, where everything is told as events.
    events: Option<Clock>,
}

enum Sink {
    Out(AutoStream<io::Stdout>),
    Err(AutoStream<io::Stderr>),
    Captured { text: String, has_colour: bool },
}

impl Sink {
    fn write(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Out(stream) => stream.write_all(text.as_bytes()).and_then(|()| stream.flush()),
            Self::Err(stream) => stream.write_all(text.as_bytes()).and_then(|()| stream.flush()),
            Self::Captured { text: all, has_colour: true } => {
                all.push_str(text);
                Ok(())
            }
            Self::Captured { text: all, has_colour: false } => {
                all.push_str(&anstream::adapter::strip_str(text).to_string());
                Ok(())
            }
        }
    }

    fn has_colour(&self) -> bool {
        match self {
            Self::Out(stream) => stream.current_choice() != ColorChoice::Never,
            Self::Err(stream) => stream.current_choice() != ColorChoice::Never,
            Self::Captured { has_colour, .. } => *has_colour,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Captured { text, .. } => text.clone(),
            Self::Out(_) | Self::Err(_) => String::new(),
        }
    }
}

impl Ui {
    /// The terminal, or what stands in its place.
    #[must_use]
    pub fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_terminal = io::stderr().is_terminal();
        let answers = if io::stdin().is_terminal() && is_terminal { Answers::Person } else { Answers::Nobody };
        Self {
            out: RefCell::new(Sink::Out(AutoStream::new(io::stdout(), choice))),
            err: RefCell::new(Sink::Err(AutoStream::new(io::stderr(), choice))),
            answers: RefCell::new(answers),
            width: page_width().unwrap_or(WIDTH),
            folds: page_width().is_some(),
            is_live: is_terminal && !is_dumb,
            root: PathBuf::new(),
            bars: RefCell::new(None),
            lost: RefCell::new(None),
            events: None,
        }
    }

    /// Buffers in the place of a terminal, `width` wide, with nobody before it.
    #[must_use]
    pub fn captured(width: usize, has_colour: bool) -> Self {
        let sink = || RefCell::new(Sink::Captured { text: String::new(), has_colour });
        Self {
            out: sink(),
            err: sink(),
            answers: RefCell::new(Answers::Nobody),
            width,
            folds: true,
            is_live: false,
            root: PathBuf::new(),
            bars: RefCell::new(None),
            lost: RefCell::new(None),
            events: None,
        }
    }

    /// The same for a project in `root`, from where the files in messages are named.
    #[must_use]
    pub fn of(self, root: &Path) -> Self {
        Self { root: root.to_owned(), ..self }
    }

    /// The same for a program: everything is told as events, a line of JSON each, and nobody is asked anything.
    #[must_use]
    pub fn streaming(self, clock: Clock) -> Self {
        Self { events: Some(clock), answers: RefCell::new(Answers::Nobody), is_live: false, ..self }
    }

    /// The same with somebody before it, who answers this, one question after the other.
    #[must_use]
    pub fn answering<'a>(self, answers: impl IntoIterator<Item = &'a str>) -> Self {
        let mut answers: Vec<String> = answers.into_iter().map(str::to_owned).collect();
        answers.reverse();
        Self { answers: RefCell::new(Answers::Given(answers)), ..self }
    }

    /// What was captured so far: stdout, stderr.
    #[must_use]
    pub fn taken(&self) -> (String, String) {
        (self.out.borrow().text(), self.err.borrow().text())
    }

    /// How many columns there are.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    fn page(&self) -> error::Page {
        error::Page { columns: self.width, folds: self.folds.then_some(self.width) }
    }

    /// Whether somebody is there to answer.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        !matches!(*self.answers.borrow(), Answers::Nobody)
    }

    /// Whether lines on stderr can be drawn over.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.is_live
    }

    fn write(&self, sink: &RefCell<Sink>, text: &str) {
        let write = || {
            let written = sink.borrow_mut().write(text);
            if let Err(error) = written {
                self.lose(sink, error);
            }
        };
        let bars = self.bars.borrow().clone();
        match bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }

    /// A reader that has gone away (`| head`) wants nothing more; the work goes on without it. What else keeps the
    /// answer from being whole is a failure of the command. About stderr there is nobody left to tell.
    fn lose(&self, sink: &RefCell<Sink>, error: io::Error) {
        if std::ptr::eq(sink, &raw const self.out) && error.kind() != io::ErrorKind::BrokenPipe {
            self.lost.borrow_mut().get_or_insert(error);
        }
    }

    /// Whether everything that the command was asked for has been written.
    ///
    /// # Errors
    /// When stdout could not take all of it: a full disk.
    pub fn finished(&self) -> Result<()> {
        match self.lost.borrow_mut().take() {
            Some(error) => Err(Error::usage("the answer could not be written whole")
                .caused_by(error)
                .hinted("what was printed is cut short: do not use it")),
            None => Ok(()),
        }
    }

    /// What the command was asked for, to stdout, ended with a line end.
    pub fn out(&self, text: &str) {
        self.write(&self.out, &ended(text));
    }

    /// The same, byte for byte.
    pub fn out_raw(&self, text: &str) {
        self.write(&self.out, text);
    }

    /// A value as JSON on one line, as Terraform prints plans: there are tools that read the first line and no more.
    pub fn json_line(&self, value: &Value) {
        self.out(&value.to_string());
    }

    /// A value as JSON, to stdout.
    pub fn json(&self, value: &Value) {
        // A `Value` always has a text: its keys are strings.
        self.out(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// Something about the work, to stderr.
    pub fn say(&self, text: &str) {
        if self.events.is_some() {
            return self.log_event(text);
        }
        self.write(&self.err, &ended(text));
    }

    /// Whether stderr takes colours.
    #[must_use]
    pub fn has_colour(&self) -> bool {
        self.err.borrow().has_colour()
    }

    /// A line for stderr that does not go through the sink.
    fn dressed(&self, line: &Line) -> String {
        if self.has_colour() { line.to_string() } else { line.text() }
    }

    fn say_line(&self, line: &Line) {
        self.say(&line.to_string());
    }

    /// What is being done: `Reading  14 objects from AWS`.
    pub fn status(&self, verb: &str, text: &str) {
        self.say_line(&Line::styled(DIM, format!("{} {}", line::clean(verb), line::clean(text))));
    }

    /// That something has gone well.
    pub fn success(&self, text: &str) {
        self.say_line(&Line::styled(GREEN.bold(), line::clean(text)));
    }

    /// What to be careful with.
    pub fn warn(&self, text: &str) {
        if self.events.is_some() {
            return self.warning_event(text);
        }
        self.labelled("Warning:", YELLOW.bold(), text);
    }

    /// What to do next.
    pub fn hint(&self, text: &str) {
        self.labelled("Hint:", CYAN.bold(), text);
    }

    fn labelled(&self, label: &str, style: Style, text: &str) {
        for line in error::labelled(label, style, text, self.page()) {
            self.say_line(&line);
        }
    }

    /// What went wrong, with excerpts of the files as they are on disk.
    pub fn error(&self, error: &Error) {
        if self.events.is_some() {
            return self.error_event(error, None);
        }
        self.say_error(error);
    }

    /// That the person has stopped the work, and how things stand, which is no failure.
    pub fn stopped(&self, error: &Error) {
        let mut told = error.message().chars();
        let first = told.next().map(|first| first.to_ascii_uppercase());
        self.say(&format!("{}.", first.into_iter().chain(told).collect::<String>()));
    }

    /// What went wrong with a step.
    pub fn step_error(&self, step: &Step, error: &Error) {
        if self.events.is_some() {
            return self.error_event(error, Some(step.address()));
        }
        self.say_error(error);
    }

    /// What went wrong with stdout itself, which cannot be told there.
    pub fn error_aside(&self, error: &Error) {
        let text = error::text(error, self.page(), &|file| self.file(file));
        self.write(&self.err, &ended(&text));
    }

    fn say_error(&self, error: &Error) {
        self.say(&error::text(error, self.page(), &|file| self.file(file)));
    }

    /// What is allowed and worth a word, each with an excerpt of its file.
    pub fn warnings(&self, warnings: &[Problem]) {
        for warning in warnings {
            if self.events.is_some() {
                self.problem_event(warning, false);
                continue;
            }
            self.say(&error::warning(warning, self.page(), &|file| self.file(file)));
        }
    }

    /// What the checks of a plan found and is worth a word, in few lines; `command` shows all of it.
    pub fn checks(&self, found: &[Found], command: &str) {
        if self.events.is_some() {
            return self.check_events(found, command);
        }
        self.say(&checks::noted(found, command, self.width));
    }

    fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(name)).ok()
    }

    /// What was found, as SARIF with the places in the files as they are on disk.
    #[must_use]
    pub fn sarif(&self, rules: &[&'static Rule], entries: &[sarif::Entry<'_>]) -> Value {
        sarif::document(rules, entries, &self.root, &|file| self.file(file))
    }

    /// The outputs, set apart from what was printed before.
    pub fn outputs(&self, outputs: &BTreeMap<String, Value>) {
        if self.events.is_some() {
            return self.output_events(outputs);
        }
        self.out_raw("\n");
        self.out(&table::outputs(outputs));
    }

    /// What somebody else has changed, to stdout.
    pub fn drift(&self, stack: &str, found: &Drift) {
        if self.events.is_some() {
            return self.drift_events(found);
        }
        self.out(&drift::text(stack, found, self.width));
    }

    /// Tells the steps of a plan as they are carried out.
    #[must_use]
    pub fn telling(self: &Rc<Self>, clock: &Clock, plan: &Plan) -> Rc<dyn Telling> {
        if self.events.is_some() {
            return Rc::new(events::Stream::new(Rc::clone(self), clock.clone(), plan.destroy));
        }
        self.say("\n");
        Rc::new(Progress::new(Rc::clone(self), clock.clone(), &plan.steps))
    }

    /// A plan, to stdout.
    pub fn plan(&self, plan: &Plan) {
        if self.events.is_some() {
            return self.plan_events(plan);
        }
        self.out(&plan::text(plan, self.width));
    }

    /// The bars that are drawn below everything else from now on, until they are taken away.
    fn set_bars(&self, bars: Option<MultiProgress>) {
        log::set_bars(bars.clone());
        *self.bars.borrow_mut() = bars;
    }
}

fn ended(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_empty() || text.ends_with('\n') { text.into() } else { format!("{text}\n").into() }
}

/// The terminal's width; else what COLUMNS says.
fn page_width() -> Option<usize> {
    let terminal =
        terminal_size::terminal_size_of(io::stdout()).or_else(|| terminal_size::terminal_size_of(io::stderr()));
    terminal
        .map(|(width, _)| usize::from(width.0))
        .filter(|width| *width > 0)
        .or_else(|| std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()))
        .map(|width: usize| width.clamp(40, 240))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use line::tests::marked;

    #[test]
    fn data_and_talk_go_their_own_ways() {
        let ui = Ui::captured(80, true);
        ui.out("data");
        ui.out_raw("raw");
        ui.json(&serde_json::json!({"a": 1}));
        ui.status("Reading", "14 objects from AWS");
        ui.success("Done");
        ui.warn("careful\u{1b}[2J");
        ui.hint("try `stack plan dev`");
        let (out, err) = ui.taken();
        assert_eq!(out, "data\nraw{\n  \"a\": 1\n}\n");
        assert_snapshot!(marked(&err), @r"
        [dim]Reading 14 objects from AWS[/]
        [bold][green]Done[/]
        [bold][yellow]Warning:[/] careful\u{1b}[2J
        [bold][cyan]Hint:[/] try `stack plan dev`
        ");
    }

    #[test]
    fn without_colour_there_is_none() {
        let ui = Ui::captured(80, false);
        ui.warn("careful");
        assert_eq!(ui.taken().1, "Warning: careful\n");
    }
}
