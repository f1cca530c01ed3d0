//! `stack apply`, `stack up` and `stack destroy`: plan, ask, carry out, and say how it ended.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::attend::{attended, unanswered};
use super::outputs::outputs;
use super::session::{House, Notes, Session, unbegun};
use super::signals::Ears;
use super::stores::{self, Locking};
use crate::cli::Carry;
use crate::engine::apply::{self, Report};
use crate::engine::decide::Options;
use crate::engine::plan::{Plan, Step};
use crate::engine::run::Run;
use crate::error::Result;
use crate::kind::Cancel;
use crate::state::State;
use crate::ui::{Exit, Finish, Telling, Ui, plan as plan_text};

/// The verb with which everything goes.
pub const DESTROY: &str = "destroy";

/// A stack that is worked on, under its lock.
pub struct Working<'a> {
    /// The stack.
    pub session: &'a Session,
    /// Its state, with account and Region.
    pub state: State,
    /// The command, as the person would write it again.
    pub command: &'a str,
    /// Whether something has been begun that may not be cut short.
    pub has_begun: &'a Cell<bool>,
}

/// Opens a stack, with what is worth a word about its file.
///
/// # Errors
/// When the stack file is wrong.
pub async fn open(house: &House, ui: &Ui, verb: &str, stack: &str) -> Result<Session> {
    let session = if verb == DESTROY { house.open_as_it_is(stack).await? } else { house.open(stack).await? };
    if verb != DESTROY {
        ui.warnings(&session.loaded.warnings);
    }
    Ok(session)
}

/// Does `work` on a stack under its lock, once it is known whose account this is.
///
/// # Errors
/// When somebody else is at work, or the account is another's; and those of the work.
pub async fn alone(
    house: &House,
    ui: &Ui,
    (verb, session): (&str, &Session),
    carry: &Carry,
    work: impl AsyncFnOnce(Working<'_>) -> Result<Exit>,
) -> Result<Exit> {
    let command = house.command(&[verb, &session.loaded.name]);
    let has_begun = Cell::new(false);
    let working = async {
        let mut state = session.state().await.map_err(unbegun)?;
        state.account = attended(ui, &session.aws, session.guard_account(&state, true)).await?;
        state.region = Some(session.aws.region.clone());
        if verb != DESTROY {
            session.composed.notes.iter().for_each(|note| ui.warn(note));
        }
        work(Working { session, state, command: &command, has_begun: &has_begun }).await
    };
    let how = Locking { command: &command, wait: carry.wait.lock_timeout, has_begun: &has_begun };
    match stores::locked(house, ui, &*session.store, &how, working).await {
        Err(error) if error.is_stopped() => {
            ui.stopped(&error);
            Ok(Exit::Stopped)
        }
        ended => ended,
    }
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
    let session = open(house, ui, verb, stack).await?;
    let work = async |working: Working<'_>| {
        let Working { session, state, command, has_begun } = working;
        let cancel = Cancel::default();
        let run = session.run(state, true, cancel.clone(), Rc::new(Notes(Rc::clone(ui))));
        let (plan, found) = attended(ui, &session.aws, session.plan(&run, options)).await?;
        ui.checks(&found, &session.preflight_command());
        ui.plan(&plan);
        if !plan.is_empty() && !carry.auto_approve && !ui.prompt_yes(&plan_text::question(&plan)).await? {
            ui.say("Nothing was changed.");
            return Ok(Exit::Failed);
        }
        has_begun.set(true);
        carry_out(session, ui, run, &plan, (&cancel, carry.parallelism), command).await
    };
    Box::pin(alone(house, ui, (verb, &session), carry, work)).await
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
    // From before the first step on: it may be over before anybody would listen, and with it the first save.
    let _heeding = session.heed.begin();
    let ears = Ears::new();
    let applying = apply::apply(&run, plan, usize::from(parallelism));
    let listening = listen(ears, ui, cancel);
    tokio::pin!(applying, listening);
    let mut report = loop {
        tokio::select! {
            report = &mut applying => break report?,
            never = &mut listening => match never {},
            () = tokio::time::sleep(HEARTBEAT) => {
                progress.tick();
                for line in unanswered(&session.aws) {
                    progress.note(&line);
                }
            }
        }
    };
    let failed = std::mem::take(&mut report.failed);
    report.failed = failed.into_iter().map(|(step, error)| (step, session.located(error, Some(plan)))).collect();
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
async fn listen(mut ears: Ears, ui: &Ui, cancel: &Cancel) -> std::convert::Infallible {
    loop {
        ears.heard().await;
        if cancel.is_asked() {
            ui.say("Still stopping: the call in flight may not be cut off, or what it makes would be lost.");
        } else {
            ui.say("Stopping: the call in flight ends first, then the state is saved.");
            cancel.cancel();
        }
    }
}
