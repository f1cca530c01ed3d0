//! Threat protection: what is done about risks, in a pool or for one client (`other_resources.md` 4).
use super::doc::{self, Doc};
use super::state::Pool;
use super::{Refusal, invalid};
use crate::sandbox::World;
use serde_json::{Value, json};
use std::net::IpAddr;

/// What the pool's own configuration is kept under.
const ALL: &str = "ALL";

/// The blocks of a configuration, which are written together: what is left out is taken away.
const BLOCKS: [&str; 3] =
    ["CompromisedCredentialsRiskConfiguration", "AccountTakeoverRiskConfiguration", "RiskExceptionConfiguration"];

/// `SetRiskConfiguration`: without any block, back to the defaults, or to what the pool has.
pub(super) fn set(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let client = doc::text(input, "ClientId");
    protected(world.cognito.pool(region, id)?, client)?;
    takeover(region, input)?;
    exceptions(input)?;
    let mut risk: Doc =
        BLOCKS.iter().filter_map(|name| Some(((*name).to_owned(), input.get(*name)?.clone()))).collect();
    // "EventFilter … default all".
    if let Some(Value::Object(compromised)) = risk.get_mut(BLOCKS[0]) {
        let all = || json!(["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]);
        let events =
            compromised.get("EventFilter").filter(|events| events.as_array().is_some_and(|all| !all.is_empty()));
        let events = doc::as_set(events.unwrap_or(&all()));
        compromised.insert("EventFilter".to_owned(), events);
    }
    if let Some(Value::Object(exceptions)) = risk.get_mut(BLOCKS[2]) {
        exceptions.values_mut().for_each(|ranges| *ranges = doc::as_set(ranges));
    }
    let scope = client.unwrap_or(ALL).to_owned();
    let now = world.now;
    let pool = world.cognito.pool_mut(region, id)?;
    if risk.is_empty() {
        pool.risks.remove(&scope);
    } else {
        risk.insert("modified".to_owned(), now.into());
        pool.risks.insert(scope, risk);
    }
    Ok(json!({ "RiskConfiguration": shown(id, pool, client) }))
}

/// `DescribeRiskConfiguration`: a client without its own is shown the pool's, which names no client.
pub(super) fn describe(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let id = doc::required(input, "UserPoolId");
    let pool = world.cognito.pool(region, id)?;
    let client = doc::text(input, "ClientId");
    protected(pool, client)?;
    Ok(json!({ "RiskConfiguration": shown(id, pool, client) }))
}

/// "tier PLUS and `UserPoolAddOns` AUDIT/ENFORCED, else `UserPoolAddOnNotEnabledException` (Set and Describe)". The text is
/// not known.
fn protected(pool: &Pool, client: Option<&str>) -> Result<(), Refusal> {
    if let Some(client) = client {
        pool.client(client)?;
    }
    let mode =
        doc::child(&pool.settings, "UserPoolAddOns").and_then(|add_ons| doc::text(add_ons, "AdvancedSecurityMode"));
    if pool.tier() == "PLUS" && matches!(mode, Some("AUDIT" | "ENFORCED")) {
        return Ok(());
    }
    Err(Refusal::new("UserPoolAddOnNotEnabledException", "Threat protection is not enabled for this user pool."))
}

/// Whom people hear from about a risk (`NotifyConfiguration`). The texts are not known.
fn takeover(region: &str, input: &Doc) -> Result<(), Refusal> {
    let Some(takeover) = doc::child(input, BLOCKS[1]) else { return Ok(()) };
    let actions = doc::child(takeover, "Actions").into_iter().flat_map(Doc::values).filter_map(Value::as_object);
    let notifies = actions.into_iter().any(|action| doc::flag(action, "Notify") == Some(true));
    let Some(notify) = doc::child(takeover, "NotifyConfiguration") else {
        return if notifies { Err(invalid("NotifyConfiguration is required when Notify is true.")) } else { Ok(()) };
    };
    // "same SES Region rule as the pool".
    let of = doc::required(notify, "SourceArn").split(':').nth(3).unwrap_or_default();
    if !["eu-west-1", "us-east-1", "us-west-2", region].contains(&of) {
        return Err(invalid(
            "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ));
    }
    Ok(())
}

/// "`BlockedIPRangeList`, `SkippedIPRangeList` ≤ 200 CIDR strings". The text is not known.
fn exceptions(input: &Doc) -> Result<(), Refusal> {
    let Some(exceptions) = doc::child(input, BLOCKS[2]) else { return Ok(()) };
    let mut ranges = exceptions.keys().flat_map(|list| doc::texts(exceptions, list));
    match ranges.find(|range| !is_range(range)) {
        Some(range) => Err(invalid(format!("{range} is not a valid CIDR block."))),
        None => Ok(()),
    }
}

/// Whether a text is an address and the length of its prefix: `192.0.2.0/24`.
fn is_range(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    !length.starts_with('+') && length.parse::<u8>().is_ok_and(|length| length <= most)
}

fn shown(id: &str, pool: &Pool, client: Option<&str>) -> Value {
    let own = client.and_then(|client| Some((Some(client), pool.risks.get(client)?)));
    let found = own.or_else(|| Some((None, pool.risks.get(ALL)?)));
    let mut shown = found.map(|(_, risk)| risk.clone()).unwrap_or_default();
    if let Some(modified) = shown.remove("modified").and_then(|modified| modified.as_i64()) {
        shown.insert("LastModifiedDate".to_owned(), doc::time(modified));
    }
    shown.insert("UserPoolId".to_owned(), id.into());
    if let Some((Some(client), _)) = found {
        shown.insert("ClientId".to_owned(), client.into());
    }
    Value::Object(shown)
}
