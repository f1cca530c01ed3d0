//! Cognito takes one change to a pool at a time, and refuses the second.

use std::time::Duration;

use crate::error::Result;
use crate::kind::{Ctx, Wait};

const FREE: Wait<'static> = Wait {
    what: "for another change to the pool to end",
    every: Duration::from_secs(5),
    // quotas_errors.md 3: retry up to 2 min.
    at_most: Duration::from_mins(2),
};

/// Makes a call again for as long as Cognito refuses it because another change is under way.
pub(super) async fn when_free<T>(ctx: &Ctx, mut call: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    ctx.until(&FREE, async || match call().await {
        Err(error) if error.code() == Some("ConcurrentModificationException") => Ok(None),
        other => other.map(Some),
    })
    .await
}
