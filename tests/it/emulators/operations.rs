//! All operations of AWS's that the program can call, as its source names them.
//!
//! boto3 knows every operation of every service. Whatever the program's source calls by such a name, as a method of an SDK
//! client or as a text, is one that it uses: too many may be found so, and none is missed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::setup::{beside, packages};

/// The services that the program has an SDK client for, and how its source calls that client.
const CLIENTS: [(&str, &str); 6] = [
    ("cognito", "cognito-idp"),
    ("acm", "acm"),
    ("route53", "route53"),
    ("sts", "sts"),
    ("zone_sts", "sts"),
    // In src/state/s3.
    ("client", "s3"),
];

/// The services that it calls without one (src/aws/raw.rs), and how its source calls them.
const RAW: [(&str, &str); 11] = [
    ("LAMBDA", "lambda"),
    ("IDENTITY", "cognito-identity"),
    ("WAF", "wafv2"),
    ("GATEWAY", "apigatewayv2"),
    ("SES", "sesv2"),
    ("KMS", "kms"),
    ("QUOTAS", "service-quotas"),
    ("SSM", "ssm"),
    ("SECRETS_MANAGER", "secretsmanager"),
    ("IAM", "iam"),
    ("CLOUDFRONT", "cloudfront"),
];

/// Every operation of these services: the service, the method, the name.
fn known() -> Vec<(String, String, String)> {
    let mut command = Command::new(packages().python);
    command.arg(beside("sequence.py")).arg("--operations").env_clear();
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).unwrap();
    let parts = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let [service, method, name] = words[..] else { panic!("{line}") };
        (service.to_owned(), method.to_owned(), name.to_owned())
    };
    text.lines().map(parts).collect()
}

/// `sts GetCallerIdentity` and all others.
pub fn used() -> BTreeSet<String> {
    let known = known();
    let mut methods: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (service, method, name) in &known {
        methods.entry(method).or_default().push((service, name));
        names.entry(name).or_default().push(service);
    }
    let mut used = BTreeSet::new();
    for code in sources() {
        let dense: String = code.split_whitespace().collect();
        for (at, _) in dense.match_indices("()") {
            let Some((before, method)) = dense[..at].rsplit_once('.') else { continue };
            let has = |service: &str| CLIENTS.iter().any(|(_, one)| *one == service);
            let called: Vec<_> =
                methods.get(method).into_iter().flatten().filter(|(service, _)| has(service)).collect();
            let client = before.rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next();
            let client = CLIENTS.iter().find(|(word, _)| Some(*word) == client).map(|(_, service)| *service);
            // Whoever it is a method of, if that cannot be seen.
            let is_meant = |service: &str| client.is_none_or(|client| client == service);
            used.extend(called.iter().filter(|(one, _)| is_meant(one)).map(|(one, name)| format!("{one} {name}")));
        }
        // `use crate::aws::raw::{IDENTITY, Raw};`
        let imports = dense.split("raw::").skip(1).filter_map(|rest| rest.split_once(';'));
        let imports = imports.map(|(words, _)| words).collect::<Vec<_>>().join(";");
        let raw = RAW.iter().filter(|(word, _)| has_word(&imports, word)).map(|(_, service)| *service);
        let raw: Vec<&str> = raw.collect();
        for name in code.split('"') {
            let Some(services) = names.get(name) else { continue };
            let here: Vec<&&str> = services.iter().filter(|service| raw.contains(service)).collect();
            let meant = if here.is_empty() { services.first().into_iter().collect() } else { here };
            used.extend(meant.into_iter().map(|service| format!("{service} {name}")));
        }
    }
    used
}

fn has_word(code: &str, word: &str) -> bool {
    code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').any(|one| one == word)
}

/// Each file of the program but its sandbox and its tests, without comments.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open: Vec<PathBuf> = vec![root.clone()];
    let mut all = Vec::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path == root.join("sandbox") || name.ends_with("tests.rs") || name == "tests" || name == "script.rs" {
            continue;
        }
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let file = std::fs::read_to_string(&path).unwrap();
        let code = file.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        all.push(lines.fold(String::new(), |text, line| text + line + "\n"));
    }
    all
}

#[test]
fn operations_of_every_sort_are_found_in_the_source() {
    let used = used();
    let each_sort = [
        // A method of an SDK client, one across two lines, one of two services, and one of S3.
        "cognito-idp CreateUserPool",
        "cognito-idp AdminListGroupsForUser",
        "cognito-idp TagResource",
        "sts AssumeRole",
        "s3 ListObjectVersions",
        // A text: of a kind, of a name that two services have, of a check, of a source of secrets, of an import.
        "apigatewayv2 UpdateRoute",
        "cognito-identity TagResource",
        "lambda GetPolicy",
        "iam SimulatePrincipalPolicy",
        "ssm GetParameter",
        "apigatewayv2 GetApis",
    ];
    let missed: Vec<&str> = each_sort.into_iter().filter(|one| !used.contains(*one)).collect();
    assert!(missed.is_empty(), "{missed:?} of {used:?}");
    assert!(!used.contains("cognito-idp DeleteUserPoolUnheardOf") && !used.contains("acm TagResource"), "{used:?}");
}
