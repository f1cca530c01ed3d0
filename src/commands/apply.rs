//! `stack apply`, `stack up` and `stack destroy`: plan, ask, carry out, and say how it ended.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::outputs::outputs;
use super::plan::options;
use super::session::{House, Notes, Session};
use super::signals;
use super::stores::{self, Locking};
use crate::cli::{Carry, Narrow};
use crate::engine::apply::{self, Report};
use crate::engine::plan::{Plan, Step};
use crate::engine::run::{Run, Watch};
use crate::error::{Error, Result};
use crate::kind::Cancel;
use crate::ui::{Exit, Finish, Progress, Ui, plan as plan_text, table};

/// The verb with which everything goes.
pub const DESTROY: &str = "destroy";

/// Plans and carries out, as `verb` asks: `apply`, `up` or `destroy`.
///
/// # Errors
/// When there can be no plan, when nobody says yes, when a step fails.
pub async fn apply(
    house: &House,
    ui: &Rc<Ui>,
    (verb, stack): (&str, &str),
    narrow: &Narrow,
    carry: &Carry,
) -> Result<Exit> {
    let session = house.open(stack).await?;
    if verb != DESTROY {
        ui.warnings(&session.loaded.warnings);
    }
    let command = house.command(&[verb, stack]);
    let has_begun = Cell::new(false);
    let work = async {
        let mut state = session.state().await?;
        state.account = session.guard_account(&state, true).await?;
        state.region = Some(session.aws.region.clone());
        let destroy = verb == DESTROY;
        if !destroy {
            session.composed.notes.iter().for_each(|note| ui.warn(note));
        }
        work(&session, ui, state, &options(narrow, destroy), carry, (&command, &has_begun)).await
    };
    let how = Locking { command: &command, wait: carry.wait.lock_timeout, has_begun: &has_begun };
    match stores::locked(house, ui, &*session.store, &how, work).await {
        Err(error) if error.is_stopped() => {
            ui.say("Stopped; nothing was changed, and the lock is released.");
            Ok(Exit::Stopped)
        }
        ended => ended,
    }
}

async fn work(
    session: &Session,
    ui: &Rc<Ui>,
    state: crate::state::State,
    options: &crate::engine::decide::Options,
    carry: &Carry,
    (command, has_begun): (&str, &Cell<bool>),
) -> Result<Exit> {
    // Until the first change, Ctrl-C ends the process as it ends any other: there is nothing to be lost.
    let cancel = Cancel::default();
    let mut run = session.run(state, true, cancel.clone(), Rc::new(Notes(Rc::clone(ui))));
    let (plan, warnings) = session.plan(&run, options).await?;
    ui.warnings(&warnings);
    ui.plan(&plan);
    if plan.is_empty() {
        has_begun.set(true);
        // There may still be records of what is gone, or a rescued state, to be put right.
        apply::apply(&run, &plan, 1).await?;
        show_outputs(ui, &run, options.destroy);
        return Ok(Exit::Done);
    }
    if !carry.auto_approve && !ui.prompt_yes(&plan_text::question(&plan)).await? {
        ui.say("Nothing was changed.");
        return Ok(Exit::Failed);
    }
    has_begun.set(true);
    ui.say("\n");
    let progress = Rc::new(Progress::new(Rc::clone(ui), session.aws.clock.clone(), &plan.steps));
    // The same run goes on: what was read for the plan is known to the steps.
    run.watch = Rc::new(Shown(Rc::clone(&progress)));
    let applying = apply::apply(&run, &plan, usize::from(carry.parallelism));
    let listening = listen(ui, &cancel);
    tokio::pin!(applying, listening);
    let report = loop {
        tokio::select! {
            report = &mut applying => break report?,
            never = &mut listening => match never {},
            () = tokio::time::sleep(HEARTBEAT) => progress.tick(),
        }
    };
    let exit = ended(ui, &plan, report, &progress, command);
    if exit == Exit::Done {
        show_outputs(ui, &run, plan.destroy);
    }
    Ok(exit)
}

/// How often the progress is asked for a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(5);

fn ended(ui: &Rc<Ui>, plan: &Plan, report: Report, progress: &Progress, command: &str) -> Exit {
    let reason = |step: &Step| {
        let planned = plan.resources.get(step.address());
        let cause = report.failed.iter().map(|(failed, _)| failed.address()).find(|failed| {
            planned.is_some_and(|planned| planned.needs.contains(failed) || planned.needed.contains(failed))
        });
        match cause {
            _ if report.is_stopped => "the run was stopped".to_owned(),
            Some(cause) => format!("it waits for {cause}"),
            None => "something that it waits for has failed".to_owned(),
        }
    };
    let not_begun = report.not_begun.iter().map(|step| (step.clone(), reason(step))).collect();
    progress.finish(&Finish { not_begun, stopped: report.is_stopped });
    let again = format!("`{command}` goes on from here");
    let failed: Vec<_> = report.failed.into_iter().filter(|(_, error)| !error.is_stopped()).collect();
    let count = failed.len();
    for (_, error) in failed {
        ui.error(&error);
    }
    if report.is_stopped {
        ui.say(&format!("The state is saved, and the lock released; {again}."));
        return Exit::Stopped;
    }
    if count > 0 || !report.not_begun.is_empty() {
        ui.hint(&format!("what was done is recorded; {again}"));
        return Exit::Failed;
    }
    Exit::Done
}

fn show_outputs(ui: &Ui, run: &Run<'_>, destroy: bool) {
    let outputs = outputs(&run.state.borrow());
    if !destroy && !outputs.is_empty() {
        ui.out_raw("\n");
        ui.out(&table::outputs(&outputs));
    }
}

/// Steps as the progress shows them.
struct Shown(Rc<Progress>);

impl Watch for Shown {
    fn started(&self, step: &Step, _: Option<&str>) {
        self.0.start(step);
    }

    fn says(&self, step: &Step, what: &str) {
        self.0.says(step, what);
    }

    fn done(&self, step: &Step, id: Option<&str>) {
        self.0.done(step, id);
    }

    fn failed(&self, step: &Step, error: &Error) {
        self.0.failed(step, error);
    }

    fn asks(&self, step: &Step, records: &[String]) {
        self.0.asks(step, records);
    }

    fn note(&self, text: &str) {
        self.0.note(text);
    }
}

/// Hears Ctrl-C, and SIGTERM where there is such a thing, for as long as the work lasts.
async fn listen(ui: &Ui, cancel: &Cancel) -> std::convert::Infallible {
    loop {
        signals::heard().await;
        if cancel.is_asked() {
            ui.say("Still stopping: the call in flight may not be cut off, or what it makes would be lost.");
        } else {
            ui.say("Stopping: the call in flight ends first, then the state is saved.");
            cancel.cancel();
        }
    }
}
