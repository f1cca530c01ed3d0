//! What `stack iam-policy` takes.

use clap::Args;

/// What a policy is to allow.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Purposes {
    /// To read: plan, preflight
    #[arg(long)]
    pub plan: bool,
    /// To plan, make and change, and to delete all but what is lost for good
    #[arg(long)]
    pub apply: bool,
    /// To plan and delete, the pool and its users too
    #[arg(long)]
    pub destroy: bool,
}
