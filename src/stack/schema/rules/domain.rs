//! The domain, its certificate and its records.

use serde_json::{Value, json};

use super::super::limits::ipv4;
use super::{and, at, each, has, is, needs, no, nothing, only, or, when, without};

pub(super) fn always() -> Vec<(&'static str, Value)> {
    let manual = || is("dns", "manual");
    let mut rules = vec![
        (
            "DomainSettings",
            when(
                manual(),
                at(["hosted_zone"], nothing("`dns: manual` makes no records in Route 53: take one of the two away")),
            ),
        ),
        (
            "DomainSettings",
            when(
                manual(),
                at(["ipv6"], nothing("`dns: manual` makes no records in Route 53: take one of the two away")),
            ),
        ),
        (
            "DomainSettings",
            when(
                manual(),
                at(
                    ["parent_record"],
                    only(
                        [json!("check"), Value::Null],
                        "`dns: manual` makes no records, and so no placeholder either: make an A record for the parent where its DNS \
             is kept, and take this line away",
                    ),
                ),
            ),
        ),
        (
            "DomainSettings",
            when(
                is("managed_login_version", 2),
                at(
                    ["security_policy"],
                    only(
                        [json!("TLS_V1_2_2021"), json!("TLS_V1_3_2025"), Value::Null],
                        "managed login does not speak TLS 1.0: take `TLS_V1_2_2021`",
                    ),
                ),
            ),
        ),
        (
            "CertificateSettings",
            when(
                and([has("arn"), or([has("domain_name"), has("subject_alternative_names"), has("key_algorithm")])]),
                without(
                    "arn",
                    "`arn` names a certificate that exists; the other keys describe one to make: leave it out, or leave it alone",
                ),
            ),
        ),
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
    ];
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
        (
            "TXT",
            r#"^(?!"[\s\S]*"$)"#,
            "the text has quotes of its own: write the text alone, quotes and splitting are seen to",
        ),
    ] {
        rules.push(("RecordSettings", when(is("type", kind), at(["values"], each(pattern, message)))));
    }
    rules.push(("RecordSettings", when(is("type", "CNAME"), at(["values"], json!({ "maxItems": 1 })))));
    rules
}

pub(super) fn whole() -> Vec<(&'static str, Value)> {
    let mut rules = vec![
        (
            "DomainSettings",
            when(
                no(or([has("name"), has("prefix")])),
                needs(
                    "name",
                    "neither `name` nor `prefix` is set: `name: auth.example.com` is a domain of your own, `prefix: shop-dev` one of AWS's",
                ),
            ),
        ),
        (
            "DomainSettings",
            when(
                and([has("name"), no(is("parent_record", "placeholder"))]),
                at(
                    ["parent_record_address"],
                    nothing("no placeholder record is made: write `parent_record: placeholder` as well"),
                ),
            ),
        ),
        (
            "RecordSettings",
            when(
                no(or([has("values"), has("alias")])),
                needs("values", "neither `values` nor `alias` is set: for example `values: [192.0.2.1]`"),
            ),
        ),
    ];
    for key in [
        "hosted_zone",
        "dns",
        "ipv6",
        "certificate",
        "parent_record",
        "parent_record_address",
        "security_policy",
        "routing",
    ] {
        rules.push(("DomainSettings", when(and([has("prefix"), no(has("name"))]), without(key,
            &format!("`{key}` is for a domain of your own, and there is only a prefix: delete the line, or add `name`")))));
    }
    rules
}
