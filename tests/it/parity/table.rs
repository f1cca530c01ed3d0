//! The pages: each argument with its place here, or with the reason why it has none.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::data::{Answer, Argument, List, Page, REASONS, lists};
use super::examples;
use super::paths::Schema;
use crate::world::repository;

/// Holds a page against the one that is kept.
pub fn check(page: &Page) {
    let name = format!("tests/it/parity/{}.md", page.folder);
    let (path, text) = (repository().join(&name), text(page));
    if std::env::var_os("UPDATE_PARITY").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).find(|(kept, made)| kept != made);
    assert!(kept == text, "{name} is out of date; UPDATE_PARITY=1 writes it anew. First difference: {differs:#?}");
}

fn text(page: &Page) -> String {
    let Page { folder, title, from, .. } = page;
    let lists = lists(folder);
    let mut text = format!(
        "# {title}, and the same here\n\n\
         Written by `tests/it/parity` (`UPDATE_PARITY=1 cargo test --test it -- parity::`); do not edit.\n\n\
         Read from {from}. *Line* is the reference's. R required, O optional, C computed by AWS. In a path, `*` is a \
         name that you choose and `[]` an item of a list. Every path is in the published schema, and every example \
         here is taken by `stack validate`: tests see to both.\n\n"
    );
    if *folder == "terraform" {
        text.insert_str(text.len() - 1, "A block stands on one line, with commas between its arguments.\n");
    }
    counts(&lists, &mut text);
    for list in &lists {
        writeln!(text, "\n## {}\n\n{}\n", list.name, list.head).unwrap();
        writeln!(text, "| {title} | | here | there | here | what differs | line |\n|---|---|---|---|---|---|---|")
            .unwrap();
        for argument in &list.arguments {
            let answer = list.answer(&argument.name).unwrap_or_else(|| panic!("{} has no answer", argument.name));
            row(page, list, argument, answer, &mut text);
        }
    }
    if *folder == "terraform" {
        let only: Vec<String> = only_here(&lists).iter().map(|path| format!("`{path}`")).collect();
        writeln!(text, "\n## What these blocks can say, and Terraform cannot\n\n{}", only.join(", ")).unwrap();
    }
    text
}

fn counts(lists: &[List], text: &mut String) {
    let all = || lists.iter().flat_map(|list| list.arguments.iter().filter_map(|argument| list.answer(&argument.name)));
    let placed = all().filter(|answer| !answer.to.is_empty()).count();
    writeln!(text, "- {} in all", all().count()).unwrap();
    writeln!(text, "- {placed} with a place in the stack file").unwrap();
    let with_examples = all().filter(|answer| !answer.to.is_empty() && answer.example().is_some());
    writeln!(text, "- {} of these with an example", with_examples.count()).unwrap();
    writeln!(text, "- {} of these written differently here", all().filter(|answer| answer.differs()).count()).unwrap();
    for (word, what) in REASONS {
        let is_for = |answer: &&Answer| answer.reason().is_some_and(|(reason, _)| reason == *word);
        match all().filter(is_for).count() {
            0 => {}
            count => writeln!(text, "- {count} *{word}*: {what}").unwrap(),
        }
    }
    text.push_str("\n| | in all | with a place here | with a reason why not |\n|---|---|---|---|\n");
    for list in lists {
        let placed = list.arguments.iter().filter_map(|argument| list.answer(&argument.name));
        let (count, placed) = (list.arguments.len(), placed.filter(|answer| !answer.to.is_empty()).count());
        writeln!(text, "| [{}](#{}) | {count} | {placed} | {} |", list.name, list.name, count - placed).unwrap();
    }
}

fn row(page: &Page, list: &List, argument: &Argument, answer: &Answer, text: &mut String) {
    let Argument { line, mark, name } = argument;
    let end = |path: &str| path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]").to_owned();
    let mut place = match answer.reason() {
        Some((word, why)) => format!("*{word}*: {why}"),
        None => list.places(answer).iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", "),
    };
    if let Some(output) = &answer.output {
        write!(place, " (`{output}`)").unwrap();
    }
    let (mut theirs, mut ours) = (String::new(), String::new());
    if let (Some((there, here)), Some(path)) = (answer.example(), answer.to.first()) {
        theirs = format!("`{}`", (page.writes)(&end(name), there, list.has_members(name)));
        let key = path.rsplit('.').find(|segment| *segment != "*").unwrap_or_default();
        ours = format!("`{}`", examples::in_yaml(&end(key), here, false));
    }
    let note = answer.note.clone().unwrap_or_default();
    let cells = [&place, &theirs, &ours, &note].map(|cell| cell.replace('|', "\\|").replace('\n', " "));
    writeln!(text, "| `{name}` | {mark} | {} | {line} |", cells.join(" | ")).unwrap();
}

/// What the blocks that Terraform's arguments lead to can say beyond them.
pub fn only_here(lists: &[List]) -> BTreeSet<String> {
    let named: BTreeSet<String> = lists
        .iter()
        .flat_map(|list| {
            let answers = list.arguments.iter().filter_map(|argument| list.answer(&argument.name));
            answers.flat_map(|answer| list.places(answer))
        })
        .collect();
    let blocks: BTreeSet<&str> = named.iter().filter_map(|path| path.split(['.', '[']).next()).collect();
    let all = Schema::published().all();
    // One of the standard attributes stands for all of them.
    let is_named = |path: &str| {
        let segments: Vec<&str> = path.split('.').collect();
        named.contains(path)
            || (segments.len() > 2 && segments[1] == "standard_attributes")
            || all.iter().any(|below| below.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    let is_of_a_block = |path: &str| path.split(['.', '[']).next().is_some_and(|block| blocks.contains(block));
    all.iter().filter(|path| is_of_a_block(path) && !is_named(path)).cloned().collect()
}
