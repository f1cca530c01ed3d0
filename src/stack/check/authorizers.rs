//! What API Gateway would refuse of an authorizer (`other_resources.md` 7).

use std::collections::BTreeMap;

use super::Check;
use crate::near::did_you_mean;
use crate::stack::at;

impl Check<'_> {
    pub(super) fn api_authorizers(&mut self) {
        let file = self.file;
        let mut routes: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        let mut names: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for (key, settings) in &file.api_authorizers {
            let place = at::key("api_authorizers", key);
            let name = settings.name.as_deref().unwrap_or(key);
            // Nothing but its name tells an authorizer whose making was cut short from another.
            if let Some(other) = names.insert((&settings.api_id, name), key) {
                let message = format!("`{other}` has this name in the same API");
                self.advise(format!("{place}.name"), message, "give one of the two another `name`");
            }
            if settings.app_clients.as_ref().is_some_and(std::collections::BTreeSet::is_empty)
                || (settings.app_clients.is_none() && file.app_clients.is_empty())
            {
                self.advise(&place, "no client's tokens are taken", "name one under `app_clients`");
            }
            for name in settings.app_clients.iter().flatten() {
                if file.app_clients.contains_key(name) || self.is_broken(&at::key("app_clients", name)) {
                    continue;
                }
                let (path, message) = (format!("{place}.app_clients"), format!("there is no app client `{name}`"));
                match did_you_mean(name, file.app_clients.keys().map(String::as_str)) {
                    Some(word) => self.advise(path, message, format!("did you mean `{word}`?")),
                    None => self.advise(path, message, "the names are those under `app_clients`"),
                }
            }
            for route in settings.routes.keys() {
                let path = at::key(&format!("{place}.routes"), route);
                if !is_route_key(route) {
                    let hint =
                        "one is a method and a path, as in API Gateway: `GET /orders`, `ANY /{proxy+}`, or `$default`";
                    self.advise(&path, format!("`{route}` is no key of a route"), hint);
                }
                if let Some(other) = routes.insert((&settings.api_id, route), key) {
                    let message = format!("`{other}` stands before this route already");
                    self.advise(&path, message, "a route has one authorizer: take it out of one of the two");
                }
            }
        }
    }
}

fn is_route_key(key: &str) -> bool {
    const METHODS: &[&str] = &["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    key == "$default"
        || key.split_once(' ').is_some_and(|(method, path)| {
            METHODS.contains(&method) && path.starts_with('/') && !path.contains(char::is_whitespace)
        })
}
