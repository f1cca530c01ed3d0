//! What a field's declaration says, read from the kind's schema beside the value.

use serde_json::{Map, Value};

use crate::kind::OnChange;
use crate::secret::MARK;

/// A place in a kind's schema; walks down beside a value.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The schema of this place; None where the schema says nothing.
    schema: Option<&'a Value>,
    /// What AWS makes of this place, as the default of the whole above it has it.
    default: Option<&'a Value>,
    /// What changing the value here asks for.
    pub on_change: OnChange,
}

/// How something goes from one object of a kind to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handing {
    /// AWS lets one have it at a time: one gives it up before another takes it.
    Once,
    /// The same where it can be; whether AWS lets two have it is not the object's to say.
    GivenFirst,
    /// Another takes it, and then there is nothing left to give up: nobody is without it meanwhile.
    TakenFirst,
}

impl<'a> Facts<'a> {
    /// The facts of a whole spec.
    pub fn of(schema: &'a Value) -> Self {
        Self { schema: Some(schema), default: None, on_change: own_on_change(schema).unwrap_or_default() }
    }

    /// The facts of one field, or of one key of a map.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        let found = self.variants().into_iter().find_map(|schema| {
            schema
                .pointer("/properties")
                .and_then(|properties| properties.get(key))
                .or_else(|| schema.get("additionalProperties").filter(|value| value.is_object()))
        });
        let default = self.said_default().and_then(|default| default.get(key));
        Self { default, ..self.below(found) }
    }

    /// The facts of the items of a list.
    #[must_use]
    pub fn item(self) -> Self {
        let found = self.variants().into_iter().find_map(|schema| schema.get("items"));
        self.below(found)
    }

    fn below(self, schema: Option<&'a Value>) -> Self {
        let on_change = schema.and_then(own_on_change).unwrap_or(self.on_change);
        Self { schema, default: None, on_change }
    }

    /// Whether there is a field of this path here; in a map, every key is one.
    pub fn has(self, path: &str) -> bool {
        let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
        let any = |is_so: &dyn Fn(&Value) -> bool| self.variants().into_iter().any(is_so);
        if any(&|schema| schema.get("properties").is_some_and(|fields| fields.get(key).is_some())) {
            return rest.is_none_or(|rest| self.key(key).has(rest));
        }
        !key.is_empty() && any(&|schema| schema.get("additionalProperties").is_some_and(Value::is_object))
    }

    /// The fields here, by name; none where the keys are a person's own.
    pub fn fields(self) -> Vec<&'a str> {
        let fields = self.variants().into_iter().filter_map(|schema| schema.get("properties")?.as_object());
        fields.flat_map(Map::keys).map(String::as_str).collect()
    }

    /// Whether the value here is the address of another resource.
    pub fn is_ref(self) -> bool {
        self.variants().into_iter().any(|schema| schema.get("x-ref").is_some())
    }

    /// Whether the reference here only orders the steps: AWS does not hold it, so that no difference of it is a change.
    pub fn is_order_only(self) -> bool {
        self.variants().into_iter().any(|schema| schema.get("x-order-only").is_some())
    }

    /// Whether what goes from here is taken away only after whatever refers to the object has changed.
    pub fn is_taken_away_last(self) -> bool {
        self.variants().into_iter().any(|schema| schema.get("x-taken-away-last").is_some())
    }

    /// Whether AWS allows the value here once among the objects of the kind.
    pub fn is_unique(self) -> bool {
        self.variants().into_iter().any(|schema| schema.get("x-unique").is_some())
    }

    /// What of a spec AWS allows once among the objects of the kind; None where nothing is, or is not known yet.
    pub fn unique(self, spec: &Value) -> Option<String> {
        let fields = spec.as_object()?.iter().filter(|(key, _)| self.key(key).is_unique());
        let key: Vec<&str> = fields.filter_map(|(_, value)| value.as_str()).collect();
        (!key.is_empty()).then(|| key.join(" "))
    }

    /// How what stands here goes from one object of the kind to another.
    pub fn handing(self) -> Option<Handing> {
        let said = |schema: &Value| match schema.get("x-handed-over").and_then(Value::as_str) {
            Some("taken_first") => Some(Handing::TakenFirst),
            Some("given_first") => Some(Handing::GivenFirst),
            _ => schema.get("x-unique").map(|_| Handing::Once),
        };
        self.variants().into_iter().find_map(said)
    }

    /// Whether a secret belongs here.
    pub fn is_secret(self) -> bool {
        self.variants().into_iter().any(|schema| schema.get(MARK).is_some())
    }

    /// Whether an object here is one value, not fields to be merged: an enum's variant.
    pub fn is_whole(self) -> bool {
        self.variants().into_iter().any(|schema| schema.get("oneOf").is_some())
    }

    /// Whether the declaration of this very place says that keys may only be added.
    pub fn is_add_only(self) -> bool {
        self.schema.and_then(own_on_change) == Some(OnChange::AddOnly)
    }

    /// What AWS makes of this place when it is left out; None when it leaves nothing there.
    pub fn aws_default(self) -> Option<Value> {
        if let Some(default) = self.said_default() {
            return Some(default.clone());
        }
        if self.is_whole() {
            return None;
        }
        let mut fields = Map::new();
        for schema in self.variants() {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else { continue };
            for key in properties.keys() {
                if let Some(default) = self.key(key).aws_default() {
                    fields.insert(key.clone(), default);
                }
            }
            // What must stand in it and has no default keeps AWS from putting the whole there.
            let mut required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            if required.any(|key| key.as_str().is_some_and(|key| !fields.contains_key(key))) {
                return None;
            }
        }
        (!fields.is_empty()).then_some(Value::Object(fields))
    }

    fn said_default(self) -> Option<&'a Value> {
        self.schema.and_then(|schema| schema.get("x-aws-default")).or(self.default)
    }

    /// The schema here, and what it may be instead: `Option<T>` comes out as `anyOf`, an enum as `oneOf`.
    fn variants(self) -> Vec<&'a Value> {
        let mut found = Vec::new();
        let mut open: Vec<&Value> = self.schema.into_iter().collect();
        while let Some(schema) = open.pop() {
            found.push(schema);
            for word in ["anyOf", "oneOf", "allOf"] {
                open.extend(schema.get(word).and_then(Value::as_array).into_iter().flatten());
            }
        }
        found
    }
}

fn own_on_change(schema: &Value) -> Option<OnChange> {
    serde_json::from_value(schema.get("x-on-change")?.clone()).ok()
}
