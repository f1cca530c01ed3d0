//! What becomes of a request: validated by DNS, refused by CAA, or out of time.

use super::{Certificate, Outcome, World, ids, timing};
use crate::sandbox::dns::{self, Record};
use crate::sandbox::route53::names;
use crate::sandbox::route53::values;

/// How many CNAMEs in a row ACM follows (`domain_certificate_dns.md` 5.3).
const CHAIN: usize = 5;
/// The issuers that a CAA record may name for ACM (`domain_certificate_dns.md` 6).
const ISSUERS: [&str; 4] = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];

/// The record that proves control of a name: its name and its value.
///
/// It depends on the account and the name without its wildcard, and on nothing else: so a certificate for
/// `*.example.com` and one for `example.com`, in whatever Region, share it (`domain_certificate_dns.md` 5.3).
pub(super) fn record(name: &str) -> (String, String) {
    let base = name.strip_prefix("*.").unwrap_or(name);
    let digest = ids::hex(&format!("acm {} {base}", super::ACCOUNT));
    let (first, second) = digest.split_at(32);
    let zone: String = second.bytes().take(10).map(|byte| char::from(b'a' + byte % 26)).collect();
    (format!("_{first}.{base}."), format!("_{second}.{zone}.acm-validations.aws."))
}

/// Since when DNS proves control of `name`, if it does.
pub(super) fn proven_since(world: &World, name: &str) -> Option<i64> {
    let (mut at, wanted) = record(name);
    let mut since = 0;
    for _ in 0..CHAIN {
        let answer = dns::lookup(world, &at, "CNAME");
        let link = answer.records.first().filter(|record| record.kind == "CNAME")?;
        since = since.max(link.since);
        at = names::normal(&link.value).ok()?;
        if at == wanted {
            return Some(since);
        }
    }
    None
}

/// How the request stands at `world.now`.
pub(super) fn outcome(world: &World, certificate: &Certificate) -> Option<Outcome> {
    if certificate.outcome.is_some() {
        return certificate.outcome.clone();
    }
    let deadline = certificate.requested + timing::ACM_VALIDATION_LIMIT;
    // E-mail validation never happens: nobody in the sandbox reads mail.
    let proofs: Option<Vec<i64>> = (certificate.method == "DNS")
        .then(|| certificate.names.iter().map(|name| proven_since(world, name)).collect())
        .flatten();
    if let Some(proofs) = proofs {
        let shown = certificate.requested + timing::ACM_RECORD;
        let at = proofs.into_iter().max().unwrap_or_default().max(shown) + timing::ACM_ISSUE;
        if at <= deadline && world.now >= at {
            let refused = certificate.names.iter().any(|name| !caa_allows(world, name));
            return Some(if refused { Outcome::Failed { reason: "CAA_ERROR".into() } } else { Outcome::Issued { at } });
        }
    }
    (world.now >= deadline).then_some(Outcome::TimedOut)
}

/// Whether CAA records let Amazon issue for `name`: the nearest ones on the way to the root decide
/// (`domain_certificate_dns.md` 6).
fn caa_allows(world: &World, name: &str) -> bool {
    let is_wildcard = name.starts_with("*.");
    let mut at = format!("{}.", name.strip_prefix("*.").unwrap_or(name));
    loop {
        let records = dns::lookup(world, &at, "CAA").records;
        let found: Vec<(String, String)> =
            records.iter().filter(|record| record.kind == "CAA").filter_map(read).collect();
        if !found.is_empty() {
            return allowed(&found, is_wildcard);
        }
        match names::parent(&at) {
            Some(parent) => at = parent.to_owned(),
            None => return true,
        }
    }
}

/// The tag of a CAA record, and the issuer it names.
fn read(record: &Record) -> Option<(String, String)> {
    let (_, tag, value) = values::caa(&record.value)?;
    let issuer = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some((tag, issuer))
}

fn allowed(records: &[(String, String)], is_wildcard: bool) -> bool {
    let of = |wanted: &str| {
        records.iter().filter(move |(tag, _)| tag == wanted).map(|(_, issuer)| issuer.as_str()).collect::<Vec<_>>()
    };
    let (issue, issue_wild) = (of("issue"), of("issuewild"));
    // With any `issuewild`, it alone decides for wildcards; `iodef` forbids nothing.
    let governing = if is_wildcard && !issue_wild.is_empty() { issue_wild } else { issue };
    governing.is_empty() || governing.iter().any(|issuer| ISSUERS.contains(issuer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_has_the_record_of_its_base() {
        assert_eq!(record("*.example.com"), record("example.com"));
        assert_ne!(record("a.example.com"), record("example.com"));
        let (name, value) = record("*.example.com");
        assert!(name.starts_with('_') && name.ends_with(".example.com."), "{name}");
        assert!(value.ends_with(".acm-validations.aws."), "{value}");
    }

    #[test]
    fn caa_records_allow_or_forbid() {
        let check = |records: &[(&str, &str)], plain: bool, wildcard: bool| {
            let records: Vec<(String, String)> =
                records.iter().map(|(tag, issuer)| ((*tag).into(), (*issuer).into())).collect();
            assert_eq!((allowed(&records, false), allowed(&records, true)), (plain, wildcard), "{records:?}");
        };
        check(&[("issue", "amazon.com")], true, true);
        check(&[("issue", "other.example"), ("issue", "amazontrust.com")], true, true);
        check(&[("issue", "other.example")], false, false);
        check(&[("issue", "amazon.com"), ("issuewild", "other.example")], true, false);
        check(&[("issue", "other.example"), ("issuewild", "amazonaws.com")], false, true);
        check(&[("issue", "")], false, false);
        check(&[("iodef", "mailto:a@example.com")], true, true);
    }
}
