//! Secrets that are kept in each place, with a sandbox that is served as AWS is, and filled by AWS's own tool.

use serde_json::Value;

use super::{OTHER, REGION, SECRET, shop};
use crate::setup::aws_cli::call;
use crate::setup::{House, Served, run};

/// How a secret is put somewhere.
type Put<'a> = &'a dyn Fn(&str);

/// Every file that the program has written into a house, and what stands in it.
fn written(house: &House) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![house.path("")];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_none_or(|ext| ext != "txt") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                files.push((path.display().to_string(), text));
            }
        }
    }
    files
}

#[test]
fn each_place_is_read_and_a_secret_that_changes_there_is_planned() {
    let served = Served::new(&[]);
    let house = House::new(&[]);
    let aws = |words: &[&str]| call(&served, REGION, words);
    let keep = |value: &str| std::fs::write(house.path("env.txt"), value).unwrap();
    let places: [(&str, &str, Put<'_>, Put<'_>); 4] = [
        ("env", "{ env: SHOP }", &keep, &keep),
        ("file", "{ file: secret.txt }", &|value| std::fs::write(house.path("secret.txt"), value).unwrap(), &|value| {
            std::fs::write(house.path("secret.txt"), format!("{value}\n")).unwrap();
        }),
        (
            "ssm",
            "{ ssm: /shop/web }",
            &|value| {
                aws(&["ssm", "put-parameter", "--name", "/shop/web", "--type", "SecureString", "--value", value]);
            },
            &|value| {
                aws(&["ssm", "put-parameter", "--name", "/shop/web", "--overwrite", "--value", value]);
            },
        ),
        (
            "secretsmanager",
            "{ secretsmanager: 'shop/web#key' }",
            &|value| {
                let whole = serde_json::json!({ "key": value, "other": 1 }).to_string();
                aws(&["secretsmanager", "create-secret", "--name", "shop/web", "--secret-string", &whole]);
            },
            &|value| {
                let whole = serde_json::json!({ "key": value, "other": 2 }).to_string();
                aws(&["secretsmanager", "put-secret-value", "--secret-id", "shop/web", "--secret-string", &whole]);
            },
        ),
    ];
    let mut said = String::new();
    for (name, place, put, put_again) in places {
        let mut ran = |words: &str, code: i32| {
            let variable = std::fs::read_to_string(house.path("env.txt")).ok();
            let ran = run(served.client(&house, words).envs(variable.map(|value| ("SHOP", value)))).sane();
            assert_eq!(ran.code, Some(code), "{place}: {words}: {}{}", ran.out, ran.err);
            said += &ran.out;
            said += &ran.err;
            ran
        };
        std::fs::write(house.path("stacks").join(format!("{name}.yaml")), shop(place)).unwrap();
        let lacking = ran(&format!("plan {name}"), 1);
        lacking.says(&format!("stacks/{name}.yaml:5:5")).says("hint:").says("cannot be read");
        put(SECRET);
        ran(&format!("-vvv up {name} --auto-approve"), 0);
        ran(&format!("plan {name} --detailed-exitcode"), 0);
        put_again(OTHER);
        let changed = ran(&format!("plan {name} --detailed-exitcode --allow-loss app_client --out {name}.plan"), 2);
        assert!(changed.out.contains("secret changed"), "{}", changed.out);

        // Neither value is written anywhere: states and plans have fingerprints.
        for (file, text) in written(&house) {
            assert!(!text.contains(SECRET) && !text.contains(OTHER), "{file}: {text}");
        }
        let state = house.json(&format!("state/{name}.json"));
        let kept = &state["resources"]["app_client.web"]["observed"]["client_secret"];
        let old = fingerprint(kept);
        let plan = std::fs::read_to_string(house.path("").join(format!("{name}.plan"))).unwrap();
        let salt = old.rsplit_once(':').unwrap().0;
        assert!(plan.contains(old) && plan.matches(salt).count() > plan.matches(old).count(), "{place}: {plan}");

        ran(&format!("apply --plan {name}.plan --allow-loss app_client"), 0);
        ran(&format!("plan {name} --detailed-exitcode"), 0);
        let state = house.json(&format!("state/{name}.json"));
        let now = fingerprint(&state["resources"]["app_client.web"]["observed"]["client_secret"]);
        assert!(now != old && now.starts_with(salt), "{old} {now}");
        let _ = std::fs::remove_file(house.path("env.txt"));
    }
    assert!(!said.contains(SECRET) && !said.contains(OTHER), "{said}");
    // In AWS it is the new one.
    let world = served.house.json("state/sandbox/.world.json").to_string();
    assert!(world.matches(OTHER).count() >= 4, "{world}");
}

fn fingerprint(kept: &Value) -> &str {
    kept["fingerprint"].as_str().unwrap_or_else(|| panic!("{kept}"))
}
