//! Hosted zones and records, through the SDK's client.

use super::FIRST_ZONE;
use crate::sandbox::tests::{code, config, pass, sandbox};
use crate::sandbox::{Sandbox, timing};
use aws_sdk_route53::Client;
use aws_sdk_route53::error::ProvideErrorMetadata as _;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ChangeStatus, HostedZoneConfig, ResourceRecord, ResourceRecordSet,
    RrType, Vpc, VpcRegion,
};

pub(super) fn client(sandbox: &Sandbox) -> Client {
    Client::new(&config(sandbox, "ap-southeast-2"))
}

pub(super) fn set(name: &str, kind: &str, values: &[&str]) -> ResourceRecordSet {
    let values = values.iter().map(|value| ResourceRecord::builder().value(*value).build().unwrap()).collect();
    let set = ResourceRecordSet::builder().name(name).r#type(RrType::from(kind)).ttl(60);
    set.set_resource_records(Some(values)).build().unwrap()
}

pub(super) fn alias(name: &str, kind: &str, zone: &str, target: &str, health: bool) -> ResourceRecordSet {
    let target = AliasTarget::builder().hosted_zone_id(zone).dns_name(target).evaluate_target_health(health);
    let set = ResourceRecordSet::builder().name(name).r#type(RrType::from(kind));
    set.alias_target(target.build().unwrap()).build().unwrap()
}

/// Sends one batch; gives the change's id, or the error's code and text.
pub(super) async fn change(client: &Client, changes: Vec<(&str, ResourceRecordSet)>) -> Result<String, String> {
    let changes = changes.into_iter().map(|(action, set)| {
        Change::builder().action(ChangeAction::from(action)).resource_record_set(set).build().unwrap()
    });
    let batch = ChangeBatch::builder().set_changes(Some(changes.collect())).build().unwrap();
    let sent = client.change_resource_record_sets().hosted_zone_id(FIRST_ZONE).change_batch(batch).send().await;
    sent.map(|answer| answer.change_info.unwrap().id)
        .map_err(|error| format!("{}: {}", code(&error), error.message().unwrap_or_default()))
}

/// All records of the first zone, page by page: name, type, and values or target.
async fn records(client: &Client) -> Vec<String> {
    let mut out = Vec::new();
    let mut pages = 0;
    let mut next = client.list_resource_record_sets().hosted_zone_id(FIRST_ZONE);
    loop {
        let page = next.send().await.unwrap();
        pages += 1;
        assert!(page.resource_record_sets().len() <= 3);
        for set in page.resource_record_sets() {
            let values: Vec<&str> = set.resource_records().iter().map(ResourceRecord::value).collect();
            let target = set.alias_target().map(AliasTarget::dns_name).unwrap_or_default();
            out.push(format!("{} {} {}{target}", set.name(), set.r#type(), values.join(" ")));
        }
        if !page.is_truncated() {
            assert!(pages > 1);
            return out;
        }
        next = client.list_resource_record_sets().hosted_zone_id(FIRST_ZONE);
        next = next.set_start_record_name(page.next_record_name).set_start_record_type(page.next_record_type);
    }
}

#[tokio::test]
async fn the_first_zone_is_there() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let zone = client.get_hosted_zone().id(FIRST_ZONE).send().await.unwrap();
    assert_eq!(zone.delegation_set().unwrap().name_servers().len(), 4);
    let zone = zone.hosted_zone().unwrap();
    assert_eq!((zone.id(), zone.name()), (format!("/hostedzone/{FIRST_ZONE}").as_str(), "example.com."));
    assert_eq!(zone.resource_record_set_count(), Some(3));
    let error = client.get_hosted_zone().id("Z1").send().await.unwrap_err();
    assert!(error.into_service_error().is_no_such_hosted_zone());
}

#[tokio::test]
async fn records_are_listed_in_order_and_escaped() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let changes = vec![
        ("CREATE", set("www.example.com", "A", &["192.0.2.1"])),
        ("CREATE", set("*.Example.com.", "A", &["192.0.2.2", "192.0.2.3"])),
        ("CREATE", set("b.a.example.com", "TXT", &["\"<&>\""])),
        ("CREATE", set("a.example.com", "CNAME", &["x.example.com"])),
        ("UPSERT", alias("auth.example.com", "A", "Z2FDTNDATAQYW2", "D1.cloudfront.net", false)),
    ];
    let id = change(&client, changes).await.unwrap();
    let all = records(&client).await;
    let without_apex: Vec<&str> =
        all.iter().map(String::as_str).filter(|line| !line.starts_with("example.com. ")).collect();
    assert_eq!(
        without_apex,
        [
            "\\052.example.com. A 192.0.2.2 192.0.2.3",
            "a.example.com. CNAME x.example.com",
            "b.a.example.com. TXT \"<&>\"",
            "auth.example.com. A d1.cloudfront.net.",
            "www.example.com. A 192.0.2.1",
        ]
    );
    assert_eq!(all[0], "example.com. A 192.0.2.10");

    let status = |id: String| async { client.get_change().id(id).send().await.unwrap().change_info.unwrap().status };
    assert_eq!(status(id.clone()).await, ChangeStatus::Pending);
    pass(&sandbox, timing::ROUTE53_SYNC).await;
    assert_eq!(status(id).await, ChangeStatus::Insync);
    assert_eq!(code(&client.get_change().id("C1").send().await.unwrap_err()), "NoSuchChange");
    let odd = client.list_resource_record_sets().hosted_zone_id(FIRST_ZONE).start_record_type(RrType::A);
    assert_eq!(code(&odd.send().await.unwrap_err()), "InvalidInput");
}

#[tokio::test]
async fn batches_are_taken_whole_or_not_at_all() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let a = |value: &str| set("a.example.com", "A", &[value]);
    change(&client, vec![("CREATE", a("192.0.2.1"))]).await.unwrap();
    let refused =
        change(&client, vec![("CREATE", set("b.example.com", "A", &["192.0.2.1"])), ("CREATE", a("192.0.2.1"))]).await;
    assert_eq!(
        refused.unwrap_err(),
        "InvalidChangeBatch: [Tried to create resource record set [name='a.example.com.', type='A'] but it already \
         exists]"
    );
    assert!(!records(&client).await.iter().any(|line| line.starts_with('b')));
    assert_eq!(
        change(&client, vec![("DELETE", a("192.0.2.2")), ("DELETE", set("c.example.com", "A", &["192.0.2.1"]))])
            .await
            .unwrap_err(),
        "InvalidChangeBatch: [Tried to delete resource record set [name='a.example.com.', type='A'] but the values \
         provided do not match the current values, Tried to delete resource record set [name='c.example.com.', type='A'] but \
         it was not found]"
    );
    assert!(
        change(&client, vec![("UPSERT", a("192.0.2.1")), ("UPSERT", a("192.0.2.1"))])
            .await
            .unwrap_err()
            .contains("The request contains an invalid set of changes for a resource record set 'A a.example.com.'")
    );
    change(&client, vec![("DELETE", a("192.0.2.1")), ("CREATE", a("192.0.2.9"))]).await.unwrap();
    change(&client, vec![("DELETE", a("192.0.2.9"))]).await.unwrap();
}

#[tokio::test]
async fn records_that_cannot_be_are_refused() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    change(&client, vec![("CREATE", set("a.example.com", "A", &["192.0.2.1"]))]).await.unwrap();
    let elsewhere = "Z2FDTNDATAQYW2";
    for (set, text) in [
        (
            set("a.example.com", "CNAME", &["b.example.com"]),
            "a conflicting RRSet of type A with the same DNS name already exists",
        ),
        (
            set("example.com", "CNAME", &["b.example.com"]),
            "with DNS name example.com. is not permitted at apex in zone example.com.",
        ),
        (
            set("a.other.com", "A", &["192.0.2.1"]),
            "RRSet with DNS name a.other.com. is not permitted in zone example.com.",
        ),
        (set("b.example.com", "A", &["x"]), "Value is not a valid IPv4 address"),
        (set("b.example.com", "TXT", &["x"]), "Value should be enclosed in quotation marks"),
        (set("b..example.com", "A", &["192.0.2.1"]), "DomainLabelEmpty"),
        (set("b.example.com", "A", &["192.0.2.1", "192.0.2.1"]), "Duplicate Resource Record"),
        (alias("b.example.com", "A", elsewhere, "b.example.com", false), "does not lie within the target zone"),
        (alias("b.example.com", "CNAME", elsewhere, "d1.cloudfront.net", false), "that target was not found"),
        (alias("b.example.com", "A", elsewhere, "d1.cloudfront.net", true), "EvaluateTargetHealth"),
        (alias("b.example.com", "A", FIRST_ZONE, "no.example.com", false), "that target was not found"),
    ] {
        let refused = change(&client, vec![("UPSERT", set)]).await.unwrap_err();
        assert!(refused.starts_with("InvalidChangeBatch") && refused.contains(text), "{refused}");
    }
    let target = alias("b.example.com", "A", elsewhere, "d1.cloudfront.net", false).alias_target;
    let both = ResourceRecordSet::builder().name("b.example.com").r#type(RrType::A).ttl(60);
    let both = both.set_alias_target(target).build().unwrap();
    let refused = change(&client, vec![("UPSERT", both)]).await.unwrap_err();
    assert!(refused.starts_with("InvalidInput: Invalid request: Expected exactly one of"), "{refused}");
    let many: Vec<String> = (0..501).map(|n| format!("192.0.{}.{}", n / 250, n % 250)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let sets =
        vec![("UPSERT", set("c.example.com", "A", &many[..300])), ("UPSERT", set("d.example.com", "A", &many[300..]))];
    let refused = change(&client, sets).await.unwrap_err();
    assert!(refused.contains("Number of records limit of 1000 exceeded"), "{refused}");
}

#[tokio::test]
async fn zones_are_made_found_and_deleted() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let make = |name: &str, reference: &str| client.create_hosted_zone().name(name).caller_reference(reference);
    for name in ["dev.example.com", "shop.test", "example.com"] {
        let answer = make(name, name).send().await.unwrap();
        assert!(answer.location().contains("/2013-04-01/hostedzone/Z") && answer.delegation_set().is_some());
    }
    assert_eq!(code(&make("again.test", "shop.test").send().await.unwrap_err()), "HostedZoneAlreadyExists");
    assert_eq!(code(&make("a..b", "r").send().await.unwrap_err()), "InvalidDomainName");
    let vpc = Vpc::builder().vpc_id("vpc-1").vpc_region(VpcRegion::UsEast1).build();
    let private = HostedZoneConfig::builder().private_zone(true).comment("ours").build();
    let unplaced = make("corp.test", "p0").hosted_zone_config(private.clone()).send().await.unwrap_err();
    assert_eq!(code(&unplaced), "InvalidInput");
    let private =
        make("corp.test", "p1").hosted_zone_config(private).vpc(vpc).send().await.unwrap().hosted_zone.unwrap();
    assert!(private.config().unwrap().private_zone());

    let first = client.list_hosted_zones_by_name().dns_name("example.com").send().await.unwrap();
    let names: Vec<&str> = first.hosted_zones().iter().map(aws_sdk_route53::types::HostedZone::name).collect();
    // A position, not a filter: both zones of the name, and then whatever comes after.
    assert_eq!(names, ["example.com.", "example.com.", "dev.example.com."]);
    assert_eq!(first.next_dns_name(), Some("corp.test."));
    let mut pages = client.list_hosted_zones().into_paginator().items().send();
    let mut count = 0;
    while let Some(zone) = pages.next().await {
        zone.unwrap();
        count += 1;
    }
    assert_eq!(count, 5);
    client.delete_hosted_zone().id(private.id()).send().await.unwrap();
    let error = client.delete_hosted_zone().id(FIRST_ZONE).send().await.unwrap_err();
    assert!(error.into_service_error().is_hosted_zone_not_empty());
}

#[tokio::test]
async fn route53s_own_servers_can_be_asked() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let ask = |name: &str| client.test_dns_answer().hosted_zone_id(FIRST_ZONE).record_name(name).record_type(RrType::A);
    let answer = ask("example.com").send().await.unwrap();
    assert_eq!((answer.response_code(), answer.record_data()), ("NOERROR", ["192.0.2.10".to_owned()].as_slice()));
    assert_eq!(ask("no.example.com").send().await.unwrap().response_code(), "NXDOMAIN");
    assert_eq!(code(&ask("other.test").send().await.unwrap_err()), "InvalidInput");
}
