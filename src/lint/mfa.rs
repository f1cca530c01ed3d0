//! The second factor.

use super::look::{Found, Look};
use super::{Rule, Severity};
use crate::kinds::user_pool::enums::{MfaMode, WebAuthnFactor};

pub(super) const OFF: Rule = Rule {
    id: "mfa-off",
    severity: Severity::Error,
    in_production: true,
    title: "No second factor in production",
    why: "A password that has leaked elsewhere is all that it takes to be somebody else here.",
    source: "Cognito Developer Guide, \"Adding MFA to a user pool\"",
    remedy: "`mfa: { mode: ON, software_token: true }`, or OPTIONAL while people set it up",
    fixes: false,
    covers: &["cognito_user_pool_mfa_enabled"],
    find: off,
};

pub(super) const OPTIONAL: Rule = Rule {
    id: "mfa-optional",
    severity: Severity::Note,
    in_production: true,
    title: "The second factor is left to the user",
    why: "Only those who have set one up are asked for it, and most people never do.",
    source: "Cognito Developer Guide, \"Adding MFA to a user pool\"",
    remedy: "`mode: ON`, or say in `lint.silence` why it is left to them",
    fixes: false,
    covers: &["cognito_user_pool_mfa_enabled"],
    find: optional,
};

pub(super) const SMS_ONLY: Rule = Rule {
    id: "mfa-sms-only",
    severity: Severity::Warning,
    in_production: false,
    title: "Text messages are the only second factor",
    why: "A phone number can be taken over at a shop counter, messages can be read on their way, and each one costs.",
    source: "Cognito Developer Guide, \"SMS and email message MFA\"; NIST SP 800-63B, restricted authenticators",
    remedy: "add `software_token: true`",
    fixes: true,
    covers: &[],
    find: sms_only,
};

fn mode<'a>(look: &Look<'a>) -> Option<&'a MfaMode> {
    look.file.user_pool.mfa.as_ref().and_then(|mfa| mfa.mode.as_ref())
}

fn off(look: &Look<'_>, found: &mut Found) {
    if mode(look).is_none_or(|mode| *mode == MfaMode::Off) {
        found.say("user_pool.mfa.mode", "no second factor is asked for");
    }
}

fn optional(look: &Look<'_>, found: &mut Found) {
    if mode(look) == Some(&MfaMode::Optional) {
        found.say("user_pool.mfa.mode", "the second factor is asked only of those who have set one up");
    }
}

fn sms_only(look: &Look<'_>, found: &mut Found) {
    let pool = &look.file.user_pool;
    let Some(mfa) = &pool.mfa else { return };
    let passkeys = pool
        .web_authn_configuration
        .as_ref()
        .is_some_and(|keys| keys.factor_configuration == WebAuthnFactor::MultiFactorWithUserVerification);
    let others = mfa.software_token == Some(true) || mfa.email.is_some() || passkeys;
    if mfa.sms == Some(true) && !others {
        found.say_elsewhere(
            "user_pool.mfa.sms",
            "a code by SMS is the only second factor",
            ("user_pool.mfa.software_token", "true"),
        );
    }
}
