//! What a rule is given to look at, and what it says.

use super::{Finding, Fix, Rule};
use crate::error::Problem;
use crate::kinds::app_client::{ClientSettings, OAuthFlow};
use crate::kinds::identity_provider::metadata::Ending;
use crate::stack::{Loaded, StackFile, path_key};

/// What a rule looks at.
pub(super) struct Look<'a> {
    /// What the person has written.
    pub file: &'a StackFile,
    /// The same, with the files that it names.
    pub loaded: &'a Loaded,
    /// The time, in milliseconds since 1970.
    pub now: i64,
    /// Whether real people sign in.
    pub is_production: bool,
}

impl<'a> Look<'a> {
    /// The SAML providers whose certificates end soon, as far as their metadata are in a file: each with the file's path.
    pub(super) fn endings(&self) -> impl Iterator<Item = (String, Ending)> {
        self.loaded.files.endings(self.now)
    }

    /// Every app client with its path.
    pub(super) fn clients(&self) -> impl Iterator<Item = (String, &'a ClientSettings)> {
        self.file.app_clients.iter().map(|(name, client)| (path_key("app_clients", name), client))
    }

    /// Every app client that people sign in to, with its path; one of a machine's own is none.
    pub(super) fn clients_of_people(&self) -> impl Iterator<Item = (String, &'a ClientSettings)> {
        self.clients().filter(|(_, client)| !has(client, OAuthFlow::ClientCredentials))
    }
}

/// Whether a client allows this grant.
pub(super) fn has(client: &ClientSettings, grant: OAuthFlow) -> bool {
    client.allowed_oauth_flows.as_ref().is_some_and(|grants| grants.contains(&grant))
}

/// What one rule says.
#[derive(Default)]
pub(super) struct Found(Vec<(String, String, Option<Fix>)>);

impl Found {
    /// Something is wrong at this path.
    pub(super) fn say(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.0.push((at.into(), message.into(), None));
    }

    /// Something is wrong at this path, and right with this value there.
    pub(super) fn say_fixable(&mut self, at: impl Into<String>, message: impl Into<String>, value: &str) {
        let at = at.into();
        self.0.push((at.clone(), message.into(), Some(Fix { at, value: value.to_owned() })));
    }

    /// Something is wrong at this path, and right with this value at that one.
    pub(super) fn say_elsewhere(&mut self, at: &str, message: &str, (path, value): (&str, &str)) {
        let fix = Fix { at: path.to_owned(), value: value.to_owned() };
        self.0.push((at.to_owned(), message.to_owned(), Some(fix)));
    }

    /// The same as findings of `rule`.
    pub(super) fn findings(self, rule: &'static Rule) -> Vec<Finding> {
        let finding = |(at, message, fix)| Finding { rule, problem: Problem::new(at, message).hint(rule.remedy), fix };
        self.0.into_iter().map(finding).collect()
    }
}
