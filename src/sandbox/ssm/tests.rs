//! Parameter Store, called as its wire does.

use super::*;

const REGION: &str = "eu-west-1";

#[expect(clippy::needless_pass_by_value, reason = "the tests below read as tables")]
fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, String> {
    handle(world, REGION, operation, &input).map_err(|refusal| refusal.code)
}

#[test]
fn a_parameter_has_versions_and_is_encrypted_unless_it_is_asked_for_plainly() {
    let mut world = World::default();
    let put = json!({ "Name": "/shop/a", "Value": "hunter2", "Type": "SecureString" });
    assert_eq!(call(&mut world, "PutParameter", put.clone()).unwrap()["Version"], 1);
    assert_eq!(call(&mut world, "PutParameter", put).unwrap_err(), "ParameterAlreadyExists");
    let again = json!({ "Name": "/shop/a", "Value": "hunter3", "Overwrite": true });
    assert_eq!(call(&mut world, "PutParameter", again).unwrap()["Version"], 2);
    let mut value = |name: &str, plainly: bool| {
        let asked = json!({ "Name": name, "WithDecryption": plainly });
        call(&mut world, "GetParameter", asked).map(|said| said["Parameter"]["Value"].as_str().unwrap().to_owned())
    };
    let arn = "arn:aws:ssm:eu-west-1:000000000000:parameter/shop/a";
    assert_eq!(value("/shop/a", true).as_deref(), Ok("hunter3"));
    assert_eq!(value("/shop/a:1", true).as_deref(), Ok("hunter2"));
    assert_eq!(value(arn, true).as_deref(), Ok("hunter3"));
    assert!(value("/shop/a", false).unwrap().starts_with("AQICAHj"));
    assert_eq!(value("/shop/a:3", true).unwrap_err(), "ParameterVersionNotFound");
    assert_eq!(value("/shop/b", true).unwrap_err(), "ParameterNotFound");
    let both = json!({ "Names": ["/shop/a", "/shop/b"], "WithDecryption": true });
    let both = call(&mut world, "GetParameters", both).unwrap();
    assert_eq!((&both["Parameters"][0]["Value"], &both["InvalidParameters"]), (&json!("hunter3"), &json!(["/shop/b"])));
    assert!(handle(&mut world, "us-east-1", "GetParameter", &json!({ "Name": "/shop/a" })).is_err());
    call(&mut world, "DeleteParameter", json!({ "Name": "/shop/a" })).unwrap();
    assert_eq!(call(&mut world, "DeleteParameter", json!({ "Name": "/shop/a" })).unwrap_err(), "ParameterNotFound");
}

#[test]
fn what_parameter_store_refuses() {
    let mut world = World::default();
    call(&mut world, "PutParameter", json!({ "Name": "a", "Value": "x", "Type": "String" })).unwrap();
    for (input, code) in [
        (json!({ "Name": "b", "Value": "x" }), "ValidationException"),
        (json!({ "Name": "b", "Value": "", "Type": "String" }), "ValidationException"),
        (json!({ "Name": "b", "Value": "x", "Type": "Secret" }), "ValidationException"),
        (json!({ "Name": "b", "Value": "x", "Type": "String", "KeyId": "k" }), "ValidationException"),
        (json!({ "Name": "b", "Value": "x".repeat(4097), "Type": "String" }), "ValidationException"),
        (json!({ "Name": "a b", "Value": "x", "Type": "String" }), "ValidationException"),
        (json!({ "Name": "/aws/b", "Value": "x", "Type": "String" }), "ValidationException"),
        (json!({ "Name": "a/b", "Value": "x", "Type": "String" }), "ValidationException"),
        (json!({ "Name": "/a".repeat(16), "Value": "x", "Type": "String" }), "HierarchyLevelLimitExceededException"),
        (json!({ "Name": "b", "Valeu": "x", "Type": "String" }), "ValidationException"),
        (json!({ "Name": "b", "Value": 1, "Type": "String" }), "SerializationException"),
        (
            json!({ "Name": "a", "Value": "x", "Type": "SecureString", "Overwrite": true }),
            "HierarchyTypeMismatchException",
        ),
    ] {
        assert_eq!(call(&mut world, "PutParameter", input.clone()).unwrap_err(), code, "{input}");
    }
    assert_eq!(call(&mut world, "GetParameters", json!({ "Names": [] })).unwrap_err(), "ValidationException");
    assert_eq!(call(&mut world, "Unheard", json!({})).unwrap_err(), "UnknownOperationException");
}
