//! A plan into calls, the state saved before and after each that changes AWS.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use serde_json::Value;
use tracing::Instrument as _;

use super::decide;
use super::diff;
use super::ignore::Ignored;
use super::order;
use super::plan::{Action, Change, Plan, Planned, Step};
use super::queue::Queue;
use super::recover;
use super::run::{Run, new_token};
use super::secrets;
use crate::address::Address;
use crate::error::{Error, Outcome, Result};
use crate::kind::{Observed, ReplaceOrder};
use crate::state::{Intent, Revert};

/// How a run of steps has ended.
#[derive(Debug, Default)]
pub struct Report {
    /// What was done.
    pub done: Vec<Step>,
    /// What failed, and why.
    pub failed: Vec<(Step, Error)>,
    /// What was not begun, because what it waits for failed or the person stopped the run.
    pub not_begun: Vec<Step>,
    /// Whether the person stopped the run.
    pub is_stopped: bool,
}

/// Carries a plan out, side by side where nothing waits for another.
///
/// # Guarantees
/// The state names every object that this stack has made, or the one call that may have made one.
///
/// # Assumptions
/// The lock is held. `Kind::update` and `Kind::delete` may be repeated.
///
/// # Errors
/// When the plan is not of this state. The failure of a step is in the report: it stops what waits for it, and
/// nothing else.
pub async fn apply(run: &Run<'_>, plan: &Plan, parallelism: usize) -> Result<Report> {
    fits(run, plan)?;
    put_right(run, plan).await?;
    let waits = {
        let state = run.state.borrow();
        order::waits(&decide::ordered(run.kinds, &plan.resources, &state))
    };
    let mut report = Report::default();
    let mut begun: BTreeSet<&Step> = BTreeSet::new();
    let mut queue = Queue::new(&plan.steps, &waits);
    let mut may_begin = true;
    let mut running = FuturesUnordered::new();
    loop {
        may_begin &= !run.cancel.is_asked();
        while may_begin && running.len() < parallelism.max(1) {
            let Some(step) = queue.next() else { break };
            begun.insert(step);
            let object = tracing::info_span!(target: "stack::aws", "object", address = %step.address());
            let carried_out = async move {
                let ended = carry_out(run, plan, step).await;
                (step, ended)
            };
            running.push(carried_out.instrument(object));
        }
        let Some((step, ended)) = running.next().await else { break };
        queue.ended(step, ended.is_ok());
        match ended {
            Ok(()) => report.done.push(step.clone()),
            Err(error) => {
                // What cannot be remembered must not be made.
                may_begin &= error.kind() != crate::error::ErrorKind::State;
                report.is_stopped |= error.is_stopped();
                report.failed.push((step.clone(), error));
            }
        }
    }
    drop(running);
    report.is_stopped |= run.cancel.is_asked();
    report.not_begun = plan.steps.iter().filter(|step| !begun.contains(step)).cloned().collect();
    Ok(report)
}

fn fits(run: &Run<'_>, plan: &Plan) -> Result<()> {
    let state = run.state.borrow();
    if state.lineage == plan.lineage && state.serial == plan.serial && state.stack == plan.stack {
        return Ok(());
    }
    Err(Error::state(format!(
        "this plan was made from serial {} of the state of {}, which is now at serial {}",
        plan.serial, plan.stack, state.serial
    ))
    .hinted("somebody has applied in between: plan again"))
}

/// Puts the records right that no step is needed for: objects that are gone, unless something that they replaced still
/// awaits deletion; and objects that are already what is asked for now.
async fn put_right(run: &Run<'_>, plan: &Plan) -> Result<()> {
    let mut has_changed = !plan.relabelled.is_empty();
    for (address, one) in &plan.resources {
        if one.is_gone {
            let has_deposed =
                run.state.borrow().resources.get(address).is_some_and(|record| !record.deposed.is_empty());
            if !has_deposed {
                run.forget(address);
                has_changed = true;
            }
            continue;
        }
        // One that is left alone because it is no target can differ all the same.
        let is_so = || diff::changes(one.actual.as_ref(), one.target.as_ref(), run.kinds.facts(address)).is_empty();
        let Some(desired) = one.desired.as_ref().filter(|_| one.action == Action::Keep && is_so()) else { continue };
        if let Some(record) = run.state.borrow_mut().resources.get_mut(address)
            && (record.last_applied != *desired || record.needs != one.needs || record.deleting)
        {
            record.last_applied.clone_from(desired);
            record.needs.clone_from(&one.needs);
            record.deleting = false;
            has_changed = true;
        }
    }
    if has_changed { run.save().await } else { Ok(()) }
}

async fn carry_out(run: &Run<'_>, plan: &Plan, step: &Step) -> Result<()> {
    let address = step.address();
    let Some(planned) = plan.resources.get(address) else {
        return Err(Error::bug(format!("the plan has a step for {address}, and nothing about it")));
    };
    let id = || match step {
        Step::DeleteDeposed(_, old) => Some(old.clone()),
        _ => run.state.borrow().resources.get(address).map(|record| record.id.clone()),
    };
    run.watch.started(step, id().as_deref());
    let (ended, verb) = match step {
        Step::Create(_) => (create(run, step, address, planned).await, "create"),
        Step::Update(_) => (update(run, step, address, planned).await, "update"),
        Step::Delete(_) => (delete(run, step, address).await, "delete"),
        Step::DeleteDeposed(_, id) => (delete_deposed(run, step, address, id).await, "delete the old"),
    };
    match ended {
        Ok(()) => {
            run.watch.done(step, id().as_deref());
            Ok(())
        }
        Err(error) => {
            let error = if error.is_stopped() {
                error
            } else {
                error.during(format!("cannot {verb} {address}")).about(address)
            };
            run.watch.failed(step, &error);
            Err(error)
        }
    }
}

async fn create(run: &Run<'_>, step: &Step, address: &Address, planned: &Planned) -> Result<()> {
    let kind = run.kinds.of(address);
    // Nobody else has looked after an object that is yet to be made.
    let whole = planned.ignored.as_ref().map(|ignored| ignored.whole.clone());
    let desired = whole.or_else(|| planned.desired.clone()).unwrap_or_default();
    let old_stays = planned.action == Action::Replace && kind.replace_order() == ReplaceOrder::CreateFirst;
    let intent = Intent {
        token: new_token()?,
        since: run.aws.clock.now_text(),
        desired: desired.clone(),
        needs: planned.needs.clone(),
        deposed: run.deposed_by_new(address, old_stays),
    };
    run.state.borrow_mut().pending.insert(address.clone(), intent.clone());
    run.save().await?;
    let made = kind.create(&run.ctx(Some(step)), &desired, &intent.token).await;
    let mut followed = Ok(());
    let id = match made {
        Ok(id) => id,
        // Stopped while the call was under way or about to be: the next run finds out.
        Err(error) if error.is_stopped() => return Err(error),
        Err(error) if error.outcome() != Outcome::Refused => {
            run.watch.says(step, "to see whether AWS has made it all the same");
            match recover::look(run, address, &intent, LOOK_AFTER_LOST_ANSWER).await {
                Ok(Some(id)) => {
                    if error.outcome() == Outcome::Done {
                        followed = Err(error);
                    }
                    id
                }
                _ => {
                    return Err(error.hinted(
                        "whether AWS has made it is not known; the next apply looks for it before it makes another",
                    ));
                }
            }
        }
        Err(error) => {
            run.state.borrow_mut().pending.remove(address);
            run.save().await?;
            return Err(error);
        }
    };
    run.adopt(address, &id, intent);
    if let Some(record) = run.state.borrow_mut().resources.get_mut(address) {
        // From here on it is as if nobody had declared what others look after, in this run and in any that goes on with it.
        record.last_applied = Ignored::left_out_of(planned.ignored.as_ref(), &record.last_applied);
    }
    run.save().await?;
    let settled = match followed {
        Ok(()) => settle(run, step, address, &Settling { desired: &desired, last: &Value::Null, is_new: true }).await,
        failed => failed,
    };
    settled.map_err(|error| error.hinted(format!("{address} is recorded as {id}: the next run goes on with it")))
}

/// How long to look, in the same run, for what a creating call may have made.
const LOOK_AFTER_LOST_ANSWER: Duration = Duration::from_secs(30);

async fn update(run: &Run<'_>, step: &Step, address: &Address, planned: &Planned) -> Result<()> {
    let desired = planned.desired.clone().unwrap_or_default();
    let last = {
        let mut state = run.state.borrow_mut();
        let Some(record) = state.resources.get_mut(address) else {
            return Err(Error::bug(format!("{address} is to be updated, and is not recorded")));
        };
        let last = Ignored::left_out_of(planned.ignored.as_ref(), &record.last_applied);
        // Cut short, both what was asked for before and what is asked for now may be there.
        record.last_applied = diff::union(&last, &desired);
        record.changing = true;
        record.reverting.clone_from(&planned.revert);
        record.needs.extend(planned.needs.iter().filter(|need| !planned.needed.contains(need)).cloned());
        last
    };
    run.save().await?;
    let (wanted, before) = Revert::with(planned.revert.as_ref(), &desired, &last);
    settle(run, step, address, &Settling { desired: &wanted, last: &before, is_new: false }).await?;
    if let Some(record) = run.state.borrow_mut().resources.get_mut(address) {
        record.last_applied = Ignored::left_out_of(planned.ignored.as_ref(), &desired);
        record.needs.clone_from(&planned.needs);
    }
    run.save().await
}

/// What an object is to be settled on.
struct Settling<'a> {
    desired: &'a Value,
    last: &'a Value,
    is_new: bool,
}

/// How often the object is brought to what it should be before the run gives up.
const TRIES: u32 = 2;
/// How often an object that does not yet show what it was told is read again.
const READS_AGAIN: u32 = 4;
/// How long a new object may be unknown to reads (`quotas_errors.md` 3).
const UNSEEN_AT_MOST: Duration = Duration::from_mins(1);

/// Reads the object back until it is what it should be, and brings it there where it is not.
///
/// What AWS quietly ignores is found here, now, and not as a difference that never goes away.
async fn settle(run: &Run<'_>, step: &Step, address: &Address, to: &Settling<'_>) -> Result<()> {
    let kind = run.kinds.of(address);
    let facts = run.kinds.facts(address);
    let ctx = run.ctx(Some(step));
    let (mut tries, mut reads) = (0, 0);
    let mut sent: Option<Value> = None;
    loop {
        let (id, seen) = read_ready(run, step, address, to.is_new).await?;
        let target = kind.pruned(diff::target(to.desired, to.last, Some(&seen.spec), facts));
        let mut left = diff::changes(Some(&seen.spec), Some(&target), facts);
        // What nobody declares and AWS has reset all the same was in what was sent.
        let mut lost: Vec<Change> = sent.iter().flat_map(|sent| diff::missing(sent, Some(&seen.spec), facts)).collect();
        lost.retain(|lost| !left.iter().any(|one| one.path == lost.path));
        let is_undeclared = |lost: &Change| diff::at(to.desired, &lost.path).is_none();
        if tries == TRIES && reads == READS_AGAIN && left.is_empty() && lost.iter().all(is_undeclared) {
            // It may follow from what was asked for (a factor goes when MFA is switched off): said, not refused.
            run.watch.note(&format!("AWS has reset what this stack does not declare in {address}: {}", paths(&lost)));
            lost.clear();
        }
        left.append(&mut lost);
        if left.is_empty() {
            if let Some(record) = run.state.borrow_mut().resources.get_mut(address) {
                record.observed = seen.spec;
                record.outputs = seen.outputs;
                record.changing = false;
                record.reverting = None;
                record.deleting = false;
            }
            return run.save().await;
        }
        if tries > 0 && reads < READS_AGAIN {
            reads += 1;
            run.cancel.sleep(&run.aws.clock, Duration::from_millis(250) * 2_u32.pow(reads)).await?;
            continue;
        }
        if tries == TRIES {
            return Err(ignored(address, &left));
        }
        tries += 1;
        reads = 0;
        let target = sent.take().map_or(target.clone(), |sent| diff::union(&target, &sent));
        run.may_write().await?;
        kind.update(&ctx, &id, &target, &seen.spec).await?;
        if let Some(record) = run.state.borrow_mut().resources.get_mut(address) {
            secrets::noted(&mut record.observed, &target, facts);
        }
        sent = Some(target);
    }
}

fn paths(changes: &[Change]) -> String {
    changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>().join(", ")
}

fn ignored(address: &Address, left: &[Change]) -> Error {
    Error::aws_state(format!("AWS has taken the change to {address}, and does not show it: {}", paths(left)))
        .hinted("plan again to see what differs; if it stays so, AWS does not support that value here")
}

/// The object, once AWS is no longer busy with it.
async fn read_ready(
    run: &Run<'_>,
    step: &Step,
    address: &Address,
    is_new: bool,
) -> Result<(String, Observed<Value, Value>)> {
    let kind = run.kinds.of(address);
    let ctx = run.ctx(Some(step));
    let start = run.aws.clock.now_ms();
    let mut pause = Duration::from_millis(500);
    let mut asked = Vec::new();
    loop {
        let record = run.state.borrow().resources.get(address).cloned();
        let Some(record) = record else {
            return Err(Error::bug(format!("{address} is to be read back, and is not recorded")));
        };
        let (id, last) = (record.id.clone(), record.last());
        let waited = Duration::from_millis(u64::try_from(run.aws.clock.now_ms() - start).unwrap_or(0));
        match kind.read(&ctx, &id, last).await? {
            None if is_new && waited < UNSEEN_AT_MOST => run.watch.says(step, "to be seen by reads"),
            None => {
                return Err(Error::aws_state(format!("{address} ({id}) is not there any more"))
                    .hinted("somebody has deleted it meanwhile: plan again"));
            }
            Some(Observed { waiting: Some(waiting), outputs, .. }) => {
                run.learn(address, &id, &outputs);
                if waiting.at_most.is_zero() {
                    // It will never be ready; what it says is why, and what to do.
                    return Err(Error::aws_state(waiting.what));
                }
                if waiting.by_hand != asked {
                    asked.clone_from(&waiting.by_hand);
                    run.watch.asks(step, &asked);
                }
                run.watch.says(step, &waiting.what);
                if waited >= waiting.at_most {
                    return Err(Error::aws_state(format!(
                        "gave up waiting {} after {}s",
                        waiting.what,
                        waited.as_secs()
                    ))
                    .hinted("nothing is lost: the next apply goes on waiting from here"));
                }
                pause = pause.min(waiting.every);
            }
            Some(seen) => {
                run.learn(address, &id, &seen.outputs);
                return Ok((id, seen));
            }
        }
        run.cancel.sleep(&run.aws.clock, pause).await?;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The longest pause between two looks at an object that AWS is busy with.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

async fn delete(run: &Run<'_>, step: &Step, address: &Address) -> Result<()> {
    let Some(record) = run.state.borrow().resources.get(address).cloned() else { return Ok(()) };
    for old in &record.deposed {
        delete_deposed(run, step, address, &old.id).await?;
    }
    run.may_write().await?;
    if let Some(record) = run.state.borrow_mut().resources.get_mut(address) {
        record.deleting = true;
    }
    run.save().await?;
    run.kinds.of(address).delete(&run.ctx(Some(step)), &record.id, record.asked()).await?;
    run.forget(address);
    run.save().await
}

async fn delete_deposed(run: &Run<'_>, step: &Step, address: &Address, id: &str) -> Result<()> {
    let found = {
        let state = run.state.borrow();
        let record = state.resources.get(address);
        record.and_then(|record| record.deposed.iter().find(|old| old.id == id)).cloned()
    };
    let Some(old) = found else { return Ok(()) };
    let last = (!old.observed.is_null()).then_some((&old.observed, &old.outputs));
    run.may_write().await?;
    run.kinds.of(address).delete(&run.ctx(Some(step)), &old.id, last).await?;
    run.forget_deposed(address, id);
    run.save().await
}
