//! On a narrow page, what is said is broken between words; where nobody knows how wide the page is, it is not.

use crate::world::World;

#[test]
fn problems_and_errors_are_folded() {
    let world = World::new();
    world.edit(
        "stacks/dev.yaml",
        "callback_urls: [https://dev.example.com/callback,",
        "callback_urls: [http://dev.example.com/callback,",
    );
    let wide = world.columns(240).run("validate dev").failed();
    let narrow = world.columns(60).run("validate dev").failed();
    narrow.check("narrow_problem");
    let excerpt = |line: &&str| line.contains(" | ") || line.starts_with("  |");
    for line in narrow.err.lines().filter(|line| !excerpt(line)) {
        let is_one_word = line.trim().split(' ').filter(|word| word.len() > 30).count() > 0;
        assert!(line.chars().count() <= 60 || is_one_word, "{line}\n{narrow}");
    }
    // Nothing is lost by it, but of the excerpts.
    let told = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.contains('|') && !line.starts_with("-->"));
        lines.flat_map(str::split_whitespace).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(told(&narrow.err), told(&wide.err));

    let mut command = world.command(["validate", "dev"]);
    let whole = command.env_remove("COLUMNS").output().unwrap();
    let whole = String::from_utf8(whole.stderr).unwrap();
    let title = whole.lines().find(|line| line.starts_with("problem: ")).unwrap();
    assert!(title.chars().count() > 100, "{title}");
}
