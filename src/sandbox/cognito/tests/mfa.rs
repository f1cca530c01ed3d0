//! Second factors and passkeys.
use super::{Aws, INVALID, TIER, email, sms, with};
use serde_json::{Value, json};

const TOGETHER: &str = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together";

fn totp() -> Value {
    json!({ "Enabled": true })
}

fn passkeys(kind: &str) -> Value {
    json!({ "RelyingPartyId": "auth.example.com", "UserVerification": "required", "FactorConfiguration": kind })
}

#[test]
fn the_whole_is_replaced() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "EmailConfiguration": email(), "SmsConfiguration": sms() }));
    let full = json!({
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": { "SmsAuthenticationMessage": "Code {####}", "SmsConfiguration": sms() },
        "SoftwareTokenMfaConfiguration": totp(),
        "EmailMfaConfiguration": { "Message": "Code {####}", "Subject": "Code" },
        "WebAuthnConfiguration": passkeys("SINGLE_FACTOR"),
    });
    let answer = aws.call("SetUserPoolMfaConfig", with(json!({ "UserPoolId": id }), full.clone()));
    assert_eq!(answer, full);
    assert_eq!(aws.call("GetUserPoolMfaConfig", json!({ "UserPoolId": id })), full);
    // SMS has one owner, and the pool shows it too; the other factors it does not.
    let shown = aws.describe(&id);
    assert_eq!(shown["SmsAuthenticationMessage"], "Code {####}");
    assert_eq!(shown["MfaConfiguration"], "OPTIONAL");
    assert!(shown.get("SoftwareTokenMfaConfiguration").is_none());
    aws.call("SetUserPoolMfaConfig", json!({ "UserPoolId": id }));
    assert_eq!(aws.call("GetUserPoolMfaConfig", json!({ "UserPoolId": id })), json!({ "MfaConfiguration": "OFF" }));
    assert_eq!(aws.describe(&id)["SmsConfiguration"], sms());
}

#[test]
fn passkeys_alone_may_be_set_with_factors_off() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    let off = json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": passkeys("SINGLE_FACTOR") });
    assert_eq!(aws.call("SetUserPoolMfaConfig", with(json!({ "UserPoolId": id }), off.clone())), off);
}

#[test]
fn what_is_refused() {
    let none = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.";
    let message = json!({ "Message": "Code {####}" });
    let cases = [
        (json!({ "SoftwareTokenMfaConfiguration": { "Enabled": false } }), INVALID, TOGETHER),
        (json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": totp() }), INVALID, TOGETHER),
        (json!({ "MfaConfiguration": "OFF", "EmailMfaConfiguration": message }), INVALID, TOGETHER),
        (json!({ "MfaConfiguration": "OFF", "SmsMfaConfiguration": { "SmsConfiguration": sms() } }), INVALID, TOGETHER),
        (json!({ "MfaConfiguration": "ON" }), INVALID, none),
        (
            json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": false } }),
            INVALID,
            none,
        ),
        (
            json!({ "MfaConfiguration": "ON", "EmailMfaConfiguration": message }),
            INVALID,
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.",
        ),
        (
            json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": {} }),
            INVALID,
            "SMS configuration is required when SMS MFA is enabled.",
        ),
        (
            json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::111122223333:role/sms" } } }),
            INVALID,
            "Cross-account pass role is not allowed.",
        ),
        (
            json!({ "WebAuthnConfiguration": { "RelyingPartyId": "https://example.com" } }),
            INVALID,
            "Invalid RelyingPartyId: https://example.com",
        ),
        (
            json!({ "MfaConfiguration": "SOMETIMES" }),
            INVALID,
            "1 validation error detected: Value 'SOMETIMES' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]",
        ),
    ];
    for (members, code, text) in cases {
        let mut aws = Aws::new();
        let id = aws.pool(json!({}));
        aws.refused("SetUserPoolMfaConfig", with(json!({ "UserPoolId": id }), members), code, text);
    }
}

#[test]
fn required_factors_narrow_the_first_ones() {
    let factors =
        |second: &str| json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", second] } } });
    let mut aws = Aws::new();
    let id = aws.pool(factors("EMAIL_OTP"));
    let ids = json!({ "UserPoolId": id });
    let on = with(ids.clone(), json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": totp() }));
    let only = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled";
    aws.refused("SetUserPoolMfaConfig", on.clone(), INVALID, only);
    let optional = with(on.clone(), json!({ "MfaConfiguration": "OPTIONAL" }));
    aws.call("SetUserPoolMfaConfig", optional);
    aws.call("UpdateUserPool", with(ids.clone(), factors("WEB_AUTHN")));
    let single = "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor";
    aws.refused("SetUserPoolMfaConfig", on.clone(), INVALID, single);
    let both = with(on, json!({ "WebAuthnConfiguration": passkeys("MULTI_FACTOR_WITH_USER_VERIFICATION") }));
    aws.call("SetUserPoolMfaConfig", both);
    // The other way round: an update meets the factors that are kept.
    aws.refused("UpdateUserPool", with(ids, factors("EMAIL_OTP")), INVALID, only);
}

#[test]
fn lite_has_neither_email_nor_passkeys_as_a_second_factor() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({ "UserPoolTier": "LITE", "EmailConfiguration": email() }));
    let cases = [
        (json!({ "MfaConfiguration": "ON", "EmailMfaConfiguration": {} }), "Email MFA"),
        (json!({ "WebAuthnConfiguration": passkeys("MULTI_FACTOR_WITH_USER_VERIFICATION") }), "Passkey MFA"),
    ];
    for (members, feature) in cases {
        let text =
            format!("The following features need to be disabled for the LITE pricing tier configured: {feature}");
        aws.refused("SetUserPoolMfaConfig", with(json!({ "UserPoolId": id }), members), TIER, &text);
    }
}

#[test]
fn creation_can_turn_sms_on() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({
        "MfaConfiguration": "ON", "SmsConfiguration": sms(), "AutoVerifiedAttributes": ["phone_number"],
    }));
    assert_eq!(
        aws.call("GetUserPoolMfaConfig", json!({ "UserPoolId": id })),
        json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": { "SmsConfiguration": sms() } })
    );
    assert_eq!(aws.describe(&id)["MfaConfiguration"], "ON");
    // An update that is sent OFF takes every factor away.
    aws.call("UpdateUserPool", json!({ "UserPoolId": id, "MfaConfiguration": "OFF" }));
    assert_eq!(aws.call("GetUserPoolMfaConfig", json!({ "UserPoolId": id })), json!({ "MfaConfiguration": "OFF" }));
}

#[test]
fn an_update_checks_sms_only_even_where_totp_is_set_up() {
    let mut aws = Aws::new();
    let id = aws.pool(json!({}));
    let on = json!({ "UserPoolId": id, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": totp() });
    aws.call("SetUserPoolMfaConfig", on);
    let text = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional";
    aws.refused("UpdateUserPool", json!({ "UserPoolId": id, "MfaConfiguration": "ON" }), INVALID, text);
}
