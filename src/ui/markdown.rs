//! A plan as Markdown: a comment on a pull request, which a robot can find again and write anew.

use std::fmt::Write as _;

use super::all::{OF_PLANS, Row};
use super::plan::{Counts, has_changes, text};
use super::{checks, error};
use crate::engine::plan::Plan;
use crate::error::Error;
use crate::preflight::Found;

/// A comment on GitHub has at most 65,536 characters; on GitLab, far more.
const MOST: usize = 60_000;
/// How wide a plan is in a comment, which scrolls rather than breaks.
const WIDTH: usize = 120;

/// One plan, with what its checks warn of.
#[must_use]
pub fn plan(plan: &Plan, found: &[Found]) -> String {
    let stack = inline(&plan.stack);
    let mut page = format!("<!-- stack plan {stack} -->\n### Plan of `{stack}`\n\n");
    if !has_changes(plan) {
        page.push_str("No changes.\n");
    } else if plan.destroy {
        let _ = writeln!(page, "**Destroys the stack:** {}.", Counts::of(plan));
    } else {
        let _ = writeln!(page, "**{}.**", Counts::of(plan));
    }
    for (address, one) in &plan.resources {
        if let Some(loses) = &one.loses {
            let _ = write!(
                page,
                "\n> [!CAUTION]\n> `{}` goes, and with it {}.\n",
                inline(&address.to_string()),
                inline(loses)
            );
        }
    }
    for (address, one) in &plan.resources {
        for warning in &one.warns {
            let _ = write!(page, "\n> [!WARNING]\n> `{}`: {}.\n", inline(&address.to_string()), inline(warning));
        }
    }
    for (check, warning) in found.iter().flat_map(checks::warned) {
        let at = if warning.at.is_empty() { String::new() } else { format!("`{}`: ", inline(&warning.at)) };
        let _ = write!(page, "\n> [!WARNING]\n> {at}{} ({check})\n", inline(&warning.message));
    }
    let is_seen = has_changes(plan) || plan.resources.values().any(|one| !one.undeclared.is_empty());
    if is_seen {
        let whole = anstream::adapter::strip_str(&text(plan, WIDTH)).to_string();
        let _ = write!(page, "\n<details><summary>Everything</summary>\n\n{}\n</details>\n", fenced(&whole));
    }
    page
}

/// A stack that cannot be planned.
#[must_use]
pub fn failed(stack: &str, failure: &Error) -> String {
    let stack = inline(stack);
    let plain = anstream::adapter::strip_str(&error::text(failure, WIDTH, &|_| None)).to_string();
    format!("<!-- stack plan {stack} -->\n### Plan of `{stack}`\n\n**Failed.**\n\n{}", fenced(&plain))
}

/// Many plans as one comment: the table first, then each.
#[must_use]
pub fn all(rows: &[Row], pages: &[String]) -> String {
    let mut page = format!(
        "<!-- stack plan --all -->\n## Plans\n\n| stack | {} |\n|---|{}\n",
        OF_PLANS.join(" | "),
        "--:|".repeat(OF_PLANS.len())
    );
    for (stack, counted) in rows {
        let columns = match counted {
            Some(counted) => counted.columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "),
            None => format!("failed{}", " |".repeat(OF_PLANS.len() - 1)),
        };
        let _ = writeln!(page, "| `{}` | {columns} |", inline(stack));
    }
    let room = MOST.saturating_sub(page.len()) / pages.len().max(1);
    for one in pages {
        let _ = write!(page, "\n{}", if one.len() > room { cut(one, room) } else { one.clone() });
    }
    page
}

/// A text as it stands: in a fence that nothing in it can close.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let body = if text.len() > MOST {
        format!("{}\n… the rest is left out: `stack plan` shows it", cut_at(text, MOST))
    } else {
        text.trim_end().to_owned()
    };
    format!("{fence}text\n{body}\n{fence}\n")
}

/// The first part of a page that is too long: what stands above its details.
fn cut(page: &str, room: usize) -> String {
    let head = page.split("\n<details>").next().unwrap_or_default();
    format!("{}\n\nToo long for a comment: `stack plan` shows it.\n", cut_at(head, room).trim_end())
}

fn cut_at(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end()
}

/// A text within a line, in which nothing is Markdown's or HTML's.
fn inline(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '`' => plain.push('\''),
            '<' => plain.push_str("&lt;"),
            '\n' | '\r' => plain.push(' '),
            '@' => plain.push_str("@\u{200b}"),
            c => plain.push(c),
        }
    }
    plain
}
