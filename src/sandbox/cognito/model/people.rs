//! Inputs about resource servers, groups, users and their import (`other_resources.md` 2, 3, 9, 10).
use super::super::validate::Shape;
use super::rest::{ATTRIBUTE_NAMES, LIMIT, METADATA, PASSWORD, USER_ATTRIBUTES, USERNAME as USER};
use super::{ARN, FLAG, POOL_ID, list, matching, number, one_of, optional, patterns, required, sized};

pub(in crate::sandbox::cognito) static CREATE_RESOURCE_SERVER: Shape = Shape::Structure(SERVER_MEMBERS);
/// Its name must be said again (`other_resources.md` 3).
pub(in crate::sandbox::cognito) static UPDATE_RESOURCE_SERVER: Shape = Shape::Structure(SERVER_MEMBERS);
const SERVER_MEMBERS: &[super::Member] = &[
    required("UserPoolId", &POOL_ID),
    required("Identifier", &IDENTIFIER),
    required("Name", &SERVER_NAME),
    optional("Scopes", &SCOPES),
];
pub(in crate::sandbox::cognito) static POOL_AND_SERVER: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("Identifier", &IDENTIFIER)]);
/// A page of these holds 50 at most (`other_resources.md` 3, "list page ≤ 50").
pub(in crate::sandbox::cognito) static LIST_RESOURCE_SERVERS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("MaxResults", &SERVER_PAGE),
    optional("NextToken", &super::TOKEN),
]);
static SERVER_PAGE: Shape = number(1, 50);
static IDENTIFIER: Shape = matching(1, 256, &patterns::SCOPE);
static SERVER_NAME: Shape = matching(1, 256, &patterns::NAME);
static SCOPES: Shape = list(&SCOPE, 0, 100);
pub(in crate::sandbox::cognito) static SCOPE: Shape =
    Shape::Structure(&[required("ScopeName", &SCOPE_NAME), required("ScopeDescription", &SCOPE_DESCRIPTION)]);
static SCOPE_NAME: Shape = matching(1, 256, &patterns::SCOPE_NAME);
static SCOPE_DESCRIPTION: Shape = Shape::Text(sized(1, 256));

pub(in crate::sandbox::cognito) static CREATE_GROUP: Shape = Shape::Structure(GROUP_MEMBERS);
pub(in crate::sandbox::cognito) static UPDATE_GROUP: Shape = Shape::Structure(GROUP_MEMBERS);
const GROUP_MEMBERS: &[super::Member] = &[
    required("GroupName", &GROUP),
    required("UserPoolId", &POOL_ID),
    optional("Description", &DESCRIPTION),
    optional("RoleArn", &ARN),
    optional("Precedence", &PRECEDENCE),
];
pub(in crate::sandbox::cognito) static POOL_AND_GROUP: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("GroupName", &GROUP)]);
static GROUP: Shape = matching(1, 128, &patterns::VISIBLE);
static DESCRIPTION: Shape = Shape::Text(sized(0, 2048));
static PRECEDENCE: Shape = number(0, i32::MAX as i64);

pub(in crate::sandbox::cognito) static USER_AND_GROUP: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("Username", &USER), required("GroupName", &GROUP)]);
pub(in crate::sandbox::cognito) static GROUPS_OF_USER: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("Username", &USER),
    optional("Limit", &LIMIT),
    optional("NextToken", &super::TOKEN),
]);
pub(in crate::sandbox::cognito) static USERS_IN_GROUP: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("GroupName", &GROUP),
    optional("Limit", &LIMIT),
    optional("NextToken", &super::TOKEN),
]);

pub(in crate::sandbox::cognito) static UPDATE_USER_ATTRIBUTES: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("Username", &USER),
    required("UserAttributes", &USER_ATTRIBUTES),
    optional("ClientMetadata", &METADATA),
]);
pub(in crate::sandbox::cognito) static DELETE_USER_ATTRIBUTES: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("Username", &USER),
    required("UserAttributeNames", &ATTRIBUTE_NAMES),
]);
pub(in crate::sandbox::cognito) static SET_USER_PASSWORD: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("Username", &USER),
    required("Password", &PASSWORD),
    optional("Permanent", &FLAG),
]);

pub(in crate::sandbox::cognito) static LINK: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("DestinationUser", &IDENTITY),
    required("SourceUser", &IDENTITY),
]);
static IDENTITY: Shape = Shape::Structure(&[
    optional("ProviderName", &PROVIDER),
    optional("ProviderAttributeName", &TEXT),
    optional("ProviderAttributeValue", &TEXT),
]);
static PROVIDER: Shape = Shape::Text(sized(1, 32));
static TEXT: Shape = Shape::Text(sized(0, 131_072));

pub(in crate::sandbox::cognito) static CREATE_IMPORT: Shape = Shape::Structure(&[
    required("JobName", &JOB_NAME),
    required("UserPoolId", &POOL_ID),
    required("CloudWatchLogsRoleArn", &ARN),
    optional("PasswordHashingAlgorithm", &HASHES),
]);
pub(in crate::sandbox::cognito) static POOL_AND_IMPORT: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("JobId", &JOB_ID)]);
pub(in crate::sandbox::cognito) static LIST_IMPORTS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("MaxResults", &super::pool::PAGE),
    optional("PaginationToken", &super::TOKEN),
]);
static JOB_NAME: Shape = matching(1, 128, &patterns::NAME);
static JOB_ID: Shape = matching(1, 55, &patterns::JOB_ID);
static HASHES: Shape = one_of(&["ARGON2ID", "BCRYPT", "PBKDF2_SHA256", "SCRYPT"]);
