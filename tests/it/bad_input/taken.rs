//! What looks odd and is right: taken as it is.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;

use crate::setup::{House, program, run};

const POOL: &str = "region: eu-west-1\nuser_pool:\n  name: shop\n  tags: { team: blue }\n";

/// Applies a stack file, and sees that a second plan is empty.
#[track_caller]
fn applies(text: &str) {
    let house = House::new(&[("odd", text)]);
    house.run_sandboxed("up odd --auto-approve", "").ok();
    house.run_sandboxed("plan odd --detailed-exitcode", "").ok().says("No changes");
    let name = &house.json("state/sandbox/odd.json")["resources"]["user_pool"]["last_applied"]["name"];
    assert_eq!(name, "shop");
}

#[test]
fn a_byte_order_mark() {
    applies(&format!("\u{feff}{POOL}"));
}

#[test]
fn line_ends_of_windows_and_of_old() {
    applies(&POOL.replace('\n', "\r\n"));
    applies(&POOL.replace('\n', "\r"));
}

#[test]
fn a_file_without_a_last_line_end() {
    applies(POOL.trim_end());
}

#[test]
fn json() {
    applies(r#"{"region": "eu-west-1", "user_pool": {"name": "shop"}}"#);
}

#[test]
fn markers_comments_and_directives() {
    applies(&format!("%YAML 1.2\n---\n# a pool\n{POOL}...\n"));
}

#[test]
fn anchors_and_merges() {
    applies(&format!(
        "{POOL}app_clients:\n  web: &web {{ prevent_user_existence_errors: ENABLED }}\n  api: {{ <<: *web }}\n"
    ));
}

#[test]
fn no_home() {
    let house = House::new(&[]);
    let mut command = house.sandboxed("up dev --auto-approve", "");
    assert_eq!(run(command.env_remove("HOME")).sane().code, Some(0));
}

#[test]
fn a_directory_whose_name_is_not_utf_8() {
    let house = House::new(&[]);
    let odd = house.root.path().join(OsStr::from_bytes(b"caf\xe9"));
    // Not every file system takes such a name.
    if fs::create_dir(&odd).is_err() {
        return;
    }
    fs::rename(house.path("stacks"), odd.join("stacks")).unwrap();
    let mut command = program();
    command.env_clear().env("HOME", house.root.path()).arg("-C").arg(&odd).env("STACK_TEST_CLOCK", "1795258800000");
    run(command.args(["--sandbox", "up", "dev", "--auto-approve"])).ok();
    assert!(odd.join("state/sandbox/dev.json").exists());
}

#[test]
fn the_name_of_the_file_instead_of_the_stacks() {
    let house = House::new(&[]);
    for name in ["dev.yaml", "stacks/dev.yaml"] {
        let house = house.run_sandboxed(&format!("plan {name} --detailed-exitcode"), "").sane();
        assert_eq!(house.code, Some(2), "{}", house.err);
    }
}

#[test]
fn other_things_in_stacks() {
    let house = House::new(&[]);
    for name in [&b"not\xe9.yaml"[..], b"a b.yaml", b".yaml", b"notes.txt", b"dev.yaml~", b".dev.yaml.swp"] {
        let _ = fs::write(house.path("stacks").join(OsStr::from_bytes(name)), "\t");
    }
    run(house.program().arg("validate")).ok();
}

#[test]
fn a_link_to_a_stack_file() {
    let house = House::new(&[]);
    fs::create_dir(house.path("shared")).unwrap();
    fs::rename(house.path("stacks/dev.yaml"), house.path("shared/dev.yaml")).unwrap();
    symlink("../shared/dev.yaml", house.path("stacks/dev.yaml")).unwrap();
    run(house.program().args(["validate", "dev"])).ok();
}
