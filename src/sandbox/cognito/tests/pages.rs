//! What people see when they sign in: classic pages and managed login styles.
use super::super::image;
use super::{Aws, INVALID, MISSING, with};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const CSS: &str = "/* ours */ .label-customizable, .submitButton-customizable:hover { color: red; }";

fn ids(pool: &str, client: &str) -> Value {
    json!({ "UserPoolId": pool, "ClientId": client })
}

/// A pool with a domain and a client.
fn pool_and_client(aws: &mut Aws) -> (String, String) {
    let pool = aws.pool(json!({}));
    aws.prefix(&pool, "shop");
    let client = aws.client(&pool, json!({}));
    (pool, client)
}

#[test]
fn pages_need_a_domain() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let text = "There has to be an existing domain associated with this user pool";
    aws.refused("SetUICustomization", json!({ "UserPoolId": pool, "CSS": CSS }), INVALID, text);
    aws.refused("GetUICustomization", json!({ "UserPoolId": pool }), INVALID, text);
    aws.prefix(&pool, "shop");
    aws.call("GetUICustomization", json!({ "UserPoolId": pool }));
    aws.call("DeleteUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "shop" }));
    aws.refused("GetUICustomization", json!({ "UserPoolId": pool }), INVALID, text);
}

#[test]
fn a_client_falls_back_to_the_pool() {
    let mut aws = Aws::new();
    let (pool, client) = pool_and_client(&mut aws);
    let nothing = json!({ "UICustomization": {} });
    assert_eq!(aws.call("GetUICustomization", ids(&pool, &client)), nothing);
    aws.call("SetUICustomization", json!({ "UserPoolId": pool, "CSS": CSS }));
    assert_eq!(aws.call("GetUICustomization", ids(&pool, &client))["UICustomization"]["ClientId"], "ALL");
    aws.call("SetUICustomization", with(ids(&pool, &client), json!({ "CSS": ".banner-customizable {}" })));
    let shown = aws.call("GetUICustomization", ids(&pool, &client))["UICustomization"].take();
    assert_eq!((&shown["ClientId"], &shown["CSS"]), (&json!(client), &json!(".banner-customizable {}")));
    assert_eq!(aws.call("GetUICustomization", ids(&pool, "ALL"))["UICustomization"]["CSS"], CSS);
    // Neither of the two: gone.
    aws.call("SetUICustomization", ids(&pool, &client));
    assert_eq!(aws.call("GetUICustomization", ids(&pool, &client))["UICustomization"]["ClientId"], "ALL");
    aws.call("SetUICustomization", ids(&pool, "ALL"));
    assert_eq!(aws.call("GetUICustomization", ids(&pool, &client)), nothing);
}

#[test]
fn every_write_replaces_both() {
    let mut aws = Aws::new();
    let (pool, _) = pool_and_client(&mut aws);
    let bytes = STANDARD.encode(PNG);
    let both = json!({ "UserPoolId": pool, "CSS": CSS, "ImageFile": bytes });
    let shown = aws.call("SetUICustomization", both.clone())["UICustomization"].take();
    let (url, version) = (shown["ImageUrl"].as_str().unwrap().to_owned(), shown["CSSVersion"].clone());
    assert!(
        url.starts_with("https://")
            && url.ends_with(&format!("/{pool}/ALL/{}/assets/images/image.jpg", version.as_str().unwrap()))
    );
    assert!(shown.get("ImageFile").is_none());
    assert_eq!(image(&aws.world, &url).as_deref(), Some(PNG));
    assert_eq!(image(&aws.world, &url.replace("ALL", "other")), None);
    let shown = aws.call("SetUICustomization", json!({ "UserPoolId": pool, "CSS": CSS }))["UICustomization"].take();
    assert!(shown.get("ImageUrl").is_none());
    assert_ne!(shown["CSSVersion"], version);
    assert_eq!(image(&aws.world, &url), None);
    let shown =
        aws.call("SetUICustomization", json!({ "UserPoolId": pool, "ImageFile": bytes }))["UICustomization"].take();
    assert!(shown.get("CSS").is_none() && shown["ImageUrl"].is_string());
}

#[test]
fn pages_that_are_refused() {
    let mut aws = Aws::new();
    let (pool, _) = pool_and_client(&mut aws);
    let class = |name: &str| format!("The CSS class {name} is not in the list of allowed classes.");
    let cases = [
        (json!({ "CSS": ".footer-customizable {}" }), class(".footer-customizable")),
        (json!({ "CSS": "body { color: red }" }), class("body")),
        (json!({ "CSS": ".label-customizable a { color: red }" }), class(".label-customizable a")),
        (json!({ "CSS": ".label-customizable:focus {}" }), class(".label-customizable:focus")),
        (json!({ "CSS": "@media print { .label-customizable {} }" }), "The CSS contains @media, which is not allowed.".to_owned()),
        (json!({ "CSS": "@import url(a);" }), "The CSS contains @import, which is not allowed.".to_owned()),
        (json!({ "CSS": ".label-customizable { color: red" }), "The CSS is not valid.".to_owned()),
        (json!({ "CSS": "/* open" }), "The CSS is not valid.".to_owned()),
        (json!({ "CSS": " ".repeat(100_000), "ImageFile": STANDARD.encode([PNG, &vec![0; 60_000]].concat()) }), "request parameters too large".to_owned()),
        (json!({ "ImageFile": STANDARD.encode("GIF89a") }), "The image file must be a PNG or a JPEG.".to_owned()),
        (json!({ "ImageFile": STANDARD.encode(vec![0; 131_073]) }), "1 validation error detected: Value '(bytes)' at 'imageFile' failed to satisfy constraint: Member must have length less than or equal to 131072".to_owned()),
    ];
    for (members, text) in cases {
        aws.refused("SetUICustomization", with(json!({ "UserPoolId": pool }), members), INVALID, &text);
    }
    let text = "User pool client nothing does not exist.";
    aws.refused("SetUICustomization", ids(&pool, "nothing"), MISSING, text);
    aws.refused("GetUICustomization", ids(&pool, "nothing"), MISSING, text);
}

#[test]
fn a_style_is_one_clients_and_is_merged() {
    let mut aws = Aws::new();
    let (pool, client) = pool_and_client(&mut aws);
    let settings = json!({ "categories": { "form": { "displayGraphics": false } } });
    let asset = |mode: &str, bytes: &str| json!({ "Category": "FORM_LOGO", "ColorMode": mode, "Extension": "PNG", "Bytes": STANDARD.encode(bytes) });
    let made = aws.call(
        "CreateManagedLoginBranding",
        with(ids(&pool, &client), json!({ "Settings": settings, "Assets": [asset("LIGHT", "a")] })),
    );
    let style = made["ManagedLoginBranding"]["ManagedLoginBrandingId"].clone();
    assert!(made["ManagedLoginBranding"].get("ClientId").is_none());
    let text = format!("Managed login branding already exists for client {client}.");
    aws.refused(
        "CreateManagedLoginBranding",
        with(ids(&pool, &client), json!({ "UseCognitoProvidedValues": true })),
        "ManagedLoginBrandingExistsException",
        &text,
    );
    let own = json!({ "UserPoolId": pool, "ManagedLoginBrandingId": style });
    let more = json!({ "Settings": { "categories": { "global": { "colorSchemeMode": "DARK" } } }, "Assets": [asset("DARK", "b"), asset("LIGHT", "c")] });
    aws.call("UpdateManagedLoginBranding", with(own.clone(), more));
    let shown = aws.call("DescribeManagedLoginBrandingByClient", ids(&pool, &client))["ManagedLoginBranding"].take();
    assert_eq!(
        shown["Settings"],
        json!({ "categories": { "form": { "displayGraphics": false }, "global": { "colorSchemeMode": "DARK" } } })
    );
    assert_eq!(shown["Assets"], json!([asset("DARK", "b"), asset("LIGHT", "c")]));
    let merged = aws.call("DescribeManagedLoginBranding", with(own.clone(), json!({ "ReturnMergedResources": true })));
    let merged = &merged["ManagedLoginBranding"]["Settings"];
    assert_eq!(merged.pointer("/categories/form/displayGraphics"), Some(&json!(false)));
    assert_eq!(merged.pointer("/componentClasses/dropDown/lightMode/hover/itemTextColor"), Some(&json!("000716ff")));
    assert_eq!(merged.pointer("/components/primaryButton/darkMode/defaults/backgroundColor"), Some(&json!("539fe5ff")));
    aws.call("UpdateManagedLoginBranding", with(own.clone(), json!({ "UseCognitoProvidedValues": true })));
    let shown = aws.call("DescribeManagedLoginBranding", own.clone())["ManagedLoginBranding"].take();
    assert_eq!(
        (&shown["UseCognitoProvidedValues"], shown.get("Settings"), &shown["Assets"]),
        (&json!(true), None, &json!([]))
    );
    aws.call("DeleteManagedLoginBranding", own.clone());
    let text = format!("Managed login branding {} does not exist.", style.as_str().unwrap());
    aws.refused("DeleteManagedLoginBranding", own, MISSING, &text);
    let text = format!("Managed login branding for client {client} does not exist.");
    aws.refused("DescribeManagedLoginBrandingByClient", ids(&pool, &client), MISSING, &text);
}

#[test]
fn styles_that_are_refused() {
    let mut aws = Aws::new();
    let (pool, client) = pool_and_client(&mut aws);
    let exactly = "useCognitoProvidedValues or settings should be specified (but not both)";
    let icon = json!([{ "Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "ICO" }]);
    let cases = [
        (json!({}), exactly),
        (json!({ "UseCognitoProvidedValues": false }), exactly),
        (json!({ "UseCognitoProvidedValues": true, "Settings": {} }), exactly),
        (json!({ "Settings": "text" }), "Settings must be a JSON object."),
        (
            json!({ "Settings": {}, "Assets": icon }),
            "The extension ICO can be used only with the category FAVICON_ICO.",
        ),
        (json!({ "Settings": { "a": "b".repeat(2_000_000) } }), "request parameters too large"),
    ];
    for (members, text) in cases {
        aws.refused("CreateManagedLoginBranding", with(ids(&pool, &client), members), INVALID, text);
    }
    let text = "User pool client nothing does not exist.";
    let input = with(ids(&pool, "nothing"), json!({ "UseCognitoProvidedValues": true }));
    aws.refused("CreateManagedLoginBranding", input, MISSING, text);
    aws.call("CreateManagedLoginBranding", with(ids(&pool, &client), json!({ "Settings": {} })));
    let style = aws.call("DescribeManagedLoginBrandingByClient", ids(&pool, &client));
    let style = &style["ManagedLoginBranding"]["ManagedLoginBrandingId"];
    let both = json!({ "UserPoolId": pool, "ManagedLoginBrandingId": style, "UseCognitoProvidedValues": true, "Settings": {} });
    aws.refused("UpdateManagedLoginBranding", both, INVALID, exactly);
}

#[test]
fn twenty_styles_and_no_more() {
    let mut aws = Aws::new();
    let (pool, _) = pool_and_client(&mut aws);
    let provided = json!({ "UseCognitoProvidedValues": true });
    for _ in 0..20 {
        let client = aws.client(&pool, json!({}));
        aws.call("CreateManagedLoginBranding", with(ids(&pool, &client), provided.clone()));
    }
    let client = aws.client(&pool, json!({}));
    let text = "The quota of 20 managed login styles per user pool has been reached.";
    aws.refused("CreateManagedLoginBranding", with(ids(&pool, &client), provided), "LimitExceededException", text);
}
