//! A whole pool: its stack file, the files that it names, and its state, all written at the end.

use std::path::Path;
use std::rc::Rc;

use super::claims::Claims;
use super::complete::{Complete, complete};
use super::gather::{gather, region_of};
use super::put::put;
use crate::address::Address;
use crate::commands::session::{House, Notes};
use crate::engine::decide::{self, Actual, Options};
use crate::engine::plan::Step;
use crate::engine::run::{Run, new_token};
use crate::engine::{Kinds, adopt};
use crate::error::{Error, Result};
use crate::kind::{Blobs, Cancel};
use crate::kinds::{KINDS, facts};
use crate::state::State;
use crate::state::store::Store as _;
use crate::ui::{Exit, Ui, imported};

/// Imports the pool of this id as the stack `stack`, which must not be there yet.
///
/// # Errors
/// When there is no such pool, when it is somebody else's, when the stack has a file or a state.
pub(super) async fn whole(house: &House, ui: &Rc<Ui>, stack: &str, id: &str, json: bool) -> Result<Exit> {
    let region = region_of(id)?;
    if let Some(asked) = house.region.as_deref().filter(|asked| *asked != region) {
        return Err(Error::usage(format!("--region {asked}, and the user pool {id} is in {region}"))
            .hinted("leave --region out: the pool's id says it"));
    }
    let command = house.command(&["import", stack, "--user-pool", id]);
    is_free(&house.root, stack, &command)?;
    let store = house.local_store(stack);
    let _lock = store.lock(&command).await?;
    let before = store.load().await?;
    if before.as_ref().is_some_and(|state| !state.is_empty()) {
        return Err(Error::usage(format!("the stack {stack} has a state already: {}", store.place())).hinted(
            "import the pool under another name; `--address` imports single objects into a stack that exists",
        ));
    }
    let aws = Rc::new(house.reach(Some(region)).await?);
    let account = aws.account().await.map_err(|error| error.during("cannot tell whose account this is"))?;
    let mut state = match before {
        Some(state) => state,
        None => State::new(stack, new_token()?),
    };
    state.account = Some(account.clone());
    state.region = Some(region.to_owned());
    let kinds = Kinds::written(KINDS, facts::written);
    let watch = Rc::new(Notes(Rc::clone(ui)));
    let run = Run::new(&kinds, Rc::clone(&aws), Blobs::default(), Cancel::default(), state, None, watch);
    let claims = Claims::read(&house.state_dir(), stack);
    let gathered = gather(&run, ui, &claims, id, &account).await?;
    let written_by = format!("stack import {stack} --user-pool {id}");
    let complete = complete(&run, &claims, gathered, &written_by).await?;
    let left = next_plan(&run, &complete)?;

    let mut state = run.remembered();
    state.serial += 1;
    let mut files = complete.files;
    files.push((format!("stacks/{stack}.yaml"), complete.text.into_bytes()));
    // From here to the end nothing waits, and Ctrl-C is not heard until all is in its place.
    let _heeding = house.heed.begin();
    let placed = put(&house.root, &files)?;
    store.save(&state).await?;
    placed.keep();

    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let done = imported::Imported {
        state: &state,
        place: store.place(),
        addresses: complete.objects.keys().collect(),
        files: &names,
        not_adopted: &complete.not_adopted,
        left: Some(&left),
    };
    if json {
        ui.json(&imported::json(&done));
        return Ok(Exit::Done);
    }
    imported::show(ui, &done, &house.command(&["plan", stack]));
    Ok(Exit::Done)
}

/// Refuses to write over a stack file, unless it is what this very import had begun to put in place.
fn is_free(root: &Path, stack: &str, command: &str) -> Result<()> {
    for name in [format!("stacks/{stack}.yaml"), format!("stacks/{stack}.yml")] {
        let path = root.join(&name);
        if path.symlink_metadata().is_err() {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let own = format!("Written by `{}`", command.trim_end_matches(" --sandbox"));
        let head: Vec<&str> = text.lines().take(8).map(|line| line.trim_start_matches("# ")).collect();
        if !head.join(" ").contains(&own) {
            return Err(Error::usage(format!("there is a stack {stack} already: {name}")).hinted(
                "import the pool under another name; `--address` imports single objects into a stack that exists",
            ));
        }
    }
    Ok(())
}

/// Records all of it, and gives what the next plan will find to do: nothing, unless AWS is still busy with something.
fn next_plan(run: &Run<'_>, complete: &Complete) -> Result<Vec<Address>> {
    let actual: Actual = complete.objects.iter().map(|(address, (_, seen))| (address.clone(), seen.clone())).collect();
    for (address, (id, seen)) in &complete.objects {
        adopt::record(run, address, id, seen);
    }
    let planned =
        decide::plan(run.kinds, &complete.composed.desired, &run.state.borrow(), &actual, &Options::default());
    let plan = planned.map_err(|problems| Error::problems("the next plan could not be carried out", problems))?;
    let is_harmless = |step: &&Step| matches!(step, Step::Update(_));
    if let Some(step) = plan.steps.iter().find(|step| !is_harmless(step)) {
        return Err(Error::bug(format!(
            "the next plan would not leave {} as it is; nothing was written",
            step.address()
        )));
    }
    Ok(plan.steps.iter().map(|step| step.address().clone()).collect())
}
