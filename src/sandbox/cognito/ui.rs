//! The classic pages' looks: CSS and an image, for a client or for all (`ui.md` 2).
use super::doc::{self, Doc};
use super::state::{Cognito, Pool, Ui};
use super::{Refusal, css, invalid};
use crate::sandbox::World;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The most that a request can hold: 135 KB (`ui.md` 2, CSS).
const REQUEST: usize = 135 * 1024;

/// The most that an image can hold: 100 KB by the guide, less than the model's (`ui.md` 2, `ImageFile`).
const IMAGE: usize = 100 * 1024;

/// `SetUICustomization`: writes CSS and image both, so that what is left out is cleared (`ui.md` 2).
pub(super) fn set(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let scope = scope(world.cognito.pool(region, pool_id)?, input)?;
    with_domain(&world.cognito, pool_id)?;
    let css = doc::filled(input, "CSS");
    let image = doc::filled(input, "ImageFile");
    if css.map_or(0, str::len) + image.map_or(0, str::len) > REQUEST {
        return Err(invalid("request parameters too large"));
    }
    if let Some(css) = css {
        css::check(css)?;
    }
    if let Some(image) = image {
        format(image)?;
    }
    let now = world.now;
    let pool = world.cognito.pool_mut(region, pool_id)?;
    let before = pool.ui.get(&scope);
    let ui = Ui {
        created: before.map_or(now, |before| before.created),
        modified: now,
        // ui.md 2, CSSVersion: "changes on each write".
        version: before.map_or(now, |before| now.max(before.version + 1)),
        css: css.map(ToOwned::to_owned),
        image: image.map(ToOwned::to_owned),
    };
    let answer = json!({ "UICustomization": shown(pool_id, &scope, &ui) });
    // ui.md 2, Delete: neither of the two.
    if css.is_none() && image.is_none() {
        pool.ui.remove(&scope);
    } else {
        pool.ui.insert(scope, ui);
    }
    Ok(answer)
}

/// `GetUICustomization`: a client's own, else the pool's, else nothing (`ui.md` 2).
pub(super) fn get(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool_id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, pool_id)?;
    let scope = scope(pool, input)?;
    with_domain(&world.cognito, pool_id)?;
    let found = [scope.as_str(), ALL].into_iter().find_map(|scope| pool.ui.get(scope).map(|ui| (scope, ui)));
    Ok(json!({ "UICustomization": found.map_or_else(|| json!({}), |(scope, ui)| shown(pool_id, scope, ui)) }))
}

/// What an image's address holds, while it is the current one.
#[must_use]
pub fn image(world: &World, url: &str) -> Option<Vec<u8>> {
    let path = url.split_once(".cloudfront.net/").map(|(_, path)| path)?;
    let mut parts = path.split('/');
    let (pool, scope, version) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, _) = pool.rsplit_once('_')?;
    let ui = world.cognito.pool(region, pool).ok()?.ui.get(scope)?;
    (address(pool, scope, version) == url && version == ui.version.to_string()).then_some(())?;
    STANDARD.decode(ui.image.as_ref()?).ok()
}

const ALL: &str = "ALL";

/// The client that is meant, or all of them.
fn scope(pool: &Pool, input: &Doc) -> Result<String, Refusal> {
    let scope = doc::text(input, "ClientId").unwrap_or(ALL);
    if scope != ALL {
        pool.client(scope)?;
    }
    Ok(scope.to_owned())
}

/// The pages are a domain's (`ui.md` 2, Precondition).
fn with_domain(cognito: &Cognito, pool: &str) -> Result<(), Refusal> {
    if cognito.domains_of(pool).next().is_some() {
        return Ok(());
    }
    Err(invalid("There has to be an existing domain associated with this user pool"))
}

/// PNG or JPEG of at most 100 KB (`ui.md` 2, `ImageFile`). The texts are not known.
fn format(image: &str) -> Result<(), Refusal> {
    let bytes = STANDARD.decode(image).unwrap_or_default();
    if bytes.len() > IMAGE {
        return Err(invalid("The image file must have at most 100 KB."));
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff") {
        return Ok(());
    }
    Err(invalid("The image file must be a PNG or a JPEG."))
}

fn shown(pool: &str, scope: &str, ui: &Ui) -> Value {
    let mut shown = json!({
        "UserPoolId": pool,
        "ClientId": scope,
        "CSSVersion": ui.version.to_string(),
        "CreationDate": doc::time(ui.created),
        "LastModifiedDate": doc::time(ui.modified),
    });
    if let Some(css) = &ui.css {
        shown["CSS"] = css.as_str().into();
    }
    if ui.image.is_some() {
        shown["ImageUrl"] = address(pool, scope, &ui.version.to_string()).into();
    }
    shown
}

/// The image's address: never the bytes (`ui.md` 2, Image).
fn address(pool: &str, scope: &str, version: &str) -> String {
    let suffix = pool.rsplit('_').next().unwrap_or_default().to_ascii_lowercase();
    format!("https://d3oia8{suffix}.cloudfront.net/{pool}/{scope}/{version}/assets/images/image.jpg")
}
