//! `stack state`: looks at what is remembered, and corrects it by hand.

mod migrate;
mod push;
mod remote;

use std::cell::Cell;

use serde_json::json;

use super::session::House;
use super::show::{kept, remembered};
use super::stores::{self, Locking};
use crate::address::{self, Address};
use crate::cli::{StateVerb, Wait};
use crate::engine::moved;
use crate::error::{Error, Result};
use crate::secret::veiled;
use crate::state::State;
use crate::state::store::Store;
use crate::ui::{Exit, Ui, table};

/// Lists, shows, moves, forgets, brings back.
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
                ui.json(&veiled(&json!(record)));
            } else {
                ui.out(&table::state_show(address, record, ui.width()));
            }
        }
        StateVerb::Mv { stack, from, to, wait } => mv(house, ui, &stack.stack, (from, to), wait).await?,
        StateVerb::Rm { stack, address, auto_approve, wait } => {
            return rm(house, ui, &stack.stack, address, (*auto_approve, wait)).await;
        }
        StateVerb::Init { stack } => remote::init(house, ui, &stack.stack).await?,
        StateVerb::Migrate { stack, from, wait } => migrate::migrate(house, ui, &stack.stack, from, wait).await?,
        StateVerb::History { stack, limit, json } => {
            remote::history(house, ui, &stack.stack, usize::from(*limit), *json).await?;
        }
        StateVerb::Rollback { stack, version, auto_approve, wait } => {
            return remote::rollback(house, ui, (&stack.stack, version), *auto_approve, wait).await;
        }
        StateVerb::Pull { stack } => {
            let state = remembered(house, &stack.stack).await?;
            ui.json(&json!(state));
        }
        StateVerb::Push { stack, file, force, wait } => {
            push::push(house, ui, (&stack.stack, file), *force, wait).await?;
        }
    }
    Ok(Exit::Done)
}

async fn mv(house: &House, ui: &Ui, stack: &str, (from, to): (&Address, &Address), wait: &Wait) -> Result<()> {
    let store = house.store(stack).await?;
    let command = house.command(&["state mv", stack]);
    alone(house, ui, &*store, (&command, wait), async |has_begun: &Cell<bool>| {
        let mut state = kept(house, stack, &*store).await?;
        if !state.resources.contains_key(from) {
            return Err(unknown(&state, from));
        }
        if from.kind != to.kind {
            return Err(Error::usage(format!("{from} cannot become {to}: an object keeps its kind")));
        }
        if state.resources.contains_key(to) || state.pending.contains_key(to) {
            return Err(Error::usage(format!("{to} is taken")).hinted("choose another name, or move that one first"));
        }
        moved::rename(&mut state, from, to);
        state.serial += 1;
        has_begun.set(true);
        store.save(&state).await
    })
    .await?;
    ui.success(&format!("{from} is {to} now"));
    ui.hint(&format!(
        "give it that name in stacks/{stack}.yaml too; `{}` should then show no change of it",
        house.command(&["plan", stack])
    ));
    Ok(())
}

/// Does `work` on the state under its lock; it says when it has begun to write, and is not cut short from then on.
pub(super) async fn alone<T>(
    house: &House,
    ui: &Ui,
    store: &dyn Store,
    (command, wait): (&str, &Wait),
    work: impl AsyncFnOnce(&Cell<bool>) -> Result<T>,
) -> Result<T> {
    let has_begun = Cell::new(false);
    let how = Locking { command, wait: wait.lock_timeout, has_begun: &has_begun };
    stores::locked(house, ui, store, &how, work(&has_begun)).await
}

async fn rm(
    house: &House,
    ui: &Ui,
    stack: &str,
    address: &Address,
    (auto_approve, wait): (bool, &Wait),
) -> Result<Exit> {
    let store = house.store(stack).await?;
    let command = house.command(&["state rm", stack]);
    let id = alone(house, ui, &*store, (&command, wait), async |has_begun: &Cell<bool>| {
        let mut state = kept(house, stack, &*store).await?;
        let record = state.resources.get(address).ok_or_else(|| unknown(&state, address))?;
        let question =
            format!("Forget {address} ({})? It stays in AWS, and nothing looks after it any more.", record.id);
        if !auto_approve && !ui.prompt_yes(&question).await? {
            return Ok(None);
        }
        let id = record.id.clone();
        state.resources.remove(address);
        state.serial += 1;
        has_begun.set(true);
        store.save(&state).await?;
        Ok(Some(id))
    })
    .await?;
    let Some(id) = id else {
        ui.say("Nothing was changed.");
        return Ok(Exit::Failed);
    };
    ui.success(&format!("{address} ({id}) is forgotten; it stays in AWS"));
    Ok(Exit::Done)
}

/// Takes away the lock of a run that has died.
///
/// # Errors
/// When it may be alive, and force was not asked for.
pub async fn unlock(house: &House, ui: &Ui, stack: &str, force: bool) -> Result<Exit> {
    match house.store(stack).await?.unlock(force).await? {
        Some(who) => ui.success(&format!("the lock of {who} is taken away")),
        None => ui.say(&format!("Nobody holds the lock of {stack}.")),
    }
    Ok(Exit::Done)
}

fn unknown(state: &State, address: &Address) -> Error {
    let names: Vec<String> = state.resources.keys().map(ToString::to_string).collect();
    let error = Error::usage(format!("{address} is not recorded"));
    let error = match address::meant(address, state.resources.keys()) {
        Some(word) => error.hinted(format!("did you mean `{word}`?")),
        None => error,
    };
    error.hinted(if names.is_empty() { "nothing is".to_owned() } else { format!("these are: {}", names.join(", ")) })
}
