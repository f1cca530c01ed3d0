//! The kinds of AWS object that a stack can hold, one file each.

pub mod api_authorizer;
pub mod app_client;
mod busy;
pub mod certificate;
pub mod certificate_validation;
pub mod digest;
pub mod dns_record;
pub mod domain;
pub mod domain_activation;
pub mod domain_resolution;
pub mod duration;
pub mod facts;
pub mod group;
pub mod hosted_zone;
pub mod identity_pool;
pub mod identity_provider;
pub mod lambda_permission;
pub mod log_delivery;
pub mod managed_login_branding;
pub mod names;
pub mod replica;
pub mod resource_server;
pub mod risk_configuration;
#[cfg(test)]
pub(crate) mod script;
#[cfg(test)]
mod surface;
pub mod terms;
pub mod ui_customization;
pub mod user;
pub mod user_pool;
pub mod web_acl_association;

use crate::kind::{AnyKind, kind};

/// Every kind that a stack can hold.
pub const KINDS: &[&dyn AnyKind] = &[
    kind::<user_pool::UserPool>(),
    kind::<replica::Replica>(),
    kind::<app_client::AppClient>(),
    kind::<identity_provider::IdentityProvider>(),
    kind::<certificate::Certificate>(),
    kind::<certificate_validation::CertificateValidation>(),
    kind::<dns_record::DnsRecord>(),
    kind::<domain::Domain>(),
    kind::<domain_activation::DomainActivation>(),
    kind::<domain_resolution::DomainResolution>(),
    kind::<ui_customization::UiCustomization>(),
    kind::<managed_login_branding::ManagedLoginBranding>(),
    kind::<resource_server::ResourceServer>(),
    kind::<group::Group>(),
    kind::<user::User>(),
    kind::<lambda_permission::LambdaPermission>(),
    kind::<identity_pool::IdentityPool>(),
    kind::<api_authorizer::ApiAuthorizer>(),
    kind::<web_acl_association::WebAclAssociation>(),
    kind::<risk_configuration::RiskConfiguration>(),
    kind::<log_delivery::LogDelivery>(),
    kind::<terms::Terms>(),
];
