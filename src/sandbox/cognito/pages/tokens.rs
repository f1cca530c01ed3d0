//! Tokens: exchanged, refreshed, revoked, and read (`oauth_endpoints.md` 3, 5, 6).

use super::{Grant, granted, said};
use crate::sandbox::World;
use crate::sandbox::cognito::doc::{self, Doc};
use crate::sandbox::cognito::ids;
use crate::sandbox::cognito::state::{Client, Domain, Pool, User};
use crate::sandbox::wire::{Query, Reply, Request};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What is signed here is not signed.
const SIGNATURE: &str = "c2FuZGJveA";
/// The scope with which people see to their own account.
const ADMIN: &str = "aws.cognito.signin.user.admin";

fn no(error: &str) -> Reply {
    said(400, &json!({ "error": error }))
}

/// The client that a call names and proves to be: its id, and itself.
fn client<'a>(world: &'a World, domain: &Domain, request: &Request, form: &Query) -> Option<(String, &'a Client)> {
    let header = request.headers().get("authorization").and_then(|header| header.to_str().ok());
    let basic = header.and_then(|header| header.strip_prefix("Basic ")).and_then(|pair| STANDARD.decode(pair).ok());
    let basic = basic.and_then(|pair| String::from_utf8(pair).ok());
    let (id, secret) = match basic.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((id, secret)) => (id, Some(secret)),
        None => (form.get("client_id")?, form.get("client_secret")),
    };
    let client = world.cognito.pool(&domain.region, &domain.pool).ok()?.client(id).ok()?;
    let second = client.second.as_ref().map(|second| second.value.as_str());
    let is_proven = secret.is_some() && (client.secret.as_deref() == secret || second == secret);
    (client.secret.is_none() || is_proven).then(|| (id.to_owned(), client))
}

/// `POST /oauth2/token`.
pub(super) fn token(world: &mut World, domain: &Domain, request: &Request, form: &Query) -> Reply {
    let Some((id, client)) = client(world, domain, request, form) else { return no("invalid_client") };
    let settings = client.settings.clone();
    let has_flow = |flow| doc::texts(&settings, "AllowedOAuthFlows").contains(&flow);
    let now = world.now;
    match form.get("grant_type") {
        Some("authorization_code") => {
            // A code is good once, wherever it is shown (`oauth_endpoints.md` 2).
            let grant = form.get("code").and_then(|code| world.cognito.signed_in.codes.remove(code));
            let redirect = form.get("redirect_uri");
            let is_good =
                |grant: &Grant| grant.client == id && now < grant.ends && redirect == Some(grant.redirect.as_str());
            let Some(mut grant) = grant.filter(is_good) else { return no("invalid_grant") };
            let Some(mut tokens) = of(world, &grant) else { return no("invalid_grant") };
            grant.ends = now + validity(&settings, "RefreshToken", 30 * 86_400) * 1_000;
            tokens["refresh_token"] = refresh(world, grant).into();
            said(200, &tokens)
        }
        Some("refresh_token") => {
            let token = form.get("refresh_token").unwrap_or_default();
            let grant = world.cognito.signed_in.refresh.get(token).cloned();
            let Some(grant) = grant.filter(|grant| grant.client == id && now < grant.ends) else {
                return no("invalid_grant");
            };
            let Some(mut tokens) = of(world, &grant) else { return no("invalid_grant") };
            let rotation = doc::child(&settings, "RefreshTokenRotation");
            if rotation.and_then(|rotation| doc::text(rotation, "Feature")) == Some("ENABLED") {
                // The new one ends when the old one would have (`app_client.md` 2); the old one has its time of grace.
                let grace = rotation.and_then(|rotation| doc::number(rotation, "RetryGracePeriodSeconds")).unwrap_or(0);
                if let Some(old) = world.cognito.signed_in.refresh.get_mut(token) {
                    old.ends = old.ends.min(now + grace * 1_000);
                }
                tokens["refresh_token"] = refresh(world, grant).into();
            }
            said(200, &tokens)
        }
        Some("client_credentials") if has_flow("client_credentials") => {
            let scopes = granted(&settings, form.get("scope"));
            if scopes.is_empty() {
                return no("invalid_scope");
            }
            let lasts = validity(&settings, "AccessToken", 3_600);
            let claims = json!({
                "iss": issuer(&domain.region, &domain.pool), "sub": id, "client_id": id, "token_use": "access",
                "scope": scopes.join(" "), "iat": now / 1_000, "exp": now / 1_000 + lasts, "version": 2,
            });
            said(200, &json!({ "access_token": written(&claims), "token_type": "Bearer", "expires_in": lasts }))
        }
        Some("client_credentials") => no("unauthorized_client"),
        Some(_) => no("unsupported_grant_type"),
        None => no("invalid_request"),
    }
}

fn refresh(world: &mut World, grant: Grant) -> String {
    let token = ids::uuid(world);
    world.cognito.signed_in.refresh.insert(token.clone(), grant);
    token
}

/// `POST /oauth2/revoke`.
pub(super) fn revoke(world: &mut World, domain: &Domain, request: &Request, form: &Query) -> Reply {
    let Some((_, client)) = client(world, domain, request, form) else {
        return said(401, &json!({ "error": "invalid_client" }));
    };
    let can_revoke = doc::flag(&client.settings, "EnableTokenRevocation").unwrap_or(false);
    match form.get("token") {
        Some(token) if can_revoke && token.contains('.') => no("unsupported_token_type"),
        Some(token) if can_revoke => {
            world.cognito.signed_in.refresh.remove(token);
            said(200, &json!({}))
        }
        _ => no("invalid_request"),
    }
}

/// `GET /oauth2/userInfo`.
pub(super) fn user_info(world: &World, request: &Request) -> Reply {
    let header = request.headers().get("authorization").and_then(|header| header.to_str().ok());
    let bearer = header.and_then(|header| header.strip_prefix("Bearer "));
    let Some(token) = bearer.and_then(|token| read(world, token)) else {
        return said(401, &json!({ "error": "invalid_token" }));
    };
    let pool = world.cognito.pool(&token.region, &token.pool).ok();
    let user = pool.and_then(|pool| pool.users.get(&token.user));
    let client = pool.and_then(|pool| pool.clients.get(&token.client));
    match (user, client) {
        (Some(user), Some(client)) if token.scopes.iter().any(|scope| scope == "openid") => {
            let mut claims = attributes(user, &client.settings, &token.scopes);
            claims.insert("username".to_owned(), token.user.into());
            said(200, &Value::Object(claims))
        }
        (Some(_), Some(_)) => no("invalid_request"),
        _ => said(401, &json!({ "error": "invalid_token" })),
    }
}

/// The tokens of somebody who has signed in; none where client or user are gone.
pub(super) fn of(world: &mut World, grant: &Grant) -> Option<Value> {
    let Grant { region, pool, client, user, scopes, nonce, redirect: _, ends: _ } = grant;
    let held = world.cognito.pool(region, pool).ok()?;
    let (settings, person) = (&held.clients.get(client)?.settings, held.users.get(user)?);
    let lasts = validity(settings, "AccessToken", 3_600);
    let now = world.now / 1_000;
    let sub = person.attributes.first().map(|sub| sub["Value"].clone());
    let common = json!({ "iss": issuer(region, pool), "sub": sub, "iat": now, "auth_time": now });
    let with = |more: Value| {
        let mut claims = common.clone();
        if let (Some(claims), Value::Object(more)) = (claims.as_object_mut(), more) {
            claims.extend(more);
        }
        claims
    };
    let (groups, roles) = groups(held, person);
    let mut access = with(json!({
        "client_id": client, "token_use": "access", "scope": scopes.join(" "), "username": user,
        "exp": now + lasts, "version": 2,
    }));
    if let Some(groups) = &groups {
        access["cognito:groups"] = groups.clone();
    }
    let mut tokens = json!({ "access_token": written(&access), "token_type": "Bearer", "expires_in": lasts });
    if scopes.iter().any(|scope| scope == "openid") {
        let mut claims = attributes(person, settings, scopes);
        claims.insert("aud".to_owned(), client.as_str().into());
        claims.insert("token_use".to_owned(), "id".into());
        claims.insert("cognito:username".to_owned(), user.as_str().into());
        claims.insert("exp".to_owned(), (now + validity(settings, "IdToken", 3_600)).into());
        claims.extend(nonce.iter().map(|nonce| ("nonce".to_owned(), nonce.as_str().into())));
        claims.extend(groups.map(|groups| ("cognito:groups".to_owned(), groups)));
        claims.extend(roles);
        tokens["id_token"] = written(&with(Value::Object(claims))).into();
    }
    Some(tokens)
}

/// The groups of a person, and what an identity token says of their roles: all of them, and that of the group with the
/// lowest precedence, where it is one (`other_resources.md` 2; `oauth_endpoints.md` 6).
fn groups(pool: &Pool, person: &User) -> (Option<Value>, Doc) {
    let held: Vec<_> = person.groups.iter().filter_map(|name| Some((name, pool.groups.get(name)?))).collect();
    if held.is_empty() {
        return (None, Doc::new());
    }
    let with_role =
        held.iter().filter_map(|(_, group)| Some((group.precedence.unwrap_or(i64::MAX), group.role.as_ref()?)));
    let roles: Vec<(i64, &String)> = with_role.collect();
    let lowest = roles.iter().map(|(precedence, _)| *precedence).min();
    let first: BTreeSet<&String> =
        roles.iter().filter(|(precedence, _)| Some(*precedence) == lowest).map(|(_, role)| *role).collect();
    let mut claims = Doc::new();
    if !roles.is_empty() {
        let all: BTreeSet<&String> = roles.iter().map(|(_, role)| *role).collect();
        claims.insert("cognito:roles".to_owned(), json!(all));
    }
    if let (1, Some(preferred)) = (first.len(), first.first()) {
        claims.insert("cognito:preferred_role".to_owned(), json!(preferred));
    }
    (Some(json!(held.iter().map(|(name, _)| name).collect::<Vec<_>>())), claims)
}

/// What an identity token says of a person: what its scopes and the client's right to read let it (`oauth_endpoints.md` 6).
fn attributes(user: &User, settings: &Doc, scopes: &[String]) -> Doc {
    let readable = settings.contains_key("ReadAttributes").then(|| doc::texts(settings, "ReadAttributes"));
    let has = |scope: &str| scopes.iter().any(|other| other == scope);
    let is_plain = !["email", "phone", "profile"].iter().any(|scope| has(scope));
    let is_told = |name: &str| match name {
        "sub" => true,
        "email" | "email_verified" => is_plain || has("email"),
        "phone_number" | "phone_number_verified" => is_plain || has("phone"),
        _ => is_plain || has("profile"),
    };
    let told = user.attributes.iter().filter_map(|held| Some((held["Name"].as_str()?, &held["Value"])));
    told.filter(|(name, _)| is_told(name))
        .filter(|(name, _)| *name == "sub" || readable.as_ref().is_none_or(|readable| readable.contains(name)))
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

/// How long a token lasts, in seconds: `AccessTokenValidity` in its unit, or what AWS says where nobody does.
fn validity(settings: &Doc, token: &str, otherwise: i64) -> i64 {
    let Some(number) = doc::number(settings, &format!("{token}Validity")).filter(|number| *number > 0) else {
        return otherwise;
    };
    let unit = doc::child(settings, "TokenValidityUnits").and_then(|units| doc::text(units, token));
    number
        * match unit {
            Some("seconds") => 1,
            Some("minutes") => 60,
            Some("days") => 86_400,
            None if token == "RefreshToken" => 86_400,
            _ => 3_600,
        }
}

fn issuer(region: &str, pool: &str) -> String {
    format!("https://cognito-idp.{region}.amazonaws.com/{pool}")
}

fn written(claims: &Value) -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"sandbox"}"#);
    format!("{head}.{}.{SIGNATURE}", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// What an access token says.
pub(super) struct Access {
    pub(super) region: String,
    pub(super) pool: String,
    pub(super) client: String,
    pub(super) user: String,
    scopes: Vec<String>,
}

impl Access {
    /// Whether people may see to their own account with it.
    pub(super) fn is_of_account(&self) -> bool {
        self.scopes.iter().any(|scope| scope == ADMIN)
    }
}

/// Reads an access token that was made here and has not ended.
pub(super) fn read(world: &World, token: &str) -> Option<Access> {
    let (rest, signature) = token.rsplit_once('.')?;
    let claims = URL_SAFE_NO_PAD.decode(rest.split_once('.')?.1).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let text = |name: &str| claims[name].as_str();
    let (region, pool) = text("iss")?.strip_prefix("https://cognito-idp.")?.split_once(".amazonaws.com/")?;
    let is_good = signature == SIGNATURE
        && text("token_use")? == "access"
        && world.now < claims["exp"].as_i64()? * 1_000
        && world.cognito.pool(region, pool).ok()?.users.contains_key(text("username")?);
    is_good.then(|| Access {
        region: region.to_owned(),
        pool: pool.to_owned(),
        client: text("client_id").unwrap_or_default().to_owned(),
        user: text("username").unwrap_or_default().to_owned(),
        scopes: text("scope").unwrap_or_default().split(' ').map(ToOwned::to_owned).collect(),
    })
}
