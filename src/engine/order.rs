//! An order in which everything comes after what it waits for.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Handing;
use super::plan::{Action, After, Planned, Step};
use crate::address::Address;
use crate::kind::{OnChange, ReplaceOrder, Turn};

/// For each step, the steps that must be done before it.
pub type Waits = BTreeMap<Step, BTreeSet<Step>>;

/// What orders the steps of one resource.
#[derive(Debug, Clone)]
pub struct Ordered<'a> {
    /// What happens to it.
    pub planned: &'a Planned,
    /// Which goes first when it is replaced.
    pub replace_order: ReplaceOrder,
    /// Ids of what it has replaced earlier and that still await deletion, each with its key as far as it is known.
    pub deposed: Vec<(String, Option<String>)>,
    /// What AWS allows once: an object that goes must be gone before another takes its key.
    pub key: Option<String>,
    /// The key that it has now, which a change may take from it.
    pub held: Option<String>,
    /// What it has now that may go to another of its kind.
    pub has: BTreeMap<String, Handing>,
    /// What it will have of that.
    pub will_have: BTreeMap<String, Handing>,
    /// Whether one that comes takes over from one of its kind that goes, so that it must be there first.
    pub takes_over: bool,
    /// Whether it is changed in nothing but that something goes that others may still use, so that they change first.
    pub only_gives_up: bool,
    /// When it comes and goes, beside a change of what it needs.
    pub turn: Turn,
    /// Whether its change lets go of what a change of what it needs may take away, so that it comes first.
    pub lets_go: bool,
}

/// What one object is to take from another that waits for it: no order of the steps does that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange<'a> {
    /// What takes it.
    pub takes: &'a Address,
    /// What has it.
    pub gives: &'a Address,
    /// What AWS lets one have at a time.
    pub what: String,
}

/// The steps of a plan, each with what it waits for.
pub fn waits(resources: &BTreeMap<Address, Ordered<'_>>) -> Waits {
    waits_and_exchanges(resources).0
}

/// The same, with what cannot be ordered so.
pub fn waits_and_exchanges<'a>(resources: &'a BTreeMap<Address, Ordered<'_>>) -> (Waits, Vec<Exchange<'a>>) {
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
    let mut exchanges = hand_over(resources, &mut waits);
    exchanges.extend(pass_on(resources, &mut waits));
    let_go(resources, &mut waits);
    for (first, then) in better {
        add_unless_circular(&mut waits, first, then);
    }
    (waits, exchanges)
}

/// `then` waits for `first`, where both are steps, unless `first` waits for `then` already, which is told.
fn add_unless_circular(waits: &mut Waits, first: Step, then: Step) -> bool {
    if !waits.contains_key(&first) || !waits.contains_key(&then) {
        return true;
    }
    let is_free = !reaches(waits, &first, &then);
    if is_free {
        waits.entry(then).or_default().insert(first);
    }
    is_free
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
fn hand_over<'a>(resources: &'a BTreeMap<Address, Ordered<'_>>, waits: &mut Waits) -> Vec<Exchange<'a>> {
    let of = |action| resources.iter().filter(move |(_, ordered)| ordered.planned.action == action);
    let mut keyed: BTreeMap<(&str, &str), Vec<(&Address, Step)>> = BTreeMap::new();
    for (address, ordered) in resources {
        let mut goes = |key: &'a Option<String>, step: Step| {
            if let Some(key) = key {
                keyed.entry((address.kind.as_str(), key)).or_default().push((address, step));
            }
        };
        let delete = || Step::Delete(address.clone());
        let delete_deposed = |id: &String| Step::DeleteDeposed(address.clone(), id.clone());
        // What is replaced goes, and comes again.
        let is_deleted = match (ordered.planned.action, ordered.replace_order, &ordered.planned.id) {
            (Action::Delete, ..) | (Action::Replace, ReplaceOrder::DeleteFirst, _) => {
                goes(if ordered.held.is_some() { &ordered.held } else { &ordered.key }, delete());
                true
            }
            (Action::Replace, ReplaceOrder::CreateFirst, Some(id)) if !is_moved(ordered) => {
                goes(&ordered.held, delete_deposed(id));
                false
            }
            _ => false,
        };
        for (id, key) in &ordered.deposed {
            goes(key, if is_deleted { delete() } else { delete_deposed(id) });
        }
    }
    let mut exchanges = Vec::new();
    for (comes, ordered) in of(Action::Create).chain(of(Action::Replace)) {
        let create = Step::Create(comes.clone());
        let same_key = ordered.key.as_deref().and_then(|key| keyed.get(&(comes.kind.as_str(), key)));
        for (goes, step) in same_key.into_iter().flatten().filter(|(goes, _)| *goes != comes) {
            let is_ordered = add_unless_circular(waits, step.clone(), create.clone());
            if !is_ordered && matches!(step, Step::DeleteDeposed(..)) && !is_moved(ordered) {
                exchanges.push(Exchange { takes: comes, gives: goes, what: ordered.key.clone().unwrap_or_default() });
            }
        }
        let stays_meanwhile =
            ordered.planned.action == Action::Replace && ordered.replace_order == ReplaceOrder::CreateFirst;
        if !ordered.takes_over || stays_meanwhile {
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
    exchanges
}

/// Whether it is made anew because what it belongs to is: nothing there has a key yet.
fn is_moved(ordered: &Ordered<'_>) -> bool {
    ordered.planned.changes.iter().any(|change| change.on_change == OnChange::Replace && change.after == After::Unknown)
}

/// Orders what goes from one object of a kind to another without being its key: an identifier of a provider, a route.
fn pass_on<'a>(resources: &'a BTreeMap<Address, Ordered<'_>>, waits: &mut Waits) -> Vec<Exchange<'a>> {
    let mut given: BTreeMap<(&str, &str), Vec<(&Address, Step)>> = BTreeMap::new();
    for (address, ordered) in resources.iter().filter(|(_, ordered)| !is_moved(ordered)) {
        let step = match (ordered.planned.action, ordered.replace_order, &ordered.planned.id) {
            (Action::Update, ..) => Step::Update(address.clone()),
            (Action::Delete, ..) | (Action::Replace, ReplaceOrder::DeleteFirst, _) => Step::Delete(address.clone()),
            (Action::Replace, ReplaceOrder::CreateFirst, Some(id)) => Step::DeleteDeposed(address.clone(), id.clone()),
            _ => continue,
        };
        let stays = |what: &String| ordered.planned.action == Action::Update && ordered.will_have.contains_key(what);
        for what in ordered.has.keys().filter(|what| !stays(what)) {
            given.entry((address.kind.as_str(), what)).or_default().push((address, step.clone()));
        }
    }
    let mut exchanges = Vec::new();
    for (takes, ordered) in resources.iter().filter(|(_, ordered)| !is_moved(ordered)) {
        let (step, is_new) = match ordered.planned.action {
            Action::Update => (Step::Update(takes.clone()), false),
            Action::Create | Action::Replace => (Step::Create(takes.clone()), true),
            Action::Delete | Action::Keep => continue,
        };
        for (what, handing) in ordered.will_have.iter().filter(|(what, _)| is_new || !ordered.has.contains_key(*what)) {
            let from = given.get(&(takes.kind.as_str(), what.as_str())).map_or(&[][..], Vec::as_slice);
            // What several had is nothing that one has alone, such as that an address is verified.
            if *handing == Handing::GivenFirst && from.len() > 1 {
                continue;
            }
            for (gives, gone) in from.iter().filter(|(gives, _)| *gives != takes) {
                let (first, then) = match handing {
                    Handing::TakenFirst => (step.clone(), gone.clone()),
                    Handing::Once | Handing::GivenFirst => (gone.clone(), step.clone()),
                };
                if !add_unless_circular(waits, first, then) && *handing == Handing::Once {
                    exchanges.push(Exchange { takes, gives, what: what.clone() });
                }
            }
        }
    }
    exchanges
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
        (Action::Replace, ReplaceOrder::CreateFirst) => {
            ordered.deposed.iter().map(|(id, _)| id).chain(id).cloned().collect()
        }
        (Action::Create | Action::Update | Action::Keep, _) => {
            ordered.deposed.iter().map(|(id, _)| id.clone()).collect()
        }
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
