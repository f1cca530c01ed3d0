//! Resource servers: APIs of one's own, and the scopes that access tokens can be good for (`other_resources.md` 3).
//!
//! Which clients may be given a scope stands with the clients, by the server's identifier: `<identifier>/<scope>`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::busy::when_free;
use super::user_pool::UserPool;
use crate::aws;
use crate::aws::cognito::types::{ResourceServerScopeType, ResourceServerType};
use crate::aws::error::refused;
use crate::error::{Error, Result};
use crate::kind::{Ctx, FoundBy, Grant, Kind, Last, Observed, On, OnChange, Ref, ReplaceOrder, Twin, Use, grants};

/// An API of one's own. Its id is `<pool id>/<identifier>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceServer {
    /// The pool whose tokens the API takes.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub user_pool: Ref<UserPool>,
    /// What a person writes.
    #[serde(flatten)]
    pub settings: ServerSettings,
}

/// What a person writes of a resource server.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// What scopes are called by, before the slash: 1–256 ASCII characters without spaces, `"` and `\`, often the API's
    /// URL. Default: what the server is called here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256), regex(pattern = r"^[\x21\x23-\x5B\x5D-\x7E]+$"))]
    #[schemars(extend("x-on-change" = OnChange::Replace, "x-unique" = true), example = &"https://api.example.com")]
    pub identifier: Option<String>,
    /// The server's name in AWS: 1–256 letters, digits, spaces and `_+=,.@-`. Default: what the server is called here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256), regex(pattern = r"^[\w\s+=,.@-]+$"))]
    #[schemars(extend("x-on-change" = OnChange::InPlace))]
    pub name: Option<String>,
    /// The scopes, at most 100: each by its name, with what it is for in 1–256 characters. A client may be given
    /// `<identifier>/<name>`. One that goes is taken away once no client of this stack names it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "x-on-change" = OnChange::InPlace,
        "x-aws-default" = {},
        "x-taken-away-last" = true,
        "maxProperties" = 100,
        "additionalProperties" = { "type": "string", "minLength": 1, "maxLength": 256 },
        "propertyNames" = {
            "pattern": r"^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$",
            "patternErrorMessage": "a scope's name has 1 to 256 ASCII characters, without spaces, `/`, `\"` and `\\`",
        },
    ))]
    pub scopes: Option<BTreeMap<String, String>>,
}

/// What AWS decided of a resource server: nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ResourceServerOutputs {}

impl Kind for ResourceServer {
    const NAME: &'static str = "resource_server";
    /// One of another identifier can stand beside it, so that clients move over before it goes.
    const REPLACE: ReplaceOrder = ReplaceOrder::CreateFirst;
    const FOUND_BY: FoundBy = FoundBy::Key;
    type Outputs = ResourceServerOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (pool, identifier) = parts(id)?;
        let Some(found) = describe(ctx, pool, identifier).await? else { return Ok(None) };
        let scopes = found.scopes().iter().map(|scope| (scope.scope_name.clone(), scope.scope_description.clone()));
        let settings = ServerSettings {
            identifier: Some(identifier.to_owned()),
            scopes: Some(scopes.collect()),
            name: found.name,
        };
        let spec = Self { user_pool: ctx.named(pool, |known, _| known == pool), settings };
        Ok(Some(Observed::ready(spec, ResourceServerOutputs {})))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        let Ok(pool) = ctx.id(&self.user_pool) else { return Ok(None) };
        let identifier = self.identifier()?;
        Ok(describe(ctx, &pool, identifier).await?.map(|_| format!("{pool}/{identifier}")))
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let id = self.find(ctx, "").await?.filter(|id| !ctx.is_ours::<Self>(id));
        let otherwise =
            "or adopt the resource server with `stack import`; if it is another's, give this one another identifier";
        Ok(id.map(|id| Twin { id, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let (pool, identifier) = (ctx.id(&self.user_pool)?, self.identifier()?);
        let id = format!("{pool}/{identifier}");
        // A second one is refused without a code that says so (other_resources.md 3): what is there is looked for first,
        // and is the one that was meant, for a pool has one of an identifier.
        if describe(ctx, &pool, identifier).await?.is_some() {
            return Ok(id);
        }
        let scopes = scopes(self.settings.scopes.as_ref())?;
        when_free(ctx, async || {
            let call = ctx.aws.cognito.create_resource_server().user_pool_id(&pool).identifier(identifier);
            let call = call.name(self.name()?).set_scopes(Some(scopes.clone()));
            let answer = call.customize().config_override(aws::once()).send().await;
            answer.map(drop).map_err(refused("CreateResourceServer"))
        })
        .await?;
        Ok(id)
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        if self.settings == before.settings {
            return Ok(());
        }
        let (pool, identifier) = parts(id)?;
        // All of them, each time: what is left out is taken away (other_resources.md 3).
        let scopes = scopes(self.settings.scopes.as_ref())?;
        let updated = when_free(ctx, async || {
            let call = ctx.aws.cognito.update_resource_server().user_pool_id(pool).identifier(identifier);
            let call = call.name(self.name()?).set_scopes(Some(scopes.clone()));
            call.send().await.map(drop).map_err(refused("UpdateResourceServer"))
        });
        let kept = self.settings.scopes.iter().flatten().map(|(name, _)| name).collect::<Vec<_>>();
        let goes = before.settings.scopes.iter().flatten().find(|(name, _)| !kept.contains(name));
        // Whether AWS lets a scope go that a client names is not documented; one report says that it does.
        updated.await.map_err(|error| match goes {
            Some((name, _)) if error.code() == Some("InvalidParameterException") => error.hinted(format!(
                "if a client still names {identifier}/{name}, do it in two steps: first apply without that scope in the \
                 clients and with it here, then take it away here"
            )),
            _ => error,
        })
    }

    fn grants(&self) -> Vec<Grant> {
        [
            grants(Use::Reading, &On::Pool, &["cognito-idp:DescribeResourceServer"]),
            grants(Use::Making, &On::Pool, &["cognito-idp:CreateResourceServer", "cognito-idp:DescribeResourceServer"]),
            grants(Use::Changing, &On::Pool, &["cognito-idp:UpdateResourceServer"]),
            grants(Use::Deleting, &On::Pool, &["cognito-idp:DeleteResourceServer"]),
        ]
        .concat()
    }

    async fn delete(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<()> {
        let (pool, identifier) = parts(id)?;
        let deleted = when_free(ctx, async || {
            let call = ctx.aws.cognito.delete_resource_server().user_pool_id(pool).identifier(identifier);
            call.send().await.map(drop).map_err(refused("DeleteResourceServer"))
        });
        match deleted.await {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }
}

impl ResourceServer {
    fn identifier(&self) -> Result<&str> {
        let identifier = self.settings.identifier.as_deref();
        identifier.ok_or_else(|| Error::bug("a resource server was composed without an identifier"))
    }

    fn name(&self) -> Result<&str> {
        let name = self.settings.name.as_deref();
        name.ok_or_else(|| Error::bug("a resource server was composed without a name"))
    }
}

impl ServerSettings {
    /// The identifier of a server that is called `key` in the stack.
    #[must_use]
    pub fn identifier_of<'a>(&'a self, key: &'a str) -> &'a str {
        self.identifier.as_deref().unwrap_or(key)
    }
}

fn scopes(scopes: Option<&BTreeMap<String, String>>) -> Result<Vec<ResourceServerScopeType>> {
    let one = |(name, description): (&String, &String)| {
        let scope = ResourceServerScopeType::builder().scope_name(name).scope_description(description).build();
        scope.map_err(|error| Error::bug("a scope is incomplete").caused_by(error))
    };
    scopes.into_iter().flatten().map(one).collect()
}

async fn describe(ctx: &Ctx, pool: &str, identifier: &str) -> Result<Option<ResourceServerType>> {
    let call = ctx.aws.cognito.describe_resource_server().user_pool_id(pool).identifier(identifier);
    match call.send().await.map_err(refused("DescribeResourceServer")) {
        Ok(answer) => Ok(answer.resource_server),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Pool and identifier, which may hold slashes of its own.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').filter(|(_, identifier)| !identifier.is_empty()).ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of a resource server"))
            .hinted("one looks like eu-west-1_abc/<identifier>: eu-west-1_abc/https://api.example.com")
    })
}

/// A resource server with every field set.
#[must_use]
pub fn example() -> ResourceServer {
    let scopes = [("read", "Read orders"), ("write", "Write orders")];
    let settings = ServerSettings {
        identifier: Some("https://api.example.com".to_owned()),
        name: Some("Orders".to_owned()),
        scopes: Some(scopes.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()),
    };
    ResourceServer { user_pool: Ref::one(), settings }
}

/// [`example`] with something else in each field that is changed in place.
#[must_use]
pub fn example_changed() -> ResourceServer {
    let scopes = [("read", "See orders"), ("delete", "Delete orders")];
    let mut changed = example();
    changed.settings.name = Some("Shop".to_owned());
    changed.settings.scopes = Some(scopes.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect());
    changed
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds::script::{Stage, no};

    fn stage(refuses: bool) -> Stage {
        Stage::new(move |call| match call.operation.as_str() {
            "DescribeResourceServer" => (
                200,
                json!({ "ResourceServer": {
                    "UserPoolId": "p_1", "Identifier": call.input["Identifier"], "Name": "Orders",
                    "Scopes": [{ "ScopeName": "write", "ScopeDescription": "Write orders" },
                               { "ScopeName": "read", "ScopeDescription": "Read orders" }],
                } })
                .to_string(),
            ),
            "UpdateResourceServer" if refuses => no("InvalidParameterException", "in use"),
            "UpdateResourceServer" => (200, "{}".to_owned()),
            "DeleteResourceServer" => no("ResourceNotFoundException", "gone"),
            other => panic!("{other}"),
        })
        .knowing("user_pool", "p_1", Value::Null)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn one_that_is_there_is_taken_up_and_its_identifier_may_hold_slashes() {
        let stage = stage(false);
        let id = example().create(&stage.ctx, "t").await.unwrap();
        assert_eq!(id, "p_1/https://api.example.com");
        let read = ResourceServer::read(&stage.ctx, &id, None).await.unwrap().unwrap();
        assert_eq!(read.spec, example());
        ResourceServer::delete(&stage.ctx, &id, None).await.unwrap();
        assert!(parts("p_1").is_err() && parts("p_1/").is_err());
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_update_says_every_scope_and_one_that_cannot_go_says_what_to_do() {
        let stage = stage(false);
        let id = "p_1/https://api.example.com";
        example().update(&stage.ctx, id, &example()).await.unwrap();
        assert!(stage.calls().is_empty(), "nothing has changed");
        example_changed().update(&stage.ctx, id, &example()).await.unwrap();
        assert_eq!(stage.calls()[0].input["Scopes"].as_array().unwrap().len(), 2);
        assert_eq!(stage.calls()[0].input["Name"], "Shop");
        let error = example_changed().update(&self::stage(true).ctx, id, &example()).await.unwrap_err();
        assert!(error.hints().iter().any(|hint| hint.contains("https://api.example.com/write")), "{:?}", error.hints());
    }
}
