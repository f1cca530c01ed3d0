//! What a stack file says of the managed login pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::managed_login_branding::{Category, ColorMode};

/// The style of the managed login pages for one client: AWS's own, or settings and images.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandingSettings {
    /// `true` holds the client to AWS's own style: what is designed in the console is reverted. Left out, what the console
    /// does stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_cognito_provided_values: Option<bool>,
    /// A JSON file, relative to this file, with what is to differ from AWS's style, as its document has it: `categories`,
    /// `componentClasses`, `components`. `stack branding pull` writes one of a style that was designed in the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), example = &"ui/web.json")]
    pub settings: Option<String>,
    /// Images, one for each category and colour mode, at most 40.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 40))]
    pub assets: Vec<AssetSettings>,
}

/// An image of the managed login pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetSettings {
    /// What the image is for.
    pub category: Category,
    /// Which pages it is for.
    pub color_mode: ColorMode,
    /// A PNG, JPEG, SVG, WebP or, for FAVICON_ICO, ICO file of at most 1,000,000 bytes, relative to this file.
    #[schemars(length(min = 1), example = &"ui/logo.svg")]
    pub file: String,
    /// What the image belongs to: for IDP_BUTTON_ICON, the identity provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^[\w\- ]{1,40}$"),
        extend("patternErrorMessage" = "1 to 40 letters, digits, spaces, `-` and `_`")
    )]
    pub resource_id: Option<String>,
}
