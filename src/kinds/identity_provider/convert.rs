//! A provider's details to AWS's map of texts, and back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::values::{AttributesRequestMethod, ProviderType, SigningAlgorithm};
use super::{
    AcrMapping, Facebook, Google, IdentityProvider, LoginWithAmazon, Oidc, ProviderSettings, Saml, SignInWithApple,
};
use crate::aws::cognito::types::IdentityProviderType;
use crate::error::{Error, Result};
use crate::kind::{Ctx, Ref};
use crate::kinds::digest::sha256;
use crate::kinds::user_pool::UserPool;
use crate::secret::SecretRef;

/// The detail that holds a client's secret.
const CLIENT_SECRET: &str = "client_secret";

/// AWS's map of details.
pub(super) type Details = HashMap<String, String>;

/// What of a client the four types have in common.
struct OAuth<'a> {
    id: &'a str,
    secret: Option<&'a SecretRef>,
    scopes: &'a BTreeSet<String>,
    /// How the scopes are parted.
    by: &'static str,
}

/// The details as AWS takes them, secrets among them: to be sent and dropped.
///
/// # Errors
/// When a secret was not read before the plan was made.
pub(super) fn details(ctx: &Ctx, settings: &ProviderSettings) -> Result<Details> {
    let ProviderSettings {
        name: _,
        google,
        facebook,
        login_with_amazon,
        sign_in_with_apple,
        oidc,
        saml,
        attribute_mapping: _,
        idp_identifiers: _,
    } = settings;
    let mut details = Details::new();
    if let Some(Google { client_id, client_secret, authorize_scopes }) = google {
        let client = OAuth { id: client_id, secret: client_secret.as_ref(), scopes: authorize_scopes, by: " " };
        oauth(ctx, &client, &mut details)?;
    }
    if let Some(Facebook { client_id, client_secret, authorize_scopes, api_version }) = facebook {
        let client = OAuth { id: client_id, secret: client_secret.as_ref(), scopes: authorize_scopes, by: ", " };
        oauth(ctx, &client, &mut details)?;
        put(&mut details, "api_version", api_version.as_deref());
    }
    if let Some(LoginWithAmazon { client_id, client_secret, authorize_scopes }) = login_with_amazon {
        let client = OAuth { id: client_id, secret: client_secret.as_ref(), scopes: authorize_scopes, by: " " };
        oauth(ctx, &client, &mut details)?;
    }
    if let Some(SignInWithApple { client_id, team_id, key_id, private_key, authorize_scopes }) = sign_in_with_apple {
        let client = OAuth { id: client_id, secret: None, scopes: authorize_scopes, by: " " };
        oauth(ctx, &client, &mut details)?;
        put(&mut details, "team_id", Some(team_id));
        put(&mut details, "key_id", Some(key_id));
        let key = private_key.as_ref().map(|place| ctx.secret(place)).transpose()?;
        put(&mut details, "private_key", key.as_deref());
    }
    if let Some(oidc) = oidc {
        let Oidc {
            client_id,
            client_secret,
            authorize_scopes,
            oidc_issuer,
            attributes_request_method,
            authorize_url,
            token_url,
            attributes_url,
            jwks_uri,
            acr_mapping: _,
        } = oidc;
        let client = OAuth { id: client_id, secret: client_secret.as_ref(), scopes: authorize_scopes, by: " " };
        oauth(ctx, &client, &mut details)?;
        put(&mut details, "oidc_issuer", Some(oidc_issuer));
        put(&mut details, "attributes_request_method", Some(attributes_request_method.as_str()));
        let found = [authorize_url, token_url, attributes_url, jwks_uri];
        for (name, url) in DISCOVERED.iter().zip(found) {
            put(&mut details, name, url.as_deref());
        }
    }
    if let Some(saml) = saml {
        let Saml { metadata_url, metadata_file, idp_signout, idp_init, encrypted_responses, request_signing_algorithm } =
            saml;
        put(&mut details, "MetadataURL", metadata_url.as_deref());
        put(&mut details, "MetadataFile", metadata_file.as_deref());
        for (name, flag) in
            [("IDPSignout", idp_signout), ("IDPInit", idp_init), ("EncryptedResponses", encrypted_responses)]
        {
            put(&mut details, name, flag.map(|flag| if flag { "true" } else { "false" }));
        }
        put(&mut details, "RequestSigningAlgorithm", request_signing_algorithm.map(SigningAlgorithm::as_str));
    }
    Ok(details)
}

/// What AWS finds by discovery where it is not told (`other_resources.md` 1.2, OIDC).
const DISCOVERED: [&str; 4] = ["authorize_url", "token_url", "attributes_url", "jwks_uri"];

fn oauth(ctx: &Ctx, client: &OAuth<'_>, details: &mut Details) -> Result<()> {
    let OAuth { id, secret, scopes, by } = client;
    put(details, "client_id", Some(id));
    let secret = secret.map(|place| ctx.secret(place)).transpose()?;
    put(details, CLIENT_SECRET, secret.as_deref());
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    put(details, "authorize_scopes", Some(&scopes.join(by)));
    Ok(())
}

fn put(details: &mut Details, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        details.insert(name.to_owned(), value.to_owned());
    }
}

/// The details that an update must send: AWS takes them whole, so that what it holds and nobody declares goes along.
///
/// `before` is what was read, `now` what AWS shows.
///
/// # Errors
/// When a secret was not read before the plan was made.
pub(super) fn updated(
    ctx: &Ctx,
    settings: &ProviderSettings,
    before: &ProviderSettings,
    now: &Details,
) -> Result<Details> {
    let mut details = details(ctx, settings)?;
    let mut keep = |name: &str| {
        if let Some(value) = now.get(name) {
            details.entry(name.to_owned()).or_insert_with(|| value.clone());
        }
    };
    if let (Some(oidc), Some(before)) = (&settings.oidc, &before.oidc) {
        // A secret that nobody declares stays; one that was declared and no longer is, goes.
        if before.client_secret.is_none() && oidc.client_secret.is_none() {
            keep(CLIENT_SECRET);
        }
        // Addresses of another issuer are to be found anew.
        if oidc.oidc_issuer == before.oidc_issuer {
            let were = [&before.authorize_url, &before.token_url, &before.attributes_url, &before.jwks_uri];
            for (name, _) in DISCOVERED.iter().zip(were).filter(|(_, was)| was.is_none()) {
                keep(name);
            }
        }
    }
    if let (Some(facebook), Some(before)) = (&settings.facebook, &before.facebook)
        && facebook.api_version.is_none()
        && before.api_version.is_none()
    {
        keep("api_version");
    }
    now.keys().filter(|name| is_unknown(name)).for_each(|name| keep(name));
    Ok(details)
}

/// What this program sends, of whatever type.
const SENT: [&str; 15] = [
    "client_id",
    CLIENT_SECRET,
    "authorize_scopes",
    "api_version",
    "team_id",
    "key_id",
    "private_key",
    "oidc_issuer",
    "attributes_request_method",
    "MetadataURL",
    "MetadataFile",
    "IDPSignout",
    "IDPInit",
    "EncryptedResponses",
    "RequestSigningAlgorithm",
];
/// What AWS adds by itself, but for [`DISCOVERED`] (`other_resources.md` 1.2).
const ADDED: [&str; 5] = [
    "attributes_url_add_attributes",
    "token_request_method",
    ENCRYPTION_CERTIFICATE,
    "SLORedirectBindingURI",
    "SSORedirectBindingURI",
];
/// The detail with the certificate that a SAML provider encrypts for.
const ENCRYPTION_CERTIFICATE: &str = "ActiveEncryptionCertificate";

/// Whether a detail is one that somebody else has set and this program has no name for.
fn is_unknown(name: &str) -> bool {
    ![&SENT[..], &ADDED, &DISCOVERED].concat().contains(&name)
}

/// The details that this program has no name for. One of them may be a secret, so what stands is not what AWS shows, but
/// by what it is known again.
fn others(details: &Details) -> BTreeMap<String, String> {
    let unknown = details.iter().filter(|(name, value)| is_unknown(name) && !value.is_empty());
    unknown.map(|(name, value)| (name.clone(), format!("sha256:{:.16}", sha256(value.as_bytes())))).collect()
}

/// The certificate for which a SAML provider encrypts, where AWS shows one.
pub(super) fn encryption_certificate(shown: &IdentityProviderType) -> Option<String> {
    shown.provider_details()?.get(ENCRYPTION_CERTIFICATE).filter(|text| !text.is_empty()).cloned()
}

/// The mapping, as AWS takes it.
pub(super) fn mapping(settings: &ProviderSettings) -> HashMap<String, String> {
    settings.attribute_mapping.iter().flatten().map(|(name, claim)| (name.clone(), claim.clone())).collect()
}

/// The levels of authentication, as AWS takes them; None where the type has none, or nobody has ever said any.
pub(super) fn levels(
    settings: &ProviderSettings,
    before: Option<&ProviderSettings>,
) -> Option<HashMap<String, String>> {
    let of = |settings: &ProviderSettings| settings.oidc.as_ref().and_then(|oidc| oidc.acr_mapping.clone());
    let now = of(settings);
    // What is omitted stays: none is said as an empty map.
    if now.is_none() && before.is_none_or(|before| of(before).is_none()) {
        return None;
    }
    let AcrMapping { level1, level2, level3, level4 } = now.unwrap_or_default();
    let levels = [("Level1", level1), ("Level2", level2), ("Level3", level3), ("Level4", level4)];
    Some(levels.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

fn acr_mapping(shown: &IdentityProviderType) -> Option<AcrMapping> {
    let levels = shown.acr_mapping().filter(|levels| !levels.is_empty())?;
    let level = |name: &str| levels.get(name).cloned();
    Some(AcrMapping {
        level1: level("Level1"),
        level2: level("Level2"),
        level3: level("Level3"),
        level4: level("Level4"),
    })
}

/// The provider as AWS shows it, total.
///
/// `asked` is what was asked for last: it says which of what AWS fills in by itself was declared, and where secrets are
/// found. None where nobody has asked yet, as when it is imported; then all that AWS shows counts. A secret is as it was
/// asked for, if AWS has any: [`client_secret`] says which one it is.
///
/// # Errors
/// When AWS shows a provider that this program does not understand.
pub(super) fn shown(
    shown: &IdentityProviderType,
    user_pool: Ref<UserPool>,
    asked: Option<&ProviderSettings>,
) -> Result<IdentityProvider> {
    let kind = ProviderType::of(shown.provider_type())?;
    let empty = Details::new();
    let read = Read { kind, details: shown.provider_details().unwrap_or(&empty), asked };
    let mut settings = ProviderSettings { name: shown.provider_name.clone(), ..ProviderSettings::default() };
    match kind {
        ProviderType::Google => settings.google = Some(read.google()?),
        ProviderType::Facebook => settings.facebook = Some(read.facebook()?),
        ProviderType::LoginWithAmazon => settings.login_with_amazon = Some(read.amazon()?),
        ProviderType::SignInWithApple => settings.sign_in_with_apple = Some(read.apple()?),
        ProviderType::Oidc => settings.oidc = Some(Oidc { acr_mapping: acr_mapping(shown), ..read.oidc()? }),
        ProviderType::Saml => settings.saml = Some(read.saml()),
    }
    let mapping: BTreeMap<String, String> =
        shown.attribute_mapping().into_iter().flatten().map(|(name, claim)| (name.clone(), claim.clone())).collect();
    settings.attribute_mapping = Some(mapping);
    settings.idp_identifiers = Some(shown.idp_identifiers().iter().cloned().collect());
    let other_details = others(read.details);
    Ok(IdentityProvider { user_pool, r#type: kind, other_details, settings: settings.completed(kind) })
}

/// The secret that AWS shows in clear text (`other_resources.md` 1.2), and the field that says where it is found; None where
/// there is none, or nobody has said where.
pub(super) fn client_secret<'a>(
    shown: &'a IdentityProviderType,
    settings: &'a mut ProviderSettings,
) -> Option<(&'a str, &'a mut SecretRef)> {
    let text = shown.provider_details()?.get(CLIENT_SECRET)?;
    let ProviderSettings { google, facebook, login_with_amazon, oidc, .. } = settings;
    let place = (google.as_mut().and_then(|one| one.client_secret.as_mut()))
        .or_else(|| facebook.as_mut()?.client_secret.as_mut())
        .or_else(|| login_with_amazon.as_mut()?.client_secret.as_mut())
        .or_else(|| oidc.as_mut()?.client_secret.as_mut())?;
    Some((text, place))
}

struct Read<'a> {
    kind: ProviderType,
    details: &'a Details,
    asked: Option<&'a ProviderSettings>,
}

impl Read<'_> {
    fn optional(&self, name: &str) -> Option<&str> {
        self.details.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str) -> Result<String> {
        let value = self.optional(name).map(str::to_owned);
        value.ok_or_else(|| Error::aws_state(format!("AWS shows a provider of {} without {name}", self.kind.as_str())))
    }

    fn scopes(&self) -> BTreeSet<String> {
        let scopes = self.optional("authorize_scopes").unwrap_or_default();
        scopes.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
    }

    /// What AWS fills in by itself: it counts where it was asked for, or where nobody has asked for anything yet.
    fn filled(&self, name: &str, was_asked: impl Fn(&ProviderSettings) -> bool) -> Option<String> {
        let value = self.optional(name).filter(|_| self.asked.is_none_or(was_asked));
        value.map(str::to_owned)
    }

    fn secret(&self, of: impl Fn(&ProviderSettings) -> Option<&SecretRef>) -> Option<SecretRef> {
        self.optional(CLIENT_SECRET).and(self.asked.and_then(of)).cloned()
    }

    fn google(&self) -> Result<Google> {
        Ok(Google {
            client_id: self.required("client_id")?,
            client_secret: self.secret(|asked| asked.google.as_ref()?.client_secret.as_ref()),
            authorize_scopes: self.scopes(),
        })
    }

    fn facebook(&self) -> Result<Facebook> {
        let was_asked =
            |asked: &ProviderSettings| asked.facebook.as_ref().is_some_and(|asked| asked.api_version.is_some());
        Ok(Facebook {
            client_id: self.required("client_id")?,
            client_secret: self.secret(|asked| asked.facebook.as_ref()?.client_secret.as_ref()),
            authorize_scopes: self.scopes(),
            api_version: self.filled("api_version", was_asked),
        })
    }

    fn amazon(&self) -> Result<LoginWithAmazon> {
        Ok(LoginWithAmazon {
            client_id: self.required("client_id")?,
            client_secret: self.secret(|asked| asked.login_with_amazon.as_ref()?.client_secret.as_ref()),
            authorize_scopes: self.scopes(),
        })
    }

    fn apple(&self) -> Result<SignInWithApple> {
        Ok(SignInWithApple {
            client_id: self.required("client_id")?,
            team_id: self.required("team_id")?,
            key_id: self.required("key_id")?,
            private_key: self.asked.and_then(|asked| asked.sign_in_with_apple.as_ref()?.private_key.clone()),
            authorize_scopes: self.scopes(),
        })
    }

    fn oidc(&self) -> Result<Oidc> {
        let method = match self.required("attributes_request_method")?.as_str() {
            "GET" => AttributesRequestMethod::Get,
            "POST" => AttributesRequestMethod::Post,
            other => return Err(Error::aws_state(format!("AWS shows the attributes_request_method {other}"))),
        };
        let filled = |name: &str, of: fn(&Oidc) -> bool| {
            self.filled(name, |asked: &ProviderSettings| asked.oidc.as_ref().is_some_and(of))
        };
        Ok(Oidc {
            client_id: self.required("client_id")?,
            client_secret: self.secret(|asked| asked.oidc.as_ref()?.client_secret.as_ref()),
            authorize_scopes: self.scopes(),
            oidc_issuer: self.required("oidc_issuer")?,
            attributes_request_method: method,
            authorize_url: filled("authorize_url", |asked| asked.authorize_url.is_some()),
            token_url: filled("token_url", |asked| asked.token_url.is_some()),
            attributes_url: filled("attributes_url", |asked| asked.attributes_url.is_some()),
            jwks_uri: filled("jwks_uri", |asked| asked.jwks_uri.is_some()),
            acr_mapping: None,
        })
    }

    fn saml(&self) -> Saml {
        let flag = |name: &str| Some(self.optional(name) == Some("true"));
        Saml {
            metadata_url: self.optional("MetadataURL").map(str::to_owned),
            metadata_file: self.optional("MetadataFile").map(str::to_owned),
            idp_signout: flag("IDPSignout"),
            idp_init: flag("IDPInit"),
            encrypted_responses: flag("EncryptedResponses"),
            request_signing_algorithm: self
                .optional("RequestSigningAlgorithm")
                .filter(|algorithm| *algorithm == SigningAlgorithm::RsaSha256.as_str())
                .map(|_| SigningAlgorithm::RsaSha256),
        }
    }
}
