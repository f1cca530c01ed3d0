//! Managed login styles, one to a client (`ui.md` 3).
use super::branding_defaults::defaults;
use super::doc::{self, Doc};
use super::state::{Branding, no_client, within};
use super::{Refusal, ids, invalid};
use crate::sandbox::World;
use serde_json::{Value, json};

/// The most that a request can hold (`ui.md` 3.1, "Request ≤ 2 MB").
const REQUEST: usize = 2_000_000;

/// `CreateManagedLoginBranding`.
pub(super) fn create(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, client) = (doc::required(input, "UserPoolId"), doc::required(input, "ClientId"));
    let pool = world.cognito.pool(region, pool_id)?;
    pool.client(client)?;
    let provided = doc::flag(input, "UseCognitoProvidedValues").unwrap_or(false);
    if provided == input.contains_key("Settings") {
        return Err(neither_or_both());
    }
    contents(input)?;
    if pool.brandings.values().any(|branding| branding.client == client) {
        // ui.md 3.1: "second create → ManagedLoginBrandingExistsException". The text is not known.
        return Err(Refusal::new(
            "ManagedLoginBrandingExistsException",
            format!("Managed login branding already exists for client {client}."),
        ));
    }
    within(pool.brandings.len(), 20, "managed login styles per user pool")?;
    let id = ids::uuid(world);
    let mut branding = Branding {
        client: client.to_owned(),
        created: world.now,
        modified: world.now,
        provided,
        settings: input.get("Settings").cloned(),
        assets: Vec::new(),
    };
    add(&mut branding.assets, input);
    let shown = shown(pool_id, &id, &branding, false);
    world.cognito.pool_mut(region, pool_id)?.brandings.insert(id, branding);
    Ok(json!({ "ManagedLoginBranding": shown }))
}

/// `DescribeManagedLoginBranding`: the answer does not name the client (`ui.md` 3.1).
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "ManagedLoginBrandingId"));
    let branding = world.cognito.pool(region, pool_id)?.brandings.get(id).ok_or_else(|| no_branding(id))?;
    Ok(json!({ "ManagedLoginBranding": shown(pool_id, id, branding, merged(input)) }))
}

/// `DescribeManagedLoginBrandingByClient`.
pub(super) fn by_client(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, client) = (doc::required(input, "UserPoolId"), doc::required(input, "ClientId"));
    let pool = world.cognito.pool(region, pool_id)?;
    if !pool.clients.contains_key(client) {
        return Err(no_client(client));
    }
    let (id, branding) = pool
        .brandings
        .iter()
        .find(|(_, branding)| branding.client == client)
        .ok_or_else(|| no_branding(&format!("for client {client}")))?;
    Ok(json!({ "ManagedLoginBranding": shown(pool_id, id, branding, merged(input)) }))
}

/// `UpdateManagedLoginBranding`: merges; only the provided values take anything away (`ui.md` 3.1).
pub(super) fn update(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let (pool_id, id) = (doc::required(input, "UserPoolId"), doc::required(input, "ManagedLoginBrandingId"));
    let now = world.now;
    let pool = world.cognito.pool_mut(region, pool_id)?;
    let branding = pool.brandings.get_mut(id).ok_or_else(|| no_branding(id))?;
    let provided = doc::flag(input, "UseCognitoProvidedValues").unwrap_or(false);
    if provided && input.contains_key("Settings") {
        return Err(neither_or_both());
    }
    contents(input)?;
    if provided {
        // "switching UseCognitoProvidedValues=true reverts to defaults".
        branding.provided = true;
        branding.settings = None;
        branding.assets.clear();
    }
    if let Some(settings) = input.get("Settings") {
        branding.provided = false;
        merge(branding.settings.get_or_insert_with(|| json!({})), settings);
    }
    add(&mut branding.assets, input);
    branding.modified = now;
    Ok(json!({ "ManagedLoginBranding": shown(pool_id, id, branding, false) }))
}

/// `DeleteManagedLoginBranding`.
pub(super) fn delete(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "ManagedLoginBrandingId");
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    pool.brandings.remove(id).ok_or_else(|| no_branding(id))?;
    Ok(json!({}))
}

/// `ui.md` 3.1, "Exactly one of".
fn neither_or_both() -> Refusal {
    invalid("useCognitoProvidedValues or settings should be specified (but not both)")
}

/// The text is not known.
fn no_branding(id: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("Managed login branding {id} does not exist."))
}

fn merged(input: &Doc) -> bool {
    doc::flag(input, "ReturnMergedResources").unwrap_or(false)
}

/// What settings and assets can be (`ui.md` 3.1, 3.2). The texts are not known.
fn contents(input: &Doc) -> Result<(), Refusal> {
    if Value::Object(input.clone()).to_string().len() > REQUEST {
        return Err(invalid("request parameters too large"));
    }
    if input.get("Settings").is_some_and(|settings| !settings.is_object()) {
        return Err(invalid("Settings must be a JSON object."));
    }
    if let Some((path, colour)) = input.get("Settings").and_then(|settings| odd_colour("", settings)) {
        return Err(invalid(format!("Invalid color {colour} at {path}: a color has eight hexadecimal digits")));
    }
    let assets = doc::items(input, "Assets").iter().filter_map(Value::as_object);
    for asset in assets {
        if doc::text(asset, "Extension") == Some("ICO") && doc::text(asset, "Category") != Some("FAVICON_ICO") {
            return Err(invalid("The extension ICO can be used only with the category FAVICON_ICO."));
        }
    }
    Ok(())
}

/// A colour that is not `RRGGBBAA` without `#`, and where it stands (`ui.md` 3.3 and 3.4: the members that are called
/// `color` or end in `Color`). The text is not known.
fn odd_colour(at: &str, settings: &Value) -> Option<(String, Value)> {
    let under = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    settings.as_object()?.iter().find_map(|(key, value)| {
        let is_colour = key == "color" || key.ends_with("Color");
        let is_good =
            || value.as_str().is_some_and(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if is_colour && !value.is_object() {
            return (!is_good()).then(|| (under(key), value.clone()));
        }
        odd_colour(&under(key), value)
    })
}

/// Adds assets; one of the same category and mode gives way (`ui.md` 3.1, "Assets are keyed by").
fn add(assets: &mut Vec<Value>, input: &Doc) {
    for asset in doc::items(input, "Assets") {
        assets.retain(|held| held["Category"] != asset["Category"] || held["ColorMode"] != asset["ColorMode"]);
        assets.push(asset.clone());
    }
}

/// Lays one document over another; lists are taken whole.
fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                merge(under.entry(name).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

fn shown(pool: &str, id: &str, branding: &Branding, merged: bool) -> Value {
    let mut shown = json!({
        "ManagedLoginBrandingId": id,
        "UserPoolId": pool,
        "UseCognitoProvidedValues": branding.provided,
        "Assets": branding.assets,
        "CreationDate": doc::time(branding.created),
        "LastModifiedDate": doc::time(branding.modified),
    });
    if merged {
        let mut settings = defaults();
        merge(&mut settings, branding.settings.as_ref().unwrap_or(&json!({})));
        shown["Settings"] = settings;
    } else if let Some(settings) = &branding.settings {
        shown["Settings"] = settings.clone();
    }
    shown
}
