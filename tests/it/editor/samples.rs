//! Every wrong sample, as the editor and the terminal see it: side by side, and on the same line.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::lsp::Editor;
use crate::world::{Transcript, World, check, repository};

/// What no schema can know, and why.
const BEYOND: &[(&str, &str)] = &[
    ("api_authorizers", COMPARES),
    ("attribute_lengths", COMPARES),
    ("passkeys_of_another_domain", COMPARES),
    ("record_alias_type", COMPARES),
    ("sms_region", COMPARES),
    ("sms_role_of_another_account", COMPARES),
    ("branding_color", FILE),
    ("branding_image_format", FILE),
    ("branding_image_twice", COMPARES),
    ("branding_no_json", FILE),
    ("branding_of_an_unknown_client", COMPARES),
    ("branding_wrapped", FILE),
    ("scope_of_a_server", COMPARES),
    ("server_twice", COMPARES),
    ("group_role_of_another_account", COMPARES),
    ("group_twice", COMPARES),
    ("user_of_an_unknown_group", COMPARES),
    ("user_attribute", COMPARES),
    ("user_attribute_of_aws", COMPARES),
    ("user_attribute_required", COMPARES),
    ("user_verified", COMPARES),
    ("user_name", COMPARES),
    ("user_invite", COMPARES),
    ("user_twice", COMPARES),
    ("css_at_rule", FILE),
    ("css_class", FILE),
    ("css_missing", FILE),
    ("default_redirect_uri", COMPARES),
    ("domain_certificate_coverage", COMPARES),
    ("domain_outside_its_zone", COMPARES),
    ("empty", "a file without a document has no place to say it at"),
    ("extends_a_wrong_file", FILE),
    ("extends_cycle", FILE),
    ("extends_missing", FILE),
    ("forget_what_is_held", COMPARES),
    ("identity_pool", COMPARES),
    ("ignore_changes_unknown", COMPARES),
    ("image_format", FILE),
    ("image_size", FILE),
    ("lifecycle_of_nothing", COMPARES),
    ("moved_between_kinds", COMPARES),
    ("moved_to_nothing", COMPARES),
    ("permission_of_no_trigger", COMPARES),
    ("null_takes_nothing", FILE),
    ("provider_identifier_twice", COMPARES),
    ("provider_maps_fixed", COMPARES),
    ("provider_maps_unknown", COMPARES),
    ("provider_metadata_of_no_provider", FILE),
    ("provider_misnamed", COMPARES),
    ("provider_undeclared", COMPARES),
    ("provider_unwritable", COMPARES),
    ("read_attributes_unknown", COMPARES),
    ("record_cname_apex", COMPARES),
    ("record_geo_proximity_coordinates", "how many decimal places a number has is no question that a schema can put"),
    ("record_of_the_domain", COMPARES),
    ("record_routing_beside_none", COMPARES),
    ("record_routing_identifier_twice", COMPARES),
    ("record_routing_of_other_policies", COMPARES),
    ("record_routing_region_twice", COMPARES),
    ("record_routing_weights_of_other_times", COMPARES),
    ("record_twice", COMPARES),
    ("token_validity_order", COMPARES),
    ("trigger_region", COMPARES),
    ("logs_elsewhere", COMPARES),
    ("logs_without_plus", COMPARES),
    ("replica_at_home", COMPARES),
    ("replica_elsewhere", COMPARES),
    ("replica_without_a_key", COMPARES),
    ("risk_notice_from_nowhere", COMPARES),
    ("risk_of_an_unknown_client", COMPARES),
    ("risk_while_off", COMPARES),
    ("risk_without_plus", COMPARES),
    ("terms_of_an_unknown_client", COMPARES),
    ("ui_of_an_unknown_client", COMPARES),
    ("write_attributes_required", COMPARES),
];
const FILE: &str = "it lies in another file";
const COMPARES: &str = "it compares what two places say";

/// Where the text is no YAML, the server's parser goes on, and stumbles again.
const NO_YAML: &[&str] = &["bad_indentation", "tab", "unknown_anchor"];
/// The one mistake that the server's parser puts elsewhere: where the value begins that it cannot end.
const ELSEWHERE: &str = "bad_indentation";

/// Something said of a file, as one line of a table.
struct Said {
    /// The first line and column, and the last line.
    from: (u64, u64),
    last: u64,
    words: String,
    /// Whether it is the YAML that is wrong, not what it says.
    is_syntax: bool,
}

pub(super) fn names(kind: &str) -> Vec<String> {
    let files = std::fs::read_dir(repository().join("tests/it/samples").join(kind)).unwrap();
    let names = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned())).collect();
    names.sort();
    names
}

/// The samples that no schema can refuse.
pub(super) fn beyond() -> impl Iterator<Item = &'static str> {
    BEYOND.iter().map(|(name, _)| *name)
}

/// A house with these stacks, and the schemas as the program writes them.
fn house(kind: &str) -> World {
    let world = World::with(&repository().join("tests/it/samples").join(kind));
    world.write("stacks/ui/large.png", vec![0; 100 * 1024 + 1]);
    world.run("schema --write").ok();
    world
}

/// What the editor says of each of these files. It waits a moment over each, so all are opened first.
fn by_editor(editor: &mut Editor, world: &World, files: &[String]) -> Vec<Vec<Said>> {
    for file in files {
        editor.show(file, 1, &world.read(file));
    }
    let sorted = |file: &String| {
        let mut found: Vec<Said> = editor.said_of(file).iter().map(said).collect();
        found.sort_by(|a, b| (a.from, &a.words).cmp(&(b.from, &b.words)));
        found
    };
    files.iter().map(sorted).collect()
}

fn said(diagnostic: &Value) -> Said {
    let place = |end: &str, of: &str| diagnostic["range"][end][of].as_u64().unwrap() + 1;
    Said {
        from: (place("start", "line"), place("start", "character")),
        last: place("end", "line"),
        words: diagnostic["message"].as_str().unwrap().to_owned(),
        is_syntax: diagnostic["source"] == "YAML",
    }
}

/// What `stack validate` says of these stacks, with the files that it is said of.
fn by_terminal(world: &World, names: &str) -> Vec<(String, Said)> {
    let Transcript { out, .. } = world.run(&format!("validate {names} --json"));
    let told: Value = serde_json::from_str(&out).unwrap();
    let problem = |problem: &Value| {
        let place = &problem["place"];
        let from = (place["line"].as_u64().unwrap(), place["column"].as_u64().unwrap());
        let at = problem["at"].as_str().filter(|at| !at.is_empty()).map(|at| format!("{at}: ")).unwrap_or_default();
        let words = format!("{at}{}", problem["message"].as_str().unwrap());
        (place["file"].as_str().unwrap().to_owned(), Said { from, last: from.0, words, is_syntax: false })
    };
    told["problems"].as_array().unwrap().iter().map(problem).collect()
}

#[test]
fn both_say_the_same_of_the_same_line() {
    let world = house("invalid");
    let mut editor = Editor::open(&world.path(""), &[("schemas/stack.schema.json", "stacks/*.yaml")]);
    let beyond: BTreeMap<&str, &str> = BEYOND.iter().copied().collect();
    let mut table = String::new();
    let mut faults = Vec::new();
    let (mut seen, mut places) = (0, 0);
    let names = names("invalid");
    let files: Vec<String> = names.iter().map(|name| format!("stacks/{name}.yaml")).collect();
    let mut told: BTreeMap<String, Vec<(String, Said)>> = BTreeMap::new();
    for (of, said) in by_terminal(&world, &names.join(" ")) {
        told.entry(of.clone()).or_default().push((of, said));
    }
    let all = by_editor(&mut editor, &world, &files);
    for ((name, file), editors) in names.iter().zip(&files).zip(all) {
        // What is said of another file is known by asking for this stack alone.
        let terminals = told.remove(file).unwrap_or_else(|| by_terminal(&world, name));
        let _ = writeln!(table, "{name}");
        for Said { from: (line, column), words, .. } in &editors {
            let _ = writeln!(table, "  editor    {line}:{column}  {words}");
        }
        if let Some(why) = beyond.get(name.as_str()) {
            let _ = writeln!(table, "  editor    nothing: {why}");
        }
        for (of, Said { from: (line, column), words, .. }) in &terminals {
            let other = if of == file { String::new() } else { format!(" of {of}") };
            let _ = writeln!(table, "  terminal  {line}:{column}{other}  {words}");
        }
        let lines: Vec<u64> = terminals.iter().filter(|(of, _)| of == file).map(|(_, said)| said.from.0).collect();
        if let Some(fault) = fault(name, &editors, &lines, beyond.contains_key(name.as_str())) {
            faults.push(format!("{name}: {fault}"));
        }
        seen += usize::from(!editors.is_empty());
        places += editors.len();
    }
    assert!(faults.is_empty(), "{}\n\n{table}", faults.join("\n"));
    let _ = writeln!(table, "\n{seen} of {} files are seen by the editor, {places} places", names.len());
    assert!(seen >= 60, "{seen}");
    check("editor_and_terminal", &table);
}

/// What the two do not agree on; `lines` are those that the terminal names.
fn fault(name: &str, editors: &[Said], lines: &[u64], is_beyond: bool) -> Option<String> {
    if is_beyond {
        return (!editors.is_empty()).then(|| "the editor knows it after all: take it out of BEYOND".to_owned());
    }
    if editors.is_empty() {
        return Some("the editor says nothing".to_owned());
    }
    let covers = |said: &Said, line: u64| (said.from.0..=said.last).contains(&line);
    if NO_YAML.contains(&name) {
        let before = u64::from(name == ELSEWHERE);
        let is_told =
            lines.iter().all(|line| editors.iter().any(|said| said.is_syntax && covers(said, *line - before)));
        return (!is_told).then(|| "no word of the parser's covers the line".to_owned());
    }
    if editors.len() != lines.len() {
        return Some(format!("the editor says {} things, the terminal {}", editors.len(), lines.len()));
    }
    let mut lines = lines.to_vec();
    lines.sort_unstable();
    // A text in a block begins where its mark is, one line above its first.
    let is_block = |said: &Said, line: u64| said.from.0 + 1 == line && covers(said, line);
    let agree = editors.iter().zip(&lines).all(|(said, line)| said.from.0 == *line || is_block(said, *line));
    (!agree).then(|| "the lines differ".to_owned())
}

#[test]
fn nothing_is_said_of_what_is_right() {
    let world = house("valid");
    let mut editor = Editor::open(&world.path(""), &[("schemas/stack.schema.json", "stacks/*.yaml")]);
    let files: Vec<String> = names("valid").iter().map(|name| format!("stacks/{name}.yaml")).collect();
    for (file, found) in files.iter().zip(by_editor(&mut editor, &world, &files)) {
        let words: Vec<_> = found.iter().map(|said| (said.from, &said.words)).collect();
        assert!(words.is_empty(), "{file}: {words:?}");
    }
}

/// The repository's own stacks name their schemas themselves, in their first lines.
#[test]
fn modelines_lead_to_the_schemas() {
    let world = World::new();
    world.run("schema --write").ok();
    let mut editor = Editor::open(&world.path(""), &[("schemas/stack.schema.json", "stacks/canary.yaml")]);
    for name in ["base", "dev", "prod"] {
        let file = format!("stacks/{name}.yaml");
        let text = world.read(&file);
        let found = editor.diagnostics(&file, 1, &text);
        assert!(found.is_empty(), "{name}: {found:?}");
        let wrong = format!("{text}\nnobody_knows_this: 1\n");
        let [said] = editor.diagnostics(&file, 2, &wrong).try_into().unwrap();
        assert_eq!(said["message"], "Property nobody_knows_this is not allowed.", "{name}");
        assert_eq!(said["range"]["start"]["line"], wrong.lines().count() - 1, "{name}");
    }
}
