//! The KMS keys that the pool uses are there, enabled, and of the kind that encrypts.

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use serde_json::json;

use super::{Check, Finding, Input, When, part, unsaid};
use crate::aws::raw::KMS;

pub(super) const CHECK: Check = Check {
    name: "keys",
    title: "the KMS keys that the pool uses",
    why: "with a key that cannot encrypt, the pool cannot be made, or its custom senders receive no codes",
    source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

async fn look(input: Input<'_>) -> Vec<Finding> {
    let senders = input.pool("lambda_config").and_then(|(_, pool)| pool.lambda_config?.kms_key_id);
    let pool = input.pool("key_configuration").and_then(|(_, pool)| pool.key_configuration?.kms_key_arn);
    let keys = [("lambda_config.kms_key_id", senders), ("key_configuration.kms_key_arn", pool)];
    let keys = keys.into_iter().filter_map(|(field, key)| Some((format!("user_pool.{field}"), key?)));
    join_all(keys.map(|(at, key)| of_key(input, at, key))).await
}

async fn of_key(input: Input<'_>, at: String, key: String) -> Finding {
    let region = Some(part(&key, 3)).filter(|region| !region.is_empty()).unwrap_or(&input.aws.region);
    let asked = json!({ "KeyId": key });
    let asked = input.aws.raw.json(KMS, region, ("TrentService", "DescribeKey"), &asked);
    let told = input.ask("DescribeKey", asked).await.and_then(|said| {
        let field = |name: &str| said["KeyMetadata"][name].as_str().map(str::to_owned);
        let told = (|| Some((field("KeyState")?, field("KeyUsage")?, field("KeySpec")?)))();
        told.ok_or_else(|| unsaid("DescribeKey", "the answer does not say what the key is like"))
    });
    let (state, usage, spec) = match told {
        Ok(told) => told,
        Err(error) if error.code() == Some("NotFoundException") => {
            return Finding::fail(at, format!("there is no key {key}"), "make it first, or correct the ARN");
        }
        Err(error) => return Finding::untold(at, "nobody knows whether the key can be used", &error),
    };
    match (state.as_str(), usage.as_str(), spec.as_str()) {
        ("PendingDeletion", ..) => Finding::fail(
            at,
            "the key is about to be deleted, and cannot be used",
            format!("aws kms cancel-key-deletion --region {region} --key-id {key}, then enable-key; or name another"),
        ),
        ("Disabled", ..) => Finding::fail(
            at,
            "the key is disabled",
            format!("aws kms enable-key --region {region} --key-id {key}; or name another"),
        ),
        ("Enabled", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT") => Finding::pass(at, "the key is enabled, and encrypts"),
        ("Enabled", ..) => Finding::fail(
            at,
            format!("the key is {spec} for {usage}, and Cognito needs a symmetric one that encrypts"),
            "make one: aws kms create-key (its defaults are right)",
        ),
        _ => Finding::fail(at, format!("the key is {state}, and cannot be used"), "name another"),
    }
}
