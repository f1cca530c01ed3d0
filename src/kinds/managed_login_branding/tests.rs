//! What is asked of AWS, and what is made of its answers.

use base64::Engine as _;
use serde_json::{Value, json};

use super::*;
use crate::kinds::script::{Stage, no};
use crate::kinds::ui_customization::example_image;

/// A style as AWS shows it: its own, or with the settings and the image of [`example`], as AWS writes numbers.
fn style(own: bool) -> String {
    let mut style = json!({ "ManagedLoginBrandingId": "b1", "UserPoolId": "p_1", "UseCognitoProvidedValues": !own });
    if own {
        style["Settings"] = json!({
            "components": { "form": { "borderRadius": 4.0, "logo": { "enabled": true } } },
            "categories": { "global": { "colorSchemeMode": "LIGHT" } },
        });
        let bytes = base64::engine::general_purpose::STANDARD.encode(example_image());
        style["Assets"] =
            json!([{ "Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": bytes }]);
    }
    json!({ "ManagedLoginBranding": style }).to_string()
}

fn stage(own: bool) -> Stage {
    Stage::new(move |call| match call.operation.as_str() {
        "CreateManagedLoginBranding" => no("ManagedLoginBrandingExistsException", "exists"),
        "DescribeManagedLoginBrandingByClient" if call.input["ClientId"] != "c_web" => {
            no("ResourceNotFoundException", "none")
        }
        "DescribeManagedLoginBranding" | "DescribeManagedLoginBrandingByClient" => (200, style(own)),
        "UpdateManagedLoginBranding" => (200, "{}".to_owned()),
        "DeleteManagedLoginBranding" => no("ResourceNotFoundException", "gone"),
        other => panic!("{other}"),
    })
    .knowing("user_pool", "p_1", Value::Null)
    .knowing("app_client.admin", "p_1/c_admin", Value::Null)
    .knowing("app_client.web", "p_1/c_web", Value::Null)
}

/// A style of AWS's own.
fn plain_style() -> ManagedLoginBranding {
    let own = ManagedLoginBranding { settings: None, assets: Assets::new(), ..example() };
    ManagedLoginBranding { use_cognito_provided_values: Some(true), ..own }
}

/// What was written, less ids and bytes: settings or AWS's own values, and the images' places.
fn writes(stage: &Stage) -> Vec<Value> {
    let calls = stage.calls().into_iter().filter(|call| call.operation == "UpdateManagedLoginBranding");
    let shown = calls.map(|call| {
        let assets = call.input["Assets"].as_array().cloned().unwrap_or_default();
        let text = |asset: &Value, key: &str| asset[key].as_str().unwrap_or_default().to_owned();
        let assets: Vec<String> =
            assets.iter().map(|asset| format!("{} {}", text(asset, "Category"), text(asset, "ColorMode"))).collect();
        json!([call.input["UseCognitoProvidedValues"], call.input["Settings"], assets])
    });
    shown.collect()
}

#[tokio::test(flavor = "current_thread")]
async fn a_style_that_is_there_is_taken_up_and_its_client_found() {
    let stage = stage(true);
    assert_eq!(plain_style().create(&stage.ctx, "t").await.unwrap(), "p_1/b1");
    assert_eq!(stage.calls()[0].input["UseCognitoProvidedValues"], true);
    assert_eq!(example().find(&stage.ctx, "t").await.unwrap().as_deref(), Some("p_1/b1"));
    let admins = ManagedLoginBranding { app_client: Ref::named("admin"), ..example() };
    assert_eq!(admins.find(&stage.ctx, "t").await.unwrap(), None);
    let read = ManagedLoginBranding::read(&stage.ctx, "p_1/b1", None).await.unwrap().unwrap();
    assert_eq!(read.spec, example(), "numbers and the order of keys say nothing");
    assert_eq!(read.outputs.client_id, "c_web");
    ManagedLoginBranding::delete(&stage.ctx, "p_1/b1", None).await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn one_with_settings_is_made_with_them_alone() {
    let stage = stage(true);
    example().create(&stage.ctx, "t").await.unwrap();
    let made = &stage.calls()[0].input;
    assert_eq!(made["Settings"]["components"]["form"]["borderRadius"], 4);
    assert!(made.get("UseCognitoProvidedValues").is_none() && made.get("Assets").is_none(), "{made}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_design_shows_and_is_reverted_only_when_asked() {
    let stage = stage(true);
    let read = ManagedLoginBranding::read(&stage.ctx, "p_1/b1", None).await.unwrap().unwrap();
    assert_eq!(read.spec.use_cognito_provided_values, Some(false));
    read.spec.update(&stage.ctx, "p_1/b1", &read.spec).await.unwrap();
    assert_eq!(writes(&stage), Vec::<Value>::new());
    let target = ManagedLoginBranding { use_cognito_provided_values: Some(true), ..example() }.pruned();
    assert_eq!(target, plain_style());
    target.update(&stage.ctx, "p_1/b1", &read.spec).await.unwrap();
    assert_eq!(writes(&stage), [json!([true, null, []])]);
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_new_is_laid_over_and_what_goes_takes_the_rest_along() {
    let stage = stage(true);
    let before = example();
    // AWS's bytes do for an image that is none of the stack's files.
    let goes = ManagedLoginBranding {
        settings: settings(&json!({ "categories": { "auth": { "federation": { "order": [] } } } })),
        ..example()
    };
    goes.update(&stage.ctx, "p_1/b1", &before).await.unwrap();
    let back = [json!([true, null, []]), json!([null, goes.settings, ["FORM_LOGO LIGHT"]])];
    assert_eq!(writes(&stage), back, "a setting goes only with all of them, and the images come back");
    let changed = settings(&json!({
        "categories": { "global": { "colorSchemeMode": "DARK" } },
        "components": { "form": { "borderRadius": 4, "logo": { "enabled": true } } },
    }));
    ManagedLoginBranding { settings: changed, ..example() }.update(&stage.ctx, "p_1/b1", &before).await.unwrap();
    assert_eq!(writes(&stage).len(), 3, "laid over what is there");
    assert_eq!(writes(&stage)[2][2], json!([]), "an image that is the same is not sent again");
}

#[test]
fn what_goes_is_told_from_what_is_changed() {
    let of = |value: Value| settings(&value);
    let check = |before: Value, after: Value, expect: bool| {
        assert_eq!(takes_away(of(before.clone()).as_ref(), of(after.clone()).as_ref()), expect, "{before} {after}");
    };
    check(json!({}), json!({ "a": 1 }), false);
    check(json!({ "a": { "b": 1 } }), json!({ "a": { "b": 2, "c": 3 } }), false);
    check(json!({ "a": { "b": 1 } }), json!({ "a": {} }), true);
    check(json!({ "a": { "b": 1 } }), json!({ "a": 7 }), false);
    check(json!({ "a": [1, 2] }), json!({ "a": [] }), false);
    check(json!({ "a": 1 }), json!({ "a": null }), true);
}
