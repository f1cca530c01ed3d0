//! A value set in the text of a stack file; its comments and its layout stay as they are.

use std::io::Write as _;
use std::path::PathBuf;

use super::Loaded;
use super::node::{Content, Entry, Node};
use crate::error::{Error, Result};

/// A stack file whose text is to become another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// As the person would name it.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// What it holds.
    pub old: String,
    /// What it is to hold.
    pub new: String,
}

/// The file in which the value at `path` stands, or would, with `value` there. None where it stands behind an alias, or
/// where no place for it can be found: that is for a person to do.
///
/// A path is of keys alone, each a name. A key that is not there comes first below its parent, whose own comments and
/// those of its other keys so stay where they belong.
#[must_use]
pub fn set(loaded: &Loaded, path: &str, value: &str) -> Option<Edited> {
    let mut keys = path.split('.');
    let (mut node, mut above) = (&loaded.tree, None);
    let (file, at, removed, text) = loop {
        let key = keys.next()?;
        let Some(entry) = node.map()?.get(key) else {
            let inner = keys.rev().fold(value.to_owned(), |value, key| format!("{{ {key}: {value} }}"));
            let (at, text) = insertion(loaded, above?, node, &format!("{key}: {inner}"))?;
            break (node.mark.file, at, 0, text);
        };
        (node, above) = (&entry.node, Some(entry));
        if !matches!(node.content, Content::Map(_)) {
            let is_scalar = !matches!(node.content, Content::List(_));
            let (start, end) = node.mark.span;
            let is_here = is_scalar && node.mark == node.origin && keys.next().is_none() && start < end;
            break is_here.then(|| (node.mark.file, start, end - start, value.to_owned()))?;
        }
    };
    let source = &loaded.sources[file];
    let mut new = source.text.clone();
    new.replace_range(at..at + removed, &text);
    Some(Edited { name: source.name.clone(), path: source.path.clone(), old: source.text.clone(), new })
}

/// Where `line`, a key and its value, is to stand in the mapping `node`, which is the value of `above`; and what to put
/// there.
fn insertion(loaded: &Loaded, above: &Entry, node: &Node, line: &str) -> Option<(usize, String)> {
    let (file, key) = (node.mark.file, above.key);
    if node.mark != node.origin || key.file != file {
        return None;
    }
    let text = &loaded.sources[file].text;
    if text[node.mark.span.0..].starts_with('{') {
        let at = node.mark.span.0 + 1;
        let rest = &text[at..];
        let line = match (rest.trim_start().starts_with('}'), rest.starts_with(char::is_whitespace)) {
            (true, true) => format!(" {line}"),
            (true, false) => format!(" {line} "),
            (false, true) => format!(" {line},"),
            (false, false) => format!("{line}, "),
        };
        return Some((at, line));
    }
    let below = node.map()?.values().map(|entry| entry.key);
    let first = below.filter(|mark| mark.file == file && mark.span.0 > key.span.1).min_by_key(|mark| mark.span.0)?;
    let start = text[..first.span.0].rfind('\n')? + 1;
    let indent = &text[start..first.span.0];
    let at = key.span.1 + text[key.span.1..].find('\n')? + 1;
    if !indent.chars().all(|c| c == ' ') || at > start {
        return None;
    }
    let end = if text[..at].ends_with("\r\n") { "\r\n" } else { "\n" };
    Some((at, format!("{indent}{line}{end}")))
}

impl Edited {
    /// Puts the new text in place, whole or not at all, with the file's own mode; of a link, the file that it leads to.
    ///
    /// # Errors
    /// When the file is another by now, or cannot be written.
    pub fn write(&self) -> Result<()> {
        let now = std::fs::read(&self.path);
        if now.is_ok_and(|now| now != self.old.as_bytes()) {
            return Err(Error::stack(format!("{} has changed meanwhile, and is left as it is", self.name))
                .hinted("run the command again"));
        }
        let put = || -> std::io::Result<()> {
            let path = self.path.canonicalize()?;
            let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(&path))?;
            file.write_all(self.new.as_bytes())?;
            file.as_file().set_permissions(std::fs::metadata(&path)?.permissions())?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        };
        put().map_err(|error| Error::stack(format!("cannot write {}", self.name)).caused_by(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_has_changed_meanwhile_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dev.yaml");
        let edited = |old: &str| Edited {
            name: "stacks/dev.yaml".to_owned(),
            path: path.clone(),
            old: old.to_owned(),
            new: "region: eu-west-2\n".to_owned(),
        };
        std::fs::write(&path, "region: eu-west-1\n").unwrap();
        let error = edited("region: us-east-1\n").write().unwrap_err();
        assert_eq!(error.message(), "stacks/dev.yaml has changed meanwhile, and is left as it is");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "region: eu-west-1\n");
        edited("region: eu-west-1\n").write().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "region: eu-west-2\n");
        std::fs::remove_file(&path).unwrap();
        assert!(edited("region: eu-west-2\n").write().is_err(), "a file that is gone is not made again");
    }
}
