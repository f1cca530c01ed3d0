//! Objects that something else has made: read by their ids, and recorded as they are.

use serde_json::Value;

use super::diff;
use super::run::Run;
use crate::address::Address;
use crate::error::Result;
use crate::kind::Observed;
use crate::state::Record;

/// The object of this id as the resource at `address`, known from now on; None when there is none.
///
/// What it refers to must be known before it, or shows as what is not in this stack.
///
/// # Errors
/// When AWS cannot be asked, or the id is none of this kind.
pub async fn read(run: &Run<'_>, address: &Address, id: &str) -> Result<Option<Observed<Value, Value>>> {
    let seen = run.kinds.of(address).read(&run.ctx(None), id, None).await;
    let seen = seen.map_err(|error| error.during(format!("cannot read {address} ({id})")))?;
    if let Some(seen) = &seen {
        run.learn(address, id, &seen.outputs);
    }
    Ok(seen)
}

/// Records an object as it was read. Nothing of it was ever asked for, so nothing is taken away that the file leaves out.
pub fn record(run: &Run<'_>, address: &Address, id: &str, seen: &Observed<Value, Value>) {
    let mut state = run.state.borrow_mut();
    // What an earlier run was about to make there is found: what it was to replace still awaits deletion.
    let deposed = state.pending.remove(address).map(|intent| intent.deposed).unwrap_or_default();
    let record = Record {
        id: id.to_owned(),
        last_applied: Value::Null,
        observed: seen.spec.clone(),
        changing: false,
        reverting: None,
        deleting: false,
        outputs: seen.outputs.clone(),
        needs: diff::needs(&seen.spec, run.kinds.facts(address)),
        deposed,
    };
    state.resources.insert(address.clone(), record.into());
}
