//! What AWS does not answer: a person is told after a few seconds what is waited for, and not only at the end.

use crate::setup::{House, Served, run_until};

const STACK: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
";

/// Runs a command until it says that nobody has answered `operation`; it is not waited for any longer.
#[track_caller]
fn told(served: &Served, house: &House, words: &str, operation: &str) {
    let said = format!("waiting for AWS to answer {operation}: nothing has come for ");
    let ran = run_until(&mut served.client(house, words), |line| line.contains(&said));
    assert!(ran.err.contains(&said), "{}\n{}", ran.out, ran.err);
    assert_eq!(ran.code, None, "it was told while it was waited for: {}\n{}", ran.out, ran.err);
}

#[test]
fn it_is_told_while_it_is_waited_for() {
    let made = House::new(&[("shop", STACK)]);
    let served = Served::over(House::new(&[]), &["UpdateUserPool=slow:60000:*"]);
    served.run(&made, "up shop --auto-approve").ok();
    // In an apply too, where each step has a line of its own.
    std::fs::write(made.path("stacks/shop.yaml"), STACK.replace("INACTIVE", "ACTIVE")).unwrap();
    told(&served, &made, "up shop --auto-approve", "UpdateUserPool");
    let never =
        Served::over(served.house.copied(), &["DescribeUserPool=slow:60000:*", "GetCallerIdentity=slow:60000:1"]);
    told(&never, &made, "up shop --auto-approve", "GetCallerIdentity");
    told(&never, &made, "plan shop", "DescribeUserPool");
}
