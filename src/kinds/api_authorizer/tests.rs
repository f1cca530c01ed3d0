//! What is sent to API Gateway, and what is made of its answers.

use super::*;
use crate::kinds::script::{Call, Stage};

const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a";
const ID: &str = "a1b2c3d4e5/one";

fn stage(mut answer: impl FnMut(&str, &Call) -> (u16, Value) + Send + 'static) -> Stage {
    let pool = json!({
        "id": "eu-west-1_a", "arn": "", "region": "eu-west-1", "endpoint": ISSUER.trim_start_matches("https://"), "issuer": ISSUER, "jwks_uri": "",
    });
    Stage::new(move |call| {
        let name = call.operation.split('?').next().unwrap().to_owned();
        let (status, said) = answer(&name, call);
        (status, said.to_string())
    })
    .knowing("user_pool", "eu-west-1_a", pool)
    .knowing("app_client.web", "eu-west-1_a/cweb", Value::Null)
    .knowing("app_client.admin", "eu-west-1_a/cadmin", Value::Null)
}

fn no(code: &str, message: &str) -> (u16, Value) {
    (400, json!({ "__type": code, "message": message }))
}

fn authorizer() -> Value {
    json!({
        "authorizerId": "one", "name": "shop", "authorizerType": "JWT", "identitySource": [SOURCE],
        "jwtConfiguration": { "issuer": ISSUER, "audience": ["cweb"] },
    })
}

fn route(id: &str, key: &str, scopes: &[&str]) -> Value {
    json!({
        "routeId": id, "routeKey": key, "authorizationType": "JWT", "authorizerId": "one", "authorizationScopes": scopes,
    })
}

/// The API with what [`example`] makes of it, its routes on two pages.
fn whole(name: &str, call: &Call) -> (u16, Value) {
    match name {
        "GET /v2/apis/a1b2c3d4e5/authorizers/one" => (200, authorizer()),
        "GET /v2/apis/a1b2c3d4e5/authorizers" => (200, json!({ "items": [authorizer()] })),
        "GET /v2/apis/a1b2c3d4e5/routes" if call.operation.contains("nextToken=n") => {
            (200, json!({ "items": [route("r3", "POST /orders", &["orders/write", "orders/admin"])] }))
        }
        "GET /v2/apis/a1b2c3d4e5/routes" => (
            200,
            json!({ "nextToken": "n", "items": [
                { "routeId": "r1", "routeKey": "$default", "authorizationType": "NONE" },
                route("r2", "GET /orders", &["orders/read"]),
            ] }),
        ),
        "POST /v2/apis/a1b2c3d4e5/authorizers" => (201, json!({ "authorizerId": "one" })),
        _ => (200, json!({})),
    }
}

fn written(stage: &Stage) -> Vec<Call> {
    stage.calls().into_iter().filter(|call| !call.operation.starts_with("GET ")).collect()
}

#[tokio::test(flavor = "current_thread")]
async fn an_authorizer_names_issuer_and_clients_and_is_read_with_its_routes() {
    let stage = stage(whole);
    assert_eq!(example().create(&stage.ctx, "t").await.unwrap(), ID);
    assert_eq!(
        written(&stage)[0].input,
        json!({
            "name": "shop", "authorizerType": "JWT", "identitySource": [SOURCE],
            "jwtConfiguration": { "issuer": ISSUER, "audience": ["cweb"] },
        })
    );
    let read = ApiAuthorizer::read(&stage.ctx, ID, None).await.unwrap().unwrap();
    assert_eq!(read.spec, example());
    assert_eq!(example().find(&stage.ctx, "t").await.unwrap().as_deref(), Some(ID));
    let other = ApiAuthorizer { name: "other".to_owned(), ..example() };
    assert_eq!(other.find(&stage.ctx, "t").await.unwrap(), None);
    assert!(example().twin(&stage.ctx).await.unwrap().is_some());
}

/// An authorizer whose id is still at a route that asks for no token does not stand before it.
#[tokio::test(flavor = "current_thread")]
async fn a_route_that_was_opened_is_seen() {
    let stage = stage(|name, call| {
        let (status, mut said) = whole(name, call);
        for route in
            said["items"].as_array_mut().into_iter().flatten().filter(|route| route["routeKey"] == "GET /orders")
        {
            route["authorizationType"] = json!("NONE");
        }
        (status, said)
    });
    let read = ApiAuthorizer::read(&stage.ctx, ID, None).await.unwrap().unwrap();
    assert_eq!(read.spec.routes.keys().collect::<Vec<_>>(), ["POST /orders"]);
}

#[tokio::test(flavor = "current_thread")]
async fn the_issuer_of_a_new_pool_is_waited_for() {
    let mut refusals = 2;
    let stage = stage(move |name, call| {
        if name.starts_with("POST") && refusals > 0 {
            refusals -= 1;
            return no("BadRequestException", "Caught exception when connecting to https://…. Please try again later.");
        }
        whole(name, call)
    });
    example().create(&stage.ctx, "t").await.unwrap();
    assert_eq!(written(&stage).len(), 3);
}

#[tokio::test(flavor = "current_thread")]
async fn routes_are_bound_and_detached_and_one_that_is_not_there_is_named() {
    let stage = stage(whole);
    example_changed().update(&stage.ctx, ID, &example()).await.unwrap();
    let calls = written(&stage);
    let names: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(
        names,
        [
            "PATCH /v2/apis/a1b2c3d4e5/authorizers/one",
            "PATCH /v2/apis/a1b2c3d4e5/routes/r3",
            "PATCH /v2/apis/a1b2c3d4e5/routes/r2",
        ]
    );
    assert_eq!(calls[1].input, json!({ "authorizationType": "NONE" }));
    assert_eq!(
        calls[2].input,
        json!({ "authorizationType": "JWT", "authorizerId": "one", "authorizationScopes": ["orders/all"] })
    );
    let mut missing = example();
    missing.routes.insert("GET /gone".to_owned(), RouteScopes::default());
    let error = missing.update(&stage.ctx, ID, &example()).await.unwrap_err();
    assert!(error.message().contains("no route `GET /gone`"), "{error}");
    assert!(error.hints()[0].contains("$default, GET /orders"), "{error:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn its_own_routes_are_detached_first_and_anothers_are_never_opened() {
    let own = stage(whole);
    let last = Last { spec: example(), outputs: None };
    ApiAuthorizer::delete(&own.ctx, ID, Some(&last)).await.unwrap();
    let names: Vec<String> = written(&own).into_iter().map(|call| call.operation).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[2], "DELETE /v2/apis/a1b2c3d4e5/authorizers/one");
    let others = stage(whole);
    let last = Last { spec: example_changed(), outputs: None };
    let error = ApiAuthorizer::delete(&others.ctx, ID, Some(&last)).await.unwrap_err();
    assert!(error.message().contains("POST /orders"), "{error}");
    assert!(written(&others).is_empty());
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_gone_is_gone() {
    let stage = stage(|_, _| no("NotFoundException", "Invalid API identifier specified"));
    assert!(ApiAuthorizer::read(&stage.ctx, ID, None).await.unwrap().is_none());
    ApiAuthorizer::delete(&stage.ctx, ID, None).await.unwrap();
    assert_eq!(example().find(&stage.ctx, "t").await.unwrap(), None);
    let error = example().create(&stage.ctx, "t").await.unwrap_err();
    assert!(error.hints()[0].contains("there is no HTTP API a1b2c3d4e5"), "{error:?}");
    assert!(ApiAuthorizer::read(&stage.ctx, "one", None).await.is_err());
}

#[test]
fn a_route_that_is_opened_is_named() {
    let of = |routes: &[(&str, &[&str])]| {
        let scopes = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let routes = routes.iter().map(|(key, asked)| ((*key).to_owned(), RouteScopes { scopes: scopes(asked) }));
        ApiAuthorizer { routes: routes.collect(), ..example() }
    };
    let now = of(&[("GET /orders", &["orders/read"]), ("POST /orders", &[])]);
    let open = |key: &str| format!("{key} will be open to everyone, for no authorizer stands before it any more");
    let changed = |target: &ApiAuthorizer| now.warns(Becomes::Changed(target));
    assert_eq!(changed(&now), Vec::<String>::new());
    assert_eq!(changed(&of(&[("GET /orders", &["orders/read"])])), [open("POST /orders")]);
    assert_eq!(
        changed(&of(&[("GET /orders", &[]), ("POST /orders", &["orders/write"])])),
        ["GET /orders will take any token of the pool, whatever its scopes"]
    );
    assert_eq!(now.warns(Becomes::Gone), ["GET /orders", "POST /orders"].map(open));
    let elsewhere = ApiAuthorizer { api_id: "z9".to_owned(), ..now.clone() };
    assert_eq!(now.warns(Becomes::Anew(&elsewhere)), ["GET /orders", "POST /orders"].map(open));
    let anew = now.warns(Becomes::Anew(&now));
    assert_eq!(anew[0], "GET /orders will be open to everyone, until the new authorizer stands before it");
}
