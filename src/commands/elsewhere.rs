//! What a stack file leaves to others: the parameters of AWS, and the outputs of other stacks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::outputs::outputs;
use super::session::House;
use crate::aws::Aws;
use crate::aws::outside::{self, Unread};
use crate::error::{Error, Problem, Result};
use crate::near;
use crate::stack::load::{self, Texts};
use crate::stack::reference::{Reference, Referenced, Values};
use crate::stack::{Loaded, names};

impl House {
    /// What the references of a stack file stand for: all of them, read side by side, each once.
    ///
    /// # Errors
    /// Every one that stands for nothing, each at its place; and when the account is another's.
    pub(super) async fn values(&self, aws: &Aws, loaded: &Loaded) -> Result<Values> {
        let Loaded { name, references, .. } = loaded;
        let places = references.iter().filter_map(|one| match &one.reference {
            Reference::Kept(place) => Some(place.clone()),
            Reference::Output { .. } => None,
        });
        let places: BTreeSet<_> = places.collect();
        if places.iter().any(crate::secret::Place::is_aws) {
            self.must_be_of(aws, loaded).await?;
        }
        let kept = outside::read(aws, &self.root, places).await;
        let mut stacks: BTreeMap<&str, std::result::Result<BTreeMap<String, Value>, Unread>> = BTreeMap::new();
        for one in references {
            if let Reference::Output { stack, .. } = &one.reference
                && !stacks.contains_key(stack.as_str())
            {
                stacks.insert(stack, self.outputs_of(name, stack).await?);
            }
        }
        let (mut values, mut problems) = (Values::new(), Vec::new());
        for Referenced { at, place, reference, is_known: _ } in references {
            let found = match reference {
                Reference::Kept(kept_at) => match kept.get(kept_at) {
                    Some(found) => found.clone().map(|text| text.reveal().to_owned()),
                    None => continue,
                },
                Reference::Output { stack, output } => match stacks.get(stack.as_str()) {
                    Some(Ok(all)) => named(all, stack, output),
                    Some(Err(unread)) => Err(unread.clone()),
                    None => continue,
                },
            };
            match found {
                Ok(text) => {
                    values.insert(reference.clone(), text);
                }
                Err(Unread { message, hint }) => {
                    problems.push(Problem { place: place.clone(), ..Problem::new(at, message).hint(hint) });
                }
            }
        }
        if problems.is_empty() {
            return Ok(values);
        }
        let counted = if problems.len() == 1 { "a value".to_owned() } else { format!("{} values", problems.len()) };
        Err(Error::problems(format!("{counted} of the stack {name} cannot be read"), problems)
            .hinted("nothing was changed"))
    }

    /// Refuses to ask another account than the stack's own: what is not there may be in the right one.
    async fn must_be_of(&self, aws: &Aws, loaded: &Loaded) -> Result<()> {
        let Some(declared) = loaded.file.account.as_ref().filter(|_| !self.is_sandbox) else { return Ok(()) };
        let account = aws.account().await.map_err(|error| error.during("cannot tell whose account this is"))?;
        if account == *declared {
            return Ok(());
        }
        let mut error =
            Error::stack(format!("the credentials are those of account {account}; the stack file says {declared}"))
                .hinted("choose the right profile with --profile or AWS_PROFILE; nothing was changed");
        let mut problem = Problem::new("account", "the credentials are another account's");
        loaded.locate(std::slice::from_mut(&mut problem));
        error.problems_mut().push(problem);
        Err(error)
    }

    /// What another stack gives, as its state has it.
    async fn outputs_of(&self, own: &str, stack: &str) -> Result<std::result::Result<BTreeMap<String, Value>, Unread>> {
        if let Some(circle) = self.circle(own, stack) {
            return Ok(Err(Unread {
                message: format!("these stacks wait for one another's outputs: {}", circle.join(" → ")),
                hint: "write one of these values out, or keep it in a parameter".to_owned(),
            }));
        }
        let state = match self.store(stack).await {
            Ok(store) => store.load().await?,
            Err(error) => return Err(error.during(format!("cannot tell where the state of {stack} is"))),
        };
        let known = names(&self.root);
        Ok(match state.filter(|state| !state.is_empty()) {
            Some(state) => Ok(outputs(&state)),
            None if known.iter().any(|name| name == stack) => Err(Unread {
                message: format!("the stack {stack} has no outputs: nothing of it has been made"),
                hint: format!("`{}` makes it; then run this again", self.command(&["up", stack])),
            }),
            None => {
                let others: Vec<&str> = known.iter().map(String::as_str).filter(|name| *name != own).collect();
                let hint = match near::did_you_mean(stack, others.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None if others.is_empty() => "there is no other stack here".to_owned(),
                    None => format!("there are {}", near::listed(others)),
                };
                Err(Unread { message: format!("there is no stack `{stack}`"), hint })
            }
        })
    }

    /// The way from this stack over `first` and back to itself, if its file leads there.
    fn circle(&self, own: &str, first: &str) -> Option<Vec<String>> {
        let mut open = vec![vec![own.to_owned(), first.to_owned()]];
        let mut seen = BTreeSet::new();
        while let Some(way) = open.pop() {
            let last = way.last().cloned().unwrap_or_default();
            if last == own {
                return Some(way);
            }
            if !seen.insert(last.clone()) {
                continue;
            }
            // One that cannot be read names nobody; what its state gives is good all the same.
            let Ok(read) = load::read(&self.root, &last, &Texts::default()) else { continue };
            for one in read.references {
                if let Reference::Output { stack, .. } = one.reference {
                    open.push(way.iter().cloned().chain([stack]).collect());
                }
            }
        }
        None
    }
}

/// One output, as text.
fn named(all: &BTreeMap<String, Value>, stack: &str, output: &str) -> std::result::Result<String, Unread> {
    let (first, rest) = output.split_once('.').unwrap_or((output, ""));
    let found = all.get(first).and_then(|value| if rest.is_empty() { Some(value) } else { value.get(rest) });
    if let Some(Value::String(text)) = found {
        return Ok(text.clone());
    }
    let mut known = Vec::new();
    for (name, value) in all {
        match value {
            Value::Object(fields) => known.extend(fields.keys().map(|key| format!("{name}.{key}"))),
            Value::String(_) => known.push(name.clone()),
            _ => {}
        }
    }
    let hint = match near::did_you_mean(output, known.iter().map(String::as_str)) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("it has {}", near::listed(known.iter().map(String::as_str).collect::<Vec<_>>())),
    };
    Err(Unread { message: format!("the stack {stack} has no output `{output}`"), hint })
}
