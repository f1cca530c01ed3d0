//! Certificates against a scripted ACM.

use aws_sdk_acm::types::FailureReason;
use serde_json::{Value, json};

use super::*;
use crate::kinds::script::{Stage, no};

const ARN: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1";

fn detail(status: &str, records: bool) -> Value {
    let record = json!({
        "Name": "_1.Example.com.", "Type": "CNAME", "Value": "_2.x.acm-validations.aws.",
    });
    let option = |name: &str| {
        let mut option = json!({ "DomainName": name, "ValidationStatus": "PENDING_VALIDATION" });
        if records {
            option["ResourceRecord"] = record.clone();
        }
        option
    };
    json!({ "Certificate": {
        "CertificateArn": ARN,
        "DomainName": "*.example.com",
        "SubjectAlternativeNames": ["*.example.com", "example.com"],
        "KeyAlgorithm": "RSA-2048",
        "Options": { "CertificateTransparencyLoggingPreference": "ENABLED", "Export": "ENABLED" },
        "Status": status,
        "DomainValidationOptions": [option("*.example.com"), option("example.com")],
    } })
}

fn tags() -> Value {
    json!({ "Tags": [
        { "Key": "app", "Value": "shop" },
        { "Key": "team", "Value": "web" },
        { "Key": "stack:name", "Value": "dev" },
        { "Key": "stack:token", "Value": "t-1" },
    ] })
}

fn stage(status: &'static str, records: bool) -> Stage {
    Stage::new(move |call| match call.operation.as_str() {
        "DescribeCertificate" => (200, detail(status, records).to_string()),
        "ListTagsForCertificate" => (200, tags().to_string()),
        other => panic!("{other}"),
    })
}

#[tokio::test(flavor = "current_thread")]
async fn a_certificate_is_read_whole_with_one_record_for_both_names() {
    let stage = stage("PENDING_VALIDATION", true);
    let read = Certificate::read(&stage.ctx, ARN, None).await.unwrap().unwrap();
    assert_eq!(read.spec, example());
    assert_eq!(read.waiting, None);
    let record = ("_1.example.com".to_owned(), "_2.x.acm-validations.aws".to_owned());
    assert_eq!(read.outputs.validation, BTreeMap::from([("example.com".to_owned(), record)]));
}

#[tokio::test(flavor = "current_thread")]
async fn its_records_are_waited_for() {
    let stage = stage("PENDING_VALIDATION", false);
    let read = Certificate::read(&stage.ctx, ARN, None).await.unwrap().unwrap();
    assert!(read.waiting.unwrap().what.contains("which records prove"));
}

#[tokio::test(flavor = "current_thread")]
async fn a_dead_certificate_is_read_so_that_it_can_be_replaced() {
    let stage = stage("VALIDATION_TIMED_OUT", true);
    let read = Certificate::read(&stage.ctx, ARN, None).await.unwrap().unwrap();
    assert!(!read.spec.alive);
}

#[test]
fn each_way_to_fail_has_its_remedy() {
    let detail = |reason: Option<FailureReason>, status: &str| {
        let detail = CertificateDetail::builder().domain_name("*.a.com").status(status.into());
        detail.set_failure_reason(reason).build()
    };
    let caa = given_up(&detail(Some(FailureReason::CaaError), "FAILED")).unwrap();
    assert!(caa.what.contains("*.a.com is FAILED, CAA_ERROR. A CAA record"), "{}", caa.what);
    assert_eq!(caa.at_most, Duration::ZERO);
    let late = given_up(&detail(None, "VALIDATION_TIMED_OUT")).unwrap();
    assert!(late.what.contains("72 hours"), "{}", late.what);
    assert_eq!(given_up(&detail(None, "ISSUED")), None);
    assert_eq!(given_up(&detail(None, "PENDING_VALIDATION")), None);
}

#[tokio::test(flavor = "current_thread")]
async fn a_request_carries_the_token_and_our_tags_and_outlasts_a_late_description() {
    let mut looks = 0;
    let stage = Stage::new(move |call| match call.operation.as_str() {
        "RequestCertificate" => (200, json!({ "CertificateArn": ARN }).to_string()),
        "DescribeCertificate" => {
            looks += 1;
            if looks < 3 {
                no("ResourceNotFoundException", "not yet")
            } else {
                (200, detail("PENDING_VALIDATION", true).to_string())
            }
        }
        other => panic!("{other}"),
    });
    assert_eq!(example().create(&stage.ctx, "t-1").await.unwrap(), ARN);
    let request = &stage.calls()[0];
    assert_eq!(request.region, "us-east-1");
    assert_eq!(request.input["ValidationMethod"], "DNS");
    assert_eq!(request.input["IdempotencyToken"], idempotency_token("t-1"));
    assert_eq!(request.input["SubjectAlternativeNames"], json!(["example.com"]));
    let tags = request.input["Tags"].as_array().unwrap();
    assert!(tags.contains(&json!({ "Key": "stack:token", "Value": "t-1" })), "{tags:?}");
    assert!(tags.contains(&json!({ "Key": "stack:name", "Value": "dev" })), "{tags:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn an_earlier_request_is_found_by_names_and_token_on_any_page() {
    let stage = Stage::new(|call| match (call.operation.as_str(), call.input["NextToken"].as_str()) {
        ("ListCertificates", None) => {
            let other = json!({ "CertificateArn": "arn:other", "DomainName": "*.example.com" });
            (200, json!({ "CertificateSummaryList": [other], "NextToken": "2" }).to_string())
        }
        ("ListCertificates", Some(_)) => {
            let ours = json!({
                "CertificateArn": ARN, "DomainName": "*.example.com",
                "SubjectAlternativeNameSummaries": ["*.example.com", "example.com"],
            });
            (200, json!({ "CertificateSummaryList": [ours] }).to_string())
        }
        ("ListTagsForCertificate", _) => (200, tags().to_string()),
        (other, _) => panic!("{other}"),
    });
    assert_eq!(example().find(&stage.ctx, "t-1").await.unwrap().as_deref(), Some(ARN));
    assert_eq!(example().find(&stage.ctx, "t-2").await.unwrap(), None);
    let keys = stage.calls()[0].input["Includes"]["keyTypes"].clone();
    assert!(keys.as_array().unwrap().contains(&json!("EC_prime256v1")), "{keys}");
}

#[tokio::test(flavor = "current_thread")]
async fn tags_are_changed_without_touching_ours() {
    let stage = Stage::new(|_| (200, "{}".to_owned()));
    example_changed().update(&stage.ctx, ARN, &example()).await.unwrap();
    let calls = stage.calls();
    assert_eq!(calls[0].input["Tags"], json!([{ "Key": "team", "Value": "web" }]));
    assert_eq!(
        calls[1].input["Tags"],
        json!([{ "Key": "app", "Value": "market" }, { "Key": "stage", "Value": "dev" }])
    );
    example().update(&stage.ctx, ARN, &example()).await.unwrap();
    assert_eq!(stage.calls().len(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn deletion_waits_for_cloudfront_and_for_nothing_else() {
    let using = |user: &'static str, times: usize| {
        let mut left = times;
        Stage::new(move |call| match call.operation.as_str() {
            "DeleteCertificate" if left == 0 => (200, "{}".to_owned()),
            "DeleteCertificate" => {
                left -= 1;
                no("ResourceInUseException", "in use")
            }
            _ => (200, json!({ "Certificate": { "CertificateArn": ARN, "InUseBy": [user] } }).to_string()),
        })
    };
    let cloudfront = using("arn:aws:cloudfront::111122223333:distribution/E1", 5);
    Certificate::delete(&cloudfront.ctx, ARN, None).await.unwrap();
    let balancer = using("arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/x", 5);
    let error = Certificate::delete(&balancer.ctx, ARN, None).await.unwrap_err();
    assert_eq!(balancer.operations(), ["DeleteCertificate", "DescribeCertificate"]);
    assert!(format!("{error:?}").contains("elasticloadbalancing"), "{error:?}");
    let gone = Stage::new(|_| no("ResourceNotFoundException", "gone"));
    Certificate::delete(&gone.ctx, ARN, None).await.unwrap();
}

#[test]
fn a_token_that_acm_does_not_take_is_hashed() {
    assert_eq!(idempotency_token("abc_1"), "abc_1");
    for token in ["t-1", "", "0123456789012345678901234567890123"] {
        let hashed = idempotency_token(token);
        assert_eq!(hashed.len(), 32, "{token}");
        assert_ne!(hashed, token);
    }
}
