//! The full pools of this program's own tests, made by a stack that is then forgotten.

use serde_json::{Value, json};
use stack::kinds::user_pool::UserPool;

use super::made::{from_stack, imported, rebuilds};
use crate::world::repository;

#[track_caller]
fn comes_back(mut pool: Value, rest: &Value) {
    pool["name"] = json!("full");
    let mut file = json!({ "region": "ap-southeast-2", "user_pool": pool });
    for (key, value) in rest.as_object().unwrap() {
        file[key] = value.clone();
    }
    // JSON is YAML.
    let world = from_stack("full", &file.to_string(), &repository().join("tests/it/samples/valid"));
    imported(&world, "full", "").ok();
    rebuilds(&world, "full");
}

#[test]
fn every_field_of_a_pool_comes_back() {
    // Passkeys are bound to the domain.
    let domain = json!({ "domain": { "name": "auth.dev.example.com", "parent_record": "placeholder" } });
    comes_back(UserPool::example(), &domain);
}

#[test]
fn every_field_that_can_be_changed_comes_back_as_it_was_changed() {
    comes_back(UserPool::example_changed(), &json!({}));
}

#[test]
fn what_cannot_stand_beside_the_rest_comes_back_too() {
    comes_back(UserPool::example_other(), &json!({}));
}
