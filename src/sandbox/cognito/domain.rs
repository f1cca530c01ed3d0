//! Domains: a prefix of Cognito's own, or a custom name (`domain_certificate_dns.md` 1 to 4).
use super::doc::{self, Doc};
use super::state::{Cognito, Domain, Held, touched, within};
use super::{CERTIFICATE_LINGERS, DOMAIN_CREATES, DOMAIN_LINGERS, DOMAIN_UPDATES, Refusal, ids, invalid};
use crate::sandbox::{ACCOUNT, World};
use serde_json::{Value, json};

/// Forgets domains that are gone and certificates that were let go.
pub(super) fn sweep(world: &mut World) {
    let now = world.now;
    world.cognito.domains.retain(|_, domain| domain.gone.is_none_or(|gone| gone > now));
    world.cognito.held.retain(|held| held.until > now);
}

/// `CreateUserPoolDomain`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (name, pool_id) = (doc::required(input, "Domain"), doc::required(input, "UserPoolId"));
    let pool = world.cognito.pool(region, pool_id)?;
    let custom = doc::child(input, "CustomDomainConfig");
    // domain_certificate_dns.md 2: an omitted version is not in the model; clients assume 1.
    let version = version(input)?.unwrap_or(1);
    match custom {
        Some(_) => subdomain(name)?,
        None => prefix(name)?,
    }
    managed_login(pool.tier(), version, custom)?;
    // The SDK's documentation of Routing: "only supported for custom domains". The text is not known.
    if custom.is_none() && input.contains_key("Routing") {
        return Err(invalid("Routing is only supported for custom domains."));
    }
    free(&world.cognito, region, name, pool_id, custom.is_some())?;
    if let Some(config) = custom {
        // quotas_errors.md 2: four custom domains per account and Region.
        let theirs = world.cognito.domains.values();
        within(
            theirs.filter(|domain| domain.region == region && domain.custom.is_some()).count(),
            4,
            "custom domains",
        )?;
        certificate(world, doc::required(config, "CertificateArn"), name)?;
        let parent = name.split_once('.').map_or("", |(_, parent)| parent);
        if !resolves(world, parent) {
            return Err(invalid(NO_PARENT));
        }
    }
    let domain = Domain {
        name: name.to_owned(),
        region: region.to_owned(),
        pool: pool_id.to_owned(),
        managed_login_version: version,
        custom: custom.cloned(),
        routing: input.get("Routing").cloned(),
        distribution: ids::distribution(world),
        written: world.now,
        ready: world.now + DOMAIN_CREATES,
        updating: false,
        gone: None,
    };
    let answer = written(&domain);
    world.cognito.domains.insert(host(region, name), domain);
    touched(world, region, pool_id);
    Ok(answer)
}

/// `DescribeUserPoolDomain`: an unknown name is not an error (`domain_certificate_dns.md` 2).
#[expect(clippy::unnecessary_wraps, reason = "every operation answers in the same way")]
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let domain = find(&world.cognito, region, doc::required(input, "Domain"));
    Ok(json!({ "DomainDescription": domain.map_or_else(|| json!({}), |domain| shown(domain, world.now)) }))
}

/// `UpdateUserPoolDomain`: the version and the certificate; the name never (`domain_certificate_dns.md` 2).
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (name, pool_id) = (doc::required(input, "Domain"), doc::required(input, "UserPoolId"));
    let pool = world.cognito.pool(region, pool_id)?;
    let domain = of_pool(&world.cognito, region, name, pool_id)?;
    let sent = doc::child(input, "CustomDomainConfig");
    match (&domain.custom, sent) {
        (Some(_), None) => return Err(invalid("Cannot convert custom domain to prefix domain.")),
        (None, Some(_)) => {
            return Err(invalid("User pool should have a custom domain associated, failed to update the certificate."));
        }
        _ => {}
    }
    // What an omitted version or routing does is not known: here it stays.
    let version = version(input)?.unwrap_or(domain.managed_login_version);
    managed_login(pool.tier(), version, sent)?;
    if domain.custom.is_none() && input.contains_key("Routing") {
        return Err(invalid("Routing is only supported for custom domains."));
    }
    if let Some(config) = sent {
        certificate(world, doc::required(config, "CertificateArn"), name)?;
    }
    let mut changed = domain.clone();
    changed.managed_login_version = version;
    changed.custom = sent.cloned();
    changed.routing = input.get("Routing").or(domain.routing.as_ref()).cloned();
    changed.written = world.now;
    changed.ready = changed.ready.max(world.now + DOMAIN_UPDATES);
    // A domain that is still being created stays CREATING.
    changed.updating = domain.updating || domain.ready <= world.now;
    let (before, after) = (certificate_of(domain), certificate_of(&changed));
    if before != after {
        let held = before.map(|certificate| Held {
            certificate: certificate.to_owned(),
            by: distribution_arn(domain),
            until: changed.ready + CERTIFICATE_LINGERS,
        });
        world.cognito.held.extend(held);
    }
    let answer = written(&changed);
    world.cognito.domains.insert(host(region, name), changed);
    touched(world, region, pool_id);
    Ok(answer)
}

/// `DeleteUserPoolDomain`: the name stays taken for a while, the certificate in use for longer
/// (`domain_certificate_dns.md` 2).
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (name, pool_id) = (doc::required(input, "Domain"), doc::required(input, "UserPoolId"));
    world.cognito.pool(region, pool_id)?;
    let mut domain = of_pool(&world.cognito, region, name, pool_id)?.clone();
    let gone = world.now + DOMAIN_LINGERS;
    domain.gone = Some(gone);
    let held = certificate_of(&domain).map(|certificate| Held {
        certificate: certificate.to_owned(),
        by: distribution_arn(&domain),
        until: gone + CERTIFICATE_LINGERS,
    });
    world.cognito.held.extend(held);
    world.cognito.domains.insert(host(region, name), domain);
    touched(world, region, pool_id);
    Ok(json!({}))
}

/// What uses a certificate, or did until lately: AWS frees it some time after the domain is gone.
///
/// They are distributions in an account of AWS's own (`domain_certificate_dns.md` 5.3, "`InUseBy`").
#[must_use]
pub fn certificate_users(world: &World, arn: &str) -> Vec<String> {
    let now = world.now;
    let domains = world.cognito.domains.values();
    let using = domains
        .filter(|domain| domain.gone.is_none_or(|gone| gone > now) && certificate_of(domain) == Some(arn))
        .map(distribution_arn);
    let held = world.cognito.held.iter().filter(|held| held.until > now && held.certificate == arn);
    let mut users: Vec<String> = using.chain(held.map(|held| held.by.clone())).collect();
    users.sort();
    users.dedup();
    users
}

/// The one name that a domain's distribution serves, with its last dot; None of a distribution that is not Cognito's.
#[must_use]
pub fn served_name(world: &World, distribution: &str) -> Option<String> {
    let distribution = distribution.trim_end_matches('.');
    let domain = world.cognito.domains.values().find(|domain| domain.distribution == distribution)?;
    Some(format!("{}.", host(&domain.region, &domain.name)))
}

/// AWS's words for a name that is not below one with an address (`domain_certificate_dns.md` 4, row 1).
const NO_PARENT: &str = "Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure \
                         an A record exists for the root domain.";

/// A custom name: a lower-case full name with at least one parent below the top level
/// (`domain_certificate_dns.md` 1, 3, "must be a sub-domain").
fn subdomain(name: &str) -> Result<(), Refusal> {
    let labels: Vec<&str> = name.split('.').collect();
    let label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if labels.len() < 3 || name.len() > 253 || !labels.iter().all(label) {
        return Err(invalid(NO_PARENT));
    }
    Ok(())
}

/// A prefix (`domain_certificate_dns.md` 1, 4).
fn prefix(name: &str) -> Result<(), Refusal> {
    let fits = name.len() <= 63
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if !fits {
        return Err(invalid(
            "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, \
             and hyphens. Please enter a different name that follows this format: \
             ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$",
        ));
    }
    // As tokens between hyphens only: `-awsome-` passes.
    match name.split('-').find(|token| ["aws", "amazon", "cognito"].contains(token)) {
        Some(word) => Err(invalid(format!("Domain cannot contain reserved word: {word}"))),
        None => Ok(()),
    }
}

/// The version, if one was sent: 1 or 2 (`domain_certificate_dns.md` 2). The text is not known.
fn version(input: &Doc) -> Result<Option<i64>, Refusal> {
    match doc::number(input, "ManagedLoginVersion") {
        Some(version) if !(1..=2).contains(&version) => {
            Err(invalid(format!("Invalid ManagedLoginVersion: {version}. Valid versions are 1 and 2.")))
        }
        version => Ok(version),
    }
}

/// What managed login asks of the tier (`domain_certificate_dns.md` 4) and of the protocol (1).
fn managed_login(tier: &str, version: i64, custom: Option<&Doc>) -> Result<(), Refusal> {
    if version != 2 {
        return Ok(());
    }
    if tier == "LITE" {
        return Err(Refusal::new(
            "FeatureUnavailableInTierException",
            "The following feature is not available for the LITE pricing tier configured: Managed Login Version 2",
        ));
    }
    // The text is not known.
    if custom.is_some_and(|config| doc::text(config, "SecurityPolicy") == Some("TLS_V1")) {
        return Err(invalid("Managed Login Version 2 requires a SecurityPolicy of at least TLS_V1_2_2021."));
    }
    Ok(())
}

/// Whether the name is free, and the pool free of a domain of that kind (`domain_certificate_dns.md` 4).
fn free(cognito: &Cognito, region: &str, name: &str, pool: &str, custom: bool) -> Result<(), Refusal> {
    match cognito.domains.get(&host(region, name)) {
        Some(_) if !custom => return Err(invalid("Domain already exists.")),
        Some(taken) if taken.gone.is_some() => {
            return Err(invalid(
                "One or more of the CNAMEs you provided are already associated with a different resource.",
            ));
        }
        Some(taken) if taken.pool != pool => return Err(invalid("Domain already associated with another user pool.")),
        _ => {}
    }
    if cognito.domains.values().any(|domain| domain.pool == pool && domain.custom.is_some() == custom) {
        return Err(invalid("User pool already has a domain configured."));
    }
    Ok(())
}

/// A certificate that `CloudFront` takes for the name (`domain_certificate_dns.md` 4, row 2).
fn certificate(world: &World, arn: &str, name: &str) -> Result<(), Refusal> {
    if covers(world, arn, name) {
        return Ok(());
    }
    Err(invalid(
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid \
         certificate chain.",
    ))
}

/// Whether the certificate is issued in us-east-1 and covers the name; an asterisk stands for exactly one
/// label (`domain_certificate_dns.md` 5.1).
fn covers(world: &World, arn: &str, name: &str) -> bool {
    #[cfg(test)]
    if let Some(covers) = tests::COVERS.get() {
        return covers(arn, name);
    }
    let parent = name.split_once('.').map(|(_, parent)| parent);
    crate::sandbox::acm::certificate(world, arn).is_some_and(|certificate| {
        certificate.region == "us-east-1"
            && certificate.status == "ISSUED"
            && certificate
                .names
                .iter()
                .any(|given| given == name || given.strip_prefix("*.").is_some_and(|given| Some(given) == parent))
    })
}

/// Whether a name has an address in public DNS (`domain_certificate_dns.md` 3).
fn resolves(world: &World, name: &str) -> bool {
    #[cfg(test)]
    if let Some(resolves) = tests::RESOLVES.get() {
        return resolves(name);
    }
    !crate::sandbox::dns::a_records(world, name).is_empty()
}

/// The whole name that a domain answers at, which no two can share.
fn host(region: &str, name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("{name}.auth.{region}.amazoncognito.com") }
}

fn find<'a>(cognito: &'a Cognito, region: &str, name: &str) -> Option<&'a Domain> {
    cognito.domains.get(&host(region, name)).filter(|domain| domain.region == region && domain.name == name)
}

/// A pool's domain that is there to be changed. The text is not known to be exact.
fn of_pool<'a>(cognito: &'a Cognito, region: &str, name: &str, pool: &str) -> Result<&'a Domain, Refusal> {
    find(cognito, region, name)
        .filter(|domain| domain.pool == pool && domain.gone.is_none())
        .ok_or_else(|| invalid("No such domain or user pool exists."))
}

fn certificate_of(domain: &Domain) -> Option<&str> {
    domain.custom.as_ref().and_then(|config| doc::text(config, "CertificateArn"))
}

/// The distribution as ACM names it; the account is one of AWS's.
fn distribution_arn(domain: &Domain) -> String {
    let id = domain.distribution.split('.').next().unwrap_or_default().to_ascii_uppercase();
    format!("arn:aws:cloudfront::111122223333:distribution/E{}", id.trim_start_matches('D'))
}

/// What create and update answer (`domain_certificate_dns.md` 1, "Create returns").
fn written(domain: &Domain) -> Value {
    let mut answer = json!({ "ManagedLoginVersion": domain.managed_login_version });
    if domain.custom.is_some() {
        answer["CloudFrontDomain"] = domain.distribution.as_str().into();
    }
    if let Some(routing) = &domain.routing {
        answer["Routing"] = routing.clone();
    }
    answer
}

fn shown(domain: &Domain, now: i64) -> Value {
    let status = match domain.gone {
        Some(_) => "DELETING",
        None if domain.ready <= now => "ACTIVE",
        None if domain.updating => "UPDATING",
        None => "CREATING",
    };
    let mut shown = json!({
        "UserPoolId": domain.pool,
        "AWSAccountId": ACCOUNT,
        "Domain": domain.name,
        "S3Bucket": format!("aws-cognito-prod-{}-assets", domain.region),
        "CloudFrontDistribution": domain.distribution,
        "Version": domain.written.to_string(),
        "Status": status,
        "CustomDomainConfig": domain.custom.clone().unwrap_or_default(),
        "ManagedLoginVersion": domain.managed_login_version,
    });
    if let Some(routing) = &domain.routing {
        shown["Routing"] = routing.clone();
    }
    shown
}

/// What a test says of certificates and names instead of ACM and Route 53.
#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    /// Whether a certificate covers a name.
    type Covers = fn(&str, &str) -> bool;
    /// Whether a name has an address.
    type Resolves = fn(&str) -> bool;

    thread_local! {
        /// What `covers` answers in this thread.
        pub(in crate::sandbox::cognito) static COVERS: Cell<Option<Covers>> = const { Cell::new(None) };
        /// What `resolves` answers in this thread.
        pub(in crate::sandbox::cognito) static RESOLVES: Cell<Option<Resolves>> = const { Cell::new(None) };
    }
}
