//! A plan that was kept, held against one that is made now: does it still say what would be done? Pure.
//!
//! What is carried out in the end is the plan that was made now, as far as the kept one goes. So nothing that stands in
//! a file is ever sent to AWS: the file only chooses, and proves what a person has agreed to.

use std::collections::BTreeSet;

use super::diff;
use super::kinds::Kinds;
use super::plan::{Action, After, Plan, Planned, Step};
use super::secrets::{says_changed, shown_change};
use crate::address::Address;
use crate::error::Problem;

/// The part of `now` that `kept` agrees with, which is all that `kept` does.
///
/// What `kept` does not touch may have changed meanwhile, and is left alone.
///
/// # Errors
/// Everything that `kept` touches and that is not as it was when it was made.
pub fn held(kinds: &Kinds, kept: &Plan, mut now: Plan) -> Result<Plan, Vec<Problem>> {
    let touched: BTreeSet<Address> = kept.steps.iter().map(|step| step.address().clone()).collect();
    let mut problems = Vec::new();
    if kept.relabelled != now.relabelled {
        problems.push(Problem::new("moved and forget", "would change something else in the state now"));
    }
    for address in &touched {
        let why = match (kept.resources.get(address), now.resources.get(address)) {
            (Some(then), Some(one)) => differs(kinds, address, then, one)
                .or_else(|| (steps(kept, address) != steps(&now, address)).then(|| OTHERWISE.to_owned())),
            (None, _) | (_, None) => Some(OTHERWISE.to_owned()),
        };
        problems.extend(why.map(|why| Problem::new(address.to_string(), why)));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    now.steps.retain(|step| touched.contains(step.address()));
    for (address, one) in &mut now.resources {
        if !touched.contains(address) && one.action != Action::Keep {
            one.leave_alone();
        }
    }
    Ok(now)
}

/// What has no better reason: the program sees the same object, and would do something else to it.
const OTHERWISE: &str = "something else would be done to it now";

fn steps<'a>(plan: &'a Plan, address: &Address) -> BTreeSet<&'a Step> {
    plan.steps.iter().filter(|step| step.address() == address).collect()
}

/// Why what was agreed to is not what would happen.
fn differs(kinds: &Kinds, address: &Address, then: &Planned, now: &Planned) -> Option<String> {
    if now.is_gone && !then.is_gone {
        let id = then.id.as_deref().unwrap_or_default();
        return Some(format!("{id} was deleted in AWS since"));
    }
    if then.id != now.id {
        return Some(format!("stands for {} now", now.id.as_deref().unwrap_or("no object")));
    }
    let changed = diff::changes(then.actual.as_ref(), now.actual.as_ref(), kinds.facts(address));
    if !changed.is_empty() {
        let paths: Vec<&str> =
            changed.iter().map(|change| change.path.as_str()).filter(|path| !path.is_empty()).collect();
        let what = if paths.is_empty() { String::new() } else { format!(": {}", paths.join(", ")) };
        return Some(format!("was changed in AWS since{what}"));
    }
    if then.loses != now.loses {
        let lost = |one: &Planned| one.loses.clone().unwrap_or_else(|| "nothing".to_owned());
        return Some(format!("would lose {}; when planned it was {}", lost(now), lost(then)));
    }
    let secret = then.desired.as_ref().zip(now.desired.as_ref()).and_then(|(then, now)| {
        let asked = diff::changes(Some(then), Some(now), kinds.facts(address)).into_iter();
        asked.map(|change| shown_change(&change)).find(|change| match &change.after {
            After::Known(after) => says_changed(after).is_some(),
            After::Unset | After::Unknown => false,
        })
    });
    if let Some(secret) = secret {
        return Some(format!("{}: the secret has changed since", secret.path));
    }
    // Where it stands in the stack file is no matter of AWS's.
    let same = Planned { at: then.at.clone(), ..now.clone() };
    (same != *then).then(|| OTHERWISE.to_owned())
}
