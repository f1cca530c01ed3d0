//! Objects that this stack has made and its state does not know: what a state that is lost, or was put back from before
//! they were made, leaves behind. Making them a second time is the one thing that must not happen silently.

use super::decide::Options;
use super::plan::{Action, Desired, Plan};
use super::run::Run;
use crate::error::{Problem, Result};

/// Looks for such objects among what the plan would make; where everything is to be deleted, among all that is desired
/// and would be left behind.
///
/// # Errors
/// When AWS cannot be asked: then it is not known whether the plan makes something twice.
pub async fn twins(run: &Run<'_>, plan: &Plan, desired: &Desired, options: &Options) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for (address, resource) in &desired.resources {
        let planned = plan.resources.get(address);
        let is_looked_for = match planned {
            Some(planned) => planned.action == Action::Create,
            None => options.destroy,
        };
        // One that a run may have begun to make is looked for by its token.
        if !is_looked_for || run.state.borrow().pending.contains_key(address) {
            continue;
        }
        let ctx = run.ctx(None);
        let found = run.kinds.of(address).twin(&ctx, &resource.spec).await;
        let found = found.map_err(|error| {
            error.during(format!("cannot find out whether {address} is there already")).about(address)
        })?;
        let Some(twin) = found else { continue };
        let id = &twin.id;
        let says = if options.destroy {
            format!("{address} is in AWS ({id}), and the state does not know it: it would stay")
        } else {
            format!("{address} is in AWS already ({id}), and the state does not know it: there would be two")
        };
        problems.push(
            Problem::new(&resource.at, says)
                .hint(format!("put the newest state back, this one is lost or older; {}", twin.otherwise)),
        );
    }
    Ok(problems)
}
