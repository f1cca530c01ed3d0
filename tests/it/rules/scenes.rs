//! What is there before a case begins, and what every call of a case says unless the case says otherwise.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};
use stack::clock::Clock;
use stack::sandbox::dns::put_elsewhere;
use stack::sandbox::{Fault, Policy, Sandbox, World, cognito};

use super::calls::{Answered, beside, call, home};
use super::data::{Names, filled, laid, written_out};

/// 2026-11-21T10:00:00Z
const START: i64 = 1_795_255_200_000;
/// Where Cognito is called, unless a step says otherwise; ACM is called where CloudFront's certificates are.
const REGION: &str = "eu-west-1";

/// From so many calls in one step on, they are made at once.
const MANY: u64 = 100;

/// One call of a case, or what else happens: `CreateUserPool: {…}` beside what is expected of it.
pub type Step = Map<String, Value>;

/// All scenes, each played once.
pub struct Scenes {
    steps: BTreeMap<String, (Option<String>, Vec<Step>)>,
    inputs: BTreeMap<String, Value>,
    played: RefCell<BTreeMap<String, Rc<Played>>>,
}

struct Played {
    world: String,
    now: i64,
    names: Names,
}

/// A sandbox in which a case goes on from where its scene ends.
pub struct Stage<'a> {
    scenes: &'a Scenes,
    pub sandbox: Sandbox,
    pub names: Names,
}

impl Scenes {
    pub fn read() -> Self {
        let text = include_str!("scenes.yaml");
        let all: Value = super::catalogue::read(text).unwrap();
        let of = |value: &Value| serde_json::from_value(value.clone()).unwrap();
        let scenes = all["scenes"].as_object().unwrap();
        let steps = scenes.iter().map(|(name, scene)| {
            let from = scene["from"].as_str().map(ToOwned::to_owned);
            (name.clone(), (from, of(&scene["steps"])))
        });
        let inputs = all["inputs"].as_object().unwrap();
        Self {
            steps: steps.collect(),
            inputs: inputs.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            played: RefCell::default(),
        }
    }

    /// The operations by which a scene comes about.
    pub fn operations(&self, name: &str) -> Vec<String> {
        let Some((from, steps)) = self.steps.get(name) else { return Vec::new() };
        let before = from.as_deref().map_or_else(Vec::new, |from| self.operations(from));
        before.into_iter().chain(called(steps)).collect()
    }

    /// A stage on which this scene has been played.
    pub fn stage(&self, name: &str) -> Result<Stage<'_>, String> {
        let played = self.played(name)?;
        let sandbox = Sandbox::in_memory(Clock::held(played.now));
        let world: World = serde_json::from_str(&played.world).unwrap();
        sandbox.world(|held| *held = world).unwrap();
        Ok(Stage { scenes: self, sandbox, names: played.names.clone() })
    }

    fn played(&self, name: &str) -> Result<Rc<Played>, String> {
        if let Some(played) = self.played.borrow().get(name) {
            return Ok(Rc::clone(played));
        }
        let (from, steps) = self.steps.get(name).ok_or_else(|| format!("there is no scene {name}"))?;
        let mut stage = if let Some(from) = from {
            self.stage(from)?
        } else {
            Stage { scenes: self, sandbox: Sandbox::in_memory(Clock::held(START)), names: Names::new() }
        };
        for step in steps {
            stage.step(step).map_err(|why| format!("scene {name}: {why}"))?;
        }
        let world = stage.sandbox.world(|world| serde_json::to_string(world).unwrap()).unwrap();
        let played = Rc::new(Played { world, now: stage.sandbox.clock().now_ms(), names: stage.names });
        self.played.borrow_mut().insert(name.to_owned(), Rc::clone(&played));
        Ok(played)
    }
}

impl Stage<'_> {
    /// The input of a call: what the operation is always given, and `over` over it.
    pub fn input(&self, operation: &str, over: &[&Value]) -> Value {
        let usual = self.scenes.inputs.get(operation).cloned().unwrap_or_else(|| json!({}));
        let all = over.iter().fold(usual, |under, over| laid(&under, over));
        written_out(&all, &self.names)
    }

    pub fn call(&self, operation: &str, over: &[&Value], region: Option<&str>) -> Answered {
        let region = region.unwrap_or_else(|| home(operation));
        call(&self.sandbox, region, operation, &self.input(operation, over))
    }

    fn wait(&self, ms: u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.sandbox.clock().sleep(std::time::Duration::from_millis(ms)));
    }

    /// Plays one step, and holds it against what is expected of it.
    pub fn step(&mut self, step: &Step) -> Result<Option<(String, Answered)>, String> {
        const WORDS: &[&str] = &[
            "wait",
            "rates",
            "policy",
            "elsewhere",
            "fault",
            "region",
            "refused",
            "text",
            "status",
            "gives",
            "holds",
            "lacks",
            "keep",
            "times",
            "beside",
        ];
        let called: Vec<&String> = step.keys().filter(|name| !WORDS.contains(&name.as_str())).collect();
        if let Some(ms) = step.get("wait").and_then(Value::as_u64) {
            self.wait(ms);
        }
        if step.contains_key("rates") {
            self.sandbox.keep_rates();
        }
        if let Some(statements) = step.get("policy") {
            let policy = json!({ "Statement": allowed(&written_out(statements, &self.names)) });
            self.sandbox.allow_only(Policy::parse(&policy.to_string()).map_err(|error| error.message().to_owned())?);
        }
        for (name, sets) in step.get("elsewhere").and_then(Value::as_object).into_iter().flatten() {
            for (kind, value) in sets.as_object().unwrap() {
                let (name, value) = (filled(name, &self.names), filled(value.as_str().unwrap(), &self.names));
                let put = |world: &mut World| put_elsewhere(world, &name, kind, vec![value.clone()]);
                self.sandbox.world(put).map_err(|error| error.message().to_owned())?.unwrap();
            }
        }
        // `rounds: 20, of: […]` plays several steps so many times, one after the other.
        if let Some(rounds) = step.get("rounds").and_then(Value::as_u64) {
            let of: Vec<Step> = serde_json::from_value(step["of"].clone()).map_err(|error| error.to_string())?;
            for step in (0..rounds).flat_map(|_| &of) {
                self.step(step)?;
            }
            return Ok(None);
        }
        if let Some(fault) = step.get("fault").and_then(Value::as_str) {
            self.sandbox.fault(Fault::parse(fault).map_err(|error| error.message().to_owned())?);
        }
        let operation = match called[..] {
            [operation] => operation.clone(),
            [] => return Ok(None),
            _ => return Err(format!("more than one call in a step: {called:?}")),
        };
        let region = step.get("region").and_then(Value::as_str);
        let times = step.get("times").and_then(Value::as_u64).unwrap_or(1);
        let counted = |number: u64| {
            let input = serde_json::to_string(&step[&operation]).unwrap().replace("{times}", &number.to_string());
            serde_json::from_str::<Value>(&input).unwrap()
        };
        if times > MANY && operation.ends_with("UserPool") | operation.ends_with("Client") {
            // Each call by itself writes the world anew, which a thousand of them make slow.
            let inputs: Vec<Value> = (2..=times).map(|number| self.input(&operation, &[&counted(number)])).collect();
            let all = |world: &mut World| {
                inputs.iter().try_for_each(|input| cognito::handle(world, REGION, &operation, input).map(drop))
            };
            let done = self.sandbox.world(all).map_err(|error| error.message().to_owned())?;
            done.map_err(|refusal| format!("{operation} was refused: {} {}", refusal.code, refusal.message))?;
        } else {
            for number in 2..=times {
                self.call(&operation, &[&counted(number)], region);
            }
        }
        let answered = match step.get("beside") {
            // `beside: {…}` is the input of another call of this operation, which is still under way.
            Some(other) => {
                let inputs = [self.input(&operation, &[other]), self.input(&operation, &[&counted(1)])];
                let [first, second] = beside(&self.sandbox, region.unwrap_or(home(&operation)), &operation, &inputs);
                refusal(&operation, None, None, &first)?;
                second
            }
            None => self.call(&operation, &[&counted(1)], region),
        };
        self.expect(&operation, step, &answered)?;
        for (name, place) in step.get("keep").and_then(Value::as_object).into_iter().flatten() {
            let place = place.as_str().unwrap_or_default();
            let kept = match place.strip_prefix('/') {
                Some(_) => answered.at(place).as_str().map(ToOwned::to_owned),
                None => answered.element(place),
            };
            let kept = kept.ok_or_else(|| format!("{operation} answered nothing at {place}: {}", answered.body))?;
            self.names.insert(name.clone(), kept);
        }
        Ok(Some((operation, answered)))
    }

    fn expect(&self, operation: &str, step: &Step, answered: &Answered) -> Result<(), String> {
        let text = |name: &str| step.get(name).and_then(Value::as_str).map(|text| filled(text, &self.names));
        refusal(operation, text("refused").as_deref(), text("text").as_deref(), answered)?;
        if let Some(status) = step.get("status").and_then(Value::as_u64)
            && status != u64::from(answered.status)
        {
            return Err(format!("{operation} answered with status {}", answered.status));
        }
        for (place, wanted) in step.get("gives").and_then(Value::as_object).into_iter().flatten() {
            let (wanted, found) = (written_out(wanted, &self.names), answered.at(place));
            if found != wanted {
                return Err(format!("{operation} shows {found} at {place}, and not {wanted}"));
            }
        }
        let texts = |name: &str| -> Vec<String> {
            match step.get(name) {
                Some(Value::Array(all)) => all.iter().map(|one| filled(one.as_str().unwrap(), &self.names)).collect(),
                Some(Value::String(one)) => vec![filled(one, &self.names)],
                _ => Vec::new(),
            }
        };
        if let Some(missing) = texts("holds").iter().find(|text| !answered.body.contains(*text)) {
            return Err(format!("{operation} does not show `{missing}`: {}", answered.body));
        }
        if let Some(found) = texts("lacks").iter().find(|text| answered.body.contains(*text)) {
            return Err(format!("{operation} shows `{found}`: {}", answered.body));
        }
        Ok(())
    }
}

/// The operations that steps call: whatever else a step says is a word in small letters.
pub fn called(steps: &[Step]) -> Vec<String> {
    let is_one = |name: &&String| name.rsplit('.').next().is_some_and(|name| name.starts_with(char::is_uppercase));
    steps.iter().flat_map(|step| step.keys()).filter(is_one).cloned().collect()
}

/// What an IAM policy says: each entry is `ACTION`, `ACTION on RESOURCE`, or a whole statement.
fn allowed(entries: &Value) -> Value {
    let statement = |entry: &Value| match entry.as_str() {
        Some(text) => {
            let (action, resource) = text.split_once(" on ").unwrap_or((text, "*"));
            json!({ "Effect": "Allow", "Action": action, "Resource": resource })
        }
        None => entry.clone(),
    };
    entries.as_array().unwrap().iter().map(statement).collect()
}

/// Whether a call was refused as it should be, or taken as it should be.
pub fn refusal(operation: &str, code: Option<&str>, text: Option<&str>, answered: &Answered) -> Result<(), String> {
    match (&answered.refusal, code) {
        (None, None) => Ok(()),
        (Some((code, message)), None) => Err(format!("{operation} was refused: {code} {message}")),
        (None, Some(_)) => Err(format!("{operation} was not refused: {}", answered.body)),
        (Some((found, message)), Some(code)) => {
            if found != code {
                return Err(format!("{operation} was refused with {found}, and not {code}: {message}"));
            }
            match text {
                // AWS's text is known whole, or, where it names what was sent, but for that.
                Some(text) if !text.split('…').all(|part| message.contains(part)) => {
                    Err(format!("{operation} was refused with `{message}`, and not `{text}`"))
                }
                Some(text) if !text.contains('…') && text != message => {
                    Err(format!("{operation} was refused with `{message}`, and not `{text}`"))
                }
                _ => Ok(()),
            }
        }
    }
}
