//! The shapes of names: DNS names, Regions, ARNs, hosted zones.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::kinds::hosted_zone::is_id;
use crate::kinds::names::{canonical, is_within, parent};

/// Why a text is no DNS name. A wildcard may stand first if `wildcard`, and `_` anywhere if `underscore`.
pub(super) fn not_a_name(written: &str, wildcard: bool, underscore: bool) -> Option<String> {
    let name = canonical(written);
    if name.is_empty() {
        return Some("is empty".to_owned());
    }
    if written.contains("://") {
        return Some("is an address of a page, not a DNS name".to_owned());
    }
    if name.len() > 253 {
        return Some(format!("has {} characters, and a DNS name at most 253", name.len()));
    }
    if !name.contains('.') {
        return Some("is a single label; a DNS name has a dot".to_owned());
    }
    if is_ip(&name) {
        return Some("is an IP address, not a DNS name".to_owned());
    }
    let bare = if wildcard { name.strip_prefix("*.").unwrap_or(&name) } else { &name };
    bare.split('.').find_map(|label| bad_label(label, underscore))
}

fn bad_label(label: &str, underscore: bool) -> Option<String> {
    let is_good = |c: char| c.is_ascii_alphanumeric() || c == '-' || (underscore && c == '_');
    if label.is_empty() {
        return Some("has an empty label: two dots in a row, or one at an end".to_owned());
    }
    if label.len() > 63 {
        return Some(format!("has a label of {} characters, and 63 is the most", label.len()));
    }
    if let Some(bad) = label.chars().find(|c| !is_good(*c)) {
        return Some(match bad {
            '*' => "has a `*` where none can be: it stands alone, as the first label".to_owned(),
            _ => format!("has a `{bad}`, which no DNS name can have here"),
        });
    }
    (label.starts_with('-') || label.ends_with('-')).then(|| format!("has the label `{label}`, with a `-` at an end"))
}

fn is_ip(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok() || text.parse::<Ipv6Addr>().is_ok()
}

/// The name that a certificate is made for when none is given: the wildcard of the domain's parent; or the domain
/// itself, where the zone that was given does not hold the parent, so that nothing could be proved about it.
pub(in crate::stack) fn default_certificate(name: &str, zone: Option<&str>) -> String {
    let zone = zone.filter(|zone| !is_id(zone)).map(canonical);
    match parent(name) {
        Some(parent) if zone.is_none_or(|zone| is_within(parent, &zone)) => format!("*.{parent}"),
        _ => name.to_owned(),
    }
}

const GEOGRAPHIES: &[&str] = &[
    "af", "ap", "ca", "cn", "eu", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov", "us-iso", "us-isob", "us-isof",
    "eu-isoe",
];
const DIRECTIONS: &[&str] =
    &["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];

/// The Regions known when this was written; a new one that is named as they are is taken too.
pub(in crate::stack) const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// How AWS names its Regions, as a pattern.
pub(in crate::stack) fn region_pattern() -> String {
    format!("^({})-({})-(0?[1-9]|[1-9][0-9])$", GEOGRAPHIES.join("|"), DIRECTIONS.join("|"))
}

/// Whether a text is named as AWS names its Regions.
pub(super) fn is_region(text: &str) -> bool {
    let Some((place, number)) = text.rsplit_once('-') else { return false };
    let Some((geography, direction)) = place.rsplit_once('-') else { return false };
    GEOGRAPHIES.contains(&geography)
        && DIRECTIONS.contains(&direction)
        && (1..=2).contains(&number.len())
        && number.parse::<u8>().is_ok_and(|number| number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_known_by_how_they_are_named() {
        let pattern = jsonschema::draft202012::new(&serde_json::json!({ "pattern": region_pattern() })).unwrap();
        for region in REGIONS.iter().chain(&["eu-central-3", "us-iso-east-1", "eusc-de-east-1"]) {
            assert!(is_region(region) && pattern.is_valid(&(*region).into()), "{region}");
        }
        for text in ["eu-wst-1", "eu-west", "euwest1", "eu-west-1a", "", "ue-west-1", "EU-WEST-1", "eu-west-0"] {
            assert!(!is_region(text) && !pattern.is_valid(&text.into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_dns_name_says_why() {
        let why = |text| not_a_name(text, true, false).unwrap_or_default();
        assert_eq!(why("auth.example.com"), "");
        assert_eq!(why("*.example.com."), "");
        assert_eq!(why("localhost"), "is a single label; a DNS name has a dot");
        assert_eq!(why("a..example.com"), "has an empty label: two dots in a row, or one at an end");
        assert_eq!(why("a.*.com"), "has a `*` where none can be: it stands alone, as the first label");
        assert_eq!(why("a_b.example.com"), "has a `_`, which no DNS name can have here");
        assert_eq!(why("-a.example.com"), "has the label `-a`, with a `-` at an end");
        assert_eq!(why("192.0.2.1"), "is an IP address, not a DNS name");
        assert_eq!(why("https://a.example.com"), "is an address of a page, not a DNS name");
        assert!(why(&format!("{}.com", "a".repeat(64))).contains("64 characters"));
    }

    #[test]
    fn a_certificate_is_made_for_what_the_zone_can_prove() {
        assert_eq!(default_certificate("a.b.example.com", None), "*.b.example.com");
        assert_eq!(default_certificate("a.b.example.com", Some("example.com")), "*.b.example.com");
        assert_eq!(default_certificate("a.b.example.com", Some("A.b.example.com")), "a.b.example.com");
        assert_eq!(default_certificate("a.b.example.com", Some("Z1D633PJN98FT9")), "*.b.example.com");
    }
}
