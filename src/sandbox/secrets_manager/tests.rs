//! Secrets Manager, called as its wire does.

use super::*;

const REGION: &str = "eu-west-1";

#[expect(clippy::needless_pass_by_value, reason = "the tests below read as tables")]
fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, (String, String)> {
    handle(world, REGION, operation, &input).map_err(|refusal| (refusal.code, refusal.message))
}

#[test]
fn a_secret_is_known_by_name_and_arn_and_keeps_its_last_values() {
    let mut world = World::default();
    let made = call(&mut world, "CreateSecret", json!({ "Name": "shop/a", "SecretString": "one" })).unwrap();
    let arn = made["ARN"].as_str().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws:secretsmanager:eu-west-1:000000000000:secret:shop/a-"), "{arn}");
    call(&mut world, "PutSecretValue", json!({ "SecretId": "shop/a", "SecretString": "two" })).unwrap();
    let mut value = |asked: Value| {
        let said = call(&mut world, "GetSecretValue", asked).map_err(|(code, _)| code);
        said.map(|said| said["SecretString"].as_str().unwrap().to_owned())
    };
    for id in ["shop/a", &arn, &arn[..arn.len() - 7]] {
        assert_eq!(value(json!({ "SecretId": id })).as_deref(), Ok("two"), "{id}");
    }
    assert_eq!(value(json!({ "SecretId": "shop/a", "VersionStage": "AWSPREVIOUS" })).as_deref(), Ok("one"));
    assert_eq!(value(json!({ "SecretId": "shop/a", "VersionId": made["VersionId"] })).as_deref(), Ok("one"));
    assert_eq!(value(json!({ "SecretId": "shop/b" })).unwrap_err(), "ResourceNotFoundException");
    assert_eq!(value(json!({ "SecretId": "shop/a", "VersionStage": "X" })).unwrap_err(), "ResourceNotFoundException");
}

#[test]
fn a_secret_that_is_to_go_can_be_brought_back() {
    let mut world = World::default();
    let create = json!({ "Name": "a", "SecretString": "x" });
    call(&mut world, "CreateSecret", create.clone()).unwrap();
    assert_eq!(call(&mut world, "CreateSecret", create.clone()).unwrap_err().0, "ResourceExistsException");
    call(&mut world, "DeleteSecret", json!({ "SecretId": "a" })).unwrap();
    let refused = call(&mut world, "GetSecretValue", json!({ "SecretId": "a" })).unwrap_err();
    assert!(refused.0 == "InvalidRequestException" && refused.1.contains("marked for deletion"), "{refused:?}");
    assert_eq!(call(&mut world, "CreateSecret", create.clone()).unwrap_err().0, "InvalidRequestException");
    call(&mut world, "RestoreSecret", json!({ "SecretId": "a" })).unwrap();
    assert_eq!(call(&mut world, "GetSecretValue", json!({ "SecretId": "a" })).unwrap()["SecretString"], "x");
    let forced = json!({ "SecretId": "a", "ForceDeleteWithoutRecovery": true });
    call(&mut world, "DeleteSecret", forced).unwrap();
    call(&mut world, "CreateSecret", create).unwrap();
}

#[test]
fn what_secrets_manager_refuses() {
    let mut world = World::default();
    call(&mut world, "CreateSecret", json!({ "Name": "empty" })).unwrap();
    let (code, said) = call(&mut world, "GetSecretValue", json!({ "SecretId": "empty" })).unwrap_err();
    assert_eq!(code, "ResourceNotFoundException");
    assert!(said.contains("staging label: AWSCURRENT"), "{said}");
    for (operation, input, code) in [
        ("CreateSecret", json!({ "Name": "a b" }), "ValidationException"),
        (
            "CreateSecret",
            json!({ "Name": "a", "SecretString": "x", "SecretBinary": "eA==" }),
            "InvalidParameterException",
        ),
        ("CreateSecret", json!({ "Name": "a", "SecretString": "" }), "InvalidParameterException"),
        ("CreateSecret", json!({ "Naem": "a" }), "ValidationException"),
        ("PutSecretValue", json!({ "SecretId": "empty" }), "InvalidParameterException"),
        ("PutSecretValue", json!({ "SecretId": "none", "SecretString": "x" }), "ResourceNotFoundException"),
        ("GetSecretValue", json!({}), "InvalidParameterException"),
        ("Unheard", json!({}), "UnknownOperationException"),
    ] {
        assert_eq!(call(&mut world, operation, input.clone()).unwrap_err().0, code, "{operation} {input}");
    }
}
