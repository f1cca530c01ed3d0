//! What is sent to Cognito Identity, and what is made of its answers.

use super::*;
use crate::kinds::script::{Stage, no};

const ID: &str = "eu-west-1:0001";

fn outputs() -> Value {
    json!({ "client_id": "c", "user_pool_id": "eu-west-1_a", "has_secret": false })
}

fn on(stage: Stage) -> Stage {
    stage
        .knowing("user_pool", "eu-west-1_a", Value::Null)
        .knowing("app_client.web", "eu-west-1_a/cweb", outputs())
        .knowing("app_client.admin", "eu-west-1_a/cadmin", outputs())
}

/// A stage on which this pool is there, and keeps what it is told.
fn stage(spec: &IdentityPool) -> Stage {
    let blank = on(Stage::new(|_| no("ResourceNotFoundException", "none")));
    let mut shown = settings(&blank.ctx, spec).unwrap();
    shown["IdentityPoolId"] = ID.into();
    shown["IdentityPoolTags"] = json!(spec.tags);
    shown["IdentityPoolTags"]["stack:token"] = "t".into();
    shown["IdentityPoolTags"]["stack:name"] = "dev".into();
    let roles = role_input(&blank.ctx, spec).unwrap();
    let tags = spec.principal_tags.clone().unwrap_or_default();
    on(Stage::new(move |call| match call.operation.as_str() {
        "CreateIdentityPool" => (200, json!({ "IdentityPoolId": ID }).to_string()),
        "DescribeIdentityPool" if call.input["IdentityPoolId"] == ID => (200, shown.to_string()),
        "DescribeIdentityPool" => (200, json!({ "IdentityPoolName": "shop" }).to_string()),
        "GetIdentityPoolRoles" => (200, roles.to_string()),
        "GetPrincipalTagAttributeMap" if call.input["IdentityProviderName"] == PROVIDER => {
            (200, tags.get("user_pool").map_or_else(PrincipalTags::none, PrincipalTags::input).to_string())
        }
        "GetPrincipalTagAttributeMap" => no("ResourceNotFoundException", "none"),
        "ListIdentityPools" => {
            let named = |id: &str, name: &str| json!({ "IdentityPoolId": id, "IdentityPoolName": name });
            let second = call.input["NextToken"] == "next";
            let page = if second { vec![named(ID, "shop")] } else { vec![named("a", "shop"), named("b", "other")] };
            let mut answer = json!({ "IdentityPools": page });
            if !second {
                answer["NextToken"] = "next".into();
            }
            (200, answer.to_string())
        }
        "GetCallerIdentity" => panic!("a query"),
        other if other.starts_with("POST /") => (
            200,
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/a</Arn><UserId>A</UserId>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
                .to_owned(),
        ),
        _ => (200, "{}".to_owned()),
    }))
}

const PROVIDER: &str = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a";

#[tokio::test(flavor = "current_thread")]
async fn what_is_sent_is_what_is_read() {
    for spec in [example(), example_changed()] {
        let stage = stage(&spec);
        assert_eq!(spec.create(&stage.ctx, "t").await.unwrap(), ID);
        let sent = &stage.calls()[0].input;
        assert_eq!(sent["AllowClassicFlow"], spec.allow_classic_flow.unwrap());
        assert_eq!(sent["CognitoIdentityProviders"][0]["ProviderName"], PROVIDER);
        assert_eq!(sent["IdentityPoolTags"]["stack:token"], "t");
        let read = IdentityPool::read(&stage.ctx, ID, None).await.unwrap().unwrap();
        assert_eq!(read.spec, spec);
        spec.update(&stage.ctx, ID, &spec).await.unwrap();
        assert!(!stage.operations().iter().any(|call| call.starts_with("Set") || call.starts_with("Update")));
    }
}

#[tokio::test(flavor = "current_thread")]
async fn an_update_sends_the_whole_and_a_mapping_goes_before_its_provider() {
    let before = example();
    let stage = stage(&before);
    let wanted = IdentityPool { supported_login_providers: None, role_mappings: None, ..before.clone() };
    wanted.update(&stage.ctx, ID, &before).await.unwrap();
    let calls = stage.calls();
    let written: Vec<_> = calls.iter().filter(|call| !call.operation.starts_with("Describe")).collect();
    let names: Vec<&str> = written.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(names, ["SetIdentityPoolRoles", "UpdateIdentityPool", "SetIdentityPoolRoles"]);
    let web = format!("{PROVIDER}:cweb");
    let kept: Vec<&String> = written[0].input["RoleMappings"].as_object().unwrap().keys().collect();
    assert_eq!(kept, [&web]);
    assert_eq!(written[1].input["IdentityPoolTags"]["stack:name"], "dev", "no tag is lost");
    assert_eq!(written[1].input["SamlProviderARNs"][0], "arn:aws:iam::000000000000:saml-provider/okta");
}

#[tokio::test(flavor = "current_thread")]
async fn tags_are_set_and_taken_away_one_by_one() {
    let before = example();
    let stage = stage(&before);
    let wanted = IdentityPool { tags: Some(BTreeMap::from([("team".to_owned(), "web".to_owned())])), ..before.clone() };
    wanted.update(&stage.ctx, ID, &before).await.unwrap();
    let input = |operation: &str| stage.calls().into_iter().find(|call| call.operation == operation).unwrap().input;
    assert_eq!(input("TagResource")["Tags"], json!({ "team": "web" }));
    assert_eq!(input("UntagResource")["TagKeys"], json!(["app"]));
    let arn = "arn:aws:cognito-identity:eu-west-1:111122223333:identitypool/eu-west-1:0001";
    assert_eq!(input("TagResource")["ResourceArn"], arn);
}

#[tokio::test(flavor = "current_thread")]
async fn tags_of_sessions_are_set_for_each_provider_and_emptied() {
    let before = example();
    let stage = stage(&before);
    let wanted = IdentityPool { principal_tags: None, ..before.clone() };
    wanted.update(&stage.ctx, ID, &before).await.unwrap();
    let call = stage.calls().into_iter().find(|call| call.operation == "SetPrincipalTagAttributeMap").unwrap();
    assert_eq!(
        call.input,
        json!({
            "IdentityPoolId": ID, "IdentityProviderName": PROVIDER, "UseDefaults": false, "PrincipalTags": {},
        })
    );
    let defaults = PrincipalTags { use_defaults: Some(true), tags: None };
    assert_eq!(defaults.input(), json!({ "UseDefaults": true }));
    let said = json!({ "UseDefaults": true, "PrincipalTags": { "client": "aud", "username": "sub" } });
    assert_eq!(PrincipalTags::read(&said).unwrap(), defaults.pruned().unwrap());
    let empty = PrincipalTags { use_defaults: Some(false), tags: Some(BTreeMap::new()) };
    assert_eq!(empty.pruned(), None);
    assert_eq!(PrincipalTags::read(&PrincipalTags::none()), None);
}

#[test]
fn the_tags_of_a_provider_go_with_it() {
    let tags = || PrincipalTags { use_defaults: None, tags: Some(BTreeMap::from([("a".to_owned(), "b".to_owned())])) };
    let client = |app_client| IdentityClient { app_client, server_side_token_check: false, role_mapping: None };
    let (google, arn) = ("accounts.google.com", "arn:aws:iam::000000000000:saml-provider/okta");
    let stale = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_old";
    let keys = ["user_pool", PROVIDER, stale, google, arn];
    let left = |pool: IdentityPool| {
        let all = keys.iter().map(|key| ((*key).to_owned(), tags())).collect();
        let pruned = IdentityPool { principal_tags: Some(all), ..pool }.pruned();
        pruned.principal_tags.unwrap().into_keys().collect::<BTreeSet<_>>()
    };
    let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
    let bare = IdentityPool {
        app_clients: Some(Vec::new()),
        supported_login_providers: Some(BTreeMap::new()),
        open_id_connect_provider_arns: Some(BTreeSet::new()),
        saml_provider_arns: Some(BTreeSet::new()),
        ..example()
    };
    assert_eq!(left(bare.clone()), set(&[]));
    let own = Some(vec![client(Ref::named("web"))]);
    assert_eq!(left(IdentityPool { app_clients: own, ..bare.clone() }), set(&["user_pool"]));
    let theirs = Some(vec![client(Ref::outside("eu-west-1_a/c"))]);
    assert_eq!(left(IdentityPool { app_clients: theirs, ..bare.clone() }), set(&["user_pool", PROVIDER]));
    let logins = Some(BTreeMap::from([(google.to_owned(), "1".to_owned())]));
    assert_eq!(left(IdentityPool { supported_login_providers: logins, ..bare.clone() }), set(&[google]));
    let arns = Some(BTreeSet::from([arn.to_owned()]));
    assert_eq!(left(IdentityPool { saml_provider_arns: arns, ..bare }), set(&[arn]));
}

#[tokio::test(flavor = "current_thread")]
async fn one_that_an_earlier_run_made_is_found_by_its_tags_on_any_page() {
    let stage = stage(&example());
    assert_eq!(example().find(&stage.ctx, "t").await.unwrap().as_deref(), Some(ID));
    assert_eq!(example().find(&stage.ctx, "other").await.unwrap(), None);
    assert_eq!(example().twin(&stage.ctx).await.unwrap().unwrap().id, ID);
    let known = stage.knowing("identity_pool", ID, Value::Null);
    assert_eq!(example().twin(&known.ctx).await.unwrap(), None, "its own is no twin");
}

#[tokio::test(flavor = "current_thread")]
async fn another_change_is_waited_for() {
    let mut refusals = 2;
    let stage = on(Stage::new(move |call| match call.operation.as_str() {
        "DeleteIdentityPool" if refusals > 0 => {
            refusals -= 1;
            let text = "Only one request to update resource type Identity Pool can be processed at a time";
            no("ConcurrentModificationException", text)
        }
        _ => no("ResourceNotFoundException", "gone"),
    }));
    IdentityPool::delete(&stage.ctx, ID, None).await.unwrap();
    assert_eq!(stage.operations().len(), 3);
    assert!(IdentityPool::read(&stage.ctx, ID, None).await.unwrap().is_none());
}
