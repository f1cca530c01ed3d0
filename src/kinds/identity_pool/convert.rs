//! An identity pool's spec into what AWS takes, and what AWS shows into a spec.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::roles::{PrincipalTags, RoleMapping, Roles};
use super::{IdentityClient, IdentityPool, calls};
use crate::error::{Error, Result};
use crate::kind::{Ctx, Ref};
use crate::kinds::app_client::AppClient;
use crate::kinds::user_pool::UserPool;

/// The key of the stack's own user pool among principal tags.
pub(super) const OWN: &str = "user_pool";

/// What AWS calls a user pool here: its endpoint, without a scheme.
pub(super) fn provider_of(pool: &str) -> String {
    let region = pool.rsplit_once('_').map_or(pool, |(region, _)| region);
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("cognito-idp.{region}.{domain}/{pool}")
}

/// Pool and client of a reference, by AWS's names: of this stack, or of something outside it.
fn client_of(ctx: &Ctx, client: &Ref<AppClient>) -> Result<(String, String)> {
    let id = match client.outside_id() {
        Some(id) => id.to_owned(),
        None => ctx.id(client)?,
    };
    let (pool, client) =
        id.split_once('/').ok_or_else(|| Error::bug(format!("`{id}` is not the id of an app client")))?;
    Ok((provider_of(pool), client.to_owned()))
}

/// AWS's name for a key of `principal_tags`.
pub(super) fn provider_name(ctx: &Ctx, key: &str) -> Result<String> {
    if key == OWN { Ok(provider_of(&ctx.id(&Ref::<UserPool>::one())?)) } else { Ok(key.to_owned()) }
}

/// Whether the pool has the provider that a key of `principal_tags` names, as far as its settings are said.
pub(super) fn is_configured(spec: &IdentityPool, key: &str) -> bool {
    let IdentityPool {
        app_clients, supported_login_providers, open_id_connect_provider_arns, saml_provider_arns, ..
    } = spec;
    let has = |arns: &Option<BTreeSet<String>>| arns.as_ref().is_none_or(|arns| arns.contains(key));
    if key == OWN {
        return app_clients.as_ref().is_none_or(|clients| !clients.is_empty());
    }
    if key.starts_with("cognito-idp.") {
        let is_its = |client: &IdentityClient| {
            let pool = client.app_client.outside_id().and_then(|id| id.split_once('/'));
            pool.is_some_and(|(pool, _)| provider_of(pool) == key)
        };
        return app_clients.as_ref().is_none_or(|clients| clients.iter().any(is_its));
    }
    if key.starts_with("arn:") {
        return has(open_id_connect_provider_arns) || has(saml_provider_arns);
    }
    supported_login_providers.as_ref().is_none_or(|providers| providers.contains_key(key))
}

/// What create and update take, less id and tags.
pub(super) fn settings(ctx: &Ctx, spec: &IdentityPool) -> Result<Value> {
    let IdentityPool {
        name,
        allow_unauthenticated_identities,
        allow_classic_flow,
        app_clients,
        supported_login_providers,
        developer_provider_name,
        open_id_connect_provider_arns,
        saml_provider_arns,
        roles: _,
        role_mappings: _,
        principal_tags: _,
        tags: _,
    } = spec;
    let mut providers = Vec::new();
    for IdentityClient { app_client, server_side_token_check, role_mapping: _ } in app_clients.iter().flatten() {
        let (provider, client) = client_of(ctx, app_client)?;
        providers.push(json!({
            "ProviderName": provider, "ClientId": client, "ServerSideTokenCheck": server_side_token_check,
        }));
    }
    let mut input = json!({
        "IdentityPoolName": name,
        "AllowUnauthenticatedIdentities": allow_unauthenticated_identities.unwrap_or(false),
        "AllowClassicFlow": allow_classic_flow.unwrap_or(false),
        "CognitoIdentityProviders": providers,
        "SupportedLoginProviders": supported_login_providers.clone().unwrap_or_default(),
        "OpenIdConnectProviderARNs": open_id_connect_provider_arns.clone().unwrap_or_default(),
        "SamlProviderARNs": saml_provider_arns.clone().unwrap_or_default(),
    });
    if let Some(developer) = developer_provider_name {
        input["DeveloperProviderName"] = developer.clone().into();
    }
    Ok(input)
}

/// What `SetIdentityPoolRoles` takes, less the id.
pub(super) fn role_input(ctx: &Ctx, spec: &IdentityPool) -> Result<Value> {
    let mut roles = Map::new();
    if let Some(Roles { authenticated, unauthenticated }) = &spec.roles {
        for (name, role) in [("authenticated", authenticated), ("unauthenticated", unauthenticated)] {
            roles.extend(role.as_ref().map(|role| (name.to_owned(), role.as_str().into())));
        }
    }
    let mut mappings = Map::new();
    for client in spec.app_clients.iter().flatten() {
        if let Some(mapping) = &client.role_mapping {
            let (provider, client) = client_of(ctx, &client.app_client)?;
            mappings.insert(format!("{provider}:{client}"), mapping.input());
        }
    }
    for (provider, mapping) in spec.role_mappings.iter().flatten() {
        mappings.insert(provider.clone(), mapping.input());
    }
    Ok(json!({ "Roles": roles, "RoleMappings": mappings }))
}

/// The providers that may have principal tags: the key of each, and AWS's name for it.
pub(super) fn principal_tags_of(ctx: &Ctx, shown: &Value) -> BTreeMap<String, String> {
    let own = ctx.id(&Ref::<UserPool>::one()).ok().map(|pool| provider_of(&pool));
    let list = |name: &str| shown[name].as_array().cloned().unwrap_or_default();
    let pools = list("CognitoIdentityProviders");
    let pools = pools.iter().filter_map(|one| one["ProviderName"].as_str()).map(str::to_owned);
    let logins = shown["SupportedLoginProviders"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let arns = ["OpenIdConnectProviderARNs", "SamlProviderARNs"].map(list);
    let arns = arns.iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let all: BTreeSet<String> = pools.chain(logins).chain(arns).collect();
    let key = |name: &String| if own.as_ref() == Some(name) { OWN.to_owned() } else { name.clone() };
    all.into_iter().map(|name| (key(&name), name)).collect()
}

/// What AWS shows, as a total spec.
pub(super) fn spec(
    ctx: &Ctx,
    shown: &Value,
    said: &Value,
    principal_tags: BTreeMap<String, PrincipalTags>,
) -> Result<IdentityPool> {
    let mut mappings = BTreeMap::new();
    for (provider, mapping) in said["RoleMappings"].as_object().into_iter().flatten() {
        let read = RoleMapping::read(mapping).ok_or_else(|| {
            Error::aws_state(format!("the role mapping of {provider} is of a sort that this version does not know"))
                .hinted("a newer version of stack may know it")
        })?;
        mappings.insert(provider.clone(), read);
    }
    let mut app_clients = Vec::new();
    for one in shown["CognitoIdentityProviders"].as_array().into_iter().flatten() {
        let text = |name: &str| one[name].as_str().unwrap_or_default();
        let (provider, client) = (text("ProviderName"), text("ClientId"));
        let pool = provider.rsplit('/').next().unwrap_or(provider);
        let id = format!("{pool}/{client}");
        app_clients.push(IdentityClient {
            app_client: ctx.named(&id, |known, _| known == id),
            server_side_token_check: one["ServerSideTokenCheck"].as_bool().unwrap_or(false),
            role_mapping: mappings.remove(&format!("{provider}:{client}")),
        });
    }
    app_clients.sort_by(|one, other| one.app_client.address.cmp(&other.app_client.address));
    let arns = |name: &str| -> BTreeSet<String> {
        shown[name].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let logins = shown["SupportedLoginProviders"].as_object().into_iter().flatten();
    let logins = logins.map(|(name, id)| (name.clone(), id.as_str().unwrap_or_default().to_owned())).collect();
    let role = |name: &str| said["Roles"][name].as_str().map(str::to_owned);
    let roles = Roles { authenticated: role("authenticated"), unauthenticated: role("unauthenticated") };
    Ok(IdentityPool {
        name: shown["IdentityPoolName"].as_str().unwrap_or_default().to_owned(),
        allow_unauthenticated_identities: Some(shown["AllowUnauthenticatedIdentities"] == true),
        allow_classic_flow: Some(shown["AllowClassicFlow"] == true),
        app_clients: Some(app_clients),
        supported_login_providers: Some(logins),
        developer_provider_name: shown["DeveloperProviderName"].as_str().map(str::to_owned),
        open_id_connect_provider_arns: Some(arns("OpenIdConnectProviderARNs")),
        saml_provider_arns: Some(arns("SamlProviderARNs")),
        roles: Some(roles),
        role_mappings: Some(mappings),
        principal_tags: Some(principal_tags),
        tags: Some(calls::tags(shown)),
    })
}
