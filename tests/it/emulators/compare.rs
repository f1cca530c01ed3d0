//! Two answers to the same question, and in what they differ.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// One question of `sequence.py`, with its answer.
pub struct Answer {
    pub step: String,
    /// Whose operation it is, as boto3 calls it: `cognito-idp`.
    pub service: String,
    pub operation: String,
    status: u64,
    code: Option<String>,
    body: Value,
    /// What was waited for has not come.
    waited: bool,
}

impl Answer {
    pub fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let text = |key: &str| line[key].as_str().map(str::to_owned);
        Self {
            step: text("step").unwrap(),
            service: text("service").unwrap(),
            operation: text("operation").unwrap(),
            status: line["status"].as_u64().unwrap(),
            code: text("code"),
            body: comparable(&line["answer"]),
            waited: line["waited"].as_bool().unwrap(),
        }
    }

    /// Whether this may be how a server says that it has no such operation: ministack says so, moto fails.
    pub fn may_lack(&self) -> bool {
        self.code.as_deref() == Some("InvalidAction") || self.status == 500
    }

    fn outcome(&self) -> String {
        self.code.as_ref().map_or_else(|| "done".to_owned(), |code| format!("{} {code}", self.status))
    }
}

/// One difference: where in the answer, and what stands there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub field: String,
    pub ours: String,
    pub theirs: String,
}

/// What both answers to one question hold, and differently.
pub fn differences(ours: &Answer, theirs: &Answer) -> Vec<Difference> {
    assert_eq!((&ours.step, &ours.operation), (&theirs.step, &theirs.operation), "they were asked the same");
    let of = |field: &str, ours: String, theirs: String| Difference { field: field.to_owned(), ours, theirs };
    if (ours.status, &ours.code) != (theirs.status, &theirs.code) {
        let (one, other) = (ours.outcome(), theirs.outcome());
        if one == other {
            return vec![of("status", ours.status.to_string(), theirs.status.to_string())];
        }
        return vec![of(OUTCOME, one, other)];
    }
    let mut found = Vec::new();
    if ours.waited != theirs.waited {
        let says = |late: bool| if late { "never comes" } else { "comes" }.to_owned();
        found.push(of("what is waited for", says(ours.waited), says(theirs.waited)));
    }
    walk("", &ours.body, &theirs.body, &mut found);
    found
}

/// The field of a difference in whether the question was granted.
pub const OUTCOME: &str = "outcome";

/// So many fields that one side lacks are named in one line.
const MANY: usize = 4;

fn walk(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<Difference>) {
    if ours == theirs {
        return;
    }
    let (Value::Object(left), Value::Object(right)) = (ours, theirs) else {
        found.push(Difference { field: path.to_owned(), ours: short(ours), theirs: short(theirs) });
        return;
    };
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let lacks = |one: &Map<String, Value>, other: &Map<String, Value>| -> Vec<String> {
        one.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
    };
    let mut said = Vec::new();
    for (missing, is_ours) in [(lacks(left, right), true), (lacks(right, left), false)] {
        if missing.len() >= MANY {
            let (there, gone) = ("there".to_owned(), ABSENT.to_owned());
            let (ours, theirs) = if is_ours { (there, gone) } else { (gone, there) };
            found.push(Difference { field: below(&format!("{{{}}}", missing.join(", "))), ours, theirs });
            said.extend(missing);
        }
    }
    let keys: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    for key in keys.into_iter().filter(|key| !said.contains(key)) {
        let side = |side: &Map<String, Value>| side.get(key).cloned().unwrap_or(Value::Null);
        walk(&below(key), &side(left), &side(right), found);
    }
}

const ABSENT: &str = "absent";

fn short(value: &Value) -> String {
    if value.is_null() {
        return ABSENT.to_owned();
    }
    let text = value.to_string();
    if text.chars().count() <= 72 { text } else { text.chars().take(71).chain(['…']).collect() }
}

/// An answer as it is compared: what is empty is absent (`user_pool.md` 8, `app_client.md` 1), and the order of a list
/// says nothing, so that items with a name are found by it.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), comparable(value)));
            Value::Object(fields.filter(|(_, value)| !is_empty(value)).collect())
        }
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().map(comparable).collect();
            let keys = ["Name", "DomainName", "ClientName", "Key"];
            // Of one name there can be records of several types.
            let kind = |item: &Value| item["Type"].as_str().map_or_else(String::new, |kind| format!(" {kind}"));
            let name = |key: &str| -> Option<Vec<String>> {
                items.iter().map(|item| Some(format!("{}{}", item[key].as_str()?, kind(item)))).collect()
            };
            let names: Option<(&str, Vec<String>)> = keys.into_iter().find_map(|key| Some((key, name(key)?)));
            if let Some((key, names)) = names.filter(|(_, names)| !names.is_empty()) {
                let mut by_name = BTreeMap::new();
                for (name, mut item) in names.into_iter().zip(items) {
                    if let Value::Object(fields) = &mut item {
                        fields.remove(key);
                    }
                    let again = by_name.insert(name.clone(), item);
                    assert!(again.is_none(), "{name} is listed twice");
                }
                return Value::Object(by_name.into_iter().collect());
            }
            let mut items = items;
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        value => value.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

#[test]
fn a_comparison_sees_what_differs_and_nothing_else() {
    let answer = |status: u64, code: Option<&str>, body: Value| {
        Answer::read(
            &serde_json::json!({ "step": "s", "service": "s", "operation": "O", "status": status, "code": code, "answer": body, "waited": false })
                .to_string(),
        )
    };
    let said = |ours: &Answer, theirs: &Answer| {
        let lines = differences(ours, theirs).into_iter();
        lines.map(|one| format!("{}: {} → {}", one.field, one.ours, one.theirs)).collect::<Vec<_>>()
    };
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let one = answer(200, None, json(r#"{"A": {"B": 1, "L": ["x", "y"], "E": []}, "N": [{"Name": "n", "V": 1}]}"#));
    let same = answer(200, None, json(r#"{"A": {"L": ["y", "x"], "B": 1}, "N": [{"V": 1, "Name": "n"}], "Z": {}}"#));
    assert!(said(&one, &same).is_empty());
    let other = answer(200, None, json(r#"{"A": {"B": 2, "L": ["x"]}, "N": [{"Name": "n", "V": 2}, {"Name": "m"}]}"#));
    assert_eq!(said(&one, &other), ["A.B: 1 → 2", r#"A.L: ["x","y"] → ["x"]"#, "N.m: absent → {}", "N.n.V: 1 → 2"]);
    let many = answer(200, None, json(r#"{"A": {"B": 1, "L": ["x", "y"], "p": 1, "q": 2, "r": 3, "s": 4}}"#));
    assert_eq!(said(&one, &many), ["A.{p, q, r, s}: absent → there", r#"N: {"n":{"V":1}} → absent"#]);
    let refused = answer(400, Some("Wrong"), json("{}"));
    assert_eq!(said(&one, &refused), ["outcome: done → 400 Wrong"]);
    assert_eq!(said(&refused, &one), ["outcome: 400 Wrong → done"]);
    assert_eq!(said(&answer(201, None, json("{}")), &answer(200, None, json("{}"))), ["status: 201 → 200"]);
}
