//! Refusals of AWS's that pass, met by the real program.

use crate::world::World;

/// What the pool of `full_mfa` needs is refused at first, and asked for again.
#[test]
fn factors_of_a_new_pool_are_set_once_it_takes_them() {
    let world = World::with(&crate::world::repository().join("tests/it/samples/valid"));
    world.up("full_mfa");
    let calls = world.run_with("plan full_mfa --sandbox --detailed-exitcode", &[]);
    assert_eq!(calls.code, Some(0), "{calls}");
    let (pool, mode) = world.behind(async |aws| {
        let pools = aws.cognito.list_user_pools().max_results(60).send().await.unwrap();
        let id = pools.user_pools()[0].id().unwrap().to_owned();
        let pool = aws.cognito.describe_user_pool().user_pool_id(&id).send().await.unwrap().user_pool.unwrap();
        let mfa = aws.cognito.get_user_pool_mfa_config().user_pool_id(&id).send().await.unwrap();
        (pool, mfa.mfa_configuration.unwrap())
    });
    assert_ne!(mode.as_str(), "OFF", "the sample has factors");
    // The clock moves only while the program waits: the first try was refused, and a later one was not.
    let (begun, changed) = (pool.creation_date.unwrap(), pool.last_modified_date.unwrap());
    assert!(changed.as_secs_f64() - begun.as_secs_f64() >= 1.0, "{begun} to {changed}");
}

/// With the quotas of calls in a second kept, nothing is refused for good, and all is there in the end.
#[test]
fn thirty_clients_are_made_no_faster_than_aws_takes_them() {
    let world = World::empty();
    let clients: Vec<String> = (1..=30).map(|number| format!("  c{number}: {{}}")).collect();
    let stack = format!("region: eu-west-1\nuser_pool: {{ name: many }}\napp_clients:\n{}\n", clients.join("\n"));
    world.write("stacks/many.yaml", stack);
    let kept = [("STACK_SANDBOX_RATES", "1")];
    world.run_with("up many --sandbox --auto-approve", &kept).ok();
    let again = world.run_with("plan many --sandbox --detailed-exitcode", &kept);
    assert_eq!(again.code, Some(0), "{again}");
}
