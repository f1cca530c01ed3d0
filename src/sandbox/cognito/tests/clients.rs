//! App clients: what they read back, and what is refused.
use super::{Aws, FUNCTION, INVALID, MISSING, TIER, with};
use serde_json::{Value, json};

fn ids(pool: &str, client: &str) -> Value {
    json!({ "UserPoolId": pool, "ClientId": client })
}

#[test]
fn a_client_with_only_a_name() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let id = aws.client(&pool, json!({}));
    assert_eq!(
        aws.call("DescribeUserPoolClient", ids(&pool, &id))["UserPoolClient"],
        json!({
            "ClientName": "client",
            "RefreshTokenValidity": 30,
            "TokenValidityUnits": {},
            "AllowedOAuthFlowsUserPoolClient": false,
            "EnableTokenRevocation": true,
            "EnablePropagateAdditionalUserContextData": false,
            "AuthSessionValidity": 3,
            "UserPoolId": pool,
            "ClientId": id,
            "CreationDate": 1_700_000_001.0,
            "LastModifiedDate": 1_700_000_001.0,
        })
    );
}

#[test]
fn secrets() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let id = aws.client(&pool, json!({ "GenerateSecret": true }));
    let secret = aws.call("DescribeUserPoolClient", ids(&pool, &id))["UserPoolClient"]["ClientSecret"].take();
    assert_eq!(secret.as_str().unwrap().len(), 51);
    let own = "abcdefghijklmnopqrstuvwx";
    let id = aws.client(&pool, json!({ "ClientSecret": own }));
    assert_eq!(aws.call("DescribeUserPoolClient", ids(&pool, &id))["UserPoolClient"]["ClientSecret"], own);
    let both = json!({ "UserPoolId": pool, "ClientName": "c", "GenerateSecret": true, "ClientSecret": own });
    aws.refused(
        "CreateUserPoolClient",
        both,
        INVALID,
        "ClientSecret can not be specified when GenerateSecret is true.",
    );
    for name in ["GenerateSecret", "ClientSecret"] {
        let input = with(ids(&pool, &id), json!({ name: 1 }));
        let message =
            super::super::handle(&mut aws.world, super::REGION, "UpdateUserPoolClient", &input).unwrap_err().message;
        assert!(message.ends_with("Member must not be present"), "{message}");
    }
}

#[test]
fn what_reads_back() {
    let cases = [
        (json!({ "RefreshTokenValidity": 0 }), "/RefreshTokenValidity", json!(30)),
        (
            json!({ "AccessTokenValidity": 24, "TokenValidityUnits": { "AccessToken": "hours" } }),
            "/TokenValidityUnits",
            json!({ "AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days" }),
        ),
        (
            json!({ "AllowedOAuthScopes": ["email", "openid", "profile", "email"] }),
            "/AllowedOAuthScopes",
            json!(["profile", "openid", "email"]),
        ),
        (
            json!({ "RefreshTokenRotation": { "Feature": "DISABLED", "RetryGracePeriodSeconds": 9 } }),
            "/RefreshTokenRotation",
            json!({ "Feature": "DISABLED", "RetryGracePeriodSeconds": 0 }),
        ),
        (
            json!({ "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 9 }, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] }),
            "/RefreshTokenRotation",
            json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 9 }),
        ),
        (json!({ "PreventUserExistenceErrors": "LEGACY" }), "/PreventUserExistenceErrors", json!("LEGACY")),
        (
            json!({ "AnalyticsConfiguration": { "ApplicationArn": FUNCTION } }),
            "/AnalyticsConfiguration",
            json!({ "ApplicationArn": FUNCTION, "RoleArn": "arn:aws:iam::000000000000:role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp", "UserDataShared": false }),
        ),
        (
            json!({ "CallbackURLs": ["http://localhost:3000/a", "http://127.0.0.1", "http://[::1]:80/", "myapp://example", "https://example.com/b"] }),
            "/CallbackURLs",
            json!([
                "myapp://example",
                "https://example.com/b",
                "http://localhost:3000/a",
                "http://[::1]:80/",
                "http://127.0.0.1"
            ]),
        ),
        (json!({ "ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH"] }), "/ExplicitAuthFlows", json!(["ADMIN_NO_SRP_AUTH"])),
    ];
    for (members, at, value) in cases {
        let mut aws = Aws::new();
        let pool = aws.pool(json!({}));
        let id = aws.client(&pool, members.clone());
        let shown = aws.call("DescribeUserPoolClient", ids(&pool, &id));
        assert_eq!(shown["UserPoolClient"].pointer(at), Some(&value), "{members}");
    }
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let id = aws.client(&pool, json!({ "CallbackURLs": [], "ReadAttributes": [] }));
    let shown = aws.call("DescribeUserPoolClient", ids(&pool, &id));
    assert!(
        shown["UserPoolClient"].get("CallbackURLs").is_none()
            && shown["UserPoolClient"].get("ReadAttributes").is_none()
    );
}

const RANGE: &str = "Invalid range for token validity.";
const LONGER: &str =
    "Access and Id Token expiration times must be less than or equal to refresh token expiration times.";

type Refused = (Value, &'static str, &'static str);

fn refusals() -> Vec<Refused> {
    [tokens_and_attributes(), grants()].concat()
}

fn tokens_and_attributes() -> Vec<Refused> {
    let minutes = json!({ "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes" });
    let flow = "InvalidOAuthFlowException";
    vec![
        (json!({ "AccessTokenValidity": 25 }), INVALID, RANGE),
        (json!({ "IdTokenValidity": 4, "TokenValidityUnits": minutes, "RefreshTokenValidity": 60 }), INVALID, RANGE),
        (json!({ "RefreshTokenValidity": 59, "TokenValidityUnits": minutes }), INVALID, RANGE),
        (json!({ "RefreshTokenValidity": 3651 }), INVALID, RANGE),
        (json!({ "AccessTokenValidity": 2, "TokenValidityUnits": { "AccessToken": "days" } }), INVALID, RANGE),
        (
            json!({ "AccessTokenValidity": 61, "RefreshTokenValidity": 60, "TokenValidityUnits": minutes }),
            INVALID,
            LONGER,
        ),
        (
            json!({ "IdTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": { "RefreshToken": "hours" } }),
            INVALID,
            LONGER,
        ),
        (json!({ "ReadAttributes": ["colour"] }), INVALID, "Invalid read attributes specified while creating a client"),
        (
            json!({ "WriteAttributes": ["custom:colour", "email"] }),
            INVALID,
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({ "WriteAttributes": ["email", "sub"] }),
            INVALID,
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({ "WriteAttributes": ["email", "email_verified"] }),
            INVALID,
            "Invalid write attributes specified while creating a client",
        ),
        (json!({ "WriteAttributes": ["name"] }), INVALID, "Invalid write attributes specified while creating a client"),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "USER_PASSWORD_AUTH"] }),
            INVALID,
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] }),
            INVALID,
            "REFRESH_TOKEN_AUTH should always be allowed.",
        ),
        (
            json!({ "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenRotation": { "Feature": "ENABLED" } }),
            INVALID,
            "ALLOW_REFRESH_TOKEN_AUTH can not be used when refresh token rotation is enabled.",
        ),
        (
            json!({ "RefreshTokenRotation": { "Feature": "ENABLED" } }),
            INVALID,
            "ALLOW_REFRESH_TOKEN_AUTH can not be used when refresh token rotation is enabled.",
        ),
        (
            json!({ "AllowedOAuthFlowsUserPoolClient": true }),
            INVALID,
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ),
        (
            json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "CallbackURLs": ["https://e.com"] }),
            INVALID,
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ),
        (
            json!({ "AllowedOAuthFlows": ["code"] }),
            INVALID,
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
        ),
        (
            json!({ "AllowedOAuthFlows": ["implicit"], "AllowedOAuthScopes": ["openid"] }),
            INVALID,
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
        ),
        (
            json!({ "AllowedOAuthFlows": ["client_credentials"] }),
            flow,
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            json!({ "AllowedOAuthFlows": ["client_credentials", "code"], "GenerateSecret": true }),
            flow,
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            json!({ "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["openid"], "GenerateSecret": true }),
            INVALID,
            "openid is not supported with client_credentials flow.",
        ),
    ]
}

fn grants() -> Vec<Refused> {
    let analytics =
        "Either ApplicationArn, or ApplicationId, RoleArn and ExternalId, must be set in AnalyticsConfiguration.";
    vec![
        (
            json!({ "AllowedOAuthScopes": ["openid", "orders/read"] }),
            "ScopeDoesNotExistException",
            "Invalid scope requested: orders/read",
        ),
        (
            json!({ "CallbackURLs": ["http://example.com"] }),
            INVALID,
            "http://example.com cannot use the HTTP protocol.",
        ),
        (
            json!({ "LogoutURLs": ["http://localhost.example.com/"] }),
            INVALID,
            "http://localhost.example.com/ cannot use the HTTP protocol.",
        ),
        (json!({ "CallbackURLs": ["https://example.com/#a"] }), INVALID, "https://example.com/#a cannot use fragment"),
        (json!({ "CallbackURLs": ["/callback"] }), INVALID, "/callback is not a valid absolute URI."),
        (json!({ "CallbackURLs": ["https:callback"] }), INVALID, "https:callback is not a valid absolute URI."),
        (
            json!({ "DefaultRedirectURI": "https://example.com/" }),
            INVALID,
            "The default redirect URI https://example.com/ is not in the callback URIs list.",
        ),
        (
            json!({ "EnablePropagateAdditionalUserContextData": true }),
            INVALID,
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
        (json!({ "AnalyticsConfiguration": { "ApplicationId": "ab" } }), INVALID, analytics),
        (json!({ "AnalyticsConfiguration": { "ApplicationArn": FUNCTION, "ExternalId": "ab" } }), INVALID, analytics),
    ]
}

#[test]
fn what_is_refused() {
    let required = json!({ "Schema": [{ "Name": "email", "Required": true }] });
    for (members, code, message) in refusals() {
        let mut aws = Aws::new();
        let pool = aws.pool(required.clone());
        let input = with(json!({ "UserPoolId": pool, "ClientName": "c" }), members.clone());
        aws.refused("CreateUserPoolClient", input, code, message);
        if members.get("GenerateSecret").is_none() {
            let id = aws.client(&pool, json!({}));
            aws.refused("UpdateUserPoolClient", with(ids(&pool, &id), members), code, message);
        }
    }
}

#[test]
fn providers_that_are_not_there() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let input = json!({ "UserPoolId": pool, "ClientName": "c", "SupportedIdentityProviders": ["COGNITO", "Google"] });
    aws.refused(
        "CreateUserPoolClient",
        input,
        INVALID,
        &format!("The provider Google does not exist for User Pool {pool}"),
    );
}

#[test]
fn rotation_is_kept_until_it_is_switched_off_together_with_the_flow() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let rotating =
        json!({ "RefreshTokenRotation": { "Feature": "ENABLED" }, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
    let id = aws.client(&pool, rotating);
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    let message = "ALLOW_REFRESH_TOKEN_AUTH can not be used when refresh token rotation is enabled.";
    aws.refused("UpdateUserPoolClient", with(ids(&pool, &id), flows.clone()), INVALID, message);
    let off = with(flows, json!({ "RefreshTokenRotation": { "Feature": "DISABLED" } }));
    let shown = aws.call("UpdateUserPoolClient", with(ids(&pool, &id), off));
    assert_eq!(shown["UserPoolClient"]["RefreshTokenRotation"]["Feature"], "DISABLED");
}

#[test]
fn choice_based_sign_in_needs_essentials() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({ "UserPoolTier": "LITE" }));
    let flows = json!(["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let input = json!({ "UserPoolId": pool, "ClientName": "c", "ExplicitAuthFlows": flows });
    let text =
        "The following features need to be disabled for the LITE pricing tier configured: Choice-Based Authentication";
    aws.refused("CreateUserPoolClient", input, TIER, text);
}

#[test]
fn clients_that_are_not_there() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    for operation in ["DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"] {
        aws.refused(operation, ids(&pool, "nothing"), MISSING, "User pool client nothing does not exist.");
        let text = "User pool eu-west-1_nothing does not exist.";
        aws.refused(operation, ids("eu-west-1_nothing", "nothing"), MISSING, text);
    }
}

#[test]
fn a_clients_looks_go_with_it() {
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    aws.prefix(&pool, "shop");
    let id = aws.client(&pool, json!({}));
    aws.call("SetUICustomization", with(ids(&pool, &id), json!({ "CSS": ".label-customizable {}" })));
    let style =
        aws.call("CreateManagedLoginBranding", with(ids(&pool, &id), json!({ "UseCognitoProvidedValues": true })));
    let style = style["ManagedLoginBranding"]["ManagedLoginBrandingId"].clone();
    aws.call("DeleteUserPoolClient", ids(&pool, &id));
    aws.refused("DescribeUserPoolClient", ids(&pool, &id), MISSING, &format!("User pool client {id} does not exist."));
    let text = format!("Managed login branding {} does not exist.", style.as_str().unwrap());
    let input = json!({ "UserPoolId": pool, "ManagedLoginBrandingId": style });
    aws.refused("DescribeManagedLoginBranding", input, MISSING, &text);
}
