//! What was decided on the fields of services other than Cognito's user pools.

use super::{ID, Type};

const FUNCTION: &str = "(for functions that authorize)";
const SOCKET: &str = "(for WebSocket APIs)";
const TRAFFIC: &str =
    "(several answers to one question: AWS may have them, and this program leaves such records alone)";

pub(super) const CERTIFICATE: &[Type] = &[
    (
        "RequestCertificateInput",
        &[
            ("domain_name", "domain_name"),
            ("validation_method", "(always DNS)"),
            ("subject_alternative_names", "subject_alternative_names"),
            ("idempotency_token", "(the intent's token)"),
            ("domain_validation_options", BY_MAIL),
            ("options", OPTIONS),
            ("certificate_authority_arn", "(only for private certificates)"),
            ("tags", "tags"),
            ("key_algorithm", "key_algorithm"),
            ("managed_by", "(must not be set: domain_certificate_dns.md 5.2)"),
        ],
    ),
    ("DomainValidationOption", &[("domain_name", BY_MAIL), ("validation_domain", BY_MAIL)]),
    (
        "CertificateOptions",
        &[
            ("certificate_transparency_logging_preference", OPTIONS),
            ("export", "export"),
            ("validation_method", "(always DNS, which the request itself says)"),
        ],
    ),
    ("AddTagsToCertificateInput", &[("certificate_arn", ID), ("tags", "tags")]),
    ("Tag", &[("key", "(the keys of tags)"), ("value", "tags.*")]),
];
const BY_MAIL: &str = "(only for validation by e-mail)";
const OPTIONS: &str = "(deprecated: transparency can no longer be declined)";

pub(super) const DNS_RECORD: &[Type] = &[
    ("ChangeResourceRecordSetsInput", &[("hosted_zone_id", "hosted_zone, hosted_zone_id"), ("change_batch", "target")]),
    ("ChangeBatch", &[("comment", "(not said: nobody reads it)"), ("changes", "target")]),
    ("Change", &[("action", "(what the step does)"), ("resource_record_set", "target")]),
    (
        "ResourceRecordSet",
        &[
            ("name", "name"),
            ("type", "type"),
            ("ttl", "target.values.ttl"),
            ("resource_records", "target.values.values, target.validates"),
            ("alias_target", "target.alias_to, target.domain_alias"),
            ("set_identifier", "routing.set_identifier"),
            ("weight", "routing.weight"),
            ("region", "routing.region"),
            ("geo_location", "routing.geo_location"),
            ("failover", "routing.failover"),
            ("multi_value_answer", "routing.multi_value_answer"),
            ("health_check_id", "health_check_id"),
            ("traffic_policy_instance_id", TRAFFIC),
            ("cidr_routing_config", "routing.cidr_routing_config"),
            ("geo_proximity_location", "routing.geo_proximity_location"),
        ],
    ),
    ("ResourceRecord", &[("value", "target.values.values")]),
    (
        "AliasTarget",
        &[
            ("hosted_zone_id", "target.alias_to.zone_id"),
            ("dns_name", "target.alias_to.dns_name"),
            ("evaluate_target_health", "target.alias_to.evaluate_target_health"),
        ],
    ),
    (
        "GeoLocation",
        &[
            ("continent_code", "routing.geo_location.continent_code"),
            ("country_code", "routing.geo_location.country_code"),
            ("subdivision_code", "routing.geo_location.subdivision_code"),
        ],
    ),
    (
        "CidrRoutingConfig",
        &[
            ("collection_id", "routing.cidr_routing_config.collection_id"),
            ("location_name", "routing.cidr_routing_config.location_name"),
        ],
    ),
    (
        "GeoProximityLocation",
        &[
            ("aws_region", "routing.geo_proximity_location.aws_region"),
            ("local_zone_group", "routing.geo_proximity_location.local_zone_group"),
            ("coordinates", "routing.geo_proximity_location.coordinates"),
            ("bias", "routing.geo_proximity_location.bias"),
        ],
    ),
    (
        "Coordinates",
        &[
            ("latitude", "routing.geo_proximity_location.coordinates.latitude"),
            ("longitude", "routing.geo_proximity_location.coordinates.longitude"),
        ],
    ),
];

pub(super) const LAMBDA_PERMISSION: &[Type] = &[(
    "AddPermission",
    &[
        ("FunctionName", "function"),
        ("Qualifier", "function"),
        ("StatementId", "(made of the pool's id)"),
        ("Action", "(lambda:InvokeFunction)"),
        ("Principal", "(Cognito)"),
        ("SourceArn", "user_pool"),
        ("SourceAccount", "user_pool"),
        ("EventSourceToken", "(for Alexa's skills)"),
        ("RevisionId", "(not sent: a statement under an id of its own disturbs no other)"),
        ("PrincipalOrgID", "(for accounts of an organisation; Cognito is a service)"),
        ("FunctionUrlAuthType", "(for functions with a URL)"),
        ("InvokedViaFunctionUrl", "(for functions with a URL)"),
    ],
)];

pub(super) const IDENTITY_POOL: &[Type] = &[
    (
        "CreateIdentityPool",
        &[
            ("IdentityPoolName", "name"),
            ("AllowUnauthenticatedIdentities", "allow_unauthenticated_identities"),
            ("AllowClassicFlow", "allow_classic_flow"),
            ("SupportedLoginProviders", "supported_login_providers"),
            ("DeveloperProviderName", "developer_provider_name"),
            ("OpenIdConnectProviderARNs", "open_id_connect_provider_arns"),
            ("CognitoIdentityProviders", "app_clients"),
            ("SamlProviderARNs", "saml_provider_arns"),
            ("IdentityPoolTags", "tags"),
        ],
    ),
    (
        "UpdateIdentityPool",
        &[
            ("IdentityPoolId", ID),
            ("IdentityPoolName", "name"),
            ("AllowUnauthenticatedIdentities", "allow_unauthenticated_identities"),
            ("AllowClassicFlow", "allow_classic_flow"),
            ("SupportedLoginProviders", "supported_login_providers"),
            ("DeveloperProviderName", "developer_provider_name"),
            ("OpenIdConnectProviderARNs", "open_id_connect_provider_arns"),
            ("CognitoIdentityProviders", "app_clients"),
            ("SamlProviderARNs", "saml_provider_arns"),
            ("IdentityPoolTags", "(as they are: TagResource sets them one by one)"),
        ],
    ),
    (
        "CognitoIdentityProvider",
        &[
            ("ProviderName", "app_clients.*.app_client"),
            ("ClientId", "app_clients.*.app_client"),
            ("ServerSideTokenCheck", "app_clients.*.server_side_token_check"),
        ],
    ),
    (
        "SetIdentityPoolRoles",
        &[("IdentityPoolId", ID), ("Roles", "roles"), ("RoleMappings", "role_mappings, app_clients.*.role_mapping")],
    ),
    (
        "RoleMapping",
        &[
            ("Type", "role_mappings.*.type"),
            ("AmbiguousRoleResolution", "role_mappings.*.ambiguous_role_resolution"),
            ("RulesConfiguration", "role_mappings.*.rules"),
        ],
    ),
    ("RulesConfigurationType", &[("Rules", "role_mappings.*.rules")]),
    (
        "MappingRule",
        &[
            ("Claim", "role_mappings.*.rules.*.claim"),
            ("MatchType", "role_mappings.*.rules.*.match_type"),
            ("Value", "role_mappings.*.rules.*.value"),
            ("RoleARN", "role_mappings.*.rules.*.role_arn"),
        ],
    ),
    (
        "SetPrincipalTagAttributeMap",
        &[
            ("IdentityPoolId", ID),
            ("IdentityProviderName", "(the keys of principal_tags)"),
            ("UseDefaults", "principal_tags.*.use_defaults"),
            ("PrincipalTags", "principal_tags.*.tags"),
        ],
    ),
    ("TagResource", &[("ResourceArn", "(made of the id)"), ("Tags", "tags")]),
];

pub(super) const API_AUTHORIZER: &[Type] = &[
    ("CreateAuthorizer", AUTHORIZER_INPUT),
    ("UpdateAuthorizer", AUTHORIZER_CHANGE),
    ("JWTConfiguration", &[("issuer", "user_pool"), ("audience", "app_clients")]),
    (
        "UpdateRoute",
        &[
            ("apiId", "api_id"),
            ("routeId", "(found by its key)"),
            ("authorizationType", "(JWT; NONE takes the authorizer off)"),
            ("authorizerId", ID),
            ("authorizationScopes", "routes.*.scopes"),
            ("routeKey", ROUTE),
            ("target", ROUTE),
            ("operationName", ROUTE),
            ("apiKeyRequired", SOCKET),
            ("modelSelectionExpression", SOCKET),
            ("requestModels", SOCKET),
            ("requestParameters", SOCKET),
            ("routeResponseSelectionExpression", SOCKET),
        ],
    ),
    ("ParameterConstraints", &[("required", SOCKET)]),
];
const ROUTE: &str = "(the route is another's: only what stands before it is this program's)";
const AUTHORIZER_INPUT: &[(&str, &str)] = &[
    ("apiId", "api_id"),
    ("authorizerType", "(JWT)"),
    ("identitySource", "identity_source"),
    ("jwtConfiguration", "user_pool, issuer_type, app_clients"),
    ("name", "name"),
    ("authorizerCredentialsArn", FUNCTION),
    ("authorizerPayloadFormatVersion", FUNCTION),
    ("authorizerResultTtlInSeconds", FUNCTION),
    ("authorizerUri", FUNCTION),
    ("enableSimpleResponses", FUNCTION),
    ("identityValidationExpression", FUNCTION),
];
const AUTHORIZER_CHANGE: &[(&str, &str)] = &[
    ("apiId", "api_id"),
    ("authorizerId", ID),
    ("authorizerType", "(JWT)"),
    ("identitySource", "identity_source"),
    ("jwtConfiguration", "user_pool, issuer_type, app_clients"),
    ("name", "name"),
    ("authorizerCredentialsArn", FUNCTION),
    ("authorizerPayloadFormatVersion", FUNCTION),
    ("authorizerResultTtlInSeconds", FUNCTION),
    ("authorizerUri", FUNCTION),
    ("enableSimpleResponses", FUNCTION),
    ("identityValidationExpression", FUNCTION),
];

pub(super) const WEB_ACL_ASSOCIATION: &[Type] =
    &[("AssociateWebACL", &[("WebACLArn", "web_acl_arn"), ("ResourceArn", "user_pool")])];
