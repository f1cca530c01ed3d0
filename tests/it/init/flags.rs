//! Without a terminal: flags answer, and what is missing is named.

use super::{files, is_good, project};
use crate::world::{check, repository};

const CUSTOM: &str = "-C shop init dev --sandbox --region eu-west-1 --pool-name shop-dev --domain auth.example.com \
                      --callback-url https://app.example.com/callback --callback-url http://localhost:3000/callback";

#[test]
fn a_first_stack_is_written_and_works() {
    let world = project();
    world.run(CUSTOM).check("init_custom");
    check("init_custom_file", &world.read("shop/stacks/dev.yaml"));
    let names: Vec<String> = files(&world).into_keys().collect();
    let expected = ["schemas/part.schema.json", "schemas/stack.schema.json", "stacks/dev.yaml", "state/.gitignore"];
    assert_eq!(names, expected);
    let ours = std::fs::read_to_string(repository().join("state/.gitignore")).unwrap();
    assert_eq!(world.read("shop/state/.gitignore"), ours);
    is_good(&world, "dev");
    // Lint has not a single word about it, but that example.com is nobody's.
    let said = world.run("-C shop lint dev --json");
    let said: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let rules: Vec<&str> =
        said["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["placeholder-callback-host"], "{said:#}");
}

#[test]
fn every_kind_of_sign_in_pages_works() {
    let world = project();
    let begin = |line: &str| world.run(&format!("-C shop init {line} --sandbox --region ap-southeast-2")).ok();
    begin("one --prefix shop-one --callback-url https://app.shop.org/callback --pool-name one");
    check("init_prefix_file", &world.read("shop/stacks/one.yaml"));
    begin("two --no-domain --pool-name two");
    check("init_no_domain_file", &world.read("shop/stacks/two.yaml"));
    begin("prod --prefix shop-prod --callback-url shop://callback --account 123456789012 --pool-name shop");
    check("init_production_file", &world.read("shop/stacks/prod.yaml"));
    for stack in ["one", "two", "prod"] {
        is_good(&world, stack);
    }
}

#[test]
fn what_is_missing_is_named_at_once() {
    let world = project();
    world.run("-C shop init --sandbox").failed().check("init_missing_all");
    let line = "-C shop init --sandbox --region eu-west-1 --prefix shop";
    let told = world.run(line).failed();
    assert!(told.err.contains("this is missing: --callback-url URL\n"), "{told}");
    let line = "-C shop init --sandbox --no-domain";
    let told = world.run(line).failed();
    assert!(told.err.contains("this is missing: --region REGION\n"), "{told}");
    world.run_with(line, &[("AWS_REGION", "eu-west-1")]).ok();
    assert!(world.read("shop/stacks/dev.yaml").contains("\nregion: eu-west-1\n"), "the environment names it");
}

#[test]
fn what_is_wrong_is_said_of_its_flag_and_nothing_is_written() {
    let world = project();
    let rest = "--sandbox --callback-url https://app.shop.org/callback";
    let told: Vec<String> = [
        "init größe --region eu-west-1 --prefix shop",
        "init a/b --region eu-west-1 --prefix shop",
        "init dev --region eu-wst-1 --prefix shop",
        "init dev --region eu-west-1 --prefix Shop",
        "init dev --region eu-west-1 --prefix my-cognito",
        "init dev --region eu-west-1 --prefix shop.org",
        "init dev --region eu-west-1 --domain example",
        "init dev --region eu-west-1 --domain shop.com",
        "init dev --region eu-west-1 --domain auth.größe.org",
        "init dev --region eu-west-1 --prefix shop --domain auth.example.com",
        "init dev --region eu-west-1 --prefix shop --account 12",
        "init dev --region eu-west-1 --prefix shop --pool-name a:b",
        "init dev --region eu-west-1 --prefix shop --pool-name größe",
        "init dev --region eu-west-1 --prefix shop --callback-url http://app.shop.org/",
        "init dev --region eu-west-1 --prefix shop --callback-url app.shop.org",
        "init dev --region eu-west-1 --prefix shop --callback-url http://app.shop.org/ --callback-url app.shop.org",
        "init dev --region eu-west-1 --no-domain",
    ]
    .into_iter()
    .map(|line| world.run(&format!("-C shop {line} {rest}")).failed().to_string())
    .collect();
    check("init_wrong_flags", &told.join("\n"));
    assert!(files(&world).is_empty(), "{:?}", files(&world).keys());
    assert!(!world.path("shop/stacks").exists());
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let world = project();
    world.run(CUSTOM).ok();
    let before = files(&world);
    world.run(CUSTOM).failed().check("init_again");
    assert_eq!(files(&world), before);
    // Also under the other ending, and as a link that leads nowhere.
    std::fs::rename(world.path("shop/stacks/dev.yaml"), world.path("shop/stacks/dev.yml")).unwrap();
    let before = files(&world);
    let told = world.run(CUSTOM).failed();
    assert!(told.err.contains("Error: stacks/dev.yml is there already"), "{told}");
    assert_eq!(files(&world), before);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", world.path("shop/stacks/odd.yaml")).unwrap();
        let told = world.run(&CUSTOM.replace("init dev", "init odd")).failed();
        assert!(told.err.contains("Error: stacks/odd.yaml is there already"), "{told}");
        assert!(!world.path("shop/stacks/nowhere").exists());
    }
}

#[test]
fn a_second_stack_of_a_project_is_a_stack_file_alone() {
    let world = project();
    world.run(CUSTOM).ok();
    let before = files(&world);
    let second = CUSTOM.replace("init dev", "init test").replace("auth.", "auth-test.");
    world.run(&second).check("init_second");
    let mut after = files(&world);
    assert!(after.remove("stacks/test.yaml").is_some());
    assert_eq!(after, before);
    // A schema of another version is left to whoever has put it there.
    world.write("shop/schemas/stack.schema.json", "{}\n");
    world.run(&CUSTOM.replace("init dev", "init third")).check("init_old_schema");
    assert_eq!(world.read("shop/schemas/stack.schema.json"), "{}\n");
}

#[test]
fn the_editors_settings_are_written_on_request_and_never_over_somebodys() {
    let world = project();
    let line = format!("{CUSTOM} --vscode");
    let theirs = "{\n  // mine\n  \"editor.fontSize\": 14,\n}\n";
    world.write("shop/.vscode/settings.json", theirs);
    world.run(&line).failed().check("init_settings_refused");
    assert_eq!(files(&world).into_keys().collect::<Vec<_>>(), [".vscode/settings.json"]);
    assert_eq!(world.read("shop/.vscode/settings.json"), theirs);

    std::fs::remove_file(world.path("shop/.vscode/settings.json")).unwrap();
    world.run(&line).ok();
    let settings = world.read("shop/.vscode/settings.json");
    check("init_settings", &settings);
    // They say it already, so there is nothing to refuse.
    world.run(&line.replace("init dev", "init test")).ok();
    assert_eq!(world.read("shop/.vscode/settings.json"), settings);
}

#[test]
fn nothing_is_left_of_what_could_not_be_written_whole() {
    let world = project();
    // A file stands where a directory is needed.
    world.write("shop/stacks", "mine\n");
    world.run(CUSTOM).failed().check("init_cannot_write");
    assert_eq!(files(&world).into_keys().collect::<Vec<_>>(), ["stacks"]);
    assert!(!world.path("shop/schemas").exists() && !world.path("shop/state/.gitignore").exists());
}

#[test]
fn of_several_at_once_one_writes_the_file() {
    let world = project();
    let spawn = |number: usize| {
        let line = CUSTOM.replace("shop-dev", &format!("shop-{number}"));
        let mut command = world.command(line.split_whitespace());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let runs: Vec<_> = (0..6).map(spawn).collect();
    let ends: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    let codes: Vec<_> = ends.iter().map(|end| end.status.code().unwrap()).collect();
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    let winner = codes.iter().position(|code| *code == 0).unwrap();
    assert!(world.read("shop/stacks/dev.yaml").contains(&format!("name: shop-{winner}\n")));
    for end in ends.iter().filter(|end| !end.status.success()) {
        let said = String::from_utf8_lossy(&end.stderr);
        assert!(said.contains("Error: stacks/dev.yaml is there already"), "{said}");
    }
    is_good(&world, "dev");
}
