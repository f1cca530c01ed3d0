//! An order in which everything comes after what it waits for.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Action, Planned, Step};
use crate::address::Address;
use crate::kind::{ReplaceOrder, Turn};

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
    /// What AWS allows once: an object that goes must be gone before another takes its key.
    pub key: Option<String>,
    /// The key that it has now, which a change may take from it.
    pub held: Option<String>,
    /// Whether one that comes takes over from one of its kind that goes, so that it must be there first.
    pub takes_over: bool,
    /// Whether it is changed in nothing but that something goes that others may still use, so that they change first.
    pub only_gives_up: bool,
    /// When it comes and goes, beside a change of what it needs.
    pub turn: Turn,
    /// Whether its change lets go of what a change of what it needs may take away, so that it comes first.
    pub lets_go: bool,
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
    // What gives way where something else has to be the other way round.
    let mut better: Vec<(Step, Step)> = Vec::new();
    for (address, ordered) in resources {
        let (create, update, delete) =
            (Step::Create(address.clone()), Step::Update(address.clone()), Step::Delete(address.clone()));
        let enables = ordered.turn == Turn::Around;
        // Delete first means just that; what is replaced the other way has no Delete step.
        before(&delete, &create);
        for id in gone_ids(ordered) {
            let deposed = Step::DeleteDeposed(address.clone(), id);
            before(&create, &deposed);
            before(&update, &deposed);
        }
        // Make after what it needs is made, or changed: a client may read an attribute that is only being added.
        for need in &ordered.planned.needs {
            // What only gives something up follows those that use it: a scope goes once no client names it.
            if !enables && resources.get(need).is_some_and(|named| named.only_gives_up) {
                continue;
            }
            let changed = Step::Update(need.clone());
            before(&Step::Create(need.clone()), &create);
            before(&Step::Create(need.clone()), &update);
            // A function may be invoked before its trigger is set.
            for step in [&create, &update] {
                if enables {
                    before(step, &changed);
                } else if !(ordered.lets_go && *step == update) {
                    better.push((changed.clone(), step.clone()));
                }
            }
        }
        for need in ordered.planned.needed.iter().chain(&ordered.planned.needs) {
            let Some(named) = resources.get(need) else { continue };
            // … and not before the trigger is gone. What is replaced is gone for a moment either way.
            if enables && ordered.planned.action == Action::Delete {
                before(&Step::Update(need.clone()), &delete);
            }
            if ordered.turn == Turn::Within {
                before(&delete, &Step::Update(need.clone()));
            }
            if !enables && named.only_gives_up {
                for step in [&update, &delete] {
                    before(step, &Step::Update(need.clone()));
                }
            }
            // Delete after all that named it is gone; but what it leans on stays until it is gone itself.
            let both_go = [named, ordered].iter().all(|one| one.planned.action == Action::Delete);
            if enables && both_go {
                before(&Step::Delete(need.clone()), &delete);
            } else {
                before(&delete, &Step::Delete(need.clone()));
            }
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
    hand_over(resources, &mut waits);
    let_go(resources, &mut waits);
    for (first, then) in better {
        add_unless_circular(&mut waits, first, then);
    }
    waits
}

/// `then` waits for `first`, where both are steps, unless `first` waits for `then` already.
fn add_unless_circular(waits: &mut Waits, first: Step, then: Step) {
    if waits.contains_key(&first) && waits.contains_key(&then) && !reaches(waits, &first, &then) {
        waits.entry(then).or_default().insert(first);
    }
}

/// What stops naming another is changed before that one is: a domain no longer fails over to a replica that then stops
/// serving. So is what lets go of something: a domain shows managed login no more once the pool's tier is without it.
fn let_go(resources: &BTreeMap<Address, Ordered<'_>>, waits: &mut Waits) {
    for (address, Ordered { planned, lets_go, .. }) in resources {
        for need in planned.needed.iter().filter(|need| *lets_go || !planned.needs.contains(need)) {
            add_unless_circular(waits, Step::Update(address.clone()), Step::Update(need.clone()));
            if *lets_go {
                add_unless_circular(waits, Step::Delete(address.clone()), Step::Update(need.clone()));
            }
        }
    }
}

/// Orders what goes and what comes of one kind, where no reference says so: a key is free before it is taken again, and
/// a domain is there before the one that it takes over from goes.
fn hand_over(resources: &BTreeMap<Address, Ordered<'_>>, waits: &mut Waits) {
    let of = |action| resources.iter().filter(move |(_, ordered)| ordered.planned.action == action);
    let mut keyed: BTreeMap<(&str, &str), Vec<&Address>> = BTreeMap::new();
    // What is replaced goes, and comes again.
    let replaced = || of(Action::Replace).filter(|(_, ordered)| ordered.replace_order == ReplaceOrder::DeleteFirst);
    for (address, ordered) in of(Action::Delete).chain(replaced()) {
        if let Some(key) = ordered.held.as_ref().or(ordered.key.as_ref()) {
            keyed.entry((address.kind.as_str(), key)).or_default().push(address);
        }
    }
    for (comes, ordered) in of(Action::Create).chain(replaced()) {
        let create = Step::Create(comes.clone());
        let same_key = ordered.key.as_deref().and_then(|key| keyed.get(&(comes.kind.as_str(), key)));
        for goes in same_key.into_iter().flatten().filter(|goes| **goes != comes) {
            add_unless_circular(waits, Step::Delete((*goes).clone()), create.clone());
        }
        if !ordered.takes_over {
            continue;
        }
        for (goes, _) in of(Action::Delete).filter(|(goes, _)| goes.kind == comes.kind) {
            let delete = Step::Delete(goes.clone());
            // Where the new one has to wait for the old one after all, it does.
            if !reaches(waits, &create, &delete) {
                waits.entry(delete).or_default().insert(create.clone());
            }
        }
    }
}

/// Whether `step` waits for `first`, directly or through others.
fn reaches(waits: &Waits, step: &Step, first: &Step) -> bool {
    let mut open = vec![step];
    let mut seen = BTreeSet::new();
    while let Some(step) = open.pop() {
        if step == first {
            return true;
        }
        if seen.insert(step) {
            open.extend(waits.get(step).into_iter().flatten());
        }
    }
    false
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
