//! What a file inherits, takes away and is told about what it extends.

use crate::stack::load::load;
use crate::stack::load::tests::{after_pool, load_files, project};

#[test]
fn null_takes_away_only_what_is_inherited() {
    insta::assert_snapshot!(after_pool("region: null\ndomain:\n  prefix: ~\n"), @"
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
    insta::assert_snapshot!(load_files(&[("base.yaml", base), ("dev.yaml", slip)]), @"
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
    insta::assert_snapshot!(load_files(&[
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
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: bas.yaml\n"), ("base.yaml", b"user_pool: { name: a }\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] stacks/bas.yaml cannot be read: there is no such file (did you mean `base.yaml`?)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: a.yaml\n"), ("a.yaml", b"extends: ./dev.yaml\n")]), @"
    stacks/dev.yaml has a problem
    stacks/a.yaml:1:10 [extends] these files extend each other in a circle: stacks/dev.yaml → stacks/a.yaml → stacks/dev.yaml (take one of these `extends` out)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: dev.yaml\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] these files extend each other in a circle: stacks/dev.yaml → stacks/dev.yaml (take one of these `extends` out)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: /etc/base.yaml\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] an absolute path holds on one machine only (write it relative to this file: `base.yaml`, `../shared/base.yaml`)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: ui\n"), ("ui/a.css", b"x")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] stacks/ui cannot be read: it is not a file (put a stack file in its place)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: null\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:1 [extends] `extends` has no value (give it one, or delete the line)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: [a.yaml]\n")]), @"
    stacks/dev.yaml has a problem
    stacks/dev.yaml:1:10 [extends] expected text, found a list (write one, without brackets and without `-`)
    ");
    insta::assert_snapshot!(load_files(&[("dev.yaml", b"extends: base.yaml\n"), ("base.yaml", b"")]), @"
    stacks/dev.yaml has a problem
    stacks/base.yaml:1:1 [] the file is empty (a stack needs at least `user_pool: { name: … }`)
    ");
}
