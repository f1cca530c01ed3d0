//! Files that are no plan, or not the plan that was made.

use serde_json::{Value, json};

use super::{forged, kept, shop};

/// Both that read a plan refuse this file, with the same words.
#[track_caller]
fn refused(world: &crate::world::World, file: &str, says: &str) {
    for line in [format!("show {file}"), format!("show {file} --json"), format!("apply --sandbox --plan {file}")] {
        let ran = world.run(&line).failed();
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains(says), "`{says}` is not in:\n{ran}");
        assert!(!all.contains("panicked") && !all.contains("fault of stack"), "{ran}");
    }
    assert!(!world.path("state/sandbox/shop.json").exists(), "nothing was made");
}

#[test]
fn what_was_cut_short_is_refused_wherever_it_was_cut() {
    let world = shop();
    world.run("plan shop --sandbox --out shop.plan").ok();
    let text = world.read("shop.plan");
    for part in [0, 1, 20, text.len() / 3, text.len() / 2, text.len() - 3] {
        world.write("cut.plan", &text[..part]);
        refused(&world, "cut.plan", "the plan in");
        refused(&world, "cut.plan", "was cut short");
    }
}

#[test]
fn what_is_no_plan_is_refused() {
    let world = shop();
    world.write("words.plan", "not a plan\n");
    world.write("zip.plan", b"PK\x03\x04rest of a zip");
    world.write("bytes.plan", [0xff, 0xfe, 0x00, 0x7b]);
    world.write("list.plan", "[1, 2]");
    world.write("other.plan", r#"{ "format": "other", "version": 1 }"#);
    world.write("versionless.plan", r#"{ "format": "stack-plan" }"#);
    let view = world.run("plan shop --sandbox --json").out;
    world.write("view.plan", view);
    for file in ["words", "zip", "bytes", "list", "other", "versionless", "view"] {
        refused(&world, &format!("{file}.plan"), "is no plan of this program");
    }
    refused(&world, "zip.plan", "one of Terraform's");
    refused(&world, "./nowhere.plan", "there is no plan");
    refused(&world, "./stacks", "is not a file");
    world.run("show words.plan").failed().check("saved_plan_no_plan");
}

#[test]
fn one_of_a_newer_format_is_refused() {
    let world = shop();
    world.run("plan shop --sandbox --out shop.plan").ok();
    let mut whole = kept(&world, "shop.plan");
    whole["version"] = json!(2);
    world.write("shop.plan", whole.to_string());
    refused(&world, "shop.plan", "has format 2");
}

#[test]
fn one_that_was_changed_is_refused() {
    let world = shop();
    world.run("plan shop --sandbox --out shop.plan").ok();
    let text = world.read("shop.plan");
    for (from, to) in
        [("12", "11"), ("\"destroy\": false", "\"destroy\": true"), ("shop.example.com", "evil.example.com")]
    {
        assert!(text.contains(from), "{from}");
        world.write("changed.plan", text.replace(from, to));
        refused(&world, "changed.plan", "was changed after it was written");
    }
    let mut whole = kept(&world, "shop.plan");
    whole.as_object_mut().unwrap().remove("sha256");
    world.write("changed.plan", whole.to_string());
    refused(&world, "changed.plan", "was changed after it was written");
}

fn at<'a>(kept: &'a mut Value, pointer: &str) -> &'a mut Value {
    kept.pointer_mut(pointer).unwrap()
}

/// A checksum is no seal: who changes a plan can change that too. But a plan only chooses among what is found out anew.
#[test]
fn one_that_was_changed_with_its_checksum_does_nothing_else() {
    let world = shop();
    world.run("plan shop --sandbox --out shop.plan").ok();
    let text = world.read("shop.plan");
    let client = "/plan/resources/app_client.web";
    let changes: [&dyn Fn(&mut Value); 5] = [
        &|kept| *at(kept, &format!("{client}/desired/callback_urls/0")) = json!("https://evil.example.com/"),
        &|kept| *at(kept, &format!("{client}/target/callback_urls/0")) = json!("https://evil.example.com/"),
        &|kept| *at(kept, &format!("{client}/action")) = json!("delete"),
        &|kept| {
            kept["plan"]["steps"].as_array_mut().unwrap().push(json!({ "delete": "app_client.web" }));
        },
        &|kept| {
            kept["plan"]["steps"].as_array_mut().unwrap().push(json!({ "delete": "app_client.other" }));
        },
    ];
    for change in changes {
        world.write("forged.plan", &text);
        forged(&world, "forged.plan", change);
        let ran = world.run("apply --sandbox --plan forged.plan").failed();
        assert!(ran.err.contains("something else would be done to it now"), "{ran}");
        assert!(!world.path("state/sandbox/shop.json").exists(), "nothing was made");
    }
    // The way it was written is no part of it.
    world.write("forged.plan", &text);
    forged(&world, "forged.plan", |_| {});
    world.run("apply --sandbox --plan forged.plan").ok();
}

#[test]
fn what_is_no_plan_is_not_written_over() {
    let world = shop();
    let before = world.read("stacks/shop.yaml");
    world.run("plan shop --sandbox --out stacks/shop.yaml").failed().check("saved_plan_over_a_stack");
    assert_eq!(world.read("stacks/shop.yaml"), before);
    let directory = world.run("plan shop --sandbox --out stacks").failed();
    assert!(directory.err.contains("stacks is there already, and is no plan"), "{directory}");
    world.run("plan shop --sandbox --out nowhere/shop.plan").failed().check("saved_plan_nowhere");
    world.run("plan shop --sandbox --out shop.plan").ok();
    world.run("plan shop --sandbox --out shop.plan --target user_pool").ok();
    assert_eq!(kept(&world, "shop.plan")["kept"]["asked"]["targets"], json!(["user_pool"]));
}
