//! A stack file and all that it extends, read and merged into one tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::at;
use super::node::{Content, Mark, Node, Source};
use super::reference::Values;
use super::shape::Shape;
use super::yaml::{self, Obstacle};
use crate::error::{Place, Problem};
use crate::near;

/// A chain longer than this is a mistake.
const MAX_CHAIN: usize = 16;

/// What is not on disk: texts that are read instead of those that are, and what references stand for.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    files: BTreeMap<PathBuf, String>,
    /// What references stand for that cannot be found out on this machine.
    pub(super) values: Values,
}

impl Texts {
    /// What is on disk, with these values in the place of references.
    #[must_use]
    pub fn of_values(values: Values) -> Self {
        Self { values, ..Self::default() }
    }

    /// Has this file read as `text` from now on.
    pub fn put(&mut self, path: &Path, text: String) {
        self.files.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned()), text);
    }

    fn get(&self, path: &Path) -> Option<&String> {
        if self.files.is_empty() {
            return None;
        }
        // One that is not on disk yet has no canonical path.
        self.files.get(&path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }
}

/// What reading a stack file and its bases gives.
pub(super) struct Chain {
    /// Every file that was read: the stack's own first, then what it extends.
    pub sources: Vec<Source>,
    /// Everything merged; None when not even that much could be read.
    pub tree: Option<Node>,
    /// What is wrong so far, each with its place.
    pub problems: Vec<Problem>,
    /// The paths that were taken out of the tree because they are wrong.
    pub broken: BTreeSet<String>,
    /// Whether every file could be read: if not, nobody knows what is missing.
    pub is_whole: bool,
}

impl Chain {
    /// Reads `path` and what it extends; `name` is how the person calls that file.
    pub(super) fn read(path: &Path, name: &str, shape: &mut Shape, texts: &Texts) -> Self {
        let mut chain =
            Self { sources: Vec::new(), tree: None, problems: Vec::new(), broken: BTreeSet::new(), is_whole: true };
        let mut layers = Vec::new();
        let mut next = Some((path.to_owned(), name.to_owned(), None));
        while let Some((path, name, from)) = next.take() {
            let Some(mut layer) = chain.open(path, name, from, texts) else {
                chain.is_whole = false;
                break;
            };
            next = chain.base_of(&layer);
            let may_take_away = layer.map().is_some_and(|map| map.contains_key("extends"));
            chain.is_whole &= next.is_some() || !may_take_away;
            chain.check_shape(shape, &mut layer, may_take_away);
            if let Some(map) = layer.map_mut() {
                map.remove("extends");
            }
            layers.push(layer);
        }
        for layer in layers.into_iter().rev() {
            chain.tree = Some(match chain.tree.take() {
                None => without_nulls(layer),
                Some(base) => chain.overlay(base, layer, "", shape),
            });
        }
        chain
    }

    fn problem(&mut self, mark: Mark, problem: Problem) {
        let place = mark.place(&self.sources);
        self.problems.push(Problem { place, ..problem });
    }

    fn open(&mut self, path: PathBuf, name: String, from: Option<Mark>, texts: &Texts) -> Option<Node> {
        let file = self.sources.len();
        let given = texts.get(&path).map(|text| text.clone().into_bytes());
        let bytes = match given.map_or_else(|| read_bounded(&path), Ok) {
            Ok(bytes) => bytes,
            Err(Unreadable { why, remedy }) => {
                let problem = Problem::new("extends", format!("{name} cannot be read: {why}"));
                let problem = match siblings(&path).filter(|_| from.is_some()) {
                    Some(hint) => problem.hint(hint),
                    None => problem.hint(remedy),
                };
                match from {
                    Some(mark) => self.problem(mark, problem),
                    None => self.problems.push(Problem { at: String::new(), ..problem }),
                }
                return None;
            }
        };
        let (text, bad) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let bad = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(&error.as_bytes()[..bad]).into_owned(), Some(bad))
            }
        };
        self.sources.push(Source { name, path, text });
        if let Some(bad) = bad {
            let text = &self.sources[file].text;
            let (line, column) = Place::after(text);
            let mark = Mark { file, line, column, span: (bad, bad) };
            self.problem(mark, Problem::new("", "the file is not UTF-8 from here on").hint("save it as UTF-8"));
            return None;
        }
        self.parse(file)
    }

    fn parse(&mut self, file: usize) -> Option<Node> {
        let mut obstacles = Vec::new();
        let node = yaml::parse(&self.sources[file].text, file, &mut obstacles);
        for Obstacle { mark, message, hint, .. } in obstacles {
            self.problem(mark, Problem { hint, ..Problem::new("", message) });
        }
        let node = node?;
        let top = Mark::top(file);
        match &node.content {
            Content::Map(_) => Some(node),
            Content::Null => {
                let hint = "a stack needs at least `user_pool: { name: … }`";
                self.problem(top, Problem::new("", "the file is empty").hint(hint));
                None
            }
            _ => {
                let hint = "it begins with lines such as `region: eu-west-1`";
                self.problem(top, Problem::new("", "a stack file is a mapping of keys to values").hint(hint));
                None
            }
        }
    }

    /// The file that this layer extends: its path, what to call it, and where it is named.
    fn base_of(&mut self, layer: &Node) -> Option<(PathBuf, String, Option<Mark>)> {
        let entry = layer.map()?.get("extends")?;
        let (mark, Content::Text(wanted)) = (entry.node.mark, &entry.node.content) else { return None };
        let wanted = wanted.clone();
        if wanted.is_empty() {
            return None;
        }
        if is_absolute(&wanted) {
            let hint = "write it relative to this file: `base.yaml`, `../shared/base.yaml`";
            self.problem(mark, Problem::new("extends", "an absolute path holds on one machine only").hint(hint));
            return None;
        }
        let from = &self.sources[mark.file];
        let path = beside(&from.path, &wanted);
        let name = tidy(&beside(Path::new(&from.name), &wanted));
        if let Some(first) = self.sources.iter().position(|source| is_same(&source.path, &path)) {
            let mut names: Vec<_> = self.sources[first..].iter().map(|source| source.name.as_str()).collect();
            names.push(&self.sources[first].name);
            let message = format!("these files extend each other in a circle: {}", names.join(" → "));
            self.problem(mark, Problem::new("extends", message).hint("take one of these `extends` out"));
            return None;
        }
        if self.sources.len() >= MAX_CHAIN {
            let message = format!("more than {MAX_CHAIN} files extend one another");
            self.problem(mark, Problem::new("extends", message).hint("put what several of them say into one"));
            return None;
        }
        Some((path, name, Some(mark)))
    }

    fn check_shape(&mut self, shape: &mut Shape, layer: &mut Node, may_take_away: bool) {
        let source = &self.sources[layer.mark.file];
        let found = shape.check(layer, &source.text, may_take_away);
        for (mark, problem) in found {
            self.broken.insert(problem.at.clone());
            self.problem(mark, problem);
        }
    }

    /// `over` laid over `base`: mappings key by key, everything else whole; null takes away.
    fn overlay(&mut self, base: Node, over: Node, path: &str, shape: &Shape) -> Node {
        let Node { content, mark, origin } = over;
        let (mut merged, over) = match (base.content, content) {
            (Content::Map(base), Content::Map(over)) if !shape.is_whole(path) => (base, over),
            (_, content) => return without_nulls(Node { content, mark, origin }),
        };
        for (key, mut entry) in over {
            let path = at::key(path, &key);
            let inherited = merged.remove(&key);
            if entry.node.is_null() {
                // A null for a name that a person made up, and that nothing inherited has, is a slip of the pen.
                if inherited.is_none() && shape.is_made_up(&path) && !self.broken.contains(&path) {
                    let problem = Problem::new(path, format!("there is no `{key}` to take away"));
                    let problem = match near::did_you_mean(&key, merged.keys().map(String::as_str)) {
                        Some(word) => problem.hint(format!("did you mean `{word}`?")),
                        None => problem.hint("nothing that this file extends has it; delete the line"),
                    };
                    self.problem(entry.key, problem);
                }
                continue;
            }
            entry.node = match inherited {
                Some(inherited) => self.overlay(inherited.node, entry.node, &path, shape),
                None => without_nulls(entry.node),
            };
            merged.insert(key, entry);
        }
        Node { content: Content::Map(merged), mark, origin }
    }
}

fn without_nulls(mut node: Node) -> Node {
    if let Some(map) = node.map_mut() {
        map.retain(|_, entry| !entry.node.is_null());
        let inner = std::mem::take(map);
        *map = inner
            .into_iter()
            .map(|(key, mut entry)| {
                entry.node = without_nulls(entry.node);
                (key, entry)
            })
            .collect();
    }
    node
}

/// A file's bytes, if it is a file and not larger than a stack file can be.
fn read_bounded(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let meta = std::fs::metadata(path).map_err(|error| Unreadable::of(&error))?;
    if !meta.is_file() {
        return Err(Unreadable { why: "it is not a file".to_owned(), remedy: "put a stack file in its place" });
    }
    if meta.len() > yaml::MAX_BYTES as u64 {
        let why = format!("it has {} bytes, and a stack file at most {}", meta.len(), yaml::MAX_BYTES);
        return Err(Unreadable { why, remedy: "a stack this large is several: give each a file of its own" });
    }
    std::fs::read(path).map_err(|error| Unreadable::of(&error))
}

/// Why a file cannot be read, and what to do.
pub(super) struct Unreadable {
    pub why: String,
    pub remedy: &'static str,
}

impl Unreadable {
    pub(super) fn of(error: &std::io::Error) -> Self {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "paths are relative to the file that names them",
            std::io::ErrorKind::PermissionDenied => "check who may read it",
            _ => "check what is in its place",
        };
        Self { why: plain(error), remedy }
    }
}

/// What the system says, in the same words on every system where it matters.
pub(super) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Another file that may have been meant.
fn siblings(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let names: Vec<String> = std::fs::read_dir(path.parent()?)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_yaml(name))
        .collect();
    near::did_you_mean(wanted, names.iter().map(String::as_str)).map(|name| format!("did you mean `{name}`?"))
}

pub(super) fn is_yaml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ext| ext == "yaml" || ext == "yml")
}

/// `wanted`, relative to the directory of `file`.
pub(super) fn beside(file: &Path, wanted: &str) -> PathBuf {
    file.parent().unwrap_or_else(|| Path::new("")).join(wanted)
}

/// Whether a path means the same file wherever it is written; also one with a drive, or that begins with a slash.
pub(super) fn is_absolute(wanted: &str) -> bool {
    let path = Path::new(wanted);
    path.has_root() || path.is_absolute() || matches!(path.components().next(), Some(Component::Prefix(_)))
}

/// A relative path without `.` and without `x/..`, with slashes: for people.
pub(super) fn tidy(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                parts.pop();
            }
            other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    parts.join("/")
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => tidy(one) == tidy(other),
    }
}

#[cfg(test)]
mod tests;
