//! What somebody else has changed, as text, as JSON and as events.

use anstyle::Style;
use serde_json::{Value, json};

use super::line::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW, clean, joined};
use super::plan::fields;
use crate::address::Address;
use crate::engine::drift::{Drift, Drifted};
use crate::engine::plan::{After, Change};
use crate::engine::secrets::shown_change;

/// How far a resource's fields stand in.
const INDENT: usize = 6;

/// The drift of a stack, for a person, in lines of at most `width` columns.
#[must_use]
pub fn text(stack: &str, drift: &Drift, width: usize) -> String {
    let width = width.max(40);
    let mut lines = Vec::new();
    let mut group = |title: &str, style: Style, changes: &dyn Fn(&Drifted) -> Option<&[Change]>| {
        let those: Vec<_> = drift.iter().filter_map(|(address, one)| Some((address, one, changes(one)?))).collect();
        if those.is_empty() {
            return;
        }
        lines.push(Line::default());
        lines.push(Line::styled(style.bold(), title));
        for (address, one, changes) in those {
            let head = Line::styled(style.bold(), "! ").with(BOLD, address.to_string());
            lines.push(head.with(DIM, format!("  {}", clean(&one.id))).indented(2));
            let changes: Vec<Change> = changes.iter().map(shown_change).collect();
            let changes: Vec<&Change> = changes.iter().collect();
            lines.extend(fields::changed(&changes, false, INDENT, width));
        }
    };
    group("Changed outside this stack; the next apply puts it back", YELLOW, &|one| {
        (!one.declared.is_empty()).then_some(&one.declared)
    });
    group("Changed outside this stack, not declared here, left alone", CYAN, &|one| {
        (!one.undeclared.is_empty()).then_some(&one.undeclared)
    });
    group("Deleted outside this stack", RED, &|one| one.is_gone.then_some(&[][..]));
    if !lines.is_empty() {
        lines.insert(0, Line::styled(BOLD, format!("Stack {}", clean(stack))));
        lines.push(Line::default());
    }
    lines.push(summary(drift));
    joined(&lines)
}

fn summary(drift: &Drift) -> Line {
    if drift.is_empty() {
        return Line::styled(GREEN, "No drift: ").with(PLAIN, "AWS holds what it held when it was last looked at.");
    }
    let Counts { changed, deleted } = Counts::of(drift);
    Line::styled(BOLD, "Drift: ").with(PLAIN, format!("{changed} changed, {deleted} deleted."))
}

/// How many objects have drifted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that are there and differ.
    pub changed: usize,
    /// Those that are gone.
    pub deleted: usize,
}

impl Counts {
    /// Counts them.
    #[must_use]
    pub fn of(drift: &Drift) -> Self {
        let deleted = drift.values().filter(|one| one.is_gone).count();
        Self { changed: drift.len() - deleted, deleted }
    }
}

/// The drift of a stack, for a program.
#[must_use]
pub fn json(stack: &str, drift: &Drift) -> Value {
    let resources: Vec<Value> = drift.iter().map(|(address, one)| resource(address, one)).collect();
    json!({ "format_version": "1.0", "stack": stack, "has_drift": !drift.is_empty(), "resources": resources })
}

fn resource(address: &Address, one: &Drifted) -> Value {
    let Drifted { id, is_gone, declared, undeclared } = one;
    let changes = |changes: &[Change]| -> Vec<Value> {
        let change = |change: &Change| {
            let change = shown_change(change);
            let after = match &change.after {
                After::Known(value) => value.clone(),
                After::Unset | After::Unknown => Value::Null,
            };
            json!({ "path": change.path, "before": change.before, "after": after })
        };
        changes.iter().map(change).collect()
    };
    json!({
        "address": address,
        "id": id,
        "status": if *is_gone { "deleted" } else { "changed" },
        "declared": changes(declared),
        "undeclared": changes(undeclared),
    })
}
