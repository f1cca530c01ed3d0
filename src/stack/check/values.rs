//! What a record of each type may hold, as a person writes it.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::names::not_a_name;
use crate::kinds::dns_record::RecordType;

/// The longest text a TXT value of Route 53 can be, all its strings together.
const MAX_TEXT: usize = 4_000;

/// Why a value is none of this type, and what one looks like.
pub(super) fn bad_value(kind: RecordType, value: &str) -> Option<(String, &'static str)> {
    match kind {
        RecordType::A => value.parse::<Ipv4Addr>().is_err().then(|| {
            let hint =
                if value.parse::<Ipv6Addr>().is_ok() { "`type: AAAA` takes it" } else { "for example `192.0.2.1`" };
            (format!("`{value}` is no IPv4 address"), hint)
        }),
        RecordType::Aaaa => value.parse::<Ipv6Addr>().is_err().then(|| {
            let hint =
                if value.parse::<Ipv4Addr>().is_ok() { "`type: A` takes it" } else { "for example `2001:db8::1`" };
            (format!("`{value}` is no IPv6 address"), hint)
        }),
        RecordType::Cname | RecordType::Ns | RecordType::Ptr => {
            Some((format!("`{value}` {}", not_a_name(value, false, true)?), "the value is another DNS name"))
        }
        RecordType::Mx => bad_mx(value),
        RecordType::Caa => bad_caa(value),
        RecordType::Txt | RecordType::Spf => bad_text(value),
        RecordType::Srv => {
            bad_fields(value, 3, Last::Name, "SRV", "`1 10 5269 xmpp.example.com`: priority, weight, port and host")
        }
        RecordType::Https | RecordType::Svcb => bad_service(value),
        RecordType::Ds => bad_fields(
            value,
            3,
            Last::Hexadecimal,
            "DS",
            "`60485 5 1 2bb1…`: key tag, algorithm, digest type and digest",
        ),
        RecordType::Tlsa => {
            bad_fields(value, 3, Last::Hexadecimal, "TLSA", "`3 1 1 0d6f…`: usage, selector, matching type and data")
        }
        RecordType::Sshfp => {
            bad_fields(value, 2, Last::Hexadecimal, "SSHFP", "`4 2 123a…`: algorithm, type and fingerprint")
        }
        RecordType::Naptr => bad_naptr(value),
    }
}

fn bad_mx(value: &str) -> Option<(String, &'static str)> {
    let hint = "a priority and a mail server: `10 mail.example.com`";
    let mut words = value.split_whitespace();
    let (Some(priority), Some(server), None) = (words.next(), words.next(), words.next()) else {
        return Some((format!("`{value}` is no MX value"), hint));
    };
    if priority.parse::<u16>().is_err() {
        return Some((format!("`{priority}` is no priority: a number from 0 to 65535"), hint));
    }
    // `0 .` says that a name takes no mail.
    (server != ".").then(|| not_a_name(server, false, true)).flatten().map(|why| (format!("`{server}` {why}"), hint))
}

fn bad_caa(value: &str) -> Option<(String, &'static str)> {
    let hint = "flags, a tag and a quoted value: `0 issue \"amazon.com\"`";
    let refused = || Some((format!("`{value}` is no CAA value"), hint));
    let Some((flags, rest)) = value.split_once(' ') else { return refused() };
    let Some((tag, quoted)) = rest.trim_start().split_once(' ') else { return refused() };
    if flags.parse::<u8>().is_err() {
        return Some((format!("`{flags}` is no flag: a number from 0 to 255"), hint));
    }
    let is_tag = !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    let inner = quoted.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if !is_tag || inner.is_none_or(|inner| inner.contains('"')) {
        return refused();
    }
    None
}

fn bad_text(value: &str) -> Option<(String, &'static str)> {
    if value.len() >= 2 && value.starts_with('"') && value.ends_with('"') {
        return Some((
            "the text has quotes of its own".to_owned(),
            "write the text alone: quotes and splitting are seen to",
        ));
    }
    if value.contains("\" \"") {
        return Some(("the text is split already".to_owned(), "write the text whole: it is split as DNS asks"));
    }
    if value.len() > MAX_TEXT {
        let message = format!("the text has {} bytes, and Route 53 takes {MAX_TEXT}", value.len());
        return Some((message, "shorten it"));
    }
    None
}

/// What a value ends in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Name,
    Hexadecimal,
}

/// So many numbers, and what comes last.
fn bad_fields(
    value: &str,
    numbers: usize,
    last: Last,
    kind: &str,
    hint: &'static str,
) -> Option<(String, &'static str)> {
    let fields: Vec<&str> = value.split_whitespace().collect();
    let refused = || Some((format!("`{value}` is no {kind} value"), hint));
    let Some((end, front)) = fields.split_last().filter(|(_, front)| front.len() == numbers) else { return refused() };
    if let Some(odd) = front.iter().find(|field| field.parse::<u16>().is_err()) {
        return Some((format!("`{odd}` is no number from 0 to 65535"), hint));
    }
    match last {
        Last::Hexadecimal if end.bytes().all(|byte| byte.is_ascii_hexdigit()) => None,
        Last::Hexadecimal => Some((format!("`{end}` is not hexadecimal"), hint)),
        // `.` says that there is no such service.
        Last::Name if *end == "." => None,
        Last::Name => not_a_name(end, false, true).map(|why| (format!("`{end}` {why}"), hint)),
    }
}

fn bad_service(value: &str) -> Option<(String, &'static str)> {
    let hint = "a priority, a host or `.`, and parameters: `1 . alpn=\"h2,h3\"`";
    let mut fields = value.split_whitespace();
    let (Some(priority), Some(host)) = (fields.next(), fields.next()) else {
        return Some((format!("`{value}` has no host"), hint));
    };
    if priority.parse::<u16>().is_err() {
        return Some((format!("`{priority}` is no priority: a number from 0 to 65535"), hint));
    }
    (host != ".").then(|| not_a_name(host, false, true)).flatten().map(|why| (format!("`{host}` {why}"), hint))
}

fn bad_naptr(value: &str) -> Option<(String, &'static str)> {
    let hint = "`100 10 \"U\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .`: order, preference, flags, service, pattern, host";
    let refused = || Some((format!("`{value}` is no NAPTR value"), hint));
    let parts: Vec<&str> = value.split('"').collect();
    let [front, _, one, _, two, _, host] = parts[..] else { return refused() };
    let numbers: Vec<&str> = front.split_whitespace().collect();
    let is_well = numbers.len() == 2
        && numbers.iter().all(|number| number.parse::<u16>().is_ok())
        && one.trim().is_empty()
        && two.trim().is_empty();
    let host = host.trim();
    if !is_well {
        return refused();
    }
    (host != ".").then(|| not_a_name(host, false, true)).flatten().map(|why| (format!("`{host}` {why}"), hint))
}
