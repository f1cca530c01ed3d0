//! `--refresh-only`: the state takes what AWS says. `--refresh=false`: AWS is not asked.

use serde_json::{Value, json};

use super::{SHOP, change_client, delete_client, ids, shop, turn_mfa_on};
use crate::setup::{House, Served};
use crate::world::World;

fn state(world: &World) -> Value {
    serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap()
}

#[test]
fn the_state_takes_what_aws_says() {
    let world = shop();
    let asked = state(&world)["resources"]["app_client.web"]["last_applied"].clone();
    turn_mfa_on(&world);
    change_client(&world);
    world.run("plan shop --sandbox --refresh-only").check("refresh_only_plan");
    assert_eq!(world.run("plan shop --sandbox --refresh-only --detailed-exitcode").code, Some(2));
    world.run("apply shop --sandbox --refresh-only").failed().check("refresh_only_without_a_yes");
    world.run("apply shop --sandbox --refresh-only --auto-approve").check("refresh_only_apply");
    let after = state(&world);
    assert_eq!(after["resources"]["user_pool"]["observed"]["mfa"]["mode"], "OPTIONAL");
    assert_eq!(after["resources"]["app_client.web"]["observed"]["auth_session_validity"], "9m");
    assert_eq!(after["resources"]["app_client.web"]["last_applied"], asked, "what was asked for is still asked for");
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    assert_eq!(world.run("plan shop --sandbox --refresh-only --detailed-exitcode").code, Some(0));
    // What nobody declares is as it is from now on; what is declared is a change that the file asks for.
    let plan = world.run("plan shop --sandbox");
    assert!(plan.out.contains("access_token_validity"), "{plan}");
    assert!(!plan.out.contains("outside this stack") && !plan.out.contains("mfa"), "{plan}");
}

#[test]
fn aws_is_only_read() {
    let world = shop();
    turn_mfa_on(&world);
    change_client(&world);
    let cognito = |world: &World| {
        let all: Value = serde_json::from_str(&world.read("state/sandbox/.world.json")).unwrap();
        all["cognito"].clone()
    };
    let before = cognito(&world);
    world.run("apply shop --sandbox --refresh-only --auto-approve").ok();
    assert_eq!(cognito(&world), before);
}

#[test]
fn what_is_gone_is_forgotten() {
    let world = shop();
    delete_client(&world);
    let plan: Value = serde_json::from_str(&world.run("plan shop --sandbox --refresh-only --json").out).unwrap();
    let drift: Vec<&Value> = plan["resource_drift"].as_array().unwrap().iter().collect();
    assert_eq!(drift.len(), 1, "{plan:#}");
    assert_eq!((&drift[0]["address"], &drift[0]["change"]["actions"]), (&json!("app_client.web"), &json!(["delete"])));
    assert_eq!(plan["applyable"], true);
    world.run("apply shop --sandbox --refresh-only --auto-approve --json").ok();
    assert!(state(&world)["resources"].get("app_client.web").is_none());
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    world.run("apply shop --sandbox --auto-approve").ok();
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

/// Against an AWS in another process; the log has each call.
#[test]
fn without_a_refresh_aws_is_not_read() {
    let (served, house) = (Served::new(&[]), House::new(&[("shop", SHOP)]));
    served.run(&house, "apply shop --auto-approve").ok();
    let calls = |words: &str| {
        let ran = served.run(&house, &format!("{words} -v")).ok();
        let count = |operation: &str| ran.err.matches(operation).count();
        (count("DescribeUserPoolClient"), count("DescribeUserPool"))
    };
    let (clients, _) = calls("plan shop");
    assert!(clients > 0, "the log names the calls");
    let (clients, pools) = calls("plan shop --refresh=false");
    assert_eq!(clients, 0);
    assert!(pools > 0, "whether users would be lost is asked all the same");
}

#[test]
fn the_states_word_is_taken_and_an_update_looks_again() {
    let world = shop();
    change_client(&world);
    assert_eq!(world.run("plan shop --sandbox --refresh=false --detailed-exitcode").code, Some(0));
    world.edit("stacks/shop.yaml", "id_token_validity: 60m", "id_token_validity: 30m");
    let plan = world.run("plan shop --sandbox --refresh=false");
    assert!(plan.out.contains("id_token_validity") && !plan.out.contains("access_token_validity"), "{plan}");
    world.run("apply shop --sandbox --refresh=false --auto-approve").ok();
    let (pool, client) = ids(&world);
    let now = world.behind(async |aws| {
        let described =
            aws.cognito.describe_user_pool_client().user_pool_id(&pool).client_id(&client).send().await.unwrap();
        let client = described.user_pool_client.unwrap();
        (client.id_token_validity, client.auth_session_validity)
    });
    assert_eq!(now, (Some(30), Some(9)), "what nobody declares was read before it was written");
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn a_plan_from_the_states_word_is_held_against_aws() {
    let world = shop();
    change_client(&world);
    world.edit("stacks/shop.yaml", "id_token_validity: 60m", "id_token_validity: 30m");
    world.run("plan shop --sandbox --refresh=false --out shop.plan").ok();
    let ran = world.run("apply --sandbox --plan shop.plan").failed();
    assert!(ran.err.contains("app_client.web: was changed in AWS since"), "{ran}");
}
