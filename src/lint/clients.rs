//! What a client may be trusted with.

use super::look::{Found, Look, has};
use super::{Rule, Severity};
use crate::kinds::app_client::check::scheme_and_host;
use crate::kinds::app_client::{ClientSettings, OAuthFlow};

/// The scope of a user's own account.
const ADMIN: &str = "aws.cognito.signin.user.admin";

pub(super) const SECRET: Rule = Rule {
    id: "secret-on-public-client",
    severity: Severity::Error,
    in_production: false,
    title: "A client that cannot keep a secret has one",
    why: "Every copy of an app and every browser would hold it, so it is none; and what relies on it is open.",
    source: "RFC 8252 (native apps), 8.5; Cognito Developer Guide, \"Application-specific settings with app clients\"",
    remedy: "leave out `generate_secret` and `client_secret`, which makes a new client, and use PKCE; a server's part is a \
             client of its own",
    fixes: false,
    covers: &[],
    find: secret,
};

pub(super) const ADMIN_SCOPE: Rule = Rule {
    id: "admin-scope-on-web-client",
    severity: Severity::Warning,
    in_production: false,
    title: "A browser's or an app's tokens may change the user's account",
    why: "Whoever steals such a token can read and change the user's attributes and factors, and delete the account.",
    source: "Cognito Developer Guide, \"Scopes, M2M, and API authorization\"",
    remedy: "leave the scope out; where the application needs it, give it to a client of a server",
    fixes: false,
    covers: &[],
    find: admin_scope,
};

/// Why a client cannot keep a secret.
fn is_public(client: &ClientSettings) -> Option<String> {
    if has(client, OAuthFlow::Implicit) {
        return Some("the `implicit` flow is for browsers".to_owned());
    }
    let own = |url: &&String| scheme_and_host(url).is_some_and(|(scheme, _)| !matches!(&*scheme, "http" | "https"));
    client.callback_urls.iter().flatten().find(own).map(|url| format!("{url} is an app's"))
}

fn secret(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients() {
        if let Some(why) = is_public(client).filter(|_| client.has_secret()) {
            let key = if client.client_secret.is_some() { "client_secret" } else { "generate_secret" };
            found.say(format!("{at}.{key}"), format!("this client has a secret and cannot keep it: {why}"));
        }
    }
}

fn admin_scope(look: &Look<'_>, found: &mut Found) {
    for (at, client) in look.clients() {
        let for_people = has(client, OAuthFlow::Code) || has(client, OAuthFlow::Implicit);
        let scopes = client.allowed_oauth_scopes.as_ref();
        if for_people && !client.has_secret() && scopes.is_some_and(|scopes| scopes.contains(ADMIN)) {
            let message = format!("`{ADMIN}` lets a browser's or an app's tokens change the user's account");
            found.say(format!("{at}.allowed_oauth_scopes"), message);
        }
    }
}
