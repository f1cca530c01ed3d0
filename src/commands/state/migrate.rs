//! `stack state migrate`: a state from one place to another.

use std::cell::Cell;
use std::rc::Rc;

use super::super::session::House;
use super::alone;
use crate::cli::{Place, Wait};
use crate::error::{Error, Result};
use crate::state::State;
use crate::state::store::Store;
use crate::ui::Ui;

/// Moves the state to where the stack file says.
///
/// # Errors
/// When there is none, or another stands there; when either cannot be locked, read or written.
pub async fn migrate(house: &House, ui: &Ui, stack: &str, from: &Place, wait: &Wait) -> Result<()> {
    if house.is_sandbox {
        return Err(Error::usage("the sandbox keeps its states in files").hinted("leave --sandbox out"));
    }
    let (settings, region) = house.settings(stack)?;
    let source: Rc<dyn Store> = match from {
        Place::Local => Rc::new(house.local_store(stack).arriving()),
        Place::S3(settings) => Rc::new(house.s3_store(stack, settings, region.as_deref()).await?.arriving()),
    };
    let target: Rc<dyn Store> = match &settings {
        Some(settings) => Rc::new(house.s3_store(stack, settings, region.as_deref()).await?.arriving()),
        None => Rc::new(house.local_store(stack).arriving()),
    };
    if source.place() == target.place() {
        return Err(Error::usage(format!("{} is where the stack file says that the state is", source.place())).hinted(
            "write into the stack file where it is to be, and pass where it is now: `--from s3://BUCKET/KEY`",
        ));
    }
    let command = house.command(&["state migrate", stack]);
    let work = async |_: &Cell<bool>| {
        let move_it = async |has_begun: &Cell<bool>| transfer(&*source, &*target, (stack, has_begun)).await;
        alone(house, ui, &*target, (&command, wait), move_it).await
    };
    let (serial, left) = alone(house, ui, &*source, (&command, wait), work).await?;
    ui.success(&format!("the state of {stack} is in {} now, at serial {serial}", target.place()));
    ui.say(&format!("What it was until now is left in {left}."));
    Ok(())
}

/// Copies the state, sees that it has arrived, and takes it away where it was.
async fn transfer(
    source: &dyn Store,
    target: &dyn Store,
    (stack, has_begun): (&str, &Cell<bool>),
) -> Result<(u64, String)> {
    let Some(state) = source.load().await? else {
        return Err(Error::usage(format!("there is no state of {stack} in {}", source.place()))
            .hinted("`--from` says where it is"));
    };
    let moved = match target.load().await? {
        Some(there) if there.lineage != state.lineage => {
            return Err(Error::state(format!("{} holds another state already, with another lineage", target.place()))
                .hinted(
                    "it is that of other objects, which would be forgotten: choose another `key`, or see what it is",
                ));
        }
        // A move that was cut short before the last step.
        Some(there) if is_copy(&there, &state) => there,
        Some(there) if there.serial >= state.serial => {
            return Err(Error::state(format!(
                "{} holds a newer state already: it is at serial {}, and {} at {}",
                target.place(),
                there.serial,
                source.place(),
                state.serial
            ))
            .hinted("it has been used since it was moved there: see what differs before one of them is taken away"));
        }
        _ => {
            let moved = State { serial: state.serial + 1, ..state };
            has_begun.set(true);
            target.save(&moved).await?;
            moved
        }
    };
    if target.load().await?.as_ref() != Some(&moved) {
        return Err(Error::state(format!("{} does not hold what was written there", target.place()))
            .hinted(format!("the state is still in {}", source.place())));
    }
    has_begun.set(true);
    Ok((moved.serial, source.retire().await?))
}

fn is_copy(there: &State, state: &State) -> bool {
    there.serial == state.serial + 1 && State { serial: state.serial, ..there.clone() } == *state
}
