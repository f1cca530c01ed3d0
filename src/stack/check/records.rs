//! Further records in Route 53.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Check;
use super::names::not_a_name;
use crate::kinds::dns_record::{CLOUDFRONT_ZONE, RecordType};
use crate::kinds::hosted_zone::is_id;
use crate::kinds::names::{canonical, parent};
use crate::stack::{AliasSettings, Dns, ParentRecord, RecordSettings, at};

/// The longest text a TXT value of Route 53 can be, all its strings together.
const MAX_TEXT: usize = 4_000;

impl Check<'_> {
    pub(super) fn records(&mut self) {
        let file = self.file;
        let mut taken = self.composed();
        for (key, record) in &file.records {
            let at = at::key("records", key);
            if is_reserved(key) {
                let message = format!("the name `{key}` is kept for the records of `domain`");
                self.advise(&at, message, "call the record something else");
            }
            self.record(&at, record);
            let name = canonical(&record.name);
            let same_name: Vec<(RecordType, String)> =
                taken.iter().filter(|((one, _), _)| *one == name).map(|((_, kind), by)| (*kind, by.clone())).collect();
            for (kind, by) in same_name {
                if kind == record.r#type {
                    let message = format!("`{by}` makes the {} record of `{name}` already", kind.as_str());
                    self.advise(&at, message, "one record holds all values of a name and type");
                } else if (kind == RecordType::Cname) != (record.r#type == RecordType::Cname) {
                    // `domain_certificate_dns.md` 7.2: a CNAME stands alone.
                    let message = format!("`{by}` makes another record of `{name}`, beside which no CNAME can be");
                    self.say(&at, message);
                    break;
                }
            }
            taken.entry((name, record.r#type)).or_insert(at);
        }
    }

    /// The records that the domain makes, and what makes them.
    fn composed(&self) -> BTreeMap<(String, RecordType), String> {
        let mut taken = BTreeMap::new();
        let Some(domain) = self.file.domain.as_ref().filter(|domain| domain.dns != Some(Dns::Manual)) else {
            return taken;
        };
        let Some(name) = domain.name.as_deref().map(canonical) else { return taken };
        if domain.parent_record == Some(ParentRecord::Placeholder)
            && let Some(parent) = parent(&name)
        {
            taken.insert((parent.to_owned(), RecordType::A), "domain.parent_record".to_owned());
        }
        taken.insert((name.clone(), RecordType::A), "domain".to_owned());
        taken.insert((name, RecordType::Aaaa), "domain".to_owned());
        taken
    }

    fn record(&mut self, at: &str, record: &RecordSettings) {
        let RecordSettings { name, r#type, ttl, values, alias, hosted_zone } = record;
        let plain = canonical(name);
        if let Some(why) = not_a_name(&plain, true, true) {
            let hint = "a record's name is whole: `www.example.com`";
            return self.advise(at::key(at, "name"), format!("`{name}` {why}"), hint);
        }
        self.zone(&at::key(at, "hosted_zone"), hosted_zone.as_deref(), &plain);
        if *r#type == RecordType::Cname && self.is_apex(&plain, hosted_zone.as_deref()) {
            let hint = "an A record with an `alias` can stand there";
            self.advise(at::key(at, "type"), format!("`{plain}` is a zone's own name, where no CNAME can be"), hint);
        }
        match (values, alias) {
            (Some(values), None) => self.values(at, *r#type, &plain, values),
            (None, Some(alias)) => self.alias(at, *r#type, ttl.is_some(), alias),
            (Some(_), Some(_)) => {
                let hint = "an alias has no values of its own";
                self.advise(at::key(at, "alias"), "`values` and `alias` exclude each other", hint);
            }
            (None, None) => self.advise(at, "neither `values` nor `alias` is set", "for example `values: [192.0.2.1]`"),
        }
    }

    /// Whether a name is that of a zone which the file mentions.
    fn is_apex(&self, name: &str, zone: Option<&str>) -> bool {
        let of_domain = self.file.domain.as_ref().and_then(|domain| domain.hosted_zone.as_deref());
        [zone, of_domain].into_iter().flatten().any(|zone| !is_id(zone) && canonical(zone) == name)
    }

    fn alias(&mut self, at: &str, kind: RecordType, has_ttl: bool, alias: &AliasSettings) {
        if has_ttl {
            self.advise(at::key(at, "ttl"), "an alias has no time to live of its own", "delete the line");
        }
        if kind == RecordType::Ns {
            self.say(at::key(at, "alias"), "an NS record cannot be an alias");
        }
        let at = at::key(at, "alias");
        if let Some(why) = not_a_name(&alias.dns_name, false, true) {
            self.say(at::key(&at, "dns_name"), format!("`{}` {why}", alias.dns_name));
        }
        // `domain_certificate_dns.md` 7.2.
        let is_cloudfront = alias.zone_id == CLOUDFRONT_ZONE;
        if is_cloudfront && !matches!(kind, RecordType::A | RecordType::Aaaa | RecordType::Ns) {
            let message = format!("CloudFront has addresses alone, and no {} record to answer with", kind.as_str());
            self.advise(&at, message, "write `type: A`, and a second record of `type: AAAA`");
        }
        if is_cloudfront && alias.evaluate_target_health == Some(true) {
            let message = "CloudFront has no health that an alias could follow";
            self.advise(at::key(&at, "evaluate_target_health"), message, "delete the line");
        }
        if canonical(&alias.dns_name).ends_with(".cloudfront.net") && !is_cloudfront {
            let message = format!("CloudFront's zone is {CLOUDFRONT_ZONE}, not {}", alias.zone_id);
            self.say(at::key(&at, "zone_id"), message);
        }
    }

    fn values(&mut self, at: &str, kind: RecordType, name: &str, values: &[String]) {
        let at = at::key(at, "values");
        if kind == RecordType::Cname && values.len() > 1 {
            self.say(&at, format!("a CNAME has one value, and here are {}", values.len()));
        }
        for (index, value) in values.iter().enumerate() {
            let at = at::item(&at, index);
            if values[..index].contains(value) {
                self.say(&at, format!("`{value}` stands here twice"));
            } else if let Some((message, hint)) = bad_value(kind, value) {
                self.advise(&at, message, hint);
            } else if kind == RecordType::Cname && canonical(value) == name {
                self.say(&at, "a CNAME cannot name itself");
            }
        }
    }
}

/// What composing calls its own records.
fn is_reserved(key: &str) -> bool {
    matches!(key, "domain_a" | "domain_aaaa" | "domain_parent") || key.starts_with("certificate_")
}

/// Why a value is none of this type, and what one looks like.
fn bad_value(kind: RecordType, value: &str) -> Option<(String, &'static str)> {
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
        RecordType::Cname | RecordType::Ns => {
            Some((format!("`{value}` {}", not_a_name(value, false, true)?), "the value is another DNS name"))
        }
        RecordType::Mx => bad_mx(value),
        RecordType::Caa => bad_caa(value),
        RecordType::Txt => bad_text(value),
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
