//! Single objects, into a stack file that declares them already.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use super::claims::{Claims, check_tag};
use super::gather::region_of;
use super::providers::others;
use crate::address::Address;
use crate::commands::session::{House, Notes, Session};
use crate::commands::stores::{self, Locking};
use crate::engine::run::Run;
use crate::engine::{adopt, diff};
use crate::error::{Error, Result};
use crate::kind::{Cancel, Kind, Observed};
use crate::kinds::certificate::{Certificate, claimed_by};
use crate::kinds::certificate_validation::CertificateValidation;
use crate::kinds::domain_activation::DomainActivation;
use crate::kinds::domain_resolution::DomainResolution;
use crate::kinds::user_pool::UserPool;
use crate::kinds::user_pool::contents::contents;
use crate::near::did_you_mean;
use crate::ui::{Exit, Ui, imported};
use serde_json::Value;

/// What makes nothing in AWS, and so comes along with what it waits for.
const WAITS: [&str; 3] = [CertificateValidation::NAME, DomainActivation::NAME, DomainResolution::NAME];

/// Imports each object under its address.
///
/// # Errors
/// When the file does not declare it, when it is recorded already, when it is somebody else's, when there is none.
pub(super) async fn single(
    house: &House,
    ui: &Rc<Ui>,
    stack: &str,
    asked: &[(Address, String)],
    json: bool,
) -> Result<Exit> {
    let session = house.open(stack).await?;
    let command = house.command(&["import", stack]);
    let has_begun = Cell::new(false);
    let how = Locking { command: &command, wait: Duration::ZERO, has_begun: &has_begun };
    stores::locked(house, ui, &*session.store, &how, adopted(house, ui, &session, asked, (json, &has_begun))).await
}

async fn adopted(
    house: &House,
    ui: &Rc<Ui>,
    session: &Session,
    asked: &[(Address, String)],
    (json, has_begun): (bool, &Cell<bool>),
) -> Result<Exit> {
    let stack = &session.loaded.name;
    let mut state = session.state().await?;
    state.account = session.guard_account(&state, true).await?;
    state.region = Some(session.aws.region.clone());
    let run = session.run(state, false, Cancel::default(), Rc::new(Notes(Rc::clone(ui))));
    let claims = Claims::read(&house.state_dir(), stack);
    for (index, (address, id)) in asked.iter().enumerate() {
        is_wanted(session, &run, address, id)?;
        if asked[..index].iter().any(|(other, same)| other == address || other.kind == address.kind && same == id) {
            return Err(Error::usage(format!("{address}={id}: its address or its id is named twice")));
        }
        claims.check(address, id)?;
    }
    let mut done: BTreeSet<Address> = BTreeSet::new();
    let mut not_adopted = Vec::new();
    for (address, id) in in_order(session, &run, asked) {
        is_unclaimed(&run, address, id).await?;
        ui.status("Reading", &format!("{address} ({id})"));
        // What AWS does not show again, such as a secret, is as the file says.
        let asked = session.composed.desired.resources.get(address).map(|resource| resource.spec.clone());
        run.known.borrow_mut().sent.extend(asked.map(|spec| ((run.kinds.of(address).name(), id.clone()), spec)));
        let seen = adopt::read(&run, address, id).await?.ok_or_else(|| {
            Error::usage(format!("there is no {address} in {}: AWS knows nothing of {id}", session.aws.region)).hinted(
                "see to the id, the Region and the account; ids look as in `stack state list` of an applied stack",
            )
        })?;
        fits(session, &run, address, &seen)?;
        adopt::record(&run, address, id, &seen);
        not_adopted.extend(others(&id[id.find('/').map_or(0, |at| at + 1)..], &seen.spec));
        done.insert(address.clone());
    }
    waits(session, &run, &mut done).await?;
    let mut state = run.remembered();
    state.serial += 1;
    has_begun.set(true);
    session.store.save(&state).await?;
    let told = imported::Imported {
        state: &state,
        place: session.store.place(),
        addresses: done.iter().collect(),
        files: &[],
        not_adopted: &not_adopted,
        left: None,
    };
    if json {
        ui.json(&imported::json(&told));
    } else {
        imported::show(ui, &told, &house.command(&["plan", stack]));
    }
    Ok(Exit::Done)
}

/// Refuses what the file does not declare, and what is recorded.
fn is_wanted(session: &Session, run: &Run<'_>, address: &Address, id: &str) -> Result<()> {
    let state = run.state.borrow();
    if let Some(record) = state.resources.get(address) {
        return Err(Error::usage(format!("{address} is recorded already, as {}", record.id))
            .hinted(format!("`stack state rm {} {address}` forgets it and leaves it in AWS", state.stack)));
    }
    let same = state.resources.iter().find(|(other, record)| other.kind == address.kind && record.id == id);
    if let Some((other, _)) = same {
        return Err(Error::usage(format!("{id} is recorded already, as {other}"))
            .hinted(format!("`stack state mv {} {other} {address}` gives it another name", state.stack)));
    }
    let desired = &session.composed.desired.resources;
    if desired.contains_key(address) {
        return Ok(());
    }
    let open: Vec<String> =
        desired.keys().filter(|one| !state.resources.contains_key(*one)).map(ToString::to_string).collect();
    let wish = address.to_string();
    let error = Error::usage(format!("stacks/{}.yaml asks for no {address}", session.loaded.name));
    Err(match did_you_mean(&wish, open.iter().map(String::as_str)) {
        Some(word) => error.hinted(format!("did you mean `{word}`?")),
        None if open.is_empty() => error.hinted("all that it asks for is recorded"),
        None => error.hinted(format!(
            "write it into the file first; what the file asks for and is not recorded: {}",
            open.join(", ")
        )),
    })
}

/// What is asked for, each after what it needs.
fn in_order<'a>(session: &Session, run: &Run<'_>, asked: &'a [(Address, String)]) -> Vec<&'a (Address, String)> {
    let needs = |address: &Address| {
        let spec = &session.composed.desired.resources[address].spec;
        diff::needs(spec, run.kinds.facts(address))
    };
    let mut open: Vec<&(Address, String)> = asked.iter().collect();
    let mut ordered = Vec::new();
    while !open.is_empty() {
        let is_ready = |(address, _): &&(Address, String)| {
            !needs(address).iter().any(|need| open.iter().any(|(other, _)| other == need))
        };
        // A circle cannot be composed; should there be one, the order does not matter.
        let next = open.iter().position(is_ready).unwrap_or(0);
        ordered.push(open.remove(next));
    }
    ordered
}

/// Refuses what carries another stack's tag, and a pool of another Region.
async fn is_unclaimed(run: &Run<'_>, address: &Address, id: &str) -> Result<()> {
    let stack = run.state.borrow().stack.clone();
    match address.kind.as_str() {
        UserPool::NAME => {
            let region = region_of(id)?;
            if region != run.aws.region {
                return Err(Error::usage(format!(
                    "the user pool {id} is in {region}, and this stack in {}",
                    run.aws.region
                ))
                .hinted(format!("a pool cannot move: write `region: {region}` into the stack file")));
            }
            let claimed = contents(&run.ctx(None), id).await?.and_then(|contents| contents.claimed_by);
            let untag = "`aws cognito-idp untag-resource --tag-keys stack:name stack:token --resource-arn …`";
            check_tag(&format!("the user pool {id}"), claimed.as_deref(), &stack, untag)
        }
        Certificate::NAME => {
            let claimed = claimed_by(&run.aws, id).await?;
            let untag = "`aws acm remove-tags-from-certificate --tags Key=stack:name --certificate-arn …`";
            check_tag(&format!("the certificate {id}"), claimed.as_deref(), &stack, untag)
        }
        _ => Ok(()),
    }
}

/// Refuses an object that belongs to something else than the stack's own: a client of another pool.
fn fits(session: &Session, run: &Run<'_>, address: &Address, seen: &Observed<Value, Value>) -> Result<()> {
    let spec = &session.composed.desired.resources[address].spec;
    for (path, wanted) in diff::references(spec, run.kinds.facts(address)) {
        let Some(Value::String(theirs)) = diff::at(&seen.spec, &path) else { continue };
        if let Some(theirs) = theirs.strip_prefix("(not in this stack) ") {
            return Err(Error::usage(format!("{address} is of {theirs}, which is not {wanted} of this stack")).hinted(
                format!("import {wanted} first, or in the same command; what belongs to another cannot move"),
            ));
        }
    }
    Ok(())
}

/// Records the waits for what is recorded now: they make nothing, and have nothing to adopt.
async fn waits(session: &Session, run: &Run<'_>, done: &mut BTreeSet<Address>) -> Result<()> {
    for (address, resource) in &session.composed.desired.resources {
        let is_open = {
            let state = run.state.borrow();
            let needs = diff::needs(&resource.spec, run.kinds.facts(address));
            WAITS.contains(&&*address.kind)
                && !state.resources.contains_key(address)
                && needs.iter().all(|need| state.resources.contains_key(need))
        };
        if !is_open {
            continue;
        }
        let Some(id) = run.kinds.of(address).find(&run.ctx(None), &resource.spec, "").await? else { continue };
        if let Some(seen) = adopt::read(run, address, &id).await? {
            adopt::record(run, address, &id, &seen);
            done.insert(address.clone());
        }
    }
    Ok(())
}
