//! What is sent to Lambda, and what its policies are taken for.

use super::*;
use crate::kinds::script::{Stage, no};

const POOL: &str = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:gate:live";

fn permission() -> LambdaPermission {
    LambdaPermission { user_pool: Ref::one(), function: FUNCTION.to_owned() }
}

fn own() -> Value {
    json!({
        "Sid": "stack-eu-west-1_a", "Effect": "Allow", "Principal": { "Service": COGNITO }, "Action": INVOKE,
        "Resource": FUNCTION,
        "Condition": {
            "StringEquals": { "AWS:SourceAccount": "111122223333" }, "ArnLike": { "AWS:SourceArn": POOL },
        },
    })
}

fn stage(statements: Vec<Value>, added: (u16, String)) -> Stage {
    let policy = json!({ "Policy": json!({ "Statement": statements }).to_string() }).to_string();
    let outputs = json!({
        "id": "eu-west-1_a", "arn": POOL, "region": "eu-west-1", "endpoint": "", "issuer": "", "jwks_uri": "",
    });
    Stage::new(move |call| match call.operation.split(' ').next().unwrap() {
        "GET" if statements.is_empty() => no("ResourceNotFoundException", "none"),
        "GET" => (200, policy.clone()),
        "POST" => added.clone(),
        _ => (204, String::new()),
    })
    .knowing("user_pool", "eu-west-1_a", outputs)
}

#[tokio::test(flavor = "current_thread")]
async fn a_permission_names_pool_and_account_and_stands_on_the_alias() {
    let stage = stage(vec![own()], (201, "{}".to_owned()));
    let id = permission().create(&stage.ctx, "t").await.unwrap();
    assert_eq!(id, format!("{FUNCTION}/stack-eu-west-1_a"));
    let call = &stage.calls()[0];
    let address = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Agate/policy";
    assert_eq!(call.operation, format!("POST {address}?Qualifier=live"));
    assert_eq!(
        call.input,
        json!({
            "StatementId": "stack-eu-west-1_a", "Action": INVOKE, "Principal": COGNITO, "SourceArn": POOL,
            "SourceAccount": "111122223333",
        })
    );
    let read = LambdaPermission::read(&stage.ctx, &id, None).await.unwrap().unwrap();
    assert_eq!(read.spec, permission());
    LambdaPermission::delete(&stage.ctx, &id, None).await.unwrap();
    let last = stage.operations().pop().unwrap();
    assert_eq!(last, format!("DELETE {address}/stack-eu-west-1_a?Qualifier=live"));
}

#[tokio::test(flavor = "current_thread")]
async fn a_statement_that_is_there_is_taken_up_only_if_it_says_the_same() {
    let taken = no("ResourceConflictException", "The statement id (stack-eu-west-1_a) provided already exists.");
    let same = stage(vec![own()], taken.clone());
    permission().create(&same.ctx, "t").await.unwrap();
    let mut wider = own();
    wider["Condition"] = json!({});
    let other = stage(vec![wider], taken);
    let error = permission().create(&other.ctx, "t").await.unwrap_err();
    assert!(error.message().contains("says otherwise"), "{error}");
    assert!(error.hints()[0].contains("remove-permission"), "{error:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_statement_of_another_making_is_adopted_and_not_taken_for_ones_own() {
    let mut theirs = own();
    theirs["Sid"] = json!("AllowExecutionFromCognito");
    theirs["Condition"] = json!({ "ArnLike": { "AWS:SourceArn": POOL } });
    let stage = stage(vec![theirs], (201, "{}".to_owned()));
    assert_eq!(permission().find(&stage.ctx, "t").await.unwrap(), None);
    let id = permission().find(&stage.ctx, "").await.unwrap().unwrap();
    assert_eq!(id, format!("{FUNCTION}/AllowExecutionFromCognito"));
    let read = LambdaPermission::read(&stage.ctx, &id, None).await.unwrap().unwrap();
    assert_eq!(read.spec, permission());
}

#[tokio::test(flavor = "current_thread")]
async fn what_says_more_or_less_is_not_this_stacks() {
    for change in [
        json!({ "Effect": "Deny" }),
        json!({ "Principal": "*" }),
        json!({ "Action": "lambda:*" }),
        json!({ "Condition": null }),
        json!({ "Condition": { "ArnLike": { "AWS:SourceArn": "arn:aws:cognito-idp:*:*:userpool/*" } } }),
        json!({ "Condition": { "ArnLike": { "AWS:SourceArn": POOL }, "Bool": { "aws:SecureTransport": "true" } } }),
        json!({ "Condition": { "ArnLike": { "AWS:SourceArn": POOL }, "StringEquals": { "AWS:SourceAccount": "9" } } }),
    ] {
        let mut statement = own();
        statement.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let stage = stage(vec![statement.clone()], (201, "{}".to_owned()));
        let read = LambdaPermission::read(&stage.ctx, &format!("{FUNCTION}/stack-eu-west-1_a"), None).await.unwrap();
        assert!(read.unwrap().spec.user_pool.address.starts_with("(not in this stack) "), "{statement}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_gone_is_gone() {
    let stage = stage(Vec::new(), no("ResourceNotFoundException", "Function not found"));
    let id = format!("{FUNCTION}/stack-eu-west-1_a");
    assert!(LambdaPermission::read(&stage.ctx, &id, None).await.unwrap().is_none());
    assert_eq!(permission().find(&stage.ctx, "").await.unwrap(), None);
    let error = permission().create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.hints()[0].contains("deploy it first"), "{error:?}");
    assert!(LambdaPermission::read(&stage.ctx, "eu-west-1_a", None).await.is_err());
}
