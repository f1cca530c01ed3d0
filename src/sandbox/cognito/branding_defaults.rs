//! A complete style as Cognito provides it, from AWS's sample (`ui.md` 3.4).
use serde_json::{Value, json};

/// Colours: where, which, in light mode, in dark mode. The path is `<where>.lightMode.<which>`.
#[rustfmt::skip]
const COLOURS: &[(&str, &str, &str, &str)] = &[
    ("componentClasses.divider", "borderColor", "ebebf0ff", "232b37ff"),
    ("componentClasses.dropDown", "defaults.itemBackgroundColor", "ffffffff", "192534ff"),
    ("componentClasses.dropDown", "hover.itemBackgroundColor", "f4f4f4ff", "081120ff"),
    ("componentClasses.dropDown", "hover.itemBorderColor", "7d8998ff", "5f6b7aff"),
    ("componentClasses.dropDown", "hover.itemTextColor", "000716ff", "e9ebedff"),
    ("componentClasses.dropDown", "match.itemBackgroundColor", "414d5cff", "d1d5dbff"),
    ("componentClasses.dropDown", "match.itemTextColor", "0972d3ff", "89bdeeff"),
    ("componentClasses.focusState", "borderColor", "0972d3ff", "539fe5ff"),
    ("componentClasses.input", "defaults.backgroundColor", "ffffffff", "0f1b2aff"),
    ("componentClasses.input", "defaults.borderColor", "7d8998ff", "5f6b7aff"),
    ("componentClasses.input", "placeholderColor", "5f6b7aff", "8d99a8ff"),
    ("componentClasses.inputDescription", "textColor", "5f6b7aff", "8d99a8ff"),
    ("componentClasses.inputLabel", "textColor", "000716ff", "d1d5dbff"),
    ("componentClasses.link", "defaults.textColor", "0972d3ff", "539fe5ff"),
    ("componentClasses.link", "hover.textColor", "033160ff", "89bdeeff"),
    ("componentClasses.optionControls", "defaults.backgroundColor", "ffffffff", "0f1b2aff"),
    ("componentClasses.optionControls", "defaults.borderColor", "7d8998ff", "7d8998ff"),
    ("componentClasses.optionControls", "selected.backgroundColor", "0972d3ff", "539fe5ff"),
    ("componentClasses.optionControls", "selected.foregroundColor", "ffffffff", "000716ff"),
    ("componentClasses.statusIndicator", "error.backgroundColor", "fff7f7ff", "1a0000ff"),
    ("componentClasses.statusIndicator", "error.borderColor", "d91515ff", "eb6f6fff"),
    ("componentClasses.statusIndicator", "error.indicatorColor", "d91515ff", "eb6f6fff"),
    ("componentClasses.statusIndicator", "pending.indicatorColor", "AAAAAAAA", "AAAAAAAA"),
    ("componentClasses.statusIndicator", "success.backgroundColor", "f2fcf3ff", "001a02ff"),
    ("componentClasses.statusIndicator", "success.borderColor", "037f0cff", "29ad32ff"),
    ("componentClasses.statusIndicator", "success.indicatorColor", "037f0cff", "29ad32ff"),
    ("componentClasses.statusIndicator", "warning.backgroundColor", "fffce9ff", "1d1906ff"),
    ("componentClasses.statusIndicator", "warning.borderColor", "8d6605ff", "e0ca57ff"),
    ("componentClasses.statusIndicator", "warning.indicatorColor", "8d6605ff", "e0ca57ff"),
    ("components.alert", "error.backgroundColor", "fff7f7ff", "1a0000ff"),
    ("components.alert", "error.borderColor", "d91515ff", "eb6f6fff"),
    ("components.form", "backgroundColor", "ffffffff", "0f1b2aff"),
    ("components.form", "borderColor", "c6c6cdff", "424650ff"),
    ("components.idpButton.standard", "active.backgroundColor", "d3e7f9ff", "354150ff"),
    ("components.idpButton.standard", "active.borderColor", "033160ff", "89bdeeff"),
    ("components.idpButton.standard", "active.textColor", "033160ff", "89bdeeff"),
    ("components.idpButton.standard", "defaults.backgroundColor", "ffffffff", "0f1b2aff"),
    ("components.idpButton.standard", "defaults.borderColor", "424650ff", "c6c6cdff"),
    ("components.idpButton.standard", "defaults.textColor", "424650ff", "c6c6cdff"),
    ("components.idpButton.standard", "hover.backgroundColor", "f2f8fdff", "192534ff"),
    ("components.idpButton.standard", "hover.borderColor", "033160ff", "89bdeeff"),
    ("components.idpButton.standard", "hover.textColor", "033160ff", "89bdeeff"),
    ("components.pageBackground", "color", "ffffffff", "0f1b2aff"),
    ("components.pageFooter", "background.color", "fafafaff", "0f141aff"),
    ("components.pageFooter", "borderColor", "d5dbdbff", "424650ff"),
    ("components.pageHeader", "background.color", "fafafaff", "0f141aff"),
    ("components.pageHeader", "borderColor", "d5dbdbff", "424650ff"),
    ("components.pageText", "bodyColor", "414d5cff", "b6bec9ff"),
    ("components.pageText", "descriptionColor", "414d5cff", "b6bec9ff"),
    ("components.pageText", "headingColor", "000716ff", "d1d5dbff"),
    ("components.primaryButton", "active.backgroundColor", "033160ff", "539fe5ff"),
    ("components.primaryButton", "active.textColor", "ffffffff", "000716ff"),
    ("components.primaryButton", "defaults.backgroundColor", "0972d3ff", "539fe5ff"),
    ("components.primaryButton", "defaults.textColor", "ffffffff", "000716ff"),
    ("components.primaryButton", "disabled.backgroundColor", "ffffffff", "ffffffff"),
    ("components.primaryButton", "disabled.borderColor", "ffffffff", "ffffffff"),
    ("components.primaryButton", "hover.backgroundColor", "033160ff", "89bdeeff"),
    ("components.primaryButton", "hover.textColor", "ffffffff", "000716ff"),
    ("components.secondaryButton", "active.backgroundColor", "d3e7f9ff", "354150ff"),
    ("components.secondaryButton", "active.borderColor", "033160ff", "89bdeeff"),
    ("components.secondaryButton", "active.textColor", "033160ff", "89bdeeff"),
    ("components.secondaryButton", "defaults.backgroundColor", "ffffffff", "0f1b2aff"),
    ("components.secondaryButton", "defaults.borderColor", "0972d3ff", "539fe5ff"),
    ("components.secondaryButton", "defaults.textColor", "0972d3ff", "539fe5ff"),
    ("components.secondaryButton", "hover.backgroundColor", "f2f8fdff", "192534ff"),
    ("components.secondaryButton", "hover.borderColor", "033160ff", "89bdeeff"),
    ("components.secondaryButton", "hover.textColor", "033160ff", "89bdeeff"),
];

/// All that is not a colour, as JSON.
#[rustfmt::skip]
const OTHERS: &[(&str, &str)] = &[
    ("categories.auth.federation.interfaceStyle", r#""BUTTON_LIST""#),
    ("categories.auth.federation.order", "[]"),
    ("categories.form.displayGraphics", "true"),
    ("categories.form.instructions.enabled", "false"),
    ("categories.form.languageSelector.enabled", "false"),
    ("categories.form.location.horizontal", r#""CENTER""#),
    ("categories.form.location.vertical", r#""CENTER""#),
    ("categories.form.sessionTimerDisplay", r#""NONE""#),
    ("categories.global.colorSchemeMode", r#""LIGHT""#),
    ("categories.global.pageFooter.enabled", "false"),
    ("categories.global.pageHeader.enabled", "false"),
    ("categories.global.spacingDensity", r#""REGULAR""#),
    ("componentClasses.buttons.borderRadius", "8.0"),
    ("componentClasses.dropDown.borderRadius", "8.0"),
    ("componentClasses.idpButtons.icons.enabled", "true"),
    ("componentClasses.input.borderRadius", "8.0"),
    ("components.alert.borderRadius", "12.0"),
    ("components.favicon.enabledTypes", r#"["ICO", "SVG"]"#),
    ("components.form.backgroundImage.enabled", "false"),
    ("components.form.borderRadius", "8.0"),
    ("components.form.logo.enabled", "false"),
    ("components.form.logo.formInclusion", r#""IN""#),
    ("components.form.logo.location", r#""CENTER""#),
    ("components.form.logo.position", r#""TOP""#),
    ("components.pageBackground.image.enabled", "true"),
    ("components.pageFooter.backgroundImage.enabled", "false"),
    ("components.pageFooter.logo.enabled", "false"),
    ("components.pageFooter.logo.location", r#""START""#),
    ("components.pageHeader.backgroundImage.enabled", "false"),
    ("components.pageHeader.logo.enabled", "false"),
    ("components.pageHeader.logo.location", r#""START""#),
    ("components.phoneNumberSelector.displayType", r#""TEXT""#),
];

/// The whole document.
pub(super) fn defaults() -> Value {
    let mut document = json!({
        "categories": {
            "auth": { "authMethodOrder": [[{ "display": "BUTTON", "type": "FEDERATED" }]] },
            "signUp": { "acceptanceElements": [{ "enforcement": "NONE", "textKey": "en" }] },
        },
    });
    for (path, value) in OTHERS {
        set(&mut document, path, serde_json::from_str(value).unwrap_or_default());
    }
    for (base, member, light, dark) in COLOURS {
        set(&mut document, &format!("{base}.lightMode.{member}"), (*light).into());
        set(&mut document, &format!("{base}.darkMode.{member}"), (*dark).into());
    }
    document
}

fn set(document: &mut Value, path: &str, value: Value) {
    let place = path.split('.').fold(document, |place, name| &mut place[name]);
    *place = value;
}
