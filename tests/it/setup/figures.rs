//! What a suite counted, kept where `.proof/run` gathers it.

use std::path::PathBuf;

use serde_json::{Map, Value};

/// Prints what `suite` counted, in this order, and keeps it for the table of all suites.
#[expect(clippy::print_stdout, reason = "what was counted is to be seen")]
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
