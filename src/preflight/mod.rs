//! What can be known to fail before AWS is asked to change anything: one file per check.
//!
//! A check reads public DNS and AWS, and changes nothing. In a plan it asks only about what the plan is about to make or
//! to change, so that a plan without changes asks nothing; what is at hand, as the end of a certificate in a file, it tells
//! in every plan. `stack preflight` has all of them look at all that the stack
//! declares. None of them needs to be allowed to look: what cannot be found out is not known, and no failure.
//!
//! All of them look at the same time, and each asks all that it can at once. After [`PATIENCE`] whoever has not answered
//! is not waited for.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::address::Address;
use crate::aws::{Aws, Caller};
use crate::engine::plan::{Action, Plan, Planned};
use crate::error::{AwsFailure, Error, Problem, Result};
use crate::kind::Kind;
use crate::kinds::user_pool::UserPool;

mod api_routes;
mod caa;
mod callback_hosts;
mod certificate;
mod credentials;
mod declared;
mod delegation;
mod domain_taken;
mod email;
mod finding;
mod functions;
mod hosted_zone;
mod identity_providers;
mod keys;
mod parent_record;
mod permissions;
mod quotas;
mod record_taken;
mod reserved_words;

pub use declared::declared;
pub use finding::{Finding, Outcome};

/// One check.
#[derive(Debug)]
pub struct Check {
    /// Its name, in words joined by `_`.
    pub name: &'static str,
    /// What it looks at.
    pub title: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// Where that is documented.
    pub source: &'static str,
    /// When it looks.
    pub when: When,
    /// Looks. Where the stack has nothing for it to look at, it finds nothing.
    pub look: for<'a> fn(Input<'a>) -> LocalBoxFuture<'a, Vec<Finding>>,
}

/// When a check looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In each plan at what that makes or changes, and in `stack preflight`.
    Planned,
    /// In `stack preflight` alone.
    Asked,
}

/// Every check.
pub const CHECKS: &[Check] = &[
    credentials::CHECK,
    permissions::CHECK,
    quotas::CHECK,
    reserved_words::CHECK,
    domain_taken::CHECK,
    parent_record::CHECK,
    hosted_zone::CHECK,
    delegation::CHECK,
    record_taken::CHECK,
    caa::CHECK,
    certificate::CHECK,
    callback_hosts::CHECK,
    email::CHECK,
    functions::CHECK,
    keys::CHECK,
    identity_providers::CHECK,
    api_routes::CHECK,
];

/// What a check looks at.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What is about to be done; in `stack preflight`, all that is declared.
    pub plan: &'a Plan,
    /// AWS, to be read.
    pub aws: &'a Aws,
    /// The account that the stack belongs to, where it says so.
    pub account: Option<&'a str>,
    /// Whether to look at everything, and not only at what the plan makes or changes.
    pub is_whole: bool,
    /// When an answer comes too late; never, under a clock that is held.
    until: Option<Instant>,
}

/// How long the checks wait for whoever they ask, all together: somebody sits before a plan, and an answer that does not
/// come keeps nobody from going on.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What one check found.
#[derive(Debug)]
pub struct Found {
    /// The check.
    pub check: &'static Check,
    /// Its findings; none where it had nothing to look at.
    pub findings: Vec<Finding>,
}

/// What the checks have against a plan.
#[derive(Debug, Default)]
pub struct Objections {
    /// Why it cannot be.
    pub problems: Vec<Problem>,
    /// All that was found.
    pub found: Vec<Found>,
}

/// Everything that the checks find, side by side. In another account than the stack's own nothing is read.
pub async fn look(input: Input<'_>) -> Vec<Found> {
    let is_elsewhere = match input.account {
        Some(own) => input.caller().await.is_ok_and(|caller| caller.account != own),
        None => false,
    };
    let is_due = |check: &&Check| {
        (input.is_whole || check.when == When::Planned) && (!is_elsewhere || check.name == credentials::CHECK.name)
    };
    let looking = CHECKS.iter().filter(is_due).map(|check| {
        // The log then says of each call that it is a check's, and whose.
        let span = tracing::info_span!(target: "stack::aws", "check", name = check.name);
        (check.look)(input).map(move |findings| Found { check, findings }).instrument(span)
    });
    futures_util::future::join_all(looking).await
}

/// What the checks have against a plan. Of one that changes nothing is told what can be told without asking anybody.
///
/// # Errors
/// When AWS cannot be asked for what apply could not do without, which is no fault of the stack file.
pub async fn run(input: Input<'_>) -> Result<Objections> {
    if input.plan.steps.is_empty() {
        let findings = Some(identity_providers::at_hand(input)).filter(|findings| !findings.is_empty());
        let found = findings.map(|findings| Found { check: &identity_providers::CHECK, findings });
        return Ok(Objections { problems: Vec::new(), found: found.into_iter().collect() });
    }
    let mut found = look(input).await;
    let mut findings = found.iter_mut().flat_map(|found| &mut found.findings);
    if let Some(error) = findings.find_map(|finding| finding.failure.take()) {
        return Err(error);
    }
    let findings = found.iter().flat_map(|found| &found.findings);
    let failed = findings.filter(|finding| finding.outcome == Outcome::Fail);
    Ok(Objections { problems: failed.map(|finding| finding.problem.clone()).collect(), found })
}

impl<'a> Input<'a> {
    /// What a plan makes and changes.
    #[must_use]
    pub fn of_plan(plan: &'a Plan, aws: &'a Aws) -> Self {
        let until = (!aws.clock.is_held()).then(|| Instant::now() + PATIENCE);
        Self { plan, aws, account: None, is_whole: false, until }
    }

    /// All that a stack declares, which belongs to this account.
    #[must_use]
    pub fn of_all(plan: &'a Plan, aws: &'a Aws, account: Option<&'a str>) -> Self {
        Self { account, is_whole: true, ..Self::of_plan(plan, aws) }
    }

    /// What was asked, unless the answer comes too late.
    async fn ask<T>(self, what: &str, asked: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(until) = self.until else { return asked.await };
        let late = || unsaid(what, format!("no answer that says anything came in {} s", PATIENCE.as_secs()));
        tokio::time::timeout_at(until, asked).await.unwrap_or_else(|_| Err(late()))
    }

    /// Whose credentials these are.
    async fn caller(self) -> Result<&'a Caller> {
        self.ask("GetCallerIdentity", self.aws.caller()).await
    }

    /// The resources of one kind that the plan ends with, each with what it will be.
    fn wanted<K: Kind>(self) -> impl Iterator<Item = (&'a Address, &'a Planned, K)> {
        self.plan
            .resources
            .iter()
            .filter(|(address, planned)| address.kind == K::NAME && planned.action != Action::Delete)
            .filter_map(|(address, planned)| Some((address, planned, spec(planned)?)))
    }

    /// The same, but only those that are to be made; all of them where everything is looked at.
    fn made<K: Kind>(self) -> impl Iterator<Item = (&'a Address, &'a Planned, K)> {
        self.wanted::<K>().filter(move |(_, planned, _)| self.is_whole || is_made(planned))
    }

    /// The same, but also those that are changed.
    fn touched<K: Kind>(self) -> impl Iterator<Item = (&'a Address, &'a Planned, K)> {
        self.wanted::<K>().filter(move |(_, planned, _)| self.is_whole || planned.action != Action::Keep)
    }

    /// Whether this field of a resource is to be looked at: it is new, or changes.
    fn touches(self, planned: &Planned, field: &str) -> bool {
        let is_of = |path: &str| path == field || path.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'));
        self.is_whole || is_made(planned) || planned.changes.iter().any(|change| is_of(&change.path))
    }

    /// The user pool, if this field of it is to be looked at.
    fn pool(self, field: &str) -> Option<(&'a Planned, UserPool)> {
        let (_, planned, pool) = self.wanted::<UserPool>().next()?;
        self.touches(planned, field).then_some((planned, pool))
    }

    /// The id of the pool that is there and stays.
    fn pool_id(self) -> Option<&'a str> {
        let (_, planned, _) = self.wanted::<UserPool>().next()?;
        planned.id.as_deref().filter(|_| !is_made(planned))
    }
}

fn is_made(planned: &Planned) -> bool {
    matches!(planned.action, Action::Create | Action::Replace)
}

/// What a resource will be: its target, or what the file asks for where the target is not known yet.
fn spec<K: DeserializeOwned>(planned: &Planned) -> Option<K> {
    let of = |value: &Option<serde_json::Value>| serde_json::from_value(value.clone()?).ok();
    of(&planned.target).or_else(|| of(&planned.desired))
}

/// That an answer does not say what was asked, or that there was none.
fn unsaid(operation: &str, message: impl Into<String>) -> Error {
    let failure = AwsFailure { operation: operation.to_owned(), code: None, message: message.into(), request_id: None };
    Error::aws(failure, crate::error::Outcome::Refused)
}

/// A field of a resource, as a path in the stack file.
fn at(planned: &Planned, field: &str) -> String {
    if planned.at.is_empty() { field.to_owned() } else { format!("{}.{field}", planned.at) }
}

/// A part of an ARN, from 0: `arn:partition:service:region:account:resource`.
fn part(arn: &str, number: usize) -> &str {
    arn.splitn(6, ':').nth(number).unwrap_or_default()
}

/// Several names as one text.
fn listed<T: ToString>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
