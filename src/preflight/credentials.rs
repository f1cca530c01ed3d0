//! There are credentials, AWS knows them, and they are the account's that the stack belongs to.

use futures_util::FutureExt as _;

use super::{Check, Finding, Input, When};
use crate::error::Error;

pub(super) const CHECK: Check = Check {
    name: "credentials",
    title: "credentials and their account",
    why: "with another account's credentials everything would be made in the wrong place",
    source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
    // A plan sees to it before anything else.
    when: When::Asked,
    look: |input| look(input).boxed_local(),
};

async fn look(input: Input<'_>) -> Vec<Finding> {
    let at = "account";
    let caller = match input.caller().await {
        Ok(caller) => caller,
        // One that AWS does not take, or none at all; when AWS is at fault itself, there is no telling.
        Err(error) if !error.is_throttled() && !error.hints().is_empty() && !is_offline(&error) => {
            let hint = error.hints().first().cloned().unwrap_or_default();
            return vec![Finding::fail(at, error.to_string(), hint)];
        }
        Err(error) => return vec![Finding::untold(at, "nobody knows whose credentials these are", &error)],
    };
    let account = &caller.account;
    vec![match input.account {
        Some(own) if own != account => Finding::fail(
            at,
            format!("the credentials are those of account {account}, and the stack belongs to {own}"),
            "choose the right profile with --profile or AWS_PROFILE",
        ),
        _ => Finding::pass(at, format!("account {account}, as {}", caller.arn)),
    }]
}

/// Whether nobody answered.
fn is_offline(error: &Error) -> bool {
    error.message().contains("AWS could not be reached")
}
