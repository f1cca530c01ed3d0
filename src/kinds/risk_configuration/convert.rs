//! Risk configurations to AWS's types and back.

use std::collections::BTreeSet;

use super::{
    AccountTakeover, CompromisedActions, CompromisedCredentials, NotifyConfiguration, NotifyEmail, RiskConfiguration,
    RiskExceptions, TakeoverAction, TakeoverActions,
};
use crate::aws::cognito::types as aws;
use crate::error::{Error, Result};
use crate::kind::Ref;
use crate::kinds::app_client::AppClient;
use crate::kinds::user_pool::UserPool;
use crate::kinds::user_pool::enums::RiskEvent;

/// The three blocks, as AWS takes them.
type Wire = (
    Option<aws::CompromisedCredentialsRiskConfigurationType>,
    Option<aws::AccountTakeoverRiskConfigurationType>,
    Option<aws::RiskExceptionConfigurationType>,
);

impl RiskConfiguration {
    /// What SetRiskConfiguration takes.
    pub(super) fn wire(&self) -> Result<Wire> {
        let (leaked, takeover, exceptions) = self.blocks();
        Ok((
            leaked.map(compromised).transpose()?,
            takeover.map(self::takeover).transpose()?,
            exceptions.filter(|exceptions| exceptions.is_anything()).map(ranges),
        ))
    }

    /// What DescribeRiskConfiguration shows, total.
    pub(super) fn of_wire(
        user_pool: Ref<UserPool>,
        app_client: Option<Ref<AppClient>>,
        found: &aws::RiskConfigurationType,
    ) -> Self {
        let leaked = found.compromised_credentials_risk_configuration.as_ref();
        let takeover = found.account_takeover_risk_configuration.as_ref();
        Self {
            user_pool,
            app_client,
            compromised_credentials_risk_configuration: leaked.and_then(compromised_read),
            account_takeover_risk_configuration: takeover.and_then(takeover_read),
            risk_exception_configuration: Some(ranges_read(found.risk_exception_configuration.as_ref())),
        }
    }
}

fn built<T>(built: std::result::Result<T, aws_smithy_types::error::operation::BuildError>) -> Result<T> {
    built.map_err(|error| Error::bug("a risk configuration cannot be built").caused_by(error))
}

fn compromised(spec: &CompromisedCredentials) -> Result<aws::CompromisedCredentialsRiskConfigurationType> {
    let CompromisedCredentials { actions: CompromisedActions { event_action }, event_filter } = spec;
    let actions = aws::CompromisedCredentialsActionsType::builder().event_action(event_action.into());
    let events = event_filter.as_ref().map(|events| events.iter().map(Into::into).collect());
    let wire = aws::CompromisedCredentialsRiskConfigurationType::builder().actions(built(actions.build())?);
    Ok(wire.set_event_filter(events).build())
}

fn compromised_read(found: &aws::CompromisedCredentialsRiskConfigurationType) -> Option<CompromisedCredentials> {
    let event_action = found.actions.as_ref()?.event_action().into();
    let events: BTreeSet<RiskEvent> = found.event_filter().iter().map(Into::into).collect();
    // other_resources.md 4: "default all".
    let all = || BTreeSet::from([RiskEvent::SignIn, RiskEvent::PasswordChange, RiskEvent::SignUp]);
    let event_filter = Some(if events.is_empty() { all() } else { events });
    Some(CompromisedCredentials { actions: CompromisedActions { event_action }, event_filter })
}

fn takeover(spec: &AccountTakeover) -> Result<aws::AccountTakeoverRiskConfigurationType> {
    let AccountTakeover { actions: TakeoverActions { low_action, medium_action, high_action }, notify_configuration } =
        spec;
    let action = |spec: &Option<TakeoverAction>| spec.as_ref().map(self::action).transpose();
    let actions = aws::AccountTakeoverActionsType::builder()
        .set_low_action(action(low_action)?)
        .set_medium_action(action(medium_action)?)
        .set_high_action(action(high_action)?);
    let notify = notify_configuration.as_ref().map(notify).transpose()?;
    let wire = aws::AccountTakeoverRiskConfigurationType::builder().actions(actions.build());
    Ok(wire.set_notify_configuration(notify).build())
}

fn takeover_read(found: &aws::AccountTakeoverRiskConfigurationType) -> Option<AccountTakeover> {
    let actions = found.actions.as_ref()?;
    let action = |found: &Option<aws::AccountTakeoverActionType>| {
        found.as_ref().map(|found| TakeoverAction { event_action: found.event_action().into(), notify: found.notify })
    };
    Some(AccountTakeover {
        actions: TakeoverActions {
            low_action: action(&actions.low_action),
            medium_action: action(&actions.medium_action),
            high_action: action(&actions.high_action),
        },
        notify_configuration: found.notify_configuration.as_ref().map(notify_read),
    })
}

fn action(spec: &TakeoverAction) -> Result<aws::AccountTakeoverActionType> {
    let TakeoverAction { event_action, notify } = spec;
    built(aws::AccountTakeoverActionType::builder().event_action(event_action.into()).notify(*notify).build())
}

fn notify(spec: &NotifyConfiguration) -> Result<aws::NotifyConfigurationType> {
    let NotifyConfiguration { source_arn, from, reply_to, block_email, mfa_email, no_action_email } = spec;
    let email = |spec: &Option<NotifyEmail>| spec.as_ref().map(self::email).transpose();
    let wire = aws::NotifyConfigurationType::builder()
        .source_arn(source_arn)
        .set_from(from.clone())
        .set_reply_to(reply_to.clone())
        .set_block_email(email(block_email)?)
        .set_mfa_email(email(mfa_email)?)
        .set_no_action_email(email(no_action_email)?);
    built(wire.build())
}

fn notify_read(found: &aws::NotifyConfigurationType) -> NotifyConfiguration {
    let email = |found: &Option<aws::NotifyEmailType>| {
        found.as_ref().map(|found| NotifyEmail {
            subject: found.subject.clone(),
            html_body: found.html_body.clone(),
            text_body: found.text_body.clone(),
        })
    };
    NotifyConfiguration {
        source_arn: found.source_arn.clone(),
        from: found.from.clone(),
        reply_to: found.reply_to.clone(),
        block_email: email(&found.block_email),
        mfa_email: email(&found.mfa_email),
        no_action_email: email(&found.no_action_email),
    }
}

fn email(spec: &NotifyEmail) -> Result<aws::NotifyEmailType> {
    let NotifyEmail { subject, html_body, text_body } = spec;
    let wire = aws::NotifyEmailType::builder().subject(subject);
    built(wire.set_html_body(html_body.clone()).set_text_body(text_body.clone()).build())
}

fn ranges(spec: &RiskExceptions) -> aws::RiskExceptionConfigurationType {
    let RiskExceptions { blocked_ip_range_list, skipped_ip_range_list } = spec;
    let list = |ranges: &Option<BTreeSet<String>>| {
        let ranges = ranges.as_ref().filter(|ranges| !ranges.is_empty());
        ranges.map(|ranges| ranges.iter().cloned().collect())
    };
    aws::RiskExceptionConfigurationType::builder()
        .set_blocked_ip_range_list(list(blocked_ip_range_list))
        .set_skipped_ip_range_list(list(skipped_ip_range_list))
        .build()
}

/// A list that AWS does not show is an empty one.
fn ranges_read(found: Option<&aws::RiskExceptionConfigurationType>) -> RiskExceptions {
    let set = |ranges: &[String]| Some(ranges.iter().cloned().collect());
    RiskExceptions {
        blocked_ip_range_list: set(found
            .map(aws::RiskExceptionConfigurationType::blocked_ip_range_list)
            .unwrap_or_default()),
        skipped_ip_range_list: set(found
            .map(aws::RiskExceptionConfigurationType::skipped_ip_range_list)
            .unwrap_or_default()),
    }
}
