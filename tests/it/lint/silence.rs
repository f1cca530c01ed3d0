//! Rules that are silenced with a reason.

use super::*;

/// What is refused by `validate` as well, and stays wrong when the rule is silenced.
const REFUSED_TOO: [&str; 2] = ["http-callback", "classic-css-on-managed-login"];

/// The sample's own part with the rule silenced.
fn silenced(sample: &Sample, own: &str) -> String {
    let line = format!("lint: {{ silence: {{ {}: 'for a test: it is meant so' }} }}\n", sample.rule);
    let own = own.replace("lint: { silence: null }\n", "");
    text_of(sample, &format!("{line}{own}"))
}

#[test]
fn every_rule_can_be_silenced_with_a_reason() {
    let world = house(|sample| silenced(sample, sample.fires));
    let told = told(&world);
    for sample in SAMPLES {
        let rest = if REFUSED_TOO.contains(&sample.rule) { vec!["stack/invalid"] } else { vec![] };
        assert_eq!(rules_in(&told, sample.rule), rest, "{}", sample.rule);
        let stack = told["stacks"].as_array().unwrap().iter().find(|one| one["stack"] == sample.rule).unwrap();
        let said = stack["silenced"].as_array().unwrap();
        let one = said.iter().find(|one| one["rule"] == sample.rule).unwrap_or_else(|| panic!("{stack:#}"));
        assert_eq!((&one["reason"], &one["count"]), (&"for a test: it is meant so".into(), &1.into()));
    }
}

#[test]
fn a_rule_that_is_silenced_and_finds_nothing_is_a_note() {
    let world = house(|sample| silenced(sample, sample.silent));
    let told = told(&world);
    for sample in SAMPLES {
        let found = found(&told, sample.rule);
        let [one] = found.as_slice() else { panic!("{}: {found:#?}", sample.rule) };
        assert_eq!((&one["rule"], &one["severity"]), (&"unused-silence".into(), &"note".into()));
        assert_eq!(one["at"], format!("lint.silence.{}", sample.rule));
        assert_eq!((&one["place"]["file"], &one["place"]["line"]), (&file_of(sample).into(), &2.into()));
    }
}

#[test]
fn a_rule_that_is_not_asked_may_stay_silenced() {
    let world = World::empty();
    world.write("stacks/dev.yaml", format!("{CLEAN}lint: {{ silence: {{ mfa-off: it is a trial }} }}\n"));
    world.run("lint dev --deny notes").ok();
}

const WITH_SILENCE: &str = "lint: { silence: { implicit-flow: the old application goes in May } }\n";

#[test]
fn what_is_silenced_for_several_stacks_is_needed_as_long_as_one_of_them_needs_it() {
    let world = World::empty();
    world.write("stacks/base.yaml", CLEAN.replace("  name: shop\n", "") + WITH_SILENCE);
    let one = "extends: base.yaml\nuser_pool: { name: one }\n";
    world.write("stacks/one.yaml", one);
    world.write(
        "stacks/two.yaml",
        format!("{one}app_clients: {{ web: {{ allowed_oauth_flows: [code, implicit] }} }}\n"),
    );
    world.run("lint --deny notes").ok();
    world.write("stacks/two.yaml", one);
    let all = told(&world);
    assert_eq!(rules_in(&all, "one"), ["unused-silence"]);
    assert_eq!(found(&all, "one")[0]["stacks"], serde_json::json!(["one", "two"]));
    // Who sees one stack alone cannot know.
    world.run("lint one --deny notes").ok();
}

#[test]
fn a_silence_is_inherited_and_can_be_taken_away() {
    let world = World::empty();
    let implicit = CLEAN.replace("[code]", "[code, implicit]");
    world.write("stacks/base.yaml", format!("{implicit}{WITH_SILENCE}"));
    world.write("stacks/dev.yaml", "extends: base.yaml\n");
    world.run("lint dev").ok();
    world.write("stacks/dev.yaml", "extends: base.yaml\nlint: { silence: { implicit-flow: null } }\n");
    let _ = world.run("lint dev").failed();
}

#[test]
fn a_silence_is_a_rule_that_there_is_and_a_reason() {
    let world = World::empty();
    let wrong = "lint:\n  productoin: true\n  silence:\n    mfa-of: some day\n    implicit-flow: ''\n    no-log-export: ' '\n    self-sign-up: true\n";
    world.write("stacks/dev.yaml", format!("{CLEAN}{wrong}"));
    world.run("validate dev").failed().check("lint_wrong_silence");
    let lint: Value = serde_json::from_str(&world.run("lint dev --json").failed().out).unwrap();
    assert_eq!(rules_in(&lint, "dev"), ["stack/invalid"; 5]);
}
