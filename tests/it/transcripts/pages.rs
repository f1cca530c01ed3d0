//! Narrow pages, wide ones, and colour.

use crate::world::World;

/// Colours as words, so that a snapshot shows them.
fn marked(text: &str) -> String {
    let names = [
        ("\u{1b}[0m", "[/]"),
        ("\u{1b}[1m", "[bold]"),
        ("\u{1b}[2m", "[dim]"),
        ("\u{1b}[31m", "[red]"),
        ("\u{1b}[32m", "[green]"),
        ("\u{1b}[33m", "[yellow]"),
        ("\u{1b}[36m", "[cyan]"),
        ("\u{1b}[91m", "[bright red]"),
        ("\u{1b}[94m", "[bright blue]"),
        ("\u{1b}[7m", "[reverse]"),
    ];
    names.iter().fold(text.to_owned(), |text, (code, name)| text.replace(code, name))
}

#[test]
fn narrow_and_wide() {
    let world = World::new();
    for columns in [60, 160] {
        world.columns(columns).run("plan dev --sandbox").check(&format!("plan_new_{columns}"));
        world.run("plan --help").check(&format!("help_plan_{columns}"));
    }
    world.columns(100).up("dev");
    world.edit("stacks/dev.yaml", "auth.example.com", "login.example.com");
    world.edit("stacks/dev.yaml", "60m\n    id", "30m\n    id");
    world.columns(60).run("plan dev --sandbox").check("plan_changed_60");
    world.columns(60).run("apply dev --sandbox --auto-approve").check("apply_changed_60");
    world.run("output dev --sandbox").check("output_60");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let world = World::new();
    world.up("dev");
    world.edit("stacks/dev.yaml", "minimum_length: 8", "minimum_length: 10");
    let plain = world.run("plan dev --sandbox").out;
    let coloured = world.run("plan dev --sandbox --color always");
    crate::world::check("plan_colour", &marked(&coloured.out));
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(world.run_with("plan dev --sandbox --color always", &[("NO_COLOR", "1")]).out, coloured.out);
    assert_eq!(world.run_with("plan dev --sandbox", &[("CLICOLOR_FORCE", "1")]).out, coloured.out);
    assert_eq!(world.run_with("plan dev --sandbox", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).out, plain);
    let applied = world.run("apply dev --sandbox --auto-approve --color always");
    crate::world::check("apply_colour", &marked(&applied.to_string()));
    world.edit("stacks/dev.yaml", "minimum_length: 10", "minimum_length: ten");
    let wrong = world.run("validate dev --color=always").failed();
    crate::world::check("validate_colour", &marked(&wrong.to_string()));
}
