//! What a record of each type may hold.

use super::names;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The record types that Route 53 takes (its `RRType`).
pub(super) const TYPES: &[&str] = &[
    "SOA", "A", "TXT", "NS", "CNAME", "MX", "NAPTR", "PTR", "SRV", "SPF", "AAAA", "CAA", "DS", "TLSA", "SSHFP", "SVCB",
    "HTTPS",
];

/// Errs with Route 53's text if a record of type `kind` cannot hold `value`.
pub(super) fn check(kind: &str, value: &str) -> Result<(), String> {
    let problem =
        |what: &str| Err(format!("Invalid Resource Record: 'FATAL problem: {what} encountered with '{value}''"));
    let is_domain = |name: &str| names::normal(name).is_ok();
    let is_number = |text: &&str| text.parse::<u32>().is_ok();
    let is_small = |text: &&str| text.parse::<u16>().is_ok();
    let fields: Vec<&str> = value.split_whitespace().collect();
    let (host, numbers) = fields.split_last().unwrap_or((&"", &[]));
    match kind {
        "A" if value.parse::<Ipv4Addr>().is_err() => {
            problem("ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)")
        }
        "AAAA" if value.parse::<Ipv6Addr>().is_err() => {
            problem("AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)")
        }
        "CNAME" | "NS" | "PTR" if !is_domain(value) => problem("DomainNameInvalid (Value is not a valid domain name)"),
        "MX" if numbers.len() != 1 || !numbers.iter().all(is_small) || !is_domain(host) => {
            problem("MXRRDATANotTwoFields (MX record doesn't have 2 fields)")
        }
        "SRV" if numbers.len() != 3 || !numbers.iter().all(is_small) || !is_domain(host) => {
            problem("SRVRRDATANotFourFields (SRV record doesn't have 4 fields)")
        }
        "SOA"
            if fields.len() != 7 || !fields[2..].iter().all(is_number) || !fields[..2].iter().all(|n| is_domain(n)) =>
        {
            problem("SOARRDATANotSevenFields (SOA record doesn't have 7 fields)")
        }
        "TXT" | "SPF" => match strings(value) {
            None => problem("InvalidCharacterString (Value should be enclosed in quotation marks)"),
            Some(strings) if strings.iter().any(|string| string.len() > 255) => {
                problem("CharacterStringTooLong (Value is too long)")
            }
            Some(_) => Ok(()),
        },
        "CAA" if caa(value).is_none() => problem("CAARRDATAInvalid (Value is not a valid CAA record)"),
        _ if value.trim().is_empty() => problem("RRDATAEmpty (Value is empty)"),
        _ => Ok(()),
    }
}

/// The quoted strings of a TXT value, without their quotation marks.
pub(in crate::sandbox) fn strings(value: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        rest = rest.strip_prefix('"')?;
        let mut string = String::new();
        let mut characters = rest.char_indices();
        let end = loop {
            match characters.next()? {
                (at, '"') => break at,
                (_, '\\') => string.push(characters.next()?.1),
                (_, other) => string.push(other),
            }
        };
        out.push(string);
        rest = rest[end + 1..].trim_start();
    }
    (!out.is_empty()).then_some(out)
}

/// The flags, the tag and the value of a CAA value.
pub(in crate::sandbox) fn caa(value: &str) -> Option<(u8, String, String)> {
    let mut fields = value.trim().splitn(3, char::is_whitespace);
    let flags = fields.next()?.parse().ok()?;
    let tag = fields.next()?.to_owned();
    let known = matches!(tag.as_str(), "issue" | "issuewild" | "iodef");
    match &strings(fields.next()?)?[..] {
        [issuer] if known => Some((flags, tag, issuer.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_their_type() {
        for (kind, good, bad) in [
            ("A", "192.0.2.1", "192.0.2"),
            ("AAAA", "2001:db8::1", "192.0.2.1"),
            ("CNAME", "a.example.com", "a..b"),
            ("MX", "10 mail.example.com.", "mail.example.com."),
            ("TXT", "\"a \\\"b\\\"\" \"c\"", "a"),
            ("CAA", "0 issue \"amazon.com\"", "0 issue amazon.com"),
            ("SRV", "1 2 3 a.example.com", "1 2 a.example.com"),
            ("SOA", "a. b. 1 2 3 4 5", "a. b. 1 2 3 4"),
        ] {
            assert_eq!(check(kind, good), Ok(()));
            assert!(check(kind, bad).unwrap_err().contains("FATAL problem"), "{kind} {bad}");
        }
        assert!(check("TXT", &format!("\"{}\"", "x".repeat(256))).is_err());
    }

    #[test]
    fn quoted_strings_are_read() {
        assert_eq!(strings(r#""a\"b" "c""#).unwrap(), ["a\"b", "c"]);
        assert_eq!(strings(r#""a" b"#), None);
        assert_eq!(caa("0 issuewild \";\"").unwrap(), (0, "issuewild".into(), ";".into()));
    }
}
