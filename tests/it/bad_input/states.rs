//! States that are newer, older, broken, or another's; and places where none can be kept.

use std::fs;

use serde_json::{Value, json};

use super::names::{link, pipe, shut};
use super::row::{Row, row};
use crate::setup::House;

const STATE: &str = "state/sandbox/dev.json";
const RESCUE: &str = "state/sandbox/dev.rescue.json";

pub(super) fn rows() -> Vec<Row> {
    [broken(), another(), by_hand(), unreachable(), closed(), worlds()].into_iter().flatten().collect()
}

/// The state as the last apply has left it, with something done to it.
fn changed(name: &'static str, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Row {
    row(name).with(move |house| {
        let mut state = house.json(STATE);
        change(&mut state);
        fs::write(house.path(STATE), state.to_string()).unwrap();
    })
}

fn cut(house: &House, keep: impl Fn(usize) -> usize) {
    let text = fs::read(house.path(STATE)).unwrap();
    fs::write(house.path(STATE), &text[..keep(text.len())]).unwrap();
}

fn broken() -> Vec<Row> {
    vec![
        row("a state that was cut short")
            .with(|house| cut(house, |all| all / 2))
            .says(STATE)
            .says("not JSON")
            .says("at line"),
        row("a state that lacks its last brace").with(|house| cut(house, |all| all - 2)).says(STATE).says("not JSON"),
        row("an empty state").file(STATE, "").says(STATE).says("backup"),
        row("a state that is not JSON").file(STATE, "stack: dev\n").says(STATE).says("at line 1 column 1"),
        row("a state and something after it")
            .with(|house| {
                let text = fs::read_to_string(house.path(STATE)).unwrap();
                fs::write(house.path(STATE), text + "}\n").unwrap();
            })
            .says(STATE)
            .says("trailing characters at line"),
        row("a state with marks of a merge").file(STATE, "<<<<<<< HEAD\n{}\n").says(STATE).says("at line 1 column 1"),
        row("a state that is a list").file(STATE, "[]").says(STATE).says("no `version`"),
        row("a state that is null").file(STATE, "null").says(STATE).says("no `version`"),
        row("a state that is not UTF-8")
            .file(STATE, *b"{\"version\": 1, \"stack\": \"d\xe9v\"}")
            .says(STATE)
            .says("UTF-8"),
        row("a state of zeros, as a crash leaves it").file(STATE, vec![0; 4096]).says(STATE).says("not JSON"),
        row("a rescued state that was cut short").file(RESCUE, "{\"version\": 1, \"st").says(RESCUE).says("not JSON"),
        row("a rescued state that is empty").file(RESCUE, "").says(RESCUE),
    ]
}

fn another() -> Vec<Row> {
    vec![
        changed("a state from a newer version", |state| state["version"] = 2.into())
            .says(STATE).says("format 2").says("use that version"),
        changed("a state from a much newer version", |state| state["version"] = 18_446_744_073_709_551_615_u64.into())
            .says("use that version"),
        changed("a state of version 0", |state| state["version"] = 0.into()).says(STATE),
        changed("a state whose version is text", |state| state["version"] = "1".into()).says(STATE),
        changed("a state without a version", |state| drop(state.as_object_mut().unwrap().remove("version"))).says(STATE),
        changed("the state of another stack", |state| state["stack"] = "prod".into())
            .says("holds the state of the stack prod, not of dev"),
        row("Terraform's state").file(STATE, json!({
            "version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}, "resources": []
        }).to_string()).says(STATE),
        changed("a state of another Region", |state| state["region"] = "eu-west-1".into()).says("are in eu-west-1"),
        row("the rescued state of another stack").with(|house| {
            let mut state = house.json(STATE);
            state["stack"] = "prod".into();
            fs::write(house.path(RESCUE), state.to_string()).unwrap();
        }).says(RESCUE).says("of the stack prod"),
    ]
}

/// The state with the first object once more, as a merge that went wrong leaves it.
fn doubled(house: &House, key: &str, more: &str) {
    let text = fs::read_to_string(house.path(STATE)).unwrap();
    assert_eq!(text.matches(key).count(), 1, "{key} stands once in {text}");
    fs::write(house.path(STATE), text.replace(key, &format!("{key}{more}"))).unwrap();
}

fn by_hand() -> Vec<Row> {
    vec![
        row("a state that holds an object twice")
            .with(|house| {
                let pool = house.json(STATE)["resources"]["user_pool"].to_string();
                doubled(house, "\"resources\": {", &format!("\"user_pool\": {pool},"));
            })
            .says(STATE)
            .says("`user_pool` stands here twice at line"),
        row("a state that has something under way twice")
            .with(|house| {
                let intent = json!({ "token": "t", "since": "2026-01-01T00:00:00Z", "desired": {} });
                let both = format!("\"app_client.b\": {intent}, \"app_client.b\": {intent}");
                doubled(house, "\"pending\": {", &both);
            })
            .says(STATE)
            .says("`app_client.b` stands here twice at line"),
        row("an object with a setting twice")
            .with(|house| {
                let name = house.json(STATE)["resources"]["user_pool"]["outputs"]["id"].to_string();
                doubled(house, &format!("\"id\": {name},\n        \"arn\""), ": \"\", \"arn\"");
            })
            .says(STATE)
            .says("`arn` stands here twice at line"),
        changed("a state with a field that nobody knows", |state| state["locked"] = true.into())
            .says(STATE)
            .says("unknown field `locked`"),
        changed("an object with a field that nobody knows", |state| {
            state["resources"]["user_pool"]["tainted"] = true.into();
        })
        .says(STATE)
        .says("unknown field `tainted`"),
        changed("an object of a kind that nobody knows", |state| {
            state["resources"]["user_group.admins"] = state["resources"]["user_pool"].clone();
        })
        .says("user_group.admins"),
        changed("something under way of a kind that nobody knows", |state| {
            state["pending"] =
                json!({ "user_group.admins": { "token": "t", "since": "2026-01-01T00:00:00Z", "desired": {} } });
        })
        .says("user_group.admins"),
        changed("an object with an address that is none", |state| {
            state["resources"]["App Client"] = state["resources"]["user_pool"].clone();
        })
        .says(STATE)
        .says("`App Client` is not an address"),
        changed("an object without an id", |state| {
            drop(state["resources"]["user_pool"].as_object_mut().unwrap().remove("id"));
        })
        .says(STATE)
        .says("missing field `id`"),
        changed("a list of objects", |state| state["resources"] = json!([])).says(STATE).says("at line 1 column"),
        changed("a serial that is text", |state| state["serial"] = "7".into()).says(STATE).says("at line 1 column"),
        changed("a serial below zero", |state| state["serial"] = (-1).into()).says(STATE),
        changed("a state without a lineage", |state| drop(state.as_object_mut().unwrap().remove("lineage")))
            .says(STATE)
            .says("missing field `lineage`"),
    ]
}

fn unreachable() -> Vec<Row> {
    vec![
        row("a directory in the place of the state")
            .with(|house| {
                fs::remove_file(house.path(STATE)).unwrap();
                fs::create_dir(house.path(STATE)).unwrap();
            })
            .says(STATE)
            .says("not a file"),
        row("a pipe in the place of the state").with(|house| pipe(&house.path(STATE))).says(STATE).says("not a file"),
        row("a state that is a link to itself").with(|house| link("dev.json", &house.path(STATE))).says(STATE),
        row("a file in the place of state/").fresh().file("state", "").says("state"),
        row("a directory in the place of the lock")
            .with(|house| {
                let _ = fs::remove_file(house.path("state/sandbox/dev.lock"));
                fs::create_dir(house.path("state/sandbox/dev.lock")).unwrap();
            })
            .says("state/sandbox/dev.lock"),
        row("a pipe in the place of the lock")
            .with(|house| pipe(&house.path("state/sandbox/dev.lock")))
            .says("state/sandbox/dev.lock")
            .says("not a file"),
    ]
}

fn closed() -> Vec<Row> {
    let shut_down =
        |name, path: &'static str, mode| row(name).with(move |house| shut(&house.path(path), mode)).somebody();
    vec![
        shut_down("a state that may not be read", STATE, 0o000).says(STATE).says("check who may read"),
        shut_down("a lock that may not be written", "state/sandbox/dev.lock", 0o000).says("dev.lock"),
        shut_down("a directory of states that is read-only", "state/sandbox", 0o555)
            .edit("stacks/dev.yaml", "access_token_validity: 60m", "access_token_validity: 15m")
            .says("state/sandbox"),
        shut_down("a directory of states that may not be entered", "state/sandbox", 0o000).says("state/sandbox"),
        shut_down("a project that is read-only", ".", 0o555).fresh().says("state"),
        // What is applied to AWS has its own directory, which another has made.
        row("a directory of states that is read-only, outside the sandbox")
            .live()
            .with(|house| {
                fs::create_dir_all(house.path("state")).unwrap();
                shut(&house.path("state"), 0o555);
            })
            .alter(|command| {
                command.env("AWS_EC2_METADATA_DISABLED", "true");
            })
            .somebody()
            .says("state/dev.lock")
            .says("who may write there"),
    ]
}

fn worlds() -> Vec<Row> {
    let world = "state/sandbox/.world.json";
    vec![
        row("a sandbox that was cut short").file(world, "{\"cognito\": {").says(world).says("stack sandbox reset"),
        row("a pipe in the place of the sandbox").with(move |house| pipe(&house.path(world))).says(world),
    ]
}
