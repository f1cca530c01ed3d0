//! Refusals that pass: Cognito takes one change to a pool at a time, and so many in a second, and refuses the next.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::kind::{Ctx, Wait};

const FREE: Wait<'static> = Wait {
    what: "for Cognito to have time for a change to the pool",
    every: Duration::from_secs(5),
    // quotas_errors.md 3: retry up to 2 min.
    at_most: Duration::from_mins(2),
};

/// Makes a call again for as long as Cognito refuses it because another change is under way, or too many were made.
pub(super) async fn when_free<T>(ctx: &Ctx, mut call: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    // Both are refusals: nothing has been done, so that even a creating call may be made again.
    let passes = |error: &Error| error.code() == Some("ConcurrentModificationException") || error.is_throttled();
    outlast(ctx, &FREE, passes, async || call().await.map(Some)).await
}

/// Asks until there is an answer, through refusals that pass; a wait that runs out gives the last of them as its reason.
pub(super) async fn outlast<T>(
    ctx: &Ctx,
    wait: &Wait<'_>,
    passes: impl Fn(&Error) -> bool,
    mut call: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let mut refusal = None;
    let done = ctx.until(wait, async || match call().await {
        Err(error) if passes(&error) => {
            refusal = Some(error);
            Ok(None)
        }
        other => {
            refusal = None;
            other
        }
    });
    match (done.await, refusal) {
        // The wait ran out: what AWS said all that time is the reason.
        (Err(error), Some(refusal)) if error.aws_failure().is_none() && !error.is_stopped() => {
            Err(refusal.during(error.message()))
        }
        (done, _) => done,
    }
}
