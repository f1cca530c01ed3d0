//! People who sign in: passkeys, second factors, forgotten passwords.
use super::super::validate::Shape;
use super::{CLIENT_ID, FLAG, POOL_ID, STRING, matching, optional, patterns, required, secret, sized};

pub(in crate::sandbox::cognito) static FORGOT_PASSWORD: Shape = Shape::Structure(&[
    required("ClientId", &CLIENT_ID),
    optional("SecretHash", &SECRET_HASH),
    optional("UserContextData", &CONTEXT),
    required("Username", &USERNAME),
    optional("AnalyticsMetadata", &ANALYTICS),
    optional("ClientMetadata", &METADATA),
]);
pub(in crate::sandbox::cognito) static ADMIN_SET_USER_MFA_PREFERENCE: Shape = Shape::Structure(&[
    optional("SMSMfaSettings", &FACTOR),
    optional("SoftwareTokenMfaSettings", &FACTOR),
    optional("EmailMfaSettings", &FACTOR),
    optional("WebAuthnMfaSettings", &PASSKEY_FACTOR),
    required("Username", &USERNAME),
    required("UserPoolId", &POOL_ID),
]);
pub(in crate::sandbox::cognito) static START_WEB_AUTHN: Shape =
    Shape::Structure(&[required("AccessToken", &ACCESS_TOKEN)]);
pub(in crate::sandbox::cognito) static COMPLETE_WEB_AUTHN: Shape =
    Shape::Structure(&[required("AccessToken", &ACCESS_TOKEN), required("Credential", &CREDENTIAL)]);
pub(in crate::sandbox::cognito) static CONTEXT: Shape =
    Shape::Structure(&[optional("IpAddress", &STRING), optional("EncodedData", &STRING)]);
pub(in crate::sandbox::cognito) static ANALYTICS: Shape = Shape::Structure(&[optional("AnalyticsEndpointId", &STRING)]);
pub(in crate::sandbox::cognito) static FACTOR: Shape =
    Shape::Structure(&[optional("Enabled", &FLAG), optional("PreferredMfa", &FLAG)]);
pub(in crate::sandbox::cognito) static PASSKEY_FACTOR: Shape = Shape::Structure(&[optional("Enabled", &FLAG)]);
static CREDENTIAL: Shape = Shape::Document;
static USERNAME: Shape = matching(1, 128, &patterns::VISIBLE);
static SECRET_HASH: Shape = secret(1, 128, &patterns::NO_SPACE);
static ACCESS_TOKEN: Shape = secret(0, 131_072, &patterns::NO_SPACE);
static METADATA: Shape = Shape::Map { key: sized(0, 131_072), value: &STRING };
