//! `stack state`: looks at what is remembered, and corrects it by hand.

use serde_json::json;

use super::session::House;
use super::show::remembered;
use crate::address::Address;
use crate::cli::StateVerb;
use crate::engine::moved;
use crate::error::{Error, Result};
use crate::state::State;
use crate::state::store::Store as _;
use crate::ui::{Exit, Ui, table};

/// Lists, shows, moves or forgets.
///
/// # Errors
/// When there is no such stack or object.
pub async fn state(house: &House, ui: &Ui, verb: &StateVerb) -> Result<Exit> {
    match verb {
        StateVerb::List { stack, json } => {
            let state = remembered(house, &stack.stack).await?;
            if *json {
                ui.json(&table::state_list_json(&state));
            } else {
                ui.out(&table::state_list(&state));
                if state.is_empty() {
                    ui.say("No objects are recorded.");
                }
            }
        }
        StateVerb::Show { stack, address, json } => {
            let state = remembered(house, &stack.stack).await?;
            let record = state.resources.get(address).ok_or_else(|| unknown(&state, address))?;
            if *json {
                ui.json(&json!(record));
            } else {
                ui.out(&table::state_show(address, record, ui.width()));
            }
        }
        StateVerb::Mv { stack, from, to } => mv(house, ui, &stack.stack, from, to).await?,
        StateVerb::Rm { stack, address, auto_approve } => {
            return rm(house, ui, &stack.stack, address, *auto_approve).await;
        }
    }
    Ok(Exit::Done)
}

async fn mv(house: &House, ui: &Ui, stack: &str, from: &Address, to: &Address) -> Result<()> {
    let store = house.store(stack);
    let _lock = store.lock(&house.command(&["state mv", stack])).await?;
    let mut state = remembered(house, stack).await?;
    if from.kind != to.kind {
        return Err(Error::usage(format!("{from} cannot become {to}: an object keeps its kind")));
    }
    if state.resources.contains_key(to) || state.pending.contains_key(to) {
        return Err(Error::usage(format!("{to} is taken")).hinted("choose another name, or move that one first"));
    }
    if !state.resources.contains_key(from) {
        return Err(unknown(&state, from));
    }
    moved::rename(&mut state, from, to);
    state.serial += 1;
    store.save(&state).await?;
    ui.success(&format!("{from} is {to} now"));
    ui.hint(&format!(
        "give it that name in stacks/{stack}.yaml too; `{}` should then show no change of it",
        house.command(&["plan", stack])
    ));
    Ok(())
}

async fn rm(house: &House, ui: &Ui, stack: &str, address: &Address, auto_approve: bool) -> Result<Exit> {
    let store = house.store(stack);
    let _lock = store.lock(&house.command(&["state rm", stack])).await?;
    let mut state = remembered(house, stack).await?;
    let record = state.resources.get(address).ok_or_else(|| unknown(&state, address))?;
    let question = format!("Forget {address} ({})? It stays in AWS, and nothing looks after it any more.", record.id);
    if !auto_approve && !ui.prompt_yes(&question)? {
        ui.say("Nothing was changed.");
        return Ok(Exit::Failed);
    }
    let id = record.id.clone();
    state.resources.remove(address);
    state.serial += 1;
    store.save(&state).await?;
    ui.success(&format!("{address} ({id}) is forgotten; it stays in AWS"));
    Ok(Exit::Done)
}

fn unknown(state: &State, address: &Address) -> Error {
    let names: Vec<String> = state.resources.keys().map(ToString::to_string).collect();
    Error::usage(format!("{address} is not recorded")).hinted(if names.is_empty() {
        "nothing is".to_owned()
    } else {
        format!("these are: {}", names.join(", "))
    })
}
