//! Domains against a scripted Cognito.

use serde_json::{Value, json};

use super::*;
use crate::kinds::script::{Call, Stage, no};

const POOL: &str = "eu-west-1_1";
const ARN: &str = "arn:aws:acm:us-east-1:000000000000:certificate/1";
const ROOT: &str = "Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A \
     record exists for the root domain.";

fn stage(answer: impl FnMut(&Call) -> (u16, String) + Send + 'static) -> Stage {
    Stage::new(answer).knowing("user_pool", POOL, Value::Null).knowing(
        "certificate_validation.domain",
        ARN,
        json!({ "arn": ARN }),
    )
}

fn description(pool: &str, status: &str) -> String {
    json!({ "DomainDescription": {
        "UserPoolId": pool, "AWSAccountId": "111122223333", "Domain": "auth.example.com", "Status": status,
        "CloudFrontDistribution": "d1.cloudfront.net", "ManagedLoginVersion": 1,
        "CustomDomainConfig": { "CertificateArn": ARN, "SecurityPolicy": "TLS_V1_2_2021" },
    } })
    .to_string()
}

const NOTHING: &str = r#"{"DomainDescription":{}}"#;

#[tokio::test(flavor = "current_thread")]
async fn a_refusal_that_passes_is_outlasted() {
    let mut refusals = vec![
        no("ConcurrentModificationException", "busy"),
        no("InvalidParameterException", "The specified SSL certificate doesn't exist, isn't in us-east-1 region, …"),
        no("InvalidParameterException", ROOT),
        no("InvalidParameterException", ROOT),
    ];
    let stage = stage(move |call| match call.operation.as_str() {
        "DescribeUserPoolDomain" => (200, NOTHING.to_owned()),
        _ => refusals.pop().unwrap_or((200, "{}".to_owned())),
    });
    assert_eq!(example().create(&stage.ctx, "t").await.unwrap(), "auth.example.com");
    let calls = stage.calls();
    assert_eq!(calls.len(), 6);
    assert_eq!(calls[5].input["ManagedLoginVersion"], 1);
    assert_eq!(
        calls[5].input["CustomDomainConfig"],
        json!({ "CertificateArn": ARN, "SecurityPolicy": "TLS_V1_2_2021" })
    );
}

#[tokio::test(flavor = "current_thread")]
async fn what_an_earlier_call_brought_about_meanwhile_is_taken_over() {
    for (owner, text) in [
        (POOL, "User pool already has a domain configured."),
        (POOL, "Domain already exists."),
        ("eu-west-1_other", "User pool already has a domain configured."),
    ] {
        let (mut calls, mut is_there) = (0, false);
        let stage = stage(move |call| match call.operation.as_str() {
            "DescribeUserPoolDomain" if is_there => (200, description(owner, "ACTIVE")),
            "DescribeUserPoolDomain" => (200, NOTHING.to_owned()),
            _ => {
                calls += 1;
                is_there = calls == 2;
                if is_there {
                    no("InvalidParameterException", text)
                } else {
                    no("ConcurrentModificationException", "busy")
                }
            }
        });
        let made = example().create(&stage.ctx, "t").await;
        if owner == POOL {
            assert_eq!(made.unwrap(), "auth.example.com", "{text}");
        } else {
            assert!(made.unwrap_err().aws_says("already has a domain"));
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn the_parents_record_is_asked_for_when_it_never_comes() {
    let stage = stage(|call| match call.operation.as_str() {
        "DescribeUserPoolDomain" => (200, NOTHING.to_owned()),
        _ => no("InvalidParameterException", ROOT),
    });
    let before = stage.ctx.aws.clock.now_ms();
    let error = example().create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.aws_says("root domain"), "{error:?}");
    assert!(error.hints().iter().any(|hint| hint.contains("example.com. 300 IN A 192.0.2.1")), "{error:?}");
    assert!(stage.ctx.aws.clock.now_ms() - before >= 15 * 60 * 1000);
}

#[tokio::test(flavor = "current_thread")]
async fn anothers_domain_is_neither_found_nor_made_nor_read_nor_deleted() {
    let stage = stage(|_| (200, description("eu-west-1_other", "ACTIVE")));
    let error = example().create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.to_string().contains("eu-west-1_other of account 111122223333"), "{error}");
    assert_eq!(example().find(&stage.ctx, "t").await.unwrap(), None);
    let outputs = DomainOutputs { user_pool_id: POOL.to_owned(), cloudfront: None, host: String::new() };
    let last = Last::<Domain> { spec: example(), outputs: Some(outputs) };
    assert!(Domain::read(&stage.ctx, "auth.example.com", Some(&last)).await.unwrap().is_none());
    Domain::delete(&stage.ctx, "auth.example.com", Some(&last)).await.unwrap();
    assert!(stage.operations().iter().all(|operation| operation == "DescribeUserPoolDomain"));
}

#[tokio::test(flavor = "current_thread")]
async fn our_own_is_found_and_read_whole() {
    let stage = stage(|_| (200, description(POOL, "CREATING")));
    assert_eq!(example().find(&stage.ctx, "t").await.unwrap().as_deref(), Some("auth.example.com"));
    let read = Domain::read(&stage.ctx, "auth.example.com", None).await.unwrap().unwrap();
    assert_eq!(read.spec, example());
    assert_eq!(read.waiting, None);
    assert_eq!(read.outputs.host, "auth.example.com");
    let nothing = Stage::new(|_| (200, NOTHING.to_owned()));
    assert!(Domain::read(&nothing.ctx, "auth.example.com", None).await.unwrap().is_none());
}

#[tokio::test(flavor = "current_thread")]
async fn a_prefix_has_its_host_from_the_region() {
    let stage = stage(|_| {
        let description = json!({
            "UserPoolId": POOL, "Domain": "shop", "Status": "ACTIVE", "CustomDomainConfig": {},
        });
        (200, json!({ "DomainDescription": description }).to_string())
    });
    let read = Domain::read(&stage.ctx, "shop", None).await.unwrap().unwrap();
    assert_eq!(read.outputs.host, "shop.auth.eu-west-1.amazoncognito.com");
    assert_eq!((read.spec.custom, read.spec.managed_login_version), (None, Some(1)));
}

fn updates(stage: &Stage) -> Vec<Value> {
    let calls = stage.calls().into_iter().filter(|call| call.operation == "UpdateUserPoolDomain");
    calls.map(|call| call.input).collect()
}

#[tokio::test(flavor = "current_thread")]
async fn a_change_of_version_sends_the_certificate_too() {
    let stage = stage(|_| (200, description(POOL, "ACTIVE")));
    example().update(&stage.ctx, "auth.example.com", &example()).await.unwrap();
    assert_eq!(updates(&stage), [] as [Value; 0]);
    let target = Domain { managed_login_version: Some(2), ..example() };
    target.update(&stage.ctx, "auth.example.com", &example()).await.unwrap();
    let input = &updates(&stage)[0];
    assert_eq!(input["CustomDomainConfig"]["CertificateArn"], ARN);
    assert_eq!(input["ManagedLoginVersion"], 2);
    assert_eq!(input.get("Routing"), None);
}

#[tokio::test(flavor = "current_thread")]
async fn a_new_certificate_under_the_same_name_is_sent() {
    let new = json!({ "arn": "arn:new" });
    let stage = stage(|_| (200, description(POOL, "ACTIVE"))).knowing("certificate_validation.domain", "arn:new", new);
    example().update(&stage.ctx, "auth.example.com", &example()).await.unwrap();
    assert_eq!(updates(&stage)[0]["CustomDomainConfig"]["CertificateArn"], "arn:new");
}

#[tokio::test(flavor = "current_thread")]
async fn a_routing_that_is_taken_away_is_sent_empty() {
    let failover = json!({ "SecondaryRegion": "eu-central-1", "PrimaryRoute53HealthCheckId": "h" });
    let mut shown: Value = serde_json::from_str(&description(POOL, "ACTIVE")).unwrap();
    shown["DomainDescription"]["Routing"] = json!({ "Failover": failover });
    let stage = stage(move |_| (200, shown.to_string()));
    let read = Domain::read(&stage.ctx, "auth.example.com", None).await.unwrap().unwrap().spec;
    assert_eq!(read.routing.as_ref().map(|routing| routing.failover.secondary_region.as_str()), Some("eu-central-1"));
    read.update(&stage.ctx, "auth.example.com", &read).await.unwrap();
    assert_eq!(updates(&stage), [] as [Value; 0]);
    example().update(&stage.ctx, "auth.example.com", &read).await.unwrap();
    assert_eq!(updates(&stage)[0]["Routing"], json!({}));
    let routing = read.routing().unwrap().unwrap();
    assert_eq!(routing.failover().unwrap().primary_route53_health_check_id(), "h");
}

#[tokio::test(flavor = "current_thread")]
async fn deletion_lasts_until_the_name_is_gone() {
    let mut looks = 0;
    let stage = stage(move |call| {
        if call.operation == "DeleteUserPoolDomain" {
            return (200, "{}".to_owned());
        }
        looks += 1;
        match looks {
            1 => (200, description(POOL, "ACTIVE")),
            2 | 3 => (200, description(POOL, "DELETING")),
            _ => (200, NOTHING.to_owned()),
        }
    });
    Domain::delete(&stage.ctx, "auth.example.com", None).await.unwrap();
    assert_eq!(stage.calls()[1].input, json!({ "Domain": "auth.example.com", "UserPoolId": POOL }));
    assert_eq!(stage.calls().len(), 5);
    Domain::delete(&stage.ctx, "auth.example.com", None).await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn a_failed_domain_is_not_waited_for() {
    let stage = stage(|_| (200, description(POOL, "FAILED")));
    let read = Domain::read(&stage.ctx, "auth.example.com", None).await.unwrap().unwrap();
    assert_eq!(read.waiting.unwrap().at_most, Duration::ZERO);
}

#[test]
fn a_certificate_of_the_stack_is_a_reference_in_the_schema() {
    let schema = crate::kind::kind::<Domain>().schema();
    let text = schema["properties"]["custom"].to_string();
    assert!(text.contains(r#""issued":{"type":"string","x-ref":true"#), "{text}");
    assert!(text.contains(r#""x-order-only":true"#), "{text}");
}
