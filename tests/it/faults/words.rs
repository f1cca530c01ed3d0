//! What a person reads when a call fails: for one call that makes something, and one that reads, by every fault.

use super::expiry;
use super::scenes::{UP, heard, small};
use super::{FAULTS, Fault};
use crate::setup::{House, Ran, run};
use crate::world::check;

/// The end of what was said, without what waiting with random pauses makes of it.
fn end(ran: &Ran) -> String {
    let shown = ["Done: ", "Not all done: ", "Error: ", "Caused by: ", "Note: ", "Hint: ", "No changes"];
    let lines = ran.out.lines().chain(ran.err.lines());
    let lines = lines.filter(|line| shown.iter().any(|start| line.starts_with(start)));
    let steady = |line: &str| {
        let (line, rest) = line.split_once(", in ").unwrap_or((line, ""));
        let line =
            line.split_once(" after ").filter(|(before, _)| before.contains("gave up")).map_or(line, |cut| cut.0);
        format!("{line}{}\n", if rest.is_empty() { "" } else { "." })
    };
    lines.map(steady).collect::<Vec<_>>().concat()
}

fn all(operation: &str, checks: usize, met: impl Fn(&House, &str) -> Ran) -> String {
    let kinds = FAULTS.iter().map(|Fault { name, kind, .. }| (*name, format!("{operation}={kind}")));
    let expiry = (expiry::FAULT.name, "*+3=expired".to_owned());
    let told = |(name, fault): (&str, String)| {
        let house = House::new(&[("shop", &small())]);
        // The plan's checks make their calls before.
        let ran = met(&house, &fault.replace("*+3=", &format!("*+{}=", checks + 3))).sane();
        format!("### {name}: {fault}\n{}[exit {}]\n", end(&ran), ran.code.unwrap())
    };
    kinds.chain([expiry]).map(told).collect::<Vec<_>>().join("\n")
}

/// How many calls the checks make.
fn checks(house: &House) -> usize {
    let (_, calls) = heard(run(house.sandboxed(UP, "").env("STACK_LOG", "stack::aws=info")).ok());
    calls.iter().filter(|call| call.check.is_some()).count()
}

#[test]
fn of_a_call_that_makes_something() {
    let checks = checks(&House::new(&[("shop", &small())]));
    assert!(checks > 0);
    let met = |house: &House, fault: &str| house.run_sandboxed(UP, fault);
    check("faults_of_create_user_pool", &all("CreateUserPool", checks, met));
}

#[test]
fn of_a_call_that_reads() {
    let met = |house: &House, fault: &str| {
        house.run_sandboxed(UP, "").ok();
        house.run_sandboxed(UP, fault)
    };
    let house = House::new(&[("shop", &small())]);
    house.run_sandboxed(UP, "").ok();
    assert_eq!(checks(&house), 0, "a plan without changes asks nothing for its checks");
    check("faults_of_describe_user_pool", &all("DescribeUserPool", 0, met));
}

/// What is refused whatever is asked for is blamed on no value: not on the one that was changed, and is right.
#[test]
fn what_the_caller_may_not_do_is_no_values_fault() {
    let stack = |validity: &str| {
        format!(
            "region: eu-west-1\nuser_pool: {{ name: shop, deletion_protection: INACTIVE }}\napp_clients:\n  web:\n    \
             access_token_validity: {validity}\n"
        )
    };
    for fault in ["denied", "expired", "throttle:*", "error:*", "refuse:*:LimitExceededException:no"] {
        let house = House::new(&[("shop", &stack("30m"))]);
        house.run_sandboxed(UP, "").ok();
        std::fs::write(house.path("stacks/shop.yaml"), stack("20m")).unwrap();
        let ran = house.run_sandboxed(UP, &format!("UpdateUserPoolClient={fault}")).failed();
        assert!(!ran.err.contains("access_token_validity: "), "{fault}: {}", ran.err);
        ran.says("problem: app_clients.web: what is asked for here could not be done").says("stacks/shop.yaml:4:3");
    }
    // A value that AWS refuses is shown.
    let house = House::new(&[("shop", &stack("30m"))]);
    house.run_sandboxed(UP, "").ok();
    std::fs::write(house.path("stacks/shop.yaml"), stack("20m")).unwrap();
    let ran = house.run_sandboxed(UP, "UpdateUserPoolClient=refuse:*:InvalidParameterException:no").failed();
    ran.says("app_clients.web.access_token_validity: AWS refuses what is asked for here").says("stacks/shop.yaml:5:");
}
