//! For tests: the fields of an SDK request, each of which somebody has decided on.

use std::collections::BTreeSet;
use std::fmt::Debug;

/// Holds that `decided` names exactly the fields of a request's builder.
#[track_caller]
pub(crate) fn check(builder: &impl Debug, decided: &[(&str, &str)]) {
    let text = format!("{builder:#?}");
    // The pretty form puts the fields of the outermost struct behind four spaces.
    let fields: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once(": ").map(|(field, _)| field))
        .collect();
    let decided: BTreeSet<&str> = decided.iter().map(|(field, _)| *field).collect();
    assert!(!fields.is_empty(), "{text}");
    assert_eq!(fields, decided);
}
