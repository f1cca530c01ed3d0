//! What was written reads back, and reads well.

use serde_json::json;

use super::*;
use crate::stack::yaml::parse;

fn written(value: &Value) -> String {
    text(value.as_object().unwrap(), "Header.", &|path| (path == "app_clients.web").then(|| "Its id.".to_owned()))
}

#[track_caller]
fn survives(value: &Value) {
    let text = written(value);
    let mut obstacles = Vec::new();
    let read = parse(&text, 0, &mut obstacles).unwrap_or_else(|| panic!("{}\n{text}", obstacles[0].message));
    assert!(obstacles.is_empty(), "{text}");
    assert_eq!(read.to_json(), *value, "\n{text}");
}

#[test]
fn it_reads_as_people_write() {
    let message = "Hello {username},\n\n  your code is {####}.\n";
    insta::assert_snapshot!(written(&json!({
        "region": "eu-west-1",
        "account": "111122223333",
        "tags": { "cost centre": "42", "app": "shop" },
        "user_pool": {
            "name": "shop",
            "username_attributes": ["email"],
            "username_configuration": { "case_sensitive": false },
            "mfa": { "mode": "ON", "email": { "message": message, "subject": "Your code" } },
            "attributes": { "tenant": { "type": "String", "max_length": 64 }, "age": { "type": "Number" } },
        },
        "app_clients": { "web": {
            "callback_urls": (1..=4).map(|n| format!("https://dev{n}.example.com/callback")).collect::<Vec<_>>(),
            "access_token_validity": "90s",
        }, "yes": {} },
    })), @r#"
    # yaml-language-server: $schema=../schemas/stack.schema.json

    # Header.

    region: eu-west-1
    account: "111122223333"

    # Tags for everything of this stack that can carry tags: the user pool, its replica, the identity pool and the
    # certificate.
    tags:
      cost centre: "42"
      app: shop

    # The user pool: the users, and the rules for their names, passwords and factors.
    user_pool:
      # The pool's name: 1 to 128 letters, digits, spaces and `_+=,.@-`.
      name: shop
      # Attributes that users sign in with; Cognito then makes up the usernames.
      username_attributes: [email]
      # How usernames are compared.
      username_configuration: { case_sensitive: false }
      # The second factor.
      mfa:
        mode: "ON"
        email:
          message: |
            Hello {username},

              your code is {####}.
          subject: Your code
      # The pool's own attributes, at most 50, by name (1 to 20 characters; `custom:` may stand before it and counts for
      # nothing).
      attributes:
        tenant: { type: String, max_length: 64 }
        age: { type: Number }

    # The applications that sign users in, by the names that this stack gives them.
    app_clients:
      # Its id.
      web:
        callback_urls:
          - https://dev1.example.com/callback
          - https://dev2.example.com/callback
          - https://dev3.example.com/callback
          - https://dev4.example.com/callback
        access_token_validity: 90s
      "yes": {}
    "#);
}

/// What YAML, or somebody's reader of it, could take for something else.
const TEXTS: &[&str] = &[
    "",
    " ",
    "yes",
    "No",
    "on",
    "null",
    "~",
    "true",
    "1.0",
    "1",
    "0x1f",
    "1e3",
    "0o7",
    "1_000",
    "12:30:45",
    ".5",
    "-1",
    "+1",
    "#x",
    "a #b",
    "a: b",
    "a:",
    ":a",
    "- a",
    "-",
    "?",
    "? a",
    "!a",
    "&a",
    "*a",
    "%a",
    "@a",
    "`a`",
    "a`b",
    "|",
    ">",
    "{a}",
    "[a]",
    "a, b",
    "'",
    "\"",
    "it's",
    "say \"hi\"",
    "both ' and \"",
    "\\",
    "a\\nb",
    "C:\\x",
    "\t",
    "a\tb",
    " a",
    "a ",
    "a  b",
    "---",
    "...",
    "--- a",
    "<<",
    "=",
    "a=b",
    "grüße",
    "日本語",
    "👍",
    "e\u{301}",
    "\u{feff}a",
    "a\u{2028}b",
    "a\u{85}b",
    "\u{7f}",
    "\u{1b}[2J",
    "a\rb",
    "a\r\nb",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "a\n\n\nb",
    "\na",
    "\n",
    "\n\n",
    " a\nb",
    "a\n b",
    "a\n  b\nc",
    "a \nb",
    "a\n \nb",
    "a\n\tb",
    "a\nb ",
    "# a\n# b",
    "- a\n- b",
    "a: b\nc: d",
    "{####}",
    "{##Verify##}",
    "Your code is {####}.",
    "<p>Hi</p>\n<p>{####}</p>",
    "60m",
    "1d",
    "s",
    "2026-11-21",
    "https://a.example.com/b?c=d&e=%20#f",
    "arn:aws:iam::1:role/x",
    "a\u{200b}b",
    "a\u{202e}b",
    "!!str a",
    "nan",
    "Inf",
];

#[test]
fn whatever_a_text_holds_it_reads_back() {
    for &text in TEXTS {
        survives(
            &json!({ "a": text, "b": [text, text], "user_pool": { "c": { "d": text }, "e": { "f": { text: text } } } }),
        );
    }
    survives(
        &json!({ "a": TEXTS, "b": TEXTS.iter().map(|text| (format!("k{text}"), json!({}))).collect::<Map<_, _>>() }),
    );
    survives(
        &json!({ "a": "x".repeat(300), "b": [1, -2, true, false], "c": {}, "d": [], "e": 1.5, "f": [{ "g": [1] }] }),
    );
}

#[test]
fn a_comment_stays_one() {
    let text = text(json!({ "a": 1 }).as_object().unwrap(), "one\u{1b}[2J two\n\n- three\u{2028}x", &|_| {
        Some("long ".repeat(60))
    });
    let is_comment = |line: &str| line.is_empty() || line.trim_start().starts_with('#') || line == "a: 1";
    assert!(text.lines().all(is_comment), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
}
