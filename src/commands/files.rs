//! The commands that need neither AWS nor a state: `validate`, `schema`, `completions`, `man`.

use std::path::Path;

use serde_json::json;

use super::session::House;
use crate::cli::{self, Shell};
use crate::error::{Error, Problem, Result};
use crate::stack::{self, compose, load};
use crate::ui::{Exit, Ui};

/// Checks stack files; without names, all of them.
///
/// # Errors
/// When there are none to check.
pub fn validate(house: &House, ui: &Ui, names: &[String], as_json: bool) -> Result<Exit> {
    let names = if names.is_empty() { stack::names(&house.root) } else { names.to_vec() };
    if names.is_empty() {
        return Err(Error::stack("there is no stack file in stacks/")
            .hinted("write stacks/dev.yaml; the README has one to begin with"));
    }
    let mut problems: Vec<Problem> = Vec::new();
    let mut has_failed = false;
    for name in &names {
        match load(&house.root, name).and_then(|loaded| compose(&loaded).map(|composed| (loaded, composed))) {
            Ok((_, composed)) if !as_json => {
                let count = composed.desired.resources.len();
                ui.success(&format!("{name}: valid, {count} resources"));
            }
            Ok(_) => {}
            Err(failure) => {
                has_failed = true;
                problems.extend(failure.all_problems().iter().cloned());
                if !as_json {
                    ui.error(&failure);
                } else if failure.all_problems().is_empty() {
                    problems.push(Problem::new("", failure.to_string()));
                }
            }
        }
    }
    if as_json {
        ui.json(&json!({ "valid": !has_failed, "stacks": names, "problems": problems }));
    }
    Ok(if has_failed { Exit::Failed } else { Exit::Done })
}

/// Prints, writes or checks the schema of stack files.
///
/// # Errors
/// When the file cannot be read or written, or is not what it should be.
pub fn schema(house: &House, ui: &Ui, check: bool, write: bool) -> Result<Exit> {
    let text = stack::schema::text();
    let path = house.root.join("schemas/stack.schema.json");
    if write {
        let put = std::fs::create_dir_all(house.root.join("schemas")).and_then(|()| std::fs::write(&path, &text));
        put.map_err(|error| Error::stack(format!("cannot write {}", path.display())).caused_by(error))?;
        ui.success(&format!("wrote {}", path.display()));
    } else if check {
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        // A checkout may have other line ends.
        if there.replace("\r\n", "\n") != text {
            return Err(Error::stack(format!("{} is not the schema of this program", path.display()))
                .hinted("run `stack schema --write`"));
        }
        ui.success(&format!("{} is up to date", path.display()));
    } else {
        ui.out_raw(&text);
    }
    Ok(Exit::Done)
}

/// Prints the script that completes in a shell.
///
/// # Errors
/// When it cannot be made.
pub fn completions(ui: &Ui, shell: Shell) -> Result<Exit> {
    let script = cli::completions(shell).map_err(|error| Error::bug("the script cannot be made").caused_by(error))?;
    ui.out_raw(&script);
    Ok(Exit::Done)
}

/// Prints the manual page, or writes one for each command.
///
/// # Errors
/// When the pages cannot be written.
pub fn man(ui: &Ui, dir: Option<&Path>) -> Result<Exit> {
    match dir {
        Some(dir) => {
            cli::write_man(dir).map_err(|error| {
                Error::usage(format!("cannot write the pages into {}", dir.display())).caused_by(error)
            })?;
            ui.success(&format!("wrote the manual pages into {}", dir.display()));
        }
        None => ui.out_raw(&cli::man().map_err(|error| Error::bug("the page cannot be made").caused_by(error))?),
    }
    Ok(Exit::Done)
}
