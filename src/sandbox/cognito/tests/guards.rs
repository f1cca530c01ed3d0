//! Terms, client secrets and logs, where a case of the catalogue would be long.
use super::{Aws, INVALID};
use serde_json::json;

fn document(pool: &str, client: &str, name: &str) -> serde_json::Value {
    json!({
        "UserPoolId": pool, "ClientId": client, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": { "cognito:default": "https://example.com" },
    })
}

#[test]
fn a_pool_has_forty_documents() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    for _ in 0..20 {
        let client = aws.client(&pool, json!({}));
        for name in ["terms-of-use", "privacy-policy"] {
            aws.call("CreateTerms", document(&pool, &client, name));
        }
    }
    let client = aws.client(&pool, json!({}));
    let message = "The quota of 40 terms documents per user pool has been reached.";
    aws.refused("CreateTerms", document(&pool, &client, "terms-of-use"), "LimitExceededException", message);
}

#[test]
fn a_client_keeps_the_secret_that_is_not_deleted() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let client = aws.client(&pool, json!({ "GenerateSecret": true }));
    let of = json!({ "UserPoolId": pool, "ClientId": client });
    let first = aws.call("ListUserPoolClientSecrets", of.clone())["ClientSecrets"][0]["ClientSecretId"].clone();
    let shown =
        |aws: &mut Aws| aws.call("DescribeUserPoolClient", of.clone())["UserPoolClient"]["ClientSecret"].clone();
    let value = shown(&mut aws);
    for _ in 0..2 {
        let second = aws.call("AddUserPoolClientSecret", of.clone())["ClientSecretDescriptor"].clone();
        assert_ne!(second["ClientSecretId"], first);
        assert_ne!(second["ClientSecretValue"], value);
        let delete = json!({ "UserPoolId": pool, "ClientId": client, "ClientSecretId": second["ClientSecretId"] });
        aws.call("DeleteUserPoolClientSecret", delete);
        assert_eq!(shown(&mut aws), value);
    }
    let last = json!({ "UserPoolId": pool, "ClientId": client, "ClientSecretId": first });
    aws.refused("DeleteUserPoolClientSecret", last, INVALID, "The last client secret of a client cannot be deleted.");
}
