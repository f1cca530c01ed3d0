//! The state, looked at and corrected.

use crate::world::World;

#[test]
fn what_is_remembered() {
    let world = World::new();
    world.up("dev");
    world.run("show dev --sandbox").check("show");
    world.run("state list dev --sandbox").check("state_list");
    world.run("state list dev --sandbox --json").check("state_list_json");
    world.run("state show dev domain.custom --sandbox").check("state_show");
    world.run("state show dev domain.custom --sandbox --json").check("state_show_json");
    world.run("state show dev app_client.spa --sandbox").failed().check("state_show_unknown");
    world.run("state show dev app_client.spa --sandbox --json").failed().check("state_show_unknown_json");
    let shown: serde_json::Value = serde_json::from_str(&world.run("show dev --sandbox --json").out).unwrap();
    assert_eq!(shown["resources"]["user_pool"]["id"], world.recorded("dev", "user_pool", "/id"));
}

#[test]
fn a_client_gets_another_name() {
    let world = World::new();
    world.up("dev");
    world.run("state mv dev app_client.web app_client.spa --sandbox").check("state_mv");
    world.run("state mv dev app_client.web app_client.api --sandbox").failed().check("state_mv_unknown");
    world.run("state mv dev app_client.spa user_pool --sandbox").failed().check("state_mv_kind");
    world.run("state mv dev domain.custom domain.custom --sandbox").failed().check("state_mv_taken");
    for file in ["stacks/base.yaml", "stacks/dev.yaml"] {
        world.edit(file, "\n  web:\n", "\n  spa:\n");
    }
    world.run("plan dev --sandbox").check("plan_after_state_mv");
}

#[test]
fn an_object_is_forgotten() {
    let world = World::new();
    world.up("dev");
    world.run("state rm dev dns_record.domain_a --sandbox").failed().check("state_rm_without_a_yes");
    world.run("state rm dev dns_record.domain_a --sandbox --auto-approve").check("state_rm");
    world.run("state rm dev dns_record.domain_a --sandbox --auto-approve").failed().check("state_rm_again");
}

#[test]
fn the_sandbox_is_emptied() {
    let world = World::new();
    world.up("dev");
    world.run("sandbox reset").failed().check("sandbox_reset_without_a_yes");
    world.run("sandbox reset --auto-approve").check("sandbox_reset");
    world.run("show dev --sandbox").failed().check("show_after_reset");
    world.up("dev");
}

#[test]
fn states_stand_apart() {
    let world = World::new();
    world.up("dev");
    assert!(!world.path("state/dev.json").exists());
    world.run("state list dev").failed().check("state_list_without_the_sandbox");
    world.run_with("state list dev", &[("STACK_SANDBOX", "1")]).ok();
}
