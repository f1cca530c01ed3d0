//! One file per verb: gather, call the engine, show.

mod all;
mod apply;
mod apply_kept;
mod attend;
mod branding;
mod drift;
mod elsewhere;
mod files;
mod iam_policy;
mod import;
mod init;
mod lint;
mod outputs;
mod plan;
mod plan_file;
mod preflight;
mod sandbox;
mod secret;
pub mod session;
mod show;
mod signals;
mod state;
mod stores;
mod whoami;

use std::process::ExitCode;
use std::rc::Rc;

use crate::cli::{self, BrandingVerb, Change, Cli, Globals, SecretVerb, StateVerb, Verb};
use crate::clock::Clock;
use crate::engine::decide::Options;
use crate::error::{Error, Result};
use crate::ui::{Exit, Ui, log};

use session::House;
use signals::{Heed, stoppable};

/// The whole program: parses, runs, prints what went wrong, and gives the exit code.
pub fn main() -> ExitCode {
    match cli::parse() {
        Ok(cli) => run(&cli),
        Err(code) => code,
    }
}

fn run(cli: &Cli) -> ExitCode {
    let root = cli.globals.directory.clone().unwrap_or_default();
    let ui = Ui::new(cli.globals.color).of(&root);
    let ui = Rc::new(if wants_events(&cli.verb) { ui.streaming(Clock::from_env()) } else { ui });
    ui.begun();
    log::start(cli.globals.verbose, ui.has_colour());
    let ended = runtime().and_then(|runtime| {
        let house = house(&cli.globals)?;
        let work = Box::pin(perform(&house, &ui, &cli.verb));
        let ended =
            runtime.block_on(async { if hears(&cli.verb) { stoppable(&house.heed, work).await } else { work.await } });
        if ended.as_ref().is_err_and(Error::is_stopped) {
            // A name that is still being looked up is not waited for.
            runtime.shutdown_background();
        }
        ended
    });
    let exit = ended.unwrap_or_else(|error| {
        if wants_json(&cli.verb) {
            ui.json(&crate::ui::error::json(&error));
        } else if error.is_stopped() {
            ui.stopped(&error);
        } else {
            ui.error(&error);
        }
        Exit::of(&error)
    });
    // An answer that stdout could not take is told on stderr, though it be JSON that was asked for.
    match ui.finished() {
        Ok(()) => exit.into(),
        Err(error) => {
            ui.error_aside(&error);
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
        carried: None,
        heed: Heed::default(),
    })
}

/// Whether all that happens is told as events, from the first line on.
fn wants_events(verb: &Verb) -> bool {
    match verb {
        Verb::Apply(apply) => apply.carry.json,
        Verb::Up(change) | Verb::Destroy(change) => change.carry.json,
        _ => false,
    }
}

/// Whether a signal is heard from the first moment on, and the end told. What asks a person for long answers, reads its
/// input, or only looks at files, ends as any program does; what takes a lock hears from then on.
fn hears(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Plan(_)
            | Verb::Apply(_)
            | Verb::Up(_)
            | Verb::Destroy(_)
            | Verb::Drift(_)
            | Verb::Import(_)
            | Verb::Preflight { .. }
            | Verb::Secret(_)
    )
}

fn wants_json(verb: &Verb) -> bool {
    match verb {
        Verb::Preflight { json, .. }
        | Verb::Whoami { json, .. }
        | Verb::Validate { json, .. }
        | Verb::Secret(
            SecretVerb::List { json, .. } | SecretVerb::Rotate { json, .. } | SecretVerb::Retire { json, .. },
        )
        | Verb::State(StateVerb::List { json, .. } | StateVerb::Show { json, .. } | StateVerb::History { json, .. }) => {
            *json
        }
        Verb::Plan(plan) => plan.json,
        Verb::Drift(drift) => drift.json,
        Verb::Show(show) => show.json,
        Verb::Output(output) => output.json,
        Verb::Lint(lint) => lint.json,
        Verb::Import(import) => import.json,
        _ => false,
    }
}

async fn perform(house: &House, ui: &Rc<Ui>, verb: &Verb) -> Result<Exit> {
    match verb {
        Verb::Init(ask) => init::init(house, ui, ask).await,
        Verb::Plan(asked) if asked.all => all::plan(house, ui, asked).await,
        Verb::Plan(asked) if asked.outside.refresh_only => drift::plan(house, ui, asked).await,
        Verb::Plan(asked) => plan::plan(house, ui, asked).await,
        Verb::Apply(asked @ cli::Apply { plan: Some(file), .. }) => apply_kept::apply(house, ui, asked, file).await,
        Verb::Apply(asked) if asked.outside.refresh_only => Box::pin(drift::apply(house, ui, asked)).await,
        Verb::Apply(cli::Apply { stack, plan: None, narrow, outside, carry }) => {
            let options = Options { revert_undeclared: outside.revert_undeclared, ..plan::options(narrow, false) };
            // The command line has either a stack or a plan.
            apply::apply(house, ui, ("apply", stack.as_deref().unwrap_or_default()), &options, carry).await
        }
        Verb::Up(Change { stack, narrow, carry }) => {
            apply::apply(house, ui, ("up", &stack.stack), &plan::options(narrow, false), carry).await
        }
        Verb::Destroy(Change { stack, narrow, carry }) => {
            apply::apply(house, ui, (apply::DESTROY, &stack.stack), &plan::options(narrow, true), carry).await
        }
        Verb::Drift(asked) if asked.all => all::drift(house, ui, asked).await,
        Verb::Drift(asked) => drift::drift(house, ui, asked).await,
        Verb::Import(asked) => import::import(house, ui, asked).await,
        Verb::Branding(BrandingVerb::Pull(asked)) => branding::pull(house, ui, asked).await,
        Verb::Preflight { stack, json } => preflight::preflight(house, ui, &stack.stack, *json).await,
        Verb::Whoami { stack, json } => whoami::whoami(house, ui, stack.as_deref(), *json).await,
        Verb::IamPolicy { stack, purposes } => iam_policy::iam_policy(house, ui, &stack.stack, *purposes).await,
        Verb::Validate { stacks, json, sarif } => files::validate(house, ui, stacks, files::Form::of(*json, *sarif)),
        Verb::Lint(ask) => lint::lint(house, ui, ask),
        Verb::Schema { check, write } => files::schema(house, ui, *check, *write),
        Verb::Show(asked) => show::show(house, ui, asked).await,
        Verb::Output(output) => show::output(house, ui, output).await,
        Verb::Secret(verb) => secret::secret(house, ui, verb).await,
        Verb::State(verb) => state::state(house, ui, verb).await,
        Verb::Unlock { stack, force } => state::unlock(house, ui, &stack.stack, *force).await,
        Verb::Sandbox(verb) => sandbox::sandbox(house, ui, verb).await,
        Verb::Completions { shell } => files::completions(ui, *shell),
        Verb::Man { dir } => files::man(ui, dir.as_deref()),
    }
}
