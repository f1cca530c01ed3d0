//! SetUserPoolMfaConfig, and where it belongs beside UpdateUserPool.
//!
//! AWS checks each call against what the other has left behind: a factor by e-mail is refused while e-mail comes
//! from Cognito, and so is going back to Cognito's e-mail while the factor is on (`user_pool.md` 4). So the order
//! follows the direction of the change: what is needed is set up before it is used, and used no more before it
//! is taken away.

use super::UserPool;
use super::enums::{AuthFactor, EmailSendingAccount, MfaMode, UserPoolTier, WebAuthnFactor};
use super::messages::{EmailMfa, Mfa, WebAuthnConfiguration};
use super::write::sms;
use crate::aws::cognito::operation::set_user_pool_mfa_config::builders::SetUserPoolMfaConfigFluentBuilder;
use crate::aws::cognito::types as aws;
use crate::error::Result;

/// One call of an update, in an order that AWS takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Call {
    /// UpdateUserPool.
    Pool,
    /// SetUserPoolMfaConfig.
    Mfa,
    /// SetUserPoolMfaConfig with only so much as stands with the pool both before and after.
    LiftedMfa(Box<UserPool>),
}

/// The calls that make a pool that `is` into what is `wanted`, of those two that set something differently.
pub(super) fn calls(wanted: &UserPool, is: &UserPool, pool_differs: bool) -> Vec<Call> {
    match (pool_differs, differs(wanted, is)) {
        (false, false) => vec![],
        (true, false) => vec![Call::Pool],
        (false, true) => vec![Call::Mfa],
        (true, true) => {
            let pool_can_go_first = !clashes(is, wanted);
            let mfa_can_go_first = !clashes(wanted, is);
            let turns_off = mode(wanted) == MfaMode::Off && mode(is) != MfaMode::Off;
            if mfa_can_go_first && (turns_off || !pool_can_go_first) {
                vec![Call::Mfa, Call::Pool]
            } else if pool_can_go_first {
                vec![Call::Pool, Call::Mfa]
            } else {
                vec![Call::LiftedMfa(Box::new(lifted(wanted, is))), Call::Pool, Call::Mfa]
            }
        }
    }
}

/// Whether SetUserPoolMfaConfig has anything to do. What it says of SMS it must say again when that changes.
fn differs(wanted: &UserPool, is: &UserPool) -> bool {
    let by_sms = |pool: &UserPool| {
        has_sms(pool).then(|| (pool.sms_configuration.clone(), pool.sms_authentication_message.clone()))
    };
    complete(wanted) != complete(is)
        || wanted.web_authn_configuration != is.web_authn_configuration
        || by_sms(wanted) != by_sms(is)
}

/// Whether the MFA settings of `mfa` cannot stand with the rest of `pool`.
fn clashes(mfa: &UserPool, pool: &UserPool) -> bool {
    let first = |factor: &AuthFactor| {
        pool.sign_in_policy
            .as_ref()
            .and_then(|policy| policy.allowed_first_auth_factors.as_ref())
            .is_some_and(|factors| factors.contains(factor))
    };
    let multi_factor = mfa
        .web_authn_configuration
        .as_ref()
        .is_some_and(|passkeys| passkeys.factor_configuration == WebAuthnFactor::MultiFactorWithUserVerification);
    let sends_own_email = pool.email_configuration.as_ref().and_then(|email| email.email_sending_account.as_ref())
        == Some(&EmailSendingAccount::Developer);
    let by_email = has_email(mfa).is_some();
    let on = mode(mfa) == MfaMode::On;
    by_email && !sends_own_email
        || has_sms(mfa) && pool.sms_configuration.is_none()
        || on && (first(&AuthFactor::EmailOtp) || first(&AuthFactor::SmsOtp))
        || on && first(&AuthFactor::WebAuthn) && !multi_factor
        || (by_email || multi_factor) && pool.user_pool_tier == Some(UserPoolTier::Lite)
}

/// As much MFA as stands with both: what is there already and stays, and asked for of nobody who has not set it up.
fn lifted(wanted: &UserPool, is: &UserPool) -> UserPool {
    let email = has_email(wanted).filter(|_| has_email(is).is_some());
    let software_token = has_software_token(wanted) && has_software_token(is);
    let sms = has_sms(wanted) && has_sms(is);
    let any = email.is_some() || software_token || sms;
    let mode = if any { MfaMode::Optional } else { MfaMode::Off };
    let lite = [wanted, is].iter().any(|pool| pool.user_pool_tier == Some(UserPoolTier::Lite));
    UserPool {
        mfa: Some(Mfa { mode: Some(mode), software_token: Some(software_token), sms: Some(sms), email }),
        web_authn_configuration: wanted.web_authn_configuration.clone().map(|passkeys| WebAuthnConfiguration {
            factor_configuration: if lite { WebAuthnFactor::SingleFactor } else { passkeys.factor_configuration },
            ..passkeys
        }),
        ..wanted.clone()
    }
}

fn mode(pool: &UserPool) -> MfaMode {
    pool.mfa.as_ref().and_then(|mfa| mfa.mode.clone()).unwrap_or(MfaMode::Off)
}

fn is_on(pool: &UserPool) -> bool {
    mode(pool) != MfaMode::Off
}

fn has_software_token(pool: &UserPool) -> bool {
    is_on(pool) && pool.mfa.as_ref().is_some_and(|mfa| mfa.software_token == Some(true))
}

fn has_sms(pool: &UserPool) -> bool {
    is_on(pool) && pool.mfa.as_ref().is_some_and(|mfa| mfa.sms == Some(true))
}

fn has_email(pool: &UserPool) -> Option<EmailMfa> {
    pool.mfa.as_ref().and_then(|mfa| mfa.email.clone()).filter(|_| is_on(pool))
}

/// The MFA settings with nothing left unsaid, and no factor while it is off.
fn complete(pool: &UserPool) -> Mfa {
    Mfa {
        mode: Some(mode(pool)),
        software_token: Some(has_software_token(pool)),
        sms: Some(has_sms(pool)),
        email: has_email(pool),
    }
}

/// SetUserPoolMfaConfig with all that `pool` wants: the call replaces everything, and what it leaves out is gone.
pub(super) fn set(
    pool: &UserPool,
    call: SetUserPoolMfaConfigFluentBuilder,
) -> Result<SetUserPoolMfaConfigFluentBuilder> {
    let Mfa { mode, software_token, sms: by_sms, email } = complete(pool);
    let mode = mode.unwrap_or(MfaMode::Off);
    let passkeys = pool.web_authn_configuration.as_ref().map(web_authn);
    let call = call.mfa_configuration((&mode).into()).set_web_authn_configuration(passkeys);
    // Beside OFF AWS refuses every factor, even one that is not enabled; passkeys it takes (user_pool.md 4).
    if mode == MfaMode::Off {
        return Ok(call);
    }
    let by_sms = if by_sms == Some(true) {
        let configuration = pool.sms_configuration.as_ref().map(sms).transpose()?;
        let message = pool.sms_authentication_message.clone();
        let built = aws::SmsMfaConfigType::builder().set_sms_configuration(configuration);
        Some(built.set_sms_authentication_message(message).build())
    } else {
        None
    };
    let token = aws::SoftwareTokenMfaConfigType::builder().enabled(software_token == Some(true)).build();
    let email = email.map(|EmailMfa { message, subject }| {
        aws::EmailMfaConfigType::builder().set_message(message).set_subject(subject).build()
    });
    Ok(call
        .set_sms_mfa_configuration(by_sms)
        .software_token_mfa_configuration(token)
        .set_email_mfa_configuration(email))
}

fn web_authn(wanted: &WebAuthnConfiguration) -> aws::WebAuthnConfigurationType {
    let WebAuthnConfiguration { relying_party_id, user_verification, factor_configuration } = wanted;
    aws::WebAuthnConfigurationType::builder()
        .set_relying_party_id(relying_party_id.clone())
        .user_verification(user_verification.into())
        .factor_configuration(factor_configuration.into())
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pool(more: &Value) -> UserPool {
        let mut spec = json!({ "name": "x" });
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(spec).unwrap()
    }

    /// The calls between two pools of which everything that differs is told by `before` and `after`.
    fn order(before: &Value, after: &Value) -> Vec<&'static str> {
        calls(&pool(after), &pool(before), true)
            .iter()
            .map(|call| match call {
                Call::Pool => "pool",
                Call::Mfa => "mfa",
                Call::LiftedMfa(_) => "lifted",
            })
            .collect()
    }

    fn ses() -> Value {
        json!({ "email_sending_account": "DEVELOPER" })
    }

    #[test]
    fn what_is_needed_is_set_up_before_it_is_used() {
        let on = json!({ "mfa": { "mode": "ON", "email": {} }, "email_configuration": ses() });
        assert_eq!(order(&json!({}), &on), ["pool", "mfa"]);
    }

    #[test]
    fn what_is_used_is_not_taken_away_first() {
        let on = json!({ "mfa": { "mode": "ON", "email": {} }, "email_configuration": ses() });
        let token = json!({ "mfa": { "mode": "ON", "software_token": true } });
        assert_eq!(order(&on, &token), ["mfa", "pool"]);
        assert_eq!(order(&on, &json!({})), ["mfa", "pool"]);
    }

    #[test]
    fn mfa_is_lifted_before_first_factors_that_it_forbids() {
        let strict = json!({ "mfa": { "mode": "ON", "software_token": true } });
        let loose = json!({
            "mfa": { "mode": "OPTIONAL", "software_token": true },
            "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP"] },
        });
        assert_eq!(order(&strict, &loose), ["mfa", "pool"]);
        assert_eq!(order(&loose, &strict), ["pool", "mfa"]);
    }

    #[test]
    fn passkeys_count_as_two_factors_before_they_are_let_in() {
        let before = json!({ "mfa": { "mode": "ON", "software_token": true } });
        let after = json!({
            "mfa": { "mode": "ON", "software_token": true },
            "web_authn_configuration": { "factor_configuration": "MULTI_FACTOR_WITH_USER_VERIFICATION" },
            "sign_in_policy": { "allowed_first_auth_factors": ["PASSWORD", "WEB_AUTHN"] },
        });
        assert_eq!(order(&before, &after), ["mfa", "pool"]);
    }

    #[test]
    fn where_each_call_needs_the_other_mfa_is_lifted_in_between() {
        let email = json!({
            "mfa": { "mode": "ON", "email": {}, "software_token": true }, "email_configuration": ses(),
        });
        let sms = json!({
            "mfa": { "mode": "ON", "sms": true, "software_token": true },
            "sms_configuration": { "sns_caller_arn": "arn:aws:iam::111122223333:role/sms" },
        });
        assert_eq!(order(&email, &sms), ["lifted", "pool", "mfa"]);
        let Some(Call::LiftedMfa(between)) = calls(&pool(&sms), &pool(&email), true).into_iter().next() else {
            panic!()
        };
        assert_eq!(
            between.mfa,
            pool(&json!({ "mfa": {
            "mode": "OPTIONAL", "software_token": true, "sms": false,
        } }))
            .mfa
        );
    }

    #[test]
    fn a_call_with_nothing_to_say_is_not_made() {
        let off = pool(&json!({ "mfa": { "mode": "OFF" } }));
        assert_eq!(calls(&off, &pool(&json!({})), false), vec![]);
        assert_eq!(calls(&off, &pool(&json!({})), true), vec![Call::Pool]);
    }

    #[test]
    fn a_new_text_of_the_sms_is_told_to_both() {
        let sms = |text: &str| {
            pool(&json!({
                "mfa": { "mode": "ON", "sms": true }, "sms_authentication_message": text,
                "sms_configuration": { "sns_caller_arn": "arn:aws:iam::111122223333:role/sms" },
            }))
        };
        assert_eq!(calls(&sms("b {####}"), &sms("a {####}"), true), vec![Call::Pool, Call::Mfa]);
    }
}
