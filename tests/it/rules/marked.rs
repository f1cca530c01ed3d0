//! Every line of the reference that is marked as documented (D) or measured (Sm) has a rule.
//!
//! `marked.yaml` has the numbers of these lines. Where the reference lies beside this repository, it is held against it;
//! `UPDATE_RULES=1` then writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::catalogue::{Rule, pages, read};
use super::none;
use crate::world::repository;

/// Where the reference is, for whoever has it.
const REFERENCE: &str = "../shared/reference/aws";
const MARKS: [&str; 4] = ["D", "Sm", "S", "I"];

/// The numbers of the marked lines, by file.
fn marked() -> BTreeMap<String, BTreeSet<u32>> {
    let all: BTreeMap<String, String> = read(include_str!("marked.yaml")).unwrap();
    let range = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        first.parse::<u32>().unwrap()..=last.parse::<u32>().unwrap()
    };
    let lines = |text: &String| text.split(", ").flat_map(range).collect();
    all.iter().map(|(file, text)| (file.clone(), lines(text))).collect()
}

/// How many there are.
pub fn count() -> u64 {
    marked().values().map(BTreeSet::len).sum::<usize>() as u64
}

/// Whether a mark of these stands alone in a cell or within brackets: `| D/S |`, `(D)`, `(D sample)`, `(x; D)`.
fn is_sure(text: &str) -> bool {
    let is_mark = |word: &str| word.split('/').all(|mark| MARKS.contains(&mark));
    let parts = text.split(['|', '(', ')', ',', ';']).filter_map(|part| part.split_whitespace().next());
    parts.filter(|word| is_mark(word)).any(|word| word.split('/').any(|mark| mark == "D" || mark == "Sm"))
}

/// The marked lines of one file: by a mark of their own, or by their section's, which counts for its tables.
fn of(text: &str) -> BTreeSet<u32> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| line.starts_with("|-");
    let mut found = BTreeSet::new();
    let mut is_of_section = false;
    for (number, line) in lines.iter().enumerate() {
        let is_head = lines.get(number + 1).is_some_and(|next| is_rule(next));
        if line.starts_with('#') {
            is_of_section = is_sure(line);
        } else if !line.starts_with("Marks:") && !is_head && !is_rule(line) {
            let is_row = is_of_section && line.starts_with('|');
            if is_row || is_sure(line) {
                found.insert(u32::try_from(number).unwrap() + 1);
            }
        }
    }
    found
}

fn written(all: &BTreeMap<String, BTreeSet<u32>>) -> String {
    let mut text = "# The lines of the reference that are marked D or Sm. Written by marked.rs.\n".to_owned();
    for (file, lines) in all {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for line in lines {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == *line => *last = *line,
                _ => ranges.push((*line, *line)),
            }
        }
        let one =
            |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
        let ranges: Vec<String> = ranges.iter().map(one).collect();
        writeln!(text, "{file}: \"{}\"", ranges.join(", ")).unwrap();
    }
    text
}

#[test]
fn every_marked_line_of_the_reference_has_a_rule() {
    let mut covered: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for page in pages() {
        covered.entry(page.reference).or_default().extend(page.rules.iter().flat_map(Rule::lines));
    }
    let mut wrong = Vec::new();
    for (file, lines) in marked() {
        let ruled = covered.remove(&file).unwrap_or_default();
        wrong.extend(lines.difference(&ruled).map(|line| format!("{file}:{line} has no rule")));
    }
    wrong.extend(covered.keys().map(|file| format!("{file} is not in marked.yaml")));
    none(&wrong);
}

/// And a rule that says it belongs to no call comes from a line that names none that writes.
#[test]
fn the_marked_lines_are_those_of_the_reference() {
    let Ok(folder) = std::fs::read_dir(repository().join(REFERENCE)) else { return };
    let files: BTreeMap<String, String> = folder
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect();
    let are: BTreeMap<String, BTreeSet<u32>> = files.iter().map(|(file, text)| (file.clone(), of(text))).collect();
    if std::env::var_os("UPDATE_RULES").is_some() {
        std::fs::write(repository().join("tests/it/rules/marked.yaml"), written(&are)).unwrap();
    } else {
        assert_eq!(written(&are), written(&marked()), "UPDATE_RULES=1 writes marked.yaml anew");
    }
    let mut wrong = Vec::new();
    for page in pages() {
        let lines: Vec<&str> = files[&page.reference].lines().collect();
        for rule in page.rules.iter().filter(|rule| rule.is_of_no_call()) {
            for line in rule.lines() {
                let named = super::written(lines.get(line as usize - 1).unwrap_or(&""));
                wrong.extend(named.iter().map(|call| format!("{}: line {line} names {call}", rule.id)));
            }
        }
    }
    none(&wrong);
}

#[test]
fn marks_are_told_from_words() {
    let text = "# A\nMarks: **D** documented\n| a | Mark |\n|---|---|\n| x | D |\n| x | I |\n| S3 and D words | S |\nA (D sample). D\n\
                ## B (D)\n| Item | Value |\n|---|---|\n| a | 1 |\nno row\nA (x; D/I) and more\n";
    assert_eq!(of(text), BTreeSet::from([5, 8, 12, 14]));
    assert_eq!(
        written(&BTreeMap::from([("a.md".to_owned(), BTreeSet::from([1, 2, 3, 5]))])).lines().last(),
        Some("a.md: \"1-3, 5\"")
    );
}
