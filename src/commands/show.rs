//! `stack show` and `stack output`: what is remembered, and what applications need of it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::attend::attended;
use super::outputs;
use super::plan_file;
use super::session::House;
use crate::cli::{Output, Show, Shown};
use crate::clock;
use crate::error::{Error, Result};
use crate::kinds::app_client::secrets::ClientSecret;
use crate::near::did_you_mean;
use crate::secret::veiled;
use crate::state::State;
use crate::state::store::Store;
use crate::ui::{Exit, Ui, json, table};

/// Shows all that is remembered of a stack, or a plan that was kept.
///
/// # Errors
/// When the stack was never applied, or its state or the plan cannot be read.
pub async fn show(house: &House, ui: &Ui, asked: &Show) -> Result<Exit> {
    let Show { what, json: as_json } = asked;
    let stack = match what {
        Shown::Stack(stack) => stack,
        Shown::Plan(file) => return plan(house, ui, file, *as_json),
    };
    let state = remembered(house, stack).await?;
    if *as_json {
        let value =
            serde_json::to_value(&state).map_err(|error| Error::bug("the state cannot be shown").caused_by(error))?;
        ui.json(&veiled(&value));
    } else {
        ui.out(&table::show(&state, ui.width()));
    }
    Ok(Exit::Done)
}

/// Shows a plan that was kept, without a look at what has become of the stack since.
fn plan(house: &House, ui: &Ui, file: &Path, as_json: bool) -> Result<Exit> {
    let kept = plan_file::read(&house.root.join(file))?;
    if as_json {
        let mut plan = json::plan(&kept.plan, &[]);
        plan["checks"] = kept.checks;
        ui.json_line(&plan);
        return Ok(Exit::Done);
    }
    let (place, account) = if kept.is_sandbox { ("the sandbox", None) } else { ("account", kept.account.as_deref()) };
    let place = account.map_or_else(|| place.to_owned(), |account| format!("{place} {account}"));
    ui.say(&format!("Planned at {} for {place} in {}, by {}.", kept.made_at, kept.region, kept.written_by));
    ui.plan(&kept.plan);
    Ok(Exit::Done)
}

/// Prints outputs.
///
/// # Errors
/// When the stack was never applied, or has no output of that name.
pub async fn output(house: &House, ui: &Ui, asked: &Output) -> Result<Exit> {
    let Output { stack, name, json: as_json, raw, env, secrets } = asked;
    let state = remembered(house, &stack.stack).await?;
    if state.is_empty() {
        let up = house.command(&["up", &stack.stack]);
        return Err(Error::usage(format!("{} has no objects, and so no outputs", stack.stack))
            .hinted(format!("it was destroyed, or nothing of it was made yet; `{up}` makes it")));
    }
    let mut all = outputs::outputs(&state);
    if *secrets {
        // The stack file need not be valid for this; the Region is in the state.
        let aws = house.reach_for(&stack.stack, state.region.as_deref()).await?;
        let outputs::Secrets { outputs, held } = attended(ui, &aws, outputs::secrets(&aws, &state)).await?;
        all.extend(outputs);
        let is_asked = |client: &str| {
            name.as_ref().is_none_or(|name| name == "client_secret" || *name == format!("client_secret.{client}"))
        };
        for (client, held) in held.iter().filter(|(client, _)| is_asked(client)) {
            tell_of_two(house, ui, (&stack.stack, client), held);
        }
    }
    if let Some(name) = name {
        let value = named(&all, name)?;
        if *raw {
            ui.out_raw(&table::raw(&value));
        } else if *as_json {
            ui.json(&value);
        } else if *env {
            ui.out_raw(&table::outputs_env(&BTreeMap::from([(name.clone(), value)]))?);
        } else if let Value::Object(map) = value {
            ui.out(&table::outputs(&map.into_iter().collect()));
        } else {
            ui.out(&table::raw(&value));
        }
    } else if *as_json {
        ui.json(&table::outputs_json(&all));
    } else if *env {
        ui.out_raw(&table::outputs_env(&all)?);
    } else {
        ui.out(&table::outputs(&all));
    }
    Ok(Exit::Done)
}

/// Says of a client with two secrets that the value which is shown is not the only good one, and may be the older.
fn tell_of_two(house: &House, ui: &Ui, (stack, client): (&str, &str), held: &Result<Vec<ClientSecret>>) {
    match held.as_deref() {
        Ok([older, newer, ..]) => {
            ui.warn(&format!(
                "{client} has two secrets, both good, and AWS shows the value of one of them, most likely the older: {}, \
                 made {}, and {}, made {}",
                older.id,
                clock::text(older.created_ms),
                newer.id,
                clock::text(newer.created_ms)
            ));
            let retire = house.command(&["secret retire", stack, client]);
            ui.hint(&format!("the newer one was shown once, when it was made; `{retire}` deletes the older"));
        }
        Ok(_) => {}
        Err(error) => ui.warn(&format!("whether {client} has a second secret is not known: {error}")),
    }
}

fn named(all: &BTreeMap<String, Value>, name: &str) -> Result<Value> {
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let found = all.get(first).and_then(|value| if rest.is_empty() { Some(value) } else { value.get(rest) });
    found.cloned().ok_or_else(|| {
        let mut names = Vec::new();
        for (name, value) in all {
            match value {
                Value::Object(fields) => names.extend(fields.keys().map(|key| format!("{name}.{key}"))),
                _ => names.push(name.clone()),
            }
        }
        let error = Error::usage(format!("there is no output `{name}`"));
        let error = match meant(all, first, rest) {
            Some(word) => error.hinted(format!("did you mean `{word}`?")),
            None => error,
        };
        error.hinted(format!("there are: {}", names.join(", ")))
    })
}

/// The output that was most likely meant by `first.rest`: the part that is wrong is held against what there is in its place.
fn meant(all: &BTreeMap<String, Value>, first: &str, rest: &str) -> Option<String> {
    let known = || all.keys().map(String::as_str);
    let first = known().find(|one| *one == first).or_else(|| did_you_mean(first, known()))?;
    if rest.is_empty() {
        return Some(first.to_owned());
    }
    let fields = all.get(first)?.as_object()?;
    let known = || fields.keys().map(String::as_str);
    let field = known().find(|one| *one == rest).or_else(|| did_you_mean(rest, known()))?;
    Some(format!("{first}.{field}"))
}

/// The state of a stack that has been applied.
pub async fn remembered(house: &House, stack: &str) -> Result<State> {
    let store = house.store(stack).await?;
    kept(house, stack, &*store).await
}

/// The state that is kept there, of a stack that has been applied.
pub async fn kept(house: &House, stack: &str, store: &dyn Store) -> Result<State> {
    if let Some(state) = store.load().await? {
        return Ok(state);
    }
    let (up, place) = (house.command(&["up", stack]), if house.is_sandbox { " in the sandbox" } else { "" });
    Err(Error::usage(format!("{stack} has never been applied{place}"))
        .hinted(format!("`{up}` applies it; its state would be in {}", store.place())))
}
