//! Which step begins next: one that waits for nothing any more, of the kind of which the fewest are under way.
//!
//! AWS allows each operation so many calls a second, so steps of one kind hold one another up and those of others do not: a
//! thousand clients and a thousand groups take as long as either, and not as both.

use std::collections::{BTreeMap, BTreeSet};

use super::order::Waits;
use super::plan::Step;

/// The steps of a plan that have not begun.
pub struct Queue<'a> {
    /// The place of each step in the plan.
    places: BTreeMap<&'a Step, usize>,
    /// Of each kind, the steps that may begin, in the plan's order.
    ready: BTreeMap<&'a str, BTreeSet<(usize, &'a Step)>>,
    /// Of each step that waits, for how many others.
    waiting: BTreeMap<&'a Step, usize>,
    /// What waits for a step.
    followers: BTreeMap<&'a Step, Vec<&'a Step>>,
    /// Of each kind, how many are under way.
    running: BTreeMap<&'a str, usize>,
}

impl<'a> Queue<'a> {
    /// All steps, in the order in which they are to begin where nothing else matters.
    pub fn new(steps: &'a [Step], waits: &'a Waits) -> Self {
        let mut queue = Self {
            places: steps.iter().enumerate().map(|(place, step)| (step, place)).collect(),
            ready: BTreeMap::new(),
            waiting: BTreeMap::new(),
            followers: BTreeMap::new(),
            running: BTreeMap::new(),
        };
        for (place, step) in steps.iter().enumerate() {
            let firsts = waits.get(step).into_iter().flatten();
            let count = firsts.map(|first| queue.followers.entry(first).or_default().push(step)).count();
            if count == 0 {
                queue.ready.entry(kind(step)).or_default().insert((place, step));
            } else {
                queue.waiting.insert(step, count);
            }
        }
        queue
    }

    /// The next step, which counts as under way from now on; None while all that is left waits.
    pub fn next(&mut self) -> Option<&'a Step> {
        let firsts = self.ready.iter().filter_map(|(kind, steps)| {
            let running = self.running.get(kind).copied().unwrap_or_default();
            steps.first().map(|(place, step)| (running, *place, *step))
        });
        let (_, place, step) = firsts.min()?;
        self.ready.entry(kind(step)).or_default().remove(&(place, step));
        *self.running.entry(kind(step)).or_default() += 1;
        Some(step)
    }

    /// A step has ended; what waits for it may begin when it is done, and never otherwise.
    pub fn ended(&mut self, step: &Step, is_done: bool) {
        if let Some(running) = self.running.get_mut(kind(step)) {
            *running = running.saturating_sub(1);
        }
        if !is_done {
            return;
        }
        for follower in self.followers.remove(step).into_iter().flatten() {
            let Some(count) = self.waiting.get_mut(follower) else { continue };
            *count -= 1;
            if *count == 0 {
                self.waiting.remove(follower);
                let place = self.places.get(follower).copied().unwrap_or_default();
                self.ready.entry(kind(follower)).or_default().insert((place, follower));
            }
        }
    }
}

fn kind(step: &Step) -> &str {
    &step.address().kind
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    fn create(address: &str) -> Step {
        Step::Create(address.parse::<Address>().unwrap())
    }

    #[test]
    fn kinds_take_turns_and_nothing_begins_before_what_it_waits_for() {
        let names = ["user_pool", "app_client.a", "app_client.b", "app_client.c", "group.a", "group.b"];
        let steps = names.map(create);
        let pool = BTreeSet::from([steps[0].clone()]);
        let waits: Waits = steps[1..].iter().map(|step| (step.clone(), pool.clone())).collect();
        let mut queue = Queue::new(&steps, &waits);
        assert_eq!(queue.next(), Some(&steps[0]));
        assert_eq!(queue.next(), None, "the rest waits");
        queue.ended(&steps[0], true);
        let begun: Vec<&Step> = std::iter::from_fn(|| queue.next()).take(4).collect();
        assert_eq!(begun, [&steps[1], &steps[4], &steps[2], &steps[5]]);
        queue.ended(&steps[1], true);
        assert_eq!(queue.next(), Some(&steps[3]));
        assert_eq!(queue.next(), None);
    }

    #[test]
    fn what_waits_for_a_step_that_failed_never_begins() {
        let steps = ["user_pool", "app_client.a"].map(create);
        let waits = Waits::from([(steps[1].clone(), BTreeSet::from([steps[0].clone()]))]);
        let mut queue = Queue::new(&steps, &waits);
        assert_eq!(queue.next(), Some(&steps[0]));
        queue.ended(&steps[0], false);
        assert_eq!(queue.next(), None);
    }
}
