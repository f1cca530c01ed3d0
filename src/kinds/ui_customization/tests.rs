//! Looks against a scripted Cognito.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::kinds::script::{Call, Stage, no};

const URL: &str = "https://d1.cloudfront.net/p_1/image.png";

fn stage(answer: impl FnMut(&Call) -> (u16, String) + Send + 'static) -> Stage {
    let outputs = json!({ "user_pool_id": "p_1", "cloudfront": null, "host": "auth.example.com" });
    Stage::new(answer)
        .knowing("user_pool", "p_1", Value::Null)
        .knowing("app_client.web", "p_1/c_web", Value::Null)
        .knowing("domain.custom", "auth.example.com", outputs)
}

fn look(client: &str, image: bool) -> String {
    let mut look = json!({ "UserPoolId": "p_1", "ClientId": client, "CSS": "a\r\nb", "CSSVersion": "20260101" });
    if image {
        look["ImageUrl"] = json!(URL);
    }
    json!({ "UICustomization": look }).to_string()
}

/// A pool whose look for all clients has CSS and the logo `logo`.
fn styled(call: &Call) -> (u16, String) {
    match call.operation.as_str() {
        "GetUICustomization" => (200, look("ALL", true)),
        "GET /p_1/image.png" => (200, "logo".to_owned()),
        "SetUICustomization" => (200, "{}".to_owned()),
        other => panic!("{other}"),
    }
}

fn sent(stage: &Stage) -> Value {
    let set = stage.calls().into_iter().find(|call| call.operation == "SetUICustomization");
    set.map(|call| call.input).unwrap_or_default()
}

#[tokio::test(flavor = "current_thread")]
async fn a_look_is_read_with_the_logos_digest() {
    let stage = stage(styled);
    let read = UiCustomization::read(&stage.ctx, "p_1/ALL", None).await.unwrap().unwrap();
    assert_eq!(read.spec.css.as_deref(), Some("a\nb"));
    assert_eq!(read.spec.image, Some(FileDigest::of(b"logo")));
    assert_eq!(read.spec.domain, Ref::named("custom"));
    let last = Last { spec: example(), outputs: Some(read.outputs.clone()) };
    let again = UiCustomization::read(&stage.ctx, "p_1/ALL", Some(&last)).await.unwrap().unwrap();
    assert_eq!(again.spec.image, example().image);
    assert_eq!(stage.operations().iter().filter(|operation| operation.starts_with("GET ")).count(), 1);
    let other = UiCustomizationOutputs { image_url: Some("https://other".to_owned()), ..read.outputs };
    let last = Last { spec: example(), outputs: Some(other) };
    let drifted = UiCustomization::read(&stage.ctx, "p_1/ALL", Some(&last)).await.unwrap().unwrap();
    assert_eq!(drifted.spec.image, Some(FileDigest::of(b"logo")));
}

#[tokio::test(flavor = "current_thread")]
async fn a_client_without_a_look_of_its_own_has_none() {
    let stage = stage(styled);
    assert!(UiCustomization::read(&stage.ctx, "p_1/c_web", None).await.unwrap().is_none());
    let own = UiCustomization { app_client: Some(Ref::named("web")), ..example() };
    assert_eq!(own.find(&stage.ctx, "t").await.unwrap(), None);
    assert_eq!(example().find(&stage.ctx, "t").await.unwrap().as_deref(), Some("p_1/ALL"));
}

#[tokio::test(flavor = "current_thread")]
async fn an_undeclared_logo_survives_a_change_of_the_css() {
    let stage = stage(styled);
    let before = UiCustomization::read(&stage.ctx, "p_1/ALL", None).await.unwrap().unwrap().spec;
    let target = UiCustomization { css: Some("new".to_owned()), ..before.clone() };
    target.update(&stage.ctx, "p_1/ALL", &before).await.unwrap();
    assert_eq!(sent(&stage)["CSS"], "new");
    assert_eq!(sent(&stage)["ImageFile"], "bG9nbw==");
}

#[tokio::test(flavor = "current_thread")]
async fn a_look_that_somebody_put_there_is_completed_not_replaced() {
    let stage = stage(styled);
    let only_css = UiCustomization { image: None, ..example() };
    assert_eq!(only_css.create(&stage.ctx, "t").await.unwrap(), "p_1/ALL");
    assert_eq!(sent(&stage)["ImageFile"], "bG9nbw==");
}

#[tokio::test(flavor = "current_thread")]
async fn the_stacks_own_logo_is_sent_for_a_client() {
    let stage = stage(|call| match call.operation.as_str() {
        "GetUICustomization" => (200, json!({ "UICustomization": {} }).to_string()),
        _ => (200, "{}".to_owned()),
    });
    let digest = FileDigest::of(&example_image());
    let stage = stage.with_blobs(BTreeMap::from([(digest.sha256, example_image())]));
    let own = UiCustomization { app_client: Some(Ref::named("web")), ..example() };
    assert_eq!(own.create(&stage.ctx, "t").await.unwrap(), "p_1/c_web");
    assert_eq!(sent(&stage)["ClientId"], "c_web");
    assert!(sent(&stage)["ImageFile"].as_str().unwrap().starts_with("iVBORw0KGgo"));
}

#[tokio::test(flavor = "current_thread")]
async fn clearing_sends_neither_and_a_pool_without_pages_is_clear() {
    let stage_with = stage(styled);
    UiCustomization::delete(&stage_with.ctx, "p_1/ALL", None).await.unwrap();
    assert_eq!(sent(&stage_with), json!({ "UserPoolId": "p_1", "ClientId": "ALL" }));
    let text = "There has to be an existing domain associated with this user pool";
    let bare = stage(move |_| no("InvalidParameterException", text));
    UiCustomization::delete(&bare.ctx, "p_1/ALL", None).await.unwrap();
    assert!(UiCustomization::read(&bare.ctx, "p_1/ALL", None).await.unwrap().is_none());
}

#[tokio::test(flavor = "current_thread")]
async fn a_logo_that_is_not_served_yet_is_waited_for_and_a_large_one_explained() {
    let late = stage(|call| match call.operation.as_str() {
        "GetUICustomization" => (200, look("ALL", true)),
        _ => (403, String::new()),
    });
    let read = UiCustomization::read(&late.ctx, "p_1/ALL", None).await.unwrap().unwrap();
    assert_eq!(read.waiting.unwrap().what, SERVED_WHAT);
    let large = stage(|call| match call.operation.as_str() {
        "GetUICustomization" => (200, json!({ "UICustomization": {} }).to_string()),
        _ => no("InvalidParameterException", "request parameters too large"),
    });
    let error = UiCustomization { image: None, ..example() }.create(&large.ctx, "t").await.unwrap_err();
    assert!(error.hints()[0].contains("135 KB"), "{error:?}");
}
