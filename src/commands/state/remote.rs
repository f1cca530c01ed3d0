//! What only a state in S3 has: its bucket, and its versions.

use std::cell::Cell;

use super::super::session::House;
use super::alone;
use crate::cli::Wait;
use crate::error::{Error, Result};
use crate::state::State;
use crate::state::store::Store as _;
use crate::ui::{Exit, Ui, history};

/// Makes the bucket, or what it lacks.
///
/// # Errors
/// When the stack file names none, or it cannot be made.
pub async fn init(house: &House, ui: &Ui, stack: &str) -> Result<()> {
    let (settings, region) = house.s3_settings(stack, "`stack state init`")?;
    let bucket = house.bucket(&settings, region.as_deref()).await?;
    let findings = bucket.init().await.map_err(|error| {
        let again = house.command(&["state init", stack]);
        error.hinted(format!("what has been set up stays as it is; `{again}` goes on from here"))
    })?;
    for finding in &findings {
        let text = format!("{}: {} {}", settings.bucket, finding.what, finding.now);
        if finding.is_new { ui.success(&text) } else { ui.say(&text) }
    }
    if findings.iter().all(|finding| !finding.is_new) {
        ui.say("Nothing was changed.");
    }
    let local = house.local_store(stack);
    if local.load().await.ok().flatten().is_some_and(|state| !state.is_empty()) {
        let migrate = house.command(&["state migrate", stack]);
        ui.hint(&format!("the state is still in {}: `{migrate}` moves it there", local.place()));
    }
    Ok(())
}

/// Lists versions.
///
/// # Errors
/// When the state is in no bucket, or its versions cannot be read.
pub async fn history(house: &House, ui: &Ui, stack: &str, limit: usize, as_json: bool) -> Result<()> {
    let (settings, region) = house.s3_settings(stack, "`stack state history`")?;
    let store = house.s3_store(stack, &settings, region.as_deref()).await?;
    let versions = store.history(limit).await?;
    if as_json {
        ui.json(&history::json(&versions));
    } else if versions.is_empty() {
        ui.say(&format!("There has never been a state in {}.", store.place()));
    } else {
        ui.out(&history::text(&versions));
    }
    Ok(())
}

/// Brings a version back.
///
/// # Errors
/// When there is no such version, or it is that of another lineage.
pub async fn rollback(
    house: &House,
    ui: &Ui,
    (stack, version): (&str, &str),
    auto_approve: bool,
    wait: &Wait,
) -> Result<Exit> {
    let (settings, region) = house.s3_settings(stack, "`stack state rollback`")?;
    // A state that was deleted can be brought back, too.
    let store = house.s3_store(stack, &settings, region.as_deref()).await?.arriving();
    let command = house.command(&["state rollback", stack]);
    let done = alone(house, ui, &store, (&command, wait), async |has_begun: &Cell<bool>| {
        let now = store.load().await?;
        let old = store.at_version(version).await?;
        if let Some(now) = now.as_ref().filter(|now| now.lineage != old.lineage) {
            return Err(Error::usage(format!(
                "version {version} is that of another stack's life, with the lineage {}",
                old.lineage
            ))
            .hinted(format!(
                "the state that is kept has the lineage {}; `stack state push --force` replaces it",
                now.lineage
            )));
        }
        // One that was deleted has had a serial too.
        let newest = match &now {
            Some(now) => now.serial,
            None => store
                .history(100)
                .await?
                .iter()
                .filter_map(|one| one.state.as_ref())
                .map(|state| state.serial)
                .max()
                .unwrap_or(0),
        };
        let question = question(version, &old, now.as_ref());
        if !auto_approve && !ui.prompt_yes(&question).await? {
            return Ok(None);
        }
        let state = State { serial: newest.max(old.serial) + 1, ..old.clone() };
        has_begun.set(true);
        store.save(&state).await?;
        Ok(Some((old.serial, state.serial)))
    })
    .await?;
    let Some((old, new)) = done else {
        ui.say("Nothing was changed.");
        return Ok(Exit::Failed);
    };
    ui.success(&format!("the state is what it was at serial {old}, and at serial {new} now"));
    ui.warn("AWS is as it was: the state alone has changed");
    ui.hint(&format!("`{}` shows what now differs", house.command(&["plan", stack])));
    Ok(Exit::Done)
}

/// What would be forgotten, before it is.
fn question(version: &str, old: &State, now: Option<&State>) -> String {
    let is_lost = |address: &&crate::address::Address| !old.resources.contains_key(*address);
    let lost: Vec<String> =
        now.iter().flat_map(|now| now.resources.keys()).filter(is_lost).map(ToString::to_string).collect();
    let back = format!("Bring version {version} (serial {}) back?", old.serial);
    if lost.is_empty() {
        return format!("{back} AWS is not changed by it.");
    }
    format!("{back} AWS is not changed by it, and these objects are forgotten: {}.", lost.join(", "))
}
