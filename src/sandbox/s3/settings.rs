//! What is set for a bucket as a whole: its policy, its encryption, and whether it can be made public.

use super::super::Refusal;
use super::super::account::DELIVERY;
use super::super::wire::{self, Query, Reply, Request};
use super::super::xml::{self, Element};
use super::{Bucket, NAMESPACE, empty, no};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The settings of a bucket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Settings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// The four switches, in the order of [`BLOCKS`]; every new bucket has them all on (since April 2023).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocks: Option<[bool; 4]>,
    /// The algorithm, and the key of KMS; every bucket has `AES256` unless another is set (since January 2023).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encryption: Option<(String, Option<String>)>,
    #[serde(default)]
    bucket_key: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { policy: None, blocks: Some([true; 4]), encryption: None, bucket_key: false }
    }
}

impl Settings {
    /// Adds the statement by which AWS delivers logs, unless it is there.
    pub(super) fn delivers_to(&mut self, bucket: &str) {
        let held = self.policy.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let mut policy = held.unwrap_or_else(|| json!({ "Version": "2012-10-17", "Statement": [] }));
        let Some(statements) = policy["Statement"].as_array_mut() else { return };
        if statements.iter().any(|statement| statement["Sid"] == DELIVERY) {
            return;
        }
        statements.push(json!({
            "Sid": DELIVERY, "Effect": "Allow", "Principal": { "Service": "delivery.logs.amazonaws.com" },
            "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{bucket}/*"),
        }));
        self.policy = Some(policy.to_string());
    }

    /// The algorithm with which an object is encrypted that asks for none, and the key.
    pub(super) fn encryption(&self) -> (String, Option<String>) {
        self.encryption.clone().unwrap_or_else(|| ("AES256".to_owned(), None))
    }
}

const BLOCKS: [&str; 4] = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/// The operation that a request about a bucket's settings means.
pub(super) fn operation(request: &Request, query: &Query) -> Option<&'static str> {
    let of = |name: &str| query.has(name);
    Some(match request.method().as_str() {
        "GET" if of("policy") => "GetBucketPolicy",
        "PUT" if of("policy") => "PutBucketPolicy",
        "DELETE" if of("policy") => "DeleteBucketPolicy",
        "GET" if of("encryption") => "GetBucketEncryption",
        "PUT" if of("encryption") => "PutBucketEncryption",
        "DELETE" if of("encryption") => "DeleteBucketEncryption",
        "GET" if of("publicAccessBlock") => "GetPublicAccessBlock",
        "PUT" if of("publicAccessBlock") => "PutPublicAccessBlock",
        "DELETE" if of("publicAccessBlock") => "DeletePublicAccessBlock",
        _ => return None,
    })
}

pub(super) fn handle(bucket: &mut Bucket, name: &str, operation: &str, request: &Request) -> Result<Reply, Refusal> {
    let settings = &mut bucket.settings;
    match operation {
        "GetBucketPolicy" => match &settings.policy {
            Some(policy) => Ok(wire::reply(200, "application/json", policy.clone())),
            None => Err(no(404, "NoSuchBucketPolicy", "The bucket policy does not exist")),
        },
        "PutBucketPolicy" => {
            let policy = String::from_utf8_lossy(request.body()).into_owned();
            check_policy(&policy, name, settings.blocks)?;
            settings.policy = Some(policy);
            Ok(empty(204))
        }
        "DeleteBucketPolicy" => {
            settings.policy = None;
            Ok(empty(204))
        }
        "GetBucketEncryption" => {
            let (algorithm, key) = settings.encryption();
            let by = Element::new("ApplyServerSideEncryptionByDefault");
            let by = by.leaf("SSEAlgorithm", algorithm).leaf_if("KMSMasterKeyID", key);
            let rule = Element::new("Rule").with(by).leaf("BucketKeyEnabled", settings.bucket_key);
            let whole = Element::new("ServerSideEncryptionConfiguration").within(NAMESPACE).with(rule);
            Ok(wire::reply(200, "application/xml", whole.document()))
        }
        "PutBucketEncryption" => put_encryption(settings, request),
        "DeleteBucketEncryption" => {
            settings.encryption = None;
            Ok(empty(204))
        }
        "GetPublicAccessBlock" => {
            let missing = || {
                let message = "The public access block configuration was not found";
                no(404, "NoSuchPublicAccessBlockConfiguration", message)
            };
            let blocks = settings.blocks.ok_or_else(missing)?;
            let whole = Element::new("PublicAccessBlockConfiguration").within(NAMESPACE);
            let whole = BLOCKS.iter().zip(blocks).fold(whole, |whole, (name, is_on)| whole.leaf(name, is_on));
            Ok(wire::reply(200, "application/xml", whole.document()))
        }
        "PutPublicAccessBlock" => {
            let asked = parsed(request)?;
            settings.blocks = Some(BLOCKS.map(|name| asked.text_of(name) == Some("true")));
            Ok(empty(200))
        }
        _ => {
            settings.blocks = None;
            Ok(empty(204))
        }
    }
}

fn parsed(request: &Request) -> Result<Element, Refusal> {
    xml::parse(request.body()).map_err(|error| no(400, "MalformedXML", error))
}

fn put_encryption(settings: &mut Settings, request: &Request) -> Result<Reply, Refusal> {
    let malformed = || {
        no(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    };
    let asked = parsed(request)?;
    let rule = asked.child("Rule").ok_or_else(malformed)?;
    let by = rule.child("ApplyServerSideEncryptionByDefault").ok_or_else(malformed)?;
    let algorithm = by.text_of("SSEAlgorithm").ok_or_else(malformed)?;
    let key = by.text_of("KMSMasterKeyID").map(str::to_owned);
    match (algorithm, &key) {
        ("AES256", Some(_)) => {
            let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms";
            return Err(no(400, "InvalidArgument", message));
        }
        ("AES256" | "aws:kms" | "aws:kms:dsse", _) => {}
        _ => return Err(malformed()),
    }
    settings.bucket_key = rule.text_of("BucketKeyEnabled") == Some("true");
    settings.encryption = Some((algorithm.to_owned(), key));
    Ok(empty(200))
}

fn check_policy(text: &str, bucket: &str, blocks: Option<[bool; 4]>) -> Result<(), Refusal> {
    let malformed = |message: &str| no(400, "MalformedPolicy", message);
    let policy: Value = serde_json::from_str(text)
        .map_err(|_| malformed("Policies must be valid JSON and the first byte must be '{'"))?;
    let statements: Vec<&Value> = match &policy["Statement"] {
        Value::Array(all) => all.iter().collect(),
        Value::Object(_) => vec![&policy["Statement"]],
        _ => return Err(malformed("Missing required field Statement")),
    };
    for statement in statements {
        for field in ["Effect", "Principal", "Action", "Resource"] {
            let other = format!("Not{field}");
            if statement.get(field).or_else(|| statement.get(&other)).is_none() {
                return Err(malformed(&format!("Missing required field {field}")));
            }
        }
        let resources = match &statement["Resource"] {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one.as_str()],
            _ => Vec::new(),
        };
        let is_of_bucket = |arn: &&str| {
            let rest = arn.rsplit_once(":::").map(|(_, rest)| rest).unwrap_or_default();
            rest.strip_prefix(bucket).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !resources.iter().all(is_of_bucket) {
            return Err(malformed("Policy has invalid resource"));
        }
        let is_public = statement["Effect"] == "Allow"
            && (statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*")
            && statement.get("Condition").is_none();
        if is_public && blocks.is_some_and(|[_, _, policies, _]| policies) {
            let message = "User is not authorized to perform: s3:PutBucketPolicy because public policies are blocked \
                           by the BlockPublicPolicy block public access setting.";
            return Err(no(403, "AccessDenied", message));
        }
    }
    Ok(())
}
