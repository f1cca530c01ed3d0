//! What holds for any bytes in the place of a stack file, of one that it extends, and of the files that it names.

use std::fs;
use std::path::Path;

use stack::engine::Kinds;
use stack::engine::decide::{self, Actual, Options};
use stack::error::{Error, ErrorKind, Place, Problem};
use stack::kinds::KINDS;
use stack::stack::{Loaded, compose, load};
use stack::state::State;
use stack::ui;

/// The files that an input is cut into, at lines of `%%%`. A new one stands at the end, so that what is in the corpus keeps
/// its meaning.
pub const FILES: [&str; 6] = [
    "stacks/dev.yaml",
    "stacks/base.yaml",
    "stacks/ui/login.css",
    "stacks/ui/logo.png",
    "stacks/ui/web.json",
    "stacks/idp/staff.xml",
];
/// Where it is cut.
pub const CUT: &[u8] = b"\n%%%\n";
/// A moment in 2096, when the certificates of most metadata have ended.
const LATER: i64 = 4_000_000_000_000;
/// How wide a page is.
const WIDTH: usize = 100;

/// A project's directory, and what the program knows of kinds: made once for all inputs.
struct Bench {
    root: tempfile::TempDir,
    kinds: Kinds,
}

thread_local! {
    static BENCH: Bench = {
        let root = tempfile::tempdir().expect("a directory for temporary files");
        for folder in ["stacks/ui", "stacks/idp"] {
            fs::create_dir_all(root.path().join(folder)).expect("a directory in it");
        }
        Bench { root, kinds: Kinds::new(KINDS) }
    };
}

/// Loads the stack that these bytes are.
///
/// # Panics
/// When something does not hold.
pub fn check(bytes: &[u8]) {
    BENCH.with(|Bench { root, kinds }| {
        let root = root.path();
        put(root, bytes);
        match load(root, "dev") {
            Ok(loaded) => accepted(root, kinds, &loaded),
            Err(error) => refused(root, &error),
        }
    });
}

/// The parts of an input, as files.
fn put(root: &Path, bytes: &[u8]) {
    let mut rest = Some(bytes);
    for file in FILES {
        let path = root.join(file);
        let Some(part) = rest else {
            let _ = fs::remove_file(path);
            continue;
        };
        let cut = part.windows(CUT.len()).position(|window| window == CUT);
        let here = cut.map_or(part, |at| &part[..at]);
        rest = cut.map(|at| &part[at + CUT.len()..]);
        fs::write(path, here).expect("a file can be written");
    }
}

/// A stack that is valid has resources, can be planned from nothing, and means the same when it is written as one file.
fn accepted(root: &Path, kinds: &Kinds, loaded: &Loaded) {
    for warning in loaded.warnings.iter().chain(&loaded.endings(LATER)) {
        warning.place.iter().for_each(|place| is_within(root, place));
    }
    let composed = match compose(loaded) {
        Ok(composed) => composed,
        // What only the objects show: an address that none of them has, a field that it has not.
        Err(error) => {
            told(root, &error);
            let again = compose(loaded).map(|_| ()).expect_err("what was refused is refused");
            assert_eq!(again.all_problems(), error.all_problems());
            return;
        }
    };
    for address in composed.desired.resources.keys() {
        assert_eq!(address.to_string().parse().as_ref(), Ok(address));
    }
    let state = State::new("dev", "lineage".to_owned());
    match decide::plan(kinds, &composed.desired, &state, &Actual::default(), &Options::default()) {
        Ok(plan) => {
            let made = composed.desired.resources.len();
            assert!(plan.steps.len() >= made, "{} steps for {made} resources", plan.steps.len());
            assert!(!ui::plan::text(&plan, WIDTH).is_empty());
        }
        // What is there may have one name, and what is made may not.
        Err(problems) => {
            let is_one_name = |problem: &Problem| problem.message.contains("is the name of");
            assert!(problems.iter().all(is_one_name), "a valid stack file that cannot be planned: {problems:#?}");
        }
    }
    // A text that stands elsewhere is read for each plan, and is not in what was loaded.
    if !loaded.references.is_empty() {
        return;
    }
    // JSON is YAML.
    let text = serde_json::to_string_pretty(&loaded.file).expect("a stack file can be written");
    fs::write(root.join(FILES[0]), text).expect("a file can be written");
    match load(root, "dev") {
        Ok(again) => {
            assert_eq!(again.file, loaded.file);
            assert_eq!(compose(&again).expect("a valid stack file is composed").desired, composed.desired);
        }
        Err(error) => panic!("what is valid is refused when it is written again: {:#?}", error.all_problems()),
    }
}

/// A refusal is the same each time.
fn refused(root: &Path, error: &Error) {
    told(root, error);
    let again = load(root, "dev").map(|_| ()).expect_err("what was refused is refused");
    assert_eq!(again.all_problems(), error.all_problems());
}

/// It says what is wrong and where, and can be shown.
fn told(root: &Path, error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Stack, "{error:?}");
    assert!(!error.all_problems().is_empty(), "{error:?}");
    for problem in error.all_problems() {
        assert!(!problem.message.is_empty(), "{problem:?}");
        match &problem.place {
            Some(place) => is_within(root, place),
            None => panic!("no place: {problem:?}"),
        }
    }
    let shown = ui::error::text(error, WIDTH, &|file| fs::read_to_string(root.join(file)).ok());
    assert!(!shown.is_empty());
    assert!(ui::error::json(error).is_object());
}

/// A place is one of the file, and its line and column are those of its bytes.
fn is_within(root: &Path, place: &Place) {
    let bytes = fs::read(root.join(&place.file)).unwrap_or_else(|error| panic!("{place:?}: {error}"));
    // Of what may be a secret, only the line and the column are told.
    if place.span == Place::UNSEEN {
        let lines = String::from_utf8_lossy(&bytes).split(['\n', '\r']).count();
        assert!(place.line <= lines, "{place:?} in {lines} lines");
        return;
    }
    let (start, end) = place.span;
    assert!(start <= end && end <= bytes.len(), "{place:?} in {} bytes", bytes.len());
    let text = String::from_utf8_lossy(&bytes[..start]);
    assert_eq!((place.line, place.column), Place::after(&text), "{place:?}");
}
