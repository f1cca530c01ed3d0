//! What `stack import` takes.

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::{StackArg, complete};
use crate::address::Address;

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
