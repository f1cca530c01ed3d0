//! What stack files become.

use std::fmt::Write;

use serde_json::json;

use super::*;
use crate::stack::load::load;
use crate::stack::load::tests::{PNG, project};

fn composed(text: &str) -> Composed {
    let root = project(&[
        ("dev.yaml", text.as_bytes()),
        ("ui/a.css", b".label-customizable { color: red }\r\n"),
        ("ui/a.png", PNG),
    ]);
    compose(&load(root.path(), "dev").unwrap()).unwrap()
}

/// Each resource on a line, with what it comes from.
fn resources(text: &str) -> String {
    let mut lines = String::new();
    for (address, DesiredResource { spec, at, after: _ }) in composed(text).desired.resources {
        let _ = writeln!(lines, "{address} [{at}] {spec}");
    }
    lines
}

#[test]
fn a_pool_alone_is_protected_and_tagged() {
    insta::assert_snapshot!(resources("user_pool: { name: a }\n"), @r#"
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE"}
    "#);
    insta::assert_snapshot!(resources("user_pool: { name: a, tags: { b: pool } }\ntags: { a: all, b: all }\n"), @r#"
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE","tags":{"a":"all","b":"pool"}}
    "#);
}

#[test]
fn a_domain_of_ones_own_becomes_all_that_it_needs() {
    insta::assert_snapshot!(resources("user_pool: { name: a }\ndomain: { name: Auth.Dev.example.com., hosted_zone: Example.com }\ntags: { a: x }\n"), @r#"
    certificate.domain [domain.name] {"domain_name":"*.dev.example.com","alive":true,"tags":{"a":"x"}}
    certificate_validation.domain [domain.name] {"certificate":"certificate.domain","records":["dns_record.certificate_dev_example_com"]}
    dns_record.certificate_dev_example_com [domain.name] {"hosted_zone":"example.com","target":{"validates":{"certificate":"certificate.domain","domain_name":"dev.example.com"}}}
    dns_record.domain_a [domain.name] {"hosted_zone":"example.com","name":"auth.dev.example.com","type":"A","target":{"domain_alias":{"domain":"domain.custom"}}}
    dns_record.domain_aaaa [domain.name] {"hosted_zone":"example.com","name":"auth.dev.example.com","type":"AAAA","target":{"domain_alias":{"domain":"domain.custom"}}}
    domain.custom [domain.name] {"user_pool":"user_pool","domain":"auth.dev.example.com","custom":{"certificate":{"issued":"certificate_validation.domain"}}}
    domain_activation.custom [domain.name] {"domain":"domain.custom"}
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE","tags":{"a":"x"}}
    "#);
}

#[test]
fn a_prefix_needs_little() {
    insta::assert_snapshot!(resources("user_pool: { name: a }\ndomain: { prefix: shop }\n"), @r#"
    domain.prefix [domain.prefix] {"user_pool":"user_pool","domain":"shop"}
    domain_activation.prefix [domain.prefix] {"domain":"domain.prefix"}
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE"}
    "#);
}

#[test]
fn names_that_coincide_are_proved_once() {
    insta::assert_snapshot!(resources(concat!(
        "user_pool: { name: a }\n",
        "domain:\n",
        "  name: auth.example.com\n",
        "  prefix: shop\n",
        "  certificate: { domain_name: example.com, subject_alternative_names: ['*.example.com', b.example.org], key_algorithm: EC_prime256v1 }\n",
    )), @r#"
    certificate.domain [domain.certificate] {"domain_name":"example.com","subject_alternative_names":["*.example.com","b.example.org"],"key_algorithm":"EC_prime256v1","alive":true}
    certificate_validation.domain [domain.certificate] {"certificate":"certificate.domain","records":["dns_record.certificate_b_example_org","dns_record.certificate_example_com"]}
    dns_record.certificate_b_example_org [domain.certificate] {"target":{"validates":{"certificate":"certificate.domain","domain_name":"b.example.org"}}}
    dns_record.certificate_example_com [domain.certificate] {"target":{"validates":{"certificate":"certificate.domain","domain_name":"example.com"}}}
    dns_record.domain_a [domain.name] {"name":"auth.example.com","type":"A","target":{"domain_alias":{"domain":"domain.custom"}}}
    dns_record.domain_aaaa [domain.name] {"name":"auth.example.com","type":"AAAA","target":{"domain_alias":{"domain":"domain.custom"}}}
    domain.custom [domain.name] {"user_pool":"user_pool","domain":"auth.example.com","custom":{"certificate":{"issued":"certificate_validation.domain"}}}
    domain.prefix [domain.prefix] {"user_pool":"user_pool","domain":"shop"}
    domain_activation.custom [domain.name] {"domain":"domain.custom"}
    domain_activation.prefix [domain.prefix] {"domain":"domain.prefix"}
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE"}
    "#);
}

#[test]
fn a_certificate_that_exists_is_only_named() {
    insta::assert_snapshot!(resources(concat!(
        "user_pool: { name: a }\n",
        "domain:\n",
        "  name: auth.example.com\n",
        "  security_policy: TLS_V1_2_2021\n",
        "  certificate: { arn: 'arn:aws:acm:us-east-1:111122223333:certificate/a-1' }\n",
    )), @r#"
    dns_record.domain_a [domain.name] {"name":"auth.example.com","type":"A","target":{"domain_alias":{"domain":"domain.custom"}}}
    dns_record.domain_aaaa [domain.name] {"name":"auth.example.com","type":"AAAA","target":{"domain_alias":{"domain":"domain.custom"}}}
    domain.custom [domain.name] {"user_pool":"user_pool","domain":"auth.example.com","custom":{"certificate":{"arn":"arn:aws:acm:us-east-1:111122223333:certificate/a-1"},"security_policy":"TLS_V1_2_2021"}}
    domain_activation.custom [domain.name] {"domain":"domain.custom"}
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE"}
    "#);
}

#[test]
fn the_parents_record_comes_before_the_domain_and_in_its_own_zone() {
    insta::assert_snapshot!(resources("user_pool: { name: a }\ndomain: { name: auth.example.com, hosted_zone: auth.example.com, parent_record: placeholder }\n"), @r#"
    certificate.domain [domain.name] {"domain_name":"auth.example.com","alive":true}
    certificate_validation.domain [domain.name] {"certificate":"certificate.domain","records":["dns_record.certificate_auth_example_com"]}
    dns_record.certificate_auth_example_com [domain.name] {"hosted_zone":"auth.example.com","target":{"validates":{"certificate":"certificate.domain","domain_name":"auth.example.com"}}}
    dns_record.domain_a [domain.name] {"hosted_zone":"auth.example.com","name":"auth.example.com","type":"A","target":{"domain_alias":{"domain":"domain.custom"}}}
    dns_record.domain_aaaa [domain.name] {"hosted_zone":"auth.example.com","name":"auth.example.com","type":"AAAA","target":{"domain_alias":{"domain":"domain.custom"}}}
    dns_record.domain_parent [domain.parent_record] {"name":"example.com","type":"A","target":{"values":{"ttl":300,"values":["192.0.2.1"]}}}
    domain.custom [domain.name] {"user_pool":"user_pool","domain":"auth.example.com","custom":{"certificate":{"issued":"certificate_validation.domain"},"parent_record":"dns_record.domain_parent"}}
    domain_activation.custom [domain.name] {"domain":"domain.custom"}
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE"}
    "#);
}

#[test]
fn records_made_by_hand_are_no_resources() {
    let Composed { desired, manual_records, notes, .. } =
        composed("user_pool: { name: a }\ndomain: { name: auth.example.com, dns: manual }\n");
    let kept: Vec<_> = desired.resources.keys().map(ToString::to_string).collect();
    insta::assert_snapshot!(kept.join("\n"), @"
    certificate.domain
    certificate_validation.domain
    domain.custom
    domain_activation.custom
    domain_resolution.custom
    user_pool
    ");
    let by_hand: Vec<_> =
        manual_records.iter().map(|(address, target)| format!("{address} {}", json!(target))).collect();
    insta::assert_snapshot!(by_hand.join("\n"), @r#"
    dns_record.certificate_example_com {"target":{"validates":{"certificate":"certificate.domain","domain_name":"example.com"}}}
    dns_record.domain_a {"name":"auth.example.com","type":"A","target":{"domain_alias":{"domain":"domain.custom"}}}
    dns_record.domain_aaaa {"name":"auth.example.com","type":"AAAA","target":{"domain_alias":{"domain":"domain.custom"}}}
    "#);
    insta::assert_snapshot!(notes.join("\n"), @"
    the records of auth.example.com are made by hand (`dns: manual`): apply shows each once it is known, and waits for it
    ");
    let validation = &desired.resources[&Address::named("certificate_validation", "domain")];
    assert_eq!(validation.spec["records"], json!([]));
}

#[test]
fn clients_have_names_and_managed_login_has_styles() {
    insta::assert_snapshot!(resources("user_pool: { name: a }\ndomain: { prefix: shop, managed_login_version: 2 }\napp_clients: { web: {}, spa: {} }\n"), @r#"
    app_client.spa [app_clients.spa] {"user_pool":"user_pool","name":"spa"}
    app_client.web [app_clients.web] {"user_pool":"user_pool","name":"web"}
    domain.prefix [domain.prefix] {"user_pool":"user_pool","domain":"shop","managed_login_version":2}
    domain_activation.prefix [domain.prefix] {"domain":"domain.prefix"}
    managed_login_branding.spa [app_clients.spa] {"user_pool":"user_pool","app_client":"app_client.spa"}
    managed_login_branding.web [app_clients.web] {"user_pool":"user_pool","app_client":"app_client.web"}
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE"}
    "#);
}

#[test]
fn looks_carry_text_and_digests() {
    let text = concat!(
        "user_pool: { name: a }\ndomain: { prefix: shop }\napp_clients: { web: {} }\n",
        "ui_customization: { css: ui/a.css, app_clients: { web: { image_file: ui/a.png } } }\n",
    );
    let resources = resources(text);
    let looks: Vec<_> = resources.lines().filter(|line| line.starts_with("ui_")).collect();
    insta::assert_snapshot!(looks.join("\n"), @r#"
    ui_customization [ui_customization] {"user_pool":"user_pool","domain":"domain.prefix","css":".label-customizable { color: red }\n"}
    ui_customization.web [ui_customization.app_clients.web] {"user_pool":"user_pool","domain":"domain.prefix","app_client":"app_client.web","image":{"sha256":"f02a830cf03a1cf756c0461481db682bc9254a5a399f847494d33850c3ff7156","size":12}}
    "#);
    assert_eq!(composed(text).blobs.len(), 1);
}

#[test]
fn records_are_written_as_route_53_writes_them() {
    let long = "k".repeat(300);
    let text = format!(
        concat!(
            "user_pool: {{ name: a }}\nrecords:\n",
            "  a: {{ name: WWW.example.com., type: A, values: [192.0.2.1] }}\n",
            "  b: {{ name: d.example.com, type: TXT, ttl: 60, values: ['say \"ü\" \\', '{}'] }}\n",
            "  c: {{ name: e.example.com, type: AAAA, hosted_zone: Z1D633PJN98FT9, alias: {{ dns_name: D1.cloudfront.net., zone_id: Z2FDTNDATAQYW2 }} }}\n",
        ),
        long
    );
    insta::assert_snapshot!(resources(&text).replace(&"k".repeat(45), "<45k>"), @r#"
    dns_record.a [records.a] {"name":"www.example.com","type":"A","target":{"values":{"ttl":300,"values":["192.0.2.1"]}}}
    dns_record.b [records.b] {"name":"d.example.com","type":"TXT","target":{"values":{"ttl":60,"values":["<45k><45k><45k><45k><45k><45k>kkkkkkkkkkkkkkkkkkkkkkkkkkkkkk","say \"ü\" \\"]}}}
    dns_record.c [records.c] {"hosted_zone_id":"Z1D633PJN98FT9","name":"e.example.com","type":"AAAA","target":{"alias_to":{"dns_name":"d1.cloudfront.net","zone_id":"Z2FDTNDATAQYW2","evaluate_target_health":false}}}
    user_pool [user_pool] {"name":"a","deletion_protection":"ACTIVE"}
    "#);
}

#[test]
fn a_record_that_proves_a_long_name_has_a_name_of_its_own_that_fits() {
    let text = format!(
        "user_pool: {{ name: a }}\ndomain: {{ name: auth.{}.{}.com, certificate: {{ domain_name: a.com, subject_alternative_names: ['*.{}.{}.com'] }} }}\n",
        "a".repeat(30),
        "b".repeat(30),
        "a".repeat(30),
        "b".repeat(30)
    );
    let keys: Vec<String> = composed(&text)
        .desired
        .resources
        .keys()
        .map(ToString::to_string)
        .filter(|key| key.contains("certificate_a"))
        .collect();
    assert_eq!(
        keys,
        ["dns_record.certificate_a_com", "dns_record.certificate_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbb_e321aeb1"]
    );
}

#[test]
fn every_address_can_be_read_back() {
    let text = "user_pool: { name: a }\ndomain: { name: auth.example.com, prefix: shop, parent_record: placeholder, managed_login_version: 2 }\napp_clients: { web: {} }\n";
    for address in composed(text).desired.resources.keys() {
        assert_eq!(address.to_string().parse::<Address>().as_ref(), Ok(address));
    }
}

#[test]
fn each_function_has_one_permission_whatever_it_is_called() {
    let triggers = "user_pool: { name: a, lambda_config: { pre_sign_up: gate, pre_authentication: gate, custom_message: \
                    'arn:aws:lambda:eu-west-1:111122223333:function:mail:2', pre_token_generation: { lambda_arn: claims } } }\n";
    let of = |more: &str| {
        let composed = composed(&format!("{triggers}{more}"));
        let names = composed.desired.resources.keys().map(ToString::to_string);
        names.filter(|name| name.starts_with("lambda_permission")).collect::<Vec<_>>()
    };
    assert_eq!(of(""), ["lambda_permission.claims", "lambda_permission.gate", "lambda_permission.mail_2"]);
    assert_eq!(of("lambda_permissions: { except: [custom_message] }\n").len(), 2);
    assert_eq!(of("lambda_permissions: { manage: false }\n").len(), 0);
    let mut composed = composed(triggers);
    assert!(composed.names_functions());
    composed.name_functions("cn-north-1", "111122223333");
    assert!(!composed.names_functions());
    let resource = |address: &str| composed.desired.resources[&address.parse().unwrap()].spec.clone();
    let gate = json!("arn:aws-cn:lambda:cn-north-1:111122223333:function:gate");
    assert_eq!(resource("lambda_permission.gate")["function"], gate);
    assert_eq!(resource("user_pool")["lambda_config"]["pre_authentication"], gate);
    assert_eq!(
        resource("user_pool")["lambda_config"]["pre_token_generation"]["lambda_arn"],
        "arn:aws-cn:lambda:cn-north-1:111122223333:function:claims"
    );
}

#[test]
fn providers_come_before_the_clients_that_name_them() {
    let text = "user_pool: { name: a }\nidentity_providers:\n  \
                corp: { name: Corp, saml: { metadata_url: https://a.example.com/m }, attribute_mapping: { email: mail } }\n  \
                Okta: { oidc: { client_id: a, authorize_scopes: [openid], oidc_issuer: https://a.example.com }, \
                attribute_mapping: { username: sub } }\napp_clients:\n  \
                web: { supported_identity_providers: [COGNITO, Corp] }\n  own: { supported_identity_providers: [COGNITO] }\n";
    let composed = composed(text);
    let of = |address: &str| composed.desired.resources[&address.parse().unwrap()].clone();
    assert_eq!(of("app_client.web").after, ["identity_provider.corp".parse::<Address>().unwrap()]);
    assert!(of("app_client.own").after.is_empty());
    assert_eq!(
        (&of("identity_provider.corp").spec["type"], &of("identity_provider.corp").spec["name"]),
        (&json!("SAML"), &json!("Corp"))
    );
    // What AWS says itself is not asked for.
    assert_eq!(of("identity_provider.Okta").spec["attribute_mapping"], json!({}));
}
