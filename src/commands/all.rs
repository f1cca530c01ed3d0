//! `--all`: every stack of the project, one after the other, with one rate limiter for all of them.

use std::rc::Rc;

use serde_json::{Value, json};

use super::drift::{self, Looked};
use super::plan;
use super::session::House;
use crate::cli;
use crate::error::{Error, Result};
use crate::stack::{self, load};
use crate::ui::{Exit, Ui, all as table, drift as drift_text, error, json, markdown};

/// The stacks of the project; files that are only there to be extended are none.
fn stacks(house: &House) -> Result<Vec<String>> {
    let extended = load::extended(&house.root);
    let is_part = |name: &String| extended.contains_key(name) && load::load(&house.root, name).is_err();
    let names: Vec<String> = stack::names(&house.root).into_iter().filter(|name| !is_part(name)).collect();
    if names.is_empty() {
        return Err(Error::stack("there is no stack file in stacks/")
            .hinted("write stacks/dev.yaml; the README has one to begin with"));
    }
    Ok(names)
}

/// Plans every stack, and ends with a table. A stack that cannot be planned does not keep the others from it.
///
/// # Errors
/// When there are no stacks.
pub async fn plan(house: &House, ui: &Rc<Ui>, asked: &cli::Plan) -> Result<Exit> {
    let house = house.sharing();
    let (mut rows, mut documents, mut pages) = (Vec::new(), Vec::new(), Vec::new());
    for name in stacks(&house)? {
        let made = plan::make(&house, ui, &name, asked).await;
        let counted = made.as_ref().ok().map(|made| table::Counted::of_plan(&made.plan));
        match made {
            Ok(made) if asked.json => {
                documents.push(json!({ "stack": name, "plan": json::plan(&made.plan, &made.found) }));
            }
            Ok(made) if asked.markdown => pages.push(markdown::plan(&made.plan, &made.found)),
            Ok(made) => {
                plan::show(ui, &made);
                ui.out_raw("\n");
            }
            Err(failure) if asked.json => documents.push(failed(&name, &failure)),
            Err(failure) if asked.markdown => pages.push(markdown::failed(&name, &failure)),
            Err(failure) => ui.error(&failure.during(format!("cannot plan {name}"))),
        }
        rows.push((name, counted));
    }
    if asked.json {
        ui.json_line(&json!({ "format_version": "1.0", "stacks": documents }));
    } else if asked.markdown {
        ui.out(&markdown::all(&rows, &pages));
    } else {
        ui.out(&table::plans(&rows));
    }
    Ok(ended(&rows, asked.detailed_exitcode))
}

/// Shows what has drifted in every stack, and ends with a table.
///
/// # Errors
/// When there are no stacks.
pub async fn drift(house: &House, ui: &Rc<Ui>, asked: &cli::Drift) -> Result<Exit> {
    let house = house.sharing();
    let (mut rows, mut documents) = (Vec::new(), Vec::new());
    for name in stacks(&house)? {
        let looked = drift::look_at(&house, ui, &name).await;
        let counted = looked.as_ref().ok().map(|looked| table::Counted::of_drift(&looked.drift));
        match looked {
            Ok(Looked { drift, .. }) if asked.json => documents.push(drift_text::json(&name, &drift)),
            Ok(looked) => {
                if !looked.drift.is_empty() {
                    ui.out(&drift_text::text(&name, &looked.drift, ui.width()));
                    ui.out_raw("\n");
                }
                drift::tell_unsettled(ui, &looked, &house.command(&["apply", &name]));
            }
            Err(failure) if asked.json => documents.push(failed(&name, &failure)),
            Err(failure) => ui.error(&failure.during(format!("cannot look at {name}"))),
        }
        rows.push((name, counted));
    }
    if asked.json {
        ui.json(&json!({ "format_version": "1.0", "stacks": documents }));
    } else {
        ui.out(&table::drifts(&rows));
    }
    Ok(ended(&rows, true))
}

fn failed(name: &str, failure: &Error) -> Value {
    let mut document = error::json(failure);
    document["stack"] = name.into();
    document
}

/// One failure makes it a failure; else one change makes it a change, where that is asked for.
fn ended(rows: &[table::Row], detailed: bool) -> Exit {
    if rows.iter().any(|(_, row)| row.is_none()) {
        return Exit::Failed;
    }
    let has_changes = rows.iter().flat_map(|(_, row)| row).any(table::Counted::is_some);
    if detailed && has_changes { Exit::Changes } else { Exit::Done }
}
