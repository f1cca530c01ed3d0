//! At a real terminal: each question with its default, wrong answers, and somebody who has enough.

use std::process::Command;

use super::{files, is_good, project};
use crate::setup::pty::{CTRL_C, CTRL_D, Talk, talk};
use crate::world::{World, check};

const QUESTIONS: [&str; 6] = [
    "Name of the stack",
    "AWS Region",
    "Name of the user pool",
    "Sign-in pages",
    "Domain of the sign-in pages",
    "Where people are sent",
];

fn command(world: &World, line: &str) -> Command {
    let mut command = world.command(line.split_whitespace());
    command.env("NO_COLOR", "1").env_remove("COLUMNS");
    command
}

fn said(talk: &Talk) -> String {
    let Talk { shown, code, signal } = talk;
    format!("{shown}[exit {code:?}, signal {signal:?}]\n")
}

#[test]
fn every_question_has_a_default_that_works() {
    let world = project();
    let answers: Vec<(&str, &str)> = QUESTIONS.iter().map(|question| (*question, "\n")).collect();
    let talk = talk(&command(&world, "-C shop init --sandbox"), 100, &answers);
    check("init_talk_defaults", &said(&talk));
    assert_eq!(talk.code, Some(0));
    is_good(&world, "dev");
    let text = world.read("shop/stacks/dev.yaml");
    assert!(text.contains("\n  name: auth-dev.example.com\n  hosted_zone: example.com\n"), "{text}");
}

#[test]
fn a_wrong_answer_is_said_to_be_so_and_asked_for_again() {
    let world = project();
    world.write("shop/stacks/taken.yaml", "region: eu-west-1\nuser_pool: { name: taken }\n");
    let answers = [
        ("Name of the stack", "größe\n"),
        ("Name of the stack", "taken\n"),
        ("Name of the stack", "live\n"),
        ("AWS Region", "eu-wst-1\n"),
        ("AWS Region", " eu-west-1 \n"),
        ("Name of the user pool", "a:b\n"),
        ("Name of the user pool", "größe\n"),
        ("Name of the user pool", "My pool 1\n"),
        ("Sign-in pages", "yes\n"),
        ("Sign-in pages", "domain\n"),
        ("Domain of the sign-in pages", "example.com\n"),
        ("Domain of the sign-in pages", "auth.例え.jp\n"),
        ("Domain of the sign-in pages", "login.Example.com\n"),
        ("Where people are sent", "http://app.example.com/callback\n"),
        ("Where people are sent", "https://app.example.com/anmeldung/größe\n"),
    ];
    let talk = talk(&command(&world, "-C shop init --sandbox"), 100, &answers);
    check("init_talk_again", &said(&talk));
    assert_eq!(talk.code, Some(0));
    is_good(&world, "live");
    let text = world.read("shop/stacks/live.yaml");
    assert!(
        text.contains("\n  name: \"My pool 1\"\n") && text.contains("[\"https://app.example.com/anmeldung/größe\"]")
    );
    assert!(text.contains("\n  deletion_protection: ACTIVE\n"), "a live stack is one of production");
}

#[test]
fn a_prefix_that_nobody_has_is_offered() {
    let world = project();
    let answers = [
        ("AWS Region", "\n"),
        ("Name of the user pool", "\n"),
        ("Sign-in pages", "prefix\n"),
        ("Prefix", "\n"),
        ("Where people are sent", "\n"),
    ];
    let talk = talk(&command(&world, "-C shop init dev --sandbox"), 80, &answers);
    assert_eq!(talk.code, Some(0), "{}", talk.shown);
    let text = world.read("shop/stacks/dev.yaml");
    let prefix = text.lines().find_map(|line| line.strip_prefix("  prefix: ")).unwrap();
    assert!(prefix.starts_with("shop-dev-") && prefix.len() == "shop-dev-".len() + 6, "{prefix}");
    is_good(&world, "dev");
}

#[test]
fn what_flags_say_is_not_asked() {
    let world = project();
    let line = "-C shop init dev --sandbox --region eu-west-1 --pool-name shop --no-domain";
    let talk = talk(&command(&world, line), 100, &[]);
    assert_eq!(talk.code, Some(0), "{}", talk.shown);
    assert!(!talk.shown.contains(" ["), "{}", talk.shown);
    is_good(&world, "dev");
}

/// Ctrl-C and Ctrl-D at each question leave nothing behind.
#[test]
fn whoever_has_enough_leaves_nothing_behind() {
    for stop in 0..QUESTIONS.len() {
        for (key, code, signal) in [(CTRL_C, None, Some(2)), (CTRL_D, Some(1), None)] {
            let world = project();
            let mut answers: Vec<(&str, &str)> = QUESTIONS[..stop].iter().map(|question| (*question, "\n")).collect();
            answers.push((QUESTIONS[stop], key));
            let talk = talk(&command(&world, "-C shop init --sandbox"), 100, &answers);
            assert_eq!((talk.code, talk.signal), (code, signal), "{}", talk.shown);
            assert!(files(&world).is_empty(), "{:?}", files(&world).keys());
            let is_told = talk.shown.contains("Error: the answers ended before the last question");
            assert_eq!(is_told, key == CTRL_D, "{}", talk.shown);
        }
    }
}
