//! What a password must be like.

use super::look::{Found, Look};
use super::{Rule, Severity};

/// The least length anywhere: AWS's own default.
const LEAST: i32 = 8;
/// The least length in production.
const LEAST_IN_PRODUCTION: i32 = 12;
/// From this length on, what a password is made of matters no more.
const LONG: i32 = 16;
/// How many days the password of an invitation may be good: AWS's own default.
const MOST_DAYS: i32 = 7;

pub(super) const LENGTH: Rule = Rule {
    id: "password-length",
    severity: Severity::Error,
    in_production: false,
    title: "Passwords may be shorter than 12 characters in production, or than 8 elsewhere",
    why: "Short passwords are guessed, and found by trying wherever a list of hashes has leaked.",
    source: "Cognito Developer Guide, \"Adding user pool password requirements\"; NIST SP 800-63B, 3.1.1",
    remedy: "`minimum_length: 12`, or more; whoever has a shorter one keeps it until it is changed",
    fixes: true,
    covers: &["cognito_user_pool_password_policy_minimum_length_14 (which asks for 14)"],
    find: length,
};

pub(super) const KINDS: Rule = Rule {
    id: "password-kinds",
    severity: Severity::Warning,
    in_production: false,
    title: "Passwords shorter than 16 characters may do without a kind of character",
    why: "Each kind that is not asked for makes a short password much faster to guess; in a long one it hardly matters.",
    source: "Cognito Developer Guide, \"Adding user pool password requirements\"",
    remedy: "`true`, or `minimum_length: 16`",
    fixes: true,
    covers: &[
        "cognito_user_pool_password_policy_lowercase (below 16 characters)",
        "cognito_user_pool_password_policy_uppercase (below 16 characters)",
        "cognito_user_pool_password_policy_number (below 16 characters)",
        "cognito_user_pool_password_policy_symbol (below 16 characters)",
    ],
    find: kinds,
};

pub(super) const TEMPORARY: Rule = Rule {
    id: "temporary-password-long",
    severity: Severity::Warning,
    in_production: false,
    title: "An invitation's password is good for more than a week",
    why: "It lies in a mailbox all that time, and whoever reads it first has the account.",
    source: "Cognito API Reference, PasswordPolicyType",
    remedy: "`7` or fewer; an invitation can be sent again",
    fixes: true,
    covers: &["cognito_user_pool_temporary_password_expiration"],
    find: temporary,
};

fn length(look: &Look<'_>, found: &mut Found) {
    let policy = look.file.user_pool.password_policy.as_ref();
    let least = if look.is_production { LEAST_IN_PRODUCTION } else { LEAST };
    let is = policy.and_then(|policy| policy.minimum_length);
    let message = match is {
        Some(is) if is < least => format!("passwords of {is} characters will do"),
        None if LEAST < least => format!("passwords of {LEAST} characters will do, which is AWS's default"),
        _ => return,
    };
    found.say_fixable("user_pool.password_policy.minimum_length", message, &least.to_string());
}

fn kinds(look: &Look<'_>, found: &mut Found) {
    let Some(policy) = &look.file.user_pool.password_policy else { return };
    if policy.minimum_length.is_some_and(|length| length >= LONG) {
        return;
    }
    for (key, said, kind) in [
        ("require_lowercase", policy.require_lowercase, "lower-case letter"),
        ("require_uppercase", policy.require_uppercase, "upper-case letter"),
        ("require_numbers", policy.require_numbers, "digit"),
        ("require_symbols", policy.require_symbols, "symbol"),
    ] {
        if said == Some(false) {
            let message = format!("a password needs no {kind}");
            found.say_fixable(format!("user_pool.password_policy.{key}"), message, "true");
        }
    }
}

fn temporary(look: &Look<'_>, found: &mut Found) {
    let policy = look.file.user_pool.password_policy.as_ref();
    let days = policy.and_then(|policy| policy.temporary_password_validity_days);
    if let Some(days) = days.filter(|days| *days > MOST_DAYS) {
        let at = "user_pool.password_policy.temporary_password_validity_days";
        found.say_fixable(at, format!("the password of an invitation is good for {days} days"), &MOST_DAYS.to_string());
    }
}
