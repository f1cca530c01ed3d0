//! A state that is lost, or put back from before the last runs with all that lies beside it: what it does not know is not
//! made a second time, and not left behind in silence.

use std::fs;

use serde_json::Value;

use crate::setup::{House, Served, aws_cli, copy, known};

const STATES: &str = "state/sandbox";
const UP: &str = "up shop --auto-approve";
const DESTROY: &str = "destroy shop --auto-approve --allow-loss user_pool";

const POOL: &str = "
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
";
const CLIENT: &str = "app_clients:
  web: { callback_urls: [https://a.example.com/], allowed_oauth_flows: [code], allowed_oauth_scopes: [openid] }
";
const DOMAIN: &str = "domain: { name: auth.example.com }\n";

fn write(house: &House, parts: &[&str]) {
    fs::write(house.path("stacks/shop.yaml"), parts.concat()).unwrap();
}

const WORLD: &str = "state/sandbox/.world.json";

/// Every object that AWS holds.
fn held(house: &House) -> Vec<String> {
    known::unknown(&house.json(WORLD), &Value::Null)
}

/// Every file of the stack's state, and none of AWS's.
fn take_away(house: &House) {
    for entry in fs::read_dir(house.path(STATES)).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("shop.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// Sees that no command makes or deletes anything, and that each names what it found.
#[track_caller]
fn refused(house: &House, address: &str) {
    let before = held(house);
    for words in ["plan shop", UP, "apply shop --auto-approve"] {
        let ran = house.run_sandboxed(words, "").failed();
        let ran = ran.says(&format!("{address} is in AWS already (")).says("put the newest state back");
        ran.says("nothing was changed");
    }
    assert_eq!(held(house), before);
}

#[test]
fn a_lost_state_makes_no_second_pool() {
    let house = House::new(&[]);
    write(&house, &[POOL, CLIENT, DOMAIN]);
    house.run_sandboxed(UP, "").ok();
    let kept = tempfile::tempdir().unwrap();
    copy(&house.path(STATES), kept.path());
    take_away(&house);
    refused(&house, "user_pool");
    refused(&house, "certificate.domain");
    // Nor is it said that there is nothing to delete.
    let before = held(&house);
    house.run_sandboxed(DESTROY, "").failed().says("user_pool is in AWS (").says("it would stay");
    assert_eq!(held(&house), before);
    take_away(&house);
    copy(kept.path(), &house.path(STATES));
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok().says("No changes");
    house.run_sandboxed(DESTROY, "").ok();
    // What is gone is not missed.
    take_away(&house);
    house.run_sandboxed(UP, "").ok();
}

#[test]
fn a_state_from_before_the_last_runs_makes_nothing_twice() {
    for (missing, address) in [(CLIENT, "app_client.web"), (DOMAIN, "certificate.domain")] {
        let house = House::new(&[]);
        write(&house, &[POOL]);
        house.run_sandboxed(UP, "").ok();
        let older = tempfile::tempdir().unwrap();
        copy(&house.path(STATES), older.path());
        write(&house, &[POOL, missing]);
        house.run_sandboxed(UP, "").ok();
        let now = fs::read(house.path(WORLD)).unwrap();
        copy(older.path(), &house.path(STATES));
        fs::write(house.path(WORLD), now).unwrap();
        refused(&house, address);
    }
}

/// Two projects of one account may call a stack and its pool alike.
#[test]
fn a_pool_that_is_anothers_stands_in_nobodys_way_once_its_tag_is_gone() {
    let served = Served::new(&[]);
    let (one, other) = (House::new(&[("shop", POOL)]), House::new(&[("shop", POOL)]));
    served.run(&one, UP).ok();
    served.run(&other, UP).failed().says("user_pool is in AWS already (").says("take its tag `stack:name` away");
    let arn = served.run(&one, "output shop user_pool_arn --raw").ok().out.trim().to_owned();
    let words = ["cognito-idp", "untag-resource", "--resource-arn", &arn, "--tag-keys", "stack:name"];
    aws_cli::call(&served, "ap-southeast-2", &words);
    served.run(&other, UP).ok();
    for house in [&one, &other] {
        served.run(house, "plan shop --detailed-exitcode").ok().says("No changes");
    }
}
