//! What `stack iam-policy` takes.

use clap::Args;

/// What a policy is to allow.
#[derive(Debug, Clone, Copy, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
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
    /// To read and write the state in S3, and nothing else: for the role or profile that `state.s3` names
    #[arg(long, conflicts_with_all = ["plan", "apply", "destroy"])]
    pub state: bool,
}

impl Purposes {
    /// Whether objects are made and changed: so it is where nothing is said.
    pub fn applies(self) -> bool {
        self.apply || !(self.plan || self.destroy)
    }
}
