//! One row of the table: what is wrong, what is run, what it has to say, and that nothing is changed by it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::limits::{self, Taken};
use super::somebody;
use crate::setup::House;

/// What takes longer than this hangs, also on a machine that has much more to do.
const AT_MOST: Duration = Duration::from_mins(3);
/// What most rows run: the command that would change the most.
const UP: &str = "up dev --auto-approve";

type Make = Box<dyn Fn(&House) + Send + Sync>;
type Alter = Box<dyn Fn(&mut Command) + Send + Sync>;

/// One row.
#[expect(clippy::struct_excessive_bools, reason = "each is a condition of its own")]
pub(super) struct Row {
    pub(super) name: &'static str,
    words: String,
    make: Vec<Make>,
    alter: Vec<Alter>,
    says: Vec<String>,
    after: Vec<Box<dyn Fn() + Send + Sync>>,
    is_sandboxed: bool,
    is_somebody: bool,
    is_measured: bool,
    is_applied: bool,
    is_plain: bool,
}

/// What a row came to.
pub(super) struct Ended {
    /// The command, and what it said.
    pub(super) text: String,
    /// What it took, where that was measured.
    pub(super) taken: Option<Taken>,
}

pub(super) fn row(name: &'static str) -> Row {
    Row {
        name,
        words: UP.to_owned(),
        make: Vec::new(),
        alter: Vec::new(),
        says: Vec::new(),
        after: Vec::new(),
        is_sandboxed: true,
        is_somebody: false,
        is_measured: false,
        is_applied: true,
        is_plain: false,
    }
}

impl Row {
    /// A file of the project.
    pub(super) fn file(self, path: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        self.with(move |house| {
            let path = house.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &bytes).unwrap();
        })
    }

    /// The stack file.
    pub(super) fn dev(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.file("stacks/dev.yaml", bytes)
    }

    /// One change to a file that is there.
    pub(super) fn edit(self, path: &'static str, from: &'static str, to: &'static str) -> Self {
        self.with(move |house| {
            let text = fs::read_to_string(house.path(path)).unwrap();
            assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {path}");
            fs::write(house.path(path), text.replace(from, to)).unwrap();
        })
    }

    /// Anything else that is to be so before the run.
    pub(super) fn with(mut self, make: impl Fn(&House) + Send + Sync + 'static) -> Self {
        self.make.push(Box::new(make));
        self
    }

    /// Another command.
    pub(super) fn run(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    /// Another environment, or words that hold more than text.
    pub(super) fn alter(mut self, alter: impl Fn(&mut Command) + Send + Sync + 'static) -> Self {
        self.alter.push(Box::new(alter));
        self
    }

    /// Text that what is said has to hold.
    pub(super) fn says(mut self, text: impl Into<String>) -> Self {
        self.says.push(text.into());
        self
    }

    /// Something else that has to hold when it has ended.
    pub(super) fn after(mut self, holds: impl Fn() + Send + Sync + 'static) -> Self {
        self.after.push(Box::new(holds));
        self
    }

    /// Against AWS, or what an environment variable says it is.
    pub(super) fn live(mut self) -> Self {
        self.is_sandboxed = false;
        self.is_applied = false;
        self
    }

    /// As a user whom permissions bind.
    pub(super) fn somebody(mut self) -> Self {
        self.is_somebody = true;
        self
    }

    /// With its memory limited, and measured.
    pub(super) fn measured(mut self) -> Self {
        self.is_measured = true;
        self
    }

    /// In a house where nothing has been applied.
    pub(super) fn fresh(mut self) -> Self {
        self.is_applied = false;
        self
    }

    /// The message says by itself what is right: `has 2 characters, needs 6`.
    pub(super) fn without_hint(mut self) -> Self {
        self.is_plain = true;
        self
    }

    /// Runs it and sees that it was refused as it should be.
    pub(super) fn check(&self) -> Ended {
        let house = if self.is_applied { applied() } else { House::new(&[]) };
        for make in &self.make {
            make(&house);
        }
        let mut command = if self.is_sandboxed { house.sandboxed(&self.words, "") } else { house.program() };
        if !self.is_sandboxed {
            command.args(self.words.split_whitespace());
        }
        for alter in &self.alter {
            alter(&mut command);
        }
        if self.is_somebody {
            command = somebody::program(&house, &command);
        }
        let root = house.root.path();
        let before = tree(root);
        let (code, said, taken) = self.ended(&house, command);
        self.nothing_changed(&before, &tree(root));
        somebody::give_back(root);

        let said = said.replace(&root.display().to_string(), "[house]");
        let text = format!("## {}\n$ stack {}\n{said}[exit {code}]\n", self.name, self.words);
        assert_eq!(code, 1, "{text}");
        for wrong in ["panicked", "fault of stack itself", "\u{1b}", "\r"] {
            assert!(!said.contains(wrong), "{wrong:?} is in {text}");
        }
        let has_remedy = said.to_lowercase().contains("hint: ") || said.contains("For more information");
        assert!(has_remedy || self.is_plain, "no remedy: {text}");
        for wanted in &self.says {
            assert!(said.contains(wanted), "`{wanted}` is not in {text}");
        }
        for holds in &self.after {
            holds();
        }
        Ended { text, taken }
    }

    /// The exit code, all that was said, and what it took.
    fn ended(&self, house: &House, command: Command) -> (i32, String, Option<Taken>) {
        let aside = tempfile::tempdir().unwrap();
        let (out, err) = (aside.path().join("out"), aside.path().join("err"));
        let report = aside.path().join("taken");
        let mut command = if self.is_measured { limits::measured(&command, &report) } else { command };
        command.stdin(Stdio::null());
        command.stdout(fs::File::create(&out).unwrap()).stderr(fs::File::create(&err).unwrap());
        let start = Instant::now();
        let mut child = command.spawn().unwrap();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > AT_MOST {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{}: it has not ended after {AT_MOST:?} ({})", self.name, house.root.path().display());
            }
            std::thread::sleep(Duration::from_millis(3));
        };
        let mut said = String::new();
        for file in [out, err] {
            said.push_str(&String::from_utf8(fs::read(file).unwrap()).unwrap());
        }
        let taken = self.is_measured.then(|| limits::taken(&report));
        (status.code().unwrap_or_else(|| panic!("{}: {status}\n{said}", self.name)), said, taken)
    }

    /// Everything is as it was, to the byte. Only a lock's empty file may have been made.
    fn nothing_changed(&self, before: &BTreeMap<PathBuf, String>, after: &BTreeMap<PathBuf, String>) {
        let mut changed = String::new();
        for path in before.keys().chain(after.keys()) {
            if before.get(path) != after.get(path) {
                let _ = writeln!(changed, "{}: {:?} → {:?}", path.display(), before.get(path), after.get(path));
            }
        }
        assert!(changed.is_empty(), "{} has changed what lies there:\n{changed}", self.name);
    }
}

/// A house in which the stack `dev` has been applied to the sandbox, so that there is something to be lost.
fn applied() -> House {
    static FILES: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let house = House::new(&[]);
        house.run_sandboxed(UP, "").ok();
        let entries = fs::read_dir(house.path("state/sandbox")).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| (path.file_name().unwrap().into(), fs::read(path).unwrap())).collect()
    });
    let house = House::new(&[]);
    fs::create_dir_all(house.path("state/sandbox")).unwrap();
    for (name, bytes) in files {
        fs::write(house.path("state/sandbox").join(name), bytes).unwrap();
    }
    house
}

/// Every file and directory below `root`: what it is, its mode, and its content.
fn tree(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let Ok(entries) = fs::read_dir(&directory) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(root).unwrap().to_owned();
            if meta.is_dir() {
                open.push(path);
                // What a lock lies in.
                if !["state", "state/sandbox"].iter().any(|state| name == Path::new(state)) {
                    found.insert(name, format!("directory {:?}", meta.permissions()));
                }
            } else if path.extension().is_none_or(|end| end != "lock") || meta.len() > 0 {
                let content = match fs::read_link(&path) {
                    Ok(target) => target.display().to_string(),
                    // A large file has holes, and nobody writes one of the same size.
                    Err(_) if meta.is_file() && meta.len() < (1 << 24) => {
                        fs::read(&path).unwrap_or_default().escape_ascii().to_string()
                    }
                    Err(_) => String::new(),
                };
                let when = meta.modified().unwrap();
                let what = format!("{:?} {:?} {} {when:?} {content}", meta.file_type(), meta.permissions(), meta.len());
                found.insert(name, what);
            }
        }
    }
    found
}
