//! What the commands take that make plans and carry them out.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use clap_complete::ArgValueCompleter;

use super::words::{address, duration, kind, shown, stack_name};
use super::{StackArg, complete};
use crate::address::Address;

/// What narrows a plan.
#[derive(Debug, Clone, Args)]
pub struct Narrow {
    /// Only this resource and what it needs, as app_client.web or user_pool; may be given several times
    #[arg(long, value_name = "ADDRESS", value_parser = address, add = ArgValueCompleter::new(complete::addresses))]
    pub target: Vec<Address>,
    /// Everything but this resource, what needs it, and what it would go with; may be given several times
    #[arg(long, value_name = "ADDRESS", value_parser = address, add = ArgValueCompleter::new(complete::addresses),
        conflicts_with = "target")]
    pub exclude: Vec<Address>,
    /// Make the object of this resource anew although nothing asks for it; may be given several times
    #[arg(long, value_name = "ADDRESS", value_parser = address, add = ArgValueCompleter::new(complete::addresses))]
    pub replace: Vec<Address>,
    /// Allow objects of this kind to be deleted or replaced although something is lost for good with them (user_pool:
    /// every user account); may be given several times
    #[arg(long, value_name = "KIND", value_parser = kind, add = ArgValueCompleter::new(complete::kinds))]
    pub allow_loss: Vec<String>,
    /// Whether to read from AWS what it holds; with false, the state's word is taken, except where users would be lost
    #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub refresh: bool,
}

/// What to do about what was changed outside the stack.
#[derive(Debug, Clone, Args)]
pub struct Outside {
    /// Only take what AWS holds into the state, and change nothing in AWS
    #[arg(long, conflicts_with_all = ["target", "exclude", "replace", "allow_loss", "refresh", "revert_undeclared"])]
    pub refresh_only: bool,
    /// Also put back what was changed outside this stack and is not declared in it, where AWS can
    #[arg(long, conflicts_with = "refresh")]
    pub revert_undeclared: bool,
}

/// What `stack drift` takes.
#[derive(Debug, Clone, Args)]
pub struct Drift {
    /// The stack: dev for stacks/dev.yaml
    #[arg(value_name = "STACK", value_parser = stack_name, add = ArgValueCompleter::new(complete::stacks),
        required_unless_present = "all")]
    pub stack: Option<String>,
    /// Look at every stack in stacks/, and end with a table
    #[arg(long, conflicts_with = "stack")]
    pub all: bool,
    /// Print what has drifted as JSON
    #[arg(long)]
    pub json: bool,
}

/// What carries a plan out.
#[derive(Debug, Clone, Args)]
pub struct Carry {
    /// Do not ask before anything is changed; --allow-loss is still needed where something would be lost
    #[arg(long)]
    pub auto_approve: bool,
    /// How many steps at once
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub parallelism: u16,
    /// How long to wait.
    #[command(flatten)]
    pub wait: Wait,
    /// Print what happens as JSON, one event per line, named as Terraform names its events; needs --auto-approve, or a saved
    /// plan, where there is something to change
    #[arg(long)]
    pub json: bool,
}

/// How long to wait for the lock.
#[derive(Debug, Clone, Args)]
pub struct Wait {
    /// Wait this long for whoever is at work on the stack: 30s, 5m; without it, not at all
    #[arg(long, value_name = "DURATION", default_value = "0s", hide_default_value = true, value_parser = duration)]
    pub lock_timeout: Duration,
}

/// What `stack plan` takes.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Plan {
    /// The stack: dev for stacks/dev.yaml
    #[arg(value_name = "STACK", value_parser = stack_name, add = ArgValueCompleter::new(complete::stacks),
        required_unless_present = "all")]
    pub stack: Option<String>,
    /// Plan every stack in stacks/, and end with a table; what fails in one does not keep the others from it
    #[arg(long, conflicts_with_all = ["stack", "out", "target", "exclude", "replace", "refresh_only"])]
    pub all: bool,
    /// What narrows the plan.
    #[command(flatten)]
    pub narrow: Narrow,
    /// What to do about what others have changed.
    #[command(flatten)]
    pub outside: Outside,
    /// Plan what `stack destroy` would do
    #[arg(long, conflicts_with_all = ["refresh_only", "revert_undeclared", "replace"])]
    pub destroy: bool,
    /// Keep the plan in this file, for `stack apply --plan`; with its own user's rights alone, and no secret in it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "refresh_only")]
    pub out: Option<PathBuf>,
    /// Exit with 0 without changes, 2 with changes and 1 on failure
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Print the plan as JSON in the shape of `terraform show -json`
    #[arg(long)]
    pub json: bool,
    /// Print the plan as Markdown, for a comment on a pull request
    #[arg(long, conflicts_with_all = ["json", "refresh_only"])]
    pub markdown: bool,
}

/// What `stack apply` takes.
#[derive(Debug, Clone, Args)]
pub struct Apply {
    /// The stack: dev for stacks/dev.yaml; a saved plan knows its own
    #[arg(value_name = "STACK", value_parser = stack_name, add = ArgValueCompleter::new(complete::stacks),
        required_unless_present = "plan")]
    pub stack: Option<String>,
    /// Carry out this plan, which `stack plan --out` has kept, and ask nothing more; refused if anything that it rests
    /// on has changed since
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["target", "exclude", "replace", "refresh", "refresh_only", "revert_undeclared"])]
    pub plan: Option<PathBuf>,
    /// What narrows the plan.
    #[command(flatten)]
    pub narrow: Narrow,
    /// What to do about what others have changed.
    #[command(flatten)]
    pub outside: Outside,
    /// How to carry it out.
    #[command(flatten)]
    pub carry: Carry,
}

/// What `stack up` and `stack destroy` take.
#[derive(Debug, Clone, Args)]
pub struct Change {
    /// The stack.
    #[command(flatten)]
    pub stack: StackArg,
    /// What narrows the plan.
    #[command(flatten)]
    pub narrow: Narrow,
    /// How to carry it out.
    #[command(flatten)]
    pub carry: Carry,
}

/// What `stack show` takes.
#[derive(Debug, Clone, Args)]
pub struct Show {
    /// The stack: dev for stacks/dev.yaml; or a plan that `stack plan --out` has kept: anything with a dot or a slash in it,
    /// as dev.plan or ./plan
    #[arg(value_name = "STACK|FILE", value_parser = shown, add = ArgValueCompleter::new(complete::shown))]
    pub what: Shown,
    /// Print it as JSON; a plan in the shape of `terraform show -json`
    #[arg(long)]
    pub json: bool,
}

/// What can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// What is remembered of a stack.
    Stack(String),
    /// A plan that was kept.
    Plan(PathBuf),
}
