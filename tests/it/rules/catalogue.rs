//! The rules as they are written down: what each says, where it is from, who enforces it, and what the program does.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::cases::Case;
use super::plans::Refused;
use crate::world::repository;

/// Why a rule is not played, and whether that is reason enough for one that AWS documents, or that was measured, of a call
/// that creates or updates.
pub const REASONS: &[(&str, bool)] = &[
    // The kind of object, or the operation, is not one that this program makes.
    ("kind", false),
    // It is about people who sign in or open pages, and about no call that creates or updates.
    ("later", false),
    // What to do, or how long things take; nothing is refused, kept or reset by it.
    ("advice", false),
    // It depends on something between this machine and AWS that is not played.
    ("elsewhere", false),
    // The reference itself doubts it, or contradicts itself.
    ("doubtful", false),
];

/// One page of the reference, or a part of one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// `user_pool.md`
    pub reference: String,
    pub rules: Vec<Rule>,
}

/// One rule of AWS's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    /// The rule, in our own words.
    pub says: String,
    /// Section and line: `5.2:148`; several places are parted by spaces.
    pub at: String,
    /// How sure the reference is: D documented, Sm measured, S seen, I inferred.
    pub mark: String,
    /// The calls that it is about, parted by spaces; `none` for what belongs to no call.
    pub calls: String,
    /// Where in src/sandbox it is enforced: file and word.
    pub by: Option<String>,
    /// Why nothing but a fault brings it about.
    pub asked: Option<String>,
    /// Why it is not enforced.
    pub unplayed: Option<String>,
    #[serde(default)]
    pub cases: Vec<Case>,
    refused: Option<Refused>,
    sample: Option<String>,
    test: Option<String>,
    never: Option<String>,
    left: Option<String>,
}

/// What the program does about a rule.
#[derive(Debug, Default, Clone)]
pub struct Program {
    /// It refuses these stack files, before AWS is asked.
    pub refused: Option<Refused>,
    /// Samples in tests/it/samples/invalid that it refuses for this.
    pub samples: Vec<String>,
    /// Tests that show it refused, or AWS's answer handled.
    pub tests: Vec<String>,
    /// Why a stack file cannot even say it.
    pub never: Option<String>,
    /// Why it is left to AWS to say so.
    pub left: Option<String>,
}

impl Rule {
    /// Whether AWS documents it, or somebody has measured it.
    pub fn is_sure(&self) -> bool {
        self.mark.split('/').any(|mark| mark == "D" || mark == "Sm")
    }

    /// Whether the sandbox holds to it: its case needs no more than the calls themselves.
    pub fn is_enforced(&self) -> bool {
        self.by.is_some() && !self.is_asked_for()
    }

    /// Whether the sandbox does only what a fault asks of it: nothing brings the refusal about by itself, and its case asks
    /// for the very refusal that it shows.
    pub fn is_asked_for(&self) -> bool {
        self.by.as_ref().is_some_and(|by| by.split(", ").all(|one| one.starts_with("fault.rs ")))
    }

    /// Whether it is about a call that creates or updates.
    pub fn writes(&self) -> bool {
        self.calls.split(' ').any(|call| Sort::of(call) == Some(Sort::Writes))
    }

    /// Whether it says that it belongs to no call.
    pub fn is_of_no_call(&self) -> bool {
        self.calls == "none"
    }

    /// The lines of the reference that say it.
    pub fn lines(&self) -> Vec<u32> {
        let number = |text: &str| text.parse::<u32>().ok();
        let of = |place: &str| -> Option<Vec<u32>> {
            let (section, lines) = place.split_once(':').filter(|(section, _)| !section.is_empty())?;
            let _ = section;
            let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
            Some((number(first)?..=number(last)?).collect())
        };
        let places: Option<Vec<Vec<u32>>> = self.at.split(' ').map(of).collect();
        places.unwrap_or_default().concat()
    }

    pub fn program(&self) -> Result<Program, String> {
        let list = |text: &Option<String>| -> Vec<String> {
            text.iter().flat_map(|text| text.split(", ")).map(ToOwned::to_owned).collect()
        };
        let (samples, tests) = (list(&self.sample), list(&self.test));
        let Self { refused, never, left, .. } = self;
        let shown = refused.is_some() || !samples.is_empty() || !tests.is_empty();
        if [shown, never.is_some(), left.is_some()].into_iter().filter(|said| *said).count() != 1 {
            return Err("one of `refused`, `sample` and `test`, or `never`, or `left`".to_owned());
        }
        Ok(Program { refused: refused.clone(), samples, tests, never: never.clone(), left: left.clone() })
    }
}

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// It creates or updates.
    Writes,
    Reads,
    /// It deletes a whole object.
    Ends,
    /// People who sign in and applications make it.
    People,
}

impl Sort {
    /// By its name; `identity.` and the like before it say which service is called.
    pub fn of(call: &str) -> Option<Self> {
        const WRITING: &[&str] = &[
            "Add",
            "Admin",
            "Associate",
            "Attach",
            "Change",
            "Complete",
            "Create",
            "Disassociate",
            "Put",
            "Remove",
            "Request",
            "Set",
            "Start",
            "Stop",
            "Tag",
            "Untag",
            "Update",
        ];
        const READING: &[&str] = &["AdminGet", "AdminList", "Describe", "Get", "Head", "List", "Simulate", "Test"];
        const ENDING: &[&str] = &["AdminDeleteUser", "Delete"];
        const PEOPLES: &[&str] =
            &["Authorize", "Discovery", "ForgotPassword", "Login", "Logout", "Revoke", "SignIn", "Token", "UserInfo"];
        let name = call.rsplit('.').next()?;
        let begins = |verbs: &[&str]| {
            verbs.iter().any(|verb| name.strip_prefix(verb).is_some_and(|rest| rest.starts_with(char::is_uppercase)))
        };
        match name {
            _ if PEOPLES.contains(&name) => Some(Self::People),
            // Attributes are a part of somebody, and the rest of them stays.
            "AdminDeleteUserAttributes" => Some(Self::Writes),
            _ if ENDING.contains(&name) || begins(&["Delete"]) => Some(Self::Ends),
            _ if begins(READING) => Some(Self::Reads),
            _ if begins(WRITING) => Some(Self::Writes),
            _ => None,
        }
    }
}

impl Program {
    /// What is named and not there.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for sample in &self.samples {
            if !repository().join(format!("tests/it/samples/invalid/{sample}.yaml")).exists() {
                missing.push(format!("there is no sample {sample}"));
            }
        }
        for test in &self.tests {
            let Some((file, name)) = test.rsplit_once(' ') else {
                missing.push(format!("`{test}` is not FILE TEST"));
                continue;
            };
            let text = std::fs::read_to_string(repository().join(file)).unwrap_or_default();
            if !text.contains(&format!("fn {name}(")) {
                missing.push(format!("{file} has no test {name}"));
            }
        }
        missing
    }
}

/// Reads YAML as the program does: `OFF` and `no` are texts.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let options = serde_yaml::options! { strict_booleans: true };
    serde_yaml::from_str_with_options(text, options).map_err(|error| error.to_string())
}

/// Every page of the catalogue, by the names of its files.
pub fn pages() -> Vec<Page> {
    let folder = repository().join("tests/it/rules/catalogue");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let page = |path: &std::path::PathBuf| {
        let page: Value =
            read(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        serde_json::from_value(page).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    };
    files.iter().map(page).collect()
}

/// The errors that each operation declares, and those that any call can meet.
pub fn declared_errors() -> BTreeMap<String, BTreeSet<String>> {
    let all: BTreeMap<String, String> = read(include_str!("errors.yaml")).unwrap();
    // "Unmodelled but possible everywhere" (quotas_errors.md 6).
    let everywhere =
        ["SerializationException", "ThrottlingException", "Throttling", "AccessDeniedException", "AccessDenied"];
    let words = |text: &str| -> BTreeSet<String> { text.split(' ').chain(everywhere).map(ToOwned::to_owned).collect() };
    all.iter().map(|(operation, codes)| (operation.clone(), words(codes))).collect()
}
