//! `stack preflight`: what can be known to fail, of all that a stack declares.

use super::attend::attended;
use super::session::House;
use crate::error::Result;
use crate::preflight::{self, Input, Outcome};
use crate::ui::{Exit, Ui, checks};

/// Runs every check, and shows what each found. Changes nothing, and needs no permission to look.
///
/// # Errors
/// When the stack file is wrong, or the state cannot be read.
pub async fn preflight(house: &House, ui: &Ui, stack: &str, as_json: bool) -> Result<Exit> {
    let session = house.open(stack).await?;
    let state = session.state().await?;
    let plan = preflight::declared(&session.composed.desired, &state);
    let account = session.own_account(&state);
    let looking = preflight::look(Input::of_all(&plan, &session.aws, account));
    let mut found = attended(ui, &session.aws, looking).await;
    session.locate(&mut found);
    if as_json {
        ui.json(&checks::json(&session.loaded.name, &found));
    } else {
        ui.out(&checks::text(&session.loaded.name, &found, ui.width()));
    }
    let has_failed = found.iter().flat_map(|found| &found.findings).any(|finding| finding.outcome == Outcome::Fail);
    Ok(if has_failed { Exit::Failed } else { Exit::Done })
}
