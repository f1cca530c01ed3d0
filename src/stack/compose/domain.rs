//! What a domain asks for: certificate, proof, issue, the domain itself, its records, and that it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{Composing, TTL, kind_names, named, the_pool, zone};
use crate::address::Address;
use crate::error::Result;
use crate::kind::Ref;
use crate::kinds::certificate::Certificate;
use crate::kinds::certificate_validation::CertificateValidation;
use crate::kinds::dns_record::{DnsRecord, RecordType, Target};
use crate::kinds::domain::{CustomDomain, Domain};
use crate::kinds::domain_activation::DomainActivation;
use crate::stack::check::names::{default_certificate, dns_name, is_in_zone, is_zone_id, parent};
use crate::stack::{CertificateSettings, Dns, DomainSettings, ParentRecord};

/// Addresses kept for documentation (RFC 5737): nothing answers there.
const PLACEHOLDER: &str = "192.0.2.1";
/// What the names of the records that prove a certificate begin with.
const PROOF: &str = "certificate_";
/// How much of a domain name such a record's name can hold.
const MAX_BASE: usize = 64 - PROOF.len();

impl Composing<'_> {
    pub(super) fn domain(&mut self) -> Result<()> {
        let file = self.file;
        let Some(settings) = &file.domain else { return Ok(()) };
        if let Some(name) = settings.name.as_deref().map(dns_name) {
            self.custom(&name, settings)?;
        }
        if let Some(prefix) = &settings.prefix {
            let spec = Domain {
                user_pool: the_pool(),
                domain: prefix.clone(),
                managed_login_version: settings.managed_login_version,
                custom: None,
                routing: settings.routing.clone(),
            };
            self.one_domain("prefix", "domain.prefix", &spec)?;
        }
        Ok(())
    }

    fn one_domain(&mut self, key: &str, at: &str, spec: &Domain) -> Result<()> {
        self.add(Address::named(kind_names::DOMAIN, key), at, spec)?;
        let activation = DomainActivation { domain: named(kind_names::DOMAIN, key) };
        self.add(Address::named(kind_names::DOMAIN_ACTIVATION, key), at, &activation)
    }

    fn custom(&mut self, name: &str, settings: &DomainSettings) -> Result<()> {
        let at = "domain.name";
        let is_manual = settings.dns.unwrap_or_default() == Dns::Manual;
        let certificate = settings.certificate.clone().unwrap_or_default();
        let (made, certificate_arn) = match certificate.arn.clone() {
            Some(arn) => (None, Some(arn)),
            None => (Some(self.certificate(name, &certificate, settings, is_manual)?), None),
        };
        let spec = Domain {
            user_pool: the_pool(),
            domain: name.to_owned(),
            managed_login_version: settings.managed_login_version,
            custom: Some(CustomDomain {
                certificate: made,
                certificate_arn,
                security_policy: settings.security_policy,
            }),
            routing: settings.routing.clone(),
        };
        self.one_domain("custom", at, &spec)?;
        for (key, r#type) in [("domain_a", RecordType::A), ("domain_aaaa", RecordType::Aaaa)] {
            let target =
                Target::DomainAlias { domain: named(kind_names::DOMAIN, "custom"), name: name.to_owned(), r#type };
            self.domain_record(key, at, name, settings, target)?;
        }
        if settings.parent_record == Some(ParentRecord::Placeholder)
            && let Some(parent) = parent(name)
        {
            let address = settings.parent_record_address.as_deref().unwrap_or(PLACEHOLDER).to_owned();
            let (name, r#type) = (parent.to_owned(), RecordType::A);
            let target = Target::Values { name, r#type, ttl: TTL, values: vec![address] };
            self.domain_record("domain_parent", "domain.parent_record", parent, settings, target)?;
            if !is_manual {
                let record = Address::named(kind_names::DNS_RECORD, "domain_parent");
                self.comes_after(&Address::named(kind_names::DOMAIN, "custom"), record);
            }
        }
        if is_manual {
            self.notes.push(format!(
                "the records of {name} are made by hand (`dns: manual`): apply shows each as soon as it is known, and waits"
            ));
        }
        Ok(())
    }

    /// A certificate that this stack makes, with the records that prove it and the wait for its issue.
    fn certificate(
        &mut self,
        name: &str,
        certificate: &CertificateSettings,
        settings: &DomainSettings,
        is_manual: bool,
    ) -> Result<Ref<CertificateValidation>> {
        let CertificateSettings { domain_name, subject_alternative_names, key_algorithm, arn: _ } = certificate;
        let at = if domain_name.is_some() { "domain.certificate" } else { "domain.name" };
        let default = || default_certificate(name, settings.hosted_zone.as_deref());
        let first = domain_name.as_deref().map_or_else(default, dns_name);
        let further: Option<BTreeSet<String>> =
            subject_alternative_names.as_ref().map(|names| names.iter().map(|name| dns_name(name)).collect());
        let mut proofs = BTreeMap::new();
        for one in std::iter::once(&first).chain(further.iter().flatten()) {
            // `*.x` and `x` are proved by one record (`domain_certificate_dns.md` 5.3).
            proofs.entry(one.trim_start_matches("*.").to_owned()).or_insert_with(|| one.clone());
        }
        let spec = Certificate {
            domain_name: first,
            subject_alternative_names: further,
            key_algorithm: *key_algorithm,
            transparency_logging: None,
            tags: (!self.file.tags.is_empty()).then(|| self.file.tags.clone()),
        };
        self.add(Address::named(kind_names::CERTIFICATE, "domain"), at, &spec)?;
        let mut records = Vec::new();
        for (base, one) in proofs {
            let key = proof_key(&base);
            let target = Target::Validates { certificate: named(kind_names::CERTIFICATE, "domain"), domain_name: one };
            self.domain_record(&key, at, &base, settings, target)?;
            records.push(named(kind_names::DNS_RECORD, &key));
        }
        if is_manual {
            records.clear();
        }
        let spec = CertificateValidation { certificate: named(kind_names::CERTIFICATE, "domain"), records };
        self.add(Address::named(kind_names::CERTIFICATE_VALIDATION, "domain"), at, &spec)?;
        Ok(named(kind_names::CERTIFICATE_VALIDATION, "domain"))
    }

    /// A record that the domain needs: made, or left for somebody to make.
    fn domain_record(
        &mut self,
        key: &str,
        at: &str,
        name: &str,
        settings: &DomainSettings,
        target: Target,
    ) -> Result<()> {
        let address = Address::named(kind_names::DNS_RECORD, key);
        if settings.dns == Some(Dns::Manual) {
            self.manual_records.insert(address, target);
            return Ok(());
        }
        // A name outside the zone that was given, as the parent can be, is looked for on its own.
        let hosted_zone =
            settings.hosted_zone.as_deref().map(zone).filter(|zone| is_zone_id(zone) || is_in_zone(name, zone));
        self.add(address, at, &DnsRecord { hosted_zone, target })
    }
}

/// The name of the record that proves `base`: `certificate_example_com`, shortened where a name would be too long.
fn proof_key(base: &str) -> String {
    let plain = base.replace('.', "_");
    if plain.len() <= MAX_BASE {
        return format!("{PROOF}{plain}");
    }
    let digest = Sha256::digest(base.as_bytes()).iter().take(4).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    format!("{PROOF}{}_{digest}", &plain[..MAX_BASE - 9])
}
