//! The operations that the program uses, as its source names them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The logo is no operation of an API: AWS serves it over plain HTTPS. It can fail all the same.
pub const IMAGE: &str = "GetImage";

/// The operations whose failure the source names: `refused("CreateUserPool")`.
pub fn named() -> BTreeSet<String> {
    let text = source();
    let names = text.split("refused(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    // A function of the same name refuses plans, in sentences.
    names.map(|(name, _)| name.to_owned()).filter(|name| !name.contains(' ')).collect()
}

/// The operations that the source calls: every method of a client of the SDK, `.cognito.create_user_pool()`, as letters
/// alone: `createuserpool`.
pub fn called() -> BTreeSet<String> {
    let text: String = source().split_whitespace().collect();
    let mut found = BTreeSet::new();
    for client in ["cognito", "acm", "route53", "sts"] {
        for (at, _) in text.match_indices(&format!("{client}.")) {
            let method: String = text[at + client.len() + 1..].chars().take_while(|c| is_of_a_name(*c)).collect();
            let is_a_word = text[..at].chars().last().is_none_or(|before| !is_of_a_name(before));
            if is_a_word && text[at + client.len() + 1 + method.len()..].starts_with("()") {
                found.insert(method.replace('_', ""));
            }
        }
    }
    found
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// All of the program but its sandbox and its tests; comments left out.
fn source() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open: Vec<PathBuf> = vec![root.clone()];
    let mut text = String::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // A check of `stack preflight` that cannot look is not known, and fails nothing: its own tests hold that. So it is
        // with what `stack import` looks for and cannot adopt.
        let apart = ["sandbox", "preflight", "kinds/user_pool/others.rs"];
        let is_apart = apart.iter().any(|apart| path == root.join(apart));
        if is_apart || name.ends_with("tests.rs") || name == "script.rs" {
            continue;
        }
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let file = std::fs::read_to_string(&path).unwrap();
        let code = file.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// What IAM calls the service of an operation.
pub fn service(operation: &str) -> &'static str {
    match operation {
        "GetCallerIdentity" => "sts",
        "GetChange" | "ListHostedZones" | "ListResourceRecordSets" | "ChangeResourceRecordSets" => "route53",
        _ if operation.contains("Certificate") => "acm",
        _ => "cognito-idp",
    }
}
