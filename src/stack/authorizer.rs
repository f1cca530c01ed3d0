//! An authorizer of an HTTP API, as a person writes it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::api_authorizer::RouteScopes;

/// An authorizer of an HTTP API of API Gateway that exists: it takes the user pool's tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorizerSettings {
    /// The id of the HTTP API, in the stack's Region.
    #[schemars(
        regex(pattern = "^[a-z0-9]{1,64}$"),
        extend("patternErrorMessage" = "an API's id has small letters and digits: `a1b2c3d4e5`"),
        example = &"a1b2c3d4e5"
    )]
    pub api_id: String,
    /// The authorizer's name in the API. Left out, the name here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128))]
    pub name: Option<String>,
    /// The clients whose tokens are taken, by their names in `app_clients`. Left out, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("uniqueItems" = true), example = &["web"])]
    pub app_clients: Option<BTreeSet<String>>,
    /// Where a request has the token. Left out, in the header Authorization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = r"^[$]request[.](header|querystring)[.][A-Za-z0-9_-]+$"),
        extend("patternErrorMessage" = "a header or an argument: `$request.header.Authorization`"),
        example = &"$request.header.Authorization"
    )]
    pub identity_source: Option<String>,
    /// The routes that ask for such a token from now on, by their keys: `GET /orders`, `$default`. They exist; with the
    /// authorizer they are open to everybody again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub routes: BTreeMap<String, RouteScopes>,
}
