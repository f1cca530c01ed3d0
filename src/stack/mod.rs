//! The stack file: what a person writes, in one place, with what each key means.
//!
//! `load` reads it (with what it extends and the files it names), `check` finds all that can be known to be
//! wrong without AWS, `compose` turns it into resources, `schema` is what editors read.
//!
//! What a person writes has no tagged, untagged or flattened types: they ruin the messages of editors and
//! parsers alike.

pub mod adopt;
mod at;
mod authorizer;
mod blame;
mod branding;
pub mod check;
pub mod compose;
pub mod edit;
mod extends;
mod files;
pub mod first;
mod guards;
mod identity;
pub mod lifecycle;
pub mod load;
mod node;
mod record;
pub mod reference;
mod replica;
mod role;
pub mod schema;
mod settings;
mod shape;
mod silence;
pub mod write;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::kind::OnChange;
use crate::kinds::app_client::ClientSettings;
use crate::kinds::certificate::{Export, KeyAlgorithm};
use crate::kinds::domain::{Routing, SecurityPolicy};
use crate::kinds::group::GroupSettings;
use crate::kinds::identity_provider::ProviderSettings;
use crate::kinds::resource_server::ServerSettings;
use crate::kinds::user::Medium;
use crate::kinds::user_pool::UserPool;

pub use at::key as path_key;
pub use authorizer::AuthorizerSettings;
pub use branding::{AssetSettings, BrandingSettings};
pub use check::unknown_region;
pub use compose::{Composed, compose};
pub use guards::{ClientRisk, LogDeliverySettings, RiskSettings, TermsSettings};
pub use identity::IdentityPoolSettings;
pub use lifecycle::{Lifecycle, Lives, Moved};
pub use load::{Loaded, load, names};
pub use record::{AliasSettings, RecordSettings};
pub use replica::ReplicaSettings;
pub use role::AssumeRole;
pub use silence::{LintSettings, Silence};

/// What the names that a person makes up look like; the twin of [`crate::address::is_name`].
const NAME: &str = "^[A-Za-z0-9_-]{1,64}$";
const NAME_MESSAGE: &str = "a name has 1 to 64 letters, digits, `_` or `-`";
/// What addresses look like; the twin of what [`Address`] reads.
const ADDRESS: &str = "^[a-z_]+([.][A-Za-z0-9_-]{1,64})?$";
const ADDRESS_MESSAGE: &str = "an address looks like `user_pool` or `app_client.web`";

/// One stack: a user pool and everything round it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StackFile {
    /// Another stack file, relative to this one, whose settings this one starts from.
    ///
    /// Mappings are merged key by key, this file wins, lists are taken whole, and `null` takes an inherited
    /// value away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), example = &"base.yaml")]
    pub extends: Option<String>,
    /// The AWS Region of the user pool: `eu-west-1`. Left out, the one of the command line or of the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"eu-west-1")]
    pub region: Option<String>,
    /// The AWS account that this stack belongs to, in quotes; any other is refused before the first write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = "^[0-9]{12}$"),
        extend("patternErrorMessage" = "an account id has 12 digits"),
        example = &"111122223333"
    )]
    pub account: Option<String>,
    /// A role to take on before AWS is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_role: Option<AssumeRole>,
    /// The role for Route 53, where the hosted zone is another account's. Left out, as for everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosted_zone_role: Option<AssumeRole>,
    /// Where the state is kept. Left out, in `state/<stack>.json` on this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<StateSettings>,
    /// Tags for everything of this stack that can carry tags: the user pool, its replica, the identity pool and the
    /// certificate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The user pool: the users, and the rules for their names, passwords and factors.
    pub user_pool: UserPool,
    /// A copy of the user pool in another Region, where people can sign in while the first Region fails. It has the pool's id,
    /// and follows it: users, passwords, clients. A pool has one. What it does not take over is set there, outside this
    /// stack: Lambda triggers, the settings for e-mail and SMS, the web ACL, log exports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica: Option<ReplicaSettings>,
    /// The permissions for Cognito to invoke the functions in `user_pool.lambda_config`. Left out, this stack makes each,
    /// and takes it away again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda_permissions: Option<PermissionSettings>,
    /// The applications that sign users in, by the names that this stack gives them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub app_clients: BTreeMap<String, ClientSettings>,
    /// Others that users may sign in through, by the names that this stack gives them, which are AWS's unless `name` says
    /// another: Google, Facebook, LoginWithAmazon, SignInWithApple, and providers that speak OpenID Connect or SAML.
    ///
    /// Clients name them under `supported_identity_providers`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub identity_providers: BTreeMap<String, ProviderSettings>,
    /// Your own APIs and their scopes, which clients may be given, by the names that this stack gives them. A pool has 25
    /// until its quota is raised.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub resource_servers: BTreeMap<String, ServerSettings>,
    /// Groups of users, which tokens carry, by the names that this stack gives them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub groups: BTreeMap<String, GroupSettings>,
    /// Accounts that are to be there from the beginning, such as the first administrator's, by the names that this stack
    /// gives them. They have no password until somebody sets one; nobody is written to unless `invite` says so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub users: BTreeMap<String, UserSettings>,
    /// AWS credentials for the people of the user pool: an identity pool and the roles that they take on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_pool: Option<IdentityPoolSettings>,
    /// The web ACL of AWS WAF that stands before the user pool, by its ARN: a regional one, of the pool's Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(min = 20, max = 2048),
        regex(pattern = r"^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[^/\s]+/[^/\s]+$"),
        extend("patternErrorMessage" = "a regional web ACL's ARN ends with `:regional/webacl/NAME/ID`; one of CloudFront's, `:global/…`, cannot stand before a user pool"),
        example = &"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/login/12345678-1234-1234-1234-123456789012"
    )]
    pub web_acl_arn: Option<String>,
    /// Authorizers of HTTP APIs of API Gateway that take this pool's tokens, by the names that this stack gives them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub api_authorizers: BTreeMap<String, AuthorizerSettings>,
    /// The address of the sign-in pages: a name of your own, a prefix of AWS's, or both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<DomainSettings>,
    /// The look of the classic sign-in pages (`managed_login_version: 1`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_customization: Option<UiSettings>,
    /// The styles of the managed login pages (`managed_login_version: 2`), by the clients' names in `app_clients`. A client
    /// without one has AWS's own, and what is designed in the console stays.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub managed_login_branding: BTreeMap<String, BrandingSettings>,
    /// What threat protection does about risks: leaked passwords, sign-ins that look like somebody else's. On the plan PLUS,
    /// with `user_pool_add_ons`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_configuration: Option<RiskSettings>,
    /// Where the pool's logs go: messages that could not be sent and, on the plan PLUS, what people do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_delivery: Option<LogDeliverySettings>,
    /// The terms of use and the privacy policies that managed login shows, by the names of their clients in `app_clients`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub terms: BTreeMap<String, TermsSettings>,
    /// Further records in Route 53, by the names that this stack gives them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub records: BTreeMap<String, RecordSettings>,
    /// Resources that have another name in this file now: their objects stay, and the state learns the new name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// Addresses of objects to leave to themselves: they stay in AWS, and this stack forgets them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(example = &["app_client.old"])]
    pub forget: Vec<Address>,
    /// What must not happen to single resources, by their addresses: `app_client.web`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": ADDRESS, "patternErrorMessage": ADDRESS_MESSAGE }))]
    pub lifecycle: Lives,
    /// What `stack lint` is told: whether real people sign in here, and which rules are silenced, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lint: Option<LintSettings>,
}

/// The permissions for Cognito to invoke the functions that are triggers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionSettings {
    /// Whether this stack makes them. Left out, it does. Without one, Cognito takes the trigger, and every sign-in that
    /// needs it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manage: Option<bool>,
    /// Triggers whose functions are permitted elsewhere, such as those of another account: `pre_sign_up`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(extend("uniqueItems" = true), example = &["pre_sign_up"])]
    pub except: BTreeSet<String>,
}

/// Where the state is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateSettings {
    /// In S3, for stacks that several people or machines work on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3: Option<S3Settings>,
}

/// A state in S3: one object, and one beside it while somebody holds the lock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// The bucket. `stack state init` makes it: private, versioned, encrypted.
    #[schemars(example = &"shop-stacks")]
    pub bucket: String,
    /// The object's key. Left out, `<stack>.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"auth/dev.json")]
    pub key: Option<String>,
    /// The bucket's Region. Left out, the stack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"eu-west-1")]
    pub region: Option<String>,
    /// The KMS key that the state is encrypted with. Left out, the bucket's own encryption holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// The profile of your AWS configuration that may write there. Left out, the stack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"shop-states")]
    pub profile: Option<String>,
    /// A role to take on for the state alone, with the credentials that `profile` or the environment gives: the bucket may
    /// be another account's. Left out, those credentials themselves; the role of the stack is never taken on for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_role: Option<AssumeRole>,
    /// The address of a store that speaks as S3 does and is not AWS's. It must keep conditional writes; `stack state init`
    /// tries them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://s3.example.com")]
    pub endpoint: Option<String>,
    /// Whether the bucket's name stands in the address's path, and not before its host. Left out, so with an `endpoint`
    /// and not so with AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_style: Option<bool>,
}

impl S3Settings {
    /// The object's key in the bucket, for this stack.
    pub fn object_key(&self, stack: &str) -> String {
        self.key.clone().unwrap_or_else(|| format!("{stack}.json"))
    }
}

/// An account that is to be there from the beginning.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSettings {
    /// What the person signs in by: 1–128 characters without spaces; an e-mail address or a telephone number where the
    /// pool has `username_attributes`. Default: what the user is called here. Another username is another account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^\S+$"), extend("x-on-change" = OnChange::Replace))]
    #[schemars(example = &"ann@example.com")]
    pub username: Option<String>,
    /// What is known of the person: standard attributes, and the pool's own with or without `custom:`, in at most 2,048
    /// characters each. What is declared here is put back when the person changes it; all else is theirs. An `email` or
    /// `phone_number` counts as verified, unless `email_verified` or `phone_number_verified` says `"false"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend(
        "x-on-change" = OnChange::InPlace,
        "additionalProperties" = { "type": "string", "minLength": 1, "maxLength": 2048 },
    ))]
    pub attributes: BTreeMap<String, String>,
    /// The groups that the person is in, by their names in `groups`, at most 100. Groups that somebody else puts them
    /// into stay.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(length(max = 100), extend("uniqueItems" = true, "x-on-change" = OnChange::InPlace))]
    pub groups: BTreeSet<String>,
    /// Whether the person may sign in. Left out, they may at first, and whoever disables the account is left to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub enabled: Option<bool>,
    /// How the person is told of the new account and of a password for the first time: at that moment and never again.
    /// Left out, nobody is written to; AWS would send a text message, which costs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub invite: BTreeSet<Medium>,
    /// Whether an address that is somebody's alias already moves over to the new account, when it is made: whoever had it
    /// signs in by it no more. For pools with `alias_attributes`. Default: false, and AWS refuses the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_alias_creation: Option<bool>,
    /// What `lambda_config.pre_sign_up` is told of the new account, when it is made: names of 1–32 characters, with values
    /// of at most 2,048. AWS keeps nothing of it; no place for secrets. Default: nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend(
        "additionalProperties" = { "type": "string", "maxLength": 2048 },
        "propertyNames" = { "minLength": 1, "maxLength": 32 },
    ))]
    pub validation_data: BTreeMap<String, String>,
    /// What the functions in `lambda_config` are told when the account is made, and when what is declared of its attributes
    /// is set. AWS keeps nothing of it; no place for secrets. Default: nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: BTreeMap<String, String>,
}

/// The address of the sign-in pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainSettings {
    /// A name of your own: `auth.example.com`. Its certificate and its records are made with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"auth.example.com")]
    pub name: Option<String>,
    /// A prefix of AWS's: `shop` stands for `shop.auth.<region>.amazoncognito.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"shop-dev")]
    pub prefix: Option<String>,
    /// The public hosted zone of `name` in Route 53: its name, or its id. Left out, the longest that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"example.com")]
    pub hosted_zone: Option<String>,
    /// Who makes the records of `name`. Left out, this stack does, in Route 53.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<Dns>,
    /// Whether `name` has an AAAA record beside its A record. Left out, it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6: Option<bool>,
    /// The certificate of `name`. Left out, one is made for the wildcard of its parent: `*.example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateSettings>,
    /// Which sign-in pages are shown: 1, the classic ones; 2, managed login, which the tier LITE does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2))]
    pub managed_login_version: Option<u8>,
    /// With managed login, the clients that are given no style, such as those that show nobody a page. Left out, each
    /// client has one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub unstyled_clients: BTreeSet<String>,
    /// What to do about the A record that AWS asks of the parent of `name`. Left out, `check`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_record: Option<ParentRecord>,
    /// The address in the placeholder record of the parent. Left out, 192.0.2.1, which belongs to nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"192.0.2.1")]
    pub parent_record_address: Option<String>,
    /// The oldest TLS that `name` speaks. Left out, AWS chooses, and says nowhere what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<SecurityPolicy>,
    /// Where requests go when the Region fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<Routing>,
}

/// Who makes a domain's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dns {
    /// This stack, in Route 53.
    #[default]
    Route53,
    /// You, wherever the zone is: the records to make are shown, and waited for.
    Manual,
}

/// What to do about the A record that AWS asks of a custom domain's parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParentRecord {
    /// Look whether it is there, and refuse to plan when it is not.
    #[default]
    Check,
    /// Make one where there is none; the plan says so.
    Placeholder,
}

/// The certificate of a custom domain: one that this stack makes, or one that exists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateSettings {
    /// The name that the certificate is made for. Left out, the wildcard of the domain's parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"*.example.com")]
    pub domain_name: Option<String>,
    /// Further names; ten in all is what AWS grants at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_alternative_names: Option<Vec<String>>,
    /// The key's algorithm. Left out, RSA_2048.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_algorithm: Option<KeyAlgorithm>,
    /// Whether the certificate and its key may be taken out of AWS, which costs money for each name. Left out, DISABLED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<Export>,
    /// An issued certificate that exists, in us-east-1, instead of one that this stack makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012")]
    pub arn: Option<String>,
}

/// The look of the classic sign-in pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UiSettings {
    /// A CSS file, relative to this file, for all clients without a look of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), example = &"ui/login.css")]
    pub css: Option<String>,
    /// A PNG or JPEG file of at most 100 KB, relative to this file: the logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), example = &"ui/logo.png")]
    pub image_file: Option<String>,
    /// The looks of single clients, by their names in `app_clients`. A client's look stands alone: what it
    /// leaves out is AWS's own, not the one above.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = { "pattern": NAME, "patternErrorMessage": NAME_MESSAGE }))]
    pub app_clients: BTreeMap<String, ClientUi>,
}

/// The look of the classic sign-in pages for one client.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientUi {
    /// A CSS file, relative to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), example = &"ui/web.css")]
    pub css: Option<String>,
    /// A PNG or JPEG file of at most 100 KB, relative to this file: the logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), example = &"ui/web.png")]
    pub image_file: Option<String>,
}
