//! The sandbox's own paths, for other processes: faults, calls, reset.

use super::core::Sandbox;
use super::dns;
use super::fault::{Fault, FaultKind};
use super::wire::{self, Reply, Request};
use crate::error::Error;
use serde_json::{Value, json};
use std::time::Duration;

/// Answers a request for one of the sandbox's own paths; `None` is a request for AWS.
pub(super) fn handle(sandbox: &Sandbox, request: &Request) -> Option<Reply> {
    let path = request
        .uri()
        .path()
        .strip_prefix("/_sandbox/")
        .filter(|path| !path.starts_with("image/") && !path.starts_with("pages/"))?;
    if wire::loopback(request).is_none() {
        // A web page that was lured here by DNS still says its own host.
        return Some(plain(403, &json!({ "message": "only for this machine" })));
    }
    let done = match (request.method().as_str(), path) {
        ("GET", "calls") => Ok(calls(sandbox)),
        ("GET", "faults") => Ok(Value::Array(sandbox.faults().iter().map(shown).collect())),
        ("POST", "faults") => add(sandbox, request),
        ("DELETE", "faults") => {
            sandbox.clear_faults();
            Ok(json!({}))
        }
        ("POST", "dns") => record(sandbox, request),
        ("POST", "reset") => sandbox.reset().map(|()| json!({})),
        _ => return Some(plain(404, &json!({ "message": format!("no such path: {path}") }))),
    };
    Some(match done {
        Ok(value) => plain(200, &value),
        Err(error) => plain(400, &json!({ "message": error.message(), "hints": error.hints() })),
    })
}

fn plain(status: u16, value: &Value) -> Reply {
    wire::reply(status, "application/json", format!("{value}\n"))
}

/// `{"name": "example.net", "type": "A", "values": ["192.0.2.1"]}`: a record in DNS that is not Route 53's.
fn record(sandbox: &Sandbox, request: &Request) -> Result<Value, Error> {
    let value: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let text = |name: &str| value[name].as_str().ok_or_else(|| Error::usage(format!("`{name}` is not a text")));
    let (name, kind) = (text("name")?, text("type")?);
    let values = value["values"].as_array().into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned);
    let values = values.collect();
    sandbox.world(|world| dns::put_elsewhere(world, name, kind, values))?.map_err(Error::usage)?;
    Ok(json!({}))
}

fn calls(sandbox: &Sandbox) -> Value {
    sandbox
        .calls()
        .into_iter()
        .map(|((service, operation), count)| json!({ "service": service, "operation": operation, "count": count }))
        .collect()
}

/// Takes one fault or a list of them, each as text (`CreateUserPool=throttle:2`) or as an object.
fn add(sandbox: &Sandbox, request: &Request) -> Result<Value, Error> {
    let given: Value = serde_json::from_slice(request.body())
        .map_err(|error| Error::usage("the body is not JSON").caused_by(error))?;
    let list = match given {
        Value::Array(list) => list,
        one => vec![one],
    };
    let faults: Vec<Fault> = list.iter().map(read).collect::<Result<_, _>>()?;
    for fault in faults {
        sandbox.fault(fault);
    }
    Ok(json!({ "faults": sandbox.faults().len() }))
}

fn read(value: &Value) -> Result<Fault, Error> {
    if let Some(text) = value.as_str() {
        return Fault::parse(text);
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let missing = |name: &str| Error::usage(format!("a fault needs `{name}`"));
    let operation = text("operation").ok_or_else(|| missing("operation"))?;
    let word = text("kind").ok_or_else(|| missing("kind"))?;
    let kind = match word {
        "slow" | "lag" => {
            let ms = value.get("ms").and_then(Value::as_u64).ok_or_else(|| missing("ms"))?;
            let time = Duration::from_millis(ms);
            if word == "lag" { FaultKind::Lag(time) } else { FaultKind::Slow(time) }
        }
        "answer" => FaultKind::Answer(text("text").ok_or_else(|| missing("text"))?.to_owned()),
        "refuse" => FaultKind::Refuse {
            code: text("code").ok_or_else(|| missing("code"))?.to_owned(),
            message: text("message").unwrap_or_default().to_owned(),
        },
        other => Fault::parse(&format!("{operation}={other}"))?.kind,
    };
    let number = |name: &str| value.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let (after, times) = (number("after").unwrap_or(0), number("times"));
    Ok(Fault { operation: operation.to_owned(), after, kind, times })
}

fn shown(fault: &Fault) -> Value {
    let mut value = json!({ "operation": fault.operation, "after": fault.after, "times": fault.times });
    let word = match &fault.kind {
        FaultKind::Throttle => "throttle",
        FaultKind::Error => "error",
        FaultKind::DropBefore => "drop-before",
        FaultKind::DropAfter => "drop-after",
        FaultKind::Truncate => "truncate",
        FaultKind::AccessDenied => "denied",
        FaultKind::ExpiredToken => "expired",
        FaultKind::Answer(text) => {
            value["text"] = json!(text);
            "answer"
        }
        FaultKind::Slow(time) | FaultKind::Lag(time) => {
            value["ms"] = json!(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
            if matches!(fault.kind, FaultKind::Lag(_)) { "lag" } else { "slow" }
        }
        FaultKind::Refuse { code, message } => {
            value["code"] = json!(code);
            value["message"] = json!(message);
            "refuse"
        }
    };
    value["kind"] = json!(word);
    value
}
