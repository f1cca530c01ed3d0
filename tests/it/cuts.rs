//! Every scenario cut off at every moment, and run again: the end is that of a run that nobody disturbed.

use serde_json::{Value, json};
use stack::engine::plan::{Action, Desired, Plan};

use crate::made_up::{Ended, World, cloud, desired};

fn pool(length: u32, mfa: &str) -> Value {
    json!({ "name": "shop", "sign_in": "email", "length": length, "mfa": mfa, "tags": { "app": "shop" }, "attributes": { "tenant": "s" } })
}

fn whole() -> Vec<(&'static str, Value)> {
    vec![
        ("pool", pool(12, "OPTIONAL")),
        ("client.web", json!({ "pool": "pool", "url": "https://a" })),
        ("client.app", json!({ "pool": "pool", "url": "https://b" })),
        ("cert.wild", json!({ "name": "*.example.com" })),
        ("domain.auth", json!({ "pool": "pool", "host": "auth", "cert": "cert.wild" })),
    ]
}

fn changed() -> Vec<(&'static str, Value)> {
    let mut stack = whole();
    stack[0].1 = json!({ "name": "shop", "sign_in": "email", "mfa": "ON", "tags": { "env": "dev" }, "attributes": { "tenant": "s", "role": "s" } });
    stack[1].1["url"] = json!("https://c");
    stack
}

fn applied(world: &World, wanted: &Desired) -> Plan {
    match world.apply(wanted) {
        Ended::Applied(plan, failed) if failed.is_empty() => plan,
        other => panic!("{other:?}"),
    }
}

/// Cuts the way from `from` to `to` at every moment, and gives how many there were.
fn cut_everywhere(what: &str, from: &[(&str, Value)], to: &[(&str, Value)], allow_loss: &[&str]) -> usize {
    let begin = || {
        let mut world = World::new();
        if !from.is_empty() {
            applied(&world, &desired(from));
        }
        world.options.allow_loss = allow_loss.iter().map(|kind| (*kind).to_owned()).collect();
        world
    };
    let world = begin();
    applied(&world, &desired(to));
    let (end, moments) = (World::end(), World::moments());
    assert!(world.orphans().is_empty(), "{what}: uncut, orphans {:?}", world.orphans());
    for moment in 1..=moments {
        let world = begin();
        let cut = world.apply_cut_at(&desired(to), Some(moment));
        assert!(matches!(cut, Ended::Cut), "{what}: moment {moment} was not reached: {cut:?}");
        let plan = applied(&world, &desired(to));
        for (address, planned) in &plan.resources {
            assert!(planned.drift.is_empty(), "{what}: cut at {moment}: {address}: {:?}", planned.drift);
            assert!(planned.undeclared.is_empty(), "{what}: cut at {moment}: {address}: {:?}", planned.undeclared);
            assert_eq!(
                planned.is_gone, planned.deleted_by_us,
                "{what}: cut at {moment}: nobody else deleted {address}"
            );
        }
        assert_eq!(World::end(), end, "{what}: cut at moment {moment} of {moments}");
        assert!(world.orphans().is_empty(), "{what}: cut at {moment}, orphans {:?}", world.orphans());
        let again = world.plan(&desired(to));
        assert!(again.is_empty(), "{what}: cut at {moment}, the second plan has {:?}", again.steps);
        assert!(world.stored.borrow().as_ref().is_some_and(|state| state.pending.is_empty()));
    }
    moments
}

#[test]
fn a_run_cut_anywhere_ends_where_a_whole_run_would_have() {
    let mut swapped = whole();
    swapped[3].1["name"] = json!("*.example.org");
    let mut without_client = whole();
    without_client.remove(2);
    let mut renamed = whole();
    renamed[0].1["sign_in"] = json!("phone");
    let cuts = [
        cut_everywhere("first apply", &[], &whole(), &[]),
        cut_everywhere("update", &whole(), &changed(), &[]),
        cut_everywhere("certificate swapped under a domain", &whole(), &swapped, &[]),
        cut_everywhere("client removed", &whole(), &without_client, &[]),
        cut_everywhere("client added", &without_client, &whole(), &[]),
        cut_everywhere("pool replaced", &whole(), &renamed, &["pool"]),
        cut_everywhere("destroy", &whole(), &[], &["pool"]),
    ];
    // So that a scenario that does nothing cannot pass for one that was cut everywhere.
    assert!(cuts.iter().sum::<usize>() > 150 && cuts.iter().all(|moments| *moments > 0), "{cuts:?}");
}

#[test]
fn a_second_plan_is_empty_and_makes_no_call() {
    let world = World::new();
    applied(&world, &desired(&whole()));
    let calls = cloud(|cloud| cloud.calls.len());
    assert!(applied(&world, &desired(&whole())).is_empty());
    assert_eq!(cloud(|cloud| cloud.calls.len()), calls);
}

#[test]
fn what_nobody_declares_survives_an_update_and_is_shown() {
    let world = World::new();
    applied(&world, &desired(&whole()));
    cloud(|cloud| cloud.objects.get_mut("pool-1").or(None).map(|object| object.2["tags"]["theirs"] = json!("1")));
    let pool_id =
        cloud(|cloud| cloud.objects.iter().find(|(_, (kind, ..))| kind == "pool").map(|(id, _)| id.clone()).unwrap());
    cloud(|cloud| cloud.objects.get_mut(&pool_id).unwrap().2["tags"]["theirs"] = json!("1"));
    let plan = world.plan(&desired(&whole()));
    assert!(plan.is_empty());
    let seen = &plan.resources[&"pool".parse().unwrap()].undeclared;
    assert_eq!(seen.iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["tags.theirs"]);
    applied(&world, &desired(&changed()));
    let tags = cloud(|cloud| cloud.objects[&pool_id].2["tags"].clone());
    assert_eq!(tags, json!({ "env": "dev", "theirs": "1" }), "theirs stays, what was taken from the file goes");
}

#[test]
fn drift_in_what_is_declared_is_told_apart_and_undone() {
    let world = World::new();
    applied(&world, &desired(&whole()));
    let pool_id =
        cloud(|cloud| cloud.objects.iter().find(|(_, (kind, ..))| kind == "pool").map(|(id, _)| id.clone()).unwrap());
    cloud(|cloud| cloud.objects.get_mut(&pool_id).unwrap().2["mfa"] = json!("OFF"));
    let plan = world.plan(&desired(&whole()));
    let one = &plan.resources[&"pool".parse().unwrap()];
    assert_eq!(one.action, Action::Update);
    assert_eq!(one.drift.iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["mfa"]);
    applied(&world, &desired(&whole()));
    assert_eq!(cloud(|cloud| cloud.objects[&pool_id].2["mfa"].clone()), json!("OPTIONAL"));
}

#[test]
fn what_must_not_be_lost_is_not_replaced_or_deleted_by_accident() {
    let world = World::new();
    applied(&world, &desired(&whole()));
    let mut renamed = whole();
    renamed[0].1["sign_in"] = json!("phone");
    for wanted in [desired(&renamed), desired(&[])] {
        let Ended::Refused(problems) = world.apply(&wanted) else { panic!("not refused") };
        assert!(problems[0].message.contains("would lose every user (3 users now)"), "{problems:?}");
        assert!(problems[0].hint.as_ref().unwrap().contains("--allow-loss pool"), "{problems:?}");
    }
    let mut shrunk = whole();
    shrunk[0].1["attributes"] = json!({});
    let mut world = world;
    world.options.allow_loss.insert("pool".to_owned());
    let Ended::Refused(problems) = world.apply(&desired(&shrunk)) else { panic!("not refused") };
    assert_eq!(problems[0].at, "pool.attributes.tenant");
}

#[test]
fn names_that_lead_nowhere_and_circles_are_refused_at_once() {
    let world = World::new();
    let Ended::Refused(problems) = world.apply(&desired(&[
        ("client.web", json!({ "pool": "pool", "url": "x" })),
        ("domain.auth", json!({ "pool": "pool", "host": "h", "cert": "cert.none" })),
    ])) else {
        panic!("not refused")
    };
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn what_was_deleted_behind_our_back_is_made_again() {
    let world = World::new();
    applied(&world, &desired(&whole()));
    cloud(|cloud| cloud.objects.retain(|_, (kind, ..)| kind == "cert"));
    let plan = applied(&world, &desired(&whole()));
    assert_eq!(plan.resources[&"pool".parse().unwrap()].action, Action::Create);
    let pool = &plan.resources[&"pool".parse().unwrap()];
    assert!(pool.is_gone && !pool.deleted_by_us);
    assert!(world.orphans().is_empty());
    assert!(world.plan(&desired(&whole())).is_empty());
}

#[test]
fn a_key_is_free_before_it_is_taken_again_and_what_takes_over_comes_first() {
    let world = World::new();
    applied(&world, &desired(&whole()));
    let mut renamed = whole();
    // The same host under another name: AWS allows it once.
    renamed[4].0 = "domain.login";
    let plan = applied(&world, &desired(&renamed));
    let at = |step: &str| plan.steps.iter().position(|one| format!("{one:?}").starts_with(step)).unwrap();
    assert!(at("Delete(Address { kind: \"domain\"") < at("Create(Address { kind: \"domain\""), "{:?}", plan.steps);
    // Another host: the old one stays until the new one is there.
    let mut moved = renamed.clone();
    moved[4] = ("domain.new", json!({ "pool": "pool", "host": "new", "cert": "cert.wild" }));
    let plan = applied(&world, &desired(&moved));
    let at = |step: &str| plan.steps.iter().position(|one| format!("{one:?}").starts_with(step)).unwrap();
    assert!(at("Create(Address { kind: \"domain\"") < at("Delete(Address { kind: \"domain\""), "{:?}", plan.steps);
}
