//! Calls against a connector that writes down what it is sent.

use std::sync::{Arc, Mutex};

use aws_config::BehaviorVersion;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use serde_json::json;

use super::*;

type Answer = fn(usize) -> (u16, &'static str, &'static str);

/// A request as it was sent: method, address, headers, body.
type Sent = (String, String, Vec<(String, String)>, String);

#[derive(Clone)]
struct Noting(Answer, Arc<Mutex<Vec<Sent>>>);

impl std::fmt::Debug for Noting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Noting")
    }
}

impl HttpConnector for Noting {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut sent = self.1.lock().unwrap();
        let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        sent.push((request.method().to_owned(), request.uri().to_owned(), headers, body));
        let (status, kind, body) = (self.0)(sent.len());
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        if !kind.is_empty() {
            response.headers_mut().insert("x-amzn-errortype", kind);
        }
        response.headers_mut().insert("x-amzn-requestid", "req-1");
        HttpConnectorFuture::ready(Ok(response))
    }
}

fn raw(answer: Answer) -> (Raw, Arc<Mutex<Vec<Sent>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let noting = Noting(answer, Arc::clone(&sent));
    let http = http_client_fn(move |_, _| SharedHttpConnector::new(noting.clone()));
    let credentials = Credentials::new("KEY", "secret", Some("token".to_owned()), None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(TokioSleep::new()))
        .retry_config(RetryConfig::standard().with_initial_backoff(std::time::Duration::from_millis(1)));
    (Raw::new(config.build()), sent)
}

fn header<'a>(sent: &'a Sent, name: &str) -> &'a str {
    sent.2.iter().find(|(header, _)| header == name).map_or("", |(_, value)| value.as_str())
}

#[tokio::test(flavor = "current_thread")]
async fn each_protocol_is_sent_to_its_address_and_signed_for_its_service() {
    let (raw, sent) = raw(|_| (200, "", "{\"a\":1}"));
    let path = format!("/2015-03-31/functions/{}", escaped("arn:aws:lambda:x"));
    assert_eq!(raw.get(LAMBDA, "eu-west-1", "GetFunction", &path).await.unwrap(), json!({ "a": 1 }));
    raw.json(KMS, "cn-north-1", ("TrentService", "DescribeKey"), &json!({ "KeyId": "k" })).await.unwrap();
    let fields = [("ActionNames.member.1".to_owned(), "a:B".to_owned())];
    raw.query(IAM, "eu-west-1", ("2010-05-08", "SimulatePrincipalPolicy"), &fields).await.unwrap();
    let sent = sent.lock().unwrap();
    let lines: Vec<String> = sent.iter().map(|one| format!("{} {} {}", one.0, one.1, one.3)).collect();
    assert_eq!(
        lines,
        [
            "GET https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax ",
            "POST https://kms.cn-north-1.amazonaws.com.cn/ {\"KeyId\":\"k\"}",
            "POST https://iam.amazonaws.com/ Action=SimulatePrincipalPolicy&Version=2010-05-08&ActionNames.member.1=a%3AB",
        ]
    );
    assert_eq!(header(&sent[1], "x-amz-target"), "TrentService.DescribeKey");
    for (one, scope) in sent.iter().zip(["eu-west-1/lambda", "cn-north-1/kms", "us-east-1/iam"]) {
        let signature = header(one, "authorization");
        assert!(
            signature.contains("Credential=KEY/") && signature.contains(&format!("/{scope}/aws4_request")),
            "{one:?}"
        );
        assert_eq!(header(one, "x-amz-security-token"), "token");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn refusals_are_read_in_each_protocol() {
    let (rest, _) = raw(|_| (404, "ResourceNotFoundException:http://x/", "{\"Message\":\"Function not found\"}"));
    let error = rest.get(LAMBDA, "eu-west-1", "GetFunction", "/").await.unwrap_err();
    assert_eq!(error.message(), "GetFunction: ResourceNotFoundException: Function not found (request req-1)");
    assert!(error.is_not_found());
    let (json, _) = raw(|_| (400, "", r#"{"__type":"com.amazonaws.kms#NotFoundException","message":"no key"}"#));
    let error = json.json(KMS, "eu-west-1", ("TrentService", "DescribeKey"), &json!({})).await.unwrap_err();
    assert_eq!(error.code(), Some("NotFoundException"));
    let (query, _) = raw(|_| {
        let no = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: u is not authorized to perform: \
                  iam:SimulatePrincipalPolicy on resource: r because</Message></Error></ErrorResponse>";
        (403, "", no)
    });
    let error = query.query(IAM, "eu-west-1", ("2010-05-08", "SimulatePrincipalPolicy"), &[]).await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"));
    assert_eq!(error.hints(), ["allow `iam:SimulatePrincipalPolicy` on `r` for u in IAM, then run this again"]);
    let (odd, _) = raw(|_| (200, "", "<html>"));
    let error = odd.get(LAMBDA, "eu-west-1", "GetFunction", "/").await.unwrap_err();
    assert!(error.message().contains("the answer is not JSON"), "{error:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn what_passes_is_tried_again_and_what_stays_is_given_up() {
    let (throttled, sent) = raw(|count| match count {
        1 => (400, "ThrottlingException", "{}"),
        2 => (503, "", ""),
        _ => (200, "", "{}"),
    });
    throttled.get(SES, "eu-west-1", "GetAccount", "/v2/email/account").await.unwrap();
    assert_eq!(sent.lock().unwrap().len(), 3);
    let (broken, sent) = raw(|_| (500, "", ""));
    broken.get(SES, "eu-west-1", "GetAccount", "/v2/email/account").await.unwrap_err();
    assert_eq!(sent.lock().unwrap().len(), usize::try_from(TRIES).unwrap());
    let (denied, sent) = raw(|_| (403, "AccessDeniedException", "{}"));
    denied.get(SES, "eu-west-1", "GetAccount", "/v2/email/account").await.unwrap_err();
    assert_eq!(sent.lock().unwrap().len(), 1);
}
