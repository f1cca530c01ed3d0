//! The authorizers of HTTP APIs that take the pool's tokens.

use super::Composing;
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Kind, Ref};
use crate::kinds::api_authorizer::ApiAuthorizer;
use crate::kinds::app_client::AppClient;
use crate::stack::{AuthorizerSettings, at};

impl Composing<'_> {
    pub(super) fn api_authorizers(&mut self) -> Result<()> {
        let issuer_type =
            self.file.user_pool.issuer_configuration.as_ref().and_then(|issuer| issuer.issuer_type.clone());
        for (key, settings) in &self.file.api_authorizers {
            let AuthorizerSettings { api_id, name, app_clients, identity_source, routes } = settings;
            let all = || self.file.app_clients.keys().cloned().collect();
            let clients = app_clients.clone().unwrap_or_else(all);
            let mut clients: Vec<Ref<AppClient>> =
                clients.iter().map(|client| Ref::at(&Address::named(AppClient::NAME, client))).collect();
            clients.sort_by(|one, other| one.address.cmp(&other.address));
            let spec = ApiAuthorizer {
                api_id: api_id.clone(),
                name: name.clone().unwrap_or_else(|| key.clone()),
                user_pool: Ref::one(),
                issuer_type: issuer_type.clone(),
                app_clients: clients,
                identity_source: identity_source.clone(),
                routes: routes.clone(),
            };
            self.add(Address::named(ApiAuthorizer::NAME, key), at::key("api_authorizers", key), &spec)?;
        }
        Ok(())
    }
}
