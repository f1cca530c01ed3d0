//! What Cognito holds, and how it is found.
use super::doc::Doc;
use super::pages::SignedIn;
use super::{Refusal, World};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What Cognito holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Cognito {
    /// Pools by Region, then by id.
    #[serde(default)]
    pub(super) pools: BTreeMap<String, BTreeMap<String, Pool>>,
    /// Domains by host name: a custom domain's own, a prefix domain's full one.
    #[serde(default)]
    pub(super) domains: BTreeMap<String, Domain>,
    /// Who has signed in where.
    #[serde(default)]
    pub(super) signed_in: SignedIn,
    /// The e-mails that Cognito itself has sent since 09:00 UTC: the day that begins then, and how many.
    #[serde(default)]
    pub(super) mailed: (i64, u64),
    /// Certificates that distributions have not let go of yet.
    #[serde(default)]
    pub(super) held: Vec<Held>,
}

/// One user pool.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) created: i64,
    pub(super) modified: i64,
    /// What `DescribeUserPool` shows as it was set, without what it only mirrors.
    pub(super) settings: Doc,
    /// The attributes, standard ones first, as they read back.
    pub(super) schema: Vec<Value>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) mfa: Mfa,
    pub(super) clients: BTreeMap<String, Client>,
    /// Classic pages, by client id or `ALL`.
    pub(super) ui: BTreeMap<String, Ui>,
    /// Managed login styles by id.
    pub(super) brandings: BTreeMap<String, Branding>,
    /// What is done about risks, by client id or `ALL`.
    #[serde(default)]
    pub(super) risks: BTreeMap<String, Doc>,
    /// Where logs go.
    #[serde(default)]
    pub(super) logs: Vec<Value>,
    /// Terms of use and privacy policies by id.
    #[serde(default)]
    pub(super) terms: BTreeMap<String, Terms>,
    /// Copies in other Regions, by Region.
    #[serde(default)]
    pub(super) replicas: BTreeMap<String, Replica>,
    pub(super) users: BTreeMap<String, User>,
    /// Resource servers by identifier.
    #[serde(default)]
    pub(super) servers: BTreeMap<String, Server>,
    /// Groups by name.
    #[serde(default)]
    pub(super) groups: BTreeMap<String, Group>,
    /// Jobs that import users, by id.
    #[serde(default)]
    pub(super) imports: BTreeMap<String, Import>,
    /// Identity providers by name.
    #[serde(default)]
    pub(super) providers: BTreeMap<String, Provider>,
}

/// A pool's copy in another Region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Replica {
    /// When it is made.
    pub(super) ready: i64,
    pub(super) active: bool,
    /// When that was set.
    pub(super) written: i64,
    /// When it is gone, if it is being deleted.
    pub(super) gone: Option<i64>,
    pub(super) tags: BTreeMap<String, String>,
}

/// What `SetUserPoolMfaConfig` sets (`user_pool.md` 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Mfa {
    /// `OFF`, `OPTIONAL` or `ON`.
    pub(super) mode: String,
    pub(super) sms: bool,
    pub(super) software_token: Option<bool>,
    pub(super) email: Option<Value>,
    pub(super) web_authn: Option<Value>,
}

impl Default for Mfa {
    fn default() -> Self {
        Self { mode: "OFF".to_owned(), sms: false, software_token: None, email: None, web_authn: None }
    }
}

/// One app client.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Client {
    pub(super) created: i64,
    pub(super) modified: i64,
    /// The oldest secret; which one is shown where there are two is not documented.
    pub(super) secret: Option<String>,
    /// When that was made, if not with the client.
    #[serde(default)]
    pub(super) secret_made: Option<i64>,
    /// The newer of two secrets.
    #[serde(default)]
    pub(super) second: Option<Secret>,
    /// What `DescribeUserPoolClient` shows, as it reads back.
    pub(super) settings: Doc,
}

/// One secret of a client.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) value: String,
    pub(super) created: i64,
}

/// One pool's or client's classic pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Ui {
    pub(super) created: i64,
    pub(super) modified: i64,
    pub(super) version: i64,
    pub(super) css: Option<String>,
    /// The image in Base64.
    pub(super) image: Option<String>,
}

/// One managed login style.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Branding {
    pub(super) client: String,
    pub(super) created: i64,
    pub(super) modified: i64,
    pub(super) provided: bool,
    pub(super) settings: Option<Value>,
    pub(super) assets: Vec<Value>,
}

/// One document of terms.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) client: String,
    pub(super) name: String,
    pub(super) created: i64,
    pub(super) modified: i64,
    /// Addresses by language.
    pub(super) links: Doc,
}

/// One user.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) created: i64,
    pub(super) modified: i64,
    /// `{Name, Value}` pairs, `sub` first.
    pub(super) attributes: Vec<Value>,
    /// Whether the account was disabled.
    #[serde(default)]
    pub(super) disabled: bool,
    /// Whether the password is the person's own; until then it must be changed.
    #[serde(default)]
    pub(super) confirmed: bool,
    /// What passwords there were, as digests, the newest last.
    #[serde(default)]
    pub(super) passwords: Vec<String>,
    /// The identities at providers that are linked to it: provider and identity.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) links: BTreeSet<String>,
    /// The groups that it is in.
    #[serde(default)]
    pub(super) groups: BTreeSet<String>,
    /// The messages that were sent about the account, by medium: for a look from outside.
    #[serde(default)]
    pub(super) messages: Vec<String>,
    /// The second factors that they have chosen.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) factors: BTreeSet<String>,
    /// The passkeys that they have registered, each with its relying party.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) passkeys: BTreeMap<String, String>,
}

/// One resource server.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Server {
    pub(super) name: String,
    /// Scopes' descriptions by their names.
    pub(super) scopes: BTreeMap<String, String>,
}

/// One group.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) created: i64,
    pub(super) modified: i64,
    pub(super) description: Option<String>,
    pub(super) precedence: Option<i64>,
    pub(super) role: Option<String>,
}

/// One job that imports users.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Import {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) hashing: Option<String>,
    pub(super) url: String,
    pub(super) created: i64,
    pub(super) started: Option<i64>,
    pub(super) stopped: Option<i64>,
}

/// One identity provider.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Provider {
    /// `ProviderType`.
    pub(super) kind: String,
    pub(super) created: i64,
    pub(super) modified: i64,
    /// `ProviderDetails`, with what AWS adds.
    pub(super) details: Doc,
    /// `AttributeMapping`: the pool's attribute, and the provider's.
    pub(super) mapping: Doc,
    pub(super) identifiers: Vec<String>,
    /// `AcrMapping`.
    #[serde(default)]
    pub(super) acr: Option<Value>,
}

/// One domain.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Domain {
    /// As it was asked for: a prefix, or a full name.
    pub(super) name: String,
    pub(super) region: String,
    pub(super) pool: String,
    pub(super) managed_login_version: i64,
    /// `CustomDomainConfig`, of a custom domain.
    pub(super) custom: Option<Doc>,
    pub(super) routing: Option<Value>,
    pub(super) distribution: String,
    /// When it was last written.
    pub(super) written: i64,
    /// When it is (or became) `ACTIVE`.
    pub(super) ready: i64,
    pub(super) updating: bool,
    /// When it will be gone, once its deletion was asked for.
    pub(super) gone: Option<i64>,
}

/// A certificate that a distribution has not let go of yet.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) certificate: String,
    pub(super) by: String,
    pub(super) until: i64,
}

impl Cognito {
    /// The pool, if this Region has it.
    pub(super) fn pool(&self, region: &str, id: &str) -> Result<&Pool, Refusal> {
        self.pools.get(region).and_then(|pools| pools.get(id)).ok_or_else(|| no_pool(id))
    }

    /// The pool, to be changed.
    pub(super) fn pool_mut(&mut self, region: &str, id: &str) -> Result<&mut Pool, Refusal> {
        self.pools.get_mut(region).and_then(|pools| pools.get_mut(id)).ok_or_else(|| no_pool(id))
    }

    /// The domains of a pool that can be used: not those being deleted.
    pub(super) fn domains_of(&self, pool: &str) -> impl Iterator<Item = &Domain> {
        self.domains.values().filter(move |domain| domain.pool == pool && domain.gone.is_none())
    }
}

impl Client {
    /// When its oldest secret was made.
    pub(super) fn first_secret_made(&self) -> i64 {
        self.secret_made.unwrap_or(self.created)
    }
}

impl Pool {
    /// The client, if the pool has it.
    pub(super) fn client(&self, id: &str) -> Result<&Client, Refusal> {
        self.clients.get(id).ok_or_else(|| no_client(id))
    }

    /// The tier, which is always set.
    pub(super) fn tier(&self) -> &str {
        self.settings.get("UserPoolTier").and_then(Value::as_str).unwrap_or("ESSENTIALS")
    }
}

/// AWS's answer about a pool that is not there.
pub(super) fn no_pool(id: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("User pool {id} does not exist."))
}

/// AWS's answer about a client that is not there.
pub(super) fn no_client(id: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("User pool client {id} does not exist."))
}

/// A pool's ARN.
pub(super) fn arn(region: &str, id: &str) -> String {
    format!("arn:aws:cognito-idp:{region}:{}:userpool/{id}", crate::sandbox::ACCOUNT)
}

/// Refuses when a count has reached the account's quota (`quotas_errors.md` 2).
pub(super) fn within(count: usize, quota: usize, what: &str) -> Result<(), Refusal> {
    if count < quota {
        return Ok(());
    }
    Err(Refusal::new("LimitExceededException", format!("The quota of {quota} {what} has been reached.")))
}

/// Notes that a pool was changed now.
pub(super) fn touched(world: &mut World, region: &str, id: &str) {
    let now = world.now;
    if let Ok(pool) = world.cognito.pool_mut(region, id) {
        pool.modified = now;
    }
}
