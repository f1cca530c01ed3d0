//! Calls to the sandbox as they go over the wire: JSON for Cognito and ACM, XML and paths for Route 53, JSON and paths for
//! Lambda.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use stack::sandbox::{Answer, Fault, FaultKind, Reply, Request, Sandbox};

/// How a call was answered.
#[derive(Debug)]
pub struct Answered {
    pub refusal: Option<(String, String)>,
    pub status: u16,
    pub body: String,
}

impl Answered {
    /// What stands at this place of a JSON answer; null where nothing does.
    pub fn at(&self, pointer: &str) -> Value {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body.pointer(pointer).cloned().unwrap_or_default()
    }

    /// The text of the first element of this name, in an answer that is XML.
    pub fn element(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        Some(plain(rest.split_once(&format!("</{name}>"))?.0))
    }
}

fn plain(xml: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&quot;", "\""), ("&amp;", "&")];
    marks.iter().fold(xml.to_owned(), |text, (mark, is)| text.replace(mark, is))
}

/// Where Route 53's operations are: method, path, and the element that a body is.
const ROUTE53: &[(&str, &str, &str, &str)] = &[
    ("CreateHostedZone", "POST", "hostedzone", "CreateHostedZoneRequest"),
    ("DeleteHostedZone", "DELETE", "hostedzone/{}", ""),
    ("GetHostedZone", "GET", "hostedzone/{}", ""),
    ("ListHostedZones", "GET", "hostedzone", ""),
    ("ListHostedZonesByName", "GET", "hostedzonesbyname", ""),
    ("ChangeResourceRecordSets", "POST", "hostedzone/{}/rrset", "ChangeResourceRecordSetsRequest"),
    ("ListResourceRecordSets", "GET", "hostedzone/{}/rrset", ""),
    ("ChangeTagsForResource", "POST", "tags/hostedzone/{}", "ChangeTagsForResourceRequest"),
    ("route53.ListTagsForResource", "GET", "tags/hostedzone/{}", ""),
    ("GetChange", "GET", "change/{}", ""),
    ("TestDNSAnswer", "GET", "testdnsanswer", ""),
];

/// The operations of services that have them by method and path, with JSON for bodies: service, method, path, and what goes
/// into the query. Members that the path names are taken out of the body.
const REST: &[(&str, &str, &str, &str, &[&str])] = &[
    ("GetApi", "apigateway", "GET", "v2/apis/{ApiId}", &[]),
    ("CreateAuthorizer", "apigateway", "POST", "v2/apis/{ApiId}/authorizers", &[]),
    ("GetAuthorizers", "apigateway", "GET", "v2/apis/{ApiId}/authorizers", &["nextToken"]),
    ("GetAuthorizer", "apigateway", "GET", "v2/apis/{ApiId}/authorizers/{AuthorizerId}", &[]),
    ("UpdateAuthorizer", "apigateway", "PATCH", "v2/apis/{ApiId}/authorizers/{AuthorizerId}", &[]),
    ("DeleteAuthorizer", "apigateway", "DELETE", "v2/apis/{ApiId}/authorizers/{AuthorizerId}", &[]),
    ("GetRoutes", "apigateway", "GET", "v2/apis/{ApiId}/routes", &["nextToken"]),
    ("UpdateRoute", "apigateway", "PATCH", "v2/apis/{ApiId}/routes/{RouteId}", &[]),
    ("GetFunction", "lambda", "GET", "2015-03-31/functions/{FunctionName}", &["Qualifier"]),
    ("GetPolicy", "lambda", "GET", "2015-03-31/functions/{FunctionName}/policy", &["Qualifier"]),
    ("AddPermission", "lambda", "POST", "2015-03-31/functions/{FunctionName}/policy", &["Qualifier"]),
    (
        "RemovePermission",
        "lambda",
        "DELETE",
        "2015-03-31/functions/{FunctionName}/policy/{StatementId}",
        &["Qualifier", "RevisionId"],
    ),
];

/// A request of such a service.
fn rest((service, method, path, query): (&str, &str, &str, &[&str]), input: &Value) -> (String, String, Bytes) {
    let mut members = input.as_object().unwrap().clone();
    let mut taken = |name: &str| members.shift_remove(name).map(|value| value.as_str().unwrap().to_owned());
    let escaped = |text: &str| text.replace('%', "%25").replace([':', ' '], "%3A").replace('/', "%2F");
    let parts = path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => escaped(&taken(name).unwrap_or_default()),
        None => part.to_owned(),
    });
    let mut uri = parts.collect::<Vec<_>>().join("/");
    for name in query {
        if let Some(value) = taken(name) {
            write!(uri, "{}{name}={}", if uri.contains('?') { "&" } else { "?" }, escaped(&value)).unwrap();
        }
    }
    let body = if method == "POST" || method == "PATCH" { Value::Object(members).to_string() } else { String::new() };
    (service.to_owned(), uri, Bytes::from(body))
}

/// WAF's operations.
const WAF: &[&str] = &["AssociateWebACL", "DisassociateWebACL", "GetWebACLForResource"];

/// Cognito Identity's operations; those that another service has too are called with `identity.` before their names.
const IDENTITY: &[&str] = &[
    "CreateIdentityPool",
    "DescribeIdentityPool",
    "UpdateIdentityPool",
    "DeleteIdentityPool",
    "ListIdentityPools",
    "GetIdentityPoolRoles",
    "SetIdentityPoolRoles",
    "GetPrincipalTagAttributeMap",
    "SetPrincipalTagAttributeMap",
    "identity.TagResource",
    "identity.UntagResource",
    "identity.ListTagsForResource",
];

/// ACM's operations.
pub const ACM: &[&str] = &[
    "RequestCertificate",
    "DescribeCertificate",
    "ListCertificates",
    "DeleteCertificate",
    "AddTagsToCertificate",
    "RemoveTagsFromCertificate",
    "ListTagsForCertificate",
    "UpdateCertificateOptions",
];

/// The operations that are called by a form, each with its service.
const FORMS: &[(&str, &str)] = &[
    ("CreateRole", "iam"),
    ("UpdateAssumeRolePolicy", "iam"),
    ("PutRolePolicy", "iam"),
    ("DeleteRolePolicy", "iam"),
    ("GetCallerIdentity", "sts"),
];

/// S3's operations, each with its method.
const S3: &[(&str, &str)] = &[
    ("CreateBucket", "PUT"),
    ("PutObject", "PUT"),
    ("GetObject", "GET"),
    ("DeleteObject", "DELETE"),
    ("ListObjectsV2", "GET"),
    ("GetBucketVersioning", "GET"),
    ("GetBucketPolicy", "GET"),
];

/// What a domain's host is asked, and how: name, method and path.
const PAGES: &[(&str, &str, &str)] = &[
    ("Authorize", "GET", "oauth2/authorize"),
    ("Login", "GET", "login"),
    ("SignIn", "POST", "login"),
    ("Logout", "GET", "logout"),
    ("Token", "POST", "oauth2/token"),
    ("Revoke", "POST", "oauth2/revoke"),
    ("UserInfo", "GET", "oauth2/userInfo"),
    ("Discovery", "GET", ".well-known/openid-configuration"),
];

/// Where a service is called, unless a step says otherwise.
pub fn home(operation: &str) -> &'static str {
    // Certificates are CloudFront's; and S3 asks for no place of a bucket there.
    let is_there = ACM.contains(&operation) || S3.iter().any(|(name, _)| *name == operation);
    if is_there { "us-east-1" } else { "eu-west-1" }
}

/// Makes one call, faults included.
pub fn call(sandbox: &Sandbox, region: &str, operation: &str, input: &Value) -> Answered {
    let request = request(region, operation, input);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    match runtime.block_on(sandbox.answer(&request)) {
        Answer::Reply(reply) if PAGES.iter().any(|(name, ..)| *name == operation) => shown(&reply),
        Answer::Reply(reply) => answered(&reply),
        Answer::Cut(_) | Answer::Dropped => panic!("{operation}: the connection broke"),
    }
}

/// Makes two calls of one operation, of which the first is still under way when the second comes.
pub fn beside(sandbox: &Sandbox, region: &str, operation: &str, inputs: &[Value; 2]) -> [Answered; 2] {
    sandbox.fault(Fault::once(operation, FaultKind::Slow(Duration::from_secs(1))));
    let requests = inputs.each_ref().map(|input| request(region, operation, input));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (first, second) =
        runtime.block_on(async { tokio::join!(sandbox.answer(&requests[0]), sandbox.answer(&requests[1])) });
    [first, second].map(|answer| match answer {
        Answer::Reply(reply) => answered(&reply),
        Answer::Cut(_) | Answer::Dropped => panic!("{operation}: the connection broke"),
    })
}

fn request(region: &str, operation: &str, input: &Value) -> Request {
    let signed = |region: &str, service: &str| {
        let scope = format!("AKID/20261121/{region}/{service}/aws4_request");
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    };
    let builder = http::Request::builder();
    if let Some((name, method, path)) = PAGES.iter().find(|(name, ..)| *name == operation) {
        return page(name, method, path, input);
    }
    if let Some((_, method, path, element)) = ROUTE53.iter().find(|(name, ..)| *name == operation) {
        let mut members = input.as_object().unwrap().clone();
        let id = members.shift_remove("Id").map_or_else(String::new, |id| id.as_str().unwrap().to_owned());
        let mut uri = format!("https://route53.amazonaws.com/2013-04-01/{}", path.replace("{}", &id));
        let mut body = String::new();
        if element.is_empty() {
            let query = members.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap()));
            uri = format!("{uri}?{}", query.collect::<Vec<_>>().join("&"));
        } else {
            element_of(element, &Value::Object(members), &mut body);
        }
        let builder = builder.method(*method).uri(uri).header("authorization", signed("us-east-1", "route53"));
        return builder.body(Bytes::from(body)).unwrap();
    }
    if let Some((_, service, method, path, query)) = REST.iter().find(|(name, ..)| *name == operation) {
        let (service, uri, body) = rest((service, method, path, query), input);
        let uri = format!("https://{service}.{region}.amazonaws.com/{uri}");
        return builder.method(*method).uri(uri).header("authorization", signed(region, &service)).body(body).unwrap();
    }
    if let Some(request) = elsewhere(region, operation, input, builder, &signed) {
        return request;
    }
    let builder = http::Request::builder();
    let (service, target) = if ACM.contains(&operation) {
        ("acm", "CertificateManager")
    } else if WAF.contains(&operation) {
        ("wafv2", "AWSWAF_20190729")
    } else if IDENTITY.contains(&operation) {
        ("cognito-identity", "AWSCognitoIdentityService")
    } else {
        ("cognito-idp", "AWSCognitoIdentityProviderService")
    };
    builder
        .method("POST")
        .uri(format!("https://{service}.{region}.amazonaws.com/"))
        .header("x-amz-target", format!("{target}.{}", operation.rsplit('.').next().unwrap()))
        .header("authorization", signed(region, service))
        .body(Bytes::from(input.to_string()))
        .unwrap()
}

/// What a person's browser, or an application, asks a page: `Host`, `Bearer`, `Basic`, and arguments.
fn page(name: &str, method: &str, path: &str, input: &Value) -> Request {
    let text = |name: &str| input[name].as_str().unwrap_or_default();
    // What a person fills in is sent, and not asked for.
    let is_form = |argument: &str| ["Token", "Revoke"].contains(&name) || ["username", "passkey"].contains(&argument);
    let of = |is_sent: bool| {
        let apart = ["Host", "Bearer", "Basic"];
        let given = input.as_object().unwrap().iter().filter(|(name, _)| !apart.contains(&name.as_str()));
        let wanted = given.filter(|(name, _)| is_form(name) == is_sent);
        let pairs = wanted.map(|(name, value)| format!("{name}={}", escaped(value.as_str().unwrap())));
        pairs.collect::<Vec<_>>().join("&")
    };
    let mut builder = http::Request::builder().method(method);
    if !text("Bearer").is_empty() {
        builder = builder.header("authorization", format!("Bearer {}", text("Bearer")));
    }
    if !text("Basic").is_empty() {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(text("Basic"));
        builder = builder.header("authorization", format!("Basic {pair}"));
    }
    builder.uri(format!("https://{}/{path}?{}", text("Host"), of(false))).body(Bytes::from(of(true))).unwrap()
}

/// A page as JSON: its body, or where it sends one and with what; tokens with what stands in them.
fn shown(reply: &Reply) -> Answered {
    use base64::Engine as _;
    let text = String::from_utf8(reply.body().to_vec()).unwrap();
    let mut told: Value = serde_json::from_str(&text).unwrap_or_else(|_| serde_json::json!({ "page": text }));
    if let Some(to) = reply.headers().get("location") {
        let to = to.to_str().unwrap();
        told["location"] = to.into();
        for pair in to.split(['?', '#']).skip(1).flat_map(|part| part.split('&')) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            told[name] = value.into();
        }
    }
    for (token, claims) in [("access_token", "access"), ("id_token", "id")] {
        if let Some(token) = told[token].as_str() {
            let body = token.split('.').nth(1).unwrap();
            let body = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap();
            told[claims] = serde_json::from_slice(&body).unwrap();
        }
    }
    Answered { refusal: None, status: reply.status().as_u16(), body: told.to_string() }
}

/// A call of a service that is only there so that Cognito's have something to rest on.
fn elsewhere(
    region: &str,
    operation: &str,
    input: &Value,
    builder: http::request::Builder,
    signed: &dyn Fn(&str, &str) -> String,
) -> Option<Request> {
    // Documents within documents go as text.
    let text = |name: &str| match &input[name] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let named = |all: &'static [(&str, &str)]| all.iter().find(|(name, _)| *name == operation).map(|(_, is)| *is);
    let (builder, service, body) = if let Some(service) = named(FORMS) {
        let members = input.as_object().unwrap().keys().map(|name| format!("&{name}={}", escaped(&text(name))));
        let body = format!("Action={operation}{}", members.collect::<String>());
        (builder.method("POST").uri(format!("https://{service}.amazonaws.com/")), service, body)
    } else if let Some(method) = named(S3) {
        let query = match operation {
            "ListObjectsV2" => "?list-type=2",
            "GetBucketVersioning" => "?versioning",
            "GetBucketPolicy" => "?policy",
            _ => "",
        };
        let uri = format!("https://s3.{region}.amazonaws.com/{}/{}{query}", text("Bucket"), text("Key"));
        (builder.method(method).uri(uri), "s3", text("Body"))
    } else {
        match operation {
            "CreateEmailIdentityPolicy" => {
                let (identity, name) = (text("EmailIdentity"), text("PolicyName"));
                let uri =
                    format!("https://email.{region}.amazonaws.com/v2/email/identities/{identity}/policies/{name}");
                let body = serde_json::json!({ "Policy": text("Policy") }).to_string();
                (builder.method("POST").uri(uri), "ses", body)
            }
            "PutKeyPolicy" => {
                let uri = format!("https://kms.{region}.amazonaws.com/");
                let body = serde_json::json!({ "KeyId": text("KeyId"), "Policy": text("Policy") }).to_string();
                (builder.method("POST").uri(uri).header("x-amz-target", "TrentService.PutKeyPolicy"), "kms", body)
            }
            "DescribeResourcePolicies" => {
                let uri = format!("https://logs.{region}.amazonaws.com/");
                (
                    builder.method("POST").uri(uri).header("x-amz-target", "Logs_20140328.DescribeResourcePolicies"),
                    "logs",
                    input.to_string(),
                )
            }
            _ => return None,
        }
    };
    Some(builder.header("authorization", signed(region, service)).body(Bytes::from(body)).unwrap())
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Writes a value as an element; the items of a list are named after it.
fn element_of(name: &str, value: &Value, out: &mut String) {
    write!(out, "<{name}>").unwrap();
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| element_of(name, value, out)),
        Value::Array(items) => {
            for item in items {
                let of = name.strip_suffix('s').unwrap();
                match item {
                    // The values of a record, written short.
                    Value::String(_) => element_of(of, &serde_json::json!({ "Value": item }), out),
                    _ => element_of(of, item, out),
                }
            }
        }
        Value::String(text) => {
            out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
        }
        other => write!(out, "{other}").unwrap(),
    }
    write!(out, "</{name}>").unwrap();
}

fn answered(reply: &Reply) -> Answered {
    let status = reply.status().as_u16();
    let body = String::from_utf8(reply.body().to_vec()).unwrap();
    let mut answered = Answered { refusal: None, status, body };
    if status >= 400 {
        let json: Option<Value> = serde_json::from_str(&answered.body).ok();
        answered.refusal = Some(match json {
            Some(json) => (json["__type"].as_str().unwrap().to_owned(), json["message"].as_str().unwrap().to_owned()),
            None => (answered.element("Code").unwrap(), answered.element("Message").unwrap()),
        });
    }
    answered
}
