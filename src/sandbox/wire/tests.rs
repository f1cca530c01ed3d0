//! Requests find their service, and answers the form that it speaks.

use super::*;

fn request(method: &str, uri: &str, headers: &[(&str, &str)], body: &'static str) -> Request {
    let mut builder = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Bytes::from_static(body.as_bytes())).unwrap()
}

fn signed(service: &str, region: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKID/20261121/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}

#[test]
fn requests_find_their_service() {
    let check = |request: Request, service: Service, operation: &str, region: &str| {
        let call = call(&request);
        assert_eq!((call.service, call.operation.as_str(), call.region.as_str()), (service, operation, region));
    };
    let scope = signed("cognito-idp", "ap-southeast-2");
    let target = ("x-amz-target", "AWSCognitoIdentityProviderService.CreateUserPool");
    check(
        request("POST", "http://127.0.0.1:1/", &[target, ("authorization", &scope)], "{}"),
        Service::Cognito,
        "CreateUserPool",
        "ap-southeast-2",
    );
    let target = ("x-amz-target", "CertificateManager.ListCertificates");
    check(
        request("POST", "https://acm.eu-west-1.amazonaws.com/", &[target], "{}"),
        Service::Acm,
        "ListCertificates",
        "eu-west-1",
    );
    check(
        request("GET", "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset?name=a", &[], ""),
        Service::Route53,
        "ListResourceRecordSets",
        "us-east-1",
    );
    check(
        request("POST", "https://sts.eu-west-1.amazonaws.com/", &[], "Action=GetCallerIdentity&Version=2011-06-15"),
        Service::Sts,
        "GetCallerIdentity",
        "eu-west-1",
    );
    let scope = signed("s3", "eu-west-1");
    check(
        request("PUT", "/bucket/a/b", &[("authorization", &scope), ("host", "localhost:1")], ""),
        Service::S3,
        "PutObject",
        "eu-west-1",
    );
    check(request("GET", "https://d1.cloudfront.net/x.png", &[], ""), Service::Image, "GetImage", "us-east-1");
}

#[test]
fn unsigned_requests_are_refused() {
    let target = ("x-amz-target", "AWSCognitoIdentityProviderService.CreateUserPool");
    let refusal = |request: &Request| check_signed(&call(request), request).map_err(|refusal| refusal.code);
    let plain = request("POST", "http://127.0.0.1/", &[target], "{}");
    assert_eq!(refusal(&plain), Err("MissingAuthenticationTokenException".into()));
    let other = signed("acm", "us-east-1");
    let wrong = request("POST", "http://127.0.0.1/", &[target, ("authorization", &other)], "{}");
    assert_eq!(refusal(&wrong), Err("InvalidSignatureException".into()));
    let half = request("POST", "http://127.0.0.1/", &[target, ("authorization", "AWS4-HMAC-SHA256 x")], "{}");
    assert_eq!(refusal(&half), Err("IncompleteSignatureException".into()));
    let zones = request("GET", "https://route53.amazonaws.com/2013-04-01/hostedzone", &[], "");
    assert_eq!(refusal(&zones), Err("MissingAuthenticationToken".into()));
    let target = ("x-amz-target", "AWSCognitoIdentityProviderService.SignUp");
    assert_eq!(refusal(&request("POST", "http://127.0.0.1/", &[target], "{}")), Ok(()));
}

#[test]
fn percent_escapes_are_undone() {
    assert_eq!(decode("a%20b%2Fc%zz"), "a b/c%zz");
    let query = Query::parse("a=1&b=x%3Dy&c");
    assert_eq!((query.get("b"), query.has("c"), query.has("d")), (Some("x=y"), true, false));
}
