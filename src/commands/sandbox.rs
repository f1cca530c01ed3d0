//! `stack sandbox`: AWS in this process, served to other clients, or emptied.

use std::rc::Rc;

use super::session::House;
use crate::cli::SandboxVerb;
use crate::error::Result;
use crate::sandbox::{Sandbox, Server};
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
                && !ui.prompt_yes("Forget everything that the sandbox holds, and the states of its stacks?")?
            {
                ui.say("Nothing was changed.");
                return Ok(Exit::Failed);
            }
            Sandbox::reset_at(&dir)?;
            ui.success(&format!("the sandbox in {} is empty", dir.display()));
            Ok(Exit::Done)
        }
    }
}
