//! Everything goes, and only when it may.

use crate::world::World;

#[test]
fn a_pool_goes_only_when_its_loss_is_allowed() {
    let world = World::new();
    world.run("destroy dev --sandbox --auto-approve").check("destroy_nothing");
    world.up("dev");
    let pool = world.recorded("dev", "user_pool", "/id");
    world.behind(async |aws| {
        for name in ["ann@example.com", "bob@example.com"] {
            aws.cognito.admin_create_user().user_pool_id(&pool).username(name).send().await.unwrap();
        }
    });
    world.run("destroy dev --sandbox --auto-approve").failed().check("destroy_refused_loss");
    world.run("destroy dev --sandbox --allow-loss user_pool").failed().check("destroy_without_a_yes");
    world.run("destroy dev --sandbox --allow-loss user_pool --auto-approve").check("destroy");
    world.run("show dev --sandbox").check("show_destroyed");
    world.run("output dev --sandbox").failed().check("output_destroyed");
    world.run("state list dev --sandbox").check("state_list_destroyed");
    world.run("destroy dev --sandbox --auto-approve").check("destroy_again");
    world.up("dev");
}

#[test]
fn a_protected_pool_does_not_go() {
    let world = World::new();
    world.edit("stacks/dev.yaml", "deletion_protection: INACTIVE", "deletion_protection: ACTIVE");
    world.up("dev");
    let line = "destroy dev --sandbox --auto-approve --allow-loss user_pool";
    world.run(line).failed().check("destroy_refused_protection");
    world.edit("stacks/dev.yaml", "deletion_protection: ACTIVE", "deletion_protection: INACTIVE");
    world.run("apply dev --sandbox --auto-approve").check("apply_protection_off");
    world.run(line).ok();
}

#[test]
fn one_client_goes_alone() {
    let world = World::new();
    world.up("dev");
    world.run("destroy dev --sandbox --auto-approve --target app_client.web").check("destroy_target");
    world.run("plan dev --sandbox").check("plan_after_destroy_target");
}
