//! What is small and grows, or is large from the start: refused soon, and with little memory.

use std::fmt::Write as _;
use std::fs;

use super::row::{Row, row};

const HUGE: u64 = 100 * 1024 * 1024;
const STATE: &str = "state/sandbox/dev.json";

/// A level of aliases on top of another, each `width` times the one below.
fn bomb(levels: usize, width: usize) -> String {
    let mut text = "region: eu-west-1\nuser_pool: { name: shop }\ntags:\n  a0: &a0 x\n".to_owned();
    for level in 1..=levels {
        let below = vec![format!("*a{}", level - 1); width].join(", ");
        let _ = writeln!(text, "  a{level}: &a{level} [{below}]");
    }
    text
}

pub(super) fn rows() -> Vec<Row> {
    let rows = [yaml(), files()].into_iter().flatten();
    rows.map(Row::measured).collect()
}

fn yaml() -> Vec<Row> {
    let large = |text: String| format!("region: eu-west-1\nuser_pool: {{ name: shop }}\n{text}");
    let mut block = String::new();
    for depth in 0..3_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(depth));
    }
    let merges = (0..40).fold("tags: &m0 { k: v }\n".to_owned(), |mut text, level| {
        let _ =
            writeln!(text, "t{}: &m{} {{ <<: [*m{level}, *m{level}, *m{level}], k{level}: v }}", level + 1, level + 1);
        text
    });
    vec![
        row("aliases that stand for a million values")
            .dev(bomb(6, 10))
            .says("stacks/dev.yaml:")
            .says("grows too large"),
        row("aliases that stand for a thousand million")
            .dev(bomb(9, 10))
            .says("stacks/dev.yaml:")
            .says("grows too large"),
        row("aliases that stand for more than there are atoms").dev(bomb(90, 10)).says("grows too large"),
        row("one long text, a hundred thousand times")
            .dev(large(format!("tags:\n  a: &a {}\n  b: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(100_000))))
            .says("stacks/dev.yaml:")
            .says("grows too large"),
        row("merges of merges").dev(large(merges)).says("stacks/dev.yaml:"),
        row("brackets within brackets")
            .dev(large(format!("tags: {}", "[".repeat(1_000_000))))
            .says("stacks/dev.yaml:3:"),
        row("braces within braces")
            .dev(large(format!("tags: {}", "{a: ".repeat(1_000_000))))
            .says("stacks/dev.yaml:3:"),
        row("lists within lists").dev(large(format!("tags:\n  {}", "- ".repeat(1_000_000)))).says("stacks/dev.yaml:"),
        row("blocks within blocks").dev(large(block)).says("stacks/dev.yaml:"),
        row("two hundred thousand keys")
            .dev(large((0..200_000).fold(String::new(), |mut text, key| {
                let _ = writeln!(text, "k{key}: v");
                text
            })))
            .says("stacks/dev.yaml"),
        row("as many problems as a file can hold")
            .dev(large("a: b\n".to_owned() + &"? ".repeat(200_000)))
            .says("stacks/dev.yaml:"),
        row("a quote of eight megabytes")
            .dev(large(format!("tags: \"{}", "x".repeat(8_000_000))))
            .says("stacks/dev.yaml:"),
    ]
}

fn files() -> Vec<Row> {
    let huge = |name, path: &'static str| {
        row(name).with(move |house| fs::File::create(house.path(path)).unwrap().set_len(HUGE).unwrap())
    };
    let state = |text: String| format!("{{\"version\": 1, \"stack\": \"dev\", \"resources\": {text}");
    vec![
        huge("a stack file of 100 MB", "stacks/dev.yaml")
            .says("stacks/dev.yaml cannot be read: it has 104857600 bytes"),
        huge("an extended file of 100 MB", "stacks/base.yaml").says("stacks/dev.yaml:").says("it has 104857600 bytes"),
        huge("a style sheet of 100 MB", "stacks/ui/login.css").says("has 104857600 bytes"),
        huge("a logo of 100 MB", "stacks/ui/logo.png").says("has 104857600 bytes"),
        huge("a state of 100 MB", STATE).says("104857600 bytes"),
        huge("a rescued state of 100 MB", "state/sandbox/dev.rescue.json").says("104857600 bytes"),
        row("a stack file without end")
            .with(|house| super::names::link("/dev/zero", &house.path("stacks/dev.yaml")))
            .says("it is not a file"),
        row("a state without end").with(|house| super::names::link("/dev/zero", &house.path(STATE))).says("not a file"),
        row("a state of brackets").file(STATE, state("[".repeat(1_000_000))).says(STATE),
        row("a state of braces").file(STATE, state("{\"a\":".repeat(1_000_000))).says(STATE),
        row("a state of small things").file(STATE, state(format!("[{}]}}", "0,".repeat(8_000_000)))).says(STATE),
    ]
}
