//! The Lambda functions of the pool exist, are able to run, and let Cognito invoke them.
//!
//! Cognito does not look whether it may call a function when it is told of it; a missing permission shows when somebody
//! signs in (user_pool.md 7, other_resources.md 6).

use futures_util::FutureExt as _;
use futures_util::future::{join_all, join3};
use serde_json::Value;

use super::{Check, Finding, Input, When, part, unsaid};
use crate::aws::raw::{LAMBDA, escaped};
use crate::engine::plan::{Action, Planned};
use crate::error::{Error, Result};
use crate::kind::Kind as _;
use crate::kinds::lambda_permission::LambdaPermission;
use crate::kinds::user_pool::UserPool;

pub(super) const CHECK: Check = Check {
    name: "functions",
    title: "Lambda functions, and whether Cognito may invoke them",
    why: "Cognito takes a function that it cannot invoke, and then every sign-in that needs it fails",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// Who invokes.
const COGNITO: &str = "cognito-idp.amazonaws.com";

async fn look(input: Input<'_>) -> Vec<Finding> {
    let Some((_, planned, pool)) = input.wanted::<UserPool>().next() else { return Vec::new() };
    let Some(config) = pool.lambda_config else { return Vec::new() };
    let is_touched = input.touches(planned, "lambda_config");
    let functions = config.functions();
    // One function may have several triggers, and is looked at once.
    let is_first = |index: usize, arn: &str| functions[..index].iter().all(|(_, other)| *other != arn);
    let once = functions.iter().enumerate().filter(|(index, (_, arn))| is_first(*index, arn));
    let asked = once.filter(|(_, (_, arn))| is_touched || !going(input, arn).is_empty());
    join_all(asked.map(|(_, (path, arn))| async move {
        of_function(input, format!("{}.lambda_config.{path}", planned.at), arn).await
    }))
    .await
}

async fn of_function(input: Input<'_>, at: String, arn: &str) -> Finding {
    // What this stack sees to needs no look: it is there after the plan.
    let is_managed = input.wanted::<LambdaPermission>().any(|(_, _, permission)| permission.function == arn);
    let region = part(arn, 3);
    let (function, qualifier) = split(arn);
    let path = format!("/2015-03-31/functions/{}", escaped(function));
    let query = qualifier.map(|qualifier| format!("?Qualifier={}", escaped(qualifier))).unwrap_or_default();
    let name = part(arn, 5).trim_start_matches("function:");
    let (function_path, policy_path) = (format!("{path}{query}"), format!("{path}/policy{query}"));
    let asked = input.ask("GetFunction", input.aws.raw.get(LAMBDA, region, "GetFunction", &function_path));
    let policy = async {
        if is_managed {
            return Ok(Value::Null);
        }
        input.ask("GetPolicy", input.aws.raw.get(LAMBDA, region, "GetPolicy", &policy_path)).await
    };
    let (said, policy, caller) = join3(asked, policy, input.caller()).await;
    let untold = |what: &str, error: &Error| Finding::untold(&at, &format!("nobody knows whether {what}"), error);
    match said.and_then(|said| state(&said)) {
        Ok(None) => {}
        Ok(Some(failed)) => {
            let hint = "mend what its reason names, and deploy it again";
            return Finding::fail(at, format!("the function {name} cannot run ({failed})"), hint);
        }
        Err(error) if error.is_not_found() => {
            let hint = "deploy it first, or correct the ARN";
            return Finding::fail(at, format!("there is no function {name} in {region}"), hint);
        }
        Err(error) => return untold(&format!("the function {name} is there"), &error),
    }
    if is_managed {
        return Finding::pass(at, format!("the function {name} is there, and this stack lets Cognito invoke it"));
    }
    let policy = match policy.and_then(|said| policy_of(&said)) {
        // A function without any permission has no policy at all (other_resources.md 6).
        Err(error) if error.is_not_found() => Ok(Value::Null),
        policy => policy,
    };
    let (policy, account) = match (policy, caller) {
        (Ok(policy), Ok(caller)) => (as_left(input, arn, policy), caller.account.as_str()),
        (Err(error), _) | (_, Err(error)) => return untold(&format!("Cognito may invoke the function {name}"), &error),
    };
    let pool = input
        .pool_id()
        .map(|id| format!("arn:{}:cognito-idp:{}:{account}:userpool/{id}", part(arn, 1), input.aws.region));
    if may_invoke(&policy, account, pool.as_deref()) {
        return Finding::pass(at, format!("the function {name} is there, and Cognito may invoke it"));
    }
    let source = pool.clone().unwrap_or_else(|| "THE-POOL'S-ARN".to_owned());
    let of_alias = qualifier.map(|qualifier| format!(" --qualifier {qualifier}")).unwrap_or_default();
    let hint = format!(
        "aws lambda add-permission --region {region} --function-name {function}{of_alias} --statement-id cognito --action \
         lambda:InvokeFunction --principal {COGNITO} --source-arn {source}"
    );
    if pool.is_some() {
        return Finding::fail(at, format!("the function {name} does not let Cognito invoke it for this pool"), hint);
    }
    // A permission for this very pool can only be given once there is one.
    let message = format!("the function {name} does not let Cognito invoke it yet: nobody signs in until it does");
    Finding::warn(at, message, format!("once the pool is there: {hint}"))
}

/// The ids of the statements that this very plan takes out of a function's policy.
fn going(input: Input<'_>, arn: &str) -> Vec<String> {
    let permissions = input
        .plan
        .resources
        .iter()
        .filter(|(address, planned)| address.kind == LambdaPermission::NAME && planned.action == Action::Delete);
    let of = |planned: &Planned| {
        let (function, statement) = planned.id.as_deref()?.rsplit_once('/')?;
        (function == arn).then(|| statement.to_owned())
    };
    permissions.filter_map(|(_, planned)| of(planned)).collect()
}

/// A policy as this plan leaves it.
fn as_left(input: Input<'_>, arn: &str, mut policy: Value) -> Value {
    let going = going(input, arn);
    if let Some(statements) = policy["Statement"].as_array_mut() {
        statements.retain(|statement| !going.iter().any(|id| statement["Sid"] == id.as_str()));
    }
    policy
}

/// Why a function cannot run, if it cannot.
fn state(said: &Value) -> Result<Option<String>> {
    let configuration = &said["Configuration"];
    match configuration["State"].as_str() {
        None => Err(unsaid("GetFunction", "the answer does not say in what state the function is")),
        Some("Failed") => {
            let why = configuration["StateReason"].as_str().unwrap_or("Lambda does not say why");
            Ok(Some(format!("Failed: {why}")))
        }
        Some(_) => Ok(None),
    }
}

/// The policy in an answer, which has it as a text.
fn policy_of(said: &Value) -> Result<Value> {
    let policy = said["Policy"].as_str().and_then(|text| serde_json::from_str(text).ok());
    policy.ok_or_else(|| unsaid("GetPolicy", "the answer holds no policy"))
}

/// A function's ARN without the alias or version at its end, and that.
fn split(arn: &str) -> (&str, Option<&str>) {
    match arn.match_indices(':').nth(6) {
        Some((at, _)) => (&arn[..at], Some(&arn[at + 1..])),
        None => (arn, None),
    }
}

/// Whether a policy lets Cognito invoke for this pool; where there is no pool yet, for one in this account.
fn may_invoke(policy: &Value, account: &str, pool: Option<&str>) -> bool {
    let statements = match &policy["Statement"] {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    statements.iter().any(|statement| {
        let is_for_cognito = statement["Principal"] == "*"
            || ["Service", "AWS"]
                .iter()
                .any(|kind| texts(&statement["Principal"][kind]).iter().any(|who| *who == COGNITO || *who == "*"));
        let is_to_invoke = texts(&statement["Action"])
            .iter()
            .any(|action| ["lambda:invokefunction", "lambda:*", "*"].contains(&action.to_ascii_lowercase().as_str()));
        statement["Effect"] == "Allow" && is_for_cognito && is_to_invoke && is_met(statement, account, pool)
    })
}

/// Whether what a statement asks of the pool's ARN and account holds. Other conditions are left to AWS.
fn is_met(statement: &Value, account: &str, pool: Option<&str>) -> bool {
    let Some(conditions) = statement["Condition"].as_object() else { return true };
    let asked = conditions.values().filter_map(Value::as_object).flatten();
    asked.into_iter().all(|(key, values)| {
        let any = |fits: &dyn Fn(&str) -> bool| texts(values).iter().any(|value| fits(value));
        match key.to_ascii_lowercase().as_str() {
            "aws:sourcearn" => match pool {
                Some(pool) => any(&|pattern| matches(pattern, pool)),
                // One that names a pool does not name this one; one with a star may.
                None => any(&|pattern| pattern.contains('*')),
            },
            "aws:sourceaccount" => any(&|own| own == account),
            _ => true,
        }
    })
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// Whether a text is what a pattern of IAM's says, in which `*` stands for anything and `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => {
            let rest = &pattern[1..];
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| matches(rest, &text[at..]))
        }
        (Some('?'), Some(one)) => matches(&pattern[1..], &text[one.len_utf8()..]),
        (Some(wanted), Some(one)) if wanted == one => matches(&pattern[wanted.len_utf8()..], &text[one.len_utf8()..]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const POOL: &str = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a";

    #[test]
    fn a_policy_lets_cognito_invoke_or_not() {
        let statement = |more: Value| {
            let mut one = json!({ "Effect": "Allow", "Principal": { "Service": COGNITO },
                "Action": "lambda:InvokeFunction", "Resource": "*" });
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({ "Statement": [one] })
        };
        let arn = |pattern: &str| json!({ "Condition": { "ArnLike": { "AWS:SourceArn": pattern } } });
        for (more, new, there) in [
            (json!({}), true, true),
            (json!({ "Action": ["lambda:Get*", "lambda:*"] }), true, true),
            (json!({ "Principal": "*" }), true, true),
            (json!({ "Effect": "Deny" }), false, false),
            (json!({ "Action": "lambda:GetFunction" }), false, false),
            (json!({ "Principal": { "Service": "apigateway.amazonaws.com" } }), false, false),
            (arn(POOL), false, true),
            (arn("arn:aws:cognito-idp:*:*:userpool/*"), true, true),
            (arn("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_b"), false, false),
            (json!({ "Condition": { "StringEquals": { "AWS:SourceAccount": "111122223333" } } }), true, true),
            (json!({ "Condition": { "StringEquals": { "AWS:SourceAccount": "999999999999" } } }), false, false),
        ] {
            let policy = statement(more);
            let found = [None, Some(POOL)].map(|pool| may_invoke(&policy, "111122223333", pool));
            assert_eq!(found, [new, there], "{policy}");
        }
        assert!(!may_invoke(&Value::Null, "111122223333", Some(POOL)));
    }

    #[test]
    fn an_alias_is_taken_off_a_functions_arn() {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:pre-sign-up";
        assert_eq!(split(arn), (arn, None));
        assert_eq!(split(&format!("{arn}:live")), (arn, Some("live")));
    }

    #[test]
    fn patterns_match_as_in_iam() {
        for (pattern, text, does) in
            [("*", "", true), ("a*c", "abbc", true), ("a?c", "abc", true), ("a*", "b", false), ("a", "ab", false)]
        {
            assert_eq!(matches(pattern, text), does, "{pattern} {text}");
        }
    }
}
