//! The HTTP APIs of authorizers are there, and so are the routes that these are to stand before.
//!
//! An authorizer that goes to another API leaves the old one first, and its routes are open from then on: that the new
//! one is not what the stack says must be known before (`other_resources.md` 7).

use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};
use serde_json::Value;

use super::{Check, Finding, Input, When, at, listed, unsaid};
use crate::address::is_name;
use crate::aws::raw::{GATEWAY, escaped};
use crate::engine::plan::Planned;
use crate::error::{Error, Result};
use crate::kinds::api_authorizer::ApiAuthorizer;

pub(super) const CHECK: Check = Check {
    name: "api_routes",
    title: "the HTTP APIs of authorizers, and their routes",
    why: "an apply that finds no such API or route stops when other routes may be open already",
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html",
    when: When::Planned,
    look: |input| look(input).boxed_local(),
};

async fn look(input: Input<'_>) -> Vec<Finding> {
    let authorizers: Vec<_> = input.touched::<ApiAuthorizer>().collect();
    let looks = authorizers.iter().map(|(_, planned, authorizer)| of_authorizer(input, planned, authorizer));
    join_all(looks).await.into_iter().flatten().collect()
}

async fn of_authorizer(input: Input<'_>, planned: &Planned, authorizer: &ApiAuthorizer) -> Vec<Finding> {
    let (api, region) = (&authorizer.api_id, &input.aws.region);
    let (at_api, at_routes) = (at(planned, "api_id"), at(planned, "routes"));
    let looks_at_routes = input.touches(planned, "routes") && !authorizer.routes.is_empty();
    let routes = async { if looks_at_routes { routes(input, api).await.map(Some) } else { Ok(None) } };
    let protocol =
        async { if input.touches(planned, "api_id") { protocol(input, api).await.map(Some) } else { Ok(None) } };
    let (protocol, routes) = join(protocol, routes).await;
    let mut found = Vec::new();
    match protocol {
        Ok(Some(protocol)) if protocol == "HTTP" => {
            found.push(Finding::pass(at_api, format!("the HTTP API {api} is there")));
        }
        Ok(Some(protocol)) => {
            let message = format!("the API {api} is a {protocol} API: authorizers of tokens are for HTTP APIs");
            return vec![Finding::fail(at_api, message, "name an HTTP API: `aws apigatewayv2 get-apis` lists them")];
        }
        Ok(None) => {}
        Err(error) if is_gone(&error) => {
            let hint = "make it first, or correct the id: `aws apigatewayv2 get-apis` lists what there is";
            return vec![Finding::fail(at_api, format!("there is no API {api} in {region}"), hint)];
        }
        Err(error) => {
            found.push(Finding::untold(at_api, &format!("nobody knows whether the API {api} is there"), &error));
        }
    }
    match routes {
        Ok(None) => {}
        Ok(Some(there)) => {
            let missing: Vec<&String> = authorizer.routes.keys().filter(|route| !there.contains(route)).collect();
            if missing.is_empty() {
                let message = format!("the API {api} has {}", listed(authorizer.routes.keys()));
                found.push(Finding::pass(at_routes, message));
                return found;
            }
            let hint = if there.is_empty() {
                "make it first: the API has no routes".to_owned()
            } else {
                format!("make it first, or name one that is there: {}", listed(&there))
            };
            let fail = |route: &String| {
                // The path of a key in the stack file.
                let quoted = format!("[{}]", Value::from(route.as_str()));
                let at = format!("{at_routes}{}", if is_name(route) { format!(".{route}") } else { quoted });
                Finding::fail(at, format!("the API {api} has no route `{route}`"), &hint)
            };
            found.extend(missing.into_iter().map(fail));
        }
        Err(error) => {
            found.push(Finding::untold(at_routes, &format!("nobody knows which routes the API {api} has"), &error));
        }
    }
    found
}

fn is_gone(error: &Error) -> bool {
    error.is_not_found() || error.code() == Some("NotFoundException")
}

/// What sort of API one is: `HTTP`, `WEBSOCKET`.
async fn protocol(input: Input<'_>, api: &str) -> Result<String> {
    let path = format!("/v2/apis/{api}");
    let said = input.ask("GetApi", input.aws.raw.get(GATEWAY, &input.aws.region, "GetApi", &path)).await?;
    let protocol = said["protocolType"].as_str().map(str::to_owned);
    protocol.ok_or_else(|| unsaid("GetApi", "the answer does not say what sort of API it is"))
}

/// The keys of an API's routes.
async fn routes(input: Input<'_>, api: &str) -> Result<Vec<String>> {
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let path = format!("/v2/apis/{api}/routes?maxResults=100{next}");
        let said = input.ask("GetRoutes", input.aws.raw.get(GATEWAY, &input.aws.region, "GetRoutes", &path)).await?;
        let items = said["items"].as_array().ok_or_else(|| unsaid("GetRoutes", "the answer lists no routes"))?;
        found.extend(items.iter().filter_map(|route: &Value| route["routeKey"].as_str()).map(str::to_owned));
        match said["nextToken"].as_str() {
            Some(token) => next = format!("&nextToken={}", escaped(token)),
            None => return Ok(found),
        }
    }
}
