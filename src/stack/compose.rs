//! A stack file into resources: one for each object that AWS is to hold. Pure.
//!
//! Four lines of `domain:` become a certificate, the records that prove it, the wait for its issue, the domain,
//! its alias records and the wait for it to answer. What the file leaves unsaid stays unsaid, except for what
//! this program recommends: deletion protection is on unless the file says otherwise.

mod authorizers;
mod domain;
mod guards;
mod identity;
mod people;
pub mod permissions;
mod replica;

use std::collections::BTreeMap;

use serde::Serialize;

use super::load::Loaded;
use super::{AliasSettings, AssetSettings, ClientUi, RecordSettings, StackFile, UiSettings, at};
use crate::address::Address;
use crate::engine::plan::{Desired, DesiredResource};
use crate::error::{Error, Result};
use crate::kind::{Kind, Ref};
use crate::kinds::app_client::{AppClient, ClientSettings};
use crate::kinds::dns_record::{DnsRecord, Target, canonical_value};
use crate::kinds::domain::Domain;
use crate::kinds::identity_provider::IdentityProvider;
use crate::kinds::managed_login_branding::{self, ManagedLoginBranding};
use crate::kinds::names::canonical;
use crate::kinds::ui_customization::UiCustomization;
use crate::kinds::user_pool::UserPool;
use crate::kinds::user_pool::enums::DeletionProtection;
use crate::kinds::web_acl_association::WebAclAssociation;

/// How long resolvers may keep a record that says nothing about it.
pub(super) const TTL: u32 = 300;

/// What a stack file asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// Each resource, by its address.
    pub desired: Desired,
    /// The contents of files that specs name, by their SHA-256 in lower-case hex.
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// The records of the domain that are to be made by hand, by the addresses they would have had.
    pub manual_records: BTreeMap<Address, DnsRecord>,
    /// What a person should know that is neither wrong nor a resource, as sentences.
    pub notes: Vec<String>,
}

/// What the stack file asks for.
///
/// # Errors
/// When a spec cannot be written as JSON, which is a fault of this program.
pub fn compose(loaded: &Loaded) -> Result<Composed> {
    let mut composing = Composing {
        file: &loaded.file,
        resources: BTreeMap::new(),
        manual_records: BTreeMap::new(),
        notes: Vec::new(),
    };
    composing.user_pool()?;
    composing.replica()?;
    composing.lambda_permissions()?;
    composing.identity_providers(loaded)?;
    composing.app_clients(loaded)?;
    composing.people()?;
    composing.identity_pool()?;
    composing.api_authorizers()?;
    composing.web_acl()?;
    composing.domain()?;
    composing.look(loaded)?;
    composing.risks()?;
    composing.logs()?;
    composing.terms()?;
    composing.records()?;
    let Composing { file: _, resources, manual_records, notes } = composing;
    let mut desired = Desired { resources, ..Desired::default() };
    super::lifecycle::lived(&loaded.file, &mut desired).map_err(|mut problems| {
        loaded.locate(&mut problems);
        let counted = if problems.len() == 1 { "a problem".to_owned() } else { format!("{} problems", problems.len()) };
        let file = loaded.sources.first().map_or("the stack file", |source| source.name.as_str());
        Error::problems(format!("{file} has {counted}"), problems)
    })?;
    Ok(Composed { desired, blobs: loaded.files.blobs.clone(), manual_records, notes })
}

struct Composing<'a> {
    file: &'a StackFile,
    resources: BTreeMap<Address, DesiredResource>,
    manual_records: BTreeMap<Address, DnsRecord>,
    notes: Vec<String>,
}

impl Composing<'_> {
    fn add(&mut self, address: Address, at: impl Into<String>, spec: &impl Serialize) -> Result<()> {
        let spec = serde_json::to_value(spec)
            .map_err(|error| Error::bug(format!("{address} cannot be written")).caused_by(error))?;
        self.resources.insert(address, DesiredResource { spec, at: at.into(), after: Vec::new() });
        Ok(())
    }

    fn user_pool(&mut self) -> Result<()> {
        let mut pool = self.file.user_pool.clone();
        // The API's own default is INACTIVE (`user_pool.md`); a pool that is deleted takes its users along.
        pool.deletion_protection.get_or_insert(DeletionProtection::Active);
        if !self.file.tags.is_empty() {
            let own = pool.tags.get_or_insert_default();
            for (key, value) in &self.file.tags {
                own.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        self.add(Address::one(UserPool::NAME), "user_pool", &pool)
    }

    fn web_acl(&mut self) -> Result<()> {
        let Some(arn) = &self.file.web_acl_arn else { return Ok(()) };
        let spec = WebAclAssociation { user_pool: Ref::one(), web_acl_arn: arn.clone() };
        self.add(Address::one(WebAclAssociation::NAME), "web_acl_arn", &spec)
    }

    fn identity_providers(&mut self, loaded: &Loaded) -> Result<()> {
        for (key, settings) in &self.file.identity_providers {
            let at = at::key("identity_providers", key);
            let Some(r#type) = settings.types().first().copied() else { continue };
            let mut settings = settings.clone().completed(r#type);
            settings.name.get_or_insert_with(|| key.clone());
            if let Some(saml) = &mut settings.saml {
                let document = loaded.files.documents.get(&at::key(&at::key(&at, "saml"), "metadata_file"));
                saml.metadata_file = document.map(super::files::Css::text);
            }
            let spec = IdentityProvider { user_pool: Ref::one(), r#type, other_details: BTreeMap::new(), settings };
            self.add(Address::named(IdentityProvider::NAME, key), at, &spec)?;
        }
        Ok(())
    }

    /// The providers of this stack that a client names: they come before it, and go after it (`app_client.md` 5).
    fn providers_of(&self, client: &ClientSettings) -> Vec<Address> {
        let named = |name: &str| client.supported_identity_providers.as_ref().is_some_and(|all| all.contains(name));
        let providers = self.file.identity_providers.iter().filter(|(key, provider)| named(provider.name(key)));
        providers.map(|(key, _)| Address::named(IdentityProvider::NAME, key)).collect()
    }

    fn app_clients(&mut self, loaded: &Loaded) -> Result<()> {
        let domain = self.file.domain.as_ref();
        let is_managed = domain.and_then(|domain| domain.managed_login_version) == Some(2);
        let is_styled = |key: &String| is_managed && domain.is_none_or(|domain| !domain.unstyled_clients.contains(key));
        let mut named: BTreeMap<String, Address> = BTreeMap::new();
        for (key, settings) in &self.file.app_clients {
            let at = at::key("app_clients", key);
            let mut settings = settings.clone().completed();
            let name = settings.name.get_or_insert_with(|| key.clone()).clone();
            let address = Address::named(AppClient::NAME, key);
            let providers = self.providers_of(&settings);
            self.add(address.clone(), &*at, &AppClient { user_pool: Ref::one(), settings })?;
            if let Some(made) = self.resources.get_mut(&address) {
                made.after.extend(providers);
            }
            // A client whose making was cut short is known by its name alone: of those of one name, one is made at a time.
            if let (Some(first), Some(made)) = (named.insert(name, address.clone()), self.resources.get_mut(&address)) {
                made.after.push(first);
            }
            if is_styled(key) {
                let style = style(loaded, key);
                self.add(Address::named(ManagedLoginBranding::NAME, key), &*at, &style)?;
            }
        }
        Ok(())
    }

    fn look(&mut self, loaded: &Loaded) -> Result<()> {
        let Some(UiSettings { css: _, image_file: _, app_clients }) = &self.file.ui_customization else {
            return Ok(());
        };
        let Some(domain) = self.a_domain() else { return Ok(()) };
        let base = "ui_customization";
        let scopes = app_clients.iter().map(|(client, ClientUi { css: _, image_file: _ })| {
            (at::key(&format!("{base}.app_clients"), client), Some(client.as_str()))
        });
        for (at, client) in std::iter::once((base.to_owned(), None)).chain(scopes) {
            let css = loaded.files.css.get(&at::key(&at, "css")).map(super::files::Css::text);
            let image = loaded.files.images.get(&at::key(&at, "image_file")).cloned();
            if css.is_none() && image.is_none() {
                continue;
            }
            let spec = UiCustomization {
                user_pool: Ref::one(),
                domain: domain.clone(),
                app_client: client.map(Ref::named),
                css,
                image,
            };
            let address = match client {
                Some(client) => Address::named(UiCustomization::NAME, client),
                None => Address::one(UiCustomization::NAME),
            };
            self.add(address, at, &spec)?;
        }
        Ok(())
    }

    /// The domain that must be there before the pages can have a look.
    fn a_domain(&self) -> Option<Ref<Domain>> {
        let domain = self.file.domain.as_ref()?;
        Some(Ref::named(if domain.name.is_some() { "custom" } else { "prefix" }))
    }

    fn records(&mut self) -> Result<()> {
        for (key, record) in &self.file.records {
            let RecordSettings { name, r#type, ttl, values, alias, routing, health_check_id, hosted_zone } = record;
            let target = match alias {
                Some(AliasSettings { dns_name, zone_id, evaluate_target_health }) => Target::AliasTo {
                    dns_name: canonical(dns_name),
                    zone_id: zone_id.clone(),
                    evaluate_target_health: evaluate_target_health.unwrap_or(false),
                },
                None => Target::Values {
                    ttl: ttl.unwrap_or(TTL),
                    values: values.iter().flatten().map(|value| canonical_value(*r#type, value)).collect(),
                },
            };
            let spec = domain::of_name(name, *r#type, target).in_zone(hosted_zone.as_deref());
            let (routing, health_check_id) = (routing.clone(), health_check_id.clone());
            let spec = DnsRecord { routing, health_check_id, ..spec };
            self.add(Address::named(DnsRecord::NAME, key), at::key("records", key), &spec)?;
        }
        Ok(())
    }
}

/// A client's style of managed login. Without one, AWS shows an error page (`ui.md` 1), and so each client has one; of what
/// nobody declares, what somebody designs later is theirs.
fn style(loaded: &Loaded, client: &str) -> ManagedLoginBranding {
    let base = at::key("managed_login_branding", client);
    let declared = loaded.file.managed_login_branding.get(client);
    let settings = loaded.files.settings.get(&at::key(&base, "settings")).map(|file| file.settings.clone());
    let assets = declared.iter().flat_map(|declared| declared.assets.iter().enumerate());
    let assets = assets.filter_map(|(index, AssetSettings { category, color_mode, file: _, resource_id: _ })| {
        let image = loaded.files.assets.get(&format!("{base}.assets[{index}].file"))?;
        Some((*category, *color_mode, image.clone()))
    });
    ManagedLoginBranding {
        user_pool: Ref::one(),
        app_client: Ref::named(client),
        // A style with settings is not AWS's own.
        use_cognito_provided_values: match settings {
            Some(_) => Some(false),
            None => declared.and_then(|declared| declared.use_cognito_provided_values),
        },
        settings,
        assets: managed_login_branding::placed(assets),
    }
}

#[cfg(test)]
mod tests;
