//! Many stacks as one table: what is to be done in each, or has drifted.

use super::drift;
use super::line::{self, BOLD, DIM, Line, PLAIN, RED, YELLOW, clean, joined};
use super::plan::{Counts, has_changes};
use crate::engine::drift::Drift;
use crate::engine::plan::Plan;

/// A stack, and what was counted in it; None where it failed.
pub type Row = (String, Option<Counted>);

/// What was counted in one stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// A number for each column.
    pub columns: Vec<usize>,
    /// Whether there is anything to do, if only to forget what is gone.
    is_some: bool,
}

/// The columns of a table of plans.
pub const OF_PLANS: [&str; 4] = ["create", "update", "replace", "delete"];
/// The columns of a table of drift.
const OF_DRIFT: [&str; 2] = ["changed", "deleted"];

impl Counted {
    /// Counts what a plan does.
    #[must_use]
    pub fn of_plan(plan: &Plan) -> Self {
        let Counts { create, update, replace, delete, .. } = Counts::of(plan);
        Self { columns: vec![create, update, replace, delete], is_some: has_changes(plan) }
    }

    /// Counts what has drifted.
    #[must_use]
    pub fn of_drift(found: &Drift) -> Self {
        let drift::Counts { changed, deleted } = drift::Counts::of(found);
        Self { columns: vec![changed, deleted], is_some: !found.is_empty() }
    }

    /// Whether there is anything to do.
    #[must_use]
    pub fn is_some(&self) -> bool {
        self.is_some
    }
}

/// What is to be done in each stack.
#[must_use]
pub fn plans(rows: &[Row]) -> String {
    table(rows, &OF_PLANS)
}

/// What has drifted in each stack.
#[must_use]
pub fn drifts(rows: &[Row]) -> String {
    table(rows, &OF_DRIFT)
}

fn table(rows: &[Row], columns: &[&str]) -> String {
    let names = rows.iter().map(|(name, _)| line::width(name)).chain([5]).max().unwrap_or(5) + 2;
    let mut head = Line::styled(BOLD, "stack").padded(names);
    for column in columns {
        head.push(BOLD, format!("{column}  "));
    }
    let mut lines = vec![head];
    for (name, counted) in rows {
        let mut line = Line::plain(clean(name)).padded(names);
        match counted {
            None => line.push(RED, "failed"),
            Some(counted) => {
                for (count, column) in counted.columns.iter().zip(columns) {
                    let style = if *count == 0 { DIM } else { YELLOW };
                    line.push(style, format!("{count:>width$}  ", width = column.len()));
                }
            }
        }
        lines.push(line);
    }
    let failed = rows.iter().filter(|(_, row)| row.is_none()).count();
    if failed > 0 {
        lines
            .push(Line::styled(PLAIN, format!("{failed} of {} failed.", line::counted(rows.len(), "stack", "stacks"))));
    }
    joined(&lines)
}
