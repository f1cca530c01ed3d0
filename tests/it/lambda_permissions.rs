//! The permission for Cognito to invoke each function that is a trigger: made with the trigger, and taken away with it.

use serde_json::{Value, json};

use crate::setup::{House, known, written};

const WORLD: &str = "state/sandbox/.world.json";
const STATE: &str = "state/sandbox/shop.json";
const UP: &str = "up shop --auto-approve";

fn file(triggers: &str, more: &str) -> String {
    format!(
        "region: ap-southeast-2\nuser_pool:\n  name: shop\n  deletion_protection: INACTIVE\n  lambda_config: {triggers}\n{more}"
    )
}

fn write(house: &House, triggers: &str, more: &str) {
    std::fs::write(house.path("stacks/shop.yaml"), file(triggers, more)).unwrap();
}

/// The policies of all functions, by the ends of their ARNs.
fn policies(house: &House) -> Vec<(String, Vec<Value>)> {
    let world = house.json(WORLD);
    let policies = world["lambda"]["policies"].as_object().cloned().unwrap_or_default();
    let end = |arn: &str| arn.rsplit("function:").next().unwrap().to_owned();
    policies.iter().map(|(arn, policy)| (end(arn), policy["statements"].as_array().unwrap().clone())).collect()
}

fn permitted(house: &House) -> Vec<String> {
    policies(house).into_iter().map(|(function, _)| function).collect()
}

#[track_caller]
fn unchanged(house: &House) {
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok().says("No changes");
    known::check(&house.json(WORLD), &house.json(STATE));
}

#[test]
fn each_trigger_is_permitted_and_what_is_destroyed_is_permitted_nothing() {
    let house = House::new(&[]);
    let triggers = "{ pre_sign_up: gate, pre_authentication: gate, post_confirmation: 'greet:live', \
                    pre_token_generation: { lambda_arn: 'arn:aws:lambda:ap-southeast-2:999999999999:function:claims:3' } }";
    write(&house, triggers, "");
    house.run_sandboxed(UP, "").ok();
    unchanged(&house);
    assert_eq!(permitted(&house), ["gate", "greet:live", "claims:3"]);
    let pool = house.run_sandboxed("output shop user_pool_arn --raw", "").ok().out.trim().to_owned();
    for (function, statements) in policies(&house) {
        let [statement] = &statements[..] else { panic!("{function}: {statements:#?}") };
        assert_eq!(statement["Principal"], json!({ "Service": "cognito-idp.amazonaws.com" }));
        assert_eq!(statement["Condition"]["ArnLike"]["AWS:SourceArn"], pool.as_str());
        assert_eq!(statement["Condition"]["StringEquals"]["AWS:SourceAccount"], "000000000000");
    }
    // By name or by ARN, it is the same function.
    let by_arn = triggers.replace("gate,", "'arn:aws:lambda:ap-southeast-2:000000000000:function:gate',");
    write(&house, &by_arn, "");
    unchanged(&house);
    house.run_sandboxed("destroy shop --auto-approve --allow-loss user_pool", "").ok();
    assert_eq!(permitted(&house), Vec::<String>::new());
}

#[test]
fn a_function_may_be_invoked_before_its_trigger_is_set_and_until_it_is_gone() {
    let house = House::new(&[]);
    write(&house, "{ pre_sign_up: gate }", "");
    house.run_sandboxed(UP, "").ok();
    write(&house, "{ pre_sign_up: 'gate:live' }", "");
    assert_eq!(written(&house, UP), ["AddPermission", "UpdateUserPool", "RemovePermission"]);
    unchanged(&house);
    assert_eq!(permitted(&house), ["gate:live"]);
    write(&house, "{}", "");
    assert_eq!(written(&house, UP), ["UpdateUserPool", "RemovePermission"]);
    unchanged(&house);
    // A pool that is there can be signed in to.
    write(&house, "{ pre_sign_up: gate }", "");
    house.run_sandboxed(UP, "").ok();
    let destroy = "destroy shop --auto-approve --allow-loss user_pool";
    assert_eq!(written(&house, destroy), ["DeleteUserPool", "RemovePermission"]);
    assert_eq!(permitted(&house), Vec::<String>::new());
}

#[test]
fn a_permission_that_a_stopped_run_has_left_goes_with_the_next_or_serves_the_next_pool() {
    let destroy = "destroy shop --auto-approve --allow-loss user_pool";
    for again in [destroy, UP] {
        let house = House::new(&[]);
        write(&house, "{ pre_sign_up: gate }", "");
        house.run_sandboxed(UP, "").ok();
        house.run_sandboxed(destroy, "RemovePermission=denied:*").failed();
        assert_eq!(permitted(&house), ["gate"]);
        house.run_sandboxed(again, "").ok();
        if again == UP {
            unchanged(&house);
            assert_eq!(policies(&house)[0].1.len(), 1);
        } else {
            assert_eq!(permitted(&house), Vec::<String>::new());
        }
    }
}

#[test]
fn what_others_see_to_is_left_to_them() {
    let house = House::new(&[]);
    let triggers = "{ pre_sign_up: gate, user_migration: 'arn:aws:lambda:ap-southeast-2:999999999999:function:old' }";
    write(&house, triggers, "lambda_permissions: { except: [user_migration] }\n");
    house.run_sandboxed(UP, "").ok();
    assert_eq!(permitted(&house), ["gate"]);
    write(&house, triggers, "lambda_permissions: { manage: false }\n");
    // Nobody else lets Cognito in yet: without the permission every sign-up would fail.
    house
        .run_sandboxed(UP, "")
        .failed()
        .says("the function gate does not let Cognito invoke it")
        .says("add-permission");
    assert_eq!(permitted(&house), ["gate"]);
    let mut world = house.json(WORLD);
    let policies_of = world["lambda"]["policies"].as_object_mut().unwrap();
    let statements = policies_of.values_mut().next().unwrap()["statements"].as_array_mut().unwrap();
    let mut theirs = statements[0].clone();
    theirs["Sid"] = json!("theirs");
    statements.push(theirs);
    std::fs::write(house.path(WORLD), world.to_string()).unwrap();
    house.run_sandboxed(UP, "").ok().says("lambda_permission.gate");
    let left: Vec<Value> = policies(&house).into_iter().flat_map(|(_, statements)| statements).collect();
    assert!(matches!(&left[..], [one] if one["Sid"] == "theirs"), "{left:#?}");
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok().says("No changes");
}

#[test]
fn a_statement_that_somebody_has_changed_or_taken_away_is_put_back() {
    let house = House::new(&[]);
    write(&house, "{ pre_sign_up: gate }", "");
    house.run_sandboxed(UP, "").ok();
    let whole = policies(&house);
    for change in [(|statement: &mut Value| statement["Condition"] = json!({})) as fn(&mut Value), |statement| {
        statement["Sid"] = json!("another");
    }] {
        let mut world = house.json(WORLD);
        let policies_of = world["lambda"]["policies"].as_object_mut().unwrap();
        change(&mut policies_of.values_mut().next().unwrap()["statements"][0]);
        std::fs::write(house.path(WORLD), world.to_string()).unwrap();
        let plan = house.run_sandboxed("plan shop --detailed-exitcode", "").sane();
        assert_eq!(plan.code, Some(2), "{}{}", plan.out, plan.err);
        plan.says("lambda_permission.gate");
        house.run_sandboxed(UP, "").ok();
        house.run_sandboxed("plan shop --detailed-exitcode", "").ok().says("No changes");
        let now = policies(&house);
        assert!(now[0].1.contains(&whole[0].1[0]), "{now:#?}");
    }
}

#[test]
fn a_lost_answer_or_a_lost_state_makes_no_second_statement() {
    for fault in [
        "AddPermission=drop-after",
        "AddPermission=drop-after:*",
        "AddPermission=drop-before",
        "AddPermission=throttle:3",
    ] {
        let house = House::new(&[]);
        write(&house, "{ pre_sign_up: gate }", "");
        house.run_sandboxed(UP, fault).sane();
        house.run_sandboxed(UP, "").ok();
        unchanged(&house);
        assert_eq!(policies(&house)[0].1.len(), 1, "{fault}");
    }
    let house = House::new(&[]);
    write(&house, "{ pre_sign_up: gate }", "");
    house.run_sandboxed(UP, "").ok();
    // The state knows of the pool, and no more of its permission.
    house.run_sandboxed("state rm shop lambda_permission.gate --auto-approve", "").ok();
    house.run_sandboxed(UP, "").ok();
    unchanged(&house);
}

#[test]
fn a_pool_is_imported_with_its_permissions() {
    let house = House::new(&[]);
    let triggers = "{ pre_sign_up: gate, post_confirmation: 'greet:live' }";
    write(&house, triggers, "lambda_permissions: { except: [post_confirmation] }\n");
    house.run_sandboxed(UP, "").ok();
    let pool = house.run_sandboxed("output shop user_pool_id --raw", "").ok().out.trim().to_owned();
    // Made by something else: another id, and no account.
    let mut world = house.json(WORLD);
    let policy = world["lambda"]["policies"].as_object_mut().unwrap().values_mut().next().unwrap();
    policy["statements"][0]["Sid"] = json!("AllowExecutionFromCognito");
    policy["statements"][0]["Condition"].as_object_mut().unwrap().remove("StringEquals");
    if let Some(tags) = world["cognito"]["pools"]["ap-southeast-2"][&pool]["tags"].as_object_mut() {
        tags.retain(|key, _| !key.starts_with("stack:"));
    }
    std::fs::write(house.path(WORLD), world.to_string()).unwrap();
    std::fs::remove_file(house.path(STATE)).unwrap();
    let ran = house.run_sandboxed(&format!("import found --user-pool {pool}"), "").ok();
    ran.says("lambda_permission.gate");
    let text = std::fs::read_to_string(house.path("stacks/found.yaml")).unwrap();
    assert!(text.contains("except: [post_confirmation]") || text.contains("- post_confirmation"), "{text}");
    house.run_sandboxed("plan found --detailed-exitcode", "").ok().says("No changes");
    assert_eq!(policies(&house).len(), 1);
}
