//! The inputs of Cognito Identity's operations, as the API's model has them (`other_resources.md` 8).

use super::super::members::{Member, Rule, any, of_a_name, word_or_dash};

const ID: Rule = Rule::Text(1, 55, |c| word_or_dash(c) || c == ':');
const NAME: Rule = Rule::Text(1, 128, of_a_name);
const ARN: Rule = Rule::Text(20, 2048, |c| !c.is_whitespace());
const TAG_KEY: Rule = Rule::Text(1, 128, any);
const TAG_VALUE: Rule = Rule::Text(0, 256, any);
const TAGS: Rule = Rule::Map(usize::MAX, &TAG_KEY, &TAG_VALUE);
/// The services that people may come from by name; the key of the map.
const LOGIN: Rule = Rule::OneOf(&[
    "graph.facebook.com",
    "accounts.google.com",
    "www.amazon.com",
    "appleid.apple.com",
    "api.twitter.com",
    "www.digits.com",
]);
const LOGIN_ID: Rule = Rule::Text(1, 128, |c| word_or_dash(c) || ".;/".contains(c));
const PROVIDER: Rule = Rule::Structure(&[
    ("ProviderName", false, Rule::Text(1, 128, |c| word_or_dash(c) || "._:/".contains(c))),
    ("ClientId", false, Rule::Text(1, 128, |c| c.is_ascii_alphanumeric() || c == '_')),
    ("ServerSideTokenCheck", false, Rule::Flag),
]);
const DEVELOPER: Rule = Rule::Text(1, 128, |c| word_or_dash(c) || c == '.');

pub(super) static CREATE: [Member; 9] = [
    ("IdentityPoolName", true, NAME),
    ("AllowUnauthenticatedIdentities", true, Rule::Flag),
    ("AllowClassicFlow", false, Rule::Flag),
    ("SupportedLoginProviders", false, Rule::Map(10, &LOGIN, &LOGIN_ID)),
    ("DeveloperProviderName", false, DEVELOPER),
    ("OpenIdConnectProviderARNs", false, Rule::List(0, usize::MAX, &ARN)),
    ("CognitoIdentityProviders", false, Rule::List(0, usize::MAX, &PROVIDER)),
    ("SamlProviderARNs", false, Rule::List(0, usize::MAX, &ARN)),
    ("IdentityPoolTags", false, TAGS),
];
pub(super) static UPDATE: [Member; 10] = [
    ("IdentityPoolId", true, ID),
    ("IdentityPoolName", true, NAME),
    ("AllowUnauthenticatedIdentities", true, Rule::Flag),
    ("AllowClassicFlow", false, Rule::Flag),
    ("SupportedLoginProviders", false, Rule::Map(10, &LOGIN, &LOGIN_ID)),
    ("DeveloperProviderName", false, DEVELOPER),
    ("OpenIdConnectProviderARNs", false, Rule::List(0, usize::MAX, &ARN)),
    ("CognitoIdentityProviders", false, Rule::List(0, usize::MAX, &PROVIDER)),
    ("SamlProviderARNs", false, Rule::List(0, usize::MAX, &ARN)),
    ("IdentityPoolTags", false, TAGS),
];
pub(super) static BY_ID: [Member; 1] = [("IdentityPoolId", true, ID)];
pub(super) static LIST: [Member; 2] =
    [("MaxResults", true, Rule::Number(1, 60)), ("NextToken", false, Rule::Text(1, 65_535, any))];

const MAPPING: Rule = Rule::Structure(&[
    ("Type", true, Rule::OneOf(&["Token", "Rules"])),
    ("AmbiguousRoleResolution", false, Rule::OneOf(&["AuthenticatedRole", "Deny"])),
    ("RulesConfiguration", false, Rule::Structure(&[("Rules", true, Rule::List(1, 25, &RULE))])),
]);
const RULE: Rule = Rule::Structure(&[
    ("Claim", true, Rule::Text(1, 64, any)),
    ("MatchType", true, Rule::OneOf(&["Equals", "Contains", "StartsWith", "NotEqual"])),
    ("Value", true, Rule::Text(1, 128, any)),
    ("RoleARN", true, ARN),
]);
pub(super) static SET_ROLES: [Member; 3] = [
    ("IdentityPoolId", true, ID),
    ("Roles", true, Rule::Map(2, &Rule::OneOf(&["authenticated", "unauthenticated"]), &ARN)),
    ("RoleMappings", false, Rule::Map(10, &Rule::Text(1, 128, any), &MAPPING)),
];
pub(super) static PRINCIPAL_TAGS: [Member; 2] =
    [("IdentityPoolId", true, ID), ("IdentityProviderName", true, Rule::Text(1, 128, any))];
pub(super) static SET_PRINCIPAL_TAGS: [Member; 4] = [
    ("IdentityPoolId", true, ID),
    ("IdentityProviderName", true, Rule::Text(1, 128, any)),
    ("UseDefaults", false, Rule::Flag),
    ("PrincipalTags", false, Rule::Map(50, &Rule::Text(1, 128, any), &Rule::Text(1, 256, any))),
];
pub(super) static TAG: [Member; 2] = [("ResourceArn", true, ARN), ("Tags", true, TAGS)];
pub(super) static UNTAG: [Member; 2] =
    [("ResourceArn", true, ARN), ("TagKeys", true, Rule::List(0, usize::MAX, &TAG_KEY))];
pub(super) static TAGS_OF: [Member; 1] = [("ResourceArn", true, ARN)];
