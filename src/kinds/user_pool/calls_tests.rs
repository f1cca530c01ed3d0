//! The calls that a user pool makes, and what it does with AWS's answers.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::*;
use crate::kinds::script::{Call, Stage, no};

const ID: &str = "eu-west-1_Abc";

fn pool(spec: Value) -> UserPool {
    serde_json::from_value(spec).unwrap()
}

fn shown(more: &Value) -> (u16, String) {
    let mut pool = json!({ "Id": ID, "Name": "shop", "Arn": format!("arn:aws:cognito-idp:eu-west-1:1:userpool/{ID}") });
    pool.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    (200, json!({ "UserPool": pool }).to_string())
}

/// AWS with a pool of this content, which gives these answers to one operation before it takes the call.
fn stage(content: Value, operation: &'static str, answers: Vec<(u16, String)>) -> Stage {
    let mut answers = VecDeque::from(answers);
    Stage::new(move |call: &Call| {
        if call.operation == operation
            && let Some(answer) = answers.pop_front()
        {
            return answer;
        }
        match call.operation.as_str() {
            "CreateUserPool" | "DescribeUserPool" => shown(&content),
            "DescribeUserPoolDomain" => {
                let domain = json!({ "UserPoolId": ID, "Domain": "shop", "Status": "ACTIVE" });
                (200, json!({ "DomainDescription": domain }).to_string())
            }
            _ => (200, json!({ "MfaConfiguration": "OFF" }).to_string()),
        }
    })
}

fn busy() -> (u16, String) {
    no("ConcurrentModificationException", "try later")
}

async fn updated(stage: &Stage, spec: impl FnOnce(&mut UserPool)) -> Result<()> {
    let before = Box::pin(UserPool::read(&stage.ctx, ID, None)).await?.unwrap().spec;
    let mut wanted = before.clone();
    spec(&mut wanted);
    Box::pin(wanted.update(&stage.ctx, ID, &before)).await
}

#[tokio::test]
async fn a_pool_is_created_by_one_call_that_bears_its_marks() {
    let stage = stage(json!({}), "", vec![]);
    let wanted = pool(json!({
        "name": "shop", "tags": { "app": "shop" }, "mfa": { "mode": "ON", "software_token": true },
        "admin_create_user_config": { "allow_admin_create_user_only": true },
    }));
    assert_eq!(wanted.create(&stage.ctx, "t0k3n").await.unwrap(), ID);
    assert_eq!(stage.operations(), ["CreateUserPool"]);
    assert_eq!(
        stage.calls()[0].input,
        json!({
            "PoolName": "shop", "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
            "UserPoolTags": { "app": "shop", "stack:name": "dev", "stack:token": "t0k3n" },
        })
    );
}

#[tokio::test]
async fn a_replica_that_is_gone_since_the_refusal_keeps_no_pool() {
    let refused = || {
        no("InvalidParameterException", "User pool cannot be deleted. It has a replica that should be deleted first.")
    };
    let stage = stage(json!({}), "DeleteUserPool", vec![refused()]);
    UserPool::delete(&stage.ctx, ID, None).await.unwrap();
    assert_eq!(stage.operations().iter().filter(|one| *one == "DeleteUserPool").count(), 2);
    // A refusal that stays is told.
    let stage = self::stage(json!({}), "DeleteUserPool", vec![refused(), refused()]);
    let error = UserPool::delete(&stage.ctx, ID, None).await.unwrap_err();
    assert!(error.aws_says("It has a replica"), "{error:?}");
}

#[tokio::test]
async fn a_role_that_is_not_known_yet_is_waited_for() {
    let role = || no("InvalidSmsRoleTrustRelationshipException", "Role does not have a trust relationship");
    let stage = stage(json!({}), "CreateUserPool", vec![role(), role()]);
    assert_eq!(pool(json!({ "name": "shop" })).create(&stage.ctx, "t").await.unwrap(), ID);
    assert_eq!(stage.operations(), ["CreateUserPool"; 3]);
    let never = Stage::new(move |_| role());
    let error = pool(json!({ "name": "shop" })).create(&never.ctx, "t").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidSmsRoleTrustRelationshipException"));
    assert!(error.hints().iter().any(|hint| hint.contains("cognito-idp.amazonaws.com")), "{error:?}");
}

#[tokio::test]
async fn a_creation_of_which_nothing_was_heard_is_not_tried_again() {
    let lost = (500, json!({ "__type": "InternalErrorException", "message": "" }).to_string());
    let stage = stage(json!({}), "CreateUserPool", vec![lost]);
    let error = pool(json!({ "name": "shop" })).create(&stage.ctx, "t").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(stage.operations(), ["CreateUserPool"]);
}

#[tokio::test]
async fn an_update_makes_only_the_calls_that_differ_and_waits_while_the_pool_is_busy() {
    let stage = stage(json!({}), "SetUserPoolMfaConfig", vec![busy(), busy()]);
    updated(&stage, |_| ()).await.unwrap();
    let reads = ["DescribeUserPool", "GetUserPoolMfaConfig"];
    let sorted = |mut operations: Vec<String>| {
        operations.sort();
        operations
    };
    assert_eq!(sorted(stage.operations()), [reads[0], reads[0], reads[1], reads[1]]);
    let before = stage.calls().len();
    updated(&stage, |pool| {
        pool.mfa = Some(serde_json::from_value(json!({ "mode": "OPTIONAL", "software_token": true })).unwrap());
    })
    .await
    .unwrap();
    assert_eq!(stage.operations()[before + 4..], ["SetUserPoolMfaConfig"; 3]);
    assert_eq!(
        stage.calls().last().unwrap().input,
        json!({
            "UserPoolId": ID, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true },
        })
    );
}

#[tokio::test]
async fn tags_are_set_and_removed_and_the_stacks_own_stay() {
    let stage = stage(json!({ "UserPoolTags": { "stack:name": "dev", "old": "1", "kept": "1" } }), "", vec![]);
    updated(&stage, |pool| {
        pool.tags = Some([("kept", "2"), ("new", "3")].map(|(key, value)| (key.into(), value.into())).into());
    })
    .await
    .unwrap();
    let calls = stage.calls();
    let sent: Vec<_> = calls.iter().skip(4).map(|call| (call.operation.as_str(), &call.input)).collect();
    assert_eq!(sent[0].0, "TagResource");
    assert_eq!(sent[0].1["Tags"], json!({ "kept": "2", "new": "3" }));
    assert_eq!(sent[1].0, "UntagResource");
    assert_eq!(sent[1].1["TagKeys"], json!(["old"]));
    assert_eq!(sent.len(), 2);
}

#[tokio::test]
async fn attributes_are_added_by_twenty_five() {
    let stage = stage(json!({}), "", vec![]);
    let own = (0..30).map(|n| (format!("a{n}"), json!({ "type": "String" }))).collect::<serde_json::Map<_, _>>();
    updated(&stage, |it| it.attributes = pool(json!({ "name": "x", "attributes": own })).attributes).await.unwrap();
    let sizes: Vec<_> = stage.calls()[4..]
        .iter()
        .map(|call| (call.operation.clone(), call.input["CustomAttributes"].as_array().unwrap().len()))
        .collect();
    assert_eq!(sizes, [("AddCustomAttributes".to_owned(), 25), ("AddCustomAttributes".to_owned(), 5)]);
}

#[tokio::test]
async fn attributes_that_are_refused_as_there_already_are_looked_for() {
    let attributes = || pool(json!({ "name": "x", "attributes": { "tenant": { "type": "String" } } })).attributes;
    let refused = || {
        let says = "custom:tenant: Existing attribute already has name custom:tenant.";
        vec![no("InvalidParameterException", says)]
    };
    // An answer that was lost, of a call that took effect.
    let there =
        json!({ "SchemaAttributes": [{ "Name": "custom:tenant", "AttributeDataType": "String", "Mutable": true }] });
    let after = Stage::new({
        let mut looks = 0;
        move |call: &Call| match call.operation.as_str() {
            "DescribeUserPool" => {
                looks += 1;
                // It is read, and read again for what others have changed; then it is there.
                shown(if looks > 2 { &there } else { &Value::Null })
            }
            "AddCustomAttributes" => refused().pop().unwrap(),
            _ => (200, json!({ "MfaConfiguration": "OFF" }).to_string()),
        }
    });
    updated(&after, |it| it.attributes = attributes()).await.unwrap();
    // One that is not there after all: what AWS says is told.
    let never = stage(json!({}), "AddCustomAttributes", refused());
    let error = updated(&never, |it| it.attributes = attributes()).await.unwrap_err();
    assert!(error.aws_says("Existing attribute"), "{error:?}");
}

#[tokio::test]
async fn a_pool_is_found_by_its_token_among_its_namesakes() {
    let stage = Stage::new(|call: &Call| match call.operation.as_str() {
        "ListUserPools" if call.input.get("NextToken").is_none() => {
            (200, json!({ "UserPools": [{ "Id": "a_1", "Name": "shop" }], "NextToken": "more" }).to_string())
        }
        "ListUserPools" => {
            let pools = json!([{ "Id": "a_2", "Name": "other" }, { "Id": "a_3", "Name": "shop" }]);
            (200, json!({ "UserPools": pools }).to_string())
        }
        _ if call.input["UserPoolId"] == "a_3" => {
            shown(&json!({ "UserPoolTags": { "stack:name": "dev", "stack:token": "mine" } }))
        }
        _ => shown(&json!({ "UserPoolTags": { "stack:name": "prod", "stack:token": "mine" } })),
    });
    let wanted = pool(json!({ "name": "shop" }));
    assert_eq!(wanted.find(&stage.ctx, "mine").await.unwrap().as_deref(), Some("a_3"));
    assert_eq!(wanted.find(&stage.ctx, "another").await.unwrap(), None);
    assert!(!stage.calls().iter().any(|call| call.input["UserPoolId"] == "a_2"), "names are told apart first");
}

#[tokio::test]
async fn what_is_in_the_way_of_a_deletion_is_said() {
    let protected = "The user pool cannot be deleted because deletion protection is activated. Deletion protection \
                     must be inactivated first.";
    let on_stage = stage(json!({}), "DeleteUserPool", vec![no("InvalidParameterException", protected)]);
    let error = UserPool::delete(&on_stage.ctx, ID, None).await.unwrap_err();
    assert!(error.hints()[0].contains("deletion_protection: INACTIVE"), "{error:?}");

    let domain = || {
        let text = "User pool cannot be deleted. It has a domain configured that should be deleted first.";
        no("InvalidParameterException", text)
    };
    let on_stage = stage(json!({ "Domain": "shop" }), "DeleteUserPool", vec![domain()]);
    let error = UserPool::delete(&on_stage.ctx, ID, None).await.unwrap_err();
    assert!(error.hints()[0].contains("the domain shop"), "{error:?}");

    let on_stage = stage(json!({}), "DeleteUserPool", vec![domain(), domain()]);
    UserPool::delete(&on_stage.ctx, ID, None).await.unwrap();
    assert_eq!(on_stage.operations().iter().filter(|operation| *operation == "DeleteUserPool").count(), 3);

    let gone = stage(json!({}), "DeleteUserPool", vec![no("ResourceNotFoundException", "gone")]);
    UserPool::delete(&gone.ctx, ID, None).await.unwrap();
}

#[tokio::test]
async fn a_pool_says_what_it_holds_and_one_that_is_gone_is_none() {
    let stage = stage(json!({ "EstimatedNumberOfUsers": 3, "DeletionProtection": "ACTIVE" }), "", vec![]);
    let seen = UserPool::read(&stage.ctx, ID, None).await.unwrap().unwrap();
    assert_eq!(seen.holds.as_deref(), Some("3 user accounts"));
    assert_eq!(seen.protected.as_deref(), Some("deletion protection is ACTIVE"));
    let gone = Stage::new(|_| no("ResourceNotFoundException", "gone"));
    assert!(UserPool::read(&gone.ctx, ID, None).await.unwrap().is_none());
}
