//! Cognito's permission to invoke a function that is a trigger of the pool (`other_resources.md` 6).
//!
//! Cognito takes a trigger without looking whether it may invoke it; a missing permission shows when somebody signs in.
//! One statement for a function, or for its version or alias, lets the pool invoke it for all its triggers.
//!
//! Lambda is called without a client of the SDK: that would be a crate of some hundred operations for three of them.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::busy::outlast;
use super::user_pool::UserPool;
use crate::aws::raw::{LAMBDA, escaped};
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Turn, Use, Wait, grants};

/// Lets the pool invoke a function. Its id is `<ARN of the function, version or alias>/<statement id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LambdaPermission {
    /// The pool that may invoke it, and no other.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The ARN of the function, or of a version or an alias of it: each has a policy of its own.
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub function: String,
}

/// What AWS decided of a permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LambdaPermissionOutputs {
    /// The statement's id in the function's policy.
    pub statement_id: String,
}

/// Who invokes.
const COGNITO: &str = "cognito-idp.amazonaws.com";
/// What it is allowed.
const INVOKE: &str = "lambda:InvokeFunction";

/// A function is changed by one at a time, and Lambda is asked by all of the account (`quotas_errors.md` 3).
const FREE: Wait<'static> = Wait {
    what: "for other changes to the function to end",
    every: Duration::from_secs(5),
    at_most: Duration::from_mins(2),
};

impl Kind for LambdaPermission {
    const NAME: &'static str = "lambda_permission";
    const TURN: Turn = Turn::Around;
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = LambdaPermissionOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (function, statement_id) = parts(id)?;
        let Some(statement) = statement(ctx, function, |one| one["Sid"] == statement_id).await? else {
            return Ok(None);
        };
        let user_pool = match pool_of(&statement) {
            Ok(arn) => ctx.named::<UserPool>(arn, |_, outputs| outputs.arn == arn),
            // Whatever it lets in, it is not what this stack asks for: it is made anew.
            Err(says) => Ref::outside(&says),
        };
        let spec = Self { user_pool, function: function.to_owned() };
        Ok(Some(Observed::ready(spec, LambdaPermissionOutputs { statement_id: statement_id.to_owned() })))
    }

    async fn find(&self, ctx: &Ctx, token: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.outputs(&self.user_pool) else { return Ok(None) };
        let own = statement_id(&pool.id);
        // Without a token nobody asks for what a run has made, but for what is there to be adopted: whoever made it, under
        // whatever id.
        let is_adopting = token.is_empty();
        let fits = |one: &Value| one["Sid"] == own || (is_adopting && pool_of(one) == Ok(&pool.arn));
        match statement(ctx, &self.function, fits).await {
            Ok(found) => Ok(found.and_then(|found| Some(format!("{}/{}", self.function, found["Sid"].as_str()?)))),
            // A function of another account, say, whose policy its owner keeps.
            Err(error) if is_adopting && error.code().is_some_and(|code| code.starts_with("AccessDenied")) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let pool = ctx.outputs(&self.user_pool)?;
        let id = statement_id(&pool.id);
        let input = json!({
            "StatementId": id, "Action": INVOKE, "Principal": COGNITO, "SourceArn": pool.arn,
            // A pool's ARN names its account; AWS asks for it beside all the same, and audits look for it.
            "SourceAccount": part(&pool.arn, 4),
        });
        let path = address(&self.function, "");
        let call = async || {
            let post = ("POST", path.as_str(), Some(&input));
            let added = ctx.aws.raw.patient().rest(LAMBDA, region(&self.function), "AddPermission", post).await;
            match added {
                Err(error) if error.code() == Some("ResourceConflictException") => {
                    // The id is taken, by an earlier try or an earlier run; or something else is being changed.
                    match statement(ctx, &self.function, |one| one["Sid"] == id).await? {
                        Some(there) if pool_of(&there) == Ok(&pool.arn) => Ok(Some(())),
                        Some(_) => Err(Error::aws_state(format!(
                            "the policy of {} has a statement {id} that says otherwise",
                            self.function
                        ))
                        .hinted(format!(
                            "take it away, then run this again: aws lambda remove-permission --region {} --function-name \
                             {} --statement-id {id}",
                            region(&self.function),
                            self.function
                        ))),
                        None => Err(error),
                    }
                }
                Err(error) if error.is_not_found() => Err(error
                    .explained(format!("there is no function {}: deploy it first, or correct the trigger", self.function))),
                Err(error) if error.code() == Some("PolicyLengthExceededException") => Err(error.explained(format!(
                    "the policy of {} is full (20 KB): take statements away that nobody needs, as of pools that are gone",
                    self.function
                ))),
                added => added.map(|_| Some(())),
            }
        };
        outlast(ctx, &FREE, passes, call).await?;
        Ok(format!("{}/{id}", self.function))
    }

    async fn update(&self, _: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self == before {
            return Ok(());
        }
        Err(Error::bug(format!("the permission {id} was to be changed, and can only be made anew")))
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (function, statement_id) = parts(id)?;
        let path = address(function, &format!("/{}", escaped(statement_id)));
        let call = async || {
            let delete = ("DELETE", path.as_str(), None);
            ctx.aws.raw.patient().rest(LAMBDA, region(function), "RemovePermission", delete).await.map(Some)
        };
        match outlast(ctx, &FREE, passes, call).await {
            // The statement is gone, or the function with it.
            Err(error) if error.is_not_found() => Ok(()),
            other => other.map(drop),
        }
    }

    fn grants(&self) -> Vec<Grant> {
        let on = On::Arn(match self.function.strip_prefix("arn:") {
            Some(_) => self.function.clone(),
            None => format!("arn:<partition>:lambda:<region>:<account>:function:{}", self.function),
        });
        [
            grants(Use::Reading, &on, &["lambda:GetPolicy"]),
            grants(Use::Making, &on, &["lambda:AddPermission"]),
            grants(Use::Deleting, &on, &["lambda:RemovePermission"]),
        ]
        .concat()
    }
}

/// Refusals that pass: too many calls, or another change of the function.
fn passes(error: &Error) -> bool {
    error.is_throttled() || error.code() == Some("ResourceConflictException")
}

/// The id of the statement for a pool: letters, digits, `-` and `_`, as Lambda takes them.
fn statement_id(pool: &str) -> String {
    format!("stack-{pool}")
}

/// Function and statement id.
fn parts(id: &str) -> Result<(&str, &str)> {
    let found = id.rsplit_once('/').filter(|(function, statement)| {
        function.split(':').count() >= 7 && part(function, 2) == "lambda" && !statement.is_empty()
    });
    found.ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of a permission"))
            .hinted("one looks like arn:aws:lambda:<region>:<account>:function:<name>/<statement id>")
    })
}

/// A part of an ARN, from 0: `arn:partition:service:region:account:resource`.
fn part(arn: &str, number: usize) -> &str {
    arn.splitn(6, ':').nth(number).unwrap_or_default()
}

fn region(function: &str) -> &str {
    part(function, 3)
}

/// Where the policy of a function is, or of a version or alias of it, which its ARN ends with.
fn address(function: &str, below: &str) -> String {
    let (bare, qualifier) = match function.match_indices(':').nth(6) {
        Some((at, _)) => (&function[..at], Some(&function[at + 1..])),
        None => (function, None),
    };
    let query = qualifier.map(|qualifier| format!("?Qualifier={}", escaped(qualifier))).unwrap_or_default();
    format!("/2015-03-31/functions/{}/policy{below}{query}", escaped(bare))
}

/// The first statement of a function's policy for which this holds; without any statement there is no policy at all.
async fn statement(ctx: &Ctx, function: &str, is_it: impl Fn(&Value) -> bool) -> Result<Option<Value>> {
    let path = address(function, "");
    let get = ("GET", path.as_str(), None);
    let said = match ctx.aws.raw.patient().rest(LAMBDA, region(function), "GetPolicy", get).await {
        Err(error) if error.is_not_found() => return Ok(None),
        said => said?,
    };
    let policy: Value = said["Policy"].as_str().and_then(|text| serde_json::from_str(text).ok()).ok_or_else(|| {
        Error::aws_state(format!("GetPolicy answered for {function} with something that is no policy"))
    })?;
    let statements = match &policy["Statement"] {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    Ok(statements.iter().find(|one| is_it(one)).cloned())
}

/// The pool that a statement lets invoke the function, if that is all it does; else what it says.
///
/// Lambda writes the condition with `ArnLike`; `StringLike` and `StringEquals` say the same of an ARN without stars
/// (`other_resources.md` 6). A statement that leaves the account out says no less: a pool's ARN names it.
fn pool_of(statement: &Value) -> std::result::Result<&str, String> {
    let mut arn = None;
    let mut is_plain = statement["Effect"] == "Allow"
        && statement["Principal"] == json!({ "Service": COGNITO })
        && statement["Action"] == INVOKE;
    let conditions = statement["Condition"].as_object();
    for (operator, keys) in conditions.into_iter().flatten() {
        for (key, value) in keys.as_object().into_iter().flatten() {
            let one = value.as_str().filter(|text| !text.contains(['*', '?']));
            match (operator.as_str(), key.to_ascii_lowercase().as_str(), one) {
                ("ArnLike" | "ArnEquals" | "StringLike" | "StringEquals", "aws:sourcearn", Some(one)) => {
                    arn = Some(one);
                }
                ("StringLike" | "StringEquals", "aws:sourceaccount", Some(one)) => {
                    is_plain &= conditions.is_some_and(|all| {
                        all.values().filter_map(|keys| keys.as_object()).flatten().all(|(key, value)| {
                            !key.eq_ignore_ascii_case("aws:sourcearn")
                                || part(value.as_str().unwrap_or_default(), 4) == one
                        })
                    });
                }
                _ => is_plain = false,
            }
        }
    }
    arn.filter(|_| is_plain).ok_or_else(|| {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!(
            "whoever fits: principal {}, action {}, condition {}",
            plain(&statement["Principal"]),
            plain(&statement["Action"]),
            plain(&statement["Condition"])
        )
    })
}

/// The permission of a function's alias.
#[must_use]
pub fn example() -> LambdaPermission {
    LambdaPermission {
        user_pool: Ref::one(),
        function: "arn:aws:lambda:ap-southeast-2:000000000000:function:sign-up:live".to_owned(),
    }
}

/// [`example`], for the function itself: another policy.
#[must_use]
pub fn example_changed() -> LambdaPermission {
    LambdaPermission { function: "arn:aws:lambda:ap-southeast-2:000000000000:function:sign-up".to_owned(), ..example() }
}

#[cfg(test)]
mod tests;
