//! What others have set up in the account and Cognito rests on: roles, who may send from mail identities, who may use keys.
//!
//! Whatever nobody has made here exists and is in order (`outside`). What was made here, by the service's own operations,
//! is held to what it says: a role that does not trust Cognito sends nothing. Conditions that are not understood here are
//! refused when they are written, and never passed over.

use super::outside::Outside;
use super::wire::{self, Query, Reply, Request};
use super::xml::Element;
use super::{ACCOUNT, Refusal, World, policy};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How long a role that was just written is not known to Cognito, in milliseconds. On AWS: seconds to 2 minutes
/// (`quotas_errors.md` 4).
pub const ROLE_SETTLES: i64 = 3_000;

/// Who Cognito is to roles, identities and keys; the second sends mail (`quotas_errors.md` 8).
const COGNITO: &[&str] = &["cognito-idp.amazonaws.com"];
const COGNITO_MAIL: &[&str] = &["email.cognito-idp.amazonaws.com", "cognito-idp.amazonaws.com"];

/// What AWS calls the policy by which it delivers logs.
pub(super) const DELIVERY: &str = "AWSLogDeliveryWrite20150319";

/// What was made.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// By ARN.
    #[serde(default)]
    roles: BTreeMap<String, Role>,
    /// The sending policies of mail identities: by identity, then by the policy's name.
    #[serde(default)]
    identities: BTreeMap<String, BTreeMap<String, Value>>,
    /// The policies of keys, by ARN.
    #[serde(default)]
    keys: BTreeMap<String, Value>,
    /// The log groups that AWS has let its delivery of logs write to, by ARN.
    #[serde(default)]
    log_groups: BTreeSet<String>,
}

impl Account {
    /// AWS lets its delivery of logs write to this group, once and for good.
    pub(super) fn delivers_to(&mut self, group: &str) {
        self.log_groups.insert(group.to_owned());
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Role {
    trust: Value,
    /// When the trust was written.
    trusted: i64,
    policies: BTreeMap<String, Value>,
    /// When a policy was written.
    allowed: i64,
}

/// Answers a call that writes one of these, or reads what was written; all else is answered elsewhere.
pub(super) fn handle(
    world: &mut World,
    service: Outside,
    region: &str,
    operation: &str,
    request: &Request,
    id: &str,
) -> Option<Result<Reply, Refusal>> {
    match (service, operation) {
        (
            Outside::Iam,
            "CreateRole" | "UpdateAssumeRolePolicy" | "PutRolePolicy" | "DeleteRolePolicy" | "DeleteRole",
        ) => {
            let form = wire::form(request.body());
            Some(role(world, operation, &form).map(|()| {
                let mut response = Element::new(format!("{operation}Response")).within(service.namespace());
                if operation == "CreateRole" {
                    let name = form.get("RoleName").unwrap_or_default();
                    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
                    let role = Element::new("Role").leaf("Path", "/").leaf("RoleName", name).leaf("Arn", arn);
                    response = response.with(Element::new("CreateRoleResult").with(role));
                }
                let metadata = Element::new("ResponseMetadata").leaf("RequestId", id);
                wire::xml_reply(200, &response.with(metadata))
            }))
        }
        (Outside::Ses, "CreateEmailIdentityPolicy") => Some(send(world, request)),
        (Outside::Kms, "PutKeyPolicy") => Some(key(world, region, request)),
        (Outside::Logs, "DescribeResourcePolicies") => {
            Some(Ok(wire::json_reply(&log_policies(&world.account.log_groups, region))))
        }
        _ => None,
    }
}

/// CloudWatch Logs: whom the account lets write to its groups in a Region. There is no policy until AWS has written one.
fn log_policies(groups: &BTreeSet<String>, region: &str) -> Value {
    let of_region = groups.iter().filter(|arn| arn.split(':').nth(3) == Some(region));
    let resources: Vec<String> = of_region.map(|arn| format!("{}:log-stream:*", arn.trim_end_matches(":*"))).collect();
    if resources.is_empty() {
        return json!({ "resourcePolicies": [] });
    }
    let statement = json!({
        "Sid": DELIVERY, "Effect": "Allow", "Principal": { "Service": "delivery.logs.amazonaws.com" },
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": resources,
    });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    json!({ "resourcePolicies": [{ "policyName": DELIVERY, "policyDocument": document.to_string() }] })
}

/// IAM: a role, whom it trusts, and what it may do.
fn role(world: &mut World, operation: &str, form: &Query) -> Result<(), Refusal> {
    let said = |name: &str| {
        let text = form.get(name).filter(|text| !text.is_empty());
        text.ok_or_else(|| Refusal::new("ValidationError", format!("{name} must not be empty")))
    };
    let name = said("RoleName")?;
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
    let now = world.now;
    let roles = &mut world.account.roles;
    if operation == "CreateRole" {
        let trust = document(said("AssumeRolePolicyDocument")?)?;
        if roles.contains_key(&arn) {
            let message = format!("Role with name {name} already exists.");
            return Err(Refusal { status: 409, ..Refusal::new("EntityAlreadyExists", message) });
        }
        roles.insert(arn, Role { trust, trusted: now, policies: BTreeMap::new(), allowed: now });
        return Ok(());
    }
    let missing = || {
        let message = format!("The role with name {name} cannot be found.");
        Refusal { status: 404, ..Refusal::new("NoSuchEntity", message) }
    };
    let role = roles.get_mut(&arn).ok_or_else(missing)?;
    match operation {
        "UpdateAssumeRolePolicy" => {
            role.trust = document(said("PolicyDocument")?)?;
            role.trusted = now;
        }
        "PutRolePolicy" => {
            role.policies.insert(said("PolicyName")?.to_owned(), document(said("PolicyDocument")?)?);
            role.allowed = now;
        }
        "DeleteRolePolicy" => {
            role.policies.remove(said("PolicyName")?).ok_or_else(missing)?;
            role.allowed = now;
        }
        _ => {
            roles.remove(&arn);
        }
    }
    Ok(())
}

/// SES: who else may send from an identity.
fn send(world: &mut World, request: &Request) -> Result<Reply, Refusal> {
    let parts: Vec<String> = request.uri().path().trim_matches('/').split('/').map(wire::decode).collect();
    let [_, _, _, identity, _, name] = &parts[..] else {
        return Err(Refusal::new("BadRequestException", "an identity and a policy must be named"));
    };
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let policy = document(body["Policy"].as_str().unwrap_or_default())?;
    world.account.identities.entry(identity.clone()).or_default().insert(name.clone(), policy);
    Ok(wire::json_reply(&json!({})))
}

/// KMS: who may use a key.
fn key(world: &mut World, region: &str, request: &Request) -> Result<Reply, Refusal> {
    let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let key = input["KeyId"].as_str().filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| Refusal::new("ValidationException", "KeyId must not be empty"))?;
    let arn =
        if key.starts_with("arn:") { key.to_owned() } else { format!("arn:aws:kms:{region}:{ACCOUNT}:key/{key}") };
    let policy = document(input["Policy"].as_str().unwrap_or_default())?;
    world.account.keys.insert(arn, policy);
    Ok(wire::json_reply(&json!({})))
}

/// A policy of a role, an identity or a key, if all of it is understood.
fn document(text: &str) -> Result<Value, Refusal> {
    let wrong = |what: &str| Refusal::new("MalformedPolicyDocument", what.to_owned());
    let document: Value = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
    let statements = statements(&document);
    if statements.is_empty() {
        return Err(wrong("it has no statement"));
    }
    for statement in statements {
        let odd = ["NotAction", "NotPrincipal", "NotResource"].iter().find(|name| !statement[**name].is_null());
        if let Some(odd) = odd {
            return Err(wrong(&format!("{odd} is not understood by this sandbox")));
        }
        if !matches!(statement["Effect"].as_str(), Some("Allow" | "Deny")) {
            return Err(wrong("Effect is Allow or Deny"));
        }
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            let known = ["StringEquals", "StringLike", "ArnEquals", "ArnLike"].contains(&operator.as_str());
            let keys = keys.as_object().into_iter().flatten();
            let strange = keys.map(|(key, _)| key).find(|key| !CONTEXT.contains(&key.to_lowercase().as_str()));
            if !known || strange.is_some() {
                let what = strange.unwrap_or(operator);
                return Err(wrong(&format!("the condition {what} is not understood by this sandbox")));
            }
        }
    }
    Ok(document)
}

/// What conditions can ask about, in small letters, as IAM compares them.
const CONTEXT: [&str; 3] = ["sts:externalid", "aws:sourceaccount", "aws:sourcearn"];

fn statements(document: &Value) -> Vec<&Value> {
    match &document["Statement"] {
        Value::Array(all) => all.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Who asks a policy, and for what.
struct Question<'a> {
    /// One of these services; nobody where the policy is the role's own.
    who: &'a [&'a str],
    action: &'a str,
    /// What it is to be done to, where a role's own policy is asked.
    on: &'a str,
    /// Values of [`CONTEXT`].
    context: [&'a str; 3],
}

impl Question<'_> {
    /// Whether these policies allow it: some statement does, and none forbids it.
    fn is_allowed<'p>(&self, policies: impl IntoIterator<Item = &'p Value>) -> bool {
        let concerned: Vec<&Value> =
            policies.into_iter().flat_map(statements).filter(|statement| self.is_meant(statement)).collect();
        !concerned.is_empty() && concerned.iter().all(|statement| statement["Effect"] == "Allow")
    }

    fn is_meant(&self, statement: &Value) -> bool {
        let principal = &statement["Principal"];
        let is_them = self.who.is_empty()
            || principal == "*"
            || texts(&principal["Service"]).iter().any(|service| self.who.contains(service));
        let asked = self.action.to_lowercase();
        let acts = texts(&statement["Action"]).iter().any(|action| policy::matches(&action.to_lowercase(), &asked));
        let on = !self.who.is_empty() || texts(&statement["Resource"]).iter().any(|on| policy::matches(on, self.on));
        is_them && acts && on && self.holds(&statement["Condition"])
    }

    fn holds(&self, condition: &Value) -> bool {
        let keys = condition.as_object().into_iter().flatten();
        keys.filter_map(|(operator, keys)| Some((operator, keys.as_object()?))).all(|(operator, keys)| {
            keys.iter().all(|(key, wanted)| {
                let at = CONTEXT.iter().position(|known| *known == key.to_lowercase());
                let is = at.map_or("", |at| self.context[at]);
                texts(wanted).iter().any(|wanted| match operator.as_str() {
                    "StringEquals" => *wanted == is,
                    // For ARNs, both forms know wildcards.
                    _ => policy::matches(wanted, is),
                })
            })
        })
    }
}

/// Refuses a role that Cognito cannot take on for a pool, or that may not send SMS messages (`user_pool.md` 4;
/// `quotas_errors.md` 8).
pub(super) fn sends_sms(world: &World, arn: &str, external_id: &str, pool: &str) -> Result<(), Refusal> {
    let Some(role) = world.account.roles.get(arn) else { return Ok(()) };
    let settles = |written: i64| world.now < written + ROLE_SETTLES;
    let trusted = Question { who: COGNITO, action: "sts:AssumeRole", on: "", context: [external_id, ACCOUNT, pool] };
    if settles(role.trusted) || !trusted.is_allowed([&role.trust]) {
        return Err(Refusal::new(
            "InvalidSmsRoleTrustRelationshipException",
            "Role does not have a trust relationship allowing Cognito to assume the role",
        ));
    }
    // The numbers that it will send to are not known.
    let sends = ["sns:Publish", "sms-voice:SendTextMessage"].iter().any(|action| {
        let question = Question { who: &[], action, on: "*", context: [""; 3] };
        question.is_allowed(role.policies.values())
    });
    if settles(role.allowed) || !sends {
        return Err(Refusal::new(
            "InvalidSmsRoleAccessPolicyException",
            "Role does not have permission to publish with SNS",
        ));
    }
    Ok(())
}

/// Refuses a role that Cognito cannot take on for a pool, or that may not write the log of an import
/// (`other_resources.md` 10, which does not say with which words).
pub(super) fn writes_import_log(world: &World, arn: &str, pool: &str) -> Result<(), Refusal> {
    let Some(role) = world.account.roles.get(arn) else { return Ok(()) };
    let trusted = Question { who: COGNITO, action: "sts:AssumeRole", on: "", context: ["", ACCOUNT, pool] }
        .is_allowed([&role.trust]);
    let group =
        format!("arn:aws:logs:{}:{ACCOUNT}:log-group:/aws/cognito/import", pool.split(':').nth(3).unwrap_or("*"));
    let writes = ["CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents"].iter().all(|action| {
        let action = format!("logs:{action}");
        let question = Question { who: &[], action: &action, on: &group, context: [""; 3] };
        question.is_allowed(role.policies.values())
    });
    if trusted && writes {
        return Ok(());
    }
    Err(Refusal::new("InvalidParameterException", "Cognito cannot write the log of the import with this role"))
}

/// Whether an identity lets Cognito send from it, which one that nobody has given a policy does not (`quotas_errors.md` 8;
/// `user_pool.md` 7).
pub(super) fn sends_mail(world: &World, identity: &str, pool: &str) -> bool {
    let Some(policies) = world.account.identities.get(identity) else { return false };
    ["ses:SendEmail", "ses:SendRawEmail"].iter().all(|action| {
        let question = Question { who: COGNITO_MAIL, action, on: "", context: ["", ACCOUNT, pool] };
        question.is_allowed(policies.values())
    })
}

/// Whether a key lets Cognito make grants, as custom senders need it; one that was given no policy here does
/// (`quotas_errors.md` 8).
pub(super) fn grants_key(world: &World, arn: &str, pool: &str) -> bool {
    let question = Question { who: COGNITO, action: "kms:CreateGrant", on: "", context: ["", ACCOUNT, pool] };
    world.account.keys.get(arn).is_none_or(|policy| question.is_allowed([policy]))
}
