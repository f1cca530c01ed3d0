//! Identity providers: their own rules, and what they ask of clients.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use crate::error::Problem;
use crate::kinds::app_client::check::attribute_name;
use crate::kinds::identity_provider::check::{PoolFacts, check_all, written_by};
use crate::stack::{StackFile, at};

const BASE: &str = "identity_providers";

impl Check<'_> {
    /// The names of the file's providers in AWS; None where it has none, so that others may have made some.
    pub(super) fn provider_names(&self) -> Option<BTreeSet<String>> {
        let providers = &self.file.identity_providers;
        let names = providers.iter().map(|(key, provider)| provider.name(key).to_owned());
        (!providers.is_empty() && !self.is_broken(BASE)).then(|| names.collect())
    }

    /// The rules of the providers' own fields, and of what they fill in.
    pub(super) fn identity_providers(&mut self) {
        let StackFile { user_pool, identity_providers, .. } = self.file;
        let standard = serde_json::to_value(&user_pool.standard_attributes).unwrap_or_default();
        let standard = || standard.as_object().into_iter().flatten();
        let fixed = standard().filter(|(_, one)| one["mutable"] == false).map(|(name, _)| name.clone()).collect();
        let bare = |name: &str| name.strip_prefix("custom:").unwrap_or(name).to_owned();
        let custom: BTreeMap<String, bool> =
            user_pool.attributes.iter().flatten().map(|(name, one)| (bare(name), one.mutable != Some(false))).collect();
        let mut found = Vec::new();
        check_all(identity_providers, &PoolFacts { custom_attributes: &custom, fixed: &fixed }, &mut found);
        // Where the pool's attributes are wrong, nobody knows which there are.
        let is_known = !self.is_broken("user_pool.attributes") && !self.is_broken("user_pool.standard_attributes");
        self.problems.extend(found.into_iter().filter(|one| is_known || !one.at.contains(".attribute_mapping")));
        let required = standard().filter(|(_, one)| one["required"] == true).map(|(name, _)| name.clone());
        let required: Vec<String> = required.collect();
        for (key, provider) in identity_providers {
            let mapped = |name: &String| provider.attribute_mapping.as_ref().is_some_and(|all| all.contains_key(name));
            // other_resources.md 1.3: "Every required pool attribute needs a mapping for federated sign-up".
            let unmapped: Vec<&str> = required.iter().filter(|name| !mapped(name)).map(String::as_str).collect();
            if !unmapped.is_empty() {
                let message = format!(
                    "nobody can sign up through {key}: the pool requires {}, which it does not fill in",
                    unmapped.join(", ")
                );
                let problem = Problem::new(at::key(BASE, key), message);
                self.warnings.push(problem.hint("map each under attribute_mapping"));
            }
        }
        self.what_clients_must_write();
    }

    /// A client that names a provider can write what the provider fills in (`app_client.md` 1, `WriteAttributes`).
    fn what_clients_must_write(&mut self) {
        let StackFile { identity_providers, app_clients, .. } = self.file;
        for (client, settings) in app_clients {
            let named = settings.supported_identity_providers.as_ref();
            let written: Option<BTreeSet<String>> =
                settings.write_attributes.as_ref().map(|all| all.iter().map(|name| attribute_name(name)).collect());
            let may_write = |name: &str| match &written {
                Some(written) => written.contains(name),
                None => !name.contains(':'),
            };
            let mut lacking: BTreeMap<String, &str> = BTreeMap::new();
            for (key, provider) in identity_providers {
                if named.is_some_and(|named| named.contains(provider.name(key))) {
                    lacking.extend(
                        written_by(provider).filter(|name| !may_write(name)).map(|name| (name, provider.name(key))),
                    );
                }
            }
            for (attribute, provider) in lacking {
                let message = format!("{provider} fills in {attribute}, which this client may not write");
                let (field, hint) = match &written {
                    Some(_) => ("write_attributes", format!("add {attribute}")),
                    None => (
                        "supported_identity_providers",
                        format!(
                            "list under write_attributes what it may write, {attribute} among it; left out, it may \
                                 write the standard attributes alone"
                        ),
                    ),
                };
                let at = at::key(&at::key("app_clients", client), field);
                self.advise(at, message, hint);
            }
        }
    }
}
