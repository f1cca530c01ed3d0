//! Files put in place, all of them or none, over nothing that is there.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::{Error, Result};

/// Files that are to be, each by its path below the project, in the order in which they are put in place.
pub(in crate::commands) type Files = Vec<(String, Vec<u8>)>;

/// Files that have been put in place; taken away again with this value, unless it is told to keep them.
#[derive(Debug, Default)]
pub(super) struct Put {
    files: Vec<PathBuf>,
    directories: Vec<PathBuf>,
}

/// Puts files in place. One that is there with the same content was put by a run that was cut short.
///
/// # Errors
/// When one of them is there with other content, or cannot be written; then none is put.
pub(super) fn put(root: &Path, files: &Files) -> Result<Put> {
    let mut put = Put::default();
    let mut ready: Vec<(PathBuf, NamedTempFile)> = Vec::new();
    for (name, content) in files {
        let path = root.join(name);
        let cannot = |error: std::io::Error| Error::stack(format!("cannot write {name}")).caused_by(error);
        if path.symlink_metadata().is_ok() {
            if std::fs::read(&path).is_ok_and(|there| there == *content) {
                continue;
            }
            return Err(Error::usage(format!("{name} is there already, and is left as it is"))
                .hinted("move it out of the way, or import under another name"));
        }
        let directory = path.parent().unwrap_or(root);
        put.make(directory).map_err(cannot)?;
        let mut file = beside(directory).map_err(cannot)?;
        file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(cannot)?;
        ready.push((path, file));
    }
    for (path, file) in ready {
        let placed = file.persist_noclobber(&path);
        placed.map_err(|error| Error::stack(format!("cannot write {}", path.display())).caused_by(error.error))?;
        put.files.push(path);
    }
    Ok(put)
}

/// A file beside its place, with the mode that an editor would give it.
pub(in crate::commands) fn beside(directory: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    #[cfg(unix)]
    builder.permissions(<std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o644));
    builder.prefix(".import").tempfile_in(directory)
}

impl Put {
    fn make(&mut self, directory: &Path) -> std::io::Result<()> {
        let missing: Vec<&Path> =
            directory.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).collect();
        for above in missing.into_iter().rev() {
            std::fs::create_dir(above)?;
            self.directories.push(above.to_owned());
        }
        Ok(())
    }

    /// Leaves the files where they are.
    pub(super) fn keep(mut self) {
        self.files.clear();
        self.directories.clear();
    }
}

impl Drop for Put {
    fn drop(&mut self) {
        // What cannot be taken away says for itself where it came from.
        for file in &self.files {
            let _ = std::fs::remove_file(file);
        }
        for directory in self.directories.iter().rev() {
            let _ = std::fs::remove_dir(directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Files {
        names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect()
    }

    #[test]
    fn all_or_none_are_put_and_nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let there = |name: &str| dir.path().join(name).exists();
        std::fs::create_dir(dir.path().join("stacks")).unwrap();
        std::fs::write(dir.path().join("stacks/b.yaml"), "mine").unwrap();
        let error = put(dir.path(), &files(&["stacks/ui/a.css", "stacks/b.yaml"])).unwrap_err();
        assert_eq!(error.message(), "stacks/b.yaml is there already, and is left as it is");
        assert_eq!(std::fs::read_to_string(dir.path().join("stacks/b.yaml")).unwrap(), "mine");
        assert!(!there("stacks/ui"), "nothing is left of what was begun");

        let done = put(dir.path(), &files(&["stacks/ui/a.css", "stacks/c.yaml"])).unwrap();
        assert!(there("stacks/ui/a.css") && there("stacks/c.yaml"));
        drop(done);
        assert!(!there("stacks/ui") && !there("stacks/c.yaml") && there("stacks/b.yaml"));

        put(dir.path(), &files(&["stacks/ui/a.css"])).unwrap().keep();
        // As after a run that was killed: what it has put is taken for put.
        put(dir.path(), &files(&["stacks/ui/a.css", "stacks/c.yaml"])).unwrap().keep();
        assert!(there("stacks/ui/a.css") && there("stacks/c.yaml"));
    }
}
