//! What a stack file says of the lives of its objects: what they were called before, which to leave to themselves, which
//! must not go, and what of them is somebody else's.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{StackFile, at};
use crate::address::Address;
use crate::engine::facts::Facts;
use crate::engine::plan::Desired;
use crate::error::Problem;
use crate::kinds::KINDS;
use crate::near;

/// A resource that has another name now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The address so far: `app_client.web`.
    #[schemars(example = &"app_client.web")]
    pub from: Address,
    /// The address from now on, under which the file holds it.
    #[schemars(example = &"app_client.spa")]
    pub to: Address,
}

/// What must not happen to one resource, whatever else the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    /// Whether a plan that would delete or replace it is refused, also when it is taken out of the file. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevent_destroy: Option<bool>,
    /// Fields that others look after, once the object is made: no change of them is a change here. `all` means every field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), example = &["callback_urls"])]
    pub ignore_changes: Option<Vec<String>>,
}

/// What `ignore_changes` says for every field.
pub const ALL: &str = "all";

/// Tells the resources what the file says of their lives.
///
/// # Errors
/// With everything that names what there is not.
pub(super) fn lived(file: &StackFile, desired: &mut Desired) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let holds = || desired.resources.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut names: Vec<&Address> = Vec::new();
    for (index, Moved { from, to }) in file.moved.iter().enumerate() {
        let base = at::item("moved", index);
        if from.kind != to.kind {
            let message = format!("{from} cannot become {to}: an object keeps its kind");
            problems.push(Problem::new(base, message));
        } else if !desired.resources.contains_key(to) {
            let problem = Problem::new(format!("{base}.to"), format!("names {to}, which this stack does not hold"));
            problems.push(problem.hint(format!("it holds: {}", holds())));
        } else if desired.resources.contains_key(from) {
            let problem = Problem::new(format!("{base}.from"), format!("names {from}, which this stack still holds"));
            problems.push(problem.hint("a resource has one name: take the old one out of the file"));
        } else if names.contains(&from) || names.contains(&to) {
            problems.push(Problem::new(base, "says again of a resource what was said above").hint("say it once"));
        }
        names.extend([from, to]);
    }
    for (index, address) in file.forget.iter().enumerate() {
        let base = at::item("forget", index);
        if desired.resources.contains_key(address) {
            let problem = Problem::new(base, format!("names {address}, which this stack still holds"));
            problems.push(problem.hint("take it out of the file as well: what is forgotten is nobody's here"));
        } else if !is_kind(address) {
            problems.push(unknown_kind(base, address));
        }
    }
    let mut lives = Vec::new();
    for (name, life) in &file.lifecycle {
        let base = at::key("lifecycle", name);
        match name.parse::<Address>() {
            Ok(address) if is_kind(&address) => lives.push((base, address, life)),
            Ok(address) => problems.push(unknown_kind(base, &address)),
            Err(error) => problems.push(Problem::new(base, error.to_string())),
        }
    }
    for (base, address, Lifecycle { prevent_destroy, ignore_changes }) in lives {
        let is_there = desired.resources.contains_key(&address);
        if *prevent_destroy == Some(true) {
            desired.kept.insert(address.clone(), format!("{base}.prevent_destroy"));
        } else if !is_there {
            let problem = Problem::new(&base, format!("names {address}, which this stack does not hold"));
            problems.push(problem.hint(format!("it holds: {}", holds())));
        }
        for (index, path) in ignore_changes.iter().flatten().enumerate() {
            if is_there && path != ALL {
                let place = at::item(&format!("{base}.ignore_changes"), index);
                problems.extend(no_field(place, &address, path));
            }
        }
        if let Some(paths) = ignore_changes {
            desired.ignored.insert(address, paths.clone());
        }
    }
    desired.moved = file.moved.iter().map(|Moved { from, to }| (from.clone(), to.clone())).collect();
    desired.forget.clone_from(&file.forget);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn is_kind(address: &Address) -> bool {
    KINDS.iter().any(|kind| kind.name() == address.kind)
}

fn unknown_kind(at: String, address: &Address) -> Problem {
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name()).collect();
    Problem::new(at, format!("`{}` is no kind of resource", address.kind))
        .hint(format!("a kind is one of {}", names.join(", ")))
}

/// What is wrong with a path that a kind has no field of; what lies in a map of the person's own names is anything.
fn no_field(at: String, address: &Address, path: &str) -> Option<Problem> {
    let schema = crate::kinds::facts::written(&address.kind).unwrap_or_default();
    let facts = Facts::of(&schema);
    if facts.has(path) {
        return None;
    }
    // Down to where it leaves what is known.
    let (mut below, mut above, mut rest) = (facts, String::new(), path);
    while let Some((key, further)) = rest.split_once('.').filter(|(key, _)| below.has(key)) {
        (below, above, rest) = (below.key(key), format!("{above}{key}."), further);
    }
    let fields = below.fields();
    let problem = Problem::new(at, format!("{address} has no field `{path}`"));
    let wrong = rest.split('.').next().unwrap_or_default();
    let hint = match near::did_you_mean(wrong, fields.iter().copied()) {
        Some(near) => format!("did you mean `{above}{near}`?"),
        None if fields.is_empty() => format!("name it as a whole: `{}`", above.trim_end_matches('.')),
        None => {
            let whole: Vec<String> = fields.iter().map(|field| format!("{above}{field}")).collect();
            format!("it has {}", near::listed(whole.iter().map(String::as_str)))
        }
    };
    Some(problem.hint(hint))
}

/// The lives of resources, by their addresses.
pub type Lives = BTreeMap<String, Lifecycle>;
