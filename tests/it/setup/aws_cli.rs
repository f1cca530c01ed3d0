//! AWS's own command line tool, installed once into a virtual environment among the build's files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{KEY_ID, SECRET_KEY, Served};

/// What is installed: every package with its version.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Calls the tool against a served sandbox, and gives its answer.
#[track_caller]
pub fn call(served: &Served, region: &str, words: &[&str]) -> Value {
    let tool = installed();
    let mut command = Command::new(&tool.python);
    command.arg(&tool.script).args(["--output", "json", "--region", region]).args(words);
    // No configuration of the caller's may reach it.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("HOME", served.house.root.path()).env("AWS_PAGER", "").env("AWS_ENDPOINT_URL", &served.url);
    command.env("AWS_ACCESS_KEY_ID", KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    let ran = command.output().unwrap_or_else(|error| panic!("{}: {error}", tool.python.display()));
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "aws {}: {err}", words.join(" "));
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("aws {}: {error}: {out}", words.join(" ")))
}

struct Tool {
    python: PathBuf,
    script: PathBuf,
}

/// The tool, installed unless an earlier run has done so.
fn installed() -> Tool {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("aws-cli");
    std::fs::create_dir_all(&home).unwrap();
    let venv = home.join("venv");
    let bin = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join(if cfg!(windows) { "python.exe" } else { "python3" });
    let tool = Tool { script: bin.join("aws"), python };
    // Whoever comes second waits here until the first is done.
    let lock = File::create(home.join("lock")).unwrap();
    lock.lock().unwrap();
    // Written last: an installation that was cut short is not taken for one.
    let done = home.join("done");
    if std::fs::read_to_string(&done).is_ok_and(|text| text == REQUIREMENTS) {
        return tool;
    }
    let _ = std::fs::remove_file(&done);
    let _ = std::fs::remove_dir_all(&venv);
    let system = if cfg!(windows) { "python" } else { "python3" };
    must(
        Command::new(system).args(["-m", "venv"]).arg(&venv),
        "the tests with AWS's own command line tool need Python 3 with its venv module (Debian: apt install \
         python3-venv)",
    );
    let list = home.join("requirements.txt");
    std::fs::write(&list, REQUIREMENTS).unwrap();
    let mut install = Command::new(&tool.python);
    install.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]);
    must(
        install.arg("--requirement").arg(&list),
        "the tests with AWS's own command line tool install it with pip, which needs a package index that it can reach",
    );
    std::fs::write(&done, REQUIREMENTS).unwrap();
    tool
}

#[track_caller]
fn must(command: &mut Command, needed: &str) {
    match command.output() {
        Ok(ran) if ran.status.success() => {}
        Ok(ran) => {
            panic!("{needed}:\n{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
        }
        Err(error) => panic!("{needed}: {error}"),
    }
}
