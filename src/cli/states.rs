//! What `stack state` takes.

use clap::Subcommand;
use clap_complete::ArgValueCompleter;

use super::words::address;
use super::{StackArg, complete};
use crate::address::Address;

/// What can be done with a state.
#[derive(Debug, Subcommand)]
pub enum StateVerb {
    /// List the objects of a stack, with their ids
    List {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all that is remembered of one object
    Show {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// The object, as app_client.web
        #[arg(value_parser = address, add = ArgValueCompleter::new(complete::addresses))]
        address: Address,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell the state that a resource has another name in the stack file now; AWS is not touched
    #[command(after_long_help = "\
Example, after app_clients.web has become app_clients.spa in the stack file:
  stack state mv dev app_client.web app_client.spa")]
    Mv {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// The address so far
        #[arg(value_parser = address, add = ArgValueCompleter::new(complete::addresses))]
        from: Address,
        /// The address from now on
        #[arg(value_parser = address)]
        to: Address,
    },
    /// Forget an object and leave it in AWS
    Rm {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// The object, as app_client.web
        #[arg(value_parser = address, add = ArgValueCompleter::new(complete::addresses))]
        address: Address,
        /// Do not ask first
        #[arg(long)]
        auto_approve: bool,
    },
}
