//! What one block of a stack file says against another.

use serde_json::{Value, json};

use super::{and, at, each, has, is, no, only, or, when, within, without};

const LOOK: &str = "ui_customization";
const STYLES: &str = "managed_login_branding";

fn file(rule: Value) -> (&'static str, Value) {
    ("StackFile", rule)
}

pub(super) fn always() -> Vec<(&'static str, Value)> {
    let lite = || within("user_pool", is("user_pool_tier", "LITE"));
    vec![
        file(when(
            lite(),
            at(
                ["domain", "managed_login_version"],
                only(
                    [json!(1), Value::Null],
                    "the tier LITE has no managed login: use `managed_login_version: 1`, or the tier ESSENTIALS",
                ),
            ),
        )),
        file(when(
            lite(),
            json!({ "properties": { "app_clients": { "additionalProperties":
            at(["explicit_auth_flows"], each("^(?!ALLOW_USER_AUTH$)", "ALLOW_USER_AUTH needs the Essentials tier, and \
                the pool is of the Lite tier: set user_pool.user_pool_tier: ESSENTIALS, or leave ALLOW_USER_AUTH out")),
        } } }),
        )),
        file(when(
            and([has(LOOK), within("domain", is("managed_login_version", 2))]),
            without(
                LOOK,
                "this is the look of the classic pages, and version 2 shows managed login instead: take `ui_customization` \
             away, or write `managed_login_version: 1`",
            ),
        )),
        style(when(
            and([is("use_cognito_provided_values", true), or([has("settings"), has("assets")])]),
            at(
                ["use_cognito_provided_values"],
                only(
                    [json!(false), Value::Null],
                    "AWS's own style has neither settings nor images: delete the line, or the settings and images",
                ),
            ),
        )),
    ]
}

/// What one style says against itself.
fn style(rule: Value) -> (&'static str, Value) {
    ("BrandingSettings", rule)
}

pub(super) fn whole() -> Vec<(&'static str, Value)> {
    vec![
        file(when(
            and([has(STYLES), no(within("domain", is("managed_login_version", 2)))]),
            without(
                STYLES,
                "these are styles of managed login, and only its version 2 shows them: write `managed_login_version: 2` \
                 under `domain`, or take `managed_login_branding` away",
            ),
        )),
        style(when(
            and([has("assets"), no(has("settings")), no(is("use_cognito_provided_values", true))]),
            without(
                "assets",
                "AWS takes images with settings: name a `settings` file, which says where the images show",
            ),
        )),
        file(when(
            and([has(LOOK), no(has("domain"))]),
            without(
                LOOK,
                "AWS takes the look of the sign-in pages only where there is a domain: add `domain: { prefix: … }` or \
         `domain: { name: … }`",
            ),
        )),
    ]
}
