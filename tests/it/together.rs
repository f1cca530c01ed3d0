//! What one change in the file asks of several objects: the order in which they change, and that one apply is enough.

use crate::setup::{House, known, written};

const WORLD: &str = "state/sandbox/.world.json";
const STATE: &str = "state/sandbox/shop.json";
const UP: &str = "up shop --auto-approve --allow-loss domain";

fn write(house: &House, pool: &str, rest: &str) {
    let text =
        format!("region: eu-west-1\nuser_pool: {{ name: shop, deletion_protection: INACTIVE, {pool} }}\n{rest}\n");
    std::fs::write(house.path("stacks/shop.yaml"), text).unwrap();
}

#[track_caller]
fn up(house: &House) -> Vec<String> {
    let calls = written(house, UP);
    house.run_sandboxed("plan shop --detailed-exitcode", "").ok().says("No changes");
    known::check(&house.json(WORLD), &house.json(STATE));
    calls
}

#[track_caller]
fn one_before_the_other(calls: &[String], first: &str, then: &str) {
    let place = |call: &str| calls.iter().position(|one| one == call).unwrap_or_else(|| panic!("{call}: {calls:?}"));
    assert!(place(first) < place(then), "{first} is not before {then}: {calls:?}");
}

/// An API holds tokens against the issuer that its authorizer names, letter by letter.
#[test]
fn another_form_of_the_issuer_reaches_the_apis_that_check_tokens() {
    let house = House::new(&[]);
    let rest =
        "app_clients: { web: {} }\napi_authorizers: { orders: { api_id: a1b2c3d4e5, routes: { GET /orders: {} } } }";
    let named = |house: &House| {
        let world = house.json(WORLD).to_string();
        let at = |form: &str| world.matches(&format!("\"issuer\":\"https://{form}")).count();
        (at("cognito-idp."), at("issuer-cognito-idp."))
    };
    write(&house, "", rest);
    up(&house);
    assert_eq!(named(&house), (1, 0));
    write(&house, "issuer_configuration: { type: UPDATED }", rest);
    house.run_sandboxed("plan shop", "").ok().says("api_authorizer.orders");
    one_before_the_other(&up(&house), "UpdateUserPool", "UpdateAuthorizer");
    assert_eq!(named(&house), (0, 1));
    write(&house, "issuer_configuration: { type: ORIGINAL }", rest);
    up(&house);
    assert_eq!(named(&house), (1, 0));
    write(&house, "issuer_configuration: { type: UPDATED }", rest);
    up(&house);
    // What is declared no more is what AWS makes of it by itself.
    write(&house, "", rest);
    up(&house);
    assert_eq!(named(&house), (1, 0));
    house.run_sandboxed("destroy shop --auto-approve --allow-loss user_pool", "").ok();
}

/// A tier without managed login is taken by a pool whose domain shows it no longer, and a domain shows it once the tier has it.
#[test]
fn a_domain_leaves_managed_login_before_the_tier_goes_and_takes_it_up_after() {
    let domain = |version: u8| format!("domain: {{ prefix: shop-of-tests, managed_login_version: {version} }}");
    let house = House::new(&[]);
    let style = "app_clients: { web: {} }\nmanaged_login_branding: { web: { use_cognito_provided_values: true } }\n";
    write(&house, "user_pool_tier: ESSENTIALS", &format!("{}\n{style}", domain(2)));
    up(&house);
    write(&house, "user_pool_tier: LITE", &domain(1));
    one_before_the_other(&up(&house), "UpdateUserPoolDomain", "UpdateUserPool");
    write(&house, "user_pool_tier: ESSENTIALS", &domain(2));
    one_before_the_other(&up(&house), "UpdateUserPool", "UpdateUserPoolDomain");
    write(&house, "user_pool_tier: LITE", "");
    one_before_the_other(&up(&house), "DeleteUserPoolDomain", "UpdateUserPool");
    write(&house, "user_pool_tier: ESSENTIALS", &domain(2));
    one_before_the_other(&up(&house), "UpdateUserPool", "CreateUserPoolDomain");
    write(&house, "user_pool_tier: LITE", "domain: { prefix: shop-of-others, managed_login_version: 1 }");
    one_before_the_other(&up(&house), "DeleteUserPoolDomain", "UpdateUserPool");
}

/// What a tier or threat protection carries is taken away while it can be.
#[test]
fn what_stands_on_threat_protection_goes_before_it_and_comes_after() {
    let pool = |tier: &str, mode: &str| {
        format!("user_pool_tier: {tier}, user_pool_add_ons: {{ advanced_security_mode: {mode} }}")
    };
    let guards = "app_clients: { web: {} }\n\
        risk_configuration: { compromised_credentials_risk_configuration: { actions: { event_action: BLOCK } } }\n\
        log_delivery: { user_auth_events: 'arn:aws:s3:::shop-logs' }\n";
    let house = House::new(&[]);
    for (tier, mode) in [("ESSENTIALS", "OFF"), ("PLUS", "OFF")] {
        write(&house, &pool("PLUS", "ENFORCED"), guards);
        up(&house);
        write(&house, &pool(tier, mode), "app_clients: { web: {} }");
        let calls = up(&house);
        one_before_the_other(&calls, "SetRiskConfiguration", "UpdateUserPool");
        one_before_the_other(&calls, "SetLogDeliveryConfiguration", "UpdateUserPool");
    }
    write(&house, &pool("PLUS", "ENFORCED"), guards);
    let calls = up(&house);
    one_before_the_other(&calls, "UpdateUserPool", "SetRiskConfiguration");
    house.run_sandboxed("destroy shop --auto-approve --allow-loss user_pool", "").ok();
}
