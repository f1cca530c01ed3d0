//! What a pool has and a stack file cannot hold: told, and left as it is; the next plan is empty all the same.

use std::collections::HashMap;

use aws_smithy_types::Document;

use super::made::{
    add_cname, delete_records, from_stack, holds, imported, pool, rebuilds, user, with_clients, written,
};
use crate::world::{Transcript, World, repository};

const SITE: &str = "
region: ap-southeast-2
user_pool: { name: site, deletion_protection: INACTIVE }
app_clients: { web: {} }
domain: { name: auth.example.com, hosted_zone: example.com }
";

fn site() -> World {
    from_stack("site", SITE, &repository().join("tests/it/samples/valid"))
}

/// What was said, without the folds of the page.
pub(super) fn said(ran: &Transcript) -> String {
    ran.err.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_domain_may_have_an_a_record_alone() {
    let world = site();
    assert_eq!(delete_records(&world, |name, kind| name.starts_with("auth.") && kind == "AAAA"), 1);
    imported(&world, "site", "").ok();
    assert!(written(&world, "site").contains("  ipv6: false\n"), "{}", written(&world, "site"));
    rebuilds(&world, "site");
}

#[test]
fn records_that_are_no_aliases_are_somebodys_to_keep() {
    let world = site();
    assert_eq!(delete_records(&world, |name, _| name.starts_with("auth.")), 2);
    let held = holds(&world);
    let target = held["cognito"]["domains"]["auth.example.com"]["distribution"].as_str().unwrap();
    add_cname(&world, "auth.example.com", &format!("{}.cloudfront.net", target.trim_end_matches(".cloudfront.net")));
    let ran = imported(&world, "site", "");
    assert!(said(&ran).contains("not adopted: the records of auth.example.com: no hosted zone"), "{ran}");
    let text = written(&world, "site");
    assert!(text.contains("  dns: manual\n") && !text.contains("hosted_zone: "), "{text}");
    // The certificate is the stack's all the same.
    assert!(world.read("state/sandbox/site.json").contains("\"certificate.domain\""));
}

#[test]
fn a_certificate_that_nobody_could_renew_is_only_named() {
    let world = site();
    assert_eq!(delete_records(&world, |name, _| name.starts_with('_')), 1);
    let ran = imported(&world, "site", "");
    assert!(said(&ran).contains("a record that proves it is not in a hosted zone of this account"), "{ran}");
    let text = written(&world, "site");
    assert!(
        text.contains("certificate: { arn: \"arn:aws:acm:") || text.contains("certificate: { arn: arn:aws:acm:"),
        "{text}"
    );
    assert!(text.contains("  hosted_zone: example.com\n"), "{text}");
}

#[test]
fn a_certificate_that_somebody_else_looks_after_is_only_named() {
    for (fault, why) in [
        (r#"ListTagsForCertificate=answer:{"Tags":[{"Key":"stack:name","Value":"shared"}]}"#, "the stack shared's"),
        (
            r#"DescribeCertificate=answer:{"Certificate":{"InUseBy":["arn:aws:cloudfront::1:distribution/A","arn:aws:elasticloadbalancing:x"]}}"#,
            "something else uses it too",
        ),
        (r#"DescribeCertificate=answer:{"Certificate":{"Type":"IMPORTED"}}"#, "it was not issued by Amazon"),
    ] {
        let world = site();
        let ran = imported(&world, "site", fault);
        assert!(said(&ran).contains("not adopted: the certificate arn:") && said(&ran).contains(why), "{ran}");
        let state = world.read("state/sandbox/site.json");
        assert!(!state.contains("\"certificate.domain\"") && state.contains("\"dns_record.domain_a\""), "{state}");
    }
}

#[test]
fn what_no_stack_file_holds_is_named() {
    let world = with_clients("shop", &["web"]);
    user(&world, "ann");
    let faults = [
        r#"GetLogDeliveryConfiguration=answer:{"LogDeliveryConfiguration":{"LogConfigurations":[{"LogLevel":"ERROR","EventSource":"userDreams"}]}}"#,
    ];
    imported(&world, "shop", &faults.join(";")).check("import_with_leftovers");
    crate::world::check("import_with_leftovers_file", &written(&world, "shop"));
}

#[test]
fn what_is_told_to_people_is_told_to_programs() {
    let world = with_clients("shop", &["web"]);
    user(&world, "ann");
    let line = format!("import shop --user-pool {} --sandbox --json", pool(&world));
    let ran = world.run_with(&line, &[("STACK_SANDBOX_FAULTS", "ListGroups=denied")]);
    ran.check("import_json");
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["next_plan"], serde_json::json!([]));
    assert_eq!(told["not_adopted"].as_array().unwrap().len(), 2);
    assert_eq!(told["imported"][1]["id"], serde_json::json!(pool(&world)));
}

#[test]
fn clients_without_a_style_of_managed_login_stay_without() {
    let stack = "
region: ap-southeast-2
user_pool: { name: site }
app_clients: { web: {}, machine: { generate_secret: true }, designed: {} }
domain: { prefix: our-site, managed_login_version: 2, unstyled_clients: [machine] }
";
    let world = from_stack("site", stack, &repository().join("tests/it/samples/valid"));
    imported(&world, "site", "").ok();
    assert!(written(&world, "site").contains("  unstyled_clients: [machine]\n"), "{}", written(&world, "site"));
    rebuilds(&world, "site");

    super::made::orphaned(&world, "site");
    let id = pool(&world);
    world.behind(async |aws| {
        let clients =
            aws.cognito.list_user_pool_clients().user_pool_id(&id).max_results(60).into_paginator().items().send();
        let clients = clients.collect::<Result<Vec<_>, _>>().await.unwrap();
        let designed = clients.iter().find(|client| client.client_name() == Some("designed")).unwrap();
        let style = aws.cognito.describe_managed_login_branding_by_client().user_pool_id(&id);
        let style =
            style.client_id(designed.client_id().unwrap()).send().await.unwrap().managed_login_branding.unwrap();
        let update = aws.cognito.update_managed_login_branding().user_pool_id(&id);
        let mode = HashMap::from([("colorSchemeMode".to_owned(), Document::from("DARK"))]);
        let global = HashMap::from([("global".to_owned(), Document::from(mode))]);
        let settings = Document::from(HashMap::from([("categories".to_owned(), Document::from(global))]));
        let update = update.managed_login_branding_id(style.managed_login_branding_id().unwrap()).settings(settings);
        update.send().await.unwrap();
    });
    let ran = imported(&world, "site", "");
    assert!(!said(&ran).contains("not adopted: the design of the managed login style"), "{ran}");
    let text = written(&world, "site");
    assert!(text.contains("managed_login_branding:"), "{text}");
    assert!(text.contains("  designed: { settings: ui/site.designed.json }\n"), "{text}");
    assert!(world.read("stacks/ui/site.designed.json").contains("\"colorSchemeMode\": \"DARK\""));
    let plan = world.run("plan site --sandbox");
    assert!(plan.out.starts_with("No changes"), "{plan}");
}

#[test]
fn styles_beside_the_classic_pages_are_named() {
    let stack = "
region: ap-southeast-2
user_pool: { name: site }
app_clients: { web: {} }
domain: { prefix: our-site, managed_login_version: 2 }
";
    let world = from_stack("site", stack, &repository().join("tests/it/samples/valid"));
    let id = pool(&world);
    world.behind(async |aws| {
        let call = aws.cognito.update_user_pool_domain().user_pool_id(&id).domain("our-site").managed_login_version(1);
        call.send().await.unwrap();
    });
    let ran = imported(&world, "site", "");
    assert!(said(&ran).contains("not adopted: the managed login style of web: "), "{ran}");
    assert!(!written(&world, "site").contains("\n  managed_login_version:"));
}

#[test]
fn what_validate_would_refuse_is_left_undeclared_and_told() {
    let world = with_clients("shop", &["web"]);
    let faults = [
        r#"DescribeUserPool=answer:{"UserPool":{"UserPoolTier":"ULTRA","Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","RETINA"]}}}}"#,
        r#"DescribeUserPoolClient=answer:{"UserPoolClient":{"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH"],"AccessTokenValidity":30}}"#,
    ];
    let ran = imported(&world, "shop", &faults.join(";"));
    for path in ["user_pool.user_pool_tier", "user_pool.sign_in_policy", "app_clients.web.explicit_auth_flows"] {
        assert!(said(&ran).contains(&format!("not adopted: {path}")), "{path}: {ran}");
    }
    let text = written(&world, "shop");
    assert!(!text.contains("\n  user_pool_tier:") && !text.contains("explicit_auth_flows: ["), "{text}");
}

#[test]
fn both_domains_may_show_different_pages() {
    let stack = "
region: ap-southeast-2
user_pool: { name: site }
domain: { name: auth.example.com, prefix: our-site }
";
    let world = from_stack("site", stack, &repository().join("tests/it/samples/valid"));
    let id = pool(&world);
    world.behind(async |aws| {
        let call = aws.cognito.update_user_pool_domain().user_pool_id(&id).domain("our-site").managed_login_version(2);
        call.send().await.unwrap();
    });
    let ran = imported(&world, "site", "");
    assert!(
        said(&ran).contains("not adopted: that one domain shows the classic pages and the other managed login"),
        "{ran}"
    );
}
