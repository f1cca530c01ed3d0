//! `stack plan`: what would change.

use std::rc::Rc;

use super::attend::attended;
use super::session::{House, Notes};
use crate::cli::Narrow;
use crate::engine::decide::Options;
use crate::error::Result;
use crate::kind::Cancel;
use crate::ui::{Exit, Ui, json};

/// Shows the plan. Takes no lock and writes nothing.
///
/// # Errors
/// When there can be no plan.
pub async fn plan(
    house: &House,
    ui: &Rc<Ui>,
    stack: &str,
    narrow: &Narrow,
    detailed: bool,
    as_json: bool,
) -> Result<Exit> {
    let session = house.open(stack).await?;
    let state = session.state().await?;
    attended(ui, &session.aws, session.guard_account(&state, false)).await?;
    let run = session.run(state, false, Cancel::default(), Rc::new(Notes(Rc::clone(ui))));
    let (plan, warnings) = attended(ui, &session.aws, session.plan(&run, &options(narrow, false))).await?;
    if as_json {
        ui.json_line(&json::plan(&plan));
    } else {
        ui.warnings(&session.loaded.warnings);
        session.composed.notes.iter().for_each(|note| ui.warn(note));
        ui.warnings(&warnings);
        ui.plan(&plan);
    }
    Ok(if detailed && !plan.is_empty() { Exit::Changes } else { Exit::Done })
}

/// What the person allows and asks for.
pub fn options(narrow: &Narrow, destroy: bool) -> Options {
    let Narrow { target, allow_loss } = narrow;
    Options { destroy, allow_loss: allow_loss.iter().cloned().collect(), targets: target.clone() }
}
