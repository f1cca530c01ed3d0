//! What holds where nothing is written, and what should not be written any more, for editors to show.

use serde_json::{Value, json};

use super::publish::Defs;

/// Where a stack's default is its own: no such thing is AWS's, or AWS's is another.
const OURS: &[(&str, &str, &str)] = &[
    ("UserPool", "deletion_protection", "\"ACTIVE\""),
    ("DomainSettings", "dns", "\"route53\""),
    ("DomainSettings", "ipv6", "true"),
    ("DomainSettings", "managed_login_version", "1"),
    ("DomainSettings", "parent_record", "\"check\""),
    ("DomainSettings", "parent_record_address", "\"192.0.2.1\""),
    ("PermissionSettings", "manage", "true"),
    ("IdentityPoolSettings", "allow_unauthenticated_identities", "false"),
    ("IdentityPoolSettings", "allow_classic_flow", "false"),
    ("IdentityClientSettings", "server_side_token_check", "false"),
    ("AuthorizerSettings", "identity_source", "\"$request.header.Authorization\""),
    ("CertificateSettings", "key_algorithm", "\"RSA_2048\""),
    ("CertificateSettings", "export", "\"DISABLED\""),
    ("RecordSettings", "ttl", "300"),
    ("AliasSettings", "evaluate_target_health", "false"),
];

/// What still works, or is still taken, and should not be begun with: definition, field, why.
const OLD: &[(&str, &str, &str)] = &[(
    "ClientSettings",
    "analytics_configuration",
    "Amazon Pinpoint, which this sends to, has ended on 30 October 2026: take it out",
)];

/// Marks what is deprecated.
pub(super) fn deprecate(defs: &mut Defs) {
    for (def, field, why) in OLD {
        let field = &mut defs[*def]["properties"][*field];
        field["deprecated"] = json!(true);
        field["deprecationMessage"] = json!(why);
    }
}

/// Adds the defaults.
pub(super) fn add(defs: &mut Defs) {
    for (name, def) in defs.iter_mut() {
        for (field, schema) in def.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            let ours = OURS.iter().find(|(def, key, _)| def == name && key == field);
            let said = match ours {
                Some((_, _, json)) => serde_json::from_str(json).ok(),
                None => schema.get("x-aws-default").cloned(),
            };
            // That an empty list is empty by default helps nobody who wants to fill it.
            let says = |value: &Value| *value != json!([]) && *value != json!({});
            if let Some(value) = said.filter(says)
                && let Some(object) = schema.as_object_mut()
            {
                object.entry("default").or_insert(value);
            }
        }
    }
}
