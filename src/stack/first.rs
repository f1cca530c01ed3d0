//! A first stack file, written from a few answers: complete, in the order that we recommend, each setting with its reason.
//!
//! It is text and not a value made into YAML, since its comments are half of what it is for.

use std::fmt::Write as _;

/// What a first stack file is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// The stack's name.
    pub stack: String,
    /// The Region.
    pub region: String,
    /// The account, where it is known.
    pub account: Option<String>,
    /// The pool's name.
    pub pool: String,
    /// Where the sign-in pages are.
    pub pages: Pages,
    /// Where people are sent after signing in. Without pages, nowhere.
    pub callbacks: Vec<String>,
    /// Whether real people sign in.
    pub is_production: bool,
}

/// Where the sign-in pages are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pages {
    /// At a name of one's own.
    Custom {
        /// `auth.example.com`
        name: String,
        /// Who makes its records.
        records: Records,
    },
    /// Below amazoncognito.com.
    Prefix(String),
    /// Nowhere: the application has its own.
    None,
}

/// Who makes the records of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Records {
    /// The stack, in this public hosted zone of the account.
    Zone(String),
    /// The stack, in the zone that fits when it is planned: nobody could look which there are.
    Closest,
    /// A person: the account has no zone for the name.
    Manual,
}

impl First {
    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { stack, region, .. } = self;
        let mut text = format!(
            "# yaml-language-server: $schema=../schemas/stack.schema.json

# The stack {stack}: one user pool and everything round it. `stack plan {stack}` shows what would be made.
# The line at the top has your editor explain each key, complete it, and underline what AWS would refuse.

# Where the pool is. A pool cannot move.
region: {}\n\n",
            scalar(region)
        );
        text.push_str(&self.account());
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "# On everything that AWS can tag.\ntags:\n  environment: {}\n\n{}{}",
            scalar(stack),
            self.pool(),
            self.client()
        );
        text.push_str(&self.domain());
        text
    }

    fn account(&self) -> String {
        let account = self
            .account
            .as_ref()
            .map_or("# account: \"111122223333\"".to_owned(), |account| format!("account: {}", quoted(account)));
        format!(
            "# The one account that this stack may be in. With any other's credentials, nothing is planned or written.\n{account}\n\n"
        )
    }

    fn pool(&self) -> String {
        let (why, protection) = if self.is_production {
            ("AWS refuses to delete the pool until somebody has taken this back, in a change of its own.", "ACTIVE")
        } else {
            (
                "A pool for trying things out may be deleted with its users. Where people sign in, make it ACTIVE.",
                "INACTIVE",
            )
        };
        format!(
            "user_pool:
  name: {name}
  # {why}
  deletion_protection: {protection}

  # People sign in with their e-mail address, and Ada@Example.com and ada@example.com are one person. Both are settled
  # when the pool is made.
  username_attributes: [email]
  username_configuration: {{ case_sensitive: false }}

  # A new address is verified with a code, and a changed one counts once it is. A forgotten password is reset through a
  # verified one.
  auto_verified_attributes: [email]
  account_recovery_setting: [verified_email]
  user_attribute_update_settings: {{ attributes_require_verification_before_update: [email] }}

  password_policy:
    minimum_length: 12
    require_lowercase: true
    require_uppercase: true
    require_numbers: true
    require_symbols: true
    # Of the password in an invitation.
    temporary_password_validity_days: 7

  # Whoever wants to adds an authenticator app. `ON` asks everybody for a second factor.
  mfa: {{ mode: OPTIONAL, software_token: true }}

",
            name = scalar(&self.pool)
        )
    }

    fn client(&self) -> String {
        let mut text = "app_clients:
  # A browser or mobile application. It has no secret, for it could keep none; PKCE stands in for it.
  web:\n"
            .to_owned();
        if self.pages == Pages::None {
            text.push_str(
                "    # SRP proves a password without sending it.
    explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]\n",
            );
        } else {
            let list = |urls: &[String]| urls.iter().map(|url| scalar(url)).collect::<Vec<_>>().join(", ");
            let homes: Vec<String> = self.callbacks.iter().filter_map(|url| home(url)).collect();
            let _ = writeln!(
                text,
                "    # Where people are sent with their code: compared letter by letter. http is for localhost alone.\n    \
                 callback_urls: [{}]",
                list(&self.callbacks)
            );
            if !homes.is_empty() {
                let _ = writeln!(text, "    logout_urls: [{}]", list(&homes));
            }
            text.push_str(
                "    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid, email, profile]
    # The pool's own users; add providers such as Google once the pool has them.
    supported_identity_providers: [COGNITO]
    # SRP proves a password without sending it.
    explicit_auth_flows: [ALLOW_USER_SRP_AUTH]
    # A refresh token is good once, so that a copy of it is noticed; and a little longer, for answers that were lost.
    refresh_token_rotation: { feature: ENABLED, retry_grace_period_seconds: 30 }\n",
            );
        }
        text.push_str(
            "    # Whoever guesses at addresses learns nothing from the answer.
    prevent_user_existence_errors: ENABLED
    # Signing out can end a refresh token, and every token that came from it.
    enable_token_revocation: true
    access_token_validity: 60m
    id_token_validity: 60m
    refresh_token_validity: 30d\n",
        );
        if self.pages == Pages::None {
            text.push_str(
                "\n# What `stack lint` is not to say, and why not.
lint:
  silence:
    refresh-not-rotated: AWS's libraries refresh by ALLOW_REFRESH_TOKEN_AUTH, which rotation forbids\n",
            );
        }
        text
    }

    fn domain(&self) -> String {
        let pages = "  # 2 is managed login; 1, AWS's default, the classic pages.\n  managed_login_version: 2\n";
        match &self.pages {
            Pages::None => String::new(),
            Pages::Prefix(prefix) => {
                format!(
                    "\n# The sign-in pages: https://{prefix}.auth.{}.amazoncognito.com\ndomain:\n  prefix: {}\n{pages}",
                    self.region,
                    scalar(prefix)
                )
            }
            Pages::Custom { name, records } => {
                let parent = name.split_once('.').map_or(name.as_str(), |(_, parent)| parent);
                let records = match records {
                    Records::Zone(zone) => format!("  hosted_zone: {}\n", scalar(zone)),
                    Records::Closest => String::new(),
                    Records::Manual => {
                        "  # This account has no public hosted zone for the name: apply shows each record \
                                        to make, and waits for it.\n  dns: manual\n"
                            .to_owned()
                    }
                };
                format!(
                    "
# These lines become a certificate for *.{parent} in us-east-1, where Cognito wants it, the record that
# proves it, the domain, its A and AAAA records, and the wait until it answers.
# AWS asks that {parent} has an A record. Where it has none, add `parent_record: placeholder`.
domain:
  name: {}
{records}{pages}",
                    scalar(name)
                )
            }
        }
    }
}

/// Where a person is sent after signing out: the front page beside the callback, where the web has one.
fn home(callback: &str) -> Option<String> {
    let (scheme, rest) = callback.split_once("://").filter(|(scheme, _)| scheme.starts_with("http"))?;
    Some(format!("{scheme}://{}/", rest.split(['/', '?']).next()?))
}

/// A text as YAML has it: plain where that is no other thing, and in quotes otherwise.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/:@-".contains(c);
    let is_word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&&*text.to_ascii_lowercase());
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && !is_word && text.chars().all(is_plain) && !text.ends_with(':') {
        return text.to_owned();
    }
    quoted(text)
}

/// In double quotes, where YAML reads what JSON writes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::load;

    fn first(pages: Pages) -> First {
        First {
            stack: "dev".to_owned(),
            region: "eu-west-1".to_owned(),
            account: None,
            pool: "shop-dev".to_owned(),
            callbacks: if pages == Pages::None { vec![] } else { vec!["https://shop.org/callback?a=1,2".to_owned()] },
            pages,
            is_production: false,
        }
    }

    fn every() -> Vec<First> {
        let custom = |records| Pages::Custom { name: "auth.shop.org".to_owned(), records };
        let pages = [
            custom(Records::Zone("shop.org".to_owned())),
            custom(Records::Closest),
            custom(Records::Manual),
            Pages::Prefix("shop".to_owned()),
            Pages::None,
        ];
        let stacks = ["dev", "prod", "on", "0123"].map(str::to_owned);
        let firsts = pages.into_iter().flat_map(|pages| {
            let one = first(pages);
            stacks.clone().map(|stack| First { is_production: stack == "prod", stack, ..one.clone() })
        });
        let one = first(Pages::Prefix("shop".to_owned()));
        let pools = ["größe", "123", "true", "a: b", "null", "my pool @ home", "x,y", "=1", "0x10", "1e3", "~"];
        let named =
            pools.map(|pool| First { pool: pool.to_owned(), account: Some("012345678901".to_owned()), ..one.clone() });
        firsts.chain(named).collect()
    }

    #[test]
    fn every_first_file_is_valid_and_says_what_was_answered() {
        let root = tempfile::tempdir().unwrap();
        for first in every() {
            let text = first.text();
            let read = load::draft(root.path(), &first.stack, &text);
            // What AWS takes no pool's name to hold.
            let pool_is_wrong = first.pool.contains([':', 'ö', '~']);
            assert_eq!(read.problems.is_empty(), !pool_is_wrong, "{:?}\n{text}", read.problems);
            let Some(loaded) = read.loaded else { panic!("{text}") };
            assert_eq!(loaded.file.region.as_deref(), Some("eu-west-1"));
            assert_eq!(loaded.file.account, first.account);
            assert_eq!(loaded.file.tags["environment"], first.stack);
            if !pool_is_wrong {
                assert_eq!(loaded.file.user_pool.name, first.pool);
            }
            let urls = loaded.file.app_clients["web"].callback_urls.iter().flatten().cloned().collect::<Vec<_>>();
            assert_eq!(urls, first.callbacks);
            assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        }
    }

    #[test]
    fn people_who_sign_out_are_sent_home() {
        assert_eq!(home("https://shop.org:8443/callback?x=/y").as_deref(), Some("https://shop.org:8443/"));
        assert_eq!(home("http://localhost:3000").as_deref(), Some("http://localhost:3000/"));
        assert_eq!(home("shop://callback"), None);
    }
}
