//! Buckets and objects, through the SDK's client.

use crate::sandbox::Sandbox;
use crate::sandbox::tests::{code, config, sandbox};
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, VersioningConfiguration,
};

async fn bucket(sandbox: &Sandbox) -> Client {
    let client = Client::new(&config(sandbox, "us-east-1"));
    client.create_bucket().bucket("stacks").send().await.unwrap();
    client
}

fn body(text: &'static str) -> ByteStream {
    ByteStream::from_static(text.as_bytes())
}

#[tokio::test]
async fn objects_are_kept_and_listed_in_pages() {
    let sandbox = sandbox();
    let client = bucket(&sandbox).await;
    for key in ["a/1", "a/2", "a/3", "b d", "ä"] {
        client.put_object().bucket("stacks").key(key).body(body("text")).metadata("k", "v").send().await.unwrap();
    }
    let got = client.get_object().bucket("stacks").key("ä").send().await.unwrap();
    assert_eq!((got.content_length(), got.metadata().unwrap()["k"].as_str()), (Some(4), "v"));
    let etag = got.e_tag().unwrap().to_owned();
    assert_eq!(got.body.collect().await.unwrap().into_bytes(), "text");
    let head = client.head_object().bucket("stacks").key("b d").send().await.unwrap();
    assert_eq!((head.e_tag(), head.content_length()), (Some(etag.as_str()), Some(4)));
    let page = client.list_objects_v2().bucket("stacks").prefix("a/").send().await.unwrap();
    assert_eq!((page.contents().len(), page.is_truncated()), (2, Some(true)));
    let mut pages = client.list_objects_v2().bucket("stacks").into_paginator().send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        keys.extend(page.unwrap().contents().iter().map(|object| object.key().unwrap().to_owned()));
    }
    assert_eq!(keys, ["a/1", "a/2", "a/3", "b d", "ä"]);
    let page = client.list_objects_v2().bucket("stacks").delimiter("/").send().await.unwrap();
    let first = (page.common_prefixes()[0].prefix(), page.contents()[0].key());
    assert_eq!((first, page.is_truncated()), ((Some("a/"), Some("b d")), Some(true)));
    client.delete_object().bucket("stacks").key("ä").send().await.unwrap();
    client.delete_object().bucket("stacks").key("ä").send().await.unwrap();
    let error = client.get_object().bucket("stacks").key("ä").send().await.unwrap_err();
    assert_eq!(code(&error), "NoSuchKey");
    assert!(
        client.head_object().bucket("stacks").key("ä").send().await.unwrap_err().into_service_error().is_not_found()
    );
}

#[tokio::test]
async fn writes_can_be_conditional() {
    let sandbox = sandbox();
    let client = bucket(&sandbox).await;
    let put = || client.put_object().bucket("stacks").key("state");
    let error = put().if_match("\"none\"").body(body("1")).send().await.unwrap_err();
    assert_eq!(code(&error), "NoSuchKey");
    let first = put().if_none_match("*").body(body("1")).send().await.unwrap().e_tag.unwrap();
    let error = put().if_none_match("*").body(body("2")).send().await.unwrap_err();
    assert_eq!((code(&error), error.raw_response().unwrap().status().as_u16()), ("PreconditionFailed".into(), 412));
    let second = put().if_match(&first).body(body("2")).send().await.unwrap().e_tag.unwrap();
    assert_ne!(first, second);
    let error = put().if_match(&first).body(body("3")).send().await.unwrap_err();
    assert_eq!(code(&error), "PreconditionFailed");
    let delete = || client.delete_object().bucket("stacks").key("state");
    assert_eq!(code(&delete().if_match(&first).send().await.unwrap_err()), "PreconditionFailed");
    let get = client.get_object().bucket("stacks").key("state").if_none_match(&second).send().await.unwrap_err();
    assert_eq!(get.raw_response().unwrap().status().as_u16(), 304);
    delete().if_match(&second).send().await.unwrap();
}

#[tokio::test]
async fn buckets_have_names_regions_and_versioning() {
    let sandbox = sandbox();
    let client = bucket(&sandbox).await;
    assert_eq!(code(&client.create_bucket().bucket("stacks").send().await.unwrap_err()), "BucketAlreadyOwnedByYou");
    assert_eq!(code(&client.create_bucket().bucket("No_Name").send().await.unwrap_err()), "InvalidBucketName");
    assert!(client.head_bucket().bucket("other").send().await.unwrap_err().into_service_error().is_not_found());
    assert_eq!(code(&client.list_objects_v2().bucket("other").send().await.unwrap_err()), "NoSuchBucket");
    client.head_bucket().bucket("stacks").send().await.unwrap();

    let far = Client::new(&config(&sandbox, "eu-west-1"));
    assert_eq!(
        code(&far.create_bucket().bucket("far").send().await.unwrap_err()),
        "IllegalLocationConstraintException"
    );
    let place = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest1).build();
    far.create_bucket().bucket("far").create_bucket_configuration(place).send().await.unwrap();
    let error = client.put_object().bucket("far").key("a").body(body("1")).send().await.unwrap_err();
    assert_eq!(code(&error), "AuthorizationHeaderMalformed");

    let versioning = client.get_bucket_versioning().bucket("stacks").send().await.unwrap();
    assert_eq!(versioning.status(), None);
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    client.put_bucket_versioning().bucket("stacks").versioning_configuration(enabled).send().await.unwrap();
    let versioning = client.get_bucket_versioning().bucket("stacks").send().await.unwrap();
    assert_eq!(versioning.status(), Some(&BucketVersioningStatus::Enabled));
    let put = client.put_object().bucket("stacks").key("a").body(body("1")).send().await.unwrap();
    assert!(put.version_id().is_some());
}
