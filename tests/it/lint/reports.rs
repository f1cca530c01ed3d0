//! How findings are told, and how the command ends.

use super::*;

/// A stack with an error, a warning and a note, in two files.
fn faulty() -> World {
    let world = World::empty();
    world.write("stacks/base.yaml", CLEAN.replace("[code]", "[code, implicit]"));
    let own = "extends: base.yaml\nuser_pool:\n  username_configuration: null\n  password_policy:\n    require_symbols: false\n";
    world.write("stacks/dev.yaml", own);
    world
}

#[test]
fn the_stacks_of_this_repository_are_without_fault() {
    let world = World::new();
    world.run("lint --deny notes").check("lint");
    world.run("lint prod --deny notes").check("lint_one");
    world.run("lint base").check("lint_part");
    world.run("lint --json").check("lint_json_clean");
}

#[test]
fn findings_are_shown_where_they_are() {
    let world = faulty();
    world.run("lint dev").failed().check("lint_findings");
    world.columns(60).run("lint dev").failed().check("lint_findings_60");
    world.run("lint dev --json").failed().check("lint_findings_json");
    world.run("lint dev --color always").failed().check("lint_findings_colour");
}

#[test]
fn what_several_stacks_share_is_said_once() {
    let world = faulty();
    world.write("stacks/prod.yaml", CLEAN_PROD.replace("clean.yaml", "base.yaml"));
    world.run("lint").failed().check("lint_shared");
}

#[test]
fn the_exit_code_says_whether_it_weighs_enough() {
    let [note, warning, error] = ["username-case-sensitive", "user-existence-shown", "token-revocation-off"];
    let world = house(|sample| text_of(sample, sample.fires));
    for (rule, plain, warnings, notes) in [(note, 0, 0, 1), (warning, 0, 1, 1), (error, 1, 1, 1), ("clean", 0, 0, 0)] {
        for (flags, code) in [("", plain), (" --deny warnings", warnings), (" --deny notes", notes)] {
            for form in ["", " --json", " --sarif"] {
                let ran = world.run(&format!("lint {rule}{flags}{form}"));
                assert_eq!(ran.code, Some(code), "{ran}");
            }
        }
    }
}

#[test]
fn what_validate_refuses_is_told_too_and_each_thing_once() {
    let world = faulty();
    world.edit("stacks/dev.yaml", "require_symbols", "require_symbol");
    world.edit("stacks/base.yaml", "https://login.acme-shop.eu/callback", "http://login.acme-shop.eu/callback");
    world.run("lint dev").failed().check("lint_with_problems");
    world.write("stacks/dev.yaml", "user_pool: [");
    world.run("lint dev").failed().check("lint_unreadable");
    world.run("lint dve").failed().check("lint_unknown");
    World::empty().run("lint").failed().check("lint_nothing");
}

#[test]
fn a_production_stack_is_known_by_its_name_or_says_so() {
    let world = World::empty();
    let weighs = |name: &str, more: &str| {
        world.write(&format!("stacks/{name}.yaml"), format!("{CLEAN}{more}"));
        world.run(&format!("lint {name}")).code
    };
    assert_eq!(weighs("prod-eu", ""), Some(1), "no second factor, and short passwords");
    assert_eq!(weighs("prod", "lint: { production: false }\n"), Some(0));
    assert_eq!(weighs("dev", ""), Some(0));
    assert_eq!(weighs("shop", "lint: { production: true }\n"), Some(1));
}

#[test]
fn neither_aws_nor_the_state_is_touched() {
    let world = World::new();
    world.run("lint --fix").ok();
    world.run_with("lint prod", &[("AWS_PROFILE", "nobody"), ("STACK_SANDBOX", "1")]).ok();
    assert!(!world.path("state").exists());
}
