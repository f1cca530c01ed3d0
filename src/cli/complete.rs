//! What a shell is offered: the stacks in stacks/, and the addresses that their states hold.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap_complete::CompletionCandidate;
use clap_complete::engine::{PathCompleter, ValueCompleter as _};
use serde_json::Value;

use crate::kinds::KINDS;
use crate::stack::{compose, load};

/// The stacks that begin with `current`.
pub(super) fn stacks(current: &OsStr) -> Vec<CompletionCandidate> {
    let found = stacks_in(&directory(std::env::args_os()));
    offered(current, found.into_iter().map(|(name, region)| (name, region.map(|region| format!("in {region}")))))
}

/// The stacks that begin with `current`, and files, of which one may be a plan.
pub(super) fn shown(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = stacks(current);
    found.extend(PathCompleter::file().current_dir(directory(std::env::args_os())).complete(current));
    found
}

/// The addresses that begin with `current`: those of the stacks on the command line so far, or of all.
pub(super) fn addresses(current: &OsStr) -> Vec<CompletionCandidate> {
    let words: BTreeSet<String> = std::env::args_os().filter_map(|arg| arg.into_string().ok()).collect();
    let found = addresses_in(&directory(std::env::args_os()), &words);
    offered(current, found.into_iter().map(|address| (address, None)))
}

/// The addresses that the stacks on the command line so far declare and may not have recorded yet, each with a `=`.
pub(super) fn declared(current: &OsStr) -> Vec<CompletionCandidate> {
    let words: Vec<String> = std::env::args_os().filter_map(|arg| arg.into_string().ok()).collect();
    let root = directory(std::env::args_os());
    let recorded = addresses_in(&root, &words.iter().cloned().collect());
    let stacks = stacks_in(&root);
    let named = words.iter().filter(|word| stacks.contains_key(*word));
    let composed = named.filter_map(|stack| compose(&load::load(&root, stack).ok()?).ok());
    let addresses: BTreeSet<String> = composed
        .flat_map(|composed| composed.desired.resources.into_keys())
        .map(|address| address.to_string())
        .collect();
    offered(current, addresses.difference(&recorded).map(|address| (format!("{address}="), None)))
}

/// The kinds that begin with `current`.
pub(super) fn kinds(current: &OsStr) -> Vec<CompletionCandidate> {
    offered(current, KINDS.iter().map(|kind| (kind.name().to_owned(), None)))
}

fn offered(current: &OsStr, found: impl Iterator<Item = (String, Option<String>)>) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    found
        .filter(|(name, _)| name.starts_with(current))
        .map(|(name, help)| CompletionCandidate::new(name).help(help.map(Into::into)))
        .collect()
}

/// What `-C` says on a command line that is still being written, or here.
pub(super) fn directory(args: impl Iterator<Item = OsString>) -> PathBuf {
    let mut args = args.map(|arg| arg.to_string_lossy().into_owned());
    let mut directory = None;
    while let Some(arg) = args.next() {
        if arg == "-C" || arg == "--directory" {
            directory = args.next().or(directory);
        } else if let Some(value) = arg.strip_prefix("--directory=").or_else(|| arg.strip_prefix("-C")) {
            directory = Some(value.trim_start_matches('=').to_owned());
        }
    }
    directory.map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// The stacks of a directory and their Regions; files that only others extend are none.
pub(super) fn stacks_in(directory: &Path) -> BTreeMap<String, Option<String>> {
    let mut stacks = BTreeMap::new();
    let mut bases = BTreeSet::new();
    let Ok(entries) = std::fs::read_dir(directory.join("stacks")) else { return stacks };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let (true, Some(name)) = (is_yaml, path.file_stem().and_then(OsStr::to_str)) else { continue };
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let top = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
            let value = line.split(" #").next().unwrap_or(line).trim().trim_matches(['"', '\'']);
            (!value.is_empty()).then(|| value.to_owned())
        };
        if let Some(base) = top("extends") {
            bases.extend(Path::new(&base).file_stem().and_then(OsStr::to_str).map(str::to_owned));
        }
        stacks.insert(name.to_owned(), top("region"));
    }
    stacks.retain(|name, _| !bases.contains(name));
    stacks
}

/// The addresses in the local states, of the stacks among `words` if there are any.
pub(super) fn addresses_in(directory: &Path, words: &BTreeSet<String>) -> BTreeSet<String> {
    let states = directory.join("state");
    let is_sandbox = words.contains("--sandbox") || std::env::var_os("STACK_SANDBOX").is_some();
    let Ok(entries) = std::fs::read_dir(if is_sandbox { states.join("sandbox") } else { states }) else {
        return BTreeSet::new();
    };
    let states: BTreeMap<String, BTreeSet<String>> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let stack = path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned();
            let state: Value = serde_json::from_str(&std::fs::read_to_string(&path).ok()?).ok()?;
            Some((stack, state.get("resources")?.as_object()?.keys().cloned().collect()))
        })
        .collect();
    let is_named = states.keys().any(|stack| words.contains(stack));
    states
        .into_iter()
        .filter(|(stack, _)| !is_named || words.contains(stack))
        .flat_map(|(_, addresses)| addresses)
        .collect()
}
