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

#[tokio::test]
async fn versions_are_kept_marked_as_deleted_and_brought_back() {
    let sandbox = sandbox();
    let client = bucket(&sandbox).await;
    let put = |text| client.put_object().bucket("stacks").key("a").body(body(text)).send();
    let get = |version: Option<&str>| {
        client.get_object().bucket("stacks").key("a").set_version_id(version.map(str::to_owned)).send()
    };
    let first = put("0").await.unwrap();
    assert_eq!(first.version_id(), None);
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    client.put_bucket_versioning().bucket("stacks").versioning_configuration(enabled).send().await.unwrap();
    let one = put("1").await.unwrap().version_id.unwrap();
    let two = put("2").await.unwrap().version_id.unwrap();
    for (version, text) in [("null", "0"), (&one, "1"), (&two, "2")] {
        let got = get(Some(version)).await.unwrap();
        assert_eq!(got.version_id(), Some(version));
        assert_eq!(got.body.collect().await.unwrap().into_bytes(), text);
    }
    let gone = client.delete_object().bucket("stacks").key("a").send().await.unwrap();
    assert_eq!(gone.delete_marker(), Some(true));
    assert_eq!(code(&get(None).await.unwrap_err()), "NoSuchKey");
    assert_eq!(code(&get(gone.version_id()).await.unwrap_err()), "MethodNotAllowed");
    assert_eq!(code(&get(Some("version99999999")).await.unwrap_err()), "NoSuchVersion");
    assert_eq!(code(&get(Some("nonsense")).await.unwrap_err()), "InvalidArgument");
    // Where a mark of deletion stands, nothing does.
    let missing = client.put_object().bucket("stacks").key("a").if_match("\"x\"").body(body("3")).send().await;
    assert_eq!(code(&missing.unwrap_err()), "NoSuchKey");

    let mut found = Vec::new();
    let (mut key, mut version) = (None, None);
    loop {
        let page = client.list_object_versions().bucket("stacks").set_key_marker(key).set_version_id_marker(version);
        let page = page.send().await.unwrap();
        found
            .extend(page.versions().iter().map(|one| (one.version_id().unwrap().to_owned(), one.is_latest().unwrap())));
        let marks = page.delete_markers().iter();
        found.extend(marks.map(|one| (one.version_id().unwrap().to_owned(), one.is_latest().unwrap())));
        if page.is_truncated() != Some(true) {
            break;
        }
        (key, version) = (page.next_key_marker().map(str::to_owned), page.next_version_id_marker().map(str::to_owned));
    }
    found.sort();
    let mark = gone.version_id().unwrap().to_owned();
    let mut wanted = vec![(mark.clone(), true), ("null".to_owned(), false), (one.clone(), false), (two.clone(), false)];
    wanted.sort();
    assert_eq!(found, wanted);

    client.delete_object().bucket("stacks").key("a").version_id(&mark).send().await.unwrap();
    assert_eq!(get(None).await.unwrap().version_id(), Some(two.as_str()));
    client.delete_object().bucket("stacks").key("a").version_id(&two).send().await.unwrap();
    assert_eq!(get(None).await.unwrap().version_id(), Some(one.as_str()));
    assert_eq!(code(&client.delete_bucket().bucket("stacks").send().await.unwrap_err()), "BucketNotEmpty");
}

#[tokio::test]
async fn checksums_are_checked_and_given_back() {
    let sandbox = sandbox();
    let client = bucket(&sandbox).await;
    // SHA-256 of `text`.
    let sum = "mC2ePrmW9VnmM/TRlN7zdh2Qn1o7ZH0ahR/q1nwyydE=";
    let put = |sum: &str| client.put_object().bucket("stacks").key("a").checksum_sha256(sum).body(body("text")).send();
    let wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_eq!(code(&put(wrong).await.unwrap_err()), "BadDigest");
    assert_eq!(code(&put("short").await.unwrap_err()), "InvalidRequest");
    let right = put(sum).await.unwrap();
    assert_eq!(right.checksum_sha256(), Some(sum));
    let get = client.get_object().bucket("stacks").key("a").checksum_mode(aws_sdk_s3::types::ChecksumMode::Enabled);
    assert_eq!(get.send().await.unwrap().checksum_sha256(), Some(sum));
    let crc = client.put_object().bucket("stacks").key("b").body(body("text"));
    crc.checksum_algorithm(aws_sdk_s3::types::ChecksumAlgorithm::Crc32C).send().await.unwrap();
}

#[tokio::test]
async fn buckets_have_a_policy_an_encryption_and_a_block() {
    let sandbox = sandbox();
    let client = bucket(&sandbox).await;
    let bucket = "stacks";
    assert_eq!(code(&client.get_bucket_policy().bucket(bucket).send().await.unwrap_err()), "NoSuchBucketPolicy");
    let put = |policy: &str| client.put_bucket_policy().bucket(bucket).policy(policy).send();
    assert_eq!(code(&put("no").await.unwrap_err()), "MalformedPolicy");
    let of = |effect: &str, resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":"*","Action":"s3:*","Resource":"{resource}"}}]}}"#
        )
    };
    assert_eq!(code(&put(&of("Deny", "arn:aws:s3:::other/*")).await.unwrap_err()), "MalformedPolicy");
    // Every new bucket keeps public policies out.
    assert_eq!(code(&put(&of("Allow", "arn:aws:s3:::stacks/*")).await.unwrap_err()), "AccessDenied");
    client.delete_public_access_block().bucket(bucket).send().await.unwrap();
    let error = client.get_public_access_block().bucket(bucket).send().await.unwrap_err();
    assert_eq!(code(&error), "NoSuchPublicAccessBlockConfiguration");
    put(&of("Allow", "arn:aws:s3:::stacks/*")).await.unwrap();

    let encryption = client.get_bucket_encryption().bucket(bucket).send().await.unwrap();
    let rules = encryption.server_side_encryption_configuration.unwrap().rules;
    let by = rules[0].apply_server_side_encryption_by_default().unwrap();
    assert_eq!(by.sse_algorithm().as_str(), "AES256");
    let put = client.put_object().bucket(bucket).key("a").body(body("1")).send().await.unwrap();
    assert_eq!(put.server_side_encryption().unwrap().as_str(), "AES256");
    let put = client.put_object().bucket(bucket).key("a").ssekms_key_id("k").body(body("1"));
    let put = put.server_side_encryption(aws_sdk_s3::types::ServerSideEncryption::AwsKms).send().await.unwrap();
    assert_eq!(put.ssekms_key_id(), Some("k"));
}
