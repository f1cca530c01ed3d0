//! What a provider's details and mapping must be, and what AWS adds to them (`other_resources.md` 1.2 and 1.3).
use super::doc::{self, Doc};
use super::state::Pool;
use super::{Refusal, invalid, schema};

/// The types whose provider's name is the type (`other_resources.md` 1.1, `ProviderName`).
const SOCIAL: [&str; 4] = ["Facebook", "Google", "LoginWithAmazon", "SignInWithApple"];

/// The version of Facebook's API where none is asked for (`other_resources.md` 1.2).
const FACEBOOK: &str = "v17.0";

/// What a type's details are.
struct Details {
    kind: &'static str,
    required: &'static [&'static str],
    /// AWS's words where one of those is missing.
    words: &'static str,
    /// What may stand there besides; what AWS adds itself may come back.
    optional: &'static [&'static str],
}

const SOCIAL_WORDS: &str = "clientId, clientSecret and authorizeScopes are all required idp details.";

/// `other_resources.md` 1.2, table and texts.
const DETAILS: &[Details] = &[
    Details {
        kind: "OIDC",
        required: &["client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"],
        words: "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.",
        optional: &[
            "client_secret",
            "authorize_url",
            "token_url",
            "attributes_url",
            "jwks_uri",
            "attributes_url_add_attributes",
        ],
    },
    Details {
        kind: "SAML",
        required: &[],
        words: "",
        // ActiveEncryptionCertificate is AWS's own, and must not come back.
        optional: &[
            "MetadataURL",
            "MetadataFile",
            "IDPSignout",
            "IDPInit",
            "EncryptedResponses",
            "RequestSigningAlgorithm",
            "SLORedirectBindingURI",
            "SSORedirectBindingURI",
        ],
    },
    Details {
        kind: "Google",
        required: &["client_id", "client_secret", "authorize_scopes"],
        words: SOCIAL_WORDS,
        optional: &[
            "attributes_url",
            "attributes_url_add_attributes",
            "authorize_url",
            "oidc_issuer",
            "token_request_method",
            "token_url",
        ],
    },
    Details {
        kind: "Facebook",
        required: &["client_id", "client_secret", "authorize_scopes"],
        words: SOCIAL_WORDS,
        optional: &[
            "api_version",
            "attributes_url",
            "attributes_url_add_attributes",
            "authorize_url",
            "token_request_method",
            "token_url",
        ],
    },
    Details {
        kind: "LoginWithAmazon",
        required: &["client_id", "client_secret", "authorize_scopes"],
        words: SOCIAL_WORDS,
        optional: &[
            "attributes_url",
            "attributes_url_add_attributes",
            "authorize_url",
            "token_request_method",
            "token_url",
        ],
    },
    Details {
        kind: "SignInWithApple",
        // authorize_scopes is required too; the text does not name it.
        required: &["client_id", "team_id", "key_id", "private_key", "authorize_scopes"],
        words: "clientId, privateKey, teamId, and keyId are all required idp details.",
        optional: &[
            "attributes_url_add_attributes",
            "authorize_url",
            "oidc_issuer",
            "token_request_method",
            "token_url",
        ],
    },
];

/// Refuses a name that its type does not allow (`other_resources.md` 1.1, `ProviderName`).
pub(super) fn named(name: &str, kind: &str) -> Result<(), Refusal> {
    if name != kind && (SOCIAL.contains(&kind) || SOCIAL.contains(&name)) {
        return Err(invalid(format!("Provider {name} cannot be of type {kind}.")));
    }
    Ok(())
}

/// The details as they are kept, if they are whole and fit; `before` is what an updated provider had.
///
/// # Errors
/// As AWS refuses them. A value is never said again: it may be a secret.
pub(super) fn details(kind: &str, mut sent: Doc, before: Option<&Doc>) -> Result<Doc, Refusal> {
    let Some(known) = DETAILS.iter().find(|one| one.kind == kind) else { return Ok(sent) };
    if known.required.iter().any(|name| doc::filled(&sent, name).is_none()) {
        return Err(invalid(known.words));
    }
    let takes = |name: &str| known.required.contains(&name) || known.optional.contains(&name);
    // What is there was taken once, by whoever set it; but for AWS's own.
    let has = |name: &str| name != "ActiveEncryptionCertificate" && before.is_some_and(|had| had.contains_key(name));
    // Unknown details are refused here, so that a slip of the pen is found out. The text is not known.
    if let Some(unknown) = sent.keys().find(|name| !takes(name) && !has(name)) {
        return Err(invalid(format!("{unknown} is not a valid idp detail of {kind}.")));
    }
    let flags = ["IDPSignout", "IDPInit", "EncryptedResponses", "attributes_url_add_attributes"];
    for name in flags {
        one_of(&sent, name, &["true", "false"])?;
    }
    one_of(&sent, "attributes_request_method", &["GET", "POST"])?;
    one_of(&sent, "RequestSigningAlgorithm", &["rsa-sha256"])?;
    if kind == "SAML" {
        let (url, file) = (doc::filled(&sent, "MetadataURL"), doc::filled(&sent, "MetadataFile"));
        // AWS's text for both; for neither, the text is not known.
        if url.is_some() == file.is_some() {
            return Err(invalid("Only one of the MetadataURL or MetadataFile should be provided."));
        }
    }
    add(kind, &mut sent, before);
    Ok(sent)
}

fn one_of(sent: &Doc, name: &str, values: &[&str]) -> Result<(), Refusal> {
    match doc::text(sent, name) {
        // The text is not known.
        Some(value) if !values.contains(&value) => {
            Err(invalid(format!("{name} must be one of {}.", values.join(", "))))
        }
        _ => Ok(()),
    }
}

/// What AWS adds (`other_resources.md` 1.2, fourth column).
fn add(kind: &str, details: &mut Doc, before: Option<&Doc>) {
    let version = doc::filled(details, "api_version").unwrap_or(FACEBOOK).to_owned();
    let mut always = |name: &str, value: String| {
        details.insert(name.to_owned(), value.into());
    };
    match kind {
        "Google" => {
            always("attributes_url", "https://people.googleapis.com/v1/people/me?personFields=".to_owned());
            always("attributes_url_add_attributes", "true".to_owned());
            always("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth".to_owned());
            always("oidc_issuer", "https://accounts.google.com".to_owned());
            always("token_request_method", "POST".to_owned());
            always("token_url", "https://www.googleapis.com/oauth2/v4/token".to_owned());
        }
        "Facebook" => {
            always("attributes_url", format!("https://graph.facebook.com/{version}/me?fields="));
            always("attributes_url_add_attributes", "true".to_owned());
            always("authorize_url", format!("https://www.facebook.com/{version}/dialog/oauth"));
            always("token_request_method", "GET".to_owned());
            always("token_url", format!("https://graph.facebook.com/{version}/oauth/access_token"));
            always("api_version", version);
        }
        "LoginWithAmazon" => {
            always("attributes_url", "https://api.amazon.com/user/profile".to_owned());
            always("attributes_url_add_attributes", "false".to_owned());
            always("authorize_url", "https://www.amazon.com/ap/oa".to_owned());
            always("token_request_method", "POST".to_owned());
            always("token_url", "https://api.amazon.com/auth/o2/token".to_owned());
        }
        "SignInWithApple" => {
            always("attributes_url_add_attributes", "false".to_owned());
            always("authorize_url", "https://appleid.apple.com/auth/authorize".to_owned());
            always("oidc_issuer", "https://appleid.apple.com".to_owned());
            always("token_request_method", "POST".to_owned());
            always("token_url", "https://appleid.apple.com/auth/token".to_owned());
        }
        "OIDC" => {
            always("attributes_url_add_attributes", "false".to_owned());
            // "Discovered URLs may be filled": here they always are, so that whoever takes them for a change is found
            // out. No network is asked: they are what a discovery document of that issuer could say.
            let issuer = doc::required(details, "oidc_issuer").trim_end_matches('/').to_owned();
            for (name, path) in [
                ("authorize_url", "authorize"),
                ("token_url", "token"),
                ("attributes_url", "userinfo"),
                ("jwks_uri", "keys"),
            ] {
                details.entry(name).or_insert_with(|| format!("{issuer}/{path}").into());
            }
        }
        _ => {
            let host = doc::filled(details, "MetadataURL").and_then(|url| url.split('/').nth(2));
            let host = host.unwrap_or("idp.example.com").to_owned();
            let kept = |name: &str| before.and_then(|before| before.get(name)).cloned();
            let certificate =
                kept("ActiveEncryptionCertificate").unwrap_or_else(|| "MIICertificateOfTheSandbox".into());
            details.insert("ActiveEncryptionCertificate".to_owned(), certificate);
            details.insert("SLORedirectBindingURI".to_owned(), format!("https://{host}/saml/slo").into());
            details.insert("SSORedirectBindingURI".to_owned(), format!("https://{host}/saml/sso").into());
        }
    }
}

/// The details as they are shown: all but Apple's key (`other_resources.md` 1.2).
pub(super) fn read_back(kind: &str, details: &Doc) -> Doc {
    let mut shown = details.clone();
    if kind == "SignInWithApple" {
        shown.remove("private_key");
    }
    shown
}

/// The mapping as it reads back, if the pool and the type have what it names (`other_resources.md` 1.2, texts; 1.3).
pub(super) fn mapping(kind: &str, pool: &Pool, sent: Doc) -> Result<Doc, Refusal> {
    let words = |name: &str| invalid(format!("AttributeMapping contains invalid mapping: [{name}]"));
    for (target, claim) in &sent {
        if kind == "Google" && claim == "hd" {
            return Err(words("hd"));
        }
        if target == "username" {
            continue;
        }
        let attribute = pool.schema.iter().find(|attribute| attribute["Name"] == target.as_str());
        let Some(attribute) = attribute.filter(|_| !target.starts_with("dev:")) else { return Err(words(target)) };
        // "Target must be mutable." The text is not known.
        if attribute["Mutable"] != true {
            return Err(words(target));
        }
    }
    let mut mapping = sent;
    // "The service adds username on read when absent."
    let subject = match kind {
        "Facebook" => Some("id"),
        "LoginWithAmazon" => Some("user_id"),
        "SAML" => None,
        _ => Some("sub"),
    };
    if let Some(subject) = subject {
        mapping.entry("username").or_insert_with(|| subject.into());
    }
    Ok(mapping)
}

/// Refuses levels of authentication that are none, or of a provider that is not OIDC: "Only OIDC `IdPs` support ACR
/// mapping" (the SDK's documentation of `AcrMapping`). The texts are not known.
pub(super) fn levels(kind: &str, input: &Doc) -> Result<(), Refusal> {
    let Some(levels) = doc::child(input, "AcrMapping") else { return Ok(()) };
    if kind != "OIDC" {
        return Err(invalid("AcrMapping is only supported for OIDC identity providers."));
    }
    match levels.keys().find(|level| !["Level1", "Level2", "Level3", "Level4"].contains(&level.as_str())) {
        Some(level) => Err(invalid(format!("{level} is not a valid ACR level."))),
        None => Ok(()),
    }
}

/// What the providers of a client fill in, and the client must be able to write (`app_client.md` 1, `WriteAttributes`).
pub(super) fn unwritable<'a>(pool: &'a Pool, settings: &Doc) -> Option<&'a str> {
    let written = settings.contains_key("WriteAttributes").then(|| doc::texts(settings, "WriteAttributes"));
    let may_write = |name: &str| match &written {
        Some(written) => written.contains(&name),
        // Left out, it is every standard attribute.
        None => !name.contains(':'),
    };
    // No client can write these, and AWS fills them in all the same (`app_client.md` 1, `WriteAttributes`).
    let own = ["username", "email_verified", "phone_number_verified"];
    let supported = doc::texts(settings, "SupportedIdentityProviders");
    let named = supported.iter().filter_map(|name| pool.providers.get(*name));
    let mut mapped = named.flat_map(|provider| provider.mapping.keys().map(String::as_str));
    mapped.find(|name| !own.contains(name) && schema::names(&pool.schema).contains(name) && !may_write(name))
}

/// Whether a pool has this provider; its own users are always one.
pub(super) fn is_there(pool: &Pool, name: &str) -> bool {
    name == "COGNITO" || pool.providers.contains_key(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_details() {
        let kinds: Vec<&str> = DETAILS.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, ["OIDC", "SAML", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple"]);
        assert!(SOCIAL.iter().all(|kind| kinds.contains(kind)));
    }
}
