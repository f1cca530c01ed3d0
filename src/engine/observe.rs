//! What AWS holds for each record: one wave of reads, side by side.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use tracing::Instrument as _;

use super::decide::Actual;
use super::run::Run;
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Ctx, Loss, Observed, Wave};
use crate::state::{Kept, Record};

/// How many reads are under way at once. The rate limiter spaces them; this bounds the memory.
const AT_ONCE: usize = 32;

/// Reads every recorded object. One that is gone is left out.
///
/// # Errors
/// The first read that failed, with the address it was for.
pub async fn observe(run: &Run<'_>) -> Result<Actual> {
    let records: Vec<(Address, Kept<Record>)> = {
        let state = run.state.borrow();
        state.resources.iter().map(|(address, record)| (address.clone(), record.clone())).collect()
    };
    // An object that a cut run has made and never read has outputs that nobody knows yet, and others are
    // recognised by them: it is read first.
    let (unread, others): (Vec<_>, Vec<_>) = records.into_iter().partition(|(_, record)| record.outputs.is_null());
    let mut actual = Actual::new();
    for records in [unread, others] {
        let wave = Wave::default();
        let mut reads = stream::iter(taking_turns(records))
            .map(|(address, record)| {
                let wave = wave.clone();
                async move {
                    let seen = read(run, &address, &record, wave).await;
                    (address, record.id.clone(), seen)
                }
            })
            .buffer_unordered(AT_ONCE);
        while let Some((address, id, seen)) = reads.next().await {
            if let Some(seen) = seen? {
                run.learn(&address, &id, &seen.outputs);
                actual.insert(address, seen);
            }
        }
    }
    Ok(actual)
}

/// The records of each kind in turn: each kind is read by operations of its own, which AWS allows so many of a second, and
/// none is to wait for another's turn.
fn taking_turns(records: Vec<(Address, Kept<Record>)>) -> Vec<(Address, Kept<Record>)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, (Address, Kept<Record>))> = records
        .into_iter()
        .map(|record| {
            let count = counts.entry(record.0.kind.clone()).or_default();
            *count += 1;
            (*count, record)
        })
        .collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, record)| record).collect()
}

/// What the state remembers of every object, read from AWS only where there is nothing to remember, or where users
/// would go with the object.
///
/// # Errors
/// The first read that failed, with the address it was for.
pub async fn remembered(run: &Run<'_>) -> Result<Actual> {
    let records = run.state.borrow().resources.clone();
    let mut actual = Actual::new();
    for (address, record) in records {
        let loses = matches!(run.kinds.of(&address).loses(), Loss::WhenGone(_));
        let is_known = !record.observed.is_null() && !record.outputs.is_null() && !record.changing;
        if is_known && !loses {
            let Record { observed, outputs, .. } = record.into_inner();
            actual.insert(address, Observed::ready(observed, outputs));
        } else if let Some(seen) = read(run, &address, &record, Wave::default()).await? {
            run.learn(&address, &record.id, &seen.outputs);
            actual.insert(address, seen);
        }
    }
    Ok(actual)
}

async fn read(run: &Run<'_>, address: &Address, record: &Record, wave: Wave) -> Result<Option<Observed<Value, Value>>> {
    let (kind, id) = (run.kinds.of(address), &record.id);
    run.watch.reads(address, id);
    let object = tracing::info_span!(target: "stack::aws", "object", %address);
    let seen = kind.read(&Ctx { wave: Some(wave), ..run.ctx(None) }, id, record.last()).instrument(object).await;
    run.watch.has_read(address, id);
    seen.map_err(|error| error.during(format!("cannot read {address} ({id})")).about(address))
}
