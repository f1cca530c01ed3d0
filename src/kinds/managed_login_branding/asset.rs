//! The images of a style.

use std::collections::BTreeMap;

use aws_sdk_cognitoidentityprovider::types::{AssetCategoryType, AssetExtensionType, AssetType, ColorSchemeModeType};
use aws_smithy_types::Blob;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Assets;
use crate::error::{Error, Result};
use crate::kind::Ctx;
use crate::kinds::digest::sha256;

/// An image, known by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// The format of the file.
    pub extension: Extension,
    /// What the image belongs to: for IDP_BUTTON_ICON, the identity provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// How many bytes the file has.
    pub size: u64,
}

impl Asset {
    /// The image of this content.
    #[must_use]
    pub fn of(content: &[u8], extension: Extension) -> Self {
        Self { extension, resource_id: None, sha256: sha256(content), size: content.len() as u64 }
    }
}

/// Formats of images (ui.md 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Extension {
    /// For FAVICON_ICO alone.
    Ico,
    /// A photograph.
    Jpeg,
    /// Pixels.
    Png,
    /// A drawing.
    Svg,
    /// Pixels, in fewer bytes.
    Webp,
}

impl Extension {
    /// What a file's content is, whatever its name; None where AWS takes none such.
    #[must_use]
    pub fn of(content: &[u8]) -> Option<Self> {
        match content {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [0, 0, 1, 0, ..] => Some(Self::Ico),
            _ => is_svg(content).then_some(Self::Svg),
        }
    }

    /// As files end: `png`.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Ico => "ico",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Webp => "webp",
        }
    }

    fn aws(self) -> AssetExtensionType {
        match self {
            Self::Ico => AssetExtensionType::Ico,
            Self::Jpeg => AssetExtensionType::Jpeg,
            Self::Png => AssetExtensionType::Png,
            Self::Svg => AssetExtensionType::Svg,
            Self::Webp => AssetExtensionType::Webp,
        }
    }

    pub(super) fn read(extension: &AssetExtensionType) -> Option<Self> {
        [Self::Ico, Self::Jpeg, Self::Png, Self::Svg, Self::Webp].into_iter().find(|one| one.aws() == *extension)
    }
}

/// A drawing is XML whose first element is `svg`, after comments and the like.
fn is_svg(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else { return false };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") || rest.starts_with("<!") => ">",
            _ => return rest.starts_with("<svg"),
        };
        let Some(at) = rest.find(end) else { return false };
        rest = rest[at + end.len()..].trim_start();
    }
}

/// What an image is for (ui.md 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// The browser tab's icon, as ICO.
    FaviconIco,
    /// The browser tab's icon, as a drawing.
    FaviconSvg,
    /// Beside the choice of a code by e-mail.
    EmailGraphic,
    /// Beside the choice of a code by SMS.
    SmsGraphic,
    /// Beside the choice of an authenticator app.
    AuthAppGraphic,
    /// Beside the choice of a password.
    PasswordGraphic,
    /// Beside the choice of a passkey.
    PasskeyGraphic,
    /// The logo at the top of the page.
    PageHeaderLogo,
    /// Behind the top of the page.
    PageHeaderBackground,
    /// The logo at the foot of the page.
    PageFooterLogo,
    /// Behind the foot of the page.
    PageFooterBackground,
    /// Behind the whole page.
    PageBackground,
    /// Behind the form.
    FormBackground,
    /// The logo of the form.
    FormLogo,
    /// On the button of the identity provider that `resource_id` names.
    IdpButtonIcon,
}

/// Which pages an image is for: the light ones, the dark ones, or both, as the browser likes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ColorMode {
    /// Light pages.
    Light,
    /// Dark pages.
    Dark,
    /// Pages that follow the browser.
    Dynamic,
}

/// The word of an enumeration, as AWS writes it.
pub(super) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Category {
    /// As AWS writes it: `FORM_LOGO`.
    #[must_use]
    pub fn word(self) -> String {
        word(&self)
    }
}

impl ColorMode {
    /// As AWS writes it: `LIGHT`.
    #[must_use]
    pub fn word(self) -> String {
        word(&self)
    }
}

/// The images of an answer. One in a format that this program does not know is left alone.
pub(super) fn read(assets: &[AssetType]) -> Assets {
    let mut found = Assets::new();
    for asset in assets {
        let Some(extension) = Extension::read(&asset.extension) else { continue };
        let bytes = asset.bytes.as_ref().map(Blob::as_ref).unwrap_or_default();
        let image = Asset { resource_id: asset.resource_id.clone(), ..Asset::of(bytes, extension) };
        let modes = found.entry(asset.category.as_str().to_owned()).or_default();
        modes.insert(asset.color_mode.as_str().to_owned(), image);
    }
    found
}

/// Whether an image that was there is to be there no more.
pub(super) fn takes_away(before: &Assets, after: &Assets) -> bool {
    let stays = |category: &str, mode: &str| after.get(category).is_some_and(|modes| modes.contains_key(mode));
    before.iter().any(|(category, modes)| modes.keys().any(|mode| !stays(category, mode)))
        // What an image belongs to is part of it, and AWS keeps what it is not told.
        || after.iter().any(|(category, modes)| {
            modes.iter().any(|(mode, image)| {
                let old = before.get(category).and_then(|modes| modes.get(mode));
                image.resource_id.is_none() && old.is_some_and(|old| old.resource_id.is_some())
            })
        })
}

/// The images to send: all that are not the same in `before`. Their bytes are the stack's own, or, of those that nobody
/// declares, AWS's.
pub(super) fn sent(ctx: &Ctx, assets: &Assets, before: Option<&Assets>, there: &[AssetType]) -> Result<Vec<AssetType>> {
    let mut found = Vec::new();
    for (category, modes) in assets {
        for (mode, image) in modes {
            let old = before.and_then(|before| before.get(category)?.get(mode));
            if old == Some(image) {
                continue;
            }
            let bytes = if let Ok(own) = ctx.blob(&image.sha256) {
                own.to_vec()
            } else {
                let mut all = there.iter().filter_map(|asset| asset.bytes.as_ref().map(Blob::as_ref));
                let same = all.find(|bytes| sha256(bytes) == image.sha256).ok_or_else(|| {
                    Error::aws_state(format!("the image {category} {mode} that AWS had is another now"))
                        .hinted("plan again")
                });
                same?.to_vec()
            };
            let asset = AssetType::builder()
                .category(AssetCategoryType::from(category.as_str()))
                .color_mode(ColorSchemeModeType::from(mode.as_str()))
                .extension(image.extension.aws())
                .bytes(Blob::new(bytes))
                .set_resource_id(image.resource_id.clone());
            found.push(asset.build().map_err(|error| Error::bug("an image lacks a field").caused_by(error))?);
        }
    }
    Ok(found)
}

/// What a request has room for beside ids and the images' own names: 2 MB, less a little (ui.md 3.1).
const ROOM: usize = 1_990_000;

/// The images in requests of at most 2 MB each, of which the settings take `settings` bytes; one request at least.
pub(super) fn batches(assets: Vec<AssetType>, settings: usize) -> Vec<Vec<AssetType>> {
    let mut found = vec![Vec::new()];
    let mut size = settings;
    for asset in assets {
        // Base64 grows bytes by a third.
        let own = asset.bytes.as_ref().map_or(0, |bytes| bytes.as_ref().len()).div_ceil(3) * 4 + 250;
        if size + own > ROOM && found.last().is_some_and(|batch| !batch.is_empty()) {
            found.push(Vec::new());
            size = settings;
        }
        size += own;
        if let Some(batch) = found.last_mut() {
            batch.push(asset);
        }
    }
    found
}

/// For [`Assets`]: an image in its place.
pub fn placed(assets: impl IntoIterator<Item = (Category, ColorMode, Asset)>) -> Assets {
    let mut found: Assets = BTreeMap::new();
    for (category, mode, image) in assets {
        found.entry(category.word()).or_default().insert(mode.word(), image);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_image_is_shows_in_its_content() {
        let check = |content: &[u8], expect: Option<Extension>| assert_eq!(Extension::of(content), expect);
        check(b"\x89PNG\r\n\x1a\n...", Some(Extension::Png));
        check(b"\xff\xd8\xff\xe0", Some(Extension::Jpeg));
        check(b"RIFF1234WEBPVP8 ", Some(Extension::Webp));
        check(b"\0\0\x01\0\x01\0", Some(Extension::Ico));
        check(b"<svg xmlns=\"a\"/>", Some(Extension::Svg));
        check(b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a > b -->\n<!DOCTYPE svg>\n<svg/>", Some(Extension::Svg));
        check(b"<html><svg/></html>", None);
        check(b"<!-- never ends", None);
        check(b"GIF89a", None);
    }

    #[test]
    fn images_go_in_requests_that_aws_takes() {
        let image = |bytes: usize| {
            let asset = AssetType::builder().category(AssetCategoryType::FormLogo).extension(AssetExtensionType::Png);
            asset.color_mode(ColorSchemeModeType::Light).bytes(Blob::new(vec![0; bytes])).build().unwrap()
        };
        let counts = |sizes: &[usize]| -> Vec<usize> {
            batches(sizes.iter().map(|size| image(*size)).collect(), 30_000).iter().map(Vec::len).collect()
        };
        assert_eq!(counts(&[]), [0]);
        assert_eq!(counts(&[1_000_000]), [1]);
        assert_eq!(counts(&[1_000_000, 1_000_000, 10, 10]), [1, 3]);
        assert_eq!(counts(&[400_000, 400_000, 400_000, 400_000]), [3, 1]);
    }
}
