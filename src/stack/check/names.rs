//! The shapes of names: DNS names, Regions, ARNs, hosted zones.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A DNS name as it is compared and sent: lower case, without the final dot.
pub(in crate::stack) fn dns_name(written: &str) -> String {
    written.strip_suffix('.').unwrap_or(written).to_ascii_lowercase()
}

/// Why a text is no DNS name. A wildcard may stand first if `wildcard`, and `_` anywhere if `underscore`.
pub(super) fn not_a_name(written: &str, wildcard: bool, underscore: bool) -> Option<String> {
    let name = dns_name(written);
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

/// The name without its left-most label: what a custom domain's A record is asked of, and what a wildcard covers.
pub(in crate::stack) fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, parent)| parent)
}

/// Whether `name` is `zone` or lies in it.
pub(in crate::stack) fn is_in_zone(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a certificate's name covers a domain: itself, or a wildcard for exactly one label (`domain_certificate_dns.md` 5.1).
pub(super) fn covers(certificate: &str, name: &str) -> bool {
    certificate == name || certificate.strip_prefix("*.").is_some_and(|base| parent(name) == Some(base))
}

/// The name that a certificate is made for when none is given: the wildcard of the domain's parent; or the domain
/// itself, where the zone that was given does not hold the parent, so that nothing could be proved about it.
pub(in crate::stack) fn default_certificate(name: &str, zone: Option<&str>) -> String {
    let zone = zone.filter(|zone| !is_zone_id(zone)).map(dns_name);
    match parent(name) {
        Some(parent) if zone.is_none_or(|zone| is_in_zone(parent, &zone)) => format!("*.{parent}"),
        _ => name.to_owned(),
    }
}

/// Whether a hosted zone is given by its id rather than by its name.
pub(in crate::stack) fn is_zone_id(text: &str) -> bool {
    let bare = text.strip_prefix("/hostedzone/").unwrap_or(text);
    bare.len() <= 32
        && bare
            .strip_prefix('Z')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
}

const GEOGRAPHIES: &[&str] = &[
    "af", "ap", "ca", "cn", "eu", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov", "us-iso", "us-isob", "us-isof",
    "eu-isoe",
];
const DIRECTIONS: &[&str] =
    &["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];

/// The Regions known when this was written; a new one that is named as they are is taken too.
pub(super) const REGIONS: &[&str] = &[
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

/// Whether a text is named as AWS names its Regions.
pub(in crate::stack) fn is_region(text: &str) -> bool {
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
        for region in REGIONS.iter().chain(&["eu-central-3", "us-iso-east-1", "eusc-de-east-1"]) {
            assert!(is_region(region), "{region}");
        }
        for text in ["eu-wst-1", "eu-west", "euwest1", "eu-west-1a", "", "ue-west-1", "EU-WEST-1", "eu-west-0"] {
            assert!(!is_region(text), "{text}");
        }
    }

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(covers("*.example.com", "auth.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(covers("auth.example.com", "auth.example.com"));
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
    fn a_zone_is_an_id_or_a_name() {
        assert!(is_zone_id("Z1D633PJN98FT9"));
        assert!(is_zone_id("/hostedzone/Z1D633PJN98FT9"));
        assert!(!is_zone_id("example.com"));
        assert!(is_in_zone("a.example.com", "example.com"));
        assert!(!is_in_zone("an-example.com", "example.com"));
    }
}
