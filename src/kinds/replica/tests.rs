//! A replica, against AWS as a script plays it: how it is read, made, changed and deleted.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::*;
use crate::kinds::script::{Stage, no};

const ARN: &str = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-west-1_a";

/// AWS with one replica in each of these statuses, one look after the other; None is none.
fn stage(statuses: &'static [Option<&'static str>]) -> Stage {
    let looks = RefCell::new(0);
    Stage::new(move |call| match call.operation.as_str() {
        "ListUserPoolReplicas" => {
            let now = *looks.borrow();
            *looks.borrow_mut() += 1;
            let mut all = vec![json!({ "RegionName": "eu-west-1", "Role": "PRIMARY", "Status": "ACTIVE" })];
            if let Some(status) = statuses.get(now).or(statuses.last()).copied().flatten() {
                all.push(json!({
                    "RegionName": "eu-central-1", "Role": "SECONDARY", "Status": status, "UserPoolArn": ARN,
                }));
            }
            (200, json!({ "UserPoolReplicas": all }).to_string())
        }
        "ListTagsForResource" => {
            let tags = json!({ "app": "shop", "team": "web", "stack:name": "dev", "aws:x": "y" });
            (200, json!({ "Tags": tags }).to_string())
        }
        _ => (200, "{}".to_owned()),
    })
    .knowing("user_pool", "eu-west-1_a", Value::Null)
}

fn made_by(stage: &Stage) -> Vec<String> {
    stage.calls().into_iter().map(|call| call.operation).filter(|operation| !operation.starts_with("List")).collect()
}

#[tokio::test(flavor = "current_thread")]
async fn it_is_read_with_its_own_tags_and_waited_for_while_it_is_made() {
    let statuses: [(&[Option<&str>], _); 4] = [
        (&[Some("CREATING")], true),
        (&[Some("PENDING_CREATE")], true),
        (&[Some("INACTIVE")], false),
        (&[Some("ACTIVE")], false),
    ];
    for (status, waits) in statuses {
        let stage = stage(status);
        let read = Replica::read(&stage.ctx, "eu-west-1_a/eu-central-1", None).await.unwrap().unwrap();
        assert_eq!(read.waiting.is_some(), waits, "{status:?}");
        assert_eq!(read.outputs, ReplicaOutputs { arn: ARN.to_owned() });
        let active = status == [Some("ACTIVE")];
        let status = if active { ReplicaStatus::Active } else { ReplicaStatus::Inactive };
        let tags = if waits { Some(BTreeMap::new()) } else { example().tags };
        assert_eq!(read.spec, Replica { status: Some(status), tags, ..example() });
    }
    for status in [&[Some("DELETING")][..], &[None]] {
        let stage = stage(status);
        assert!(Replica::read(&stage.ctx, "eu-west-1_a/eu-central-1", None).await.unwrap().is_none());
        assert_eq!(example().find(&stage.ctx, "t").await.unwrap(), None);
    }
    assert!(Replica::read(&stage(&[None]).ctx, "eu-west-1_a", None).await.is_err(), "not an id of one");
}

#[tokio::test(flavor = "current_thread")]
async fn an_active_one_stops_serving_before_it_is_deleted_and_its_end_is_waited_for() {
    // The list lags behind the deletion.
    let steps =
        &[Some("CREATING"), Some("ACTIVE"), Some("ACTIVE"), Some("INACTIVE"), Some("INACTIVE"), Some("DELETING"), None];
    let stage = stage(steps);
    Replica::delete(&stage.ctx, "eu-west-1_a/eu-central-1", None).await.unwrap();
    assert_eq!(made_by(&stage), ["UpdateUserPoolReplica", "DeleteUserPoolReplica"]);
    assert_eq!(stage.calls().iter().filter(|call| call.operation == "ListUserPoolReplicas").count(), steps.len());
    let none = self::stage(&[None]);
    Replica::delete(&none.ctx, "eu-west-1_a/eu-central-1", None).await.unwrap();
    assert!(made_by(&none).is_empty());
}

#[tokio::test(flavor = "current_thread")]
async fn a_deletion_that_was_done_and_is_refused_when_it_is_asked_again_is_waited_for() {
    for after in [Some("DELETING"), Some("INACTIVE")] {
        let looks = RefCell::new(0);
        let stage = Stage::new(move |call| match call.operation.as_str() {
            "ListUserPoolReplicas" => {
                let now = *looks.borrow();
                *looks.borrow_mut() += 1;
                let status = [Some("INACTIVE"), after].get(now).copied().flatten();
                let all: Vec<Value> = status
                    .map(|status| json!({ "RegionName": "eu-central-1", "Role": "SECONDARY", "Status": status }))
                    .into_iter()
                    .collect();
                (200, json!({ "UserPoolReplicas": all }).to_string())
            }
            _ => no("InvalidParameterException", "no"),
        });
        let deleted = Replica::delete(&stage.ctx, "eu-west-1_a/eu-central-1", None).await;
        assert_eq!(deleted.is_ok(), after == Some("DELETING"), "{deleted:?}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn tags_that_cannot_be_read_are_never_taken_as_they_were() {
    let last = || Last { spec: example(), outputs: Some(ReplicaOutputs { arn: ARN.to_owned() }) };
    for (status, body) in [no("AccessDeniedException", "no"), (503, "the Region is away".to_owned())] {
        let stage = Stage::new(move |call| match call.operation.as_str() {
            "ListUserPoolReplicas" => {
                let one = json!({
                    "RegionName": "eu-central-1", "Role": "SECONDARY", "Status": "INACTIVE", "UserPoolArn": ARN,
                });
                (200, json!({ "UserPoolReplicas": [one] }).to_string())
            }
            _ => (status, body.clone()),
        })
        .knowing("user_pool", "eu-west-1_a", Value::Null);
        for last in [Some(last()), None] {
            let read = Replica::read(&stage.ctx, "eu-west-1_a/eu-central-1", last.as_ref()).await.unwrap_err();
            assert_eq!(read.message(), "cannot read the tags of the replica in eu-central-1");
            let hints = read.hints().join("; ");
            if status == 503 {
                assert!(hints.contains("`--refresh=false`"), "{read:?}");
            } else {
                assert!(hints.contains("cognito-idp:ListTagsForResource"), "{read:?}");
            }
        }
        assert!(example().find(&stage.ctx, "t").await.is_err(), "whose it is is not known");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn one_that_is_there_and_that_this_run_did_not_make_is_told_and_not_taken() {
    let stage = stage(&[Some("INACTIVE")]);
    assert!(example().twin(&stage.ctx).await.unwrap().is_some());
    let none = self::stage(&[Some("DELETING")]);
    assert_eq!(example().twin(&none.ctx).await.unwrap(), None);
}

#[tokio::test(flavor = "current_thread")]
async fn one_that_goes_is_waited_for_before_another_comes() {
    let stage = stage(&[Some("DELETING"), None]);
    assert_eq!(example().create(&stage.ctx, "t-1").await.unwrap(), "eu-west-1_a/eu-central-1");
    let call = stage.calls().pop().unwrap();
    let tags = json!({ "app": "shop", "team": "web", "stack:name": "dev", "stack:token": "t-1" });
    assert_eq!(call.input, json!({ "UserPoolId": "eu-west-1_a", "RegionName": "eu-central-1", "UserPoolTags": tags }));
}

#[tokio::test(flavor = "current_thread")]
async fn a_second_one_is_refused_with_what_to_do() {
    let stage = Stage::new(|call| match call.operation.as_str() {
        "ListUserPoolReplicas" => (200, json!({ "UserPoolReplicas": [] }).to_string()),
        _ => no("LimitExceededException", "no"),
    })
    .knowing("user_pool", "eu-west-1_a", Value::Null);
    let error = example().create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.hints().iter().any(|hint| hint.contains("stack import")), "{error:?}");
}
