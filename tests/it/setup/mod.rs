//! What the tests with the real program share: a directory of its own to work in, runs of the program, and a
//! sandbox that is served on loopback.

pub mod aws_cli;
pub mod figures;
pub mod known;
#[cfg(unix)]
pub mod pty;
pub mod venv;
#[cfg(target_os = "linux")]
pub mod watched;

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Credentials as AWS writes them in its own examples, and with which a log must not be seen.
pub const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// 2026-11-21T10:00:00Z
const START: i64 = 1_795_255_200_000;
const HOUR: i64 = 3_600_000;

/// The longest that one run of the program may take.
const AT_MOST: Duration = Duration::from_mins(4);

/// A directory with stack files in it, and what runs of the program leave there.
pub struct House {
    pub root: tempfile::TempDir,
    runs: AtomicI64,
}

/// How a run ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; None when it was killed.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// All went well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }

    /// It failed, for a reason that it told.
    #[track_caller]
    pub fn failed(self) -> Self {
        assert_eq!(self.code, Some(1), "{}\n{}", self.out, self.err);
        assert!(self.err.contains("Error: "), "{}", self.err);
        self.sane()
    }

    /// Whatever happened, it was not the program's own fault.
    #[track_caller]
    pub fn sane(self) -> Self {
        for text in ["panicked", "fault of stack itself"] {
            assert!(!self.err.contains(text), "{}\n{}", self.out, self.err);
        }
        self
    }

    /// What it said holds `text`.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        let all = format!("{}\n{}", self.out, self.err);
        assert!(all.contains(text), "`{text}` is not in:\n{all}");
        self
    }
}

/// The program under test: cargo's own build; or, where all of a proof is run, the one that people have.
pub fn program() -> Command {
    Command::new(std::env::var_os("STACK_TEST_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_stack").into()))
}

impl House {
    /// A directory with the repository's own stacks, and these of the test's: name and text.
    pub fn new(stacks: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("stacks"), &root.path().join("stacks"));
        for (name, text) in stacks {
            std::fs::write(root.path().join("stacks").join(format!("{name}.yaml")), text).unwrap();
        }
        Self { root, runs: AtomicI64::new(0) }
    }

    /// Another directory with all that is in this one.
    pub fn copied(&self) -> Self {
        let root = tempfile::tempdir().unwrap();
        copy(self.root.path(), root.path());
        Self { root, runs: AtomicI64::new(self.runs.load(Ordering::Relaxed)) }
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    pub fn json(&self, below: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path(below)).unwrap()).unwrap()
    }

    /// The program in this directory, with nothing of the caller's environment.
    pub fn program(&self) -> Command {
        let mut command = program();
        command.env_clear().env("HOME", self.root.path()).env("NO_COLOR", "1").stdin(Stdio::null());
        // What a process on Windows cannot do without.
        for name in ["SystemRoot", "TEMP", "TMP"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.arg("-C").arg(self.root.path());
        command
    }

    /// The program with AWS played in its own process, on a clock that is held. Each run is an hour after the last.
    pub fn sandboxed(&self, words: &str, faults: &str) -> Command {
        let now = START + (self.runs.fetch_add(1, Ordering::Relaxed) + 1) * HOUR;
        let mut command = self.program();
        command.env("STACK_TEST_CLOCK", now.to_string()).env("STACK_SANDBOX_FAULTS", faults);
        command.arg("--sandbox").args(words.split_whitespace());
        command
    }

    #[must_use]
    pub fn run_sandboxed(&self, words: &str, faults: &str) -> Ran {
        run(&mut self.sandboxed(words, faults))
    }
}

/// Copies a directory with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Runs a command to its end.
#[must_use]
pub fn run(command: &mut Command) -> Ran {
    run_until(command, |_| false)
}

/// Runs a command, and kills it (SIGKILL) once `is_over` holds for a line that it writes to stderr.
#[must_use]
pub fn run_until(command: &mut Command, mut is_over: impl FnMut(&str) -> bool) -> Ran {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let stderr = child.stderr.take().unwrap();
    let out = thread::spawn(move || {
        let mut text = String::new();
        let _ = stdout.read_to_string(&mut text);
        text
    });
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let mut err = String::new();
    loop {
        match lines.recv_timeout(AT_MOST) {
            Ok(line) => {
                err.push_str(&line);
                err.push('\n');
                if is_over(&line) {
                    child.kill().unwrap();
                }
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                panic!("nothing was said for {AT_MOST:?}; before that:\n{err}");
            }
        }
    }
    let code = child.wait().unwrap().code();
    Ran { code, out: out.join().unwrap(), err }
}

/// A sandbox that another process serves on loopback; it ends with this value.
pub struct Served {
    child: Child,
    /// What AWS_ENDPOINT_URL takes.
    pub url: String,
    /// What --dns-server takes.
    pub dns: String,
    /// Where its world is.
    pub house: House,
}

impl Served {
    pub fn new(faults: &[&str]) -> Self {
        Self::of(House::new(&[]), None, faults)
    }

    /// Serves the sandbox of this directory.
    pub fn over(house: House, faults: &[&str]) -> Self {
        Self::of(house, None, faults)
    }

    /// The world that is kept in `house`; its clock may be held, and then moves only with calls that are slow.
    pub fn of(house: House, clock: Option<i64>, faults: &[&str]) -> Self {
        let clock = clock.map(|now| ("STACK_TEST_CLOCK", now.to_string()));
        Self::with(house, clock.as_slice(), faults)
    }

    /// Serves with these environment variables.
    pub fn with(house: House, environment: &[(&str, String)], faults: &[&str]) -> Self {
        let mut command = house.program();
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        command.args(["sandbox", "serve", "--port", "0", "--dns-port", "0"]);
        for fault in faults {
            command.args(["--fault", fault]);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = || lines.next().unwrap().unwrap();
        let (url, dns) = (line(), line());
        assert!(url.starts_with("http://127.0.0.1:") && dns.starts_with("127.0.0.1:"), "{url} {dns}");
        Self { child, url, dns, house }
    }

    /// The program in `house`, pointed here as it would be at AWS: nothing in it says that this is a sandbox.
    pub fn client(&self, house: &House, words: &str) -> Command {
        let mut command = house.program();
        command.env("AWS_ENDPOINT_URL", &self.url).env("AWS_REGION", "ap-southeast-2");
        command.env("AWS_ACCESS_KEY_ID", KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        command.args(["--dns-server", &self.dns]).args(words.split_whitespace());
        command
    }

    #[must_use]
    pub fn run(&self, house: &House, words: &str) -> Ran {
        run(&mut self.client(house, words)).sane()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The calls that change something, in their order.
pub fn written(house: &House, words: &str) -> Vec<String> {
    let ran = run(house.sandboxed(words, "").env("STACK_LOG", "stack::aws=info")).ok();
    let calls = ran.err.lines().filter_map(|line| line.split_once(" stack::aws: ")?.1.split(' ').next());
    let reads = ["Get", "GET", "Describe", "List", "Simulate"];
    calls.filter(|call| !reads.iter().any(|verb| call.starts_with(verb))).map(str::to_owned).collect()
}
