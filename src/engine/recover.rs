//! What an earlier run left in doubt: creating calls that were begun and never heard of.

use std::time::Duration;

use super::run::Run;
use crate::address::Address;
use crate::error::Result;
use crate::kind::FoundBy;
use crate::state::Intent;

/// How long a listing may lag behind a creating call. Lists show a new object within seconds
/// (`quotas_errors.md` 4, inferred), so a few minutes are generous.
const LISTINGS_LAG: Duration = Duration::from_mins(3);

/// How long between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// Looks for what every pending call may have made, and records what it finds.
///
/// A run that may write goes on looking until listings have had time to show the object, and only then drops
/// the intent. A run that only reads looks once, and leaves in doubt what it does not find.
///
/// # Errors
/// When AWS cannot be asked, or the state not be saved.
pub async fn recover(run: &Run<'_>) -> Result<()> {
    let pending: Vec<(Address, Intent)> =
        run.state.borrow().pending.iter().map(|(address, intent)| (address.clone(), intent.clone())).collect();
    // An object that others were being made for comes before them: their ids hold its own.
    let mut pending = pending;
    pending.sort_by_key(|(address, intent)| (intent.needs.len(), address.clone()));
    for (address, intent) in pending {
        let patience = if run.store.is_some() { lag_left(run, &intent) } else { Duration::ZERO };
        if patience > Duration::ZERO && run.kinds.of(&address).found_by() != FoundBy::Key {
            run.watch.note(&format!("an earlier run was stopped while it made {address}: looking whether it is there"));
        }
        match look(run, &address, &intent, patience).await? {
            Some(id) => {
                run.watch.note(&format!("found {address} ({id}), which an earlier run had made"));
                run.adopt(&address, &id, intent);
                run.save().await?;
            }
            None if run.store.is_some() => {
                run.state.borrow_mut().pending.remove(&address);
                run.save().await?;
            }
            None => {
                run.watch.note(&format!("an earlier run may have made {address}; the next apply looks for it first"));
            }
        }
    }
    Ok(())
}

fn lag_left(run: &Run<'_>, intent: &Intent) -> Duration {
    let since = intent.since.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond);
    let age = Duration::from_millis(u64::try_from(run.aws.clock.now_ms() - since).unwrap_or(0));
    LISTINGS_LAG.saturating_sub(age)
}

/// The id of what an intent has made, looked for until `patience` has passed.
///
/// # Errors
/// When AWS cannot be asked; the person's wish to stop.
pub async fn look(run: &Run<'_>, address: &Address, intent: &Intent, patience: Duration) -> Result<Option<String>> {
    let known = |need: &Address| run.known.borrow().objects.contains_key(need);
    if !intent.needs.iter().all(known) {
        // What it was to be made in or from is gone, and it with it; or was never made, nor was it.
        return Ok(None);
    }
    let kind = run.kinds.of(address);
    let start = run.aws.clock.now_ms();
    loop {
        let found = kind.find(&run.ctx(None), &intent.desired, &intent.token).await;
        let found = match found {
            // The pool it would be in is gone.
            Err(error) if error.is_not_found() => Ok(None),
            found => found,
        };
        let found = found
            .map_err(|error| error.during(format!("cannot find out whether {address} was made")).about(address))?;
        let waited = Duration::from_millis(u64::try_from(run.aws.clock.now_ms() - start).unwrap_or(0));
        if found.is_some() || waited >= patience || kind.found_by() == FoundBy::Key {
            return Ok(found);
        }
        run.cancel.sleep(&run.aws.clock, BETWEEN_LOOKS).await?;
    }
}
