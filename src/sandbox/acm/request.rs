//! `RequestCertificate`.

use super::input::{self, Input, constraint};
use super::{Certificate, Refusal, Token, World, ids, new_arn};
use serde_json::{Value, json};

/// Certificates in one account and Region (`quotas_errors.md` 2).
const CERTIFICATES: usize = 2_500;
/// Names in one certificate, the default quota (`domain_certificate_dns.md` 5.2).
const NAMES: usize = 10;
/// What a request may ask for in `KeyAlgorithm`.
pub(super) const KEY_ALGORITHMS: &[&str] =
    &["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];
/// What AWS says a domain name looks like (`domain_certificate_dns.md` 5.2).
const NAME_PATTERN: &str = concat!(
    "Member must satisfy regular expression pattern: ",
    r"(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])"
);

/// Answers one call.
pub(super) fn request(world: &mut World, region: &str, input: Input<'_>) -> Result<Value, Refusal> {
    input.only(&[
        "DomainName",
        "SubjectAlternativeNames",
        "ValidationMethod",
        "IdempotencyToken",
        "DomainValidationOptions",
        "KeyAlgorithm",
        "Options",
        "Tags",
        "ManagedBy",
        "CertificateAuthorityArn",
    ])?;
    for private in ["ManagedBy", "CertificateAuthorityArn", "DomainValidationOptions"] {
        if input.structure(private).is_some() {
            let message = format!("{private}: the sandbox plays public certificates that DNS validates");
            return Err(Refusal::new("InvalidParameterException", message));
        }
    }
    let names = names(input)?;
    // Left out, it is EMAIL as it was from the start (domain_certificate_dns.md 5.2, inferred).
    let method = input.word("ValidationMethod", &["EMAIL", "DNS", "HTTP"])?.unwrap_or("EMAIL");
    if method == "HTTP" {
        let message = "The HTTP validation method is only for certificates that CloudFront manages";
        return Err(Refusal::new("InvalidParameterException", message));
    }
    let key_algorithm = input.word("KeyAlgorithm", KEY_ALGORITHMS)?.unwrap_or("RSA_2048");
    let (transparency, export) = input.options()?.unwrap_or_default();
    let transparency = transparency.unwrap_or_else(|| "ENABLED".into());
    let export = export.unwrap_or_else(|| "DISABLED".into());
    let tags = input.tags()?.unwrap_or_default();
    let tags = tags.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect();
    let token = token(input)?;
    let digest = ids::hex(&format!("{names:?} {method} {key_algorithm} {transparency} {export}"));
    if let Some(token) = token {
        // For an hour the same request is the same certificate, even one that has been deleted
        // (domain_certificate_dns.md 5.2).
        let known = |held: &&Token| held.region == region && held.text == token && held.request == digest;
        if let Some(known) = world.acm.tokens.iter().find(known) {
            return Ok(json!({ "CertificateArn": known.arn }));
        }
    }
    if world.acm.certificates.iter().filter(|held| held.region == region).count() >= CERTIFICATES {
        let message = format!("Error: you have reached your limit of {CERTIFICATES} certificates in this Region.");
        return Err(Refusal::new("LimitExceededException", message));
    }
    let arn = new_arn(world, region);
    let requested = world.now;
    if let Some(token) = token {
        let (region, text) = (region.to_owned(), token.to_owned());
        world.acm.tokens.push(Token { region, text, request: digest, arn: arn.clone(), at: requested });
    }
    world.acm.certificates.push(Certificate {
        arn: arn.clone(),
        region: region.to_owned(),
        names,
        method: method.to_owned(),
        key_algorithm: key_algorithm.to_owned(),
        transparency,
        export,
        tags,
        requested,
        outcome: None,
    });
    Ok(json!({ "CertificateArn": arn }))
}

fn token(input: Input<'_>) -> Result<Option<&str>, Refusal> {
    let Some(token) = input.text("IdempotencyToken")? else { return Ok(None) };
    let is_word = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if token.is_empty() || token.len() > 32 || !is_word {
        return Err(constraint("idempotencyToken", token, r"Member must satisfy regular expression pattern: \w+"));
    }
    Ok(Some(token))
}

/// All names, `DomainName` first, lower-case and each once.
fn names(input: Input<'_>) -> Result<Vec<String>, Refusal> {
    let first = input.text("DomainName")?.ok_or_else(|| input::missing("domainName"))?;
    if !is_name(first) {
        return Err(constraint("domainName", first, NAME_PATTERN));
    }
    if first.len() > 64 {
        // It becomes the common name, which RFC 5280 bounds (domain_certificate_dns.md 5.2).
        let message = "The first domain name can have at most 64 characters";
        return Err(Refusal::new("InvalidParameterException", message));
    }
    let mut names = vec![first.to_ascii_lowercase()];
    if let Some(others) = input.texts("SubjectAlternativeNames")? {
        if others.is_empty() || others.len() > 100 {
            return Err(constraint("subjectAlternativeNames", "[]", "Member must have length from 1 to 100"));
        }
        for other in others {
            if !is_name(other) {
                return Err(constraint("subjectAlternativeNames", other, NAME_PATTERN));
            }
            let other = other.to_ascii_lowercase();
            if !names.contains(&other) {
                names.push(other);
            }
        }
    }
    if names.len() > NAMES {
        let message = format!("Error: you have reached your limit of {NAMES} domain names in a certificate.");
        return Err(Refusal::new("LimitExceededException", message));
    }
    Ok(names)
}

/// The pattern above, by hand: labels of 1 to 63, the last of at least 2, at least two, one asterisk in front.
fn is_name(name: &str) -> bool {
    let plain = name.strip_prefix("*.").unwrap_or(name);
    let labels: Vec<&str> = plain.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| last.len() >= 2)
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_follow_the_pattern() {
        for good in ["example.com", "*.example.com", "a.b.example.com", "A-1.example.com", "*.b.example.com"] {
            assert!(is_name(good), "{good}");
        }
        let long = format!("{}.com", "a".repeat(64));
        for bad in [
            "",
            "com",
            "*.com",
            "*",
            "a.*.com",
            "*.*.example.com",
            "-a.com",
            "a-.com",
            "a..com",
            "a.c",
            "a b.com",
            "a_b.com",
            "example.com.",
            &long,
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
