//! What AWS would refuse of a user pool, as far as it can be known without asking.
//!
//! A stack file should be able to make its pool anew; so what it leaves out counts as AWS's default, also where
//! the pool that is there may have something else.

mod attributes;
mod messages;
mod sign_in;
mod text;
mod triggers;

use super::UserPool;
use super::enums::{AdvancedSecurityMode, EmailSendingAccount, MfaMode, UserPoolTier};
use super::enums::{KeyType, PreTokenGenerationVersion, WebAuthnFactor};
use crate::error::Problem;
use text::{chars, each_is, is_arn_of};

/// The most tags of a person's on one pool: 50, less the two that the stack sets (`quotas_errors.md` 2).
const MOST_TAGS: usize = 48;

/// Adds to `problems` everything that AWS would refuse of `pool`; paths begin with `at`.
///
/// `region` is the stack's, where it is known.
pub fn check(pool: &UserPool, region: Option<&str>, at: &str, problems: &mut Vec<Problem>) {
    let mut check = Check { pool, region, at, problems };
    check.name();
    check.tags();
    check.attributes();
    check.sign_in();
    check.mfa();
    check.recovery();
    check.tier();
    check.messages();
    check.triggers();
    check.keys();
    check.levels();
}

struct Check<'a> {
    pool: &'a UserPool,
    region: Option<&'a str>,
    at: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        let at = if self.at.is_empty() { path.to_owned() } else { format!("{}.{path}", self.at) };
        self.problems.push(Problem::new(at, message).hint(hint));
    }

    /// The text at `path` has so many characters.
    fn length(&mut self, path: &str, value: Option<&str>, least: usize, most: usize) {
        let Some(found) = value.map(chars) else { return };
        if !(least..=most).contains(&found) {
            let message = format!("this has {found} characters, and AWS takes {least} to {most}");
            self.problem(path, message, if found < least { "write more" } else { "write less" });
        }
    }

    /// The number at `path` lies between these.
    fn range(&mut self, path: &str, value: Option<i32>, least: i32, most: i32) {
        let Some(found) = value.filter(|found| !(least..=most).contains(found)) else { return };
        self.problem(path, format!("{found} is out of range"), format!("AWS takes {least} to {most}"));
    }

    /// The text at `path` is the ARN of something of this service.
    fn arn(&mut self, path: &str, value: Option<&str>, service: &str, resource: &str, example: &str) -> bool {
        let Some(value) = value else { return true };
        let good = is_arn_of(value, service, resource);
        if !good {
            self.problem(path, format!("`{value}` is not the ARN of {example}"), arn_hint(service));
        }
        good
    }

    fn tier_is_at_least(&self, least: &UserPoolTier) -> bool {
        let tier = self.pool.user_pool_tier.as_ref().unwrap_or(&UserPoolTier::Essentials);
        // A plan that this program does not know may have anything.
        matches!(tier, UserPoolTier::Other(_)) || tier >= least
    }

    fn needs_tier(&mut self, path: &str, least: &UserPoolTier, what: &str) {
        if self.tier_is_at_least(least) {
            return;
        }
        let tier = self.pool.user_pool_tier.as_ref().unwrap_or(&UserPoolTier::Essentials);
        self.problem(
            path,
            format!("{what} is not in the {tier} plan"),
            format!("set `user_pool_tier: {least}`, or take this out"),
        );
    }

    fn mfa_mode(&self) -> MfaMode {
        self.pool.mfa.as_ref().and_then(|mfa| mfa.mode.clone()).unwrap_or(MfaMode::Off)
    }

    fn sends_own_email(&self) -> bool {
        self.pool.email_configuration.as_ref().and_then(|email| email.email_sending_account.as_ref())
            == Some(&EmailSendingAccount::Developer)
    }

    fn name(&mut self) {
        let name = &self.pool.name;
        self.length("name", Some(name), 1, 128);
        // [\w\s+=,.@-]+ (user_pool.md 2)
        let fits = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_+=,.@-".contains(c);
        if let Some(wrong) = name.chars().find(|c| !fits(*c)) {
            self.problem(
                "name",
                format!("AWS takes no `{wrong}` in a pool's name"),
                "use letters, digits, spaces and `_+=,.@-`",
            );
        }
    }

    fn tags(&mut self) {
        let Some(tags) = &self.pool.tags else { return };
        if tags.len() > MOST_TAGS {
            self.problem("tags", format!("{} tags are too many", tags.len()), format!("AWS takes {MOST_TAGS} at most"));
        }
        for (key, value) in tags {
            let path = format!("tags.{key}");
            if !(1..=128).contains(&chars(key)) {
                self.problem(&path, "the key of a tag has 1 to 128 characters", "shorten the key");
            }
            if chars(value) > 256 {
                self.problem(&path, "the value of a tag has 256 characters at most", "shorten the value");
            }
            if key.to_ascii_lowercase().starts_with("aws:") {
                self.problem(&path, "AWS keeps keys that begin with `aws:` to itself", "choose another key");
            }
            if key.starts_with("stack:") {
                self.problem(&path, "keys that begin with `stack:` mark what a stack has made", "choose another key");
            }
        }
    }

    /// What each feature needs of the plan (`user_pool.md` 2, 7).
    fn tier(&mut self) {
        let (essentials, plus) = (UserPoolTier::Essentials, UserPoolTier::Plus);
        let pool = self.pool;
        if pool.password_policy.as_ref().and_then(|policy| policy.password_history_size).unwrap_or(0) > 0 {
            self.needs_tier("password_policy.password_history_size", &essentials, "remembering earlier passwords");
        }
        if self.first_factors().iter().any(|factor| factor.as_str() != "PASSWORD") {
            let path = "sign_in_policy.allowed_first_auth_factors";
            self.needs_tier(path, &essentials, "signing in without a password");
        }
        let trigger = pool.lambda_config.as_ref().and_then(|config| config.pre_token_generation.as_ref());
        if trigger.is_some_and(|trigger| trigger.lambda_version != PreTokenGenerationVersion::V1) {
            let path = "lambda_config.pre_token_generation.lambda_version";
            self.needs_tier(path, &essentials, "customizing access tokens");
        }
        if pool.mfa.as_ref().is_some_and(|mfa| mfa.email.is_some()) {
            self.needs_tier("mfa.email", &essentials, "a second factor by e-mail");
        }
        if pool
            .web_authn_configuration
            .as_ref()
            .is_some_and(|passkeys| passkeys.factor_configuration == WebAuthnFactor::MultiFactorWithUserVerification)
        {
            let path = "web_authn_configuration.factor_configuration";
            self.needs_tier(path, &essentials, "a passkey that counts as two factors");
        }
        let renamed = |(_, default, name): &(&str, &str, Option<&str>)| name.is_some_and(|name| name != *default);
        if pool.acr_configuration.as_ref().is_some_and(|acr| acr.levels().iter().any(renamed)) {
            self.needs_tier("acr_configuration", &essentials, "naming the levels of authentication");
        }
        let Some(add_ons) = &pool.user_pool_add_ons else { return };
        if add_ons.advanced_security_mode.as_ref().is_some_and(|mode| *mode != AdvancedSecurityMode::Off) {
            self.needs_tier("user_pool_add_ons.advanced_security_mode", &plus, "threat protection");
        }
        if add_ons.advanced_security_additional_flows.is_some() {
            let path = "user_pool_add_ons.advanced_security_additional_flows";
            self.needs_tier(path, &plus, "threat protection");
        }
    }

    fn keys(&mut self) {
        let Some(key) = &self.pool.key_configuration else { return };
        let path = "key_configuration.kms_key_arn";
        self.arn(path, key.kms_key_arn.as_deref(), "kms", "", "a KMS key");
        match (key.key_type.as_ref().unwrap_or(&KeyType::AwsOwnedKey), &key.kms_key_arn) {
            (KeyType::CustomerManagedKey, None) => {
                self.problem(
                    "key_configuration",
                    "CUSTOMER_MANAGED_KEY says nothing of which key",
                    "name it: `kms_key_arn`",
                );
            }
            (KeyType::AwsOwnedKey, Some(_)) => {
                self.problem(path, "a key of yours is no AWS_OWNED_KEY", "set `key_type: CUSTOMER_MANAGED_KEY`");
            }
            _ => {}
        }
    }

    /// What AWS says of AcrLevelConfigType and of the map that holds it.
    fn levels(&mut self) {
        let Some(acr) = &self.pool.acr_configuration else { return };
        let mut seen: Vec<(String, String)> = Vec::new();
        for (level, default, name) in acr.levels() {
            let path = format!("acr_configuration.{}", level.to_ascii_lowercase());
            let named = name.unwrap_or(default).to_owned();
            self.length(&path, name, 1, 64);
            if name.is_some_and(|name| !each_is(name, |c| c.is_ascii_graphic() && c != '"' && c != '\\')) {
                self.problem(&path, format!("`{named}` is no URL or URN"), "leave out spaces, quotes and backslashes");
            }
            if let Some((other, _)) = seen.iter().find(|(_, name)| *name == named) {
                let message = format!("{level} and {other} are both called `{named}`");
                self.problem(&path, message, "give each level a name of its own, the default names included");
            }
            seen.push((level.to_owned(), named));
        }
    }
}

fn arn_hint(service: &str) -> String {
    let example = match service {
        "lambda" => "arn:aws:lambda:<region>:<account>:function:<name>",
        "kms" => "arn:aws:kms:<region>:<account>:key/<id>",
        "ses" => "arn:aws:ses:<region>:<account>:identity/<domain or address>",
        _ => "arn:aws:iam::<account>:role/<name>",
    };
    format!("one looks like {example}")
}

#[cfg(test)]
mod tests;
