//! Cognito user pools, as the sandbox plays them.
//!
//! Every input is first held against the service's model (`model`), then against the rules that only
//! Cognito itself knows; each rule names the line of the reference that it comes from. What is kept is kept
//! by AWS's names, as it goes over the wire.

mod branding;
mod branding_defaults;
mod client;
mod client_rules;
mod css;
mod doc;
mod domain;
mod group;
mod ids;
mod import;
mod links;
mod logs;
mod mfa;
mod model;
mod page;
mod pages;
mod pool;
mod pool_rules;
mod pool_settings;
mod provider;
mod provider_rules;
mod replica;
mod resource_server;
mod risk;
mod schema;
mod secrets;
mod state;
mod tags;
mod terms;
mod ui;
mod user_rules;
mod users;
mod validate;

#[cfg(test)]
mod tests;

use super::{Refusal, World};
use doc::Doc;
pub use domain::{certificate_users, served_name};
pub use pages::LOOK_SHOWS;
pub(in crate::sandbox) use pages::answer as page_of;
use serde_json::Value;
pub use state::Cognito;
pub use ui::image;
use validate::Shape;

/// How long a new pool does not take its factors, in milliseconds. On AWS: seconds (`quotas_errors.md` 4).
pub const POOL_SETTLES: i64 = 1_000;
/// How long a new domain stays `CREATING`, in milliseconds. On AWS: up to 5 minutes (`domain_certificate_dns.md` 1).
pub const DOMAIN_CREATES: i64 = 3_000;
/// How long a changed domain stays `UPDATING`, in milliseconds.
pub const DOMAIN_UPDATES: i64 = 2_000;
/// How long a deleted domain's name stays taken, in milliseconds. On AWS: minutes (`domain_certificate_dns.md` 2).
pub const DOMAIN_LINGERS: i64 = 2_000;
/// How long a certificate stays in use after the domain is gone, in milliseconds. On AWS: 10 to 20 minutes
/// and more (`domain_certificate_dns.md` 2).
pub const CERTIFICATE_LINGERS: i64 = 2_000;

/// What answers an operation, once its input has been held against the model.
type Answer = fn(&mut World, &str, &Doc) -> Result<Value, Refusal>;

/// Every operation: its name, the shape of its input, and what answers it.
const OPERATIONS: &[(&str, &Shape, Answer)] = &[
    ("CreateUserPool", &model::pool::CREATE_USER_POOL, pool::create),
    ("DescribeUserPool", &model::pool::POOL_ONLY, pool::describe),
    ("UpdateUserPool", &model::pool::UPDATE_USER_POOL, pool::update),
    ("DeleteUserPool", &model::pool::POOL_ONLY, pool::delete),
    ("ListUserPools", &model::pool::LIST_USER_POOLS, pool::list),
    ("AddCustomAttributes", &model::pool::ADD_CUSTOM_ATTRIBUTES, schema::add),
    ("SetUserPoolMfaConfig", &model::pool::SET_USER_POOL_MFA_CONFIG, mfa::set),
    ("GetUserPoolMfaConfig", &model::pool::POOL_ONLY, mfa::get),
    ("TagResource", &model::pool::TAG_RESOURCE, tags::tag),
    ("UntagResource", &model::pool::UNTAG_RESOURCE, tags::untag),
    ("ListTagsForResource", &model::pool::LIST_TAGS_FOR_RESOURCE, tags::list),
    ("CreateUserPoolClient", &model::client::CREATE_USER_POOL_CLIENT, client::create),
    ("DescribeUserPoolClient", &model::client::POOL_AND_CLIENT, client::describe),
    ("UpdateUserPoolClient", &model::client::UPDATE_USER_POOL_CLIENT, client::update),
    ("DeleteUserPoolClient", &model::client::POOL_AND_CLIENT, client::delete),
    ("ListUserPoolClients", &model::client::LIST_USER_POOL_CLIENTS, client::list),
    ("CreateUserPoolDomain", &model::rest::CREATE_USER_POOL_DOMAIN, domain::create),
    ("DescribeUserPoolDomain", &model::rest::DESCRIBE_USER_POOL_DOMAIN, domain::describe),
    ("UpdateUserPoolDomain", &model::rest::UPDATE_USER_POOL_DOMAIN, domain::update),
    ("DeleteUserPoolDomain", &model::rest::DELETE_USER_POOL_DOMAIN, domain::delete),
    ("SetUICustomization", &model::rest::SET_UI_CUSTOMIZATION, ui::set),
    ("GetUICustomization", &model::rest::GET_UI_CUSTOMIZATION, ui::get),
    ("CreateManagedLoginBranding", &model::rest::CREATE_BRANDING, branding::create),
    ("DescribeManagedLoginBranding", &model::rest::DESCRIBE_BRANDING, branding::describe),
    ("DescribeManagedLoginBrandingByClient", &model::rest::DESCRIBE_BRANDING_BY_CLIENT, branding::by_client),
    ("UpdateManagedLoginBranding", &model::rest::UPDATE_BRANDING, branding::update),
    ("DeleteManagedLoginBranding", &model::rest::DELETE_BRANDING, branding::delete),
    ("AdminCreateUser", &model::rest::ADMIN_CREATE_USER, users::create),
    ("AdminGetUser", &model::rest::POOL_AND_USER, users::get),
    ("AdminDeleteUser", &model::rest::POOL_AND_USER, users::delete),
    ("ListUsers", &model::rest::LIST_USERS, users::list),
    ("AdminUpdateUserAttributes", &model::people::UPDATE_USER_ATTRIBUTES, users::update),
    ("AdminDeleteUserAttributes", &model::people::DELETE_USER_ATTRIBUTES, users::delete_attributes),
    ("AdminSetUserPassword", &model::people::SET_USER_PASSWORD, users::set_password),
    ("AdminEnableUser", &model::rest::POOL_AND_USER, users::enable),
    ("AdminDisableUser", &model::rest::POOL_AND_USER, users::disable),
    ("AdminLinkProviderForUser", &model::people::LINK, links::link),
    ("AdminAddUserToGroup", &model::people::USER_AND_GROUP, group::add),
    ("AdminRemoveUserFromGroup", &model::people::USER_AND_GROUP, group::remove),
    ("AdminListGroupsForUser", &model::people::GROUPS_OF_USER, group::of_user),
    ("ListUsersInGroup", &model::people::USERS_IN_GROUP, group::members),
    ("CreateGroup", &model::people::CREATE_GROUP, group::create),
    ("GetGroup", &model::people::POOL_AND_GROUP, group::get),
    ("UpdateGroup", &model::people::UPDATE_GROUP, group::update),
    ("DeleteGroup", &model::people::POOL_AND_GROUP, group::delete),
    ("ListGroups", &model::rest::LIST_GROUPS, group::list),
    ("CreateResourceServer", &model::people::CREATE_RESOURCE_SERVER, resource_server::create),
    ("DescribeResourceServer", &model::people::POOL_AND_SERVER, resource_server::describe),
    ("UpdateResourceServer", &model::people::UPDATE_RESOURCE_SERVER, resource_server::update),
    ("DeleteResourceServer", &model::people::POOL_AND_SERVER, resource_server::delete),
    ("ListResourceServers", &model::people::LIST_RESOURCE_SERVERS, resource_server::list),
    ("GetCSVHeader", &model::pool::POOL_ONLY, import::header),
    ("CreateUserImportJob", &model::people::CREATE_IMPORT, import::create),
    ("StartUserImportJob", &model::people::POOL_AND_IMPORT, import::start),
    ("StopUserImportJob", &model::people::POOL_AND_IMPORT, import::stop),
    ("DescribeUserImportJob", &model::people::POOL_AND_IMPORT, import::describe),
    ("ListUserImportJobs", &model::people::LIST_IMPORTS, import::list),
    ("AdminSetUserMFAPreference", &model::sign_in::ADMIN_SET_USER_MFA_PREFERENCE, pages::prefer),
    ("ForgotPassword", &model::sign_in::FORGOT_PASSWORD, pages::forgot),
    ("StartWebAuthnRegistration", &model::sign_in::START_WEB_AUTHN, pages::start),
    ("CompleteWebAuthnRegistration", &model::sign_in::COMPLETE_WEB_AUTHN, pages::complete),
    ("CreateIdentityProvider", &model::provider::CREATE_PROVIDER, provider::create),
    ("DescribeIdentityProvider", &model::provider::POOL_AND_PROVIDER, provider::describe),
    ("GetIdentityProviderByIdentifier", &model::provider::BY_IDENTIFIER, provider::by_identifier),
    ("UpdateIdentityProvider", &model::provider::UPDATE_PROVIDER, provider::update),
    ("DeleteIdentityProvider", &model::provider::POOL_AND_PROVIDER, provider::delete),
    ("ListIdentityProviders", &model::rest::LIST_OF_POOL, provider::list),
    ("CreateUserPoolReplica", &model::rest::CREATE_REPLICA, replica::create),
    ("ListUserPoolReplicas", &model::rest::LIST_REPLICAS, replica::list),
    ("UpdateUserPoolReplica", &model::rest::UPDATE_REPLICA, replica::update),
    ("DeleteUserPoolReplica", &model::rest::DELETE_REPLICA, replica::delete),
    ("SetRiskConfiguration", &model::guards::SET_RISK, risk::set),
    ("DescribeRiskConfiguration", &model::guards::DESCRIBE_RISK, risk::describe),
    ("SetLogDeliveryConfiguration", &model::guards::SET_LOGS, logs::set),
    ("GetLogDeliveryConfiguration", &model::pool::POOL_ONLY, logs::get),
    ("CreateTerms", &model::guards::CREATE_TERMS, terms::create),
    ("DescribeTerms", &model::guards::POOL_AND_TERMS, terms::describe),
    ("UpdateTerms", &model::guards::UPDATE_TERMS, terms::update),
    ("DeleteTerms", &model::guards::POOL_AND_TERMS, terms::delete),
    ("ListTerms", &model::guards::LIST_TERMS, terms::list),
    ("AddUserPoolClientSecret", &model::guards::ADD_SECRET, secrets::add),
    ("ListUserPoolClientSecrets", &model::guards::LIST_SECRETS, secrets::list),
    ("DeleteUserPoolClientSecret", &model::guards::DELETE_SECRET, secrets::delete),
];

/// Answers one call. `region` is the Region that the call was made to.
///
/// # Errors
///
/// Refuses as AWS does: a breach of the service's model, or of one of Cognito's own rules. A refused call
/// has changed nothing.
pub fn handle(world: &mut World, region: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let Some((_, shape, answer)) = OPERATIONS.iter().find(|(name, ..)| *name == operation) else {
        return Err(Refusal::new("UnknownOperationException", operation));
    };
    let input = validate::checked(shape, input)?;
    answer(world, region, &input)
}

/// What time alone brings about: domains and replicas that are gone, and certificates that nobody holds any more.
pub(super) fn settle(world: &mut World) {
    domain::sweep(world);
    replica::sweep(world);
}

/// When a pool was made, in milliseconds since 1970, if this Region has it.
#[must_use]
pub fn made(world: &World, region: &str, pool: &str) -> Option<i64> {
    world.cognito.pool(region, pool).ok().map(|pool| pool.created)
}

/// AWS's no to a value, which it knows by one code.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}
