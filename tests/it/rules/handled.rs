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
    // The factors were written some time after the pool: the first try was refused, and the next was later.
    let (made, changed) = (pool.creation_date.unwrap(), pool.last_modified_date.unwrap());
    assert!(changed.secs() - made.secs() >= 5, "{made} to {changed}");
}
