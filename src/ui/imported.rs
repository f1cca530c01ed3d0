//! What was imported, and what was not.

use serde_json::{Value, json};

use super::{Ui, table};
use crate::address::Address;
use crate::state::State;

/// What an import has come to.
#[derive(Debug)]
pub struct Imported<'a> {
    /// The state, with what was imported.
    pub state: &'a State,
    /// Where the state is kept.
    pub place: String,
    /// What was imported.
    pub addresses: Vec<&'a Address>,
    /// The files that were written beside the state.
    pub files: &'a [&'a str],
    /// What is there, and no part of the stack: what, and why.
    pub not_adopted: &'a [(String, String)],
    /// What the next plan finds to do all the same; None where that was not looked at.
    pub left: Option<&'a [Address]>,
}

/// What was imported, for a program.
#[must_use]
pub fn json(done: &Imported<'_>) -> Value {
    let Imported { state, place, addresses, files, not_adopted, left } = done;
    let id = |address: &&Address| state.resources.get(address).map(|record| record.id.clone());
    json!({
        "stack": state.stack,
        "account": state.account,
        "region": state.region,
        "imported": addresses.iter().map(|address| json!({ "address": address, "id": id(address) })).collect::<Vec<_>>(),
        "not_adopted": not_adopted.iter().map(|(what, why)| json!({ "what": what, "why": why })).collect::<Vec<_>>(),
        "files": files,
        "state": place,
        "next_plan": left,
    })
}

/// What was imported, for a person; `plan` is the command that shows what differs.
pub fn show(ui: &Ui, done: &Imported<'_>, plan: &str) {
    let Imported { state, place, addresses, files, not_adopted, left } = done;
    let mut only = State::clone(state);
    only.resources.retain(|address, _| addresses.contains(&address));
    ui.out(&table::state_list(&only));
    for (what, why) in *not_adopted {
        ui.warn(&format!("not adopted: {what}: {why}"));
    }
    if let Some(left) = left.filter(|left| !left.is_empty()) {
        let names: Vec<String> = left.iter().map(ToString::to_string).collect();
        ui.warn(&format!("the next plan is not empty yet, for AWS is busy: {}", names.join(", ")));
    }
    let count = if addresses.len() == 1 { "1 object".to_owned() } else { format!("{} objects", addresses.len()) };
    let written = files.iter().copied().chain([place.as_str()]).collect::<Vec<_>>().join(", ");
    ui.success(&format!("Imported {count}; AWS is as it was. Written: {written}"));
    ui.hint(&if files.is_empty() {
        format!("`{plan}` shows what of this differs from the stack file")
    } else {
        format!("read the stack file through, and commit it; `{plan}` shows no changes")
    });
}
