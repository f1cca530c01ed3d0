//! Plays one case: what is right is taken, and what is wrong by one thing is refused as AWS refuses it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::data::filled;
use super::scenes::{Scenes, Stage, Step, called, refusal};

/// The scene of a case that names none.
const USUAL: &str = "pool";

/// What shows that a rule is enforced: a call with variations, or steps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Whether it takes long, and is played by the whole proof alone.
    #[serde(default)]
    pub long: bool,
    /// What is there beforehand; `pool` unless said.
    scene: Option<String>,
    /// What happens first.
    #[serde(default)]
    before: Vec<Step>,
    /// The operations that have the rule, parted by spaces.
    call: Option<String>,
    /// What every variation says.
    #[serde(default)]
    with: Value,
    /// What is taken: one input, or several. Unless said, what every call says.
    good: Option<Value>,
    /// What is refused: one input, or several.
    bad: Option<Value>,
    /// What it is refused with.
    code: Option<String>,
    /// AWS's text, where it is known; `…` stands for what it says of the request.
    text: Option<String>,
    /// Calls and what is expected of each.
    #[serde(default)]
    steps: Vec<Step>,
}

impl Case {
    /// How many inputs it holds up that must be refused, and how many that must be taken; a step is either.
    pub fn inputs(&self) -> (u64, u64) {
        let operations = self.call.iter().flat_map(|call| call.split(' ')).count() as u64;
        let refused = self.steps.iter().filter(|step| step.contains_key("refused")).count() as u64;
        let count = |said: &Option<Value>| variations(said.as_ref()).len() as u64;
        let (bad, good) = if operations == 0 { (0, 0) } else { (count(&self.bad), count(&self.good)) };
        (operations * bad + refused, operations * good + self.steps.len() as u64 - refused)
    }
}

impl Case {
    /// The operations that it calls, and those by which its scene comes about.
    pub fn operations(&self, scenes: &Scenes) -> Vec<String> {
        let asked = self.call.iter().flat_map(|call| call.split(' ')).map(ToOwned::to_owned);
        let scene = scenes.operations(self.scene.as_deref().unwrap_or(USUAL));
        scene.into_iter().chain(asked).chain(called(&self.before)).chain(called(&self.steps)).collect()
    }
}

/// The codes that each operation has refused with.
pub type Codes = BTreeMap<String, BTreeSet<String>>;

fn variations(said: Option<&Value>) -> Vec<Value> {
    match said {
        None => vec![json!({})],
        Some(Value::Array(all)) => all.clone(),
        Some(one) => vec![one.clone()],
    }
}

/// Plays a case; errs with what was not as it should be.
pub fn run(scenes: &Scenes, case: &Case, codes: &mut Codes) -> Result<(), String> {
    let Case { long: _, scene, before, call, with, good, bad, code, text, steps } = case;
    let scene = scene.as_deref().unwrap_or(USUAL);
    if (call.is_none(), bad.is_none()) == (false, true) || (call.is_none() && steps.is_empty()) {
        return Err("a case has `call` and `bad`, or `steps`".to_owned());
    }
    if bad.as_ref().is_some_and(|bad| bad.as_array().is_some_and(Vec::is_empty)) {
        return Err("nothing is wrong in `bad`".to_owned());
    }
    let begun = || -> Result<Stage<'_>, String> {
        let mut stage = scenes.stage(scene)?;
        for step in before {
            stage.step(step)?;
        }
        Ok(stage)
    };
    for operation in call.iter().flat_map(|call| call.split(' ')) {
        for good in variations(good.as_ref()) {
            let stage = begun()?;
            refusal(operation, None, None, &stage.call(operation, &[with, &good], None))
                .map_err(|why| format!("{why}\n  given {good}"))?;
        }
        for bad in variations(bad.as_ref()) {
            let stage = begun()?;
            let answered = stage.call(operation, &[with, &bad], None);
            let text = text.as_ref().map(|text| filled(text, &stage.names));
            let code = code.as_deref().unwrap_or("InvalidParameterException");
            refusal(operation, Some(code), text.as_deref(), &answered)
                .map_err(|why| format!("{why}\n  given {bad}"))?;
            codes.entry(operation.to_owned()).or_default().insert(code.to_owned());
        }
    }
    if steps.is_empty() {
        return Ok(());
    }
    let mut stage = begun()?;
    for step in steps {
        let asked = step.contains_key("fault");
        if let Some((operation, answered)) = stage.step(step)?
            && let (Some((code, _)), false) = (answered.refusal, asked)
        {
            codes.entry(operation).or_default().insert(code);
        }
    }
    Ok(())
}
