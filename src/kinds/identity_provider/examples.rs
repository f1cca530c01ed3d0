//! Providers of each type with every field set, and the same with something else in every field.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    AcrMapping, AttributesRequestMethod, Facebook, Google, IdentityProvider, LoginWithAmazon, Oidc, ProviderSettings,
    ProviderType, Saml, SignInWithApple, SigningAlgorithm,
};
use crate::kind::Ref;
use crate::secret::SecretRef;

/// A file that is there wherever the tests run, and does well enough for a secret: two of them are two secrets.
const SECRETS: [&str; 2] = ["Cargo.toml", "LICENSE"];

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, claim)| ((*name).to_owned(), (*claim).to_owned())).collect()
}

fn secret(number: usize) -> SecretRef {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    SecretRef::file(&format!("{path}{}", SECRETS[number]))
}

fn provider(kind: ProviderType, name: &str, number: usize) -> IdentityProvider {
    let settings = ProviderSettings {
        name: Some(name.to_owned()),
        attribute_mapping: Some(match number {
            0 => map(&[("email", "email"), ("custom:tenant", "tenant")]),
            _ => map(&[("email", "mail"), ("name", "display_name"), ("username", "login")]),
        }),
        idp_identifiers: Some(if number == 0 { set(&["example.com"]) } else { set(&["example.org", "staff"]) }),
        ..ProviderSettings::default()
    };
    IdentityProvider { user_pool: Ref::one(), r#type: kind, other_details: BTreeMap::new(), settings }
}

/// A provider of this type, with every field that can be set beside the others; with `number` 1, each is something else.
#[must_use]
pub fn example(kind: ProviderType, number: usize) -> IdentityProvider {
    let name = if kind.is_social() { kind.as_str() } else { "Corp" };
    let mut one = provider(kind, name, number);
    let settings = &mut one.settings;
    let pick = |a: &str, b: &str| if number == 0 { a.to_owned() } else { b.to_owned() };
    let scopes = |a: &[&str], b: &[&str]| if number == 0 { set(a) } else { set(b) };
    match kind {
        ProviderType::Google => {
            settings.google = Some(Google {
                client_id: pick("1.apps.googleusercontent.com", "2.apps.googleusercontent.com"),
                client_secret: Some(secret(number)),
                authorize_scopes: scopes(&["openid", "email"], &["openid", "email", "profile"]),
            });
        }
        ProviderType::Facebook => {
            settings.facebook = Some(Facebook {
                client_id: pick("100", "200"),
                client_secret: Some(secret(number)),
                authorize_scopes: scopes(&["public_profile", "email"], &["public_profile"]),
                api_version: Some(pick("v18.0", "v19.0")),
            });
        }
        ProviderType::LoginWithAmazon => {
            settings.login_with_amazon = Some(LoginWithAmazon {
                client_id: pick("amzn1.application-oa2-client.1", "amzn1.application-oa2-client.2"),
                client_secret: Some(secret(number)),
                authorize_scopes: scopes(&["profile"], &["profile", "postal_code"]),
            });
        }
        ProviderType::SignInWithApple => {
            settings.sign_in_with_apple = Some(SignInWithApple {
                client_id: pick("com.example.shop", "com.example.store"),
                team_id: pick("TEAM000001", "TEAM000002"),
                key_id: pick("KEY0000001", "KEY0000002"),
                private_key: Some(secret(number)),
                authorize_scopes: scopes(&["email", "name"], &["email"]),
            });
        }
        ProviderType::Oidc => {
            let issuer = pick("https://idp.example.com", "https://login.example.com");
            let levels = |text: &str| Some(pick(&format!("urn:{text}"), &format!("urn:other:{text}")));
            settings.oidc = Some(Oidc {
                client_id: pick("shop", "store"),
                client_secret: Some(secret(number)),
                authorize_scopes: scopes(&["openid", "email"], &["openid"]),
                attributes_request_method: match number {
                    0 => AttributesRequestMethod::Get,
                    _ => AttributesRequestMethod::Post,
                },
                authorize_url: Some(format!("{issuer}/oauth/authorize")),
                token_url: Some(format!("{issuer}/oauth/token")),
                attributes_url: Some(format!("{issuer}/oauth/me")),
                jwks_uri: Some(format!("{issuer}/oauth/keys")),
                oidc_issuer: issuer,
                acr_mapping: Some(AcrMapping {
                    level1: levels("1"),
                    level2: levels("2"),
                    level3: levels("3"),
                    level4: levels("4"),
                }),
            });
        }
        ProviderType::Saml => {
            settings.saml = Some(Saml {
                metadata_url: Some(pick("https://idp.example.com/metadata", "https://idp.example.org/metadata")),
                metadata_file: None,
                idp_signout: Some(number == 0),
                idp_init: Some(number == 0),
                encrypted_responses: Some(number == 0),
                request_signing_algorithm: (number == 0).then_some(SigningAlgorithm::RsaSha256),
            });
        }
    }
    one
}
