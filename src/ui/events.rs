//! What a run does, for programs: one JSON document per line, under the names that Terraform gives its events.
//!
//! README's "Events" is what is promised of them. Members that Terraform does not have are ours; none of its own has
//! another meaning here.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::plan::{Counts, address, is_delete_first, leftovers};
use super::{Finish, Telling, Ui, checks, error};
use crate::address::Address;
use crate::clock::{self, Clock};
use crate::engine::drift::Drift;
use crate::engine::plan::{Action, Plan, Planned, Step};
use crate::engine::run::Watch;
use crate::error::{Error, Place, Problem};
use crate::preflight::Found;

/// The version of Terraform's events that these are.
const UI_VERSION: &str = "1.2";
/// How often a step that is under way says so.
const HEARTBEAT_MS: i64 = 10_000;

/// How an event is to be taken.
#[derive(Debug, Clone, Copy)]
pub(super) enum Level {
    Info,
    Warn,
    Error,
}

/// One event as its line; `payload` is what its type has.
pub(super) fn line(clock: &Clock, level: Level, kind: &str, message: &str, payload: Value) -> String {
    let level = match level {
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    };
    let mut event = json!({
        "@level": level,
        "@message": message,
        "@module": "stack.ui",
        "@timestamp": clock::text(clock.now_ms()),
        "type": kind,
    });
    if let (Value::Object(event), Value::Object(payload)) = (&mut event, payload) {
        event.extend(payload);
    }
    event.to_string()
}

impl Ui {
    /// An event, where events are wanted.
    fn event(&self, level: Level, kind: &str, message: &str, payload: Value) {
        if let Some(clock) = &self.events {
            self.out(&line(clock, level, kind, message, payload));
        }
    }

    /// The first event: what program this is, and which events it has.
    pub fn begun(&self) {
        let version = env!("CARGO_PKG_VERSION");
        let payload = json!({ "stack": version, "terraform": super::json::TERRAFORM_VERSION, "ui": UI_VERSION });
        self.event(Level::Info, "version", &format!("stack {version}"), payload);
    }

    /// An object is about to be read.
    pub fn refreshing(&self, address: &Address, id: &str) {
        self.refresh("refresh_start", "Refreshing state...", address, id);
    }

    /// An object has been read.
    pub fn refreshed(&self, address: &Address, id: &str) {
        self.refresh("refresh_complete", "Refresh complete", address, id);
    }

    fn refresh(&self, kind: &str, what: &str, address: &Address, id: &str) {
        let hook = json!({ "resource": resource(address), "id_key": "id", "id_value": id });
        self.event(Level::Info, kind, &format!("{address}: {what} [id={id}]"), json!({ "hook": hook }));
    }

    /// Something that a person would read.
    pub(super) fn log_event(&self, text: &str) {
        let text = anstream::adapter::strip_str(text).to_string();
        if !text.trim().is_empty() {
            self.event(Level::Info, "log", text.trim(), json!({}));
        }
    }

    /// Something to be careful with.
    pub(super) fn warning_event(&self, text: &str) {
        let diagnostic = json!({ "severity": "warning", "summary": text, "detail": "" });
        self.event(Level::Warn, "diagnostic", &format!("Warning: {text}"), json!({ "diagnostic": diagnostic }));
    }

    /// Something wrong with a file or a plan, or worth a word.
    pub(super) fn problem_event(&self, problem: &Problem, is_error: bool) {
        self.problem_of(problem, None, is_error);
    }

    /// The same with the address of what it is about, where that is known.
    fn problem_of(&self, problem: &Problem, about: Option<&str>, is_error: bool) {
        let (level, severity, label) =
            if is_error { (Level::Error, "error", "Error") } else { (Level::Warn, "warning", "Warning") };
        let Problem { at, message, hint, place } = problem;
        let summary = if at.is_empty() { message.clone() } else { format!("{at}: {message}") };
        let mut diagnostic =
            json!({ "severity": severity, "summary": summary, "detail": hint.as_deref().unwrap_or_default() });
        if let Some(address) = about.or_else(|| at.parse::<Address>().is_ok().then_some(at.as_str())) {
            diagnostic["address"] = json!(address);
        }
        if let Some(place) = place {
            diagnostic["range"] = self.range(place);
        }
        self.event(level, "diagnostic", &format!("{label}: {summary}"), json!({ "diagnostic": diagnostic }));
    }

    /// What the checks of a plan found and is worth a word; `command` shows all of it.
    pub(super) fn check_events(&self, found: &[Found], command: &str) {
        for (check, problem) in found.iter().flat_map(checks::warned) {
            let message = format!("{} ({check})", problem.message);
            self.problem_event(&Problem { message, ..problem.clone() }, false);
        }
        if let Some(unknown) = checks::unknown(found, command) {
            self.log_event(&unknown);
        }
    }

    /// What went wrong: each problem, and the whole.
    pub(super) fn error_event(&self, failure: &Error, address: Option<&Address>) {
        let about = address.map(ToString::to_string).or_else(|| failure.address().map(str::to_owned));
        for problem in failure.all_problems() {
            self.problem_of(problem, about.as_deref(), true);
        }
        let Value::Object(mut whole) = error::json(failure)["error"].take() else { return };
        let said = |key: &str, whole: &Map<String, Value>| -> Vec<String> {
            let all = whole.get(key).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let detail = [said("causes", &whole), said("hints", &whole)].concat().join("\n");
        let mut diagnostic = json!({ "severity": "error", "summary": failure.message(), "detail": detail });
        if let Some(address) = about {
            diagnostic["address"] = json!(address);
        }
        // Each has an event of its own.
        whole.remove("problems");
        let payload = json!({ "diagnostic": diagnostic, "error": whole });
        self.event(Level::Error, "diagnostic", &format!("Error: {}", failure.message()), payload);
    }

    fn range(&self, place: &Place) -> Value {
        let (start, end) = place.span;
        let text = self.file(&place.file);
        let before = text.as_ref().and_then(|text| text.get(..end));
        let (line, column) = before.map_or((place.line, place.column), Place::after);
        let (start, end) = if place.span == Place::UNSEEN { (0, 0) } else { (start, end) };
        json!({
            "filename": place.file,
            "start": { "line": place.line, "column": place.column, "byte": start },
            "end": { "line": line, "column": column, "byte": end },
        })
    }

    /// What others have changed.
    pub(super) fn drift_events(&self, drift: &Drift) {
        for (address, one) in drift {
            let action = if one.is_gone { "delete" } else { "update" };
            let message = format!("{address}: Drift detected ({action})");
            let change = json!({ "resource": resource(address), "action": action });
            self.event(Level::Info, "resource_drift", &message, json!({ "change": change }));
        }
    }

    /// A plan: what others have changed, what happens to each resource, and how much that is.
    pub(super) fn plan_events(&self, plan: &Plan) {
        for (address, planned) in &plan.resources {
            let is_deleted = planned.is_gone && !planned.deleted_by_us;
            if is_deleted || !planned.drift.is_empty() || !planned.undeclared.is_empty() {
                let action = if is_deleted { "delete" } else { "update" };
                let message = format!("{address}: Drift detected ({action})");
                let change = json!({ "resource": resource(address), "action": action });
                self.event(Level::Info, "resource_drift", &message, json!({ "change": change }));
            }
        }
        for (address, planned) in &plan.resources {
            if let Some((action, reason)) = planned_action(plan, planned) {
                let mut change = json!({ "resource": resource(address), "action": action });
                if let Some(reason) = reason {
                    change["reason"] = json!(reason);
                }
                if let Some(loses) = &planned.loses {
                    change["loses"] = json!(loses);
                }
                if !planned.warns.is_empty() {
                    change["warnings"] = json!(planned.warns);
                }
                let order = if action == "replace" && is_delete_first(plan, address) { ", old one first" } else { "" };
                let message = format!("{address}: Plan to {action}{order}");
                self.event(Level::Info, "planned_change", &message, json!({ "change": change }));
            }
        }
        for (from, to) in &plan.relabelled.moved {
            let change = json!({ "resource": resource(to), "previous_resource": resource(from), "action": "move" });
            self.event(
                Level::Info,
                "planned_change",
                &format!("{from}: Plan to move to {to}"),
                json!({ "change": change }),
            );
        }
        for (address, id) in &plan.relabelled.forgotten {
            let change = json!({ "resource": resource(address), "action": "remove", "id": id });
            self.event(
                Level::Info,
                "planned_change",
                &format!("{address}: Plan to forget"),
                json!({ "change": change }),
            );
        }
        for (address, id) in leftovers(plan) {
            let change = json!({ "resource": resource(address), "action": "delete", "deposed": id });
            let message = format!("{address}: Plan to delete the old one");
            self.event(Level::Info, "planned_change", &message, json!({ "change": change }));
        }
        let counts = Counts::of(plan);
        let changes = json!({
            "add": counts.create + counts.replace,
            "change": counts.update,
            "import": 0,
            "remove": counts.delete + counts.replace,
            "operation": "plan",
        });
        self.event(Level::Info, "change_summary", &format!("Plan: {counts}."), json!({ "changes": changes }));
    }

    pub(super) fn output_events(&self, outputs: &BTreeMap<String, Value>) {
        let of = |value: &Value| {
            let kind = match value {
                Value::String(_) => json!("string"),
                Value::Number(_) => json!("number"),
                Value::Bool(_) => json!("bool"),
                Value::Object(_) => json!(["map", "string"]),
                Value::Array(_) | Value::Null => json!("dynamic"),
            };
            json!({ "sensitive": false, "type": kind, "value": value })
        };
        let all: Map<String, Value> = outputs.iter().map(|(name, value)| (name.clone(), of(value))).collect();
        let count = all.len();
        self.event(Level::Info, "outputs", &format!("Outputs: {count}"), json!({ "outputs": all }));
    }
}

/// A resource as Terraform's events name it.
fn resource(address: &Address) -> Value {
    json!({
        "addr": address,
        "module": "",
        "resource": address,
        "implied_provider": "stack",
        "resource_type": address.kind,
        "resource_name": address.name.as_ref().unwrap_or(&address.kind),
        "resource_key": null,
    })
}

/// What happens to a resource, and why, where it is not plain; None where nothing does.
fn planned_action(plan: &Plan, planned: &Planned) -> Option<(&'static str, Option<&'static str>)> {
    match planned.action {
        Action::Keep => None,
        Action::Create => Some(("create", None)),
        Action::Update => Some(("update", None)),
        Action::Replace if planned.is_asked_anew => Some(("replace", Some("requested"))),
        Action::Replace => Some(("replace", Some("cannot_update"))),
        Action::Delete if planned.is_gone => None,
        Action::Delete if plan.destroy => Some(("delete", None)),
        Action::Delete => Some(("delete", Some("delete_because_no_resource_config"))),
    }
}

/// Tells the steps of an apply as events.
pub(super) struct Stream {
    ui: Rc<Ui>,
    clock: Clock,
    is_destroy: bool,
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    /// When each step in flight began, when it was last heard of, and what it waits for.
    flights: BTreeMap<Step, Flight>,
    add: usize,
    change: usize,
    remove: usize,
}

struct Flight {
    start: i64,
    told: i64,
    says: String,
}

impl Stream {
    pub(super) fn new(ui: Rc<Ui>, clock: Clock, is_destroy: bool) -> Self {
        Self { ui, clock, is_destroy, inner: RefCell::default() }
    }

    fn hook(step: &Step, id: Option<&str>, elapsed: Option<i64>) -> Value {
        let mut hook = json!({ "resource": resource(address(step)), "action": verb(step).0 });
        if let Step::DeleteDeposed(_, old) = step {
            hook["deposed"] = json!(old);
        }
        if let Some(id) = id {
            hook["id_key"] = json!("id");
            hook["id_value"] = json!(id);
        }
        if let Some(elapsed) = elapsed {
            hook["elapsed_seconds"] = json!(elapsed / 1000);
        }
        hook
    }

    fn tell(&self, level: Level, kind: &str, step: &Step, what: &str, hook: &Value) {
        let message = format!("{}: {what}", address(step));
        self.ui.event(level, kind, &message, json!({ "hook": hook }));
    }

    fn landed(&self, step: &Step) -> i64 {
        let now = self.clock.now_ms();
        now - self.inner.borrow_mut().flights.remove(step).map_or(now, |flight| flight.start)
    }

    fn progress(&self, step: &Step, flight: (i64, String)) {
        let (elapsed, says) = flight;
        let mut hook = Self::hook(step, None, Some(elapsed));
        let still = format!("Still {}... [{}s elapsed]", verb(step).1, elapsed / 1000);
        if !says.is_empty() {
            hook["waiting"] = json!(says);
        }
        let what = if says.is_empty() { still } else { format!("{still} {says}") };
        self.tell(Level::Info, "apply_progress", step, &what, &hook);
    }
}

impl Watch for Stream {
    fn started(&self, step: &Step, id: Option<&str>) {
        let now = self.clock.now_ms();
        self.inner.borrow_mut().flights.insert(step.clone(), Flight { start: now, told: now, says: String::new() });
        self.tell(
            Level::Info,
            "apply_start",
            step,
            &format!("{}...", capital(verb(step).1)),
            &Self::hook(step, id, None),
        );
    }

    fn says(&self, step: &Step, what: &str) {
        let now = self.clock.now_ms();
        let due = {
            let mut inner = self.inner.borrow_mut();
            let Some(flight) = inner.flights.get_mut(step) else { return };
            let is_new = flight.says != what;
            what.clone_into(&mut flight.says);
            if !is_new && now - flight.told < HEARTBEAT_MS {
                return;
            }
            flight.told = now;
            (now - flight.start, flight.says.clone())
        };
        self.progress(step, due);
    }

    fn done(&self, step: &Step, id: Option<&str>) {
        let elapsed = self.landed(step);
        {
            let mut inner = self.inner.borrow_mut();
            match step {
                Step::Create(_) => inner.add += 1,
                Step::Update(_) => inner.change += 1,
                Step::Delete(_) | Step::DeleteDeposed(..) => inner.remove += 1,
            }
        }
        let what = format!("{} complete after {}s", capital(verb(step).2), elapsed / 1000);
        self.tell(Level::Info, "apply_complete", step, &what, &Self::hook(step, id, Some(elapsed)));
    }

    fn failed(&self, step: &Step, error: &Error) {
        let elapsed = self.landed(step);
        let what = format!(
            "{} {} after {}s",
            capital(verb(step).2),
            if error.is_stopped() { "stopped" } else { "errored" },
            elapsed / 1000
        );
        self.tell(Level::Error, "apply_errored", step, &what, &Self::hook(step, None, Some(elapsed)));
    }

    fn asks(&self, step: &Step, records: &[String]) {
        let message =
            format!("{}: make these records where the domain's DNS is held: {}", address(step), records.join("; "));
        let payload = json!({ "resource": resource(address(step)), "records": records });
        self.ui.event(Level::Warn, "log", &message, payload);
    }

    fn note(&self, text: &str) {
        self.ui.log_event(text);
    }
}

impl Telling for Stream {
    fn tick(&self) {
        let now = self.clock.now_ms();
        let mut due = Vec::new();
        for (step, flight) in &mut self.inner.borrow_mut().flights {
            if now - flight.told >= HEARTBEAT_MS {
                flight.told = now;
                due.push((step.clone(), (now - flight.start, flight.says.clone())));
            }
        }
        for (step, flight) in due {
            self.progress(&step, flight);
        }
    }

    fn finish(&self, finish: &Finish) {
        for (step, why) in &finish.not_begun {
            let payload = json!({ "resource": resource(address(step)), "action": verb(step).0 });
            self.ui.event(Level::Warn, "log", &format!("{}: not begun: {why}", address(step)), payload);
        }
        let Inner { flights: _, add, change, remove } = &*self.inner.borrow();
        let operation = if self.is_destroy { "destroy" } else { "apply" };
        let message = format!("{} ended: {add} created, {change} updated, {remove} deleted", capital(operation));
        let changes = json!({ "add": add, "change": change, "import": 0, "remove": remove, "operation": operation });
        self.ui.event(Level::Info, "change_summary", &message, json!({ "changes": changes }));
    }
}

/// What a step is, does, and has been.
fn verb(step: &Step) -> (&'static str, &'static str, &'static str) {
    match step {
        Step::Create(_) => ("create", "creating", "creation"),
        Step::Update(_) => ("update", "modifying", "modification"),
        Step::Delete(_) | Step::DeleteDeposed(..) => ("delete", "destroying", "destruction"),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
