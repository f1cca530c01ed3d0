//! A record's values, as a person writes them and as Route 53 does.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::RecordType;
use crate::kinds::names::canonical;

/// The one form in which this program writes a value: names in lower case without the final dot, addresses in their
/// shortest form, text without quotes.
#[must_use]
pub fn canonical_value(kind: RecordType, value: &str) -> String {
    let value = value.trim();
    match kind {
        RecordType::A => value.parse::<Ipv4Addr>().map_or_else(|_| value.to_owned(), |address| address.to_string()),
        RecordType::Aaaa => value.parse::<Ipv6Addr>().map_or_else(|_| value.to_owned(), |address| address.to_string()),
        RecordType::Cname | RecordType::Ns | RecordType::Ptr => canonical(value),
        RecordType::Mx => match value.split_once(char::is_whitespace) {
            Some((preference, host)) => format!("{preference} {}", service(host.trim())),
            None => value.to_owned(),
        },
        RecordType::Caa => spaced(value),
        RecordType::Srv => match value.rsplit_once(char::is_whitespace) {
            Some((numbers, host)) => format!("{} {}", spaced(numbers), service(host)),
            None => value.to_owned(),
        },
        RecordType::Https | RecordType::Svcb => match value.split_once(char::is_whitespace) {
            // Of the parameters, quoted text may hold spaces of its own.
            Some((priority, rest)) => match rest.trim_start().split_once(char::is_whitespace) {
                Some((target, parameters)) => format!("{priority} {} {}", service(target), parameters.trim_start()),
                None => format!("{priority} {}", service(rest.trim_start())),
            },
            None => value.to_owned(),
        },
        // What is not a number is hexadecimal.
        RecordType::Ds | RecordType::Tlsa | RecordType::Sshfp => spaced(value).to_ascii_lowercase(),
        RecordType::Txt | RecordType::Spf | RecordType::Naptr => value.to_owned(),
    }
}

/// Fields with one space between them.
fn spaced(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The host of a service; `.` is the record's own name, or none.
fn service(target: &str) -> String {
    if target == "." { target.to_owned() } else { canonical(target) }
}

/// A canonical value as Route 53 takes it.
pub(super) fn sent(kind: RecordType, value: &str) -> String {
    match kind {
        RecordType::Txt | RecordType::Spf => quoted(value),
        _ => value.to_owned(),
    }
}

/// A value of Route 53's in canonical form.
pub(super) fn received(kind: RecordType, value: &str) -> String {
    match kind {
        RecordType::Txt | RecordType::Spf => unquoted(value),
        _ => canonical_value(kind, value),
    }
}

/// Text as quoted strings of at most 255 bytes each; what is not printable ASCII is `\ooo`.
fn quoted(text: &str) -> String {
    let strings: Vec<String> = text
        .as_bytes()
        .chunks(255)
        .map(|bytes| {
            bytes.iter().fold(String::new(), |mut out, &byte| {
                match byte {
                    b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
                    b' '..=b'~' => out.push(char::from(byte)),
                    // Writing to a String cannot fail.
                    _ => drop(write!(out, "\\{byte:03o}")),
                }
                out
            })
        })
        .map(|string| format!("\"{string}\""))
        .collect();
    if strings.is_empty() { "\"\"".to_owned() } else { strings.join(" ") }
}

/// The text of quoted strings, joined: resolvers' clients join them too.
fn unquoted(text: &str) -> String {
    let (mut out, mut is_inside) = (Vec::new(), false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_inside = !is_inside,
            b'\\' => {
                let rest = bytes.as_slice_text(text);
                match rest.get(..3).filter(|digits| digits.bytes().all(|b| (b'0'..=b'7').contains(&b))) {
                    Some(digits) => {
                        out.push(u8::from_str_radix(digits, 8).unwrap_or(b'?'));
                        bytes.nth(2);
                    }
                    None => out.extend(bytes.next()),
                }
            }
            _ if is_inside => out.push(byte),
            b' ' | b'\t' => {}
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What is left of a text that is being read byte by byte.
trait Rest {
    fn as_slice_text<'t>(&self, text: &'t str) -> &'t str;
}

impl Rest for std::str::Bytes<'_> {
    fn as_slice_text<'t>(&self, text: &'t str) -> &'t str {
        text.get(text.len() - self.len()..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_being_sent() {
        for text in ["v=spf1 -all", "a \"quote\" and a \\", "grüße", "", "\t", &"x".repeat(600)] {
            assert_eq!(received(RecordType::Txt, &sent(RecordType::Txt, text)), text);
        }
        assert_eq!(sent(RecordType::Txt, "a\"b"), r#""a\"b""#);
        assert_eq!(sent(RecordType::Txt, "ü"), r#""\303\274""#);
        assert_eq!(sent(RecordType::Txt, &"x".repeat(256)), format!("\"{}\" \"x\"", "x".repeat(255)));
    }

    #[test]
    fn a_value_has_one_form() {
        for (kind, written, form) in [
            (RecordType::Cname, "Target.Example.com.", "target.example.com"),
            (RecordType::Mx, "10  Mail.Example.com.", "10 mail.example.com"),
            (RecordType::Aaaa, "2001:DB8:0:0::1", "2001:db8::1"),
            (RecordType::Caa, "0  issue  \"amazon.com\"", "0 issue \"amazon.com\""),
            (RecordType::A, " 192.0.2.1 ", "192.0.2.1"),
            (RecordType::Srv, "1  10 5269  XMPP.Example.com.", "1 10 5269 xmpp.example.com"),
            (RecordType::Ptr, "Host.Example.com.", "host.example.com"),
            (RecordType::Https, "1  .  alpn=\"h2,h3\"", "1 . alpn=\"h2,h3\""),
            (RecordType::Svcb, "16 Svc.Example.com.", "16 svc.example.com"),
            (RecordType::Https, "1 . key65000=\"a  b\"", "1 . key65000=\"a  b\""),
            (RecordType::Srv, "0 0 0 .", "0 0 0 ."),
            (RecordType::Mx, "0 .", "0 ."),
            (RecordType::Ds, "60485 5 2  D4B7D5", "60485 5 2 d4b7d5"),
        ] {
            assert_eq!(canonical_value(kind, written), form);
            assert_eq!(received(kind, written), form);
        }
    }
}
