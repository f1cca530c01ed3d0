//! Lists in pages, tags, and users.
use super::{Aws, INVALID, MISSING};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every page of a list, each item by one of its members.
fn all(aws: &mut Aws, operation: &str, input: &Value, at: &str, id: &str, token: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut input = input.clone();
    loop {
        let answer = aws.call(operation, input.clone());
        pages.push(answer[at].as_array().unwrap().iter().map(|item| item[id].as_str().unwrap().to_owned()).collect());
        match answer.get(token) {
            Some(next) => input[token] = next.clone(),
            None => return pages,
        }
    }
}

#[test]
fn pages_are_short_and_hold_everything_once() {
    let mut aws = Aws::new();
    let pools: BTreeSet<String> = (0..5).map(|_| aws.pool(json!({}))).collect();
    let pages = all(&mut aws, "ListUserPools", &json!({ "MaxResults": 60 }), "UserPools", "Id", "NextToken");
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(pages.concat().into_iter().collect::<BTreeSet<_>>(), pools);
    let pages = all(&mut aws, "ListUserPools", &json!({ "MaxResults": 1 }), "UserPools", "Id", "NextToken");
    assert_eq!(pages.len(), 5);

    let pool = pools.first().unwrap();
    let clients: BTreeSet<String> = (0..4).map(|_| aws.client(pool, json!({}))).collect();
    let pages = all(
        &mut aws,
        "ListUserPoolClients",
        &json!({ "UserPoolId": pool }),
        "UserPoolClients",
        "ClientId",
        "NextToken",
    );
    // No token at the end, even where the last page is full.
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(pages.concat().into_iter().collect::<BTreeSet<_>>(), clients);

    for name in ["a", "b", "c"] {
        aws.call("AdminCreateUser", json!({ "UserPoolId": pool, "Username": name }));
    }
    let pages = all(&mut aws, "ListUsers", &json!({ "UserPoolId": pool }), "Users", "Username", "PaginationToken");
    assert_eq!(pages, [vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]]);
}

#[test]
fn pools_are_listed_without_their_tags_and_by_region() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "UserPoolTags": { "app": "shop" } }));
    let answer = aws.call("ListUserPools", json!({ "MaxResults": 10 }));
    assert_eq!(
        answer,
        json!({ "UserPools": [{
            "Id": id,
            "Name": "pool",
            "LambdaConfig": {},
            "LastModifiedDate": 1_700_000_000.0,
            "CreationDate": 1_700_000_000.0,
        }] })
    );
    let there = super::handle(&mut aws.world, "us-east-1", "ListUserPools", &json!({ "MaxResults": 10 })).unwrap();
    assert_eq!(there, json!({ "UserPools": [] }));
}

#[test]
fn lists_that_are_refused() {
    let mut aws = Aws::new();
    let range = |value: i64, must: &str| {
        format!(
            "1 validation error detected: Value '{value}' at 'maxResults' failed to satisfy constraint: Member must have value {must}"
        )
    };
    let cases = [
        (json!({ "MaxResults": 61 }), range(61, "less than or equal to 60")),
        (json!({ "MaxResults": 0 }), range(0, "greater than or equal to 1")),
        (json!({}), "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null".to_owned()),
        (json!({ "MaxResults": 1, "NextToken": "nonsense" }), "Invalid pagination token given.".to_owned()),
    ];
    for (input, text) in cases {
        aws.refused("ListUserPools", input, INVALID, &text);
    }
    let text = "User pool eu-west-1_nothing does not exist.";
    aws.refused("ListUserPoolClients", json!({ "UserPoolId": "eu-west-1_nothing" }), MISSING, text);
}

#[test]
fn tags() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "UserPoolTags": { "app": "shop" } }));
    let arn = aws.describe(&id)["Arn"].take();
    aws.call("TagResource", json!({ "ResourceArn": arn, "Tags": { "team": "one", "app": "store" } }));
    let tags = aws.call("ListTagsForResource", json!({ "ResourceArn": arn }));
    assert_eq!(tags, json!({ "Tags": { "app": "store", "team": "one" } }));
    aws.call("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["app", "nothing"] }));
    assert_eq!(aws.describe(&id)["UserPoolTags"], json!({ "team": "one" }));
    let text = "Tag keys beginning with aws: are reserved: aws:a";
    aws.refused("TagResource", json!({ "ResourceArn": arn, "Tags": { "aws:a": "b" } }), INVALID, text);
    let many: serde_json::Map<String, Value> = (0..50).map(|number| (format!("k{number}"), "v".into())).collect();
    let text = "A resource can have at most 50 tags.";
    aws.refused("TagResource", json!({ "ResourceArn": arn, "Tags": many }), INVALID, text);
    let text = "User pool eu-west-1_nothing does not exist.";
    let none = "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_nothing";
    aws.refused("ListTagsForResource", json!({ "ResourceArn": none }), MISSING, text);
    let text = format!("Invalid ARN: {}", super::FUNCTION);
    aws.refused("ListTagsForResource", json!({ "ResourceArn": super::FUNCTION }), INVALID, &text);
}

#[test]
fn users_are_counted() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "Schema": [{ "Name": "email", "Required": true }] }));
    let user =
        |name: &str, attributes: Value| json!({ "UserPoolId": id, "Username": name, "UserAttributes": attributes });
    let address = json!([{ "Name": "email", "Value": "a@example.com" }]);
    let made = aws.call("AdminCreateUser", user("ann", address.clone()))["User"].take();
    assert_eq!(
        (&made["Username"], &made["UserStatus"], &made["Enabled"]),
        (&json!("ann"), &json!("FORCE_CHANGE_PASSWORD"), &json!(true))
    );
    assert_eq!(aws.describe(&id)["EstimatedNumberOfUsers"], 1);
    aws.refused("AdminCreateUser", user("ann", address), "UsernameExistsException", "User account already exists");
    let text = "Attributes did not conform to the schema: email: The attribute is required";
    aws.refused("AdminCreateUser", user("bob", json!([])), INVALID, text);
    let text = "Attributes did not conform to the schema: custom:a: unknown attribute";
    aws.refused("AdminCreateUser", user("bob", json!([{ "Name": "custom:a" }])), INVALID, text);
    let name = json!({ "UserPoolId": id, "Username": "ann" });
    assert_eq!(aws.call("AdminGetUser", name.clone())["UserAttributes"][1]["Value"], "a@example.com");
    aws.call("AdminDeleteUser", name.clone());
    aws.refused("AdminGetUser", name.clone(), "UserNotFoundException", "User does not exist.");
    aws.refused("AdminDeleteUser", name, "UserNotFoundException", "User does not exist.");
    assert_eq!(aws.describe(&id)["EstimatedNumberOfUsers"], 0);
}

#[test]
fn with_username_attributes_the_name_is_the_sub() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "UsernameAttributes": ["email"] }));
    let user = |name: &str| json!({ "UserPoolId": id, "Username": name });
    let made = aws.call("AdminCreateUser", user("a@example.com"))["User"].take();
    assert_eq!(made["Username"], made["Attributes"][0]["Value"]);
    assert_eq!(made["Attributes"][1], json!({ "Name": "email", "Value": "a@example.com" }));
    aws.refused("AdminCreateUser", user("a@example.com"), "UsernameExistsException", "User account already exists");
    aws.refused("AdminCreateUser", user("+10000000000"), INVALID, "Username should be email.");
}
