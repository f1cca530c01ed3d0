//! A pool's replica beside what it stands on and what fails over to it: which of them changes first.

use crate::setup::{House, known, written};

const WORLD: &str = "state/sandbox/.world.json";
const STATE: &str = "state/sandbox/shop.json";
const UP: &str = "up shop --auto-approve";
const KEY: &str = "key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: \
                   'arn:aws:kms:eu-west-1:000000000000:key/mrk-0000000000004444555566667777888f' }";
const OWN_KEY: &str = "key_configuration: { key_type: AWS_OWNED_KEY }";
const REPLICA: &str = "replica: { region: eu-central-1, status: ACTIVE }";

fn write(house: &House, pool: &str, rest: &str) {
    let text =
        format!("region: eu-west-1\nuser_pool: {{ name: shop, deletion_protection: INACTIVE, {pool} }}\n{rest}\n");
    std::fs::write(house.path("stacks/shop.yaml"), text).unwrap();
}

fn domain(routing: &str) -> String {
    format!("domain: {{ name: auth.example.com, hosted_zone: example.com, {routing} }}")
}

#[track_caller]
fn unchanged(house: &House) {
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok().says("No changes");
    known::check(&house.json(WORLD), &house.json(STATE));
}

#[test]
fn it_goes_before_the_pool_gives_up_what_it_stands_on() {
    for given_up in [format!("user_pool_tier: LITE, {OWN_KEY}"), format!("user_pool_tier: ESSENTIALS, {OWN_KEY}")] {
        let house = House::new(&[]);
        write(&house, &format!("user_pool_tier: ESSENTIALS, {KEY}"), REPLICA);
        house.run_sandboxed(UP, "").ok();
        unchanged(&house);
        write(&house, &given_up, "");
        let calls = written(&house, UP);
        assert_eq!(calls, ["UpdateUserPoolReplica", "DeleteUserPoolReplica", "UpdateUserPool"], "{given_up}");
        unchanged(&house);
    }
}

#[test]
fn it_serves_before_a_domain_fails_over_to_it_and_until_none_does() {
    let house = House::new(&[]);
    let pool = format!("user_pool_tier: ESSENTIALS, {KEY}");
    let routed = domain(
        "routing: { failover: { secondary_region: eu-central-1, primary_route53_health_check_id: \
         11111111-2222-3333-4444-555555555555 } }",
    );
    write(&house, &pool, &format!("{REPLICA}\n{}", domain("")));
    house.run_sandboxed(UP, "").ok();
    write(&house, &pool, &format!("{REPLICA}\n{routed}"));
    house.run_sandboxed(UP, "").ok();
    unchanged(&house);
    write(&house, &pool, &format!("{}\n{}", REPLICA.replace("ACTIVE", "INACTIVE"), domain("")));
    assert_eq!(written(&house, UP), ["UpdateUserPoolDomain", "UpdateUserPoolReplica"]);
    unchanged(&house);
}

#[test]
fn all_of_it_changes_in_one_apply() {
    let house = House::new(&[]);
    let pool = format!("user_pool_tier: ESSENTIALS, {KEY}");
    let routing = "routing: { failover: { secondary_region: eu-central-1, primary_route53_health_check_id: \
                   11111111-2222-3333-4444-555555555555 } }";
    for (name, before, after) in [
        ("the domain stays", domain(routing), domain("")),
        ("the domain becomes another", domain(routing), "domain: { prefix: shop-of-its-own }".to_owned()),
        ("the domain goes", domain(routing), String::new()),
    ] {
        write(&house, &pool, &format!("{REPLICA}\n{before}"));
        house.run_sandboxed(UP, "").ok();
        unchanged(&house);
        write(&house, &format!("user_pool_tier: LITE, {OWN_KEY}"), &after);
        let calls = written(&house, UP);
        let place =
            |call: &str| calls.iter().position(|one| one == call).unwrap_or_else(|| panic!("{name}: {calls:?}"));
        assert!(place("DeleteUserPoolReplica") < place("UpdateUserPool"), "{name}: {calls:?}");
        let lets_go = if name == "the domain stays" { "UpdateUserPoolDomain" } else { "DeleteUserPoolDomain" };
        assert!(place(lets_go) < place("DeleteUserPoolReplica"), "{name}: {calls:?}");
        unchanged(&house);
    }
}
