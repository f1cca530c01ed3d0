//! An order in which everything comes after what it waits for.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Action, Planned, Step};
use crate::address::Address;
use crate::kind::ReplaceOrder;

/// For each step, the steps that must be done before it.
pub type Waits = BTreeMap<Step, BTreeSet<Step>>;

/// What orders the steps of one resource.
#[derive(Debug, Clone)]
pub struct Ordered<'a> {
    /// What happens to it.
    pub planned: &'a Planned,
    /// Which goes first when it is replaced.
    pub replace_order: ReplaceOrder,
    /// Ids of what it has replaced earlier and that still await deletion.
    pub deposed: Vec<String>,
}

/// The steps of a plan, each with what it waits for.
pub fn waits(resources: &BTreeMap<Address, Ordered<'_>>) -> Waits {
    let mut waits: Waits = BTreeMap::new();
    for (address, ordered) in resources {
        for step in steps_of(address, ordered) {
            waits.entry(step).or_default();
        }
    }
    let all: BTreeSet<Step> = waits.keys().cloned().collect();
    let mut before = |first: &Step, then: &Step| {
        if first != then && all.contains(first) && all.contains(then) {
            waits.entry(then.clone()).or_default().insert(first.clone());
        }
    };
    for (address, ordered) in resources {
        let (create, update, delete) =
            (Step::Create(address.clone()), Step::Update(address.clone()), Step::Delete(address.clone()));
        // Delete first means just that; what is replaced the other way has no Delete step.
        before(&delete, &create);
        for id in gone_ids(ordered) {
            let deposed = Step::DeleteDeposed(address.clone(), id);
            before(&create, &deposed);
            before(&update, &deposed);
        }
        // Make after what it needs is made, or changed: a client may read an attribute that is only being added.
        for need in &ordered.planned.needs {
            for made in [Step::Create(need.clone()), Step::Update(need.clone())] {
                before(&made, &create);
                before(&made, &update);
            }
        }
        for need in ordered.planned.needed.iter().chain(&ordered.planned.needs) {
            let Some(named) = resources.get(need) else { continue };
            // Delete after all that named it is gone.
            before(&delete, &Step::Delete(need.clone()));
            let replaced_in_place = named.planned.action == Action::Replace;
            if !replaced_in_place {
                before(&update, &Step::Delete(need.clone()));
            }
            // … or points elsewhere.
            for id in gone_ids(named) {
                let deposed = Step::DeleteDeposed(need.clone(), id);
                for step in [&create, &update, &delete] {
                    before(step, &deposed);
                }
            }
        }
    }
    waits
}

fn steps_of(address: &Address, ordered: &Ordered<'_>) -> Vec<Step> {
    let address = || address.clone();
    let mut steps = match (ordered.planned.action, ordered.replace_order) {
        (Action::Create, _) | (Action::Replace, ReplaceOrder::CreateFirst) => vec![Step::Create(address())],
        (Action::Update, _) => vec![Step::Update(address())],
        (Action::Replace, ReplaceOrder::DeleteFirst) => vec![Step::Delete(address()), Step::Create(address())],
        (Action::Delete, _) => vec![Step::Delete(address())],
        (Action::Keep, _) => Vec::new(),
    };
    steps.extend(gone_ids(ordered).into_iter().map(|id| Step::DeleteDeposed(address(), id)));
    steps
}

/// The ids of a resource that a step of their own deletes. A Delete step takes the deposed ones with it.
fn gone_ids(ordered: &Ordered<'_>) -> Vec<String> {
    let Planned { action, id, .. } = ordered.planned;
    match (action, ordered.replace_order) {
        (Action::Delete, _) | (Action::Replace, ReplaceOrder::DeleteFirst) => Vec::new(),
        (Action::Replace, ReplaceOrder::CreateFirst) => ordered.deposed.iter().chain(id).cloned().collect(),
        (Action::Create | Action::Update | Action::Keep, _) => ordered.deposed.clone(),
    }
}

/// One order of the steps in which each comes after what it waits for; the steps of a circle when there is none.
///
/// # Errors
/// The steps that wait for one another.
pub fn sorted(waits: &Waits) -> Result<Vec<Step>, Vec<Step>> {
    let mut done: BTreeSet<&Step> = BTreeSet::new();
    let mut order = Vec::with_capacity(waits.len());
    while order.len() < waits.len() {
        let ready: Vec<&Step> = waits
            .iter()
            .filter(|(step, first)| !done.contains(step) && first.iter().all(|first| done.contains(first)))
            .map(|(step, _)| step)
            .collect();
        if ready.is_empty() {
            return Err(waits.keys().filter(|step| !done.contains(step)).cloned().collect());
        }
        for step in ready {
            done.insert(step);
            order.push(step.clone());
        }
    }
    Ok(order)
}
