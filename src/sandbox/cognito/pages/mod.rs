//! What a domain shows to people and to applications: signing in, tokens, signing out (`oauth_endpoints.md`).
//!
//! No passwords are kept here, so whoever names a user has signed in as them; and no token is signed. All else is as
//! AWS has it, as far as it shows what a pool, a client or a domain was set to.

mod passkeys;
mod recovery;
mod tokens;

pub(super) use passkeys::{complete, start};
pub(super) use recovery::{forgot, prefer};

use super::doc::{self, Doc};
use super::state::{Client, Domain, Pool};
use super::users;
use crate::sandbox::World;
use crate::sandbox::wire::{self, Query, Reply, Request};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How long a changed look is not shown yet, in milliseconds. On AWS: up to a minute (`ui.md` 2).
pub const LOOK_SHOWS: i64 = 2_000;
/// Where `serve` has the hosts: it has none of Cognito's, so the path names them.
const SERVED: &str = "/_sandbox/pages/";
/// Where a person says who they are; the query stays with it.
const FORM: &str = "<form method=\"post\"><input name=\"username\"><button>Sign in</button></form>";
/// How long a code can be exchanged, in milliseconds (`oauth_endpoints.md` 2).
const CODE_LASTS: i64 = 5 * 60_000;

/// Who has signed in where.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct SignedIn {
    codes: BTreeMap<String, Grant>,
    refresh: BTreeMap<String, Grant>,
}

/// What somebody has signed in for.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Grant {
    region: String,
    pool: String,
    client: String,
    user: String,
    scopes: Vec<String>,
    /// Where the code was sent.
    redirect: String,
    nonce: Option<String>,
    /// When it ends: milliseconds since 1970 in UTC.
    ends: i64,
}

/// Answers what is asked of a domain's host, or of an issuer's; `None` is no such host.
pub(in crate::sandbox) fn answer(world: &mut World, request: &Request) -> Option<Reply> {
    let path = request.uri().path();
    match path.strip_prefix(SERVED) {
        Some(rest) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let reply = of_host(world, host, &format!("/{path}"), request)?;
            // What leads on within the host stays below its name.
            let on = reply.headers().get("location").and_then(|to| to.to_str().ok()).filter(|to| to.starts_with('/'));
            let on = on.map(|to| format!("{SERVED}{host}{to}"));
            Some(match on {
                Some(on) => wire::with_header(reply, "Location", &on),
                None => reply,
            })
        }
        None => of_host(world, &wire::host(request), path, request),
    }
}

fn of_host(world: &mut World, host: &str, path: &str, request: &Request) -> Option<Reply> {
    if let Some(reply) = issuer(world, host, path) {
        return Some(reply);
    }
    let domain = world.cognito.domains.get(host)?;
    if domain.gone.is_some() || world.now < domain.ready {
        return None;
    }
    let domain = domain.clone();
    let (query, form) = (Query::of(request), wire::form(request.body()));
    Some(match (request.method().as_str(), path) {
        ("GET", "/oauth2/authorize") => page(world, &domain, &query, Step::Authorize),
        ("GET", "/login") => page(world, &domain, &query, Step::Look),
        ("POST", "/login") => page(world, &domain, &query, Step::SignIn(&form)),
        ("GET", "/logout") => logout(world, &domain, &query),
        ("POST", "/oauth2/token") => tokens::token(world, &domain, request, &form),
        ("POST", "/oauth2/revoke") => tokens::revoke(world, &domain, request, &form),
        ("GET", "/oauth2/userInfo") => tokens::user_info(world, request),
        _ => html(404, "Not found", ""),
    })
}

/// The discovery document, which is the issuer's and not the domain's (`oauth_endpoints.md` 1).
fn issuer(world: &World, host: &str, path: &str) -> Option<Reply> {
    let region = host.strip_prefix("cognito-idp.")?.strip_suffix(".amazonaws.com")?;
    let (pool, rest) = path.trim_start_matches('/').split_once('/')?;
    world.cognito.pool(region, pool).ok()?;
    if rest != ".well-known/openid-configuration" {
        return None;
    }
    let issuer = format!("https://{host}/{pool}");
    let mut document = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    });
    // With both domains it names the custom one alone (`domain_certificate_dns.md` 1).
    if let Some(host) = host_of(world, pool) {
        for (member, path) in [
            ("authorization_endpoint", "oauth2/authorize"),
            ("token_endpoint", "oauth2/token"),
            ("userinfo_endpoint", "oauth2/userInfo"),
            ("revocation_endpoint", "oauth2/revoke"),
            ("end_session_endpoint", "logout"),
        ] {
            document[member] = format!("https://{host}/{path}").into();
        }
    }
    Some(wire::reply(200, "application/json", document.to_string()))
}

/// The host that a pool is known by: the custom domain before that with a prefix.
fn host_of<'a>(world: &'a World, pool: &str) -> Option<&'a str> {
    let domains = || world.cognito.domains.iter().filter(|(_, domain)| domain.pool == pool && domain.gone.is_none());
    let own = domains().find(|(_, domain)| domain.custom.is_some());
    own.or_else(|| domains().next()).map(|(host, _)| host.as_str())
}

/// What is done with the query that the pages share.
#[derive(Clone, Copy)]
enum Step<'a> {
    Authorize,
    Look,
    SignIn(&'a Query),
}

/// What an application asks people to sign in for (`oauth_endpoints.md` 2).
struct Asked {
    client: String,
    redirect: String,
    by_code: bool,
    scopes: Vec<String>,
    state: Option<String>,
    nonce: Option<String>,
}

/// Why nobody signs in: said on a page, or to the application.
enum No {
    Page(&'static str),
    Back(String, &'static str),
}

fn page(world: &mut World, domain: &Domain, query: &Query, step: Step<'_>) -> Reply {
    let Ok(pool) = world.cognito.pool(&domain.region, &domain.pool) else { return html(404, "Not found", "") };
    let asked = match asked(pool, query) {
        Ok(asked) => asked,
        // A client or an address that is not known gets a page, and nothing is sent anywhere.
        Err(No::Page(why)) => return html(400, why, ""),
        Err(No::Back(to, why)) => {
            let state = query.get("state").map(|state| format!("&state={}", wire::encode(state))).unwrap_or_default();
            return found(&format!("{to}{}error={why}{state}", if to.contains('?') { '&' } else { '?' }));
        }
    };
    match step {
        Step::Authorize => found(&format!("/login?{}", query.text())),
        Step::Look => match login(world, domain, &asked) {
            Ok(body) => html(200, "Signin", &format!("{body}{FORM}")),
            Err(why) => html(400, why, ""),
        },
        Step::SignIn(form) => {
            if let Err(why) = login(world, domain, &asked) {
                return html(400, why, "");
            }
            let named = users::named(pool, form.get("username").unwrap_or_default());
            let Some((name, user)) = named else { return html(400, "Incorrect username or password.", "") };
            let (name, passkey) = (name.to_owned(), form.get("passkey"));
            // A passkey works where it was registered for the relying party of today (`user_pool.md` 4).
            let party = passkeys::party(world, &domain.region, &domain.pool);
            if passkey.is_some_and(|id| user.passkeys.get(id).is_none_or(|of| Some(of) != party.as_ref())) {
                return html(400, "Passkey not recognized", "");
            }
            signed_in(world, domain, asked, name)
        }
    }
}

fn asked(pool: &Pool, query: &Query) -> Result<Asked, No> {
    let id = query.get("client_id").unwrap_or_default();
    let client = pool.client(id).map_err(|_| No::Page("Client does not exist."))?;
    let settings = &client.settings;
    let wanted = query.get("redirect_uri").or_else(|| doc::text(settings, "DefaultRedirectURI")).unwrap_or_default();
    // To the letter: a slash more is another address, and an asterisk is an asterisk (`app_client.md` 3).
    if !doc::texts(settings, "CallbackURLs").contains(&wanted) {
        return Err(No::Page("redirect_mismatch"));
    }
    let back = |why| No::Back(wanted.to_owned(), why);
    let flow = match query.get("response_type") {
        Some("code") => "code",
        Some("token") => "implicit",
        Some(_) => return Err(back("unsupported_response_type")),
        None => return Err(back("invalid_request")),
    };
    let is_open = doc::flag(settings, "AllowedOAuthFlowsUserPoolClient").unwrap_or(false);
    if !is_open || !doc::texts(settings, "AllowedOAuthFlows").contains(&flow) {
        return Err(back("unauthorized_client"));
    }
    let scopes = granted(settings, query.get("scope"));
    if scopes.is_empty() {
        return Err(back("invalid_scope"));
    }
    Ok(Asked {
        client: id.to_owned(),
        redirect: wanted.to_owned(),
        by_code: flow == "code",
        scopes,
        state: query.get("state").map(ToOwned::to_owned),
        nonce: query.get("nonce").map(ToOwned::to_owned),
    })
}

/// The scopes that are granted of those that are asked for: what the client may not have is passed over, and e-mail,
/// phone and profile come only with `openid` (`oauth_endpoints.md` 2; `app_client.md` 3).
fn granted(settings: &Doc, asked: Option<&str>) -> Vec<String> {
    let allowed = doc::texts(settings, "AllowedOAuthScopes");
    let mut scopes: BTreeSet<&str> = match asked {
        Some(asked) => asked.split([' ', '+']).filter(|scope| allowed.contains(scope)).collect(),
        None => allowed.into_iter().collect(),
    };
    if !scopes.contains("openid") {
        scopes.retain(|scope| !["email", "phone", "profile"].contains(scope));
    }
    scopes.into_iter().map(ToOwned::to_owned).collect()
}

/// What the login page of a client holds, or why it cannot be shown (`ui.md` 1; `app_client.md` 1).
fn login(world: &World, domain: &Domain, asked: &Asked) -> Result<String, &'static str> {
    let Ok(pool) = world.cognito.pool(&domain.region, &domain.pool) else { return Err("Not found") };
    let client = asked.client.as_str();
    let providers =
        pool.clients.get(client).map(|client: &Client| doc::texts(&client.settings, "SupportedIdentityProviders"));
    let providers = providers.unwrap_or_default();
    if providers.is_empty() {
        return Err("There is no way to sign in: the app client has no identity provider.");
    }
    let ways: Vec<String> = providers.iter().map(|name| format!("<button name=\"provider\">{name}</button>")).collect();
    let ways = ways.concat();
    if domain.managed_login_version == 2 {
        if !pool.brandings.values().any(|branding| branding.client == client) {
            return Err("Login pages unavailable");
        }
        return Ok(ways);
    }
    let look = pool.ui.get(client).or_else(|| pool.ui.get("ALL"));
    let look = look.filter(|look| world.now >= look.modified + LOOK_SHOWS).and_then(|look| look.css.as_deref());
    Ok(format!("<style>{}</style>{ways}", look.unwrap_or_default()))
}

fn signed_in(world: &mut World, domain: &Domain, asked: Asked, user: String) -> Reply {
    let Asked { client, redirect, by_code, scopes, state, nonce } = asked;
    let state = state.map(|state| format!("&state={}", wire::encode(&state))).unwrap_or_default();
    let ends = world.now + CODE_LASTS;
    let (region, pool) = (domain.region.clone(), domain.pool.clone());
    let grant = Grant { region, pool, client, user, scopes, redirect: redirect.clone(), nonce, ends };
    let separator = if redirect.contains('?') { '&' } else { '?' };
    if by_code {
        let code = super::ids::uuid(world);
        world.cognito.signed_in.codes.insert(code.clone(), grant);
        return found(&format!("{redirect}{separator}code={code}{state}"));
    }
    match tokens::of(world, &grant) {
        Some(tokens) => {
            let said = |name: &str| tokens[name].as_str().map(|token| format!("{name}={token}&")).unwrap_or_default();
            let (id, access) = (said("id_token"), said("access_token"));
            found(&format!("{redirect}#{id}{access}token_type=Bearer&expires_in={}{state}", tokens["expires_in"]))
        }
        None => html(400, "Client does not exist.", ""),
    }
}

/// Two forms that exclude one another: away, or to sign in again (`oauth_endpoints.md` 4).
fn logout(world: &World, domain: &Domain, query: &Query) -> Reply {
    let pool = world.cognito.pool(&domain.region, &domain.pool);
    let client = pool.and_then(|pool| pool.client(query.get("client_id").unwrap_or_default()));
    let Ok(client) = client else { return html(400, "Client does not exist.", "") };
    let has = |list: &str, url: &str| doc::texts(&client.settings, list).contains(&url);
    match (query.get("logout_uri"), query.get("redirect_uri")) {
        (Some(url), _) if has("LogoutURLs", url) => found(url),
        (None, Some(url)) if has("CallbackURLs", url) => found(&format!("/login?{}", query.text())),
        (None, None) => html(400, "Required String parameter 'redirect_uri' is not present", ""),
        _ => html(400, "redirect_mismatch", ""),
    }
}

fn found(to: &str) -> Reply {
    wire::with_header(wire::reply(302, "text/html", ""), "Location", to)
}

fn html(status: u16, title: &str, body: &str) -> Reply {
    wire::reply(
        status,
        "text/html; charset=utf-8",
        format!("<!doctype html><title>{title}</title><h1>{title}</h1>{body}\n"),
    )
}

fn said(status: u16, answer: &Value) -> Reply {
    wire::reply(status, "application/json", answer.to_string())
}
