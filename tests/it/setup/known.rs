//! What AWS holds against what the state remembers: nothing twice, nothing unknown, nothing missing.

use serde_json::Value;

/// The ids of all objects in a sandbox's world, as the state writes ids. What a fresh sandbox holds is left out.
fn held(world: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    let map = |value: &Value| value.as_object().cloned().unwrap_or_default();
    for (id, pool) in map(&world["cognito"]["pools"]).values().flat_map(map) {
        for part in ["clients", "ui", "brandings", "servers", "groups", "users", "providers", "risks", "terms"] {
            ids.extend(map(&pool[part]).keys().map(|key| format!("{id}/{key}")));
        }
        // One that is being deleted counts as gone.
        let copies = map(&pool["replicas"]);
        ids.extend(copies.iter().filter(|(_, copy)| copy["gone"].is_null()).map(|(there, _)| format!("{id}/{there}")));
        // Where a pool's logs go has the pool's id.
        ids.extend(pool["logs"].as_array().filter(|logs| !logs.is_empty()).map(|_| id.clone()));
        ids.push(id);
    }
    ids.extend(map(&world["identity"]["pools"]).values().flat_map(map).map(|(id, _)| id));
    ids.extend(map(&world["waf"]["associations"]).keys().cloned());
    for (place, api) in map(&world["gateway"]["apis"]) {
        let api_id = place.split(' ').nth(1).unwrap_or_default();
        ids.extend(map(&api["authorizers"]).keys().map(|id| format!("{api_id}/{id}")));
    }
    for (function, policy) in map(&world["lambda"]["policies"]) {
        let statements = policy["statements"].as_array().cloned().unwrap_or_default();
        ids.extend(statements.iter().map(|statement| format!("{function}/{}", text(&statement["Sid"]))));
    }
    let domains = map(&world["cognito"]["domains"]);
    ids.extend(domains.values().filter(|domain| domain["gone"].is_null()).map(|domain| text(&domain["name"])));
    let certificates = world["acm"]["certificates"].as_array().cloned().unwrap_or_default();
    ids.extend(certificates.iter().map(|certificate| text(&certificate["arn"])));
    for (id, zone) in map(&world["route53"]["zones"]) {
        let records = zone["records"].as_array().cloned().unwrap_or_default();
        let made = records.iter().filter(|record| record["name"] != zone["name"]);
        let made = made.filter(|record| {
            // A deleted record stays for as long as DNS still has it.
            !record["data"].is_null()
        });
        ids.extend(made.map(|record| {
            let name = text(&record["name"]);
            let set = record["routing"]["set"].as_str().map(|set| format!("/{set}")).unwrap_or_default();
            format!("{id}/{}/{}{set}", name.trim_end_matches('.'), text(&record["kind"]))
        }));
    }
    ids.sort();
    ids
}

/// The ids of all objects in a state; waits have none of their own.
fn remembered(state: &Value) -> Vec<String> {
    let records = state["resources"].as_object().cloned().unwrap_or_default();
    let mut ids = Vec::new();
    for (address, record) in &records {
        let kind = address.split('.').next().unwrap();
        if matches!(kind, "certificate_validation" | "domain_activation" | "domain_resolution") {
            continue;
        }
        ids.push(text(&record["id"]));
        ids.extend(record["deposed"].as_array().into_iter().flatten().map(|old| text(&old["id"])));
    }
    ids.sort();
    ids
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}

/// What AWS holds and the state does not remember.
pub fn unknown(world: &Value, state: &Value) -> Vec<String> {
    let remembered = remembered(state);
    held(world).into_iter().filter(|id| !remembered.contains(id)).collect()
}

/// The domains that AWS is taking away: the state names each until it is gone.
fn going(world: &Value) -> Vec<String> {
    let domains = world["cognito"]["domains"].as_object().cloned().unwrap_or_default();
    domains.values().filter(|domain| !domain["gone"].is_null()).map(|domain| text(&domain["name"])).collect()
}

/// Sees that AWS holds what the state remembers, and nothing more than what the state is in doubt of.
#[track_caller]
pub fn agree(world: &Value, state: &Value) {
    let (mut unknown, remembered, going) = (held(world), remembered(state), going(world));
    for id in &remembered {
        match unknown.iter().position(|held| held == id) {
            Some(place) => drop(unknown.remove(place)),
            None => assert!(going.contains(id), "AWS does not hold {id}"),
        }
    }
    let pending = state["pending"].as_object().map_or(0, serde_json::Map::len);
    assert!(unknown.len() <= pending, "the state does not know of {unknown:?}: {:#}", state["pending"]);
}

/// Sees that world and state hold the same objects, each once, and that nothing is in doubt.
#[track_caller]
pub fn check(world: &Value, state: &Value) {
    assert_eq!(held(world), remembered(state), "left: what AWS holds; right: what the state remembers");
    let pending = state["pending"].as_object().map_or(0, serde_json::Map::len);
    assert_eq!(pending, 0, "{:#}", state["pending"]);
}
