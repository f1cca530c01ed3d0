//! How long tokens are good, and how they end before.

use super::look::{Found, Look};
use super::{Rule, Severity};
use crate::kinds::app_client::Feature;

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

pub(super) const ACCESS: Rule = Rule {
    id: "access-token-long",
    severity: Severity::Warning,
    in_production: false,
    title: "Access or ID tokens are good for more than an hour",
    why: "Whoever checks a token by its signature alone takes a stolen one until it expires; nothing calls it back.",
    source: "Cognito Developer Guide, \"Managing user pool token expiration and caching\"; RFC 9700, 2.2.1",
    remedy: "`1h` or less; the refresh token gets the next one",
    fixes: true,
    covers: &[],
    find: access,
};

pub(super) const REFRESH: Rule = Rule {
    id: "refresh-token-long",
    severity: Severity::Warning,
    in_production: false,
    title: "Refresh tokens are good for more than 90 days",
    why: "A lost device stays signed in for all that time.",
    source: "Cognito Developer Guide, \"Refresh tokens\"; AWS's own default is 30 days",
    remedy: "`30d`; more only where somebody looks after lost devices",
    fixes: false,
    covers: &[],
    find: refresh,
};

pub(super) const ROTATION: Rule = Rule {
    id: "refresh-not-rotated",
    severity: Severity::Warning,
    in_production: false,
    title: "A public client's refresh tokens are not rotated",
    why: "A client without a secret proves nothing when it refreshes, so a copied refresh token works beside the real one \
          and nobody notices.",
    source: "RFC 9700, 4.14.2; Cognito Developer Guide, \"Refresh token rotation\"",
    remedy: "`refresh_token_rotation: { feature: ENABLED }` and no ALLOW_REFRESH_TOKEN_AUTH, once the application calls \
             GetTokensFromRefreshToken or the token endpoint",
    fixes: false,
    covers: &[],
    find: rotation,
};

pub(super) const REVOCATION: Rule = Rule {
    id: "token-revocation-off",
    severity: Severity::Error,
    in_production: false,
    title: "Refresh tokens cannot be revoked",
    why: "Signing out then ends nothing: a stolen refresh token gets new tokens until it expires.",
    source: "Cognito Developer Guide, \"Ending user sessions with token revocation\"",
    remedy: "`enable_token_revocation: true`",
    fixes: true,
    covers: &["cognito_user_pool_client_token_revocation_enabled"],
    find: revocation,
};

fn access(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients() {
        for (key, said, what) in [
            ("access_token_validity", client.access_token_validity, "an access token"),
            ("id_token_validity", client.id_token_validity, "an ID token"),
        ] {
            if let Some(said) = said.filter(|said| said.seconds() > HOUR) {
                found.say_fixable(format!("{at}.{key}"), format!("{what} is good for {said}"), "1h");
            }
        }
    }
}

fn refresh(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients() {
        if let Some(said) = client.refresh_token_validity.filter(|said| said.seconds() > 90 * DAY) {
            found.say(format!("{at}.refresh_token_validity"), format!("a refresh token is good for {said}"));
        }
    }
}

fn rotation(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients_of_people() {
        let rotates = client.refresh_token_rotation.as_ref().is_some_and(|one| one.feature == Feature::Enabled);
        if !rotates && !client.has_secret() {
            let at = format!("{at}.refresh_token_rotation");
            found.say(at, "a refresh token stays the same each time that it is used");
        }
    }
}

fn revocation(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients() {
        if client.enable_token_revocation == Some(false) {
            found.say_fixable(format!("{at}.enable_token_revocation"), "no refresh token can be revoked", "true");
        }
    }
}
