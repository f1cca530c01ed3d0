//! What a pool's settings become: on create, and on an update that leaves some out.
use super::doc::{self, Doc};
use serde_json::{Value, json};

/// What `UpdateUserPool` does with a member that it is not sent (`user_pool.md` 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Omitted {
    Reset,
    Kept,
}
use Omitted::{Kept, Reset};

/// The omission ledger (`user_pool.md` 3), for all but `Policies`, whose two halves are each kept, and
/// `MfaConfiguration` and `UserPoolTags`, which are not settings here.
///
/// Members that are not in the reference's table (`KeyConfiguration`, `IssuerConfiguration`,
/// `AcrConfiguration`) fall under AWS's sentence: "an omitted attribute is set to its default".
pub(super) const LEDGER: &[(&str, Omitted)] = &[
    ("AutoVerifiedAttributes", Reset),
    ("LambdaConfig", Reset),
    ("DeviceConfiguration", Reset),
    ("VerificationMessageTemplate", Reset),
    ("SmsAuthenticationMessage", Reset),
    ("EmailConfiguration", Reset),
    ("SmsConfiguration", Reset),
    ("AdminCreateUserConfig", Reset),
    ("AccountRecoverySetting", Reset),
    ("UserPoolAddOns", Reset),
    ("DeletionProtection", Reset),
    ("KeyConfiguration", Reset),
    ("IssuerConfiguration", Reset),
    ("AcrConfiguration", Reset),
    ("UserAttributeUpdateSettings", Kept),
    ("UserPoolTier", Kept),
];

/// Members that only creation takes (`user_pool.md` 2, column U).
const FOR_GOOD: &[&str] = &["AliasAttributes", "UsernameAttributes", "UsernameConfiguration"];

/// The settings that follow from `input`; `before` is what an updated pool had.
pub(super) fn settled(before: Option<&Doc>, input: &Doc) -> Doc {
    let mut settings = Doc::new();
    settings.insert("Policies".to_owned(), policies(before, input));
    for (name, omitted) in LEDGER {
        let value = match sent(name, input) {
            Some(value) => Some(normal(name, &value)),
            None => before
                .filter(|_| *omitted == Kept)
                .and_then(|before| before.get(*name).cloned())
                .or_else(|| default(name)),
        };
        if let Some(value) = value {
            settings.insert((*name).to_owned(), value);
        }
    }
    for name in FOR_GOOD {
        let value = match before {
            Some(before) => before.get(*name).cloned(),
            None => input.get(*name).map(|value| if value.is_array() { doc::as_set(value) } else { value.clone() }),
        };
        settings.extend(value.map(|value| ((*name).to_owned(), value)));
    }
    settings
}

/// What was sent of a member, its mirrors counted in (`user_pool.md` 6).
fn sent(name: &str, input: &Doc) -> Option<Value> {
    let value = input.get(name).cloned();
    if name != "VerificationMessageTemplate" {
        return value;
    }
    let mirrors = [
        ("SmsVerificationMessage", "SmsMessage"),
        ("EmailVerificationMessage", "EmailMessage"),
        ("EmailVerificationSubject", "EmailSubject"),
    ];
    let mut template = match value {
        Some(Value::Object(template)) => Some(template),
        _ => None,
    };
    for (mirror, member) in mirrors {
        if let Some(text) = input.get(mirror) {
            template.get_or_insert_default().entry(member).or_insert_with(|| text.clone());
        }
    }
    template.map(Value::Object)
}

/// A member's value when nobody sets it (`user_pool.md` 2, "Default at create"; 6).
fn default(name: &str) -> Option<Value> {
    match name {
        "LambdaConfig" => Some(json!({})),
        "VerificationMessageTemplate" => Some(json!({ "DefaultEmailOption": "CONFIRM_WITH_CODE" })),
        "EmailConfiguration" => Some(json!({ "EmailSendingAccount": "COGNITO_DEFAULT" })),
        "AdminCreateUserConfig" => Some(json!({ "AllowAdminCreateUserOnly": false })),
        "DeletionProtection" => Some("INACTIVE".into()),
        "UserPoolTier" => Some("ESSENTIALS".into()),
        _ => None,
    }
}

/// A member's value as it reads back.
fn normal(name: &str, value: &Value) -> Value {
    let Value::Object(given) = value else {
        return if value.is_array() { doc::as_set(value) } else { value.clone() };
    };
    let mut doc = given.clone();
    match name {
        "VerificationMessageTemplate" => or_else(&mut doc, "DefaultEmailOption", || "CONFIRM_WITH_CODE".into()),
        "EmailConfiguration" => or_else(&mut doc, "EmailSendingAccount", || "COGNITO_DEFAULT".into()),
        // user_pool.md 6: the days are those of the password policy, and are written there.
        "AdminCreateUserConfig" => {
            doc.remove("UnusedAccountValidityDays");
            or_else(&mut doc, "AllowAdminCreateUserOnly", || false.into());
        }
        // user_pool.md 2: the object with any value turns remembering on.
        "DeviceConfiguration" => {
            or_else(&mut doc, "ChallengeRequiredOnNewDevice", || false.into());
            or_else(&mut doc, "DeviceOnlyRememberedOnUserPrompt", || false.into());
        }
        // user_pool.md 6: the flows may read back as `{}`.
        "UserPoolAddOns" => or_else(&mut doc, "AdvancedSecurityAdditionalFlows", || json!({})),
        "UserAttributeUpdateSettings" => {
            if let Some(list) = doc.get_mut("AttributesRequireVerificationBeforeUpdate") {
                *list = doc::as_set(list);
            }
        }
        "SmsConfiguration" => doc.retain(|name, value| name != "SnsCallerArn" || value != ""),
        "LambdaConfig" => mirror_pre_token(&mut doc),
        _ => {}
    }
    Value::Object(doc)
}

/// `PreTokenGeneration` and `PreTokenGenerationConfig.LambdaArn` are one value (`user_pool.md` 6).
fn mirror_pre_token(triggers: &mut Doc) {
    if let Some(arn) =
        doc::child(triggers, "PreTokenGenerationConfig").and_then(|config| config.get("LambdaArn")).cloned()
    {
        triggers.insert("PreTokenGeneration".to_owned(), arn);
    } else if let Some(arn) = triggers.get("PreTokenGeneration").cloned() {
        triggers.insert("PreTokenGenerationConfig".to_owned(), json!({ "LambdaVersion": "V1_0", "LambdaArn": arn }));
    }
}

/// `PasswordPolicy` and `SignInPolicy`: each kept when it is not sent (`user_pool.md` 3).
fn policies(before: Option<&Doc>, input: &Doc) -> Value {
    let before = before.and_then(|before| doc::child(before, "Policies"));
    let sent = doc::child(input, "Policies");
    let mut password = match sent.and_then(|sent| doc::child(sent, "PasswordPolicy")) {
        Some(policy) => password_policy(policy),
        None => before
            .and_then(|before| doc::child(before, "PasswordPolicy"))
            .cloned()
            .unwrap_or_else(default_password_policy),
    };
    // user_pool.md 6: the legacy member writes the same value. Nought is nothing, as in user_pool.md 2.
    let legacy =
        doc::child(input, "AdminCreateUserConfig").and_then(|config| doc::number(config, "UnusedAccountValidityDays"));
    if let Some(days) = legacy.filter(|days| *days > 0) {
        password.insert("TemporaryPasswordValidityDays".to_owned(), days.into());
    }
    let factors = sent
        .and_then(|sent| doc::child(sent, "SignInPolicy"))
        .and_then(|policy| policy.get("AllowedFirstAuthFactors"))
        .map(|factors| json!({ "AllowedFirstAuthFactors": doc::as_set(factors) }))
        .or_else(|| before.and_then(|before| before.get("SignInPolicy").cloned()))
        .unwrap_or_else(|| json!({ "AllowedFirstAuthFactors": ["PASSWORD"] }));
    json!({ "PasswordPolicy": password, "SignInPolicy": factors })
}

/// The policy of a pool that was given none: eight characters of every kind (`user_pool.md` 6).
fn default_password_policy() -> Doc {
    let mut policy = Doc::new();
    policy.insert("MinimumLength".to_owned(), 8.into());
    for kind in KINDS_OF_CHARACTER {
        policy.insert(kind.to_owned(), true.into());
    }
    policy.insert("TemporaryPasswordValidityDays".to_owned(), 7.into());
    policy
}

const KINDS_OF_CHARACTER: [&str; 4] = ["RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"];

/// A policy that was sent. What a partly filled one means is undocumented (`user_pool.md` 2): here a missing
/// demand is no demand, so that who relies on the defaults is found out.
fn password_policy(sent: &Doc) -> Doc {
    let mut policy = Doc::new();
    policy.insert("MinimumLength".to_owned(), doc::number(sent, "MinimumLength").unwrap_or(8).into());
    for kind in KINDS_OF_CHARACTER {
        policy.insert(kind.to_owned(), doc::flag(sent, kind).unwrap_or(false).into());
    }
    // user_pool.md 2: nought reads back as nothing.
    if let Some(size) = doc::number(sent, "PasswordHistorySize").filter(|size| *size > 0) {
        policy.insert("PasswordHistorySize".to_owned(), size.into());
    }
    // user_pool.md 2: "0 is treated as null → 7".
    let days = doc::number(sent, "TemporaryPasswordValidityDays").filter(|days| *days > 0).unwrap_or(7);
    policy.insert("TemporaryPasswordValidityDays".to_owned(), days.into());
    policy
}

fn or_else(doc: &mut Doc, name: &str, value: impl FnOnce() -> Value) {
    doc.entry(name).or_insert_with(value);
}

/// Adds what `DescribeUserPool` shows a second time under another name (`user_pool.md` 6).
pub(super) fn mirrored(settings: &Doc) -> Doc {
    let mut shown = settings.clone();
    if let Some(template) = doc::child(settings, "VerificationMessageTemplate") {
        let mirrors = [
            ("SmsVerificationMessage", "SmsMessage"),
            ("EmailVerificationMessage", "EmailMessage"),
            ("EmailVerificationSubject", "EmailSubject"),
        ];
        for (mirror, member) in mirrors {
            shown.extend(template.get(member).map(|text| (mirror.to_owned(), text.clone())));
        }
    }
    let days = doc::child(settings, "Policies")
        .and_then(|policies| doc::child(policies, "PasswordPolicy"))
        .and_then(|policy| policy.get("TemporaryPasswordValidityDays"));
    if let (Some(days), Some(Value::Object(config))) = (days, shown.get_mut("AdminCreateUserConfig")) {
        config.insert("UnusedAccountValidityDays".to_owned(), days.clone());
    }
    shown
}
