//! What apply is doing, as it does it: a line for every step in flight, with how long it has taken and what it
//! waits for. On a terminal the lines are drawn over; anywhere else there is one line for each thing that
//! happens, and a sign of life every half minute.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use anstyle::Style;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Ui;
use super::line::{self, BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW, clean, counted};
use super::plan::address;
use crate::clock::Clock;
use crate::engine::plan::Step;
use crate::engine::run::Watch;
use crate::error::Error;

/// How often a step that says nothing new gives a sign of life where lines cannot be drawn over.
const HEARTBEAT_MS: i64 = 30_000;
/// How often the terminal is drawn again.
const TICK: Duration = Duration::from_millis(100);

/// Shows the steps of an apply. Everything goes through `&self`, from one thread.
pub struct Progress {
    ui: Rc<Ui>,
    clock: Clock,
    begun: i64,
    /// How wide the column of addresses is.
    names: usize,
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    total: usize,
    created: usize,
    updated: usize,
    deleted: usize,
    failed: usize,
    stopped: usize,
    flights: BTreeMap<Step, Flight>,
    bars: Option<Bars>,
}

struct Flight {
    start: i64,
    /// When its last line was printed.
    told: i64,
    says: String,
    bar: Option<ProgressBar>,
}

struct Bars {
    all: MultiProgress,
    /// The last line: how far the whole is.
    whole: ProgressBar,
}

/// How a run ended.
#[derive(Debug, Clone, Default)]
pub struct Finish {
    /// The steps that were not begun, and why: `app_client.web could not be created`.
    pub not_begun: Vec<(Step, String)>,
    /// Whether the person stopped the run.
    pub stopped: bool,
}

impl Progress {
    /// Begins to show these steps.
    #[must_use]
    pub fn new(ui: Rc<Ui>, clock: Clock, steps: &[Step]) -> Self {
        let begun = clock.now_ms();
        let longest = steps.iter().map(|step| line::width(&address(step).to_string())).max().unwrap_or(0);
        let names = longest.min(ui.width() / 2);
        let bars = ui.is_live().then(|| Bars::new(&clock, begun));
        ui.set_bars(bars.as_ref().map(|bars| bars.all.clone()));
        let inner = RefCell::new(Inner { total: steps.len(), bars, ..Inner::default() });
        let progress = Self { ui, clock, begun, names, inner };
        progress.count();
        progress
    }
}

/// What tells a person or a program about a run of steps.
pub trait Telling: Watch {
    /// Gives signs of life where they are due. To be called every few seconds while steps are in flight.
    fn tick(&self);
    /// The run is over.
    fn finish(&self, finish: &Finish);
}

impl Watch for Progress {
    fn started(&self, step: &Step, _: Option<&str>) {
        let now = self.clock.now_ms();
        let mut inner = self.inner.borrow_mut();
        let bar = inner.bars.as_ref().map(|bars| {
            let bar = bars.all.insert_before(&bars.whole, ProgressBar::new_spinner());
            bar.set_style(bar_style(&self.clock, now));
            bar.set_prefix(self.ui.dressed(&self.line_end(step, Line::plain(verb(step).0))));
            bar.enable_steady_tick(TICK);
            bar
        });
        let is_plain = bar.is_none();
        inner.flights.insert(step.clone(), Flight { start: now, told: now, says: String::new(), bar });
        drop(inner);
        if is_plain {
            self.tell(sign(step), step, Line::plain(verb(step).0));
        }
        self.count();
    }

    fn says(&self, step: &Step, text: &str) {
        let now = self.clock.now_ms();
        let text = match text.split_once(' ') {
            Some(("for" | "until", _)) => format!("waiting {text}"),
            _ => text.to_owned(),
        };
        let mut inner = self.inner.borrow_mut();
        let Some(flight) = inner.flights.get_mut(step) else { return };
        let is_new = flight.says != text;
        flight.says = clean(&text);
        if let Some(bar) = &flight.bar {
            bar.set_message(flight.says.clone());
            return;
        }
        if !is_new && now - flight.told < HEARTBEAT_MS {
            return;
        }
        flight.told = now;
        let what = still(step, flight, now);
        drop(inner);
        self.tell(WAITS, step, what);
    }

    fn done(&self, step: &Step, id: Option<&str>) {
        let took = self.landed(step);
        {
            let mut inner = self.inner.borrow_mut();
            match step {
                Step::Create(_) => inner.created += 1,
                Step::Update(_) => inner.updated += 1,
                Step::Delete(_) | Step::DeleteDeposed(..) => inner.deleted += 1,
            }
        }
        let mut line = Line::plain(verb(step).1).with(DIM, format!(" in {took}"));
        if let Some(id) = id {
            line.push(DIM, format!("  {}", clean(id)));
        }
        self.tell(("✓", GREEN), step, line);
        self.count();
    }

    /// The whole error is the caller's to show at the end.
    fn failed(&self, step: &Step, error: &Error) {
        let took = self.landed(step);
        if error.is_stopped() {
            self.inner.borrow_mut().stopped += 1;
            return self.tell(("·", YELLOW), step, Line::plain(format!("stopped after {took}; the next run goes on")));
        }
        self.inner.borrow_mut().failed += 1;
        let line = Line::styled(RED, format!("failed after {took}: ")).with(PLAIN, clean(error.message()));
        self.tell(("✗", RED), step, line);
        self.count();
    }

    /// Whole, to be copied, and not drawn over.
    fn asks(&self, step: &Step, records: &[String]) {
        let what = if records.len() == 1 { "make this record" } else { "make these records" };
        self.tell(("!", YELLOW), step, Line::plain(format!("{what} where the domain's DNS is held:")));
        for record in records {
            self.ui.say(&Line::styled(BOLD, clean(record)).indented(6).to_string());
        }
    }

    fn note(&self, text: &str) {
        self.ui.say(&Line::styled(DIM, clean(text)).indented(2).to_string());
    }
}

impl Telling for Progress {
    fn tick(&self) {
        let now = self.clock.now_ms();
        let mut due = Vec::new();
        for (step, flight) in &mut self.inner.borrow_mut().flights {
            if flight.bar.is_none() && now - flight.told >= HEARTBEAT_MS {
                flight.told = now;
                due.push((step.clone(), still(step, flight, now)));
            }
        }
        for (step, what) in due {
            self.tell(WAITS, &step, what);
        }
    }

    /// Takes the bars away and says what was done.
    fn finish(&self, finish: &Finish) {
        {
            let mut inner = self.inner.borrow_mut();
            for flight in inner.flights.values() {
                if let Some(bar) = &flight.bar {
                    bar.finish_and_clear();
                }
            }
            if let Some(bars) = inner.bars.take() {
                bars.whole.finish_and_clear();
            }
        }
        self.ui.set_bars(None);
        for (step, why) in &finish.not_begun {
            self.tell(("·", DIM), step, Line::styled(DIM, format!("not begun: {}", clean(why))));
        }
        self.ui.say(&self.summary(finish).to_string());
    }
}

impl Progress {
    /// `Done: 3 created, 1 updated, 0 deleted, in 12.0s.`
    fn summary(&self, finish: &Finish) -> Line {
        let inner = self.inner.borrow();
        let (label, style) = match (finish.stopped, inner.failed > 0 || !finish.not_begun.is_empty()) {
            (true, _) => ("Stopped", YELLOW),
            (false, true) => ("Not all done", RED),
            (false, false) => ("Done", GREEN),
        };
        let mut text = format!(": {} created, {} updated, {} deleted", inner.created, inner.updated, inner.deleted);
        // Writing to a String does not fail.
        if inner.failed > 0 {
            let _ = write!(text, ", {} failed", inner.failed);
        }
        if inner.stopped > 0 {
            let _ = write!(text, ", {} stopped", inner.stopped);
        }
        if !finish.not_begun.is_empty() {
            let _ = write!(text, ", {} not begun", finish.not_begun.len());
        }
        let took = duration(self.clock.now_ms() - self.begun);
        Line::styled(style.bold(), label).with(PLAIN, format!("{text}, in {took}."))
    }

    /// Takes a step out of the air, and says how long it was there.
    fn landed(&self, step: &Step) -> String {
        let now = self.clock.now_ms();
        let flight = self.inner.borrow_mut().flights.remove(step);
        if let Some(bar) = flight.as_ref().and_then(|flight| flight.bar.as_ref()) {
            bar.finish_and_clear();
        }
        duration(now - flight.map_or(now, |flight| flight.start))
    }

    fn tell(&self, (sign, style): (&str, Style), step: &Step, what: Line) {
        let line = Line::styled(style.bold(), format!("{sign} ")).indented(2).and(self.line_end(step, what));
        self.ui.say(&line.to_string());
    }

    fn line_end(&self, step: &Step, what: Line) -> Line {
        Line::styled(BOLD, address(step).to_string()).padded(self.names).with(PLAIN, "  ").and(what)
    }

    /// Draws the last line again.
    fn count(&self) {
        let inner = self.inner.borrow();
        let Some(bars) = &inner.bars else { return };
        let done = inner.created + inner.updated + inner.deleted;
        let mut text = format!("{done} of {} done", counted(inner.total, "step", "steps"));
        if inner.failed > 0 {
            // Writing to a String does not fail.
            let _ = write!(text, ", {} failed", inner.failed);
        }
        bars.whole.set_message(text);
    }
}

impl Drop for Progress {
    /// A run that ends early must not leave half a line behind.
    fn drop(&mut self) {
        if let Some(bars) = self.inner.borrow_mut().bars.take() {
            bars.whole.finish_and_clear();
            self.ui.set_bars(None);
        }
    }
}

impl Bars {
    fn new(clock: &Clock, begun: i64) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(12));
        let whole = all.add(ProgressBar::new_spinner());
        let template = ProgressStyle::with_template("    {msg}, {took}");
        whole.set_style(with_time(template.unwrap_or_else(|_| ProgressStyle::default_spinner()), clock, begun));
        whole.enable_steady_tick(TICK);
        Self { all, whole }
    }
}

fn bar_style(clock: &Clock, start: i64) -> ProgressStyle {
    let template = ProgressStyle::with_template("  {spinner} {prefix} {took}  {wide_msg}");
    let style = template.unwrap_or_else(|_| ProgressStyle::default_spinner());
    with_time(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "), clock, start)
}

/// `{took}` counts on our clock, not on the drawing library's.
fn with_time(style: ProgressStyle, clock: &Clock, start: i64) -> ProgressStyle {
    let clock = clock.clone();
    style.with_key("took", move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
        // A time that cannot be drawn is drawn a moment later.
        let _ = text.write_str(&whole_seconds(clock.now_ms() - start));
    })
}

const WAITS: (&str, Style) = ("…", CYAN);

fn sign(step: &Step) -> (&'static str, Style) {
    match step {
        Step::Create(_) => ("+", GREEN),
        Step::Update(_) => ("~", YELLOW),
        Step::Delete(_) | Step::DeleteDeposed(..) => ("-", RED),
    }
}

/// What a step is doing, and has done.
fn verb(step: &Step) -> (&'static str, &'static str) {
    match step {
        Step::Create(_) => ("creating", "created"),
        Step::Update(_) => ("updating", "updated"),
        Step::Delete(_) => ("deleting", "deleted"),
        Step::DeleteDeposed(..) => ("deleting the old one", "old one deleted"),
    }
}

fn still(step: &Step, flight: &Flight, now: i64) -> Line {
    let head = format!("{}, {}", verb(step).0, duration(now - flight.start));
    if flight.says.is_empty() { Line::plain(head) } else { Line::plain(format!("{head}: {}", flight.says)) }
}

/// `0.4s`, `12s`, `3m 05s`, `1h 02m`.
#[must_use]
pub fn duration(ms: i64) -> String {
    let ms = ms.max(0);
    if ms < 9_950 {
        let tenths = (ms + 50) / 100;
        return format!("{}.{}s", tenths / 10, tenths % 10);
    }
    whole_seconds(ms)
}

fn whole_seconds(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::ui::line::tests::marked;

    fn step(make: fn(crate::address::Address) -> Step, address: &str) -> Step {
        make(address.parse().unwrap())
    }

    async fn pass(clock: &Clock, seconds: u64) {
        clock.sleep(Duration::from_secs(seconds)).await;
    }

    async fn scenario(has_colour: bool) -> String {
        let ui = Rc::new(Ui::captured(80, has_colour));
        let clock = Clock::held(0);
        let pool = step(Step::Create, "user_pool");
        let validation = step(Step::Create, "certificate_validation.domain");
        let client = step(Step::Update, "app_client.web");
        let gone = Step::DeleteDeposed("certificate.domain".parse().unwrap(), "arn:1".to_owned());
        let steps = [pool.clone(), validation.clone(), client.clone(), gone.clone()];
        let progress = Progress::new(Rc::clone(&ui), clock.clone(), &steps);
        progress.started(&pool, None);
        progress.started(&validation, None);
        pass(&clock, 1).await;
        progress.done(&pool, Some("ap-southeast-2_AbC"));
        progress.says(&validation, "for ACM to issue the certificate");
        for _ in 0..8 {
            pass(&clock, 10).await;
            progress.says(&validation, "for ACM to issue the certificate");
            progress.tick();
        }
        progress.started(&client, None);
        pass(&clock, 31).await;
        progress.tick();
        progress.failed(&client, &Error::aws_state("LimitExceeded\u{1b}[2J"));
        progress.done(&validation, None);
        progress.note("the state was saved");
        progress.finish(&Finish { not_begun: vec![(gone, "app_client.web failed".to_owned())], stopped: false });
        ui.taken().1
    }

    #[tokio::test]
    async fn where_nothing_can_be_drawn_over_each_event_is_a_line() {
        assert_snapshot!(scenario(false).await, @r"
          + user_pool                      creating
          + certificate_validation.domain  creating
          ✓ user_pool                      created in 1.0s  ap-southeast-2_AbC
          … certificate_validation.domain  creating, 1.0s: waiting for ACM to issue the certificate
          … certificate_validation.domain  creating, 31s: waiting for ACM to issue the certificate
          … certificate_validation.domain  creating, 1m 01s: waiting for ACM to issue the certificate
          ~ app_client.web                 updating
          … certificate_validation.domain  creating, 1m 52s: waiting for ACM to issue the certificate
          … app_client.web                 updating, 31s
          ✗ app_client.web                 failed after 31s: LimitExceeded\u{1b}[2J
          ✓ certificate_validation.domain  created in 1m 52s
          the state was saved
          · certificate.domain             not begun: app_client.web failed
        Not all done: 2 created, 0 updated, 0 deleted, 1 failed, 1 not begun, in 1m 52s.
        ");
    }

    #[tokio::test]
    async fn the_lines_have_colours() {
        assert_snapshot!(marked(&scenario(true).await), @r"
          [bold][green]+ [/][bold]user_pool[/]                      creating
          [bold][green]+ [/][bold]certificate_validation.domain[/]  creating
          [bold][green]✓ [/][bold]user_pool[/]                      created[dim] in 1.0s  ap-southeast-2_AbC[/]
          [bold][cyan]… [/][bold]certificate_validation.domain[/]  creating, 1.0s: waiting for ACM to issue the certificate
          [bold][cyan]… [/][bold]certificate_validation.domain[/]  creating, 31s: waiting for ACM to issue the certificate
          [bold][cyan]… [/][bold]certificate_validation.domain[/]  creating, 1m 01s: waiting for ACM to issue the certificate
          [bold][yellow]~ [/][bold]app_client.web[/]                 updating
          [bold][cyan]… [/][bold]certificate_validation.domain[/]  creating, 1m 52s: waiting for ACM to issue the certificate
          [bold][cyan]… [/][bold]app_client.web[/]                 updating, 31s
          [bold][red]✗ [/][bold]app_client.web[/]                 [red]failed after 31s: [/]LimitExceeded\u{1b}[2J
          [bold][green]✓ [/][bold]certificate_validation.domain[/]  created[dim] in 1m 52s[/]
          [dim]the state was saved[/]
          [bold][dim]· [/][bold]certificate.domain[/]             [dim]not begun: app_client.web failed[/]
        [bold][red]Not all done[/]: 2 created, 0 updated, 0 deleted, 1 failed, 1 not begun, in 1m 52s.
        ");
    }

    #[test]
    fn a_run_without_fault_says_so_in_one_line() {
        let ui = Rc::new(Ui::captured(80, false));
        let progress = Progress::new(Rc::clone(&ui), Clock::held(0), &[]);
        progress.finish(&Finish::default());
        assert_eq!(ui.taken().1, "Done: 0 created, 0 updated, 0 deleted, in 0.0s.\n");
    }

    #[test]
    fn a_step_that_was_stopped_has_not_failed() {
        let ui = Rc::new(Ui::captured(80, false));
        let step = step(Step::Create, "certificate_validation.domain");
        let progress = Progress::new(Rc::clone(&ui), Clock::held(0), std::slice::from_ref(&step));
        progress.started(&step, None);
        progress.failed(&step, &Error::stopped());
        progress.finish(&Finish { stopped: true, ..Finish::default() });
        assert_snapshot!(ui.taken().1, @r"
          + certificate_validation.domain  creating
          · certificate_validation.domain  stopped after 0.0s; the next run goes on
        Stopped: 0 created, 0 updated, 0 deleted, 1 stopped, in 0.0s.
        ");
    }

    #[test]
    fn a_run_that_was_stopped_says_so() {
        let ui = Rc::new(Ui::captured(80, false));
        let progress = Progress::new(Rc::clone(&ui), Clock::held(0), &[]);
        progress.finish(&Finish { stopped: true, ..Finish::default() });
        assert!(ui.taken().1.starts_with("Stopped: "));
    }

    #[test]
    fn durations_are_short() {
        let shown: Vec<String> = [0, 449, 9_949, 9_950, 59_999, 185_000, 3_720_000].map(duration).into();
        assert_eq!(shown, ["0.0s", "0.4s", "9.9s", "9s", "59s", "3m 05s", "1h 02m"]);
    }
}
