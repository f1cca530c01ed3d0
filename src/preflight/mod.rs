//! What can be known to fail before AWS is asked to change anything: one file per check.
//!
//! A check reads public DNS and AWS, and changes nothing. It speaks only of what the plan is about to make.

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use crate::address::Address;
use crate::aws::Aws;
use crate::engine::plan::{Action, Plan, Planned};
use crate::error::{Problem, Result};
use crate::kind::Kind;

mod certificate_cover;
mod hosted_zone;
mod parent_record;
mod record_taken;

/// What a check looks at.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What is about to be done.
    pub plan: &'a Plan,
    /// AWS, to be read.
    pub aws: &'a Aws,
}

/// One check.
pub type Check = for<'a> fn(Input<'a>) -> LocalBoxFuture<'a, Result<Vec<Problem>>>;

/// Every check.
pub const CHECKS: &[Check] = &[
    |input| parent_record::check(input).map(Ok).boxed_local(),
    |input| hosted_zone::check(input).boxed_local(),
    |input| record_taken::check(input).map(Ok).boxed_local(),
    |input| certificate_cover::check(input).map(Ok).boxed_local(),
];

/// Everything that the checks find, side by side.
///
/// # Errors
/// When AWS cannot be asked at all, which is no fault of the stack file.
pub async fn run(input: Input<'_>) -> Result<Vec<Problem>> {
    let found = futures_util::future::join_all(CHECKS.iter().map(|check| check(input))).await;
    Ok(found.into_iter().collect::<Result<Vec<_>>>()?.concat())
}

impl<'a> Input<'a> {
    /// The resources of one kind that the plan ends with, each with what it will be.
    fn wanted<K: Kind>(self) -> impl Iterator<Item = (&'a Address, &'a Planned, K)> {
        self.plan
            .resources
            .iter()
            .filter(|(address, planned)| address.kind == K::NAME && planned.action != Action::Delete)
            .filter_map(|(address, planned)| Some((address, planned, spec(planned)?)))
    }

    /// The same, but only those that the plan makes.
    fn made<K: Kind>(self) -> impl Iterator<Item = (&'a Address, &'a Planned, K)> {
        self.wanted::<K>().filter(|(_, planned, _)| is_made(planned))
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

/// A field of a resource, as a path in the stack file.
fn at(planned: &Planned, field: &str) -> String {
    if planned.at.is_empty() { field.to_owned() } else { format!("{}.{field}", planned.at) }
}

#[cfg(test)]
mod tests;
