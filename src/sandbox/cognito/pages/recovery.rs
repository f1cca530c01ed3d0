//! How people who have forgotten their password get back in (`user_pool.md` 2, 4).

use crate::sandbox::World;
use crate::sandbox::cognito::doc::{self, Doc};
use crate::sandbox::cognito::state::{Mfa, Pool, User, no_client};
use crate::sandbox::cognito::{Refusal, invalid, users};
use serde_json::{Value, json};

/// `AdminSetUserMFAPreference`: the second factors that a person has chosen.
pub(in crate::sandbox::cognito) fn prefer(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let pool = world.cognito.pool_mut(region, doc::required(input, "UserPoolId"))?;
    let name = users::named(pool, doc::required(input, "Username")).map(|(name, _)| name.to_owned());
    let user = name.and_then(|name| pool.users.get_mut(&name)).ok_or_else(users::missing)?;
    for (member, factor) in
        [("SMSMfaSettings", "sms"), ("EmailMfaSettings", "email"), ("SoftwareTokenMfaSettings", "software_token")]
    {
        if let Some(settings) = doc::child(input, member) {
            user.factors.remove(factor);
            if doc::flag(settings, "Enabled").unwrap_or(false) {
                user.factors.insert(factor.to_owned());
            }
        }
    }
    Ok(json!({}))
}

/// `ForgotPassword`: a code is sent where the pool and the person's second factor let it be.
pub(in crate::sandbox::cognito) fn forgot(world: &mut World, region: &str, input: &Doc) -> Result<Value, Refusal> {
    let client = doc::required(input, "ClientId");
    let pools = world.cognito.pools.get(region);
    let pool = pools.and_then(|pools| pools.values().find(|pool| pool.clients.contains_key(client)));
    let pool = pool.ok_or_else(|| no_client(client))?;
    let (_, user) = users::named(pool, doc::required(input, "Username")).ok_or_else(users::missing)?;
    let said =
        |name: &str| user.attributes.iter().find(|held| held["Name"] == name).and_then(|held| held["Value"].as_str());
    for (channel, medium) in channels(pool) {
        let is_verified = said(&format!("{channel}_verified")) == Some("true");
        if let Some(to) = said(channel).filter(|_| is_verified && !is_factor(&pool.mfa, user, channel)) {
            let hidden = format!("{}***", to.chars().next().unwrap_or_default());
            let details = json!({ "Destination": hidden, "DeliveryMedium": medium, "AttributeName": channel });
            return Ok(json!({ "CodeDeliveryDetails": details }));
        }
    }
    // The SDK's documentation of ForgotPassword: InvalidParameterException.
    Err(invalid("Cannot reset password for the user as there is no registered/verified email or phone_number"))
}

/// Where codes go, first choice first: as the pool says, or by SMS before e-mail (`user_pool.md` 2,
/// `AccountRecoverySetting`).
fn channels(pool: &Pool) -> Vec<(&'static str, &'static str)> {
    const PHONE: (&str, &str) = ("phone_number", "SMS");
    const MAIL: (&str, &str) = ("email", "EMAIL");
    let Some(setting) = doc::child(&pool.settings, "AccountRecoverySetting") else { return vec![PHONE, MAIL] };
    let mut mechanisms: Vec<&Value> = doc::items(setting, "RecoveryMechanisms").iter().collect();
    mechanisms.sort_by_key(|mechanism| mechanism["Priority"].as_i64());
    let channel = |mechanism: &Value| match mechanism["Name"].as_str() {
        Some("verified_phone_number") => Some(PHONE),
        Some("verified_email") => Some(MAIL),
        _ => None,
    };
    mechanisms.into_iter().filter_map(channel).collect()
}

/// Whether a channel is this person's second factor: one that they chose and that the pool has, or the only one of a
/// pool that requires one (`user_pool.md` 4, "same channel ineligible").
fn is_factor(mfa: &Mfa, user: &User, channel: &str) -> bool {
    let (has_sms, has_mail) = (mfa.sms, mfa.email.is_some());
    let (is_on, name, other) = match channel {
        "email" => (has_mail, "email", has_sms),
        _ => (has_sms, "sms", has_mail),
    };
    let is_only = mfa.mode == "ON" && !other && mfa.software_token != Some(true);
    is_on && (user.factors.contains(name) || is_only)
}
