//! What `stack import` takes.

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::{StackArg, complete};
use crate::address::Address;

/// What stands below the help.
pub(super) const AFTER: &str = "\
With --user-pool, reads the pool and all that belongs to it, and writes stacks/STACK.yaml, the style sheets and logos that \
it names, and the state, so that the next plan is empty. What a stack file cannot hold is named. With --address, records \
objects that the stack file declares already; `stack plan` then shows what differs. Ids are those of `stack state list`:

  user_pool                eu-west-1_AbCdEfGhI
  app_client.web           eu-west-1_AbCdEfGhI/1example23456789
  domain.custom            auth.example.com
  certificate.domain       arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
  dns_record.domain_a      Z0123456789ABC/auth.example.com/A
  ui_customization         eu-west-1_AbCdEfGhI/ALL
  resource_server.orders   eu-west-1_AbCdEfGhI/https://api.example.com
  group.admins             eu-west-1_AbCdEfGhI/admins
  user.ann                 eu-west-1_AbCdEfGhI/<username>, or the sub where people sign in by an address
  risk_configuration       eu-west-1_AbCdEfGhI/ALL
  log_delivery             eu-west-1_AbCdEfGhI
  replica                  eu-west-1_AbCdEfGhI/eu-central-1
  terms.web-terms-of-use   eu-west-1_AbCdEfGhI/12345678-1234-4123-8123-123456789012

Refused are what another stack's state holds or its tag claims, and a stack file or state that is there.

Examples:
  stack import shop --user-pool eu-west-1_AbCdEfGhI
  stack import dev --address app_client.web=eu-west-1_AbCdEfGhI/1example23456789";

/// What is imported, and into which stack.
#[derive(Debug, Clone, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["user_pool", "address"])))]
pub struct Import {
    /// The stack.
    #[command(flatten)]
    pub stack: StackArg,
    /// The pool to import with all that belongs to it, by its id; writes the stack file, which must not be there yet
    #[arg(long, value_name = "ID")]
    pub user_pool: Option<String>,
    /// A single object that the stack file declares, by its address and its id; may be given several times
    #[arg(long, value_name = "ADDRESS=ID", value_parser = object, add = ArgValueCompleter::new(complete::declared))]
    pub address: Vec<(Address, String)>,
    /// Print what was imported, and what was not, as JSON
    #[arg(long)]
    pub json: bool,
}

/// `app_client.web=eu-west-1_AbCdEfGhI/1example23456789`.
fn object(text: &str) -> Result<(Address, String), String> {
    let (address, id) = text.split_once('=').filter(|(_, id)| !id.trim().is_empty()).ok_or_else(|| {
        format!("`{text}` is not an address and an id; one looks like `user_pool=eu-west-1_AbCdEfGhI`")
    })?;
    let address = address.parse().map_err(|error: crate::address::NotAnAddress| error.to_string())?;
    Ok((address, id.trim().to_owned()))
}
