//! Records against a scripted Route 53.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::kinds::script::{Call, Stage};

const ARN: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1";

/// A zone `example.com` (Z1) and a private twin (Z9), with the records that a test puts there as `(name, type, xml)`.
fn zone(records: Vec<(&'static str, &'static str, &'static str)>) -> impl FnMut(&Call) -> (u16, String) {
    let pending = Arc::new(Mutex::new(2));
    move |call| {
        let operation = call.operation.split('?').next().unwrap();
        match operation {
            "GET /2013-04-01/hostedzone" => (200, zones()),
            "GET /2013-04-01/hostedzone/Z1/rrset" => {
                let found = records.iter().find(|(name, kind, _)| {
                    call.operation.contains(&format!("name={name}&type={kind}&"))
                        || call.operation.contains(&format!("name={name}&")) && call.operation.contains(kind)
                });
                let sets = found.map(|(name, kind, rest)| {
                    format!("<ResourceRecordSet><Name>{name}.</Name><Type>{kind}</Type>{rest}</ResourceRecordSet>")
                });
                (200, listing(&sets.unwrap_or_default()))
            }
            "POST /2013-04-01/hostedzone/Z1/rrset" | "POST /2013-04-01/hostedzone/Z1/rrset/" => {
                (200, answer("ChangeResourceRecordSetsResponse", "PENDING"))
            }
            "GET /2013-04-01/change/C1" => {
                let mut left = pending.lock().unwrap();
                *left -= 1;
                (200, answer("GetChangeResponse", if *left > 0 { "PENDING" } else { "INSYNC" }))
            }
            "POST /" => (200, json!({ "CertificateSummaryList": [] }).to_string()),
            other => panic!("{other} {}", call.operation),
        }
    }
}

fn zones() -> String {
    let zone = |id: &str, private: bool| {
        format!(
            "<HostedZone><Id>/hostedzone/{id}</Id><Name>example.com.</Name><CallerReference>r</CallerReference>\
             <Config><PrivateZone>{private}</PrivateZone></Config></HostedZone>"
        )
    };
    format!(
        "<ListHostedZonesResponse><HostedZones>{}{}</HostedZones><Marker></Marker><IsTruncated>false</IsTruncated>\
         <MaxItems>100</MaxItems></ListHostedZonesResponse>",
        zone("Z1", false),
        zone("Z9", true)
    )
}

fn listing(sets: &str) -> String {
    format!(
        "<ListResourceRecordSetsResponse><ResourceRecordSets>{sets}</ResourceRecordSets>\
         <IsTruncated>false</IsTruncated><MaxItems>1</MaxItems></ListResourceRecordSetsResponse>"
    )
}

fn answer(name: &str, status: &str) -> String {
    format!(
        "<{name}><ChangeInfo><Id>/change/C1</Id><Status>{status}</Status>\
         <SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo></{name}>"
    )
}

const PROOF: &str = "<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>_2.acm-validations.aws.</Value></ResourceRecord></ResourceRecords>";
const ALIAS: &str = "<AliasTarget><HostedZoneId>Z2FDTNDATAQYW2</HostedZoneId>\
     <DNSName>D1.cloudfront.net.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>";

fn knowing(stage: Stage) -> Stage {
    let validation = json!({ "example.com": ["_1.example.com", "_2.acm-validations.aws"] });
    stage.knowing("certificate.domain", ARN, json!({ "arn": ARN, "validation": validation })).knowing(
        "domain.custom",
        "auth.example.com",
        json!({ "user_pool_id": "p", "cloudfront": "d1.cloudfront.net", "host": "auth.example.com" }),
    )
}

fn proof() -> DnsRecord {
    DnsRecord::saying(Target::Validates { certificate: Ref::named("domain"), domain_name: "example.com".to_owned() })
}

fn alias() -> DnsRecord {
    DnsRecord {
        name: Some("auth.example.com".to_owned()),
        r#type: Some(RecordType::A),
        target: Target::DomainAlias { domain: Ref::named("custom") },
        ..proof()
    }
}

fn written(stage: &Stage) -> Vec<Call> {
    stage.calls().into_iter().filter(|call| call.operation.starts_with("POST /2013")).collect()
}

#[tokio::test(flavor = "current_thread")]
async fn a_record_is_made_in_the_public_zone_and_waited_for() {
    let stage = knowing(Stage::new(zone(Vec::new())));
    assert_eq!(proof().create(&stage.ctx, "t").await.unwrap(), "Z1/_1.example.com/CNAME");
    let calls = written(&stage);
    assert_eq!(calls.len(), 1);
    for part in ["<Action>CREATE</Action>", "<Name>_1.example.com</Name>", "<Value>_2.acm-validations.aws</Value>"] {
        assert!(calls[0].body.contains(part), "{}", calls[0].body);
    }
    assert!(stage.operations().iter().filter(|operation| operation.contains("/change/C1")).count() == 2);
    assert!(alias().create(&knowing(Stage::new(zone(Vec::new()))).ctx, "t").await.is_ok());
}

#[tokio::test(flavor = "current_thread")]
async fn an_equal_validation_record_will_do_and_nothing_else_is_overwritten() {
    let there = knowing(Stage::new(zone(vec![("_1.example.com", "CNAME", PROOF)])));
    assert_eq!(proof().create(&there.ctx, "t").await.unwrap(), "Z1/_1.example.com/CNAME");
    assert!(written(&there).is_empty());
    let other = knowing(Stage::new(zone(vec![("auth.example.com", "A", ALIAS)])));
    let error = alias().create(&other.ctx, "t").await.unwrap_err();
    assert!(error.to_string().contains("auth.example.com A already exists"), "{error}");
    assert!(error.to_string().contains("is not this stack's"), "{error}");
    assert!(written(&other).is_empty());
}

#[tokio::test(flavor = "current_thread")]
async fn a_record_is_read_as_what_it_means_and_drift_shows() {
    let records = vec![("_1.example.com", "CNAME", PROOF), ("auth.example.com", "A", ALIAS)];
    let stage = knowing(Stage::new(zone(records)));
    let read = DnsRecord::read(&stage.ctx, "Z1/_1.example.com/CNAME", None).await.unwrap().unwrap();
    assert_eq!(read.spec.target, proof().target);
    assert_eq!(read.spec.hosted_zone.as_deref(), Some("example.com"));
    assert_eq!(read.spec.hosted_zone_id.as_deref(), Some("Z1"));
    let read = DnsRecord::read(&stage.ctx, "Z1/auth.example.com/A", None).await.unwrap().unwrap();
    assert_eq!(read.spec.target, alias().target);
    let stranger = Stage::new(zone(vec![("_1.example.com", "CNAME", PROOF)]));
    let read = DnsRecord::read(&stranger.ctx, "Z1/_1.example.com/CNAME", None).await.unwrap().unwrap();
    let values = BTreeSet::from(["_2.acm-validations.aws".to_owned()]);
    assert_eq!(read.spec.target, Target::Values { ttl: 60, values });
    assert!(DnsRecord::read(&stranger.ctx, "Z1/gone.example.com/A", None).await.unwrap().is_none());
}

#[tokio::test(flavor = "current_thread")]
async fn only_what_was_recorded_is_deleted() {
    let id = "Z1/_1.example.com/CNAME";
    let last = |value: &str| Last::<DnsRecord> {
        spec: proof(),
        outputs: Some(DnsRecordOutputs { values: BTreeSet::from([value.to_owned()]) }),
    };
    let stage = knowing(Stage::new(zone(vec![("_1.example.com", "CNAME", PROOF)])));
    let error = DnsRecord::delete(&stage.ctx, id, Some(&last("_3.acm-validations.aws"))).await.unwrap_err();
    assert!(error.to_string().contains("is not this stack's"), "{error}");
    assert!(error.hints()[0].contains("stack state rm"), "{error:?}");
    assert!(written(&stage).is_empty());
}

#[tokio::test(flavor = "current_thread")]
async fn a_validation_record_stays_while_another_certificate_lives_by_it() {
    let id = "Z1/_1.example.com/CNAME";
    let theirs = Arc::new(Mutex::new("arn:theirs"));
    let shared = theirs.clone();
    let mut route53 = zone(vec![("_1.example.com", "CNAME", PROOF)]);
    let stage = knowing(Stage::new(move |call| match call.operation.as_str() {
        "ListCertificates" if call.region == "eu-west-1" => {
            let arn = *shared.lock().unwrap();
            let summary = json!({ "CertificateArn": arn, "DomainName": "*.example.com", "Status": "ISSUED" });
            (200, json!({ "CertificateSummaryList": [summary] }).to_string())
        }
        "ListCertificates" => (200, "{}".to_owned()),
        _ => route53(call),
    }));
    DnsRecord::delete(&stage.ctx, id, None).await.unwrap();
    assert!(written(&stage).is_empty());
    *theirs.lock().unwrap() = ARN;
    DnsRecord::delete(&stage.ctx, id, None).await.unwrap();
    let calls = written(&stage);
    assert!(calls[0].body.contains("<Action>DELETE</Action>") && calls[0].body.contains("<TTL>60</TTL>"));
}

#[tokio::test(flavor = "current_thread")]
async fn what_route_53_objects_to_is_told_and_a_busy_zone_is_waited_for() {
    let mut times = 0;
    let mut rest = zone(Vec::new());
    let stage = knowing(Stage::new(move |call| {
        if !call.operation.starts_with("POST") {
            return rest(call);
        }
        times += 1;
        let (code, messages) = match times {
            1 => ("PriorRequestNotComplete", ""),
            _ => {
                ("InvalidChangeBatch", "<Messages><Message>&apos;a&apos; is not permitted at apex</Message></Messages>")
            }
        };
        let error = format!("<Error><Type>Sender</Type><Code>{code}</Code></Error>");
        let body = if times == 1 {
            format!("<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")
        } else {
            format!("<InvalidChangeBatch>{messages}<RequestId>r</RequestId></InvalidChangeBatch>")
        };
        (400, body)
    }));
    let error = alias().create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.to_string().contains("InvalidChangeBatch: 'a' is not permitted at apex"), "{error}");
    assert_eq!(written(&stage).len(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn an_update_writes_the_whole_record() {
    let stage = Stage::new(zone(Vec::new()));
    example_changed().update(&stage.ctx, "Z1/mail.example.com/TXT/blue", &example()).await.unwrap();
    let body = written(&stage)[0].body.clone();
    assert!(body.contains("<Action>UPSERT</Action>") && body.contains("<TTL>60</TTL>"), "{body}");
    assert!(body.contains("v=spf1 ~all"), "{body}");
    let moved = DnsRecord { name: Some("other.example.com".to_owned()), ..example_changed() };
    assert!(body.contains("<SetIdentifier>blue</SetIdentifier><Weight>0</Weight>"), "{body}");
    assert!(moved.update(&stage.ctx, "Z1/mail.example.com/TXT/blue", &example()).await.is_err());
    assert!(example().update(&stage.ctx, "Z1/mail.example.com/TXT", &example()).await.is_err());
}

#[test]
fn a_zone_is_given_by_name_or_by_id() {
    assert_eq!(proof().in_zone(Some("Example.com.")).wanted_zone(), Wanted::Named("example.com"));
    assert_eq!(proof().in_zone(Some("Z0123456789AB")).wanted_zone(), Wanted::WithId("Z0123456789AB"));
    assert_eq!(proof().in_zone(None).wanted_zone(), Wanted::Closest);
}

#[test]
fn an_id_is_a_place() {
    let place = Place::read("Z1/*.example.com/AAAA").unwrap();
    assert_eq!((place.name.as_str(), place.kind), ("*.example.com", RecordType::Aaaa));
    assert_eq!(place.id(), "Z1/*.example.com/AAAA");
    let place = Place::read("Z1/a/b.example.com/A/blue/A").unwrap();
    assert_eq!(
        (place.name.as_str(), place.kind, place.set.as_deref()),
        ("a/b.example.com", RecordType::A, Some("blue/A"))
    );
    assert_eq!(place.id(), "Z1/a/b.example.com/A/blue/A");
    for wrong in ["", "Z1", "Z1/a.com", "Z1/a.com/SOA"] {
        assert!(Place::read(wrong).is_err(), "{wrong}");
    }
}
