//! A run of the program at a terminal: a real one, as the operating system makes them, with somebody who answers.
//!
//! The terminal is Python's `pty`, which every Unix has, and which needs no code of ours that is not safe.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

const DRIVER: &str = include_str!("pty.py");
/// The longest that one talk may take.
const SECONDS: u32 = 120;

/// Ctrl-C, as the terminal takes it.
pub const CTRL_C: &str = "\u{3}";
/// Ctrl-D: the input has ended.
pub const CTRL_D: &str = "\u{4}";

/// How a talk went.
#[derive(Debug)]
pub struct Talk {
    /// All that the terminal showed, also what was typed.
    pub shown: String,
    /// The exit code; None when a signal ended it.
    pub code: Option<i64>,
    /// The signal that ended it.
    pub signal: Option<i64>,
}

/// Runs a command at a terminal so many columns wide. For each pair, waits for the first text and then types the second.
/// Every text must come.
#[track_caller]
pub fn talk(command: &Command, columns: u16, talk: &[(&str, &str)]) -> Talk {
    let text = |text: &std::ffi::OsStr| text.to_str().unwrap().to_owned();
    let words: Vec<String> = std::iter::once(command.get_program()).chain(command.get_args()).map(text).collect();
    let environment: BTreeMap<String, String> =
        command.get_envs().filter_map(|(name, value)| Some((text(name), text(value?)))).collect();
    let directory = command.get_current_dir().map_or(".".to_owned(), |dir| text(dir.as_os_str()));
    let ask = json!({
        "words": words, "environment": environment, "directory": directory, "columns": columns, "talk": talk,
        "seconds": SECONDS,
    });
    let mut python = Command::new("python3");
    let mut driver = python.args(["-c", DRIVER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    driver.stdin.take().unwrap().write_all(ask.to_string().as_bytes()).unwrap();
    let output = driver.wait_with_output().unwrap();
    assert!(output.status.success(), "the terminal could not be driven");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let shown = said["shown"].as_str().unwrap().to_owned();
    assert_eq!(said["late"], false, "it waits for something:\n{shown}");
    assert_eq!(said["unasked"], 0, "it has not asked everything:\n{shown}");
    Talk { shown, code: said["code"].as_i64(), signal: said["signal"].as_i64() }
}
