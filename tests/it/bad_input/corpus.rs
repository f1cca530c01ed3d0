//! The corpus of the fuzz targets, read without a fuzzer: what was once found stays mended.

use std::fs;
use std::path::Path;

use crate::world::repository;

#[path = "../../fuzz/src/stack_file.rs"]
mod stack_file;
#[path = "../../fuzz/src/state.rs"]
mod state;

/// Every file of a target's corpus, with its name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(repository().join("tests/fuzz/corpus").join(target)).unwrap();
    let mut all: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    all.sort();
    assert!(all.len() > 20, "the corpus of {target} is not there");
    all
}

/// Runs `check` over the corpus, and names the input that it fails for.
#[track_caller]
fn holds(target: &str, check: fn(&[u8])) {
    for (name, bytes) in corpus(target) {
        let held = std::panic::catch_unwind(|| check(&bytes));
        assert!(held.is_ok(), "it does not hold for tests/fuzz/corpus/{target}/{name}: see above");
    }
}

#[test]
fn whatever_bytes_stand_in_the_place_of_a_stack_file() {
    holds("stack_file", stack_file::check);
}

#[test]
fn whatever_bytes_stand_in_the_place_of_a_state() {
    holds("state", state::check);
}

/// What two lock files have in common has one version, so that the fuzzer's build shares that of the program.
#[test]
fn the_fuzzer_is_built_with_the_programs_own_crates() {
    let packages = |path: &Path| -> Vec<(String, String)> {
        let text = fs::read_to_string(path).unwrap();
        let line = |block: &str, key: &str| {
            let start = format!("{key} = \"");
            block.lines().find_map(|line| Some(line.strip_prefix(&start)?.trim_end_matches('"').to_owned()))
        };
        text.split("[[package]]\n").filter_map(|block| Some((line(block, "name")?, line(block, "version")?))).collect()
    };
    let ours = packages(&repository().join("Cargo.lock"));
    let own = ["arbitrary", "libfuzzer-sys", "stack-fuzz"];
    let other: Vec<_> = packages(&repository().join("tests/fuzz/Cargo.lock"))
        .into_iter()
        .filter(|package| !own.contains(&package.0.as_str()) && !ours.contains(package))
        .collect();
    assert!(
        other.is_empty(),
        "in tests/fuzz/Cargo.lock and not in Cargo.lock: {other:?}; copy it and build the fuzzer"
    );
}

/// What is said of how long an input is, is what the fuzzer is told.
#[test]
fn an_input_is_as_long_as_is_said() {
    let run = fs::read_to_string(repository().join(".fuzz/run")).unwrap();
    let most = run.split("-max_len=").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let said = fs::read_to_string(repository().join("tests/fuzz/src/memory.rs")).unwrap();
    let kib = most.parse::<u32>().unwrap() / 1024;
    assert!(said.contains(&format!("An input has at most {kib} KiB (`-max_len` in `.fuzz/run`)")), "{kib} KiB");
}
