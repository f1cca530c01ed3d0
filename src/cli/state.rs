//! `stack state`, with all that it does.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};
use clap_complete::ArgValueCompleter;

use super::words::{Place, address, place};
use super::{StackArg, Wait, complete};
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
        /// How long to wait.
        #[command(flatten)]
        wait: Wait,
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
        /// How long to wait.
        #[command(flatten)]
        wait: Wait,
    },
    /// Make the bucket that the stack file names: private, versioned, encrypted, over TLS only
    #[command(after_long_help = "\
What a bucket that is there lacks of that is added; what it has is left as it is. May be repeated.

Example, with `state: { s3: { bucket: shop-stacks, key: auth/prod.json } }` in stacks/prod.yaml:
  stack state init prod")]
    Init {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
    },
    /// Move the state to where the stack file says that it is: from a local file to S3, and back, or between buckets
    #[command(after_long_help = "\
First write into the stack file where the state is to be, then move it there. It keeps its lineage, and takes the place of \
no other.

Examples:
  stack state migrate prod                                        from state/prod.json to `state.s3`
  stack state migrate prod --from s3://old-bucket/auth/prod.json
  stack state migrate prod --from 's3://shop-stacks/auth/prod.json?region=eu-west-1'")]
    Migrate {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// Where it is now: `local`, or s3://BUCKET/KEY, and behind a `?`, joined with `&`, region, profile, endpoint and
        /// path_style as under `state.s3`
        #[arg(long, value_name = "PLACE", default_value = "local", value_parser = place)]
        from: Place,
        /// How long to wait.
        #[command(flatten)]
        wait: Wait,
    },
    /// List the versions of the state that its bucket keeps, the newest first
    History {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
        limit: u16,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Bring an earlier version of the state back, as a new one; AWS is not touched
    #[command(after_long_help = "\
Objects that were made since then are not recorded in it, and the next apply would make them again: `stack plan` tells.

Example:
  stack state history prod
  stack state rollback prod 3HL4kqtJvjVBH40Nrjfkd")]
    Rollback {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// The version, as `stack state history` lists it
        #[arg(value_name = "VERSION")]
        version: String,
        /// Do not ask first
        #[arg(long)]
        auto_approve: bool,
        /// How long to wait.
        #[command(flatten)]
        wait: Wait,
    },
    /// Print the state as JSON, as it is kept
    Pull {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
    },
    /// Put a state in the place of the one that is kept; AWS is not touched
    #[command(after_long_help = "\
Refuses one of another lineage, and one that is not newer than what is kept, unless --force is given.

Example:
  stack state pull prod > prod.json
  stack state push prod prod.json")]
    Push {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// The file with the state; `-` reads it from standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Also one that is older, or of another lineage
        #[arg(long)]
        force: bool,
        /// How long to wait.
        #[command(flatten)]
        wait: Wait,
    },
}
