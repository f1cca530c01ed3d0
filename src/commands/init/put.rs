//! What `stack init` writes: all of it or nothing, and never over something.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::stack::first::First;
use crate::stack::schema;

const SETTINGS: &str = ".vscode/settings.json";
const IGNORE: &str = "state/.gitignore";
/// As this program's own repository has it.
const IGNORED: &str =
    "# Local state: ids of live objects. Kept out of version control; share it through S3 instead.\n*\n!.gitignore\n";

/// What became of the files.
pub(super) struct Done {
    /// Those that are new.
    pub written: Vec<String>,
    /// Schemas that were there, and are another program's.
    pub outdated: Vec<String>,
}

/// What the editor is told: which files the schema is for, also those that do not name it.
fn settings() -> Value {
    json!({ "yaml.schemas": { "./schemas/stack.schema.json": ["stacks/*.yaml", "stacks/*.yml"] } })
}

/// Refuses to touch settings that are there, unless they say already what they are to say. They may hold comments and a
/// layout of their own, so they are not written anew.
pub(super) fn settings_may_be_written(root: &Path) -> Result<()> {
    if is_there(&root.join(SETTINGS)) && !settings_say_so(root) {
        let text = settings().to_string();
        let inner = text.trim_start_matches('{').trim_end_matches('}');
        return Err(Error::usage(format!("{SETTINGS} is there already, and is left as it is"))
            .hinted(format!("put this into it yourself, and leave --vscode out: {inner}}}"))
            .hinted("nothing was written"));
    }
    Ok(())
}

fn settings_say_so(root: &Path) -> bool {
    let there = fs::read(root.join(SETTINGS)).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    let schemas = there.as_ref().and_then(|there| there.get("yaml.schemas")?.as_object());
    schemas.is_some_and(|schemas| schemas.keys().any(|key| key.ends_with("schemas/stack.schema.json")))
}

/// Whether something is there, if only a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Writes the stack file, and beside it what is not there yet. The stack file is put in its place last.
pub(super) fn all(root: &Path, first: &First, vscode: bool) -> Result<Done> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut outdated = Vec::new();
    for (name, text) in schema::files() {
        let name = format!("schemas/{name}");
        match fs::read_to_string(root.join(&name)) {
            // A checkout may have other line ends.
            Ok(there) if there.replace("\r\n", "\n") == text => {}
            Ok(_) => outdated.push(name),
            Err(_) if is_there(&root.join(&name)) => outdated.push(name),
            Err(_) => files.push((name, text)),
        }
    }
    if !is_there(&root.join(IGNORE)) {
        files.push((IGNORE.to_owned(), IGNORED.to_owned()));
    }
    if vscode && !is_there(&root.join(SETTINGS)) {
        files.push((SETTINGS.to_owned(), format!("{:#}\n", settings())));
    }
    files.push((format!("stacks/{}.yaml", first.stack), first.text()));

    let mut made = Made::default();
    let stack_file = files.len() - 1;
    for (index, (name, text)) in files.iter().enumerate() {
        match made.file(&root.join(name), text) {
            Ok(()) => {}
            // Somebody else begins a stack here at this moment; what serves all stacks is theirs as well as ours.
            Err(_) if is_there(&root.join(name)) => {
                if index == stack_file {
                    return Err(Error::usage(format!("{name} is there already"))
                        .hinted("somebody has written it at this moment"));
                }
            }
            Err(error) => {
                made.undo();
                let error = Error::stack(format!("cannot write {name}")).caused_by(error);
                return Err(error.hinted("nothing was written"));
            }
        }
    }
    Ok(Done { written: files.into_iter().map(|(name, _)| name).collect(), outdated })
}

/// What was made so far, to be taken back when the rest cannot be.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    dirs: Vec<PathBuf>,
}

impl Made {
    /// Makes a file, whole or not at all, where there is none.
    fn file(&mut self, path: &Path, text: &str) -> io::Result<()> {
        let dir = path.parent().unwrap_or(path);
        self.dir(dir)?;
        let mut file = new_in(dir)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        self.files.push(path.to_owned());
        Ok(())
    }

    fn dir(&mut self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() || dir.as_os_str().is_empty() {
            return Ok(());
        }
        if let Some(above) = dir.parent() {
            self.dir(above)?;
        }
        match fs::create_dir(dir) {
            Ok(()) => self.dirs.push(dir.to_owned()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn undo(&self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        for dir in self.dirs.iter().rev() {
            let _ = fs::remove_dir(dir);
        }
    }
}

/// A file beside the one that it will be, which others may read as they may read any: it holds no secret.
#[cfg(unix)]
fn new_in(dir: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // What the umask leaves of it, as for every new file.
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(dir)
}

#[cfg(not(unix))]
fn new_in(dir: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(dir)
}
