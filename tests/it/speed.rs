//! How long it takes to check a stack file of two thousand lines: it is checked at each save.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::world::World;

const LINES: usize = 2_000;

/// Clients and records, as many as it takes.
fn long() -> String {
    let mut text =
        String::from("region: eu-west-1\nuser_pool:\n  name: long\n  username_attributes: [email]\napp_clients:\n");
    let mut lines = text.lines().count();
    for number in 0.. {
        let client = format!(
            "  client_{number}:
    callback_urls:
      - https://app{number}.example.com/callback
      - http://localhost:{port}/callback
    logout_urls: [https://app{number}.example.com/]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid, email, profile]
    supported_identity_providers: [COGNITO]
    explicit_auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
    access_token_validity: 60m
    id_token_validity: 60m
    refresh_token_validity: 14d
    read_attributes: [email, name]\n",
            port = 3_000 + number
        );
        if lines + client.lines().count() > LINES - 300 {
            break;
        }
        lines += client.lines().count();
        text.push_str(&client);
    }
    text.push_str("records:\n");
    let records = (LINES - lines - 1) / 4;
    for number in 0..records {
        let _ = writeln!(
            text,
            "  r{number}:\n    name: h{number}.example.com\n    type: A\n    values: [192.0.2.{}]",
            number % 250
        );
    }
    while text.lines().count() < LINES {
        text.push_str("# The end.\n");
    }
    text
}

fn world() -> World {
    let world = World::empty();
    world.write("stacks/long.yaml", long());
    world
}

#[test]
fn a_file_of_two_thousand_lines_is_checked_whole() {
    let world = world();
    assert_eq!(world.read("stacks/long.yaml").lines().count(), LINES);
    world.run("validate long").ok();
    // And to its last line.
    world.write("stacks/long.yaml", long().replace("values: [192.0.2.70]", "values: [192.0.2.700]"));
    let told = world.run("validate long").failed();
    assert!(told.err.contains("`192.0.2.700` is no IPv4 address"), "{told}");
}

/// The shortest of many runs, which is the one that nothing else on the machine has held up. A measurement and no proof, so
/// that no suite is called after it; `cargo test --release --test it -- --ignored --nocapture how_long_a_check_takes`.
#[test]
#[ignore = "a measurement, which is read and holds nothing"]
#[expect(clippy::print_stdout, reason = "whoever asks for it is to see it")]
fn how_long_a_check_takes() {
    let world = world();
    let shortest = |line: &str| {
        let once = |_| {
            let start = Instant::now();
            world.run(line).ok();
            start.elapsed()
        };
        (0..40).map(once).min().unwrap_or_default()
    };
    let told = |what: &str, time: Duration| println!("{} microseconds, {what}", time.as_micros());
    told("validate of 2,000 lines", shortest("validate long"));
    told("--version", shortest("--version"));
}
