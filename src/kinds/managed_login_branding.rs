//! The style of the managed login pages for one client; without one, AWS shows an error page (ui.md 1).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub app_client: Ref<AppClient>,
    /// Whether AWS's own values are used throughout. Left undeclared, a style is made with them, and what somebody
    /// designs in the console afterwards stays; declared true, it is reverted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = true))]
    pub use_cognito_provided_values: Option<bool>,
}

/// What AWS decided of a style.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedLoginBrandingOutputs {
    /// The client's id: a style does not name its client (ui.md 3.1).
    pub client_id: String,
}

/// The fields of CreateManagedLoginBranding, and where each has gone.
#[cfg(test)]
const DECIDED: &[(&str, &str)] = &[
    ("user_pool_id", "user_pool"),
    ("client_id", "app_client"),
    ("use_cognito_provided_values", "use_cognito_provided_values"),
    ("settings", "not made here: designed in the console, and left alone"),
    ("assets", "not made here: designed in the console, and left alone"),
];

impl Kind for ManagedLoginBranding {
    const NAME: &'static str = "managed_login_branding";
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = ManagedLoginBrandingOutputs;

    async fn read(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, branding) = parts(id)?;
        let call = ctx.aws.cognito.describe_managed_login_branding().user_pool_id(pool);
        let answer = call.managed_login_branding_id(branding).send().await;
        let style = match answer.map_err(refused("DescribeManagedLoginBranding")) {
            Ok(answer) => answer.managed_login_branding,
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        };
        let Some(style) = style else { return Ok(None) };
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
        };
        Ok(Some(Observed::ready(spec, ManagedLoginBrandingOutputs { client_id })))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(client) = ctx.id(&self.app_client) else { return Ok(None) };
        let (pool, client) = parts(&client)?;
        Ok(style_of(ctx, pool, client).await?.map(|branding| format!("{pool}/{branding}")))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        self.is_possible()?;
        let client = ctx.id(&self.app_client)?;
        let (pool, client) = parts(&client)?;
        let created = when_free(ctx, async || {
            let call = ctx.aws.cognito.create_managed_login_branding().user_pool_id(pool).client_id(client);
            let call = call.use_cognito_provided_values(true).customize().config_override(aws::once());
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
        if self.use_cognito_provided_values == before.use_cognito_provided_values {
            return Ok(());
        }
        self.is_possible()?;
        let (pool, branding) = parts(id)?;
        when_free(ctx, async || {
            let call = ctx.aws.cognito.update_managed_login_branding().user_pool_id(pool);
            let call = call.managed_login_branding_id(branding).use_cognito_provided_values(true);
            call.send().await.map(drop).map_err(refused("UpdateManagedLoginBranding"))
        })
        .await
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

impl ManagedLoginBranding {
    fn is_possible(&self) -> Result<()> {
        if self.use_cognito_provided_values == Some(false) {
            return Err(Error::stack("a style of its own cannot be made here")
                .hinted("leave use_cognito_provided_values out and design the style in the Cognito console"));
        }
        Ok(())
    }
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

/// A client's style, as the stack makes it.
#[must_use]
pub fn example() -> ManagedLoginBranding {
    ManagedLoginBranding {
        user_pool: Ref::one(),
        app_client: Ref::named("web"),
        use_cognito_provided_values: Some(true),
    }
}

/// [`example`], for another client: another object.
#[must_use]
pub fn example_changed() -> ManagedLoginBranding {
    ManagedLoginBranding { app_client: Ref::named("admin"), ..example() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::script::{Stage, no};

    fn style(own: bool) -> String {
        json!({ "ManagedLoginBranding": {
            "ManagedLoginBrandingId": "b1", "UserPoolId": "p_1", "UseCognitoProvidedValues": !own,
        } })
        .to_string()
    }

    fn stage(own: bool) -> Stage {
        Stage::new(move |call| match call.operation.as_str() {
            "CreateManagedLoginBranding" => no("ManagedLoginBrandingExistsException", "exists"),
            "DescribeManagedLoginBrandingByClient" if call.input["ClientId"] != "c_web" => {
                no("ResourceNotFoundException", "none")
            }
            "DescribeManagedLoginBranding" | "DescribeManagedLoginBrandingByClient" => (200, style(own)),
            "UpdateManagedLoginBranding" => (200, "{}".to_owned()),
            "DeleteManagedLoginBranding" => no("ResourceNotFoundException", "gone"),
            other => panic!("{other}"),
        })
        .knowing("user_pool", "p_1", Value::Null)
        .knowing("app_client.admin", "p_1/c_admin", Value::Null)
        .knowing("app_client.web", "p_1/c_web", Value::Null)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_style_that_is_there_is_taken_up_and_its_client_found() {
        let stage = stage(false);
        assert_eq!(example().create(&stage.ctx, "t").await.unwrap(), "p_1/b1");
        assert_eq!(stage.calls()[0].input["UseCognitoProvidedValues"], true);
        assert_eq!(example().find(&stage.ctx, "t").await.unwrap().as_deref(), Some("p_1/b1"));
        assert_eq!(example_changed().find(&stage.ctx, "t").await.unwrap(), None);
        let read = ManagedLoginBranding::read(&stage.ctx, "p_1/b1", None).await.unwrap().unwrap();
        assert_eq!(read.spec, example());
        assert_eq!(read.outputs.client_id, "c_web");
        ManagedLoginBranding::delete(&stage.ctx, "p_1/b1", None).await.unwrap();
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_design_shows_and_is_reverted_only_when_asked() {
        let stage = stage(true);
        let read = ManagedLoginBranding::read(&stage.ctx, "p_1/b1", None).await.unwrap().unwrap();
        assert_eq!(read.spec.use_cognito_provided_values, Some(false));
        read.spec.update(&stage.ctx, "p_1/b1", &read.spec).await.unwrap();
        assert!(!stage.operations().contains(&"UpdateManagedLoginBranding".to_owned()));
        example().update(&stage.ctx, "p_1/b1", &read.spec).await.unwrap();
        assert!(stage.operations().contains(&"UpdateManagedLoginBranding".to_owned()));
    }

    #[test]
    fn every_field_of_the_request_has_been_decided_on() {
        use aws_sdk_cognitoidentityprovider::operation::create_managed_login_branding as create;
        crate::kinds::surface::check(&create::CreateManagedLoginBrandingInput::builder(), DECIDED);
    }
}
