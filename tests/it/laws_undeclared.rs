//! What is there and nobody declares stays, whichever field of whichever kind changes.
//!
//! The fields are found by walking the examples, so that a new field, and a new kind, is under this law at once. What of a pool
//! cannot change by itself is in `laws.rs`.

use std::collections::BTreeSet;

use serde_json::Value;
use stack::engine::plan::Action;
use stack::engine::{Kinds, diff};
use stack::kind::OnChange;
use stack::kinds::KINDS;

use crate::laws_cases::{Case, cases};
use crate::laws_fields::{ALWAYS, put};
use crate::laws_world::{Laws, World};

/// What AWS does not take changed alone, which `laws.rs` tries with what it asks for besides: kind, field.
const ELSEWHERE: [(&str, &str); 1] = [("user_pool", "mfa")];

/// The kinds of which no field can change while another is not declared, and why.
const NONE: [(&str, &str); 6] = [
    ("certificate_validation", "a wait: nothing of it changes in place"),
    ("domain_activation", "a wait"),
    ("domain_resolution", "a wait"),
    ("lambda_permission", "what changes is another permission"),
    ("terms", "all of one document is declared; its links, each by itself, are in `laws.rs`"),
    ("web_acl_association", "it holds nothing but the web ACL"),
];

/// The example with this field, and of the others as few as its type, the checks and composing leave out of it.
fn least(case: &Case, field: &str) -> Value {
    let names = case.example.as_object().unwrap().keys().filter(|name| *name != field);
    let others = names.filter(|name| !ALWAYS.contains(&(case.address.kind.as_str(), name.as_str())));
    others.fold(case.example.clone(), |spec, name| {
        let without = put(&spec, name, None);
        let fits = (case.typed)(&without).is_ok_and(|typed| typed == without) && (case.check)(&without).is_empty();
        if fits { without } else { spec }
    })
}

/// The fields that change in place alone, each with the least that declares it, before and after.
fn ways(case: &Case, kinds: &Kinds) -> Vec<(String, Value, Value)> {
    let facts = kinds.facts(&case.address);
    let is_elsewhere = |field: &&String| ELSEWHERE.contains(&(case.address.kind.as_str(), field.as_str()));
    let fields = case.example.as_object().unwrap().keys().filter(|field| !is_elsewhere(field));
    let ways = fields.filter_map(|field| {
        let small = least(case, field);
        let changed = put(&small, field, Some(case.changed.get(field)?.clone()));
        let moves = diff::changes(Some(&small), Some(&changed), facts);
        let is_alone = !moves.is_empty() && moves.iter().all(|change| change.on_change == OnChange::InPlace);
        let fits = (case.typed)(&changed).is_ok() && (case.check)(&changed).is_empty();
        (is_alone && fits && small != case.example).then(|| (field.clone(), small, changed))
    });
    ways.collect()
}

async fn survives(case: &Case, (field, small, changed): &(String, Value, Value)) {
    let (world, what) = (World::new().await, &format!("{}{}.{field}", case.address, case.word));
    world.settle(&case.with(&case.example), what).await;
    // What is not in the last request either is nobody's: as though somebody else had set it.
    world.forget_what_was_asked(&case.address.to_string(), small);
    let plan = world.plan(&case.with(small)).await.unwrap();
    assert!(plan.is_empty(), "{what}: {:#?}", plan.resources[&case.address].changes);
    let before = world.observed(&case.address);
    let plan = world.settle(&case.with(changed), what).await;
    assert_eq!(plan.resources[&case.address].action, Action::Update, "{what}");
    let facts = world.kinds.facts(&case.address);
    let moved = diff::changes(Some(&before), Some(&world.observed(&case.address)), facts);
    let strange: Vec<_> = moved.iter().filter(|change| change.path.split('.').next() != Some(field)).collect();
    assert!(strange.is_empty(), "{what}: {strange:#?}");
}

#[tokio::test(flavor = "current_thread")]
async fn what_nobody_declares_stays_whichever_field_of_whichever_kind_changes() {
    let (mut laws, kinds, mut tried) = (Laws::default(), Kinds::new(KINDS), BTreeSet::new());
    for case in cases() {
        for way in ways(&case, &kinds) {
            tried.insert(case.address.kind.clone());
            laws.hold(survives(&case, &way)).await;
        }
    }
    laws.end(40);
    let untried: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name()).filter(|kind| !tried.contains(*kind)).collect();
    assert_eq!(untried, NONE.iter().map(|(kind, _)| *kind).collect(), "the kinds of which none could be tried");
}
