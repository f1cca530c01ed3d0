//! `stack state push`: a state from a file into the place of the one that is kept.

use std::cell::Cell;
use std::io::Read as _;
use std::path::Path;

use super::super::session::House;
use super::alone;
use crate::cli::Wait;
use crate::error::{Error, Result};
use crate::state::{self, State};
use crate::ui::Ui;

/// Puts the state in place.
///
/// # Errors
/// When it is of another lineage, or not newer, and force was not asked for.
pub async fn push(house: &House, ui: &Ui, (stack, file): (&str, &Path), force: bool, wait: &Wait) -> Result<()> {
    let pushed = read(file)?;
    if pushed.stack != stack {
        return Err(Error::usage(format!("this is the state of the stack {}, and not of {stack}", pushed.stack)));
    }
    let store = house.store(stack).await?;
    let command = house.command(&["state push", stack]);
    let serial = alone(house, ui, &*store, (&command, wait), async |has_begun: &Cell<bool>| {
        let there = match store.load().await {
            // One that cannot be read may be what is to be replaced.
            Err(_) if force => None,
            there => there?,
        };
        let refusal = there.as_ref().and_then(|there| refusal(there, &pushed, &store.place()));
        let state = match (&there, refusal) {
            (_, Some(refusal)) if !force => return Err(refusal.hinted("`--force` puts it there all the same")),
            // Serials go up, whatever is written.
            (Some(there), Some(_)) => State { serial: there.serial.max(pushed.serial) + 1, ..pushed },
            _ => pushed,
        };
        has_begun.set(true);
        store.replace(&state).await?;
        Ok(state.serial)
    })
    .await?;
    ui.success(&format!("{} holds this state now, at serial {serial}", store.place()));
    ui.hint(&format!("AWS is as it was; `{}` shows what now differs", house.command(&["plan", stack])));
    Ok(())
}

fn refusal(there: &State, pushed: &State, place: &str) -> Option<Error> {
    if there.lineage != pushed.lineage {
        return Some(
            Error::usage(format!("{place} has another lineage: {} there, {} here", there.lineage, pushed.lineage))
                .hinted("it is that of other objects, which would be forgotten"),
        );
    }
    (there.serial >= pushed.serial && there != pushed).then(|| {
        Error::usage(format!("{place} is at serial {}, and this state at {}", there.serial, pushed.serial))
            .hinted("somebody has applied since it was pulled: pull it again, and change that one")
    })
}

fn read(file: &Path) -> Result<State> {
    let trouble = |error: std::io::Error| Error::usage(format!("cannot read {}", file.display())).caused_by(error);
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(trouble)?;
        text
    } else {
        std::fs::read_to_string(file).map_err(trouble)?
    };
    state::parse(&text).map_err(|error| error.during(format!("cannot read the state in {}", file.display())))
}
