//! Identity providers answer where the stack says that they are, and are who they are said to be.
//!
//! AWS looks at them when it makes the provider, and again when people sign in: a discovery document that names another
//! issuer makes every sign-in fail, and so does a certificate that has ended (other_resources.md 1.2).

use std::collections::BTreeSet;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use serde_json::Value;

use super::{Check, Finding, Input, When, is_made};
use crate::aws::download::{Download, download};
use crate::engine::plan::{Action, Planned};
use crate::error::Result;
use crate::kinds::app_client::AppClient;
use crate::kinds::identity_provider::metadata::{ENDING_HINT, Ending, Metadata, read};
use crate::kinds::identity_provider::{IdentityProvider, Oidc, Saml};
use crate::kinds::user_pool::UserPool;

pub(super) const CHECK: Check = Check {
    name: "identity_providers",
    title: "identity providers' discovery documents and metadata",
    why: "a provider that does not answer, names another issuer, or whose certificates have ended lets nobody in",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

/// What can be told of providers that a plan leaves as they are, without asking anybody: that the certificates in a
/// metadata file end. AWS shows nothing of what it has fetched from an address (other_resources.md 1.2).
///
/// That they have ended stops no plan that changes something else.
pub(super) fn at_hand(input: Input<'_>) -> Vec<Finding> {
    let left = input.wanted::<IdentityProvider>().filter(|(_, planned, _)| planned.action == Action::Keep);
    let found = left.filter(|_| !input.is_whole).filter_map(|(_, planned, provider)| {
        let document = provider.settings.saml?.metadata_file?;
        let ending = read(&document)?.ending(input.aws.clock.now_ms())?;
        Some(Finding::warn(super::at(planned, "saml.metadata_file"), ending.message, ENDING_HINT))
    });
    found.collect()
}

async fn look(input: Input<'_>) -> Vec<Finding> {
    let providers: Vec<_> = input.touched::<IdentityProvider>().collect();
    let looks = providers.iter().filter_map(|(_, planned, provider)| {
        let settings = &provider.settings;
        if let Some(oidc) = &settings.oidc {
            return Some(discovery(input, planned, oidc).boxed_local());
        }
        settings.saml.as_ref().map(|saml| metadata(input, planned, saml).boxed_local())
    });
    let mut found = join_all(looks).await;
    found.extend(at_hand(input));
    found.extend(nowhere(input));
    found
}

/// Providers that clients of a new pool name and nobody declares: in a pool that is there, somebody else may have made them.
fn nowhere(input: Input<'_>) -> Vec<Finding> {
    let is_new = input.wanted::<UserPool>().any(|(_, planned, _)| is_made(planned));
    let declared: BTreeSet<String> =
        input.wanted::<IdentityProvider>().filter_map(|(_, _, provider)| provider.settings.name).collect();
    let clients = input.wanted::<AppClient>().filter(|_| is_new);
    let named = clients.flat_map(|(_, planned, client)| {
        client.settings.supported_identity_providers.into_iter().flatten().map(move |name| (planned, name))
    });
    let missing = named.filter(|(_, name)| name != "COGNITO" && !declared.contains(name));
    let found = missing.map(|(planned, name)| {
        Finding::fail(
            super::at(planned, "supported_identity_providers"),
            format!("the new pool will have no provider {name}"),
            "declare it under `identity_providers`, or correct its name: `COGNITO` and those of AWS's are written as AWS does",
        )
    });
    found.collect()
}

/// What stands at an address; None where the server answers with something else than success, and its status.
async fn page(input: Input<'_>, url: &str) -> Result<std::result::Result<String, u16>> {
    let answer = input.ask(url, download(input.aws, url)).await?;
    Ok(match answer {
        Download::File(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Download::Refused(status) => Err(status),
    })
}

/// Whether a status leaves open what AWS will find: the page has moved, or the server is out of order for now.
fn is_undecided(status: u16) -> bool {
    (300..400).contains(&status) || status >= 500 || status == 429
}

async fn discovery(input: Input<'_>, planned: &Planned, oidc: &Oidc) -> Finding {
    let at = super::at(planned, "oidc.oidc_issuer");
    let Oidc { oidc_issuer, authorize_url, token_url, attributes_url, jwks_uri, .. } = oidc;
    let url = format!("{}/.well-known/openid-configuration", oidc_issuer.trim_end_matches('/'));
    let is_told = [authorize_url, token_url, attributes_url, jwks_uri].into_iter().all(Option::is_some);
    let missing = |why: String| {
        if is_told {
            let hint = "all four addresses are declared, so AWS needs no discovery: see that they are right";
            return Finding::warn(at.clone(), why, hint);
        }
        let hint = "correct oidc_issuer, which the provider's administrator knows; or declare authorize_url, token_url, \
                    attributes_url and jwks_uri";
        Finding::fail(at.clone(), why, hint)
    };
    let text = match page(input, &url).await {
        Ok(Ok(text)) => text,
        Ok(Err(status)) if is_undecided(status) => {
            return Finding::unknown(at, format!("{url} answers with HTTP {status}, which says nothing"));
        }
        Ok(Err(status)) => return missing(format!("{url} answers with HTTP {status}, and no discovery document")),
        Err(error) => return Finding::untold(at, &format!("nobody knows whether {oidc_issuer} answers"), &error),
    };
    let Ok(document) = serde_json::from_str::<Value>(&text) else {
        return missing(format!("what {url} answers is no discovery document"));
    };
    match document["issuer"].as_str() {
        Some(issuer) if issuer == oidc_issuer => {
            Finding::pass(at, format!("{oidc_issuer} answers, and names itself so"))
        }
        Some(issuer) => Finding::fail(
            at,
            format!("the discovery document of {oidc_issuer} names the issuer {issuer}, as its tokens will"),
            format!("write oidc_issuer: {issuer}, to the letter"),
        ),
        None => missing(format!("the discovery document at {url} names no issuer")),
    }
}

async fn metadata(input: Input<'_>, planned: &Planned, saml: &Saml) -> Finding {
    let (at, place, text) = match (&saml.metadata_url, &saml.metadata_file) {
        (Some(url), _) => {
            let at = super::at(planned, "saml.metadata_url");
            match page(input, url).await {
                Ok(Ok(text)) => (at, url.clone(), text),
                Ok(Err(status)) if is_undecided(status) => {
                    return Finding::unknown(at, format!("{url} answers with HTTP {status}, which says nothing"));
                }
                Ok(Err(status)) => {
                    let hint = "correct the address, which the provider's administrator knows, or name a metadata_file";
                    return Finding::fail(at, format!("{url} answers with HTTP {status}, and no metadata"), hint);
                }
                Err(error) => return Finding::untold(at, &format!("nobody knows whether {url} answers"), &error),
            }
        }
        (None, Some(document)) => (super::at(planned, "saml.metadata_file"), "the file".to_owned(), document.clone()),
        (None, None) => return Finding::unknown(super::at(planned, "saml"), "no metadata is declared"),
    };
    let Some(found) = read(&text).filter(|found| found.is_provider) else {
        let message = format!("what is at {place} is no metadata of a SAML provider: it has no IDPSSODescriptor");
        return Finding::fail(at, message, "ask the provider's administrator for its own metadata");
    };
    judged(at, &place, &found, input.aws.clock.now_ms())
}

fn judged(at: String, place: &str, found: &Metadata, now: i64) -> Finding {
    match found.ending(now) {
        Some(Ending { message, has_ended: true }) => return Finding::fail(at, message, ENDING_HINT),
        Some(Ending { message, has_ended: false }) => return Finding::warn(at, message, ENDING_HINT),
        None => {}
    }
    let name = found.entity.as_deref().unwrap_or("the provider");
    Finding::pass(at, format!("{place} has the metadata of {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::Outcome;

    #[test]
    fn certificates_are_judged_by_the_last_of_them() {
        const DAY: i64 = 24 * 3_600_000;
        let of = |certificates: &[Option<i64>]| {
            let found = Metadata {
                entity: Some("https://idp.example.com".to_owned()),
                is_provider: true,
                certificates: certificates.to_vec(),
            };
            judged("a".to_owned(), "the file", &found, 1_000 * DAY).outcome
        };
        assert_eq!(of(&[Some(999 * DAY)]), Outcome::Fail);
        assert_eq!(of(&[Some(999 * DAY), Some(1_010 * DAY)]), Outcome::Warn);
        assert_eq!(of(&[Some(999 * DAY), Some(1_100 * DAY)]), Outcome::Pass);
        assert_eq!(of(&[Some(999 * DAY), None]), Outcome::Pass);
        assert_eq!(of(&[]), Outcome::Pass);
    }
}
