//! `stack apply --plan`: exactly what was planned, or nothing.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::apply::{Working, alone, open};
use super::attend::attended;
use super::plan_file::{self, Kept};
use super::session::{House, Notes, Session};
use crate::cli;
use crate::engine::decide::Options;
use crate::engine::saved;
use crate::error::{Error, Problem, Result};
use crate::kind::Cancel;
use crate::state::{State, WRITER};
use crate::ui::{Exit, Ui};

/// Carries out a plan that was kept, and asks nothing more. AWS is read again, and what the plan touches must be as it
/// was; what would be lost must be allowed in this very run.
///
/// # Errors
/// Everything that has changed since, at once; and as any apply.
pub async fn apply(house: &House, ui: &Rc<Ui>, asked: &cli::Apply, file: &Path) -> Result<Exit> {
    let cli::Apply { stack, plan: _, narrow, outside: _, carry } = asked;
    let kept = plan_file::read(&house.root.join(file))?;
    let name = kept.plan.stack.clone();
    if let Some(stack) = stack.as_ref().filter(|stack| **stack != name) {
        return Err(Error::usage(format!("{} is a plan of {name}, not of {stack}", file.display()))
            .hinted(format!("leave {stack} out: the plan knows its stack")));
    }
    let again = again(house, &kept, file);
    if kept.written_by != WRITER {
        let made_by = &kept.written_by;
        return Err(Error::usage(format!("{} was made by {made_by}, and this is {WRITER}", file.display()))
            .hinted(format!("apply it with {made_by}, or {again}")));
    }
    if kept.is_sandbox != house.is_sandbox {
        let (what, how) =
            if kept.is_sandbox { ("the sandbox", "with --sandbox") } else { ("AWS", "without --sandbox") };
        return Err(Error::usage(format!("{} is a plan for {what}", file.display())).hinted(format!("apply it {how}")));
    }
    let verb = if kept.asked.destroy { super::apply::DESTROY } else { "apply" };
    let opened = open(house, ui, verb, &name).await;
    let session =
        opened.map_err(|error| if error.all_problems().is_empty() { error } else { error.hinted(again.clone()) })?;
    let refused = |problems: Vec<Problem>| {
        let mut error = Error::state(format!(
            "the plan of {} does not hold any more: {} since it was made at {}",
            file.display(),
            if problems.len() == 1 { "something has changed" } else { "several things have changed" },
            kept.made_at
        ));
        *error.problems_mut() = problems;
        error.hinted(again.clone()).hinted("nothing was changed")
    };
    let work = async |working: Working<'_>| {
        let Working { session, mut state, command, has_begun } = working;
        if state.serial == 0 && kept.plan.serial == 0 {
            // A stack that was never applied has no lineage yet; what the plan has called it will do.
            state.lineage.clone_from(&kept.plan.lineage);
        }
        let changed = changed(session, &state, &kept);
        if !changed.is_empty() {
            return Err(refused(changed));
        }
        // Whatever was trusted then, AWS is asked now.
        let allow_loss = narrow.allow_loss.iter().cloned().collect();
        let options = Options { allow_loss, trust_state: false, ..kept.asked.clone() };
        let cancel = Cancel::default();
        let run = session.run(state, true, cancel.clone(), Rc::new(Notes(Rc::clone(ui))));
        let (now, found) = attended(ui, &session.aws, session.plan(&run, &options)).await?;
        let plan = saved::held(&session.kinds, &kept.plan, now).map_err(refused)?;
        ui.checks(&found, &session.preflight_command());
        ui.plan(&plan);
        has_begun.set(true);
        super::apply::carry_out(session, ui, run, &plan, (&cancel, carry.parallelism), command).await
    };
    Box::pin(alone(house, ui, ("apply", &session), carry, work)).await
}

/// What to do with a plan that does not hold.
fn again(house: &House, kept: &Kept, file: &Path) -> String {
    let file = file.display().to_string();
    let mut words = vec!["plan", &kept.plan.stack];
    if kept.asked.destroy {
        words.push("--destroy");
    }
    words.extend(["--out", &file]);
    format!("plan again, and look again: `{}`", house.command(&words))
}

/// All that can be known to have changed without asking AWS for the objects: state, files, account and Region.
fn changed(session: &Session, state: &State, kept: &Kept) -> Vec<Problem> {
    let mut problems = Vec::new();
    let (place, plan) = (session.store.place(), &kept.plan);
    if state.lineage != plan.lineage {
        let why = if plan.serial == 0 {
            "the stack has been applied since, and had never been when this was planned"
        } else {
            "is not the state that this was planned from, but another stack's of the same name"
        };
        problems.push(Problem::new(place, why));
    } else if state.serial != plan.serial {
        let (now, then) = (state.serial, plan.serial);
        problems.push(Problem::new(
            place,
            format!("is at serial {now}, and this was planned at {then}: somebody has applied since"),
        ));
    }
    let inputs = session.loaded.inputs();
    let names: BTreeSet<&String> = inputs.keys().chain(kept.inputs.keys()).collect();
    for name in names {
        let why = match (kept.inputs.get(name), inputs.get(name)) {
            (Some(then), Some(now)) if then == now => continue,
            (Some(_), Some(_)) => "has changed since",
            (Some(_), None) => "is not read any more",
            (None, _) => "was not read then",
        };
        problems.push(Problem::new(name, why));
    }
    let mut other = |what: &str, now: Option<&str>, then: Option<&str>| {
        if now != then {
            let said = |value: Option<&str>| value.unwrap_or("unknown").to_owned();
            problems.push(Problem::new(what, format!("is {} now, and was {}", said(now), said(then))));
        }
    };
    other("account", state.account.as_deref(), kept.account.as_deref());
    other("Region", Some(&session.aws.region), Some(&kept.region));
    problems
}
