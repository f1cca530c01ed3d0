//! Secrets that somebody has written down all the same, in a text that has not been understood yet.
//!
//! A secret in a stack file is refused, and the refusal does not show it. Something else may be wrong in the same line, or
//! the file may be no YAML at all: an excerpt of it must not show what stands there either. So this looks at the text
//! alone, and rather hides a line too many.

/// Whether what is shown of the line of `text` that holds the byte `at` may hold a secret that was written down. Of a long
/// line [`WIDEST`] columns are shown, with the place among them.
#[must_use]
pub fn is_told(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(at) else { return true };
    let start = before.rfind(BREAKS).map_or(0, |at| at + 1);
    let end = at + after.find(BREAKS).unwrap_or(after.len());
    let near = &text[text.floor_char_boundary(start.max(at.saturating_sub(REACH)))
        ..text.ceil_char_boundary(end.min(at.saturating_add(REACH)))];
    if pairs(near).any(|(key, value)| is_secret(key) && is_literal(value)) {
        return true;
    }
    let says_where = pairs(near).any(|(key, _)| PLACES.contains(&key));
    !says_where && goes_on(&text[..start], &text[start..end])
}

/// More columns than this of a line are not shown.
pub const WIDEST: usize = 1_000;
/// How far a line is looked through around a place, in bytes: a character has at most four.
const REACH: usize = 4 * WIDEST;
/// How many lines above are looked at. No secret is as long.
const MOST_ABOVE: usize = 500;

const BREAKS: [char; 2] = ['\n', '\r'];

/// Whether a line goes on with the secret that a line above it begins.
fn goes_on(before: &str, line: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_item = |line: &str| line.trim_start().starts_with('-');
    let (mut least, mut may_be_item) = (indent(line), is_item(line));
    for above in before.rsplit(BREAKS).filter(|above| !above.trim().is_empty()).take(MOST_ABOVE) {
        if least == 0 && !may_be_item {
            return false;
        }
        // A list may stand as far to the left as its key.
        let is_above = indent(above) < least || may_be_item && indent(above) == least && !is_item(above);
        if !is_above || above.trim_start().starts_with('#') {
            continue;
        }
        let above = &above[..above.floor_char_boundary(REACH)];
        if pairs(above).any(|(key, value)| is_secret(key) && !says_where(value)) {
            return true;
        }
        (least, may_be_item) = (indent(above), is_item(above));
    }
    false
}

/// The words of a place where a secret is kept.
const PLACES: [&str; 4] = ["env", "file", "ssm", "secretsmanager"];

/// Whether somebody may have meant a secret by this key, misspelt or not.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let is_password = key.ends_with("password") || key.ends_with("passwd");
    !PLACES.contains(&key.as_str()) && (key.contains("secr") || key.contains("private") || is_password)
}

/// Whether a value begins as one does that says where a secret is kept.
fn says_where(value: &str) -> bool {
    value.strip_prefix('{').is_some_and(|inner| PLACES.iter().any(|word| inner.trim_start().starts_with(word)))
}

/// Whether a value is written out: no mapping, no choice between two words, and not nothing.
fn is_literal(value: &str) -> bool {
    let word = value.split([' ', '\t', ',', '}', ']']).next().unwrap_or_default();
    !value.is_empty() && !value.starts_with(['{', '#']) && !["true", "false", "null", "~"].contains(&word)
}

/// The keys of a line, each with all that stands behind it.
fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices(':').filter_map(|(at, _)| {
        let (before, value) = (line[..at].trim_end(), &line[at + 1..]);
        let is_quoted = before.ends_with(['"', '\'']);
        let key = before.trim_end_matches(['"', '\'']);
        let start = key.rfind(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).map_or(0, |at| {
            let length = key[at..].chars().next().map_or(1, char::len_utf8);
            at + length
        });
        let is_key = is_quoted || value.is_empty() || value.starts_with([' ', '\t']);
        (is_key && start < key.len()).then(|| (&key[start..], value.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::is_told;

    /// Whether the line that holds `word` is hidden.
    fn hidden(text: &str, word: &str) -> bool {
        is_told(text, text.find(word).unwrap())
    }

    #[test]
    fn a_line_that_holds_a_secret_is_hidden_however_it_is_written() {
        for line in [
            "client_secret: hunter2",
            "client_secret : hunter2",
            "  \"client_secret\":\"hunter2\"",
            "  google: { client_id: 1, client_secret: hunter2, autorize_scopes: [a] }",
            "client_secrte: hunter2",
            "- private_key: 'hunter2",
            "client_secret: [hunter2]",
            "client_secret: @hunter2",
            "db_password: hunter2",
            "client_secret:\n  hunter2",
            "client_secret:\n  # why\n\n  - hunter2",
            "client_secret:\n- hunter2",
            "client_secret:\n  value:\n    hunter2",
            "client_secret:\n  value: hunter2",
            "private_key: |\n  -----BEGIN PRIVATE KEY-----\n  hunter2\n",
            "client_secret: { value:\n    hunter2 }",
        ] {
            assert!(hidden(line, "hunter2"), "{line}");
            assert!(hidden(&format!("a: b\r\n{line}\nc: d"), "hunter2"), "{line}");
        }
    }

    #[test]
    fn a_long_line_is_looked_through_as_far_as_it_is_shown() {
        let long = "a: b, ".repeat(100_000);
        assert!(hidden(&format!("{{ {long} client_secret: hunter2, {long} }}"), "hunter2"));
        assert!(!hidden(&format!("{{ client_secret: hunter2, {long} here: 1, {long} }}"), "here"));
    }

    #[test]
    fn other_lines_are_shown() {
        for line in [
            "here: 1",
            "generate_secret: true # here",
            "app: { generate_secret: true, here: 1 }",
            "client_secret: { env: here }",
            "client_secret:\n  env: here",
            "client_secret: # here",
            "client_secret: { secretsmanager: 'shop/web#here' }",
            "password_policy: { minimum_length: here }",
            "client_secret: hunter2\nhere: 1",
            "client_secret: { env: NAME }\nhere: 1",
            "  client_secret: hunter2\nhere:\n  - 1",
            "web: { client_secret: { env: NAME },\n  here: 1 }",
            "url: https://example.com/client_secret:here",
        ] {
            assert!(!hidden(line, "here"), "{line}");
        }
    }
}
