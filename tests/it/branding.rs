//! Styles of the managed login pages: designed in the console, pulled into files, pushed back.

use std::collections::HashMap;

use aws_sdk_cognitoidentityprovider::primitives::Blob;
use aws_sdk_cognitoidentityprovider::types::{AssetCategoryType, AssetExtensionType, AssetType, ColorSchemeModeType};
use aws_smithy_types::Document;
use serde_json::{Value, json};

use crate::world::{Transcript, World, repository};

const SHOP: &str = "\
region: ap-southeast-2
user_pool: { name: shop, deletion_protection: INACTIVE }
app_clients: { web: {}, spa: {} }
domain: { prefix: our-shop, managed_login_version: 2 }
";

fn shop(more: &str) -> World {
    let world = World::with(&repository().join("tests/it/samples/valid"));
    world.write("stacks/shop.yaml", format!("{SHOP}{more}"));
    world.up("shop");
    world
}

/// The styles that the sandbox holds, by the names of their clients.
fn styles(world: &World) -> HashMap<String, Value> {
    let held: Value = serde_json::from_str(&world.read("state/sandbox/.world.json")).unwrap();
    let pools = held["cognito"]["pools"].as_object().unwrap().values();
    let pools: Vec<&Value> = pools.flat_map(|pools| pools.as_object().unwrap().values()).collect();
    let of_pool = |pool: &&Value| {
        let brandings = pool["brandings"].as_object().cloned().unwrap_or_default();
        let clients = pool["clients"].clone();
        brandings.into_iter().map(move |(_, style)| {
            let name = &clients[style["client"].as_str().unwrap()]["settings"]["ClientName"];
            (name.as_str().unwrap().to_owned(), style)
        })
    };
    pools.iter().flat_map(of_pool).collect()
}

/// Somebody designs web's style in the console: settings, and two images.
fn design(world: &World, color: &str) {
    let client = world.recorded("shop", "app_client.web", "/id");
    let (pool, client) = client.split_once('/').unwrap();
    let object = |fields: Vec<(&str, Document)>| {
        Document::from(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<HashMap<_, _>>())
    };
    let image = |category: AssetCategoryType, mode: ColorSchemeModeType, bytes: &[u8]| {
        let asset = AssetType::builder().category(category).color_mode(mode).extension(AssetExtensionType::Svg);
        asset.bytes(Blob::new(bytes)).resource_id("made by hand").build().unwrap()
    };
    let settings = object(vec![(
        "components",
        object(vec![
            (
                "form",
                object(vec![("borderRadius", Document::from(8.0)), ("logo", object(vec![("enabled", true.into())]))]),
            ),
            ("pageBackground", object(vec![("lightMode", object(vec![("color", Document::from(color))]))])),
        ]),
    )]);
    let assets = vec![
        image(AssetCategoryType::FormLogo, ColorSchemeModeType::Light, b"<svg>logo</svg>"),
        image(AssetCategoryType::PageBackground, ColorSchemeModeType::Dynamic, b"<svg>page</svg>"),
    ];
    world.behind(async |aws| {
        let style = aws.cognito.describe_managed_login_branding_by_client().user_pool_id(pool).client_id(client);
        let style = style.send().await.unwrap().managed_login_branding.unwrap();
        let update = aws.cognito.update_managed_login_branding().user_pool_id(pool);
        let update = update.managed_login_branding_id(style.managed_login_branding_id().unwrap());
        update.settings(settings).set_assets(Some(assets)).send().await.unwrap();
    });
}

fn is_empty(plan: &Transcript) {
    assert!(plan.out.contains("No changes: AWS holds what"), "{plan}");
}

#[test]
fn a_style_of_the_console_is_pulled_into_files_and_makes_no_difference() {
    let world = shop("");
    let spa = world.run("branding pull shop spa --sandbox").failed();
    assert!(spa.err.contains("spa has AWS's own style"), "{spa}");
    let none = world.run("branding pull shop wbe --sandbox").failed();
    assert!(none.err.contains("did you mean `web`?"), "{none}");

    design(&world, "fafafaff");
    is_empty(&world.run("plan shop --sandbox"));
    let pulled = world.run("branding pull shop web --sandbox");
    assert_eq!(pulled.code, Some(0), "{pulled}");
    assert_eq!(
        pulled.out,
        "managed_login_branding:\n  web:\n    settings: ui/shop.web.json\n    assets:\n      \
         - { category: PAGE_BACKGROUND, color_mode: DYNAMIC, file: ui/shop.web.page_background.dynamic.svg, resource_id: \"made by hand\" }\n      \
         - { category: FORM_LOGO, color_mode: LIGHT, file: ui/shop.web.form_logo.light.svg, resource_id: \"made by hand\" }\n"
    );
    let settings: Value = serde_json::from_str(&world.read("stacks/ui/shop.web.json")).unwrap();
    let wanted = json!({ "components": {
        "form": { "borderRadius": 8, "logo": { "enabled": true } },
        "pageBackground": { "lightMode": { "color": "fafafaff" } },
    } });
    assert_eq!(settings, wanted, "what AWS fills in by itself is not written");
    assert_eq!(world.read("stacks/ui/shop.web.form_logo.light.svg"), "<svg>logo</svg>");

    // Pushed back, it makes no difference, and is held from then on.
    let before = styles(&world);
    world.write("stacks/shop.yaml", format!("{SHOP}{}", pulled.out));
    is_empty(&world.run("plan shop --sandbox"));
    world.up("shop");
    assert_eq!(styles(&world)["web"]["settings"], before["web"]["settings"]);
    let again = world.run("branding pull shop web --sandbox");
    assert_eq!((again.out.as_str(), again.code), ("", Some(0)), "{again}");

    design(&world, "000000ff");
    let plan = world.run("plan shop --sandbox");
    assert!(plan.out.contains("settings.components.pageBackground.lightMode.color"), "{plan}");
    let refused = world.run("branding pull shop web --sandbox").failed();
    assert!(refused.err.contains("stacks/ui/shop.web.json is there already"), "{refused}");
    assert!(world.read("stacks/ui/shop.web.json").contains("fafafaff"));
    world.run("branding pull shop web --overwrite --sandbox").ok();
    assert!(world.read("stacks/ui/shop.web.json").contains("000000ff"));
    is_empty(&world.run("plan shop --sandbox"));
}

#[test]
fn what_is_taken_out_goes_and_what_nobody_declares_stays() {
    let more = "managed_login_branding:\n  web:\n    settings: ui/shop.json\n    assets:\n      \
                - { category: FORM_LOGO, color_mode: LIGHT, file: ui/logo.png }\n      \
                - { category: FORM_LOGO, color_mode: DARK, file: ui/logo.png }\n";
    let world = World::with(&repository().join("tests/it/samples/valid"));
    let both = r#"{ "categories": { "global": { "colorSchemeMode": "DARK" } }, "components": { "form": { "borderRadius": 4 } } }"#;
    world.write("stacks/ui/shop.json", both);
    world.write("stacks/shop.yaml", format!("{SHOP}{more}"));
    world.up("shop");
    let held = |world: &World| {
        let style = styles(world).remove("web").unwrap();
        let mut modes: Vec<String> = style["assets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| format!("{} {}", asset["Category"].as_str().unwrap(), asset["ColorMode"].as_str().unwrap()))
            .collect();
        modes.sort();
        (style["provided"].clone(), style["settings"].clone(), modes)
    };
    let images = |modes: &[&str]| modes.iter().map(|mode| format!("FORM_LOGO {mode}")).collect::<Vec<_>>();
    assert_eq!(held(&world), (json!(false), serde_json::from_str(both).unwrap(), images(&["DARK", "LIGHT"])));

    world.write("stacks/ui/shop.json", r#"{ "components": { "form": { "borderRadius": 4.0 } } }"#);
    world.edit("stacks/shop.yaml", "\n      - { category: FORM_LOGO, color_mode: DARK, file: ui/logo.png }", "");
    world.up("shop");
    is_empty(&world.run("plan shop --sandbox"));
    assert_eq!(
        held(&world),
        (json!(false), json!({ "components": { "form": { "borderRadius": 4 } } }), images(&["LIGHT"]))
    );

    world.write("stacks/shop.yaml", SHOP);
    world.up("shop");
    is_empty(&world.run("plan shop --sandbox"));
    assert_eq!(held(&world), (json!(true), Value::Null, images(&[])), "back to AWS's own");
}

/// What several things are shown with is one file: what one of them becomes is another.
#[test]
fn what_a_file_is_besides_stays_when_a_style_is_pulled() {
    let both = "managed_login_branding:\n  web:\n    settings: ui/laid-out.json\n    assets:\n      \
                - { category: FORM_LOGO, color_mode: LIGHT, file: ui/drawn.svg }\n      \
                - { category: PAGE_BACKGROUND, color_mode: DYNAMIC, file: ui/drawn.svg }\n";
    let world = World::with(&repository().join("tests/it/samples/valid"));
    let settings = "{\"components\":   { \"form\": { \"borderRadius\": 8.0 } } }";
    world.write("stacks/ui/laid-out.json", settings);
    world.write("stacks/shop.yaml", format!("{SHOP}{both}"));
    world.up("shop");
    // What is as it was is not written, however it is laid out.
    let pulled = world.run("branding pull shop web --sandbox");
    assert_eq!((pulled.out.as_str(), pulled.err.as_str(), pulled.code), ("", "", Some(0)), "{pulled}");
    assert_eq!(world.read("stacks/ui/laid-out.json"), settings);

    let drawn = world.read("stacks/ui/drawn.svg");
    design(&world, "fafafaff");
    let pulled = world.run("branding pull shop web --overwrite --sandbox");
    assert_eq!(pulled.code, Some(0), "{pulled}");
    assert_eq!(world.read("stacks/ui/drawn.svg"), drawn, "{pulled}");
    assert!(pulled.out.contains("file: ui/shop.web.form_logo.light.svg"), "{pulled}");
    assert!(pulled.out.contains("file: ui/shop.web.page_background.dynamic.svg"), "{pulled}");
    world.write("stacks/shop.yaml", format!("{SHOP}{}", pulled.out));
    is_empty(&world.run("plan shop --sandbox"));
}
