//! What threat protection does about risks: for a pool, or for one client in its place (`other_resources.md` 4).
//!
//! One call writes all three blocks and takes away what it is not given; a call with none goes back to AWS's defaults, or,
//! for a client, to what the pool has.

mod convert;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app_client::AppClient;
use super::busy::when_free;
use super::user_pool::UserPool;
use super::user_pool::enums::{CompromisedAction, RiskEvent, TakeoverResponse};
use crate::aws::cognito::types::RiskConfigurationType;
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, grants};

/// What is done about risks. Its id is `<pool id>/ALL` or `<pool id>/<client id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskConfiguration {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The client that this is for; left out, all clients without one of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub app_client: Option<Ref<AppClient>>,
    /// What is done about passwords that have leaked somewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromised_credentials_risk_configuration: Option<CompromisedCredentials>,
    /// What is done about sign-ins that look like somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_takeover_risk_configuration: Option<AccountTakeover>,
    /// Addresses that are always blocked, or never looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_exception_configuration: Option<RiskExceptions>,
}

/// What is done about passwords that have leaked somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompromisedCredentials {
    /// What is done.
    pub actions: CompromisedActions,
    /// When passwords are looked at. Default: at each of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]))]
    pub event_filter: Option<BTreeSet<RiskEvent>>,
}

/// What is done about a password that has leaked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompromisedActions {
    /// Whether the password is refused.
    pub event_action: CompromisedAction,
}

/// What is done about sign-ins that look like somebody else's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountTakeover {
    /// What is done at each level of risk.
    pub actions: TakeoverActions,
    /// The e-mail that tells people of it. Needed where an action has `notify: true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_configuration: Option<NotifyConfiguration>,
}

/// What is done at each level of risk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeoverActions {
    /// Where the risk is low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_action: Option<TakeoverAction>,
    /// Where the risk is medium.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium_action: Option<TakeoverAction>,
    /// Where the risk is high.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_action: Option<TakeoverAction>,
}

/// What is done at a level of risk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeoverAction {
    /// What becomes of the sign-in.
    pub event_action: TakeoverResponse,
    /// Whether the person is told by e-mail.
    pub notify: bool,
}

/// The e-mail that tells people of a risk; Cognito sends it through SES.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyConfiguration {
    /// The ARN of the SES identity that it is sent from: in us-east-1, us-west-2, eu-west-1 or the pool's Region.
    #[schemars(length(min = 20, max = 2048))]
    pub source_arn: String,
    /// The sender: `security@example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Where answers go: `help@example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What is said where a sign-in was blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_email: Option<NotifyEmail>,
    /// What is said where a second factor was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_email: Option<NotifyEmail>,
    /// What is said where nothing was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_action_email: Option<NotifyEmail>,
}

/// What an e-mail says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifyEmail {
    /// The subject.
    #[schemars(length(min = 1, max = 140))]
    pub subject: String,
    /// The text as HTML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 20_000))]
    pub html_body: Option<String>,
    /// The text as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 6, max = 20_000))]
    pub text_body: Option<String>,
}

/// Addresses that are always blocked, or never looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskExceptions {
    /// Ranges that are always blocked, at most 200: `192.0.2.0/24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200), extend("x-aws-default" = []))]
    pub blocked_ip_range_list: Option<BTreeSet<String>>,
    /// Ranges that are never looked at, at most 200: `198.51.100.0/24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200), extend("x-aws-default" = []))]
    pub skipped_ip_range_list: Option<BTreeSet<String>>,
}

/// What AWS decided of a risk configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskConfigurationOutputs {
    /// The pool's id.
    pub user_pool_id: String,
}

/// What the scope of all clients is called here.
const ALL: &str = "ALL";

impl Kind for RiskConfiguration {
    const NAME: &'static str = "risk_configuration";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = RiskConfigurationOutputs;

    /// Without threat protection it can be neither seen nor taken away, and is there again once that is back.
    fn lets_go(_: &Self, after: Option<&Self>) -> bool {
        after.is_none()
    }

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let scope = Scope::read(id)?;
        let Some(found) = scope.own(ctx).await? else { return Ok(None) };
        let user_pool = ctx.named(scope.pool, |pool, _| pool == scope.pool);
        let app_client = scope.client.map(|_| ctx.named(id, |client, _| client == id));
        let spec = Self::of_wire(user_pool, app_client, &found);
        let outputs = RiskConfigurationOutputs { user_pool_id: scope.pool.to_owned() };
        Ok(spec.is_anything().then(|| Observed::ready(spec, outputs)))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(id) = self.id(ctx) else { return Ok(None) };
        Ok(Self::read(ctx, &id, None).await?.map(|_| id))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let id = self.id(ctx)?;
        let mut wanted = self.clone();
        // What nobody declares and somebody has put there stays, here as everywhere.
        if let Some(Observed { spec: there, .. }) = Self::read(ctx, &id, None).await? {
            let Self { compromised_credentials_risk_configuration: leaked, .. } = &mut wanted;
            *leaked = leaked.take().or(there.compromised_credentials_risk_configuration);
            let Self { account_takeover_risk_configuration: takeover, .. } = &mut wanted;
            *takeover = takeover.take().or(there.account_takeover_risk_configuration);
            let Self { risk_exception_configuration: exceptions, .. } = &mut wanted;
            *exceptions = exceptions.take().or(there.risk_exception_configuration);
        }
        Scope::read(&id)?.write(ctx, Some(&wanted)).await?;
        Ok(id)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self.blocks() == before.blocks() {
            return Ok(());
        }
        Scope::read(id)?.write(ctx, Some(self)).await
    }

    fn grants(&self) -> Vec<Grant> {
        let mut found = grants(Use::Reading, &On::Pool, &["cognito-idp:DescribeRiskConfiguration"]);
        // Taking it away is setting it to nothing.
        for used in [Use::Making, Use::Changing, Use::Deleting] {
            found.extend(grants(used, &On::Pool, &["cognito-idp:SetRiskConfiguration"]));
        }
        found
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        // other_resources.md 4, "Reset".
        match Scope::read(id)?.write(ctx, None).await {
            Err(error) if error.is_not_found() || is_off(&error) => Ok(()),
            other => other,
        }
    }
}

impl RiskConfiguration {
    fn id(&self, ctx: &Ctx) -> Result<String> {
        match &self.app_client {
            Some(client) => ctx.id(client),
            None => Ok(format!("{}/{ALL}", ctx.id(&self.user_pool)?)),
        }
    }

    fn blocks(&self) -> (Option<&CompromisedCredentials>, Option<&AccountTakeover>, Option<&RiskExceptions>) {
        let Self {
            user_pool: _,
            app_client: _,
            compromised_credentials_risk_configuration,
            account_takeover_risk_configuration,
            risk_exception_configuration,
        } = self;
        (
            compromised_credentials_risk_configuration.as_ref(),
            account_takeover_risk_configuration.as_ref(),
            risk_exception_configuration.as_ref(),
        )
    }

    fn is_anything(&self) -> bool {
        let (leaked, takeover, exceptions) = self.blocks();
        leaked.is_some() || takeover.is_some() || exceptions.is_some_and(RiskExceptions::is_anything)
    }
}

impl RiskExceptions {
    /// Whether a range is named.
    fn is_anything(&self) -> bool {
        let Self { blocked_ip_range_list, skipped_ip_range_list } = self;
        [blocked_ip_range_list, skipped_ip_range_list].into_iter().flatten().any(|ranges| !ranges.is_empty())
    }
}

/// Whose risks are meant.
#[derive(Debug, Clone, Copy)]
struct Scope<'a> {
    pool: &'a str,
    /// None for all clients.
    client: Option<&'a str>,
}

impl<'a> Scope<'a> {
    fn read(id: &'a str) -> Result<Self> {
        let scope = id.split_once('/');
        let scope = scope.map(|(pool, client)| Self { pool, client: Some(client).filter(|client| *client != ALL) });
        scope.ok_or_else(|| {
            Error::usage(format!("`{id}` is not the id of a risk configuration"))
                .hinted("one looks like eu-west-1_abc/ALL, or has a client's id for ALL")
        })
    }

    /// What the scope has of its own; None when threat protection is off, too.
    async fn own(self, ctx: &Ctx) -> Result<Option<RiskConfigurationType>> {
        let call = ctx.aws.cognito.describe_risk_configuration().user_pool_id(self.pool);
        let answer = call.set_client_id(self.client.map(ToOwned::to_owned)).send().await;
        let found = match answer.map_err(refused("DescribeRiskConfiguration")) {
            Ok(answer) => answer.risk_configuration,
            Err(error) if error.is_not_found() || is_off(&error) => None,
            Err(error) => return Err(error),
        };
        // other_resources.md 4: for a client without its own AWS may answer with the pool's, which does not name it.
        Ok(found.filter(|found| found.client_id() == self.client))
    }

    async fn write(self, ctx: &Ctx, wanted: Option<&RiskConfiguration>) -> Result<()> {
        let (leaked, takeover, exceptions) = match wanted {
            Some(wanted) => wanted.wire()?,
            None => (None, None, None),
        };
        let written = when_free(ctx, async || {
            let call = ctx.aws.cognito.set_risk_configuration().user_pool_id(self.pool);
            let call = call.set_client_id(self.client.map(ToOwned::to_owned));
            let call = call.set_compromised_credentials_risk_configuration(leaked.clone());
            let call = call.set_account_takeover_risk_configuration(takeover.clone());
            let call = call.set_risk_exception_configuration(exceptions.clone());
            call.send().await.map(drop).map_err(refused("SetRiskConfiguration"))
        });
        written.await.map_err(hinted)
    }
}

/// other_resources.md 4: both calls are refused while threat protection is off.
fn is_off(error: &Error) -> bool {
    error.code() == Some("UserPoolAddOnNotEnabledException")
}

fn hinted(error: Error) -> Error {
    if is_off(&error) {
        error.explained(
            "threat protection is on the plan PLUS: `user_pool_tier: PLUS`, with `user_pool_add_ons: { advanced_security_mode: \
             AUDIT }` or ENFORCED",
        )
    } else {
        error
    }
}

/// What the pool does about risks: all that there is to say.
#[must_use]
pub fn example() -> RiskConfiguration {
    let ranges = |ranges: &[&str]| Some(ranges.iter().map(|range| (*range).to_owned()).collect());
    RiskConfiguration {
        user_pool: Ref::one(),
        app_client: None,
        compromised_credentials_risk_configuration: Some(CompromisedCredentials {
            actions: CompromisedActions { event_action: CompromisedAction::Block },
            event_filter: Some(BTreeSet::from([RiskEvent::SignIn])),
        }),
        account_takeover_risk_configuration: Some(takeover("security", &TakeoverResponse::MfaRequired, false)),
        risk_exception_configuration: Some(RiskExceptions {
            blocked_ip_range_list: ranges(&["192.0.2.0/24", "2001:db8::/32"]),
            skipped_ip_range_list: ranges(&["198.51.100.0/24"]),
        }),
    }
}

/// [`example`], with another value for each.
#[must_use]
pub fn example_changed() -> RiskConfiguration {
    let ranges = |ranges: &[&str]| Some(ranges.iter().map(|range| (*range).to_owned()).collect());
    RiskConfiguration {
        user_pool: Ref::one(),
        app_client: None,
        compromised_credentials_risk_configuration: Some(CompromisedCredentials {
            actions: CompromisedActions { event_action: CompromisedAction::NoAction },
            event_filter: Some(BTreeSet::from([RiskEvent::SignIn, RiskEvent::SignUp])),
        }),
        account_takeover_risk_configuration: Some(takeover("alerts", &TakeoverResponse::Block, true)),
        risk_exception_configuration: Some(RiskExceptions {
            blocked_ip_range_list: ranges(&["203.0.113.0/24"]),
            skipped_ip_range_list: ranges(&["198.51.100.0/25"]),
        }),
    }
}

fn takeover(sender: &str, event_action: &TakeoverResponse, notify: bool) -> AccountTakeover {
    let action = || Some(TakeoverAction { event_action: event_action.clone(), notify });
    let email = |of: &str| {
        Some(NotifyEmail {
            subject: format!("{of}: {sender}"),
            html_body: Some(format!("<p>{of}: {sender}</p>")),
            text_body: Some(format!("{of}: {sender}.")),
        })
    };
    AccountTakeover {
        actions: TakeoverActions { low_action: action(), medium_action: action(), high_action: action() },
        notify_configuration: Some(NotifyConfiguration {
            source_arn: format!("arn:aws:ses:us-east-1:000000000000:identity/{sender}@example.com"),
            from: Some(format!("{sender}@example.com")),
            reply_to: Some(format!("{sender}-help@example.com")),
            block_email: email("Blocked"),
            mfa_email: email("Code"),
            no_action_email: email("Noticed"),
        }),
    }
}

#[cfg(test)]
mod tests;
