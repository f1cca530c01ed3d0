//! What AWS would refuse of an app client, and can be known beforehand (`app_client.md` 1 to 3).
//!
//! What is not declared is taken to be AWS's default. A problem in a list is said of the list and names the value,
//! since a set does not remember which line a value stood on.

mod attributes;
mod oauth;
mod urls;

use std::collections::{BTreeMap, BTreeSet};

use super::{AuthFlow, ClientSettings, Feature};
use crate::error::Problem;
use crate::kinds::duration::{Unit, Validity};

pub use attributes::{STANDARD, attribute_name};
pub use oauth::USER_SCOPES;
pub use urls::{is_own_machine, scheme_and_host};

/// What the rest of the stack file says and bears on its clients.
#[derive(Debug, Clone, Copy)]
pub struct PoolFacts<'a> {
    /// The names of the pool's custom attributes, without `custom:`.
    pub custom_attributes: &'a BTreeSet<String>,
    /// The standard attributes that every user must have.
    pub required_attributes: &'a BTreeSet<String>,
    /// Whether the pool is of the Lite tier.
    pub is_lite: bool,
    /// The identity providers of the pool besides `COGNITO`; None where they are not all known.
    pub identity_providers: Option<&'a BTreeSet<String>>,
    /// The scopes of the stack's own resource servers, by the servers' identifiers; others may have made others.
    pub servers: &'a BTreeMap<String, BTreeSet<String>>,
}

/// Reports what is wrong with the clients of a stack file, each by itself and all together.
pub fn check_all(clients: &BTreeMap<String, ClientSettings>, pool: &PoolFacts<'_>, problems: &mut Vec<Problem>) {
    for (key, client) in clients {
        check(client, pool, &format!("app_clients.{key}"), problems);
    }
    // quotas_errors.md 2.
    if clients.len() > 10_000 {
        let message = format!("{} app clients are more than AWS allows in a user pool: 10,000", clients.len());
        problems.push(Problem::new("app_clients", message));
    }
}

/// Clients that have one name between them, as AWS allows: people cannot tell them apart there.
#[must_use]
pub fn namesakes(clients: &BTreeMap<String, ClientSettings>) -> Vec<Problem> {
    let mut names = BTreeMap::new();
    let alike = clients.iter().filter_map(|(key, client)| {
        let other = names.insert(client.name.as_deref().unwrap_or(key), key)?;
        let (name, field) = client.name.as_deref().map_or((&**key, ""), |name| (name, ".name"));
        let problem = Problem::new(
            format!("app_clients.{key}{field}"),
            format!("the client is named `{name}`, as {other} is: in AWS, only their ids tell them apart"),
        );
        Some(problem.hint("give each client of the pool a name of its own"))
    });
    alike.collect()
}

/// Reports what is wrong with one client, which stands at `at`: `app_clients.web`.
pub fn check(client: &ClientSettings, pool: &PoolFacts<'_>, at: &str, problems: &mut Vec<Problem>) {
    let completed = client.clone().completed();
    let mut sheet = Sheet { written: client, client: &completed, pool, at, problems };
    sheet.name();
    sheet.secrets();
    sheet.urls();
    sheet.oauth();
    sheet.validities();
    sheet.attributes();
    sheet.auth_flows();
    sheet.rotation();
    sheet.identity_providers();
    sheet.analytics();
}

/// One client being checked.
struct Sheet<'a> {
    /// As it was written.
    written: &'a ClientSettings,
    /// With what follows from that.
    client: &'a ClientSettings,
    pool: &'a PoolFacts<'a>,
    at: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl Sheet<'_> {
    fn refuse(&mut self, field: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}.{field}", self.at), what).hint(hint));
    }

    fn name(&mut self) {
        let Some(name) = self.client.name.as_deref() else { return };
        let fits = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "_+=,.@-".contains(c);
        if !(1..=128).contains(&name.len()) || !name.chars().all(fits) {
            self.refuse(
                "name",
                format!("`{name}` cannot name an app client"),
                "use 1–128 letters, digits, spaces and `_+=,.@-`",
            );
        }
    }

    fn secrets(&mut self) {
        if self.client.client_secret.is_some() && self.client.generate_secret == Some(true) {
            self.refuse(
                "client_secret",
                "AWS makes a secret or takes yours, not both",
                "leave out generate_secret, or client_secret",
            );
        }
        if self.client.enable_propagate_additional_user_context_data == Some(true) && !self.client.has_secret() {
            self.refuse(
                "enable_propagate_additional_user_context_data",
                "the client has no secret; AWS answers \"Client Secret is required to set \
                 EnablePropagateAdditionalUserContextData as true\"",
                "set generate_secret: true, which makes a new client of one that exists, or leave this out",
            );
        }
    }

    fn validities(&mut self) {
        let ClientSettings { access_token_validity: access, id_token_validity: id, .. } = *self.client;
        let refresh = self.client.refresh_token_validity;
        let mut in_range = true;
        for (field, said, range, words) in [
            ("access_token_validity", access, 300..=86_400, "`5m` to `24h`"),
            ("id_token_validity", id, 300..=86_400, "`5m` to `24h`"),
            ("refresh_token_validity", refresh, 3_600..=315_360_000, "`60m` to `3650d`"),
        ] {
            let Some(said) = said.filter(|said| !range.contains(&said.seconds())) else { continue };
            in_range = false;
            self.refuse(
                field,
                format!("{said} is out of range; AWS answers \"Invalid range for token validity.\""),
                format!("use {words}"),
            );
        }
        let or = |said: Option<Validity>, count, unit| said.or(Validity::new(count, unit));
        let refreshed = or(refresh, 30, Unit::Days);
        for (field, said) in [("access_token_validity", access), ("id_token_validity", id)] {
            let token = or(said, 1, Unit::Hours);
            if in_range && token > refreshed {
                let (Some(token), Some(refreshed)) = (token, refreshed) else { continue };
                let at = if said.is_some() { field } else { "refresh_token_validity" };
                self.refuse(
                    at,
                    format!(
                        "{field} is {token} and refresh_token_validity {refreshed}; AWS answers \"Access and Id Token \
                         expiration times must be less than or equal to refresh token expiration times.\""
                    ),
                    "let a refresh token be good for as long as the others, or longer",
                );
            }
        }
        if let Some(session) = self.client.auth_session_validity
            && !session.whole(Unit::Minutes).is_some_and(|minutes| (3..=15).contains(&minutes))
        {
            self.refuse(
                "auth_session_validity",
                format!("{session} is out of range"),
                "use `3m` to `15m`, in whole minutes",
            );
        }
    }

    fn auth_flows(&mut self) {
        const FIELD: &str = "explicit_auth_flows";
        let Some(flows) = self.client.explicit_auth_flows.as_ref() else { return };
        if flows.is_empty() {
            self.refuse(
                FIELD,
                "AWS takes an empty list for its default: secure remote passwords, custom flows and refreshing",
                "name the flows that you want, or leave this out",
            );
            return;
        }
        let legacy: Vec<_> = flows.iter().filter(|flow| flow.is_legacy()).map(|flow| flow.as_str()).collect();
        if !legacy.is_empty() && legacy.len() < flows.len() {
            self.refuse(
                FIELD,
                format!(
                    "old names stand among new ones; AWS answers \"Auth flow name with prefix 'ALLOW' cannot be used \
                     with legacy auth flow names.\": {}",
                    legacy.join(", ")
                ),
                "write ALLOW_ADMIN_USER_PASSWORD_AUTH for ADMIN_NO_SRP_AUTH, ALLOW_CUSTOM_AUTH for \
                 CUSTOM_AUTH_FLOW_ONLY, ALLOW_USER_PASSWORD_AUTH for USER_PASSWORD_AUTH",
            );
        }
        if self.pool.is_lite && flows.contains(&AuthFlow::AllowUserAuth) {
            self.refuse(
                FIELD,
                "ALLOW_USER_AUTH needs the Essentials tier, and the pool is of the Lite tier; AWS answers \
                 FeatureUnavailableInTierException",
                "set user_pool.user_pool_tier: ESSENTIALS, or leave ALLOW_USER_AUTH out",
            );
        }
        let rotates =
            self.client.refresh_token_rotation.as_ref().is_some_and(|rotation| rotation.feature == Feature::Enabled);
        // Whether AWS still insists on it is not documented; it did when ALLOW_* began, and rotation lifted it.
        if legacy.is_empty() && !rotates && !flows.contains(&AuthFlow::AllowRefreshTokenAuth) {
            self.refuse(
                FIELD,
                "ALLOW_REFRESH_TOKEN_AUTH is missing; AWS answers \"REFRESH_TOKEN_AUTH should always be allowed.\"",
                "add ALLOW_REFRESH_TOKEN_AUTH, or set refresh_token_rotation: { feature: ENABLED }",
            );
        }
    }

    fn rotation(&mut self) {
        const FIELD: &str = "refresh_token_rotation";
        let Some(rotation) = self.client.refresh_token_rotation.as_ref() else { return };
        let grace = rotation.retry_grace_period_seconds.unwrap_or(0);
        if rotation.feature == Feature::Disabled {
            if grace != 0 {
                self.refuse(
                    "refresh_token_rotation.retry_grace_period_seconds",
                    "rotation that is off has no grace period",
                    "leave it out, or set feature: ENABLED",
                );
            }
            return;
        }
        if grace > 60 {
            self.refuse(
                "refresh_token_rotation.retry_grace_period_seconds",
                format!("{grace} seconds are too long"),
                "use 0–60",
            );
        }
        let refreshes = match &self.client.explicit_auth_flows {
            None => Some("which is among AWS's defaults"),
            Some(flows) => {
                flows.contains(&AuthFlow::AllowRefreshTokenAuth).then_some("which explicit_auth_flows lists")
            }
        };
        if let Some(why) = refreshes {
            self.refuse(
                FIELD,
                format!("AWS refuses rotation together with the flow ALLOW_REFRESH_TOKEN_AUTH, {why}"),
                "list in explicit_auth_flows the flows that you want, without ALLOW_REFRESH_TOKEN_AUTH",
            );
        }
    }

    fn identity_providers(&mut self) {
        const FIELD: &str = "supported_identity_providers";
        for name in self.client.supported_identity_providers.iter().flatten() {
            if !(1..=32).contains(&name.chars().count()) || name.chars().any(urls::is_unseen) {
                self.refuse(
                    FIELD,
                    format!("`{name}` cannot name an identity provider"),
                    "use 1–32 characters without spaces",
                );
            } else if name != "COGNITO" && self.pool.identity_providers.is_some_and(|known| !known.contains(name)) {
                self.refuse(
                    FIELD,
                    format!("AWS answers \"The provider {name} does not exist for User Pool …\""),
                    "declare it under identity_providers, or name COGNITO for the pool's own users",
                );
            }
        }
    }

    fn analytics(&mut self) {
        const FIELD: &str = "analytics_configuration";
        let Some(analytics) = self.client.analytics_configuration.as_ref() else { return };
        let by_arn = analytics.application_arn.is_some();
        let by_id = [&analytics.application_id, &analytics.external_id, &analytics.role_arn];
        let said = by_id.iter().filter(|field| field.is_some()).count();
        if by_arn && said > 0 || !by_arn && said < by_id.len() {
            self.refuse(
                FIELD,
                "the Pinpoint project must be named in one way",
                "give application_arn alone, or application_id, external_id and role_arn",
            );
        }
        for (name, arn, service) in [
            ("application_arn", &analytics.application_arn, "mobiletargeting"),
            ("role_arn", &analytics.role_arn, "iam"),
        ] {
            let is_arn = |arn: &String| {
                let parts: Vec<&str> = arn.splitn(6, ':').collect();
                parts.len() == 6
                    && parts[0] == "arn"
                    && parts[2] == service
                    && !parts[5].is_empty()
                    && arn.len() <= 2048
            };
            if let Some(arn) = arn.as_ref().filter(|arn| !is_arn(arn)) {
                self.refuse(
                    &format!("{FIELD}.{name}"),
                    format!("`{arn}` is not the ARN that is asked for"),
                    format!("it begins with arn:aws:{service}:"),
                );
            }
        }
        if let Some(id) = &analytics.application_id
            && (id.is_empty() || !id.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            self.refuse(
                &format!("{FIELD}.application_id"),
                format!("`{id}` is not a Pinpoint project's id"),
                "an id is hexadecimal: 0123456789abcdef0123456789abcdef",
            );
        }
    }
}

#[cfg(test)]
mod tests;
