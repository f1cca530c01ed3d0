//! Objects that this stack has made and its state does not know: what a state that is lost, or was put back from before
//! they were made, leaves behind. Making them a second time is the one thing that must not happen silently.

use futures_util::future::try_join_all;

use super::decide::Options;
use super::plan::{Action, Desired, Plan};
use super::run::Run;
use crate::error::{Error, Problem, Result};
use crate::kind::{Ctx, FoundBy, Wave};

/// Looks for such objects among what the plan would make; where everything is to be deleted, among all that is desired
/// and would be left behind.
///
/// # Errors
/// When AWS cannot be asked: then it is not known whether the plan makes something twice.
pub async fn twins(run: &Run<'_>, plan: &Plan, desired: &Desired, options: &Options) -> Result<Vec<Problem>> {
    // What lists all objects of a kind is asked once for all that are looked for.
    let ctx = Ctx { wave: Some(Wave::default()), ..run.ctx(None) };
    let looking = desired.resources.iter().filter(|(address, _)| {
        let is_looked_for = match plan.resources.get(address) {
            Some(planned) => planned.action == Action::Create,
            // What is known by a key of the pool's goes with the pool.
            None => options.destroy && run.kinds.of(address).found_by() != FoundBy::Key,
        };
        // One that a run may have begun to make is looked for by its token.
        is_looked_for && !run.state.borrow().pending.contains_key(address)
    });
    let looking = looking.map(async |(address, resource)| {
        let found = run.kinds.of(address).twin(&ctx, &resource.spec).await.map_err(|error| {
            error.during(format!("cannot find out whether {address} is there already")).about(address)
        })?;
        Ok::<_, Error>(found.map(|twin| (address, resource, twin)))
    });
    let mut problems = Vec::new();
    for (address, resource, twin) in try_join_all(looking).await?.into_iter().flatten() {
        let id = &twin.id;
        let says = if options.destroy {
            format!("{address} is in AWS ({id}), and the state does not know it: it would stay")
        } else if run.kinds.of(address).found_by() == FoundBy::Key {
            format!(
                "{address} is in AWS already ({id}), and the state does not know it: it would be taken from whose it is"
            )
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
