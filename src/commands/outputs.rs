//! What a stack gives to the applications that use it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::address::Address;
use crate::aws::Aws;
use crate::error::Result;
use crate::kinds::app_client::secrets::{self, ClientSecret};
use crate::kinds::{app_client, domain};
use crate::state::{Record, State};

/// The outputs of a stack: what its state knows of the pool, its clients and its domain.
pub fn outputs(state: &State) -> BTreeMap<String, Value> {
    let mut outputs = BTreeMap::new();
    if let Some(pool) = state.resources.get(&Address::one("user_pool")) {
        outputs.insert("user_pool_id".to_owned(), json!(pool.id));
        for (name, key) in [("user_pool_arn", "arn"), ("issuer", "issuer")] {
            if let Some(value) = pool.outputs.get(key).filter(|value| value.is_string()) {
                outputs.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(issuer) = pool.outputs.get("issuer").and_then(Value::as_str) {
            outputs.insert("jwks_url".to_owned(), json!(format!("{issuer}/.well-known/jwks.json")));
            let discovery = format!("{issuer}/.well-known/openid-configuration");
            outputs.insert("openid_configuration_url".to_owned(), json!(discovery));
        }
    }
    if let Some(region) = state.region.as_ref().filter(|_| !state.is_empty()) {
        outputs.insert("region".to_owned(), json!(region));
    }
    if let Some(pool) = state.resources.get(&Address::one("identity_pool")).and_then(|pool| pool.outputs.get("id")) {
        outputs.insert("identity_pool_id".to_owned(), pool.clone());
    }
    let host = host(state);
    if let Some(host) = &host {
        outputs.insert("domain".to_owned(), json!(host));
    }
    if let Some(target) = cloudfront(state) {
        outputs.insert("domain_target".to_owned(), json!(target));
    }
    let (mut ids, mut logins) = (Map::new(), Map::new());
    for (name, record) in clients(state) {
        if let Some(id) = record.outputs.get("client_id") {
            ids.insert(name.to_owned(), id.clone());
        }
        if let Some(url) = host.as_ref().and_then(|host| login_url(host, record)) {
            logins.insert(name.to_owned(), json!(url));
        }
    }
    let providers = state.resources.iter().filter(|(address, _)| address.kind == "identity_provider");
    let certificates = providers.filter_map(|(address, record)| {
        let certificate = record.outputs.get("encryption_certificate").filter(|one| one.is_string())?;
        Some((address.name.clone()?, certificate.clone()))
    });
    let certificates = certificates.collect();
    for (name, values) in [("client_id", ids), ("login_url", logins), ("saml_encryption_certificate", certificates)] {
        if !values.is_empty() {
            outputs.insert(name.to_owned(), Value::Object(values));
        }
    }
    outputs
}

/// What AWS shows of the clients' secrets.
pub struct Secrets {
    /// The values, as outputs: one for each client that has any.
    pub outputs: BTreeMap<String, Value>,
    /// What each of these clients has, the oldest first; or why that could not be seen.
    pub held: BTreeMap<String, Result<Vec<ClientSecret>>>,
}

/// The secrets of the clients that have one, asked of AWS now; they are kept nowhere. Of a client with two, AWS shows one
/// value.
///
/// # Errors
/// When AWS cannot be asked.
pub async fn secrets(aws: &Aws, state: &State) -> Result<Secrets> {
    let (mut values, mut held) = (Map::new(), BTreeMap::new());
    for (name, record) in clients(state) {
        if let Some(secret) = app_client::secret(aws, &record.id).await? {
            values.insert(name.to_owned(), json!(secret));
            held.insert(name.to_owned(), secrets::list(aws, &record.id).await);
        }
    }
    let some = (!values.is_empty()).then(|| ("client_secret".to_owned(), Value::Object(values)));
    Ok(Secrets { outputs: some.into_iter().collect(), held })
}

fn clients(state: &State) -> impl Iterator<Item = (&str, &Record)> {
    let clients = state.resources.iter().filter(|(address, _)| address.kind == "app_client");
    clients.filter_map(|(address, record)| Some((address.name.as_deref()?, &**record)))
}

/// The host of the sign-in pages: the custom domain where there is one (`domain_certificate_dns.md` 1).
fn host(state: &State) -> Option<String> {
    ["custom", "prefix"].iter().find_map(|name| {
        let record = state.resources.get(&Address::named("domain", *name))?;
        let outputs: domain::DomainOutputs = serde_json::from_value(record.outputs.clone()).ok()?;
        Some(outputs.host)
    })
}

/// The host that the custom domain's own record points to.
fn cloudfront(state: &State) -> Option<String> {
    let record = state.resources.get(&Address::named("domain", "custom"))?;
    let outputs: domain::DomainOutputs = serde_json::from_value(record.outputs.clone()).ok()?;
    outputs.cloudfront
}

/// Where a browser begins to sign in to a client: its first callback, flow and all its scopes.
fn login_url(host: &str, record: &Record) -> Option<String> {
    let spec = &record.observed;
    let callback = spec.get("default_redirect_uri").or_else(|| spec.pointer("/callback_urls/0"))?.as_str()?;
    let list = |key: &str| -> Vec<&str> {
        spec.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let response = if list("allowed_oauth_flows").contains(&"code") { "code" } else { "token" };
    let id = record.outputs.get("client_id")?.as_str()?;
    let (scopes, callback) = (escaped(&list("allowed_oauth_scopes").join(" ")), escaped(callback));
    Some(format!("https://{host}/login?client_id={id}&response_type={response}&scope={scopes}&redirect_uri={callback}"))
}

/// A text as part of a query.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut escaped, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(escaped, "%{byte:02X}")),
        }
        escaped
    })
}
