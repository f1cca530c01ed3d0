//! Further records in Route 53.

use super::Check;
use super::names::not_a_name;
use super::values::bad_value;
use crate::kinds::dns_record::{CLOUDFRONT_ZONE, RecordType};
use crate::kinds::hosted_zone::is_id;
use crate::kinds::names::{canonical, parent};
use crate::stack::{AliasSettings, Dns, ParentRecord, RecordSettings, at};

/// A record that something makes.
#[derive(Clone)]
struct Taken<'a> {
    name: String,
    kind: RecordType,
    /// What makes it.
    by: String,
    /// The person's own record, if it is one.
    record: Option<&'a RecordSettings>,
}

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
            let same_name: Vec<Taken<'_>> = taken.iter().filter(|one| one.name == name).cloned().collect();
            for Taken { kind, by, record: other, .. } in same_name {
                match other {
                    Some(other) if kind == record.r#type => self.beside(&at, record, &by, other),
                    None if kind == record.r#type => {
                        let message = format!("`{by}` makes the {} record of `{name}` already", kind.as_str());
                        self.advise(&at, message, "take this one away, or give it another name");
                    }
                    _ if (kind == RecordType::Cname) != (record.r#type == RecordType::Cname) => {
                        // `domain_certificate_dns.md` 7.2: a CNAME stands alone.
                        let message = format!("`{by}` makes another record of `{name}`, beside which no CNAME can be");
                        self.say(&at, message);
                        break;
                    }
                    _ => {}
                }
            }
            taken.push(Taken { name, kind: record.r#type, by: at, record: Some(record) });
        }
    }

    /// The records that the domain makes, and what makes them.
    fn composed(&self) -> Vec<Taken<'static>> {
        let mut taken = Vec::new();
        let mut take = |name: &str, kind, by: &str| {
            taken.push(Taken { name: name.to_owned(), kind, by: by.to_owned(), record: None });
        };
        let Some(domain) = self.file.domain.as_ref().filter(|domain| domain.dns != Some(Dns::Manual)) else {
            return taken;
        };
        let Some(name) = domain.name.as_deref().map(canonical) else { return taken };
        if domain.parent_record == Some(ParentRecord::Placeholder)
            && let Some(parent) = parent(&name)
        {
            take(parent, RecordType::A, "domain.parent_record");
        }
        take(&name, RecordType::A, "domain");
        take(&name, RecordType::Aaaa, "domain");
        taken
    }

    fn record(&mut self, at: &str, record: &RecordSettings) {
        let RecordSettings { name, r#type, ttl, values, alias, routing, health_check_id: _, hosted_zone } = record;
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
        if let Some(routing) = routing {
            self.routing(at, record, routing);
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
        let addresses = [RecordType::A, RecordType::Aaaa, RecordType::Https, RecordType::Ns];
        if is_cloudfront && !addresses.contains(&kind) {
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
