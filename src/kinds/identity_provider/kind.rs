//! What can be done with an identity provider.

use serde::{Deserialize, Serialize};

use super::super::busy::when_free;
use super::super::user_pool::UserPool;
use super::values::ProviderType;
use super::{IdentityProvider, ProviderSettings, convert};
use crate::aws::cognito::types::{IdentityProviderType, IdentityProviderTypeType};
use crate::aws::error::refused;
use crate::aws::{Aws, once};
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Loss, Observed, On, Use, grants};

/// What AWS decided of an identity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProviderOutputs {
    /// The provider's name, which clients name.
    pub provider_name: String,
    /// The certificate for which a SAML provider encrypts what it says, as AWS shows it: public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_certificate: Option<String>,
}

impl Kind for IdentityProvider {
    const NAME: &'static str = "identity_provider";
    const FOUND_BY: FoundBy = FoundBy::Key;
    // other_resources.md 1.3: a federated user is named after the provider.
    const LOSES: Loss = Loss::WhenReplaced(
        "the accounts of everyone who signs in through it: under another name or type, each of them is a new user",
    );
    type Outputs = IdentityProviderOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, name) = parts(id)?;
        let Some(shown) = describe(&ctx.aws, pool, name).await? else { return Ok(None) };
        let sent = ctx.sent::<Self>(id);
        let asked = sent.as_ref().or(last.map(|last| &last.spec)).map(|asked| &asked.settings);
        let user_pool = ctx.named::<UserPool>(pool, |known, _| known == pool);
        let mut spec = convert::shown(&shown, user_pool, asked)
            .map_err(|error| error.during(format!("cannot read the identity provider {name}")))?;
        // Apple's key AWS never shows: it is taken for the one that was sent last.
        if let Some((text, place)) = convert::client_secret(&shown, &mut spec.settings) {
            *place = ctx.seen_secret(place.clone(), text).await?;
        }
        let outputs = IdentityProviderOutputs {
            provider_name: name.to_owned(),
            encryption_certificate: convert::encryption_certificate(&shown),
        };
        Ok(Some(Observed::ready(spec, outputs)))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let name = self.name()?;
        Ok(describe(&ctx.aws, &pool, name).await?.map(|_| format!("{pool}/{name}")))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let pool = ctx.id(&self.user_pool)?;
        let name = self.name()?;
        let details = convert::details(ctx, &self.settings)?;
        let kind = IdentityProviderTypeType::from(self.r#type.as_str());
        let id = format!("{pool}/{name}");
        ctx.has_sent(&id, self);
        when_free(ctx, async || {
            let call = ctx.aws.cognito.create_identity_provider().user_pool_id(&pool).provider_name(name);
            let call = call.provider_type(kind.clone()).set_provider_details(Some(details.clone()));
            let call = call.set_attribute_mapping(Some(convert::mapping(&self.settings)));
            let call = call.set_idp_identifiers(Some(identifiers(&self.settings)));
            let call = call.set_acr_mapping(convert::levels(&self.settings, None));
            let sent = call.customize().config_override(once()).send().await;
            sent.map_err(refused("CreateIdentityProvider"))
        })
        .await
        .map_err(|error| match error.code() {
            Some("DuplicateProviderException") => error.hinted(format!(
                "the pool has a provider {name} that this stack does not know: `stack import {} --address \
                 identity_provider.NAME={id}` takes it up",
                ctx.stack
            )),
            _ => error,
        })?;
        Ok(id)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self.settings == before.settings {
            return Ok(());
        }
        let (pool, name) = parts(id)?;
        let now = describe(&ctx.aws, pool, name).await?.ok_or_else(|| {
            Error::aws_state(format!("the identity provider {id} is gone")).hinted("plan again: it will be made anew")
        })?;
        // What is omitted stays as it is, and details are taken whole (other_resources.md 1.1, Update).
        let held = now.provider_details.unwrap_or_default();
        let changes_details = details_differ(&self.settings, &before.settings);
        let details = || convert::updated(ctx, &self.settings, &before.settings, &held);
        let details = changes_details.then(details).transpose()?;
        ctx.has_sent(id, self);
        when_free(ctx, async || {
            let call = ctx.aws.cognito.update_identity_provider().user_pool_id(pool).provider_name(name);
            let call = call.set_provider_details(details.clone());
            let call = call.set_attribute_mapping(Some(convert::mapping(&self.settings)));
            let call = call.set_idp_identifiers(Some(identifiers(&self.settings)));
            let call = call.set_acr_mapping(convert::levels(&self.settings, Some(&before.settings)));
            call.send().await.map(drop).map_err(refused("UpdateIdentityProvider"))
        })
        .await
    }

    /// The details of its own type, and no other's.
    fn pruned(mut self) -> Self {
        let of = self.r#type;
        let settings = &mut self.settings;
        settings.google.take_if(|_| of != ProviderType::Google);
        settings.facebook.take_if(|_| of != ProviderType::Facebook);
        settings.login_with_amazon.take_if(|_| of != ProviderType::LoginWithAmazon);
        settings.sign_in_with_apple.take_if(|_| of != ProviderType::SignInWithApple);
        settings.oidc.take_if(|_| of != ProviderType::Oidc);
        settings.saml.take_if(|_| of != ProviderType::Saml);
        self
    }

    fn grants(&self) -> Vec<Grant> {
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:DescribeIdentityProvider"]),
            grants(Use::Looking, &On::Pool, &["cognito-idp:DescribeIdentityProvider"]),
            grants(Use::Making, &On::Pool, &["cognito-idp:CreateIdentityProvider"]),
            grants(Use::Changing, &On::Pool, &["cognito-idp:UpdateIdentityProvider"]),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DeleteIdentityProvider"]),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (pool, name) = parts(id)?;
        let deleted = when_free(ctx, async || {
            let call = ctx.aws.cognito.delete_identity_provider().user_pool_id(pool).provider_name(name);
            call.send().await.map(drop).map_err(refused("DeleteIdentityProvider"))
        });
        match deleted.await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

impl IdentityProvider {
    fn name(&self) -> Result<&str> {
        self.settings.name.as_deref().ok_or_else(|| Error::bug("an identity provider was composed without a name"))
    }
}

/// Whether anything differs but mapping and identifiers.
fn details_differ(one: &ProviderSettings, other: &ProviderSettings) -> bool {
    let bare = |settings: &ProviderSettings| ProviderSettings {
        attribute_mapping: None,
        idp_identifiers: None,
        ..settings.clone()
    };
    bare(one) != bare(other)
}

fn identifiers(settings: &ProviderSettings) -> Vec<String> {
    settings.idp_identifiers.iter().flatten().cloned().collect()
}

/// The pool's id and the provider's name.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').filter(|(pool, name)| !pool.is_empty() && !name.is_empty()).ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of an identity provider"))
            .hinted("it is the user pool's id, a slash and the provider's name: `ap-southeast-2_Ab12Cd34E/Google`")
    })
}

async fn describe(aws: &Aws, pool: &str, name: &str) -> Result<Option<IdentityProviderType>> {
    let call = aws.cognito.describe_identity_provider().user_pool_id(pool).provider_name(name);
    match call.send().await.map_err(refused("DescribeIdentityProvider")) {
        Ok(described) => Ok(described.identity_provider),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
