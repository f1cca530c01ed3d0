//! What keeps a pool from being lost, and what watches over it.

use super::look::{Found, Look};
use super::{Rule, Severity};
use crate::kinds::user_pool::enums::{AdvancedSecurityMode, DeletionProtection, UserPoolTier};
use crate::stack::LogDeliverySettings;

pub(super) const DELETION: Rule = Rule {
    id: "deletion-protection-off",
    severity: Severity::Error,
    in_production: true,
    title: "Production can be deleted with all its users",
    why: "One call deletes the pool and every account in it, and AWS keeps no copy.",
    source: "Cognito Developer Guide, \"User pool deletion protection\"",
    remedy: "`deletion_protection: ACTIVE`, which is also what holds when the line is left out",
    fixes: true,
    covers: &["cognito_user_pool_deletion_protection_enabled"],
    find: deletion,
};

pub(super) const THREATS: Rule = Rule {
    id: "threat-protection-off",
    severity: Severity::Warning,
    in_production: false,
    title: "Threat protection is paid for, and off",
    why: "The PLUS plan is the price of it: without it, nothing looks for leaked passwords and unusual sign-ins.",
    source: "Cognito Developer Guide, \"Advanced security with threat protection\"",
    remedy: "`user_pool_add_ons: { advanced_security_mode: AUDIT }`, later ENFORCED; or `user_pool_tier: ESSENTIALS`",
    fixes: false,
    covers: &["cognito_user_pool_advanced_security_enabled (on PLUS alone)"],
    find: threats,
};

pub(super) const AUDIT: Rule = Rule {
    id: "threat-protection-audit",
    severity: Severity::Note,
    in_production: true,
    title: "Threat protection of production watches, and does nothing",
    why: "In AUDIT it writes down what it sees; a sign-in with a leaked password goes through.",
    source: "Cognito Developer Guide, \"Advanced security with threat protection\"",
    remedy: "`advanced_security_mode: ENFORCED`, after two weeks of AUDIT, as AWS advises",
    fixes: false,
    covers: &["cognito_user_pool_advanced_security_enabled (on PLUS alone)"],
    find: audit,
};

pub(super) const LOGS: Rule = Rule {
    id: "no-log-export",
    severity: Severity::Note,
    in_production: true,
    title: "Nothing of what production does is logged",
    why: "Messages that could not be sent, and on PLUS who signed in and how risky that was, are kept nowhere unless they \
          are exported.",
    source: "Cognito Developer Guide, \"Exporting logs from user pools\" (SetLogDeliveryConfiguration)",
    remedy: "`log_delivery: { user_notification: … }` with the ARN of a log group; on PLUS `user_auth_events` too",
    fixes: false,
    covers: &[],
    find: logs,
};

fn mode<'a>(look: &Look<'a>) -> Option<&'a AdvancedSecurityMode> {
    look.file.user_pool.user_pool_add_ons.as_ref().and_then(|add_ons| add_ons.advanced_security_mode.as_ref())
}

fn deletion(look: &Look<'_>, found: &mut Found) {
    // Left out, a stack's is ACTIVE.
    if look.file.user_pool.deletion_protection == Some(DeletionProtection::Inactive) {
        found.say_fixable("user_pool.deletion_protection", "AWS deletes this pool when asked", "ACTIVE");
    }
}

fn threats(look: &Look<'_>, found: &mut Found) {
    let is_paid_for = look.file.user_pool.user_pool_tier == Some(UserPoolTier::Plus);
    if is_paid_for && mode(look).is_none_or(|mode| *mode == AdvancedSecurityMode::Off) {
        found.say(
            "user_pool.user_pool_add_ons.advanced_security_mode",
            "the plan is PLUS, and threat protection is off",
        );
    }
}

fn audit(look: &Look<'_>, found: &mut Found) {
    if mode(look) == Some(&AdvancedSecurityMode::Audit) {
        let at = "user_pool.user_pool_add_ons.advanced_security_mode";
        found.say(at, "threat protection writes down what it sees and stops nobody");
    }
}

fn logs(look: &Look<'_>, found: &mut Found) {
    let Some(LogDeliverySettings { user_notification, user_auth_events }) = &look.file.log_delivery else {
        found.say("user_pool", "nothing says where the pool's logs go");
        return;
    };
    if user_notification.is_none() {
        found.say("log_delivery", "nothing says where messages are logged that could not be sent");
    }
    if user_auth_events.is_none() && look.file.user_pool.user_pool_tier == Some(UserPoolTier::Plus) {
        found.say("log_delivery", "nothing says where it is logged who signed in, which the plan PLUS has");
    }
}
