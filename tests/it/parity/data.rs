//! The lists as they are written down: what can be said there, and what answers it here.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::world::repository;

/// Why an argument has no place in a stack file.
pub const REASONS: &[(&str, &str)] = &[
    ("computed", "AWS alone decides it, so nobody can say it there either"),
    ("deprecated", "it does nothing any more, or repeats another"),
    ("impossible", "AWS does not take it for a login"),
    ("always", "it is settled here, and the sentence says how"),
    ("secret", "a secret would be written down, in the file or in the state"),
    ("command", "it is something to do once, and a command does it"),
    ("needless", "there is nothing here that it could set"),
    ("place", "where a file stands, or what it is called, says it"),
    ("outside", "it is no setting of a login: it stands beside the stack"),
];

/// One page: a tool that people come from.
pub struct Page {
    /// Its folder, and the name of its page.
    pub folder: &'static str,
    pub title: &'static str,
    /// What its values are written in.
    pub writes: fn(&str, &Value, bool) -> String,
    /// What it is read from.
    pub from: &'static str,
}

pub const PAGES: [Page; 3] = [
    Page {
        folder: "terraform",
        title: "Terraform",
        writes: super::examples::in_hcl,
        from: "provider hashicorp/aws 6.58.0, and what came after it",
    },
    Page { folder: "stacktape", title: "Stacktape", writes: super::examples::in_yaml, from: "stacktape 3.7.0" },
    Page {
        folder: "goldstack",
        title: "Goldstack",
        writes: super::examples::in_json,
        from: "@goldstack/template-user-management 0.2.14",
    },
];

/// The arguments of one resource, or of one file, with their answers.
#[derive(Debug)]
pub struct List {
    pub name: String,
    /// What the list is of: the first line of the names.
    pub head: String,
    pub arguments: Vec<Argument>,
    answers: BTreeMap<String, Answer>,
    inherited: BTreeMap<String, Answer>,
    /// What every example of the list stands on.
    pub with: Value,
}

/// One argument, as the reference has it.
#[derive(Debug)]
pub struct Argument {
    /// The line of the reference.
    pub line: u32,
    /// R required, O optional, C computed, OC optional and computed.
    pub mark: String,
    /// `password_policy.minimum_length`; `[]` marks the items of a set.
    pub name: String,
}

/// Where a stack file says the same, or why it does not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Paths of the schema; `*` is a name that somebody chooses.
    #[serde(default, deserialize_with = "one_or_several")]
    pub to: Vec<String>,
    /// One of REASONS, and a sentence.
    pub not: Option<String>,
    /// The output that has it.
    pub output: Option<String>,
    /// Where all that has a place below the first has one below the second too: what is said for one client, and not for all.
    #[serde(default)]
    pub again: BTreeMap<String, String>,
    /// What differs.
    pub note: Option<String>,
    /// A value as it is written there.
    pub theirs: Option<Value>,
    /// The same as it is written here, at the first of the paths.
    pub ours: Option<Value>,
    /// A value that is written the same in both.
    pub same: Option<Value>,
    /// What the example stands on.
    #[serde(default)]
    pub with: Value,
    /// What `*` is in the example; `web` where nothing is said.
    pub star: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    /// Another list, whose answers hold where this one has none.
    r#as: Option<String>,
    #[serde(default)]
    with: Value,
    rows: BTreeMap<String, Answer>,
}

fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(several) => several.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        one => one.as_str().map(ToOwned::to_owned).into_iter().collect(),
    })
}

impl Answer {
    /// The reason and its sentence, when it is one of REASONS.
    pub fn reason(&self) -> Option<(String, String)> {
        let (word, why) = self.not.as_ref()?.split_once(':')?;
        let is_known = REASONS.iter().any(|(reason, _)| *reason == word);
        is_known.then(|| (word.to_owned(), why.trim().to_owned()))
    }

    /// The example's value there, and here.
    pub fn example(&self) -> Option<(&Value, &Value)> {
        match (&self.same, &self.theirs, &self.ours) {
            (Some(same), _, _) => Some((same, same)),
            (None, Some(theirs), Some(ours)) => Some((theirs, ours)),
            _ => None,
        }
    }

    /// Whether the example is written differently here.
    pub fn differs(&self) -> bool {
        self.example().is_some_and(|(theirs, ours)| theirs != ours)
    }
}

impl List {
    pub fn answer(&self, name: &str) -> Option<&Answer> {
        self.answers.get(name).or_else(|| self.inherited.get(name))
    }

    /// The places of an answer, and those where the list says it again.
    pub fn places(&self, answer: &Answer) -> Vec<String> {
        let again = |path: &String| self.again().filter_map(|(from, to)| moved(path, from, to)).collect::<Vec<_>>();
        answer.to.iter().flat_map(|path| std::iter::once(path.clone()).chain(again(path))).collect()
    }

    /// From where to where the list's places are there again.
    pub fn again(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.arguments.iter().filter_map(|argument| self.answer(&argument.name));
        all.flat_map(|answer| answer.again.iter().map(|(from, to)| (&**from, &**to)))
    }

    /// The arguments that the list itself answers.
    pub fn own_answers(&self) -> impl Iterator<Item = &str> {
        self.answers.keys().map(|name| &**name)
    }

    /// Whether others stand below an argument: it is a block.
    pub fn has_members(&self, name: &str) -> bool {
        let below = |other: &Argument| {
            other.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.') || rest.starts_with("[]"))
        };
        self.arguments.iter().any(below)
    }
}

/// A path below `from` as one below `to`; what leads to `to` itself stays where it is.
fn moved(path: &str, from: &str, to: &str) -> Option<String> {
    let rest = path.strip_prefix(from)?.strip_prefix('.')?;
    (!to.starts_with(path)).then(|| format!("{to}.{rest}"))
}

/// The lists of a folder, by name.
pub fn lists(folder: &str) -> Vec<List> {
    let mut names: Vec<String> = std::fs::read_dir(repository().join("tests/it/parity").join(folder))
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".txt")?.to_owned()))
        .collect();
    names.sort();
    names.into_iter().map(|name| list(folder, name)).collect()
}

fn list(folder: &str, name: String) -> List {
    let text = read(folder, &format!("{name}.txt"));
    let (head, lines) = text.split_once('\n').unwrap();
    let argument = |line: &str| {
        let mut words = line.splitn(3, ' ').map(ToOwned::to_owned);
        let mut next = || words.next().unwrap_or_else(|| panic!("{name}: `{line}` is not LINE MARK NAME"));
        Argument { line: next().parse().unwrap(), mark: next(), name: next() }
    };
    let arguments = lines.lines().map(argument).collect();
    let own = answers(folder, &name);
    let inherited = own.r#as.map(|other| answers(folder, &other).rows).unwrap_or_default();
    List {
        head: head.trim_start_matches("# ").to_owned(),
        arguments,
        answers: own.rows,
        inherited,
        with: own.with,
        name,
    }
}

fn answers(folder: &str, name: &str) -> Answers {
    // As the program reads YAML: `OFF` and `no` are texts.
    let options = serde_yaml::options! { strict_booleans: true };
    let read: Result<Value, _> = serde_yaml::from_str_with_options(&read(folder, &format!("{name}.yaml")), options);
    let value = read.unwrap_or_else(|why| panic!("{folder}/{name}.yaml: {why}"));
    serde_json::from_value(value).unwrap_or_else(|why| panic!("{folder}/{name}.yaml: {why}"))
}

fn read(folder: &str, file: &str) -> String {
    let path = repository().join("tests/it/parity").join(folder).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}
