//! Files that others extend: they need not be whole, and what they say must still be right.

use super::lsp::Editor;
use crate::world::World;

/// The line and the words of what is wrong.
type Wrong = (u64, &'static str);

/// What a part is, its text, and what is wrong with it, if anything is.
const PARTS: &[(&str, &str, Option<Wrong>)] = &[
    ("empty mapping", "{}\n", None),
    ("tags alone", "tags: { app: shop }\n", None),
    ("a pool without a name", "user_pool:\n  mfa: { mode: OPTIONAL, software_token: true }\n", None),
    ("a factor that the stack adds", "user_pool: { mfa: { mode: ON } }\n", None),
    ("a client that lacks its callbacks", "app_clients: { web: { allowed_oauth_flows: [code] } }\n", None),
    ("a look without a domain", "ui_customization: { css: ui/login.css }\n", None),
    ("a part of a part", "extends: other.yaml\nuser_pool: { mfa: null }\n", None),
    ("an unknown key", "user_pool:\n  mfaa: {}\n", Some((2, "Property mfaa is not allowed."))),
    (
        "a wrong value",
        "user_pool:\n  user_pool_tier: FREE\n",
        Some((2, "Value is not accepted. Valid values: \"LITE\", \"ESSENTIALS\", \"PLUS\", null.")),
    ),
    (
        "a contradiction within it",
        "user_pool:\n  mfa:\n    mode: OFF\n    software_token: true\n",
        Some((4, "AWS keeps no second factor while MFA is OFF: set `mode: OPTIONAL` or `ON`, or take this out")),
    ),
    (
        "a list that must be whole",
        "app_clients:\n  web:\n    allowed_oauth_scopes: [email]\n",
        Some((3, "AWS grants email, phone and profile only together with openid: add openid")),
    ),
    ("nothing to extend", "extends: null\n", Some((1, "expected text; a number stands in quotes"))),
    ("a list", "- tags\n", Some((1, "a stack file is a mapping of keys to values, such as `region: eu-west-1`"))),
];

#[test]
fn a_part_need_not_be_whole_and_must_be_right() {
    let world = World::empty();
    world.run("schema --write").ok();
    let mut editor = Editor::open(
        &world.path(""),
        &[("schemas/part.schema.json", "stacks/parts/*.yaml"), ("schemas/stack.schema.json", "stacks/*.yaml")],
    );
    for (index, (name, text, wanted)) in PARTS.iter().enumerate() {
        let found = editor.diagnostics(&format!("stacks/parts/{index}.yaml"), 1, text);
        let found: Vec<(u64, &str)> = found
            .iter()
            .map(|said| (said["range"]["start"]["line"].as_u64().unwrap() + 1, said["message"].as_str().unwrap()))
            .collect();
        assert_eq!(found, wanted.iter().copied().collect::<Vec<_>>(), "{name}");
    }
}
