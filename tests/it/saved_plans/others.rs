//! Somebody else is at work on the same AWS while a plan lies in its file.

use std::process::Command;

use serde_json::Value;

use super::SHOP;
use crate::setup::{House, Served, run};

fn house() -> House {
    House::new(&[("shop", SHOP)])
}

fn write(house: &House, from: &str, to: &str) {
    assert_eq!(SHOP.matches(from).count(), 1);
    std::fs::write(house.path("stacks/shop.yaml"), SHOP.replace(from, to)).unwrap();
}

/// All that the served AWS holds.
fn held(served: &Served) -> Value {
    served.house.json("state/sandbox/.world.json")["cognito"].clone()
}

/// How many pools there are.
fn pools(served: &Served) -> usize {
    held(served)["pools"]["ap-southeast-2"].as_object().map_or(0, serde_json::Map::len)
}

#[test]
fn a_plan_applied_after_someone_else_applied_is_refused() {
    let (served, house) = (Served::new(&[]), house());
    served.run(&house, "apply shop --auto-approve").ok();
    write(&house, "minimum_length: 12", "minimum_length: 14");
    served.run(&house, "plan shop --out mine.plan").ok();
    // Another person's run, of another file of the same stack, on the same state.
    write(&house, "access_token_validity: 60m", "access_token_validity: 15m");
    served.run(&house, "apply shop --auto-approve").ok();
    write(&house, "minimum_length: 12", "minimum_length: 14");

    let (world, state) = (held(&served), house.json("state/shop.json"));
    let ran = served.run(&house, "apply --plan mine.plan").failed();
    let ran = ran.says("somebody has applied since").says("nothing was changed");
    ran.says("plan again, and look again: `stack plan shop --out mine.plan`");
    assert_eq!(held(&served), world, "AWS is as the other run has left it");
    assert_eq!(house.json("state/shop.json"), state);

    served.run(&house, "plan shop --out mine.plan").ok();
    served.run(&house, "apply --plan mine.plan").ok();
    served.run(&house, "plan shop --detailed-exitcode").ok();
}

#[test]
fn a_plan_of_a_new_stack_is_refused_once_somebody_has_made_it() {
    let (served, house) = (Served::new(&[]), house());
    served.run(&house, "plan shop --out mine.plan").ok();
    served.run(&house, "apply shop --auto-approve").ok();
    let world = held(&served);
    served.run(&house, "apply --plan mine.plan").failed().says("the stack has been applied since");
    assert_eq!(held(&served), world, "nothing was made twice");
}

/// Each has a copy of the state: it does not tell them of one another, and AWS does.
#[test]
fn what_somebody_with_another_state_has_done_is_seen_in_aws() {
    let (served, mine) = (Served::new(&[]), house());
    served.run(&mine, "apply shop --auto-approve").ok();
    let theirs = mine.copied();
    write(&mine, "minimum_length: 12", "minimum_length: 14");
    served.run(&mine, "plan shop --out mine.plan").ok();
    write(&theirs, "minimum_length: 12", "minimum_length: 16");
    served.run(&theirs, "apply shop --auto-approve").ok();
    let world = held(&served);
    let ran = served.run(&mine, "apply --plan mine.plan").failed();
    ran.says("user_pool: was changed in AWS since: password_policy.minimum_length");
    assert_eq!(held(&served), world);
}

/// Two runs of one plan at the same moment: one carries it out, and the other finds that it does not hold any more.
#[test]
fn one_plan_is_carried_out_once() {
    let (served, house) = (Served::new(&[]), house());
    served.run(&house, "plan shop --out mine.plan").ok();
    let begin = || -> Command { served.client(&house, "apply --plan mine.plan") };
    let ran: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..3).map(|_| begin()).map(|mut command| scope.spawn(move || run(&mut command).sane())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let won = ran.iter().filter(|ran| ran.code == Some(0)).count();
    assert_eq!(won, 1, "{ran:?}");
    for lost in ran.into_iter().filter(|ran| ran.code != Some(0)) {
        let lost = lost.failed();
        let is_told = ["is at work on the stack shop", "has been applied since", "somebody has applied since"]
            .iter()
            .any(|text| lost.err.contains(text));
        assert!(is_told, "{}", lost.err);
    }
    assert_eq!(pools(&served), 1, "one pool was made");
}

/// AWS makes the pool, and the answer is lost. The plan that is kept then knows of it, and does not make another.
#[test]
fn what_an_earlier_run_left_in_doubt_is_found_before() {
    // The plan lists the pools to see whether this one is there, and a check of it to count them, in whatever order.
    let (first, house) = (Served::new(&["CreateUserPool=drop-after:1", "ListUserPools+2=denied:*"]), house());
    first.run(&house, "apply shop --auto-approve").failed();
    assert!(house.json("state/shop.json")["pending"]["user_pool"].is_object());
    assert_eq!(pools(&first), 1);
    let served = Served::over(first.house.copied(), &[]);
    drop(first);
    served.run(&house, "plan shop --out mine.plan").ok().says("which an earlier run had made");
    served.run(&house, "apply --plan mine.plan").ok();
    served.run(&house, "plan shop --detailed-exitcode").ok();
    assert_eq!(pools(&served), 1, "one pool was made");
}
