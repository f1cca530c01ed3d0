//! `stack drift`, and what `--refresh-only` makes of `plan` and `apply`: what somebody else has changed.

use std::rc::Rc;

use super::apply::{Working, alone, open};
use super::attend::attended;
use super::session::{House, Notes, Session};
use crate::cli::{self, Apply};
use crate::engine::decide::{Actual, Options};
use crate::engine::drift::{self, Drift};
use crate::engine::run::Run;
use crate::error::Result;
use crate::kind::Cancel;
use crate::state::State;
use crate::ui::{Exit, Ui, drift as drift_text, json};

/// What was found of one stack.
pub struct Looked {
    /// What somebody else has changed.
    pub drift: Drift,
    /// What cannot be told, because an earlier run has not finished it.
    unsettled: Vec<String>,
}

/// Shows what somebody else has changed. Takes no lock and writes nothing.
///
/// # Errors
/// When AWS cannot be read.
pub async fn drift(house: &House, ui: &Rc<Ui>, asked: &cli::Drift) -> Result<Exit> {
    // The command line has either a stack or --all.
    let stack = asked.stack.as_deref().unwrap_or_default();
    let looked = look_at(house, ui, stack).await?;
    if asked.json {
        ui.json(&drift_text::json(stack, &looked.drift));
    } else {
        ui.out(&drift_text::text(stack, &looked.drift, ui.width()));
        tell_unsettled(ui, &looked, &house.command(&["apply", stack]));
    }
    Ok(if looked.drift.is_empty() { Exit::Done } else { Exit::Changes })
}

/// Looks at one stack.
///
/// # Errors
/// When AWS cannot be read.
pub async fn look_at(house: &House, ui: &Rc<Ui>, stack: &str) -> Result<Looked> {
    let session = house.open_as_it_is(stack).await?;
    let state = session.state().await?;
    attended(ui, &session.aws, session.guard_account(&state, false)).await?;
    let (run, _, drift) = look(&session, ui, state, false).await?;
    let unsettled = drift::unsettled(&run.state.borrow()).map(ToString::to_string).collect();
    Ok(Looked { drift, unsettled })
}

/// Shows what `apply --refresh-only` would take into the state.
///
/// # Errors
/// When AWS cannot be read.
pub async fn plan(house: &House, ui: &Rc<Ui>, asked: &cli::Plan) -> Result<Exit> {
    let session = house.open_as_it_is(asked.stack.as_deref().unwrap_or_default()).await?;
    let state = session.state().await?;
    attended(ui, &session.aws, session.guard_account(&state, false)).await?;
    let (run, actual, drift) = look(&session, ui, state, false).await?;
    if asked.json {
        let mut plan = json::plan(&drift::as_plan(&run.state.borrow(), &actual, &drift), &[]);
        plan["applyable"] = (!drift.is_empty()).into();
        ui.json_line(&plan);
    } else {
        ui.out(&drift_text::text(&session.loaded.name, &drift, ui.width()));
        if !drift.is_empty() {
            let apply = house.command(&["apply", &session.loaded.name, "--refresh-only"]);
            ui.hint(&format!("`{apply}` takes this into the state; AWS is not touched"));
        }
    }
    Ok(if asked.detailed_exitcode && !drift.is_empty() { Exit::Changes } else { Exit::Done })
}

/// Takes what AWS holds into the state, after showing it and asking. AWS is not touched.
///
/// # Errors
/// When AWS cannot be read, the state not be saved, or nobody is there to ask.
pub async fn apply(house: &House, ui: &Rc<Ui>, asked: &Apply) -> Result<Exit> {
    let stack = asked.stack.as_deref().unwrap_or_default();
    let session = open(house, ui, "apply", stack).await?;
    let work = async |working: Working<'_>| {
        let Working { session, state, command: _, has_begun } = working;
        let (run, actual, drift) = look(session, ui, state, true).await?;
        ui.drift(stack, &drift);
        if drift.is_empty() {
            has_begun.set(true);
            // Outputs that AWS has changed by itself are taken too, and need no word.
            drift::take(&run, &actual).await?;
            return Ok(Exit::Done);
        }
        let question = format!("Take this into the state of stack {stack}? AWS is not touched.");
        if !asked.carry.auto_approve && !ui.prompt_yes(&question).await? {
            ui.say("Nothing was changed.");
            return Ok(Exit::Failed);
        }
        has_begun.set(true);
        drift::take(&run, &actual).await?;
        ui.success(&format!("The state of {stack} says what AWS holds now"));
        let has_declared = drift.values().any(|one| one.is_gone || !one.declared.is_empty());
        if has_declared {
            let plan = house.command(&["plan", stack]);
            ui.hint(&format!(
                "where the stack file asks for something else, `{plan}` shows it as a change: mend the file, or apply"
            ));
        }
        Ok(Exit::Done)
    };
    alone(house, ui, ("apply", &session), &asked.carry, work).await
}

/// What AWS holds, and what of it somebody else has changed.
async fn look<'a>(
    session: &'a Session,
    ui: &Rc<Ui>,
    state: State,
    may_write: bool,
) -> Result<(Run<'a>, Actual, Drift)> {
    ui.warnings(&session.loaded.endings(session.aws.clock.now_ms()));
    let run = session.run(state, may_write, Cancel::default(), Rc::new(Notes(Rc::clone(ui))));
    let actual = attended(ui, &session.aws, session.observe(&run, &Options::default())).await?;
    let drift = drift::drift(&session.kinds, &run.state.borrow(), &actual, &session.composed.desired.ignored);
    Ok((run, actual, drift))
}

/// Says of which objects nothing can be said.
pub fn tell_unsettled(ui: &Ui, looked: &Looked, apply: &str) {
    if !looked.unsettled.is_empty() {
        ui.warn(&format!(
            "an earlier run was stopped while it changed {}: what of it is whose is not known until `{apply}` has finished it",
            looked.unsettled.join(", ")
        ));
    }
}
