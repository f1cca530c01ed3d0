//! The domain of the sign-in pages and its certificate.

use std::net::Ipv4Addr;

use super::Check;
use super::names::{self, not_a_name};
use crate::kinds::domain::SecurityPolicy;
use crate::kinds::hosted_zone::is_id;
use crate::kinds::names::{AWS_DOMAIN, canonical, covers, is_within, parent, reserved_word};
use crate::kinds::user_pool::enums::UserPoolTier;
use crate::near::did_you_mean;
use crate::stack::{CertificateSettings, Dns, DomainSettings, ParentRecord, at};

/// A certificate's first name is its common name, which X.509 bounds (`domain_certificate_dns.md` 5.2).
const MAX_COMMON_NAME: usize = 64;
/// How many names AWS grants a certificate at first (`domain_certificate_dns.md` 5.2).
const MAX_NAMES: usize = 10;

impl Check<'_> {
    pub(super) fn domain(&mut self) {
        let file = self.file;
        let Some(domain) = &file.domain else { return };
        if domain.name.is_none() && domain.prefix.is_none() {
            self.advise(
                "domain",
                "neither `name` nor `prefix` is set",
                "`name: auth.example.com` is a domain of your own, `prefix: shop-dev` one of AWS's",
            );
        }
        if let Some(prefix) = &domain.prefix {
            self.prefix(prefix);
        }
        match &domain.name {
            Some(name) => self.custom(&canonical(name), domain),
            None => self.only_custom(domain),
        }
        self.pages(domain);
    }

    fn prefix(&mut self, prefix: &str) {
        let at = "domain.prefix";
        if prefix.contains('.') {
            return self.advise(at, "a prefix has no dots", format!("a domain of your own is `name: {prefix}`"));
        }
        let is_edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_good = (1..=63).contains(&prefix.len())
            && prefix.chars().all(|c| is_edge(c) || c == '-')
            && prefix.starts_with(is_edge)
            && prefix.ends_with(is_edge);
        if !is_good {
            let message = format!("`{prefix}` cannot be a prefix");
            let hint = "1 to 63 lower-case letters, digits and `-`, with no `-` at an end";
            return self.advise(at, message, hint);
        }
        if let Some(word) = reserved_word(prefix) {
            self.advise(at, format!("AWS keeps the word `{word}` for itself"), "it may stand as part of a longer word");
        }
    }

    fn custom(&mut self, name: &str, domain: &DomainSettings) {
        let at = "domain.name";
        if let Some(why) = not_a_name(name, false, false) {
            let hint = if name.contains('.') { "for example `auth.example.com`" } else { "a word alone is a `prefix`" };
            return self.advise(at, format!("`{name}` {why}"), hint);
        }
        if name.ends_with(AWS_DOMAIN) {
            let prefix = name.split('.').next().unwrap_or_default();
            return self.advise(at, "this is one of AWS's own domains", format!("write `prefix: {prefix}`"));
        }
        // The parent must hold an A record, which a top-level domain never does (3).
        if parent(name).is_none() {
            let hint = format!("take a name below it: `auth.{name}`");
            return self.advise(
                at,
                format!("`{name}` stands directly below a top-level domain, which AWS refuses"),
                hint,
            );
        }
        self.zone("domain.hosted_zone", domain.hosted_zone.as_deref(), name);
        self.certificate(name, domain.hosted_zone.as_deref(), domain.certificate.as_ref());
        self.parent_record(domain);
        if let Some(routing) = &domain.routing {
            self.region("domain.routing.failover.secondary_region", &routing.failover.secondary_region);
        }
        if domain.dns == Some(Dns::Manual) && domain.hosted_zone.is_some() {
            self.advise("domain.hosted_zone", "`dns: manual` makes no records in Route 53", "take one of the two away");
        }
        if domain.dns == Some(Dns::Manual) && domain.ipv6.is_some() {
            self.advise("domain.ipv6", "`dns: manual` makes no records in Route 53", "take one of the two away");
        }
    }

    /// A hosted zone, which must hold `name`.
    pub(super) fn zone(&mut self, at: &str, zone: Option<&str>, name: &str) {
        let Some(zone) = zone.filter(|zone| !is_id(zone)) else { return };
        let plain = canonical(zone);
        if let Some(why) = not_a_name(&plain, false, true) {
            let hint = "the zone's name, `example.com`, or its id, `Z…`";
            return self.advise(at, format!("`{zone}` {why}"), hint);
        }
        if !is_within(name, &plain) {
            self.advise(
                at,
                format!("`{name}` does not lie in the zone `{plain}`"),
                "a zone holds the names that end in its own",
            );
        }
    }

    fn certificate(&mut self, name: &str, zone: Option<&str>, certificate: Option<&CertificateSettings>) {
        let default = CertificateSettings::default();
        let CertificateSettings { domain_name, subject_alternative_names, key_algorithm, export, arn } =
            certificate.unwrap_or(&default);
        let at = "domain.certificate";
        if let Some(arn) = arn {
            let others =
                [domain_name.is_some(), subject_alternative_names.is_some(), key_algorithm.is_some(), export.is_some()];
            if others.contains(&true) {
                let hint = "take `arn` away to have one made, or leave `arn` alone";
                self.advise(at, "`arn` names a certificate that exists; the other keys describe one to make", hint);
            }
            return self.certificate_arn(arn);
        }
        let wildcard = parent(name).map(|parent| format!("*.{parent}")).unwrap_or_default();
        let first = domain_name.as_deref().map_or_else(|| names::default_certificate(name, zone), canonical);
        let further = subject_alternative_names.iter().flatten();
        let mut all = vec![first.clone()];
        for (index, other) in further.enumerate() {
            let at = format!("{at}.subject_alternative_names[{index}]");
            let plain = canonical(other);
            if let Some(why) = not_a_name(&plain, true, false) {
                self.say(at, format!("`{other}` {why}"));
            } else if all.contains(&plain) {
                self.say(at, format!("`{other}` is in the certificate already"));
            } else {
                all.push(plain);
            }
        }
        let first_at = if domain_name.is_some() { "domain.certificate.domain_name" } else { "domain.name" };
        if let Some(why) = not_a_name(&first, true, false) {
            return self.say(first_at, format!("`{first}` {why}"));
        }
        if first.len() > MAX_COMMON_NAME {
            let message = format!(
                "`{first}` has {} characters, and a certificate's first name at most {MAX_COMMON_NAME}",
                first.len()
            );
            self.advise(first_at, message, "give a shorter name that the domain lies below as `certificate.domain_name`, and this one as a further name");
        }
        if all.len() > MAX_NAMES {
            let message = format!("a certificate has at most {MAX_NAMES} names, and this one {}", all.len());
            self.say("domain.certificate.subject_alternative_names", message);
        }
        if !all.iter().any(|one| covers(one, name)) {
            let message = format!("the certificate for {} does not cover `{name}`", all.join(", "));
            self.advise(
                first_at,
                message,
                format!("`{wildcard}` covers it, and so does `{name}`; a wildcard stands for one label"),
            );
        }
    }

    /// CloudFront takes certificates of us-east-1 only (`domain_certificate_dns.md` 4).
    fn certificate_arn(&mut self, arn: &str) {
        let at = "domain.certificate.arn";
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, "acm", region, account, resource] = parts.as_slice() else {
            let hint = "it looks like `arn:aws:acm:us-east-1:111122223333:certificate/…`";
            return self.advise(at, "this is no certificate's ARN", hint);
        };
        let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        let id = resource.strip_prefix("certificate/").unwrap_or_default();
        let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !partition.starts_with("aws") || !is_account || !is_id || !names::is_region(region) {
            let hint = "it looks like `arn:aws:acm:us-east-1:111122223333:certificate/…`";
            return self.advise(at, "this is no certificate's ARN", hint);
        }
        if *region != "us-east-1" {
            let message = format!("the certificate is in {region}, and a custom domain takes one in us-east-1 only");
            self.advise(at, message, "ask for one in us-east-1, or take `arn` away to have one made there");
        }
        if let Some(ours) = self.file.account.as_deref().filter(|ours| ours != account) {
            self.say(at, format!("the certificate is in account {account}, and this stack in {ours}"));
        }
    }

    fn parent_record(&mut self, domain: &DomainSettings) {
        if domain.dns == Some(Dns::Manual) && domain.parent_record == Some(ParentRecord::Placeholder) {
            self.advise(
                "domain.parent_record",
                "`dns: manual` makes no records, and so no placeholder either",
                "make an A record for the parent where its DNS is kept, and take this line away",
            );
        }
        let Some(address) = &domain.parent_record_address else { return };
        let at = "domain.parent_record_address";
        if address.parse::<Ipv4Addr>().is_err() {
            self.advise(at, format!("`{address}` is no IPv4 address"), "for example `192.0.2.1`");
        }
        if domain.parent_record != Some(ParentRecord::Placeholder) {
            self.advise(at, "no placeholder record is made", "write `parent_record: placeholder` as well");
        }
    }

    /// What says something about a domain of one's own, where there is none.
    fn only_custom(&mut self, domain: &DomainSettings) {
        if self.is_broken("domain.name") || domain.prefix.is_none() {
            return;
        }
        let DomainSettings {
            name: _,
            prefix: _,
            managed_login_version: _,
            unstyled_clients: _,
            routing,
            hosted_zone,
            dns,
            ipv6,
            certificate,
            parent_record,
            parent_record_address,
            security_policy,
        } = domain;
        let set = [
            ("hosted_zone", hosted_zone.is_some()),
            ("dns", dns.is_some()),
            ("ipv6", ipv6.is_some()),
            ("certificate", certificate.is_some()),
            ("parent_record", parent_record.is_some()),
            ("parent_record_address", parent_record_address.is_some()),
            ("security_policy", security_policy.is_some()),
            ("routing", routing.is_some()),
        ];
        for (key, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
            let message = format!("`{key}` is for a domain of your own, and there is only a prefix");
            self.advise(format!("domain.{key}"), message, "delete the line, or add `name`");
        }
    }

    /// Styles are managed login's, and clients' own.
    fn unstyled(&mut self, domain: &DomainSettings) {
        let at = "domain.unstyled_clients";
        let file = self.file;
        if domain.managed_login_version != Some(2) && !domain.unstyled_clients.is_empty() {
            let hint = "take the line away, or write `managed_login_version: 2`";
            return self.advise(at, "the classic pages have no styles", hint);
        }
        let is_known =
            |name: &str| file.app_clients.contains_key(name) || self.is_broken(&at::key("app_clients", name));
        let unknown: Vec<&String> = domain.unstyled_clients.iter().filter(|name| !is_known(name)).collect();
        for name in unknown {
            let message = format!("there is no app client `{name}`");
            match did_you_mean(name, file.app_clients.keys().map(String::as_str)) {
                Some(word) => self.advise(at, message, format!("did you mean `{word}`?")),
                None => self.advise(at, message, "the names are those under `app_clients`"),
            }
        }
    }

    fn pages(&mut self, domain: &DomainSettings) {
        self.unstyled(domain);
        if domain.managed_login_version != Some(2) {
            return;
        }
        let at = "domain.managed_login_version";
        // `ui.md` 1, `domain_certificate_dns.md` 4.
        if self.file.user_pool.user_pool_tier == Some(UserPoolTier::Lite) {
            let hint = "use `managed_login_version: 1`, or the tier ESSENTIALS";
            self.advise(at, "the tier LITE has no managed login", hint);
        }
        // `domain_certificate_dns.md` 1: version 2 needs TLS_V1_2_2021 or later.
        if domain.security_policy == Some(SecurityPolicy::TlsV1) {
            let hint = "take `TLS_V1_2_2021`";
            self.advise("domain.security_policy", "managed login does not speak TLS 1.0", hint);
        }
        // `user_pool.md` 4, RelyingPartyId.
        let passkeys = self.file.user_pool.web_authn_configuration.as_ref();
        let party = passkeys.and_then(|passkeys| passkeys.relying_party_id.as_deref());
        if let (Some(party), Some(name)) = (party, domain.name.as_deref().map(canonical))
            && canonical(party) != name
        {
            let message = format!("passkeys of `{party}` do not work on the pages of `{name}`");
            self.advise(
                "user_pool.web_authn_configuration.relying_party_id",
                message,
                format!("write `{name}`, or take the line away"),
            );
        }
    }
}
