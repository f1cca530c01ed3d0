//! No CAA record forbids Amazon to issue the certificate.
//!
//! ACM looks at them after the names are proved, from each name towards the root, and a certificate that they forbid has
//! failed for good (domain_certificate_dns.md 6).

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::{Check, Finding, Input, When};
use crate::aws::dns::Caa;
use crate::engine::plan::Planned;
use crate::error::Result;
use crate::kinds::certificate::Certificate;
use crate::kinds::dns_record::{DnsRecord, RecordType, Target};
use crate::kinds::names::{base, canonical};

pub(super) const CHECK: Check = Check {
    name: "caa",
    title: "CAA records that forbid Amazon to issue",
    why: "where CAA records name others and not Amazon, the certificate fails for good once it is proved",
    source: "https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// The names by which Amazon goes as an issuer (domain_certificate_dns.md 6).
const AMAZON: [&str; 4] = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];
/// The tags that are known; `iodef` and the others forbid nothing (RFC 8659, 4; RFC 9495).
const KNOWN: [&str; 6] = ["issue", "issuewild", "iodef", "issuemail", "contactemail", "contactphone"];

async fn look(input: Input<'_>) -> Vec<Finding> {
    let certificates: Vec<_> = input.made::<Certificate>().collect();
    let names = certificates.iter().flat_map(|(_, planned, certificate)| {
        let further = certificate.subject_alternative_names.iter().flatten();
        let names: BTreeSet<String> = further.chain([&certificate.domain_name]).map(|name| canonical(name)).collect();
        names.into_iter().map(|name| (*planned, name))
    });
    join_all(names.map(|(planned, name)| of_name(input, planned, name))).await
}

async fn of_name(input: Input<'_>, planned: &Planned, name: String) -> Finding {
    let at = planned.at.clone();
    let (holder, records) = match governing(input, base(&name)).await {
        Ok(Some(found)) => found,
        Ok(None) => return Finding::pass(at, format!("{name}: no CAA records, so anybody may issue")),
        Err(error) => return Finding::untold(at, &format!("nobody knows whether Amazon may issue for {name}"), &error),
    };
    let Some(forbidding) = forbidding(&records, name.starts_with("*.")) else {
        return Finding::pass(at, format!("{name}: the CAA records of {holder} let Amazon issue"));
    };
    let tag = if forbidding.starts_with("issuewild") { "issuewild" } else { "issue" };
    Finding::fail(
        at,
        format!("the CAA records of {holder} ({forbidding}) forbid Amazon to issue a certificate for {name}"),
        format!("add one: `{holder}. 300 IN CAA 0 {tag} \"amazon.com\"`"),
    )
}

/// The CAA records that count for a name: those of the nearest name on the way to the root that has any (RFC 8659, 3).
/// Those that this stack makes are there by then.
async fn governing(input: Input<'_>, name: &str) -> Result<Option<(String, Vec<Caa>)>> {
    let above = std::iter::successors(Some(name), |name| name.split_once('.').map(|(_, above)| above));
    // All of them at once: one after the other they would take as long as there are labels.
    let answers = join_all(above.map(|at| async move {
        let own = own(input, at);
        let records = if own.is_empty() { input.ask("public DNS", input.aws.dns.caa(at)).await } else { Ok(own) };
        (at.to_owned(), records)
    }));
    for (at, records) in answers.await {
        let records = records?;
        if !records.is_empty() {
            return Ok(Some((at, records)));
        }
    }
    Ok(None)
}

fn own(input: Input<'_>, name: &str) -> Vec<Caa> {
    let is_it = |record: &DnsRecord| {
        record.r#type == Some(RecordType::Caa) && record.name.as_deref().is_some_and(|own| canonical(own) == name)
    };
    let records = input.wanted::<DnsRecord>().filter(|(_, _, record)| is_it(record));
    let values = records.filter_map(|(_, _, record)| match record.target {
        Target::Values { values, .. } => Some(values),
        _ => None,
    });
    values.flatten().filter_map(|value| Caa::read(&value)).collect()
}

/// What among the records forbids Amazon to issue: the records that would have to name it, or one that nobody
/// understands and that says that it must be understood.
fn forbidding(records: &[Caa], is_wildcard: bool) -> Option<String> {
    let shown = |record: &&Caa| format!("{} \"{}\"", record.tag, record.value);
    if let Some(odd) = records.iter().find(|record| record.is_critical && !KNOWN.contains(&record.tag.as_str())) {
        return Some(format!("{}, which is marked as critical", shown(&odd)));
    }
    let of = |tag: &str| records.iter().filter(|record| record.tag == tag).collect::<Vec<_>>();
    // With any `issuewild`, it alone decides for wildcards.
    let (issue, wild) = (of("issue"), of("issuewild"));
    let deciding = if is_wildcard && !wild.is_empty() { wild } else { issue };
    let issuer = |record: &&Caa| record.value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_allowed = deciding.is_empty() || deciding.iter().any(|record| AMAZON.contains(&issuer(record).as_str()));
    (!is_allowed).then(|| deciding.iter().map(shown).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_allow_or_forbid() {
        let check = |records: &[&str], plain: bool, wildcard: bool| {
            let read: Vec<Caa> = records.iter().map(|text| Caa::read(text).unwrap()).collect();
            let allowed = [false, true].map(|is_wildcard| forbidding(&read, is_wildcard).is_none());
            assert_eq!(allowed, [plain, wildcard], "{records:?}");
        };
        check(&[], true, true);
        for amazon in AMAZON {
            check(&[&format!("0 issue \"{amazon}\"")], true, true);
        }
        check(&[r#"0 issue "ca.example""#, r#"0 issue "Amazon.com; account=1""#], true, true);
        check(&[r#"0 issue "ca.example""#], false, false);
        check(&[r#"0 issue ";""#], false, false);
        check(&[r#"0 issue "amazon.com""#, r#"0 issuewild "ca.example""#], true, false);
        check(&[r#"0 issue "ca.example""#, r#"0 issuewild "amazonaws.com""#], false, true);
        check(&[r#"0 issuewild ";""#], true, false);
        check(&[r#"0 iodef "mailto:a@example.com""#], true, true);
        check(&[r#"0 odd "x""#], true, true);
        check(&[r#"128 odd "x""#, r#"0 issue "amazon.com""#], false, false);
    }
}
