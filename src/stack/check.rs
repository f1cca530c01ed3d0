//! What can be known to be wrong with a stack file without asking AWS, all at once.
//!
//! Each rule cites the line of the reference that it comes from. The rules of a pool's and a client's own fields
//! are theirs; here are those of the file as a whole, and of what composing makes of it.

mod authorizers;
mod branding;
pub(super) mod css;
mod domain;
mod guards;
mod identity;
pub(super) mod names;
mod people;
mod permissions;
mod providers;
mod records;
mod replica;
mod routing;
mod top;
mod ui;
mod values;

pub use top::unknown_region;

use std::collections::BTreeSet;

use super::files::Files;
use super::{StackFile, at};
use crate::error::Problem;
use crate::kinds::app_client::check::PoolFacts;
use crate::kinds::user_pool::enums::UserPoolTier;
use crate::kinds::{app_client, user_pool};

/// A check under way.
pub struct Check<'a> {
    /// What the person has written.
    pub file: &'a StackFile,
    /// The files that it names.
    pub files: &'a Files,
    /// What was wrong with the file's shape, and is not there any more.
    broken: &'a BTreeSet<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What is allowed, and worth a word.
    pub warnings: Vec<Problem>,
}

impl<'a> Check<'a> {
    /// A check of this file that has found nothing yet.
    pub fn new(file: &'a StackFile, files: &'a Files, broken: &'a BTreeSet<String>) -> Self {
        Self { file, files, broken, problems: Vec::new(), warnings: Vec::new() }
    }

    /// Every check, in the order of the file.
    pub fn all(&mut self) {
        self.top();
        self.roles();
        self.user_pool();
        self.lambda_permissions();
        self.identity_providers();
        self.app_clients();
        self.resource_servers();
        self.groups();
        self.users();
        self.identity_pool();
        self.api_authorizers();
        self.domain();
        self.ui();
        self.branding();
        self.guards();
        self.replica();
        self.records();
    }

    fn say(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::new(at, message));
    }

    fn advise(&mut self, at: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::new(at, message).hint(hint));
    }

    fn warn(&mut self, at: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) {
        self.warnings.push(Problem::new(at, message).hint(hint));
    }

    /// Whether something at or below this path was taken out because its shape is wrong.
    fn is_broken(&self, path: &str) -> bool {
        self.broken.iter().any(|one| at::is_within(one, path))
    }

    /// The rules of the pool's own fields.
    fn user_pool(&mut self) {
        let StackFile { user_pool, region, .. } = self.file;
        user_pool::check::check(user_pool, region.as_deref(), "user_pool", &mut self.problems);
        self.sms_role();
    }

    /// AWS answers "Cross-account pass role is not allowed." (`user_pool.md` 7)
    fn sms_role(&mut self) {
        let StackFile { user_pool, account, .. } = self.file;
        let Some(ours) = account.as_deref() else { return };
        let Some(sms) = &user_pool.sms_configuration else { return };
        let roles = [
            ("sns_caller_arn", sms.sns_caller_arn.as_deref()),
            ("eums_sms.caller_arn", sms.eums_sms.as_ref().map(|sender| sender.caller_arn.as_str())),
        ];
        for (field, arn) in roles {
            let of = arn.and_then(|arn| arn.split(':').nth(4)).filter(|of| !of.is_empty() && *of != ours);
            if let Some(of) = of {
                let message = format!("the role is in account {of}, and this stack in {ours}");
                let hint = format!("name a role of account {ours}, which sends the messages");
                self.advise(format!("user_pool.sms_configuration.{field}"), message, hint);
            }
        }
    }

    /// The rules of the clients' own fields, and those between clients.
    fn app_clients(&mut self) {
        let StackFile { user_pool, app_clients, .. } = self.file;
        let attributes = serde_json::to_value(&user_pool.standard_attributes).unwrap_or_default();
        let required = attributes.as_object().into_iter().flatten().filter(|(_, one)| one["required"] == true);
        let known = self.provider_names();
        let facts = PoolFacts {
            custom_attributes: &user_pool.attributes.iter().flatten().map(|(name, _)| name.clone()).collect(),
            required_attributes: &required.map(|(name, _)| name.clone()).collect(),
            is_lite: user_pool.user_pool_tier == Some(UserPoolTier::Lite),
            // Where the file names none, others may have made some.
            identity_providers: known.as_ref(),
            servers: &self.servers(),
        };
        self.warnings.extend(app_client::check::namesakes(app_clients));
        let mut found = Vec::new();
        app_client::check::check_all(app_clients, &facts, &mut found);
        // Where the pool's attributes are wrong, nobody knows which there are.
        let is_known = !self.is_broken("user_pool.attributes") && !self.is_broken("user_pool.standard_attributes");
        let names_attributes = |at: &str| at.contains(".read_attributes") || at.contains(".write_attributes");
        self.problems.extend(found.into_iter().filter(|problem| is_known || !names_attributes(&problem.at)));
    }
}

#[cfg(test)]
mod tests;
