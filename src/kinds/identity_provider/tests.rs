//! Which calls are made of providers, and what is made of AWS's answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::check::{PoolFacts, check_all};
use super::examples::example;
use super::*;
use crate::kind::{Kind as _, Last};
use crate::kinds::script::{Stage, no};
use crate::secret::Salt;

const ID: &str = "p_1/Google";
const SECRET: &str = "hunter2-hunter2";

/// A stage on which the provider has these details.
fn stage(kind: ProviderType, name: &'static str, details: Value) -> Stage {
    Stage::new(move |call| match call.operation.as_str() {
        "CreateIdentityProvider" => no("DuplicateProviderException", "Google already exists in user pool p_1"),
        "DescribeIdentityProvider" => {
            let shown = json!({ "IdentityProvider": {
                "UserPoolId": "p_1", "ProviderName": name, "ProviderType": kind.as_str(), "ProviderDetails": details,
                "AttributeMapping": { "username": kind.subject().unwrap_or("NameID") }, "IdpIdentifiers": [],
            } });
            (200, shown.to_string())
        }
        "UpdateIdentityProvider" => (200, json!({ "IdentityProvider": {} }).to_string()),
        "DeleteIdentityProvider" => no("ResourceNotFoundException", "gone"),
        other => panic!("{other}"),
    })
    .knowing("user_pool", "p_1", Value::Null)
}

fn google_details(secret: &str) -> Value {
    json!({
        "client_id": "a", "client_secret": secret, "authorize_scopes": "openid email",
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true", "token_request_method": "POST",
    })
}

/// A Google login whose secret is kept there.
fn google(client_secret: SecretRef) -> IdentityProvider {
    let client_secret = Some(client_secret);
    let authorize_scopes = ["openid", "email"].map(str::to_owned).into();
    let settings = ProviderSettings {
        name: Some("Google".to_owned()),
        google: Some(Google { client_id: "a".to_owned(), client_secret, authorize_scopes }),
        attribute_mapping: Some(BTreeMap::new()),
        idp_identifiers: Some(BTreeSet::new()),
        ..ProviderSettings::default()
    };
    IdentityProvider { user_pool: Ref::one(), r#type: ProviderType::Google, other_details: BTreeMap::new(), settings }
}

/// Where a secret is kept, as it is when a run has read it.
async fn kept(stage: &Stage, secret: &str) -> SecretRef {
    stage.ctx.secrets.keep(SecretRef::env("SECRET"), secret, Salt::of_field("", "", "")).await.unwrap()
}

fn last(spec: &IdentityProvider) -> Last<IdentityProvider> {
    Last { spec: spec.clone(), outputs: None }
}

#[tokio::test(flavor = "current_thread")]
async fn what_aws_adds_is_no_difference() {
    let stage = stage(ProviderType::Google, "Google", google_details(SECRET));
    let wanted = google(kept(&stage, SECRET).await);
    let read = IdentityProvider::read(&stage.ctx, ID, Some(&last(&wanted))).await.unwrap().unwrap();
    assert_eq!(read.spec, wanted);

    let details = json!({
        "client_id": "a", "authorize_scopes": "openid", "oidc_issuer": "https://idp.example.com",
        "attributes_request_method": "GET", "authorize_url": "https://idp.example.com/a",
        "token_url": "https://idp.example.com/t", "attributes_url_add_attributes": "false",
    });
    let stage = self::stage(ProviderType::Oidc, "Corp", details);
    let mut wanted = example(ProviderType::Oidc, 0);
    let oidc = wanted.settings.oidc.as_mut().unwrap();
    oidc.token_url = None;
    let read = IdentityProvider::read(&stage.ctx, "p_1/Corp", Some(&last(&wanted))).await.unwrap().unwrap();
    let read = read.spec.settings.oidc.unwrap();
    assert_eq!((read.authorize_url.as_deref(), read.token_url), (Some("https://idp.example.com/a"), None));

    let details = json!({ "MetadataURL": "https://idp.example.com/m", "ActiveEncryptionCertificate": "MII",
        "SSORedirectBindingURI": "https://idp.example.com/sso", "SLORedirectBindingURI": "https://idp.example.com/slo" });
    let stage = self::stage(ProviderType::Saml, "Corp", details);
    let read = IdentityProvider::read(&stage.ctx, "p_1/Corp", None).await.unwrap().unwrap();
    assert_eq!(read.outputs.encryption_certificate.as_deref(), Some("MII"));
    let read = read.spec;
    assert!(read.other_details.is_empty(), "{read:?}");
    let mut other = read.clone();
    other.settings.saml.as_mut().unwrap().idp_init = Some(true);
    other.update(&stage.ctx, "p_1/Corp", &read).await.unwrap();
    let sent = stage.calls().pop().unwrap().input;
    assert_eq!(sent["ProviderDetails"]["IDPInit"], "true");
    assert!(sent["ProviderDetails"].get("ActiveEncryptionCertificate").is_none(), "{sent}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_detail_that_nobody_here_knows_is_seen_and_kept_and_its_value_stands_nowhere() {
    let mut details = google_details(SECRET);
    details["assertion_key"] = "quite-a-secret".into();
    details["nonce"] = "".into();
    let stage = stage(ProviderType::Google, "Google", details);
    let wanted = google(kept(&stage, SECRET).await);
    let read = IdentityProvider::read(&stage.ctx, ID, Some(&last(&wanted))).await.unwrap().unwrap();
    let seen: Vec<_> = read.spec.other_details.iter().collect();
    let [(name, digest)] = seen[..] else { panic!("{seen:?}") };
    assert!(name == "assertion_key" && digest.len() == 23 && digest.starts_with("sha256:"), "{digest}");
    assert!(!format!("{read:?}").contains("quite-a-secret"));
    let mut target = read.spec.clone();
    target.settings.google.as_mut().unwrap().client_id = "b".to_owned();
    target.update(&stage.ctx, ID, &read.spec).await.unwrap();
    let sent = stage.calls().pop().unwrap().input["ProviderDetails"].clone();
    assert_eq!((&sent["client_id"], &sent["assertion_key"]), (&json!("b"), &json!("quite-a-secret")));
    assert!(sent.get("attributes_url").is_none(), "AWS's own does not come back: {sent}");
}

#[tokio::test(flavor = "current_thread")]
async fn another_secret_is_noticed_and_stands_nowhere() {
    let stage = stage(ProviderType::Google, "Google", google_details(SECRET));
    let wanted = google(kept(&stage, "quite-another-one").await);
    let read = IdentityProvider::read(&stage.ctx, ID, Some(&last(&wanted))).await.unwrap().unwrap();
    let found = |one: &IdentityProvider| one.settings.google.as_ref().unwrap().client_secret.clone().unwrap();
    assert_eq!(found(&read.spec).place, found(&wanted).place);
    assert_ne!(found(&read.spec), found(&wanted), "AWS holds another");
    assert_eq!(found(&read.spec), kept(&stage, SECRET).await, "which is known again");
    wanted.update(&stage.ctx, ID, &read.spec).await.unwrap();
    assert_eq!(stage.calls().pop().unwrap().input["ProviderDetails"]["client_secret"], "quite-another-one");
    for text in [serde_json::to_string(&read.spec).unwrap(), format!("{:?}", stage.ctx.known.borrow())] {
        assert!(!text.contains(SECRET) && !text.contains("quite-another-one"), "{text}");
    }
    // It takes no reading of the place to tell, only to send.
    let stage = self::stage(ProviderType::Google, "Google", google_details("quite-another-one"));
    let read = IdentityProvider::read(&stage.ctx, ID, Some(&last(&wanted))).await.unwrap().unwrap();
    assert_eq!(read.spec, wanted);
    let stage = self::stage(ProviderType::Google, "Google", google_details(SECRET));
    let error = wanted.create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.message().contains("was not read") && stage.calls().is_empty(), "{error}");
    // One that somebody has taken away is missed.
    let mut details = google_details(SECRET);
    details.as_object_mut().unwrap().remove("client_secret");
    let stage = self::stage(ProviderType::Google, "Google", details);
    let read = IdentityProvider::read(&stage.ctx, ID, Some(&last(&wanted))).await.unwrap().unwrap();
    assert_eq!(read.spec.settings.google.unwrap().client_secret, None);
}

#[tokio::test(flavor = "current_thread")]
async fn a_key_that_aws_never_shows_is_taken_for_the_one_that_was_sent() {
    let wanted = example(ProviderType::SignInWithApple, 0);
    let details = json!({ "client_id": "a", "team_id": "b", "key_id": "c", "authorize_scopes": "email name" });
    let stage = stage(ProviderType::SignInWithApple, "SignInWithApple", details);
    let read = IdentityProvider::read(&stage.ctx, "p_1/SignInWithApple", Some(&last(&wanted))).await.unwrap().unwrap();
    let key = |one: &IdentityProvider| one.settings.sign_in_with_apple.as_ref().unwrap().private_key.clone();
    assert_eq!(key(&read.spec), key(&wanted));
    // Sent whole with whatever else changes, and read back as what was sent.
    let mut changed = example(ProviderType::SignInWithApple, 1);
    let another = kept(&stage, "another key").await;
    changed.settings.sign_in_with_apple.as_mut().unwrap().private_key = Some(another);
    changed.update(&stage.ctx, "p_1/SignInWithApple", &read.spec).await.unwrap();
    let sent = stage.calls().pop().unwrap().input;
    assert_eq!(sent["ProviderDetails"]["private_key"], "another key");
    let again = IdentityProvider::read(&stage.ctx, "p_1/SignInWithApple", Some(&last(&wanted))).await.unwrap().unwrap();
    assert_eq!(key(&again.spec), key(&changed));
}

#[tokio::test(flavor = "current_thread")]
async fn an_update_sends_the_details_whole_with_what_nobody_declares() {
    let details = json!({
        "client_id": "a", "client_secret": SECRET, "authorize_scopes": "openid", "oidc_issuer": "https://idp.example.com",
        "attributes_request_method": "GET", "jwks_uri": "https://idp.example.com/k",
    });
    let mut before = example(ProviderType::Oidc, 0);
    let oidc = before.settings.oidc.as_mut().unwrap();
    (oidc.client_secret, oidc.jwks_uri) = (None, None);
    let mut scopes = before.clone();
    scopes.settings.oidc.as_mut().unwrap().authorize_scopes = ["openid".to_owned()].into();
    let stage = stage(ProviderType::Oidc, "Corp", details.clone());
    scopes.update(&stage.ctx, "p_1/Corp", &before).await.unwrap();
    let sent = stage.calls().pop().unwrap().input["ProviderDetails"].take();
    assert_eq!((&sent["client_secret"], &sent["jwks_uri"]), (&details["client_secret"], &details["jwks_uri"]));
    // Addresses of another issuer are to be found anew.
    let mut moved = before.clone();
    moved.settings.oidc.as_mut().unwrap().oidc_issuer = "https://other.example.com".to_owned();
    moved.update(&stage.ctx, "p_1/Corp", &before).await.unwrap();
    assert!(stage.calls().pop().unwrap().input["ProviderDetails"].get("jwks_uri").is_none());
    // A mapping alone leaves the details as they are.
    let mut mapped = before.clone();
    mapped.settings.attribute_mapping = Some(BTreeMap::from([("email".to_owned(), "mail".to_owned())]));
    mapped.update(&stage.ctx, "p_1/Corp", &before).await.unwrap();
    assert!(stage.calls().pop().unwrap().input.get("ProviderDetails").is_none());
    IdentityProvider::delete(&stage.ctx, "p_1/Corp", None).await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn one_that_is_there_already_is_named_with_what_takes_it_up() {
    let stage = stage(ProviderType::Google, "Google", google_details(SECRET));
    let wanted = google(kept(&stage, SECRET).await);
    let error = wanted.create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.hints().iter().any(|hint| hint.contains("identity_provider.NAME=p_1/Google")), "{error:?}");
    assert_eq!(wanted.find(&stage.ctx, "t").await.unwrap().as_deref(), Some(ID));
}

#[test]
fn a_pool_has_three_hundred() {
    let (custom, fixed) = (BTreeMap::new(), BTreeSet::new());
    let pool = PoolFacts { custom_attributes: &custom, fixed: &fixed };
    let saml = Saml { metadata_url: Some("https://idp.example.com/m".to_owned()), ..Saml::default() };
    let one = ProviderSettings { saml: Some(saml), ..ProviderSettings::default() };
    for (count, wrong) in [(300, 0), (301, 1)] {
        let all: BTreeMap<String, ProviderSettings> =
            (0..count).map(|number| (format!("idp{number}"), one.clone())).collect();
        let mut problems = Vec::new();
        check_all(&all, &pool, &mut problems);
        assert_eq!(problems.len(), wrong, "{problems:?}");
    }
}
