//! Stack files that are no YAML, no stack, or not what was meant.

use std::fs;

use super::names::{link, pipe, shut};
use super::row::{Row, row};
use crate::setup::{House, copy};
use crate::world::repository;

const POOL: &str = "region: ap-southeast-2\nuser_pool: { name: shop }\n";

/// A whole pool, and then this, which begins on line 3.
fn after(text: &str) -> String {
    format!("{POOL}{text}")
}

pub(super) fn rows() -> Vec<Row> {
    [not_yaml(), not_text(), not_a_stack(), of_several_files()].into_iter().flatten().collect()
}

/// The samples whose message says by itself what is right, and with which words: there is no hint beside it.
const SAYS_IT: [(&str, &str); 24] = [
    ("account", "an account id has 12 digits"),
    ("attribute_name", "a name has 1 to 20 characters, without spaces and colons"),
    ("branding_category", "is not one of `FAVICON_ICO`"),
    ("client_key", "a name has 1 to 64 letters,"),
    ("css_at_rule", "only rules for single classes are taken"),
    ("extends_a_wrong_file", "is not one of `OFF`, `ON`, `OPTIONAL`"),
    ("group_name", "AWS takes no spaces here: take them out"),
    ("group_precedence", "is out of range: from 0 to 2147483647"),
    ("lifecycle_address", "looks like `user_pool` or `app_client.web`"),
    ("lint_without_reason", "a reason is asked for, as text"),
    ("message_without_code", "the text needs `{####}`, where the code goes"),
    ("moved_between_kinds", "an object keeps its kind"),
    ("number_out_of_range", "is out of range: from 6 to 99"),
    ("record_type", "is not one of `A`, `AAAA`, `CNAME`"),
    ("risk_action", "is not one of `BLOCK`, `NO_ACTION`"),
    ("role_arn", "a role's ARN looks like `arn:aws:iam::111122223333:role/deploy`"),
    ("scope_name", "a scope's name has 1 to 256 ASCII characters"),
    ("server_identifier", "ASCII characters are taken, but for spaces"),
    ("tag_character", "letters, digits, spaces and _ . : / = + - @ are taken"),
    ("tag_of_aws", "tags that begin with `aws:` are AWS's own"),
    ("tag_of_stack", "tags that begin with `stack:` say which stack made the object"),
    ("token_validity_unit", "a whole number and its unit: `90s`, `60m`, `12h`, `30d`"),
    ("web_acl_arn", "a regional web ACL's ARN ends with `:regional/webacl/NAME/ID`"),
    ("wrong_enum", "is not one of `ACTIVE`, `INACTIVE`"),
];

/// What is said of a sample is in the snapshot of `samples.rs`: each says what to do, or what is right.
#[test]
fn every_invalid_sample_is_told_what_to_do() {
    let mut wrong = Vec::new();
    for sample in names() {
        let snapshot = repository().join(format!("tests/it/snapshots/invalid__{sample}.snap"));
        let said = fs::read_to_string(snapshot).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let has_hint = ["hint: ", "Hint: ", "did you mean"].iter().any(|word| said.contains(word));
        let says_it = SAYS_IT.iter().find(|(name, _)| *name == sample).map(|(_, words)| said.contains(words));
        match (has_hint, says_it) {
            (true, None) | (false, Some(true)) => {}
            (false, None) => wrong.push(format!("{sample}: nothing says what to do")),
            (true, _) => wrong.push(format!("{sample}: it has a hint, and stands in a list of those without")),
            (_, Some(_)) => wrong.push(format!("{sample}: it does not say what SAYS_IT has")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The samples of `samples/invalid`.
fn names() -> Vec<String> {
    let entries = fs::read_dir(repository().join("tests/it/samples/invalid")).unwrap();
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|file| Some(file.strip_suffix(".yaml")?.to_owned())).collect();
    names.sort();
    names
}

/// Every sample of `samples/invalid`, in the place of a stack that has been applied.
pub(super) fn samples() -> Vec<Row> {
    let folder = repository().join("tests/it/samples/invalid");
    // Rows are named by what is wrong, for as long as the program runs.
    let row_of = |name: String| {
        let name: &'static str = name.leak();
        let folder = folder.clone();
        let row = row(name).run(format!("up {name} --auto-approve")).says(name).with(move |house| {
            copy(&folder, &house.path("stacks"));
            let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
            large.resize(100 * 1024 + 1, 0);
            fs::write(house.path("stacks/ui/large.png"), large).unwrap();
        });
        let has_none = SAYS_IT.iter().any(|(sample, _)| *sample == name);
        if has_none { row.without_hint() } else { row }
    };
    names().into_iter().map(row_of).collect()
}

fn not_yaml() -> Vec<Row> {
    vec![
        row("an empty file").dev("").says("stacks/dev.yaml:1:1").says("the file is empty"),
        row("comments alone").dev("# region: eu-west-1\n\n# user_pool:\n").says("the file is empty"),
        row("a marker alone").dev("---\n").says("the file is empty"),
        row("a tab for indentation").dev("user_pool:\n\tname: shop\n").says("stacks/dev.yaml:2:1").says("two spaces"),
        row("a tab after spaces")
            .dev("user_pool:\n  mfa:\n  \tmode: ON\n")
            .says("stacks/dev.yaml:3:3")
            .says("two spaces"),
        row("a key twice").dev(after("region: eu-west-1\n")).says("stacks/dev.yaml:3:1").says("keep one of the two"),
        row("two clients with one name in AWS")
            .edit("stacks/dev.yaml", "app_clients:\n", "app_clients:\n  one: { name: shop }\n  two: { name: shop }\n")
            .says("stacks/dev.yaml:")
            .says("is the name of app_client.")
            .says("give each a `name`"),
        row("two clients of one name")
            .dev(after("app_clients:\n  web: {}\n  api: {}\n  web: {}\n"))
            .says("stacks/dev.yaml:6:3")
            .says("the key `web` stands here for the second time"),
        row("a key twice within braces").dev(after("tags: { a: b, c: d, a: e }\n")).says("stacks/dev.yaml:3:21"),
        row("a quote that does not end").dev(after("tags:\n  a: \"b\n  c: d\n")).says("stacks/dev.yaml:"),
        row("a bracket that does not end")
            .dev(after("app_clients:\n  web:\n    callback_urls: [https://a.b/\n"))
            .says("stacks/dev.yaml:"),
        row("a brace too many").dev(after("tags: { a: b }}\n")).says("stacks/dev.yaml:3:15"),
        row("a line that stands too far in")
            .dev("region: eu-west-1\n  user_pool:\n    name: shop\n")
            .says("stacks/dev.yaml:2:"),
        row("a line that stands between two depths")
            .dev("user_pool:\n    name: shop\n  mfa: { mode: ON }\n")
            .says("stacks/dev.yaml:3:3"),
        row("no space after a colon").dev(after("tags:\n  a:b\n")).says("stacks/dev.yaml:4:3"),
        row("marks of a merge")
            .dev(format!("<<<<<<< HEAD\n{POOL}=======\n{POOL}>>>>>>> main\n"))
            .says("stacks/dev.yaml:1:1"),
        row("an anchor that is not there").dev(after("tags: *tags\n")).says("stacks/dev.yaml:3:7"),
        row("an alias within its own anchor").dev(after("tags: &a { b: *a }\n")).says("stacks/dev.yaml:3:15"),
        row("a merge of what is no mapping").dev(after("tags: { <<: text }\n")).says("stacks/dev.yaml:3:"),
        row("an escape that is none").dev(after("tags: { a: \"\\q\" }\n")).says("stacks/dev.yaml:3:"),
        row("CloudFormation's tags").dev(after("tags: { a: !Ref Name }\n")).says("stacks/dev.yaml:3:"),
        row("two documents").dev(format!("{POOL}---\n{POOL}")).says("stacks/dev.yaml:4:1"),
        row("a key that is a list").dev(after("[a, b]: c\n")).says("stacks/dev.yaml:3:1"),
        row("a key that is null").dev(after("tags: { ~: c }\n")).says("stacks/dev.yaml:3:9"),
    ]
}

fn not_text() -> Vec<Row> {
    let utf16 = |text: &str| -> Vec<u8> {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    vec![
        row("Latin-1")
            .dev(b"user_pool:\n  name: caf\xe9\n".to_vec())
            .says("stacks/dev.yaml:2:12")
            .says("save it as UTF-8"),
        row("UTF-16, as a shell of Windows writes it")
            .dev(utf16(POOL))
            .says("stacks/dev.yaml:1:1")
            .says("save it as UTF-8"),
        row("a character that is cut in two").dev(b"user_pool:\n  name: caf\xc3".to_vec()).says("stacks/dev.yaml:2:12"),
        row("a NUL").dev("user_pool:\n  name: sh\0op\n").says("stacks/dev.yaml:2:"),
        row("a sequence that a terminal obeys").dev(after("\"\\e[31mred\": 1\n")).says("stacks/dev.yaml:3:1"),
        row("a control character").dev(after("tags: { a: \u{1b}[31m }\n")).says("stacks/dev.yaml:3:12"),
        row("spaces that do not break").dev("user_pool:\n\u{a0}\u{a0}name: shop\n").says("stacks/dev.yaml:"),
        row("an error among line ends of Windows")
            .dev("region: eu-west-1\r\nuser_pool:\r\n  nam: shop\r\n")
            .says("stacks/dev.yaml:3:3")
            .says("did you mean `name`?"),
        row("an error after a byte order mark")
            .dev("\u{feff}regoin: eu-west-1\nuser_pool: { name: shop }\n")
            .says("stacks/dev.yaml:1:")
            .says("did you mean `region`?"),
        row("a picture").file("stacks/dev.yaml", *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").says("stacks/dev.yaml:1:1"),
    ]
}

fn not_a_stack() -> Vec<Row> {
    vec![
        row("a list where a mapping is due")
            .dev(after("app_clients:\n  - name: web\n"))
            .says("stacks/dev.yaml:4:3")
            .says("expected a mapping of keys to values, found a list"),
        row("a list at the top").dev("- user_pool\n").says("stacks/dev.yaml:1:1").says("a stack file is a mapping"),
        row("text at the top").dev("user_pool\n").says("stacks/dev.yaml:1:1"),
        row("a mapping where a list is due")
            .dev(after("app_clients:\n  web:\n    callback_urls: { a: b }\n"))
            .says("stacks/dev.yaml:5:20"),
        row("text where a mapping is due").dev(after("domain: shop\n")).says("stacks/dev.yaml:3:9"),
        row("an unknown key")
            .dev(after("app_client: {}\n"))
            .says("stacks/dev.yaml:3:1")
            .says("did you mean `app_clients`?"),
        row("an unknown key within")
            .dev(after("app_clients:\n  web: { callback_url: [] }\n"))
            .says("stacks/dev.yaml:4:10")
            .says("did you mean `callback_urls`?"),
        row("a wrong value of an enumeration")
            .dev("user_pool:\n  name: shop\n  deletion_protection: on\n")
            .says("stacks/dev.yaml:3:24")
            .says("ACTIVE")
            .without_hint(),
        row("a wrong value in a list")
            .dev(after("app_clients:\n  web: { allowed_oauth_flows: [kode] }\n"))
            .says("stacks/dev.yaml:4:32")
            .says("did you mean `code`?"),
        row("an account without quotes").dev(after("account: 012345678901\n")).says("stacks/dev.yaml:3:10"),
        row("a Region that cannot be")
            .dev("region: europe\nuser_pool: { name: shop }\n")
            .says("stacks/dev.yaml:1:9")
            .says("no Region is named `europe`"),
        row("no user pool").dev("region: eu-west-1\n").says("stacks/dev.yaml:1:1").says("`user_pool` is missing"),
        row("a key without a value").dev("user_pool:\nregion: eu-west-1\n").says("stacks/dev.yaml:1:1"),
        row("several things at once")
            .dev(after("domain: shop\ntgas: {}\napp_clients: []\n"))
            .says("stacks/dev.yaml has 3 problems"),
        row("a line of a megabyte")
            .dev(after(&format!("tags: {{ {} }}\nregoin: a\n", "abcdefgh: i, ".repeat(80_000))))
            .says("stacks/dev.yaml:3:"),
    ]
}

fn of_several_files() -> Vec<Row> {
    let extends = |name: &str| format!("extends: {name}\n");
    let mut chain = row("a chain of twenty files").says("more than 16 files extend one another");
    for link in 0..20 {
        let path: &'static str = if link == 0 { "stacks/dev.yaml" } else { LINKS[link - 1] };
        chain = chain.file(path, extends(&LINKS[link].replace("stacks/", "")));
    }
    vec![
        row("a file that extends itself").dev(extends("dev.yaml")).says("stacks/dev.yaml:1:10").says("in a circle"),
        row("two files that extend each other")
            .dev(extends("base.yaml"))
            .file("stacks/base.yaml", extends("dev.yaml"))
            .says("stacks/base.yaml:1:10")
            .says("stacks/dev.yaml → stacks/base.yaml → stacks/dev.yaml"),
        row("a circle of three, with a detour")
            .dev(extends("base.yaml"))
            .file("stacks/base.yaml", extends("ui/../prod.yaml"))
            .file("stacks/prod.yaml", extends("./base.yaml"))
            .says("stacks/prod.yaml:1:10")
            .says("in a circle"),
        row("a circle through a link")
            .dev(extends("link.yaml"))
            .with(|house| link("dev.yaml", &house.path("stacks/link.yaml")))
            .says("in a circle"),
        chain,
        row("an extended file that is not there")
            .dev(extends("bsae.yaml"))
            .says("stacks/dev.yaml:1:10")
            .says("did you mean `base.yaml`?"),
        row("an extended file that is a directory")
            .dev(extends("ui"))
            .says("stacks/dev.yaml:1:10")
            .says("it is not a file"),
        row("an extended file that is a pipe")
            .dev(extends("base.yaml"))
            .with(|house| pipe(&house.path("stacks/base.yaml")))
            .says("stacks/dev.yaml:1:10")
            .says("it is not a file"),
        row("an extended file that may not be read")
            .with(|house| shut(&house.path("stacks/base.yaml"), 0o000))
            .somebody()
            .says("stacks/base.yaml cannot be read: permission is denied"),
        row("several files to extend")
            .dev("extends: [base.yaml, prod.yaml]\n")
            .says("stacks/dev.yaml:1:10")
            .says("write one, without brackets"),
        row("an extended file on this machine alone").dev(extends("/etc/base.yaml")).says("stacks/dev.yaml:1:10"),
        row("an error in an extended file")
            .edit("stacks/base.yaml", "case_sensitive", "case_sensitiv")
            .says("stacks/base.yaml:")
            .says("did you mean `case_sensitive`?"),
        row("an extended file that is empty").file("stacks/base.yaml", "").says("stacks/base.yaml:1:1"),
        row("an extended file that is a list").file("stacks/base.yaml", "[]").says("stacks/base.yaml:1:1"),
        row("something taken away that is not there")
            .edit("stacks/dev.yaml", "app_clients:\n", "app_clients:\n  wbe: null\n")
            .says("did you mean `web`?"),
        row("a file that was swapped for a directory of its name")
            .with(|house| {
                fs::remove_file(house.path("stacks/base.yaml")).unwrap();
                fs::create_dir(house.path("stacks/base.yaml")).unwrap();
            })
            .says("stacks/base.yaml cannot be read: it is not a file"),
    ]
}

const LINKS: [&str; 20] = [
    "stacks/a.yaml",
    "stacks/b.yaml",
    "stacks/c.yaml",
    "stacks/d.yaml",
    "stacks/e.yaml",
    "stacks/f.yaml",
    "stacks/g.yaml",
    "stacks/h.yaml",
    "stacks/i.yaml",
    "stacks/j.yaml",
    "stacks/k.yaml",
    "stacks/l.yaml",
    "stacks/m.yaml",
    "stacks/n.yaml",
    "stacks/o.yaml",
    "stacks/p.yaml",
    "stacks/q.yaml",
    "stacks/r.yaml",
    "stacks/s.yaml",
    "stacks/t.yaml",
];

/// AWS allows it, and pools that are adopted have it: there it stays. None is made so, for nothing but its name tells the
/// next run what one that was cut short has made.
#[test]
fn a_client_is_not_made_under_the_name_of_another() {
    let pool = "region: eu-west-1\nuser_pool: { name: shop, deletion_protection: INACTIVE }\n";
    let both = format!("{pool}app_clients: {{ web: {{ name: shop }}, mobile: {{ name: shop }} }}\n");
    let house = House::new(&[("shop", &both)]);
    let ran = house.run_sandboxed("validate shop", "").ok();
    ran.says("warning: app_clients.web.name: the client is named `shop`, as mobile is").says("stacks/shop.yaml:3:");
    for command in ["plan shop", "up shop --auto-approve"] {
        let ran = house.run_sandboxed(command, "").failed();
        ran.says("`shop` is the name of app_client.mobile too")
            .says("stacks/shop.yaml:3:16")
            .says("give each a `name`");
    }
    // One that is there keeps the name, whichever it is.
    let one = format!("{pool}app_clients: {{ web: {{ name: shop }} }}\n");
    std::fs::write(house.path("stacks/shop.yaml"), one).unwrap();
    house.run_sandboxed("up shop --auto-approve", "").ok();
    std::fs::write(house.path("stacks/shop.yaml"), both).unwrap();
    house.run_sandboxed("plan shop", "").failed().says("`shop` is the name of app_client.web too");
}
