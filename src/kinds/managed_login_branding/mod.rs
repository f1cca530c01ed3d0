//! The style of the managed login pages for one client; without one, AWS shows an error page (ui.md 1).
//!
//! A style is AWS's own throughout, or has settings, and images beside them. AWS lays what it is given over what it has and
//! can take single things away from neither, so that what goes takes the way over AWS's own style (ui.md 3.1). What AWS
//! shows is what somebody has set; what it fills in by itself is asked for nowhere, and so is no difference.

mod asset;
mod design;
mod document;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cognitoidentityprovider::types::{AssetType, ManagedLoginBrandingType};
use aws_smithy_types::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use asset::{Asset, Category, ColorMode, Extension, placed};
pub use design::{Design, Image, design};
pub use document::plain;

use super::app_client::AppClient;
use super::busy::when_free;
use super::user_pool::UserPool;
use crate::aws;
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, Use, grants};

/// A client's style. Its id is `<pool id>/<branding id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManagedLoginBranding {
    /// The pool.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// The client whose pages these are.
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true))]
    pub app_client: Ref<AppClient>,
    /// Whether AWS's own values are used throughout. Left undeclared, a style is made with them, and what somebody
    /// designs in the console afterwards stays; declared true, it is reverted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub use_cognito_provided_values: Option<bool>,
    /// What somebody has set of the style, as AWS's document has it: categories, componentClasses, components. Whole numbers
    /// are integers here, for AWS shows `8` as `8.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub settings: Option<Map<String, Value>>,
    /// The images, by category and colour mode, for AWS keeps one of each (ui.md 3.1).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: Assets,
}

/// Images of a style: category, colour mode, image.
pub type Assets = BTreeMap<String, BTreeMap<String, Asset>>;

/// What AWS decided of a style.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedLoginBrandingOutputs {
    /// The client's id: a style does not name its client (ui.md 3.1).
    pub client_id: String,
}

impl Kind for ManagedLoginBranding {
    const NAME: &'static str = "managed_login_branding";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = ManagedLoginBrandingOutputs;

    /// It goes while the pool's tier still has managed login.
    fn lets_go(_: &Self, after: Option<&Self>) -> bool {
        after.is_none()
    }

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, branding) = parts(id)?;
        let Some(style) = style(ctx, pool, branding).await? else { return Ok(None) };
        let client_id = match last.and_then(|last| last.outputs.as_ref()) {
            // A style is bound to its client until it is deleted (ui.md 3.1).
            Some(last) => last.client_id.clone(),
            None => client_of(ctx, pool, branding).await?.unwrap_or_else(|| "a client unknown".to_owned()),
        };
        let client = format!("{pool}/{client_id}");
        let spec = Self {
            user_pool: ctx.named(pool, |known, _| known == pool),
            app_client: ctx.named(&client, |known, _| known == client),
            use_cognito_provided_values: Some(style.use_cognito_provided_values),
            settings: style.settings.as_ref().and_then(document::read),
            assets: asset::read(style.assets()),
        };
        Ok(Some(Observed::ready(spec, ManagedLoginBrandingOutputs { client_id })))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(client) = ctx.id(&self.app_client) else { return Ok(None) };
        let (pool, client) = parts(&client)?;
        Ok(style_of(ctx, pool, client).await?.map(|branding| format!("{pool}/{branding}")))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let client = ctx.id(&self.app_client)?;
        let (pool, client) = parts(&client)?;
        let is_own = self.settings.is_some() || self.use_cognito_provided_values == Some(false);
        let settings = is_own.then(|| document::write(&self.settings.clone().unwrap_or_default()));
        let created = when_free(ctx, async || {
            let call = ctx.aws.cognito.create_managed_login_branding().user_pool_id(pool).client_id(client);
            // One of the two, and not both (ui.md 3.1). The images follow, for a request has an end.
            let call = match &settings {
                Some(settings) => call.settings(settings.clone()),
                None => call.use_cognito_provided_values(true),
            };
            let call = call.customize().config_override(aws::once());
            call.send().await.map_err(refused("CreateManagedLoginBranding"))
        });
        let branding = match created.await {
            Ok(answer) => answer.managed_login_branding.and_then(|style| style.managed_login_branding_id),
            // A client has one style: the one that is there is the one that was meant (ui.md 3.1).
            Err(error) if error.code() == Some("ManagedLoginBrandingExistsException") => {
                let there = style_of(ctx, pool, client).await?;
                // One that does not show itself: what AWS says is all that is known.
                Some(there.ok_or(error)?)
            }
            Err(error) => return Err(error),
        };
        let branding = branding.ok_or_else(|| Error::bug("CreateManagedLoginBranding answered without an id"))?;
        Ok(format!("{pool}/{branding}"))
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let Self { user_pool: _, app_client: _, use_cognito_provided_values, settings, assets } = self;
        let is_same = (use_cognito_provided_values, settings, assets)
            == (&before.use_cognito_provided_values, &before.settings, &before.assets);
        if is_same {
            return Ok(());
        }
        let (pool, branding) = parts(id)?;
        if *use_cognito_provided_values == Some(true) {
            return write(ctx, (pool, branding), None, &[]).await;
        }
        let goes = takes_away(before.settings.as_ref(), settings.as_ref()) || asset::takes_away(&before.assets, assets);
        let there = if goes { style(ctx, pool, branding).await? } else { None };
        let there = there.as_ref().map_or(&[][..], ManagedLoginBrandingType::assets);
        let sent = asset::sent(ctx, assets, if goes { None } else { Some(&before.assets) }, there)?;
        if goes {
            write(ctx, (pool, branding), None, &[]).await?;
        }
        let settings = document::write(&settings.clone().unwrap_or_default());
        let size = document::size(&settings);
        for batch in asset::batches(sent, size) {
            write(ctx, (pool, branding), Some(&settings), &batch).await?;
        }
        Ok(())
    }

    fn pruned(mut self) -> Self {
        // A style is AWS's own or somebody's; whoever declares settings, or takes them back, says which.
        if self.use_cognito_provided_values == Some(true) && self.settings.take().is_some() {
            self.assets.clear();
        }
        // What is left of what was taken away says nothing.
        self.settings =
            self.settings.map(|settings| plain(Value::Object(settings))).and_then(|settings| match settings {
                Value::Object(fields) if !fields.is_empty() => Some(fields),
                _ => None,
            });
        self.assets.retain(|_, modes| !modes.is_empty());
        self
    }

    fn grants(&self) -> Vec<Grant> {
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:DescribeManagedLoginBranding"]),
            grants(
                Use::Making,
                &On::Pool,
                &["cognito-idp:CreateManagedLoginBranding", "cognito-idp:DescribeManagedLoginBrandingByClient"],
            ),
            // What is designed in the console is left alone, unless the stack says how it is to be.
            match self.use_cognito_provided_values {
                Some(_) => grants(Use::Changing, &On::Pool, &["cognito-idp:UpdateManagedLoginBranding"]),
                None => Vec::new(),
            },
            // The images follow the making.
            if self.assets.is_empty() {
                Vec::new()
            } else {
                grants(Use::Making, &On::Pool, &["cognito-idp:UpdateManagedLoginBranding"])
            },
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DeleteManagedLoginBranding"]),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (pool, branding) = parts(id)?;
        let deleted = when_free(ctx, async || {
            let call = ctx.aws.cognito.delete_managed_login_branding().user_pool_id(pool);
            let answer = call.managed_login_branding_id(branding).send().await;
            answer.map(drop).map_err(refused("DeleteManagedLoginBranding"))
        });
        match deleted.await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

/// What somebody has made of a style; None when there is no such style.
async fn style(ctx: &Ctx, pool: &str, branding: &str) -> Result<Option<ManagedLoginBrandingType>> {
    let call = ctx.aws.cognito.describe_managed_login_branding().user_pool_id(pool);
    let answer = call.managed_login_branding_id(branding).send().await;
    match answer.map_err(refused("DescribeManagedLoginBranding")) {
        Ok(answer) => Ok(answer.managed_login_branding),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lays settings and images over what is there; without settings, goes back to AWS's own style.
async fn write(
    ctx: &Ctx,
    (pool, branding): (&str, &str),
    settings: Option<&Document>,
    assets: &[AssetType],
) -> Result<()> {
    when_free(ctx, async || {
        let call = ctx.aws.cognito.update_managed_login_branding().user_pool_id(pool);
        let call = call.managed_login_branding_id(branding);
        let call = match settings {
            Some(settings) => call.settings(settings.clone()),
            None => call.use_cognito_provided_values(true),
        };
        let call = call.set_assets((!assets.is_empty()).then(|| assets.to_vec()));
        call.send().await.map(drop).map_err(refused("UpdateManagedLoginBranding"))
    })
    .await
}

/// Whether something that was set is to be set no more.
fn takes_away(before: Option<&Map<String, Value>>, after: Option<&Map<String, Value>>) -> bool {
    let nothing = Map::new();
    loses(before.unwrap_or(&nothing), after.unwrap_or(&nothing))
}

fn loses(before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
    before.iter().any(|(key, before)| match (before, after.get(key)) {
        (Value::Object(before), Some(Value::Object(after))) => loses(before, after),
        (_, after) => after.is_none_or(Value::is_null),
    })
}

/// Pool and rest of an id.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of a style")).hinted("one looks like eu-west-1_abc/<branding id>")
    })
}

/// The id of a client's style.
async fn style_of(ctx: &Ctx, pool: &str, client: &str) -> Result<Option<String>> {
    let call = ctx.aws.cognito.describe_managed_login_branding_by_client().user_pool_id(pool).client_id(client);
    match call.send().await.map_err(refused("DescribeManagedLoginBrandingByClient")) {
        Ok(answer) => Ok(answer.managed_login_branding.and_then(|style| style.managed_login_branding_id)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Which of the stack's clients a style is bound to: those whose style is known already are asked last.
async fn client_of(ctx: &Ctx, pool: &str, branding: &str) -> Result<Option<String>> {
    let mut clients: Vec<(bool, String)> = {
        let known = ctx.known.borrow();
        let of = |kind| known.objects.iter().filter(move |(address, _)| address.kind == kind).map(|(_, object)| object);
        let styled: BTreeSet<&str> =
            of(ManagedLoginBranding::NAME).filter_map(|(_, outputs)| outputs.get("client_id")?.as_str()).collect();
        let clients = of(AppClient::NAME).filter_map(|(id, _)| id.strip_prefix(pool)?.strip_prefix('/'));
        clients.map(|client| (styled.contains(client), client.to_owned())).collect()
    };
    clients.sort();
    for (_, client) in clients {
        if style_of(ctx, pool, &client).await?.as_deref() == Some(branding) {
            return Ok(Some(client));
        }
    }
    Ok(None)
}

/// A client's style of its own; [`super::ui_customization::example_image`] must be among the stack's files.
#[must_use]
pub fn example() -> ManagedLoginBranding {
    let logo = Asset::of(&super::ui_customization::example_image(), Extension::Png);
    ManagedLoginBranding {
        user_pool: Ref::one(),
        app_client: Ref::named("web"),
        use_cognito_provided_values: Some(false),
        settings: settings(&json!({
            "categories": { "global": { "colorSchemeMode": "LIGHT" } },
            "components": { "form": { "borderRadius": 4, "logo": { "enabled": true } } },
        })),
        assets: BTreeMap::from([("FORM_LOGO".to_owned(), BTreeMap::from([("LIGHT".to_owned(), logo)]))]),
    }
}

/// [`example`], with other settings and an image more.
#[must_use]
pub fn example_changed() -> ManagedLoginBranding {
    let mut changed = example();
    changed.settings = settings(&json!({
        "categories": { "global": { "colorSchemeMode": "DYNAMIC" } },
        "components": { "form": { "borderRadius": 12.5, "logo": { "enabled": true } } },
    }));
    let dark = Asset::of(&super::ui_customization::example_image(), Extension::Png);
    let dark = Asset { resource_id: Some("logo dark".to_owned()), ..dark };
    changed.assets.entry("FORM_LOGO".to_owned()).or_default().insert("DARK".to_owned(), dark);
    changed
}

fn settings(value: &Value) -> Option<Map<String, Value>> {
    value.as_object().cloned()
}

#[cfg(test)]
mod tests;
