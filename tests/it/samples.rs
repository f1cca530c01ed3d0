//! Stack files that are right, and files that are wrong in one way each, with what is said of them.

use crate::world::{World, repository};

fn samples(kind: &str) -> (World, Vec<String>) {
    let directory = repository().join("tests/it/samples").join(kind);
    let world = World::with(&directory);
    let names = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned())).collect();
    names.sort();
    (world, names)
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let (world, names) = samples("invalid");
    // One byte more than AWS takes of a logo.
    let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
    large.resize(100 * 1024 + 1, 0);
    world.write("stacks/ui/large.png", large);
    for name in names {
        world.run(&format!("validate {name}")).failed().check(&format!("invalid__{name}"));
    }
}

#[test]
fn what_is_wrong_is_told_to_programs_too() {
    let (world, _) = samples("invalid");
    world.run("validate many wrong_enum --json").failed().check("validate_json");
    world.run("plan many --sandbox --json").failed().check("plan_json_of_a_wrong_file");
}

#[test]
fn what_is_right_is_valid() {
    let (world, _) = samples("valid");
    world.run("validate").check("validate_valid_samples");
}

#[test]
fn what_is_right_applies_and_then_nothing_is_left_to_do() {
    let (_, names) = samples("valid");
    // Somebody would have to make its records meanwhile; and these are applied by `everything.rs`.
    let elsewhere = ["manual_dns", "everything_else", "everything_zone"];
    for name in names.iter().filter(|name| !elsewhere.contains(&&***name)) {
        let (world, _) = samples("valid");
        world.run(&format!("plan {name} --sandbox")).check(&format!("valid__{name}"));
        world.up(name);
        let again = world.run(&format!("plan {name} --sandbox --detailed-exitcode"));
        assert_eq!(again.out, format!("No changes: AWS holds what stacks/{name}.yaml asks for.\n"), "{again}");
        assert_eq!((again.err.as_str(), again.code), ("", Some(0)), "{name}");
    }
}

#[test]
fn records_that_somebody_else_makes_are_named() {
    let (world, _) = samples("valid");
    world.run("plan manual_dns --sandbox").check("valid__manual_dns");
}
