//! What an app client's settings must not say together (`app_client.md` 1 to 3).
use super::doc::{self, Doc};
use super::state::Pool;
use super::{Refusal, invalid, provider_rules, schema};

type Verdict = Result<(), Refusal>;

/// Refuses settings that contradict one another, or their pool.
pub(super) fn check(pool_id: &str, pool: &Pool, settings: &Doc, secret: bool) -> Verdict {
    validity(settings)?;
    attributes(pool, settings)?;
    auth_flows(pool, settings)?;
    oauth(settings, secret)?;
    scopes(pool, settings)?;
    urls(settings)?;
    // app_client.md 3, "Unknown IdP".
    let mut providers = doc::texts(settings, "SupportedIdentityProviders").into_iter();
    if let Some(provider) = providers.find(|name| !provider_rules::is_there(pool, name)) {
        return Err(invalid(format!("The provider {provider} does not exist for User Pool {pool_id}")));
    }
    // app_client.md 3, "Propagate context without secret".
    if !secret && doc::flag(settings, "EnablePropagateAdditionalUserContextData") == Some(true) {
        return Err(invalid("Client Secret is required to set EnablePropagateAdditionalUserContextData as true"));
    }
    analytics(settings)
}

/// How long tokens live, in their units (`app_client.md` 3, last paragraph).
fn validity(settings: &Doc) -> Verdict {
    let units = doc::child(settings, "TokenValidityUnits");
    let seconds = |value: &str, unit: &str, default: i64| {
        let unit = match units.and_then(|units| doc::text(units, unit)) {
            Some("seconds") => 1,
            Some("minutes") => 60,
            Some("hours") => 3_600,
            Some("days") => 86_400,
            _ => default,
        };
        doc::number(settings, value).map(|value| value * unit)
    };
    // The defaults are an hour, an hour and 30 days (app_client.md 1).
    let access = seconds("AccessTokenValidity", "AccessToken", 3_600).unwrap_or(3_600);
    let id = seconds("IdTokenValidity", "IdToken", 3_600).unwrap_or(3_600);
    let refresh = seconds("RefreshTokenValidity", "RefreshToken", 86_400).unwrap_or(2_592_000);
    if !(300..=86_400).contains(&access) || !(300..=86_400).contains(&id) || !(3_600..=315_360_000).contains(&refresh) {
        return Err(invalid("Invalid range for token validity."));
    }
    if access > refresh || id > refresh {
        return Err(invalid(
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        ));
    }
    Ok(())
}

/// What the client may read and write of a user (`app_client.md` 1, 3).
fn attributes(pool: &Pool, settings: &Doc) -> Verdict {
    let known = schema::names(&pool.schema);
    // A developer's attribute is not for clients.
    let usable = |name: &&str| known.contains(name) && !name.starts_with("dev:");
    if !doc::texts(settings, "ReadAttributes").iter().all(usable) {
        return Err(invalid("Invalid read attributes specified while creating a client"));
    }
    if settings.contains_key("WriteAttributes") {
        let written = doc::texts(settings, "WriteAttributes");
        let forbidden = ["sub", "email_verified", "phone_number_verified"];
        let fits = written.iter().all(|name| usable(name) && !forbidden.contains(name));
        // "Must contain … every required attribute."
        if !fits || schema::required(&pool.schema).iter().any(|name| !written.contains(name)) {
            return Err(invalid("Invalid write attributes specified while creating a client"));
        }
    }
    // "Must contain every IdP-mapped attribute", of the providers that the client names (app_client.md 1).
    if provider_rules::unwritable(pool, settings).is_some() {
        return Err(invalid("Invalid write attributes specified while creating a client"));
    }
    Ok(())
}

/// How people may sign in (`app_client.md` 2).
fn auth_flows(pool: &Pool, settings: &Doc) -> Verdict {
    let flows = doc::texts(settings, "ExplicitAuthFlows");
    let modern = flows.iter().filter(|flow| flow.starts_with("ALLOW_")).count();
    if modern > 0 && modern < flows.len() {
        return Err(invalid("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names."));
    }
    let rotates = doc::child(settings, "RefreshTokenRotation").and_then(|rotation| doc::text(rotation, "Feature"));
    let rotates = rotates == Some("ENABLED");
    // Unsent, the flow is among the effective ones (app_client.md 1, ExplicitAuthFlows).
    let refreshes = flows.is_empty() || flows.contains(&"ALLOW_REFRESH_TOKEN_AUTH");
    if modern > 0 && !refreshes && !rotates {
        return Err(invalid("REFRESH_TOKEN_AUTH should always be allowed."));
    }
    // app_client.md 2: "Rotation ENABLED is incompatible with the REFRESH_TOKEN_AUTH flow". The text is not known.
    if rotates && refreshes {
        return Err(invalid("ALLOW_REFRESH_TOKEN_AUTH can not be used when refresh token rotation is enabled."));
    }
    // app_client.md 2, ALLOW_USER_AUTH: Essentials or higher. The feature's name is not known.
    if flows.contains(&"ALLOW_USER_AUTH") && pool.tier() == "LITE" {
        return Err(Refusal::new(
            "FeatureUnavailableInTierException",
            "The following features need to be disabled for the LITE pricing tier configured: Choice-Based Authentication",
        ));
    }
    Ok(())
}

/// Grants (`app_client.md` 3).
fn oauth(settings: &Doc, secret: bool) -> Verdict {
    let flows = doc::texts(settings, "AllowedOAuthFlows");
    let gate = doc::flag(settings, "AllowedOAuthFlowsUserPoolClient") == Some(true);
    if gate && (flows.is_empty() || !settings.contains_key("AllowedOAuthScopes")) {
        return Err(invalid(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ));
    }
    let people = flows.contains(&"code") || flows.contains(&"implicit");
    if flows.contains(&"client_credentials") {
        if people {
            return Err(Refusal::new(
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            ));
        }
        if !secret {
            return Err(Refusal::new(
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected if client does not have a client secret.",
            ));
        }
    }
    if people && !settings.contains_key("CallbackURLs") {
        return Err(invalid("CallbackUrls can not be empty when code flow or implicit flow is selected"));
    }
    Ok(())
}

/// Scopes (`app_client.md` 3): Cognito's own, and those of the pool's resource servers.
fn scopes(pool: &Pool, settings: &Doc) -> Verdict {
    const STANDARD: [&str; 5] = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];
    let scopes = doc::texts(settings, "AllowedOAuthScopes");
    let is_custom = |scope: &str| {
        // A scope's own name has no slash, an identifier may (other_resources.md 3).
        let (server, name) = scope.rsplit_once('/').unwrap_or_default();
        pool.servers.get(server).is_some_and(|server| server.scopes.contains_key(name))
    };
    if let Some(unknown) = scopes.iter().find(|scope| !STANDARD.contains(scope) && !is_custom(scope)) {
        return Err(Refusal::new("ScopeDoesNotExistException", format!("Invalid scope requested: {unknown}")));
    }
    // "client_credentials scopes must be custom … scopes". The text is not known.
    if doc::texts(settings, "AllowedOAuthFlows").contains(&"client_credentials")
        && let Some(scope) = scopes.iter().find(|scope| STANDARD.contains(scope))
    {
        return Err(invalid(format!("{scope} is not supported with client_credentials flow.")));
    }
    Ok(())
}

/// Where people are sent back to (`app_client.md` 3).
fn urls(settings: &Doc) -> Verdict {
    let callbacks = doc::texts(settings, "CallbackURLs");
    let default = doc::text(settings, "DefaultRedirectURI");
    for url in callbacks.iter().copied().chain(doc::texts(settings, "LogoutURLs")).chain(default) {
        one_url(url)?;
    }
    match default {
        Some(default) if !callbacks.contains(&default) => {
            Err(invalid(format!("The default redirect URI {default} is not in the callback URIs list.")))
        }
        _ => Ok(()),
    }
}

fn one_url(url: &str) -> Verdict {
    if url.contains('#') {
        return Err(invalid(format!("{url} cannot use fragment")));
    }
    let parts = url.split_once(':').filter(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.is_empty()
    });
    // "Absolute URI". The text is not known.
    let Some((scheme, rest)) = parts else { return Err(invalid(format!("{url} is not a valid absolute URI."))) };
    let authority = rest.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
    let local = authority.is_some_and(|authority| {
        ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|host| authority.strip_prefix(host).is_some_and(|port| port.is_empty() || port.starts_with(':')))
    });
    if scheme.eq_ignore_ascii_case("http") && !local {
        return Err(invalid(format!("{url} cannot use the HTTP protocol.")));
    }
    if scheme.eq_ignore_ascii_case("https") && authority.is_none_or(str::is_empty) {
        return Err(invalid(format!("{url} is not a valid absolute URI.")));
    }
    Ok(())
}

/// `ApplicationArn`, or the other three (`app_client.md` 1). The text is not known.
fn analytics(settings: &Doc) -> Verdict {
    let Some(analytics) = doc::child(settings, "AnalyticsConfiguration") else { return Ok(()) };
    let by_arn = analytics.contains_key("ApplicationArn");
    let by_id = ["ApplicationId", "RoleArn", "ExternalId"];
    let fits = if by_arn {
        // RoleArn is the service's own by now.
        !analytics.contains_key("ApplicationId") && !analytics.contains_key("ExternalId")
    } else {
        by_id.iter().all(|name| analytics.contains_key(*name))
    };
    if fits {
        return Ok(());
    }
    Err(invalid(
        "Either ApplicationArn, or ApplicationId, RoleArn and ExternalId, must be set in AnalyticsConfiguration.",
    ))
}
