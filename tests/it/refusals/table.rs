//! Every error of the table, met by the real program.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use crate::faults::operations;
use crate::setup::House;

const TABLE: &str = include_str!("errors.md");
/// The errors that each operation declares.
const DECLARED: &str = include_str!("../rules/errors.yaml");

/// One line of the table.
#[derive(Debug, Clone)]
struct Row {
    operation: &'static str,
    code: &'static str,
    /// What AWS says with it.
    text: &'static str,
    /// A part of the hint.
    hint: &'static str,
    /// The line that asked for it: a part of it, under which the caret is.
    line: &'static str,
}

fn rows() -> Vec<Row> {
    let rows = TABLE.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect();
        let [operation, code, text, hint, line] = cells.as_slice() else { panic!("{cells:?}") };
        Row { operation, code, text, hint, line }
    };
    rows.map(row).collect()
}

/// A stack in which every operation of the table is called: where the objects are made, where they are changed, and where
/// they are deleted.
const STACK: &str = "extends: base.yaml
user_pool:
  name: shop
  deletion_protection: INACTIVE
  mfa: { mode: OPTIONAL, software_token: true }
app_clients:
  web:
    callback_urls: [https://app.example.com/callback]
    logout_urls: [https://app.example.com/]
identity_providers:
  Corp: { saml: { metadata_url: https://idp.example.com/metadata } }
domain:
  name: auth.example.com
  hosted_zone: example.com
";
const STYLED: &str = "region: ap-southeast-2
user_pool: { name: styled, deletion_protection: INACTIVE }
app_clients: { web: {} }
domain: { prefix: styled-pages, managed_login_version: 2 }
";
const GUARDED: &str = "region: ap-southeast-2
user_pool:
  name: guarded
  deletion_protection: INACTIVE
  user_pool_tier: PLUS
  user_pool_add_ons: { advanced_security_mode: AUDIT }
  key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'arn:aws:kms:ap-southeast-2:000000000000:key/mrk-0000000000004444555566667777888f' }
replica: { region: eu-west-1, status: ACTIVE }
app_clients: { web: {} }
risk_configuration:
  compromised_credentials_risk_configuration: { actions: { event_action: BLOCK } }
log_delivery:
  user_auth_events: arn:aws:s3:::shop-logs
terms:
  web:
    terms_of_use:
      default: https://example.com/terms
";

const PEOPLE: &str = "region: ap-southeast-2
user_pool: { name: people, deletion_protection: INACTIVE }
app_clients:
  server:
    client_secret: { file: stacks/secret.txt }
groups:
  admins: { precedence: 1 }
users:
  ann:
    attributes:
      email: ann@example.com
";

/// Where the secret of [`PEOPLE`]'s client is.
const SECRET: &str = "stacks/secret.txt";

/// A house with these stacks, and the secret.
fn house(stacks: &[(&str, &str)]) -> House {
    let house = House::new(stacks);
    std::fs::write(house.path(SECRET), "a_secret_of_one_s_own_at_first\n").unwrap();
    house
}

/// The houses in which the runs begin.
struct Scenes {
    new: House,
    /// Made, and then changed in its file.
    changed: House,
    /// Nobody knows whether the certificate was made.
    doubtful: House,
}

impl Scenes {
    fn new() -> Self {
        let stacks = [("shop", STACK), ("styled", STYLED), ("guarded", GUARDED), ("people", PEOPLE)];
        let changed = house(&stacks);
        for stack in ["shop", "styled", "guarded", "people"] {
            changed.run_sandboxed(&format!("up {stack} --auto-approve"), "").ok();
        }
        let attributes = "  attributes: { tenant: { type: String } }\n  tags: { team: identity }\n";
        let text = STACK
            .replace("  mfa:", &format!("  password_policy: {{ minimum_length: 12 }}\n{attributes}  mfa:"))
            .replace("OPTIONAL", "\"ON\"")
            .replace("/metadata }", "/metadata, idp_init: true }")
            .replace("    logout_urls", "    access_token_validity: 30m\n    logout_urls")
            .replace("  hosted_zone", "  security_policy: TLS_V1_3_2025\n  hosted_zone");
        std::fs::write(changed.path("stacks/shop.yaml"), text).unwrap();
        std::fs::write(changed.path("stacks/people.yaml"), PEOPLE.replace("ann@example.com", "ann@example.org"))
            .unwrap();
        std::fs::write(changed.path(SECRET), "a_secret_of_one_s_own_in_the_end\n").unwrap();
        std::fs::write(changed.path("stacks/guarded.yaml"), GUARDED.replace("/terms\n", "/new\n")).unwrap();
        let css = std::fs::read_to_string(changed.path("stacks/ui/login.css")).unwrap();
        std::fs::write(changed.path("stacks/ui/login.css"), css.replacen('#', "#0", 0) + "\n/* new */\n").unwrap();
        let doubtful = house(&stacks);
        let lost = "RequestCertificate=drop-after:*;ListCertificates=refuse:*:InvalidArgsException:No";
        let _ = doubtful.run_sandboxed("up shop --auto-approve", lost).failed();
        Self { new: house(&stacks), changed, doubtful }
    }

    /// What is run so that the operation is called, and in which house.
    fn of(&self, operation: &str) -> (&House, &'static str) {
        if ["Risk", "LogDelivery", "Replica", "Terms"].iter().any(|word| operation.contains(word)) {
            let house = if operation == "UpdateTerms" { &self.changed } else { &self.new };
            return (house, "up guarded --auto-approve");
        }
        if operation.contains("ClientSecret") {
            return (&self.changed, "up people --auto-approve");
        }
        if operation.starts_with("Admin") || operation.contains("Group") {
            let house = if operation == "AdminUpdateUserAttributes" { &self.changed } else { &self.new };
            return (house, "up people --auto-approve");
        }
        let stack_of = |styled: bool| if styled { "up styled --auto-approve" } else { "up shop --auto-approve" };
        let is_styled = operation.contains("ManagedLoginBranding");
        match operation {
            "DeleteUserPool"
            | "DeleteIdentityProvider"
            | "DeleteUserPoolClient"
            | "DeleteUserPoolDomain"
            | "DeleteCertificate" => (&self.changed, "destroy shop --auto-approve --allow-loss user_pool"),
            "ListCertificates" => (&self.doubtful, stack_of(false)),
            "DeleteManagedLoginBranding" => (&self.changed, "destroy styled --auto-approve --allow-loss user_pool"),
            _ if operation.starts_with("Update")
                || ["AddCustomAttributes", "TagResource"].contains(&operation)
                || operation.starts_with("Describe") && operation != "DescribeCertificate" =>
            {
                (&self.changed, stack_of(is_styled))
            }
            _ => (&self.new, stack_of(is_styled)),
        }
    }
}

#[test]
fn every_refusal_is_shown_with_its_line_and_its_hint() {
    let scenes = Scenes::new();
    let todo = Mutex::new(rows());
    let faults: Mutex<Vec<String>> = Mutex::default();
    let work = || {
        while let Some(row) = { todo.lock().unwrap().pop() } {
            if let Some(fault) = wrong(&scenes, &row) {
                faults.lock().unwrap().push(fault);
            }
        }
    };
    std::thread::scope(|scope| {
        (0..3).for_each(|_| {
            scope.spawn(work);
        });
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} of {}:\n\n{}", faults.len(), rows().len(), faults.join("\n\n"));
}

/// What is not as it should be when this refusal is met.
fn wrong(scenes: &Scenes, row: &Row) -> Option<String> {
    let Row { operation, code, text, hint, line } = row;
    let (house, words) = scenes.of(operation);
    let house = house.copied();
    let ran = house.run_sandboxed(words, &format!("{operation}=refuse:*:{code}:{text}"));
    // The messages are wider than the page where nobody knows how wide it is, so each is on one line.
    let said = &ran.err;
    let mut missing = Vec::new();
    let mut must = |what: &str, holds: bool| {
        if !holds {
            missing.push(what.to_owned());
        }
    };
    must("exit 1", ran.code == Some(1));
    let answer = format!("{operation}: {code}: {text}");
    must("operation, code and text", said.contains(&answer));
    let with_id = |line: &str| line.contains(&answer) && line.contains("(request ") && line.ends_with(')');
    must("the request's id", said.lines().any(with_id));
    must("the hint", said.lines().any(|line| line.starts_with("Hint: ") && line.contains(hint)));
    if *line != "-" {
        let lines: Vec<&str> = said.lines().collect();
        let is_marked = lines.windows(2).any(|pair| {
            let at = pair[0].split_once(" | ").and_then(|(number, text)| {
                number.trim().parse::<usize>().ok()?;
                Some((pair[0].len() - text.len(), text))
            });
            let Some((start, shown)) = at else { return false };
            let caret = pair[1].find('^').filter(|at| *at >= start);
            caret.is_some_and(|at| shown.get(at - start..).is_some_and(|rest| rest.starts_with(line)))
        });
        must("the line with a caret under it", is_marked);
    }
    (!missing.is_empty()).then(|| format!("{operation} {code}: without {}:\n{said}", missing.join(", ")))
}

/// The operations that are called by a plan or an apply, and which errors each declares.
fn declared() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let named = operations::named();
    let lines = DECLARED.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(": "));
    pairs
        .filter(|(operation, _)| named.contains(*operation))
        .map(|(operation, codes)| (operation, codes.split(' ').collect()))
        .collect()
}

/// The errors that fail nothing, as the end of the table says.
fn harmless() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter_map(|line| line.strip_prefix("- `")?.split('`').next())
}

#[test]
fn what_fails_nothing_fails_nothing() {
    assert_eq!(harmless().collect::<Vec<_>>(), ["NoSuchChange"], "each has its scene here");
    let house = house(&[("shop", STACK)]);
    house.run_sandboxed("up shop --auto-approve", "GetChange=refuse:*:NoSuchChange:Gone").ok();
}

#[test]
fn no_declared_error_is_missing_from_the_table() {
    let declared = declared();
    assert!(declared.len() > 25, "the operations were not understood: {declared:?}");
    let shown: BTreeSet<&str> = rows().iter().map(|row| row.code).collect();
    let all: BTreeSet<&str> = declared.values().flatten().copied().collect();
    let harmless: BTreeSet<&str> = harmless().collect();
    let missing: Vec<&&str> = all.iter().filter(|code| !shown.contains(**code) && !harmless.contains(**code)).collect();
    assert!(missing.is_empty(), "errors.md has no line for {missing:?}");
    assert!(harmless.is_subset(&all) && harmless.is_disjoint(&shown), "{harmless:?}");
    // And what it says of an operation is so: it declares the error, or any service has it.
    let anybodys: BTreeSet<&str> = TABLE
        .lines()
        .skip_while(|line| !line.starts_with("Any service"))
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").nth(1))
        .map(|code| code.trim_matches('`'))
        .collect();
    for row in rows() {
        let is_its = declared.get(row.operation).is_some_and(|codes| codes.contains(row.code));
        assert!(is_its || anybodys.contains(row.code), "{row:?}: not one of its errors");
    }
}
