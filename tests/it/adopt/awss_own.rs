//! Pools that AWS's own command line tool has made.

use serde_json::{Value, json};

use super::{REGION, adopted, equal, rebuilt};
use crate::setup::aws_cli::call;
use crate::setup::{House, Served};

fn cognito(served: &Served, operation: &str, input: &Value) -> Value {
    call(served, REGION, &["cognito-idp", operation, "--cli-input-json", &input.to_string()])
}

fn function(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:000000000000:function:{name}")
}

/// Every field that the tool knows and that can stand beside the others.
fn full_pool() -> Value {
    json!({
        "PoolName": "Shop, grown over the years",
        "UserPoolTier": "PLUS",
        "DeletionProtection": "ACTIVE",
        "UsernameAttributes": ["email", "phone_number"],
        "UsernameConfiguration": { "CaseSensitive": false },
        "AutoVerifiedAttributes": ["email", "phone_number"],
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 14, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": false,
                "RequireSymbols": false, "PasswordHistorySize": 3, "TemporaryPasswordValidityDays": 2,
            },
            "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] },
        },
        "LambdaConfig": {
            "PreSignUp": function("pre-sign-up"), "CustomMessage": function("custom-message"),
            "PostConfirmation": function("post-confirmation"), "PreAuthentication": function("pre-authentication"),
            "PostAuthentication": function("post-authentication"), "DefineAuthChallenge": function("define"),
            "CreateAuthChallenge": function("create"), "VerifyAuthChallengeResponse": function("verify"),
            "UserMigration": function("migrate"),
            "PreTokenGenerationConfig": { "LambdaVersion": "V2_0", "LambdaArn": function("token") },
            "CustomSMSSender": { "LambdaVersion": "V1_0", "LambdaArn": function("sms") },
            "CustomEmailSender": { "LambdaVersion": "V1_0", "LambdaArn": function("mail") },
            "InboundFederation": { "LambdaVersion": "V1_0", "LambdaArn": function("inbound") },
            "KMSKeyID": "arn:aws:kms:ap-southeast-2:000000000000:key/11112222-3333-4444-5555-666677778888",
        },
        "VerificationMessageTemplate": {
            "DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubject": "#1: your code",
            "EmailMessage": "<p>Grüße, 你好!</p>\n\n<p>Your code: <b>{####}</b></p>\n", "SmsMessage": "Code: {####}",
        },
        "SmsAuthenticationMessage": "Sign in with {####}",
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false },
        "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER", "From": "Shöp <no-reply@example.com>", "ReplyToEmailAddress": "help@example.com",
            "SourceArn": "arn:aws:ses:ap-southeast-2:000000000000:identity/example.com", "ConfigurationSet": "mails",
        },
        "SmsConfiguration": {
            "SnsCallerArn": "arn:aws:iam::000000000000:role/service-role/sms", "ExternalId": "yes", "SnsRegion": REGION,
        },
        "UserPoolTags": { "app": "shop", "cost centre": "0042", "on": "off" },
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": true,
            "InviteMessageTemplate": {
                "EmailMessage": "{username}: {####}", "EmailSubject": "Welcome", "SMSMessage": "{username} {####}",
            },
        },
        "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true,
              "StringAttributeConstraints": { "MinLength": "3", "MaxLength": "320" } },
            { "Name": "birthdate", "AttributeDataType": "String", "Required": false, "Mutable": false,
              "StringAttributeConstraints": { "MinLength": "10", "MaxLength": "10" } },
            { "Name": "tenant", "AttributeDataType": "String", "Mutable": false,
              "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "64" } },
            { "Name": "seats", "AttributeDataType": "Number", "Mutable": true,
              "NumberAttributeConstraints": { "MinValue": "-1", "MaxValue": "500" } },
            { "Name": "joined", "AttributeDataType": "DateTime", "Mutable": true },
            { "Name": "partner", "AttributeDataType": "Boolean", "Mutable": true, "DeveloperOnlyAttribute": true },
        ],
        "UserPoolAddOns": {
            "AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": { "CustomAuthMode": "AUDIT" },
        },
        "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": "verified_phone_number", "Priority": 2 }, { "Name": "verified_email", "Priority": 1 },
        ] },
        "KeyConfiguration": {
            "KeyType": "CUSTOMER_MANAGED_KEY",
            "KmsKeyArn": "arn:aws:kms:ap-southeast-2:000000000000:key/11112222-3333-4444-5555-666677778888",
        },
        "IssuerConfiguration": { "Type": "UPDATED" },
    })
}

fn factors(pool: &str) -> Value {
    json!({
        "UserPoolId": pool, "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {
            "SmsAuthenticationMessage": "Sign in with {####}",
            "SmsConfiguration": {
                "SnsCallerArn": "arn:aws:iam::000000000000:role/service-role/sms", "ExternalId": "yes", "SnsRegion": REGION,
            },
        },
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": { "Message": "Line one,\nthen {####}", "Subject": "no" },
        "WebAuthnConfiguration": {
            "RelyingPartyId": "auth.example.com", "UserVerification": "required", "FactorConfiguration": "SINGLE_FACTOR",
        },
    })
}

/// A server's client with every field, one of the browser's that rotates, and one with nothing but a name.
fn clients(pool: &str) -> [Value; 3] {
    let server = json!({
        "UserPoolId": pool, "ClientName": "server", "GenerateSecret": true,
        "RefreshTokenValidity": 10, "AccessTokenValidity": 90, "IdTokenValidity": 601,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "days" },
        "ReadAttributes": ["email", "custom:tenant", "custom:seats"], "WriteAttributes": ["email", "custom:seats"],
        "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"],
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": ["https://shop.example.com/callback?a=1&b=%20", "myapp://callback", "http://localhost:3000/"],
        "LogoutURLs": ["https://shop.example.com/bye"], "DefaultRedirectURI": "myapp://callback",
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "AnalyticsConfiguration": {
            "ApplicationId": "0123456789abcdef0123456789abcdef", "ExternalId": "pinpoint",
            "RoleArn": "arn:aws:iam::000000000000:role/pinpoint", "UserDataShared": true,
        },
        "PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": false,
        "EnablePropagateAdditionalUserContextData": true, "AuthSessionValidity": 7,
    });
    let browser = json!({
        "UserPoolId": pool, "ClientName": "browser", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 30 },
        "CallbackURLs": ["https://shop.example.com/"], "AllowedOAuthFlows": ["implicit", "code"], "AllowedOAuthScopes": ["openid"],
        "AllowedOAuthFlowsUserPoolClient": false, "SupportedIdentityProviders": ["COGNITO"],
    });
    [server, browser, json!({ "UserPoolId": pool, "ClientName": "bare" })]
}

/// The certificate of `*.example.com`, issued, with the record that proves it; and the zone.
fn certificate(served: &Served) -> (String, String) {
    let acm = |words: &[&str]| call(served, "us-east-1", &[&["acm"], words].concat());
    let asked = json!({
        "DomainName": "*.example.com", "SubjectAlternativeNames": ["*.example.com", "example.com"], "ValidationMethod": "DNS",
        "KeyAlgorithm": "EC_prime256v1", "Tags": [{ "Key": "app", "Value": "shop" }, { "Key": "on", "Value": "all" }],
    });
    let arn = acm(&["request-certificate", "--cli-input-json", &asked.to_string()])["CertificateArn"].clone();
    let arn = arn.as_str().unwrap().to_owned();
    let zones = call(served, "us-east-1", &["route53", "list-hosted-zones"]);
    let zone = zones["HostedZones"][0]["Id"].as_str().unwrap().to_owned();
    for _ in 0..20 {
        let shown = acm(&["describe-certificate", "--certificate-arn", &arn]);
        let proof = shown["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"].clone();
        if proof.is_object() {
            let record = json!({ "Name": proof["Name"], "Type": "CNAME", "TTL": 300, "ResourceRecords": [{ "Value": proof["Value"] }] });
            change(served, &zone, &[record]);
            acm(&["wait", "certificate-validated", "--certificate-arn", &arn]);
            return (arn, zone);
        }
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    panic!("ACM does not say what proves {arn}");
}

fn change(served: &Served, zone: &str, records: &[Value]) {
    let changes: Vec<Value> =
        records.iter().map(|set| json!({ "Action": "CREATE", "ResourceRecordSet": set })).collect();
    let batch = json!({ "Changes": changes }).to_string();
    call(
        served,
        "us-east-1",
        &["route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", &batch],
    );
}

fn until_active(served: &Served, domain: &str) -> Value {
    for _ in 0..30 {
        let shown = cognito(served, "describe-user-pool-domain", &json!({ "Domain": domain }));
        if shown["DomainDescription"]["Status"] == "ACTIVE" {
            return shown["DomainDescription"].clone();
        }
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    panic!("{domain} does not become active");
}

#[test]
fn with_every_feature_on() {
    let (served, house) = (Served::new(&[]), House::new(&[]));
    let pool = cognito(&served, "create-user-pool", &full_pool())["UserPool"]["Id"].as_str().unwrap().to_owned();
    let ids = clients(&pool).map(|client| {
        let made = cognito(&served, "create-user-pool-client", &client);
        made["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
    });
    let (arn, zone) = certificate(&served);
    cognito(&served, "set-user-pool-mfa-config", &factors(&pool));
    cognito(
        &served,
        "create-user-pool-domain",
        &json!({ "UserPoolId": pool, "Domain": "grown-shop", "ManagedLoginVersion": 1 }),
    );
    let custom = json!({
        "UserPoolId": pool, "Domain": "auth.example.com", "ManagedLoginVersion": 1,
        "CustomDomainConfig": { "CertificateArn": arn, "SecurityPolicy": "TLS_V1_3_2025" },
    });
    cognito(&served, "create-user-pool-domain", &custom);
    let host = until_active(&served, "auth.example.com")["CloudFrontDistribution"].clone();
    let alias = |kind: &str| {
        json!({ "Name": "auth.example.com", "Type": kind, "AliasTarget": {
            "DNSName": host, "HostedZoneId": "Z2FDTNDATAQYW2", "EvaluateTargetHealth": false,
        } })
    };
    change(&served, &zone, &[alias("A"), alias("AAAA")]);
    let logo = house.path("stacks/ui/logo.png");
    let css = ".banner-customizable { background-color: #123456; }\r\n.logo-customizable { max-width: 50%; }\n";
    let all = json!({ "UserPoolId": pool, "ClientId": "ALL", "CSS": css.replace('\r', "") }).to_string();
    let logo = format!("fileb://{}", logo.display());
    call(&served, REGION, &["cognito-idp", "set-ui-customization", "--cli-input-json", &all, "--image-file", &logo]);
    let own = json!({ "UserPoolId": pool, "ClientId": ids[1], "CSS": ".submitButton-customizable { color: #fff; }" });
    cognito(&served, "set-ui-customization", &own);

    let ran = adopted(&served, &house, "shop", &pool);
    ran.says("not adopted: the permissions by which Cognito may invoke 13 Lambda functions")
        .says("Imported 15 objects");
    let state = house.json("state/shop.json");
    assert_eq!(state["resources"]["user_pool"]["id"], json!(pool));
    assert_eq!(state["resources"]["app_client.server"]["id"], json!(format!("{pool}/{}", ids[0])));
    equal::check(&served.house.json(super::WORLD), &rebuilt(&house, "shop"), "the pool with every feature on");
}

#[test]
fn with_nothing_but_a_name() {
    let (served, house) = (Served::new(&[]), House::new(&[]));
    let pool = cognito(&served, "create-user-pool", &json!({ "PoolName": "bare" }))["UserPool"]["Id"].clone();
    adopted(&served, &house, "shop", pool.as_str().unwrap());
    let text = std::fs::read_to_string(house.path("stacks/shop.yaml")).unwrap();
    let said: Vec<&str> =
        text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')).collect();
    assert_eq!(
        said,
        [
            "region: ap-southeast-2",
            "account: \"000000000000\"",
            "user_pool:",
            "  name: bare",
            "  deletion_protection: INACTIVE"
        ]
    );
    equal::check(&served.house.json(super::WORLD), &rebuilt(&house, "shop"), "the bare pool");
}
