//! A pool's identity providers, read from AWS and drafted for the stack file.
//!
//! AWS shows clients' secrets; none is written down. The draft says where one is to be found from now on: in an
//! environment variable that is named after the provider.

use serde_json::{Value, json};

use super::gather::{Gathering, counted, why};
use crate::address::Address;
use crate::engine::adopt;
use crate::error::Result;
use crate::kind::Kind;
use crate::kinds::identity_provider::IdentityProvider;
use crate::kinds::user_pool::others::providers;
use crate::stack::{adopt as draft, path_key};

impl Gathering<'_> {
    /// Every provider; what cannot be read is named.
    pub(super) async fn providers(&mut self) -> Result<()> {
        let names = match providers(&self.run.aws, self.pool).await {
            Ok(names) => names,
            Err(error) => {
                self.unknown("identity providers", &error);
                return Ok(());
            }
        };
        let mut lost = Vec::new();
        let texts: Vec<&str> = names.iter().map(String::as_str).collect();
        for (key, name) in draft::keys(&texts).into_iter().zip(&names) {
            let (address, id) = (Address::named(IdentityProvider::NAME, &key), format!("{}/{name}", self.pool));
            self.claims.check(&address, &id)?;
            // One that has gone meanwhile, or is of a type that nobody knows, is none to adopt.
            let seen = match adopt::read(self.run, &address, &id).await {
                Ok(Some(seen)) => seen,
                Ok(None) => {
                    lost.push(name.as_str());
                    continue;
                }
                Err(error) if error.is_stopped() => return Err(error),
                Err(error) => {
                    self.leave_out(format!("the identity provider {name}"), why(&error));
                    continue;
                }
            };
            let mut spec = seen.spec;
            let secrets = placed(&key, &mut spec);
            let document = self.document(&key, &spec);
            if let Some((what, why)) = others(name, &spec) {
                self.leave_out(what, why);
            }
            let settings = draft::provider(&key, &spec, self.run.kinds.facts(&address), document)?;
            self.ask(&address, &id, &spec);
            let Some(seen) = adopt::read(self.run, &address, &id).await? else { continue };
            if !secrets.is_empty() {
                let comment =
                    format!("Set {} where stack runs: a secret is written down nowhere.", secrets.join(" and "));
                self.gathered.comments.insert(path_key("identity_providers", &key), comment);
            }
            self.gathered.file.identity_providers.insert(key, settings);
            self.gathered.objects.insert(address, (id, seen));
        }
        if !lost.is_empty() {
            let what = counted(lost.len(), "identity provider", "identity providers");
            self.leave_out(format!("{what}: {}", lost.join(", ")), "listed by AWS, and not there when it was read");
        }
        Ok(())
    }

    /// The metadata that a SAML provider was given as a file, put into one again; gives its name in the stack file.
    fn document(&mut self, key: &str, spec: &Value) -> Option<String> {
        let text = spec.pointer("/saml/metadata_file")?.as_str()?;
        let name = format!("idp/{}.{key}.xml", self.stack);
        self.gathered.files.push((format!("stacks/{name}"), text.as_bytes().to_vec()));
        Some(name)
    }

    /// What is asked of an object from now on, for the next read of it.
    fn ask(&self, address: &Address, id: &str, spec: &Value) {
        let kind = self.run.kinds.of(address).name();
        self.run.known.borrow_mut().sent.insert((kind, id.to_owned()), spec.clone());
    }
}

/// What a provider holds that this program has no name for, and what becomes of it; None where there is nothing.
pub(super) fn others(name: &str, spec: &Value) -> Option<(String, String)> {
    let names: Vec<&str> = spec.get("other_details")?.as_object()?.keys().map(String::as_str).collect();
    let what = counted(names.len(), "detail", "details");
    let why = "stack has no name for it, so no file can ask for it; a change of the provider leaves it as it is";
    (!names.is_empty())
        .then(|| (format!("{what} of the identity provider {name}: {}", names.join(", ")), why.to_owned()))
}

/// Says in the spec where each secret that it must have is found; gives the names of the variables.
fn placed(key: &str, spec: &mut Value) -> Vec<String> {
    let stem: String =
        key.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    let wanted = [
        ("google", "client_secret", "CLIENT_SECRET"),
        ("facebook", "client_secret", "CLIENT_SECRET"),
        ("login_with_amazon", "client_secret", "CLIENT_SECRET"),
        ("sign_in_with_apple", "private_key", "PRIVATE_KEY"),
    ];
    let mut names = Vec::new();
    for (block, field, end) in wanted {
        if let Some(details) = spec.get_mut(block).and_then(Value::as_object_mut) {
            let name = format!("{stem}_{end}");
            details.insert(field.to_owned(), json!({ "env": name }));
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::identity_provider::ProviderSettings;

    #[test]
    fn secrets_are_looked_for_under_the_providers_name() {
        let mut spec = json!({ "google": { "client_id": "a", "authorize_scopes": ["openid"] } });
        assert_eq!(placed("Google", &mut spec), ["GOOGLE_CLIENT_SECRET"]);
        assert_eq!(spec["google"]["client_secret"], json!({ "env": "GOOGLE_CLIENT_SECRET" }));
        assert!(placed("Corp", &mut json!({ "saml": {} })).is_empty());
        let settings: ProviderSettings = serde_json::from_value(spec).unwrap();
        assert!(settings.google.is_some());
    }
}
