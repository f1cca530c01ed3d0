//! What the SDK's own source says of the requests that this program makes: which there are, and every field that goes into
//! them, however deep.
//!
//! The source is what cargo has unpacked to compile it. It tells more than a builder's `Debug`: the types of the fields, and
//! so what stands below a field that nobody has thought of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Surface;

/// Our clients, by their names in `Aws`, and the crate of each.
const CLIENTS: [(&str, &str); 3] =
    [("cognito", "aws-sdk-cognitoidentityprovider"), ("acm", "aws-sdk-acm"), ("route53", "aws-sdk-route53")];

/// What only looks, and what only takes away: neither sets anything.
const SETS_NOTHING: [&str; 9] =
    ["describe_", "get_", "list_", "admin_list_", "delete_", "admin_delete_", "admin_remove_", "remove_", "untag_"];

/// Where the SDK has its types, in each of its crates.
const TYPES: &str = "::types::";

/// Every type that goes into a request that sets something, by name, with its fields.
pub(super) fn surface() -> Surface {
    let mut all = Surface::new();
    for (client, name) in CLIENTS {
        let crate_ = Crate::of(name);
        for call in calls(client) {
            let input = crate_.input(&call);
            crate_.gather(input, &mut all);
        }
    }
    all
}

/// The fields of a type of Cognito's that nobody sends.
pub(super) fn shown(of: &str) -> BTreeSet<String> {
    let crate_ = Crate::of(CLIENTS[0].1);
    fields(&crate_.file(of), of).into_iter().map(|(name, _)| name).collect()
}

/// Every operation of Cognito's user pools, as its method is named.
pub(super) fn operations() -> BTreeSet<String> {
    let text = std::fs::read_to_string(unpacked(CLIENTS[0].1).join("src/client.rs")).unwrap();
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';'));
    names.filter(|name| *name != "customize").map(str::to_owned).collect()
}

/// Whether one of our sources calls this method.
pub(super) fn is_called(method: &str) -> bool {
    let call = format!(".{method}()");
    super::own_sources().iter().any(|file| std::fs::read_to_string(file).unwrap().contains(&call))
}

/// The operations of a client that this program calls and that set something, as its methods are named.
fn calls(client: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in super::own_sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        for (at, _) in text.match_indices(client) {
            let Some(method) = text[at + client.len()..].trim_start().strip_prefix('.') else { continue };
            let end = method.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(method.len());
            if method[end..].starts_with("()") && method[..end].contains('_') {
                found.insert(method[..end].to_owned());
            }
        }
    }
    found.retain(|call| !SETS_NOTHING.iter().any(|begins| call.starts_with(begins)));
    assert!(!found.is_empty(), "no call of `{client}` was found");
    found
}

/// The source of one of the SDK's crates.
struct Crate {
    src: PathBuf,
    /// The file of each type, as `types.rs` has them.
    types: BTreeMap<String, String>,
}

impl Crate {
    fn of(name: &str) -> Self {
        let src = unpacked(name).join("src");
        let list = std::fs::read_to_string(src.join("types.rs")).unwrap();
        let types = list.lines().filter_map(|line| {
            let (_, path) = line.trim().strip_prefix("pub use ")?.strip_suffix(';')?.split_once(TYPES)?;
            let (module, of) = path.split_once("::")?;
            Some((of.to_owned(), module.to_owned()))
        });
        Self { types: types.collect(), src }
    }

    /// The text of a type's file.
    fn file(&self, of: &str) -> String {
        let module = self.types.get(of).unwrap_or_else(|| panic!("{} has no type {of}", self.src.display()));
        std::fs::read_to_string(self.src.join(format!("types/{module}.rs"))).unwrap()
    }

    /// An operation's input: its name, and its fields.
    fn input(&self, call: &str) -> (String, Vec<(String, String)>) {
        let file = self.src.join(format!("operation/{call}/_{call}_input.rs"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = text.split("pub struct ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        let fields = fields(&text, &name);
        (name, fields)
    }

    /// A type and all that stands below it.
    fn gather(&self, (of, fields_of): (String, Vec<(String, String)>), all: &mut Surface) {
        let names = fields_of.iter().map(|(name, _)| name.clone()).collect();
        if all.insert(of, names).is_some() {
            return;
        }
        for (_, kind) in &fields_of {
            for below in kind.split(TYPES).skip(1) {
                let below = below.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap();
                let text = self.file(below);
                // An enum has choices, and no fields.
                if text.contains(&format!("pub struct {below} {{")) {
                    let fields = fields(&text, below);
                    self.gather((below.to_owned(), fields), all);
                }
            }
        }
    }
}

/// The fields of a struct, and the type of each.
fn fields(text: &str, of: &str) -> Vec<(String, String)> {
    let (_, rest) = text.split_once(&format!("pub struct {of} {{\n")).unwrap_or_else(|| panic!("no struct {of}"));
    let body = rest.split("\n}").next().unwrap();
    let field = |line: &str| {
        let (name, kind) = line.strip_prefix("    pub ")?.split_once(": ")?;
        Some((name.trim_start_matches("r#").to_owned(), kind.to_owned()))
    };
    let fields: Vec<_> = body.lines().filter_map(field).collect();
    assert!(!fields.is_empty(), "{of} has no fields:\n{body}");
    fields
}

/// Where cargo has unpacked a crate of the lock file.
fn unpacked(name: &str) -> PathBuf {
    let lock = std::fs::read_to_string(super::repository().join("Cargo.lock")).unwrap();
    let entry = lock.split("\n[[package]]\n").find(|entry| entry.starts_with(&format!("name = \"{name}\"\n")));
    let version = entry.and_then(|entry| entry.split("version = \"").nth(1)?.split('"').next());
    let version = version.unwrap_or_else(|| panic!("Cargo.lock has no {name}"));
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"))?;
        Some(Path::new(&home).join(".cargo"))
    });
    let registry = home.unwrap().join("registry/src");
    let sources = std::fs::read_dir(&registry).unwrap_or_else(|error| panic!("{}: {error}", registry.display()));
    let found = sources.map(|entry| entry.unwrap().path().join(format!("{name}-{version}"))).find(|path| path.is_dir());
    found.unwrap_or_else(|| panic!("cargo has unpacked {name} {version} nowhere below {}", registry.display()))
}
