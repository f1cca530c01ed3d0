//! Lambda, as far as a user pool needs it: functions that are there, and the policies that say who may invoke them
//! (`other_resources.md` 6).
//!
//! Nobody can make a function here, so whatever is named exists, in this account or another, and can run. That is a
//! choice of ours and nothing of AWS's: an account without its functions would fail every stack that has a trigger. Its
//! policy is kept as AWS keeps it: empty until somebody adds a statement.

#[cfg(test)]
mod tests;

use super::members::{self, Member, Rule, any, text, word_or_dash};
use super::wire::{self, Query, Reply, Request};
use super::{ACCOUNT, Refusal, World, ids};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What Lambda holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Lambda {
    /// The policies, by the ARN of the function, or of its version or alias.
    #[serde(default)]
    policies: BTreeMap<String, Policy>,
}

/// Who may invoke a function.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Policy {
    /// Changes with each statement that comes or goes.
    revision: String,
    statements: Vec<Value>,
}

/// What `AddPermission` takes in its body; function and qualifier stand in its address.
pub const ADD_PERMISSION: &[&str] = &[
    "StatementId",
    "Action",
    "Principal",
    "SourceArn",
    "SourceAccount",
    "EventSourceToken",
    "RevisionId",
    "PrincipalOrgID",
    "FunctionUrlAuthType",
    "InvokedViaFunctionUrl",
];

/// How long a policy may be, in bytes.
const POLICY: usize = 20 * 1024;

/// The members of that body, as the API's model has them.
static BODY: [Member; 10] = [
    ("StatementId", true, Rule::Text(1, 100, word_or_dash)),
    ("Action", true, Rule::Text(1, 256, |c| c.is_ascii_alphabetic() || c == ':' || c == '*')),
    ("Principal", true, Rule::Text(1, 1024, |c| !c.is_whitespace())),
    ("SourceArn", false, Rule::Text(1, 2048, any)),
    ("SourceAccount", false, Rule::Text(12, 12, |c| c.is_ascii_digit())),
    ("EventSourceToken", false, Rule::Text(0, 256, |c| word_or_dash(c) || c == '.')),
    ("RevisionId", false, Rule::Text(1, 64, any)),
    ("PrincipalOrgID", false, Rule::Text(12, 34, word_or_dash)),
    ("FunctionUrlAuthType", false, Rule::OneOf(&["NONE", "AWS_IAM"])),
    ("InvokedViaFunctionUrl", false, Rule::Flag),
];

/// The operation that a request means.
pub(super) fn operation(method: &str, path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", ["2015-03-31", "functions", _]) => Some("GetFunction"),
        ("GET", ["2015-03-31", "functions", _, "policy"]) => Some("GetPolicy"),
        ("POST", ["2015-03-31", "functions", _, "policy"]) => Some("AddPermission"),
        ("DELETE", ["2015-03-31", "functions", _, "policy", _]) => Some("RemovePermission"),
        _ => None,
    }
}

/// What IAM calls the function that a request is about.
pub(super) fn resource(region: &str, request: &Request) -> String {
    function(region, request).map_or_else(|_| "*".to_owned(), |function| function.arn())
}

/// A function, as a request names it.
struct Function {
    region: String,
    account: String,
    name: String,
    qualifier: Option<String>,
}

impl Function {
    fn arn(&self) -> String {
        let Self { region, account, name, qualifier } = self;
        let arn = format!("arn:aws:lambda:{region}:{account}:function:{name}");
        qualifier.as_ref().map_or_else(|| arn.clone(), |qualifier| format!("{arn}:{qualifier}"))
    }
}

/// A part of a request's path, from 0.
fn part(request: &Request, number: usize) -> String {
    wire::decode(request.uri().path().trim_matches('/').split('/').nth(number).unwrap_or_default())
}

fn not_found(message: impl Into<String>) -> Refusal {
    Refusal { status: 404, ..Refusal::new("ResourceNotFoundException", message) }
}

fn function(region: &str, request: &Request) -> Result<Function, Refusal> {
    let name = part(request, 2);
    let asked = Query::of(request).get("Qualifier").map(str::to_owned);
    let fields: Vec<&str> = name.split(':').collect();
    let (account, function, own) = match fields[..] {
        ["arn", _, "lambda", there, ..] if there != region => {
            return Err(not_found(format!("Functions from '{there}' are not reachable in this region ('{region}')")));
        }
        ["arn", _, "lambda", _, account, "function", function] => (account, function, None),
        ["arn", _, "lambda", _, account, "function", function, own] => (account, function, Some(own)),
        [function] => (ACCOUNT, function, None),
        [function, own] => (ACCOUNT, function, Some(own)),
        _ => (ACCOUNT, "", None),
    };
    let qualifier = asked.or_else(|| own.map(str::to_owned));
    let is_good = |text: &str| (1..=64).contains(&text.len()) && text.chars().all(word_or_dash);
    let is_qualifier = |text: &str| text == "$LATEST" || is_good(text);
    if !is_good(function) || qualifier.as_deref().is_some_and(|qualifier| !is_qualifier(qualifier)) {
        let message =
            format!("1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint");
        return Err(Refusal::new("ValidationException", message));
    }
    Ok(Function { region: region.to_owned(), account: account.to_owned(), name: function.to_owned(), qualifier })
}

/// Answers one call made to `region`.
pub(super) fn handle(world: &mut World, region: &str, operation: &str, request: &Request) -> Result<Reply, Refusal> {
    if operation == "Unknown" {
        let message = format!("the sandbox plays no such operation: {}", request.uri().path());
        return Err(Refusal { status: 404, ..Refusal::new("UnknownOperationException", message) });
    }
    let function = function(region, request)?;
    // A policy belongs to the function, a version or an alias; $LATEST cannot carry one (other_resources.md 6).
    if operation != "GetFunction" && function.qualifier.as_deref() == Some("$LATEST") {
        let message = "We currently do not support adding policies for $LATEST.";
        return Err(Refusal::new("InvalidParameterValueException", message));
    }
    match operation {
        "GetFunction" => {
            let configuration =
                json!({ "FunctionName": function.name, "FunctionArn": function.arn(), "State": "Active" });
            Ok(wire::json_reply(&json!({ "Configuration": configuration, "Code": {}, "Tags": {} })))
        }
        "GetPolicy" => get(world, &function),
        "AddPermission" => add(world, &function, request),
        _ => remove(world, &function, request),
    }
}

fn document(policy: &Policy) -> Value {
    json!({ "Version": "2012-10-17", "Id": "default", "Statement": policy.statements })
}

/// `GetPolicy`: a function without any statement has no policy at all (`other_resources.md` 6).
fn get(world: &World, function: &Function) -> Result<Reply, Refusal> {
    let none = || not_found("The resource you requested does not exist.");
    let policy = world.lambda.policies.get(&function.arn()).ok_or_else(none)?;
    Ok(wire::json_reply(&json!({ "Policy": document(policy).to_string(), "RevisionId": policy.revision })))
}

/// Refuses a revision that is not the last one (`other_resources.md` 6).
fn is_current(policy: Option<&Policy>, given: &str) -> Result<(), Refusal> {
    if given.is_empty() || policy.is_some_and(|policy| policy.revision == given) {
        return Ok(());
    }
    let message = "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the \
                   latest Revision Id";
    Err(Refusal { status: 412, ..Refusal::new("PreconditionFailedException", message) })
}

/// `AddPermission`: a statement under an id that is free.
fn add(world: &mut World, function: &Function, request: &Request) -> Result<Reply, Refusal> {
    let input: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    members::check(&BODY, &input, "ValidationException")?;
    let arn = function.arn();
    is_current(world.lambda.policies.get(&arn), text(&input, "RevisionId"))?;
    let id = text(&input, "StatementId");
    let statements = world.lambda.policies.get(&arn).map_or(&[][..], |policy| &policy.statements);
    if statements.iter().any(|statement| statement["Sid"] == id) {
        let message = format!(
            "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing \
             statement."
        );
        return Err(Refusal { status: 409, ..Refusal::new("ResourceConflictException", message) });
    }
    let action = text(&input, "Action");
    if !(action == "*" || action.starts_with("lambda:")) {
        let message = format!("Value '{action}' at 'action' failed to satisfy constraint");
        return Err(Refusal::new("ValidationException", message));
    }
    let statement = statement(&input, &arn);
    let mut policy = Policy { revision: String::new(), statements: statements.to_vec() };
    policy.statements.push(statement.clone());
    if document(&policy).to_string().len() > POLICY {
        let message = format!("The final policy size is bigger than the limit ({POLICY}).");
        return Err(Refusal::new("PolicyLengthExceededException", message));
    }
    policy.revision = revision(world);
    world.lambda.policies.insert(arn, policy);
    let reply = wire::json_reply(&json!({ "Statement": statement.to_string() }));
    Ok(with_status(reply, http::StatusCode::CREATED))
}

fn revision(world: &mut World) -> String {
    let number = world.next_id();
    ids::uuid(&format!("policy {number}"))
}

fn with_status(mut reply: Reply, status: http::StatusCode) -> Reply {
    *reply.status_mut() = status;
    reply
}

/// The statement that a request becomes; its conditions as AWS shows them (`other_resources.md` 6).
fn statement(input: &Value, arn: &str) -> Value {
    let principal = text(input, "Principal");
    let principal = match principal {
        "*" => json!("*"),
        service if service.ends_with(".amazonaws.com") => json!({ "Service": service }),
        account if account.starts_with("arn:") => json!({ "AWS": account }),
        account => json!({ "AWS": format!("arn:aws:iam::{account}:root") }),
    };
    let mut conditions = Map::new();
    let mut ask = |operator: &str, key: &str, member: &str| {
        let value = input.get(member).cloned().unwrap_or_default();
        if !value.is_null() {
            conditions.entry(operator).or_insert_with(|| json!({}))[key] = value;
        }
    };
    ask("StringEquals", "AWS:SourceAccount", "SourceAccount");
    ask("StringEquals", "lambda:EventSourceToken", "EventSourceToken");
    ask("StringEquals", "aws:PrincipalOrgID", "PrincipalOrgID");
    ask("StringEquals", "lambda:FunctionUrlAuthType", "FunctionUrlAuthType");
    ask("Bool", "lambda:InvokedViaFunctionUrl", "InvokedViaFunctionUrl");
    ask("ArnLike", "AWS:SourceArn", "SourceArn");
    let mut statement = json!({
        "Sid": text(input, "StatementId"), "Effect": "Allow", "Principal": principal,
        "Action": text(input, "Action"), "Resource": arn,
    });
    if !conditions.is_empty() {
        statement["Condition"] = Value::Object(conditions);
    }
    statement
}

/// `RemovePermission`: takes one statement away, and with the last one the policy.
fn remove(world: &mut World, function: &Function, request: &Request) -> Result<Reply, Refusal> {
    let (arn, id) = (function.arn(), part(request, 4));
    let query = Query::of(request);
    is_current(world.lambda.policies.get(&arn), query.get("RevisionId").unwrap_or_default())?;
    let missing = || not_found(format!("Statement {id} is not found in resource policy."));
    let statements = world.lambda.policies.get(&arn).map(|policy| policy.statements.clone()).ok_or_else(missing)?;
    let left: Vec<Value> = statements.iter().filter(|statement| statement["Sid"] != id).cloned().collect();
    if left.len() == statements.len() {
        return Err(missing());
    }
    if left.is_empty() {
        world.lambda.policies.remove(&arn);
    } else {
        let revision = revision(world);
        world.lambda.policies.insert(arn, Policy { revision, statements: left });
    }
    Ok(with_status(wire::reply(200, "application/json", ""), http::StatusCode::NO_CONTENT))
}
