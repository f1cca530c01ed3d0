//! The domain and its certificate.

use serde_json::{Value, json};

use super::{and, at, has, is, needs, no, nothing, only, or, when, without};

pub(super) fn always() -> Vec<(&'static str, Value)> {
    let manual = || is("dns", "manual");
    vec![
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
                and([
                    has("arn"),
                    or([has("domain_name"), has("subject_alternative_names"), has("key_algorithm"), has("export")]),
                ]),
                without(
                    "arn",
                    "`arn` names a certificate that exists; the other keys describe one to make: leave it out, or leave it alone",
                ),
            ),
        ),
    ]
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
