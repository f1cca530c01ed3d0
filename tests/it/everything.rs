//! Stacks that use everything: each property of the schema stands in one of `samples/valid/everything*.yaml`, and all of
//! them are applied, have nothing left to do, and are destroyed to the last object.
//!
//! `everything` has all that goes together. The others need an AWS that another process serves: the sandbox of one
//! process leaves a state in S3 and roles aside.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::laws_world::{comes_back, timeless};
use crate::parity::paths::Schema;
use crate::setup::aws_cli::call;
use crate::setup::known;
use crate::setup::{House, Served, copy, run};
use crate::world::{World, repository};

/// What a client's secret is where the sample reads it from the environment.
const SECRET: (&str, &str) = ("SAMPLE_SECRET", "a_secret_from_the_environment");

fn files() -> Vec<std::path::PathBuf> {
    let samples = repository().join("tests/it/samples/valid");
    let is_one = |path: &std::path::PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("everything"))
    };
    [samples.join("bases"), samples]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(is_one)
        .collect()
}

#[test]
fn every_property_of_the_schema_is_used() {
    let schema = Schema::published();
    let mut used = BTreeSet::new();
    for file in files() {
        let options = serde_yaml::options! { strict_booleans: true };
        let text = std::fs::read_to_string(&file).unwrap();
        let value: Value = serde_yaml::from_str_with_options(&text, options).unwrap();
        schema.used(&value, &mut used);
    }
    let is_elsewhere = |path: &String| {
        // Where a secret is kept is one thing, wherever a secret is asked for.
        let place =
            path.rsplit_once('.').filter(|(at, _)| at.ends_with("client_secret") || at.ends_with("private_key"));
        let is_place =
            place.is_some_and(|(_, place)| used.iter().any(|used| used.ends_with(&format!("secret.{place}"))));
        // A code is good for one role, and there is one.
        is_place || path == "state.s3.assume_role.mfa_serial" && used.contains("assume_role.mfa_serial")
    };
    let unused: Vec<String> = schema.all().difference(&used).filter(|path| !is_elsewhere(path)).cloned().collect();
    assert!(unused.is_empty(), "no samples/valid/everything*.yaml says {}:\n{}", unused.len(), unused.join("\n"));
    assert!(used.len() > 300, "the schema was not understood");
}

/// Applies a stack, sees that nothing is left to do, and destroys it to the last object.
#[track_caller]
fn lives(world: &World, stack: &str) {
    const WORLD: &str = "state/sandbox/.world.json";
    world.run("sandbox reset --auto-approve").ok();
    let before: Value = serde_json::from_str(&world.read(WORLD)).unwrap();
    world.up(stack);
    let there: Value = serde_json::from_str(&world.read(WORLD)).unwrap();
    let mut secrets = vec![world.read("stacks/ui/secret.txt").trim().to_owned()];
    secrets_of(&there, &mut secrets);
    assert!(secrets.iter().any(|secret| *secret != secrets[0]), "those that AWS has made are among them");
    let again = world.run(&format!("plan {stack} --sandbox --detailed-exitcode"));
    assert_eq!(again.out, format!("No changes: AWS holds what stacks/{stack}.yaml asks for.\n"), "{again}");
    assert_eq!((again.err.as_str(), again.code), ("", Some(0)));
    let held = |file: &str| -> Value { serde_json::from_str(&world.read(file)).unwrap() };
    let state = format!("state/sandbox/{stack}.json");
    known::check(&held(WORLD), &held(&state));
    let plan = world.run(&format!("plan {stack} --sandbox --out {stack}.plan --destroy {LOSSES}"));
    assert_eq!(plan.code, Some(0), "{plan}");
    for (place, text) in
        [("state", world.read(&state)), ("plan", world.read(&format!("{stack}.plan"))), ("text", plan.out)]
    {
        let written: Vec<&String> = secrets.iter().filter(|secret| text.contains(*secret)).collect();
        assert!(written.is_empty(), "written in the {place}: {written:?}");
    }
    world.run(&format!("destroy {stack} --sandbox --auto-approve {LOSSES}")).ok();
    assert_eq!((&held(&state)["resources"], &held(&state)["pending"]), (&json!({}), &json!({})));
    known::check(&held(WORLD), &held(&state));
    // All that the sandbox holds is as it was, and not only what has an id.
    comes_back(&timeless(before), &timeless(held(WORLD)), stack);
}

/// The secrets that clients have there.
fn secrets_of(held: &Value, found: &mut Vec<String>) {
    for (key, value) in held.as_object().into_iter().flatten() {
        match value {
            Value::String(text) if key == "secret" || key == "ClientSecretValue" => found.push(text.clone()),
            value => secrets_of(value, found),
        }
    }
    held.as_array().into_iter().flatten().for_each(|item| secrets_of(item, found));
}

#[test]
fn what_goes_together_is_applied_and_destroyed() {
    lives(&World::with(&repository().join("tests/it/samples/valid")), "everything");
}

#[test]
fn what_excludes_it_is_applied_and_destroyed_over_http() {
    let (served, house) = (Served::new(&[]), House::new(&[("other", OTHER)]));
    copy(&repository().join("tests/it/samples/valid"), &house.path("stacks"));
    std::fs::create_dir(house.path(".aws")).unwrap();
    std::fs::write(house.path(".aws/config"), "[profile sample]\nregion = ap-southeast-2\n").unwrap();
    std::fs::write(house.path(".aws/credentials"), CREDENTIALS).unwrap();
    let command = |words: &str| {
        let mut command = served.client(&house, words);
        run(command.envs([SECRET, ("STACK_MFA_CODE", "123456")])).sane().ok()
    };
    // A certificate that exists already, for the sample to name.
    let _ = command("up other --auto-approve");
    let arn = house.json("state/other.json")["resources"]["certificate.domain"]["id"].as_str().unwrap().to_owned();
    let put = |file: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(house.path(file)).unwrap();
        assert!(text.contains(from), "`{from}` stands in {file}");
        std::fs::write(house.path(file), text.replace(from, to)).unwrap();
    };
    put("stacks/bases/everything.yaml", "http://127.0.0.1:4566", &served.url);
    put("stacks/everything_else.yaml", ARN, &arn);
    // Secrets that AWS keeps.
    let (name, value) = (["--name", "/sample/nightly"], ["--value", SECRET.1]);
    call(&served, REGION, &[&["ssm", "put-parameter", "--type", "SecureString"], &name[..], &value].concat());
    let made = ["secretsmanager", "create-secret", "--name", "sample/weekly", "--secret-string", SECRET.1];
    call(&served, REGION, &made);
    let _ = command("state init everything_else");
    for stack in ["everything_else", "everything_zone"] {
        let _ = command(&format!("up {stack} --auto-approve"));
        let _ = command(&format!("plan {stack} --detailed-exitcode")).says("No changes");
        let _ = command(&format!("destroy {stack} --auto-approve {LOSSES}"));
        // Nothing is left but what the other stack has.
        known::check(&served.house.json("state/sandbox/.world.json"), &house.json("state/other.json"));
    }
}

/// Where the samples live.
const REGION: &str = "ap-southeast-2";
/// All that a stack may have to lose.
const LOSSES: &str = "--allow-loss user_pool --allow-loss user --allow-loss identity_pool";
const OTHER: &str = "region: ap-southeast-2\n\
                     user_pool: { name: other, deletion_protection: INACTIVE }\n\
                     domain: { name: login.example.com }\n";
const ARN: &str = "arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012";
const CREDENTIALS: &str =
    "[sample]\naws_access_key_id = AKIASAMPLEEXAMPLE000\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/sampleEXAMPLE\n";
