//! SARIF 2.1.0, as code hosts ask for it.

use super::*;

/// What GitHub's code scanning asks of a document, and what the format says of each of these.
#[track_caller]
fn holds(text: &str, world: &World) -> Vec<Value> {
    let document: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(document["$schema"].as_str().unwrap().ends_with("/sarif-schema-2.1.0.json"));
    assert_eq!(document["version"], "2.1.0");
    let [run] = document["runs"].as_array().unwrap().as_slice() else { panic!("one run") };
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "stack");
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[text]["text"].as_str().is_some_and(|text| !text.is_empty()), "{rule:#}");
        }
        assert!(["error", "warning", "note"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()));
        assert!(
            ["error", "warning", "recommendation"].contains(&rule["properties"]["problem.severity"].as_str().unwrap())
        );
    }
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"], "{result:#}");
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let [location] = result["locations"].as_array().unwrap().as_slice() else { panic!("one place: {result:#}") };
        let place = &location["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(world.path(uri).is_file(), "{uri} is seen from where the command was run");
        let number = |key: &str| place["region"][key].as_u64().unwrap_or_else(|| panic!("{key}: {result:#}"));
        let (start, end) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
        assert!(start <= end && start.0 > 0 && start.1 > 0, "{result:#}");
        let text = world.read(uri);
        let line = text.lines().nth(usize::try_from(end.0 - 1).unwrap()).unwrap_or_default();
        assert!(end.1 <= line.chars().count() as u64 + 1, "{result:#} ends behind its line");
    }
    results.clone()
}

/// The text of a file that a result marks, of one line.
fn marked(world: &World, result: &Value) -> String {
    let place = &result["locations"][0]["physicalLocation"];
    let number = |key: &str| usize::try_from(place["region"][key].as_u64().unwrap()).unwrap();
    let text = world.read(place["artifactLocation"]["uri"].as_str().unwrap());
    let line: Vec<char> = text.lines().nth(number("startLine") - 1).unwrap().chars().collect();
    line[number("startColumn") - 1..number("endColumn") - 1].iter().collect()
}

#[test]
fn every_finding_is_a_result_that_marks_the_very_value() {
    let world = house(|sample| text_of(sample, sample.fires));
    let results = holds(&world.run("lint --sarif").failed().out, &world);
    assert_eq!(results.len(), SAMPLES.len());
    for sample in SAMPLES {
        let result = results.iter().find(|result| result["ruleId"] == sample.rule).unwrap();
        assert_eq!(marked(&world, result), sample.points_at, "{result:#}");
        assert_eq!(result["level"], rule_of(sample).severity.as_str());
    }
}

#[test]
fn the_document_of_a_clean_stack_has_the_rules_and_no_results() {
    let world = World::new();
    let ran = world.run("lint prod --sarif");
    assert!(holds(&ran.out, &world).is_empty());
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), RULES.len() + 2);
    ran.ok();
}

#[test]
fn one_result_as_it_is() {
    let world = World::empty();
    world.write("stacks/dev.yaml", CLEAN.replace("existence_errors: ENABLED", "existence_errors: LEGACY"));
    let ran = world.run("lint dev --sarif");
    let mut document: Value = serde_json::from_str(&ran.out).unwrap();
    let driver = &mut document["runs"][0]["tool"]["driver"];
    driver["semanticVersion"] = "[version]".into();
    driver["rules"].as_array_mut().unwrap().retain(|rule| rule["id"] == "user-existence-shown");
    crate::world::check("lint_sarif", &format!("{document:#}"));
    ran.ok();
}

#[test]
fn problems_of_validate_are_results_too() {
    let world = World::new();
    let css = format!("{}\n.banner-customizable {{ position: fixed; }}\n", world.read("stacks/ui/login.css"));
    world.write("stacks/ui/login.css", css);
    let results = holds(&world.run("validate --sarif").out, &world);
    assert_eq!(results.len(), 1, "a word about the style sheet, once for both stacks");
    assert_eq!((&results[0]["ruleId"], &results[0]["level"]), (&"stack/invalid".into(), &"warning".into()));
    assert_eq!(marked(&world, &results[0]), "position");
    world.edit("stacks/dev.yaml", "access_token_validity: 60m", "acces_token_validity: 60m");
    world.edit("stacks/prod.yaml", "minimum_length: 12", "minimum_length: 0");
    for command in ["validate --sarif", "lint --sarif"] {
        let results = holds(&world.run(command).failed().out, &world);
        let wrong: Vec<&Value> = results.iter().filter(|result| result["level"] == "error").collect();
        let marks: Vec<String> = wrong.iter().map(|result| marked(&world, result)).collect();
        assert_eq!(marks, ["acces_token_validity", "0"], "{command}");
        assert!(wrong.iter().all(|result| result["ruleId"] == "stack/invalid"), "{command}");
    }
}

#[test]
fn files_are_named_from_where_the_command_was_run() {
    let world = World::empty();
    world.write("shop/stacks/dev.yaml", "user_pool: { nmae: shop }\n");
    for command in ["-C shop validate --sarif", "-C shop lint --sarif", "-C ./shop lint dev --sarif"] {
        let results = holds(&world.run(command).failed().out, &world);
        let uri = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "shop/stacks/dev.yaml", "{command}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_result_at_its_beginning() {
    let world = World::empty();
    world.write("stacks/dev.yaml", "");
    for command in ["validate --sarif", "lint --sarif"] {
        let results = holds(&world.run(command).failed().out, &world);
        assert_eq!(results.len(), 1, "{command}");
    }
}

#[test]
fn one_form_at_a_time() {
    let world = World::new();
    world.run("lint --json --sarif").failed().check("lint_two_forms");
    let _ = world.run("validate --json --sarif").failed();
}
