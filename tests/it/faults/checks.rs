//! Faults of calls that only a plan's checks make: the plan goes on and apply does its work, whatever they meet; what could
//! not be found out is said in one line to be not known, and `stack preflight` says why. It is never taken for a pass.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::operations::service;
use super::scenes::Set;
use super::tries::{Ended, Ends, Fault, finished};
use super::{FAULTS, Job, SETS, served};

/// Answers that say nothing: text in no form at all, and one in which nothing has the name that it should have. `FROM=>TO`
/// replaces text of the answer; which, depends on the form.
pub const NONSENSE: &[Fault] = &[
    Fault { name: "unreadable", kind: "answer:unreadable", ends: Ends::Done },
    Fault { name: "odd names", kind: "answer:odd", ends: Ends::Done },
];

/// The faults that do not pass by themselves, so that a call which meets one never tells anything.
const LASTING: [&str; 7] =
    ["throttle:*", "error:*", "drop-before:*", "denied", "expired", "answer:unreadable", "answer:odd"];

/// Every operation that checks call and the work does not, with the scenes of which that is true, those with the fewest
/// calls first.
pub fn reached() -> BTreeMap<&'static str, Vec<&'static Set>> {
    let mut reached: BTreeMap<&str, Vec<&Set>> = BTreeMap::new();
    for set in SETS.iter() {
        let calls: BTreeSet<&str> = set.calls.iter().map(|call| call.name.as_str()).collect();
        for call in calls.into_iter().filter(|call| !set.needs(call) && !set.alters(call)) {
            reached.entry(call).or_default().push(set);
        }
    }
    for sets in reached.values_mut() {
        sets.sort_by_key(|set| set.calls.len());
    }
    reached
}

/// The line of the table; an operation that the work calls too has another.
pub fn row(operation: &str) -> String {
    format!("{operation} (a check's)")
}

/// A fault of a check's: the run ends as though nothing had been.
pub fn of(fault: Fault) -> Fault {
    Fault { ends: Ends::Done, ..fault }
}

pub fn within(most: usize) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (operation, sets) in reached() {
        for fault in FAULTS.iter().chain(NONSENSE) {
            jobs.extend(sets.iter().take(most).map(|set| Job::Check(operation, of(*fault), set)));
        }
    }
    jobs
}

pub fn over_http() -> Vec<Job> {
    let of = |(operation, sets): (&'static str, Vec<&'static Set>)| {
        served::FAULTS.iter().map(move |fault| Job::CheckServed(operation, *fault, sets[0]))
    };
    reached().into_iter().flat_map(of).collect()
}

fn text(operation: &str, fault: Fault) -> String {
    let is_xml = ["iam", "cloudfront", "route53"].contains(&service(operation));
    let kind = match (fault.kind, is_xml) {
        ("answer:unreadable", true) => "answer:<=>#",
        ("answer:unreadable", false) => "answer:\"=>#",
        ("answer:odd", true) => "answer:o=>oo",
        ("answer:odd", false) => "answer:\":=>x\":",
        (kind, _) => kind,
    };
    format!("{operation}={kind}")
}

/// Tries one fault of one operation that only checks call in this scene.
pub fn tried(set: &Set, operation: &str, fault: Fault) -> Ended {
    let (house, fault_text) = (set.house(), text(operation, fault));
    let (ran, calls) = set.tried(&house, &fault_text);
    assert!(calls.iter().any(|call| call.name == operation), "{operation} was never called:\n{}", ran.err);
    let unknown: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("Not known: ")).collect();
    assert!(unknown.len() <= 1, "one line and no more:\n{}", ran.err);
    let lasts = LASTING.contains(&fault.kind);
    // Without the account's own quotas, AWS's count, which can only be raised; and the finding says so.
    let has_default = operation == "ListServiceQuotas";
    for check in set.checks(operation) {
        let is_said = unknown.iter().any(|line| line.contains(check));
        assert!(is_said || !lasts || has_default, "that {check} is not known is not said:\n{}", ran.err);
    }
    let ended = finished(set, &house, &ran, operation, fault);
    assert_eq!(ended, Ended::Done);

    let looked = set.look(&set.house(), &fault_text);
    assert_eq!(looked["counts"]["fail"], set.looked["counts"]["fail"], "{looked:#}");
    for check in set.checks(operation) {
        let (now, before) = (findings(&looked, check), findings(&set.looked, check));
        let count = |of: &[Value], outcome: &str| of.iter().filter(|one| one["outcome"] == outcome).count();
        for outcome in ["pass", "warn", "fail"] {
            assert!(count(&now, outcome) <= count(&before, outcome), "{check} {outcome}: {now:#?}");
        }
        if !lasts {
            continue;
        }
        let says = |one: &Value, field: &str, text: &str| one[field].as_str().is_some_and(|said| said.contains(text));
        if has_default {
            assert!(now.iter().all(|one| says(one, "message", "AWS's default")), "{now:#?}");
            continue;
        }
        assert!(count(&now, "pass") < count(&before, "pass"), "{check} was taken for a pass: {now:#?}");
        let untold: Vec<&Value> = now.iter().filter(|one| one["outcome"] == "unknown").collect();
        let reason = untold.iter().find(|one| says(one, "message", &format!("{operation}: ")));
        let reason = reason.unwrap_or_else(|| panic!("{operation} is not named: {now:#?}"));
        if fault.kind == "denied" {
            let action = format!("allow `{}:{operation}` on `", service(operation));
            assert!(says(reason, "message", "may not look") && says(reason, "hint", &action), "{reason:#}");
        }
    }
    ended
}

fn findings(looked: &Value, check: &str) -> Vec<Value> {
    let found = looked["checks"].as_array().unwrap().iter().find(|found| found["name"] == check);
    found.map(|found| found["findings"].as_array().unwrap().clone()).unwrap_or_default()
}
