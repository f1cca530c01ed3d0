//! Pools in a sandbox of the program's own process, where waits take no time.

use std::path::Path;

use serde_json::Value;
use stack::aws::cognito::types as aws;

use super::{WORLD, equal};
use crate::world::{Transcript, World};

/// What the world holds.
pub fn holds(world: &World) -> Value {
    serde_json::from_str(&world.read(WORLD)).unwrap()
}

/// The id of the one pool that there is.
pub fn pool(world: &World) -> String {
    let held = holds(world);
    let pools = held["cognito"]["pools"].as_object().unwrap().values().flat_map(|pools| pools.as_object().unwrap());
    let ids: Vec<&String> = pools.map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids[0].clone()
}

/// Takes a stack's state and file away, so that only AWS knows of it.
pub fn orphaned(world: &World, stack: &str) {
    forgotten(world, stack);
    std::fs::remove_file(world.path(&format!("stacks/{stack}.yaml"))).unwrap();
}

/// Takes a stack's state away.
pub fn forgotten(world: &World, stack: &str) {
    for end in ["json", "latest.json"] {
        std::fs::remove_file(world.path(&format!("state/sandbox/{stack}.{end}"))).unwrap();
    }
}

/// Imports the one pool as `stack`; AWS is as it was, and the next plan is empty.
#[track_caller]
pub fn imported(world: &World, stack: &str, faults: &str) -> Transcript {
    let before = holds(world);
    let line = format!("import {stack} --user-pool {} --sandbox", pool(world));
    let ran = world.run_with(&line, &[("STACK_SANDBOX_FAULTS", faults)]);
    assert_eq!(ran.code, Some(0), "{ran}");
    super::equal::untouched(&before, &holds(world));
    // What AWS was made to say is what it says now.
    let plan =
        world.run_with(&format!("plan {stack} --sandbox --detailed-exitcode"), &[("STACK_SANDBOX_FAULTS", faults)]);
    assert_eq!(plan.out, format!("No changes: AWS holds what stacks/{stack}.yaml asks for.\n"), "{plan}");
    assert_eq!(plan.code, Some(0), "{plan}");
    ran
}

/// Applies the stack file alone, with the files that it names, to an empty sandbox, and holds that it comes to the same.
#[track_caller]
pub fn rebuilds(world: &World, stack: &str) {
    let other = World::with(&world.path("stacks"));
    other.up(stack);
    equal::check(&holds(world), &holds(&other), stack);
}

/// The stack file that was written.
pub fn written(world: &World, stack: &str) -> String {
    world.read(&format!("stacks/{stack}.yaml"))
}

/// A house in which somebody has made a pool of this name with clients of these names, and nothing else.
pub fn with_clients(name: &str, clients: &[&str]) -> World {
    let world = World::empty();
    world.behind(async |aws| {
        let pool = aws.cognito.create_user_pool().pool_name(name).send().await.unwrap().user_pool.unwrap();
        for client in clients {
            let made = aws.cognito.create_user_pool_client().user_pool_id(pool.id().unwrap()).client_name(*client);
            made.send().await.unwrap();
        }
    });
    world
}

/// A house in which a stack of this text was applied, and is known to AWS alone.
pub fn from_stack(stack: &str, text: &str, files: &Path) -> World {
    let world = World::with(files);
    world.write(&format!("stacks/{stack}.yaml"), text);
    world.up(stack);
    orphaned(&world, stack);
    world
}

/// Deletes records behind everybody's back: by the beginning of the name, and the type.
pub fn delete_records(world: &World, which: impl Fn(&str, &str) -> bool) -> usize {
    use stack::aws::route53::types::{Change, ChangeAction, ChangeBatch};
    world.behind(async |aws| {
        let zones = aws.route53.list_hosted_zones().send().await.unwrap();
        let zone = zones.hosted_zones()[0].id().to_owned();
        let mut gone = 0;
        let mut from = None;
        loop {
            let call = aws.route53.list_resource_record_sets().hosted_zone_id(&zone);
            let call = match &from {
                Some((name, kind)) => call.start_record_name(name).start_record_type(Clone::clone(kind)),
                None => call,
            };
            let page = call.send().await.unwrap();
            for set in page.resource_record_sets().iter().filter(|set| which(set.name(), set.r#type().as_str())) {
                let change =
                    Change::builder().action(ChangeAction::Delete).resource_record_set(set.clone()).build().unwrap();
                let batch = ChangeBatch::builder().changes(change).build().unwrap();
                aws.route53
                    .change_resource_record_sets()
                    .hosted_zone_id(&zone)
                    .change_batch(batch)
                    .send()
                    .await
                    .unwrap();
                gone += 1;
            }
            if !page.is_truncated() {
                return gone;
            }
            from = Some((page.next_record_name().unwrap().to_owned(), page.next_record_type().unwrap().clone()));
        }
    })
}

/// A tag on the one pool.
pub fn tag(world: &World, key: &str, value: &str) {
    let id = pool(world);
    world.behind(async |aws| {
        let pool = aws.cognito.describe_user_pool().user_pool_id(&id).send().await.unwrap().user_pool.unwrap();
        aws.cognito.tag_resource().resource_arn(pool.arn().unwrap()).tags(key, value).send().await.unwrap();
    });
}

/// A user in the one pool.
pub fn user(world: &World, name: &str) {
    let id = pool(world);
    world.behind(async |aws| {
        let call = aws.cognito.admin_create_user().user_pool_id(&id).username(name);
        call.message_action(aws::MessageActionType::Suppress).send().await.unwrap();
    });
}

/// A record that somebody makes by hand.
pub fn add_cname(world: &World, name: &str, value: &str) {
    use stack::aws::route53::types::{Change, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet, RrType};
    world.behind(async |aws| {
        let zones = aws.route53.list_hosted_zones().send().await.unwrap();
        let set = ResourceRecordSet::builder().name(name).r#type(RrType::Cname).ttl(300);
        let set = set.resource_records(ResourceRecord::builder().value(value).build().unwrap()).build().unwrap();
        let change = Change::builder().action(ChangeAction::Create).resource_record_set(set).build().unwrap();
        let batch = ChangeBatch::builder().changes(change).build().unwrap();
        let call = aws.route53.change_resource_record_sets().hosted_zone_id(zones.hosted_zones()[0].id());
        call.change_batch(batch).send().await.unwrap();
    });
}
