//! Attributes: the standard ones, the changes to them, and custom ones.
use super::{Aws, INVALID, with};
use serde_json::{Value, json};

fn attribute(shown: &Value, name: &str) -> Value {
    let attributes = shown["SchemaAttributes"].as_array().unwrap();
    attributes.iter().find(|attribute| attribute["Name"] == name).cloned().unwrap_or_default()
}

#[test]
fn the_standard_attributes() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    let shown = aws.describe(&id);
    let names: Vec<&str> =
        shown["SchemaAttributes"].as_array().unwrap().iter().map(|one| one["Name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 20);
    assert_eq!((names[0], names[10], names[19]), ("sub", "email", "updated_at"));
    let rows = [
        json!({ "Name": "sub", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": false, "Required": true, "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "2048" } }),
        json!({ "Name": "birthdate", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false, "StringAttributeConstraints": { "MinLength": "10", "MaxLength": "10" } }),
        json!({ "Name": "email_verified", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false }),
        json!({ "Name": "updated_at", "AttributeDataType": "Number", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false, "NumberAttributeConstraints": { "MinValue": "0" } }),
    ];
    for row in rows {
        assert_eq!(attribute(&shown, row["Name"].as_str().unwrap()), row);
    }
}

#[test]
fn creation_changes_standard_attributes() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "Schema": [
        { "Name": "email", "Required": true, "Mutable": false, "StringAttributeConstraints": { "MinLength": "5" } },
        { "Name": "name", "AttributeDataType": "String", "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "9" } },
    ] }));
    let shown = aws.describe(&id);
    let email = attribute(&shown, "email");
    assert_eq!((&email["Required"], &email["Mutable"]), (&json!(true), &json!(false)));
    // Without the type, constraints have no effect.
    assert_eq!(email["StringAttributeConstraints"], json!({ "MinLength": "0", "MaxLength": "2048" }));
    assert_eq!(attribute(&shown, "name")["StringAttributeConstraints"], json!({ "MinLength": "1", "MaxLength": "9" }));
}

#[test]
fn custom_attributes_read_back_with_their_prefix() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "Schema": [{ "Name": "tenant", "AttributeDataType": "String", "Mutable": true }] }));
    aws.call(
        "AddCustomAttributes",
        json!({ "UserPoolId": id, "CustomAttributes": [
        { "Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": { "MaxValue": "150" } },
        { "Name": "since", "AttributeDataType": "DateTime", "DeveloperOnlyAttribute": true },
    ] }),
    );
    let shown = aws.describe(&id);
    let common = |name: &str, kind: &str, mutable: bool, developer: bool| json!({ "Name": name, "AttributeDataType": kind, "DeveloperOnlyAttribute": developer, "Mutable": mutable, "Required": false });
    assert_eq!(
        attribute(&shown, "custom:tenant"),
        with(common("custom:tenant", "String", true, false), json!({ "StringAttributeConstraints": {} }))
    );
    assert_eq!(
        attribute(&shown, "custom:age"),
        with(
            common("custom:age", "Number", false, false),
            json!({ "NumberAttributeConstraints": { "MaxValue": "150" } })
        )
    );
    assert_eq!(attribute(&shown, "dev:custom:since"), common("dev:custom:since", "DateTime", false, true));
}

/// Entries that neither creation nor a later call takes.
fn refusals() -> Vec<(Value, String)> {
    let text = |text: &str| text.to_owned();
    let string = |constraints: Value| json!({ "Name": "a", "AttributeDataType": "String", "StringAttributeConstraints": constraints });
    let number = |constraints: Value| json!({ "Name": "a", "AttributeDataType": "Number", "NumberAttributeConstraints": constraints });
    vec![
        (
            json!({ "Name": "a" }),
            text("Invalid AttributeDataType input, consider using the provided AttributeDataType enum."),
        ),
        (
            json!({ "AttributeDataType": "String" }),
            text(
                "1 validation error detected: Value 'null' at 'schema.name' failed to satisfy constraint: Member must not be null",
            ),
        ),
        (
            json!({ "Name": "a", "AttributeDataType": "String", "Required": true }),
            text("Required custom attributes are not supported currently."),
        ),
        (string(json!({ "MaxLength": "2049" })), text("String attributes cannot have a length of more than 2048")),
        (
            string(json!({ "MinLength": "9", "MaxLength": "8" })),
            text("String attributes cannot have a max length shorter than it's min length"),
        ),
        (string(json!({ "MinLength": "-1" })), text("String attributes must have lengths that are whole numbers")),
        (number(json!({ "MinValue": "a" })), text("Invalid MinValue: a")),
        (
            number(json!({ "MinValue": "2", "MaxValue": "1" })),
            text("Number attributes cannot have a max value smaller than their min value"),
        ),
        (number(json!({ "MaxValue": "1e308" })), text("Number attributes cannot have a magnitude of more than 2^1023")),
    ]
}

#[test]
fn what_is_refused() {
    for (entry, message) in refusals() {
        Aws::new().refused("CreateUserPool", json!({ "PoolName": "p", "Schema": [entry] }), INVALID, &message);
        let mut aws = Aws::new();
        let id = aws.pool(json!({}));
        aws.refused("AddCustomAttributes", json!({ "UserPoolId": id, "CustomAttributes": [entry] }), INVALID, &message);
    }
    let standard =
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email";
    for entry in [
        json!({ "Name": "email", "AttributeDataType": "Number" }),
        json!({ "Name": "email", "DeveloperOnlyAttribute": true }),
    ] {
        Aws::new().refused("CreateUserPool", json!({ "PoolName": "p", "Schema": [entry] }), INVALID, standard);
    }
    let both = json!({ "PoolName": "p", "AliasAttributes": ["preferred_username"], "Schema": [{ "Name": "preferred_username", "Required": true }] });
    let message = "preferred_username can not be both an alias and a required attribute.";
    Aws::new().refused("CreateUserPool", both, INVALID, message);
}

#[test]
fn attributes_are_added_once_and_fifty_at_most() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    let entry = |number: usize| json!({ "Name": format!("a{number}"), "AttributeDataType": "String" });
    for from in [0, 25] {
        let entries: Vec<Value> = (from..from + 25).map(entry).collect();
        aws.call("AddCustomAttributes", json!({ "UserPoolId": id, "CustomAttributes": entries }));
    }
    let one = |entry: Value| json!({ "UserPoolId": id, "CustomAttributes": [entry] });
    aws.refused(
        "AddCustomAttributes",
        one(entry(0)),
        INVALID,
        "custom:a0: Existing attribute already has name custom:a0.",
    );
    let full = "1 validation error detected: Value 'schema' at 'schema' failed to satisfy constraint: Member must have length less than or equal to 50";
    aws.refused("AddCustomAttributes", one(entry(50)), INVALID, full);
    let many: Vec<Value> = (0..26).map(|_| json!({})).collect();
    let shown = format!("[{}]", ["{}"; 26].join(", "));
    let message = format!(
        "1 validation error detected: Value '{shown}' at 'customAttributes' failed to satisfy constraint: Member must have length less than or equal to 25"
    );
    aws.refused("AddCustomAttributes", json!({ "UserPoolId": id, "CustomAttributes": many }), INVALID, &message);
}
