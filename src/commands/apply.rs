//! `stack apply`, `stack up` and `stack destroy`: plan, ask, carry out, and say how it ended.

use std::rc::Rc;
use std::time::Duration;

use super::outputs::outputs;
use super::session::{House, Notes, Session};
use crate::cli::Carry;
use crate::engine::apply::{self, Report};
use crate::engine::decide::Options;
use crate::engine::plan::{Plan, Step};
use crate::engine::run::Run;
use crate::error::Result;
use crate::kind::Cancel;
use crate::state::State;
use crate::state::store::{Guard, Store as _};
use crate::ui::{Exit, Finish, Telling, Ui, plan as plan_text};

/// The verb with which everything goes.
pub const DESTROY: &str = "destroy";

/// A stack that is about to be worked on, and locked for it.
pub struct Working {
    /// The stack.
    pub session: Session,
    /// Its state, with account and Region.
    pub state: State,
    /// The command, as the person would write it again.
    pub command: String,
    /// The lock.
    pub lock: Box<dyn Guard>,
}

/// Opens and locks a stack, and sees whose account this is.
///
/// # Errors
/// When the stack file is wrong, somebody else is at work, or the account is another's.
pub async fn begin(house: &House, ui: &Ui, verb: &str, stack: &str) -> Result<Working> {
    let session = house.open(stack).await?;
    if verb != DESTROY {
        ui.warnings(&session.loaded.warnings);
    }
    let command = house.command(&[verb, stack]);
    let lock = session.store.lock(&command).await?;
    let mut state = session.state().await?;
    state.account = session.guard_account(&state, true).await?;
    state.region = Some(session.aws.region.clone());
    if verb != DESTROY {
        session.composed.notes.iter().for_each(|note| ui.warn(note));
    }
    Ok(Working { session, state, command, lock })
}

/// Plans and carries out, as `verb` asks: `apply`, `up` or `destroy`.
///
/// # Errors
/// When there can be no plan, when nobody says yes, when a step fails.
pub async fn apply(
    house: &House,
    ui: &Rc<Ui>,
    (verb, stack): (&str, &str),
    options: &Options,
    carry: &Carry,
) -> Result<Exit> {
    let Working { session, state, command, lock: _lock } = begin(house, ui, verb, stack).await?;
    // Until the first change, Ctrl-C ends the process as it ends any other: there is nothing to be lost.
    let cancel = Cancel::default();
    let run = session.run(state, true, cancel.clone(), Rc::new(Notes(Rc::clone(ui))));
    let (plan, warnings) = session.plan(&run, options).await?;
    ui.warnings(&warnings);
    ui.plan(&plan);
    if !plan.is_empty() && !carry.auto_approve && !ui.prompt_yes(&plan_text::question(&plan))? {
        ui.say("Nothing was changed.");
        return Ok(Exit::Failed);
    }
    carry_out(&session, ui, run, &plan, (&cancel, carry.parallelism), &command).await
}

/// Carries a plan out that nobody has anything against, and says how it ended.
///
/// # Errors
/// When the plan is not of this state, or that cannot be written.
pub async fn carry_out(
    session: &Session,
    ui: &Rc<Ui>,
    mut run: Run<'_>,
    plan: &Plan,
    (cancel, parallelism): (&Cancel, u16),
    command: &str,
) -> Result<Exit> {
    if plan.is_empty() {
        // There may still be records of what is gone, or a rescued state, to be put right.
        apply::apply(&run, plan, 1).await?;
        show_outputs(ui, &run, plan.destroy);
        return Ok(Exit::Done);
    }
    let progress = ui.telling(&session.aws.clock, plan);
    // The same run goes on: what was read for the plan is known to the steps.
    run.watch = Rc::<dyn Telling>::clone(&progress);
    let applying = apply::apply(&run, plan, usize::from(parallelism));
    let listening = listen(ui, cancel);
    tokio::pin!(applying, listening);
    let report = loop {
        tokio::select! {
            report = &mut applying => break report?,
            never = &mut listening => match never {},
            () = tokio::time::sleep(HEARTBEAT) => progress.tick(),
        }
    };
    let exit = ended(ui, plan, report, &*progress, command);
    if exit == Exit::Done {
        show_outputs(ui, &run, plan.destroy);
    }
    Ok(exit)
}

/// How often the progress is asked for a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(5);

fn ended(ui: &Rc<Ui>, plan: &Plan, report: Report, progress: &dyn Telling, command: &str) -> Exit {
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
    for (step, error) in failed {
        ui.step_error(&step, &error);
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
        ui.outputs(&outputs);
    }
}

/// Hears Ctrl-C, and SIGTERM where there is such a thing, for as long as the work lasts.
async fn listen(ui: &Ui, cancel: &Cancel) -> std::convert::Infallible {
    loop {
        if !stop_signal().await {
            // Signals cannot be heard here; the run goes on without.
            std::future::pending::<()>().await;
        }
        if cancel.is_asked() {
            ui.say("Still stopping: the call in flight may not be cut off, or what it makes would be lost.");
        } else {
            ui.say("Stopping: the call in flight ends first, then the state is saved.");
            cancel.cancel();
        }
    }
}

#[cfg(unix)]
async fn stop_signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return tokio::signal::ctrl_c().await.is_ok() };
    tokio::select! {
        heard = tokio::signal::ctrl_c() => heard.is_ok(),
        heard = terminate.recv() => heard.is_some(),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
