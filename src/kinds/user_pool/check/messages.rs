//! What AWS would refuse of messages, and of how e-mail and SMS are sent (`user_pool.md` 2, 6, 7).

use super::super::enums::{DefaultEmailOption, EmailSendingAccount};
use super::super::messages::{EmailConfiguration, EumsSms, InviteMessageTemplate, SmsConfiguration};
use super::Check;
use super::text::{Arn, address, each_is, is_address};

/// The Regions whose SES identities every pool may send with; others only a pool of the same Region.
const SES_REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];

/// The Regions that stand in for those without SNS text messages, and take none but themselves (`user_pool.md` 7).
const SNS_REGIONS: [&str; 6] =
    ["us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2"];

const LONGEST_EMAIL: usize = 20_000;
const LONGEST_SMS: usize = 140;
const LONGEST_SUBJECT: usize = 140;

impl Check<'_> {
    pub(super) fn messages(&mut self) {
        let message = self.pool.sms_authentication_message.as_deref();
        self.message("sms_authentication_message", message, LONGEST_SMS, &["{####}"]);
        self.template();
        self.invitation();
        self.email();
        self.sms();
    }

    /// A message of 6 to `most` characters, with what AWS fills in.
    pub(super) fn message(&mut self, path: &str, text: Option<&str>, most: usize, holds: &[&str]) {
        self.length(path, text, 6, most);
        let Some(text) = text else { return };
        for place in holds.iter().filter(|place| !text.contains(**place)) {
            let what = if *place == "{username}" { "username" } else { "code" };
            self.problem(path, format!("the message lacks `{place}`"), format!("write it where the {what} goes"));
        }
    }

    fn template(&mut self) {
        let Some(template) = &self.pool.verification_message_template else { return };
        let path = |field: &str| format!("verification_message_template.{field}");
        self.message(&path("email_message"), template.email_message.as_deref(), LONGEST_EMAIL, &["{####}"]);
        self.length(&path("email_subject"), template.email_subject.as_deref(), 1, LONGEST_SUBJECT);
        self.message(&path("email_message_by_link"), template.email_message_by_link.as_deref(), LONGEST_EMAIL, &[]);
        self.length(&path("email_subject_by_link"), template.email_subject_by_link.as_deref(), 1, LONGEST_SUBJECT);
        self.message(&path("sms_message"), template.sms_message.as_deref(), LONGEST_SMS, &["{####}"]);
        if template.email_message_by_link.as_deref().is_some_and(|text| !has_link(text)) {
            let hint = "write it where the link goes: {##Confirm your address##}";
            self.problem(&path("email_message_by_link"), "the message lacks `{##text##}`", hint);
        }
        let by_link = template.default_email_option == Some(DefaultEmailOption::ConfirmWithLink);
        let texts = [
            ("email_message", template.email_message.is_some(), false),
            ("email_subject", template.email_subject.is_some(), false),
            ("email_message_by_link", template.email_message_by_link.is_some(), true),
            ("email_subject_by_link", template.email_subject_by_link.is_some(), true),
        ];
        for (field, _, of_link) in texts.into_iter().filter(|(_, set, of_link)| *set && *of_link != by_link) {
            let option = if of_link { "CONFIRM_WITH_LINK" } else { "CONFIRM_WITH_CODE" };
            self.problem(
                &path(field),
                format!("`{field}` goes with {option}, and AWS takes only the texts of the option that is set"),
                format!("take it out, or set `default_email_option: {option}`"),
            );
        }
    }

    fn invitation(&mut self) {
        let config = self.pool.admin_create_user_config.as_ref();
        let Some(invite) = config.and_then(|config| config.invite_message_template.as_ref()) else { return };
        let InviteMessageTemplate { email_message, email_subject, sms_message } = invite;
        let path = "admin_create_user_config.invite_message_template";
        if *invite == InviteMessageTemplate::default() {
            self.problem(path, "an invitation without a text says nothing to AWS", "write a text, or take it out");
        }
        let both = ["{username}", "{####}"];
        self.message(&format!("{path}.email_message"), email_message.as_deref(), LONGEST_EMAIL, &both);
        self.length(&format!("{path}.email_subject"), email_subject.as_deref(), 1, LONGEST_SUBJECT);
        self.message(&format!("{path}.sms_message"), sms_message.as_deref(), LONGEST_SMS, &both);
    }

    fn email(&mut self) {
        let Some(email) = &self.pool.email_configuration else { return };
        let EmailConfiguration {
            email_sending_account: account,
            source_arn,
            from_email_address: from,
            reply_to_email_address: reply_to,
            configuration_set: set,
        } = email;
        if *account == Some(EmailSendingAccount::Developer) && source_arn.is_none() {
            self.problem(
                "email_configuration",
                "DEVELOPER says nothing of which SES identity sends",
                "name it: `source_arn: arn:aws:ses:<region>:<account>:identity/<domain or address>`",
            );
        }
        let path = "email_configuration.source_arn";
        let identity =
            source_arn.as_deref().filter(|arn| self.arn(path, Some(*arn), "ses", "identity/", "an SES identity"));
        let identity = identity.and_then(Arn::of);
        if let Some((identity, region)) = identity.zip(self.region)
            && identity.region != region
            && !SES_REGIONS.contains(&identity.region)
        {
            self.problem(
                path,
                format!("a pool in {region} cannot send with an SES identity in {}", identity.region),
                format!("use an identity in {region} or in one of {}", SES_REGIONS.join(", ")),
            );
        }
        if let Some(from) = from {
            self.from(from, identity.and_then(|arn| arn.resource.strip_prefix("identity/")));
        }
        if let Some(reply_to) = reply_to.as_deref().filter(|text| !is_address(text)) {
            let path = "email_configuration.reply_to_email_address";
            self.problem(path, format!("`{reply_to}` is not an e-mail address"), "write one: help@example.com");
        }
        self.length("email_configuration.configuration_set", set.as_deref(), 1, 64);
        if set.as_deref().is_some_and(|set| !each_is(set, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-')) {
            let path = "email_configuration.configuration_set";
            self.problem(path, "this is no name of a configuration set", "use letters, digits, `_` and `-`");
        }
    }

    /// The sender is an address, and one that the identity may send as.
    fn from(&mut self, from: &str, identity: Option<&str>) {
        let path = "email_configuration.from_email_address";
        let Some(address) = address(from) else {
            let hint = "write `ann@example.com` or `Ann <ann@example.com>`";
            self.problem(path, format!("`{from}` is not an e-mail address"), hint);
            return;
        };
        let Some(identity) = identity else { return };
        let (sender, allowed) = (address.to_ascii_lowercase(), identity.to_ascii_lowercase());
        if sender != allowed && !sender.ends_with(&format!("@{allowed}")) && !sender.ends_with(&format!(".{allowed}")) {
            self.problem(
                path,
                format!("the SES identity {identity} cannot send as {address}"),
                "use the identity's own address, or one in its domain; or another identity",
            );
        }
    }

    fn sms(&mut self) {
        let Some(sms) = &self.pool.sms_configuration else { return };
        let SmsConfiguration { sns_caller_arn, external_id: _, sns_region, eums_sms } = sms;
        let path = "sms_configuration";
        match (sns_caller_arn, eums_sms) {
            (None, None) => {
                let hint = "name a role: `sns_caller_arn` for SNS, or `eums_sms` for End User Messaging";
                self.problem(path, "there is nothing here to send SMS with", hint);
            }
            (Some(_), Some(_)) => {
                let hint = "keep one of `sns_caller_arn` and `eums_sms`";
                self.problem(path, "AWS sends through SNS or through End User Messaging, not both", hint);
            }
            _ => {}
        }
        self.arn(&format!("{path}.sns_caller_arn"), sns_caller_arn.as_deref(), "iam", "role/", "an IAM role");
        self.length(&format!("{path}.sns_region"), sns_region.as_deref(), 5, 32);
        if let Some((there, region)) = sns_region.as_deref().zip(self.region)
            && there != region
            && (SNS_REGIONS.contains(&region) || !SNS_REGIONS.contains(&there))
        {
            self.problem(
                &format!("{path}.sns_region"),
                format!("a pool in {region} cannot send through SNS in {there}"),
                format!("set {region}, or take it out"),
            );
        }
        let Some(EumsSms { caller_arn, region: there, .. }) = eums_sms else { return };
        self.arn(&format!("{path}.eums_sms.caller_arn"), Some(caller_arn), "iam", "role/", "an IAM role");
        if let Some((there, region)) = there.as_deref().zip(self.region).filter(|(there, region)| there != region) {
            self.problem(
                &format!("{path}.eums_sms.region"),
                format!("a pool in {region} cannot send through End User Messaging in {there}"),
                format!("set {region}, or take it out"),
            );
        }
    }
}

/// Whether a text holds `{##`, something, `##}`.
fn has_link(text: &str) -> bool {
    text.split_once("{##").is_some_and(|(_, rest)| rest.contains("##}"))
}
