//! Which line of the stack file AWS speaks of when it refuses what was asked for.
//!
//! AWS has no places: it names a field in its own spelling (`callbackURLs`), quotes a value, or does neither. So the place
//! is the value that it quotes, else the key that it names, else the one key that was to be changed, else the whole
//! resource.

use std::collections::BTreeSet;

use super::at;
use super::load::Loaded;
use super::node::{Content, Node, names};

/// Shorter values stand in many texts by chance.
const SHORTEST_VALUE: usize = 4;
/// Words such as `name` and `type` stand in most of what AWS says.
const SHORTEST_KEY: usize = 6;

impl Loaded {
    /// The path, at or below `path`, that `said` is most likely about. What is asked for by the keys `changed` alone is
    /// looked for there; they are paths below `path`.
    #[must_use]
    pub fn blamed(&self, path: &str, said: &str, changed: &[&str]) -> String {
        let Some(node) = self.tree.look(path).1 else { return path.to_owned() };
        let words: BTreeSet<String> = said
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| word.len() >= SHORTEST_KEY)
            .map(str::to_ascii_lowercase)
            .collect();
        let mut found = Vec::new();
        weigh(node, path, "", &|text| is_quoted(said, text), &words, &mut found);
        // A key that the file leaves out, since nothing else stands there, is left out here too.
        let is_there = |path: &str| self.tree.look(path).1.is_some();
        let placed = |one: &&str| {
            let whole = format!("{path}.{one}");
            let short = one.split_once('.').map(|(_, rest)| format!("{path}.{rest}"));
            short.filter(|short| !is_there(&whole) && is_there(short)).unwrap_or(whole)
        };
        let within: Vec<String> = changed.iter().map(placed).collect();
        let is_changed = |place: &str| within.iter().any(|one| at::is_within(place, one));
        if found.iter().any(|(_, place)| is_changed(place)) {
            found.retain(|(_, place)| is_changed(place));
        }
        match (found.into_iter().max_by_key(|(weight, _)| *weight), within.as_slice()) {
            (Some((_, place)), _) => place,
            (None, [only]) => only.clone(),
            (None, _) => path.to_owned(),
        }
    }
}

/// Whether AWS quotes this value. Scopes and attributes are words of everyday (`email`, `profile`), and count only where
/// they stand as a quotation does.
fn is_quoted(said: &str, text: &str) -> bool {
    let is_word = text.chars().all(|c| c.is_ascii_lowercase());
    let is_marked = || {
        let quotes = [("'", "'"), ("\"", "\""), ("`", "`"), ("[", "]")];
        said.ends_with(&format!(": {text}")) || quotes.iter().any(|(a, b)| said.contains(&format!("{a}{text}{b}")))
    };
    text.len() >= SHORTEST_VALUE && names(said, text) && (!is_word || is_marked())
}

/// How sure a place is: a value that is quoted before a key that is named, and the longer before the shorter.
type Weight = (bool, usize);

fn weigh(
    node: &Node,
    path: &str,
    key: &str,
    is_quoted: &dyn Fn(&str) -> bool,
    words: &BTreeSet<String>,
    found: &mut Vec<(Weight, String)>,
) {
    let plain: String = key.chars().filter(|c| *c != '_').collect();
    if plain.len() >= SHORTEST_KEY && words.contains(&plain) {
        found.push(((false, plain.len()), path.to_owned()));
    }
    match &node.content {
        Content::Text(text) if is_quoted(text) => found.push(((true, text.len()), path.to_owned())),
        Content::List(items) => {
            for (index, item) in items.iter().enumerate() {
                weigh(item, &at::item(path, index), "", is_quoted, words, found);
            }
        }
        Content::Map(map) => {
            for (key, entry) in map {
                weigh(&entry.node, &at::key(path, key), key, is_quoted, words, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::stack::load;

    const FILE: &str = "region: eu-west-1
user_pool:
  name: shop
  password_policy: { minimum_length: 12 }
app_clients:
  web:
    callback_urls: [https://a.shop.org/callback, https://b.shop.org/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid, email]
    supported_identity_providers: [COGNITO]
    access_token_validity: 60m
";

    #[test]
    fn the_line_is_the_one_that_aws_speaks_of() {
        let root = tempfile::tempdir().unwrap();
        let loaded = load::draft(root.path(), "dev", FILE).whole().unwrap();
        let web = "app_clients.web";
        for (at, said, changed, found) in [
            (web, "https://b.shop.org/callback cannot be used", &[][..], "app_clients.web.callback_urls[1]"),
            (web, "Value '[x]' at 'callbackURLs' failed to satisfy constraint", &[], "app_clients.web.callback_urls"),
            (web, "The provider COGNITO does not exist", &[], "app_clients.web.supported_identity_providers[0]"),
            (web, "Invalid request", &["access_token_validity"], "app_clients.web.access_token_validity"),
            (web, "Invalid request", &["access_token_validity", "callback_urls"], "app_clients.web"),
            (web, "CallbackURLs and AllowedOAuthFlows", &["callback_urls"], "app_clients.web.callback_urls"),
            (web, "Invalid scope requested: email", &[], "app_clients.web.allowed_oauth_scopes[1]"),
            (web, "not allowed to use your email identity", &[], "app_clients.web"),
            (web, "Too many clients", &[], "app_clients.web"),
            ("user_pool", "at 'policies.passwordPolicy.minimumLength' failed", &[], "user_pool.password_policy"),
            ("domain", "Domain already exists", &[], "domain"),
        ] {
            assert_eq!(loaded.blamed(at, said, changed), found, "{said}");
        }
    }
}
