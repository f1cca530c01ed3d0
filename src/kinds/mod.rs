//! The kinds of AWS object that a stack can hold, one file each.

pub mod app_client;
pub mod certificate;
pub mod certificate_validation;
pub mod dns_record;
pub mod domain;
pub mod domain_activation;
pub mod duration;
pub mod managed_login_branding;
pub mod ui_customization;
pub mod user_pool;
