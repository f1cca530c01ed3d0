//! Every problem, with its message and its place; `extends`; limits.

use std::fmt::Write;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::*;

/// A project with these files; text in `stacks/` unless a path says otherwise.
pub(in crate::stack) fn project(files: &[(&str, &[u8])]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = root.path().join("stacks").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    root
}

pub(in crate::stack) const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

fn told(result: Result<Loaded>) -> String {
    let error = match result {
        Ok(loaded) => return format!("loaded {}", loaded.name),
        Err(error) => error,
    };
    let mut text = format!("{}\n", error.message());
    for Problem { at, message, hint, place } in error.all_problems() {
        let place =
            place.as_ref().map_or_else(String::new, |place| format!("{}:{}:{} ", place.file, place.line, place.column));
        let _ = write!(text, "{place}[{at}] {message}");
        let _ = match hint {
            Some(hint) => writeln!(text, " ({hint})"),
            None => writeln!(text),
        };
    }
    for hint in error.hints() {
        let _ = writeln!(text, "hint: {hint}");
    }
    text
}

fn load_files(files: &[(&str, &[u8])]) -> String {
    told(load(project(files).path(), "dev"))
}

fn load_text(text: &str) -> String {
    load_files(&[
        ("dev.yaml", text.as_bytes()),
        ("ui/a.css", b".label-customizable { color: red }\n"),
        ("ui/a.png", PNG),
    ])
}

/// A whole pool, and then this.
fn after_pool(text: &str) -> String {
    load_text(&format!("user_pool: {{ name: a }}\n{text}"))
}

macro_rules! shown {
    ($told:expr, @$snapshot:literal) => {
        insta::assert_snapshot!($told, @$snapshot)
    };
}

#[test]
fn a_stack_that_is_not_there_is_told_from_those_that_are() {
    let root = project(&[("dev.yaml", b""), ("prod.yml", b""), ("notes.txt", b""), ("not a name.yaml", b"")]);
    assert_eq!(names(root.path()), ["dev", "prod"]);
    shown!(told(load(root.path(), "dve")), @r"
    there is no stack `dve`
    hint: did you mean `dev`?
    hint: stacks here: dev, prod
    ");
    shown!(told(load(root.path(), "stacks/prod.yml")), @r"
    there is no stack `stacks/prod.yml`
    hint: did you mean `prod`?
    hint: stacks here: dev, prod
    ");
    shown!(told(load(root.path(), "../dev")), @r"
    there is no stack `../dev`
    hint: did you mean `dev`?
    hint: stacks here: dev, prod
    ");
    let empty = project(&[("notes.txt", b"")]);
    shown!(told(load(empty.path(), "dev")), @r"
    there is no stack `dev`
    hint: a stack is a file: write stacks/dev.yaml
    ");
    let two = project(&[("dev.yaml", b""), ("dev.yml", b"")]);
    shown!(told(load(two.path(), "dev")), @r"
    the stack `dev` has two files: stacks/dev.yaml and stacks/dev.yml
    hint: keep one of them
    ");
    assert!(told(load(tempfile::tempdir().unwrap().path(), "dev")).starts_with("there is no directory `stacks` in"));
}

#[test]
fn what_is_no_yaml_is_said_in_words() {
    shown!(load_text(""), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] the file is empty (a stack needs at least `user_pool: { name: … }`)
    ");
    shown!(load_text("# nothing\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] the file is empty (a stack needs at least `user_pool: { name: … }`)
    ");
    shown!(load_text("- a\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] a stack file is a mapping of keys to values (it begins with lines such as `region: eu-west-1`)
    ");
    shown!(load_text("user_pool:\n\tname: a\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:2 [] a tab stands where YAML takes spaces only (indent with two spaces)
    ");
    shown!(load_text("user_pool: { name: a }\n---\nregion: eu-west-1\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:1 [] a second document begins here; a stack file holds one (take the `---` away)
    ");
    shown!(load_text("user_pool: { name: a\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:12 [] this is not YAML: unclosed bracket '{'
    ");
    shown!(load_text("user_pool: { name: *nobody }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:20 [] no anchor before this line has this name (`&name` marks a value, `*name` uses it again, below)
    ");
    shown!(load_text("user_pool: &a [*a]\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:16 [] an alias stands inside what it names (an anchor cannot contain itself)
    ");
    shown!(load_text("region: eu-west-1\n  user_pool: { name: a }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:12 [] a `:` stands where no key can be (indent this line as its neighbours are, or put the value in quotes)
    ");
    shown!(load_files(&[("dev.yaml", b"user_pool:\n  name: \xff\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:9 [] the file is not UTF-8 from here on (save it as UTF-8)
    ");
}

#[test]
fn a_key_stands_once_and_the_rest_is_checked_all_the_same() {
    shown!(after_pool("tags:\n  a: x\n  b: x\n  a: y\nregion: nowhere\n"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:5:3 [] the key `a` stands here for the second time (keep one of the two)
    stacks/dev.yaml:6:9 [region] no Region is named `nowhere` (Regions are named as `eu-west-1` is)
    ");
}

#[test]
fn unknown_keys_are_found_at_every_depth() {
    shown!(after_pool("regoin: eu-west-1\ndomain:\n  name: auth.example.com\n  certificate: { domainName: a.example.com }\n  ttl: 5\nrecords:\n  www: { name: www.example.com, type: A, alias: { dns_nam: x.example.com, zone_id: Z1 } }\n  flavour: {}\n"), @"
    stacks/dev.yaml has 6 problems
    stacks/dev.yaml:2:1 [regoin] unknown key `regoin` (did you mean `region`?)
    stacks/dev.yaml:5:18 [domain.certificate.domainName] unknown key `domainName` (did you mean `domain_name`?)
    stacks/dev.yaml:6:3 [domain.ttl] unknown key `ttl` (`ttl` belongs under `records.<name>`)
    stacks/dev.yaml:8:51 [records.www.alias.dns_nam] unknown key `dns_nam` (did you mean `dns_name`?)
    stacks/dev.yaml:9:3 [records.flavour] `name` is missing (`name`: The record's whole name: `www.example.com`.)
    stacks/dev.yaml:9:3 [records.flavour] `type` is missing (`type`: The type of a record.)
    ");
    shown!(load_text("user_pool:\n  name: a\n  region: eu-west-1\n  utter_nonsense: 1\n"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:3 [user_pool.region] unknown key `region` (`region` belongs at the top of the file)
    stacks/dev.yaml:4:3 [user_pool.utter_nonsense] unknown key `utter_nonsense` (known here: `name`, `tags`)
    ");
}

#[test]
fn types_and_values_are_held_against_the_schema() {
    shown!(after_pool(concat!(
        "account: 012345678901\n",
        "region: [eu-west-1]\n",
        "tags: { version: 1.10, ok: true }\n",
        "app_clients: [web]\n",
        "domain:\n",
        "  name: auth.example.com\n",
        "  managed_login_version: '2'\n",
        "  dns: Route53\n",
        "  parent_record: placehlder\n",
        "  security_policy: TLS_V1_2_2020\n",
        "records:\n",
        "  a: { name: a.example.com, type: A, ttl: 3000000000, values: 192.0.2.1 }\n",
        "  b: { name: b.example.com, type: AA, values: [] }\n",
        "  c d: { name: c.example.com, type: A, values: [192.0.2.1] }\n",
        "  e:\n",
        "    name: e.example.com\n",
        "    type: A\n",
        "    alias: { dns_name: x.example.com, zone_id: zone, evaluate_target_health: yes }\n",
        "  f:\n",
    )), @r#"
    stacks/dev.yaml has 17 problems
    stacks/dev.yaml:2:10 [account] expected text, found the number 012345678901 (put it in quotes: "012345678901")
    stacks/dev.yaml:3:9 [region] expected text, found a list
    stacks/dev.yaml:4:18 [tags.version] expected text, found the number 1.10 (put it in quotes: "1.10")
    stacks/dev.yaml:4:28 [tags.ok] expected text, found `true` (put it in quotes: "true")
    stacks/dev.yaml:5:14 [app_clients] expected a mapping of keys to values, found a list (things that have names are written `name: …`, without `-`)
    stacks/dev.yaml:8:26 [domain.managed_login_version] expected a whole number, found text (without quotes: 2)
    stacks/dev.yaml:9:8 [domain.dns] `Route53` is not one of `route53`, `manual` (did you mean `route53`?)
    stacks/dev.yaml:10:18 [domain.parent_record] `placehlder` is not one of `check`, `placeholder` (did you mean `placeholder`?)
    stacks/dev.yaml:11:20 [domain.security_policy] `TLS_V1_2_2020` is not one of `TLS_V1`, `TLS_V1_2_2021`, `TLS_V1_3_2025` (did you mean `TLS_V1_2_2021`?)
    stacks/dev.yaml:13:43 [records.a.ttl] 3000000000 is out of range: from 0 to 2147483647
    stacks/dev.yaml:13:63 [records.a.values] expected a list, found text (write a list, of one if need be: [192.0.2.1])
    stacks/dev.yaml:14:35 [records.b.type] `AA` is not one of `A`, `AAAA`, `CNAME`, `TXT`, `MX`, `CAA`, `NS`
    stacks/dev.yaml:14:39 [records.b.values] needs 1 or more items, has 0
    stacks/dev.yaml:15:3 [records["c d"]] `c d` cannot be a name here: a name has 1 to 64 letters, digits, `_` or `-`
    stacks/dev.yaml:19:48 [records.e.alias.zone_id] `zone`: a hosted zone's id is a `Z` and capital letters and digits
    stacks/dev.yaml:19:78 [records.e.alias.evaluate_target_health] expected `true` or `false`, found text (write `true`, without quotes)
    stacks/dev.yaml:20:3 [records.f] `f` has no value (give it keys, indented below it, or delete the line)
    "#);
    shown!(after_pool("account: '12345'\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:10 [account] `12345`: an account id has 12 digits
    ");
}

#[test]
fn what_is_missing_is_said_with_what_it_is() {
    shown!(load_text("region: eu-west-1\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] `user_pool` is missing (`user_pool`: A directory of users.)
    ");
    shown!(load_text("user_pool: {}\nstate: { s3: {} }\nrecords:\n  a: { values: [x] }\nregion: nowhere\n"), @"
    stacks/dev.yaml has 5 problems
    stacks/dev.yaml:1:1 [user_pool] `name` is missing (`name`: The pool's name. AWS does not ask that it be unique.)
    stacks/dev.yaml:2:10 [state.s3] `bucket` is missing (`bucket`: The bucket, which must exist.)
    stacks/dev.yaml:4:3 [records.a] `name` is missing (`name`: The record's whole name: `www.example.com`.)
    stacks/dev.yaml:4:3 [records.a] `type` is missing (`type`: The type of a record.)
    stacks/dev.yaml:5:9 [region] no Region is named `nowhere` (Regions are named as `eu-west-1` is)
    ");
}

#[test]
fn null_takes_away_only_what_is_inherited() {
    shown!(after_pool("region: null\ndomain:\n  prefix: ~\n"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:2:1 [region] `region` has no value (give it one, or delete the line)
    stacks/dev.yaml:4:3 [domain.prefix] `prefix` has no value (give it one, or delete the line)
    ");
    let base = b"user_pool: { name: a }\nregion: eu-west-1\ntags: { a: x, b: y }\napp_clients: { web: {}, spa: {} }\ndomain: { prefix: shop }\n";
    let dev =
        b"extends: base.yaml\nregion: null\ntags: { a: null }\napp_clients: { web: null }\ndomain: ~\nrecords: null\n";
    let root = project(&[("base.yaml", base), ("dev.yaml", dev)]);
    let file = load(root.path(), "dev").unwrap().file;
    assert_eq!((file.region, file.domain, file.extends), (None, None, None));
    assert_eq!(file.tags.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(file.app_clients.keys().collect::<Vec<_>>(), ["spa"]);
    let slip = b"extends: base.yaml\napp_clients: { wbe: null }\nrecords: { a: { values: [null] } }\n";
    shown!(load_files(&[("base.yaml", base), ("dev.yaml", slip)]), @"
    stacks/dev.yaml has 4 problems
    stacks/dev.yaml:2:16 [app_clients.wbe] there is no `wbe` to take away (did you mean `web`?)
    stacks/dev.yaml:3:12 [records.a] `name` is missing (`name`: The record's whole name: `www.example.com`.)
    stacks/dev.yaml:3:12 [records.a] `type` is missing (`type`: The type of a record.)
    stacks/dev.yaml:3:26 [records.a.values[0]] `values[0]` has no value (give it one, or delete the line)
    ");
}

#[test]
fn mappings_merge_lists_are_taken_whole_and_places_stay() {
    let root = project(&[
        ("shared/root.yaml", b"user_pool: { name: root }\nrecords:\n  a: { name: a.example.com, type: A, values: [192.0.2.1, 192.0.2.2] }\n"),
        ("base.yaml", b"extends: shared/root.yaml\nregion: eu-west-1\ntags: { a: base, b: base }\n"),
        ("dev.yaml", b"extends: base.yaml\nuser_pool: { name: dev }\ntags: { b: dev }\nrecords:\n  a:\n    values: [192.0.2.3]\n"),
    ]);
    let loaded = load(root.path(), "dev").unwrap();
    assert_eq!(loaded.file.user_pool.name, "dev");
    assert_eq!(loaded.file.region.as_deref(), Some("eu-west-1"));
    assert_eq!(loaded.file.tags.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>(), ["a=base", "b=dev"]);
    assert_eq!(loaded.file.records["a"].values.as_deref(), Some(&["192.0.2.3".to_owned()][..]));
    let place =
        |path: &str| loaded.place(path).map(|place| format!("{}:{}:{}", place.file, place.line, place.column)).unwrap();
    assert_eq!(place("tags.a"), "stacks/base.yaml:3:12");
    assert_eq!(place("tags.b"), "stacks/dev.yaml:3:12");
    assert_eq!(place("records.a.values[0]"), "stacks/dev.yaml:6:14");
    assert_eq!(place("records.a.type"), "stacks/shared/root.yaml:3:35");
    assert_eq!(place("records.a.nothing.here"), "stacks/dev.yaml:5:3");
    assert_eq!(place("domain.name"), "stacks/dev.yaml:1:1");
    let place = loaded.place("records.a.values[0]").unwrap();
    assert_eq!(&loaded.sources[0].text[place.span.0..place.span.1], "192.0.2.3");
}

#[test]
fn problems_of_a_base_are_told_in_the_base() {
    shown!(load_files(&[
        ("base.yaml", b"user_pool: { nam: a }\ndomain: { prefix: Shop }\n"),
        ("dev.yaml", b"extends: base.yaml\nuser_pool: { name: b }\nregoin: x\n"),
    ]), @"
    stacks/dev.yaml has 3 problems
    stacks/dev.yaml:3:1 [regoin] unknown key `regoin` (did you mean `region`?)
    stacks/base.yaml:1:14 [user_pool.nam] unknown key `nam` (did you mean `name`?)
    stacks/base.yaml:2:19 [domain.prefix] `Shop` cannot be a prefix (1 to 63 lower-case letters, digits and `-`, with no `-` at an end)
    ");
}

#[test]
fn extends_that_leads_nowhere_or_in_a_circle_is_refused() {
    shown!(load_files(&[("dev.yaml", b"extends: bas.yaml\n"), ("base.yaml", b"user_pool: { name: a }\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] stacks/bas.yaml cannot be read: there is no such file (did you mean `base.yaml`?)
    ");
    shown!(load_files(&[("dev.yaml", b"extends: a.yaml\n"), ("a.yaml", b"extends: ./dev.yaml\n")]), @"
    stacks/dev.yaml has a problem
    stacks/a.yaml:1:10 [extends] these files extend each other in a circle: stacks/dev.yaml → stacks/a.yaml → stacks/dev.yaml
    ");
    shown!(load_files(&[("dev.yaml", b"extends: dev.yaml\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] these files extend each other in a circle: stacks/dev.yaml → stacks/dev.yaml
    ");
    shown!(load_files(&[("dev.yaml", b"extends: /etc/base.yaml\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] an absolute path holds on one machine only (write it relative to this file: `base.yaml`, `../shared/base.yaml`)
    ");
    shown!(load_files(&[("dev.yaml", b"extends: ui\n"), ("ui/a.css", b"x")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] stacks/ui cannot be read: it is not a file
    ");
    shown!(load_files(&[("dev.yaml", b"extends: null\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [extends] `extends` has no value (give it one, or delete the line)
    ");
    shown!(load_files(&[("dev.yaml", b"extends: [a.yaml]\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] expected text, found a list
    ");
    shown!(load_files(&[("dev.yaml", b"extends: base.yaml\n"), ("base.yaml", b"")]), @"
    stacks/dev.yaml has a problem
    stacks/base.yaml:1:1 [] the file is empty (a stack needs at least `user_pool: { name: … }`)
    ");
}

#[test]
fn anchors_and_merge_keys_are_taken() {
    let root = project(&[(
        "dev.yaml",
        concat!(
            "user_pool: { name: a }\n",
            "records:\n",
            "  a: &a { name: a.example.com, type: A, ttl: 60, values: [192.0.2.1] }\n",
            "  b: { <<: *a, name: b.example.com }\n",
        )
        .as_bytes(),
    )]);
    let loaded = load(root.path(), "dev").unwrap();
    assert_eq!((loaded.file.records["b"].ttl, loaded.file.records["b"].name.as_str()), (Some(60), "b.example.com"));
    // What an alias brings in stands where the alias stands.
    assert_eq!(loaded.place("records.b.values[0]").map(|place| (place.line, place.column)), Some((4, 12)));
}

#[test]
fn bombs_are_refused_soon() {
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = level - 1;
        let _ = writeln!(aliases, "a{level}: &a{level} [{}]", vec![format!("*a{below}"); 9].join(", "));
    }
    let deep = format!("user_pool: {}\n", "[".repeat(100_000));
    let block = (0..2_000).map(|depth| format!("{}a:", " ".repeat(depth))).collect::<Vec<_>>().join("\n");
    let wide = format!("user_pool: {{ name: a }}\ntags: {{ {} }}\n", "a: b, ".repeat(2_000_000));
    for bomb in [&aliases, &deep, &block, &wide] {
        let begun = Instant::now();
        let told = load_text(bomb);
        assert!(told.contains("too large") || told.contains("at most 8388608"), "{}", &told[..told.len().min(400)]);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
}

#[test]
fn a_thousand_clients_load() {
    let mut text = "user_pool: { name: a }\napp_clients:\n".to_owned();
    for client in 0..1_000 {
        let _ = writeln!(text, "  client_{client}: {{}}");
    }
    text.push_str("records:\n  a: &a { name: a.example.com, type: TXT, values: [one, two, three] }\n");
    for record in 0..1_000 {
        let _ = writeln!(text, "  r{record}: {{ <<: *a, name: r{record}.example.com, ttl: {record} }}");
    }
    let root = project(&[("dev.yaml", text.as_bytes())]);
    let loaded = load(root.path(), "dev").unwrap();
    assert_eq!((loaded.file.app_clients.len(), loaded.file.records.len()), (1_000, 1_001));
}

#[test]
fn files_are_read_beside_the_file_that_names_them() {
    let root = project(&[
        ("shared/base.yaml", b"user_pool: { name: a }\ndomain: { prefix: shop }\nui_customization: { css: a.css, image_file: ../ui/a.png }\n"),
        ("shared/a.css", b"\xef\xbb\xbf.label-customizable { color: red }\r\n"),
        ("ui/a.png", PNG),
        ("dev.yaml", b"extends: shared/base.yaml\nui_customization: { app_clients: { web: { image_file: ui/a.png } } }\napp_clients: { web: {} }\n"),
    ]);
    let loaded = load(root.path(), "dev").unwrap();
    let css = &loaded.files.css["ui_customization.css"];
    assert_eq!(
        (css.name.as_str(), css.text().as_str()),
        ("stacks/shared/a.css", ".label-customizable { color: red }\n")
    );
    assert_eq!(loaded.files.images.len(), 2);
    assert_eq!(loaded.files.blobs.len(), 1);
    assert!(loaded.files.blobs.contains_key(&loaded.files.images["ui_customization.image_file"].sha256));
}

#[test]
fn files_that_cannot_be_used_are_told() {
    let text = concat!(
        "user_pool: { name: a }\ndomain: { prefix: shop }\napp_clients: { a: {}, b: {}, c: {}, d: {}, e: {}, f: {} }\n",
        "ui_customization:\n  css: ui/none.css\n  image_file: ui/a.gif\n  app_clients:\n",
        "    a: { css: ui/latin.css, image_file: ui/big.png }\n",
        "    b: { css: ui }\n",
        "    c: { css: '.label-customizable { color: red }' }\n",
        "    d: { image_file: /etc/logo.png }\n",
        "    e: { css: ui/empty.css }\n",
        "    f: { css: ui/bad.css }\n",
    );
    let big = [PNG, &vec![0; 102_400]].concat();
    shown!(load_files(&[
        ("dev.yaml", text.as_bytes()),
        ("ui/a.gif", b"GIF89a"),
        ("ui/latin.css", b".a {}\n/* \xfc */"),
        ("ui/big.png", &big),
        ("ui/empty.css", b""),
        ("ui/bad.css", b"\xef\xbb\xbf/* ok */\r\nbody { color: red }\r\n"),
    ]), @"
    stacks/dev.yaml has 9 problems
    stacks/dev.yaml:5:8 [ui_customization.css] stacks/ui/none.css cannot be read: there is no such file (paths are relative to the file that names them)
    stacks/dev.yaml:6:15 [ui_customization.image_file] stacks/ui/a.gif is neither PNG nor JPEG, but GIF (AWS takes PNG and JPEG; the file's content counts, not its name)
    stacks/dev.yaml:8:41 [ui_customization.app_clients.a.image_file] stacks/ui/big.png has 102412 bytes; AWS takes at most 102400
    stacks/dev.yaml:9:15 [ui_customization.app_clients.b.css] stacks/ui is not a file
    stacks/dev.yaml:10:15 [ui_customization.app_clients.c.css] a style sheet is named, not written here (write the path of a file: `css: ui/login.css`)
    stacks/dev.yaml:11:22 [ui_customization.app_clients.d.image_file] an absolute path holds on one machine only (write it relative to the stack file)
    stacks/dev.yaml:12:15 [ui_customization.app_clients.e.css] stacks/ui/empty.css is empty
    stacks/ui/bad.css:2:1 [ui_customization.app_clients.f.css] `body` is no class selector, and AWS takes no other (a selector is one of AWS's classes: `.banner-customizable`)
    stacks/ui/latin.css:2:4 [ui_customization.app_clients.a.css] the style sheet is not UTF-8 from here on (save it as UTF-8)
    ");
}

#[test]
fn region_account_tags_and_state() {
    shown!(after_pool(concat!(
        "region: eu-wst-1\n",
        "tags: { aws:x: a, stack:name: b, 'a!': c }\n",
        "state: { s3: { bucket: My_Bucket, key: /a, region: europe } }\n",
    )), @r#"
    stacks/dev.yaml has 7 problems
    stacks/dev.yaml:2:9 [region] no Region is named `eu-wst-1` (did you mean `eu-west-1`?)
    stacks/dev.yaml:3:16 [tags["aws:x"]] tags that begin with `aws:` are AWS's own
    stacks/dev.yaml:3:31 [tags["stack:name"]] tags that begin with `stack:` say which stack made the object
    stacks/dev.yaml:3:40 [tags["a!"]] a tag cannot have "!"; letters, digits, spaces and _ . : / = + - @ are taken
    stacks/dev.yaml:4:24 [state.s3.bucket] `My_Bucket` cannot be a bucket: it has lower-case letters, digits, `.` and `-` only (buckets are named as `shop-stacks` is)
    stacks/dev.yaml:4:40 [state.s3.key] a key has 1 to 1,024 bytes, and no `/` at an end (for example `auth/dev.json`)
    stacks/dev.yaml:4:52 [state.s3.region] no Region is named `europe` (Regions are named as `eu-west-1` is)
    "#);
    let many = (0..49).map(|tag| format!("t{tag}: x")).collect::<Vec<_>>().join(", ");
    shown!(after_pool(&format!("tags: {{ {many} }}\n")), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:1 [tags] 49 tags are too many: AWS takes 50, and two say which stack made the object
    ");
    assert_eq!(after_pool("region: eu-central-3\nstate: { s3: { bucket: shop-stacks } }\n"), "loaded dev");
}

#[test]
fn domains() {
    let domain = |text: &str| after_pool(&format!("domain: {{ {text} }}\n"));
    shown!(domain(""), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:1 [domain] neither `name` nor `prefix` is set (`name: auth.example.com` is a domain of your own, `prefix: shop-dev` one of AWS's)
    ");
    shown!(domain("prefix: a.b"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:19 [domain.prefix] a prefix has no dots (a domain of your own is `name: a.b`)
    ");
    shown!(domain("prefix: Shop"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:19 [domain.prefix] `Shop` cannot be a prefix (1 to 63 lower-case letters, digits and `-`, with no `-` at an end)
    ");
    shown!(domain("prefix: my-aws-shop"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:19 [domain.prefix] AWS keeps the word `aws` for itself (it may stand as part of a longer word)
    ");
    shown!(domain("prefix: shop, dns: manual, certificate: {}"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:2:30 [domain.dns] `dns` is for a domain of your own, and there is only a prefix (delete the line, or add `name`)
    stacks/dev.yaml:2:38 [domain.certificate] `certificate` is for a domain of your own, and there is only a prefix (delete the line, or add `name`)
    ");
    shown!(domain("name: localhost"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] `localhost` is a single label; a DNS name has a dot (a word alone is a `prefix`)
    ");
    shown!(domain("name: example.com"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] `example.com` stands directly below a top-level domain, which AWS refuses (take a name below it: `auth.example.com`)
    ");
    shown!(domain("name: shop.auth.eu-west-1.amazoncognito.com"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] this is one of AWS's own domains (write `prefix: shop`)
    ");
    shown!(domain("name: auth.example.com, hosted_zone: example.org"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:48 [domain.hosted_zone] `auth.example.com` does not lie in the zone `example.org` (a zone holds the names that end in its own)
    ");
    shown!(domain("name: auth.example.com, hosted_zone: example.com, dns: manual"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:48 [domain.hosted_zone] `dns: manual` makes no records in Route 53 (take one of the two away)
    ");
    shown!(domain("name: auth.example.com, parent_record_address: '::1'"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:2:58 [domain.parent_record_address] `::1` is no IPv4 address (for example `192.0.2.1`)
    stacks/dev.yaml:2:58 [domain.parent_record_address] no placeholder record is made (write `parent_record: placeholder` as well)
    ");
    shown!(domain("name: auth.example.com, managed_login_version: 2, security_policy: TLS_V1"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:78 [domain.security_policy] managed login does not speak TLS 1.0 (take `TLS_V1_2_2021`)
    ");
    shown!(domain("name: auth.example.com, managed_login_version: 3"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:58 [domain.managed_login_version] 3 is out of range: from 1 to 2
    ");
    for good in [
        "prefix: awsome-shop",
        "name: Auth.Example.com., prefix: shop",
        "name: auth.example.com, hosted_zone: Z1D633PJN98FT9",
    ] {
        assert_eq!(domain(good), "loaded dev", "{good}");
    }
}

#[test]
fn certificates() {
    let certificate = |text: &str| {
        after_pool(&format!(
            "account: '111122223333'\ndomain:\n  name: auth.dev.example.com\n  certificate: {{ {text} }}\n"
        ))
    };
    shown!(certificate("domain_name: '*.example.com'"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:31 [domain.certificate.domain_name] the certificate for *.example.com does not cover `auth.dev.example.com` (`*.dev.example.com` covers it, and so does `auth.dev.example.com`; a wildcard stands for one label)
    ");
    shown!(certificate("domain_name: 'a.*.example.com'"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:31 [domain.certificate.domain_name] `a.*.example.com` has a `*` where none can be: it stands alone, as the first label
    ");
    shown!(certificate("subject_alternative_names: ['*.dev.example.com', a_b.example.com]"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:5:46 [domain.certificate.subject_alternative_names[0]] `*.dev.example.com` is in the certificate already
    stacks/dev.yaml:5:67 [domain.certificate.subject_alternative_names[1]] `a_b.example.com` has a `_`, which no DNS name can have here
    ");
    shown!(certificate("arn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1'"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:23 [domain.certificate.arn] the certificate is in eu-west-1, and a custom domain takes one in us-east-1 only (ask for one in us-east-1, or take `arn` away to have one made there)
    ");
    shown!(certificate("arn: 'arn:aws:acm:us-east-1:999922223333:certificate/1', key_algorithm: RSA_2048"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:5:3 [domain.certificate] `arn` names a certificate that exists; the other keys describe one to make (take `arn` away to have one made, or leave `arn` alone)
    stacks/dev.yaml:5:23 [domain.certificate.arn] the certificate is in account 999922223333, and this stack in 111122223333
    ");
    shown!(certificate("arn: certificate"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:5:23 [domain.certificate.arn] this is no certificate's ARN (it looks like `arn:aws:acm:us-east-1:111122223333:certificate/…`)
    ");
    let long = "a".repeat(60);
    shown!(after_pool(&format!("domain: {{ name: auth.{long}.example.com }}\n")), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:17 [domain.name] `*.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com` has 74 characters, and a certificate's first name at most 64 (give a shorter name that the domain lies below as `certificate.domain_name`, and this one as a further name)
    ");
    for good in [
        "",
        "domain_name: example.com, subject_alternative_names: ['*.dev.example.com']",
        "arn: 'arn:aws:acm:us-east-1:111122223333:certificate/a-1'",
    ] {
        assert_eq!(certificate(good), "loaded dev", "{good}");
    }
}

#[test]
fn the_look_of_the_pages() {
    shown!(after_pool("ui_customization: { css: ui/a.css }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:1 [ui_customization] AWS takes the look of the sign-in pages only where there is a domain (add `domain: { prefix: … }` or `domain: { name: … }`)
    ");
    shown!(after_pool("domain: { prefix: shop }\nui_customization: {}\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:1 [ui_customization] nothing is set (name a `css` file, an `image_file`, or looks of `app_clients`)
    ");
    shown!(after_pool("domain: { prefix: shop, managed_login_version: 2 }\nui_customization: { css: ui/a.css }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:1 [ui_customization] this is the look of the classic pages, and version 2 shows managed login instead (take `ui_customization` away, or write `managed_login_version: 1`)
    ");
    shown!(after_pool("domain: { prefix: shop }\napp_clients: { web: {} }\nui_customization: { app_clients: { wbe: { css: ui/a.css }, web: {} } }\n"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:4:36 [ui_customization.app_clients.wbe] there is no app client `wbe` (did you mean `web`?)
    stacks/dev.yaml:4:60 [ui_customization.app_clients.web] nothing is set (name a `css` file or an `image_file`)
    ");
    let css = format!("/* {} */\n.label-customizable {{ color: red }}\n", "x".repeat(20_000));
    let png = [PNG, &vec![0; 95_000]].concat();
    shown!(load_files(&[
        ("dev.yaml", b"user_pool: { name: a }\ndomain: { prefix: shop }\nui_customization: { css: ui/a.css, image_file: ui/a.png }\n"),
        ("ui/a.css", css.as_bytes()),
        ("ui/a.png", &png),
    ]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:48 [ui_customization.image_file] style sheet and logo make a request of 147030 bytes; AWS takes at most 138240 (a logo grows by a third on its way)
    ");
}

#[test]
fn records() {
    let record = |text: &str| after_pool(&format!("records:\n  r: {{ name: r.example.com, {text} }}\n"));
    shown!(record("type: A, values: ['2001:db8::1', '192.0.2.1', '192.0.2.1']"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:47 [records.r.values[0]] `2001:db8::1` is no IPv4 address (`type: AAAA` takes it)
    stacks/dev.yaml:3:75 [records.r.values[2]] `192.0.2.1` stands here twice
    ");
    shown!(record("type: AAAA, values: [192.0.2.1]"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:50 [records.r.values[0]] `192.0.2.1` is no IPv6 address (`type: A` takes it)
    ");
    shown!(record("type: CNAME, values: [a.example.com, r.example.com, nodots]"), @"
    stacks/dev.yaml has 3 problems
    stacks/dev.yaml:3:42 [records.r.values] a CNAME has one value, and here are 3
    stacks/dev.yaml:3:66 [records.r.values[1]] a CNAME cannot name itself
    stacks/dev.yaml:3:81 [records.r.values[2]] `nodots` is a single label; a DNS name has a dot (the value is another DNS name)
    ");
    shown!(record("type: MX, values: [mail.example.com, x mail.example.com, 10 mail]"), @"
    stacks/dev.yaml has 3 problems
    stacks/dev.yaml:3:48 [records.r.values[0]] `mail.example.com` is no MX value (a priority and a mail server: `10 mail.example.com`)
    stacks/dev.yaml:3:66 [records.r.values[1]] `x` is no priority: a number from 0 to 65535 (a priority and a mail server: `10 mail.example.com`)
    stacks/dev.yaml:3:86 [records.r.values[2]] `mail` is a single label; a DNS name has a dot (a priority and a mail server: `10 mail.example.com`)
    ");
    shown!(record("type: CAA, values: ['0 issue amazon.com', '300 issue \"a\"', 'x']"), @r#"
    stacks/dev.yaml has 3 problems
    stacks/dev.yaml:3:49 [records.r.values[0]] `0 issue amazon.com` is no CAA value (flags, a tag and a quoted value: `0 issue "amazon.com"`)
    stacks/dev.yaml:3:71 [records.r.values[1]] `300` is no flag: a number from 0 to 255 (flags, a tag and a quoted value: `0 issue "amazon.com"`)
    stacks/dev.yaml:3:88 [records.r.values[2]] `x` is no CAA value (flags, a tag and a quoted value: `0 issue "amazon.com"`)
    "#);
    shown!(record("type: TXT, values: ['\"quoted\"', 'a\" \"b']"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:49 [records.r.values[0]] the text has quotes of its own (write the text alone: quotes and splitting are seen to)
    stacks/dev.yaml:3:61 [records.r.values[1]] the text is split already (write the text whole: it is split as DNS asks)
    ");
    shown!(record("type: A"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:3 [records.r] neither `values` nor `alias` is set (for example `values: [192.0.2.1]`)
    ");
    shown!(record("type: A, values: [192.0.2.1], alias: { dns_name: a.example.com, zone_id: Z1 }"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:3 [records.r] `values` and `alias` exclude each other (an alias has no values of its own)
    ");
    shown!(record("type: A, ttl: 5, alias: { dns_name: d1.cloudfront.net, zone_id: Z1 }"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:43 [records.r.ttl] an alias has no time to live of its own (delete the line)
    stacks/dev.yaml:3:93 [records.r.alias.zone_id] CloudFront's zone is Z2FDTNDATAQYW2, not Z1
    ");
    shown!(record("type: A, values: [192.0.2.1], hosted_zone: example.org"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:72 [records.r.hosted_zone] `r.example.com` does not lie in the zone `example.org` (a zone holds the names that end in its own)
    ");
    shown!(record("type: CNAME, values: [a.example.com], hosted_zone: r.example.com"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:35 [records.r.type] `r.example.com` is a zone's own name, where no CNAME can be (an A record with an `alias` can stand there)
    ");
    for good in [
        "type: MX, values: ['10 mail.example.com', '0 .']",
        "type: CAA, values: ['0 issue \"amazon.com\"']",
        "type: NS, values: [ns1.example.org.]",
    ] {
        assert_eq!(record(good), "loaded dev", "{good}");
    }
}

#[test]
fn records_that_get_in_each_others_way() {
    shown!(after_pool(concat!(
        "domain: { name: auth.example.com, parent_record: placeholder }\n",
        "records:\n",
        "  a: { name: Auth.example.com, type: A, values: [192.0.2.1] }\n",
        "  b: { name: auth.example.com, type: CNAME, values: [x.example.org] }\n",
        "  c: { name: example.com, type: A, values: [192.0.2.1] }\n",
        "  d: { name: d.example.com, type: TXT, values: [x] }\n",
        "  e: { name: d.example.com, type: TXT, values: [y] }\n",
        "  domain_a: { name: f.example.com, type: TXT, values: [y] }\n",
    )), @"
    stacks/dev.yaml has 5 problems
    stacks/dev.yaml:4:3 [records.a] `domain` makes the A record of `auth.example.com` already (one record holds all values of a name and type)
    stacks/dev.yaml:5:3 [records.b] `domain` makes another record of `auth.example.com`, beside which no CNAME can be
    stacks/dev.yaml:6:3 [records.c] `domain.parent_record` makes the A record of `example.com` already (one record holds all values of a name and type)
    stacks/dev.yaml:8:3 [records.e] `records.d` makes the TXT record of `d.example.com` already (one record holds all values of a name and type)
    stacks/dev.yaml:9:3 [records.domain_a] the name `domain_a` is kept for the records of `domain` (call the record something else)
    ");
}

#[test]
fn shape_and_sense_are_told_in_one_go_and_nothing_is_told_twice() {
    shown!(after_pool(concat!(
        "region: nowhere\n",
        "domain: { nmae: auth.example.com, hosted_zone: 5 }\n",
        "ui_customization: { css: ui/none.css }\n",
        "records:\n",
        "  a: { name: a.example.com, type: AA, values: [x] }\n",
        "  b: { name: b.example.com, type: A, values: [x] }\n",
    )), @r#"
    stacks/dev.yaml has 6 problems
    stacks/dev.yaml:2:9 [region] no Region is named `nowhere` (Regions are named as `eu-west-1` is)
    stacks/dev.yaml:3:11 [domain.nmae] unknown key `nmae` (did you mean `name`?)
    stacks/dev.yaml:3:48 [domain.hosted_zone] expected text, found the number 5 (put it in quotes: "5")
    stacks/dev.yaml:4:26 [ui_customization.css] stacks/ui/none.css cannot be read: there is no such file (paths are relative to the file that names them)
    stacks/dev.yaml:6:35 [records.a.type] `AA` is not one of `A`, `AAAA`, `CNAME`, `TXT`, `MX`, `CAA`, `NS`
    stacks/dev.yaml:7:47 [records.b.values[0]] `x` is no IPv4 address (for example `192.0.2.1`)
    "#);
}
