//! What the README's pictures of an editor and of a wrong stack file show, by `.readme/editor`: the server's own answers and
//! the program's own words. Each picture says what it was made of, so that one that is out of date is told here.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use stack::kinds::digest::sha256;

use super::lsp::Editor;
use super::node;
use crate::world::{World, repository};

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
/// A file under way: its last line is where the cursor is.
const BEGUN: &str = "\
# yaml-language-server: $schema=../schemas/stack.schema.json
region: eu-west-1
user_pool:
  name: shop
  password_policy:
    require_symbols: true
    ";
const RIGHT: &str = "\
# yaml-language-server: $schema=../schemas/stack.schema.json
region: eu-west-1
user_pool:
  name: shop
app_clients:
  server:
    generate_secret: true
";
const FILE: &str = "stacks/shop.yaml";
/// How wide the terminal of the picture is.
const COLUMNS: u16 = 112;
/// The longest that a picture may be, in bytes: a page holds several.
const AT_MOST: usize = 200_000;
/// What takes the pictures.
const MADE_BY: [&str; 2] = [".readme/screens.mjs", ".readme/package-lock.json"];

#[test]
fn the_pictures_show_what_the_server_says() {
    let world = World::empty();
    world.run("schema --write").ok();
    let mut editor = Editor::open(&world.path(""), &[("schemas/stack.schema.json", "stacks/*.yaml")]);
    let said = editor.diagnostics(FILE, 1, WRONG);
    let mut said: Vec<(u64, &str)> = said.iter().map(|said| (line(said), said["message"].as_str().unwrap())).collect();
    said.sort_unstable();
    assert_eq!(said.len(), 8, "{said:?}");
    world.write(FILE, WRONG);
    let told: Value = serde_json::from_str(&world.run("validate shop --json").out).unwrap();
    let places = told["problems"].as_array().unwrap().iter().map(|problem| problem["place"]["line"].as_u64().unwrap());
    let mut places: Vec<_> = places.collect();
    places.sort_unstable();
    assert_eq!(said.iter().map(|(line, _)| *line).collect::<Vec<_>>(), places, "the editor and the terminal");

    let begun = (BEGUN.lines().count() - 1, BEGUN.lines().last().unwrap().len());
    editor.show("stacks/begun.yaml", 1, BEGUN);
    let offered = editor.at("completion", "stacks/begun.yaml", begun);
    let mut offered: Vec<_> =
        offered["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    offered.sort_unstable();
    assert!(offered.contains(&"minimum_length"), "{offered:?}");

    editor.show("stacks/hover.yaml", 1, RIGHT);
    let hover = editor.at("hover", "stacks/hover.yaml", (6, 10))["contents"]["value"].clone();
    assert!(hover.as_str().is_some_and(|text| text.contains("docs.aws.amazon.com")), "{hover}");

    let shots = [
        json!({ "name": "editor_diagnostics", "file": FILE, "text": WRONG, "diagnostics": said, "place": [9, 24],
            "says": "AWS takes no plain http here" }),
        json!({ "name": "editor_completion", "file": "stacks/begun.yaml", "text": BEGUN, "offers": offered,
            "place": [begun.0 + 1, begun.1 + 1] }),
        json!({ "name": "editor_hover", "file": "stacks/hover.yaml", "text": RIGHT, "hover": hover, "place": [7, 9],
            "says": "replaces the client" }),
        json!({ "name": "validate", "command": "stack validate shop", "columns": COLUMNS, "written": "validate.ansi",
            "words": world.columns(COLUMNS).run("validate shop").err }),
    ];
    let made_by = MADE_BY.map(|file| std::fs::read_to_string(repository().join(file)).unwrap());
    let shots = shots.map(|mut shot| {
        shot["inputs"] = sha256(format!("{shot}{}", made_by.concat()).as_bytes()).into();
        shot
    });
    match std::env::var_os("STACK_SHOWN").map(PathBuf::from) {
        Some(shown) => hand_over(&shown, &world, &shots),
        None => shots.iter().for_each(is_up_to_date),
    }
}

fn line(said: &Value) -> u64 {
    said["range"]["start"]["line"].as_u64().unwrap() + 1
}

/// Writes down what the pictures are to show, for `.readme/editor`.
fn hand_over(shown: &Path, world: &World, shots: &[Value]) {
    let node = node::installed();
    for file in [FILE, "schemas/stack.schema.json"] {
        let to = shown.join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(world.path(file), to).unwrap();
    }
    let server = json!({ "node": node.program, "script": node.home.join(super::lsp::SERVER),
        "npm": node.npm, "schema": "schemas/stack.schema.json" });
    let all = json!({ "server": server, "shots": shots });
    std::fs::write(shown.join("shots.json"), all.to_string()).unwrap();
}

/// What a picture says it was made of is what it would be made of now; and it is none too big.
#[track_caller]
fn is_up_to_date(shot: &Value) {
    let name = format!(".readme/{}.png", shot["name"].as_str().unwrap());
    let picture = std::fs::read(repository().join(&name)).unwrap_or_default();
    assert!(picture.len() < AT_MOST, "{name} is {} bytes long", picture.len());
    let inputs = shot["inputs"].as_str().unwrap();
    let stamp = [b"tEXtinputs\0", inputs.as_bytes()].concat();
    assert!(
        picture.windows(stamp.len()).any(|part| part == stamp),
        "{name} shows what is so no more: .readme/editor makes it anew"
    );
}
