//! What is sent, what is read, and what counts as none.

use serde_json::{Value, json};

use super::*;
use crate::kinds::script::{Stage, no};

fn stage(shown: Value) -> Stage {
    Stage::new(move |call| match call.operation.as_str() {
        "DescribeRiskConfiguration" => (200, json!({ "RiskConfiguration": shown }).to_string()),
        "SetRiskConfiguration" => (200, "{}".to_owned()),
        other => panic!("{other}"),
    })
    .knowing("user_pool", "p_1", Value::Null)
    .knowing("app_client.web", "p_1/c_web", Value::Null)
}

fn of_web() -> RiskConfiguration {
    RiskConfiguration { app_client: Some(Ref::named("web")), ..example() }
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_client_inherits_is_not_its_own() {
    let ranges = json!({ "BlockedIPRangeList": ["192.0.2.0/24"] });
    let inherited = stage(json!({ "UserPoolId": "p_1", "RiskExceptionConfiguration": ranges }));
    assert_eq!(of_web().find(&inherited.ctx, "t").await.unwrap(), None);
    assert_eq!(example().find(&inherited.ctx, "t").await.unwrap().as_deref(), Some("p_1/ALL"));
    let own = stage(json!({ "UserPoolId": "p_1", "ClientId": "c_web", "RiskExceptionConfiguration": ranges }));
    assert_eq!(of_web().find(&own.ctx, "t").await.unwrap().as_deref(), Some("p_1/c_web"));
    let read = RiskConfiguration::read(&own.ctx, "p_1/c_web", None).await.unwrap().unwrap();
    assert_eq!(read.spec.app_client, Some(Ref::named("web")));
}

#[tokio::test(flavor = "current_thread")]
async fn nothing_and_exceptions_without_a_range_are_none() {
    for shown in [json!({ "UserPoolId": "p_1" }), json!({ "UserPoolId": "p_1", "RiskExceptionConfiguration": {} })] {
        let stage = stage(shown);
        assert!(RiskConfiguration::read(&stage.ctx, "p_1/ALL", None).await.unwrap().is_none());
    }
    let off = Stage::new(|_| no("UserPoolAddOnNotEnabledException", "off")).knowing("user_pool", "p_1", Value::Null);
    assert!(RiskConfiguration::read(&off.ctx, "p_1/ALL", None).await.unwrap().is_none());
    RiskConfiguration::delete(&off.ctx, "p_1/ALL", None).await.unwrap();
    let error = example().update(&off.ctx, "p_1/ALL", &example_changed()).await.unwrap_err();
    assert!(error.hints().iter().any(|hint| hint.contains("user_pool_tier: PLUS")), "{error:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_block_that_nobody_declares_is_sent_again() {
    let stage =
        stage(json!({ "UserPoolId": "p_1", "RiskExceptionConfiguration": { "BlockedIPRangeList": ["192.0.2.0/24"] } }));
    let wanted = RiskConfiguration { risk_exception_configuration: None, ..example() };
    assert_eq!(wanted.create(&stage.ctx, "t").await.unwrap(), "p_1/ALL");
    let sent = &stage.calls()[1].input;
    assert_eq!(sent["RiskExceptionConfiguration"]["BlockedIPRangeList"], json!(["192.0.2.0/24"]));
    assert_eq!(sent["CompromisedCredentialsRiskConfiguration"]["EventFilter"], json!(["SIGN_IN"]));
    RiskConfiguration::delete(&stage.ctx, "p_1/ALL", None).await.unwrap();
    assert_eq!(stage.calls()[2].input, json!({ "UserPoolId": "p_1" }));
}
