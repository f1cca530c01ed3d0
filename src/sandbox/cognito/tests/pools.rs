//! Pools: what they read back, and what is refused.
use super::{Aws, FUNCTION, IDENTITY, INVALID, MISSING, OTHER_FUNCTION, REGION, TIER, email, sms, with};
use serde_json::{Value, json};

#[test]
fn a_pool_with_only_a_name() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    assert!(id.starts_with("eu-west-1_") && id.len() == "eu-west-1_".len() + 9, "{id}");
    let mut shown = aws.describe(&id);
    let schema = shown["SchemaAttributes"].take();
    assert_eq!(
        shown,
        json!({
            "Id": id,
            "Name": "pool",
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8,
                    "RequireUppercase": true,
                    "RequireLowercase": true,
                    "RequireNumbers": true,
                    "RequireSymbols": true,
                    "TemporaryPasswordValidityDays": 7,
                },
                "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] },
            },
            "LambdaConfig": {},
            "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
            "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7 },
            "DeletionProtection": "INACTIVE",
            "UserPoolTier": "ESSENTIALS",
            "SchemaAttributes": null,
            "MfaConfiguration": "OFF",
            "UserPoolTags": {},
            "EstimatedNumberOfUsers": 0,
            "Arn": format!("arn:aws:cognito-idp:eu-west-1:000000000000:userpool/{id}"),
            "CreationDate": 1_700_000_000.0,
            "LastModifiedDate": 1_700_000_000.0,
        })
    );
    assert_eq!(schema.as_array().unwrap().len(), 20);
}

#[test]
fn two_pools_can_have_one_name() {
    let mut aws = Aws::new();
    assert_ne!(aws.pool(json!({})), aws.pool(json!({})));
}

/// What is sent, where to look, and what is there.
fn read_backs() -> Vec<(Value, &'static str, Value)> {
    vec![
        (
            json!({ "AutoVerifiedAttributes": ["email", "phone_number", "email"], "SmsConfiguration": sms() }),
            "/AutoVerifiedAttributes",
            json!(["phone_number", "email"]),
        ),
        (json!({ "SmsConfiguration": sms() }), "/SmsConfiguration", sms()),
        (json!({ "EmailConfiguration": email() }), "/EmailConfiguration", email()),
        (
            json!({ "EmailConfiguration": { "ReplyToEmailAddress": "a@b.example" } }),
            "/EmailConfiguration",
            json!({ "ReplyToEmailAddress": "a@b.example", "EmailSendingAccount": "COGNITO_DEFAULT" }),
        ),
        (
            json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 12, "PasswordHistorySize": 0, "TemporaryPasswordValidityDays": 0 } } }),
            "/Policies/PasswordPolicy",
            json!({ "MinimumLength": 12, "RequireUppercase": false, "RequireLowercase": false, "RequireNumbers": false, "RequireSymbols": false, "TemporaryPasswordValidityDays": 7 }),
        ),
        (
            json!({ "Policies": { "PasswordPolicy": { "PasswordHistorySize": 3, "TemporaryPasswordValidityDays": 3 } } }),
            "/AdminCreateUserConfig/UnusedAccountValidityDays",
            json!(3),
        ),
        (
            json!({ "AdminCreateUserConfig": { "UnusedAccountValidityDays": 9, "AllowAdminCreateUserOnly": true } }),
            "/Policies/PasswordPolicy/TemporaryPasswordValidityDays",
            json!(9),
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } } }),
            "/Policies/SignInPolicy",
            json!({ "AllowedFirstAuthFactors": ["WEB_AUTHN", "PASSWORD"] }),
        ),
        (
            json!({ "DeviceConfiguration": {} }),
            "/DeviceConfiguration",
            json!({ "ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false }),
        ),
        (
            json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" } }),
            "/UserPoolAddOns",
            json!({ "AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": {} }),
        ),
        (
            json!({ "SmsVerificationMessage": "Code {####}" }),
            "/VerificationMessageTemplate",
            json!({ "SmsMessage": "Code {####}", "DefaultEmailOption": "CONFIRM_WITH_CODE" }),
        ),
        (
            json!({ "VerificationMessageTemplate": { "EmailMessage": "Code {####}" } }),
            "/EmailVerificationMessage",
            json!("Code {####}"),
        ),
    ]
}

/// The rest of them.
fn more_read_backs() -> Vec<(Value, &'static str, Value)> {
    let recovery = json!({ "RecoveryMechanisms": [
        { "Priority": 1, "Name": "verified_email" }, { "Priority": 2, "Name": "verified_phone_number" },
    ] });
    vec![
        (
            json!({ "VerificationMessageTemplate": { "EmailSubject": "Code" } }),
            "/EmailVerificationSubject",
            json!("Code"),
        ),
        (
            json!({ "LambdaConfig": { "PreTokenGeneration": FUNCTION } }),
            "/LambdaConfig/PreTokenGenerationConfig",
            json!({ "LambdaVersion": "V1_0", "LambdaArn": FUNCTION }),
        ),
        (
            json!({ "LambdaConfig": { "PreTokenGenerationConfig": { "LambdaVersion": "V2_0", "LambdaArn": FUNCTION } } }),
            "/LambdaConfig/PreTokenGeneration",
            json!(FUNCTION),
        ),
        (
            json!({ "UsernameConfiguration": { "CaseSensitive": false } }),
            "/UsernameConfiguration",
            json!({ "CaseSensitive": false }),
        ),
        (json!({ "UsernameAttributes": ["email"] }), "/UsernameAttributes", json!(["email"])),
        (
            json!({ "AliasAttributes": ["email", "preferred_username"] }),
            "/AliasAttributes",
            json!(["preferred_username", "email"]),
        ),
        (json!({ "AccountRecoverySetting": recovery }), "/AccountRecoverySetting", recovery.clone()),
        (
            json!({ "KeyConfiguration": { "KeyType": "AWS_OWNED_KEY" } }),
            "/KeyConfiguration",
            json!({ "KeyType": "AWS_OWNED_KEY" }),
        ),
        (json!({ "IssuerConfiguration": { "Type": "UPDATED" } }), "/IssuerConfiguration", json!({ "Type": "UPDATED" })),
        (
            json!({ "AcrConfiguration": { "Level1": { "AcrValue": "urn:one" } } }),
            "/AcrConfiguration",
            json!({ "Level1": { "AcrValue": "urn:one" } }),
        ),
        (json!({ "UserPoolTags": { "app": "shop" } }), "/UserPoolTags", json!({ "app": "shop" })),
        (
            json!({ "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" } }),
            "/UserPoolTier",
            json!("PLUS"),
        ),
        (
            json!({ "SmsConfiguration": { "SnsCallerArn": "", "EumsSms": { "CallerArn": "arn:aws:iam::000000000000:role/sms" } } }),
            "/SmsConfiguration",
            json!({ "EumsSms": { "CallerArn": "arn:aws:iam::000000000000:role/sms" } }),
        ),
    ]
}

#[test]
fn what_reads_back() {
    for (members, at, value) in [read_backs(), more_read_backs()].concat() {
        let mut aws = Aws::new();
        let id = aws.pool(members.clone());
        assert_eq!(aws.describe(&id).pointer(at), Some(&value), "{members} at {at}");
    }
}

type Refused = (Value, &'static str, &'static str);

/// Every rule of `user_pool.md` 7, and those of 2, 4 and 6 that these two calls hold.
fn refusals() -> Vec<Refused> {
    [sign_in(), messages(), sending(), triggers_and_factors()].concat()
}

fn sign_in() -> Vec<Refused> {
    vec![
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"] } } }),
            INVALID,
            "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["EMAIL_OTP"] } } }),
            INVALID,
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SOFTWARE_TOKEN"] } } }),
            INVALID,
            "SOFTWARE_TOKEN can not be configured as AuthFactor",
        ),
        (
            json!({ "UserPoolTier": "LITE", "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } } }),
            TIER,
            "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In",
        ),
        (
            json!({ "UserPoolTier": "LITE", "Policies": { "PasswordPolicy": { "PasswordHistorySize": 1 } } }),
            TIER,
            "The following features need to be disabled for the LITE pricing tier configured: Password History",
        ),
        (
            json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } }),
            TIER,
            "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
        ),
        (
            json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }, { "Priority": 2, "Name": "verified_email" }] } }),
            INVALID,
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_phone_number" }, { "Priority": 1, "Name": "verified_email" }] } }),
            INVALID,
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            json!({ "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }, { "Priority": 2, "Name": "verified_email" }] } }),
            INVALID,
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            json!({ "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": 7 } }, "AdminCreateUserConfig": { "UnusedAccountValidityDays": 7 } }),
            INVALID,
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
    ]
}

fn messages() -> Vec<Refused> {
    vec![
        (
            json!({ "AutoVerifiedAttributes": ["phone_number"] }),
            INVALID,
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            json!({ "UserPoolTier": "LITE", "AcrConfiguration": { "Level1": { "AcrValue": "a" } } }),
            TIER,
            "The following features need to be disabled for the LITE pricing tier configured: Custom ACR Names",
        ),
        (
            json!({ "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] } }),
            INVALID,
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ),
        (
            json!({ "AdminCreateUserConfig": { "InviteMessageTemplate": { "EmailMessage": "Hello {username}" } } }),
            INVALID,
            "EmailMessage in InviteMessageTemplate must contain {username} and {####}",
        ),
        (
            json!({ "AdminCreateUserConfig": { "InviteMessageTemplate": { "SMSMessage": "Code {####}" } } }),
            INVALID,
            "SMSMessage in InviteMessageTemplate must contain {username} and {####}",
        ),
        (
            json!({ "VerificationMessageTemplate": { "EmailMessage": "Code {####}", "EmailMessageByLink": "Click {##here##}" } }),
            INVALID,
            "Only one of EmailMessage or EmailMessageByLink can be set in VerificationMessageTemplate.",
        ),
        (json!({ "AcrConfiguration": { "Level5": { "AcrValue": "a" } } }), INVALID, "Invalid ACR level: Level5"),
        (
            json!({ "AcrConfiguration": { "Level1": { "AcrValue": "urn:cognito:loa:2" } } }),
            INVALID,
            "ACR values must be unique across all levels in the user pool.",
        ),
        (
            json!({ "UserPoolTags": { "aws:app": "shop" } }),
            "UserPoolTaggingException",
            "Tag keys beginning with aws: are reserved: aws:app",
        ),
    ]
}

fn sending() -> Vec<Refused> {
    vec![
        (
            json!({ "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER" } }),
            INVALID,
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (
            json!({ "EmailConfiguration": { "SourceArn": IDENTITY } }),
            INVALID,
            "Cognito is not allowed to use your email identity",
        ),
        (
            json!({ "EmailConfiguration": with(email(), json!({ "SourceArn": "arn:aws:ses:ap-south-1:000000000000:identity/example.com" })) }),
            INVALID,
            "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ),
        (
            json!({ "EmailConfiguration": with(email(), json!({ "From": "Shop" })) }),
            INVALID,
            "Provided From email address is invalid",
        ),
        (
            json!({ "EmailConfiguration": with(email(), json!({ "From": "a@example.org" })) }),
            INVALID,
            "Provided From email address must be the SES identity or be in its domain",
        ),
        (
            json!({ "SmsConfiguration": with(sms(), json!({ "SnsRegion": "us-east-1" })) }),
            INVALID,
            "Invalid snsRegion. Allowed SNS region for eu-west-1 is eu-west-1",
        ),
        (
            json!({ "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::111122223333:role/sms" } }),
            INVALID,
            "Cross-account pass role is not allowed.",
        ),
        (
            json!({ "SmsConfiguration": {} }),
            INVALID,
            "1 validation error detected: Value null at 'smsConfiguration.snsCallerArn' failed to satisfy constraint: Member must not be null",
        ),
        (
            json!({ "SmsConfiguration": with(sms(), json!({ "EumsSms": { "CallerArn": FUNCTION } })) }),
            INVALID,
            "Only one of SnsCallerArn or EumsSms can be set in SmsConfiguration.",
        ),
        (
            json!({ "SmsConfiguration": { "EumsSms": { "CallerArn": FUNCTION, "Region": "us-east-1" } } }),
            INVALID,
            "Invalid region. Allowed region for eu-west-1 is eu-west-1",
        ),
    ]
}

fn triggers_and_factors() -> Vec<Refused> {
    let elsewhere = "arn:aws:lambda:us-east-1:000000000000:function:one";
    vec![
        (
            json!({ "UserPoolTier": "LITE", "LambdaConfig": { "PreTokenGenerationConfig": { "LambdaVersion": "V2_0", "LambdaArn": FUNCTION } } }),
            TIER,
            "The following features need to be disabled for the LITE pricing tier configured: Token Customization with Pre-Token Generation Lambda V2_0",
        ),
        (
            json!({ "LambdaConfig": { "PreSignUp": elsewhere } }),
            INVALID,
            "Cross-region lambda functions are not supported",
        ),
        (
            json!({ "LambdaConfig": { "InboundFederation": { "LambdaVersion": "V1_0", "LambdaArn": elsewhere } } }),
            INVALID,
            "Cross-region lambda functions are not supported",
        ),
        (
            json!({ "LambdaConfig": { "CustomSMSSender": { "LambdaVersion": "V1_0", "LambdaArn": FUNCTION } } }),
            INVALID,
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            json!({ "LambdaConfig": { "CustomEmailSender": { "LambdaVersion": "V1_0", "LambdaArn": FUNCTION } } }),
            INVALID,
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            json!({ "LambdaConfig": { "PreTokenGeneration": OTHER_FUNCTION, "PreTokenGenerationConfig": { "LambdaVersion": "V1_0", "LambdaArn": FUNCTION } } }),
            INVALID,
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        ),
        (
            json!({ "MfaConfiguration": "ON" }),
            INVALID,
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({ "MfaConfiguration": "OPTIONAL", "SmsConfiguration": sms() }),
            INVALID,
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({ "MfaConfiguration": "ON", "SmsConfiguration": sms(), "AutoVerifiedAttributes": ["phone_number"], "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"] } } }),
            INVALID,
            "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
        ),
        (
            json!({ "MfaConfiguration": "ON", "SmsConfiguration": sms(), "AutoVerifiedAttributes": ["phone_number"], "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } } }),
            INVALID,
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor",
        ),
    ]
}

#[test]
fn what_create_refuses() {
    for (members, code, message) in refusals() {
        Aws::new().refused("CreateUserPool", with(json!({ "PoolName": "pool" }), members), code, message);
    }
    let both = json!({ "PoolName": "pool", "AliasAttributes": ["email"], "UsernameAttributes": ["email"] });
    let message = "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.";
    Aws::new().refused("CreateUserPool", both, INVALID, message);
}

#[test]
fn what_update_refuses() {
    for (members, code, message) in refusals() {
        let mut aws = Aws::new();
        let id = aws.pool(json!({}));
        aws.refused("UpdateUserPool", with(json!({ "UserPoolId": id }), members), code, message);
    }
}

#[test]
fn what_is_set_for_good_does_not_exist_for_an_update() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    let cases = [
        ("AliasAttributes", json!(["email"]), "[email]", "aliasAttributes"),
        ("UsernameAttributes", json!(["email"]), "[email]", "usernameAttributes"),
        ("UsernameConfiguration", json!({ "CaseSensitive": true }), "{CaseSensitive=true}", "usernameConfiguration"),
        ("Schema", json!([{ "Name": "a" }]), "[{Name=a}]", "schema"),
    ];
    for (name, value, shown, path) in cases {
        let message = format!(
            "1 validation error detected: Value '{shown}' at '{path}' failed to satisfy constraint: Member must not be present"
        );
        aws.refused("UpdateUserPool", json!({ "UserPoolId": id, name: value }), INVALID, &message);
    }
}

#[test]
fn nought_days_are_no_days() {
    // The SDK sends nought for a number that nobody set.
    let mut aws = Aws::new();
    let id = aws.pool(json!({
        "Policies": { "PasswordPolicy": { "TemporaryPasswordValidityDays": 5 } },
        "AdminCreateUserConfig": { "UnusedAccountValidityDays": 0 },
    }));
    assert_eq!(aws.describe(&id)["AdminCreateUserConfig"]["UnusedAccountValidityDays"], 5);
}

#[test]
fn seoul_sends_through_tokyo() {
    let mut aws = Aws::new();
    let input =
        |region: &str| json!({ "PoolName": "p", "SmsConfiguration": with(sms(), json!({ "SnsRegion": region })) });
    let mut call = |region| super::handle(&mut aws.world, "ap-northeast-2", "CreateUserPool", &input(region));
    assert_eq!(
        call("ap-northeast-2").unwrap_err().message,
        "Invalid snsRegion. Allowed SNS region for ap-northeast-2 is ap-northeast-1"
    );
    call("ap-northeast-1").unwrap();
}

#[test]
fn a_pool_of_another_region_is_not_there() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    let refusal =
        super::handle(&mut aws.world, "us-east-1", "DescribeUserPool", &json!({ "UserPoolId": id })).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.message), (MISSING, format!("User pool {id} does not exist.")));
}

#[test]
fn pools_that_are_not_there() {
    let id = format!("{REGION}_nothing00");
    for operation in
        ["DescribeUserPool", "UpdateUserPool", "DeleteUserPool", "GetUserPoolMfaConfig", "SetUserPoolMfaConfig"]
    {
        let message = format!("User pool {id} does not exist.");
        Aws::new().refused(operation, json!({ "UserPoolId": id }), MISSING, &message);
    }
}

#[test]
fn deletion() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "DeletionProtection": "ACTIVE" }));
    let input = json!({ "UserPoolId": id });
    aws.refused(
        "DeleteUserPool",
        input.clone(),
        INVALID,
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
    );
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "DeletionProtection": "INACTIVE" }));
    aws.prefix(&id, "shop");
    let message = "User pool cannot be deleted. It has a domain configured that should be deleted first.";
    aws.refused("DeleteUserPool", input.clone(), INVALID, message);
    aws.call("DeleteUserPoolDomain", json!({ "UserPoolId": id, "Domain": "shop" }));
    aws.refused("DeleteUserPool", input.clone(), INVALID, message);
    aws.wait(super::super::DOMAIN_LINGERS);
    let client = aws.client(&id, json!({}));
    aws.call("DeleteUserPool", input.clone());
    aws.refused("DescribeUserPool", input, MISSING, &format!("User pool {id} does not exist."));
    let gone = format!("User pool {id} does not exist.");
    aws.refused("DescribeUserPoolClient", json!({ "UserPoolId": id, "ClientId": client }), MISSING, &gone);
}
