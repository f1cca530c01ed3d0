//! One file per verb: gather, call the engine, show.

mod apply;
mod files;
mod lint;
mod outputs;
mod plan;
mod preflight;
mod sandbox;
pub mod session;
mod show;
mod signals;
mod state;
mod stores;

use std::process::ExitCode;
use std::rc::Rc;

use crate::cli::{self, Cli, Globals, StateVerb, Verb};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::ui::{Exit, Ui, log};

use session::House;

/// The whole program: parses, runs, prints what went wrong, and gives the exit code.
pub fn main() -> ExitCode {
    match cli::parse() {
        Ok(cli) => run(&cli),
        Err(code) => code,
    }
}

fn run(cli: &Cli) -> ExitCode {
    let root = cli.globals.directory.clone().unwrap_or_default();
    let ui = Rc::new(Ui::new(cli.globals.color).of(&root));
    log::start(cli.globals.verbose, ui.has_colour());
    let ended = runtime().and_then(|runtime| {
        let house = house(&cli.globals)?;
        runtime.block_on(perform(&house, &ui, &cli.verb))
    });
    let exit = ended.unwrap_or_else(|error| {
        if wants_json(&cli.verb) {
            ui.json(&crate::ui::error::json(&error));
        } else {
            ui.error(&error);
        }
        Exit::of(&error)
    });
    // An answer that stdout could not take is told on stderr, though it be JSON that was asked for.
    match ui.finished() {
        Ok(()) => exit.into(),
        Err(error) => {
            ui.error(&error);
            Exit::of(&error).into()
        }
    }
}

/// One thread: what takes time here is waiting, and one thread waits for many things at once.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Error::bug("the program cannot start its event loop").caused_by(error))
}

fn house(globals: &Globals) -> Result<House> {
    let Globals { directory, color: _, verbose: _, sandbox, profile, region, dns_server } = globals;
    let root = directory.clone().unwrap_or_default();
    if directory.is_some() && !root.is_dir() {
        return Err(Error::usage(format!("--directory {}: there is no such directory", root.display())));
    }
    Ok(House {
        root,
        is_sandbox: *sandbox,
        profile: profile.clone(),
        region: region.clone(),
        dns_server: *dns_server,
        clock: Clock::from_env(),
    })
}

fn wants_json(verb: &Verb) -> bool {
    match verb {
        Verb::Plan { json, .. }
        | Verb::Preflight { json, .. }
        | Verb::Validate { json, .. }
        | Verb::Show { json, .. }
        | Verb::State(StateVerb::List { json, .. } | StateVerb::Show { json, .. } | StateVerb::History { json, .. }) => {
            *json
        }
        Verb::Output(output) => output.json,
        Verb::Lint(lint) => lint.json,
        _ => false,
    }
}

async fn perform(house: &House, ui: &Rc<Ui>, verb: &Verb) -> Result<Exit> {
    match verb {
        Verb::Plan { stack, narrow, detailed_exitcode, json } => {
            plan::plan(house, ui, &stack.stack, narrow, *detailed_exitcode, *json).await
        }
        Verb::Apply { stack, narrow, carry } => apply::apply(house, ui, ("apply", &stack.stack), narrow, carry).await,
        Verb::Up { stack, narrow, carry } => apply::apply(house, ui, ("up", &stack.stack), narrow, carry).await,
        Verb::Destroy { stack, narrow, carry } => {
            apply::apply(house, ui, (apply::DESTROY, &stack.stack), narrow, carry).await
        }
        Verb::Preflight { stack, json } => preflight::preflight(house, ui, &stack.stack, *json).await,
        Verb::Validate { stacks, json, sarif } => files::validate(house, ui, stacks, files::Form::of(*json, *sarif)),
        Verb::Lint(ask) => lint::lint(house, ui, ask),
        Verb::Schema { check, write } => files::schema(house, ui, *check, *write),
        Verb::Show { stack, json } => show::show(house, ui, &stack.stack, *json).await,
        Verb::Output(output) => show::output(house, ui, output).await,
        Verb::State(verb) => state::state(house, ui, verb).await,
        Verb::Unlock { stack, force } => state::unlock(house, ui, &stack.stack, *force).await,
        Verb::Sandbox(verb) => sandbox::sandbox(house, ui, verb).await,
        Verb::Completions { shell } => files::completions(ui, *shell),
        Verb::Man { dir } => files::man(ui, dir.as_deref()),
    }
}
