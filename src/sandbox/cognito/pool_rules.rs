//! What a pool's settings must not say together (`user_pool.md` 4, 7).
//!
//! The rules look at the pool as it would become, so that what an update resets by leaving it out counts
//! as gone.
use super::doc::{self, Doc};
use super::mfa;
use super::state::{self, Mfa};
use super::{Refusal, invalid};
use crate::sandbox::{ACCOUNT, World, account};
use serde_json::Value;
use std::collections::BTreeSet;

type Verdict = Result<(), Refusal>;

/// The pool that a call is about.
pub(super) struct Arn<'a> {
    pub(super) region: &'a str,
    /// `new` while it is being made.
    pub(super) id: &'a str,
}

impl Arn<'_> {
    fn text(&self) -> String {
        state::arn(self.region, self.id)
    }
}

/// Refuses settings that contradict one another.
pub(super) fn check(world: &World, pool: &Arn<'_>, input: &Doc, settings: &Doc, mfa: &Mfa) -> Verdict {
    let region = pool.region;
    request(input)?;
    verification(settings)?;
    sms(world, pool, settings)?;
    factors(settings)?;
    mfa::first_factors(settings, mfa)?;
    if let Some(email) = doc::child(settings, "EmailConfiguration") {
        email_sending(world, pool, email)?;
    }
    if let Some(triggers) = doc::child(settings, "LambdaConfig") {
        lambda(region, doc::child(input, "LambdaConfig").unwrap_or(triggers))?;
        sender_key(world, pool, triggers)?;
    }
    recovery(settings)?;
    levels(settings)?;
    tier(settings, mfa, false)
}

/// Rules about the request alone.
fn request(input: &Doc) -> Verdict {
    // user_pool.md 7, "Alias + username attributes".
    if !doc::items(input, "AliasAttributes").is_empty() && !doc::items(input, "UsernameAttributes").is_empty() {
        return Err(invalid("Only one of the aliasAttributes or usernameAttributes can be set in a user pool."));
    }
    let admin = doc::child(input, "AdminCreateUserConfig");
    let days = |doc: Option<&Doc>, name| doc.and_then(|doc| doc::number(doc, name)).is_some_and(|days| days > 0);
    let password = doc::child(input, "Policies").and_then(|policies| doc::child(policies, "PasswordPolicy"));
    // user_pool.md 7, "Both TemporaryPasswordValidityDays and UnusedAccountValidityDays"; nought is null (2).
    if days(admin, "UnusedAccountValidityDays") && days(password, "TemporaryPasswordValidityDays") {
        return Err(invalid(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ));
    }
    // user_pool.md 2, InviteMessageTemplate: both bodies must contain both places. The text is not known.
    if let Some(invitation) = admin.and_then(|admin| doc::child(admin, "InviteMessageTemplate")) {
        for body in ["SMSMessage", "EmailMessage"] {
            if doc::text(invitation, body).is_some_and(|text| !text.contains("{username}") || !text.contains("{####}"))
            {
                return Err(invalid(format!("{body} in InviteMessageTemplate must contain {{username}} and {{####}}")));
            }
        }
    }
    // user_pool.md 6: "sending both is documented to fail". The text is not known.
    if let Some(template) = doc::child(input, "VerificationMessageTemplate")
        && template.contains_key("EmailMessage")
        && template.contains_key("EmailMessageByLink")
    {
        return Err(invalid(
            "Only one of EmailMessage or EmailMessageByLink can be set in VerificationMessageTemplate.",
        ));
    }
    Ok(())
}

/// Verified attributes, and what their messages need.
fn verification(settings: &Doc) -> Verdict {
    let verified = doc::texts(settings, "AutoVerifiedAttributes");
    // user_pool.md 7, "phone_number auto-verified without SmsConfiguration".
    if verified.contains(&"phone_number") && !settings.contains_key("SmsConfiguration") {
        return Err(invalid("SMS configuration is required when phone_number is selected for auto verification"));
    }
    // user_pool.md 7, "Update-verification not in auto-verified".
    let before_update = doc::child(settings, "UserAttributeUpdateSettings")
        .map(|settings| doc::texts(settings, "AttributesRequireVerificationBeforeUpdate"))
        .unwrap_or_default();
    if before_update.iter().any(|name| !verified.contains(name)) {
        return Err(invalid(
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ));
    }
    Ok(())
}

/// The role and the Region that SMS messages are sent with.
fn sms(world: &World, pool: &Arn<'_>, settings: &Doc) -> Verdict {
    match doc::child(settings, "SmsConfiguration") {
        Some(sms) => sms_configuration(world, pool, sms),
        None => Ok(()),
    }
}

/// One `SmsConfiguration`, wherever it was sent.
pub(super) fn sms_configuration(world: &World, pool: &Arn<'_>, sms: &Doc) -> Verdict {
    let region = pool.region;
    let messaging = doc::child(sms, "EumsSms");
    let caller = doc::filled(sms, "SnsCallerArn");
    let role = match (caller, messaging) {
        (Some(role), None) => role,
        (None, Some(messaging)) => doc::required(messaging, "CallerArn"),
        // user_pool.md 2, SmsConfiguration: the role is required …
        (None, None) => {
            return Err(invalid(
                "1 validation error detected: Value null at 'smsConfiguration.snsCallerArn' failed to satisfy constraint: \
                 Member must not be null",
            ));
        }
        // … or, since End User Messaging came beside SNS, that one's instead: "but not both" (the SDK's
        // documentation of SmsConfigurationType). The text is not known.
        (Some(_), Some(_)) => {
            return Err(invalid("Only one of SnsCallerArn or EumsSms can be set in SmsConfiguration."));
        }
    };
    // user_pool.md 7, "Role in another account".
    if role.split(':').nth(4) != Some(ACCOUNT) {
        return Err(invalid("Cross-account pass role is not allowed."));
    }
    // user_pool.md 7, "Wrong SnsRegion". Seoul sends through Tokyo (the SDK's documentation of SnsRegion).
    let allowed = if region == "ap-northeast-2" { "ap-northeast-1" } else { region };
    if doc::filled(sms, "SnsRegion").is_some_and(|given| given != allowed) {
        return Err(invalid(format!("Invalid snsRegion. Allowed SNS region for {region} is {allowed}")));
    }
    // The SDK's documentation of EumsSmsConfigurationType.Region: the pool's own or none.
    if let Some(given) = messaging.and_then(|messaging| doc::filled(messaging, "Region"))
        && given != region
    {
        return Err(invalid(format!("Invalid region. Allowed region for {region} is {region}")));
    }
    account::sends_sms(world, role, doc::text(sms, "ExternalId").unwrap_or_default(), &pool.text())
}

/// The first factors that people may sign in with.
fn factors(settings: &Doc) -> Verdict {
    let factors = first_factors_of(settings);
    // user_pool.md 7, "First factors lack PASSWORD".
    if !factors.contains(&"PASSWORD") {
        return Err(invalid("Password should be configured as one of the allowed first auth factors."));
    }
    // The SDK's documentation of SignInPolicyType: "not currently supported". The text is not known.
    if factors.contains(&"SOFTWARE_TOKEN") {
        return Err(invalid("SOFTWARE_TOKEN can not be configured as AuthFactor"));
    }
    // user_pool.md 7, "SMS_OTP factor without SMS".
    if factors.contains(&"SMS_OTP") && !settings.contains_key("SmsConfiguration") {
        return Err(invalid(
            "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration",
        ));
    }
    Ok(())
}

/// `Policies.SignInPolicy.AllowedFirstAuthFactors`.
pub(super) fn first_factors_of(settings: &Doc) -> Vec<&str> {
    doc::child(settings, "Policies")
        .and_then(|policies| doc::child(policies, "SignInPolicy"))
        .map(|policy| doc::texts(policy, "AllowedFirstAuthFactors"))
        .unwrap_or_default()
}

/// Who sends the pool's e-mail.
pub(super) fn email_sending(world: &World, pool: &Arn<'_>, email: &Doc) -> Verdict {
    let region = pool.region;
    let source = doc::text(email, "SourceArn");
    let developer = doc::text(email, "EmailSendingAccount") == Some("DEVELOPER");
    // user_pool.md 7, "DEVELOPER without SourceArn".
    if developer && source.is_none() {
        return Err(invalid("Source ARN is required to use DEVELOPER email sending owner"));
    }
    let from = doc::filled(email, "From").map(address);
    // user_pool.md 7, "From not an address".
    if from.is_some_and(|from| from.split_once('@').is_none_or(|(user, host)| user.is_empty() || !host.contains('.'))) {
        return Err(invalid("Provided From email address is invalid"));
    }
    let Some(source) = source else { return Ok(()) };
    // user_pool.md 7, "SES region not allowed"; newer Regions also take their own.
    let of = source.split(':').nth(3).unwrap_or_default();
    if !["eu-west-1", "us-east-1", "us-west-2", region].contains(&of) {
        return Err(invalid(
            "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ));
    }
    let identity = source.rsplit_once("identity/").map_or("", |(_, identity)| identity);
    // user_pool.md 7, "COGNITO_DEFAULT with a SourceArn lacking an SES sending-authorization policy".
    if !developer && !account::sends_mail(world, identity, &pool.text()) {
        return Err(invalid("Cognito is not allowed to use your email identity"));
    }
    // user_pool.md 2, EmailConfiguration: From is the identity or in its domain. The text is not known.
    let theirs = |from: &str| {
        let host = from.rsplit_once('@').map_or("", |(_, host)| host);
        from.eq_ignore_ascii_case(identity) || host == identity || host.ends_with(&format!(".{identity}"))
    };
    if from.is_some_and(|from| !theirs(from)) {
        return Err(invalid("Provided From email address must be the SES identity or be in its domain"));
    }
    Ok(())
}

/// The address within `Name <address>`.
fn address(from: &str) -> &str {
    from.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(from)
}

/// The pool's triggers, as they were sent.
fn lambda(region: &str, triggers: &Doc) -> Verdict {
    let functions = triggers.iter().filter(|(name, _)| *name != "KMSKeyID").filter_map(|(_, value)| match value {
        Value::String(arn) => Some(arn.as_str()),
        Value::Object(config) => doc::text(config, "LambdaArn"),
        _ => None,
    });
    // user_pool.md 7, "Trigger in another region"; another account is fine.
    if functions.into_iter().any(|arn| arn.split(':').nth(3) != Some(region)) {
        return Err(invalid("Cross-region lambda functions are not supported"));
    }
    // user_pool.md 7, "Custom sender without key".
    let sender = triggers.contains_key("CustomSMSSender") || triggers.contains_key("CustomEmailSender");
    if sender && !triggers.contains_key("KMSKeyID") {
        return Err(invalid("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used."));
    }
    // user_pool.md 7, "Two different pre-token ARNs".
    let config = doc::child(triggers, "PreTokenGenerationConfig").and_then(|config| doc::text(config, "LambdaArn"));
    if let (Some(one), Some(other)) = (doc::text(triggers, "PreTokenGeneration"), config)
        && one != other
    {
        return Err(invalid(
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        ));
    }
    Ok(())
}

/// The key of custom senders lets Cognito make grants (`quotas_errors.md` 8). The text is not known.
fn sender_key(world: &World, pool: &Arn<'_>, triggers: &Doc) -> Verdict {
    match doc::text(triggers, "KMSKeyID") {
        Some(key) if !account::grants_key(world, key, &pool.text()) => {
            Err(invalid(format!("Cognito is not allowed to create grants for the key {key}")))
        }
        _ => Ok(()),
    }
}

/// How people get back into their accounts.
fn recovery(settings: &Doc) -> Verdict {
    let Some(setting) = doc::child(settings, "AccountRecoverySetting") else { return Ok(()) };
    let mechanisms: Vec<&Doc> = doc::items(setting, "RecoveryMechanisms").iter().filter_map(Value::as_object).collect();
    let names: BTreeSet<&str> = mechanisms.iter().map(|one| doc::required(one, "Name")).collect();
    let priorities: BTreeSet<Option<i64>> = mechanisms.iter().map(|one| doc::number(one, "Priority")).collect();
    // user_pool.md 7, "Recovery admin_only + other".
    if names.contains("admin_only") && names.len() > 1 {
        return Err(invalid(
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ));
    }
    // user_pool.md 7, "Recovery duplicates".
    if names.len() < mechanisms.len() || priorities.len() < mechanisms.len() {
        return Err(invalid("Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."));
    }
    Ok(())
}

/// The names of the levels of assurance (the SDK's documentation of `AcrConfiguration`). No text is known.
fn levels(settings: &Doc) -> Verdict {
    let Some(levels) = doc::child(settings, "AcrConfiguration") else { return Ok(()) };
    let known: Vec<String> = (1..=4).map(|level| format!("Level{level}")).collect();
    if let Some(unknown) = levels.keys().find(|level| !known.contains(level)) {
        return Err(invalid(format!("Invalid ACR level: {unknown}")));
    }
    let names: BTreeSet<String> = (1..=4)
        .map(|level| {
            let custom = doc::child(levels, &format!("Level{level}")).map(|config| doc::required(config, "AcrValue"));
            custom.map_or_else(|| format!("urn:cognito:loa:{level}"), ToOwned::to_owned)
        })
        .collect();
    if names.len() < 4 || names.contains("") {
        return Err(invalid("ACR values must be unique across all levels in the user pool."));
    }
    Ok(())
}

/// What the pool's tier does not have (`user_pool.md` 2, 4, 7). `managed_login` says whether a domain of
/// the pool shows managed login.
pub(super) fn tier(settings: &Doc, mfa: &Mfa, managed_login: bool) -> Verdict {
    let tier = doc::text(settings, "UserPoolTier").unwrap_or("ESSENTIALS");
    let mut missing = Vec::new();
    if tier == "LITE" {
        if first_factors_of(settings).iter().any(|factor| *factor != "PASSWORD") {
            missing.push("Passwordless Sign-In".to_owned());
        }
        let version = doc::child(settings, "LambdaConfig")
            .and_then(|triggers| doc::child(triggers, "PreTokenGenerationConfig"))
            .and_then(|config| doc::text(config, "LambdaVersion"));
        if let Some(version) = version.filter(|version| *version != "V1_0") {
            missing.push(format!("Token Customization with Pre-Token Generation Lambda {version}"));
        }
        // The names of the next four features in AWS's text are not known.
        let password = doc::child(settings, "Policies").and_then(|policies| doc::child(policies, "PasswordPolicy"));
        if password.is_some_and(|policy| policy.contains_key("PasswordHistorySize")) {
            missing.push("Password History".to_owned());
        }
        if mfa.email.is_some() {
            missing.push("Email MFA".to_owned());
        }
        if settings.contains_key("AcrConfiguration") {
            missing.push("Custom ACR Names".to_owned());
        }
        if managed_login {
            missing.push("Managed Login Version 2".to_owned());
        }
    }
    let threat = doc::child(settings, "UserPoolAddOns").and_then(|add_ons| doc::text(add_ons, "AdvancedSecurityMode"));
    if tier != "PLUS" && threat.is_some_and(|mode| mode != "OFF") {
        missing.push("Threat Protection".to_owned());
    }
    if missing.is_empty() {
        return Ok(());
    }
    let features = missing.join(", ");
    Err(Refusal::new(
        "FeatureUnavailableInTierException",
        format!("The following features need to be disabled for the {tier} pricing tier configured: {features}"),
    ))
}
