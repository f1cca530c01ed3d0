//! Every rule of AWS that is known, where the sandbox enforces it, and what this program does about it.
//!
//! `catalogue/*.yaml` says each rule in our own words, with the place in the reference that it comes from and how sure
//! the reference is. A rule that the sandbox enforces has a case: calls that the sandbox takes, and the least change
//! that it must refuse, or what it must show afterwards. A rule that the program knows beforehand has a stack file that
//! says the same, which must be refused at that place. `rules.md` is made of it all; `UPDATE_RULES=1` writes it anew.

mod calls;
mod cases;
mod catalogue;
mod data;
mod handled;
mod marked;
mod met;
mod opened;
mod plans;
mod scenes;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use crate::setup::figures::{tell, tell_table};
use crate::world::repository;
use catalogue::{Program, Rule, Sort, pages};

/// Fails with everything that is wrong, not only with the first.
#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn rules() -> Vec<Rule> {
    pages().into_iter().flat_map(|page| page.rules).collect()
}

#[test]
fn every_rule_says_where_it_comes_from_and_what_becomes_of_it() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let scenes = scenes::Scenes::read();
    for page in pages() {
        for rule in &page.rules {
            let mut say = |what: &str| wrong.push(format!("{} {}: {what}", page.reference, rule.id));
            if !seen.insert(rule.id.clone()) {
                say("another rule has this id");
            }
            if rule.lines().is_empty() {
                say("`at` is not SECTION:LINE");
            }
            for why in calls(rule, &scenes) {
                say(&why);
            }
            if rule.mark.split('/').any(|mark| !["D", "S", "Sm", "I"].contains(&mark)) {
                say("`mark` is none of the reference's");
            }
            match (&rule.by, &rule.unplayed) {
                (Some(by), None) => {
                    if let Err(why) = is_in_the_sandbox(by) {
                        say(&why);
                    }
                    if rule.cases.is_empty() {
                        say("nothing shows that the sandbox enforces it");
                    }
                }
                (None, Some(why)) => {
                    if !rule.cases.is_empty() {
                        say("it has a case, so it is played");
                    }
                    if !catalogue::REASONS.iter().any(|(word, _)| why.split(':').next() == Some(word)) {
                        say("the reason does not begin with one of REASONS");
                    }
                }
                _ => say("either `by` or `unplayed`"),
            }
            if rule.is_asked_for() != rule.asked.is_some() {
                say("`asked` is why nothing but a fault brings it about, and stands where that is so");
            }
            match rule.program() {
                Ok(program) => program.missing().into_iter().for_each(|why| say(&why)),
                Err(why) => say(&why),
            }
        }
    }
    none(&wrong);
}

/// What is wrong with the calls that a rule says it is about.
fn calls(rule: &Rule, scenes: &scenes::Scenes) -> Vec<String> {
    if rule.is_of_no_call() {
        let mut wrong = Vec::new();
        if rule.by.is_some() {
            wrong.push("it is played, and so it is about some call".to_owned());
        }
        // What belongs to no call names none that writes.
        let texts = [rule.says.as_str(), rule.unplayed.as_deref().unwrap_or_default()];
        wrong.extend(texts.iter().flat_map(|text| written(text)).map(|call| format!("it names {call}")));
        return wrong;
    }
    let unknown = rule.calls.split(' ').filter(|call| catalogue::Sort::of(call).is_none());
    let mut wrong: Vec<String> = unknown.map(|call| format!("`{call}` in `calls` is no operation")).collect();
    // A case shows what it is a case of.
    let played: BTreeSet<String> = rule.cases.iter().flat_map(|case| case.operations(scenes)).collect();
    if rule.by.is_some() && !rule.calls.split(' ').any(|call| played.contains(call)) {
        wrong.push(format!("its cases call none of {}", rule.calls));
    }
    wrong
}

/// The operations named in a text that create or update.
fn written(text: &str) -> Vec<String> {
    let known = catalogue::declared_errors();
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let is_one = |word: &&str| known.contains_key(*word) && Sort::of(word) == Some(Sort::Writes);
    words.filter(is_one).map(ToOwned::to_owned).collect()
}

#[test]
fn every_operation_is_of_one_sort() {
    for (sort, calls) in [
        (Sort::Writes, "CreateUserPool AdminCreateUser AssociateWebACL DisassociateWebACL StartUserImportJob"),
        (Sort::Writes, "AdminDeleteUserAttributes identity.TagResource PutKeyPolicy CompleteWebAuthnRegistration"),
        (Sort::Reads, "AdminGetUser AdminListGroupsForUser HeadBucket TestDNSAnswer route53.ListTagsForResource"),
        (Sort::Ends, "AdminDeleteUser DeleteGroup"),
        (Sort::People, "Token ForgotPassword"),
    ] {
        for call in calls.split(' ') {
            assert_eq!(Sort::of(call), Some(sort), "{call}");
        }
    }
    // A word is not taken for the verb that it begins with.
    assert_eq!((Sort::of("Settle"), Sort::of("Addition"), Sort::of("none")), (None, None, None));
    // Nothing that the sandbox plays is left out.
    let all = catalogue::declared_errors();
    assert_eq!(all.keys().filter(|call| Sort::of(call).is_none()).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// A rule about a denial is shown by a test that denies that very operation.
#[test]
fn a_rule_about_a_denial_is_shown_by_a_denial_of_its_own() {
    const SHOWS: &str = "tests/it/faults/mod.rs every_operation_that_is_denied_names_the_action";
    let denied = crate::faults::denied();
    let mut wrong = Vec::new();
    for rule in rules() {
        let Ok(program) = rule.program() else { continue };
        let is_shown = program.tests.iter().any(|test| test == SHOWS);
        let others = rule.calls.split(' ').filter(|call| is_shown && !denied.contains(call));
        wrong.extend(others.map(|call| format!("{}: the test that it cites denies no {call}", rule.id)));
        let operation = rule.id.strip_prefix("denied.").filter(|name| name.starts_with(char::is_uppercase));
        if operation.is_some_and(|operation| operation != rule.calls) {
            wrong.push(format!("{} is about {}", rule.id, rule.calls));
        }
        if operation.is_some() && !is_shown && program.never.is_none() {
            wrong.push(format!("{}: nothing denies it", rule.id));
        }
    }
    none(&wrong);
}

/// Whether `cognito/mfa.rs set` names a file of the sandbox and a word in it.
fn is_in_the_sandbox(by: &str) -> Result<(), String> {
    for one in by.split(", ") {
        let Some((file, word)) = one.split_once(' ') else { return Err(format!("`{one}` is not FILE WORD")) };
        let path = repository().join("src/sandbox").join(file);
        let text = std::fs::read_to_string(path).map_err(|_| format!("there is no src/sandbox/{file}"))?;
        let stands = text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word);
        if !stands {
            return Err(format!("src/sandbox/{file} has no {word}"));
        }
    }
    Ok(())
}

/// What AWS documents, or was measured to do, in a call that creates or updates, is played: there is no reason not to.
#[test]
fn what_is_documented_of_creating_and_updating_is_enforced() {
    let mut wrong = Vec::new();
    for rule in rules().into_iter().filter(|rule| rule.is_sure() && rule.writes()) {
        if let Some(why) = &rule.unplayed {
            let word = why.split(':').next().unwrap_or_default();
            if !catalogue::REASONS.iter().any(|(reason, is_enough)| *reason == word && *is_enough) {
                wrong.push(format!("{}: {why}", rule.id));
            }
        }
    }
    none(&wrong);
}

#[test]
fn the_sandbox_enforces_every_rule_that_it_is_said_to() {
    played(false);
}

/// The same with the cases that take long: quotas of hundreds and thousands.
#[test]
#[ignore = "long: .proof/run"]
fn whole_rules() {
    played(true);
    tell_table("rules", &table::text(&pages()));
    tell("rules", &table::figures(&pages()));
}

fn played(whole: bool) {
    let scenes = scenes::Scenes::read();
    let mut wrong = Vec::new();
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rule in rules() {
        for case in rule.cases.iter().filter(|case| whole || !case.long) {
            if let Err(why) = cases::run(&scenes, case, &mut codes) {
                wrong.push(format!("{}: {why}", rule.id));
            }
        }
    }
    // What an operation refuses with is among the errors that it declares (quotas_errors.md 6).
    let declared = catalogue::declared_errors();
    for (operation, refused) in &codes {
        let Some(known) = declared.get(operation) else {
            wrong.push(format!("{operation}: its errors are not in errors.yaml"));
            continue;
        };
        for code in refused.difference(known) {
            wrong.push(format!("{operation}: refuses with {code}, which it does not declare"));
        }
    }
    none(&wrong);
}

#[test]
fn the_program_refuses_what_it_can_know() {
    let mut wrong = Vec::new();
    for rule in rules() {
        if let Ok(Program { refused: Some(refused), .. }) = rule.program() {
            wrong.extend(plans::run(&refused).into_iter().map(|why| format!("{}: {why}", rule.id)));
        }
    }
    none(&wrong);
}

#[test]
fn the_table_is_up_to_date() {
    table::check(&table::text(&pages()));
}
