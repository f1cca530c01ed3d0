//! `stack sandbox`: AWS in this process, served to other clients, or emptied.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::session::House;
use crate::address::is_name;
use crate::cli::SandboxVerb;
use crate::error::{Error, Result};
use crate::sandbox::{Sandbox, Server};
use crate::state::local::LocalStore;
use crate::state::store::Store as _;
use crate::ui::{Exit, Ui};

/// Serves or empties the sandbox.
///
/// # Errors
/// When its world cannot be read or written, or the port is taken.
pub async fn sandbox(house: &House, ui: &Rc<Ui>, verb: &SandboxVerb) -> Result<Exit> {
    match verb {
        SandboxVerb::Serve { port, dns_port, fault } => {
            let sandbox = Sandbox::open(&house.sandbox_dir(), house.clock.clone())?;
            for fault in fault {
                sandbox.fault(fault.clone());
            }
            let server = Server::bind(sandbox, *port, dns_port.unwrap_or(0)).await?;
            // Two lines that a script can read: AWS_ENDPOINT_URL, and what --dns-server takes.
            ui.out(&format!("http://{}", server.http_address()));
            ui.out(&server.dns_address().to_string());
            ui.say(&format!(
                "AWS's API, as the sandbox plays it. DNS answers on {}. Ctrl-C ends it.",
                server.dns_address()
            ));
            ui.say(&format!(
                "For example:  aws --endpoint-url http://{} cognito-idp list-user-pools --max-results 10",
                server.http_address()
            ));
            server
                .run(async {
                    // Where signals cannot be heard, it runs until it is killed.
                    if tokio::signal::ctrl_c().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                })
                .await;
            Ok(Exit::Done)
        }
        SandboxVerb::Reset { auto_approve } => {
            let dir = house.sandbox_dir();
            if !auto_approve
                && !ui.prompt_yes("Forget everything that the sandbox holds, and the states of its stacks?").await?
            {
                ui.say("Nothing was changed.");
                return Ok(Exit::Failed);
            }
            forget_states(house).await?;
            Sandbox::reset_at(&dir)?;
            ui.success(&format!("the sandbox in {} is empty", dir.display()));
            Ok(Exit::Done)
        }
    }
}

/// Removes the states of the sandbox's stacks; of none that somebody is at work on.
async fn forget_states(house: &House) -> Result<()> {
    let entries = std::fs::read_dir(house.sandbox_dir()).into_iter().flatten();
    let files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let stacks: BTreeSet<String> = files
        .iter()
        .filter_map(|path| path.file_name()?.to_str()?.strip_suffix(".json"))
        .map(|name| name.strip_suffix(".rescue").unwrap_or(name))
        .filter(|name| is_name(name) && *name != WORLD)
        .map(str::to_owned)
        .collect();
    for stack in stacks {
        let store = LocalStore::new(&house.sandbox_dir(), &stack, house.clock.clone());
        let _lock = store.lock("stack sandbox reset").await?;
        for suffix in [".json", ".rescue.json", ".latest.json"] {
            let path = house.sandbox_dir().join(format!("{stack}{suffix}"));
            if path.exists() {
                let gone = std::fs::remove_file(&path);
                gone.map_err(|error| {
                    Error::state(format!("cannot remove the state in {}", path.display())).caused_by(error)
                })?;
            }
        }
    }
    Ok(())
}

/// What the sandbox itself is kept as, beside the states of its stacks.
const WORLD: &str = "world";
