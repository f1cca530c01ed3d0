//! The SES identity that sends the pool's e-mail is verified, and SES lets the account write to anybody.
//!
//! Cognito takes an identity that cannot send, and then no code ever arrives.

use futures_util::FutureExt as _;
use futures_util::future::join;

use super::{Check, Finding, Input, When, part, unsaid};
use crate::aws::raw::{SES, escaped};
use crate::kinds::user_pool::enums::EmailSendingAccount;

pub(super) const CHECK: Check = Check {
    name: "email",
    title: "the SES identity that sends e-mail",
    why: "from an identity that is not verified, or to people whom SES's sandbox does not know, no code arrives",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

const AT: &str = "user_pool.email_configuration.source_arn";

async fn look(input: Input<'_>) -> Vec<Finding> {
    let Some((_, pool)) = input.pool("email_configuration") else { return Vec::new() };
    let Some(settings) = pool.email_configuration else { return Vec::new() };
    let Some(arn) = settings.source_arn.as_deref() else { return Vec::new() };
    // `arn:aws:ses:REGION:ACCOUNT:identity/NAME`
    let (region, owner) = (part(arn, 3), part(arn, 4));
    let name = part(arn, 5).strip_prefix("identity/").unwrap_or_default();
    if name.is_empty() {
        let hint = "write it as arn:aws:ses:REGION:ACCOUNT:identity/example.com";
        return vec![Finding::fail(AT, format!("{arn} names no SES identity"), hint)];
    }
    // What Cognito sends itself does not pass through the account's own SES (user_pool.md 3).
    let is_own = settings.email_sending_account == Some(EmailSendingAccount::Developer);
    let (identity, account) = join(identity(input, (region, owner), name), async {
        if is_own { Some(account(input, region).await) } else { None }
    })
    .await;
    std::iter::once(identity).chain(account).collect()
}

async fn identity(input: Input<'_>, (region, account): (&str, &str), name: &str) -> Finding {
    let path = format!("/v2/email/identities/{}", escaped(name));
    let verify = format!("verify it: aws sesv2 create-email-identity --region {region} --email-identity {name}");
    let untold = |error| Finding::untold(AT, &format!("nobody knows whether {name} is verified"), &error);
    match input.ask("GetEmailIdentity", input.aws.raw.get(SES, region, "GetEmailIdentity", &path)).await {
        Ok(said) if said["VerifiedForSendingStatus"] == true => {
            Finding::pass(AT, format!("{name} is verified in {region}"))
        }
        Ok(said) if said["VerifiedForSendingStatus"] != false => {
            untold(unsaid("GetEmailIdentity", "the answer does not say it"))
        }
        Ok(said) => {
            let status = said["VerificationStatus"].as_str().unwrap_or("not verified");
            Finding::fail(AT, format!("{name} cannot send in {region}: its verification is {status}"), proof(name))
        }
        Err(error) if error.code() == Some("NotFoundException") => {
            // Another account's identity may be used, where its policy lets Cognito; it cannot be asked for.
            if input.caller().await.is_ok_and(|caller| caller.account != account) {
                return Finding::unknown(AT, format!("{name} belongs to account {account}, which cannot be asked"));
            }
            Finding::fail(AT, format!("SES in {region} has no identity {name}"), verify)
        }
        Err(error) => untold(error),
    }
}

fn proof(name: &str) -> &'static str {
    if name.contains('@') {
        "follow the link in the message that SES has sent there"
    } else {
        "make the DKIM records that SES shows for it"
    }
}

async fn account(input: Input<'_>, region: &str) -> Finding {
    let untold = |error| Finding::untold(AT, "nobody knows whether this account is in SES's sandbox", &error);
    match input.ask("GetAccount", input.aws.raw.get(SES, region, "GetAccount", "/v2/email/account")).await {
        Ok(said) if said["SendingEnabled"] == false => Finding::fail(
            AT,
            format!("SES has stopped this account's sending in {region}"),
            "the SES console says why, and how to appeal",
        ),
        Ok(said) if said["ProductionAccessEnabled"] == false => Finding::warn(
            AT,
            format!(
                "this account is in SES's sandbox in {region}: it writes only to verified addresses, 200 times a day"
            ),
            "ask for production access in the SES console, under Account dashboard",
        ),
        Ok(said) if said["SendingEnabled"] == true && said["ProductionAccessEnabled"] == true => {
            Finding::pass(AT, format!("SES in {region} lets this account write to anybody"))
        }
        Ok(_) => untold(unsaid("GetAccount", "the answer does not say it")),
        Err(error) => untold(error),
    }
}
