//! Threat protection, logs and terms into resources.

use super::Composing;
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Kind, Ref};
use crate::kinds::log_delivery::{LogDelivery, plain};
use crate::kinds::risk_configuration::RiskConfiguration;
use crate::kinds::terms::{Document, Terms};
use crate::stack::{ClientRisk, LogDeliverySettings, RiskSettings, TermsSettings, at};

impl Composing<'_> {
    /// One for all clients, and one for each that has its own.
    pub(super) fn risks(&mut self) -> Result<()> {
        let Some(settings) = &self.file.risk_configuration else { return Ok(()) };
        let base = "risk_configuration";
        let RiskSettings {
            compromised_credentials_risk_configuration,
            account_takeover_risk_configuration,
            risk_exception_configuration,
            app_clients,
        } = settings;
        let of_all = ClientRisk {
            compromised_credentials_risk_configuration: compromised_credentials_risk_configuration.clone(),
            account_takeover_risk_configuration: account_takeover_risk_configuration.clone(),
            risk_exception_configuration: risk_exception_configuration.clone(),
        };
        if of_all != ClientRisk::default() {
            self.add(Address::one(RiskConfiguration::NAME), base, &risk(None, of_all))?;
        }
        for (client, own) in app_clients {
            let place = at::key(&format!("{base}.app_clients"), client);
            self.add(Address::named(RiskConfiguration::NAME, client), place, &risk(Some(client), own.clone()))?;
        }
        Ok(())
    }

    pub(super) fn logs(&mut self) -> Result<()> {
        let Some(LogDeliverySettings { user_notification, user_auth_events }) = &self.file.log_delivery else {
            return Ok(());
        };
        let arn = |arn: &Option<String>| arn.as_deref().map(|arn| plain(arn).to_owned());
        let spec = LogDelivery {
            user_pool: Ref::one(),
            user_notification: arn(user_notification),
            user_auth_events: arn(user_auth_events),
        };
        self.add(Address::one(LogDelivery::NAME), "log_delivery", &spec)
    }

    /// One for each document of each client.
    pub(super) fn terms(&mut self) -> Result<()> {
        for (client, TermsSettings { terms_of_use, privacy_policy }) in &self.file.terms {
            let documents = [
                ("terms_of_use", Document::TermsOfUse, terms_of_use),
                ("privacy_policy", Document::PrivacyPolicy, privacy_policy),
            ];
            for (key, document, links) in documents {
                let Some(links) = links else { continue };
                let place = at::key(&at::key("terms", client), key);
                let spec =
                    Terms { user_pool: Ref::one(), app_client: Ref::named(client), document, links: links.clone() };
                self.add(Address::named(Terms::NAME, Terms::name(client, document)), place, &spec)?;
            }
        }
        Ok(())
    }
}

fn risk(client: Option<&str>, settings: ClientRisk) -> RiskConfiguration {
    let ClientRisk {
        compromised_credentials_risk_configuration,
        account_takeover_risk_configuration,
        risk_exception_configuration,
    } = settings;
    RiskConfiguration {
        user_pool: Ref::one(),
        app_client: client.map(Ref::named),
        compromised_credentials_risk_configuration,
        account_takeover_risk_configuration,
        risk_exception_configuration,
    }
}
