//! Passkeys: for whom they are registered, and on which pages that can be done (`user_pool.md` 4).

use super::host_of;
use super::tokens::{self, Access};
use crate::sandbox::World;
use crate::sandbox::cognito::doc::{self, Doc};
use crate::sandbox::cognito::state::within;
use crate::sandbox::cognito::{Refusal, ids, pool_rules};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The passkeys of one person (`quotas_errors.md` 2).
const OF_ONE_USER: usize = 20;

/// The relying party of a pool: as it was set, or else the custom domain, or else that with a prefix.
pub(super) fn party(world: &World, region: &str, pool: &str) -> Option<String> {
    let held = world.cognito.pool(region, pool).ok()?;
    let set = held.mfa.web_authn.as_ref().and_then(|config| config["RelyingPartyId"].as_str());
    set.or_else(|| host_of(world, pool)).map(ToOwned::to_owned)
}

/// Whose token it is, where passkeys are a way to sign in.
fn owner(world: &World, input: &Doc) -> Result<(Access, String), Refusal> {
    let refuse = |code: &str, message: &str| Refusal::new(code, message);
    let access = tokens::read(world, doc::required(input, "AccessToken"));
    let access = access.ok_or_else(|| refuse("NotAuthorizedException", "Invalid Access Token"))?;
    if !access.is_of_account() {
        return Err(refuse("NotAuthorizedException", "Access Token does not have required scopes"));
    }
    let settings = &world.cognito.pool(&access.region, &access.pool)?.settings;
    if !pool_rules::first_factors_of(settings).contains(&"WEB_AUTHN") {
        return Err(refuse("WebAuthnNotEnabledException", "WebAuthn is not enabled for this user pool."));
    }
    let party = party(world, &access.region, &access.pool);
    let missing = || {
        let message = "The user pool has neither a relying party nor a domain.";
        refuse("WebAuthnConfigurationMissingException", message)
    };
    Ok((access, party.ok_or_else(missing)?))
}

/// `StartWebAuthnRegistration`: what a browser is to register.
pub(in crate::sandbox::cognito) fn start(world: &mut World, _: &str, input: &Doc) -> Result<Value, Refusal> {
    let (access, party) = owner(world, input)?;
    Ok(json!({ "CredentialCreationOptions": {
        "rp": { "id": party, "name": party },
        "user": { "id": URL_SAFE_NO_PAD.encode(&access.user), "name": access.user, "displayName": access.user },
        "challenge": URL_SAFE_NO_PAD.encode(ids::uuid(world)),
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }, { "type": "public-key", "alg": -257 }],
        "timeout": 60000,
    } }))
}

/// `CompleteWebAuthnRegistration`: what a browser has registered, and on which page. The texts are not known.
pub(in crate::sandbox::cognito) fn complete(world: &mut World, _: &str, input: &Doc) -> Result<Value, Refusal> {
    let (access, party) = owner(world, input)?;
    let credential = input.get("Credential").unwrap_or(&Value::Null);
    let told = credential["response"]["clientDataJSON"].as_str().and_then(|data| URL_SAFE_NO_PAD.decode(data).ok());
    let told: Value = told.and_then(|data| serde_json::from_slice(&data).ok()).unwrap_or_default();
    let origin = told["origin"].as_str().and_then(|origin| origin.strip_prefix("https://")).unwrap_or_default();
    // On a custom domain's managed login it is that domain and no other; elsewhere a browser takes the page's own host
    // and what lies above it.
    let is_managed = world
        .cognito
        .domains_of(&access.pool)
        .any(|domain| domain.custom.is_some() && domain.managed_login_version == 2 && domain.name == origin);
    let is_near = origin == party || (!is_managed && origin.ends_with(&format!(".{party}")));
    if !is_near {
        let message = format!("The origin {origin} is not allowed for the relying party {party}");
        return Err(Refusal::new("WebAuthnOriginNotAllowedException", message));
    }
    let id = credential["id"].as_str().unwrap_or_default().to_owned();
    let pool = world.cognito.pool_mut(&access.region, &access.pool)?;
    if let Some(user) = pool.users.get_mut(&access.user) {
        if !user.passkeys.contains_key(&id) {
            within(user.passkeys.len(), OF_ONE_USER, "passkeys per user")?;
        }
        user.passkeys.insert(id, party);
    }
    Ok(json!({}))
}
