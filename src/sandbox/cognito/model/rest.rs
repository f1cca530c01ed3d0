//! Inputs about domains, pages and users (`domain_certificate_dns.md` 2, `ui.md` 2 and 3).
use super::super::validate::Shape;
use super::{
    ANY, ARN, CLIENT_ID, FLAG, INTEGER, POOL_ID, REGION, STRING, list, matching, number, one_of, optional, patterns,
    required, secret, sized,
};

pub(in crate::sandbox::cognito) static CREATE_USER_POOL_DOMAIN: Shape = Shape::Structure(DOMAIN_MEMBERS);
pub(in crate::sandbox::cognito) static UPDATE_USER_POOL_DOMAIN: Shape = Shape::Structure(DOMAIN_MEMBERS);
const DOMAIN_MEMBERS: &[super::Member] = &[
    required("Domain", &DOMAIN),
    required("UserPoolId", &POOL_ID),
    optional("ManagedLoginVersion", &INTEGER),
    optional("CustomDomainConfig", &CUSTOM_DOMAIN),
    optional("Routing", &ROUTING),
];
pub(in crate::sandbox::cognito) static DESCRIBE_USER_POOL_DOMAIN: Shape =
    Shape::Structure(&[required("Domain", &DOMAIN)]);
pub(in crate::sandbox::cognito) static DELETE_USER_POOL_DOMAIN: Shape =
    Shape::Structure(&[required("Domain", &DOMAIN), required("UserPoolId", &POOL_ID)]);

/// The model's 63 and its dotless pattern are not held against custom names (`domain_certificate_dns.md` 1);
/// `domain.rs` tells the two kinds apart.
static DOMAIN: Shape = Shape::Text(sized(1, ANY));
pub(in crate::sandbox::cognito) static CUSTOM_DOMAIN: Shape =
    Shape::Structure(&[required("CertificateArn", &ARN), optional("SecurityPolicy", &SECURITY_POLICY)]);
static SECURITY_POLICY: Shape = one_of(&["TLS_V1", "TLS_V1_2_2021", "TLS_V1_3_2025"]);
pub(in crate::sandbox::cognito) static ROUTING: Shape = Shape::Structure(&[optional("Failover", &FAILOVER)]);
pub(in crate::sandbox::cognito) static FAILOVER: Shape =
    Shape::Structure(&[required("SecondaryRegion", &REGION), required("PrimaryRoute53HealthCheckId", &HEALTH_CHECK)]);
static HEALTH_CHECK: Shape = Shape::Text(sized(0, 64));

pub(in crate::sandbox::cognito) static SET_UI_CUSTOMIZATION: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("ClientId", &CLIENT_ID),
    optional("CSS", &STRING),
    optional("ImageFile", &IMAGE),
]);
pub(in crate::sandbox::cognito) static GET_UI_CUSTOMIZATION: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), optional("ClientId", &CLIENT_ID)]);
static IMAGE: Shape = Shape::Blob { most: 131_072 };

pub(in crate::sandbox::cognito) static CREATE_BRANDING: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("UseCognitoProvidedValues", &FLAG),
    optional("Settings", &SETTINGS),
    optional("Assets", &ASSETS),
]);
pub(in crate::sandbox::cognito) static UPDATE_BRANDING: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ManagedLoginBrandingId", &BRANDING_ID),
    optional("UseCognitoProvidedValues", &FLAG),
    optional("Settings", &SETTINGS),
    optional("Assets", &ASSETS),
]);
pub(in crate::sandbox::cognito) static DESCRIBE_BRANDING: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ManagedLoginBrandingId", &BRANDING_ID),
    optional("ReturnMergedResources", &FLAG),
]);
pub(in crate::sandbox::cognito) static DESCRIBE_BRANDING_BY_CLIENT: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("ReturnMergedResources", &FLAG),
]);
pub(in crate::sandbox::cognito) static DELETE_BRANDING: Shape =
    Shape::Structure(&[required("ManagedLoginBrandingId", &BRANDING_ID), required("UserPoolId", &POOL_ID)]);
static BRANDING_ID: Shape = matching(0, ANY, &patterns::UUID);
static SETTINGS: Shape = Shape::Document;
static ASSETS: Shape = list(&ASSET, 0, 40);
pub(in crate::sandbox::cognito) static ASSET: Shape = Shape::Structure(&[
    required("Category", &CATEGORY),
    required("ColorMode", &COLOR_MODE),
    required("Extension", &EXTENSION),
    optional("Bytes", &ASSET_BYTES),
    optional("ResourceId", &RESOURCE_ID),
]);
static CATEGORY: Shape = one_of(&[
    "FAVICON_ICO",
    "FAVICON_SVG",
    "EMAIL_GRAPHIC",
    "SMS_GRAPHIC",
    "AUTH_APP_GRAPHIC",
    "PASSWORD_GRAPHIC",
    "PASSKEY_GRAPHIC",
    "PAGE_HEADER_LOGO",
    "PAGE_HEADER_BACKGROUND",
    "PAGE_FOOTER_LOGO",
    "PAGE_FOOTER_BACKGROUND",
    "PAGE_BACKGROUND",
    "FORM_BACKGROUND",
    "FORM_LOGO",
    "IDP_BUTTON_ICON",
]);
static COLOR_MODE: Shape = one_of(&["LIGHT", "DARK", "DYNAMIC"]);
static EXTENSION: Shape = one_of(&["ICO", "JPEG", "PNG", "SVG", "WEBP"]);
static ASSET_BYTES: Shape = Shape::Blob { most: 1_000_000 };
static RESOURCE_ID: Shape = matching(1, 40, &patterns::RESOURCE_ID);

pub(in crate::sandbox::cognito) static ADMIN_CREATE_USER: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("Username", &USERNAME),
    optional("UserAttributes", &USER_ATTRIBUTES),
    optional("ValidationData", &USER_ATTRIBUTES),
    optional("TemporaryPassword", &PASSWORD),
    optional("ForceAliasCreation", &FLAG),
    optional("MessageAction", &MESSAGE_ACTION),
    optional("DesiredDeliveryMediums", &MEDIUMS),
    optional("ClientMetadata", &METADATA),
]);
pub(in crate::sandbox::cognito) static POOL_AND_USER: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("Username", &USERNAME)]);
pub(in crate::sandbox::cognito) static LIST_USERS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("AttributesToGet", &ATTRIBUTE_NAMES),
    optional("Limit", &LIMIT),
    optional("PaginationToken", &super::TOKEN),
    optional("Filter", &FILTER),
]);
pub(super) static USERNAME: Shape = matching(1, 128, &patterns::VISIBLE);
pub(super) static USER_ATTRIBUTES: Shape = list(&USER_ATTRIBUTE, 0, ANY);
pub(in crate::sandbox::cognito) static USER_ATTRIBUTE: Shape =
    Shape::Structure(&[required("Name", &ATTRIBUTE_NAME), optional("Value", &ATTRIBUTE_VALUE)]);
static ATTRIBUTE_NAME: Shape = matching(1, 32, &patterns::ATTRIBUTE);
pub(super) static ATTRIBUTE_NAMES: Shape = list(&ATTRIBUTE_NAME, 0, ANY);
static ATTRIBUTE_VALUE: Shape = Shape::Text(sized(0, 2048));
pub(super) static PASSWORD: Shape = secret(0, 256, &patterns::NO_SPACE);
static MESSAGE_ACTION: Shape = one_of(&["RESEND", "SUPPRESS"]);
static MEDIUMS: Shape = list(&MEDIUM, 0, ANY);
static MEDIUM: Shape = one_of(&["SMS", "EMAIL"]);
pub(super) static METADATA: Shape = Shape::Map { key: sized(0, 131_072), value: &STRING };
pub(super) static LIMIT: Shape = number(0, 60);
static FILTER: Shape = Shape::Text(sized(0, 256));

/// Identity providers.
pub(in crate::sandbox::cognito) static LIST_OF_POOL: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("MaxResults", &super::pool::PAGE),
    optional("NextToken", &super::TOKEN),
]);
pub(in crate::sandbox::cognito) static LIST_GROUPS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("Limit", &LIMIT),
    optional("NextToken", &super::TOKEN),
]);
pub(in crate::sandbox::cognito) static LIST_REPLICAS: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), optional("NextToken", &super::TOKEN)]);
pub(in crate::sandbox::cognito) static CREATE_REPLICA: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("RegionName", &REGION),
    optional("UserPoolTags", &super::pool::TAGS),
]);
pub(in crate::sandbox::cognito) static UPDATE_REPLICA: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("RegionName", &REGION),
    required("Status", &REPLICA_STATUS),
]);
static REPLICA_STATUS: Shape = one_of(&["ACTIVE", "INACTIVE"]);
pub(in crate::sandbox::cognito) static DELETE_REPLICA: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("RegionName", &REGION)]);
