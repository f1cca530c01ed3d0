//! What AWS would refuse of passwords, first and second factors, passkeys and recovery (`user_pool.md` 4, 7).

use std::collections::BTreeSet;

use super::super::enums::{AuthFactor, MfaMode, RecoveryMechanism, WebAuthnFactor};
use super::Check;
use super::text::is_domain;

const FIRST: &str = "sign_in_policy.allowed_first_auth_factors";

impl Check<'_> {
    /// The declared first factors.
    pub(super) fn first_factors(&self) -> BTreeSet<AuthFactor> {
        let policy = self.pool.sign_in_policy.as_ref();
        policy.and_then(|policy| policy.allowed_first_auth_factors.clone()).unwrap_or_default()
    }

    pub(super) fn sign_in(&mut self) {
        if let Some(policy) = &self.pool.password_policy {
            self.range("password_policy.minimum_length", policy.minimum_length, 6, 99);
            self.range("password_policy.password_history_size", policy.password_history_size, 0, 24);
            // AWS takes 0, and makes 7 of it (user_pool.md 2).
            let days = policy.temporary_password_validity_days;
            self.range("password_policy.temporary_password_validity_days", days, 1, 365);
        }
        let declared =
            self.pool.sign_in_policy.as_ref().is_some_and(|policy| policy.allowed_first_auth_factors.is_some());
        let first = self.first_factors();
        if declared && !first.contains(&AuthFactor::Password) {
            self.problem(FIRST, "AWS wants PASSWORD among the first factors", "add PASSWORD");
        }
        if first.contains(&AuthFactor::SmsOtp) && self.pool.sms_configuration.is_none() {
            self.problem(FIRST, "SMS_OTP needs a way to send SMS", "add `sms_configuration`");
        }
        if let Some(id) = self.pool.web_authn_configuration.as_ref().and_then(|it| it.relying_party_id.as_ref())
            && !is_domain(id)
        {
            self.problem(
                "web_authn_configuration.relying_party_id",
                format!("`{id}` is not a bare domain of up to 127 characters"),
                "write it without scheme, port and path: auth.example.com",
            );
        }
    }

    pub(super) fn mfa(&mut self) {
        let Some(mfa) = &self.pool.mfa else { return };
        let (token, sms, email) = (mfa.software_token == Some(true), mfa.sms == Some(true), mfa.email.is_some());
        let mode = self.mfa_mode();
        if mode == MfaMode::Off {
            let on = [("software_token", token), ("sms", sms), ("email", email)];
            for (factor, _) in on.into_iter().filter(|(_, is_on)| *is_on) {
                self.problem(
                    &format!("mfa.{factor}"),
                    "AWS keeps no second factor while MFA is OFF",
                    "set `mode: OPTIONAL` or `ON`, or take this out",
                );
            }
        } else if !token && !sms && !email {
            self.problem(
                "mfa.mode",
                format!("{mode} needs a second factor, and none is set up"),
                "add one beside it: `software_token: true`, `sms: true` or `email: {}`",
            );
        }
        if sms && self.pool.sms_configuration.is_none() {
            self.problem("mfa.sms", "a second factor by SMS needs a way to send SMS", "add `sms_configuration`");
        }
        if email && !self.sends_own_email() {
            self.problem(
                "mfa.email",
                "AWS takes no second factor by e-mail while Cognito itself sends the e-mail",
                "set `email_sending_account: DEVELOPER` and `source_arn` under `email_configuration`",
            );
        }
        if let Some(email) = &mfa.email {
            self.message("mfa.email.message", email.message.as_deref(), 20000, &["{####}"]);
            self.length("mfa.email.subject", email.subject.as_deref(), 1, 140);
        }
        if mode == MfaMode::On {
            self.mfa_for_all();
        }
    }

    /// What MFA for every user forbids as a first factor.
    fn mfa_for_all(&mut self) {
        let first = self.first_factors();
        for factor in [AuthFactor::EmailOtp, AuthFactor::SmsOtp] {
            if first.contains(&factor) {
                self.problem(
                    FIRST,
                    format!("with MFA ON, {factor} cannot be a first factor"),
                    format!("take {factor} out, or set `mfa.mode: OPTIONAL`"),
                );
            }
        }
        let passkeys = self.pool.web_authn_configuration.as_ref();
        let both = passkeys.is_some_and(|passkeys| passkeys.factor_configuration != WebAuthnFactor::SingleFactor);
        if first.contains(&AuthFactor::WebAuthn) && !both {
            self.problem(
                "web_authn_configuration.factor_configuration",
                "with MFA ON, a passkey that signs in must count as both factors",
                "set MULTI_FACTOR_WITH_USER_VERIFICATION, or take WEB_AUTHN out of the first factors",
            );
        }
    }

    pub(super) fn recovery(&mut self) {
        let Some(ways) = &self.pool.account_recovery_setting else { return };
        let path = "account_recovery_setting";
        if ways.len() > 2 {
            self.problem(path, format!("AWS takes two ways of recovery, not {}", ways.len()), "keep the best two");
        }
        if ways.iter().collect::<BTreeSet<_>>().len() < ways.len() {
            self.problem(path, "a way of recovery stands here twice", "keep it once");
        }
        if ways.len() > 1 && ways.contains(&RecoveryMechanism::AdminOnly) {
            self.problem(path, "admin_only must stand alone", "take it out, or take the others out");
        }
        let by_email = self.pool.mfa.as_ref().is_some_and(|mfa| mfa.email.is_some());
        // The channel of the second factor does not count for recovery (user_pool.md 4).
        if by_email && *ways == [RecoveryMechanism::VerifiedEmail] {
            self.problem(
                path,
                "users whose second factor is e-mail could not recover by e-mail, and there is no other way",
                "add verified_phone_number, or say admin_only",
            );
        }
    }
}
