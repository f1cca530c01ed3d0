//! Which calls are made, and what is made of AWS's answers.

use std::collections::VecDeque;
use std::rc::Rc;

use aws_smithy_types::retry::RetryConfig;
use serde_json::{Value, json};

use super::super::{AuthFlow, ClientSettings};
use super::*;
use crate::address::Address;
use crate::aws::cognito;
use crate::kinds::script::Stage;
use crate::secret::{Salt, SecretRef};

const POOL: &str = "ap-southeast-2_Ab12Cd34E";
const ID: &str = "ap-southeast-2_Ab12Cd34E/1example";

/// A stage on which each call gets the next answer, from a client that retries as it does in earnest.
fn stage(answers: impl IntoIterator<Item = (u16, Value)>) -> Stage {
    let mut answers: VecDeque<_> = answers.into_iter().collect();
    let next =
        move |_: &_| answers.pop_front().map_or((501, String::new()), |(status, body)| (status, body.to_string()));
    let mut stage = Stage::new(next).knowing("user_pool", POOL, Value::Null);
    let aws = Rc::get_mut(&mut stage.ctx.aws).unwrap();
    let config = aws.cognito.config().to_builder().retry_config(RetryConfig::standard());
    aws.cognito = cognito::Client::from_conf(config.build());
    stage
}

fn refusal(code: &str) -> (u16, Value) {
    (400, json!({ "__type": code, "message": "no" }))
}

fn described(more: &Value) -> (u16, Value) {
    let mut client =
        json!({ "UserPoolId": POOL, "ClientId": "1example", "ClientName": "web", "RefreshTokenValidity": 30 });
    client.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (200, json!({ "UserPoolClient": client }))
}

fn listed(clients: &[(&str, &str)], next: Option<&str>) -> (u16, Value) {
    let clients: Vec<_> = clients.iter().map(|(id, name)| json!({ "ClientId": id, "ClientName": name })).collect();
    (200, json!({ "UserPoolClients": clients, "NextToken": next }))
}

fn web() -> AppClient {
    let mut web = AppClient::example();
    web.settings = ClientSettings { name: Some("web".to_owned()), ..ClientSettings::default() };
    web
}

#[tokio::test]
async fn reading_keeps_no_secret_and_says_that_there_is_one() {
    let secret = "hunter2hunter2hunter2hunter2";
    let script = stage([described(&json!({ "ClientSecret": secret })), described(&json!({ "ClientSecret": secret }))]);
    let ctx = script.ctx.clone();
    let read = AppClient::read(&ctx, ID, None).await.unwrap().unwrap();
    assert_eq!(read.spec.user_pool, ctx.named::<UserPool>(POOL, |id, _| id == POOL));
    assert_eq!(read.spec.settings.generate_secret, Some(true));
    let outputs =
        AppClientOutputs { client_id: "1example".to_owned(), user_pool_id: POOL.to_owned(), has_secret: true };
    assert_eq!(read.outputs, outputs);
    assert!(!format!("{read:?}").contains("hunter2"));
    assert_eq!(super::secret(&ctx.aws, ID).await.unwrap().as_deref(), Some(secret));
    assert_eq!(script.calls()[0].input, json!({ "UserPoolId": POOL, "ClientId": "1example" }));
}

#[tokio::test]
async fn a_client_that_is_gone_reads_as_none_and_is_deleted_already() {
    let gone = || refusal("ResourceNotFoundException");
    let script = stage([gone(), gone(), gone()]);
    let ctx = script.ctx.clone();
    assert!(AppClient::read(&ctx, ID, None).await.unwrap().is_none());
    AppClient::delete(&ctx, ID, None).await.unwrap();
    assert!(web().find(&ctx, "token").await.unwrap().is_none());
    assert_eq!(script.operations(), ["DescribeUserPoolClient", "DeleteUserPoolClient", "ListUserPoolClients"]);
}

#[tokio::test]
async fn what_is_no_id_is_said_to_be_none() {
    let ctx = stage([]).ctx;
    for id in ["", "1example", "/1example", "pool/", "a/b/c"] {
        let error = AppClient::read(&ctx, id, None).await.unwrap_err();
        assert!(error.message().contains("is not the id of an app client"), "{id}: {error}");
    }
}

#[tokio::test]
async fn a_client_is_found_by_its_name_on_whatever_page() {
    let script = stage([listed(&[("1", "webb"), ("2", "WEB")], Some("more")), listed(&[("3", "web")], None)]);
    let found = web().find(&script.ctx, "token").await.unwrap();
    assert_eq!(found, Some(format!("{POOL}/3")));
    assert_eq!(script.calls()[1].input["NextToken"], "more");
}

#[tokio::test]
async fn two_of_one_name_are_the_persons_choice_and_ours_are_none_of_them() {
    let pages = || listed(&[("1", "web"), ("2", "web"), ("3", "web")], None);
    let script = stage([pages(), pages()]);
    let ctx = script.ctx.clone();
    ctx.known.borrow_mut().deposed.push((Address::named("app_client", "web"), format!("{POOL}/1")));
    let error = web().find(&ctx, "token").await.unwrap_err();
    assert!(error.message().contains("has 2 app clients called web"), "{error}");
    assert!(error.message().contains(&format!("{POOL}/2, {POOL}/3")), "{error}");
    ctx.known.borrow_mut().deposed.push((Address::named("app_client", "web"), format!("{POOL}/3")));
    assert_eq!(web().find(&ctx, "token").await.unwrap(), Some(format!("{POOL}/2")));
}

#[tokio::test]
async fn creating_is_one_call_which_no_lost_answer_repeats() {
    let script = stage([described(&json!({}))]);
    assert_eq!(web().create(&script.ctx, "token").await.unwrap(), ID);
    assert_eq!(script.operations(), ["CreateUserPoolClient"]);
    assert_eq!(script.calls()[0].input, json!({ "UserPoolId": POOL, "ClientName": "web" }));
    let script = stage([(500, json!({ "__type": "InternalErrorException" })), described(&json!({}))]);
    let error = web().create(&script.ctx, "token").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(script.calls().len(), 1);
}

#[tokio::test]
async fn a_call_that_aws_has_no_time_for_is_made_again() {
    let busy = || refusal("ConcurrentModificationException");
    let script = stage([refusal("TooManyRequestsException"), busy(), described(&json!({}))]);
    assert_eq!(web().create(&script.ctx, "token").await.unwrap(), ID);
    assert_eq!(script.calls().len(), 3);
    let script = stage([busy(), busy(), (200, json!({}))]);
    AppClient::delete(&script.ctx, ID, None).await.unwrap();
    assert_eq!(script.operations(), ["DeleteUserPoolClient"; 3]);
    let script = stage(std::iter::repeat_with(busy).take(200));
    let ctx = script.ctx.clone();
    let start = ctx.aws.clock.now_ms();
    let error = AppClient::delete(&ctx, ID, None).await.unwrap_err();
    assert!(error.message().contains("gave up waiting"), "{error}");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("ConcurrentModificationException"));
    assert!((120_000..130_000).contains(&(ctx.aws.clock.now_ms() - start)));
}

#[tokio::test]
async fn an_update_looks_first_sends_everything_and_is_left_out_when_nothing_differs() {
    let before = described(&json!({ "ExplicitAuthFlows": ["ALLOW_NEW_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }));
    let busy = refusal("ConcurrentModificationException");
    let script = stage([before.clone(), before.clone(), busy, before, (200, json!({}))]);
    let ctx = script.ctx.clone();
    let before = AppClient::read(&ctx, ID, None).await.unwrap().unwrap().spec;
    before.update(&ctx, ID, &before).await.unwrap();
    assert_eq!(script.calls().len(), 1);
    let mut target = before.clone();
    target.settings.explicit_auth_flows.as_mut().unwrap().insert(AuthFlow::AllowUserAuth);
    target.update(&ctx, ID, &before).await.unwrap();
    let looks_and_sends = ["DescribeUserPoolClient", "UpdateUserPoolClient"];
    assert_eq!(script.operations()[1..], [looks_and_sends, looks_and_sends].concat());
    let expected = json!({
        "UserPoolId": POOL, "ClientId": "1example", "ClientName": "web",
        "AccessTokenValidity": 1, "IdTokenValidity": 1, "RefreshTokenValidity": 30,
        "TokenValidityUnits": { "AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days" },
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH", "ALLOW_NEW_AUTH"],
        "SupportedIdentityProviders": [], "CallbackURLs": [], "LogoutURLs": [],
        "AllowedOAuthFlows": [], "AllowedOAuthScopes": [], "AllowedOAuthFlowsUserPoolClient": false,
        "PreventUserExistenceErrors": "LEGACY", "EnableTokenRevocation": true,
        "EnablePropagateAdditionalUserContextData": false, "AuthSessionValidity": 3,
        "RefreshTokenRotation": { "Feature": "DISABLED" },
    });
    assert_eq!(script.calls()[4].input, expected);
}

#[tokio::test]
async fn a_chosen_secret_is_sent_once_it_fits_and_stands_in_no_error() {
    let mut client = web();
    let script = stage([described(&json!({}))]);
    let ctx = script.ctx.clone();
    let salt = Salt::of_field("", "", "");
    let place = SecretRef::env("SECRET");
    client.settings.client_secret = Some(place.clone());
    assert!(client.create(&ctx, "token").await.unwrap_err().message().contains("was not read"));
    client.settings.client_secret = Some(ctx.secrets.keep(place.clone(), "too-short", salt).await.unwrap());
    let error = client.create(&ctx, "token").await.unwrap_err();
    assert!(!format!("{error:?}").contains("too-short") && script.calls().is_empty());
    let kept = ctx.secrets.keep(place, "hunter2hunter2hunter2hunter2", salt).await.unwrap();
    client.settings.client_secret = Some(kept);
    client.create(&ctx, "token").await.unwrap();
    assert_eq!(script.calls()[0].input["ClientSecret"], "hunter2hunter2hunter2hunter2");
    assert_eq!(script.calls()[0].input.get("GenerateSecret"), None);
}

#[tokio::test]
async fn whichever_of_two_secrets_aws_shows_the_new_one_is_left() {
    let (old, new) = ("hunter2hunter2hunter2hunter2", "correct_horse_battery_staple");
    let two = || {
        (
            200,
            json!({ "ClientSecrets": [{ "ClientSecretId": "b", "ClientSecretCreateDate": 2 },
        { "ClientSecretId": "a", "ClientSecretCreateDate": 1 }] }),
        )
    };
    let one = || (200, json!({ "ClientSecrets": [{ "ClientSecretId": "a", "ClientSecretCreateDate": 1 }] }));
    let shown = |secret: &str| described(&json!({ "ClientSecret": secret }));
    let added = || (200, json!({ "ClientSecretDescriptor": { "ClientSecretId": "c", "ClientSecretCreateDate": 3 } }));
    let done = || (200, json!({}));
    let (list, describe) = ("ListUserPoolClientSecrets", "DescribeUserPoolClient");
    let (add, delete) = ("AddUserPoolClientSecret", "DeleteUserPoolClientSecret");
    for (answers, calls, deleted) in [
        // It is done already, by a run that was cut at its end.
        (vec![one(), shown(new)], vec![list, describe], vec![]),
        (vec![one(), shown(old), added(), done()], vec![list, describe, add, delete], vec!["a"]),
        // Cut between the two: the older one goes, and what is left is the new one.
        (vec![two(), done(), shown(new)], vec![list, delete, describe], vec!["a"]),
        // The newer one of two is somebody else's.
        (vec![two(), done(), shown(old), added(), done()], vec![list, delete, describe, add, delete], vec!["a", "b"]),
        // A lost answer is looked up, and not taken for a refusal.
        (vec![one(), shown(old), (500, json!({})), two(), done()], vec![list, describe, add, list, delete], vec!["a"]),
        (
            vec![one(), shown(old), (500, json!({})), one(), added(), done()],
            vec![list, describe, add, list, add, delete],
            vec!["a"],
        ),
        // A call that is one too many is made again.
        (
            vec![one(), shown(old), refusal("TooManyRequestsException"), added(), done()],
            vec![list, describe, add, add, delete],
            vec!["a"],
        ),
    ] {
        let script = stage(answers);
        let ctx = script.ctx.clone();
        let salt = Salt::of_field("", "", "");
        let (mut before, mut target) = (web(), web());
        before.settings.client_secret = Some(ctx.secrets.keep(SecretRef::env("SECRET"), old, salt).await.unwrap());
        target.settings.client_secret = Some(ctx.secrets.keep(SecretRef::env("SECRET"), new, salt).await.unwrap());
        target.update(&ctx, ID, &before).await.unwrap();
        assert_eq!(script.operations(), calls);
        let all = script.calls();
        let gone: Vec<_> = all.iter().filter_map(|call| call.input["ClientSecretId"].as_str()).collect();
        assert_eq!(gone, deleted, "{calls:?}");
        let sent = all.iter().filter(|call| call.operation == add);
        assert!(sent.into_iter().all(|call| call.input["ClientSecret"] == new), "{calls:?}");
    }
}

#[test]
fn the_outputs_of_a_client_that_is_not_made_yet_can_be_read() {
    assert_eq!(serde_json::from_value::<AppClientOutputs>(json!({})).unwrap(), AppClientOutputs::default());
}
