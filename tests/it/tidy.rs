//! The rules of the house, as far as a test can hold them. What it finds is listed at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Who may import whom: each line only from the lines above it. Neighbours on a line are strangers.
const LAYERS: &[&[&str]] = &[
    &["error"],
    &["near"],
    &["address", "clock", "secret"],
    // AWS in this process must not learn AWS from our kinds, so it stands this far down.
    &["aws", "sandbox"],
    &["state"],
    &["kind"],
    &["kinds", "engine"],
    &["stack", "preflight"],
    &["lint"],
    &["ui"],
    &["cli"],
    &["commands"],
];
/// All that the sandbox may import.
const FOR_THE_SANDBOX: &[&str] = &["error", "clock"];
/// How long a file may be, in lines.
const MAX_LINES: usize = 500;

/// A source file, and whether it is for tests alone.
struct Source {
    /// From the root of the repository: `src/state/local.rs`.
    path: String,
    text: String,
    is_test: bool,
}

impl Source {
    /// What is compiled into the program: all before the tests that stand at the end.
    fn code(&self) -> &str {
        let opens = |rest: &str| rest.lines().nth(2).is_some_and(|line| line.ends_with("mod tests {"));
        let mut marks = self.text.match_indices("\n#[cfg(test)]\n").map(|(at, _)| at);
        let end = marks.find(|at| opens(&self.text[*at..])).unwrap_or(self.text.len());
        if self.is_test { "" } else { &self.text[..end] }
    }

    /// `state` for `src/state/local.rs`; nothing for `lib.rs` and `main.rs`.
    fn module(&self) -> Option<&str> {
        let first = self.path.strip_prefix("src/")?.split('/').next()?.trim_end_matches(".rs");
        (first != "lib" && first != "main").then_some(first)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn files(dir: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn sources(dir: &str) -> Vec<Source> {
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|end| end == "rs");
    let mut found: Vec<Source> = files(dir)
        .into_iter()
        .filter(is_rust)
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            Source { text: read(&name), is_test: name.starts_with("tests/"), path: name }
        })
        .collect();
    // `#[cfg(test)] mod script;` makes script.rs a test, and all that lies below it.
    let tests: Vec<String> = found.iter().flat_map(test_modules).collect();
    for source in &mut found {
        let below = |test: &String| source.path == format!("{test}.rs") || source.path.starts_with(&format!("{test}/"));
        source.is_test |= tests.iter().any(below);
    }
    found
}

/// The paths, less `.rs`, of the modules that a file declares for tests alone.
fn test_modules(source: &Source) -> Vec<String> {
    let dir = match source.path.rsplit_once('/') {
        Some((dir, "mod.rs" | "lib.rs" | "main.rs")) => dir.to_owned(),
        _ => source.path.trim_end_matches(".rs").to_owned(),
    };
    let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
    let declared = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    let names = declared.filter_map(|pair| {
        let words = pair[1].strip_suffix(';')?;
        words.rsplit_once("mod ").map(|(_, name)| name.to_owned())
    });
    names.map(|name| format!("{dir}/{name}")).collect()
}

#[track_caller]
fn none(found: impl IntoIterator<Item = String>, rule: &str) {
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

/// Every line of `text` with its number, from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// The words that follow each `before` in `text`.
fn words_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(before).skip(1).map(move |rest| rest.split(|c| !is_part(c)).next().unwrap_or_default())
}

#[test]
fn imports_flow_one_way() {
    let levels: BTreeMap<&str, usize> =
        LAYERS.iter().enumerate().flat_map(|(level, names)| names.iter().map(move |name| (*name, level))).collect();
    let mut wrong = BTreeSet::new();
    for source in sources("src") {
        let Some(module) = source.module() else { continue };
        let Some(level) = levels.get(module) else {
            wrong.insert(format!("{}: `{module}` is not in the table of layers", source.path));
            continue;
        };
        for other in words_after(&source.text, "crate::").filter(|other| *other != module && !other.is_empty()) {
            let is_below = levels.get(other).is_some_and(|below| below < level);
            let is_allowed = module != "sandbox" || FOR_THE_SANDBOX.contains(&other);
            if !is_below || !is_allowed {
                wrong.insert(format!("{} imports crate::{other}", source.path));
            }
        }
    }
    none(wrong, "a layer imports only from those below it");
}

#[test]
fn the_engine_names_no_kind_and_no_type_of_the_sdk() {
    let found = sources("src").into_iter().filter(|source| source.module() == Some("engine")).flat_map(|source| {
        let words = ["aws_sdk", "aws::cognito", "aws::acm", "aws::route53"];
        let found: Vec<_> = words.into_iter().filter(|word| source.code().contains(word)).collect();
        found.into_iter().map(move |word| format!("{}: {word}", source.path)).collect::<Vec<_>>()
    });
    none(found, "the engine knows values and schemas alone");
    let plan = read("src/engine/decide.rs");
    assert!(!plan.contains("async") && !plan.contains("await"), "a plan is made without waiting for anything");
}

#[test]
fn every_file_opens_with_what_it_holds() {
    let all = sources("src").into_iter().chain(sources("tests"));
    none(all.filter(|source| !source.text.starts_with("//! ")).map(|source| source.path), "a file opens with `//! `");
}

#[test]
fn no_file_is_too_long() {
    let long = sources("src").into_iter().filter(|source| !source.is_test).filter_map(|source| {
        let count = source.text.lines().count();
        (count > MAX_LINES).then(|| format!("{}: {count} lines", source.path))
    });
    none(long, "a file that is longer than this is two");
}

#[test]
fn nothing_prints_or_panics_outside_tests() {
    let words = ["print!(", "println!(", "dbg!(", ".unwrap()", ".expect(\"", "panic!(", "unreachable!(", "todo!("];
    let mut found = Vec::new();
    for source in sources("src") {
        let mut is_excused = false;
        for (number, line) in lines(source.code()).filter(|(_, line)| !line.trim_start().starts_with("//")) {
            // `#[expect(clippy::panic, reason = "…")]` on a function says why that one may.
            is_excused = line.contains("expect(clippy::panic,") || (is_excused && line != "    }" && line != "}");
            if !is_excused && words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none(found, "only `ui` prints, and what can fail returns an error");
}

#[test]
fn nothing_is_left_for_later_and_no_lint_is_waved_through() {
    // In two pieces, so that this file does not find itself.
    let words = [("FIX", "ME"), ("TO", "DO"), ("X", "XX"), ("#[al", "low("), ("#![al", "low(")];
    let mut found = Vec::new();
    for source in sources("src").into_iter().chain(sources("tests")) {
        for (number, line) in lines(&source.text) {
            let hit = words.iter().map(|(head, tail)| format!("{head}{tail}")).find(|word| line.contains(word));
            // Random names may hold the same letters.
            if hit.is_some_and(|word| word.starts_with('#') || !line.contains(&format!("{word}X"))) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none(found, "do it, or say why a lint is wrong with `#[expect(…, reason = \"…\")]`");
}

#[test]
fn every_test_file_is_in_the_list() {
    let main = read("tests/it/main.rs");
    let forgotten = files("tests/it").into_iter().filter_map(|path| {
        let is_own = path.parent() == Some(&root().join("tests/it")) && path.extension().is_some_and(|end| end == "rs");
        let name = path.file_stem()?.to_str()?.to_owned();
        (is_own && name != "main" && !main.contains(&format!("mod {name};"))).then_some(name)
    });
    none(forgotten, "tests/it/main.rs does not name these, so they never run");
}

/// The lines of Cargo.toml that declare dependencies, each with its name and the line above it.
fn dependencies(manifest: &str) -> Vec<(String, bool, String)> {
    let (mut found, mut section, mut above) = (Vec::new(), "", "");
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if let ("[dependencies]" | "[dev-dependencies]", Some((name, _))) = (section, line.split_once(" = ")) {
            found.push((name.to_owned(), section == "[dev-dependencies]", above.to_owned()));
        }
        above = line;
    }
    found
}

#[test]
fn every_dependency_has_a_reason_and_a_use() {
    let found = dependencies(&read("Cargo.toml"));
    assert!(found.len() > 20, "the manifest was not understood");
    let code: String = sources("src").iter().map(|source| source.code().to_owned()).collect();
    let all: String = sources("src").into_iter().chain(sources("tests")).map(|source| source.text).collect();
    let mut wrong = Vec::new();
    for (name, for_tests, above) in found {
        if !above.starts_with("# ") {
            wrong.push(format!("{name}: no reason stands above it"));
        }
        let place = if for_tests { &all } else { &code };
        let word = name.replace('-', "_");
        let is_used = place.contains(&format!("{word}::")) || place.contains(&format!("use {word};"));
        if !is_used {
            wrong.push(format!("{name}: nothing uses it"));
        }
    }
    none(wrong, "a dependency is there for a reason, which stands above it in Cargo.toml");
}

/// Every command that does something, as a person types it: `state mv`.
fn commands(command: &clap::Command, before: &str) -> BTreeSet<String> {
    let below = command.get_subcommands().filter(|below| below.get_name() != "help");
    below
        .flat_map(|below| {
            let name = format!("{before}{}", below.get_name());
            if below.has_subcommands() { commands(below, &format!("{name} ")) } else { BTreeSet::from([name]) }
        })
        .collect()
}

#[test]
fn the_readme_lists_every_command_and_no_other() {
    let readme = read("README.md");
    let listed: BTreeSet<String> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `stack ")?.split('`').next())
        .map(|usage| {
            let is_letter = |c: char| c.is_ascii_lowercase() || c == '-';
            let is_word = |word: &&str| word.chars().all(is_letter) && !word.starts_with('-');
            usage.split(' ').take_while(is_word).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(listed, commands(&stack::cli::command(), ""));
}
