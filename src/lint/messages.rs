//! Who sends the pool's messages.

use super::look::{Found, Look};
use super::{Rule, Severity};
use crate::kinds::user_pool::enums::EmailSendingAccount;

pub(super) const SENDER: Rule = Rule {
    id: "default-email-sender",
    severity: Severity::Warning,
    in_production: true,
    title: "E-mail of production goes out through Cognito's own sender",
    why: "It stops at 50 messages a day for the whole account: the 51st person can neither sign up nor reset a password.",
    source: "Cognito Developer Guide, \"Email settings for user pools\"",
    remedy: "`email_configuration: { email_sending_account: DEVELOPER, source_arn: … }`, with an identity verified in SES",
    fixes: false,
    covers: &[],
    find: sender,
};

fn sender(look: &Look<'_>, found: &mut Found) {
    let pool = &look.file.user_pool;
    let config = pool.email_configuration.as_ref().and_then(|config| config.email_sending_account.as_ref());
    let own = pool.lambda_config.as_ref().is_some_and(|lambda| lambda.custom_email_sender.is_some());
    if !own && config.is_none_or(|account| *account == EmailSendingAccount::CognitoDefault) {
        let at = "user_pool.email_configuration.email_sending_account";
        found.say(at, "e-mail stops at 50 messages a day for the whole account");
    }
}
