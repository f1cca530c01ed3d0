//! All that belongs to a pool besides its own fields, made by AWS's own command line tool.

use serde_json::{Value, json};

use super::{REGION, WORLD, adopted, equal, rebuilt};
use crate::setup::aws_cli::call;
use crate::setup::{House, Served};

const ACCOUNT: &str = "000000000000";

fn ask(served: &Served, service: &str, operation: &str, input: &Value) -> Value {
    call(served, REGION, &[service, operation, "--cli-input-json", &input.to_string()])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}

/// A pool of the plan PLUS with a trigger that may be invoked, and two clients; their ids.
fn pool(served: &Served) -> (String, String, String) {
    let cognito = |operation: &str, input: &Value| ask(served, "cognito-idp", operation, input);
    let function = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:gate");
    let made = cognito(
        "create-user-pool",
        &json!({
            "PoolName": "shop", "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" },
            "LambdaConfig": { "PreSignUp": function },
        }),
    );
    let (id, arn) = (text(&made["UserPool"]["Id"]), text(&made["UserPool"]["Arn"]));
    ask(
        served,
        "lambda",
        "add-permission",
        &json!({
            "FunctionName": "gate", "StatementId": "by-hand", "Action": "lambda:InvokeFunction",
            "Principal": "cognito-idp.amazonaws.com", "SourceArn": arn, "SourceAccount": ACCOUNT,
        }),
    );
    cognito(
        "create-resource-server",
        &json!({
            "UserPoolId": id, "Identifier": "https://api.example.com", "Name": "The API",
            "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }, { "ScopeName": "write", "ScopeDescription": "Write" }],
        }),
    );
    cognito(
        "create-identity-provider",
        &json!({
            "UserPoolId": id, "ProviderName": "Corp", "ProviderType": "SAML",
            "ProviderDetails": { "MetadataURL": "https://idp.example.com/metadata", "IDPSignout": "true" },
            "AttributeMapping": { "email": "mail" }, "IdpIdentifiers": ["example.com"],
        }),
    );
    let web = json!({
        "UserPoolId": id, "ClientName": "web", "CallbackURLs": ["https://shop.example.com/"], "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "https://api.example.com/read"], "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO", "Corp"],
    });
    let admin = json!({ "UserPoolId": id, "ClientName": "admin" });
    let [web, admin] =
        [web, admin].map(|client| text(&cognito("create-user-pool-client", &client)["UserPoolClient"]["ClientId"]));
    (id, web, admin)
}

/// Groups, threat protection, logs, pages and their terms.
fn fill(served: &Served, (id, web, admin): (&str, &str, &str)) {
    let cognito = |operation: &str, input: &Value| ask(served, "cognito-idp", operation, input);
    let role = format!("arn:aws:iam::{ACCOUNT}:role/admins");
    let group =
        json!({ "UserPoolId": id, "GroupName": "admins", "Precedence": 0, "Description": "All", "RoleArn": role });
    cognito("create-group", &group);
    cognito("create-group", &json!({ "UserPoolId": id, "GroupName": "staff" }));
    let leaked = |action: &str| json!({ "Actions": { "EventAction": action }, "EventFilter": ["SIGN_IN"] });
    cognito(
        "set-risk-configuration",
        &json!({ "UserPoolId": id, "CompromisedCredentialsRiskConfiguration": leaked("BLOCK") }),
    );
    cognito(
        "set-risk-configuration",
        &json!({ "UserPoolId": id, "ClientId": admin, "RiskExceptionConfiguration": { "BlockedIPRangeList": ["192.0.2.0/24"] } }),
    );
    cognito(
        "set-log-delivery-configuration",
        &json!({ "UserPoolId": id, "LogConfigurations": [{
            "LogLevel": "INFO", "EventSource": "userAuthEvents", "S3Configuration": { "BucketArn": "arn:aws:s3:::shop-logs" },
        }] }),
    );
    cognito("create-user-pool-domain", &json!({ "UserPoolId": id, "Domain": "our-shop", "ManagedLoginVersion": 2 }));
    let settings = json!({ "components": { "form": { "borderRadius": 12, "logo": { "enabled": true } } } });
    let logo = json!({ "Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": "<svg>logo</svg>" });
    cognito(
        "create-managed-login-branding",
        &json!({ "UserPoolId": id, "ClientId": web, "Settings": settings, "Assets": [logo] }),
    );
    for (name, path) in [("terms-of-use", "terms"), ("privacy-policy", "privacy")] {
        let links = json!({ "cognito:default": format!("https://example.com/{path}"), "cognito:french": format!("https://example.com/fr/{path}") });
        cognito(
            "create-terms",
            &json!({
                "UserPoolId": id, "ClientId": web, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE", "Links": links,
            }),
        );
    }
}

/// What other services hold of the pool.
fn round(served: &Served, id: &str, web: &str) {
    let issuer = format!("cognito-idp.{REGION}.amazonaws.com/{id}");
    let acl = format!("arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/shop/1");
    let pool = format!("arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{id}");
    ask(served, "wafv2", "associate-web-acl", &json!({ "WebACLArn": acl, "ResourceArn": pool }));
    let made = ask(
        served,
        "cognito-identity",
        "create-identity-pool",
        &json!({
            "IdentityPoolName": "shop", "AllowUnauthenticatedIdentities": false, "AllowClassicFlow": false,
            "CognitoIdentityProviders": [{ "ProviderName": issuer, "ClientId": web, "ServerSideTokenCheck": true }],
        }),
    );
    let roles = json!({ "IdentityPoolId": made["IdentityPoolId"], "Roles": { "authenticated": format!("arn:aws:iam::{ACCOUNT}:role/in") } });
    ask(served, "cognito-identity", "set-identity-pool-roles", &roles);
    ask(
        served,
        "apigatewayv2",
        "create-authorizer",
        &json!({
            "ApiId": "a1b2c3d4e5", "AuthorizerType": "JWT", "Name": "shop", "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": { "Issuer": format!("https://{issuer}"), "Audience": [web] },
        }),
    );
}

#[test]
fn with_all_that_belongs_to_it() {
    let (served, house) = (Served::new(&[]), House::new(&[]));
    let (id, web, admin) = pool(&served);
    fill(&served, (&id, &web, &admin));
    round(&served, &id, &web);

    adopted(&served, &house, "shop", &id);
    let state = house.json("state/shop.json");
    for address in [
        "api_authorizer.shop",
        "group.admins",
        "group.staff",
        "identity_pool",
        "identity_provider.Corp",
        "lambda_permission.gate",
        "log_delivery",
        "managed_login_branding.web",
        "risk_configuration",
        "risk_configuration.admin",
        "terms.web-privacy-policy",
        "terms.web-terms-of-use",
        "web_acl_association",
    ] {
        assert!(state["resources"][address].is_object(), "{address}: {:#}", state["resources"]);
    }
    equal::check(&served.house.json(WORLD), &rebuilt(&house, "shop"), "the pool with all that belongs to it");
}
