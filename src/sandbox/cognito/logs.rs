//! Where a pool's logs are delivered (`other_resources.md` 5).
use super::doc::{self, Doc};
use super::{Refusal, invalid};
use crate::sandbox::{ACCOUNT, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `SetLogDeliveryConfiguration`: the whole list; an empty one takes all away.
pub(super) fn set(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let tier = world.cognito.pool(region, id)?.tier().to_owned();
    let logs: Vec<&Doc> = doc::items(input, "LogConfigurations").iter().filter_map(Value::as_object).collect();
    let sources: BTreeSet<&str> = logs.iter().map(|log| doc::required(log, "EventSource")).collect();
    if sources.len() < logs.len() {
        return Err(invalid("Following event sources appear more then once in a request"));
    }
    for log in &logs {
        one(region, log)?;
    }
    // "userAuthEvents … PLUS tier".
    if sources.contains("userAuthEvents") && tier != "PLUS" {
        return Err(Refusal::new(
            "FeatureUnavailableInTierException",
            format!("The following feature is not available for the {tier} pricing tier configured: Log Streaming"),
        ));
    }
    // Whether AWS keeps the order of the list is not said: here it does not, so that nobody relies on it.
    let kept: Vec<Value> = logs.iter().rev().map(|log| Value::Object((*log).clone())).collect();
    world.cognito.pool_mut(region, id)?.logs.clone_from(&kept);
    // "edits log resource policy / bucket policy of the target on your behalf" (`other_resources.md` 5).
    for log in kept.iter().filter_map(Value::as_object) {
        let target = |block: &str, arn: &str| doc::child(log, block).and_then(|block| doc::text(block, arn));
        if let Some(group) = target("CloudWatchLogsConfiguration", "LogGroupArn") {
            world.account.delivers_to(group);
        }
        let bucket = target("S3Configuration", "BucketArn").and_then(|arn| arn.rsplit(':').next());
        if let Some(bucket) = bucket {
            world.s3.delivers_to(bucket);
        }
    }
    Ok(shown(id, &kept))
}

/// `GetLogDeliveryConfiguration`: an empty list is a pool without.
pub(super) fn get(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    Ok(shown(id, &world.cognito.pool(region, id)?.logs))
}

/// What one sort of event may ask. The texts are not known.
fn one(region: &str, log: &Doc) -> Result<(), Refusal> {
    let source = doc::required(log, "EventSource");
    let target = |block: &str, arn: &str| doc::child(log, block).and_then(|block| doc::filled(block, arn));
    let group = target("CloudWatchLogsConfiguration", "LogGroupArn");
    let others = [target("S3Configuration", "BucketArn"), target("FirehoseConfiguration", "StreamArn")];
    let level = if source == "userNotification" { "ERROR" } else { "INFO" };
    if doc::text(log, "LogLevel") != Some(level) {
        return Err(invalid(format!("The log level of {source} must be {level}.")));
    }
    let count = usize::from(group.is_some()) + others.iter().flatten().count();
    if count != 1 {
        return Err(invalid(format!("Exactly one destination must be specified for {source}.")));
    }
    if source == "userNotification" && group.is_none() {
        return Err(invalid("userNotification can only be delivered to CloudWatch Logs."));
    }
    // "same account and Region as the pool".
    let ours = format!(":logs:{region}:{ACCOUNT}:log-group:");
    if group.is_some_and(|group| !group.contains(&ours)) {
        return Err(invalid("The log group must be in the same account and Region as the user pool."));
    }
    Ok(())
}

fn shown(id: &str, logs: &[Value]) -> Value {
    json!({ "LogDeliveryConfiguration": { "UserPoolId": id, "LogConfigurations": logs } })
}
