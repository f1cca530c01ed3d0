//! Where a pool's logs go: messages that could not be sent, and what people do (`other_resources.md` 5).
//!
//! One call writes the whole list, with one entry for each source of events. An ARN says by itself which service it is
//! of, so that is all a person writes.

use aws_sdk_cognitoidentityprovider::types as aws;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::busy::when_free;
use super::user_pool::UserPool;
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, grants};

/// Where a pool's logs go. Its id is the pool's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogDelivery {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The ARN of the log group for messages that could not be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_notification: Option<String>,
    /// The ARN of the log group, the bucket or the Firehose stream for what people do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_auth_events: Option<String>,
}

/// What AWS decided of a pool's logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogDeliveryOutputs {
    /// The pool's id.
    pub user_pool_id: String,
}

impl Kind for LogDelivery {
    const NAME: &'static str = "log_delivery";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = LogDeliveryOutputs;

    /// What people do is logged in the tier PLUS alone (`other_resources.md` 5).
    fn lets_go(before: &Self, after: Option<&Self>) -> bool {
        before.user_auth_events.is_some() && after.is_none_or(|after| after.user_auth_events.is_none())
    }

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let there = entries(ctx, id).await?;
        let of = |source: &aws::EventSourceName| {
            there.iter().find(|entry| entry.event_source() == source).and_then(target).map(|arn| plain(&arn).to_owned())
        };
        let spec = Self {
            user_pool: ctx.named(id, |pool, _| pool == id),
            user_notification: of(&aws::EventSourceName::UserNotification),
            user_auth_events: of(&aws::EventSourceName::UserAuthEvents),
        };
        let is_set = spec.user_notification.is_some() || spec.user_auth_events.is_some();
        Ok(is_set.then(|| Observed::ready(spec, LogDeliveryOutputs { user_pool_id: id.to_owned() })))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        Ok(Self::read(ctx, &pool, None).await?.map(|_| pool))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let pool = ctx.id(&self.user_pool)?;
        // What nobody declares and somebody has put there stays, here as everywhere.
        let there = Self::read(ctx, &pool, None).await?.map(|there| there.spec);
        let mut wanted = self.clone();
        if let Some(there) = there {
            wanted.user_notification = wanted.user_notification.or(there.user_notification);
            wanted.user_auth_events = wanted.user_auth_events.or(there.user_auth_events);
        }
        write(ctx, &pool, Some(&wanted)).await?;
        Ok(pool)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let Self { user_pool: _, user_notification, user_auth_events } = self;
        if (user_notification, user_auth_events) == (&before.user_notification, &before.user_auth_events) {
            return Ok(());
        }
        write(ctx, id, Some(self)).await
    }

    fn grants(&self) -> Vec<Grant> {
        let mut found = grants(Use::Reading, &On::Pool, &["cognito-idp:GetLogDeliveryConfiguration"]);
        // Taking it away is setting it to nothing, which undoes on the other side what setting it did.
        for used in [Use::Making, Use::Changing, Use::Deleting] {
            found.extend(grants(used, &On::Pool, &["cognito-idp:SetLogDeliveryConfiguration"]));
            // quotas_errors.md 8: AWS asks these of whoever makes the call.
            found.extend(grants(used, &On::Any, DELIVERIES));
            let Some(arn) = &self.user_auth_events else { continue };
            match service(arn) {
                Some("s3") => {
                    let policy = ["s3:GetBucketPolicy", "s3:PutBucketPolicy"];
                    found.extend(grants(used, &On::Arn(arn.clone()), &policy));
                }
                Some("firehose") => {
                    found.extend(grants(used, &On::Arn(arn.clone()), &["firehose:TagDeliveryStream"]));
                    found.extend(grants(used, &On::LogRole, &["iam:CreateServiceLinkedRole"]));
                }
                _ => {}
            }
        }
        found
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        // other_resources.md 5: "delete = empty list".
        match write(ctx, id, None).await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

/// What delivering logs asks of IAM besides (`quotas_errors.md` 8).
const DELIVERIES: &[&str] = &[
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];

/// The service of an ARN: `s3`.
#[must_use]
pub fn service(arn: &str) -> Option<&str> {
    arn.starts_with("arn:").then(|| arn.split(':').nth(2)).flatten()
}

/// A log group's ARN as AWS takes it: CloudWatch Logs itself shows it with `:*` behind (`other_resources.md` 5).
#[must_use]
pub fn plain(arn: &str) -> &str {
    arn.strip_suffix(":*").unwrap_or(arn)
}

async fn entries(ctx: &Ctx, pool: &str) -> Result<Vec<aws::LogConfigurationType>> {
    let call = ctx.aws.cognito.get_log_delivery_configuration().user_pool_id(pool).send().await;
    match call.map_err(refused("GetLogDeliveryConfiguration")) {
        Ok(answer) => Ok(answer.log_delivery_configuration.map(|logs| logs.log_configurations).unwrap_or_default()),
        // other_resources.md 5: what the plan does not have, the pool has none of.
        Err(error) if error.is_not_found() || error.code() == Some("FeatureUnavailableInTierException") => {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

fn target(entry: &aws::LogConfigurationType) -> Option<String> {
    let aws::LogConfigurationType { cloud_watch_logs_configuration, s3_configuration, firehose_configuration, .. } =
        entry;
    let group = cloud_watch_logs_configuration.as_ref().and_then(|group| group.log_group_arn.clone());
    let bucket = s3_configuration.as_ref().and_then(|bucket| bucket.bucket_arn.clone());
    group.or(bucket).or_else(|| firehose_configuration.as_ref().and_then(|stream| stream.stream_arn.clone()))
}

/// Writes the whole list; sources of events that this program does not know keep what they have.
async fn write(ctx: &Ctx, pool: &str, wanted: Option<&LogDelivery>) -> Result<()> {
    let (notification, events) = (aws::EventSourceName::UserNotification, aws::EventSourceName::UserAuthEvents);
    let mut list = entries(ctx, pool).await?;
    list.retain(|entry| ![&notification, &events].contains(&entry.event_source()));
    if let Some(LogDelivery { user_pool: _, user_notification, user_auth_events }) = wanted {
        let both =
            [(notification, aws::LogLevel::Error, user_notification), (events, aws::LogLevel::Info, user_auth_events)];
        for (source, level, arn) in both {
            if let Some(arn) = arn {
                list.push(entry(source, level, arn)?);
            }
        }
    }
    let written = when_free(ctx, async || {
        let call = ctx.aws.cognito.set_log_delivery_configuration().user_pool_id(pool);
        let answer = call.set_log_configurations(Some(list.clone())).send().await;
        answer.map(drop).map_err(refused("SetLogDeliveryConfiguration"))
    });
    written.await.map_err(hinted)
}

fn entry(source: aws::EventSourceName, level: aws::LogLevel, arn: &str) -> Result<aws::LogConfigurationType> {
    let entry = aws::LogConfigurationType::builder().event_source(source).log_level(level);
    let entry = match service(arn) {
        Some("s3") => entry.s3_configuration(aws::S3ConfigurationType::builder().bucket_arn(arn).build()),
        Some("firehose") => {
            entry.firehose_configuration(aws::FirehoseConfigurationType::builder().stream_arn(arn).build())
        }
        _ => entry.cloud_watch_logs_configuration(
            aws::CloudWatchLogsConfigurationType::builder().log_group_arn(plain(arn)).build(),
        ),
    };
    entry.build().map_err(|error| Error::bug("a log configuration cannot be built").caused_by(error))
}

fn hinted(error: Error) -> Error {
    if error.code() == Some("FeatureUnavailableInTierException") {
        error.explained("what people do is logged on the plan PLUS alone: set `user_pool_tier: PLUS`")
    } else {
        error
    }
}

/// Both sources of events, each with its destination.
#[must_use]
pub fn example() -> LogDelivery {
    LogDelivery {
        user_pool: Ref::one(),
        user_notification: Some("arn:aws:logs:ap-southeast-2:000000000000:log-group:/aws/vendedlogs/shop".to_owned()),
        user_auth_events: Some("arn:aws:s3:::shop-logs".to_owned()),
    }
}

/// [`example`], with other destinations.
#[must_use]
pub fn example_changed() -> LogDelivery {
    LogDelivery {
        user_pool: Ref::one(),
        user_notification: Some("arn:aws:logs:ap-southeast-2:000000000000:log-group:other".to_owned()),
        user_auth_events: Some("arn:aws:firehose:ap-southeast-2:000000000000:deliverystream/shop".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::script::Stage;

    fn stage(entries: Value) -> Stage {
        Stage::new(move |call| match call.operation.as_str() {
            "GetLogDeliveryConfiguration" => (
                200,
                json!({ "LogDeliveryConfiguration": { "UserPoolId": "p_1", "LogConfigurations": entries } })
                    .to_string(),
            ),
            "SetLogDeliveryConfiguration" => (200, "{}".to_owned()),
            other => panic!("{other}"),
        })
        .knowing("user_pool", "p_1", Value::Null)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_source_that_is_not_known_and_one_that_nobody_declares_stay() {
        let stage = stage(json!([
            { "LogLevel": "DEBUG", "EventSource": "userDreams", "S3Configuration": { "BucketArn": "arn:aws:s3:::dreams" } },
            { "LogLevel": "INFO", "EventSource": "userAuthEvents", "FirehoseConfiguration": { "StreamArn": "arn:aws:firehose:x" } },
        ]));
        let wanted = LogDelivery { user_auth_events: None, ..example() };
        assert_eq!(wanted.create(&stage.ctx, "t").await.unwrap(), "p_1");
        let sent = stage.calls().last().unwrap().input["LogConfigurations"].clone();
        let sources: Vec<&str> =
            sent.as_array().unwrap().iter().map(|entry| entry["EventSource"].as_str().unwrap()).collect();
        assert_eq!(sources, ["userDreams", "userNotification", "userAuthEvents"]);
        assert_eq!(sent[2]["FirehoseConfiguration"]["StreamArn"], "arn:aws:firehose:x");
        LogDelivery::delete(&stage.ctx, "p_1", None).await.unwrap();
        assert_eq!(stage.calls().last().unwrap().input["LogConfigurations"].as_array().unwrap().len(), 1);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn the_star_behind_a_log_group_counts_for_nothing() {
        let group = "arn:aws:logs:eu-west-1:000000000000:log-group:one";
        let stage = stage(json!([{
            "LogLevel": "ERROR", "EventSource": "userNotification",
            "CloudWatchLogsConfiguration": { "LogGroupArn": format!("{group}:*") },
        }]));
        let read = LogDelivery::read(&stage.ctx, "p_1", None).await.unwrap().unwrap();
        assert_eq!(read.spec.user_notification.as_deref(), Some(group));
        assert_eq!(read.spec.user_auth_events, None);
    }
}
