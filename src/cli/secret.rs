//! `stack secret`, with all that it does.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

use super::StackArg;

/// What can be done with the secrets of clients.
#[derive(Debug, Subcommand)]
pub enum SecretVerb {
    /// List the secrets of the clients: ids and times, never a value
    List {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// Only those of this client, by its name in `app_clients`
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a client a second secret beside the one that it has, and hand it over this once
    #[command(after_long_help = "\
Both are good from then on, so nothing has to switch at once. The new one goes to standard output and nothing else does, \
or into a new file that only you can read; it is kept nowhere else, and AWS does not show it again. On a terminal you are \
asked whether the older one can go; elsewhere, `stack secret retire` deletes it once everything uses the new one.

A client has two at most: where it has two already, nothing is changed. Stopped anywhere, it has a good one.

Of a client with a `client_secret` of your own, put the new one where the stack file says; this adds it as the second, and \
the next `stack apply` deletes the older one.

Examples:
  stack secret rotate prod web --file web.secret
  aws secretsmanager put-secret-value --secret-id web --secret-string file://web.secret
  stack secret retire prod web               once everything signs in with the new one
  stack secret retire prod web --newer       takes the rotation back")]
    Rotate {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// The client, by its name in `app_clients`
        #[arg(value_name = "CLIENT")]
        client: String,
        /// Write the new secret into this file, which must not be there yet, instead of to standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
        /// Print JSON, with the secret in it unless it goes into a file; asks nothing
        #[arg(long)]
        json: bool,
    },
    /// Delete the older secret of a client that has two
    #[command(after_long_help = "\
Whatever still signs in with it is refused from then on. A client with one secret is left as it is, so this may be repeated.

Examples:
  stack secret retire prod web
  stack secret retire prod web --newer       the other one: takes back a rotation whose new secret was lost, or never used")]
    Retire {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// The client, by its name in `app_clients`
        #[arg(value_name = "CLIENT")]
        client: String,
        /// Delete the newer one instead
        #[arg(long)]
        newer: bool,
        /// Do not ask first
        #[arg(long)]
        auto_approve: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
