//! A temporary house with the stacks of this repository, in which the real program runs against the sandbox.
//!
//! Nothing of the machine is seen by it: no environment, no home, no terminal, and a clock that stands still until
//! something sleeps, so that waits take no time and print the same times on every run. Each command begins an hour
//! after the one before.

use std::cell::Cell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stack::aws::dns::Dns;
use stack::aws::{Aws, Reach};
use stack::clock::Clock;
use stack::sandbox::Sandbox;
use tempfile::TempDir;

use crate::setup::program;

/// 21 September 2026, 12:53:20 UTC.
pub(crate) const BEGINNING: i64 = 1_789_995_200_000;
const HOUR: i64 = 60 * 60 * 1_000;

/// A temporary house.
pub(crate) struct World {
    dir: TempDir,
    now: Cell<i64>,
    columns: Cell<u16>,
    is_real_time: Cell<bool>,
}

/// What one command printed, and how it ended.
#[must_use = "what a command says is to be checked"]
pub(crate) struct Transcript {
    command: String,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

impl World {
    /// A house with this repository's stacks.
    pub(crate) fn new() -> Self {
        Self::with(&repository().join("stacks"))
    }

    /// A house with these stacks.
    pub(crate) fn with(stacks: &Path) -> Self {
        let world = Self::empty();
        copy(stacks, &world.path("stacks"));
        world
    }

    /// A house with nothing in it.
    pub(crate) fn empty() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            now: Cell::new(BEGINNING),
            columns: Cell::new(100),
            is_real_time: Cell::new(false),
        }
    }

    /// The same house, seen on a page of so many columns.
    pub(crate) fn columns(&self, columns: u16) -> &Self {
        self.columns.set(columns);
        self
    }

    /// The same house, where time passes as it does.
    pub(crate) fn in_real_time(self) -> Self {
        self.is_real_time.set(true);
        self
    }

    /// A file of the house.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.dir.path().join(file)
    }

    /// What a file of the house holds.
    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    /// Puts a file into the house.
    pub(crate) fn write(&self, file: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// Changes one place of a file.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) -> &Self {
        let text = self.read(file);
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {file}");
        self.write(file, text.replace(from, to))
    }

    /// The program, about to be run with these words.
    pub(crate) fn command<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = program();
        command.args(words).current_dir(self.dir.path()).env_clear().stdin(Stdio::null());
        command.env("HOME", self.path("home")).env("COLUMNS", self.columns.get().to_string());
        command.env("USER", "ann").env("HOSTNAME", "desk").env("AWS_EC2_METADATA_DISABLED", "true");
        // Where the samples say that their secrets are, and where an imported stack looks for them.
        for name in ["GOOGLE", "FACEBOOK", "LOGINWITHAMAZON"] {
            command.env(format!("{name}_CLIENT_SECRET"), format!("the secret of {name}"));
        }
        command.env("SIGNINWITHAPPLE_PRIVATE_KEY", "the key of Apple");
        // Windows opens no socket and no random numbers without it.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        if !self.is_real_time.get() {
            command.env("STACK_TEST_CLOCK", self.now.get().to_string());
            self.now.set(self.now.get() + HOUR);
        }
        command
    }

    /// Runs a command line, split at its spaces: `plan dev --sandbox`.
    pub(crate) fn run(&self, line: &str) -> Transcript {
        self.run_with(line, &[])
    }

    /// Runs a command line with these environment variables.
    pub(crate) fn run_with(&self, line: &str, environment: &[(&str, &str)]) -> Transcript {
        let mut command = self.command(line.split_whitespace());
        command.envs(environment.iter().copied());
        let variables = environment.iter().map(|(name, value)| format!("{name}={value} "));
        let line = variables.chain([format!("stack {line}")]).collect::<Vec<_>>().concat();
        self.ended(line, &command.output().unwrap())
    }

    /// What a command that has ended printed.
    pub(crate) fn ended(&self, command: String, output: &std::process::Output) -> Transcript {
        let house = self.dir.path().display().to_string();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(&house, "[house]");
        Transcript { command, out: text(&output.stdout), err: text(&output.stderr), code: output.status.code() }
    }

    /// Applies a stack of which nothing is to be shown.
    pub(crate) fn up(&self, stack: &str) {
        self.run(&format!("up {stack} --sandbox --auto-approve")).ok();
    }

    /// The sandbox of the house.
    pub(crate) fn sandbox(&self) -> Sandbox {
        let clock = if self.is_real_time.get() { Clock::system() } else { Clock::held(self.now.get()) };
        Sandbox::open(&self.path("state/sandbox"), clock).unwrap()
    }

    /// Does something in the sandbox's AWS, behind the program's back.
    pub(crate) fn behind<T>(&self, act: impl AsyncFnOnce(Aws) -> T) -> T {
        let sandbox = self.sandbox();
        self.now.set(self.now.get() + HOUR);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let how = Reach {
                region: "ap-southeast-2".to_owned(),
                profile: None,
                played: Some(sandbox.http_client()),
                clock: sandbox.clock().clone(),
                dns: Dns::public(),
            };
            act(Aws::reach(how).await).await
        })
    }

    /// What a stack's state says of an address: `/id`, `/outputs/client_id`.
    pub(crate) fn recorded(&self, stack: &str, address: &str, pointer: &str) -> String {
        let state: serde_json::Value =
            serde_json::from_str(&self.read(&format!("state/sandbox/{stack}.json"))).unwrap();
        state["resources"][address].pointer(pointer).unwrap().as_str().unwrap().to_owned()
    }
}

impl Transcript {
    /// Holds it against the snapshot of this name.
    #[track_caller]
    pub(crate) fn check(&self, name: &str) {
        check(name, &self.to_string());
    }

    /// That the command went well; what it said is checked elsewhere.
    #[track_caller]
    pub(crate) fn ok(self) {
        assert_eq!(self.code, Some(0), "{self}");
    }

    /// That the command failed as commands fail.
    #[track_caller]
    pub(crate) fn failed(self) -> Self {
        assert_eq!(self.code, Some(1), "{self}");
        self
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, out, err, code } = self;
        write!(f, "$ {command}\n{out}")?;
        if !out.is_empty() && !out.ends_with('\n') {
            f.write_str("%\n")?;
        }
        if !err.is_empty() {
            write!(f, "--- stderr ---\n{err}")?;
        }
        match code {
            Some(code) => writeln!(f, "[exit {code}]"),
            None => writeln!(f, "[killed]"),
        }
    }
}

/// Holds a text against the snapshot of this name. What differs between runs and versions is masked, each with
/// something of its own width, so that columns stay where they are.
#[track_caller]
pub(crate) fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let masks = [
        ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "uuiduuid-uuid-uuid-uuid-uuiduuiduuid"),
        // The end of an id whose middle was left out.
        ("…[0-9a-f-]*-[0-9a-f]{12}", "…uuid-uuiduuiduuid"),
        (r"\b_[0-9a-f]{32}\b", "_recordrecordrecordrecordrecordre"),
        (r"/_[0-9a-f]{8,31}…[a-z.]*", "/_record….example.com"),
        (r"\b[a-z]{10}\.acm-validations", "validation.acm-validations"),
        (r"(ap-southeast-2|us-east-1|eu-west-1)_[A-Za-z0-9]{9}\b", "${1}_PoolIdPol"),
        (r"\bd[a-z0-9]{13}\.cloudfront", "ddistribution1.cloudfront"),
        (r"\bd[a-z0-9]{10}\.cloudfront", "dimageimage.cloudfront"),
        (r"\b[a-z0-9]{26}\b", "clientidclientidclientidcl"),
        (r"\b17[89]\d{10}\b", "1234567890123"),
        (r"\(process \d+\)", "(process 1)"),
        (r"stack \d+\.\d+\.\d+", "stack [version]"),
        (r"127\.0\.0\.1:\d{5}\b", "127.0.0.1:54321"),
        (r"/\.(state|\w+\.json\.)[A-Za-z0-9]{6}\b", "/.${1}abcdef"),
        (r"by (somebody|\w+) on [\w.-]+ ", "by ann on desk "),
    ];
    for (pattern, mask) in masks {
        settings.add_filter(pattern, mask);
    }
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Where this repository is.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies a directory with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
