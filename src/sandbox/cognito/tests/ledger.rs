//! What updates do with what they are not sent, row by row.
use super::super::pool_settings::LEDGER;
use super::{Aws, FUNCTION, INVALID, email, sms};
use serde_json::{Value, json};

/// A value for each row of the ledger that is not the default, with what it needs beside it.
fn set(name: &str) -> Value {
    match name {
        "AutoVerifiedAttributes" => json!({ name: ["email"] }),
        "LambdaConfig" => json!({ name: { "PreSignUp": FUNCTION } }),
        "DeviceConfiguration" => json!({ name: { "ChallengeRequiredOnNewDevice": true } }),
        "VerificationMessageTemplate" => json!({ name: { "EmailSubject": "Hello" } }),
        "SmsAuthenticationMessage" => json!({ name: "Code {####}" }),
        "EmailConfiguration" => json!({ name: email() }),
        "SmsConfiguration" => json!({ name: sms() }),
        "AdminCreateUserConfig" => json!({ name: { "AllowAdminCreateUserOnly": true } }),
        "AccountRecoverySetting" => {
            json!({ name: { "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }] } })
        }
        "UserPoolAddOns" => json!({ name: { "AdvancedSecurityMode": "OFF" } }),
        "DeletionProtection" => json!({ name: "ACTIVE" }),
        "KeyConfiguration" => json!({ name: { "KeyType": "AWS_OWNED_KEY" } }),
        "IssuerConfiguration" => json!({ name: { "Type": "UPDATED" } }),
        "AcrConfiguration" => json!({ name: { "Level4": { "AcrValue": "urn:four" } } }),
        "UserAttributeUpdateSettings" => json!({
            name: { "AttributesRequireVerificationBeforeUpdate": ["email"] },
            "AutoVerifiedAttributes": ["email"],
        }),
        "UserPoolTier" => json!({ name: "PLUS" }),
        other => panic!("no value for {other}"),
    }
}

#[test]
fn every_row_of_the_pools_ledger() {
    // As the reference has it (user_pool.md 3), not as the table does.
    let kept = ["UserAttributeUpdateSettings", "UserPoolTier"];
    for (name, _) in LEDGER {
        let mut aws = Aws::new();
        let bare = aws.pool(json!({}));
        let bare = aws.describe(&bare);
        let id = aws.pool(set(name));
        let before = aws.describe(&id);
        assert_ne!(before.get(*name), bare.get(*name), "{name} was not set");
        let mut update = json!({ "UserPoolId": id });
        if *name == "UserAttributeUpdateSettings" {
            update["AutoVerifiedAttributes"] = json!(["email"]);
        }
        aws.call("UpdateUserPool", update);
        let after = aws.describe(&id);
        let expected = if kept.contains(name) { &before } else { &bare };
        assert_eq!(after.get(*name), expected.get(*name), "{name}");
    }
}

#[test]
fn an_update_names_every_row() {
    // Whatever UpdateUserPool takes is in the ledger, or is one of those that are treated by themselves.
    let super::super::validate::Shape::Structure(members) = &super::super::model::pool::UPDATE_USER_POOL else {
        panic!("not a structure")
    };
    let alone = [
        "UserPoolId",
        "PoolName",
        "Policies",
        "MfaConfiguration",
        "UserPoolTags",
        "SmsVerificationMessage",
        "EmailVerificationMessage",
        "EmailVerificationSubject",
    ];
    for member in *members {
        let known = LEDGER.iter().any(|(name, _)| *name == member.name) || alone.contains(&member.name);
        assert!(known, "{} is not in the ledger", member.name);
    }
}

#[test]
fn each_policy_is_kept_without_the_other() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "Policies": {
        "PasswordPolicy": { "MinimumLength": 20 },
        "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] },
    } }));
    let before = aws.describe(&id)["Policies"].take();
    aws.call("UpdateUserPool", json!({ "UserPoolId": id }));
    assert_eq!(aws.describe(&id)["Policies"], before);
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "Policies": { "PasswordPolicy": { "MinimumLength": 30 } } }));
    let after = aws.describe(&id)["Policies"].take();
    assert_eq!(after["PasswordPolicy"]["MinimumLength"], 30);
    assert_eq!(after["SignInPolicy"], before["SignInPolicy"]);
    let only = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } });
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "Policies": only }));
    let after = aws.describe(&id)["Policies"].take();
    assert_eq!(after["PasswordPolicy"]["MinimumLength"], 30);
    assert_eq!(after["SignInPolicy"]["AllowedFirstAuthFactors"], json!(["PASSWORD"]));
}

#[test]
fn triggers_are_replaced_whole() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "LambdaConfig": { "PreSignUp": FUNCTION, "CustomMessage": FUNCTION } }));
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "LambdaConfig": { "PreSignUp": FUNCTION } }));
    assert_eq!(aws.describe(&id)["LambdaConfig"], json!({ "PreSignUp": FUNCTION }));
}

#[test]
fn the_factors_and_the_name_are_kept() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    let on =
        json!({ "UserPoolId": id, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    aws.call("SetUserPoolMfaConfig", on.clone());
    aws.call("UpdateUserPool", json!({ "UserPoolId": id }));
    let shown = aws.describe(&id);
    assert_eq!((&shown["MfaConfiguration"], &shown["Name"]), (&json!("ON"), &json!("pool")));
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "PoolName": "renamed" }));
    assert_eq!(aws.describe(&id)["Name"], "renamed");
    let factors = aws.call("GetUserPoolMfaConfig", json!({ "UserPoolId": id }));
    assert_eq!(factors["SoftwareTokenMfaConfiguration"], json!({ "Enabled": true }));
}

#[test]
fn settings_before_an_update_are_cleared_by_an_empty_list() {
    let mut aws = Aws::new();
    let id = aws.pool(set("UserAttributeUpdateSettings"));
    // The verified attributes are reset, the settings kept: they contradict one another.
    let message = "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes";
    aws.refused("UpdateUserPool", json!({ "UserPoolId": id }), INVALID, message);
    let none = json!({ "AttributesRequireVerificationBeforeUpdate": [] });
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "UserAttributeUpdateSettings": none }));
    assert_eq!(aws.describe(&id)["UserAttributeUpdateSettings"], none);
}

#[test]
fn tags_need_the_whole_map_and_an_untagging() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "UserPoolTags": { "app": "shop", "team": "one" } }));
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "UserPoolTags": { "app": "store" } }));
    assert_eq!(aws.describe(&id)["UserPoolTags"], json!({ "app": "store", "team": "one" }));
    aws.call("UpdateUserPool", json!({ "UserPoolId": id }));
    assert_eq!(aws.describe(&id)["UserPoolTags"], json!({}));
}

#[test]
fn what_creation_set_for_good_stays() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "UsernameAttributes": ["email"], "UsernameConfiguration": { "CaseSensitive": false } }));
    let before = aws.describe(&id);
    aws.call("UpdateUserPool", json!({ "UserPoolId": id }));
    let after = aws.describe(&id);
    for name in ["UsernameAttributes", "UsernameConfiguration", "SchemaAttributes", "CreationDate", "Id", "Arn"] {
        assert_eq!(after[name], before[name], "{name}");
    }
}

#[test]
fn every_row_of_the_clients_ledger() {
    let full = json!({
        "ClientName": "renamed",
        "RefreshTokenValidity": 10,
        "AccessTokenValidity": 2,
        "IdTokenValidity": 2,
        "TokenValidityUnits": { "AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days" },
        "ReadAttributes": ["email"],
        "WriteAttributes": ["email"],
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": ["https://example.com/"],
        "LogoutURLs": ["https://example.com/"],
        "DefaultRedirectURI": "https://example.com/",
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "AnalyticsConfiguration": { "ApplicationArn": "arn:aws:mobiletargeting:eu-west-1:000000000000:apps/a" },
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": false,
        "EnablePropagateAdditionalUserContextData": true,
        "AuthSessionValidity": 5,
        "RefreshTokenRotation": { "Feature": "DISABLED", "RetryGracePeriodSeconds": 0 },
    });
    let mut aws = Aws::new();
    let pool = aws.pool(json!({}));
    let bare = aws.client(&pool, json!({}));
    let bare =
        aws.call("DescribeUserPoolClient", json!({ "UserPoolId": pool, "ClientId": bare }))["UserPoolClient"].take();
    let mut members = full.clone();
    members["GenerateSecret"] = true.into();
    let id = aws.client(&pool, members);
    let ids = json!({ "UserPoolId": pool, "ClientId": id });
    let before = aws.call("DescribeUserPoolClient", ids.clone())["UserPoolClient"].take();
    aws.call("UpdateUserPoolClient", ids.clone());
    let after = aws.call("DescribeUserPoolClient", ids)["UserPoolClient"].take();
    let super::super::validate::Shape::Structure(rows) = &super::super::model::client::UPDATE_USER_POOL_CLIENT else {
        panic!("not a structure")
    };
    for row in rows.iter().filter(|row| !["UserPoolId", "ClientId"].contains(&row.name)) {
        assert!(full.get(row.name).is_some(), "{} is not tried", row.name);
        assert_ne!(before.get(row.name), bare.get(row.name), "{} was not set", row.name);
        let kept = ["ClientName", "RefreshTokenRotation"].contains(&row.name);
        let expected = if kept { &before } else { &bare };
        assert_eq!(after.get(row.name), expected.get(row.name), "{}", row.name);
    }
    assert_eq!(after["ClientSecret"], before["ClientSecret"]);
}
