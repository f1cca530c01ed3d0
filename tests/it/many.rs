//! `--all`: every stack of a project, a table at the end, and an exit code that adds up.

use serde_json::Value;
use stack::aws::dns::Dns;
use stack::aws::{Aws, Reach};
use stack::clock::Clock;

use crate::world::World;

fn stack(name: &str) -> String {
    format!(
        "extends: base.yaml\nuser_pool: {{ name: {name}, deletion_protection: INACTIVE }}\n\
         app_clients:\n  web: {{ explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }}\n"
    )
}

/// Three stacks, and a file that they extend and that is none itself.
fn shops() -> World {
    let world = World::empty();
    world.write("stacks/base.yaml", "region: ap-southeast-2\n");
    for name in ["alpha", "beta", "gamma"] {
        world.write(&format!("stacks/{name}.yaml"), stack(name));
    }
    world
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn rename(world: &World, stack: &str) {
    let pool = world.recorded(stack, "user_pool", "/id");
    let client = world.recorded(stack, "app_client.web", "/outputs/client_id");
    world.behind(async |aws| {
        let update = aws.cognito.update_user_pool_client().user_pool_id(&pool).client_id(&client);
        update.client_name("renamed").send().await.unwrap();
    });
}

#[test]
fn every_stack_is_planned() {
    let world = shops();
    world.up("beta");
    world.run("plan --all --sandbox").check("all_plans");
    assert_eq!(world.run("plan --all --sandbox --detailed-exitcode").code, Some(2));
    let all = json(&world.run("plan --all --sandbox --json").out);
    let named: Vec<&str> = all["stacks"].as_array().unwrap().iter().map(|one| one["stack"].as_str().unwrap()).collect();
    assert_eq!(named, ["alpha", "beta", "gamma"]);
    for one in all["stacks"].as_array().unwrap() {
        assert_eq!(one["plan"]["format_version"], "1.2", "{one}");
    }
    for name in ["alpha", "gamma"] {
        world.up(name);
    }
    assert_eq!(world.run("plan --all --sandbox --detailed-exitcode").code, Some(0));
}

#[test]
fn one_that_fails_does_not_keep_the_others() {
    let world = shops();
    world.write("stacks/beta.yaml", stack("beta").replace("name: beta", "nmae: beta"));
    let ran = world.run("plan --all --sandbox --detailed-exitcode").failed();
    ran.check("all_plans_one_fails");
    let all = json(&world.run("plan --all --sandbox --json").failed().out);
    assert_eq!(all["stacks"][1]["error"]["kind"], "stack");
    assert!(all["stacks"][2]["plan"].is_object());
    let drift = world.run("drift --all --sandbox").failed();
    assert!(drift.out.contains("beta   failed"), "{drift}");
}

#[test]
fn every_stack_is_looked_at_for_drift() {
    let world = shops();
    for name in ["alpha", "beta", "gamma"] {
        world.up(name);
    }
    assert_eq!(world.run("drift --all --sandbox").code, Some(0));
    rename(&world, "beta");
    let drift = world.run("drift --all --sandbox");
    drift.check("all_drift");
    assert_eq!(drift.code, Some(2));
    let all = world.run("drift --all --sandbox --json");
    assert_eq!(all.code, Some(2));
    let has: Vec<Value> =
        json(&all.out)["stacks"].as_array().unwrap().iter().map(|one| one["has_drift"].clone()).collect();
    assert_eq!(has, [false, true, false]);
}

#[test]
fn all_or_one_and_nothing_that_is_of_one() {
    let world = shops();
    for line in [
        "plan",
        "drift",
        "plan --all alpha",
        "drift --all alpha",
        "plan --all --out x.plan",
        "plan --all --target user_pool",
    ] {
        assert_eq!(world.run(&format!("{line} --sandbox")).code, Some(1), "{line}");
    }
    let empty = World::empty();
    empty.write("stacks/.keep", "");
    assert_eq!(empty.run("plan --all --sandbox").code, Some(1));
}

/// Eight calls of one operation, by turns through two doors to the same AWS; how long they took.
fn calls(world: &World, is_shared: bool) -> i64 {
    let clock = Clock::held(0);
    let sandbox = world.sandbox();
    let how = || Reach {
        region: "ap-southeast-2".to_owned(),
        profile: None,
        played: Some(sandbox.http_client()),
        clock: clock.clone(),
        dns: Dns::public(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let one = Aws::reach(how()).await;
        let other = Aws::reach_through(how(), is_shared.then(|| one.carrier())).await;
        for _ in 0..4 {
            for aws in [&one, &other] {
                aws.cognito.list_user_pools().max_results(1).send().await.unwrap();
            }
        }
    });
    clock.now_ms()
}

/// Four such calls are made at once; the other four wait for their turn, if both doors know of one another.
#[test]
fn stacks_share_one_rate_limit() {
    let world = shops();
    assert_eq!(calls(&world, false), 0);
    assert!(calls(&world, true) >= 800);
}
