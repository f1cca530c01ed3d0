//! Threat protection, the replica, logs and terms of a pool, drafted as a stack file says them.
//!
//! None of it is needed to adopt the pool: what cannot be looked for is told, and stays as it is.

use super::gather::{Gathering, why};
use crate::address::Address;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::kinds::app_client::AppClient;
use crate::kinds::log_delivery::LogDelivery;
use crate::kinds::replica::{self, Replica, ReplicaStatus};
use crate::kinds::risk_configuration::RiskConfiguration;
use crate::kinds::terms::{self, Document, Terms};
use crate::kinds::user_pool::enums::UserPoolTier;
use crate::stack::{LogDeliverySettings, ReplicaSettings, RiskSettings, adopt as draft};

impl Gathering<'_> {
    /// What is done about risks, where logs go, and the terms of each client.
    pub(super) async fn guards(&mut self, keys: &[String]) -> Result<()> {
        for (what, looked) in [
            ("risk configurations", self.risks(keys).await),
            ("log exports", self.logs().await),
            ("terms documents", self.terms(keys).await),
        ] {
            match looked {
                Err(error) if error.aws_failure().is_some() => self.unknown(what, &error),
                Err(error) => return Err(error),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// The copy in another Region.
    pub(super) async fn replica(&mut self) -> Result<()> {
        match self.replicas().await {
            Err(error) if error.aws_failure().is_some() => self.unknown("replicas", &error),
            looked => looked?,
        }
        Ok(())
    }

    async fn replicas(&mut self) -> Result<()> {
        let all = replica::listed(&self.run.ctx(None), self.pool).await?;
        for region in all.iter().filter_map(|shown| shown.region_name()) {
            let (address, id) = (Address::one(Replica::NAME), format!("{}/{region}", self.pool));
            if self.gathered.objects.contains_key(&address) {
                self.leave_out(format!("the replica in {region}"), "a stack has one; it stays");
                continue;
            }
            // One that is being deleted is none.
            let seen = match self.unclaimed(&address, &id).await {
                // Who may look into this Region may not always look into that one.
                Err(error) if error.aws_failure().is_some() => {
                    self.leave_out(format!("the replica in {region}"), why(&error));
                    continue;
                }
                seen => seen?,
            };
            let Some(seen) = seen else { continue };
            let Replica { user_pool: _, region, status, tags: _ } = serde_json::from_value(seen.spec.clone())
                .map_err(|error| Error::bug("what was read is no replica").caused_by(error))?;
            let status = status.filter(|status| *status != ReplicaStatus::Inactive);
            // Its tags are set apart from those of the stack later.
            self.gathered.file.replica = Some(ReplicaSettings { region, status, tags: None });
            self.gathered.objects.insert(address, (id, seen));
        }
        Ok(())
    }

    async fn risks(&mut self, keys: &[String]) -> Result<()> {
        // AWS holds none on another plan, and there may be many clients to ask for.
        if self.gathered.file.user_pool.user_pool_tier != Some(UserPoolTier::Plus) {
            return Ok(());
        }
        let mut risks = RiskSettings::default();
        for client in std::iter::once(None).chain(keys.iter().map(Some)) {
            let (address, scope) = match client {
                None => (Address::one(RiskConfiguration::NAME), format!("{}/ALL", self.pool)),
                Some(key) => match self.gathered.objects.get(&Address::named(AppClient::NAME, key)) {
                    Some((id, _)) => (Address::named(RiskConfiguration::NAME, key), id.clone()),
                    None => continue,
                },
            };
            let Some(seen) = self.unclaimed(&address, &scope).await? else { continue };
            let own = draft::risk(&seen.spec, self.run.kinds.facts(&address))?;
            match client {
                None => {
                    risks.compromised_credentials_risk_configuration = own.compromised_credentials_risk_configuration;
                    risks.account_takeover_risk_configuration = own.account_takeover_risk_configuration;
                    risks.risk_exception_configuration = own.risk_exception_configuration;
                }
                Some(key) => drop(risks.app_clients.insert(key.clone(), own)),
            }
            self.gathered.objects.insert(address, (scope, seen));
        }
        if risks != RiskSettings::default() {
            self.gathered.file.risk_configuration = Some(risks);
        }
        Ok(())
    }

    async fn logs(&mut self) -> Result<()> {
        let (address, id) = (Address::one(LogDelivery::NAME), self.pool.to_owned());
        let Some(seen) = self.unclaimed(&address, &id).await? else { return Ok(()) };
        let arn = |key: &str| seen.spec[key].as_str().map(ToOwned::to_owned);
        let settings = LogDeliverySettings {
            user_notification: arn("user_notification"),
            user_auth_events: arn("user_auth_events"),
        };
        self.gathered.file.log_delivery = Some(settings);
        self.gathered.objects.insert(address, (id, seen));
        Ok(())
    }

    async fn terms(&mut self, keys: &[String]) -> Result<()> {
        let ctx = self.run.ctx(None);
        for (_, id) in terms::listed(&ctx, self.pool).await? {
            let id = format!("{}/{id}", self.pool);
            let found = match Terms::read(&ctx, &id, None).await {
                Ok(found) => found,
                // A document that this program does not know.
                Err(error) if error.aws_failure().is_none() && !error.is_stopped() => {
                    self.leave_out(format!("the terms {id}"), error.message());
                    continue;
                }
                Err(error) => return Err(error),
            };
            let Some(found) = found else { continue };
            let Terms { user_pool: _, app_client, document, links } = found.spec;
            let Some(key) =
                keys.iter().find(|key| app_client.address == Address::named(AppClient::NAME, *key).to_string())
            else {
                self.leave_out(format!("the terms {id}"), "they are of a client that the stack does not have");
                continue;
            };
            let address = Address::named(Terms::NAME, Terms::name(key, document));
            let Some(seen) = self.unclaimed(&address, &id).await? else { continue };
            let settings = self.gathered.file.terms.entry(key.clone()).or_default();
            match document {
                Document::TermsOfUse => settings.terms_of_use = Some(links),
                Document::PrivacyPolicy => settings.privacy_policy = Some(links),
            }
            self.gathered.objects.insert(address, (id, seen));
        }
        Ok(())
    }
}
