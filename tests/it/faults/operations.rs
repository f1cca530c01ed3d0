//! The operations that the program uses, as its source names them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The logo is no operation of an API: AWS serves it over plain HTTPS. It can fail all the same.
pub const IMAGE: &str = "GetImage";

/// The operations whose failure the source names: `refused("CreateUserPool")`.
pub fn named() -> BTreeSet<String> {
    let text = source(&root());
    let names = text.split("refused(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    // A function of the same name refuses plans, in sentences.
    names.map(|(name, _)| name.to_owned()).filter(|name| !name.contains(' ')).collect()
}

/// The operations that the source calls: every method of a client of the SDK, `.cognito.create_user_pool()`, as letters
/// alone: `createuserpool`.
pub fn called() -> BTreeSet<String> {
    let text: String = source(&root()).split_whitespace().collect();
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

/// The operations of services without a client of the SDK, which checks alone call: the names of operations that read
/// among the texts of their source.
pub fn raw() -> BTreeSet<String> {
    let text = source(&root().join("preflight"));
    let is_one = |text: &&str| {
        let verb = ["Describe", "Get", "List", "Simulate"].iter().find_map(|verb| text.strip_prefix(verb));
        verb.is_some_and(|noun| noun.starts_with(|first: char| first.is_ascii_uppercase()))
            && text.chars().all(|one| one.is_ascii_alphabetic())
    };
    let named = named();
    // An element of an answer is called after its operation.
    let is_one = |text: &&str| is_one(text) && !text.ends_with("Result");
    let of_checks = text.split('"').filter(is_one).map(str::to_owned);
    of_checks.chain(raw_of_kinds()).filter(|name| !named.contains(name)).collect()
}

/// The kinds that call their services without a client of the SDK.
const RAW_KINDS: [&str; 4] = ["api_authorizer.rs", "identity_pool", "lambda_permission.rs", "web_acl_association.rs"];

/// The operations that such kinds call: what is named after a verb among the texts of their source.
fn raw_of_kinds() -> BTreeSet<String> {
    let is_one = |text: &str| {
        let verbs = ["Add", "Create", "Delete", "Describe", "Get", "List", "Remove", "Set", "Tag", "Untag", "Update"];
        let mut verbs = verbs.into_iter().chain(["Associate", "Disassociate"]);
        let noun = verbs.find_map(|verb| text.strip_prefix(verb));
        // Members of their inputs are called otherwise, but for one.
        text != "TagKeys"
            && noun.is_some_and(|noun| noun.starts_with(|first: char| first.is_ascii_uppercase()))
            && text.chars().all(|one| one.is_ascii_alphabetic())
    };
    let sources = RAW_KINDS.map(|kind| source(&root().join("kinds").join(kind)));
    sources.iter().flat_map(|text| text.split('"')).filter(|text| is_one(text)).map(str::to_owned).collect()
}

/// The operations that are called where no run in a sandbox of the program's own process comes, or no apply: see `abroad`.
pub fn apart() -> BTreeSet<String> {
    let sources = APART.iter().chain(&["aws/outside.rs"]).filter(|path| **path != "sandbox");
    let text: String = sources.map(|path| of(&[root().join(path)], &[])).collect();
    let texts = text.split('"').filter(|text| is_operation(text)).map(str::to_owned);
    texts.collect()
}

fn is_operation(text: &str) -> bool {
    let verbs = ["Add", "Assume", "Create", "Delete", "Describe", "Get", "Head", "List", "Put", "Update"];
    let noun = verbs.into_iter().find_map(|verb| text.strip_prefix(verb));
    noun.is_some_and(|noun| noun.starts_with(|first: char| first.is_ascii_uppercase()))
        && text.chars().all(|one| one.is_ascii_alphabetic())
}

/// What is no part of the source that [`named`] and [`called`] look at.
///
/// What `stack import` looks for and cannot adopt fails nothing where it cannot look; roles that are taken on and states
/// in S3 are in no plan of a sandbox.
const APART: [&str; 5] =
    ["sandbox", "kinds/api_authorizer/adopt.rs", "kinds/user_pool/others.rs", "aws/role.rs", "state/s3"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All of the program below there but its sandbox and its tests; comments left out.
fn source(root: &Path) -> String {
    of(&[root.to_owned()], &APART.map(|apart| root.join(apart)))
}

/// What stands in these files and folders, but for those that are left out.
fn of(roots: &[PathBuf], left_out: &[PathBuf]) -> String {
    let mut open = roots.to_vec();
    let mut text = String::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if left_out.contains(&path) || name.ends_with("tests.rs") || name == "script.rs" {
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

/// The operation's own name. One that two services have is told apart by the service: `cognito-identity.TagResource`.
pub fn plain(operation: &str) -> &str {
    operation.rsplit('.').next().unwrap()
}

/// What IAM calls the service of an operation.
pub fn service(operation: &str) -> &'static str {
    match operation {
        _ if operation.starts_with("cognito-identity.") => "cognito-identity",
        "GetCallerIdentity" => "sts",
        "GetChange" | "GetHostedZone" | "ListHostedZones" | "ListResourceRecordSets" | "ChangeResourceRecordSets" => {
            "route53"
        }
        "GetFunction" | "GetPolicy" | "AddPermission" | "RemovePermission" => "lambda",
        "GetApi" | "GetApis" => "apigateway",
        _ if operation.contains("Authorizer") || operation.contains("Route") && !operation.contains("Resource") => {
            "apigateway"
        }
        _ if operation.contains("WebACL") => "wafv2",
        _ if operation.contains("IdentityPool") || operation.contains("PrincipalTag") => "cognito-identity",
        "DescribeKey" => "kms",
        "GetAccount" | "GetEmailIdentity" => "ses",
        "GetRole" | "SimulatePrincipalPolicy" => "iam",
        "ListServiceQuotas" => "servicequotas",
        "ListDistributions" => "cloudfront",
        _ if operation.contains("Certificate") => "acm",
        _ => "cognito-idp",
    }
}
