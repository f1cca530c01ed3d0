//! Inputs about app clients (`app_client.md` 1).
use super::super::validate::Shape;
use super::{
    ANY, ARN, CLIENT_ID, FLAG, POOL_ID, STRING, list, matching, number, one_of, optional, patterns, required, secret,
};

/// A pool's and a client's id.
pub(in crate::sandbox::cognito) static POOL_AND_CLIENT: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("ClientId", &CLIENT_ID)]);

pub(in crate::sandbox::cognito) static CREATE_USER_POOL_CLIENT: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientName", &CLIENT_NAME),
    optional("GenerateSecret", &FLAG),
    optional("ClientSecret", &CLIENT_SECRET),
    optional("RefreshTokenValidity", &REFRESH_VALIDITY),
    optional("AccessTokenValidity", &VALIDITY),
    optional("IdTokenValidity", &VALIDITY),
    optional("TokenValidityUnits", &UNITS),
    optional("ReadAttributes", &ATTRIBUTES),
    optional("WriteAttributes", &ATTRIBUTES),
    optional("ExplicitAuthFlows", &AUTH_FLOWS),
    optional("SupportedIdentityProviders", &PROVIDERS),
    optional("CallbackURLs", &URLS),
    optional("LogoutURLs", &URLS),
    optional("DefaultRedirectURI", &URL),
    optional("AllowedOAuthFlows", &OAUTH_FLOWS),
    optional("AllowedOAuthScopes", &SCOPES),
    optional("AllowedOAuthFlowsUserPoolClient", &FLAG),
    optional("AnalyticsConfiguration", &ANALYTICS),
    optional("PreventUserExistenceErrors", &EXISTENCE_ERRORS),
    optional("EnableTokenRevocation", &FLAG),
    optional("EnablePropagateAdditionalUserContextData", &FLAG),
    optional("AuthSessionValidity", &SESSION_VALIDITY),
    optional("RefreshTokenRotation", &ROTATION),
]);

/// `GenerateSecret` and `ClientSecret` are set for good, and so are refused (`app_client.md` 1, column U).
pub(in crate::sandbox::cognito) static UPDATE_USER_POOL_CLIENT: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ClientId", &CLIENT_ID),
    optional("ClientName", &CLIENT_NAME),
    optional("RefreshTokenValidity", &REFRESH_VALIDITY),
    optional("AccessTokenValidity", &VALIDITY),
    optional("IdTokenValidity", &VALIDITY),
    optional("TokenValidityUnits", &UNITS),
    optional("ReadAttributes", &ATTRIBUTES),
    optional("WriteAttributes", &ATTRIBUTES),
    optional("ExplicitAuthFlows", &AUTH_FLOWS),
    optional("SupportedIdentityProviders", &PROVIDERS),
    optional("CallbackURLs", &URLS),
    optional("LogoutURLs", &URLS),
    optional("DefaultRedirectURI", &URL),
    optional("AllowedOAuthFlows", &OAUTH_FLOWS),
    optional("AllowedOAuthScopes", &SCOPES),
    optional("AllowedOAuthFlowsUserPoolClient", &FLAG),
    optional("AnalyticsConfiguration", &ANALYTICS),
    optional("PreventUserExistenceErrors", &EXISTENCE_ERRORS),
    optional("EnableTokenRevocation", &FLAG),
    optional("EnablePropagateAdditionalUserContextData", &FLAG),
    optional("AuthSessionValidity", &SESSION_VALIDITY),
    optional("RefreshTokenRotation", &ROTATION),
]);

pub(in crate::sandbox::cognito) static LIST_USER_POOL_CLIENTS: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    optional("MaxResults", &super::pool::PAGE),
    optional("NextToken", &super::TOKEN),
]);

static CLIENT_NAME: Shape = matching(1, 128, &patterns::NAME);
static CLIENT_SECRET: Shape = secret(24, 64, &patterns::CLIENT_ID);
static REFRESH_VALIDITY: Shape = number(0, 315_360_000);
static VALIDITY: Shape = number(1, 86_400);
pub(in crate::sandbox::cognito) static UNITS: Shape =
    Shape::Structure(&[optional("AccessToken", &UNIT), optional("IdToken", &UNIT), optional("RefreshToken", &UNIT)]);
static UNIT: Shape = one_of(&["seconds", "minutes", "hours", "days"]);
static ATTRIBUTES: Shape = list(&ATTRIBUTE, 0, ANY);
static ATTRIBUTE: Shape = Shape::Text(super::sized(1, 2048));
static AUTH_FLOWS: Shape = list(&AUTH_FLOW, 0, ANY);
static AUTH_FLOW: Shape = one_of(&[
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
]);
static PROVIDERS: Shape = list(&PROVIDER, 0, ANY);
static PROVIDER: Shape = matching(1, 32, &patterns::PROVIDER);
static URLS: Shape = list(&URL, 0, 100);
static URL: Shape = matching(1, 1024, &patterns::VISIBLE);
static OAUTH_FLOWS: Shape = list(&OAUTH_FLOW, 0, 3);
static OAUTH_FLOW: Shape = one_of(&["code", "implicit", "client_credentials"]);
static SCOPES: Shape = list(&SCOPE, 0, 50);
static SCOPE: Shape = matching(1, 256, &patterns::SCOPE);
pub(in crate::sandbox::cognito) static ANALYTICS: Shape = Shape::Structure(&[
    optional("ApplicationId", &HEX),
    optional("ApplicationArn", &ARN),
    optional("RoleArn", &ARN),
    optional("ExternalId", &STRING),
    optional("UserDataShared", &FLAG),
]);
static HEX: Shape = matching(0, ANY, &patterns::HEX);
static EXISTENCE_ERRORS: Shape = one_of(&["LEGACY", "ENABLED"]);
static SESSION_VALIDITY: Shape = number(3, 15);
pub(in crate::sandbox::cognito) static ROTATION: Shape =
    Shape::Structure(&[required("Feature", &FEATURE), optional("RetryGracePeriodSeconds", &GRACE)]);
static FEATURE: Shape = one_of(&["ENABLED", "DISABLED"]);
static GRACE: Shape = number(0, 60);
