//! Every command and flag, with the help that people read. No behaviour.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;
use clap::{Args, ColorChoice, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueHint};
use clap_complete::{ArgValueCompleter, CompleteEnv};

use crate::ui::{Color, Exit};

mod branding;
mod complete;
mod import;
mod init;
mod lint;
mod pages;
mod plans;
mod purposes;
mod secret;
mod state;
mod words;

use crate::sandbox::Fault;
pub use branding::{BrandingPull, BrandingVerb};
pub use import::Import;
pub use init::Init;
pub use lint::{Deny, Lint};
pub use pages::{Shell, completions, man, write_man};
pub use plans::{Apply, Carry, Change, Drift, Narrow, Outside, Plan, Show, Shown, Wait};
pub use purposes::Purposes;
pub use secret::SecretVerb;
pub use state::StateVerb;
pub use words::Place;
use words::{dns_server, fault, stack_name};

const STYLES: Styles = Styles::styled()
    .header(Style::new().bold())
    .usage(Style::new().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(Style::new().dimmed())
    .error(AnsiColor::Red.on_default().bold())
    .valid(AnsiColor::Green.on_default())
    .invalid(AnsiColor::Yellow.on_default());

const AFTER: &str = "\
Start here:
  stack init                 write a first stack file, from a few answers
  stack up dev --sandbox     make stacks/dev.yaml in the AWS inside this process
  stack plan dev             see what would change in your AWS account; changes nothing
  stack up dev               see it, say yes, and have it done

Exit codes:
  0    done
  1    failed; also a wrong command line
  2    `stack plan --detailed-exitcode` found changes, or `stack drift` drift
  130  stopped with Ctrl-C; what was begun is recorded, and the next run goes on

Environment:
  STACK_SANDBOX=1            as --sandbox
  STACK_LOG                  what to log, as a filter: `aws_smithy_runtime=debug`
  NO_COLOR, CLICOLOR_FORCE   no colour at all; colour although nobody is at a terminal
  COLUMNS                    how wide the page is where there is no terminal
  AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, …   as for every AWS tool";

/// Infrastructure as code for Amazon Cognito.
///
/// A stack is one file in stacks/: a user pool and everything round it. `plan` shows what differs between the file and
/// AWS, `apply` makes AWS hold what the file asks for, and `destroy` takes it away again.
#[derive(Debug, Parser)]
#[command(
    name = "stack",
    version,
    styles = STYLES,
    after_long_help = AFTER,
    arg_required_else_help = true,
    subcommand_required = true,
    propagate_version = false,
    help_expected = true,
    max_term_width = 110
)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Globals {
    /// Work in this directory, which holds stacks/, schemas/ and state/
    #[arg(short = 'C', long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,
    /// When to use colour; auto hears NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Log to stderr: once for calls to AWS, twice for the SDK's own log, three times for everything; secrets are left out
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Use the AWS inside this process, kept under state/sandbox/, instead of an account
    #[arg(long, global = true, env = "STACK_SANDBOX", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
    pub sandbox: bool,
    /// The profile of your AWS configuration to use
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// The AWS Region, where the stack file names none
    #[arg(long, global = true, value_name = "REGION")]
    pub region: Option<String>,
    /// Ask this DNS server whatever is asked of public DNS, instead of the system's; the port is 53 unless given
    #[arg(long, global = true, value_name = "ADDR[:PORT]", value_parser = dns_server)]
    pub dns_server: Option<SocketAddr>,
}

/// One stack.
#[derive(Debug, Clone, Args)]
pub struct StackArg {
    /// The stack: dev for stacks/dev.yaml
    #[arg(value_name = "STACK", value_parser = stack_name, add = ArgValueCompleter::new(complete::stacks))]
    pub stack: String,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write a first stack file; asks for what it needs, and overwrites nothing
    #[command(after_long_help = "\
On a terminal it asks, each question with a default; elsewhere, flags answer. Where there are credentials, it finds your \
account and its hosted zones by itself. Beside the stack file it writes the schema that editors read, and state/.gitignore.

Examples:
  stack init
  stack init dev --sandbox
  stack init prod --region eu-west-1 --domain auth.example.com --callback-url https://app.example.com/callback")]
    Init(Init),
    /// Show what apply would change; changes nothing
    #[command(after_long_help = "\
Examples:
  stack plan dev
  stack plan prod --json | conftest test -
  stack plan prod --detailed-exitcode      exits 0 without changes, 2 with changes, 1 on failure
  stack plan --all --detailed-exitcode     every stack, and a table at the end
  stack plan prod --markdown               a comment for a pull request
  stack plan prod --out prod.plan          keeps it, for `stack apply --plan prod.plan`")]
    Plan(Plan),
    /// Make AWS hold what the stack file asks for
    #[command(after_long_help = "\
Shows the plan and asks, unless --auto-approve is given. May be stopped with Ctrl-C at any time: the call in flight \
ends, the state is saved, and the next run goes on from there.

Examples:
  stack apply dev
  stack apply dev --target app_client.web
  stack apply prod --auto-approve --parallelism 4
  stack apply --plan prod.plan             exactly what was planned, or nothing")]
    Apply(Apply),
    /// Plan, ask, apply, and show the outputs: the one command for every day
    #[command(after_long_help = "\
Examples:
  stack up dev --sandbox --auto-approve    a whole login stack without an AWS account
  stack up dev")]
    Up(Change),
    /// Delete every object of a stack
    #[command(after_long_help = "\
A user pool goes only with --allow-loss user_pool, and only once its deletion protection is off: set \
`deletion_protection: INACTIVE` in the stack file and apply first.

Examples:
  stack destroy dev --allow-loss user_pool
  stack destroy dev --target app_client.web")]
    Destroy(Change),
    /// Show what somebody else has changed in AWS since the stack was last applied; changes nothing
    #[command(after_long_help = "\
What the stack declares is put back by the next apply; what it does not is left alone, unless you say --revert-undeclared.

Exits 2 when there is drift, 0 when there is none, and 1 on failure.

Examples:
  stack drift prod
  stack drift prod --json | jq -r '.resources[].address'
  stack drift --all                        every stack, and a table at the end
  stack apply prod --refresh-only          takes it into the state, and leaves AWS as it is
  stack apply prod --revert-undeclared     puts all of it back")]
    Drift(Drift),
    /// Adopt a pool that something else has made, or single objects; AWS stays as it is
    #[command(after_long_help = import::AFTER)]
    Import(Import),
    /// Styles of the managed login pages
    #[command(subcommand, arg_required_else_help = true)]
    Branding(BrandingVerb),
    /// Check everything outside the stack file that it needs; changes nothing
    #[command(after_long_help = "\
Reads AWS and public DNS: credentials, permissions, quotas, certificates, DNS records, mail identities, Lambda functions, \
keys. What you may not look at is not known, and no failure. `stack plan` does the same for what it would make or change.

Exits 1 when a check fails, and 0 when none does.

Examples:
  stack preflight prod
  stack preflight prod --json | jq '.checks[].findings[] | select(.outcome == \"fail\")'
  stack preflight dev --sandbox             all that the stack only names exists there")]
    Preflight {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// Print what was found as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show as whom AWS would be called: account, identity, Region, and where the credentials come from
    Whoami {
        /// As this stack's file says; fails when the account is not the stack's own
        #[arg(value_name = "STACK", value_parser = stack_name, add = ArgValueCompleter::new(complete::stacks))]
        stack: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the least IAM policy that a stack needs, as JSON; asks AWS nothing
    #[command(after_long_help = "\
Without a flag it is what `stack apply` needs. Once there is a pool, the policy names it, and allows neither to make \
another nor to delete it: run this again after the first apply, and give what it says to your CI.

Examples:
  stack iam-policy prod > policy.json
  stack iam-policy prod --plan              for a job that only looks
  stack iam-policy dev --apply --destroy    for whoever may do all
  aws iam put-role-policy --role-name deploy --policy-name stack --policy-document \"$(stack iam-policy prod)\"")]
    IamPolicy {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// For what.
        #[command(flatten)]
        purposes: Purposes,
    },
    /// Check stack files without asking AWS; without names, all of them
    Validate {
        /// The stacks to check; all in stacks/ unless given
        #[arg(value_name = "STACK", value_parser = stack_name, add = ArgValueCompleter::new(complete::stacks))]
        stacks: Vec<String>,
        /// Print what was found as JSON
        #[arg(long)]
        json: bool,
        /// Print what was found as SARIF, which code hosts show beside the lines of a change
        #[arg(long, conflicts_with = "json")]
        sarif: bool,
    },
    /// Find what AWS takes and a login should not have; without names, in all stacks
    #[command(after_long_help = "\
Every rule is in the README, under Hardening. A stack file silences one with a reason:
  lint: { silence: { mfa-optional: people set it up by the end of the year } }

Exits with 1 on a finding that is an error, or that --deny names.

Examples:
  stack lint prod
  stack lint prod --fix
  stack lint --deny warnings --sarif > lint.sarif")]
    Lint(Lint),
    /// Show all that is remembered of a stack: its objects, their ids and what AWS decided; or a plan that was kept
    #[command(after_long_help = "\
Examples:
  stack show dev
  stack show dev.plan
  stack show prod.plan --json | conftest test -")]
    Show(Show),
    /// Print what a program needs to use the stack: pool id, client ids, issuer, addresses
    #[command(after_long_help = "\
Examples:
  stack output dev
  stack output dev user_pool_id --raw
  eval \"$(stack output dev --env)\"         sets STACK_USER_POOL_ID and the others
  stack output dev --secrets --json        with the client secrets, fetched from AWS now")]
    Output(Output),
    /// Give a client another secret, with a good one at every moment
    #[command(subcommand)]
    Secret(SecretVerb),
    /// Look at the state, correct it by hand, or move it to S3 and back
    #[command(subcommand)]
    State(StateVerb),
    /// Take away the lock of a run that has died
    #[command(after_long_help = "\
A run that is at work writes its lock in S3 anew every quarter of a minute; a lock that was not for a minute is taken over \
by the next run, without this command. A local lock ends with its process.

Examples:
  stack unlock prod
  stack unlock prod --force                 although it is not known to be dead; if it lives, it stops")]
    Unlock {
        /// The stack.
        #[command(flatten)]
        stack: StackArg,
        /// Also the lock of a run that may be alive
        #[arg(long)]
        force: bool,
    },
    /// Print the JSON Schema of stack files, which editors read
    Schema {
        /// Exit with 1 if the files in schemas/ are not what --write would write
        #[arg(long, conflicts_with = "write")]
        check: bool,
        /// Write schemas/stack.schema.json, and part.schema.json for files that others extend
        #[arg(long)]
        write: bool,
    },
    /// The AWS inside this process, for trying things out and for tests
    #[command(subcommand)]
    Sandbox(SandboxVerb),
    /// Print the script that completes commands, flags, stacks and addresses in a shell
    #[command(after_long_help = "\
Put one of these into your shell's start file:
  bash        source <(stack completions bash)
  zsh         source <(stack completions zsh)
  fish        stack completions fish | source
  elvish      eval (stack completions elvish | slurp)
  powershell  stack completions powershell | Out-String | Invoke-Expression")]
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page, or write the pages of every command
    Man {
        /// Write a page for each command into this directory
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

/// What `stack output` takes.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Output {
    /// The stack.
    #[command(flatten)]
    pub stack: StackArg,
    /// Only this output: user_pool_id, or client_id.web
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Print JSON
    #[arg(long, group = "form")]
    pub json: bool,
    /// Print the one value alone, a string without quotes and nothing behind it
    #[arg(long, group = "form", requires = "name")]
    pub raw: bool,
    /// Print lines for a shell: STACK_USER_POOL_ID=…
    #[arg(long, group = "form")]
    pub env: bool,
    /// Also client secrets, fetched from AWS now; they are kept nowhere
    #[arg(long)]
    pub secrets: bool,
}

/// What can be done with the sandbox.
#[derive(Debug, Subcommand)]
pub enum SandboxVerb {
    /// Answer AWS's API on this machine, for other clients
    #[command(after_long_help = "\
Serves the same world that --sandbox uses, on 127.0.0.1 only. What a stack only names and never makes (Lambda functions, \
KMS keys, SES identities, IAM roles) exists there and is in order, unless a fault says otherwise.

Examples:
  stack sandbox serve --port 4566
  aws --endpoint-url http://127.0.0.1:4566 cognito-idp list-user-pools --max-results 10
  stack sandbox serve --fault CreateUserPool=drop-after:1     do the first one and drop the connection
  stack sandbox serve --fault 'GetAccount=answer:{\"ProductionAccessEnabled\":false}'")]
    Serve {
        /// The TCP port for AWS's API; 0 takes a free one and says which
        #[arg(long, value_name = "PORT", default_value_t = 4566)]
        port: u16,
        /// Also answer DNS on this UDP port; 0 takes a free one and says which
        #[arg(long, value_name = "PORT")]
        dns_port: Option<u16>,
        /// Make an operation fail: throttle, error, slow:MS, drop-before, drop-after (does it first), truncate, denied,
        /// expired, lag:MS (does not see what is newer); :N does so for the first N calls, :* for all, OP+K leaves the
        /// first K alone; answer:JSON lays that over the answer; may be given several times
        #[arg(long, value_name = "OP[+K]=KIND[:N]", value_parser = fault)]
        fault: Vec<Fault>,
    },
    /// Forget everything that the sandbox holds
    Reset {
        /// Do not ask first
        #[arg(long)]
        auto_approve: bool,
    },
}

/// Reads the command line; answers a shell that asks for completions; prints help and what is wrong.
///
/// To be called before anything else: the shell's question comes through the environment.
///
/// # Errors
/// The code to exit with at once. A wrong command line is 1, since 2 means that a plan has changes.
pub fn parse() -> Result<Cli, ExitCode> {
    let here = std::env::current_dir().ok();
    match CompleteEnv::with_factory(command).try_complete(std::env::args_os(), here.as_deref()) {
        Ok(false) => parse_from(std::env::args_os()).map_err(|error| said(&error)),
        Ok(true) => Err(Exit::Done.into()),
        Err(error) => Err(said(&error)),
    }
}

/// Reads a command line.
///
/// # Errors
/// Help and version, and what is wrong with the command line.
pub fn parse_from<T: Into<OsString> + Clone>(args: impl IntoIterator<Item = T>) -> Result<Cli, clap::Error> {
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let mut command = command().color(color_of(&args));
    Cli::from_arg_matches(&command.try_get_matches_from_mut(args)?)
}

/// The whole command line, for what writes about it.
#[must_use]
pub fn command() -> Command {
    Cli::command()
}

/// What `--color` asks for, needed before the command line is known to be right.
fn color_of(args: &[OsString]) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut is_next = false;
    for arg in args.iter().filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--") {
        let value = if is_next { Some(arg) } else { arg.strip_prefix("--color=") };
        is_next = arg == "--color";
        choice = match value {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            Some("auto") => ColorChoice::Auto,
            _ => choice,
        };
    }
    choice
}

fn said(error: &clap::Error) -> ExitCode {
    // A closed stdout is nobody's fault.
    let _ = error.print();
    if error.use_stderr() { Exit::Failed.into() } else { Exit::Done.into() }
}

#[cfg(test)]
mod tests;
