//! For every rule, what it finds fault with, and the nearest thing that it does not.
//!
//! Each sample extends a stack without fault, so that nothing but the rule's own matter is there to be found.

/// A stack that no rule finds fault with.
pub(super) const CLEAN: &str = "\
region: eu-west-1
user_pool:
  name: shop
  username_configuration: { case_sensitive: false }
  auto_verified_attributes: [email]
  account_recovery_setting: [verified_email]
app_clients:
  web:
    callback_urls: [https://login.acme-shop.eu/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
    explicit_auth_flows: [ALLOW_USER_SRP_AUTH]
    refresh_token_rotation: { feature: ENABLED }
    prevent_user_existence_errors: ENABLED
";

/// A production stack that no rule finds fault with.
pub(super) const CLEAN_PROD: &str = "\
extends: clean.yaml
user_pool:
  password_policy: { minimum_length: 12 }
  mfa: { mode: ON, software_token: true }
  admin_create_user_config: { allow_admin_create_user_only: true }
  email_configuration:
    email_sending_account: DEVELOPER
    source_arn: arn:aws:ses:eu-west-1:111122223333:identity/acme-shop.eu
    from_email_address: no-reply@acme-shop.eu
log_delivery: { user_notification: 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/shop' }
lint: { production: true }
";

/// One rule's matter.
pub(super) struct Sample {
    pub rule: &'static str,
    /// Whether the stack is a production stack.
    pub in_production: bool,
    /// What the rule finds fault with.
    pub fires: &'static str,
    /// What the finding points to: the text of the file at its place.
    pub points_at: &'static str,
    /// What it does not find fault with.
    pub silent: &'static str,
}

const fn anywhere(rule: &'static str, fires: &'static str, points_at: &'static str, silent: &'static str) -> Sample {
    Sample { rule, in_production: false, fires, points_at, silent }
}

const fn production(rule: &'static str, fires: &'static str, points_at: &'static str, silent: &'static str) -> Sample {
    Sample { rule, in_production: true, fires, points_at, silent }
}

/// Every rule's.
pub(super) const SAMPLES: &[Sample] = &[
    production(
        "mfa-off",
        "user_pool: { mfa: { mode: OFF, software_token: null } }",
        "OFF",
        "user_pool: { mfa: { mode: ON } }",
    ),
    production(
        "mfa-optional",
        "user_pool: { mfa: { mode: OPTIONAL } }",
        "OPTIONAL",
        "user_pool: { mfa: { mode: ON } }",
    ),
    anywhere(
        "mfa-sms-only",
        "user_pool:\n  mfa: { mode: ON, sms: true }\n  sms_configuration: { sns_caller_arn: 'arn:aws:iam::111122223333:role/sms', external_id: shop }",
        "true",
        "user_pool:\n  mfa: { mode: ON, sms: true, software_token: true }\n  sms_configuration: { sns_caller_arn: 'arn:aws:iam::111122223333:role/sms', external_id: shop }",
    ),
    anywhere(
        "password-length",
        "user_pool: { password_policy: { minimum_length: 7 } }",
        "7",
        "user_pool: { password_policy: { minimum_length: 8 } }",
    ),
    anywhere(
        "password-kinds",
        "user_pool: { password_policy: { minimum_length: 15, require_numbers: false } }",
        "false",
        "user_pool: { password_policy: { minimum_length: 16, require_numbers: false } }",
    ),
    anywhere(
        "temporary-password-long",
        "user_pool: { password_policy: { temporary_password_validity_days: 8 } }",
        "8",
        "user_pool: { password_policy: { temporary_password_validity_days: 7 } }",
    ),
    anywhere(
        "implicit-flow",
        "app_clients: { web: { allowed_oauth_flows: [code, implicit] } }",
        "implicit",
        "app_clients: { web: { allowed_oauth_flows: [code] } }",
    ),
    anywhere(
        "password-auth-flow",
        "app_clients: { web: { explicit_auth_flows: [ALLOW_USER_PASSWORD_AUTH] } }",
        "ALLOW_USER_PASSWORD_AUTH",
        "app_clients: { web: { explicit_auth_flows: [ALLOW_ADMIN_USER_PASSWORD_AUTH] } }",
    ),
    anywhere(
        "user-existence-shown",
        "app_clients: { web: { prevent_user_existence_errors: LEGACY } }",
        "LEGACY",
        // Nobody signs in to a machine's own client.
        "app_clients: { jobs: { generate_secret: true, allowed_oauth_flows: [client_credentials], allowed_oauth_scopes: [shop/read] } }",
    ),
    anywhere(
        "access-token-long",
        "app_clients: { web: { access_token_validity: 61m } }",
        "61m",
        "app_clients: { web: { access_token_validity: 60m, id_token_validity: 1h } }",
    ),
    anywhere(
        "refresh-token-long",
        "app_clients: { web: { refresh_token_validity: 91d } }",
        "91d",
        "app_clients: { web: { refresh_token_validity: 90d } }",
    ),
    anywhere(
        "refresh-not-rotated",
        "app_clients: { web: { refresh_token_rotation: { feature: DISABLED }, explicit_auth_flows: [ALLOW_REFRESH_TOKEN_AUTH] } }",
        "refresh_token_rotation",
        // A secret proves who refreshes.
        "app_clients: { web: { generate_secret: true, refresh_token_rotation: { feature: DISABLED }, explicit_auth_flows: [ALLOW_REFRESH_TOKEN_AUTH] } }",
    ),
    anywhere(
        "token-revocation-off",
        "app_clients: { web: { enable_token_revocation: false } }",
        "false",
        "app_clients: { web: { enable_token_revocation: true } }",
    ),
    anywhere(
        "http-callback",
        "app_clients: { web: { callback_urls: ['http://login.acme-shop.eu/callback'] } }",
        "'http://login.acme-shop.eu/callback'",
        "app_clients: { web: { callback_urls: ['http://localhost:3000/callback'] } }",
    ),
    production(
        "localhost-callback",
        "app_clients: { web: { callback_urls: ['https://login.acme-shop.eu/', 'http://127.0.0.1:3000/callback'] } }",
        "'http://127.0.0.1:3000/callback'",
        "app_clients: { web: { callback_urls: ['https://localhost.acme-shop.eu/callback'] } }",
    ),
    anywhere(
        "wildcard-callback",
        "app_clients: { web: { callback_urls: ['https://login.acme-shop.eu/*'] } }",
        "'https://login.acme-shop.eu/*'",
        "app_clients: { web: { callback_urls: ['https://login.acme-shop.eu/nip.io'] } }",
    ),
    anywhere(
        "unowned-callback-host",
        "app_clients: { web: { callback_urls: ['https://login.acme-shop.eu/', 'https://shop.vercel.app/callback'] } }",
        "'https://shop.vercel.app/callback'",
        "app_clients: { web: { callback_urls: ['https://notvercel.app/', 'vercel.app://callback'] } }",
    ),
    anywhere(
        "placeholder-callback-host",
        "app_clients: { web: { callback_urls: ['https://app.EXAMPLE.com/callback'] } }",
        "'https://app.EXAMPLE.com/callback'",
        "app_clients: { web: { callback_urls: ['https://app.myexample.com/example.com'] } }",
    ),
    anywhere(
        "sign-up-unverified",
        "user_pool: { auto_verified_attributes: [] }",
        "auto_verified_attributes",
        "user_pool: { auto_verified_attributes: [], admin_create_user_config: { allow_admin_create_user_only: true } }",
    ),
    production(
        "self-sign-up",
        "user_pool: { admin_create_user_config: { allow_admin_create_user_only: false } }",
        "false",
        "user_pool: { admin_create_user_config: null, lambda_config: { pre_sign_up: 'arn:aws:lambda:eu-west-1:111122223333:function:gate' } }",
    ),
    anywhere(
        "recovery-by-sms",
        "user_pool: { account_recovery_setting: [verified_phone_number, verified_email] }",
        "verified_phone_number",
        "user_pool: { account_recovery_setting: [verified_email, verified_phone_number] }",
    ),
    production(
        "deletion-protection-off",
        "user_pool: { deletion_protection: INACTIVE }",
        "INACTIVE",
        "user_pool: { deletion_protection: ACTIVE }",
    ),
    anywhere(
        "threat-protection-off",
        "user_pool: { user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: OFF } }",
        "OFF",
        "user_pool: { user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: AUDIT } }",
    ),
    production(
        "threat-protection-audit",
        "log_delivery: { user_auth_events: 'arn:aws:s3:::acme-logs' }\nuser_pool: { user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: AUDIT } }",
        "AUDIT",
        "log_delivery: { user_auth_events: 'arn:aws:s3:::acme-logs' }\nuser_pool: { user_pool_tier: PLUS, user_pool_add_ons: { advanced_security_mode: ENFORCED } }",
    ),
    production(
        "no-log-export",
        "log_delivery: null\nuser_pool: {}",
        "user_pool",
        "log_delivery: { user_notification: 'arn:aws:logs:eu-west-1:111122223333:log-group:other' }",
    ),
    production(
        "default-email-sender",
        "user_pool: { email_configuration: { email_sending_account: COGNITO_DEFAULT, source_arn: null, from_email_address: null } }",
        "COGNITO_DEFAULT",
        "user_pool: { email_configuration: null, lambda_config: { kms_key_id: 'arn:aws:kms:eu-west-1:111122223333:key/1', custom_email_sender: { lambda_arn: 'arn:aws:lambda:eu-west-1:111122223333:function:mail' } } }",
    ),
    anywhere(
        "classic-css-on-managed-login",
        "domain: { prefix: shop, managed_login_version: 2 }\nui_customization: { css: ui/login.css }",
        "ui_customization",
        "domain: { prefix: shop, managed_login_version: 1 }\nui_customization: { css: ui/login.css }",
    ),
    anywhere(
        "secret-on-public-client",
        "app_clients: { app: { generate_secret: true, callback_urls: ['shop://callback'], allowed_oauth_flows: [code], allowed_oauth_scopes: [openid], prevent_user_existence_errors: ENABLED } }",
        "true",
        "app_clients: { server: { generate_secret: true, callback_urls: ['https://login.acme-shop.eu/'], allowed_oauth_flows: [code], allowed_oauth_scopes: [openid], prevent_user_existence_errors: ENABLED } }",
    ),
    anywhere(
        "admin-scope-on-web-client",
        "app_clients: { web: { allowed_oauth_scopes: [openid, aws.cognito.signin.user.admin] } }",
        "aws.cognito.signin.user.admin",
        "app_clients: { web: { generate_secret: true, allowed_oauth_scopes: [openid, aws.cognito.signin.user.admin] } }",
    ),
    anywhere(
        "saml-certificate-ends",
        "identity_providers: { Corp: { saml: { metadata_file: idp/ending.xml } } }",
        "idp/ending.xml",
        "identity_providers: { Corp: { saml: { metadata_file: idp/good.xml } } }",
    ),
    anywhere(
        "immutable-idp-attribute",
        "user_pool: { attributes: { tenant: { type: String, mutable: false } } }\napp_clients: { web: { supported_identity_providers: [COGNITO, Google], write_attributes: [email, tenant] } }",
        "false",
        "user_pool: { attributes: { tenant: { type: String, mutable: false } } }\napp_clients: { web: { supported_identity_providers: [COGNITO, Google], write_attributes: [email] } }",
    ),
    anywhere(
        "username-case-sensitive",
        "user_pool: { username_configuration: { case_sensitive: true } }",
        "true",
        "user_pool: { username_configuration: { case_sensitive: false } }",
    ),
];
