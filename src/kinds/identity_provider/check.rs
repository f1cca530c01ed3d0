//! What AWS would refuse of identity providers, and can be known beforehand (`other_resources.md` 1).

use std::collections::{BTreeMap, BTreeSet};

use super::{Oidc, ProviderSettings, ProviderType, Saml};
use crate::address::is_name;
use crate::error::Problem;
use crate::kinds::app_client::check::attribute_name;

/// What the rest of the stack file says and bears on its providers.
#[derive(Debug, Clone, Copy)]
pub struct PoolFacts<'a> {
    /// The pool's custom attributes, without `custom:`, and whether each can be changed.
    pub custom_attributes: &'a BTreeMap<String, bool>,
    /// The standard attributes that cannot be changed.
    pub fixed: &'a BTreeSet<String>,
}

/// The most providers of a pool (`other_resources.md` 1.1, Quota).
const MOST: usize = 300;

/// The providers that only their own type may be called (`other_resources.md` 1.1, `ProviderName`).
fn social(name: &str) -> Option<ProviderType> {
    ProviderType::ALL.into_iter().find(|one| one.is_social() && one.as_str() == name)
}

/// AWS's name for what a mapping fills in: the user's name, or an attribute, custom ones with `custom:`.
#[must_use]
pub fn target_name(written: &str) -> String {
    if written == "username" { written.to_owned() } else { attribute_name(written) }
}

/// What a client must be able to write for a provider to fill it in: no client can write the others
/// (`app_client.md` 1, `WriteAttributes`).
pub fn written_by(settings: &ProviderSettings) -> impl Iterator<Item = String> {
    let own = ["username", "email_verified", "phone_number_verified"];
    let targets = settings.attribute_mapping.iter().flatten().map(|(name, _)| target_name(name));
    targets.filter(move |name| !own.contains(&name.as_str()))
}

/// Reports what is wrong with the providers of a stack file, each by itself and all together.
pub fn check_all(providers: &BTreeMap<String, ProviderSettings>, pool: &PoolFacts<'_>, problems: &mut Vec<Problem>) {
    let (mut names, mut identifiers) = (BTreeMap::new(), BTreeMap::new());
    for (key, settings) in providers {
        let at = format!("identity_providers.{key}");
        check(key, settings, pool, &at, problems);
        if let Some(other) = names.insert(settings.name(key), key) {
            problems.push(
                Problem::new(
                    format!("{at}{}", if settings.name.is_some() { ".name" } else { "" }),
                    format!(
                        "the provider is named `{}`, as {other} is, and a pool has a name once",
                        settings.name(key)
                    ),
                )
                .hint("give it another `name`"),
            );
        }
        for identifier in settings.idp_identifiers.iter().flatten() {
            if let Some(other) = identifiers.insert(identifier, key) {
                let message = format!("`{identifier}` is an identifier of {other} already");
                let problem = Problem::new(format!("{at}.idp_identifiers"), message);
                problems.push(problem.hint("an identifier finds one provider of the pool: take it out of one of them"));
            }
        }
    }
    if providers.len() > MOST {
        let message = format!("{} identity providers are more than AWS allows in a user pool: {MOST}", providers.len());
        problems.push(Problem::new("identity_providers", message));
    }
}

/// Reports what is wrong with one provider, which a stack calls `key` and which stands at `at`.
pub fn check(key: &str, settings: &ProviderSettings, pool: &PoolFacts<'_>, at: &str, problems: &mut Vec<Problem>) {
    let mut sheet = Sheet { settings, pool, at, problems };
    if let Some(kind) = sheet.kind() {
        sheet.name(settings.name(key), kind);
    }
    sheet.secrets();
    sheet.oidc();
    sheet.saml();
    sheet.identifiers();
    sheet.mapping();
}

struct Sheet<'a> {
    settings: &'a ProviderSettings,
    pool: &'a PoolFacts<'a>,
    at: &'a str,
    problems: &'a mut Vec<Problem>,
}

/// What a provider needs that says nothing of its type.
const TYPES: &str = "write one of google, facebook, login_with_amazon, sign_in_with_apple, oidc, saml";

impl Sheet<'_> {
    fn refuse(&mut self, field: &str, what: impl Into<String>, hint: impl Into<String>) {
        let at = if field.is_empty() { self.at.to_owned() } else { format!("{}.{field}", self.at) };
        self.problems.push(Problem::new(at, what).hint(hint));
    }

    /// The provider's type, if it has one and no more.
    fn kind(&mut self) -> Option<ProviderType> {
        match self.settings.types().as_slice() {
            [] => {
                self.refuse("", "nothing says what sort of provider this is", TYPES);
                None
            }
            [one] => Some(*one),
            [first, rest @ ..] => {
                for other in rest {
                    let message = format!("a provider has one type, and this one is {} already", first.key());
                    self.refuse(other.key(), message, "make two providers of it");
                }
                None
            }
        }
    }

    fn name(&mut self, name: &str, kind: ProviderType) {
        let field = if self.settings.name.is_some() { "name" } else { "" };
        let answer = format!("AWS answers \"Provider {name} cannot be of type {}.\"", kind.as_str());
        if kind.is_social() {
            if name != kind.as_str() {
                self.refuse(field, answer, format!("call it {}", kind.as_str()));
            }
            return;
        }
        if social(name).is_some() {
            self.refuse(field, answer, "give it another `name`");
            return;
        }
        let end = |c: char| c != '_' && !c.is_whitespace();
        let mut letters = name.chars();
        let fits = (3..=32).contains(&name.chars().count())
            && letters.next().is_some_and(end)
            && letters.next().is_some_and(|c| !c.is_whitespace() && !c.is_control())
            && letters.all(end);
        if !fits {
            self.refuse(
                field,
                format!("`{name}` cannot name an identity provider"),
                "use 3–32 characters without spaces, and no `_` but as the second; `name` says another than the key",
            );
        }
    }

    /// AWS answers that "clientId, clientSecret and authorizeScopes are all required idp details".
    fn secrets(&mut self) {
        let ProviderSettings { google, facebook, login_with_amazon, sign_in_with_apple, .. } = self.settings;
        let lacking = [
            ("google", "client_secret", google.as_ref().is_some_and(|one| one.client_secret.is_none())),
            ("facebook", "client_secret", facebook.as_ref().is_some_and(|one| one.client_secret.is_none())),
            (
                "login_with_amazon",
                "client_secret",
                login_with_amazon.as_ref().is_some_and(|one| one.client_secret.is_none()),
            ),
            (
                "sign_in_with_apple",
                "private_key",
                sign_in_with_apple.as_ref().is_some_and(|one| one.private_key.is_none()),
            ),
        ];
        for (block, field, _) in lacking.into_iter().filter(|(.., is_lacking)| *is_lacking) {
            let hint = format!("say where it is found: {field}: {{ env: NAME }}, or {{ file: PATH }}");
            self.refuse(block, format!("`{field}` is missing"), hint);
        }
    }

    fn oidc(&mut self) {
        let Some(oidc) = &self.settings.oidc else { return };
        let Oidc { oidc_issuer, authorize_url, token_url, attributes_url, jwks_uri, .. } = oidc;
        for (field, url) in [
            ("oidc_issuer", Some(oidc_issuer)),
            ("authorize_url", authorize_url.as_ref()),
            ("token_url", token_url.as_ref()),
            ("attributes_url", attributes_url.as_ref()),
            ("jwks_uri", jwks_uri.as_ref()),
        ] {
            if let Some(url) = url.filter(|url| !is_https(url)) {
                self.refuse(
                    &format!("oidc.{field}"),
                    format!("`{url}` is no address that begins with https://"),
                    "write it whole: https://idp.example.com",
                );
            }
        }
    }

    fn saml(&mut self) {
        const ANSWER: &str = "AWS answers \"Only one of the MetadataURL or MetadataFile should be provided.\"";
        let Some(Saml { metadata_url, metadata_file, .. }) = &self.settings.saml else { return };
        match (metadata_url, metadata_file) {
            (Some(_), Some(_)) => {
                self.refuse("saml.metadata_file", ANSWER, "take one of metadata_url and metadata_file away");
            }
            (None, None) => {
                let hint = "say where it is: metadata_url: https://…, or metadata_file: idp.xml";
                self.refuse("saml", "the provider's metadata is missing", hint);
            }
            (Some(url), None) if !is_https(url) => {
                self.refuse(
                    "saml.metadata_url",
                    format!("`{url}` is no address that begins with https://"),
                    "write it whole: https://idp.example.com/metadata",
                );
            }
            _ => {}
        }
    }

    fn identifiers(&mut self) {
        let fits = |one: &str| {
            (1..=40).contains(&one.chars().count())
                && one.chars().all(|c| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_+=.@-".contains(c))
        };
        for identifier in self.settings.idp_identifiers.iter().flatten().filter(|one| !fits(one)) {
            self.refuse(
                "idp_identifiers",
                format!("`{identifier}` cannot be an identifier"),
                "use 1–40 letters, digits, spaces and `_+=.@-`",
            );
        }
    }

    fn mapping(&mut self) {
        for (written, _) in self.settings.attribute_mapping.iter().flatten() {
            let name = target_name(written);
            let at = field(written);
            let answer = format!("AWS answers \"AttributeMapping contains invalid mapping: [{name}]\"");
            if name == "username" {
                continue;
            }
            let is_mutable = match name.strip_prefix("custom:") {
                Some(custom) => self.pool.custom_attributes.get(custom).copied(),
                None if name.contains(':') => None,
                None => Some(name != "sub" && !self.pool.fixed.contains(&name)),
            };
            match is_mutable {
                Some(true) => {}
                Some(false) => self.refuse(
                    &at,
                    format!(
                        "the attribute {name} cannot be changed, and Cognito writes what is mapped at every sign-in"
                    ),
                    "map another, or one that is mutable; that it is can only be said when the pool is made",
                ),
                None => {
                    let custom = name.strip_prefix("custom:").unwrap_or(&name);
                    let hint = format!("declare it under user_pool.attributes as {custom}, with mutable: true");
                    self.refuse(&at, format!("the pool has no attribute {custom}; {answer}"), hint);
                }
            }
        }
    }
}

/// Where a mapping of this name stands.
fn field(name: &str) -> String {
    if is_name(name) {
        format!("attribute_mapping.{name}")
    } else {
        format!("attribute_mapping[{}]", serde_json::Value::from(name))
    }
}

fn is_https(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}
