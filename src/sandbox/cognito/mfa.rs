//! Second factors and passkeys: `SetUserPoolMfaConfig` and what it reads back (`user_pool.md` 4).
use super::doc::{self, Doc};
use super::pool_rules::{Arn, first_factors_of, sms_configuration, tier};
use super::state::{Mfa, Pool, touched};
use super::{POOL_SETTLES, Refusal, invalid};
use crate::sandbox::World;
use serde_json::{Value, json};

/// `SetUserPoolMfaConfig`: replaces the whole of it (`user_pool.md` 4, "Full replace").
pub(super) fn set(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, id)?;
    let mfa = wanted(input)?;
    let settings = with_sms(world, region, pool, input)?;
    email(pool, &mfa)?;
    passkeys(&mfa)?;
    first_factors(&settings, &mfa)?;
    if pool.tier() == "LITE" {
        tier(&settings, &mfa, false)?;
        // The SDK's documentation of FactorConfiguration: Essentials or higher. The feature's name is not known.
        if multi_factor(&mfa) {
            return Err(Refusal::new(
                "FeatureUnavailableInTierException",
                "The following features need to be disabled for the LITE pricing tier configured: Passkey MFA",
            ));
        }
    }
    settling(world.now, pool)?;
    let pool = world.cognito.pool_mut(region, id)?;
    pool.settings = settings;
    pool.mfa = mfa;
    let answer = shown(pool);
    touched(world, region, id);
    Ok(answer)
}

/// A pool that was made a moment ago is still being written (`user_pool.md` 1; `quotas_errors.md` 4, "MFA write
/// directly after pool create"). The text is not known.
fn settling(now: i64, pool: &Pool) -> Result<(), Refusal> {
    if now >= pool.created + POOL_SETTLES {
        return Ok(());
    }
    Err(Refusal::new("ConcurrentModificationException", "The user pool is being modified by another request."))
}

/// `GetUserPoolMfaConfig`.
pub(super) fn get(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    Ok(shown(world.cognito.pool(region, doc::required(input, "UserPoolId"))?))
}

/// The state that the call asks for, if its parts go together.
fn wanted(input: &Doc) -> Result<Mfa, Refusal> {
    let mode = doc::text(input, "MfaConfiguration").unwrap_or("OFF");
    let factors = ["SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"];
    // user_pool.md 4, row 2: any block at all, even `Enabled: false`.
    if mode == "OFF" && factors.iter().any(|factor| input.contains_key(*factor)) {
        return Err(invalid("Invalid MFA configuration given, can't turn off MFA and configure an MFA together"));
    }
    let mfa = Mfa {
        mode: mode.to_owned(),
        sms: input.contains_key("SmsMfaConfiguration"),
        software_token: doc::child(input, "SoftwareTokenMfaConfiguration")
            .map(|token| doc::flag(token, "Enabled").unwrap_or(false)),
        email: input.get("EmailMfaConfiguration").cloned(),
        web_authn: input.get("WebAuthnConfiguration").cloned(),
    };
    // user_pool.md 4, row 4.
    if mode != "OFF" && !mfa.sms && mfa.software_token != Some(true) && mfa.email.is_none() {
        return Err(invalid(
            "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
        ));
    }
    Ok(mfa)
}

/// The pool's settings with what the SMS block writes: it shares both its members with the pool
/// (`user_pool.md` 6, "one owner").
fn with_sms(world: &World, region: &str, pool: &Pool, input: &Doc) -> Result<Doc, Refusal> {
    let mut settings = pool.settings.clone();
    let Some(block) = doc::child(input, "SmsMfaConfiguration") else { return Ok(settings) };
    if let Some(sms) = doc::child(block, "SmsConfiguration") {
        let id = doc::required(input, "UserPoolId");
        sms_configuration(world, &Arn { region, id }, sms)?;
        let mut sms = sms.clone();
        sms.retain(|name, value| name != "SnsCallerArn" || value != "");
        settings.insert("SmsConfiguration".to_owned(), Value::Object(sms));
    }
    // The text of this one is not known.
    if !settings.contains_key("SmsConfiguration") {
        return Err(invalid("SMS configuration is required when SMS MFA is enabled."));
    }
    match block.get("SmsAuthenticationMessage") {
        Some(message) => settings.insert("SmsAuthenticationMessage".to_owned(), message.clone()),
        None => settings.remove("SmsAuthenticationMessage"),
    };
    Ok(settings)
}

/// E-mail as a factor needs the pool's own sender (`user_pool.md` 4, row 6).
fn email(pool: &Pool, mfa: &Mfa) -> Result<(), Refusal> {
    let sender =
        doc::child(&pool.settings, "EmailConfiguration").and_then(|email| doc::text(email, "EmailSendingAccount"));
    if mfa.email.is_some() && sender != Some("DEVELOPER") {
        return Err(invalid(
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of \
             COGNITO_DEFAULT.",
        ));
    }
    Ok(())
}

/// A relying party is a bare domain (`user_pool.md` 4). The text is not known.
fn passkeys(mfa: &Mfa) -> Result<(), Refusal> {
    let party =
        mfa.web_authn.as_ref().and_then(Value::as_object).and_then(|config| doc::text(config, "RelyingPartyId"));
    match party {
        Some(party)
            if party.contains([':', '/', '@', '?', '#', ' ']) || party.starts_with('.') || party.ends_with('.') =>
        {
            Err(invalid(format!("Invalid RelyingPartyId: {party}")))
        }
        _ => Ok(()),
    }
}

/// What a required second factor allows as a first one (`user_pool.md` 4).
pub(super) fn first_factors(settings: &Doc, mfa: &Mfa) -> Result<(), Refusal> {
    if mfa.mode != "ON" {
        return Ok(());
    }
    let factors = first_factors_of(settings);
    if factors.contains(&"EMAIL_OTP") || factors.contains(&"SMS_OTP") {
        return Err(invalid(
            "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
        ));
    }
    if factors.contains(&"WEB_AUTHN") && !multi_factor(mfa) {
        return Err(invalid(
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed \
             first auth factor",
        ));
    }
    Ok(())
}

/// Whether a passkey counts as both factors.
fn multi_factor(mfa: &Mfa) -> bool {
    let config = mfa.web_authn.as_ref().and_then(Value::as_object);
    config.and_then(|config| doc::text(config, "FactorConfiguration")) == Some("MULTI_FACTOR_WITH_USER_VERIFICATION")
}

/// What `GetUserPoolMfaConfig` shows; only here are TOTP, e-mail and passkeys seen (`user_pool.md` 1).
fn shown(pool: &Pool) -> Value {
    let mut answer = json!({ "MfaConfiguration": pool.mfa.mode });
    if pool.mfa.sms {
        let mut block = Doc::new();
        for name in ["SmsAuthenticationMessage", "SmsConfiguration"] {
            block.extend(pool.settings.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        answer["SmsMfaConfiguration"] = Value::Object(block);
    }
    if let Some(enabled) = pool.mfa.software_token {
        answer["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": enabled });
    }
    for (name, block) in [("EmailMfaConfiguration", &pool.mfa.email), ("WebAuthnConfiguration", &pool.mfa.web_authn)] {
        if let Some(block) = block {
            answer[name] = block.clone();
        }
    }
    answer
}
