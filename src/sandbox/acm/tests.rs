//! Certificates, through the SDK's client.

use crate::sandbox::dns::tests::records;
use crate::sandbox::tests::{code, config, pass, sandbox};
use crate::sandbox::{Sandbox, timing};
use aws_sdk_acm::Client;
use aws_sdk_acm::error::ProvideErrorMetadata as _;
use aws_sdk_acm::types::{
    CertificateDetail, CertificateExport, CertificateOptions, CertificateStatus, DomainStatus, FailureReason, Filters,
    KeyAlgorithm, Tag, ValidationMethod,
};

fn client(sandbox: &Sandbox) -> Client {
    Client::new(&config(sandbox, "us-east-1"))
}

async fn request(client: &Client, names: &[&str]) -> String {
    let others: Vec<String> = names[1..].iter().map(|name| (*name).to_owned()).collect();
    let request = client.request_certificate().domain_name(names[0]).validation_method(ValidationMethod::Dns);
    let request = request.set_subject_alternative_names((!others.is_empty()).then_some(others));
    request.send().await.unwrap().certificate_arn.unwrap()
}

async fn describe(client: &Client, arn: &str) -> CertificateDetail {
    client.describe_certificate().certificate_arn(arn).send().await.unwrap().certificate.unwrap()
}

/// The validation record, once for each that differs.
fn proofs(detail: &CertificateDetail) -> Vec<(String, String)> {
    let mut proofs: Vec<(String, String)> = Vec::new();
    for validation in detail.domain_validation_options() {
        let record = validation.resource_record().unwrap();
        let proof = (record.name().to_owned(), record.value().to_owned());
        if !proofs.contains(&proof) {
            proofs.push(proof);
        }
    }
    proofs
}

#[tokio::test]
async fn a_certificate_is_issued_once_its_record_is_in_dns() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let arn = request(&client, &["*.example.com", "Example.com"]).await;
    let new = describe(&client, &arn).await;
    assert_eq!(new.status(), Some(&CertificateStatus::PendingValidation));
    assert_eq!(new.subject_alternative_names(), ["*.example.com", "example.com"]);
    assert!(new.domain_validation_options().iter().all(|validation| validation.resource_record().is_none()));
    pass(&sandbox, timing::ACM_RECORD).await;
    let proofs = proofs(&describe(&client, &arn).await);
    assert_eq!(proofs.len(), 1, "the wildcard's record is the apex's");
    pass(&sandbox, 3_600_000).await;
    assert_eq!(describe(&client, &arn).await.status(), Some(&CertificateStatus::PendingValidation));

    records(&sandbox, &[("CREATE", &proofs[0].0, "CNAME", &proofs[0].1)]);
    pass(&sandbox, timing::ROUTE53_SYNC + timing::ACM_ISSUE - 1).await;
    assert_eq!(describe(&client, &arn).await.status(), Some(&CertificateStatus::PendingValidation));
    pass(&sandbox, 1).await;
    let issued = describe(&client, &arn).await;
    assert_eq!(issued.status(), Some(&CertificateStatus::Issued));
    assert!(issued.issued_at().is_some() && issued.not_after() > issued.not_before());
    assert_eq!(issued.domain_validation_options()[0].validation_status(), Some(&DomainStatus::Success));
    let view = sandbox.world(|world| super::certificate(world, &arn)).unwrap().unwrap();
    assert_eq!((view.region.as_str(), view.status.as_str()), ("us-east-1", "ISSUED"));

    // It stays issued when the record goes, and the record serves the next certificate at once, anywhere.
    let again = request(&client, &["example.com"]).await;
    let elsewhere = Client::new(&config(&sandbox, "eu-west-1"));
    let far = request(&elsewhere, &["example.com"]).await;
    pass(&sandbox, timing::ACM_RECORD + timing::ACM_ISSUE).await;
    records(&sandbox, &[("DELETE", &proofs[0].0, "CNAME", &proofs[0].1)]);
    for (client, arn) in [(&client, &arn), (&client, &again), (&elsewhere, &far)] {
        assert_eq!(describe(client, arn).await.status(), Some(&CertificateStatus::Issued));
    }
    client.delete_certificate().certificate_arn(&arn).send().await.unwrap();
    let error = client.describe_certificate().certificate_arn(&arn).send().await.unwrap_err();
    assert_eq!(code(&error), "ResourceNotFoundException");
    let error = client.describe_certificate().certificate_arn(&far).send().await.unwrap_err();
    assert_eq!(code(&error), "ResourceNotFoundException", "a certificate of another Region is not here");
}

#[tokio::test]
async fn the_same_token_is_the_same_certificate_for_an_hour() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let ask = |name: &str, token: &str| {
        let request = client.request_certificate().domain_name(name).idempotency_token(token);
        async move { request.send().await.unwrap().certificate_arn.unwrap() }
    };
    let first = ask("example.com", "one").await;
    assert_eq!(ask("example.com", "one").await, first);
    assert_ne!(ask("example.com", "two").await, first);
    assert_ne!(ask("other.example.com", "one").await, first);
    client.delete_certificate().certificate_arn(&first).send().await.unwrap();
    assert_eq!(ask("example.com", "one").await, first, "the token outlives its certificate");
    pass(&sandbox, timing::ACM_TOKEN).await;
    assert_ne!(ask("example.com", "one").await, first);
}

#[tokio::test]
async fn lists_come_in_short_pages_and_of_two_key_types() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    for number in 0..5 {
        request(&client, &[&format!("a{number}.example.com")]).await;
    }
    let odd = client.request_certificate().domain_name("ec.example.com").key_algorithm(KeyAlgorithm::EcPrime256v1);
    odd.send().await.unwrap();
    let page = client.list_certificates().max_items(100).send().await.unwrap();
    assert_eq!(page.certificate_summary_list().len(), 2);
    let mut pages = client.list_certificates().into_paginator().send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names
            .extend(page.unwrap().certificate_summary_list().iter().map(|held| held.domain_name().unwrap().to_owned()));
    }
    assert_eq!(names, (0..5).map(|number| format!("a{number}.example.com")).collect::<Vec<_>>());
    let includes = Filters::builder().key_types(KeyAlgorithm::EcPrime256v1).build();
    let page = client.list_certificates().includes(includes).send().await.unwrap();
    assert_eq!(page.certificate_summary_list()[0].domain_name(), Some("ec.example.com"));
    let page = client.list_certificates().certificate_statuses(CertificateStatus::Issued).send().await.unwrap();
    assert!(page.certificate_summary_list().is_empty() && page.next_token().is_none());
}

#[tokio::test]
async fn tags_and_options_can_be_changed() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let arn = request(&client, &["example.com"]).await;
    let tag =
        |key: &str, value: Option<&str>| Tag::builder().key(key).set_value(value.map(Into::into)).build().unwrap();
    let add = client.add_tags_to_certificate().certificate_arn(&arn);
    add.tags(tag("a", Some("1"))).tags(tag("b", Some("2"))).tags(tag("c", None)).send().await.unwrap();
    let remove = client.remove_tags_from_certificate().certificate_arn(&arn);
    remove.tags(tag("a", Some("other"))).tags(tag("b", None)).send().await.unwrap();
    let tags = client.list_tags_for_certificate().certificate_arn(&arn).send().await.unwrap();
    let tags: Vec<_> = tags.tags().iter().map(|tag| (tag.key(), tag.value())).collect();
    assert_eq!(tags, [("a", Some("1")), ("c", Some(""))]);
    let error =
        client.add_tags_to_certificate().certificate_arn(&arn).tags(tag("aws:x", None)).send().await.unwrap_err();
    assert_eq!(code(&error), "InvalidTagException");
    let many = (0..50).map(|number| tag(&format!("k{number}"), None)).collect();
    let error = client.add_tags_to_certificate().certificate_arn(&arn).set_tags(Some(many)).send().await.unwrap_err();
    assert_eq!(code(&error), "TooManyTagsException");

    // The SDK calls the opt-out deprecated, so it is not spoken to here.
    let off = serde_json::json!({ "CertificateTransparencyLoggingPreference": "DISABLED" });
    let input = serde_json::json!({ "CertificateArn": arn, "Options": off });
    sandbox.world(|world| super::handle(world, "us-east-1", "UpdateCertificateOptions", &input)).unwrap().unwrap();
    let transparency = sandbox.world(|world| world.acm.certificates[0].transparency.clone()).unwrap();
    assert_eq!(transparency, "DISABLED");
    let options = CertificateOptions::builder().export(CertificateExport::Enabled).build();
    let error = client.update_certificate_options().certificate_arn(&arn).options(options).send().await.unwrap_err();
    assert_eq!(code(&error), "InvalidStateException");
    let detail = describe(&client, &arn).await;
    let options = detail.options().unwrap();
    assert_eq!(options.export(), Some(&CertificateExport::Disabled));
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    for name in ["com", "a.*.com", "a_b.com"] {
        let error = client.request_certificate().domain_name(name).send().await.unwrap_err();
        assert_eq!(code(&error), "ValidationException", "{name}");
        assert!(error.message().unwrap().contains("at 'domainName' failed to satisfy constraint"));
    }
    let long = format!("{}.example.com", "a".repeat(60));
    assert!(client.request_certificate().domain_name(&long).send().await.is_err());
    let names: Vec<String> = (0..10).map(|number| format!("a{number}.example.com")).collect();
    let request = client.request_certificate().domain_name("example.com").set_subject_alternative_names(Some(names));
    assert_eq!(code(&request.send().await.unwrap_err()), "LimitExceededException");
    let request = client.request_certificate().domain_name("example.com").idempotency_token("a-b");
    assert_eq!(code(&request.send().await.unwrap_err()), "ValidationException");
    let error = client.describe_certificate().certificate_arn("certificate").send().await.unwrap_err();
    assert_eq!(code(&error), "ValidationException");
    let unknown = serde_json::json!({ "DomainName": "example.com", "Domainname": "x" });
    let refused = sandbox.world(|world| super::handle(world, "us-east-1", "RequestCertificate", &unknown)).unwrap();
    assert_eq!(refused.unwrap_err().code, "SerializationException");
}

#[tokio::test]
async fn caa_records_and_time_can_fail_a_request() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let arn = request(&client, &["*.sub.example.com"]).await;
    let forgotten = request(&client, &["forgotten.example.com"]).await;
    pass(&sandbox, timing::ACM_RECORD).await;
    let proofs = proofs(&describe(&client, &arn).await);
    records(
        &sandbox,
        &[
            ("CREATE", &proofs[0].0, "CNAME", &proofs[0].1),
            ("CREATE", "example.com", "CAA", "0 issue \"other.example\""),
        ],
    );
    pass(&sandbox, timing::ROUTE53_SYNC + timing::ACM_ISSUE).await;
    let failed = describe(&client, &arn).await;
    assert_eq!(failed.status(), Some(&CertificateStatus::Failed));
    assert_eq!(failed.failure_reason(), Some(&FailureReason::CaaError));
    pass(&sandbox, timing::ACM_VALIDATION_LIMIT).await;
    assert_eq!(describe(&client, &forgotten).await.status(), Some(&CertificateStatus::ValidationTimedOut));
}

#[tokio::test]
async fn a_validation_record_may_be_reached_through_cnames() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let arn = request(&client, &["example.com"]).await;
    pass(&sandbox, timing::ACM_RECORD).await;
    let proofs = proofs(&describe(&client, &arn).await);
    records(
        &sandbox,
        &[
            ("CREATE", &proofs[0].0, "CNAME", "proof.example.com"),
            ("CREATE", "proof.example.com", "CNAME", &proofs[0].1),
        ],
    );
    pass(&sandbox, timing::ROUTE53_SYNC + timing::ACM_ISSUE).await;
    assert_eq!(describe(&client, &arn).await.status(), Some(&CertificateStatus::Issued));
}
