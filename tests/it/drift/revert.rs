//! `--revert-undeclared`: what nobody declares is put back as it was, and stays undeclared.

use serde_json::Value;
use stack::aws::cognito::types::{AttributeDataType, SchemaAttributeType};

use super::{change_client, ids, json, paths, shop, turn_mfa_on};
use crate::world::World;

fn state(world: &World) -> Value {
    serde_json::from_str(&world.read("state/sandbox/shop.json")).unwrap()
}

#[test]
fn everything_is_put_back() {
    let world = shop();
    let before = state(&world);
    turn_mfa_on(&world);
    change_client(&world);
    let (pool, _) = ids(&world);
    let arn = world.recorded("shop", "user_pool", "/outputs/arn");
    world.behind(async |aws| {
        aws.cognito.tag_resource().resource_arn(&arn).tags("by.hand", "yes").send().await.unwrap();
    });
    world.run("plan shop --sandbox --revert-undeclared").check("revert_plan");
    world.run("apply shop --sandbox --revert-undeclared --auto-approve").check("revert_apply");
    let after = state(&world);
    for address in ["user_pool", "app_client.web"] {
        for part in ["observed", "last_applied"] {
            assert_eq!(after["resources"][address][part], before["resources"][address][part], "{address} {part}");
        }
    }
    let mode = world.behind(async |aws| {
        aws.cognito.get_user_pool_mfa_config().user_pool_id(&pool).send().await.unwrap().mfa_configuration
    });
    assert_eq!(mode.unwrap().as_str(), "OFF");
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0), "nothing is declared by it");
}

#[test]
fn without_it_what_nobody_declares_stays() {
    let world = shop();
    turn_mfa_on(&world);
    world.run("apply shop --sandbox --auto-approve").ok();
    let drift = json(&world.run("drift shop --sandbox --json"));
    assert!(paths(&drift, "user_pool", "undeclared").contains(&"mfa.mode"), "{drift:#}");
}

#[test]
fn what_aws_cannot_put_back_is_left() {
    let world = shop();
    let (pool, _) = ids(&world);
    world.behind(async |aws| {
        let attribute = SchemaAttributeType::builder().name("theirs").attribute_data_type(AttributeDataType::String);
        aws.cognito
            .add_custom_attributes()
            .user_pool_id(&pool)
            .custom_attributes(attribute.build())
            .send()
            .await
            .unwrap();
    });
    turn_mfa_on(&world);
    world.run("apply shop --sandbox --revert-undeclared --auto-approve").check("revert_what_can_be");
    // It was shown, and the update has seen it: from then on it is how the pool is.
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    let observed = state(&world)["resources"]["user_pool"]["observed"].clone();
    assert_eq!(
        (&observed["attributes"]["theirs"]["type"], &observed["mfa"]["mode"]),
        (&"String".into(), &"OFF".into())
    );
}

#[test]
fn a_kept_plan_keeps_it() {
    let world = shop();
    turn_mfa_on(&world);
    world.run("plan shop --sandbox --revert-undeclared --out back.plan").ok();
    world.run("apply --sandbox --plan back.plan").ok();
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
}

#[test]
fn one_that_was_stopped_is_finished() {
    let world = shop();
    turn_mfa_on(&world);
    let mut stopped = world.command("apply shop --sandbox --revert-undeclared --auto-approve".split(' '));
    let stopped = stopped
        .env("STACK_SANDBOX_FAULTS", "SetUserPoolMfaConfig=refuse:*:InvalidParameterException:No")
        .output()
        .unwrap();
    assert_eq!(stopped.status.code(), Some(1), "{}", String::from_utf8_lossy(&stopped.stderr));
    let plan = world.run("plan shop --sandbox --detailed-exitcode");
    assert_eq!(plan.code, Some(2), "{plan}");
    assert!(plan.out.contains("mode"), "{plan}");
    world.run("apply shop --sandbox --auto-approve").ok();
    let record = state(&world)["resources"]["user_pool"].clone();
    assert_eq!(record["observed"]["mfa"]["mode"], "OFF");
    assert!(record["reverting"].is_null() && record["changing"].is_null(), "{record:#}");
    assert_eq!(world.run("drift shop --sandbox").code, Some(0));
    assert_eq!(world.run("plan shop --sandbox --detailed-exitcode").code, Some(0));
}
