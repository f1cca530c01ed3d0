//! A plan as text: what happens, grouped, with the symbols that people know; readable without colour.

use std::collections::BTreeMap;
use std::fmt;

use anstyle::Style;

use super::line::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW, clean, counted, elided, joined};
use crate::address::Address;
use crate::engine::plan::{Action, Change, Plan, Planned, Step};
use crate::engine::secrets::shown;

pub(in crate::ui) mod fields;
#[cfg(test)]
pub(in crate::ui) mod samples;
#[cfg(test)]
mod tests;

/// How far a resource's fields stand in.
const INDENT: usize = 6;

/// How many resources a plan makes, changes and takes away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects that are made.
    pub create: usize,
    /// Objects that are changed where they stand.
    pub update: usize,
    /// Objects that are made anew.
    pub replace: usize,
    /// Objects that are deleted, the leftovers of earlier replacements included.
    pub delete: usize,
    /// Resources that the state gets to know by another name.
    pub rename: usize,
    /// Objects that are left to themselves.
    pub forget: usize,
}

impl Counts {
    /// Counts what a plan does.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let (rename, forget) = (plan.relabelled.moved.len(), plan.relabelled.forgotten.len());
        let mut counts = Self { delete: leftovers(plan).len(), rename, forget, ..Self::default() };
        for planned in plan.resources.values() {
            match planned.action {
                Action::Create => counts.create += 1,
                Action::Update => counts.update += 1,
                Action::Replace => counts.replace += 1,
                Action::Delete if !planned.is_gone => counts.delete += 1,
                Action::Delete | Action::Keep => {}
            }
        }
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to create, {} to update, ", self.create, self.update)?;
        if self.replace > 0 {
            write!(f, "{} to replace, ", self.replace)?;
        }
        write!(f, "{} to delete", self.delete)?;
        for (count, what) in [(self.rename, "rename"), (self.forget, "forget")] {
            if count > 0 {
                write!(f, ", {count} to {what}")?;
            }
        }
        Ok(())
    }
}

/// Whether carrying the plan out does anything, if only forgetting what is gone.
#[must_use]
pub fn has_changes(plan: &Plan) -> bool {
    !plan.is_empty() || plan.resources.values().any(|planned| planned.action != Action::Keep)
}

/// Whether a resource's old object goes before its new one comes.
#[must_use]
pub fn is_delete_first(plan: &Plan, address: &Address) -> bool {
    let first = plan.steps.iter().find(|step| self::address(step) == address);
    matches!(first, Some(Step::Delete(_)))
}

/// The resource that a step is about.
#[must_use]
pub fn address(step: &Step) -> &Address {
    match step {
        Step::Create(address) | Step::Update(address) | Step::Delete(address) | Step::DeleteDeposed(address, _) => {
            address
        }
    }
}

/// What earlier replacements have left behind and this plan deletes.
pub(super) fn leftovers(plan: &Plan) -> Vec<(&Address, &str)> {
    plan.steps
        .iter()
        .filter_map(|step| match step {
            Step::DeleteDeposed(address, id) => Some((address, id.as_str())),
            Step::Create(_) | Step::Update(_) | Step::Delete(_) => None,
        })
        .filter(|(address, id)| {
            let planned = plan.resources.get(*address);
            !planned.is_some_and(|planned| planned.action == Action::Replace && planned.id.as_deref() == Some(*id))
        })
        .collect()
}

/// The plan, for a person, in lines of at most `width` columns.
#[must_use]
pub fn text(plan: &Plan, width: usize) -> String {
    let plan = &shown(plan);
    let page = Page { plan, width: width.max(40), order: in_order(plan) };
    let mut lines = Vec::new();
    let mut groups = page.outside();
    if has_changes(plan) {
        groups.extend(page.actions());
    }
    if !groups.is_empty() {
        lines.push(page.title());
        for group in groups {
            lines.push(Line::default());
            lines.extend(group);
        }
        lines.push(Line::default());
    }
    lines.push(page.summary());
    joined(&lines)
}

/// The resources in the order of the steps; those without steps follow.
fn in_order(plan: &Plan) -> Vec<(&Address, &Planned)> {
    let mut places = BTreeMap::new();
    for (place, step) in plan.steps.iter().enumerate() {
        places.entry(address(step)).or_insert(place);
    }
    let mut order: Vec<(&Address, &Planned)> = plan.resources.iter().collect();
    order.sort_by_key(|(address, _)| places.get(address).copied().unwrap_or(usize::MAX));
    order
}

struct Page<'a> {
    plan: &'a Plan,
    width: usize,
    order: Vec<(&'a Address, &'a Planned)>,
}

impl<'a> Page<'a> {
    fn title(&self) -> Line {
        let line = Line::styled(BOLD, format!("Stack {}", clean(&self.plan.stack)));
        if self.plan.destroy { line.with(RED, " will be destroyed") } else { line }
    }

    fn summary(&self) -> Line {
        if has_changes(self.plan) {
            return Line::styled(BOLD, "Plan: ").with(PLAIN, format!("{}.", Counts::of(self.plan)));
        }
        let stack = clean(&self.plan.stack);
        let rest = if self.plan.destroy {
            format!("nothing of stack {stack} is left to destroy.")
        } else {
            format!("AWS holds what stacks/{stack}.yaml asks for.")
        };
        Line::styled(GREEN, "No changes: ").with(PLAIN, rest)
    }

    fn those(&self, is_one: impl Fn(&Planned) -> bool) -> Vec<(&'a Address, &'a Planned)> {
        self.order.iter().copied().filter(|(_, planned)| is_one(planned)).collect()
    }

    /// What others have done and this plan leaves so; and what an earlier run did last.
    fn outside(&self) -> Vec<Vec<Line>> {
        let mut groups = Vec::new();
        let undeclared = self.those(|planned| !planned.undeclared.is_empty());
        if !undeclared.is_empty() {
            let mut lines = vec![heading("Changed outside this stack, not declared here, left alone", CYAN)];
            for (address, planned) in undeclared {
                lines.extend(self.head("!", CYAN, address, planned.id.as_deref(), None));
                let changes: Vec<&Change> = planned.undeclared.iter().collect();
                lines.extend(fields::changed(&changes, false, INDENT, self.width));
            }
            groups.push(lines);
        }
        for (heads, deleted_by_us) in
            [("Deleted outside this stack, forgotten by it", false), ("Deleted by an earlier run, forgotten now", true)]
        {
            let gone = self.those(|planned| {
                planned.is_gone
                    && planned.deleted_by_us == deleted_by_us
                    && matches!(planned.action, Action::Delete | Action::Keep)
            });
            if !gone.is_empty() {
                let mut lines = vec![heading(heads, CYAN)];
                let rows: Vec<Row<'_>> =
                    gone.iter().map(|(address, planned)| (*address, planned.id.as_deref(), "")).collect();
                lines.extend(self.table("!", CYAN, &rows));
                groups.push(lines);
            }
        }
        groups
    }

    fn actions(&self) -> Vec<Vec<Line>> {
        let mut groups = Vec::new();
        let mut group = |title: &str, style: Style, blocks: Vec<Vec<Line>>| {
            if blocks.is_empty() {
                return;
            }
            let mut lines = vec![heading(title, style)];
            for (index, block) in blocks.into_iter().enumerate() {
                if index > 0 {
                    lines.push(Line::default());
                }
                lines.extend(block);
            }
            groups.push(lines);
        };
        let all = |action, block: &dyn Fn(&Address, &Planned) -> Vec<Line>| {
            self.those(|planned| planned.action == action)
                .into_iter()
                .map(|(address, planned)| block(address, planned))
                .collect::<Vec<_>>()
        };
        let moved = self.plan.relabelled.moved.iter().map(|(from, to)| {
            Line::styled(CYAN.bold(), "→ ").with(BOLD, to.to_string()).with(DIM, format!("  was {from}")).indented(2)
        });
        let moved: Vec<Line> = moved.collect();
        group("To rename in the state alone", CYAN, if moved.is_empty() { Vec::new() } else { vec![moved] });
        let rows: Vec<Row<'_>> =
            self.plan.relabelled.forgotten.iter().map(|(address, id)| (address, Some(id.as_str()), "")).collect();
        let forgotten = self.table("·", YELLOW, &rows);
        let forgotten = if forgotten.is_empty() { Vec::new() } else { vec![forgotten] };
        group("To forget, and to leave in AWS", YELLOW, forgotten);
        group("To create", GREEN, all(Action::Create, &|address, planned| self.create(address, planned)));
        group("To update in place", YELLOW, all(Action::Update, &|address, planned| self.update(address, planned)));
        group("To replace", RED, all(Action::Replace, &|address, planned| self.replace(address, planned)));
        let deleted = self.deletes();
        group("To delete", RED, if deleted.is_empty() { Vec::new() } else { vec![deleted] });
        groups
    }

    fn create(&self, address: &Address, planned: &Planned) -> Vec<Line> {
        let note = planned.is_gone.then(|| {
            let by = if planned.deleted_by_us { "by an earlier run" } else { "outside this stack" };
            format!("again: {} was deleted {by}", planned.id.as_deref().unwrap_or("it"))
        });
        let mut lines = self.head("+", GREEN, address, None, note.as_deref());
        lines.extend(fields::created(address, planned, INDENT, self.width));
        lines
    }

    fn update(&self, address: &Address, planned: &Planned) -> Vec<Line> {
        // Nothing differs, and yet there is something to do: an earlier run was stopped before the object was ready.
        let note = planned.changes.is_empty().then_some("finishing what an earlier run began");
        let mut lines = self.head("~", YELLOW, address, planned.id.as_deref(), note);
        lines.extend(self.changes(planned, false));
        lines.extend(self.dangers(planned));
        lines
    }

    fn replace(&self, address: &Address, planned: &Planned) -> Vec<Line> {
        let (symbol, note) = if is_delete_first(self.plan, address) {
            ("-/+", "the old one is deleted first")
        } else {
            ("+/-", "the new one is made first")
        };
        let asked = if planned.is_asked_anew { "as asked: " } else { "" };
        let note = format!("{asked}{note}");
        let mut lines = self.head(symbol, RED, address, planned.id.as_deref(), Some(&note));
        lines.extend(self.changes(planned, true));
        lines.extend(self.dangers(planned));
        lines
    }

    /// What changes because the file asks for it, and set apart, what undoes somebody else's change.
    fn changes(&self, planned: &Planned, replaces: bool) -> Vec<Line> {
        let is_drift = |change: &&Change| planned.drift.iter().any(|drift| drift.path == change.path);
        let (drifted, mut wanted): (Vec<&Change>, Vec<&Change>) = planned.changes.iter().partition(is_drift);
        wanted.sort_by_key(|change| replaces && !fields::forces(change));
        let mut lines = fields::changed(&wanted, replaces, INDENT, self.width);
        if !drifted.is_empty() {
            lines.push(Line::styled(CYAN, "changed outside this stack, undone by this plan").indented(INDENT - 2));
            lines.extend(fields::changed(&drifted, replaces, INDENT, self.width));
        }
        lines
    }

    /// What is lost with a change, and what else somebody should hear of it before.
    fn dangers(&self, planned: &Planned) -> Vec<Line> {
        let loss = planned.loses.iter().map(|loses| (RED, "lost for good: ", loses));
        let said = loss.chain(planned.warns.iter().map(|warning| (YELLOW, "warning: ", warning)));
        said.map(|(style, label, text)| Line::styled(style.bold(), label).with(style, clean(text)))
            .flat_map(|line| line.wrapped(self.width.saturating_sub(INDENT)))
            .map(|line| line.indented(INDENT))
            .collect()
    }

    fn deletes(&self) -> Vec<Line> {
        let deleted = self.those(|planned| planned.action == Action::Delete && !planned.is_gone);
        let mut rows: Vec<Row<'_>> =
            deleted.iter().map(|(address, planned)| (*address, planned.id.as_deref(), "")).collect();
        rows.extend(leftovers(self.plan).into_iter().map(|(address, id)| (address, Some(id), "  (replaced earlier)")));
        let mut lines = Vec::new();
        for (index, head) in self.table("-", RED, &rows).into_iter().enumerate() {
            lines.push(head);
            lines.extend(deleted.get(index).map(|(_, planned)| self.dangers(planned)).unwrap_or_default());
        }
        lines
    }

    /// `~ user_pool  ap-southeast-2_x  (why)`; the reason has a line of its own where there is no room.
    fn head(&self, symbol: &str, style: Style, address: &Address, id: Option<&str>, note: Option<&str>) -> Vec<Line> {
        let mut line = Line::styled(style.bold(), format!("{symbol} ")).with(BOLD, address.to_string()).indented(2);
        let note = note.map(|note| Line::styled(DIM, format!("({})", clean(note))));
        let note_width = note.as_ref().map_or(0, |note| note.width() + 2);
        if let Some(id) = id {
            let room = self.width.saturating_sub(line.width() + 2);
            // A note beside it may cost the id its middle, but not more than that.
            let beside = room.saturating_sub(note_width);
            let id = clean(id);
            let is_readable = beside >= super::line::width(&id).min(24);
            line.push(DIM, format!("  {}", elided(&id, if is_readable { beside } else { room }.max(8))));
        }
        match note {
            Some(note) if line.width() + note_width <= self.width => vec![line.with(PLAIN, "  ").and(note)],
            Some(note) => {
                let notes = note.wrapped(self.width.saturating_sub(INDENT));
                std::iter::once(line).chain(notes.into_iter().map(|note| note.indented(INDENT))).collect()
            }
            None => vec![line],
        }
    }

    /// A line for each, the ids under one another.
    fn table(&self, symbol: &str, style: Style, rows: &[Row<'_>]) -> Vec<Line> {
        let heads: Vec<Line> =
            rows.iter().flat_map(|(address, _, _)| self.head(symbol, style, address, None, None)).collect();
        let column = heads.iter().map(Line::width).max().unwrap_or(0).min(self.width / 2) + 2;
        heads
            .into_iter()
            .zip(rows)
            .map(|(head, (_, id, note))| {
                let head = head.padded(column);
                let room = self.width.saturating_sub(head.width() + note.len()).max(12);
                head.with(DIM, id.map(|id| elided(&clean(id), room)).unwrap_or_default()).with(DIM, *note)
            })
            .collect()
    }
}

/// A resource, its object's id, and what else is to be said.
type Row<'a> = (&'a Address, Option<&'a str>, &'static str);

fn heading(text: &str, style: Style) -> Line {
    Line::styled(style.bold(), text)
}

/// `3 resources`, for a question: what a yes is about.
#[must_use]
pub fn question(plan: &Plan) -> String {
    let counts = Counts::of(plan);
    let stack = clean(&plan.stack);
    if plan.destroy {
        let objects = counted(counts.delete, "object", "objects");
        return format!("Destroy stack {stack} and its {objects}?");
    }
    format!("Apply this plan to stack {stack}?")
}
