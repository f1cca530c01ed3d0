//! What a plan may cost: which calls, and how many of them one after the other.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::sync::{Arc, Mutex};

use crate::setup::watched::{Moment, Saves, Verdict, watch};
use crate::setup::{House, Served};
use crate::world::repository;

/// How long each answer takes, ms: long enough for all that need not wait for it to have been asked meanwhile.
const SLOW: &str = "*=slow:1500";

/// This repository's own `prod`, for whichever account the sandbox plays, and without a logo: its address names the
/// server, which is another one for a run that is watched.
fn prod() -> House {
    let without = |name: &str, key: &str| {
        let text = fs::read_to_string(repository().join("stacks").join(name)).unwrap();
        text.lines().filter(|line| !line.trim_start().starts_with(key)).collect::<Vec<_>>().join("\n")
    };
    House::new(&[("prod", &without("prod.yaml", "account:")), ("base", &without("base.yaml", "image_file:"))])
}

#[test]
fn an_unchanged_plan_reads_each_object_once_and_waits_for_one_answer_at_a_time() {
    let (served, house) = (Served::new(&[]), prod());
    served.run(&house, "apply prod --auto-approve").ok();
    let slow = Served::over(served.house.copied(), &[SLOW]);
    drop(served);

    // How deep each request is: one more than the deepest whose answer had come when it was asked.
    let (calls, depths) = (Arc::new(Mutex::new(BTreeMap::new())), Arc::new(Mutex::new((HashMap::new(), 0))));
    let ended = watch(&slow, slow.client(&house, "plan prod --detailed-exitcode"), Saves::Unseen, {
        let (calls, depths) = (Arc::clone(&calls), Arc::clone(&depths));
        move |moment| {
            let mut depths = depths.lock().unwrap();
            match moment {
                Moment::Asks(number, what) => {
                    let depth = depths.1 + 1;
                    depths.0.insert(*number, depth);
                    *calls.lock().unwrap().entry((*what).to_owned()).or_insert(0) += 1;
                }
                Moment::Told(number) => depths.1 = depths.1.max(depths.0[number]),
                _ => {}
            }
            Verdict::Go
        }
    });
    assert_eq!(ended.ran.code, Some(0), "{}{}", ended.ran.out, ended.ran.err);
    assert_eq!(depths.lock().unwrap().1, 1, "round trips one after the other");
    let calls: Vec<String> = calls.lock().unwrap().iter().map(|(what, count)| format!("{count} {what}")).collect();
    insta::assert_snapshot!(calls.join("\n"), @r"
    1 DescribeCertificate
    1 DescribeUserPool
    1 DescribeUserPoolClient
    1 DescribeUserPoolDomain
    3 GET /2013-04-01/hostedzone/Z0EXAMPLE00000000001/rrset
    1 GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aap-southeast-2%3A111122223333%3Afunction%3Aexample-prod-custom-message/policy
    1 GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aap-southeast-2%3A111122223333%3Afunction%3Aexample-prod-post-authentication/policy
    1 GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aap-southeast-2%3A111122223333%3Afunction%3Aexample-prod-post-confirmation/policy
    1 GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aap-southeast-2%3A111122223333%3Afunction%3Aexample-prod-pre-authentication/policy
    1 GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aap-southeast-2%3A111122223333%3Afunction%3Aexample-prod-pre-sign-up/policy
    1 GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aap-southeast-2%3A111122223333%3Afunction%3Aexample-prod-pre-token-generation/policy
    1 GetCallerIdentity
    1 GetUICustomization
    1 GetUserPoolMfaConfig
    1 ListTagsForCertificate
    ");
}

/// Whether one of them is there already is told by one list of them all, and by another whether the quota has room.
#[test]
fn clients_that_are_added_to_a_pool_are_looked_for_once() {
    let stack = |clients: usize| {
        let clients: Vec<String> = (0..clients).map(|number| format!("  client_{number}: {{}}\n")).collect();
        format!("region: eu-west-1\nuser_pool: {{ name: many }}\napp_clients:\n{}", clients.concat())
    };
    let (served, house) = (Served::new(&[]), House::new(&[("many", &stack(1))]));
    served.run(&house, "apply many --auto-approve").ok();
    fs::write(house.path("stacks/many.yaml"), stack(70)).unwrap();
    let calls = Arc::new(Mutex::new(BTreeMap::new()));
    let ended = watch(&served, served.client(&house, "plan many --detailed-exitcode"), Saves::Unseen, {
        let calls = Arc::clone(&calls);
        move |moment| {
            if let Moment::Asks(_, what) = moment {
                *calls.lock().unwrap().entry((*what).to_owned()).or_insert(0) += 1;
            }
            Verdict::Go
        }
    });
    assert_eq!(ended.ran.code, Some(2), "{}{}", ended.ran.out, ended.ran.err);
    assert_eq!(calls.lock().unwrap()["ListUserPoolClients"], 2, "69 clients to be made");
}
