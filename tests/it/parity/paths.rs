//! The paths of the published schema.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::repository;

/// The schema of a whole stack file, as editors read it.
pub struct Schema(Value);

impl Schema {
    pub fn published() -> Self {
        let text = std::fs::read_to_string(repository().join("schemas/stack.schema.json")).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    /// Whether a stack file can say something at `app_clients.*.callback_urls`.
    ///
    /// `*` is a name that somebody chooses; where the names are settled, each of them must have the rest. `[]` is an
    /// item of a list.
    pub fn has(&self, path: &str) -> bool {
        let segments: Vec<&str> = path.split('.').collect();
        self.is_below(&self.0["$defs"]["StackFile"], &segments)
    }

    /// Every path that a stack file can say something at, those without a name of their own left out.
    pub fn all(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        self.gather(&self.0["$defs"]["StackFile"], "", &mut all);
        all
    }

    /// The paths that a stack file says something at, put into `used`.
    pub fn used(&self, file: &Value, used: &mut BTreeSet<String>) {
        self.use_of(&self.0["$defs"]["StackFile"], file, "", used);
    }

    fn use_of(&self, node: &Value, value: &Value, at: &str, used: &mut BTreeSet<String>) {
        for plain in self.plain(node) {
            for (name, value) in value.as_object().into_iter().flatten() {
                if let Some(below) = plain.get("properties").and_then(|known| known.get(name)) {
                    let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                    self.use_of(below, value, &path, used);
                    used.insert(path);
                } else if let Some(below) = others(plain) {
                    self.use_of(below, value, &format!("{at}.*"), used);
                }
            }
            if let (Some(items), Some(below)) = (value.as_array(), plain.get("items")) {
                for item in items {
                    self.use_of(below, item, &format!("{at}[]"), used);
                }
            }
        }
    }

    fn is_below(&self, node: &Value, segments: &[&str]) -> bool {
        let Some((first, rest)) = segments.split_first() else { return true };
        let (name, is_item) = first.strip_suffix("[]").map_or((*first, false), |name| (name, true));
        let plain = self.plain(node);
        let on = |below: &Value| {
            if is_item {
                let items = self.plain(below).into_iter().filter_map(|plain| plain.get("items"));
                items.into_iter().any(|item| self.is_below(item, rest))
            } else {
                self.is_below(below, rest)
            }
        };
        if name != "*" {
            return plain.iter().filter_map(|plain| plain.get("properties")?.get(name)).any(on);
        }
        let others: Vec<&Value> = plain.iter().filter_map(|plain| others(plain)).collect();
        if !others.is_empty() {
            return others.into_iter().any(on);
        }
        let mut known = plain.iter().filter_map(|plain| plain.get("properties")?.as_object()).flatten().peekable();
        known.peek().is_some() && known.all(|(_, below)| on(below))
    }

    fn gather(&self, node: &Value, at: &str, all: &mut BTreeSet<String>) {
        for plain in self.plain(node) {
            for (name, below) in plain.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                self.gather(below, &path, all);
                all.insert(path);
            }
            if let Some(below) = others(plain) {
                self.gather(below, &format!("{at}.*"), all);
            }
            if let Some(below) = plain.get("items") {
                self.gather(below, &format!("{at}[]"), all);
            }
        }
    }

    /// A schema and all that it is put together of, references followed. What holds under a condition names nothing new.
    fn plain<'a>(&'a self, node: &'a Value) -> Vec<&'a Value> {
        let (mut found, mut open, mut seen) = (Vec::new(), vec![node], BTreeSet::new());
        while let Some(node) = open.pop() {
            if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
                let definition = reference.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer));
                open.extend(definition.filter(|_| seen.insert(reference.to_owned())));
            }
            for word in ["allOf", "anyOf", "oneOf"] {
                open.extend(node.get(word).and_then(Value::as_array).into_iter().flatten());
            }
            found.push(node);
        }
        found
    }
}

/// What stands behind names that somebody chooses.
fn others(plain: &Value) -> Option<&Value> {
    plain.get("additionalProperties").filter(|other| other.is_object())
}
