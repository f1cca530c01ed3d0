//! What AWS holds into what a person would have written to have it. Pure.
//!
//! What AWS does unasked is left out, by the same facts that the diff has; what composing a file adds of itself is, too.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::check::names::default_certificate;
use super::{AuthorizerSettings, CertificateSettings, ClientRisk, IdentityPoolSettings, StackFile, at};
use crate::address::is_name;
use crate::engine::diff::without_defaults;
use crate::engine::facts::Facts;
use crate::error::{Error, Result};
use crate::kinds::app_client::ClientSettings;
use crate::kinds::certificate::{Certificate, Export, KeyAlgorithm};
use crate::kinds::group::GroupSettings;
use crate::kinds::identity_provider::ProviderSettings;
use crate::kinds::resource_server::ServerSettings;
use crate::kinds::user_pool::UserPool;

/// How much of a client's name its key keeps, so that a number fits behind it.
const LONGEST_STEM: usize = 56;

/// A stack file that says nothing but the pool.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn file(pool: UserPool) -> Result<StackFile> {
    let mut file: StackFile = typed(json!({ "user_pool": { "name": "" } }))?;
    file.user_pool = pool;
    Ok(file)
}

/// The pool as a person would write it, from its total spec; its tags stand elsewhere.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn user_pool(spec: &Value, facts: Facts<'_>) -> Result<UserPool> {
    let mut pool = declared(spec, facts);
    pool.remove("tags");
    pool.insert("name".to_owned(), spec["name"].clone());
    // A stack's default is the other one than AWS's.
    match spec["deletion_protection"].as_str() {
        Some("ACTIVE") => pool.remove("deletion_protection"),
        _ => pool.insert("deletion_protection".to_owned(), spec["deletion_protection"].clone()),
    };
    // AWS does not say what the rest of a policy is when only a part is given (user_pool.md 2).
    if pool.contains_key("password_policy") {
        let mut policy = spec["password_policy"].clone();
        if policy["password_history_size"] == 0
            && let Some(policy) = policy.as_object_mut()
        {
            policy.remove("password_history_size");
        }
        pool.insert("password_policy".to_owned(), policy);
    }
    typed(pool.into())
}

/// A client as a person would write it under `key`, from its total spec.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn client(key: &str, spec: &Value, facts: Facts<'_>) -> Result<ClientSettings> {
    const ON: &str = "allowed_oauth_flows_user_pool_client";
    let mut client = declared(spec, facts);
    client.remove("user_pool");
    if spec["name"] == key {
        client.remove("name");
    }
    // It follows from grants and scopes, where there are any.
    let is_filled = |field: &str| client.get(field).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if is_filled("allowed_oauth_flows") || is_filled("allowed_oauth_scopes") {
        if spec[ON] == true {
            client.remove(ON);
        } else {
            client.insert(ON.to_owned(), false.into());
        }
    }
    typed(client.into())
}

/// A resource server as a person would write it under `key`, from its total spec.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn server(key: &str, spec: &Value, facts: Facts<'_>) -> Result<ServerSettings> {
    let mut server = without_key(key, spec, facts, &["name", "identifier"]);
    server.remove("user_pool");
    typed(server.into())
}

/// A group as a person would write it under `key`, from its total spec.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn group(key: &str, spec: &Value, facts: Facts<'_>) -> Result<GroupSettings> {
    let mut group = without_key(key, spec, facts, &["name"]);
    group.remove("user_pool");
    typed(group.into())
}

/// What is declared, without the fields that are called as the key is.
fn without_key(key: &str, spec: &Value, facts: Facts<'_>, fields: &[&str]) -> Map<String, Value> {
    let mut declared = declared(spec, facts);
    declared.retain(|field, value| !fields.contains(&field.as_str()) || value != key);
    declared
}

/// The identity pool of the user pool `name` as a person would write it, from its total spec; none where it takes people of
/// clients that the stack does not have. Its tags stand elsewhere.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn identity_pool(name: &str, spec: &Value, facts: Facts<'_>) -> Result<Option<IdentityPoolSettings>> {
    let mut pool = declared(spec, facts);
    pool.remove("tags");
    if spec["name"] == name {
        pool.remove("name");
    }
    let mut clients = Map::new();
    for client in spec["app_clients"].as_array().into_iter().flatten() {
        let Some(key) = key_of(&client["app_client"]) else { return Ok(None) };
        let mut settings = client.as_object().cloned().unwrap_or_default();
        settings.remove("app_client");
        settings.retain(|_, value| *value != Value::Bool(false) && !value.is_null());
        clients.insert(key, settings.into());
    }
    pool.insert("app_clients".to_owned(), clients.into());
    typed(pool.into()).map(Some)
}

/// An authorizer as a person would write it under `key`, from its total spec; none where it takes tokens of clients that
/// the stack does not have.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn authorizer(key: &str, spec: &Value, facts: Facts<'_>) -> Result<Option<AuthorizerSettings>> {
    let mut authorizer = without_key(key, spec, facts, &["name"]);
    authorizer.remove("user_pool");
    let clients = spec["app_clients"].as_array().into_iter().flatten().map(key_of);
    let Some(clients) = clients.collect::<Option<Vec<String>>>() else { return Ok(None) };
    authorizer.insert("app_clients".to_owned(), json!(clients));
    typed(authorizer.into()).map(Some)
}

/// The key of a client of this stack's that is referred to.
fn key_of(reference: &Value) -> Option<String> {
    reference.as_str()?.strip_prefix("app_client.").map(str::to_owned)
}

/// What is done about risks as a person would write it, from its total spec.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn risk(spec: &Value, facts: Facts<'_>) -> Result<ClientRisk> {
    let mut risk = declared(spec, facts);
    risk.remove("user_pool");
    risk.remove("app_client");
    typed(risk.into())
}

/// A provider as a person would write it under `key`, from its total spec; `document` is the file that its metadata is in.
///
/// # Errors
/// Never, unless this program is at fault.
pub fn provider(key: &str, spec: &Value, facts: Facts<'_>, document: Option<String>) -> Result<ProviderSettings> {
    let mut provider = declared(spec, facts);
    provider.remove("user_pool");
    provider.remove("type");
    provider.remove("other_details");
    if spec["name"] == key {
        provider.remove("name");
    }
    if let (Some(document), Some(Value::Object(saml))) = (document, provider.get_mut("saml")) {
        saml.insert("metadata_file".to_owned(), document.into());
    }
    typed(provider.into())
}

fn declared(spec: &Value, facts: Facts<'_>) -> Map<String, Value> {
    match without_defaults(spec, facts) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value)
        .map_err(|error| Error::bug("what was read does not fit a stack file").caused_by(error))
}

/// What the stack calls the clients of these names: the name itself where it can be one, and else what is left of it; no
/// two alike, also where capitals count for nothing, as in the names of files.
#[must_use]
pub fn keys(names: &[&str]) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut keys = vec![String::new(); names.len()];
    let mut take = |key: &str| taken.insert(key.to_ascii_lowercase()).then(|| key.to_owned());
    // Whoever can be called by its own name is, before others get what is left.
    for (key, name) in keys.iter_mut().zip(names).filter(|(_, name)| is_name(name)) {
        *key = take(name).unwrap_or_default();
    }
    for (key, name) in keys.iter_mut().zip(names).filter(|(key, _)| key.is_empty()) {
        let stem = stem(name);
        let mut numbered = std::iter::once(stem.clone()).chain((2..).map(|number| format!("{stem}_{number}")));
        *key = numbered.find_map(|wish| take(&wish)).unwrap_or_default();
    }
    keys
}

fn stem(name: &str) -> String {
    let mut stem = String::new();
    for c in name.chars() {
        let is_good = c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if is_good || !stem.ends_with('_') {
            stem.push(if is_good { c } else { '_' });
        }
    }
    let stem: String = stem.trim_matches('_').chars().take(LONGEST_STEM).collect();
    if stem.is_empty() { "client".to_owned() } else { stem }
}

/// Tags, as a stack file says them.
#[derive(Debug, Default, PartialEq)]
pub struct Tags {
    /// The stack's: all that can carry tags has them.
    pub both: BTreeMap<String, String>,
    /// The pool's own.
    pub own: BTreeMap<String, String>,
    /// The identity pool's own.
    pub of_identity_pool: BTreeMap<String, String>,
    /// The replica's own.
    pub of_replica: BTreeMap<String, String>,
    /// The certificate's that cannot be said, for it has none of its own.
    pub lacking: BTreeMap<String, String>,
}

/// Tags of the pool, of the certificate, of the identity pool and of the replica into the stack's, which all carry, and
/// into their own.
#[must_use]
pub fn tags(
    pool: &BTreeMap<String, String>,
    certificate: Option<BTreeMap<String, String>>,
    identity_pool: Option<&BTreeMap<String, String>>,
    replica: Option<&BTreeMap<String, String>>,
) -> Tags {
    // A value that differs is one's own; a certificate has none of its own.
    let all = |key: &String| [Some(pool), identity_pool, replica].iter().flatten().all(|tags| tags.contains_key(key));
    let (both, lacking): (BTreeMap<_, _>, BTreeMap<_, _>) = match certificate {
        Some(certificate) => certificate.into_iter().partition(|(key, _)| all(key)),
        None => (pool.clone().into_iter().filter(|(key, _)| all(key)).collect(), BTreeMap::new()),
    };
    let own = |tags: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        tags.clone().into_iter().filter(|(key, value)| both.get(key) != Some(value)).collect()
    };
    let further = |tags: Option<&BTreeMap<String, String>>| tags.map(own).unwrap_or_default();
    let (of_identity_pool, of_replica) = (further(identity_pool), further(replica));
    Tags { own: own(pool), both, of_identity_pool, of_replica, lacking }
}

/// What a domain says of the certificate that the stack is to make; None where it would make this one unasked.
#[must_use]
pub fn certificate(host: &str, zone: Option<&str>, spec: &Certificate) -> Option<CertificateSettings> {
    let Certificate { domain_name, subject_alternative_names, key_algorithm, export, alive: _, tags: _ } = spec;
    let further = subject_alternative_names.iter().flatten().cloned().collect::<Vec<_>>();
    let settings = CertificateSettings {
        domain_name: (*domain_name != default_certificate(host, zone)).then(|| domain_name.clone()),
        subject_alternative_names: (!further.is_empty()).then_some(further),
        key_algorithm: key_algorithm.filter(|algorithm| *algorithm != KeyAlgorithm::Rsa2048),
        export: export.filter(|export| *export != Export::Disabled),
        arn: None,
    };
    (settings != CertificateSettings::default()).then_some(settings)
}

/// Takes what stands at `path` out of a stack file, or the nearest that stands above it: lists are taken whole. Gives its
/// path; None where a stack file cannot be without it.
pub fn take_out(file: &mut Map<String, Value>, path: &str) -> Option<String> {
    const NEEDED: &[&str] = &["", "region", "account", "user_pool", "user_pool.name"];
    let found = nearest(file, "", path)?;
    // Without what is said of it, another certificate would be made.
    if NEEDED.contains(&&*found) || at::is_within(&found, "domain.certificate") {
        return None;
    }
    remove(file, "", &found).then_some(found)
}

/// The longest path of what is written that is `path` or lies above it.
fn nearest(fields: &Map<String, Value>, base: &str, path: &str) -> Option<String> {
    for (key, value) in fields {
        // The rules of a pool name the key of a tag as it is, dots and all.
        let here = [at::key(base, key), format!("{base}.{key}")].into_iter().find(|here| at::is_within(path, here));
        let Some(here) = here else { continue };
        let below = value.as_object().and_then(|fields| nearest(fields, &here, path));
        return Some(below.unwrap_or_else(|| at::key(base, key)));
    }
    None
}

/// Whether something stood at `path` and is gone; a mapping that it leaves empty goes too, where it was not a client.
fn remove(fields: &mut Map<String, Value>, base: &str, path: &str) -> bool {
    let found = fields.keys().find(|key| at::is_within(path, &at::key(base, key))).cloned();
    let Some(key) = found else { return false };
    let here = at::key(base, &key);
    if here == path {
        return fields.remove(&key).is_some();
    }
    let Some(Value::Object(below)) = fields.get_mut(&key) else { return false };
    let is_gone = remove(below, &here, path);
    if is_gone && below.is_empty() && !["app_clients", "resource_servers", "groups"].contains(&base) {
        fields.remove(&key);
    }
    is_gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_called_by_their_names_or_what_is_left_of_them() {
        let names =
            ["my app", "my_app", "web", "web", "Web", "1.0", "yes", "", "+++", "a@b.c", &"x".repeat(128), "a  b"];
        let keys = keys(&names);
        let long = "x".repeat(LONGEST_STEM);
        let wanted =
            ["my_app_2", "my_app", "web", "web_2", "Web_3", "1_0", "yes", "client", "client_2", "a_b_c", &long, "a_b"];
        assert_eq!(keys, wanted);
        assert!(keys.iter().all(|key| is_name(key)));
    }

    #[test]
    fn tags_that_both_carry_are_the_stacks() {
        let map = |tags: &[(&str, &str)]| -> BTreeMap<String, String> {
            tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let pool = map(&[("app", "shop"), ("team", "web"), ("stage", "dev")]);
        assert_eq!(tags(&pool, None, None, None), Tags { both: pool.clone(), ..Tags::default() });
        let certificate = map(&[("app", "shop"), ("team", "all"), ("cost", "1")]);
        let wanted = Tags {
            both: map(&[("app", "shop"), ("team", "all")]),
            own: map(&[("stage", "dev"), ("team", "web")]),
            lacking: map(&[("cost", "1")]),
            ..Tags::default()
        };
        assert_eq!(tags(&pool, Some(certificate.clone()), None, None), wanted);
        let identity_pool = map(&[("app", "shop"), ("stage", "all"), ("cost", "2")]);
        let wanted = Tags {
            both: map(&[("app", "shop"), ("stage", "dev")]),
            own: map(&[("team", "web")]),
            of_identity_pool: map(&[("stage", "all"), ("cost", "2")]),
            ..Tags::default()
        };
        assert_eq!(tags(&pool, None, Some(&identity_pool), None), wanted);
        let wanted = Tags {
            both: map(&[("app", "shop")]),
            own: map(&[("stage", "dev"), ("team", "web")]),
            of_identity_pool: map(&[("stage", "all"), ("cost", "2")]),
            of_replica: map(&[("x", "y")]),
            lacking: map(&[("team", "all"), ("cost", "1")]),
        };
        let replica = map(&[("app", "shop"), ("x", "y")]);
        assert_eq!(tags(&pool, Some(certificate), Some(&identity_pool), Some(&replica)), wanted);
    }

    #[test]
    fn what_is_wrong_is_taken_out_and_no_more() {
        let file = json!({
            "user_pool": { "name": "a", "mfa": { "mode": "ON" }, "tags": { "a.b": "1", "c": "2" } },
            "app_clients": { "web": { "callback_urls": ["x", "y"], "name": "w" }, "spa": { "name": "s" } },
            "domain": { "certificate": { "arn": "a" } },
        });
        let out = |path: &str| {
            let mut left = file.as_object().unwrap().clone();
            let found = take_out(&mut left, path);
            (found, Value::Object(left))
        };
        let (path, left) = out("app_clients.web.callback_urls[1]");
        assert_eq!(path.as_deref(), Some("app_clients.web.callback_urls"));
        assert_eq!(left["app_clients"]["web"], json!({ "name": "w" }));
        let (path, left) = out("user_pool.mfa.email.message");
        assert_eq!((path.as_deref(), left["user_pool"].get("mfa")), (Some("user_pool.mfa"), None));
        for tag in ["user_pool.tags.a.b", "user_pool.tags[\"a.b\"]"] {
            let (path, left) = out(tag);
            assert_eq!(
                (path.as_deref(), &left["user_pool"]["tags"]),
                (Some("user_pool.tags[\"a.b\"]"), &json!({ "c": "2" }))
            );
        }
        let (path, left) = out("app_clients.spa.name");
        assert_eq!((path.as_deref(), &left["app_clients"]["spa"]), (Some("app_clients.spa.name"), &json!({})));
        for needed in ["user_pool.name", "domain.certificate.arn", "user_pool", "region", "", "nothing.like.it"] {
            assert_eq!(out(needed).0, None, "{needed}");
        }
    }
}
