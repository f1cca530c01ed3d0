//! What somebody else has done in AWS meanwhile.

use stack::aws::cognito::types::{
    PasswordPolicyType, SoftwareTokenMfaConfigType, UserPoolMfaType, UserPoolPolicyType, VerifiedAttributeType,
};

use crate::world::World;

#[test]
fn what_is_declared_is_put_back_and_what_is_not_is_shown() {
    let world = World::new();
    world.up("dev");
    let pool = world.recorded("dev", "user_pool", "/id");
    let client = world.recorded("dev", "app_client.web", "/outputs/client_id");
    world.behind(async |aws| {
        let token = SoftwareTokenMfaConfigType::builder().enabled(true).build();
        let mfa = aws.cognito.set_user_pool_mfa_config().user_pool_id(&pool);
        mfa.mfa_configuration(UserPoolMfaType::Optional).software_token_mfa_configuration(token).send().await.unwrap();
        let client = aws.cognito.update_user_pool_client().user_pool_id(&pool).client_id(client);
        client.client_name("renamed").send().await.unwrap();
    });
    world.run("plan dev --sandbox").check("drift");
    world.edit("stacks/dev.yaml", "id_token_validity: 60m", "id_token_validity: 30m");
    world.run("plan dev --sandbox").check("drift_beside_a_change");
    world.run("apply dev --sandbox --auto-approve").check("drift_put_right");
    world.run("plan dev --sandbox").check("drift_that_nobody_declares_stays");
}

#[test]
fn what_is_undeclared_and_new_is_shown_once_only_as_such() {
    let world = World::new();
    world.up("dev");
    let pool = world.recorded("dev", "user_pool", "/id");
    world.behind(async |aws| {
        let policy = PasswordPolicyType::builder().minimum_length(20).require_symbols(false).build();
        let policies = UserPoolPolicyType::builder().password_policy(policy).build();
        let update = aws.cognito.update_user_pool().user_pool_id(&pool).policies(policies);
        update.auto_verified_attributes(VerifiedAttributeType::Email).send().await.unwrap();
    });
    world.run("plan dev --sandbox").check("drift_of_everything_that_an_update_resets");
    world.up("dev");
    world.run("apply dev --sandbox --auto-approve").check("drift_after_an_apply");
}

#[test]
fn what_was_deleted_is_made_again_or_forgotten() {
    let world = World::new();
    world.up("dev");
    let pool = world.recorded("dev", "user_pool", "/id");
    let client = world.recorded("dev", "app_client.web", "/outputs/client_id");
    world.behind(async |aws| {
        aws.cognito.delete_user_pool_client().user_pool_id(&pool).client_id(client).send().await.unwrap();
    });
    world.run("plan dev --sandbox").check("gone");
    world.run("apply dev --sandbox --auto-approve").check("gone_and_made_again");
}

#[test]
fn a_pool_that_was_deleted_is_made_again_with_all_that_was_in_it() {
    let world = World::new();
    world.edit(
        "stacks/dev.yaml",
        "  name: auth.example.com\n  hosted_zone: example.com\n",
        "  prefix: example-pages\n",
    );
    world.up("dev");
    let pool = world.recorded("dev", "user_pool", "/id");
    world.behind(async |aws| {
        aws.cognito.delete_user_pool_domain().user_pool_id(&pool).domain("example-pages").send().await.unwrap();
    });
    world.behind(async |aws| {
        aws.cognito.delete_user_pool().user_pool_id(&pool).send().await.unwrap();
    });
    world.run("plan dev --sandbox").check("gone_pool");
    world.run("apply dev --sandbox --auto-approve").check("gone_pool_made_again");
    assert_eq!(world.run("plan dev --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn what_a_failed_run_has_changed_was_not_changed_outside() {
    let world = World::new();
    world.up("dev");
    world.edit("stacks/dev.yaml", "minimum_length: 8", "minimum_length: 12");
    world.edit("stacks/dev.yaml", "    app_user_id:", "    tenant: { type: String, mutable: true }\n    app_user_id:");
    world.edit("stacks/dev.yaml", "environment: dev", "environment: trial");
    let denied = [("STACK_SANDBOX_FAULTS", "TagResource=denied:*")];
    let failed = world.run_with("up dev --sandbox --auto-approve", &denied).failed();
    assert!(failed.err.contains("TagResource"), "{failed}");
    // What is left is to see that all of it is so.
    let plan = world.run("plan dev --sandbox");
    assert!(plan.out.contains("finishing what an earlier run began"), "{plan}");
    assert!(!plan.out.contains("outside this stack"), "{plan}");
    world.up("dev");
    let plan = world.run("plan dev --sandbox");
    assert!(plan.out.starts_with("No changes"), "{plan}");
}
