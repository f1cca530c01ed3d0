//! What Terraform, Stacktape and Goldstack can be told of a login, and where a stack file says the same.
//!
//! `terraform`, `stacktape` and `goldstack` hold two files for each list: a `.txt` with the names, as the reference has
//! them, and a `.yaml` that answers each: with the path of the schema that says the same, or with the reason why there
//! is none. A path must be in the schema that is published, so one that is renamed is found here; an example of it must
//! be taken by `stack validate`. The pages beside this file are made of it; `UPDATE_PARITY=1` writes them anew.

mod data;
mod examples;
pub(crate) mod paths;
mod table;

use std::collections::BTreeSet;

use crate::setup::copy;
use crate::world::{World, repository};
use data::{List, PAGES, REASONS, lists};
use paths::Schema;

/// The sixteen resources of Terraform's provider, and how many arguments the reference has of each.
const TERRAFORM: [(&str, usize); 16] = [
    ("aws_acm_certificate", 36),
    ("aws_acm_certificate_validation", 2 + 1),
    // And what its map of details can hold.
    ("aws_cognito_identity_provider", 6 + 24),
    ("aws_cognito_log_delivery_configuration", 10),
    ("aws_cognito_managed_login_branding", 12),
    ("aws_cognito_managed_user_pool_client", 36),
    ("aws_cognito_resource_server", 7),
    ("aws_cognito_risk_configuration", 36),
    ("aws_cognito_user", 17),
    ("aws_cognito_user_group", 5),
    ("aws_cognito_user_in_group", 3),
    // And the trigger that came after its table was made.
    ("aws_cognito_user_pool", 109 + 3),
    ("aws_cognito_user_pool_client", 35),
    ("aws_cognito_user_pool_domain", 10),
    ("aws_cognito_user_pool_ui_customization", 8),
    ("aws_route53_record", 34 + 1),
];

/// Fails with everything that is wrong, not only with the first.
#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn every_list() -> Vec<List> {
    PAGES.iter().flat_map(|page| lists(page.folder)).collect()
}

#[test]
fn no_argument_is_missing_from_the_lists() {
    let counted: BTreeSet<(String, usize)> =
        lists("terraform").into_iter().map(|list| (list.name, list.arguments.len())).collect();
    let mut known: BTreeSet<(String, usize)> = TERRAFORM.map(|(name, count)| (name.to_owned(), count)).into();
    known.insert(("every_resource".to_owned(), 2));
    assert_eq!(counted, known);
    let rest: Vec<(String, usize)> =
        ["goldstack", "stacktape"].into_iter().flat_map(lists).map(|list| (list.name, list.arguments.len())).collect();
    let rest: Vec<(&str, usize)> = rest.iter().map(|(name, count)| (&**name, *count)).collect();
    assert_eq!(rest, [("configuration", 7), ("deployment", 7), ("package", 12), ("params", 9), ("user-auth-pool", 78)]);
}

#[test]
fn every_argument_has_an_answer_and_every_answer_an_argument() {
    let mut wrong = Vec::new();
    for list in every_list() {
        let asked: BTreeSet<&str> = list.arguments.iter().map(|argument| &*argument.name).collect();
        if asked.len() != list.arguments.len() {
            wrong.push(format!("{}: a name stands there twice", list.name));
        }
        let unanswered = asked.iter().filter(|name| list.answer(name).is_none());
        wrong.extend(unanswered.map(|name| format!("{} {name}: no answer", list.name)));
        let unasked = list.own_answers().filter(|name| !asked.contains(name));
        wrong.extend(unasked.map(|name| format!("{} {name}: no such argument", list.name)));
    }
    none(&wrong);
}

#[test]
fn an_answer_is_a_path_of_the_schema_or_a_reason_of_the_list() {
    let schema = Schema::published();
    let mut wrong = Vec::new();
    for list in every_list() {
        for argument in &list.arguments {
            let Some(answer) = list.answer(&argument.name) else { continue };
            let mut say = |what: &str| wrong.push(format!("{} {}: {what}", list.name, argument.name));
            for path in list.places(answer).iter().chain(answer.again.keys()).chain(answer.again.values()) {
                if !schema.has(path) {
                    say(&format!("the schema has no {path}"));
                }
            }
            match &answer.not {
                None if answer.to.is_empty() => say("neither `to` nor `not`"),
                Some(_) if !answer.to.is_empty() => say("both `to` and `not`"),
                Some(_) => match answer.reason() {
                    None => say("the reason does not begin with one of REASONS"),
                    Some((word, why)) => {
                        if why.is_empty() {
                            say("a reason needs a sentence");
                        }
                        // What AWS alone decides cannot be told, and nothing else is called that.
                        let is_known = argument.mark == "C";
                        if is_known != (word == "computed" || (is_known && word == "deprecated")) {
                            say("`computed` is for what AWS alone decides");
                        }
                    }
                },
                None => {
                    if argument.mark == "C" {
                        say("what AWS alone decides is `computed`");
                    }
                }
            }
            if answer.output.is_some() && answer.to.is_empty() && answer.reason().is_none() {
                say("an output beside a reason that is none");
            }
            if answer.differs() && answer.note.is_none() {
                say("the value is written differently, and no note says how");
            }
            if answer.same.is_some() && (answer.theirs.is_some() || answer.ours.is_some()) {
                say("`same`, or `theirs` and `ours`");
            }
            if answer.theirs.is_some() != answer.ours.is_some() {
                say("`theirs` without `ours`, or the other way round");
            }
        }
    }
    none(&wrong);
}

#[test]
fn a_path_that_is_not_there_is_found() {
    let schema = Schema::published();
    for there in ["user_pool.password_policy.minimum_length", "app_clients.*.callback_urls", "moved[].from", "tags"] {
        assert!(schema.has(there), "{there}");
    }
    // Each attribute of a fixed set must have it, and not all have a length.
    assert!(schema.has("user_pool.standard_attributes.*.required"));
    assert!(!schema.has("user_pool.standard_attributes.*.max_length"));
    for gone in [
        "user_pool.password_policy.minimum",
        "user_pool.min",
        "app_clients.web",
        "user_pool.*.minimum_length",
        "moved.from",
        "",
    ] {
        assert!(!schema.has(gone), "{gone}");
    }
}

#[test]
fn every_example_is_a_stack_file_that_is_valid() {
    let world = World::empty();
    // The files that examples name.
    copy(&repository().join("tests/it/samples/valid"), &world.path("stacks"));
    world.write("stacks/ui/login.css", std::fs::read(repository().join("stacks/ui/login.css")).unwrap());
    world.write("stacks/shared.yaml", "region: eu-west-1\n");
    let (mut names, mut wrong) = (Vec::new(), Vec::new());
    for page in &PAGES {
        for (index, list) in lists(page.folder).iter().enumerate() {
            for (number, argument) in list.arguments.iter().enumerate() {
                let Some(answer) = list.answer(&argument.name) else { continue };
                match examples::stack_file(list, answer) {
                    Some(file) => {
                        let again = examples::said_again(list, answer);
                        for (place, file) in std::iter::once(file).chain(again).enumerate() {
                            let name = format!("{}-{index}-{}-{place}", page.folder, number + 1);
                            let text = format!("# {} {}\n{file:#}\n", list.name, argument.name);
                            world.write(&format!("stacks/{name}.yaml"), text);
                            names.push((name, format!("{} {}", list.name, argument.name)));
                        }
                    }
                    // What has members is shown by them.
                    None if answer.to.is_empty() || list.has_members(&argument.name) => {}
                    None => wrong.push(format!("{} {}: no example", list.name, argument.name)),
                }
            }
        }
    }
    none(&wrong);
    let line: Vec<&str> = names.iter().map(|(name, _)| &**name).collect();
    let said = world.run(&format!("validate {}", line.join(" ")));
    let guilty: Vec<String> = names
        .iter()
        .filter(|(name, _)| said.err.contains(&format!("stacks/{name}.yaml")))
        .map(|(name, row)| format!("{name}: {row}"))
        .collect();
    assert_eq!(said.code, Some(0), "{}\n{}", guilty.join("\n"), said.err);
}

/// An example that says what no stack file may is refused: the check above can fail.
#[test]
fn an_example_that_is_wrong_is_refused() {
    let world = World::empty();
    let list = &lists("terraform").into_iter().find(|list| list.name == "aws_cognito_user_pool").unwrap();
    let mut answer = list.answer("password_policy.minimum_length").unwrap().clone();
    answer.same = Some(serde_json::json!(5));
    let file = examples::stack_file(list, &answer).unwrap();
    world.write("stacks/short.yaml", format!("{file:#}\n"));
    let said = world.run("validate short").failed();
    assert!(said.err.contains("user_pool.password_policy.minimum_length"), "{said}");
}

#[test]
fn an_output_that_is_named_is_printed() {
    let world = World::new();
    world.write(
        "stacks/outputs.yaml",
        "extends: dev.yaml\nuser_pool: { name: outputs }\napp_clients: { web: { generate_secret: true } }\n\
         identity_providers: { Corp: { saml: { metadata_url: https://idp.example.com/m } } }\n",
    );
    world.up("outputs");
    let said = world.run("output outputs --sandbox --secrets --json");
    assert_eq!(said.code, Some(0), "{said}");
    let printed: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let mut wrong = Vec::new();
    for list in every_list() {
        for argument in &list.arguments {
            let output = list.answer(&argument.name).and_then(|answer| answer.output.as_ref());
            if let Some(output) = output.filter(|output| printed.get(output).is_none()) {
                wrong.push(format!("{} {}: there is no output {output}", list.name, argument.name));
            }
        }
    }
    none(&wrong);
}

#[test]
fn the_readme_says_which_block_each_resource_becomes() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `aws_")).collect();
    for list in lists("terraform").iter().filter(|list| TERRAFORM.iter().any(|(name, _)| *name == list.name)) {
        let name = &list.name;
        let is_named = rows.iter().any(|row| row.contains(&format!("`{name}`")));
        assert!(is_named, "README's `Coming from Terraform` does not say what becomes of {name}");
    }
}

/// What Terraform says for one client by `client_id` is no word of ours alone.
#[test]
fn what_is_said_again_for_a_client_is_not_taken_for_ours_alone() {
    let lists = lists("terraform");
    let list = lists.iter().find(|list| list.name == "aws_cognito_risk_configuration").unwrap();
    let answer = list.answer("compromised_credentials_risk_configuration.event_filter").unwrap();
    let filter = "compromised_credentials_risk_configuration.event_filter";
    let both = ["risk_configuration", "risk_configuration.app_clients.*"].map(|block| format!("{block}.{filter}"));
    assert_eq!(list.places(answer), both);
    assert_eq!(list.places(list.answer("client_id").unwrap()), ["risk_configuration.app_clients"]);
    let file = &examples::said_again(list, answer)[0];
    assert_eq!(
        file["risk_configuration"]["app_clients"]["web"][filter.split('.').next().unwrap()]["event_filter"][0],
        "SIGN_IN"
    );
    assert!(file["risk_configuration"].get("compromised_credentials_risk_configuration").is_none(), "{file}");
    let ours = table::only_here(&lists);
    assert!(ours.contains("user_pool.key_configuration.kms_key_arn"), "{ours:?}");
    let theirs: Vec<&String> = ours.iter().filter(|path| path.contains("risk_configuration")).collect();
    assert_eq!(theirs, [] as [&String; 0]);
}

#[test]
fn every_reason_is_used() {
    let used: BTreeSet<String> = every_list()
        .iter()
        .flat_map(|list| list.arguments.iter().filter_map(|argument| list.answer(&argument.name)?.reason()))
        .map(|(word, _)| word)
        .collect();
    let known: BTreeSet<String> = REASONS.iter().map(|(word, _)| (*word).to_owned()).collect();
    assert_eq!(used, known);
}

#[test]
fn the_tables_are_up_to_date() {
    for page in &PAGES {
        table::check(page);
    }
}
