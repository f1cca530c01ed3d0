//! Help, and command lines that are wrong.

use crate::world::World;

#[test]
fn help_of_every_command() {
    let world = World::empty();
    world.run("").check("help_nothing");
    for verb in [
        "init",
        "plan",
        "apply",
        "up",
        "destroy",
        "drift",
        "import",
        "preflight",
        "validate",
        "lint",
        "show",
        "output",
        "secret",
        "secret list",
        "secret rotate",
        "secret retire",
        "state",
        "state list",
        "state show",
        "state mv",
        "state rm",
        "state init",
        "state migrate",
        "state history",
        "state rollback",
        "state pull",
        "state push",
        "unlock",
        "schema",
        "sandbox",
        "sandbox serve",
        "sandbox reset",
        "completions",
        "man",
    ] {
        world.run(&format!("{verb} --help")).check(&format!("help_{}", verb.replace(' ', "_")));
    }
    world.run("--help").check("help");
    world.run("-h").check("help_short");
    world.run("--version").check("version");
}

#[test]
fn wrong_command_lines() {
    let world = World::new();
    world.run("paln dev").check("wrong_command");
    world.run("plan dev --detailed-exitcod").check("wrong_option");
    world.run("plan").check("wrong_no_stack");
    world.run("plan dev --target web").check("wrong_address");
    world.run("apply dev --allow-loss pool").check("wrong_kind");
    world.run("apply dev --parallelism 0").check("wrong_number");
    world.run("output dev --raw").check("wrong_raw");
    world.run("completions ksh").check("wrong_shell");
    world.run("-C nowhere plan dev").check("wrong_directory");
}

#[test]
fn stacks_that_are_not_there() {
    let world = World::new();
    world.run("plan dve --sandbox").failed().check("no_such_stack_but_one_near");
    world.run("plan shop --sandbox").failed().check("no_such_stack");
    world.run("plan base --sandbox").failed().check("no_whole_stack");
    world.run("show dev").failed().check("never_applied");
    world.run("show dev --sandbox").failed().check("never_applied_in_the_sandbox");
    let empty = World::empty();
    empty.run("plan dev --sandbox").failed().check("no_stacks_directory");
    empty.run("validate").failed().check("validate_nothing");
}
