//! Stack files that say what AWS would refuse, held against the program's own checks.

use serde::Deserialize;
use serde_json::{Value, json};
use stack::stack::load::load;

use super::data::{Names, laid, written_out};

/// What is wrong in a stack file, and where the program says so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// What every variation says.
    #[serde(default)]
    with: Value,
    /// What is right: one file, or several. Unless said, what every variation says.
    good: Option<Value>,
    /// What is wrong: one file, or several.
    bad: Value,
    /// Where it is said to be wrong.
    at: String,
}

impl Refused {
    /// How many files it holds up that must be refused.
    pub fn files(&self) -> u64 {
        self.bad.as_array().map_or(1, Vec::len) as u64
    }
}

/// A stack file that is right.
fn usual() -> Value {
    json!({ "region": "eu-west-1", "account": "111122223333", "user_pool": { "name": "shop" } })
}

/// What the program says is wrong with a file: each place, and what.
fn problems(file: &Value) -> Vec<(String, String)> {
    let root = tempfile::tempdir().unwrap();
    let stacks = root.path().join("stacks");
    std::fs::create_dir(&stacks).unwrap();
    std::fs::write(stacks.join("test.yaml"), serde_json::to_string_pretty(file).unwrap()).unwrap();
    // Files that looks can name.
    std::fs::write(stacks.join("good.css"), ".banner-customizable { color: red; }\n").unwrap();
    std::fs::write(stacks.join("class.css"), ".header { color: red; }\n").unwrap();
    std::fs::write(stacks.join("import.css"), "@import url('x.css');\n").unwrap();
    std::fs::write(stacks.join("long.css"), format!("/* {} */\n", "x".repeat(140_000))).unwrap();
    std::fs::write(stacks.join("logo.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    std::fs::write(stacks.join("logo.svg"), "<svg/>").unwrap();
    let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
    large.resize(100 * 1024 + 1, 0);
    std::fs::write(stacks.join("large.png"), large).unwrap();
    match load(root.path(), "test") {
        Ok(_) => Vec::new(),
        Err(error) => {
            let said = error.all_problems().iter().map(|problem| (problem.at.clone(), problem.message.clone()));
            let said: Vec<_> = said.collect();
            assert!(!said.is_empty(), "{}", error.message());
            said
        }
    }
}

/// What is not as it should be.
pub fn run(refused: &Refused) -> Vec<String> {
    let Refused { with, good, bad, at } = refused;
    let file = |over: &Value| written_out(&laid(&laid(&usual(), with), over), &Names::new());
    let list = |said: &Value| said.as_array().cloned().unwrap_or_else(|| vec![said.clone()]);
    let mut wrong = Vec::new();
    // The usual file is seen to be right below, once for all.
    let goods = match good {
        Some(good) => list(good),
        None if with.is_null() => Vec::new(),
        None => vec![json!({})],
    };
    for good in goods {
        let found = problems(&file(&good));
        if !found.is_empty() {
            wrong.push(format!("is refused and should not be: {found:?}\n  given {good}"));
        }
    }
    if list(bad).is_empty() {
        wrong.push("nothing is wrong in `bad`".to_owned());
    }
    for bad in list(bad) {
        let found = problems(&file(&bad));
        if !found.iter().any(|(place, _)| {
            place == at || place.starts_with(&format!("{at}.")) || place.starts_with(&format!("{at}["))
        }) {
            wrong.push(format!("is not refused at {at}: {found:?}\n  given {bad}"));
        }
    }
    wrong
}

#[test]
fn the_usual_file_is_right() {
    assert_eq!(problems(&usual()), []);
}
