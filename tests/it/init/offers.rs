//! What `stack init` finds by itself where there are credentials, and how it does without.

use super::project;
use crate::setup::{House, Served, run};
use crate::world::World;

const REST: &str = "--pool-name shop-dev --callback-url https://app.example.com/callback";

fn served(line: &str) -> (Served, House, String) {
    let served = Served::new(&[]);
    let house = House::new(&[]);
    let ran = served.run(&house, &format!("init mine {line} {REST}")).ok();
    (served, house, ran.err)
}

#[test]
fn account_and_zone_are_found_with_credentials() {
    let (_served, house, said) = served("--domain auth.example.com");
    assert!(said.contains("Account 000000000000, by your credentials."), "{said}");
    let text = std::fs::read_to_string(house.path("stacks/mine.yaml")).unwrap();
    assert!(text.contains("\naccount: \"000000000000\"\n"), "{text}");
    assert!(text.contains("\n  name: auth.example.com\n  hosted_zone: example.com\n"), "{text}");
    assert!(!said.contains("Hint: without an account"), "{said}");
}

#[test]
fn a_name_outside_every_zone_is_made_by_hand() {
    let (served, house, _) = served("--domain auth.shop.org");
    let text = std::fs::read_to_string(house.path("stacks/mine.yaml")).unwrap();
    assert!(text.contains("\n  name: auth.shop.org\n") && text.contains("\n  dns: manual\n"), "{text}");
    run(&mut served.client(&house, "validate mine")).ok();
}

#[test]
fn an_account_that_is_named_is_not_asked_for() {
    let (_served, house, said) = served("--prefix shop --account 222233334444");
    assert!(!said.contains("by your credentials"), "{said}");
    let text = std::fs::read_to_string(house.path("stacks/mine.yaml")).unwrap();
    assert!(text.contains("\naccount: \"222233334444\"\n"), "{text}");
}

#[test]
fn what_may_not_be_looked_at_stops_nothing() {
    let served = Served::new(&["ListHostedZones=denied"]);
    let house = House::new(&[]);
    let ran = served.run(&house, &format!("init mine --domain auth.example.com {REST}")).ok();
    assert!(ran.err.contains("AWS could not be asked for your hosted zones: AccessDenied: "), "{}", ran.err);
    let text = std::fs::read_to_string(house.path("stacks/mine.yaml")).unwrap();
    assert!(text.contains("\naccount: \"000000000000\"\n") && !text.contains("hosted_zone"), "{text}");
}

#[test]
fn without_credentials_the_guard_is_left_to_be_filled_in() {
    let world = project();
    world.run(&format!("-C shop init dev --region eu-west-1 --prefix shop {REST}")).check("init_without_credentials");
    assert!(world.read("shop/stacks/dev.yaml").contains("\n# account: \"111122223333\"\n"));
}

#[test]
fn a_profile_that_is_not_there_is_said_before_anything_is_written() {
    let world = World::empty();
    world.write("home/.aws/config", "[profile work]\nregion = eu-west-3\n[profile home]\nregion = eu-west-1\n");
    let line = format!("init dev --region eu-west-1 --prefix shop --profile wrok {REST}");
    world.run(&line).failed().check("init_no_such_profile");
    assert!(!world.path("stacks").exists());
    let told = world.run_with(&line.replace("--profile wrok", ""), &[("AWS_PROFILE", "nobody")]).failed();
    assert!(told.err.contains("Error: AWS_PROFILE is `nobody`, and your AWS configuration has no"), "{told}");
    assert!(told.err.contains("Hint: there are: home, work\n"), "{told}");
}
