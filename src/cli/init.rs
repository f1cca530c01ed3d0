//! What `stack init` takes.

use clap::Args;

use super::words::stack_name;

/// What `stack init` takes.
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// The stack to begin: dev for stacks/dev.yaml
    #[arg(value_name = "STACK", value_parser = stack_name)]
    pub stack: Option<String>,
    /// What the user pool is called in AWS; left out, this directory's name and the stack's
    #[arg(long, value_name = "NAME")]
    pub pool_name: Option<String>,
    /// Where people are sent after signing in: https://, the host and a path; may be given several times
    #[arg(long, value_name = "URL")]
    pub callback_url: Vec<String>,
    /// Sign-in pages at a name of your own, as auth.example.com
    #[arg(long, value_name = "NAME", group = "pages")]
    pub domain: Option<String>,
    /// Sign-in pages at a prefix of AWS's: shop-dev stands for shop-dev.auth.REGION.amazoncognito.com
    #[arg(long, value_name = "PREFIX", group = "pages")]
    pub prefix: Option<String>,
    /// No sign-in pages: the application has its own
    #[arg(long, group = "pages", conflicts_with = "callback_url")]
    pub no_domain: bool,
    /// The AWS account that the stack belongs to; left out, that of your credentials, where there are any
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// Also write .vscode/settings.json, which binds the schema to stacks/
    #[arg(long)]
    pub vscode: bool,
}
