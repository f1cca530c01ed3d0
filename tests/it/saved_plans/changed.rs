//! What a plan rests on changes after it was made: it is refused, and what has changed is said.

use stack::aws::cognito::types::{PasswordPolicyType, UserPoolPolicyType, VerifiedAttributeType};

use super::{forged, shop};
use crate::world::{World, check};

/// The plan is refused, nothing is done, and all of this is said.
#[track_caller]
fn refused(world: &World, file: &str, says: &[&str]) -> String {
    let state = world.path("state/sandbox/dev.json");
    let before = std::fs::read(&state).ok();
    let ran = world.run(&format!("apply --sandbox --plan {file}")).failed();
    for text in says {
        assert!(ran.err.contains(text), "`{text}` is not in:\n{ran}");
    }
    assert!(ran.err.contains("nothing was changed"), "{ran}");
    assert!(ran.err.contains("plan again"), "what to do is said: {ran}");
    assert_eq!(std::fs::read(&state).ok(), before, "nothing is remembered of it");
    ran.to_string()
}

#[test]
fn files_that_it_was_made_from() {
    let world = World::new();
    world.run("plan dev --sandbox --out dev.plan").ok();
    let files = [
        ("stacks/dev.yaml", "minimum_length: 8", "minimum_length: 10"),
        ("stacks/base.yaml", "app: example", "app: another"),
        ("stacks/ui/login.css", "#f4f6f8", "#ffffff"),
    ];
    for (file, from, to) in files {
        let text = world.read(file);
        world.edit(file, from, to);
        refused(&world, "dev.plan", &[&format!("{file}: has changed since")]);
        world.write(file, text);
    }
    let logo = std::fs::read(world.path("stacks/ui/logo.png")).unwrap();
    world.write("stacks/ui/logo.png", [&logo[..], b"\0"].concat());
    refused(&world, "dev.plan", &["stacks/ui/logo.png: has changed since"]);
    world.write("stacks/ui/logo.png", &logo);
    // A word that means nothing to AWS counts too: who changes a file looks at what follows from it.
    let text = world.read("stacks/dev.yaml");
    world.write("stacks/dev.yaml", format!("{text}\n# another word\n"));
    world.write("stacks/base.yaml", world.read("stacks/base.yaml").replace("app: example", "app: another"));
    let said = refused(&world, "dev.plan", &["stacks/dev.yaml", "stacks/base.yaml"]);
    check("saved_plan_files_changed", &said);
    world.write("stacks/dev.yaml", format!("{text}\nnonsense: true\n"));
    let broken = world.run("apply --sandbox --plan dev.plan").failed();
    assert!(broken.err.contains("nonsense") && broken.err.contains("plan again"), "{broken}");
    world.write("stacks/dev.yaml", &text);
    world.edit("stacks/base.yaml", "app: another", "app: example");
    world.run("apply --sandbox --plan dev.plan").ok();
}

#[test]
fn objects_that_it_touches() {
    let world = World::new();
    world.up("dev");
    world.edit("stacks/dev.yaml", "minimum_length: 8", "minimum_length: 10");
    world.run("plan dev --sandbox --out dev.plan").ok();
    let (pool, client) =
        (world.recorded("dev", "user_pool", "/id"), world.recorded("dev", "app_client.web", "/outputs/client_id"));
    // The client is none of this plan's business, whatever becomes of it.
    world.behind(async |aws| {
        aws.cognito
            .update_user_pool_client()
            .user_pool_id(&pool)
            .client_id(&client)
            .client_name("renamed")
            .send()
            .await
            .unwrap();
    });
    let before = world.read("dev.plan");
    world.run("plan dev --sandbox --out wide.plan").ok();
    world.behind(async |aws| {
        let policy = PasswordPolicyType::builder().minimum_length(20).build();
        let policies = UserPoolPolicyType::builder().password_policy(policy).build();
        let update = aws.cognito.update_user_pool().user_pool_id(&pool).policies(policies);
        update.auto_verified_attributes(VerifiedAttributeType::Email).send().await.unwrap();
    });
    let said = refused(&world, "dev.plan", &["user_pool: was changed in AWS since", "password_policy.minimum_length"]);
    check("saved_plan_objects_changed", &said);
    assert_eq!(world.read("dev.plan"), before);
    refused(&world, "wide.plan", &["user_pool: was changed in AWS since"]);
}

#[test]
fn what_it_does_not_touch_may_change() {
    let world = shop();
    world.up("shop");
    world.edit("stacks/shop.yaml", "minimum_length: 12", "minimum_length: 14");
    world.run("plan shop --sandbox --out shop.plan").ok();
    let (pool, client) =
        (world.recorded("shop", "user_pool", "/id"), world.recorded("shop", "app_client.web", "/outputs/client_id"));
    world.behind(async |aws| {
        let update = aws.cognito.update_user_pool_client().user_pool_id(&pool).client_id(&client);
        update.client_name("renamed").access_token_validity(5).send().await.unwrap();
    });
    let applied = world.run("apply --sandbox --plan shop.plan");
    assert_eq!(applied.code, Some(0), "{applied}");
    assert!(applied.out.contains("0 to create, 1 to update, 0 to delete"), "{applied}");
    let plan = world.run("plan shop --sandbox");
    assert!(plan.out.contains("app_client.web") && !plan.out.contains("minimum_length"), "{plan}");
}

#[test]
fn an_object_that_is_gone() {
    let world = shop();
    world.up("shop");
    world.edit("stacks/shop.yaml", "access_token_validity: 60m", "access_token_validity: 15m");
    world.run("plan shop --sandbox --out shop.plan").ok();
    let (pool, client) =
        (world.recorded("shop", "user_pool", "/id"), world.recorded("shop", "app_client.web", "/outputs/client_id"));
    world.behind(async |aws| {
        aws.cognito.delete_user_pool_client().user_pool_id(&pool).client_id(&client).send().await.unwrap();
    });
    let ran = world.run("apply --sandbox --plan shop.plan").failed();
    // A sentence is broken where the page ends.
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("app_client.web: ") && said.contains("was deleted in AWS since"), "{ran}");
}

#[test]
fn users_who_came_meanwhile_are_not_lost_unseen() {
    let world = shop();
    world.up("shop");
    world.run("plan shop --sandbox --destroy --allow-loss user_pool --out gone.plan").ok();
    let pool = world.recorded("shop", "user_pool", "/id");
    world.behind(async |aws| {
        aws.cognito.admin_create_user().user_pool_id(&pool).username("ada").send().await.unwrap();
    });
    let ran = world.run("apply --sandbox --plan gone.plan --allow-loss user_pool").failed();
    assert!(ran.err.contains("user_pool: would lose every user account"), "{ran}");
    ran.check("saved_plan_more_to_lose");
}

#[test]
fn account_region_program_and_place() {
    let world = shop();
    world.run("plan shop --sandbox --out shop.plan").ok();
    let text = world.read("shop.plan");
    for (key, value, says) in [
        ("account", "444455556666", "account: is "),
        ("region", "eu-west-1", "Region: is ap-southeast-2 now, and was eu-west-1"),
    ] {
        world.write("other.plan", &text);
        forged(&world, "other.plan", |kept| kept[key] = value.into());
        refused(&world, "other.plan", &[says]);
    }
    world.write("other.plan", &text);
    forged(&world, "other.plan", |kept| kept["written_by"] = "stack 0.0.9".into());
    world.run("apply --sandbox --plan other.plan").failed().check("saved_plan_other_program");
    assert_eq!(world.run("show other.plan").code, Some(0), "what another version has planned can be looked at");
    world.run("apply --plan shop.plan").failed().check("saved_plan_for_the_sandbox");
    world.run("apply dev --sandbox --plan shop.plan").failed().check("saved_plan_of_another_stack");
}
