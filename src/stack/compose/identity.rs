//! The identity pool, with the clients whose people get credentials.

use super::Composing;
use crate::address::Address;
use crate::error::Result;
use crate::kind::{Kind, Ref};
use crate::kinds::app_client::AppClient;
use crate::kinds::identity_pool::{IdentityClient, IdentityPool};
use crate::stack::IdentityPoolSettings;
use crate::stack::identity::IdentityClientSettings;

impl Composing<'_> {
    pub(super) fn identity_pool(&mut self) -> Result<()> {
        let Some(settings) = self.file.identity_pool.clone() else { return Ok(()) };
        let IdentityPoolSettings {
            name,
            allow_unauthenticated_identities,
            allow_classic_flow,
            app_clients,
            supported_login_providers,
            developer_provider_name,
            open_id_connect_provider_arns,
            saml_provider_arns,
            roles,
            role_mappings,
            principal_tags,
            tags,
        } = settings;
        let all = || self.file.app_clients.keys().map(|key| (key.clone(), IdentityClientSettings::default())).collect();
        let mut clients: Vec<IdentityClient> = app_clients
            .unwrap_or_else(all)
            .into_iter()
            .map(|(key, IdentityClientSettings { server_side_token_check, role_mapping })| IdentityClient {
                app_client: Ref::at(&Address::named(AppClient::NAME, &key)),
                server_side_token_check: server_side_token_check.unwrap_or(false),
                role_mapping,
            })
            .collect();
        clients.sort_by(|one, other| one.app_client.address.cmp(&other.app_client.address));
        let mut own = tags.unwrap_or_default();
        for (key, value) in &self.file.tags {
            own.entry(key.clone()).or_insert_with(|| value.clone());
        }
        let pool = IdentityPool {
            name: name.unwrap_or_else(|| self.file.user_pool.name.clone()),
            allow_unauthenticated_identities,
            allow_classic_flow,
            app_clients: Some(clients),
            supported_login_providers,
            developer_provider_name,
            open_id_connect_provider_arns,
            saml_provider_arns,
            roles,
            role_mappings,
            principal_tags,
            tags: (!own.is_empty()).then_some(own),
        };
        self.add(Address::one(IdentityPool::NAME), "identity_pool", &pool)
    }
}
