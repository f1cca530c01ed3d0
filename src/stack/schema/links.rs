//! Where AWS says what a field is.

/// A definition of ours; AWS's page for it; how that page's anchors begin, if its fields have any.
type Page = (&'static str, &'static str, &'static str);

const COGNITO: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_";
const ROUTE53: &str = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_";
const ACM: &str = "https://docs.aws.amazon.com/acm/latest/APIReference/API_";
const IDENTITY: &str = "https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_";
const GATEWAY: &str = "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference";
const ADD_PERMISSION: &str = "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html";
const CUSTOM_DOMAIN: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html";

/// Inputs of operations: definition, operation.
const INPUTS: &[(&str, &str)] = &[
    ("UserPool", "CreateUserPool"),
    ("ProviderSettings", "CreateIdentityProvider"),
    ("Google", "CreateIdentityProvider"),
    ("Facebook", "CreateIdentityProvider"),
    ("LoginWithAmazon", "CreateIdentityProvider"),
    ("SignInWithApple", "CreateIdentityProvider"),
    ("Oidc", "CreateIdentityProvider"),
    ("Saml", "CreateIdentityProvider"),
    ("AcrMapping", "CreateIdentityProvider"),
    ("Mfa", "SetUserPoolMfaConfig"),
    ("ClientSettings", "CreateUserPoolClient"),
    ("ServerSettings", "CreateResourceServer"),
    ("GroupSettings", "CreateGroup"),
    ("UserSettings", "AdminCreateUser"),
    ("DomainSettings", "CreateUserPoolDomain"),
    ("UiSettings", "SetUICustomization"),
    ("ClientUi", "SetUICustomization"),
    ("BrandingSettings", "CreateManagedLoginBranding"),
    ("RiskSettings", "SetRiskConfiguration"),
    ("ClientRisk", "SetRiskConfiguration"),
];

/// Types: definition, AWS's type.
const TYPES: &[(&str, &str)] = &[
    ("UsernameConfiguration", "UsernameConfigurationType"),
    ("PasswordPolicy", "PasswordPolicyType"),
    ("SignInPolicy", "SignInPolicyType"),
    ("EmailMfa", "EmailMfaConfigType"),
    ("WebAuthnConfiguration", "WebAuthnConfigurationType"),
    ("CustomAttribute", "SchemaAttributeType"),
    ("StandardAttributes", "SchemaAttributeType"),
    ("TextAttribute", "SchemaAttributeType"),
    ("DateAttribute", "SchemaAttributeType"),
    ("TimeAttribute", "SchemaAttributeType"),
    ("LambdaConfig", "LambdaConfigType"),
    ("PreTokenGeneration", "PreTokenGenerationVersionConfigType"),
    ("CustomSmsSender", "CustomSMSLambdaVersionConfigType"),
    ("CustomEmailSender", "CustomEmailLambdaVersionConfigType"),
    ("InboundFederation", "InboundFederationLambdaType"),
    ("EmailConfiguration", "EmailConfigurationType"),
    ("SmsConfiguration", "SmsConfigurationType"),
    ("EumsSms", "EumsSmsConfigurationType"),
    ("VerificationMessageTemplate", "VerificationMessageTemplateType"),
    ("AdminCreateUserConfig", "AdminCreateUserConfigType"),
    ("InviteMessageTemplate", "MessageTemplateType"),
    ("DeviceConfiguration", "DeviceConfigurationType"),
    ("UserAttributeUpdateSettings", "UserAttributeUpdateSettingsType"),
    ("UserPoolAddOns", "UserPoolAddOnsType"),
    ("AdvancedSecurityAdditionalFlows", "AdvancedSecurityAdditionalFlowsType"),
    ("KeyConfiguration", "KeyConfigurationType"),
    ("IssuerConfiguration", "IssuerConfigurationType"),
    ("AcrConfiguration", "AcrLevelConfigType"),
    ("AnalyticsConfiguration", "AnalyticsConfigurationType"),
    ("RefreshTokenRotation", "RefreshTokenRotationType"),
    ("CompromisedCredentials", "CompromisedCredentialsRiskConfigurationType"),
    ("CompromisedActions", "CompromisedCredentialsActionsType"),
    ("AccountTakeover", "AccountTakeoverRiskConfigurationType"),
    ("TakeoverActions", "AccountTakeoverActionsType"),
    ("TakeoverAction", "AccountTakeoverActionType"),
    ("NotifyConfiguration", "NotifyConfigurationType"),
    ("NotifyEmail", "NotifyEmailType"),
    ("RiskExceptions", "RiskExceptionConfigurationType"),
    ("LogDeliverySettings", "LogConfigurationType"),
    ("Routing", "RoutingType"),
    ("AssetSettings", "AssetType"),
    ("Failover", "FailoverType"),
];

/// Pages of other services, and of guides.
const OTHERS: &[Page] = &[
    ("CertificateSettings", "RequestCertificate.html", "ACM-RequestCertificate-request-"),
    ("RecordSettings", "ResourceRecordSet.html", "Route53-Type-ResourceRecordSet-"),
    ("AliasSettings", "AliasTarget.html", "Route53-Type-AliasTarget-"),
    ("RecordRouting", "ResourceRecordSet.html", "Route53-Type-ResourceRecordSet-"),
    ("GeoLocation", "GeoLocation.html", "Route53-Type-GeoLocation-"),
    ("GeoProximity", "GeoProximityLocation.html", "Route53-Type-GeoProximityLocation-"),
    ("Coordinates", "Coordinates.html", "Route53-Type-Coordinates-"),
    ("CidrLocation", "CidrRoutingConfig.html", "Route53-Type-CidrRoutingConfig-"),
];

/// Where AWS's name is not ours in capitals: definition, field, AWS's name; none where AWS's page has no such field.
const NAMES: &[(&str, &str, &str)] = &[
    ("UserPool", "name", "PoolName"),
    ("UserPool", "password_policy", "Policies"),
    ("UserPool", "sign_in_policy", "Policies"),
    ("UserPool", "attributes", "Schema"),
    ("UserPool", "standard_attributes", "Schema"),
    ("UserPool", "tags", "UserPoolTags"),
    ("Mfa", "mode", "MfaConfiguration"),
    ("Mfa", "software_token", "SoftwareTokenMfaConfiguration"),
    ("Mfa", "sms", "SmsMfaConfiguration"),
    ("Mfa", "email", "EmailMfaConfiguration"),
    ("CustomAttribute", "type", "AttributeDataType"),
    ("CustomAttribute", "developer_only", "DeveloperOnlyAttribute"),
    ("LambdaConfig", "custom_sms_sender", "CustomSMSSender"),
    ("LambdaConfig", "pre_token_generation", "PreTokenGenerationConfig"),
    ("LambdaConfig", "kms_key_id", "KMSKeyID"),
    ("EmailConfiguration", "from_email_address", "From"),
    ("VerificationMessageTemplate", "sms_message", "SmsMessage"),
    ("InviteMessageTemplate", "sms_message", "SMSMessage"),
    ("ClientSettings", "name", "ClientName"),
    ("ClientSettings", "callback_urls", "CallbackURLs"),
    ("ClientSettings", "logout_urls", "LogoutURLs"),
    ("ClientSettings", "default_redirect_uri", "DefaultRedirectURI"),
    ("ClientSettings", "allowed_oauth_flows", "AllowedOAuthFlows"),
    ("ClientSettings", "allowed_oauth_scopes", "AllowedOAuthScopes"),
    ("ClientSettings", "allowed_oauth_flows_user_pool_client", "AllowedOAuthFlowsUserPoolClient"),
    ("GroupSettings", "name", "GroupName"),
    ("UserSettings", "attributes", "UserAttributes"),
    ("UserSettings", "invite", "DesiredDeliveryMediums"),
    ("DomainSettings", "name", "Domain"),
    ("DomainSettings", "prefix", "Domain"),
    ("DomainSettings", "certificate", "CustomDomainConfig"),
    ("DomainSettings", "security_policy", "CustomDomainConfig"),
    ("UiSettings", "css", "CSS"),
    ("UiSettings", "app_clients", "ClientId"),
    ("ClientUi", "css", "CSS"),
    ("AssetSettings", "file", "Bytes"),
    ("RiskSettings", "app_clients", "ClientId"),
    ("RiskExceptions", "blocked_ip_range_list", "BlockedIPRangeList"),
    ("RiskExceptions", "skipped_ip_range_list", "SkippedIPRangeList"),
    ("LogDeliverySettings", "user_notification", "EventSource"),
    ("LogDeliverySettings", "user_auth_events", "EventSource"),
    ("RecordSettings", "ttl", "TTL"),
    ("RecordSettings", "values", "ResourceRecords"),
    ("RecordSettings", "alias", "AliasTarget"),
    ("RecordSettings", "hosted_zone", ""),
    ("RecordSettings", "routing", "SetIdentifier"),
    ("GeoProximity", "aws_region", "AWSRegion"),
    ("CertificateSettings", "export", "Options"),
    ("AliasSettings", "dns_name", "DNSName"),
    ("AliasSettings", "zone_id", "HostedZoneId"),
];

/// AWS's page for a field of a definition; None where the field is this program's alone.
pub(super) fn of(def: &str, field: &str) -> Option<String> {
    match (def, field) {
        ("DomainSettings", "hosted_zone" | "dns" | "parent_record" | "parent_record_address") => {
            return Some(CUSTOM_DOMAIN.to_owned());
        }
        ("DomainSettings", "ipv6") => return Some(CUSTOM_DOMAIN.to_owned()),
        ("DomainSettings", "unstyled_clients") => {
            return Some(format!("{COGNITO}CreateManagedLoginBranding.html"));
        }
        ("UserSettings", "groups") => return Some(format!("{COGNITO}AdminAddUserToGroup.html")),
        ("UserSettings", "enabled") => return Some(format!("{COGNITO}AdminDisableUser.html")),
        ("ReplicaSettings", "status") => return Some(format!("{COGNITO}UpdateUserPoolReplica.html")),
        ("ReplicaSettings", _) => return Some(format!("{COGNITO}CreateUserPoolReplica.html")),
        ("TermsSettings", _) => return Some(format!("{COGNITO}CreateTerms.html")),
        ("PermissionSettings", _) => return Some(ADD_PERMISSION.to_owned()),
        ("AuthorizerSettings", "routes") | ("RouteScopes", _) => {
            return Some(format!("{GATEWAY}/apis-apiid-routes-routeid.html"));
        }
        ("AuthorizerSettings", _) => return Some(format!("{GATEWAY}/apis-apiid-authorizers.html")),
        ("IdentityPoolSettings", "roles" | "role_mappings")
        | ("IdentityClientSettings", "role_mapping")
        | ("Roles", _) => {
            return Some(format!("{IDENTITY}SetIdentityPoolRoles.html"));
        }
        ("IdentityPoolSettings", "principal_tags") | ("PrincipalTags", _) => {
            return Some(format!("{IDENTITY}SetPrincipalTagAttributeMap.html"));
        }
        ("IdentityPoolSettings", _) => return Some(format!("{IDENTITY}CreateIdentityPool.html")),
        ("IdentityClientSettings", _) => return Some(format!("{IDENTITY}CognitoIdentityProvider.html")),
        ("RoleMapping", _) => return Some(format!("{IDENTITY}RoleMapping.html")),
        ("MappingRule", _) => return Some(format!("{IDENTITY}MappingRule.html")),
        ("UserPool", "web_authn_configuration") => return of("Mfa", field),
        ("CertificateSettings", "arn") => return of("DomainSettings", "certificate"),
        _ => {}
    }
    let name = name(def, field);
    let page = |found: &&(&str, &str)| found.0 == def;
    if let Some((_, operation)) = INPUTS.iter().find(page) {
        return Some(anchored(
            format!("{COGNITO}{operation}.html"),
            &format!("CognitoUserPools-{operation}-request-"),
            &name,
        ));
    }
    if let Some((_, kind)) = TYPES.iter().find(page) {
        return Some(anchored(format!("{COGNITO}{kind}.html"), &format!("CognitoUserPools-Type-{kind}-"), &name));
    }
    let (_, file, anchor) = OTHERS.iter().find(|(one, _, _)| *one == def)?;
    let base = if def == "CertificateSettings" { ACM } else { ROUTE53 };
    Some(anchored(format!("{base}{file}"), anchor, &name))
}

fn anchored(page: String, anchor: &str, name: &str) -> String {
    if name.is_empty() { page } else { format!("{page}#{anchor}{name}") }
}

/// AWS's name for a field.
fn name(def: &str, field: &str) -> String {
    if let Some((_, _, name)) = NAMES.iter().find(|(one, key, _)| *one == def && *key == field) {
        return (*name).to_owned();
    }
    match (def, field) {
        // One page for attributes of all kinds; the limits are within.
        ("Google" | "Facebook" | "LoginWithAmazon" | "SignInWithApple" | "Oidc" | "Saml", _) => {
            "ProviderDetails".to_owned()
        }
        ("ProviderSettings", "name") => "ProviderName".to_owned(),
        ("ProviderSettings", "attribute_mapping" | "idp_identifiers") => field.split('_').map(capital).collect(),
        ("ProviderSettings", _) => "ProviderDetails".to_owned(),
        ("AcrMapping", _) => "AcrMapping".to_owned(),
        (_, "min_length" | "max_length") => "StringAttributeConstraints".to_owned(),
        (_, "min_value" | "max_value") => "NumberAttributeConstraints".to_owned(),
        ("StandardAttributes" | "AcrConfiguration", _) => String::new(),
        _ => field.split('_').map(capital).collect(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
