//! API Gateway's HTTP APIs, as far as a user pool needs them: the authorizers that check its tokens, and the routes that
//! they stand before (`other_resources.md` 7).
//!
//! Nobody makes an API here. A fresh sandbox holds two, in every Region: an HTTP API with three routes, and a WebSocket API,
//! which takes no such authorizer. That is a choice of ours and nothing of AWS's.

use super::members::{self, Member, Rule, any, text};
use super::wire::{self, Query, Reply, Request};
use super::{Refusal, World, ids};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The HTTP API that a fresh sandbox holds.
pub const API: &str = "a1b2c3d4e5";
/// The WebSocket API that it holds beside it.
pub const WEB_SOCKET: &str = "w1b2c3d4e5";
/// How long after a pool is made its discovery document is not there, in milliseconds. On AWS: seconds
/// (`quotas_errors.md` 4).
pub const DISCOVERY: i64 = 2_000;
/// A page of a list; short, so that clients have to turn it.
const PAGE: usize = 2;

/// What API Gateway holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Gateway {
    /// By Region and API.
    #[serde(default)]
    apis: BTreeMap<String, Api>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Api {
    authorizers: BTreeMap<String, Value>,
    /// By their ids, as they are shown.
    routes: BTreeMap<String, Value>,
}

/// What `CreateAuthorizer` takes; the API stands in its address.
pub const CREATE_AUTHORIZER: &[&str] = &[
    "authorizerType",
    "identitySource",
    "jwtConfiguration",
    "name",
    "authorizerCredentialsArn",
    "authorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds",
    "authorizerUri",
    "enableSimpleResponses",
    "identityValidationExpression",
];

const SOURCES: Rule = Rule::List(1, 1, &Rule::Text(1, 1024, any));
const JWT: Rule = Rule::Structure(&[
    ("audience", false, Rule::List(0, usize::MAX, &Rule::Text(1, 1024, any))),
    ("issuer", false, Rule::Text(1, 2048, any)),
]);
static CREATE: [Member; 4] = [
    ("authorizerType", true, Rule::OneOf(&["JWT"])),
    ("identitySource", true, SOURCES),
    ("jwtConfiguration", true, JWT),
    ("name", true, Rule::Text(1, 128, any)),
];
static UPDATE: [Member; 4] = [
    ("authorizerType", false, Rule::OneOf(&["JWT"])),
    ("identitySource", false, SOURCES),
    ("jwtConfiguration", false, JWT),
    ("name", false, Rule::Text(1, 128, any)),
];
static ROUTE: [Member; 3] = [
    ("authorizationType", false, Rule::OneOf(&["NONE", "JWT", "AWS_IAM", "CUSTOM"])),
    ("authorizerId", false, Rule::Text(0, 64, any)),
    ("authorizationScopes", false, Rule::List(0, 100, &Rule::Text(1, 64, any))),
];

/// The operation that a request means.
pub(super) fn operation(method: &str, path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", ["v2", "apis"]) => Some("GetApis"),
        ("GET", ["v2", "apis", _]) => Some("GetApi"),
        ("POST", ["v2", "apis", _, "authorizers"]) => Some("CreateAuthorizer"),
        ("GET", ["v2", "apis", _, "authorizers"]) => Some("GetAuthorizers"),
        ("GET", ["v2", "apis", _, "authorizers", _]) => Some("GetAuthorizer"),
        ("PATCH", ["v2", "apis", _, "authorizers", _]) => Some("UpdateAuthorizer"),
        ("DELETE", ["v2", "apis", _, "authorizers", _]) => Some("DeleteAuthorizer"),
        ("GET", ["v2", "apis", _, "routes"]) => Some("GetRoutes"),
        ("PATCH", ["v2", "apis", _, "routes", _]) => Some("UpdateRoute"),
        _ => None,
    }
}

/// What IAM asks for a request: the verb and the path (`quotas_errors.md` 7).
pub(super) fn demand(region: &str, request: &Request) -> (String, String) {
    let path = request.uri().path().trim_start_matches("/v2").trim_end_matches('/');
    (format!("apigateway:{}", request.method()), format!("arn:aws:apigateway:{region}::{path}"))
}

fn part(request: &Request, number: usize) -> String {
    wire::decode(request.uri().path().trim_matches('/').split('/').nth(number).unwrap_or_default())
}

fn bad(message: impl Into<String>) -> Refusal {
    Refusal::new("BadRequestException", message)
}

fn not_found(message: String) -> Refusal {
    Refusal { status: 404, ..Refusal::new("NotFoundException", message) }
}

fn conflict(message: String) -> Refusal {
    Refusal { status: 409, ..Refusal::new("ConflictException", message) }
}

fn fresh() -> Api {
    let route = |(id, key): (&str, &str)| {
        let shown = json!({ "routeId": id, "routeKey": key, "authorizationType": "NONE", "apiKeyRequired": false });
        (id.to_owned(), shown)
    };
    let routes = [("r1default", "$default"), ("r2orders", "GET /orders"), ("r3orders", "POST /orders")];
    Api { authorizers: BTreeMap::new(), routes: routes.into_iter().map(route).collect() }
}

/// An API as it is shown.
fn shown(api: &str) -> Value {
    let protocol = if api == API { "HTTP" } else { "WEBSOCKET" };
    json!({ "apiId": api, "name": "shop", "protocolType": protocol })
}

/// Answers one call made to `region`.
pub(super) fn handle(world: &mut World, region: &str, operation: &str, request: &Request) -> Result<Reply, Refusal> {
    let api = part(request, 2);
    if operation == "Unknown" {
        let message = format!("the sandbox plays no such operation: {}", request.uri().path());
        return Err(Refusal { status: 404, ..Refusal::new("UnknownOperationException", message) });
    }
    if operation == "GetApis" {
        let after = Query::of(request).get("nextToken").unwrap_or_default().to_owned();
        let mut rest = [API, WEB_SOCKET].into_iter().filter(|api| *api > after.as_str());
        // One at a time, so that clients have to turn the page.
        let mut answer = json!({ "items": rest.next().map(shown).into_iter().collect::<Vec<_>>() });
        if rest.next().is_some() {
            answer["nextToken"] = answer["items"][0]["apiId"].clone();
        }
        return Ok(wire::json_reply(&answer));
    }
    if api != API && api != WEB_SOCKET {
        return Err(not_found(format!("Invalid API identifier specified {}:{api}", super::ACCOUNT)));
    }
    if operation == "GetApi" {
        return Ok(wire::json_reply(&shown(&api)));
    }
    let key = format!("{region} {api}");
    world.gateway.apis.entry(key.clone()).or_insert_with(fresh);
    let input: Value = if request.body().is_empty() {
        json!({})
    } else {
        serde_json::from_slice(request.body()).map_err(|_| bad("Invalid request body"))?
    };
    let id = part(request, 4);
    let answer = answer(world, (region, &api, &key), (operation, &id), (request, &input));
    // An API that is as it was from the beginning is not kept.
    if world.gateway.apis.get(&key) == Some(&fresh()) {
        world.gateway.apis.remove(&key);
    }
    answer
}

fn answer(
    world: &mut World,
    (region, api, key): (&str, &str, &str),
    (operation, id): (&str, &str),
    (request, input): (&Request, &Value),
) -> Result<Reply, Refusal> {
    match operation {
        "CreateAuthorizer" | "UpdateAuthorizer" => {
            let is_new = operation == "CreateAuthorizer";
            members::check(if is_new { &CREATE } else { &UPDATE }, input, "BadRequestException")?;
            if api == WEB_SOCKET {
                return Err(bad("JWT authorizers are supported by HTTP APIs only"));
            }
            if let Some(issuer) = input["jwtConfiguration"]["issuer"].as_str() {
                discover(world, region, issuer)?;
            }
            let id = if is_new {
                ids::uuid(&format!("authorizer {}", world.next_id()))[..6].to_owned()
            } else {
                id.to_owned()
            };
            let api = world.gateway.apis.get_mut(key);
            let held = api.map(|api| &mut api.authorizers).ok_or_else(|| not_found(key.to_owned()))?;
            if !is_new && !held.contains_key(&id) {
                return Err(not_found(format!("Invalid Authorizer identifier specified {id}")));
            }
            let one = held.entry(id.clone()).or_insert_with(|| json!({ "authorizerId": id }));
            // A PATCH keeps what it leaves out.
            for (name, value) in input.as_object().into_iter().flatten() {
                one[name] = value.clone();
            }
            let mut reply = wire::json_reply(one);
            if is_new {
                *reply.status_mut() = http::StatusCode::CREATED;
            }
            Ok(reply)
        }
        "DeleteAuthorizer" => delete(world, key, id),
        "UpdateRoute" => route(world, key, id, input),
        _ => read(world, key, operation, id, &Query::of(request)),
    }
}

/// The issuer's document is fetched at once (`other_resources.md` 7).
fn discover(world: &World, region: &str, issuer: &str) -> Result<(), Refusal> {
    // The issuer of a pool may have a longer form: `issuer_configuration`.
    let starts = ["", "issuer-"].map(|form| format!("https://{form}cognito-idp.{region}.amazonaws.com/"));
    let pool = starts.iter().find_map(|start| issuer.strip_prefix(start)).filter(|pool| !pool.contains('/'));
    let made = pool.and_then(|pool| super::cognito::made(world, region, pool));
    if made.is_some_and(|made| made + DISCOVERY <= world.now) {
        return Ok(());
    }
    Err(bad(format!(
        "Caught exception when connecting to {issuer}/.well-known/openid-configuration for issuer {issuer}. Please try again \
         later. Error: Invalid issuer: {issuer}. Issuer must have a valid discovery endpoint ended with \
         '/.well-known/openid-configuration'"
    )))
}

fn delete(world: &mut World, key: &str, id: &str) -> Result<Reply, Refusal> {
    let missing = || not_found(format!("Invalid Authorizer identifier specified {id}"));
    let api = world.gateway.apis.get_mut(key).ok_or_else(missing)?;
    let name = api.authorizers.get(id).map(|one| text(one, "name").to_owned()).ok_or_else(missing)?;
    if let Some(route) = api.routes.values().find(|route| route["authorizerId"] == id) {
        let route = text(route, "routeKey");
        return Err(conflict(format!("Cannot delete authorizer '{name}', is referenced in route: {route}")));
    }
    api.authorizers.remove(id);
    let mut reply = wire::reply(200, "application/json", "");
    *reply.status_mut() = http::StatusCode::NO_CONTENT;
    Ok(reply)
}

/// `UpdateRoute`: a PATCH. Only the type NONE takes an authorizer off (`other_resources.md` 7).
fn route(world: &mut World, key: &str, id: &str, input: &Value) -> Result<Reply, Refusal> {
    members::check(&ROUTE, input, "BadRequestException")?;
    let missing = || not_found(format!("Unable to find Route by key {id}"));
    let api = world.gateway.apis.get_mut(key).ok_or_else(missing)?;
    let mut route = api.routes.get(id).cloned().ok_or_else(missing)?;
    for (name, value) in input.as_object().into_iter().flatten() {
        if value.as_str() != Some("") {
            route[name] = value.clone();
        }
    }
    if route["authorizationType"] == "JWT" {
        let is_known = route["authorizerId"].as_str().is_some_and(|id| api.authorizers.contains_key(id));
        if !is_known {
            return Err(bad(
                "Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.",
            ));
        }
    } else if let Some(route) = route.as_object_mut() {
        route.remove("authorizerId");
        route.remove("authorizationScopes");
    }
    api.routes.insert(id.to_owned(), route.clone());
    Ok(wire::json_reply(&route))
}

fn read(world: &World, key: &str, operation: &str, id: &str, query: &Query) -> Result<Reply, Refusal> {
    let api = world.gateway.apis.get(key).ok_or_else(|| not_found(key.to_owned()))?;
    if operation == "GetAuthorizer" {
        let one = api.authorizers.get(id);
        let one = one.ok_or_else(|| not_found(format!("Invalid Authorizer identifier specified {id}")))?;
        return Ok(wire::json_reply(one));
    }
    let all = if operation == "GetRoutes" { &api.routes } else { &api.authorizers };
    let after = query.get("nextToken").unwrap_or_default();
    let rest: Vec<_> = all.iter().filter(|(id, _)| id.as_str() > after).collect();
    let mut answer = json!({ "items": rest.iter().take(PAGE).map(|(_, one)| (*one).clone()).collect::<Vec<_>>() });
    if rest.len() > PAGE {
        answer["nextToken"] = json!(rest[PAGE - 1].0);
    }
    Ok(wire::json_reply(&answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_that_a_jwt_authorizer_has_are_among_all() {
        let all = CREATE.iter().chain(&UPDATE).map(|(name, ..)| *name);
        assert!(all.clone().all(|name| CREATE_AUTHORIZER.contains(&name)), "{:?}", all.collect::<Vec<_>>());
    }

    #[test]
    fn paths_mean_operations() {
        for (method, path, name) in [
            ("POST", "/v2/apis/a/authorizers", Some("CreateAuthorizer")),
            ("PATCH", "/v2/apis/a/routes/r", Some("UpdateRoute")),
            ("DELETE", "/v2/apis/a", None),
        ] {
            assert_eq!(operation(method, path), name, "{method} {path}");
        }
    }
}
