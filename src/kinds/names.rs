//! Host names: one canonical form (lower case, no final dot), and what one name says of another.

/// A name as this program writes it: lower case, no final dot, Route 53's `\052` read as what it stands for.
///
/// Route 53 answers in lower case with a final dot and octal escapes (domain_certificate_dns.md 7.1).
#[must_use]
pub fn canonical(name: &str) -> String {
    let mut name = unescape(name);
    name.make_ascii_lowercase();
    if name.ends_with('.') {
        name.pop();
    }
    name
}

/// The text with every `\ooo` (three octal digits) read as the character it stands for.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 4).filter(|digits| digits.bytes().all(|b| (b'0'..=b'7').contains(&b)));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(u8::is_ascii);
        out.push(byte.map_or('\\', char::from));
        rest = &rest[at + if byte.is_some() { 4 } else { 1 }..];
    }
    out.push_str(rest);
    out
}

/// The name that proves `name` to ACM: `*.example.com` and `example.com` have one validation record between them.
#[must_use]
pub fn base(name: &str) -> &str {
    name.strip_prefix("*.").unwrap_or(name)
}

/// The name without its left-most label, unless nothing but a top-level domain would be left.
#[must_use]
pub fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.'))
}

/// Whether `name` is `zone` or stands below it: a suffix on a label's boundary.
#[must_use]
pub fn is_within(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|head| head.ends_with('.'))
}

/// What every domain of AWS's for sign-in pages ends with.
pub const AWS_DOMAIN: &str = ".amazoncognito.com";

/// The word in a prefix that AWS keeps for itself, as a whole word between hyphens (`domain_certificate_dns.md` 1).
#[must_use]
pub fn reserved_word(prefix: &str) -> Option<&str> {
    prefix.split('-').find(|word| ["aws", "amazon", "cognito"].contains(word))
}

/// Whether a certificate's name covers a host: an asterisk stands for exactly one label (domain_certificate_dns.md 5.1).
#[must_use]
pub fn covers(certificate: &str, host: &str) -> bool {
    match certificate.strip_prefix("*.") {
        Some(rest) => host.split_once('.').is_some_and(|(label, parent)| !label.is_empty() && parent == rest),
        None => certificate == host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        for (written, read) in [
            ("Auth.Example.com.", "auth.example.com"),
            (r"\052.example.com.", "*.example.com"),
            (r"a\040b.example.com", "a b.example.com"),
            (r"a\09.example.com", r"a\09.example.com"),
            (r"trailing\", r"trailing\"),
            ("", ""),
        ] {
            assert_eq!(canonical(written), read);
        }
    }

    #[test]
    fn a_zone_holds_names_on_a_labels_boundary() {
        assert!(is_within("auth.example.com", "example.com"));
        assert!(is_within("example.com", "example.com"));
        assert!(!is_within("notexample.com", "example.com"));
        assert!(!is_within("com", "example.com"));
    }

    #[test]
    fn an_asterisk_stands_for_one_label() {
        assert!(covers("*.example.com", "auth.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(covers("*.b.example.com", "a.b.example.com"));
        assert!(covers("example.com", "example.com"));
    }

    #[test]
    fn the_parent_is_one_label_up() {
        assert_eq!(parent("a.b.example.com"), Some("b.example.com"));
        assert_eq!(parent("example.com"), None);
        assert_eq!(base("*.example.com"), "example.com");
    }
}
