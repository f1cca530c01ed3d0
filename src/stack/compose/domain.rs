//! What a domain asks for: certificate, proof, issue, the domain itself, its records, and that it answers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Composing, TTL};
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Kind, Ref};
use crate::kinds::certificate::Certificate;
use crate::kinds::certificate_validation::CertificateValidation;
use crate::kinds::digest::sha256;
use crate::kinds::dns_record::{DnsRecord, RecordType, Target};
use crate::kinds::domain::{CustomDomain, Domain, DomainCertificate};
use crate::kinds::domain_activation::DomainActivation;
use crate::kinds::domain_resolution::DomainResolution;
use crate::kinds::hosted_zone::is_id;
use crate::kinds::names::{base, canonical, is_within, parent};
use crate::stack::check::names::default_certificate;
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
        if let Some(name) = settings.name.as_deref().map(canonical) {
            self.custom(&name, settings)?;
        }
        if let Some(prefix) = &settings.prefix {
            let spec = Domain {
                user_pool: Ref::one(),
                domain: prefix.clone(),
                managed_login_version: settings.managed_login_version,
                custom: None,
                // Only domains of one's own are routed.
                routing: None,
            };
            self.one_domain("prefix", "domain.prefix", &spec)?;
        }
        Ok(())
    }

    fn one_domain(&mut self, key: &str, at: &str, spec: &Domain) -> Result<()> {
        self.add(Address::named(Domain::NAME, key), at, spec)?;
        let activation = DomainActivation { domain: Ref::named(key) };
        self.add(Address::named(DomainActivation::NAME, key), at, &activation)
    }

    fn custom(&mut self, name: &str, settings: &DomainSettings) -> Result<()> {
        let at = "domain.name";
        let is_manual = settings.dns == Some(Dns::Manual);
        let certificate = settings.certificate.clone().unwrap_or_default();
        let certificate = match certificate.arn.clone() {
            Some(arn) => DomainCertificate::Arn(arn),
            None => DomainCertificate::Issued(self.certificate(name, &certificate, settings)?),
        };
        let placeholder = parent(name).filter(|_| settings.parent_record == Some(ParentRecord::Placeholder));
        if let Some(parent) = placeholder {
            let address = settings.parent_record_address.as_deref().unwrap_or(PLACEHOLDER);
            let target = Target::Values { ttl: TTL, values: BTreeSet::from([address.to_owned()]) };
            let record = of_name(parent, RecordType::A, target);
            self.domain_record("domain_parent", "domain.parent_record", parent, settings, record)?;
        }
        let spec = Domain {
            user_pool: Ref::one(),
            domain: name.to_owned(),
            managed_login_version: settings.managed_login_version,
            custom: Some(CustomDomain {
                certificate,
                security_policy: settings.security_policy,
                parent_record: placeholder.filter(|_| !is_manual).map(|_| Ref::named("domain_parent")),
                replica: settings.routing.as_ref().and(self.file.replica.as_ref()).map(|_| Ref::one()),
            }),
            routing: settings.routing.clone(),
        };
        self.one_domain("custom", at, &spec)?;
        let has_ipv6 = settings.ipv6 != Some(false);
        let aliases = [("domain_a", RecordType::A), ("domain_aaaa", RecordType::Aaaa)];
        for (key, r#type) in aliases.into_iter().filter(|(_, r#type)| has_ipv6 || *r#type == RecordType::A) {
            let record = of_name(name, r#type, Target::DomainAlias { domain: Ref::named("custom") });
            self.domain_record(key, at, name, settings, record)?;
        }
        if is_manual {
            let resolution = DomainResolution { domain: Ref::named("custom") };
            self.add(Address::named(DomainResolution::NAME, "custom"), at, &resolution)?;
            self.notes.push(format!(
                "the records of {name} are made by hand (`dns: manual`): apply shows each once it is known, and waits for it"
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
    ) -> Result<Ref<CertificateValidation>> {
        let CertificateSettings { domain_name, subject_alternative_names, key_algorithm, export, arn: _ } = certificate;
        let at = if domain_name.is_some() { "domain.certificate" } else { "domain.name" };
        let default = || default_certificate(name, settings.hosted_zone.as_deref());
        let first = domain_name.as_deref().map_or_else(default, canonical);
        let further: Option<BTreeSet<String>> =
            subject_alternative_names.as_ref().map(|names| names.iter().map(|name| canonical(name)).collect());
        // `*.x` and `x` are proved by one record (`domain_certificate_dns.md` 5.3).
        let proofs: BTreeMap<String, String> = std::iter::once(&first)
            .chain(further.iter().flatten())
            .map(|one| (proof_key(base(one)), base(one).to_owned()))
            .collect();
        let spec = Certificate {
            domain_name: first,
            subject_alternative_names: further,
            key_algorithm: *key_algorithm,
            export: *export,
            alive: true,
            tags: (!self.file.tags.is_empty()).then(|| self.file.tags.clone()),
        };
        self.add(Address::named(Certificate::NAME, "domain"), at, &spec)?;
        let mut records = Vec::new();
        for (key, base) in proofs {
            let target = Target::Validates { certificate: Ref::named("domain"), domain_name: base.clone() };
            let record = DnsRecord::saying(target);
            self.domain_record(&key, at, &base, settings, record)?;
            if settings.dns != Some(Dns::Manual) {
                records.push(Ref::named(&key));
            }
        }
        let spec = CertificateValidation { certificate: Ref::named("domain"), records };
        self.add(Address::named(CertificateValidation::NAME, "domain"), at, &spec)?;
        Ok(Ref::named("domain"))
    }

    /// A record that the domain needs: made, or left for somebody to make.
    fn domain_record(
        &mut self,
        key: &str,
        at: &str,
        name: &str,
        settings: &DomainSettings,
        record: DnsRecord,
    ) -> Result<()> {
        let address = Address::named(DnsRecord::NAME, key);
        if settings.dns == Some(Dns::Manual) {
            self.manual_records.insert(address, record);
            return Ok(());
        }
        // A name outside the zone that was given, as the parent can be, is looked for on its own.
        let zone = settings.hosted_zone.as_deref();
        let zone = zone.filter(|zone| is_id(zone) || is_within(name, &canonical(zone)));
        self.add(address, at, &record.in_zone(zone))
    }
}

/// A record whose name and type are known from the start.
pub(super) fn of_name(name: &str, r#type: RecordType, target: Target) -> DnsRecord {
    let name = Some(canonical(name));
    DnsRecord { name, r#type: Some(r#type), ..DnsRecord::saying(target) }
}

/// The name of the record that proves `base`: `certificate_example_com`, shortened where a name would be too long.
fn proof_key(base: &str) -> String {
    let plain = base.replace('.', "_");
    if plain.len() <= MAX_BASE {
        return format!("{PROOF}{plain}");
    }
    format!("{PROOF}{}_{}", &plain[..MAX_BASE - 9], &sha256(base.as_bytes())[..8])
}
