//! Identity providers: one type each, and where SAML's metadata is.

use serde_json::{Value, json};

use super::{and, has, needs, no, or, when, without};
use crate::kinds::identity_provider::ProviderType;

fn provider(rule: Value) -> (&'static str, Value) {
    ("ProviderSettings", rule)
}

pub(super) fn always() -> Vec<(&'static str, Value)> {
    let mut rules = Vec::new();
    for (index, one) in ProviderType::ALL.iter().enumerate().skip(1) {
        for first in &ProviderType::ALL[..index] {
            rules.push(provider(when(
                and([has(first.key()), has(one.key())]),
                without(one.key(), "a provider has one type: make two providers of it"),
            )));
        }
    }
    rules.push((
        "Saml",
        when(
            and([has("metadata_url"), has("metadata_file")]),
            without("metadata_file", "AWS takes metadata_url or metadata_file, not both: take one away"),
        ),
    ));
    rules
}

pub(super) fn whole() -> Vec<(&'static str, Value)> {
    let secret = |def, field: &'static str| {
        let message = format!("`{field}` is missing: say where it is found, {field}: {{ env: NAME }}");
        (def, when(no(has(field)), needs(field, &message)))
    };
    let kinds = ProviderType::ALL.map(|one| has(one.key()));
    vec![
        secret("Google", "client_secret"),
        secret("Facebook", "client_secret"),
        secret("LoginWithAmazon", "client_secret"),
        secret("SignInWithApple", "private_key"),
        provider(when(
            no(or(kinds)),
            needs(
                "google",
                "nothing says what sort of provider this is: write one of google, facebook, login_with_amazon, \
                 sign_in_with_apple, oidc, saml",
            ),
        )),
        (
            "Saml",
            when(
                no(or([has("metadata_url"), has("metadata_file")])),
                json!({
                    "required": ["metadata_url"],
                    "errorMessage": "the provider's metadata is missing: say where it is, with metadata_url or metadata_file",
                }),
            ),
        ),
    ]
}
