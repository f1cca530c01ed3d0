//! Which functions Cognito is permitted to invoke.

use std::collections::BTreeMap;

use super::Check;
use crate::near::did_you_mean;
use crate::stack::compose::permissions::{bare, trigger};
use crate::stack::{PermissionSettings, at};

impl Check<'_> {
    /// What `lambda_permissions` names is a trigger, and no function is written in two ways: it would have two permissions.
    pub(super) fn lambda_permissions(&mut self) {
        let functions = self.file.user_pool.lambda_config.as_ref().map(|config| config.functions()).unwrap_or_default();
        let mut named: BTreeMap<&str, &str> = BTreeMap::new();
        for (path, function) in &functions {
            if !function.starts_with("arn:") {
                named.insert(function, path);
            }
        }
        let account = self.file.account.as_deref();
        for (path, function) in functions.iter().filter(|(_, function)| function.starts_with("arn:")) {
            let owner = function.split(':').nth(4);
            let is_ours = account.is_none_or(|account| owner == Some(account));
            if let Some(other) = named.get(bare(function)).filter(|_| is_ours) {
                let message = format!("`{}` is named here by its ARN, and at `{other}` without", bare(function));
                let hint = "write it in one way, so that it is one function with one permission";
                self.advise(format!("user_pool.lambda_config.{path}"), message, hint);
            }
        }
        let Some(PermissionSettings { manage, except }) = &self.file.lambda_permissions else { return };
        let place = "lambda_permissions.except";
        if *manage == Some(false) && !except.is_empty() {
            return self.advise(place, "`manage: false` excepts every trigger", "take one of the two lines away");
        }
        let set: Vec<&str> = functions.iter().map(|(path, _)| trigger(path)).collect();
        let is_known = |name: &str| set.contains(&name) || self.is_broken(&at::key("user_pool.lambda_config", name));
        let unknown: Vec<&String> = except.iter().filter(|name| !is_known(name)).collect();
        for name in unknown {
            let message = format!("`user_pool.lambda_config` sets no trigger `{name}`");
            match did_you_mean(name, set.iter().copied()) {
                Some(word) => self.advise(place, message, format!("did you mean `{word}`?")),
                None => self.advise(place, message, "the names are those of the triggers, such as `pre_sign_up`"),
            }
        }
    }
}
