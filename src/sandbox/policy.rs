//! An IAM policy that the sandbox keeps: what it does not allow is refused, as IAM refuses it.
//!
//! What a call asks of IAM is written down here from AWS's documentation (`quotas_errors.md` 6 to 8), and not from what the
//! program says that it needs. A policy that says something which is not understood here is not taken at all.

use super::wire::{self, Call, Request, Service};
use super::{ACCOUNT, World, acm, cognito, gateway, identity, s3, secrets_manager, ssm};
use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A policy.
#[derive(Debug, Clone)]
pub struct Policy(Vec<Statement>);

#[derive(Debug, Clone)]
struct Statement {
    allows: bool,
    actions: Vec<String>,
    resources: Vec<String>,
    /// What these keys of the call must be, each one of these.
    wants: BTreeMap<String, Wanted>,
}

/// One thing that IAM is asked.
pub(super) struct Demand {
    pub(super) action: String,
    pub(super) resource: String,
    context: BTreeMap<String, String>,
}

impl Policy {
    /// Reads a policy document.
    ///
    /// # Errors
    /// When it is not JSON, or holds anything but statements of `Effect`, `Action`, `Resource` and, with `StringEquals`,
    /// `Condition`.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| Error::usage(format!("the policy cannot be kept by the sandbox: {what}"));
        let document: Value = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
        let statements = match document.get("Statement") {
            Some(Value::Array(all)) => all.clone(),
            Some(one @ Value::Object(_)) => vec![one.clone()],
            _ => return Err(wrong("it has no `Statement`")),
        };
        statements
            .iter()
            .map(|statement| Statement::read(statement).map_err(|what| wrong(&what)))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// The first thing that the call asks of IAM and that this does not allow.
    pub(super) fn refuses(&self, world: &mut World, call: &Call, request: &Request) -> Option<Demand> {
        demands(world, call, request).into_iter().find(|demand| !self.allows(demand))
    }

    fn allows(&self, demand: &Demand) -> bool {
        let concerned = || self.0.iter().filter(|statement| statement.concerns(demand));
        concerned().any(|statement| statement.allows) && concerned().all(|statement| statement.allows)
    }
}

/// What a condition asks of a key of the context.
#[derive(Debug, Clone)]
enum Wanted {
    /// One of these texts.
    Equal(Vec<String>),
    /// One of these patterns.
    Like(Vec<String>),
}

impl Wanted {
    fn is_met_by(&self, text: &String) -> bool {
        match self {
            Self::Equal(texts) => texts.contains(text),
            Self::Like(patterns) => patterns.iter().any(|pattern| matches(pattern, text)),
        }
    }
}

impl Statement {
    fn read(value: &Value) -> std::result::Result<Self, String> {
        let map = value.as_object().ok_or("a statement is not an object")?;
        if let Some(key) =
            map.keys().find(|key| !["Sid", "Effect", "Action", "Resource", "Condition"].contains(&key.as_str()))
        {
            return Err(format!("`{key}` is not known here"));
        }
        let allows = match map.get("Effect").and_then(Value::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err("`Effect` is Allow or Deny".to_owned()),
        };
        let texts = |name: &str| texts(map.get(name)).ok_or_else(|| format!("`{name}` is a text or a list of texts"));
        let mut wants = BTreeMap::new();
        for (operator, keys) in map.get("Condition").and_then(Value::as_object).into_iter().flatten() {
            let known = |key: &str| {
                key == "iam:PassedToService"
                    || key == "kms:ViaService"
                    || key.starts_with("kms:EncryptionContext:")
                    || key.starts_with("aws:ResourceTag/")
                    || key.starts_with("aws:RequestTag/")
            };
            if !["StringEquals", "StringLike"].contains(&operator.as_str()) {
                return Err(format!("the condition `{operator}` is not known here"));
            }
            for (key, wanted) in keys.as_object().into_iter().flatten() {
                if !known(key) {
                    return Err(format!("the condition key `{key}` is not known here"));
                }
                let wanted = self::texts(Some(wanted)).ok_or("a condition's value is not a text")?;
                // What is taken to the letter holds its own wildcards as letters.
                let wanted = match operator.as_str() {
                    "StringLike" => Wanted::Like(wanted),
                    _ => Wanted::Equal(wanted),
                };
                wants.insert(key.clone(), wanted);
            }
        }
        Ok(Self { allows, actions: texts("Action")?, resources: texts("Resource")?, wants })
    }

    fn concerns(&self, demand: &Demand) -> bool {
        self.actions.iter().any(|action| matches(&action.to_lowercase(), &demand.action.to_lowercase()))
            && self.resources.iter().any(|resource| matches(resource, &demand.resource))
            && self.wants.iter().all(|(key, wanted)| demand.context.get(key).is_some_and(|is| wanted.is_met_by(is)))
    }
}

fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(all) => all.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// Whether `text` is what `pattern` says, where `*` stands for anything and `?` for one character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| matches(rest, &text[at..]))
        }
        Some(first) => text.chars().next().is_some_and(|letter| {
            (first == '?' || first == letter) && matches(&pattern[first.len_utf8()..], &text[letter.len_utf8()..])
        }),
    }
}

/// What IAM calls an operation of S3's.
pub(super) fn s3_action(operation: &str) -> &str {
    match operation {
        "HeadObject" => "GetObject",
        "ListObjects" | "ListObjectsV2" | "HeadBucket" => "ListBucket",
        "ListObjectVersions" => "ListBucketVersions",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        "PutBucketEncryption" => "PutEncryptionConfiguration",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock" => "PutBucketPublicAccessBlock",
        operation => operation,
    }
}

/// What a replica asks besides: "You must have permissions to create user pools in the target Region."
fn replica(
    input: &Value,
    requested: &BTreeMap<String, String>,
    also: &mut impl FnMut(&str, String, BTreeMap<String, String>),
) {
    let there = input.get("RegionName").and_then(Value::as_str).unwrap_or_default();
    also("cognito-idp:CreateUserPool", "*".to_owned(), BTreeMap::new());
    if !requested.is_empty() {
        let new = format!("arn:aws:cognito-idp:{there}:{ACCOUNT}:userpool/new");
        also("cognito-idp:TagResource", new, requested.clone());
    }
}

/// What IAM is asked for a call.
fn demands(world: &mut World, call: &Call, request: &Request) -> Vec<Demand> {
    let operation = match (call.service, call.operation.as_str()) {
        // Always allowed; and what has no signature asks IAM nothing (`quotas_errors.md` 7).
        (Service::Sts | Service::Image | Service::Web | Service::Unknown, _) => return Vec::new(),
        (Service::S3, operation) => s3_action(operation),
        (_, operation) => operation,
    };
    let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let mut first = Demand {
        action: match call.service {
            Service::Gateway => gateway::demand(&call.region, request).0,
            service => format!("{}:{operation}", service.name()),
        },
        resource: wire::resource(call, request),
        context: resource_tags(world, call, &input),
    };
    let requested = input.get("UserPoolTags").or_else(|| input.get("Tags")).and_then(Value::as_object);
    let requested: BTreeMap<String, String> = requested
        .into_iter()
        .flatten()
        .map(|(key, value)| (format!("aws:RequestTag/{key}"), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    first.context.extend(requested.clone());
    let mut all = vec![first];
    let decrypts = match call.service {
        Service::Ssm => ssm::key_of(world, &call.region, &input).map(|key| (key, "PARAMETER_ARN")),
        Service::SecretsManager => {
            let (arn, key) = secrets_manager::asked_for(world, &call.region, &input);
            all[0].resource = arn;
            key.filter(|_| operation == "GetSecretValue").map(|key| (key, "SecretARN"))
        }
        _ => None,
    };
    if let Some((key, context)) = decrypts {
        // KMS is asked by the service, in the caller's name, with what it decrypts as the context.
        let via = format!("{}.{}.amazonaws.com", call.service.name(), call.region);
        let context = BTreeMap::from([
            ("kms:ViaService".to_owned(), via),
            (format!("kms:EncryptionContext:{context}"), all[0].resource.clone()),
        ]);
        let key = if key.starts_with("arn:") {
            key
        } else {
            format!("arn:aws:kms:{}:{ACCOUNT}:key/{}", call.region, key.trim_start_matches("alias/"))
        };
        all.push(Demand { action: "kms:Decrypt".to_owned(), resource: key, context });
    }
    let mut also = |action: &str, resource: String, context: BTreeMap<String, String>| {
        all.push(Demand { action: action.to_owned(), resource, context });
    };
    match (call.service, operation) {
        (Service::Waf, _) => firewall((operation, &input), resource_tags(world, call, &input), &mut also),
        (Service::Identity, "SetIdentityPoolRoles") => identity_roles(&input, &mut also),
        _ => {}
    }
    // Who may not list is not told either that something is not there (S3's API reference, GetObject, "Permissions").
    if call.service == Service::S3 && operation == "GetObject" && !s3::is_there(world, request) {
        also("s3:ListBucket", format!("arn:aws:s3:::{}", s3::place(request).0), BTreeMap::new());
    }
    if call.service == Service::Cognito {
        if operation == "CreateUserPool" && !requested.is_empty() {
            let new = format!("arn:aws:cognito-idp:{}:{ACCOUNT}:userpool/new", call.region);
            also("cognito-idp:TagResource", new, requested.clone());
        }
        if operation == "CreateUserPoolReplica" {
            replica(&input, &requested, &mut also);
        }
        let domain = input.get("Domain").and_then(Value::as_str).unwrap_or_default();
        if ["CreateUserPoolDomain", "UpdateUserPoolDomain", "DeleteUserPoolDomain"].contains(&operation)
            && domain.contains('.')
        {
            also("cloudfront:UpdateDistribution", "*".to_owned(), BTreeMap::new());
        }
        if operation == "SetLogDeliveryConfiguration" {
            logs(&input, &mut also);
        }
        roles(&input, &mut also);
        if input.pointer("/EmailConfiguration/EmailSendingAccount").and_then(Value::as_str) == Some("DEVELOPER") {
            let role = format!(
                "arn:aws:iam::{ACCOUNT}:role/aws-service-role/email.cognito-idp.amazonaws.com/\
                 AWSServiceRoleForAmazonCognitoIdpEmailService"
            );
            also("iam:CreateServiceLinkedRole", role, BTreeMap::new());
        }
        // Analytics by an application's ARN use a role of the service's own; by its id, the one that is named.
        let analytics =
            |member: &str| input.pointer(&format!("/AnalyticsConfiguration/{member}")).and_then(Value::as_str);
        if analytics("ApplicationArn").is_some() {
            let role = format!(
                "arn:aws:iam::{ACCOUNT}:role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp"
            );
            also("iam:CreateServiceLinkedRole", role, BTreeMap::new());
        }
        if let Some(role) = analytics("RoleArn") {
            also("iam:PassRole", role.to_owned(), passed_to_cognito());
        }
        if let Some(key) = input.pointer("/LambdaConfig/KMSKeyID").and_then(Value::as_str) {
            also("kms:CreateGrant", key.to_owned(), BTreeMap::new());
        }
    }
    all
}

/// The roles that a call hands to Cognito.
fn roles(input: &Value, also: &mut impl FnMut(&str, String, BTreeMap<String, String>)) {
    for role in ["/SmsConfiguration", "/SmsMfaConfiguration/SmsConfiguration"]
        .iter()
        .flat_map(|at| [format!("{at}/SnsCallerArn"), format!("{at}/EumsSms/CallerArn")])
    {
        if let Some(role) = input.pointer(&role).and_then(Value::as_str) {
            also("iam:PassRole", role.to_owned(), passed_to_cognito());
        }
    }
    // A group's role, and the one that an import writes its log with (quotas_errors.md 8).
    if let Some(role) = ["RoleArn", "CloudWatchLogsRoleArn"].iter().find_map(|member| input.get(*member)?.as_str()) {
        also("iam:PassRole", role.to_owned(), passed_to_cognito());
    }
}

/// What a firewall asks besides: Cognito is asked too, and both of the web ACL as well (`quotas_errors.md` 8).
fn firewall(
    (operation, input): (&str, &Value),
    pool: BTreeMap<String, String>,
    also: &mut impl FnMut(&str, String, BTreeMap<String, String>),
) {
    let resource = input["ResourceArn"].as_str().unwrap_or_default().to_owned();
    also(&format!("cognito-idp:{operation}"), resource, pool);
    if let Some(acl) = input["WebACLArn"].as_str() {
        also("wafv2:AssociateWebACL", acl.to_owned(), BTreeMap::new());
        also("cognito-idp:AssociateWebACL", acl.to_owned(), BTreeMap::new());
    }
}

/// What setting the roles of an identity pool asks besides: each is passed on (`quotas_errors.md` 8).
fn identity_roles(input: &Value, also: &mut impl FnMut(&str, String, BTreeMap<String, String>)) {
    let roles = input["Roles"].as_object().into_iter().flatten().map(|(_, role)| role);
    let mappings = input["RoleMappings"].as_object().into_iter().flatten();
    let mapped = mappings.filter_map(|(_, mapping)| mapping["RulesConfiguration"]["Rules"].as_array()).flatten();
    let to = BTreeMap::from([("iam:PassedToService".to_owned(), "cognito-identity.amazonaws.com".to_owned())]);
    for role in roles.chain(mapped.map(|rule| &rule["RoleARN"])).filter_map(Value::as_str) {
        also("iam:PassRole", role.to_owned(), to.clone());
    }
}

/// A role is handed to Cognito.
fn passed_to_cognito() -> BTreeMap<String, String> {
    BTreeMap::from([("iam:PassedToService".to_owned(), "cognito-idp.amazonaws.com".to_owned())])
}

/// What delivering logs asks besides (`quotas_errors.md` 8).
fn logs(input: &Value, also: &mut impl FnMut(&str, String, BTreeMap<String, String>)) {
    let actions = "CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries PutResourcePolicy \
                   DescribeResourcePolicies DescribeLogGroups";
    for action in actions.split(' ') {
        also(&format!("logs:{action}"), "*".to_owned(), BTreeMap::new());
    }
    for log in input.get("LogConfigurations").and_then(Value::as_array).into_iter().flatten() {
        if let Some(bucket) = log.pointer("/S3Configuration/BucketArn").and_then(Value::as_str) {
            also("s3:GetBucketPolicy", bucket.to_owned(), BTreeMap::new());
            also("s3:PutBucketPolicy", bucket.to_owned(), BTreeMap::new());
        }
        if let Some(stream) = log.pointer("/FirehoseConfiguration/StreamArn").and_then(Value::as_str) {
            also("firehose:TagDeliveryStream", stream.to_owned(), BTreeMap::new());
            let role = "aws-service-role/delivery.logs.amazonaws.com/AWSServiceRoleForLogDelivery";
            also("iam:CreateServiceLinkedRole", format!("arn:aws:iam::{ACCOUNT}:role/{role}"), BTreeMap::new());
        }
    }
}

/// The tags of the object that a call is about.
fn resource_tags(world: &mut World, call: &Call, input: &Value) -> BTreeMap<String, String> {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    let tags: Vec<(String, String)> = match call.service {
        Service::Cognito | Service::Waf => {
            let own = |id: &str| format!("arn:aws:cognito-idp:{}:{ACCOUNT}:userpool/{id}", call.region);
            let arn = text("ResourceArn").map(str::to_owned).or_else(|| text("UserPoolId").map(own));
            let asked = arn.map(|arn| json!({ "ResourceArn": arn }));
            let said = asked.and_then(|asked| cognito::handle(world, &call.region, "ListTagsForResource", &asked).ok());
            let tags = said.and_then(|said| said.get("Tags").and_then(Value::as_object).cloned());
            tags.into_iter()
                .flatten()
                .map(|(key, value)| (key, value.as_str().unwrap_or_default().to_owned()))
                .collect()
        }
        Service::Acm => {
            let asked = text("CertificateArn").map(|arn| json!({ "CertificateArn": arn }));
            let said = asked.and_then(|asked| acm::handle(world, &call.region, "ListTagsForCertificate", &asked).ok());
            let tags = said.and_then(|said| said.get("Tags").and_then(Value::as_array).cloned());
            let text = |tag: &Value, name: &str| tag.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            tags.into_iter().flatten().map(|tag| (text(&tag, "Key"), text(&tag, "Value"))).collect()
        }
        Service::Identity => identity::tags(world, &call.region, input).into_iter().collect(),
        _ => Vec::new(),
    };
    tags.into_iter().map(|(key, value)| (format!("aws:ResourceTag/{key}"), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_iam() {
        for (pattern, text, is) in [
            ("*", "", true),
            ("*", "a:b", true),
            ("a:Get*", "a:GetThing", true),
            ("a:Get*", "a:PutThing", false),
            ("a/?", "a/b", true),
            ("a/?", "a/", false),
            ("a/*/c", "a/b/b/c", true),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(pattern, text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_taken() {
        for (statement, what) in [
            (json!({ "Effect": "Allow", "NotAction": "a:*", "Resource": "*" }), "`NotAction`"),
            (json!({ "Effect": "Maybe", "Action": "a:*", "Resource": "*" }), "`Effect`"),
            (json!({ "Effect": "Allow", "Action": 1, "Resource": "*" }), "`Action`"),
            (
                json!({ "Effect": "Allow", "Action": "a", "Resource": "*", "Condition": { "Bool": {} } }),
                "the condition `Bool`",
            ),
            (
                json!({ "Effect": "Allow", "Action": "a", "Resource": "*", "Condition": { "StringEquals": { "aws:x": "1" } } }),
                "the condition key `aws:x`",
            ),
        ] {
            let error = Policy::parse(&json!({ "Statement": [statement] }).to_string()).unwrap_err();
            assert!(error.message().contains(what), "{error}");
        }
        for text in ["", "[]", "{}"] {
            assert!(Policy::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_deny_is_stronger_than_an_allow() {
        let text = json!({ "Statement": [
            { "Effect": "Allow", "Action": "a:*", "Resource": "*" },
            { "Effect": "Deny", "Action": ["a:Delete*"], "Resource": "arn:x" },
        ] });
        let policy = Policy::parse(&text.to_string()).unwrap();
        let demand = |action: &str, resource: &str| Demand {
            action: action.into(),
            resource: resource.into(),
            context: BTreeMap::new(),
        };
        assert!(policy.allows(&demand("a:Get", "arn:x")));
        assert!(!policy.allows(&demand("a:DeleteAll", "arn:x")));
        assert!(policy.allows(&demand("a:DeleteAll", "arn:y")));
        assert!(!policy.allows(&demand("b:Get", "arn:x")));
    }
}
