//! The fields of one resource: names in one column, what they are or become in the other.

use anstyle::Style;
use serde_json::Value;

use crate::address::Address;
use crate::engine::diff::parts;
use crate::engine::plan::{After, Change, Planned};
use crate::engine::secrets::says_changed;
use crate::kind::OnChange;
use crate::ui::diff::{self, arrow, has_lines, one_above_the_other, reordered};
use crate::ui::line::{self, DIM, GREEN, Line, PLAIN, RED, YELLOW};
use crate::ui::value::{Node, UNKNOWN, block, inline, is_cut, on_one_line};

/// The widest that the column of names may be, as a part of the whole width.
const NAMES: usize = 2;
/// What is left for the values at the least.
const NARROWEST: usize = 26;
/// Wider than this, a map is easier to read on several lines.
const WIDEST_MAP: usize = 88;

/// One field, still to be laid out.
struct Item {
    depth: usize,
    sign: Option<(char, Style)>,
    name: String,
    what: What,
    note: Option<Line>,
}

enum What {
    /// The name of the fields below.
    Heading,
    /// A new value.
    Is(Node),
    /// A value that goes.
    Was(Value),
    /// A value that becomes another.
    Becomes(Value, Value),
    /// A value that becomes what AWS decides.
    BecomesUnknown(Value),
    /// A secret that becomes another; it is kept here.
    Secret(Value),
}

/// Whether a field's change makes a new object necessary, and so says why the object is replaced.
pub(super) fn forces(change: &Change) -> bool {
    change.on_change == OnChange::Replace
}

/// What every object of a kind has when it is made, so that it says nothing about this one: a certificate is alive.
const UNSAID: &[(&str, &str)] = &[("certificate", "alive")];

/// The fields of an object that is to be made.
pub(super) fn created(address: &Address, planned: &Planned, indent: usize, width: usize) -> Vec<Line> {
    let Planned { changes, target, desired, needs, .. } = planned;
    let within = &[target.as_ref(), desired.as_ref()];
    let mut tree = Node::Map(Vec::new());
    for change in changes {
        let node = match &change.after {
            After::Known(value) => Node::from(value),
            After::Unknown => Node::Unknown,
            After::Unset => continue,
        };
        tree.put(&parts(&change.path, within), node);
    }
    if let Node::Map(entries) = &mut tree {
        entries.retain(|(name, _)| !UNSAID.contains(&(address.kind.as_str(), name.as_str())));
    }
    shown(&tree, needs, indent, width)
}

/// A tree of values, each with its name; `needs` is what some of them refer to.
pub(in crate::ui) fn shown(tree: &Node, needs: &[Address], indent: usize, width: usize) -> Vec<Line> {
    let Node::Map(entries) = tree else { return Vec::new() };
    // That a client is of the one pool there is, `user_pool  user_pool`, goes without saying.
    let says_itself = |name: &str, node: &Node| {
        matches!(node, Node::Value(Value::String(text)) if text == name)
            && needs.iter().any(|need| need.name.is_none() && need.kind == name)
    };
    let entries: Vec<(String, Node)> =
        entries.iter().filter(|(name, node)| !says_itself(name, node)).cloned().map(flattened).collect();
    let entries = &entries;
    let mut names = entries.iter().map(|(name, _)| line::width(name)).max().unwrap_or(0);
    let mut items = Vec::new();
    // What is spread over lines has names of its own, which may widen their column and leave less for the rest.
    for _ in 0..2 {
        let columns = width.saturating_sub(indent + names.min(width / NAMES) + 2).min(WIDEST_MAP);
        items.clear();
        for (name, node) in entries {
            spread(&mut items, 0, None, name, node.clone(), columns);
        }
        names = items.iter().map(|item| item.depth * 2 + line::width(&item.name)).max().unwrap_or(0);
    }
    laid_out(&items, indent, width)
}

/// `target: {domain_alias: {domain: x}}` as `target.domain_alias.domain: x`: what holds one thing that holds another
/// is easier to read as a path, as the changes have it.
fn flattened((mut name, mut node): (String, Node)) -> (String, Node) {
    let mut is_path = false;
    while let Node::Map(entries) = &mut node {
        let [(key, below)] = entries.as_mut_slice() else { break };
        if !is_path && !matches!(below, Node::Map(below) if !below.is_empty()) {
            break;
        }
        is_path = true;
        name = format!("{name}.{key}");
        node = std::mem::replace(below, Node::Unknown);
    }
    (name, node)
}

/// Adds a value, or where that is too wide, what it holds.
fn spread(items: &mut Vec<Item>, depth: usize, sign: Option<(char, Style)>, name: &str, node: Node, columns: usize) {
    let is_wide = matches!(&node, Node::Map(entries) if !entries.is_empty()) && node.inline().width() > columns;
    let name = line::clean(name);
    if let (true, Node::Map(entries)) = (is_wide, &node) {
        items.push(Item { depth, sign, name, what: What::Heading, note: None });
        for (name, node) in entries {
            // The sign of the whole holds for its parts.
            spread(items, depth + 1, None, name, node.clone(), columns.saturating_sub(2));
        }
    } else {
        items.push(Item { depth, sign, name, what: What::Is(node), note: None });
    }
}

/// The fields of an object that change.
pub(in crate::ui) fn changed(changes: &[&Change], replaces: bool, indent: usize, width: usize) -> Vec<Line> {
    let names = changes.iter().map(|change| line::width(&change.path)).max().unwrap_or(0);
    let columns = width.saturating_sub(indent + names.min(width / NAMES) + 4).min(WIDEST_MAP);
    let mut items = Vec::new();
    for change in changes {
        let first = items.len();
        let after = match &change.after {
            After::Known(value) => Some(value),
            After::Unset => None,
            After::Unknown => {
                items.push(unknown(change));
                continue_with_note(&mut items, first, replaces && forces(change));
                continue;
            }
        };
        compare(&mut items, &change.path, change.before.as_ref(), after, columns);
        continue_with_note(&mut items, first, replaces && forces(change));
    }
    laid_out(&items, indent, width)
}

fn continue_with_note(items: &mut [Item], first: usize, forces: bool) {
    if let (true, Some(item)) = (forces, items.get_mut(first)) {
        item.note = Some(Line::styled(RED, "# forces replacement"));
    }
}

fn unknown(change: &Change) -> Item {
    let (sign, what) = match &change.before {
        None => (('+', GREEN), What::Is(Node::Unknown)),
        Some(before) => (('~', YELLOW), What::BecomesUnknown(before.clone())),
    };
    Item { depth: 0, sign: Some(sign), name: line::clean(&change.path), what, note: None }
}

/// Adds what differs; of two maps, what differs in them.
fn compare(items: &mut Vec<Item>, path: &str, before: Option<&Value>, after: Option<&Value>, columns: usize) {
    let name = line::clean(path);
    match (before, after) {
        (None, None) => {}
        (None, Some(after)) => spread(items, 0, Some(('+', GREEN)), path, after.into(), columns),
        (Some(before), None) => {
            items.push(Item { depth: 0, sign: Some(('-', RED)), name, what: What::Was(before.clone()), note: None });
        }
        (Some(_), Some(after)) if says_changed(after).is_some() => items.push(Item {
            depth: 0,
            sign: Some(('~', YELLOW)),
            name,
            what: What::Secret(says_changed(after).unwrap_or_default()),
            note: None,
        }),
        (Some(Value::Object(before)), Some(Value::Object(after)))
            if before.keys().any(|key| after.contains_key(key)) =>
        {
            let new = after.iter().filter(|(key, _)| !before.contains_key(*key)).map(|(key, _)| key);
            for key in before.keys().chain(new) {
                if before.get(key) != after.get(key) {
                    compare(items, &format!("{path}.{key}"), before.get(key), after.get(key), columns);
                }
            }
        }
        (Some(before), Some(after)) => items.push(Item {
            depth: 0,
            sign: Some(('~', YELLOW)),
            name,
            what: What::Becomes(before.clone(), after.clone()),
            note: None,
        }),
    }
}

/// What stands beside a name, what continues it in the same column, and what stands below, across the whole width.
#[derive(Default)]
struct Cell {
    first: Line,
    beside: Vec<Line>,
    below: Vec<Line>,
}

impl Cell {
    fn of_block(mut lines: Vec<Line>, style: Style) -> Self {
        let first = if lines.is_empty() { Line::default() } else { lines.remove(0) };
        let beside = lines.into_iter().map(|line| line.coloured(style)).collect();
        Self { first: first.coloured(style), beside, below: Vec::new() }
    }

    fn below(first: Line, below: Vec<Line>) -> Self {
        Self { first, beside: Vec::new(), below }
    }
}

/// A field in `columns` beside its name, or `across` below it.
fn cell(what: &What, columns: usize, across: usize) -> Cell {
    match what {
        What::Heading => Cell::default(),
        What::Is(Node::Value(value)) if across > columns && is_cut(value, columns) => {
            Cell::below(Line::default(), block(value, across))
        }
        What::Is(Node::Value(value)) => Cell::of_block(block(value, columns), PLAIN),
        What::Is(node) => Cell { first: node.inline(), ..Cell::default() },
        What::Was(value) if across > columns && is_cut(value, columns) => {
            Cell::below(Line::default(), vec![on_one_line(value, across).coloured(RED)])
        }
        What::Was(value) => Cell { first: on_one_line(value, columns).coloured(RED), ..Cell::default() },
        What::Secret(place) => {
            let said = Line::styled(YELLOW, "secret changed");
            Cell { first: said.with(PLAIN, "  ").and(inline(place).coloured(DIM)), ..Cell::default() }
        }
        What::BecomesUnknown(value) => {
            let room = columns.saturating_sub(UNKNOWN.len() + 3);
            Cell { first: arrow(&on_one_line(value, room), &Line::styled(DIM, UNKNOWN)), ..Cell::default() }
        }
        What::Becomes(Value::Array(old), Value::Array(new)) => {
            let elements = diff::elements(old, new);
            if elements.removed.is_empty() && elements.added.is_empty() {
                return Cell::below(Line::styled(DIM, "in another order"), reordered(old, new, across));
            }
            Cell::below(Line::default(), elements.lines(across))
        }
        What::Becomes(Value::String(old), Value::String(new)) if has_lines(old) || has_lines(new) => {
            Cell::below(Line::default(), diff::unified(old, new, across))
        }
        What::Becomes(old, new) => {
            let line = arrow(&inline(old), &inline(new));
            if line.width() <= columns {
                return Cell { first: line, ..Cell::default() };
            }
            Cell::below(Line::default(), one_above_the_other(old, new, across))
        }
    }
}

fn laid_out(items: &[Item], indent: usize, width: usize) -> Vec<Line> {
    let signs = if items.iter().any(|item| item.sign.is_some()) { 2 } else { 0 };
    let names = items
        .iter()
        .filter(|item| !matches!(item.what, What::Heading))
        .map(|item| item.depth * 2 + line::width(&item.name))
        .filter(|name| *name <= (width / NAMES).min(width.saturating_sub(indent + signs + NARROWEST)))
        .max()
        .unwrap_or(0);
    let column = indent + signs + names + 2;
    let mut lines = Vec::new();
    for item in items {
        let mut head = Line::default();
        match item.sign {
            Some((sign, style)) => head.push(style, format!("{sign} ")),
            None => head.push(PLAIN, " ".repeat(signs)),
        }
        let start = indent + signs + item.depth * 2;
        let name = line::elided(&item.name, width.saturating_sub(start));
        head = head.with(PLAIN, " ".repeat(item.depth * 2)).with(PLAIN, name).indented(indent);
        let across = start + 2;
        let mut cell = cell(&item.what, width.saturating_sub(column).max(8), width.saturating_sub(across).max(16));
        place_note(&mut cell, item.note.as_ref(), width.saturating_sub(column));
        let is_beside = head.width() + 2 <= column;
        if is_beside {
            lines.push(head.padded(column).and(cell.first));
        } else {
            lines.push(head);
            if cell.first.width() > 0 {
                lines.push(cell.first.indented(column));
            }
        }
        lines.extend(cell.beside.into_iter().map(|line| line.indented(column)));
        lines.extend(cell.below.into_iter().map(|line| line.indented(across)));
    }
    lines
}

/// Puts the note behind the value, or where there is no room, on a line of its own; so too what is too wide itself.
fn place_note(cell: &mut Cell, note: Option<&Line>, columns: usize) {
    if let Some(note) = note {
        if cell.first.width() == 0 {
            cell.first = note.clone();
        } else if cell.first.width() + 2 + note.width() <= columns {
            cell.first = std::mem::take(&mut cell.first).with(PLAIN, "  ").and(note.clone());
        } else {
            cell.below.insert(0, note.clone());
        }
    }
    if cell.first.width() > columns && cell.beside.is_empty() {
        cell.below.insert(0, std::mem::take(&mut cell.first));
    }
}
