//! Eventual consistency: what was made a moment ago is not found, and is not made again for that.

use super::scenes::{UP, small};
use crate::setup::{House, Served, known, run};

/// How many times `operation` was called, by a log of calls; what checks call is not counted.
fn count(log: &str, operation: &str) -> usize {
    let is_one = |line: &&str| line.contains(&format!(" stack::aws: {operation} ")) && !line.contains("check{");
    log.lines().filter(is_one).count()
}

/// Runs a first apply in which reads lag; it must wait that out, and make everything once.
#[track_caller]
fn waited_out(faults: &str) {
    let house = House::new(&[("shop", &small())]);
    let ran = run(house.sandboxed(UP, faults).env("STACK_LOG", "stack::aws=info")).ok();
    assert_eq!(count(&ran.err, "CreateUserPool"), 1, "{faults}: {}", ran.err);
    assert_eq!(count(&ran.err, "CreateUserPoolClient"), 2, "{faults}: {}", ran.err);
    known::check(&house.json("state/sandbox/.world.json"), &house.json("state/sandbox/shop.json"));
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok();
}

#[test]
fn a_pool_that_is_not_found_for_a_while_is_waited_for() {
    waited_out("DescribeUserPool=lag:20000");
    waited_out("GetUserPoolMfaConfig=lag:6000");
    waited_out("DescribeUserPool=lag:9000;GetUserPoolMfaConfig=lag:3000;DescribeUserPoolClient=lag:20000");
}

#[test]
fn what_was_made_and_never_heard_of_is_found_once_the_list_shows_it() {
    waited_out("CreateUserPool=drop-after;ListUserPools=lag:20000");
    waited_out("CreateUserPool=truncate;ListUserPools=lag:12000;DescribeUserPool=lag:20000");
    waited_out("CreateUserPoolClient=drop-after;ListUserPoolClients=lag:20000");
}

/// A list that lags for longer than one run cares to wait: the next run looks, and looks again, before it makes another.
#[test]
fn an_intent_is_not_dropped_while_a_list_may_lag() {
    std::thread::scope(|scope| {
        // The plan has listed pools twice: to see that this one is not there, and to count them.
        for (create, list, before) in
            [("CreateUserPool", "ListUserPools", "+2"), ("CreateUserPoolClient", "ListUserPoolClients", "")]
        {
            scope.spawn(move || {
                let denied = format!("{list}{before}=denied:1");
                let faults = [format!("{create}=drop-after"), denied, format!("{list}=lag:9000")];
                let served = Served::new(&[&faults[0], &faults[1], &faults[2]]);
                let house = House::new(&[("shop", &small())]);
                let first = served.run(&house, UP).failed().says("whether AWS has made it is not known");
                let state = house.json("state/shop.json");
                assert!(!state["pending"].as_object().unwrap().is_empty(), "{}\n{state:#}", first.err);
                let again = run(served.client(&house, UP).env("STACK_LOG", "stack::aws=info")).ok();
                assert!(count(&again.err, list) > 1, "it looked once:\n{}", again.err);
                let again = again.says("looking whether it is there").says("which an earlier run had made");
                assert!(!again.err.contains(" panicked "));
                known::check(&served.house.json("state/sandbox/.world.json"), &house.json("state/shop.json"));
                served.run(&house, "plan shop --detailed-exitcode").ok();
            });
        }
    });
}
