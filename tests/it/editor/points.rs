//! What the editor offers and explains, at places of files under way.

use std::fmt::Write;

use serde_json::Value;

use super::lsp::Editor;
use crate::world::{World, check};

/// Stands where the cursor is.
const CURSOR: char = '▮';

/// Files under way: a name for the snapshot, whether it is a part, and the text.
type Points = &'static [(&'static str, bool, &'static str)];

const COMPLETIONS: Points = &[
    ("an empty file", false, "▮"),
    ("the keys of a file", false, "region: eu-west-1\n▮\nuser_pool: { name: shop }\n"),
    ("the keys of a pool", false, "user_pool:\n  name: shop\n  ▮\n"),
    ("a key that is begun", false, "user_pool:\n  name: shop\n  del▮\n"),
    ("the values of an enumeration", false, "user_pool:\n  name: shop\n  deletion_protection: ▮\n"),
    ("the feature plans", false, "user_pool:\n  name: shop\n  user_pool_tier: ▮\n"),
    ("yes or no", false, "user_pool:\n  name: shop\n  password_policy:\n    require_symbols: ▮\n"),
    ("three mappings deep", false, "user_pool:\n  name: shop\n  password_policy:\n    minimum_length: 12\n    ▮\n"),
    ("the modes of MFA", false, "user_pool:\n  name: shop\n  mfa:\n    mode: ▮\n"),
    ("a block of MFA", false, "user_pool:\n  name: shop\n  mfa:\n    ▮\n"),
    ("a first app client", false, "user_pool: { name: shop }\napp_clients:\n  ▮\n"),
    ("the keys of a client", false, "user_pool: { name: shop }\napp_clients:\n  web:\n    ▮\n"),
    ("after a dash", false, "user_pool: { name: shop }\napp_clients:\n  web:\n    allowed_oauth_flows:\n      - ▮\n"),
    (
        "after a second dash",
        false,
        "user_pool: { name: shop }\napp_clients:\n  web:\n    explicit_auth_flows:\n      - ALLOW_USER_SRP_AUTH\n      - ▮\n",
    ),
    ("within brackets", false, "user_pool:\n  name: shop\n  auto_verified_attributes: [▮]\n"),
    ("a length of time", false, "user_pool: { name: shop }\napp_clients:\n  web:\n    access_token_validity: ▮\n"),
    ("where a secret is", false, "user_pool: { name: shop }\napp_clients:\n  web:\n    client_secret:\n      ▮\n"),
    ("a first identity provider", false, "user_pool: { name: shop }\nidentity_providers:\n  ▮\n"),
    ("the sorts of identity provider", false, "user_pool: { name: shop }\nidentity_providers:\n  Google:\n    ▮\n"),
    ("where a text is", false, "user_pool:\n  name:\n    ▮\n"),
    ("where a tag's text is", false, "user_pool: { name: shop }\ntags:\n  network:\n    ▮\n"),
    (
        "where a text in a list is",
        false,
        "user_pool: { name: shop }\napp_clients:\n  web:\n    callback_urls:\n      - ▮\n",
    ),
    ("a domain", false, "user_pool: { name: shop }\ndomain:\n  ▮\n"),
    ("who makes the records", false, "user_pool: { name: shop }\ndomain:\n  name: auth.example.com\n  dns: ▮\n"),
    ("a record", false, "user_pool: { name: shop }\nrecords:\n  ▮\n"),
    (
        "the type of a record",
        false,
        "user_pool: { name: shop }\nrecords:\n  www:\n    name: www.example.com\n    type: ▮\n",
    ),
    ("an attribute's type", false, "user_pool:\n  name: shop\n  attributes:\n    tenant:\n      type: ▮\n"),
    ("in a file that extends", false, "extends: base.yaml\nuser_pool:\n  user_pool_tier: ▮\n"),
    ("the keys of a file that extends", false, "extends: base.yaml\ndomain:\n  ▮\n"),
    ("in a part", true, "user_pool:\n  mfa:\n    ▮\n"),
];

const HOVERS: Points = &[
    ("a block", false, "user_p▮ool: { name: shop }\n"),
    ("a field with limits", false, "user_pool: { name: shop, password_policy: { minimum_len▮gth: 12 } }\n"),
    ("what cannot be changed", false, "user_pool: { name: shop, username_attri▮butes: [email] }\n"),
    (
        "what replaces the client",
        false,
        "user_pool: { name: shop }\napp_clients: { web: { generate_sec▮ret: true } }\n",
    ),
    ("what is only added to", false, "user_pool: { name: shop, attrib▮utes: { tenant: { type: String } } }\n"),
    ("a value of an enumeration", false, "user_pool: { name: shop, user_pool_tier: PL▮US }\n"),
    ("an item of a list", false, "user_pool: { name: shop }\napp_clients: { web: { allowed_oauth_flows: [co▮de] } }\n"),
    ("a length of time", false, "user_pool: { name: shop }\napp_clients: { web: { refresh_token_validity: 3▮0d } }\n"),
    ("a URL", false, "user_pool: { name: shop }\napp_clients: { web: { callback▮_urls: [https://a.example.com/] } }\n"),
    ("a domain", false, "user_pool: { name: shop }\ndomain: { na▮me: auth.example.com }\n"),
    (
        "what this program alone knows",
        false,
        "user_pool: { name: shop }\ndomain: { parent_rec▮ord: check, name: a.example.com }\n",
    ),
    (
        "a certificate",
        false,
        "user_pool: { name: shop }\ndomain: { name: a.example.com, certificate: { key_algor▮ithm: RSA_2048 } }\n",
    ),
    (
        "a record",
        false,
        "user_pool: { name: shop }\nrecords: { www: { name: www.example.com, type: ▮A, values: [192.0.2.1] } }\n",
    ),
    (
        "what a provider fills in",
        false,
        "user_pool: { name: shop }\nidentity_providers: { Corp: { attribute_map▮ping: { email: mail } } }\n",
    ),
    (
        "where a provider's metadata is",
        false,
        "user_pool: { name: shop }\nidentity_providers: { Corp: { saml: { metadata_u▮rl: https://idp.example.com } } }\n",
    ),
    ("what is extended", false, "exten▮ds: base.yaml\n"),
    ("in a file that extends", false, "extends: base.yaml\nuser_pool: { mfa: { mo▮de: ON } }\n"),
    ("in a part", true, "user_pool: { deletion_prot▮ection: ACTIVE }\n"),
];

fn open() -> (World, Editor) {
    let world = World::empty();
    world.run("schema --write").ok();
    let schemas = [("schemas/stack.schema.json", "stacks/*.yaml"), ("schemas/part.schema.json", "parts/*.yaml")];
    let editor = Editor::open(&world.path(""), &schemas);
    (world, editor)
}

/// What is answered at each of these places.
fn each(editor: &mut Editor, method: &str, points: Points) -> Vec<(&'static str, &'static str, Value)> {
    let mut answers = Vec::new();
    for (index, (name, is_part, text)) in points.iter().enumerate() {
        let before = &text[..text.find(CURSOR).expect("the cursor is somewhere")];
        let place = (before.matches('\n').count(), before.rsplit('\n').next().unwrap_or_default().chars().count());
        let folder = if *is_part { "parts" } else { "stacks" };
        let file = format!("{folder}/{method}_{index}.yaml");
        editor.show(&file, 1, &text.replace(CURSOR, ""));
        answers.push((*name, *text, editor.at(method, &file, place)));
    }
    answers
}

#[test]
fn what_is_offered() {
    let (_world, mut editor) = open();
    let mut shown = String::new();
    for (name, text, answer) in each(&mut editor, "completion", COMPLETIONS) {
        let _ = writeln!(shown, "# {name}\n{}", text.trim_end());
        let mut items = answer["items"].as_array().expect("a list").clone();
        assert!(!items.is_empty(), "{name}: nothing is offered");
        items.sort_by_key(|item| item["label"].as_str().map(str::to_owned));
        for item in items {
            let inserts = item["textEdit"]["newText"].as_str().or(item["insertText"].as_str()).unwrap_or_default();
            let label = item["label"].as_str().unwrap_or_default();
            let said = item["documentation"]["value"].as_str().or(item["documentation"].as_str()).unwrap_or_default();
            let first = said.lines().next().unwrap_or_default();
            let first: String = first.chars().take(60).collect();
            let _ = writeln!(shown, "  {label:<34} {first}");
            if inserts.contains('\n') {
                for line in inserts.lines() {
                    let _ = writeln!(shown, "{}", format!("      | {line}").trim_end());
                }
            }
        }
        shown.push('\n');
    }
    check("editor_completions", &shown);
}

#[test]
fn what_is_explained() {
    let (_world, mut editor) = open();
    let mut shown = String::new();
    for (name, text, answer) in each(&mut editor, "hover", HOVERS) {
        let said = answer["contents"]["value"].as_str().unwrap_or_default();
        assert!(!said.is_empty(), "{name}: nothing is explained");
        let said: String = said.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
        let _ = writeln!(shown, "# {name}\n{}\n{said}", text.trim_end());
    }
    check("editor_hovers", &shown);
    assert!(COMPLETIONS.len() + HOVERS.len() >= 25);
}
