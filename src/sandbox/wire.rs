//! HTTP as AWS speaks it: which service and operation a request means, and answers and refusals in each
//! service's own form.

use super::outside::{self, Outside};
use super::xml::Element;
use super::{ACCOUNT, Refusal, gateway, identity, lambda, route53, s3, ssm};
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

/// A request, its body read to the end.
pub type Request = http::Request<Bytes>;
/// An answer.
pub type Reply = http::Response<Bytes>;

/// The services that the sandbox plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Service {
    Cognito,
    Acm,
    Route53,
    Sts,
    S3,
    Ssm,
    SecretsManager,
    Lambda,
    Gateway,
    Identity,
    Waf,
    /// Those in which a stack makes nothing.
    Outside(Outside),
    /// The pictures that distributions give out for user pool domains.
    Image,
    /// What identity providers show the world: whichever a stack names is there and in order.
    Web,
    /// None that is played here.
    Unknown,
}

impl Service {
    /// Whether it is one of those that speak JSON 1.1 and that the sandbox holds something of.
    fn speaks_json(self) -> bool {
        matches!(
            self,
            Self::Cognito
                | Self::Acm
                | Self::Lambda
                | Self::Identity
                | Self::Waf
                | Self::Gateway
                | Self::Ssm
                | Self::SecretsManager
        )
    }

    /// The name that IAM and request signatures have for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cognito => "cognito-idp",
            Self::Acm => "acm",
            Self::Route53 => "route53",
            Self::Sts => "sts",
            Self::S3 => "s3",
            Self::Ssm => "ssm",
            Self::SecretsManager => "secretsmanager",
            Self::Lambda => "lambda",
            Self::Gateway => "apigateway",
            Self::Identity => "cognito-identity",
            Self::Waf => "wafv2",
            Self::Outside(service) => service.name(),
            Self::Image => "image",
            Self::Web => "web",
            Self::Unknown => "unknown",
        }
    }
}

/// What a request asks for.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) service: Service,
    pub(super) operation: String,
    pub(super) region: String,
}

/// The region where nothing names one.
const DEFAULT_REGION: &str = "us-east-1";

/// Cognito's operations that anybody may call without credentials: those of signing in, and those that take
/// an access token instead.
const UNSIGNED: &[&str] = &[
    "AssociateSoftwareToken",
    "CompleteWebAuthnRegistration",
    "ChangePassword",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "DeleteUserAttributes",
    "ForgetDevice",
    "ForgotPassword",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GetUserAuthFactors",
    "GlobalSignOut",
    "InitiateAuth",
    "ListDevices",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SetUserMFAPreference",
    "SetUserSettings",
    "SignUp",
    "StartWebAuthnRegistration",
    "UpdateDeviceStatus",
    "UpdateUserAttributes",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
];

/// The credential scope of a signed request.
struct Scope {
    region: String,
    service: String,
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The host that the request is for, lower-case and without a port.
pub(super) fn host(request: &Request) -> String {
    let host = request.uri().authority().map(http::uri::Authority::as_str).or_else(|| header(request, "host"));
    let host = host.unwrap_or_default().to_ascii_lowercase();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
        _ => host,
    }
}

/// Host and port of a request that came over loopback, as its client named them.
pub(super) fn loopback(request: &Request) -> Option<&str> {
    let here = request.uri().authority().map(http::uri::Authority::as_str).or_else(|| header(request, "host"))?;
    matches!(host(request).as_str(), "127.0.0.1" | "localhost" | "[::1]").then_some(here)
}

/// The access key that a request is signed with.
pub(super) fn access_key(request: &Request) -> Option<String> {
    let signed = request.headers().get("authorization")?.to_str().ok()?;
    let credential = signed.split_once("Credential=")?.1;
    Some(credential.split('/').next()?.to_owned())
}

fn scope(request: &Request) -> Option<Scope> {
    let signed = header(request, "authorization")?.strip_prefix("AWS4-HMAC-SHA256")?;
    let credential = signed.split(',').find_map(|part| part.trim().strip_prefix("Credential="))?;
    match credential.split('/').collect::<Vec<_>>()[..] {
        [.., _date, region, service, "aws4_request"] => Some(Scope { region: region.into(), service: service.into() }),
        _ => None,
    }
}

/// What a request asks for, by target header, host, path and credential scope, in this order.
pub(super) fn call(request: &Request) -> Call {
    let (host, path, scope) = (host(request), request.uri().path(), scope(request));
    let scoped = scope.as_ref().map(|scope| scope.service.as_str()).unwrap_or_default();
    let region_of = |host: &str| host.split('.').nth(1).filter(|part| part.contains('-')).map(ToOwned::to_owned);
    let region = scope.as_ref().map(|scope| scope.region.clone()).or_else(|| region_of(&host));
    let region = region.unwrap_or_else(|| DEFAULT_REGION.into());
    let of = |service, operation: &str| Call { service, operation: operation.into(), region: region.clone() };
    if let Some((prefix, operation)) = header(request, "x-amz-target").and_then(|target| target.split_once('.')) {
        return match prefix {
            "AWSCognitoIdentityProviderService" => of(Service::Cognito, operation),
            "CertificateManager" => of(Service::Acm, operation),
            "AmazonSSM" => of(Service::Ssm, operation),
            "secretsmanager" => of(Service::SecretsManager, operation),
            "AWSCognitoIdentityService" => of(Service::Identity, operation),
            "AWSWAF_20190729" => of(Service::Waf, operation),
            other => of(Outside::of_target(other).map_or(Service::Unknown, Service::Outside), operation),
        };
    }
    if host.ends_with(".cloudfront.net") || path.starts_with("/_sandbox/image/") {
        return of(Service::Image, "GetImage");
    }
    if scoped == "route53" || host.starts_with("route53") || (scoped.is_empty() && path.starts_with("/2013-04-01/")) {
        let operation = route53::operation(request.method().as_str(), path).map_or("Unknown", |(name, _)| name);
        return of(Service::Route53, operation);
    }
    let is_for_sts = || scoped.is_empty() && form(request.body()).get("Action") == Some(WITH_A_TOKEN);
    if scoped == "sts" || host.starts_with("sts.") || is_for_sts() {
        let action = form(request.body()).get("Action").unwrap_or("Unknown").to_owned();
        return of(Service::Sts, &action);
    }
    if scoped == "apigateway" {
        return of(Service::Gateway, gateway::operation(request.method().as_str(), path).unwrap_or("Unknown"));
    }
    if scoped == "lambda" {
        return of(Service::Lambda, lambda::operation(request.method().as_str(), path).unwrap_or("Unknown"));
    }
    match Outside::named(scoped) {
        Some(Outside::Iam) => {
            let action = form(request.body()).get("Action").unwrap_or("Unknown").to_owned();
            return of(Service::Outside(Outside::Iam), &action);
        }
        Some(service) => {
            let operation = outside::operation(service, request.method().as_str(), path).unwrap_or("Unknown");
            return of(Service::Outside(service), operation);
        }
        None => {}
    }
    if scoped == "s3" || host.split('.').any(|part| part == "s3") {
        return of(Service::S3, s3::operation(request));
    }
    let is_web = request.method() == http::Method::GET && scope.is_none() && loopback(request).is_none();
    let is_aws = host.ends_with(".amazonaws.com") || host.ends_with(".amazoncognito.com");
    if is_web && host.contains('.') && !is_aws {
        let is_discovery = path.ends_with("/.well-known/openid-configuration");
        return of(Service::Web, if is_discovery { "GetDiscovery" } else { "GetMetadata" });
    }
    of(Service::Unknown, path)
}

/// STS's call that carries a token in place of a signature.
const WITH_A_TOKEN: &str = "AssumeRoleWithWebIdentity";

/// Whether the request is signed as its service asks. The signature itself is not checked: the sandbox has
/// no secret keys.
pub(super) fn check_signed(call: &Call, request: &Request) -> Result<(), Refusal> {
    let is_open = matches!(call.service, Service::Image | Service::Web | Service::Unknown)
        || (call.service == Service::Sts && call.operation == WITH_A_TOKEN)
        || (call.service == Service::Cognito && UNSIGNED.contains(&call.operation.as_str()));
    if is_open {
        return Ok(());
    }
    let json = match call.service {
        Service::Outside(service) => service.speaks_json(),
        service => service.speaks_json(),
    };
    let status = if json { 400 } else { 403 };
    let refuse = |json_code: &str, code: &str, message: String| {
        Err(Refusal { status, ..Refusal::new(if json { json_code } else { code }, message) })
    };
    if header(request, "authorization").is_none() {
        if call.service == Service::S3 {
            return refuse("", "AccessDenied", "Access Denied".into());
        }
        return refuse(
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken",
            "Request is missing Authentication Token".into(),
        );
    }
    let Some(scope) = scope(request) else {
        return refuse(
            "IncompleteSignatureException",
            "IncompleteSignature",
            "Authorization header requires 'Credential' parameter with a date, a region, a service and 'aws4_request'."
                .into(),
        );
    };
    if scope.service != call.service.name() {
        let message = format!("Credential should be scoped to correct service: '{}'. ", call.service.name());
        return refuse("InvalidSignatureException", "SignatureDoesNotMatch", message);
    }
    Ok(())
}

/// The arguments of a query string or a form.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// The query string of a request.
    pub(super) fn of(request: &Request) -> Self {
        Self::parse(request.uri().query().unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    /// The arguments as a query string has them.
    pub(super) fn text(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The first argument of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Whether there is an argument of this name, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// The arguments in the body of a form.
pub(super) fn form(body: &[u8]) -> Query {
    Query::parse(&String::from_utf8_lossy(body).replace('+', " "))
}

/// Percent escapes done.
pub(super) fn encode(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Percent escapes undone.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = escaped.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// An answer with a body of some type.
pub(super) fn reply(status: u16, content_type: &str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Reply::new(body.into());
    *reply.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    with_header(reply, "Content-Type", content_type)
}

/// An answer as XML.
pub(super) fn xml_reply(status: u16, element: &Element) -> Reply {
    reply(status, "text/xml", element.document())
}

/// An answer as JSON 1.1.
pub(super) fn json_reply(value: &Value) -> Reply {
    reply(200, "application/x-amz-json-1.1", value.to_string())
}

/// The same answer with one more header; a value that HTTP cannot carry is left out.
pub(super) fn with_header(mut reply: Reply, name: &str, value: &str) -> Reply {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        reply.headers_mut().insert(name, value);
    }
    reply
}

/// The answer with the id that AWS's support asks for first.
pub(super) fn with_request_id(reply: Reply, service: Service, id: &str) -> Reply {
    match service {
        Service::S3 => with_header(with_header(reply, "x-amz-request-id", id), "x-amz-id-2", id),
        _ => with_header(reply, "x-amzn-RequestId", id),
    }
}

/// A refusal in the form of the service that was called.
pub(super) fn refuse(call: &Call, request: &Request, refusal: &Refusal, id: &str) -> Reply {
    let Refusal { status, code, message } = refusal;
    match call.service {
        Service::Outside(service) if !service.speaks_json() => error_document(service.namespace(), refusal, id),
        Service::Cognito
        | Service::Acm
        | Service::Lambda
        | Service::Ssm
        | Service::SecretsManager
        | Service::Identity
        | Service::Gateway
        | Service::Waf
        | Service::Outside(_)
        | Service::Unknown => {
            let body = json!({ "__type": code, "message": message });
            let answer = reply(*status, "application/x-amz-json-1.1", body.to_string());
            with_header(answer, "x-amzn-ErrorType", code)
        }
        Service::Route53 | Service::Sts => {
            let namespace = match call.service {
                Service::Sts => super::sts::NAMESPACE,
                _ => "https://route53.amazonaws.com/doc/2013-04-01/",
            };
            error_document(namespace, refusal, id)
        }
        Service::S3 => s3::refuse(request, refusal, id),
        Service::Image | Service::Web => reply(*status, "text/plain", message.clone()),
    }
}

fn error_document(namespace: &'static str, refusal: &Refusal, id: &str) -> Reply {
    let Refusal { status, code, message } = refusal;
    let kind = if *status < 500 { "Sender" } else { "Receiver" };
    let error = Element::new("Error").leaf("Type", kind).leaf("Code", code).leaf("Message", message);
    xml_reply(*status, &Element::new("ErrorResponse").within(namespace).with(error).leaf("RequestId", id))
}

/// The resource that IAM would name when it denies the call.
pub(super) fn resource(call: &Call, request: &Request) -> String {
    let path = request.uri().path();
    match call.service {
        Service::Cognito | Service::Acm | Service::Waf => {
            let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let text = |name: &str| input.get(name).and_then(Value::as_str);
            match (text("UserPoolId"), text("CertificateArn").or_else(|| text("ResourceArn"))) {
                (Some(pool), _) => format!("arn:aws:cognito-idp:{}:{ACCOUNT}:userpool/{pool}", call.region),
                (None, Some(arn)) => arn.to_owned(),
                (None, None) => "*".to_owned(),
            }
        }
        Service::Ssm => {
            let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            ssm::arn(&call.region, input["Name"].as_str().unwrap_or("*"))
        }
        Service::Route53 => match route53::operation(request.method().as_str(), path) {
            Some(("GetChange", id)) => format!("arn:aws:route53:::change/{id}"),
            Some((_, id)) if !id.is_empty() => format!("arn:aws:route53:::hostedzone/{id}"),
            _ => "*".to_owned(),
        },
        Service::S3 => {
            let (bucket, key) = s3::place(request);
            if key.is_empty() { format!("arn:aws:s3:::{bucket}") } else { format!("arn:aws:s3:::{bucket}/{key}") }
        }
        Service::Lambda => lambda::resource(&call.region, request),
        Service::Gateway => gateway::demand(&call.region, request).1,
        Service::Identity => {
            let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            identity::resource(&call.region, &call.operation, &input)
        }
        // The policy asks the world what it is really called.
        Service::SecretsManager
        | Service::Sts
        | Service::Outside(_)
        | Service::Image
        | Service::Web
        | Service::Unknown => "*".to_owned(),
    }
}

#[cfg(test)]
mod tests;
