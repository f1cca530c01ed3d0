//! `stack init`: a first stack file, from a few answers.
//!
//! Everything is asked, looked up and checked before anything is written, and what is there already is left as it is.

mod answers;
mod put;

use std::time::Duration;

use super::session::House;
use crate::aws::Aws;
use crate::cli::Init;
use crate::error::{Error, Result};
use crate::kinds::hosted_zone::{self, Zone};
use crate::lint;
use crate::stack::first::{First, Pages};
use crate::ui::{Exit, Ui};

use answers::Answers;

/// The stack that is begun where none is named.
const STACK: &str = "dev";
/// Where most of AWS is first, for somebody who has no Region yet.
const REGION: &str = "us-east-1";
/// How long to look for an account and its zones: without credentials, the SDK asks a machine that may not be there.
const LOOK_AT_MOST: Duration = Duration::from_secs(15);

/// Writes a first stack file, and what it needs beside it.
///
/// # Errors
/// When the file is there already, a flag is missing and nobody is there to ask, or what was asked for is no valid stack.
pub async fn init(house: &House, ui: &Ui, ask: &Init) -> Result<Exit> {
    let region = house.region_of(None).await;
    need(ui, ask, region.is_some())?;
    let answers = Answers { root: &house.root, ui };
    let stack = answers.stack(ask.stack.as_deref(), STACK)?;
    if ask.vscode {
        put::settings_may_be_written(&house.root)?;
    }
    let region = answers.region(house.region.as_deref(), region.as_deref().unwrap_or(REGION))?;
    let found = look(house, ui, ask, &region).await?;

    let is_production = lint::is_called_production(&stack);
    let mut first = First {
        region,
        account: ask.account.clone().or(found.account),
        pool: String::new(),
        pages: Pages::None,
        callbacks: Vec::new(),
        is_production,
        stack,
    };
    answers.account(&first, ask.account.is_some())?;
    answers.pool(&mut first, ask.pool_name.as_deref())?;
    answers.pages(&mut first, ask, found.zones.as_deref())?;
    answers.callbacks(&mut first, &ask.callback_url, found.zones.as_deref())?;
    answers.whole(&first)?;

    let done = put::all(&house.root, &first, ask.vscode)?;
    for file in &done.written {
        ui.success(&format!("wrote {file}"));
    }
    for file in &done.outdated {
        ui.warn(&format!("{file} is there already, is not the schema of this program, and was left as it is"));
        ui.hint("`stack schema --write` replaces it");
    }
    let (plan, up) = (house.command(&["plan", &first.stack]), house.command(&["up", &first.stack]));
    ui.hint(&format!("`{plan}` shows what it makes, and `{up}` makes it"));
    if !house.is_sandbox && first.account.is_none() {
        ui.hint("without an account, `--sandbox` behind either tries it out on this machine");
    }
    Ok(Exit::Done)
}

/// Refuses to guess what nobody is there to say: every flag that is missing, at once.
fn need(ui: &Ui, ask: &Init, has_region: bool) -> Result<()> {
    if ui.is_interactive() {
        return Ok(());
    }
    let has_pages = ask.no_domain || ask.domain.is_some() || ask.prefix.is_some();
    let mut missing = Vec::new();
    if !has_region {
        missing.push("--region REGION");
    }
    if !has_pages {
        missing.push("one of --domain NAME, --prefix PREFIX and --no-domain");
    }
    if ask.callback_url.is_empty() && !ask.no_domain {
        missing.push("--callback-url URL");
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::usage(format!("nobody is there to ask, and this is missing: {}", missing.join("; ")))
        .hinted("on a terminal, `stack init` asks for each; nothing was written"))
}

/// What was found out in AWS.
#[derive(Default)]
struct Found {
    account: Option<String>,
    /// The public zones, where they could be listed.
    zones: Option<Vec<Zone>>,
}

/// Finds the account and its public hosted zones, where there are credentials. That there are none stops nothing.
async fn look(house: &House, ui: &Ui, ask: &Init, region: &str) -> Result<Found> {
    // The sandbox's account is nobody's: a guard with it would only be in the way later.
    let wants_account = ask.account.is_none() && !house.is_sandbox;
    let wants_zones = ask.domain.is_some() || (ui.is_interactive() && ask.prefix.is_none() && !ask.no_domain);
    if !wants_account && !wants_zones {
        return Ok(Found::default());
    }
    let aws = house.reach(Some(region)).await?;
    let looked = tokio::time::timeout(LOOK_AT_MOST, ask_aws(&aws, wants_account, wants_zones)).await;
    let (found, failure) = looked.unwrap_or_else(|_| (Found::default(), Some("no answer came in time".to_owned())));
    if let Some(account) = &found.account {
        ui.say(&format!("Account {account}, by your credentials."));
    }
    if let Some(why) = failure {
        let what = if wants_account && found.account.is_none() { "your account" } else { "your hosted zones" };
        ui.say(&format!("AWS could not be asked for {what}: {why}"));
    }
    Ok(found)
}

async fn ask_aws(aws: &Aws, wants_account: bool, wants_zones: bool) -> (Found, Option<String>) {
    let mut found = Found::default();
    let mut failure = None;
    if wants_account {
        match aws.account().await {
            Ok(account) => found.account = Some(account),
            // Whoever is not known to AWS can list no zones either.
            Err(error) => return (found, Some(reason(&error))),
        }
    }
    if wants_zones {
        match hosted_zone::public(aws).await {
            Ok(zones) => found.zones = Some(zones),
            Err(error) => failure = Some(reason(&error)),
        }
    }
    (found, failure)
}

/// What AWS or the machine said, without the operation, which nobody asked for.
fn reason(error: &Error) -> String {
    error.aws_failure().map_or_else(
        || error.to_string(),
        |failure| match &failure.code {
            Some(code) => format!("{code}: {}", failure.message),
            None => failure.message.clone(),
        },
    )
}
