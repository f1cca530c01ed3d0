//! The corpus of the fuzz targets, read without a fuzzer: what was once found stays mended.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

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

/// As much of an input as the fuzzer takes.
fn most() -> usize {
    let run = fs::read_to_string(repository().join(".fuzz/run")).unwrap();
    run.split("-max_len=").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().parse().unwrap()
}

/// Every text of the corpus, and of the samples that the fuzzer begins with too, as far as it reads them.
fn begun_with(target: &str, samples: Option<PathBuf>) -> Vec<String> {
    let (mut open, mut files) = (Vec::from_iter(samples), Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            files.push(fs::read(path).unwrap());
        }
    }
    let all = corpus(target).into_iter().map(|(_, bytes)| bytes).chain(files);
    all.map(|bytes| String::from_utf8_lossy(&bytes[..bytes.len().min(most())]).into_owned()).collect()
}

/// The names of all properties below there.
fn properties(schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        found.extend(properties.keys().cloned());
    }
    let children: Vec<&Value> = match schema {
        Value::Object(all) => all.values().collect(),
        Value::Array(all) => all.iter().collect(),
        _ => Vec::new(),
    };
    for child in children {
        properties(child, found);
    }
}

/// Mutations of what nobody ever wrote reach little of what reads it.
#[test]
fn every_property_of_the_schema_stands_in_some_input() {
    let samples = "tests/it/samples/valid";
    let run = fs::read_to_string(repository().join(".fuzz/run")).unwrap();
    assert!(run.contains(&format!("[stack_file]={samples}")), "the fuzzer is given {samples}");
    let text = fs::read_to_string(repository().join("schemas/stack.schema.json")).unwrap();
    let mut named = BTreeSet::new();
    properties(&serde_json::from_str(&text).unwrap(), &mut named);
    assert!(named.len() > 300, "{named:?}");
    let texts = begun_with("stack_file", Some(repository().join(samples)));
    let is_there = |name: &String| {
        let key = format!("{name}:");
        let begins =
            |text: &str, at: usize| !text[..at].ends_with(|one: char| one.is_alphanumeric() || "_-".contains(one));
        texts.iter().any(|text| text.match_indices(&key).any(|(at, _)| begins(text, at)))
    };
    let missing: Vec<&String> = named.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "in no input of tests/fuzz/corpus/stack_file and in no valid sample: {missing:?}");
}

#[test]
fn every_kind_has_an_object_in_some_state() {
    let states = begun_with("state", None);
    let states: Vec<Value> = states.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let addresses = states.iter().filter_map(|state| state["resources"].as_object()).flat_map(serde_json::Map::iter);
    // One that was applied, and none that only looks like it.
    let applied = addresses.filter(|(_, object)| object["observed"].is_object());
    let there: BTreeSet<&str> = applied.map(|(address, _)| address.split('.').next().unwrap()).collect();
    let missing: Vec<&str> =
        stack::kinds::KINDS.iter().map(|kind| kind.name()).filter(|kind| !there.contains(kind)).collect();
    assert!(missing.is_empty(), "in no state of tests/fuzz/corpus/state: {missing:?}");
}

/// Of every file that an input is cut into, one is read: without it, that input is right no more.
#[test]
fn every_file_of_an_input_is_read_for_one() {
    let loads = |parts: &[&[u8]], but: Option<usize>| {
        let root = tempfile::tempdir().unwrap();
        for (at, (file, part)) in stack_file::FILES.iter().zip(parts).enumerate() {
            if Some(at) != but {
                let path = root.path().join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, part).unwrap();
            }
        }
        stack::stack::load(root.path(), "dev").is_ok()
    };
    let mut read = BTreeSet::new();
    for (_, bytes) in corpus("stack_file") {
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut rest = &bytes[..];
        while let Some(cut) = rest.windows(stack_file::CUT.len()).position(|window| window == stack_file::CUT) {
            parts.push(&rest[..cut]);
            rest = &rest[cut + stack_file::CUT.len()..];
        }
        parts.push(rest);
        if loads(&parts, None) {
            read.extend((0..parts.len()).filter(|at| !loads(&parts, Some(*at))));
        }
    }
    let unread = (0..stack_file::FILES.len()).filter(|at| !read.contains(at)).map(|at| stack_file::FILES[at]);
    assert_eq!(unread.collect::<Vec<_>>(), Vec::<&str>::new());
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
    let said = fs::read_to_string(repository().join("tests/fuzz/src/memory.rs")).unwrap();
    let kib = most() / 1024;
    assert!(said.contains(&format!("An input has at most {kib} KiB (`-max_len` in `.fuzz/run`)")), "{kib} KiB");
}
