//! What `stack branding` takes.

use clap::{Args, Subcommand};

use super::StackArg;

/// What to do with styles of the managed login pages.
#[derive(Debug, Clone, Subcommand)]
pub enum BrandingVerb {
    /// Write a style that was designed in the console into files; changes nothing in AWS
    #[command(after_long_help = "\
Writes what somebody has set (what AWS fills in by itself is left out) as JSON, and each image as a file: where the stack \
file names them already, or else under stacks/ui/, and then shows the lines that name them. The next plan is empty.

Examples:
  stack branding pull prod web
  stack branding pull prod web --overwrite   after it was changed in the console again")]
    Pull(BrandingPull),
}

/// Whose style is written, and over what.
#[derive(Debug, Clone, Args)]
pub struct BrandingPull {
    /// The stack.
    #[command(flatten)]
    pub stack: StackArg,
    /// The client whose style it is, by its name in the stack file
    #[arg(value_name = "CLIENT")]
    pub client: String,
    /// Put what AWS has in the place of files that hold something else
    #[arg(long)]
    pub overwrite: bool,
}
