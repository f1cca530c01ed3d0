//! A drafted stack file, held against AWS: what it asks for beyond what was read is looked for, and the draft is mended
//! until AWS holds all that it asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::claims::Claims;
use super::gather::{Gathered, Objects};
use super::put::Files;
use crate::address::Address;
use crate::engine::run::Run;
use crate::engine::{adopt, diff};
use crate::error::{Error, Problem, Result};
use crate::kind::Kind;
use crate::kinds::certificate::Certificate;
use crate::kinds::dns_record::DnsRecord;
use crate::kinds::domain::Domain;
use crate::kinds::lambda_permission::LambdaPermission;
use crate::kinds::managed_login_branding::ManagedLoginBranding;
use crate::kinds::user_pool::triggers::LambdaConfig;
use crate::stack::compose::permissions::{bare, trigger};
use crate::stack::load::{self, Texts};
use crate::stack::{CertificateSettings, Composed, Dns, DomainSettings, StackFile, adopt as draft, compose, write};

/// A stack file that AWS holds all of.
pub(super) struct Complete {
    /// The stack file's text.
    pub(super) text: String,
    /// What it asks for.
    pub(super) composed: Composed,
    /// What AWS holds of that.
    pub(super) objects: Objects,
    /// The files that the stack file names.
    pub(super) files: Files,
    /// What is there, and no part of the stack.
    pub(super) not_adopted: Vec<(String, String)>,
}

/// More rounds than there are things to mend mean that mending does not help.
const MOST_ROUNDS: usize = 10_000;

/// Looks for what the draft asks for, and takes out of it what AWS does not hold or a stack file cannot say.
///
/// # Errors
/// When AWS cannot be asked, or when the pool cannot be a stack's at all.
pub(super) async fn complete(run: &Run<'_>, claims: &Claims, gathered: Gathered, written_by: &str) -> Result<Complete> {
    let Gathered { mut file, files, mut objects, comments, mut not_adopted } = gathered;
    let mut unsayable: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let tree = tree_of(&file, unsayable.keys())?;
        let used = used(&files, &tree);
        let notes: Vec<_> = not_adopted
            .iter()
            .cloned()
            .chain(unsayable.iter().map(|(path, why)| (path.clone(), why.clone())))
            .collect();
        let text = write::text(&tree, &header(written_by, &notes), &|path| comments.get(path).cloned());
        let composed = match staged(&run.state.borrow().stack, &text, &used, &tree)? {
            Ok(composed) => composed,
            Err(problems) => {
                take_out(tree, problems, &mut unsayable)?;
                continue;
            }
        };
        let missing = look(run, claims, &composed, &mut objects).await?;
        if missing.is_empty() {
            leftover_styles(run, &composed, &objects, &mut not_adopted).await?;
            if not_adopted.len() + unsayable.len() > notes.len() {
                continue;
            }
            read_again(run, &mut objects).await?;
            objects.retain(|address, _| composed.desired.resources.contains_key(address));
            return Ok(Complete { text, composed, objects, files: used, not_adopted: notes });
        }
        mend(run, &mut file, (&composed, &missing), &mut objects, &mut not_adopted)?;
    }
    Err(Error::bug("the draft of the stack file cannot be completed"))
}

fn header(written_by: &str, not_adopted: &[(String, String)]) -> String {
    let or = if not_adopted.is_empty() { "" } else { ", or is named below" };
    let mut text = format!(
        "Written by `{written_by}` from what AWS held. What is not said here is AWS's default{or}, and stays as it is until \
         it is said."
    );
    if !not_adopted.is_empty() {
        text.push_str("\n\nNot adopted:");
    }
    for (what, why) in not_adopted {
        text.extend(["\n- ", what, ": ", why]);
    }
    text
}

/// The file's values, without what cannot be said.
fn tree_of<'p>(file: &StackFile, unsayable: impl Iterator<Item = &'p String>) -> Result<Map<String, Value>> {
    let tree =
        serde_json::to_value(file).map_err(|error| Error::bug("a stack file cannot be written").caused_by(error));
    let Value::Object(mut tree) = tree? else { return Err(Error::bug("a stack file is no mapping")) };
    for path in unsayable {
        draft::take_out(&mut tree, path);
    }
    Ok(tree)
}

/// The files that are still named.
fn used(files: &Files, tree: &Map<String, Value>) -> Files {
    fn texts<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
        match value {
            Value::String(text) => drop(found.insert(text)),
            Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
            Value::Array(items) => items.iter().for_each(|value| texts(value, found)),
            _ => {}
        }
    }
    let mut named = BTreeSet::new();
    for block in ["ui_customization", "managed_login_branding", "identity_providers"] {
        if let Some(block) = tree.get(block) {
            texts(block, &mut named);
        }
    }
    let is_named = |name: &str| name.strip_prefix("stacks/").is_some_and(|name| named.contains(name));
    files.iter().filter(|(name, _)| is_named(name)).cloned().collect()
}

/// Reads a stack file as it will be read, from a directory of its own.
fn staged(
    stack: &str,
    text: &str,
    files: &Files,
    tree: &Map<String, Value>,
) -> Result<std::result::Result<Composed, Vec<Problem>>> {
    let cannot = |error: std::io::Error| {
        Error::stack("the stack file cannot be tried in a temporary directory").caused_by(error)
    };
    let root = tempfile::tempdir().map_err(cannot)?;
    let own = (format!("stacks/{stack}.yaml"), text.as_bytes().to_vec());
    for (name, content) in files.iter().chain([&own]) {
        let path = root.path().join(name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(cannot)?;
        std::fs::write(path, content).map_err(cannot)?;
    }
    let read = load::read(root.path(), stack, &Texts::default())?;
    let Some(loaded) = read.loaded.filter(|_| read.problems.is_empty()) else { return Ok(Err(read.problems)) };
    if serde_json::to_value(&loaded.file).ok().as_ref() != Some(&Value::Object(tree.clone())) {
        return Err(Error::bug("the stack file does not read back as it was written"));
    }
    compose(&loaded).map(Ok)
}

/// Takes what a stack file cannot say out of it: undeclared, it stays in AWS as it is.
fn take_out(
    mut tree: Map<String, Value>,
    problems: Vec<Problem>,
    unsayable: &mut BTreeMap<String, String>,
) -> Result<()> {
    let mut stuck = Vec::new();
    let before = unsayable.len();
    for problem in problems {
        match draft::take_out(&mut tree, &problem.at) {
            Some(path) => drop(unsayable.entry(path).or_insert(problem.message)),
            // Two problems may lie in one place.
            None if unsayable.keys().any(|path| problem.at.starts_with(path.as_str())) => {}
            None => stuck.push(Problem { place: None, ..problem }),
        }
    }
    if stuck.is_empty() && unsayable.len() > before {
        return Ok(());
    }
    Err(Error::problems("this pool holds what no stack file can say", stuck).hinted("nothing was written"))
}

/// Finds and reads what is desired and was not read yet, each after what it needs. Gives what AWS does not hold.
async fn look(run: &Run<'_>, claims: &Claims, composed: &Composed, objects: &mut Objects) -> Result<Vec<Address>> {
    let mut missing = Vec::new();
    let mut open: Vec<&Address> =
        composed.desired.resources.keys().filter(|address| !objects.contains_key(*address)).collect();
    loop {
        let is_ready = |address: &&&Address| {
            let spec = &composed.desired.resources[**address].spec;
            let needs = diff::needs(spec, run.kinds.facts(address));
            needs.iter().all(|need| objects.contains_key(need))
        };
        let Some(address) = open.iter().find(is_ready).copied() else { return Ok(missing) };
        open.retain(|other| *other != address);
        match found(run, address, &composed.desired.resources[address].spec).await? {
            Some(id) => {
                // What proves a name is one for all certificates of the account (domain_certificate_dns.md 5.3).
                if !is_proof(address) {
                    claims.check(address, &id)?;
                }
                match adopt::read(run, address, &id).await? {
                    Some(seen) => drop(objects.insert(address.clone(), (id, seen))),
                    None => missing.push(address.clone()),
                }
            }
            None => missing.push(address.clone()),
        }
    }
}

/// The id of an object as it is desired, where there is one.
async fn found(run: &Run<'_>, address: &Address, spec: &Value) -> Result<Option<String>> {
    match run.kinds.of(address).find(&run.ctx(None), spec, "").await {
        // What stands there is of a sort that no stack makes: a record of a traffic policy.
        Err(error) if error.aws_failure().is_none() && !error.is_stopped() => Ok(None),
        found => found.map_err(|error| error.during(format!("cannot find out whether there is {address}"))),
    }
}

/// Has the draft ask for no more than there is.
fn mend(
    run: &Run<'_>,
    file: &mut StackFile,
    (composed, missing): (&Composed, &[Address]),
    objects: &mut Objects,
    not_adopted: &mut Vec<(String, String)>,
) -> Result<()> {
    let unexpected = || {
        let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
        Error::bug(format!("the stack would ask for {}, which AWS does not hold", names.join(", ")))
    };
    let unpermitted: BTreeSet<&Address> =
        missing.iter().filter(|address| address.kind == LambdaPermission::NAME).collect();
    if !unpermitted.is_empty() {
        except(file, composed, &unpermitted, not_adopted);
        return Ok(());
    }
    let domain = file.domain.as_mut().ok_or_else(unexpected)?;
    let is_missing = |name: &str| missing.contains(&Address::named(DnsRecord::NAME, name));
    let unstyled = missing.iter().filter(|address| address.kind == ManagedLoginBranding::NAME);
    let unstyled: Vec<String> = unstyled.filter_map(|address| address.name.clone()).collect();
    if is_missing("domain_a") {
        let host = domain.name.clone().unwrap_or_default();
        not_adopted.push((
            format!("the records of {host}"),
            "its A record is no alias of the domain; with `dns: manual` they are yours to keep".to_owned(),
        ));
        *domain = DomainSettings {
            dns: Some(Dns::Manual),
            hosted_zone: None,
            ipv6: None,
            parent_record: None,
            ..std::mem::take(domain)
        };
        forget(run, objects, |address| address.kind == DnsRecord::NAME);
    } else if is_missing("domain_aaaa") {
        domain.ipv6 = Some(false);
    } else if !unstyled.is_empty() {
        domain.unstyled_clients.extend(unstyled);
    } else if missing.iter().any(is_proof) {
        let certificate = objects.get(&Address::named(Certificate::NAME, "domain")).map(|(arn, _)| arn.clone());
        let arn = certificate.ok_or_else(unexpected)?;
        not_adopted.push((
            format!("the certificate {arn}"),
            "a record that proves it is not in a hosted zone of this account, so that the stack could not renew it"
                .to_owned(),
        ));
        domain.certificate = Some(CertificateSettings { arn: Some(arn), ..CertificateSettings::default() });
        forget(run, objects, |address| address.kind.starts_with(Certificate::NAME) || is_proof(address));
    } else {
        return Err(unexpected());
    }
    Ok(())
}

/// Leaves permissions to whoever gives them: no statement lets Cognito invoke the function for this very pool, or nobody may
/// look.
fn except(
    file: &mut StackFile,
    composed: &Composed,
    unpermitted: &BTreeSet<&Address>,
    not_adopted: &mut Vec<(String, String)>,
) {
    let functions: BTreeSet<&str> = unpermitted
        .iter()
        .filter_map(|address| composed.desired.resources[*address].spec["function"].as_str())
        .collect();
    let triggers = file.user_pool.lambda_config.as_ref().map(LambdaConfig::functions).unwrap_or_default();
    let theirs = triggers.iter().filter(|(_, function)| functions.contains(function));
    let theirs: BTreeSet<String> = theirs.map(|(path, _)| trigger(path).to_owned()).collect();
    let names: Vec<&str> = functions.iter().map(|function| bare(function)).collect();
    let (plural, noun) = if names.len() == 1 { ("permission", "function") } else { ("permissions", "functions") };
    not_adopted.push((
        format!("the {plural} by which Cognito may invoke {} Lambda {noun}: {}", names.len(), names.join(", ")),
        "no statement of the function's policy is for this very pool alone, or it may not be read; with \
         `lambda_permissions.except` whoever made the function sees to it"
            .to_owned(),
    ));
    file.lambda_permissions.get_or_insert_default().except.extend(theirs);
}

/// Whether this is a record that proves a certificate.
fn is_proof(address: &Address) -> bool {
    address.kind == DnsRecord::NAME && address.name.as_deref().is_some_and(|name| name.starts_with("certificate_"))
}

fn forget(run: &Run<'_>, objects: &mut Objects, is_one: impl Fn(&Address) -> bool) {
    objects.retain(|address, _| {
        let goes = is_one(address);
        if goes {
            run.forget(address);
        }
        !goes
    });
}

/// Styles of managed login that the stack does not ask for, and designs of those that it does.
async fn leftover_styles(
    run: &Run<'_>,
    composed: &Composed,
    objects: &Objects,
    not_adopted: &mut Vec<(String, String)>,
) -> Result<()> {
    let clients = composed.desired.resources.keys().filter(|address| address.kind == "app_client");
    for key in clients.filter_map(|address| address.name.as_deref()) {
        let address = Address::named(ManagedLoginBranding::NAME, key);
        let note = match objects.get(&address) {
            // With settings it is in files now.
            Some((_, seen)) if seen.spec["settings"].is_null() && !seen.spec["assets"].is_null() => (
                format!("the images of the managed login style of {key}"),
                "the style is AWS's own, and a stack file has images with settings alone; they stay as they are",
            ),
            Some(_) => continue,
            None => {
                let wanted = serde_json::json!({ "user_pool": "user_pool", "app_client": format!("app_client.{key}") });
                if found(run, &address, &wanted).await?.is_none() {
                    continue;
                }
                (
                    format!("the managed login style of {key}"),
                    "a stack has styles with `managed_login_version: 2` alone; it stays as it is",
                )
            }
        };
        let note = (note.0, note.1.to_owned());
        if !not_adopted.contains(&note) {
            not_adopted.push(note);
        }
    }
    Ok(())
}

/// Reads again what was read before all that it refers to was known.
async fn read_again(run: &Run<'_>, objects: &mut Objects) -> Result<()> {
    let is_unresolved = |address: &Address, spec: &Value| {
        address.kind == Domain::NAME || spec.to_string().contains("(not in this stack)")
    };
    let again = objects.iter().filter(|(address, (_, seen))| is_unresolved(address, &seen.spec));
    let again: Vec<(Address, String)> = again.map(|(address, (id, _))| (address.clone(), id.clone())).collect();
    for (address, id) in again {
        if let Some(seen) = adopt::read(run, &address, &id).await? {
            objects.insert(address, (id, seen));
        }
    }
    Ok(())
}
