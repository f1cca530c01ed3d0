//! Answers that never come: whatever becomes of a creating call, nothing is made twice and nothing is forgotten.

use crate::setup::known;
use crate::setup::{House, Ran, run, run_until};

/// A stack with the classic pages.
const CLASSIC: &str = "
region: ap-southeast-2
user_pool: { name: lost, deletion_protection: INACTIVE, tags: { team: identity } }
app_clients:
  web: &client
    callback_urls: [https://app.example.com/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
domain: { name: auth.example.com, hosted_zone: example.com }
ui_customization: { css: ui/login.css, image_file: ui/logo.png }
";

/// A stack with threat protection, a replica, logs and terms.
const GUARDED: &str = "
region: ap-southeast-2
user_pool:
  name: lost
  deletion_protection: INACTIVE
  user_pool_tier: PLUS
  user_pool_add_ons: { advanced_security_mode: AUDIT }
  key_configuration: { key_type: CUSTOMER_MANAGED_KEY, kms_key_arn: 'arn:aws:kms:ap-southeast-2:000000000000:key/mrk-0000000000004444555566667777888f' }
replica: { region: eu-west-1 }
app_clients: { web: {} }
risk_configuration:
  compromised_credentials_risk_configuration: { actions: { event_action: BLOCK } }
log_delivery: { user_auth_events: 'arn:aws:s3:::shop-logs' }
terms: { web: { terms_of_use: { default: 'https://example.com/terms' } } }
";

/// A stack with managed login.
const MANAGED: &str = "
region: ap-southeast-2
user_pool: { name: lost, deletion_protection: INACTIVE }
app_clients:
  web:
    callback_urls: [https://app.example.com/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
domain: { prefix: lost, managed_login_version: 2 }
";

/// What is tried with each creating call, and whether the run gets over it by itself.
const FAULTS: &[(&str, bool)] = &[
    ("drop-after", true),
    ("truncate", true),
    ("throttle:5", true),
    ("drop-before", false),
    ("error", false),
    ("drop-after:2", false),
    ("drop-before:*", false),
];

fn world(house: &House) -> serde_json::Value {
    house.json("state/sandbox/.world.json")
}

/// Sees that a run without faults brings the stack to its end, and that all agrees then.
#[track_caller]
fn converges(what: &str, house: &House, first: &Ran) {
    let second = house.run_sandboxed("up lost --auto-approve", "").sane();
    assert_eq!(second.code, Some(0), "{what}: first\n{}\nsecond\n{}\n{}", first.err, second.out, second.err);
    known::check(&world(house), &house.json("state/sandbox/lost.json"));
    let plan = house.run_sandboxed("plan lost --detailed-exitcode", "").sane();
    assert_eq!(plan.code, Some(0), "{what}: {}\n{}", plan.out, plan.err);
}

#[track_caller]
fn tried(stack: &str, operation: &str) {
    for (fault, is_survived) in FAULTS {
        let house = House::new(&[("lost", stack)]);
        let fault = format!("{operation}={fault}");
        let first = house.run_sandboxed("up lost --auto-approve", &fault).sane();
        // A call that is never answered was made at least: without this, a misspelt operation would pass.
        assert!(!fault.ends_with(":*") || first.code == Some(1), "{fault}: {}\n{}", first.out, first.err);
        if *is_survived || first.code == Some(0) {
            assert_eq!(first.code, Some(0), "{fault}: {}\n{}", first.out, first.err);
            known::check(&world(&house), &house.json("state/sandbox/lost.json"));
        } else {
            assert_eq!(first.code, Some(1), "{fault}: {}\n{}", first.out, first.err);
            assert!(first.err.contains(&format!("Caused by: {operation}: ")), "{fault}: {}", first.err);
        }
        converges(&fault, &house, &first);
    }
}

#[test]
fn of_create_user_pool() {
    tried(CLASSIC, "CreateUserPool");
}

#[test]
fn of_create_user_pool_client() {
    tried(CLASSIC, "CreateUserPoolClient");
}

#[test]
fn of_create_user_pool_domain() {
    tried(CLASSIC, "CreateUserPoolDomain");
}

#[test]
fn of_request_certificate() {
    tried(CLASSIC, "RequestCertificate");
}

#[test]
fn of_change_resource_record_sets() {
    tried(CLASSIC, "ChangeResourceRecordSets");
}

#[test]
fn of_set_ui_customization() {
    tried(CLASSIC, "SetUICustomization");
}

#[test]
fn of_create_managed_login_branding() {
    tried(MANAGED, "CreateManagedLoginBranding");
}

#[test]
fn of_set_risk_configuration() {
    tried(GUARDED, "SetRiskConfiguration");
}

#[test]
fn of_set_log_delivery_configuration() {
    tried(GUARDED, "SetLogDeliveryConfiguration");
}

#[test]
fn of_create_user_pool_replica() {
    tried(GUARDED, "CreateUserPoolReplica");
}

#[test]
fn of_create_terms() {
    tried(GUARDED, "CreateTerms");
}

#[test]
fn of_many_calls_at_once() {
    let house = House::new(&[("lost", CLASSIC)]);
    let whole = run(house.sandboxed("up lost --auto-approve", "").env("STACK_LOG", "stack::aws=info")).ok();
    let mut calls = whole.err.lines().filter(|line| line.contains(" stack::aws: "));
    let reads = calls.position(|line| line.contains(" stack::aws: CreateUserPool ")).unwrap();
    for faults in [
        "*=drop-after:4",
        // And those of the work itself, after what the plan and its checks ask: so many calls before the first write.
        &format!("*+{reads}=drop-after:4"),
        "CreateUserPool=drop-after;CreateUserPoolClient=drop-after;RequestCertificate=drop-after",
        // The plan looks for the pool first, and a check of it counts the pools.
        "CreateUserPool=drop-after;ListUserPools+2=error:9",
        "CreateUserPoolClient=drop-after;ListUserPoolClients=drop-before:9",
        "CreateUserPool=drop-after;CreateUserPoolClient=error;CreateUserPoolDomain=truncate;SetUICustomization=error",
    ] {
        let house = House::new(&[("lost", CLASSIC)]);
        let first = house.run_sandboxed("up lost --auto-approve", faults).sane();
        converges(faults, &house, &first);
    }
}

#[test]
fn a_change_and_a_destroy_survive_them_too() {
    let house = House::new(&[("lost", CLASSIC)]);
    house.run_sandboxed("up lost --auto-approve", "").ok();
    let changed = CLASSIC.replace("code]", "code]\n    access_token_validity: 30m").replace("identity", "sign-in");
    assert_ne!(changed, CLASSIC);
    std::fs::write(house.path("stacks/lost.yaml"), changed).unwrap();
    let faults = "UpdateUserPool=drop-after;UpdateUserPoolClient=drop-after;TagResource=error:2";
    let first = house.run_sandboxed("up lost --auto-approve", faults).ok();
    converges(faults, &house, &first);
    let faults = "DeleteUserPool=drop-after;DeleteUserPoolClient=drop-after;DeleteUserPoolDomain=drop-after;\
                  DeleteCertificate=truncate;ChangeResourceRecordSets=drop-after:2;SetUICustomization=drop-after";
    house.run_sandboxed("destroy lost --auto-approve --allow-loss user_pool", faults).ok();
    known::check(&world(&house), &house.json("state/sandbox/lost.json"));
}

#[test]
fn a_denied_call_names_the_permission_that_is_missing() {
    for (fault, said) in [
        (
            "CreateUserPool=denied",
            "allow `cognito-idp:CreateUserPool` on `*` for arn:aws:iam::000000000000:user/sandbox",
        ),
        ("CreateUserPoolClient=denied", "allow `cognito-idp:CreateUserPoolClient` on `arn:aws:cognito-idp:"),
        ("RequestCertificate=denied", "allow `acm:RequestCertificate` on `*`"),
        ("ListHostedZones=denied", "allow `route53:ListHostedZones` on `*`"),
        (
            "ChangeResourceRecordSets=denied",
            "allow `route53:ChangeResourceRecordSets` on `arn:aws:route53:::hostedzone/",
        ),
        ("SetUICustomization=denied", "allow `cognito-idp:SetUICustomization` on `arn:aws:cognito-idp:"),
        ("GetCallerIdentity=denied", "allow `sts:GetCallerIdentity`"),
        ("GetChange=denied", "allow `route53:GetChange` on `arn:aws:route53:::change/"),
    ] {
        let house = House::new(&[("lost", CLASSIC)]);
        let first = house.run_sandboxed("up lost --auto-approve", fault).failed().says(said);
        converges(fault, &house, &first);
    }
}

#[test]
fn other_refusals_say_what_to_do() {
    for (fault, said) in [
        ("*=expired", "log in again"),
        ("CreateUserPoolClient=expired", "log in again"),
        ("CreateUserPool=refuse:LimitExceededException:Maximum reached", "quota of user pools in a Region"),
        ("CreateUserPoolClient=refuse:FeatureUnavailableInTierException:no", "raise `user_pool_tier`"),
        ("GetCallerIdentity=refuse:SignatureDoesNotMatch:Signature expired: 1 is now earlier than 2", "clock is wrong"),
        (
            "GetCallerIdentity=refuse:InvalidClientTokenId:The security token is invalid",
            "does not know these credentials",
        ),
        ("CreateUserPool=throttle:*", "other calls of this account use up its rate"),
        ("CreateUserPoolDomain=throttle:*", "other calls of this account use up its rate"),
        ("ChangeResourceRecordSets=throttle:*", "Caused by: ChangeResourceRecordSets: Throttling: Rate exceeded"),
        ("GetChange=throttle:*", "Caused by: GetChange: Throttling: Rate exceeded"),
    ] {
        let house = House::new(&[("lost", CLASSIC)]);
        let first = house.run_sandboxed("up lost --auto-approve", fault).failed().says(said);
        assert!(!first.err.contains("may have taken effect"), "{fault}: {}", first.err);
        converges(fault, &house, &first);
    }
}

#[test]
fn a_logo_that_does_not_come_whole_is_fetched_again() {
    for fault in ["GetImage=drop-before", "GetImage=truncate:2", "GetImage=error:3", "GetImage=throttle:3"] {
        let house = House::new(&[("lost", CLASSIC)]);
        let first = house.run_sandboxed("up lost --auto-approve", fault).ok();
        converges(fault, &house, &first);
    }
    let house = House::new(&[("lost", CLASSIC)]);
    let first = house.run_sandboxed("up lost --auto-approve", "GetImage=drop-before:*").failed();
    converges("never", &house, &first.says("could not be downloaded: connection closed").says("run this again"));
}

#[test]
fn slow_answers_are_waited_for() {
    let house = House::new(&[("lost", CLASSIC)]);
    let first = house.run_sandboxed("up lost --auto-approve", "*=slow:4000").ok();
    converges("slow", &house, &first);
}

#[test]
fn a_run_that_is_killed_at_any_line_is_finished_by_the_next() {
    let house = House::new(&[("lost", CLASSIC)]);
    let whole = house.run_sandboxed("up lost --auto-approve", "").ok();
    let lines = whole.err.lines().count();
    // A kill comes some time after the line, so that each try falls on another moment.
    for line in (1..lines).step_by(3) {
        let house = House::new(&[("lost", CLASSIC)]);
        let mut seen = 0;
        let killed = run_until(&mut house.sandboxed("up lost --auto-approve", ""), |_| {
            seen += 1;
            seen == line
        });
        converges(&format!("killed at line {line}"), &house, &killed.sane());
    }
}
