//! What a suite counted, kept where `.proof/run` gathers it.

use std::path::PathBuf;

use serde_json::{Map, Value};

/// Prints what `suite` counted, in this order, and keeps it for the table of all suites.
#[expect(clippy::print_stdout, reason = "whoever asks for the figures is to see them")]
pub fn tell(suite: &str, figures: &[(&str, u64)]) {
    let counted: Map<String, Value> =
        figures.iter().map(|(what, count)| ((*what).to_owned(), (*count).into())).collect();
    for (what, count) in figures {
        println!("{suite}: {count} {what}");
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("proof");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{suite}.json")), serde_json::to_string_pretty(&counted).unwrap()).unwrap();
}

/// Prints the table of what `suite` tried, and keeps it beside the figures.
#[expect(clippy::print_stdout, reason = "whoever asks for the figures is to see them")]
pub fn tell_table(suite: &str, table: &str) {
    println!("{table}");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("proof");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{suite}.md")), table).unwrap();
}
