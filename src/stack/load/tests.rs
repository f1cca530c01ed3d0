//! Every problem, with its message and its place; `extends`; limits.

use std::fmt::Write;

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

pub(in crate::stack) fn told(result: Result<Loaded>) -> String {
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

pub(in crate::stack) fn load_files(files: &[(&str, &[u8])]) -> String {
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
pub(in crate::stack) fn after_pool(text: &str) -> String {
    load_text(&format!("user_pool: {{ name: a }}\n{text}"))
}

#[test]
fn a_stack_that_is_not_there_is_told_from_those_that_are() {
    let root = project(&[("dev.yaml", b""), ("prod.yml", b""), ("notes.txt", b""), ("not a name.yaml", b"")]);
    assert_eq!(names(root.path()), ["dev", "prod"]);
    insta::assert_snapshot!(told(load(root.path(), "dve")), @r"
    there is no stack `dve`
    hint: did you mean `dev`?
    hint: stacks here: dev, prod
    ");
    insta::assert_snapshot!(told(load(root.path(), "stacks/prod.yml")), @r"
    there is no stack `stacks/prod.yml`
    hint: did you mean `prod`?
    hint: stacks here: dev, prod
    ");
    insta::assert_snapshot!(told(load(root.path(), "../dev")), @r"
    there is no stack `../dev`
    hint: did you mean `dev`?
    hint: stacks here: dev, prod
    ");
    let empty = project(&[("notes.txt", b"")]);
    insta::assert_snapshot!(told(load(empty.path(), "dev")), @r"
    there is no stack `dev`
    hint: a stack is a file: write stacks/dev.yaml
    ");
    let two = project(&[("dev.yaml", b""), ("dev.yml", b"")]);
    insta::assert_snapshot!(told(load(two.path(), "dev")), @r"
    the stack `dev` has two files: stacks/dev.yaml and stacks/dev.yml
    hint: keep one of them
    ");
    assert!(told(load(tempfile::tempdir().unwrap().path(), "dev")).starts_with("there is no directory `stacks` in"));
}

#[test]
fn what_is_no_yaml_is_said_in_words() {
    insta::assert_snapshot!(load_text(""), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] the file is empty (a stack needs at least `user_pool: { name: … }`)
    ");
    insta::assert_snapshot!(load_text("# nothing\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] the file is empty (a stack needs at least `user_pool: { name: … }`)
    ");
    insta::assert_snapshot!(load_text("- a\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] a stack file is a mapping of keys to values (it begins with lines such as `region: eu-west-1`)
    ");
    insta::assert_snapshot!(load_text("user_pool:\n\tname: a\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:1 [] a tab stands where YAML takes spaces only (indent with two spaces)
    ");
    insta::assert_snapshot!(load_text("user_pool: { name: a }\n---\nregion: eu-west-1\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:1 [] a second document begins here; a stack file holds one (take the `---` away)
    ");
    insta::assert_snapshot!(load_text("user_pool: { name: a\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:12 [] this is not YAML: unclosed bracket '{' (see to the quotes, brackets and indentation here and in the lines before)
    ");
    insta::assert_snapshot!(load_text("user_pool: { name: *nobody }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:20 [] no anchor before this line has this name (`&name` marks a value, `*name` uses it again, below)
    ");
    insta::assert_snapshot!(load_text("user_pool: &a [*a]\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:16 [] an alias stands inside what it names (an anchor cannot contain itself)
    ");
    insta::assert_snapshot!(load_text("region: eu-west-1\n  user_pool: { name: a }\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:12 [] a `:` stands where no key can be (indent this line as its neighbours are, or put the value in quotes)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"user_pool:\n  name: \xff\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:9 [] the file is not UTF-8 from here on (save it as UTF-8)
    ");
}

#[test]
fn a_key_stands_once_and_the_rest_is_checked_all_the_same() {
    insta::assert_snapshot!(after_pool("tags:\n  a: x\n  b: x\n  a: y\nregion: nowhere\n"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:5:3 [] the key `a` stands here for the second time (keep one of the two)
    stacks/dev.yaml:6:9 [region] no Region is named `nowhere` (Regions are named as `eu-west-1` is)
    ");
}

#[test]
fn unknown_keys_are_found_at_every_depth() {
    insta::assert_snapshot!(after_pool("regoin: eu-west-1\ndomain:\n  name: auth.example.com\n  certificate: { domainName: a.example.com }\n  ttl: 5\nrecords:\n  www: { name: www.example.com, type: A, alias: { dns_nam: x.example.com, zone_id: Z1 } }\n  flavour: {}\n"), @"
    stacks/dev.yaml has 6 problems
    stacks/dev.yaml:2:1 [regoin] unknown key `regoin` (did you mean `region`?)
    stacks/dev.yaml:5:18 [domain.certificate.domainName] unknown key `domainName` (did you mean `domain_name`?)
    stacks/dev.yaml:6:3 [domain.ttl] unknown key `ttl` (`ttl` belongs under `records.<name>`)
    stacks/dev.yaml:8:51 [records.www.alias.dns_nam] unknown key `dns_nam` (did you mean `dns_name`?)
    stacks/dev.yaml:9:3 [records.flavour] `name` is missing (`name`: The record's whole name: `www.example.com`.)
    stacks/dev.yaml:9:3 [records.flavour] `type` is missing (`type`: The type of a record.)
    ");
    insta::assert_snapshot!(load_text("user_pool:\n  name: a\n  region: eu-west-1\n  utter_nonsense: 1\n"), @"
    stacks/dev.yaml has 2 problems
    stacks/dev.yaml:3:3 [user_pool.region] unknown key `region` (`region` belongs at the top of the file)
    stacks/dev.yaml:4:3 [user_pool.utter_nonsense] unknown key `utter_nonsense` (nothing that is known here is like it)
    ");
}

#[test]
fn types_and_values_are_held_against_the_schema() {
    insta::assert_snapshot!(after_pool(concat!(
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
    stacks/dev.yaml:3:9 [region] expected text, found a list (write one, without brackets and without `-`)
    stacks/dev.yaml:4:18 [tags.version] expected text, found the number 1.10 (put it in quotes: "1.10")
    stacks/dev.yaml:4:28 [tags.ok] expected text, found `true` (put it in quotes: "true")
    stacks/dev.yaml:5:14 [app_clients] expected a mapping of keys to values, found a list (things that have names are written `name: …`, without `-`)
    stacks/dev.yaml:8:26 [domain.managed_login_version] expected a whole number, found text (without quotes: 2)
    stacks/dev.yaml:9:8 [domain.dns] `Route53` is not one of `route53`, `manual` (did you mean `route53`?)
    stacks/dev.yaml:10:18 [domain.parent_record] `placehlder` is not one of `check`, `placeholder` (did you mean `placeholder`?)
    stacks/dev.yaml:11:20 [domain.security_policy] `TLS_V1_2_2020` is not one of `TLS_V1`, `TLS_V1_2_2021`, `TLS_V1_3_2025` (did you mean `TLS_V1_2_2021`?)
    stacks/dev.yaml:13:43 [records.a.ttl] 3000000000 is out of range: from 0 to 2147483647
    stacks/dev.yaml:13:63 [records.a.values] expected a list, found text (write a list, of one if need be: [192.0.2.1])
    stacks/dev.yaml:14:35 [records.b.type] `AA` is not one of `A`, `AAAA`, `CNAME`, `TXT`, `MX`, `CAA`, `NS`, `SRV`, `PTR`, `HTTPS`, `SVCB`, `DS`, `TLSA`, `SSHFP`, `NAPTR`, `SPF`
    stacks/dev.yaml:14:39 [records.b.values] needs 1 or more items, has 0
    stacks/dev.yaml:15:3 [records["c d"]] `c d` cannot be a name here: a name has 1 to 64 letters, digits, `_` or `-`
    stacks/dev.yaml:19:48 [records.e.alias.zone_id] `zone`: a hosted zone's id is a `Z` and capital letters and digits
    stacks/dev.yaml:19:78 [records.e.alias.evaluate_target_health] expected `true` or `false`, found text (write `true`)
    stacks/dev.yaml:20:3 [records.f] `f` has no value (give it keys, indented below it, or delete the line)
    "#);
    insta::assert_snapshot!(after_pool("account: '12345'\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:2:10 [account] `12345`: an account id has 12 digits
    ");
}

#[test]
fn pools_and_clients_are_checked_with_the_rest() {
    insta::assert_snapshot!(load_text(concat!(
        "user_pool:\n",
        "  name: a\n",
        "  password_policy: { minimum_length: 5, require_symbols: yes }\n",
        "  mfa: { mode: optional }\n",
        "  attributes: { tenant: { type: Text } }\n",
        "app_clients:\n",
        "  web:\n",
        "    callback_url: [https://example.com]\n",
        "    callback_urls: [http://example.com]\n",
        "    access_token_validity: 60\n",
        "    id_token_validity: 60 minutes\n",
        "    refresh_token_validity: 10m\n",
        "    allowed_oauth_flows: [cod]\n",
        "    read_attributes: [tenant]\n",
    )), @r#"
    stacks/dev.yaml has 10 problems
    stacks/dev.yaml:3:38 [user_pool.password_policy.minimum_length] 5 is out of range: from 6 to 99
    stacks/dev.yaml:3:58 [user_pool.password_policy.require_symbols] expected `true` or `false`, found text (write `true`)
    stacks/dev.yaml:4:16 [user_pool.mfa.mode] `optional` is not one of `OFF`, `ON`, `OPTIONAL` (did you mean `OPTIONAL`?)
    stacks/dev.yaml:5:33 [user_pool.attributes.tenant.type] `Text` is not one of `String`, `Number`, `DateTime`, `Boolean`
    stacks/dev.yaml:8:5 [app_clients.web.callback_url] unknown key `callback_url` (did you mean `callback_urls`?)
    stacks/dev.yaml:9:21 [app_clients.web.callback_urls] AWS answers "http://example.com cannot use the HTTP protocol." (use https://; plain http is for localhost, 127.0.0.1 and [::1] alone)
    stacks/dev.yaml:10:28 [app_clients.web.access_token_validity] expected text, found the number 60 (a whole number and its unit: `90s`, `60m`, `12h`, `30d`)
    stacks/dev.yaml:11:24 [app_clients.web.id_token_validity] `60 minutes`: a whole number and its unit: `90s`, `60m`, `12h`, `30d`
    stacks/dev.yaml:12:29 [app_clients.web.refresh_token_validity] 10m is out of range; AWS answers "Invalid range for token validity." (use `60m` to `3650d`)
    stacks/dev.yaml:13:27 [app_clients.web.allowed_oauth_flows[0]] `cod` is not one of `client_credentials`, `code`, `implicit` (did you mean `code`?)
    "#);
}

#[test]
fn a_thousand_full_clients_load() {
    let mut text = "user_pool: { name: a }\napp_clients:\n".to_owned();
    for client in 0..1_000 {
        let _ = write!(text, "  client_{client}:\n    callback_urls:\n      - https://example.com/back\n");
        (0..5).for_each(|url| writeln!(text, "      - https://{client}.example.com/callback/{url}").unwrap());
        text.push_str(concat!(
            "    logout_urls: [https://example.com/, https://example.com/out]\n",
            "    default_redirect_uri: https://example.com/back\n",
            "    allowed_oauth_flows: [code]\n",
            "    allowed_oauth_scopes: [openid, email, profile]\n",
            "    access_token_validity: 60m\n",
            "    id_token_validity: 60m\n",
            "    refresh_token_validity: 30d\n",
            "    auth_session_validity: 15m\n",
            "    read_attributes: [email, name, family_name, given_name]\n",
            "    write_attributes: [email, name, family_name, given_name]\n",
            "    explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]\n",
            "    supported_identity_providers: [COGNITO]\n",
            "    prevent_user_existence_errors: ENABLED\n",
            "    enable_token_revocation: true\n",
        ));
    }
    let root = project(&[("dev.yaml", text.as_bytes())]);
    let loaded = load(root.path(), "dev").map_err(|error| error.all_problems().to_vec()).unwrap();
    assert_eq!(loaded.file.app_clients.len(), 1_000);
}

#[test]
fn what_is_missing_is_said_with_what_it_is() {
    insta::assert_snapshot!(load_text("region: eu-west-1\n"), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [] `user_pool` is missing (`user_pool`: A directory of users.)
    ");
    insta::assert_snapshot!(load_text("user_pool: {}\nstate: { s3: {} }\nrecords:\n  a: { values: [x] }\nregion: nowhere\n"), @"
    stacks/dev.yaml has 5 problems
    stacks/dev.yaml:1:1 [user_pool] `name` is missing (`name`: The pool's name: 1 to 128 letters, digits, spaces and `_+=,.@-`. AWS does not ask that it be unique.)
    stacks/dev.yaml:2:10 [state.s3] `bucket` is missing (`bucket`: The bucket. `stack state init` makes it: private, versioned, encrypted.)
    stacks/dev.yaml:4:3 [records.a] `name` is missing (`name`: The record's whole name: `www.example.com`.)
    stacks/dev.yaml:4:3 [records.a] `type` is missing (`type`: The type of a record.)
    stacks/dev.yaml:5:9 [region] no Region is named `nowhere` (Regions are named as `eu-west-1` is)
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
fn bombs_are_refused() {
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = level - 1;
        let _ = writeln!(aliases, "a{level}: &a{level} [{}]", vec![format!("*a{below}"); 9].join(", "));
    }
    let deep = format!("user_pool: {}\n", "[".repeat(100_000));
    let block = (0..2_000).map(|depth| format!("{}a:", " ".repeat(depth))).collect::<Vec<_>>().join("\n");
    let wide = format!("user_pool: {{ name: a }}\ntags: {{ {} }}\n", "a: b, ".repeat(2_000_000));
    for bomb in [&aliases, &deep, &block, &wide] {
        let told = load_text(bomb);
        assert!(told.contains("too large") || told.contains("at most 8388608"), "{}", &told[..told.len().min(400)]);
    }
}

#[test]
fn a_thousand_records_may_share_an_anchor() {
    let mut text = "user_pool: { name: a }\nrecords:\n".to_owned();
    text.push_str("  a: &a { name: a.example.com, type: TXT, values: [one, two, three] }\n");
    for record in 0..1_000 {
        let _ = writeln!(text, "  r{record}: {{ <<: *a, name: r{record}.example.com, ttl: {record} }}");
    }
    let root = project(&[("dev.yaml", text.as_bytes())]);
    assert_eq!(load(root.path(), "dev").unwrap().file.records.len(), 1_001);
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
    insta::assert_snapshot!(load_files(&[
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
    stacks/dev.yaml:8:41 [ui_customization.app_clients.a.image_file] stacks/ui/big.png has 102412 bytes; AWS takes at most 102400 (make it smaller)
    stacks/dev.yaml:9:15 [ui_customization.app_clients.b.css] stacks/ui is not a file (name a file)
    stacks/dev.yaml:10:15 [ui_customization.app_clients.c.css] a style sheet is named, not written here (write the path of a file: `css: ui/login.css`)
    stacks/dev.yaml:11:22 [ui_customization.app_clients.d.image_file] an absolute path holds on one machine only (write it relative to the stack file)
    stacks/dev.yaml:12:15 [ui_customization.app_clients.e.css] stacks/ui/empty.css is empty (fill it, or take this line out)
    stacks/ui/bad.css:2:1 [ui_customization.app_clients.f.css] `body` is no class selector, and AWS takes no other (a selector is one of AWS's classes: `.banner-customizable`)
    stacks/ui/latin.css:2:4 [ui_customization.app_clients.a.css] the style sheet is not UTF-8 from here on (save it as UTF-8)
    ");
}

#[test]
fn what_is_one_of_a_few_words_is_not_told_to_stand_in_quotes() {
    insta::assert_snapshot!(after_pool(concat!(
        "region: eu-west-1\n",
        "domain: { name: auth.example.com, certificate: { export: true } }\n",
    )), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:3:58 [domain.certificate.export] expected text, found `true` (one of `ENABLED`, `DISABLED`)
    ");
}

#[test]
fn shape_and_sense_are_told_in_one_go_and_nothing_is_told_twice() {
    insta::assert_snapshot!(after_pool(concat!(
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
    stacks/dev.yaml:6:35 [records.a.type] `AA` is not one of `A`, `AAAA`, `CNAME`, `TXT`, `MX`, `CAA`, `NS`, `SRV`, `PTR`, `HTTPS`, `SVCB`, `DS`, `TLSA`, `SSHFP`, `NAPTR`, `SPF`
    stacks/dev.yaml:7:47 [records.b.values[0]] `x` is no IPv4 address (for example `192.0.2.1`)
    "#);
}

#[test]
fn our_own_stacks_load() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["dev", "prod"] {
        let told = load(root, name).map(|loaded| loaded.warnings);
        assert!(told.as_ref().is_ok_and(Vec::is_empty), "{name}: {told:#?}");
    }
}
