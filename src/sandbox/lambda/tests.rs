//! Who may invoke a function.

use super::super::{Answer, Sandbox};
use super::{ADD_PERMISSION, BODY};
use crate::clock::Clock;
use serde_json::{Value, json};

async fn ask(sandbox: &Sandbox, method: &str, uri: &str, body: &str) -> (u16, Value) {
    let signature =
        "AWS4-HMAC-SHA256 Credential=A/20261121/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
    let request = http::Request::builder().method(method).uri(uri).header("authorization", signature);
    let request = request.body(bytes::Bytes::from(body.to_owned())).unwrap();
    let Answer::Reply(reply) = sandbox.answer(&request).await else { panic!("no reply") };
    (reply.status().as_u16(), serde_json::from_slice(reply.body()).unwrap_or_default())
}

const POLICY: &str = "/2015-03-31/functions/a/policy";

fn permission(id: &str) -> String {
    json!({
        "StatementId": id, "Action": "lambda:InvokeFunction", "Principal": "cognito-idp.amazonaws.com",
        "SourceArn": "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_a", "SourceAccount": "000000000000",
    })
    .to_string()
}

#[tokio::test]
async fn a_function_is_there_unless_it_is_asked_for_wrongly() {
    let sandbox = Sandbox::in_memory(Clock::held(0));
    let there = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Aa";
    let (status, said) = ask(&sandbox, "GET", there, "").await;
    assert_eq!((status, &said["Configuration"]["State"]), (200, &json!("Active")), "{said}");
    for (uri, status, code) in [
        ("/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Aa", 404, "ResourceNotFoundException"),
        ("/2015-03-31/functions/a%20b", 400, "ValidationException"),
        ("/2015-03-31/functions/", 404, "UnknownOperationException"),
        ("/2015-03-31/functions/a/versions", 404, "UnknownOperationException"),
        (POLICY, 404, "ResourceNotFoundException"),
    ] {
        let (got, said) = ask(&sandbox, "GET", uri, "").await;
        assert_eq!((got, &said["__type"]), (status, &json!(code)), "{uri}");
    }
}

#[tokio::test]
async fn a_statement_shows_as_aws_shows_it_and_each_qualifier_has_its_own() {
    let sandbox = Sandbox::in_memory(Clock::held(0));
    let live = format!("{POLICY}?Qualifier=live");
    assert_eq!(ask(&sandbox, "POST", &live, &permission("one")).await.0, 201);
    assert_eq!(ask(&sandbox, "GET", POLICY, "").await.0, 404, "the alias's is not the function's");
    let by_arn =
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Aa%3Alive/policy".to_owned();
    for uri in [&live, &by_arn] {
        let (_, said) = ask(&sandbox, "GET", uri, "").await;
        let policy: Value = serde_json::from_str(said["Policy"].as_str().unwrap()).unwrap();
        assert_eq!(
            policy["Statement"][0],
            json!({
                "Sid": "one", "Effect": "Allow", "Principal": { "Service": "cognito-idp.amazonaws.com" },
                "Action": "lambda:InvokeFunction",
                "Resource": "arn:aws:lambda:eu-west-1:000000000000:function:a:live",
                "Condition": {
                    "StringEquals": { "AWS:SourceAccount": "000000000000" },
                    "ArnLike": { "AWS:SourceArn": "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_a" },
                },
            })
        );
    }
    let gone = |id: &str| format!("{POLICY}/{id}?Qualifier=live");
    assert_eq!(ask(&sandbox, "DELETE", &gone("two"), "").await.0, 404);
    assert_eq!(ask(&sandbox, "DELETE", &gone("one"), "").await.0, 204);
    assert_eq!(ask(&sandbox, "GET", &live, "").await.0, 404, "the last one takes the policy along");
}

#[test]
fn the_table_of_members_is_that_of_the_checks() {
    assert_eq!(BODY.each_ref().map(|(name, ..)| *name), ADD_PERMISSION);
}
