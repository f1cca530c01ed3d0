//! Outputs and the state, listed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::line::{self, BOLD, DIM, Line, PLAIN, YELLOW, clean, joined};
use super::plan::fields;
use super::value::{Node, inline};
use crate::address::Address;
use crate::error::{Error, Result};
use crate::secret::veiled;
use crate::state::{Record, State};

/// What every shell variable's name begins with.
const PREFIX: &str = "STACK";
/// Wider than any ARN with its field's name.
const UNCUT: usize = 240;

/// The outputs, a line each, values under one another. A value is never cut: it is there to be copied.
#[must_use]
pub fn outputs(outputs: &BTreeMap<String, Value>) -> String {
    let rows = flat(outputs);
    let column = rows.iter().map(|(path, _)| line::width(path)).max().unwrap_or(0) + 2;
    let lines: Vec<Line> = rows
        .iter()
        .map(|(path, value)| Line::styled(BOLD, clean(path)).padded(column).with(PLAIN, clean(&raw(value))))
        .collect();
    joined(&lines)
}

/// Who one is, a line for each thing that is known.
#[must_use]
pub fn identity(said: &Value) -> String {
    let known = said.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let known: BTreeMap<String, Value> = known.map(|(key, value)| (key.clone(), value.clone())).collect();
    outputs(&known)
}

/// The outputs as one JSON object.
#[must_use]
pub fn outputs_json(outputs: &BTreeMap<String, Value>) -> Value {
    Value::Object(outputs.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}

/// One value for a script: a string without quotes, anything else as JSON.
#[must_use]
pub fn raw(value: &Value) -> String {
    match value {
        Value::String(string) => string.clone(),
        other => other.to_string(),
    }
}

/// The outputs as a shell reads them: `STACK_USER_POOL_ID='…'`, quoted where a shell would otherwise look inside.
///
/// # Errors
/// When two outputs would have the same name.
pub fn outputs_env(outputs: &BTreeMap<String, Value>) -> Result<String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut text = String::new();
    for (path, value) in flat(outputs) {
        let name = variable(&path);
        if let Some(other) = names.insert(name.clone(), path.clone()) {
            return Err(Error::usage(format!("the outputs {other} and {path} would both be called {name}"))
                .hinted("take them one by one: `stack output STACK NAME --raw`"));
        }
        text.extend([&name, "=", &quoted(&raw(value)), "\n"]);
    }
    Ok(text)
}

/// `app_clients.my-web` → `STACK_APP_CLIENTS_MY_WEB`.
fn variable(path: &str) -> String {
    let name = path.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    format!("{PREFIX}_{}", name.collect::<String>())
}

/// Quoted for POSIX shells; what needs no quotes gets none.
fn quoted(text: &str) -> String {
    let is_safe = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./:@,+%=".contains(&b));
    if is_safe { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Every value that is no map, with the path to it.
fn flat(outputs: &BTreeMap<String, Value>) -> Vec<(String, &Value)> {
    fn walk<'a>(rows: &mut Vec<(String, &'a Value)>, path: String, value: &'a Value) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    walk(rows, format!("{path}.{key}"), value);
                }
            }
            Value::Null => {}
            other => rows.push((path, other)),
        }
    }
    let mut rows = Vec::new();
    for (name, value) in outputs {
        walk(&mut rows, name.clone(), value);
    }
    rows
}

/// The objects of a state, a line each. An id is never cut: it is there to be copied.
#[must_use]
pub fn state_list(state: &State) -> String {
    let addresses = state.resources.keys().chain(state.pending.keys());
    let column = addresses.map(|address| line::width(&address.to_string())).max().unwrap_or(0) + 2;
    let mut lines = Vec::new();
    let row = |address: &Address| Line::styled(BOLD, address.to_string()).padded(column);
    for (address, record) in &state.resources {
        lines.push(row(address).with(PLAIN, clean(&record.id)));
        for deposed in &record.deposed {
            lines.push(row(address).with(PLAIN, clean(&deposed.id)).with(YELLOW, "  (replaced, awaits deletion)"));
        }
    }
    for (address, intent) in &state.pending {
        let since = format!("creation begun {}, not heard of since", clean(&intent.since));
        lines.push(row(address).with(YELLOW, since));
    }
    joined(&lines)
}

/// The objects of a state, for a program.
#[must_use]
pub fn state_list_json(state: &State) -> Value {
    let rows = state.resources.iter().map(|(address, record)| json!({ "address": address, "id": record.id }));
    Value::Array(rows.collect())
}

/// All that is remembered of one object.
#[must_use]
pub fn state_show(address: &Address, record: &Record, width: usize) -> String {
    joined(&record_lines(address, record, width))
}

/// All that is remembered of a stack: what it is, and each of its objects.
#[must_use]
pub fn show(state: &State, width: usize) -> String {
    let mut lines = vec![Line::styled(BOLD, format!("Stack {}", clean(&state.stack)))];
    let place: Vec<String> = [("account", &state.account), ("region", &state.region)]
        .iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} {}, ", clean(value))))
        .collect();
    let written = format!("{}serial {}, written by {}", place.concat(), state.serial, clean(&state.written_by));
    lines.extend(Line::styled(DIM, written).wrapped(width));
    if state.is_empty() {
        lines.push(Line::plain("No objects: it has been destroyed, or none was made yet."));
    }
    for (address, record) in &state.resources {
        lines.push(Line::default());
        lines.extend(record_lines(address, record, width));
    }
    for (address, intent) in &state.pending {
        lines.push(Line::default());
        let since = format!("  creation begun {}, not heard of since", clean(&intent.since));
        lines.push(Line::styled(BOLD, address.to_string()).with(YELLOW, since));
    }
    joined(&lines)
}

fn record_lines(address: &Address, record: &Record, width: usize) -> Vec<Line> {
    // Nothing that people copy is cut here, so a long id may run over the edge.
    let width = width.max(UNCUT);
    let mut lines = vec![Line::styled(BOLD, address.to_string()).with(DIM, format!("  {}", clean(&record.id)))];
    for deposed in &record.deposed {
        lines.push(Line::styled(YELLOW, format!("replaced {}, which awaits deletion", clean(&deposed.id))).indented(2));
    }
    for (title, value) in [("outputs", &record.outputs), ("as last seen", &record.observed)] {
        let has_any = match value {
            Value::Null => false,
            Value::Object(map) => !map.is_empty(),
            _ => true,
        };
        if !has_any {
            continue;
        }
        lines.push(Line::styled(DIM, title).indented(2));
        match Node::from(&veiled(value)) {
            Node::Map(entries) => lines.extend(fields::shown(&Node::Map(entries), &record.needs, 4, width)),
            Node::Value(value) => lines.push(inline(&value).indented(4)),
            Node::Unknown => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::state::{Deposed, Intent};
    use crate::ui::line::tests::{marked, stripped};

    fn some_outputs() -> BTreeMap<String, Value> {
        BTreeMap::from([
            ("user_pool_id".to_owned(), json!("ap-southeast-2_AbC")),
            ("issuer".to_owned(), json!("https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_AbC")),
            ("app_clients".to_owned(), json!({"web": {"client_id": "1h57", "urls": ["a b", "c"]}, "none": null})),
            ("note".to_owned(), json!("it's $HOME; `ls`\nü")),
            ("users".to_owned(), json!(3)),
        ])
    }

    fn some_state() -> State {
        let record = |id: &str, observed: Value, outputs: Value| Record {
            id: id.to_owned(),
            last_applied: Value::Null,
            observed,
            changing: false,
            reverting: None,
            deleting: false,
            outputs,
            needs: Vec::new(),
            deposed: Vec::new(),
        };
        let mut certificate = record(
            "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
            json!({"domain_name": "*.dev.example.com"}),
            Value::Null,
        );
        let old = "arn:aws:acm:us-east-1:111122223333:certificate/0".to_owned();
        certificate.deposed.push(Deposed { id: old, observed: Value::Null, outputs: Value::Null });
        let pool = record(
            "ap-southeast-2_AbC",
            json!({"name": "shop-dev", "password_policy": {"minimum_length": 12, "require_symbols": true}, "tags": {}}),
            json!({"arn": "arn:aws:cognito-idp:ap-southeast-2:111122223333:userpool/ap-southeast-2_AbC"}),
        );
        let intent = Intent {
            token: "t".to_owned(),
            since: "2026-11-21T10:00:00Z".to_owned(),
            desired: Value::Null,
            needs: Vec::new(),
            deposed: Vec::new(),
        };
        State {
            version: 1,
            stack: "dev".to_owned(),
            lineage: "l".to_owned(),
            serial: 7,
            written_by: "stack 0.1.0".to_owned(),
            account: Some("111122223333".to_owned()),
            region: Some("ap-southeast-2".to_owned()),
            resources: BTreeMap::from([
                ("user_pool".parse().unwrap(), pool.into()),
                ("certificate.domain".parse().unwrap(), certificate.into()),
            ]),
            pending: BTreeMap::from([("app_client.web".parse().unwrap(), intent)]),
        }
    }

    #[test]
    fn outputs_stand_under_one_another() {
        assert_snapshot!(marked(&outputs(&some_outputs())), @r#"
        [bold]app_clients.web.client_id[/]  1h57
        [bold]app_clients.web.urls[/]       ["a b","c"]
        [bold]issuer[/]                     https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_AbC
        [bold]note[/]                       it's $HOME; `ls`
        ü
        [bold]user_pool_id[/]               ap-southeast-2_AbC
        [bold]users[/]                      3
        "#);
        assert_eq!(outputs_json(&some_outputs())["users"], json!(3));
        assert_eq!(outputs(&BTreeMap::new()), "");
    }

    #[test]
    fn outputs_can_be_read_by_a_shell() {
        assert_snapshot!(outputs_env(&some_outputs()).unwrap(), @r#"
        STACK_APP_CLIENTS_WEB_CLIENT_ID=1h57
        STACK_APP_CLIENTS_WEB_URLS='["a b","c"]'
        STACK_ISSUER=https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_AbC
        STACK_NOTE='it'\''s $HOME; `ls`
        ü'
        STACK_USER_POOL_ID=ap-southeast-2_AbC
        STACK_USERS=3
        "#);
        let same = BTreeMap::from([("a-b".to_owned(), json!(1)), ("a_b".to_owned(), json!(2))]);
        assert!(outputs_env(&same).unwrap_err().message().contains("STACK_A_B"));
    }

    #[test]
    #[cfg(unix)]
    fn a_shell_gives_back_what_was_quoted() {
        let script = format!("{}printf %s \"$STACK_NOTE\"", outputs_env(&some_outputs()).unwrap());
        let run = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
        assert_eq!(String::from_utf8(run.stdout).unwrap(), "it's $HOME; `ls`\nü");
    }

    #[test]
    fn the_state_is_listed_and_shown() {
        let state = some_state();
        assert_snapshot!(stripped(&state_list(&state)), @r"
        certificate.domain  arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
        certificate.domain  arn:aws:acm:us-east-1:111122223333:certificate/0  (replaced, awaits deletion)
        user_pool           ap-southeast-2_AbC
        app_client.web      creation begun 2026-11-21T10:00:00Z, not heard of since
        ");
        assert_snapshot!(stripped(&show(&state, 80)), @r"
        Stack dev
        account 111122223333, region ap-southeast-2, serial 7, written by stack 0.1.0

        certificate.domain  arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
          replaced arn:aws:acm:us-east-1:111122223333:certificate/0, which awaits deletion
          as last seen
            domain_name  *.dev.example.com

        user_pool  ap-southeast-2_AbC
          outputs
            arn  arn:aws:cognito-idp:ap-southeast-2:111122223333:userpool/ap-southeast-2_AbC
          as last seen
            name             shop-dev
            password_policy  {minimum_length: 12, require_symbols: true}
            tags             {}

        app_client.web  creation begun 2026-11-21T10:00:00Z, not heard of since
        ");
        let address: Address = "user_pool".parse().unwrap();
        assert_snapshot!(marked(&state_show(&address, &state.resources[&address], 60)), @r"
        [bold]user_pool[/][dim]  ap-southeast-2_AbC[/]
          [dim]outputs[/]
            arn  arn:aws:cognito-idp:ap-southeast-2:111122223333:userpool/ap-southeast-2_AbC
          [dim]as last seen[/]
            name             shop-dev
            password_policy  {minimum_length: 12, require_symbols: true}
            tags             {}
        ");
        assert_eq!(state_list_json(&state)[1]["id"], json!("ap-southeast-2_AbC"));
    }
}
