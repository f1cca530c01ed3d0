//! A style as somebody has made it, to be put into files.

use aws_sdk_cognitoidentityprovider::types::ManagedLoginBrandingType;
use aws_smithy_types::Blob;
use serde_json::{Map, Value};

use super::asset::{Category, ColorMode, Extension};
use super::{document, parts};
use crate::aws::Aws;
use crate::aws::error::refused;
use crate::error::Result;

/// What somebody has set of a style: what AWS fills in by itself is not here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Design {
    /// The settings, as [`super::ManagedLoginBranding::settings`] has them.
    pub settings: Map<String, Value>,
    /// The images.
    pub images: Vec<Image>,
    /// Images that cannot be put into files, as `category mode`: AWS has words for them that this program does not know.
    pub unknown: Vec<String>,
}

/// An image of a style, with its content.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// What it is for.
    pub category: Category,
    /// Which pages it is for.
    pub color_mode: ColorMode,
    /// Its format, by AWS's word.
    pub extension: Extension,
    /// What it belongs to.
    pub resource_id: Option<String>,
    /// The file.
    pub content: Vec<u8>,
}

/// The style of a client, whose id is `<pool id>/<client id>`; None where it has none, or AWS's own.
///
/// # Errors
/// When AWS cannot be asked.
pub async fn design(aws: &Aws, client: &str) -> Result<Option<Design>> {
    let (pool, client) = parts(client)?;
    let call = aws.cognito.describe_managed_login_branding_by_client().user_pool_id(pool).client_id(client);
    let style = match call.send().await.map_err(refused("DescribeManagedLoginBrandingByClient")) {
        Ok(answer) => answer.managed_login_branding,
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error),
    };
    let Some(settings) = style.as_ref().and_then(|style| document::read(style.settings.as_ref()?)) else {
        return Ok(None);
    };
    let mut design = Design { settings, ..Design::default() };
    for asset in style.iter().flat_map(ManagedLoginBrandingType::assets) {
        let (category, mode) = (asset.category.as_str(), asset.color_mode.as_str());
        let words = (serde_json::from_value(category.into()), serde_json::from_value(mode.into()));
        let (Ok(category), Ok(color_mode), Some(extension)) = (words.0, words.1, Extension::read(&asset.extension))
        else {
            design.unknown.push(format!("{category} {mode}"));
            continue;
        };
        let content = asset.bytes.as_ref().map(Blob::as_ref).unwrap_or_default().to_vec();
        let resource_id = asset.resource_id.clone();
        design.images.push(Image { category, color_mode, extension, resource_id, content });
    }
    design.images.sort_by_key(|image| (image.category, image.color_mode));
    Ok(Some(design))
}
