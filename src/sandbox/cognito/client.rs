//! App clients: made, read, changed, deleted, listed (`app_client.md` 1, 5).
use super::doc::{self, Doc};
use super::state::{Client, no_client, within};
use super::{Refusal, client_rules, ids, invalid, page};
use crate::sandbox::{ACCOUNT, World};
use serde_json::{Value, json};

/// `CreateUserPoolClient`. Names are not unique, and there is no token (`app_client.md`, head).
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    let generate = doc::flag(input, "GenerateSecret").unwrap_or(false);
    let given = doc::text(input, "ClientSecret");
    // app_client.md 1, ClientSecret: "not together with GenerateSecret=true". The text is not known.
    if generate && given.is_some() {
        return Err(invalid("ClientSecret can not be specified when GenerateSecret is true."));
    }
    let settings = settled(None, input);
    client_rules::check(pool_id, pool, &settings, generate || given.is_some())?;
    within(pool.clients.len(), 1_000, "app clients per user pool")?;
    let secret = match given {
        Some(secret) => Some(secret.to_owned()),
        None => generate.then(|| ids::secret(world)),
    };
    let id = ids::client(world);
    let client = Client { created: world.now, modified: world.now, secret, settings, ..Client::default() };
    let shown = shown(pool_id, &id, &client);
    world.cognito.pool_mut(region, pool_id)?.clients.insert(id, client);
    Ok(json!({ "UserPoolClient": shown }))
}

/// `DescribeUserPoolClient`: the secret in clear text (`app_client.md` 4).
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool, id) = (doc::required(input, "UserPoolId"), doc::required(input, "ClientId"));
    let client = world.cognito.pool(region, pool)?.client(id)?;
    Ok(json!({ "UserPoolClient": shown(pool, id, client) }))
}

/// `UpdateUserPoolClient`: resets what it is not sent (`app_client.md` 1).
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "ClientId"));
    let pool = world.cognito.pool(region, pool_id)?;
    let client = pool.client(id)?;
    let settings = settled(Some(&client.settings), input);
    client_rules::check(pool_id, pool, &settings, client.secret.is_some())?;
    let now = world.now;
    let pool = world.cognito.pool_mut(region, pool_id)?;
    let client = pool.clients.get_mut(id).ok_or_else(|| no_client(id))?;
    client.settings = settings;
    client.modified = now;
    Ok(json!({ "UserPoolClient": shown(pool_id, id, client) }))
}

/// `DeleteUserPoolClient`: its style, pages, risk configuration and terms go with it (`app_client.md` 5).
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "ClientId");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    pool.clients.remove(id).ok_or_else(|| no_client(id))?;
    pool.brandings.retain(|_, branding| branding.client != id);
    pool.ui.remove(id);
    pool.risks.remove(id);
    pool.terms.retain(|_, terms| terms.client != id);
    Ok(json!({}))
}

/// `ListUserPoolClients`.
pub(super) fn list(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = doc::required(input, "UserPoolId");
    let clients = &world.cognito.pool(region, pool)?.clients;
    let page = page::page(clients, doc::number(input, "MaxResults"), doc::text(input, "NextToken"))?;
    let items: Vec<Value> = page
        .items
        .into_iter()
        .map(|(id, client)| {
            json!({ "ClientId": id, "UserPoolId": pool, "ClientName": client.settings.get("ClientName") })
        })
        .collect();
    let mut answer = json!({ "UserPoolClients": items });
    if let Some(next) = page.next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

/// Members that read back as they were sent, lists as sets; unsent or empty, they do not read back at all
/// (`app_client.md` 1).
const PLAIN: &[&str] = &[
    "AccessTokenValidity",
    "IdTokenValidity",
    "ReadAttributes",
    "WriteAttributes",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "DefaultRedirectURI",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "PreventUserExistenceErrors",
];

/// The settings that follow from `input`; `before` is what an updated client had. All that is unsent is reset,
/// but the name and the rotation (`app_client.md` 1).
fn settled(before: Option<&Doc>, input: &Doc) -> Doc {
    let mut settings = Doc::new();
    let kept = |name: &str| input.get(name).or_else(|| before.and_then(|before| before.get(name))).cloned();
    settings.extend(kept("ClientName").map(|name| ("ClientName".to_owned(), name)));
    for name in PLAIN {
        let value = input.get(*name).filter(|value| !value.as_array().is_some_and(Vec::is_empty));
        let value = value.map(|value| if value.is_array() { doc::as_set(value) } else { value.clone() });
        settings.extend(value.map(|value| ((*name).to_owned(), value)));
    }
    // app_client.md 1, RefreshTokenValidity: "0 → 30 days".
    let refresh = doc::number(input, "RefreshTokenValidity").filter(|days| *days > 0).unwrap_or(30);
    settings.insert("RefreshTokenValidity".to_owned(), refresh.into());
    settings.insert("TokenValidityUnits".to_owned(), units(doc::child(input, "TokenValidityUnits")));
    let flags = [
        ("AllowedOAuthFlowsUserPoolClient", false),
        ("EnableTokenRevocation", true),
        ("EnablePropagateAdditionalUserContextData", false),
    ];
    for (name, default) in flags {
        settings.insert(name.to_owned(), doc::flag(input, name).unwrap_or(default).into());
    }
    let session = doc::number(input, "AuthSessionValidity").unwrap_or(3);
    settings.insert("AuthSessionValidity".to_owned(), session.into());
    if let Some(analytics) = doc::child(input, "AnalyticsConfiguration") {
        settings.insert("AnalyticsConfiguration".to_owned(), analytics_read_back(analytics));
    }
    // app_client.md 1, RefreshTokenRotation: kept; switched off, it grants nothing.
    let rotation = kept("RefreshTokenRotation").map(|rotation| {
        let feature = rotation["Feature"].clone();
        let grace = rotation["RetryGracePeriodSeconds"].as_i64().filter(|_| feature == "ENABLED").unwrap_or(0);
        json!({ "Feature": feature, "RetryGracePeriodSeconds": grace })
    });
    settings.extend(rotation.map(|rotation| ("RefreshTokenRotation".to_owned(), rotation)));
    settings
}

/// With one unit set, the others are filled in; with none, there are none (`app_client.md` 1).
fn units(sent: Option<&Doc>) -> Value {
    let Some(sent) = sent.filter(|sent| !sent.is_empty()) else { return json!({}) };
    let unit = |name: &str, default: &str| doc::text(sent, name).unwrap_or(default).to_owned();
    json!({
        "AccessToken": unit("AccessToken", "hours"),
        "IdToken": unit("IdToken", "hours"),
        "RefreshToken": unit("RefreshToken", "days"),
    })
}

/// "With `ApplicationArn` the service fills `RoleArn` with the service-linked role" (`app_client.md` 1).
fn analytics_read_back(sent: &Doc) -> Value {
    let mut analytics = sent.clone();
    if analytics.contains_key("ApplicationArn") {
        let role = "aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp";
        analytics.insert("RoleArn".to_owned(), format!("arn:aws:iam::{ACCOUNT}:role/{role}").into());
    }
    analytics.entry("UserDataShared").or_insert(Value::Bool(false));
    Value::Object(analytics)
}

fn shown(pool: &str, id: &str, client: &Client) -> Value {
    let mut shown = client.settings.clone();
    shown.insert("UserPoolId".to_owned(), pool.into());
    shown.insert("ClientId".to_owned(), id.into());
    shown.extend(client.secret.as_ref().map(|secret| ("ClientSecret".to_owned(), secret.as_str().into())));
    shown.insert("CreationDate".to_owned(), doc::time(client.created));
    shown.insert("LastModifiedDate".to_owned(), doc::time(client.modified));
    Value::Object(shown)
}
