//! What differs between two texts, and between two lists.

use anstyle::Style;
use serde_json::Value;
use similar::{ChangeTag, InlineChange, TextDiff};

use super::line::{CYAN, DIM, GREEN, Line, PLAIN, RED, clean, counted, elided, split_at_width, tail_of_width, width};
use super::value::{block, inline, on_one_line};

/// How many lines of a text that stay the same are shown round one that does not.
const CONTEXT: usize = 3;
/// How many lines of a difference are shown.
const MOST_LINES: usize = 120;
/// How many elements are shown that come, and how many that go.
const MOST_ELEMENTS: usize = 10;
/// How many columns are kept at each end of a stretch that stays the same within a very long line.
const KEPT: usize = 24;

/// What differs between two texts of several lines, as a unified diff with the changed words marked.
pub(crate) fn unified(old: &str, new: &str, columns: usize) -> Vec<Line> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(Line::styled(CYAN, hunk.header().to_string()));
        for change in hunk.ops().iter().flat_map(|op| diff.iter_inline_changes(op)) {
            lines.extend(changed_line(&change, columns));
        }
    }
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(Line::styled(DIM, format!("… {}; `--json` has them all", counted(more, "more line", "more lines"))));
    }
    lines
}

/// What differs between two texts of one line each.
pub(crate) fn words(old: &str, new: &str, columns: usize) -> Vec<Line> {
    let diff = TextDiff::from_lines(old, new);
    diff.iter_all_inline_changes()
        .flat_map(|change| {
            // One line has no line end to miss.
            let mut lines = changed_line(&change, columns);
            lines.retain(|line| line.text() != MISSING_LINE_END);
            lines
        })
        .collect()
}

const MISSING_LINE_END: &str = "\\ no line end here";

fn changed_line(change: &InlineChange<'_, str>, columns: usize) -> Vec<Line> {
    let (sign, style) = match change.tag() {
        ChangeTag::Delete => ("- ", RED),
        ChangeTag::Insert => ("+ ", GREEN),
        ChangeTag::Equal => ("  ", PLAIN),
    };
    let room = columns.saturating_sub(2).max(8);
    let whole: usize = change.values().iter().map(|(_, text)| width(text)).sum();
    let mut line = Line::default();
    for (emphasised, text) in change.values() {
        let text = clean(text.trim_end_matches('\n'));
        if *emphasised {
            line.push(style.invert(), elided(&text, room * 4));
        } else if whole > room * 3 {
            line.push(style, shortened(&text, change.tag() == ChangeTag::Equal));
        } else {
            line.push(style, text);
        }
    }
    let mut lines: Vec<Line> = line
        .wrapped(room)
        .into_iter()
        .enumerate()
        .map(|(index, piece)| Line::styled(style, if index == 0 { sign } else { "  " }).and(piece))
        .collect();
    if change.missing_newline() && change.tag() != ChangeTag::Equal {
        lines.push(Line::styled(DIM, MISSING_LINE_END));
    }
    lines
}

/// A stretch of a very long line that stays the same: its ends, next to what changes.
fn shortened(text: &str, is_all: bool) -> String {
    let keep = if is_all { KEPT * 3 } else { KEPT };
    if width(text) <= keep * 2 + 1 {
        return text.to_owned();
    }
    format!("{}…{}", split_at_width(text, keep).0, tail_of_width(text, keep))
}

/// What comes to a list and what goes from it; and how much stays.
pub(crate) struct Elements<'a> {
    /// What goes.
    pub(crate) removed: Vec<&'a Value>,
    /// What comes.
    pub(crate) added: Vec<&'a Value>,
    /// How many stay.
    pub(crate) kept: usize,
}

/// Compares two lists without regard to order.
pub(crate) fn elements<'a>(old: &'a [Value], new: &'a [Value]) -> Elements<'a> {
    let mut added: Vec<&Value> = new.iter().collect();
    let mut removed = Vec::new();
    let mut kept = 0;
    for value in old {
        if let Some(at) = added.iter().position(|other| *other == value) {
            added.remove(at);
            kept += 1;
        } else {
            removed.push(value);
        }
    }
    Elements { removed, added, kept }
}

impl Elements<'_> {
    /// One line for each element that goes or comes, and one for those that stay.
    pub(crate) fn lines(&self, columns: usize) -> Vec<Line> {
        let mut lines = if self.is_cut(columns) {
            // Cut to one line, what goes and what comes would look the same: what changes may be in the middle.
            let pairs = self.removed.iter().zip(&self.added);
            pairs.flat_map(|(old, new)| words(&inline(old).text(), &inline(new).text(), columns)).collect()
        } else {
            let mut lines = some(&self.removed, "- ", RED, "more that go", columns);
            lines.extend(some(&self.added, "+ ", GREEN, "more that come", columns));
            lines
        };
        if self.kept > 0 {
            lines.push(Line::styled(DIM, format!("  ({} unchanged)", self.kept)));
        }
        lines
    }

    /// Whether as many go as come, so that each seems to become another, and one of them is wider than `columns`.
    fn is_cut(&self, columns: usize) -> bool {
        let are_pairs = self.removed.len() == self.added.len() && self.added.len() <= MOST_ELEMENTS;
        are_pairs && self.removed.iter().chain(&self.added).any(|value| inline(value).width() + 2 > columns)
    }
}

fn some(values: &[&Value], sign: &str, style: Style, more: &str, columns: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = values
        .iter()
        .take(MOST_ELEMENTS)
        .map(|value| Line::styled(style, sign).and(on_one_line(value, columns.saturating_sub(2)).coloured(style)))
        .collect();
    if values.len() > MOST_ELEMENTS {
        lines.push(Line::styled(DIM, format!("  … {} {more}", values.len() - MOST_ELEMENTS)));
    }
    lines
}

/// An old and a new value that do not fit beside one another, one above the other.
pub(crate) fn one_above_the_other(old: &Value, new: &Value, columns: usize) -> Vec<Line> {
    if let (Value::String(old), Value::String(new)) = (old, new) {
        return if has_lines(old) || has_lines(new) { unified(old, new, columns) } else { words(old, new, columns) };
    }
    let mut lines = Vec::new();
    for (value, sign, style) in [(old, "- ", RED), (new, "+ ", GREEN)] {
        for (index, line) in block(value, columns.saturating_sub(2)).into_iter().enumerate() {
            lines.push(Line::styled(style, if index == 0 { sign } else { "  " }).and(line.coloured(style)));
        }
    }
    lines
}

/// Whether a text is of several lines.
pub(crate) fn has_lines(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
}

/// `old → new`.
pub(crate) fn arrow(old: &Line, new: &Line) -> Line {
    old.clone().coloured(RED).with(DIM, " → ").and(new.clone().coloured(GREEN))
}

/// `old → new` of two lists whose elements are the same and stand in another order.
pub(crate) fn reordered(old: &[Value], new: &[Value], columns: usize) -> Vec<Line> {
    let [old, new] = [old, new].map(|list| Value::Array(list.to_vec()));
    let line = arrow(&inline(&old), &inline(&new));
    if line.width() <= columns { vec![line] } else { one_above_the_other(&old, &new, columns) }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;
    use crate::ui::line::joined;
    use crate::ui::line::tests::{marked, stripped};

    fn plain(lines: &[Line]) -> String {
        stripped(&joined(lines))
    }

    const CSS: &str = ".banner-customizable {\n  background-color: #ffffff;\n  padding: 25px;\n}\n\n.submitButton-customizable {\n  font-size: 14px;\n}\n";

    #[test]
    fn a_style_sheet_is_shown_as_a_unified_diff() {
        let new = CSS.replace("#ffffff", "#f4f4f4").replace("  padding: 25px;\n", "") + "\n.logo-customizable {}";
        assert_snapshot!(plain(&unified(CSS, &new, 60)), @r"
        @@ -1,8 +1,9 @@
          .banner-customizable {
        -   background-color: #ffffff;
        -   padding: 25px;
        +   background-color: #f4f4f4;
          }

          .submitButton-customizable {
            font-size: 14px;
          }
        +
        + .logo-customizable {}
        \ no line end here
        ");
        assert_snapshot!(marked(&joined(&unified(CSS, &CSS.replace("#ffffff", "#f4f4f4"), 60))), @r"
        [cyan]@@ -1,5 +1,5 @@[/]
          .banner-customizable {
        [red]-   background-color: #[/][reverse][red]ffffff[/][red];[/]
        [green]+   background-color: #[/][reverse][green]f4f4f4[/][green];[/]
            padding: 25px;
          }
        ");
    }

    #[test]
    fn a_very_long_line_shows_what_changes_in_it() {
        let old = format!("{}{{color:red}}{}", ".a{b:c}".repeat(300), ".d{e:f}".repeat(300));
        let lines = words(&old, &old.replace("red", "blue"), 80);
        assert_snapshot!(plain(&lines), @r"
        - .a{b:c}.a{b:c}.a{b:c}.a{…c}.a{b:c}.a{b:c}.a{b:c}{color:red
          }.d{e:f}.d{e:f}.d{e:f}.d…:f}.d{e:f}.d{e:f}.d{e:f}
        + .a{b:c}.a{b:c}.a{b:c}.a{…c}.a{b:c}.a{b:c}.a{b:c}{color:blue
          }.d{e:f}.d{e:f}.d{e:f}.d…:f}.d{e:f}.d{e:f}.d{e:f}
        ");
        assert!(lines.iter().all(|line| line.width() <= 80));
    }

    #[test]
    fn a_message_shows_its_words() {
        let lines =
            words("Your code is {####}. It holds for ten minutes, and for one sign-in.", "Ihr Code ist {####}.", 40);
        assert_snapshot!(plain(&lines), @r"
        - Your code is {####}. It holds for ten
          minutes, and for one sign-in.
        + Ihr Code ist {####}.
        ");
    }

    #[test]
    fn a_very_long_difference_is_cut() {
        let old: String = (0..500).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
        let lines = unified(&old, &old.replace("line", "row"), 60);
        assert_eq!(lines.len(), MOST_LINES + 1);
        assert_eq!(lines[MOST_LINES].text(), "… 883 more lines; `--json` has them all");
    }

    #[test]
    fn lists_are_compared_element_by_element() {
        let (old, new) = (json!(["a", "b", "b", "c"]), json!(["b", "c", "d", {"x": 1}]));
        let lines = elements(old.as_array().unwrap(), new.as_array().unwrap()).lines(30);
        assert_snapshot!(plain(&lines), @r"
        - a
        - b
        + d
        + {x: 1}
          (2 unchanged)
        ");
        let role =
            |name: &str| json!([{"app_client": "web", "rules": [{"claim": "email", "value": name, "role": "staff"}]}]);
        let (old, new) = (role("@example.com"), role("@example.org"));
        let lines = elements(old.as_array().unwrap(), new.as_array().unwrap()).lines(40);
        assert_snapshot!(plain(&lines), @r#"
        - {app_client: web, rules: [{claim:
          email, value: "@example.com", role:
          staff}]}
        + {app_client: web, rules: [{claim:
          email, value: "@example.org", role:
          staff}]}
        "#);
        let many: Vec<Value> = (0..30).map(|n| json!(n)).collect();
        let lines = elements(&[], &many).lines(30);
        assert_eq!(lines.last().unwrap().text(), "  … 20 more that come");
    }
}
