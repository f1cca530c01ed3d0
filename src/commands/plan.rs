//! `stack plan`: what would change.

use std::rc::Rc;

use super::attend::attended;
use super::plan_file::{self, Kept};
use super::session::{House, Notes, Session};
use crate::cli::{self, Narrow};
use crate::engine::decide::Options;
use crate::engine::plan::Plan;
use crate::error::Result;
use crate::kind::Cancel;
use crate::preflight::Found;
use crate::state::WRITER;
use crate::ui::{Exit, Ui, checks, json, markdown};

/// A plan that was made, and what belongs to it.
pub struct Made {
    session: Session,
    /// The plan.
    pub plan: Plan,
    /// What the checks found of it.
    pub found: Vec<Found>,
    options: Options,
    account: Option<String>,
}

/// Shows the plan, and keeps it where that is asked for. Takes no lock and writes nothing else.
///
/// # Errors
/// When there can be no plan.
pub async fn plan(house: &House, ui: &Rc<Ui>, asked: &cli::Plan) -> Result<Exit> {
    let out = asked.out.as_deref().map(|out| (out, house.root.join(out)));
    if let Some((_, path)) = &out {
        plan_file::may_be(path)?;
    }
    // The command line has either a stack or --all.
    let made = make(house, ui, asked.stack.as_deref().unwrap_or_default(), asked).await?;
    if asked.json {
        ui.json_line(&json::plan(&made.plan, &made.found));
    } else if asked.markdown {
        ui.out(&markdown::plan(&made.plan, &made.found));
    } else {
        show(ui, &made);
    }
    let is_empty = made.plan.is_empty();
    if let Some((out, path)) = out {
        plan_file::write(&path, &kept(made))?;
        let apply = house.command(&["apply", "--plan", &out.display().to_string()]);
        ui.say(&format!("The plan is kept in {}; `{apply}` carries it out.", out.display()));
    }
    Ok(if asked.detailed_exitcode && !is_empty { Exit::Changes } else { Exit::Done })
}

/// Makes the plan of one stack.
///
/// # Errors
/// When there can be none.
pub async fn make(house: &House, ui: &Rc<Ui>, stack: &str, asked: &cli::Plan) -> Result<Made> {
    let session = if asked.destroy { house.open_as_it_is(stack).await? } else { house.open(stack).await? };
    let state = session.state().await?;
    let recorded = state.account.clone().filter(|_| !state.is_empty());
    let options =
        Options { revert_undeclared: asked.outside.revert_undeclared, ..options(&asked.narrow, asked.destroy) };
    let (account, (plan, found)) = {
        let run = session.run(state, false, Cancel::default(), Rc::new(Notes(Rc::clone(ui))));
        let planned = session.guarded(recorded, asked.out.is_some(), Box::pin(session.plan(&run, &options)));
        attended(ui, &session.aws, planned).await?
    };
    Ok(Made { session, plan, found, options, account })
}

/// Shows it to a person.
pub fn show(ui: &Ui, made: &Made) {
    ui.warnings(&made.session.loaded.warnings);
    made.session.composed.notes.iter().for_each(|note| ui.warn(note));
    ui.checks(&made.found, &made.session.preflight_command());
    ui.plan(&made.plan);
}

/// The plan with what it rests on.
fn kept(made: Made) -> Kept {
    let Made { session, plan, found, options: asked, account } = made;
    Kept {
        written_by: WRITER.to_owned(),
        made_at: session.aws.clock.now_text(),
        is_sandbox: session.is_sandbox,
        account,
        region: session.aws.region.clone(),
        inputs: session.loaded.inputs(),
        asked,
        plan,
        checks: checks::in_plan(&found),
    }
}

/// What the person allows and asks for.
pub fn options(narrow: &Narrow, destroy: bool) -> Options {
    let Narrow { target, exclude, replace, allow_loss, refresh } = narrow;
    Options {
        destroy,
        allow_loss: allow_loss.iter().cloned().collect(),
        targets: target.clone(),
        excludes: exclude.clone(),
        replaces: replace.clone(),
        trust_state: !refresh,
        revert_undeclared: false,
    }
}
