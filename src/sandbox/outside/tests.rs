//! What the sandbox says of things that it does not hold.

use super::super::Sandbox;
use super::super::core::Answer;
use super::super::fault::Fault;
use crate::clock::Clock;
use serde_json::Value;

fn request(service: &str, target: &str, uri: &str, body: &str) -> super::Request {
    let method = if body.is_empty() { "GET" } else { "POST" };
    let signature = format!(
        "AWS4-HMAC-SHA256 Credential=A/20261121/eu-west-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let mut built = http::Request::builder().method(method).uri(uri).header("authorization", signature);
    if !target.is_empty() {
        built = built.header("x-amz-target", target);
    }
    built.body(bytes::Bytes::from(body.to_owned())).unwrap()
}

/// Status and body of the answer.
async fn ask(fault: &str, request: super::Request) -> (u16, String) {
    let sandbox = Sandbox::in_memory(Clock::held(0));
    for fault in Fault::parse_all(fault).unwrap() {
        sandbox.fault(fault);
    }
    let Answer::Reply(reply) = sandbox.answer(&request).await else { panic!("no reply") };
    (reply.status().as_u16(), String::from_utf8(reply.body().to_vec()).unwrap())
}

#[tokio::test]
async fn keys_identities_and_quotas_are_in_order() {
    let kms = |input: &str| ask("", request("kms", "TrentService.DescribeKey", "/", input));
    assert!(kms(r#"{"KeyId":"arn:aws:kms:eu-west-1:1:key/k"}"#).await.1.contains(r#""KeyState":"Enabled""#));
    assert!(kms(r#"{"KeyId":"arn:aws:kms:us-east-1:1:key/k"}"#).await.1.contains("NotFoundException"));
    assert!(kms(r#"{"KeyId":"arn:aws:s3:::k"}"#).await.1.contains("InvalidArnException"));
    assert!(kms(r#"{"Key":"k"}"#).await.1.contains("ValidationException"));
    let ses = |path: &str| ask("", request("ses", "", path, ""));
    assert!(ses("/v2/email/identities/a%40example.com").await.1.contains("EMAIL_ADDRESS"));
    assert!(ses("/v2/email/identities/example").await.1.contains("BadRequestException"));
    assert!(ses("/v2/email/account").await.1.contains(r#""ProductionAccessEnabled":true"#));
    let quotas =
        |input: &str| ask("", request("servicequotas", "ServiceQuotasV20190624.ListServiceQuotas", "/", input));
    let (_, page) = quotas(r#"{"ServiceCode":"cognito-idp","NextToken":"4"}"#).await;
    assert!(page.contains("Custom domains") && !page.contains("NextToken"), "{page}");
    assert!(quotas(r#"{"ServiceCode":"nothing"}"#).await.1.contains("NoSuchResourceException"));
    assert!(quotas(r#"{"ServiceCode":"cognito-idp","NextToken":"x"}"#).await.1.contains("InvalidPagination"));
}

#[tokio::test]
async fn iam_allows_what_is_asked_rightly() {
    let iam = |form: &str| ask("", request("iam", "", "/", &format!("Action={form}&Version=2010-05-08")));
    let user = "PolicySourceArn=arn%3Aaws%3Aiam%3A%3A1%3Auser%2Fa";
    let (status, said) = iam(&format!("SimulatePrincipalPolicy&{user}&ActionNames.member.1=a%3AB")).await;
    assert!(status == 200 && said.contains("<EvalDecision>allowed</EvalDecision>"), "{said}");
    for (form, code) in [
        (format!("SimulatePrincipalPolicy&{user}"), "ValidationError"),
        (format!("SimulatePrincipalPolicy&{user}&ActionNames.member.1=ab"), "InvalidInput"),
        ("SimulatePrincipalPolicy&PolicySourceArn=x&ActionNames.member.1=a%3AB".to_owned(), "InvalidInput"),
        ("CreateUser".to_owned(), "InvalidAction"),
    ] {
        let (status, said) = iam(&form).await;
        assert!(status == 400 && said.contains(code), "{form}: {said}");
    }
    assert!(iam("GetRole&RoleName=r").await.1.contains("role/r</Arn>"));
}

#[tokio::test]
async fn a_fault_says_otherwise() {
    let account = || request("ses", "", "/v2/email/account", "");
    let (_, said) = ask(r#"GetAccount=answer:{"ProductionAccessEnabled":false,"SendQuota":null}"#, account()).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["ProductionAccessEnabled"], &said["SendingEnabled"]), (&false.into(), &true.into()));
    assert!(said.get("SendQuota").is_none());
    let form = "Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::1:user/a&ActionNames.member.1=a:B";
    let (_, said) = ask("iam.*=answer:>allowed<=>>implicitDeny<", request("iam", "", "/", form)).await;
    assert!(said.contains("<EvalDecision>implicitDeny</EvalDecision>"), "{said}");
    let (status, said) = ask("lambda.*=denied", request("lambda", "", "/2015-03-31/functions/a", "")).await;
    assert!(status == 403 && said.contains("not authorized to perform: lambda:GetFunction"), "{said}");
    let (status, _) = ask("", http::Request::get("/2015-03-31/functions/a").body(bytes::Bytes::new()).unwrap()).await;
    assert_eq!(status, 404, "nothing says that this is for Lambda");
}
