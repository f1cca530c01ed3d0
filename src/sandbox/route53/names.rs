//! Domain names as Route 53 keeps them: lower-case, absolute, and odd characters as octal escapes.
//!
//! Inside the sandbox a name is plain text with a trailing dot: `*.example.com.`. Only what is sent out is
//! escaped: `\052.example.com.` (`domain_certificate_dns.md` 7.1).

use std::cmp::Ordering;
use std::fmt::Write as _;

/// The name as it is kept. Errs with Route 53's text.
pub(in crate::sandbox) fn normal(name: &str) -> Result<String, String> {
    let problem = |what: &str| format!("FATAL problem: {what} encountered with '{name}'");
    let mut plain = unescape(name).ok_or_else(|| problem("InvalidEscape (Bad escape sequence)"))?.to_ascii_lowercase();
    if !plain.ends_with('.') {
        plain.push('.');
    }
    if plain.len() > 255 {
        return Err(problem("DomainNameTooLong (Domain name is too long)"));
    }
    for label in plain.trim_end_matches('.').split('.') {
        if label.is_empty() {
            return Err(problem("DomainLabelEmpty (Domain label is empty)"));
        }
        if label.len() > 63 {
            return Err(problem("DomainLabelTooLong (Domain label is too long)"));
        }
        if label.contains('*') && label != "*" {
            // Route 53 takes such a name, but gives the asterisk no meaning; nobody means that.
            return Err(problem("UnsupportedCharacter (Value contains unsupported characters)"));
        }
        if !label.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(problem("UnsupportedCharacter (Value contains unsupported characters)"));
        }
    }
    if plain.split('.').skip(1).any(|label| label == "*") {
        return Err(problem("UnsupportedCharacter (Value contains unsupported characters)"));
    }
    Ok(plain)
}

fn unescape(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 4)?;
        out.push(char::from(u8::from_str_radix(code, 8).ok()?));
        rest = &rest[at + 4..];
    }
    out.push_str(rest);
    Some(out)
}

/// The name as Route 53 shows it.
pub(in crate::sandbox) fn shown(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\{byte:03o}");
        }
    }
    out
}

/// Route 53's order: by the labels from right to left, as text, so that a hyphen comes before a dot.
pub(in crate::sandbox) fn order(one: &str, other: &str) -> Ordering {
    reversed(one).cmp(&reversed(other))
}

fn reversed(name: &str) -> String {
    let mut labels: Vec<&str> = name.trim_end_matches('.').split('.').collect();
    labels.reverse();
    format!("{}.", labels.join("."))
}

/// Whether `name` is `zone` or lies below it.
pub(in crate::sandbox) fn lies_in(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|front| front.ends_with('.'))
}

/// The name without its left-most label.
pub(in crate::sandbox) fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, rest)| rest).filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_plain_and_shown_escaped() {
        for (given, kept, sent) in [
            ("Example.COM", "example.com.", "example.com."),
            ("*.example.com", "*.example.com.", "\\052.example.com."),
            ("\\052.example.com.", "*.example.com.", "\\052.example.com."),
            ("_a-b.example.com.", "_a-b.example.com.", "_a-b.example.com."),
            ("a/b.example.com", "a/b.example.com.", "a\\057b.example.com."),
        ] {
            assert_eq!(normal(given).unwrap(), kept);
            assert_eq!(shown(kept), sent);
        }
        for bad in ["", "a..b", ".a", "a b.c", "a*.example.com", "a.*.example.com", "\\9", &"a".repeat(64)] {
            assert!(normal(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn order_goes_from_right_to_left() {
        let mut names = ["www.example.com.", "example.com.", "b.a.example.com.", "*.example.com.", "a.example.com."];
        names.sort_by(|one, other| order(one, other));
        assert_eq!(names, ["example.com.", "*.example.com.", "a.example.com.", "b.a.example.com.", "www.example.com."]);
        // The trailing dot takes part: a hyphen comes before it.
        assert_eq!(order("a-b.example.com.", "a.example.com."), Ordering::Less);
    }

    #[test]
    fn lying_in_a_zone_needs_a_label_boundary() {
        assert!(lies_in("a.example.com.", "example.com.") && lies_in("example.com.", "example.com."));
        assert!(!lies_in("badexample.com.", "example.com."));
    }
}
