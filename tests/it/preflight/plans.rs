//! The checks of a stack that is planned and applied: what fails, what is doubtful, and that a plan without changes asks
//! nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stack::preflight::{CHECKS, When};

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
lambda_permissions: { manage: false }
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
    let scene = Scene::permitting();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::new(Names::good()));
    let whole = scene.run(&house, &names, "plan planned").ok();
    assert_eq!(whole.err, "", "a plan without objections says nothing of its checks");
    let untouched = scene.calls();
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
        for words in ["plan planned", "apply planned --auto-approve", "up planned --auto-approve"] {
            let refused = scene.run(&house, &names, words).failed().says(said).says("AWS would refuse this plan");
            assert_eq!(refused.out, "", "{words}");
            assert!(refused.err.contains("= hint: ") && refused.err.contains("Hint: nothing was changed"), "{words}");
        }
        let refused = scene.run(&house, &names, "plan planned --json");
        assert_eq!(refused.code, Some(1), "{}", refused.out);
        let problems = serde_json::from_str::<Value>(&refused.out).unwrap()["error"]["problems"].clone();
        let problem = problems.as_array().unwrap().iter().find(|one| one["message"].as_str().unwrap().contains(said));
        let problem = problem.unwrap_or_else(|| panic!("{problems:#}"));
        assert!(problem["hint"].is_string(), "{problem:#}");
    }
    assert!(!house.path("state/planned.json").exists(), "nothing was written");
    let called = since(&untouched, &scene.calls());
    let is_read =
        |name: &String| ["Get", "List", "Describe", "Simulate"].iter().any(|verb| name.contains(&format!(".{verb}")));
    assert!(called.keys().all(is_read), "{called:#?}");
    scene.faults(&[r#"GetAccount=answer:{"ProductionAccessEnabled":false}"#]);
    scene.run(&house, &names, "preflight planned").ok().says("in SES's sandbox").says("stacks/planned.yaml:8");
    let warned = scene.run(&house, &names, "plan planned").ok().says("Plan: ");
    let lines: Vec<&str> = warned.err.lines().collect();
    assert!(lines[0].starts_with("Warning: this account is in SES's sandbox"), "{}", warned.err);
    assert!(lines.len() <= 4 && warned.err.contains("stacks/planned.yaml:8") && warned.err.contains("hint: ask for "));
    let page = scene.run(&house, &names, "plan planned --markdown").ok();
    assert!(page.out.contains("> [!WARNING]\n> `user_pool.email_configuration"), "{}", page.out);
    assert!(page.out.contains("this account is in SES's sandbox") && page.out.contains("(email)"), "{}", page.out);
    scene.run(&house, &names, "plan planned --out planned.plan").ok().says("Warning: this account is in SES's sandbox");
    scene.run(&house, &names, "show planned.plan").ok().says("Plan: ");
    let events = scene.run(&house, &names, "apply --plan planned.plan --json").ok();
    let events: Vec<Value> = events.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let warning = events.iter().find(|event| event["type"] == "diagnostic").unwrap_or_else(|| panic!("{events:#?}"));
    assert_eq!((&warning["@level"], &warning["diagnostic"]["severity"]), (&json!("warn"), &json!("warning")));
    assert!(warning["diagnostic"]["summary"].as_str().unwrap().contains("in SES's sandbox"), "{warning:#}");
    assert!(warning["diagnostic"]["detail"].as_str().unwrap().starts_with("ask for "), "{warning:#}");
    assert_eq!(warning["diagnostic"]["range"]["filename"], "stacks/planned.yaml");
    scene.run(&house, &names, "destroy planned --auto-approve --allow-loss user_pool").ok();
    scene.run(&house, &names, "up planned --auto-approve").ok().says("Warning: this account is in SES's sandbox");
}

#[test]
fn a_plan_for_programs_has_its_checks_in_terraforms_shape() {
    let scene = Scene::permitting();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::new(Names::good()));
    let planned = |words: &str| -> Value {
        let ran = scene.run(&house, &names, words).ok();
        assert_eq!(ran.err, "", "all of it is in the answer");
        serde_json::from_str(&ran.out).unwrap()
    };
    scene.faults(&[r#"GetAccount=answer:{"ProductionAccessEnabled":false}"#, "DescribeKey=denied"]);
    let plan = planned("plan planned --json");
    let status = |plan: &Value| -> BTreeMap<String, String> {
        let checks = plan["checks"].as_array().unwrap().iter();
        let text = |one: &Value| one.as_str().unwrap().to_owned();
        checks.map(|check| (text(&check["address"]["to_display"]), text(&check["status"]))).collect()
    };
    let found = status(&plan);
    for check in CHECKS.iter().filter(|check| check.when == When::Planned) {
        let expected = match check.name {
            "email" => Some("fail"),
            "keys" => Some("unknown"),
            // No certificate is named, no provider and no API.
            "certificate" | "identity_providers" | "api_routes" => None,
            _ => Some("pass"),
        };
        let name = format!("check.{}", check.name);
        assert_eq!(found.get(&name).map(String::as_str), expected, "{name}: {:#}", plan["checks"]);
    }
    let email = plan["checks"].as_array().unwrap().iter().find(|check| check["address"]["name"] == "email").unwrap();
    let instances = email["instances"].as_array().unwrap();
    let status: Vec<&str> = instances.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!((status, &email["address"]["kind"]), (vec!["pass", "fail"], &"check".into()));
    let problem = &instances[1]["problems"][0];
    assert!(problem["message"].as_str().unwrap().contains("in SES's sandbox"), "{problem:#}");
    assert!(problem["hint"].as_str().unwrap().contains("ask for production access"), "{problem:#}");
    assert_eq!((&problem["place"]["file"], &problem["place"]["line"]), (&"stacks/planned.yaml".into(), &8.into()));
    scene.faults(&[]);
    scene.run(&house, &names, "up planned --auto-approve").ok();
    assert_eq!(planned("plan planned --json")["checks"], json!([]));
}

/// Every operation that the checks of this stack call. Of these the rest of a plan calls `ListUserPools` alone, to see
/// whether the pool is there already, and waits for that as long as it takes.
const ASKED: [&str; 11] = [
    "SimulatePrincipalPolicy",
    "ListServiceQuotas",
    "ListUserPools",
    "DescribeUserPoolDomain",
    "ListDistributions",
    "GetHostedZone",
    "GetEmailIdentity",
    "GetAccount",
    "GetFunction",
    "GetPolicy",
    "DescribeKey",
];

#[test]
fn nobody_waits_long_for_checks_that_nobody_answers() {
    let scene = Scene::permitting();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::new(Names::good()));
    let slow = |operations: &[&str]| -> Vec<String> {
        operations.iter().map(|operation| format!("{operation}=slow:90000")).collect()
    };
    let faults = |faults: Vec<String>| scene.faults(&faults.iter().map(String::as_str).collect::<Vec<_>>());
    let others: Vec<&str> = ASKED.into_iter().filter(|operation| *operation != "ListUserPools").collect();
    faults(slow(&others));
    let begin = Instant::now();
    let ran = scene.run(&house, &names, "plan planned").ok().says("Plan: ");
    let time = begin.elapsed();
    let patience = stack::preflight::PATIENCE;
    assert!(time >= patience && time < patience * 2, "{time:?}");
    let unknown = "permissions, domain_taken, delegation, email, functions, keys";
    let (told, last) = ran.err.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(last, format!("Not known: {unknown} (`stack preflight planned` says why)"));
    // Meanwhile a person is told whom the plan waits for.
    assert!(told.lines().all(|line| line.starts_with("waiting for AWS to answer ")), "{}", ran.err);
    faults(slow(&ASKED));
    let looked = scene.look(&house, &names, "planned");
    for (check, operation) in [("keys", "DescribeKey"), ("quotas", "ListUserPools")] {
        let said = looked.of(check)[0]["message"].as_str().unwrap().to_owned();
        assert!(said.contains(&format!("{operation}: no answer that says anything came in 10 s")), "{said}");
    }
}

#[test]
fn checks_look_side_by_side() {
    let scene = Scene::permitting();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::new(Names::good()));
    let before = scene.calls();
    scene.faults(&["*=slow:1000"]);
    let begin = Instant::now();
    let ran = scene.run(&house, &names, "plan planned").ok();
    let time = begin.elapsed();
    assert_eq!(ran.err, "", "all is found out");
    let calls: u64 = since(&before, &scene.calls()).values().sum();
    // One after the other, they would take as many seconds as there are calls.
    assert!(calls >= 18, "{calls}");
    assert!(time < Duration::from_secs(calls / 2), "{calls} calls took {time:?}");
}

#[test]
fn a_plan_without_changes_asks_for_no_check() {
    let scene = Scene::permitting();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::at(&scene.served.dns));
    scene.run(&house, &names, "up planned --auto-approve").ok();
    let before = scene.calls();
    // Nothing is asked of DNS either, by this server's own count.
    let silent = Server::new(Names::good());
    let unchanged = scene.logged(&house, &silent, "plan planned").ok().says("No changes");
    assert!(unchanged.err.contains("DescribeUserPool 200") && !unchanged.err.contains("check{"), "{}", unchanged.err);
    assert_eq!(silent.asked(), 0);
    // Who we are, and each object read: that is all.
    let calls = since(&before, &scene.calls());
    let read: Vec<(&str, u64)> = calls.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(
        read,
        [
            ("acm.DescribeCertificate", 1),
            ("acm.ListTagsForCertificate", 1),
            ("cognito-idp.DescribeUserPool", 1),
            ("cognito-idp.DescribeUserPoolClient", 1),
            ("cognito-idp.DescribeUserPoolDomain", 1),
            ("cognito-idp.GetUserPoolMfaConfig", 1),
            ("route53.ListResourceRecordSets", 3),
            ("sts.GetCallerIdentity", 1),
        ]
    );
    // A client that changes asks for what IAM allows, and for nothing of what stays as it is.
    let file = house.path("stacks/planned.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let changed = text.replace("    allowed_oauth_flows", "    access_token_validity: 30m\n    allowed_oauth_flows");
    std::fs::write(&file, changed).unwrap();
    let before = scene.calls();
    let changed = scene.logged(&house, &silent, "plan planned").ok().says("0 to create, 1 to update, 0 to delete");
    assert!(
        changed.err.contains("check{name=\"permissions\"}: stack::aws: SimulatePrincipalPolicy 200"),
        "{}",
        changed.err
    );
    let calls = since(&before, &scene.calls());
    assert_eq!((outside(&calls), silent.asked()), (vec!["iam.SimulatePrincipalPolicy"], 0));
    assert!(!calls.contains_key("cognito-idp.ListUserPools"), "{calls:#?}");
    std::fs::write(&file, text).unwrap();
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
    let scene = Scene::permitting();
    let (house, names) = (House::new(&[("planned", STACK)]), Server::new(Names::good()));
    scene.faults(&[r#"GetFunction=answer:{"Configuration":{"Environment":{"Variables":{"TOKEN":"hunter-hunter"}}}}"#]);
    let ran = scene.run(&house, &names, "-vvv preflight planned").ok();
    assert!(ran.err.contains("GetFunction"), "the log is there");
    assert!(!ran.err.contains("hunter-hunter"), "what Lambda shows of a function's environment is in the log");
}
