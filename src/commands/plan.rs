//! `stack plan`: what would change.

use std::rc::Rc;

use super::plan_file::{self, Kept};
use super::session::{House, Notes, Session};
use crate::cli::{self, Narrow};
use crate::engine::decide::Options;
use crate::engine::plan::Plan;
use crate::error::Result;
use crate::kind::Cancel;
use crate::state::WRITER;
use crate::ui::{Exit, Ui, json};

/// Shows the plan, and keeps it where that is asked for. Takes no lock and writes nothing else.
///
/// # Errors
/// When there can be no plan.
pub async fn plan(house: &House, ui: &Rc<Ui>, asked: &cli::Plan) -> Result<Exit> {
    let cli::Plan { stack, narrow, outside, destroy, out, detailed_exitcode, json: as_json } = asked;
    let out = out.as_deref().map(|out| (out, house.root.join(out)));
    if let Some((_, path)) = &out {
        plan_file::may_be(path)?;
    }
    let session = house.open(&stack.stack).await?;
    let state = session.state().await?;
    let account = session.guard_account(&state, out.is_some()).await?;
    let run = session.run(state, false, Cancel::default(), Rc::new(Notes(Rc::clone(ui))));
    let options = Options { revert_undeclared: outside.revert_undeclared, ..options(narrow, *destroy) };
    let (plan, warnings) = session.plan(&run, &options).await?;
    if *as_json {
        ui.json_line(&json::plan(&plan));
    } else {
        ui.warnings(&session.loaded.warnings);
        session.composed.notes.iter().for_each(|note| ui.warn(note));
        ui.warnings(&warnings);
        ui.plan(&plan);
    }
    let is_empty = plan.is_empty();
    if let Some((out, path)) = out {
        plan_file::write(&path, &kept(&session, plan, options, account))?;
        let apply = house.command(&["apply", "--plan", &out.display().to_string()]);
        ui.say(&format!("The plan is kept in {}; `{apply}` carries it out.", out.display()));
    }
    Ok(if *detailed_exitcode && !is_empty { Exit::Changes } else { Exit::Done })
}

/// The plan with what it rests on.
fn kept(session: &Session, plan: Plan, asked: Options, account: Option<String>) -> Kept {
    Kept {
        written_by: WRITER.to_owned(),
        made_at: session.aws.clock.now_text(),
        is_sandbox: session.is_sandbox,
        account,
        region: session.aws.region.clone(),
        inputs: session.loaded.inputs(),
        asked,
        plan,
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
