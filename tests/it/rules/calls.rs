//! Calls to the sandbox as they go over the wire: JSON for Cognito and ACM, XML and paths for Route 53.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::Value;
use stack::sandbox::{Answer, Reply, Request, Sandbox};

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
    ("GetChange", "GET", "change/{}", ""),
    ("TestDNSAnswer", "GET", "testdnsanswer", ""),
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

/// Makes one call, faults included.
pub fn call(sandbox: &Sandbox, region: &str, operation: &str, input: &Value) -> Answered {
    let request = request(region, operation, input);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    match runtime.block_on(sandbox.answer(&request)) {
        Answer::Reply(reply) => answered(&reply),
        Answer::Cut(_) | Answer::Dropped => panic!("{operation}: the connection broke"),
    }
}

fn request(region: &str, operation: &str, input: &Value) -> Request {
    let signed = |region: &str, service: &str| {
        let scope = format!("AKID/20261121/{region}/{service}/aws4_request");
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    };
    let builder = http::Request::builder();
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
    let (service, target) = if ACM.contains(&operation) {
        ("acm", "CertificateManager")
    } else {
        ("cognito-idp", "AWSCognitoIdentityProviderService")
    };
    builder
        .method("POST")
        .uri(format!("https://{service}.{region}.amazonaws.com/"))
        .header("x-amz-target", format!("{target}.{operation}"))
        .header("authorization", signed(region, service))
        .body(Bytes::from(input.to_string()))
        .unwrap()
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
