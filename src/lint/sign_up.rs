//! Who can have an account, and how a lost one is come back to.

use std::collections::BTreeSet;

use super::look::{Found, Look};
use super::{Rule, Severity};
use crate::kinds::user_pool::UserPool;
use crate::kinds::user_pool::enums::{RecoveryMechanism, VerifiedAttribute};

pub(super) const UNVERIFIED: Rule = Rule {
    id: "sign-up-unverified",
    severity: Severity::Error,
    in_production: false,
    title: "Anybody can sign up, and no address is verified",
    why: "People get accounts in the name of addresses that are not theirs, and a forgotten password cannot be reset.",
    source: "Cognito Developer Guide, \"Verifying contact information at sign-up\"",
    remedy: "`auto_verified_attributes: [email]`, or `admin_create_user_config: { allow_admin_create_user_only: true }`",
    fixes: false,
    covers: &[],
    find: unverified,
};

pub(super) const OPEN: Rule = Rule {
    id: "self-sign-up",
    severity: Severity::Note,
    in_production: true,
    title: "Anybody can sign up in production",
    why: "That is right for a shop and wrong for a company's own people; AWS's default leaves it open.",
    source: "Cognito Developer Guide, \"Configuring user pool sign-up\"",
    remedy: "`allow_admin_create_user_only: true`, or a `pre_sign_up` function that decides, or say in `lint.silence` that \
             it is meant so",
    fixes: false,
    covers: &["cognito_user_pool_self_registration_disabled"],
    find: open,
};

pub(super) const RECOVERY: Rule = Rule {
    id: "recovery-by-sms",
    severity: Severity::Warning,
    in_production: false,
    title: "Forgotten passwords are reset by text message first",
    why: "Whoever takes over the phone number has the account. A pool that says nothing prefers SMS over e-mail.",
    source: "Cognito API Reference, AccountRecoverySettingType",
    remedy: "`account_recovery_setting: [verified_email]`, or `[admin_only]`",
    fixes: true,
    covers: &["cognito_user_pool_account_recovery_sms_not_preferred"],
    find: recovery,
};

/// Whether people can sign up by themselves.
fn is_open(pool: &UserPool) -> bool {
    let config = pool.admin_create_user_config.as_ref();
    config.and_then(|config| config.allow_admin_create_user_only) != Some(true)
}

fn unverified(look: &Look<'_>, found: &mut Found) {
    let pool = &look.file.user_pool;
    if is_open(pool) && pool.auto_verified_attributes.as_ref().is_none_or(BTreeSet::is_empty) {
        found.say("user_pool.auto_verified_attributes", "anybody can sign up, and no address is verified");
    }
}

fn open(look: &Look<'_>, found: &mut Found) {
    let pool = &look.file.user_pool;
    let decides = pool.lambda_config.as_ref().is_some_and(|lambda| lambda.pre_sign_up.is_some());
    if is_open(pool) && !decides {
        found.say("user_pool.admin_create_user_config.allow_admin_create_user_only", "anybody can sign up");
    }
}

fn recovery(look: &Look<'_>, found: &mut Found) {
    const AT: &str = "user_pool.account_recovery_setting";
    let pool = &look.file.user_pool;
    match pool.account_recovery_setting.as_ref().and_then(|ways| ways.first()) {
        Some(RecoveryMechanism::VerifiedPhoneNumber) => {
            found.say(AT, "`verified_phone_number` comes first when a password is forgotten");
        }
        Some(_) => {}
        None => {
            let message = "nothing is said, and AWS then prefers text messages when a password is forgotten";
            let verified = pool.auto_verified_attributes.as_ref();
            // Only where there is a verified address does e-mail bring anybody back.
            if pool.account_recovery_setting.is_none()
                && verified.is_some_and(|verified| verified.contains(&VerifiedAttribute::Email))
            {
                found.say_fixable(AT, message, "[verified_email]");
            } else {
                found.say(AT, message);
            }
        }
    }
}
