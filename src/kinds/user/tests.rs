//! Users against a scripted AWS.

use serde_json::{Value, json};

use super::*;
use crate::kind::{Kind as _, Last};
use crate::kinds::script::{Stage, no};

fn user(status: &str, email: &str) -> Value {
    json!({
        "Username": "sub-1", "Enabled": true, "UserStatus": status,
        "Attributes": [{ "Name": "sub", "Value": "sub-1" }, { "Name": "email", "Value": email }, { "Name": "identities", "Value": "[]" }],
    })
}

fn stage(status: &'static str, email: &'static str) -> Stage {
    Stage::new(move |call| match call.operation.as_str() {
        "ListUsers" => {
            let filter = call.input["Filter"].as_str().unwrap();
            let fits = filter == format!("email = \"{email}\"") || filter == "username = \"sub-1\"";
            let users = if fits { vec![user(status, email)] } else { vec![] };
            (200, json!({ "Users": users }).to_string())
        }
        "AdminListGroupsForUser" => {
            (200, json!({ "Groups": [{ "GroupName": "boss" }, { "GroupName": "others" }] }).to_string())
        }
        "AdminCreateUser" if status == "new" => (200, json!({ "User": user("x", email) }).to_string()),
        "AdminCreateUser" => no("UsernameExistsException", "User account already exists"),
        "AdminRemoveUserFromGroup" => no("ResourceNotFoundException", "Group not found."),
        "AdminDeleteUser" => no("UserNotFoundException", "User does not exist."),
        _ => (200, "{}".to_owned()),
    })
    .knowing("user_pool", "p_1", Value::Null)
    .knowing("group.admins", "p_1/boss", Value::Null)
    .knowing("group.staff", "p_1/staff", Value::Null)
}

fn by_address() -> User {
    User { username: "ann@example.com".to_owned(), invite: None, ..example() }
}

#[tokio::test(flavor = "current_thread")]
async fn nobody_is_written_to_unless_it_is_asked_for() {
    let stage = stage("new", "ann@example.com");
    assert_eq!(by_address().create(&stage.ctx, "t").await.unwrap(), "p_1/sub-1");
    let sent = &stage.calls()[0].input;
    assert_eq!((&sent["MessageAction"], sent.get("DesiredDeliveryMediums")), (&json!("SUPPRESS"), None));
    assert_eq!(sent.get("TemporaryPassword"), None);
    example().create(&stage.ctx, "t").await.unwrap();
    let sent = &stage.calls()[1].input;
    assert_eq!((sent.get("MessageAction"), &sent["DesiredDeliveryMediums"]), (None, &json!(["EMAIL"])));
    let nobody = User { invite: Some(BTreeSet::new()), ..example() };
    nobody.create(&stage.ctx, "t").await.unwrap();
    assert_eq!(stage.calls()[2].input["MessageAction"], "SUPPRESS", "an empty list is nobody");
}

#[tokio::test(flavor = "current_thread")]
async fn what_counts_at_that_moment_alone_is_sent_then_and_makes_no_difference_later() {
    let stage = stage("new", "ann@example.com");
    let bare = User { force_alias_creation: None, validation_data: None, client_metadata: None, ..example() };
    bare.create(&stage.ctx, "t").await.unwrap();
    example_changed().create(&stage.ctx, "t").await.unwrap();
    let (least, whole) = (&stage.calls()[0].input, &stage.calls()[1].input);
    for member in ["ForceAliasCreation", "ValidationData", "ClientMetadata"] {
        assert_eq!(least.get(member), None);
    }
    assert_eq!(whole["ForceAliasCreation"], true);
    assert_eq!(whole["ValidationData"], json!([{ "Name": "invited_by", "Value": "sales" }]));
    assert_eq!(whole["ClientMetadata"], json!({ "language": "fr" }));
    // Functions run when attributes change, too; when only this differs, nothing is called.
    let named = |name: &str| BTreeMap::from([("name".to_owned(), name.to_owned())]);
    let (before, after) =
        (User { attributes: Some(named("Ann")), ..bare }, User { attributes: Some(named("Anna")), ..example() });
    after.update(&stage.ctx, "p_1/sub-1", &before).await.unwrap();
    let call = stage.calls().into_iter().find(|call| call.operation == "AdminUpdateUserAttributes").unwrap();
    assert_eq!(call.input["ClientMetadata"], json!({ "language": "en" }));
    let count = stage.calls().len();
    User { attributes: Some(named("Ann")), ..example() }.update(&stage.ctx, "p_1/sub-1", &before).await.unwrap();
    assert_eq!(stage.calls().len(), count, "what counted at that moment makes no call");
}

#[tokio::test(flavor = "current_thread")]
async fn an_account_that_is_there_is_not_taken_and_says_how_it_can_be() {
    let stage = stage("CONFIRMED", "ann@example.com");
    let error = by_address().create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.message().contains("may be somebody's"), "{error}");
    assert!(
        error.hints().iter().any(|hint| hint.contains("stack import dev --address user.NAME=p_1/sub-1")),
        "{:?}",
        error.hints()
    );
    assert_eq!(by_address().find(&stage.ctx, "t").await.unwrap(), None, "somebody has signed in to it");
    let stage = self::stage("FORCE_CHANGE_PASSWORD", "ann@example.com");
    assert_eq!(by_address().find(&stage.ctx, "t").await.unwrap().as_deref(), Some("p_1/sub-1"));
}

#[tokio::test(flavor = "current_thread")]
async fn an_address_that_a_person_changes_makes_nobody_else_of_them() {
    let stage = stage("CONFIRMED", "other@example.com");
    let last = Last { spec: by_address(), outputs: None };
    let read = User::read(&stage.ctx, "p_1/sub-1", Some(&last)).await.unwrap().unwrap();
    assert_eq!(read.spec.username, "ann@example.com");
    assert_eq!(read.spec.attributes.unwrap(), BTreeMap::from([("email".to_owned(), "other@example.com".to_owned())]));
    assert_eq!((read.outputs.sub.as_str(), read.outputs.username.as_str()), ("sub-1", "sub-1"));
    let groups: Vec<String> = read.spec.groups.unwrap().into_keys().collect();
    assert_eq!(groups, ["(not in this stack) others", "admins"]);
    let read = User::read(&stage.ctx, "p_1/sub-1", None).await.unwrap().unwrap();
    assert_eq!(read.spec.username, "other@example.com", "nobody has declared anything");
    assert!(User::read(&stage.ctx, "p_1/nobody", None).await.unwrap().is_none());
}

#[tokio::test(flavor = "current_thread")]
async fn only_what_differs_is_sent_and_an_address_with_a_word_on_it() {
    let stage = stage("CONFIRMED", "ann@example.com");
    let mut after = example();
    let attributes = after.attributes.as_mut().unwrap();
    attributes.insert("email".to_owned(), "ann@example.org".to_owned());
    attributes.remove("custom:tenant");
    after.groups = Some(BTreeMap::from([("staff".to_owned(), Ref::named("staff"))]));
    after.update(&stage.ctx, "p_1/sub-1", &example()).await.unwrap();
    let calls = stage.calls();
    let sent: Vec<&Value> =
        calls[0].input["UserAttributes"].as_array().unwrap().iter().map(|one| &one["Name"]).collect();
    assert_eq!(sent, ["email", "email_verified"]);
    assert_eq!(calls[1].input["UserAttributeNames"], json!(["custom:tenant"]));
    assert_eq!((&*calls[2].operation, &calls[2].input["GroupName"]), ("AdminAddUserToGroup", &json!("staff")));
    assert_eq!((&*calls[3].operation, &calls[3].input["GroupName"]), ("AdminRemoveUserFromGroup", &json!("boss")));
    assert_eq!(calls.len(), 4);
    after.update(&stage.ctx, "p_1/sub-1", &after).await.unwrap();
    assert_eq!(stage.calls().len(), 4, "nothing differs");
    User::delete(&stage.ctx, "p_1/sub-1", None).await.unwrap();
}
