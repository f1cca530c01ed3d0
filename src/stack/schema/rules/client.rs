//! App clients: grants, scopes, flows, secrets.

use serde_json::{Value, json};

use super::{and, at, each, has, is, lists, no, only, or, when, within, without};

const GRANTS: &str = "allowed_oauth_flows";
const SCOPES: &str = "allowed_oauth_scopes";
const FLOWS: &str = "explicit_auth_flows";

fn client(rule: Value) -> (&'static str, Value) {
    ("ClientSettings", rule)
}

fn for_users() -> Value {
    lists(GRANTS, "^(code|implicit)$")
}

fn for_itself() -> Value {
    lists(GRANTS, "^client_credentials$")
}

fn some(key: &str) -> Value {
    json!({ "required": [key], "properties": { key: { "type": "array", "minItems": 1 } } })
}

fn rotates() -> Value {
    within("refresh_token_rotation", is("feature", "ENABLED"))
}

fn has_secret() -> Value {
    or([is("generate_secret", true), has("client_secret")])
}

pub(super) fn always() -> Vec<(&'static str, Value)> {
    vec![
        client(when(
            and([for_users(), for_itself()]),
            at(
                [GRANTS],
                each(
                    "^(?!client_credentials$)",
                    "client_credentials can not be selected along with code or \
                implicit: make two clients, one for users, one for the application itself",
                ),
            ),
        )),
        client(when(
            and([for_itself(), no(for_users())]),
            at(
                [SCOPES],
                each(
                    "/",
                    "this is about a user, and with client_credentials there is none: use scopes of a \
                resource server, `<its identifier>/<scope>`",
                ),
            ),
        )),
        client(when(
            no(lists(SCOPES, "^openid$")),
            at(
                [SCOPES],
                each(
                    "^(?!(email|phone|profile)$)",
                    "AWS grants email, phone and profile only together with openid: add openid",
                ),
            ),
        )),
        client(when(
            lists(FLOWS, "^ALLOW_"),
            at(
                [FLOWS],
                each(
                    "^ALLOW_",
                    "old names stand among new ones: write ALLOW_ADMIN_USER_PASSWORD_AUTH for \
                ADMIN_NO_SRP_AUTH, ALLOW_CUSTOM_AUTH for CUSTOM_AUTH_FLOW_ONLY, ALLOW_USER_PASSWORD_AUTH for \
                USER_PASSWORD_AUTH",
                ),
            ),
        )),
        client(when(
            and([rotates(), lists(FLOWS, "^ALLOW_REFRESH_TOKEN_AUTH$")]),
            without(
                "refresh_token_rotation",
                "AWS refuses rotation together with the flow ALLOW_REFRESH_TOKEN_AUTH, \
                which explicit_auth_flows lists: list the flows that you want, without it",
            ),
        )),
        client(when(
            and([has("client_secret"), is("generate_secret", true)]),
            without(
                "client_secret",
                "AWS makes a secret or takes yours, not both: leave out generate_secret, or client_secret",
            ),
        )),
    ]
}

pub(super) fn whole() -> Vec<(&'static str, Value)> {
    let flag = "allowed_oauth_flows_user_pool_client";
    vec![
        client(when(
            no(some("callback_urls")),
            at([GRANTS], each("^(?!(code|implicit)$)", "users need somewhere to be sent to: add callback_urls")),
        )),
        client(when(
            and([no(has_secret()), no(for_users())]),
            at(
                [GRANTS],
                each(
                    "^(?!client_credentials$)",
                    "client_credentials can not be selected if the client has no \
                secret: set generate_secret: true, which makes a new client of one that exists",
                ),
            ),
        )),
        client(when(
            and([some(GRANTS), no(some(SCOPES)), no(is(flag, false))]),
            without(GRANTS, "flows and scopes are needed together: add allowed_oauth_scopes"),
        )),
        client(when(
            and([some(SCOPES), no(some(GRANTS)), no(is(flag, false))]),
            without(SCOPES, "flows and scopes are needed together: add allowed_oauth_flows"),
        )),
        client(when(
            and([no(rotates()), no(lists(FLOWS, "^(?!ALLOW_)"))]),
            at(
                [FLOWS],
                json!({ "contains": { "const": "ALLOW_REFRESH_TOKEN_AUTH" },
                "errorMessage": "ALLOW_REFRESH_TOKEN_AUTH is missing: add it, or set refresh_token_rotation: { feature: ENABLED }" }),
            ),
        )),
        client(when(
            and([rotates(), no(has(FLOWS))]),
            without(
                "refresh_token_rotation",
                "AWS refuses rotation together with the flow ALLOW_REFRESH_TOKEN_AUTH, \
                which is among its defaults: list in explicit_auth_flows the flows that you want, without it",
            ),
        )),
        client(when(
            no(has_secret()),
            at(
                ["enable_propagate_additional_user_context_data"],
                only(
                    [json!(false)],
                    "the client has no secret: set generate_secret: true, which makes a new client of one that exists, or leave this out",
                ),
            ),
        )),
    ]
}
