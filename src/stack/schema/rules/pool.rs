//! The pool: names, factors, messages, the feature plan.

use serde_json::{Value, json};

use super::{and, at, each, has, is, lists, needs, no, nothing, only, or, when, within, without};

const FIRST: [&str; 2] = ["sign_in_policy", "allowed_first_auth_factors"];

pub(super) fn always() -> Vec<(&'static str, Value)> {
    let mut rules = vec![
        (
            "PermissionSettings",
            when(
                is("manage", false),
                at(["except"], nothing("`manage: false` excepts every trigger: take one of the two away")),
            ),
        ),
        (
            "UserPool",
            when(
                and([has("username_attributes"), has("alias_attributes")]),
                without("alias_attributes", "only one of `alias_attributes` and `username_attributes` can be set"),
            ),
        ),
        (
            "UserPool",
            when(
                lists("account_recovery_setting", "^verified_"),
                at(
                    ["account_recovery_setting"],
                    each("^(?!admin_only$)", "admin_only must stand alone: take it out, or take the others out"),
                ),
            ),
        ),
        (
            "UserPool",
            when(
                and([
                    within("mfa", has("email")),
                    json!({ "required": ["account_recovery_setting"],
                            "properties": { "account_recovery_setting": { "const": ["verified_email"] } } }),
                ]),
                at(
                    ["account_recovery_setting"],
                    each(
                        "^(?!verified_email$)",
                        "users whose second factor is e-mail could not recover by e-mail: add verified_phone_number, or say admin_only",
                    ),
                ),
            ),
        ),
        (
            "RefreshTokenRotation",
            when(
                is("feature", "DISABLED"),
                at(
                    ["retry_grace_period_seconds"],
                    only(
                        [json!(0), Value::Null],
                        "rotation that is off has no grace period: leave it out, or set feature: ENABLED",
                    ),
                ),
            ),
        ),
        (
            "KeyConfiguration",
            when(
                is("key_type", "AWS_OWNED_KEY"),
                at(
                    ["kms_key_arn"],
                    nothing("a key of yours is no AWS_OWNED_KEY: set `key_type: CUSTOMER_MANAGED_KEY`"),
                ),
            ),
        ),
        ("CustomAttribute", when(no(is("type", "String")), lengths())),
        ("CustomAttribute", when(no(is("type", "Number")), values())),
    ];
    for factor in ["EMAIL_OTP", "SMS_OTP"] {
        rules.push(("UserPool", when(within("mfa", is("mode", "ON")), at(FIRST, each(
            &format!("^(?!{factor}$)"),
            &format!("with MFA ON, {factor} cannot be a first factor: take {factor} out, or set `mfa.mode: OPTIONAL`"),
        )))));
    }
    let off = "AWS keeps no second factor while MFA is OFF: set `mode: OPTIONAL` or `ON`, or take this out";
    rules.extend(
        ["software_token", "sms"]
            .map(|factor| ("Mfa", when(is("mode", "OFF"), at([factor], only([json!(false), Value::Null], off))))),
    );
    rules.push(("Mfa", when(is("mode", "OFF"), at(["email"], nothing(off)))));
    rules.extend(tier());
    rules
}

fn lengths() -> Value {
    let said = "`min_length` and `max_length` are for a String: take them out, or set `type: String`";
    when(
        json!({ "required": ["type"] }),
        json!({ "errorMessage": said, "properties": { "min_length": false, "max_length": false } }),
    )
}

fn values() -> Value {
    let said = "`min_value` and `max_value` are for a Number: take them out, or set `type: Number`";
    when(
        json!({ "required": ["type"] }),
        json!({ "errorMessage": said, "properties": { "min_value": false, "max_value": false } }),
    )
}

/// What each feature needs of the plan.
fn tier() -> Vec<(&'static str, Value)> {
    let lite = |said: Value| ("UserPool", when(is("user_pool_tier", "LITE"), said));
    let lacks =
        |what: &str| format!("{what} is not in the LITE plan: set `user_pool_tier: ESSENTIALS`, or take this out");
    vec![
        lite(at(
            ["password_policy", "password_history_size"],
            only([json!(0), Value::Null], &lacks("remembering earlier passwords")),
        )),
        lite(at(FIRST, each("^PASSWORD$", &lacks("signing in without a password")))),
        lite(at(["mfa", "email"], nothing(&lacks("a second factor by e-mail")))),
        lite(at(
            ["web_authn_configuration", "factor_configuration"],
            only([json!("SINGLE_FACTOR"), Value::Null], &lacks("a passkey that counts as two factors")),
        )),
        lite(at(
            ["lambda_config", "pre_token_generation", "lambda_version"],
            only([json!("V1_0"), Value::Null], &lacks("customizing access tokens")),
        )),
    ]
}

pub(super) fn whole() -> Vec<(&'static str, Value)> {
    let no_sms = || no(has("sms_configuration"));
    vec![
        (
            "Mfa",
            when(
                and([
                    or([is("mode", "ON"), is("mode", "OPTIONAL")]),
                    no(or([is("software_token", true), is("sms", true), has("email")])),
                ]),
                at(
                    ["mode"],
                    only(
                        [json!("OFF")],
                        "this needs a second factor, and none is set up: add `software_token: true`, `sms: true` or `email: {}`",
                    ),
                ),
            ),
        ),
        (
            "UserPool",
            when(
                no_sms(),
                at(
                    ["mfa", "sms"],
                    only([json!(false)], "a second factor by SMS needs a way to send SMS: add `sms_configuration`"),
                ),
            ),
        ),
        (
            "UserPool",
            when(
                no(within("email_configuration", is("email_sending_account", "DEVELOPER"))),
                at(
                    ["mfa"],
                    without(
                        "email",
                        "AWS takes no second factor by e-mail while Cognito itself sends the \
                    e-mail: set `email_sending_account: DEVELOPER` and `source_arn` under `email_configuration`",
                    ),
                ),
            ),
        ),
        (
            "UserPool",
            when(
                no_sms(),
                at(
                    ["auto_verified_attributes"],
                    each(
                        "^(?!phone_number$)",
                        "AWS cannot verify phone_number without a way to send SMS: add `sms_configuration`",
                    ),
                ),
            ),
        ),
        (
            "UserPool",
            when(
                no_sms(),
                at(FIRST, each("^(?!SMS_OTP$)", "SMS_OTP needs a way to send SMS: add `sms_configuration`")),
            ),
        ),
        (
            "UserPool",
            when(
                no(is("user_pool_tier", "PLUS")),
                at(
                    ["user_pool_add_ons", "advanced_security_mode"],
                    only(
                        [json!("OFF")],
                        "threat protection needs the PLUS plan: set `user_pool_tier: PLUS`, or take this out",
                    ),
                ),
            ),
        ),
        (
            "EmailConfiguration",
            when(
                is("email_sending_account", "DEVELOPER"),
                needs(
                    "source_arn",
                    "DEVELOPER says nothing of which SES identity sends: name it, `source_arn: arn:aws:ses:<region>:<account>:identity/<domain or address>`",
                ),
            ),
        ),
        (
            "KeyConfiguration",
            when(
                is("key_type", "CUSTOMER_MANAGED_KEY"),
                needs("kms_key_arn", "CUSTOMER_MANAGED_KEY says nothing of which key: name it, `kms_key_arn`"),
            ),
        ),
    ]
}
