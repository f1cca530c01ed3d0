//! Identity providers: made, read, changed, deleted, listed (`other_resources.md` 1).
use super::doc::{self, Doc};
use super::state::{Pool, Provider, within};
use super::{Refusal, invalid, page, provider_rules, schema};
use crate::sandbox::World;
use serde_json::{Value, json};

/// The most providers that a pool can have (`other_resources.md` 1.1, Quota).
const MOST: usize = 300;

/// `CreateIdentityProvider`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let (name, kind) = (doc::required(input, "ProviderName"), doc::required(input, "ProviderType"));
    let pool = world.cognito.pool(region, id)?;
    provider_rules::named(name, kind)?;
    // other_resources.md 1.1, Duplicate.
    if pool.providers.contains_key(name) {
        return Err(Refusal::new("DuplicateProviderException", format!("{name} already exists in user pool {id}")));
    }
    let details = provider_rules::details(kind, sent(input, "ProviderDetails"), None)?;
    let mapping = provider_rules::mapping(kind, pool, sent(input, "AttributeMapping"))?;
    let identifiers = identifiers(pool, name, input)?.unwrap_or_default();
    provider_rules::levels(kind, input)?;
    within(pool.providers.len(), MOST, "identity providers per user pool")?;
    let provider = Provider {
        kind: kind.to_owned(),
        created: world.now,
        modified: world.now,
        details,
        mapping,
        identifiers,
        acr: input.get("AcrMapping").cloned(),
    };
    let shown = shown(id, name, &provider);
    let pool = world.cognito.pool_mut(region, id)?;
    pool.providers.insert(name.to_owned(), provider);
    schema::with_identities(&mut pool.schema);
    Ok(json!({ "IdentityProvider": shown }))
}

/// `DescribeIdentityProvider`: the client's secret in clear text, Apple's key not at all (`other_resources.md` 1.2).
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (id, name) = (doc::required(input, "UserPoolId"), doc::required(input, "ProviderName"));
    let provider = held(world.cognito.pool(region, id)?, name)?;
    Ok(json!({ "IdentityProvider": shown(id, name, provider) }))
}

/// `GetIdentityProviderByIdentifier`.
pub(super) fn by_identifier(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (id, wanted) = (doc::required(input, "UserPoolId"), doc::required(input, "IdpIdentifier"));
    let pool = world.cognito.pool(region, id)?;
    let found = pool.providers.iter().find(|(_, one)| one.identifiers.iter().any(|one| one == wanted));
    let (name, provider) = found.ok_or_else(|| no_provider(wanted))?;
    Ok(json!({ "IdentityProvider": shown(id, name, provider) }))
}

/// `UpdateIdentityProvider`: keeps what it is not sent; the details that it is sent are taken whole
/// (`other_resources.md` 1.1, Update).
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (id, name) = (doc::required(input, "UserPoolId"), doc::required(input, "ProviderName"));
    let pool = world.cognito.pool(region, id)?;
    let before = held(pool, name)?;
    let kind = before.kind.clone();
    let details = match doc::child(input, "ProviderDetails") {
        Some(sent) => provider_rules::details(&kind, sent.clone(), Some(&before.details))?,
        None => before.details.clone(),
    };
    let mapping = match doc::child(input, "AttributeMapping") {
        Some(sent) => provider_rules::mapping(&kind, pool, sent.clone())?,
        None => before.mapping.clone(),
    };
    let identifiers = identifiers(pool, name, input)?.unwrap_or_else(|| before.identifiers.clone());
    provider_rules::levels(&kind, input)?;
    let acr = input.get("AcrMapping").or(before.acr.as_ref()).cloned();
    let now = world.now;
    let pool = world.cognito.pool_mut(region, id)?;
    let provider = pool.providers.get_mut(name).ok_or_else(|| no_provider(name))?;
    *provider = Provider { kind, created: provider.created, modified: now, details, mapping, identifiers, acr };
    Ok(json!({ "IdentityProvider": shown(id, name, provider) }))
}

/// `DeleteIdentityProvider`: clients that name it go on naming it, and their next update fails (`app_client.md` 5).
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let name = doc::required(input, "ProviderName");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    pool.providers.remove(name).ok_or_else(|| no_provider(name))?;
    // Whether the attribute of the first provider stays behind the last one is not known.
    if pool.providers.is_empty() {
        schema::without_identities(&mut pool.schema);
    }
    Ok(json!({}))
}

/// `ListIdentityProviders`: names and types alone (`other_resources.md` 1.1, List).
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool(region, doc::required(input, "UserPoolId"))?;
    let page = page::page(&pool.providers, doc::number(input, "MaxResults"), doc::text(input, "NextToken"))?;
    let items: Vec<Value> = page
        .items
        .into_iter()
        .map(|(name, provider)| {
            json!({
                "ProviderName": name,
                "ProviderType": provider.kind,
                "LastModifiedDate": doc::time(provider.modified),
                "CreationDate": doc::time(provider.created),
            })
        })
        .collect();
    let mut answer = json!({ "Providers": items });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

/// The identifiers that are sent, each of which only one provider of the pool may have (`other_resources.md` 1.1,
/// `IdpIdentifiers`, inferred). The text is not known.
fn identifiers(pool: &Pool, name: &str, input: &Doc) -> Result<Option<Vec<String>>, Refusal> {
    if !input.contains_key("IdpIdentifiers") {
        return Ok(None);
    }
    let sent = doc::texts(input, "IdpIdentifiers");
    let mut others =
        pool.providers.iter().filter(|(other, _)| other.as_str() != name).flat_map(|(_, one)| &one.identifiers);
    if let Some(taken) = others.find(|held| sent.contains(&held.as_str())) {
        return Err(invalid(format!("The identifier {taken} is already used by another identity provider.")));
    }
    let unordered = doc::as_set(&sent.into());
    let texts = unordered.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str);
    Ok(Some(texts.map(ToOwned::to_owned).collect()))
}

fn sent(input: &Doc, name: &str) -> Doc {
    doc::child(input, name).cloned().unwrap_or_default()
}

fn held<'a>(pool: &'a Pool, name: &str) -> Result<&'a Provider, Refusal> {
    pool.providers.get(name).ok_or_else(|| no_provider(name))
}

/// The text is not known.
fn no_provider(name: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("Identity provider {name} does not exist."))
}

fn shown(pool: &str, name: &str, provider: &Provider) -> Value {
    let mut shown = json!({
        "UserPoolId": pool,
        "ProviderName": name,
        "ProviderType": provider.kind,
        "ProviderDetails": provider_rules::read_back(&provider.kind, &provider.details),
        "AttributeMapping": provider.mapping,
        "IdpIdentifiers": provider.identifiers,
        "LastModifiedDate": doc::time(provider.modified),
        "CreationDate": doc::time(provider.created),
    });
    if let Some(acr) = &provider.acr {
        shown["AcrMapping"] = acr.clone();
    }
    shown
}
