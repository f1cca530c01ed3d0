//! `stack lint`: every rule where it fires and where it is silent, what `--fix` does, and how findings are told.

mod fixes;
mod readme;
mod reports;
mod rules;
mod samples;
mod sarif;
mod silence;

use serde_json::Value;
use stack::lint::{RULES, Rule};

use crate::preflight::providers::metadata_until;
use crate::world::{BEGINNING, World};
use samples::{CLEAN, CLEAN_PROD, SAMPLES, Sample};

/// A house with one stack for each sample, written by `write`; each extends a stack that no rule finds fault with.
fn house(write: impl Fn(&Sample) -> String) -> World {
    let world = World::empty();
    world.write("stacks/clean.yaml", CLEAN).write("stacks/clean_prod.yaml", CLEAN_PROD);
    world.write("stacks/ui/login.css", ".banner-customizable { background-color: #ffffff; }\n");
    for (name, days) in [("ending", 29), ("good", 365)] {
        let end = jiff::Timestamp::from_millisecond(BEGINNING + days * 24 * 3_600_000).unwrap();
        world.write(&format!("stacks/idp/{name}.xml"), metadata_until("IDPSSODescriptor", end));
    }
    for sample in SAMPLES {
        world.write(&file_of(sample), write(sample));
    }
    world
}

/// The file of a sample's stack.
fn file_of(sample: &Sample) -> String {
    format!("stacks/{}.yaml", sample.rule)
}

/// The sample's text of one kind, with what it extends.
fn text_of(sample: &Sample, own: &str) -> String {
    let base = if sample.in_production { "clean_prod.yaml" } else { "clean.yaml" };
    format!("extends: {base}\n{own}")
}

/// The rule of a sample.
fn rule_of(sample: &Sample) -> &'static Rule {
    RULES.iter().find(|rule| rule.id == sample.rule).unwrap()
}

/// What `stack lint --json` tells of all the stacks.
fn told(world: &World) -> Value {
    let answer = world.run("lint --json");
    serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// What was found in one stack.
fn found<'a>(told: &'a Value, stack: &str) -> Vec<&'a Value> {
    let findings = told["findings"].as_array().unwrap();
    findings.iter().filter(|one| one["stacks"].as_array().unwrap().iter().any(|name| name == stack)).collect()
}

/// The rules that found something in one stack.
fn rules_in(told: &Value, stack: &str) -> Vec<String> {
    found(told, stack).into_iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
}
