//! What the README's pictures show, by `.readme/editor`: the server's own answers.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::lsp::Editor;
use crate::world::World;

/// One mistake of each sort.
const WRONG: &str = "\
# yaml-language-server: $schema=../schemas/stack.schema.json
regoin: eu-west-1
user_pool:
  name: shop
  deletion_protection: ENABLED
  mfa: { mode: ON }
app_clients:
  web:
    callback_urls: [http://app.example.com/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [email]
    access_token_validity: 60
domain:
  prefix: shop-aws
  parent_record: placeholder
";
const RIGHT: &str = "\
app_clients:
  server:
    generate_secret: true
";

#[test]
fn the_pictures_show_what_the_server_says() {
    let world = World::empty();
    world.run("schema --write").ok();
    let mut editor = Editor::open(&world.path(""), &[("schemas/stack.schema.json", "stacks/*.yaml")]);
    let file = "stacks/shop.yaml";
    let said = editor.diagnostics(file, 1, WRONG);
    let lines: Vec<_> = said.iter().map(|said| said["range"]["start"]["line"].as_u64().unwrap() + 1).collect();
    assert_eq!(lines.len(), 8, "{lines:?}");
    world.write(file, WRONG);
    let told: Value = serde_json::from_str(&world.run("validate shop --json").out).unwrap();
    let places = told["problems"].as_array().unwrap().iter().map(|problem| problem["place"]["line"].as_u64().unwrap());
    let (mut lines, mut places) = (lines, places.collect::<Vec<_>>());
    lines.sort_unstable();
    places.sort_unstable();
    assert_eq!(lines, places, "the editor and the terminal");

    let place = (2, 10);
    editor.show("stacks/hover.yaml", 1, RIGHT);
    let hover = editor.at("hover", "stacks/hover.yaml", place)["contents"]["value"].clone();
    assert!(hover.as_str().is_some_and(|text| text.contains("docs.aws.amazon.com")), "{hover}");
    let Some(shown) = std::env::var_os("STACK_SHOWN").map(PathBuf::from) else { return };
    std::fs::create_dir_all(shown.join("stacks")).unwrap();
    std::fs::write(shown.join(file), WRONG).unwrap();
    let wrong = json!({ "file": file, "text": WRONG, "diagnostics": said });
    let right = json!({ "file": "stacks/hover.yaml", "text": RIGHT, "place": [place.0, place.1], "hover": hover });
    for (name, shown_there) in [("diagnostics", wrong), ("hover", right)] {
        std::fs::write(shown.join(format!("{name}.json")), shown_there.to_string()).unwrap();
    }
}
