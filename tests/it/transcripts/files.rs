//! The commands about files: validate, schema, completions, man.

use crate::world::{World, repository};

#[test]
fn stacks_are_checked() {
    let world = World::new();
    world.run("validate").check("validate");
    world.run("validate base").check("validate_part");
    world.run("validate --json").check("validate_all_json");
    world.edit("stacks/base.yaml", "case_sensitive", "case_sensitiv");
    world.edit("stacks/prod.yaml", "minimum_length: 12", "minimum_length: 0");
    world.run("validate").failed().check("validate_wrong_base");
    world.run("validate shop").failed().check("validate_unknown");
}

#[test]
fn what_is_harmless_is_worth_a_word() {
    let world = World::new();
    let css = format!("{}\n.banner-customizable {{ position: fixed; }}\n", world.read("stacks/ui/login.css"));
    world.write("stacks/ui/login.css", css);
    world.run("validate dev").check("validate_warning");
}

#[test]
fn the_schema_is_printed_written_and_checked() {
    let world = World::new();
    let printed = world.run("schema");
    let schema: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    world.run("schema --check").failed().check("schema_check_without_a_file");
    world.run("schema --write").check("schema_write");
    assert_eq!(world.read("schemas/stack.schema.json"), printed.out);
    world.run("schema --check").check("schema_check");
    world.write("schemas/stack.schema.json", printed.out.replace('\n', "\r\n"));
    world.run("schema --check").ok();
    world.write("schemas/stack.schema.json", "{}\n");
    world.run("schema --check").failed().check("schema_check_old");
}

#[test]
fn the_published_schema_is_that_of_the_program() {
    let world = World::empty();
    world.run("schema --write").ok();
    for name in ["schemas/stack.schema.json", "schemas/part.schema.json"] {
        let published = std::fs::read_to_string(repository().join(name)).unwrap();
        assert!(published.replace("\r\n", "\n") == world.read(name), "{name}: run `stack schema --write`");
    }
}

#[test]
fn every_shell_is_served() {
    let world = World::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        world.run(&format!("completions {shell}")).check(&format!("completions_{shell}"));
    }
}

#[test]
fn a_shell_is_offered_what_fits() {
    let world = World::new();
    world.up("dev");
    let offered = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let index = (words.len() - 1).to_string();
        let mut command = world.command(["--"].into_iter().chain(words));
        command.envs([("COMPLETE", "bash"), ("_CLAP_COMPLETE_INDEX", &index), ("_CLAP_COMPLETE_COMP_TYPE", "9")]);
        let out = command.env("_CLAP_IFS", " ").output().unwrap();
        let offered = String::from_utf8(out.stdout).unwrap();
        let words: Vec<&str> = offered.split(' ').filter(|word| !word.starts_with("--")).collect();
        words.join(" ")
    };
    assert_eq!(offered("stack plan "), "dev prod");
    assert_eq!(offered("stack plan d"), "dev");
    assert_eq!(offered("stack state s"), "show");
    assert_eq!(offered("stack --sandbox state show dev app"), "app_client.web");
    assert_eq!(offered("stack apply dev --allow-loss user"), "user_pool user");
    assert_eq!(offered("stack destroy dev --sandbox --target domain."), "domain.custom");
    assert_eq!(offered("stack import prod --address app"), "app_client.web=");
    world.run("state rm dev app_client.web --sandbox --auto-approve").ok();
    assert_eq!(offered("stack --sandbox import dev --address app"), "app_client.web=");
}

#[test]
fn manual_pages() {
    let world = World::new();
    let page = world.run("man").out;
    assert!(page.starts_with(".ie") && page.contains("Infrastructure as code for Amazon Cognito"), "{page}");
    world.run("man --dir man").check("man_dir");
    let mut pages: Vec<String> = std::fs::read_dir(world.path("man"))
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    crate::world::check("man_pages", &pages.join("\n"));
}

#[test]
fn another_directory() {
    let world = World::new();
    std::fs::rename(world.path("stacks"), world.path("aside")).unwrap();
    std::fs::create_dir(world.path("shop")).unwrap();
    std::fs::rename(world.path("aside"), world.path("shop/stacks")).unwrap();
    world.run("validate -C shop").check("directory_validate");
    world.edit("shop/stacks/dev.yaml", "access_token_validity", "acces_token_validity");
    world.run("-C shop plan dev --sandbox").failed().check("directory_problem");
    world.edit("shop/stacks/dev.yaml", "acces_token_validity", "access_token_validity");
    world.run("--directory=shop up dev --sandbox --auto-approve").ok();
    assert!(world.path("shop/state/sandbox/dev.json").exists());
}
