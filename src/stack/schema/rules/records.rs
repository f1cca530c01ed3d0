//! Further records, and which of several answers.

use serde_json::{Value, json};

use super::super::limits::ipv4;
use super::{and, at, each, has, is, needs, no, nothing, only, or, when, within, without};
use crate::kinds::dns_record::{CLOUDFRONT_ZONE, RecordRouting};

/// A priority, a host, and what else there is.
const SERVICE: &str = r"^\s*[0-9]+\s+\S+";
/// Three numbers, and what is hexadecimal.
const HEXADECIMAL: &str = r"^\s*[0-9]+\s+[0-9]+\s+[0-9]+\s+[0-9A-Fa-f]+\s*$";
/// Text without quotes of its own, and what is said of others.
const TEXT: (&str, &str) =
    (r#"^(?!"[\s\S]*"$)"#, "the text has quotes of its own: write the text alone, quotes and splitting are seen to");
const POLICIES: [&str; 7] = RecordRouting::POLICIES;

/// An alias of what has no health that could be followed.
fn to_cloudfront() -> Value {
    within("alias", is("zone_id", CLOUDFRONT_ZONE))
}

pub(super) fn always() -> Vec<(&'static str, Value)> {
    [said(), values(), routing()].concat()
}

/// What a record says, and as what.
fn said() -> Vec<(&'static str, Value)> {
    vec![
        (
            "RecordSettings",
            when(
                and([has("values"), has("alias")]),
                without("alias", "`values` and `alias` exclude each other: an alias has no values of its own"),
            ),
        ),
        (
            "RecordSettings",
            when(
                and([has("alias"), has("ttl")]),
                without("ttl", "an alias has no time to live of its own: delete the line"),
            ),
        ),
        (
            "RecordSettings",
            when(and([is("type", "NS"), has("alias")]), without("alias", "an NS record cannot be an alias")),
        ),
    ]
}

/// What a record of each type may hold.
fn values() -> Vec<(&'static str, Value)> {
    let mut rules = Vec::new();
    let (four, _) = ipv4("");
    for (kind, pattern, message) in [
        ("A", four.as_str(), "no IPv4 address: for example `192.0.2.1`; an IPv6 address is for `type: AAAA`"),
        (
            "AAAA",
            "^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$",
            "no IPv6 address: for example `2001:db8::1`; an IPv4 address is for `type: A`",
        ),
        ("MX", r"^\s*\+?[0-9]+\s+\S+\s*$", "no MX value: a priority and a mail server, `10 mail.example.com`"),
        (
            "CAA",
            r#"^\+?[0-9]+ +[A-Za-z0-9]+ +"[^"]*"\s*$"#,
            "no CAA value: flags, a tag and a quoted value, `0 issue \"amazon.com\"`",
        ),
        ("PTR", r"^\S+$", "the value is another DNS name"),
        (
            "SRV",
            r"^\s*[0-9]+\s+[0-9]+\s+[0-9]+\s+\S+\s*$",
            "no SRV value: priority, weight, port and host, `1 10 5269 xmpp.example.com`",
        ),
        ("HTTPS", SERVICE, "a priority, a host or `.`, and parameters: `1 . alpn=\"h2,h3\"`"),
        ("SVCB", SERVICE, "a priority, a host or `.`, and parameters: `1 svc.example.com port=853`"),
        ("DS", HEXADECIMAL, "no DS value: key tag, algorithm, digest type and digest"),
        ("TLSA", HEXADECIMAL, "no TLSA value: usage, selector, matching type and data"),
        ("SSHFP", r"^\s*[0-9]+\s+[0-9]+\s+[0-9A-Fa-f]+\s*$", "no SSHFP value: algorithm, type and fingerprint"),
        (
            "NAPTR",
            r#"^\s*[0-9]+\s+[0-9]+\s+"[^"]*"\s+"[^"]*"\s+"[^"]*"\s+\S+\s*$"#,
            "no NAPTR value: order, preference, flags, service, pattern and host",
        ),
        ("TXT", TEXT.0, TEXT.1),
        ("SPF", TEXT.0, TEXT.1),
    ] {
        rules.push(("RecordSettings", when(is("type", kind), at(["values"], each(pattern, message)))));
    }
    rules.push(("RecordSettings", when(is("type", "CNAME"), at(["values"], json!({ "maxItems": 1 })))));
    rules
}

/// Which of several answers.
fn routing() -> Vec<(&'static str, Value)> {
    let mut rules = vec![
        (
            "RecordSettings",
            when(
                and([has("alias"), within("routing", has("multi_value_answer"))]),
                at(
                    ["routing", "multi_value_answer"],
                    nothing("an alias cannot be one of several answers: write its `values`, or another policy"),
                ),
            ),
        ),
        (
            "RecordSettings",
            when(
                and([no(to_cloudfront()), has("alias"), within("routing", has("failover"))]),
                at(
                    ["alias", "evaluate_target_health"],
                    only([json!(true)], "an alias in a failover follows its target's health: write `true`"),
                ),
            ),
        ),
        (
            "RecordSettings",
            when(
                and([is("type", "CNAME"), within("routing", has("multi_value_answer"))]),
                at(
                    ["routing", "multi_value_answer"],
                    nothing("a CNAME record cannot be one of several answers: choose another policy, such as `weight`"),
                ),
            ),
        ),
        (
            "RecordSettings",
            when(
                or([is("type", "NS"), is("type", "DS")]),
                at(["routing"], nothing("Route 53 does not choose among these: write one record with all its values")),
            ),
        ),
        (
            "RecordRouting",
            when(
                has("multi_value_answer"),
                at(
                    ["multi_value_answer"],
                    only([json!(true), Value::Null], "this can only be `true`: delete the line"),
                ),
            ),
        ),
        (
            "GeoLocation",
            when(
                and([has("continent_code"), has("country_code")]),
                without("continent_code", "`continent_code` and `country_code` exclude each other: keep one of them"),
            ),
        ),
        (
            "GeoLocation",
            when(
                and([has("subdivision_code"), no(or([is("country_code", "US"), is("country_code", "UA")]))]),
                without("subdivision_code", "Route 53 knows the parts of the countries US and UA alone"),
            ),
        ),
    ];
    // Each against those before it, so that a pair is told once.
    for (at, policy) in POLICIES.iter().enumerate() {
        for earlier in &POLICIES[..at] {
            let message = format!("`{earlier}` and `{policy}` exclude each other: keep one of them");
            rules.push(("RecordRouting", when(and([has(earlier), has(policy)]), without(policy, &message))));
        }
    }
    rules
}

pub(super) fn whole() -> Vec<(&'static str, Value)> {
    vec![
        (
            "RecordRouting",
            when(
                no(or(POLICIES.map(has))),
                needs("weight", "`routing` says nothing of when this record answers: for example `weight: 10`"),
            ),
        ),
        (
            "RecordSettings",
            when(
                and([no(to_cloudfront()), within("routing", has("failover"))]),
                at(
                    ["alias"],
                    needs(
                        "evaluate_target_health",
                        "an alias in a failover follows its target's health: write `evaluate_target_health: true`",
                    ),
                ),
            ),
        ),
        (
            "GeoProximity",
            when(
                no(or([has("aws_region"), has("local_zone_group"), has("coordinates")])),
                needs(
                    "aws_region",
                    "one of `aws_region`, `local_zone_group` and `coordinates` says where this record's server is",
                ),
            ),
        ),
        (
            "GeoLocation",
            when(
                no(or([has("continent_code"), has("country_code")])),
                needs("continent_code", "neither a continent nor a country is named: for example `continent_code: EU`"),
            ),
        ),
        (
            "RecordSettings",
            when(
                no(or([has("values"), has("alias")])),
                needs("values", "neither `values` nor `alias` is set: for example `values: [192.0.2.1]`"),
            ),
        ),
    ]
}
