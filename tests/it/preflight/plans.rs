//! The checks of a stack that is planned and applied: what fails, what is doubtful, and that a plan without changes asks
//! nothing.

use std::collections::BTreeMap;

use super::Scene;
use super::names::{Names, Server};
use crate::setup::House;

const STACK: &str = "
region: ap-southeast-2
user_pool:
  name: planned
  deletion_protection: INACTIVE
  email_configuration:
    email_sending_account: DEVELOPER
    source_arn: arn:aws:ses:ap-southeast-2:000000000000:identity/example.com
    from_email_address: no-reply@example.com
  lambda_config: { pre_sign_up: \"arn:aws:lambda:ap-southeast-2:000000000000:function:sign-up\" }
  key_configuration:
    key_type: CUSTOMER_MANAGED_KEY
    kms_key_arn: arn:aws:kms:ap-southeast-2:000000000000:key/one
app_clients:
  web:
    callback_urls: [https://nowhere.example.com/callback]
    allowed_oauth_flows: [code]
    allowed_oauth_scopes: [openid]
    supported_identity_providers: [COGNITO]
domain: { name: auth.example.com }
";

/// Every service that only checks ask.
const OUTSIDE: [&str; 6] = ["lambda.", "ses.", "kms.", "iam.", "servicequotas.", "cloudfront."];

fn since(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let more = after.iter().map(|(name, count)| (name.clone(), count - before.get(name).unwrap_or(&0)));
    more.filter(|(_, count)| *count > 0).collect()
}

fn outside(calls: &BTreeMap<String, u64>) -> Vec<&str> {
    calls.keys().map(String::as_str).filter(|name| OUTSIDE.iter().any(|service| name.starts_with(service))).collect()
}

#[test]
fn what_fails_is_a_failure_and_what_is_doubtful_is_told() {
    let scene = Scene::new();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::new(Names::good()));
    let whole = scene.run(&house, &names, "plan planned").ok();
    assert_eq!(whole.err, "", "a plan without objections says nothing of its checks");
    for (fault, said) in [
        (r#"GetEmailIdentity=answer:{"VerifiedForSendingStatus":false}"#, "example.com cannot send in ap-southeast-2"),
        ("GetFunction=refuse:*:ResourceNotFoundException:no", "there is no function sign-up"),
        (r#"DescribeKey=answer:{"KeyMetadata":{"KeyState":"Disabled"}}"#, "the key is disabled"),
        ("SimulatePrincipalPolicy=answer:>allowed<=>>implicitDeny<", "IAM does not allow `cognito-idp:CreateUserPool`"),
    ] {
        scene.faults(&[fault]);
        let looked = scene.run(&house, &names, "preflight planned");
        assert_eq!(looked.code, Some(1), "{}\n{}", looked.out, looked.err);
        looked.sane().says(said);
    }
    scene.faults(&[r#"GetAccount=answer:{"ProductionAccessEnabled":false}"#]);
    scene.run(&house, &names, "preflight planned").ok().says("in SES's sandbox").says("stacks/planned.yaml:8");
}

#[test]
fn a_plan_without_changes_asks_for_no_check() {
    let scene = Scene::new();
    let (house, names) = (House::new(&[("planned", STACK)]), scene.served.dns.clone());
    let names = Server { address: names };
    scene.run(&house, &names, "up planned --auto-approve").ok();
    let before = scene.calls();
    scene.run(&house, &names, "plan planned").ok().says("No changes");
    let calls = since(&before, &scene.calls());
    assert_eq!(outside(&calls), Vec::<&str>::new());
    for name in ["cognito-idp.ListUserPools", "sts.GetCallerIdentity", "route53.GetHostedZone"] {
        let expected = u64::from(name.starts_with("sts"));
        assert!(calls.get(name).copied().unwrap_or(0) <= expected, "{name}: {calls:#?}");
    }
    // Of all that is declared, everything can be asked; for a pool that is there, a permission that is missing fails.
    let looked = scene.look(&house, &names, "planned");
    assert_eq!(looked.ran.code, Some(0), "{:#}", looked.found);
    let counts = &looked.found["counts"];
    assert_eq!((&counts["fail"], &counts["unknown"]), (&0.into(), &0.into()), "{:#}", looked.found);
    assert!(looked.of("domain_taken")[0]["message"].as_str().unwrap().contains("this stack's own"));
    scene.faults(&["GetPolicy=refuse:*:ResourceNotFoundException:no"]);
    let refused = scene.run(&house, &names, "preflight planned").says("does not let Cognito invoke it for this pool");
    refused.says("aws lambda add-permission --region ap-southeast-2").says("userpool/ap-southeast-2");
}

#[test]
fn no_answer_of_lambda_is_in_the_log() {
    let scene = Scene::new();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::new(Names::good()));
    scene.faults(&[r#"GetFunction=answer:{"Configuration":{"Environment":{"Variables":{"TOKEN":"hunter-hunter"}}}}"#]);
    let ran = scene.run(&house, &names, "-vvv preflight planned").ok();
    assert!(ran.err.contains("GetFunction"), "the log is there");
    assert!(!ran.err.contains("hunter-hunter"), "what Lambda shows of a function's environment is in the log");
}
