//! Values that stand elsewhere: where one belongs, what is written must say where, in one way.

use serde_json::Value;

use super::{Mark, Node, Walk, at};
use crate::near;
use crate::secret::{MARK, Place};
use crate::stack::node::Content;

impl Walk<'_> {
    /// Whether what stands where a secret belongs can stay.
    ///
    /// What is no mapping may be the secret itself, and is repeated nowhere: no message quotes it, and no line of the file
    /// that holds it is shown.
    pub(super) fn secret(&mut self, schema: &Value, node: &mut Node, at: &str) -> bool {
        if node.map().is_none() {
            let hint = format!("say {}; a secret that was ever written down is no secret: make another", Place::ways());
            self.say(node.mark.unseen(), at, "a secret does not stand in a stack file", Some(hint));
            return false;
        }
        self.elsewhere(schema, node, at, Place::ways())
    }

    /// Whether a mapping says, in one way, where a value is.
    pub(super) fn elsewhere(&mut self, schema: &Value, node: &mut Node, at: &str, ways: &str) -> bool {
        self.wholes.insert(at.to_owned());
        let choices = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let words: Vec<&str> = choices.iter().filter_map(|choice| choice["required"][0].as_str()).collect();
        let of = |word: &str| choices.iter().find(|choice| choice["required"][0] == word);
        let mark = node.mark;
        let Some(map) = node.map_mut() else { return true };
        let mut said = Vec::new();
        let mut stays = true;
        let inner = std::mem::take(map);
        for (name, mut entry) in inner {
            let path = at::key(at, &name);
            if entry.node.is_null() && self.nulls {
                continue;
            }
            let home = choices.iter().find(|choice| !choice["properties"][name.as_str()].is_null());
            let Some(home) = home else {
                let hint = match near::did_you_mean(&name, words.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("say {ways}"),
                };
                // What stands behind it may be the secret.
                let mark = if schema[MARK] == true { entry.key.unseen() } else { entry.key };
                self.say(mark, &path, format!("unknown key `{name}`"), Some(hint));
                stays = false;
                continue;
            };
            let wanted = &home["properties"][name.as_str()];
            // What belongs here is no secret, and may all the same be one that stands in the wrong place.
            if !matches!(entry.node.content, Content::Text(_) | Content::Null) {
                self.say(entry.node.mark.unseen(), &path, "expected text", Some(format!("say {ways}")));
                stays = false;
                continue;
            }
            let known = self.found.len();
            stays &= self.value(wanted, &mut entry.node, &path, entry.key);
            if schema[MARK] == true {
                self.unquoted(known, &entry.node);
            }
            said.push((name, entry));
        }
        let firsts: Vec<&str> = said.iter().map(|(name, _)| name.as_str()).filter(|name| of(name).is_some()).collect();
        let problem = match firsts.as_slice() {
            [] if stays => Some("says nowhere where the value is".to_owned()),
            [_, _, ..] => {
                Some(format!("says {} places where the value is: {}", firsts.len(), near::listed(firsts.clone())))
            }
            _ => None,
        };
        if let Some(message) = problem {
            self.say(mark, at, message, Some(format!("say {ways}")));
            stays = false;
        }
        let home = firsts.first().and_then(|word| of(word));
        if let (true, Some(home)) = (stays, home) {
            stays = self.beside(home, &said, mark, at, ways);
        }
        if let Some(map) = node.map_mut() {
            map.extend(said);
        }
        stays
    }

    /// Takes the text out of what was found of it: what no place is named like may be the secret itself.
    fn unquoted(&mut self, known: usize, node: &Node) {
        let Content::Text(text) = &node.content else { return };
        for (mark, problem) in &mut self.found[known..] {
            *mark = mark.unseen();
            if let Some(why) = problem.message.strip_prefix(&format!("`{text}`: ")) {
                problem.message = why.to_owned();
            }
        }
    }

    /// Whether all that one way asks for is there, and nothing of another.
    fn beside(&mut self, home: &Value, said: &[(String, super::Entry)], mark: Mark, at: &str, ways: &str) -> bool {
        let mut required = home["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let lacking = required.find(|word| !said.iter().any(|(name, _)| name == word));
        let foreign = said.iter().find(|(name, _)| home["properties"][name.as_str()].is_null());
        let (mark, message) = match (lacking, foreign) {
            (Some(word), _) => (mark, format!("`{word}` is missing")),
            (None, Some((name, entry))) => (entry.key, format!("`{name}` does not go with `{}`", said[0].0)),
            (None, None) => return true,
        };
        self.say(mark, at, message, Some(format!("say {ways}")));
        false
    }
}
