//! What was decided on each field, kind by kind; the two largest kinds keep their own tables beside them.

mod others;

use super::Decision;
use crate::kinds::{app_client, user_pool};
use others::{API_AUTHORIZER, CERTIFICATE, DNS_RECORD, IDENTITY_POOL, LAMBDA_PERMISSION, WEB_ACL_ASSOCIATION};

/// Kinds that set nothing: they wait.
pub(super) const MAKES_NOTHING: [&str; 3] = ["certificate_validation", "domain_activation", "domain_resolution"];

/// What stands in a spec, goes into no field, and is no mere order: kind and field.
pub(super) const OURS: [(&str, &str); 3] = [
    // What somebody else has put among the details, which nobody declares.
    ("identity_provider", "other_details"),
    // What AWS says of it: one that has died is made anew.
    ("certificate", "alive"),
    // It is which of two operations is called.
    ("user", "enabled"),
];

/// Every decision.
pub(super) fn all() -> impl Iterator<Item = Decision> {
    let of = |kind: &'static str, rows: &'static [(&str, &str, &str)]| {
        rows.iter().map(move |row| (kind, row.0, row.1, row.2))
    };
    let rest = REST.iter().flat_map(|(kind, types)| {
        types.iter().flat_map(move |(of, fields)| fields.iter().map(move |(field, to)| (*kind, *of, *field, *to)))
    });
    of("user_pool", user_pool::surface::DECIDED).chain(of("app_client", app_client::surface::DECIDED)).chain(rest)
}

/// A type, and its fields with what each comes from.
type Type = (&'static str, &'static [(&'static str, &'static str)]);

pub(super) const ID: &str = "(the id)";

const REST: &[(&str, &[Type])] = &[
    ("replica", REPLICA),
    ("identity_provider", IDENTITY_PROVIDER),
    ("certificate", CERTIFICATE),
    ("dns_record", DNS_RECORD),
    ("domain", DOMAIN),
    ("ui_customization", UI_CUSTOMIZATION),
    ("managed_login_branding", MANAGED_LOGIN_BRANDING),
    ("resource_server", RESOURCE_SERVER),
    ("group", GROUP),
    ("user", USER),
    ("lambda_permission", LAMBDA_PERMISSION),
    ("identity_pool", IDENTITY_POOL),
    ("api_authorizer", API_AUTHORIZER),
    ("web_acl_association", WEB_ACL_ASSOCIATION),
    ("risk_configuration", RISK_CONFIGURATION),
    ("log_delivery", LOG_DELIVERY),
    ("terms", TERMS),
];

const REPLICA: &[Type] = &[
    (
        "CreateUserPoolReplicaInput",
        &[("user_pool_id", "user_pool"), ("region_name", "region"), ("user_pool_tags", "tags")],
    ),
    ("UpdateUserPoolReplicaInput", &[("user_pool_id", "user_pool"), ("region_name", "region"), ("status", "status")]),
    ("TagResourceInput", &[("resource_arn", "(the copy's own ARN)"), ("tags", "tags")]),
];

const IDENTITY_PROVIDER: &[Type] = &[
    (
        "CreateIdentityProviderInput",
        &[
            ("user_pool_id", "user_pool"),
            ("provider_name", "name"),
            ("provider_type", "type"),
            ("provider_details", DETAILS),
            ("attribute_mapping", "attribute_mapping"),
            ("idp_identifiers", "idp_identifiers"),
            ("acr_mapping", "oidc.acr_mapping"),
        ],
    ),
    (
        "UpdateIdentityProviderInput",
        &[
            ("user_pool_id", "user_pool"),
            ("provider_name", "name"),
            ("provider_details", DETAILS),
            ("attribute_mapping", "attribute_mapping"),
            ("idp_identifiers", "idp_identifiers"),
            ("acr_mapping", "oidc.acr_mapping"),
        ],
    ),
];
const DETAILS: &str = "google, facebook, login_with_amazon, sign_in_with_apple, oidc, saml";

const DOMAIN: &[Type] = &[
    ("CreateUserPoolDomainInput", DOMAIN_INPUT),
    ("UpdateUserPoolDomainInput", DOMAIN_INPUT),
    (
        "CustomDomainConfigType",
        &[("certificate_arn", "custom.certificate"), ("security_policy", "custom.security_policy")],
    ),
    ("RoutingType", &[("failover", "routing.failover")]),
    (
        "FailoverType",
        &[
            ("secondary_region", "routing.failover.secondary_region"),
            ("primary_route53_health_check_id", "routing.failover.primary_route53_health_check_id"),
        ],
    ),
];
const DOMAIN_INPUT: &[(&str, &str)] = &[
    ("domain", "domain"),
    ("user_pool_id", "user_pool"),
    ("managed_login_version", "managed_login_version"),
    ("custom_domain_config", "custom"),
    ("routing", "routing"),
];

const UI_CUSTOMIZATION: &[Type] = &[(
    "SetUiCustomizationInput",
    &[("user_pool_id", "user_pool"), ("client_id", "app_client"), ("css", "css"), ("image_file", "image")],
)];

const MANAGED_LOGIN_BRANDING: &[Type] = &[
    (
        "CreateManagedLoginBrandingInput",
        &[
            ("user_pool_id", "user_pool"),
            ("client_id", "app_client"),
            ("use_cognito_provided_values", "use_cognito_provided_values"),
            ("settings", "settings"),
            ("assets", "assets"),
        ],
    ),
    (
        "UpdateManagedLoginBrandingInput",
        &[
            ("user_pool_id", "user_pool"),
            ("managed_login_branding_id", ID),
            ("use_cognito_provided_values", "use_cognito_provided_values"),
            ("settings", "settings"),
            ("assets", "assets"),
        ],
    ),
    (
        "AssetType",
        &[
            ("category", "(the keys of assets)"),
            ("color_mode", "(the keys below those of assets)"),
            ("extension", "assets.*.*.extension"),
            ("bytes", "assets.*.*.sha256, assets.*.*.size"),
            ("resource_id", "assets.*.*.resource_id"),
        ],
    ),
];

const RESOURCE_SERVER: &[Type] = &[
    ("CreateResourceServerInput", SERVER_INPUT),
    ("UpdateResourceServerInput", SERVER_INPUT),
    ("ResourceServerScopeType", &[("scope_name", "(the keys of scopes)"), ("scope_description", "scopes.*")]),
];
const SERVER_INPUT: &[(&str, &str)] =
    &[("user_pool_id", "user_pool"), ("identifier", "identifier"), ("name", "name"), ("scopes", "scopes")];

const GROUP: &[Type] = &[("CreateGroupInput", GROUP_INPUT), ("UpdateGroupInput", GROUP_INPUT)];
const GROUP_INPUT: &[(&str, &str)] = &[
    ("user_pool_id", "user_pool"),
    ("group_name", "name"),
    ("description", "description"),
    ("precedence", "precedence"),
    ("role_arn", "role_arn"),
];

const USER: &[Type] = &[
    (
        "AdminCreateUserInput",
        &[
            ("user_pool_id", "user_pool"),
            ("username", "username"),
            ("user_attributes", "attributes"),
            ("message_action", "invite"),
            ("desired_delivery_mediums", "invite"),
            ("temporary_password", "(no password is written down; AWS makes one up)"),
            ("force_alias_creation", "force_alias_creation"),
            ("validation_data", "validation_data"),
            ("client_metadata", "client_metadata"),
        ],
    ),
    (
        "AdminUpdateUserAttributesInput",
        &[
            ("user_pool_id", "user_pool"),
            ("username", ID),
            ("user_attributes", "attributes"),
            ("client_metadata", "client_metadata"),
        ],
    ),
    ("AttributeType", &[("name", "(the keys of attributes)"), ("value", "attributes.*")]),
    ("AdminAddUserToGroupInput", &[("user_pool_id", "user_pool"), ("username", ID), ("group_name", "groups")]),
    ("AdminEnableUserInput", &[("user_pool_id", "user_pool"), ("username", ID)]),
    ("AdminDisableUserInput", &[("user_pool_id", "user_pool"), ("username", ID)]),
];

const RISK_CONFIGURATION: &[Type] = &[
    (
        "SetRiskConfigurationInput",
        &[
            ("user_pool_id", "user_pool"),
            ("client_id", "app_client"),
            ("compromised_credentials_risk_configuration", "compromised_credentials_risk_configuration"),
            ("account_takeover_risk_configuration", "account_takeover_risk_configuration"),
            ("risk_exception_configuration", "risk_exception_configuration"),
        ],
    ),
    (
        "CompromisedCredentialsRiskConfigurationType",
        &[
            ("event_filter", "compromised_credentials_risk_configuration.event_filter"),
            ("actions", "compromised_credentials_risk_configuration.actions"),
        ],
    ),
    (
        "CompromisedCredentialsActionsType",
        &[("event_action", "compromised_credentials_risk_configuration.actions.event_action")],
    ),
    (
        "AccountTakeoverRiskConfigurationType",
        &[
            ("notify_configuration", "account_takeover_risk_configuration.notify_configuration"),
            ("actions", "account_takeover_risk_configuration.actions"),
        ],
    ),
    (
        "AccountTakeoverActionsType",
        &[
            ("low_action", "account_takeover_risk_configuration.actions.low_action"),
            ("medium_action", "account_takeover_risk_configuration.actions.medium_action"),
            ("high_action", "account_takeover_risk_configuration.actions.high_action"),
        ],
    ),
    (
        "AccountTakeoverActionType",
        &[
            ("notify", "account_takeover_risk_configuration.actions.low_action.notify"),
            ("event_action", "account_takeover_risk_configuration.actions.low_action.event_action"),
        ],
    ),
    (
        "NotifyConfigurationType",
        &[
            ("from", "account_takeover_risk_configuration.notify_configuration.from"),
            ("reply_to", "account_takeover_risk_configuration.notify_configuration.reply_to"),
            ("source_arn", "account_takeover_risk_configuration.notify_configuration.source_arn"),
            ("block_email", "account_takeover_risk_configuration.notify_configuration.block_email"),
            ("no_action_email", "account_takeover_risk_configuration.notify_configuration.no_action_email"),
            ("mfa_email", "account_takeover_risk_configuration.notify_configuration.mfa_email"),
        ],
    ),
    (
        "NotifyEmailType",
        &[
            ("subject", "account_takeover_risk_configuration.notify_configuration.mfa_email.subject"),
            ("html_body", "account_takeover_risk_configuration.notify_configuration.mfa_email.html_body"),
            ("text_body", "account_takeover_risk_configuration.notify_configuration.mfa_email.text_body"),
        ],
    ),
    (
        "RiskExceptionConfigurationType",
        &[
            ("blocked_ip_range_list", "risk_exception_configuration.blocked_ip_range_list"),
            ("skipped_ip_range_list", "risk_exception_configuration.skipped_ip_range_list"),
        ],
    ),
];

const LOG_DELIVERY: &[Type] = &[
    (
        "SetLogDeliveryConfigurationInput",
        &[("user_pool_id", "user_pool"), ("log_configurations", "user_notification, user_auth_events")],
    ),
    (
        "LogConfigurationType",
        &[
            ("log_level", "(what AWS asks of each source)"),
            ("event_source", "(the field)"),
            ("cloud_watch_logs_configuration", "user_notification, user_auth_events"),
            ("s3_configuration", "user_auth_events"),
            ("firehose_configuration", "user_auth_events"),
        ],
    ),
    ("CloudWatchLogsConfigurationType", &[("log_group_arn", "user_notification, user_auth_events")]),
    ("S3ConfigurationType", &[("bucket_arn", "user_auth_events")]),
    ("FirehoseConfigurationType", &[("stream_arn", "user_auth_events")]),
];

const TERMS: &[Type] = &[
    (
        "CreateTermsInput",
        &[
            ("user_pool_id", "user_pool"),
            ("client_id", "app_client"),
            ("terms_name", "document"),
            ("terms_source", SOURCE),
            ("enforcement", ENFORCEMENT),
            ("links", "links"),
        ],
    ),
    (
        "UpdateTermsInput",
        &[
            ("user_pool_id", "user_pool"),
            ("terms_id", ID),
            ("terms_name", "document"),
            ("terms_source", SOURCE),
            ("enforcement", ENFORCEMENT),
            ("links", "links"),
        ],
    ),
];
const SOURCE: &str = "(LINK, the only one that there is)";
const ENFORCEMENT: &str = "(NONE, the only one that there is)";
