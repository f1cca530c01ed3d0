//! Which hosted zone of the account a record goes into.
//!
//! Zones are listed once in a run. Only public ones count: neither ACM nor Cognito sees a private zone.

use crate::aws::Aws;
use crate::aws::error::refused;
use crate::error::{Error, Problem, Result};

use super::names::{canonical, is_within};

/// A public hosted zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// `Z0123456789ABCDEFGHIJ`
    pub id: String,
    /// `example.com`
    pub name: String,
}

/// How a person says which zone is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// The zone of this name.
    Named(&'a str),
    /// The zone of this id.
    WithId(&'a str),
    /// The one whose name is the longest that the record's name ends in.
    Closest,
}

/// Why there is no zone for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoZone {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl From<NoZone> for Error {
    fn from(NoZone { message, hint }: NoZone) -> Self {
        Self::aws_state(message).hinted(hint)
    }
}

impl NoZone {
    /// The same, at a place in the stack file.
    #[must_use]
    pub fn at(self, at: impl Into<String>) -> Problem {
        Problem::new(at, self.message).hint(self.hint)
    }
}

/// Whether a text that names a zone is its id: ids are upper case and have no dot.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() > 3 && text.starts_with('Z') && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The public zones of the account, listed once.
///
/// # Errors
/// When AWS refuses to list them.
pub async fn public(aws: &Aws) -> Result<Vec<Zone>> {
    let zones = aws.zones.get_or_try_init(|| list(aws)).await?;
    Ok(zones
        .iter()
        .filter(|zone| !zone.config().is_some_and(|config| config.private_zone))
        .map(|zone| Zone { id: bare(zone.id()).to_owned(), name: canonical(zone.name()) })
        .collect())
}

/// What the public zone of this id is called, where the account has it.
///
/// # Errors
/// When AWS refuses to list the zones.
pub async fn name_of(aws: &Aws, id: &str) -> Result<Option<String>> {
    Ok(public(aws).await?.into_iter().find(|zone| zone.id == id).map(|zone| zone.name))
}

async fn list(aws: &Aws) -> Result<Vec<aws_sdk_route53::types::HostedZone>> {
    let mut zones = Vec::new();
    let mut marker = None;
    loop {
        let page =
            aws.route53.list_hosted_zones().set_marker(marker).send().await.map_err(refused("ListHostedZones"))?;
        zones.extend(page.hosted_zones);
        marker = page.next_marker.filter(|_| page.is_truncated);
        if marker.is_none() {
            return Ok(zones);
        }
    }
}

/// An id without the path that Route 53 puts before it: `/hostedzone/Z1` (domain_certificate_dns.md 7.1).
#[must_use]
pub fn bare(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The public zone that a record of this name goes into.
///
/// # Errors
/// When there is none, or more than one.
pub async fn find(aws: &Aws, wanted: Wanted<'_>, name: &str) -> Result<Zone> {
    let zones = public(aws).await?;
    Ok(choose(&zones, wanted, name)?.clone())
}

/// The one among these zones that a record of this name goes into.
///
/// # Errors
/// When there is none, or more than one.
pub fn choose<'z>(zones: &'z [Zone], wanted: Wanted<'_>, name: &str) -> Result<&'z Zone, NoZone> {
    let zone = match wanted {
        Wanted::WithId(id) => {
            zones.iter().find(|zone| zone.id == bare(id)).ok_or_else(|| none(&format!("zone {id}"), zones))?
        }
        Wanted::Named(text) => {
            let text = canonical(text);
            only(&zones.iter().filter(|zone| zone.name == text).collect::<Vec<_>>(), || {
                none(&format!("hosted zone named {text}"), zones)
            })?
        }
        Wanted::Closest => {
            let longest =
                zones.iter().filter(|zone| is_within(name, &zone.name)).map(|zone| zone.name.len()).max().unwrap_or(0);
            let closest = zones.iter().filter(|zone| is_within(name, &zone.name) && zone.name.len() == longest);
            only(&closest.collect::<Vec<_>>(), || none(&format!("hosted zone that {name} belongs to"), zones))?
        }
    };
    if is_within(name, &zone.name) {
        return Ok(zone);
    }
    Err(NoZone {
        message: format!("{name} does not belong to the hosted zone {}", zone.name),
        hint: "leave `hosted_zone` out to have the closest zone chosen, or name another".to_owned(),
    })
}

fn only<'z>(found: &[&'z Zone], none: impl FnOnce() -> NoZone) -> Result<&'z Zone, NoZone> {
    match found {
        [] => Err(none()),
        [zone] => Ok(*zone),
        [first, ..] => {
            let ids: Vec<&str> = found.iter().map(|zone| zone.id.as_str()).collect();
            Err(NoZone {
                message: format!("this account has {} public hosted zones named {}", found.len(), first.name),
                // domain_certificate_dns.md 7.1: only the one that the parent delegates to is live.
                hint: format!(
                    "only the one whose name servers the domain's registrar names is live: give its id as `hosted_zone` ({})",
                    ids.join(", ")
                ),
            })
        }
    }
}

fn none(what: &str, zones: &[Zone]) -> NoZone {
    let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).take(10).collect();
    let have = match names.as_slice() {
        [] => "it has none at all".to_owned(),
        names => format!("its public zones are {}", names.join(", ")),
    };
    NoZone {
        message: format!("this account has no public {what}"),
        hint: format!("{have}; where the zone is held elsewhere, say `dns: manual` and make the records there"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones() -> Vec<Zone> {
        [("ZA", "example.com"), ("ZB", "dev.example.com"), ("ZC", "twice.org"), ("ZD", "twice.org")]
            .map(|(id, name)| Zone { id: id.to_owned(), name: name.to_owned() })
            .to_vec()
    }

    #[track_caller]
    fn chosen(wanted: Wanted<'_>, name: &str) -> String {
        choose(&zones(), wanted, name).unwrap().id.clone()
    }

    #[track_caller]
    fn refused(wanted: Wanted<'_>, name: &str) -> NoZone {
        choose(&zones(), wanted, name).unwrap_err()
    }

    #[test]
    fn the_longest_suffix_on_a_labels_boundary_wins() {
        assert_eq!(chosen(Wanted::Closest, "auth.dev.example.com"), "ZB");
        assert_eq!(chosen(Wanted::Closest, "auth.example.com"), "ZA");
        assert_eq!(chosen(Wanted::Closest, "mydev.example.com"), "ZA");
        assert_eq!(chosen(Wanted::Closest, "*.dev.example.com"), "ZB");
    }

    #[test]
    fn a_zone_is_named_or_given_by_id() {
        assert_eq!(chosen(Wanted::Named("Example.com."), "auth.dev.example.com"), "ZA");
        assert_eq!(chosen(Wanted::WithId("ZD"), "a.twice.org"), "ZD");
        assert_eq!(chosen(Wanted::WithId("/hostedzone/ZD"), "a.twice.org"), "ZD");
        assert!(is_id("Z0123456789ABC") && !is_id("Zone.example.com") && !is_id("Zurich") && !is_id("Z1"));
    }

    #[test]
    fn none_and_several_are_refused_with_the_way_out() {
        let error = refused(Wanted::Closest, "auth.example.net");
        assert!(error.message.contains("no public hosted zone that auth.example.net belongs to"), "{error:?}");
        assert!(error.hint.contains("example.com, dev.example.com"), "{error:?}");
        let error = refused(Wanted::Closest, "auth.twice.org");
        assert!(error.message.contains("2 public hosted zones named twice.org"), "{error:?}");
        assert!(error.hint.contains("(ZC, ZD)"), "{error:?}");
        assert!(refused(Wanted::Named("other.com"), "a.other.com").message.contains("named other.com"));
        assert!(refused(Wanted::WithId("ZX"), "a.example.com").message.contains("zone ZX"));
        assert!(refused(Wanted::Named("dev.example.com"), "auth.example.com").message.contains("does not belong"));
    }
}
