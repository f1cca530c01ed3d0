//! What AWS has not answered yet, for whoever waits and wonders.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// After how long a person begins to wonder.
const FIRST_WORD: i64 = 5_000;
/// The longest pause between two tries of a call, and some: what is called later than that is called anew.
const BETWEEN_TRIES: i64 = 30_000;

/// The calls that are under way, by operation.
#[derive(Debug, Default)]
pub struct InFlight(Mutex<BTreeMap<String, Unanswered>>);

#[derive(Debug)]
struct Unanswered {
    /// When the first try was begun that nothing has answered, in ms.
    since: i64,
    /// After how many ms the next word is due.
    due: i64,
    running: usize,
    ended: i64,
    /// Whether what came last was an answer: a call after it is another.
    is_answered: bool,
}

/// One try of a call; it ends with this value.
pub(super) struct Try {
    all: Arc<InFlight>,
    operation: String,
}

impl InFlight {
    fn calls(&self) -> MutexGuard<'_, BTreeMap<String, Unanswered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(self: &Arc<Self>, operation: &str, now: i64) -> Try {
        let mut calls = self.calls();
        let fresh = || Unanswered { since: now, due: FIRST_WORD, running: 0, ended: now, is_answered: false };
        let call = calls.entry(operation.to_owned()).or_insert_with(fresh);
        if call.running == 0 && (call.is_answered || now - call.ended > BETWEEN_TRIES) {
            *call = fresh();
        }
        call.running += 1;
        drop(calls);
        Try { all: Arc::clone(self), operation: operation.to_owned() }
    }

    /// The operations of which a word is due, and for how long nothing has answered them. The next word of each is due
    /// after twice that time.
    pub fn due(&self, now: i64) -> Vec<(String, Duration)> {
        let mut due = Vec::new();
        for (operation, call) in self.calls().iter_mut() {
            let waited = now - call.since;
            if call.running > 0 && waited >= call.due {
                call.due = waited * 2;
                due.push((operation.clone(), Duration::from_millis(waited.unsigned_abs())));
            }
        }
        due
    }
}

impl Try {
    /// It has ended, with an answer or without one.
    pub(super) fn end(self, is_answered: bool, now: i64) {
        let mut calls = self.all.calls();
        let Some(call) = calls.get_mut(&self.operation) else { return };
        call.ended = now;
        call.is_answered = is_answered;
        if is_answered {
            call.since = now;
            call.due = FIRST_WORD;
        }
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        let mut calls = self.all.calls();
        if let Some(call) = calls.get_mut(&self.operation) {
            call.running -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(all: &InFlight, now: i64) -> Vec<u64> {
        all.due(now).iter().map(|(_, waited)| waited.as_secs()).collect()
    }

    #[test]
    fn a_word_is_due_after_a_few_seconds_and_then_ever_more_rarely() {
        let all = Arc::new(InFlight::default());
        let one = all.begin("DescribeUserPool", 0);
        assert_eq!([4_000, 5_000, 9_000, 10_000].map(|now| said(&all, now)), [vec![], vec![5], vec![], vec![10]]);
        // The next try of a call that nothing has answered goes on where the last one ended.
        one.end(false, 30_000);
        assert!(said(&all, 31_000).is_empty(), "nothing is under way");
        let again = all.begin("DescribeUserPool", 32_000);
        assert_eq!(said(&all, 33_000), [33]);
        again.end(true, 34_000);
        let next = all.begin("DescribeUserPool", 34_000);
        assert_eq!([38_000, 39_000].map(|now| said(&all, now)), [vec![], vec![5]]);
        next.end(true, 40_000);
        // A call after an answer has waited for as long as it has been under way, and no longer.
        let next = all.begin("DescribeUserPool", 46_000);
        assert_eq!([46_500, 50_900, 51_000].map(|now| said(&all, now)), [vec![], vec![], vec![5]]);
        // A try that is dropped is over; a call long after that is another.
        drop(next);
        let _other = all.begin("DescribeUserPool", 100_000);
        assert_eq!([104_000, 105_000].map(|now| said(&all, now)), [vec![], vec![5]]);
    }
}
