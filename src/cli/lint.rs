//! What `stack lint` takes.

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::complete;
use super::words::stack_name;

/// What `stack lint` takes.
#[derive(Debug, Clone, Args)]
pub struct Lint {
    /// The stacks to look at; all in stacks/ unless given
    #[arg(value_name = "STACK", value_parser = stack_name, add = ArgValueCompleter::new(complete::stacks))]
    pub stacks: Vec<String>,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
    /// Print what was found as SARIF, which code hosts show beside the lines of a change
    #[arg(long, conflicts_with = "json")]
    pub sarif: bool,
    /// Mend in the stack files what can be mended without thought, and show what was changed
    #[arg(long)]
    pub fix: bool,
    /// What else to fail on
    #[arg(long, value_name = "WHAT", value_enum)]
    pub deny: Option<Deny>,
}

/// What is denied beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
    /// Warnings and notes
    Notes,
}
