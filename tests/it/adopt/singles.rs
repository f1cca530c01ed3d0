//! `--address`: single objects, into a stack file that declares them.

use super::made::{forgotten, pool, tag};
use crate::world::{World, repository};

const DEV: &str = "dev";

fn applied() -> World {
    let world = World::new();
    world.up(DEV);
    world
}

#[test]
fn a_client_that_was_forgotten_is_taken_up_again() {
    let world = applied();
    let id = world.recorded(DEV, "app_client.web", "/id");
    world.run("state rm dev app_client.web --sandbox --auto-approve").ok();
    world.run(&format!("import dev --address app_client.web={id} --sandbox")).check("import_address");
    let plan = world.run("plan dev --sandbox --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
    world.run("state rm dev app_client.web --sandbox --auto-approve").ok();
    world.run(&format!("import dev --address app_client.web={id} --sandbox --json")).check("import_address_json");
}

#[test]
fn what_differs_from_the_file_is_the_next_plans() {
    let world = applied();
    let id = world.recorded(DEV, "app_client.web", "/id");
    world.run("state rm dev app_client.web --sandbox --auto-approve").ok();
    world.edit("stacks/dev.yaml", "access_token_validity: 60m", "access_token_validity: 30m");
    world.run(&format!("import dev --address app_client.web={id} --sandbox")).ok();
    let plan = world.run("plan dev --sandbox");
    assert!(plan.out.contains("0 to create, 1 to update, 0 to delete"), "{plan}");
}

#[test]
fn a_secret_that_was_chosen_is_known_again_and_another_is_told() {
    let world = World::with(&repository().join("tests/it/samples/valid"));
    let stack = "secret_elsewhere";
    world.up(stack);
    let id = world.recorded(stack, "app_client.server", "/id");
    let again = || {
        world.run(&format!("state rm {stack} app_client.server --sandbox --auto-approve")).ok();
        world.run(&format!("import {stack} --address app_client.server={id} --sandbox")).ok();
        world.run(&format!("plan {stack} --sandbox --detailed-exitcode"))
    };
    let plan = again();
    assert_eq!(plan.code, Some(0), "{plan}");
    std::fs::write(world.path("stacks/secrets/web.txt"), "another_secret_of_the_same_length\n").unwrap();
    let plan = again();
    assert!(plan.code == Some(2) && plan.out.contains("client_secret  secret changed"), "{plan}");
}

#[test]
fn objects_that_cannot_be_imported() {
    let world = applied();
    let id = world.recorded(DEV, "app_client.web", "/id");
    let user_pool = pool(&world);
    let refused = |line: &str, name: &str| {
        let before = world.read("state/sandbox/dev.json");
        world.run(&format!("import dev {line} --sandbox")).failed().check(name);
        assert_eq!(world.read("state/sandbox/dev.json"), before, "{name}");
    };
    refused(&format!("--address app_client.web={id}"), "import_address_recorded");
    refused(&format!("--address app_client.wbe={id}"), "import_address_id_recorded");
    refused("--address app_client.mobile=ap-southeast-2_Absent123/abc", "import_address_undeclared");
    world.run("state rm dev app_client.web --sandbox --auto-approve").ok();
    refused(&format!("--address app_client.web={user_pool}/1absentabsentabsentabsenta"), "import_address_absent");
    refused("--address app_client.web=1absentabsentabsentabsenta", "import_address_no_id");
    refused(&format!("--address app_client.web={id} --address app_client.web={id}"), "import_address_twice");

    // A client of another pool, and an object that another stack holds.
    world
        .write("stacks/second.yaml", "region: ap-southeast-2\nuser_pool: { name: second }\napp_clients: { web: {} }\n");
    world.up("second");
    let theirs = world.recorded("second", "app_client.web", "/id");
    refused(&format!("--address app_client.web={theirs}"), "import_address_of_another_stack");
    forgotten(&world, "second");
    refused(&format!("--address app_client.web={theirs}"), "import_address_of_another_pool");
}

#[test]
fn a_pool_must_be_the_stacks_own() {
    let world = World::empty();
    world.write("stacks/a.yaml", "region: ap-southeast-2\nuser_pool: { name: a }\n");
    world.write("stacks/b.yaml", "region: eu-west-1\nuser_pool: { name: a }\n");
    world.up("a");
    let id = pool(&world);
    forgotten(&world, "a");
    let import = |stack: &str| world.run(&format!("import {stack} --address user_pool={id} --sandbox"));
    import("b").failed().check("import_address_wrong_region");
    tag(&world, "stack:name", "other");
    import("a").failed().check("import_address_claimed");
    tag(&world, "stack:name", "a");
    import("a").ok();
    let plan = world.run("plan a --sandbox --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
}
