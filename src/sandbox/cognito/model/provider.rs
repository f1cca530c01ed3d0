//! Inputs about identity providers (`other_resources.md` 1.1).
use super::super::validate::Shape;
use super::{POOL_ID, STRING, list, matching, one_of, optional, patterns, required, sized};

pub(in crate::sandbox::cognito) static CREATE_PROVIDER: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ProviderName", &NEW_NAME),
    required("ProviderType", &TYPE),
    required("ProviderDetails", &DETAILS),
    optional("AttributeMapping", &MAPPING),
    optional("IdpIdentifiers", &IDENTIFIERS),
    optional("AcrMapping", &ACR),
]);
pub(in crate::sandbox::cognito) static UPDATE_PROVIDER: Shape = Shape::Structure(&[
    required("UserPoolId", &POOL_ID),
    required("ProviderName", &NAME),
    optional("ProviderDetails", &DETAILS),
    optional("AttributeMapping", &MAPPING),
    optional("IdpIdentifiers", &IDENTIFIERS),
    optional("AcrMapping", &ACR),
]);
pub(in crate::sandbox::cognito) static POOL_AND_PROVIDER: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("ProviderName", &NAME)]);
pub(in crate::sandbox::cognito) static BY_IDENTIFIER: Shape =
    Shape::Structure(&[required("UserPoolId", &POOL_ID), required("IdpIdentifier", &IDENTIFIER)]);

/// What a new provider may be called; the other calls take more.
static NEW_NAME: Shape = matching(1, 32, &patterns::NEW_PROVIDER);
static NAME: Shape = matching(1, 32, &patterns::PROVIDER);
static TYPE: Shape = one_of(&["SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"]);
static DETAILS: Shape = Shape::Map { key: sized(0, 131_072), value: &STRING };
static MAPPING: Shape = Shape::Map { key: sized(1, 32), value: &STRING };
static IDENTIFIERS: Shape = list(&IDENTIFIER, 0, 50);
static IDENTIFIER: Shape = matching(1, 40, &patterns::IDENTIFIER);
/// A map in the model; its keys are the four levels of the SDK's documentation.
static ACR: Shape = Shape::Map { key: sized(1, 128), value: &STRING };
