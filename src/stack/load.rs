//! From a stack's name to a stack file that can be composed, or to everything that is wrong with it.
//!
//! Each file is read into a tree with places, held against the schema, and merged with what it extends. The
//! merged tree becomes the typed stack file, the files that it names are read, and all is checked. What is wrong
//! is taken out on the way, so that one run finds all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::extends::{Chain, is_yaml, plain};
use super::files::Files;
use super::node::{Node, Source};
use super::reference::{self, Referenced};
use super::shape::Shape;
use super::{StackFile, at, check};
use crate::address::is_name;
use crate::error::{Error, Place, Problem, Result};
use crate::kinds::identity_provider::metadata::ENDING_HINT;
use crate::kinds::ui_customization::FileDigest;
use crate::near;

pub use super::extends::Texts;

/// The directory of stack files, below the project's.
const STACKS: &str = "stacks";
/// More problems than anybody reads in one go; what is left is found by the next run.
const MOST: usize = 200;

/// A stack file with all that belongs to it, checked.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The stack's name: `dev`.
    pub name: String,
    /// What the person has written, merged with what it extends.
    pub file: StackFile,
    /// The files that it names.
    pub files: Files,
    /// Every stack file that was read: the stack's own first, then what it extends.
    pub sources: Vec<Source>,
    /// What is allowed, and worth a word.
    pub warnings: Vec<Problem>,
    /// The texts that stand elsewhere.
    pub references: Vec<Referenced>,
    pub(super) tree: Node,
}

impl Loaded {
    /// What is worth a word at this moment, in milliseconds since 1970, and was not at another: certificates that end.
    pub fn endings(&self, now: i64) -> Vec<Problem> {
        let endings = self.files.endings(now);
        let mut endings: Vec<Problem> =
            endings.map(|(at, ending)| Problem::new(at, ending.message).hint(ENDING_HINT)).collect();
        self.locate(&mut endings);
        endings
    }

    /// The place of a path of the stack file, or of the nearest one above it that is written.
    pub fn place(&self, path: &str) -> Option<Place> {
        self.tree.find(path).place(&self.sources)
    }

    /// Every file that was read, by its name, with the SHA-256 of what was in it.
    pub fn inputs(&self) -> BTreeMap<String, String> {
        let digest = |content: &str| FileDigest::of(content.as_bytes()).sha256;
        let sources = self.sources.iter().map(|source| (source.name.clone(), digest(&source.text)));
        let css = self.files.css.values().map(|css| (css.name.clone(), digest(&css.raw)));
        let settings = self.files.settings.values().map(|file| (file.name.clone(), digest(&file.raw)));
        let logos = self.files.images.iter().map(|(at, image)| (at, &image.sha256));
        let assets = self.files.assets.iter().map(|(at, image)| (at, &image.sha256));
        let images = logos.chain(assets).map(|(at, sha256)| {
            let name = self.files.image_names.get(at).unwrap_or(at);
            (name.clone(), sha256.clone())
        });
        let documents = self.files.documents.values().map(|one| (one.name.clone(), digest(&one.raw)));
        sources.chain(css).chain(documents).chain(settings).chain(images).collect()
    }

    /// Gives every problem that has none its place. One that is about no key of the file, but about the command line,
    /// has none.
    pub fn locate(&self, problems: &mut [Problem]) {
        let is_of_file = |problem: &&mut Problem| problem.place.is_none() && !problem.at.is_empty();
        for problem in problems.iter_mut().filter(is_of_file) {
            problem.at.truncate(self.tree.written(&problem.at).len());
            problem.place = self.tree.place_of(problem, &self.sources);
        }
    }
}

/// What reading a stack gives, also where something is wrong with it.
#[derive(Debug)]
pub struct Read {
    /// The stack file as far as it could be read; None when that is not far enough to look at.
    pub loaded: Option<Loaded>,
    /// What is wrong, each with its place.
    pub problems: Vec<Problem>,
    /// The texts that stand elsewhere.
    pub references: Vec<Referenced>,
    shown: String,
    sources: Vec<Source>,
    broken: BTreeSet<String>,
}

impl Read {
    /// Whether what was found out about the file may only be so because something wrong was taken out.
    pub fn is_doubtful(&self, problem: &Problem) -> bool {
        is_doubtful(problem, &self.broken)
    }

    /// Whether a word stands anywhere in what was read.
    pub fn mentions(&self, word: &str) -> bool {
        self.sources.iter().any(|source| source.text.contains(word))
    }

    /// The stack, which nothing is wrong with.
    ///
    /// # Errors
    /// With every problem at once.
    pub fn whole(self) -> Result<Loaded> {
        match self.loaded {
            Some(loaded) if self.problems.is_empty() => Ok(loaded),
            _ => Err(refusal(&self.shown, &self.sources, self.problems)),
        }
    }
}

/// Reads and checks the stack `name` of the project in `root`.
///
/// # Errors
/// When there is no such stack, and with every problem of the stack file at once, each with its place.
pub fn load(root: &Path, name: &str) -> Result<Loaded> {
    read(root, name, &Texts::default())?.whole()
}

/// Reads and checks the stack `name`, also where something is wrong with it; a file that is among `texts` is read from
/// there.
///
/// # Errors
/// When there is no such stack.
pub fn read(root: &Path, name: &str, texts: &Texts) -> Result<Read> {
    let (path, shown) = find(root, name)?;
    Ok(read_at(root, &path, shown, name, texts))
}

/// Reads and checks the stack `name` as it would be if its file held `text`; nothing need be on disk.
pub fn draft(root: &Path, name: &str, text: &str) -> Read {
    let path = root.join(STACKS).join(format!("{name}.yaml"));
    let mut texts = Texts::default();
    texts.put(&path, text.to_owned());
    read_at(root, &path, format!("{STACKS}/{name}.yaml"), name, &texts)
}

fn read_at(root: &Path, path: &Path, shown: String, name: &str, texts: &Texts) -> Read {
    let mut shape = Shape::default();
    let Chain { sources, tree, mut problems, mut broken, is_whole } = Chain::read(path, &shown, &mut shape, texts);
    let mut loaded = None;
    let mut references = Vec::new();
    if let Some(mut tree) = tree.filter(|_| is_whole && problems.len() <= MOST) {
        references = reference::settle(&mut tree, root, &texts.values, &sources, &mut broken);
        if references.iter().any(|one| one.is_known) {
            // What has come in is held against the schema as what stands here was.
            for (mark, problem) in shape.check(&mut tree, "", false) {
                broken.insert(problem.at.clone());
                problems.push(Problem { place: mark.place(&sources), ..problem });
            }
        }
        let missing = Shape::require(&mut tree, &mut broken);
        problems.extend(missing.into_iter().map(|(mark, problem)| Problem { place: mark.place(&sources), ..problem }));
        let (mut found, mut warnings) = (Vec::new(), Vec::new());
        let mut done = None;
        if let Some(file) = typed(&mut tree, &mut broken, &mut found) {
            let files = Files::read(&file, &tree, &sources, &mut found);
            broken.extend(found.iter().map(|problem| problem.at.clone()));
            let mut check = check::Check::new(&file, &files, &broken);
            check.all();
            found.extend(check.problems.into_iter().filter(|problem| !is_doubtful(problem, &broken)));
            warnings = check.warnings;
            done = Some((file, files));
        }
        for problem in found.iter_mut().chain(&mut warnings).filter(|problem| problem.place.is_none()) {
            problem.place = tree.place_of(problem, &sources);
        }
        problems.append(&mut found);
        loaded = done.map(|(file, files)| Loaded {
            name: name.to_owned(),
            file,
            files,
            sources: sources.clone(),
            warnings,
            references: references.clone(),
            tree,
        });
    }
    Read { loaded, problems, references, shown, sources, broken }
}

/// Checks a file that others extend, as far as it goes: its keys, their types, values and limits. What it lacks, and
/// what its values mean for one another, is for the stacks that extend it to say.
///
/// # Errors
/// When there is no such file, and with every problem of it at once, each with its place.
pub fn part(root: &Path, name: &str) -> Result<()> {
    let (path, shown) = find(root, name)?;
    let Chain { sources, problems, .. } = Chain::read(&path, &shown, &mut Shape::default(), &Texts::default());
    if problems.is_empty() { Ok(()) } else { Err(refusal(&shown, &sources, problems)) }
}

/// The stacks that others extend, each with those that do.
pub fn extended(root: &Path) -> BTreeMap<String, Vec<String>> {
    let mut extended: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut shape = Shape::default();
    for name in names(root) {
        let Ok((path, shown)) = find(root, &name) else { continue };
        for source in Chain::read(&path, &shown, &mut shape, &Texts::default()).sources.iter().skip(1) {
            let base = source.name.strip_prefix(STACKS).and_then(|rest| rest.strip_prefix('/'));
            let base = base.and_then(|base| base.strip_suffix(".yaml").or_else(|| base.strip_suffix(".yml")));
            if let Some(base) = base.filter(|base| is_name(base)) {
                extended.entry(base.to_owned()).or_default().push(name.clone());
            }
        }
    }
    extended
}

/// The names of all stacks of the project, sorted.
pub fn names(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root.join(STACKS)).into_iter().flatten();
    let names: BTreeSet<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_yaml(name))
        .filter_map(|name| Some(name.rsplit_once('.')?.0.to_owned()))
        .filter(|name| is_name(name))
        .collect();
    names.into_iter().collect()
}

/// The file of a stack, if there is one under this name; as a person calls it.
pub fn existing(root: &Path, name: &str) -> Option<String> {
    let mut files = ["yaml", "yml"].iter().map(|ext| format!("{STACKS}/{name}.{ext}"));
    files.find(|file| is_there(&root.join(file)))
}

/// The file of a stack, and how a person calls it.
fn find(root: &Path, name: &str) -> Result<(std::path::PathBuf, String)> {
    let directory = root.join(STACKS);
    let files: Vec<String> = ["yaml", "yml"].iter().map(|ext| format!("{name}.{ext}")).collect();
    let there: Vec<&String> = files.iter().filter(|file| is_name(name) && is_there(&directory.join(file))).collect();
    match there.as_slice() {
        [one] => Ok((directory.join(one), format!("{STACKS}/{one}"))),
        [one, other, ..] => {
            Err(Error::usage(format!("the stack `{name}` has two files: {STACKS}/{one} and {STACKS}/{other}"))
                .hinted("keep one of them"))
        }
        [] => Err(unknown(root, name)),
    }
}

/// Whether something is there, if only a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn unknown(root: &Path, name: &str) -> Error {
    if !root.join(STACKS).is_dir() {
        let place = if root.as_os_str().is_empty() { "here".to_owned() } else { format!("in {}", root.display()) };
        return Error::usage(format!("there is no directory `{STACKS}` {place}"))
            .hinted("`-C DIR` runs stack in the directory of another project");
    }
    if let Err(error) = std::fs::read_dir(root.join(STACKS)) {
        return Error::usage(format!("{} cannot be read: {}", root.join(STACKS).display(), plain(&error)))
            .hinted("check who may read it");
    }
    let error = Error::usage(format!("there is no stack `{name}`"));
    let known = names(root);
    // `stacks/dev.yaml` and `dev.yaml` stand for `dev`.
    let stem = Path::new(name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(name);
    let meant = known.iter().find(|one| *one == stem).map(String::as_str);
    let error = match meant.or_else(|| near::did_you_mean(stem, known.iter().map(String::as_str))) {
        Some(word) => error.hinted(format!("did you mean `{word}`?")),
        None => error,
    };
    match known.as_slice() {
        [] => {
            error.hinted(format!("a stack is a file: write {STACKS}/{}.yaml", if is_name(stem) { stem } else { "dev" }))
        }
        _ => error.hinted(format!("stacks here: {}", known.join(", "))),
    }
}

/// The typed stack file. What a type does not take is reported and taken out, until the rest fits.
fn typed(tree: &mut Node, broken: &mut BTreeSet<String>, problems: &mut Vec<Problem>) -> Option<StackFile> {
    for _ in 0..MOST {
        let json = tree.to_json();
        let error = match serde_path_to_error::deserialize::<_, StackFile>(&json) {
            Ok(file) => return Some(file),
            Err(error) => error,
        };
        let path = error.path().to_string();
        let message = error.into_inner().to_string();
        // A required value that was taken out has been reported already.
        let is_known = message.starts_with("missing field") && broken.iter().any(|one| at::is_within(one, &path));
        if !is_known {
            problems.push(Problem::new(path.clone(), message));
        }
        broken.insert(path.clone());
        let whole = path.split_once('[').map_or(path.as_str(), |(list, _)| list);
        if !tree.take_away(whole) {
            return None;
        }
    }
    None
}

/// Whether a problem may only be there because something wrong was taken out: above it, below it, or beside it where
/// the problem speaks of it.
fn is_doubtful(Problem { at, message, hint, .. }: &Problem, broken: &BTreeSet<String>) -> bool {
    let speaks_of = |name: &str| message.contains(name) || hint.as_deref().is_some_and(|hint| hint.contains(name));
    broken.iter().any(|one| {
        let key = one.split('[').next().unwrap_or_default();
        let is_beside =
            key.rsplit_once('.').zip(at.rsplit_once('.')).is_some_and(|((one, _), (other, _))| one == other);
        let name = key.rsplit('.').next().unwrap_or_default();
        at::is_within(one, at) || at::is_within(at, one) || (is_beside && !name.is_empty() && speaks_of(name))
    })
}

fn refusal(shown: &str, sources: &[Source], mut problems: Vec<Problem>) -> Error {
    let order = |problem: &Problem| {
        let place = problem.place.as_ref();
        let file = place.and_then(|place| sources.iter().position(|source| source.name == place.file));
        (file.unwrap_or(usize::MAX), place.map(|place| (place.file.clone(), place.line, place.column)))
    };
    problems.sort_by_cached_key(order);
    problems.dedup_by(|one, other| one.at == other.at && one.message == other.message && one.place == other.place);
    let count = problems.len();
    let counted = if count == 1 { "a problem".to_owned() } else { format!("{count} problems") };
    problems.truncate(MOST);
    let error = Error::problems(format!("{shown} has {counted}"), problems);
    if count > MOST { error.hinted(format!("the first {MOST} are shown: mend them, then look again")) } else { error }
}

#[cfg(test)]
pub(super) mod tests;
