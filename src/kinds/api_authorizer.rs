//! An authorizer of an HTTP API of API Gateway that takes the pool's tokens, and the routes that it stands before
//! (`other_resources.md` 7).
//!
//! API Gateway is called without a client of the SDK: seven operations of some seventy are needed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::app_client::AppClient;
use super::busy::outlast;
use super::user_pool::enums::IssuerType;
use super::user_pool::{UserPool, UserPoolOutputs};
use crate::aws::raw::{GATEWAY, escaped};
use crate::error::{Error, Outcome, Result};
use crate::kind::{Becomes, Ctx, Grant, Kind, Last, Observed, On, OnChange, Ref, Twin, Use, Wait, grants};

pub mod adopt;
#[cfg(test)]
mod tests;

/// An authorizer. Its id is `<API id>/<authorizer id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiAuthorizer {
    /// The id of the HTTP API.
    #[schemars(extend("x-on-change" = OnChange::Replace))]
    pub api_id: String,
    /// Its name in the API; API Gateway takes several of one name, and a stack does not.
    pub name: String,
    /// The pool whose tokens are taken: the issuer.
    pub user_pool: Ref<UserPool>,
    /// The form of the issuer that the pool's tokens name, which the API compares letter by letter. Default: ORIGINAL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "ORIGINAL"))]
    pub issuer_type: Option<IssuerType>,
    /// The clients whose tokens are taken, in the order of their addresses: the audience.
    pub app_clients: Vec<Ref<AppClient>>,
    /// Where the token stands in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws-default" = "$request.header.Authorization"))]
    pub identity_source: Option<String>,
    /// The routes that it stands before, by their keys: `GET /orders`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-handed-over" = "taken_first"))]
    pub routes: BTreeMap<String, RouteScopes>,
}

/// What a route asks of a token.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteScopes {
    /// Scopes of which the token has one at least. Left out, any token will do, an ID token too.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(extend("uniqueItems" = true), example = &["orders/read"])]
    pub scopes: BTreeSet<String>,
}

/// What AWS decided of an authorizer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiAuthorizerOutputs {
    /// Its id within the API.
    pub authorizer_id: String,
}

/// Where a token stands unless it is said.
const SOURCE: &str = "$request.header.Authorization";

/// The discovery document of a new pool comes after seconds, and changes of an API are made one at a time
/// (`quotas_errors.md` 3 and 4).
const TAKEN: Wait<'static> = Wait {
    what: "for API Gateway to take the pool's issuer",
    every: Duration::from_secs(5),
    at_most: Duration::from_mins(2),
};

fn passes(error: &Error) -> bool {
    error.is_throttled()
        || error.aws_says("Caught exception when connecting to")
        || error.aws_says("concurrent modification")
}

fn is_gone(error: &Error) -> bool {
    error.is_not_found() || error.code() == Some("NotFoundException")
}

/// How an issuer of the newer form begins.
const UPDATED: &str = "https://issuer-";

/// Which of the two forms of its issuer a pool is named in, if it is this pool.
fn form(issuer: &str, pool: &UserPoolOutputs) -> Option<IssuerType> {
    let endpoint = pool.endpoint.as_str();
    if issuer.strip_prefix(UPDATED) == Some(endpoint) {
        return Some(IssuerType::Updated);
    }
    (issuer.strip_prefix("https://") == Some(endpoint)).then_some(IssuerType::Original)
}

/// A call to API Gateway: operation, method, path below `/v2/apis`, body.
async fn call(
    ctx: &Ctx,
    operation: &'static str,
    (method, path, input): (&'static str, &str, Option<&Value>),
) -> Result<Value> {
    let path = if path.starts_with('?') { format!("/v2/apis{path}") } else { format!("/v2/apis/{path}") };
    // A second creation would make a second authorizer.
    let raw = if operation == "CreateAuthorizer" { ctx.aws.raw.once() } else { ctx.aws.raw.patient() };
    raw.rest(GATEWAY, &ctx.aws.region, operation, (method, &path, input)).await
}

async fn patiently(ctx: &Ctx, operation: &'static str, request: (&'static str, &str, Option<&Value>)) -> Result<Value> {
    outlast(ctx, &TAKEN, passes, async || call(ctx, operation, request).await.map(Some)).await
}

/// Every item of a list, turning its pages.
async fn all(ctx: &Ctx, operation: &'static str, path: &str) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    let mut next = String::new();
    loop {
        let page = call(ctx, operation, ("GET", &format!("{path}?maxResults=100{next}"), None)).await?;
        found.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["nextToken"].as_str() {
            Some(token) => next = format!("&nextToken={}", escaped(token)),
            None => return Ok(found),
        }
    }
}

/// API and authorizer of an id.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once('/').filter(|(api, one)| !api.is_empty() && !one.is_empty() && !one.contains('/')).ok_or_else(|| {
        Error::usage(format!("`{id}` is not the id of an authorizer"))
            .hinted("one looks like a1b2c3d4e5/abc123: the API's id, and the authorizer's")
    })
}

/// The routes of an API that an authorizer stands before, by their keys: each id, and its scopes.
async fn routes(ctx: &Ctx, api: &str, id: &str) -> Result<BTreeMap<String, (String, RouteScopes)>> {
    let mut found = BTreeMap::new();
    for route in all(ctx, "GetRoutes", &format!("{api}/routes")).await? {
        // The id may stay at a route that was opened, as emulators have it: what counts is whether it asks for a token.
        if route["authorizerId"] == id
            && route["authorizationType"] != "NONE"
            && let (Some(key), Some(route_id)) = (route["routeKey"].as_str(), route["routeId"].as_str())
        {
            let scopes = route["authorizationScopes"].as_array().into_iter().flatten();
            let scopes = scopes.filter_map(Value::as_str).map(str::to_owned).collect();
            found.insert(key.to_owned(), (route_id.to_owned(), RouteScopes { scopes }));
        }
    }
    Ok(found)
}

impl Kind for ApiAuthorizer {
    const NAME: &'static str = "api_authorizer";
    type Outputs = ApiAuthorizerOutputs;

    async fn read(ctx: &Ctx, id: &str, _: Option<&Last<Self>>) -> Result<Option<Observed<Self, Self::Outputs>>> {
        let (api, authorizer) = parts(id)?;
        let said = match call(ctx, "GetAuthorizer", ("GET", &format!("{api}/authorizers/{authorizer}"), None)).await {
            // The authorizer is gone, or its API.
            Err(error) if is_gone(&error) => return Ok(None),
            said => said?,
        };
        let issuer = said["jwtConfiguration"]["issuer"].as_str().unwrap_or_default();
        let user_pool = ctx.named::<UserPool>(issuer, |_, pool| form(issuer, pool).is_some());
        let pool = issuer.rsplit('/').next().unwrap_or_default();
        let audience = said["jwtConfiguration"]["audience"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut app_clients: Vec<Ref<AppClient>> = audience
            .map(|client| {
                let id = format!("{pool}/{client}");
                ctx.named(&id, |known, _| known == id)
            })
            .collect();
        app_clients.sort_by(|one, other| one.address.cmp(&other.address));
        let spec = Self {
            api_id: api.to_owned(),
            name: said["name"].as_str().unwrap_or_default().to_owned(),
            user_pool,
            issuer_type: Some(if issuer.starts_with(UPDATED) { IssuerType::Updated } else { IssuerType::Original }),
            app_clients,
            identity_source: said["identitySource"][0].as_str().map(str::to_owned),
            routes: routes(ctx, api, authorizer).await?.into_iter().map(|(key, (_, scopes))| (key, scopes)).collect(),
        };
        Ok(Some(Observed::ready(spec, ApiAuthorizerOutputs { authorizer_id: authorizer.to_owned() })))
    }

    async fn find(&self, ctx: &Ctx, _: &str) -> Result<Option<String>> {
        Ok(self.same(ctx).await?.into_iter().next())
    }

    async fn twin(&self, ctx: &Ctx) -> Result<Option<Twin>> {
        let found = self.same(ctx).await?.into_iter().find(|id| !ctx.is_ours::<Self>(id));
        let otherwise = "if the authorizer is another's, give this one another name";
        Ok(found.map(|id| Twin { id, otherwise }))
    }

    async fn create(&self, ctx: &Ctx, _: &str) -> Result<String> {
        let input = self.input(ctx)?;
        let path = format!("{}/authorizers", self.api_id);
        let made = patiently(ctx, "CreateAuthorizer", ("POST", &path, Some(&input))).await;
        let made = made.map_err(|error| {
            if is_gone(&error) {
                let Self { api_id, .. } = self;
                let region = &ctx.aws.region;
                return error.explained(format!(
                    "there is no HTTP API {api_id} in {region}: make it first, or correct `api_id`"
                ));
            }
            error
        })?;
        let id = made["authorizerId"].as_str().ok_or_else(|| {
            Error::aws_state("CreateAuthorizer answered without an id").with_outcome(Outcome::Unknown)
        })?;
        Ok(format!("{}/{id}", self.api_id))
    }

    async fn update(&self, ctx: &Ctx, id: &str, before: &Self) -> Result<()> {
        let (api, authorizer) = parts(id)?;
        let input = self.input(ctx)?;
        let bare = |one: &Self| Self { routes: BTreeMap::new(), ..one.clone() };
        if bare(self) != bare(before) {
            let path = format!("{api}/authorizers/{authorizer}");
            patiently(ctx, "UpdateAuthorizer", ("PATCH", &path, Some(&input))).await?;
        }
        if self.routes == before.routes {
            return Ok(());
        }
        let there = all(ctx, "GetRoutes", &format!("{api}/routes")).await?;
        let route_of = |key: &str| there.iter().find(|route| route["routeKey"] == key);
        let id_of = |key: &str| route_of(key)?["routeId"].as_str();
        for key in before.routes.keys().filter(|key| !self.routes.contains_key(*key)) {
            // One that another authorizer has taken over meanwhile is that one's.
            let is_own = route_of(key).is_some_and(|route| route["authorizerId"] == authorizer);
            if let Some(route) = id_of(key).filter(|_| is_own) {
                detach(ctx, api, route).await?;
            }
        }
        for (key, scopes) in self.routes.iter().filter(|(key, scopes)| before.routes.get(*key) != Some(scopes)) {
            let route = id_of(key).ok_or_else(|| {
                let known: Vec<&str> = there.iter().filter_map(|route| route["routeKey"].as_str()).collect();
                Error::aws_state(format!("the API {api} has no route `{key}`"))
                    .hinted(format!("make it first, or name one that is there: {}", known.join(", ")))
            })?;
            let input = json!({
                "authorizationType": "JWT", "authorizerId": authorizer, "authorizationScopes": scopes.scopes,
            });
            patiently(ctx, "UpdateRoute", ("PATCH", &format!("{api}/routes/{route}"), Some(&input))).await?;
        }
        Ok(())
    }

    /// What asks for no token lets everybody in, and what asks for no scope takes an ID token too
    /// (`other_resources.md` 7).
    fn warns(&self, becomes: Becomes<&Self>) -> Vec<String> {
        let none = BTreeMap::new();
        let (routes, until) = match becomes {
            Becomes::Changed(target) => (&target.routes, "for no authorizer stands before it any more"),
            Becomes::Anew(target) if target.api_id == self.api_id => {
                (&none, "until the new authorizer stands before it")
            }
            Becomes::Anew(_) | Becomes::Gone => (&none, "for no authorizer stands before it any more"),
        };
        let opened = self.routes.keys().filter(|key| !routes.contains_key(*key));
        let unasked = self.routes.iter().filter(|(key, asked)| {
            !asked.scopes.is_empty() && routes.get(*key).is_some_and(|asks| asks.scopes.is_empty())
        });
        let unasked = unasked.map(|(key, _)| format!("{key} will take any token of the pool, whatever its scopes"));
        opened.map(|key| format!("{key} will be open to everyone, {until}")).chain(unasked).collect()
    }

    async fn delete(ctx: &Ctx, id: &str, last: Option<&Last<Self>>) -> Result<()> {
        let (api, authorizer) = parts(id)?;
        let bound = match routes(ctx, api, authorizer).await {
            Err(error) if is_gone(&error) => return Ok(()),
            bound => bound?,
        };
        // Without an authorizer a route is open to everybody: only those that this stack has closed are opened by it.
        let own = last.map(|last| &last.spec.routes);
        let is_own = |key: &String| own.is_some_and(|own| own.contains_key(key));
        let others: Vec<&str> = bound.keys().filter(|key| !is_own(key)).map(String::as_str).collect();
        if !others.is_empty() {
            return Err(Error::aws_state(format!(
                "the authorizer stands before routes of others: {}",
                others.join(", ")
            ))
            .hinted("give each another authorizer, or none if everybody may call it; then run this again"));
        }
        for (route, _) in bound.values() {
            detach(ctx, api, route).await?;
        }
        let path = format!("{api}/authorizers/{authorizer}");
        match patiently(ctx, "DeleteAuthorizer", ("DELETE", &path, None)).await {
            Err(error) if is_gone(&error) => Ok(()),
            done => done.map(drop),
        }
    }

    fn grants(&self) -> Vec<Grant> {
        let on = |path: &str| On::Arn(format!("arn:<partition>:apigateway:<region>::/apis/{}/{path}", self.api_id));
        let mut all = [
            grants(Use::Reading, &on("authorizers/*"), &["apigateway:GET"]),
            grants(Use::Reading, &on("routes"), &["apigateway:GET"]),
            grants(Use::Looking, &on("authorizers"), &["apigateway:GET"]),
            grants(Use::Making, &on("authorizers"), &["apigateway:POST"]),
            grants(Use::Changing, &on("authorizers/*"), &["apigateway:PATCH"]),
            grants(Use::Deleting, &on("authorizers/*"), &["apigateway:DELETE"]),
        ]
        .concat();
        if !self.routes.is_empty() {
            all.extend(grants(Use::Changing, &on("routes/*"), &["apigateway:PATCH"]));
            all.extend(grants(Use::Deleting, &on("routes/*"), &["apigateway:PATCH"]));
        }
        all
    }
}

/// Takes the authorizer off a route: dropping its id alone would leave it there.
async fn detach(ctx: &Ctx, api: &str, route: &str) -> Result<()> {
    let input = json!({ "authorizationType": "NONE" });
    match patiently(ctx, "UpdateRoute", ("PATCH", &format!("{api}/routes/{route}"), Some(&input))).await {
        Err(error) if is_gone(&error) => Ok(()),
        done => done.map(drop),
    }
}

impl ApiAuthorizer {
    /// What create and update take.
    fn input(&self, ctx: &Ctx) -> Result<Value> {
        let issuer = if let Some(issuer) = self.user_pool.outside_id() {
            issuer.to_owned()
        } else {
            let UserPoolOutputs { endpoint, issuer, .. } = ctx.outputs(&self.user_pool)?;
            match self.issuer_type {
                Some(IssuerType::Updated) => format!("{UPDATED}{endpoint}"),
                Some(IssuerType::Original) => format!("https://{endpoint}"),
                Some(IssuerType::Other(_)) | None => issuer,
            }
        };
        let mut audience = Vec::new();
        for client in &self.app_clients {
            let id = match client.outside_id() {
                Some(id) => id.to_owned(),
                None => ctx.id(client)?,
            };
            audience.push(id.rsplit('/').next().unwrap_or_default().to_owned());
        }
        Ok(json!({
            "name": self.name,
            "authorizerType": "JWT",
            "identitySource": [self.identity_source.as_deref().unwrap_or(SOURCE)],
            "jwtConfiguration": { "issuer": issuer, "audience": audience },
        }))
    }

    /// The ids of the API's authorizers of this name and issuer: nothing keeps one from being made twice.
    async fn same(&self, ctx: &Ctx) -> Result<Vec<String>> {
        let Ok(pool) = ctx.outputs(&self.user_pool) else { return Ok(Vec::new()) };
        let found = match all(ctx, "GetAuthorizers", &format!("{}/authorizers", self.api_id)).await {
            Err(error) if is_gone(&error) => return Ok(Vec::new()),
            found => found?,
        };
        let same = found.iter().filter(|one| {
            let issuer = one["jwtConfiguration"]["issuer"].as_str().unwrap_or_default();
            one["name"] == self.name.as_str() && form(issuer, &pool).is_some()
        });
        let ids = same.filter_map(|one| one["authorizerId"].as_str());
        Ok(ids.map(|id| format!("{}/{id}", self.api_id)).collect())
    }
}

/// An authorizer before two routes.
#[must_use]
pub fn example() -> ApiAuthorizer {
    let route = |scopes: &[&str]| RouteScopes { scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect() };
    ApiAuthorizer {
        api_id: "a1b2c3d4e5".to_owned(),
        name: "shop".to_owned(),
        user_pool: Ref::one(),
        issuer_type: Some(IssuerType::Original),
        app_clients: vec![Ref::named("web")],
        identity_source: Some(SOURCE.to_owned()),
        routes: BTreeMap::from([
            ("GET /orders".to_owned(), route(&["orders/read"])),
            ("POST /orders".to_owned(), route(&["orders/write", "orders/admin"])),
        ]),
    }
}

/// [`example`], with everything changed that API Gateway changes.
#[must_use]
pub fn example_changed() -> ApiAuthorizer {
    let scopes = BTreeSet::from(["orders/all".to_owned()]);
    ApiAuthorizer {
        name: "market".to_owned(),
        app_clients: vec![Ref::named("admin")],
        identity_source: Some("$request.querystring.token".to_owned()),
        routes: BTreeMap::from([("GET /orders".to_owned(), RouteScopes { scopes })]),
        ..example()
    }
}
