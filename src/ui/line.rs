//! A line of styled text, its width on a terminal, and cutting it to fit.
//!
//! Everything is written with its colours; the sink strips them where nobody wants them. So there is one
//! way to render, and what a pipe gets is what a terminal shows.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// No style at all.
pub(crate) const PLAIN: Style = Style::new();
/// What names something.
pub(crate) const BOLD: Style = Style::new().bold();
/// What is only said in passing.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What comes.
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
/// What goes, and what went wrong.
pub(crate) const RED: Style = AnsiColor::Red.on_default();
/// What changes, and what to be careful with.
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
/// Places and hints.
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default();

/// One line of text in several styles.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Line(Vec<(Style, String)>);

impl Line {
    /// A line of one style.
    pub(crate) fn styled(style: Style, text: impl Into<String>) -> Self {
        Self::default().with(style, text)
    }

    /// A line without style.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::styled(PLAIN, text)
    }

    /// The same line and more behind it.
    #[must_use]
    pub(crate) fn with(mut self, style: Style, text: impl Into<String>) -> Self {
        self.push(style, text);
        self
    }

    /// The same line and another behind it.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        for (style, text) in other.0 {
            self.push(style, text);
        }
        self
    }

    /// Adds to the end.
    pub(crate) fn push(&mut self, style: Style, text: impl Into<String>) {
        let text = text.into();
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some((last, before)) if *last == style => before.push_str(&text),
            _ => self.0.push((style, text)),
        }
    }

    /// The line, `columns` further to the right.
    #[must_use]
    pub(crate) fn indented(self, columns: usize) -> Self {
        Self::plain(" ".repeat(columns)).and(self)
    }

    /// Filled up with spaces until it is `columns` wide.
    #[must_use]
    pub(crate) fn padded(mut self, columns: usize) -> Self {
        let missing = columns.saturating_sub(self.width());
        self.push(PLAIN, " ".repeat(missing));
        self
    }

    /// How many columns it takes.
    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// The same text, every part of it also in `style`'s colour where it has none of its own.
    #[must_use]
    pub(crate) fn coloured(mut self, style: Style) -> Self {
        for (own, _) in &mut self.0 {
            if *own == PLAIN {
                *own = style;
            }
        }
        self
    }

    /// The line in pieces of at most `columns`, broken at spaces where there are some.
    pub(crate) fn wrapped(&self, columns: usize) -> Vec<Self> {
        let columns = columns.max(8);
        let mut lines = vec![Self::default()];
        let mut used = 0;
        for (style, text) in &self.0 {
            for word in text.split_inclusive(' ') {
                let width = word.trim_end().width();
                if used > 0 && used + width > columns {
                    lines.push(Self::default());
                    used = 0;
                }
                let mut rest = word;
                while rest.trim_end().width() > columns.saturating_sub(used) {
                    let (head, tail) = split_at_width(rest, columns.saturating_sub(used));
                    push_last(&mut lines, *style, head);
                    lines.push(Self::default());
                    (rest, used) = (tail, 0);
                }
                push_last(&mut lines, *style, rest);
                used += rest.width();
            }
        }
        lines
    }

    /// The line's text without styles.
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }
}

fn push_last(lines: &mut [Line], style: Style, text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push(style, text);
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.len().saturating_sub(1);
        for (index, (style, text)) in self.0.iter().enumerate() {
            let text = if index == last { text.trim_end_matches(' ') } else { text };
            write!(f, "{style}{text}{style:#}")?;
        }
        Ok(())
    }
}

/// Lines as text, each ended.
pub(crate) fn joined(lines: &[Line]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{line}");
        text
    })
}

/// The text with its lines broken at spaces so that they take at most `columns`; a word that is longer stays whole, for it
/// is a path, an address or a command that somebody copies.
pub(crate) fn folded(text: &str, columns: usize) -> String {
    let columns = columns.max(20);
    let mut folded = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            folded.push('\n');
        }
        let mut used = 0;
        for word in line.split_inclusive(' ') {
            if used > 0 && used + word.trim_end().width() > columns {
                folded.truncate(folded.trim_end_matches(' ').len());
                folded.push('\n');
                used = 0;
            }
            folded.push_str(word);
            used += word.width();
        }
    }
    folded
}

/// How many columns a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most `columns`, its middle left out if it must be; of what is cut, the beginning gets more.
pub(crate) fn elided(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1);
    let (head, rest) = split_at_width(text, room - room / 3);
    format!("{head}…{}", tail_of_width(rest, room / 3))
}

/// The text in at most `columns`, its end left out if it must be.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    format!("{}…", split_at_width(text, columns.saturating_sub(1)).0)
}

/// The longest beginning of at most `columns`, and the rest; marks stay with the letter they stand on.
pub(crate) fn split_at_width(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        let width = c.width().unwrap_or(0);
        if used + width > columns && width > 0 {
            return text.split_at(at);
        }
        used += width;
    }
    (text, "")
}

/// The longest end of at most `columns`, which does not begin with a mark.
pub(crate) fn tail_of_width(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (at, c) in text.char_indices().rev() {
        let width = c.width().unwrap_or(0);
        if used + width > columns {
            break;
        }
        used += width;
        if width > 0 {
            start = at;
        }
    }
    &text[start..]
}

/// The text with everything that would move the cursor, recolour the terminal or turn the reading direction spelled out.
///
/// What AWS holds was not all written by us. Line ends stay; a tab becomes spaces.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => clean.push(c),
            '\t' => clean.push_str("    "),
            '\r' => clean.push_str("\\r"),
            c if is_hidden(c) => clean.extend(c.escape_unicode()),
            c => clean.push(c),
        }
    }
    clean
}

/// Whether a character is unseen or acts on the terminal.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `1 user`, `3 users`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Text with its colours as `[red]…[/]`, so that a snapshot shows them.
    pub(crate) fn marked(text: &str) -> String {
        let names = [
            ("\u{1b}[0m", "[/]"),
            ("\u{1b}[1m", "[bold]"),
            ("\u{1b}[2m", "[dim]"),
            ("\u{1b}[4m", "[under]"),
            ("\u{1b}[31m", "[red]"),
            ("\u{1b}[32m", "[green]"),
            ("\u{1b}[33m", "[yellow]"),
            ("\u{1b}[36m", "[cyan]"),
            ("\u{1b}[7m", "[reverse]"),
        ];
        names.iter().fold(text.to_owned(), |text, (code, name)| text.replace(code, name))
    }

    /// Text without its colours.
    pub(crate) fn stripped(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn what_is_cut_fits_and_keeps_both_ends() {
        assert_eq!(elided("arn:aws:acm:us-east-1:111122223333:certificate/1", 21), "arn:aws:acm:us…cate/1");
        assert_eq!(elided("short", 5), "short");
        for text in ["日本語のとても長い文字列です", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦"]
        {
            for columns in 2..12 {
                assert!(width(&elided(text, columns)) <= columns, "{text} in {columns}");
                assert!(width(&cut(text, columns)) <= columns, "{text} in {columns}");
            }
        }
    }

    #[test]
    fn a_mark_stays_with_its_letter() {
        let (head, tail) = split_at_width("e\u{301}a", 1);
        assert_eq!((head, tail), ("e\u{301}", "a"));
        assert_eq!(tail_of_width("ae\u{301}", 1), "e\u{301}");
        assert_eq!(tail_of_width("e\u{301}", 0), "");
    }

    #[test]
    fn a_line_wraps_at_spaces_and_within_long_words() {
        let line = Line::plain("one two three ").with(RED, "four-is-a-very-long-word five");
        let lines: Vec<String> = line.wrapped(12).iter().map(|line| line.text().trim_end().to_owned()).collect();
        assert_eq!(lines, ["one two", "three", "four-is-a-ve", "ry-long-word", "five"]);
        assert_eq!(Line::default().wrapped(20).len(), 1);
    }

    #[test]
    fn sentences_are_folded_and_words_stay_whole() {
        assert_eq!(folded("one two three four five six", 20), "one two three four\nfive six");
        assert_eq!(
            folded("see https://aws.example.com/a/long/page now", 20),
            "see\nhttps://aws.example.com/a/long/page\nnow"
        );
        assert_eq!(folded("日本語 日本語 日本語 日本語", 20), "日本語 日本語 日本語\n日本語");
        assert_eq!(folded("a\nb", 20), "a\nb");
        assert_eq!(folded("", 20), "");
    }

    #[test]
    fn what_would_act_on_the_terminal_is_spelled_out() {
        assert_eq!(clean("a\u{1b}[31mb\tc\r\n\u{202e}d"), "a\\u{1b}[31mb    c\\r\n\\u{202e}d");
    }

    #[test]
    fn styles_are_written_and_can_be_taken_away() {
        let line = Line::styled(RED, "no").with(PLAIN, " and ").with(BOLD, "yes  ");
        assert_eq!(marked(&line.to_string()), "[red]no[/] and [bold]yes[/]");
        assert_eq!(stripped(&line.to_string()), "no and yes");
    }
}
